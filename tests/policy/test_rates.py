"""Rates laid out row by row, worked by hand over one junior school of three classes.

九年级 began with 10: one came, one left and one dropped out. 八年级 began with 5, of whom one died and one dropped out
and came back to 九年级.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from generator.dataset.missing import MissingValueError
from generator.dataset.models import Case, Class, County, School, Settings, Student, Total, Township
from generator.policy.load import compose
from generator.policy.rates import Retention, counted, dropout_formula, goals, missed, retentions, share
from tests.small import national

TODAY = date(2026, 11, 16)
TERM = Settings(year="2026—2027学年", term="第一学期", term_start=date(2026, 9, 1), term_end=date(2027, 1, 22))
SPRING = Settings(year="2026—2027学年", term="第二学期", term_start=date(2027, 3, 1), term_end=date(2027, 7, 9))
OCTOBER = date(2026, 10, 12)


def enter(class_: Class, times: int = 1, **told: Any) -> Student:
    for _ in range(times):
        child = Student(class_=class_, school=class_.school, **told)
        class_.students.append(child)
    return child


def drop(student: Student, class_: Class, back: date | None = None) -> None:
    day = date(2026, 10, 9)
    case = Case(
        student=student, school=class_.school, dropped_on=day, found_on=day, dropped_from=class_, returned_on=back
    )
    student.cases.append(case)
    assert class_.school
    class_.school.dropouts.append(case)


@pytest.fixture
def county() -> County:
    county = County(name="云山县", entrants_nine=12)
    town = Township(name="清溪镇", county=county, school_age_junior=20, elsewhere_junior=1)
    school = School(name="清溪中学", short_name="清溪中学", kind="初级中学", township=town, entrants_junior=11)
    county.townships.append(town)
    town.schools.append(school)
    eight, nine = (
        Class(school=school, grade=grade, number=1, baseline=size) for grade, size in (("八年级", 5), ("九年级", 10))
    )
    school.classes += [eight, nine]
    enter(nine, 8)
    enter(nine, came_on=OCTOBER)
    enter(nine, status="转出", changed_on=OCTOBER)
    drop(enter(nine, status="辍学"), nine)
    enter(eight, 3)
    enter(eight, status="死亡", changed_on=OCTOBER)
    drop(enter(nine), eight, date(2026, 10, 26))
    return county


def rows(county: County, settings: Settings = TERM, today: date = TODAY) -> list[Retention]:
    return retentions(national(), settings, county, today)


def test_a_county_has_nine_years_then_three_of_each_school_then_the_term(county: County) -> None:
    assert [(row.whose, row.name) for row in rows(county)] == [
        ("云山县", "九年义务教育巩固率"), ("清溪中学", "初中三年巩固率"), ("清溪中学", "学期在校生巩固率（初中）"),
        ("云山县", "学期在校生巩固率（初中）"),
    ]  # fmt: skip


def test_a_cohort_is_told_with_whoever_came_and_went_since(county: County) -> None:
    nine, three = rows(county)[:2]
    assert (nine.entered, nine.entrants, nine.finished, nine.indicator.percent) == ("2018年", 12, 10, "83.33%")
    assert (three.entered, three.entrants, three.finished, three.indicator.percent) == ("2024年", 11, 10, "90.9%")
    assert (three.came, three.left, three.died, three.at_start, three.at_end) == (
        "已计入",
        "已计入",
        "已计入",
        "—",
        "—",
    )


def test_a_term_leads_from_its_start_to_its_end(county: County) -> None:
    """15 began; one came, one left, one died: 14, of whom one has dropped out."""
    term = rows(county)[2]
    assert (term.at_start, term.came, term.left, term.died, term.at_end) == (15, 1, 1, 1, 13)
    assert (term.entered, term.entrants, term.finished) == ("—", "—", 0)
    assert (term.indicator.numerator, term.indicator.denominator) == (13, 14)


def test_a_second_term_counts_its_own_moves_and_begins_with_what_the_first_left(county: County) -> None:
    nine = county.schools[0].classes[1]
    enter(nine, came_on=date(2027, 4, 6))
    term = rows(county, SPRING, date(2027, 5, 6))[2]
    assert (term.at_start, term.came, term.left, term.died, term.at_end) == (
        13,
        1,
        0,
        0,
        14,
    )  # the dropout is of autumn
    assert term.indicator.percent == "100%"


def test_a_move_without_a_day_leaves_the_second_term_untold(county: County) -> None:
    enter(county.schools[0].classes[1], status="转出")
    with pytest.raises(MissingValueError, match="变动日期"):
        _ = rows(county, SPRING, date(2027, 5, 6))[2].left


def test_entrants_nobody_typed_in_leave_only_their_row_empty(county: County) -> None:
    county.entrants_nine = None
    nine, three = rows(county)[:2]
    with pytest.raises(MissingValueError):
        _ = nine.entrants
    assert three.entrants == 11


def test_the_goals_a_place_misses_are_named(county: County) -> None:
    town = county.townships[0]
    for child in town.students:
        child.birth_date = date(2013, 1, 1)
    town.school_age_primary = town.elsewhere_primary = town.school_age_disabled = town.elsewhere_disabled = 0
    found = {
        goal.name: (goal.target, goal.attained.percent, goal.attained.said)
        for goal in goals(national(), TERM, town, TODAY)
    }
    assert found["初中入学率"] == ("不低于100%", "70%", "否")  # 13 at school here and one elsewhere, of 20
    assert found["初中辍学率"] == ("不超过1.2%", "6.67%", "否")  # one of 15
    assert found["残疾儿童少年入学率"] == ("不低于100%", "无", "—")
    assert missed(national(), TERM, town, TODAY) == ["初中入学率", "初中辍学率"]


def test_what_is_missed_is_untold_where_one_rate_is(county: County) -> None:
    with pytest.raises(MissingValueError):
        missed(national(), TERM, county.townships[0], TODAY)


@pytest.mark.parametrize(("dropout", "formula"), [("modern", "dropout"), ("two_basics", "dropout-two-basics")])
def test_dropouts_are_counted_as_the_place_counts_them(dropout: str, formula: str) -> None:
    policy = compose("national").policy
    formulas = policy.formulas.model_copy(update={"dropout": dropout})
    assert dropout_formula(policy.model_copy(update={"formulas": formulas})) == formula


def test_a_number_told_is_the_latest_until_today(county: County) -> None:
    town = county.townships[0]
    for value, day in ((3, date(2026, 9, 1)), (4, date(2026, 11, 1)), (9, date(2026, 12, 1))):
        town.totals.append(Total(paper="ST-02", item="随迁适龄人数", value=value, as_of=day))
    assert counted(town, "ST-02", "随迁适龄人数", national(), TERM, TODAY) == 4
    assert counted(county, "ST-02", "随迁适龄人数", national(), TERM, TODAY) == 4  # of the townships together
    county.totals.append(replace(town.totals[0], value=7))
    assert counted(county, "ST-02", "随迁适龄人数", national(), TERM, TODAY) == 7


def test_a_number_nobody_told_is_missing(county: County) -> None:
    with pytest.raises(MissingValueError) as raised:
        counted(county.townships[0], "ST-02", "随迁适龄人数", national(), TERM, TODAY)
    assert raised.value.missing.label == "随迁适龄人数"


@pytest.mark.parametrize(
    ("above", "below", "said"), [(1, 3, "33.33%"), (2, 2, "100%"), (0, 0, "无"), (1999, 2000, "99.95%")]
)
def test_a_share_is_rounded_down(above: int, below: int, said: str) -> None:
    assert share(above, below) == said
