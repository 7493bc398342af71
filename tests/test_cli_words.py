"""What the command line says: Chinese only, with examples that work, whatever goes wrong."""

from __future__ import annotations

import ast
import re
import shlex
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import click
import pytest
from click.testing import CliRunner, Result

from generator import faults
from generator.cli import chinese, main
from generator.cli.help import EXAMPLE, folded, wide
from generator.errors import Exit
from tests.small import Project

KNOWN = {
    "baoxue", "Word", "PDF", "Excel", "WPS", "YAML", "JSON", "docx", "pdf", "xlsx", "yaml", "json", "text", "table",
    "auto", "full", "listed", "seat", "pinyin",
    "output", "national", "x", "DR", "data", "cd",
}  # fmt: skip
"""Names of programs and formats, what is typed as it stands, and the unknown of a range."""


def walk(command: click.Command = main, path: tuple[str, ...] = ()) -> Iterator[tuple[tuple[str, ...], click.Command]]:
    yield path, command
    if isinstance(command, click.Group):
        for name, below in command.commands.items():
            yield from walk(below, (*path, name))


COMMANDS = dict(walk())
OPTIONS = {name for command in COMMANDS.values() for option in command.params for name in option.opts}


def run(*words: str) -> Result:
    return CliRunner().invoke(main, words)


def english(text: str) -> set[str]:
    """Return the words of Latin letters in a text that no reader here knows."""
    typed = {word for path in COMMANDS for word in path}
    text = text.partition(EXAMPLE)[0]
    text = re.sub(r"(?<![\w-])--?[a-z][a-z-]*", "", text)  # an option
    return {word for word in re.findall(r"[A-Za-z]+", text) if word not in KNOWN | typed}


def help_of(path: tuple[str, ...]) -> str:
    told = run(*path, "--help")
    assert told.exit_code == Exit.DONE
    return told.stdout


@pytest.mark.parametrize("path", COMMANDS, ids=" ".join)
def test_help_has_no_english_word(path: tuple[str, ...]) -> None:
    assert english(help_of(path)) == set()


@pytest.mark.parametrize("path", COMMANDS, ids=" ".join)
def test_every_option_and_argument_is_named_in_chinese(path: tuple[str, ...]) -> None:
    command = COMMANDS[path]
    with click.Context(command) as context:
        for parameter in command.params:
            if isinstance(parameter.type, click.Choice) or getattr(parameter, "is_flag", False):
                continue
            assert re.search("[\u4e00-\u9fff]", parameter.make_metavar(context)), parameter.name


@pytest.mark.parametrize("path", COMMANDS, ids=" ".join)
def test_help_ends_with_examples_that_can_be_typed(path: tuple[str, ...]) -> None:
    lines = help_of(path).partition(EXAMPLE)[2].split("\n")
    typed = [shlex.split(line)[1:] for line in lines if line.strip()]
    assert typed
    for words in typed:
        assert tuple(words[: len(path)]) == path
        command, left = main, list(words)
        with click.Context(main) as context:
            while isinstance(command, click.Group) and left and left[0] != "--help":
                _, found, left = command.resolve_command(context, left)
                assert found
                command = found  # type: ignore[assignment]
            if "--help" not in left:
                command.make_context(words[0], left, parent=context)


def test_every_command_stands_under_one_heading() -> None:
    told = help_of(())
    assert [name for name in main.commands if len(re.findall(rf"^  {name} ", told, re.MULTILINE)) != 1] == []


@pytest.mark.parametrize("path", COMMANDS, ids=" ".join)
def test_no_line_of_help_is_wider_than_a_terminal(path: tuple[str, ...]) -> None:
    text = help_of(path).partition(EXAMPLE)[0]
    assert [line for line in text.splitlines() if wide(line) > 80] == []


@pytest.mark.parametrize(
    ("words", "what"),
    [
        (["bild"], "没有“bild”这个命令。 是不是 'build'？"),
        (["build", "--smaple"], "没有 --smaple 这个选项。 是不是其中一个：'--sample', '--single'？"),
        (["build", "--zzz"], "没有 --zzz 这个选项。"),
        (["build", "a", "b"], "多写了：b"),
        (["build", "--jobs", "0"], "'--jobs' 写得不对：0 不在范围里"),
        (["build", "--jobs", "两"], "“两”不是整数"),
        (["build", "--form"], "选项 --form 后面要写一个值"),
        (["build", "--quiet=1"], "选项 --quiet 后面不写值"),
        (["check", "--format", "xml"], "“xml”不行，可用 'text', 'json'"),
        (["import"], "缺少 '名册'"),
        (["notice", "serve", "云政返通〔2026〕1号"], "缺少选项 '--at'"),
        (["notice", "open", "云政返通", "二", "1"], "“二”不是整数"),
        (["notice", "isue"], "没有“isue”这个命令"),
        (["--today"], "没有 --today 这个选项"),
    ],
)
def test_what_is_typed_wrongly_is_told_without_english(words: list[str], what: str) -> None:
    told = run(*words)
    assert told.exit_code == Exit.USAGE
    assert what in told.stderr
    assert english(told.stderr.replace(words[0], "")) - {"bild", "isue", "xml", "smaple", "zzz", "b"} == set()


