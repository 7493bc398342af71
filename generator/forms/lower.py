"""Resolved blocks become paragraphs and tables: the one place where a width, a height or a style is decided."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import cache
from itertools import repeat, zip_longest
from pathlib import Path
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict

from generator.forms import charting
from generator.forms import resolve as words
from generator.forms.lowered import (
    Align,
    Block,
    Cell,
    Font,
    Page,
    PageBreak,
    Paper,
    Para,
    Picture,
    Row,
    Run,
    Side,
    Style,
    Table,
    grid,
)  # fmt: skip
from generator.forms.resolve import Piece, Resolved, Words, plain
from generator.yamlfile import read_our_yaml

MM = 25.4 / 72
"""Millimetres in a point."""
NO_SIDES: frozenset[Side] = frozenset()
BOTTOM: frozenset[Side] = frozenset(("bottom",))
LABEL_SLACK = 0.6
"""A column exactly as wide as its label wraps it; this much more, in mm, does not."""
PEN_DIGIT = 0.6
"""The advance of a digit in the pen face, in ems; in other faces it is half an em."""
LIST_PADDING = 0.6
"""The cell margin of lists, in mm."""
FIELD_GAP = 2.5
"""Room between a blank and the label of the next, in mm."""
CELL_GAP = 1.5
"""Least room between text and the rules of its cell, in points."""
GAP = 6.0
"""Room between blanks and what stands next to them, in points."""
TABLE_GAP = 5.0
"""Room between the outer rule of a table and what stands before or after it, in points."""
FIGURES = 6.0
"""The least height of a row of figures under a picture, in mm: nothing is written into it by hand."""
TALLEST = 0.62
"""The part of a page's height that a picture may take: its caption and the first rows of its table stand under it."""
RUN_IN = re.compile("[^。：]{1,20}[。：](?=.)")
"""A heading that runs into its clause. More than twenty characters are a sentence, and so is what nothing follows."""


class Face(BaseModel):
    """How one kind of text looks: type in points, space before and after in points."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    font: Font
    size: float
    spacing: float = 0.0
    line: float
    before: float = 0.0
    after: float = 0.0

    @property
    def style(self) -> Style:
        """The character style."""
        return _style(self.font, self.size, self.spacing)

    @property
    def em(self) -> float:
        """The advance of one full-width character, in mm."""
        return (self.size + self.spacing) * MM


@cache
def _style(font: Font, size: float, spacing: float) -> Style:
    return Style(font, size, spacing=spacing)  # the same one each time, which is known at a glance


class Margins(BaseModel):
    """Page margins in mm and the kind of page number."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    top: float
    right: float
    bottom: float
    left: float
    footer: Literal["", "dash", "center"]
    footer_gap: float


