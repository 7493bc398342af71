"""Makes the dossier of the sample's central school, some 2,700 pages, and tells how long each stage took.

``python benchmarks/dossier.py [--jobs N] [--school NAME]``; seconds are by the clock, the processor's beside them
(those of workers with the papers), memory is the most that the process and its largest worker held.
"""

from __future__ import annotations

import argparse
import importlib
import resource
import sys
import tempfile
import time
from collections import defaultdict
from collections.abc import Callable
from datetime import date
from functools import wraps
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

STAGES = {
    "plan": "generator.press.dossier:papers_of",
    "papers made": "generator.press.dossier:_made",
    "scans and contents": "generator.press.dossier:contents",
    "front pages, dividers and binding": "generator.press.dossier:bound",
    "digests, files, hand-over sheet": "generator.press.dossier:deliver",
}
"""The functions that are a stage, as MODULE:NAME."""


def processor() -> float:
    """Return the seconds of processor time that this process and its workers that have ended took."""
    used = (resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
    return sum(one.ru_utime + one.ru_stime for one in used)


def watched(spent: dict[str, tuple[float, float]]) -> None:
    """Let every stage note its seconds, by the clock and of the processor."""

    def timed(stage: str, function: Callable[..., Any]) -> Callable[..., Any]:
        @wraps(function)
        def run(*args: Any, **kwargs: Any) -> Any:
            began, used = time.perf_counter(), processor()
            try:
                return function(*args, **kwargs)
            finally:
                spent[stage] = (time.perf_counter() - began, processor() - used)

        return run

    for stage, where in STAGES.items():
        module, _, name = where.partition(":")
        owner = importlib.import_module(module)
        setattr(owner, name, timed(stage, getattr(owner, name)))


def main() -> None:
    """Make the dossier and print the seconds of each stage."""
    from generator.press import dossier
    from generator.press.build import Order, gather
    from generator.press.dossier.units import Asked, units
    from generator.resources import data_dir

    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--jobs", type=int, default=2)
    parser.add_argument("--school", default="中心小学")
    asked = parser.parse_args()
    spent: dict[str, tuple[float, float]] = defaultdict(lambda: (0.0, 0.0))
    watched(spent)
    with tempfile.TemporaryDirectory() as folder:
        began = time.perf_counter()
        order = Order(data_dir() / "sample.xlsx", Path(folder), workers=asked.jobs, audience="bureau")
        known = gather(order, date.today)
        read = time.perf_counter() - began
        (unit,) = units(known.context.dataset, Asked(schools=(asked.school,)))
        ready = dossier.make(known, order, unit, dossier.Wish(Path(folder) / "none"))
        whole = time.perf_counter() - began
        size = (ready.folder / "档案.pdf").stat().st_size
    print(f"{ready.dossier.pieces} papers, {ready.dossier.pages} pages, {size / 1e6:.1f} MB, in {whole:.1f} s")
    print(f"{'read and check':36}{read:8.1f} s")
    for stage in STAGES:
        clock, used = spent[stage]
        print(f"{stage:36}{clock:8.1f} s {used:8.1f} s of the processor")
    for who, called in ((resource.RUSAGE_SELF, "this process"), (resource.RUSAGE_CHILDREN, "largest worker")):
        print(f"memory of {called}: {resource.getrusage(who).ru_maxrss / 1024:.0f} MB")


if __name__ == "__main__":
    main()
