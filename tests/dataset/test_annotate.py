from __future__ import annotations

import csv
import errno
import io
import os
import re
import shutil
import subprocess
import sys
import zipfile
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from lxml import etree
from openpyxl import Workbook, load_workbook
from openpyxl.chart import BarChart, Reference
from openpyxl.comments import Comment
from openpyxl.drawing.image import Image
from openpyxl.formatting.rule import Rule
from openpyxl.styles import Border, Font, PatternFill, Side
from openpyxl.workbook.defined_name import DefinedName
from openpyxl.worksheet.datavalidation import DataValidation
from openpyxl.worksheet.table import Table
from openpyxl.worksheet.worksheet import Worksheet
from PIL import Image as Picture
from python_calamine import CalamineWorkbook

from generator.dataset import examine, sources
from generator.dataset.amend import SheetText
from generator.dataset.annotate import AnnotateError, annotated, astext, listing, styles, write
from generator.errors import DataError, Level, Place, Problem
from tests.dataset.ooxml import faults, parts, relations
from tests.small import written

FILE, SHEET, OTHER = "数据.xlsx", "学生", "班's 级"
ERROR, WARNING = (f"FF{styles.FILLS[level]}" for level in ("error", "warning"))


def problem(cell: str, sheet: str = SHEET, level: Level = "error", also: str = "", what: str = "不对") -> Problem:
    places = (Place(FILE, sheet, also),) if also else ()
    return Problem(Place(FILE, sheet, cell), what, "照原件改", level, places)


def workbook(fill: Callable[[Worksheet], object] = lambda _: None) -> bytes:
    """A workbook with everything that a person may have put into it."""
    book = Workbook()
    sheet = book.active
    assert isinstance(sheet, Worksheet)
    sheet.title = SHEET
    for row in (["姓名", "座号", "电话"], ["石小满", 1, "199"], ["木小春", 2, None], ["田小禾", 3.5, "197"]):
        sheet.append(row)
    sheet["B4"].number_format = "0.00"
    sheet["B4"].font = Font(name="仿宋", size=14, italic=True)
    sheet["B4"].border = Border(left=Side("double"))
    sheet["A4"].fill = PatternFill("solid", "FFFF00")
    sheet.column_dimensions["C"].number_format = "@"
    sheet.merge_cells("E2:F4")
    sheet.conditional_formatting.add("B2:B4", Rule("cellIs", operator="greaterThan", formula=["2"]))
    validation = DataValidation("list", formula1='"男,女"', prompt="a>b")
    validation.add("D2:D4")
    sheet.add_data_validation(validation)
    sheet["A3"].hyperlink = "https://example.org/"
    sheet["A2"].comment = Comment("某人说过", "李四")
    sheet.add_table(Table(displayName="t", ref="A1:C4"))
    other = book.create_sheet(OTHER)
    other.append(["=1+1", "照旧"])
    chart = BarChart()
    chart.add_data(Reference(sheet, 2, 1, 2, 4))
    other.add_chart(chart, "D4")
    picture = io.BytesIO()
    Picture.new("RGB", (3, 3), "red").save(picture, "png")
    other.add_image(Image(picture), "D20")
    other.defined_names["本表"] = DefinedName("本表", attr_text=f"'{OTHER.replace(chr(39), chr(39) * 2)}'!$A$1")
    other.print_title_rows = "1:1"
    book.defined_names["全部"] = DefinedName("全部", attr_text=f"{SHEET}!$A$1")
    other.sheet_view.tabSelected = True
    book.active = 1
    fill(sheet)
    buffer = io.BytesIO()
    book.save(buffer)
    return buffer.getvalue()


def with_parts(content: bytes, change: Callable[[dict[str, bytes]], object]) -> bytes:
    """A workbook some of whose parts are others."""
    found = parts(content)
    change(found)
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as out:
        for name, body in found.items():
            out.writestr(name, body)
    return buffer.getvalue()


def sheet_of(content: bytes, name: str = SHEET) -> Worksheet:
    sheet = load_workbook(io.BytesIO(content), rich_text=True)[name]
    assert isinstance(sheet, Worksheet)
    return sheet


def listed(content: bytes) -> list[list[Any]]:
    """The texts of the list of problems."""
    return [[cell.value for cell in row] for row in sheet_of(content, listing.SHEET).iter_rows()]


def said(content: bytes, sheet: str = SHEET) -> dict[str, str]:
    """All comments of a sheet by cell."""
    cells = [cell for row in sheet_of(content, sheet).iter_rows() for cell in row if cell.comment]
    return {cell.coordinate: str(cell.comment and cell.comment.text) for cell in cells}


def coloured(content: bytes, sheet: str = SHEET) -> dict[str, str]:
    """All cells with our fills."""
    cells = [cell for row in sheet_of(content, sheet).iter_rows() for cell in row]
    return {each.coordinate: each.fill.fgColor.rgb for each in cells if each.fill.fgColor.rgb in (ERROR, WARNING)}


