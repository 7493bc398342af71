"""Prints lowered papers as .pdf: WeasyPrint lays out each paper, pikepdf makes copies, blanks and bookmarks.

A paper becomes an element tree whose classes are its decisions, one class for each look that occurs. The
pages of all papers are written in one go, so that a print file holds each font once.
"""

from __future__ import annotations

import os
import tempfile
from base64 import b64encode
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import redirect_stdout
from dataclasses import dataclass
from functools import cache, lru_cache
from io import BytesIO, StringIO
from itertools import accumulate
from pathlib import Path
from typing import TYPE_CHECKING, Any
from xml.etree.ElementTree import Element, SubElement

from generator.errors import BaoxueError
from generator.forms.lowered import Cast, Cell, Font, Page, Paper, Para, Picture, Run, Style, Table, digest, whole
from generator.render import Insert, Printed, Step, drawing, silent
from generator.render.flow import RULE_GAP, Section, header_rows, sections
from generator.render.fonts import FACES, LATIN, WIDEST, WITH_TIMES, drawable, files
from generator.render.typeset import stretches

if TYPE_CHECKING:
    import pikepdf
    from weasyprint.document import Page as LaidPage

    from generator.render.stamp import Stamper

suffix = ".pdf"
ASKED = "按要求逐份排版"

LINK = "baoxue:"
"""How links begin that lead to another part of a dossier; ``bound.py`` turns them into links to pages."""


def unavailable() -> str:
    """Return why PDF files cannot be made here: WeasyPrint or a library it stands on is missing."""
    try:
        with redirect_stdout(StringIO()):  # of a missing library WeasyPrint tells at length, in English
            import weasyprint  # noqa: F401
    except ImportError:
        return "WeasyPrint 没有装好。Word 和 Excel 照常；要 PDF，运行 baoxue doctor 看怎么补。"
    except OSError:
        return "WeasyPrint 要用的系统库 Pango 没有装好。Word 和 Excel 照常；要 PDF，运行 baoxue doctor 看怎么补。"
    return ""


DRAWN = "data:image/png;base64,"
"""How the address of a picture begins, which is the picture."""


class UndrawableError(BaoxueError):
    """A paper holds characters that no house font can draw."""


def undrawable(paper: Paper) -> str:
    """Return the characters of ``paper`` that no house font can draw, in the order of their code points."""
    lacking = {char for run in paper.runs() for char in _lacking(run.text, run.style.font)}
    drawn = {char for block in paper.blocks if isinstance(block, Picture) for char in set(block.text)}
    return "".join(sorted(lacking | (drawn - drawable(drawing.FACE))))


def _lacking(text: str, font: Font) -> set[str]:
    return set() if drawable(font).issuperset(text) else set(text) - drawable(font)


def render(
    papers: Sequence[Paper | Cast], *, copies: int, duplex: bool, title: str, step: Step = silent,
    inserts: Sequence[Insert] = (), full: bool = False,
) -> Printed:  # fmt: skip
    """Return the papers as one PDF and the pages of each; with ``full``, each laid out on its own by WeasyPrint.

    Raises UndrawableError, naming all papers and characters concerned, before anything is laid out.
    """
    from generator.render.batch import print_file
    from generator.render.stamp import OtherWayError, WidthError

    def check(paper: Paper, values: Iterable[Run]) -> None:
        if undrawable(paper) or any(_lacking(run.text, run.style.font) for run in values):
            _check(papers)  # tells of all

    why = ASKED
    if not full:
        try:
            if _beyond_text(papers):
                raise OtherWayError  # nothing is laid out in vain
            return print_file(
                papers, _stamper(), check, copies=copies, duplex=duplex, title=title, step=step, inserts=inserts
            )
        except OtherWayError:
            why = "文件里有图或链接"
        except WidthError:
            why = "文件里的字有两种宽度"
    _check(papers)
    laid = []
    for paper in papers:
        laid.append(_lay_out(whole(paper)))
        step()
    counts = tuple(len(pages) for pages in laid)
    between = [whole(insert.paper(counts)) for insert in inserts]
    put = list(map(_lay_out, between))
    written = _write([page for pages in (*laid, *put) for page in pages], title)
    lengths = tuple(map(len, put))
    titles, says = [paper.title for paper in papers], [paper.title for paper in between]
    order = interleaved(titles, counts, copies, inserts, says, lengths)
    return Printed(assemble(written, order, duplex), counts, copies, {why: len(papers)}, lengths)


