from __future__ import annotations

import sqlite3
from contextlib import closing
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from generator.records import keeping, ledger
from generator.records.keeping import back_up, compared, restore
from generator.records.ledger import NAME, LedgerError, RefusedError
from generator.records.service import Service
from tests.records.test_ledger import held, issued, request

SERVICE = Service(datetime.fromisoformat("2026-09-10 18:30"), "直接送达", ("甲", "乙"), received_by="石大山")
NOW = datetime(2026, 9, 20, 8, 0, tzinfo=UTC)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    path = tmp_path / "项目" / NAME
    path.parent.mkdir()
    issued(path, request("1"), request("2"))
    return path


def test_a_backup_holds_what_the_ledger_holds_and_is_one_whole_file(path: Path, tmp_path: Path) -> None:
    copy = tmp_path / "备份.sqlite"
    back_up(path, copy)
    assert held(copy) == held(path)
    assert sorted(tmp_path.iterdir()) == sorted([path.parent, copy])


def test_a_backup_covers_no_file(path: Path, tmp_path: Path) -> None:
    copy = tmp_path / "备份.sqlite"
    copy.write_text("mine")
    with pytest.raises(LedgerError, match="已经有了，没有覆盖"):
        back_up(path, copy)
    assert copy.read_text() == "mine"
    with pytest.raises(LedgerError, match="没有可以备份的"):
        back_up(tmp_path / "none.sqlite", tmp_path / "other.sqlite")


def test_what_is_restored_is_what_was_backed_up_and_what_was_there_is_kept(path: Path, tmp_path: Path) -> None:
    copy = tmp_path / "备份.sqlite"
    back_up(path, copy)
    before = held(path)
    ledger.void(path, before.entries[0].number, "写错", NOW.date())
    later = held(path)
    done = restore(path, copy, NOW, yes=True)
    assert held(path) == before
    assert done.kept
    assert held(done.kept) == later
    assert done.lost == ()


def test_a_backup_without_numbers_given_since_is_refused_and_they_are_named(path: Path, tmp_path: Path) -> None:
    copy = tmp_path / "备份.sqlite"
    back_up(path, copy)
    issued(path, request("3"))
    now = held(path)
    with pytest.raises(RefusedError, match="没有 1 个已经发出的文号：云政返通〔2026〕3号"):
        restore(path, copy, NOW)
    assert held(path) == now
    done = restore(path, copy, NOW, yes=True)
    assert [str(number) for number in done.lost] == ["云政返通〔2026〕3号"]
    assert issued(path, request("4")) == [3]


def test_a_backup_that_says_otherwise_is_refused_and_what_would_change_is_named(path: Path, tmp_path: Path) -> None:
    copy = tmp_path / "备份.sqlite"
    issued(path, request("3"))
    first, second, _ = (entry.number for entry in held(path).entries)
    ledger.serve(path, second, SERVICE)
    back_up(path, copy)
    ledger.void(path, first, "写错", NOW.date())
    ledger.serve(path, second, replace(SERVICE, mode="邮寄送达", note="挂号信 XA1"), "方式写错")
    ledger.open_at(path, "云政返通", 2026, 18)
    now = held(path)
    with pytest.raises(RefusedError) as told:
        restore(path, copy, NOW)
    assert str(told.value).splitlines() == [
        f"备份 {copy} 和现在的台账不一样，没有恢复",
        "恢复以后会变的（3）：",
        "  云政返通〔2026〕1号 石小满：现在已于 2026-09-20 作废（写错），备份里有效",
        "  云政返通〔2026〕2号 石小满：现在登记的送达是 2026-09-10 18:30 邮寄送达，送达人甲、乙，"
        "备份里登记的送达是 2026-09-10 18:30 直接送达，送达人甲、乙",
        "  云政返通〔2026〕的下一号：现在是 18，备份里是 4",
        "仍要恢复加 --yes",
    ]
    assert held(path) == now
    assert len(compared(path, copy).changed) == 3
    assert len(restore(path, copy, NOW, yes=True).changed) == 3
    assert compared(path, copy).changed == ()


def test_a_backup_of_another_ledger_is_refused(path: Path, tmp_path: Path) -> None:
    other = tmp_path / NAME
    issued(other, request("8"), request("9"))
    with pytest.raises(RefusedError, match=r"现在是 学校 3153000001 个案 1 的通知书 1，.*备份里是 .*的通知书 8"):
        restore(path, other, NOW)


def test_somebody_who_has_the_ledger_open_goes_on_with_what_was_restored(path: Path, tmp_path: Path) -> None:
    copy = tmp_path / "备份.sqlite"
    back_up(path, copy)
    ledger.void(path, held(path).entries[1].number, "写错", NOW.date())
    with closing(sqlite3.connect(path)) as other:
        restore(path, copy, NOW, yes=True)
        assert other.execute("SELECT count(*) FROM number WHERE voided_on IS NULL").fetchone() == (2,)


@pytest.mark.parametrize("damage", [b"", b"\xff" * 5000])
def test_a_damaged_ledger_is_put_aside(path: Path, tmp_path: Path, damage: bytes) -> None:
    copy = tmp_path / "备份.sqlite"
    back_up(path, copy)
    before = held(path)
    path.write_bytes(damage)
    done = restore(path, copy, NOW)
    assert held(path) == before
    assert done.kept
    assert done.kept.read_bytes() == damage
    assert "备份到 云政返通〔2026〕2号 为止" in done.unseen
    assert [file.name for file in path.parent.iterdir() if file.is_file()] == [NAME]


def test_a_journal_goes_where_its_ledger_goes(path: Path) -> None:
    path.with_name(f"{NAME}-journal").write_bytes(b"of the damaged one")  # which SQLite did not clear away
    kept = keeping._put_aside(path, NOW)
    assert not list(path.parent.glob("*.sqlite*"))
    assert kept.with_name(f"{kept.name}-journal").read_bytes() == b"of the damaged one"


def test_a_ledger_that_is_gone_comes_back(path: Path, tmp_path: Path) -> None:
    copy = tmp_path / "备份.sqlite"
    back_up(path, copy)
    before = held(path)
    path.unlink()
    done = restore(path, copy, NOW)
    assert done.kept is None
    assert held(path) == before
    assert "备份到 云政返通〔2026〕2号 为止" in done.unseen
    assert not restore(path, copy, NOW).unseen  # now there is one to compare it with


@pytest.mark.parametrize("content", [b"", b"PK\x03\x04" * 900, "other"])
def test_a_foreign_file_is_not_restored(path: Path, tmp_path: Path, content: bytes | str) -> None:
    copy = tmp_path / "备份.sqlite"
    if isinstance(content, bytes):
        copy.write_bytes(content)
    else:
        with closing(sqlite3.connect(copy)) as other:
            other.execute("CREATE TABLE number (seq)")
    before = path.read_bytes()
    with pytest.raises(LedgerError, match="不是一份完整的台账备份，没有恢复"):
        restore(path, copy, NOW)
    assert path.read_bytes() == before


def test_a_backup_that_is_not_there_is_told(path: Path, tmp_path: Path) -> None:
    with pytest.raises(LedgerError, match="没有文件"):
        restore(path, tmp_path / "none.sqlite", NOW)
