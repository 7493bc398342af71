"""School days, working days, periods and unbroken absence.

The State Council's plan of autumn 2026, by which the figures are worked out: lessons on Sunday 20 September, off from
Friday 25 to Sunday 27 September and from Thursday 1 to Wednesday 7 October, lessons on Saturday 10 October.
"""

from __future__ import annotations

from datetime import date, timedelta
from itertools import takewhile
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from generator.dataset.missing import Missing, MissingValueError
from generator.dataset.models import Absence, CalendarDay, School, Settings
from generator.errors import Place
from generator.policy.calendar import Calendar, Chain, day_of

TERM = Settings(term_start=date(2026, 9, 1), term_end=date(2026, 12, 25))
LONG_TERM = Settings(term_start=date(2026, 9, 1), term_end=date(2027, 1, 22))
HERE, THERE = School(name="溪头小学"), School(name="溪尾小学")


def day(month: int, number: int, year: int = 2026) -> date:
    return date(year, month, number)


def off(when: date, school: School | None = None) -> CalendarDay:
    return CalendarDay(day=when, kind="放假", school=school)


def on(when: date, school: School | None = None) -> CalendarDay:
    return CalendarDay(day=when, kind="上课", school=school)


def calendar(*days: CalendarDay, term: Settings = TERM) -> Calendar:
    return Calendar(term, days)


# What a day is


@pytest.mark.parametrize(
    ("when", "is_one"),
    [
        (day(9, 1), True),
        (day(8, 31), False),  # a Monday before the term
        (day(9, 5), False),  # a Saturday
        (day(9, 20), True),  # a Sunday with lessons
        (day(9, 25), False),  # Mid-autumn, a Friday
        (day(10, 7), False),
        (day(10, 10), True),
        (day(12, 25), True),
        (day(12, 28), False),  # a Monday after the term
    ],
)
def test_a_school_day_is_a_working_day_of_the_term(when: date, is_one: bool) -> None:
    assert calendar().is_school_day(when) is is_one


def test_a_school_has_days_of_its_own_which_come_before_everybodys() -> None:
    known = calendar(off(day(11, 11)), on(day(11, 11), HERE), off(day(11, 12), HERE), on(day(8, 29)))
    lessons = {
        school.name if school else None: [known.is_school_day(day(*when), school) for when in ((11, 11), (11, 12))]
        for school in (HERE, THERE, None)
    }
    assert lessons == {"溪头小学": [True, False], "溪尾小学": [False, True], None: [False, True]}
    assert known.is_school_day(day(8, 29))  # a Saturday before the term


def test_working_days_are_nobodys_to_shift_where_there_is_a_plan() -> None:
    known = calendar(off(day(11, 11)), on(day(11, 14)))
    assert known.is_working_day(day(11, 11))
    assert not known.is_working_day(day(11, 14))
    assert not known.is_working_day(day(10, 1))
    assert known.is_working_day(day(9, 20))
    assert known.is_working_day(day(8, 31))


# Years without a plan


def test_a_year_without_a_plan_is_refused_with_the_dates_to_supply() -> None:
    problem = calendar(term=LONG_TERM).unknown(day(9, 1), day(1, 22, 2027))
    assert problem
    assert problem.what == "2027年的放假和调休安排还不知道"
    # The term ends fifteen days before 春节, 6 February, whose season begins fourteen before.
    assert problem.todo == "在“校历”表里补上元旦的放假日和调休上课日"
    assert problem.place.sheet == "校历"


def test_all_seven_festivals_of_a_year_are_asked_for() -> None:
    problem = calendar().unknown(day(1, 1, 2027), day(12, 1, 2027))
    assert problem
    assert problem.todo == "在“校历”表里补上元旦、春节、清明、劳动节、端午、中秋、国庆的放假日和调休上课日"


def test_two_years_are_told_apart() -> None:
    problem = calendar().unknown(day(9, 20, 2027), day(1, 5, 2028))
    assert problem
    assert problem.todo == "在“校历”表里补上中秋、国庆（2027年），元旦（2028年）的放假日和调休上课日"


