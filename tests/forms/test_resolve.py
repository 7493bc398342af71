from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from generator.errors import Problems
from generator.forms.context import Context
from generator.forms.resolve import (
    BLANK_DATE,
    FieldLine,
    Form,
    Group,
    HeldBackError,
    Issued,
    Line,
    Listing,
    Resolver,
    Ruled,
    Signing,
    Turn,
    plain,
)
from tests.small import HOSTILE, Sheets, Spoil, definition, known, national, resolved, said


@pytest.fixture
def context(tmp_path: Path) -> Context:
    return known(tmp_path)


def spoilt(sheet: str, row: int, **cells: str) -> Spoil:
    def spoil(sheets: Sheets) -> None:
        sheets[sheet][row] |= cells

    return spoil


def held(context: Context, *blocks: Any, **changes: Any) -> str:
    with pytest.raises(HeldBackError) as caught:
        resolved(context, *blocks, **changes)
    return str(caught.value)


# Numbers


def test_headings_are_counted_by_level_and_anew_under_each(context: Context) -> None:
    levels = (1, 2, 2, 3, 3, 2, 1, 2)
    blocks = [{"heading": "甲", "level": level} for level in levels]
    assert [line[:-1] for line in said(resolved(context, *blocks))] == [
        "一、", "（一）", "（二）", "1. ", "2. ", "（三）", "二、", "（一）",
    ]  # fmt: skip


def test_numbers_close_up_when_a_block_drops_out(context: Context) -> None:
    blocks = [
        {"heading": "甲"},
        {"heading": "乙", "when": "student.watched"},
        {"heading": "丙"},
        {"clauses": ["子", {"text": "丑", "when": "student.watched"}, "寅"], "numbering": "第一条"},
    ]
    assert said(resolved(context, *blocks)) == ["一、甲", "二、丙", "第一条　子", "第二条　寅"]


def test_a_heading_that_is_not_numbered_is_not_counted(context: Context) -> None:
    blocks = [{"heading": "甲"}, {"heading": "附", "numbered": False}, {"heading": "乙"}]
    assert said(resolved(context, *blocks)) == ["一、甲", "附", "二、乙"]


def test_clauses_begin_anew_unless_they_continue_also_across_headings(context: Context) -> None:
    blocks = [
        {"clauses": ["甲", "乙"]},
        {"heading": "标题"},
        {"clauses": ["丙"], "continue": True},
        {"clauses": ["丁"]},
    ]
    assert said(resolved(context, *blocks)) == ["1. 甲", "2. 乙", "一、标题", "3. 丙", "1. 丁"]


@pytest.mark.parametrize(
    ("numbering", "marks"),
    [("1.", ["1. ", "2. "]), ("（1）", ["（1）", "（2）"]), ("（一）", ["（一）", "（二）"]), ("", ["", ""])],
)
def test_clauses_are_numbered_in_the_style_asked_for(context: Context, numbering: str, marks: list[str]) -> None:
    lines = said(resolved(context, {"clauses": ["甲", "乙"], "numbering": numbering}))
    assert lines == [f"{marks[0]}甲", f"{marks[1]}乙"]


# Conditions and loops


def test_a_loop_prints_its_block_for_each_element_and_counts(context: Context) -> None:
    block = {"text": "{{ loop.index }}{{ s.name }}", "each": "s in class.roll"}
    assert said(resolved(context, block)) == ["1石小满", "2木小春"]


def test_first_and_last_are_those_that_pass_the_condition(context: Context) -> None:
    inside = [{"text": "{{ s.name }}{{ loop.first }}{{ loop.last }}"}]
    assert said(resolved(context, {"each": "s in class.roll if s.sex == '男'", "do": inside})) == ["木小春是是"]


def test_a_page_break_when_not_last_leaves_no_blank_page(context: Context) -> None:
    inside = [{"text": "{{ s.name }}"}, {"page_break": True, "when": "not loop.last"}]
    blocks = resolved(context, {"each": "s in class.roll", "do": inside}).blocks
    assert [type(block) for block in blocks] == [Line, Turn, Line]


