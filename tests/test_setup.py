"""Set-up installs what is missing where it may, says so where it may not, and otherwise does nothing."""

from __future__ import annotations

import importlib.util
import os
import re
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from generator import setup

VENV_PACKAGE = f"python{sys.version_info.major}.{sys.version_info.minor}-venv"


@pytest.fixture
def checkout(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A checkout of nothing but a lock and a pyproject.toml, needing no system library."""
    (tmp_path / "pyproject.toml").write_text("[project]\n")
    lock = tmp_path / "lock"
    lock.write_text("")
    venv = tmp_path / ".venv"
    for name, value in {
        "ROOT": tmp_path,
        "LOCK": lock,
        "VENV": venv,
        "SCRIPTS": venv / "bin",
        "STAMP": venv / "stamp",
        "PDF_LIBRARIES": {},
    }.items():
        monkeypatch.setattr(setup, name, value)
    return tmp_path


@pytest.fixture
def commands(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The only folder in which commands are found; ``env`` runs what follows its assignment."""
    folder = tmp_path / "commands"
    folder.mkdir()
    script(folder / "env", 'shift; exec "$@"')
    monkeypatch.setenv("PATH", str(folder))
    return folder


def script(path: Path, body: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(f"#!/bin/sh\n{body}\n")
    path.chmod(0o755)


def recorded(path: Path, log: Path, *, code: int = 0) -> None:
    """Put a command at ``path`` that writes its arguments to ``log`` and exits with ``code``."""
    script(path, f'echo "$(/usr/bin/basename "$0") $*" >> "{log}"; exit {code}')


def be_user(monkeypatch: pytest.MonkeyPatch, uid: int) -> None:
    monkeypatch.setattr(os, "geteuid", lambda: uid)


def lack(monkeypatch: pytest.MonkeyPatch, module: str) -> None:
    find = importlib.util.find_spec
    monkeypatch.setattr(importlib.util, "find_spec", lambda name: None if name == module else find(name))


@pytest.mark.parametrize("arguments", [[], ["smaple"], ["sample", "test"]])
def test_anything_but_one_known_task_is_a_usage_error(
    arguments: list[str], checkout: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    assert setup.main(arguments) == 2
    assert "sample|test" in capfd.readouterr().err
    assert not setup.VENV.exists()


def test_setup_needs_the_standard_library_alone() -> None:
    code = "import generator.setup, sys; print(sys.flags.no_site)"
    done = subprocess.run(
        [sys.executable, "-S", "-c", code], cwd=setup.ROOT, capture_output=True, text=True, check=True
    )
    assert done.stdout == "1\n"


def test_nothing_is_run_when_nothing_has_changed(checkout: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    setup.VENV.mkdir()
    setup.STAMP.write_text(setup.fingerprint())
    monkeypatch.setattr(subprocess, "run", lambda *_, **__: pytest.fail("something was run"))
    setup.prepare()


@pytest.mark.parametrize("changed", ["lock", "pyproject.toml"])
def test_a_changed_lock_or_project_file_is_installed_anew(changed: str, checkout: Path, commands: Path) -> None:
    log = checkout / "log"
    recorded(setup.SCRIPTS / "python", log)
    setup.prepare()
    before = len(log.read_text().splitlines())
    (checkout / changed).write_text("# changed\n")
    setup.prepare()
    assert len(log.read_text().splitlines()) == 2 * before
    assert setup.STAMP.read_text() == setup.fingerprint()


def test_a_failed_installation_leaves_no_stamp(
    checkout: Path, commands: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    script(setup.SCRIPTS / "python", 'case "$*" in *install*) exit 1;; esac')
    assert setup.main(["sample"]) == 1
    assert "依赖没有装上" in capfd.readouterr().err
    assert not setup.STAMP.exists()


def test_the_lock_is_installed_first_then_the_project_without_its_dependencies(checkout: Path, commands: Path) -> None:
    log = checkout / "log"
    recorded(setup.SCRIPTS / "python", log)
    setup.install_packages()
    lock, project = log.read_text().splitlines()
    assert lock.endswith(f"-r {setup.LOCK}")
    assert project.endswith(f"--no-deps --no-build-isolation --editable {checkout}")


def test_a_broken_environment_is_made_anew(checkout: Path) -> None:
    script(setup.SCRIPTS / "python", "exit 1")
    (setup.VENV / "leftover").touch()
    setup.make_venv()
    assert not (setup.VENV / "leftover").exists()
    assert subprocess.run([setup.SCRIPTS / "python", "-m", "pip", "--version"], check=False).returncode == 0


@pytest.mark.parametrize("module", ["venv", "ensurepip"])
def test_missing_venv_is_installed(
    module: str, checkout: Path, commands: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    log = checkout / "log"
    recorded(commands / "apt-get", log)
    recorded(checkout / "python", log)
    be_user(monkeypatch, 0)
    lack(monkeypatch, module)
    monkeypatch.setattr(sys, "executable", str(checkout / "python"))
    setup.make_venv()
    assert log.read_text().splitlines() == [
        "apt-get -qq update",
        f"apt-get -qq install --yes --no-install-recommends {VENV_PACKAGE}",
        f"python -m venv --clear {setup.VENV}",
    ]


def test_missing_venv_that_may_not_be_installed_is_told_with_the_command(
    checkout: Path, commands: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    be_user(monkeypatch, 1000)
    lack(monkeypatch, "ensurepip")
    assert setup.main(["sample"]) == 1
    assert f"apt-get install {VENV_PACKAGE}" in capfd.readouterr().err


def test_missing_pdf_libraries_stop_nothing(
    checkout: Path, commands: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(setup, "PDF_LIBRARIES", {"libnothing.so.0": "libnothing0"})
    be_user(monkeypatch, 0)
    recorded(commands / "apt-get", checkout / "log", code=100)
    recorded(setup.SCRIPTS / "python", checkout / "log")
    setup.prepare()
    assert "apt-get install libnothing0" in capfd.readouterr().err
    assert setup.STAMP.exists()


def test_libraries_that_load_are_not_installed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(setup, "PDF_LIBRARIES", {"libc.so.6": "libc6"})
    monkeypatch.setattr(setup, "apt_install", lambda _: pytest.fail("installed"))
    setup.install_pdf_libraries()


def test_the_browser_of_the_tests_is_installed_where_it_is_missing_and_its_lack_stops_nothing(
    checkout: Path, commands: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    be_user(monkeypatch, 0)
    recorded(commands / "apt-get", checkout / "log", code=100)
    setup.install_browser()
    assert "会跳过" in capfd.readouterr().err
    assert (checkout / "log").read_text().endswith(f"install --yes --no-install-recommends {setup.BROWSER}\n")
    recorded(commands / setup.BROWSER, checkout / "other")
    monkeypatch.setattr(setup, "apt_install", lambda _: pytest.fail("installed"))
    setup.install_browser()


def test_sudo_is_never_asked_for_a_password(checkout: Path, commands: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    log = checkout / "log"
    recorded(commands / "apt-get", log)
    recorded(commands / "sudo", log, code=1)
    be_user(monkeypatch, 1000)
    assert not setup.apt_install(["libc6"])
    assert log.read_text() == "sudo -n true\n"


def test_sudo_without_password_is_used(checkout: Path, commands: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    log = checkout / "log"
    recorded(commands / "apt-get", log)
    script(commands / "sudo", '[ "$1" = -n ] && shift && exec "$@"')
    script(commands / "true", "exit 0")
    be_user(monkeypatch, 1000)
    assert setup.apt_install(["libc6"])
    assert log.read_text().endswith("libc6\n")


def test_the_first_failing_step_ends_the_run_with_its_code(checkout: Path, commands: Path) -> None:
    log = checkout / "log"
    recorded(setup.SCRIPTS / "first", log)
    recorded(setup.SCRIPTS / "second", log, code=5)
    recorded(setup.SCRIPTS / "third", log)
    assert setup.run([["first", "a"], ["second"], ["third"]]) == 5
    assert log.read_text() == "first a\nsecond \n"


def test_an_installed_package_is_not_set_up(checkout: Path, capfd: pytest.CaptureFixture[str]) -> None:
    setup.LOCK.unlink()
    assert setup.main(["sample"]) == 1
    assert "不是保学的源码目录" in capfd.readouterr().err


def test_the_lock_pins_what_the_project_declares() -> None:
    lines = [line for line in setup.LOCK.read_text("utf-8").splitlines() if not line.startswith("#")]
    assert [line for line in lines if not re.fullmatch(r"[A-Za-z0-9._-]+==[A-Za-z0-9.]+", line)] == []
    pins = {canonicalize_name(name): version for name, _, version in (line.partition("==") for line in lines)}
    project = tomllib.loads((setup.ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    wanted = [
        *project["dependencies"],
        *(text for extra in project["optional-dependencies"].values() for text in extra),
    ]
    declared = [Requirement(text) for text in wanted]
    assert [str(r) for r in declared if not r.specifier.contains(pins.get(canonicalize_name(r.name), "0"))] == []
