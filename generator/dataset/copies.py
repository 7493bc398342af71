"""Files that hold the children of another file: one of the two is a copy."""

from __future__ import annotations

from collections import Counter
from collections.abc import Hashable, Iterator

from generator.dataset import columns
from generator.dataset.links import key
from generator.dataset.models import Student
from generator.dataset.sources import REJECTED, Table
from generator.errors import DataError, Place, Problem

FEWEST = 2  # children in common: one alone has been entered twice by mistake
_LEFT = ("转出", "毕业")


def passed_over(tables: list[Table], problems: list[Problem]) -> list[Table]:
    """Return the tables without those of files that say just what another one says, which is a warning.

    Raises DataError where two files hold the same children and differ: which of them is right nobody but their school
    can tell, and each child would be told of by itself.
    """
    if len({table.file for table in tables}) < 2:
        return tables
    doubled = list(_doubled(tables))
    same = {file: first for first, file in doubled if _said(tables, first) == _said(tables, file)}
    differing = [pair for pair in doubled if pair[1] not in same]
    if differing:
        raise DataError(_differ(*pair) for pair in differing)
    problems[:] = [problem for problem in problems if problem.place.file not in same]
    for file, first in same.items():
        problems.append(Problem(Place(file), f"与 {first} 内容相同，没有读", "多半是副本，删去一个", "warning"))
    return [table for table in tables if table.file not in same]


def _differ(first: str, file: str) -> Problem:
    what = f"与 {first} 里是同样的学生，而内容不完全相同"
    return Problem(Place(file), what, "多半是副本，核对后只留一个", also=(Place(first),))


def _doubled(tables: list[Table]) -> Iterator[tuple[str, str]]:
    """Yield each file that has in common with an earlier one at least half of the children of either: both files."""
    holder: dict[Hashable, str] = {}
    sizes: Counter[str] = Counter()
    shared: Counter[tuple[str, str]] = Counter()
    for table in sorted(tables, key=lambda table: (len(table.file), table.file)):  # a copy has something in its name
        children = set(_children(table))
        sizes[table.file] += len(children)
        shared.update((holder.setdefault(child, table.file), table.file) for child in children)
    for (first, file), times in shared.items():
        if first != file and times >= max(FEWEST, max(sizes[first], sizes[file]) / 2):
            yield first, file


def _children(table: Table) -> Iterator[Hashable]:
    """Yield by what each child is known that is at school: a number, else its name, class and day of birth."""
    if columns.sheets().get(table.sheet) is not Student and columns.roster_lacks(table) is None:
        return
    words = columns.vocabulary(Student)
    found = {words.get(columns.plain(header)): texts for header, texts in zip(table.header, table.columns, strict=True)}
    wanted = ("status", "student_no", "id_no", "name", "birth_date", "class_")
    cells = [found.get(name) or [""] * len(table.rows) for name in wanted]
    for status, student_no, id_no, name, born, class_ in zip(*cells, strict=True):
        number = key(student_no or id_no)
        if status not in _LEFT and number not in ("", REJECTED) and "*" not in number:
            yield number
        elif status not in _LEFT and born:
            yield (name, born, class_)


def _said(tables: list[Table], file: str) -> list[tuple[str, list[str], list[list[str]]]]:
    return [(table.sheet, table.header, table.columns) for table in tables if table.file == file]
