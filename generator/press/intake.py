"""A file that somebody drops in: a roster to be merged, or a whole workbook to take the place of the dataset's."""

from __future__ import annotations

import zipfile
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from hashlib import sha256
from pathlib import Path

from generator import dataset as data_
from generator.dataset import roster as roster_
from generator.dataset import safekeeping, sources
from generator.dataset.models import Student
from generator.dataset.roster.compare import Match, Merge, merge
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


def lying(folder: Path) -> tuple[list[str], list[str]]:
    """Return the names of the files in a folder that hold more than a roster, a dataset that nobody has named yet, and
    those of the others."""
    datasets, others = list[str](), list[str]()
    try:
        files = sources.files(folder)
    except DataError:
        return [], []
    for name, path in files.items():
        try:
            (others if data_.is_roster(path) else datasets).append(name)
        except DataError:
            others.append(name)
    return datasets, others


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


def mark(said: object) -> str:
    """Return what stands for something in a form, to be known again when the form comes back."""
    return sha256(repr(said).encode()).hexdigest()[:16]


def gone(found: Merge) -> dict[str, Student]:
    """Return the children that are gone by their marks: the place of each in a list is another's as soon as one comes
    back."""
    return {mark(roster_.review_.gone_key(one)): one for one in found.gone}


def pairs(found: Merge) -> dict[str, Match]:
    """Return the pairs that may be one child by their marks."""
    return {mark(roster_.review_.pair_key(one)): one for one in found.unsure}


def decided(found: Merge, said: Mapping[str, str], today: date) -> roster_.review_.Review:
    """Return what a form says of those that are gone (``what-``, ``since-`` and ``why-`` with the mark of each) and of
    pairs that may be one child (``same-``).

    Raises DataError with all that cannot be understood, and where it says something of nobody that is asked after.
    """
    review, problems = roster_.review_.Review(), list[Problem]()
    children, unsure = gone(found), pairs(found)
    for name, word in said.items():
        asked, _, about = name.partition("-")
        if not word or asked not in ("what", "same"):
            continue
        if about not in (children if asked == "what" else unsure):
            todo = "请再看一次，重新选；这次什么都没有改"
            raise DataError([Problem(Place(), "名册或数据在您看的时候变了，有一处对不上", todo)])
        if asked == "same":
            review.same[roster_.review_.pair_key(unsure[about])] = word == "yes"
            continue
        key = roster_.review_.gone_key(children[about])
        since, why = said.get(f"since-{about}", ""), said.get(f"why-{about}", "")
        if settled := roster_.review_.decision(word, since, why, Place(key[1]), today, problems):
            review.gone[key] = settled
    if problems:
        raise DataError(problems)
    return review
