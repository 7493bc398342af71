"""What was dropped in lies in a room of its own, under a name that every system can keep, and does not stay there."""

from __future__ import annotations

import tempfile
from pathlib import Path

import pytest

from generator.files import lock
from generator.web.drops import Drops
from tests.small import Project
from tests.web.page import page_of, text
from tests.web.test_data import FIRST, roster, take


@pytest.fixture(autouse=True)
def room(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder for temporary files."""
    folder = tmp_path / "temporary"
    folder.mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(folder))
    return folder


def lying(room: Path) -> list[str]:
    return [path.name for path in room.rglob("*") if path.is_file() and path.name != ".lock"]


@pytest.mark.parametrize(
    "name", ["..", "长" * 200 + ".xlsx", "a\0b.xlsx", 'C:\\名册\\a:b?"*.xlsx', "." * 300, "名册." + "x" * 300]
)
def test_a_file_of_any_name_is_looked_at_or_refused_in_a_sentence(project: Project, tmp_path: Path, name: str) -> None:
    answer = page_of(project).drop(roster(tmp_path, FIRST), name)
    assert answer.status_code in (200, 422)
    assert "程序出错" not in text(answer)


def test_what_is_refused_or_taken_over_does_not_stay(project: Project, tmp_path: Path, room: Path) -> None:
    page = page_of(project)
    page.drop(b"MZ", "名册.exe")
    assert lying(room) == []
    shown = page.drop(roster(tmp_path, FIRST), "名册.xlsx")
    assert lying(room) == ["名册.xlsx"]
    take(page, shown)
    assert lying(room) == []


def test_what_a_killed_program_left_is_cleared_away_and_what_a_going_one_holds_is_not(room: Path) -> None:
    killed, going = room / "baoxue-page-1", room / "baoxue-page-2"
    for folder in (killed, going):
        folder.mkdir()
        (folder / ".lock").touch()
        (folder / "名册.xlsx").write_bytes(b"children")
    with (going / ".lock").open("ab") as held:
        lock(held)
        drops = Drops()
        assert sorted(lying(room)) == ["名册.xlsx"]
        assert not killed.exists()
    del drops
    assert [path.name for path in room.iterdir()] == ["baoxue-page-2"]
