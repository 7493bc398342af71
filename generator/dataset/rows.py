"""Turns a dataset back into rows of text: what is read from them says the same, value by value and link by link."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from generator.dataset.doubts import RESTING_ON
from generator.dataset.links import OWNERS, finder, parts, scope_of
from generator.dataset.missing import Missing
from generator.dataset.models import (
    MODELS,
    Absence,
    Campaign,
    Case,
    Class,
    Column,
    County,
    Dataset,
    Household,
    Inspection,
    Record,
    School,
    Staff,
    Student,
    Township,
    Village,
    Visit,
    Volume,
    attribute_types,
    columns,
    plain_type,
)
from generator.dataset.roster.said import text_of
from generator.errors import DataError, Problem

Row = dict[str, str]

WRITTEN: dict[type[Record], tuple[str, ...]] = {
    County: ("name",), Township: ("name", "government"), Village: ("name",), School: ("short_name", "name", "code"),
    Class: ("name", "full_name"), Staff: ("name", "no"), Student: ("name", "student_no", "id_no"), Case: ("no",),
    Inspection: ("no",), Household: ("no",), Campaign: ("no",), Volume: ("no",),
}  # fmt: skip
"""What a cell names a record by, the usual form first; what ``links`` finds it by, in the order people prefer."""

_AboutStudent = Absence | Case | Visit
_ABOUT_STUDENTS = (Absence, Case, Visit)


def rows_of(dataset: Dataset) -> dict[str, list[Row]]:
    """Return the rows of every sheet, all columns in the order of the models.

    A sheet that was not there, so that nobody knows whether there is anything of its kind, is left out. Raises
    ``DataError`` where a value is wrong or a link cannot be written so that it is found again.
    """
    if wrong := list(dict.fromkeys(_wrong(dataset))):
        raise DataError(wrong)
    pen = _Pen(dataset)
    rows = {model.sheet: [pen.row(record) for record in dataset.of(model)] for model in MODELS if _told(dataset, model)}
    if pen.problems:
        raise DataError(pen.problems)
    return {sheet: [row for row in written if any(row.values())] for sheet, written in rows.items()}


def written(dataset: Dataset, records: Sequence[Record]) -> list[Row]:
    """Return the rows of records that are new to a dataset.

    Raises ``DataError`` where a link cannot be written so that it is found again.
    """
    pen = _Pen(dataset)
    rows = [pen.row(record) for record in records]
    if pen.problems:
        raise DataError(dict.fromkeys(pen.problems))
    return rows


def labelled(model: type[Record], values: Mapping[str, Any]) -> Row:
    """Return values under the Chinese headers of ``model``, as people would type them.

    Raises KeyError where the model has no such column.
    """
    if unknown := values.keys() - columns(model).keys():
        raise KeyError(f"{model.sheet}: {unknown}")
    row: Row = {}
    for name, described in columns(model).items():
        if described.group:
            below = labelled(plain_type(attribute_types(model)[name]), values.get(name) or {})
            row |= {described.group + header: text for header, text in below.items()}
        else:
            row[described.header] = text_of(values.get(name))
    return row


def _wrong(dataset: Dataset) -> Iterator[Problem]:
    """Yield what ``Missing`` stands for in place of values; nothing can be written there."""
    for record in dataset.records():
        nested = [getattr(record, name) for name, described in columns(type(record)).items() if described.group]
        for one in (record, *(below for below in nested if isinstance(below, Record))):
            for value in _values(one).values():
                if isinstance(value, Missing):
                    yield Problem(value.place, value.told, "改正以后再写出")


def _values(record: Record) -> dict[str, Any]:
    return {name: getattr(record, name) for name in columns(type(record))}


def _told(dataset: Dataset, model: type[Record]) -> bool:
    """Return whether it is known what records of ``model`` there are, be it none."""
    if model.rare and not dataset.has(model):
        return False
    lists = [getattr(owner, name) for owners, name in RESTING_ON.get(model, ()) for owner in dataset.of(owners)]
    return bool(dataset.of(model)) or not any(isinstance(found, Missing) for found in lists)


class _Pen:
    """Writes records one after the other, each link in the first form by which it is found again."""

    def __init__(self, dataset: Dataset) -> None:
        year = dataset.settings.first_year
        owners: dict[str, list[Any]] = {"school": dataset.schools, "township": dataset.townships}
        self.find = {
            model: finder(model, dataset.of(model), year, owners.get(OWNERS.get(model, ""), [])) for model in WRITTEN
        }
        self.problems: list[Problem] = []

    def row(self, record: Record) -> Row:
        """Return the row of a record."""
        values = _values(record)
        if isinstance(record, _ABOUT_STUDENTS) and record.student:
            values["school"] = self._school_named(record, record.student)
        texts: dict[str, Any] = {}
        for name, described in columns(type(record)).items():
            value = values[name]
            if described.group:
                texts[name] = value and _values(value)
            elif described.target:
                named = value if described.many else [value] if value or described.lone else []
                texts[name] = "、".join(self._link(record, name, one, values) for one in named)
            else:
                texts[name] = value
        return labelled(type(record), texts)

    def _school_named(self, row: _AboutStudent, student: Student) -> School | None:
        """Return the school that a row about a student names, so that both the student and that school are found.

        The school of a case or a visit may be one that the child has left since. A child with a number is found from
        there too; else that school is left out, and worked out again as it was (see ``links``).
        """
        school = student.school if isinstance(row, Case) and row.dropped_from else row.school
        return school if self._form(student, columns(type(row))["student"], school, _class_of(row)) else None

    def _link(self, record: Record, attribute: str, value: Any, values: dict[str, Any]) -> str:
        """Return how a link is written, noting where no form of it would be found again."""
        described = columns(type(record))[attribute]
        if isinstance(value, Class) and value.origin is None:  # of an earlier year, made of what was written
            moved = isinstance(record, Case) and record.student and record.student.school is not value.school
            return (value.full_name if moved else value.name) or ""
        if value:
            scope, class_ = scope_of(record, attribute, type(value)), ""
            if isinstance(record, _ABOUT_STUDENTS) and record.student:
                if isinstance(value, Class):  # looked up within the school the row names, else that of the student
                    scope = values["school"] or record.student.school
                elif isinstance(value, Student):
                    scope, class_ = values["school"], _class_of(record)
            if text := self._form(value, described, scope, class_):
                return text
        what = f"“{described.header}”指的是哪一个，写不出来"
        self.problems.append(Problem(record.where(attribute), what, "给它一个与别的不同的名称或编号"))
        return ""

    def _form(self, value: Any, described: Column, scope: Record | None, class_: str) -> str:
        """Return the first form of a record by which it alone is found within ``scope`` and the class named.

        The last ones have the name of its school or township before them; a child's class says more than that.
        """
        plain = [getattr(value, attribute) or "" for attribute in WRITTEN[type(value)]]
        owner = None if isinstance(value, Student) else getattr(value, OWNERS.get(type(value), ""), None)
        before = getattr(owner, "short_name", None) or getattr(owner, "name", None)
        forms = [*plain, *(f"{before}/{text}" for text in plain if before and text)]
        found = self.find[type(value)]
        return next(
            (text for text in forms if parts(text, described) == [text] and found(text, scope, class_) == [value]), ""
        )


def _class_of(row: _AboutStudent) -> str:
    return (row.class_ and row.class_.name) or ""