class House(BaseModel):
    """A house style; ``row``, ``field`` and ``sign`` are least row heights in mm."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    page: Margins
    body: Face
    title: Face
    heading1: Face
    heading2: Face
    heading3: Face
    number: Face
    note: Face
    label: Face
    head: Face
    pen: Face
    row: float
    field: float
    sign: float
    seal_lines: int


@cache
def house_styles(path: Path) -> dict[str, House]:
    """Return the house styles of ``styles.yaml`` by name."""
    return {name: House.model_validate(style) for name, style in read_our_yaml(path).data.items()}


def lower(resolved: Resolved, house: House, *, landscape: bool, label: str) -> Paper:
    """Return the paper, ready to print; ``label`` names it among others of its kind.

    Raises ``ValueError`` where a table is wider than the page.
    """
    return _Lowering(house, landscape, label).paper(resolved)


def one_by_one(
    house: House, *, landscape: bool, label: str
) -> Callable[[list[Block], words.Resolvable], None]:  # fmt: skip
    """Return what adds to lowered blocks what one resolved block comes to, for whoever puts something between them."""
    return _Lowering(house, landscape, label).add


def page(house: House, *, landscape: bool) -> Page:
    """Return the page of a house style, upright or across (its margins turned with it)."""
    m = house.page
    size = {"footer": m.footer, "footer_gap": m.footer_gap}
    if landscape:
        return Page(297, 210, m.left, m.top, m.right, m.bottom, **size)  # type: ignore[arg-type]
    return Page(210, 297, m.top, m.right, m.bottom, m.left, **size)  # type: ignore[arg-type]


def width_in_ems(text: str, *, latin: float = 0.5) -> float:
    """Return how many full-width characters a text is wide; printable ASCII counts half, or as given."""
    return sum(latin if " " <= character <= "~" else 1.0 for character in text)


@dataclass(slots=True)
class _Lowering:
    """Lowers one paper."""

    house: House
    landscape: bool
    label: str
    anchored: bool = False

    def paper(self, resolved: Resolved) -> Paper:
        first = page(self.house, landscape=self.landscape)
        blocks: list[Block] = []
        for block in resolved.blocks:
            self.add(blocks, block)
        return Paper(self.label, first, set_apart(ended(blocks)))

    def add(self, blocks: list[Block], block: words.Resolvable) -> None:
        """Add what a resolved block comes to, changing the last of ``blocks`` where that must stay with it."""
        lowered = LOWERINGS[type(block)](self, block)
        if follows(block):
            hold_last(blocks)
        if isinstance(block, words.Line) and block.kind == "number":
            change_last(blocks, after=0.0)  # a number stands right under its title
        blocks += lowered

    @property
    def width(self) -> float:
        """The width of the text area, in mm."""
        return page(self.house, landscape=self.landscape).text_width

    # --- paragraphs ---------------------------------------------------------------------------------

    def heading(self, block: words.Heading) -> list[Block]:
        face = self.house.title
        paras: list[Block] = []
        for number, line in enumerate(block.lines, start=1):
            anchor = "" if self.anchored else self.label
            self.anchored = True
            after = face.after if number == len(block.lines) else 0.0
            paras.append(
                Para(runs(line, face), "center", face.line, after=after, keep_next=True, keep_lines=True, anchor=anchor)
            )
        return paras

    def line(self, block: words.Line) -> list[Block]:
        return [LINES[block.kind](self, block)]

    def _number(self, block: words.Line) -> Para:
        face = self.house.number
        return Para(
            runs(block.words, face), as_align(block.align, "center"), face.line, after=face.after, keep_next=True
        )

    def _to(self, block: words.Line) -> Para:
        face = self.house.body
        return Para(runs(block.words, face), "left", face.line, keep_next=True)

    def _text(self, block: words.Line) -> Para:
        face = self.house.body
        align = as_align(block.align, "justify")
        first = 2 * face.em if block.indent and align in ("left", "justify") else 0.0
        keep_next = block.keep_next or leads(block.words)
        return Para(runs(block.words, face), align, face.line, first, keep_next=keep_next)

    def _clause(self, block: words.Line) -> Para:
        face = self.house.body
        text = self.second_level(block.words) if block.level == 2 else runs(block.words, face)
        return Para(text, "justify", face.line, 2 * face.em, keep_next=leads(block.words))

    def second_level(self, text: Words) -> tuple[Run, ...]:
        """Return a clause counted （一）, which is level two of GB/T 9704: its heading in 楷体, the rest in body type.

        A clause that is a sentence from its first word has no heading. Its ordinal is set in 楷体 all the same, because
        the ordinals of one list must look alike.
        """
        ordinal, *rest = text
        heading = RUN_IN.match(plain(tuple(rest)))
        head, tail = divided(tuple(rest), heading.end() if heading else 0)
        return (*runs((ordinal, *head), self.house.heading2), *runs(tail, self.house.body))

    def _heading(self, block: words.Line) -> Para:
        faces = {"heading1": self.house.heading1, "heading2": self.house.heading2, "heading3": self.house.heading3}
        face = faces[block.kind]
        return Para(
            runs(block.words, face), "left", face.line, 2 * face.em, before=face.before, keep_next=True, keep_lines=True
        )

    def _note(self, block: words.Line) -> Para:
        face = self.house.note
        return Para(runs(block.words, face), "justify", face.line, before=2, keep_lines=True)

    def _cut(self, block: words.Line) -> Para:
        face = self.house.note
        return Para(runs(block.words, face), "center", face.line, before=6, after=6, rule="dashed")

    # --- tables -------------------------------------------------------------------------------------

    def fields(self, block: words.FieldLine) -> list[Block]:
        lines = packed(block.items, block.columns)
        label, pen = self.house.label, self.house.pen
        label_widths, shares = [0.0] * block.columns, [1] * block.columns
        for line in lines:
            for at, (name, _, least, span) in line:
                width = (width_in_ems(plain(name)) + 1) * label.em + LABEL_SLACK + (FIELD_GAP if at else 0.0)
                label_widths[at] = max(label_widths[at], width)
                shares[at] = max(shares[at], least if span == 1 else 1)
        rest = self.width - sum(label_widths)
        value_widths = [rest * share / sum(shares) for share in shares]
        widths = tuple(width for pair in zip(label_widths, value_widths, strict=True) for width in pair)
        rows = [Row(self.field_cells(line, widths, label, pen), self.house.field) for line in lines]
        return [Table(widths, tuple(rows), padding=0), Para((), line=GAP)]

    def field_cells(
        self, line: list[tuple[int, Any]], widths: Sequence[float], label: Face, pen: Face
    ) -> tuple[Cell, ...]:
        cells, used, columns = [], 0, len(widths) // 2
        for at, (name, value, _, span) in line:
            gap = FIELD_GAP if at else 0.0
            named = Para(runs((*name, Piece("：")), label), "left", label.line, left=gap)
            cells.append(Cell((named,), valign="bottom", borders=NO_SIDES))
            ems = (sum(widths[2 * at + 1 : 2 * (at + span)]) - 2) / pen.em
            filled = Para(runs(itemized(value, ems), label, pen, boxed=True), "left", pen.line, left=1, right=1)
            cells.append(Cell((filled,), 2 * span - 1, valign="bottom", borders=BOTTOM))
            used = at + span
        if used < columns:
            cells.append(Cell((Para((), line=label.line),), 2 * (columns - used), borders=NO_SIDES))
        return tuple(cells)

    def form(self, block: words.Form) -> list[Block]:
        scale = self.width / sum(block.columns)
        widths = tuple(column * scale for column in block.columns)
        rows = [
            Row(
                tuple(self.form_cell(cell, sum(widths[at : at + cell.span])) for at, cell in placed),
                row.height or self.house.row,
                keep_next=row.joined,
            )
            for row, placed in zip(block.rows, starts(block), strict=True)
        ]
        return [Table(widths, tuple(rows), sheet=True)]

    def form_cell(self, cell: words.FormCell, width: float) -> Cell:
        """Return a cell ``width`` mm wide."""
        label, pen = self.house.label, self.house.pen
        filled = label if cell.label or cell.printed else pen
        usual: Align = "center" if cell.label or (cell.span == 1 and not cell.printed) else "left"
        align = as_align(cell.align, usual)
        ems = (width - 2) / label.em
        lines = in_lines(cell.options, ems) if cell.options else cell.paras
        if align == "center":
            lines = tuple(itemized(line, ems) for line in lines)
        paras = spaced_out([runs(line, label, filled, boxed=True) for line in lines], align, filled.line)
        return Cell(paras, cell.span, cell.rows, as_valign(cell.valign))

    def listing(self, block: words.Listing) -> list[Block]:
        head, label = self.house.head, self.house.label
        widths = listing_widths(self.house, [column.width for column in block.columns], landscape=self.landscape)
        height = block.height or self.house.row
        aligns = [as_align(column.align, "center") for column in block.columns]
        titles = [column.label for column in block.columns]
        centered: list[Align] = ["center"] * len(titles)
        rows = [Row(self.listed(titles, centered, widths, head), self.house.row, header=True, keep_next=True)]
        for row, band in zip_longest(block.rows, block.bands, fillvalue=()):
            if band:
                across = Cell((Para(runs(band, head), "left", head.line),), len(widths))
                rows.append(Row((across,), self.house.row, keep_next=True))
            rows.append(Row(self.listed(row, aligns, widths, label), height))
        if block.empty:
            nothing = Para(runs(block.empty, label), "center", label.line)
            rows.append(Row((Cell((nothing,), len(widths)),), height))
        if block.total:
            rows.append(Row(self.listed(block.total, centered, widths, label), height, total=True))
        last = 3 if block.total else 2
        return [Table(widths, held_together(rows, last), padding=LIST_PADDING, sheet=True)]

    def listed(
        self, texts: Sequence[Words], aligns: Sequence[Align], widths: Sequence[float], face: Face
    ) -> tuple[Cell, ...]:
        """Return a row of a list: wording in ``face``, values in the pen's."""
        return tuple(map(self.listed_cell, texts, aligns, widths, repeat(face)))

    def listed_cell(self, text: Words, align: Align, width: float, face: Face) -> Cell:
        """Return a cell of a list, ``width`` mm wide."""
        pen = self.house.pen
        if align == "center":
            text = itemized(text, (width - 2 * LIST_PADDING - LABEL_SLACK) / pen.em)
        return Cell(spaced_out([runs(text, face, pen, boxed=True)], align, pen.line))

    def chart(self, block: words.Chart) -> list[Block]:
        """Return the drawings of a chart, its caption, which is that of the table too, and the table."""
        shape = page(self.house, landscape=self.landscape)
        tallest = TALLEST * (shape.height - shape.top - shape.bottom)
        drawn: list[Block] = [*charting.pictures(block, shape.text_width, tallest)]
        table = replace(block.listing, height=block.listing.height or FIGURES)
        return [*drawn, self._caption(words.Line("caption", block.caption)), *self.listing(table)]

    def _caption(self, block: words.Line) -> Para:
        face = self.house.head
        return Para(runs(block.words, face), "center", face.line, before=2, after=2, keep_next=True, keep_lines=True)

    def group(self, block: words.Group) -> list[Block]:
        body = self.house.body
        role_width = max((width_in_ems(plain(role)) + 1 for role, _, _ in block.members), default=4)
        widths = [2 * body.em, role_width * body.em + LABEL_SLACK, 4.5 * body.em]
        widths.append(self.width - sum(widths))
        rows, last = [], ""
        for role, name, post in block.members:
            named = (*role, Piece("：")) if plain(role) != last else ()
            last = plain(role)
            row = [(), named, name, post]
            cells = [Cell((Para(runs(text, body), "left", body.line),), valign="top", borders=NO_SIDES) for text in row]
            rows.append(Row(tuple(cells)))
        return [Table(tuple(widths), tuple(rows), border=0, padding=0)] if rows else []

    def signing(self, block: words.Signing) -> list[Block]:
        label = self.house.label
        deep = max(len(party) for party in block.parties)
        lines = [[party[at] if at < len(party) else () for party in block.parties] for at in range(deep)]
        rows = []
        for number, line in enumerate(lines, start=1):
            cells = [
                Cell((Para(runs(to_sign(text), label), "left", label.line, keep_lines=True),), borders=NO_SIDES)
                for text in line
            ]
            rows.append(Row(tuple(cells), self.house.sign, keep_next=number < deep))
        share = self.width / len(block.parties)
        return [Para((), line=GAP, keep_next=True), Table((share,) * len(block.parties), tuple(rows), padding=0)]

    def issued(self, block: words.Issued) -> list[Block]:
        """Issuer and date as GB/T 9704 7.3.5.1 sets them for a sealed document: the date four characters from
        the right edge, the issuer centred above it, with room for the seal."""
        face = self.house.body
        indent = 4 * face.em
        room: list[Block] = [Para((), line=face.line, keep_next=True) for _ in range(self.house.seal_lines)]
        date = Para(runs(block.date, face), "right", face.line, right=indent, keep_lines=True)
        if len(block.issuers) > 1:
            return [*room, self.side_by_side(block.issuers), date]
        date_width = width_in_ems(plain(block.date)) * face.em
        issuer_width = width_in_ems(plain(block.issuers[0])) * face.em
        over = max(indent + (date_width - issuer_width) / 2, 0)
        issuer = Para(runs(block.issuers[0], face), "right", face.line, right=over, keep_next=True, keep_lines=True)
        return [*room, issuer, date]

    def side_by_side(self, issuers: Sequence[Words]) -> Table:
        """The bodies of a joint document, each under the place of its seal; the date stands under the last."""
        face = self.house.body
        named = (Para(runs(issuer, face), "center", face.line, keep_next=True, keep_lines=True) for issuer in issuers)
        row = Row(tuple(Cell((para,), borders=NO_SIDES) for para in named), keep_next=True)
        return Table((self.width / len(issuers),) * len(issuers), (row,), padding=0)

    def ruled(self, block: words.Ruled) -> list[Block]:
        label = self.house.label
        line = Row((Cell((Para((), line=label.line),), borders=BOTTOM),), self.house.field)
        named: list[Block] = [Para(runs(block.label, label), "left", label.line, keep_next=True)] if block.label else []
        return [*named, Table((self.width,), (line,) * block.lines)]

    def turn(self, block: words.Turn) -> list[Block]:
        if not block.to:
            return [PageBreak()]
        self.landscape = block.to == "landscape"
        return [PageBreak(page(self.house, landscape=self.landscape))]


