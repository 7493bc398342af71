"""Reads every file of this folder, as schools keep and export them, and compares with ``expected.yaml``."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from ruamel.yaml import YAML

from generator.dataset import examine
from generator.dataset.coverage import drawable
from generator.errors import DataError, Problem
from generator.resources import fonts_dir

FOLDER = Path(__file__).parent
EXPECTED: dict[str, dict[str, Any]] = YAML(typ="safe").load(FOLDER / "expected.yaml")
OURS = {"expected.yaml", "README.md", Path(__file__).name}
FILES = sorted(path.name for path in FOLDER.iterdir() if path.is_file() and path.name not in OURS)


@cache
def characters() -> frozenset[int]:
    return frozenset(drawable(fonts_dir()))


def found(name: str) -> tuple[int | None, list[Problem]]:
    """Return how many students are read, or nothing when the file is refused, and every problem."""
    try:
        dataset, problems = examine(FOLDER / name, characters())
    except DataError as error:
        return None, list(error.problems)
    return len(dataset.students), problems


def told(problem: Problem) -> str:
    """Return level and place of a problem as ``expected.yaml`` has them: 错误 学生!E2: …"""
    level = "错误" if problem.level == "error" else "提醒"
    return f"{level} {str(problem.place).removeprefix(problem.place.file).strip()}".strip()


def unexpected(problems: list[Problem], expected: list[str]) -> Iterator[str]:
    """Yield each problem that no line of ``expected`` stands for, and each line that stands for none."""
    left = list(expected)
    for problem in problems:
        sentence = f"{problem.what}。{problem.todo}"
        lines = [line.partition(": ") for line in left]
        line = next((line for line in lines if line[0] == told(problem) and line[2] in sentence), None)
        if line:
            left.remove("".join(line))
        else:
            yield f"多出：{told(problem)}: {sentence}"
    yield from (f"没有：{line}" for line in left)


def test_every_file_is_expected_and_every_expectation_has_its_file() -> None:
    assert sorted(EXPECTED) == FILES


@pytest.mark.parametrize("name", FILES)
def test_a_file_as_schools_have_it_is_read_with_exactly_its_problems(name: str) -> None:
    expected = EXPECTED[name]
    students, problems = found(name)
    assert list(unexpected(problems, expected.get("problems", []))) == []
    assert students == expected.get("students")


@pytest.mark.parametrize("name", FILES)
def test_every_file_says_what_it_is(name: str) -> None:
    assert EXPECTED[name]["about"]