def test_an_inner_loop_gives_the_outer_its_names_back(context: Context) -> None:
    inner = {"each": "v in s.visits", "do": [{"text": "{{ s.name }}{{ v.mode }}{{ loop.index }}"}]}
    outer = {"each": "s in class.roll", "do": [inner, {"text": "{{ loop.index }}"}]}
    after = {"text": "{{ student.name }}"}
    assert said(resolved(context, outer, after)) == ["石小满上门1", "石小满电话2", "1", "2", "石小满"]


def test_a_loop_may_take_a_name_that_means_another_record_outside(context: Context) -> None:
    loop = {"text": "{{ student.name }}", "each": "student in class.roll if student.sex == '男'"}
    assert said(resolved(context, loop, {"text": "{{ student.name }}"})) == ["木小春", "石小满"]


def test_fragments_stand_where_they_are_included(context: Context) -> None:
    fragments = {"shared": [{"heading": "乙"}]}
    lines = said(resolved(context, {"heading": "甲"}, {"include": "shared"}, {"heading": "丙"}, fragments=fragments))
    assert lines == ["一、甲", "二、乙", "三、丙"]


# Missing values


@pytest.mark.parametrize(
    "expression",
    [
        "student.ethnicity", "student.village.name", "student.village.township.name", "student.ethnicity | spaced",
        "student.ethnicity ~ '族'", "student.birth_date.year", "student.birth_date | month",
        "student.entered or student.ethnicity",
    ],
)  # fmt: skip
def test_a_missing_value_that_is_printed_holds_the_paper_back(context: Context, expression: str) -> None:
    assert "没有填" in held(context, {"text": f"{{{{ {expression} }}}}"})


def test_what_is_read_off_missing_values_is_missing_too_and_told_in_chinese(tmp_path: Path) -> None:
    context = known(tmp_path, lambda sheets: sheets["班级"].append(sheets["班级"][0] | {"年级": "三年纪"}))
    wrong = held(context, {"text": "{{ class.name }}"}, per="class", record=1)
    assert wrong.startswith("数据.xlsx 班级!A3：“年级”写的是“三年纪”")
    assert held(context, {"text": "{{ student.guardian.phone }}"}) == "数据.xlsx 学生!第2行“监护人”：“监护人”没有填"


@pytest.mark.parametrize("expression", ["class.size", "school.enrolled", "class.roll | length"])
def test_what_rests_on_a_doubtful_value_holds_the_paper_back(tmp_path: Path, expression: str) -> None:
    context = known(tmp_path, spoilt("学生", 0, 学籍状态="掇学"))
    assert "“学籍状态”写的是“掇学”" in held(context, {"text": "{{ " + expression + " }}"})


def test_what_a_doubtful_value_has_no_part_in_is_printed(tmp_path: Path) -> None:
    context = known(tmp_path, spoilt("学生", 0, 学籍状态="掇学"))
    assert said(resolved(context, {"text": "{{ school.visits | length }}{{ class.name }}"}))


def test_every_missing_value_is_told_once_with_its_cell(tmp_path: Path) -> None:
    context = known(tmp_path, spoilt("学生", 0, 民族="", 出生日期=""))
    blocks = [{"text": "{{ student.ethnicity }}{{ student.birth_date }}"}, {"note": "{{ student.ethnicity }}"}]
    assert held(context, *blocks) == "数据.xlsx 学生!G2：“民族”没有填；数据.xlsx 学生!H2：“出生日期”没有填"


def test_or_gives_what_is_printed_instead(context: Context) -> None:
    assert said(resolved(context, {"text": "{{ student.ethnicity or '（空）' }}"})) == ["（空）"]
    assert said(resolved(context, {"text": "民族{{ student.ethnicity or '' }}"})) == ["民族"]