LOWERINGS: dict[type, Callable[[_Lowering, Any], list[Block]]] = {
    words.Heading: _Lowering.heading, words.Line: _Lowering.line, words.FieldLine: _Lowering.fields,
    words.Form: _Lowering.form, words.Listing: _Lowering.listing, words.Chart: _Lowering.chart,
    words.Group: _Lowering.group,
    words.Signing: _Lowering.signing, words.Issued: _Lowering.issued, words.Ruled: _Lowering.ruled,
    words.Turn: _Lowering.turn,
}  # fmt: skip


LINES: dict[words.LineKind, Callable[[_Lowering, words.Line], Para]] = {
    "number": _Lowering._number, "to": _Lowering._to, "text": _Lowering._text, "heading1": _Lowering._heading,
    "heading2": _Lowering._heading, "heading3": _Lowering._heading, "clause": _Lowering._clause,
    "note": _Lowering._note, "cut": _Lowering._cut, "caption": _Lowering._caption,
}  # fmt: skip


def runs(text: Words, face: Face, pen: Face | None = None, *, boxed: bool = False) -> tuple[Run, ...]:
    """Return printed text as runs: wording in ``face``, values in ``pen`` where one is given."""
    filled = (pen or face).style
    return tuple(
        Run(
            piece.text,
            filled if piece.value else face.style,
            piece.value,
            boxed and piece.value,
            piece.number,
            piece.plain,
            piece.target,
            piece.source,
        )
        for piece in text
        if piece.text or piece.value
    )


