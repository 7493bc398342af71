"""The sheet 校历: whose days its rows are, and what becomes of rows that are wrong."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from generator.dataset import load
from generator.dataset.missing import MissingValueError
from generator.dataset.workbook import write_workbook
from generator.policy.calendar import Calendar
from tests.dataset.conftest import SMALLEST, Load, Sheets


def test_the_sheet_is_read(read: Load, sheets: Sheets) -> None:
    sheets["校历"] = [{"日期": "2026-11-11", "类别": "放假", "说明": "农忙假"}]
    dataset, problems = read(sheets)
    assert problems == []
    assert not Calendar(dataset.settings, dataset.calendar).is_school_day(date(2026, 11, 11))


def test_a_day_that_is_told_twice_is_an_error(read: Load, sheets: Sheets) -> None:
    sheets["校历"] = [{"日期": "2026-11-11", "类别": kind} for kind in ("放假", "上课")]
    dataset, (problem,) = read(sheets)
    assert "重复" in problem.what
    with pytest.raises(MissingValueError):
        Calendar(dataset.settings, dataset.calendar)


def test_in_the_file_of_one_school_among_several_a_day_is_that_schools(tmp_path: Path) -> None:
    (tmp_path / "甲").mkdir()
    (tmp_path / "乙").mkdir()
    common = {"设置", "县区", "乡镇"}
    write_workbook(
        {name: rows for name, rows in SMALLEST.items() if name in common}
        | {"校历": [{"日期": "2026-11-10", "类别": "放假"}]},
        tmp_path / "全县.xlsx",
    )
    for number, (folder, name) in enumerate((("甲", "溪头"), ("乙", "溪尾"))):
        school = SMALLEST["学校"][0] | {
            "学校标识码": f"315300000{number}", "学校名称": f"{name}中心小学", "学校简称": name,
        }  # fmt: skip
        children = [child | {"全国学籍号": f"G{number}{n}"} for n, child in enumerate(SMALLEST["学生"])]
        sheets = {name: rows for name, rows in SMALLEST.items() if name not in common}
        sheets |= {"学校": [school], "学生": children}
        if folder == "甲":
            sheets["校历"] = [
                {"日期": "2026-11-11", "类别": "放假"},
                {"日期": "2026-11-12", "类别": "放假", "学校": "溪尾"},
            ]
        write_workbook(sheets, tmp_path / folder / "数据.xlsx")
    dataset, _ = load(tmp_path)
    known = Calendar(dataset.settings, dataset.calendar)
    here, there = sorted(dataset.schools, key=lambda school: school.short_name != "溪头")
    assert [known.is_school_day(date(2026, 11, 10), school) for school in (here, there)] == [False, False]
    assert [known.is_school_day(date(2026, 11, 11), school) for school in (here, there)] == [False, True]
    assert [known.is_school_day(date(2026, 11, 12), school) for school in (here, there)] == [True, False]
