from __future__ import annotations

import hashlib
import re
import subprocess
import sys
from io import BytesIO

import docx
import openpyxl
import pypdfium2
import pytest

from generator.forms.lowered import PageBreak, Paper
from generator.render import RENDERERS, renderer
from tests.render.papers import HEI, HOSTILE, PEN, SENTENCE, cell, paper, para, row, table


def sample(name: str) -> Paper:
    """A paper with all that printers treat in a way of their own."""
    return paper(
        para("责任书", HEI, align="center"),
        para(SENTENCE * 3 + "自2026年9月1日起", align="justify"),
        para(f"姓名：{name}", PEN, value=True),
        table(row("序号", "姓名", header=True), row("1", name), row("2", HOSTILE)),
        PageBreak(),
        table(row("甲", "乙")),
        title=f"{name} 责任书",
    )


PAPERS = {name: [sample(name), sample("王某")] for name in ("李璟堃", "欧阳·𬭎")}
PRINT = """
import hashlib
from generator.render import renderer
from tests.render.test_render import PAPERS
done = renderer("{format}").render(PAPERS["李璟堃"], copies=2, duplex=True, title="合订")
print(hashlib.sha256(done.data).hexdigest())
"""


def printed(format_: str, name: str) -> bytes:
    return renderer(format_).render(PAPERS[name], copies=2, duplex=True, title="合订").data


@pytest.mark.parametrize("format_", RENDERERS)
def test_the_same_papers_give_the_same_bytes_whatever_was_printed_before(format_: str) -> None:
    first = printed(format_, "李璟堃")
    other = printed(format_, "欧阳·𬭎")
    assert printed(format_, "李璟堃") == first != other
    done = subprocess.run(
        [sys.executable, "-c", PRINT.format(format=format_)], capture_output=True, text=True, check=True
    )
    assert done.stdout.strip() == hashlib.sha256(first).hexdigest()


@pytest.mark.parametrize("format_", RENDERERS)
def test_every_format_has_a_printer_that_keeps_the_promises(format_: str) -> None:
    found = renderer(format_)
    assert found.suffix == f".{format_}"
    assert found.unavailable() == ""
    assert found.render([sample("李")], copies=1, duplex=False, title="合订").data


def test_importing_the_package_loads_no_library() -> None:
    code = (
        "import sys, generator.render; "
        "assert not {'weasyprint', 'pikepdf', 'openpyxl', 'fontTools', 'lxml'} & set(sys.modules)"
    )
    subprocess.run([sys.executable, "-c", code], check=True)


def test_word_and_excel_print_where_weasyprint_cannot_be_imported() -> None:
    code = (
        "import sys; sys.modules |= dict.fromkeys(('weasyprint', 'pikepdf', 'fontTools'))\n"
        "from generator.render import renderer\n"
        "from tests.render.papers import paper, para\n"
        "for name in ('docx', 'xlsx'):\n"
        "    assert renderer(name).render([paper(para('甲'))], copies=1, duplex=False, title='t').data\n"
        "assert renderer('pdf').unavailable()\n"
    )
    subprocess.run([sys.executable, "-c", code], check=True)


def characters(text: str) -> str:
    return re.sub(r"\s", "", text)


def test_word_and_pdf_and_excel_show_the_same_characters() -> None:
    one = [sample("欧阳·𬭎")]
    files = {name: renderer(name).render(one, copies=1, duplex=False, title="合订").data for name in RENDERERS}
    body = docx.Document(BytesIO(files["docx"])).element.body
    word = characters("".join(str(found.text) for found in body.iter() if str(found.tag).endswith("}t")))
    pages = [page.get_textpage().get_text_bounded() for page in pypdfium2.PdfDocument(files["pdf"])]
    pdf = characters("".join(re.sub(r"— \d —$", "", text.strip()) for text in pages))
    sheets = openpyxl.load_workbook(BytesIO(files["xlsx"])).worksheets
    cells = [one.value for sheet in sheets for line in sheet.iter_rows() for one in line]
    excel = characters("".join(str(value) for value in cells if value is not None))
    assert word == pdf == excel
    assert characters(HOSTILE) in word


def test_a_number_in_a_cell_prints_as_its_text() -> None:
    shown = paper(table(row("数", "量"), type(row())((cell("99.50%", number=99.5), cell("x")))))
    body = docx.Document(BytesIO(renderer("docx").render([shown], copies=1, duplex=False, title="t").data))
    assert body.tables[0].cell(1, 0).text == "99.50%"
