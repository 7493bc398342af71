"""Finds the formulas of a workbook that came to nothing, which its reader takes for empty cells."""

from __future__ import annotations

import io
import posixpath
import re
import zipfile
from collections.abc import Iterator
from xml.etree import ElementTree

_MAIN = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
_RELATION = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}id"
_CELL = rb"<(?:\w+:)?c\b(?P<tag>[^>]*)>"
_FORMULA = rb"<(?:\w+:)?f\b[^>]*(?:/>|>[^<]*</(?:\w+:)?f>)"
_ERROR = re.compile(_CELL + rb"(?:" + _FORMULA + rb")?<(?:\w+:)?v>(?P<value>#[^<]*)</")
_UNCALCULATED = re.compile(_CELL + _FORMULA + rb"(?:<(?:\w+:)?v(?: */>|></(?:\w+:)?v>))?</(?:\w+:)?c>")
_ADDRESS = re.compile(rb'\br="([A-Z]+\d+)"')


def failed(content: bytes) -> dict[str, dict[str, str]]:
    """Return, by sheet and cell, what is wrong with the formulas of an .xlsx file that have no result.

    Other files, and what in this one is not as the standard (ECMA-376) has it, give nothing.
    """
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as book:
            return {sheet: dict(_failed(book.read(part))) for sheet, part in _parts(book)}
    except (zipfile.BadZipFile, KeyError, ElementTree.ParseError):
        return {}


def _parts(book: zipfile.ZipFile) -> Iterator[tuple[str, str]]:
    """Yield the name of each sheet and of the part that holds it."""
    relations = ElementTree.fromstring(book.read("xl/_rels/workbook.xml.rels"))
    targets = {relation.get("Id"): relation.get("Target", "") for relation in relations}
    for sheet in ElementTree.fromstring(book.read("xl/workbook.xml")).iter(f"{_MAIN}sheet"):
        part = posixpath.join("/xl", targets[sheet.get(_RELATION)])
        if part.startswith("/xl/worksheets/"):
            yield sheet.get("name", ""), part.lstrip("/")


def _failed(xml: bytes) -> Iterator[tuple[str, str]]:
    if b't="e"' in xml:
        yield from ((_address(cell), f"公式的结果是错误值 {cell['value'].decode()}") for cell in _ERROR.finditer(xml))
    if b"<f" in xml or b":f" in xml:
        for cell in _UNCALCULATED.finditer(xml):
            if b't="str"' not in cell["tag"]:  # the formula gives an empty text
                yield _address(cell), "公式还没有算出结果"


def _address(cell: re.Match[bytes]) -> str:
    found = _ADDRESS.search(cell["tag"])
    return found[1].decode() if found else ""
