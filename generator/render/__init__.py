"""How one paper, or a whole class of them, becomes a file: one printer a format, imported when first asked for."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from importlib import import_module
from typing import TYPE_CHECKING, Any, Protocol, cast

if TYPE_CHECKING:
    from generator.forms.lowered import Cast, Paper

RENDERERS = {
    "docx": "generator.render.word",
    "pdf": "generator.render.pdf",
    "xlsx": "generator.render.sheet",
}
"""The printer of each format: a module that keeps the promises of ``Renderer``."""
OWN = {
    "docx": "generator.render.own_word",
    "pdf": "generator.render.own_pdf",
}
"""The printer of each format of papers that come from a user's own Word form."""


SHORT_CUTS = ("docx", "pdf")
"""The formats whose printers make in one go what papers share."""

ALONE = "同样版面的不满三份"
"""Why nearly all papers are laid out one by one that are."""
Step = Callable[[], None]


def silent() -> None:
    """Do nothing: nobody asks how far a print file is."""


@dataclass(frozen=True, slots=True)
class Insert:
    """Something that is no paper about a record: printed once, before the paper ``before``, on a sheet of its own.

    ``paper`` lays down what it says, told the pages of every paper where the format tells them; it should take so many
    ``pages``.
    """

    before: int
    pages: int
    paper: Callable[[Sequence[int] | None], Paper | Cast]


@dataclass(frozen=True, slots=True)
class Printed:
    """A print file, how many pages each paper takes in it (one copy of it), where the format tells, how many copies of
    each it holds, how many papers were laid out one by one for what reason, and the pages of each insert in it."""

    data: bytes
    pages: tuple[int, ...] | None = None
    copies: int = 1
    in_full: Mapping[str, int] = field(default_factory=dict)
    inserts: tuple[int, ...] = ()


class Renderer(Protocol):
    """What every printer offers. The same papers always give the same bytes.

    Papers are lowered ones, or Word forms filled in where the printer is one of ``OWN``.
    """

    suffix: str

    def unavailable(self) -> str:
        """Return why this printer cannot be used on this machine, in a sentence for the user, or nothing."""

    def render(
        self, papers: Sequence[Any], *, copies: int, duplex: bool, title: str, step: Step = silent,
        inserts: Sequence[Insert] = (),
    ) -> Printed:  # fmt: skip
        """Return one print file: the papers in order, each ``copies`` times, pages counted anew in every copy.

        With ``duplex`` every copy, and every insert, starts on the front of a sheet. ``step`` is called after each
        paper. A workbook has no inserts.
        """


class InFull:
    """A printer that takes none of its short cuts, which comes to the same files."""

    def __init__(self, printer: Any) -> None:
        self.printer = printer
        self.suffix: str = printer.suffix

    def unavailable(self) -> str:
        """Return why the printer cannot be used."""
        return str(self.printer.unavailable())

    def render(self, papers: Sequence[Any], **how: Any) -> Printed:
        """Return what the printer does, each paper made on its own."""
        return cast(Printed, self.printer.render(papers, full=True, **how))


def renderer(name: str, *, own: bool = False, full: bool = False) -> Renderer:
    """Return the printer of the format ``name``, a key of ``RENDERERS``, or of ``OWN`` for a user's own Word forms.

    With ``full`` it takes no short cut: every paper is laid out on its own.
    """
    printer = import_module((OWN if own else RENDERERS)[name])
    return InFull(printer) if full and not own and name in SHORT_CUTS else cast(Renderer, printer)