def sheet_part(content: bytes, number: int = 1) -> bytes:
    return parts(content)[f"xl/worksheets/sheet{number}.xml"]


# Cells


def test_bad_cells_are_coloured_by_level_and_say_what_is_wrong_and_what_to_do() -> None:
    after = annotated(workbook(), [problem("B2"), problem("B3", level="warning"), problem("C3", what="没有填")])
    assert coloured(after) == {"B2": ERROR, "B3": WARNING, "C3": ERROR}
    assert said(after)["B2"] == "【保学】\n错误：不对。照原件改。"
    assert said(after)["B3"] == "【保学】\n提醒：不对。照原件改。"
    assert faults(after) == []


def test_several_problems_of_a_cell_are_one_comment_and_one_error_makes_it_an_error() -> None:
    told = [problem("B2", level="warning"), problem("B2", what="又错"), problem("B2", level="warning")]
    after = annotated(workbook(), told)
    assert said(after)["B2"].splitlines()[1:] == ["提醒：不对。照原件改。", "错误：又错。照原件改。"]
    assert coloured(after) == {"B2": ERROR}
    many = annotated(workbook(), [problem("B2", what=f"第 {number} 处") for number in range(30)])
    assert said(many)["B2"].splitlines()[-1] == "……还有 20 条，见“_问题清单”"


def test_a_cell_that_contradicts_another_one_says_which() -> None:
    after = annotated(workbook(), [problem("B2", also="C2")])
    assert said(after)["C2"] == f"【保学】\n错误：见 {SHEET}!B2：不对。"
    assert coloured(after) == {"B2": ERROR, "C2": ERROR}
    assert len(listed(after)) == 2


def test_a_coloured_cell_keeps_format_font_border_and_value() -> None:
    before, after = (sheet_of(each)["B4"] for each in (workbook(), annotated(workbook(), [problem("B4")])))
    assert after.fill.fgColor.rgb == ERROR
    for look in ("number_format", "font", "border", "alignment", "protection", "value"):
        assert repr(getattr(after, look)) == repr(getattr(before, look))


def test_the_fill_of_a_coloured_cell_is_one_that_programs_apply() -> None:
    added = parts(annotated(workbook(), [problem("B4")]))["xl/styles.xml"]
    fills = etree.fromstring(added).findall("{*}fills/{*}fill")
    ours = {str(index) for index, each in enumerate(fills) if ERROR.encode() in etree.tostring(each)}
    made = [each for each in etree.fromstring(added).iterfind("{*}cellXfs/{*}xf") if each.get("fillId") in ours]
    assert [each.get("applyFill") for each in made] == ["1", "1"]  # of the cell, and of the list


def test_a_cell_that_is_not_there_yet_looks_like_its_column() -> None:
    after = annotated(workbook(), [problem("C3")])
    assert b'r="C3"' not in SheetText(sheet_part(workbook())).row(3)
    assert sheet_of(after)["C3"].number_format == "@"
    assert coloured(after) == {"C3": ERROR}


def test_of_merged_cells_the_first_is_marked_and_says_which_one_is_meant() -> None:
    after = annotated(workbook(), [problem("F3"), problem("E2")])
    assert coloured(after) == {"E2": ERROR}
    assert said(after)["E2"] == "【保学】\nF3 错误：不对。照原件改。\n错误：不对。照原件改。"


# All else


def test_all_that_is_not_concerned_keeps_its_bytes() -> None:
    book = workbook()  # once: it tells of the second in which it was made
    before, after = parts(book), parts(annotated(book, [problem("B3")]))
    changed = {name for name, body in before.items() if after[name] != body}
    said_in = {"xl/comments/comment1.xml", "xl/drawings/commentsDrawing1.vml"}
    assert changed - said_in == {
        "[Content_Types].xml", "xl/workbook.xml", "xl/_rels/workbook.xml.rels", "xl/styles.xml",
        "xl/worksheets/sheet1.xml", "xl/worksheets/sheet2.xml",
    }  # fmt: skip
    unselected = before["xl/worksheets/sheet2.xml"].replace(b' tabSelected="1"', b"")
    assert after["xl/worksheets/sheet2.xml"] == unselected != before["xl/worksheets/sheet2.xml"]
    assert {"xl/charts/chart1.xml", "xl/media/image1.png", "xl/tables/table1.xml"} <= before.keys() - changed
    assert list(after)[: len(before)] == list(before)


def test_rows_that_are_not_concerned_and_what_stands_around_them_keep_their_bytes() -> None:
    old, new = (SheetText(sheet_part(each)) for each in (workbook(), annotated(workbook(), [problem("B3")])))
    assert [number for number in range(1, 5) if old.row(number) != new.row(number)] == [3]
    assert new.xml.partition(b"</sheetData>")[2] == old.xml.partition(b"</sheetData>")[2]
    assert new.xml.partition(b"<sheetData>")[0] == old.xml.partition(b"<sheetData>")[0].replace(
        b' tabSelected="1"', b""
    )


