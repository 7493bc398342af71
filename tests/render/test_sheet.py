from __future__ import annotations

import zipfile
from dataclasses import replace
from io import BytesIO

import openpyxl
import pytest
from openpyxl.worksheet.worksheet import Worksheet

from generator.forms.lowered import Page, PageBreak, Paper, Row
from generator.render import sheet
from tests.render.papers import HOSTILE, SENTENCE, cell, paper, para, row, table


def opened(*papers: Paper) -> openpyxl.Workbook:
    return openpyxl.load_workbook(BytesIO(sheet.render(papers, copies=2, duplex=True, title="台账").data))


def first(*papers: Paper) -> Worksheet:
    return opened(*papers).worksheets[0]


def test_the_file_bears_its_title_and_no_day() -> None:
    found = opened(paper(para("甲"))).properties
    assert (found.title, str(found.modified)) == ("台账", "1980-01-01 00:00:00")


ROSTER = table(row("姓名", "住址", header=True), row("李", "甲村"), row("王", "乙村"))


def test_a_paper_with_one_list_has_one_worksheet_whatever_the_copies() -> None:
    names = opened(paper(para("甲"), title="一班"), paper(para("乙"), title="二班")).sheetnames
    assert names == ["一班", "二班"]


def test_worksheet_names_are_legal_and_unique() -> None:
    long = "某县第一中心小学二〇二六年秋季学期控辍保学工作台账（全校各班汇总）"
    titles = ["a/b:[c]", "A/B:[C]", "", "'引'", long, long, "😀" * 20]
    names = opened(*(paper(para("甲"), title=title) for title in titles)).sheetnames
    assert names[:4] == ["a b  c", "A B  C(2)", "表", "引"]
    assert len({name.casefold() for name in names}) == len(titles)
    assert all(0 < len(name.encode("utf-16-le")) <= 62 for name in names)
    assert not any(set(name) & set("[]:*?/\\") for name in names)


@pytest.mark.parametrize("text", ["=1+1", "+86", "-1", "@SUM(A1)", "0123", HOSTILE, "甲\n乙"])
def test_text_stays_text(text: str) -> None:
    found = first(paper(table(row(text, "x"))))["A1"]
    assert (found.value, found.data_type, found.number_format) == (text, "s", "@")


def test_a_text_that_looks_like_a_formula_is_quoted_against_editing() -> None:
    found = first(paper(table(row("=1+1", "甲"))))
    assert [found["A1"].quotePrefix, found["B1"].quotePrefix] == [True, False]


@pytest.mark.parametrize(
    ("text", "number", "shown"),
    [("12", 12, "0"), ("99.50%", 99.5, '0.00"%"'), ("3人", 3, '0"人"'), ("五", 5, "General")],
)
def test_a_quantity_is_a_number_that_shows_as_on_paper(text: str, number: float, shown: str) -> None:
    found = first(paper(table(Row((cell(text, number=number), cell("x"))))))["A1"]
    assert (found.value, found.number_format) == (number, shown)


def test_a_character_excel_cannot_hold_shows() -> None:
    assert first(paper(para("甲\x0b乙")))["A1"].value == "甲\ufffd乙"


def test_the_roster_header_is_frozen_repeated_and_filtered() -> None:
    found = first(paper(para("台账"), ROSTER, para("填表人")))
    assert found.freeze_panes == "A3"
    assert found.print_title_rows == "$2:$2"
    assert found.auto_filter.ref == "A2:B4"


def test_a_header_far_down_is_not_frozen() -> None:
    assert first(paper(*(para(SENTENCE) for _ in range(20)), ROSTER)).freeze_panes is None


def test_the_worksheet_has_the_page_of_its_roster() -> None:
    wide = Page(width=297.0, height=210.0, left=20.0, footer="center")
    found = first(paper(para("正文"), PageBreak(wide), ROSTER, para("填表人")))
    assert (found.page_setup.orientation, str(found.page_setup.paperSize)) == ("landscape", "9")
    assert (found.page_setup.fitToWidth, found.page_setup.fitToHeight) == (1, 0)
    assert found.page_margins.left == pytest.approx(20 / 25.4)
    assert found.oddFooter is not None
    assert found.oddFooter.center.text == "&P"