def _beyond_text(papers: Sequence[Paper | Cast]) -> bool:
    """Return whether papers have pictures or links; what is made by a mould has none that the mould has not."""
    each = (paper.mould.paper if isinstance(paper, Cast) else paper for paper in papers)
    return any(
        any(isinstance(block, Picture) for block in paper.blocks) or any(run.target for run in paper.runs())
        for paper in {id(paper): paper for paper in each}.values()
    )


@cache
def _stamper() -> Stamper:
    from generator.render.stamp import Stamper

    _engine()
    return Stamper(_lay_out)


def forget() -> None:
    """Forget all layouts and the values set in them, as if nothing had been printed yet."""
    _stamper.cache_clear()


def _check(papers: Sequence[Paper | Cast]) -> None:
    found = ((paper.title, char) for paper in papers for char in undrawable(whole(paper)))
    lacking = [f"《{title}》中的“{char}”（U+{ord(char):04X}）" for title, char in found]
    if lacking:
        raise UndrawableError(f"字库里没有这些字，PDF 印不出来：{'、'.join(lacking)}。请换字，或者改用 Word。")


# --- paper -> element tree ------------------------------------------------------------------------------------------


class _Looks:
    """The style classes of one paper: a class for every look that occurs."""

    def __init__(self) -> None:
        self.rules: dict[str, str] = {}

    def name(self, look: str) -> str:
        """Return the class of ``look``, a string of declarations."""
        name = _class_name(look)
        self.rules[name] = look
        return name

    def css(self) -> str:
        """Return the rules, in an order that does not depend on that of the paper."""
        return "".join(f".{name}{{{look}}}" for name, look in sorted(self.rules.items()))


@lru_cache(maxsize=4096)
def _class_name(look: str) -> str:
    return f"k{digest(look)}"


def tree(paper: Paper) -> tuple[Element, str]:
    """Return the element tree of ``paper`` and the rules of its classes and pages."""
    looks, html = _Looks(), Element("html", lang="zh-CN")
    body = SubElement(html, "body")
    found = sections(paper)
    for at, section in enumerate(found):
        division = SubElement(body, "div", {"class": f"s{at}"})
        division.extend(_blocks(section, looks))
    pages = "".join(f"{_page(section.page, f's{at}')}.s{at}{{page:s{at}}}" for at, section in enumerate(found))
    return html, pages + looks.css()


def _blocks(section: Section, looks: _Looks) -> Iterator[Element]:
    for step in section.steps:
        block = step.block
        if isinstance(block, Picture):
            yield _picture(block, looks, new_page=step.new_page)
        else:
            yield _table(block, looks) if isinstance(block, Table) else _para(block, looks, new_page=step.new_page)


def _picture(picture: Picture, looks: _Looks, *, new_page: bool) -> Element:
    """Return a picture on a line of its own."""
    look = "text-align:center;line-height:0;margin:0;break-inside:avoid;"
    look += "break-after:avoid;" * picture.keep_next + "break-before:page;" * new_page
    element = Element("div", {"class": looks.name(look)})
    source = DRAWN + b64encode(drawing.png(picture)).decode()
    size = looks.name(f"width:{picture.width}mm;height:{picture.height}mm;")
    SubElement(element, "img", {"src": source, "alt": picture.alt, "class": size})
    return element


def _para(para: Para, looks: _Looks, *, new_page: bool = False) -> Element:
    look = _para_look(para.align, para.line, para.first) + _para_frame(para)
    if new_page:
        look += "break-before:page;"
    return _filled("p", {}, para, look, looks)


@lru_cache(maxsize=1024)
def _para_look(align: str, line: float, first: float) -> str:
    return f"text-align:{align};line-height:{line}pt;text-indent:{first}mm;"


def _para_frame(para: Para) -> str:
    """Return what stands around the lines of a paragraph and how it may break."""
    look = f"margin:{para.before}pt {para.right}mm {para.after}pt {para.left}mm;min-height:{para.line}pt;"
    if para.keep_next:
        look += "break-after:avoid;"
    if para.keep_lines:
        look += "break-inside:avoid;"
    if para.rule:
        look += f"border-bottom:.5pt {para.rule};padding-bottom:{RULE_GAP}pt;"
    return look


