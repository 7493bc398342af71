from __future__ import annotations

from pathlib import Path

import pytest

from generator.dataset import load
from generator.dataset.missing import Missing
from generator.dataset.models import Dataset
from generator.errors import Place, Problem
from tests.county import FAR, HERE, NEAR, TOP, files, write_folder
from tests.dataset.conftest import Sheets

County = dict[str, Sheets]


@pytest.fixture
def county() -> County:
    return files()


def read(folder: Path, county: County) -> tuple[Dataset, list[Problem]]:
    return load(write_folder(folder, county))


def test_the_term_and_the_county_stand_once_at_the_top(tmp_path: Path, county: County) -> None:
    dataset, problems = read(tmp_path, county)
    assert problems == []
    assert {township.county for township in dataset.townships} == set(dataset.counties)
    assert [school.township and school.township.name for school in dataset.schools] == ["清溪镇", "清溪镇", "白石镇"]


def test_what_one_file_leaves_empty_another_says(tmp_path: Path, county: County) -> None:
    county[NEAR]["县区"] = [county[TOP]["县区"][0] | {"教育局联系电话": "0870-2345671"}]
    county[TOP]["学校"] = [county[FAR]["学校"][0] | {"联系电话": "", "中心校": "清溪小学"}]
    dataset, problems = read(tmp_path, county)
    assert problems == []
    (record,) = dataset.counties
    assert (record.bureau_phone, record.where("bureau_phone")) == ("0870-2345671", Place(NEAR, "县区", "D2"))
    school = next(school for school in dataset.schools if school.short_name == "白石小学")
    assert (school.phone, school.central and school.central.short_name) == ("19900009003", "清溪小学")
    assert len(dataset.schools) == 3


def test_what_two_files_say_differently_is_told_once_at_the_cell_and_neither_is_relied_on(
    tmp_path: Path, county: County
) -> None:
    county[TOP]["县区"][0]["教育局联系电话"] = "0870-2345671"
    for file in (HERE, NEAR):
        county[file]["县区"] = [
            county[TOP]["县区"][0] | {"教育局联系电话": "0870-2345672" if file == NEAR else "0870-2345671"}
        ]
    dataset, (problem,) = read(tmp_path, county)
    assert (problem.place, problem.also) == (Place(NEAR, "县区", "D2"), (Place(TOP, "县区", "D2"),))
    assert problem.what == f"“教育局联系电话”与 {TOP} 县区!D2 不同"
    (record,) = dataset.counties
    assert isinstance(record.bureau_phone, Missing)
    assert record.bureau == "云山县教育体育局"


def test_a_value_that_contradicts_what_a_second_file_filled_in_is_in_doubt_too(tmp_path: Path, county: County) -> None:
    for file, phone in ((NEAR, "0870-2345671"), (FAR, "0870-2345672")):
        county[file]["县区"] = [county[TOP]["县区"][0] | {"教育局联系电话": phone}]
    dataset, (problem,) = read(tmp_path, county)
    assert (problem.place.file, problem.also[0].file) == (FAR, NEAR)
    assert isinstance(dataset.counties[0].bureau_phone, Missing)


@pytest.mark.parametrize("wrong", [NEAR, "清溪镇/镇.xlsx"])
def test_a_cell_that_cannot_be_read_puts_what_others_say_in_doubt(tmp_path: Path, county: County, wrong: str) -> None:
    county[NEAR]["乡镇"] = [county["清溪镇/镇.xlsx"]["乡镇"][0] | {"联系电话": "0870-2345671"}]
    county["清溪镇/镇.xlsx"]["乡镇"][0]["联系电话"] = "0870-2345671"
    county[wrong]["乡镇"][0]["联系电话"] = "1\u200b2"
    county[NEAR]["领导小组"][0]["学校"] = "大坪小学"
    dataset, problems = read(tmp_path, county)
    assert {problem.place.file for problem in problems} == {wrong}
    assert isinstance(dataset.townships[0].phone, Missing)
    assert dataset.townships[1].phone is None


def test_a_required_cell_that_one_file_leaves_empty_puts_nothing_in_doubt(tmp_path: Path, county: County) -> None:
    county[NEAR]["县区"] = [county[TOP]["县区"][0] | {"县级人民政府": ""}]
    dataset, (problem,) = read(tmp_path, county)
    assert (problem.place.file, problem.what) == (NEAR, "“县级人民政府”没有填")
    assert dataset.counties[0].government == "云山县人民政府"


def test_a_link_that_two_files_draw_differently_is_not_relied_on(tmp_path: Path, county: County) -> None:
    county[HERE]["教职工"][1]["岗位"] = "副校长"
    county[TOP]["学校"] = [county[HERE]["学校"][0] | {"校长": "林老师"}]
    dataset, (problem,) = read(tmp_path, county)
    assert problem.place.file == HERE
    assert isinstance(dataset.schools[0].principal, Missing)


def test_a_school_is_known_again_by_two_of_its_code_and_names(tmp_path: Path, county: County) -> None:
    county[TOP]["学校"] = [county[HERE]["学校"][0] | {"学校标识码": "3153000009"}]
    dataset, (problem,) = read(tmp_path, county)
    assert (len(dataset.schools), problem.place) == (3, Place(HERE, "学校", "A2"))
    assert problem.what == f"“学校标识码”与 {TOP} 学校!A2 不同"


def test_a_school_is_of_the_township_whose_folder_its_file_lies_in(tmp_path: Path, county: County) -> None:
    county[TOP]["学校"] = [
        county[FAR]["学校"][0] | {"乡镇": "白石镇人民政府"},
        county[HERE]["学校"][0] | {"乡镇": "白石镇"},
    ]
    dataset, (problem,) = read(tmp_path, county)
    assert str(problem) == f"错误 {HERE} 学校!第2行“乡镇”：“乡镇”与 {TOP} 学校!G3 不同。核对后改成一样。"
    assert isinstance(dataset.schools[1].township, Missing)


def test_two_schools_of_one_code_by_mistake_stay_two_and_each_file_means_its_own(
    tmp_path: Path, county: County
) -> None:
    county[NEAR]["学校"][0]["学校标识码"] = county[HERE]["学校"][0]["学校标识码"]
    dataset, (problem,) = read(tmp_path, county)
    assert problem.what.startswith("学校标识码与")
    assert [len(school.students) for school in dataset.schools] == [2, 2, 2]


def test_villages_of_one_name_in_two_townships_are_two_though_no_row_names_its_township(
    tmp_path: Path, county: County
) -> None:
    for file in (HERE, NEAR, FAR):
        county[file]["村居"] = [{"村居名称": "新村"}]
        county[file]["学生"][0]["村居"] = "新村"
    dataset, problems = read(tmp_path, county)
    assert problems == []
    assert [village.township and village.township.name for village in dataset.villages] == ["清溪镇", "白石镇"]
    assert {student.village for student in dataset.schools[1].students} == {dataset.villages[0], None}


def test_rows_of_one_file_that_contradict_one_another_are_told_likewise(tmp_path: Path, county: County) -> None:
    county[TOP]["县区"].append(county[TOP]["县区"][0] | {"县级人民政府": "另一个"})
    dataset, (problem,) = read(tmp_path, county)
    assert (problem.place.cell, len(dataset.counties)) == ("B3", 1)
