"""Paints pages that WeasyPrint has laid out: the marks it would make itself, in a third of the time.

WeasyPrint asks every box for all that CSS can do to it, strokes the rules of a table cell by cell, and shapes every
line anew. Our pages hold lines of text, rules of tables and rules under paragraphs (``pdf.BASE`` and the looks made
there), and nothing that stands above or behind another.

A line is shaped once a process and remembered with its glyphs; the same words in the same look are then written as
WeasyPrint wrote them the first time. What is remembered never shows: a line that has other glyphs or widths in this
file is shaped again.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from itertools import groupby
from operator import itemgetter
from typing import Any

from weasyprint import document
from weasyprint.css.properties import INITIAL_VALUES
from weasyprint.draw import draw_border, draw_inline_level, draw_table
from weasyprint.draw.text import draw_first_line, draw_text
from weasyprint.formatting_structure.boxes import BlockBox, InlineBox, LineBox, TableBox, TextBox
from weasyprint.matrix import Matrix

REMEMBERED = 10_000
"""Lines kept in memory, a kilobyte each; a file of forms has some hundred."""

BLACK = INITIAL_VALUES["color"]

Rule = tuple[float, float, float, float]
"""From where to where, in px."""
Grid = list[list[float]]
"""The weights of rules by line and place; 0 where there is none."""
PaintLine = Callable[[Any, Any, Any], None]
"""Paints a line: stream, page, line."""


def install() -> None:
    """Replace WeasyPrint's painting of pages; a second call changes nothing."""
    document.draw_page = paint


# --- pages ----------------------------------------------------------------------------------------------------------


def paint(page: Any, stream: Any, paint_line: PaintLine | None = None) -> None:
    """Paint what stands on ``page``, its text and its margins; of each first the rules, then the lines, by
    ``paint_line`` where it is given."""
    paint_line = paint_line or paint_inline
    for part in page.children:
        with stream.stacked():
            lines: list[Any] = []
            _paint_rules(stream, part, lines)
            for line in lines:
                paint_line(stream, page, line)


def _paint_rules(stream: Any, box: Any, lines: list[Any]) -> None:
    """Paint all rules within ``box`` and gather its lines."""
    if isinstance(box, LineBox):
        lines.append(box)
        return
    if isinstance(box, TableBox):
        _paint_table(stream, box)
    elif isinstance(box, BlockBox):
        draw_border(stream, box)
    for child in box.children:
        _paint_rules(stream, child, lines)


def paint_inline(stream: Any, page: Any, box: Any) -> None:
    """Paint a line, or what is within one."""
    if isinstance(box, TextBox):
        if box.style["text_decoration_line"] != "none":
            draw_text(stream, box, 0, "clip", "none")
        elif box.text.strip():
            _paint_text(stream, box)
    elif isinstance(box, LineBox | InlineBox):
        for child in box.children:
            paint_inline(stream, page, child)
    else:
        draw_inline_level(stream, page, box)


# --- rules of tables ------------------------------------------------------------------------------------------------


def _paint_table(stream: Any, table: Any) -> None:
    """Paint the rules of ``table``, solid and black, each in one stroke; those of several weights are WeasyPrint's."""
    across, down = _grids(table)
    weights = {weight for line in (*across, *down) for weight in line} - {0}
    if not weights:
        return
    if len(weights) > 1:
        draw_table(stream, table)
        return
    (weight,) = weights
    with stream.stacked():
        stream.set_color(BLACK, stroke=True)
        stream.set_line_width(weight)
        for left, top, right, bottom in _rules(table, across, down, weight / 2):
            stream.move_to(left, top)
            stream.line_to(right, bottom)
            stream.stroke()


def _grids(table: Any) -> tuple[Grid, Grid]:
    """Return the weights of the rules across and down of the part of ``table`` that stands on one page.

    The rule under repeated header rows is the header's, not that of the row it stands above.
    """
    upright, level = table.collapsed_border_grid
    header = len(table.children[0].children) if table.children[0].is_header else 0
    rows = sum(len(group.children) for group in table.children)
    skipped = table.skipped_rows - header if table.skipped_rows else 0
    across = [_weights(level[at if header and at <= header else at + skipped]) for at in range(rows + 1)]
    down = [_weights(upright[at if at < header else at + skipped]) for at in range(rows)]
    if table.skip_cell_border_top:  # a row goes on from the page before
        across[0] = [0.0] * len(across[0])
    if table.skip_cell_border_bottom:
        across[-1] = [0.0] * len(across[-1])
    return across, down


def _weights(line: Any) -> list[float]:
    return [weight for _, (_, weight, _) in line]


