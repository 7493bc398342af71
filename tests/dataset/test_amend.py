from __future__ import annotations

import io
import zipfile
from collections.abc import Callable

import pytest
from openpyxl import Workbook, load_workbook
from openpyxl.comments import Comment
from openpyxl.styles import Font, PatternFill
from openpyxl.worksheet.table import Table
from openpyxl.worksheet.worksheet import Worksheet
from python_calamine import CalamineWorkbook

from generator.dataset.amend import Package, SheetText, UnamendableError, amend, take_out

MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"


def workbook(fill: Callable[[Worksheet], object] = lambda _: None) -> bytes:
    """A sheet of three children, styled, and a second sheet that nobody touches."""
    book = Workbook()
    sheet = book.active
    assert isinstance(sheet, Worksheet)
    sheet.title = "学生"
    for row in (["姓名", "座号", "电话"], ["石小满", 1, "199"], ["木小春", 2, None], ["田小禾", 3, "197"]):
        sheet.append(row)
    sheet["A4"].font = Font(bold=True)
    sheet["C4"].fill = PatternFill("solid", "FFFF00")
    sheet.row_dimensions[4].height = 30
    book.create_sheet("别的").append(["=1+1"] if fill is formula_elsewhere else ["照旧"])
    fill(sheet)
    buffer = io.BytesIO()
    book.save(buffer)
    return buffer.getvalue()


def formula_elsewhere(_: Worksheet) -> None:
    """Stands for a formula on the other sheet."""


def rows(content: bytes, sheet: str = "学生") -> list[list[object]]:
    with CalamineWorkbook.from_filelike(io.BytesIO(content)) as book:
        return list(map(list, book.get_sheet_by_name(sheet).to_python()))


def parts(content: bytes) -> dict[str, bytes]:
    with zipfile.ZipFile(io.BytesIO(content)) as file:
        return {name: file.read(name) for name in file.namelist()}


def raw(xml: str) -> bytes:
    """A workbook whose only sheet is this XML."""
    files = parts(workbook())
    name = next(name for name in files if name.endswith("sheet1.xml"))
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as out:
        for part, body in (files | {name: xml.encode()}).items():
            out.writestr(part, body)
    return buffer.getvalue()


def test_a_cell_is_set_and_every_other_part_keeps_its_bytes() -> None:
    before = workbook()
    after, kept = amend(before, {"学生": {(2, "C"): "18800000000"}})
    assert rows(after)[1] == ["石小满", 1, "18800000000"]
    assert [rows(after)[0], *rows(after)[2:]] == [rows(before)[0], *rows(before)[2:]]
    assert kept == []
    changed = {name for name, body in parts(before).items() if parts(after)[name] != body}
    assert changed == {"xl/worksheets/sheet1.xml"}
    assert list(parts(after)) == list(parts(before))


def test_rows_that_do_not_change_keep_their_bytes() -> None:
    before = workbook()
    after, _ = amend(before, {"学生": {(2, "C"): "1"}})
    old, new = (SheetText(parts(each)["xl/worksheets/sheet1.xml"]) for each in (before, after))
    assert [number for number in range(1, 5) if old.row(number) != new.row(number)] == [2]


def test_a_cell_keeps_its_style_and_a_new_row_takes_that_of_the_row_above() -> None:
    after, _ = amend(workbook(), {"学生": {(4, "C"): "1", (5, "A"): "金小雨", (6, "A"): "水小禾"}})
    sheet = load_workbook(io.BytesIO(after))["学生"]
    assert sheet["C4"].fill.fgColor.rgb == "00FFFF00"
    assert all(sheet[cell].font.bold for cell in ("A5", "A6"))
    assert sheet["C6"].fill.fgColor.rgb == "00FFFF00"  # borders and colours go on, also where nothing is written
    assert sheet.row_dimensions[6].height == 30


