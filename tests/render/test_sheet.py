from __future__ import annotations

import zipfile
from dataclasses import replace
from io import BytesIO
from typing import Literal

import openpyxl
import pytest
from openpyxl.worksheet.worksheet import Worksheet

from generator.forms.lowered import Cell, Page, PageBreak, Paper, Row, Table
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


def merged(sheet: Worksheet, corner: str) -> str:
    """The range merged from ``corner``, else that cell alone."""
    return next((str(one) for one in sheet.merged_cells.ranges if str(one).split(":")[0] == corner), corner)


def width_of(sheet: Worksheet, column: str) -> float:
    """The width of a column, in mm."""
    return sheet.column_dimensions[column].width * 7 / 96 * 25.4


def breaks(sheet: Worksheet) -> list[int]:
    """The rows after which a page is broken by hand."""
    return [found.id for found in sheet.row_breaks.brk]


def fields(*texts: str, widths: tuple[float, ...]) -> Table:
    """A line of labels without borders, each before a blank with a line under it."""
    borders = (frozenset[Literal["bottom"]](), frozenset[Literal["bottom"]](("bottom",)))
    cells = (replace(cell(text), borders=borders[at % 2]) for at, text in enumerate(texts))
    return Table(widths, (Row(tuple(cells), 8.0),))


WIDE = table(
    row("序", "甲", "乙", "丙", "丁", header=True), row("1", "", "", "", ""), widths=(8.0, 20.0, 30.0, 30.0, 40.0)
)


def test_a_label_spans_the_columns_that_its_text_needs_and_keeps_its_size() -> None:
    found = first(paper(WIDE, fields("被督导单位：", "某校", widths=(27.0, 101.0))))
    assert (merged(found, "A3"), merged(found, "C3")) == ("A3:B3", "C3:E3")
    assert (found["A3"].alignment.shrink_to_fit, found["A3"].alignment.wrap_text) == (None, True)


def test_a_label_in_a_frame_spans_the_columns_that_its_text_needs() -> None:
    form = table(row("存在问题", ""), widths=(24.0, 104.0))
    found = first(paper(replace(WIDE, widths=(8.0, 34.0, 16.0, 30.0, 40.0)), form))
    assert merged(found, "A3") == "A3:B3"


def test_a_blank_keeps_room_for_a_signature_as_long_as_every_label_has_its_own() -> None:
    roster = replace(WIDE, widths=(8.0, 20.0, 30.0, 30.0, 20.0))
    filled = first(paper(roster, fields("校长：", "某", widths=(75.0, 33.0))))
    blank = first(paper(roster, fields("校长：", "", widths=(75.0, 33.0))))
    tight = first(paper(roster, fields("县级教育行政部门负责人签字：", "", widths=(75.0, 33.0))))
    assert [merged(one, "A3") for one in (filled, blank, tight)] == ["A3:D3", "A3:C3", "A3:D3"]


def test_a_label_stands_clear_of_the_blank_before_it() -> None:
    label = replace(para("校长："), left=2.5)
    found = first(paper(table(Row((cell("甲"), Cell((label,), borders=frozenset()))))))
    assert (found["A1"].alignment.indent, found["B1"].alignment.indent) == (0, 1)


def test_a_column_is_as_wide_as_on_paper() -> None:
    found = first(paper(table(row("1", "2"), widths=(30.0, 50.0))))
    assert [width_of(found, "A"), width_of(found, "B")] == pytest.approx([30.0, 50.0], abs=0.05)


def test_columns_are_measured_in_the_digits_of_a_type_that_has_a_like_everywhere() -> None:
    with zipfile.ZipFile(BytesIO(sheet.render([paper(para("甲"))], copies=1, duplex=False, title="t").data)) as found:
        styles = found.read("xl/styles.xml").decode()
    assert styles.index("Arial") < styles.index("</font>")
    assert "Calibri" not in styles


