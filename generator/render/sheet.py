"""Prints lowered papers as .xlsx: one worksheet a list, its tables as cells to sort, filter and add up."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import replace
from functools import lru_cache
from io import BytesIO
from itertools import accumulate, pairwise
from math import ceil
from typing import Any

from openpyxl import Workbook
from openpyxl.cell.cell import Cell as WrittenCell
from openpyxl.cell.cell import MergedCell
from openpyxl.styles import Alignment, Border, Font, Side
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.pagebreak import Break
from openpyxl.worksheet.properties import PageSetupProperties
from openpyxl.worksheet.worksheet import Worksheet

from generator import office
from generator.forms.lowered import Block, Cell, Page, PageBreak, Paper, Para, Picture, Row, Run, Style, Table, grid
from generator.render import Insert, Printed, Step, silent
from generator.render.flow import header_rows
from generator.render.fonts import OFFICE
from generator.render.native_chart import native_chart

suffix = ".xlsx"


def unavailable() -> str:
    """Return nothing: openpyxl comes with the program."""
    return ""


def render(
    papers: Sequence[Paper], *, copies: int, duplex: bool, title: str, step: Step = silent,
    inserts: Sequence[Insert] = (),
) -> Printed:  # fmt: skip
    """Return the papers as one workbook."""
    del copies, duplex, inserts  # these are for paper
    book = Workbook()
    book.remove(book.worksheets[0])
    _measure_columns(book)
    taken: set[str] = set()
    sheets = []
    for paper in papers:
        for number, part in enumerate(_parts(paper)):
            name = _sheet_name(part.title, taken, "（续）" if number else "")
            sheets.append(_Sheet(book.create_sheet(name), part))
            sheets[-1].write()
        step()
    buffer = BytesIO()
    book.save(buffer)
    parts = office.unpack(buffer.getvalue())
    for at, sheet in enumerate(sheets, 1):
        if sheet.sums:
            name = f"xl/worksheets/sheet{at}.xml"
            parts[name] = _with_results(parts[name], sheet.sums)
    parts["docProps/core.xml"] = office.core_properties(title)
    return Printed(office.pack(parts))


def _with_results(worksheet: bytes, sums: Mapping[str, int | float | None]) -> bytes:
    """Return a worksheet whose formulas have their results beside them, which openpyxl leaves out: who looks at the
    file without Excel, as in a message or a folder's preview, would see blanks."""

    def result(found: re.Match[str]) -> str:
        amount = sums[found["cell"]]
        text = ' t="str"' if amount is None else ""
        return f"<c{found['look']}{text}>{found['formula']}<v>{'' if amount is None else amount}</v></c>"

    return _FORMULA.sub(result, worksheet.decode()).encode()


_FORMULA = re.compile(r'<c(?P<look> r="(?P<cell>[A-Z]+\d+)"[^>]*?)>(?P<formula><f>[^<]*</f>)<v ?(?:/>|></v>)</c>')


def _measure_columns(book: Any) -> None:
    """Have the columns of ``book`` measured by ``_MEASURE``, which openpyxl knows no public way to ask for."""
    book._fonts[0] = book._named_styles["Normal"].font = _MEASURE


def _parts(paper: Paper) -> list[Paper]:
    """Return the paper in parts, each for a worksheet of its own.

    A worksheet repeats the same rows on all its pages. What a page break or another list parts from a list must not
    stand under the first one's header, so it begins a new worksheet; a heading goes with its list.
    """
    page, parts, headed = paper.page, [replace(paper, blocks=())], False
    for block in paper.blocks:
        if isinstance(block, PageBreak) and block.page:
            page = block.page
        broken, listed = isinstance(block, PageBreak), isinstance(block, Table) and header_rows(block) > 0
        if headed and (broken or listed):
            left, taken = (parts[-1].blocks, ()) if broken else _without_heading(parts[-1].blocks)
            parts[-1:] = [replace(parts[-1], blocks=left), replace(paper, page=page, blocks=taken)]
            headed = False
        parts[-1] = replace(parts[-1], blocks=(*parts[-1].blocks, block))
        headed = headed or listed
    return parts


def _without_heading(blocks: tuple[Block, ...]) -> tuple[tuple[Block, ...], tuple[Block, ...]]:
    """Return the blocks without, and then only, the paragraphs at their end that keep with what follows."""
    at = len(blocks)
    while at and isinstance(last := blocks[at - 1], Para | Picture) and last.keep_next:
        at -= 1
    return blocks[:at], blocks[at:]


