"""What schools return in numbers, worked by hand over one small school whose every coming and going is known.

溪头小学 on 16 November 2026: 一年级（1）班 has 6 children, of whom one came in October. 六年级（1）班 has 7 in the
register: two at school all along, one transferred out in October, one suspended in October, one away since the first
day of lessons, one who was away in October and is back, one who dropped out in November.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import Any

import pytest

from generator.dataset.missing import Missing, MissingValueError
from generator.dataset.models import REASONS, Absence, Case, Class, Record, School, Settings, Student
from generator.errors import Place
from generator.policy import returns
from generator.policy.calendar import Calendar
from generator.policy.model import Policy
from generator.policy.returns import CampaignCounts, GradeCounts, MonthCounts, OpeningCounts, RollCounts
from tests.small import national

TODAY = date(2026, 11, 16)
TERM = Settings(year="2026—2027学年", term="第一学期", term_start=date(2026, 9, 1), term_end=date(2027, 1, 22))
NO_DATA = Place("数据.xlsx", "学生")


@dataclass(slots=True)
class World:
    school: School
    one: Class
    six: Class
    moved: Student
    suspended: Student
    never: Student
    back: Student
    late: Student


def class_of(school: School, grade: str) -> Class:
    class_ = Class(school=school, grade=grade, number=1, baseline=6)
    school.classes.append(class_)
    return class_


def enter(class_: Class, status: str | None = None, **told: Any) -> Student:
    student = Student(class_=class_, school=class_.school, status=status, **told)
    class_.students.append(student)
    return student


def drop(student: Student, on: date, back: date | None = None, **told: Any) -> Case:
    more: dict[str, Any] = {"found_on": on, "reason": "厌学"} | told
    case = Case(student=student, school=student.school, dropped_on=on, returned_on=back, **more)
    student.cases.append(case)
    assert student.school
    student.school.dropouts.append(case)
    return case


def stay_away(student: Student, first: date, last: date | None = None) -> None:
    student.absences.append(Absence(student=student, kind="旷课", start=first, end=last))


@pytest.fixture
def world() -> World:
    school = School(short_name="溪头小学")
    one, six = class_of(school, "一年级"), class_of(school, "六年级")
    for _ in range(5):
        enter(one, entered="202609")
    enter(one, entered="202609", came_on=date(2026, 10, 12))
    for _ in range(2):
        enter(six, "在籍", entered="202109")
    moved = enter(six, "转出", changed_on=date(2026, 10, 9))
    suspended = enter(six, "休学", changed_on=date(2026, 10, 30))
    never, back, late = enter(six, "辍学"), enter(six), enter(six, "辍学")
    drop(never, date(2026, 9, 1), reason="外出务工")
    drop(back, date(2026, 10, 12), date(2026, 10, 26))
    drop(late, date(2026, 11, 9), found_on=date(2026, 11, 10))
    return World(school, one, six, moved, suspended, never, back, late)


def month(world: World, today: date = TODAY, policy: Policy | None = None) -> MonthCounts:
    return returns.month_counts(policy or national(), TERM, Calendar(TERM, []), world.school, today)


def opening(world: World, today: date = TODAY, settings: Settings = TERM) -> OpeningCounts:
    return returns.opening_counts(national(), settings, Calendar(settings, []), world.school, today)


def grade(world: World, index: int, today: date = TODAY, settings: Settings = TERM) -> GradeCounts:
    return opening(world, today, settings).grades[index]


def campaign(world: World, today: date = TODAY) -> CampaignCounts:
    return CampaignCounts(world.school, TERM, today)


def numbers(counts: Any, *names: str) -> list[int]:
    return [getattr(counts, name) for name in names]


def why(ask: Callable[[], object]) -> str:
    with pytest.raises(MissingValueError) as raised:
        ask()
    return raised.value.missing.told


# A month


@pytest.mark.parametrize(
    ("today", "first", "last"),
    [
        ((2026, 11, 16), (2026, 10, 1), (2026, 10, 31)),
        ((2026, 11, 1), (2026, 10, 1), (2026, 10, 31)),
        ((2026, 11, 29), (2026, 10, 1), (2026, 10, 31)),
        ((2026, 11, 30), (2026, 11, 1), (2026, 11, 30)),  # it is over today
        ((2027, 1, 5), (2026, 12, 1), (2026, 12, 31)),
        ((2028, 2, 29), (2028, 2, 1), (2028, 2, 29)),
    ],
)
def test_the_month_reported_is_the_last_that_is_over(
    today: tuple[int, int, int], first: tuple[int, int, int], last: tuple[int, int, int], world: World
) -> None:
    found = month(world, date(*today))
    assert (found.first, found.last) == (date(*first), date(*last))


def test_a_report_wanted_before_the_month_is_over_is_about_that_month(world: World) -> None:
    rhythms = national().rhythms.model_copy(update={"school_report": "每月最后一日前"})
    found = month(world, TODAY, national().model_copy(update={"rhythms": rhythms}))
    assert (found.first, found.last) == (date(2026, 11, 1), TODAY)


def test_a_month_leads_from_its_start_to_its_end(world: World) -> None:
    """October: 12 in the register at last but for who came and who was away; one came, one went, one was suspended."""
    october = month(world)
    assert numbers(october, "at_start", "came", "transferred", "suspended", "dropped", "returned", "at_end") == [
        11, 1, 1, 1, 1, 1, 10,
    ]  # fmt: skip
    assert numbers(october, "dropped_this_year", "still_out") == [2, 1]


def test_what_happened_after_the_month_is_not_told_of_it(world: World) -> None:
    november = month(world, date(2026, 12, 1))
    assert numbers(november, "at_start", "came", "dropped", "returned", "at_end") == [10, 0, 1, 0, 9]
    assert numbers(november, "dropped_this_year", "still_out") == [3, 2]
    september = month(world, date(2026, 10, 8))
    assert numbers(september, "at_start", "dropped", "at_end") == [12, 1, 11]


def test_a_case_that_was_none_counts_nowhere(world: World) -> None:
    case = world.late.cases[0]
    case.closed_on, case.closed_as = date(2026, 11, 20), "登记有误"
    world.late.status = None
    november = month(world, date(2026, 12, 1))
    assert numbers(november, "dropped", "dropped_this_year", "still_out", "at_end") == [0, 2, 1, 10]


def test_a_child_who_came_back_to_another_school_was_here_before(world: World) -> None:
    far = class_of(School(short_name="溪尾小学"), "六年级")
    world.six.students.remove(world.back)
    world.back.class_, world.back.cases[0].dropped_from = far, world.six
    far.students.append(world.back)
    october = month(world)
    assert numbers(october, "at_start", "dropped", "returned", "at_end") == [11, 1, 1, 9]
    assert far.school
    there = MonthCounts(far.school, TERM, national(), Calendar(TERM, []), date(2026, 10, 1), date(2026, 10, 31))
    assert numbers(there, "at_start", "dropped", "at_end") == [0, 0, 1]


def test_suspected_are_the_absent_who_are_not_registered(world: World) -> None:
    stay_away(world.one.students[0], date(2026, 10, 28))  # three school days by the 30th
    stay_away(world.one.students[1], date(2026, 10, 29))  # two
    stay_away(world.one.students[2], date(2026, 10, 12), date(2026, 10, 16))  # and was back
    stay_away(world.never, date(2026, 9, 1))
    assert month(world).suspected == 1
    assert month(world, date(2026, 12, 1)).suspected == 2  # both are still away; the registered one is not among them


# The opening of a term


def test_a_townships_register_is_those_at_school_and_those_who_are_not(world: World) -> None:
    roll = RollCounts([world.school], national(), Calendar(TERM, []), TODAY)
    assert numbers(roll, "registered", "present", "absent", "dropped", "suspected") == [12, 9, 3, 2, 0]
    stay_away(world.back, date(2026, 11, 9))
    assert numbers(roll, "present", "suspected") == [9, 1]


def test_moves_are_counted_from_the_holidays(world: World) -> None:
    assert opening(world).since == date(2026, 7, 1)
    spring = Settings(year=TERM.year, term="第二学期", term_start=date(2027, 3, 1), term_end=date(2027, 7, 10))
    assert opening(world, date(2027, 3, 15), spring).since == date(2027, 2, 1)


def test_the_opening_is_counted_grade_by_grade(world: World) -> None:
    one, six = opening(world).grades
    told = ("due", "registered", "unregistered", "entered", "came", "transferred", "suspended", "died", "dropped",
            "returned")  # fmt: skip
    assert (one.grade, *numbers(one, *told)) == ("一年级", 6, 6, 0, 5, 1, 0, 0, 0, 0, 0)
    assert (six.grade, *numbers(six, *told)) == ("六年级", 5, 4, 1, 0, 0, 1, 1, 0, 3, 1)


def test_an_opening_knows_nothing_of_what_comes_after_it(world: World) -> None:
    told = ("due", "unregistered", "came", "transferred", "dropped", "returned")
    assert numbers(grade(world, 1, date(2026, 9, 15)), *told) == [5, 1, 0, 0, 1, 0]


def test_unregistered_is_who_has_not_been_there_since_lessons_began(world: World) -> None:
    stay_away(world.one.students[0], date(2026, 9, 1))  # no case yet
    stay_away(world.one.students[1], date(2026, 9, 2))  # was there for a day
    assert grade(world, 0, date(2026, 9, 15)).unregistered == 1
    drop(world.one.students[2], date(2026, 7, 10))  # in the holidays
    assert grade(world, 0, date(2026, 9, 15)).unregistered == 2


def test_lessons_may_begin_after_the_term(world: World) -> None:
    """The school's year opens on a Saturday; who dropped out on Monday, the first day of lessons, never registered."""
    term = Settings(year=TERM.year, term="第一学期", term_start=date(2026, 8, 29), term_end=TERM.term_end)
    world.never.cases[0].dropped_on = date(2026, 8, 31)
    assert grade(world, 1, date(2026, 9, 15), term).unregistered == 1
    world.never.cases[0].dropped_on = date(2026, 9, 1)
    assert grade(world, 1, date(2026, 9, 15), term).unregistered == 0


