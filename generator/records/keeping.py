"""Backs the ledger up into one file, and restores it from one, so that no number is lost without being told of."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from tempfile import TemporaryDirectory

from generator.dataset.safekeeping import COPIES, free
from generator.files import reason, write
from generator.records import ledger
from generator.records.book import Book, Entry
from generator.records.ledger import DamagedError, LedgerError, RefusedError
from generator.records.number import Number
from generator.records.printings import printings

MOST = 10
"""So many numbers, or changes, are named where a restoring is refused."""


@dataclass(frozen=True, slots=True)
class Restored:
    """What a restoring did: where the ledger that was there lies now, which of its numbers the new one lacks, which
    print files that were confirmed as printed, and what it says otherwise.

    Where there was none that could be read, nobody can say what was given since: ``last`` are the numbers with which
    the copy ends.
    """

    kept: Path | None
    lost: tuple[Number, ...] = ()
    unconfirmed: tuple[str, ...] = ()
    changed: tuple[str, ...] = ()
    last: tuple[Number, ...] = ()

    @property
    def unseen(self) -> str:
        """What is to be looked up before anything is numbered, without its full stop; empty where nothing is."""
        if not self.last:
            return ""
        ends = "、".join(map(str, self.last))
        return f"备份到 {ends} 为止。对着发出的文书查一查：后面还发过的，台账里没有，会再编一次"


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
    has or says something else of them, unless ``yes``.
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
        return Restored(damaged, last=_last(book))
    lost, changed = _lacking(now, book), tuple(_changes(now, book))
    if (lost or changed) and not yes:
        raise RefusedError("\n".join([*_refusal(copy, lost, changed), "仍要恢复加 --yes"]))
    confirmed = set(printings(copy))
    unconfirmed = dict.fromkeys(one.file for one in printings(path) if one not in confirmed)
    kept = _keep(path, when) if now is not None else None
    _put_in(path, copy)
    return Restored(kept, lost, tuple(unconfirmed), changed, _last(book) if now is None else ())


def compared(path: Path, copy: Path) -> Restored:
    """Return what a restoring from ``copy`` would lose and change; raises ``LedgerError``."""
    now, book = ledger.read(path), ledger.read(copy)
    return Restored(None, _lacking(now, book), changed=tuple(_changes(now, book)))


def _refusal(copy: Path, lost: Sequence[Number], changed: Sequence[str]) -> Iterator[str]:
    yield f"备份 {copy} 和现在的台账不一样，没有恢复"
    if lost:
        told = "、".join(map(str, lost[:MOST])) + (" 等" if len(lost) > MOST else "")
        yield f"备份里没有 {len(lost)} 个已经发出的文号：{told}。恢复以后它们会再编给别的通知书；恢复了先别编号，"
        yield "用 baoxue notice open 让下一号排在它们后面"
    if changed:
        yield f"恢复以后会变的（{len(changed)}）："
        yield from (f"  {line}" for line in changed[:MOST])
        if len(changed) > MOST:
            yield f"  …… 其余 {len(changed) - MOST} 条"


def _lacking(now: Book | None, other: Book | None) -> tuple[Number, ...]:
    given = {entry.number for entry in other.entries} if other else set()
    return tuple(entry.number for entry in now.entries if entry.number not in given) if now else ()


def _last(book: Book) -> tuple[Number, ...]:
    """Return the greatest number of each code and year."""
    greatest: dict[tuple[str, int], Number] = {}
    for number in sorted(entry.number for entry in book.entries):
        greatest[number.code, number.year] = number
    return tuple(greatest.values())


def _changes(now: Book | None, other: Book | None) -> Iterator[str]:
    """Yield what another ledger says otherwise of the numbers of this one, and from where it lets numbers run."""
    if now is None or other is None:
        return
    theirs = {entry.number: entry for entry in other.entries}
    for entry in now.entries:
        there = theirs.get(entry.number)
        if there and there != entry:
            yield from (f"{entry.number} {entry.student}：{what}" for what in _differing(entry, there))
    for code, year in sorted({(one.code, one.year) for one in {*now.openings} ^ {*other.openings}}):
        here, then = now.next(code, year), other.next(code, year)
        if here != then:
            yield f"{code}〔{year}〕的下一号：现在是 {here}，备份里是 {then}"


def _differing(now: Entry, then: Entry) -> Iterator[str]:
    if (now.voided_on, now.void_why) != (then.voided_on, then.void_why):
        yield f"现在{_validity(now)}，备份里{_validity(then)}"
    if now.service != then.service:
        yield f"现在{_service(now)}，备份里{_service(then)}"
    same = {"voided_on": None, "void_why": "", "service": None}
    if replace(now, **same) != replace(then, **same):  # type: ignore[arg-type]
        yield f"现在是 {_issued(now)}，备份里是 {_issued(then)}"


def _validity(entry: Entry) -> str:
    return f"已于 {entry.voided_on} 作废（{entry.void_why}）" if entry.void else "有效"


def _service(entry: Entry) -> str:
    service = entry.service
    if service is None:
        return "没有登记送达"
    return f"登记的送达是 {service.at:%Y-%m-%d %H:%M} {service.mode}，送达人{'、'.join(service.servers)}"


def _issued(entry: Entry) -> str:
    until = f"，期限 {entry.deadline}" if entry.deadline else ""
    return f"{entry.key}，{entry.student} {entry.kind} {entry.issued_on}{until}"


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
