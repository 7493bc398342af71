"""Which characters the house fonts can draw."""

from __future__ import annotations

from pathlib import Path


def drawable(fonts_dir: Path) -> frozenset[int]:
    """Return the code points listed in the font folder's ``coverage.txt``, one range of hexadecimal numbers a line."""
    lines = (fonts_dir / "coverage.txt").read_text("ascii").split()
    ranges = (line.split("-") for line in lines)
    return frozenset(code for first, last in ranges for code in range(int(first, 16), int(last, 16) + 1))