def test_the_same_input_gives_the_same_bytes(tmp_path: Path) -> None:
    program = (
        "import sys, hashlib; from tests.dataset.test_annotate import *;"
        "content = open(sys.argv[1], 'rb').read();"
        "print(hashlib.sha256(annotated(content, [problem('B2'), problem('A1', OTHER)])).hexdigest())"
    )
    source = tmp_path / FILE
    source.write_bytes(workbook())
    command = [sys.executable, "-c", program, str(source)]
    told = {
        subprocess.run(
            command, check=True, capture_output=True, text=True, env=os.environ | {"PYTHONHASHSEED": seed}
        ).stdout
        for seed in "12"
    }
    assert len(told) == 1


@pytest.mark.parametrize("part", ["sheetPr", "pageMargins", "extLst"])
def test_boxes_are_referred_to_where_the_standard_has_it(part: str) -> None:
    def spoil(found: dict[str, bytes]) -> None:
        xml = found["xl/worksheets/sheet1.xml"]
        ext = (
            b'<conditionalFormatting sqref="A1"><cfRule type="containsBlanks" priority="9"><formula>A1&gt;"x"</formula>'
            b'<extLst><ext uri="{B025F937-C7B1-47D3-B67F-A62EFF666E3E}"/></extLst></cfRule></conditionalFormatting>'
        )
        if part == "extLst":
            xml = xml.replace(b"<dataValidations", ext + b"<dataValidations")
            inside = b'<x:conditionalFormatting xmlns:x="urn:x"><x:cfRule/></x:conditionalFormatting>'
            xml = xml.replace(b"</worksheet>", b"<extLst><ext>" + inside + b"</ext></extLst></worksheet>")
        elif part == "pageMargins":
            xml = re.sub(rb"<tableParts.*</tableParts>", b"", xml)
        found["xl/worksheets/sheet1.xml"] = xml

    def silent(sheet: Worksheet) -> None:
        sheet["A2"].comment = None

    before = with_parts(workbook(silent), spoil)
    after = annotated(before, [problem("B2")])
    assert (faults(before), faults(after)) == ([], [])
    assert b"legacyDrawing" in sheet_part(after)


# Comments


def test_comments_of_a_person_stay_and_ours_stand_below_them() -> None:
    after = annotated(workbook(), [problem("A2"), problem("B2")])
    assert said(after) == {
        "A2": "某人说过\n【保学】\n错误：不对。照原件改。",
        "B2": "【保学】\n错误：不对。照原件改。",
    }
    assert (author := sheet_of(after)["A2"].comment)
    assert author.author == "李四"
    assert faults(after) == []


def test_other_shapes_of_the_drawing_stay_and_numbers_are_unique() -> None:
    button = (
        b'<v:shape xmlns:v="urn:schemas-microsoft-com:vml" id="_x0000_s2049" type="#_x0000_t201"><v:textbox><div>'
        b'<font>go</font></div></v:textbox><x:ClientData xmlns:x="urn:schemas-microsoft-com:office:excel" '
        b'ObjectType="Button"><x:Anchor>1, 2, 3, 4, 5, 6, 7, 8</x:Anchor></x:ClientData></v:shape>'
    )

    def with_button(found: dict[str, bytes]) -> None:
        vml = found["xl/drawings/commentsDrawing1.vml"].replace(b"</xml>", button + b"</xml>")
        found["xl/drawings/commentsDrawing1.vml"] = vml.replace(b'data="1"', b'data="1,2"')

    after = annotated(with_parts(workbook(), with_button), [problem("B2"), problem("A1", OTHER)])
    assert button in parts(after)["xl/drawings/commentsDrawing1.vml"]
    assert faults(after) == []


@pytest.mark.parametrize(("number", "sheet"), [(1, SHEET), (2, OTHER)], ids=["with comments", "without"])
def test_a_drawing_of_the_header_is_not_taken_for_that_of_the_comments(number: int, sheet: str) -> None:
    base = b"http://schemas.openxmlformats.org/officeDocument/2006/relationships"
    reference = b'<legacyDrawingHF xmlns:r="%s" r:id="rId77"/>' % base
    header = "xl/drawings/vmlDrawing7.vml"

    def with_header(found: dict[str, bytes]) -> None:
        found[header] = b'<xml xmlns:v="urn:schemas-microsoft-com:vml"><v:shape id="LH"/></xml>'
        rels, part = f"xl/worksheets/_rels/sheet{number}.xml.rels", f"xl/worksheets/sheet{number}.xml"
        more = b'<Relationship Id="rId77" Type="%s/vmlDrawing" Target="../drawings/vmlDrawing7.vml"/>' % base
        found[rels] = found[rels].replace(b"<Relationship ", more + b"<Relationship ", 1)
        found[part] = re.sub(rb"(?=<tableParts|</worksheet>)", reference, found[part], count=1)

    after = annotated(with_parts(workbook(), with_header), [problem("B1", sheet)])
    assert parts(after)[header] == b'<xml xmlns:v="urn:schemas-microsoft-com:vml"><v:shape id="LH"/></xml>'
    assert said(after, sheet)["B1"] == "【保学】\n错误：不对。照原件改。"
    assert re.search(rb"<legacyDrawing [^>]*>" + re.escape(reference), sheet_part(after, number))


