"""Packages are what ``zipfile`` makes of the same parts, byte for byte, whoever compressed them."""

from __future__ import annotations

import zipfile
from io import BytesIO

import pytest

from generator import office

PARTS = {"a.xml": "甲".encode() * 5000, "word/乙 🙂.xml": b"", "c/d.png": bytes(range(256)) * 9}


def by_zipfile(parts: dict[str, bytes]) -> bytes:
    buffer = BytesIO()
    with zipfile.ZipFile(buffer, "w") as package:
        for name, data in parts.items():
            entry = zipfile.ZipInfo(name, (1980, 1, 1, 0, 0, 0))
            entry.compress_type = zipfile.ZIP_DEFLATED
            entry.create_system = 0
            package.writestr(entry, data)
    return buffer.getvalue()


@pytest.mark.parametrize("count", [0, 1, 3])
def test_a_package_is_what_zipfile_makes(count: int) -> None:
    parts = dict(list(PARTS.items())[:count])
    assert office.pack(parts) == by_zipfile(parts)


def test_parts_compressed_before_make_the_same_package() -> None:
    assert office.pack(PARTS | {"a.xml": office.deflated(PARTS["a.xml"])}) == office.pack(PARTS)


def test_what_was_packed_is_unpacked_in_its_order() -> None:
    assert list(office.unpack(office.pack(PARTS)).items()) == list(PARTS.items())


@pytest.mark.parametrize(
    ("number", "letters"), [(1, "A"), (26, "Z"), (27, "AA"), (52, "AZ"), (702, "ZZ"), (703, "AAA"), (16384, "XFD")]
)
def test_columns_are_called_as_worksheets_call_them(number: int, letters: str) -> None:
    assert office.column_letters(number) == letters
    assert office.column_number(letters) == office.column_number(letters.lower()) == number
