"""Leave that was given, and days that are told to be missed without any."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta

from generator.dataset.masking import called
from generator.dataset.models import Absence, Dataset, Leave, Student
from generator.errors import Problem

TRUANT = "旷课"
_DAY = timedelta(days=1)


def leaves(dataset: Dataset) -> Iterator[Problem]:
    """Yield leaves of days of which an absence of the same child says that it had none."""
    for leave in dataset.leaves:
        if leave.student and not _refused(leave):
            for absence in leave.student.absences:
                if day := _shared(leave, absence, leave.student):
                    what = f"{called(leave.student)} {day} 有{leave.kind or '请假'}，而“缺勤”表记的是{TRUANT}"
                    todo = "核对请假的起止日期和缺勤的类别；准了假的，缺勤改为病假或事假"
                    yield Problem(leave.where("start"), what, todo, "warning", (absence.where("kind"),))


def _refused(leave: Leave) -> bool:
    return (leave.opinion or "").startswith("不")  # 不同意, 不予准假


def _shared(leave: Leave, absence: Absence, student: Student) -> date | None:
    """Return the first day of both; of a half day missed only one that lies within the leave, for on its first and
    last day a leave may be of the other half."""
    if absence.kind != TRUANT or not (leave.start and leave.end and absence.start):
        return None
    first, last = (leave.start, leave.end)
    if absence.session:
        first, last = first + _DAY, last - _DAY
    day = max(first, absence.start)
    return day if day <= min(last, _last(absence, student)) else None


def _last(absence: Absence, student: Student) -> date:
    """Return the last day of an absence; of one without an end that before the child's case ended, or none."""
    start = absence.start or date.max
    if absence.end or absence.session:
        return absence.end or start
    if absence.days:
        return start + _DAY * (absence.days - 1)  # if not later: days off do not count
    ends = [end for case in student.cases for end in (case.returned_on, case.closed_on) if end and end > start]
    return min(ends) - _DAY if ends else date.max
