"""What a unit has to tell of a week, a month or a term: children who dropped out and came back, and visits made."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Literal

from generator.dataset.models import Case, Class, County, School, Settings, Township, Visit
from generator.policy.truancy import is_open

Period = Literal["周", "月", "学期"]
Unit = Class | School | Township | County


@dataclass(frozen=True, slots=True)
class Figures:
    """Numbers of one unit from a day to another, both inclusive; no child can be told from them."""

    since: date
    until: date
    found: int  # children who were found to have dropped out
    returned: int  # children who came back, whenever they had dropped out
    away: int  # children still to be brought back at the end
    visits: int
    at_home: int
    remote: int  # by telephone or video
    watched: int  # visits to children on the watch list

    @property
    def other(self) -> int:
        """Visits made in yet another way, as talks at school."""
        return self.visits - self.at_home - self.remote


def figures_of(unit: Unit, period: Period, settings: Settings, today: date) -> Figures:
    """Return what a unit has to tell of the week, month or term, as far as that has gone by ``today``."""
    until = min(today, settings.term_end or today) if period == "学期" else today
    since = _first(period, settings, today)
    cases = list(_cases(unit))
    visits = [visit for visit in _visits(unit) if visit.visited_on and since <= visit.visited_on <= until]
    return Figures(
        since, until,
        found=sum(case.found_on is not None and since <= case.found_on <= until for case in cases),
        returned=sum(case.returned_on is not None and since <= case.returned_on <= until for case in cases),
        away=sum(is_open(case, until) for case in cases),
        visits=len(visits),
        at_home=sum(visit.mode == "上门" for visit in visits),
        remote=sum(visit.mode in ("电话", "视频") for visit in visits),
        watched=sum(bool(visit.student and visit.student.watched) for visit in visits),
    )  # fmt: skip


def _first(period: Period, settings: Settings, today: date) -> date:
    match period:
        case "周":
            return today - timedelta(days=today.weekday())
        case "月":
            return today.replace(day=1)
    return min(settings.term_start or today, today)


def _cases(unit: Unit) -> Iterator[Case]:
    """Yield the cases of children who dropped out of a unit, wherever they are now."""
    if isinstance(unit, Class):
        yield from (case for case in (unit.school.cases if unit.school else ()) if case.last_class is unit)
    else:
        yield from unit.cases


def _visits(unit: Unit) -> Iterator[Visit]:
    for student in unit.students:
        yield from student.visits
