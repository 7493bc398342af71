"""What schools, townships and central schools owe by the calendar, and what it asks for about each child."""

from __future__ import annotations

from datetime import date

import pytest

from generator.dataset.models import CalendarDay, School
from generator.policy.duties.periods import (
    CAMPAIGN,
    OF_CENTRAL_SCHOOLS,
    OF_SCHOOLS,
    OF_TOWNSHIPS,
    UNDER_CENTRAL_SCHOOLS,
)
from generator.policy.model import Policy
from tests.owing import Town, day, preset

WINTER = ["HV-08a", "PB-01", "WP-08", "PB-07", "DR-17"]


@pytest.mark.parametrize(
    "rule",
    [*OF_SCHOOLS, *OF_CENTRAL_SCHOOLS, *UNDER_CENTRAL_SCHOOLS, *OF_TOWNSHIPS, CAMPAIGN],
    ids=lambda rule: rule.paper,
)
def test_every_duty_of_the_calendar_has_a_rhythm(rule: object) -> None:
    assert getattr(rule, "rhythm", "") in type(preset("national").rhythms).model_fields


@pytest.mark.parametrize(
    ("today", "told"),
    [
        (day(12, 20), {}),
        (day(12, 21), {("WP-08", day(1, 20)): "due"}),
        (day(1, 21), {
            ("WP-08", day(1, 20)): "overdue", ("HV-08a", day(2, 10)): "due", ("PB-01", day(2, 10)): "due",
            ("PB-07", day(2, 10)): "due", ("DR-17", day(2, 16)): "due",
        }),
    ],
)  # fmt: skip
def test_what_winter_demands_is_told_a_month_before(today: date, told: dict[tuple[str, date], str]) -> None:
    assert Town().told(today, about=WINTER) == told


def test_what_winter_demands_is_told_in_the_term_after_it_too() -> None:
    town = Town("第二学期")
    assert {paper for paper, _ in town.told(day(2, 1), about=WINTER)} == {*WINTER}
    for paper in ("PB-07", "DR-17"):
        town.filed(paper, day(2, 3), town.township)
    town.filed("HV-08a", day(2, 3), town.school)
    told = {paper: state for (paper, _), state in town.told(day(2, 17), about=WINTER).items()}
    assert told == {"WP-08": "overdue", "PB-01": "overdue", "PB-07": "done", "DR-17": "done", "HV-08a": "done"}


def test_who_owes_what_winter_demands_is_told_by_name() -> None:
    told = {duty.paper: str(duty.who) for duty in Town().owed(day(1, 21), about=WINTER)}
    head, officer = "石校长（清溪小学校长）", "田某（清溪镇人民政府）"
    assert told == {"HV-08a": head, "PB-01": head, "WP-08": officer, "PB-07": officer, "DR-17": officer}


def test_a_meeting_of_the_week_that_was_not_held_is_not_asked_for_afterwards() -> None:
    town = Town()
    assert town.told(day(11, 6), about=["WP-12a"]) == {("WP-12a", day(11, 6)): "due"}
    assert town.told(day(11, 7), about=["WP-12a"]) == {}  # a Saturday
    town.filed("WP-12a", day(11, 9), town.school)
    assert town.told(day(11, 10), about=["WP-12a"]) == {("WP-12a", day(11, 13)): "done"}


def test_work_is_summed_up_by_the_end_of_the_term() -> None:
    town = Town()
    assert town.told(day(1, 22), about=["WP-14b"]) == {("WP-14b", day(1, 22)): "due"}
    town.filed("WP-14b", day(1, 25), town.school)  # late, but done
    assert town.told(day(1, 25), about=["WP-14b"]) == {("WP-14b", day(1, 22)): "done"}


def test_work_is_summed_up_every_month_where_the_place_says_so() -> None:
    told = Town().told(day(10, 2), rhythms(summary="每月1次"), ["WP-14b"])
    assert told == {("WP-14b", day(9, 30)): "overdue", ("WP-14b", day(10, 31)): "due"}


def rhythms(**said: str) -> Policy:
    """The national policy with other rhythms."""
    policy = preset("national")
    return policy.model_copy(update={"rhythms": policy.rhythms.model_copy(update=said)})