def _sheet_name(title: str, taken: set[str], mark: str) -> str:
    """Return a name Excel accepts: 31 characters at most, none of ``[]:*?/\\``, unlike all ``taken`` so far; it ends
    in ``mark``."""
    clean = re.sub(r"[\[\]:*?/\\\x00-\x1f]", " ", title).strip(" '") or "表"
    number, name = 1, _cut(clean, 31 - len(mark)) + mark
    while name.casefold() in taken:
        number += 1
        tail = f"{mark}({number})"
        name = _cut(clean, 31 - len(tail)) + tail
    taken.add(name.casefold())
    return name


def _cut(text: str, length: int) -> str:
    """Return the start of ``text``, ``length`` UTF-16 units at most, as Excel counts."""
    return text.encode("utf-16-le")[: 2 * length].decode("utf-16-le", "ignore").strip(" '")


_MM_PER_POINT = 25.4 / 72
_MM_PER_INCH = 25.4
_INDENT = 2.4
"""A step of Excel's indent, in mm."""
_ROOM_TAKEN = 0.97
"""The share of a page's height that is filled: programs and printers differ a little in how much they take."""
_LAST_FROZEN_ROW = 15
"""A header further down stays unfrozen: rows above it would fill the screen for good."""


class _Sheet:
    """A worksheet being written from top to bottom, on the columns that all tables of its paper share."""

    def __init__(self, sheet: Worksheet, paper: Paper) -> None:
        self.sheet = sheet
        self.paper = paper
        tables = [block for block in paper.blocks if isinstance(block, Table)]
        rosters = [table for table in tables if header_rows(table)]
        self.roster = next((table for table in rosters if table.sheet), rosters[0] if rosters else None)
        self.page = _page_of(paper, self.roster)
        self.edges = _edges(tables, self.roster, self.page.text_width)
        self.row = 1
        self.heights: list[float] = []  # of the rows written, in points
        self.kept: set[int] = set()  # rows that stay on one page with the next
        self.breaks: set[int] = set()  # rows after which a page ends
        self.head = 0  # the last row of the roster's header
        self.banded = False  # whether rows of the roster stand under bands
        self.titles = 0.0  # the height of that header
        self.end = 0  # the last row of the roster
        self.sums: dict[str, int | float | None] = {}  # cells that Excel adds up, and what they come to now

    def write(self) -> None:
        """Write the paper."""
        self._set_up(self.page)
        picture: Picture | None = None  # of the table that follows
        for block in self.paper.blocks:
            if isinstance(block, Para):
                self._para(block)
            elif isinstance(block, Table):
                first = self.row
                self._table(block)
                if picture:
                    self._chart(picture, block, first)
                picture = None
            elif isinstance(block, Picture):
                picture = block
            elif self.row > 1:
                self.breaks.add(self.row - 1)
        self._break_pages()

    def _set_up(self, page: Page) -> None:
        """Set column widths, paper, margins and foot."""
        sheet = self.sheet
        for at, (left, right) in enumerate(pairwise(self.edges), 1):
            sheet.column_dimensions[get_column_letter(at)].width = _characters(right - left)
        sheet.sheet_properties.pageSetUpPr = PageSetupProperties(fitToPage=True)
        sheet.page_setup.paperSize = 9  # A4
        sheet.page_setup.orientation = "landscape" if page.width > page.height else "portrait"
        sheet.page_setup.fitToWidth, sheet.page_setup.fitToHeight = 1, 0
        margins = sheet.page_margins
        margins.top, margins.right = page.top / _MM_PER_INCH, page.right / _MM_PER_INCH
        margins.bottom, margins.left = page.bottom / _MM_PER_INCH, page.left / _MM_PER_INCH
        margins.header, margins.footer = 0.0, max(0.0, page.bottom - page.footer_gap) / _MM_PER_INCH
        if page.footer and sheet.oddFooter is not None:
            sheet.oddFooter.center.text = "— &P —" if page.footer == "dash" else "&P"

    def _para(self, para: Para) -> None:
        columns = len(self.edges) - 1
        self._fill(Cell((para,), borders=frozenset()), 0.0, 1, columns, 1)
        self._next_row(_height(para, self.edges[-1]), keep_next=para.keep_next)

    def _next_row(self, height: float, *, keep_next: bool) -> None:
        """Give the current row its height in points and go on to the next."""
        self.heights.append(min(height, _TALLEST))
        self.sheet.row_dimensions[self.row].height = self.heights[-1]
        if keep_next:
            self.kept.add(self.row)
        self.row += 1

    def _table(self, table: Table) -> None:
        first, headers = self.row, header_rows(table)
        if table is self.roster:
            self.banded = len(table.widths) > 1 and any(map(_is_band, table.rows[headers:-1]))
        columns = _columns(self.edges, table)
        laid = grid(table)
        for row, cells, below in zip(table.rows, laid, [*laid[1:], []], strict=True):
            height = row.height / _MM_PER_POINT
            for at, cell, continued in cells:
                if continued:
                    continue
                left, right = columns[at], columns[at + cell.span]
                width = self.edges[right] - self.edges[left]
                fitted = _fitted(cell, width)
                written = self._fill(fitted, table.border, left + 1, right, cell.rows)
                if row.total:
                    self._add_up(written, cell, first + headers)
                if cell.rows == 1:
                    height = max(height, _tall(fitted, width))
            self._next_row(height, keep_next=row.keep_next or any(continued for _, _, continued in below))
        if table is self.roster:
            listed = self.row - 1 - (len(table.rows) > headers and table.rows[-1].total)
            self._head(first, first + headers - 1, listed, columns)

    def _chart(self, picture: Picture, table: Table, first: int) -> None:
        """Have Excel draw the chart of a table that begins in the row ``first``, in a row of its own under it."""
        last = self.row - 1 - table.rows[-1].total
        height = min(_TALLEST, max(_CHART, _CHART_ROW * (last - first)))
        columns = [edge + 1 for edge in _columns(self.edges, table)[:-1]]
        size = (self.edges[-1], (height - _ROUND_CHART) * _MM_PER_POINT)
        drawn = native_chart(picture.kind, self.sheet, columns, (first, last), size)
        self.sheet.add_chart(drawn, f"A{self.row}")
        self._next_row(height, keep_next=False)

    def _add_up(self, total: WrittenCell, cell: Cell, first: int) -> None:
        """Have Excel add up the column above ``total``, from the row ``first``, so that rows which a clerk adds count.

        A total that is left to the pen, because something above it is, comes out once that is filled in.
        """
        runs = [run for para in cell.paras for run in para.runs]
        if (
            first >= self.row
            or len(runs) != 1
            or not (runs[0].number is not None or (runs[0].value and not runs[0].text))
        ):
            return
        column, letter = total.column, total.column_letter
        amounts = [self.sheet.cell(row, column).value for row in range(first, self.row)]
        last = max((row for row in range(first, self.row) if any(self._values(row))), default=first)
        if runs[0].number is not None:
            if sum(amount for amount in amounts if isinstance(amount, int | float)) != runs[0].number:
                return
            total.value = f"=SUM({letter}{first}:{letter}{self.row - 1})"
        else:
            bands = sum(isinstance(self.sheet.cell(row, column), MergedCell) for row in range(first, last + 1))
            blank = f"COUNTBLANK({letter}{first}:{letter}{last})>{bands}"
            total.value = f'=IF({blank},"",SUM({letter}{first}:{letter}{self.row - 1}))'
            total.number_format = "General"
        for row, amount in enumerate(amounts, first):
            if amount is None:
                self.sheet.cell(row, column).number_format = "General"  # what is typed there is a number
        self.sums[total.coordinate] = runs[0].number

    def _values(self, row: int) -> list[Any]:
        """Return what stands in the cells of a row."""
        return [self.sheet.cell(row, column).value for column in range(1, len(self.edges))]

    def _head(self, first: int, last: int, listed: int, columns: list[int]) -> None:
        """Repeat the header rows on paper, keep them on the screen and put a filter on the last, for the rows up to
        ``listed``."""
        sheet = self.sheet
        self.head, self.titles, self.end = last, sum(self.heights[first - 1 : last]), self.row - 1
        sheet.print_title_rows = f"{first}:{last}"
        if last <= _LAST_FROZEN_ROW:
            sheet.freeze_panes = f"A{last + 1}"
        left, right = get_column_letter(columns[0] + 1), get_column_letter(columns[-1])
        sheet.auto_filter.ref = f"{left}{last}:{right}{listed}"

    def _break_pages(self) -> None:
        """Break pages so that no row is parted from the next that it keeps with.

        What ends the paper keeps with the last row of the roster, or it would stand alone under the repeated header.
        How many rows a page takes depends on the program, so of a paper with bands every page is broken here; of a
        plain list only the last, since breaks stay where they are when rows are filtered out or added.
        """
        if self.end:
            self.kept.update(range(self.end, len(self.heights)))
        scale = min(1.0, self.page.text_width / self.edges[-1])
        room = (self.page.height - self.page.top - self.page.bottom) / _MM_PER_POINT
        ends = self._page_ends(_ROOM_TAKEN * room / scale)
        for row in sorted(self.breaks.union(ends if self.banded else ends[-1:])):
            self.sheet.row_breaks.append(Break(id=row))

    def _page_ends(self, room: float) -> list[int]:
        """Return the last row of each page but the last, where pages have ``room`` points."""
        ends: list[int] = []
        start, used, row = 1, 0.0, 1
        while row <= len(self.heights):
            used += self.heights[row - 1]
            if row > start and used > room - (self.titles if start > self.head else 0.0):
                ends.append(max((at for at in range(start, row) if at not in self.kept), default=row - 1))
            elif row in self.breaks:
                ends.append(row)
            if ends and ends[-1] >= start:
                start, used, row = ends[-1] + 1, 0.0, ends[-1]
            row += 1
        return ends

    def _fill(self, cell: Cell, border: float, left: int, right: int, rows: int) -> WrittenCell:
        """Write ``cell`` at the current row, over the sheet's columns ``left`` to ``right``, and return it."""
        found = self.sheet.cell(self.row, left)
        assert isinstance(found, WrittenCell)  # nothing has been merged over it yet
        runs = [run for para in cell.paras for run in para.runs]
        if len(runs) == 1 and runs[0].number is not None:
            found.value = runs[0].number
            found.number_format = _number_format(runs[0])
        else:
            text = _text(cell)
            if text:
                found.value = text
                found.data_type = "s"  # openpyxl would take =1+1 for a formula
            found.number_format = "@"
            found.quotePrefix = text.startswith(("=", "+", "-", "@"))  # so that editing the cell makes no formula
        found.font = _font(runs[0].style) if runs else _font(_PLAIN)
        para = cell.paras[0] if cell.paras else Para(())
        found.alignment = _alignment(para.align, cell.valign, int(para.left / _INDENT))
        found.border = _border(cell.borders, border)
        if right > left or rows > 1:
            self.sheet.merge_cells(start_row=self.row, end_row=self.row + rows - 1, start_column=left, end_column=right)
        return found


