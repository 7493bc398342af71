"""What was printed, in the ledger: a row for each print file that somebody confirmed, and for each paper in it.

Nothing is taken out: a confirmation that was a mistake is marked as undone, and what was confirmed before it stands
again. Every function raises ``LedgerError`` as those of ``ledger`` do.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from pathlib import Path

from generator.errors import near
from generator.records.known import MERELY_TELLING, WEAK, Names, agree, kind
from generator.records.ledger import RefusedError, begin, changing, layout, opened


@dataclass(frozen=True, slots=True)
class Content:
    """What a paper says, as digests: its wording, and what is filled in. How it looks is no part of it."""

    wording: str
    filled: str


@dataclass(frozen=True, slots=True)
class Printing:
    """A print file that was confirmed as printed; ``file`` is its path in the output folder without the format."""

    file: str
    form: str
    title: str
    place: str
    term: str
    made_for: date  # the day the papers bear
    confirmed_on: date
    copies: int
    sha256: str
    edited: bool = False  # by hand, after it was made
    undone_on: date | None = None


@dataclass(frozen=True, slots=True, eq=False)
class Paper:
    """A paper in it: the record it is about, what it is called, and what it said."""

    about: Names
    label: str
    content: Content
    printing: Printing


@dataclass(slots=True)
class Pile:
    """The papers of one form that stand as printed, looked up by what their records are known by."""

    _named: dict[str, list[Paper]] = field(default_factory=dict)

    def pair(self, abouts: Sequence[Names]) -> list[Paper | None]:
        """Take out and return the paper about each record, none where none stands; surer names come first."""
        found: list[Paper | None] = [None] * len(abouts)
        for weakly in (False, True):
            for at, about in enumerate(abouts):
                if found[at] is None:
                    found[at] = self._take(about, weakly)
        return found

    def put(self, papers: Iterable[Paper]) -> None:
        """Add papers."""
        for paper in papers:
            for name in _looked_up(paper.about):
                self._named.setdefault(name, []).append(paper)

    def papers(self) -> list[Paper]:
        """Return all papers, in the order in which they were put in."""
        return list({id(paper): paper for papers in self._named.values() for paper in papers}.values())

    def _take(self, about: Names, weakly: bool) -> Paper | None:
        for name in _looked_up(about):
            if (kind(name) in WEAK) == weakly:
                fitting = [paper for paper in self._named.get(name, ()) if not weakly or agree(paper.about, about)]
                if len(fitting) == 1 or (fitting and not weakly):
                    self._remove(fitting[-1])
                    return fitting[-1]
        return None

    def _remove(self, paper: Paper) -> None:
        for name in _looked_up(paper.about):
            self._named[name].remove(paper)


def _looked_up(about: Names) -> tuple[str, ...]:
    """Return the names by which a record is looked up: a date of birth only tells namesakes apart."""
    return tuple(name for name in about if kind(name) not in MERELY_TELLING) or about


def standing(path: Path, forms: Iterable[str] | None = None) -> dict[str, Pile]:
    """Return the papers that stand as printed, by form, of these forms or of all."""
    if not path.exists():
        return {}
    with opened(path) as ledger:
        return _standing(ledger, forms)


def printings(path: Path) -> tuple[Printing, ...]:
    """Return the confirmations that have not been undone, in the order in which they were given."""
    if not path.exists():
        return ()
    with opened(path) as ledger:
        return tuple(printing for _, printing in _printings(ledger)) if layout(ledger) > 2 else ()


def confirm(path: Path, printed: Sequence[tuple[Printing, Sequence[Paper]]]) -> list[bool]:
    """Enter print files as printed, all or none; return of each whether it said anything new.

    One all of whose papers stand as printed with the same content is not entered again: it may be the same print file
    in another format. Where there is no ledger, one is begun.
    """
    if not printed:
        return []
    begin(path, ())
    with changing(path) as ledger:
        piles = _standing(ledger, {printing.form for printing, _ in printed})
        return [_entered(ledger, printing, papers, piles) for printing, papers in printed]


def undo(path: Path, file: str, on: date) -> Printing:
    """Take the last confirmation of a print file back and return it; raises ``RefusedError`` where there is none."""
    with changing(path) as ledger:
        held = [(number, printing) for number, printing in _printings(ledger)]
        mine = [(number, printing) for number, printing in held if printing.file == file]
        if not mine:
            hint = near(file, list(dict.fromkeys(printing.file for _, printing in held)))
            raise RefusedError(f"{file} 没有确认印过，没有可以撤销的{hint}")
        number, printing = mine[-1]
        ledger.execute("UPDATE printing SET undone_on = ? WHERE id = ?", (on.isoformat(), number))
        return replace(printing, undone_on=on)


# --- rows --------------------------------------------------------------------------------------------

_PRINTING = (
    "file", "form", "title", "place", "term", "made_for", "confirmed_on", "copies", "sha256", "edited",
)  # fmt: skip


def _standing(ledger: sqlite3.Connection, forms: Iterable[str] | None) -> dict[str, Pile]:
    piles: dict[str, Pile] = {}
    if layout(ledger) <= 2:
        return piles
    wanted = None if forms is None else set(forms)
    for number, printing in _printings(ledger):
        if wanted is None or printing.form in wanted:
            _lay(piles.setdefault(printing.form, Pile()), list(_papers(ledger, number, printing)))
    return piles


def _lay(pile: Pile, papers: Sequence[Paper]) -> None:
    """Put papers into a pile, each in place of the earlier one about its record."""
    pile.pair([paper.about for paper in papers])
    pile.put(papers)


def _entered(
    ledger: sqlite3.Connection, printing: Printing, papers: Sequence[Paper], piles: dict[str, Pile]
) -> bool:  # fmt: skip
    pile = piles.setdefault(printing.form, Pile())
    before = pile.pair([paper.about for paper in papers])
    if all(was and was.content == now.content for was, now in zip(before, papers, strict=True)):
        pile.put(was for was in before if was)
        return False
    pile.put(papers)
    values = (
        printing.file, printing.form, printing.title, printing.place, printing.term, printing.made_for.isoformat(),
        printing.confirmed_on.isoformat(), printing.copies, printing.sha256, printing.edited,
    )  # fmt: skip
    marks = ", ".join("?" * len(values))
    entered = ledger.execute(f"INSERT INTO printing ({', '.join(_PRINTING)}) VALUES ({marks})", values)
    rows = (
        (entered.lastrowid, at, "\n".join(paper.about), paper.label, paper.content.wording, paper.content.filled)
        for at, paper in enumerate(papers)
    )
    ledger.executemany("INSERT INTO printout VALUES (?, ?, ?, ?, ?, ?)", rows)
    return True


def _printings(ledger: sqlite3.Connection) -> list[tuple[int, Printing]]:
    rows = ledger.execute(f"SELECT id, {', '.join(_PRINTING)} FROM printing WHERE undone_on IS NULL ORDER BY id")
    return [(row["id"], _printing(row)) for row in rows]


def _printing(row: sqlite3.Row) -> Printing:
    return Printing(
        row["file"], row["form"], row["title"], row["place"], row["term"], date.fromisoformat(row["made_for"]),
        date.fromisoformat(row["confirmed_on"]), row["copies"], row["sha256"], bool(row["edited"]),
    )  # fmt: skip


def _papers(ledger: sqlite3.Connection, number: int, printing: Printing) -> Iterator[Paper]:
    rows = ledger.execute("SELECT * FROM printout WHERE printing = ? ORDER BY at", (number,))
    for row in rows:
        content = Content(row["wording"], row["filled"])
        yield Paper(tuple(row["about"].split("\n")), row["label"], content, printing)
