"""A run that was ended is gone on with: what it leaves is, byte for byte, what a run in one go makes."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from click.testing import Result

from generator.cli.build import STOPPED_MAKING
from generator.errors import STOPS, Exit
from generator.press import unfinished
from generator.press.folder import known_files, read_manifest
from tests.small import Project, national, send_signal
from tests.test_cli import run

ROOT = Path(__file__).resolve().parents[2]
WORDS = ("build", "数据.xlsx", "--form", "tiny", "--single")
SLOW = """
import sys, time
from generator.cli import main
from generator.forms import catalogue
from generator.press.run import Station
catalogue.templates_dirs = lambda project: [project / "templates"]
real = Station.attempt
def slow(*args, **options):
    time.sleep(0.05)
    return real(*args, **options)
Station.attempt = slow
main(sys.argv[1:])
"""
NAMES = [f"石{number:02}" for number in range(24)]


@pytest.fixture
def here(project: Project, monkeypatch: pytest.MonkeyPatch) -> Iterator[Project]:
    """A project of many papers in two formats, one of which is held back."""
    students = [{"班级": "三年级（1）班", "姓名": name, "性别": "女", "现住址": "溪头村"} for name in NAMES]
    students[5]["现住址"] = ""
    project.data(lambda sheets: sheets.update({"学生": students, "家访": []}))
    project.paper(
        '- grid: {columns: [1], rows: [["{{ student.name }}"], ["{{ student.address }}"]]}',
        formats=["docx", "xlsx"], filename="{{ student.name }}",
    )  # fmt: skip
    monkeypatch.chdir(project.folder)
    monkeypatch.setattr("generator.policy.load.load_policy", lambda *_: national())
    before = {number: signal.getsignal(number) for number in STOPS}
    yield project
    for stop, handler in before.items():
        signal.signal(stop, handler)


def begun(project: Project, files: int, jobs: int) -> subprocess.Popen[str]:
    """Begin a slow run in a process of its own and return when it has made so many files."""
    process = subprocess.Popen(
        [sys.executable, "-c", SLOW, *WORDS, "--jobs", str(jobs)], cwd=project.folder, text=True,
        env=os.environ | {"PYTHONPATH": str(ROOT)}, stderr=subprocess.PIPE, start_new_session=True,
    )  # fmt: skip
    until = time.monotonic() + 120
    while len(project.files(".docx") + project.files(".xlsx")) < files and process.poll() is None:
        assert time.monotonic() < until
        time.sleep(0.01)
    return process


def tree(folder: Path) -> dict[str, bytes]:
    """Return all that lies in a folder."""
    return {str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def in_one_go(project: Project) -> dict[str, bytes]:
    """Return what a run that is not disturbed makes."""
    assert run(*WORDS, "--jobs", "1", "--out", "whole").exit_code == Exit.PARTIAL
    return tree(project.folder / "whole")


@pytest.mark.parametrize(
    ("number", "files", "jobs"),
    [(signal.SIGKILL, 1, 1), (signal.SIGKILL, 21, 1), (signal.SIGINT, 8, 2), (signal.SIGINT, 30, 1)],
)
def test_a_run_gone_on_with_leaves_what_a_run_in_one_go_makes(
    here: Project, number: int, files: int, jobs: int
) -> None:
    process = begun(here, files, jobs)
    process.send_signal(number)
    _, said = process.communicate(timeout=120)
    assert said == ("" if number == signal.SIGKILL else f"{STOPPED_MAKING}\n")
    made = {path: here.out / path for path in known_files(here.out) if (here.out / path).exists()}
    left = unfinished.unfinished(here.out)
    noted = {one.path for result in unfinished.intact(here.out, left.results if left else ()) for one in result.made}
    assert files - 2 <= len(made) < 2 * len(NAMES)
    before = {path: file.stat().st_mtime_ns for path, file in made.items()}
    again = run(*WORDS, "--jobs", "1", "--resume")
    assert again.exit_code == Exit.PARTIAL, again.stderr
    assert not noted or "接着做：" in again.stderr, again.stderr
    assert {path for path, when in before.items() if made[path].stat().st_mtime_ns == when} >= noted
    assert len(noted) >= files - 3 - jobs
    assert tree(here.out) == in_one_go(here)


def stopped(project: Project, monkeypatch: pytest.MonkeyPatch, *words: str) -> Result:
    """Return what is told by a run that is stopped after its third file."""
    add, heard = unfinished.add, []

    def then_stop(out: Path, result: object) -> None:
        add(out, result)  # type: ignore[arg-type]
        heard.append(result)
        if len(heard) == 3:
            send_signal()

    with monkeypatch.context() as patch:
        patch.setattr(unfinished, "add", then_stop)
        told = run(*WORDS, "--jobs", "1", *words)
    assert (told.exit_code, told.stderr) == (Exit.INTERRUPTED, f"{STOPPED_MAKING}\n")
    return told


def test_going_on_tells_how_much_is_left_and_a_plain_run_makes_all_anew(
    here: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    stopped(here, monkeypatch)
    first = here.out / f"{NAMES[0]}.docx"
    before = first.stat().st_mtime_ns
    again = run(*WORDS, "--jobs", "1", "--resume")
    assert "接着做：上次做好的有 3 个打印文件，还有 21 个。\n" in again.stderr
    assert first.stat().st_mtime_ns == before
    run(*WORDS, "--jobs", "1")
    assert first.stat().st_mtime_ns != before


def test_where_nothing_was_ended_going_on_begins(here: Project) -> None:
    assert "没有做到一半的，从头做。\n" in run(*WORDS, "--jobs", "1", "--resume").stderr
    assert "没有做到一半的" in run(*WORDS, "--jobs", "1", "--resume").stderr
    assert tree(here.out) == in_one_go(here)


def the_data(project: Project) -> tuple[str, ...]:
    students = [{"班级": "三年级（1）班", "姓名": name, "性别": "男", "现住址": "溪尾村"} for name in NAMES]
    project.data(lambda sheets: sheets.update({"学生": students, "家访": []}))
    return ()


def the_paper(project: Project) -> tuple[str, ...]:
    project.paper('- text: "{{ student.name }}同学"', formats=["docx", "xlsx"], filename="{{ student.name }}")
    return ()


def the_day(project: Project) -> tuple[str, ...]:
    return ("--today", "2026-09-12")


def the_options(project: Project) -> tuple[str, ...]:
    return ("--format", "docx")


def the_program(project: Project) -> tuple[str, ...]:
    ANOTHER.setattr("generator.press.resume.installed", lambda: {"保学": "0"})
    return ()


ANOTHER = pytest.MonkeyPatch()


@pytest.fixture
def undone() -> Iterator[None]:
    """What another program was pretended by is undone."""
    yield
    ANOTHER.undo()


@pytest.mark.parametrize(
    ("change", "what"),
    [(the_data, "数据"), (the_paper, "文书"), (the_day, "日期"), (the_options, "选项"), (the_program, "程序")],
)
def test_on_another_basis_nothing_is_gone_on_with_and_what_differs_is_told(
    here: Project, monkeypatch: pytest.MonkeyPatch, undone: None, change: object, what: str
) -> None:
    stopped(here, monkeypatch, "--today", "2026-09-11")
    first = here.out / f"{NAMES[0]}.docx"
    before = first.stat().st_mtime_ns
    assert callable(change)
    words = ("--today", "2026-09-11", *change(here))
    told = run(*WORDS, "--jobs", "1", *words, "--resume")
    assert f"中断的那次和现在不一样（{what}），不能接着做，从头做。\n" in told.stderr
    assert first.stat().st_mtime_ns != before


def test_what_a_person_edited_meanwhile_is_kept(here: Project, monkeypatch: pytest.MonkeyPatch) -> None:
    stopped(here, monkeypatch)
    edited = here.out / f"{NAMES[1]}.docx"
    edited.write_bytes(b"by hand")
    told = run(*WORDS, "--jobs", "1", "--resume")
    assert "人工改过" in told.stderr
    assert edited.read_bytes() == b"by hand"
    assert len(read_manifest(here.out)["files"]) == 2 * (len(NAMES) - 1)


def test_a_run_of_the_page_is_not_gone_on_with_here(here: Project) -> None:
    unfinished.begin(here.out, unfinished.Intent("小文书", "form=tiny", "basis"))
    assert "不能接着做，从头做" in run(*WORDS, "--jobs", "1", "--resume").stderr


def test_a_full_disk_is_told_with_how_to_go_on(here: Project, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(unfinished, "add", full)
    told = run(*WORDS, "--jobs", "1")
    assert told.exit_code == Exit.FAILURE
    assert told.stderr == "output 写不进去（磁盘满了）：请腾出空间，再运行一次同样的命令，加 --resume\n"


@pytest.mark.parametrize("jobs", [2, 3])
def test_papers_are_the_same_whatever_number_of_processes_makes_them(here: Project, jobs: int) -> None:
    assert run(*WORDS, "--jobs", str(jobs)).exit_code == Exit.PARTIAL
    assert tree(here.out) == in_one_go(here)
