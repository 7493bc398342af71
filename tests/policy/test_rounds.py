"""What inspections gave, round by round, worked by hand on a checklist of three items of 40, 20 and 40 points."""

from __future__ import annotations

from datetime import date
from fractions import Fraction

import pytest

from generator.dataset.missing import Missing, MissingValueError
from generator.dataset.models import Dataset, Finding, Inspection, School, Score, Township
from generator.errors import Place
from generator.policy.rounds import Round, misscored, rounds, rounds_until, said
from tests.scoring import FIRST, SECOND, TERM, Given, hold, policy, score
from tests.small import HOSTILE

ALL = {"A1": 40.0, "A2": 20.0, "B2": 40.0}


def of(school: School) -> list[Round]:
    return rounds(policy(), TERM, school)


def told(dataset: Dataset) -> list[str]:
    return [f"{problem.level} {problem.place} {problem.what}" for problem in misscored(dataset, policy())]


def one(given: Given) -> Round:
    school = School()
    hold(school, FIRST, given)
    return of(school)[0]


# Which round it is


def test_rounds_of_a_unit_are_counted_by_their_days() -> None:
    school = School()
    later, earlier = hold(school, SECOND, no="甲"), hold(school, FIRST, no="乙")
    assert [(one.inspection, one.number) for one in of(school)] == [(earlier, 1), (later, 2)]


def test_two_inspections_of_one_day_are_rounds_in_the_order_of_their_rows() -> None:
    school = School()
    hold(school, FIRST, no="甲")
    hold(school, FIRST, no="乙")
    assert [(one.inspection.no, one.number) for one in of(school)] == [("甲", 1), ("乙", 2)]


def test_an_inspection_outside_the_term_is_no_round_and_nothing_to_compare_with() -> None:
    school = School()
    hold(school, date(2026, 8, 31), ALL, no="甲")
    hold(school, date(2026, 9, 1), ALL, no="乙")
    hold(school, date(2027, 1, 22), ALL, no="丙")
    hold(school, date(2027, 1, 23), ALL, no="丁")
    assert [(one.number, one.change) for one in of(school)] == [(None, "—"), (1, "—"), (2, "0"), (None, "—")]


def test_without_a_day_nobody_knows_which_round_any_of_them_is() -> None:
    school = School()
    held = hold(school, FIRST, ALL)
    hold(school, None)
    with pytest.raises(MissingValueError):
        rounds_until(policy(), TERM, held)


# What it gave


def test_points_are_added_up_by_heading_and_in_all() -> None:
    found = one({"A1": 38.5, "A2": 20, "B2": 30})
    assert [(part.name, part.full, part.scored, part.points) for part in found.parts] == [
        ("责任落实", 60, 60, 58.5),
        ("制度落实", 40, 40, 30),
    ]
    assert (found.said, found.points, found.whole, found.skipped) == ("88.5", "88.5", True, [])


def test_an_item_that_is_not_scored_scales_the_total_to_the_full_points() -> None:
    found = one({"A1": 35, "A2": None, "B2": 40})
    assert found.total == Fraction("93.75")  # 75 of 80
    assert (found.points, found.scored, [item.id for item in found.skipped]) == ("75", 80, ["A2"])


def test_what_the_policy_makes_no_duty_of_schools_needs_no_row_there_and_one_at_a_township() -> None:
    school, town, under = School(), Township(), policy(("A2",))
    for unit in (school, town):
        hold(unit, FIRST, {"A1": 35, "B2": 40})
    (there,), (here,) = rounds(under, TERM, school), rounds(under, TERM, town)
    assert (there.said, there.of(there.skipped[0])) == ("93.75", there.marks[1])
    assert (here.said, [item.id for item in here.untold]) == ("—", ["A2"])
    hold(other := School(), FIRST)
    assert rounds(under, TERM, other)[0].marks == []  # it was not scored at all


