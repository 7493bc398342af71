"""The bundle is whole, its batch file is what Chinese Windows reads, and its guide names what lies beside it."""

from __future__ import annotations

import json
import re
import zipfile
from html.parser import HTMLParser
from pathlib import Path

import pytest
from packaging.requirements import Requirement

from generator import __version__, setup
from generator.windows import __main__ as command
from generator.windows import bundle
from generator.windows.bundle import GUIDE, HERE, INSTALLER, PYTHONS, START, batch, guide
from generator.windows.wheels import BundleError, fetch, lacking, read, read_lock
from tests.windows.fakes import wheel

BATCH = (HERE / "start.bat").read_text("utf-8")
LINES = BATCH.splitlines()
PNG = b"\x89PNG\r\n\x1a\n"


# --- start.bat --------------------------------------------------------------------------------------------------------


def test_the_batch_file_is_gb2312_with_the_line_ends_of_windows() -> None:
    made = batch(BATCH)
    assert made.count(b"\r\n") == made.count(b"\n") == BATCH.count("\n")
    assert made.endswith(b"\r\n")
    assert not made.startswith(b"\xef\xbb\xbf")
    assert made.decode("gbk").replace("\r\n", "\n") == BATCH.replace("{installer}", INSTALLER)


def test_no_code_page_takes_a_chinese_character_for_a_sign_of_the_command_language() -> None:
    assert all(byte >= 0xA1 for char in BATCH if ord(char) > 127 for byte in char.encode("gb2312"))
    with pytest.raises(BundleError, match="“堃”不在 GB2312 里"):
        batch("echo 堃\n")  # in GBK a second byte of it is ASCII


def test_chinese_stands_only_where_it_is_shown() -> None:
    assert [line for line in LINES if not line.isascii() and not line.startswith(("echo ", "title "))] == []


def test_what_is_shown_has_no_sign_of_the_command_language() -> None:
    shown = [line for line in LINES if line.startswith("echo ") and line != "echo off"]
    assert shown
    assert [line for line in shown if set(line) & set("&|<>^%!")] == []


def test_every_label_that_is_gone_to_is_there_and_every_label_is_gone_to() -> None:
    labels = [line[1:] for line in LINES if line.startswith(":")]
    wanted = {name for line in LINES for name in re.findall(r"(?:\bgoto |\bcall :)(\w+)", line)}
    assert len(labels) == len(set(labels))
    assert wanted == set(labels)


def test_every_path_is_quoted_and_beside_the_batch_file() -> None:
    used = {variable for line in LINES for variable in re.findall(r"%(~dp0|START|LocalAppData|ProgramFiles)\b", line)}
    assert used == {"~dp0", "START", "LocalAppData", "ProgramFiles"}
    for line in LINES:
        outside = re.sub(r'"[^"]*"', "", line)
        assert not re.search(r"%~dp0|%START%|%LocalAppData%|%ProgramFiles%", outside), line
    named = set(re.findall(r'%~dp0([^"*]+)"', BATCH))
    assert named == {r"program\start.py", r"program\contents.json", "{installer}"}


def test_nothing_of_another_shell_is_in_the_batch_file() -> None:
    assert not re.search(r"\$\(|\$\{|\bfi\b|\bthen\b|/dev/null|\bexport\b|#!|`", BATCH)
    assert LINES[0] == "@echo off"


def test_the_batch_file_looks_for_the_pythons_that_the_bundle_has_wheels_for() -> None:
    found = [tuple(text.split()) for text in re.findall(r"for %%V in \(([^)]*)\)", BATCH)]
    assert set(found) == {PYTHONS}
    folders = [tuple(text.split()) for text in re.findall(r"for %%D in \(([^)]*)\)", BATCH)]
    assert set(folders) == {tuple(python.replace(".", "") for python in PYTHONS)}


def test_the_installer_asks_for_no_administrator() -> None:
    (line,) = [line for line in LINES if "/passive" in line]
    assert "InstallAllUsers=0" in line
    assert "Include_launcher=0" in line  # it is installed for all users unless told otherwise
    assert INSTALLER.removeprefix("python-").startswith(f"{PYTHONS[0]}.")


# --- the guide --------------------------------------------------------------------------------------------------------


