from __future__ import annotations

import errno
import os
from pathlib import Path

import pytest

from generator import files
from generator.files import holder, reason, take_place, write


def test_a_file_is_written_whole_and_replaces_what_was_there(tmp_path: Path) -> None:
    path = tmp_path / "清溪小学" / "甲.docx"
    write(path, b"old")
    write(path, b"new")
    assert path.read_bytes() == b"new"
    assert [each.name for each in path.parent.iterdir()] == ["甲.docx"]


def test_a_write_that_fails_leaves_what_was_there_and_nothing_else(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(_: int) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    path = tmp_path / "甲.docx"
    write(path, b"old")
    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(OSError, match="No space"):
        write(path, b"new")
    assert path.read_bytes() == b"old"
    assert [each.name for each in tmp_path.iterdir()] == ["甲.docx"]


class Scanner:
    """Holds a file for so many tries to rename over it, as a virus scanner does on Windows."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch, tries: int) -> None:
        self.left = tries
        self.rename = Path.replace
        monkeypatch.setattr(files, "_PAUSE", 0)
        monkeypatch.setattr(files, "_TRIES", 3)
        monkeypatch.setattr(Path, "replace", lambda part, path: self.replace(part, path))

    def replace(self, part: Path, path: Path) -> None:
        self.left -= 1
        if self.left >= 0:
            raise PermissionError(errno.EACCES, "拒绝访问。")
        self.rename(part, path)


def test_a_file_that_is_held_for_a_moment_is_waited_for(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    Scanner(monkeypatch, 2)
    write(tmp_path / "甲.docx", b"new")
    assert (tmp_path / "甲.docx").read_bytes() == b"new"


def test_a_file_that_stays_held_is_left_as_it_was(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "甲.docx").write_bytes(b"old")
    scanner = Scanner(monkeypatch, 99)
    with pytest.raises(PermissionError):
        write(tmp_path / "甲.docx", b"new")
    assert scanner.left == 99 - 3
    assert [(each.name, each.read_bytes()) for each in tmp_path.iterdir()] == [("甲.docx", b"old")]


def test_what_is_written_takes_its_place_at_once_where_nothing_holds_it(tmp_path: Path) -> None:
    (tmp_path / "part").write_bytes(b"new")
    take_place(tmp_path / "part", tmp_path / "甲")
    assert [each.name for each in tmp_path.iterdir()] == ["甲"]


@pytest.mark.parametrize(
    ("name", "mark"),
    [
        ("数据.xlsx", "~$数据.xlsx"),
        ("学校控辍保学工作方案.xlsx", "~$学校控辍保学工作方案.xlsx"),
        ("责任书.docx", "~$责任书.docx"),
        ("三年级（1）班.docx", "~$年级（1）班.docx"),
        ("十三年级（1）班.docx", "~$年级（1）班.docx"),
        ("甲.docx", ".~lock.甲.docx#"),
    ],
)
def test_a_document_that_is_open_is_known_by_the_mark_of_its_program(name: str, mark: str, tmp_path: Path) -> None:
    refused = PermissionError(errno.EACCES, "Permission denied")
    assert holder(tmp_path / name) is None
    assert reason(refused, tmp_path / name) == "没有写的权限，或别的程序正开着它"
    (tmp_path / mark).touch()
    assert holder(tmp_path / name) == tmp_path / mark
    assert reason(refused, tmp_path / name) == "它正在 WPS、Word 或 Excel 里开着，关掉再试"
    assert reason(OSError(errno.ENOSPC, "No space left on device"), tmp_path / name) == "磁盘满了"


def test_a_path_too_long_for_windows_is_told(tmp_path: Path) -> None:
    assert "路径太长" in reason(FileNotFoundError(errno.ENOENT, "No such file or directory"))
