"""What the ledger holds, as values: the numbers given, from where numbers run, and what follows from both."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from datetime import date
from hashlib import sha256

from generator.dataset.models import NOTICES
from generator.records.number import Number
from generator.records.service import Service


@dataclass(frozen=True, slots=True, order=True)
class Key:
    """By what a notice of a dataset is known for ever: school code, case number, and its own (序号)."""

    school: str
    case: str
    notice: str

    def __str__(self) -> str:
        return f"学校 {self.school} 个案 {self.case} 的通知书 {self.notice}"


@dataclass(frozen=True, slots=True)
class Entry:
    """A number given to a notice, and what became of it since."""

    number: Number
    key: Key
    student: str
    issuer: str
    issued_on: date
    deadline: date | None = None
    co_issuer: str = ""  # of a joint notice, the body that does not lead
    imported: bool = False  # it was in the workbook before there was a ledger
    voided_on: date | None = None
    void_why: str = ""
    service: Service | None = None
    kind: str = NOTICES[0]

    @property
    def void(self) -> bool:
        """Whether the number is void."""
        return self.voided_on is not None


@dataclass(frozen=True, slots=True)
class Opening:
    """From ``since`` on, numbers below ``next`` stand in the office's own book."""

    code: str
    year: int
    since: int
    next: int


@dataclass(frozen=True, slots=True)
class Gap:
    """Numbers of one code and year, from ``first`` to ``last``, that nobody has; ``elsewhere`` where the office's own
    book has them."""

    code: str
    year: int
    first: int
    last: int
    elsewhere: bool

    def __str__(self) -> str:
        span = f"{self.first}" if self.first == self.last else f"{self.first}—{self.last}"
        return f"{self.code}〔{self.year}〕{span}号"


@dataclass(frozen=True, slots=True)
class Book:
    """All that a ledger held when it was read; entries are in the order of their numbers."""

    entries: tuple[Entry, ...] = ()
    openings: tuple[Opening, ...] = ()

    def __bool__(self) -> bool:
        """Return whether the ledger speaks of numbers: one that holds but what was printed says nothing of them."""
        return bool(self.entries or self.openings)

    @property
    def live(self) -> dict[Key, Entry]:
        """The entry of each notice whose number is not void."""
        return {entry.key: entry for entry in self.entries if not entry.void}

    @property
    def latest(self) -> dict[Key, Entry]:
        """The entry of each notice: the one that is not void, else the last."""
        return {entry.key: entry for entry in self.entries} | self.live

    def find(self, number: Number) -> Entry | None:
        """Return the entry of a number."""
        return next((entry for entry in self.entries if entry.number == number), None)

    def next(self, code: str, year: int) -> int:
        """Return the number that the next notice of a code and year gets."""
        given = [
            entry.number.seq + 1 for entry in self.entries if (entry.number.code, entry.number.year) == (code, year)
        ]
        opened = [one.next for one in self.openings if (one.code, one.year) == (code, year)]
        return max([1, *given, *opened])

    def passed_over(self, code: str, year: int, number: int) -> str:
        """Return which numbers nobody would get if those of a code and year went on from ``number``, without a full
        stop; empty where that is none."""
        now = self.next(code, year)
        if number <= now:
            return ""
        gap = Gap(code, year, now, number - 1, elsewhere=True)
        return f"{gap}共 {number - now} 个号这里不再编，应当都在原来的文号簿上；不在的就是空号"

    def gaps(self) -> Iterator[Gap]:
        """Yield the numbers that nobody has below the next one of their code and year, in order."""
        taken: dict[tuple[str, int], set[int]] = defaultdict(set)
        for entry in self.entries:
            taken[entry.number.code, entry.number.year].add(entry.number.seq)
        for opening in self.openings:
            taken[opening.code, opening.year]  # one that nothing follows yet
        for (code, year), numbers in sorted(taken.items()):
            booked = {
                number
                for one in self.openings
                if (one.code, one.year) == (code, year)
                for number in range(one.since, one.next)
            }
            free = [number for number in range(1, self.next(code, year)) if number not in numbers]
            yield from _spans(code, year, free, booked)

    def digest(self) -> str:
        """Return a digest of all that papers may rest on: of the rows, not of the file."""
        rows = [asdict(entry) for entry in self.entries], [asdict(opening) for opening in self.openings]
        return sha256(json.dumps(rows, ensure_ascii=False, sort_keys=True, default=str).encode()).hexdigest()


def _spans(code: str, year: int, free: list[int], booked: set[int]) -> Iterator[Gap]:
    """Yield runs of consecutive numbers that are alike."""
    begun: list[int] = []
    for number in [*free, 0]:
        if begun and (number != begun[-1] + 1 or (number in booked) != (begun[0] in booked)):
            yield Gap(code, year, begun[0], begun[-1], begun[0] in booked)
            begun = []
        begun.append(number)
