"""Worker processes: each makes one job at a time at the other end of a pipe, and none outlives the run.

A pool of the standard library would wait for jobs in progress, and can wait for ever where a worker is killed while it
holds the pool's queue. Here nothing is shared between workers, so that one can be killed at any moment.
"""

from __future__ import annotations

import gc
import multiprocessing
import os
import pickle
import shutil
import signal
import sys
import tempfile
import threading
import time
import warnings
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from multiprocessing import resource_tracker
from multiprocessing.connection import Connection, wait
from typing import Generic, TypeVar

from generator import RARELY
from generator.errors import STOPS

SHARED = tuple(number for number in STOPS if number != signal.SIGTERM)
"""What a terminal sends to all processes at once."""

J = TypeVar("J")
R = TypeVar("R")
OFTEN = 0.1
"""Seconds between two times that a worker tells of its steps, and that the run looks whether it is to stop."""


class Tell(Generic[R]):
    """How a job is followed: called with what there is of its result after each file, and told of each step."""

    def __init__(self, so_far: Callable[[R], None], step: Callable[[int], None] = lambda _: None) -> None:
        self._so_far, self._step = so_far, step
        self._steps, self._told = 0, time.monotonic()

    def __call__(self, so_far: R) -> None:
        """Tell what there is of the result."""
        self._so_far(so_far)

    def step(self) -> None:
        """Count one step; many in a moment are told together."""
        self._steps += 1
        if time.monotonic() - self._told >= OFTEN:
            self.tell_steps()

    def tell_steps(self) -> None:
        """Tell of the steps that were counted since."""
        if self._steps:
            self._step(self._steps)
        self._steps, self._told = 0, time.monotonic()


Make = Callable[[J, Tell[R]], R]
"""Makes a job, telling how far it is; returns the whole result."""
Kin = Callable[[J], object]
"""Tells what makes a job akin to others."""


@dataclass(frozen=True, slots=True)
class Watch:
    """Follows a run: ``step`` hears how many more papers were printed; ``beat``, called several times a second,
    stops it by raising ``KeyboardInterrupt``."""

    step: Callable[[int], None] = lambda _: None
    beat: Callable[[], None] = lambda: None


UNWATCHED = Watch()


@contextmanager
def held_off() -> Iterator[None]:
    """Put off all that ends a run until the block ends; processes begun inside are deaf to the terminal for good.

    It sends Ctrl-C to all processes at once; a worker that heard it while it starts would print a traceback.
    """
    came: list[int] = []
    mask = _block()
    before = _record(came)  # also what another thread receives, which the mask does not hold back
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
        if mask is not None:
            signal.pthread_sigmask(signal.SIG_SETMASK, mask)
    for number in came[:1]:
        signal.raise_signal(number)


def _block() -> set[int] | None:
    """Block what a terminal sends in this thread, where the system can; return what was blocked before."""
    if not hasattr(signal, "pthread_sigmask"):  # Windows
        return None
    return set(signal.pthread_sigmask(signal.SIG_BLOCK, SHARED))


def _record(came: list[int]) -> dict[int, signal.Handlers]:
    """Let signals be noted in ``came``, but for those that are ignored; return the handlers until now. Only the main
    thread has any."""
    if threading.current_thread() is not threading.main_thread():
        return {}
    heard = [number for number in STOPS if signal.getsignal(number) is not signal.SIG_IGN]
    return {number: signal.signal(number, lambda number, _: came.append(number)) for number in heard}  # type: ignore[misc]


class KilledError(Exception):
    """A worker is dead."""


class _Worker(Generic[J, R]):
    """A worker as the run sees it: what it is making, and what is known to be made of that."""

    def __init__(self, room: str) -> None:
        context = multiprocessing.get_context("spawn")
        self.pipe, theirs = context.Pipe()
        self.process = context.Process(target=_work, args=(theirs, room))
        self.job: J | None = None
        self.so_far: R | None = None
        self.steps = 0  # told and not yet passed on
        with theirs:  # with the worker's end in its hands alone, its death is the end of the pipe
            self.process.start()

    def take(self, job: J) -> None:
        """Give the worker its next job; that it is dead, ``hear`` finds out."""
        self.job, self.so_far = job, None
        with suppress(OSError):
            self.pipe.send(job)

    def hear(self) -> bool:
        """Receive one message; return whether the job is finished. Raises ``KilledError``, or what the job raised."""
        try:
            told, finished = self.pipe.recv()
        except (EOFError, OSError):
            raise KilledError from None
        if isinstance(told, int):
            self.steps += told
            return False
        if isinstance(told, Exception):
            raise told
        self.so_far = told
        return bool(finished)

    def end(self) -> None:
        """End the process at once, and hear what it told before."""
        self.process.kill()
        self.process.join()
        with suppress(Exception):
            while True:
                self.hear()
        self.pipe.close()


class _Waiting(Generic[J]):
    """Jobs that nobody has begun, by what makes some akin: a worker goes on with what it knows already, and begins
    what no other is at as long as there is any."""

    def __init__(self, jobs: Iterable[J], kin: Kin[J]) -> None:
        self.kin = kin
        self.by_kin: dict[object, deque[J]] = {}
        for job in jobs:
            self.by_kin.setdefault(kin(job), deque()).append(job)

    def __iter__(self) -> Iterator[J]:
        return (job for jobs in self.by_kin.values() for job in jobs)

    def __bool__(self) -> bool:
        return bool(self.by_kin)

    def pop(self, last: J | None, others: Iterable[J]) -> J:
        """Return the next job of a worker whose last one was this, while the others make those."""
        taken = {self.kin(job) for job in others}
        own = None if last is None else self.kin(last)
        key = own if last is not None and own in self.by_kin else next(
            (key for key in self.by_kin if key not in taken), next(iter(self.by_kin))
        )  # fmt: skip
        jobs = self.by_kin[key]
        job = jobs.popleft()
        if not jobs:
            del self.by_kin[key]
        return job


