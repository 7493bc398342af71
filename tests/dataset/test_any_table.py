"""Whatever a table holds, no row is lost in silence; however a file is damaged, nothing is raised but a refusal."""

from __future__ import annotations

import csv
import io
import re
import zipfile
from collections.abc import Callable
from datetime import date, datetime
from pathlib import Path
from typing import Any, TypeVar

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from openpyxl import Workbook
from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE
from openpyxl.worksheet.worksheet import Worksheet

from generator.dataset import columns, examine, load, sources
from generator.dataset.doubts import row_of, rows_of
from generator.dataset.models import Dataset, Student
from generator.dataset.workbook import write_yaml
from generator.errors import DataError, Problem
from tests.dataset.conftest import SMALLEST

R = TypeVar("R")
few = settings(derandomize=True, max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))
CORPUS = Path(__file__).parent.parent / "corpus"

# Tables

NASTY = (
    " ", "　", "\u200b", "\ufeff", "\0", "\0已报告\0", "\x0b", "\r\n", "a\tb", "=1+1", "=HYPERLINK(1)", "+1", "-1",
    "@x", '"', "'", "'1", '="1"', ",", ";", "\n", "NaN", "inf", "#N/A", "1e400", "5.3E+17", "是", "男", "1", "0",
    "同上", "合计", "填表人：林老师", "第2页", "共 3 人", "三（1）班", "3.1", "2017-02-30", "0000-00-00", "99999",
    "42064", "1900-01-00", "{{ 7*7 }}", "<b>&", "山" * 3000, "𬭎👨‍👩‍👧", "\ud7ff\ue000\uffff", "_x0041_", "---",
    "- a: b", "!!python/object:os", "&a", "*a", "~", "0" * 400,
)  # fmt: skip
WORDS = sorted(columns.vocabulary(Student))
COMMON = st.sampled_from(["班级", "姓名", "性别", "出生日期", "身份证件号", "成员1姓名", "成员1联系电话", "班内学号"])
HEADERS = st.lists(COMMON | COMMON | st.sampled_from([*WORDS, "", "序号", "备注"]), max_size=7)
TEXT = st.sampled_from(NASTY) | st.text(st.characters(exclude_categories=["Cs"]), max_size=8)
CELL = (
    TEXT
    | st.none()
    | st.booleans()
    | st.integers(-(10**20), 10**20)
    | st.floats(allow_nan=False)
    | st.dates()
    | st.times()
)


@st.composite
def tables(draw: st.DrawFn, cell: st.SearchStrategy[Any] = CELL) -> list[list[Any]]:
    """Draw a header, mostly one that a roster may have, and rows below it; some say the header again."""
    header = list(dict.fromkeys(["班级", "姓名", "性别", *draw(HEADERS)]))
    if not draw(st.integers(0, 9)):
        header = draw(st.permutations([*header, "宗教", "姓名*"]))[:3]
    row = st.lists(cell, min_size=len(header), max_size=len(header))
    return [header, *draw(st.lists(row | st.just(header), max_size=6))]


def text_of(cell: Any) -> str:
    return "" if cell is None else str(cell).strip()


def unless_refused(read: Callable[[Path], tuple[R, list[Problem]]], path: Path) -> tuple[R | None, list[Problem]]:
    """Return what is read of a file; of one that is refused only why."""
    try:
        return read(path)
    except DataError as error:
        return None, list(error.problems)


def lost(
    read: Callable[[Path], tuple[Dataset, list[Problem]]], path: Path, sheet: str, table: list[list[Any]]
) -> set[int]:
    """Return the rows of a file with something in them that neither became a record nor are named by a problem."""
    dataset, problems = unless_refused(read, path)
    filled = {number for number, cells in enumerate(table[1:], 2) if any(map(text_of, cells))}
    if dataset is None:
        return set() if problems else filled
    rows = {row for student in dataset.students for _, _, row in rows_of(student)}
    return filled - rows - {row_of(problem.place)[2] for problem in problems if problem.place.sheet == sheet}


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("any")


def append(sheet: Worksheet, row: int, cells: list[Any]) -> None:
    for column, value in enumerate(cells, 1):
        if isinstance(value, str):
            value = ILLEGAL_CHARACTERS_RE.sub(lambda found: f"_x{ord(found[0]):04X}_", value).replace("\uffff", "")
        if isinstance(value, int) and abs(value) > 10**15:
            value = float(value)
        cell = sheet.cell(row, column)
        if isinstance(value, date | datetime) and value.year < 1900:  # before the calendar of Excel
            value = value.isoformat()
        cell.value = value
        if isinstance(value, str):
            cell.data_type = "s"


