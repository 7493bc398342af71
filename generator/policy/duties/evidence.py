"""What has been done: the sheet 办理, looked up by paper and by whom it is about, as it stood on a day."""

from __future__ import annotations

from bisect import bisect_left
from collections import defaultdict
from collections.abc import Iterable
from datetime import date

from generator.dataset.missing import MissingValueError
from generator.dataset.models import Case, Class, Filing, Notice, Record, School, Staff, Student
from generator.errors import Problem


class Filings:
    """What was handed in or carried out until a day."""

    def __init__(self, filings: Iterable[Filing], today: date) -> None:
        self._days: dict[tuple[str, int], list[date]] = defaultdict(list)
        self.doubts: list[Problem] = []
        for filing in filings:
            try:
                self._enter(filing, today)
            except MissingValueError as error:  # what it would discharge stays owed, which is told
                missing = error.missing
                self.doubts.append(Problem(missing.place, f"这一行办理没有算：{missing.told}", "改好以后再看"))
        for days in self._days.values():
            days.sort()

    def _enter(self, filing: Filing, today: date) -> None:
        day, about = filing.day, about_of(filing)
        if filing.paper and day and about and filing.done_on and filing.done_on <= today:
            self._days[filing.paper, id(about)].append(day)

    def first(self, paper: str, about: Record, since: date) -> date | None:
        """Return the first day from ``since`` on on which a paper was done about a record, or a unit around it."""
        found = (self._first(paper, one, since) for one in wider(about))
        return min((day for day in found if day), default=None)

    def _first(self, paper: str, about: Record, since: date) -> date | None:
        days = self._days.get((paper, id(about)), [])
        index = bisect_left(days, since)
        return days[index] if index < len(days) else None

    def during(self, paper: str, about: Record, since: date, by: date) -> list[date]:
        """Return the days of a span on which a paper was done about a record, or about a unit around it, in order."""
        found = (day for one in wider(about) for day in self._days.get((paper, id(one)), ()))
        return sorted(day for day in found if since <= day <= by)


def about_of(filing: Filing) -> Record | None:
    """Return whom a filing is about: the narrowest that it names."""
    return filing.case or filing.student or filing.class_ or filing.school or filing.township


def wider(record: Record) -> list[Record]:
    """Return a record and the units around it: what was done for all of a school was done for each of its children."""
    return [record, *(one for around in _around(record) if around for one in wider(around))]


def _around(record: Record) -> tuple[Record | None, ...]:
    match record:
        case Notice():
            return (record.case,)
        case Case():  # also when the child has gone to another school since
            return (record.student, record.school)
        case Student():
            return (record.class_,)
        case Class() | Staff():
            return (record.school,)
        case School():
            return (record.township,)
    return ()
