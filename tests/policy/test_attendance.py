"""Marks of a month, children who are late after a holiday, and numbers of a week."""

from __future__ import annotations

from datetime import date

import pytest

from generator.dataset.models import Absence, CalendarDay, Case, Class, Leave, School, Settings, Student
from generator.policy.attendance import DAY_OFF, PRESENT, Attendance, grade_weeks, overran, reopening, sheet
from generator.policy.calendar import Calendar
from generator.policy.load import load_policy
from generator.policy.truancy import Truancies

TERM = Settings(year="2026—2027学年", term="第一学期", term_start=date(2026, 9, 1), term_end=date(2027, 1, 22))
NATIONAL_DAY = [date(2026, 10, day) for day in (1, 2, 5, 6, 7)]
TODAY = date(2026, 11, 13)  # a Friday


def november(day: int) -> date:
    return date(2026, 11, day)


def class_of(*students: Student) -> Class:
    school = School(name="清溪小学")
    made = Class(school=school, grade="三年级", number=1, students=list(students))
    school.classes = [made]
    for student in students:
        student.school, student.class_ = school, made
    return made


def calendar() -> Calendar:
    return Calendar(TERM, [CalendarDay(day=day, kind="放假") for day in NATIONAL_DAY])


def row(today: date = TODAY, **values: object) -> Attendance:
    (found,) = sheet(class_of(Student(**values)), TERM, calendar(), today).rows  # type: ignore[arg-type]
    return found


def test_a_month_has_a_mark_for_every_day_until_today() -> None:
    found = row()
    assert (found.marks[2], found.marks[7], found.marks[13], found.marks[14]) == (PRESENT, DAY_OFF, PRESENT, "")
    assert (found.due, found.present, found.rate) == (10, 10, "100%")


def test_a_month_is_numbered_to_its_last_day() -> None:
    numbers = sheet(class_of(), TERM, calendar(), TODAY).numbers
    assert (numbers[1], numbers[30], numbers[31]) == ("1", "30", "")


@pytest.mark.parametrize(
    ("absence", "mark", "numbers"),
    [
        (Absence(kind="病假", start=november(4), end=november(5)), "病", (2, 0, 0)),
        (Absence(kind="事假", start=november(4), days=3), "事", (0, 3, 0)),
        (Absence(kind="旷课", start=november(4)), "旷", (0, 0, 8)),
        (Absence(kind="病假", start=november(4), session="上午"), "上病", (0.5, 0, 0)),
        (Absence(kind="旷课", start=november(4), session="下午"), "下旷", (0, 0, 0.5)),
    ],
)
def test_an_absence_is_marked_by_its_kind_and_counted_in_days(
    absence: Absence, mark: str, numbers: tuple[float, float, float]
) -> None:
    found = row(absences=[absence])
    assert (found.marks[4], (found.sick, found.personal, found.truant)) == (mark, numbers)
    assert found.present == 10 - sum(numbers)


def test_two_halves_of_a_day_are_told_apart() -> None:
    halves = [
        Absence(kind=kind, start=november(4), session=half) for kind, half in (("病假", "上午"), ("旷课", "下午"))
    ]
    found = row(absences=halves)
    assert (found.marks[4], found.longest, found.rate) == ("病旷", 1, "90%")


def test_the_longest_absence_goes_over_a_weekend() -> None:
    found = row(
        absences=[
            Absence(kind="病假", start=november(5), end=november(10)),
            Absence(kind="事假", start=november(12), end=november(12)),
        ]
    )
    assert found.longest == 4


def test_a_child_that_dropped_out_is_away_without_leave_until_it_is_back() -> None:
    case = Case(dropped_on=november(3), returned_on=november(6))
    found = row(cases=[case])
    assert [found.marks[day] for day in (2, 3, 4, 5, 6)] == [PRESENT, "旷", "旷", "旷", PRESENT]
    assert row(cases=[Case(dropped_on=november(3), closed_on=november(6), closed_as="登记有误")]).truant == 0