@pytest.mark.parametrize(
    "block",
    [
        {"text": "正文", "when": "student.birth_date < today"},
        {"text": "正文", "each": "s in class.roll if s.birth_date < today"},
        {"text": "正文", "each": "t in student.village.township.schools"},
        {"fields": [{"label": "甲", "value": "乙", "when": "student.birth_date < today"}]},
        {"clauses": [{"text": "甲", "when": "student.birth_date < today"}]},
        {"roster": {"each": "t in student.village.township.schools", "columns": [{"label": "甲"}]}},
    ],
)
def test_a_condition_or_loop_that_a_missing_value_leaves_open_holds_the_paper_back(
    context: Context, block: dict[str, Any]
) -> None:
    assert "没有填" in held(context, block)


def test_a_condition_may_ask_whether_a_value_is_there(context: Context) -> None:
    blocks = [{"text": "有", "when": "student.address"}, {"text": "无", "when": "not student.ethnicity"}]
    assert said(resolved(context, *blocks, {"text": "民族", "when": "student.ethnicity"})) == ["有", "无"]


def test_a_missing_value_in_a_block_that_drops_out_holds_nothing_back(context: Context) -> None:
    block = {"text": "{{ student.ethnicity }}", "when": "student.ethnicity"}
    assert said(resolved(context, block)) == []


@pytest.mark.parametrize("expression", ["student.seat_no", "student.seat_no or '无'"])
def test_a_value_the_checks_found_wrong_holds_back_although_another_could_stand_in(
    tmp_path: Path, expression: str
) -> None:
    context = known(tmp_path, spoilt("学生", 0, 班内学号="x7"))
    assert held(context, {"text": f"{{{{ {expression} }}}}"}) == "数据.xlsx 学生!B2：“班内学号”写的是“x7”"


@pytest.mark.parametrize(
    "block",
    [
        {"fields": [{"label": "民族", "value": "{{ student.ethnicity }}", "by_hand": True}]},
        {"grid": {"columns": [1], "rows": [[{"value": "{{ student.ethnicity }}", "by_hand": True}]]}},
        {"grid": {"columns": [1], "rows": [[{"choice": ["汉"], "value": "{{ student.ethnicity }}", "by_hand": True}]]}},
        {"signoff": "学校", "date": "{{ student.ethnicity }}", "by_hand": True},
        {
            "roster": {
                "each": "s in [student]",
                "columns": [{"label": "民族", "value": "{{ s.ethnicity }}", "by_hand": True}],
            }
        },
    ],
)
def test_what_is_filled_in_by_hand_is_left_blank_and_listed(context: Context, block: dict[str, Any]) -> None:
    assert [missing.label for missing in resolved(context, block).by_hand] == ["民族"]


def test_a_blank_may_have_wording_of_its_own_which_a_value_replaces(context: Context) -> None:
    def cell(expression: str) -> tuple[str, list[str]]:
        row = [{"value": f"{{{{ {expression} }}}}　时", "by_hand": "　年　月　日"}]
        made = resolved(context, {"grid": {"columns": [1], "rows": [row]}})
        (form,) = made.blocks
        assert isinstance(form, Form)
        return plain(form.rows[0].cells[0].paras[0]), [missing.label for missing in made.by_hand]

    assert cell("student.birth_date") == ("　年　月　日　时", ["出生日期"])
    assert cell("today") == ("2026年9月11日　时", [])


def test_a_date_written_by_hand_has_its_blanks(context: Context) -> None:
    (block,) = resolved(context, {"signoff": "学校", "date": "{{ student.birth_date }}", "by_hand": True}).blocks
    assert isinstance(block, Issued)
    assert plain(block.date) == BLANK_DATE


# What is printed


def test_bodies_are_written_to_by_the_names_they_have_around_a_school(context: Context) -> None:
    written = "{{ receivers(['township', 'education_bureau', 'village'], school) }}"
    receivers = "清溪镇人民政府、云山县教育体育局、村（居）民委员会"  # a school has several villages, or none
    assert said(resolved(context, {"text": written})) == [receivers]


def test_hostile_values_come_out_verbatim(tmp_path: Path) -> None:
    context = known(tmp_path, spoilt("学生", 0, 现住址=HOSTILE))
    blocks = [{"text": "{{ student.address }}"}, {"text": "{{ title }}"}]
    paper = resolved(context, *blocks, title="{{ student.address }}")
    assert said(paper) == [HOSTILE, HOSTILE]
    assert paper.title == HOSTILE


