"""Scans become pages of A4: pictures and PDF pages, each fitted to the page, below the line that numbers it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from io import BytesIO
from typing import TYPE_CHECKING, Any

from generator.errors import BaoxueError

if TYPE_CHECKING:
    from pathlib import Path

    import pikepdf

PICTURES = (".jpg", ".jpeg", ".png")
SUFFIXES = (*PICTURES, ".pdf")
"""What a scan may be."""
MM = 72 / 25.4
A4 = (210 * MM, 297 * MM)
TOP, BORDER = 14 * MM, 6 * MM
"""Room for the line above, and to the other edges, in points."""
MOST_PIXELS = 200_000_000
"""More than a sheet of A3 at 1200 dpi; a picture that claims more is a bomb."""


class UnreadableScanError(BaoxueError):
    """A scan cannot be read: it is damaged, locked, or no picture."""


def pages_of(files: Sequence[Path]) -> bytes:
    """Return scans as one PDF of A4 pages, upright or across as the scan is.

    The same files give the same bytes. Raises ``UnreadableScanError`` for what cannot be read.
    """
    import pikepdf

    with pikepdf.new() as pdf:
        for file in files:
            for form, width, height in _drawn(pdf, file):
                _fit(pdf, form, width, height)
        if not len(pdf.pages):
            raise UnreadableScanError(f"{files[0].name} 里一页也没有，请重新扫描")
        buffer = BytesIO()
        pdf.save(buffer, deterministic_id=True, object_stream_mode=pikepdf.ObjectStreamMode.generate)
    return buffer.getvalue()


def _drawn(pdf: pikepdf.Pdf, file: Path) -> Iterator[tuple[Any, float, float]]:
    """Yield each page of a scan as an object that can be drawn, with its width and height in any unit."""
    import pikepdf

    try:
        if file.suffix.lower() == ".pdf":
            yield from _of_pdf(pdf, file)
        else:
            yield _of_picture(pdf, file)
    except pikepdf.PasswordError:
        raise UnreadableScanError(f"{file.name} 设了密码，请去掉密码再放进来") from None
    except (pikepdf.PdfError, OSError, ValueError, SyntaxError):
        raise UnreadableScanError(f"{file.name} 打不开，可能损坏了，请重新扫描") from None


def _of_pdf(pdf: pikepdf.Pdf, file: Path) -> Iterator[tuple[Any, float, float]]:
    """Yield the pages of a PDF, without what is not printed: links, forms, scripts."""
    import pikepdf

    with pikepdf.open(file) as source:
        for page in source.pages:
            left, bottom, right, top = (float(edge) for edge in page.cropbox)
            form = pdf.copy_foreign(source.make_indirect(page.as_form_xobject()))
            turned = int(page.obj.get("/Rotate", 0)) % 180 != 0
            width, height = right - left, top - bottom
            if width <= 0 or height <= 0:
                raise pikepdf.PdfError("empty page")
            yield form, *((height, width) if turned else (width, height))


def _of_picture(pdf: pikepdf.Pdf, file: Path) -> tuple[Any, float, float]:
    """Return a picture, turned as the camera says; a JPEG that needs no turning is embedded as it is."""
    import pikepdf
    from PIL import Image, ImageOps

    data = file.read_bytes()
    with Image.open(BytesIO(data), formats=("JPEG", "PNG")) as opened:
        if opened.width * opened.height > MOST_PIXELS:
            raise ValueError("too many pixels")
        upright = opened.getexif().get(0x0112, 1) == 1
        whole = opened.format == "JPEG" and opened.mode in ("L", "RGB") and upright
        opened.load()  # also of a whole one: half a file is no evidence
        picture = ImageOps.exif_transpose(opened)
        if not whole:
            picture = _flat(picture)
    width, height = picture.size
    stream = pdf.make_stream(data if whole else picture.tobytes())
    if whole:
        stream.Filter = pikepdf.Name.DCTDecode
    stream.Type, stream.Subtype = pikepdf.Name.XObject, pikepdf.Name.Image
    stream.Width, stream.Height, stream.BitsPerComponent = width, height, 8
    stream.ColorSpace = pikepdf.Name.DeviceGray if picture.mode == "L" else pikepdf.Name.DeviceRGB
    return stream, float(width), float(height)


def _flat(picture: Any) -> Any:
    """Return a picture as grey or RGB, what is transparent as white paper."""
    from PIL import Image

    if picture.mode in ("1", "L"):
        return picture.convert("L")
    if picture.mode.startswith("I"):  # sixteen bits a pixel
        return picture.point(lambda value: value / 256).convert("L") if picture.mode != "I" else picture.convert("L")
    if "A" in picture.getbands() or "transparency" in picture.info:
        picture = picture.convert("RGBA")
        paper = Image.new("RGBA", picture.size, "white")
        paper.alpha_composite(picture)
        picture = paper
    return picture.convert("RGB")


def _fit(pdf: pikepdf.Pdf, form: Any, width: float, height: float) -> None:
    """Add a page of A4 with what is drawn on it as large as it fits."""
    import pikepdf

    across = width > height
    page_width, page_height = reversed(A4) if across else A4
    room_width, room_height = page_width - 2 * BORDER, page_height - TOP - BORDER
    scale = min(room_width / width, room_height / height)
    x, y = (page_width - width * scale) / 2, BORDER + (room_height - height * scale) / 2
    page = pikepdf.Dictionary(
        Type=pikepdf.Name.Page, MediaBox=[0, 0, round(page_width, 2), round(page_height, 2)],
        Resources=pikepdf.Dictionary(XObject=pikepdf.Dictionary(Scan=form)),
    )  # fmt: skip
    if form.Subtype == pikepdf.Name.Image:
        matrix = b"%.4f 0 0 %.4f %.4f %.4f" % (width * scale, height * scale, x, y)
    else:
        matrix = _of_form(form, scale, x, y)
    page.Contents = pdf.make_stream(b"q %s cm /Scan Do Q" % matrix)
    pdf.pages.append(pikepdf.Page(pdf.make_indirect(page)))


def _of_form(form: Any, scale: float, x: float, y: float) -> bytes:
    """Return the matrix that draws a page, with the rotation it brings, with its lower left corner at (x, y)."""
    import pikepdf

    matrix = pikepdf.Matrix(form.get("/Matrix", pikepdf.Array([1, 0, 0, 1, 0, 0])))
    box = pikepdf.Rectangle(form.BBox)
    shown = matrix.transform(box)
    return b"%.6f 0 0 %.6f %.4f %.4f" % (scale, scale, x - shown.llx * scale, y - shown.lly * scale)
