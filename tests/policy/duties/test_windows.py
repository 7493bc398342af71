"""When something falls due again: the spans in which it is to be done."""

from __future__ import annotations

from datetime import date

import pytest

from generator.dataset.models import CalendarDay, Settings
from generator.policy.calendar import Calendar
from generator.policy.duties.windows import Term, phases_on, windows
from generator.policy.timing import timing
from tests.owing import day, preset

SETTINGS = Settings(year="2026—2027学年", term="第一学期", term_start=day(9, 1), term_end=day(1, 22))
SPRING = Settings(year="2026—2027学年", term="第二学期", term_start=day(3, 1), term_end=day(7, 9))


def seen(today: date, settings: Settings = SETTINGS) -> Term:
    assert settings.term_start
    assert settings.term_end
    known = [CalendarDay(day=day(1, 1), kind="放假"), CalendarDay(day=day(2, 6), kind="放假")]
    return Term(settings.term_start, settings.term_end, settings, Calendar(settings, known), today)


@pytest.mark.parametrize(
    ("said", "today", "spans"),
    [
        ("每月5日前", day(9, 20), [(day(9, 6), day(10, 5))]),  # in September about nothing, in October about September
        ("每月5日前", day(1, 20), [(day(9, 6), day(10, 5)), (day(10, 6), day(11, 5)), (day(11, 6), day(12, 5)),
                                (day(12, 6), day(1, 5)), (day(1, 6), day(2, 5))]),
        ("每月最后一日前", day(10, 1), [(day(9, 1), day(9, 30)), (day(10, 1), day(10, 31))]),
        ("每月自查1次", day(10, 9), [(day(9, 1), day(9, 30)), (day(10, 1), day(10, 31))]),
        ("每月自查1次", day(1, 2), [(day(9, 1), day(9, 30)), (day(10, 1), day(10, 31)), (day(11, 1), day(11, 30)),
                                 (day(12, 1), day(12, 31)), (day(1, 1), day(1, 22))]),
        ("每季度1次", day(10, 9), [(day(9, 1), day(9, 30)), (day(10, 1), day(12, 31))]),
        ("每周1次", day(10, 9), [(day(10, 5), day(10, 10))]),  # lessons on the Saturday after National Day
        ("每周1次", day(10, 4), []),  # a week of holidays
        ("每周1次", day(9, 29), [(day(9, 28), day(9, 30))]),  # from Thursday on they have begun
        ("每周1次", day(10, 2), []),
        ("每日17:00前", day(10, 9), [(day(10, 9), day(10, 9))]),
        ("每日17:00前", day(10, 6), []),
        ("每学期不少于2次", day(9, 1), [(day(9, 1), day(1, 22))]),
        ("每学期不少于2次", day(8, 31), []),
        ("每学年1次", day(9, 1), [(day(9, 1), day(1, 22))]),
        ("每年3月15日、9月15日前", day(9, 1), [(day(8, 16), day(9, 15))]),
        ("每年2月最后一日前和8月31日前", day(9, 1), [(day(8, 1), day(8, 31))]),
        ("每年2月最后一日前和8月31日前", day(2, 1), [(day(8, 1), day(8, 31)), (day(1, 29), day(2, 28))]),
        ("每学期开学后10日内", day(9, 1), [(day(9, 1), day(9, 11))]),
        ("3月和9月", day(9, 1), [(day(9, 1), day(9, 30))]),
        ("确认辍学后3日内", day(10, 1), []),
    ],
)  # fmt: skip
def test_what_has_begun_is_told_with_its_span(said: str, today: date, spans: list[tuple[date, date]]) -> None:
    assert [(one.since, one.by) for one in windows(timing(said), seen(today))] == spans


def test_a_leap_year_ends_february_a_day_later() -> None:
    settings = Settings(year="2027—2028学年", term="第二学期", term_start=date(2028, 3, 1), term_end=date(2028, 7, 7))
    found = windows(timing("每年2月最后一日前和8月31日前"), seen(date(2028, 2, 10), settings))
    assert [one.by for one in found] == [date(2028, 2, 29)]


def test_what_is_owed_once_a_year_is_asked_for_in_its_first_term() -> None:
    assert windows(timing("每学年1次"), seen(day(3, 9), SPRING)) == []


@pytest.mark.parametrize(
    ("today", "names"),
    [
        (day(8, 1), "摸清底数"), (day(9, 7), "摸清底数"), (day(9, 8), "摸清底数 劝返安置"),
        (day(9, 11), "摸清底数 劝返安置"), (day(9, 12), "劝返安置"), (day(9, 21), "劝返安置"),
        (day(9, 22), "督导检查"), (day(10, 5), "督导检查 整改提高"), (day(10, 6), "整改提高"),
        (day(11, 1), "巩固成果"), (day(1, 22), "巩固成果"), (day(1, 23), ""),
    ],
)  # fmt: skip
def test_the_phases_of_a_day_are_all_that_it_lies_in(today: date, names: str) -> None:
    assert [phase.name for phase in phases_on(preset("national"), seen(today))] == names.split()


@pytest.mark.parametrize(
    ("today", "name"), [(day(3, 1), "乡镇劝返、学校安置"), (day(3, 10), "乡镇劝返、学校安置"), (day(3, 11), "县级督查")]
)
def test_a_phase_of_dates_is_found_by_its_day(today: date, name: str) -> None:
    assert [phase.name for phase in phases_on(preset("seed-s0.2"), seen(today, SPRING))] == [name]


@pytest.mark.parametrize(
    ("period", "today", "in_it"),
    [("全年", day(10, 1), True), ("7月1日至10月31日", day(9, 2), True), ("11月1日至2月底", day(1, 20), True),
     ("11月1日至2月底", day(3, 1), False)],
)  # fmt: skip
def test_a_phase_of_dates_may_begin_before_the_term_or_the_year(period: str, today: date, in_it: bool) -> None:
    policy = preset("national")
    phase = policy.phases[0].model_copy(update={"period": period})
    assert bool(phases_on(policy.model_copy(update={"phases": [phase]}), seen(today))) is in_it
