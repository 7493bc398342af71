"""Pages of a PDF that was scanned, fit to be kept: a picture stays as it is, any other page becomes one.

What may stand in a PDF/A-2 and be shown everywhere alike is a long list of rules; what scanners write is a short one:
pictures, lines, areas, and what was recognised as invisible text. A page that holds more (writing, transparency, forms,
stamps, other colours) is drawn as a picture of 300 dpi, with all that a reader sees of it. Only writing whose font is
not embedded cannot be drawn: it would look otherwise on every machine.
"""

from __future__ import annotations

import threading
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field
from io import BytesIO
from typing import TYPE_CHECKING, Any

from generator.render.pictures import Drawn, embedded

if TYPE_CHECKING:
    import pikepdf

PIXELS = (2480, 3508)
"""A sheet of A4 at 300 dpi."""
DEEPEST = 20
"""PDF/A-2 takes 28 levels of q and Q (ISO 19005-2, 6.1.13); a page that is bound adds some."""

_DRAWN = frozenset((
    "q", "Q", "cm", "w", "J", "j", "M", "d", "i", "m", "l", "c", "v", "y", "h", "re", "S", "s", "f", "F", "f*", "B",
    "B*", "b", "b*", "n", "W", "W*", "g", "G", "rg", "RG", "Do",
))  # fmt: skip
"""Operators of which a plain page consists."""
_SHOWING = frozenset(("Tj", "TJ", "'", '"'))
_TEXT = _SHOWING | {"BT", "ET", "Tf", "Tr", "Td", "TD", "Tm", "T*", "Tc", "Tw", "Tz", "TL", "Ts"}
_MARKS = frozenset(("BMC", "BDC", "EMC", "MP", "DP"))
"""Operators that show nothing, where writing is invisible."""
_UNSEEN = (3, 7)
"""Modes of writing that show nothing."""
_KEPT = frozenset((
    "/Type", "/Subtype", "/Width", "/Height", "/BitsPerComponent", "/ColorSpace", "/Decode", "/ImageMask", "/Filter",
    "/DecodeParms", "/Length",
))  # fmt: skip
"""What a picture keeps of what is told about it."""
_FILTERS = frozenset((
    "/DCTDecode", "/FlateDecode", "/CCITTFaxDecode", "/JBIG2Decode", "/RunLengthDecode", "/LZWDecode", "/ASCII85Decode",
    "/ASCIIHexDecode",
))  # fmt: skip
"""How it may be packed; LZW, which PDF/A-2 forbids, is packed anew when a PDF is written."""
_NOTES = ("/Link", "/Popup")
"""Annotations that are not seen on paper."""
_HIDDEN = 2
_ONE_AT_A_TIME = threading.Lock()
"""PDFium draws for one thread only."""


class UnfitError(Exception):
    """A page cannot be kept; the message says, in Chinese, which, why, and what to do."""


def drawn_pages(pdf: pikepdf.Pdf, data: bytes) -> Iterator[Drawn]:
    """Yield the pages of a PDF as they are seen and printed: what they hold, or a picture of it.

    Raises ``UnfitError`` for writing that would look otherwise elsewhere, ``PdfError`` where the file is damaged, also
    where it could be mended: what was lost in it nobody would know.
    """
    import pikepdf

    with pikepdf.open(BytesIO(data), attempt_recovery=False, suppress_warnings=True) as source:
        if "/XFA" in source.Root.get("/AcroForm", {}):
            raise UnfitError("是动态表单，只有 Adobe 看得见，请打印出来再扫描")
        for at, page in enumerate(source.pages):
            box = _visible(page)
            notes = [note for note in page.obj.get("/Annots", ()) if _seen(note)]
            if any(_unlaid(note) for note in notes):
                raise UnfitError(f"第 {at + 1} 页填写的表单没有定稿，换一台电脑会走样；请打印出来再扫描")
            plain = None if notes else _plain(page.obj)
            if plain is None:
                if faces := sorted({_called(font) for font in _fonts(page.obj) if not _embedded(font)}):
                    told = f"第 {at + 1} 页的字没有嵌入字体（{'、'.join(faces)}），换一台电脑会走样"
                    raise UnfitError(f"{told}；请打印出来再扫描，或者另存为嵌入字体的 PDF")
                yield _pictured(pdf, data, at)
            else:
                turn = _TURNED[int(page.obj.get("/Rotate", 0)) % 360]
                yield Drawn(_form(pdf, page.obj, plain, box), box, pikepdf.Matrix(*turn))


