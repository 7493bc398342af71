"""Finds the formulas of a workbook that came to nothing, which its reader takes for empty cells."""

from __future__ import annotations

import io
import posixpath
import re
import zipfile
from collections.abc import Iterator
from contextlib import suppress
from xml.etree import ElementTree

_MAIN = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
_RELATION = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}id"
_CELL = rb"<(?:\w+:)?c\b(?P<tag>[^>]*)>"
_FORMULA = rb"\s*<(?:\w+:)?f\b[^>]*(?:/>|>[^<]*</(?:\w+:)?f>)\s*"
_ERROR = re.compile(_CELL + rb"(?:" + _FORMULA + rb")?\s*<(?:\w+:)?v\b[^>]*>(?P<value>#[^<]*)</")
_UNCALCULATED = re.compile(_CELL + _FORMULA + rb"(?:<(?:\w+:)?v\b[^>]*(?:/>|></(?:\w+:)?v>)\s*)?</(?:\w+:)?c>")
# A worksheet of .xls is records: a cell that is an error (MS-XLS 2.4.24 BoolErr), a formula that gives one (2.4.127)
_XLS_ERROR = re.compile(
    rb"\x05\x02\x08\x00.{6}[\x00\x07\x0f\x17\x1d\x24\x2a]\x01|\x06\x00..{7}\x02.[\x00\x07\x0f\x17\x1d\x24\x2a]...\xff\xff",
    re.DOTALL,
)
_HEAD = 2000  # bytes, in which a part names its first element
_ODS_ERROR = re.compile(rb'calcext:value-type="error"')
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


def failed_somewhere(content: bytes) -> bool:
    """Return whether a workbook of another kind than .xlsx holds an error value; in which cell is not known."""
    if content.startswith(b"\xd0\xcf\x11\xe0"):
        return _XLS_ERROR.search(content) is not None
    with suppress(zipfile.BadZipFile, KeyError), zipfile.ZipFile(io.BytesIO(content)) as book:
        return _ODS_ERROR.search(book.read("content.xml")) is not None
    return False


def _parts(book: zipfile.ZipFile) -> Iterator[tuple[str, str]]:
    """Yield the name of each sheet and of the part that holds it."""
    relations = ElementTree.fromstring(book.read("xl/_rels/workbook.xml.rels"))
    targets = {relation.get("Id"): relation.get("Target", "") for relation in relations}
    for sheet in ElementTree.fromstring(book.read("xl/workbook.xml")).iter(f"{_MAIN}sheet"):
        part = posixpath.join("/xl", targets[sheet.get(_RELATION)])
        if part.startswith("/xl/worksheets/"):
            yield sheet.get("name", "").strip(), part.lstrip("/")


def _failed(xml: bytes) -> Iterator[tuple[str, str]]:
    if b't="e"' in xml:
        for cell in _ERROR.finditer(xml):
            if b't="e"' in cell["tag"]:
                yield from ((address, f"公式的结果是错误值 {cell['value'].decode()}") for address in _address(cell))
    if b"<f" in xml or b"<worksheet" not in xml[:_HEAD]:  # in the latter case every name has a prefix
        for cell in _UNCALCULATED.finditer(xml):
            if b't="str"' not in cell["tag"]:  # the formula gives an empty text
                yield from ((address, "公式还没有算出结果") for address in _address(cell))


def _address(cell: re.Match[bytes]) -> list[str]:
    return [found.decode() for found in _ADDRESS.findall(cell["tag"])]