def test_who_died_is_counted_by_the_day(world: World) -> None:
    world.moved.status = "死亡"
    assert numbers(grade(world, 1), "transferred", "died") == [0, 1]
    assert grade(world, 1, date(2026, 9, 15)).died == 0


def test_a_child_who_moved_up_while_away_belongs_to_its_grade_of_now(world: World) -> None:
    case = drop(world.six.students[0], date(2026, 5, 11), date(2026, 9, 7))
    case.dropped_from = Class(school=world.school, grade="五年级", number=1)
    assert numbers(grade(world, 1, date(2026, 9, 15)), "dropped", "returned") == [1, 1]


@pytest.mark.parametrize(("written", "entered"), [("2026-09", 6), ("2026年9月", 6), ("202608", 6), ("202509", 5)])
def test_entry_is_read_as_people_write_it(written: str, entered: int, world: World) -> None:
    world.one.students[-1].came_on = None
    world.one.students[0].entered = written
    assert grade(world, 0).entered == entered


def test_in_spring_nobody_enters(world: World) -> None:
    spring = Settings(year=TERM.year, term="第二学期", term_start=date(2027, 3, 1), term_end=date(2027, 7, 10))
    assert grade(world, 0, date(2027, 3, 15), spring).entered == 0


# A day of the campaign


