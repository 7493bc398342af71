"""A paper as it flows onto pages: what Word and PDF share, so that both break in the same places.

Sections are stretches of one page shape. Tables never touch: Word would glue them together, so a hairline
paragraph stands between two tables, and before a table that starts a page. Pictures are left out of both where none
can be drawn: their figures stand in a table.
"""

from __future__ import annotations

from dataclasses import dataclass

from generator.forms.lowered import Page, PageBreak, Paper, Para, Picture, Table
from generator.render import drawing

HAIRLINE = Para((), line=1.0)
"""A paragraph one point high, the least that Word and LibreOffice both keep."""
RULE_GAP = 4
"""Points between the text of a paragraph and the rule under it: office programs set text low in its line."""


@dataclass(frozen=True, slots=True)
class Step:
    """A paragraph, table or picture, and whether it starts a new page."""

    block: Para | Table | Picture
    new_page: bool = False


@dataclass(frozen=True, slots=True)
class Section:
    """Blocks on pages of one shape."""

    page: Page
    steps: tuple[Step, ...]


def sections(paper: Paper) -> tuple[Section, ...]:
    """Return the sections of ``paper``; a break with nothing before or after it breaks nothing."""
    found: list[Section] = []
    page, steps, new_page = paper.page, list[Step](), False
    for block in paper.blocks:
        if isinstance(block, Picture) and not drawing.available():
            continue
        if not isinstance(block, PageBreak):
            steps += _spaced(steps, block, new_page)
            new_page = False
        elif block.page is None or block.page == page:
            new_page = bool(steps)
        else:
            if steps:
                found.append(Section(page, tuple(steps)))
            page, steps, new_page = block.page, [], False
    if steps or not found:
        found.append(Section(page, tuple(steps) or (Step(HAIRLINE),)))
    return tuple(found)


def _spaced(steps: list[Step], block: Para | Table | Picture, new_page: bool) -> tuple[Step, ...]:
    """Return ``block`` as the next step, after a hairline where a table would touch another or start a page."""
    touching = bool(steps) and isinstance(steps[-1].block, Table)
    if isinstance(block, Table) and (new_page or touching):
        return Step(HAIRLINE, new_page), Step(block)
    return (Step(block, new_page),)


def heading(paper: Paper) -> Para | None:
    """Return the paragraph that a bookmark of ``paper`` points at: the anchored one, else the first."""
    paras = [block for block in paper.blocks if isinstance(block, Para)]
    return next((para for para in paras if para.anchor), paras[0] if paras else None)


def header_rows(table: Table) -> int:
    """Return how many leading rows are repeated on every page: none where every row is a header."""
    return next((at for at, row in enumerate(table.rows) if not row.header), 0)
