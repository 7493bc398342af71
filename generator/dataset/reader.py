"""Reads the sheets of a workbook as they stand: in this process, or in one of its own that a damaged file may end.

The reader is calamine, which makes a cell of everything up to the last one that has content. It is safe with .xlsx
files whose last cell is near (see ``formulas.look``). Damaged .xls and .ods files can make it ask for more memory than
there is, which no ``except`` survives.
"""

from __future__ import annotations

import io
import pickle
import subprocess
import sys
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from python_calamine import CalamineError, CalamineWorkbook, SheetVisibleEnum

Range = tuple[tuple[int, int], tuple[int, int]]  # the first and the last row and column, from 0

_MOST_MEMORY = 4 << 30  # bytes
_MOST_TIME = 120  # seconds


class Unreadable(Exception):
    """No workbook, or one that is damaged or encrypted."""


@dataclass(slots=True)
class Sheet:
    """A sheet: its name, its cells from A1 on, its merged cells (of .ods nobody knows), and whether it is hidden."""

    name: str
    grid: list[list[Any]]
    merged: list[Range]
    hidden: bool = False


def sheets(content: bytes) -> list[Sheet]:
    """Return the sheets of a workbook. Raises Unreadable."""
    return [Sheet(*parts) for parts in _read(content)]


def sheets_apart(content: bytes) -> list[Sheet]:
    """Return the sheets of a workbook, read in another process. Raises Unreadable, also when that one dies of it."""
    command = [sys.executable, "-I", str(Path(__file__))]
    try:
        done = subprocess.run(command, input=content, capture_output=True, timeout=_MOST_TIME, check=True)
    except subprocess.SubprocessError:
        raise Unreadable from None
    return [Sheet(*parts) for parts in pickle.loads(done.stdout)]


def _read(content: bytes) -> list[tuple[str, list[list[Any]], list[Range], bool]]:
    try:
        with CalamineWorkbook.from_filelike(io.BytesIO(content)) as book:
            hidden = {each.name for each in book.sheets_metadata if each.visible != SheetVisibleEnum.Visible}
            found = [(name, book.get_sheet_by_name(name)) for name in book.sheet_names]
            return [
                (name, sheet.to_python(skip_empty_area=False), sheet.merged_cell_ranges or [], name in hidden)
                for name, sheet in found
            ]
    except CalamineError:
        raise Unreadable from None
    except BaseException as error:
        if type(error).__name__ != "PanicException":  # a panic of the reader is no Exception
            raise
        raise Unreadable from None


def _main() -> None:
    with suppress(ImportError):  # Windows has no such limits
        import resource

        resource.setrlimit(resource.RLIMIT_AS, (_MOST_MEMORY, _MOST_MEMORY))
    sys.stdout.buffer.write(pickle.dumps(_read(sys.stdin.buffer.read())))


if __name__ == "__main__":
    _main()
