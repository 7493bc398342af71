from __future__ import annotations

import resource
import sqlite3
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from generator.records import ledger, printings
from generator.records.keeping import back_up, restore
from generator.records.ledger import NAME, DamagedError, LedgerError, RefusedError
from generator.records.printings import Content, Paper, Pile, Printing
from tests.records.killing import killing, needs_strace
from tests.records.test_ledger import held, issued, request

DAY = date(2026, 9, 12)
WHOLE = Printing("清溪小学/RC-10/三年级（1）班", "tiny", "小文书", "清溪小学", "第一学期", DAY, DAY, 2, "ab")
ONE, OTHER = ("学籍号:1", "姓名:s/石小满"), ("学籍号:2", "姓名:s/木小春")
Printed = tuple[Printing, list[Paper]]


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / NAME


def pile_of(printing: Printing = WHOLE, **says: str) -> Printed:
    """A print file with papers about children, each by its number and what it says."""
    papers = [
        Paper((f"学籍号:{number[1:]}", f"姓名:s/{number}"), number, Content("wording", said), printing)
        for number, said in says.items()
    ]
    return printing, papers


def stands(path: Path, form: str = "tiny") -> dict[str, str]:
    return {paper.label: paper.content.filled for paper in printings.standing(path)[form].papers()}


def layout_2(path: Path) -> None:
    """Make a ledger such as the program before had it, with two numbers."""
    issued(path, request("1"), request("2"))
    with closing(sqlite3.connect(path, isolation_level=None)) as file:
        file.executescript(
            "BEGIN; DROP TABLE printout; DROP TABLE printing; PRAGMA user_version = 2; COMMIT;"
        )  # their triggers go with them


# what stands


def test_what_is_read_is_what_was_confirmed(path: Path) -> None:
    assert printings.confirm(path, [pile_of(n1="甲", n2="乙")]) == [True]
    assert printings.printings(path) == (WHOLE,)
    (one, other) = printings.standing(path)["tiny"].papers()
    assert (one.about, one.label, one.content, one.printing) == (
        ("学籍号:1", "姓名:s/n1"), "n1", Content("wording", "甲"), WHOLE,
    )  # fmt: skip
    assert other.content.filled == "乙"


def test_the_last_that_was_confirmed_of_a_paper_stands(path: Path) -> None:
    printings.confirm(path, [pile_of(n1="甲", n2="乙")])
    again = replace(WHOLE, file="补印 2026-10-01/清溪小学/RC-10/三年级（1）班")
    printings.confirm(path, [pile_of(again, n1="丙")])
    assert stands(path) == {"n1": "丙", "n2": "乙"}


def test_what_stands_already_is_not_entered_again_in_whatever_format_or_part(path: Path) -> None:
    printings.confirm(path, [pile_of(n1="甲", n2="乙")])
    assert printings.confirm(path, [pile_of(replace(WHOLE, sha256="pdf"), n1="甲", n2="乙")]) == [False]
    assert printings.confirm(path, [pile_of(replace(WHOLE, file="单份"), n2="乙")]) == [False]
    assert printings.confirm(path, [pile_of(n1="甲", n2="丁"), pile_of(n1="甲")]) == [True, False]
    assert len(printings.printings(path)) == 2


def test_a_paper_that_was_changed_and_changed_back_is_entered_anew(path: Path) -> None:
    for said in ("甲", "乙", "甲"):
        assert printings.confirm(path, [pile_of(n1=said)]) == [True]
    assert stands(path) == {"n1": "甲"}


def test_what_was_undone_makes_room_for_what_was_confirmed_before(path: Path) -> None:
    printings.confirm(path, [pile_of(n1="甲")])
    later = replace(WHOLE, file="补印/三年级（1）班")
    printings.confirm(path, [pile_of(later, n1="乙")])
    assert printings.undo(path, later.file, DAY) == replace(later, undone_on=DAY)
    assert stands(path) == {"n1": "甲"}
    printings.undo(path, WHOLE.file, DAY)
    assert printings.standing(path) == {}
    with pytest.raises(RefusedError, match="没有确认印过，没有可以撤销的"):
        printings.undo(path, WHOLE.file, DAY)
    assert printings.confirm(path, [pile_of(n1="甲")]) == [True]


