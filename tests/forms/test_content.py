from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from generator.forms.content import content_of
from generator.forms.context import Context
from generator.records.printings import Content
from tests.small import HOSTILE, known, resolved

NAME = {"text": "学生{{ student.name }}。"}


@pytest.fixture
def context(tmp_path: Path) -> Context:
    return known(tmp_path)


def said(context: Context, *blocks: Any, **changes: Any) -> Content:
    return content_of(resolved(context, *blocks, **changes))


def test_another_value_is_another_filling_of_the_same_wording(context: Context) -> None:
    one, other = said(context, NAME), said(context, NAME, record=1)
    assert one.wording == other.wording
    assert one.filled != other.filled


def test_another_word_is_another_wording_with_the_same_filling(context: Context) -> None:
    one, other = said(context, NAME), said(context, {"text": "学生{{ student.name }}，"})
    assert one.wording != other.wording
    assert one.filled == other.filled


FIELD: dict[str, Any] = {"label": "甲", "value": "乙", "width": 8}
GRID: dict[str, Any] = {"columns": [1, 1], "rows": [["甲", "乙"]]}
ROSTER: dict[str, Any] = {
    "each": "s in class.roll",
    "columns": [{"label": "姓名", "value": "{{ s.name }}", "width": 6}],
}


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ({"text": "甲"}, {"text": "甲", "align": "right"}),
        ({"text": "甲"}, {"text": "甲", "indent": False}),
        ({"fields": [FIELD]}, {"fields": [FIELD | {"width": 20}]}),
        ({"grid": GRID}, {"grid": GRID | {"columns": [2, 1], "height": "20mm"}}),
        ({"roster": ROSTER}, {"roster": ROSTER | {"columns": [ROSTER["columns"][0] | {"width": 9}]}}),
    ],
)  # fmt: skip
def test_looks_are_no_part_of_what_a_paper_says(context: Context, before: Any, after: Any) -> None:
    assert said(context, before) == said(context, after)


def test_house_styles_are_no_part_of_what_a_paper_says(context: Context) -> None:
    assert said(context, NAME, style="form") == said(context, NAME, style="official", landscape=True)


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ([{"text": "甲乙"}], [{"text": "甲"}, {"text": "乙"}]),
        ([{"grid": GRID}], [{"grid": GRID | {"rows": [["甲"], ["乙"]]}}]),
        ([{"grid": GRID}], [{"grid": GRID | {"rows": [["甲", "乙"], [{"blank": True, "span": 2}]]}}]),
        ([{"text": "甲"}], [{"heading": "甲", "numbered": False}, {"text": ""}]),
        ([{"roster": ROSTER}], [{"roster": ROSTER | {"at_least": 9}}]),
    ],
)  # fmt: skip
def test_how_words_stand_in_paragraphs_rows_and_cells_is_part_of_it(context: Context, before: Any, after: Any) -> None:
    assert said(context, *before) != said(context, *after)


def test_values_that_run_together_are_told_apart(context: Context) -> None:
    blocks = [{"text": "{{ student.name }}{{ student.address }}"}]
    joined = known_as(context, "石小", "满溪头村"), known_as(context, "石小满", "溪头村")
    assert said(joined[0], *blocks).filled != said(joined[1], *blocks).filled


def known_as(context: Context, name: str, address: str) -> Context:
    """The same county, its first child called otherwise."""
    from copy import deepcopy

    dataset = deepcopy(context.dataset)
    dataset.students[0].name, dataset.students[0].address = name, address
    return Context(dataset, context.policy, context.today)


def test_a_hostile_value_is_a_value(context: Context) -> None:
    plain, hostile = said(context, NAME), said(known_as(context, HOSTILE, "溪头村"), NAME)
    assert plain.wording == hostile.wording
    assert plain.filled != hostile.filled
