"""The run that the page has going: in a thread of its own, seen by every tab, stopped by any."""

from __future__ import annotations

import os
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Literal

from flask import current_app

from generator import faults
from generator.errors import BaoxueError
from generator.press.build import Prepared, build
from generator.press.report import Report
from generator.press.workers import Watch

State = Literal["preparing", "making", "done", "stopped", "failed"]
WORKERS = max(2, os.cpu_count() or 1)
"""Processes that make papers; never in the page's own, which goes on answering."""


@dataclass
class Run:
    """Papers being made, or made: how many of how many, and how it ended."""

    title: str
    number: int
    state: State = "preparing"
    papers: int = 0  # in all their formats
    made: int = 0
    files: int = 0
    files_made: int = 0
    began: float = field(default_factory=time.monotonic)
    ended: float | None = None
    failure: str = ""
    report: Report | None = None
    prepared: Prepared | None = None
    stopping: bool = False

    @property
    def going(self) -> bool:
        """Whether it has not ended."""
        return self.ended is None

    @property
    def seconds(self) -> float:
        """How long it has been going, or went."""
        return (self.ended or time.monotonic()) - self.began

    @property
    def part(self) -> int:
        """The part that is made, in per cent."""
        return min(100, 100 * self.made // self.papers) if self.papers else 0


class Press:
    """Makes one order at a time; the last one stays to be seen."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self.run: Run | None = None

    def start(self, title: str, prepare: Callable[[], Prepared]) -> Run:
        """Begin to make what ``prepare`` plans, and return the run; the one that is going, if there is one."""
        with self._lock:
            if self.run and self.run.going:
                return self.run
            run = self.run = Run(title, self.run.number + 1 if self.run else 1)
        threading.Thread(target=_make, args=(run, prepare), daemon=True).start()
        return run

    def stop(self) -> None:
        """Let the run that is going end at once; what is finished stays."""
        if self.run and self.run.going:
            self.run.stopping = True


def _make(run: Run, prepare: Callable[[], Prepared]) -> None:
    """Make an order, and tell of it in ``run``."""

    def step(papers: int) -> None:
        run.made += papers

    def beat() -> None:
        if run.stopping:
            raise KeyboardInterrupt

    def done(_: object) -> None:
        run.files_made += 1

    state: State = "failed"
    try:
        run.prepared = prepare()
        beat()
        jobs = run.prepared.plan.jobs
        run.papers, run.files = sum(len(job.entries) * len(job.targets) for job in jobs), len(jobs)
        run.state = "making"
        run.report = build(run.prepared, done, Watch(step, beat))
        state = "done"
    except KeyboardInterrupt:
        state = "stopped"
    except BaoxueError as error:
        run.failure = str(error)
    except Exception as error:
        run.failure = f"{faults.told(error)}，没有做完。做好的都在，再做一次会接着做其余的。"
    finally:
        run.ended, run.state, run.prepared = time.monotonic(), state, None


def press() -> Press:
    """Return the press of the page that is being answered."""
    found = current_app.extensions["press"]
    assert isinstance(found, Press)
    return found
