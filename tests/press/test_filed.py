"""A row of 办理 that names no paper is offered the paper that may be meant."""

from __future__ import annotations

from datetime import date

import pytest

from generator.dataset.models import Filing
from generator.errors import Place, Problem
from generator.press.filed import explained, unknown

TITLES = {"DR-02": "辍学报告单", "DR-10e": "控辍保学月报表", "NT-02": "返校通知书", "NT-03": "返校通知书"}


def told(paper: str) -> str:
    (problem,) = unknown([Filing(paper=paper, done_on=date(2026, 11, 4))], TITLES)
    return problem.what


@pytest.mark.parametrize(
    ("paper", "hint"),
    [
        ("NT-05", "，是不是“NT-03”返校通知书、“NT-02”返校通知书"),
        ("ｄｒ－０２", "，是不是“DR-02”辍学报告单"),
        ("辍学报告单", "，是不是“DR-02”辍学报告单"),
        ("辍学报告", "，是不是“DR-02”辍学报告单"),
        ("返校通知书", "，是不是“NT-02”返校通知书、“NT-03”返校通知书"),
        ("午餐", ""),
    ],
)
def test_the_papers_that_may_be_meant_are_offered_by_number_and_title(paper: str, hint: str) -> None:
    assert f"的文书{hint}，这一行办理没有算" in told(paper)


def test_a_number_that_there_is_is_no_problem() -> None:
    assert list(unknown([Filing(paper="DR-02", done_on=date(2026, 11, 4)), Filing()], TITLES)) == []


def test_a_title_where_the_number_belongs_is_explained_and_titles_are_asked_for_only_then() -> None:
    asked = []

    def titles() -> dict[str, str]:
        asked.append(1)
        return TITLES

    other = Problem(Place("数据.xlsx", "学生", "A2"), "“月报”不是班级", "改正")
    assert explained([other], titles) == [other]
    assert asked == []
    named = Problem(Place("数据.xlsx", "办理", "A2"), "“控辍保学月报”不是文书编号", "写")
    assert [one.what for one in explained([named, named], titles)] == [
        "“控辍保学月报”不是文书编号，是不是“DR-10e”控辍保学月报表"
    ] * 2
    assert asked == [1]