def test_a_day_counts_who_is_to_come_back_and_who_has(world: World) -> None:
    told = ("due", "back", "out", "back_today", "new_today")
    assert numbers(campaign(world), *told) == [3, 1, 2, 0, 0]
    assert numbers(campaign(world, date(2026, 10, 26)), *told) == [2, 1, 1, 1, 0]
    assert numbers(campaign(world, date(2026, 11, 9)), *told) == [2, 1, 1, 0, 0]  # away, but not yet registered
    assert numbers(campaign(world, date(2026, 11, 10)), *told) == [3, 1, 2, 0, 1]
    assert campaign(world).rate == "33.33%"


def test_whoever_was_out_when_the_term_began_is_to_come_back(world: World) -> None:
    drop(world.six.students[0], date(2026, 5, 11), date(2026, 8, 31))
    drop(world.six.students[1], date(2026, 5, 11), date(2026, 9, 1))
    assert numbers(campaign(world), "due", "back", "out") == [4, 2, 2]


def test_a_child_twice_away_is_one_child(world: World) -> None:
    drop(world.back, date(2026, 11, 12))
    assert numbers(campaign(world), "due", "back", "out") == [3, 0, 3]


def test_reasons_are_those_of_who_is_out_and_none_is_left_out(world: World) -> None:
    found = {row.reason: row.number for row in campaign(world).reasons}
    assert tuple(found) == REASONS
    assert {reason: number for reason, number in found.items() if number} == {"外出务工": 1, "厌学": 1}


