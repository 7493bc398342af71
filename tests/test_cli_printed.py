"""Somebody prints at the command line, confirms it, and later prints what has changed."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from generator.cli import main
from generator.errors import Exit
from generator.records.ledger import NAME
from tests.small import Project, Sheets, national

CLASS = "清溪小学/小文书/三年级（1）班"
ON = ("--today", "2026-09-12")
LATER = ("--today", "2026-10-01")


@pytest.fixture
def here(project: Project, monkeypatch: pytest.MonkeyPatch) -> Project:
    """The project is the working directory, its data are in the project file, and its papers are made."""
    monkeypatch.chdir(project.folder)
    monkeypatch.setattr("generator.policy.load.load_policy", lambda *_: national())
    project.paper('- text: "{{ student.name }} {{ student.address }} {{ today }}"', bundle="class", pages=1)
    (project.folder / "baoxue.yaml").write_text("data: 数据.xlsx\njobs: 1\n", encoding="utf-8")
    run("build", "--today", "2026-09-11")
    return project


def run(*words: str) -> Result:
    return CliRunner().invoke(main, words)


def moved_house(sheets: Sheets) -> None:
    sheets["学生"][1]["现住址"] = "溪中村"


def test_printing_confirming_and_printing_what_changed(here: Project) -> None:
    told = run("printed", "三年级（1）班", *ON)
    assert (told.exit_code, told.stdout) == (Exit.DONE, f"{CLASS}：已确认印好。\n")
    here.data(moved_house)
    told = run("build", "--changed", *LATER)
    assert told.exit_code == Exit.DONE
    assert "有变（1）：\n  小文书 2-木小春：内容\n1 份已印，1 份有变，0 份新增，0 份不再需要。\n" in told.stderr
    assert f"做好 1 个文件，1 份文书，在 {Path('output') / '补印 2026-10-01'}" in told.stdout
    run("printed", "补印 2026-10-01", *LATER)
    told = run("build", "--changed", *LATER)
    assert "2 份已印，0 份有变" in told.stderr
    assert told.exit_code == Exit.DONE


def test_where_nothing_changed_no_folder_is_made(here: Project) -> None:
    run("printed", "--all", *ON)
    told = run("build", "--changed", *LATER)
    assert (told.exit_code, told.stdout) == (Exit.DONE, "没有要补印的，没有写任何东西。\n")
    assert not list(here.out.glob("补印*"))


def test_before_anything_was_confirmed_it_is_told_how(here: Project) -> None:
    for words in (("printed",), ("build", "--changed")):
        told = run(*words)
        assert told.exit_code == Exit.DONE
        assert "还没有确认印过任何打印文件。印好以后运行 baoxue printed" in told.stderr
    assert not (here.folder / NAME).exists()


def test_what_stands_is_listed_by_print_file_and_paper(here: Project) -> None:
    run("printed", CLASS, *ON)
    here.paper('- text: "{{ student.name }}"', "other", title="别的")

    def changed(sheets: Sheets) -> None:
        moved_house(sheets)
        sheets["学生"].append(dict(sheets["学生"][0], 姓名="田小秋", 班内学号="3", 全国学籍号="G3"))
        sheets["学生"].pop(0)
        sheets["家访"].clear()

    here.data(changed)
    told = run("printed", *LATER)
    assert told.stdout == (
        f"要看\t{CLASS}\t1 份没印过，1 份印后有变\t2026-09-12\n"
        "  印后有变\t2-木小春\t内容\n"
        "  没印过\t3-田小秋\n"
        "不再需要（印过，现在的数据里不做了）：\n"
        f"  清溪小学 小文书 1-石小满（2026-09-12 确认，{CLASS}）\n"
    )
    assert "另有 1 种文书一份也没有确认过" in told.stderr
    assert "0 份已印，1 份有变，1 份新增，1 份不再需要。" in told.stderr
    (file,) = json.loads(run("printed", "--format", "json", *LATER).stdout)["files"]
    assert [paper["state"] for paper in file["papers"]] == ["changed", "new"]


def test_that_the_data_changed_before_printing_was_confirmed_is_told(here: Project) -> None:
    here.data(moved_house)
    told = run("printed", CLASS, *ON)
    assert told.exit_code == Exit.DONE
    assert "数据在做好以后变了，要补印运行 baoxue build --changed（1）：\n  小文书 2-木小春：内容有变" in told.stderr


def test_data_that_cannot_be_read_keep_nobody_from_confirming(here: Project) -> None:
    (here.folder / "数据.xlsx").write_bytes(b"PK broken")
    told = run("printed", CLASS, *ON)
    assert told.exit_code == Exit.DONE
    assert "没有和数据对照：" in told.stderr
    (here.folder / "数据.xlsx").unlink()
    run("printed", "--undo", CLASS)
    assert "没有和数据对照；" in run("printed", CLASS, *ON).stderr


def test_what_was_not_confirmed_is_told_and_the_exit_code_says_so(here: Project) -> None:
    (here.out / f"{CLASS}.docx").write_bytes(b"edited")
    told = run("printed", CLASS, *ON)
    assert told.exit_code == Exit.PARTIAL
    assert re.search("没有确认（1）：\n  .*被人工改过.*加 --edited", told.stderr)
    told = run("printed", CLASS, "--edited", *ON)
    assert told.exit_code == Exit.DONE
    assert "人工改过，改的部分这里不知道（1）" in told.stderr


def test_a_confirmation_is_undone(here: Project) -> None:
    run("printed", CLASS, *ON)
    told = run("printed", "--undo", "三年级（1）班")
    assert told.stdout == f"{CLASS}：撤销了 2026-09-12 的确认。\n"
    assert "还没有确认印过" in run("printed").stderr


def test_confirming_again_is_told(here: Project) -> None:
    run("printed", CLASS, *ON)
    assert "以前确认过，内容一样，没有再记" in run("printed", CLASS, *ON).stdout


def test_the_print_plan_is_told_before_and_after_making(here: Project) -> None:
    told = run("build", "--dry-run")
    assert "一共用纸：A4 双面 2 张。" in told.stderr
    told = run("printed", "--plan")
    assert told.stdout == f"{CLASS}\t2 份 × 1\t一套 2 页\t2 张 A4 双面\n"
    assert told.stderr == "一共用纸：A4 双面 2 张。\n"
    assert run("printed", "--plan", "--school", "白石小学").exit_code == Exit.FAILURE


@pytest.mark.parametrize(
    ("words", "what"),
    [
        (("build", "--changed", "--sample"), "样例没有台账"),
        (("build", "--changed", "--due"), "分开用"),
        (("printed", "--all", CLASS), "写明打印文件，或用 --all"),
        (("printed", "--undo"), "撤销的写明打印文件"),
        (("printed", "四年级（9）班"), "没有打印文件“四年级（9）班”"),
    ],
)
def test_what_makes_no_sense_is_a_mistake_of_usage(here: Project, words: tuple[str, ...], what: str) -> None:
    told = run(*words)
    assert told.exit_code == Exit.USAGE
    assert what in told.stderr


def test_a_damaged_ledger_is_told(here: Project) -> None:
    (here.folder / NAME).write_bytes(b"\xff" * 900)
    for words in (("printed",), ("printed", CLASS), ("build", "--changed")):
        told = run(*words)
        assert told.exit_code == Exit.FAILURE
        assert "台账" in told.stderr


def test_numbers_in_the_workbook_are_no_error_because_something_was_printed(here: Project) -> None:
    def numbered(sheets: Sheets) -> None:
        sheets["辍学个案"] = [
            {
                "个案编号": "1",
                "学生": "木小春",
                "发现日期": "2026-09-02",
                "辍学日期": "2026-09-01",
                "辍学原因": "厌学",
                "劝返责任人": "林老师",
            },
        ]
        sheets["通知书"] = [{"序号": "1", "个案编号": "1", "文号": "云教〔2026〕1号", "发出日期": "2026-09-08"}]

    here.data(numbered)
    before = run("check").stdout
    run("printed", CLASS, *ON)
    assert run("check").stdout == before


def test_what_a_restored_backup_does_not_know_is_to_be_confirmed_again(here: Project) -> None:
    here.paper('- text: "{{ student.name }}"', "other", title="别的", bundle="class")
    run("build", "--form", "other")
    run("printed", CLASS, *ON)
    run("ledger", "backup", "copy.sqlite")
    run("printed", "清溪小学/别的", *ON)
    told = run("ledger", "restore", "copy.sqlite")
    assert "要再确认一次（baoxue printed）（1）：\n  清溪小学/别的/三年级（1）班" in told.stderr