def test_a_column_with_room_to_spare_lends_it_to_a_short_text_that_would_wrap() -> None:
    found = first(paper(table(row("姓", "班", header=True), row("李", "七年级一班"), widths=(50.0, 20.0))))
    assert width_of(found, "B") > 5 * 12 * 25.4 / 72
    assert width_of(found, "A") + width_of(found, "B") == pytest.approx(70.0, abs=0.1)


def test_the_least_wanting_column_is_lent_to_first() -> None:
    texts = ("李", "七年级一班", SENTENCE * 3)
    found = first(paper(table(row("姓", "班", "住", header=True), row(*texts), widths=(20.0, 20.0, 60.0))))
    assert width_of(found, "B") > 5 * 12 * 25.4 / 72
    assert width_of(found, "C") < 72.0


def test_a_column_for_the_pen_lends_nothing() -> None:
    found = first(paper(table(row("注", "住址", header=True), row("", SENTENCE), widths=(50.0, 20.0))))
    assert width_of(found, "A") == pytest.approx(50.0, abs=0.1)


def test_a_list_grows_a_little_over_the_page_for_short_texts_but_not_for_long_ones() -> None:
    short = first(paper(table(row("班", header=True), row("七年级一班"), widths=(22.5,))))
    long = first(paper(table(row("住", header=True), row(SENTENCE), widths=(22.5,))))
    tight = first(paper(table(row("班", header=True), row("七年级一班"), widths=(15.0,))))
    assert width_of(short, "A") > 22.5 + 0.5
    assert width_of(long, "A") == pytest.approx(22.5, abs=0.1)
    assert width_of(tight, "A") == pytest.approx(15.0 * 1.08, abs=0.1)


def test_a_heading_that_wraps_on_paper_takes_no_room_from_others() -> None:
    found = first(paper(table(row("与学生关系", "班", header=True), row("父", "七"), widths=(15.0, 30.0))))
    assert width_of(found, "A") == pytest.approx(15.0, abs=0.1)


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


def test_a_page_break_before_any_list_breaks_the_page() -> None:
    assert breaks(first(paper(PageBreak(), para("甲"), PageBreak(), para("乙")))) == [1]


HEAD = row("序号", "事项", header=True)
BAND = Row((cell("维", span=2),), 8.0, keep_next=True)
FITTING = 27
"""Rows of 8 mm that are set on a page of 225 mm, the header's included."""


def lines(count: int) -> list[Row]:
    return [row("1", "甲") for _ in range(count)]


def test_a_band_keeps_with_its_first_row() -> None:
    found = first(paper(table(HEAD, *lines(FITTING - 2), BAND, *lines(3))))
    assert breaks(found) == [FITTING - 1]


def test_every_page_of_a_list_with_bands_is_broken() -> None:
    assert len(breaks(first(paper(table(HEAD, BAND, *lines(100)))))) == 3


def test_what_ends_a_paper_keeps_with_the_last_row_of_its_list() -> None:
    found = first(paper(table(HEAD, *lines(FITTING - 1)), para("校长签字"), para("日期")))
    assert breaks(found) == [FITTING - 1]


def test_the_pages_of_a_plain_list_are_left_to_excel_but_for_the_last() -> None:
    found = first(paper(table(HEAD, *lines(100)), para("校长签字")))
    (last,) = breaks(found)
    assert 70 < last < 101


def test_a_list_whose_first_and_last_rows_are_held_together_is_a_plain_one() -> None:
    kept = row("1", "甲", keep_next=True)
    assert len(breaks(first(paper(table(HEAD, kept, *lines(98), kept, *lines(1)), para("校长签字"))))) == 1


def test_a_paper_of_one_page_has_no_break() -> None:
    assert breaks(first(paper(ROSTER, para("校长签字")))) == []


def test_the_repeated_header_takes_room_on_every_page_but_its_own() -> None:
    tall = row("序号", "事项", header=True, height=40.0)
    ends = breaks(first(paper(table(tall, BAND, *lines(60)))))
    assert ends[1] - ends[0] == ends[0] - 1


def test_a_row_is_no_higher_than_excel_allows_and_its_text_small_enough_for_that() -> None:
    found = first(paper(table(row(SENTENCE * 30, SENTENCE * 2, "x"), widths=(40.0, 40.0, 20.0))))
    assert found.row_dimensions[1].height <= 409
    assert (found["A1"].font.size < 12, found["B1"].font.size) == (True, 12)


