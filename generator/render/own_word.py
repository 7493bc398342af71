"""Prints a user's own Word form as .docx: each record filled in, those of a print file in sections of their own."""

from __future__ import annotations

import zlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import repeat
from typing import TYPE_CHECKING

from generator.forms.lowered import digest, whole
from generator.render import Insert, Printed, Step, silent, word

if TYPE_CHECKING:
    from generator.forms.own_form import OwnForm

suffix = ".docx"


@dataclass(frozen=True, slots=True)
class Filled:
    """A Word form filled in for one record; ``decided`` is what its conditions and loops came to, ``printed`` what its
    tags printed. What was filled in is kept small until it is printed."""

    title: str
    form: OwnForm
    wording: str  # the digest of the form's file
    packed: dict[str, bytes] = field(repr=False)
    decided: tuple[int, ...] = ()
    printed: tuple[str, ...] = ()

    @property
    def parts(self) -> dict[str, bytes]:
        """The parts of the document that were filled in."""
        return {name: zlib.decompress(part) for name, part in self.packed.items()}

    def skeleton(self) -> str:
        """Return a digest of the form and of what was decided in it: papers that share it differ in values alone."""
        return digest(f"{self.wording}{self.decided}")

    def values(self) -> tuple[str, ...]:
        """Return what was printed, in the order of the form."""
        return self.printed


def filled(
    title: str, form: OwnForm, wording: str, parts: Mapping[str, bytes], decided: Sequence[int], printed: Sequence[str]
) -> Filled:  # fmt: skip
    """Return a form filled in."""
    packed = {name: zlib.compress(part, 1) for name, part in parts.items()}
    return Filled(title, form, wording, packed, tuple(decided), tuple(printed))


def unavailable() -> str:
    """Return nothing: Word files need no program."""
    return ""


def render(
    papers: Sequence[Filled], *, copies: int, duplex: bool, title: str, step: Step = silent,
    inserts: Sequence[Insert] = (),
) -> Printed:  # fmt: skip
    """Return the papers as one Word file, which keeps the title that its form has; Word alone knows its pages."""
    del title
    if len(papers) == 1 and copies == 1 and not inserts:
        step()
        return Printed(papers[0].form.single(papers[0].parts))
    before: dict[int, list[bytes]] = {}
    for insert in inserts:
        before.setdefault(insert.before * copies, []).append(word.insert(whole(insert.paper(None)), duplex=duplex))

    def each() -> Iterator[Mapping[str, bytes]]:
        for paper in papers:
            yield from repeat(paper.parts, copies)
            step()

    data = papers[0].form.together(each(), sheets=duplex, before=before)
    return Printed(data, copies=copies, inserts=tuple(insert.pages for insert in inserts))
