"""The ledger: one SQLite file, a transaction a change; here the numbers and service of notices, in ``printings`` what
was printed.

What is written is on the disk when a function returns, and there whole or not at all. Every function raises
``LedgerError`` where the file is damaged, not ours, held by another process for long, on a network drive, or cannot be
written; ``RefusedError`` where the change is against a rule of the ledger, and then nothing has changed.
"""

from __future__ import annotations

import glob
import os
import sqlite3
import threading
from collections.abc import Iterable, Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import astuple, dataclass, replace
from datetime import date, datetime
from pathlib import Path
from typing import Any

from generator.dataset.models import NOTICES
from generator.errors import BaoxueError
from generator.files import PART, discard, reason
from generator.records.book import Book, Entry, Key, Opening
from generator.records.drives import is_remote
from generator.records.number import Number
from generator.records.service import Service

NAME = "台账.sqlite"
APPLICATION = 0x42585A31
VERSION = 3
OLDEST = 2
"""The oldest layout that is read, and becomes the newest by the first change."""
WAIT = 30.0
"""Seconds that a change waits for another process to finish its own."""

_SCHEMA = """
CREATE TABLE number (
    id INTEGER PRIMARY KEY,
    code TEXT NOT NULL CHECK (code <> ''),
    year INTEGER NOT NULL CHECK (year BETWEEN 1900 AND 2100),
    seq INTEGER NOT NULL CHECK (seq >= 1),
    school TEXT NOT NULL CHECK (school <> ''),
    case_no TEXT NOT NULL CHECK (case_no <> ''),
    notice TEXT NOT NULL CHECK (notice <> ''),
    kind TEXT NOT NULL CHECK (kind <> ''),
    student TEXT NOT NULL,
    issuer TEXT NOT NULL,
    issued_on TEXT NOT NULL,
    deadline TEXT,
    co_issuer TEXT NOT NULL,
    imported INTEGER NOT NULL CHECK (imported IN (0, 1)),
    voided_on TEXT,
    void_why TEXT NOT NULL,
    CHECK ((voided_on IS NULL) = (void_why = '')),
    UNIQUE (code, year, seq)
);
CREATE UNIQUE INDEX one_live_number ON number (school, case_no, notice) WHERE voided_on IS NULL;
CREATE TABLE opening (
    code TEXT NOT NULL CHECK (code <> ''),
    year INTEGER NOT NULL CHECK (year BETWEEN 1900 AND 2100),
    since INTEGER NOT NULL CHECK (since >= 1),
    next INTEGER NOT NULL CHECK (next >= since),
    PRIMARY KEY (code, year, since)
);
CREATE TABLE service (
    id INTEGER PRIMARY KEY,
    number INTEGER NOT NULL REFERENCES number (id),
    at TEXT NOT NULL,
    mode TEXT NOT NULL,
    servers TEXT NOT NULL,
    place TEXT NOT NULL,
    received_by TEXT NOT NULL,
    relation TEXT NOT NULL,
    proxy_reason TEXT NOT NULL,
    refusal TEXT NOT NULL,
    witnesses TEXT NOT NULL,
    witness_unit TEXT NOT NULL,
    photo TEXT NOT NULL,
    note TEXT NOT NULL,
    corrected TEXT CHECK (corrected <> '')
);
CREATE UNIQUE INDEX one_service ON service (number) WHERE corrected IS NULL;
CREATE TRIGGER numbers_follow BEFORE INSERT ON number WHEN NEW.imported = 0 AND NEW.seq <> max(
    1,
    coalesce((SELECT max(seq) + 1 FROM number WHERE code = NEW.code AND year = NEW.year), 1),
    coalesce((SELECT max(next) FROM opening WHERE code = NEW.code AND year = NEW.year), 1)
) BEGIN SELECT RAISE(ABORT, 'a number that does not follow'); END;
CREATE TRIGGER numbers_stay BEFORE DELETE ON number BEGIN SELECT RAISE(ABORT, 'numbers stay'); END;
CREATE TRIGGER numbers_are_fixed BEFORE UPDATE OF
    id, code, year, seq, school, case_no, notice, kind, student, issuer, issued_on, deadline, co_issuer, imported
    ON number BEGIN SELECT RAISE(ABORT, 'numbers are fixed'); END;
CREATE TRIGGER void_is_for_ever BEFORE UPDATE ON number WHEN OLD.voided_on IS NOT NULL
    BEGIN SELECT RAISE(ABORT, 'void is for ever'); END;
CREATE TRIGGER service_stays BEFORE DELETE ON service BEGIN SELECT RAISE(ABORT, 'service stays'); END;
"""
PRINTINGS = (
    """CREATE TABLE printing (
    id INTEGER PRIMARY KEY,
    file TEXT NOT NULL CHECK (file <> ''),
    form TEXT NOT NULL CHECK (form <> ''),
    title TEXT NOT NULL,
    place TEXT NOT NULL,
    term TEXT NOT NULL,
    made_for TEXT NOT NULL,
    confirmed_on TEXT NOT NULL,
    copies INTEGER NOT NULL CHECK (copies >= 1),
    sha256 TEXT NOT NULL,
    edited INTEGER NOT NULL CHECK (edited IN (0, 1)),
    undone_on TEXT
)""",
    """CREATE TABLE printout (
    printing INTEGER NOT NULL REFERENCES printing (id),
    at INTEGER NOT NULL,
    about TEXT NOT NULL CHECK (about <> ''),
    label TEXT NOT NULL,
    wording TEXT NOT NULL CHECK (wording <> ''),
    filled TEXT NOT NULL CHECK (filled <> ''),
    PRIMARY KEY (printing, at)
) WITHOUT ROWID""",
    "CREATE TRIGGER printings_stay BEFORE DELETE ON printing BEGIN SELECT RAISE(ABORT, 'printings stay'); END",
    """CREATE TRIGGER printings_are_fixed BEFORE UPDATE OF
    id, file, form, title, place, term, made_for, confirmed_on, copies, sha256, edited
    ON printing BEGIN SELECT RAISE(ABORT, 'printings are fixed'); END""",
    """CREATE TRIGGER undone_is_for_ever BEFORE UPDATE ON printing WHEN OLD.undone_on IS NOT NULL
    BEGIN SELECT RAISE(ABORT, 'undone is for ever'); END""",
    "CREATE TRIGGER printouts_stay BEFORE DELETE ON printout BEGIN SELECT RAISE(ABORT, 'printouts stay'); END",
    "CREATE TRIGGER printouts_are_fixed BEFORE UPDATE ON printout BEGIN SELECT RAISE(ABORT, 'printouts stay'); END",
)
"""What layout 3 added to layout 2."""
_LISTS = ("servers", "witnesses")
_SERVICE = tuple(Service.__dataclass_fields__)
_NUMBER = (
    "code", "year", "seq", "school", "case_no", "notice", "kind", "student", "issuer", "issued_on", "deadline",
    "co_issuer", "imported",
)  # fmt: skip
_TOLD = {
    sqlite3.SQLITE_BUSY: "另一个 baoxue 一直在写它，请等它结束再试",
    sqlite3.SQLITE_LOCKED: "另一个 baoxue 一直在写它，请等它结束再试",
    sqlite3.SQLITE_FULL: "磁盘满了，请腾出空间再试",
    sqlite3.SQLITE_READONLY: "没有写的权限，或磁盘是只读的",
    sqlite3.SQLITE_CANTOPEN: "打不开，或文件夹没有写的权限",
    sqlite3.SQLITE_IOERR: "磁盘读写出错",
}
_DAMAGED = (sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB)


