from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from generator.forms.context import Context
from generator.forms.lower import in_lines, itemized, listing_widths, lower, page, to_sign, width_in_ems
from generator.forms.lowered import Block, PageBreak, Paper, Para, Table, grid
from generator.forms.resolve import Piece, plain
from tests.small import Sheets, house, known, resolved


@pytest.fixture
def context(tmp_path: Path) -> Context:
    return known(tmp_path)


def lowered(context: Context, *blocks: Any, style: str = "form", landscape: bool = False, **changes: Any) -> Paper:
    return lower(resolved(context, *blocks, **changes), house(style), landscape=landscape, label="小满")


def text(block: Block) -> str:
    assert isinstance(block, Para)
    return "".join(run.text for run in block.runs)


def table(paper: Paper) -> Table:
    (found,) = [block for block in paper.blocks if isinstance(block, Table)]
    return found


def texts(made: Table) -> list[list[str]]:
    return [[text(para) for cell in row.cells for para in cell.paras] for row in made.rows]


TABLES: dict[str, dict[str, Any]] = {
    "fields": {"fields": [{"label": "姓名", "value": "甲"}, {"label": "很长的栏目名", "value": "乙", "width": 20}]},
    "grid": {"grid": {"columns": [1, 2, 4], "rows": [["甲", "乙", "丙"]]}},
    "roster": {"roster": {"each": "s in class.roll", "columns": [{"label": "姓名", "value": "{{ s.name }}"}] * 3}},
    "signatures": {"signatures": [["甲"], ["乙"], ["丙"]]},
    "blank": {"blank": 2},
    "people": {"people": {"each": "s in class.roll", "role": "组员", "name": "{{ s.name }}"}},
}


@pytest.mark.parametrize("style", ["official", "contract", "form", "register"])
@pytest.mark.parametrize("kind", TABLES)
def test_the_columns_of_a_table_fill_the_text_width(context: Context, kind: str, style: str) -> None:
    paper = lowered(context, TABLES[kind], style=style)
    widths = table(paper).widths
    assert sum(widths) == pytest.approx(paper.page.text_width)
    assert min(widths) > 0


@pytest.mark.parametrize("kind", TABLES)
def test_every_row_of_a_table_fills_its_columns(context: Context, kind: str) -> None:
    made = table(lowered(context, TABLES[kind]))
    assert [sum(cell.span for _, cell, _ in row) for row in grid(made)] == [len(made.widths)] * len(made.rows)


def test_a_roster_too_wide_is_an_error_that_names_both_widths(context: Context) -> None:
    roster = {"each": "s in class.roll", "columns": [{"label": "甲", "width": 50}]}
    with pytest.raises(ValueError, match=r"表格各列合计 \d+ mm，版心只有 168 mm，请减小列宽或横排"):
        lowered(context, {"roster": roster})
    assert sum(table(lowered(context, {"roster": roster}, landscape=True)).widths) == pytest.approx(255)


def test_list_columns_share_the_width_in_proportion() -> None:
    one, two = listing_widths(house(), [4, 12], landscape=False)
    assert 2 < two / one < 3


def test_full_width_characters_are_one_em_and_ascii_half_of_it() -> None:
    assert width_in_ems("三年级(1)班·𬭎") == 4 + 1.5 + 2


# Fields


def test_fields_stand_so_many_to_a_line_and_a_wide_one_takes_its_own(context: Context) -> None:
    fields = [{"label": "甲", "value": "1"}, {"label": "乙", "value": "2", "span": 2}, {"label": "丙", "value": "3"}]
    made = table(lowered(context, {"fields": fields, "columns": 2}))
    assert texts(made) == [["甲：", "1", ""], ["乙：", "2"], ["丙：", "3", ""]]


def test_a_label_column_holds_its_longest_label_and_the_colon(context: Context) -> None:
    fields = [{"label": "短", "value": "1"}, {"label": "很长的栏目名", "value": "2"}]
    made = table(lowered(context, {"fields": fields, "columns": 1}))
    assert made.widths[0] > 7 * house().label.em


def test_what_fills_a_blank_is_boxed_and_in_the_pen_face_and_labels_are_not(context: Context) -> None:
    made = table(lowered(context, {"fields": [{"label": "姓名", "value": "{{ student.name }}生"}], "columns": 1}))
    label, value = (cell.paras[0].runs for cell in made.rows[0].cells)
    assert [(run.boxed, run.style.font) for run in label] == [(False, "fang"), (False, "fang")]
    assert [(run.text, run.boxed, run.style.font) for run in value] == [("石小满", True, "pen"), ("生", False, "fang")]
    assert made.rows[0].cells[1].borders == {"bottom"}


