"""The run that the page has going: in a thread of its own, seen by every tab, stopped by any."""

from __future__ import annotations

import os
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal

from flask import current_app

from generator import faults
from generator.errors import BaoxueError
from generator.files import reason
from generator.press import resume
from generator.press.build import Prepared, build
from generator.press.dossier import Follow, Ready
from generator.press.report import Report
from generator.press.run import Result
from generator.press.unfinished import Intent
from generator.press.workers import Watch

State = Literal["preparing", "making", "binding", "done", "stopped", "failed"]
Make = Callable[[Follow, Watch], Ready]
"""Makes a dossier, telling how far it is."""
WORKERS = max(2, os.cpu_count() or 1)
"""Processes that make papers; never in the page's own, which goes on answering."""

SOON = 3.0
"""Seconds after which it can be said how long it may still take."""


class BusyError(BaoxueError):
    """Another run is going."""


@dataclass
class Run:
    """Papers being made, or made: how many of how many, and how it ended."""

    title: str
    number: int
    asked: str = ""
    state: State = "preparing"
    papers: int = 0  # in all their formats
    made: int = 0
    files: int = 0
    files_made: int = 0
    before: int = 0  # of these files, that were made by the run that this one goes on with
    made_before: int = 0
    prepared: float = 0.0  # seconds until it began to make papers
    began: float = field(default_factory=time.monotonic)
    ended: float | None = None
    failure: str = ""
    report: Report | None = None
    ready: Ready | None = None  # of a dossier
    dossier: bool = False
    folder: str = ""  # where its files are, below the output folder
    stopping: bool = False
    outdated: bool = False  # what it rests on has changed since it began

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

    @property
    def rest(self) -> str:
        """How long it may still take, in words; nothing while it is too early to tell."""
        done, going = self.made - self.made_before, self.seconds - self.prepared
        if self.state != "making" or going < SOON or not done:
            return ""
        seconds = going * max(0, self.papers - self.made) / done
        return f"{seconds / 60:.0f} 分钟" if seconds >= 90 else f"{max(1, seconds):.0f} 秒"

    def beat(self) -> None:
        """End the run, by raising ``KeyboardInterrupt``, if somebody wants it to stop."""
        if self.stopping:
            raise KeyboardInterrupt


class Press:
    """Makes one order at a time; the last one stays to be seen."""

    def __init__(self, out: Path) -> None:
        self._out = out
        self._lock = threading.Lock()
        self.run: Run | None = None

    @property
    def busy(self) -> bool:
        """Whether a run is going."""
        return self.run is not None and self.run.going

    def start(
        self, title: str, prepare: Callable[[], Prepared], intent: Intent | None = None,
        outdated: Callable[[], bool] = lambda: False,
    ) -> Run:  # fmt: skip
        """Begin to make what ``prepare`` plans, and return the run; raises ``BusyError`` while another one is going.

        With an ``intent`` it is noted in the output folder what is made, so that a run that is ended can be gone on
        with. ``outdated`` is asked at the end whether what the run rests on has changed meanwhile.
        """

        def work(run: Run) -> None:
            prepared = prepare()
            run.beat()
            run.report = _build(run, prepared, intent, self._out)
            run.outdated = outdated()

        return self._begin(Run(title, 0, intent.asked if intent else ""), work)

    def bind(self, title: str, make: Make, outdated: Callable[[], bool]) -> Run:
        """Begin to make a dossier, and return the run; raises ``BusyError`` while another one is going."""

        def work(run: Run) -> None:
            run.ready = make(_followed(run), Watch(beat=run.beat))
            run.outdated = outdated()

        return self._begin(Run(title, 0, dossier=True), work)

    def _begin(self, run: Run, work: Callable[[Run], None]) -> Run:
        with self._lock:
            if self.run and self.run.going:
                raise BusyError(f"正在做“{self.run.title}”，一次只能做一批。等它做完，或先按“停下”，再做这一批。")
            run.number, self.run = self.run.number + 1 if self.run else 1, run
        threading.Thread(target=_work, args=(run, work, self._out), daemon=True).start()
        return run

    def stop(self) -> None:
        """Let the run that is going end at once; what is finished stays."""
        if self.run and self.run.going:
            self.run.stopping = True


def _work(run: Run, work: Callable[[Run], None], out: Path) -> None:
    """Do the work of a run, and tell of it in ``run``."""
    state: State = "failed"
    again = "做到一半的没有留下，原来的没有动，请再做一次" if run.dossier else "做好的都在，再做一次会接着做其余的"
    try:
        work(run)
        state = "done"
    except KeyboardInterrupt:
        state = "stopped"
    except BaoxueError as error:
        run.failure = str(error)
    except OSError as error:
        run.failure = f"写不进 {out}（{reason(error)}）：请腾出空间、关掉打开的文件，再做一次，会接着做。"
    except Exception as error:
        run.failure = f"{faults.told(error)}，没有做完。{again}。"
    finally:
        run.ended, run.state = time.monotonic(), state


def _followed(run: Run) -> Follow:
    """Return what tells a run how many of the files of a dossier are made."""

    def step() -> None:
        run.files_made += 1

    @contextmanager
    def follow(total: int) -> Iterator[Callable[[], None]]:
        run.files, run.state, run.prepared = total, "making", run.seconds
        yield step
        run.state = "binding"

    return follow


def _build(run: Run, prepared: Prepared, intent: Intent | None, out: Path) -> Report:
    """Make what is planned but for what an ended run of the same intent had finished."""
    jobs, folder = prepared.plan.jobs, prepared.order.out
    before = resume.finished(prepared, intent, out) if intent else []
    run.papers, run.files = sum(len(job.entries) * len(job.targets) for job in jobs), len(jobs)
    run.made = run.made_before = sum(len(result.job.entries) * len(result.job.targets) for result in before)
    run.files_made = run.before = sum(bool(result.made) for result in before)
    run.state, run.prepared = "making", run.seconds
    run.folder = "" if folder == out else folder.relative_to(out).as_posix()

    def step(papers: int) -> None:
        run.made += papers

    def done(result: Result) -> None:
        run.files_made += bool(result.made)

    watch = Watch(step, run.beat)
    return resume.make(prepared, intent, out, done, watch, before) if intent else build(prepared, done, watch)


def press() -> Press:
    """Return the press of the page that is being answered."""
    found = current_app.extensions["press"]
    assert isinstance(found, Press)
    return found
