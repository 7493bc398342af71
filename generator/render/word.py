"""Prints lowered papers as .docx: WordprocessingML written out directly, nothing in it that a paper did not ask for.

A paper is compiled once to constant pieces of XML with its values standing between them (``compile_paper``), so that
another record of the same shape, or another copy, costs a join (``skeletons.py``).
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from functools import lru_cache
from itertools import count, pairwise

from generator import office
from generator.forms.lowered import (
    Align,
    Cast,
    Cell,
    Page,
    Paper,
    Para,
    Picture,
    Run,
    Style,
    Table,
    digest,
    grid,
    whole,
)
from generator.render import Insert, Printed, Step, drawing, silent
from generator.render.flow import HAIRLINE, RULE_GAP, Section, header_rows, heading, sections
from generator.render.fonts import OFFICE, WITH_TIMES
from generator.render.skeletons import END, LEVEL, START, VALUE, Skeleton, Skeletons

suffix = ".docx"


def unavailable() -> str:
    """Return nothing: Word files need no library."""
    return ""


def render(
    papers: Sequence[Paper | Cast], *, copies: int, duplex: bool, title: str, step: Step = silent,
    inserts: Sequence[Insert] = (), full: bool = False,
) -> Printed:  # fmt: skip
    """Return the papers as one Word file, every copy in sections of its own; Word alone knows its pages.

    With ``full``, each paper is compiled on its own, which comes to the same bytes.
    """
    body: list[bytes] = []
    pages: dict[Page, None] = {}
    pictures: dict[Picture, None] = {}
    start = _starting(duplex)
    laid = list(_in_order(papers, inserts))
    for number, (paper, put) in enumerate(laid):
        skeleton, texts = (compile_paper(whole(paper)), paper.values()) if full else _skeletons.of(paper)
        values = [_text(text).encode() for text in texts]
        pages |= dict.fromkeys(skeleton.pages)
        pictures |= dict.fromkeys(skeleton.pictures)
        body.append(_bookmark(number, paper.title))
        times = 1 if put else copies
        for copy in range(times):
            last = number == len(laid) - 1 and copy == times - 1
            body += skeleton.fill(values, start=start, outlined=copy == 0, last=last)
        if not put:
            step()
    data = _package(body, tuple(pages), title, tuple(pictures))
    return Printed(data, copies=copies, inserts=tuple(insert.pages for insert in inserts))


def _starting(duplex: bool) -> bytes:
    """Return how the sections of a copy begin."""
    return b"oddPage" if duplex else b"nextPage"


def _in_order(papers: Sequence[Paper | Cast], inserts: Sequence[Insert]) -> Iterator[tuple[Paper | Cast, bool]]:
    """Yield papers as they follow one another, and what is put before each; of everything whether it is put there."""
    for at, paper in enumerate(papers):
        yield from ((insert.paper(None), True) for insert in inserts if insert.before == at)
        yield paper, False


def form(paper: Paper, *, title: str) -> bytes:
    """Return a paper whose values are tags as a Word file to be filled in: in one section, with no bookmark."""
    skeleton, values = compile_paper(paper), [_text(tag).encode() for tag in paper.values()]
    return _package(skeleton.fill(values, start=b"nextPage", outlined=True, last=True), skeleton.pages, title)


_COUNT = "\4"
"""Stands where pictures are numbered, since XML itself cannot contain it."""


def insert(paper: Paper, *, duplex: bool) -> bytes:
    """Return the blocks of a paper of one section, which its last paragraph closes, for somebody else's document: it
    has no feet, which would have to be parts of that."""
    values = [_text(text).encode() for text in paper.values()]
    filled = compile_paper(paper).fill(values, start=_starting(duplex), outlined=True, last=False)
    return re.sub(rb"<w:footerReference[^>]*/>", b"", b"".join(filled))


def compile_paper(paper: Paper) -> Skeleton:
    """Return the skeleton of ``paper``, which depends on nothing but the paper without its values."""
    anchor = heading(paper)
    parts = sections(paper)
    xml = "".join(
        _section(part, first=at == 0, last=at == len(parts) - 1, anchor=anchor) for at, part in enumerate(parts)
    )
    before, listed, after = xml.partition(_LISTED)
    xml = before + listed + after.replace(_LISTED, "")  # where one object stands twice, its shape does not tell
    closing = _section_end(parts[-1].page, first=len(parts) == 1)
    pages = dict.fromkeys(part.page for part in parts)
    pictures = dict.fromkeys(step.block for part in parts for step in part.steps if isinstance(step.block, Picture))
    return Skeleton(xml.encode(), closing.encode(), tuple(pages), tuple(pictures))


_skeletons = Skeletons(compile_paper)


def _section(section: Section, *, first: bool, last: bool, anchor: Para | None) -> str:
    """Return the blocks of a section; its last paragraph carries its shape, for a carrier of its own makes a page."""
    end = END if last else _section_end(section.page, first=first)
    found = []
    for at, step in enumerate(section.steps):
        final = at == len(section.steps) - 1
        if isinstance(step.block, Table):
            found.append(_table(step.block) + (_para(HAIRLINE, end=end) if final else ""))
        elif isinstance(step.block, Picture):
            found.append(_picture(step.block, end=end if final else "", new_page=step.new_page))
        else:
            listed = step.block is anchor
            found.append(_para(step.block, end=end if final else "", listed=listed, new_page=step.new_page))
    return "".join(found)


def _bookmark(number: int, title: str) -> bytes:
    """Return a bookmark at the start of a paper; Word allows letters, digits and underscores, 40 at most."""
    name = re.sub(r"\W", "_", title)[:30]
    if not name[:1].isalpha():
        name = f"P{name}"
    return f'<w:bookmarkStart w:id="{number}" w:name="{name}_{number + 1}"/><w:bookmarkEnd w:id="{number}"/>'.encode()


# --- text -----------------------------------------------------------------------------------------------------------

_ESCAPES = dict.fromkeys(range(0x20), "\N{REPLACEMENT CHARACTER}") | {
    ord("&"): "&amp;",
    ord("<"): "&lt;",
    ord(">"): "&gt;",
    ord("\t"): "\t",
    ord("\n"): '</w:t><w:br/><w:t xml:space="preserve">',
    0xFFFE: "\N{REPLACEMENT CHARACTER}",
    0xFFFF: "\N{REPLACEMENT CHARACTER}",
}


def _text(text: str) -> str:
    """Return ``text`` for a ``w:t``; what XML cannot hold shows as the replacement character instead of a dead file."""
    return text.translate(_ESCAPES)


def _run(run: Run) -> str:
    text = VALUE if run.value else _text(run.text)
    return f'<w:r>{_run_style(run.style)}<w:t xml:space="preserve">{text}</w:t></w:r>'


@lru_cache(maxsize=1024)
def _run_style(style: Style) -> str:
    roman = "Times New Roman" if style.font in WITH_TIMES else OFFICE[style.font]
    found = [_fonts(roman, OFFICE[style.font])]
    if style.bold:
        found.append("<w:b/>")
    if style.color != "000000":
        found.append(f'<w:color w:val="{style.color}"/>')
    if style.spacing:
        found.append(f'<w:spacing w:val="{_twips(style.spacing)}"/>')
    size = round(style.size * 2)
    found.append(f'<w:sz w:val="{size}"/><w:szCs w:val="{size}"/>')
    if style.underline:
        found.append('<w:u w:val="single"/>')
    return f"<w:rPr>{''.join(found)}</w:rPr>"


def _fonts(roman: str, chinese: str) -> str:
    """Return the font slots; the hint keeps quotes, dashes and dots Chinese."""
    return f'<w:rFonts w:hint="eastAsia" w:ascii="{roman}" w:hAnsi="{roman}" w:eastAsia="{chinese}" w:cs="{roman}"/>'


# --- paragraphs -----------------------------------------------------------------------------------------------------

_JUSTIFY: dict[Align, str] = {"left": "left", "center": "center", "right": "right", "justify": "both"}
_LISTED = f'<w:outlineLvl w:val="{LEVEL}"/>'
_RULES = {"solid": "single", "dashed": "dashed"}


def _para(para: Para, *, end: str = "", listed: bool = False, new_page: bool = False, keep: bool = False) -> str:
    """Return a paragraph; ``end`` closes a section with it, ``listed`` is whether Word's navigation may tell of it,
    ``keep`` holds it to the next in any case."""
    found = ["<w:p><w:pPr>"]
    if para.keep_next or keep:
        found.append("<w:keepNext/>")
    if para.keep_lines:
        found.append("<w:keepLines/>")
    if new_page:
        found.append("<w:pageBreakBefore/>")
    if para.rule:
        line = f'w:val="{_RULES[para.rule]}" w:sz="4" w:space="{RULE_GAP}" w:color="000000"'
        found.append(f"<w:pBdr><w:bottom {line}/></w:pBdr>")
    found.append(_measure(para.before, para.after, para.line, para.left, para.right, para.first))
    found.append(f'<w:jc w:val="{_JUSTIFY[para.align]}"/>')
    if listed:
        found.append(_LISTED)
    found += (end, "</w:pPr>", *map(_run, para.runs), "</w:p>")
    return "".join(found)


@lru_cache(maxsize=1024)
def _measure(before: float, after: float, line: float, left: float, right: float, first: float) -> str:
    spacing = (
        f'<w:spacing w:before="{_twips(before)}" w:after="{_twips(after)}" w:line="{_twips(line)}" w:lineRule="exact"/>'
    )
    if not (left or right or first):
        return spacing
    shift = f'w:firstLine="{_mm(first)}"' if first >= 0 else f'w:hanging="{_mm(-first)}"'
    return f'{spacing}<w:ind w:left="{_mm(left)}" w:right="{_mm(right)}" {shift}/>'


def _twips(points: float) -> int:
    return round(points * 20)


def _mm(length: float) -> int:
    return round(length * 1440 / 25.4)


# --- pictures -------------------------------------------------------------------------------------------------------

_EMU = 36_000
"""English metric units in a millimetre."""


@lru_cache(maxsize=64)
def _picture_id(picture: Picture) -> str:
    return f"i{digest(repr(picture))}"


def _picture(picture: Picture, *, end: str, new_page: bool) -> str:
    """Return a paragraph with a picture, as high as it: an exact line would cut it off."""
    size = f'cx="{round(picture.width * _EMU)}" cy="{round(picture.height * _EMU)}"'
    named = f'id="{_COUNT}" name="{_picture_id(picture)}"'
    told = _text(picture.alt).replace('"', "&quot;")
    return (
        f"<w:p><w:pPr>{'<w:keepNext/>' * picture.keep_next}{'<w:pageBreakBefore/>' * new_page}"
        f'<w:spacing w:before="0" w:after="0" w:line="240" w:lineRule="auto"/><w:jc w:val="center"/>{end}</w:pPr>'
        '<w:r><w:rPr><w:sz w:val="2"/><w:szCs w:val="2"/></w:rPr>'
        f'<w:drawing><wp:inline distT="0" distB="0" distL="0" distR="0"><wp:extent {size}/>'
        f'<wp:docPr {named} descr="{told}"/><a:graphic><a:graphicData uri="{_PICTURES}"><pic:pic><pic:nvPicPr>'
        f'<pic:cNvPr {named}/><pic:cNvPicPr/></pic:nvPicPr><pic:blipFill><a:blip r:embed="{_picture_id(picture)}"/>'
        f'<a:stretch><a:fillRect/></a:stretch></pic:blipFill><pic:spPr><a:xfrm><a:off x="0" y="0"/><a:ext {size}/>'
        '</a:xfrm><a:prstGeom prst="rect"><a:avLst/></a:prstGeom></pic:spPr></pic:pic></a:graphicData></a:graphic>'
        "</wp:inline></w:drawing></w:r></w:p>"
    )


def _counted(document: bytes) -> bytes:
    """Return a document whose pictures are counted: their numbers must differ, also those of two copies."""
    numbers = count(1)

    def numbered(found: re.Match[bytes]) -> bytes:
        number = b"%d" % next(numbers)
        return number + found[1] + number

    return re.sub(f"{_COUNT}([^{_COUNT}]*){_COUNT}".encode(), numbered, document)


# --- tables ---------------------------------------------------------------------------------------------------------

_SIDES = ("top", "left", "bottom", "right")  # in the order the schema demands


def _table(table: Table) -> str:
    edges = [_mm(sum(table.widths[:at])) for at in range(len(table.widths) + 1)]
    columns = "".join(f'<w:gridCol w:w="{right - left}"/>' for left, right in pairwise(edges))
    sides = (("top", 0), ("left", _mm(table.padding)), ("bottom", 0), ("right", _mm(table.padding)))
    margins = "".join(f'<w:{side} w:w="{width}" w:type="dxa"/>' for side, width in sides)
    headers = header_rows(table)
    rows = (_row(table, at, cells, edges, at < headers) for at, cells in enumerate(grid(table)))
    return (
        f'<w:tbl><w:tblPr><w:tblW w:w="{edges[-1]}" w:type="dxa"/><w:tblInd w:w="{_mm(table.left)}" w:type="dxa"/>'
        f'<w:tblLayout w:type="fixed"/><w:tblCellMar>{margins}</w:tblCellMar></w:tblPr>'
        f"<w:tblGrid>{columns}</w:tblGrid>{''.join(rows)}</w:tbl>"
    )


def _row(table: Table, at: int, cells: list[tuple[int, Cell, bool]], edges: list[int], header: bool) -> str:
    row = table.rows[at]
    height = f'<w:trHeight w:val="{_mm(row.height)}" w:hRule="atLeast"/>' if row.height else ""
    repeat = "<w:tblHeader/>" if header else ""
    keep = row.keep_next or header
    found = (
        _cell(cell, edges[column + cell.span] - edges[column], table.border, continued=continued, keep=keep)
        for column, cell, continued in cells
    )
    return f"<w:tr><w:trPr><w:cantSplit/>{height}{repeat}</w:trPr>{''.join(found)}</w:tr>"


def _cell(cell: Cell, width: int, border: float, *, continued: bool, keep: bool) -> str:
    span = f'<w:gridSpan w:val="{cell.span}"/>' if cell.span > 1 else ""
    merge = "<w:vMerge/>" if continued else '<w:vMerge w:val="restart"/>' if cell.rows > 1 else ""
    paras = (HAIRLINE,) if continued or not cell.paras else cell.paras
    return (
        f'<w:tc><w:tcPr><w:tcW w:w="{width}" w:type="dxa"/>{span}{merge}{_borders(cell.borders, border)}'
        f'<w:vAlign w:val="{cell.valign}"/></w:tcPr>{"".join(_para(para, keep=keep) for para in paras)}</w:tc>'
    )


@lru_cache(maxsize=256)
def _borders(sides: frozenset[str], weight: float) -> str:
    line = f'w:val="single" w:sz="{max(2, round(weight * 8))}" w:space="0" w:color="000000"'
    lines = (f"<w:{side} {line}/>" if side in sides else f'<w:{side} w:val="nil"/>' for side in _SIDES)
    return f"<w:tcBorders>{''.join(lines)}</w:tcBorders>"


# --- sections and their feet ----------------------------------------------------------------------------------------


def _section_end(page: Page, *, first: bool) -> str:
    """Return the shape of a section: the first of a copy starts its pages at 1, and every one names its own feet."""
    turn = ' w:orient="landscape"' if page.width > page.height else ""
    restart = '<w:pgNumType w:start="1"/>' if first else ""
    return (
        f'<w:sectPr><w:footerReference w:type="even" r:id="{_foot_id(page)}e"/>'
        f'<w:footerReference w:type="default" r:id="{_foot_id(page)}o"/>'
        f'<w:type w:val="{START if first else "nextPage"}"/>'
        f'<w:pgSz w:w="{_mm(page.width)}" w:h="{_mm(page.height)}"{turn}/>'
        f'<w:pgMar w:top="{_mm(page.top)}" w:right="{_mm(page.right)}" w:bottom="{_mm(page.bottom)}" '
        f'w:left="{_mm(page.left)}" w:header="0" w:footer="{_foot_distance(page)}" w:gutter="0"/>'
        f"{restart}</w:sectPr>"
    )


def _foot_distance(page: Page) -> int:
    """Return the twips from the paper's edge up to the foot, whose middle stands ``footer_gap`` under the text."""
    return max(0, _mm(page.bottom - page.footer_gap) - _twips(page.footer_style.size / 2))