def test_a_misspelt_file_is_told_with_the_nearest(path: Path) -> None:
    printings.confirm(path, [pile_of(n1="甲")])
    with pytest.raises(RefusedError, match="是不是“清溪小学/RC-10/三年级（1）班”"):
        printings.undo(path, "清溪小学/RC-10/三年级（2）班", DAY)


def test_forms_are_apart(path: Path) -> None:
    other = replace(WHOLE, form="other")
    printings.confirm(path, [pile_of(n1="甲"), pile_of(other, n1="乙")])
    assert (stands(path), stands(path, "other")) == ({"n1": "甲"}, {"n1": "乙"})
    assert list(printings.standing(path, ["other"])) == ["other"]


def test_without_a_ledger_nothing_was_printed_and_reading_makes_none(path: Path) -> None:
    assert (printings.standing(path), printings.printings(path)) == ({}, ())
    assert printings.confirm(path, []) == []
    assert not path.exists()


# who is who


def paper(*about: str, said: str = "甲") -> Paper:
    return Paper(about, "", Content("w", said), WHOLE)


def paired(papers: Sequence[Paper], *abouts: tuple[str, ...]) -> list[Paper | None]:
    pile = Pile()
    pile.put(papers)
    return pile.pair(abouts)


def test_a_child_is_found_by_a_surer_name_before_a_namesake_by_its_own() -> None:
    numbered = paper("学籍号:1", "姓名:s/石小满")
    assert paired([numbered], ("姓名:s/石小满",), ("学籍号:1", "姓名:s/石小满")) == [None, numbered]


def test_a_child_whose_number_was_filled_in_later_is_found_by_its_name() -> None:
    before = paper("出生:2017-03-01", "姓名:s/石小满")
    assert paired([before], ("学籍号:1", "出生:2017-03-01", "姓名:s/石小满")) == [before]


@pytest.mark.parametrize("kind", ["学籍号", "证件号", "出生"])
def test_a_namesake_whom_something_speaks_against_is_somebody_else(kind: str) -> None:
    assert paired([paper(f"{kind}:1", "姓名:s/石小满")], (f"{kind}:2", "姓名:s/石小满")) == [None]


def test_of_two_namesakes_neither_is_guessed() -> None:
    two = [paper("学籍号:1", "姓名:s/石小满"), paper("学籍号:2", "姓名:s/石小满")]
    assert paired(two, ("姓名:s/石小满",)) == [None]


def test_a_child_whose_name_was_corrected_is_found_by_its_number() -> None:
    before = paper("学籍号:1", "姓名:s/石小满")
    assert paired([before], ("学籍号:1", "姓名:s/石晓满")) == [before]


CHILD = st.tuples(
    st.sampled_from(["", "学籍号:1", "学籍号:2"]),
    st.sampled_from(["", "出生:1", "出生:2"]),
    st.sampled_from(["姓名:甲", "姓名:乙"]),
).map(lambda names: tuple(filter(None, names)))
SAYS = st.dictionaries(st.sampled_from(["n1", "n2", "n3"]), st.sampled_from("xyz"), min_size=1)
STEPS = st.lists(st.tuples(st.booleans(), st.sampled_from("ab"), SAYS), max_size=6)


@given(st.lists(CHILD, max_size=6), st.lists(CHILD, max_size=6))
def test_whoever_is_paired_no_paper_goes_to_two_and_none_to_somebody_it_cannot_be(
    before: list[tuple[str, ...]], now: list[tuple[str, ...]]
) -> None:
    papers = [paper(*about) for about in before]
    found = paired(papers, *now)
    taken = [id(each) for each in found if each]
    assert len(set(taken)) == len(taken)
    for about, was in zip(now, found, strict=True):
        assert was is None or {*was.about} & {*about}
        numbers = {name for name in about if name.startswith("学籍号")}
        assert was is None or not numbers or {name for name in was.about if name.startswith("学籍号")} <= numbers