@pytest.mark.parametrize("ask", ["count", "is_school_day", "is_working_day", "add", "workdays"])
def test_nothing_is_counted_over_days_that_are_not_known(ask: str) -> None:
    known = calendar(term=LONG_TERM)
    asks: dict[str, Any] = {
        "count": lambda: known.count(day(12, 1), day(12, 29), "上课日"),
        "is_school_day": lambda: known.is_school_day(day(12, 30)),
        "is_working_day": lambda: known.is_working_day(day(1, 4, 2027)),
        "add": lambda: known.add(day(12, 28), 1, "上课日"),
        "workdays": lambda: known.count(day(12, 1), day(12, 29), "工作日"),
    }
    with pytest.raises(MissingValueError) as told:
        asks[ask]()
    assert told.value.missing.why.startswith("2027年的放假和调休安排还不知道：在“校历”表里补上元旦")


def test_what_lies_far_from_every_festival_is_known_in_any_year() -> None:
    known = calendar(term=LONG_TERM)
    assert known.count(day(12, 21), day(12, 28), "上课日") == 6  # a Monday to the next
    assert known.count(day(1, 18, 2027), day(1, 22, 2027), "上课日") == 5
    assert known.unknown(day(11, 1, 2027), day(12, 28, 2027)) is None


def test_the_festivals_own_day_off_supplies_its_season() -> None:
    # In January 2027 lessons are on 4 to 8, 11 to 15 and 18 to 22: 15 days, and on the Saturday 9 that is moved.
    known = calendar(off(day(1, 1, 2027)), on(day(1, 9, 2027)), term=LONG_TERM)
    assert known.count(day(1, 1, 2027), day(1, 31, 2027), "上课日") == 16
    assert known.is_working_day(day(1, 9, 2027))
    assert not known.is_working_day(day(1, 1, 2027))
    assert known.unknown(day(1, 1, 2027), day(1, 22, 2027)) is None


def test_another_day_off_in_its_season_does_not() -> None:
    assert calendar(off(day(6, 7, 2027))).unknown(day(6, 1, 2027), day(6, 30, 2027))  # 端午 is on 9 June 2027
    assert calendar(on(day(6, 9, 2027))).unknown(day(6, 1, 2027), day(6, 30, 2027))
    assert calendar(off(day(6, 9, 2027))).unknown(day(6, 1, 2027), day(6, 30, 2027)) is None


def test_what_one_school_supplies_is_known_there_alone() -> None:
    known = calendar(off(day(1, 1, 2027), HERE), term=LONG_TERM)
    assert known.count(day(1, 1, 2027), day(1, 8, 2027), "上课日", HERE) == 5
    for school in (THERE, None):
        assert known.unknown(day(1, 1, 2027), day(1, 8, 2027), school)


def test_beyond_the_table_of_the_moon_the_year_is_refused_and_nothing_breaks() -> None:
    assert calendar().unknown(day(1, 1, 2060), day(12, 1, 2060))
    assert calendar().unknown(day(1, 1, 1999), day(12, 1, 1999))


# From one day to another


@pytest.mark.parametrize(
    ("first", "last", "unit", "number"),
    [
        # September has 22 days of Monday to Friday, less the 25th, and the 20th; October 22, less five, and the 10th.
        (day(9, 1), day(10, 31), "上课日", 40),
        (day(9, 1), day(10, 31), "半天", 80),
        (day(9, 1), day(10, 31), "工作日", 40),
        (day(9, 1), day(10, 31), "自然日", 61),
        (day(8, 24), day(9, 1), "上课日", 1),
        (day(8, 24), day(9, 1), "工作日", 7),
        (day(10, 1), day(10, 7), "上课日", 0),
        (day(9, 1), day(9, 1), "上课日", 1),
        (day(9, 2), day(9, 1), "自然日", 0),
    ],
)
def test_both_ends_of_a_period_count(first: date, last: date, unit: Any, number: int) -> None:
    assert calendar().count(first, last, unit) == number


@pytest.mark.parametrize(
    ("start", "number", "unit", "end"),
    [
        (day(9, 30), 1, "上课日", day(10, 8)),
        (day(9, 30), 3, "上课日", day(10, 10)),  # the 8th, 9th and, a Saturday, the 10th
        (day(9, 30), 4, "上课日", day(10, 12)),
        (day(8, 20), 1, "上课日", day(9, 1)),
        (day(9, 30), 7, "自然日", day(10, 7)),
        (day(9, 30), 3, "工作日", day(10, 10)),
        (day(8, 28), 1, "工作日", day(8, 31)),
        (day(9, 1), 1, "半天", day(9, 2)),
        (day(9, 1), 2, "半天", day(9, 2)),
        (day(9, 1), 3, "半天", day(9, 3)),
        (day(9, 5), 0, "上课日", day(9, 5)),
    ],
)
def test_the_day_from_which_one_counts_does_not_count(start: date, number: int, unit: Any, end: date) -> None:
    assert calendar().add(start, number, unit) == end


