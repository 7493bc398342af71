"""The machine that figures are taken on: what it is, how fast it is, and whether it did something else meanwhile."""

from __future__ import annotations

import os
import platform
import statistics
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path

from generator import __version__

LATE = 1.15
"""A processor that is somebody else's for a seventh of the time is told of."""
UNEVEN = 1.3
"""So much longer than at its shortest the same work may take."""


@dataclass(frozen=True, slots=True)
class Spent:
    """What a piece of work took: seconds by the clock, and those of the processor."""

    seconds: float
    processor: float

    def __add__(self, other: Spent) -> Spent:
        return Spent(self.seconds + other.seconds, self.processor + other.processor)


def timed(work: Callable[[], object]) -> float:
    """Return how many seconds ``work`` took."""
    return spent(work).seconds


def spent(work: Callable[[], object]) -> Spent:
    """Return what ``work`` took, in this process."""
    start, used = time.perf_counter(), time.process_time()
    work()
    return Spent(time.perf_counter() - start, time.process_time() - used)


def piece() -> Spent:
    """Return what a fixed piece of pure Python takes now."""
    return spent(lambda: sum(hash(str(number)) & 1 for number in range(1_000_000)))


def yardstick() -> float:
    """Return the seconds of that piece, the median of five: machines compare by how many times that a figure is."""
    return statistics.median(piece().seconds for _ in range(5))


def busy(pieces: Sequence[Spent]) -> bool:
    """Return whether the machine had other work while these pieces were done: they waited, or were uneven."""
    waited = sum(one.seconds for one in pieces) > LATE * sum(one.processor for one in pieces)
    return waited or max(one.seconds for one in pieces) > UNEVEN * min(one.seconds for one in pieces)


def about() -> dict[str, str | int]:
    """Return what the machine and the programs on it are, but for what prints PDF."""
    return {
        "system": f"{platform.system()} {platform.release()}",
        "processor": _processor(),
        "cores": cores(),
        "baoxue": __version__,
        "python": platform.python_version(),
        "docxtpl": version("docxtpl"),
    }


def printing() -> dict[str, str | int]:
    """Return what lays out PDF files here; to be asked only where they can be made."""
    from weasyprint.text.ffi import pango

    number = pango.pango_version()
    return {"weasyprint": version("weasyprint"), "pango": f"{number // 10000}.{number // 100 % 100}.{number % 100}"}


def cores() -> int:
    """Return how many cores this process may use."""
    if hasattr(os, "sched_getaffinity"):  # not on Windows and macOS
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


def _processor() -> str:
    told = Path("/proc/cpuinfo")
    if told.is_file():
        for line in told.read_text("utf-8", errors="replace").splitlines():
            name, _, value = line.partition(":")
            if name.strip() == "model name":
                return value.strip()
    return platform.processor() or platform.machine()
