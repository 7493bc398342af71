"""The start: an environment is made once from wheels alone, mended when it is not whole, and the page opens."""

from __future__ import annotations

import importlib.util
import json
import os
import shutil
import struct
import subprocess
import sys
import sysconfig
import threading
from collections.abc import Callable, Sequence
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from generator.windows import start
from tests.windows.fakes import wheel

OWN = f"{sys.version_info.major}.{sys.version_info.minor}"
# what stands in for Baoxue: notes where it is and what it is asked to do
FAKE = """\
import pathlib, sys, needed
pathlib.Path(r"{log}").open("a").write(f"{{pathlib.Path.cwd().name}} {{sys.argv[1]}} {{sys.flags.isolated}}\\n")
"""


@pytest.fixture
def bundle(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The program folder of a bundle whose Baoxue needs one other wheel."""
    program = tmp_path / "包 (1) & 50%" / "program"
    log = str(tmp_path / "log")
    files = {"generator/__init__.py": "", "generator/__main__.py": FAKE.format(log=log)}
    wheel(program / "wheels", "baoxue", "0.1", "needed>=2", files=files)
    wheel(program / "wheels", "needed", "2.0")
    describe(program)
    monkeypatch.setattr(start, "HERE", program)
    monkeypatch.setenv("LOCALAPPDATA", str(tmp_path / "用户 甲"))
    monkeypatch.setenv("PIP_INDEX_URL", "http://127.0.0.1:9/")  # whoever asks an index fails
    return program


def describe(program: Path, pythons: tuple[str, ...] = (OWN,)) -> None:
    files = {f"wheels/{path.name}": start._digest(path) for path in (program / "wheels").glob("*.whl")}
    told = {"requirement": "baoxue==0.1", "pythons": pythons, "files": files}
    (program / "contents.json").write_text(json.dumps(told), "utf-8")


@pytest.fixture
def quick(bundle: Path, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """No processes: each step is noted, and making the environment leaves two files."""
    steps: list[str] = []

    def run(command: list[str], **_: object) -> SimpleNamespace:
        step = next(word for word in ("venv", "install", "serve") if word in command)
        steps.append(step)
        if step == "venv":
            inside = Path(command[-1]) / "Lib" / "__pycache__"
            inside.mkdir(parents=True)
            (inside.parent / "needed.py").write_text("x = 1\n")
        return SimpleNamespace(returncode=0)

    monkeypatch.setattr(subprocess, "run", run)
    return steps


def environment(bundle: Path) -> Path:
    (found,) = [path for path in start.home().iterdir() if path.is_dir()]
    return found


def test_the_page_opens_without_a_network_in_an_environment_that_is_kept(
    bundle: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(start, "documents", lambda: tmp_path / "文档")
    monkeypatch.setenv("PYTHONPATH", str(tmp_path / "somebody else's"))
    assert start.main([""]) == 0
    first = environment(bundle)
    assert start.main([]) == 0
    assert environment(bundle) == first
    said = capfd.readouterr().out
    assert said.count("正在安装") == 1
    assert (tmp_path / "log").read_text().splitlines() == ["保学 serve 1", "保学 serve 1"]


def test_an_installation_that_fails_says_where_it_is_written_why(
    bundle: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    commands: list[Sequence[str]] = []

    def fail(command: Sequence[str], **options: Any) -> SimpleNamespace:
        commands.append(command)
        options["stdout"].write(b"No matching distribution\n")
        return SimpleNamespace(returncode=int("install" in command))

    monkeypatch.setattr(subprocess, "run", fail)
    assert start.main([]) == 1
    record = start.home() / start.RECORD
    assert f"没有打开：安装没有完成，请再打开一次。还是不行，把 {record} 交给懂电脑的人看" in capfd.readouterr().out
    assert b"No matching distribution" in record.read_bytes()
    assert not any(start.whole(path) for path in start.home().iterdir())
    assert {"--no-index", "--find-links", str(bundle / "wheels"), "--isolated"} <= set(commands[1])


@pytest.mark.parametrize("harm", ["a file is gone", "a file is cut short", "a file too many", "no stamp"])
def test_an_environment_that_is_not_whole_is_made_anew(harm: str, quick: list[str], bundle: Path) -> None:
    start.prepare(start.home())
    folder = environment(bundle)
    module = folder / "Lib" / "needed.py"
    match harm:
        case "a file is gone":
            module.unlink()
        case "a file is cut short":
            module.write_text("x")
        case "a file too many":
            (folder / "sitecustomize.py").touch()
        case "no stamp":
            (folder / start.STAMP).unlink()
    start.prepare(start.home())
    assert quick == ["venv", "install"] * 2
    start.prepare(start.home())
    assert quick == ["venv", "install"] * 2


def test_what_python_writes_itself_does_no_harm(quick: list[str], bundle: Path) -> None:
    start.prepare(start.home())
    (environment(bundle) / "Lib" / "__pycache__" / "needed.pyc").touch()
    start.prepare(start.home())
    assert quick == ["venv", "install"]


def test_an_installation_that_is_killed_is_begun_again(
    quick: list[str], bundle: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    run = subprocess.run

    def killed(command: list[str], **options: object) -> object:
        if "install" in command:
            raise KeyboardInterrupt
        return run(command, **options)  # type: ignore[call-overload]

    monkeypatch.setattr(subprocess, "run", killed)
    with pytest.raises(KeyboardInterrupt):
        start.prepare(start.home())
    monkeypatch.setattr(subprocess, "run", run)
    start.prepare(start.home())
    assert quick == ["venv", "venv", "install"]
    assert start.whole(environment(bundle))


def test_another_bundle_makes_another_environment_and_clears_the_old_one(quick: list[str], bundle: Path) -> None:
    start.prepare(start.home())
    old = environment(bundle)
    wheel(bundle / "wheels", "needed", "3.0")
    describe(bundle)
    start.prepare(start.home())
    assert environment(bundle) != old


def test_an_environment_in_use_is_not_taken_apart(
    quick: list[str], bundle: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    start.prepare(start.home())
    (environment(bundle) / start.STAMP).unlink()

    def open_file(_: Path) -> None:
        raise PermissionError(13, "Access is denied")

    monkeypatch.setattr(shutil, "rmtree", open_file)
    assert start.main([]) == 1
    assert "保学还在另一个窗口里开着。请先关掉那个窗口，再打开" in capfd.readouterr().out


def test_two_starts_at_once_make_one_environment(
    quick: list[str], bundle: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    start.home().mkdir(parents=True)
    with start.held(start.home() / "lock"):
        second = threading.Thread(target=start.prepare, args=(start.home(),))
        second.start()
        second.join(0.3)
        assert second.is_alive()
        start.install(start.home() / start.fingerprint(start.contents()), Path("python"), "", start.home() / "record")
    second.join()
    assert quick == ["venv", "install"]
    assert "另一个窗口正在安装" in capfd.readouterr().out


def test_a_start_that_never_ends_is_not_waited_for_for_ever(
    quick: list[str], bundle: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(start, "_lock", lambda _: False)
    monkeypatch.setattr(start, "PATIENCE", 0)
    with pytest.raises(start.StartError, match="请关掉所有保学的窗口"):
        start.prepare(start.home())


def test_a_bundle_that_was_not_unpacked_whole_is_told(quick: list[str], bundle: Path) -> None:
    (bundle / "wheels" / "needed-2.0-py3-none-any.whl").write_bytes(b"half")
    with pytest.raises(start.StartError, match=r"^文件不全或者坏了：needed-2\.0-py3-none-any\.whl。请把压缩包重新解压"):
        start.prepare(start.home())
    assert quick == []
    (bundle / "contents.json").unlink()
    with pytest.raises(start.StartError, match=r"^文件不全。请把压缩包重新解压"):
        start.prepare(start.home())


def test_a_full_disk_is_told_in_a_sentence(
    quick: list[str], bundle: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    def full(*_: object) -> None:
        raise OSError(28, "磁盘空间不足", "D:/x")

    monkeypatch.setattr(start, "install", full)
    assert start.main([]) == 1
    assert "没有打开：D:/x 磁盘空间不足。" in capfd.readouterr().out


# --- which Python -----------------------------------------------------------------------------------------------------


def version(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "version_info", SimpleNamespace(major=3, minor=10))


def half(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(struct, "calcsize", lambda _: 4)


def arm(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sysconfig, "get_platform", lambda: "win-arm64")


def store(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "base_prefix", r"C:\Program Files\WindowsApps\PythonSoftwareFoundation.Python.3.12")


def without_venv(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(importlib.util, "find_spec", lambda _: None)


def free_threaded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sysconfig, "get_config_var", lambda _: 1)


@pytest.mark.parametrize("spoil", [version, half, arm, store, without_venv, free_threaded])
def test_a_python_that_cannot_be_used_does_not_fit(
    spoil: Callable[[pytest.MonkeyPatch], None], bundle: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert start.main(["--fit"]) == start.FIT
    spoil(monkeypatch)
    assert start.main(["--fit"]) == 1
    with pytest.raises(start.StartError):
        start.prepare(start.home())


def test_the_python_of_anaconda_does_not_fit(bundle: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "conda-meta").mkdir()
    monkeypatch.setattr(sys, "base_prefix", str(tmp_path))
    assert start.main(["--fit"]) == 1


def test_a_python_for_which_there_are_no_wheels_does_not_fit(bundle: Path) -> None:
    describe(bundle, ("3.99",))
    assert start.main(["--fit"]) == 1


def test_the_start_needs_the_standard_library_alone(bundle: Path) -> None:
    shutil.copyfile(start.__file__, bundle / "start.py")
    command = [sys.executable, "-I", "-S", str(bundle / "start.py"), "--fit"]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout, done.stderr) == (start.FIT, "", "")


# --- the project ------------------------------------------------------------------------------------------------------


def test_a_folder_that_was_dropped_is_the_project(
    quick: list[str], bundle: Path, tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    assert start.project_folder([str(tmp_path)]) == tmp_path
    (tmp_path / "名册.xlsx").touch()
    assert start.main([str(tmp_path / "名册.xlsx")]) == 1
    assert "名册.xlsx 不是文件夹。数据文件请在打开的网页里选" in capfd.readouterr().out


def test_the_page_that_cannot_be_opened_ends_the_start_with_its_code(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(subprocess, "run", lambda *_, **__: SimpleNamespace(returncode=2))
    assert start.serve(Path("python"), tmp_path / "保学") == 2


def test_closing_the_page_with_the_keyboard_is_no_failure(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def stopped(*_: object, **__: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(subprocess, "run", stopped)
    assert start.serve(Path("python"), tmp_path) == 0


def test_other_pythons_settings_are_not_handed_on(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("PYTHONHOME", "pythonpath", "PIP_INDEX_URL"):
        monkeypatch.setenv(name, "x")
    monkeypatch.setenv("KEPT", "x")
    handed = start.clean()
    assert "KEPT" in handed
    assert {name for name in handed if name.upper().startswith(("PYTHON", "PIP_"))} == set()
    assert os.environ["PYTHONHOME"] == "x"
