"""Comments beside the cells of a sheet: the part in which they are said, and the drawing of their boxes.

A program shows a comment only where both have it. What other authors said stays, ours comes and goes: what stands under
``HEADING``, in a comment of its own or below somebody else's. (LibreOffice forgets authors.) The drawing is VML
(ECMA-376, part 4, 19.4), which programs write with more freedom than XML allows, and is therefore changed as text.
"""

from __future__ import annotations

import itertools
import re
import unicodedata
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field

from lxml import etree
from openpyxl.utils import column_index_from_string, get_column_letter

from generator.dataset.amend import RELATION, Package, SheetText, UnamendableError, written

AUTHOR = "保学"
HEADING = f"【{AUTHOR}】"

Cell = tuple[int, int]
"""Row and column, both counted from one."""

_ADDRESS = re.compile(r"([A-Z]{1,3})([1-9]\d*)")
_MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
_COMMENTS_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.comments+xml"
_DRAWING_TYPE = "application/vnd.openxmlformats-officedocument.vmlDrawing"
_NO_COMMENTS = f'<comments xmlns="{_MAIN}"><authors/><commentList/></comments>'.encode()
_LOOK = '<sz val="9"/><color indexed="81"/><rFont val="宋体"/><family val="3"/><charset val="134"/>'

_NAMESPACES = {
    b"v": b"urn:schemas-microsoft-com:vml",
    b"o": b"urn:schemas-microsoft-com:office:office",
    b"x": b"urn:schemas-microsoft-com:office:excel",
}
_NO_DRAWING = b"<xml></xml>"
_NO_BLOCKS = b'<o:shapelayout v:ext="edit"><o:idmap v:ext="edit" data=""/></o:shapelayout>'
_BOX_TYPE = (
    b'<v:shapetype id="_x0000_t202" coordsize="21600,21600" o:spt="202" path="m,l,21600r21600,l21600,xe">'
    b'<v:stroke joinstyle="miter"/><v:path gradientshapeok="t" o:connecttype="rect"/></v:shapetype>'
)
_BOX = (
    '<v:shape id="_x0000_s{id}" type="#_x0000_t202" style="position:absolute;margin-left:0;margin-top:0;'
    'width:{width:g}pt;height:{height:g}pt;z-index:{order};visibility:hidden" fillcolor="#ffffe1" o:insetmode="auto">'
    '<v:fill color2="#ffffe1"/><v:shadow on="t" color="black" obscured="t"/><v:path o:connecttype="none"/>'
    '<v:textbox style="mso-direction-alt:auto"><div style="text-align:left"></div></v:textbox>'
    '<x:ClientData ObjectType="Note"><x:MoveWithCells/><x:SizeWithCells/><x:Anchor>{anchor}</x:Anchor>'
    "<x:AutoFill>False</x:AutoFill><x:Row>{row}</x:Row><x:Column>{column}</x:Column></x:ClientData></v:shape>"
)
_SHAPE = re.compile(rb"<((?:\w+:)?)shape\s[^>]*[^>/]>.*?</\1shape>\s*", re.DOTALL)
_SHAPE_ID = re.compile(rb"\bid=[\"']_x0000_s(\d+)[\"']")
_BLOCKS = re.compile(rb"(<(?:\w+:)?idmap\s[^>]*?data=[\"'])([^\"']*)")
_ANCHOR = re.compile(rb"<(?:\w+:)?Anchor>[^<]*</(?:\w+:)?Anchor>")
_CLIENT = re.compile(rb"<((?:\w+:)?)ClientData(?=\s)[^>]*>")
_BLOCK = 1024  # shapes, whose numbers begin with that of their block

_WIDTH, _MARGIN = 300, 20  # pixels, of a box and within it
_CHARACTER, _LINE = 12, 17  # pixels, of nine points on a screen
_FAR = 500  # rows or columns, after which nothing but hidden ones is to be expected


def cell_at(address: str) -> Cell | None:
    """Return the cell at an address, nothing where that is none of a cell."""
    found = _ADDRESS.fullmatch(address)
    return (int(found[2]), column_index_from_string(found[1])) if found else None


