"""Which steps of the ladder a child's absence has reached: counted from its first day, or from what came after."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from generator.dataset.missing import MissingValueError
from generator.dataset.models import Case, School, Student
from generator.policy.calendar import Unit
from generator.policy.deadlines import first_urged, first_visit
from generator.policy.duties.situation import Situation
from generator.policy.duties.windows import shifted
from generator.policy.model import LadderStep
from generator.policy.truancy import Truancy, open_cases


@dataclass(frozen=True, slots=True)
class Stage:
    """A step of the ladder that an absence reached: on which day, and by when somebody must act."""

    step: LadderStep
    reached: date
    by: date

    @property
    def label(self) -> str:
        """The absence in words: 半天, 3个上课日."""
        return self.step.label

    @property
    def who(self) -> str:
        """Those who must act."""
        return self.step.who

    @property
    def action(self) -> str:
        """What they must do."""
        return self.step.action


def stages(at: Situation, student: Student) -> list[Stage]:
    """Return the steps that a child's absence, or its open case, has reached, in the ladder's order."""
    return [found for step in at.policy.ladder if (found := stage(at, step, student))]


def stage(at: Situation, step: LadderStep, student: Student) -> Stage | None:
    """Return a step as a child's absence reached it, or nothing where it has not."""
    truancy = at.truancies.of(student)
    if step.event == "absent":
        reached = truancy and at.calendar.reached(truancy.chain, step.days, step.unit, more=step.more)
        return Stage(step, reached, _by(at, step, reached, student)) if reached else None
    begun = _begun(at, step, student, truancy, open_cases(student, at.today))
    if begun is None:
        return None
    reached = shifted(begun, int(step.days) + step.more, step.unit, at.calendar, student.school)
    by = shifted(reached, step.within, step.unit, at.calendar, student.school)
    return Stage(step, reached, by) if reached <= at.today else None


def _by(at: Situation, step: LadderStep, reached: date, student: Student) -> date:
    school: School | None = student.school or (student.class_.school if student.class_ else None)
    unit: Unit = "上课日" if step.unit == "半天" else step.unit
    try:
        return at.calendar.add(reached, step.within, unit, school)
    except MissingValueError:  # the term ends before that
        return reached


def _begun(
    at: Situation, step: LadderStep, student: Student, truancy: Truancy | None, cases: list[Case]
) -> date | None:
    """Return the day of the event from which a step is counted, if it has happened."""
    if step.event == "confirmed":
        return confirmed(at, cases[0]) if cases else None
    if step.event == "first_visit":
        if cases:
            return first_visit(cases[0], at.today)
        return first_urged(student, truancy.start, at.today) if truancy else None
    return None


def confirmed(at: Situation, case: Case) -> date | None:
    """Return the day on which a child that was found missing counts as having dropped out: so long after as the place
    says; of one that has been away since an earlier term, or is of no class any more, the day on which it was found."""
    student, found = case.student, case.found_on
    truancy = at.truancies.of(student) if student else None
    since = truancy.start if truancy else case.dropped_on or found
    if student is None or found is None or since is None or since < at.term().start:
        return found
    if truancy is None:  # it has missed no lesson yet
        return None if student.enrolled else found
    reached = at.truancies.came_to(truancy, "absent")
    return max(reached, found) if reached else None
