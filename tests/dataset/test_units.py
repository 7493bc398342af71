from __future__ import annotations

from pathlib import Path

import pytest

from generator.dataset import examine, load
from generator.dataset.units import by_unit
from generator.dataset.workbook import write_workbook
from generator.errors import Place, Problem
from tests.county import FAR, HERE, NEAR, SCHOOLS, TOP, TOWNSHIPS, files, write_folder

A, B = Place("a.xlsx", "学生", "A2"), Place("b.xlsx", "学生", "B3")
TITLES = {"a.xlsx": "甲校", "b.xlsx": "乙校", "c.xlsx": "丙校"}


def test_a_file_is_of_the_school_or_township_that_it_gives_and_else_a_unit_of_its_own(tmp_path: Path) -> None:
    dataset, _ = load(write_folder(tmp_path, files()))
    assert dataset.units == {TOP: TOP} | SCHOOLS | TOWNSHIPS
    assert list(dataset.units) == [TOP, HERE, NEAR, "清溪镇/镇.xlsx", FAR, "白石镇/镇.xlsx"]


def test_a_township_workbook_is_of_the_township_whatever_schools_it_lists(tmp_path: Path) -> None:
    county = files()
    county["清溪镇/镇.xlsx"]["学校"] = county[HERE]["学校"] + county[NEAR]["学校"]
    for row in county["清溪镇/镇.xlsx"]["督导"]:
        row["被督导乡镇"] = "清溪镇"
    county["清溪镇/镇.xlsx"]["领导小组"][0]["乡镇"] = "清溪镇"
    dataset, problems = load(write_folder(tmp_path, county))
    assert problems == []
    assert dataset.units[HERE] == "清溪小学"
    assert dataset.units["清溪镇/镇.xlsx"] == "清溪镇"


def test_the_files_of_one_school_are_of_one_unit_also_those_that_do_not_say_so(tmp_path: Path) -> None:
    county = files()
    county["清溪镇/大坪/学生.xlsx"] = {"学生": county[NEAR].pop("学生")}
    county["清溪镇/大坪/学校.xlsx"] = county.pop(NEAR)
    dataset, _ = load(write_folder(tmp_path, county))
    assert [file for file, title in dataset.units.items() if title == "大坪小学"] == [
        "清溪镇/大坪/学校.xlsx", "清溪镇/大坪/学生.xlsx",
    ]  # fmt: skip


def test_two_schools_of_one_name_are_told_apart_by_their_files(tmp_path: Path) -> None:
    county = files()
    for file in (HERE, FAR):
        county[file]["学校"][0]["学校简称"] = "中心小学"
    dataset, problems = load(write_folder(tmp_path, county))
    assert [problem.what.partition("与")[0] for problem in problems] == ["学校简称"]
    assert (dataset.units[HERE], dataset.units[FAR]) == (HERE, FAR)


def test_rosters_of_which_nobody_knows_the_school_are_units_of_their_own(tmp_path: Path) -> None:
    rows = [{"姓名": "石小满", "性别": "女", "班级": "三（1）班"}]
    for name in ("a.xlsx", "b.xlsx"):
        write_workbook({"学生": [row | {"姓名": name} for row in rows]}, tmp_path / name)
    assert examine(tmp_path)[0].units == {"a.xlsx": "a.xlsx", "b.xlsx": "b.xlsx"}


def test_each_unit_is_told_its_own_problems_errors_first() -> None:
    reminder, error = Problem(A, "提醒的事", "看看", "warning"), Problem(A, "错的事", "改正")
    first, second, third = by_unit(TITLES, [reminder, error])
    assert (first.title, first.problems, first.told) == ("甲校", [error, reminder], "1 个错误，1 个提醒")
    assert (second.told, third.told) == ("没有问题", "没有问题")


def test_what_concerns_two_units_is_told_to_both_each_with_its_own_place() -> None:
    first, second, third = by_unit(TITLES, [Problem(A, "证件号重复", "核对", also=(B, B, A))])
    assert [str(problem) for problem in first.problems] == [
        "错误 a.xlsx 学生!A2：证件号重复（也告诉了乙校）。核对。"
    ]  # fmt: skip
    assert [str(problem) for problem in second.problems] == [
        "错误 b.xlsx 学生!B3：甲校的 a.xlsx 学生!A2 与这里有关：证件号重复。核对。"
    ]  # fmt: skip
    assert third.problems == []


@pytest.mark.parametrize("file", ["旧.et", "丙镇"])
def test_what_was_not_read_is_a_unit_of_its_own(file: str) -> None:
    *_, last = by_unit(TITLES, [Problem(Place(file), "没有读", "改正", "warning")])
    assert (last.title, len(last.problems)) == (file, 1)
