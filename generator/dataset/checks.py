"""What is wrong with a dataset although every cell could be read: each check is a small pure function."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from collections.abc import Set as AbstractSet
from operator import attrgetter
from typing import Any

from generator.dataset.contradictions import CONTRADICTIONS, in_force
from generator.dataset.links import HELD, key
from generator.dataset.masking import called, is_masked, mask, subject
from generator.dataset.models import (
    MODELS,
    Dataset,
    Record,
    School,
    Student,
    attribute_types,
    columns,
    header_of,
    plain_type,
)
from generator.dataset.whereabouts import WHEREABOUTS
from generator.errors import Problem

Check = Callable[[Dataset], Iterator[Problem]]

# What no two records may share: the records, the attributes, how the pair is told.
UNIQUE: tuple[tuple[str, tuple[str, ...], str], ...] = (
    ("calendar", ("school", "day"), "校历"),
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
    ("cases", ("school", "no"), "个案编号"),
    ("notices", ("number",), "文号"),
    ("notices", ("case", "id"), "通知书序号"),
    ("inspections", ("township", "school", "no"), "督导编号"),
    ("hamlets", ("village", "name"), "村民小组"),
    ("households", ("no",), "户号"),
    ("changes", ("school", "no"), "变动编号"),
    ("leaves", ("school", "no"), "请假编号"),
    ("disabilities", ("no",), "残疾儿童编号"),
    ("meetings", ("township", "school", "no"), "会议编号"),
    ("campaigns", ("no",), "活动编号"),
    ("talks", ("township", "school", "no"), "问责编号"),
    ("volumes", ("no",), "卷号"),
    ("members", ("township", "school", "role", "name"), "领导小组成员"),
    ("absences", ("student", "kind", "start"), "缺勤"),
    ("visits", ("student", "time", "mode", "purpose", "visitors", "visited_on"), "家访"),
)

_PRINTABLE = frozenset(range(0x20, 0x7F))


def check(dataset: Dataset, drawable: AbstractSet[int] | None = None) -> Iterator[Problem]:
    """Yield everything that the checks find; characters only where it is known which ones can be drawn."""
    valid = in_force(dataset)
    for each in CHECKS:
        yield from each(dataset if each is duplicates else valid)  # a void number is nobody else's
    if drawable is not None:
        yield from undrawable(dataset, drawable)


def duplicates(dataset: Dataset) -> Iterator[Problem]:
    """Yield every record that shares with an earlier one what must be its own."""
    for record, earlier, attribute, name in twins(dataset):
        value = getattr(record, attribute)
        shown = mask(value) if columns(type(record))[attribute].sensitive == "identity" else ""
        what = f"{name}{f' {shown} ' if shown else ''}与 {earlier.where(attribute)}（{subject(earlier)}）重复"
        yield Problem(record.where(attribute), what, _what_to_do(record, earlier), also=(earlier.where(attribute),))


def twins(dataset: Dataset) -> Iterator[tuple[Record, Record, str, str]]:
    """Yield each record that shares with an earlier one what must be its own: both, the attribute and its name.

    A child that went on to another school may stand there once more.
    """
    here = [student for student in dataset.students if not student.left]
    for records, attributes, name in UNIQUE:
        for record, earlier in _twins(here if records == "students" else getattr(dataset, records), attributes):
            yield record, earlier, attributes[-1], name
    bare = {_compared(student.name) for student in here if not _is_numbered(student)}
    alike = [student for student in here if _compared(student.name) in bare] if bare else []
    for record, earlier in _twins(alike, ("class_", "birth_date", "name")):
        if not (_is_numbered(record) and _is_numbered(earlier)):
            yield record, earlier, "name", "没有证件号和学籍号的学生"


def namesakes(dataset: Dataset) -> Iterator[Problem]:
    """Yield students of one name in one class, if it is not in doubt that they are two."""
    for student, earlier in _twins([student for student in dataset.students if not student.left], ("class_", "name")):
        if student.class_ and not _may_be_one(student, earlier):
            what = f"{called(student.class_)}有两名{called(student)}"
            todo = "文书靠学籍号区分；其他表里写学籍号，不写姓名"
            yield Problem(student.where("name"), what, todo, "warning", (earlier.where("name"),))


def belonging(dataset: Dataset) -> Iterator[Problem]:
    """Yield what a unit holds, such as an inspection, that belongs to neither or both of a township and a school."""
    for record in (record for model in HELD for record in dataset.of(model)):
        if bool(record.township) == bool(record.school):
            township, school = header_of(type(record), "township"), header_of(type(record), "school")
            what = f"“{township}”和“{school}”{'都填了' if record.school else '都没有'}"
            yield Problem(record.where("township"), what, "填其中一个", also=(record.where("school"),))


def vacancies(dataset: Dataset) -> Iterator[Problem]:
    """Yield classes without a class teacher."""
    for class_ in dataset.classes:
        if class_.teacher is None:
            what = f"{called(class_)}没有班主任，班主任的文书做不出来"
            yield Problem(class_.where("teacher"), what, "确定后补填", "warning")


CHECKS: tuple[Check, ...] = (
    duplicates, namesakes, belonging, vacancies, *WHEREABOUTS, *CONTRADICTIONS,
)  # fmt: skip


def undrawable(dataset: Dataset, drawable: AbstractSet[int]) -> Iterator[Problem]:
    """Yield every cell with a character that no font can draw, naming the record, the character and its code."""
    allowed = drawable | {ord("\n")}
    for model in MODELS:
        if records := dataset.of(model):
            yield from _undrawable(records, records, allowed)
    for member in ("member1", "member2", "carer"):
        pairs = [(getattr(student, member), student) for student in dataset.students if getattr(student, member)]
        if pairs:
            yield from _undrawable([guardian for guardian, _ in pairs], [student for _, student in pairs], allowed)


# Duplicates


def _twins(records: list[Any], attributes: tuple[str, ...]) -> Iterator[tuple[Any, Any]]:
    *shared, own = attributes
    values = list(map(attrgetter(own), records))
    compared = {value: _compared(value) for value in set(values)}
    times = Counter(map(compared.__getitem__, values))
    first: dict[tuple[Any, ...], Any] = {}
    for record, value in zip(records, values, strict=True):
        if value is None or times[compared[value]] == 1 or (isinstance(value, str) and is_masked(value)):
            continue
        scope = (_compared(getattr(record, attribute)) for attribute in shared)
        earlier = first.setdefault((*scope, compared[value]), record)
        if earlier is not record:
            yield record, earlier


def _compared(value: Any) -> Any:
    """Return what a value is told from others by."""
    if isinstance(value, str):
        return key(value)
    return tuple(map(id, value)) if isinstance(value, list) else value


def _is_numbered(student: Student) -> bool:
    return bool(student.id_no or student.student_no)


def _may_be_one(student: Student, earlier: Student) -> bool:
    """Return whether two students of one name and class are told to be twins (see ``twins``)."""
    if not (_is_numbered(student) and _is_numbered(earlier)):
        return student.birth_date == earlier.birth_date
    numbers = (student.id_no, earlier.id_no), (student.student_no, earlier.student_no)
    return any(one and one == other for one, other in numbers)


def _what_to_do(record: Any, earlier: Any) -> str:
    if isinstance(record, Student) and record.school is not earlier.school:
        return "一个孩子只在一所学校：核对后，转走的那一行把学籍状态改为转出"
    if isinstance(record, School) and record.short_name == earlier.short_name and record.code != earlier.code:
        return "给其中一所改一个简称，如前面加乡镇名"
    return "核对后改正或删去其中一行"


# Characters


def _undrawable(records: list[Any], owners: list[Any], allowed: AbstractSet[int]) -> Iterator[Problem]:
    model = type(records[0])
    for attribute, described in columns(model).items():
        if plain_type(attribute_types(model)[attribute]) is not str:
            continue
        texts = list(map(attrgetter(attribute), records))
        joined = "".join(filter(None, set(texts)))
        if joined.isascii() and joined.isprintable() and allowed >= _PRINTABLE:  # as numbers are
            continue
        bad = {letter for letter in set(joined) if ord(letter) not in allowed}
        if not bad:
            continue
        for record, owner, text in zip(records, owners, texts, strict=True):
            letters = sorted(bad.intersection(text or ""))
            if letters:
                named = "、".join(f"“{letter}”（U+{ord(letter):04X}）" for letter in letters)
                what = f"{subject(owner)}的“{described.header}”里有字体画不出的字{named}"
                yield Problem(record.where(attribute), what, "换成通用的写法，或请维护者补字体")
