"""A file that somebody drops in: a roster to be merged, or a whole workbook to take the place of the dataset's."""

from __future__ import annotations

import zipfile
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path

from generator import dataset as data_
from generator.dataset import roster as roster_
from generator.dataset import safekeeping
from generator.dataset.roster.compare import Merge, merge
from generator.errors import DataError, Place, Problem
from generator.files import reason, write

KINDS = (".xlsx", ".xls", ".ods", ".csv", ".yaml", ".yml")
_ZIPPED = (".xlsx", ".ods")
_MOST_UNPACKED = 600 << 20
"""Bytes; the workbook of 50,000 children with 40 columns unpacks to 150 MB."""


@dataclass(frozen=True, slots=True)
class Workbook:
    """A whole workbook held against the dataset: whose children are new, changed and gone."""

    path: Path
    merge: Merge | None  # nothing where there is no dataset yet
    problems: tuple[Problem, ...]


def refuse(path: Path) -> None:
    """Raise DataError where a file is of a kind that holds no table, or would fill the memory when unpacked."""
    place = Place(path.name)
    if path.suffix.lower() not in KINDS:
        raise DataError([Problem(place, "不是表格文件", f"只收 {' '.join(KINDS)}")])
    if path.suffix.lower() not in _ZIPPED:
        return
    try:
        with zipfile.ZipFile(path) as book:
            size = sum(part.file_size for part in book.infolist())
    except zipfile.BadZipFile:
        return  # an old workbook under a new name; the reader tells what is wrong with it
    if size > _MOST_UNPACKED:
        raise DataError([Problem(place, f"解开有 {size >> 20} MB，不像一份名册", "核对是不是拿错了文件")])


def compare(data: Path, path: Path) -> Workbook:
    """Return a workbook held against the dataset ``data``; raises DataError where it cannot be used."""
    new, _, _ = data_.draw(path)
    _, problems = data_.examine(path)
    if not data.exists():
        return Workbook(path, None, tuple(problems))
    now, tables, _ = data_.draw(data)
    batches, _ = data_.read_roster(path, alone=False)
    school = new.schools[0] if len(new.schools) == 1 == len(now.schools) else None
    known = next((one for one in now.schools if school and one.name == school.name), None)
    found = merge(now, tables, batches, [], known, {})
    return Workbook(path, found, tuple(problems))


def replace(data: Path, workbook: Workbook, when: datetime) -> None:
    """Let a workbook take the place of the dataset ``data``, of which a copy is kept, so that this can be taken back.

    Raises ``SafekeepingError`` where it cannot be written, DataError where the dataset is a folder or of another kind.
    """
    if data.is_dir():
        what = f"这里的数据是文件夹 {data.name}"
        raise DataError([Problem(Place(workbook.path.name), what, "把文件放进那个文件夹，换下旧的那一份")])
    if data.suffix.lower() != workbook.path.suffix.lower():
        what = f"这里的数据是 {data.suffix} 文件"
        raise DataError([Problem(Place(workbook.path.name), what, f"另存为 {data.suffix} 再放进来")])
    content = workbook.path.read_bytes()
    if data.exists():
        safekeeping.replace(data.parent, {data: safekeeping.Change(data.read_bytes(), content)}, when)
        return
    try:
        write(data, content)
    except OSError as error:
        raise safekeeping.SafekeepingError(f"{data.name} 写不进去：{reason(error)}") from None


def decided(
    gone: Mapping[tuple[str, ...], tuple[str, str, str]], same: Mapping[tuple[str, ...], bool], today: date
) -> roster_.review_.Review:
    """Return what a person decided of the gone (what, since when, why) and of pairs that may be one child.

    Raises DataError with all that cannot be understood.
    """
    problems: list[Problem] = []
    review = roster_.review_.Review(same=dict(same))
    for key, (what, since, why) in gone.items():
        found = roster_.review_.decision(what, since, why, Place(key[1]), today, problems)
        if found:
            review.gone[key] = found
    if problems:
        raise DataError(problems)
    return review