def test_points_for_what_is_no_duty_of_schools_are_told() -> None:
    under = policy(("A2",))
    both = [hold(School(), FIRST, ALL), hold(Township(), FIRST, ALL)]
    (problem,) = misscored(Dataset(inspections=both), under)
    assert problem.what == "A2 工作方案 按政策不属于学校职责，不评分，这里却得 20 分"
    said_so = hold(School(), FIRST, ALL | {"A2": None})
    assert list(misscored(Dataset(inspections=[said_so]), under)) == []


def test_a_total_is_rounded_half_up_to_hundredths() -> None:
    assert one({"A1": 40, "A2": 20, "B2": None}).said == "100"
    assert one({"A1": 40, "A2": 1, "B2": None}).said == "68.33"  # 41 of 60: 68.333…
    assert one({"A1": 40, "A2": 0, "B2": None}).said == "66.67"
    assert (said(Fraction("0.005")), said(Fraction("0.0049")), said(Fraction(-1, 2))) == ("0.01", "0", "-0.5")


def test_until_every_item_is_told_there_is_no_total() -> None:
    found = one({"A1": 40, "B2": 40})
    assert (found.total, found.said, [item.id for item in found.untold]) == (None, "—", ["A2"])


def test_where_nothing_is_scored_at_all_there_is_no_total() -> None:
    assert one({"A1": None, "A2": None, "B2": None}).said == "—"
    assert one({}).said == "—"


def test_an_item_goes_by_its_number_or_its_name_whatever_its_width_and_case() -> None:
    found = one({"ａ1": 39, "工作方案": 20, "b2": 40})
    assert found.said == "99"
    assert [mark.item.id for mark in found.lost] == ["A1"]


# Round against round


def test_a_total_is_compared_with_that_of_the_round_before() -> None:
    school = School()
    hold(school, FIRST, ALL | {"B2": 30})
    hold(school, SECOND, ALL | {"A1": 33.5})
    hold(school, date(2026, 12, 3), ALL)
    assert [(one.said, one.change) for one in of(school)] == [("90", "—"), ("93.5", "+3.5"), ("100", "+6.5")]


def test_fewer_points_are_told_with_a_sign() -> None:
    school = School()
    hold(school, FIRST, ALL)
    hold(school, SECOND, ALL | {"A1": 37.75})
    assert of(school)[-1].change == "-2.25"


def test_a_visit_without_points_stands_between_no_two_rounds() -> None:
    school = School()
    hold(school, FIRST, ALL | {"B2": 30})
    hold(school, date(2026, 10, 20))
    hold(school, SECOND, ALL)
    last = of(school)[-1]
    assert last.before
    assert (last.number, last.before.number, last.change) == (3, 1, "+10")


def test_with_a_round_that_is_not_typed_in_whole_nothing_is_compared() -> None:
    school = School()
    hold(school, FIRST, {"A1": 40})
    hold(school, SECOND, ALL)
    assert (of(school)[-1].change, of(school)[-1].compared) == ("—", False)


def test_items_that_lost_points_in_two_rounds_running_are_lost_again() -> None:
    school = School()
    hold(school, FIRST, ALL | {"A1": 39, "B2": 39})
    hold(school, SECOND, ALL | {"A2": 19, "B2": 38})
    hold(school, date(2026, 12, 3), ALL | {"A1": 30})
    assert [[mark.item.id for mark in one.lost_again] for one in of(school)] == [[], ["B2"], []]


def test_an_item_that_is_not_scored_has_lost_nothing() -> None:
    assert one(ALL | {"A2": None}).lost == []


# What is wrong with the rows


def test_an_unknown_item_is_told_with_near_names_and_leaves_no_total() -> None:
    school = School()
    inspection = hold(school, FIRST, ALL)
    score(inspection, 9, "家访制", 1)
    dataset = Dataset(inspections=[inspection])
    assert told(dataset) == ["error 数据.xlsx 督导评分!B9 检查表上没有“家访制”这一项，是不是“家访制度”"]
    with pytest.raises(MissingValueError) as caught:
        of(school)
    assert caught.value.missing.place == Place("数据.xlsx", "督导评分", "B9")


