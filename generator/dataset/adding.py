"""Adds rows to the workbooks of a dataset, below those that stand there."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

from generator.dataset.amend import UnamendableError, amend
from generator.dataset.models import Dataset, Record, Sheet, columns
from generator.dataset.rows import Row, written
from generator.dataset.safekeeping import Change
from generator.errors import DataError, Place, Problem

_KIND = ".xlsx"


def added(dataset: Dataset, records: Sequence[Record], paths: Mapping[str, Path]) -> dict[Path, Change]:
    """Return what each workbook held and is to hold, were ``records`` of one model rows of it.

    ``paths`` are the files of the dataset by the names by which problems tell of them. A row goes into the file of what
    it is about. Raises ``DataError`` where a sheet or a column for it is wanting, the file is no .xlsx, or a link
    cannot be written so that it is found again.
    """
    rows: dict[tuple[str, str], list[dict[str, str]]] = defaultdict(list)
    problems: list[Problem] = []
    for record, row in zip(records, written(dataset, records), strict=True):
        sheet = _sheet(dataset, record)
        if problem := _unfit(dataset, record, row, sheet):
            problems.append(problem)
        elif sheet:
            rows[sheet.file, sheet.name].append({sheet.letters[name]: text for name, text in _texts(record, row)})
    if problems:
        raise DataError(dict.fromkeys(problems))
    changes: dict[Path, Change] = {}
    for (file, name), each in rows.items():
        path = paths[file]
        before = changes[path].before if path in changes else path.read_bytes()
        now = changes[path].after if path in changes else before
        try:
            after, _ = amend(now, {}, {name: each})
        except UnamendableError:
            what, todo = "工作簿的写法不认识，没有动它", "在 WPS、Excel 里另存一次"
            raise DataError([Problem(Place(file, name), what, todo)]) from None
        changes[path] = Change(before, after)
    return changes


def _sheet(dataset: Dataset, record: Record) -> Sheet | None:
    """Return the sheet that takes a record: the one in the file of what it is about, else the only one."""
    fitting = [sheet for sheet in dataset.sheets if sheet.model is type(record)]
    linked = (getattr(record, name) for name, described in columns(type(record)).items() if described.target)
    files = [one.origin.file for one in linked if isinstance(one, Record) and one.origin]
    near = [sheet for sheet in fitting if sheet.file in files]
    return next(iter(near), fitting[0] if len(fitting) == 1 else None)


def _unfit(dataset: Dataset, record: Record, row: Row, sheet: Sheet | None) -> Problem | None:
    """Return what keeps a row from being written into a sheet."""
    if sheet is None:
        return Problem(Place(dataset.file), f"没有能添一行的“{record.sheet}”表", "补上这张表和表头，再来一次")
    if not sheet.file.lower().endswith(_KIND):
        what, todo = "只能往 .xlsx 工作簿里添", f"自己在“{record.sheet}”里添上，或另存为 .xlsx 作数据"
        return Problem(Place(sheet.file), what, todo)
    lacking = [columns(type(record))[name].header for name, _ in _texts(record, row) if name not in sheet.letters]
    if lacking:
        what = f"没有{'、'.join(f'“{header}”' for header in lacking)}这一列，写不进去"
        return Problem(Place(sheet.file, sheet.name), what, "补上这一列，再来一次")
    return None


def _texts(record: Record, row: Row) -> Iterator[tuple[str, str]]:
    """Yield the attributes of which a row says something, with what it says."""
    for name, described in columns(type(record)).items():
        if text := row[described.header]:
            yield name, text
