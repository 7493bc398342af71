"""Dates: their order, the term, and the days on which children have lessons."""

from __future__ import annotations

from datetime import date

import chinese_calendar
import pytest

from generator.dataset.contradictions.dates import FESTIVALS, absences, days_off, late_services, sequences, terms
from generator.dataset.models import Absence, CalendarDay, Dataset, Notice, School, Settings, Student, Visit


def test_nobody_is_visited_before_it_is_born() -> None:
    child = Student(birth_date=date(2015, 1, 1))
    dataset = Dataset(visits=[Visit(student=child, visited_on=date(2014, 12, 31)), Visit(student=child), Visit()])
    (problem,) = sequences(dataset)
    assert (problem.what, problem.level) == ("“家访日期”2014-12-31 早于“出生日期”2015-01-01（家访）", "error")
    assert len(problem.also) == 1


def test_a_notice_is_served_before_the_child_is_to_be_back() -> None:
    late = Notice(served_at=date(2026, 10, 28), deadline=date(2026, 10, 27))
    (problem,) = late_services(Dataset(notices=[late]))
    assert (problem.what, problem.level) == ("送达日期 2026-10-28 晚于返校期限 2026-10-27（通知书）", "warning")
    assert len(problem.also) == 1
    late.deadline = late.served_at
    assert list(late_services(Dataset(notices=[late]))) == []


@pytest.mark.parametrize(
    ("today", "count"), [("2028-09-02", 0), ("2028-09-03", 1), ("2024-08-30", 0), ("2024-08-29", 1)]
)
def test_papers_are_made_within_two_years_of_the_term(today: str, count: int) -> None:
    settings = Settings(year="2026—2027学年", term_start=date(2026, 9, 1), today=date.fromisoformat(today))
    assert [problem.level for problem in terms(Dataset(settings=settings))] == ["error"] * count


@pytest.mark.parametrize(("days", "count"), [(5, 0), (6, 1), (None, 0)])
def test_nobody_misses_more_days_than_there_were(days: int | None, count: int) -> None:
    absence = Absence(start=date(2026, 9, 7), end=date(2026, 9, 11), days=days)
    found = list(absences(Dataset(absences=[absence])))
    assert [(problem.what, problem.level, len(problem.also)) for problem in found] == [
        ("从 2026-09-07 到 2026-09-11，缺课 6 天", "error", 2)
    ] * count


def test_one_day_missed_twice_is_a_reminder() -> None:
    child = Student(name="石小满")
    child.absences = [
        Absence(kind="旷课", start=date(2026, 9, 11)),
        Absence(kind="病假", start=date(2026, 9, 7), end=date(2026, 9, 11)),
        Absence(kind="事假", start=date(2026, 9, 14)),
    ]
    (problem,) = absences(Dataset(students=[child], absences=child.absences))
    assert (problem.what, problem.level) == ("石小满 2026-09-11 的缺勤记了不止一次（病假、旷课）", "warning")


def test_an_absence_told_of_twice_is_a_duplicate_and_nothing_more() -> None:
    child = Student(absences=[Absence(kind="旷课", start=date(2026, 9, 11)) for _ in "12"])
    assert list(absences(Dataset(students=[child], absences=child.absences))) == []


SUNDAY, WORKED_SUNDAY, NATIONAL_DAY, MONDAY = (
    date(2026, 9, 13), date(2026, 9, 20), date(2026, 10, 1), date(2026, 9, 14),
)  # fmt: skip


@pytest.mark.parametrize(
    ("day", "what"), [(SUNDAY, "周末"), (NATIONAL_DAY, "国庆节"), (WORKED_SUNDAY, ""), (MONDAY, "")]
)
def test_an_absence_begins_on_a_day_with_lessons(day: date, what: str) -> None:
    found = [(problem.what, problem.level) for problem in days_off(Dataset(absences=[Absence(start=day)]))]
    assert found == ([(f"缺勤从 {day} 起，这一天是{what}", "warning")] if what else [])


@pytest.mark.parametrize(
    ("day", "mode", "purpose", "boarding", "what"),
    [
        (NATIONAL_DAY, "上门", "定期家访", None, "国庆节"),
        (NATIONAL_DAY, "上门", "定期家访", "住校", ""),
        (NATIONAL_DAY, "上门", "劝返", None, ""),
        (SUNDAY, "上门", "定期家访", None, ""),
        (SUNDAY, "到校面谈", "定期家访", "住校", "周末"),
        (NATIONAL_DAY, "到校面谈", "劝返", None, "国庆节"),
        (WORKED_SUNDAY, "到校面谈", "定期家访", None, ""),
    ],
)
def test_talks_at_school_are_on_days_with_lessons_and_no_routine_visit_is_on_a_holiday(
    day: date, mode: str, purpose: str, boarding: str | None, what: str
) -> None:
    visit = Visit(student=Student(boarding=boarding), visited_on=day, mode=mode, purpose=purpose)
    found = [(problem.what, problem.level) for problem in days_off(Dataset(visits=[visit]))]
    assert found == ([(f"家访日期 {day} 是{what}（{mode}）", "warning")] if what else [])


def test_where_the_school_has_lessons_by_its_own_calendar_nothing_is_said() -> None:
    saturday, here, there = date(2026, 9, 12), School(), School()
    dataset = Dataset(
        absences=[Absence(start=saturday, school=here)],
        visits=[Visit(visited_on=saturday, mode="到校面谈", school=here)],
    )
    for row, count in (
        (CalendarDay(day=saturday, kind="上课"), 0),
        (CalendarDay(day=saturday, kind="上课", school=here), 0),
        (CalendarDay(day=saturday, kind="上课", school=there), 2),
        (CalendarDay(day=saturday, kind="放假"), 2),
    ):
        dataset.calendar = [row]
        assert len(list(days_off(dataset))) == count


def test_of_a_year_whose_holidays_are_not_known_nothing_is_said() -> None:
    assert list(days_off(Dataset(absences=[Absence(start=date(2099, 10, 4))]))) == []


def test_every_festival_has_its_name() -> None:
    assert {one.value for one in chinese_calendar.Holiday} - {"Anti-Fascist 70th Day"} == set(FESTIVALS)
