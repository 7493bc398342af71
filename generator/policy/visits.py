"""Home visits: how many each member of staff owes a term, and how many it made."""

from __future__ import annotations

import math
from dataclasses import dataclass
from datetime import date

from generator.dataset.models import Case, Settings, Staff, Visit
from generator.policy.assessment import teachers
from generator.policy.counts import needed, was_none
from generator.policy.model import Policy


@dataclass(frozen=True, slots=True)
class VisitTally:
    """Home visits one member of staff owed and made this term."""

    quota: int
    done: int
    at_home: int
    remote: int  # by telephone or video
    watched: int

    @property
    def rate(self) -> str:
        """Visits made as a share of those owed, rounded down so that 100% means all; — where none are owed."""
        return f"{self.done * 100 // self.quota}%" if self.quota else "—"

    @property
    def short(self) -> int:
        """How many visits are still owed."""
        return max(self.quota - self.done, 0)


def visit_quota(policy: Policy, staff: Staff) -> int:
    """Return how many home visits a member of staff owes a term; a share of the class, by its roll at the start of
    the year, is rounded up."""
    for quota in policy.visits:
        if staff.post in quota.posts:
            if quota.times is not None:
                return quota.times
            size = sum(class_.size if class_.baseline is None else class_.baseline for class_ in staff.classes)
            return math.ceil(round(size * (quota.class_share or 0), 6))  # 0.28 × 25 is a little over 7
    return 0


def visit_tally(policy: Policy, settings: Settings, staff: Staff) -> VisitTally:
    """Return what a member of staff owed and made in the dataset's term."""
    start, end = settings.term_start or date.min, settings.term_end or date.max
    made = [visit for visit in staff.visits if visit.visited_on and start <= visit.visited_on <= end]
    at_home = sum(visit.mode == "上门" for visit in made)
    remote = sum(visit.mode in ("电话", "视频") for visit in made)
    watched = sum(bool(visit.student and visit.student.watched) for visit in made)
    return VisitTally(visit_quota(policy, staff), len(made), at_home, remote, watched)


@dataclass(frozen=True, slots=True)
class Effort:
    """What one member of staff did this term to bring children back."""

    staff: Staff
    policy: Policy
    settings: Settings
    today: date

    @property
    def owed(self) -> int:
        """How often somebody who teaches children that dropped out has to go along to them, by the policy.

        Raises ``MissingValueError`` where it is not said what the person teaches.
        """
        return self.policy.attendance.follow_visits * len(self._taught)

    @property
    def missed(self) -> int:
        """How often of these it did not: more visits to one child do not make up for another."""
        each = self.policy.attendance.follow_visits
        return sum(max(each - sum(visit in self._made for visit in case.visits), 0) for case in self._taught)

    @property
    def made(self) -> int:
        """How many visits and talks it took part in by which children were urged to come back."""
        return len(self._made)

    @property
    def returned(self) -> int:
        """How many children came back to whom it went, or for whom it was answerable."""
        back = [case for case in self._cases if case.returned_on and case.returned_on <= self.today]
        won = [case for case in back if case.responsible is self.staff or any(v in self._made for v in case.visits)]
        return len({id(needed(case, "student")) for case in won})

    @property
    def _cases(self) -> list[Case]:
        """The cases of the school that were found this term, but for those that turned out to be none."""
        start, school = needed(self.settings, "term_start"), needed(self.staff, "school")
        return [case for case in school.cases if not was_none(case) and start <= needed(case, "found_on") <= self.today]

    @property
    def _taught(self) -> list[Case]:
        if not self.staff.classes:
            needed(self.staff, "teaches")
        return [case for case in self._cases if self.staff in teachers(needed(case, "last_class"))]

    @property
    def _made(self) -> list[Visit]:
        start, urged = needed(self.settings, "term_start"), [visit for case in self._cases for visit in case.visits]
        mine = [visit for visit in urged if self.staff in visit.visitors]
        return [visit for visit in mine if start <= needed(visit, "visited_on") <= self.today]


def case_of(visit: Visit) -> Case | None:
    """Return the case in which a visit urged a child to come back; none where it was made for another reason."""
    cases = visit.student.cases if visit.student else []
    return next((case for case in cases if visit in case.visits), None)


def ways(case: Case) -> list[str]:
    """Return the ways in which a child was urged to come back, each once, in the order of first use."""
    visits = sorted(case.visits, key=lambda visit: visit.visited_on or date.max)
    return list(dict.fromkeys(visit.mode for visit in visits if visit.mode))