def test_a_value_in_running_text_keeps_the_face_of_the_text(context: Context) -> None:
    para = lowered(context, {"text": "{{ student.name }}"}).blocks[0]
    assert isinstance(para, Para)
    assert [(run.value, run.boxed, run.style.font) for run in para.runs] == [(True, False, "fang")]


# Forms


def test_rows_are_as_high_as_they_say_or_as_the_form_or_the_house_says(context: Context) -> None:
    rows = [{"cells": ["甲"], "height": "60mm"}, ["乙"]]
    assert [row.height for row in table(lowered(context, {"grid": {"columns": [1], "rows": rows}})).rows] == [60, 9.5]
    grid_ = {"columns": [1], "rows": rows, "height": "12.5mm"}
    assert [row.height for row in table(lowered(context, {"grid": grid_})).rows] == [60, 12.5]


def test_a_side_label_and_its_rows_stay_together(context: Context) -> None:
    rows = [{"side": "旁", "rows": [["甲"], ["乙"], ["丙"]]}, *[["丁", "戊"]] * 4]
    made = table(lowered(context, {"grid": {"columns": [1, 3], "rows": rows}}))
    assert [row.keep_next for row in made.rows[:4]] == [True, True, False, True]
    assert [len(row.cells) for row in made.rows] == [2, 1, 1, 2, 2, 2, 2]


def test_options_break_only_between_boxes() -> None:
    options = [(Piece("□", value=True), Piece(word)) for word in ("直接送达", "留置送达", "公告")]
    assert [plain(line) for line in in_lines(options, 11)] == ["□直接送达　□留置送达", "□公告"]
    assert [plain(line) for line in in_lines(options, 3)] == ["□直接送达", "□留置送达", "□公告"]


# Lists


def roster(context: Context, **keys: Any) -> Table:
    columns = [{"label": "学生", "value": "{{ v.student.name }}"}, {"label": "方式", "value": "{{ v.mode }}"}]
    return table(lowered(context, {"roster": {"each": "v in school.visits", "columns": columns} | keys}))


def test_the_head_of_a_list_is_repeated_and_stays_with_the_first_row(context: Context) -> None:
    head, *rows = roster(context).rows
    assert (head.header, head.keep_next) == (True, True)
    assert not any(row.header for row in rows)


def test_a_band_stands_above_the_rows_that_share_it_and_stays_with_the_first(tmp_path: Path) -> None:
    def more_visits(sheets: Sheets) -> None:
        sheets["家访"] += [sheets["家访"][0] | {"学生": "木小春", "家访时间": time} for time in ("17:00", "18:00")]

    made = roster(known(tmp_path, more_visits), group="{{ v.student.name }}")
    assert [len(row.cells) for row in made.rows] == [2, 1, 2, 2, 1, 2, 2]
    assert [made.rows[at].keep_next for at in (1, 4)] == [True, True]
    assert [texts(made)[at] for at in (1, 4)] == [["石小满"], ["木小春"]]


def of_rows(context: Context, count: int, **keys: Any) -> list[bool]:
    """Whether each body row of a list of so many rows stays with the next."""
    _, *rows = roster(context, each="v in school.visits if v.mode == '视频'", at_least=count, **keys).rows
    return [row.keep_next for row in rows]


@pytest.mark.parametrize(
    ("count", "held"),
    [
        (1, [False]),
        (2, [True, False]),
        (3, [True, True, False]),
        (6, [True, False, True, True, True, False]),
    ],
)
def test_no_row_of_a_list_stands_alone_at_the_foot_of_a_page_or_on_the_next(
    context: Context, count: int, held: list[bool]
) -> None:
    assert of_rows(context, count) == held


def test_a_total_stays_with_the_last_two_rows(context: Context) -> None:
    assert of_rows(context, 6, total="合计") == [True, False, False, True, True, True, False]


@pytest.mark.parametrize(
    ("names", "printed"),
    [
        ("秦水生、冯梅", "秦水生、冯梅"),
        ("秦水生、康兴旺、冯梅", "秦水生、\n康兴旺、冯梅"),
        ("2024级、2025级", "2024级、\n2025级"),  # digits of the pen are wider than half a character
        ("学校、乡镇人民政府办公室", "学校、乡镇人民政府办公室"),  # an item wider than the line may break anywhere
        ("早发现、早报告，尽责。", "早发现、早报告，尽责。"),  # a sentence breaks as sentences do
    ],
)
def test_a_list_of_names_breaks_only_between_names(names: str, printed: str) -> None:
    (piece,) = itemized((Piece(names, value=True),), 7)
    assert (piece.text, piece.plain or names) == (printed, names)


