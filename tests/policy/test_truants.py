"""What papers ask of a truancy: when the child was last at school, who has urged it to return, who has not come at all.

In November 2026 the 9th is a Monday; the term begins on Tuesday, 1 September.
"""

from __future__ import annotations

from datetime import date

import pytest

from generator.dataset.models import Absence, Case, Class, School, Settings, Student, Visit
from generator.policy.calendar import Calendar
from generator.policy.load import load_policy
from generator.policy.truancy import Truancies, Truancy

TODAY = date(2026, 11, 12)
OPENING = date(2026, 9, 1)
SCHOOL = School(name="溪头小学")


def truancies(today: date = TODAY) -> Truancies:
    term = Settings(term_start=OPENING, term_end=date(2026, 12, 25))
    return Truancies(load_policy("national"), Calendar(term, ()), today)


def november(day: int) -> date:
    return date(2026, 11, day)


def away(first: date, last: date | None = None, kind: str = "旷课", session: str | None = None) -> Absence:
    return Absence(kind=kind, start=first, end=last, session=session)


def child(*absences: Absence) -> Student:
    return Student(absences=list(absences), class_=Class(school=SCHOOL))


def truancy(*absences: Absence) -> Truancy:
    found = truancies().of(child(*absences))
    assert found
    return found


@pytest.mark.parametrize(
    ("absences", "seen"),
    [
        ([away(november(9))], november(6)),  # a Friday
        ([away(november(11))], november(10)),
        ([away(november(5), november(6), "病假"), away(november(9))], november(4)),  # ill before, and never back
        ([away(november(5), november(6), "病假"), away(november(10))], november(9)),
        ([away(november(11), november(11), session="下午"), away(november(12))], november(11)),
        ([away(OPENING)], None),
        ([away(OPENING, date(2026, 9, 4), "事假"), away(date(2026, 9, 7))], None),
    ],
)
def test_a_child_was_last_seen_before_the_truancy_and_the_leave_that_leads_to_it(
    absences: list[Absence], seen: date | None
) -> None:
    assert truancy(*absences).seen == seen


def test_visits_that_urge_a_child_to_return_are_those_since_it_stays_away() -> None:
    found = truancy(away(november(9)))
    days = [(11, "劝返"), (6, "无故缺勤"), (10, "无故缺勤"), (9, "定期家访"), (13, "劝返")]
    found.student.visits = [Visit(visited_on=november(day), purpose=purpose) for day, purpose in days]
    assert [visit.visited_on for visit in found.visits] == [november(10), november(11)]
    assert found.last_visit
    assert found.last_visit.visited_on == november(11)


def test_of_a_truancy_without_visits_there_is_no_last() -> None:
    assert truancy(away(november(9))).last_visit is None


@pytest.mark.parametrize(("first", "new"), [(9, False), (10, True), (11, False)])
def test_a_child_comes_to_a_threshold_on_one_day(first: int, new: bool) -> None:
    """Three school days by the policy."""
    student = child(away(november(first)))
    assert bool(truancies().newly([student], "suspected")) is new


def dropped(on: date, returned: date | None = None) -> Student:
    student = child()
    student.cases = [Case(no="1", student=student, dropped_on=on, found_on=on, returned_on=returned)]
    return student


@pytest.mark.parametrize(
    ("student", "listed"),
    [
        (dropped(date(2026, 7, 1)), True),
        (dropped(OPENING), True),
        (dropped(november(9)), False),
        (dropped(OPENING, returned=date(2026, 9, 8)), False),
        (child(away(OPENING)), True),
        (child(away(OPENING, date(2026, 9, 4), "病假"), away(date(2026, 9, 7))), True),
        (child(away(date(2026, 9, 2))), False),
        (child(away(OPENING, date(2026, 9, 3))), False),
    ],
)
def test_who_has_not_come_since_the_term_began_is_not_registered(student: Student, listed: bool) -> None:
    assert bool(truancies().unregistered([student])) is listed


def test_a_child_that_left_for_another_school_is_not_looked_for() -> None:
    student = dropped(OPENING)
    student.status = "转出"
    assert truancies().unregistered([student]) == []


def test_the_open_case_of_a_child_is_its_latest() -> None:
    first, second, closed = (
        Case(no="1", dropped_on=OPENING), Case(no="2", dropped_on=november(2)),
        Case(no="3", dropped_on=november(5), closed_on=november(9)),
    )  # fmt: skip
    assert Student(cases=[second, first, closed]).open_case is second
    assert Student(cases=[closed]).open_case is None