def test_beyond_the_term_no_school_day_is_known() -> None:
    assert calendar().add(day(12, 24), 1, "上课日") == day(12, 25)
    with pytest.raises(MissingValueError) as told:
        calendar().add(day(12, 24), 2, "上课日")
    assert told.value.missing.why == "学期到 2026-12-25 为止，以后的上课日还不知道"
    with pytest.raises(MissingValueError, match="校历"):  # which comes first
        calendar(term=LONG_TERM).add(day(12, 24), 60, "上课日")


@pytest.mark.parametrize(
    ("when", "unit", "moved"),
    [
        (day(10, 3), "工作日", day(10, 8)),
        (day(10, 3), "上课日", day(10, 8)),
        (day(10, 3), "自然日", day(10, 3)),
        (day(8, 30), "工作日", day(8, 31)),
        (day(8, 30), "上课日", day(9, 1)),
        (day(9, 20), "工作日", day(9, 20)),
        (day(9, 20), "上课日", day(9, 20)),
    ],
)
def test_a_period_that_ends_on_a_day_off_ends_on_the_next_that_is_none(when: date, unit: Any, moved: date) -> None:
    assert calendar().not_before(when, unit) == moved


@pytest.mark.parametrize(
    ("rule", "when"),
    [((2027, 2, 31), day(2, 28, 2027)), ((2028, 2, 31), day(2, 29, 2028)), ((2027, 3, 15), day(3, 15, 2027))],
)
def test_a_date_by_rule_is_the_last_of_a_shorter_month(rule: tuple[int, int, int], when: date) -> None:
    assert day_of(*rule) == when


DAYS = st.dates(day(9, 1), day(12, 20))


@settings(deadline=None)
@given(DAYS, st.integers(1, 20), st.sampled_from(("上课日", "工作日", "自然日")))
def test_to_go_on_by_so_many_days_is_to_count_so_many(start: date, number: int, unit: Any) -> None:
    known = Calendar(LONG_TERM, [off(day(1, 1, 2027))])
    end = known.add(start, number, unit)
    assert known.count(start + timedelta(days=1), end, unit) == number


@settings(deadline=None)
@given(DAYS, DAYS, DAYS, st.sampled_from(("半天", "上课日", "工作日", "自然日")))
def test_periods_that_follow_one_another_add_up(one: date, two: date, three: date, unit: Any) -> None:
    first, middle, last = sorted((one, two, three))
    known = calendar()
    rest = known.count(middle + timedelta(days=1), last, unit)
    assert known.count(first, middle, unit) + rest == known.count(first, last, unit)


@settings(deadline=None)
@given(st.dates(day(1, 1), day(12, 28)))
def test_a_day_counts_where_it_is_one(when: date) -> None:
    known = calendar()
    assert known.count(when, when, "上课日") == known.is_school_day(when)
    assert known.count(when, when, "工作日") == known.is_working_day(when)


# Without a term, or with rows in doubt


def test_without_a_term_no_school_day_is_known() -> None:
    with pytest.raises(MissingValueError, match="学期结束日期"):
        Calendar(Settings(term_start=day(9, 1)), []).is_school_day(day(9, 1))
    with pytest.raises(MissingValueError, match="开学日期"):
        Calendar(Settings(), []).count(day(9, 1), day(9, 2), "上课日")
    assert Calendar(Settings(), []).is_working_day(day(9, 1))


@pytest.mark.parametrize("attribute", ["day", "kind", "school"])
def test_a_row_in_doubt_may_be_about_any_day(attribute: str) -> None:
    row = off(day(11, 11))
    setattr(row, attribute, Missing("日期", Place("a.xlsx"), "不是日期"))
    with pytest.raises(MissingValueError):
        calendar(row)


# Unbroken absence