@lru_cache(maxsize=64)
def _foot_id(page: Page) -> str:
    return f"f{digest(_foot(page, even=False))}"


@lru_cache(maxsize=64)
def _foot(page: Page, *, even: bool) -> str:
    """Return the foot of odd or even pages; — 1 — stands one character in from the outer side, as GB/T 9704 has it."""
    style = page.footer_style
    song = OFFICE[style.font] if style.font != "song" else "宋体"
    size = round(style.size * 2)
    look = f'<w:rPr>{_fonts(song, song)}<w:sz w:val="{size}"/><w:szCs w:val="{size}"/></w:rPr>'
    number = f'<w:fldSimple w:instr=" PAGE "><w:r>{look}<w:t>1</w:t></w:r></w:fldSimple>'
    dash = f'<w:r>{look}<w:t xml:space="preserve">{{}}</w:t></w:r>'
    text = {"": "", "center": number, "dash": dash.format("— ") + number + dash.format(" —")}[page.footer]
    side = "center" if page.footer == "center" else "left" if even else "right"
    spacing = f'<w:spacing w:before="0" w:after="0" w:line="{_twips(style.size)}" w:lineRule="exact"/>'
    indent = f'<w:ind w:{side}="{_twips(style.size)}"/>' if page.footer == "dash" else ""
    return f'<w:ftr {_NAMESPACES}><w:p><w:pPr>{spacing}{indent}<w:jc w:val="{side}"/></w:pPr>{text}</w:p></w:ftr>'


