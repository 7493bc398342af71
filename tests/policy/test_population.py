"""Who on the registers of households is counted, and when a number that somebody told takes the place of counting."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from generator.dataset.missing import Missing, MissingValueError
from generator.dataset.models import (
    Case,
    Hamlet,
    Household,
    Resident,
    School,
    Settings,
    Student,
    Total,
    Township,
    Village,
)
from generator.errors import Place
from generator.policy.population import (
    Ages,
    Population,
    age,
    cared_for,
    dropped_out,
    of_age,
    population,
    told,
    total,
    unmatched,
)
from tests.small import national

YEAR = Settings(year="2026—2027学年")
TODAY = date(2026, 11, 16)
DAY = timedelta(days=1)


def village(*residents: Resident, group: str = "一组") -> Village:
    """A village of one household in which they all live."""
    made = Village(name="溪头村")
    household = Household(village=made, group=group, residents=list(residents))
    for one in residents:
        one.household = household
    made.households = [household] if residents else []
    return made


def born(day: str, **known: str) -> Resident:
    return Resident(birth_date=date.fromisoformat(day), **known)  # type: ignore[arg-type]  # all of them are text


def counted(*residents: Resident) -> Population:
    return population(village(*residents), national(), YEAR, TODAY)


@pytest.mark.parametrize(("on", "years"), [("2026-09-11", 5), ("2026-09-12", 6), ("2021-09-12", 1), ("2020-09-11", -1)])
def test_an_age_is_the_number_of_birthdays(on: str, years: int) -> None:
    assert age(date(2020, 9, 12), date.fromisoformat(on)) == years


@pytest.mark.parametrize(
    ("ages", "first", "last"),
    [
        ("适龄", "2010-09-01", "2020-08-31"),  # 15 to 6 by 31 August
        ("核查", "2010-11-17", "2019-11-16"),  # 15 to 7 by the day of making
        ("人口", "2005-11-17", "2026-11-16"),
    ],
)
def test_schooling_counts_age_on_31_august_and_the_other_lists_today(ages: Ages, first: str, last: str) -> None:
    ends = born(first), born(last)
    beyond = [Resident(birth_date=date.fromisoformat(end) + step) for end, step in ((first, -DAY), (last, DAY))]
    assert of_age([*ends, *beyond], ages, national(), YEAR, TODAY) == [*ends]


def test_whose_birthday_nobody_wrote_stays_on_the_list() -> None:
    nobody_knows = Resident()
    assert of_age([nobody_knows], "适龄", national(), YEAR, TODAY) == [nobody_knows]


def test_age_for_schooling_needs_the_school_year() -> None:
    with pytest.raises(MissingValueError, match="学年"):
        of_age([born("2015-01-01")], "适龄", national(), Settings(), TODAY)


def test_without_a_number_in_the_register_of_students_is_whom_the_comparison_says_or_who_is_out_of_school() -> None:
    said, elsewhere, out = Resident(matched="有户籍无学籍"), Resident(state="在外就读"), Resident(state="未入学")
    numbered, agreed = Resident(state="辍学", student_no="G1"), Resident(state="辍学", matched="一致")
    pupil = Resident(state="辍学", pupil=Student(status="辍学"))
    assert unmatched([said, elsewhere, out, numbered, agreed, pupil]) == [said, out]


def test_children_are_counted_by_where_they_go_to_school() -> None:
    numbers = counted(
        born("2015-01-01", state="在校"),
        born("2015-01-02", state="送教上门"),
        born("2015-01-03", state="在外就读", direction="流出"),
        born("2015-01-04", state="延缓入学", matched="有户籍无学籍", register_problem="未落户", direction="流入"),
        born("2023-01-01", state="学前"),
        born("2008-01-01", state="已毕业"),
    )
    assert (numbers.everybody, numbers.school_age, numbers.at_school, numbers.here, numbers.elsewhere, numbers.out) == (
        6, 4, 3, 2, 1, 1,
    )  # fmt: skip
    assert (numbers.infants, numbers.primary, numbers.junior) == (1, 4, 0)
    assert (numbers.came, numbers.went, numbers.misregistered) == (1, 1, 1)
    assert (numbers.unmatched, numbers.checked, numbers.unchecked) == (1, 0, 1)


def test_the_groups_by_age_add_up_to_everybody() -> None:
    newborn, eldest = born("2026-10-01", state="学前", sex="男"), born("2006-01-01", state="已毕业", sex="女")
    numbers = counted(newborn, eldest, born("2015-01-01", state="在校", sex="男"))
    assert [(row.age, len(row.people)) for row in numbers.ages if row.people] == [(0, 1), (11, 1), (20, 1)]
    assert sum(row.boys + row.girls for row in numbers.ages) == numbers.everybody == 3
    assert sum(row.here for row in numbers.ages) == 1


def test_nothing_is_counted_where_a_village_keeps_no_register() -> None:
    kept, bare = village(born("2015-01-01", state="在校")), village()
    town = Township(name="清溪镇", villages=[kept])
    assert population(town, national(), YEAR, TODAY).at_school == 1
    town.villages = [kept, bare]
    for unit in (town, bare):
        with pytest.raises(MissingValueError, match="学龄人口"):
            _ = population(unit, national(), YEAR, TODAY).at_school


def test_a_hamlet_without_children_has_none_where_its_village_keeps_a_register() -> None:
    kept = village(born("2015-01-01", state="在校"), group="一组")
    first, second = Hamlet(village=kept, name="一组"), Hamlet(village=kept, name="二组")
    assert [population(one, national(), YEAR, TODAY).school_age for one in (first, second)] == [1, 0]


def test_dropouts_are_those_of_the_households_and_those_of_the_schools_who_are_in_none() -> None:
    here, away = Student(status="辍学"), Student(status="辍学")
    cases = [Case(student=here, no="1"), Case(student=away, no="2"), Case(student=Student(), returned_on=TODAY, no="3")]
    here.cases = cases[:1]
    on_register, stranger = Resident(pupil=here, state="在校"), Resident(state="辍学")
    town = Township(villages=[village(on_register, stranger)], schools=[School(dropouts=cases)])
    assert [(one.resident, one.case) for one in dropped_out(town)] == [
        (on_register, cases[0]), (stranger, None), (None, cases[1]),
    ]  # fmt: skip


def test_cared_for_is_who_has_a_code_and_whose_parents_are_away() -> None:
    coded, behind = Resident(code="A"), Resident(pupil=Student(left_behind="单亲留守儿童"))
    plain = Resident(pupil=Student(left_behind="非留守儿童"))
    assert cared_for([coded, behind, plain, Resident()]) == [coded, behind]


def row(item: str, value: int | None, day: int, paper: str = "ST-07") -> Total:
    return Total(paper=paper, item=item, value=value, as_of=date(2026, 11, day))


def numbered(*rows: Total, register: bool = True) -> Village:
    unit = village(born("2015-01-01", state="在校")) if register else village()
    unit.totals = list(rows)
    return unit


def the_total(unit: Village, item: str = "适龄儿童少年人数") -> int:
    return total(unit, "ST-07", item, national(), YEAR, TODAY)


def test_the_newest_number_told_by_today_counts_and_nought_is_a_number() -> None:
    unit = numbered(row("适龄儿童少年人数", 0, 10), row("适龄儿童少年人数", 7, 2), row("适龄儿童少年人数", 9, 17))
    assert the_total(unit) == 0
    assert told(unit, "ST-07", TODAY).as_of == date(2026, 11, 10)


def test_what_nobody_told_is_counted_if_it_can_be() -> None:
    unit = numbered(row("适龄儿童少年人数", 7, 2, paper="RC-02"))
    assert the_total(unit) == 1
    for item, of in (("宣传场次", unit), ("适龄儿童少年人数", numbered(register=False))):
        with pytest.raises(MissingValueError):
            the_total(of, item)


def test_counting_does_not_stand_in_for_a_number_in_doubt_or_not_written() -> None:
    doubtful = Missing("数目", Place("专项人数"), why="不是整数")
    wrong = numbered(Total(paper="ST-07", item="适龄儿童少年人数", as_of=doubtful, value=3))  # type: ignore[arg-type]
    for unit in (wrong, numbered(row("适龄儿童少年人数", None, 10))):
        with pytest.raises(MissingValueError):
            the_total(unit)
