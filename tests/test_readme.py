"""Both READMEs name files that are there."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent


@pytest.mark.parametrize("readme", ["README.md", "README.zh-CN.md"])
def test_every_file_the_readme_names_is_there(readme: str) -> None:
    text = (ROOT / readme).read_text("utf-8")
    named = re.findall(r"(?:\]\(|`)((?:docs|data|templates|output|generator|\.ci)/[\w./*-]+)", text)
    made = {"output/sample/", "output/my"}
    missing = [path for path in named if path not in made and not list(ROOT.glob(path.rstrip("/")))]
    assert named
    assert missing == []
