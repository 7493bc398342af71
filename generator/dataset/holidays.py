"""Public holidays: the State Council's plan of a year, and what is known of the festivals of years without one."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache

from chinese_calendar import is_holiday
from chinese_calendar.constants import holidays

FESTIVALS = ("元旦", "春节", "清明", "劳动节", "端午", "中秋", "国庆")

# 春节, 端午 and 中秋 by the moon. Source: borax 4.1.3 (github.com/kinegratii/borax), which agrees with the plans of
# 2024 to 2026.
_LUNAR = {
    2024: "02-10 06-10 09-17", 2025: "01-29 05-31 10-06",
    2026: "02-17 06-19 09-25", 2027: "02-06 06-09 09-15", 2028: "01-26 05-28 10-03", 2029: "02-13 06-16 09-22",
    2030: "02-03 06-05 09-12", 2031: "01-23 06-24 10-01", 2032: "02-11 06-12 09-19", 2033: "01-31 06-01 09-08",
    2034: "02-19 06-20 09-27", 2035: "02-08 06-10 09-16", 2036: "01-28 05-30 10-04", 2037: "02-15 06-18 09-24",
    2038: "02-04 06-07 09-13", 2039: "01-24 05-27 10-02", 2040: "02-12 06-14 09-20", 2041: "02-01 06-03 09-10",
    2042: "01-22 06-22 09-28", 2043: "02-10 06-11 09-17", 2044: "01-30 05-31 10-05", 2045: "02-17 06-19 09-25",
    2046: "02-06 06-08 09-15", 2047: "01-26 05-29 10-04", 2048: "02-14 06-15 09-22", 2049: "02-02 06-04 09-11",
    2050: "01-23 06-23 09-30",
}  # fmt: skip
_WINDOWS = ("01-21 02-21", "05-25 06-25", "09-07 10-08")  # of these three in years beyond the table
_PLANNED = frozenset(day.year for day in holidays)
_REACH = timedelta(days=14)  # within which days are moved for a festival: 11 at the most, from 2008 to 2026
_BEFORE_NEW_YEAR = timedelta(days=3)  # so few that the plan of the year before need not wait for the next one


@dataclass(frozen=True, slots=True)
class Season:
    """A festival, the days on which it may be, of which there is mostly one, and those that may be moved for it."""

    name: str
    year: int
    earliest: date
    latest: date

    @property
    def first(self) -> date:
        """The first day on which its holiday, or a day moved for it, can lie."""
        return self.earliest - (_BEFORE_NEW_YEAR if self.name == "元旦" else _REACH)

    @property
    def last(self) -> date:
        """The last such day."""
        return self.latest + _REACH


def is_planned(year: int) -> bool:
    """Return whether the State Council's plan of a year is known."""
    return year in _PLANNED


@cache
def seasons(year: int) -> tuple[Season, ...]:
    """Return the festivals of a year."""
    spring, boats, moon = _LUNAR[year].split() if year in _LUNAR else _WINDOWS
    tombs = int(year % 100 * 0.2422 + 4.81) - year % 100 // 4  # of this century
    days = ("01-01", spring, f"04-{tombs:02}", "05-01", boats, moon, "10-01")
    return tuple(
        Season(name, year, date.fromisoformat(f"{year}-{day[:5]}"), date.fromisoformat(f"{year}-{day[-5:]}"))
        for name, day in zip(FESTIVALS, days, strict=True)
    )


def unplanned(first: date, last: date) -> Iterator[Season]:
    """Yield the festivals of years without a plan whose season touches the days from ``first`` to ``last``."""
    for year in range((first - _REACH).year, (last + _REACH).year + 1):
        for season in () if is_planned(year) else seasons(year):
            if season.first <= last and first <= season.last:
                yield season


def is_off(day: date) -> bool:
    """Return whether people are off on a day, by the plan of its year, or by the week where there is none."""
    return bool(is_holiday(day)) if is_planned(day.year) else day.weekday() >= 5
