from __future__ import annotations

from pathlib import Path

import pytest

from generator.press.folder import (
    JOURNAL,
    MANIFEST,
    FolderError,
    edited,
    known_files,
    locked,
    note,
    sha256,
)


def test_a_file_is_edited_when_it_is_there_and_not_what_any_run_made(tmp_path: Path) -> None:
    path = tmp_path / "甲.docx"
    assert not edited(path, [])
    path.write_bytes(b"mine")
    assert edited(path, [])
    assert edited(path, [sha256(b"yours")])
    assert not edited(path, [sha256(b"yours"), sha256(b"mine")])


def test_what_finished_and_killed_runs_made_is_known(tmp_path: Path) -> None:
    (tmp_path / MANIFEST).write_text('{"files": {"甲 一.docx": {"sha256": "1"}}}', encoding="utf-8")
    note(tmp_path, "甲 一.docx", "2")
    note(tmp_path, "乙.docx", "3")
    assert known_files(tmp_path) == {"甲 一.docx": ["1", "2"], "乙.docx": ["3"]}


def test_a_torn_line_of_the_journal_hides_no_other(tmp_path: Path) -> None:
    note(tmp_path, "甲.docx", "1")
    with (tmp_path / JOURNAL).open("ab") as journal:
        journal.write("2 乙".encode()[:-1])
    assert known_files(tmp_path)["甲.docx"] == ["1"]


@pytest.mark.parametrize("text", ["", "{", "[]", "null", "\udcff"])
def test_a_manifest_that_cannot_be_read_is_as_none(tmp_path: Path, text: str) -> None:
    (tmp_path / MANIFEST).write_bytes(text.encode(errors="surrogateescape"))
    assert known_files(tmp_path) == {}


def test_a_folder_is_held_by_one_run_at_a_time(tmp_path: Path) -> None:
    with locked(tmp_path), pytest.raises(FolderError, match=r"另一个保学正在写 .*，请等它结束"), locked(tmp_path):
        raise AssertionError
    with locked(tmp_path):
        pass


def test_what_a_killed_run_left_half_written_is_cleared_and_nothing_of_others(tmp_path: Path) -> None:
    half, download, whole = (tmp_path / "甲" / name for name in ("乙.docx.baoxue~", "丙.zip.part", "丁.docx"))
    half.parent.mkdir()
    for path in (half, download, whole):
        path.write_bytes(b"x")
    note(tmp_path, "丁.docx", "1")
    with locked(tmp_path):
        assert sorted(path.name for path in half.parent.iterdir()) == ["丁.docx", "丙.zip.part"]
        assert (tmp_path / JOURNAL).exists()
        half.write_bytes(b"of a worker of this run")
    assert sorted(path.name for path in half.parent.iterdir()) == ["丁.docx", "丙.zip.part"]


def test_a_folder_that_cannot_be_is_told_in_a_sentence(tmp_path: Path) -> None:
    (tmp_path / "out").write_text("a file")
    with pytest.raises(FolderError, match=r"文件夹 .*out 写不进去"), locked(tmp_path / "out"):
        raise AssertionError
