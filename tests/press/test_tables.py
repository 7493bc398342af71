"""Workbooks of plain tables are what every program reads, and show all that is in them."""

from __future__ import annotations

from io import BytesIO

from openpyxl import load_workbook
from python_calamine import CalamineWorkbook

from generator.press.tables import Table, workbook

HOSTILE = ("=1+1", '<李>&"A" \'', "甲\n乙\r丙", " 喆 𬭎 ", "0012", "\x0b{{ x }}\uffff", "", None, 12, 1.5)
FILES = Table("文书", ("文件", "说明"), [("甲.docx", "好" * 100), ("乙.docx", None)])


def test_values_come_out_as_they_went_in() -> None:
    data = workbook("目录", Table("文书", [str(at) for at in range(len(HOSTILE))], [HOSTILE]))
    (cells,) = load_workbook(BytesIO(data))["文书"].iter_rows(min_row=2)
    shown = [*HOSTILE[:5], "\ufffd{{ x }}\ufffd", None, None, 12, 1.5]
    assert [cell.value for cell in cells] == shown
    assert {cell.data_type for cell in cells[:6]} == {"s"}
    read = CalamineWorkbook.from_filelike(BytesIO(data)).get_sheet_by_name("文书").to_python()
    assert read[1] == ["" if value is None else value for value in shown]


def test_a_table_without_rows_says_so() -> None:
    book = load_workbook(BytesIO(workbook("目录", FILES, Table("手填", ("文书", "对象"), []))))
    assert book.sheetnames == ["文书", "手填"]
    assert [[cell.value for cell in row] for row in book["手填"].iter_rows(min_row=2)] == [["无", None]]


def test_the_head_stays_in_sight_and_on_every_page() -> None:
    name = "甲's & 乙"
    book = load_workbook(BytesIO(workbook("目录", FILES, Table(name, ("文件",), [("甲",)]))))
    for sheet, area, title in ((book["文书"], "A1:B3", "'文书'!$1:$1"), (book[name], "A1:A2", "'甲''s & 乙'!$1:$1")):
        assert (sheet.freeze_panes, sheet.auto_filter.ref, sheet.print_title_rows) == ("A2", area, "$1:$1")
        assert sheet.print_titles == title
        assert [cell.font.bold for cell in sheet["A"][:2]] == [True, False]
        assert (sheet.page_setup.orientation, sheet.page_setup.paperSize) == ("landscape", 9)
        assert sheet.sheet_properties.pageSetUpPr
        assert (sheet.sheet_properties.pageSetUpPr.fitToPage, sheet.page_setup.fitToHeight) == (True, 0)


def test_columns_and_rows_show_all_of_their_text() -> None:
    sheet = load_workbook(BytesIO(workbook("目录", FILES)))["文书"]
    assert [sheet.column_dimensions[letter].width for letter in "AB"] == [15, 70]
    assert [sheet.row_dimensions[row].height for row in (1, 2, 3)] == [15, 45, 15]
    assert all(cell.alignment.wrap_text and cell.alignment.vertical == "center" for row in sheet for cell in row)


def test_a_workbook_bears_its_title_and_is_the_same_every_day() -> None:
    assert load_workbook(BytesIO(workbook("目录 <1>", FILES))).properties.title == "目录 <1>"
    assert workbook("目录", FILES) == workbook("目录", FILES)
