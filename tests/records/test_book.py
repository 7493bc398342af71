from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime

from generator.records.book import Book, Entry, Key, Opening
from generator.records.number import Number
from generator.records.service import Service

DAY = date(2026, 9, 1)


def entry(seq: int, notice: str = "", code: str = "云政返通") -> Entry:
    return Entry(Number(code, 2026, seq), Key("3153000001", "1", notice or str(seq)), "石小满", "清溪镇人民政府", DAY)


def gaps(*sequence: int, openings: tuple[Opening, ...] = ()) -> list[tuple[str, bool]]:
    return [(str(gap), gap.elsewhere) for gap in Book(tuple(map(entry, sequence)), openings).gaps()]


def test_numbers_begin_at_one_and_follow_the_greatest() -> None:
    assert Book().next("云政返通", 2026) == 1
    book = Book((entry(1), entry(7), entry(20, code="青教")))
    assert book.next("云政返通", 2026) == 8
    assert book.next("云政返通", 2027) == 1


def test_void_numbers_count() -> None:
    voided = replace(entry(3), voided_on=DAY, void_why="写错")
    assert Book((voided,)).next("云政返通", 2026) == 4


def test_an_opening_leads_numbers_on_but_never_back() -> None:
    assert Book((), (Opening("云政返通", 2026, 1, 18),)).next("云政返通", 2026) == 18
    assert Book((entry(30),), (Opening("云政返通", 2026, 1, 18),)).next("云政返通", 2026) == 31


def test_numbers_that_nobody_has_are_listed_and_those_of_the_old_book_as_such() -> None:
    assert gaps() == []
    assert gaps(1, 2, 3) == []
    assert gaps(2, 5, 6, 9) == [
        ("云政返通〔2026〕1号", False), ("云政返通〔2026〕3—4号", False), ("云政返通〔2026〕7—8号", False),
    ]  # fmt: skip
    assert gaps(18, openings=(Opening("云政返通", 2026, 1, 18),)) == [("云政返通〔2026〕1—17号", True)]
    assert gaps(1, openings=(Opening("云政返通", 2026, 2, 5),)) == [("云政返通〔2026〕2—4号", True)]
    assert gaps(2, 6, openings=(Opening("云政返通", 2026, 3, 5),)) == [
        ("云政返通〔2026〕1号", False), ("云政返通〔2026〕3—4号", True), ("云政返通〔2026〕5号", False),
    ]  # fmt: skip


def test_the_entry_of_a_notice_is_the_one_that_is_not_void() -> None:
    voided = replace(entry(1, "甲"), voided_on=DAY, void_why="写错")
    book = Book((voided, entry(2, "甲")))
    assert book.latest[voided.key].number.seq == 2
    other = replace(entry(1, "甲", "青教"), voided_on=DAY, void_why="写错")  # which stands behind it in the book
    assert Book((entry(2, "甲"), other)).latest[other.key].number.code == "云政返通"
    assert Book((voided,)).latest[voided.key] is voided
    assert Book((voided,)).live == {}


def test_the_digest_tells_every_change_and_nothing_else() -> None:
    book = Book((entry(1),))
    served = Service(datetime.fromisoformat("2026-09-02 18:30"), "直接送达", ("甲", "乙"), received_by="丙")
    others = [
        Book(),
        Book((entry(2, "1"),)),
        Book((entry(1),), (Opening("云政返通", 2026, 2, 5),)),
        Book((replace(entry(1), voided_on=DAY, void_why="错"),)),
        Book((replace(entry(1), service=served),)),
        Book((replace(entry(1), service=replace(served, at=datetime.fromisoformat("2026-09-02 18:31"))),)),
        Book((replace(entry(1), deadline=DAY),)),
    ]
    assert len({book.digest(), *(other.digest() for other in others)}) == len(others) + 1
    assert book.digest() == Book((entry(1),)).digest()
