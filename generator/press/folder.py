"""The output folder: written whole or not at all, by one run at a time, never over a person's edits."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Collection, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

from generator.errors import BaoxueError
from generator.files import PART, lock, reason

MANIFEST = "manifest.json"
LEDGER = "ledger"
"""The key under which it keeps what the ledger held, as long as there are papers that were made under one."""
INDEX = "目录.xlsx"
LOCK = ".baoxue.lock"
JOURNAL = ".baoxue.journal"
"""What a run has written so far; the manifest takes its place when the run ends."""
DUE, REPRINTS, FOR, BLANK = "待办 ", "补印 ", "给", "空白"
"""How folders of their own begin, in the output folder: of what was due on a day, of what was printed anew, of what
goes to somebody for whom it was not made, and of blank forms."""
FIELDS: dict[str, type] = {
    "form": str, "title": str, "place": str, "copies": int, "duplex": bool, "declared": int, "paper": str,
    "sha256": str, "today": str, "term": str, "records": list, "pages": list, "order": str, "inserts": list,
}  # fmt: skip
"""What the manifest tells of a file; one of an older form tells less, and no more than this is read."""


class FolderError(BaoxueError):
    """The output folder cannot be written to, or another run is writing to it."""


def sha256(data: bytes) -> str:
    """Return the SHA-256 of ``data`` in hex."""
    return hashlib.sha256(data).hexdigest()


def edited(path: Path, made: Collection[str]) -> bool:
    """Return whether a file is there that is not, byte for byte, what a run made of it (digests ``made``)."""
    return path.exists() and sha256(path.read_bytes()) not in made


def note(folder: Path, target: str, digest: str) -> None:
    """Note what is about to be written, so that the next run knows it for ours although this one be killed."""
    with (folder / JOURNAL).open("a", encoding="utf-8") as journal:
        journal.write(f"{digest} {target}\n")


def known_files(folder: Path) -> dict[str, list[str]]:
    """Return the digests of what runs made, finished or killed, by the paths below the folder."""
    known = {path: [entry["sha256"]] for path, entry in read_manifest(folder)["files"].items()}
    for digest, target in _journal(folder):
        known.setdefault(target, []).append(digest)
    return known


def _journal(folder: Path) -> list[tuple[str, str]]:
    """Return the digests and targets of the journal."""
    with suppress(OSError):
        lines = (folder / JOURNAL).read_text(encoding="utf-8", errors="replace").splitlines()
        return [(digest, target) for digest, _, target in (line.partition(" ") for line in lines)]
    return []


def read_manifest(folder: Path) -> dict[str, Any]:
    """Return the manifest of the folder's last run, empty where there is none that can be read."""
    with suppress(OSError, ValueError, KeyError, TypeError, AttributeError):
        found: dict[str, Any] = json.loads((folder / MANIFEST).read_text(encoding="utf-8"))
        files = {path: _read(entry) for path, entry in found["files"].items()}
        return found | {"files": {path: entry for path, entry in files.items() if entry.get("sha256")}}
    return {"files": {}}


def _read(entry: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in entry.items() if name in FIELDS and isinstance(value, FIELDS[name])}


@contextmanager
def locked(folder: Path) -> Iterator[None]:
    """Hold the folder for one run, clearing what a killed one, or a killed worker of this one, left half-written.

    The lock is the system's and dies with its process. Raises ``FolderError`` where another run holds it or the
    folder cannot be written to.
    """
    try:
        folder.mkdir(parents=True, exist_ok=True)
        file = (folder / LOCK).open("a+b")
    except OSError as error:
        raise FolderError(f"文件夹 {folder} 写不进去（{reason(error)}），请检查，或换一个文件夹") from None
    with file:
        try:
            lock(file)
        except OSError:
            raise FolderError(f"另一个保学正在写 {folder}，请等它结束，或换一个文件夹") from None
        _clear(folder)
        try:
            yield
        finally:
            _clear(folder)


def busy(folder: Path) -> bool:
    """Return whether a run of some process is writing to the folder."""
    try:
        with (folder / LOCK).open("a+b") as file:
            lock(file)
    except FileNotFoundError:
        return False
    except OSError:
        return True
    return False


def _clear(folder: Path) -> None:
    """Remove what a killed process left half-written."""
    for left in folder.rglob(f"*{PART}"):
        with suppress(OSError):
            left.unlink()
