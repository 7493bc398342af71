"""A new project is written whole or not at all, over nothing, and can be built as it is."""

from __future__ import annotations

import errno
import os
from datetime import date
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from openpyxl import load_workbook

from generator import project
from generator.cli import main
from generator.dataset import load
from generator.dataset.models import MODELS
from generator.errors import Exit
from generator.files import write
from generator.press.build import Order, foretell, prepare
from generator.project import DATA, FURTHER, READ_ME, TakenError, UnwritableError, begin, files
from generator.resources import PROJECT_FILE

TODAY = date(2026, 9, 28)
WRITTEN = sorted((DATA, PROJECT_FILE, READ_ME, "_备用"))
TINY = dict.fromkeys((DATA, PROJECT_FILE, READ_ME, FURTHER), b"x")


def run(*words: str) -> Result:
    return CliRunner().invoke(main, words)


def names(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


# As a command


def test_what_init_writes_is_checked_and_built_unedited(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    told = run("init", "新学期")
    assert (told.exit_code, told.stderr) == (Exit.DONE, "")
    assert "baoxue check" in told.stdout
    assert names(tmp_path / "新学期") == WRITTEN
    monkeypatch.chdir("新学期")
    checked = run("check")
    assert (checked.exit_code, checked.stdout) == (Exit.DONE, "")
    assert checked.stderr == "1 所学校、2 个班、6 名学生：0 个错误，0 个提醒。\n"
    built = run("build", "--jobs", "1", "--format", "docx,xlsx", "--class", "三年级（1）班")
    assert built.exit_code == Exit.DONE
    assert list(Path("output").rglob("*.docx"))


def test_the_sheets_that_few_need_lie_beside_the_data_and_work_when_copied_there(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    begin(Path("校"), files(TODAY))
    monkeypatch.chdir("校")
    further = load_workbook(FURTHER)
    assert further.sheetnames == ["说明", *(model.sheet for model in MODELS if model.rare)]
    book = load_workbook(DATA)
    for sheet in further.worksheets[1:]:
        copy = book.create_sheet(sheet.title)
        for row in sheet.iter_rows(max_row=1):
            copy.append([cell.value for cell in row])
    book.save(DATA)
    checked = run("check")
    assert (checked.exit_code, checked.stdout) == (Exit.DONE, "")


@pytest.mark.parametrize("today", [TODAY, date(2027, 2, 1), date(2027, 5, 31), date(2027, 8, 20)])
def test_every_paper_of_the_example_can_be_made(today: date, tmp_path: Path) -> None:
    begin(tmp_path, files(today))
    prepared = prepare(Order(tmp_path / DATA, tmp_path / "output"), lambda: today)
    assert prepared.problems == ()
    assert foretell(prepared) == []
    told = {job.form for job in prepared.plan.jobs} | {left.form for left in prepared.plan.unlisted}
    always = {one.id for one in prepared.catalogue.definitions.values() if not one.when}
    assert {
        name for name in always - told if prepared.context.records(prepared.catalogue.definitions[name].per)
    } == set()


def test_without_rows_check_says_what_is_missing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    assert run("init", ".", "--empty").exit_code == Exit.DONE
    checked = run("check")
    assert checked.exit_code == Exit.DATA
    assert checked.stdout.splitlines() == [
        f"错误 {DATA} {sheet}：表里没有一行内容。填写{what}。"
        for sheet, what in (
            ("县区", "县区和县级机关的全称"),
            ("乡镇", "乡镇人民政府和乡镇领导"),
            ("学校", "学校的全称、简称和负责人"),
            ("班级", "班级和班主任"),
            ("教职工", "学校的教职工，别的表里写到的老师都要在这里"),
            ("学生", "学生和家庭成员"),
        )
    ]
    assert checked.stderr == "0 所学校、0 个班、0 名学生：6 个错误，0 个提醒。\n"


@pytest.mark.parametrize("name", [DATA, PROJECT_FILE, READ_ME])
def test_init_overwrites_nothing(tmp_path: Path, name: str) -> None:
    (tmp_path / name).write_bytes(b"mine")
    told = run("init", str(tmp_path))
    assert told.exit_code == Exit.USAGE
    assert told.stderr == f"文件夹 {tmp_path} 里已有 {name}，没有写任何东西；请换一个文件夹\n"
    assert names(tmp_path) == [name]
    assert (tmp_path / name).read_bytes() == b"mine"


def test_where_a_file_is_in_the_way_one_sentence_is_told(tmp_path: Path) -> None:
    (tmp_path / "x").write_bytes(b"")
    for folder in (tmp_path / "x", tmp_path / "x" / "y"):
        told = run("init", str(folder))
        assert told.exit_code == Exit.FAILURE
        assert told.stderr.startswith(f"文件夹 {folder} 写不进去（")
        assert told.stderr.count("\n") == 1
    assert names(tmp_path) == ["x"]


# Files


def test_files_are_the_same_when_made_twice_on_a_day() -> None:
    assert files(TODAY) == files(TODAY)
    assert files(TODAY) != files(TODAY, without_rows=True)


def test_the_project_file_names_the_workbook_and_the_page_can_be_read_by_old_editors() -> None:
    found = files(TODAY)
    assert f"\ndata: {DATA}\n" in found[PROJECT_FILE].decode("utf-8")
    assert found[READ_ME].startswith(b"\xef\xbb\xbf")
    assert found[READ_ME].count(b"\n") == found[READ_ME].count(b"\r\n") > 5


def test_a_file_that_leads_nowhere_is_in_the_way_too(tmp_path: Path) -> None:
    (tmp_path / DATA).symlink_to(tmp_path / "gone")
    with pytest.raises(TakenError, match=DATA):
        begin(tmp_path, TINY)


def test_other_files_of_the_folder_are_left_alone(tmp_path: Path) -> None:
    (tmp_path / "名册.xlsx").write_bytes(b"mine")
    begin(tmp_path, TINY)
    assert names(tmp_path) == sorted((*WRITTEN, "名册.xlsx"))


@pytest.mark.parametrize("error", [OSError(errno.ENOSPC, "No space left on device"), KeyboardInterrupt()])
@pytest.mark.parametrize("existing", [True, False])
def test_what_cannot_be_finished_leaves_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, error: BaseException, existing: bool
) -> None:
    folder = tmp_path / "a" / "b"
    if existing:
        folder.mkdir(parents=True)
        (folder / "名册.xlsx").write_bytes(b"mine")

    def full(path: Path, data: bytes) -> None:
        if path.name == PROJECT_FILE:
            raise error
        write(path, data)

    monkeypatch.setattr(project, "write", full)
    with pytest.raises(UnwritableError if isinstance(error, OSError) else KeyboardInterrupt):
        begin(folder, TINY)
    assert names(folder) == ["名册.xlsx"] if existing else names(tmp_path) == []


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write everywhere")
def test_a_folder_that_may_not_be_written_to_is_told_of(tmp_path: Path) -> None:
    tmp_path.chmod(0o500)
    with pytest.raises(UnwritableError, match="写不进去"):
        begin(tmp_path / "x", TINY)


def test_the_data_can_be_read_without_the_project(tmp_path: Path) -> None:
    begin(tmp_path, files(TODAY))
    assert load(tmp_path / DATA)[1] == []
