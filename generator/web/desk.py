"""What lies on the desk: the project's dataset, read once and again only when a file has changed."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime
from pathlib import Path

from flask import current_app

from generator import faults
from generator.dataset import sources
from generator.errors import BaoxueError, DataError, Problem, Problems
from generator.press.build import Gathered, Order, gather
from generator.press.due import Asked, Due
from generator.project import DATA, begin, naming
from generator.records import ledger
from generator.records.ledger import NAME, LedgerError
from generator.resources import PROJECT_FILE

PATIENCE = 0.5
"""Seconds that a page waits for a dataset to be read before it says that it is being read."""

Stamp = tuple[tuple[str, int, int], ...]


@dataclass(frozen=True, slots=True)
class Known:
    """What was read: the dataset with its problems, or why it cannot be used."""

    stamp: Stamp
    today: date
    gathered: Gathered | None = None
    problems: tuple[Problem, ...] = ()
    failure: str = ""  # where it cannot be told as problems
    kept: dict[str, Due] = field(default_factory=dict)

    @property
    def errors(self) -> int:
        """How many of the problems are errors."""
        return sum(problem.level == "error" for problem in self.problems)

    @property
    def basis(self) -> object:
        """What changes when papers may come to say something else: that a file was printed changes none of them."""
        return _but_for_the_ledger(self.stamp), self.gathered and self.gathered.ledger, self.today

    @property
    def now(self) -> Gathered:
        """What was read, as of today and not of the day that the dataset gives."""
        assert self.gathered
        return self.gathered.on(self.today)

    def due(self) -> Due:
        """Return what is owed today, and what of it is done, worked out once."""
        if "due" not in self.kept:
            self.kept["due"] = self.now.due(Asked(done=True))
        return self.kept["due"]


class Desk:
    """The project that the page is about. Every tab sees the same one."""

    def __init__(self, project: Path, data: Path | None, out: Path, today: date | None) -> None:
        self.project, self._data, self.out, self._today = project, data, project / out, today
        self._lock = threading.Lock()  # held while reading
        self._known: Known | None = None

    @property
    def data(self) -> Path:
        """Where the dataset lies, or will."""
        return self.project / (self._data or DATA)

    def take(self, data: str) -> None:
        """Let a dataset be the project's that lies there already: a file, or ``.`` for all in the folder."""
        begin(self.project, naming(data))
        self._data = Path(data)

    @property
    def ledger(self) -> Path:
        """Where the ledger lies, or will."""
        return self.project / NAME

    @property
    def today(self) -> date:
        """The day that papers are made of."""
        return self._today or clock().date()

    @property
    def pretended(self) -> bool:
        """Whether another day than that of the clock was asked for."""
        return self._today is not None

    def order(self, **said: object) -> Order:
        """Return an order for papers of this project."""
        order = Order(self.data, self.out, self.project, today=self._today, ledger=self.ledger)
        for name in said:
            assert name in Order.__dataclass_fields__
        return Order(**{name: getattr(order, name) for name in Order.__dataclass_fields__} | said)

    def known(self) -> Known | None:
        """Return what is known of the project as it lies there now, or nothing while it is being read."""
        known = self._known
        if known and (known.stamp, known.today) == (self.stamp(), self.today):
            return known
        if not self._lock.locked():
            reading = threading.Thread(target=self.read, daemon=True)
            reading.start()
            reading.join(PATIENCE)
        known = self._known
        return known if known and (known.stamp, known.today) == (self.stamp(), self.today) else None

    def read(self) -> Known:
        """Return what is known of the project, waiting until it is read."""
        with self._lock:
            stamp, today = self.stamp(), self.today
            if not self._known or (self._known.stamp, self._known.today) != (stamp, today):
                self._known = self._still(stamp, today) or _read(self.order(), stamp, today, self._proved(stamp))
            return self._known

    def outdated(self, known: Known) -> Callable[[], bool]:
        """Return what tells, whenever it is asked, whether papers made of what was known then may say what is no longer
        so."""
        return lambda: self.read().basis != known.basis

    def _still(self, stamp: Stamp, today: date) -> Known | None:
        """Return what was read before, where all that is new is what the ledger says of printed files."""
        before = self._known
        if before is None or before.gathered is None or before.gathered.vanished or before.today != today:
            return None
        if _but_for_the_ledger(stamp) != _but_for_the_ledger(before.stamp):
            return None
        try:
            book = ledger.read(self.ledger)
        except LedgerError:
            return None
        same = book is not None and (book or None) == (before.gathered.book or None)
        return replace(before, stamp=stamp) if same else None

    def _proved(self, stamp: Stamp) -> Gathered | None:
        """Return what was read before, where its definitions are still those that lie there."""
        if self._known is None or self._known.gathered is None:
            return None
        folder = str(self.project / "templates")
        now, before = ([one for one in each if one[0].startswith(folder)] for each in (stamp, self._known.stamp))
        return self._known.gathered if now == before else None

    def stamp(self) -> Stamp:
        """Return what changes when a file changes that the project rests on."""
        return tuple(_stamps([*self._files()]))

    def _files(self) -> Iterator[Path]:
        yield from (self.project / PROJECT_FILE, self.ledger)
        if self.data.exists():
            yield from sources.files(self.data).values()
        for name in ("templates", "policies"):
            yield from sorted((self.project / name).rglob("*"))


def _but_for_the_ledger(stamp: Stamp) -> Stamp:
    return tuple(one for one in stamp if Path(one[0]).name != NAME)


def _stamps(files: list[Path]) -> Iterator[tuple[str, int, int]]:
    for path in files:
        try:
            found = path.stat()
        except OSError:
            continue
        yield str(path), found.st_mtime_ns, found.st_size


def _read(order: Order, stamp: Stamp, today: date, before: Gathered | None) -> Known:
    if not order.data.exists():
        return Known(stamp, today)
    try:
        gathered = gather(order, lambda: today, known_until=today, before=before)
    except DataError as error:
        return Known(stamp, today, problems=error.problems)
    except Problems as error:
        return Known(stamp, today, problems=error.problems, failure="文书定义或政策有错，先改好这些。")
    except BaoxueError as error:
        return Known(stamp, today, failure=str(error))
    except Exception as error:  # in a thread nobody would hear of it, and the page would wait for ever
        faults.record([faults.trace(error)], clock(), order.project or order.data.parent)
        return Known(stamp, today, failure=f"{faults.told(error)}，数据没有读成。改好或换一份数据表再试。")
    return Known(stamp, today, gathered, gathered.problems)


def clock() -> datetime:
    """Return the time here."""
    return datetime.now(UTC).astimezone()


def desk() -> Desk:
    """Return the desk of the page that is being answered."""
    found = current_app.extensions["desk"]
    assert isinstance(found, Desk)
    return found
