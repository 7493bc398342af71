"""Every discovered definition looks as it did: by zip member, and by the text and geometry of its PDF pages.

``pytest --update-goldens`` writes the goldens anew; say why in the commit.
"""

from __future__ import annotations

import difflib
import itertools
import re
import struct
import zipfile
from io import BytesIO
from pathlib import Path

import pypdfium2
import pytest

from generator.forms.catalogue import discover
from generator.press.folder import sha256
from tests.papers.specimens import printed

GOLDEN = Path(__file__).parent.parent / "golden"
CASES = [(definition.id, fmt) for definition in discover().definitions.values() for fmt in definition.formats]
SHARED = ("styles.xml", "settings.xml", "theme", "fontTable.xml", "docProps", ".rels", "[Content_Types].xml")
STEP = 0.5
"""Points to which positions are rounded: less is the layout engine's business, not ours."""


def members(data: bytes) -> str:
    """Return a zipped document as text: what it says in full, what all documents share as digests."""
    with zipfile.ZipFile(BytesIO(data)) as package:
        parts = [(name, package.read(name)) for name in package.namelist()]
    return "".join(f"=== {name}\n{shown(name, part)}\n" for name, part in parts)


def shown(name: str, part: bytes) -> str:
    if name.endswith(".png"):  # what is drawn in it is told by its name, and looked at in tests of drawing
        return "{} x {}".format(*struct.unpack(">II", part[16:24]))
    if any(mark in name for mark in SHARED):
        return sha256(part)
    return re.sub(r"(?<=>)(?=<(?:w:p|w:tr|w:tbl|w:sectPr|row|c|mergeCell)[ >])", "\n", part.decode())


def pages(data: bytes) -> str:
    """Return a PDF as text: for each page its size, and each stretch of text with its place in points."""
    lines = []
    with pypdfium2.PdfDocument(data) as document:
        for number, page in enumerate(document, start=1):
            lines.append(f"=== page {number}: {page.get_width():.1f} x {page.get_height():.1f}")
            text = page.get_textpage()
            for at in range(text.count_rects()):
                box = text.get_rect(at)
                left, bottom = (round(edge / STEP) * STEP for edge in box[:2])
                lines.append(f"{left:g},{bottom:g} {text.get_text_bounded(*box).strip()}")
    return "\n".join(lines) + "\n"


def difference(old: str, new: str) -> str:
    """Return the first lines that differ, none where the texts are equal."""
    if old == new:
        return ""
    lines = difflib.unified_diff(old.splitlines(), new.splitlines(), "golden", "made", n=0, lineterm="")
    return "\n".join(line[:200] for line in itertools.islice(lines, 30)) or "line ends differ"


@pytest.mark.parametrize(("form", "fmt"), CASES)
def test_a_paper_looks_as_it_did(form: str, fmt: str, request: pytest.FixtureRequest) -> None:
    data = printed(form, fmt).data
    text = pages(data) if fmt == "pdf" else members(data)
    golden = GOLDEN / f"{form}.{fmt}.txt"
    if request.config.getoption("--update-goldens"):
        golden.write_text(text, encoding="utf-8")
    assert golden.exists(), f"{golden.name} is missing; run pytest --update-goldens and look at it"
    changed = difference(golden.read_text(encoding="utf-8"), text)
    assert not changed, f"{golden.name} differs; if that is meant, --update-goldens:\n{changed}"


def test_no_golden_is_left_of_a_paper_that_is_gone() -> None:
    assert {path.name for path in GOLDEN.iterdir()} == {f"{form}.{fmt}.txt" for form, fmt in CASES}
