"""What is wrong with a dataset although every cell could be read: each check is a small pure function."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from collections.abc import Set as AbstractSet
from datetime import date
from operator import attrgetter, mul
from typing import Any

from generator.dataset.contradictions import CONTRADICTIONS
from generator.dataset.links import key
from generator.dataset.masking import mask, subject
from generator.dataset.models import (
    MODELS,
    Dataset,
    Guardian,
    Inspection,
    Member,
    Record,
    Student,
    attribute_types,
    columns,
    header_of,
    plain_type,
)
from generator.errors import Problem

Check = Callable[[Dataset], Iterator[Problem]]

# Documents that carry the 18-digit number of GB 11643; other documents have numbers of their own.
RESIDENT_DOCUMENTS = (None, "居民身份证", "身份证", "居民户口簿", "户口簿", "户口本", "港澳台居民居住证")

_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)  # GB 11643
_CHECK_CHARACTERS = "10X98765432"
_RESIDENT_NUMBER = re.compile(r"[0-9]{17}[0-9Xx]")
_MASKED = re.compile(r"[0-9Xx]*[*＊×][0-9Xx*＊×]*")

# What no two records may share: the records, the attributes, how the pair is told.
UNIQUE: tuple[tuple[str, tuple[str, ...], str], ...] = (
    ("counties", ("name",), "县区名称"),
    ("townships", ("county", "name"), "乡镇名称"),
    ("villages", ("township", "name"), "村居名称"),
    ("schools", ("code",), "学校标识码"),
    ("schools", ("name",), "学校名称"),
    ("schools", ("short_name",), "学校简称"),
    ("classes", ("school", "grade", "number"), "班级"),
    ("staff", ("school", "no"), "工号"),
    ("students", ("id_no",), "身份证件号"),
    ("students", ("student_no",), "全国学籍号"),
    ("cases", ("no",), "个案编号"),
    ("notices", ("number",), "文号"),
    ("notices", ("case", "id"), "通知书序号"),
    ("inspections", ("no",), "督导编号"),
    ("members", ("township", "school", "role", "name"), "领导小组成员"),
    ("absences", ("student", "kind", "start"), "缺勤"),
    ("visits", ("student", "time", "mode", "purpose", "visitors", "visited_on"), "家访"),
)


def check(dataset: Dataset, drawable: AbstractSet[int] | None = None) -> Iterator[Problem]:
    """Yield everything that the checks find; characters only where it is known which ones can be drawn."""
    for each in CHECKS:
        yield from each(dataset)
    if drawable is not None:
        yield from undrawable(dataset, drawable)


def student_numbers(dataset: Dataset) -> Iterator[Problem]:
    """Yield students whose identity number is impossible, or contradicts the date of birth or the sex."""
    for student in dataset.students:
        if student.id_no and student.id_type in RESIDENT_DOCUMENTS:
            fault = _fault(student.id_no)
            if fault:
                yield _number_problem(student, *fault)
            else:
                yield from _contradictions(student, student.id_no)


def guardian_numbers(dataset: Dataset) -> Iterator[Problem]:
    """Yield family members whose identity number is impossible.

    The roster does not say what document it is, so what does not look like a resident's number is only unverifiable.
    """
    for student in dataset.students:
        for member in (student.member1, student.member2):
            if member and member.id_no:
                fault = _fault(member.id_no)
                if fault and len(member.id_no) != 18 and fault[2] == "error":
                    fault = ("不是 18 位，无法核对", "如果是身份证号，核对原件", "warning")
                if fault:
                    yield _number_problem(member, *fault)


def duplicates(dataset: Dataset) -> Iterator[Problem]:
    """Yield every record that shares with an earlier one what must be its own."""
    for record, earlier, attribute, name in twins(dataset):
        value = getattr(record, attribute)
        shown = mask(value) if columns(type(record))[attribute].sensitive == "identity" else ""
        what = f"{name}{f' {shown} ' if shown else ''}与 {earlier.where(attribute)}（{subject(earlier)}）重复"
        yield Problem(record.where(attribute), what, _what_to_do(record, earlier), also=(earlier.where(attribute),))


def twins(dataset: Dataset) -> Iterator[tuple[Record, Record, str, str]]:
    """Yield each record that shares with an earlier one what must be its own: both, the attribute and its name."""
    for records, attributes, name in UNIQUE:
        for record, earlier in _twins(getattr(dataset, records), attributes):
            yield record, earlier, attributes[-1], name
    for record, earlier in _twins(dataset.students, ("class_", "birth_date", "name")):
        if not all(one.id_no or one.student_no for one in (record, earlier)):
            yield record, earlier, "name", "没有证件号和学籍号的学生"


def belonging(dataset: Dataset) -> Iterator[Problem]:
    """Yield members of leadership groups and inspections that belong to neither or both of a township and a school."""
    records: list[Member | Inspection] = [*dataset.members, *dataset.inspections]
    for record in records:
        if bool(record.township) == bool(record.school):
            township, school = header_of(type(record), "township"), header_of(type(record), "school")
            what = f"“{township}”和“{school}”{'都填了' if record.school else '都没有'}"
            yield Problem(record.where("township"), what, "填其中一个", also=(record.where("school"),))


def vacancies(dataset: Dataset) -> Iterator[Problem]:
    """Yield classes without a class teacher."""
    for class_ in dataset.classes:
        if class_.teacher is None:
            what = f"{class_.name}没有班主任，班主任的文书做不出来"
            yield Problem(class_.where("teacher"), what, "确定后补填", "warning")


CHECKS: tuple[Check, ...] = (
    student_numbers, guardian_numbers, duplicates, belonging, vacancies, *CONTRADICTIONS,
)  # fmt: skip


def undrawable(dataset: Dataset, drawable: AbstractSet[int]) -> Iterator[Problem]:
    """Yield every cell with a character that no font can draw, naming the record, the character and its code."""
    allowed = drawable | {ord("\n")}
    for model in MODELS:
        if records := dataset.of(model):
            yield from _undrawable(records, records, allowed)
    for member in ("member1", "member2"):
        pairs = [(getattr(student, member), student) for student in dataset.students if getattr(student, member)]
        if pairs:
            yield from _undrawable([guardian for guardian, _ in pairs], [student for _, student in pairs], allowed)


# Identity numbers


def _fault(number: str) -> tuple[str, str, str] | None:
    """Return what is wrong with an 18-digit identity number, what to do, and how grave it is.

    The region is not looked at: regions are abolished, and their numbers stay.
    """
    if _MASKED.fullmatch(number):
        return "打了星号，无法核对", "需要核对时填完整号码", "warning"
    if not _RESIDENT_NUMBER.fullmatch(number):
        return f"有 {len(number)} 个字符，应为 18 位", "照原件核对", "error"
    if _CHECK_CHARACTERS[sum(map(mul, map(int, number[:17]), _WEIGHTS)) % 11] != number[17].upper():
        return "校验位不对，有一位抄错", "照原件核对", "error"
    if _birth_date(number) is None:
        return "其中的出生日期不存在", "照原件核对", "error"
    return None


def _birth_date(number: str) -> date | None:
    try:
        return date(int(number[6:10]), int(number[10:12]), int(number[12:14]))
    except ValueError:
        return None


def _number_problem(record: Student | Guardian, what: str, todo: str, level: Any) -> Problem:
    return Problem(record.where("id_no"), f"身份证件号 {mask(record.id_no or '')} {what}", todo, level)


def _contradictions(student: Student, number: str) -> Iterator[Problem]:
    born = _birth_date(number)
    if student.birth_date and student.birth_date != born:
        what = f"出生日期 {student.birth_date} 与身份证件号中的 {born} 不一致"
        yield Problem(student.where("birth_date"), what, "照户口簿核对", also=(student.where("id_no"),))
    sex = "男" if int(number[16]) % 2 else "女"
    if student.sex and student.sex != sex:
        what = f"性别“{student.sex}”与身份证件号（{sex}）不一致"
        yield Problem(student.where("sex"), what, "照户口簿核对", also=(student.where("id_no"),))


# Duplicates


def _twins(records: list[Any], attributes: tuple[str, ...]) -> Iterator[tuple[Any, Any]]:
    first: dict[tuple[Any, ...], Any] = {}
    for record in records:
        values = tuple(getattr(record, attribute) for attribute in attributes)
        if values[-1] is None or _is_masked(values[-1]):
            continue
        earlier = first.setdefault(tuple(map(_compared, values)), record)
        if earlier is not record:
            yield record, earlier


def _compared(value: Any) -> Any:
    """Return what a value is told from others by."""
    if isinstance(value, str):
        return key(value)
    return tuple(map(id, value)) if isinstance(value, list) else value


def _is_masked(value: Any) -> bool:
    return isinstance(value, str) and _MASKED.fullmatch(value) is not None


def _what_to_do(record: Any, earlier: Any) -> str:
    if isinstance(record, Student) and record.school is not earlier.school:
        return "一个孩子只在一所学校：核对后删去其中一行"
    return "核对后改正或删去其中一行"


# Characters


def _undrawable(records: list[Any], owners: list[Any], allowed: AbstractSet[int]) -> Iterator[Problem]:
    model = type(records[0])
    for attribute, described in columns(model).items():
        if plain_type(attribute_types(model)[attribute]) is not str:
            continue
        texts = list(map(attrgetter(attribute), records))
        bad = {letter for letter in set("".join(filter(None, texts))) if ord(letter) not in allowed}
        if not bad:
            continue
        for record, owner, text in zip(records, owners, texts, strict=True):
            letters = sorted(bad.intersection(text or ""))
            if letters:
                named = "、".join(f"“{letter}”（U+{ord(letter):04X}）" for letter in letters)
                what = f"{subject(owner)}的“{described.header}”里有字体画不出的字{named}"
                yield Problem(record.where(attribute), what, "换成通用的写法，或请维护者补字体")