def as_align(wanted: str, usual: Align) -> Align:
    """Return the alignment a definition asks for, or the usual one."""
    return wanted if wanted in ("left", "center", "right", "justify") else usual  # type: ignore[return-value]


def as_valign(wanted: str) -> Literal["top", "center", "bottom"]:
    """Return the vertical alignment a definition asks for, or the middle."""
    return wanted if wanted in ("top", "bottom") else "center"  # type: ignore[return-value]


def to_sign(text: Words) -> Words:
    """Return a line to sign on: its label with a colon, and a blank date where it asks for one."""
    label = plain(text)
    if not label or label.endswith(("：", "日")):
        return text
    return (*text, Piece("：" + (words.BLANK_DATE if label.endswith(("日期", "时间")) else "")))


def listing_widths(house: House, ems: Sequence[float], *, landscape: bool) -> tuple[float, ...]:
    """Return the column widths of a list in mm, from widths in characters, filling the text width.

    Raises ``ValueError`` where they do not fit.
    """
    room = page(house, landscape=landscape).text_width
    wanted = [width * house.pen.em + 2 * LIST_PADDING + LABEL_SLACK for width in ems]
    if sum(wanted) > room + 0.05:
        raise ValueError(f"表格各列合计 {sum(wanted):.0f} mm，版心只有 {room:.0f} mm，请减小列宽或横排")
    return tuple(width * room / sum(wanted) for width in wanted)


