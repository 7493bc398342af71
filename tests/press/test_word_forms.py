"""A Word form in a project is a paper like any other."""

from __future__ import annotations

import json
import re
import zipfile
from pathlib import Path
from typing import Any

import pytest

from generator.errors import TemplateError
from generator.forms.catalogue import discover
from generator.forms.plan import Selection
from generator.press.report import Report
from generator.render import own_pdf
from tests.forms.words import document, exported, said
from tests.small import Project, national

FORM = document("{{姓名}}家长：{{ student.guardian.name|手填 }}", "住{{现住址}}")
needs_libreoffice = pytest.mark.skipif(not own_pdf.program(), reason="LibreOffice is not installed")


def own(project: Project, data: bytes = FORM, name: str = "表.docx", **keys: Any) -> None:
    """Write a definition with a Word form."""
    path = project.paper("", word=name, **keys)
    path.write_text(path.read_text(encoding="utf-8").replace("body:\n", ""), encoding="utf-8")
    path.with_name(name).write_bytes(data)


def texts(project: Project) -> dict[str, list[str]]:
    return {path.name: said(path.read_bytes()) for path in sorted(project.out.rglob("*.docx"))}


def entries(project: Project) -> dict[str, Any]:
    found: dict[str, Any] = json.loads((project.out / "manifest.json").read_text(encoding="utf-8"))["files"]
    return found


def left(report: Report) -> list[tuple[str, str]]:
    return [(one.label, one.why) for one in report.all_skipped]


# --- a definition with a Word form --------------------------------------------------------------------


def test_a_word_form_with_a_few_lines_of_yaml_is_a_paper(project: Project) -> None:
    own(project)
    report = project.make()
    assert texts(project) == {
        "1-石小满.docx": ["石小满家长：＿＿＿＿＿＿", "住溪头村"],
        "2-木小春.docx": ["木小春家长：＿＿＿＿＿＿", "住溪尾村"],
    }
    assert [blanks for _, _, blanks in report.by_hand] == ["监护人", "监护人"]
    assert not report.partial


def test_a_missing_value_holds_back_that_paper_alone(project: Project) -> None:
    own(project)
    project.data(lambda sheets: sheets["学生"][0].update(现住址=""))
    report = project.make()
    assert list(texts(project)) == ["2-木小春.docx"]
    assert left(report) == [("1-石小满", "数据.xlsx 学生!O2：“现住址”没有填")] or "“现住址”没有填" in left(report)[0][1]
    assert report.partial


def test_a_class_goes_into_one_print_file_each_paper_as_often_as_said(project: Project) -> None:
    own(project, bundle="class", copies="2")
    project.make(single=False, selection=Selection())
    (data,) = texts(project).values()
    assert data == ["石小满家长：＿＿＿＿＿＿", "住溪头村"] * 2 + ["木小春家长：＿＿＿＿＿＿", "住溪尾村"] * 2
    (path,) = project.out.rglob("*.docx")
    with zipfile.ZipFile(path) as package:
        assert package.read("word/document.xml").count(b'w:val="oddPage"') == 4
    (entry,) = entries(project).values()
    assert (entry["copies"], entry["duplex"], len(entry["records"])) == (2, True, 2)


def test_what_a_person_edited_is_kept_and_told_to_be_old(project: Project) -> None:
    own(project)
    project.make()
    edited = next(project.out.rglob("1-*.docx"))
    edited.write_bytes(document("改过"))
    project.data(lambda sheets: sheets["学生"][0].update(现住址="新村"))
    report = project.make()
    assert said(edited.read_bytes()) == ["改过"]
    assert report.stale == [str(edited.relative_to(project.out))]


def test_papers_differ_in_values_alone_where_the_same_is_decided(project: Project) -> None:
    own(project, document("{{姓名}}", "{%p if student.sex == '女' %}", "女", "{%p endif %}"))
    project.make()
    one, other = (entry["records"][0] for entry in entries(project).values())
    assert one["skeleton"] != other["skeleton"]
    own(project, document("{{姓名}}"))
    project.make(overwrite=True)
    one, other = (entry["records"][0] for entry in entries(project).values())
    assert one["skeleton"] == other["skeleton"]
    assert one["values"] != other["values"]


def test_the_same_input_gives_the_same_bytes(project: Project) -> None:
    own(project, bundle="class")
    project.make()
    before = {path: path.read_bytes() for path in project.out.rglob("*.docx")}
    project.make(overwrite=True, workers=2)
    assert {path: path.read_bytes() for path in project.out.rglob("*.docx")} == before