@pytest.mark.parametrize("path", [path for path, command in COMMANDS.items() if isinstance(command, click.Group)])
def test_a_group_alone_shows_its_help(path: tuple[str, ...]) -> None:
    told = run(*path)
    assert told.exit_code == Exit.USAGE
    assert english(told.stderr) == set()


def test_all_that_click_says_to_users_is_translated() -> None:
    source = Path(click.__file__).parent
    found = set()
    for name in ("core", "decorators", "exceptions", "formatting", "parser", "types"):
        for node in ast.walk(ast.parse((source / f"{name}.py").read_text("utf-8"))):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in ("_", "ngettext"):
                found |= {
                    one.value for one in node.args if isinstance(one, ast.Constant) and isinstance(one.value, str)
                }
    for_programmers = {
        "Name '{name}' defined twice",
        "Boolean option {decl!r} cannot use the same flag for true/false.",
        "Could not determine name for option with declarations {decls!r}",
        "No options defined but a name was passed ({name}). Did you mean to declare an argument instead? Did you mean"
        " to pass '--{name}'?",
        "Arguments take exactly one parameter declaration, got {length}: {decls}.",
        "Invalid start character for option ({option})",
        "Choice({choices})",
    }
    assert found - set(chinese.SAID) == for_programmers


def test_a_translation_has_all_that_the_sentence_names() -> None:
    for theirs, ours in chinese.SAID.items():
        names = {name.partition("!")[0] for name in re.findall(r"{([^}]*)}", theirs)}
        used = set(re.findall(r"{([^}]*)}", ours))
        assert used <= names, theirs


# Lines


def test_chinese_is_folded_by_its_width_and_no_line_begins_with_a_closing_sign() -> None:
    assert folded("一二三四五，六七", 10) == ["一二三四", "五，六七"]
    assert folded("用 guardian-contract 这份", 20) == ["用 guardian-contract", "这份"]
    assert folded("", 10) == [""]


# What nobody expected


@pytest.fixture
def here(project: Project, monkeypatch: pytest.MonkeyPatch) -> Project:
    monkeypatch.chdir(project.folder)
    project.paper('- text: "{{ student.name }}"')
    return project


def breaking(monkeypatch: pytest.MonkeyPatch, error: Exception) -> None:
    def broken(*_: object, **__: object) -> None:
        raise error

    monkeypatch.setattr("generator.dataset.examine", broken)


def test_an_error_of_the_program_is_told_in_a_sentence_and_its_place_written_down(
    here: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    breaking(monkeypatch, KeyError("石小满 13010120150312001X"))
    told = run("check", "数据.xlsx")
    log = here.folder / faults.LOG
    assert told.exit_code == Exit.FAILURE
    assert told.stderr == f"程序出错（KeyError），没有做完。请把 {log} 发给维护人员（里面没有孩子和家长的信息）。\n"
    written = log.read_text("utf-8")
    assert "builtins.KeyError" in written
    assert re.search(r"cli/check\.py 第\d+行 check\n", written)
    assert "石小满" not in written
    assert "1301" not in written


def test_a_file_that_cannot_be_read_is_told_without_english(here: Project, monkeypatch: pytest.MonkeyPatch) -> None:
    breaking(monkeypatch, PermissionError(13, "Permission denied", "数据.xlsx"))
    told = run("check", "数据.xlsx")
    assert told.stderr.startswith("文件“数据.xlsx”读写出错：没有写的权限，或别的程序正开着它，没有做完。")


def test_where_no_log_can_be_written_the_sentence_is_what_is_to_be_sent(
    here: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    breaking(monkeypatch, KeyError("x"))
    monkeypatch.setattr(faults, "record", lambda *_: None)
    assert "请把这句话、刚才做了什么告诉维护人员" in run("check", "数据.xlsx").stderr


def test_a_warning_of_a_library_does_not_reach_the_screen(here: Project) -> None:
    code = "import warnings\nfrom generator.cli import main\nfrom generator.cli import project\n"
    code += "project.doctor.callback = lambda: warnings.warn('english')\nmain(['doctor'])"
    told = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=False, cwd=Path(__file__).parents[1]
    )
    assert (told.returncode, told.stderr) == (Exit.DONE, "")


def test_papers_that_failed_by_a_fault_of_the_program_are_told_and_written_down(
    here: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_: object, **__: object) -> None:
        raise TypeError("石小满")

    monkeypatch.setattr("generator.render.word.render", broken)
    told = run("build", "数据.xlsx", "--jobs", "1")
    assert told.exit_code == Exit.PARTIAL
    assert "docx：程序出错（TypeError）\n" in told.stderr
    assert f"处是程序出错。请把 {here.folder / faults.LOG}" in told.stderr
    assert "石小满" not in (here.folder / faults.LOG).read_text("utf-8")
    assert english(told.stderr.replace(str(here.folder), "")) <= {"TypeError", "log"}
