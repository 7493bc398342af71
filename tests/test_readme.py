"""Both READMEs tell of every paper and every format it comes in, and of nothing else."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from generator.forms.catalogue import discover

ROOT = Path(__file__).resolve().parent.parent
COLUMNS = ("docx", "pdf", "xlsx")


def table(readme: str) -> dict[str, tuple[str, ...]]:
    """Return the formats of each paper, as the table of ``readme`` has them."""
    rows = [line for line in (ROOT / readme).read_text("utf-8").splitlines() if line.endswith("|") and "✓" in line]
    found: dict[str, tuple[str, ...]] = {}
    for row in rows:
        ticks = [cell.strip() == "✓" for cell in row.split("|")[-4:-1]]
        formats = tuple(name for name, ticked in zip(COLUMNS, ticks, strict=True) if ticked)
        found |= dict.fromkeys(re.findall(r"`([a-z-]+)`", row), formats)
    return found


@pytest.mark.parametrize("readme", ["README.md", "README.zh-CN.md"])
def test_the_readme_lists_every_paper_with_its_formats(readme: str) -> None:
    definitions = discover(None).definitions
    assert table(readme) == {form: tuple(definition.formats) for form, definition in definitions.items()}


@pytest.mark.parametrize("readme", ["README.md", "README.zh-CN.md"])
def test_every_file_the_readme_names_is_there(readme: str) -> None:
    text = (ROOT / readme).read_text("utf-8")
    named = re.findall(r"(?:\]\(|`)((?:docs|data|templates|output|generator|\.ci)/[\w./*-]+)", text)
    made = {"output/sample/", "output/my"}
    missing = [path for path in named if path not in made and not list(ROOT.glob(path.rstrip("/")))]
    assert named
    assert missing == []
