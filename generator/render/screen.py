"""Shows a lowered paper on a screen, before it is printed and where no PDF can be made.

It is the element tree of the PDF in a browser's hands. Pages are columns of a page's size side by side, which browsers
break as they break pages.
"""

from __future__ import annotations

from collections.abc import Callable
from xml.etree.ElementTree import tostring

from generator.forms.lowered import Page, Paper
from generator.render.flow import sections
from generator.render.pdf import BASE, faces, tree

GAP = 8.0
"""Millimetres between two pages."""
DRAFT = "预览"


def screen(paper: Paper, address: Callable[[str], str]) -> tuple[str, str]:
    """Return a paper as an HTML document, and the style sheet that is in it; ``address`` tells where a face lies."""
    html, looks = tree(paper)
    pages = "".join(_sheet(section.page, f"s{at}") for at, section in enumerate(sections(paper)))
    css = _BROWSER + faces(address) + BASE + looks.replace("break-before:page", "break-before:column") + pages
    body = "".join(tostring(division, encoding="unicode", method="html") for division in html[0])
    head = f'<meta charset="utf-8"><title>{DRAFT}</title><style>{css}</style>'
    return f'<!doctype html><html lang="zh-CN"><head>{head}</head><body>{body}</body></html>', css


_BROWSER = """
html{background:#fff}body{margin:0 8mm;width:max-content}
body::before{content:"预览：只看内容和样子，不要拿去印";position:fixed;z-index:1;top:0;left:0;padding:2px 10px;
  background:#a3160d;color:#fff;font:14px/1.6 FandolHei-Regular,sans-serif}
td,th{padding:0}
@media print{body{display:none!important}}
"""


def _sheet(page: Page, name: str) -> str:
    """Return the rules of a section: its columns are as large as the text area, its frame is the sheet of paper."""
    height = page.height - page.top - page.bottom
    gap = page.right + page.left + GAP
    return (
        f".{name}{{width:{page.text_width}mm;height:{height}mm;columns:auto;column-width:{page.text_width}mm;"
        f"column-gap:{gap}mm;column-fill:auto;column-rule:{GAP}mm solid #777;"
        f"margin-bottom:{GAP}mm;box-shadow:0 0 0 {GAP}mm #777;"
        f"padding:{page.top}mm {page.right}mm {page.bottom}mm {page.left}mm;box-sizing:content-box}}"
    )
