"""Office files as zip packages that are the same on every day and every machine."""

from __future__ import annotations

import struct
import zipfile
import zlib
from collections.abc import Mapping
from html import escape
from io import BytesIO
from typing import NamedTuple

DATE = "1980-01-01T00:00:00Z"
"""The date that all files bear: the earliest a zip can hold."""

_CORE = (
    '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
    '<cp:coreProperties xmlns:cp="http://schemas.openxmlformats.org/package/2006/metadata/core-properties" '
    'xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:dcterms="http://purl.org/dc/terms/" '
    'xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"><dc:title>{title}</dc:title>'
    '<dc:language>zh-CN</dc:language><dcterms:created xsi:type="dcterms:W3CDTF">{date}</dcterms:created>'
    '<dcterms:modified xsi:type="dcterms:W3CDTF">{date}</dcterms:modified></cp:coreProperties>'
)


def core_properties(title: str) -> bytes:
    """Return ``docProps/core.xml`` with ``title`` and the fixed date."""
    return _CORE.format(title=escape(title, quote=False), date=DATE).encode()


def column_letters(number: int) -> str:
    """Return what the column of that number, from 1, is called in a worksheet: A, Z, AA."""
    letters = ""
    while number:
        number, rest = divmod(number - 1, 26)
        letters = chr(ord("A") + rest) + letters
    return letters


def column_number(letters: str) -> int:
    """Return the number, from 1, of the column that is called so."""
    number = 0
    for letter in letters.upper():
        number = number * 26 + ord(letter) - ord("A") + 1
    return number


class Part(NamedTuple):
    """A part of a package, compressed."""

    deflated: bytes
    size: int
    crc: int


def deflated(data: bytes) -> Part:
    """Return a part compressed, once for all packages that it is in."""
    stream = zlib.compressobj(wbits=-zlib.MAX_WBITS)
    return Part(stream.compress(data) + stream.flush(), len(data), zlib.crc32(data))


_ABOUT = struct.Struct("<5H3I2H")
"""Of a part: version, flags, method, time, day, checksum, size compressed and not, lengths of its name and of more."""
_PLACE = struct.Struct("<3H2I")
"""Of a part in the directory: length of a comment, disk, kind, rights, where it begins."""
_END = struct.Struct("<4s4H2IH")
_VERSION, _DAY, _RIGHTS = 20, 1 << 5 | 1, 0o600 << 16
_MADE_BY = _VERSION.to_bytes(2, "little")  # and not on which system: the zip would differ


def pack(parts: Mapping[str, bytes | Part]) -> bytes:
    """Return ``parts`` zipped in their order, as ``zipfile`` would, byte for byte."""
    found: list[bytes] = []
    directory: list[bytes] = []
    at = 0
    for name, data in parts.items():
        part = data if isinstance(data, Part) else deflated(data)
        called, unicode = name.encode(), 0 if name.isascii() else 0x800
        sizes = (part.crc, len(part.deflated), part.size, len(called), 0)
        about = _ABOUT.pack(_VERSION, unicode, zipfile.ZIP_DEFLATED, 0, _DAY, *sizes)
        directory += (b"PK\1\2", _MADE_BY, about, _PLACE.pack(0, 0, 0, _RIGHTS, at), called)
        found += (b"PK\3\4", about, called, part.deflated)
        at += 4 + len(about) + len(called) + len(part.deflated)
    listed = b"".join(directory)
    found += (listed, _END.pack(b"PK\5\6", 0, 0, len(parts), len(parts), len(listed), at, 0))
    return b"".join(found)


def unpack(data: bytes) -> dict[str, bytes]:
    """Return the parts of a zipped package in their order."""
    with zipfile.ZipFile(BytesIO(data)) as package:
        return {name: package.read(name) for name in package.namelist()}