@settings(max_examples=25, deadline=None)
@given(STEPS)
def test_the_ledger_says_what_a_plain_list_of_confirmations_says(steps: list[tuple[bool, str, dict[str, str]]]) -> None:
    with TemporaryDirectory() as folder:
        path, done = Path(folder) / NAME, list[tuple[str, dict[str, str]]]()
        printings.confirm(path, [pile_of(replace(WHOLE, form="none"), n1="甲")])
        for undo, name, says in steps:
            before = {number: said for _, held in done for number, said in held.items()}
            if not undo:
                new = printings.confirm(path, [pile_of(replace(WHOLE, file=name), **says)])
                assert new == [not says.items() <= before.items()]
                done += [(name, says)] if new[0] else []
            elif any(file == name for file, _ in done):
                printings.undo(path, name, DAY)
                done.pop(max(at for at, (file, _) in enumerate(done) if file == name))
        expected = {number: said for _, held in done for number, said in held.items()}
        assert expected == (stands(path) if done else {})


# the ledger's numbers are not concerned


def test_a_ledger_begun_by_what_was_printed_says_nothing_of_numbers(path: Path) -> None:
    printings.confirm(path, [pile_of(n1="甲")])
    book = ledger.read(path)
    assert book is not None
    assert not book


def test_earlier_numbers_are_still_taken_over_when_the_first_is_issued(path: Path) -> None:
    from tests.records.test_ledger import earlier

    printings.confirm(path, [pile_of(n1="甲")])
    (entry,) = ledger.issue(path, [request("9")], first=[earlier(3, "1")])
    assert (entry.number.seq, len(held(path).entries)) == (4, 2)
    assert stands(path) == {"n1": "甲"}


def test_confirming_changes_nothing_that_papers_rest_on(path: Path) -> None:
    issued(path, request("1"))
    before = held(path).digest()
    printings.confirm(path, [pile_of(n1="甲")])
    assert held(path).digest() == before


# layout 2


def test_a_ledger_of_the_layout_before_is_read_as_it_is(path: Path) -> None:
    layout_2(path)
    before = path.read_bytes()
    assert len(held(path).entries) == 2
    assert (printings.standing(path), printings.printings(path)) == ({}, ())
    assert path.read_bytes() == before


@pytest.mark.parametrize("change", ["confirm", "issue"])
def test_a_ledger_of_the_layout_before_is_taken_over_by_its_next_change(path: Path, change: str) -> None:
    layout_2(path)
    before = held(path)
    if change == "issue":
        issued(path, request("3"))
    assert printings.confirm(path, [pile_of(n1="甲")]) == [True]
    assert held(path).entries[:2] == before.entries
    assert stands(path) == {"n1": "甲"}
    with closing(sqlite3.connect(path)) as file:
        assert file.execute("PRAGMA user_version").fetchone() == (3,)


def test_a_ledger_taken_over_is_the_same_as_one_begun_today(path: Path, tmp_path: Path) -> None:
    layout_2(path)
    printings.confirm(path, [pile_of(n1="甲")])
    fresh = tmp_path / "fresh.sqlite"
    printings.confirm(fresh, [pile_of(n1="甲")])
    schemas = []
    for one in (path, fresh):
        with closing(sqlite3.connect(one)) as file:
            schemas.append(sorted(file.execute("SELECT type, name, sql FROM sqlite_master").fetchall(), key=str))
    assert schemas[0] == schemas[1]


def test_a_change_that_is_refused_leaves_the_layout_as_it_is(path: Path) -> None:
    layout_2(path)
    before = path.read_bytes()
    with pytest.raises(RefusedError):
        printings.undo(path, "无", DAY)
    assert path.read_bytes() == before


CONFIRM = """
from datetime import date
from pathlib import Path
from generator.records import printings
from generator.records.printings import Content, Paper, Printing
def run(path, says):
    day = date(2026, 9, 12)
    printing = Printing("file", "tiny", "", "", "", day, day, 1, "")
    papers = [Paper((about,), label, Content("w", label), printing) for about, label in (("a", says), ("b", "same"))]
    printings.confirm(Path(path), [(printing, papers)])
"""


@needs_strace
@pytest.mark.parametrize("call", ["pwrite64", "fdatasync", "unlink"])
def test_a_kill_while_the_layout_changes_leaves_the_one_or_the_other_whole(path: Path, call: str) -> None:
    layout_2(path)
    before = held(path)
    nth, died = 1, True
    with killing(call, CONFIRM) as killed_at:
        while died:
            died = killed_at(nth, str(path), f"n{nth}")
            assert died or nth > 1  # else nothing was killed
            assert held(path) == before
            piles = printings.standing(path)
            assert not piles or len(piles["tiny"].papers()) == 2
            assert died or set(stands(path)) == {f"n{nth}", "same"}
            nth += 3 if call == "pwrite64" else 1
    assert issued(path, request("3")) == [3]