def _rules(table: Any, across: Grid, down: Grid, half: float) -> Iterator[Rule]:
    """Yield each rule of ``table`` as long as it goes, and ``half`` a weight longer where another passes its end."""
    rows = [row for group in table.children for row in group.children]
    tops = [*(row.position_y for row in rows), rows[-1].position_y + rows[-1].height]
    lefts = [*table.column_positions, table.column_positions[-1] + table.column_widths[-1]]

    def beside(lines: Grid, line: int, at: int) -> float:
        """Return how much longer a rule gets that ends in place ``at`` of lines ``line - 1`` and ``line``."""
        return half if (line and lines[line - 1][at]) or (line < len(lines) and lines[line][at]) else 0.0

    for y, line in enumerate(across):
        for first, end in _stretches(line):
            yield lefts[first] - beside(down, y, first), tops[y], lefts[end] + beside(down, y, end), tops[y]
    pillars, beams = ([list(line) for line in zip(*grid, strict=True)] for grid in (down, across))
    for x, line in enumerate(pillars):
        for first, end in _stretches(line):
            yield lefts[x], tops[first] - beside(beams, x, first), lefts[x], tops[end] + beside(beams, x, end)


def _stretches(line: list[float]) -> Iterator[tuple[int, int]]:
    """Yield where rules without a gap begin and end on ``line``."""
    at = 0
    for weight, run in groupby(line):
        end = at + sum(1 for _ in run)
        if weight:
            yield at, end
        at = end


# --- lines of text --------------------------------------------------------------------------------------------------

_shape = itemgetter(
    "font_family", "font_size", "letter_spacing", "word_spacing", "lang", "direction", "font_style", "font_stretch",
    "font_weight", "font_kerning", "font_variant_ligatures", "font_variant_position", "font_variant_caps",
    "font_variant_numeric", "font_variant_alternates", "font_variant_east_asian", "font_feature_settings",
    "font_variation_settings", "font_language_override", "overflow_wrap",
)  # fmt: skip
"""All of a style that decides which glyphs a text gets and where they stand."""


class _NoGlyphError(Exception):
    """No font has a glyph for a character."""


@dataclass(slots=True)
class Glyphs:
    """The glyphs of a line in one face; WeasyPrint takes it for the file's font while it writes the line."""

    key: int
    hash: str
    widths: dict[int, int] = field(default_factory=dict)
    to_unicode: dict[int, str] = field(default_factory=dict)
    bitmap: bool = False
    png: bool = False
    svg: bool = False
    colr: bool = False

    def get_unused_glyph_id(self, _: int) -> int:
        """Raise ``_NoGlyphError``: what stands for a lacking glyph has a number of its own in each file."""
        raise _NoGlyphError

    def join(self, fonts: dict[int, Any]) -> bool:
        """Add these glyphs to their font in a file; return whether it is there and has them no wider or narrower."""
        font = fonts.get(self.key)
        if font is None:
            return False
        for glyph, width in self.widths.items():
            if font.widths.setdefault(glyph, width) != width:
                return False
        for glyph, text in self.to_unicode.items():
            font.to_unicode.setdefault(glyph, text)
        return True


class Line:
    """A line as WeasyPrint writes it: what it asks of the page's stream, and the glyphs in each face.

    WeasyPrint takes it for the stream while it writes the line.
    """

    def __init__(self, stream: Any) -> None:
        self.stream = stream
        self.ink_rect, self.logical_rect = stream.ink_rect, stream.logical_rect
        self.faces: dict[int, Glyphs] = {}
        self.calls: list[tuple[str, tuple[Any, ...]]] = []

    def set_text_matrix(self, *_: float) -> None:
        """Leave out where the line stands."""

    def add_font(self, pango_font: Any) -> tuple[Glyphs, float]:
        """Return what gathers the glyphs of a face, and the size."""
        font, size = self.stream.add_font(pango_font)
        return self.faces.setdefault(font.key, Glyphs(font.key, font.hash)), size

    def __getattr__(self, name: str) -> Callable[..., None]:
        """Return what notes a call to the stream."""
        return lambda *args: self.calls.append((name, args))

    def written(self, stream: Any, x: float, y: float) -> bool:
        """Write the line to a stream; return whether its glyphs are those of the file's fonts."""
        if not all(glyphs.join(stream._fonts) for glyphs in self.faces.values()):
            return False
        stream.set_text_matrix(1, 0, 0, -1, x, y)
        for name, args in self.calls:
            getattr(stream, name)(*args)
        return True


_remembered: dict[Any, Line] = {}


def _paint_text(stream: Any, box: Any) -> None:
    """Paint the text of ``box``, which has no line under it."""
    layout, style = box.pango_layout, box.style
    x, y = box.position_x, box.position_y + box.baseline
    stream.set_color(style["color"])
    stream.begin_text()
    key = layout.text, layout.justification_spacing, _shape(style)
    if (known := _remembered.get(key)) is None or not known.written(stream, x, y):
        layout.reactivate(style)
        line = shaped(stream, box)
        if line and line.written(stream, x, y):
            if len(_remembered) >= REMEMBERED:
                _remembered.clear()
            _remembered[key] = line
        else:
            draw_first_line(stream, box, "clip", "none", Matrix(d=-1, e=x, f=y))
        layout.deactivate()
    stream.end_text()


def shaped(stream: Any, box: Any) -> Line | None:
    """Return the line of ``box``, its fonts put into the file; None where a character has no glyph."""
    line = Line(stream)
    try:
        draw_first_line(line, box, "clip", "none", Matrix())
    except _NoGlyphError:
        return None
    del line.stream
    return line
