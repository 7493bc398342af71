"""What a child's staying away demands of whom: one history, many rule books."""

from __future__ import annotations

from datetime import date

import pytest

from generator.policy.duties.duty import Duty
from tests.owing import Town, day, preset

MON, TUE, WED, THU = (day(11, number) for number in (2, 3, 4, 5))
OF_THE_CHILD = ("LA-05a", "LA-06", "LA-08", "HV-01", "HV-10", "DR-04", "DR-06b", "DR-16", "NT-10", "NT-13")
# A child is away without leave from Monday on; its class teacher went there that evening. By Thursday is owed:
HISTORY = {
    "seed-s0.2": {  # half a day; one, two, three school days; the list and the report on the third
        ("LA-06", MON): "done", ("HV-01", MON): "done", ("LA-08", MON): "overdue", ("HV-10", TUE): "overdue",
        ("LA-08", TUE): "overdue", ("DR-04", WED): "overdue", ("NT-13", WED): "overdue", ("LA-08", WED): "overdue",
    },
    "seed-s0.3": {  # the class teacher may also go the day after; the township hears of it once it is a case
        ("LA-05a", MON): "done", ("HV-01", TUE): "done", ("HV-10", TUE): "overdue",
    },
    "seed-s1": {  # one, two, three: who goes is more on each day, and the class teacher goes again
        ("LA-08", MON): "overdue", ("HV-01", TUE): "overdue", ("HV-10", TUE): "overdue", ("LA-08", TUE): "overdue",
        ("HV-10", WED): "overdue", ("NT-13", WED): "overdue", ("LA-08", WED): "overdue",
    },
    "seed-s3.8": {  # nothing before the third working day, then everything
        ("DR-16", WED): "overdue", ("NT-13", WED): "overdue", ("NT-10", WED): "overdue", ("DR-06b", WED): "overdue",
    },
}  # fmt: skip


def truant() -> Town:
    town = Town()
    town.away(MON)
    town.visited(MON)
    return town


@pytest.mark.parametrize("id_", HISTORY)
def test_one_history_gives_the_duties_of_its_rule_book(id_: str) -> None:
    assert truant().told(THU, preset(id_), OF_THE_CHILD) == HISTORY[id_]


@pytest.mark.parametrize(
    ("today", "reached"),
    [(day(11, 1), set()), (MON, {"LA-06", "HV-01", "LA-08"}), (TUE, {"LA-06", "HV-01", "LA-08", "HV-10"})],
)
def test_a_step_is_owed_from_the_day_on_which_the_absence_reached_it(today: date, reached: set[str]) -> None:
    assert {paper for paper, _ in truant().told(today, preset("seed-s0.2"), OF_THE_CHILD)} == reached


def test_units_of_days_reach_a_step_on_different_days() -> None:
    """A child is away from Tuesday on: two school days are missed before National Day, the third after it."""
    town = Town()
    town.away(day(9, 29))
    third = next(step for step in preset("national").ladder if "NT-13" in step.papers)
    natural = preset("national").model_copy(update={"ladder": [third.model_copy(update={"unit": "自然日"})]})
    assert town.told(day(10, 9), about=["NT-13"]) == {("NT-13", day(10, 8)): "overdue"}
    assert town.told(day(10, 9), natural, ["NT-13"]) == {("NT-13", day(10, 1)): "overdue"}
    assert town.told(day(10, 9), preset("seed-s3.8"), ["NT-13"]) == {("NT-13", day(10, 8)): "overdue"}


def test_a_step_that_may_be_done_the_next_day_is_not_late_before() -> None:
    town = Town()
    town.away(day(11, 6))  # a Friday: the next school day is Monday
    policy = preset("seed-s0.3")
    assert town.told(day(11, 9), policy, ["HV-01"]) == {("HV-01", day(11, 9)): "due"}
    assert town.told(day(11, 10), policy, ["HV-01"]) == {("HV-01", day(11, 9)): "overdue"}


def one(owed: list[Duty]) -> Duty:
    (duty,) = owed
    return duty


def test_a_leader_s_visit_is_one_by_a_leader() -> None:
    town = truant()
    town.visited(TUE)
    assert one(town.owed(TUE, about=["HV-10"])).done_on is None
    town.visited(WED, town.teacher, town.principal)
    assert {duty.done_on for duty in town.owed(WED, about=["HV-10"])} == {WED}


def test_a_visit_before_the_step_does_not_do_for_it() -> None:
    town = truant()
    assert town.told(TUE, preset("seed-s1"), ["HV-01"]) == {("HV-01", TUE): "due"}
    town.visited(TUE)
    assert town.told(TUE, preset("seed-s1"), ["HV-01"]) == {("HV-01", TUE): "done"}


def test_a_child_that_is_back_owes_nobody_anything() -> None:
    town = Town()
    town.away(MON, WED)
    assert town.told(WED, about=OF_THE_CHILD)
    assert town.told(THU, about=OF_THE_CHILD)  # whether it came today is not known yet
    assert town.told(day(11, 6), about=OF_THE_CHILD) == {}


def test_a_child_on_leave_is_no_truant() -> None:
    town = Town()
    town.away(MON, kind="病假")
    assert town.told(THU, about=OF_THE_CHILD) == {}


def test_an_open_case_is_an_absence_that_goes_on() -> None:
    town = Town()
    town.away(MON, WED)  # written down until it became a case
    town.case(MON, WED)
    assert ("NT-13", WED) in town.told(day(11, 20), about=OF_THE_CHILD)


def test_registering_is_done_by_the_case() -> None:
    town = truant()
    assert town.told(WED, about=["DR-06a", "L-10"]) == {("DR-06a", WED): "due", ("L-10", WED): "due"}
    town.case(MON, THU)
    assert town.told(THU, about=["DR-06a", "L-10"]) == {("DR-06a", WED): "done", ("L-10", WED): "done"}
    assert {duty.done_on for duty in town.owed(THU, about=["DR-06a"])} == {THU}


@pytest.mark.parametrize("about", ["child", "class_", "school"])
def test_what_was_filed_for_a_unit_was_filed_for_its_children(about: str) -> None:
    town = truant()
    town.filed("NT-13", WED, getattr(town, about))
    assert town.told(THU, about=["NT-13"]) == {("NT-13", WED): "done"}


def test_what_was_filed_before_an_absence_is_about_another() -> None:
    town = truant()
    town.filed("NT-13", day(10, 20), town.school)
    assert town.told(THU, about=["NT-13"]) == {("NT-13", WED): "overdue"}


def test_what_is_filed_later_was_not_known_then() -> None:
    town = truant()
    town.filed("NT-13", day(11, 9), town.school)
    assert town.told(THU, about=["NT-13"]) == {("NT-13", WED): "overdue"}


def test_who_must_act_is_told_by_name() -> None:
    town = truant()
    told = {duty.paper: str(duty.who) for duty in town.owed(THU, about=["HV-01", "HV-10", "NT-13", "DR-16"])}
    assert told == {
        "HV-01": "林老师（清溪小学三年级（1）班班主任）", "HV-10": "石校长（清溪小学校长）",
        "NT-13": "石校长（清溪小学校长）", "DR-16": "石校长（清溪小学校长）",
    }  # fmt: skip