def test_tables_of_different_columns_share_the_union_of_their_edges() -> None:
    other = table(row("甲", "乙", "丙"), widths=(20.0, 30.0, 30.0))
    found = first(paper(table(row("1", "2"), widths=(30.0, 50.0)), other))
    assert {str(one) for one in found.merged_cells.ranges} == {"A1:B1", "C1:D1", "B2:C2"}
    assert [found[name].value for name in ("A1", "C1", "A2", "B2", "D2")] == ["1", "2", "甲", "乙", "丙"]


def test_cells_merge_over_rows() -> None:
    found = first(paper(table(Row((cell("左", rows=2), cell("右"))), Row((cell("下"),)))))
    assert [str(one) for one in found.merged_cells.ranges] == ["A1:A2"]
    assert found["B2"].value == "下"


def test_a_merged_cell_is_framed_all_round() -> None:
    found = first(paper(table(Row((cell("全", span=2),)), row("1", "2"))))
    assert (found["A1"].border.left.style, found["B1"].border.right.style) == ("thin", "thin")


def test_a_missing_border_is_missing() -> None:
    bare = replace(cell("无"), borders=frozenset({"bottom"}))
    border = first(paper(table(Row((bare, cell("有"))))))["A1"].border
    assert (border.bottom.style, border.top.style) == ("thin", None)


def test_a_row_is_high_enough_for_text_that_wraps() -> None:
    found = first(paper(para(SENTENCE * 4), table(row(SENTENCE * 2, "x", height=5.0))))
    assert found.row_dimensions[1].height > 4 * 16
    assert found.row_dimensions[2].height > 4 * 12


def test_text_is_set_in_the_office_face_of_its_role() -> None:
    found = first(paper(para("正文"), table(row("值", "x"))))
    assert (found["A1"].font.name, found["A2"].font.name, found["A1"].font.size) == ("仿宋", "楷体", 16)


def width_of(sheet: Worksheet, column: str) -> float:
    """The width of a column, in mm."""
    return sheet.column_dimensions[column].width * 7 / 96 * 25.4


def test_a_column_is_as_wide_as_on_paper() -> None:
    found = first(paper(table(row("1", "2"), widths=(30.0, 50.0))))
    assert [width_of(found, "A"), width_of(found, "B")] == pytest.approx([30.0, 50.0], abs=0.05)


def test_columns_are_measured_in_the_digits_of_a_type_that_has_a_like_everywhere() -> None:
    with zipfile.ZipFile(BytesIO(sheet.render([paper(para("甲"))], copies=1, duplex=False, title="t").data)) as found:
        styles = found.read("xl/styles.xml").decode()
    assert styles.index("Arial") < styles.index("</font>")
    assert "Calibri" not in styles


def test_what_a_page_break_parts_from_a_list_is_a_worksheet_without_its_header() -> None:
    found = opened(paper(para("台账"), ROSTER, PageBreak(), table(row("存在问题", ""))))
    assert found.sheetnames == ["责任书", "责任书（续）"]
    assert [one.print_title_rows for one in found.worksheets] == ["$2:$2", None]
    assert found.worksheets[1]["A1"].value == "存在问题"


def test_a_worksheet_after_a_page_break_has_the_page_that_follows() -> None:
    wide = Page(width=297.0, height=210.0)
    found = opened(paper(ROSTER, PageBreak(wide), para("甲"), PageBreak(), para("乙")))
    assert [one.page_setup.orientation for one in found.worksheets] == ["portrait", "landscape"]


def test_a_second_list_is_a_worksheet_of_its_own_with_its_heading() -> None:
    heading = replace(para("得分汇总"), keep_next=True)
    found = opened(paper(ROSTER, para("注"), heading, ROSTER)).worksheets
    assert [one.print_title_rows for one in found] == ["$1:$1", "$2:$2"]
    assert (found[0]["A4"].value, found[1]["A1"].value) == ("注", "得分汇总")


def test_the_name_of_a_further_worksheet_tells_that_it_goes_on_however_long_it_is() -> None:
    long = paper(ROSTER, PageBreak(), para("甲"), PageBreak(), para("乙"), title="台账" * 20)
    names = opened(long, long).sheetnames
    assert names[1] == "台账" * 14 + "（续）"
    assert names[3].endswith("（续）(2)")
    assert all(len(name) <= 31 for name in names)
