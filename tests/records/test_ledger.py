from __future__ import annotations

import re
import sqlite3
import threading
from contextlib import closing
from dataclasses import replace
from datetime import date, datetime
from pathlib import Path
from typing import Any

import pytest

from generator.records import ledger
from generator.records.book import Book, Entry, Key
from generator.records.ledger import NAME, DamagedError, LedgerError, RefusedError, Request
from generator.records.number import Number
from generator.records.service import Service

CODE, DAY = "云政返通", date(2026, 9, 10)
SERVED = Service(
    datetime.fromisoformat("2026-09-11 18:30"), "留置送达", ("甲", "乙"), refusal="不肯", witnesses=("丙", "丁")
)


def request(notice: str, day: date = DAY, code: str = CODE) -> Request:
    return Request(code, Key("3153000001", "1", notice), "石小满", "清溪镇人民政府", day, date(2026, 12, 1))


def earlier(seq: int, notice: str) -> Entry:
    return Entry(Number(CODE, 2026, seq), Key("3153000001", "1", notice), "石小满", "", date(2026, 9, 1), imported=True)


def number(seq: int) -> Number:
    return Number(CODE, 2026, seq)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / NAME


def held(path: Path) -> Book:
    book = ledger.read(path)
    assert book is not None
    return book


def issued(path: Path, *requests: Request) -> list[int]:
    return [entry.number.seq for entry in ledger.issue(path, requests)]


# numbers


def test_without_a_file_there_is_no_ledger_and_reading_makes_none(path: Path) -> None:
    assert ledger.read(path) is None
    assert not path.exists()


def test_numbers_follow_one_another_per_code_and_year(path: Path) -> None:
    assert issued(path, request("1"), request("2")) == [1, 2]
    assert issued(path, request("3")) == [3]
    assert issued(path, request("4", code="青教")) == [1]
    assert issued(path, request("5", day=date(2027, 1, 4))) == [1]
    assert issued(path, request("6", day=date(2026, 12, 31))) == [4]


def test_a_notice_keeps_its_number(path: Path) -> None:
    first = ledger.issue(path, [request("1"), request("2")])
    again = ledger.issue(path, [request("2", day=date(2026, 9, 20)), request("1")])
    assert again == [first[1], first[0]]


def test_what_is_read_is_what_was_entered(path: Path) -> None:
    asked = replace(request("1"), co_issuer="云山县教育体育局")
    (entry,) = ledger.issue(path, [asked])
    ledger.serve(path, number(1), SERVED)
    assert held(path).entries == (replace(entry, service=SERVED),)
    assert (entry.student, entry.co_issuer, entry.deadline) == ("石小满", "云山县教育体育局", date(2026, 12, 1))


def test_a_number_is_not_of_an_earlier_day_than_the_one_before(path: Path) -> None:
    issued(path, request("1"))
    with pytest.raises(RefusedError, match="是 2026-09-10 发出的"):
        issued(path, request("2"), request("3", day=date(2026, 9, 9)))
    assert len(held(path).entries) == 1


def test_a_ledger_begins_with_the_earlier_numbers_and_goes_on_after_the_greatest(path: Path) -> None:
    (entry,) = ledger.issue(path, [request("9")], first=[earlier(3, "1"), earlier(5, "2")])
    assert entry.number.seq == 6
    assert [each.number.seq for each in held(path).entries if each.imported] == [3, 5]


def test_earlier_numbers_are_taken_over_all_or_none(path: Path) -> None:
    issued(path, request("9"))
    with pytest.raises(RefusedError, match=re.escape("云政返通〔2026〕1号 不能给")):
        ledger.take_over(path, [earlier(7, "1"), earlier(1, "2")])
    assert len(held(path).entries) == 1
    ledger.take_over(path, [earlier(7, "1")])
    assert issued(path, request("10")) == [8]


def test_an_opening_leads_numbers_on_and_never_back(path: Path) -> None:
    ledger.open_at(path, CODE, 2026, 18)
    ledger.open_at(path, CODE, 2026, 17)  # nothing has been issued since: the book was read wrongly
    assert issued(path, request("1")) == [17]
    with pytest.raises(RefusedError, match="已经用到 17 号"):
        ledger.open_at(path, CODE, 2026, 17)
    ledger.open_at(path, CODE, 2026, 30)
    assert issued(path, request("2")) == [30]
    assert [str(gap) for gap in held(path).gaps()] == ["云政返通〔2026〕1—16号", "云政返通〔2026〕18—29号"]
    assert all(gap.elsewhere for gap in held(path).gaps())