def test_values_are_marked_and_what_the_policy_says_is_wording(context: Context) -> None:
    (line,) = resolved(context, {"text": "{{ policy.name }}甲{{ student.name }}{{ today }}"}).blocks
    assert isinstance(line, Line)
    assert [piece.value for piece in line.words] == [False, False, True, True]


def test_loops_over_the_policy_print_wording_and_over_records_values(context: Context) -> None:
    blocks = [
        {"text": "{{ a.name }}", "each": "a in policy.law"},
        {"text": "{{ a.name }}", "each": "a in class.roll"},
    ]
    lines = [line for line in resolved(context, *blocks).blocks if isinstance(line, Line)]
    assert [line.words[0].value for line in lines] == [False] * len(national().law) + [True, True]


@pytest.mark.parametrize(("title", "value"), [("{{ policy.name }}", False), ("{{ student.name }}的文书", True)])
def test_the_title_is_a_value_where_it_varies(context: Context, title: str, value: bool) -> None:
    (line,) = resolved(context, {"text": "{{ title }}"}, title=title).blocks
    assert isinstance(line, Line)
    assert line.words[0].value is value


@pytest.mark.parametrize(("style", "written"), [("arabic", "2026年9月11日"), ("chinese", "二〇二六年九月十一日")])
def test_dates_are_written_as_the_policy_says(tmp_path: Path, style: str, written: str) -> None:
    context = known(tmp_path, policy=national().model_copy(update={"date_style": style}))
    assert said(resolved(context, {"text": "{{ today }}"})) == [written]


@pytest.mark.parametrize(("expression", "written"), [("3", "3"), ("2.50", "2.5"), ("1 == 1", "是"), ("'' ~ 7", "7")])
def test_numbers_and_answers_are_written_plainly(context: Context, expression: str, written: str) -> None:
    assert said(resolved(context, {"text": f"{{{{ {expression} }}}}"})) == [written]


@pytest.mark.parametrize("expression", ["student", "class.roll", "student.visits[5].mode", "studnt", "1 / 0"])
def test_what_cannot_be_printed_is_a_problem_of_the_definition(context: Context, expression: str) -> None:
    with pytest.raises(Problems, match="请改这份文书的定义"):
        resolved(context, {"text": f"{{{{ {expression} }}}}"})


# Tables


def test_a_choice_ticks_the_one_given_and_leaves_all_open_without(context: Context) -> None:
    def options(value: str) -> list[str]:
        cell = {"choice": ["男", "女"], "value": value}
        (form,) = resolved(context, {"grid": {"columns": [1], "rows": [[cell]]}}).blocks
        assert isinstance(form, Form)
        return [plain(option) for option in form.rows[0].cells[0].options]

    assert options("{{ student.sex }}") == ["□男", "√女"]
    assert options("") == ["□男", "□女"]


def test_a_choice_not_among_the_options_holds_the_paper_back(context: Context) -> None:
    cell = {"choice": ["上门", "电话"], "value": "{{ student.sex }}"}
    grid = {"grid": {"columns": [1], "rows": [[cell]]}}
    assert held(context, grid) == "数据.xlsx 学生!第2行：“女”不在选项 上门、电话 里"


def test_a_side_label_spans_the_rows_that_come_out(context: Context) -> None:
    rows = [["甲"], {"cells": ["乙"], "when": "student.ethnicity"}, {"cells": ["丙"], "each": "v in student.visits"}]
    (form,) = resolved(context, {"grid": {"columns": [1, 1], "rows": [{"side": "旁", "rows": rows}]}}).blocks
    assert isinstance(form, Form)
    assert form.rows[0].cells[0].rows == len(form.rows) == 3
    assert [row.joined for row in form.rows] == [True, True, False]


