"""Makes the whole sample, all papers in all formats, in one process and tells how long each stage took.

``python benchmarks/stages.py [--out FOLDER] [--every N] [--cpu] [FORM ...]``; seconds of a stage are its own, without
those of the stages inside it. ``--every N`` makes each N-th print file only, evenly from the whole catalogue; ``--cpu``
counts processor time, which other work on the machine does not make longer.
"""

from __future__ import annotations

import argparse
import gc
import importlib
import sys
import tempfile
import time
from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import date
from functools import wraps
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

STAGES = {
    "read and check the workbook": ["generator.press.build:load"],
    "read and prove the definitions": ["generator.press.build:discover", "generator.press.build:check"],
    "plan": ["generator.press.build:plan"],
    "resolve: words and values": ["generator.forms.resolve:Resolver.resolve"],
    "lower: widths and breaks": ["generator.press.run:lower"],
    "digests of what is said": ["generator.press.run:content_of", "generator.forms.lowered:Paper.skeleton"],
    "Word": ["generator.render.word:render"],
    "Excel": ["generator.render.sheet:render"],
    "PDF: element tree": ["generator.render.pdf:tree"],
    "PDF: layout by WeasyPrint": ["generator.render.pdf:_document"],
    "PDF: pages written by WeasyPrint": ["generator.render.pdf:_write"],
    "PDF: print file": ["generator.render.pdf:assemble"],
    "files written": ["generator.press.run:write"],
    "index and manifest": ["generator.press.build:_report", "generator.press.build:write_records"],
}
"""The functions that are a stage, as MODULE:NAME."""


def watched(
    spent: defaultdict[str, float], clock: Callable[[], float], stages: Mapping[str, Sequence[str]] = STAGES
) -> None:
    """Let every stage count its own seconds by ``clock`` in ``spent``."""
    open_: list[float] = []  # seconds of the stages inside each that runs

    def timed(stage: str, function: Callable[..., Any]) -> Callable[..., Any]:
        @wraps(function)
        def run(*args: Any, **kwargs: Any) -> Any:
            open_.append(0.0)
            start = clock()
            try:
                return function(*args, **kwargs)
            finally:
                whole = clock() - start
                spent[stage] += whole - open_.pop()
                if open_:
                    open_[-1] += whole

        return run

    for stage, functions in stages.items():
        for where in functions:
            module, _, name = where.partition(":")
            owner: Any = importlib.import_module(module)
            *path, last = name.split(".")
            for part in path:
                owner = getattr(owner, part)
            setattr(owner, last, timed(stage, getattr(owner, last)))


def main() -> None:
    """Make the sample and print the seconds of each stage, and their share."""
    from generator import RARELY
    from generator.forms.plan import Selection
    from generator.press.build import Order, build, prepare
    from generator.resources import data_dir

    parser = argparse.ArgumentParser()
    parser.add_argument("--out", type=Path, help="where the files stay; else they are thrown away")
    parser.add_argument("--every", type=int, default=1, help="make each N-th print file only")
    parser.add_argument("--cpu", action="store_true", help="count processor time")
    parser.add_argument("forms", nargs="*")
    asked = parser.parse_args()
    gc.set_threshold(*RARELY)  # as the command does
    spent: defaultdict[str, float] = defaultdict(float)
    clock = time.process_time if asked.cpu else time.perf_counter
    watched(spent, clock)
    with tempfile.TemporaryDirectory() as folder:
        start = clock()
        selection, out = Selection(forms=tuple(asked.forms)), asked.out or Path(folder)
        order = Order(data_dir() / "sample.xlsx", out, selection=selection, workers=1)
        prepared = prepare(order, lambda: date(2026, 11, 16))
        part = replace(prepared.plan, jobs=prepared.plan.jobs[:: asked.every])
        report = build(replace(prepared, plan=part), lambda _: None)
        whole = clock() - start
    papers = sum(len(result.printouts) for result in report.results)
    files = sum(len(result.made) for result in report.results)
    left = sum(len(result.skipped) + len(result.failed) + len(result.wrong_pages) for result in report.results)
    print(f"{papers} papers, {files} files, {whole:.0f} s; left out, failed or of wrong pages: {left}")
    for stage, seconds in [
        *sorted(spent.items(), key=lambda one: -one[1]),
        ("everything else", whole - sum(spent.values())),
    ]:
        print(f"{stage}: {seconds:.1f} s, {seconds / whole:.1%}")


if __name__ == "__main__":
    main()
