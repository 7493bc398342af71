from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from docx import Document

from generator.cli import main
from generator.errors import Exit
from tests.forms.own_forms import made, paragraphs


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "告知书.docx").write_bytes(made(paragraphs("｛｛姓名｝｝的电话：{{电话}}")))
    records([("石小满", "1"), ("木小春", "2")])
    return tmp_path


def records(rows: list[tuple[str, str]]) -> None:
    named = [{"姓名": name, "电话": phone} for name, phone in rows]
    Path("名册.json").write_text(json.dumps(named, ensure_ascii=False), encoding="utf-8")


def run(*words: str) -> Result:
    return CliRunner().invoke(main, words)


@pytest.mark.parametrize("command", [["fill"], ["forms"], ["forms", "lint"]])
def test_the_commands_explain_themselves_with_an_example(command: list[str]) -> None:
    told = run(*command, "--help")
    assert told.exit_code == Exit.DONE
    assert f"例：\n    baoxue {' '.join(command)}" in told.stdout


def test_everything_filled_exits_0_and_tells_where(here: Path) -> None:
    told = run("fill", "告知书.docx", "名册.json", "--out", "好")
    assert told.exit_code == Exit.DONE
    assert told.stdout == "做好 2 个文件，2 份，在 好；目录见 好/目录.xlsx。\n"
    assert told.stderr == "说明（1）：\n  “｛｛姓名｝｝”按 {{ 姓名 }} 理解\n"
    assert (here / "好" / "石小满-告知书.docx").is_file()


def test_without_a_folder_documents_go_below_output_by_the_forms_name(here: Path) -> None:
    run("fill", "告知书.docx", "名册.json")
    assert (here / "output" / "告知书" / "石小满-告知书.docx").is_file()


def test_a_row_left_out_exits_5_and_is_listed(here: Path) -> None:
    records([("石小满", "1"), ("木小春", "")])
    told = run("fill", "告知书.docx", "名册.json", "--merge", "全部.docx")
    assert told.exit_code == Exit.PARTIAL
    assert "缺数据，没有做（1）：\n  第 2 条“木小春”：“电话”没有填" in told.stderr
    assert len(Document(str(here / "output" / "告知书" / "全部.docx")).paragraphs) == 1


def test_a_print_file_may_have_a_folder_of_its_own(here: Path) -> None:
    assert run("fill", "告知书.docx", "名册.json", "--merge", "打印/全部.docx", "--duplex").exit_code == Exit.DONE
    assert (here / "打印" / "全部.docx").is_file()


def test_a_dry_run_lists_the_files_and_writes_nothing(here: Path) -> None:
    told = run("fill", "告知书.docx", "名册.json", "--name", "{{电话}}/{{姓名}}", "--dry-run")
    assert told.stdout == "1/石小满.docx\n2/木小春.docx\n"
    assert not (here / "output").exists()


@pytest.mark.parametrize(
    ("words", "code", "what"),
    [
        (["告知书.docx", "没有.xlsx"], Exit.DATA, "没有这个文件"),
        (["没有.docx", "名册.json"], Exit.TEMPLATE, "没有这个文件"),
        (["名册.json", "名册.json"], Exit.TEMPLATE, "不是 Word 文档"),
        (["坏.docx", "名册.json"], Exit.TEMPLATE, "数据里没有“性名”，是不是“姓名”"),
        (["告知书.docx", "名册.json", "--name", "{{性名}}"], Exit.USAGE, "没有“性名”，是不是“姓名”"),
        (["告知书.docx", "名册.json", "--merge", "全部.pdf"], Exit.USAGE, "--merge 后面写 .docx 文件名"),
        (["告知书.docx", "名册.json", "--merge", "a.docx", "--name", "b"], Exit.USAGE, "不用 --name"),
        (["告知书.docx", "名册.json", "--merge", "a/b.docx", "--out", "c"], Exit.USAGE, "就不用 --out"),
        (["告知书.docx", "名册.json", "--duplex"], Exit.USAGE, "要和 --merge 一起用"),
    ],
)
def test_what_stops_everything_exits_with_its_code_and_a_sentence(
    here: Path, words: list[str], code: Exit, what: str
) -> None:
    (here / "坏.docx").write_bytes(made(paragraphs("{{性名}}")))
    told = run("fill", *words)
    assert told.exit_code == code
    assert what in told.stderr
    assert "Traceback" not in told.output
    assert not (here / "output").exists()


def test_lint_lists_tags_and_exits_0_where_all_is_well(here: Path) -> None:
    told = run("forms", "lint", "告知书.docx", "名册.json")
    assert told.exit_code == Exit.DONE
    assert told.stdout == (
        "正文　姓名　填值；“姓名”2 条有，如“石小满”\n正文　电话　填值；“电话”2 条有，如“1”\n"
        "说明 “｛｛姓名｝｝”按 {{ 姓名 }} 理解\n"
    )
    assert told.stderr == "2 个标签：0 个错误，0 个提醒。\n"


def test_lint_exits_4_where_something_is_wrong_and_writes_the_copy(here: Path) -> None:
    Path("坏.docx").write_bytes(made(paragraphs("甲{{性名}}")))
    told = run("forms", "lint", "坏.docx", "名册.json", "--annotate", "批.docx")
    assert told.exit_code == Exit.TEMPLATE
    assert "错误 坏.docx 正文“甲{{性名}}”：数据里没有“性名”，是不是“姓名”。" in told.stdout
    assert told.stderr == "1 个标签：1 个错误，0 个提醒。\n有批注的副本在 批.docx。\n"
    assert [comment.author for comment in Document("批.docx").comments] == ["保学"]
