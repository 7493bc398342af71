from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from generator.dataset.missing import Missing
from generator.dataset.models import NOTICES, Case, Notice
from generator.errors import Place
from generator.policy.turns import out_of_turn, premature
from tests.owing import Town, day, preset

RETURN, MEND, SCHOOL = NOTICES


class Story(Town):
    """A child that stays away, and the notices of its case."""

    def __init__(self) -> None:
        super().__init__()
        self.of = self.case(day(11, 2), day(11, 2))
        self.visited(day(11, 3))

    def sent(self, on: date, kind: str | None = None, served: date | None = None) -> Notice:
        """Issue a notice that wants the child back in seven days."""
        notice = self.notice(self.of, on, kind)
        notice.served_at = served
        return notice

    def draft(self, kind: str) -> None:
        """Write down a notice that is to be issued."""
        notice = Notice(id="9", case=self.of, kind=kind)
        self.of.notices.append(notice)
        self.dataset.notices.append(notice)

    def reminders(self) -> list[str]:
        """Return what is out of turn."""
        found = list(out_of_turn(self.dataset, preset("national")))
        assert {problem.level for problem in found} <= {"warning"}
        return [problem.what for problem in found]


def test_notices_in_turn_are_not_told() -> None:
    story = Story()
    story.sent(day(11, 10), served=day(11, 11))  # until the 17th
    story.sent(day(11, 18), MEND, served=day(11, 25))  # on the last day
    story.sent(day(11, 26), SCHOOL)
    story.draft(SCHOOL)
    assert story.reminders() == []


@pytest.mark.parametrize(
    ("on", "served", "why"),
    [
        (day(11, 17), day(11, 11), "期限 2026-11-17 还没有过"),
        (day(11, 17), None, "还没有登记送达"),
        (day(11, 18), None, "期限 2026-11-17 已过，没有登记送达"),
        (day(11, 20), day(11, 18), "2026-11-18 才送达，晚于期限 2026-11-17"),
        (day(11, 17), day(11, 18), "还没有登记送达"),  # what came later was not known then
    ],
)
def test_an_order_before_its_turn_is_told_with_what_it_should_have_waited_for(
    on: date, served: date | None, why: str
) -> None:
    story = Story()
    story.sent(day(11, 10), served=served)
    story.sent(on, MEND)
    assert story.reminders() == [
        f"云返〔2026〕2号 发出时还不到这一步：前一步云返〔2026〕1号（{RETURN}）{why}，不能发{MEND}"
    ]


def test_one_of_several_notices_that_was_in_vain_is_enough() -> None:
    story = Story()
    story.sent(day(11, 10), served=day(11, 11))
    story.sent(day(11, 18), served=day(11, 19))
    story.sent(day(11, 20), MEND)
    assert story.reminders() == []


def test_two_notices_of_a_kind_that_hold_are_told_by_the_later_one() -> None:
    story = Story()
    first = story.sent(day(11, 10))
    story.sent(day(11, 10))
    (what,) = story.reminders()
    assert what.startswith(
        f"云返〔2026〕2号 发出时还不到这一步：同一个案的云返〔2026〕1号（{RETURN}）还有效：还没有登记送达"
    )
    first.withheld = Missing("文号", Place("台账.sqlite"), "作废")
    assert story.reminders() == []


@pytest.mark.parametrize(("kind", "lacks"), [(MEND, RETURN), (SCHOOL, MEND)])
def test_a_draft_of_a_step_before_which_there_is_none_is_told(kind: str, lacks: str) -> None:
    story = Story()
    story.draft(kind)
    assert story.reminders() == [f"有{kind}这一行，而这个个案没有{lacks}"]


def test_a_value_in_doubt_is_left_to_what_tells_of_it() -> None:
    story = Story()
    story.sent(day(11, 10)).deadline = Missing("返校期限", Place("数据.xlsx"), "不是日期")  # type: ignore[assignment]
    story.sent(day(11, 12), MEND)
    assert story.reminders() == []


@pytest.mark.parametrize(("on", "early"), [(day(11, 9), True), (day(11, 10), False)])
def test_a_return_notice_is_early_until_persuasion_has_failed(on: date, early: bool) -> None:
    story = Story()
    notice = Notice(id="1", case=story.of)
    assert bool(premature(preset("national"), notice, on)) is early
    assert premature(preset("national"), replace(notice, kind=MEND), on) == ""
    assert premature(preset("national"), replace(notice, case=Case(student=story.child)), on) == ""
