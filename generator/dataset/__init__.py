"""1. What is known: reads a dataset, draws its links and checks it.

``folders`` finds files, ``sources`` reads them as tables of text, ``copies`` passes over what is there twice,
``columns`` turns tables into the records of ``models``, ``shared`` makes one record of what several files tell of,
``links`` looks up what their cells name, ``checks``, ``contradictions`` and ``whereabouts`` compare records with one
another, and ``doubts`` takes out what is not to be relied on. ``units`` knows which file is of which school.
"""

from __future__ import annotations

import gc
from collections import defaultdict
from collections.abc import Callable, Collection, Iterator
from collections.abc import Set as AbstractSet
from contextlib import contextmanager
from datetime import date
from operator import attrgetter
from pathlib import Path
from typing import Any

from generator.dataset import checks, columns, contradictions, copies, doubts, links, shared, sources, units
from generator.dataset.columns import Batch
from generator.dataset.models import (
    Class,
    County,
    Dataset,
    Record,
    School,
    Settings,
    Sheet,
    Staff,
    Student,
    Township,
    lists,
)
from generator.errors import DataError, Place, Problem, near

REQUIRED: tuple[type[Record], ...] = (Settings, County, Township, School, Class, Staff, Student)

Day = Callable[[Settings], date | None]
"""Gives the day of which papers are made, by the settings."""
Overlay = Callable[[Dataset], list[Problem]]
"""Lays over a dataset what is known otherwise, before it is checked, and tells of what contradicts that."""


def nothing(_: Dataset) -> list[Problem]:
    """Lay nothing over a dataset."""
    return []


def load(
    path: Path,
    drawable: AbstractSet[int] | None = None,
    today: Day = attrgetter("today"),
    overlay: Overlay = nothing,
) -> tuple[Dataset, list[Problem]]:
    """Return the dataset in a workbook, a YAML file or a folder of them, and everything that is wrong in it.

    What is wrong in it is a problem, and ``Missing`` stands in its place (see ``doubts``). ``drawable`` are the code
    points that the fonts have (see ``coverage``), without which characters are not checked; nothing that is told may
    have happened after ``today``. Raises DataError, with all
    reasons at once, when the dataset cannot be used at all: an unreadable file, an unknown sheet or header, or a
    required one that is missing.
    """
    path = _with_name(path)
    with no_collection():
        return _load(path, *_read(path), drawable, today, overlay)


def _read(path: Path) -> tuple[list[sources.Table], list[Problem]]:
    tables, problems = sources.read(path, columns.is_header)
    return copies.passed_over(tables, problems), problems


def _with_name(path: Path) -> Path:
    """Return a path that ends in a name by which problems can tell of it, as that of the working directory does not."""
    return path.resolve() if path.name in ("", "..") else path


def draw(path: Path) -> tuple[Dataset, list[sources.Table], list[Problem]]:
    """Return a dataset as it is written, its links drawn and nothing checked, the tables it stands in, and what could
    not be read; raises DataError as ``load`` does, and where one of its files is a copy of another."""
    path = _with_name(path)
    with no_collection():
        tables, problems = sources.read(path, columns.is_header)
        read = {table.file for table in copies.passed_over(tables, problems)}
        if copied := [name for name in dict.fromkeys(table.file for table in tables) if name not in read]:
            raise DataError(Problem(Place(name), "是另一个文件的副本，两份不能一起改", "删去一份") for name in copied)
        tables = _usable(path, tables, REQUIRED, problems)
        dataset, _ = _drawn(path, tables, problems)
    return dataset, tables, problems


def is_roster(path: Path) -> bool:
    """Return whether a file holds nothing but rosters of students; raises DataError where it cannot be read."""
    tables, _ = sources.read(path, columns.is_header)
    return {columns.sheets().get(table.sheet, Student) for table in tables} == {Student}


def read_roster(path: Path, *, alone: bool = True) -> tuple[list[Batch], list[Problem]]:
    """Return the rows of the rosters of students in a file, and what could not be read.

    Raises DataError where the file cannot be used, or, with ``alone``, holds more than that.
    """
    with no_collection():
        tables, problems = sources.read(path, columns.is_header)
        more = [table for table in tables if columns.sheets().get(table.sheet, Student) is not Student]
        tables = [table for table in tables if alone or table not in more]
        if more and alone:
            what = f"这不是名册：还有“{more[0].sheet}”表"
            raise DataError([Problem(Place(more[0].file, more[0].sheet), what, "只留学生表，或用导出的名册")])
        tables = _usable(path, tables, (Student,), problems)
        return [columns.read(table, problems) for table in tables], problems


def _drawn(path: Path, tables: list[sources.Table], problems: list[Problem]) -> tuple[Dataset, list[Batch]]:
    batches = [columns.read(table, problems) for table in tables]
    shared.merge(batches, problems)
    dataset = _dataset(path, tables, batches)
    dataset.settings = _settings(batches)
    problems += _without_rows(dataset)
    problems += links.draw(batches)
    return dataset, batches


