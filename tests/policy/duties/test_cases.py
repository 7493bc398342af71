"""What a case demands: reports, notices and what follows them, and the end of it."""

from __future__ import annotations

from datetime import timedelta

import pytest

from generator.dataset.models import NOTICES, Case, Filing
from generator.policy.deadlines import persuasion_failed, reported_on, urged
from generator.policy.model import Policy
from tests.owing import Town, day, preset

FOUND = day(11, 4)
LATER = day(12, 10)


def dropped(reason: str = "厌学") -> tuple[Town, Case]:
    """A child that dropped out on Monday, was found out on Wednesday and first visited that day."""
    town = Town()
    case = town.case(day(11, 2), FOUND, reason)
    town.visited(FOUND)
    return town, case


def counted_from_service() -> Policy:
    rules = preset("national").return_notice.model_copy(update={"counted_from": "送达"})
    return preset("national").model_copy(update={"return_notice": rules})


def test_the_list_is_owed_within_the_hour_and_the_plan_within_three_days() -> None:
    town, _ = dropped()
    told = town.told(FOUND, about=["DR-04", "IP-01"])
    assert told == {("DR-04", FOUND): "due", ("IP-01", day(11, 7)): "due"}


def test_a_report_is_owed_once_persuasion_has_failed_for_a_week() -> None:
    town, case = dropped()
    papers = ["DR-01", "DR-02", "L-03", "NT-03"]
    assert town.told(day(11, 10), about=papers) == {}
    assert town.told(day(11, 11), about=papers) == {(paper, day(11, 11)): "due" for paper in papers}
    town.filed("L-03", day(11, 11), case)
    assert town.told(day(11, 12), about=["L-03", "DR-02"]) == {
        ("L-03", day(11, 11)): "done", ("DR-02", day(11, 11)): "overdue",
    }  # fmt: skip


def test_what_ladder_and_rhythm_both_ask_for_is_owed_once_by_the_earlier() -> None:
    town = Town()
    town.away(day(11, 2))
    town.case(day(11, 2), day(11, 6))
    assert town.told(day(11, 6), about=["DR-04"]) == {("DR-04", FOUND): "overdue"}


def test_only_a_child_that_nobody_finds_is_looked_for() -> None:
    town, _ = dropped()
    town.filed("NT-13", FOUND, town.school)
    assert town.told(LATER, about=["NT-10"]) == {}
    town, _ = dropped("随迁去向不明")
    assert town.told(LATER, about=["NT-10"]) == {}  # the township has not been told yet
    town.filed("NT-13", FOUND, town.school)
    assert town.told(day(11, 9), about=["NT-10"]) == {("NT-10", day(11, 9)): "due"}  # three working days after


def test_a_child_that_is_away_is_looked_after_twice_a_term() -> None:
    town, case = dropped()
    (duty,) = town.owed(LATER, about=["DR-22"])
    assert (duty.what, duty.by, duty.done_on) == ("跟踪调查去向和思想（1/2次）", day(1, 22), None)
    town.filed("DR-22", day(12, 1), case)
    (duty,) = town.owed(LATER, about=["DR-22"])
    assert (duty.what, duty.done_on) == ("跟踪调查去向和思想（2/2次）", day(12, 1))


# Notices

AFTER_NOTICE = ["NT-03", "NT-05", "NT-06", "L-01", "L-02"]


def test_a_notice_that_is_issued_is_to_be_served() -> None:
    town, case = dropped()
    notice = town.notice(case, day(11, 12))
    told = {("NT-03", day(11, 11)): "done", ("NT-05", day(11, 19)): "due"}
    assert town.told(day(11, 13), about=AFTER_NOTICE) == told
    notice.served_at = day(11, 13)
    told["NT-05", day(11, 19)] = "done"
    assert town.told(day(11, 13), about=AFTER_NOTICE) == told
    assert town.told(day(11, 12), about=AFTER_NOTICE)["NT-05", day(11, 19)] == "due"  # the day before it was not


def test_who_was_found_missing_on_a_weekend_has_not_dropped_out_before_lessons_were_missed() -> None:
    town = Town()
    town.case(day(11, 14), day(11, 14))  # a Saturday
    for today in (day(11, 15), day(11, 16), day(11, 17)):
        assert town.told(today, about=["DR-04"]) == {}
    assert town.told(day(11, 18), about=["DR-04"]) == {("DR-04", day(11, 18)): "due"}


