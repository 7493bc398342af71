from __future__ import annotations

import inspect
import re
from collections.abc import Iterator
from dataclasses import replace
from io import BytesIO
from types import SimpleNamespace
from typing import Any
from xml.etree.ElementTree import fromstring

import pikepdf
import pypdfium2
import pytest
from weasyprint import document
from weasyprint.draw import draw_page

from generator.forms.lowered import Block, Cell, Page, Paper, Para, Row, Run, Side, Style, Table
from generator.render import painting, pdf
from tests.render.papers import FANG, HEI, HOSTILE, PEN, SENTENCE, SONG, cell, paper, para, row, table

Stroke = tuple[float, tuple[float, float], tuple[float, float]]

FOUR = Page(width=80.0, height=60.0, top=8.0, right=8.0, bottom=12.0, left=8.0, footer="dash")
"""A page with room for four rows."""


def printed(*papers: Paper) -> bytes:
    return pdf.render(papers, copies=1, duplex=False, title="合订").data


def contents(data: bytes) -> list[str]:
    with pikepdf.open(BytesIO(data)) as file:
        return [page.Contents.read_bytes().decode("latin-1") for page in file.pages]


def looks(data: bytes) -> list[bytes]:
    with pypdfium2.PdfDocument(data) as file:
        return [bytes(page.render(scale=100 / 72).buffer) for page in file]


def written(data: bytes) -> list[list[str]]:
    """What is written on each page: faces, sizes, places and glyphs, in their order."""
    return [re.findall(r"^.* (?:Tf|Tm|TJ|Ts)$", content, re.MULTILINE) for content in contents(data)]


def strokes(data: bytes) -> list[list[Stroke]]:
    """The straight strokes on each page: weight, from where, to where."""
    return [list(_strokes(content)) for content in contents(data)]


def _strokes(content: str) -> Iterator[Stroke]:
    weight, start = 0.0, (0.0, 0.0)
    for numbers, operator in re.findall(r"^((?:[-\d.]+ )+)(w|m|l)$", content, re.MULTILINE):
        found = [round(float(number), 3) for number in numbers.split()]
        if operator == "w":
            weight = found[0]
        elif operator == "m":
            start = (found[0], found[1])
        else:
            yield weight, start, (found[0], found[1])


def inked(found: list[Stroke]) -> set[Stroke]:
    """The same with strokes that go on from one another made one."""
    joined = set[Stroke]()
    for one in sorted(found):
        weight, (left, top), (right, bottom) = one
        for before in joined:
            other, first, (x, y) = before
            on_a_line = (left == right == x and first[0] == x and top <= y) or (
                top == bottom == y and first[1] == y and left <= x
            )
            if other == weight and on_a_line:
                joined.remove(before)
                right, bottom = max(right, x), max(bottom, y)
                one = weight, first, (right, bottom)
                break
        joined.add(one)
    return joined


def fonts(data: bytes) -> dict[str, tuple[str, str]]:
    """The widths and the characters of the glyphs of each font."""
    with pikepdf.open(BytesIO(data)) as file:
        found = file.pages[0].Resources.Font
        return {
            name: (str(font.DescendantFonts[0].W), font.ToUnicode.read_bytes().decode()) for name, font in found.items()
        }


def by_weasyprint(monkeypatch: pytest.MonkeyPatch, *papers: Paper) -> bytes:
    with monkeypatch.context() as patch:
        pdf._engine()
        patch.setattr(document, "draw_page", draw_page)
        return printed(*papers)


def of_borders(text: str, *borders: Side) -> Cell:
    return replace(cell(text), borders=frozenset(borders))


def bordered(*rows: Row, border: float = 0.5) -> Table:
    return replace(table(*rows, widths=(14.0, 20.0, 30.0)), border=border)


LONG = bordered(
    row("姓名", "性别", "住址", header=True),
    Row((cell("甲", rows=2), cell("男"), cell("东村")), 8.0),
    Row((cell("女"), cell("西村")), 8.0),
    Row((cell("合计", span=2), of_borders("无框")), 8.0),
    *(row(f"{at}", "女", "北村") for at in range(9)),
    Row((of_borders("左", "left"), of_borders("下", "bottom"), of_borders("上下", "top", "bottom")), 8.0),
)
"""A table with header rows over several pages, cells over rows and columns, and cells that lack rules."""

