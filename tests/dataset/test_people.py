"""Students, families and staff, as they can be."""

from __future__ import annotations

from pathlib import Path

import pytest

from generator.dataset import examine
from generator.dataset.checks import check, namesakes
from generator.dataset.contradictions.people import DISABILITIES, INCLUDED, disabilities, families, names, unregistered
from generator.dataset.models import INCLUSIONS, Class, Dataset, Disability, Guardian, Origin, Staff, Student, Village
from generator.dataset.workbook import write_workbook
from generator.errors import Problem
from tests.dataset.conftest import Load, Sheets

CLASS = Class(grade="三年级", number=1)


def member(**values: str) -> Dataset:
    return Dataset(students=[Student(name="石小满", member2=Guardian(**values))])  # type: ignore[arg-type]


@pytest.mark.parametrize("relation", ["儿子", "女儿", "孙女", "本人"])
def test_nobody_in_the_family_is_to_the_child_what_the_child_is_to_it(relation: str) -> None:
    (problem,) = families(member(relation=relation))
    assert (problem.what, problem.level) == (f"石小满的家庭成员关系写的是“{relation}”", "error")


@pytest.mark.parametrize("relation", ["父亲", "祖母", "继父", "其他亲属", ""])
def test_whatever_else_somebody_is_to_the_child_can_be(relation: str) -> None:
    assert list(families(member(relation=relation))) == []


def pair(**values: str) -> list[Problem]:
    first, second = (Student(name="周思彤", class_=CLASS, student_no=number) for number in ("G1", "G2"))
    for attribute, value in values.items():
        setattr(second, attribute, value)
    return list(namesakes(Dataset(students=[first, second])))


def test_two_of_one_name_in_a_class_are_a_reminder() -> None:
    (problem,) = pair()
    assert (problem.what, problem.level) == ("三年级（1）班有两名周思彤", "warning")


def test_two_of_one_name_who_may_be_one_child_are_told_of_as_that() -> None:
    assert pair(student_no="G1") == []
    assert pair(student_no="") == []


def test_two_of_one_name_without_number_and_of_other_birth_dates_are_two() -> None:
    assert len(pair(student_no="", birth_date="another day")) == 1


def test_two_of_one_name_where_no_class_is_known_are_no_reminder() -> None:
    students = [Student(name="周思彤", student_no=number) for number in ("G1", "G2")]
    assert list(namesakes(Dataset(students=students))) == []


@pytest.mark.parametrize("name", ["李明2", "王芳(大)", "王芳（大）", "李明A", "李*明", "张三、李四", "石?满"])
def test_a_chinese_name_with_something_else_in_it_is_a_reminder(name: str) -> None:
    dataset = Dataset(
        students=[Student(name=name, member1=Guardian(name=name))], staff=[Staff(Origin("", "", 2, {}), name=name)]
    )
    found = list(names(dataset))
    assert [problem.level for problem in found] == ["warning"] * 3
    assert found[0].what == f"姓名“{name}”里有汉字以外的字"


@pytest.mark.parametrize(
    "name", ["石小满", "阿依·古丽", "热合曼• 艾力", "〇一", "𬭎堃", "Anna Berg", "石\U000e0101满", ""]
)
def test_names_may_have_dots_and_rare_characters_or_be_foreign(name: str) -> None:
    assert list(names(Dataset(students=[Student(name=name)]))) == []


def included(disability: str | None, inclusion: str | None) -> list[Problem]:
    letters = {"disability": "P", "inclusion": "Q"}
    student = Student(Origin("a.xlsx", "学生", 2, letters), name="石小满", disability=disability, inclusion=inclusion)
    return list(disabilities(Dataset(students=[student])))


@pytest.mark.parametrize("kind", DISABILITIES)
def test_a_child_is_included_with_the_kind_of_its_disability(kind: str) -> None:
    right = [inclusion for inclusion in INCLUSIONS if not included(f"{kind}残疾", inclusion)]
    assert right == [f"{kind if kind in ('视力', '听力', '智力') else '其他'}残疾随班就读"]
    assert included(kind, right[0]) == included(f"{kind}残疾（一级）", right[0]) == []
    assert set(INCLUDED) == set(INCLUSIONS)


def test_a_child_included_with_another_disability_is_an_error_in_both() -> None:
    (problem,) = included("肢体残疾", "视力残疾随班就读")
    assert problem.what == "石小满的随班就读是“视力残疾随班就读”，而残疾类型是“肢体残疾”"
    assert [place.cell for place in (problem.place, *problem.also)] == ["Q2", "P2"]
    assert problem.level == "error"


def test_a_child_included_without_a_disability_is_an_error() -> None:
    assert [problem.level for problem in included(None, "其他残疾随班就读")] == ["error"]


def test_a_disabled_child_may_be_taught_at_home() -> None:
    assert included("多重残疾", None) == []


def test_an_unknown_kind_of_disability_is_a_reminder() -> None:
    (problem,) = included("聋哑", "听力残疾随班就读")
    assert (problem.what, problem.level) == ("石小满的残疾类型“聋哑”不是规定的类型", "warning")


def test_not_included_and_not_disabled_are_read_as_nothing_and_short_forms_in_full(read: Load, sheets: Sheets) -> None:
    sheets["学生"][0] |= {"残疾类型": "无残疾", "随班就读": "非随班就读"}
    sheets["学生"][1] |= {"残疾类型": "听力", "随班就读": "听力残疾"}
    dataset, problems = read(sheets)
    assert problems == []
    assert [student.inclusion for student in dataset.students] == [None, "听力残疾随班就读"]


def test_every_check_can_do_with_a_roster_alone(tmp_path: Path, sheets: Sheets) -> None:
    path = tmp_path / "名册.xlsx"
    row = sheets["学生"][0] | {"班内学号": "1", "村居": "新村", "成员1姓名": "石某", "成员1身份证件号": "1"}
    write_workbook({"学生": [row, row | {"全国学籍号": "G2"}]}, path)
    dataset, problems = examine(path)
    assert [problem.level for problem in problems] == ["warning", "warning"]
    assert list(check(dataset)) == problems


def test_a_child_with_a_disability_that_is_nobodys_student_has_a_name_and_a_village() -> None:
    nobody, somebody = Disability(no="残001"), Disability(no="残002", name="石小满", village=Village())
    pupil = Disability(no="残003", student=Student())
    found = [problem.what for problem in unregistered(Dataset(disabilities=[nobody, somebody, pupil]))]
    assert found == [
        "残疾儿童“残001”没有写学生，也没有写儿童姓名",
        "残疾儿童“残001”没有写学生，也没有写村居",
    ]