@pytest.mark.parametrize(
    ("item", "points", "skipped", "what"),
    [
        ("A2", 20.5, False, "C2 A2 工作方案 得 20.5 分，这一项的分值只有 20 分"),
        ("A2", None, False, "C2 A2 工作方案 没有得分"),
        ("A2", 3, True, "C2 A2 工作方案 写了不评分，又有得分"),
    ],
)
def test_points_that_cannot_be_are_told_and_leave_no_total(
    item: str, points: float | None, skipped: bool, what: str
) -> None:
    school = School()
    inspection = hold(school, FIRST)
    score(inspection, 2, item, points, skipped=skipped)
    assert told(Dataset(inspections=[inspection])) == [f"error 数据.xlsx 督导评分!{what}"]
    with pytest.raises(MissingValueError):
        of(school)


def test_no_points_at_all_are_points() -> None:
    school = School()
    inspection = hold(school, FIRST, ALL | {"A2": 0})
    assert told(Dataset(inspections=[inspection])) == []
    assert of(school)[0].said == "80"


@pytest.mark.parametrize(("first", "second"), [("B2", "家访制度"), ("家访制度", "B2"), ("B2", "B2")])
def test_one_item_twice_is_told_whatever_it_is_called(first: str, second: str) -> None:
    inspection = hold(School(), FIRST)
    score(inspection, 2, first, 40)
    score(inspection, 3, second, 40)
    (problem,) = misscored(Dataset(inspections=[inspection]), policy())
    assert problem.what == "同一次督导的 B2 家访制度 写了不止一次"
    assert (problem.place.cell, problem.also[0].cell) == ("B3", "B2")


def test_one_item_in_two_inspections_is_in_order() -> None:
    school = School()
    both = [hold(school, FIRST, ALL), hold(school, SECOND, ALL, no="2")]
    assert told(Dataset(inspections=both)) == []


def test_an_inspection_without_points_is_simply_not_scored() -> None:
    assert told(Dataset(inspections=[hold(School(), FIRST)])) == []


def test_items_that_nobody_typed_in_are_a_reminder() -> None:
    inspection = hold(School(), FIRST, {"A1": 40})
    (problem,) = misscored(Dataset(inspections=[inspection]), policy())
    assert problem.level == "warning"
    assert problem.what == "这次督导的评分没有录全，缺 A2 工作方案、B2 家访制度，算不出总分"


def test_a_finding_that_names_an_unknown_item_is_told() -> None:
    finding = Finding(items="B2、家访制度，A9", problem="甲")
    (problem,) = misscored(Dataset(findings=[finding]), policy())
    assert "没有“A9”这一项" in problem.what


def test_what_is_in_doubt_is_told_once_where_it_is_wrong() -> None:
    inspection = Inspection(no="1", held_on=FIRST)
    inspection.scores = Missing("督导编号", Place("数据.xlsx", "督导评分", "A2"), "没有“9”")  # type: ignore[assignment]
    finding = Finding(items=Missing("检查项目", Place(), "画不出"))  # type: ignore[arg-type]
    assert told(Dataset(inspections=[inspection], findings=[finding])) == []


def test_hostile_text_is_named_on_one_line_and_no_number_in_full() -> None:
    inspection = hold(School(), FIRST)
    score(inspection, 2, HOSTILE, 1)
    score(inspection, 3, "110101201501011234", 1)
    first, second = misscored(Dataset(inspections=[inspection]), policy())
    assert "\n" not in first.what
    assert "110101201501011234" not in second.what


def test_a_row_without_an_item_names_none() -> None:
    school = School()
    inspection = hold(school, FIRST)
    inspection.scores.append(Score(points=1))
    with pytest.raises(MissingValueError):
        of(school)
