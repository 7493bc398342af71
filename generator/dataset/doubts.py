"""Puts ``Missing`` wherever a dataset must not be relied on, so that no paper can rest on what is wrong.

A value that the checks found wrong is one such place. A link that leads nowhere is another, and so is every list in
which its record may be wanting: a child whose class is misspelt belongs to *some* class of the school, so that no roll
there can be counted until the class is known. A record that may stand twice puts the lists it stands in in doubt.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator, Mapping
from typing import Any, TypeGuard

from generator.dataset.checks import twins
from generator.dataset.links import SCOPES
from generator.dataset.missing import Missing
from generator.dataset.models import (
    MODELS,
    Case,
    Dataset,
    Origin,
    Record,
    School,
    Staff,
    Student,
    Visit,
    backs,
    columns,
    once,
)
from generator.errors import Place, Problem

RESTING_ON: dict[type[Record], tuple[tuple[type[Record], str], ...]] = {
    Visit: ((Staff, "visits"), (Student, "visits")),
    Case: ((School, "dropouts"),),
}
"""The lists that papers count, by the sheet that fills them."""
_NAMED = re.compile("(?:没有|个)“([^”]*)”")  # what a link names in vain, in the problem that tells of it
_Row = tuple[str, str, int]  # file, sheet and row; in YAML file, nothing and line


def mark(dataset: Dataset, problems: Iterable[Problem]) -> None:
    """Replace in ``dataset`` every value, link and list that an error among ``problems`` makes doubtful."""
    errors = [problem for problem in problems if problem.level == "error"]
    wrong = {place: problem for problem in reversed(errors) for place in (problem.place, *problem.also)}
    if not wrong:
        return
    doubled = list(twins(dataset))
    rows = {row_of(place) for place in wrong}
    for record in _each(dataset):
        if rows.intersection(rows_of(record)):
            _mark_values(record, wrong)
    for *both, attribute, _ in doubled:
        for twin in both:
            _mark_lists_holding(twin, getattr(twin, attribute))
    for record in dataset.records():
        _mark_dependent_links(record)
    for case in dataset.cases:
        if _bad(case.dropped_from):  # then so is the school
            _set(case, "school", case.dropped_from)
    marked: set[tuple[type[Record], Record | None, str]] = set()
    for student in dataset.students:
        if problem := wrong.get(student.where()):  # a child of whom a case is wanting
            holders: tuple[tuple[Any, str], ...] = ((student, "cases"), (student.school, "dropouts"))
            for holder, name in holders:
                if isinstance(holder, Record):
                    _set(holder, name, Missing("辍学个案", problem.place, problem.what))
    for record in dataset.records():
        for attribute in _links(type(record)):
            if _bad(doubt := getattr(record, attribute)):
                _mark_lists_lacking(dataset, record, attribute, doubt, marked)
    for *both, attribute, _ in doubled:
        for twin in both:
            if isinstance(twin, Student):  # which of the two rows is right about the child is not known
                _set(twin, "class_", getattr(twin, attribute))


def mark_absent(dataset: Dataset, supplied: Mapping[type[Record], Collection[Record]]) -> None:
    """Mark the lists of records whose sheet is not there: how many there are is then not known to be none.

    ``supplied`` tells of each sheet for which schools there is one.
    """
    for model, lists in RESTING_ON.items():
        known = set(map(id, supplied.get(model, ())))
        for owner, name in lists:
            for record in dataset.of(owner):
                school = record if isinstance(record, School) else record.school
                if model not in supplied or (isinstance(school, Record) and id(school) not in known):
                    _set(record, name, _absent(model, dataset.file if model not in supplied else record.where().file))


def _absent(model: type[Record], file: str) -> Missing:
    return Missing(model.sheet, Place(file, model.sheet), f"没有“{model.sheet}”表；没有的，留一张只有表头的表")


def _each(dataset: Dataset) -> Iterator[Record]:
    """Yield every record, nested ones too."""
    yield from dataset.records()
    for student in dataset.students:
        yield from (member for member in (student.member1, student.member2, student.carer) if member)


def row_of(place: Place) -> _Row:
    """Return the row or, in YAML, the line that a place is on."""
    digits = re.search(r"\d+", place.cell)
    return (place.file, place.sheet, place.line or int(digits[0] if digits else 0))


def rows_of(record: Record) -> set[_Row]:
    """Return the row that a record stands on, or the lines, and those of other files that say more of it."""
    if record.origin is None:
        return set()
    elsewhere = record.origin.elsewhere or {}
    return {row for origin in (record.origin, *elsewhere.values()) for row in _rows_of(origin)}


def _rows_of(origin: Origin) -> set[_Row]:
    if not origin.line:
        return {(origin.file, origin.sheet, origin.row)}
    lines = {origin.row, *(int(at.partition(" ")[0]) for at in origin.letters.values())}
    return {(origin.file, "", line) for line in lines}


def _mark_values(record: Record, wrong: dict[Place, Problem]) -> None:
    """Mark the values whose place is wrong."""
    for attribute, described in columns(type(record)).items():
        place = record.where(attribute)
        if place in wrong:
            _set(record, attribute, Missing(described.header, wrong[place].place, wrong[place].what))


def _mark_dependent_links(record: Record) -> None:
    """Mark the links that could not be looked up because the student or school they depend on is not known."""
    known_by = [getattr(record, name, None) for name in ("student", "school")]
    unknown = next(filter(_bad, known_by), None)
    if unknown is None:
        return
    for attribute, target in _links(type(record)).items():
        value = getattr(record, attribute)
        if (target in SCOPES or attribute == "school") and not _bad(value) and not value:
            setattr(record, attribute, unknown)


def _mark_lists_holding(record: Record, doubt: Missing) -> None:
    """Mark the lists in which a record stands that may stand there twice."""
    for attribute in _links(type(record)):
        reached = getattr(record, attribute)
        for target in reached if isinstance(reached, list) else [reached]:
            if isinstance(target, Record):
                for name in _backs_via(type(target), type(record), attribute):
                    _set(target, name, doubt)


def _mark_lists_lacking(
    dataset: Dataset,
    record: Record,
    attribute: str,
    doubt: Missing,
    marked: set[tuple[type[Record], Record | None, str]],
) -> None:
    """Mark the lists in which a record would stand were its link known: those of all that it may lead to."""
    target = _links(type(record))[attribute]
    scope = None if _may_lead_anywhere(target, doubt) else _scope(record, target)
    for name in _backs_via(target, type(record), attribute):
        if (target, scope, name) in marked:
            continue
        marked.add((target, scope, name))
        for candidate in dataset.of(target):
            if scope is None or getattr(candidate, SCOPES[target]) is scope:
                _set(candidate, name, doubt)


def _may_lead_anywhere(target: type[Record], doubt: Missing) -> bool:
    """Return whether what was written may be a number, or names its school itself, and is not of the row's school."""
    named = _NAMED.search(doubt.why)
    text = named[1] if named else "" if doubt.why.endswith("没有填") else "0"
    return "/" in text.replace("／", "/") or (target in (Staff, Student) and any(map(str.isdigit, text)))


