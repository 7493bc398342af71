"""Where WeasyPrint cannot be imported, PDF is reported as unavailable and everything else goes on."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
FORM = "dropout-roster"  # comes in all three formats

# found by every Python that is started, so by the workers too
BLOCK = """
import sys

class Block:
    def find_spec(self, name, path=None, target=None):
        if name.partition(".")[0] == "weasyprint":
            raise {error}

sys.meta_path.insert(0, Block())
"""
PANGO_MISSING = 'OSError("cannot load library libpango-1.0-0")'
NOT_INSTALLED = 'ModuleNotFoundError("No module named weasyprint", name="weasyprint")'


@pytest.fixture(params=[PANGO_MISSING, NOT_INSTALLED], ids=["pango missing", "not installed"])
def environment(request: pytest.FixtureRequest, tmp_path: Path) -> dict[str, str]:
    """An environment in which importing WeasyPrint fails as it does on a machine without it."""
    folder = tmp_path / "block"
    folder.mkdir()
    (folder / "sitecustomize.py").write_text(BLOCK.format(error=request.param), "utf-8")
    return {**os.environ, "PYTHONPATH": os.pathsep.join((str(folder), str(ROOT)))}


def baoxue(environment: dict[str, str], cwd: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "generator", *arguments]
    return subprocess.run(command, cwd=cwd, env=environment, capture_output=True, text=True, check=False)


def suffixes(folder: Path) -> set[str]:
    return {path.suffix for path in folder.rglob("*") if path.parent != folder and path.is_file()}


def test_word_and_excel_are_made_and_pdf_is_said_to_be_unavailable(environment: dict[str, str], tmp_path: Path) -> None:
    done = baoxue(environment, tmp_path, "build", "--sample", "--form", FORM, "--out", "out")
    assert "PDF 不可用" in done.stdout + done.stderr
    assert suffixes(tmp_path / "out") == {".docx", ".xlsx"}
    assert done.returncode == 0, done.stderr


def test_asking_for_pdf_ends_with_the_code_of_a_skipped_part(environment: dict[str, str], tmp_path: Path) -> None:
    done = baoxue(environment, tmp_path, "build", "--sample", "--form", FORM, "--out", "out", "--format", "docx,pdf")
    assert "PDF 不可用" in done.stdout + done.stderr
    assert suffixes(tmp_path / "out") == {".docx"}
    assert done.returncode == 5, done.stderr


def test_the_block_really_blocks(environment: dict[str, str], tmp_path: Path) -> None:
    command = [sys.executable, "-c", "import weasyprint"]
    done = subprocess.run(command, cwd=tmp_path, env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 1
    assert "weasyprint" in done.stderr or "libpango" in done.stderr
