"""Whether this machine has what Baoxue needs: Python, libraries, printers, fonts, templates."""

from __future__ import annotations

import platform
from collections.abc import Iterator
from dataclasses import dataclass
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

from generator import __version__
from generator.errors import TemplateError
from generator.forms.catalogue import discover, own_forms
from generator.render import RENDERERS, renderer
from generator.render.fonts import FACES, LATIN
from generator.resources import data_dir, fonts_dir, templates_dirs
from generator.setup import PDF_LIBRARIES

LIBRARIES = ("click", "docxtpl", "jinja2", "matplotlib", "openpyxl", "pikepdf", "pydantic", "python-calamine",
             "python-docx", "ruamel.yaml", "weasyprint")  # fmt: skip

PDF = {
    "Windows": (
        "平时用不着：在 WPS 里打开 Word 文件，“文件”→“输出为 PDF”。要保学自己做："
        "一、装 MSYS2（msys2.org，选项用默认的）；"
        "二、从开始菜单打开 MSYS2 UCRT64，输入 pacman -S mingw-w64-ucrt-x86_64-pango（要联网）；"
        "三、关掉保学，重新打开。MSYS2 没有装在 C:\\msys64 的，"
        "把环境变量 WEASYPRINT_DLL_DIRECTORIES 设成它的 ucrt64\\bin"
    ),
    "Darwin": "运行 brew install pango",
    "Linux": f"请管理员运行 apt-get install {' '.join(PDF_LIBRARIES.values())}",
}
"""How to get what PDF needs, by the name of the system.

On Windows it is UCRT64, whose C library is Python's, and not MINGW64: Pango's fontconfig must see what
``render/pdf.py`` puts into the environment, lest it take fonts of the machine."""


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
    return [*_program(), *_libraries(), *_printers(), *_fonts(), *_folders(project), *_word_forms(project)]


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
        if why and name == "pdf":
            yield Finding("怎么补", how_to_make_pdf(), well=False)


def how_to_make_pdf() -> str:
    """Return what is to be done so that PDF can be made, nothing where it can."""
    return PDF.get(platform.system(), PDF["Linux"]) if renderer("pdf").unavailable() else ""


def _fonts() -> Iterator[Finding]:
    present = {path.stem for path in fonts_dir().glob("*.[ot]tf")}
    for face in sorted({LATIN, *FACES.values()}):
        yield Finding(
            face, "字体齐全" if face in present else f"{fonts_dir()} 里没有这个字体文件", well=face in present
        )


def _folders(project: Path | None) -> Iterator[Finding]:
    for folder in (*templates_dirs(project), data_dir()):
        yield Finding(folder.name, str(folder), well=folder.is_dir())


def _word_forms(project: Path | None) -> Iterator[Finding]:
    """What of the project's papers comes from Word forms; only for their PDF is LibreOffice needed."""
    own, why = own_forms(project), renderer("pdf", own=True).unavailable()
    yield Finding("LibreOffice", why or "可用", well=not (why and own))
    try:
        words = discover(project).words
    except TemplateError as error:
        yield Finding("Word 表单", f"模板里有 {len(error.problems)} 处不对，运行 baoxue list 逐条看", well=False)
        return
    for form, file in words.items():
        yield Finding("Word 表单", f"{form} 按项目里的 {file.path.name} 印")