def away(first: date, last: date | None = None, kind: str = "旷课", **more: Any) -> Absence:
    return Absence(kind=kind, start=first, end=last, **more)


def halves(today: date, *absences: Absence) -> int:
    chain = calendar().unbroken(absences, today)
    return chain.halves if chain else 0


def test_weekends_and_holidays_break_nothing_and_do_not_count() -> None:
    # 29 and 30 September, then 8 and 9 October.
    assert halves(day(10, 9), away(day(9, 29), day(9, 30)), away(day(10, 8), day(10, 9))) == 8


def test_half_a_day_of_lessons_attended_breaks() -> None:
    # Monday 9 November missed; on the morning of the 10th the child was there.
    absences = away(day(11, 9), day(11, 9)), away(day(11, 10), day(11, 10), session="下午"), away(day(11, 11))
    assert halves(day(11, 11), *absences) == 3
    assert [(chain.first, chain.halves) for chain in calendar().chains(absences, day(11, 11))] == [
        (day(11, 9), 2), (day(11, 10), 3),
    ]  # fmt: skip


def test_an_afternoon_and_the_next_morning_are_one_absence() -> None:
    absences = away(day(11, 6), day(11, 6), session="下午"), away(day(11, 9), day(11, 9), session="上午")
    assert halves(day(11, 9), *absences) == 2  # over a weekend


def test_half_a_day_without_a_last_day_is_half_a_day() -> None:
    assert halves(day(11, 9), away(day(11, 9), session="上午")) == 1
    assert halves(day(11, 11), away(day(11, 9), session="上午")) == 0  # since back


def test_an_absence_without_an_end_goes_on_and_one_of_so_many_days_lasts_them() -> None:
    assert halves(day(11, 12), away(day(11, 9))) == 8
    assert halves(day(11, 12), away(day(11, 9), days=4)) == 8
    assert halves(day(11, 12), away(day(11, 9), days=3)) == 6  # of the fourth day nothing is told yet
    assert halves(day(11, 13), away(day(11, 9), days=3)) == 0


def test_leave_neither_counts_nor_breaks() -> None:
    absences = away(day(11, 9), day(11, 10)), away(day(11, 11), day(11, 11), "病假"), away(day(11, 12))
    assert halves(day(11, 12), *absences) == 6
    assert halves(day(11, 12), away(day(11, 9), day(11, 12), "事假")) == 0
    assert halves(day(11, 12), away(day(11, 9), day(11, 12)), away(day(11, 10), day(11, 10), "病假")) == 6


def test_one_day_told_twice_is_one_day() -> None:
    assert halves(day(11, 10), away(day(11, 9), day(11, 10)), away(day(11, 10), day(11, 10))) == 4


def test_today_is_not_over() -> None:
    monday_and_tuesday = away(day(11, 9), day(11, 10))
    assert halves(day(11, 11), monday_and_tuesday) == 4  # of Wednesday nothing is told yet
    assert halves(day(11, 12), monday_and_tuesday) == 0  # on Wednesday the child was there
    assert halves(day(11, 9), monday_and_tuesday) == 2
    assert halves(day(11, 15), away(day(11, 13), day(11, 13))) == 2  # on Sunday


def test_what_is_yet_to_come_is_no_absence() -> None:
    assert halves(day(11, 9), away(day(11, 10), day(11, 12))) == 0


def test_a_morning_attended_today_ends_what_was_before() -> None:
    absences = away(day(11, 9), day(11, 9)), away(day(11, 10), day(11, 10), session="下午")
    assert [chain.until for chain in calendar().chains(absences, day(11, 10))] == [day(11, 9), day(11, 10)]


@pytest.mark.parametrize(
    ("number", "unit", "when"),
    [
        (0.5, "上课日", day(9, 29)),
        (0.5, "半天", day(9, 29)),  # as the policy writes half a day
        (1, "上课日", day(9, 29)),
        (3, "上课日", day(10, 8)),
        (4, "上课日", day(10, 9)),
        (5, "上课日", None),
        (3, "半天", day(9, 30)),
        (7, "自然日", day(10, 5)),
        (11, "自然日", day(10, 9)),
        (12, "自然日", None),
        (3, "工作日", day(10, 8)),
        (5, "工作日", None),
    ],
)
def test_a_step_is_reached_on_a_day(number: float, unit: Any, when: date | None) -> None:
    # Missed are 29 and 30 September, 8 and 9 October: four days of lessons, eleven of the calendar.
    known = calendar()
    chain = known.unbroken([away(day(9, 29))], day(10, 9))
    assert chain
    assert known.reached(chain, number, unit) == when


