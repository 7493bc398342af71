"""Papers of one shape share their XML: it is compiled once, cut where values stand, and kept.

A shape is all of a paper but its values, running ones and those in boxes alike: what Word does with them is its own
affair. Nothing that is kept can show in a file, since a skeleton depends on nothing but the shape.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from threading import Lock
from typing import Any
from weakref import WeakKeyDictionary

from generator.forms.lowered import Cast, Mould, Page, Paper, Para, Picture
from generator.render import drawing
from generator.render.slots import Key, measured

MOST, LONGEST = 64, 500_000
"""So many skeletons are kept, none of more bytes: lists of a thousand rows are hardly ever as long as the next."""

VALUE, LEVEL, START, END = "\0", "\1", "\2", "\3"
"""Marks that stand in compiled XML for what differs between records and copies: XML itself cannot contain them."""


@dataclass(frozen=True, slots=True)
class Skeleton:
    """The body of a paper, its marks in it; ``section`` closes the last of its sections."""

    body: bytes
    section: bytes
    pages: tuple[Page, ...]
    pictures: tuple[Picture, ...]
    _cut: dict[tuple[bytes, bool, bool], list[bytes]] = field(default_factory=dict, repr=False, compare=False)

    def fill(self, values: Sequence[bytes], *, start: bytes, outlined: bool, last: bool) -> list[bytes]:
        """Return one copy with ``values``, which are XML, in pieces.

        ``start`` is the section type it begins with, ``outlined`` whether Word's navigation lists it, ``last``
        whether it ends the file. Raises ValueError unless there are as many values as slots.
        """
        texts = self._texts(start, outlined, last)
        if len(values) != len(texts) - 1:
            raise ValueError(f"{len(values)} values for {len(texts) - 1} slots")
        pieces = texts * 2
        pieces[::2], pieces[1::2] = texts, [*values, b""]
        return pieces

    def _texts(self, start: bytes, outlined: bool, last: bool) -> list[bytes]:
        """Return what stands between values; the few ways in which copies differ are kept, too."""
        way = start, outlined, last
        if way not in self._cut:
            whole = self.body + self.section * last
            whole = whole.replace(LEVEL.encode(), b"0" if outlined else b"9")
            whole = whole.replace(END.encode(), b"" if last else self.section).replace(START.encode(), start)
            self._cut[way] = whole.split(VALUE.encode())
        return self._cut[way]


@dataclass(slots=True)
class Skeletons:
    """The skeletons of the shapes met last."""

    compile: Callable[[Paper], Skeleton]
    kept: dict[Key, Skeleton] = field(default_factory=dict)
    cast: WeakKeyDictionary[Mould, Skeleton] = field(default_factory=WeakKeyDictionary)
    _room: Lock = field(default_factory=Lock)  # the local page prints in threads

    def of(self, paper: Paper | Cast) -> tuple[Skeleton, Sequence[str]]:
        """Return the skeleton of a paper, compiled where its shape is new, and the paper's values."""
        if isinstance(paper, Cast):
            found = self.cast.get(paper.mould)
            if found is None:
                found = self.cast[paper.mould] = self.of(paper.mould.paper)[0]
            return found, paper.values()
        key, values = shape(paper)
        skeleton = self.kept.get(key)
        if skeleton is None:
            skeleton = self.compile(paper)
            if len(skeleton.body) <= LONGEST:
                with self._room:
                    while len(self.kept) >= MOST:
                        del self.kept[next(iter(self.kept))]
                    self.kept[key] = skeleton
        return skeleton, values


def shape(paper: Paper) -> tuple[Key, list[str]]:
    """Return all of a paper but its values, and these in reading order."""
    words: list[str | None] = []
    values: list[str] = []

    def say(para: Para, measures: list[Any]) -> None:
        if para.anchor:
            measures.append("anchor")
        for run in para.runs:
            measures.append(run.style)
            if run.value:
                values.append(run.text)
                words.append(None)
            else:
                words.append(run.text)

    measures = measured(paper, say)
    if any(isinstance(block, Picture) for block in paper.blocks):
        measures.append(drawing.available())
    return Key(tuple(words), measures), values
