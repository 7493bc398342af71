"""What a guardian contract of two pages costs in Word, against docxtpl, and how long a user waits for one.

``python benchmarks/word.py [--wall] [COUNT]``; processor time unless ``--wall`` is given. docxtpl fills the form that
``baoxue forms export`` writes of the same paper, one render a record, with values looked up beforehand. The command is
measured as users run it, in real time, also as a multiple of a fixed piece of work.
"""

from __future__ import annotations

import argparse
import gc
import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))
FEW = 30
"""So many are filled by docxtpl for comparison."""
ROUNDS = 3
"""All ways are measured in turn so many times, and the best of each is told."""
WAYS = (
    "printed, one file each",
    "the same, each compiled anew",
    "printed, one file for all",
    "resolved, lowered and printed, one file each",
)


def main() -> None:
    """Print the figures."""
    from generator import RARELY
    from generator.bench.machine import yardstick

    parser = argparse.ArgumentParser()
    parser.add_argument("count", nargs="?", type=int, default=600)
    parser.add_argument("--wall", action="store_true", help="count real time, not that of the processor")
    asked = parser.parse_args()
    clock: Callable[[], float] = time.perf_counter if asked.wall else time.process_time
    gc.set_threshold(*RARELY)  # as the command does
    records(asked.count, clock)
    with tempfile.TemporaryDirectory() as folder:
        seconds, unit = waited(Path(folder)), yardstick()
    print(f"from the command to one contract: {seconds:.2f} s ({seconds / unit:.1f} of {unit:.3f} s)")


def records(count: int, clock: Callable[[], float]) -> None:
    """Print what a record costs in each way."""
    from generator.bench.by_docxtpl import ByDocxtpl
    from generator.bench.contracts import Contracts, words
    from generator.render.word import render
    from generator.resources import data_dir

    contracts = Contracts.of(data_dir() / "sample.xlsx", count)
    papers = contracts.papers()
    docxtpl = ByDocxtpl.of(Contracts(contracts.station, contracts.entries[:FEW]))
    ways: tuple[tuple[Callable[[], object], int], ...] = (
        (docxtpl.words, len(docxtpl.values)),
        (lambda: words(papers), count),
        (lambda: [render([paper], copies=1, duplex=True, title=paper.title, full=True) for paper in papers], count),
        (lambda: render(papers, copies=1, duplex=True, title=""), count),
        (lambda: words(contracts.papers()), count),
    )

    def once() -> list[float]:
        """Return the seconds of a record in each way."""
        spent = []
        for work, of in ways:
            start = clock()
            work()
            spent.append((clock() - start) / of)
        return spent

    by_docxtpl, *ours = map(min, zip(*(once() for _ in range(ROUNDS)), strict=True))
    print(f"docxtpl, one render a record: {by_docxtpl * 1000:.1f} ms")
    for way, seconds in zip(WAYS, ours, strict=True):
        print(f"{way}: {seconds * 1000:.3f} ms, {by_docxtpl / seconds:.0f} times as fast")


def waited(folder: Path) -> float:
    """Return the seconds from the command to the contract of one child, the median of seven; what is kept from one
    command to the next is known."""
    from benchmarks.measure import command
    from generator.bench.contracts import FORM
    from generator.dataset import load
    from generator.resources import data_dir

    children = load(data_dir() / "sample.xlsx")[0].students
    names = [child.name for child in children]
    name = next(str(child.name) for child in children if child.enrolled and names.count(child.name) == 1)
    words = ["build", "--sample", "--student", name, "--form", FORM, "--format", "docx", "--out", str(folder)]
    seconds = [command(words, folder)[0] for _ in range(8)]
    if not list(folder.rglob("*.docx")):
        raise SystemExit("no contract was made")
    return statistics.median(seconds[1:])


if __name__ == "__main__":
    main()
