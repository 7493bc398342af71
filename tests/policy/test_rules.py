"""Which chapters a rule asks for by its name, in the words of different places."""

from __future__ import annotations

import pytest

from generator.policy.load import load_policy
from generator.policy.rules import CHAPTERS, chapters


@pytest.mark.parametrize(
    ("rule", "found"),
    [
        ("考勤与报告", ["考勤"]), ("辍学报告", ["辍学报告"]), ("学生变动即时报告", ["变动"]), ("学困生帮教", ["帮教"]),
        ("辍学生劝返", ["劝返"]), ("人籍核查", ["人籍"]), ("学籍管理", ["学籍"]),
        ("学校和行政村联防联控", ["联防联控"]),
        ("学生入学司法公证", ["入学承诺"]), ("工作奖惩", ["奖惩"]), ("考核奖惩", ["考核", "奖惩"]), ("午餐", []),
    ],
)  # fmt: skip
def test_a_rule_finds_its_chapters_by_its_name(rule: str, found: list[str]) -> None:
    assert chapters(rule) == found


def test_every_rule_of_the_national_booklet_has_one_chapter_of_its_own() -> None:
    found = [chapters(rule) for rule in load_policy("national").lists.rules]
    assert all(len(one) == 1 for one in found)
    assert sorted(one[0] for one in found) == sorted(set(CHAPTERS) - {"入学承诺"})