BLOCKS: dict[str, tuple[Block, ...]] = {
    "a table over several pages": (LONG,),
    "a rule that only the header has": (
        bordered(
            row("甲", "乙", "丙", header=True),
            *(Row((of_borders("丁", "left"), of_borders("戊"), of_borders("己", "right")), 8.0) for _ in range(9)),
        ),
    ),
    "thick rules": (bordered(row("甲", "乙", "丙"), row("丁", "戊", "己"), border=1.5),),
    "a table without rules": (bordered(Row((of_borders("甲"), of_borders("乙"), of_borders("丙")), 8.0)),),
    "a row higher than a page": (
        bordered(row("甲", "乙", "丙"), Row((cell("丁"), cell("戊\n" * 12), cell("己")), 90.0), row("庚", "辛", "壬")),
    ),
    "rules under paragraphs": (replace(para("甲", PEN), rule="solid"), replace(para("乙", PEN), rule="dashed")),
    "one text in many looks": tuple(
        Para((Run("甲乙12:30喆", style),), "left", 20.0)
        for style in (
            FANG,
            HEI,
            PEN,
            SONG,
            replace(PEN, spacing=2.0),
            replace(PEN, size=9.0),
            replace(PEN, color="FF0000"),
        )
    ),
    "underlined and hostile": (Para((Run(HOSTILE, PEN), Run("　甲　", replace(FANG, underline=True))), "left", 20.0),),
    "justified": (para(SENTENCE * 3, align="justify"), para(SENTENCE * 3, Style("fang", 12.0), align="justify")),
}


@pytest.mark.parametrize("blocks", BLOCKS.values(), ids=BLOCKS)
def test_pages_hold_what_weasyprint_would_have_painted(
    blocks: tuple[Block, ...], monkeypatch: pytest.MonkeyPatch
) -> None:
    one = paper(*blocks, page=FOUR)
    ours, theirs = printed(one), by_weasyprint(monkeypatch, one)
    assert written(ours) == written(theirs)
    assert fonts(ours) == fonts(theirs)
    assert [inked(page) for page in strokes(ours)] == [inked(page) for page in strokes(theirs)]
    if not any(isinstance(block, Table) for block in blocks):  # where WeasyPrint strokes twice it is darker
        assert looks(ours) == looks(theirs)


def test_no_look_asks_for_what_is_not_painted() -> None:
    above = r"background|float|position|z-index|overflow|transform|opacity|outline|columns?|visibility|clip"
    rules = inspect.getsource(pdf).replace("overflow-wrap", "").replace("table-column", "")
    assert re.findall(rf"[;{{\"'](?:{above})[\w-]*\s*:", rules) == []


def test_a_rule_is_one_stroke_however_many_cells_it_passes() -> None:
    assert [len(page) for page in strokes(printed(paper(bordered(*[row("甲", "乙", "丙")] * 4))))] == [5 + 4]


def test_rules_of_several_weights_are_left_to_weasyprint(monkeypatch: pytest.MonkeyPatch) -> None:
    html = fromstring("<html><body><table><tr><td>甲</td><td>乙</td></tr></table></body></html>")
    laid = pdf._document(html, "table{border:2pt solid}td{border:.5pt solid}").pages
    ours = pdf._write(laid, "t")
    monkeypatch.setattr(document, "draw_page", draw_page)
    assert looks(ours) == looks(pdf._write(laid, "t"))


def test_what_a_process_remembers_does_not_show(monkeypatch: pytest.MonkeyPatch) -> None:
    papers = [paper(*blocks, page=FOUR) for blocks in BLOCKS.values()]
    monkeypatch.setattr(painting, "_remembered", {})
    first = [printed(one) for one in papers]
    assert [printed(one) for one in reversed(papers)] == first[::-1]
    monkeypatch.setattr(painting, "REMEMBERED", 3)
    assert [printed(one) for one in papers] == first
    assert len(painting._remembered) <= 3


def test_a_line_is_shaped_once(monkeypatch: pytest.MonkeyPatch) -> None:
    shaped = list[str]()

    def shape(stream: object, box: Any) -> Any:
        shaped.append(box.text)
        return original(stream, box)

    original = painting.shaped
    monkeypatch.setattr(painting, "shaped", shape)
    monkeypatch.setattr(painting, "_remembered", {})
    printed(paper(para("甲"), para("乙"), para("甲"), page=Page(footer="")))
    printed(paper(para("乙"), page=Page(footer="")))
    assert shaped == ["甲", "乙", "乙"]  # the font of another file does not have it yet


def test_glyphs_of_other_widths_in_the_file_have_the_line_shaped_again() -> None:
    """A font has one width for a glyph, rounded at the size that came first."""
    font = SimpleNamespace(widths={1: 500, 2: 1000}, to_unicode={1: "a"})
    glyphs = painting.Glyphs(7, "x", {2: 1000, 3: 400}, {2: "甲", 3: "b"})
    assert not glyphs.join({8: font})
    assert glyphs.join({7: font})
    assert font.widths == {1: 500, 2: 1000, 3: 400}
    assert list(font.to_unicode) == [1, 2, 3]
    assert not painting.Glyphs(7, "x", {3: 401}, {3: "b"}).join({7: font})


def test_a_character_without_a_glyph_is_painted_as_before(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(pdf, "_check", lambda _: None)
    one = paper(para("甲\U0001f600乙"), page=Page(footer=""))
    assert written(printed(one)) == written(by_weasyprint(monkeypatch, one))
    assert ".notdef" in caplog.text