def packed(items: Sequence[Any], columns: int) -> list[list[tuple[int, Any]]]:
    """Return fields laid out ``columns`` to a line, each with the column it starts in."""
    lines: list[list[tuple[int, Any]]] = [[]]
    used = 0
    for item in items:
        span = min(item[3], columns)
        if used + span > columns:
            lines.append([])
            used = 0
        lines[-1].append((used, (*item[:3], span)))
        used += span
    return lines


def spaced_out(lines: Sequence[tuple[Run, ...]], align: Align, pitch: float) -> tuple[Para, ...]:
    """Return the paragraphs of a cell with a little room above and below, so that no text touches a rule."""
    room = dict.fromkeys(range(len(lines)), 0.0)
    above, below = room | {0: CELL_GAP}, room | {len(lines) - 1: CELL_GAP}
    return tuple(Para(line, align, pitch, before=above[at], after=below[at]) for at, line in enumerate(lines))


def starts(block: words.Form) -> list[list[tuple[int, words.FormCell]]]:
    """Return the cells of each row of a form with the column each starts in."""
    bare = Table(
        block.columns, tuple(Row(tuple(Cell((), cell.span, cell.rows) for cell in row.cells)) for row in block.rows)
    )
    columns = [[at for at, _, continued in line if not continued] for line in grid(bare)]
    return [list(zip(line, row.cells, strict=True)) for line, row in zip(columns, block.rows, strict=True)]


