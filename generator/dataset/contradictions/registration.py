"""Changes of registration, and what the roll says of the same children."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from generator.dataset.masking import called
from generator.dataset.models import Change, Dataset, Student
from generator.errors import Problem

# What the roll may say when a change of each kind was the last: a child may drop out, or finish school, without one.
STATUSES: dict[str, tuple[str, ...]] = {
    "转入": ("在籍", "辍学", "毕业"),
    "复学": ("在籍", "辍学", "毕业"),
    "转出": ("转出",),
    "出国出境": ("转出",),
    "休学": ("休学", "辍学"),
    "死亡": ("死亡",),
}
ARRIVALS = ("转入", "复学")
WITHOUT_CHANGE = ("在籍", "辍学", "毕业")


def registrations(dataset: Dataset) -> Iterator[Problem]:
    """Yield students whose status and dates on the roll are not those of their last change of registration.

    An application that has not been granted yet changes nothing.
    """
    kept = {id(change.student.school) for change in dataset.changes if change.student}
    for student in dataset.students if dataset.changes else ():
        last = max(filter(_done, student.changes), key=lambda change: change.on or date.min, default=None)
        if last:
            yield from _statuses(student, last)
            yield from _days(dataset, student, last)
        elif id(student.school) in kept and (status := student.status or "在籍") not in WITHOUT_CHANGE:
            what = f"{called(student)}的学籍状态是“{status}”，而“学籍变动”表里没有这次变动"
            yield Problem(student.where("status"), what, "补上这次变动，或改正学籍状态", "warning")


def _done(change: Change) -> bool:
    """Return whether a change took place: one that was applied for, once it is granted or entered in the system."""
    asked = change.applied_on and not (change.approved_on or change.system_on)
    return bool(change.on and change.kind in STATUSES and not asked)


def _statuses(student: Student, last: Change) -> Iterator[Problem]:
    status = student.status or "在籍"
    if status not in STATUSES[last.kind or ""]:
        what = f"{called(student)} {last.on} {last.kind}，而学籍状态是“{status}”"
        yield Problem(last.where("kind"), what, "核对后改正其中一处", "warning", (student.where("status"),))


def _days(dataset: Dataset, student: Student, last: Change) -> Iterator[Problem]:
    """Yield days that differ; of an arrival before this school year the roll does not tell."""
    year = dataset.settings.first_year
    arrived = last.kind in ARRIVALS
    if arrived and (year is None or (last.on or date.min) < date(year, 9, 1)):
        return
    if not arrived and student.status not in STATUSES[last.kind or ""]:
        return  # which has been told, or since when it has dropped out
    attribute, header = ("came_on", "转入日期") if arrived else ("changed_on", "变动日期")
    day = getattr(student, attribute)
    if day != last.on and student.status != "辍学":
        told = f"是 {day}" if day else "没有填"
        what = f"{called(student)} {last.on} {last.kind}，而学生表的{header}{told}"
        yield Problem(last.where("on"), what, "核对后改正其中一处", "warning", (student.where(attribute),))
