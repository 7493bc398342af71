"""What functions of definitions refuse."""

from __future__ import annotations

from datetime import date

import pytest

from generator.dataset.missing import MissingValueError
from generator.dataset.models import Dataset, Resident, School, Settings, Staff, Student, Township
from generator.forms.context import Context, functions
from tests.small import national

TODAY = date(2026, 11, 16)
TERM = Settings(term_start=date(2026, 9, 1), term_end=date(2027, 1, 22))


@pytest.mark.parametrize(("unit", "period"), [(Staff(), "月"), (School(), "年")])
def test_there_are_figures_of_units_and_of_certain_periods_alone(unit: School | Staff, period: str) -> None:
    figures = functions(Context(Dataset(settings=TERM), national(), TODAY), ())["figures"]
    assert figures(School(), "月").visits == 0
    with pytest.raises(ValueError, match="班级、学校、乡镇或县区，和 周、月、学期 之一"):
        figures(unit, period)


def test_there_are_no_figures_of_a_term_whose_days_are_not_given() -> None:
    figures = functions(Context(Dataset(settings=Settings()), national(), TODAY), ())["figures"]
    with pytest.raises(MissingValueError, match="开学日期"):
        figures(School(), "学期")


@pytest.mark.parametrize(
    ("name", "given", "said"),
    [
        ("suspects", (Staff(),), "应是学校、乡镇或村居"),
        ("aged", (Staff(), "适龄"), "乡镇、村居、村民小组或住户"),
        ("aged", (Township(), "学龄"), "适龄、核查、人口 之一"),
        ("population", (School(),), "应是乡镇、村居或村民小组"),
        ("age", (Staff(),), "应是学龄人口或学生"),
        ("cared_for", (School(),), "应是县区、乡镇或村居"),
        ("total", ("ST-07", "学籍人数", Staff()), "应是县区、乡镇、村居或学校"),
        ("told", ("ST-07", Staff()), "应是县区、乡镇、村居或学校"),
    ],
)
def test_a_function_names_the_units_it_answers_of(name: str, given: tuple[object, ...], said: str) -> None:
    with pytest.raises(ValueError, match=said):
        functions(Context(Dataset(settings=TERM), national(), TODAY), ())[name](*given)


@pytest.mark.parametrize("of", [Resident, Student])
def test_residents_and_students_have_an_age_where_their_birthday_is_known(of: type[Resident | Student]) -> None:
    age = functions(Context(Dataset(settings=TERM), national(), TODAY), ())["age"]
    assert age(of(birth_date=date(2014, 11, 17))) == 11
    assert age(of()) is None
