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
from collections.abc import Callable, Sequence
from datetime import date
from io import BytesIO
from itertools import cycle, islice
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))
FORM = "guardian-contract"
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
    from benchmarks.measure import yardstick
    from generator import RARELY

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
    from generator.forms.plan import Entry, Selection
    from generator.press.build import Order, prepare
    from generator.press.run import Station
    from generator.render import word
    from generator.resources import data_dir

    order = Order(data_dir() / "sample.xlsx", Path("unused"), selection=Selection(forms=(FORM,), formats=("docx",)))
    prepared = prepare(order, lambda: date(2026, 11, 16))
    station = Station(prepared.context, prepared.catalogue, order.out, False)
    entries = list(islice(cycle(entry for job in prepared.plan.jobs for entry in job.entries), count))

    def paper(entry: Entry) -> Any:
        return station.made(FORM, entry)[0]

    def single(of: Any, printer: Any = word) -> bytes:
        data: bytes = printer.render([of], copies=1, duplex=True, title=of.title).data
        return data

    papers = [paper(entry) for entry in entries]
    fill, values = docxtpl(station, entries[:FEW])

    def once() -> list[float]:
        """Return the seconds of a record in each way."""
        spent = []
        for work, of in (
            (fill, values),
            (single, papers),
            (lambda of: single(of, word.in_full), papers),
            (lambda of: word.render(of, copies=1, duplex=True, title=""), [papers]),
            (lambda entry: single(paper(entry)), entries),
        ):
            start = clock()
            for one in of:
                work(one)
            spent.append((clock() - start) / (count if of[0] is papers else len(of)))
        return spent

    by_docxtpl, *ours = map(min, zip(*(once() for _ in range(ROUNDS)), strict=True))
    print(f"docxtpl, one render a record: {by_docxtpl * 1000:.1f} ms")
    for way, seconds in zip(WAYS, ours, strict=True):
        print(f"{way}: {seconds * 1000:.3f} ms, {by_docxtpl / seconds:.0f} times as fast")


def docxtpl(station: Any, entries: Sequence[Any]) -> tuple[Callable[[Any], object], list[Any]]:
    """Return what fills the exported form by docxtpl itself, and the values of each record."""
    from docxtpl import DocxTemplate

    from generator.forms.definition import WordFile
    from generator.forms.word_form import WordForm
    from generator.press.exporting import form_of

    resolver = station.resolver(FORM)
    content = form_of(FORM, None, station.context.policy)
    form = WordForm(WordFile(Path(f"{FORM}.docx"), content), resolver)
    records = station.context.records(resolver.definition.per)

    def fill(values: Any) -> None:
        template = DocxTemplate(BytesIO(content))
        template.render(values, form.shape, autoescape=True)
        template.save(BytesIO())

    return fill, [form.values(records[entry.index])[0] for entry in entries]


def waited(folder: Path) -> float:
    """Return the seconds from the command to the contract of one child, the median of seven; what is kept from one
    command to the next is known."""
    from benchmarks.measure import command
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