class LedgerError(BaoxueError):
    """The ledger cannot be used; nothing was changed."""


class DamagedError(LedgerError):
    """The file is no whole ledger of ours."""


class RefusedError(BaoxueError):
    """What was asked for is against a rule of the ledger; nothing was changed."""


@dataclass(frozen=True, slots=True)
class Request:
    """A notice that is to be issued: under which code, of what day."""

    code: str
    key: Key
    student: str
    issuer: str
    issued_on: date
    deadline: date | None  # nothing where it is counted from service
    co_issuer: str = ""
    kind: str = NOTICES[0]


def read(path: Path) -> Book | None:
    """Return what the ledger at ``path`` holds of numbers, or nothing where there is none."""
    if not path.exists():
        return None
    with opened(path) as ledger:
        return _book(ledger)


@dataclass(frozen=True, slots=True)
class Given:
    """The entries of all notices that were asked for, in that order, and which of them were given just now."""

    entries: list[Entry]
    new: frozenset[Key]


def is_ledger(file: Path) -> bool:
    """Return whether a file is a ledger by its first bytes, whole or not."""
    try:
        with file.open("rb") as opened_:
            head = opened_.read(100)
    except OSError:
        return False
    return head.startswith(b"SQLite format 3\0") and head[68:72] == APPLICATION.to_bytes(4, "big")


def issue(
    path: Path, requests: Sequence[Request], first: Iterable[Entry] = (), foretold: Sequence[Number] = ()
) -> list[Entry]:
    """Return the entries of what ``give`` does."""
    return give(path, requests, first, foretold).entries


