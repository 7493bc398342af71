"""Rates, worked by hand over one tiny county whose every coming and going is known.

溪头小学 (溪头镇): 五年级（1）班 began the year with 20 children. One came in, one transferred out, one was suspended,
one dropped out and came back, one dropped out and is away: 21 in the register, 19 on the roll, 18 at school.
六年级（1）班 began with 10, of whom one died: 9 on the roll, all at school.
溪头中学 (溪头镇): 九年级（1）班 began with 30, all there; one had dropped out in spring and came back in September.
溪尾小学 (溪尾镇): 五年级（1）班, 5 children, all there.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from generator.dataset.missing import Missing, MissingValueError
from generator.dataset.models import Case, Class, County, Record, School, Settings, Student, Township, Village
from generator.errors import Place
from generator.forms.catalogue import check
from generator.policy import counts
from generator.policy.counts import Count, Scope
from generator.policy.formulas import FORMULAS
from generator.policy.indicators import Indicator, measure
from tests.small import Sheets, catalogue, definition, known, national, resolved, said

TODAY = date(2027, 1, 10)
TERM = Settings(year="2026—2027学年", term="第一学期", term_start=date(2026, 9, 1), term_end=date(2027, 1, 22))
SPRING = Settings(year="2026—2027学年", term="第二学期", term_start=date(2027, 3, 1), term_end=date(2027, 7, 10))
NO_DATA = Place("数据.xlsx", "辍学个案")


def enter(class_: Class, status: str | None = None, **told: Any) -> Student:
    student = Student(class_=class_, school=class_.school, status=status, **told)
    class_.students.append(student)
    return student


def drop(student: Student, on: date, back: date | None = None, left: Class | None = None) -> Case:
    case = Case(student=student, school=student.school, dropped_on=on, returned_on=back, dropped_from=left)
    student.cases.append(case)
    school = left.school if left else student.school
    assert school
    school.dropouts.append(case)
    return case


def class_of(school: School, grade: str, baseline: int, number: int = 1) -> Class:
    class_ = Class(school=school, grade=grade, number=number, baseline=baseline)
    school.classes.append(class_)
    return class_


def school_of(township: Township, name: str, **told: Any) -> School:
    school = School(short_name=name, township=township, **told)
    township.schools.append(school)
    return school


@dataclass(slots=True)
class World:
    """The county and what is in it."""

    county: County
    head: Township
    tail: Township
    primary: School
    junior: School
    other: School
    five: Class
    six: Class
    nine: Class
    far: Class


CHILD: dict[str, Any] = {"birth_date": date(2015, 10, 1)}  # ten years old on 31 August 2026
YOUTH: dict[str, Any] = {"birth_date": date(2012, 3, 1)}  # fourteen


@pytest.fixture
def world() -> World:
    county = County(name="云山县", entrants_nine=33)
    head = Township(
        name="溪头镇", county=county, school_age_primary=30, elsewhere_primary=2, school_age_junior=32,
        elsewhere_junior=1, school_age_disabled=2, elsewhere_disabled=1,
    )  # fmt: skip
    tail = Township(
        name="溪尾镇", county=county, school_age_primary=6, elsewhere_primary=0, school_age_junior=0,
        elsewhere_junior=0, school_age_disabled=0, elsewhere_disabled=0,
    )  # fmt: skip
    county.townships = [head, tail]
    primary, junior = (
        school_of(head, "溪头小学", last_primary=40),
        school_of(head, "溪头中学", last_junior=31, entrants_junior=32),
    )
    other = school_of(tail, "溪尾小学", last_primary=5)
    five, six = class_of(primary, "五年级", 20), class_of(primary, "六年级", 10)
    nine, far = class_of(junior, "九年级", 30), class_of(other, "五年级", 5)

    for number in range(16):
        enter(five, "在籍" if number % 2 else None, **CHILD, watched=number == 0, left_behind="非留守儿童")
    five.students[3].disability, five.students[4].disability = "听力残疾", "无残疾"
    five.students[1].left_behind = five.students[2].left_behind = "单亲留守儿童"
    enter(five, came_on=date(2026, 10, 12), **CHILD)
    enter(five, "转出", **CHILD)
    enter(five, "休学", changed_on=date(2026, 11, 2), **CHILD)
    drop(enter(five, **CHILD), date(2026, 9, 14), date(2026, 9, 28))
    drop(enter(five, "辍学", left_behind="双亲留守儿童", **CHILD), date(2026, 11, 9))

    for _ in range(9):
        enter(six, **CHILD)
    six.students[0].village = Village(name="溪尾村", township=tail)
    enter(six, "死亡", changed_on=date(2026, 12, 1), **CHILD)

    for _ in range(30):
        enter(nine, **YOUTH)
    drop(nine.students[0], date(2026, 5, 11), date(2026, 9, 15))
    for _ in range(5):
        enter(far, **CHILD)
    return World(county, head, tail, primary, junior, other, five, six, nine, far)


def told(id_: str, unit: Record, stage: str = "", when: Settings = TERM) -> Indicator:
    return measure(id_, unit, national(), when, TODAY, stage)


def figures(id_: str, unit: Record, stage: str = "") -> tuple[int, int, str]:
    found = told(id_, unit, stage)
    return found.numerator, found.denominator, found.percent


def why(id_: str, unit: Record, stage: str = "", when: Settings = TERM) -> str:
    with pytest.raises(MissingValueError) as raised:
        told(id_, unit, stage, when)
    return raised.value.missing.told


# Every formula


def test_class_loss_counts_those_who_are_not_back_against_the_start_of_the_year(world: World) -> None:
    assert figures("loss", world.five) == (1, 20, "5%")
    assert figures("loss", world.six) == (0, 10, "0%")


def test_class_loss_of_the_two_basics_counts_whoever_is_fewer(world: World) -> None:
    # One suspended, one away, one transferred out, less one who came: two fewer. In grade six one died.
    assert figures("loss-two-basics", world.five) == (2, 20, "10%")
    assert figures("loss-two-basics", world.six) == (1, 10, "10%")


def test_dropout_is_counted_against_this_years_start_or_last_years(world: World) -> None:
    assert figures("dropout", world.primary) == (1, 30, "3.34%")  # 3.333…, rounded away from the target
    assert figures("dropout-last-year", world.primary) == (1, 40, "2.5%")
    assert figures("dropout", world.head) == (1, 60, "1.67%")
    assert figures("dropout", world.head, "小学") == (1, 30, "3.34%")
    assert figures("dropout", world.head, "初中") == (0, 30, "0%")
    assert figures("dropout-last-year", world.head) == (1, 71, "1.41%")
    assert figures("dropout", world.county, "小学") == (1, 35, "2.86%")


def test_dropout_of_the_two_basics_counts_suspension_death_and_transfer(world: World) -> None:
    # One suspended, one away, one dead, one transferred out, less one who came.
    assert figures("dropout-two-basics", world.primary) == (3, 40, "7.5%")
    assert figures("dropout-two-basics", world.junior) == (-1, 31, "-3.22%")  # one is back from the year before
    assert figures("dropout-two-basics", world.county) == (2, 76, "2.64%")


def test_retention_takes_transfers_and_deaths_out(world: World) -> None:
    assert figures("retention", world.five) == (18, 20, "90%")  # of 20 + 1 - 1
    assert figures("retention", world.six) == (9, 9, "100%")  # of 10 - 1
    assert figures("retention", world.primary) == (27, 29, "93.1%")  # 93.103…
    assert figures("retention", world.county, "小学") == (32, 34, "94.11%")  # 94.117…, rounded down


def test_retention_within_a_term_begins_with_those_at_school_then(world: World) -> None:
    assert figures("term-retention", world.primary) == (27, 29, "93.1%")
    # In spring neither the suspended child nor the one away was there when the term began.
    spring = told("term-retention", world.primary, when=SPRING)
    assert (spring.numerator, spring.denominator) == (27, 27)


def test_junior_retention_compares_leavers_with_entrants(world: World) -> None:
    assert figures("junior-retention", world.junior) == (30, 32, "93.75%")
    assert figures("junior-retention", world.county) == (30, 32, "93.75%")
    assert figures("nine-year-retention", world.county) == (30, 33, "90.9%")
    for student in world.nine.students[:29]:
        student.status = "毕业"
    world.nine.students[29].status = "转出"
    assert figures("junior-retention", world.junior) == (29, 32, "90.62%")


def test_enrolment_counts_children_where_they_live(world: World) -> None:
    # At school of 溪头镇 are 18 and 9 children, one of whom lives in 溪尾镇, and two elsewhere.
    assert figures("enrolment", world.head, "小学") == (28, 30, "93.33%")
    assert figures("enrolment", world.tail, "小学") == (6, 6, "100%")
    assert figures("enrolment", world.head, "初中") == (31, 32, "96.87%")
    assert figures("enrolment", world.county, "小学") == (34, 36, "94.44%")
    assert figures("enrolment", world.county) == (65, 68, "95.58%")
    assert figures("disabled-enrolment", world.head) == (2, 2, "100%")


@pytest.mark.parametrize(
    ("born", "stage"),
    [
        ((2020, 8, 31), "小学"), ((2020, 9, 1), ""), ((2014, 9, 1), "小学"), ((2014, 8, 31), "初中"),
        ((2011, 9, 1), "初中"), ((2011, 8, 31), ""),
    ],
)  # fmt: skip
def test_school_age_is_reached_on_the_last_of_august(born: tuple[int, int, int], stage: str, world: World) -> None:
    """Six to eleven, and twelve to fourteen, whatever the grade."""
    before = [told("enrolment", world.tail, each).numerator for each in ("小学", "初中")]
    enter(world.far, birth_date=date(*born))
    after = [told("enrolment", world.tail, each).numerator for each in ("小学", "初中")]
    assert [now - then for then, now in zip(before, after, strict=True)] == [stage == "小学", stage == "初中"]


def test_of_a_group_those_at_school_are_compared_with_those_on_the_roll(world: World) -> None:
    assert figures("left-behind", world.five) == (2, 3, "66.66%")
    assert figures("disabled", world.five) == (1, 1, "100%")  # 无残疾 is none
    assert figures("watched", world.primary) == (1, 1, "100%")
    assert figures("hardship", world.five) == (0, 0, "无")


# Who is counted


def test_a_child_that_dropped_out_is_not_at_school_whatever_its_status(world: World) -> None:
    drop(world.nine.students[1], date(2026, 11, 9))
    assert figures("retention", world.nine) == (29, 30, "96.66%")


def test_who_dropped_out_in_the_holidays_dropped_out_this_year_and_who_did_before_did_not(world: World) -> None:
    world.six.baseline = 12
    drop(enter(world.six, "辍学"), date(2026, 7, 1))
    drop(enter(world.six, "辍学"), date(2026, 6, 30))
    assert figures("loss", world.six) == (1, 12, "8.34%")
    assert figures("retention", world.six) == (9, 11, "81.81%")  # of 12 less the one who died
    assert figures("term-retention", world.six) == (9, 9, "100%")  # the two were not there when it began


def test_what_has_not_happened_yet_is_not_counted(world: World) -> None:
    world.nine.students[1].came_on = world.nine.students[2].changed_on = date(2027, 1, 11)
    drop(world.nine.students[3], date(2027, 1, 11), date(2027, 1, 12))
    assert number(counts.CAME, world.nine) == number(counts.OUT, world.nine) == 0
    world.nine.students[2].status = "转出"
    assert number(counts.TRANSFERRED, world.nine) == 0
    drop(world.nine.students[4], date(2027, 1, 4), date(2027, 1, 11))
    assert number(counts.OUT, world.nine) == 1


def test_what_happened_in_another_year_is_not_counted(world: World) -> None:
    world.six.students[1].came_on = date(2025, 10, 13)
    enter(world.six, "转出", changed_on=date(2026, 6, 1))
    drop(world.six.students[2], date(2026, 3, 2), date(2026, 5, 4))
    assert figures("retention", world.six) == (9, 9, "100%")
    assert figures("loss-two-basics", world.six) == (1, 10, "10%")


def test_a_child_twice_away_came_from_where_it_was_first_and_is_one_child(world: World) -> None:
    """From grade five to six, and from there to nine: grade six neither won nor lost it."""
    child = enter(world.nine)
    world.five.baseline = 21
    drop(child, date(2026, 9, 7), date(2026, 9, 14), world.five)
    drop(child, date(2026, 10, 12), date(2026, 10, 19), world.six)
    moved = {one.grade: (number(counts.MOVED_OUT, one), number(counts.MOVED_IN, one)) for one in (
        world.five, world.six, world.nine)}  # fmt: skip
    assert moved == {"五年级": (1, 0), "六年级": (0, 0), "九年级": (0, 1)}
    assert figures("retention", world.nine) == (31, 31, "100%")
    assert figures("retention", world.head) == (58, 60, "96.66%")


@pytest.mark.parametrize("id_", FORMULAS)
def test_every_formula_has_been_worked_by_hand(id_: str) -> None:
    assert f'("{id_}", world.' in Path(__file__).read_text("utf-8")


# What stands beside the number


def test_an_indicator_says_its_formula_and_whom_it_counted(world: World) -> None:
    found = told("dropout", world.primary)
    assert found.sentence == "辍学率＝本学年辍学未复学人数÷学年初人数×100%"
    assert [(part.words, part.number) for part in found.counted] == [("本学年辍学未复学人数", 1), ("学年初人数", 30)]
    assert found.counted[0].records == (world.five.students[-1],)
    assert told("retention", world.six).sentence == (
        "学年在校生巩固率＝现在在校（含本学年毕业）人数÷（学年初人数＋本学年转入（含休学期满复学）人数＋辍学后编入人数"
        "－本学年转出人数－本学年死亡人数－辍学后编到别处人数）×100%"
    )


def test_an_indicator_shows_the_sum_that_it_is(world: World) -> None:
    assert told("dropout", world.primary).worked == "辍学率＝本学年辍学未复学人数 1÷学年初人数 30×100%"
    assert told("retention", world.six).worked == (
        "学年在校生巩固率＝现在在校（含本学年毕业）人数 9÷（学年初人数 10＋本学年转入（含休学期满复学）人数 0"
        "＋辍学后编入人数 0－本学年转出人数 0－本学年死亡人数 1－辍学后编到别处人数 0）×100%"
    )


@pytest.mark.parametrize("id_", FORMULAS)
def test_the_sum_that_is_shown_leads_to_the_rate(world: World, id_: str) -> None:
    units = (world.five, world.primary, world.junior, world.head, world.county)
    for unit in (unit for unit in units if isinstance(unit, FORMULAS[id_].units)):
        try:
            found = told(id_, unit)
        except MissingValueError:
            continue
        shown = re.sub("（[^）0-9]*）", "", found.worked)  # what stands in brackets within words is no sum
        plus = re.findall(r"[＝÷（＋][^0-9＋－]* ([0-9]+)", shown)
        minus = re.findall(r"－[^0-9]* ([0-9]+)", shown)
        assert sum(map(int, plus)) - sum(map(int, minus)) == found.numerator + found.denominator


@pytest.mark.parametrize(("id_", "unit", "stage", "target"), [
    ("dropout", "primary", "", 0.5), ("dropout", "junior", "", 1.2), ("dropout", "head", "", None),
    ("dropout", "head", "初中", 1.2), ("loss", "six", "", 1), ("loss", "nine", "", None), ("retention", "nine", "", 98),
    ("enrolment", "head", "小学", 100), ("disabled-enrolment", "head", "", 100),
    ("junior-retention", "junior", "", None),
    ("nine-year-retention", "county", "", 96), ("watched", "five", "", None),
])  # fmt: skip
def test_the_target_is_that_of_the_stage(id_: str, unit: str, stage: str, target: float | None, world: World) -> None:
    expected = 2 if (id_, unit) == ("loss", "nine") else target
    assert told(id_, getattr(world, unit), stage).target == expected


@pytest.mark.parametrize(
    ("numerator", "denominator", "goal", "target", "percent", "met"),
    [
        (199_999, 200_000, "least", 100, "99.99%", False),
        (200_000, 200_000, "least", 100, "100%", True),
        (1, 200_000, "most", 0, "0.01%", False),
        (5, 1000, "most", 0.5, "0.5%", True),
        (501, 100_000, "most", 0.5, "0.51%", False),  # 0.501
        (12, 1000, "most", 1.2, "1.2%", True),
        (9799, 10_000, "least", 98, "97.99%", False),
        (98, 100, "least", 98, "98%", True),
        (1, 3, "least", None, "33.33%", None),
        (0, 0, "most", 1, "无", None),
        (0, 0, "least", 99, "无", None),
        (3, 0, "most", 1, "无", None),
    ],
)
def test_rounding_never_helps_to_meet_a_target(
    numerator: int, denominator: int, goal: Any, target: float | None, percent: str, met: bool | None
) -> None:
    found = Indicator("x", "", "", "", numerator, denominator, (), goal, target)
    assert (found.percent, found.met) == (percent, met)


@given(st.integers(0, 2000), st.integers(1, 2000), st.sampled_from(("least", "most")), st.integers(0, 1000))
def test_what_is_printed_meets_the_target_only_where_it_is_met(above: int, below: int, goal: Any, tenths: int) -> None:
    found = Indicator("x", "", "", "", above, below, (), goal, tenths / 10)
    printed = float(found.percent.rstrip("%"))
    assert found.met is (printed >= tenths / 10 if goal == "least" else printed <= tenths / 10)


def test_a_class_of_nobody_has_no_rate(world: World) -> None:
    empty = class_of(world.primary, "一年级", 0)
    for id_ in ("loss", "retention", "watched"):
        assert figures(id_, empty) == (0, 0, "无")
    assert figures("loss", world.five, "初中") == (0, 0, "无")


# What is missing or in doubt


@pytest.mark.parametrize(
    ("unit", "attribute", "id_", "stage", "missing"),
    [
        ("five", "baseline", "dropout", "", "“学年初人数”没有填"),
        ("primary", "last_primary", "dropout-two-basics", "", "“上学年初小学在校生数”没有填"),
        ("junior", "last_junior", "dropout-last-year", "", "“上学年初初中在校生数”没有填"),
        ("junior", "entrants_junior", "junior-retention", "", "“三年前初一招生数”没有填"),
        ("county", "entrants_nine", "nine-year-retention", "", "“九年前小学招生数”没有填"),
        ("head", "school_age_junior", "enrolment", "初中", "“初中适龄人口”没有填"),
        ("head", "elsewhere_disabled", "disabled-enrolment", "", "“残疾适龄在外就读”没有填"),
    ],
)
def test_a_formula_says_which_figure_it_lacks(
    unit: str, attribute: str, id_: str, stage: str, missing: str, world: World
) -> None:
    setattr(getattr(world, unit), attribute, None)
    assert why(id_, world.county if id_ != "dropout" else world.primary, stage) == missing


def test_of_another_stage_it_lacks_nothing(world: World) -> None:
    world.head.school_age_junior = world.junior.last_junior = None
    assert figures("enrolment", world.county, "小学") == (34, 36, "94.44%")
    assert figures("dropout-last-year", world.county, "小学") == (1, 45, "2.23%")


def test_a_suspension_without_a_day_may_be_of_another_year(world: World) -> None:
    world.five.students[18].changed_on = None
    assert why("retention", world.primary) == "“变动日期”没有填"
    assert why("dropout-two-basics", world.county) == "“变动日期”没有填"
    assert figures("dropout", world.primary) == (1, 30, "3.34%")  # it does not matter
    world.five.students[18].changed_on = date(2026, 5, 4)  # then it was not on the roll when the year began
    world.five.baseline = 19
    assert figures("retention", world.five) == (18, 19, "94.73%")


def test_a_retention_that_the_roll_contradicts_is_not_told(world: World) -> None:
    world.five.students[16].came_on = None
    assert why("retention", world.five) == (
        "学年初人数 20，减本学年转出人数 1，减本学年休学人数 1，应是 18 人，名册上是 19 人；"
        "核对溪头小学五年级（1）班的学年初人数、转入日期和变动日期"
    )
    assert "溪头小学五年级（1）班" in why("retention", world.county)
    assert figures("retention", world.other) == (5, 5, "100%")
    assert figures("dropout", world.primary) == (1, 30, "3.34%")


def test_a_child_put_into_another_class_on_its_return_is_no_transfer(world: World) -> None:
    child = world.five.students[19]
    world.five.students.remove(child)
    world.six.students.append(child)
    child.class_, child.cases[0].dropped_from = world.six, world.five
    assert figures("retention", world.five) == (17, 19, "89.47%")
    assert figures("retention", world.six) == (10, 10, "100%")
    assert figures("retention", world.primary) == (27, 29, "93.1%")


@pytest.mark.parametrize("id_", FORMULAS)
def test_no_number_rests_on_a_value_in_doubt(id_: str, world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """Each value that a rate reads is put in doubt in turn, and the rate must no longer be told."""
    unit = world.five if FORMULAS[id_].units == (Class,) else world.county
    found = reads(id_, unit, monkeypatch)
    assert len(found) >= 3
    for record, attribute in found:
        before = getattr(record, attribute)
        setattr(record, attribute, Missing(attribute, NO_DATA, "不可靠"))
        try:
            assert why(id_, unit) == "不可靠", f"{id_} does not mind {type(record).__name__}.{attribute}"
        finally:
            setattr(record, attribute, before)


def reads(id_: str, unit: Record, monkeypatch: pytest.MonkeyPatch) -> list[tuple[Record, str]]:
    """Return every value of the county that a rate reads."""
    found: dict[tuple[int, str], Record] = {}

    def watched(self: Record, attribute: str) -> Any:
        if attribute in type(self).__dataclass_fields__:
            found.setdefault((id(self), attribute), self)
        return object.__getattribute__(self, attribute)

    with monkeypatch.context() as patch:
        patch.setattr(Record, "__getattribute__", watched, raising=False)
        told(id_, unit)
    return [(record, attribute) for (_, attribute), record in found.items()]


@pytest.mark.parametrize("attribute", ["first_year", "term_start"])
def test_without_a_year_nothing_of_a_year_is_told(attribute: str, world: World) -> None:
    without = Settings(year=None if attribute == "first_year" else TERM.year, term="第一学期")
    assert "没有填" in why("retention", world.primary, when=without)


# What cannot be asked


@pytest.mark.parametrize(
    ("id_", "unit", "stage", "message"),
    [
        ("dropuot", "primary", "", "没有“dropuot”这种率，是不是“dropout”"),
        ("dropout", "five", "", "辍学率按学校、乡镇、县区算，不按班级算"),
        ("nine-year-retention", "junior", "", "九年义务教育巩固率按县区算，不按学校算"),
        ("dropout", "primary", "高中", "没有“高中”这个学段"),
    ],
)
def test_what_cannot_be_asked_is_told(id_: str, unit: str, stage: str, message: str, world: World) -> None:
    with pytest.raises(ValueError, match=message):
        told(id_, getattr(world, unit), stage)


# Children, classes and schools


ADDITIVE = [one for one in vars(counts).values() if isinstance(one, Count)]
PLACED = ("MOVED_IN", "MOVED_OUT", "ENTRANTS_NINE", "ENTRANTS_JUNIOR")
OF_CLASSES = [
    getattr(counts, name) for name in ("START", "CAME", "TRANSFERRED", "DIED", "GRADUATED", "SUSPENDED", "KEPT", "OUT")
]  # fmt: skip


def number(count: Count, unit: Record) -> int:
    found = count.of(Scope(unit, "", TERM, TODAY))
    return found if isinstance(found, int) else len(found)


EVENT = st.sampled_from(("", "转出", "死亡", "毕业", "休学", "辍学", "back", "twice", "came", "earlier"))


@st.composite
def schools(draw: st.DrawFn) -> Township:
    """Return a township of two schools of two classes to whose children anything may have happened."""
    township = Township(name="镇")
    for name in ("甲", "乙"):
        school = school_of(township, name, last_primary=9)
        for class_ in (class_of(school, "五年级", 3, number) for number in (1, 2)):
            for event in draw(st.lists(EVENT, max_size=5)):
                child = enter(class_, event if event and not event.isascii() else None)
                child.changed_on = date(2026, 10, 12) if event == "休学" else None
                child.came_on = date(2026, 10, 12) if event == "came" else None
                if event in ("back", "twice"):
                    drop(child, date(2026, 9, 7), date(2026, 9, 14))
                if event == "earlier":
                    drop(child, date(2026, 4, 7), date(2026, 9, 14))
                if event in ("辍学", "twice"):
                    child.status = "辍学"
                    drop(child, date(2026, 11, 2))
    return township


@settings(max_examples=60, deadline=None)
@given(schools())
def test_a_school_is_the_sum_of_its_classes_and_a_township_that_of_its_schools(township: Township) -> None:
    for count in OF_CLASSES:
        for school in township.schools:
            assert number(count, school) == sum(number(count, class_) for class_ in school.classes)
        assert number(count, township) == sum(number(count, school) for school in township.schools)


@settings(max_examples=60, deadline=None)
@given(schools())
def test_a_child_is_counted_once_whatever_happened_to_it(township: Township) -> None:
    for count in ADDITIVE:
        if count not in (counts.ENTRANTS_NINE, counts.ENTRANTS_JUNIOR) and not count.words.startswith(("本地", "残疾")):
            try:
                found = count.of(Scope(township, "", TERM, TODAY))
            except MissingValueError:
                continue
            assert isinstance(found, int) or len(set(map(id, found))) == len(found)


@settings(max_examples=60, deadline=None)
@given(schools(), st.data())
def test_moving_a_child_between_the_classes_of_a_school_changes_nothing_of_the_school(
    township: Township, data: st.DataObject
) -> None:
    school = township.schools[0]
    before = {id_: outcome(id_, school) for id_ in FORMULAS}
    here, there = school.classes
    for child in data.draw(st.lists(st.sampled_from(here.students), unique_by=id)) if here.students else ():
        for case in child.cases:
            case.dropped_from = here
        here.students.remove(child)
        there.students.append(child)
        child.class_ = there
    assert {id_: outcome(id_, school) for id_ in FORMULAS} == before


def outcome(id_: str, unit: Record) -> Any:
    """Return a rate, or, where it cannot be told, in which figures that lies."""
    try:
        return figures(id_, unit)
    except MissingValueError as error:
        return error.missing.told.partition("；")[0]
    except ValueError:
        return None


# In a loaded dataset and in papers


def school_with(tmp_path: Path, **sheets: list[dict[str, str]]) -> School:
    """Return the tiny county's school, loaded, with sheets or columns of its first rows as given."""

    def spoil(known: Sheets) -> None:
        for name, rows in sheets.items():
            first, *rest = known.get(name) or [{}]
            known[name] = [first | rows[0], *rest] if rows else []

    return known(tmp_path, spoil).dataset.schools[0]