def test_threaded_comments_survive() -> None:
    threaded = b'<ThreadedComments xmlns="http://schemas.microsoft.com/office/spreadsheetml/2018/threadedcomments"/>'

    def thread(found: dict[str, bytes]) -> None:
        found["xl/threadedComments/threadedComment1.xml"] = threaded
        found["[Content_Types].xml"] = found["[Content_Types].xml"].replace(
            b"</Types>",
            b'<Override PartName="/xl/threadedComments/threadedComment1.xml" '
            b'ContentType="application/vnd.ms-excel.threadedcomments+xml"/></Types>',
        )
        rels = "xl/worksheets/_rels/sheet1.xml.rels"
        more = (
            b'<Relationship Id="rId99" Type="http://schemas.microsoft.com/office/2017/10/'
            b'relationships/threadedComment" Target="../threadedComments/threadedComment1.xml"/></Relationships>'
        )
        found[rels] = found[rels].replace(b"</Relationships>", more)
        comments_part = "xl/comments/comment1.xml"
        found[comments_part] = found[comments_part].replace("李四".encode(), b"tc={0}")

    after = annotated(with_parts(workbook(), thread), [problem("A2")])
    assert parts(after)["xl/threadedComments/threadedComment1.xml"] == threaded
    assert "rId99" in relations(parts(after), "xl/worksheets/sheet1.xml")
    assert b"tc={0}" in parts(after)["xl/comments/comment1.xml"]
    assert said(after)["A2"].startswith("某人说过\n【保学】")


def anchor(content: bytes, cell: str) -> list[int]:
    """Where the box of a comment stands: column, offset, row, offset of its corners."""
    row, column = int(cell[1:]) - 1, ord(cell[0]) - 65
    for vml in [body for name, body in parts(content).items() if name.endswith(".vml")]:
        for each in etree.fromstring(vml).iter("{*}ClientData"):
            if (each.findtext("{*}Row"), each.findtext("{*}Column")) == (str(row), str(column)):
                return [int(number) for number in (each.findtext("{*}Anchor") or "").split(",")]
    raise AssertionError(cell)


def pixels(sheet: Worksheet, first: int, over: int, last: int, beyond: int) -> float:
    letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
    columns = [sheet.column_dimensions[letters[index]] for index in range(first, last)]
    return sum(0 if each.hidden else 64 if each.width == 13 else each.width * 7 for each in columns) - over + beyond


def test_boxes_are_wide_and_high_enough_for_their_text_whatever_the_columns_are() -> None:
    def narrow(sheet: Worksheet) -> None:
        for index, letter in enumerate("CDEFGH"):
            sheet.column_dimensions[letter].width = 3 + index / 10  # else openpyxl makes one of them
        sheet.column_dimensions["I"].hidden = True
        sheet["B2"].comment = Comment("小" * 100, "李四")

    text = "长" * 100
    after = annotated(workbook(narrow), [problem("B2", what=text), problem("C3"), problem("C4", what=text)])
    for cell, lines in (("B2", 10), ("C3", 2), ("C4", 5)):
        left, over, top, drop, right, beyond, bottom, below = anchor(after, cell)
        assert pixels(sheet_of(after), left, over, right, beyond) == pytest.approx(300, abs=30)
        assert (bottom - top) * 20 + below - drop >= lines * 16


def test_boxes_show_where_all_that_is_right_and_below_is_hidden() -> None:
    def hide(found: dict[str, bytes]) -> None:
        xml = re.sub(rb"<cols>.*</cols>", b'<cols><col min="4" max="16384" width="9" hidden="1"/></cols>', found[NAME])
        found[NAME] = re.sub(rb"<sheetFormatPr ", b'<sheetFormatPr zeroHeight="1" ', xml)

    NAME = "xl/worksheets/sheet1.xml"
    after = annotated(with_parts(workbook(), hide), [problem("C4")])
    assert anchor(after, "C4")[0] == 0
    assert anchor(after, "C4")[4] > 0


# The list


