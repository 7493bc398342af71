"""What papers are made by, beside the data: this program, its templates and fonts, and the libraries that write files.

Two installations that agree in all of it make the same bytes of the same papers.
"""

from __future__ import annotations

import sys
import zlib
from collections.abc import Mapping
from contextlib import suppress
from functools import cache
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

import generator
from generator.remembered import digest
from generator.resources import templates_dirs

LIBRARIES = (
    "chinesecalendar", "docxtpl", "fonttools", "jinja2", "lxml", "matplotlib", "openpyxl", "pikepdf", "pillow",
    "pydantic", "pydyf", "python-docx", "weasyprint",
)  # fmt: skip
_SHORT = 12


@cache
def installed() -> Mapping[str, str]:
    """Return what papers are made by here, by what people call it: versions, and digests of files."""
    program, templates = Path(generator.__file__).parent, templates_dirs()[0]
    found = {
        "保学": f"{generator.__version__}（{_files(program, '*.py')}）",
        "模板和字体": _files(templates, "*"),
        "Python": ".".join(map(str, sys.version_info[:2])),
        "zlib": zlib.ZLIB_RUNTIME_VERSION,
    }
    return found | {library: _version(library) for library in LIBRARIES}


@cache
def installed_whole() -> Mapping[str, str]:
    """Return what ``installed`` does, and the library of the system that lays out text, which takes long to load."""
    return {**installed(), "Pango": _pango()}


def _files(folder: Path, pattern: str) -> str:
    paths = (path for path in sorted(folder.rglob(pattern)) if path.is_file() and "__pycache__" not in path.parts)
    named = (part for path in paths for part in (path.relative_to(folder).as_posix(), digest(path.read_bytes())))
    return digest(*named)[:_SHORT]


def _version(library: str) -> str:
    with suppress(PackageNotFoundError):
        return version(library)
    return "没有装"


def _pango() -> str:
    try:
        from weasyprint.text.ffi import pango

        return str(pango.pango_version())
    except (ImportError, OSError, AttributeError):
        return "没有装"
