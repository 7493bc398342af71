"""A chart in a definition: what it shows, when it shows nothing, and that it is proved like everything else."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from pydantic import ValidationError

from generator.forms.catalogue import Proof
from generator.forms.context import Context
from generator.forms.export import export
from generator.forms.lower import lower
from generator.forms.lowered import Block, Para, Picture, Table
from generator.forms.resolve import Chart, HeldBackError, Line, Resolved, Resolver, plain
from tests.small import HOSTILE, Sheets, catalogue, definition, house, known, national, resolved

SIZES: dict[str, Any] = {
    "each": "class in school.classes",
    "head": "班级",
    "label": "{{ class.name }}",
    "series": [{"name": "在册", "value": "{{ class.size }}"}, {"name": "男生", "value": "{{ class.boys }}"}],
    "unit": "人",
    "caption": "各班人数",
}


@pytest.fixture
def context(tmp_path: Path) -> Context:
    return known(tmp_path)


def block(**changes: Any) -> dict[str, Any]:
    return {"chart": SIZES | changes}


def blocks(context: Context, *shown: dict[str, Any], **changes: Any) -> list[Block]:
    return list(lower(resolved(context, *shown, **changes), house(), landscape=False, label="x").blocks)


def charted(made: Resolved) -> Chart:
    return next(found for found in made.blocks if isinstance(found, Chart))


def test_a_chart_has_a_row_for_each_element_and_a_number_of_each_series(context: Context) -> None:
    made = charted(resolved(context, block()))
    assert made.labels == ("三年级（1）班",)
    assert [(one.name, one.numbers, one.written) for one in made.series] == [
        ("在册", (2,), ("2",)),
        ("男生", (1,), ("1",)),
    ]


def test_the_figures_stand_in_a_table_under_the_picture_and_its_caption(context: Context) -> None:
    picture, caption, table = blocks(context, block())
    assert isinstance(picture, Picture)
    assert picture.keep_next
    assert isinstance(caption, Para)
    assert caption.runs[0].text == "各班人数"
    assert caption.keep_next
    assert isinstance(table, Table)
    assert table.sheet
    texts = ["".join(run.text for para in cell.paras for run in para.runs) for row in table.rows for cell in row.cells]
    assert texts == ["班级", "在册", "男生", "三年级（1）班", "2", "1"]


def test_without_rows_there_is_a_sentence_and_nothing_else(context: Context) -> None:
    (line,) = resolved(context, block(each="class in school.classes if class.size > 50", empty="没有大班。")).blocks
    assert isinstance(line, Line)
    assert plain(line.words) == "没有大班。"


def test_a_value_that_is_missing_holds_the_paper_back(context: Context) -> None:
    series = [{"name": "电话", "value": "{{ member.phone }}"}]
    with pytest.raises(HeldBackError, match="联系电话"):
        resolved(context, block(each="member in school.staff", label="{{ member.name }}", series=series))


def test_a_number_left_to_the_pen_leaves_a_table_and_no_picture(context: Context) -> None:
    series = [{"name": "电话", "value": "{{ member.phone }}", "by_hand": True}]
    shown = block(each="member in school.staff", label="{{ member.name }}", series=series)
    assert len(resolved(context, shown).by_hand) == 1
    caption, table = blocks(context, shown)
    assert isinstance(caption, Para)
    assert isinstance(table, Table)


def test_a_blank_form_has_an_empty_table_and_no_picture(context: Context) -> None:
    made = blocks(replace(context, blank=1), block())
    assert [type(found) for found in made] == [Para, Table]


def test_a_target_is_a_column_of_the_table_and_one_number_a_row(context: Context) -> None:
    made = charted(
        resolved(context, block(target="{{ policy.targets.primary.dropout | rated }}", target_name="不超过"))
    )
    assert made.targets is not None
    assert (made.targets.name, made.targets.numbers, made.targets.written) == ("不超过", (0.5,), ("0.5%",))
    assert [plain(column.label) for column in made.listing.columns] == ["班级", "在册", "男生", "不超过"]


def test_what_is_rated_is_a_number_and_words_are_not(context: Context) -> None:
    series = [{"name": "比率", "value": "{{ (99.5 if class.size else '无') | rated }}"}]
    assert charted(resolved(context, block(series=series))).series[0].numbers == (99.5,)
    series = [{"name": "比率", "value": "{{ ('无' if class.size else 99.5) | rated }}"}]
    made = charted(resolved(context, block(series=series)))
    assert (made.series[0].numbers, made.series[0].written) == ((None,), ("无",))


def test_hostile_names_are_drawn_as_they_are(tmp_path: Path) -> None:
    def spoil(sheets: Sheets) -> None:
        sheets["学校"][0]["学校简称"] = HOSTILE.replace("\n", "")

    series = [{"name": "班数", "value": "{{ one.classes | length }}"}]
    shown = block(each="one in township.schools", label="{{ one.short_name }}", series=series)
    made = blocks(known(tmp_path, spoil), shown)
    (picture,) = (found for found in made if isinstance(found, Picture))
    assert "".join(HOSTILE.split()) in "".join(picture.text.split())


def test_a_picture_stands_apart_from_the_table_before_it(context: Context) -> None:
    first, _, last = blocks(context, block(), block())[2:5]
    assert isinstance(first, Table)
    assert isinstance(last, Picture)


def test_series_are_one_to_four() -> None:
    for count in (0, 5):
        with pytest.raises(ValidationError):
            definition(body=[block(series=[{"name": "甲", "value": "1"}] * count)])


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"label": "{{ class.nmae }}"}, "nmae"),
        ({"each": "class in school.clases"}, "clases"),
        ({"series": [{"name": "人", "value": "{{ clas.size }}"}]}, "clas"),
        ({"target": "{{ policy.targets.primary.dropuot }}"}, "dropuot"),
        ({"height": "60"}, "60"),
        ({"width": 90}, "mm"),
    ],
)
def test_what_is_wrong_in_a_chart_is_told_before_anything_is_printed(
    changes: dict[str, Any], said: str, tmp_path: Path
) -> None:
    wrong = definition(body=[block(**changes)])
    problems = Proof(catalogue(tmp_path, wrong), national(), wrong.id).problems()
    assert any(said in problem.what for problem in problems), problems


def test_exported_as_a_word_form_a_chart_is_its_table() -> None:
    paper = export(definition(body=[block()]), {}, national(), house())
    assert not any(isinstance(found, Picture) for found in paper.blocks)
    assert any(isinstance(found, Table) for found in paper.blocks)


def test_a_column_hidden_from_the_receiver_is_not_drawn(context: Context) -> None:
    made = definition(per="school", audience="school", body=[
        block(each="child in school.students", label="{{ child.name }}", series=[{"name": "日数", "value": "1"}]),
    ])  # fmt: skip
    limited = replace(context, audience="public")
    shown = Resolver(made, {}, limited).resolve(limited.records("school")[0])
    assert "石小满" not in "".join(charted(shown).labels)
