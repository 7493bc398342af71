"""Pictures are embedded in a PDF: a JPEG as it is, whatever else as grey or RGB, what is transparent as white paper."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from io import BytesIO
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import pikepdf
    from PIL import Image

PICTURES = (".jpg", ".jpeg", ".png")
MOST_PIXELS = 150_000_000
"""More than a sheet of A4 at 1200 dpi; a picture that claims more is a bomb."""
QUALITY = 90
"""Of JPEG where a picture has to be made anew: what is written stays as sharp as it was."""

TURNS = {
    1: (1, 0, 0, 1, 0, 0), 2: (-1, 0, 0, 1, 1, 0), 3: (-1, 0, 0, -1, 1, 1), 4: (1, 0, 0, -1, 0, 1),
    5: (0, -1, -1, 0, 1, 1), 6: (0, -1, 1, 0, 0, 1), 7: (0, 1, 1, 0, 0, 0), 8: (0, 1, -1, 0, 1, 0),
}  # fmt: skip
"""How a picture lies on its own unit square, by what the camera says of it (Exif 2.3, orientation)."""
ORIENTATION = 0x0112
_FRAMES = (0xC0, 0xC1, 0xC2)
"""Kinds of JPEG that PDF has: baseline, extended, progressive (ISO 32000-1, 7.4.8)."""
_START, _SCAN, _END, _COMMENT = 0xD8, 0xDA, 0xD9, 0xFE
_APPLICATION = range(0xE0, 0xF0)
_COLOURS = (0xE0, 0xEE)
"""What applications add to a JPEG that tells its colours: JFIF, Adobe."""


class BombError(ValueError):
    """A picture claims more pixels than any sheet has."""


@dataclass(frozen=True, slots=True)
class Drawn:
    """Something that can be drawn: where it lies in its own space, and the matrix that turns it upright."""

    shown: Any
    box: pikepdf.Rectangle
    matrix: pikepdf.Matrix


def drawn_picture(pdf: pikepdf.Pdf, data: bytes) -> Drawn:
    """Return a picture, turned as the camera says, without what the camera says of place and time.

    Raises ``BombError``; ``OSError``, ``ValueError`` or ``SyntaxError`` for what is no picture, or half of one.
    """
    import pikepdf
    from PIL import Image, ImageFile

    ImageFile.LOAD_TRUNCATED_IMAGES = False  # WeasyPrint lets half a picture pass; it is no evidence
    try:
        with Image.open(BytesIO(data), formats=("JPEG", "PNG")) as opened:
            if opened.width * opened.height > MOST_PIXELS:
                raise BombError
            opened.load()
            turned = opened.getexif().get(ORIENTATION, 1)
            photograph = opened.format in ("JPEG", "MPO")
            jpeg = _bare(data) if photograph and opened.mode in ("L", "RGB") else b""
            picture = opened if jpeg else _flat(opened)
            shown = embedded(pdf, picture, jpeg, keep=not photograph)
            width, height = picture.size
    except Image.DecompressionBombError:
        raise BombError from None
    turn = TURNS.get(turned, TURNS[1])
    wide, high = (height, width) if turn[0] == 0 else (width, height)
    matrix = pikepdf.Matrix(*turn) @ pikepdf.Matrix(wide, 0, 0, high, 0, 0)
    return Drawn(shown, pikepdf.Rectangle(0, 0, 1, 1), matrix)


def embedded(pdf: pikepdf.Pdf, picture: Image.Image, jpeg: bytes = b"", *, keep: bool = False) -> Any:
    """Return a grey or RGB picture as an object of a PDF: ``jpeg`` where it is that, else every pixel where they are
    to be kept, else a new JPEG."""
    import pikepdf

    if not jpeg and not keep:
        buffer = BytesIO()
        picture.save(buffer, "JPEG", quality=QUALITY, subsampling=0)
        jpeg = buffer.getvalue()
    stream = pdf.make_stream(jpeg or picture.tobytes())
    if jpeg:
        stream.Filter = pikepdf.Name.DCTDecode
    stream.Type, stream.Subtype = pikepdf.Name.XObject, pikepdf.Name.Image
    (stream.Width, stream.Height), stream.BitsPerComponent = picture.size, 8
    stream.ColorSpace = pikepdf.Name.DeviceGray if picture.mode == "L" else pikepdf.Name.DeviceRGB
    return stream


def _flat(picture: Image.Image) -> Image.Image:
    """Return a picture as grey or RGB, what is transparent as white paper."""
    from PIL import Image

    if picture.mode.startswith("I"):  # sixteen bits a pixel
        return picture.convert("I").point(lambda value: value / 256).convert("L")
    if "A" in picture.getbands() or "transparency" in picture.info:
        picture = picture.convert("RGBA")
        paper = Image.new("RGBA", picture.size, "white")
        paper.alpha_composite(picture)
        return paper.convert("RGB")
    return picture.convert("L" if picture.mode in ("1", "L") else "RGB")


# --- JPEG -----------------------------------------------------------------------------------------------------------


def _bare(data: bytes) -> bytes:
    """Return a JPEG without what cameras add to it: place, time, smaller pictures; nothing where PDF has no such JPEG.

    What makes up the picture is kept as it is.
    """
    kept = [data[:2]]
    for marker, segment in _segments(data):
        if 0xC0 <= marker <= 0xCF and marker not in (*_FRAMES, 0xC4, 0xC8, 0xCC):
            return b""
        if marker != _COMMENT and (marker not in _APPLICATION or marker in _COLOURS):
            kept.append(segment)
        if marker == _END:
            return b"".join(kept)
    return b""


def _segments(data: bytes) -> Iterator[tuple[int, bytes]]:
    """Yield each marker of a JPEG with its segment, and a scan with all its data (ISO/IEC 10918-1, B.1)."""
    at = 2
    while at + 1 < len(data) and data[at] == 0xFF:
        marker, start = data[at + 1], at
        if marker == 0xFF:  # filling
            at += 1
            continue
        at += 2 if marker == _END else 2 + int.from_bytes(data[at + 2 : at + 4])
        while marker == _SCAN and at + 1 < len(data) and not _ends(data[at], data[at + 1]):
            at = found if (found := data.find(b"\xff", at + 1)) > 0 else len(data)
        yield marker, data[start:at]


def _ends(first: int, second: int) -> bool:
    """Return whether two bytes of a scan are the next marker, no data and no restart."""
    return first == 0xFF and second not in (0x00, 0xFF, *range(0xD0, 0xD8))