def give(
    path: Path, requests: Sequence[Request], first: Iterable[Entry] = (), foretold: Sequence[Number] = ()
) -> Given:
    """Give each notice the next number of its code and year, all or none; one that has a number keeps it.

    Where there is no number in the ledger, it is begun with the numbers ``first``. Raises ``RefusedError`` where one
    would be another than was ``foretold``.
    """
    first = tuple(first)
    begun = begin(path, first)
    with changing(path) as ledger:
        if first and not begun:
            if _book(ledger):
                raise RefusedError(f"台账 {path} 刚刚由另一个 baoxue 建立，这次没有编号；请再运行一次")
            for entry in first:
                _insert(ledger, entry)
        book = _book(ledger)
        live = book.live
        new = frozenset(request.key for request in requests) - live.keys()
        for request in requests:
            if request.key not in live:
                entry = live[request.key] = _numbered(book, request)
                _insert(ledger, entry)
                book = replace(book, entries=(*book.entries, entry))
        for request, number in zip(requests, foretold, strict=bool(foretold)):
            if live[request.key].number != number:
                what = f"{request.student}的号刚才预告是 {number}，现在是 {live[request.key].number}"
                raise RefusedError(f"{what}：这中间有人编过号。一个都没有编，请再看一次")
        return Given([live[request.key] for request in requests], new)


def take_over(path: Path, entries: Iterable[Entry]) -> None:
    """Enter numbers that were given before there was a ledger, all or none."""
    entries = tuple(entries)
    if begin(path, entries):
        return
    with changing(path) as ledger:
        for entry in entries:
            _insert(ledger, entry)


def open_at(path: Path, code: str, year: int, number: int) -> None:
    """Let the numbers of a code and year go on from ``number``: those below it stand in the office's own book."""
    begin(path, ())
    with changing(path) as ledger:
        opening = opening_at(_book(ledger), code, year, number)
        ledger.execute("INSERT OR REPLACE INTO opening VALUES (?, ?, ?, ?)", astuple(opening))


def opening_at(book: Book, code: str, year: int, number: int) -> Opening:
    """Return what lets the numbers of a code and year go on from ``number``; raises ``RefusedError`` where they have
    been given that far."""
    given = [each.number.seq for each in book.entries if (each.number.code, each.number.year) == (code, year)]
    since = max(given, default=0) + 1
    if number < since:
        raise RefusedError(f"{code}〔{year}〕已经用到 {since - 1} 号，下一号不能是 {number}")
    return Opening(code, year, since, number)


def void(path: Path, number: Number, why: str, on: date) -> Entry:
    """Make a number void for ever, and return which it was."""
    with changing(path) as ledger:
        entry = _live(ledger, number)
        if on < entry.issued_on:
            raise RefusedError(f"{number} 是 {entry.issued_on} 发出的，不能在 {on} 作废")
        ledger.execute(
            "UPDATE number SET voided_on = ?, void_why = ? WHERE id = ?", (on.isoformat(), why, _id(ledger, number))
        )
        return entry


def serve(path: Path, number: Number, service: Service, correct: str = "") -> None:
    """Enter the service of a notice; with ``correct``, which says why, in place of what was entered before."""
    with changing(path) as ledger:
        before = _live(ledger, number).service
        if before and not correct:
            raise RefusedError(
                f"{number} 已经登记了 {before.at:%Y-%m-%d %H:%M} {before.mode}；登记错了要改，写明 --correct 理由"
            )
        if correct and not before:
            raise RefusedError(f"{number} 还没有登记送达，没有可以更正的")
        held = _id(ledger, number)
        ledger.execute(
            "UPDATE service SET corrected = ? WHERE number = ? AND corrected IS NULL", (correct or None, held)
        )
        values = [_stored(name, getattr(service, name)) for name in _SERVICE]
        marks = ", ".join("?" * (len(values) + 1))
        ledger.execute(f"INSERT INTO service (number, {', '.join(_SERVICE)}) VALUES ({marks})", (held, *values))


# --- rows --------------------------------------------------------------------------------------------


def _numbered(book: Book, request: Request) -> Entry:
    """Return the entry of a request with its number. Raises ``RefusedError`` where an earlier one is of a later day."""
    code, year = request.code, request.issued_on.year
    earlier = [each for each in book.entries if (each.number.code, each.number.year) == (code, year)]
    last = max(earlier, key=lambda each: (each.issued_on, each.number), default=None)
    if last and request.issued_on < last.issued_on:
        raise RefusedError(f"{last.number} 是 {last.issued_on} 发出的，后面的号不能写更早的 {request.issued_on}")
    return Entry(
        Number(code, year, book.next(code, year)), request.key, request.student, request.issuer, request.issued_on,
        request.deadline, request.co_issuer, kind=request.kind,
    )  # fmt: skip


