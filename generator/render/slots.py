"""What may differ between papers of one layout: the paragraphs that hold values with a box of their own.

Of such a paragraph a layout needs to know its frame, the look of its first run and how many lines it has; the rest of a
paper, values in running text included, is the same in all papers of one ``Key``.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import lru_cache
from operator import attrgetter
from typing import Any

from generator.forms.lowered import Cast, Cell, Mould, Paper, Para, Row, Run, Table

Runs = tuple[Run, ...]


Words = str | tuple[str | None, ...]


class Key:
    """What papers of one skeleton have in common: their words, and every measure and style.

    Words tell nearly all papers apart that differ; measures and styles, which are slow to hash, are compared only where
    words are the same.
    """

    __slots__ = ("measures", "words")

    def __init__(self, words: Words, measures: list[Any]) -> None:
        self.words, self.measures = words, measures

    def __hash__(self) -> int:
        return hash(self.words)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Key) and self.words == other.words and self.measures == other.measures


@dataclass(frozen=True, slots=True)
class Cut:
    """A paper cut at its slots: what it shares with others, and what it has in each slot."""

    key: Key
    values: tuple[Runs, ...]


def cut(paper: Paper | Cast) -> Cut:
    """Return ``paper`` cut at its slots, in the order in which it is read."""
    if isinstance(paper, Paper):
        return _cut(paper)
    key, values = _of_mould(paper.mould)
    if key is None:
        return _cut(paper.whole())
    fills = paper.fills
    return Cut(key, tuple([tuple([fills[run] if isinstance(run, int) else run for run in runs]) for runs in values]))


@lru_cache(maxsize=64)
def _of_mould(mould: Mould) -> tuple[Key | None, tuple[tuple[Run | int, ...], ...]]:
    """Return what the papers of a mould share, none where what they do not share is in no slot of the layout, and what
    is in each slot, its number where it is their own."""
    found = _cut(mould.paper)
    values = tuple(tuple(mould.slots.get(run.source, run) for run in runs) for runs in found.values)
    own = sum(isinstance(run, int) for runs in values for run in runs)
    return (found.key if own == len(mould.slots) else None), values


def _cut(paper: Paper) -> Cut:
    words: list[str] = []
    values: list[Runs] = []

    def say(para: Para, measures: list[Any]) -> None:
        runs = para.runs
        if is_slot(runs):
            values.append(runs)
            measures.append(runs[0].style)
            words.append(_SLOT)
        else:
            for run in runs:
                words.append(run.text)
                measures.append(run.style)
                if run.target:
                    measures.append(run.target)

    measures = measured(paper, say)
    return Cut(Key(_BETWEEN.join(words), measures), tuple(values))


def measured(paper: Paper, say: Callable[[Para, list[Any]], None]) -> list[Any]:
    """Return every measure of a paper in the order in which it is read; ``say`` adds those of a paragraph's runs."""
    measures: list[Any] = [paper.page]
    for block in paper.blocks:
        if isinstance(block, Para):
            measures.extend(_frame(block))
            say(block, measures)
        elif isinstance(block, Table):
            measures += (block.widths, block.border, block.padding, block.left)
            for row in block.rows:
                measures += (row.height, row.header, row.keep_next)
                for cell in row.cells:
                    measures += (cell.span, cell.rows, cell.valign, cell.borders)
                    for para in cell.paras:
                        measures.extend(_frame(para))
                        say(para, measures)
        else:
            measures.append(block)
    return measures


_frame = attrgetter(
    "align", "line", "first", "left", "right", "before", "after", "keep_next", "keep_lines", "rule"
)  # fmt: skip
_SLOT, _BETWEEN = "\x1a", "\x1f"
"""Control characters: where a slot is, what stands between words."""


def is_slot(runs: Runs) -> bool:
    """Return whether a paragraph is a slot: an underline is a stroke, a link is more than text, and how letters are set
    apart depends on their neighbours."""
    for run in runs:
        if run.boxed:
            return not any(run.style.underline or run.style.spacing or run.target for run in runs)
    return False


def filled(paper: Paper, fill: Callable[[int, Para], Para]) -> Paper:
    """Return ``paper`` with another paragraph in each slot, which is told by its number."""
    numbers = iter(range(len(cut(paper).values)))

    def para(found: Para) -> Para:
        return fill(next(numbers), found) if is_slot(found.runs) else found

    def cell(found: Cell) -> Cell:
        return replace(found, paras=tuple(map(para, found.paras)))

    def row(found: Row) -> Row:
        return replace(found, cells=tuple(map(cell, found.cells)))

    def block(found: Any) -> Any:
        if isinstance(found, Table):
            return replace(found, rows=tuple(map(row, found.rows)))
        return para(found) if isinstance(found, Para) else found

    return replace(paper, blocks=tuple(map(block, paper.blocks)))
