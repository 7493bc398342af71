"""Who stands on the list of suspected dropouts, and what papers about a case are told of its visits and notices."""

from __future__ import annotations

from datetime import date

import pytest

from generator.dataset.missing import Missing
from generator.dataset.models import (
    REASONS,
    Absence,
    Case,
    Class,
    Notice,
    School,
    Settings,
    Student,
    Township,
    Village,
    Visit,
)
from generator.errors import Place
from generator.policy.calendar import Calendar
from generator.policy.deadlines import issued
from generator.policy.load import load_policy
from generator.policy.suspects import UNTRACED, suspects, suspects_of, untraced
from generator.policy.truancy import Truancies
from generator.policy.visits import case_of, ways

TERM = Settings(term_start=date(2026, 9, 1), term_end=date(2027, 1, 22))
TODAY = date(2026, 11, 16)


def child(*, missing_since: int = 0) -> Student:
    """A child, perhaps away without leave since a day of November."""
    absences = [Absence(kind="旷课", start=date(2026, 11, missing_since))] if missing_since else []
    return Student(absences=absences)


def school(*students: Student, cases: tuple[Case, ...] = ()) -> School:
    made = School(classes=[Class(students=list(students))], dropouts=list(cases))
    for student in students:
        student.school, student.class_ = made, made.classes[0]
    made.classes[0].school = made
    return made


def listed(of: School) -> list[tuple[Student, str, date | None]]:
    truancies = Truancies(load_policy("national"), Calendar(TERM, []), TODAY)
    return [(one.student, one.situation, one.since) for one in suspects(truancies, of)]


def test_truants_stand_before_children_whose_case_is_open() -> None:
    truant, short, away, back = child(missing_since=11), child(missing_since=13), child(), child()
    cases = (Case(student=away, found_on=date(2026, 11, 2)), Case(student=back, returned_on=date(2026, 11, 5)))
    assert listed(school(truant, short, away, back, cases=cases)) == [
        (truant, "连续旷课4个上课日", date(2026, 11, 11)),
        (away, "失学，未返校", date(2026, 11, 2)),
    ]


def test_a_child_that_is_both_stands_there_once_since_its_case_was_opened() -> None:
    both = child(missing_since=9)
    case = Case(student=both, found_on=date(2026, 11, 10))
    ((student, situation, since),) = listed(school(both, cases=(case,)))
    assert (student, situation, since) == (both, "连续旷课6个上课日", date(2026, 11, 10))


def test_the_suspects_of_a_township_are_those_of_its_schools_and_of_a_village_those_who_live_there() -> None:
    here, there = child(missing_since=9), child(missing_since=9)
    town = Township(schools=[school(here), school(there)])
    village = here.village = Village(township=town)
    truancies = Truancies(load_policy("national"), Calendar(TERM, []), TODAY)
    found = [[one.student for one in suspects_of(truancies, unit)] for unit in (town, village, town.schools[1])]
    assert found == [[here, there], [here], [there]]


def visit(day: int, mode: str = "上门", purpose: str = "劝返") -> Visit:
    return Visit(visited_on=date(2026, 11, day), mode=mode, purpose=purpose)


@pytest.mark.parametrize(
    ("made", "belongs"), [(visit(3), True), (visit(1), False), (visit(6), False), (visit(3, purpose="定期家访"), False)]
)
def test_a_visit_belongs_to_the_case_that_was_open_when_it_urged_the_child_to_return(
    made: Visit, belongs: bool
) -> None:
    student = Student(visits=[made])
    case = Case(student=student, found_on=date(2026, 11, 2), returned_on=date(2026, 11, 5))
    student.cases, made.student = [case], student
    assert case_of(made) is (case if belongs else None)


def test_a_child_has_to_be_found_while_its_case_is_open_and_nobody_knows_where_it_is() -> None:
    assert untraced(Case(reason=UNTRACED))
    assert not untraced(Case(reason="厌学"))
    assert not untraced(Case(reason=UNTRACED, closed_on=date(2026, 11, 5)))


def test_that_nobody_knows_is_one_of_the_reasons_a_case_may_have() -> None:
    assert UNTRACED in REASONS


def test_ways_are_told_once_each_in_the_order_of_their_days() -> None:
    student = Student(visits=[visit(4), visit(3, "电话"), visit(5), visit(6, "到校面谈")])
    assert ways(Case(student=student, found_on=date(2026, 11, 2))) == ["电话", "上门", "到校面谈"]


def test_drafts_and_void_notices_were_not_issued() -> None:
    void = Missing("文号", Place("台账"), "已经作废")
    good, draft, withdrawn = Notice(number="一"), Notice(), Notice(number="二", withheld=void)
    assert issued(Case(notices=[draft, good, withdrawn])) == [good]