def test_leave_stands_where_no_absence_is_written_down_and_before_its_want() -> None:
    leave = Leave(kind="事假", start=november(4), end=november(5))
    assert row(leaves=[leave]).personal == 2
    assert row(leaves=[leave], absences=[Absence(kind="事假", start=november(4), session="上午")]).personal == 0.5
    refused = Leave(kind="事假", start=november(4), end=november(5), opinion="不同意")
    assert row(leaves=[refused]).personal == 0


def test_a_child_belongs_to_the_class_between_its_coming_and_going() -> None:
    assert row(came_on=november(10)).due == 4
    assert row(status="转出", changed_on=november(10)).due == 6
    assert sheet(class_of(Student(status="转出", changed_on=date(2026, 10, 12))), TERM, calendar(), TODAY).rows == []


def test_of_a_month_without_lessons_there_is_no_rate() -> None:
    assert row(came_on=date(2026, 11, 16)).rate == "无"


def test_a_class_comes_back_on_the_day_after_more_than_a_weekend() -> None:
    away = Student(absences=[Absence(kind="旷课", start=date(2026, 10, 8), end=date(2026, 10, 8))])
    leave = Leave(kind="病假", start=date(2026, 10, 8), end=date(2026, 10, 9))
    ill = Student(leaves=[leave])
    found = reopening(class_of(away, ill, Student()), TERM, calendar(), date(2026, 10, 9))
    assert found is not None
    assert found.on == date(2026, 10, 8)
    assert [(one.student, one.asked, one.leave) for one in found.missing] == [(away, False, None), (ill, True, leave)]


def test_before_the_first_holiday_it_is_the_day_on_which_the_term_began() -> None:
    found = reopening(class_of(), TERM, calendar(), date(2026, 9, 15))
    assert found is not None
    assert found.on == date(2026, 9, 1)
    assert reopening(class_of(), TERM, calendar(), date(2026, 8, 30)) is None


def test_a_week_tells_how_many_there_are_and_who_came_and_went_without_a_name() -> None:
    class_ = class_of(
        Student(absences=[Absence(kind="病假", start=TODAY)]),
        Student(absences=[Absence(kind="旷课", start=november(11))]),
        Student(came_on=november(9)),
        Student(came_on=november(6)),
        Student(status="转出", changed_on=november(10)),
        Student(status="休学", changed_on=date(2026, 10, 12)),
    )
    assert class_.school
    truancies = Truancies(load_policy("national"), calendar(), TODAY)
    (grade,) = grade_weeks(class_.school, TERM, calendar(), truancies, date(2026, 11, 15))  # a Sunday
    (week,) = grade.classes
    assert (grade.grade, grade.number, grade.on) == ("三年级", 11, TODAY)
    assert (week.on_register, week.due, week.present, week.on_leave, week.truant) == (5, 4, 2, 1, 1)
    assert (week.came, week.left, week.suspended, week.suspected) == (1, 1, 1, 1)


@pytest.mark.parametrize(
    ("back", "over"),
    [(date(2026, 11, 9), False), (date(2026, 11, 10), True), (None, True)],
)
def test_leave_is_overrun_when_the_child_is_not_back_on_the_next_school_day(back: date | None, over: bool) -> None:
    leave = Leave(student=Student(), end=november(6), back_on=back)
    assert overran(leave, calendar(), TODAY) is over


def test_of_leave_that_ends_today_nobody_knows_yet() -> None:
    assert overran(Leave(student=Student(), end=TODAY), calendar(), TODAY) is None
    assert overran(Leave(student=Student(), end=november(12)), calendar(), TODAY) is None


@pytest.mark.parametrize("day", [date(2026, 8, 30), date(2027, 2, 8)])
def test_out_of_term_there_is_no_week(day: date) -> None:
    class_ = class_of(Student())
    truancies = Truancies(load_policy("national"), calendar(), day)
    assert class_.school
    assert grade_weeks(class_.school, TERM, calendar(), truancies, day) == []
