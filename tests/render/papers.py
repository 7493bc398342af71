"""Small lowered papers for the printers' tests."""

from __future__ import annotations

from generator.forms.lowered import Align, Block, Cell, Page, Paper, Para, Row, Run, Style, Table

FANG = Style("fang", 16.0, spacing=-0.25)
HEI = Style("hei", 12.0)
PEN = Style("pen", 12.0)
SONG = Style("song", 22.0)
HOSTILE = "<李>&\"A\" '=1+1' {{ 7*7 }} {% x %} 欧阳·璟堃𬭎 “引”—…12:30 </w:t>"
SENTENCE = "落实控辍保学责任，保障适龄儿童少年依法接受义务教育。"


def para(text: str, style: Style = FANG, *, value: bool = False, align: Align = "left", line: float = 28.95) -> Para:
    return Para((Run(text, style, value=value),), align, line)


def cell(text: str, style: Style = PEN, *, span: int = 1, rows: int = 1, number: float | None = None) -> Cell:
    run = Run(text, style, value=True, boxed=True, number=number)
    return Cell((Para((run,), "center", 16.0),), span, rows)


def row(*texts: str, height: float = 8.0, header: bool = False, keep_next: bool = False) -> Row:
    return Row(tuple(cell(text) for text in texts), height, header, keep_next)


def table(*rows: Row, widths: tuple[float, ...] = (30.0, 50.0)) -> Table:
    return Table(widths, rows, sheet=True)


def paper(*blocks: Block, title: str = "责任书", page: Page | None = None) -> Paper:
    return Paper(title, page or Page(), blocks)


def pages_of_lines(count: int, page: Page | None = None, title: str = "责任书") -> Paper:
    """A paper of ``count`` lines; 22 fill a page."""
    return paper(*(para(f"第{at}行") for at in range(count)), title=title, page=page)