def test_a_notice_whose_days_end_on_a_day_off_may_be_served_until_the_next_working_day() -> None:
    town, case = dropped()
    town.notice(case, day(11, 14))  # its seventh day is a Saturday
    assert town.told(day(11, 16), about=["NT-05"]) == {("NT-05", day(11, 23)): "due"}
    assert town.told(day(11, 23), about=["NT-05"]) == {("NT-05", day(11, 23)): "due"}
    assert ("NT-03", day(11, 24)) in town.told(day(11, 24), about=AFTER_NOTICE)


def test_a_notice_that_was_not_served_in_time_is_issued_anew() -> None:
    town, case = dropped()
    town.notice(case, day(11, 12))
    told = town.told(day(11, 20), about=AFTER_NOTICE)
    assert told == {("NT-03", day(11, 11)): "done", ("NT-03", day(11, 20)): "due"}
    town.notice(case, day(11, 20))
    told = town.told(day(11, 24), about=AFTER_NOTICE)
    assert told == {
        ("NT-03", day(11, 11)): "done", ("NT-03", day(11, 20)): "done", ("NT-05", day(11, 27)): "due",
    }  # fmt: skip


def test_a_notice_that_was_served_too_late_is_issued_anew() -> None:
    town, case = dropped()
    town.notice(case, day(11, 12)).served_at = day(11, 20)
    told = town.told(day(11, 20), about=AFTER_NOTICE)
    assert told == {("NT-03", day(11, 11)): "done", ("NT-03", day(11, 20)): "due"}


def test_a_notice_that_was_not_heeded_is_reported_and_followed_by_an_order() -> None:
    town, case = dropped()
    notice = town.notice(case, day(11, 12))
    notice.served_at = day(11, 13)
    assert not {"NT-06", "L-01"} & {
        paper for paper, _ in town.told(day(11, 19), about=AFTER_NOTICE)
    }  # it may come today
    told = town.told(day(11, 20), about=["NT-06", "L-01", "NT-05"])
    assert told == {("NT-05", day(11, 19)): "done", ("NT-06", day(11, 20)): "due", ("L-01", day(11, 26)): "due"}
    town.filed("NT-06", day(11, 20), case)
    order = town.notice(case, day(11, 24), NOTICES[1])
    order.served_at = day(11, 24)
    told = town.told(day(12, 2), about=["NT-06", "L-01", "L-02"])
    assert told == {
        ("NT-06", day(11, 20)): "done", ("L-01", day(11, 26)): "done", ("L-02", day(12, 8)): "due",
    }  # fmt: skip
    assert {str(duty.who) for duty in town.owed(day(12, 2), about=["L-02"])} == {"郑某（云山县教育局）"}


def test_a_deadline_may_be_entered() -> None:
    town, case = dropped()
    notice = town.notice(case, day(11, 12), deadline=day(11, 30))
    notice.served_at = day(11, 26)
    assert town.told(day(11, 30), about=["NT-06"]) == {}
    assert town.told(day(12, 1), about=["NT-06"]) == {("NT-06", day(12, 1)): "due"}


def test_a_deadline_may_be_counted_from_service_and_ends_on_a_working_day() -> None:
    town, case = dropped()
    notice = town.notice(case, day(11, 12))
    policy = counted_from_service()
    assert town.told(day(12, 20), policy, ["NT-05", "NT-06"]) == {("NT-05", day(11, 19)): "overdue"}
    notice.served_at = day(11, 14)  # a Saturday: seven days later is one too
    assert town.told(day(11, 23), policy, ["NT-05", "NT-06"]) == {("NT-05", day(11, 19)): "done"}
    assert ("NT-06", day(11, 24)) in town.told(day(11, 24), policy, ["NT-06"])


# The end