def _insert(ledger: sqlite3.Connection, entry: Entry) -> None:
    number, key = entry.number, entry.key
    values = (
        number.code, number.year, number.seq, key.school, key.case, key.notice, entry.kind, entry.student, entry.issuer,
        entry.issued_on.isoformat(), entry.deadline and entry.deadline.isoformat(), entry.co_issuer, entry.imported,
    )  # fmt: skip
    marks = ", ".join("?" * len(values))
    try:
        ledger.execute(f"INSERT INTO number ({', '.join(_NUMBER)}, void_why) VALUES ({marks}, '')", values)
    except sqlite3.IntegrityError:
        raise RefusedError(f"{number} 不能给{key}：这个号或这份通知书在台账里已经有了") from None


def _live(ledger: sqlite3.Connection, number: Number) -> Entry:
    """Return the entry of a number; raises ``RefusedError`` where there is none or it is void."""
    entry = _book(ledger).find(number)
    if entry is None:
        raise RefusedError(f"台账里没有 {number}；有哪些看 baoxue notice list")
    if entry.void:
        raise RefusedError(f"{number} 已于 {entry.voided_on} 作废（{entry.void_why}）")
    return entry


def _id(ledger: sqlite3.Connection, number: Number) -> int:
    values = (number.code, number.year, number.seq)
    row = ledger.execute("SELECT id FROM number WHERE code = ? AND year = ? AND seq = ?", values).fetchone()
    return int(row["id"])


def _book(ledger: sqlite3.Connection) -> Book:
    found = ledger.execute("SELECT * FROM service WHERE corrected IS NULL")
    services = {row["number"]: Service(*(_given(name, row[name]) for name in _SERVICE)) for row in found}
    rows = ledger.execute("SELECT * FROM number ORDER BY code, year, seq")
    entries = tuple(_entry(row, services.get(row["id"])) for row in rows)
    openings = ledger.execute("SELECT code, year, since, next FROM opening ORDER BY code, year, since")
    return Book(entries, tuple(Opening(*row) for row in openings))


def _entry(row: sqlite3.Row, service: Service | None) -> Entry:
    return Entry(
        Number(row["code"], row["year"], row["seq"]), Key(row["school"], row["case_no"], row["notice"]), row["student"],
        row["issuer"], date.fromisoformat(row["issued_on"]), _day(row["deadline"]), row["co_issuer"],
        bool(row["imported"]), _day(row["voided_on"]), row["void_why"], service,
        row["kind"],
    )  # fmt: skip


def _day(text: str | None) -> date | None:
    return date.fromisoformat(text) if text else None


def _stored(name: str, value: Any) -> str:
    if name == "at":
        return f"{value:%Y-%m-%d %H:%M}"
    return "、".join(value) if name in _LISTS else value


def _given(name: str, text: str) -> Any:
    if name == "at":
        return datetime.fromisoformat(text)
    return tuple(text.split("、") if text else ()) if name in _LISTS else text


# --- the file ----------------------------------------------------------------------------------------


@contextmanager
def changing(path: Path) -> Iterator[sqlite3.Connection]:
    """Run the block as one transaction that nobody else's change can come into."""
    if not path.exists():
        raise LedgerError(f"这里还没有台账（{path}）；第一次 baoxue notice issue 会建立它")
    with opened(path, writing=True) as ledger:
        ledger.execute("BEGIN IMMEDIATE")
        try:
            _bring_up(ledger)
            yield ledger
            ledger.execute("COMMIT")
        except BaseException:
            if ledger.in_transaction:
                ledger.execute("ROLLBACK")
            raise


@contextmanager
def opened(path: Path, *, writing: bool = False) -> Iterator[sqlite3.Connection]:
    """Open the ledger and look it through; one that is only read may lie where nothing can be written."""
    _refuse_remote(path)
    with _told(path):
        ledger = _connect(path, "rw" if writing or os.access(path, os.W_OK) else "ro")
        with closing(ledger):
            _examine(ledger, path)
            yield ledger


def _connect(path: Path, mode: str) -> sqlite3.Connection:
    ledger = sqlite3.connect(f"{path.resolve().as_uri()}?mode={mode}", uri=True, timeout=WAIT, isolation_level=None)
    ledger.row_factory = sqlite3.Row
    ledger.execute("PRAGMA foreign_keys = ON")
    ledger.execute("PRAGMA synchronous = EXTRA")  # FULL, and the folder after a journal is deleted
    return ledger


