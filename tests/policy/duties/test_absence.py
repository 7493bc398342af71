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
        ("DR-06b", WED): "overdue",
    },
    "seed-s0.3": {  # the class teacher may also go the day after; the township hears of it once it is a case
        ("LA-05a", MON): "done", ("HV-01", TUE): "done", ("HV-10", TUE): "overdue", ("DR-06b", WED): "overdue",
    },
    "seed-s1": {  # one, two, three: who goes is more on each day, and the class teacher goes again
        ("LA-08", MON): "overdue", ("HV-01", TUE): "overdue", ("HV-10", TUE): "overdue", ("LA-08", TUE): "overdue",
        ("HV-10", WED): "overdue", ("NT-13", WED): "overdue", ("LA-08", WED): "overdue",
    },
    "seed-s3.8": {  # nothing before more than three working days, which is the fourth, then everything
        ("DR-16", THU): "due", ("NT-13", THU): "due", ("NT-10", THU): "due", ("DR-06b", THU): "due",
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
    assert town.told(day(10, 9), preset("seed-s3.8"), ["NT-13"]) == {("NT-13", day(10, 9)): "due"}  # more than three


@pytest.mark.parametrize(
    ("unit", "days", "more", "reached"),
    [("半天", 1, False, MON), ("半天", 1, True, MON), ("半天", 2, True, TUE), ("上课日", 3, False, WED),
     ("上课日", 3, True, THU), ("工作日", 3, False, WED), ("工作日", 3, True, THU), ("自然日", 2.5, True, WED)],
)  # fmt: skip
def test_more_than_so_many_days_is_a_day_later_than_as_many(unit: str, days: float, more: bool, reached: date) -> None:
    third = next(step for step in preset("national").ladder if "NT-13" in step.papers)
    step = third.model_copy(update={"unit": unit, "days": days, "more": more})
    policy = preset("national").model_copy(update={"ladder": [step]})
    owed = truant().owed(THU, policy, ["NT-13"])
    assert [duty.since for duty in owed] == [reached]
    assert owed[0].what.startswith("缺课超过" if more else "缺课")


def test_what_a_place_counts_from_more_than_so_many_days_begins_a_day_later() -> None:
    policy = preset("seed-s3.8")
    assert truant().told(WED, policy, ["DR-16", "L-10", "DR-06b"]) == {}
    found = truant().owed(THU, policy, ["L-10"])
    assert [duty.what for duty in found] == ["缺勤超过3个工作日：列入疑似辍学台账，查明去向"]


def test_nobody_searches_for_a_child_of_which_it_is_written_where_it_is() -> None:
    policy = preset("seed-s3.8")
    town = truant()
    case = town.case(MON, MON)
    for reason, whereabouts, asked in (
        ("厌学", None, True), ("厌学", "去向不明", True), ("外出务工", "随父母到外省", False),
        ("随迁去向不明", "可能随父母到外省", True),
    ):  # fmt: skip
        case.reason, case.whereabouts = reason, whereabouts
        assert bool(town.told(THU, policy, ["NT-10"])) is asked


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


LEDGERS = ("DR-06a", "DR-06b", "DR-06c", "L-10")
KEPT = {  # who keeps ledgers: which there are, and who writes that of suspected dropouts
    "national": ("DR-06a DR-06b L-10", "石校长（清溪小学校长）"),
    "seed-s0.2": ("DR-06b L-10", "田某（清溪镇人民政府）"), "seed-s1": ("DR-06a L-10", "石校长（清溪小学校长）"),
    "seed-s3.8": ("DR-06b L-10", "田某（清溪镇人民政府）"), "seed-s4": ("DR-06a DR-06c L-10", "石校长（清溪小学校长）"),
}  # fmt: skip


@pytest.mark.parametrize("id_", KEPT)
def test_a_child_is_written_into_the_ledgers_that_its_place_keeps_which_a_case_does(id_: str) -> None:
    town, policy = truant(), preset(id_)
    found = {duty.paper: duty for duty in town.owed(THU, policy, LEDGERS)}
    assert sorted(found) == KEPT[id_][0].split()
    assert str(found["L-10"].who) == KEPT[id_][1]
    assert not any(duty.done_on for duty in found.values())
    town.case(MON, THU)
    assert {duty.done_on for duty in town.owed(THU, policy, LEDGERS)} == {THU}


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
