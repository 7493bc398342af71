"""Replaces the user's own files so that nothing is lost: a copy is kept, and the last change can be taken back."""

from __future__ import annotations

import json
import shutil
import stat
from collections.abc import Collection, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from pathlib import Path
from typing import TypedDict

from generator import files
from generator.dataset import sources
from generator.errors import BaoxueError

COPIES = "备份"
_HISTORY = "改动.json"
_LOCK = ".baoxue.lock"


class SafekeepingError(BaoxueError):
    """A file of the user cannot be replaced, or the last change not be taken back; nothing was changed."""


@dataclass(frozen=True, slots=True)
class Change:
    """What a file held when it was read, and what it is to hold."""

    before: bytes
    after: bytes


def replace(
    folder: Path, changes: Mapping[Path, Change], when: datetime, notes: Mapping[str, bytes] | None = None
) -> list[Path]:
    """Replace files below ``folder``, all or none, and return the copies of what they held, in its folder 备份.

    ``notes`` are kept there too, by their names, until the change is taken back. Raises ``SafekeepingError`` where a
    file is held open, has changed since it was read, or cannot be written.
    """
    with _held(folder) as copies:
        for path, change in changes.items():
            _refuse_kept(path)
            if path.read_bytes() != change.before:
                raise SafekeepingError(f"{path.name} 刚刚被别的程序改过，没有动它；请再运行一次")
        stamp = f"{when:%Y%m%d-%H%M%S}"
        kept: dict[Path, Path] = {}
        noted: dict[str, Path] = {}
        for path, change in changes.items():
            unit = path.relative_to(folder).with_suffix("").as_posix().replace("/", "-")  # schools' files are namesakes
            kept[path] = free(copies / f"{unit} {stamp}{path.suffix}")
            files.write(kept[path], change.before)
        for name, content in (notes or {}).items():
            noted[name] = free(copies / f"{stamp} {name}")
            files.write(noted[name], content)
        entry = _Entry(
            files=[
                {
                    "file": path.relative_to(folder).as_posix(),
                    "copy": kept[path].name,
                    "before": _digest(change.before),
                    "sha256": _digest(change.after),
                }
                for path, change in changes.items()
            ],
            notes={name: path.name for name, path in noted.items()},
        )
        _swap(
            {**_told(copies, [*_history(copies), entry]), **changes}
        )  # first, so that a run killed here can be undone
    return list(kept.values())


def notes(folder: Path) -> dict[str, bytes]:
    """Return the newest note of each name that changes in ``folder`` were made with and that were not taken back."""
    copies = folder / COPIES
    newest = {name: file for entry in _standing(folder, _history(copies)) for name, file in entry["notes"].items()}
    found = {name: copies / file for name, file in newest.items()}
    return {name: path.read_bytes() for name, path in found.items() if path.is_file()}


def _standing(folder: Path, history: list[_Entry]) -> list[_Entry]:
    """Return the changes that stand: from the first on whose copy somebody has put back by hand, none does."""
    now: dict[str, str] = {}
    for at, entry in enumerate(history):
        for each in entry["files"]:
            path = folder / each["file"]
            if each["file"] not in now:
                now[each["file"]] = _digest(path.read_bytes()) if path.is_file() else ""
            if now[each["file"]] == each["before"]:
                return history[:at]
    return history


def undo(data: Path, only: Collection[str] = ()) -> dict[Path, Path]:
    """Give the files of the last ``replace`` of the dataset ``data`` the bytes they had before, and return them with
    the copies that have these.

    The one before that can be taken back next. Raises ``SafekeepingError`` where there is nothing to take back, a file
    has been changed since, or the last change is not the one whose copies are called ``only``.
    """
    folder = data if data.is_dir() else data.parent
    if not (folder / COPIES / _HISTORY).is_file():
        raise SafekeepingError("没有可以撤销的改动")
    with _held(folder) as copies:
        history = _history(copies)
        own = [at for at, entry in enumerate(history) if _is_of(data, entry)]
        if not own:
            raise SafekeepingError("没有可以撤销的改动")
        last = history[own[-1]]["files"]
        if only and {each["copy"] for each in last} != {*only}:
            raise SafekeepingError("这一次以后数据又改过，或已经撤销过，没有撤销")
        others = [*history[: own[-1]], *(entry for entry in history[own[-1] + 1 :] if entry["files"])]
        try:
            before = {folder / each["file"]: (copies / each["copy"]).read_bytes() for each in last}
        except OSError:
            raise SafekeepingError(f"备份不全，不能撤销；请在 {copies} 里找要用的那一份") from None
        for each, content in zip(last, before.values(), strict=True):
            if _digest(content) != each["before"]:
                raise SafekeepingError(f"备份 {copies / each['copy']} 后来改过，不是那时的内容，没有撤销")
        now = {path: path.read_bytes() if path.is_file() else b"" for path in before}
        for each, path in zip(last, before, strict=True):
            _refuse_kept(path)
            if now[path] != before[path] and _digest(now[path]) != each["sha256"]:
                copy = copies / each["copy"]
                raise SafekeepingError(f"{path.name} 后来又改过，没有撤销；改之前的是 {copy}，要用就自己换上")
        _swap({**{path: Change(now[path], before[path]) for path in before}, **_told(copies, others)})
    return {path: copies / each["copy"] for each, path in zip(last, before, strict=True)}


