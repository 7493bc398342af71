"""Whether two PDF files show the same: operators, text, pixels, glyphs."""

from __future__ import annotations

from io import BytesIO

import pikepdf
import pypdfium2

DPI = 200


def contents(data: bytes) -> list[bytes]:
    """The operators of each page."""
    with pikepdf.open(BytesIO(data)) as file:
        return [_content(page) for page in file.pages]


def _content(page: pikepdf.Page) -> bytes:
    found = page.obj.get("/Contents")
    if found is None:
        return b""
    return b"\n".join(part.read_bytes() for part in (found if isinstance(found, pikepdf.Array) else [found]))


def texts(data: bytes) -> list[str]:
    """The text of each page, in its order."""
    with pypdfium2.PdfDocument(data) as file:
        return [page.get_textpage().get_text_bounded() for page in file]


def looks(data: bytes, *pages: int) -> list[bytes]:
    """The pixels of some pages, of all where none is named."""
    with pypdfium2.PdfDocument(data) as file:
        return [bytes(file[at].render(scale=DPI / 72).buffer) for at in pages or range(len(file))]


def fonts(data: bytes) -> dict[str, tuple[str, set[str]]]:
    """The widths and the characters of the glyphs of each font."""
    with pikepdf.open(BytesIO(data)) as file:
        found = file.pages[0].obj.get("/Resources") or file.Root.Pages.Resources
        return {
            name: (str(font.DescendantFonts[0].W), set(font.ToUnicode.read_bytes().decode().splitlines()))
            for name, font in found.Font.items()
        }
