"""Scans become pages of A4: pictures and PDF pages, each fitted to the page, below the line that numbers it."""

from __future__ import annotations

import warnings
from collections.abc import Iterator, Sequence
from io import BytesIO
from typing import TYPE_CHECKING

from generator.errors import BaoxueError
from generator.render.pictures import PICTURES, BombError, drawn_picture
from generator.render.scanned import UnfitError, drawn_pages

if TYPE_CHECKING:
    from pathlib import Path

    import pikepdf

    from generator.render.pictures import Drawn

SUFFIXES = (*PICTURES, ".pdf")
"""What a scan may be."""
MM = 72 / 25.4
A4 = (210 * MM, 297 * MM)
TOP, BORDER = 14 * MM, 6 * MM
"""Room for the line above, and to the other edges, in points."""


class UnreadableScanError(BaoxueError):
    """A scan cannot be used: it is damaged, locked, no picture, or would look otherwise elsewhere."""


def pages_of(files: Sequence[Path]) -> bytes:
    """Return scans as one PDF of A4 pages, upright or across as the scan is, with nothing that PDF/A forbids.

    The same files give the same bytes. Raises ``UnreadableScanError`` for what cannot be read or kept.
    """
    import pikepdf

    with pikepdf.new() as pdf:
        for file in files:
            for drawn in _drawn(pdf, file):
                _fit(pdf, drawn)
        if not len(pdf.pages):
            raise UnreadableScanError(f"{files[0].name} 里一页也没有，请重新扫描")
        buffer = BytesIO()
        pdf.save(buffer, deterministic_id=True, object_stream_mode=pikepdf.ObjectStreamMode.generate)
    return buffer.getvalue()


def _drawn(pdf: pikepdf.Pdf, file: Path) -> Iterator[Drawn]:
    """Yield each page of a scan as an object that can be drawn."""
    import pikepdf

    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # of odd pictures and damaged files, in English
            if file.suffix.lower() == ".pdf":
                yield from drawn_pages(pdf, file.read_bytes())
            else:
                yield drawn_picture(pdf, file.read_bytes())
    except pikepdf.PasswordError:
        raise UnreadableScanError(f"{file.name} 设了密码，请去掉密码再放进来") from None
    except BombError:
        raise UnreadableScanError(f"{file.name} 的像素太多，请按 300 dpi 重新扫描") from None
    except UnfitError as error:
        raise UnreadableScanError(f"{file.name} {error}") from None
    except (pikepdf.PdfError, OSError, ValueError, TypeError, SyntaxError, RuntimeError):
        raise UnreadableScanError(f"{file.name} 打不开，可能损坏了，请重新扫描") from None


def _fit(pdf: pikepdf.Pdf, drawn: Drawn) -> None:
    """Add a page of A4 with what is drawn on it as large as it fits."""
    import pikepdf

    upright = drawn.matrix.transform(drawn.box)
    across = upright.width > upright.height
    page_width, page_height = reversed(A4) if across else A4
    room_width, room_height = page_width - 2 * BORDER, page_height - TOP - BORDER
    scale = min(room_width / upright.width, room_height / upright.height)
    x, y = (page_width - upright.width * scale) / 2, BORDER + (room_height - upright.height * scale) / 2
    place = pikepdf.Matrix(scale, 0, 0, scale, x - upright.llx * scale, y - upright.lly * scale)
    page = pikepdf.Dictionary(
        Type=pikepdf.Name.Page, MediaBox=[0, 0, round(page_width, 2), round(page_height, 2)],
        Resources=pikepdf.Dictionary(XObject=pikepdf.Dictionary(Scan=drawn.shown)),
    )  # fmt: skip
    matrix = b"%.6f %.6f %.6f %.6f %.4f %.4f" % (drawn.matrix @ place).shorthand
    page.Contents = pdf.make_stream(b"q %s cm /Scan Do Q" % matrix)
    pdf.pages.append(pikepdf.Page(pdf.make_indirect(page)))