def test_a_return_is_reported_and_the_case_taken_off_the_ledger() -> None:
    town, case = dropped()
    case.returned_on = day(11, 16)
    assert town.told(day(11, 15), about=["DR-03", "DR-08a"]) == {}
    told = town.told(day(11, 19), about=["DR-03", "DR-08a"])
    assert told == {("DR-03", day(11, 19)): "due", ("DR-08a", day(11, 19)): "due"}  # three working days after
    case.closed_on = day(11, 18)
    town.filed("DR-03", day(11, 18), case)
    assert set(town.told(day(11, 19), about=["DR-03", "DR-08a"]).values()) == {"done"}
    assert town.told(day(11, 19), about=["NT-03", "IP-01", "DR-22", "HV-10"]) == {}


def test_a_case_that_ends_otherwise_demands_no_return() -> None:
    town, case = dropped()
    case.closed_on, case.closed_as = day(11, 16), "已转学"
    assert town.told(day(11, 19), about=["DR-03", "DR-08a", "NT-03", "IP-01"]) == {}


def test_a_case_that_is_found_later_was_not_known_before() -> None:
    town, _ = dropped()
    assert town.told(FOUND - timedelta(days=1), about=["DR-04", "IP-01", "RC-15b"]) == {}


def test_a_second_return_is_reported_like_the_first() -> None:
    town, case = dropped()
    case.returned_on = day(11, 6)
    town.filed("DR-03", day(11, 6), case)
    again = town.case(day(11, 16), day(11, 16))
    again.returned_on = day(11, 23)
    stands = town.told(day(11, 24), about=["DR-03"])
    assert stands == {("DR-03", day(11, 11)): "done", ("DR-03", day(11, 26)): "due"}


def test_two_notices_of_one_day_are_served_each_by_itself() -> None:
    town, case = dropped()
    town.notice(case, day(11, 12)).served_at = day(11, 13)
    town.notice(case, day(11, 12), NOTICES[1])
    owed = town.owed(day(11, 14), about=["NT-05"])
    assert [duty.done_on for duty in owed] == [day(11, 13), None]


def test_a_case_that_was_none_hides_no_other() -> None:
    town, _ = dropped()
    before = town.told(day(11, 20))
    twice = town.case(day(11, 2), day(11, 3))
    twice.closed_on, twice.closed_as = day(11, 5), "登记有误"
    assert town.told(day(11, 20)) == before


@pytest.mark.parametrize("status", ["死亡", "转出", "休学", "毕业"])
def test_nobody_looks_for_a_child_that_belongs_to_no_class(status: str) -> None:
    town = Town()
    town.away(day(11, 2))
    town.child.status, town.child.changed_on = status, day(11, 5)
    assert town.told(day(11, 4), about=["NT-13"])
    assert town.told(day(11, 5), about=["NT-13", "HV-10", "DR-06a"]) == {}


def test_urging_before_the_case_was_written_down_is_where_the_week_begins() -> None:
    town = Town()
    town.away(day(11, 2))
    town.visited(day(11, 3))
    assert ("L-03", day(11, 10)) in town.told(day(11, 11))
    town.case(day(11, 2), day(11, 6))
    assert ("L-03", day(11, 10)) in town.told(day(11, 11))
    assert ("NT-03", day(11, 10)) in town.told(day(11, 11))


def test_only_urging_begins_the_week() -> None:
    town = Town()
    town.away(day(11, 2))
    town.visited(day(11, 3))
    town.child.visits[0].purpose = "定期家访"
    assert town.told(day(11, 20), about=["L-03"]) == {}
    assert town.told(day(11, 3), about=["HV-01"]) == {("HV-01", day(11, 2)): "overdue"}


def test_a_return_that_is_to_come_makes_no_persuasion_fail() -> None:
    _, case = dropped()
    case.returned_on = day(11, 27)
    assert not persuasion_failed(preset("national"), case, day(11, 6))


def test_a_report_tells_of_the_visits_until_it_was_made() -> None:
    town, case = dropped()
    town.visited(day(11, 12))
    town.visited(day(11, 20))
    report = [Filing(paper="DR-02", done_on=day(11, 12), case=case), Filing(paper="L-03", done_on=LATER, case=case)]
    assert [visit.visited_on for visit in urged([], case, day(11, 11))] == [FOUND]
    assert [visit.visited_on for visit in urged(report, case, LATER)] == [FOUND, day(11, 12)]
    assert reported_on(report, case, day(11, 11)) is None  # as it stood then
    assert reported_on(report, Case(), LATER) is None
