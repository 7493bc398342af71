"""What a paper says, whatever it looks like: by this a printed paper is compared with the one that would be made now.

It is taken from resolved blocks, before any width or font is decided: a margin that is moved changes no paper.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import fields
from typing import Any

from generator.dataset.models import once
from generator.forms.lowered import digest
from generator.forms.resolve import Piece, Resolved
from generator.records.printings import Content

_SLOT, _END, _BETWEEN = "\x1a", "\x1d", "\x1f"
"""Control characters: where a value stands, where a part ends, what is between values."""


def content_of(paper: Resolved) -> Content:
    """Return the digests of a paper's wording, in its paragraphs, rows and cells, and of its values."""
    wording, values = said(paper)
    return Content(wording, filled(piece.text for piece in values))


def said(paper: Resolved) -> tuple[str, list[Piece]]:
    """Return the digest of a paper's wording, and its values in order."""
    wording: list[str] = []
    values: list[Piece] = []
    _say(paper.blocks, wording, values)
    return digest("".join(wording)), values


def filled(values: Iterable[str]) -> str:
    """Return the digest of values."""
    return digest(_BETWEEN.join(values))


def _say(part: Any, wording: list[str], values: list[Piece]) -> None:
    """Add what a part says; numbers and short strings beside its words are looks."""
    if isinstance(part, Piece):
        if part.value:
            wording.append(_SLOT)
            values.append(part)
        else:
            wording.append(part.text)
    elif isinstance(part, tuple):
        for each in part:
            _say(each, wording, values)
        wording.append(_END)
    elif names := _parts(type(part)):
        wording.append(type(part).__name__)
        for name in names:
            _say(getattr(part, name), wording, values)


@once
def _parts(kind: type) -> tuple[str, ...]:
    """Return the fields of a block, none of what is no block."""
    return tuple(field.name for field in fields(kind)) if hasattr(kind, "__dataclass_fields__") else ()
