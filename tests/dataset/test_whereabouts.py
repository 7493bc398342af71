from __future__ import annotations

from pathlib import Path

import pytest

from generator.dataset import load
from generator.errors import Problem
from tests.county import FAR, HERE, NEAR, files, together, write_folder
from tests.dataset.conftest import Load, Sheets

County = dict[str, Sheets]
CHILD = {"班级": "三年级（1）班", "姓名": "石小山", "性别": "女", "出生日期": "2017-03-05", "全国学籍号": "G7"}


@pytest.fixture
def county() -> County:
    return files()


def told(folder: Path, county: County) -> list[Problem]:
    return load(write_folder(folder, county))[1]


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ({"全国学籍号": ""}, {}),
        ({}, {"全国学籍号": ""}),
        ({"全国学籍号": "", "身份证件号": "5100**********1234"}, {}),
        ({"成员1姓名": "石某"}, {"全国学籍号": "G8", "成员1姓名": "石某"}),
        ({"成员1联系电话": "19900000001"}, {"全国学籍号": "G8", "成员1联系电话": "199 0000 0001"}),
    ],
)
def test_two_children_whom_no_number_tells_apart_may_be_one(
    tmp_path: Path, county: County, one: dict[str, str], other: dict[str, str]
) -> None:
    county[HERE]["学生"].append(CHILD | one)
    county[FAR]["学生"].append(CHILD | other)
    problems = [problem for problem in told(tmp_path, county) if "可能是同一个孩子" in problem.what]
    (problem,) = problems
    assert (problem.level, problem.place.file, problem.also[0].file) == ("warning", FAR, HERE)
    assert "石小山" in problem.what
    assert "清溪小学" in problem.what


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ({}, {"全国学籍号": "G8"}),
        ({"全国学籍号": ""}, {"出生日期": "2017-03-06"}),
        ({"全国学籍号": ""}, {"性别": "男"}),
        ({"全国学籍号": ""}, {"姓名": "石大满"}),
        ({"全国学籍号": "", "学籍状态": "转出"}, {}),
        ({"成员1姓名": "石某"}, {"全国学籍号": "G8", "成员1姓名": "石大山"}),
        (
            {"身份证件号": "510101201703050023", "成员1姓名": "石某"},
            {"身份证件号": "510101201703050040", "全国学籍号": "G8", "成员1姓名": "石某"},
        ),
    ],
)
def test_two_children_who_differ_are_two(
    tmp_path: Path, county: County, one: dict[str, str], other: dict[str, str]
) -> None:
    county[HERE]["学生"].append(CHILD | one)
    county[FAR]["学生"].append(CHILD | other)
    assert not any("可能是同一个孩子" in problem.what for problem in told(tmp_path, county))


def test_a_child_whom_one_school_let_go_and_another_took_in_is_no_problem(tmp_path: Path, county: County) -> None:
    county[HERE]["学生"].append(CHILD | {"学籍状态": "转出"})
    county[NEAR]["学生"].append(CHILD)
    assert told(tmp_path, county) == []


@pytest.mark.parametrize("status", ["", "在籍", "辍学", "休学", "死亡"])
def test_a_child_whom_two_schools_have_on_their_rolls_is_an_error(tmp_path: Path, county: County, status: str) -> None:
    county[HERE]["学生"].append(CHILD | {"学籍状态": status})
    county[NEAR]["学生"].append(CHILD)
    assert "全国学籍号 **** 与" in " ".join(problem.what for problem in told(tmp_path, county))


def test_a_child_that_came_back_to_its_school_may_stand_there_twice(read: Load, sheets: Sheets) -> None:
    sheets["学生"].append(sheets["学生"][0] | {"学籍状态": "转出"})
    dataset, problems = read(sheets)
    assert problems == []
    assert dataset.classes[0].size == 2


def test_a_child_that_no_school_has_taken_in_is_a_reminder(tmp_path: Path, county: County) -> None:
    county[HERE]["学生"].append(CHILD | {"学籍状态": "转出"})
    county[NEAR]["学生"].append(CHILD | {"学籍状态": "转出"})
    (problem,) = told(tmp_path, county)
    assert (problem.level, problem.place.file, [place.file for place in problem.also]) == ("warning", HERE, [NEAR])
    assert problem.todo.startswith("去向要核实")


def test_a_child_without_numbers_is_found_again_by_name_and_birth(tmp_path: Path, county: County) -> None:
    county[HERE]["学生"].append(CHILD | {"学籍状态": "转出", "全国学籍号": ""})
    county[NEAR]["学生"].append(CHILD)
    assert told(tmp_path, county) == []


@pytest.mark.parametrize("junior", [True, False])
def test_a_child_that_finished_primary_school_is_missed_where_the_junior_schools_have_sent_their_files(
    tmp_path: Path, county: County, junior: bool
) -> None:
    county[HERE]["学生"].append(CHILD | {"学籍状态": "毕业"})
    if junior:
        county[FAR]["学校"][0]["办学类型"] = "九年一贯制学校"
        county[FAR]["班级"].append(county[FAR]["班级"][0] | {"年级": "九年级", "班主任": "T1", "学年初人数": "0"})
        county[FAR]["学生"].append({"班级": "九年级（1）班", "姓名": "甲", "性别": "男", "学籍状态": "毕业"})
    problems = told(tmp_path, county)
    assert [problem.place.file for problem in problems] == ([HERE] if junior else [])


def test_within_one_file_a_child_that_moved_away_is_not_missed(read: Load, county: County) -> None:
    county[HERE]["学生"].append(CHILD | {"学籍状态": "转出"})
    assert read(together(county))[1] == []