def in_lines(options: Sequence[Words], ems: float) -> tuple[Words, ...]:
    """Return options in as many lines of so many characters as they need; a box stays with its word."""
    lines: list[Words] = [()]
    for option in options:
        joined = (*lines[-1], Piece("　"), *option) if lines[-1] else option
        if lines[-1] and width_in_ems(plain(joined)) > ems:
            lines.append(option)
        else:
            lines[-1] = joined
    return tuple(lines)


def itemized(text: Words, ems: float) -> Words:
    """Return names or posts joined by 、 in lines of at most so many characters that break after a 、 alone, and any
    other text as it is: a name broken in two is misread, a sentence is not."""
    if len(text) != 1 or re.search("[，。；：\n]", text[0].text):
        return text
    items = re.split("(?<=、)", text[0].text)
    if any(width_in_ems(item, latin=PEN_DIGIT) > ems for item in items):
        return text
    lines = [""]
    for item in items:
        if width_in_ems(lines[-1] + item, latin=PEN_DIGIT) > ems:
            lines.append("")
        lines[-1] += item
    return (replace(text[0], text="\n".join(lines), plain=text[0].text, source=-1),) if len(lines) > 1 else text


def divided(text: Words, at: int) -> tuple[Words, Words]:
    """Return printed text as its first ``at`` characters and the rest."""
    head: list[Piece] = []
    tail: list[Piece] = []
    for piece in text:
        before, after = piece.text[:at], piece.text[at:]
        at -= len(before)
        head += [replace(piece, text=before)] * bool(before)
        tail += [replace(piece, text=after)] * (bool(after) or not before)
    return tuple(head), tuple(tail)


def follows(block: words.Resolvable) -> bool:
    """Return whether a block may not stand alone on a page: names and dates, a form of few rows, a note."""
    if isinstance(block, words.Form):
        return len(block.rows) <= HELD_LINES
    return isinstance(block, words.Signing | words.Issued) or (isinstance(block, words.Line) and block.kind == "note")


def leads(text: Words) -> bool:
    """Return whether a sentence announces what comes next, and so must not be parted from it."""
    return plain(text).endswith("：")


