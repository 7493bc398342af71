"""Lowered papers: paragraphs and tables whose every width, height and style is decided.

This is all that a printer knows. Lengths are millimetres, type sizes and line pitches points.
Text that came from the dataset is marked as a value (``Run.value``): the tree with its values
taken out is the *skeleton*, and its digest says whether two records share one layout.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from typing import Literal

Font = Literal["fang", "hei", "kai", "song", "pen"]
"""仿宋, 黑体, 楷体, 小标宋 and the pen with which blanks are filled (house fonts)."""
Align = Literal["left", "center", "right", "justify"]
Side = Literal["top", "right", "bottom", "left"]
ALL_SIDES: frozenset[Side] = frozenset(("top", "right", "bottom", "left"))


@dataclass(frozen=True, slots=True)
class Style:
    """How characters look; ``size`` and ``spacing`` in points, ``color`` as six hex digits."""

    font: Font
    size: float
    bold: bool = False
    underline: bool = False
    spacing: float = 0.0
    color: str = "000000"


@dataclass(frozen=True, slots=True)
class Run:
    """Text in one style; a value where it came from the dataset, ``number`` where it is a quantity.

    A newline in ``text`` is a line break. ``plain`` is what a worksheet holds instead, where the text is a name
    set wide. ``target`` names what a link on it leads to, within a dossier; it is no part of how it looks, and
    neither is ``source``, the expression that gave it (see ``forms.mould``), where it is what that gave, unchanged.
    """

    text: str
    style: Style
    value: bool = False
    boxed: bool = False
    number: int | float | None = None
    plain: str = ""
    target: str = field(default="", repr=False)
    source: int = field(default=-1, repr=False, compare=False)


@dataclass(frozen=True, slots=True)
class Para:
    """A paragraph: ``line`` is the exact line pitch in points, indents are in millimetres, ``before`` and
    ``after`` in points; an empty one is as high as one line.

    ``anchor`` names the paragraph for a bookmark (the title of a record, once a paper).
    """

    runs: tuple[Run, ...]
    align: Align = "left"
    line: float = 20.0
    first: float = 0.0
    left: float = 0.0
    right: float = 0.0
    before: float = 0.0
    after: float = 0.0
    keep_next: bool = False
    keep_lines: bool = False
    rule: Literal["", "solid", "dashed"] = ""  # a rule under the paragraph
    anchor: str = ""


@dataclass(frozen=True, slots=True)
class Cell:
    """A cell spanning ``span`` columns and ``rows`` rows, with paragraphs (tables do not nest)."""

    paras: tuple[Para, ...]
    span: int = 1
    rows: int = 1
    valign: Literal["top", "center", "bottom"] = "center"
    borders: frozenset[Side] = ALL_SIDES


@dataclass(frozen=True, slots=True)
class Row:
    """A row at least ``height`` mm high; cells that a rowspan from above covers are not listed."""

    cells: tuple[Cell, ...]
    height: float = 0.0
    header: bool = False  # repeated on every page
    keep_next: bool = False  # stays on one page with the next row
    total: bool = False  # adds up the columns above it that are added up


@dataclass(frozen=True, slots=True)
class Table:
    """Fixed columns (``widths`` in mm, summing to at most the text width); rows never split across pages.

    ``border`` is the line weight in points, ``padding`` the left and right cell margin in mm.
    """

    widths: tuple[float, ...]
    rows: tuple[Row, ...]
    border: float = 0.5
    padding: float = 1.0
    left: float = 0.0
    sheet: bool = False  # worth a worksheet in Excel: a roster, a form or a checklist


@dataclass(frozen=True, slots=True)
class Page:
    """A page: paper and margins in mm, and what its foot shows.

    ``footer``: "dash" is — 1 — on the outer side as GB/T 9704 has it, ``footer_gap`` mm below the text area;
    "center" is the number alone, centred; "" is none.
    """

    width: float = 210.0
    height: float = 297.0
    top: float = 37.0
    right: float = 26.0
    bottom: float = 35.0
    left: float = 28.0
    footer: Literal["", "dash", "center"] = "dash"
    footer_gap: float = 7.0
    footer_style: Style = Style("song", 14.0)

    @property
    def text_width(self) -> float:
        """The width between the margins, in mm."""
        return self.width - self.left - self.right


@dataclass(frozen=True, slots=True)
class PageBreak:
    """A new page; with ``page``, of another shape from here on."""

    page: Page | None = None


Fill = Literal["white", "dark", "slanted", "dotted"]
"""What tells the bars of one series from those of another where there are no colours."""
Marker = Literal["disc", "square", "triangle", "ring"]
"""What tells the points of one series from those of another."""


@dataclass(frozen=True, slots=True)
class Bar:
    """A filled rectangle with a thin outline; like all of a picture in mm from its upper left corner."""

    left: float
    top: float
    width: float
    height: float
    fill: Fill


@dataclass(frozen=True, slots=True)
class Stroke:
    """A line through points, ``weight`` in points, black or grey."""

    points: tuple[tuple[float, float], ...]
    weight: float = 0.6
    dashes: Literal["", "dashed", "dotted"] = ""
    grey: bool = False


@dataclass(frozen=True, slots=True)
class Dot:
    """A marker with its middle on a point, ``size`` mm wide."""

    left: float
    top: float
    marker: Marker
    size: float = 2.0


@dataclass(frozen=True, slots=True)
class Letters:
    """One line of text, ``size`` in points, its middle at ``top`` and its edge or middle, by ``align``, at ``left``."""

    text: str
    left: float
    top: float
    size: float
    align: Literal["left", "center", "right"] = "left"
    backed: bool = False  # on white, where a line may run behind it


Drawn = Bar | Stroke | Dot | Letters


@dataclass(frozen=True, slots=True)
class Picture:
    """A drawing ``width`` by ``height`` mm in the middle of a line of its own, in the order in which it is drawn.

    ``alt`` says what it shows to whoever cannot see it. Its figures stand in the next table, for which ``kind`` tells
    programs that draw charts of their own what to draw.
    """

    width: float
    height: float
    drawn: tuple[Drawn, ...]
    alt: str
    kind: Literal["bars", "columns", "lines", "dots"] = "bars"
    keep_next: bool = True

    @property
    def text(self) -> str:
        """Everything that is written in it."""
        return "".join(part.text for part in self.drawn if isinstance(part, Letters))


Block = Para | Table | Picture | PageBreak


@dataclass(frozen=True, slots=True)
class Paper:
    """One paper about one record, ready to print."""

    title: str  # plain text, for bookmarks and metadata
    page: Page
    blocks: tuple[Block, ...]

    def runs(self) -> Iterator[Run]:
        """Yield every run in reading order."""
        for block in self.blocks:
            if isinstance(block, Para):
                yield from block.runs
            elif isinstance(block, Table):
                for row in block.rows:
                    for cell in row.cells:
                        for para in cell.paras:
                            yield from para.runs

    def skeleton(self) -> str:
        """Return a digest of everything but the values: papers that share it share one layout."""
        return digest("\n".join(map(_shape, (self.page, *self.blocks))))

    def values(self) -> tuple[str, ...]:
        """Return the values in reading order: what may differ between papers of one skeleton."""
        return tuple(run.text for run in self.runs() if run.value)


@dataclass(frozen=True, slots=True, eq=False, weakref_slot=True)
class Mould:
    """A paper from which others differ in some runs alone: the slots, each by the ``source`` of its run.

    ``digest`` is that of its skeleton, ``texts`` its values in reading order, of a slot its number.
    """

    paper: Paper
    slots: dict[int, int]
    digest: str
    texts: tuple[str | int, ...]

    @classmethod
    def of(cls, paper: Paper, slots: dict[int, int]) -> Mould:
        """Return a paper as a mould with slots at these sources."""
        texts = (slots.get(run.source, run.text) for run in paper.runs() if run.value)
        return cls(paper, slots, paper.skeleton(), tuple(texts))


@dataclass(frozen=True, slots=True, eq=False)
class Cast:
    """A paper made by a mould, with its own runs in the slots."""

    title: str
    mould: Mould
    fills: tuple[Run, ...]

    def whole(self) -> Paper:
        """Return the paper itself."""
        slots, fills, named = self.mould.slots, self.fills, self.mould.paper.title

        def run(found: Run) -> Run:
            return fills[slots[found.source]] if found.source in slots else found

        def para(found: Para) -> Para:
            runs = tuple(map(run, found.runs))
            return replace(found, runs=runs, anchor=self.title if found.anchor == named else found.anchor)

        def block(found: Block) -> Block:
            if isinstance(found, Table):
                return replace(found, rows=tuple(map(row, found.rows)))
            return para(found) if isinstance(found, Para) else found

        def row(found: Row) -> Row:
            return replace(found, cells=tuple(map(cell, found.cells)))

        def cell(found: Cell) -> Cell:
            return replace(found, paras=tuple(map(para, found.paras)))

        return Paper(self.title, self.mould.paper.page, tuple(map(block, self.mould.paper.blocks)))

    def skeleton(self) -> str:
        """Return the digest of everything but the values."""
        return self.mould.digest

    def values(self) -> tuple[str, ...]:
        """Return the values in reading order."""
        fills = self.fills
        return tuple([fills[text].text if isinstance(text, int) else text for text in self.mould.texts])


def whole(paper: Paper | Cast) -> Paper:
    """Return a paper itself, however it is told."""
    return paper.whole() if isinstance(paper, Cast) else paper


def _shape(part: object) -> str:
    """Return a part of a paper as text, its values and bookmark taken out."""
    if isinstance(part, Run):
        return repr(replace(part, text="", number=None, plain="") if part.value else part)
    if isinstance(part, Para):
        return "".join([repr(replace(part, runs=(), anchor="")), *map(_shape, part.runs)])
    if isinstance(part, Cell):
        borders = ",".join(sorted(part.borders))  # a set has no order of its own
        return "".join([borders, repr(replace(part, paras=(), borders=frozenset())), *map(_shape, part.paras)])
    if isinstance(part, Row):
        return "".join([repr(replace(part, cells=())), *map(_shape, part.cells)])
    if isinstance(part, Table):
        return "".join([repr(replace(part, rows=())), *map(_shape, part.rows)])
    return repr(part)


def grid(table: Table) -> list[list[tuple[int, Cell, bool]]]:
    """Return, for each row, its cells as (column, cell, continued): covered cells of a rowspan are ``continued``."""
    laid: list[list[tuple[int, Cell, bool]]] = []
    open_spans: dict[int, tuple[Cell, int]] = {}  # column -> cell, rows still to cover
    for row in table.rows:
        line: list[tuple[int, Cell, bool]] = []
        cells = iter(row.cells)
        at = 0
        while at < len(table.widths):
            if at in open_spans:
                cell, left = open_spans.pop(at)
                line.append((at, cell, True))
                if left > 1:
                    open_spans[at] = (cell, left - 1)
            else:
                found = next(cells, None)
                if found is None:
                    break
                cell = found
                line.append((at, cell, False))
                if cell.rows > 1:
                    open_spans[at] = (cell, cell.rows - 1)
            at += cell.span
        laid.append(line)
    return laid


def digest(text: str) -> str:
    """Return a short digest of ``text``, the same on every machine."""
    return hashlib.sha256(text.encode()).hexdigest()[:16]
