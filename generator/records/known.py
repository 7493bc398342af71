"""By what a record is known over the years, so that what was printed about it is found again.

Rows move, children change their class, numbers are filled in later: a record therefore has several *names*, the surest
first, each of a kind and never a whole number of identity. A child is known by its student number, else by its identity
number, else by its name within the school, unless one of the others speaks against it.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from hashlib import sha256
from typing import Any

from generator.dataset.masking import is_masked
from generator.dataset.missing import Missing, MissingValueError
from generator.dataset.models import (
    Campaign,
    Case,
    Change,
    Class,
    County,
    Disability,
    Hamlet,
    Household,
    Inspection,
    Leave,
    Meeting,
    Notice,
    Pairing,
    Record,
    Resident,
    School,
    Session,
    Staff,
    Student,
    Talk,
    Township,
    Tutoring,
    Village,
    Visit,
    Volume,
)

Names = tuple[str, ...]
"""By what a record is known, each name as ``kind:what``."""
STUDENT_NO, ID_NO, BORN, CALLED = "学籍号", "证件号", "出生", "姓名"
WEAK = (CALLED,)
"""Kinds that two records may share: a name of these holds where nothing speaks against it."""
TELLING = (STUDENT_NO, ID_NO, BORN)
"""Kinds that speak against two records being one where both have them and they differ."""
MERELY_TELLING = (BORN,)
"""Those by which nobody is looked up."""
_DIGITS = 12


def names_of(records: Iterable[Record]) -> list[Names]:
    """Return by what each record of a list is known; those that nothing tells apart are counted."""
    times: Counter[Names] = Counter()
    found = []
    for record in records:
        names = _KNOWN[type(record)](record) or (f"{record.sheet}:",)
        times[names] += 1
        found.append(names if times[names] == 1 else tuple(f"{name}#{times[names]}" for name in names))
    return found


def kind(name: str) -> str:
    """Return the kind of a name."""
    return name.partition(":")[0]


def agree(one: Sequence[str], other: Sequence[str]) -> bool:
    """Return whether nothing tells two records apart."""
    others = {kind(name): name for name in other}
    return all(others.get(kind(name), name) == name for name in one if kind(name) in TELLING)


def _text(record: Any, attribute: str) -> str:
    """Return an attribute as one line of text, empty where it is missing or in doubt."""
    try:
        value = getattr(record, attribute, None)
    except MissingValueError:
        return ""
    return "" if value is None or isinstance(value, Missing) else " ".join(str(value).split())


def _linked(record: Any, attribute: str) -> Any:
    """Return the record that a link leads to, nothing where it leads nowhere or is in doubt."""
    try:
        found = getattr(record, attribute, None)
    except MissingValueError:
        return None
    return None if isinstance(found, Missing) else found


def _hidden(number: str) -> str:
    """Return what tells a number of identity from others without being it."""
    return sha256(number.replace(" ", "").upper().encode()).hexdigest()[:_DIGITS]


def _school(school: Any) -> str:
    return _text(school, "code") or _text(school, "name")


def _student(student: Student) -> Names:
    student_no, id_no, born = (_text(student, attribute) for attribute in ("student_no", "id_no", "birth_date"))
    numbers = ((STUDENT_NO, student_no), (ID_NO, id_no))
    names = [f"{kind_}:{_hidden(number)}" for kind_, number in numbers if number and not is_masked(number)]
    school = _school(_linked(_linked(student, "class_"), "school") or _linked(student, "school"))
    if born:
        names.append(f"{BORN}:{born}")
    if called := _text(student, "name"):
        names.append(f"{CALLED}:{school}/{called}")
    return tuple(names)


def _visit(visit: Visit) -> Names:
    student = _linked(visit, "student")
    when = " ".join(filter(None, (_text(visit, "visited_on"), _text(visit, "time"))))
    return tuple(f"{name} {when}" for name in _student(student)) if student else ()


def _of_student(record: Record, *attributes: str) -> Names:
    student = _linked(record, "student")
    told = " ".join(filter(None, (_text(record, attribute) for attribute in attributes)))
    return tuple(f"{name} {told}" for name in _student(student)) if student else ()


def _held(kind_: str, held: Record) -> Names:
    unit = _school(_linked(held, "school")) or _text(_linked(held, "township"), "name")
    return _within(kind_, unit, _text(held, "no"))


def _within(kind_: str, *parts: str) -> Names:
    return (f"{kind_}:{'/'.join(parts)}",) if parts[-1] else ()


def _case(case: Any) -> tuple[str, str]:
    return _school(_linked(case, "school")), _text(case, "no")


_KNOWN: dict[type[Record], Callable[[Any], Names]] = {
    County: lambda county: _within("县区", _text(county, "name")),
    Township: lambda township: _within("乡镇", _text(_linked(township, "county"), "name"), _text(township, "name")),
    Village: lambda village: _within("村居", _text(_linked(village, "township"), "name"), _text(village, "name")),
    School: lambda school: _within("学校", _school(school)),
    Class: lambda class_: _within("班级", _school(_linked(class_, "school")), _text(class_, "name")),
    Staff: lambda staff: _within("工号", _school(_linked(staff, "school")), _text(staff, "no") or _text(staff, "name")),
    Student: _student,
    Case: lambda case: _within("个案", *_case(case)),
    Visit: _visit,
    Notice: lambda notice: _within("通知书", *_case(_linked(notice, "case")), _text(notice, "id")),
    Inspection: lambda held: _held("督导", held),
    Hamlet: lambda hamlet: _within(
        "村民小组", _text(_linked(hamlet, "village"), "name"), _text(hamlet, "name")
    ),
    Household: lambda household: _within("户", _hidden(_text(household, "no"))),
    Resident: lambda one: _within(
        "人", _hidden(_text(_linked(one, "household"), "no")), _text(one, "birth_date"), _text(one, "name")
    ),
    Change: lambda change: _within("变动", _school(_linked(change, "school")), _text(change, "no")),
    Leave: lambda leave: _within("请假", _school(_linked(leave, "school")), _text(leave, "no")),
    Pairing: lambda pairing: _of_student(pairing, "kind", "helper"),
    Session: lambda session: _of_student(session, "kind", "on", "time"),
    Tutoring: lambda tutoring: _of_student(tutoring, "subject"),
    Disability: lambda disability: _within("残疾儿童", _text(disability, "no")),
    Meeting: lambda meeting: _held("会议", meeting),
    Campaign: lambda campaign: _within("活动", _text(campaign, "no")),
    Talk: lambda talk: _held("问责", talk),
    Volume: lambda volume: _within("案卷", _text(volume, "no")),
}  # fmt: skip
