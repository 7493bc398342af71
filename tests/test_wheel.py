"""The wheel is whole: installed alone, far from any checkout, it prints the sample's papers."""

from __future__ import annotations

import ast
import os
import subprocess
import sys
import tomllib
import venv
import zipfile
from importlib.metadata import packages_distributions
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from generator import __version__

ROOT = Path(__file__).resolve().parent.parent
LOCK = ROOT / ".ci" / "requirements.lock"


def run(*command: str | Path, cwd: Path = ROOT) -> str:
    """Run a command outside the checkout's influence and return what it printed."""
    environment = {name: value for name, value in os.environ.items() if name != "PYTHONPATH"}
    done = subprocess.run(command, cwd=cwd, env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The wheel, built with what the development environment has."""
    folder = tmp_path_factory.mktemp("wheel")
    run(sys.executable, "-m", "pip", "wheel", "-qq", "--no-deps", "--no-build-isolation", "--wheel-dir", folder, ROOT)
    (built,) = folder.glob("*.whl")
    return built


@pytest.fixture(scope="module")
def installed(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The ``baoxue`` command of a new virtual environment holding the wheel and what it depends on."""
    folder = tmp_path_factory.mktemp("venv")
    venv.create(folder, with_pip=True)
    run(folder / "bin" / "python", "-m", "pip", "install", "-qq", "--no-input", "-c", LOCK, wheel)
    return folder / "bin" / "baoxue"


def shipped() -> list[Path]:
    """Return the modules that the wheel holds."""
    left_out = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["tool"]["hatch"]["build"]["targets"]["wheel"]
    folders = [ROOT / name for name in left_out["exclude"]]
    modules = (ROOT / "generator").rglob("*.py")
    return [path for path in modules if not any(path.is_relative_to(folder) for folder in folders)]


def imported() -> set[str]:
    """Return the distributions from which the package imports anything, wherever in a module it does so."""
    modules: set[str] = set()
    for path in shipped():
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(node, ast.Import):
                modules |= {alias.name for alias in node.names}
            elif isinstance(node, ast.ImportFrom) and node.module:
                modules.add(node.module)
    foreign = {name.partition(".")[0] for name in modules} - sys.stdlib_module_names - {"generator"}
    distributions = packages_distributions()
    return {canonicalize_name(distribution) for name in foreign for distribution in distributions[name]}


def test_every_library_that_is_imported_is_declared() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    extras = project["optional-dependencies"]
    wanted = (*project["dependencies"], *extras["cluster"], *extras["sign"], *extras["web"])
    declared = {canonicalize_name(Requirement(text).name) for text in wanted}
    assert imported() - declared == set()


def test_the_wheel_holds_every_template_font_and_data_file(wheel: Path) -> None:
    wanted = {
        f"generator/_resources/{path.relative_to(ROOT).as_posix()}"
        for top in ("templates", "data")
        for path in (ROOT / top).rglob("*")
        if path.is_file() and "__pycache__" not in path.parts
    }
    wanted |= {
        path.relative_to(ROOT).as_posix()
        for name in ("templates", "static")
        for path in (ROOT / "generator" / "web" / name).iterdir()
    }
    assert "generator/web/templates/base.html" in wanted
    with zipfile.ZipFile(wheel) as archive:
        assert wanted - set(archive.namelist()) == set()
        code = {name for name in archive.namelist() if name.endswith(".py") and "/_resources/" not in name}
    assert code == {path.relative_to(ROOT).as_posix() for path in shipped()}


def test_the_installed_command_prints_the_sample_in_an_empty_folder(installed: Path, tmp_path: Path) -> None:
    assert __version__ in run(installed, "--version", cwd=tmp_path)
    assert "guardian-contract" in run(installed, "list", cwd=tmp_path)
    run(installed, "build", "--sample", "--form", "dropout-roster", "--out", "out", cwd=tmp_path)
    made = {path.suffix for path in (tmp_path / "out").rglob("*") if path.parent != tmp_path / "out"}
    assert {".docx", ".pdf", ".xlsx"} <= made
