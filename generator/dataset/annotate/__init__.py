"""Gives the user's own workbook back with its problems shown: cells coloured and commented, and a list in front.

Everything else keeps its bytes, so that the copy can be mended and used as the dataset itself. Checked again, it shows
what is wrong then: our list, comments and colours are taken out first. The fill that a cell had under ours is lost.
"""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import partial
from pathlib import Path

from openpyxl.utils import get_column_letter
from openpyxl.utils.cell import range_boundaries

from generator import files
from generator.dataset import sources
from generator.dataset.amend import Package, SheetText, UnamendableError
from generator.dataset.annotate import astext, comments, listing
from generator.dataset.annotate.comments import Cell
from generator.dataset.annotate.listing import Line
from generator.dataset.annotate.styles import Styles
from generator.errors import BaoxueError, DataError, Level, Place, Problem

_MARKS: dict[Level, str] = {"error": "错误", "warning": "提醒"}
_ROW = re.compile(r"第(\d+)行")
_MOST = 10  # remarks beside one cell; more would fill the screen

Here = Callable[[Place], bool]
"""Tells whether a place is in the file at hand."""


def _anywhere(_: Place) -> bool:
    return True


def _within(file: str) -> Here:
    return lambda place: place.file == file


class AnnotateError(BaoxueError):
    """No annotated copy can be written; nothing was changed."""


@dataclass
class Note:
    """What is wrong with one cell."""

    level: Level = "warning"
    remarks: list[str] = field(default_factory=list)

    def add(self, level: Level, remark: str) -> None:
        """Add a remark; one error makes the cell an error."""
        self.level = "error" if "error" in (level, self.level) else "warning"
        if remark not in self.remarks:
            self.remarks.append(remark)

    @property
    def text(self) -> str:
        """The remarks, as many as can be read."""
        rest = len(self.remarks) - _MOST
        more = [f"……还有 {rest} 条，见“{listing.SHEET}”"] if rest > 0 else []
        return "\n".join(self.remarks[:_MOST] + more)


def write(path: Path, problems: Sequence[Problem], out: Path) -> list[str]:
    """Write the annotated copy of a workbook as ``out``, or those of a folder's into ``out``; return what to tell.

    Of a file without problems there is none. Raises ``AnnotateError`` where ``out`` is the dataset itself, or holds
    what is not ours, or cannot be written.
    """
    if not problems:
        return [f"没有问题，没有写 {out}。"]
    told: list[str] = []
    targets = _targets(path, problems, out, told)
    for target in targets.values():
        _refuse_taken(target)
    for file, target in targets.items():
        told += _write(file, problems, _within(file.name) if path.is_dir() else _anywhere, target)
    return told


def annotated(content: bytes, problems: Sequence[Problem], here: Here = _anywhere) -> bytes:
    """Return a workbook with the problems that are ``here`` shown in it; raises ``UnamendableError``."""
    package = Package(content)
    parts = {name: part for name, part in package.sheets().items() if name != listing.SHEET}
    if not parts:  # its XML is of the strict kind, of which hardly any program writes
        raise UnamendableError("no sheets")
    names = {name.strip(): name for name in package.sheet_names() if name.strip() in parts}
    styles = Styles(package)
    styles.clear()
    notes = _notes(problems, here)
    for name, part in parts.items():
        sheet = SheetText(package[part])
        comments.clear(package, part, sheet)
        if name in notes:
            _mark(package, part, sheet, styles, notes[name])
    listing.put_first(package, styles, _lines(problems, here, names))
    styles.save()
    return package.content()


# Files


def _targets(path: Path, problems: Sequence[Problem], out: Path, told: list[str]) -> dict[Path, Path]:
    """Return where the copy of each file goes, telling of files of which there is none."""
    if not path.is_dir():
        _refuse_single(path, out)
        return {path: out}
    if out.exists() and not out.is_dir():
        raise AnnotateError(f"{out} 是一个文件；检查文件夹时，--annotate 要给一个文件夹")
    if out.resolve().is_relative_to(path.resolve()):
        raise AnnotateError("副本不能放在数据文件夹里，会被当成数据；--annotate 换一个文件夹")
    names = {place.file for problem in problems for place in (problem.place, *problem.also)}
    targets: dict[Path, Path] = {}
    for file in sorted(path / name for name in names):
        suffix = file.suffix.lower()
        if suffix in sources.WORKBOOKS + sources.TEXTS and file.is_file():
            targets[file] = out / (file.name if suffix == ".xlsx" else f"{file.name}.xlsx")
        elif suffix in sources.YAMLS:
            told.append(f"{file.name} 是 YAML，没有地方写批注，没有做副本。")
    return targets


def _refuse_single(path: Path, out: Path) -> None:
    if path.suffix.lower() in sources.YAMLS:
        raise AnnotateError(f"{path.name} 是 YAML，没有地方写批注；--annotate 只用于工作簿")
    if out.suffix.lower() != ".xlsx" or out.is_dir():
        raise AnnotateError(f"{out} 不行：--annotate 要给一个 .xlsx 文件名")
    if out.exists() and out.samefile(path):
        raise AnnotateError(f"{out} 就是数据文件，不能写在它上面；--annotate 换一个文件名")


def _refuse_taken(target: Path) -> None:
    """Refuse to write over what is not ours, or was ours and has been mended since."""
    if not target.exists():
        return
    if files.holder(target):
        raise AnnotateError(f"{target} 正在 WPS、Excel 里开着，没有写；关掉再试")
    try:
        ours = listing.untouched(Package(target.read_bytes()))
    except (UnamendableError, OSError):
        ours = False
    if not ours:
        raise AnnotateError(f"{target} 已经有了，里面可能有改过的内容，没有动它；--annotate 换一个名称")


