from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from openpyxl import load_workbook
from openpyxl.worksheet.worksheet import Worksheet

from generator.dataset import load
from generator.dataset.formulas import failed_somewhere, look
from generator.dataset.missing import Missing
from generator.dataset.workbook import write_workbook
from generator.errors import Problem
from tests.dataset.conftest import Sheets


def with_cell(sheets: Sheets, folder: Path, value: Any, kind: str) -> Path:
    """Write the sheets with the first child's date of birth of another kind."""
    sheets["学生"][0]["出生日期"] = "2015-01-01"
    path = folder / "数据.xlsx"
    write_workbook(sheets, path)
    book = load_workbook(path)
    sheet = book["学生"]
    assert isinstance(sheet, Worksheet)
    sheet["E2"] = value
    sheet["E2"].data_type = kind
    book.save(path)
    return path


@pytest.mark.parametrize(
    ("value", "kind", "what"),
    [
        ("#N/A", "e", "公式的结果是错误值 #N/A"),
        ("#REF!", "e", "公式的结果是错误值 #REF!"),
        ("=A1&B1", "f", "公式还没有算出结果"),
    ],
)
def test_a_formula_without_result_is_an_error_and_no_empty_cell(
    sheets: Sheets, tmp_path: Path, value: str, kind: str, what: str
) -> None:
    dataset, problems = load(with_cell(sheets, tmp_path, value, kind))
    assert [str(problem.place) + problem.what for problem in problems] == [f"数据.xlsx 学生!E2{what}"]
    assert isinstance(dataset.students[0].birth_date, Missing)


def test_text_that_looks_like_an_error_is_text(sheets: Sheets, tmp_path: Path) -> None:
    sheets["学生"][0]["现住址"] = "#N/A"
    write_workbook(sheets, tmp_path / "数据.xlsx")
    assert load(tmp_path / "数据.xlsx")[1] == []


def test_a_formula_that_gives_an_empty_text_is_an_empty_cell() -> None:
    from generator.dataset.formulas import _failed

    cells = (
        b'<row r="2"><c r="A2" t="str"><f>IF(B2="","","x")</f><v></v></c><c r="B2" t="str"><f>C2</f><v>1</v></c>'
        b'<c r="C2"><f>1+1</f><v>2</v></c><c r="D2" s="1"/><c r="E2" t="s"><v>3</v></c></row>'
    )
    assert list(_failed(cells)) == []


@pytest.mark.parametrize(
    "cell",
    [
        b'<c r="B7"><f>A7</f></c>',
        b'<c r="B7" s="3"><f t="shared" si="0"/></c>',
        b'<x:c r="B7"><x:f>A</x:f><x:v/></x:c>',
    ],
)
def test_a_formula_may_lack_its_result_in_several_ways(cell: bytes) -> None:
    from generator.dataset.formulas import _failed

    assert list(_failed(b'<c r="A7"><v>1</v></c>' + cell)) == [("B7", "公式还没有算出结果")]


def test_a_text_that_begins_with_a_sharp_is_no_error_beside_one_that_is() -> None:
    from generator.dataset.formulas import _failed

    text, error = b'<c r="A7" t="str"><f>B7</f><v>#1</v></c>', b'<c r="B7" t="e"><v>#N/A</v></c>'
    assert [cell for cell, _ in _failed(text + error)] == ["B7"]


def test_a_sheet_whose_name_has_a_space_is_looked_at_too(sheets: Sheets, tmp_path: Path) -> None:
    path = with_cell(sheets, tmp_path, "#N/A", "e")
    book = load_workbook(path)
    book["学生"].title = "学生 "
    book.save(path)
    assert [problem.place.cell for problem in load(path)[1]] == ["E2"]


@pytest.mark.parametrize("cell", ["E200", "AZ2"])
def test_a_formula_below_or_beside_all_rows_does_not_matter(sheets: Sheets, tmp_path: Path, cell: str) -> None:
    path = with_cell(sheets, tmp_path, "2015-01-01", "s")
    book = load_workbook(path)
    sheet = book["学生"]
    assert isinstance(sheet, Worksheet)
    sheet[cell] = "=A1"
    book.save(path)
    assert load(path)[1] == []


def test_error_values_of_other_workbooks_refuse_the_file(tmp_path: Path) -> None:
    import zipfile

    with zipfile.ZipFile(tmp_path / "数据.ods", "w") as book:
        book.writestr("content.xml", '<table:table-cell table:formula="of:=NA()" calcext:value-type="error"/>')
    assert failed_somewhere((tmp_path / "数据.ods").read_bytes())
    old = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
    boolean, error = (b"\x05\x02\x08\x00\x01\x00\x02\x00\x0f\x00" + value for value in (b"\x01\x00", b"\x2a\x01"))
    assert not failed_somewhere(old + boolean)
    assert failed_somewhere(old + error)
    formula = b"\x06\x00\x1a\x00\x01\x00\x02\x00\x0f\x00\x02\x00\x2a\x00\x00\x00\xff\xff"
    assert failed_somewhere(old + formula)


@pytest.mark.parametrize("content", [b"", b"PK", b"no workbook"])
def test_what_is_no_workbook_has_no_formulas(content: bytes) -> None:
    assert look(content) is None


def test_a_failed_formula_above_the_header_does_not_matter(sheets: Sheets, tmp_path: Path) -> None:
    path = with_cell(sheets, tmp_path, "2015-01-01", "s")
    book = load_workbook(path)
    sheet = book["学生"]
    assert isinstance(sheet, Worksheet)
    sheet.insert_rows(1)
    sheet["A1"] = "=TODAY()"
    book.save(path)
    found: list[Problem] = load(path)[1]
    assert found == []
