"""The ledger against a plain model of it: whatever is done in whatever order, both say the same."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from generator.records import ledger
from generator.records.book import Key
from generator.records.ledger import NAME, RefusedError, Request
from generator.records.number import Number
from generator.records.service import Service

CODES, NOTICES = st.sampled_from(["云政返通", "青教"]), st.sampled_from([str(number) for number in range(1, 9)])
DAYS = st.integers(0, 500).map(lambda days: date(2026, 1, 1) + timedelta(days))
SEQUENCE = st.integers(1, 12)
FIRST, AGAIN = datetime.fromisoformat("2028-01-01 09:05"), datetime.fromisoformat("2028-01-02 10:15")


class Ledger(RuleBasedStateMachine):
    """Numbers as a clerk would keep them on paper: a list of what was given, and where each series stands."""

    def __init__(self) -> None:
        super().__init__()
        self.folder = TemporaryDirectory()
        self.path = Path(self.folder.name) / NAME
        self.given: dict[Number, str] = {}  # to which notice
        self.day: dict[Number, date] = {}
        self.void: dict[Number, str] = {}
        self.served: dict[Number, datetime] = {}
        self.next: dict[tuple[str, int], int] = {}

    def teardown(self) -> None:
        self.folder.cleanup()

    @initialize()
    def begin(self) -> None:
        self.issue(["0"], "云政返通", date(2026, 1, 1))

    @rule(notices=st.lists(NOTICES, max_size=3, unique=True), code=CODES, day=DAYS)
    def issue(self, notices: list[str], code: str, day: date) -> None:
        live = {notice: number for number, notice in self.given.items() if number not in self.void}
        new = [notice for notice in notices if notice not in live]
        series = (code, day.year)
        last = max((self.day[number] for number in self.given if (number.code, number.year) == series), default=day)
        requests = [Request(code, Key("s", "c", notice), "石小满", "镇政府", day, day) for notice in notices]
        try:
            entries = ledger.issue(self.path, requests)
        except RefusedError:
            assert new
            assert day < last
            return
        assert not new or day >= last
        for notice in new:
            number = Number(*series, self.next.get(series, 1))
            live[notice] = number
            self.given[number], self.day[number] = notice, day
            self.next[series] = number.seq + 1
        assert [entry.number for entry in entries] == [live[notice] for notice in notices]

    @rule(code=CODES, year=st.sampled_from([2026, 2027]), number=SEQUENCE)
    def open(self, code: str, year: int, number: int) -> None:
        used = max((one.seq for one in self.given if (one.code, one.year) == (code, year)), default=0)
        try:
            ledger.open_at(self.path, code, year, number)
        except RefusedError:
            assert number <= used
            return
        assert number > used
        self.next[code, year] = number

    @rule(code=CODES, year=st.sampled_from([2026, 2027]), seq=SEQUENCE, why=st.sampled_from(["写错", "已返校"]))
    def make_void(self, code: str, year: int, seq: int, why: str) -> None:
        number = Number(code, year, seq)
        may = number in self.given and number not in self.void
        try:
            ledger.void(self.path, number, why, date(2028, 1, 1))
        except RefusedError:
            assert not may
            return
        assert may
        self.void[number] = why

    @rule(code=CODES, year=st.sampled_from([2026, 2027]), seq=SEQUENCE, correct=st.sampled_from(["", "记错"]))
    def serve(self, code: str, year: int, seq: int, correct: str) -> None:
        number, at = Number(code, year, seq), AGAIN if correct else FIRST
        may = number in self.given and number not in self.void and (number in self.served) is bool(correct)
        try:
            ledger.serve(self.path, number, Service(at, "直接送达", ("甲", "乙"), received_by="丙"), correct)
        except RefusedError:
            assert not may
            return
        assert may
        self.served[number] = at

    @invariant()
    def both_say_the_same(self) -> None:
        book = ledger.read(self.path)
        if book is None:
            assert not self.given
            return
        entries = {entry.number: entry for entry in book.entries}
        assert {number: entry.key.notice for number, entry in entries.items()} == self.given
        assert {number: entry.issued_on for number, entry in entries.items()} == self.day
        assert {number: entry.void_why for number, entry in entries.items() if entry.void} == self.void
        assert {number: entry.service.at for number, entry in entries.items() if entry.service} == self.served
        for series, following in self.next.items():
            assert book.next(*series) == following
        missing = {
            Number(gap.code, gap.year, seq) for gap in book.gaps() for seq in range(gap.first, gap.last + 1)
        }  # fmt: skip
        below = {Number(*series, seq) for series, following in self.next.items() for seq in range(1, following)}
        assert missing == below - set(self.given)
        assert all(gap.elsewhere for gap in book.gaps())  # only openings leave any


TestLedger = Ledger.TestCase
TestLedger.settings = settings(max_examples=30, stateful_step_count=25, deadline=None)
