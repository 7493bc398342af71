"""Writes files whole or not at all, and lets one process at a time write to a folder."""

from __future__ import annotations

import errno
import os
from contextlib import suppress
from pathlib import Path
from typing import IO

PART = ".baoxue~"
"""The ending of a file that is being written."""

_REASONS = {
    errno.ENOSPC: "磁盘满了",
    errno.EDQUOT: "磁盘配额用完了",
    errno.EACCES: "没有写的权限，或别的程序正开着它",
    errno.EPERM: "没有写的权限",
    errno.EROFS: "磁盘是只读的",
    errno.EEXIST: "已有同名的文件",
    errno.ENOTDIR: "路径中间有一段不是文件夹",
    errno.EISDIR: "这是一个文件夹",
    errno.ENAMETOOLONG: "名称太长",
}


def reason(error: OSError) -> str:
    """Return why something cannot be written, for the user."""
    return _REASONS.get(error.errno or 0, error.strerror or "原因不明")


def holder(path: Path) -> Path | None:
    """Return the file by which Excel, WPS or LibreOffice says that it holds ``path`` open, if there is one."""
    marks = (path.with_name(f"~${path.name}"), path.with_name(f".~lock.{path.name}#"))
    return next((mark for mark in marks if mark.exists()), None)


def write(path: Path, data: bytes) -> None:
    """Write a file under a temporary name and rename it, so that it is there whole or not at all."""
    path.parent.mkdir(parents=True, exist_ok=True)
    part = begin(path, data)
    try:
        part.replace(path)
    except BaseException:
        discard(part)
        raise


def begin(path: Path, data: bytes) -> Path:
    """Return the temporary file beside ``path`` to which ``data`` is written, safely on the disk."""
    part = path.with_name(path.name + PART)
    try:
        with part.open("wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
    except BaseException:
        discard(part)
        raise
    return part


def discard(part: Path) -> None:
    """Remove a file that was half-written, if it can be."""
    with suppress(OSError):
        part.unlink()


if os.name == "nt":  # pragma: no cover
    import msvcrt

    def lock(file: IO[bytes]) -> None:
        """Hold an open file for this process; raises OSError where another one holds it."""
        msvcrt.locking(file.fileno(), msvcrt.LK_NBLCK, 1)  # type: ignore[attr-defined]
else:
    import fcntl

    def lock(file: IO[bytes]) -> None:
        """Hold an open file for this process; raises OSError where another one holds it."""
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
