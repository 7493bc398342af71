from __future__ import annotations

from pathlib import Path

import pytest
from openpyxl import load_workbook

from generator.dataset import load
from generator.dataset.units import Unit
from generator.errors import Exit, Place, Problem
from generator.press.folder import FolderError
from generator.press.lists import write_lists
from tests.county import files, write_folder

WRONG = Problem(Place("a.xlsx", "学生", "B3"), "=1+1 错了", "改正")


def rows(path: Path) -> list[list[str]]:
    return [[str(cell.value or "") for cell in row] for row in load_workbook(path).worksheets[0].iter_rows()]


def test_a_list_tells_sheet_cell_problem_and_what_to_do(tmp_path: Path) -> None:
    line = Problem(Place("b.yaml", cell="姓名", line=7), "没有填", "补填", "warning")
    (path,) = write_lists([Unit("清溪小学", [WRONG, line])], tmp_path / "问题单")
    assert path == tmp_path / "问题单" / "清溪小学.xlsx"
    assert rows(path) == [
        ["级别", "表", "单元格", "问题", "怎么办"],
        ["错误", "a.xlsx 学生", "B3", "=1+1 错了", "改正"],
        ["提醒", "b.yaml", "第7行 姓名", "没有填", "补填"],
    ]


def test_a_list_of_one_file_names_its_sheets_alone(tmp_path: Path) -> None:
    (path,) = write_lists([Unit("清溪小学", [WRONG])], tmp_path)
    assert rows(path)[1][1] == "学生"


def test_a_list_is_written_anew_and_says_so_when_nothing_is_left_to_mend(tmp_path: Path) -> None:
    (before,) = write_lists([Unit("清溪小学", [WRONG])], tmp_path)
    (after,) = write_lists([Unit("清溪小学")], tmp_path)
    assert before == after
    assert rows(after)[1:] == [["", "", "", "没有问题", ""]]
    assert list(tmp_path.iterdir()) == [after]


def test_the_same_problems_make_the_same_bytes(tmp_path: Path) -> None:
    one, other = (write_lists([Unit("甲", [WRONG])], tmp_path / name)[0].read_bytes() for name in "甲乙")
    assert one == other


def test_titles_that_no_two_files_can_be_called_by_are_numbered(tmp_path: Path) -> None:
    written = write_lists([Unit("清溪镇/a.xlsx"), Unit("清溪镇-A.xlsx"), Unit("a:b")], tmp_path)
    assert [path.name for path in written] == ["清溪镇-a.xlsx", "清溪镇-A（2）.xlsx", "a_b.xlsx"]


def test_a_list_that_cannot_be_written_is_one_sentence(tmp_path: Path) -> None:
    (tmp_path / "甲.xlsx").mkdir()
    with pytest.raises(
        FolderError, match=r"问题单写不进 .*甲\.xlsx（.*），请关掉打开的问题单，或换一个文件夹"
    ) as caught:
        write_lists([Unit("甲")], tmp_path)
    assert caught.value.exit_code == Exit.FAILURE


def test_lists_among_the_data_are_not_read_as_data(tmp_path: Path) -> None:
    folder = write_folder(tmp_path, files())
    write_lists([Unit("清溪小学", [WRONG]), Unit("县.xlsx")], folder / "问题单")
    dataset, problems = load(folder)
    assert (len(dataset.schools), problems) == (3, [])
