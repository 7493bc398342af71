"""What an item is answered with: from its figures and papers to state, points, pages and remark."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from fractions import Fraction

import pytest

from generator.policy.answers import Answer, Counted, Evidence, SelfAssessment, answer, counted, pages_said
from generator.policy.model import Item
from tests.small import HOSTILE

VISITS = {"visit-record": "家访记录表"}
NONE: Mapping[str, Sequence[Evidence]] = {}


def item(**changes: object) -> Item:
    said = {"id": "B2", "dimension": "制度落实", "item": "家访制度", "standard": "家访", "points": 4}
    return Item.model_validate(said | {"papers": ["visit-record"]} | changes)


def places(*signed: bool | None, title: str = "家访记录表") -> dict[str, list[Evidence]]:
    return {"visit-record": [Evidence(page, title, one) for page, one in enumerate(signed, start=12)]}


def answered(*figures: Counted, evidence: Mapping[str, Sequence[Evidence]] | None = NONE, **changes: object) -> Answer:
    one = item(**changes)
    return answer(one, figures, {form: VISITS[form] for form in one.papers}, evidence)


def visits(done: int, owed: int, now: int | None = None) -> Counted:
    return counted("家访", done, owed, owed if now is None else now)


def test_what_is_done_and_proved_by_a_signed_scan_is_met_and_wins_all_points() -> None:
    found = answered(visits(40, 40), evidence=places(True))
    assert (found.state, found.scored, found.pages, found.remark) == ("达到", "4", "第12页", "")
    assert found.said == "达到（家访 40/40）"


def test_a_paper_that_needs_no_signature_proves_as_it_is() -> None:
    assert answered(visits(40, 40), evidence=places(None)).state == "达到"


def test_a_reprint_is_no_evidence_and_leaves_the_item_to_be_checked() -> None:
    found = answered(visits(40, 40), evidence=places(False))
    assert (found.state, found.points, found.pages) == ("待现场核", None, "")
    assert found.remark == "未附签字件：家访记录表（第12页）"
    assert found.first == "12"


def test_one_reprint_among_signed_scans_leaves_the_item_to_be_checked() -> None:
    found = answered(visits(40, 40), evidence=places(True, False, True, False))
    assert (found.state, found.pages) == ("待现场核", "第12、14页")
    assert found.remark == "未附签字件：家访记录表2份（第13、15页）"


def test_papers_of_one_file_are_counted_each() -> None:
    evidence = {
        "visit-record": [
            Evidence(12, "家访记录表", False, 20),
            Evidence(32, "家访记录表", True),
            Evidence(33, "家访记录表", False, 2),
        ]
    }
    found = answered(visits(40, 40), evidence=evidence)
    assert (found.pages, found.remark) == ("第32页", "未附签字件：家访记录表22份（第12、33页）")


def test_a_paper_that_is_not_given_to_those_who_receive_the_dossier_is_not_called_lacking() -> None:
    found = answer(item(), [visits(40, 40)], VISITS, NONE, kept_back={"visit-record"})
    assert (found.state, found.remark) == ("待现场核", "不随卷提供，在现场查阅：家访记录表")


def test_a_paper_that_is_not_there_leaves_the_item_to_be_checked() -> None:
    found = answered(visits(40, 40), evidence=NONE)
    assert (found.state, found.remark) == ("待现场核", "缺：家访记录表")
    assert answered(visits(40, 40), evidence={"visit-record": []}) == found


def test_without_a_dossier_nothing_that_papers_must_prove_is_met_and_none_is_called_lacking() -> None:
    found = answered(visits(40, 40), evidence=None)
    assert (found.state, found.remark) == ("待现场核", "")
    assert answered(visits(40, 40), evidence=None, papers=[]).state == "达到"


def test_what_is_not_done_is_not_met_whatever_the_papers_say() -> None:
    for evidence in (places(True), places(False), NONE, None):
        found = answered(visits(38, 40), evidence=evidence)
        assert (found.state, found.unmet) == ("未达到", "家访 38/40")


@pytest.mark.parametrize(
    ("done", "points"), [(0, "0"), (4, "0"), (5, "0.5"), (20, "2"), (38, "3.5"), (39, "3.5"), (40, "4"), (50, "4")]
)
def test_points_are_in_proportion_to_what_was_done_cut_down_to_halves(done: int, points: str) -> None:
    assert answered(visits(done, 40), evidence=places(True)).scored == points


def test_each_figure_weighs_the_same_and_excess_in_one_makes_up_for_nothing_in_another() -> None:
    found = answered(visits(80, 40), counted("送达", 0, 3, 3), evidence=places(True))
    assert (found.state, found.scored, found.unmet) == ("未达到", "2", "送达 0/3")
    assert found.figure == "家访 80/40；送达 0/3"


def test_what_is_not_owed_yet_is_not_missed() -> None:
    assert answered(visits(20, 40, 19), evidence=places(True)).said == "达到（家访 20/40（至今应有 19））"
    found = answered(visits(19, 40, 38), evidence=places(True))
    assert (found.state, found.scored) == ("未达到", "2")


def test_where_nothing_was_owed_the_figure_says_so_and_is_met() -> None:
    assert answered(visits(0, 0), evidence=places(True)).said == "达到（家访 无）"


def test_where_nothing_was_owed_no_points_are_won_for_it() -> None:
    assert answered(visits(0, 40), counted("送达", 0, 0, 0), evidence=places(True)).scored == "0"
    assert answered(visits(40, 40), counted("送达", 0, 0, 0), evidence=places(True)).scored == "4"


def test_an_item_without_figures_is_for_checking_on_site_but_shows_its_pages() -> None:
    found = answered(evidence=places(True))
    assert (found.said, found.points, found.pages) == ("待现场核", None, "第12页")


def test_a_doubtful_figure_is_no_guess_and_says_what_is_in_doubt() -> None:
    doubtful = Counted("", Fraction(0), "“家访日期”没有填（家访!D7）")
    found = answered(visits(0, 3), doubtful, evidence=places(True))
    assert (found.state, found.points, found.figure) == ("待现场核", None, "家访 0/3")
    assert found.remark == "数据待核：“家访日期”没有填（家访!D7）"


def test_remarks_tell_of_everything_each_thing_once() -> None:
    doubt = Counted("", Fraction(0), "“学生”存疑")
    found = answer(item(papers=["a", "b"]), [doubt, doubt], {"a": "甲", "b": "乙"}, {"a": [Evidence(1, "甲", False)]})
    assert found.remark == "未附签字件：甲（第1页）；缺：乙；数据待核：“学生”存疑"


def test_hostile_titles_are_words_like_others() -> None:
    found = answered(visits(1, 1), evidence=places(False, title=HOSTILE))
    assert found.remark == f"未附签字件：{HOSTILE}（第12页）"


@pytest.mark.parametrize(
    ("pages", "said"),
    [([], ""), ([40, 12, 12], "第12、40页"), ([3, 1, 2], "第1—3页"), ([1, 2, 7, 8, 9, 11], "第1、2、7—9、11页")],
)
def test_pages_are_told_in_order_and_in_spans(pages: list[int], said: str) -> None:
    assert pages_said(pages) == said


def test_points_are_added_up_by_heading_and_only_of_what_could_be_told() -> None:
    met, part, left = (
        answered(visits(40, 40), evidence=places(True)),
        answered(visits(20, 40), evidence=places(True), dimension="日常监控", points=3),
        answered(evidence=places(True), dimension="日常监控", points=2),
    )
    whole = SelfAssessment("", (met, part, left))
    assert (whole.scored, whole.assessable, whole.full) == ("5.5", 7, 9)
    told = [(one.name, one.scored, one.assessable, one.full) for one in whole.dimensions]
    assert told == [("制度落实", "4", 4, 4), ("日常监控", "1.5", 3, 5)]


def test_where_nothing_can_be_told_the_total_is_nothing_of_nothing() -> None:
    whole = SelfAssessment("", (answered(evidence=NONE),))
    assert (whole.scored, whole.assessable, whole.full) == ("0", 0, 4)
