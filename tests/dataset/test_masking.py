from __future__ import annotations

import pytest

from generator.dataset.masking import called, mask, quote
from generator.dataset.models import Class, Student


@pytest.mark.parametrize(
    ("number", "masked"),
    [("110101201501010028", "110101****0028"), ("E12345678", "E1****78"), ("1234567", "****"), ("", "****")],
)
def test_a_mask_leaves_less_the_shorter_the_number(number: str, masked: str) -> None:
    assert mask(number) == masked


def test_a_quotation_is_one_short_line_without_long_numbers() -> None:
    assert quote("石\n小满 110101201501010028。") == "“石 小满 110101****0028。”"
    assert quote("山" * 41) == f"“{'山' * 40}…”"
    assert quote("电话13800000000") == "“电话13800000000”"


@pytest.mark.parametrize(
    "number", ["110101201503071234", "110101 20150307 1234", "G110101201503071234", "１１０１０１201503071234"]
)
def test_a_number_is_masked_however_it_is_written(number: str) -> None:
    assert "20150307" not in quote(f"学号 {number}")


def test_a_record_without_a_name_is_told_of_all_the_same() -> None:
    assert called(Student(name="石小满")) == "石小满"
    assert called(Student()) == "没有名称的学生"
    assert called(Class(grade="三年级")) == "没有名称的班级"
