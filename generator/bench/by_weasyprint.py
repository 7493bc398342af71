"""The same contracts made by WeasyPrint as its manual says, from pages of HTML that say what ours do.

It works in processes of its own, because in this one its painting and embedding are replaced by ours.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from io import BytesIO
from typing import Any, Literal
from xml.etree import ElementTree

from generator.bench.machine import Spent, spent
from generator.forms.lowered import Paper
from generator.press.workers import Tell, share_out
from generator.render import pdf
from generator.render.fonts import files

Way = Literal["single", "merged"]


@dataclass(frozen=True, slots=True)
class Printed:
    """What WeasyPrint's files took, their pages, and the module that painted them."""

    spent: Spent
    pages: int
    painter: str


@dataclass(frozen=True, slots=True)
class ByWeasyPrint:
    """Contracts as pages of HTML, and the rules that all of them have in common."""

    pages: list[str]
    rules: str

    @classmethod
    def of(cls, papers: Sequence[Paper]) -> ByWeasyPrint:
        """Return what WeasyPrint needs to print these papers."""
        house = pdf.faces(lambda face: files()[face].as_uri())
        return cls(list(map(html, papers)), pdf.BASE + "body{margin:0}" + house)

    def printed(self, way: Way, count: int) -> Printed:
        """Return what it took to print the first contracts: one file each, or all in one."""
        found: list[Printed] = []
        share_out([(way, count)], self._make, 1, found.append)
        return found[0]

    def _make(self, job: tuple[Way, int], _: Tell[Printed]) -> Printed:
        """Print in a process that nothing was printed in yet; libraries and fonts are read before time is taken."""
        from weasyprint import CSS, HTML, document
        from weasyprint.text.fonts import FontConfiguration

        way, count = job
        fonts = FontConfiguration()
        sheet = CSS(string=self.rules, font_config=fonts)
        laid: list[int] = []

        def render(page: str) -> Any:
            made = HTML(string=page).render(font_config=fonts, stylesheets=[sheet])
            laid.append(len(made.pages))
            return made

        def print_(pages: list[str]) -> None:
            if way == "single":
                for page in pages:
                    render(page).write_pdf(BytesIO())
            else:
                first, *others = map(render, pages)
                first.copy([*first.pages, *(page for other in others for page in other.pages)]).write_pdf(BytesIO())

        print_(self.pages[:1])
        laid.clear()
        took = spent(lambda: print_(self.pages[:count]))
        return Printed(took, sum(laid), document.draw_page.__module__)


def html(paper: Paper) -> str:
    """Return a paper as a page of HTML that any browser can show."""
    tree, css = pdf.tree(paper)
    head = ElementTree.Element("head")
    ElementTree.SubElement(head, "meta", charset="utf-8")
    ElementTree.SubElement(head, "style").text = css
    tree.insert(0, head)
    return f"<!DOCTYPE html>{ElementTree.tostring(tree, encoding='unicode', method='html')}"
