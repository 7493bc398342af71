"""What a policy may say, and what it works out from that."""

from __future__ import annotations

from pathlib import Path
from typing import get_args

import pytest
from pydantic import ValidationError

from generator.policy.load import load_policy
from generator.policy.model import ACTS, Act, Article, Inspections, Item, LadderStep, Policy, VisitQuota


def item(name: str, dimension: str, points: int = 1) -> Item:
    return Item(id=name, dimension=dimension, item=name, standard="合格", points=points)


def inspections(*items: Item) -> Inspections:
    return Inspections(team=3, methods=["查"], dimensions=["甲", "乙"], county_items=list(items), school_items=[])


@pytest.mark.parametrize(
    ("days", "unit", "label"), [(0.5, "半天", "半天"), (3, "上课日", "3个上课日"), (7, "自然日", "7日")]
)
def test_a_step_says_its_absence_in_words(days: float, unit: str, label: str) -> None:
    step = LadderStep.model_validate({"days": days, "unit": unit, "who": "班主任", "action": "家访"})
    assert step.label == label


def test_a_step_not_counted_from_the_first_day_says_so() -> None:
    step = LadderStep(days=7, unit="自然日", said="首次家访后满7日", who="学校", action="报告")
    assert step.label == "首次家访后满7日"


def test_a_ladder_climbs() -> None:
    national = load_policy("national")
    upside_down = {**national.model_dump(), "ladder": [step.model_dump() for step in reversed(national.ladder)]}
    with pytest.raises(ValidationError, match="ladder 的天数必须从小到大"):
        Policy.model_validate(upside_down)


@pytest.mark.parametrize("measures", [{}, {"times": 3, "class_share": 0.5}])
def test_a_quota_is_a_number_or_a_share_and_not_both(measures: dict[str, float]) -> None:
    with pytest.raises(ValidationError, match="必须且只能填一个"):
        VisitQuota.model_validate({"posts": ["校长"], "label": "", **measures})


def test_an_item_belongs_to_a_known_dimension() -> None:
    with pytest.raises(ValidationError, match="丙"):
        inspections(item("一", "丙"))


def test_an_inspection_gives_points() -> None:
    with pytest.raises(ValidationError, match="满分会是 0 分"):
        inspections(item("一", "甲", 0))


def test_dimensions_come_in_their_own_order_with_their_points() -> None:
    sheet = inspections(item("一", "乙", 5), item("二", "甲", 2), item("三", "乙", 3))
    assert [(part.name, part.points, [i.item for i in part.items]) for part in sheet.by_dimension] == [
        ("甲", 2, ["二"]),
        ("乙", 8, ["一", "三"]),
    ]
    assert sheet.total == 10


def test_an_article_is_named_as_definitions_write_it() -> None:
    assert Article(law="义务教育法", number=58, gist="").name == "义务教育法 58"


def test_every_act_has_a_chinese_name_that_the_glossary_tells() -> None:
    assert list(ACTS) == list(get_args(Act))
    glossary = (Path(__file__).parents[2] / "docs" / "glossary.md").read_text("utf-8")
    assert [act for act, name in ACTS.items() if f"{act} {name}" not in glossary] == []


def test_fees_that_are_not_charged_are_no_aid_to_apply_for() -> None:
    lists = load_policy("seed-s3.2").lists
    assert "学费书费减免" in lists.aid
    assert lists.grantable == ["两免一补"]


def test_papers_of_schools_tell_the_schools_own_chain_where_there_is_one() -> None:
    national, school = load_policy("national").chain, load_policy("seed-s0.6").chain
    assert (national.in_school, national.links_in_school) == (national.name, national.links)
    assert (school.name, school.links) == (national.name, national.links)  # a township is bound by no school's rules
    assert school.in_school == "三包一挂"
    assert school.links_in_school[0] == "校长包全校"