# --- the package ----------------------------------------------------------------------------------------------------

_XML = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
_MAIN = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
_RELATIONS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_PACKAGE = "http://schemas.openxmlformats.org/package/2006"
_DRAWINGS = "http://schemas.openxmlformats.org/drawingml/2006"
_PICTURES = f"{_DRAWINGS}/picture"
_NAMESPACES = f'xmlns:w="{_MAIN}" xmlns:r="{_RELATIONS}"'
_FOR_DRAWINGS = f' xmlns:wp="{_DRAWINGS}/wordprocessingDrawing" xmlns:a="{_DRAWINGS}/main" xmlns:pic="{_PICTURES}"'
_WORD_TYPE = "application/vnd.openxmlformats-officedocument.wordprocessingml"

_STYLES = (
    f'{_XML}<w:styles xmlns:w="{_MAIN}"><w:docDefaults><w:rPrDefault><w:rPr>{_fonts("Times New Roman", "仿宋")}'
    '<w:sz w:val="21"/><w:szCs w:val="21"/><w:lang w:val="en-US" w:eastAsia="zh-CN" w:bidi="ar-SA"/></w:rPr>'
    "</w:rPrDefault><w:pPrDefault/></w:docDefaults>"
    '<w:style w:type="paragraph" w:default="1" w:styleId="a"><w:name w:val="Normal"/><w:qFormat/><w:pPr>'
    '<w:widowControl/><w:kinsoku/><w:wordWrap/><w:overflowPunct w:val="0"/><w:autoSpaceDE w:val="0"/>'
    '<w:autoSpaceDN w:val="0"/><w:adjustRightInd w:val="0"/><w:snapToGrid w:val="0"/></w:pPr></w:style></w:styles>'
)
_SETTINGS = (
    f'{_XML}<w:settings xmlns:w="{_MAIN}"><w:evenAndOddHeaders/><w:characterSpacingControl w:val="doNotCompress"/>'
    "<w:compat><w:ulTrailSpace/><w:doNotExpandShiftReturn/>"
    '<w:compatSetting w:name="compatibilityMode" w:uri="http://schemas.microsoft.com/office/word" w:val="15"/>'
    "</w:compat></w:settings>"
)
_FONT_TABLE = (
    f'{_XML}<w:fonts xmlns:w="{_MAIN}"><w:font w:name="{OFFICE["song"]}"><w:altName w:val="宋体"/>'
    '<w:charset w:val="86"/><w:family w:val="auto"/><w:pitch w:val="variable"/></w:font></w:fonts>'
)
_PARTS = {"styles": _STYLES, "settings": _SETTINGS, "fontTable": _FONT_TABLE}