def test_a_number_stays_a_number_and_text_stays_text() -> None:
    after, _ = amend(workbook(), {"学生": {(2, "B"): "7", (3, "B"): "007", (2, "C"): "8", (3, "C"): "9"}})
    assert rows(after)[1:3] == [["石小满", 7, "8"], ["木小春", "007", "9"]]


def test_formulas_are_left_alone_and_told_of() -> None:
    before = workbook(worked_out)
    after, kept = amend(before, {"学生": {(4, "B"): "1", (4, "A"): "木小夏"}})
    assert kept == [("学生", "B4")]
    assert load_workbook(io.BytesIO(after))["学生"]["B4"].value == "=B2+1"
    assert rows(after)[3][0] == "木小夏"


def test_where_nothing_changes_the_file_keeps_its_bytes() -> None:
    before = workbook(worked_out)
    assert amend(before, {"学生": {(4, "B"): "1"}}) == (before, [("学生", "B4")])


@pytest.mark.parametrize("text", ["=1+1", "a&b<c>\"'", " 前后有空 ", "两\n行", "𬭎", "0012"])
def test_text_is_read_back_as_it_was_set(text: str) -> None:
    after, _ = amend(workbook(), {"学生": {(2, "A"): text}})
    assert load_workbook(io.BytesIO(after))["学生"]["A2"].value == text
    assert load_workbook(io.BytesIO(after))["学生"]["A2"].data_type == "s"


def test_an_emptied_cell_is_empty() -> None:
    after, _ = amend(workbook(), {"学生": {(2, "C"): "", (2, "B"): ""}})
    assert rows(after)[1] == ["石小满", "", ""]


def test_filters_and_tables_take_in_rows_added_below_them() -> None:
    def listed(sheet: Worksheet) -> None:
        sheet.auto_filter.ref = "A1:C4"
        sheet.add_table(Table(displayName="t", ref="A1:C4"))

    after, _ = amend(workbook(listed), {"学生": {(5, "A"): "金小雨"}})
    sheet = load_workbook(io.BytesIO(after))["学生"]
    assert (sheet.auto_filter.ref, sheet.tables["t"].ref) == ("A1:C5", "A1:C5")
    assert sheet.dimensions == "A1:C5"


@pytest.mark.parametrize(
    "xml",
    [
        '<worksheet xmlns="{0}"><sheetData><row><c t="inlineStr"><is><t>甲</t></is></c></row></sheetData></worksheet>',
        '<x:worksheet xmlns:x="{0}"><x:sheetData><x:row r="1"><x:c r="A1" t="inlineStr"><x:is><x:t>甲</x:t></x:is>'
        "</x:c></x:row></x:sheetData></x:worksheet>",
        '<worksheet xmlns="{0}"><!-- <row r="9"> --><sheetData><row r="1" spans="1:1"><c r="A1" t="inlineStr"><is>'
        "<t><![CDATA[甲]]></t></is></c></row></sheetData></worksheet>",
    ],
    ids=["without numbers", "with a prefix", "with a comment"],
)
def test_sheets_as_other_programs_write_them_are_amended(xml: str) -> None:
    after, _ = amend(raw(xml.format(MAIN)), {"学生": {(1, "C"): "乙", (3, "A"): "丙"}})
    assert rows(after) == [["甲", "", "乙"], ["", "", ""], ["丙", "", ""]]


def test_rows_are_added_below_the_last_that_is_not_empty() -> None:
    def prepared(sheet: Worksheet) -> None:
        for row in (5, 6):
            sheet.cell(row, 1).fill = PatternFill("solid", "00FF00")

    after, _ = amend(workbook(prepared), {"学生": {(2, "C"): "1"}}, {"学生": [{"A": "金小雨"}, {"A": "水小禾"}]})
    assert [row[0] for row in rows(after)] == ["姓名", "石小满", "木小春", "田小禾", "金小雨", "水小禾"]
    assert rows(after)[1][2] == "1"
    assert load_workbook(io.BytesIO(after))["学生"]["A6"].fill.fgColor.rgb == "0000FF00"


