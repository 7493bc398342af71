"""What a school owed and did, where the sample has no such case: who is counted, and what is not owed yet."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest

from generator.dataset.missing import MissingValueError
from generator.dataset.models import (
    Campaign,
    Case,
    Class,
    Dataset,
    Finding,
    Inspection,
    Leave,
    Member,
    Notice,
    School,
    Session,
    Settings,
    Sheet,
    Staff,
    Student,
    Township,
    Visit,
)
from generator.policy.duties.situation import Situation
from generator.policy.progress import Progress, SchoolProgress, TownshipProgress
from tests.small import national

OPENED, ENDS, TODAY = date(2026, 9, 1), date(2027, 1, 20), date(2026, 11, 16)
DAY = timedelta(days=1)


def progress(school: School, today: date = TODAY, **sheets: Any) -> SchoolProgress:
    data = Dataset(settings=Settings(term="第一学期", term_start=OPENED, term_end=ENDS), schools=[school], **sheets)
    return SchoolProgress(school, Situation(data, national(), today))


def away(**case: Any) -> Case:
    return Case(student=Student(), found_on=date(2026, 10, 8), dropped_on=date(2026, 10, 8), **case)


def visits(number: int, since: date = OPENED) -> list[Visit]:
    return [Visit(visited_on=since + n * DAY, mode="上门", purpose="劝返") for n in range(number)]


def test_visits_of_one_teacher_make_up_for_nothing_that_another_owes() -> None:
    busy, idle = Staff(post="任课教师", visits=visits(40)), Staff(post="任课教师")
    assert progress(School(staff=[busy, idle])).visits == Progress(15, 30, 16)  # 77 of 142 days are over


def test_all_visits_are_owed_when_the_term_is_over_and_none_before_it() -> None:
    school = School(staff=[Staff(post="校长")])
    assert progress(school, ENDS).visits.now == progress(school, ENDS + 30 * DAY).visits.now == 40
    assert progress(school, OPENED - DAY).visits.now == 0


def test_visits_outside_the_term_or_after_today_do_not_count() -> None:
    teacher = Staff(post="任课教师", visits=[*visits(1, OPENED - DAY), *visits(1, OPENED), *visits(1, TODAY + DAY)])
    assert progress(School(staff=[teacher])).visits.done == 1


def test_the_principal_leads_the_group_or_nobody_does() -> None:
    head = Staff(name="田校长")
    group = [Member(role="成员", name="田校长"), Member(role="组长", name="别人")]
    assert progress(School(principal=head, group=group)).led.done == 0
    group.append(Member(role="组长", name="田校长"))
    assert progress(School(principal=head, group=group)).led == Progress(1, 1, 1)
    with pytest.raises(MissingValueError):
        assert progress(School(group=group)).led


def test_one_of_its_two_heads_leads_the_group_of_a_township() -> None:
    township = Township(secretary="甲", head="乙", group=[Member(role="组长", name="乙")])
    at = progress(School()).at
    assert TownshipProgress(township, at).led.done == 1
    township.group[0].name = "丙"
    assert TownshipProgress(township, at).led.done == 0


def notice(**known: Any) -> Notice:
    return Notice(number="1号", issued_on=date(2026, 11, 2), deadline=date(2026, 11, 9), **known)


def with_notices(*notices: Notice) -> SchoolProgress:
    case = away(notices=list(notices))
    for one in notices:
        one.case = case
    return progress(School(dropouts=[case]))


def test_a_notice_that_may_still_be_served_is_not_owed_yet() -> None:
    served, running = notice(served_at=date(2026, 11, 3)), notice()
    running.deadline = TODAY
    assert with_notices(served, running).notices_served == Progress(1, 1, 1)
    running.deadline = TODAY - DAY
    assert with_notices(served, running).notices_served == Progress(1, 2, 2)


def test_drafts_and_notices_of_later_days_are_none() -> None:
    draft, later = notice(), notice(served_at=TODAY)
    draft.number, later.issued_on = None, TODAY + DAY
    assert with_notices(draft, later).notices_served.owed == 0


@pytest.mark.parametrize(
    ("receipt", "whole"),
    [
        ({"served_mode": "直接送达", "servers": "康", "received_by": "父"}, True),
        ({"served_mode": "直接送达", "servers": "康"}, False),
        ({"served_mode": "直接送达", "received_by": "父"}, False),
        ({"served_mode": "留置送达", "servers": "康", "witness": "唐", "refusal": "拒收"}, True),
        ({"served_mode": "留置送达", "servers": "康", "received_by": "父"}, False),
        ({"served_mode": "邮寄送达", "received_by": "父"}, True),
        ({"served_mode": "电子送达"}, False),
    ],
)
def test_a_receipt_is_whole_when_it_says_by_whom_and_to_whom_or_who_saw_it(receipt: Any, whole: bool) -> None:
    assert with_notices(notice(served_at=date(2026, 11, 3), **receipt)).receipts == Progress(whole, 1, 1)


def test_a_child_that_had_not_dropped_out_or_did_in_another_term_is_not_counted() -> None:
    earlier = away(responsible=Staff())
    earlier.found_on = OPENED - DAY
    school = School(dropouts=[away(closed_as="已转学"), away(closed_as="复学"), earlier, away(responsible=Staff())])
    assert progress(school).cases_answered == Progress(1, 2, 2)


def returned(day: date, *, helped: date | None = None) -> Case:
    case = away(returned_on=day)
    assert case.student
    case.student.sessions = [Session(kind="返校关爱", on=helped)] if helped else []
    return case


def test_somebody_must_look_after_a_child_that_is_back_for_longer_than_the_place_lets_pass() -> None:
    new, old = returned(TODAY - 7 * DAY), returned(TODAY - 8 * DAY)
    known: Any = {"sessions": [Session()]}
    assert progress(School(dropouts=[new, old]), **known).followed == Progress(0, 2, 1)
    new = returned(TODAY - 7 * DAY, helped=TODAY)
    assert progress(School(dropouts=[new, old]), **known).followed == Progress(1, 2, 2)
    old = returned(TODAY - 8 * DAY, helped=TODAY - 8 * DAY)  # the day it came back is no looking after
    assert progress(School(dropouts=[old]), **known).followed == Progress(0, 1, 1)


def test_what_is_due_of_an_inspections_findings_is_owed_now() -> None:
    open_, late, mended = Finding(), Finding(due=TODAY - DAY), Finding(closed_on=TODAY)
    held = Inspection(held_on=OPENED, findings=[open_, late, mended])
    later = Inspection(held_on=TODAY + DAY, findings=[Finding()])
    assert progress(School(inspections=[held, later]), findings=[open_]).mended == Progress(1, 3, 2)


def test_of_a_sheet_that_is_not_there_nothing_is_said() -> None:
    with pytest.raises(MissingValueError, match="请假表"):
        assert progress(School()).leaves_approved
    empty = [Sheet("数据.xlsx", "请假", Leave, {})]
    assert progress(School(), sheets=empty).leaves_approved == Progress(0, 0, 0)


def test_a_sheet_of_one_school_tells_nothing_of_another() -> None:
    here, there = School(short_name="甲"), School(short_name="乙")
    sheets, units = [Sheet("甲.xlsx", "请假", Leave, {})], {"甲.xlsx": "甲", "乙.xlsx": "乙"}
    data = Dataset(settings=Settings(term_start=OPENED), schools=[here, there], sheets=sheets, units=units)
    at = Situation(data, national(), TODAY)
    assert SchoolProgress(here, at).leaves_approved.owed == 0
    with pytest.raises(MissingValueError):
        assert SchoolProgress(there, at).leaves_approved


def test_a_month_of_publicity_is_owed_once_it_is_over() -> None:
    school = School(campaigns=[Campaign(kind="宣传月", start=date(2026, 9, 30))])
    known = {"campaigns": school.campaigns}
    assert progress(school, date(2026, 9, 30), **known).publicity.owed == 0
    assert progress(school, date(2026, 10, 1), **known).publicity == Progress(1, 1, 1)
    school.campaigns[0].start = date(2026, 10, 1)
    assert progress(school, date(2026, 10, 2), **known).publicity == Progress(0, 1, 1)


def test_a_class_with_a_teacher_and_nobody_above_it_is_answered_for_by_half() -> None:
    classes = [Class(teacher=Staff(), leader=Staff()), Class(teacher=Staff())]
    assert progress(School(classes=classes)).classes_answered == Progress(1, 2, 2)
