"""No sentence that the page shows sends anybody to the command line."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

import generator
from generator.errors import Place, Problem
from generator.web.words import SAID, here
from tests.small import Project
from tests.web.page import page_of, text
from tests.web.test_data import FIRST, SECOND, roster

ROOT = Path(generator.__file__).parent
ELSEWHERE = (
    "dataset/annotate/__init__.py",  # of folders and options, which the page has not
    "dataset/guide.py",  # the sheet 说明 of a workbook
    "dataset/models.py",  # notes of columns in it
    "dataset/plain.py",  # rows for a user's own Word form
    "dataset/reference.py",  # the documentation
    "dataset/term.py",  # the change of term
    "policy/reference.py",
    "press/cluster.py",  # other machines are called on the command line
    "press/dossier/signature.py",  # dossiers are signed, and certificates believed, on the command line
    "press/build.py",  # a dataset that is not there: the page offers to begin
    "press/exporting.py",
    "press/fill.py",
    "press/printed.py",  # is told what to say
    "press/run.py",  # --strict
    "press/vanished.py",  # is told what to say
    "project.py",  # the files of a new project
    "forms/own_form/merge.py",
    "forms/own_form/pattern.py",
)
"""What only the command line tells."""
COMMAND = re.compile(r"baoxue [a-z]+|(?<![-\w])--[a-z]+")


def sentences(path: Path) -> Iterator[str]:
    """Yield the Chinese texts of a module that name a command or an option."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    inside = {id(part) for node in ast.walk(tree) if isinstance(node, ast.JoinedStr) for part in node.values}
    for node in ast.walk(tree):
        parts = node.values if isinstance(node, ast.JoinedStr) else [] if id(node) in inside else [node]
        said = "".join(str(part.value) for part in parts if isinstance(part, ast.Constant))
        if COMMAND.search(said) and re.search("[\u4e00-\u9fff]", said):
            yield said


def test_what_the_core_says_for_the_command_line_has_its_words_for_the_page() -> None:
    told = {
        f"{path.relative_to(ROOT)}": said
        for name in ("dataset", "records", "policy", "forms", "press", "render")
        for path in sorted((ROOT / name).rglob("*.py"))
        if path.relative_to(ROOT).as_posix() not in ELSEWHERE
        for said in sentences(path)
        if COMMAND.search(here(said))
    }
    assert told == {}


def test_no_words_for_the_page_stand_for_what_nobody_says_any_more() -> None:
    written = "".join(path.read_text(encoding="utf-8") for path in ROOT.rglob("*.py") if path.name != "words.py")
    assert [said for said in SAID if said not in written.replace('"\n        "', "")] == []


def test_problems_and_sentences_are_said_alike_and_a_value_stays_as_it_is() -> None:
    problem = Problem(Place("名册.csv"), "没有“学校”这一列", "用 --school 写明是哪一所，或补上这一列")
    assert "在下面选是哪一所" in here(problem)
    assert here("3--5 岁") == "3--5 岁"
    assert here(7) == 7


@pytest.mark.parametrize("force", ["", "?force=on"])
def test_a_roster_that_is_refused_says_what_to_do_on_the_page(project: Project, tmp_path: Path, force: str) -> None:
    def more(sheets: dict[str, list[dict[str, str]]]) -> None:
        sheets["学校"].append({"学校标识码": "3153000002", "学校名称": "云山县溪口小学", "学校简称": "溪口小学"})
        for child in sheets["学生"]:
            child["学校"] = "清溪小学"

    project.data(more)
    page = page_of(project)
    shown = text(page.get(page.drop(roster(tmp_path, FIRST, SECOND), "名册.xlsx").request.path + force))
    assert "在下面选是哪一所" in shown
    assert "--school" not in shown