def _filled(tag: str, attributes: dict[str, str], para: Para, look: str, looks: _Looks) -> Element:
    """Return an element with the runs of ``para``.

    The first run's look is the element's, and runs like it need no element of their own if their face has all
    their characters: elements are what layout costs. A run that needs help from another face gets one without
    height, because metrics of two faces in a line would make the line taller; so does an underlined one,
    because an element's line goes through all that it holds.
    """
    main = para.runs[0].style if para.runs else None
    if para.anchor:
        attributes = attributes | {"id": para.anchor}
    element = Element(tag, attributes | {"class": looks.name(look + (_run_look(main) if main else ""))})
    for stretch in stretches(para.runs):
        if stretch.apart:
            link = {"href": f"{LINK}{stretch.target}"} if stretch.target else {}
            look = looks.name(_span_look(stretch.style))
            SubElement(element, "a" if link else "span", {"class": look} | link).text = stretch.text
        elif len(element):
            element[-1].tail = stretch.text
        else:
            element.text = stretch.text
    return element


@lru_cache(maxsize=1024)
def _run_look(style: Style) -> str:
    return f"font-family:{FACES[style.font]},{WIDEST};{_letters(style)}"


@lru_cache(maxsize=1024)
def _span_look(style: Style) -> str:
    latin = f"{LATIN}," if style.font in WITH_TIMES else ""
    line = "text-decoration:underline;" if style.underline else ""
    return f"font-family:{latin}{FACES[style.font]},{WIDEST};{_letters(style)}{line}line-height:0;"


def _letters(style: Style) -> str:
    return f"font-size:{style.size}pt;letter-spacing:{style.spacing}pt;color:#{style.color};"


def _table(table: Table, looks: _Looks) -> Element:
    look = f"width:{sum(table.widths)}mm;margin-left:{table.left}mm;"
    element = Element("table", {"class": looks.name(look)})
    columns = SubElement(element, "colgroup")
    for width in table.widths:
        SubElement(columns, "col", {"class": looks.name(f"width:{width}mm;")})
    rows = [_row(table, at, looks) for at in range(len(table.rows))]
    headers = header_rows(table)
    if headers:
        SubElement(element, "thead").extend(rows[:headers])
    SubElement(element, "tbody").extend(rows[headers:])
    return element


def _row(table: Table, at: int, looks: _Looks) -> Element:
    row = table.rows[at]
    element = Element("tr", {"class": looks.name("break-after:avoid;")} if row.keep_next else {})
    for cell in row.cells:
        height = sum(covered.height for covered in table.rows[at : at + cell.rows])
        element.append(_cell(cell, height, table, looks))
    return element


def _cell(cell: Cell, height: float, table: Table, looks: _Looks) -> Element:
    """Return a cell; one paragraph is set in the cell itself, several stand in it as elements."""
    attributes = {"colspan": str(cell.span), "rowspan": str(cell.rows)}
    frame = f"vertical-align:{_VERTICAL[cell.valign]};{_borders(cell.borders, table.border)}"
    if len(cell.paras) == 1 and not cell.paras[0].rule:
        para = cell.paras[0]
        least = (para.before + para.line + para.after) * _MM_PER_POINT
        frame += f"height:{max(height, least)}mm;" + _para_look(para.align, para.line, para.first)
        frame += f"padding:{para.before}pt {table.padding + para.right}mm {para.after}pt {table.padding + para.left}mm;"
        return _filled("td", attributes, para, frame, looks)
    frame += f"height:{height}mm;padding:0 {table.padding}mm;"
    element = Element("td", attributes | {"class": looks.name(frame)})
    element.extend(_para(para, looks) for para in cell.paras)
    return element


_VERTICAL = {"top": "top", "center": "middle", "bottom": "bottom"}
_MM_PER_POINT = 25.4 / 72


@lru_cache(maxsize=256)
def _borders(sides: frozenset[str], weight: float) -> str:
    return "".join(f"border-{side}:{weight}pt solid #000;" for side in sorted(sides))


