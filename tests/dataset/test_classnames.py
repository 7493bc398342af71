from __future__ import annotations

import pytest

from generator.dataset.classnames import is_class, readings
from generator.dataset.models import GRADES


@pytest.mark.parametrize(
    "written",
    [
        "三年级（1）班", "三年级(1)班", "三年级1班", "三年级一班", "三年级１班", "三 年 级 1 班", "三年级(01)班",
        "三年1班", "三年一班", "三（1）班", "三(一)班", "三1班", "三一班", "三.1", "3.1班", "3-1", "3（1）", "3年级1班",
        "3(1)班",
        "301", "0301", "301班", "小学三年级1班", "小三（1）班", "三年级（1）", "2024级1班", "24级（1）班", "2024级一班",
    ],
)  # fmt: skip
def test_a_class_is_written_in_many_ways(written: str) -> None:
    assert "三年级（1）班" in readings(written, 2026)


@pytest.mark.parametrize(
    ("written", "names"),
    [
        ("初一（2）班", ["七年级（2）班"]),
        ("初三12班", ["九年级（12）班"]),
        ("七年级十二班", ["七年级（12）班"]),
        ("七年级二十班", ["七年级（20）班"]),
        ("七年级二十一班", ["七年级（21）班"]),
        ("312", ["三年级（12）班", "九年级（12）班"]),
        ("412", ["四年级（12）班"]),
        ("一一班", ["一年级（1）班", "七年级（1）班"]),
        ("三年级1班", ["三年级（1）班"]),
        ("小三1班", ["三年级（1）班"]),
        ("2026级3班", ["一年级（3）班", "七年级（3）班"]),
        ("2021级3班", ["六年级（3）班"]),
        ("2019级3班", ["八年级（3）班"]),
        ("2024级3班", ["三年级（3）班", "九年级（3）班"]),
        ("4.1", ["四年级（1）班", "四年级（10）班"]),
        ("3.1", ["三年级（1）班", "九年级（1）班", "三年级（10）班", "九年级（10）班"]),
        ("4.12", ["四年级（12）班"]),
    ],
)
def test_what_a_class_is_called_decides_grade_and_number(written: str, names: list[str]) -> None:
    assert readings(written, 2026) == names


@pytest.mark.parametrize(
    "written",
    [
        "", "班", "三年级", "1班", "十年级1班", "初四1班", "初七1班", "三年级0班", "300", "2030级1班", "2010级1班",
        "启航班", "3.1.2", "2026-03-01", "12班", "31班", "12", "二十班", "十二班", "十班",
    ],
)  # fmt: skip
def test_what_is_no_name_of_a_class_has_no_reading(written: str) -> None:
    assert readings(written, 2026) == []


def test_a_cohort_means_nothing_without_the_year() -> None:
    assert readings("2024级1班", None) == []


@pytest.mark.parametrize(
    ("text", "so"),
    [("一（1）班", True), ("三年级2班", True), ("2024级 1班", True), ("Sheet1", False), ("名册", False)],
)
def test_the_name_of_a_class_is_told_from_others_without_the_year(text: str, so: bool) -> None:
    assert is_class(text) is so


@pytest.mark.parametrize("grade", GRADES)
@pytest.mark.parametrize("number", [1, 9, 10, 11, 20, 99])
def test_every_name_reads_as_itself(grade: str, number: int) -> None:
    assert readings(f"{grade}（{number}）班", 2026) == [f"{grade}（{number}）班"]
