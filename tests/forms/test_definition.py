from __future__ import annotations

from typing import Any

import pytest
from pydantic import ValidationError

from generator.forms.definition import BLOCKS, Definition, GridRow, SideRows
from tests.small import PAPER, definition

EVERY_KIND: list[dict[str, Any]] = [
    {"title": "标题"},
    {"title": ["第一行", "第二行"]},
    {"number": "云政返通〔2026〕1号", "align": "right"},
    {"to": "石小满家长"},
    {"text": "正文", "align": "center", "indent": False, "keep_next": True},
    {"heading": "目标", "level": 2, "numbered": False},
    {"clauses": ["甲", {"text": "乙", "when": "student.watched"}], "numbering": "第一条", "continue": True},
    {"fields": [{"label": "姓名", "value": "{{ student.name }}", "by_hand": True}], "columns": 1},
    {"grid": {"columns": [1, 2], "rows": [["姓名", "{{ student.name }}"], {"side": "家访", "rows": [["甲"]]}]}},
    {"roster": {"each": "s in class.roll", "columns": [{"label": "姓名", "value": "{{ s.name }}"}]}},
    {
        "chart": {
            "kind": "bars",
            "head": "班级",
            "each": "c in school.classes",
            "label": "{{ c.name }}",
            "unit": "人",
            "caption": "人数",
            "series": [{"name": "在校", "value": "{{ c.enrolled }}"}],
        }
    },
    {"people": {"each": "m in school.group", "role": "{{ m.role }}", "name": "{{ m.name }}"}},
    {"signatures": [["甲方", "日期"], ["乙方"]]},
    {"signoff": "{{ school.name }}", "date": "{{ today }}"},
    {"blank": 3, "label": "意见"},
    {"note": "注"},
    {"cut": "裁切线"},
    {"section": "landscape"},
    {"page_break": True},
    {"include": "片段"},
    {"do": [{"text": "正文"}], "each": "s in class.roll"},
]


@pytest.mark.parametrize("block", EVERY_KIND, ids=lambda block: next(iter(block)))
def test_every_kind_of_block_is_read_as_its_kind(block: dict[str, Any]) -> None:
    (read,) = definition(body=[block]).body
    assert type(read) is BLOCKS[next(iter(block))]


def test_no_kind_is_left_out_here() -> None:
    assert {next(iter(block)) for block in EVERY_KIND} == set(BLOCKS)


def errors(**changes: Any) -> list[tuple[tuple[int | str, ...], str]]:
    with pytest.raises(ValidationError) as caught:
        definition(**changes)
    return [(error["loc"], error["type"]) for error in caught.value.errors()]


@pytest.mark.parametrize("block", EVERY_KIND, ids=lambda block: next(iter(block)))
def test_a_key_that_no_block_has_is_one_error(block: dict[str, Any]) -> None:
    ((trail, kind),) = errors(body=[block | {"hieght": "3mm"}])
    assert (trail[-1], kind) == ("hieght", "extra_forbidden")


@pytest.mark.parametrize("block", EVERY_KIND, ids=lambda block: next(iter(block)))
def test_when_beside_each_is_refused(block: dict[str, Any]) -> None:
    with pytest.raises(ValidationError, match="when 和 each 不能同时用"):
        definition(body=[block | {"when": "student.watched", "each": "s in class.roll"}])


@pytest.mark.parametrize(
    "grid_row",
    [
        {"cells": ["甲"], "when": "x", "each": "s in y"},
        {"side": "甲", "rows": [["乙"]], "when": "x", "each": "s in y"},
    ],
)
def test_when_beside_each_is_refused_in_rows_too(grid_row: dict[str, Any]) -> None:
    with pytest.raises(ValidationError, match="when 和 each 不能同时用"):
        definition(body=[{"grid": {"columns": [1], "rows": [grid_row]}}])


@pytest.mark.parametrize(
    ("row", "key"),
    [({"cells": ["甲"], "hieght": "3mm"}, "hieght"), ({"side": "甲", "rows": [["乙"]], "heigt": "3mm"}, "heigt")],
)
def test_a_wrong_key_in_a_row_is_told_once_and_not_as_another_kind_of_row(row: dict[str, Any], key: str) -> None:
    ((trail, kind),) = errors(body=[{"grid": {"columns": [1], "rows": [row]}}])
    assert (trail[-1], kind) == (key, "extra_forbidden")


def test_rows_are_told_apart_by_their_side() -> None:
    (block,) = definition(body=[EVERY_KIND[8]]).body
    assert [type(row) for row in block.grid.rows] == [GridRow, SideRows]  # type: ignore[union-attr]


def test_a_bare_cell_is_a_label_or_with_an_expression_a_value() -> None:
    (block,) = definition(body=[EVERY_KIND[8]]).body
    label, value = block.grid.rows[0].cells  # type: ignore[union-attr]
    assert (label.label, label.value) == ("姓名", "")
    assert (value.label, value.value) == ("", "{{ student.name }}")


def test_an_unknown_kind_of_block_is_one_error() -> None:
    ((_, kind),) = errors(body=[{"txet": "正文"}])
    assert kind == "union_tag_not_found"


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("id", "Tiny Paper"), ("id", "1a"), ("per", "pupil"), ("style", "fancy"), ("formats", ["doc"]),
        ("kind", "letters"), ("act", "fine"), ("audience", "parents"), ("box", 15), ("box", 0), ("bundle", "pupil"),
        ("copies", 2), ("title", None), ("body", "正文"),
    ],
)  # fmt: skip
def test_a_value_that_is_none_of_those_allowed_is_refused(key: str, value: Any) -> None:
    assert [trail[0] for trail, _ in errors(**{key: value})] == [key]


def test_an_unknown_key_is_refused() -> None:
    assert errors(pag=2) == [(("pag",), "extra_forbidden")]


@pytest.mark.parametrize("key", ["id", "title", "per", "filename", "audience", "kind", "issuer", "act", "box"])
def test_what_every_paper_must_say_may_not_be_left_out(key: str) -> None:
    with pytest.raises(ValidationError) as caught:
        Definition.model_validate({name: value for name, value in PAPER.items() if name != key})
    assert [(error["loc"], error["type"]) for error in caught.value.errors()] == [((key,), "missing")]


@pytest.mark.parametrize("said", [{}, {"body": [{"text": "一"}], "word": "表.docx"}], ids=["neither", "both"])
def test_a_paper_has_a_body_or_a_word_form(said: dict[str, Any]) -> None:
    with pytest.raises(ValidationError, match="要写一个，也只能写一个"):
        Definition.model_validate({name: value for name, value in PAPER.items() if name != "body"} | said)