def test_a_void_number_is_listed_never_used_again_and_void_for_ever(path: Path) -> None:
    issued(path, request("1"), request("2"))
    ledger.void(path, number(2), "写错", date(2026, 9, 12))
    assert (held(path).entries[1].void, held(path).entries[1].void_why) == (True, "写错")
    assert issued(path, request("2")) == [3]
    with pytest.raises(RefusedError, match="已于 2026-09-12 作废（写错）"):
        ledger.void(path, number(2), "又错", date(2026, 9, 13))
    with pytest.raises(RefusedError, match="已于 2026-09-12 作废"):
        ledger.serve(path, number(2), SERVED)
    with pytest.raises(RefusedError, match="不能在 2026-09-09 作废"):
        ledger.void(path, number(1), "写错", date(2026, 9, 9))


def test_a_number_that_was_never_given_is_told(path: Path) -> None:
    issued(path, request("1"))
    with pytest.raises(RefusedError, match=re.escape("台账里没有 云政返通〔2026〕2号")):
        ledger.void(path, number(2), "写错", DAY)


def test_service_is_entered_once_and_corrected_with_a_reason(path: Path) -> None:
    issued(path, request("1"))
    with pytest.raises(RefusedError, match="还没有登记送达"):
        ledger.serve(path, number(1), SERVED, "写错")
    ledger.serve(path, number(1), SERVED)
    right = replace(SERVED, at=datetime.fromisoformat("2026-09-11 08:05"))
    with pytest.raises(RefusedError, match="已经登记了 2026-09-11 18:30 留置送达"):
        ledger.serve(path, number(1), right)
    ledger.serve(path, number(1), right, "时间记错")
    assert held(path).entries[0].service == right
    with closing(sqlite3.connect(path)) as file:
        rows = file.execute("SELECT at, corrected FROM service ORDER BY id").fetchall()
    assert rows == [("2026-09-11 18:30", "时间记错"), ("2026-09-11 08:05", None)]


def test_nothing_is_changed_in_a_ledger_that_is_not_there(path: Path) -> None:
    with pytest.raises(LedgerError, match="还没有台账"):
        ledger.void(path, number(1), "写错", DAY)
    assert not path.exists()


# what the file itself refuses, whatever our code does


@pytest.mark.parametrize(
    "statement",
    [
        "DELETE FROM number",
        "UPDATE number SET seq = 9",
        "UPDATE number SET issued_on = '2026-01-01' WHERE seq = 1",
        "UPDATE number SET kind = '返校通知书' WHERE seq = 1",
        "UPDATE number SET voided_on = NULL, void_why = '' WHERE seq = 1",
        "UPDATE number SET voided_on = '2026-09-20' WHERE seq = 2",
        "DELETE FROM service",
        "INSERT INTO number SELECT 99, code, year, 9, school, case_no, '9', kind, student, issuer, issued_on,"
        " deadline, co_issuer, 0, NULL, '' FROM number WHERE seq = 1",
        "INSERT INTO number SELECT 99, code, year, 2, school, case_no, '9', kind, student, issuer, issued_on,"
        " deadline, co_issuer, 1, NULL, '' FROM number WHERE seq = 1",
        "INSERT INTO number SELECT 99, code, year, 3, school, case_no, notice, kind, student, issuer, issued_on,"
        " deadline, co_issuer, 0, NULL, '' FROM number WHERE seq = 2",
        "INSERT INTO service SELECT 99, number, at, mode, servers, place, received_by, relation, proxy_reason, refusal,"
        " witnesses, witness_unit, photo, note, NULL FROM service",
    ],
)  # fmt: skip
def test_the_file_refuses_what_is_against_its_rules(path: Path, statement: str) -> None:
    issued(path, request("1"), request("2"))
    ledger.void(path, number(1), "写错", DAY)
    ledger.serve(path, number(2), SERVED)
    before = held(path)
    with closing(sqlite3.connect(path)) as file, pytest.raises(sqlite3.IntegrityError):
        file.execute(statement)
    assert held(path) == before


