"""What inspections found wrong: by when it is mended, and what is overdue."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from generator.dataset.models import County, Finding, Inspection, School, Settings, Township
from generator.policy.calendar import Calendar
from generator.policy.mending import inspected, mend_by, overdue, until
from tests.small import national

TODAY = date(2026, 11, 16)
TERM = Settings(year="2026—2027学年", term="第一学期", term_start=date(2026, 9, 1), term_end=date(2027, 1, 22))
CALENDAR = Calendar(TERM, [])


def inspection(*findings: Finding, **told: date) -> Inspection:
    return Inspection(no="1", findings=list(findings), **told)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("day", "counted"),
    [(date(2026, 8, 31), False), (date(2026, 9, 1), True), (TODAY, True), (TODAY + timedelta(days=1), False)],
)
def test_inspections_of_the_term_until_today_are_counted(day: date, counted: bool) -> None:
    one = inspection(held_on=day)
    county = County(townships=[Township(inspections=[one])])
    assert (inspected(county, TERM, TODAY) == [one]) is counted


def late(one: Inspection, today: date = TODAY) -> int:
    return len(overdue(national(), CALENDAR, one, today))


@pytest.mark.parametrize(
    ("words", "day", "last"),
    [
        ("收到督导意见后5个工作日内", (2026, 10, 23), (2026, 10, 30)),  # a Friday: five days of the next week
        ("收到督导意见后30日内", (2026, 10, 30), (2026, 11, 29)),
        ("收到督导意见后2周内", (2026, 10, 30), (2026, 11, 13)),
    ],
)
def test_the_words_of_the_policy_are_counted_from_a_day(
    words: str, day: tuple[int, int, int], last: tuple[int, int, int]
) -> None:
    assert until(words, date(*day), CALENDAR) == date(*last)


def test_without_a_day_or_a_beginning_there_is_no_last_day() -> None:
    assert until("收到督导意见后30日内", None, CALENDAR) is None
    assert until("每月1次", TODAY, CALENDAR) is None


def test_what_is_entered_comes_before_what_the_policy_counts() -> None:
    entered = inspection(mend_by=date(2026, 12, 1), opinion_on=date(2026, 10, 30))
    assert mend_by(national(), CALENDAR, entered) == date(2026, 12, 1)
    assert mend_by(national(), CALENDAR, inspection(opinion_on=date(2026, 10, 30))) == date(2026, 11, 29)
    assert mend_by(national(), CALENDAR, inspection()) is None


def test_overdue_is_what_was_due_before_today_and_is_not_mended() -> None:
    before, on_day = date(2026, 11, 15), TODAY
    one = inspection(
        Finding(problem="甲", due=before),
        Finding(problem="乙", due=on_day),  # its day is not over
        Finding(problem="丙", due=before, done="已完成"),
        Finding(problem="丁", due=before, closed_on=TODAY),
        Finding(problem="戊"),  # nobody has said by when
    )
    assert [finding.problem for finding in overdue(national(), CALENDAR, one, TODAY)] == ["甲"]
    assert ([f.problem for f in one.mended], [f.problem for f in one.unmended]) == (["丙", "丁"], ["甲", "乙", "戊"])


def test_a_finding_without_a_day_of_its_own_goes_by_that_of_the_whole() -> None:
    one = inspection(Finding(problem="甲"), opinion_on=date(2026, 10, 16))  # due on the fifteenth of November
    assert (late(one, date(2026, 11, 15)), late(one)) == (0, 1)


def test_a_county_has_those_of_its_townships_and_their_schools() -> None:
    school = School(inspections=[inspection(Finding(due=date(2026, 11, 1)), held_on=date(2026, 10, 22))])
    town = Township(
        schools=[school], inspections=[inspection(Finding(due=date(2026, 9, 1)), held_on=date(2026, 8, 20))]
    )
    county = County(townships=[town])
    assert [one.held_on for one in county.inspections] == [date(2026, 8, 20), date(2026, 10, 22)]
    assert len(overdue(national(), CALENDAR, county, TODAY)) == 2