def clear(package: Package, part: str, sheet: SheetText) -> None:
    """Take our comments out of a sheet."""
    said = _related(package, part, "comments")
    if not said:
        return
    root = package.tree(said)
    ours = _indexes_of_ours(root)
    gone = {_cell(comment): comment for comment in root.iter("{*}comment") if _is_ours(comment, ours)}
    cut = [_cut(comment) for comment in root.iter("{*}comment")]
    for listed in root.iter("{*}commentList"):
        for comment in gone.values():
            listed.remove(comment)
    if gone or any(cut):
        package.set_tree(said, root)
    drawing = _drawing(package, part, sheet)
    if gone and drawing:
        package[drawing] = _without_boxes(package[drawing], gone)


def add(package: Package, part: str, sheet: SheetText, texts: Mapping[Cell, str]) -> None:
    """Say ``texts`` beside the cells of a sheet, below what somebody has said there already."""
    said = _related(package, part, "comments") or _new_comments(package, part)
    root = package.tree(said)
    there = {_cell(comment): comment for comment in root.iter("{*}comment")}
    author, grid = _author(root), _Grid(sheet)
    listed = root.find("{*}commentList")
    if listed is None:
        raise UnamendableError("no list of comments")
    heights: dict[Cell, int] = {}
    for cell, text in texts.items():
        if cell in there:
            _append(there[cell], f"\n{HEADING}", f"\n{text}")
            heights[cell] = _height(_said(there[cell]))
        else:
            listed.append(_comment(cell, author, text))
    package.set_tree(said, root)
    drawing = _drawing(package, part, sheet) or _new_drawing(package, part, sheet)
    taller = _with_room(package[drawing], heights, grid)
    boxes = {cell: text for cell, text in texts.items() if cell not in there}
    package[drawing] = _with_boxes(taller, boxes, grid, _shape_numbers(package))


def _related(package: Package, part: str, kind: str) -> str:
    return next((target for its, target in package.relations(part).values() if its == kind), "")


# What is said


def _new_comments(package: Package, part: str) -> str:
    name = package.free("xl/comments{}.xml")
    package[name] = _NO_COMMENTS
    package.declare(name, _COMMENTS_TYPE)
    package.relate(part, "comments", name)
    return name


def _cell(comment: etree._Element) -> Cell:
    if not (cell := cell_at(comment.get("ref", ""))):
        raise UnamendableError("a comment on no cell")
    return cell


def _indexes_of_ours(root: etree._Element) -> set[int]:
    return {index for index, each in enumerate(root.iter("{*}author")) if (each.text or "").strip() == AUTHOR}


def _is_ours(comment: etree._Element, authors: Collection[int]) -> bool:
    return int(comment.get("authorId") or -1) in authors or _said(comment).lstrip().startswith(HEADING)


def _author(root: etree._Element) -> int:
    """Return our index among the authors, of whom we are one from now on."""
    authors = root.find("{*}authors")
    if authors is None:
        raise UnamendableError("comments without authors")
    if not (ours := _indexes_of_ours(root)):
        etree.SubElement(authors, _tag(root, "author")).text = AUTHOR
        return len(authors) - 1
    return min(ours)


def _comment(cell: Cell, author: int, text: str) -> etree._Element:
    reference = f"{get_column_letter(cell[1])}{cell[0]}"
    comment = etree.Element(f"{{{_MAIN}}}comment", {"ref": reference, "authorId": str(author), "shapeId": "0"})
    etree.SubElement(comment, f"{{{_MAIN}}}text")
    _append(comment, HEADING, f"\n{text}")
    return comment


def _append(comment: etree._Element, heading: str, text: str) -> None:
    """Add runs of text after those that are there; what stands there without a run becomes one."""
    said = comment.find("{*}text")
    if said is None:
        raise UnamendableError("a comment without text")
    for bare in said.findall("{*}t"):
        run = etree.Element(_tag(comment, "r"))
        said.replace(bare, run)
        run.append(bare)
    runs = len(said.findall("{*}r"))
    said.insert(runs, _run(heading, "<b/>"))
    said.insert(runs + 1, _run(text))