def _is_band(row: Row) -> bool:
    """Return whether a row is a band: a single cell across, kept with the rows that share it; the first and the last
    rows of any list are kept too."""
    return row.keep_next and len(row.cells) == 1


_CHART, _CHART_ROW, _ROUND_CHART = 200.0, 18.0, 12.0
"""The least height of a chart of Excel's own, what it has for each row, and the room under it, in points."""


def _page_of(paper: Paper, table: Table | None) -> Page:
    """Return the page that ``table`` stands on, the first page where there is no table."""
    page = paper.page
    for block in paper.blocks if table else ():
        if block is table:
            break
        if isinstance(block, PageBreak) and block.page:
            page = block.page
    return page


def _edges(tables: Sequence[Table], roster: Table | None, width: float) -> list[float]:
    """Return the sheet's column edges in mm.

    They are the roster's, so that it can be sorted and filtered, where its columns suffice for the other tables;
    else those that all tables need together; without a table one column as wide as the text.
    """
    if roster and len(roster.widths) == max(len(table.widths) for table in tables):
        return [0.0, *accumulate(_balanced(roster))]
    wanted = sorted({table.left + sum(table.widths[:at]) for table in tables for at in range(len(table.widths) + 1)})
    if not wanted:
        return [0.0, width]
    found = [0.0]
    for edge in wanted:
        if edge - found[-1] >= _NARROWEST:
            found.append(edge)
    return found