@pytest.mark.parametrize(("out", "rate"), [(2, "33.33%"), (0, "100%"), (3, "0%")])
def test_the_rate_is_rounded_down(out: int, rate: str, world: World) -> None:
    for at, case in enumerate(world.school.dropouts):
        case.returned_on = None if at < out else TODAY
    assert campaign(world).rate == rate


def test_where_nobody_is_to_come_back_there_is_no_rate(world: World) -> None:
    world.school.dropouts.clear()
    assert campaign(world).rate == "无"
    assert {row.number for row in campaign(world).reasons} == {0}


# A class


def test_the_register_keeps_who_is_suspended_and_not_who_went(world: World) -> None:
    assert (returns.on_register(world.six), world.six.size) == (6, 5)


# What is missing or in doubt


def test_who_left_must_have_left_on_some_day(world: World) -> None:
    world.moved.changed_on = None
    told = "“变动日期”没有填"
    assert why(lambda: month(world).transferred) == told
    assert why(lambda: month(world).at_end) == told
    assert why(lambda: grade(world, 1).transferred) == told
    assert month(world).suspended == 1  # the other numbers stand
    assert grade(world, 1).due == 5


def test_an_entry_that_is_empty_or_unreadable_is_not_guessed(world: World) -> None:
    world.one.students[0].entered = None
    assert why(lambda: grade(world, 0).entered) == "“入学年月”没有填"
    world.one.students[0].entered = "去年"
    assert why(lambda: grade(world, 0).entered) == "“入学年月”是“去年”，看不出年月"
    assert grade(world, 1).entered == 0  # no grade that children enter


def test_a_reason_that_is_empty_leaves_the_sum(world: World) -> None:
    world.never.cases[0].reason = None
    assert why(lambda: campaign(world).reasons) == "“辍学原因”没有填"
    assert campaign(world).out == 2


DOUBTFUL: list[tuple[str, Callable[[World], tuple[Record, str]], Callable[[World], object]]] = [
    ("roll", lambda w: (w.six, "students"), lambda w: month(w).at_end),
    ("roll", lambda w: (w.six, "students"), lambda w: grade(w, 1).due),
    ("roll", lambda w: (w.six, "students"), lambda w: returns.on_register(w.six)),
    ("cases", lambda w: (w.school, "dropouts"), lambda w: month(w).still_out),
    ("cases", lambda w: (w.school, "dropouts"), lambda w: campaign(w).due),
    ("cases", lambda w: (w.school, "dropouts"), lambda w: grade(w, 1).dropped),
    ("status", lambda w: (w.moved, "status"), lambda w: month(w).suspended),
    ("status", lambda w: (w.moved, "status"), lambda w: returns.on_register(w.six)),
    ("came", lambda w: (w.one.students[5], "came_on"), lambda w: month(w).came),
    ("came", lambda w: (w.one.students[5], "came_on"), lambda w: month(w).at_start),
    ("dropped", lambda w: (w.back.cases[0], "dropped_on"), lambda w: month(w).dropped),
    ("dropped", lambda w: (w.back.cases[0], "dropped_on"), lambda w: grade(w, 1).dropped),
    ("returned", lambda w: (w.back.cases[0], "returned_on"), lambda w: month(w).returned),
    ("returned", lambda w: (w.back.cases[0], "returned_on"), lambda w: campaign(w).back),
    ("found", lambda w: (w.late.cases[0], "found_on"), lambda w: campaign(w).new_today),
    ("class", lambda w: (w.back, "class_"), lambda w: grade(w, 1).returned),
    ("closed", lambda w: (w.never.cases[0], "closed_as"), lambda w: month(w).still_out),
    ("away", lambda w: (w.six.students[0], "absences"), lambda w: month(w).suspected),
]