_TURNED = {0: (1, 0, 0, 1, 0, 0), 90: (0, -1, 1, 0, 0, 0), 180: (-1, 0, 0, -1, 0, 0), 270: (0, 1, -1, 0, 0, 0)}


def _visible(page: pikepdf.Page) -> pikepdf.Rectangle:
    """Return the part of a page that readers show."""
    import pikepdf

    boxes = [[float(edge) for edge in box] for box in (page.mediabox, page.cropbox)]
    edges = [(min(x, u), min(y, v), max(x, u), max(y, v)) for x, y, u, v in boxes]
    lows, highs = [max(at) for at in zip(*edges, strict=True)][:2], [min(at) for at in zip(*edges, strict=True)][2:]
    if lows[0] >= highs[0] or lows[1] >= highs[1]:
        raise ValueError("empty page")
    return pikepdf.Rectangle(*lows, *highs)


def _form(pdf: pikepdf.Pdf, page: Any, plain: _Plain, box: pikepdf.Rectangle) -> Any:
    """Return a plain page as an object that can be drawn, with its pictures and nothing else."""
    import pikepdf

    pictures = pikepdf.Dictionary()
    for name in sorted(plain.pictures):
        pictures[name] = copied = pdf.copy_foreign(page.Resources.XObject[name])
        for key in {*copied.keys()} - _KEPT:
            del copied[key]
    return pdf.make_stream(
        plain.content, Type=pikepdf.Name.XObject, Subtype=pikepdf.Name.Form, BBox=box.as_array(),
        Resources=pikepdf.Dictionary(XObject=pictures),
    )  # fmt: skip


def _pictured(pdf: pikepdf.Pdf, data: bytes, at: int) -> Drawn:
    """Return a picture of a page with its annotations and the fields of its form."""
    import pikepdf
    import pypdfium2

    with _ONE_AT_A_TIME, pypdfium2.PdfDocument(data) as document:
        document.init_forms()
        page = document[at]
        width, height = page.get_size()
        short, long = sorted((width, height))
        scale = min(PIXELS[0] / short, PIXELS[1] / long)
        picture = page.render(scale=scale).to_pil().convert("RGB")
    red, green, blue = picture.split()
    if red == green == blue:
        picture = red
    matrix = pikepdf.Matrix(width, 0, 0, height, 0, 0)
    return Drawn(embedded(pdf, picture), pikepdf.Rectangle(0, 0, 1, 1), matrix)


# --- what a page holds ----------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Plain:
    """What a plain page draws, and the pictures that are used for it."""

    content: bytes
    pictures: frozenset[str]


def _plain(page: Any) -> _Plain | None:
    """Return what a page draws where that is pictures, lines and areas only, without invisible text."""
    import pikepdf

    pictures = page.get("/Resources", {}).get("/XObject", {})
    kept, used, depth = [], set[str](), 0
    for operator, operands, state in _steps(page):
        depth += {"q": 1, "Q": -1}.get(operator, 0)
        if depth not in range(DEEPEST + 1):
            return None
        if operator in _SHOWING and state.mode not in _UNSEEN:
            return None
        if operator == "BDC" and operands[0] == pikepdf.Name.OC:
            return None  # a layer, which may be off
        if operator == "Do":
            if not _plain_picture(pictures.get(operands[0])):
                return None
            used.add(str(operands[0]))
        if operator in _DRAWN:
            kept.append((operands, pikepdf.Operator(operator)))
        elif operator not in _TEXT | _MARKS:
            return None
    return None if depth else _Plain(pikepdf.unparse_content_stream(kept), frozenset(used))


def _plain_picture(picture: Any) -> bool:
    """Return whether a picture is opaque, in grey or RGB, and packed as PDF/A-2 allows."""
    import pikepdf

    if picture is None or picture.get("/Subtype") != pikepdf.Name.Image:
        return False
    filters = picture.get("/Filter", pikepdf.Array())
    names = list(filters) if isinstance(filters, pikepdf.Array) else [filters]
    if any(key in picture for key in ("/SMask", "/Mask", "/OC")) or not {*map(str, names)} <= _FILTERS:
        return False
    return bool(picture.get("/ImageMask", False)) or _plain_colours(picture.get("/ColorSpace"))


