"""Writes files whole or not at all, and lets one process at a time write to a folder."""

from __future__ import annotations

import errno
import os
import time
from collections.abc import Callable
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
    errno.ENOENT: "文件夹被移走了，或路径太长",  # what Windows says of more than 260 characters
    errno.EINVAL: "名称里有不能用的字符",
    errno.EBUSY: "别的程序正开着它",
    errno.EFBIG: "文件太大，这个磁盘放不下",
    errno.EIO: "磁盘读写出错",
    errno.EMFILE: "打开的文件太多，关掉别的程序",
}

_TRIES = 20 if os.name == "nt" else 1
"""On Windows a scanner or an indexer holds a file for a moment just when it has been written."""
_PAUSE = 0.05  # seconds


def reason(error: OSError, path: Path | None = None) -> str:
    """Return why something cannot be written, for the user; of ``path`` also whether an office program has it open."""
    if path and error.errno in {errno.EACCES, errno.EPERM} and holder(path):
        return "它正在 WPS、Word 或 Excel 里开着，关掉再试"
    return _REASONS.get(error.errno or 0) or (f"系统错误 {error.errno}" if error.errno else "原因不明")


def holder(path: Path) -> Path | None:
    """Return the file by which Word, Excel, WPS or LibreOffice says that it holds ``path`` open, if there is one."""
    names = [f"~${path.name}", f".~lock.{path.name}#"]
    if path.suffix == ".docx":  # Word writes ~$ over the beginning of a name that is not short
        names += [f"~${path.name[over:]}" for over, length in ((1, 7), (2, 8)) if len(path.stem) >= length]
    return next((mark for mark in map(path.with_name, names) if mark.exists()), None)


def write(path: Path, data: bytes, *, settled: bool = True) -> None:
    """Write a file under a temporary name and rename it, so that it is there whole or not at all.

    One that is not ``settled`` may be empty after a power cut, until ``settle`` is called: of a thousand small files
    that takes a tenth of the time.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    part = begin(path, data, settled=settled)
    try:
        take_place(part, path)
    except BaseException:
        discard(part)
        raise


def take_place(part: Path, path: Path) -> None:
    """Rename a file that was written over the one whose place it takes; raises OSError where that is held open."""
    _patiently(lambda: part.replace(path))


def _patiently(step: Callable[[], object]) -> None:
    """Do a step, again and again for a second where Windows refuses it."""
    for _ in range(_TRIES - 1):
        try:
            step()
        except PermissionError:
            time.sleep(_PAUSE)
        else:
            return
    step()


def settle() -> None:
    """See to it that what was written is safely on the disk, all at once; Windows does so by itself within seconds."""
    if hasattr(os, "sync"):
        os.sync()


def begin(path: Path, data: bytes, *, settled: bool = True) -> Path:
    """Return the temporary file beside ``path`` to which ``data`` is written, safely on the disk if ``settled``."""
    part = path.with_name(path.name + PART)
    try:
        with part.open("wb") as file:
            file.write(data)
            file.flush()
            if settled:
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
        """Hold an open file for this process; raises OSError where another one holds it.

        The system takes a moment to free what an earlier process held.
        """
        file.seek(0)
        _patiently(lambda: msvcrt.locking(file.fileno(), msvcrt.LK_NBLCK, 1))  # type: ignore[attr-defined]
else:
    import fcntl

    def lock(file: IO[bytes]) -> None:
        """Hold an open file for this process; raises OSError where another one holds it."""
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
