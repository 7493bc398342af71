"""Files that were dropped in and are looked at, in a folder that is gone when the program ends.

Where it is killed, as by closing its window on Windows, the next start clears the folder away: rosters name children.
"""

from __future__ import annotations

import re
import secrets
import shutil
import tempfile
import threading
import weakref
from collections import OrderedDict
from contextlib import suppress
from dataclasses import dataclass, replace
from pathlib import Path
from typing import IO

from flask import current_app
from werkzeug.datastructures import FileStorage

from generator.dataset import is_roster
from generator.dataset.roster import Roster, prepare
from generator.errors import BaoxueError, Exit
from generator.files import lock
from generator.press.intake import Workbook, compare, refuse
from generator.web.desk import Desk, Stamp

_ROOMS = "baoxue-page-"
_LOCK = ".lock"
_STRANGE = re.compile(r'[\x00-\x1f\x7f<>:"/\\|?*]')
_LONGEST = 60
"""Characters of a name; a file system takes 255 bytes."""
KEPT = 5
"""So many dropped files are kept; somebody with more tabs drops the first one again."""


class GoneError(BaoxueError):
    """What was dropped in is not there any more."""

    exit_code = Exit.USAGE


@dataclass(frozen=True, slots=True)
class Dropped:
    """A file that was dropped in, and what it would change in the dataset as it lay there then (``stamp``)."""

    key: str
    path: Path
    school: str = ""
    force: bool = False
    roster: Roster | None = None
    workbook: Workbook | None = None
    refused: BaoxueError | None = None
    stamp: Stamp = ()


class Drops:
    """The files that were dropped in last."""

    def __init__(self) -> None:
        _clear_away()
        self._room = Path(tempfile.mkdtemp(prefix=_ROOMS))
        self._held = (self._room / _LOCK).open("wb")
        lock(self._held)
        weakref.finalize(self, _leave, self._room, self._held)  # also when the program ends
        self._kept: OrderedDict[str, Dropped] = OrderedDict()
        self._lock = threading.Lock()

    def take_in(self, file: FileStorage, school: str) -> Dropped:
        """Keep a file that was sent; raises DataError where it is of a kind that is not taken."""
        key = secrets.token_hex(8)
        folder = self._room / key
        folder.mkdir(mode=0o700)
        path = folder / _named(file.filename or "")
        file.save(path)
        file.close()
        try:
            refuse(path)
        except BaoxueError:
            shutil.rmtree(folder, ignore_errors=True)
            raise
        return self._keep(Dropped(key, path, school))

    def find(self, key: str) -> Dropped:
        """Return what was kept under a key; raises ``GoneError``."""
        with self._lock:
            if found := self._kept.get(key):
                return found
        raise GoneError("这份文件已经处理过，或放进来太久了；要再导入，请再放进来一次。")

    def look(self, key: str, desk: Desk, *, school: str, force: bool) -> Dropped:
        """Return a dropped file with what it would change now; where it cannot be used, with the reason."""
        found = self.find(key)
        stamp = desk.stamp()
        asked = (found.school, found.force, found.stamp)
        if (found.roster or found.workbook) and asked == (school, force, stamp):
            return found
        found = replace(found, school=school, force=force, roster=None, workbook=None, refused=None, stamp=stamp)
        return self._keep(_compared(found, desk))

    def forget(self, key: str) -> None:
        """Let go of a file that was taken over."""
        with self._lock:
            found = self._kept.pop(key, None)
        if found:
            shutil.rmtree(found.path.parent, ignore_errors=True)

    def _keep(self, dropped: Dropped) -> Dropped:
        with self._lock:
            self._kept[dropped.key] = dropped
            while len(self._kept) > KEPT:
                _, oldest = self._kept.popitem(last=False)
                shutil.rmtree(oldest.path.parent, ignore_errors=True)
        return dropped


def _named(said: str) -> str:
    """Return the name of a file that was sent, as every system can keep it."""
    name = _STRANGE.sub("_", said.replace("\\", "/").rpartition("/")[2]).strip(". ") or "名册"
    stem, dot, suffix = name.rpartition(".")
    return f"{stem[:_LONGEST]}.{suffix[:_LONGEST]}" if dot else name[:_LONGEST]


def _leave(room: Path, held: IO[bytes]) -> None:
    held.close()
    shutil.rmtree(room, ignore_errors=True)


def _clear_away() -> None:
    """Remove what programs that were killed have left."""
    for room in Path(tempfile.gettempdir()).glob(f"{_ROOMS}*"):
        with suppress(OSError):  # another program's, and going; or another user's
            with (room / _LOCK).open("ab") as file:
                lock(file)
            shutil.rmtree(room, ignore_errors=True)


def _compared(dropped: Dropped, desk: Desk) -> Dropped:
    """Return a dropped file with what it would change, or with why it cannot be used."""
    try:
        if is_roster(dropped.path):
            if not desk.data.exists():
                raise GoneError("这是一份名册，还没有放它进去的数据表：先在“数据”页新建一份数据表。")
            found = prepare(desk.data, dropped.path, desk.today, school=dropped.school, force=dropped.force)
            return replace(dropped, roster=found)
        return replace(dropped, workbook=compare(desk.data, dropped.path))
    except BaoxueError as error:
        return replace(dropped, refused=error)


def drops() -> Drops:
    """Return the files that were dropped into the page that is being answered."""
    found = current_app.extensions["drops"]
    assert isinstance(found, Drops)
    return found
