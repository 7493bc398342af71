"""What is measured: the contract of two pages that every family signs, made by Baoxue from records to files."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date
from itertools import cycle, islice
from pathlib import Path

from generator.bench.county import county, write
from generator.bench.machine import Spent, spent
from generator.forms.lowered import Cast, Paper
from generator.forms.plan import Entry, Selection
from generator.press.build import Order, prepare
from generator.press.run import Station
from generator.render import Printed, pdf, word

FORM = "guardian-contract"
TODAY = date(2026, 11, 16)


@dataclass(frozen=True, slots=True)
class Contracts:
    """The contracts of a dataset that are to be made, and what makes them."""

    station: Station
    entries: Sequence[Entry]

    @classmethod
    def of(cls, data: Path, count: int) -> Contracts:
        """Return so many contracts of a dataset; where it has fewer, they come again and again."""
        order = Order(data, Path("unused"), selection=Selection(forms=(FORM,), formats=("docx",)))
        prepared = prepare(order, lambda: TODAY)
        entries = cycle(entry for job in prepared.plan.jobs for entry in job.entries)
        station = Station(prepared.context, prepared.catalogue, order.out, False)
        return cls(station, list(islice(entries, count)))

    @classmethod
    def invented(cls, count: int, folder: Path) -> Contracts:
        """Return the contracts of so many invented children, whose records are kept in ``folder``."""
        write(county(count), folder)
        return cls.of(folder, count)

    def anew(self, count: int) -> Contracts:
        """Return the first of them as if none had been made before: no mould, layout or value is known."""
        pdf.forget()
        return Contracts(replace(self.station, foundries={}, forms={}), self.entries[:count])

    def papers(self) -> list[Paper | Cast]:
        """Return each paper, its words and widths worked out."""
        return [self.station.cast(FORM, entry)[0] for entry in self.entries]

    def timed(self, make: Callable[[list[Paper | Cast]], object]) -> tuple[Spent, Spent]:
        """Return what it took from records to files, which are made by ``make``, and what that alone took."""
        papers: list[Paper | Cast] = []
        before = spent(lambda: papers.extend(self.papers()))
        printing = spent(lambda: make(papers))
        return before + printing, printing


def words(papers: Iterable[Paper | Cast]) -> list[bytes]:
    """Return each contract as a Word file of its own."""
    return [word.render([paper], copies=1, duplex=True, title=paper.title).data for paper in papers]


def print_file(papers: Sequence[Paper | Cast]) -> Printed:
    """Return all contracts as one PDF file."""
    return pdf.render(papers, copies=1, duplex=False, title="合订")