def _run(text: str, more: str = "") -> etree._Element:
    xml = f'<r xmlns="{_MAIN}"><rPr>{more}{_LOOK}</rPr><t xml:space="preserve">{written(text).decode()}</t></r>'
    return etree.fromstring(xml)


def _said(comment: etree._Element) -> str:
    return "".join(each.text or "" for each in comment.iter("{*}t"))


def _cut(comment: etree._Element) -> bool:
    """Take what we have said out of somebody's comment and return whether there was anything."""
    before, found, _ = _said(comment).partition(f"\n{HEADING}")
    left = len(before)
    for each in comment.iter("{*}t") if found else ():
        each.text = (each.text or "")[: max(left, 0)]
        left -= len(each.text)
    for said in comment.findall("{*}text") if found else ():
        for run in said.findall("{*}r"):
            if not run.findtext("{*}t"):
                said.remove(run)
    return bool(found)


def _tag(like: etree._Element, name: str) -> str:
    return f"{{{etree.QName(like).namespace}}}{name}"


# The drawing of the boxes


def _drawing(package: Package, part: str, sheet: SheetText) -> str:
    """Return the part with the boxes, which is not the drawing of the header and footer."""
    reference = sheet.frame().find("{*}legacyDrawing")
    key = "" if reference is None else reference.get(RELATION, "")
    return package.relations(part).get(key, ("", ""))[1]


def _new_drawing(package: Package, part: str, sheet: SheetText) -> str:
    name = package.free("xl/drawings/vmlDrawing{}.vml")
    package[name] = _NO_DRAWING
    package.declare_extension("vml", _DRAWING_TYPE)
    sheet.draw(package.relate(part, "vmlDrawing", name))
    return name


def _box_of(shape: bytes) -> Cell | None:
    """Return the cell beside which a shape is the box of a comment."""
    row, column = (re.search(rb"<(?:\w+:)?%s>\s*(\d+)\s*<" % name, shape) for name in (b"Row", b"Column"))
    if not (row and column and re.search(rb"ObjectType=[\"']Note[\"']", shape)):
        return None
    return int(row[1]) + 1, int(column[1]) + 1


def _without_boxes(vml: bytes, cells: Collection[Cell]) -> bytes:
    return _SHAPE.sub(lambda shape: b"" if _box_of(shape[0]) in cells else shape[0], vml)


def _with_room(vml: bytes, heights: Mapping[Cell, int], grid: _Grid) -> bytes:
    """Give boxes the size that their text needs, which has become longer."""

    def resized(shape: re.Match[bytes]) -> bytes:
        cell = _box_of(shape[0])
        if not cell or cell not in heights:
            return shape[0]
        anchor = grid.anchor(*cell, heights[cell]).encode()
        bare = _ANCHOR.sub(b"", shape[0])
        return _CLIENT.sub(lambda tag: b"%s<%sAnchor>%s</%sAnchor>" % (tag[0], tag[1], anchor, tag[1]), bare)

    return _SHAPE.sub(resized, vml) if heights else vml


