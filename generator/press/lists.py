"""One list per unit of what it must mend, for whoever collects the files to send back."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from pathlib import Path

from generator.dataset.units import Unit
from generator.errors import Problem
from generator.files import reason, write
from generator.forms.plan import safe_name
from generator.press.folder import FolderError
from generator.press.tables import Table, workbook

SHEET = "_问题"
"""With the underscore, by which no sheet of data begins: a list that lies among the data is not read as such."""
HEAD = ("级别", "表", "单元格", "问题", "怎么办")
LEVELS = {"error": "错误", "warning": "提醒"}


def write_lists(units: Iterable[Unit], folder: Path) -> list[Path]:
    """Write the list of each unit into ``folder``, over that of an earlier check, and return where they are.

    A unit without problems has one that says so, for it may still be looking at an older one. Raises ``FolderError``
    where a list cannot be written.
    """
    written: list[Path] = []
    names: Counter[str] = Counter()
    for unit in units:
        name = safe_name(unit.title.removesuffix(".xlsx").replace("/", "-"))
        names[name.casefold()] += 1
        again = f"（{names[name.casefold()]}）" if names[name.casefold()] > 1 else ""
        path = folder / f"{name}{again}.xlsx"
        try:
            write(path, workbook(unit.title, Table(SHEET, HEAD, _rows(unit.problems))))
        except OSError as error:
            raise FolderError(f"问题单写不进 {path}（{reason(error)}），请关掉打开的问题单，或换一个文件夹") from None
        written.append(path)
    return written


def _rows(problems: Sequence[Problem]) -> list[tuple[str, ...]]:
    several = len({problem.place.file for problem in problems}) > 1
    return [_row(problem, several) for problem in problems] or [("", "", "", "没有问题", "")]


def _row(problem: Problem, several: bool) -> tuple[str, ...]:
    place = problem.place
    sheet = " ".join(filter(None, (place.file if several or not place.sheet else "", place.sheet)))
    cell = " ".join(filter(None, (f"第{place.line}行" if place.line else "", place.cell)))
    return (LEVELS[problem.level], sheet, cell, problem.what, problem.todo)
