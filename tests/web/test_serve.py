"""What ``baoxue serve`` opens."""

from __future__ import annotations

import socket
from pathlib import Path
from types import SimpleNamespace

import pytest
from click.testing import CliRunner

from generator.cli import main
from generator.web import Site


@pytest.fixture
def opened(monkeypatch: pytest.MonkeyPatch) -> list[Site]:
    """The sites that were opened; nothing is served."""
    found: list[Site] = []
    monkeypatch.setattr("generator.web.create", found.append)

    def server(_: object, *, sockets: list[socket.socket], **__: object) -> SimpleNamespace:
        return SimpleNamespace(run=sockets[0].close)

    monkeypatch.setattr("waitress.server.create_server", server)
    return found


def run(*words: str) -> int:
    return CliRunner().invoke(main, ["serve", "--no-browser", *words]).exit_code


@pytest.mark.parametrize("come_from", [".", "here"])
def test_the_project_file_of_the_folder_that_is_opened_counts_and_no_other(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, opened: list[Site], come_from: str
) -> None:
    here = tmp_path / "here"
    here.mkdir()
    (tmp_path / "baoxue.yaml").write_text("data: 别处.xlsx\nout: 别处\n", "utf-8")
    (here / "baoxue.yaml").write_text("data: 名单.xlsx\n", "utf-8")
    monkeypatch.chdir(tmp_path / come_from)
    assert run(*([] if come_from == "here" else ["here"])) == 0
    assert (opened[0].project, opened[0].data, opened[0].out) == (here, Path("名单.xlsx"), Path("output"))


def test_a_folder_without_a_project_file_is_not_given_that_of_another(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, opened: list[Site]
) -> None:
    (tmp_path / "baoxue.yaml").write_text("data: 别处.xlsx\n", "utf-8")
    monkeypatch.chdir(tmp_path)
    assert run("新的") == 0
    assert (opened[0].project, opened[0].data) == (tmp_path / "新的", None)
    assert opened[0].project.is_dir()


def test_what_is_typed_counts_before_what_the_project_file_says(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, opened: list[Site]
) -> None:
    (tmp_path / "baoxue.yaml").write_text("data: 名单.xlsx\n", "utf-8")
    monkeypatch.chdir(tmp_path.parent)
    assert run(str(tmp_path), "--data", "打的.xlsx") == 0
    assert opened[0].data == Path("打的.xlsx")


def test_a_file_in_place_of_a_folder_is_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, opened: list[Site]
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "数据.xlsx").touch()
    result = CliRunner().invoke(main, ["serve", "数据.xlsx"])
    assert result.exit_code == 2
    assert "不是文件夹" in result.output
    assert not opened