def _plain_colours(space: Any, depth: int = 0) -> bool:
    import pikepdf

    if isinstance(space, pikepdf.Name):
        return space in (pikepdf.Name.DeviceGray, pikepdf.Name.DeviceRGB)
    if not isinstance(space, pikepdf.Array) or len(space) < 2 or depth:
        return False
    if space[0] == pikepdf.Name.Indexed:
        return _plain_colours(space[1]) or _icc(space[1])
    return _icc(space)


def _icc(space: Any) -> bool:
    """Return whether a colour space is that of a device, told as the ICC tells it (ICC.1, 7.2)."""
    import pikepdf

    if not isinstance(space, pikepdf.Array) or len(space) < 2 or space[0] != pikepdf.Name.ICCBased:
        return False
    head, count = space[1].read_bytes()[:128], int(space[1].get("/N", 0))
    known = head[36:40] == b"acsp" and 2 <= head[8] <= 4 and head[12:16] in (b"scnr", b"mntr", b"prtr", b"spac")
    return known and head[16:20] == {1: b"GRAY", 3: b"RGB "}.get(count)


def _seen(note: Any) -> bool:
    """Return whether an annotation is seen: a field of a form, a stamp, a signature, a remark."""
    return str(note.get("/Subtype")) not in _NOTES and not int(note.get("/F", 0)) & _HIDDEN


def _unlaid(note: Any) -> bool:
    """Return whether an annotation is a field that was filled in and has no look, so that readers lay it out."""
    filled = str(note.get("/V", note.get("/Parent", {}).get("/V", "")))
    return str(note.get("/Subtype")) == "/Widget" and "/AP" not in note and filled.strip() not in ("", "/Off")


# --- writing --------------------------------------------------------------------------------------------------------


@dataclass(slots=True)
class _State:
    """How writing is set at a place in a page."""

    mode: int = 0
    font: str = ""
    saved: list[tuple[int, str]] = field(default_factory=list)


def _steps(owner: Any) -> Iterator[tuple[str, Any, _State]]:
    """Yield the operators of a page, a form or a glyph, with how writing is set there."""
    import pikepdf

    state = _State()
    for step in pikepdf.parse_content_stream(owner):
        operator, operands = str(step.operator), list(step.operands)
        if operator == "q":
            state.saved.append((state.mode, state.font))
        elif operator == "Q" and state.saved:
            state.mode, state.font = state.saved.pop()
        elif operator == "Tr":
            state.mode = int(operands[0])
        elif operator == "Tf":
            state.font = str(operands[0])
        yield operator, operands, state


def _fonts(owner: Any, resources: Mapping[str, Any] | None = None, within: Collection[Any] = ()) -> Iterator[Any]:
    """Yield the fonts in which a page shows something, in its annotations and all that it draws too."""
    import pikepdf

    resources = owner.get("/Resources", resources or {})
    for operator, operands, state in _steps(owner):
        if operator in _SHOWING and state.mode not in _UNSEEN:
            yield resources.get("/Font", {}).get(state.font, pikepdf.Dictionary())
        if operator == "Do":
            drawn = resources.get("/XObject", {}).get(operands[0], {})
            if drawn.get("/Subtype") == pikepdf.Name.Form and drawn.objgen not in within:
                yield from _fonts(drawn, resources, (*within, drawn.objgen))
    for note in owner.get("/Annots", ()):
        if _seen(note):
            for look in _looks(note):
                yield from _fonts(look, {}, (look.objgen,))


def _looks(note: Any) -> Iterator[Any]:
    """Yield how an annotation looks, in each of its states."""
    import pikepdf

    look = note.get("/AP", {}).get("/N")
    if isinstance(look, pikepdf.Stream):
        yield look
    elif isinstance(look, pikepdf.Dictionary):
        yield from (each for each in look.values() if isinstance(each, pikepdf.Stream))


def _embedded(font: Any) -> bool:
    import pikepdf

    if font.get("/Subtype") == pikepdf.Name.Type3:
        return True
    below = font.get("/DescendantFonts", [font])[0]
    return any(key in below.get("/FontDescriptor", {}) for key in ("/FontFile", "/FontFile2", "/FontFile3"))


def _called(font: Any) -> str:
    return str(font.get("/BaseFont", "/?")).lstrip("/").rpartition("+")[2]
