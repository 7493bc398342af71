"""Looks at what the reader of workbooks does not tell: formulas that came to nothing, which it takes for empty cells,
and cells so far from all others that it would run out of memory."""

from __future__ import annotations

import io
import posixpath
import re
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from xml.etree import ElementTree

from generator.office import column_number

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
_NO_CELLS = ("/xl/chartsheets/", "/xl/dialogsheets/", "/xl/macrosheets/")
_HEAD = 2000  # bytes, in which a part names its first element
_ODS_ERROR = re.compile(rb'calcext:value-type="error"')
_ADDRESS = re.compile(rb'\br="([A-Z]+\d+)"')
_SHAPES = bytes.maketrans(
    b"BCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqstuvwxyz123456789'\t\r\n", b"A" * 50 + b"0" * 9 + b'"   '
)
"""Letters but r as A, digits as 0, both quotation marks as one, all space as one."""
_PERHAPS_FAR = [b' r="' + shape for shape in (b"AAA", b"000000", b"A000000", b"AA000000", b"r", b"Ar", b"AAr")]
"""Columns of three letters, rows of six digits, and columns in small letters, one of which an r would hide."""
_FORMULA_TAGS = (b"<f>", b"<f ", b"<f/")  # and not those of the lists that a cell offers
_CONTENT = re.compile(
    rb"<(?:\w+:)?c\b[^>]*\br=[\"'](?P<column>[A-Za-z]+)(?P<row>\d+)[\"'][^>]*(?<!/)>\s*<(?:\w+:)?(?:v|is|f)\b"
)
_ROW = re.compile(rb"<(?:\w+:)?row\b[^>]*\br=[\"'](\d+)")
_LAST_ROW, _LAST_COLUMN = 200_000, 702  # ZZ; nobody's sheet is larger
_ROWS_OF_EXCEL = 1_048_576
_MOST_BYTES = 1 << 30
_DAMAGES = (
    zipfile.BadZipFile,
    zlib.error,
    ElementTree.ParseError,
    KeyError,
    ValueError,
    EOFError,
    OSError,
    RuntimeError,
)
"""What Python's modules raise for a damaged workbook; they call a kind of compression that they don't know a
NotImplementedError, which is a RuntimeError."""


@dataclass(frozen=True, slots=True)
class Found:
    """What is wrong with the formulas of a sheet that have no result, by cell, and the first cell with content that is
    too far away."""

    failed: dict[str, str]
    far: str


def look(content: bytes) -> dict[str, Found] | None:
    """Return what is found in each sheet of an .xlsx file; nothing where it is not as the standard (ECMA-376) has it.

    Only then is its reader safe with it (see ``reader``).
    """
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as book:
            if sum(part.file_size for part in book.infolist()) > _MOST_BYTES:
                return None
            found: dict[str, Found] = {}
            for sheet, part in _parts(book):
                xml = book.read(part)
                found[sheet] = Found(dict(_failed(xml)), _far(xml))
            return found or None
    except _DAMAGES:
        return None


def failed_somewhere(content: bytes) -> bool:
    """Return whether a workbook of another kind than .xlsx holds an error value; in which cell is not known."""
    if content.startswith(b"\xd0\xcf\x11\xe0"):
        return _XLS_ERROR.search(content) is not None
    with suppress(*_DAMAGES), zipfile.ZipFile(io.BytesIO(content)) as book:
        return _ODS_ERROR.search(book.read("content.xml")) is not None
    return False


def _parts(book: zipfile.ZipFile) -> Iterator[tuple[str, str]]:
    """Yield the name of each sheet and of the part that holds it."""
    relations = ElementTree.fromstring(book.read("xl/_rels/workbook.xml.rels"))
    targets = {relation.get("Id"): relation.get("Target", "") for relation in relations}
    for sheet in ElementTree.fromstring(book.read("xl/workbook.xml")).iter(f"{_MAIN}sheet"):
        part = posixpath.join("/xl", targets[sheet.get(_RELATION)])
        if not part.startswith(_NO_CELLS):
            yield sheet.get("name", ""), part.lstrip("/")


def _failed(xml: bytes) -> Iterator[tuple[str, str]]:
    if b't="e"' in xml:
        for cell in _ERROR.finditer(xml):
            if b't="e"' in cell["tag"]:
                yield from ((address, f"公式的结果是错误值 {cell['value'].decode()}") for address in _address(cell))
    if (
        any(tag in xml for tag in _FORMULA_TAGS) or b"<worksheet" not in xml[:_HEAD]
    ):  # in the latter case every name has a prefix
        for cell in _UNCALCULATED.finditer(xml):
            if b't="str"' not in cell["tag"]:  # the formula gives an empty text
                yield from ((address, "公式还没有算出结果") for address in _address(cell))


def _far(xml: bytes) -> str:
    """Return the first cell with content that is too far from all others, or nothing."""
    shapes = xml.translate(_SHAPES)  # looking for a few fixed bytes is ten times as fast as for a pattern
    if not any(shape in shapes for shape in _PERHAPS_FAR):
        return ""
    for cell in _CONTENT.finditer(xml):
        column, row = cell["column"].decode().upper(), int(cell["row"])
        if row > _LAST_ROW or len(column) > 3 or column_number(column) > _LAST_COLUMN:
            return f"{column}{row}"
    if any(int(row) > _ROWS_OF_EXCEL for row in _ROW.findall(xml)):
        raise ValueError
    return ""


def _address(cell: re.Match[bytes]) -> list[str]:
    return [found.decode() for found in _ADDRESS.findall(cell["tag"])]
