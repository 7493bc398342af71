"""Values that break other programs come out of every format as they went in, or are reported beforehand."""

from __future__ import annotations

import zipfile
from collections import Counter
from dataclasses import replace
from io import BytesIO
from pathlib import Path
from xml.etree import ElementTree

import openpyxl
import pypdfium2
import pytest

from generator.dataset import load
from generator.dataset.coverage import drawable
from generator.dataset.models import Case
from generator.forms.plan import Entry
from generator.render import renderer
from generator.resources import data_dir, fonts_dir
from tests.papers.specimens import station

W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
HOSTILE = [
    "A&B中学", "1<2", "3>2", "<李>", "=1+1", "{{7*7}}", "{%if%}", "“引”'单'\"双\"", "阿依努尔·吐尔逊", "璟堃昇玥喆𬭎",
    "一二三四五六七八九十一二三四五六七八九十一二三四五",
]  # fmt: skip
LONG = "云溪镇白杨沟村三组" * 33 + "甲乙丙"
FORMS = [
    "guardian-contract",
    "compulsory-contract",
    "dropout-report",
    "dropout-roster",
    "visit-record",
    "return-notice",
    "entry-notice",
    "order-to-mend",
]


def open_case() -> Case:
    """A case that every form has something to say about."""
    at, _ = station()
    return next(notice.case for notice in at.context.dataset.notices if notice.case and not notice.case.returned)


def entry(form: str) -> Entry:
    """The record of a form that is about the child of that case."""
    at, _ = station()
    case = open_case()
    student = case.student
    records = at.context.records(at.catalogue.definitions[form].per)
    wanted = {
        "guardian-contract": student, "compulsory-contract": student, "entry-notice": student, "dropout-report": case,
        "dropout-roster": student.class_.school if student and student.class_ else None,
        "visit-record": case.visits[0], "return-notice": case.notices[0], "order-to-mend": case.notices[-1],
    }[form]  # fmt: skip
    return Entry(records.index(wanted), "t")


def said(fmt: str, data: bytes) -> str:
    """Everything a file says, without white space."""
    if fmt == "docx":
        with zipfile.ZipFile(BytesIO(data)) as package:
            document = ElementTree.fromstring(package.read("word/document.xml"))
        text = "".join(found.text or "" for found in document.iter(f"{W}t"))
    elif fmt == "pdf":
        with pypdfium2.PdfDocument(data) as document:
            text = "".join(page.get_textpage().get_text_bounded() for page in document)
    else:
        sheets = openpyxl.load_workbook(BytesIO(data)).worksheets
        cells = [cell for sheet in sheets for row in sheet.iter_rows() for cell in row]
        assert not [cell.value for cell in cells if cell.data_type == "f"]
        text = "".join(str(cell.value or "") for cell in cells)
    return "".join(text.split())


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("value", [*HOSTILE, LONG], ids=[*HOSTILE, "300字"])
def test_a_value_comes_out_as_it_went_in(form: str, value: str, monkeypatch: pytest.MonkeyPatch) -> None:
    at = replace(station()[0], foundries={})  # what was learnt of a record holds as long as it does
    case = open_case()
    assert case.student
    changed = "address" if value == LONG else "name"
    monkeypatch.setattr(case.student, changed, value)
    if form == "dropout-roster" and value == LONG:
        monkeypatch.setattr(case.student, "household_address", value)
    paper, _ = at.paper(form, entry(form))
    for fmt in at.catalogue.definitions[form].formats:
        data = renderer(fmt).render([paper], copies=1, duplex=False, title="t").data
        text = said(fmt, data)
        assert value in text or (value == LONG and not Counter(value) - Counter(text)), fmt  # a row may span pages


def test_an_emoji_is_reported_by_name_and_cell_before_anything_is_made(tmp_path: Path) -> None:
    book = openpyxl.load_workbook(data_dir() / "sample.xlsx")
    sheet = book["学生"]
    column = next(cell.column for row in sheet.iter_rows(max_row=3) for cell in row if cell.value == "姓名*")
    sheet.cell(row=9, column=column).value = "李🙂"
    book.save(tmp_path / "emoji.xlsx")
    _, problems = load(tmp_path / "emoji.xlsx", drawable(fonts_dir()))
    (found,) = [problem for problem in problems if "1F642" in problem.what]
    assert (found.level, found.place.sheet, found.place.cell[-1]) == ("error", "学生", "9")
    assert "李🙂" in found.what