def test_names_in_narrow_cells_are_broken_between_names_in_lists_and_forms(context: Context) -> None:
    narrow = [{"label": "教师", "value": "{{ v.visitors | names }}", "width": 4}, {"label": "其他", "width": 30}]
    listed = roster(context, columns=narrow)
    assert texts(listed)[1][0] == "林老师、\n田校长"
    rows = [{"each": "v in school.visits", "cells": ["{{ v.visitors | names }}", "甲"]}]
    assert texts(table(lowered(context, {"grid": {"columns": [1, 6], "rows": rows}})))[0][0] == "林老师、\n田校长"


def test_a_list_of_classes_in_a_field_is_broken_between_classes(context: Context) -> None:
    classes = "、".join(f"{grade}年级（{number}）班" for grade in "一二三四五六" for number in (1, 2))
    fields = [{"label": "任教班级", "value": f"{{{{ '{classes}' }}}}"}]
    *lines, last = texts(table(lowered(context, {"fields": fields, "columns": 1})))[0][1].split("\n")
    assert lines
    assert all(line.endswith("班、") for line in lines)
    assert last.endswith("班")


def test_a_list_of_nothing_is_one_cell_across(context: Context) -> None:
    made = roster(context, each="v in school.visits if v.mode == '视频'", empty="无")
    assert [[cell.span for cell in row.cells] for row in made.rows] == [[1, 1], [2]]


def test_only_lists_and_forms_are_worth_a_worksheet(context: Context) -> None:
    assert {kind: table(lowered(context, block)).sheet for kind, block in TABLES.items()} == {
        "fields": False, "grid": True, "roster": True, "signatures": False, "blank": False, "people": False,
    }  # fmt: skip


# People


def test_a_role_stands_once_before_its_people_whose_names_are_spaced(tmp_path: Path) -> None:
    def group(sheets: Sheets) -> None:
        rows = (("组长", "田某", "校长"), ("成员", "林老师", "教师"), ("成员", "木某", "教师"))
        sheets["领导小组"] = [{"学校": "清溪小学", "组内职务": a, "姓名": b, "职务": c} for a, b, c in rows]

    people = {
        "each": "m in school.group",
        "role": "{{ m.role }}",
        "name": "{{ m.name | spaced }}",
        "post": "{{ m.post }}",
    }
    made = table(lowered(known(tmp_path, group), {"people": people}, style="official"))
    assert texts(made) == [
        ["", "组长：", "田　某", "校长"], ["", "成员：", "林老师", "教师"], ["", "", "木　某", "教师"],
    ]  # fmt: skip


# What stays together


def test_signatures_stay_with_the_text_before_and_on_one_page(context: Context) -> None:
    before, gap, made = lowered(context, {"text": "正文"}, {"signatures": [["甲", "日期"], ["乙"]]}).blocks
    assert isinstance(before, Para)
    assert isinstance(gap, Para)
    assert isinstance(made, Table)
    assert before.keep_next
    assert gap.keep_next
    assert [row.keep_next for row in made.rows] == [True, False]
    assert texts(made) == [["甲：", "乙："], ["日期：　　年　　月　　日", ""]]


@pytest.mark.parametrize(
    "end",
    [
        {"signatures": [["甲"]]},
        {"signoff": "甲校", "date": "乙日"},
        {"note": "说明"},
        {"grid": {"columns": [1], "rows": [["签收"]]}},
    ],
    ids=lambda end: next(iter(end)),
)
def test_what_ends_a_paper_stands_on_a_page_with_three_lines_before_it(context: Context, end: dict[str, Any]) -> None:
    grid_ = {"grid": {"columns": [1], "rows": [["甲"]] * 9}}
    for more in ((end,), (end, {"text": "正文"})):
        made = next(block for block in lowered(context, grid_, *more).blocks if isinstance(block, Table))
        assert [row.keep_next for row in made.rows] == [False] * 6 + [True] * 3
    blocks = lowered(context, *[{"text": "正文"}] * 4, {"blank": 1}, {"note": "说明"}).blocks
    assert [text.keep_next for text in blocks[:4] if isinstance(text, Para)] == [False, False, True, True]


def test_rows_so_high_that_they_fill_a_page_do_not_all_move_to_the_next(context: Context) -> None:
    rows = [{"cells": ["甲"], "height": f"{height}mm"} for height in (10, 10, 60, 10)]
    made = table(lowered(context, {"grid": {"columns": [1], "rows": rows}}, {"note": "说明"}))
    assert [row.keep_next for row in made.rows] == [False, False, True, True]


