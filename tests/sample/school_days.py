"""The days with lessons in the sample's term: the State Council's arrangement for autumn 2026."""

from __future__ import annotations

from datetime import date, timedelta

FREE_WEEKDAYS = {date(2026, 9, 25), *(date(2026, 10, day) for day in (1, 2, 5, 6, 7))}
WORKED_WEEKENDS = {date(2026, 9, 20), date(2026, 10, 10)}


def has_lessons(day: date) -> bool:
    return day in WORKED_WEEKENDS or (day.weekday() < 5 and day not in FREE_WEEKDAYS)


def school_day(first: date, number: int) -> date:
    """The school day of that number, counted from ``first``, which is one and the first."""
    day = first
    while number > 1:
        day += timedelta(days=1)
        number -= has_lessons(day)
    return day
