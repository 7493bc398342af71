"""Rows of 办理: what they must say to discharge anything."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from generator.dataset import load
from generator.dataset.contradictions.filings import filings
from generator.dataset.coverage import drawable
from generator.dataset.models import Case, Class, Dataset, Filing, School, Student, Township
from generator.errors import Problem
from generator.resources import fonts_dir
from tests.small import Sheets, written

DONE = date(2026, 11, 4)


def told(**values: object) -> list[str]:
    row = {"paper": "DR-10e", "done_on": DONE, "school": School()} | values
    return [problem.what for problem in filings(Dataset(filings=[Filing(**row)]))]  # type: ignore[arg-type]


@pytest.mark.parametrize("paper", ["DR-10e", "L-03", "NT-13", None])
def test_a_paper_is_named_by_its_number(paper: str | None) -> None:
    assert told(paper=paper) == []


@pytest.mark.parametrize(
    ("paper", "hint"),
    [
        ("月报", ""), ("DR-100", ""), ("dr-10e", "，是不是“DR-10e”"), ("DR10E", "，是不是“DR-10e”"),
        ("DR-1", "，是不是“DR-01”"), ("ｎｔ－０２", "，是不是“NT-02”"),
    ],
)  # fmt: skip
def test_a_paper_that_is_named_otherwise_is_an_error_with_the_number_meant(paper: str, hint: str) -> None:
    assert told(paper=paper) == [f"“{paper}”不是文书编号{hint}"]


def test_a_filing_is_about_somebody() -> None:
    assert told(school=None) == ["没有写是关于谁办的"]


def test_what_was_late_is_about_an_earlier_day() -> None:
    assert told(about_on=date(2026, 10, 31)) == []
    assert told(about_on=date(2026, 11, 5)) == ["所属日期 2026-11-05 晚于办理日期 2026-11-04"]


HERE, ELSEWHERE = Township(name="清溪镇"), Township(name="云溪镇")
SCHOOL, OTHER = School(name="清溪小学", township=HERE), School(name="云溪小学", township=ELSEWHERE)
CLASS = Class(school=SCHOOL, grade="三年级", number=1)
CHILD = Student(name="石小满", school=SCHOOL, class_=CLASS)
CASE = Case(no="1", student=CHILD, school=SCHOOL)


@pytest.mark.parametrize(
    ("about", "wrong"),
    [
        ({"class_": CLASS, "school": SCHOOL, "township": HERE}, None),
        ({"case": CASE, "student": CHILD, "class_": CLASS, "school": SCHOOL}, None),
        ({"class_": CLASS, "school": OTHER}, "“班级”不属于所填的“学校”"),
        ({"school": OTHER, "township": HERE}, "“学校”不属于所填的“乡镇”"),
        ({"case": CASE, "student": Student(name="木小春"), "school": SCHOOL}, "“个案编号”不属于所填的“学生”"),
        ({"student": CHILD, "class_": Class(school=SCHOOL), "school": SCHOOL}, "“学生”不属于所填的“班级”"),
    ],
)
def test_a_filing_that_names_several_names_them_one_within_the_other(about: dict[str, object], wrong: str) -> None:
    assert told(**{"school": None} | about) == ([wrong] if wrong else [])


def read(folder: Path, **about: str) -> tuple[Filing, list[Problem]]:
    """Return a row of 办理 as it is read from a workbook of two schools, and what is wrong."""

    def told(sheets: Sheets) -> None:
        sheets["学校"].append({"学校标识码": "3153000002", "学校名称": "云山县清溪镇第二小学", "学校简称": "二小"})
        sheets["教职工"] = [row | {"学校": "清溪小学"} for row in sheets["教职工"]]
        sheets["班级"] = [row | {"学校": "清溪小学"} for row in sheets["班级"]]
        sheets["学生"] = [row | {"学校": "清溪小学"} for row in sheets["学生"]]
        sheets["办理"] = [{"文书编号": "SG-13b", "办理日期": "2026-09-10"} | about]

    dataset, problems = load(written(folder, told), drawable(fonts_dir()))
    errors = [problem for problem in problems if problem.level == "error" and problem.place.sheet == "办理"]
    return dataset.filings[0], errors


def test_a_filing_about_a_class_is_about_it_alone_though_its_school_stands_beside_it(tmp_path: Path) -> None:
    filing, problems = read(tmp_path, 学校="清溪小学", 班级="三年级（1）班")
    assert (problems, filing.class_ and filing.class_.name) == ([], "三年级（1）班")


def test_a_class_that_is_not_of_the_school_beside_it_is_an_error(tmp_path: Path) -> None:
    _, problems = read(tmp_path, 学校="二小", 班级="三年级（1）班")
    assert [problem.what for problem in problems] == ["“班级”表里没有“三年级（1）班”（二小）"]
