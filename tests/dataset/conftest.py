from __future__ import annotations

import copy
from collections.abc import Callable
from pathlib import Path

import pytest

from generator.dataset import load
from generator.dataset.models import Dataset
from generator.dataset.workbook import write_workbook
from generator.errors import Problem

Sheets = dict[str, list[dict[str, str]]]
Load = Callable[[Sheets], tuple[Dataset, list[Problem]]]

SMALLEST: Sheets = {
    "设置": [{"学年": "2026—2027学年", "学期": "第一学期", "开学日期": "2026-09-01", "学期结束日期": "2027-01-20"}],
    "县区": [{"县区名称": "云山县", "县级人民政府": "云山县人民政府", "县级教育行政部门": "云山县教育体育局"}],
    "乡镇": [{"乡镇名称": "清溪镇", "乡镇人民政府": "清溪镇人民政府", "乡镇长": "田某"}],
    "学校": [
        {
            "学校标识码": "3153000001",
            "学校名称": "云山县清溪镇中心小学",
            "学校简称": "清溪小学",
            "办学类型": "小学",
            "校长": "T1",
        }
    ],
    "教职工": [
        {"工号": "T1", "姓名": "田校长", "岗位": "校长"},
        {"工号": "T2", "姓名": "林老师", "岗位": "班主任"},
    ],
    "班级": [{"年级": "三年级", "班号": "1", "班主任": "林老师", "学年初人数": "2"}],
    "学生": [
        {"班级": "三年级（1）班", "姓名": "石小满", "性别": "女", "全国学籍号": "G530000201700000001"},
        {"班级": "三年级（1）班", "姓名": "木小春", "性别": "男", "全国学籍号": "G530000201700000002"},
    ],
}


@pytest.fixture
def sheets() -> Sheets:
    """A dataset without any problem, to be spoilt by the test."""
    return copy.deepcopy(SMALLEST)


@pytest.fixture
def read(tmp_path: Path) -> Load:
    """Writes sheets as a workbook and loads it."""

    def write_and_load(sheets: Sheets) -> tuple[Dataset, list[Problem]]:
        write_workbook(sheets, tmp_path / "数据.xlsx")
        return load(tmp_path / "数据.xlsx")

    return write_and_load