# the file


def test_nothing_lies_beside_the_ledger(path: Path) -> None:
    issued(path, request("1"))
    ledger.void(path, number(1), "写错", DAY)
    assert list(path.parent.iterdir()) == [path]


def test_what_is_entered_is_on_the_disk_before_it_is_told(path: Path) -> None:
    issued(path, request("1"))
    with ledger.opened(path, writing=True) as file:
        assert ledger._pragma(file, "synchronous") == 3  # EXTRA
        assert ledger._pragma(file, "journal_mode") == "delete"
        assert ledger._pragma(file, "foreign_keys") == 1


@pytest.mark.parametrize("at", [0, 20, 100, 4096 + 3, -1])
def test_a_damaged_ledger_is_told_with_what_to_restore_and_not_touched(path: Path, at: int) -> None:
    issued(path, *(request(str(count)) for count in range(60)))
    content = bytearray(path.read_bytes())
    content[at : at + 900 if at >= 0 else None] = b"\xff" * len(content[at : at + 900 if at >= 0 else None])
    if at < 0:
        content = content[: len(content) // 2]
    path.write_bytes(content)
    for use in (ledger.read, lambda path: issued(path, request("new"))):
        with pytest.raises(DamagedError):
            use(path)
    assert path.read_bytes() == content


def test_damage_that_only_looking_through_the_whole_file_finds_is_found(path: Path) -> None:
    issued(path, *(request(str(count)) for count in range(20)))
    with closing(sqlite3.connect(path)) as file:
        (page,) = file.execute("SELECT rootpage FROM sqlite_master WHERE name = 'one_live_number'").fetchone()
        (size,) = file.execute("PRAGMA page_size").fetchone()
    content = bytearray(path.read_bytes())
    content[page * size - 30 : page * size] = b"\0" * 30  # the end of an index that reading does without
    path.write_bytes(content)
    with pytest.raises(DamagedError, match="损坏了"):
        ledger.read(path)


def test_an_empty_file_is_damaged_and_numbers_do_not_begin_anew(path: Path) -> None:
    path.touch()
    with pytest.raises(DamagedError, match="是空的，没有用它。请用最近的备份恢复：baoxue ledger restore"):
        issued(path, request("1"))


@pytest.mark.parametrize("content", [b"PK\x03\x04" * 500, "文号".encode() * 900])
def test_another_kind_of_file_is_not_taken_for_a_ledger(path: Path, content: bytes) -> None:
    path.write_bytes(content)
    with pytest.raises(DamagedError):
        issued(path, request("1"))
    assert path.read_bytes() == content


def test_the_database_of_another_program_is_not_taken_for_a_ledger(path: Path) -> None:
    with closing(sqlite3.connect(path)) as other:
        other.execute("CREATE TABLE number (seq)")
    with pytest.raises(DamagedError, match="不是 baoxue 的台账"):
        ledger.read(path)


def test_a_ledger_of_a_newer_program_is_left_alone(path: Path) -> None:
    issued(path, request("1"))
    with closing(sqlite3.connect(path)) as file:
        file.execute("PRAGMA user_version = 9")
    with pytest.raises(DamagedError, match="请升级 baoxue"):
        issued(path, request("2"))


def test_a_ledger_of_before_the_first_version_is_left_alone(path: Path) -> None:
    issued(path, request("1"))
    with closing(sqlite3.connect(path)) as file:
        file.execute("PRAGMA user_version = 1")
    with pytest.raises(DamagedError, match=r"是版本 1 的台账，.*发布以前试用的"):
        held(path)


def test_the_kind_of_a_notice_and_a_deadline_that_is_open_are_kept(path: Path) -> None:
    order = replace(request("1"), kind="责令限期改正通知书", deadline=None)
    issued(path, order, request("2"))
    first, second = held(path).entries
    assert (first.kind, first.deadline) == ("责令限期改正通知书", None)
    assert (second.kind, second.deadline) == ("返校通知书", date(2026, 12, 1))


def test_a_ledger_that_another_holds_is_waited_for_and_told(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    issued(path, request("1"))
    monkeypatch.setattr(ledger, "WAIT", 0.05)
    with closing(sqlite3.connect(path, isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        assert len(held(path).entries) == 1  # reading goes on
        with pytest.raises(LedgerError, match="另一个 baoxue 一直在写它"):
            issued(path, request("2"))


def limited(monkeypatch: pytest.MonkeyPatch, **changes: Any) -> None:
    """Let connections be opened as on a disk that is full, or read-only."""
    connect = ledger._connect

    def connected(path: Path, mode: str) -> sqlite3.Connection:
        file = connect(path, changes.get("mode", mode))
        if pages := changes.get("pages"):
            file.execute(f"PRAGMA max_page_count = {pages}")
        return file

    monkeypatch.setattr(ledger, "_connect", connected)


def test_a_full_disk_is_told_and_nothing_entered(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    issued(path, request("1"))
    before = held(path)
    with monkeypatch.context() as patch:
        limited(patch, pages=1)  # no more than there are
        with pytest.raises(LedgerError, match="磁盘满了，请腾出空间再试；没有改动任何东西"):
            issued(path, *(request(f"long {count}" * 20) for count in range(300)))
    assert held(path) == before
    assert issued(path, request("2")) == [2]


def test_a_read_only_ledger_is_read_and_told_when_it_cannot_be_written(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    issued(path, request("1"))
    limited(monkeypatch, mode="ro")
    assert len(held(path).entries) == 1
    with pytest.raises(LedgerError, match="没有写的权限，或磁盘是只读的"):
        issued(path, request("2"))


def test_a_folder_that_is_not_there_is_told(tmp_path: Path) -> None:
    with pytest.raises(LedgerError, match="用不了"):
        issued(tmp_path / "none" / NAME, request("1"))


def test_a_ledger_is_begun_on_a_disk_without_links(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object) -> None:
        raise PermissionError

    monkeypatch.setattr("os.link", refuse)
    assert issued(path, request("1")) == [1]
    assert list(path.parent.iterdir()) == [path]


@pytest.mark.parametrize("written", [True, False])
def test_a_ledger_begun_by_another_in_the_meantime_is_gone_on_with(
    path: Path, monkeypatch: pytest.MonkeyPatch, written: bool
) -> None:
    write_new = ledger._write_new

    def overtaken(part: Path, first: Any) -> None:
        write_new(part, first)
        monkeypatch.undo()
        issued(path, request("other"))
        if not written:
            raise sqlite3.OperationalError("disk I/O error")  # as the file was removed under it

    monkeypatch.setattr(ledger, "_write_new", overtaken)
    assert issued(path, request("1")) == [2]


def test_earlier_numbers_that_came_too_late_to_begin_with_are_not_passed_over(path: Path) -> None:
    issued(path, request("1"))
    with pytest.raises(RefusedError, match="请再运行一次"):
        ledger.issue(path, [request("2")], first=[earlier(9, "3")])
    assert len(held(path).entries) == 1


def test_numbers_that_would_be_others_than_were_foretold_are_given_to_nobody(path: Path) -> None:
    issued(path, request("1"))
    with pytest.raises(RefusedError, match=r"预告是 .*1号，现在是 .*2号"):
        ledger.issue(path, [request("2")], foretold=[number(1)])
    with pytest.raises(RefusedError, match="预告"):  # it has one by now
        ledger.issue(path, [request("1")], foretold=[number(2)])
    assert len(held(path).entries) == 1
    (entry,) = ledger.issue(path, [request("2")], foretold=[number(2)])
    assert entry.number == number(2)


def test_threads_that_begin_a_ledger_at_the_same_moment_are_not_in_one_anothers_way(tmp_path: Path) -> None:
    for turn in range(20):
        path, start, given = tmp_path / f"{turn}.sqlite", threading.Barrier(3), list[int]()

        def begin(name: str, path: Path = path, start: threading.Barrier = start, given: list[int] = given) -> None:
            start.wait()
            given += issued(path, request(name))

        threads = [threading.Thread(target=begin, args=(name,)) for name in "123"]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert sorted(given) == [1, 2, 3]
    assert len(list(tmp_path.iterdir())) == 20


def test_what_is_given_now_is_told_from_what_had_a_number(tmp_path: Path) -> None:
    path = tmp_path / NAME
    issued(path, request("1"))
    given = ledger.give(path, [request("1"), request("2")])
    assert [entry.number.seq for entry in given.entries] == [1, 2]
    assert given.new == {request("2").key}
