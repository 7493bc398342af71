"""The proof of completeness finds whatever Windows would miss, and follows what only Windows needs."""

from __future__ import annotations

import subprocess
from collections.abc import Sequence
from pathlib import Path

import pytest
from packaging.requirements import Requirement

from generator.windows import wheels
from generator.windows.wheels import BundleError, fetch, lacking, read, read_lock, unlocked, used
from tests.windows.fakes import wheel

LXML = "cp312-cp312-win_amd64"


def told(folder: Path, *roots: str, pythons: Sequence[str] = ("3.12",)) -> list[str]:
    found = [read(path) for path in sorted(folder.glob("*.whl"))]
    return lacking(found, [Requirement(root) for root in roots], pythons)


def test_a_whole_bundle_lacks_nothing(tmp_path: Path) -> None:
    wheel(tmp_path, "docx", "1.2", "lxml>=5")
    wheel(tmp_path, "lxml", "6.0", tag=LXML)
    assert told(tmp_path, "docx>=1") == []


def test_a_missing_wheel_is_named_with_who_needs_it(tmp_path: Path) -> None:
    wheel(tmp_path, "docx", "1.2", "lxml>=5")
    assert told(tmp_path, "docx", "click") == [
        "Python 3.12：缺 click（保学 要用）",
        "Python 3.12：缺 lxml（docx 要用）",
    ]


@pytest.mark.parametrize(
    "tag",
    ["cp312-cp312-manylinux_2_28_x86_64", "cp312-cp312-win32", "cp312-cp312-win_arm64", "cp313-cp313-win_amd64",
     "cp312-cp312t-win_amd64", "cp313-abi3-win_amd64"],
)  # fmt: skip
def test_a_wheel_of_another_platform_or_python_is_none(tag: str, tmp_path: Path) -> None:
    path = wheel(tmp_path, "lxml", tag=tag)
    assert told(tmp_path, "lxml") == [f"Python 3.12：lxml 没有能用在 64 位 Windows 上的，只有 {path.name}"]


@pytest.mark.parametrize(
    "tag", [LXML, "cp310-abi3-win_amd64", "py2.py3-none-any", "cp312-none-any", "py3-none-win_amd64"]
)
def test_a_wheel_that_python_takes_is_taken(tag: str, tmp_path: Path) -> None:
    wheel(tmp_path, "lxml", tag=tag)
    assert told(tmp_path, "lxml") == []


def test_each_python_is_asked_for_itself(tmp_path: Path) -> None:
    path = wheel(tmp_path, "lxml", tag=LXML)
    assert told(tmp_path, "lxml", pythons=["3.11", "3.12"]) == [
        f"Python 3.11：lxml 没有能用在 64 位 Windows 上的，只有 {path.name}"
    ]


def test_a_wheel_that_wants_a_newer_python_is_none(tmp_path: Path) -> None:
    wheel(tmp_path, "lxml", pythons=">=3.13")
    assert told(tmp_path, "lxml", pythons=["3.12", "3.13"]) == [
        "Python 3.12：lxml 没有能用在 64 位 Windows 上的，只有 lxml-1.0-py3-none-any.whl"
    ]


def test_another_version_is_none(tmp_path: Path) -> None:
    wheel(tmp_path, "docx", "1.2", "lxml>=5")
    wheel(tmp_path, "lxml", "4.9")
    assert told(tmp_path, "docx") == ["Python 3.12：docx 要 lxml >=5，只有 lxml-4.9-py3-none-any.whl"]


def test_what_only_windows_needs_is_missed_and_what_it_does_not_need_is_not(tmp_path: Path) -> None:
    wheel(
        tmp_path, "click", "8.1", "colorama; platform_system == 'Windows'", "uvloop; sys_platform != 'win32'",
        "tomli; python_version < '3.12'", "pytest; extra == 'dev'",
    )  # fmt: skip
    assert told(tmp_path, "click", pythons=["3.11", "3.12"]) == [
        "Python 3.11：缺 colorama（click 要用）",
        "Python 3.11：缺 tomli（click 要用）",
        "Python 3.12：缺 colorama（click 要用）",
    ]


def test_extras_are_followed(tmp_path: Path) -> None:
    wheel(tmp_path, "weasyprint", "70.0", "fonttools[woff]>=4")
    wheel(tmp_path, "fonttools", "4.68", "brotli; extra == 'woff'", "lxml; extra == 'ufo'")
    assert told(tmp_path, "fonttools", "weasyprint") == ["Python 3.12：缺 brotli（fonttools 要用）"]


def test_requirements_in_a_circle_come_to_an_end(tmp_path: Path) -> None:
    wheel(tmp_path, "a", "1.0", "b")
    wheel(tmp_path, "b", "1.0", "a")
    assert told(tmp_path, "a") == []