@given(tables(), st.booleans())
@few
def test_no_row_of_a_workbook_is_lost_in_silence(folder: Path, table: list[list[Any]], alone: bool) -> None:
    book = Workbook()
    sheet = book.active
    assert isinstance(sheet, Worksheet)
    sheet.title = "学生"
    for number, cells in enumerate(table, 1):
        append(sheet, number, cells)
    for name, records in SMALLEST.items() if not alone else ():
        if name != "学生":
            for number, cells in enumerate([list(records[0]), *(list(each.values()) for each in records)], 1):
                append(book[name] if name in book.sheetnames else book.create_sheet(name), number, cells)
    book.save(folder / "a.xlsx")
    assert lost(examine if alone else load, folder / "a.xlsx", "学生", table) == set()


@given(tables(TEXT), st.sampled_from([",", "\t", ";"]), st.sampled_from(["utf-8", "utf-8-sig", "gb18030", "utf-16"]))
@few
def test_no_row_of_separated_values_is_lost_in_silence(
    folder: Path, table: list[list[str]], separator: str, encoding: str
) -> None:
    text = io.StringIO(newline="")
    csv.writer(text, delimiter=separator, quoting=csv.QUOTE_ALL).writerows(table)
    (folder / "a.csv").write_bytes(text.getvalue().encode(encoding))
    assert lost(examine, folder / "a.csv", "a", table) == set()


@given(tables(TEXT))
@few
def test_no_record_of_yaml_is_lost_in_silence(folder: Path, table: list[list[str]]) -> None:
    header, *rows = table
    records = [{key: text for key, text in zip(header, row, strict=True) if key} for row in rows]
    write_yaml({"学生": records}, folder / "a.yaml")
    dataset, problems = unless_refused(examine, folder / "a.yaml")
    assert len(dataset.students) == len(records) if dataset else problems


# Damage

DAMAGE = st.lists(
    st.tuples(st.sampled_from(["change", "cut", "insert"]), st.floats(0, 1), st.binary(min_size=1, max_size=40)),
    min_size=1,
    max_size=4,
)
BOOKS = ["dates.xlsx", "two-row-header.xlsx", "dates.xls", "merged-class.xls", "dates.ods"]


def damaged(content: bytes, damage: list[tuple[str, float, bytes]]) -> bytes:
    for kind, where, what in damage:
        at = int(where * len(content))
        before, after = content[:at], content[at:]
        content = {"change": before + what + after[len(what) :], "cut": before + after[len(what) :]}.get(
            kind, before + what + after
        )
    return content


def read_or_refuse_bytes(path: Path, content: bytes) -> None:
    path.write_bytes(content)
    tables, problems = unless_refused(lambda path: sources.read(path, columns.is_header), path)
    assert tables or problems


@given(st.sampled_from(BOOKS), DAMAGE)
@few
def test_a_damaged_workbook_is_read_or_refused(folder: Path, name: str, damage: list[tuple[str, float, bytes]]) -> None:
    read_or_refuse_bytes(folder / name, damaged((CORPUS / name).read_bytes(), damage))


@given(st.sampled_from([name for name in BOOKS if not name.endswith(".xls")]), st.floats(0, 0.99), DAMAGE)
@few
def test_a_workbook_whose_parts_are_damaged_is_read_or_refused(
    folder: Path, name: str, part: float, damage: list[tuple[str, float, bytes]]
) -> None:
    whole = io.BytesIO()
    with zipfile.ZipFile(CORPUS / name) as old, zipfile.ZipFile(whole, "w") as new:
        parts = [each for each in old.namelist() if re.search(r"sheet|content|workbook|sharedStrings|styles", each)]
        for each in old.namelist():
            content = old.read(each)
            new.writestr(each, damaged(content, damage) if each == parts[int(part * len(parts))] else content)
    read_or_refuse_bytes(folder / name, whole.getvalue())


@given(st.sampled_from([".xlsx", ".xls", ".ods", ".csv", ".yaml"]), st.binary(max_size=200) | TEXT.map(str.encode))
@settings(few, max_examples=200)
def test_any_bytes_are_read_or_refused(folder: Path, suffix: str, content: bytes) -> None:
    read_or_refuse_bytes(folder / f"a{suffix}", content)
