"""Children who stay away without leave: since when, and for how long."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Literal

from generator.dataset.models import CLOSINGS, PERSUADING, Absence, Case, School, Student, Visit
from generator.policy.calendar import Calendar, Chain, Unit
from generator.policy.counts import needed
from generator.policy.model import Policy


@dataclass(frozen=True, slots=True)
class Truancy:
    """One child's absence without leave that goes on today."""

    student: Student
    chain: Chain
    start: date  # the first day missed, which may lie in an earlier term
    days: float  # of this term, in ``unit``
    unit: Unit

    @property
    def label(self) -> str:
        """How long it is, in words: 3个上课日."""
        return f"{self.days:g}日" if self.unit == "自然日" else f"{self.days:g}个{self.unit}"

    @property
    def seen(self) -> date | None:
        """The last day at school before it; none where the child was not there this term."""
        return self.chain.seen

    @property
    def case(self) -> Case | None:
        """The case that was opened for it, or that it belongs to."""
        return next(iter(open_cases(self.student, self.chain.until)), None)

    @property
    def visits(self) -> list[Visit]:
        """The visits since it began that urged the child to come back, by date."""
        found = [
            (visit.visited_on, visit)
            for visit in self.student.visits
            if visit.visited_on and self.start <= visit.visited_on <= self.chain.until and visit.purpose in PERSUADING
        ]
        return [visit for _, visit in sorted(found, key=lambda one: one[0])]

    @property
    def last_visit(self) -> Visit | None:
        """The latest of those visits."""
        return self.visits[-1] if self.visits else None


TRUANT = "旷课"
Threshold = Literal["suspected", "absent", "township"]


def _until_the_end(student: Student, today: date) -> list[Absence]:
    """Return the absences of a child, of which those that nobody has ended are over when a case of theirs is."""
    ends = ends_until(student, today)
    if not ends:
        return student.absences
    return [_ended(absence, ends) for absence in student.absences]


def _ended(absence: Absence, ends: list[date]) -> Absence:
    if absence.end or absence.days or absence.session or not absence.start:
        return absence
    later = [end for end in ends if end > absence.start]
    return replace(absence, end=min(later) - timedelta(days=1)) if later else absence


def ends_until(student: Student, today: date) -> list[date]:
    """Return the days until ``today`` on which cases of a child ended; the end of one that was none tells nothing."""
    real = (case for case in student.cases if case.closed_as != CLOSINGS[-1])
    return [end for case in real if (end := ended(case)) and end <= today]


def ended(case: Case) -> date | None:
    """Return the day on which a case ended: with the child's return, or otherwise."""
    return min((day for day in (case.returned_on, case.closed_on) if day), default=None)


def open_cases(student: Student, today: date) -> list[Case]:
    """Return the cases of a child that were open on a day, with what was known then."""
    return [case for case in student.cases if is_open(case, today)]


def is_open(case: Case, today: date) -> bool:
    """Return whether a child was still to be brought back on a day; before it was missed it was not."""
    end = ended(case)
    return bool(case.found_on and case.found_on <= today) and (end is None or end > today)


class Truancies:
    """Who stays away without leave on a day, by a policy; what was worked out is kept.

    A child with an open case is away since it dropped out, whether or not its absence is still written down each day.
    """

    def __init__(self, policy: Policy, calendar: Calendar, today: date) -> None:
        self._policy, self._calendar, self._today = policy, calendar, today
        self._found: dict[int, Truancy | None] = {}

    def of(self, student: Student) -> Truancy | None:
        """Return the truancy of a child that goes on; raises ``MissingValueError`` where there is no telling."""
        key = id(student)
        if key not in self._found:
            self._found[key] = self._sought(student)
        return self._found[key]

    def among(self, students: list[Student], threshold: Threshold) -> list[Truancy]:
        """Return the truancies that came to a threshold of ``policy.dropout``, in the order of ``students``."""
        return [found for student in students if (found := self.of(student)) and self.came_to(found, threshold)]

    def newly(self, students: list[Student], threshold: Threshold) -> list[Truancy]:
        """Return those of the truancies among ``students`` that came to a threshold today."""
        found = self.among(students, threshold)
        return [one for one in found if self.came_to(one, threshold) == self._today]

    def came_to(self, truancy: Truancy, threshold: Threshold) -> date | None:
        """Return the day on which a truancy came to a threshold of ``policy.dropout``, or nothing where it has not."""
        rules = self._policy.dropout
        return self._calendar.reached(truancy.chain, getattr(rules, threshold), rules.unit, more=rules.more)

    def unregistered(self, students: list[Student]) -> list[Student]:
        """Return the children who have not come back to school since the term began."""
        return [student for student in students if student.enrolled and self._since_opening(student)]

    def _since_opening(self, student: Student) -> bool:
        opening = self._calendar.opening(student.class_.school if student.class_ else student.school)
        case, truancy = next(iter(open_cases(student, self._today)), None), self.of(student)
        dropped = case is not None and case.dropped_on is not None and case.dropped_on <= opening
        return dropped or (truancy is not None and truancy.seen is None)

    def _sought(self, student: Student) -> Truancy | None:
        if not student.enrolled and not (student.changed_on and student.changed_on > self._today):
            return None  # it belongs to no class any more, or is on leave from it
        school = student.school or (student.class_.school if student.class_ else None)
        cases = open_cases(student, self._today)
        away = [Absence(case.origin, kind=TRUANT, start=needed(case, "dropped_on")) for case in cases]
        absences = [*_until_the_end(student, self._today), *away]
        back = max(ends_until(student, self._today), default=None)
        if back and not cases and not any(one.start is None or one.start >= back for one in absences):
            return None  # it has been at school since, be it only today
        if not self._may_go_on(absences, school):
            return None
        chain = self._calendar.unbroken(absences, self._today, school)
        if chain is None:
            return None
        unit = self._policy.dropout.unit
        start = min((case.dropped_on for case in cases if case.dropped_on), default=chain.first)
        length = self._calendar.length(chain, unit)
        return Truancy(student, chain, min(start, chain.first), length, unit)

    def _may_go_on(self, absences: list[Absence], school: School | None) -> bool:
        """Return whether a truancy may reach today: most children's are over, which is seen sooner than worked out."""
        if not any(one.kind == TRUANT for one in absences):
            return False
        since = self._calendar.last_before(self._today, school)
        ends = (one.end or (one.start if one.session and not one.days else None) for one in absences)
        return any(end is None or end >= since for end in ends)
