"""Templates, data and fonts are found, and what the fonts can draw is written down truly."""

from __future__ import annotations

import unicodedata
from pathlib import Path

import pytest
from fontTools.ttLib import TTFont

from generator import resources

DRAWING_FONTS = ("FandolFang-Regular.otf", "LXGWWenKai-Regular.ttf", "LiberationSerif-Regular.ttf")
NOTHING_TO_DRAW = ("Cc", "Cf", "Co")  # controls, invisible format characters, private use


def covered() -> str:
    """Return what ``coverage.txt`` must say: the code points some drawing font has, one range a line."""
    ranges: list[list[int]] = []
    for code in sorted(set().union(*(_codes(name) for name in DRAWING_FONTS))):
        if ranges and ranges[-1][1] == code - 1:
            ranges[-1][1] = code
        else:
            ranges.append([code, code])
    return "".join(f"{first:04X}-{last:04X}\n" for first, last in ranges)


def _codes(name: str) -> set[int]:
    with TTFont(resources.fonts_dir() / name, lazy=True) as font:
        return {code for code in font.getBestCmap() if unicodedata.category(chr(code)) not in NOTHING_TO_DRAW}


def test_coverage_file_says_what_the_fonts_can_draw() -> None:
    assert (resources.fonts_dir() / "coverage.txt").read_text("ascii") == covered()


def test_every_font_stands_with_its_licence_and_is_explained() -> None:
    folder = resources.fonts_dir()
    readme = (folder / "README.md").read_text("utf-8")
    fonts = sorted(path.name for path in folder.iterdir() if path.suffix in (".otf", ".ttf"))
    licences = {path.name for path in folder.iterdir() if path.name.endswith(("-OFL.txt", "-COPYING.txt"))}
    assert fonts
    assert [name for name in fonts if f"`{name}`" not in readme] == []
    assert licences
    assert [name for name in licences if f"`{name}`" not in readme] == []


def test_built_in_folders_are_the_checkouts() -> None:
    root = Path(__file__).resolve().parent.parent
    assert resources.templates_dirs() == [root / "templates"]
    assert resources.data_dir() == root / "data"
    assert resources.fonts_dir() == root / "templates" / "_house" / "fonts"


def test_a_projects_own_templates_come_first(tmp_path: Path) -> None:
    (tmp_path / "templates").mkdir()
    assert resources.templates_dirs(tmp_path) == [tmp_path / "templates", *resources.templates_dirs()]


def test_a_project_without_templates_uses_the_built_in_ones(tmp_path: Path) -> None:
    assert resources.templates_dirs(tmp_path) == resources.templates_dirs()


def test_the_checkout_as_a_project_is_not_listed_twice() -> None:
    root = Path(__file__).resolve().parent.parent
    assert resources.templates_dirs(root) == [root / "templates"]


def test_an_installed_package_uses_its_own_copy(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "templates").mkdir()  # another distribution's folder beside the package
    monkeypatch.setattr(resources, "_PACKAGE", tmp_path / "generator")
    inside = tmp_path / "generator" / "_resources"
    assert resources.templates_dirs() == [inside / "templates"]
    assert resources.data_dir() == inside / "data"
    assert resources.fonts_dir() == inside / "templates" / "_house" / "fonts"