def _examine(ledger: sqlite3.Connection, path: Path) -> None:
    """Raise ``LedgerError`` where the file is not a whole ledger of a version we know."""
    if not path.stat().st_size:
        raise _damaged(path, "是空的")
    if _pragma(ledger, "application_id") != APPLICATION:
        raise DamagedError(f"{path} 不是 baoxue 的台账，没有动它；请移开它，或指明正确的项目文件夹")
    if not OLDEST <= (version := layout(ledger)) <= VERSION:
        todo = "请升级 baoxue" if version > VERSION else "那是发布以前试用的"
        raise DamagedError(f"{path} 是版本 {version} 的台账，这个程序只认版本 {VERSION}；{todo}")
    if _pragma(ledger, "integrity_check(1)") != "ok":
        raise _damaged(path, "损坏了")


def layout(ledger: sqlite3.Connection) -> int:
    """Return which layout an open ledger has."""
    return int(_pragma(ledger, "user_version"))


def _bring_up(ledger: sqlite3.Connection) -> None:
    """Give a ledger of an older layout what it lacks, as part of the transaction that is going on."""
    if layout(ledger) < VERSION:
        for statement in PRINTINGS:
            ledger.execute(statement)
        ledger.execute(f"PRAGMA user_version = {VERSION}")


def _pragma(ledger: sqlite3.Connection, name: str) -> Any:
    return ledger.execute(f"PRAGMA {name}").fetchone()[0]


def _damaged(path: Path, how: str) -> DamagedError:
    return DamagedError(
        f"台账 {path} {how}，没有用它。请用最近的备份恢复：baoxue ledger restore 备份文件；"
        "再核对备份以后发出的文号，用 baoxue notice open 让下一号排在它们后面"
    )


@contextmanager
def _told(path: Path) -> Iterator[None]:
    """Turn what SQLite and the system say into sentences."""
    try:
        yield
    except sqlite3.Error as error:
        if _code(error) in _DAMAGED:
            raise _damaged(path, "损坏了") from None
        raise LedgerError(f"台账 {path} 用不了：{cause(error)}；没有改动任何东西") from None
    except OSError as error:
        raise LedgerError(f"台账 {path} 用不了：{reason(error)}；没有改动任何东西") from None


def cause(error: sqlite3.Error) -> str:
    """Return what SQLite objects to, for the user."""
    return _TOLD.get(_code(error), f"文件内部错误 {_code(error)}")


def _code(error: sqlite3.Error) -> int:
    return int(getattr(error, "sqlite_errorcode", 0)) & 0xFF


def _refuse_remote(path: Path) -> None:
    if is_remote(path.parent):
        raise LedgerError(f"台账不能放在网络盘上（{path}）：两台电脑同时编号会编出同一个号；请把项目放到本机磁盘")


def begin(path: Path, first: Iterable[Entry]) -> bool:
    """Begin the ledger with the numbers ``first`` where there is none, whole or not at all; return whether it was."""
    if path.exists():
        return False
    _refuse_remote(path)
    part = path.with_name(f"{path.name}.{os.getpid()}-{threading.get_ident()}{PART}")  # two tabs are two threads
    with _told(path):
        try:
            _write_new(part, first)
            return _take_its_name(part, path)
        except (sqlite3.Error, OSError):
            if path.exists():  # another process was quicker, and has cleared ours away
                return False
            raise
        finally:
            discard(part)


def _write_new(part: Path, first: Iterable[Entry]) -> None:
    discard(part)
    with closing(_connect(part, "rwc")) as ledger:
        ledger.executescript(f"BEGIN; {_SCHEMA} PRAGMA application_id = {APPLICATION}; PRAGMA user_version = {OLDEST};")
        _bring_up(ledger)
        for entry in first:
            _insert(ledger, entry)
        ledger.execute("COMMIT")


def _take_its_name(part: Path, path: Path) -> bool:
    """Give a new ledger its name unless another process was quicker; return whether it got it."""
    try:
        os.link(part, path)
    except FileExistsError:
        return False
    except OSError:  # a disk without links, as USB sticks are
        if path.exists():
            return False
        part.rename(path)
    sync_folder(path.parent)
    for left in path.parent.glob(f"{glob.escape(path.name)}.*{PART}*"):  # of processes that were killed, or too late
        discard(left)
    return True


def sync_folder(folder: Path) -> None:
    """See to it that the names in a folder are on the disk; Windows does so by itself."""
    if os.name == "nt":  # pragma: no cover
        return
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