def test_a_wheel_that_is_not_of_the_locked_version_is_told(tmp_path: Path) -> None:
    paths = [wheel(tmp_path, "lxml", "6.0"), wheel(tmp_path, "click", "8.1"), wheel(tmp_path, "baoxue", "0.1")]
    found = [read(path) for path in paths]
    lock = read_lock("# a comment\nLXML==6.1\n")
    assert unlocked(found, lock, read(paths[2]).name) == [
        "lxml-6.0-py3-none-any.whl 不是锁定的版本（6.1）",
        "click-8.1-py3-none-any.whl 不是锁定的版本（没有锁定）",
    ]


def test_a_path_too_long_for_windows_is_told(tmp_path: Path) -> None:
    found = read(wheel(tmp_path, "lxml", files={"x" * 138 + ".py": ""}))
    assert unlocked([found], read_lock("lxml==1.0"), found.name) == [
        "lxml-1.0-py3-none-any.whl 里有 141 个字符的路径，Windows 可能放不下"
    ]


@pytest.mark.parametrize("content", [b"", b"PK no zip"])
def test_a_file_that_is_no_wheel_is_told(content: bytes, tmp_path: Path) -> None:
    path = tmp_path / f"lxml-6.0-{LXML}.whl"
    path.write_bytes(content)
    with pytest.raises(BundleError, match=r"^lxml-6\.0-.* 不是完整的 wheel"):
        read(path)


class Index:
    """Stands for pip: gives the wheels it has, and remembers what it was asked for."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.asked: list[list[str]] = []

    def download(self, folder: Path, pins: Sequence[str], python: str) -> None:
        self.asked.append([python, *pins])
        for pin in pins:
            name, _, version = pin.partition("==")
            for path in self.folder.glob(f"{name}-{version}-*.whl"):
                if read(path).tags & wheels.accepted(python):
                    (folder / path.name).write_bytes(path.read_bytes())


@pytest.fixture
def index(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Index:
    made = Index(tmp_path / "index")
    wheel(made.folder, "click", "8.1", "colorama; sys_platform == 'win32'", "uvloop; sys_platform == 'linux'")
    for python in ("312", "313"):
        wheel(made.folder, "colorama", "0.4", tag=f"cp{python}-cp{python}-win_amd64")
    monkeypatch.setattr(wheels, "_download", made.download)
    return made


def test_what_follows_is_fetched_for_each_python_and_nothing_twice(index: Index, tmp_path: Path) -> None:
    here = tmp_path / "here"
    here.mkdir()
    roots, lock, pythons = [Requirement("click")], read_lock("click==8.1\ncolorama==0.4"), ["3.12", "3.13"]
    fetch(here, roots, lock, pythons)
    assert index.asked == [["3.12", "click==8.1"], ["3.12", "colorama==0.4"], ["3.13", "colorama==0.4"]]
    found = [read(path) for path in here.glob("*.whl")]
    assert lacking(found, roots, pythons) == []
    assert used(found, roots, ["3.13"]) == {
        here / "click-8.1-py3-none-any.whl", here / "colorama-0.4-cp313-cp313-win_amd64.whl",
    }  # fmt: skip
    fetch(here, roots, lock, pythons)
    assert len(index.asked) == 3


def test_what_is_not_locked_is_not_fetched(index: Index, tmp_path: Path) -> None:
    with pytest.raises(BundleError, match=r"没有锁定版本：colorama。请写进 \.ci/requirements\.lock"):
        fetch(index.folder, [Requirement("click")], read_lock("click==8.1"), ["3.11"])


def test_a_wheel_that_there_is_not_ends_the_fetching(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(wheels, "_download", lambda *_: None)
    fetch(tmp_path, [Requirement("click")], read_lock("click==8.1"), ["3.12"])
    assert told(tmp_path, "click") == ["Python 3.12：缺 click（保学 要用）"]


def test_pip_is_asked_for_windows_and_its_refusal_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    commands: list[Sequence[str]] = []

    def refuse(command: Sequence[str], **_: object) -> subprocess.CompletedProcess[str]:
        commands.append(command)
        return subprocess.CompletedProcess(command, 1, "", "ERROR: No matching distribution\n")

    monkeypatch.setattr(subprocess, "run", refuse)
    with pytest.raises(
        BundleError, match=r"Python 3\.13 的组件没有下载成：click==8\.1\nERROR: No matching distribution$"
    ):
        fetch(tmp_path, [Requirement("click")], read_lock("click==8.1"), ["3.13"])
    joined = " ".join(commands[0])
    for option in ("--no-deps", "--only-binary=:all:", "--platform win_amd64", "--python-version 3.13"):
        assert option in joined
