"""How time and memory grow with records: ``python -m benchmarks.scale [--plot] [--records N ...] [--rounds N]``.

Of each size there is a workbook of an invented county, and the real command makes the contracts of all its children,
a print file a class, with two workers. Memory is what the command and its workers hold together at their most (of what
they share, each its part), as Linux tells several times a second. ``--plot`` writes figures.json, plot and page.
"""

from __future__ import annotations

import argparse
import json
import os
import statistics
import subprocess
import sys
import threading
from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import asdict, dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from time import perf_counter
from typing import Any

from benchmarks.staged import STAGES
from generator.bench.contracts import FORM, TODAY
from generator.bench.county import county
from generator.bench.machine import about, busy, piece, printing
from generator.dataset.workbook import write_workbook

ROOT = Path(__file__).resolve().parent.parent
RECORDS = (10, 30, 100, 300, 1_000, 3_000, 10_000, 30_000, 50_000)
FORMATS = ("pdf", "docx")
WORKERS = 2
SHORT = 3_000
"""Up to so many records a run is short enough to be repeated."""
OFTEN = 0.1
"""Seconds between two looks at memory."""


@dataclass(frozen=True, slots=True)
class Run:
    """A command that was run: seconds from its start to its end, most memory, files made, seconds of its stages."""

    seconds: float
    megabytes: float
    files: int
    stages: dict[str, float]


def run(words: Sequence[str], out: Path, suffixes: Sequence[str]) -> Run:
    """Run a command of baoxue that writes to ``out``, stage by stage; raises ``SystemExit`` where it fails."""
    times = out.parent / "times.json"
    start = perf_counter()
    process = subprocess.Popen(
        [sys.executable, "-m", "benchmarks.staged", str(times), *words, "--out", str(out), "--quiet"],
        cwd=ROOT, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True, encoding="utf-8",
        env=os.environ | {"PYTHONUTF8": "1"},
    )  # fmt: skip
    seen = [0.0]
    over = threading.Event()
    watcher = threading.Thread(target=_watch, args=(process.pid, seen, over))
    watcher.start()
    _, told = process.communicate()
    seconds = perf_counter() - start
    over.set()
    watcher.join()
    if process.returncode:
        raise SystemExit(f"{' '.join(words)} ended with {process.returncode}\n{told}")
    files = sum(path.suffix in suffixes and path.parent != out for path in out.rglob("*"))
    return Run(seconds, seen[0], files, json.loads(times.read_text("utf-8")))


def _watch(pid: int, seen: list[float], over: threading.Event) -> None:
    while not over.wait(OFTEN):
        seen[0] = max(seen[0], sum(map(_held, _family(pid))))


def _family(pid: int) -> Iterator[int]:
    """Yield a process and all that it began."""
    yield pid
    with suppress(OSError):
        for task in Path(f"/proc/{pid}/task").iterdir():
            for child in (task / "children").read_text("ascii").split():
                yield from _family(int(child))


def _held(pid: int) -> float:
    """Return the megabytes that a process holds, of what it shares its part; nothing where it has ended."""
    with suppress(OSError):
        for line in Path(f"/proc/{pid}/smaps_rollup").read_text("ascii").splitlines():
            if line.startswith("Pss:"):
                return int(line.split()[1]) / 1024
    return 0.0


def measured(records: Sequence[int] = RECORDS, rounds: int = 3) -> dict[str, Any]:
    """Return the figures of every size: medians of rounds where a run is short, else of one."""
    found: list[dict[str, Any]] = []
    pieces = [piece()]
    with TemporaryDirectory() as folder:
        data = Path(folder) / "county.xlsx"
        for count in records:
            write_workbook(county(count), data)
            for fmt in FORMATS:
                runs = [
                    run(contracts(data, fmt), Path(folder) / f"{fmt}-{count}-{turn}", (f".{fmt}",))
                    for turn in range(rounds if count <= SHORT else 1)
                ]
                pieces.append(piece())
                found.append({"records": count, "format": fmt, **asdict(_median(runs))})
                print(f"{count} {fmt}: {found[-1]['seconds']:.2f} s, {found[-1]['megabytes']:.0f} MB", file=sys.stderr)
    unit = statistics.median(one.seconds for one in pieces)
    return {
        "machine": about() | printing(),
        "yardstick_seconds": unit,
        "busy": busy(pieces),
        "workers": WORKERS,
        "runs": found,
    }


def contracts(data: Path, fmt: str) -> list[str]:
    """Return the words of the command that makes the contracts of a dataset."""
    return [
        "build", str(data), "--form", FORM, "--format", fmt, "--jobs", str(WORKERS), "--today", TODAY.isoformat(),
    ]  # fmt: skip


def _median(runs: Sequence[Run]) -> Run:
    """Return the run in the middle by time, with the most memory of all."""
    middle = sorted(runs, key=lambda one: one.seconds)[len(runs) // 2]
    return Run(middle.seconds, max(one.megabytes for one in runs), middle.files, middle.stages)


def main() -> None:
    """Print the figures, or write them down and draw them."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--records", type=int, nargs="+", default=list(RECORDS))
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--plot", action="store_true", help="write figures.json, the plot and the page")
    asked = parser.parse_args()
    found = measured(asked.records, asked.rounds)
    if asked.plot:
        from benchmarks.figures import note

        note("scale", found)
        return
    for one in found["runs"]:
        stages = ", ".join(f"{stage} {one['stages'].get(stage, 0.0):.2f}" for stage in STAGES)
        print(f"{one['records']} {one['format']}: {one['seconds']:.2f} s, {one['megabytes']:.0f} MB; {stages}")


if __name__ == "__main__":
    main()