def test_an_empty_sheet_can_be_filled() -> None:
    after, _ = amend(raw(f'<worksheet xmlns="{MAIN}"><sheetData/></worksheet>'), {"学生": {(1, "A"): "甲"}})
    assert rows(after) == [["甲"]]


def test_what_is_no_workbook_is_refused() -> None:
    with pytest.raises(UnamendableError):
        amend(b"PK no", {})
    with pytest.raises(UnamendableError):
        amend(workbook(), {"没有": {(1, "A"): "甲"}})
    with pytest.raises(UnamendableError):
        amend(raw("<worksheet>"), {"学生": {(1, "A"): "甲"}})


def test_rows_taken_out_let_those_below_move_up() -> None:
    after, _ = take_out(workbook(), {"学生": {2, 3}})
    assert rows(after) == [["姓名", "座号", "电话"], ["田小禾", 3, "197"]]
    sheet = load_workbook(io.BytesIO(after))["学生"]
    assert (sheet["A2"].font.bold, sheet.row_dimensions[2].height) == (True, 30)


def noted(sheet: Worksheet) -> None:
    sheet["A4"].comment = Comment("看这里", "某人")


def merged(sheet: Worksheet) -> None:
    sheet.merge_cells("A4:B4")


def worked_out(sheet: Worksheet) -> None:
    sheet["B4"] = "=B2+1"


@pytest.mark.parametrize("tie", [noted, merged, worked_out, formula_elsewhere])
def test_rows_are_emptied_in_their_place_where_something_tells_of_rows_by_number(
    tie: Callable[[Worksheet], object],
) -> None:
    after, _ = take_out(workbook(tie), {"学生": {2}})
    assert rows(after)[1] == ["", "", ""]
    assert rows(after)[3][0] == "田小禾"


def test_comments_on_headers_do_not_hold_rows() -> None:
    def on_header(sheet: Worksheet) -> None:
        sheet["A1"].comment = Comment("必填", "某人")

    after, _ = take_out(workbook(on_header), {"学生": {2}})
    assert [row[0] for row in rows(after)] == ["姓名", "木小春", "田小禾"]


def test_the_package_knows_its_parts() -> None:
    package = Package(workbook())
    assert package.sheets() == {"学生": "xl/worksheets/sheet1.xml", "别的": "xl/worksheets/sheet2.xml"}
    assert [part in package for part in ("xl/styles.xml", "xl/nothing.xml")] == [True, False]


def test_cells_take_other_styles_and_what_is_not_there_becomes_an_empty_cell() -> None:
    package = Package(workbook())
    sheet = SheetText(package["xl/worksheets/sheet1.xml"])
    seen: list[bytes] = []

    def bold(style: bytes) -> bytes:
        seen.append(style)
        return b"1"

    sheet.restyle(4, {1: bold, 3: bold})
    sheet.restyle(3, {3: bold, 1: bold})
    assert seen == [b"1", b"2", b"", b""]
    package["xl/worksheets/sheet1.xml"] = sheet.content()
    after = load_workbook(io.BytesIO(package.content()))["学生"]
    assert [cell.coordinate for row in after.iter_rows() for cell in row if cell.font.bold] == ["A3", "C3", "A4", "C4"]
    assert rows(package.content()) == rows(workbook())


def test_new_parts_are_named_declared_and_referred_to() -> None:
    package = Package(workbook())
    part = package.free("xl/worksheets/sheet{}.xml")
    assert part == "xl/worksheets/sheet3.xml"
    package[part] = parts(workbook())["xl/worksheets/sheet2.xml"]
    package.declare(part, "x/y")
    package.declare_extension("vml", "x/z")
    package.declare_extension("XML", "x/z")  # which is there
    key = package.relate(package.book, "worksheet", part)
    assert package.relations(package.book)[key] == ("worksheet", part)
    again = Package(package.content())
    assert list(again.names())[-1] == part
    types = again["[Content_Types].xml"]
    assert types.count(b'PartName="/xl/worksheets/sheet3.xml"') == types.count(b'Extension="vml"') == 1
    assert b'Extension="XML"' not in types
    assert types.index(b'Extension="vml"') < types.index(b"<Override")