def _with_boxes(vml: bytes, texts: Mapping[Cell, str], grid: _Grid, taken: Collection[int]) -> bytes:
    """Add the boxes of comments; their numbers are of blocks that the drawing has, or of new ones."""
    if not _BLOCKS.search(vml):
        vml = re.sub(rb"<xml(?:\s[^>]*)?>", lambda tag: tag[0] + _NO_BLOCKS, vml, count=1)
    listed = b"".join(found[2] for found in _BLOCKS.finditer(vml)).decode()
    blocks = [int(block) for block in listed.split(",") if block.strip()]
    fresh = itertools.count(max([0, *blocks, *(number // _BLOCK for number in taken)]) + 1)
    free = (
        number
        for block in itertools.chain(blocks, fresh)
        for number in range(block * _BLOCK + 1, (block + 1) * _BLOCK)
        if number not in taken
    )
    boxes, numbers = [], []
    for order, ((row, column), text) in enumerate(texts.items(), 1):
        numbers.append(next(free))
        height = _height(f"{HEADING}\n{text}")
        made = _BOX.format(
            id=numbers[-1], order=order, width=_WIDTH * 0.75, height=height * 0.75, row=row - 1, column=column - 1,
            anchor=grid.anchor(row, column, height),
        )  # fmt: skip
        boxes.append(made.encode())
    blocks += sorted({number // _BLOCK for number in numbers}.difference(blocks))
    vml = _BLOCKS.sub(lambda head: head[1] + ",".join(map(str, blocks)).encode(), vml, count=1)
    kind = b"" if b'"_x0000_t202"' in vml else _BOX_TYPE
    before, end, after = vml.rpartition(b"</xml>")
    if not end:
        raise UnamendableError("a drawing without an end")
    return _named(b"".join([before, kind, *boxes, end, after]))


def _named(vml: bytes) -> bytes:
    """Return a drawing that declares the prefixes we write."""

    def named(tag: re.Match[bytes]) -> bytes:
        missing = [each for each in _NAMESPACES.items() if b"xmlns:%s=" % each[0] not in tag[0]]
        return tag[0][:-1] + b"".join(b' xmlns:%s="%s"' % each for each in missing) + b">"

    return re.sub(rb"<xml(?:\s[^>]*)?>", named, vml, count=1)


def _shape_numbers(package: Package) -> set[int]:
    drawings = [package[name] for name in package.names() if name.endswith(".vml")]
    return {int(number) for vml in drawings for number in _SHAPE_ID.findall(vml)}


def _height(text: str) -> int:
    """Return how high a box has to be, in pixels, so that all of its text can be read."""
    per_line = _WIDTH - _MARGIN
    widths = [sum(map(_width_of, line)) for line in text.split("\n")]
    return sum(max(1, -(-width // per_line)) for width in widths) * _LINE + _MARGIN


def _width_of(character: str) -> int:
    return _CHARACTER if unicodedata.east_asian_width(character) in "WFA" else _CHARACTER * 2 // 3


@dataclass
class _Grid:
    """The widths and heights of a sheet's cells in pixels, about as a screen has them."""

    sheet: SheetText
    widths: list[tuple[int, int, int]] = field(default_factory=list)  # first and last column, width
    default_width: int = 64
    default_height: int = 20

    def __post_init__(self) -> None:
        frame = self.sheet.frame()
        general = frame.find("{*}sheetFormatPr")
        if general is not None:
            self.default_width = _pixels(general.get("defaultColWidth"), 7, self.default_width)
            self.default_height = _pixels(general.get("defaultRowHeight"), 4 / 3, self.default_height)
        for each in frame.iter("{*}col"):
            width = 0 if each.get("hidden") in ("1", "true") else _pixels(each.get("width"), 7, self.default_width)
            self.widths.append((int(each.get("min", "0")), int(each.get("max", "0")), width))

    def anchor(self, row: int, column: int, height: int) -> str:
        """Return where a box stands beside a cell: column, offset, row, offset of its upper left and lower right."""
        left, inset = (column, 15) if _reach(column, _WIDTH, self._width) else (0, 0)  # else nothing to the right shows
        top, drop = (max(row - 2, 0), 2) if _reach(row, height, self._height) else (0, 0)
        right, over = _reach(left, _WIDTH + inset, self._width) or (left + 4, 0)
        bottom, below = _reach(top, height + drop, self._height) or (top + 8, 0)
        return f"{left}, {inset}, {top}, {drop}, {right}, {over}, {bottom}, {below}"

    def _width(self, column: int) -> int:
        return next((width for first, last, width in self.widths if first <= column <= last), self.default_width)

    def _height(self, row: int) -> int:
        tag = self.sheet.row(row).partition(b">")[0]
        if re.search(rb"\shidden=\"(?:1|true)\"", tag):
            return 0
        found = re.search(rb"\sht=\"([^\"]*)\"", tag)
        return _pixels(found[1].decode(), 4 / 3, self.default_height) if found else self.default_height


def _pixels(measure: str | None, factor: float, default: int) -> int:
    return round(float(measure) * factor) if measure else default


def _reach(start: int, pixels: int, size: Callable[[int], int]) -> tuple[int, int] | None:
    """Return in which row or column after ``start``, counted from zero, so many pixels end, and how far in it."""
    for index in range(start, start + _FAR):
        if pixels < (has := size(index + 1)):
            return index, pixels
        pixels -= has
    return None
