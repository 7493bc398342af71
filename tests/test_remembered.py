"""What was found out of definitions is kept between commands, is never out of date, and can be lost."""

from __future__ import annotations

import json
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from generator import remembered
from generator.errors import Place, Problem
from generator.forms.catalogue import Proof, check, discover
from generator.forms.definition import Fragment, WordFile
from generator.resources import styles_file
from generator.yamlfile import read_yaml
from tests.small import Project, national


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Where what is remembered lies, in this test alone."""
    monkeypatch.setattr("generator.remembered.user_cache_path", lambda *_, **__: tmp_path / "cache")
    return tmp_path / "cache"


@pytest.fixture
def paper(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Project:
    """A project with one definition and no built-in ones."""
    monkeypatch.setattr("generator.forms.catalogue.templates_dirs", lambda project: [project / "templates"])
    here = Project(tmp_path)
    here.paper('- text: "{{ student.name }}"')
    return here


def anew(monkeypatch: pytest.MonkeyPatch) -> None:
    """Forget what this process has read and proved, as the next command does."""
    monkeypatch.setattr("generator.forms.catalogue._READ", {})
    monkeypatch.setattr("generator.forms.catalogue._PROVED", {})


def refused(*_: Any) -> Any:
    raise AssertionError("this was known")


def test_the_next_command_neither_reads_nor_proves_what_has_not_changed(
    folder: Path, paper: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = discover(paper.folder)
    assert check(first, national()) == []
    listed = dict(first.listed)
    anew(monkeypatch)
    monkeypatch.setattr("generator.yamlfile._marked", refused)
    monkeypatch.setattr("generator.forms.catalogue.Proof.problems", refused)
    again = discover(paper.folder)
    assert again.definitions == first.definitions
    assert check(again, national()) == []
    assert again.listed == listed
    assert sorted(file.name for file in folder.iterdir()) == ["definitions.json", "proofs.json"]


def test_what_is_wrong_is_found_again_by_every_command_with_its_line(
    folder: Path, paper: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    paper.paper('- text: "{{ student.nmae }}"')
    found = check(discover(paper.folder), national())
    assert len(found) == 1
    anew(monkeypatch)
    assert check(discover(paper.folder), national()) == found


@pytest.mark.parametrize("change", ["policy", "program", "styles", "fragment", "word"])
def test_a_proof_holds_only_beside_what_it_rests_on(
    change: str, folder: Path, paper: Project, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    found, policy, proved = discover(paper.folder), national(), []
    honest = Proof.problems

    def counted(one: Proof) -> list[Problem]:
        proved.append(one.name)
        return honest(one)

    monkeypatch.setattr("generator.forms.catalogue.Proof.problems", counted)
    check(found, policy)
    anew(monkeypatch)
    if change == "policy":
        policy = policy.model_copy(update={"date_style": "chinese"})
    if change == "program":
        monkeypatch.setattr("generator.forms.catalogue._PROGRAM", "another")
    if change == "styles":
        (tmp_path / "styles.yaml").write_bytes(styles_file().read_bytes() + b"\n")
        monkeypatch.setattr("generator.forms.catalogue.styles_file", lambda: tmp_path / "styles.yaml")
    if change == "fragment":
        found.fragments["more"] = Fragment(body=[])
    if change == "word":
        found.words["tiny"] = WordFile(tmp_path / "tiny.docx", b"no Word form")
    check(found, policy)
    assert proved == ["tiny", "tiny"]


@pytest.mark.parametrize("content", [b"", b"\x00{", b"[]", b'{"x": ', b"[" * 100_000])
def test_a_damaged_memory_is_none(
    content: bytes, folder: Path, paper: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder.mkdir()
    for name in ("definitions", "proofs"):
        (folder / f"{name}.json").write_bytes(content)
    assert check(discover(paper.folder), national()) == []
    assert json.loads((folder / "proofs.json").read_bytes())


def test_a_proof_that_somebody_struck_out_is_done_again(
    folder: Path, paper: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    check(discover(paper.folder), national())
    known = json.loads((folder / "proofs.json").read_bytes())
    (folder / "proofs.json").write_text(json.dumps(dict.fromkeys(known)), encoding="utf-8")
    anew(monkeypatch)
    again = discover(paper.folder)
    monkeypatch.setattr("generator.forms.catalogue.Proof.problems", lambda _: [Problem(Place("x"), "seen", "")])
    check(again, national())
    assert again.listed == {"tiny": frozenset()}


@pytest.mark.parametrize("home", [RuntimeError("Could not determine home directory."), Path("~/.cache/baoxue")])
def test_a_user_without_a_home_needs_none(
    home: Any, paper: Project, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    def asked(*_: Any, **__: Any) -> Path:
        if isinstance(home, Path):
            return home
        raise home

    monkeypatch.setattr("generator.remembered.user_cache_path", asked)
    monkeypatch.chdir(tmp_path)
    assert check(discover(paper.folder), national()) == []
    assert not (tmp_path / "~").exists()


def test_what_a_users_own_definitions_say_is_not_kept(
    folder: Path, paper: Project, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(
        "generator.forms.catalogue.templates_dirs", lambda project: [project / "templates", tmp_path / "built-in"]
    )
    paper.paper("- text: 校长王某某")
    assert check(discover(paper.folder), national()) == []
    assert [file.name for file in folder.iterdir()] == ["proofs.json"]


def test_a_character_that_no_file_can_hold_is_no_fault(folder: Path, paper: Project) -> None:
    paper.paper('- text: "\\ud800"')
    discover(paper.folder)
    assert (folder / "definitions.json").exists()


def test_where_nothing_can_be_kept_everything_works(folder: Path, paper: Project) -> None:
    folder.write_bytes(b"a file stands where the folder should be")
    assert check(discover(paper.folder), national()) == []


def test_what_json_would_change_is_not_kept(folder: Path, tmp_path: Path) -> None:
    path = tmp_path / "x.yaml"
    path.write_text("1: one\nday: 2026-09-01\n", encoding="utf-8")
    with remembered.remembering("x") as memory:
        first = read_yaml(path, memory).data
    assert not (folder / "x.json").exists()
    with remembered.remembering("x") as memory:
        assert read_yaml(path, memory).data == first
    assert list(first) == [1, "day"]


def test_a_file_that_grew_too_large_keeps_what_the_last_command_used(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("generator.remembered.MOST", 2)
    for names in (("a", "b"), ("b", "c")):
        with remembered.remembering("x") as memory:
            for name in names:
                memory.recall(name, partial(str, name))
    assert json.loads((folder / "x.json").read_bytes()) == {"b": "b", "c": "c"}


def test_nothing_is_written_where_nothing_was_found_out(folder: Path) -> None:
    for _ in range(2):
        with remembered.remembering("x") as memory:
            memory.recall("a", lambda: 1)
        (folder / "x.json").chmod(0o644)
        stamp = (folder / "x.json").stat().st_mtime_ns
        with remembered.remembering("x") as memory:
            assert memory.recall("a", refused) == 1
        assert (folder / "x.json").stat().st_mtime_ns == stamp
