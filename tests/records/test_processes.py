"""Several processes at once, and processes that end in the middle: numbers stay consecutive, the ledger whole."""

from __future__ import annotations

import resource
from pathlib import Path

import pytest

from benchmarks.storm import request, storm
from generator.records import ledger
from generator.records.keeping import back_up
from generator.records.ledger import NAME
from tests.records.killing import killing, needs_strace

ISSUE = """
from pathlib import Path
from benchmarks.storm import request
from generator.records import ledger
def run(path, name):
    ledger.issue(Path(path), [request(name)])
"""
RESTORE = """
from datetime import UTC, datetime
from pathlib import Path
from generator.records.keeping import restore
def run(path, copy):
    restore(Path(path), Path(copy), datetime(2026, 9, 20, tzinfo=UTC), yes=True)
"""


def numbers(path: Path) -> dict[str, int]:
    book = ledger.read(path)
    return {entry.key.notice: entry.number.seq for entry in book.entries} if book else {}


def test_numbers_are_consecutive_although_four_write_at_once_and_one_is_killed(tmp_path: Path) -> None:
    found = storm(tmp_path, rounds=15)
    assert found.rounds == 15
    assert found.killed > 3  # else nothing was tried


@needs_strace
@pytest.mark.parametrize(
    ("begun", "call"),
    [
        *((True, call) for call in ("pwrite64", "fdatasync", "unlink")),
        *((False, call) for call in ("pwrite64", "fdatasync", "unlink", "link")),
    ],
)
def test_a_kill_at_any_write_leaves_the_numbers_before_or_after(tmp_path: Path, begun: bool, call: str) -> None:
    """The process is killed by the first, the second, … call of a kind, until it needs no more of them."""
    path = tmp_path / NAME
    if begun:
        ledger.issue(path, [request("first")])
    nth, died = 1, True
    with killing(call, ISSUE) as killed_at:
        while died:
            before = numbers(path)
            died = killed_at(nth, str(path), f"n{nth}")
            assert died or nth > 1  # else nothing was killed
            after = numbers(path)
            assert before.items() <= after.items()
            assert sorted(after.values()) == list(range(1, len(after) + 1))
            assert died or f"n{nth}" in after
            if died and not begun:
                path.unlink(missing_ok=True)
            nth += 1 if begun else 3  # a ledger is begun with many writes
    ledger.issue(path, [request("last")])
    assert [left.name for left in tmp_path.iterdir()] == [NAME]


@needs_strace
def test_a_kill_while_restoring_leaves_the_ledger_before_or_after(tmp_path: Path) -> None:
    path, copy = tmp_path / NAME, tmp_path / "copy.sqlite"
    (entry,) = ledger.issue(path, [request("first")])
    back_up(path, copy)
    ledger.void(path, entry.number, "写错", entry.issued_on)
    states = ledger.read(path), ledger.read(copy)
    nth, died = 1, True
    with killing("pwrite64", RESTORE) as killed_at:
        while died:
            died = killed_at(nth, str(path), str(copy))
            assert died or nth > 1
            now = ledger.read(path)
            assert now in states
            assert died or now == states[1]
            nth += 4


def test_a_disk_that_takes_no_more_is_told_and_no_number_is_given(tmp_path: Path) -> None:
    """Writes fail from every size on that the files may have; Python has the signal of that ignored."""
    path = tmp_path / NAME
    ledger.issue(path, [request("first")])
    size = path.stat().st_size
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    refused = 0
    try:
        for most in range(0, size + 8192, 512):
            resource.setrlimit(resource.RLIMIT_FSIZE, (most, before[1]))
            told = ""
            try:
                ledger.issue(path, [request(f"n{most}")])
            except ledger.LedgerError as error:
                told = str(error)
            resource.setrlimit(resource.RLIMIT_FSIZE, before)
            refused += bool(told)
            assert not told or "没有改动任何东西" in told
            assert (f"n{most}" in numbers(path)) is not bool(told)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)
    assert refused
    assert list(numbers(path).values()) == list(range(1, len(numbers(path)) + 1))
