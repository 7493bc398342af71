"""Figures laid side by side for charts, worked by hand over tiny units on 16 November 2026."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest

from generator.dataset.missing import MissingValueError
from generator.dataset.models import (
    Case,
    Class,
    County,
    Dataset,
    Filing,
    School,
    Settings,
    Staff,
    Student,
    Township,
    Visit,
)
from generator.policy import series
from generator.policy.calendar import Calendar
from generator.policy.duties.situation import Situation
from generator.policy.model import Policy
from tests.small import national

TODAY = date(2026, 11, 16)
TERM = Settings(year="2026—2027学年", term="第一学期", term_start=date(2026, 9, 1), term_end=date(2027, 1, 22))
CALENDAR = Calendar(TERM, [])


def school(name: str = "溪头小学", *grades: str, baseline: int | None = 50) -> School:
    made = School(name=f"云山县{name}", short_name=name)
    for grade in grades or ("三年级",):
        made.classes.append(Class(school=made, grade=grade, number=1, baseline=baseline))
    return made


def county(*schools: School) -> County:
    made = County(name="云山县")
    township = Township(name="清溪镇", county=made, schools=list(schools))
    made.townships.append(township)
    for one in schools:
        one.township = township
    return made


def enter(class_: Class) -> Student:
    child = Student(class_=class_, school=class_.school)
    class_.students.append(child)
    return child


def drop(of: School, on: date, back: date | None = None, at: int = 0, **told: Any) -> Case:
    child = enter(of.classes[at])
    more: dict[str, Any] = {"found_on": on, "reason": "厌学"} | told
    case = Case(student=child, school=of, dropped_on=on, returned_on=back, **more)
    child.cases.append(case)
    of.dropouts.append(case)
    return case


def rates(unit: series.Unit, name: str = "dropout") -> list[series.Rate]:
    return series.rates_of(name, unit, national(), TERM, TODAY)


def months(unit: series.Unit, today: date = TODAY) -> list[tuple[str, int, int, int]]:
    found = series.months_of(unit, national(), TERM, CALENDAR, today)
    return [(one.label, one.dropped, one.returned, one.still_out) for one in found]


def reasons(unit: series.Unit) -> list[tuple[str, int]]:
    return [(one.label, one.count) for one in series.reasons_of(unit, TERM, TODAY)]


# Rates


def test_a_rate_stands_beside_its_target_stage_by_stage() -> None:
    both = school("石桥学校", "三年级", "八年级")
    drop(both, date(2026, 10, 9), at=1)
    found = [(one.label, one.attained, one.target) for one in rates(county(school(), both))]
    assert found == [("溪头小学", 0.0, 0.5), ("石桥学校（小学）", 0.0, 0.5), ("石桥学校（初中）", 2.0, 1.2)]


def test_where_nothing_is_below_the_line_there_is_a_word() -> None:
    (rate,) = rates(school(baseline=0))
    assert rate.attained == "无"


def test_a_rate_rounds_away_from_its_target() -> None:
    of = school(baseline=300)
    drop(of, date(2026, 10, 9))
    assert rates(of)[0].attained == 0.34


def test_a_rate_of_townships_has_a_row_for_each_of_them() -> None:
    assert [one.label for one in rates(county(school()), "enrolment")] == ["清溪镇"]


@pytest.mark.parametrize("name", ["drop-out", "junior-retention", "nine-year-retention", "loss", "watched"])
def test_what_is_no_rate_with_targets_by_stage_is_refused(name: str) -> None:
    with pytest.raises(ValueError, match=name):
        rates(county(school()), name)


def test_a_rate_that_rests_on_a_missing_number_is_missing_by_itself() -> None:
    one, other = rates(county(school("甲小学", baseline=None), school("乙小学")))
    assert other.attained == 0.0
    with pytest.raises(MissingValueError):
        _ = one.attained


# Months


def test_the_months_of_the_term_until_today() -> None:
    of = school()
    drop(of, date(2026, 9, 1), date(2026, 10, 8))
    drop(of, date(2026, 9, 30))
    drop(of, date(2026, 11, 16), date(2026, 11, 16))
    drop(of, date(2026, 6, 1), date(2026, 9, 2))  # before the term
    assert months(of) == [("9月", 2, 1, 2), ("10月", 0, 1, 1), ("11月", 1, 1, 1)]


def test_what_was_no_dropout_is_in_no_month() -> None:
    of = school()
    drop(of, date(2026, 9, 10), closed_as="转学", closed_on=date(2026, 9, 20))
    assert months(of, date(2026, 9, 30)) == [("9月", 0, 0, 0)]


def test_a_county_has_the_children_of_all_its_schools() -> None:
    one, other = school("甲小学"), school("乙小学")
    drop(one, date(2026, 9, 10))
    drop(other, date(2026, 9, 11))
    assert months(county(one, other), date(2026, 9, 30)) == [("9月", 2, 0, 2)]


def test_before_the_term_there_is_no_month_and_after_it_none_is_added() -> None:
    assert months(school(), date(2026, 8, 20)) == []
    assert [month[0] for month in months(school(), date(2027, 3, 1))] == ["9月", "10月", "11月", "12月", "1月"]


def test_what_happened_later_in_the_month_is_not_known_before() -> None:
    of = school()
    drop(of, date(2026, 9, 2), date(2026, 9, 20))
    drop(of, date(2026, 9, 18))
    assert months(of, date(2026, 9, 15)) == [("9月", 1, 0, 1)]


# Reasons


def test_a_reason_of_one_child_is_told_of_among_the_others() -> None:
    of = school()
    for reason in ("厌学", "厌学", "厌学", "务农经商", "务农经商", "因病", "早婚早育", "其他"):
        drop(of, date(2026, 9, 10), reason=reason)
    assert reasons(county(of)) == [("厌学", 3), ("务农经商", 2), ("其他", 3)]


def test_reasons_are_added_up_over_schools_before_they_are_too_few() -> None:
    one, other = school("甲小学"), school("乙小学")
    drop(one, date(2026, 9, 10), reason="因病")
    drop(other, date(2026, 9, 10), reason="因病")
    assert reasons(county(one, other)) == [("因病", 2)]


def test_reasons_are_those_of_the_term_and_of_dropouts() -> None:
    of = school()
    drop(of, date(2026, 6, 10))
    drop(of, date(2026, 9, 10), closed_as="转学", closed_on=date(2026, 9, 20))
    assert reasons(of) == []


def test_a_reason_that_is_missing_leaves_all_of_them_unknown() -> None:
    of = school()
    drop(of, date(2026, 9, 10), reason=None)
    with pytest.raises(MissingValueError):
        reasons(of)


# Visits


def staff(of: School, post: str, *days: date) -> Staff:
    person = Staff(school=of, name="某", post=post)
    of.staff.append(person)
    person.visits = [Visit(visited_on=day, visitors=[person], mode="上门") for day in days]
    return person


def quotas(unit: series.Unit) -> list[tuple[str, int, int]]:
    return [(one.label, one.owed, one.made) for one in series.quotas_of(unit, national(), TERM)]


def days(count: int) -> list[date]:
    return [date(2026, 9, 2) + timedelta(days=at) for at in range(count)]


def test_what_one_made_beyond_its_quota_does_not_make_up_for_another() -> None:
    of = school()
    staff(of, "任课教师", *days(20))
    staff(of, "任课教师", *days(3), date(2026, 8, 1))
    assert quotas(of) == [("任课教师", 30, 18)]


def test_a_school_is_told_of_by_post_and_a_county_by_school() -> None:
    of = school()
    staff(of, "校长", *days(2))
    staff(of, "任课教师")
    staff(of, "职员", *days(5))  # owes none
    assert quotas(of) == [("校长", 40, 2), ("任课教师", 15, 0)]
    assert quotas(county(of, school("乙小学"))) == [("溪头小学", 55, 2)]


def test_without_the_days_of_the_term_no_visit_is_counted() -> None:
    with pytest.raises(MissingValueError):
        series.quotas_of(school(), national(), Settings(term="第一学期"))


# The ladder


def rungs(
    of: School, *filings: Filing, due_from: date | None = None, policy: Policy | None = None
) -> dict[str, tuple[int, int, int]]:
    settings = Settings(year=TERM.year, term=TERM.term, term_start=TERM.term_start, term_end=TERM.term_end,
                        due_from=due_from)  # fmt: skip
    dataset = Dataset(settings=settings, schools=[of], students=of.students, filings=list(filings))
    found = series.rungs_of(of, Situation(dataset, policy or national(), TODAY))
    return {one.label: (one.in_time, one.late, one.overdue) for one in found}


def visited(child: Student | None, day: date, *visitors: Staff) -> None:
    assert child is not None
    child.visits.append(Visit(student=child, visited_on=day, mode="上门", purpose="劝返", visitors=list(visitors)))


def test_each_step_tells_of_what_was_done_in_time_late_and_not() -> None:
    of = school()
    away = drop(of, date(2026, 11, 9))  # a Monday
    visited(away.student, date(2026, 11, 10), staff(of, "班主任"))  # a day late
    filed = [Filing(paper="LA-08", done_on=date(2026, 11, 9), student=away.student)]
    found = rungs(of, *filed)
    assert found["半天"] == (2, 0, 0)
    assert found["1个上课日"] == (1, 1, 0)
    assert found["2个上课日"] == (0, 0, 2)
    assert found["3个上课日"] == (0, 0, 5)
    assert found["首次家访劝返后满7日"] == (0, 0, 0)  # tomorrow


def test_of_children_who_are_back_nothing_is_told() -> None:
    of = school()
    drop(of, date(2026, 11, 2), date(2026, 11, 12))
    assert set(rungs(of).values()) == {(0, 0, 0)}


def test_what_was_due_before_duties_are_told_is_not_counted() -> None:
    of = school()
    drop(of, date(2026, 11, 9))
    found = rungs(of, due_from=date(2026, 11, 10))
    assert found["1个上课日"] == (0, 0, 0)
    assert found["2个上课日"] == (0, 0, 2)


def test_what_is_due_today_is_not_overdue() -> None:
    of = school()
    drop(of, TODAY)
    assert rungs(of)["1个上课日"] == (0, 0, 0)


def test_a_paper_that_is_owed_once_is_counted_at_the_first_step_that_asks_for_it() -> None:
    of, policy = school(), national()
    drop(of, date(2026, 11, 9))
    half, one, two, *others = policy.ladder
    twice = [half, one, two.model_copy(update={"papers": ["DR-04", "LA-08"]}), *others]
    found = rungs(of, policy=policy.model_copy(update={"ladder": twice}))
    assert found["2个上课日"] == (0, 0, 2)
    assert found["3个上课日"] == (0, 0, 4)  # HV-10, DR-16, NT-13 and once more LA-08
