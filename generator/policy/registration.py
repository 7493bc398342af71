"""Whom the keeper of the register has to see to: new children, children back without a registration, those on the way
from one school to the next."""

from __future__ import annotations

from dataclasses import dataclass

from generator.dataset.models import GRADES, Case, Change, Class, School, Stage, Student, Transition
from generator.policy.model import Policy

ENTRY_GRADES = (GRADES[0], GRADES[6])
_OTHER = "其他"


def entrants(school: School) -> list[Student]:
    """Return the children in the first grade of a stage, class by class."""
    return [student for class_ in school.classes if class_.grade in ENTRY_GRADES for student in class_.roll]


def is_new(student: Student, class_: Class) -> bool:
    """Return whether a child has entered a stage, or come from another school or back from suspension, this year."""
    return student.enrolled and (class_.grade in ENTRY_GRADES or bool(student.came_on))


@dataclass(frozen=True, slots=True)
class Repair:
    """A child that came back and had, or still has, no registration that fits; with what was done about it, if
    anything."""

    case: Case
    change: Change | None


def repairs(school: School) -> list[Repair]:
    """Return the children of a school who are back and have no number, or whose registration was put right since."""
    found = []
    for case in school.cases:
        if not case.returned_on or not case.student:
            continue
        later = [
            change
            for change in case.student.changes
            if change.kind == _OTHER and change.on and change.on >= case.returned_on
        ]
        if later or not case.student.student_no:
            found.append(Repair(case, later[-1] if later else None))
    return found


@dataclass(frozen=True, slots=True)
class Handover:
    """The children of one stage that one school hands over to another."""

    stage: str
    sender: str
    receiver: str
    children: list[Transition]

    @property
    def missing(self) -> list[Transition]:
        """Those who did not come, or later than they were due."""
        return [
            child for child in self.children if not child.came_on or (child.due_on and child.came_on > child.due_on)
        ]

    @property
    def is_to_junior(self) -> bool:
        """Whether they come from a primary school to a junior one."""
        return "升初" in self.stage


def handovers(school: School) -> list[Handover]:
    """Return what a school hands over and takes over, a list for each stage and other school, as first mentioned.

    Where both schools are in the data, the list is the receiver's, so that there is one.
    """
    found: dict[tuple[str, str, str], list[Transition]] = {}
    for child in (*school.received, *(child for child in school.sent if not child.receiver)):
        sender = child.sender.name if child.sender else child.sender_name
        receiver = child.receiver.name if child.receiver else child.receiver_name
        found.setdefault((child.stage or "", sender or "", receiver or ""), []).append(child)
    return [Handover(*between, children) for between, children in found.items()]


def transitions(policy: Policy, school: School) -> list[str]:
    """Return the steps between grades and schools, as the policy words them, that name no stage, or one which the
    school teaches, or a school of which it is the central one."""
    under = [one for one in (school.township.schools if school.township else []) if one.central is school]
    taught = {one.stage for one in (school, *under)} | {class_.stage for class_ in school.classes}
    return [words for words in policy.enrolment.transitions if not (named := _stages(words)) or named & taught]


def _stages(words: str) -> set[Stage]:
    primary, junior = ("小学", "小升", *GRADES[:6]), ("初", *GRADES[6:])
    found: dict[Stage, tuple[str, ...]] = {"小学": primary, "初中": junior}
    return {stage for stage, names in found.items() if any(name in words for name in names)}


def no_shows(school: School) -> list[Handover]:
    """Return the lists of children who did not come to a junior school from a primary one, or came late."""
    return [one for one in handovers(school) if one.is_to_junior and one.missing]
