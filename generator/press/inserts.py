"""What is put before the parts of a print file, once it is known which papers are in it: sheets that tell what follows,
and lists to tick.

They are written like papers, in ``templates/_print``, about a stack (``forms/stack.py``); they are none of the
catalogue, and nothing is told of them in the ledger.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, field, replace
from functools import partial
from pathlib import Path
from typing import Any

from generator.dataset.models import Student
from generator.errors import TemplateError
from generator.forms.arrange import ORDERS, TICKS, Sorting, known
from generator.forms.catalogue import Catalogue, check, discover
from generator.forms.context import Context
from generator.forms.lower import house_styles
from generator.forms.lowered import Cast, Paper
from generator.forms.mould import Foundry
from generator.forms.plan import Entry, Job
from generator.forms.resolve import Resolver, plain
from generator.forms.stack import LINES, Stack, Tick
from generator.render import Insert
from generator.resources import styles_file

FOLDER = "_print"
"""Where the definitions lie."""
BY_FILE = "以打印文件为准"
"""What is said of pages that only a word processor counts."""


def definitions(project: Path | None, context: Context) -> Catalogue:
    """Return the definitions of what is put before parts, proved; raises ``TemplateError``."""
    found = discover(project, words=False, part=FOLDER)
    if problems := check(found, context.policy):
        raise TemplateError(problems)
    return found


def promised(job: Job, there: Collection[Entry]) -> list[int]:
    """Return how many pages what is put into a print file should take, of each, if these papers are in it."""
    counts = [sum(entry in there for entry in entries) for _, entries in job.by_part()]
    return [_pages(name, count) for count in counts if count for name in job.inserts]


def _pages(name: str, papers: int) -> int:
    return -(-papers // LINES) if name == TICKS else 1


@dataclass(frozen=True, slots=True)
class Inserts:
    """Makes what is put into print files."""

    context: Context
    catalogue: Catalogue
    foundries: dict[str, Foundry] = field(default_factory=dict)

    def of(self, job: Job, per: str, there: Sequence[Entry]) -> tuple[Insert, ...]:
        """Return what is put before which of the papers that are in a print file."""
        return tuple(self._of(job, per, there)) if job.inserts else ()

    def _of(self, job: Job, per: str, there: Sequence[Entry]) -> Iterator[Insert]:
        printed = set(there)
        parts = [(part, [one for one in entries if one in printed]) for part, entries in job.by_part()]
        parts = [(part, entries) for part, entries in parts if entries]
        at = 0
        for number, (part, entries) in enumerate(parts, start=1):
            unit = self.context.records(part.scope)[part.index] if part.scope else None
            stack = self._stack(job, per, unit, entries)
            stack.number, stack.number_of = number, len(parts)
            span = slice(at, at + len(entries))
            for name in job.inserts:
                yield Insert(at, _pages(name, len(entries)), partial(self._paper, name, job, stack, span))
            at = span.stop

    def _stack(self, job: Job, per: str, unit: Any, entries: Sequence[Entry]) -> Stack:
        order: Sorting = job.order  # type: ignore[assignment]  # it is one of them
        records = self.context.records(per)
        return Stack(
            title=job.title,
            file=job.targets[0][1].rpartition(".")[0].rpartition("/")[2],
            place=job.place,
            unit=called(unit) or job.place or job.title,
            teacher=str(known(known(unit, "teacher"), "name") or ""),
            order=ORDERS[order],
            papers=len(entries),
            copies=job.copies,
            duplex=job.duplex,
            made_on=entries[0].as_of or self.context.today,
            students=per == "student",
            ticks=[_tick(number, entry, records[entry.index]) for number, entry in enumerate(entries, start=1)],
        )

    def _paper(self, name: str, job: Job, stack: Stack, span: slice, counts: Sequence[int] | None) -> Paper | Cast:
        """Return an insert, lowered, for papers of so many pages; of those not counted, as many as they promise."""
        pages = list(counts[span]) if counts else [job.pages] * stack.papers
        told = BY_FILE
        if all(pages):
            sheets = job.copies * sum(-(-count // 2) if job.duplex else count for count in pages)
            told = f"一套{sum(pages)}页，共用纸{sheets}张"
        stack = replace(stack, pages=told)  # another record: what was asked of one is not asked again
        foundry = self._foundry(name)
        return foundry.made(stack, plain(foundry.resolver.title(stack)[0])).paper

    def _foundry(self, name: str) -> Foundry:
        if name not in self.foundries:
            definition = self.catalogue.definitions[name]
            resolver = Resolver(definition, self.catalogue.fragments, self.context)
            self.foundries[name] = Foundry(resolver, house_styles(styles_file())[definition.style])
        return self.foundries[name]


def called(unit: Any) -> str:
    """Return what a class, village or other unit is called."""
    return str(known(unit, "short_name") or known(unit, "name") or "")


def _tick(number: int, entry: Entry, record: Any) -> Tick:
    if not isinstance(record, Student):
        return Tick(str(number), entry.label)
    guardian = known(known(record, "guardian"), "name")
    seat, name = known(record, "seat_no"), known(record, "name")
    return Tick(str(number), entry.label, "" if seat is None else str(seat), str(name or ""), str(guardian or ""))