def test_a_bulletin_is_owed_by_central_schools_alone() -> None:
    town = Town()
    assert town.told(day(10, 2), about=["PB-02"]) == {}
    town.school.central = School(code="2", name="中心小学", short_name="中心小学", kind="中心校")
    assert {duty.paper for duty in town.owed(day(10, 2), about=["PB-02", "IN-03"])} == {"IN-03"}
    town.school.central, town.school.kind = None, "中心校"
    town.filed("PB-02", day(9, 28), town.school)
    assert town.told(day(10, 2), about=["PB-02"]) == {("PB-02", day(9, 30)): "done", ("PB-02", day(10, 31)): "due"}
    assert {str(duty.who) for duty in town.owed(day(10, 2), about=["PB-02"])} == {"石校长（清溪小学校长）"}


# About children


def test_what_is_done_for_a_watched_child_is_looked_through_every_month() -> None:
    town = Town()
    town.class_.leader = town.principal
    assert town.told(day(10, 2), about=["SG-13b"]) == {}
    town.child.watched = True
    town.filed("SG-13b", day(9, 29), town.class_)
    assert town.told(day(10, 2), about=["SG-13b"]) == {("SG-13b", day(9, 30)): "done", ("SG-13b", day(10, 31)): "due"}
    assert {duty.about for duty in town.owed(day(10, 2), about=["SG-13b"])} == {town.class_}
    assert {str(duty.who) for duty in town.owed(day(10, 2), about=["SG-13b"])} == {"石校长（清溪小学校长）"}
    town.child.status = "转出"
    assert town.told(day(10, 2), about=["SG-13b"]) == {}


def test_looking_through_more_often_is_counted() -> None:
    town = Town()
    town.child.watched = True
    town.filed("SG-13b", day(9, 8), town.class_)
    (duty,) = town.owed(day(9, 9), rhythms(support_check="每月2次"), ["SG-13b"])
    assert (duty.what, duty.done_on) == ("检查重点对象帮扶记录（9月，1/2次）", None)


def spring() -> Town:
    """A town in a spring whose holidays are told, with a child that dropped out in April."""
    town = Town("第二学期")
    for festival in (day(4, 5), day(5, 1), day(6, 9)):
        town.dataset.calendar.append(CalendarDay(day=festival, kind="放假"))
    town.case(day(4, 12), day(4, 14))
    return town


def test_in_its_month_every_family_whose_child_is_away_is_visited() -> None:
    town = spring()
    assert town.told(day(4, 30), about=["HV-04"]) == {}
    assert town.told(day(5, 1), about=["HV-04"]) == {("HV-04", day(5, 31)): "due"}
    assert {str(duty.who) for duty in town.owed(day(5, 1), about=["HV-04"])} == {"石校长（清溪小学校长）"}
    town.visited(day(4, 30))
    town.visited(day(5, 6), mode="电话")  # nobody signs on the telephone
    assert town.told(day(6, 1), about=["HV-04"]) == {("HV-04", day(5, 31)): "overdue"}
    town.visited(day(6, 2))
    assert town.told(day(6, 2), about=["HV-04"]) == {("HV-04", day(5, 31)): "done"}


def test_a_promise_that_was_signed_is_enough() -> None:
    town = spring()
    town.filed("HV-04", day(5, 20), town.dataset.cases[0])
    assert town.told(day(5, 20), about=["HV-04"]) == {("HV-04", day(5, 31)): "done"}


def test_a_child_that_is_back_is_not_visited_for_it() -> None:
    town = spring()
    town.dataset.cases[0].returned_on = day(5, 8)
    assert town.told(day(5, 9), about=["HV-04"]) == {}


def test_a_child_that_is_missed_later_is_visited_in_what_is_left_of_the_month() -> None:
    town = spring()
    (case,) = town.dataset.cases
    case.dropped_on, case.found_on = day(5, 19), day(5, 21)
    (duty,) = town.owed(day(5, 25), about=["HV-04"])
    assert (duty.since, duty.by) == (day(5, 21), day(5, 31))
    case.found_on = day(6, 1)
    assert town.told(day(6, 2), about=["HV-04"]) == {}
