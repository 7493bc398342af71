from __future__ import annotations

import errno
import os
import subprocess
import sys
from datetime import datetime
from pathlib import Path

import pytest

from generator.dataset.safekeeping import Change, SafekeepingError, replace, unchanged, undo

NOW = datetime(2026, 9, 11, 8, 30)  # noqa: DTZ001 -- the clock on the wall


@pytest.fixture
def book(tmp_path: Path) -> Path:
    path = tmp_path / "数据.xlsx"
    path.write_bytes(b"old")
    return path


def left(folder: Path) -> list[str]:
    return sorted(
        path.name for path in folder.rglob("*") if path.is_file() and not path.name.startswith(".baoxue.lock")
    )


def test_what_a_file_held_is_kept_beside_it(book: Path) -> None:
    (copy,) = replace(book.parent, {book: Change(b"old", b"new")}, NOW)
    assert book.read_bytes() == b"new"
    assert copy.read_bytes() == b"old"
    assert copy.relative_to(book.parent).as_posix() == "备份/数据 20260911-083000.xlsx"


def test_files_of_one_name_in_two_folders_have_a_copy_each(book: Path) -> None:
    schools = [
        book.parent / township / "中心小学.xlsx" for township in ("清溪镇", "白石镇", "清溪镇-白石镇", "清溪镇/白石镇")
    ]
    for number, school in enumerate(schools):
        school.parent.mkdir(parents=True)
        school.write_bytes(b"old %d" % number)
    changes = {school: Change(b"old %d" % number, b"new") for number, school in enumerate(schools)}
    copies = replace(book.parent, changes, NOW)
    assert [copy.read_bytes() for copy in copies] == [b"old 0", b"old 1", b"old 2", b"old 3"]
    undo(book.parent)
    assert [school.read_bytes() for school in schools] == [b"old 0", b"old 1", b"old 2", b"old 3"]


def test_two_changes_within_a_second_keep_two_copies(book: Path) -> None:
    replace(book.parent, {book: Change(b"old", b"new")}, NOW)
    (copy,) = replace(book.parent, {book: Change(b"new", b"newer")}, NOW)
    assert copy.name == "数据 20260911-083000-2.xlsx"


def test_a_file_changed_since_it_was_read_is_not_replaced(book: Path) -> None:
    with pytest.raises(SafekeepingError, match="刚刚被别的程序改过"):
        replace(book.parent, {book: Change(b"older", b"new")}, NOW)
    assert book.read_bytes() == b"old"


@pytest.mark.parametrize("mark", ["~$数据.xlsx", ".~lock.数据.xlsx#"])
def test_a_file_held_open_is_not_replaced(book: Path, mark: str) -> None:
    book.with_name(mark).touch()
    with pytest.raises(SafekeepingError, match="正在 WPS、Excel 里开着"):
        replace(book.parent, {book: Change(b"old", b"new")}, NOW)
    assert book.read_bytes() == b"old"