def test_ruled_lines_that_end_a_paper_stay_together(context: Context) -> None:
    made = table(lowered(context, {"text": "正文"}, {"blank": 6}))
    assert [row.keep_next for row in made.rows] == [False, False, True, True, True, False]


@pytest.mark.parametrize(
    "body",
    [
        [{"grid": {"columns": [1], "rows": [{"each": "v in school.visits if v.mode == '视频'", "cells": ["甲"]}]}}],
        [{"text": "甲", "when": "school.name == ''"}],
        [{"blank": 0}, {"grid": {"columns": [1], "rows": [["甲"]]}}],
    ],
)
def test_what_comes_to_nothing_is_no_fault(context: Context, body: list[dict[str, Any]]) -> None:
    assert lowered(context, *body) is not None


def test_nothing_is_held_over_the_end_of_a_page(context: Context) -> None:
    first, *_ = lowered(context, {"text": "正文"}, {"page_break": True}, {"note": "说明"}).blocks
    assert isinstance(first, Para)
    assert not first.keep_next


@pytest.mark.parametrize(
    ("line", "printed"),
    [
        ("签字", "签字："),
        ("签字：", "签字："),
        ("年　月　日", "年　月　日"),
        ("签订日期", "签订日期：　　年　　月　　日"),
        ("", ""),
    ],
)
def test_a_line_to_sign_on_has_a_colon_and_a_date_its_blanks(line: str, printed: str) -> None:
    assert plain(to_sign((Piece(line),) if line else ())) == printed


def test_a_title_and_a_heading_stay_with_what_follows(context: Context) -> None:
    title, heading, _ = lowered(context, {"title": "标题"}, {"heading": "甲"}, {"text": "正文"}).blocks
    assert isinstance(title, Para)
    assert isinstance(heading, Para)
    assert title.keep_next
    assert heading.keep_next


def test_a_number_stands_right_under_its_title(context: Context) -> None:
    title, number = lowered(context, {"title": ["第一行", "标题"]}, {"number": "1号"}).blocks[1:]
    assert isinstance(title, Para)
    assert isinstance(number, Para)
    assert (title.after, number.after) == (0, house().number.after)


def test_only_the_first_line_of_the_first_title_bears_the_bookmark(context: Context) -> None:
    paper = lowered(context, {"title": ["第一行", "第二行"]}, {"text": "正文"}, {"title": "附件"})
    assert [block.anchor for block in paper.blocks if isinstance(block, Para)] == ["小满", "", "", ""]


@pytest.mark.parametrize("block", [{"text": "有下列情形的："}, {"clauses": ["有下列情形的："]}])
def test_a_sentence_that_announces_something_stays_with_it(context: Context, block: dict[str, Any]) -> None:
    announcing, _ = lowered(context, block, {"text": "正文。"}).blocks
    (other,) = lowered(context, {"text": "正文。"}).blocks
    assert isinstance(announcing, Para)
    assert isinstance(other, Para)
    assert (announcing.keep_next, other.keep_next) == (True, False)


# What stands apart


@pytest.mark.parametrize("ruled", [TABLES["grid"], TABLES["roster"]])
def test_text_does_not_touch_the_rules_of_a_table(context: Context, ruled: dict[str, Any]) -> None:
    before, _, note = lowered(context, {"text": "前"}, ruled, {"note": "后"}).blocks
    assert isinstance(before, Para)
    assert isinstance(note, Para)
    assert before.after >= 4
    assert note.before + (note.line - house().note.size) / 2 >= 4


def test_two_ruled_tables_stand_apart(context: Context) -> None:
    _, gap, _ = lowered(context, TABLES["roster"], TABLES["grid"]).blocks
    assert isinstance(gap, Para)
    assert gap.line >= 4


def test_what_has_room_already_gets_no_more(context: Context) -> None:
    blocks = lowered(context, TABLES["fields"], TABLES["grid"], TABLES["signatures"]).blocks
    assert [type(block) for block in blocks] == [Table, Para, Table, Para, Table]
    assert {block.before + block.after for block in blocks if isinstance(block, Para)} == {0}
    assert (
        lowered(context, {"title": "标题"}, TABLES["grid"]).blocks[0] == lowered(context, {"title": "标题"}).blocks[0]
    )


# GB/T 9704


def faces(context: Context, clause: str, numbering: str = "（一）") -> list[tuple[str, str]]:
    """The text of a clause, each stretch with its face."""
    (para,) = lowered(context, {"clauses": [clause], "numbering": numbering}, style="official").blocks
    assert isinstance(para, Para)
    found: list[tuple[str, str]] = []
    for run in para.runs:
        if found and found[-1][1] == run.style.font:
            found[-1] = (found[-1][0] + run.text, run.style.font)
        else:
            found.append((run.text, run.style.font))
    return found


