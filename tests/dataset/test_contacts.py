"""Telephone numbers that can be called."""

from __future__ import annotations

import pytest

from generator.dataset.contradictions.contacts import telephones
from generator.dataset.models import (
    County,
    Dataset,
    Guardian,
    Origin,
    Record,
    School,
    Staff,
    Student,
    Township,
    Village,
)
from generator.errors import Problem
from tests.dataset.conftest import Load, Sheets


def of_guardian(number: str) -> list[Problem]:
    member = Guardian(Origin("a.xlsx", "学生", 2, {"phone": "K"}), phone=number)
    return list(telephones(Dataset(students=[Student(member2=member)])))


@pytest.mark.parametrize(
    "number",
    [
        "19900000001", "199-0000-0001", "+8619900000001", "0873-8120000", "08738120000", "(0873)8120000",
        "010-81200000", "0873-8120000-8012", "8120000转12", "8120000", "81200000", "400-812-0000", "4008120000",
        "400-8120-000", "19900000001、19900000002", "19900000001/8120000", "19900000001,19900000002",
        "19900000001 19900000002",
    ],
)  # fmt: skip
def test_what_can_be_called_is_right(number: str) -> None:
    assert of_guardian(number) == []


@pytest.mark.parametrize(
    ("number", "what"),
    [
        ("199000001", "有 9 位"), ("1990000001", "有 10 位"), ("199000000012", "有 12 位"),
        ("1990000000123", "有 13 位"), ("I9900000001", "字母"), ("问村里", "汉字"), ("1990000001(父)", "汉字"),
        ("19900000001、1990000002", "有 10 位"), ("812、1990000002", "有 10 位"),
    ],
)  # fmt: skip
def test_a_number_that_nobody_can_have_is_an_error_for_a_person_and_hidden(number: str, what: str) -> None:
    (problem,) = of_guardian(number)
    assert (problem.level, problem.place.cell) == ("error", "K2")
    assert what in problem.what
    assert number not in str(problem)


@pytest.mark.parametrize(
    ("number", "what"),
    [
        ("199****0001", "打了星号"), ("1990000xxxx*", "打了星号"), ("19900000001(母亲)", "除了号码还有别的字"),
        ("父19900000001母19900000002", "除了号码还有别的字"), ("12000000001", "不像电话号码"), ("812", "不像电话号码"),
        ("19900000001-1", "不像电话号码"),
    ],
)  # fmt: skip
def test_a_number_that_may_be_right_or_is_known_to_be_hidden_is_a_reminder(number: str, what: str) -> None:
    (problem,) = of_guardian(number)
    assert (problem.level, what in problem.what) == ("warning", True)


@pytest.mark.parametrize(
    ("dataset", "level"),
    [
        (Dataset(staff=[Staff(phone="问村里")]), "error"),
        (Dataset(schools=[School(phone="问村里")]), "warning"),
        (Dataset(townships=[Township(phone="问村里")]), "warning"),
        (Dataset(villages=[Village(phone="问村里")]), "warning"),
        (Dataset(counties=[County(bureau_phone="问村里")]), "warning"),
    ],
)
def test_of_an_office_a_wrong_number_is_a_reminder(dataset: Dataset, level: str) -> None:
    assert [problem.level for problem in telephones(dataset)] == [level]


@pytest.mark.parametrize(
    ("written", "read_as"),
    [
        ("199 0000 0001", "19900000001"), ("0873 8120000", "08738120000"), ("１９９00000001", "19900000001"),
        ("19900000001  19900000002", "19900000001 19900000002"), ("19900000001\n8120000", "19900000001 8120000"),
    ],
)  # fmt: skip
def test_spaces_within_a_number_go_and_between_two_stay(read: Load, sheets: Sheets, written: str, read_as: str) -> None:
    sheets["学生"][0] |= {"成员1姓名": "石某", "成员1联系电话": written}
    dataset, problems = read(sheets)
    assert problems == []
    members: list[Record | None] = [student.member1 for student in dataset.students]
    assert getattr(members[0], "phone", None) == read_as