def _write(file: Path, problems: Sequence[Problem], here: Here, target: Path) -> Iterator[str]:
    """Write one copy, yielding what to tell of it."""
    try:
        try:
            content = annotated(file.read_bytes(), problems, here)
        except (UnamendableError, ValueError):  # ValueError: what the standard has as a number is none
            copy = astext.copied(file)
            content = annotated(copy.content, [_renamed(problem, copy.names) for problem in problems], here)
            yield f"{file.name} 的格式没法保留，副本是新的 .xlsx：内容和单元格位置照旧，都是文本。"
    except (DataError, OSError):
        yield f"{file.name} 读不了，没有做副本。"
        return
    try:
        files.write(target, content)
    except OSError as error:
        raise AnnotateError(f"{target} 写不进去：{files.reason(error)}") from None
    yield f"标了问题的副本：{target}"


def _renamed(problem: Problem, names: Mapping[str, str]) -> Problem:
    def there(place: Place) -> Place:
        return replace(place, sheet=names.get(place.sheet, place.sheet))

    return replace(problem, place=there(problem.place), also=tuple(map(there, problem.also)))


# Cells


def _notes(problems: Sequence[Problem], here: Here) -> dict[str, dict[Cell, Note]]:
    """Return, by sheet, what is to be said beside each cell; of two that contradict each other beside both."""
    notes: dict[str, dict[Cell, Note]] = defaultdict(lambda: defaultdict(Note))
    for problem in problems:
        mark = _MARKS[problem.level]
        said = {problem.place: f"{mark}：{problem.what}。{problem.todo}。"}
        for place in problem.also:
            where = f"{problem.place.sheet}!{problem.place.cell}" if here(problem.place) else str(problem.place)
            said.setdefault(place, f"{mark}：见 {where}：{problem.what}。")
        for place, remark in said.items():
            if here(place) and (cell := comments.cell_at(place.cell)):
                notes[place.sheet][cell].add(problem.level, remark)
    return notes


def _mark(package: Package, part: str, sheet: SheetText, styles: Styles, notes: Mapping[Cell, Note]) -> None:
    shown = _shown(sheet, notes)
    rows: dict[int, dict[int, Callable[[bytes], bytes]]] = defaultdict(dict)
    for (row, column), note in shown.items():
        rows[row][column] = partial(styles.filled, level=note.level)
    for row, changes in rows.items():
        sheet.restyle(row, changes)
    comments.add(package, part, sheet, {cell: shown[cell].text for cell in sorted(shown)})
    package[part] = sheet.content()


def _shown(sheet: SheetText, notes: Mapping[Cell, Note]) -> dict[Cell, Note]:
    """Return the notes by the cells that can be seen: of merged ones only the first can."""
    hidden = _hidden(sheet, notes)
    shown: dict[Cell, Note] = defaultdict(Note)
    for (row, column), note in notes.items():
        first = hidden.get((row, column))
        for remark in note.remarks:
            shown[first or (row, column)].add(
                note.level, f"{get_column_letter(column)}{row} {remark}" if first else remark
            )
    return shown


def _hidden(sheet: SheetText, cells: Mapping[Cell, object]) -> dict[Cell, Cell]:
    """Return of each cell that is merged into another one which that is."""
    rows = sorted({row for row, _ in cells})
    columns: dict[int, list[int]] = defaultdict(list)
    for row, column in cells:
        columns[row].append(column)
    hidden: dict[Cell, Cell] = {}
    for merged in sheet.frame().iter("{*}mergeCell"):
        left, top, right, bottom = (side or 1 for side in range_boundaries(merged.get("ref", "")))
        for row in rows[bisect_left(rows, top) : bisect_right(rows, bottom)]:
            hidden |= {(row, column): (top, left) for column in columns[row] if left <= column <= right}
    return {cell: first for cell, first in hidden.items() if cell != first}


# The list


def _lines(problems: Sequence[Problem], here: Here, names: Mapping[str, str]) -> list[Line]:
    """Return the lines of the list: errors first, then in the order of the sheets and their cells."""
    order = {name: number for number, name in enumerate(names, 1)}
    listed = [
        (problem.level, order.get(place.sheet, 0), _position(place), number, _line(problem, place, names))
        for number, problem in enumerate(problems)
        for place in _listed(problem, here)
    ]
    return [line for *_, line in sorted(listed, key=lambda each: each[:4])]


def _listed(problem: Problem, here: Here) -> Sequence[Place]:
    """Return where a problem is listed: in its place, else where a place of another file contradicts it."""
    return [problem.place] if here(problem.place) else [place for place in problem.also if here(place)]


def _line(problem: Problem, place: Place, names: Mapping[str, str]) -> Line:
    what = problem.what if place == problem.place else f"{problem.what}（见 {problem.place}）"
    cell = place.cell or ("整张表" if place.sheet else "整个文件")
    row, column = _position(place)
    link = (names[place.sheet], f"{get_column_letter(max(column, 1))}{max(row, 1)}") if place.sheet in names else None
    return Line(problem.level, (_MARKS[problem.level], place.sheet, cell, what, problem.todo), link)


def _position(place: Place) -> Cell:
    """Return row and column of a place, zero where it has none."""
    row = _ROW.match(place.cell)
    return comments.cell_at(place.cell) or (int(row[1]) if row else 0, 0)
