"""Papers of one form about many records, most of which are alike but for what stands in their blanks.

What a form comes to is decided by the answers that its expressions give. The walk through it is therefore noted once,
and asked again, expression by expression, for the next record. Where every answer is the same but for values that stand
in a box of their own, so is the paper, and neither blocks nor widths need be worked out again. An answer is not even
asked for where the records that it starts from are those of the last time: a class has one teacher.

A mould makes nothing before one paper of it, made in full as well, was found to be the same. That paper may have the
same values as the first, so it proves nothing of values that do more than stand in their box: whatever in ``resolve``
or ``lower`` decides by the words of a value must say so (``Notes.counted``).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from operator import is_
from typing import Any, NamedTuple

from generator.dataset.missing import Missing, MissingValueError
from generator.dataset.models import Record
from generator.forms.audience import HIDDEN
from generator.forms.content import filled, said
from generator.forms.expression import root_names
from generator.forms.lower import House, lower
from generator.forms.lowered import Cast, Mould, Paper, Run, Style, whole
from generator.forms.resolve import (
    Bound,
    Held,
    Left,
    Looped,
    Note,
    Notes,
    Piece,
    Resolver,
    Said,
    Titled,
    Walk,
)  # fmt: skip
from generator.records.printings import Content

MOST = 8
"""Moulds that a form keeps, the last used first."""
IN_VAIN = 24
"""A form of which so many papers were made and none by a mould is not worth trying any more."""


ODD = (ValueError, TypeError, AttributeError, ArithmeticError, LookupError)
"""What an expression may raise, as ``Resolver.blamed`` knows it."""

Step = Callable[["_Again"], bool]
"""One thing to do again; returns whether all is as it was."""


class Made(NamedTuple):
    """A paper, what it says, and the blanks left in it."""

    paper: Paper | Cast
    content: Content
    by_hand: tuple[str, ...]


@dataclass
class Foundry:
    """Makes the papers of one form."""

    resolver: Resolver
    house: House
    moulds: list[_Noted] = field(default_factory=list)
    tried: int = 0
    found: int = 0

    def made(self, record: Record, label: str) -> Made:
        """Return the paper about ``record``; raises as ``Resolver.resolve`` and ``lower`` do."""
        if self.resolver.context.blank or (self.tried >= IN_VAIN and not self.found):
            return self._in_full(record, label)
        self.tried += 1
        for at, mould in enumerate(self.moulds):
            if (made := mould.made(self.resolver, record, label)) is None:
                continue
            if not mould.proven:
                full = self._in_full(record, label)
                mould.proven = full == made._replace(paper=whole(made.paper))
                if not mould.proven:
                    self.moulds.remove(mould)
                return full
            self.found += 1
            if at:
                self.moulds.insert(0, self.moulds.pop(at))
            return made
        return self._in_full(record, label, Notes())

    def _in_full(self, record: Record, label: str, notes: Notes | None = None) -> Made:
        definition = self.resolver.definition
        resolved = self.resolver.resolve(record, notes)
        paper = lower(resolved, self.house, landscape=definition.landscape, label=label)
        wording, values = said(resolved)
        if notes is not None:
            names = self.resolver.names(record).keys()
            self.moulds = [_Noted(notes, names, wording, values, paper), *self.moulds[: MOST - 1]]
        by_hand = tuple(missing.label for missing in resolved.by_hand)
        return Made(paper, Content(wording, filled(piece.text for piece in values)), by_hand)


# --- one mould --------------------------------------------------------------------------------------------------------


class _Again:
    """The questions of a walk asked again: the walk, the elements and the names around each open loop, what is put into
    the slots and which values were left to the pen."""

    __slots__ = ("around", "blanks", "fills", "open", "walk")

    def __init__(self, walk: Walk) -> None:
        self.walk = walk
        self.open: list[list[Any]] = []
        self.around: list[dict[str, Any]] = []
        self.fills: list[Run] = []
        self.blanks: list[Missing] = []


class _Question:
    """A question, and the last answer that would do, with the records that it started from."""

    __slots__ = ("known", "roots")

    def __init__(self, roots: Iterable[str]) -> None:
        self.roots = tuple(sorted(roots))
        self.known: tuple[list[Any], Any] | None = None

    def __call__(self, again: _Again) -> bool:
        """Return whether the answer of this record will do."""
        names = again.walk.names
        now = [names.get(root) for root in self.roots]
        if self.known is None or not all(map(is_, self.known[0], now)):
            if (answer := self.ask(again.walk)) is None:
                return False
            self.known = now, answer
        self.take(again, self.known[1])
        return True

    def ask(self, walk: Walk) -> Any:
        """Return the answer, None where it will not do."""
        raise NotImplementedError

    def take(self, again: _Again, answer: Any) -> None:
        """Go on with an answer."""


class _Print(_Question):
    """Something printed that must be the same."""

    __slots__ = ("note",)

    def __init__(self, roots: Iterable[str], note: Said) -> None:
        super().__init__(roots)
        self.note = note

    def ask(self, walk: Walk) -> Any:
        """Return the value left to the pen, if any, where all is as it was."""
        note, before = self.note, len(walk.by_hand)
        piece = walk.said(walk.value(note.expression), note.by_hand, note.varies)
        return walk.by_hand[before:] if self.fits(piece) and not walk.missing else None

    def fits(self, piece: Piece) -> bool:
        return piece == self.note.piece

    def take(self, again: _Again, answer: Any) -> None:
        again.blanks += answer


class _Slot(_Print):
    """Something printed in a box of its own."""

    __slots__ = ("style",)

    def __init__(self, roots: Iterable[str], note: Said, style: Style) -> None:
        super().__init__(roots, note)
        self.style = style

    def ask(self, walk: Walk) -> Any:
        note, before = self.note, len(walk.by_hand)
        piece = walk.said(walk.value(note.expression), note.by_hand, note.varies)
        if walk.missing or not piece.value or piece.text == HIDDEN or "、" in piece.text:
            return None  # what has a 、 is broken into lines
        run = Run(piece.text, self.style, True, True, piece.number, piece.plain)
        return run, walk.by_hand[before:]

    def take(self, again: _Again, answer: Any) -> None:
        run, blanks = answer
        again.fills.append(run)
        again.blanks += blanks


class _Condition(_Question):
    """A condition that must come to the same."""

    __slots__ = ("note",)

    def __init__(self, roots: Iterable[str], note: Held) -> None:
        super().__init__(roots)
        self.note = note

    def ask(self, walk: Walk) -> Any:
        return True if walk.holds(self.note.condition) == self.note.outcome and not walk.missing else None


class _Loop(_Question):
    """A loop that must have as many elements."""

    __slots__ = ("note",)

    def __init__(self, roots: Iterable[str], note: Looped) -> None:
        super().__init__(roots)
        self.note = note

    def ask(self, walk: Walk) -> Any:
        source = walk.value(self.note.source)
        elements = None if isinstance(source, Missing) else list(source)
        return elements if elements is not None and len(elements) == self.note.count else None

    def take(self, again: _Again, answer: Any) -> None:
        again.open.append(answer)
        again.around.append(dict(again.walk.names))


def _bind(note: Bound, again: _Again) -> bool:
    again.walk.names[note.name] = again.open[-1][note.index]
    if note.state:
        again.walk.names["loop"] = note.state
    return True


def _leave(again: _Again) -> bool:
    again.open.pop()
    again.walk.names = again.around.pop()
    return True


def _title(note: Titled, again: _Again) -> bool:
    again.walk.names["title"] = note.title
    return True


class _Noted:
    """A paper whose walk was noted, to make others of."""

    def __init__(
        self, notes: Notes, names: Collection[str], wording: str, values: Sequence[Piece], paper: Paper
    ) -> None:
        self.proven = False
        boxes = _boxes(paper, notes)
        slots = {source: number for number, source in enumerate(boxes)}
        bound = {note.name for note in notes.notes if isinstance(note, Bound)}
        records = ({*names, "title", "loop"} - {"policy"}) | bound  # a loop may hide the policy by its name
        self.steps = list(_steps(notes.notes, records, boxes))
        self.mould = Mould.of(paper, slots)
        self.wording = wording
        self.values = [slots.get(piece.source, piece.text) for piece in values]

    def made(self, resolver: Resolver, record: Record, label: str) -> Made | None:
        """Return the paper about ``record``, nothing where it is another."""
        again = _Again(resolver.walk(record))
        try:
            if not all(step(again) for step in self.steps):
                return None
        except (MissingValueError, *ODD):
            return None  # where it is told of, it is made in full
        fills = again.fills
        texts = (fills[value].text if isinstance(value, int) else value for value in self.values)
        by_hand = tuple(missing.label for missing in again.blanks)
        return Made(Cast(label, self.mould, tuple(fills)), Content(self.wording, filled(texts)), by_hand)


def _boxes(paper: Paper, notes: Notes) -> dict[int, Style]:
    """Return the answers that stand in a box of their own and are nothing else, with their looks."""
    found: dict[int, Style] = {}
    times = Counter(run.source for run in paper.runs())
    for run in paper.runs():
        if run.boxed and run.source >= 0 and times[run.source] == 1 and run.source not in notes.counted:
            note = notes.notes[run.source]
            assert isinstance(note, Said)
            if note.piece.text == run.text != HIDDEN:
                found[run.source] = run.style
    return dict(sorted(found.items()))  # in the order in which they are asked for


def _steps(notes: Sequence[Note], names: Collection[str], boxes: Mapping[int, Style]) -> Iterator[Step]:
    """Yield what is to be done again for another record; what rests on no record is not."""
    for at, note in enumerate(notes):
        match note:
            case Said():
                if at in boxes:
                    yield _Slot(root_names(note.expression) & {*names}, note, boxes[at])
                elif roots := root_names(note.expression) & {*names}:
                    yield _Print(roots, note)
            case Held():
                if roots := root_names(note.condition) & {*names}:
                    yield _Condition(roots, note)
            case Looped():
                yield _Loop(root_names(note.source) & {*names}, note)
            case Bound():
                yield partial(_bind, note)
            case Left():
                yield _leave
            case Titled():
                yield partial(_title, note)
