"""baoxue forms export, from the built-in paper to the one reworded in WPS; and what list and doctor tell of it."""

from __future__ import annotations

import shutil
import zipfile
from io import BytesIO
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from generator import office
from generator.cli import main
from generator.errors import Exit
from generator.resources import templates_dirs
from tests.forms.words import said
from tests.small import written


@pytest.fixture(autouse=True)
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A project with the tiny county, and of the built-in papers one, which makes it quick."""
    built_in = tmp_path / "built-in"
    for path in (*templates_dirs()[0].rglob("visit-blank.yaml"), *templates_dirs()[0].glob("_fragments/*.yaml")):
        (built_in / path.parent.name).mkdir(parents=True, exist_ok=True)
        shutil.copy(path, built_in / path.parent.name)
    here = tmp_path / "项目"
    written(here)
    (here / "baoxue.yaml").write_text("data: 数据.xlsx\n", "utf-8")
    monkeypatch.setattr("generator.forms.catalogue.templates_dirs", lambda _=None: [here / "templates", built_in])
    monkeypatch.chdir(here)
    return here


def run(*words: str) -> Result:
    done = CliRunner().invoke(main, words)
    assert done.exception is None or isinstance(done.exception, SystemExit), done.exception
    return done


def reworded(path: Path, old: str, new: str) -> None:
    parts = office.unpack(path.read_bytes())
    document = parts["word/document.xml"].decode()
    assert old in document
    path.write_bytes(office.pack(parts | {"word/document.xml": document.replace(old, new).encode()}))


def test_a_built_in_paper_is_exported_reworded_and_printed_so(here: Path) -> None:
    done = run("forms", "export", "visit-blank")
    assert done.exit_code == Exit.DONE
    form = here / "templates" / "visit-blank.docx"
    assert f"已写好 {form}" in done.stdout
    reworded(form, "家访方式", "走访方式")
    assert run("build", "--form", "visit-blank", "--format", "docx", "--today", "2026-09-11").exit_code == Exit.DONE
    texts = [said(path.read_bytes()) for path in (here / "output").rglob("*.docx")]
    assert texts
    for text in texts:
        assert "走访方式" in text
        assert "家访方式" not in text


def test_list_and_doctor_tell_which_papers_come_from_word_forms() -> None:
    run("forms", "export", "visit-blank")
    lines = [line for line in run("list").stdout.splitlines() if "Word 表单" in line]
    assert [line.split()[1] for line in lines] == ["visit-blank"]
    assert lines[0].endswith("← Word 表单 visit-blank.docx")
    assert "Word 表单：visit-blank 按项目里的 visit-blank.docx 印" in run("doctor").stdout


def test_doctor_wants_libreoffice_only_where_there_are_word_forms(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("generator.render.own_pdf.program", lambda: "")
    assert "好  LibreOffice：没有装 LibreOffice" in run("doctor").stdout
    run("forms", "export", "visit-blank")
    assert "缺  LibreOffice：没有装 LibreOffice" in run("doctor").stdout


def test_doctor_tells_of_templates_that_are_wrong_and_goes_on(here: Path) -> None:
    (here / "templates").mkdir()
    (here / "templates" / "没有这种.docx").write_bytes(b"")
    done = run("doctor")
    assert "缺  Word 表单：模板里有 1 处不对，运行 baoxue list 逐条看" in done.stdout
    assert "没有文书用这个 Word 表单" in run("list").stderr


def test_a_form_that_is_there_is_not_written_over_unless_told(here: Path) -> None:
    form = here / "templates" / "visit-blank.docx"
    form.parent.mkdir()
    form.write_bytes(b"mine")
    done = run("forms", "export", "visit-blank")
    assert (done.exit_code, form.read_bytes()) == (Exit.USAGE, b"mine")
    assert "已经有了，没有动它" in done.stderr
    assert run("forms", "export", "visit-blank", "--overwrite").exit_code == Exit.DONE
    assert zipfile.is_zipfile(BytesIO(form.read_bytes()))


def test_the_yaml_of_a_paper_that_has_a_word_form_can_be_exported_elsewhere(here: Path) -> None:
    run("forms", "export", "visit-blank")
    reworded(here / "templates" / "visit-blank.docx", "家访方式", "走访方式")
    done = run("forms", "export", "visit-blank", "--out", "别处.docx")
    assert "放进项目的 templates 文件夹、仍叫 visit-blank.docx" in done.stdout
    assert "家访方式" in said((here / "别处.docx").read_bytes())


def test_an_unknown_paper_is_told_with_near_names() -> None:
    done = run("forms", "export", "visit-blnk")
    assert done.exit_code == Exit.USAGE
    assert "没有文书“visit-blnk”，是不是“visit-blank”" in done.stderr


def test_an_export_is_the_same_on_every_day() -> None:
    for name in ("a.docx", "b.docx"):
        run("forms", "export", "visit-blank", "--out", name)
    assert Path("a.docx").read_bytes() == Path("b.docx").read_bytes()


def test_a_paper_is_exported_by_its_number_in_the_catalogue_too(tmp_path: Path) -> None:
    out = tmp_path / "责任书.docx"
    result = CliRunner().invoke(main, ["forms", "export", "HV-01", "--out", str(out)])
    assert (result.exit_code, out.exists()) == (0, True), result.output


def test_the_form_of_a_paper_is_looked_over_as_that_paper_is(here: Path) -> None:
    run("forms", "export", "visit-blank")
    form = here / "templates" / "visit-blank.docx"
    done = run("forms", "lint", "templates/visit-blank.docx")
    assert done.exit_code == Exit.DONE, done.output
    assert "这是文书 visit-blank 的表单" in done.stderr
    assert "0 个错误" in done.stderr
    reworded(form, "school.name", "school.nmae")
    done = run("forms", "lint", str(form), "数据.xlsx", "--annotate", "批注.docx")  # its rows are not those of a table
    assert done.exit_code == Exit.TEMPLATE
    assert "是不是“name”" in done.stdout
    comments = office.unpack((here / "批注.docx").read_bytes())["word/comments.xml"].decode()
    assert "是不是“name”" in comments


def test_a_chinese_column_in_the_form_of_a_paper_is_told_with_its_sheet(here: Path) -> None:
    run("forms", "export", "visit-blank")
    reworded(here / "templates" / "visit-blank.docx", "school.name", "班主任")
    assert "“班级”表的“班主任”" in run("forms", "lint", "templates/visit-blank.docx").stdout


def test_a_form_that_belongs_to_no_paper_is_looked_over_for_the_rows_of_a_table(here: Path) -> None:
    run("forms", "export", "visit-blank", "--out", "别处.docx")
    done = run("forms", "lint", "别处.docx")
    assert "这是文书" not in done.stderr
