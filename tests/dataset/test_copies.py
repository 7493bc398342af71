from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from generator.dataset import load
from generator.errors import DataError
from tests.county import FAR, HERE, NEAR, files, write_folder

COPY = "清溪镇/中心小学 - 副本.xlsx"


def test_a_copy_of_a_file_is_passed_over_with_one_reminder(tmp_path: Path) -> None:
    write_folder(tmp_path, files())
    shutil.copy(tmp_path / HERE, tmp_path / COPY)
    dataset, (problem,) = load(tmp_path)
    assert (str(problem.place), problem.level) == (COPY, "warning")
    assert problem.what == f"与 {HERE} 内容相同，没有读"
    assert [school.enrolled for school in dataset.schools] == [2, 2, 2]


def test_a_copy_that_has_been_changed_since_stops_everything_with_one_sentence(tmp_path: Path) -> None:
    county = files()
    county[COPY] = files()[HERE]
    county[COPY]["学生"][0]["现住址"] = "溪中村"
    county[COPY]["学生"][1]["身份证件号"] = "不详"
    county["白石镇/中心小学(1).xlsx"] = county[FAR] | {"家访": []}
    with pytest.raises(DataError) as caught:
        load(write_folder(tmp_path, county))
    assert [(problem.place.file, problem.also[0].file) for problem in caught.value.problems] == [
        ("白石镇/中心小学(1).xlsx", FAR), (COPY, HERE),
    ]  # fmt: skip


def test_one_child_in_two_files_makes_none_of_them_a_copy(tmp_path: Path) -> None:
    county = files()
    county[NEAR]["学生"][0]["全国学籍号"] = county[HERE]["学生"][0]["全国学籍号"]
    _, problems = load(write_folder(tmp_path, county))
    assert "全国学籍号" in problems[0].what


def test_a_small_school_whose_children_a_large_one_has_too_is_no_copy_of_it(tmp_path: Path) -> None:
    county = files()
    county[HERE]["学生"] += [row | {"姓名": f"石{row['全国学籍号']}"} for row in county[NEAR]["学生"]]
    county[HERE]["学生"] += [county[HERE]["学生"][0] | {"姓名": "石小山", "全国学籍号": "G19"}]
    problems = load(write_folder(tmp_path, county))[1]
    assert sum(problem.what.startswith("全国学籍号") for problem in problems) == 2


def test_children_who_all_went_on_to_another_school_make_no_copy(tmp_path: Path) -> None:
    county = files()
    del county[HERE]["家访"][0]  # by a name that two children then have had
    left = [row | {"学籍状态": "转出"} for row in county[NEAR]["学生"]]
    county[HERE]["学生"] += left
    assert load(write_folder(tmp_path, county))[1] == []


def test_two_classes_of_one_school_in_two_files_are_no_copies(tmp_path: Path) -> None:
    county = files()
    school = county[HERE]
    school["班级"].append(school["班级"][0] | {"班号": "2", "班主任": "T1"})
    school["学生"] += [
        {"班级": "三年级（2）班", "姓名": name, "性别": "女", "出生日期": "2017-03-05"} for name in ("甲", "乙")
    ]
    county["清溪镇/中心小学三2.xlsx"] = {"学校": school["学校"], "学生": school["学生"][2:]}
    county[HERE] = school | {"学生": school["学生"][:2]}
    dataset, problems = load(write_folder(tmp_path, county))
    assert problems == []
    assert dataset.schools[0].enrolled == 4


def test_children_without_numbers_are_known_again_by_name_class_and_birth(tmp_path: Path) -> None:
    county = files()
    for row in county[HERE]["学生"]:
        row |= {"全国学籍号": "", "出生日期": "2017-03-05"}
    county[COPY] = county[HERE] | {"家访": []}
    with pytest.raises(DataError, match="同样的学生"):
        load(write_folder(tmp_path, county))