_NARROWEST = 0.5
"""Edges nearer to each other than this, in mm, count as one."""


def _balanced(roster: Table) -> list[float]:
    """Return the widths of the roster's columns, so that short texts stay on one line.

    Columns with room to spare lend it to those whose text would wrap, to the least wanting first; a column that is
    blank is for the pen and lends nothing, and a heading that wraps on paper may wrap here. Where that is not enough
    for the short ones, the list grows over the page, a little, and is printed that much smaller.
    """
    texts, headers = _text_widths(roster), header_rows(roster)
    needs = [
        max([min(has, width) for width in widths[:headers]] + widths[headers:], default=0.0)
        for has, widths in zip(roster.widths, texts, strict=True)
    ]
    wants = [max(0.0, need - has) for has, need in zip(roster.widths, needs, strict=True)]
    blank = [len(widths) <= headers for widths in texts]
    spare = [0.0 if bare else max(0.0, has - need) for has, need, bare in zip(roster.widths, needs, blank, strict=True)]
    short = sum(want for want, need in zip(wants, needs, strict=True) if need <= _SHORT)
    lent = min(sum(spare), sum(wants))
    left = lent + min(max(0.0, short - lent), _GROWTH * sum(roster.widths))
    widths = [has - more * lent / sum(spare) if more else has for has, more in zip(roster.widths, spare, strict=True)]
    for want, at in sorted((want, at) for at, want in enumerate(wants)):
        given = min(want, left)
        widths[at] += given
        left -= given
    return widths