def test_a_side_label_without_rows_is_not_printed(context: Context) -> None:
    rows = [{"cells": ["乙"], "when": "student.ethnicity"}]
    (form,) = resolved(context, {"grid": {"columns": [1, 1], "rows": [{"side": "旁", "rows": rows}]}}).blocks
    assert form == Form((1, 1), ())


def listing(context: Context, **roster: Any) -> Listing:
    spec = {"each": "s in class.roll", "columns": [{"label": "姓名", "value": "{{ s.name }}"}]} | roster
    (block,) = resolved(context, {"roster": spec}).blocks
    assert isinstance(block, Listing)
    return block


def texts(rows: Any) -> list[list[str]]:
    return [[plain(cell) for cell in row] for row in rows]


def test_a_roster_counts_its_rows_and_fills_up_with_blank_ones(context: Context) -> None:
    made = listing(context, numbered="序号", at_least=3)
    assert texts(made.rows) == [["1", "石小满"], ["2", "木小春"], ["", ""]]
    assert [plain(column.label) for column in made.columns] == ["序号", "姓名"]


def test_a_roster_of_nothing_says_so_instead_of_blank_rows(context: Context) -> None:
    made = listing(context, each="s in class.roll if s.sex == '无'", empty="无", at_least=3)
    assert (made.rows, plain(made.empty)) == ((), "无")
    assert listing(context, empty="无").empty == ()


def test_a_list_from_the_policy_is_print_throughout_and_one_of_records_is_not(context: Context) -> None:
    def numbers(each: str, value: str) -> set[bool]:
        columns = [{"label": "项"}, {"label": "数", "value": value, "total": True}]
        roster = {"each": each, "numbered": "序号", "total": "合计", "columns": columns}
        (listing,) = resolved(context, {"roster": roster}).blocks
        assert isinstance(listing, Listing)
        return {
            piece.value for row in (*listing.rows, listing.total) for words in row for piece in words if piece.number
        }

    assert numbers("d in policy.inspections.by_dimension", "{{ d.points }}") == {False}
    assert numbers("s in class.roll", "{{ s.visits | length }}") == {True}


@pytest.mark.parametrize(("numbered", "first"), [("序号", ["合计", "", "1234567"]), ("", ["合计", "1234567"])])
def test_a_total_adds_what_is_marked_and_writes_it_out(context: Context, numbered: str, first: list[str]) -> None:
    columns = [
        {"label": "姓名", "value": "{{ s.name }}"},
        {"label": "数", "value": "{{ 1234560 + 3 if s.sex == '女' else 4 }}", "total": True},
    ]
    made = listing(context, columns=columns, total="合计", numbered=numbered)
    assert texts([made.total]) == [first]
    assert made.total[-1][0].number == 1234567


def test_fields_drop_out_with_their_condition(context: Context) -> None:
    fields = [{"label": "甲", "value": "1", "when": "student.ethnicity"}, {"label": "乙", "value": "2"}]
    (block,) = resolved(context, {"fields": fields}).blocks
    assert isinstance(block, FieldLine)
    assert [plain(label) for label, *_ in block.items] == ["乙"]


def test_a_leadership_group_lists_its_members_in_order(tmp_path: Path) -> None:
    def group(sheets: Sheets) -> None:
        sheets["领导小组"] = [
            {"学校": "清溪小学", "组内职务": "组长", "姓名": "田校长", "职务": "校长"},
            {"学校": "清溪小学", "组内职务": "成员", "姓名": "林老师", "职务": "班主任"},
        ]

    people = {"each": "m in school.group", "role": "{{ m.role }}", "name": "{{ m.name }}", "post": "{{ m.post }}"}
    (block,) = resolved(known(tmp_path, group), {"people": people}).blocks
    assert isinstance(block, Group)
    assert texts(block.members) == [["组长", "田校长", "校长"], ["成员", "林老师", "班主任"]]


