"""What has been done: the sheet 办理, looked up by paper and by whom it is about, as it stood on a day."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from generator.dataset.missing import MissingValueError
from generator.dataset.models import Case, Class, Filing, Notice, Record, School, Staff, Student
from generator.errors import Problem


@dataclass(frozen=True, slots=True)
class Entry:
    """When something was done, and for which day where it was late for it."""

    done_on: date
    about_on: date | None = None


class Filings:
    """What was handed in or carried out until a day."""

    def __init__(self, filings: Iterable[Filing], today: date) -> None:
        self._entries: dict[tuple[str, int], list[Entry]] = defaultdict(list)
        self.doubts: list[Problem] = []
        for filing in filings:
            try:
                self._enter(filing, today)
            except MissingValueError as error:  # what it would discharge stays owed, which is told
                missing = error.missing
                self.doubts.append(Problem(missing.place, f"这一行办理没有算：{missing.told}", "改好以后再看"))

    def _enter(self, filing: Filing, today: date) -> None:
        about = about_of(filing)
        if filing.paper and about and filing.done_on and filing.done_on <= today:
            self._entries[filing.paper, id(about)].append(Entry(filing.done_on, filing.about_on))

    def first(self, paper: str, about: Record, since: date) -> date | None:
        """Return the first day from ``since`` on on which a paper was done about a record, or a unit around it."""
        return min(self.days(paper, about, since, date.max, (since, date.max)), default=None)

    def days(self, paper: str, about: Record, since: date, until: date, told: tuple[date, date]) -> list[date]:
        """Return the days, in order, on which a paper was done about a record, or about a unit around it: from
        ``since`` until ``until``, and of what says for which day it was, those for a day of the span ``told``."""
        found = [entry for one in wider(about) for entry in self._entries.get((paper, id(one)), ())]
        counted = (
            entry.done_on
            for entry in found
            if (told[0] <= entry.about_on <= told[1] if entry.about_on else since <= entry.done_on <= until)
        )
        return sorted(counted)


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
