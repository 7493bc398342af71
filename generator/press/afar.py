"""Jobs made elsewhere: any executor takes them to its workers, and what these return is written here.

A worker elsewhere has no access to the output folder. It returns what it printed; that is written by the run itself, in
the same way as here, and which files are ours or were edited nobody else knows.
"""

from __future__ import annotations

import pickle
import threading
from collections import Counter, deque
from collections.abc import Callable, Mapping
from concurrent.futures import FIRST_COMPLETED, Executor, Future, wait
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from generator.errors import BaoxueError
from generator.forms.plan import Job, Plan
from generator.press.installed import installed_whole
from generator.press.run import DEADLY, Pressed, Result, Station, in_order, kept, lost
from generator.press.workers import OFTEN, UNWATCHED, Watch, held_off
from generator.remembered import digest

AHEAD = 2
"""Jobs that are sent for each worker, lest one wait for the next; more than these come to is never held here."""


class ClusterError(BaoxueError):
    """Workers elsewhere cannot be used."""


@dataclass(frozen=True, slots=True)
class Pool:
    """Workers elsewhere: what takes jobs to them, how they are given what all jobs need, how many there are.

    ``deadly`` are what a job raises that killed too many of them. ``count`` raises ``ClusterError`` where there are
    none for too long.
    """

    executor: Executor
    place: Callable[[bytes], Any]  # returns what stands for it among the arguments of a job
    count: Callable[[], int]
    deadly: tuple[type[Exception], ...] = ()


@dataclass(frozen=True, repr=False)
class Errand:
    """A job for a worker elsewhere. Logs there tell how this looks, so it looks like nothing: it is about children."""

    job: Job
    edited: frozenset[str]  # targets that are left alone
    station: str  # the digest of what all jobs need
    installed: Mapping[str, str]


@dataclass(frozen=True, repr=False)
class Parcel:
    """What a worker elsewhere returns: the result but for files, and these."""

    result: Result
    files: tuple[Pressed, ...]


@dataclass
class _Afar:
    """A run whose workers are elsewhere."""

    station: Station
    pool: Pool
    done: Callable[[Result], None]
    watch: Watch
    waiting: deque[Job]
    going: dict[Future[Parcel], Job] = field(default_factory=dict)
    tries: Counter[Job] = field(default_factory=Counter)

    def __post_init__(self) -> None:
        inserts = self.station.inserts and replace(self.station.inserts, foundries={})
        nowhere = replace(self.station, out=Path(), known={}, foundries={}, forms={}, inserts=inserts)
        self.packed = pickle.dumps(nowhere)
        self.key = digest(self.packed)
        self.placed = self.pool.place(self.packed)

    def attend(self) -> None:
        """Send what may be sent, and take what has come back within a moment."""
        self.watch.beat()
        most = AHEAD * self.pool.count()
        while self.waiting and len(self.going) < most:
            job = self.waiting.popleft()
            edited = frozenset(target for _, target in job.targets if self.station.edited(target))
            errand = Errand(job, edited, self.key, installed_whole())
            self.going[self.pool.executor.submit(parcel, self.placed, errand)] = job
        for future in wait(self.going, OFTEN, FIRST_COMPLETED).done:
            with held_off():  # nothing that was made is lost
                self.take(future, self.going.pop(future))

    def take(self, future: Future[Parcel], job: Job) -> None:
        """Write what has come of a job; one that a worker's death has undone is sent again."""
        if future.cancelled():  # with the last worker that had it, what all jobs need is gone
            self.tries[job] += 1
            self.placed = self.pool.place(self.packed)
            if self.tries[job] > DEADLY:
                self.done(lost(job))
            else:
                self.waiting.appendleft(job)
            return
        try:
            sent = future.result()
        except self.pool.deadly:
            self.done(lost(job))
            return
        result = sent.result
        for pressed in sent.files:
            result = self.station.filed(result, pressed)
        self.watch.step(len(job.entries) * len(sent.files))
        self.done(result)


def run_afar(
    plan: Plan, station: Station, pool: Pool, done: Callable[[Result], None], watch: Watch = UNWATCHED
) -> None:
    """Make every job by workers elsewhere; ``done`` hears of each result, in no particular order.

    What ends the run, a ``KeyboardInterrupt`` as well as any error, calls off what was sent. Raises ``ClusterError``
    where workers cannot be used.
    """
    afar = _Afar(station, pool, done, watch, deque(in_order(plan.jobs)))
    try:
        while afar.waiting or afar.going:
            afar.attend()
    finally:
        for future in afar.going:
            future.cancel()


# --- in the worker --------------------------------------------------------------------------------------------------


def parcel(packed: bytes, errand: Errand) -> Parcel:
    """Make a job and return its files. Raises ``ClusterError`` where this installation is another than the run's."""
    if found := differing(errand.installed, installed_whole()):
        raise ClusterError(f"有工作进程的{found}：做出来会不一样，装成一样的再运行")
    with _ONE_AT_A_TIME:
        station = _unpacked(errand.station, packed)
        result, papers = station.resolved(errand.job)
        files = [
            kept(target) if target in errand.edited else station.pressed(errand.job, fmt, target, papers)
            for fmt, target in (errand.job.targets if papers else ())
        ]
    return Parcel(result, tuple(files))


def differing(here: Mapping[str, str], there: Mapping[str, str]) -> str:
    """Return in what an installation there differs from the one here, in words; nothing where they agree."""
    return "、".join(
        f"{name}是 {there.get(name, '没有')}（这里是 {what}）" for name, what in here.items() if there.get(name) != what
    )


_ONE_AT_A_TIME = threading.Lock()
"""Laying out knows no threads, and a worker may have several."""
_stations: dict[str, Station] = {}


def _unpacked(key: str, packed: bytes) -> Station:
    """Return what all jobs of a run need, unpacked once; what another run needed is forgotten."""
    if key not in _stations:
        _stations.clear()
        _stations[key] = pickle.loads(packed)
    return _stations[key]