def test_other_blocks_carry_their_words(context: Context) -> None:
    blocks = resolved(
        context, {"signatures": [["甲方", "日期"], ["乙方"]]}, {"blank": 3, "label": "意见"}, {"section": "landscape"}
    ).blocks
    signing, ruled, turn = blocks
    assert isinstance(signing, Signing)
    assert texts(signing.parties) == [["甲方", "日期"], ["乙方"]]
    assert isinstance(ruled, Ruled)
    assert (plain(ruled.label), ruled.lines) == ("意见", 3)
    assert turn == Turn("landscape")


# Who issues, whom it is about


@pytest.mark.parametrize(
    ("issuer", "name"),
    [
        ("school", "云山县清溪镇中心小学"), ("class_teacher", "林老师"), ("township", "清溪镇人民政府"),
        ("county", "云山县人民政府"), ("education_bureau", "云山县教育体育局"),
        ("{{ policy.return_notice.issuer }}", "清溪镇人民政府"),
    ],
)  # fmt: skip
def test_the_issuers_full_name_is_known(context: Context, issuer: str, name: str) -> None:
    assert said(resolved(context, {"text": "{{ issuer }}"}, issuer=issuer)) == [name]


def test_an_issuer_that_the_dataset_does_not_name_holds_the_paper_back(context: Context) -> None:
    assert "没有填" in held(context, {"text": "{{ issuer }}"}, issuer="central_school")


def test_an_inspected_township_needs_no_school(tmp_path: Path) -> None:
    def inspected(sheets: Sheets) -> None:
        sheets["督导"] = [{"督导编号": "D1", "被督导乡镇": "清溪镇", "督导日期": "2026-09-20"}]

    context = known(tmp_path, inspected)
    block = {"text": "{{ inspection.unit }}{{ township.name }}{{ county.name }}"}
    assert said(resolved(context, block, per="inspection", issuer="county")) == ["清溪镇人民政府清溪镇云山县"]
    assert "学校" in held(context, {"text": "{{ school.name }}"}, per="inspection", issuer="county")


def test_a_condition_of_the_paper_that_is_left_open_holds_it_back(context: Context) -> None:
    made = definition(when="student.birth_date < today")
    with pytest.raises(HeldBackError, match="“出生日期”没有填"):
        Resolver(made, {}, context).wanted(context.dataset.students[0])


def test_a_total_over_a_blank_is_a_blank_too_and_listed(tmp_path: Path) -> None:
    context = known(tmp_path, spoilt("学生", 0, 班内学号="一"))
    columns = [{"label": "项"}, {"label": "数", "value": "{{ s.seat_no }}", "total": True, "by_hand": True}]
    paper = resolved(context, {"roster": {"each": "s in class.roll", "total": "合计", "columns": columns}}, record=1)
    (made,) = paper.blocks
    assert isinstance(made, Listing)
    assert [plain(words) for words in made.total] == ["合计", ""]
    assert [blank.label for blank in paper.by_hand] == ["班内学号", "数（合计）"]


def test_a_paper_about_a_case_means_the_class_and_school_the_child_dropped_out_of(tmp_path: Path) -> None:
    def moved(sheets: Sheets) -> None:
        sheets["学校"].append(sheets["学校"][0] | {"学校标识码": "2", "学校名称": "大坪小学", "学校简称": "大坪小学"})
        for name in ("教职工", "班级", "学生"):
            sheets[name] = [row | {"学校": "清溪小学"} for row in sheets[name]]
        sheets["班级"].append(sheets["班级"][0] | {"学校": "大坪小学", "年级": "四年级", "班主任": ""})
        sheets["家访"] = []
        sheets["辍学个案"] = [
            {"个案编号": "1", "学生": "石小满", "辍学时班级": "大坪小学四年级（1）班", "辍学日期": "2026-09-01",
             "发现日期": "2026-09-01", "辍学原因": "厌学"},
        ]  # fmt: skip

    context = known(tmp_path, moved)
    blocks = [{"text": "{{ school.name }}{{ class.name }}{{ issuer }}"}]
    assert said(resolved(context, *blocks, per="case")) == ["大坪小学四年级（1）班大坪小学"]
    assert said(resolved(context, *blocks, per="student")) == ["云山县清溪镇中心小学三年级（1）班云山县清溪镇中心小学"]