@pytest.mark.parametrize("heading", ["核清底数。", "残疾儿童少年：", "{{ student.name }}同学："])
def test_the_second_level_has_its_heading_in_kai_and_the_rest_in_body_type(context: Context, heading: str) -> None:
    printed = heading.replace("{{ student.name }}", "石小满")
    assert faces(context, f"{heading}逐一比对。") == [(f"（一）{printed}", "kai"), ("逐一比对。", "fang")]


@pytest.mark.parametrize(
    "sentence",
    ["开齐国家规定课程。", "有下列情形之一的：", "学生未请假缺课的，由学校和乡镇按照下表逐级处置。每次劝返都有记录。"],
)
def test_a_sentence_is_no_heading_but_its_ordinal_is_like_the_others(context: Context, sentence: str) -> None:
    assert faces(context, sentence) == [("（一）", "kai"), (sentence, "fang")]


@pytest.mark.parametrize("numbering", ["1.", "（1）", ""])
def test_other_levels_are_in_body_type_throughout(context: Context, numbering: str) -> None:
    assert {font for _, font in faces(context, "核清底数。逐一比对。", numbering)} == {"fang"}


def test_an_official_page_is_that_of_gbt_9704() -> None:
    official = page(house("official"), landscape=False)
    assert (official.text_width, official.height - official.top - official.bottom) == (156, 225)
    assert official.footer == "dash"
    body = house("official").body
    assert 28 * body.em == pytest.approx(156, abs=1)
    assert 22 * body.line * 25.4 / 72 <= 225


@pytest.mark.parametrize("issuer", ["清溪镇人民政府", "云山县清溪镇中心小学", "云山县人民政府教育督导委员会办公室"])
def test_the_date_stands_four_characters_from_the_edge_and_the_issuer_centred_over_it(
    context: Context, issuer: str
) -> None:
    paper = lowered(context, {"text": "正文"}, {"signoff": issuer, "date": "{{ today }}"}, style="official")
    *before, name, day = paper.blocks
    assert isinstance(name, Para)
    assert isinstance(day, Para)
    em = house("official").body.em
    assert (name.align, day.align) == ("right", "right")
    assert day.right == pytest.approx(4 * em)
    middles = [para.right + width_in_ems(text(para)) * em / 2 for para in (name, day)]
    if len(issuer) < 15:
        assert middles[0] == pytest.approx(middles[1])
    else:
        assert name.right == 0  # as near the middle as the page allows
    assert all(block.keep_next for block in (*before, name) if isinstance(block, Para))
    assert len(before) == 1 + house("official").seal_lines


# Pages


def test_a_section_turns_the_page_and_the_widths_and_the_next_turns_back(context: Context) -> None:
    sections = ({"section": "landscape"}, TABLES["grid"], {"section": "portrait"}, TABLES["grid"])
    paper = lowered(context, {"text": "正文"}, *sections)
    turns = [block.page for block in paper.blocks if isinstance(block, PageBreak)]
    widths = [sum(block.widths) for block in paper.blocks if isinstance(block, Table)]
    assert [(turn.width, turn.height) for turn in turns if turn] == [(297, 210), (210, 297)]
    assert widths == pytest.approx([turn.text_width for turn in turns if turn])
    assert turns[1] == paper.page


def test_turning_the_page_turns_its_margins() -> None:
    upright, across = page(house(), landscape=False), page(house(), landscape=True)
    assert (across.top, across.right, across.bottom, across.left) == (
        upright.left, upright.top, upright.right, upright.bottom,
    )  # fmt: skip


def test_a_page_break_keeps_the_page_as_it_is(context: Context) -> None:
    assert lowered(context, {"text": "正文"}, {"page_break": True}, {"text": "正文"}).blocks[1] == PageBreak()


# Skeletons


def test_papers_that_differ_by_values_alone_share_a_skeleton(context: Context) -> None:
    blocks = ({"title": "标题"}, {"text": "{{ student.name }}"}, TABLES["grid"])
    first, second = (lowered(context, *blocks, record=record) for record in (0, 1))
    assert first.skeleton() == second.skeleton()
    assert (first.values(), second.values()) == (("石小满",), ("木小春",))


def test_a_title_with_values_does_not_make_a_skeleton_a_record(context: Context) -> None:
    papers = [
        lowered(context, {"title": "{{ title }}"}, title="{{ student.name }}的文书", record=record) for record in (0, 1)
    ]
    assert papers[0].skeleton() == papers[1].skeleton()