_SHORT = 30.0
"""Texts up to this width, in mm, are names, classes and headings, which should not wrap."""
_GROWTH = 0.08
"""The part of its width by which a list may be wider than the page."""


def _text_widths(table: Table) -> list[list[float]]:
    """Return, for each column, how wide the texts in it are that it has to itself, in mm."""
    return [[max(map(_one_line, cell.paras)) for cell in column if _written(cell)] for column in _own_cells(table)]


def _own_cells(table: Table) -> list[list[Cell]]:
    """Return, for each column, the cells that it has to itself."""
    found: list[list[Cell]] = [[] for _ in table.widths]
    for line in grid(table):
        for at, cell, continued in line:
            if cell.span == 1 and not continued:
                found[at].append(cell)
    return found


def _written(cell: Cell) -> bool:
    """Return whether the cell says anything."""
    return any(map(_words, cell.paras))


def _columns(edges: list[float], table: Table) -> list[int]:
    """Return, for each edge of ``table``, the index of the sheet's edge it is set on, the outer ones on the outer.

    They are as near as can be to where they are on paper and leave every cell as much width as its text needs, or
    has on paper; then blanks get room for a signature.
    """
    last = len(edges) - 1
    best: dict[int, tuple[float, list[int]]] = {0: (0.0, [0])}  # index -> cost and the edges that lead to it
    right = table.left
    for number, (has, need, pen) in enumerate(_rooms(table), start=1):
        right += has
        ends = [last] if number == len(table.widths) else range(number, last - (len(table.widths) - number) + 1)
        best = {
            end: min(
                (cost + _misfit(edges[end] - edges[at], need, pen) + abs(edges[end] - right), [*way, end])
                for at, (cost, way) in best.items()
                if at < end
            )
            for end in ends
        }
    return best[last][1]


def _rooms(table: Table) -> list[tuple[float, float, float]]:
    """Return, for each column, its width on paper, the part that its texts need and the part that the pen needs."""
    texts = [max(widths, default=0.0) for widths in _text_widths(table)]
    blank = [any(cell.borders and not _written(cell) for cell in column) for column in _own_cells(table)]
    return [
        (has, min(has, text), min(has, _PEN if bare else 0.0))
        for has, text, bare in zip(table.widths, texts, blank, strict=True)
    ]


def _misfit(width: float, need: float, pen: float) -> float:
    """Return how bad a width is for a text and for a blank; being off its place on paper by 1 mm is 1."""
    return 100 * max(0.0, need - width) + 3 * max(0.0, pen - width)


_PEN = 35.0
"""Room for a signature or a date in a blank, in mm."""


def _characters(width: float) -> float:
    """Return an Excel column width for ``width`` mm, in digits of ``_MEASURE``, which are 7 pixels wide.

    The file counts a cell's own 5 pixels of room in the width, unlike the width that Excel shows.
    """
    return round(max(0.5, width / _MM_PER_INCH * 96 / 7), 2)


_MEASURE = Font(name="Arial", size=10)
"""The type whose digits measure columns. Those of Excel's own default, Calibri 11, are as wide, but programs without
Calibri put far wider ones in its place and print everything smaller."""


def _fitted(cell: Cell, width: float) -> Cell:
    """Return ``cell`` in type small enough for its text not to be cut by the tallest row that Excel knows."""
    while _tall(cell, width) > _TALLEST and _size(cell.paras[0]) > _SMALLEST:
        cell = replace(cell, paras=tuple(_smaller(para) for para in cell.paras))
    return cell