def _load(
    path: Path,
    tables: list[sources.Table],
    problems: list[Problem],
    drawable: AbstractSet[int] | None,
    today: Day,
    overlay: Overlay,
) -> tuple[Dataset, list[Problem]]:
    dataset, batches = _drawn(path, _usable(path, tables, REQUIRED, problems), problems)
    problems += overlay(dataset)
    problems += _checked(dataset, drawable, problems)
    if day := today(dataset.settings):
        problems += contradictions.future(contradictions.in_force(dataset), day)
    doubts.mark(dataset, problems)
    doubts.mark_absent(dataset, units.supplied(batches))
    return dataset, problems


def examine(
    path: Path,
    drawable: AbstractSet[int] | None = None,
    today: Day = attrgetter("today"),
    overlay: Overlay = nothing,
) -> tuple[Dataset, list[Problem]]:
    """Return what ``load`` does, also of a file that holds nothing but a roster of students.

    Of such a roster no link is drawn, and what only other sheets can tell is not checked.
    """
    path = _with_name(path)
    with no_collection():
        tables, problems = _read(path)
        if {columns.sheets().get(table.sheet, Student) for table in tables} != {Student}:
            return _load(path, tables, problems, drawable, today, overlay)
        tables = _usable(path, tables, (Student,), problems)
        dataset = _dataset(path, tables, [columns.read(table, problems) for table in tables])
        problems += _checked(dataset, drawable, problems)
    return dataset, problems


def _checked(dataset: Dataset, drawable: AbstractSet[int] | None, problems: list[Problem]) -> list[Problem]:
    """Return what the checks find but for reminders of what has been told, and what only follows from it."""
    told = {problem.place for problem in problems}
    found = checks.check(dataset, drawable)
    following = contradictions.about_lost(dataset, told)
    return [
        problem
        for problem in found
        if (problem.level == "error" or problem.place not in told) and problem.place not in following
    ]


@contextmanager
def no_collection() -> Iterator[None]:
    """Keep the garbage collector from walking a million new objects again and again, none of which is garbage."""
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()


def _usable(
    path: Path, tables: list[sources.Table], required: Collection[type[Record]], told: list[Problem]
) -> list[sources.Table]:
    """Return the tables that are read, adding those to ``told`` that need not be. Raises DataError."""
    with_students = {table.file for table in tables if columns.sheets().get(table.sheet) is Student}
    known: list[sources.Table] = []
    others: list[sources.Table] = []
    for table in tables:
        if table.file not in with_students:
            columns.take_class_of_sheet(table)
        is_roster = table.file not in with_students and columns.roster_lacks(table) == []
        (known if table.sheet in columns.sheets() or is_roster else others).append(table)
    problems: list[Problem] = []
    found = {columns.sheets().get(table.sheet, Student) for table in known}
    for table in others:
        lacks = columns.roster_lacks(table)
        needless = table.hidden or (found == set(required) == {Student} and lacks is None)
        (told if needless else problems).append(_unknown_sheet(table, lacks or [], needless=needless))
    problems += [problem for table in known for problem in columns.unusable(table)]
    missing = [model.sheet for model in required if model not in found]
    problems += [Problem(Place(path.name), f"没有“{sheet}”表", "补上这张表") for sheet in missing]
    if problems:
        raise DataError(problems)
    return known


def _unknown_sheet(table: sources.Table, lacks: list[str], *, needless: bool) -> Problem:
    place = Place(table.file, table.sheet) if table.letters else Place(table.file)
    if needless:
        if table.hidden:
            return Problem(place, f"没有读隐藏的表“{table.sheet}”", "要用就取消隐藏、改正表名；不用可以不管", "warning")
        what = f"没有读表“{table.sheet}”：不是名册"
        return Problem(place, what, "有学生的，照学生名册写表头；没有的可以不管", "warning")
    hint = near(table.sheet, list(columns.sheets()))
    if lacks:
        hint += f"；作为学生名册，它还缺{'、'.join(f'“{header}”' for header in lacks)}"
    return Problem(place, f"不认识的表“{table.sheet}”{hint}", "改正表名；不用的表删去，或在表名前加 _")


def _dataset(path: Path, tables: list[sources.Table], batches: list[Batch]) -> Dataset:
    records: dict[type[Record], list[Any]] = defaultdict(list)
    for batch in batches:
        records[batch.model] += batch.records
    files = dict.fromkeys(table.file for table in tables)
    sheets = [Sheet(table.file, table.sheet, _model(table), columns.letters(table)) for table in tables]
    dataset = Dataset(path.name, units.titles(batches, files), sheets)
    for model, attribute in lists().items():
        if model is not Settings:
            setattr(dataset, attribute, records[model])
    return dataset


def _model(table: sources.Table) -> type[Record]:
    return columns.sheets().get(table.sheet, Student)


def _without_rows(dataset: Dataset) -> Iterator[Problem]:
    for model in REQUIRED:
        if not any(record.origin for record in dataset.of(model)):
            place = Place(dataset.file, model.sheet)
            yield Problem(place, "表里没有一行内容", f"填写{(model.doc or '').partition('；')[0]}")


def _settings(batches: list[Batch]) -> Settings:
    found = (record for batch in batches if batch.model is Settings for record in batch.records)
    return next(found, Settings())
