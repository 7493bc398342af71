"""Rows that are added to workbooks: in the file where they belong, written so that they are found again."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from generator.dataset import load, sources
from generator.dataset.adding import added
from generator.dataset.models import Dataset, Filing, Notice, Record
from generator.errors import DataError
from tests import county
from tests.small import HOSTILE, Sheets, written

DAY = date(2026, 9, 10)


def with_filings(sheets: Sheets) -> None:
    sheets["办理"] = []


def read(path: Path) -> Dataset:
    dataset, _ = load(path)
    return dataset


def put(path: Path, make: Callable[[Dataset], Record]) -> list[str]:
    """Write what adding a record of the dataset changes, and return the names of the files."""
    dataset = read(path)
    changes = added(dataset, [make(dataset)], sources.files(path))
    for file, change in changes.items():
        assert file.read_bytes() == change.before
        file.write_bytes(change.after)
    return [file.name for file in changes]


def second_child_filed(dataset: Dataset) -> Filing:
    return Filing(paper="DR-02", done_on=DAY, student=dataset.students[1])


def test_a_row_stands_below_the_others_and_says_what_the_record_says(tmp_path: Path) -> None:
    path = written(tmp_path, with_filings)
    put(path, second_child_filed)
    put(path, lambda dataset: replace(second_child_filed(dataset), note=HOSTILE))
    first, second = read(path).filings
    assert (first.paper, first.done_on, first.note) == ("DR-02", DAY, None)
    assert first.student
    assert first.student.name == "木小春"
    assert second.origin
    assert first.origin
    assert second.origin.row == first.origin.row + 1
    assert second.note == HOSTILE


def test_nothing_else_of_the_file_changes(tmp_path: Path) -> None:
    path = written(tmp_path, with_filings)
    before = read(path)
    put(path, second_child_filed)
    after = read(path)
    assert [str(one.where("name")) for one in after.students] == [str(one.where("name")) for one in before.students]
    assert [visit.visited_on for visit in after.visits] == [visit.visited_on for visit in before.visits]


def test_a_namesake_is_named_so_that_it_is_found(tmp_path: Path) -> None:
    def namesakes(sheets: Sheets) -> None:
        with_filings(sheets)
        sheets["学生"][1]["姓名"] = "石小满"
        sheets["家访"] = []

    path = written(tmp_path, namesakes)
    put(path, second_child_filed)
    (filing,) = read(path).filings
    assert filing.student
    assert filing.student.student_no == "G2"


@pytest.mark.parametrize("file", county.SCHOOLS)
def test_a_row_goes_into_the_file_of_the_school_that_it_is_about(tmp_path: Path, file: str) -> None:
    folder = county.write_folder(tmp_path, county.files())

    def noticed(dataset: Dataset) -> Notice:
        of_file = [one for one in dataset.cases if one.origin and one.origin.file.endswith(file)]
        return Notice(id="2", case=of_file[0])

    assert put(folder, noticed) == [Path(file).name]
    (there,) = [one for one in read(folder).notices if one.id == "2"]
    assert there.case
    assert there.case.school
    assert there.case.school.short_name == county.SCHOOLS[file]


def test_without_a_sheet_a_column_or_a_workbook_nothing_is_written(tmp_path: Path) -> None:
    path = written(tmp_path)
    dataset = read(path)
    with pytest.raises(DataError, match="没有能添一行的“办理”表"):
        added(dataset, [second_child_filed(dataset)], sources.files(path))
    written(tmp_path, with_filings)
    dataset = read(path)
    (sheet,) = [one for one in dataset.sheets if one.model is Filing]
    narrow = {name: letter for name, letter in sheet.letters.items() if name != "student"}
    dataset.sheets = [replace(sheet, letters=narrow)]
    with pytest.raises(DataError, match="没有“学生”这一列"):
        added(dataset, [second_child_filed(dataset)], sources.files(path))
    dataset.sheets = [replace(sheet, file="数据.yaml", letters={})]
    with pytest.raises(DataError, match=r"只能往 \.xlsx 工作簿里添"):
        added(dataset, [second_child_filed(dataset)], sources.files(path))
