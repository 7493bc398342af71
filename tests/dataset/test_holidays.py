"""Festivals by law and moon agree with the plans that there are, and days are moved for them in their season alone."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from chinese_calendar import get_holiday_detail

from generator.dataset.contradictions.dates import FESTIVALS
from generator.dataset.holidays import is_off, is_planned, seasons, unplanned

PLANNED = (2024, 2025, 2026)


@pytest.mark.parametrize("year", PLANNED)
def test_festivals_are_the_days_that_the_plan_calls_so(year: int) -> None:
    for season in seasons(year):
        assert season.earliest == season.latest
        is_holiday, name = get_holiday_detail(season.earliest)
        assert is_holiday
        called = FESTIVALS.get(name or "", "")
        assert called.startswith(season.name) or (season.name, called) == ("中秋", "国庆节")


@pytest.mark.parametrize("year", PLANNED)
def test_days_are_moved_within_the_seasons_of_festivals_alone(year: int) -> None:
    days = [date(year, 1, 1) + timedelta(days=n) for n in range(365)]
    moved = [day for day in days if is_off(day) != (day.weekday() >= 5)]
    assert len(moved) > 20
    around = [season for each in (year, year + 1) for season in seasons(each)]
    assert [day for day in moved if not any(one.first <= day <= one.last for one in around)] == []


@pytest.mark.parametrize("year", range(2024, 2051))
def test_the_moon_keeps_within_the_days_taken_for_years_beyond_the_table(year: int) -> None:
    for known, wide in zip(seasons(year), seasons(2060), strict=True):
        day = known.earliest.replace(year=2060)
        assert wide.earliest <= day <= wide.latest or known.name == "清明"


@pytest.mark.parametrize(("year", "day"), [(2024, 4), (2025, 4), (2026, 5), (2027, 5), (2028, 4)])
def test_tombs_are_swept_on_the_fourth_or_fifth_of_april(year: int, day: int) -> None:
    assert seasons(year)[2].earliest == date(year, 4, day)


def test_a_year_with_a_plan_lacks_nothing_but_the_last_days_that_the_next_may_take() -> None:
    assert is_planned(2026)
    assert not is_planned(2027)
    assert list(unplanned(date(2026, 1, 1), date(2026, 12, 28))) == []
    assert [season.name for season in unplanned(date(2026, 12, 1), date(2026, 12, 29))] == ["元旦"]


def test_a_day_without_a_plan_goes_by_the_week() -> None:
    assert [is_off(date(2027, 11, day)) for day in (5, 6, 7, 8)] == [False, True, True, False]