@pytest.mark.parametrize(("_", "where", "ask"), DOUBTFUL)
def test_no_number_rests_on_a_value_in_doubt(
    _: str, where: Callable[[World], tuple[Record, str]], ask: Callable[[World], object], world: World
) -> None:
    record, attribute = where(world)
    setattr(record, attribute, Missing(attribute, NO_DATA, "不可靠"))
    assert why(lambda: ask(world)) == "不可靠"


# Who came back, grade by grade, and a quarter


def test_the_grades_of_a_campaign_add_up_to_the_school(world: World) -> None:
    every = returns.return_counts(TERM, world.school, TODAY)
    assert [row.grade for row in every] == ["一年级", "六年级"]
    assert [sum(getattr(row, name) for row in every) for name in ("due", "back", "out")] == numbers(
        campaign(world), "due", "back", "out"
    )


def test_who_is_back_is_told_by_sex_record_class_and_bed(world: World) -> None:
    six = world.six
    girl = enter(six, sex="女", student_no="G1", boarding="住校")
    drop(girl, date(2026, 10, 12), date(2026, 10, 14), placement="调整年级就读")  # away twice, she is one child
    drop(girl, date(2026, 9, 7), date(2026, 9, 9), placement="单独编班")
    world.back.sex, world.back.boarding, world.back.cases[0].placement = "男", "走读", "送教上门"
    found = returns.return_counts(TERM, world.school, TODAY)[1]
    assert numbers(found, "due", "back", "boys", "girls", "out") == [4, 2, 1, 1, 2]
    assert numbers(found, "on_record", "off_record", "joined", "apart", "boarders") == [1, 1, 1, 0, 1]


def test_a_placement_nobody_wrote_down_leaves_its_columns_untold(world: World) -> None:
    found = returns.return_counts(TERM, world.school, TODAY)[1]
    assert found.back == 1
    assert "安置方式" in why(lambda: found.joined)
    assert "就读方式" in why(lambda: found.boarders)


@pytest.mark.parametrize(
    ("today", "first", "last", "name"),
    [
        ((2026, 11, 16), (2026, 7, 1), (2026, 9, 30), "2026年第三季度"),
        ((2026, 9, 30), (2026, 7, 1), (2026, 9, 30), "2026年第三季度"),  # it is over today
        ((2026, 12, 30), (2026, 7, 1), (2026, 9, 30), "2026年第三季度"),
        ((2026, 12, 31), (2026, 10, 1), (2026, 12, 31), "2026年第四季度"),
        ((2027, 1, 5), (2026, 10, 1), (2026, 12, 31), "2026年第四季度"),
    ],
)
def test_the_quarter_reviewed_is_the_last_that_is_over(
    today: tuple[int, int, int], first: tuple[int, int, int], last: tuple[int, int, int], name: str
) -> None:
    found = returns.quarter(TERM, date(*today))
    assert (found.first, found.last, found.name) == (date(*first), date(*last), name)


def test_a_quarter_before_the_term_is_not_remembered() -> None:
    assert returns.quarters(TERM, date(2026, 9, 29)) == []
    assert "开学" in why(lambda: returns.quarter(TERM, date(2026, 9, 29)))


def test_a_quarter_is_its_months_together(world: World) -> None:
    """The last quarter of the year has October, with one away and back, and November, with one who stays away."""
    day = date(2026, 12, 31)
    found = returns.quarter_counts(national(), TERM, Calendar(TERM, []), world.school, day)
    months = [month(world, date(2026, number, last)) for number, last in ((10, 31), (11, 30), (12, 31))]
    assert numbers(found, "dropped", "returned", "still_out") == [2, 1, 2]
    assert [sum(getattr(one, name) for one in months) for name in ("dropped", "returned")] == [2, 1]
    assert months[-1].still_out == found.still_out