def test_the_list_has_errors_first_then_the_order_of_sheets_and_cells() -> None:
    problems = [
        problem("A1", level="warning"), problem("A1", OTHER), problem("C10"), problem("AA9"), problem("B9"),
        Problem(Place(FILE), "没有“县区”表", "补上这张表"),
        Problem(Place(FILE, SHEET, "第3行“家庭住址”"), "没有填", "补填"),
        Problem(Place(FILE, SHEET), "没有这一列", "补上"),
    ]  # fmt: skip
    after = annotated(workbook(), problems)
    assert [row[:3] for row in listed(after)] == [
        ["级别", "表", "单元格"],
        ["错误", None, "整个文件"],
        ["错误", SHEET, "整张表"],
        ["错误", SHEET, "第3行“家庭住址”"],
        ["错误", SHEET, "B9"],
        ["错误", SHEET, "AA9"],
        ["错误", SHEET, "C10"],
        ["错误", OTHER, "A1"],
        ["提醒", SHEET, "A1"],
    ]
    assert listed(after)[1][3:] == ["没有“县区”表", "补上这张表"]
    links = [row[2].hyperlink and row[2].hyperlink.location for row in sheet_of(after, listing.SHEET).iter_rows(2)]
    assert links == [None, f"'{SHEET}'!A1", f"'{SHEET}'!A3", *[f"'{SHEET}'!{cell}" for cell in ("B9", "AA9", "C10")],
                     "'班''s 级'!A1", f"'{SHEET}'!A1"]  # fmt: skip
    assert faults(after) == []


def test_links_lead_to_sheets_by_the_names_that_stand_in_the_file() -> None:
    def spaced(sheet: Worksheet) -> None:
        sheet.title = f"{SHEET} "

    after = annotated(workbook(spaced), [problem("B2")])
    assert sheet_of(after, listing.SHEET)["C2"].hyperlink.location == f"'{SHEET} '!B2"
    assert coloured(after, f"{SHEET} ") == {"B2": ERROR}


def test_the_list_is_ready_to_be_filtered_and_printed() -> None:
    sheet = sheet_of(annotated(workbook(), [problem("B2")]), listing.SHEET)
    assert (sheet.freeze_panes, sheet.auto_filter.ref, sheet.print_title_rows) == ("A2", "A1:E2", "$1:$1")
    assert (sheet.page_setup.orientation, sheet.page_setup.paperSize, sheet.page_setup.fitToHeight) == (
        "landscape", 9, 0,
    )  # fmt: skip
    assert sheet.sheet_properties.pageSetUpPr
    assert sheet.sheet_properties.pageSetUpPr.fitToPage
    assert sheet["D2"].alignment.wrap_text
    book = parts(annotated(workbook(), [problem("B2")]))["xl/workbook.xml"]
    assert b'name="_xlnm._FilterDatabase" localSheetId="0" hidden="1"' in book
    assert all(sheet.column_dimensions[letter].width >= 8 for letter in "ABCDE")


def test_rows_of_the_list_are_high_enough_for_their_text() -> None:
    sheet = sheet_of(annotated(workbook(), [problem("B2"), problem("B3", what="长" * 50)]), listing.SHEET)
    assert [sheet.row_dimensions[number].height for number in (2, 3)] == [15, 30]


def test_the_list_is_the_first_sheet_and_the_only_one_selected_and_names_follow_their_sheets() -> None:
    after = annotated(workbook(), [problem("B2")])
    book = load_workbook(io.BytesIO(after))
    assert (book.sheetnames, book.active.title if book.active else "") == ([listing.SHEET, SHEET, OTHER], listing.SHEET)
    assert [sheet.title for sheet in book if sheet.sheet_view.tabSelected] == [listing.SHEET]
    assert list(book[OTHER].defined_names) == ["本表"]
    assert (book[OTHER].print_title_rows, list(book.defined_names)) == ("$1:$1", ["全部"])


def test_what_the_properties_tell_of_the_sheets_is_not_left_wrong() -> None:
    def titled(found: dict[str, bytes]) -> None:
        titles = (
            b'<HeadingPairs><vt:vector xmlns:vt="x" size="2" baseType="variant"/></HeadingPairs>'
            b'<TitlesOfParts><vt:vector xmlns:vt="x" size="1" baseType="lpstr"/></TitlesOfParts></Properties>'
        )
        found["docProps/app.xml"] = found["docProps/app.xml"].replace(b"</Properties>", titles)

    app = parts(annotated(with_parts(workbook(), titled), [problem("B2")]))["docProps/app.xml"]
    assert (b"Application" in app, b"TitlesOfParts" in app, b"HeadingPairs" in app) == (True, False, False)


def test_text_that_looks_like_a_formula_or_markup_is_text() -> None:
    text = "=1+1 <b>&\"'\n二"
    after = annotated(workbook(), [problem("B2", what=text)])
    assert listed(after)[1][3] == text
    assert sheet_of(after, listing.SHEET)["D2"].data_type == "s"
    assert text in said(after)["B2"]


