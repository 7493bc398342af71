"""The Word file and the PDF of one job say the same, to the character."""

from __future__ import annotations

import zipfile
from collections import Counter
from io import BytesIO
from xml.etree import ElementTree

import pypdfium2
import pytest

from generator.forms.catalogue import discover
from generator.forms.lowered import Page, Paper, Table
from generator.render import renderer
from tests.papers.specimens import printed, specimens

W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
BOTH = [definition.id for definition in discover().definitions.values() if {"docx", "pdf"} <= {*definition.formats}]
POINTS = 72 / 25.4


def counted(text: str) -> Counter[str]:
    return Counter("".join(text.split()))


def word_text(paper: Paper) -> Counter[str]:
    data = renderer("docx").render([paper], copies=1, duplex=False, title="t").data
    with zipfile.ZipFile(BytesIO(data)) as package:
        document = ElementTree.fromstring(package.read("word/document.xml"))
    return counted("".join(text.text or "" for text in document.iter(f"{W}t")))


def pdf_pages(form: str) -> list[list[tuple[str, int]]]:
    """What stands above the foot of every page of each paper, and how many rules are drawn there."""
    made, file = specimens(form), printed(form, "pdf")
    assert file.pages
    found = []
    with pypdfium2.PdfDocument(file.data) as document:
        at = 0
        for paper, count in zip(made.papers, file.pages, strict=True):
            at += made.job.duplex and at % 2  # a blank back
            found.append(
                [(above_foot(document[at + more], paper.page), rules(document[at + more])) for more in range(count)]
            )
            at += count
        assert at == len(document)
    return found


def rules(page: pypdfium2.PdfPage) -> int:
    return sum(1 for _ in page.get_objects(filter=[pypdfium2.raw.FPDF_PAGEOBJ_PATH]))


def above_foot(page: pypdfium2.PdfPage, shape: Page) -> str:
    foot = min(shape.bottom, shape.right, shape.left) if shape.width > shape.height else shape.bottom
    text: str = page.get_textpage().get_text_bounded(bottom=(foot - 2) * POINTS)
    return text


def repeated(paper: Paper) -> Counter[str]:
    """The characters of one repetition of every table's header rows."""
    rows = [row for block in paper.blocks if isinstance(block, Table) for row in block.rows if row.header]
    return counted("".join(run.text for row in rows for cell in row.cells for para in cell.paras for run in para.runs))


@pytest.mark.parametrize("form", BOTH)
def test_word_and_pdf_of_one_job_carry_the_same_text_and_no_page_has_less_than_three_lines(form: str) -> None:
    for paper, pages in zip(specimens(form).papers, pdf_pages(form), strict=True):
        said = counted("".join(run.text for run in paper.runs()))
        assert word_text(paper) == said
        assert all(len(text.splitlines()) + drawn >= 3 for text, drawn in pages), [text for text, _ in pages]
        more, header = counted("".join(text for text, _ in pages)), repeated(paper)
        more.subtract(said)
        extra = {char: count for char, count in more.items() if count}
        assert all(count > 0 and char in header for char, count in extra.items()), extra
