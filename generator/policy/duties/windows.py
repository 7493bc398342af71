"""When something falls due again and again: the spans of a term in which it is to be done once, or so many times."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import zip_longest

from generator.dataset.models import School, Settings
from generator.policy.calendar import Calendar, day_of
from generator.policy.model import Phase, Policy
from generator.policy.timing import Ahead, Daily, Day, Monthly, Months, Often, Point, Span, Timing, Within, Yearly, span

_DAY = timedelta(days=1)
BEFORE, AFTER = timedelta(days=45), timedelta(days=60)
"""How far from the term a day of the year may lie to be of its dataset: what is due in the holidays is told in both."""
AHEAD = timedelta(days=30)
"""So long before a day of the year it is told that something is due then."""


@dataclass(frozen=True, slots=True)
class Window:
    """A span, both days inclusive, in which something is to be done ``times`` times; ``time`` of its last day."""

    since: date
    by: date
    times: int = 1
    time: str = ""
    lapses: bool = False
    name: str = ""  # of one of several alike: 9月
    about: tuple[date, date] | None = None  # the days that it is about, where it is handed in after them

    @property
    def told(self) -> tuple[date, date]:
        """The days by which something that was late says that it was for this one."""
        return self.about or (self.since, self.by)


@dataclass(frozen=True, slots=True)
class Term:
    """The term whose windows are sought, seen from a day, at one school or for all."""

    start: date
    end: date
    settings: Settings
    calendar: Calendar
    today: date
    school: School | None = None

    @property
    def days(self) -> tuple[date, date]:
        """The first and the last day of the year that belong to its dataset."""
        return self.start - BEFORE, self.end + AFTER


def windows(timing: Timing, term: Term) -> list[Window]:
    """Return the windows of a timing that have begun, the earliest first.

    Those that lapse are only told on their days. Timings that are counted from what happens to one child, or from an
    inspection, have no windows.
    """
    match timing:
        case Daily():
            found = _of_today(timing, term)
        case Monthly():
            found = _monthly(timing, term)
        case Yearly():
            found = _yearly(timing, term)
        case Months():
            found = _months(timing, term)
        case Often():
            found = _often(timing, term)
        case Within(event="term_start"):
            found = iter([Window(term.start, moment(timing, term))])
        case _:
            found = iter(())
    begun = sorted((one for one in found if one.since <= term.today), key=lambda one: one.by)
    return [one for one in begun if not one.lapses or term.today <= one.by]


def spans(timing: Timing, term: Term) -> Iterator[tuple[date, Window, date]]:
    """Yield each window with the days from and until when something that is done counts for it: ahead of the first, and
    late for each until the next begins."""
    begun = windows(timing, term)
    for window, following in zip_longest(begun, begun[1:]):
        ahead = window is begun[0] and not window.lapses
        yield (
            window.since - BEFORE if ahead else window.since,
            window,
            following.since - _DAY if following else date.max,
        )


def _of_today(timing: Daily, term: Term) -> Iterator[Window]:
    if term.calendar.is_school_day(term.today, term.school):
        yield Window(term.today, term.today, time=timing.time, lapses=True)


def _monthly(timing: Monthly, term: Term) -> Iterator[Window]:
    """Yield the windows that end on a day of each month; what is due early in a month is about the one before."""
    for year, month in _calendar_months(term.start, term.end + timedelta(days=31)):
        by = day_of(year, month, timing.day or 31)
        about = by if timing.day == 0 else date(year, month, 1) - _DAY
        if term.start <= about and about.replace(day=1) <= term.end:
            before = date(year, month, 1) - _DAY
            since = date(year, month, 1) if timing.day == 0 else day_of(before.year, before.month, timing.day) + _DAY
            yield Window(max(since, term.start), by, name=f"{about.month}月", about=(about.replace(day=1), about))


def _yearly(timing: Yearly, term: Term) -> Iterator[Window]:
    first, last = term.days
    for year in range(first.year, last.year + 1):
        for day in timing.days:
            by = day_of(year, day.month, day.day or 31)
            if first <= by <= last:
                yield Window(by - AHEAD, by)


def _months(timing: Months, term: Term) -> Iterator[Window]:
    first, last = term.days
    for year, month in _calendar_months(first, last):
        if month in timing.months and first <= date(year, month, 1) <= last:
            yield Window(date(year, month, 1), day_of(year, month, 31))


def _often(timing: Often, term: Term) -> Iterator[Window]:
    start, end, times = term.start, term.end, timing.times
    match timing.period:
        case "日":
            if term.calendar.is_school_day(term.today, term.school):
                yield Window(term.today, term.today, times, lapses=True)
        case "周":
            monday = term.today - _DAY * term.today.weekday()
            week = [monday + _DAY * n for n in range(7)]
            taught = [day for day in week if start <= day <= end and term.calendar.is_school_day(day, term.school)]
            if taught:
                yield Window(max(monday, start), taught[-1], times, lapses=True)
        case "月":
            for year, month in _calendar_months(start, end):
                yield Window(
                    max(date(year, month, 1), start), min(day_of(year, month, 31), end), times, name=f"{month}月"
                )
        case "季度":
            quarters = {date(year, month - (month - 1) % 3, 1) for year, month in _calendar_months(start, end)}
            for first in quarters:
                last = first.month + 2
                name = f"{first.month}至{last}月"
                yield Window(max(first, start), min(day_of(first.year, last, 31), end), times, name=name)
        case "学期":
            yield Window(start, end, times)
        case _:  # a year: it is asked for in the first of its terms
            if term.settings.term != "第二学期":
                yield Window(start, end, times)


def _calendar_months(first: date, last: date) -> Iterator[tuple[int, int]]:
    """Yield year and month of every month that has a day from ``first`` to ``last``."""
    for number in range(first.year * 12 + first.month - 1, last.year * 12 + last.month):
        yield number // 12, number % 12 + 1


def moment(point: Within | Ahead, term: Term, *, last: bool = False) -> date:
    """Return the day of a point that is counted from the term; ``last`` of a span's end.

    What lasts to the end of a week or month does so to the day before the next begins.
    """
    from_ = term.end if point.event == "term_end" else term.start
    sign = -1 if isinstance(point, Ahead) else 1
    found = shifted(from_, sign * point.count, point.unit, term.calendar, term.school)
    return found - _DAY if last and sign > 0 and point.count and point.unit in ("周", "月") else found


def shifted(day: date, count: int, unit: str, calendar: Calendar, school: School | None = None) -> date:
    """Return the day that is ``count`` units after ``day``, which does not count; hours end on the day itself.

    Raises ``MissingValueError`` where that depends on a day of which it is not known whether there are lessons.
    """
    match unit:
        case "小时":
            return day
        case "日":
            return day + _DAY * count
        case "周":
            return day + _DAY * 7 * count
        case "月":
            number = day.year * 12 + day.month - 1 + count
            return day_of(number // 12, number % 12 + 1, day.day)
    return calendar.add(day, count, unit, school)  # type: ignore[arg-type]  # school days or working days


def phases_on(policy: Policy, term: Term) -> list[Phase]:
    """Return the phases of the campaign that ``term.today`` lies in; one may begin before another is over."""
    return [phase for phase in policy.phases if _is_in(term, span(phase.period))]


def _is_in(term: Term, lasts: Span) -> bool:
    """Return whether ``term.today`` lies in a span; one of days of the year may have begun the year before."""
    start = lasts.start
    if isinstance(start, Day):
        years = (term.today.year - 1, term.today.year)
        starts = [day_of(year, start.month, start.day or 31) for year in years]
    else:
        starts = [moment(start, term)]
    return any(first <= term.today <= _end(lasts.end, first, term) for first in starts)


def _end(point: Point, start: date, term: Term) -> date:
    """Return the end of a span that began on a day."""
    if not isinstance(point, Day):
        return moment(point, term, last=True)
    ends = (day_of(start.year + late, point.month, point.day or 31) for late in (0, 1))
    return next(end for end in ends if end >= start)
