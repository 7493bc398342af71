"""Makes the picture at the head of the readmes from the bundled sample: ``python -m docs.picture``.

Needs ``pdftoppm`` and ImageMagick's ``montage`` and ``convert`` on the path.
"""

from __future__ import annotations

import subprocess
import tempfile
from collections.abc import Sequence
from pathlib import Path

from docs.contact_sheet import pages
from generator.render import renderer
from tests.papers.specimens import specimens

PICTURE = Path(__file__).parent / "images" / "papers.png"
# form, which of its specimens, which page
UPRIGHT = (
    ("guardian-contract", 0, 0), ("return-notice", 0, 0), ("dropout-report", 0, 0), ("visit-record", 0, 0),
    ("school-plan", 0, 1),
)  # fmt: skip
ACROSS = (("county-checklist", 0, 0), ("dropout-roster", 1, 0))
WIDTH = 1960
"""Pixels."""


def page(form: str, specimen: int, number: int, folder: Path) -> Path:
    """Return one page of a form as a picture."""
    paper = specimens(form).papers[specimen]
    pdf = folder / f"{form}.pdf"
    pdf.write_bytes(renderer("pdf").render([paper], copies=1, duplex=False, title=form).data)
    return pages(pdf, folder / form, dpi=110)[number]


def row(shown: Sequence[tuple[str, int, int]], folder: Path, name: str) -> Path:
    """Return a row of pages as one picture, as wide as all others."""
    made = folder / f"row-{name}.png"
    across = WIDTH // len(shown) - 10
    tiles = ["-tile", "x1", "-geometry", f"{across}x+5+5", "-background", "gray"]
    subprocess.run(["montage", *(str(page(*one, folder)) for one in shown), *tiles, str(made)], check=True)
    return made


def main() -> None:
    """Write the picture."""
    with tempfile.TemporaryDirectory() as made:
        folder = Path(made)
        rows = [str(row(UPRIGHT, folder, "upright")), str(row(ACROSS, folder, "across"))]
        look = ["-colors", "32", "-strip", "-define", "png:compression-level=9"]
        subprocess.run(["convert", *rows, "-append", *look, str(PICTURE)], check=True)


if __name__ == "__main__":
    main()