def held_together(rows: Sequence[Row], last: int) -> tuple[Row, ...]:
    """Return the rows of a list, the first two and the ``last`` ones of its body each held on one page: a row alone
    at the foot of a page, or alone under the head repeated on the next, looks like a mistake."""
    body = [at for at, row in enumerate(rows) if not row.keep_next]  # neither the head nor bands
    held = {*body[:1], *body[-last:]} - {*body[-1:]}
    return tuple(replace(row, keep_next=True) if at in held else row for at, row in enumerate(rows))


HELD_LINES, HELD_HEIGHT = 3, 45.0
"""Lines that no page break may part from what must follow them, fewer if rows of a table come to so many mm before."""


def ended(blocks: Sequence[Block]) -> list[Block]:
    """Return the blocks of a paper, the last lines held together."""
    before, last = list(blocks[:-1]), list(blocks[-1:])
    if last and isinstance(table := last[0], Table):
        last = [replace(table, rows=(*held_rows(table.rows[:-1]), *table.rows[-1:]))]
    if last and not (isinstance(table := last[0], Table) and len(table.rows) > HELD_LINES):
        hold_last(before)
    return [*before, *last]


def hold_last(blocks: list[Block]) -> None:
    """Hold the last lines of ``blocks`` to what follows, so that it never stands on a page alone."""
    lines = 0
    for at in range(len(blocks) - 1, -1, -1):
        block = blocks[at]
        if lines >= HELD_LINES or isinstance(block, PageBreak):
            return
        if isinstance(block, Table):
            blocks[at] = replace(block, rows=held_rows(block.rows))
            lines += len(block.rows)
        else:
            blocks[at] = replace(block, keep_next=True)
            lines += HELD_LINES if isinstance(block, Picture) else bool(block.runs)


def held_rows(rows: Sequence[Row]) -> tuple[Row, ...]:
    """Return rows of which the last stay on one page with each other and with what follows."""
    found, height = list(rows), 0.0
    for at in range(len(rows) - 1, max(len(rows) - HELD_LINES, 0) - 1, -1):
        found[at] = replace(rows[at], keep_next=True)
        height += rows[at].height
        if height >= HELD_HEIGHT:
            break
    return tuple(found)


def set_apart(blocks: Sequence[Block]) -> tuple[Block, ...]:
    """Return blocks with room between the outer rules of tables and what stands next to them.

    What room a line has over its characters counts; what it has under them does not, because office programs set
    characters at the foot of their line.
    """
    found: list[Block] = []
    for block in blocks:
        if found:
            found[-1], gap, block = apart(found[-1], block)
            found += gap
        found.append(block)
    return tuple(found)


def apart(last: Block, block: Block) -> tuple[Block, list[Block], Block]:
    """Return a block and the next, with the room there must be between them, and what stands there where neither can
    have it."""
    touching = ruled(last, "bottom") or ruled(block, "top")
    if touching and isinstance(last, Table) and isinstance(block, Table):
        return last, [Para((), line=TABLE_GAP, keep_next=bool(last.rows) and last.rows[-1].keep_next)], block
    if touching and isinstance(block, Picture):
        return last, [Para((), line=TABLE_GAP)], block
    if touching and isinstance(block, Para) and block.runs:
        return last, [], replace(block, before=max(block.before, TABLE_GAP - leading(block)))
    if touching and isinstance(last, Para) and last.runs:
        return replace(last, after=max(last.after, TABLE_GAP)), [], block
    return last, [], block


def leading(para: Para) -> float:
    """Return the room a line of a paragraph has over its characters, in points."""
    return (para.line - para.runs[0].style.size) / 2


def ruled(block: Block, side: Literal["top", "bottom"]) -> bool:
    """Return whether a block is a table with a rule along its top or bottom."""
    if not isinstance(block, Table) or not block.rows:
        return False
    return any(side in cell.borders for cell in block.rows[0 if side == "top" else -1].cells)


def change_last(blocks: list[Block], **changes: Any) -> None:
    """Change the last block, where it is a paragraph."""
    if blocks and isinstance(blocks[-1], Para):
        blocks[-1] = replace(blocks[-1], **changes)