@lru_cache(maxsize=64)
def _page(page: Page, name: str) -> str:
    """Return the rules of a page; — 1 — stands one character in from the outer side, its middle ``footer_gap`` down."""
    shape = f"size:{page.width}mm {page.height}mm;margin:{page.top}mm {page.right}mm {page.bottom}mm {page.left}mm;"
    style = page.footer_style
    drop = max(0.0, page.footer_gap / _MM_PER_POINT - style.size / 2)
    faces = f"{LATIN},{FACES['fang' if style.font == 'song' else style.font]}"
    look = (
        f"font-family:{faces};font-size:{style.size}pt;line-height:{style.size}pt;width:100%;vertical-align:top;"
        f"padding-top:{drop}pt;"
    )
    if page.footer == "center":
        return f"@page {name}{{{shape}@bottom-center{{content:counter(page);text-align:center;{look}}}}}"
    if page.footer == "dash":
        dash = f'content:"— " counter(page) " —";{look}'
        return (
            f"@page {name}{{{shape}}}"
            f"@page {name}:right{{@bottom-right{{text-align:right;padding-right:{style.size}pt;{dash}}}}}"
            f"@page {name}:left{{@bottom-left{{text-align:left;padding-left:{style.size}pt;{dash}}}}}"
        )
    return f"@page {name}{{{shape}}}"


# --- element tree -> pages ------------------------------------------------------------------------------------------

BASE = """
html,body,div,p{display:block}table{display:table}colgroup{display:table-column-group}col{display:table-column}
thead{display:table-header-group}tbody{display:table-row-group}tr{display:table-row}td{display:table-cell}
html{font-variant-ligatures:none;font-kerning:none;hyphens:none;white-space:pre-wrap;overflow-wrap:break-word;
  orphans:2;widows:2}
table{table-layout:fixed;border-collapse:collapse;text-indent:0}
tr{break-inside:avoid}
td{box-sizing:border-box}
"""
"""What holds on all pages. Ligatures would turn 12:30 into another glyph; kerning is what Word does not do."""


def _lay_out(paper: Paper) -> list[LaidPage]:
    html, css = tree(paper)
    pages: list[LaidPage] = _document(html, css).pages
    return pages


def _document(html: Element, css: str) -> Any:
    engine = _engine()
    return engine.Source(html).render(font_config=engine.fonts, stylesheets=[engine.sheet(css)])


def _write(pages: list[LaidPage], title: str) -> bytes:
    """Return all ``pages`` as one file with each font once."""
    document = _document(Element("html", lang="zh-CN"), "").copy(pages)
    document.metadata.title = title
    data: bytes = document.write_pdf(uncompressed_pdf=True)  # the print file is compressed, once
    return data


class _Engine:
    """WeasyPrint with the house fonts and no others, once a process: two sets of fonts would mix up glyphs."""

    def __init__(self) -> None:
        import cssselect2
        from weasyprint import CSS, HTML
        from weasyprint.urls import URLFetcher

        from generator.render import embedding, justify, painting

        justify.install()  # it proves the version, so it comes first
        painting.install()
        embedding.install()
        house = {path.as_uri() for path in files().values()}

        class HouseFonts(URLFetcher):  # type: ignore[misc]
            """Fetches the house fonts, takes the pictures that stand in the document, and refuses all else."""

            def fetch(self, url: str, headers: Any = None) -> Any:
                if url not in house and not url.startswith(DRAWN):
                    raise ValueError(f"refused: {url}")
                return super().fetch(url, headers)

        self.fetcher = fetcher = HouseFonts()
        self.fonts = _house_fonts()
        self.sheet = lru_cache(maxsize=256)(
            lambda css: CSS(string=css, font_config=self.fonts, url_fetcher=fetcher, base_url="")
        )
        base = self.sheet(BASE)
        self.sheet(faces(lambda face: files()[face].as_uri()))

        class Source(HTML):  # type: ignore[misc]
            """A document made of elements instead of text, with our few rules in place of a browser's many."""

            def __init__(self, html: Element) -> None:
                self.base_url = ""
                self.url_fetcher = fetcher
                self.media_type = "print"
                self.wrapper_element = cssselect2.ElementWrapper.from_html_root(html, content_language=None)
                self.etree_element = html

            def _ua_stylesheets(self, *_: Any) -> list[Any]:
                return [base]

        self.Source = Source


@cache
def _engine() -> _Engine:
    return _Engine()