def test_links_are_no_more_than_excel_takes(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(listing, "_MOST_LINKS", 2)
    after = annotated(workbook(), [problem("B2"), problem("B3"), problem("B4")])
    assert [bool(row[2].hyperlink) for row in sheet_of(after, listing.SHEET).iter_rows(2)] == [True, True, False]
    assert len(listed(after)) == 4


# Again


def test_what_was_annotated_and_is_annotated_again_has_no_stale_remark() -> None:
    first = annotated(workbook(), [problem("A2"), problem("B2"), problem("A1", OTHER)])
    again = annotated(first, [problem("C3", level="warning")])
    assert coloured(again) == {"C3": WARNING}
    assert said(again) == {"A2": "某人说过", "C3": "【保学】\n提醒：不对。照原件改。"}
    assert (said(again, OTHER), coloured(again, OTHER)) == ({}, {})
    assert [row[2] for row in listed(again)] == ["单元格", "C3"]
    assert load_workbook(io.BytesIO(again)).sheetnames == [listing.SHEET, SHEET, OTHER]
    assert faults(again) == []


def test_annotating_again_and_again_adds_nothing() -> None:
    problems = [problem("A2"), problem("B2", level="warning")]
    first = annotated(workbook(), problems)
    third = annotated(second := annotated(first, problems), problems)
    assert said(third) == said(first)
    assert parts(third).keys() == parts(first).keys()
    for part in ("xl/drawings/commentsDrawing1.vml", "xl/comments/comment1.xml"):
        assert len(parts(third)[part]) == len(parts(second)[part])


def test_a_list_that_was_moved_comes_first_again_and_names_follow() -> None:
    book = load_workbook(io.BytesIO(annotated(workbook(), [problem("B2")])))
    book.move_sheet(listing.SHEET, 2)
    book[listing.SHEET]["A1"].comment = Comment("看过", "李四")
    buffer = io.BytesIO()
    book.save(buffer)
    again = annotated(buffer.getvalue(), [problem("B3")])
    book = load_workbook(io.BytesIO(again))
    assert book.sheetnames == [listing.SHEET, SHEET, OTHER]
    assert list(book[OTHER].defined_names) == ["本表"]
    assert coloured(again) == {"B3": ERROR}
    assert set(said(again)) == {"A2", "B3"}
    assert [each for each in faults(again) if "two shapes" not in each] == []  # openpyxl numbers them sheet by sheet


def test_ours_are_known_where_the_program_has_forgotten_authors() -> None:
    def forget(found: dict[str, bytes]) -> None:
        name = next(name for name in found if name.startswith("xl/comments"))
        found[name] = found[name].replace("<author>保学<".encode(), b"<author> <")

    again = annotated(with_parts(annotated(workbook(), [problem("B2")]), forget), [problem("B3")])
    assert set(said(again)) == {"A2", "B3"}


# Datasets


def spoilt(sheets: dict[str, list[dict[str, str]]]) -> None:
    sheets["学生"][0] |= {"性别": "不知", "出生日期": "不详"}
    sheets["学生"][1]["姓名"] = ""


def checked(path: Path) -> list[tuple[str, str, str]]:
    try:
        problems = examine(path)[1]
    except DataError as error:
        problems = list(error.problems)
    return sorted((each.place.sheet, each.place.cell, each.what) for each in problems)


def problems_of(path: Path) -> list[Problem]:
    try:
        return examine(path)[1]
    except DataError as error:
        return list(error.problems)


def test_the_copy_is_a_dataset_with_the_same_problems_and_once_mended_with_one_fewer(tmp_path: Path) -> None:
    path, out = written(tmp_path, spoilt), tmp_path / "标.xlsx"
    before = checked(path)
    write(path, problems_of(path), out)
    assert checked(out) == before
    book = load_workbook(out)
    sheet = book["学生"]
    cell = next(cell for row in sheet.iter_rows() for cell in row if cell.value == "不知")
    cell.value = "女"
    book.save(out)
    assert len(checked(out)) == len(before) - 1
    write(out, problems_of(out), tmp_path / "再标.xlsx")
    assert cell.coordinate not in said((tmp_path / "再标.xlsx").read_bytes())
    assert checked(tmp_path / "再标.xlsx") == checked(out)


def test_data_that_cannot_be_used_at_all_is_annotated_all_the_same(tmp_path: Path) -> None:
    def misspelt(sheets: dict[str, list[dict[str, str]]]) -> None:
        sheets["学生"][0]["姓别"] = "女"
        sheets["县"] = sheets.pop("县区")

    path, out = written(tmp_path, misspelt), tmp_path / "标.xlsx"
    before = problems_of(path)
    write(path, before, out)
    assert checked(out) == [*sorted(("" if "没有“县区”表" in w else s, c, w) for s, c, w in checked(path))]
    header = next(each.place.cell for each in before if "姓别" in each.what)
    assert "【保学】" in said(out.read_bytes())[header]


def test_without_problems_nothing_is_written(tmp_path: Path) -> None:
    assert write(written(tmp_path), [], tmp_path / "标.xlsx") == [f"没有问题，没有写 {tmp_path / '标.xlsx'}。"]
    assert not (tmp_path / "标.xlsx").exists()


def roster(path: Path) -> Path:
    rows = [["姓名", "性别", "班级", "身份证件号"], ["石小满", "不知", "三年级（1）班", "5.3E+17"]]
    with path.open("w", encoding="gbk", newline="") as file:
        csv.writer(file).writerows(rows)
    return path


def test_a_copy_of_csv_has_the_same_cells_as_text_and_says_so(tmp_path: Path) -> None:
    path, out = (
        roster(tmp_path / "一个[很]长的名字，表的名称最多只能有三十一个字，这里要截断一下.csv"),
        tmp_path / "标.xlsx",
    )
    told = write(path, problems_of(path), out)
    assert told[0].endswith("副本是新的 .xlsx：内容和单元格位置照旧，都是文本。")
    with CalamineWorkbook.from_path(out) as book:
        name = book.sheet_names[1]
        assert (len(name), book.get_sheet_by_name(name).to_python()[1][:2]) == (31, ["石小满", "不知"])
    assert coloured(out.read_bytes(), name)["B2"] == ERROR
    assert sheet_of(out.read_bytes(), listing.SHEET)["C2"].hyperlink.location.startswith(f"'{name}'!")
    assert [(cell, what) for _, cell, what in checked(out)] == [(cell, what) for _, cell, what in checked(path)]
    assert faults(out.read_bytes()) == []
    write(path, problems_of(path), tmp_path / "二.xlsx")
    assert out.read_bytes() == (tmp_path / "二.xlsx").read_bytes()


def test_sheets_whose_long_names_begin_alike_stay_apart(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    grids: dict[str, list[list[str | float]]] = {"长" * 40 + end: [[end, 5.5e17]] for end in "甲乙"}
    monkeypatch.setattr(sources, "grids", lambda _: grids)
    copy = astext.copied(tmp_path / "x.ods")
    with CalamineWorkbook.from_filelike(io.BytesIO(copy.content)) as book:
        assert book.sheet_names == list(copy.names.values())
        assert [book.get_sheet_by_name(name).to_python() for name in book.sheet_names] == list(grids.values())
    assert {len(name) for name in copy.names.values()} <= set(range(32))


def kinds_of_faults(path: Path) -> Counter[str]:
    """What is wrong with a file, wherever it is; LibreOffice's own have names that are defined twice."""
    return Counter(re.sub(r"\d+", "", fault) for fault in faults(path.read_bytes()))


@pytest.mark.parametrize("kind", ["xls", "ods", "xlsx"])
def test_workbooks_that_libreoffice_made_are_annotated(tmp_path: Path, kind: str) -> None:
    if not shutil.which("soffice"):
        pytest.skip("no LibreOffice")

    source = written(tmp_path, spoilt)
    book = load_workbook(source)
    column = next(cell.column_letter for cell in book["学生"][1] if cell.value == "全国学籍号")
    number = book["学生"][f"{column}3"]
    number.value, number.number_format = 530000201703042360, "0"
    book["学生"]["A2"].comment = Comment("某人说过", "李四")
    book.save(source)
    (tmp_path / "lo").mkdir()
    profile = f"-env:UserInstallation={(tmp_path / 'office').as_uri()}"
    command = ["soffice", profile, "--headless", "--convert-to", kind, "--outdir", str(tmp_path / "lo"), str(source)]
    subprocess.run(command, check=True, capture_output=True, timeout=120)
    path, out = tmp_path / "lo" / f"数据.{kind}", tmp_path / "标.xlsx"
    before = problems_of(path)
    assert len(before) == 4
    write(path, before, out)
    assert checked(out) == checked(path)
    assert not kinds_of_faults(out) - (kinds_of_faults(path) if kind == "xlsx" else Counter())
    assert len(coloured(out.read_bytes(), "学生")) == 4
    if kind == "xlsx":
        assert said(out.read_bytes(), "学生")["A2"] == "某人说过"


def strict(found: dict[str, bytes]) -> None:
    old, new = (b"http://schemas.openxmlformats.org/officeDocument/2006", b"http://purl.oclc.org/ooxml/officeDocument")
    for name in ("_rels/.rels", "xl/_rels/workbook.xml.rels", "xl/workbook.xml"):
        found[name] = found[name].replace(old, new)


def without_styles(found: dict[str, bytes]) -> None:
    found["xl/styles.xml"] = b'<styleSheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"/>'


def misnumbered(found: dict[str, bytes]) -> None:
    found["xl/comments/comment1.xml"] = found["xl/comments/comment1.xml"].replace(b'ref="A2"', b'ref="2"')


def without_number(found: dict[str, bytes]) -> None:
    found["xl/styles.xml"] = found["xl/styles.xml"].replace(b'fillId="0"', b'fillId="none"')


@pytest.mark.parametrize("oddity", [strict, without_styles, misnumbered, without_number])
def test_a_workbook_that_is_not_as_the_standard_has_it_is_copied_as_text(
    tmp_path: Path, oddity: Callable[[dict[str, bytes]], None], monkeypatch: pytest.MonkeyPatch
) -> None:
    path, out = tmp_path / FILE, tmp_path / "标.xlsx"
    path.write_bytes(with_parts(workbook(), oddity))
    grid: dict[str, list[list[str | float]]] = {SHEET: [["姓名"], ["石小满"]]}
    monkeypatch.setattr(sources, "grids", lambda _: grid)
    told = write(path, [problem("A2")], out)
    assert (len(told), coloured(out.read_bytes()), faults(out.read_bytes())) == (2, {"A2": ERROR}, [])


# A folder


def test_of_a_folder_each_file_with_problems_has_its_copy_and_yaml_is_told_of(tmp_path: Path) -> None:
    folder, out = tmp_path / "数据", tmp_path / "标"
    path = written(folder, spoilt)
    (folder / "别.yaml").write_text("家访: []\n", "utf-8")
    one = Problem(Place("别.yaml", line=1), "错", "改")
    elsewhere = Problem(Place("别.yaml", line=1), "与别处不同", "改", also=(Place(path.name, "班级", "B2"),))
    problems = problems_of(path)
    shutil.copy(path, folder / "好.xlsx")
    told = write(folder, [*problems, one, elsewhere], out)
    assert [file.name for file in out.iterdir()] == [path.name]
    assert told == ["别.yaml 是 YAML，没有地方写批注，没有做副本。", f"标了问题的副本：{out / path.name}"]
    content = (out / path.name).read_bytes()
    assert said(content, "班级")["B2"] == "【保学】\n错误：见 别.yaml 第1行：与别处不同。"
    assert ["错误", "班级", "B2", "与别处不同（见 别.yaml 第1行）", "改"] in listed(content)


def test_copies_are_not_put_among_the_data(tmp_path: Path) -> None:
    path = written(tmp_path, spoilt)
    for out in (tmp_path, tmp_path / "下面"):
        with pytest.raises(AnnotateError, match="会被当成数据"):
            write(tmp_path, problems_of(path), out)


# Refusals


def refused(path: Path, out: Path, reason: str) -> None:
    before = {file: file.read_bytes() for file in out.parent.iterdir() if file.is_file()}
    with pytest.raises(AnnotateError, match=reason):
        write(path, problems_of(path), out)
    assert {file: file.read_bytes() for file in out.parent.iterdir() if file.is_file()} == before


def test_the_dataset_itself_is_never_written_over(tmp_path: Path) -> None:
    path = written(tmp_path, spoilt)
    refused(path, path, "就是数据文件")
    (tmp_path / "又名.xlsx").hardlink_to(path)
    refused(path, tmp_path / "又名.xlsx", "就是数据文件")
    refused(path, tmp_path / "标.xls", "要给一个 .xlsx")
    (tmp_path / "夹.xlsx").mkdir()
    refused(path, tmp_path / "夹.xlsx", "要给一个 .xlsx")


def test_what_is_not_ours_or_was_mended_since_is_not_written_over_and_ours_is(tmp_path: Path) -> None:
    path, out = written(tmp_path, spoilt), tmp_path / "标.xlsx"
    out.write_bytes(b"x")
    refused(path, out, "已经有了")
    shutil.copy(written(tmp_path / "别"), out)
    refused(path, out, "已经有了")
    out.unlink()
    write(path, problems_of(path), out)
    write(path, problems_of(path)[:1], out)
    assert len(listed(out.read_bytes())) == 2
    load_workbook(out).save(out)
    refused(path, out, "已经有了")


@pytest.mark.parametrize("mark", ["~$标.xlsx", ".~lock.标.xlsx#"])
def test_a_copy_that_is_held_open_is_not_written_over(tmp_path: Path, mark: str) -> None:
    path, out = written(tmp_path, spoilt), tmp_path / "标.xlsx"
    write(path, problems_of(path), out)
    (tmp_path / mark).touch()
    refused(path, out, "正在 WPS、Excel 里开着")


def test_yaml_has_no_place_for_comments(tmp_path: Path) -> None:
    path = tmp_path / "数据.yaml"
    path.write_text("学生: [{姓名: 石小满}]\n", "utf-8")
    refused(path, tmp_path / "标.xlsx", "没有地方写批注")


def test_a_full_disk_is_told_and_loses_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path, out = written(tmp_path, spoilt), tmp_path / "标.xlsx"
    write(path, problems_of(path), out)

    def full(_: int) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    refused(path, out, "磁盘满了")


def test_a_folder_that_cannot_be_written_to_is_told(tmp_path: Path) -> None:
    path = written(tmp_path, spoilt)
    (tmp_path / "挡").touch()
    with pytest.raises(AnnotateError, match="写不进去"):
        write(path, problems_of(path), tmp_path / "挡" / "标.xlsx")


@pytest.mark.parametrize(
    "content", [b"PK cut", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + "EncryptedPackage".encode("utf-16-le")]
)
def test_of_a_damaged_or_encrypted_file_there_is_no_copy(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / FILE
    path.write_bytes(content)
    assert write(path, problems_of(path), tmp_path / "标.xlsx") == ["数据.xlsx 读不了，没有做副本。"]
    assert not (tmp_path / "标.xlsx").exists()