def test_once_back_no_day_is_added() -> None:
    known = calendar()
    (chain,) = known.chains([away(day(11, 9), day(11, 10))], day(12, 1))
    assert isinstance(chain, Chain)
    assert (chain.first, chain.last, chain.until) == (day(11, 9), day(11, 10), day(11, 10))
    assert [known.length(chain, unit) for unit in ("半天", "上课日", "自然日", "工作日")] == [4, 2, 2, 2]
    assert known.unbroken([away(day(11, 9), day(11, 10))], day(12, 1)) is None


def test_an_absence_counts_from_the_terms_first_day() -> None:
    assert halves(day(9, 2), away(day(8, 20))) == 4


def test_a_schools_own_days_off_break_nothing_there() -> None:
    known = calendar(off(day(11, 10), HERE))
    absences = away(day(11, 9), day(11, 9)), away(day(11, 11), day(11, 11))
    here, there = (known.unbroken(absences, day(11, 11), school) for school in (HERE, THERE))
    assert here
    assert there
    assert (here.halves, there.halves) == (4, 2)


def test_an_absence_over_days_that_are_not_known_is_refused() -> None:
    known = calendar(term=LONG_TERM)
    with pytest.raises(MissingValueError, match="校历"):
        known.unbroken([away(day(12, 21))], day(12, 30))
    chain = known.unbroken([away(day(12, 21))], day(12, 28))
    assert chain
    assert chain.halves == 12


def test_whether_an_absence_goes_on_over_days_that_are_not_known_is_refused_where_it_turns_on_them() -> None:
    known = calendar(term=LONG_TERM)
    to_monday = [away(day(12, 21), day(12, 28))]
    assert known.unbroken(to_monday, day(12, 29))
    with pytest.raises(MissingValueError, match="校历"):  # Tuesday and Wednesday may have been days off
        known.unbroken(to_monday, day(12, 31))
    assert known.unbroken([away(day(12, 21), day(12, 25))], day(12, 31)) is None  # Monday 28 was none
    assert known.unbroken(to_monday, day(1, 20, 2027)) is None  # nor was 19 January


@pytest.mark.parametrize("attribute", ["start", "end", "kind", "days", "session"])
def test_an_absence_in_doubt_is_not_counted(attribute: str) -> None:
    absence = away(day(11, 9))
    setattr(absence, attribute, Missing("缺勤", Place("a.xlsx"), "不是日期"))
    with pytest.raises(MissingValueError):
        calendar().unbroken([absence], day(11, 12))


ABSENCES = st.builds(
    lambda first, days, kind, session: away(first, first + timedelta(days=days), kind, session=session),
    DAYS, st.integers(0, 9), st.sampled_from(("旷课", "病假")), st.sampled_from((None, "上午", "下午")),
)  # fmt: skip


KNOWN = calendar()


def was_away(absences: list[Absence], when: date, session: str, kind: str) -> bool:
    """Say it slowly, day by day."""
    return any(
        one.start and one.end and one.kind == kind and one.start <= when <= one.end
        and (one.session in (None, session) or KNOWN.count(one.start, one.end, "上课日") != 1)
        for one in absences
    )  # fmt: skip


@settings(deadline=None)
@given(st.lists(ABSENCES, max_size=5), st.dates(day(9, 1), day(12, 24)))
def test_the_count_is_that_of_going_back_half_day_by_half_day(absences: list[Absence], today: date) -> None:
    told = [
        [was_away(absences, when, session, kind) for kind in ("旷课", "病假")]
        for when in (day(9, 1) + timedelta(days=n) for n in range((today - day(9, 1)).days + 1))
        if KNOWN.is_school_day(when)
        for session in ("上午", "下午")
    ]
    if KNOWN.is_school_day(today):  # of which what is not told may not have been
        while told and not any(told[-1]) and len(told) > 2 * (KNOWN.count(day(9, 1), today, "上课日") - 1):
            told.pop()
    back = list(takewhile(any, reversed(told)))
    assert halves(today, *absences) == sum(truant and not on_leave for truant, on_leave in back)