def test_a_row_is_high_enough_for_words_that_do_not_break() -> None:
    broken = first(paper(table(row("甲甲ABCDEFGHI" * 3, "x"))))
    assert broken.row_dimensions[1].height == 6 * 16


def test_a_row_that_is_higher_on_paper_is_as_high_as_excel_allows() -> None:
    assert first(paper(table(row("存在问题", "", height=200.0)))).row_dimensions[1].height == 409


def test_rows_under_one_cell_keep_together() -> None:
    spans = [Row((cell("左", rows=3), cell("右")), 8.0), *(Row((cell("右"),), 8.0) for _ in range(2))]
    found = first(paper(para("甲"), table(*lines(FITTING - 3), *spans)))
    assert breaks(found) == [FITTING - 2]


def test_a_list_that_is_printed_smaller_has_more_rows_on_a_page() -> None:
    narrow = Page(width=22.5 + 54.0)
    wide = table(row("班", header=True), *(row("七年级一班") for _ in range(FITTING)), widths=(22.5,))
    assert breaks(first(paper(wide, page=Page()))) == [FITTING]
    assert breaks(first(paper(wide, page=narrow))) == []


def test_a_text_in_a_column_made_as_wide_takes_one_line() -> None:
    found = first(paper(table(row("姓", "班", header=True), row("李", "七年级一班"), widths=(50.0, 20.0))))
    assert found.row_dimensions[2].height == pytest.approx(8.0 / 25.4 * 72)


# Totals


def counted(name: str, amount: int | None) -> Row:
    return Row((cell(name), cell("" if amount is None else str(amount), number=amount)), 8.0)


def added_up(*amounts: int | None, total: int | None, padded: int = 0) -> Paper:
    head, spare = row("姓名", "次数", header=True), Row((Cell(()), Cell(())), 8.0)
    last = Row((cell("合计"), cell("" if total is None else str(total), number=total)), 8.0, total=True)
    return paper(table(head, *(counted(f"{at}", amount) for at, amount in enumerate(amounts)), *[spare] * padded, last))


def results(made: Paper) -> Worksheet:
    data = sheet.render([made], copies=1, duplex=False, title="台账").data
    return openpyxl.load_workbook(BytesIO(data), data_only=True).worksheets[0]


def test_a_total_is_a_formula_over_all_rows_with_its_result_beside_it() -> None:
    made = added_up(2, 3, total=5, padded=2)
    assert first(made)["B6"].value == "=SUM(B2:B5)"
    assert results(made)["B6"].value == 5
    assert first(made)["B4"].number_format == "General"  # a number that is typed there counts


def test_a_total_left_to_the_pen_comes_out_once_what_it_adds_up_is_filled_in() -> None:
    made = added_up(2, None, total=None, padded=1)
    assert first(made)["B5"].value == '=IF(COUNTBLANK(B2:B3)>0,"",SUM(B2:B4))'
    assert results(made)["B5"].value is None


def test_a_total_of_no_rows_adds_up_nothing() -> None:
    assert first(added_up(total=0))["B2"].value == 0


def test_a_band_is_no_blank_that_a_total_waits_for() -> None:
    head, band = row("姓名", "次数", header=True), Row((cell("一班", span=2),), 8.0, keep_next=True)
    last = Row((cell("合计"), cell("")), 8.0, total=True)
    found = first(paper(table(head, band, counted("甲", None), band, counted("乙", 1), last)))
    assert found["B6"].value == '=IF(COUNTBLANK(B2:B5)>2,"",SUM(B2:B5))'


def test_a_total_that_is_more_than_its_rows_say_stays_a_number() -> None:
    made = added_up(2, 3, total=7)
    assert first(made)["B4"].value == 7
    assert results(made)["B4"].value == 7


def test_a_total_is_neither_filtered_nor_sorted_away() -> None:
    assert first(added_up(2, 3, total=5)).auto_filter.ref == "A1:B3"
