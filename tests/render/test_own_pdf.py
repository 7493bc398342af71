"""Word forms become PDF by LibreOffice: alone, at once, with its hands tied, and not outliving who asked."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from io import BytesIO
from pathlib import Path
from typing import Any

import docx
import pikepdf
import pypdfium2
import pytest
from docx.oxml import parse_xml
from docx.oxml.ns import nsdecls

from generator.forms.own_form import compile_form
from generator.render import own_pdf, renderer
from generator.render.own_word import Filled, filled
from tests.forms.words import document

LEASH = Path(own_pdf.__file__).with_name("leash.py")
needs_libreoffice = pytest.mark.skipif(not own_pdf.program(), reason="LibreOffice is not installed")


def papers(data: bytes, *records: dict[str, Any]) -> list[Filled]:
    from generator.forms.word_jinja import COUNTING, Filling, Shape
    from tests.small import national

    form = compile_form(data, "表.docx", language=Shape({}, national()))
    return [
        filled(record["姓名"], form, "w", form.parts(record | {COUNTING: Filling(policy=national())}), (), ())
        for record in records
    ]


def pages(data: bytes) -> list[str]:
    with pypdfium2.PdfDocument(data) as made:
        return ["".join(page.get_textpage().get_text_bounded().split()) for page in made]


def two_pages() -> bytes:
    made = docx.Document()
    made.add_paragraph("{{姓名}}")
    paragraph = made.add_paragraph("共")
    field = f'<w:fldSimple {nsdecls("w")} w:instr=" NUMPAGES "><w:r><w:t>9</w:t></w:r></w:fldSimple>'
    paragraph._p.append(parse_xml(field))
    made.add_page_break()  # type: ignore[no-untyped-call]
    made.add_paragraph("后")
    buffer = BytesIO()
    made.save(buffer)
    return buffer.getvalue()


@needs_libreoffice
def test_every_paper_has_its_own_pages_copies_and_blanks() -> None:
    some = papers(document("{{姓名}}"), {"姓名": "甲"}, {"姓名": "乙"})
    done = renderer("pdf", own=True).render(some, copies=2, duplex=True, title="t")
    assert pages(done.data) == ["甲", "", "甲", "", "乙", "", "乙"]
    assert (done.pages, done.copies) == ((1, 1), 2)
    with pikepdf.open(BytesIO(done.data)) as pdf, pdf.open_outline() as outline:
        assert [item.title for item in outline.root] == ["甲", "乙"]


@needs_libreoffice
def test_the_number_of_all_pages_is_that_of_the_paper() -> None:
    some = papers(two_pages(), {"姓名": "甲"}, {"姓名": "乙"}, {"姓名": "丙"})
    done = renderer("pdf", own=True).render(some, copies=1, duplex=False, title="t")
    assert done.pages == (2, 2, 2)
    assert pages(done.data) == ["甲共2", "后", "乙共2", "后", "丙共2", "后"]


@needs_libreoffice
def test_the_same_papers_give_the_same_bytes_and_tell_nothing_of_the_machine() -> None:
    some = papers(document("{{姓名}}"), {"姓名": "璟堃𬭎"})
    one, other = (renderer("pdf", own=True).render(some, copies=1, duplex=False, title="题").data for _ in range(2))
    assert one == other
    with pikepdf.open(BytesIO(one)) as pdf:
        assert {key: str(value) for key, value in pdf.docinfo.items()} == {"/Title": "题"}


@needs_libreoffice
def test_several_at_once_do_not_get_into_each_others_way() -> None:
    with ThreadPoolExecutor(2) as pool:
        made = list(pool.map(lambda name: own_pdf.convert([document(name)])[0], ["甲", "乙"]))
    assert [pages(data) for data in made] == [["甲"], ["乙"]]


@needs_libreoffice
def test_what_libreoffice_does_not_convert_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(own_pdf, "program", lambda: "/bin/true")
    with pytest.raises(own_pdf.ConversionError, match="没有把 Word 文件转成 PDF"):
        own_pdf.convert([document("甲")])


@pytest.mark.skipif(os.name != "posix", reason="a sleep of a shell")
def test_what_takes_too_long_is_ended_and_told(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    slow, mark = tmp_path / "slow", tmp_path / "pid"
    slow.write_text(f"#!/bin/sh\nsleep 60 &\necho $! > {mark}\nwait\n")
    slow.chmod(0o755)
    monkeypatch.setattr(own_pdf, "program", lambda: str(slow))
    monkeypatch.setattr(own_pdf, "BEGIN", 2)
    monkeypatch.setattr(own_pdf, "EACH", 0)
    with pytest.raises(own_pdf.ConversionError, match="2 秒还没有转好"):
        own_pdf.convert([document("甲")])
    assert gone(int(mark.read_text()))


@pytest.mark.skipif(os.name != "posix", reason="a sleep of a shell, and SIGKILL")
def test_what_libreoffice_began_ends_with_whoever_is_killed(tmp_path: Path) -> None:
    mark = tmp_path / "pid"
    command = [sys.executable, "-I", "-S", str(LEASH), "/bin/sh", "-c", f"sleep 60 & echo $! > {mark}; wait"]
    asks = f"import subprocess; subprocess.Popen({command!r}, stdin=subprocess.PIPE).wait()"
    asker = subprocess.Popen([sys.executable, "-c", asks])
    while not (mark.exists() and mark.read_text().strip()):
        time.sleep(0.05)
    asker.send_signal(signal.SIGKILL)
    asker.wait()
    assert gone(int(mark.read_text()))


def gone(process: int) -> bool:
    """Return whether a process ends before long."""
    for _ in range(200):
        try:
            os.kill(process, 0)
        except ProcessLookupError:
            return True
        if "Z" in Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()[0]:
            return True
        time.sleep(0.05)
    return False


def test_libreoffice_runs_no_macro_and_fetches_nothing() -> None:
    said = (own_pdf._profile() / "user" / "registrymodifications.xcu").read_text(encoding="utf-8")
    for name, value in (
        ("DisableMacrosExecution", "true"), ("BlockUntrustedRefererLinks", "true"), ("ooInetProxyType", "2"),
    ):  # fmt: skip
        assert f'<prop oor:name="{name}" oor:op="fuse"><value>{value}</value>' in said


def test_without_libreoffice_the_reason_is_a_sentence_for_the_user(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(own_pdf, "program", lambda: "")
    assert own_pdf.unavailable().startswith("没有装 LibreOffice")
    assert renderer("docx", own=True).unavailable() == ""
