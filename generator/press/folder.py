"""The output folder: written whole or not at all, by one run at a time, never over a person's edits."""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import IO, Any

from generator.errors import BaoxueError

MANIFEST = "manifest.json"
INDEX = "目录.xlsx"
PART = ".part"
LOCK = ".baoxue.lock"


class BusyError(BaoxueError):
    """Another run is writing to the folder."""


def sha256(data: bytes) -> str:
    """Return the SHA-256 of ``data`` in hex."""
    return hashlib.sha256(data).hexdigest()


def write(path: Path, data: bytes) -> None:
    """Write a file under a temporary name and rename it, so that it is there whole or not at all."""
    path.parent.mkdir(parents=True, exist_ok=True)
    part = path.with_name(path.name + PART)
    try:
        with part.open("wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        part.replace(path)
    except BaseException:
        with suppress(OSError):
            part.unlink()
        raise


def edited(path: Path, digest: str | None) -> bool:
    """Return whether a file is there that is not, byte for byte, what was made last (``digest``)."""
    return path.exists() and sha256(path.read_bytes()) != digest


def read_manifest(folder: Path) -> dict[str, Any]:
    """Return the manifest of the folder's last run, empty where there is none that can be read."""
    with suppress(OSError, ValueError):
        found = json.loads((folder / MANIFEST).read_text(encoding="utf-8"))
        if isinstance(found, dict):
            return found
    return {}


@contextmanager
def locked(folder: Path) -> Iterator[None]:
    """Hold the folder for one run, clearing what a killed one left half-written.

    The lock is the system's and dies with its process. Raises ``BusyError`` where another run holds it.
    """
    folder.mkdir(parents=True, exist_ok=True)
    with (folder / LOCK).open("a+b") as file:
        try:
            _lock(file)
        except OSError:
            raise BusyError(f"另一个 baoxue 正在写 {folder}，请等它结束，或用 --out 换一个文件夹") from None
        for left in folder.rglob(f"*{PART}"):
            left.unlink()
        yield


if os.name == "nt":  # pragma: no cover
    import msvcrt

    def _lock(file: IO[bytes]) -> None:
        msvcrt.locking(file.fileno(), msvcrt.LK_NBLCK, 1)  # type: ignore[attr-defined]
else:
    import fcntl

    def _lock(file: IO[bytes]) -> None:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
