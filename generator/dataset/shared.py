"""Makes one record of the rows in which several files tell of the same term, county, township, village or school.

Twelve schools that each send a file each tell of the same county. What one of them leaves empty another may say; what
they say differently is a problem at the cell that differs, and neither of the two is relied on (see ``doubts``).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Hashable, Iterable, Iterator
from dataclasses import dataclass, replace
from typing import Any

from generator.dataset.columns import Batch
from generator.dataset.links import NAMES, key
from generator.dataset.models import (
    Column,
    County,
    Origin,
    Record,
    School,
    Settings,
    Township,
    Village,
    columns,
)
from generator.dataset.units import Given
from generator.errors import Place, Problem

SHARED: tuple[type[Record], ...] = (Settings, County, Township, Village, School)
ABOVE: dict[type[Record], tuple[str, type[Record]]] = {
    Township: ("county", County), Village: ("township", Township), School: ("township", Township),
}  # fmt: skip
"""Of what each record is a part, whether its row says so or its file gives just one."""

_Marks = list[tuple[Hashable, ...]]


@dataclass(frozen=True, slots=True, eq=False)
class _Row:
    """A row of a batch, and what it says in each column: a value, or the text of a link."""

    batch: Batch
    index: int

    @property
    def record(self) -> Any:
        return self.batch.records[self.index]

    def says(self, attribute: str, described: Column) -> Any:
        if not described.target:
            return getattr(self.record, attribute)
        texts = self.batch.named.get(attribute)
        return texts[self.index] if texts else ""

    def take(self, attribute: str, described: Column, said: Any, other: _Row) -> None:
        """Say what another row says, and remember that it stands there."""
        if described.target:
            texts = self.batch.named.setdefault(attribute, [""] * len(self.batch.records))
            texts[self.index] = getattr(said, "name", said)
        else:
            setattr(self.record, attribute, said)
        origin: Origin = self.record.origin
        self.record.origin = replace(origin, elsewhere=(origin.elsewhere or {}) | {attribute: other.record.origin})


def merge(batches: list[Batch], problems: list[Problem]) -> None:
    """Drop every row of a shared sheet that tells of what an earlier row tells of, once that one has taken it in."""
    wrong = {problem.place for problem in problems if not problem.what.endswith("没有填")}
    for model in SHARED:
        of_model = [batch for batch in batches if batch.model is model]
        scopes = _Scopes(model, batches)
        seen: dict[tuple[Hashable, ...], _Row] = {}
        for batch in of_model:
            rows = [_Row(batch, index) for index in range(len(batch.records))]
            kept = [_kept(row, _marks(row, scopes), seen) for row in rows]
            for row, first in zip(rows, kept, strict=True):
                if first is not row:
                    problems += _take_in(first, row, scopes, wrong)
            batch.meant = [first.record for first in kept]
        for batch in of_model:
            _keep(batch, [index for index, record in enumerate(batch.records) if batch.meant[index] is record])


def _keep(batch: Batch, kept: list[int]) -> None:
    batch.records = [batch.records[index] for index in kept]
    batch.named = {name: [texts[index] for index in kept] for name, texts in batch.named.items()}


def _kept(row: _Row, marks: _Marks, seen: dict[tuple[Hashable, ...], _Row]) -> _Row:
    """Return the earlier row that tells of the same, else this one, which later ones may be about.

    A school has three marks, its code and two names, of which one may be another's by mistake; two are enough.
    """
    shared = Counter(seen[mark] for mark in marks if mark in seen)
    first, times = shared.most_common(1)[0] if shared else (row, 0)
    if times < min(2, len(marks)):
        first = row
    for mark in marks:
        seen.setdefault(mark, first)
    return first


def _marks(row: _Row, scopes: _Scopes) -> _Marks:
    """Return by what a row is known for the same as another."""
    record = row.record
    if isinstance(record, Settings):
        return [("the term",)]
    if isinstance(record, School):
        return [(name, key(text)) for name in ("code", "name", "short_name") if (text := getattr(record, name))]
    return [(scopes.of(row), key(record.name))] if record.name else []


class _Scopes:
    """The counties of townships and the townships of villages and schools."""

    def __init__(self, model: type[Record], batches: Iterable[Batch]) -> None:
        self.attribute, above = ABOVE.get(model, ("", None))
        given = [batch for batch in batches if batch.model is above]
        self.given = Given(given)
        self.called = {key(word): record for batch in given for record in batch.meant for word in _names(record)}

    def of(self, row: _Row) -> Any:
        """Return the county or township of a row, or what the row calls it, or nothing where neither is known."""
        if not self.attribute:
            return None
        text = row.says(self.attribute, columns(row.batch.model)[self.attribute])
        return self.called.get(key(text), text) if text else self.given.lone(row.batch.file)


def _names(record: Record) -> Iterator[str]:
    return (word for name in NAMES[type(record)] if (word := getattr(record, name)))


def _take_in(first: _Row, other: _Row, scopes: _Scopes, wrong: set[Place]) -> Iterator[Problem]:
    """Let the first row say what it leaves empty and the other says, and yield where the two differ."""
    for attribute, described in columns(first.batch.model).items():
        here, there = first.record.where(attribute), other.record.where(attribute)
        of_scope = attribute == scopes.attribute
        before, said = (scopes.of(row) if of_scope else row.says(attribute, described) for row in (first, other))
        both = here not in wrong and not _is_empty(said) and not _is_empty(before)
        if there in wrong or (both and _compared(said) != _compared(before)):
            yield Problem(there, f"“{described.header}”与 {here} 不同", "核对后改成一样", also=(here,))
        elif _is_empty(before) and not _is_empty(said) and here not in wrong:
            first.take(attribute, described, said, other)


def _is_empty(said: Any) -> bool:
    return said is None or said == ""


def _compared(said: Any) -> Any:
    return key(said) if isinstance(said, str) else said