# --- what is wrong with it ----------------------------------------------------------------------------


def test_a_misspelt_name_stops_everything_with_file_paragraph_and_what_would_be_right(project: Project) -> None:
    own(project, document("家长{{ 监护入 }}"))
    with pytest.raises(
        TemplateError, match=re.escape("表.docx 正文“家长{{ 监护入 }}”：没有“监护入”这个名字，是不是“监护人")
    ):
        project.make()


@pytest.mark.parametrize(
    ("keys", "name", "what"),
    [
        ({}, "表一.docx", "没有 Word 表单“表一.docx”，是不是“表.docx”"),
        ({"formats": ["docx", "xlsx"]}, "表.docx", "Word 表单做不成 xlsx"),
    ],
)
def test_a_definition_that_does_not_fit_its_form_is_told(keys: Any, name: str, what: str, project: Project) -> None:
    own(project, name=name, **keys)
    (project.folder / "templates" / name).rename(project.folder / "templates" / "表.docx")
    with pytest.raises(TemplateError, match=what):
        project.make()


def test_a_definition_has_a_body_or_a_form(project: Project) -> None:
    project.paper("  - text: 一", word="表.docx")
    with pytest.raises(TemplateError, match="body（版块）和 word（Word 表单的文件名）要写一个，也只能写一个"):
        project.make()


def test_a_form_that_no_paper_uses_is_told(project: Project) -> None:
    project.paper("  - text: 一")
    (project.folder / "templates" / "tinny.docx").write_bytes(FORM)
    with pytest.raises(TemplateError, match=r"tinny\.docx：没有文书用这个 Word 表单，是不是“tiny”"):
        project.make()


def test_what_programs_leave_beside_an_open_form_is_passed_over(project: Project) -> None:
    own(project)
    (project.folder / "templates" / "~$表.docx").write_bytes(b"x")
    (project.folder / "templates" / "_旧").mkdir()
    (project.folder / "templates" / "_旧" / "以前的.docx").write_bytes(FORM)
    assert project.make().made == 2


def test_a_file_that_is_no_word_document_is_told(project: Project) -> None:
    own(project, b"no zip")
    with pytest.raises(TemplateError, match=r"表\.docx：不是 Word 文档"):
        project.make()


# --- in place of a definition's body ------------------------------------------------------------------


def test_a_form_called_like_a_paper_takes_the_place_of_its_body(project: Project) -> None:
    project.paper('  - text: "原来的{{ student.name }}"', formats=["docx", "xlsx"])
    found = discover(project.folder)
    data = exported(found.definitions["tiny"], found, national())
    (project.folder / "templates" / "tiny.docx").write_bytes(data)
    project.make()
    assert texts(project)["1-石小满.docx"] == ["原来的石小满"]
    (project.folder / "templates" / "tiny.docx").write_bytes(document("改写的{{姓名}}"))
    project.make(overwrite=True)
    assert texts(project)["1-石小满.docx"] == ["改写的石小满"]
    assert not list(project.out.rglob("*.xlsx")) or [path.name for path in project.out.rglob("*.xlsx")] == ["目录.xlsx"]


# --- PDF ----------------------------------------------------------------------------------------------


def test_without_libreoffice_pdf_is_left_out_and_told(project: Project, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("generator.render.own_pdf.program", lambda: "")
    own(project, formats=["docx", "pdf"])
    report = project.make()
    assert project.files() == ["1-石小满.docx", "2-木小春.docx"]
    assert not project.files(".pdf")
    assert {name: "LibreOffice" in why for name, why in report.unavailable.items()} == {"own pdf": True}
    assert not report.partial
    assert project.make(selection=Selection(formats=("pdf",))).partial


def test_without_pango_papers_of_word_forms_lack_nothing(project: Project, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("generator.render.pdf.unavailable", lambda: "没有 WeasyPrint")
    own(project, formats=["docx", "pdf"])
    assert not project.prepared().unavailable or not own_pdf.program()


@needs_libreoffice
def test_pdf_is_made_of_the_form(project: Project) -> None:
    own(project, document("{{姓名}}", "{{ '长' }}"), formats=["docx", "pdf"], bundle="class", copies="2", pages=1)
    report = project.make(single=False, selection=Selection())
    assert not report.wrong_pages
    (path,) = project.out.rglob("*.pdf")
    entry = entries(project)[str(path.relative_to(project.out))]
    assert (entry["pages"], entry["copies"]) == ([1, 1], 2)
    before: Path = path
    data = before.read_bytes()
    project.make(single=False, selection=Selection(), overwrite=True)
    assert path.read_bytes() == data
