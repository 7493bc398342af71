"""Office files as zip packages that are the same on every day and every machine."""

from __future__ import annotations

import zipfile
from collections.abc import Mapping
from io import BytesIO
from xml.sax.saxutils import escape

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
    return _CORE.format(title=escape(title), date=DATE).encode()


def pack(parts: Mapping[str, bytes]) -> bytes:
    """Return ``parts`` zipped in their order."""
    buffer = BytesIO()
    with zipfile.ZipFile(buffer, "w") as package:
        for name, data in parts.items():
            package.writestr(_entry(name), data)
    return buffer.getvalue()


def unpack(data: bytes) -> dict[str, bytes]:
    """Return the parts of a zipped package in their order."""
    with zipfile.ZipFile(BytesIO(data)) as package:
        return {name: package.read(name) for name in package.namelist()}


def added(package: bytes, parts: Mapping[str, bytes]) -> bytes:
    """Return a zipped package with ``parts`` added; what is in it already is not compressed again."""
    buffer = BytesIO()
    buffer.write(package)
    with zipfile.ZipFile(buffer, "a") as opened:
        for name, data in parts.items():
            opened.writestr(_entry(name), data)
    return buffer.getvalue()


def _entry(name: str) -> zipfile.ZipInfo:
    entry = zipfile.ZipInfo(name, (1980, 1, 1, 0, 0, 0))
    entry.compress_type = zipfile.ZIP_DEFLATED
    entry.create_system = 0  # else the zip tells on which system it was made
    return entry