# what the file itself refuses


@pytest.mark.parametrize(
    "statement",
    [
        "DELETE FROM printing",
        "DELETE FROM printout",
        "UPDATE printing SET confirmed_on = '2026-01-01'",
        "UPDATE printing SET undone_on = NULL WHERE id = 1",
        "UPDATE printout SET filled = 'x'",
        "INSERT INTO printout VALUES (99, 0, 'a', '', 'w', 'f')",
        "INSERT INTO printout VALUES (2, 0, 'a', '', 'w', 'f')",
    ],
)
def test_the_file_refuses_what_is_against_its_rules(path: Path, statement: str) -> None:
    printings.confirm(path, [pile_of(n1="甲")])
    printings.undo(path, WHOLE.file, DAY)
    printings.confirm(path, [pile_of(n1="乙")])
    with closing(sqlite3.connect(path)) as file:
        file.execute("PRAGMA foreign_keys = ON")
        with pytest.raises(sqlite3.IntegrityError):
            file.execute(statement)
    assert stands(path) == {"n1": "乙"}


# several at once, full disks, damage, backups


def test_two_that_confirm_the_same_at_once_enter_it_once(path: Path) -> None:
    printings.confirm(path, [pile_of(replace(WHOLE, form="none"), n1="甲")])
    with ThreadPoolExecutor(4) as pool:
        news = list(pool.map(lambda _: printings.confirm(path, [pile_of(n1="甲", n2="乙")]), range(8)))
    assert sorted(new for (new,) in news) == [False] * 7 + [True]
    assert len(printings.printings(path)) == 2


def test_a_disk_that_takes_no_more_is_told_and_nothing_is_confirmed(path: Path) -> None:
    printings.confirm(path, [pile_of(n0="甲")])
    many = pile_of(WHOLE, **{f"n{number}": "乙" * 30 for number in range(1, 400)})
    before, size = resource.getrlimit(resource.RLIMIT_FSIZE), path.stat().st_size
    told = []
    for most in range(size, size + 40_000, 8192):
        resource.setrlimit(resource.RLIMIT_FSIZE, (most, before[1]))
        try:
            printings.confirm(path, [many])
        except LedgerError as error:
            told.append(str(error))
        finally:
            resource.setrlimit(resource.RLIMIT_FSIZE, before)
        assert len(stands(path)) == (1 if "没有改动任何东西" in told[-1] else 400)
    assert told


def test_a_damaged_ledger_is_told_and_nothing_is_confirmed(path: Path) -> None:
    path.write_bytes(b"\xff" * 5000)
    for use in (printings.standing, printings.printings, lambda path: printings.confirm(path, [pile_of(n1="甲")])):
        with pytest.raises(DamagedError):
            use(path)
    assert path.read_bytes() == b"\xff" * 5000


def test_what_was_confirmed_after_the_backup_is_named_when_that_is_restored(path: Path, tmp_path: Path) -> None:
    printings.confirm(path, [pile_of(n1="甲")])
    back_up(path, copy := tmp_path / "copy.sqlite")
    printings.confirm(path, [pile_of(replace(WHOLE, file="补印"), n1="乙")])
    done = restore(path, copy, datetime(2026, 9, 20, tzinfo=UTC))
    assert (done.unconfirmed, done.lost) == (("补印",), ())
    assert done.kept
    assert stands(path) == {"n1": "甲"}
    assert stands(done.kept) == {"n1": "乙"}


def test_a_backup_of_the_layout_before_is_restored(path: Path, tmp_path: Path) -> None:
    layout_2(copy := tmp_path / "copy.sqlite")
    printings.confirm(path, [pile_of(n1="甲")])
    done = restore(path, copy, datetime(2026, 9, 20, tzinfo=UTC))
    assert (done.unconfirmed, len(held(path).entries)) == ((WHOLE.file,), 2)
    assert printings.confirm(path, [pile_of(n1="甲")]) == [True]
