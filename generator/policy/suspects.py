"""Children suspected of having dropped out: those whose absence without leave came so far, and those not yet back."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date

from generator.dataset.models import Case, School, Student, Township, Village
from generator.policy.truancy import Truancies, Truancy

_NOWHERE = re.compile("不明|不详|未知|未查")
UNTRACED = "随迁去向不明"
"""The reason of a case that says no more than that nobody knows where the child is."""


@dataclass(frozen=True, slots=True)
class Suspect:
    """One child on the list of suspected dropouts: by an absence that goes on, by an open case, or by both."""

    student: Student
    truancy: Truancy | None
    case: Case | None

    @property
    def since(self) -> date | None:
        """The day from which it was known: the case's, else the first day missed."""
        if self.case:
            return self.case.found_on
        return self.truancy.start if self.truancy else None

    @property
    def situation(self) -> str:
        """Why the child is on the list, in words; how long an absence is, and no reason for it."""
        if self.truancy:
            return f"连续旷课{self.truancy.label}"
        return "失学，未返校"


def suspects(truancies: Truancies, school: School) -> list[Suspect]:
    """Return the suspected dropouts of a school: the truants in the order of its roll, then the other open cases."""
    cases = {id(case.student): case for case in school.open_cases if case.student}
    truants = truancies.among(school.students, "suspected")
    listed = {id(truancy.student) for truancy in truants}
    return [
        *(Suspect(truancy.student, truancy, cases.get(id(truancy.student))) for truancy in truants),
        *(Suspect(case.student, None, case) for key, case in cases.items() if key not in listed and case.student),
    ]


def suspects_of(truancies: Truancies, unit: School | Township | Village) -> list[Suspect]:
    """Return the suspected dropouts of a school, of all schools of a township, or of those who live in a village."""
    if isinstance(unit, School):
        return suspects(truancies, unit)
    township = unit.township if isinstance(unit, Village) else unit
    found = [one for school in (township.schools if township else ()) for one in suspects(truancies, school)]
    return [one for one in found if one.student.village is unit] if isinstance(unit, Village) else found


def untraced(case: Case) -> bool:
    """Return whether a child that is still to be brought back has to be found first."""
    return case.is_open and case.reason == UNTRACED


def is_lost(case: Case) -> bool:
    """Return whether nobody has written where a child is, or it is written that nobody knows."""
    return case.reason == UNTRACED or not case.whereabouts or bool(_NOWHERE.search(case.whereabouts))
