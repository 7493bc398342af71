"""Who was there: the marks of a class's month, who is missing after a holiday, and how many are there in a week.

All of it is read off absences, leaves and cases; whoever none of them tells of was there.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from fractions import Fraction
from itertools import groupby

from generator.dataset.models import GRADES, Absence, Class, Leave, School, Settings, Staff, Student
from generator.policy.calendar import Calendar, day_of
from generator.policy.counts import needed, was_none
from generator.policy.returns import on_register
from generator.policy.truancy import Truancies, ended, ends_until

PRESENT, DAY_OFF = "√", "休"
SICK, PERSONAL, TRUANT = KINDS = ("病假", "事假", "旷课")
MORNING, AFTERNOON = ("上午", "下午")
_DAY = timedelta(days=1)
_WEEKEND = timedelta(days=3)  # from a Friday to a Monday
_NUMBERS = range(1, 32)
_GONE = ("休学", "转出", "死亡", "毕业")

Halves = tuple[str | None, str | None]
"""What a child missed of a day: the kind of its absence in the morning, and in the afternoon."""


@dataclass(frozen=True, slots=True)
class _Span:
    """Days missed, from one to another; of a single day perhaps half."""

    kind: str
    first: date
    last: date
    session: str | None = None

    def covers(self, day: date, half: str) -> bool:
        return self.first <= day <= self.last and self.session in (None, half)


class _Missed:
    """What one child has missed until today."""

    def __init__(self, student: Student, calendar: Calendar, today: date) -> None:
        spans = [*_absences(student, calendar, today), *_leaves(student), *_cases(student, today)]
        self._spans = sorted(spans, key=lambda span: KINDS.index(span.kind))  # leave goes before its want

    def on(self, day: date) -> Halves:
        """Return what the child missed of a day."""
        morning, afternoon = (
            next((span.kind for span in self._spans if span.covers(day, half)), None) for half in (MORNING, AFTERNOON)
        )
        return morning, afternoon


def _absences(student: Student, calendar: Calendar, today: date) -> Iterator[_Span]:
    ends = ends_until(student, today)
    for absence in student.absences:
        kind, start = needed(absence, "kind"), needed(absence, "start")
        over = min((end - _DAY for end in ends if end > start), default=today)  # when a case is, or it goes on
        yield _Span(kind, start, _last(absence, start, student, calendar) or over, absence.session)


def _last(absence: Absence, start: date, student: Student, calendar: Calendar) -> date | None:
    """Return the last day of an absence, where anybody has told of it."""
    if absence.end or absence.session:
        return absence.end or start
    return calendar.add(start - _DAY, absence.days, "上课日", student.school) if absence.days else None


def _leaves(student: Student) -> Iterator[_Span]:
    """Yield the leaves that were given; one that lasts may begin or end with half a day, of which absences tell."""
    for leave in student.leaves:
        if not (leave.opinion or "").startswith("不"):
            kind, start, end = needed(leave, "kind"), needed(leave, "start"), needed(leave, "end")
            if not any(one.start and start <= one.start <= end for one in student.absences):
                yield _Span(kind, start, end)


def _cases(student: Student, today: date) -> Iterator[_Span]:
    for case in student.cases:
        if not was_none(case):
            end = ended(case)
            yield _Span(TRUANT, needed(case, "dropped_on"), end - _DAY if end else today)


def overran(leave: Leave, calendar: Calendar, today: date) -> bool | None:
    """Return whether a child was back later than on the first school day after its leave; nothing while it may yet
    come in time."""
    end = needed(leave, "end")
    due = calendar.not_before(end + _DAY, "上课日", leave.student.school if leave.student else None)
    back = leave.back_on or today
    return back > due if leave.back_on or back > due else None


# A month


@dataclass(frozen=True, slots=True)
class Attendance:
    """A child's month, as far as it has come: what it missed of each school day on which it belonged to the class."""

    student: Student
    days: dict[date, Halves]
    marks: dict[int, str]  # by the day of the month, to the 31st

    @property
    def due(self) -> int:
        """How many days it had to be there."""
        return len(self.days)

    @property
    def present(self) -> float:
        """How many days it was there."""
        return self.due - self.sick - self.personal - self.truant

    @property
    def sick(self) -> float:
        """Days of sick leave."""
        return self._of(SICK)

    @property
    def personal(self) -> float:
        """Days of other leave."""
        return self._of(PERSONAL)

    @property
    def truant(self) -> float:
        """Days without leave."""
        return self._of(TRUANT)

    @property
    def longest(self) -> float:
        """The most days missed one after another, for whatever reason."""
        missed = [half is not None for halves in self.days.values() for half in halves]
        return _days(max((len(list(run)) for away, run in groupby(missed) if away), default=0))

    @property
    def rate(self) -> str:
        """Days there as a share of those due, rounded down to tenths so that 100% means all; 无 where none was due."""
        return f"{Fraction(self.present) * 1000 // self.due / 10:g}%" if self.due else "无"

    def _of(self, kind: str) -> float:
        return _days(sum(half == kind for halves in self.days.values() for half in halves))


@dataclass(frozen=True, slots=True)
class Sheet:
    """A class's month."""

    first: date
    last: date  # of the month
    until: date  # which is as far as it is told
    rows: list[Attendance]

    @property
    def numbers(self) -> dict[int, str]:
        """The days of the month as a sheet counts them, to the 31st; nothing for one that the month does not have."""
        return {number: str(number) if number <= self.last.day else "" for number in _NUMBERS}