def _scope(record: Record, target: type[Record]) -> Record | None:
    """Return the school or township, if known, to which what a link of ``record`` leads to must belong."""
    attribute = SCOPES.get(target, "")
    found = _known(record, attribute)
    return _known(_known(record, "school"), attribute) if attribute == "township" and found is None else found


def _known(record: Record | None, attribute: str) -> Record | None:
    found = getattr(record, attribute, None)
    return found if isinstance(found, Record) else None


@once
def _links(model: type[Record]) -> dict[str, type[Record]]:
    """Return the links of ``model``, each with the model that it leads to."""
    models = {one.__name__: one for one in MODELS}
    return {name: models[described.target] for name, described in columns(model).items() if described.target}


@once
def _backs_via(target: type[Record], source: type[Record], attribute: str) -> list[str]:
    """Return the lists of ``target`` that hold the records of ``source`` whose link ``attribute`` leads there."""
    return [name for name, (model, via) in backs(target).items() if model is source and via == attribute]


def _set(record: Record, attribute: str, doubt: Missing) -> None:
    """Mark an attribute; the doubt that came first stays."""
    if not _bad(getattr(record, attribute)):
        setattr(record, attribute, doubt)


def _bad(value: Any) -> TypeGuard[Missing]:
    return isinstance(value, Missing)