def test_a_full_disk_leaves_every_file_as_it_was(book: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(_: int) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(SafekeepingError, match="磁盘满了"):
        replace(book.parent, {book: Change(b"old", b"new")}, NOW)
    assert book.read_bytes() == b"old"
    assert left(book.parent) == ["数据.xlsx"]


def test_of_several_files_all_are_replaced_or_none(book: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    second = book.with_name("二.xlsx")
    second.write_bytes(b"two")
    real = Path.replace

    def held(self: Path, target: Path) -> Path:
        if Path(target) == second:
            raise PermissionError(errno.EACCES, "held", str(target))
        return real(self, target)

    monkeypatch.setattr(Path, "replace", held)
    with pytest.raises(SafekeepingError, match="没有写的权限"):
        replace(book.parent, {book: Change(b"old", b"new"), second: Change(b"two", b"2")}, NOW)
    assert (book.read_bytes(), second.read_bytes()) == (b"old", b"two")
    assert not [name for name in left(book.parent) if "~" in name]


def test_two_at_once_are_not_let_in(book: Path) -> None:
    (book.parent / "备份").mkdir()
    hold = (
        "import sys; from generator.files import lock; lock(f := open(sys.argv[1], 'a+b')); print(flush=True); input()"
    )
    with subprocess.Popen(
        [sys.executable, "-c", hold, str(book.parent / "备份" / ".baoxue.lock")],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
    ) as other:
        assert other.stdout
        other.stdout.readline()
        with pytest.raises(SafekeepingError, match="另一个 baoxue"):
            replace(book.parent, {book: Change(b"old", b"new")}, NOW)
        other.communicate(b"\n")
    assert book.read_bytes() == b"old"


def test_undo_takes_back_all_files_of_the_last_change(book: Path) -> None:
    second = book.with_name("二.xlsx")
    second.write_bytes(b"two")
    replace(book.parent, {book: Change(b"old", b"new"), second: Change(b"two", b"2")}, NOW)
    assert list(undo(book.parent)) == [book, second]
    assert (book.read_bytes(), second.read_bytes()) == (b"old", b"two")


def test_what_a_person_changed_since_is_not_taken_back(book: Path) -> None:
    replace(book.parent, {book: Change(b"old", b"new")}, NOW)
    book.write_bytes(b"mended by hand")
    with pytest.raises(SafekeepingError, match="后来又改过，没有撤销"):
        undo(book.parent)
    assert book.read_bytes() == b"mended by hand"


def test_a_copy_that_is_not_what_was_replaced_is_not_put_back(book: Path) -> None:
    (copy,) = replace(book.parent, {book: Change(b"old", b"new")}, NOW)
    copy.write_bytes(b"another school's")
    with pytest.raises(SafekeepingError, match="不是那时的内容"):
        undo(book.parent)
    assert book.read_bytes() == b"new"


def test_where_the_copies_are_gone_nothing_is_taken_back(book: Path) -> None:
    (copy,) = replace(book.parent, {book: Change(b"old", b"new")}, NOW)
    copy.unlink()
    with pytest.raises(SafekeepingError, match="备份不全"):
        undo(book.parent)
    assert book.read_bytes() == b"new"


@pytest.mark.skipif(os.name == "nt", reason="Windows has no such rights")
def test_copies_of_childrens_data_are_for_their_owner_alone(book: Path) -> None:
    replace(book.parent, {book: Change(b"old", b"new")}, NOW)
    assert (book.parent / "备份").stat().st_mode & 0o077 == 0


def beside(book: Path) -> Path:
    """Return a second file that lies beside the first."""
    second = book.with_name("二.xlsx")
    second.write_bytes(b"two")
    return second


def stopped(monkeypatch: pytest.MonkeyPatch, last: str, error: BaseException) -> None:
    """Let the replacing of a file of that name fail."""
    real = Path.replace

    def replaced(self: Path, target: Path) -> Path:
        if Path(target).name == last:
            raise error
        return real(self, target)

    monkeypatch.setattr(Path, "replace", replaced)


HELD = PermissionError(errno.EACCES, "held", "二.xlsx")


def test_of_several_files_all_are_taken_back_or_none(book: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    second = beside(book)
    replace(book.parent, {book: Change(b"old", b"new"), second: Change(b"two", b"2")}, NOW)
    with monkeypatch.context() as patch:
        stopped(patch, "二.xlsx", HELD)
        with pytest.raises(SafekeepingError, match="数据没有动"):
            undo(book.parent)
    assert (book.read_bytes(), second.read_bytes()) == (b"new", b"2")
    assert list(undo(book.parent)) == [book, second]


def test_a_change_that_cannot_be_remembered_is_not_made(book: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with monkeypatch.context() as patch:
        stopped(patch, "改动.json", HELD)
        with pytest.raises(SafekeepingError, match="数据没有动"):
            replace(book.parent, {book: Change(b"old", b"new")}, NOW)
    assert book.read_bytes() == b"old"


KILLED = """
import os, sys
from datetime import datetime
from pathlib import Path
from generator.dataset.safekeeping import Change, replace

real = Path.replace
Path.replace = lambda self, to: os._exit(9) if Path(to).name == "二.xlsx" else real(self, to)
book = Path(sys.argv[1])
second = book.with_name("二.xlsx")
changes = {book: Change(b"old", b"new"), second: Change(b"two", b"2")}
replace(book.parent, changes, datetime(2026, 9, 11))
"""


def test_a_change_in_the_middle_of_which_the_run_was_killed_can_be_taken_back(book: Path) -> None:
    second = beside(book)
    assert subprocess.run([sys.executable, "-c", KILLED, str(book)], check=False).returncode == 9
    assert (book.read_bytes(), second.read_bytes()) == (b"new", b"two")
    undo(book.parent)
    assert (book.read_bytes(), second.read_bytes()) == (b"old", b"two")


def test_of_two_datasets_side_by_side_each_has_its_own_last_change(book: Path) -> None:
    second = beside(book)
    replace(book.parent, {book: Change(b"old", b"new")}, NOW)
    replace(book.parent, {second: Change(b"two", b"2")}, NOW)
    assert list(undo(book)) == [book]
    assert (book.read_bytes(), second.read_bytes()) == (b"old", b"2")
    with pytest.raises(SafekeepingError, match="没有可以撤销"):
        undo(book)
    assert list(undo(second)) == [second]


@pytest.mark.skipif(os.name == "nt", reason="Windows has no such names")
def test_a_file_whose_name_is_no_text_can_be_changed_and_taken_back(tmp_path: Path) -> None:
    path = tmp_path / os.fsdecode(b"\xff.xlsx")
    path.write_bytes(b"old")
    replace(tmp_path, {path: Change(b"old", b"new")}, NOW)
    assert list(undo(tmp_path)) == [path]
    assert path.read_bytes() == b"old"


def test_a_file_is_known_to_be_saved_meanwhile_however_its_name_ends(tmp_path: Path) -> None:
    book = tmp_path / "数据.XLSX"
    book.write_bytes(b"old")
    with pytest.raises(SafekeepingError, match="刚刚被别的程序改过"), unchanged(tmp_path):
        book.write_bytes(b"older")


@pytest.mark.skipif(os.name == "nt", reason="Windows has no such rights")
def test_a_file_is_for_those_for_whom_it_was(book: Path) -> None:
    book.chmod(0o600)
    replace(book.parent, {book: Change(b"old", b"new")}, NOW)
    assert book.stat().st_mode & 0o777 == 0o600
    undo(book)
    assert book.stat().st_mode & 0o777 == 0o600


def test_a_file_that_is_read_only_is_not_replaced(book: Path) -> None:
    book.chmod(0o400)
    with pytest.raises(SafekeepingError, match="是只读的，没有动它"):
        replace(book.parent, {book: Change(b"old", b"new")}, NOW)
    book.chmod(0o600)
    replace(book.parent, {book: Change(b"old", b"new")}, NOW)
    book.chmod(0o400)
    with pytest.raises(SafekeepingError, match="是只读的，没有动它"):
        undo(book)
    assert book.read_bytes() == b"new"