def grouped(sheet: Worksheet) -> None:
    sheet.merge_cells("A2:A3")
    sheet.merge_cells("B4:C4")


def test_merged_cells_are_left_alone_and_told_of() -> None:
    before = workbook(grouped)
    after, kept = amend(
        before, {"学生": {(2, "A"): "甲", (3, "A"): "乙", (4, "B"): "9", (4, "C"): "丙", (2, "C"): "丁"}}
    )
    assert kept == [("学生", "A2"), ("学生", "A3"), ("学生", "C4")]
    assert rows(after) == [["姓名", "座号", "电话"], ["石小满", 1, "丁"], ["", 2, ""], ["田小禾", 9, ""]]


def test_rows_are_added_below_a_cell_that_reaches_further_down() -> None:
    after, _ = amend(workbook(lambda sheet: sheet.merge_cells("A4:A6")), {}, {"学生": [{"A": "金小雨"}]})
    assert [row[0] for row in rows(after)][3:] == ["田小禾", "", "", "金小雨"]


@pytest.mark.parametrize(
    ("gone", "kept", "names"),
    [({2}, ["A2"], ["石小满", "", "田小禾"]), ({3}, [], ["石小满", "", "田小禾"]), ({2, 3}, [], ["", "", "田小禾"])],
)
def test_what_is_merged_with_rows_that_stay_is_not_emptied(gone: set[int], kept: list[str], names: list[str]) -> None:
    after, left = take_out(workbook(lambda sheet: sheet.merge_cells("A2:A3")), {"学生": gone})
    assert [cell for _, cell in left] == kept
    assert [row[0] for row in rows(after)][1:] == names


def test_formulas_in_rows_that_are_emptied_are_told_of() -> None:
    after, kept = take_out(workbook(worked_out), {"学生": {3, 4}})
    sheet = load_workbook(io.BytesIO(after))["学生"]
    assert [[cell.value for cell in row] for row in sheet["A3:C4"]] == [[None] * 3, [None, "=B2+1", None]]
    assert kept == [("学生", "B4")]


def test_a_table_that_ends_in_totals_stays_as_it_is() -> None:
    def totalled(sheet: Worksheet) -> None:
        sheet.append(["合计", None, None])
        sheet.add_table(Table(displayName="t", ref="A1:C5", totalsRowCount=1))

    after, _ = amend(workbook(totalled), {}, {"学生": [{"A": "金小雨"}]})
    sheet = load_workbook(io.BytesIO(after))["学生"]
    assert (sheet.tables["t"].ref, sheet["A6"].value) == ("A1:C5", "金小雨")


def test_rows_out_of_order_are_refused_for_the_number_of_a_row_would_be_anothers() -> None:
    row = '<row r="{0}"><c r="A{0}" t="inlineStr"><is><t>甲</t></is></c></row>'
    xml = f'<worksheet xmlns="{MAIN}"><sheetData>{row.format(2)}{row.format(1)}</sheetData></worksheet>'
    with pytest.raises(UnamendableError):
        amend(raw(xml), {"学生": {(1, "A"): "乙"}})


def test_a_row_that_is_changed_says_its_number_and_not_what_columns_it_had() -> None:
    xml = f'<worksheet xmlns="{MAIN}"><sheetData><row spans="1:1"><c/></row><row/></sheetData></worksheet>'
    after, _ = amend(raw(xml), {"学生": {(1, "C"): "乙", (2, "A"): "丙"}})
    part = parts(after)["xl/worksheets/sheet1.xml"]
    assert (part.count(b'<row r="1">'), part.count(b'<row r="2">'), b"spans" in part) == (1, 1, False)