_OF_A_FILE = ("file", "copy", "before", "sha256")


class _Entry(TypedDict):
    """A change: each file with its copy and the digest of what was written, and the files of the notes."""

    files: list[dict[str, str]]
    notes: dict[str, str]


def _history(copies: Path) -> list[_Entry]:
    with suppress(OSError, ValueError, TypeError, KeyError):
        found = json.loads((copies / _HISTORY).read_text("utf-8"))
        return [
            _Entry(files=[{key: file[key] for key in _OF_A_FILE} for file in each["files"]], notes=dict(each["notes"]))
            for each in found
        ]
    return []


def _is_of(data: Path, entry: _Entry) -> bool:
    """Return whether a change is one of the dataset ``data``, beside which others may lie that are kept apart."""
    names = [each["file"] for each in entry["files"]]
    return bool(names) if data.is_dir() else names == [data.name]


def _told(copies: Path, history: list[_Entry]) -> dict[Path, Change]:
    """Return the change by which the history tells of ``history``."""
    path = copies / _HISTORY
    now = path.read_bytes() if path.is_file() else b""
    return {path: Change(now, json.dumps(history, indent=1).encode())}  # ASCII: a name may hold broken bytes


@contextmanager
def unchanged(data: Path) -> Iterator[None]:
    """Raise ``SafekeepingError`` where a file of the dataset ``data`` is saved while the block works out its changes,
    whose cells might then be other ones."""
    before = _stamps(data)
    yield
    if _stamps(data) != before:
        raise SafekeepingError(f"{data.name} 刚刚被别的程序改过，没有动它；请再运行一次")


def _stamps(data: Path) -> dict[Path, tuple[int, int]]:
    found = ((path, path.stat()) for path in sources.files(data).values() if path.is_file())
    return {path: (stat.st_mtime_ns, stat.st_size) for path, stat in found}


@contextmanager
def _held(folder: Path) -> Iterator[Path]:
    """Hold the folder of copies for one process, telling in a sentence what keeps it from being written."""
    copies = folder / COPIES
    try:
        copies.mkdir(mode=0o700, exist_ok=True)
        with (copies / _LOCK).open("a+b") as file:
            try:
                files.lock(file)
            except OSError:
                raise SafekeepingError("另一个 baoxue 正在改这份数据，请等它结束") from None
            yield copies
    except OSError as error:
        where = Path(error.filename or folder).resolve()
        raise SafekeepingError(f"{where} 写不进去：{files.reason(error)}；数据没有动") from None


def _refuse_kept(path: Path) -> None:
    """Raise ``SafekeepingError`` where a file is open in another program, or read-only."""
    if mark := files.holder(path):
        todo = f"关掉再试；没有打开的话，删去旁边的 {mark.name} 再试"
        raise SafekeepingError(f"{path.name} 正在 WPS、Excel 里开着，没有动它；{todo}")
    if path.is_file() and not path.stat().st_mode & stat.S_IWUSR:
        raise SafekeepingError(f"{path.name} 是只读的，没有动它；去掉只读再试")


def _swap(changes: Mapping[Path, Change]) -> None:
    """Replace files one after the other, putting back those already replaced where a later one cannot be."""
    begun: dict[Path, Path] = {}
    done: list[Path] = []
    try:
        for path, change in changes.items():
            begun[path] = files.begin(path, change.after)
            if path.exists():
                shutil.copymode(path, begun[path])  # children's data that was for its owner alone stays so
        for path, part in begun.items():
            done.append(path)  # before it is, for an interruption may come between the two
            files.take_place(part, path)
    except BaseException:
        for part in begun.values():
            files.discard(part)
        for path in done:
            with suppress(OSError):
                files.write(path, changes[path].before)
        raise


def free(path: Path) -> Path:
    """Return ``path``, or with a number behind it where it is taken."""
    numbered = (path.with_stem(f"{path.stem}-{number}") for number in range(2, 1000))
    return path if not path.exists() else next(each for each in numbered if not each.exists())


def _digest(content: bytes) -> str:
    return sha256(content).hexdigest()
