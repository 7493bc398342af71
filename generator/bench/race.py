"""All ways of making contracts in turn, several times over, so that what disturbs one disturbs the others."""

from __future__ import annotations

import statistics
from collections.abc import Callable, Iterator, Sequence
from dataclasses import asdict, dataclass
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from generator.bench import machine
from generator.bench.by_docxtpl import ByDocxtpl
from generator.bench.by_weasyprint import ByWeasyPrint
from generator.bench.contracts import Contracts, print_file, words
from generator.bench.machine import Spent, spent
from generator.forms.lowered import whole
from generator.render import pdf

MOST_WORDS = 1_000
"""So many Word files say what one costs: the next cost the same."""


@dataclass(frozen=True, slots=True)
class Plan:
    """How much is measured: print files of so many records each, and so many records of what is slow."""

    records: tuple[int, ...] = (100, 2_000, 20_000)
    rounds: int = 3
    docxtpl: int = 30
    single: int = 20
    merged: int = 100

    @property
    def words(self) -> int:
        """The number of Word files in which a record is measured."""
        return min(max(self.records), MOST_WORDS)


QUICK = Plan((100, 1_000), 3, 5, 3, 10)


@dataclass(frozen=True, slots=True)
class Way:
    """One way of making contracts: what is measured in it, how many are made at once, what makes them."""

    names: tuple[str, ...]
    records: int
    make: Callable[[], tuple[Spent, ...]]


@dataclass(frozen=True, slots=True)
class Measured:
    """What a way took in each round."""

    name: str
    records: int
    rounds: tuple[Spent, ...]

    @property
    def seconds(self) -> float:
        """The median, by the clock."""
        return statistics.median(one.seconds for one in self.rounds)

    @property
    def processor(self) -> float:
        """The median, of the processor."""
        return statistics.median(one.processor for one in self.rounds)

    @property
    def each(self) -> float:
        """Seconds of a record."""
        return self.seconds / self.records


@dataclass(frozen=True, slots=True)
class Ratio:
    """How many times as fast a record is made one way as another, by the clock and by the processor."""

    way: str
    records: int
    against: str
    times: float
    by_processor: float


@dataclass(frozen=True, slots=True)
class Figures:
    """What one run found."""

    machine: dict[str, str | int]
    yardstick: float
    busy: bool
    rounds: int
    measured: tuple[Measured, ...]
    in_full: int = 0  # papers of the largest print file that were laid out one by one
    unavailable: str = ""  # why no PDF was made

    def ratios(self) -> Iterator[Ratio]:
        """Yield the ratios of our ways to the others of the same format."""
        for ours in self.measured:
            others = (one for name in OURS.get(ours.name, ()) for one in self.measured if one.name == name)
            for other in others:
                by_processor = other.processor / other.records / (ours.processor / ours.records)
                yield Ratio(ours.name, ours.records, other.name, other.each / ours.each, by_processor)

    @property
    def marginal(self) -> float | None:
        """Seconds of one more record of a print file, where files of several sizes were made."""
        files = sorted((one for one in self.measured if one.name == "pdf"), key=lambda one: one.records)
        if len(files) < 2:
            return None
        few, many = files[0], files[-1]
        return (many.seconds - few.seconds) / (many.records - few.records)

    def as_dict(self) -> dict[str, Any]:
        """Return all figures as JSON has them."""
        return {
            "machine": self.machine,
            "yardstick_seconds": self.yardstick,
            "busy": self.busy,
            "rounds": self.rounds,
            "measured": [
                {
                    "way": one.name, "records": one.records, "seconds": one.seconds, "processor": one.processor,
                    "milliseconds_a_record": 1000 * one.each, "records_a_second": 1 / one.each,
                    "of_each_round": [asdict(round_) for round_ in one.rounds],
                }
                for one in self.measured
            ],
            "ratios": [asdict(ratio) for ratio in self.ratios()],
            "marginal_milliseconds_pdf": None if self.marginal is None else 1000 * self.marginal,
            "laid_out_in_full": self.in_full,
            "pdf_unavailable": self.unavailable,
        }  # fmt: skip


Tell = Callable[[int, str, int], object]
"""Hears the number of a round, the way that is measured now, and of how many records."""
WORD, PDF = ("word", "word-printing"), ("pdf", "pdf-printing")
"""Our ways: from records to files, and the part of it that others have to do too who are given values or pages."""
OURS = {
    **dict.fromkeys(WORD, ("docxtpl",)),
    **dict.fromkeys(PDF, ("weasyprint-merged", "weasyprint-single")),
}
"""The ways that ours are compared with."""


def race(plan: Plan, tell: Tell) -> Figures:
    """Return the figures of so many rounds; ``tell`` hears of each way before it is."""
    with TemporaryDirectory() as folder:
        contracts = Contracts.invented(max(plan.records), Path(folder))
        unavailable = pdf.unavailable()
        docxtpl = ByDocxtpl.of(Contracts(contracts.station, contracts.entries[: plan.docxtpl]))
        ways = [
            Way(("docxtpl",), len(docxtpl.values), lambda: (spent(docxtpl.words),)),
            Way(WORD, plan.words, lambda: contracts.anew(plan.words).timed(words)),
        ]
        about = machine.about()
        if unavailable:
            return _run(plan, ways, about, tell, lambda: 0, unavailable)
        few = Contracts(contracts.station, contracts.entries[: max(plan.merged, plan.single)]).papers()
        in_full: list[int] = []

        def pdf_file(count: int) -> tuple[Spent, ...]:
            return contracts.anew(count).timed(lambda papers: in_full.append(sum(print_file(papers).in_full.values())))

        weasyprint = ByWeasyPrint.of(list(map(whole, few)))
        ways += [
            Way(("weasyprint-single",), plan.single, lambda: (weasyprint.printed("single", plan.single).spent,)),
            Way(("weasyprint-merged",), plan.merged, lambda: (weasyprint.printed("merged", plan.merged).spent,)),
            *(Way(PDF, count, partial(pdf_file, count)) for count in sorted(plan.records)),
        ]
        pdf_file(1)  # fonts and styles are read once a process
        return _run(plan, ways, about | machine.printing(), tell, lambda: in_full[-1], "")


def _run(
    plan: Plan, ways: Sequence[Way], about: dict[str, str | int], tell: Tell,
    in_full: Callable[[], int], unavailable: str,
) -> Figures:  # fmt: skip
    taken: list[list[tuple[Spent, ...]]] = [[] for _ in ways]
    pieces = [machine.piece()]
    for number in range(1, plan.rounds + 1):
        for way, rounds in zip(ways, taken, strict=True):
            tell(number, way.names[0], way.records)
            rounds.append(way.make())
        pieces.append(machine.piece())
    measured = tuple(
        Measured(name, way.records, of)
        for way, rounds in zip(ways, taken, strict=True)
        for name, of in zip(way.names, zip(*rounds, strict=True), strict=True)
    )
    unit = statistics.median(piece.seconds for piece in pieces)
    return Figures(about, unit, machine.busy(pieces), plan.rounds, measured, in_full(), unavailable)