_TALLEST = 409.0
"""The height of the tallest row, in points."""
_SMALLEST = 5.0
"""Type is not made smaller than this, in points."""


def _smaller(para: Para) -> Para:
    """Return ``para`` in type half a point smaller."""
    return replace(
        para, runs=tuple(replace(run, style=replace(run.style, size=run.style.size - 0.5)) for run in para.runs)
    )


def _tall(cell: Cell, width: float) -> float:
    """Return how many points the text of ``cell`` takes in ``width`` mm."""
    return sum(_height(para, width) for para in cell.paras)


def _height(para: Para, width: float) -> float:
    """Return how many points ``para`` takes in ``width`` mm: Excel does not size merged rows itself.

    The first line is as high as on paper; further lines follow at Excel's own pitch.
    """
    size = _size(para)
    room = (width - para.left - para.right - _INSET) / (_SLACK * size * _MM_PER_POINT)
    lines = sum(_lines(line, max(1.0, room)) for line in _words(para).split("\n"))
    return para.before + para.line + para.after + (lines - 1) * min(para.line, 1.4 * size)


def _one_line(para: Para) -> float:
    """Return how many mm ``para`` needs so as not to wrap."""
    ems = max(_ems(line) for line in _words(para).split("\n"))
    return ems * _SLACK * _size(para) * _MM_PER_POINT + para.left + para.right + _INSET


_INSET = 1.8
"""What Excel keeps free left and right of a cell's text together, in mm."""
_SLACK = 1.05
"""How much wider text is taken to be than it is: columns come out in whole pixels, on some screens narrower."""


def _size(para: Para) -> float:
    """Return the type size of ``para`` in points."""
    return para.runs[0].style.size if para.runs else para.line


def _words(para: Para) -> str:
    """Return what the worksheet holds of ``para``."""
    return "".join(run.plain or run.text for run in para.runs)


def _lines(text: str, room: float) -> int:
    """Return in how many lines of ``room`` ems ``text`` is set: Chinese breaks anywhere, a Latin word does not."""
    lines, used = 1, 0.0
    for piece in _UNBROKEN.findall(text):
        ems = _ems(piece)
        if used and used + ems > room + 0.01:  # a column made for this text is as wide as it but for rounding
            lines, used = lines + 1, 0.0
        over = max(0, ceil(ems / room) - 1)  # a word longer than a line is cut
        lines, used = lines + over, used + ems - over * room
    return lines


_UNBROKEN = re.compile(r"[!-~]+ *|.")


def _ems(text: str) -> float:
    """Return the width of ``text`` in ems: Chinese characters are one, Latin ones at most about 0.6."""
    return sum(1.0 if unicodedata.east_asian_width(char) in "WFA" else 0.6 for char in text)


_BROKEN = re.compile(r"[\x00-\x08\x0b-\x1f\ufffe\uffff]")


def _text(cell: Cell) -> str:
    text = "\n".join(map(_words, cell.paras))
    return _BROKEN.sub("\N{REPLACEMENT CHARACTER}", text)


def _number_format(run: Run) -> str:
    """Return the format that shows the number as the paper does: as many decimals, the same unit after it."""
    found = re.fullmatch(r"-?\d+(?:\.(\d+))?([^\d\"]*)", run.text)
    if not found or run.number is None:
        return "General"
    decimals, unit = len(found[1] or ""), found[2]
    if f"{run.number:.{decimals}f}{unit}" != run.text:
        return "General"
    return "0" + ("." + "0" * decimals if decimals else "") + (f'"{unit}"' if unit else "")


_PLAIN = Style("fang", 10.5)


@lru_cache(maxsize=256)
def _font(style: Style) -> Font:
    return Font(
        name=OFFICE[style.font],
        size=style.size,
        bold=style.bold,
        underline="single" if style.underline else None,
        color=f"FF{style.color}",
    )


@lru_cache(maxsize=64)
def _alignment(align: str, valign: str, indent: int) -> Alignment:
    horizontal = "left" if align == "justify" else align
    return Alignment(
        horizontal=horizontal, vertical=valign, wrap_text=True, indent=indent if horizontal == "left" else 0
    )


@lru_cache(maxsize=64)
def _border(sides: frozenset[str], weight: float) -> Border:
    line, none = Side(style="medium" if weight >= 1 else "thin", color="FF000000"), Side()
    top, right, bottom, left = (line if side in sides else none for side in ("top", "right", "bottom", "left"))
    return Border(top=top, right=right, bottom=bottom, left=left)
