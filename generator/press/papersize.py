"""What kind of paper papers are printed on."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from generator.forms.lowered import Cast, Page, Paper
from generator.render.flow import sections
from generator.render.own_word import Filled

SIZES = {(297, 420): "A3", (210, 297): "A4", (148, 210): "A5", (257, 364): "B4", (182, 257): "B5"}
"""Width and height in mm of the sizes that printers know, upright."""
ACROSS = "横"
"""What is written after the size of a page that lies across."""


def sizes(papers: Iterable[Paper | Cast | Filled]) -> str:
    """Return what papers are printed on: A4, A4横, or A4、A4横 where they turn."""
    each = (paper.mould.paper if isinstance(paper, Cast) else paper for paper in papers)
    shapes = {id(shape): shape for shape in each}
    pages = dict.fromkeys(page for shape in shapes.values() for page in _pages(shape))
    return "、".join(dict.fromkeys(map(size, pages)))


def _pages(paper: Paper | Filled) -> Iterator[Page]:
    if isinstance(paper, Filled):
        for width, height in paper.form.page_sizes:
            yield Page(width, height)
    else:
        yield from (section.page for section in sections(paper))


def size(page: Page) -> str:
    """Return the name of a page's size, or its millimetres where it has none; across is said."""
    short, long = sorted((round(page.width), round(page.height)))
    return SIZES.get((short, long), f"{short}×{long}毫米") + (ACROSS if page.width > page.height else "")


def stock(paper: str) -> str:
    """Return what lies in the printer's tray: upright and across are one paper."""
    return "、".join(dict.fromkeys(one.removesuffix(ACROSS) for one in paper.split("、")))