def test_typed_in_figures_are_read(tmp_path: Path) -> None:
    school = school_with(tmp_path, 学校=[{"上学年初小学在校生数": "50"}], 辍学个案=[])
    assert figures("dropout-last-year", school) == (0, 50, "0%")


def test_without_a_sheet_of_cases_nobody_knows_that_there_are_none(tmp_path: Path) -> None:
    for id_ in ("dropout", "retention", "watched"):
        assert why(id_, school_with(tmp_path)) == "没有“辍学个案”表；没有的，留一张只有表头的表"


def test_a_misspelt_class_leaves_untold_what_counts_its_children(tmp_path: Path) -> None:
    school = school_with(tmp_path, 学生=[{"班级": "九班"}], 辍学个案=[])
    assert "九班" in why("retention", school)
    assert figures("dropout", school) == (0, 2, "0%")


def test_a_definition_may_name_an_indicator(tmp_path: Any) -> None:
    context = known(tmp_path, lambda sheets: sheets.update({"辍学个案": []}))
    paper = resolved(
        context,
        {"text": "{{ indicator('loss', class, '').percent }} {{ indicator('dropout', school, '小学').sentence }}"},
        {"text": "{{ indicator('dropout', school, '初中').percent }}"},
    )
    assert said(paper) == ["0% 辍学率＝本学年辍学未复学人数÷学年初人数×100%", "无"]


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("{{ indicator('loss', class, '').percent }}{{ indicator('loss', class, '').met }}", []),
        ("{{ indicator('loss', class, '').ratio }}", ["ratio"]),
        ("{{ indicator('loss', class) }}", ["indicator()"]),
        ("{{ indicator(class, 'loss', '') }}", ["indicator()"]),
    ],
)
def test_a_definition_that_asks_wrongly_is_told_before_anything_is_made(
    text: str, told: list[str], tmp_path: Path
) -> None:
    found = check(catalogue(tmp_path, definition(body=[{"text": text}])), national())
    assert [word in str(problem) for problem, word in zip(found, told, strict=True)] == [True for _ in told]