def _package(body: Sequence[bytes], pages: tuple[Page, ...], title: str, pictures: Sequence[Picture] = ()) -> bytes:
    """Return the zip of all parts."""
    images = {_picture_id(picture): drawing.png(picture) for picture in pictures}
    opening = f"{_XML}<w:document {_NAMESPACES}{_FOR_DRAWINGS if images else ''}><w:body>".encode()
    document = b"".join((opening, *body, b"</w:body></w:document>"))
    if images:
        document = _counted(document)
    return office.pack(
        _around(pages, tuple(images))
        | {"docProps/core.xml": office.core_properties(title), "word/document.xml": document}
        | {f"word/media/{name}.png": image for name, image in images.items()}
    )


@lru_cache(maxsize=64)
def _around(pages: tuple[Page, ...], images: tuple[str, ...]) -> dict[str, bytes | office.Part]:
    """Return the parts that all files have in common which know the same pages and images, and empty ones in the places
    of the others."""
    feet = {
        f"{_foot_id(page)}{'e' if even else 'o'}": _XML + _foot(page, even=even)
        for page in pages
        for even in (True, False)
    }
    named = _PARTS | feet
    kinds = {name: "footer" if name in feet else name for name in named}
    return {
        "[Content_Types].xml": office.deflated(_content_types(kinds, pictures=bool(images))),
        "_rels/.rels": office.deflated(
            _relations(
                ("rId1", f"{_RELATIONS}/officeDocument", "word/document.xml"),
                ("rId2", f"{_PACKAGE}/relationships/metadata/core-properties", "docProps/core.xml"),
            )
        ),
        "docProps/core.xml": b"",
        "word/document.xml": b"",
        "word/_rels/document.xml.rels": office.deflated(
            _relations(
                *((name, f"{_RELATIONS}/{kind}", f"{name}.xml") for name, kind in kinds.items()),
                *((name, f"{_RELATIONS}/image", f"media/{name}.png") for name in images),
            )
        ),
        **{f"word/media/{name}.png": b"" for name in images},
        **{f"word/{name}.xml": office.deflated(xml.encode()) for name, xml in named.items()},
    }


def _content_types(kinds: Mapping[str, str], *, pictures: bool) -> bytes:
    parts = {"/word/document.xml": f"{_WORD_TYPE}.document.main+xml"}
    parts |= {f"/word/{name}.xml": f"{_WORD_TYPE}.{kind}+xml" for name, kind in kinds.items()}
    parts["/docProps/core.xml"] = "application/vnd.openxmlformats-package.core-properties+xml"
    image = '<Default Extension="png" ContentType="image/png"/>' * pictures
    overrides = "".join(f'<Override PartName="{name}" ContentType="{kind}"/>' for name, kind in parts.items())
    return (
        f'{_XML}<Types xmlns="{_PACKAGE}/content-types">'
        '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
        f'<Default Extension="xml" ContentType="application/xml"/>{image}{overrides}</Types>'
    ).encode()


def _relations(*found: tuple[str, str, str]) -> bytes:
    """Return a relationship part of (id, type, target)."""
    lines = "".join(f'<Relationship Id="{name}" Type="{kind}" Target="{target}"/>' for name, kind, target in found)
    return f'{_XML}<Relationships xmlns="{_PACKAGE}/relationships">{lines}</Relationships>'.encode()
