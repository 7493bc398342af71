"""What is wrong with a dataset although every cell could be read: each check is a small pure function."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from collections.abc import Set as AbstractSet
from operator import attrgetter
from typing import Any

from generator.dataset.contradictions import CONTRADICTIONS
from generator.dataset.links import key
from generator.dataset.masking import is_masked, mask, subject
from generator.dataset.models import (
    MODELS,
    Dataset,
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
    duplicates, belonging, vacancies, *CONTRADICTIONS,
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


# Duplicates


def _twins(records: list[Any], attributes: tuple[str, ...]) -> Iterator[tuple[Any, Any]]:
    first: dict[tuple[Any, ...], Any] = {}
    for record in records:
        values = tuple(getattr(record, attribute) for attribute in attributes)
        if values[-1] is None or (isinstance(values[-1], str) and is_masked(values[-1])):
            continue
        earlier = first.setdefault(tuple(map(_compared, values)), record)
        if earlier is not record:
            yield record, earlier


def _compared(value: Any) -> Any:
    """Return what a value is told from others by."""
    if isinstance(value, str):
        return key(value)
    return tuple(map(id, value)) if isinstance(value, list) else value


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