def _house_fonts() -> Any:
    """Return a font configuration that knows no font of this machine."""
    from weasyprint.text.fonts import FontConfiguration

    before = os.environ.get("FONTCONFIG_FILE")
    with tempfile.TemporaryDirectory() as folder:
        empty = Path(folder) / "fonts.conf"
        empty.write_text(
            '<?xml version="1.0"?><!DOCTYPE fontconfig SYSTEM "urn:fontconfig:fonts.dtd"><fontconfig/>', "ascii"
        )
        os.environ["FONTCONFIG_FILE"] = str(empty)
        try:
            return FontConfiguration()
        finally:
            if before is None:
                del os.environ["FONTCONFIG_FILE"]
            else:
                os.environ["FONTCONFIG_FILE"] = before


def faces(address: Callable[[str], str]) -> str:
    """Return a font-face rule for each house face, by the address of its file; the roman one is for Latin letters and
    digits only."""
    return "".join(
        f'@font-face{{font-family:{face};src:url("{address(face)}");font-weight:normal;'
        f"{'unicode-range:U+20-7E;' if face == LATIN else ''}}}"
        for face in files()
    )


# --- pages -> print file --------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Laid:
    """What is laid out, with its bookmark: which pages it has among all, and how many times it is printed."""

    title: str
    pages: range
    copies: int


def interleaved(
    titles: Sequence[str], counts: Sequence[int], copies: int, inserts: Sequence[Insert] = (),
    between: Sequence[str] = (), lengths: Sequence[int] = (),
) -> Iterator[Laid]:  # fmt: skip
    """Yield papers and inserts as they follow one another in a print file, where all pages of inserts were laid out
    after those of the papers: of each the titles and numbers of pages."""
    ends = [*accumulate((*counts, *lengths), initial=0)]
    spans = [range(*ends[at : at + 2]) for at in range(len(ends) - 1)]
    put = list(zip(inserts, between, spans[len(counts) :], strict=True))
    for at, title in enumerate(titles):
        yield from (Laid(says, span, 1) for insert, says, span in put if insert.before == at)
        yield Laid(title, spans[at], copies)


def assemble(written: bytes, order: Iterable[Laid], duplex: bool) -> bytes:
    """Return the print file: copies that share what they show, blanks that keep every copy's front on a front."""
    import pikepdf

    with pikepdf.open(BytesIO(written)) as pdf:
        originals = [page.obj for page in pdf.pages]
        while len(pdf.pages):
            del pdf.pages[0]
        marks = []
        for part in order:
            for copy in range(part.copies):
                if duplex and len(pdf.pages) % 2:
                    pdf.pages.append(_blank(pdf, pdf.pages[-1]))
                if copy == 0:
                    marks.append((part.title, len(pdf.pages)))
                pdf.pages.extend(pikepdf.Page(originals[at]) for at in part.pages)
        with pdf.open_outline() as outline:
            outline.root.extend(pikepdf.OutlineItem(title, page) for title, page in marks)
        pdf.Root.ViewerPreferences = _print_settings(duplex)
        buffer = BytesIO()
        pdf.save(buffer, deterministic_id=True, object_stream_mode=pikepdf.ObjectStreamMode.generate)
    return buffer.getvalue()


def _print_settings(duplex: bool) -> pikepdf.Dictionary:
    """Return what the print dialogue is to begin with: sides, and no scaling.

    Landscape pages too turn over on the long edge of the sheet: in a file bound at its left that puts the head of a
    landscape table at the binding on odd pages and at the fore-edge on even ones, as GB/T 9704 has it, so that a
    reader turns the file once for both. The short edge would print every back upside down to its front.
    """
    import pikepdf

    sides = pikepdf.Name.DuplexFlipLongEdge if duplex else pikepdf.Name.Simplex
    return pikepdf.Dictionary(Duplex=sides, PrintScaling=pikepdf.Name("/None"))


def _blank(pdf: pikepdf.Pdf, like: pikepdf.Page) -> pikepdf.Page:
    """Return an empty page of the same size as ``like``."""
    import pikepdf

    empty = pikepdf.Dictionary(Type=pikepdf.Name.Page, MediaBox=like.mediabox, Resources=pikepdf.Dictionary())
    return pikepdf.Page(pdf.make_indirect(empty))
