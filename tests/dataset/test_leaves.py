"""Leave against absences without leave."""

from __future__ import annotations

from datetime import date

import pytest

from generator.dataset.contradictions.leaves import leaves
from generator.dataset.models import Absence, Case, Dataset, Leave, Student


def november(day: int) -> date:
    return date(2026, 11, day)


def told(*absences: Absence, opinion: str | None = "同意", cases: tuple[Case, ...] = ()) -> list[str]:
    """What is told of a leave from the 10th to the 12th beside absences of the same child."""
    child = Student(name="石𬭎", absences=list(absences), cases=list(cases))
    leave = Leave(no="1", student=child, kind="病假", start=november(10), end=november(12), opinion=opinion)
    problems = list(leaves(Dataset(students=[child], leaves=[leave])))
    assert {problem.level for problem in problems} <= {"warning"}
    return [problem.what for problem in problems]


@pytest.mark.parametrize(
    ("first", "last", "shared"), [(12, 13, 12), (9, 10, 10), (11, 11, 11), (13, 16, None), (6, 9, None)]
)
def test_a_day_of_leave_is_not_missed_without_leave(first: int, last: int, shared: int | None) -> None:
    absence = Absence(kind="旷课", start=november(first), end=november(last))
    assert told(absence) == ([f"石𬭎 2026-11-{shared} 有病假，而“缺勤”表记的是旷课"] if shared else [])


def test_an_absence_with_leave_agrees_with_it() -> None:
    assert told(Absence(kind="事假", start=november(10), end=november(12))) == []


def test_leave_that_was_refused_gives_no_leave() -> None:
    absence = Absence(kind="旷课", start=november(10), end=november(10))
    assert told(absence, opinion="不同意，请按时到校") == []
    assert told(absence, opinion=None) != []


def test_an_absence_without_an_end_goes_on_until_the_case_ends() -> None:
    absence = Absence(kind="旷课", start=november(2))
    assert told(absence) != []
    assert told(absence, cases=(Case(returned_on=november(10)),)) == []
    assert told(absence, cases=(Case(closed_on=november(11)),)) != []


def test_days_without_an_end_are_counted_from_the_first() -> None:
    assert told(Absence(kind="旷课", start=november(6), days=2)) == []
    assert told(Absence(kind="旷课", start=november(9), days=2)) != []


@pytest.mark.parametrize(("day", "at_odds"), [(10, False), (11, True), (12, False)])
def test_half_a_day_may_be_the_half_before_or_after_the_leave(day: int, at_odds: bool) -> None:
    assert bool(told(Absence(kind="旷课", start=november(day), session="上午"))) is at_odds
