"""What inspections found wrong: by when it is mended, and what is overdue."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from generator.dataset.missing import MissingValueError
from generator.dataset.models import County, Finding, Inspection, School, Township
from generator.policy.mending import LOST, OWN, inspected, mend_by, overdue, to_mend, to_revisit, until
from tests.scoring import CALENDAR, FIRST, SECOND, TERM, TODAY, hold, policy
from tests.small import national


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


# What goes on from round to round


def lines(one: Inspection) -> list[tuple[str | None, str]]:
    return [(line.finding.problem, line.band) for line in to_mend(policy(), TERM, one)]


ALL = {"A1": 40.0, "A2": 20.0, "B2": 40.0}
LEFT = "第1轮督导没有整改到位的问题"


def test_the_list_of_a_lone_round_holds_what_it_found_and_no_headings() -> None:
    one = hold(School(), FIRST, ALL, Finding(problem="甲"), Finding(problem="乙", done="已完成"))
    assert lines(one) == [("甲", ""), ("乙", "")]


def test_a_list_begins_with_what_earlier_rounds_left_open() -> None:
    school = School()
    hold(school, FIRST, None, Finding(problem="甲"), Finding(problem="乙", done="已完成"))
    second = hold(school, SECOND, None, Finding(problem="丙"), no="2")
    third = hold(school, date(2026, 12, 1), no="3")
    assert lines(second) == [("甲", LEFT), ("丙", OWN)]
    assert lines(third) == [("甲", LEFT), ("丙", "第2轮督导没有整改到位的问题")]
    assert lines(school.inspections[0]) == [("甲", ""), ("乙", "")]  # which knows nothing of what came later


def test_what_another_unit_left_open_is_not_listed() -> None:
    hold(School(), FIRST, None, Finding(problem="甲"))
    assert lines(hold(School(), SECOND)) == []


def test_an_item_that_lost_points_and_is_no_finding_is_listed_to_be_completed() -> None:
    one = hold(School(), FIRST, ALL | {"A1": 39.5, "B2": 30}, Finding(problem="甲", items="家访制度"))
    one.scores[0].found = "名单没有调整"
    assert lines(one) == [("甲", OWN), ("领导机构（40分得39.5分）：名单没有调整", LOST)]


def test_an_item_that_an_earlier_finding_still_tells_of_is_not_listed_again() -> None:
    school = School()
    hold(school, FIRST, ALL | {"B2": 30}, Finding(problem="甲", items="A2、B2"))
    assert lines(hold(school, SECOND, ALL | {"B2": 35})) == [("甲", LEFT)]


def test_an_item_whose_finding_is_mended_and_that_loses_points_again_is_listed() -> None:
    school = School()
    hold(school, FIRST, ALL | {"B2": 30}, Finding(problem="甲", items="B2", done="已完成"))
    assert lines(hold(school, SECOND, ALL | {"B2": 35})) == [("家访制度（40分得35分）：", LOST)]


def test_a_finding_that_names_an_unknown_item_holds_the_list_back() -> None:
    one = hold(School(), FIRST, ALL | {"B2": 30}, Finding(problem="甲", items="B9"))
    with pytest.raises(MissingValueError):
        lines(one)


def revisited(one: Inspection, today: date = TODAY) -> list[str | None]:
    return [line.finding.problem for line in to_revisit(policy(), TERM, one, today)]


def test_the_inspectors_return_to_what_is_open_after_the_latest_round() -> None:
    school = School()
    first = hold(school, FIRST, ALL, Finding(problem="甲"), Finding(problem="乙", done="已完成"))
    second = hold(school, SECOND, ALL | {"A1": 0}, Finding(problem="丙"), no="2")
    assert (revisited(first), revisited(second)) == ([], ["甲", "丙"])


def test_a_round_that_is_yet_to_come_is_not_returned_to() -> None:
    school = School()
    first = hold(school, FIRST, None, Finding(problem="甲"))
    second = hold(school, SECOND, None, Finding(problem="丙"), no="2")
    assert (revisited(first, date(2026, 11, 10)), revisited(second, date(2026, 11, 10))) == (["甲"], [])


def test_where_all_is_mended_nobody_returns() -> None:
    assert revisited(hold(School(), FIRST, ALL, Finding(problem="甲", closed_on=TODAY))) == []