def sheet(class_: Class, settings: Settings, calendar: Calendar, today: date) -> Sheet:
    """Return the month of ``today`` in a class, until that day: the children on its roll, and those who left since."""
    first = today.replace(day=1)
    last = day_of(first.year, first.month, 31)
    school = class_.school
    start = needed(settings, "term_start")
    days = [first + _DAY * n for n in range((last - first).days + 1)]
    lessons = {day: calendar.is_school_day(day, school) for day in days if day <= today}
    rows = []
    for student in class_.students:
        if student.status in _GONE and needed(student, "changed_on") <= first:
            continue
        missed = _Missed(student, calendar, today)
        here = {day: missed.on(day) for day, taught in lessons.items() if taught and _belongs(student, day, start)}
        marks = {day.day: mark(here[day]) for day in here}
        marks |= {day.day: DAY_OFF for day, taught in lessons.items() if not taught}
        rows.append(Attendance(student, here, {number: marks.get(number, "") for number in _NUMBERS}))
    return Sheet(first, last, today, rows)


def mark(halves: Halves) -> str:
    """Return what is written for a day: √, the kind of what was missed, or of each half."""
    morning, afternoon = (half[0] if half else "" for half in halves)
    if morning == afternoon:
        return morning or PRESENT
    if morning and afternoon:
        return morning + afternoon
    return f"上{morning}" if morning else f"下{afternoon}"


def _belongs(student: Student, day: date, start: date) -> bool:
    """Return whether a child belonged to its class on a day, as the dates of its coming and going tell."""
    gone = student.status in _GONE and needed(student, "changed_on") <= day
    return not gone and (student.came_on or start) <= day


def _days(halves: int) -> float:
    return halves // 2 if halves % 2 == 0 else halves / 2


# The day after a holiday


@dataclass(frozen=True, slots=True)
class Latecomer:
    """A child that was not back on the day on which lessons began again, and the leave it had, if any."""

    student: Student
    kind: str
    leave: Leave | None

    @property
    def asked(self) -> bool:
        """Whether somebody had asked for leave."""
        return self.kind != TRUANT


@dataclass(frozen=True, slots=True)
class Reopening:
    """The day on which a class came back from its last holiday, and who did not."""

    on: date
    missing: list[Latecomer]


def reopening(class_: Class, settings: Settings, calendar: Calendar, today: date) -> Reopening | None:
    """Return the last day until ``today`` on which lessons began after more than a weekend, or the term's first one."""
    school, start = class_.school, needed(settings, "term_start")
    day = today if calendar.is_school_day(today, school) else calendar.last_before(today, school)
    while day > start and (before := calendar.last_before(day, school)) >= start and day - before <= _WEEKEND:
        day = before
    if day < start:
        return None  # there has been no lesson yet
    missing = [
        Latecomer(student, kind, next(_given(student, day), None))
        for student in class_.roll
        if _belongs(student, day, start) and (kind := _Missed(student, calendar, today).on(day)[0])
    ]
    return Reopening(day, missing)


def _given(student: Student, day: date) -> Iterator[Leave]:
    for leave in student.leaves:
        if leave.start and leave.end and leave.start <= day <= leave.end:
            yield leave


# A week


@dataclass(frozen=True, slots=True)
class ClassWeek:
    """A class on the last school day of a week until today, and who came and went in it; no child is named."""

    class_: Class
    on_register: int
    due: int
    on_leave: int
    truant: int
    came: int
    left: int
    suspended: int
    suspected: int

    @property
    def present(self) -> int:
        """How many were there."""
        return self.due - self.on_leave - self.truant

    @property
    def remark(self) -> str:
        """What has changed, in numbers."""
        changes = (("转入", self.came), ("转出", self.left), ("休学", self.suspended))
        return "，".join(f"{name}{number}人" for name, number in changes if number) or "无变动"


@dataclass(frozen=True, slots=True)
class GradeWeek:
    """A grade's week, class by class."""

    grade: str
    leader: Staff | None
    number: int  # of the week in the term
    on: date  # the day on which children were counted
    classes: list[ClassWeek]


def grade_weeks(
    school: School, settings: Settings, calendar: Calendar, truancies: Truancies, today: date
) -> list[GradeWeek]:
    """Return the week of ``today``, as far as it has come, in each grade of a school; none out of term."""
    start = needed(settings, "term_start")
    monday = today - _DAY * today.weekday()
    if monday + 6 * _DAY < start or monday > needed(settings, "term_end"):
        return []
    number = (monday - (start - _DAY * start.weekday())).days // 7 + 1
    day = today if calendar.is_school_day(today, school) else max(calendar.last_before(today, school), monday)
    found = []
    for grade in GRADES:
        classes = [class_ for class_ in school.classes if class_.grade == grade]
        if classes:
            leader = next((class_.leader for class_ in classes if class_.leader), None)
            rows = [_week(class_, calendar, truancies, monday, day, today) for class_ in classes]
            found.append(GradeWeek(grade, leader, number, day, rows))
    return found


def _week(class_: Class, calendar: Calendar, truancies: Truancies, monday: date, day: date, today: date) -> ClassWeek:
    missed = [_Missed(child, calendar, today).on(day) for child in class_.roll]
    away = [morning or afternoon for morning, afternoon in missed if morning or afternoon]
    left = [child for child in class_.students if child.status == "转出" and needed(child, "changed_on") >= monday]
    return ClassWeek(
        class_,
        on_register=on_register(class_),
        due=class_.size,
        on_leave=sum(kind != TRUANT for kind in away),
        truant=sum(kind == TRUANT for kind in away),
        came=sum(bool(child.came_on and monday <= child.came_on <= today) for child in class_.students),
        left=len(left),
        suspended=sum(child.status == "休学" for child in class_.students),
        suspected=len(truancies.among(class_.roll, "suspected")),
    )
