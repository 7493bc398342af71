"""Finds the data files in a folder and in the folders below it, in an order that no file system decides."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator
from dataclasses import dataclass, field
from pathlib import Path

from generator.errors import Place, Problem

HISTORY = "历年"
"""The folder of the terms that are past."""
PASSED_OVER = ("备份", HISTORY, "扫描件", "output", "templates", "policies")
"""Folders that hold no data of today, or what belongs to the project and not to a school."""
MARK_OF_PAPERS = ".baoxue.lock"  # lies in a folder of papers, whatever its name
_OWN_FILES = (
    "baoxue.yaml",
    "台账.sqlite",
    "台账.sqlite-journal",
    "Thumbs.db",
    "desktop.ini",
)  # of the project, of Windows
_UNPRINTABLE = re.compile("[\x00-\x1f\x7f-\x9f\ud800-\udfff]")  # a name may hold line feeds and broken bytes


@dataclass(slots=True)
class Found:
    """The data files of a folder, each with the name by which it is told of, and what is wrong with the others."""

    files: list[tuple[str, Path]] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)


def find(folder: Path, suffixes: Collection[str]) -> Found:
    """Return the files in ``folder`` and below that end in one of ``suffixes``, those of a folder before its folders'.

    Each is named by its path below ``folder``. A folder that cannot be opened is an error, what is no data a warning.
    """
    found = Found()
    _walk(folder, "", suffixes, found, set())
    return found


def _walk(folder: Path, name: str, suffixes: Collection[str], found: Found, walked: set[Path]) -> None:
    """Take in what lies in ``folder``, unless a link has led there before, as one to a folder above it would again."""
    real = folder.resolve()
    if real in walked:
        return
    walked.add(real)
    try:
        folders, others = _inside(folder)
    except OSError:
        found.problems.append(Problem(Place(name or folder.name), "文件夹打不开", "检查读取权限"))
        return
    before = len(found.files)
    data = [file for file in others if file.suffix.lower() in suffixes]
    found.files += [(_below(name, file), file) for file in data]
    told = len(found.problems)
    for entry in folders:
        _walk(entry, _below(name, entry), suffixes, found, walked)
    if len(found.files) == before and len(found.problems) == told:
        found.problems.append(
            Problem(Place(name), "文件夹里没有数据文件", "缺的补上，.et 文件另存为 .xlsx；不放数据的移出去", "warning")
        )
    else:
        found.problems += [_unread(_below(name, file)) for file in others if file not in data]


def _inside(folder: Path) -> tuple[list[Path], list[Path]]:
    """Return the folders and the files in ``folder`` that are not passed over, by name."""
    folders: list[Path] = []
    others: list[Path] = []
    for entry in sorted(folder.iterdir(), key=lambda entry: entry.name):
        if entry.name.startswith((".", "~$")):  # hidden; ~$: the lock of an open workbook
            continue
        if not entry.is_dir():
            others += [entry] if entry.name not in _OWN_FILES else []
        elif not entry.name.startswith("_") and entry.name not in PASSED_OVER and not _holds_papers(entry):
            folders.append(entry)
    return folders, others


def _unread(name: str) -> Problem:
    what = "没有读：不是 .xlsx、.xls、.ods、.csv 或 .yaml 文件"
    return Problem(Place(name), what, "是数据就另存为 .xlsx，不是就移出这个文件夹", "warning")


def _holds_papers(folder: Path) -> bool:
    try:
        return (folder / MARK_OF_PAPERS).exists()
    except OSError:  # a folder that cannot be opened, which will be told
        return False


def _below(name: str, entry: Path) -> str:
    shown = _UNPRINTABLE.sub("?", entry.name)
    return f"{name}/{shown}" if name else shown


def levels(name: str) -> Iterator[str]:
    """Yield the name of a file and those of the folders that it lies in, from below to above; the last is empty."""
    yield name
    while name:
        name = name.rpartition("/")[0]
        yield name
