"""Four writers issue numbers at once and one of them is killed at a random moment: no number may be lost or doubled.

    python -m benchmarks.storm [rounds] [folder]

The folder must lie on a disk (not tmpfs), or nothing is shown about what is on the disk.
"""

from __future__ import annotations

import os
import random
import signal
import sys
import time
from dataclasses import dataclass
from datetime import date
from multiprocessing import get_context
from multiprocessing.connection import Connection
from pathlib import Path
from tempfile import TemporaryDirectory

from generator.records import ledger
from generator.records.book import Key

CODE, DAY, DUE = "云政返通", date(2026, 9, 1), date(2026, 9, 8)
WRITERS, EACH = 4, 4
LONGEST = 0.2
"""Seconds within which the kill comes, at first: less each time that it finds nothing to end."""
FRESH = 50
"""So many rounds share a ledger."""


@dataclass
class Storm:
    """What came of some rounds."""

    rounds: int = 0
    numbers: int = 0
    killed: int = 0  # writers that were killed before they were done
    untold: int = 0  # numbers that are in the ledger and whose writer was killed before it could tell them


def request(name: str) -> ledger.Request:
    """Return what issues the notice ``name``."""
    return ledger.Request(CODE, Key("3153000001", "1", name), "石小满", "清溪镇人民政府", DAY, DUE)


def _write(path: Path, writer: str, told: Connection) -> None:
    for count in range(EACH):
        name = f"{writer}-{count}"
        (entry,) = ledger.issue(path, [request(name)])
        told.send((name, entry.number.seq))


def storm(folder: Path, rounds: int, seed: int = 0) -> Storm:
    """Run so many rounds; raises ``AssertionError`` where a number is doubled, lost, or does not follow."""
    chance, fork = random.Random(seed), get_context("fork")
    found, longest = Storm(), LONGEST
    for number in range(rounds):
        path = folder / f"{number // FRESH}" / ledger.NAME
        path.parent.mkdir(exist_ok=True)
        before = ledger.read(path)
        pipes = [fork.Pipe(duplex=False) for _ in range(WRITERS)]
        writers = [fork.Process(target=_write, args=(path, f"{number}-{at}", end)) for at, (_, end) in enumerate(pipes)]
        for writer in writers:
            writer.start()
        time.sleep(chance.random() * longest)
        victim = writers[chance.randrange(WRITERS)]
        if victim.is_alive():
            os.kill(victim.pid or 0, signal.SIGKILL)
        for writer in writers:
            writer.join()
        told: dict[str, int] = {}
        for at, (heard, end) in enumerate(pipes):
            end.close()
            mine = _all(heard)
            assert len(mine) == EACH or writers[at] is victim, "a writer that was not killed did not finish"
            told |= mine
        was_killed = victim.exitcode == -signal.SIGKILL
        found.killed += was_killed
        longest *= 1 if was_killed else 0.7
        book = ledger.read(path)
        assert book is not None
        assert [entry.number.seq for entry in book.entries] == list(range(1, len(book.entries) + 1)), "not consecutive"
        assert len(set(told.values())) == len(told), "one number told twice"
        kept = {entry.key.notice: entry.number.seq for entry in book.entries}
        assert told.items() <= kept.items(), "a number was told and is not in the ledger"
        new = len(book.entries) - (len(before.entries) if before else 0)
        assert new - len(told) in (0, 1), "more than the victim's last number is untold"
        found.rounds, found.numbers, found.untold = (
            found.rounds + 1,
            found.numbers + new,
            found.untold + new - len(told),
        )
    return found


def _all(heard: Connection) -> dict[str, int]:
    """Return what a writer has told, also one that is dead."""
    told: dict[str, int] = {}
    try:
        while True:
            name, number = heard.recv()
            told[name] = number
    except (EOFError, OSError):
        return told


if __name__ == "__main__":
    rounds = int(sys.argv[1]) if len(sys.argv) > 1 else 1000
    with TemporaryDirectory(dir=sys.argv[2] if len(sys.argv) > 2 else ".") as folder:
        start = time.monotonic()
        print(storm(Path(folder), rounds, seed=int(start)), f"{time.monotonic() - start:.0f} s")
