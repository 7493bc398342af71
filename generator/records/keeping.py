"""Backs the ledger up into one file, and restores it from one, so that no number is lost without being told of."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from tempfile import TemporaryDirectory

from generator.dataset.safekeeping import COPIES, free
from generator.files import reason, write
from generator.records import ledger
from generator.records.book import Book
from generator.records.ledger import DamagedError, LedgerError, RefusedError
from generator.records.number import Number
from generator.records.printings import printings


@dataclass(frozen=True, slots=True)
class Restored:
    """What a restoring did: where the ledger that was there lies now, which of its numbers the new one lacks, and which
    print files that were confirmed as printed."""

    kept: Path | None
    lost: tuple[Number, ...] = ()
    unconfirmed: tuple[str, ...] = ()


def back_up(path: Path, copy: Path) -> None:
    """Write all that the ledger holds into a new file; raises ``LedgerError`` where that cannot be, or is there."""
    if copy.exists():
        raise LedgerError(f"{copy} 已经有了，没有覆盖；请换一个名字")
    if ledger.read(path) is None:
        raise LedgerError(f"这里还没有台账（{path}），没有可以备份的")
    try:
        write(copy, content(path))
    except OSError as error:
        raise LedgerError(f"{copy} 写不进去：{reason(error)}") from None


def restore(path: Path, copy: Path, when: datetime, *, yes: bool = False) -> Restored:
    """Put what ``copy`` holds in place of the ledger, which is first kept among the copies of the project.

    Raises ``LedgerError`` where ``copy`` is no whole ledger, ``RefusedError`` where it lacks numbers that the ledger
    has, unless ``yes``.
    """
    try:
        book = ledger.read(copy)
    except DamagedError:
        raise LedgerError(f"{copy} 不是一份完整的台账备份，没有恢复；现有的台账没有动") from None
    if book is None:
        raise LedgerError(f"没有文件 {copy}")
    try:
        now = ledger.read(path)
    except DamagedError:
        damaged = _put_aside(path, when)
        _put_in(path, copy)
        return Restored(damaged)
    lost = _lacking(now, book)
    if lost and not yes:
        told = "、".join(map(str, lost[:10])) + (" 等" if len(lost) > 10 else "")
        raise RefusedError(
            f"备份 {copy} 里没有 {len(lost)} 个已经发出的文号：{told}。恢复以后它们会再编给别的通知书；"
            "仍要恢复加 --yes，再用 baoxue notice open 让下一号排在它们后面"
        )
    confirmed = set(printings(copy))
    unconfirmed = dict.fromkeys(one.file for one in printings(path) if one not in confirmed)
    kept = _keep(path, when) if now is not None else None
    _put_in(path, copy)
    return Restored(kept, lost, tuple(unconfirmed))


def lacking(path: Path, copy: Path) -> tuple[Number, ...]:
    """Return the numbers of the ledger that ``copy`` does not have; raises ``LedgerError``."""
    return _lacking(ledger.read(path), ledger.read(copy))


def _lacking(now: Book | None, other: Book | None) -> tuple[Number, ...]:
    given = {entry.number for entry in other.entries} if other else set()
    return tuple(entry.number for entry in now.entries if entry.number not in given) if now else ()


def content(path: Path) -> bytes:
    """Return a ledger as the bytes of a file, as it is between two changes; raises ``LedgerError``."""
    with TemporaryDirectory() as folder:
        whole = Path(folder) / ledger.NAME
        _copy(path, whole)
        return whole.read_bytes()


def _copy(source: Path, target: Path) -> None:
    """Make of ``target`` what ``source`` is, in one transaction of each: nobody's change comes in between."""
    try:
        with (
            closing(sqlite3.connect(f"{source.resolve().as_uri()}?mode=ro", uri=True, timeout=ledger.WAIT)) as from_,
            closing(sqlite3.connect(target, timeout=ledger.WAIT)) as to,
        ):
            to.execute("PRAGMA synchronous = EXTRA")
            from_.backup(to)
    except sqlite3.Error as error:
        raise LedgerError(f"台账没有写成：{ledger.cause(error)}；没有改动任何东西") from None


def _put_in(path: Path, copy: Path) -> None:
    """Write what ``copy`` holds into the ledger: into the file that others may have open, where there is one."""
    if path.exists():
        _copy(copy, path)
        return
    try:
        write(path, content(copy))
        ledger.sync_folder(path.parent)
    except OSError as error:
        raise LedgerError(f"{path} 写不进去：{reason(error)}") from None


def _keep(path: Path, when: datetime) -> Path:
    kept = free(path.parent / COPIES / f"{path.stem} {when:%Y%m%d-%H%M%S}{path.suffix}")
    back_up(path, kept)
    return kept


def _put_aside(path: Path, when: datetime) -> Path:
    """Move a damaged ledger among the copies, with its journal, which must not be taken for the next one's."""
    try:
        copies = path.parent / COPIES
        copies.mkdir(exist_ok=True)
        kept = free(copies / f"{path.stem} 损坏 {when:%Y%m%d-%H%M%S}{path.suffix}")
        for ending in ("-journal", ""):
            part = path.with_name(path.name + ending)
            if part.exists():
                part.rename(kept.with_name(kept.name + ending))
    except OSError as error:
        raise LedgerError(f"{path} 移不开：{reason(error)}；没有恢复") from None
    return kept