class Outside(HTMLParser):
    """Notes what a page would fetch."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []

    def handle_starttag(self, _: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found += [value or "" for name, value in attrs if name in {"src", "href"}]


def told(images: Path) -> str:
    return guide((HERE / "guide.html").read_text("utf-8"), images)


def test_the_guide_names_what_lies_beside_it_and_fetches_nothing(tmp_path: Path) -> None:
    page = told(tmp_path)
    assert START in page
    assert INSTALLER in page
    assert "{" not in re.sub(r"<style>.*</style>", "", page, flags=re.DOTALL)
    seen = Outside()
    seen.feed(page)
    assert seen.found == []


def test_pictures_of_the_page_are_in_the_guide_as_soon_as_there_are_any(tmp_path: Path) -> None:
    name = next(iter(bundle.PICTURES))
    (tmp_path / name).write_bytes(PNG)
    seen = Outside()
    seen.feed(told(tmp_path))
    assert len(seen.found) == 1
    assert seen.found[0].startswith("data:image/png;base64,iVBORw0K")
    assert bundle.PICTURES[name] in told(tmp_path)


def test_what_the_guide_says_that_is_told_is_told() -> None:
    page = (HERE / "guide.html").read_text("utf-8")
    start = (HERE / "start.py").read_text("utf-8")
    for words in ("旁边没有 program 文件夹", "文件不全或者坏了", "安装没有完成", "没有能用的 Python"):
        assert words in page
        assert words in BATCH + start


# --- the whole --------------------------------------------------------------------------------------------------------


@pytest.fixture
def offline(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A place to build in where all wheels have been fetched and the project needs one."""
    lock = tmp_path / "lock"
    lock.write_text("needed==2.0\n")
    monkeypatch.setattr(bundle, "LOCK", lock)
    monkeypatch.setattr(bundle, "roots", lambda: [Requirement("needed")])
    monkeypatch.setattr(
        bundle, "_own_wheel", lambda folder: wheel(folder, "baoxue", __version__, "needed>=2; extra == 'web'")
    )
    out = tmp_path / "out"
    wheel(out / "wheels", "needed", "2.0")
    wheel(out / "wheels", "needed", "1.0")  # of an older lock
    wheel(out / "wheels", "other", "2.0")
    return out


def test_the_bundle_holds_what_is_needed_and_nothing_else(offline: Path) -> None:
    (offline / INSTALLER).write_bytes(b"MZ")
    made = bundle.build(offline)
    program = made.folder / "program"
    assert {path.relative_to(made.folder).as_posix() for path in made.folder.rglob("*") if path.is_file()} == {
        START, GUIDE, INSTALLER, "program/start.py", "program/contents.json",
        f"program/wheels/baoxue-{__version__}-py3-none-any.whl", "program/wheels/needed-2.0-py3-none-any.whl",
    }  # fmt: skip
    contents = json.loads((program / "contents.json").read_text("utf-8"))
    assert contents["pythons"] == list(PYTHONS)
    assert contents["requirement"] == f"baoxue[sign,web]=={__version__}"
    assert all((program / name).is_file() for name in contents["files"])
    assert (made.folder / START).read_bytes() == batch(BATCH)
    with zipfile.ZipFile(made.archive) as archive:
        names = archive.namelist()
        assert f"{made.folder.name}/{START}" in names
        assert all(info.flag_bits & 0x800 for info in archive.infolist() if not info.filename.isascii())
    before = made.archive.read_bytes()
    assert bundle.build(offline).archive.read_bytes() == before


def test_without_the_installer_of_python_the_builder_stops_and_says_where_it_is_from(offline: Path) -> None:
    with pytest.raises(BundleError, match=rf"^缺 {re.escape(INSTALLER)}：.*python\.org.*--without-installer$"):
        bundle.build(offline)
    assert not (offline / f"保学-{__version__}-windows").exists()
    made = bundle.build(offline, with_installer=False)
    assert not (made.folder / INSTALLER).exists()


def test_a_bundle_that_lacks_something_is_not_packed(offline: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(
        bundle, "_own_wheel", lambda folder: wheel(folder, "baoxue", __version__, "needed>=3; extra == 'web'")
    )
    with pytest.raises(BundleError, match=r"包不完整：\nPython 3\.12：baoxue 要 needed >=3"):
        bundle.build(offline, pythons=["3.12"], with_installer=False)
    assert list(offline.glob("*.zip")) == []


def test_a_file_of_the_bundle_that_is_missing_is_told(offline: Path) -> None:
    made = bundle.build(offline, with_installer=False)
    (made.folder / START).unlink()
    with pytest.raises(BundleError, match=f"没有 {START}"):
        bundle.prove(made.folder, read_lock("needed==2.0"))


def test_the_command_tells_failures_in_a_sentence(
    offline: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr("sys.argv", ["windows", str(offline)])
    assert command.main() == 1
    assert capfd.readouterr().err.startswith(f"错误：缺 {INSTALLER}")
    monkeypatch.setattr("sys.argv", ["windows", str(offline), "--without-installer", "--python", "3.13"])
    assert command.main() == 0
    assert "2 个组件" in capfd.readouterr().out


def test_what_the_page_needs_is_in_the_bundle() -> None:
    assert {"flask", "waitress", "lxml"} <= {need.name for need in bundle.roots()}


def test_set_up_knows_the_command() -> None:
    assert setup.TASKS["windows"] == (("python", "-m", "generator.windows", "output/windows"),)


def test_real_wheels_are_fetched_for_windows(tmp_path: Path) -> None:
    """The smallest locked requirement of the project that has another file for every Python."""
    lock, roots = read_lock(setup.LOCK.read_text("utf-8")), [Requirement("jinja2")]
    try:
        fetch(tmp_path, roots, lock, PYTHONS[:2])
    except BundleError as error:
        pytest.skip(f"no index can be reached: {error}")
    found = [read(path) for path in tmp_path.glob("*.whl")]
    assert lacking(found, roots, PYTHONS[:2]) == []
    (tmp_path / found[0].path.name).unlink()
    assert lacking([read(path) for path in tmp_path.glob("*.whl")], roots, PYTHONS[:2]) != []