@dataclass
class _Crew(Generic[J, R]):
    """The workers of a run, and the jobs that none has begun or that killed theirs."""

    waiting: _Waiting[J]
    done: Callable[[R], None]
    watch: Watch
    workers: list[_Worker[J, R]] = field(default_factory=list)
    left: set[J] = field(default_factory=set)

    def begin(self, count: int, room: str, make: Make[J, R]) -> None:
        """Begin so many workers; what they must know is sent, and a job given to each, when all are starting."""
        if hasattr(signal, "pthread_sigmask"):
            resource_tracker.ensure_running()  # else the first worker begins it, and comes to hear Ctrl-C by that
        for _ in range(count):
            with held_off():
                self.workers.append(_Worker(room))
        how = pickle.dumps(make)
        for worker in self.workers:
            with suppress(OSError):
                worker.pipe.send_bytes(how)
            self.give(worker, None)

    def give(self, worker: _Worker[J, R], last: J | None) -> None:
        """Give a worker the job that is next for it."""
        others = [other.job for other in self.workers if other.job is not None]
        worker.take(self.waiting.pop(last, others))

    def attend(self) -> bool:
        """Wait for workers that have something to tell; return whether there were any to wait for."""
        busy = [worker for worker in self.workers if worker.job is not None]
        if not busy:
            return False
        self.watch.beat()
        ready = wait([worker.pipe for worker in busy], OFTEN)
        for worker in busy:
            if worker.pipe in ready:
                with held_off():  # nothing that was told is lost
                    self.hear(worker)
        return True

    def hear(self, worker: _Worker[J, R]) -> None:
        """Hear a worker; give it another job when it has finished one, bury it when it is dead."""
        try:
            finished = worker.hear()
        except KilledError:
            self.bury(worker)
            return
        if worker.steps:
            self.watch.step(worker.steps)
            worker.steps = 0
        if not finished:
            return
        result, last = worker.so_far, worker.job
        worker.job = worker.so_far = None
        assert result is not None
        self.done(result)
        if self.waiting:
            self.give(worker, last)

    def bury(self, worker: _Worker[J, R]) -> None:
        """Leave the job of a worker that is dead."""
        self.workers.remove(worker)
        worker.end()
        assert worker.job is not None
        self.left.add(worker.job)

    def end(self) -> None:
        """End all workers at once, then tell what they made of jobs in progress."""
        for worker in self.workers:
            worker.process.kill()
        for worker in self.workers:
            worker.end()
            if worker.so_far is not None:
                self.done(worker.so_far)


def _alone(job: J) -> object:
    return job


def share_out(
    jobs: Sequence[J], make: Make[J, R], workers: int, done: Callable[[R], None], watch: Watch = UNWATCHED,
    kin: Kin[J] = _alone,
) -> list[J]:  # fmt: skip
    """Make jobs with so many processes; return, in their order, those not made because workers were killed.

    Those that are akin, for which ``kin`` returns the same, are made by one worker as far as that keeps none idle.
    ``done`` hears of each result. Where an exception stops the run, all processes are ended at once, and ``done`` hears
    what there is of the results of jobs in progress.
    """
    crew = _Crew[J, R](_Waiting(jobs, kin), done, watch)
    # a killed process clears no temporary folder; in this one each worker's has its place
    with tempfile.TemporaryDirectory(prefix="baoxue-", ignore_cleanup_errors=True) as room:
        try:
            crew.begin(min(workers, len(jobs)), room, make)
            while crew.attend():
                pass
        finally:
            with held_off():
                crew.end()
    crew.left.update(crew.waiting)
    return [job for job in jobs if job in crew.left]


# --- in the worker --------------------------------------------------------------------------------------------------


def _work(pipe: Connection, room: str) -> None:
    """Make jobs until there are no more or the run is gone."""
    gc.set_threshold(*RARELY)
    for number in SHARED:
        signal.signal(number, signal.SIG_IGN)  # Windows has no mask to begin with
    if not sys.warnoptions:
        warnings.simplefilter("ignore")  # libraries would print in English
    tempfile.tempdir = room
    guard = threading.Thread(target=_end_with_run, args=(room,), daemon=True)
    guard.start()
    with suppress(EOFError, OSError):
        make = pickle.loads(pipe.recv_bytes())
        while True:
            pipe.send((_made(make, pipe.recv(), pipe), True))
    guard.join()  # the pipe ends when the run does: the guard must have the time to clear up


def _made(make: Make[J, R], job: J, pipe: Connection) -> R | Exception:
    tell = Tell[R](lambda so_far: pipe.send((so_far, False)), lambda steps: pipe.send((steps, False)))
    try:
        return make(job, tell)
    except Exception as error:
        return error
    finally:
        tell.tell_steps()


def _end_with_run(room: str) -> None:
    """Wait for the run's process to end, however it does, and end this one in the middle of whatever it does."""
    run = multiprocessing.parent_process()
    assert run is not None
    run.join()
    shutil.rmtree(room, ignore_errors=True)
    os._exit(1)
