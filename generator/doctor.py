"""Whether this machine has what Baoxue needs: Python, libraries, printers, fonts, templates."""

from __future__ import annotations

import platform
from collections.abc import Iterator
from dataclasses import dataclass
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

from generator import __version__
from generator.render import RENDERERS, renderer
from generator.render.fonts import FACES, LATIN
from generator.resources import data_dir, fonts_dir, templates_dirs

LIBRARIES = ("click", "docxtpl", "jinja2", "openpyxl", "pikepdf", "pydantic", "python-calamine", "python-docx",
             "ruamel.yaml", "weasyprint")  # fmt: skip


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that was looked at: what it is, what was found, and whether that is as it should be."""

    what: str
    found: str
    well: bool = True

    def __str__(self) -> str:
        return f"{'好' if self.well else '缺'}  {self.what}：{self.found}"


def examine(project: Path | None = None) -> list[Finding]:
    """Return what was found on this machine, in the order in which things depend on each other."""
    return [*_program(), *_libraries(), *_printers(), *_fonts(), *_folders(project)]


def _program() -> Iterator[Finding]:
    yield Finding("保学", __version__)
    yield Finding("Python", f"{platform.python_version()}（{platform.system()} {platform.machine()}）")


def _libraries() -> Iterator[Finding]:
    for name in LIBRARIES:
        try:
            yield Finding(name, version(name))
        except PackageNotFoundError:
            yield Finding(name, "没有安装", well=False)


def _printers() -> Iterator[Finding]:
    for name in RENDERERS:
        why = renderer(name).unavailable()
        yield Finding(name, why or "可用", well=not why)


def _fonts() -> Iterator[Finding]:
    present = {path.stem for path in fonts_dir().glob("*.[ot]tf")}
    for face in sorted({LATIN, *FACES.values()}):
        yield Finding(
            face, "字体齐全" if face in present else f"{fonts_dir()} 里没有这个字体文件", well=face in present
        )


def _folders(project: Path | None) -> Iterator[Finding]:
    for folder in (*templates_dirs(project), data_dir()):
        yield Finding(folder.name, str(folder), well=folder.is_dir())
