"""Measures all that docs/performance.md tells: ``python -m benchmarks.figures [PART ...]``; without parts, all of them.

Each part is written into figures.json as soon as it is known, with the page and the plot that are made of it. A quiet
machine takes about a quarter of an hour for all.
"""

from __future__ import annotations

import gc
import json
import statistics
import sys
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from generator import RARELY
from generator.bench.machine import Spent, about, busy, piece

FILE = Path(__file__).with_name("figures.json")


def figures() -> dict[str, Any]:
    """Return what was measured last, part by part."""
    found: dict[str, Any] = json.loads(FILE.read_text("utf-8")) if FILE.exists() else {}
    return found


def note(part: str, measured: dict[str, Any]) -> None:
    """Write down a part, and the page and plot made of it."""
    from docs import performance_page

    known = figures() | {part: {"taken": f"{datetime.now(UTC):%Y-%m}", **measured}}
    FILE.write_text(json.dumps(dict(sorted(known.items())), ensure_ascii=False, indent=1) + "\n", "utf-8")
    performance_page.main()


def _bench() -> dict[str, Any]:
    from generator.bench.race import Plan, race

    return race(Plan(), lambda *told: print(*told, file=sys.stderr)).as_dict()


def _typst() -> dict[str, Any]:
    from benchmarks.typst import measured

    return measured(2_000, 3)


def _scale() -> dict[str, Any]:
    from benchmarks.scale import measured

    return measured()


def _sample() -> dict[str, Any]:
    """The whole sample, all papers in all formats, from the command to the last file."""
    from benchmarks.scale import WORKERS, run

    words = ["build", "--sample", "--jobs", str(WORKERS), "--today", "2026-11-16"]
    pieces = [piece()]
    with TemporaryDirectory() as folder:
        took = run(words, Path(folder) / "out", (".docx", ".pdf", ".xlsx"))
    pieces.append(piece())
    return {
        "machine": about(), "yardstick_seconds": _median(pieces), "busy": busy(pieces), "workers": WORKERS,
        "seconds": took.seconds, "megabytes": took.megabytes, "files": took.files,
    }  # fmt: skip


def _one() -> dict[str, Any]:
    """One child's contract in Word from the sample of 600, from the command to the file."""
    from benchmarks.word import waited

    pieces = [piece() for _ in range(3)]
    with TemporaryDirectory() as folder:
        seconds = waited(Path(folder))
    pieces += [piece() for _ in range(3)]
    return {"machine": about(), "yardstick_seconds": _median(pieces), "busy": busy(pieces), "seconds": seconds}


def _median(pieces: Sequence[Spent]) -> float:
    return statistics.median(one.seconds for one in pieces)


PARTS: dict[str, Callable[[], dict[str, Any]]] = {
    "bench": _bench,
    "typst": _typst,
    "scale": _scale,
    "sample": _sample,
    "one": _one,
}


def main() -> None:
    """Measure the parts that are named, or all."""
    gc.set_threshold(*RARELY)  # as the command does
    for part in sys.argv[1:] or PARTS:
        print(part, file=sys.stderr)
        note(part, PARTS[part]())


if __name__ == "__main__":
    main()
