"""Binds PDF files into one: numbered, linked, bookmarked, each face embedded once, fit to be kept (PDF/A-2b).

The files are bound as they are; to a page is added one line in its upper margin, where no paper prints anything.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from importlib.resources import files as package_files
from io import BytesIO
from typing import TYPE_CHECKING, Any

from generator.forms.lowered import Font, Page, Paper, Para, Run, Style
from generator.render.fonts import FACES, LATIN
from generator.render.pdf import LINK, render

if TYPE_CHECKING:
    from pathlib import Path

    import pikepdf

MM = 72 / 25.4
"""Points in a millimetre."""
TOP, SIDE = 9.0, 14.0
"""How far the line stands from the upper and the right edge of the page, in mm: above every paper's text area."""
SIZE = 8.0
"""Its type size in points."""
OUTSIDE: Font = "kai"
"""Its face."""


@dataclass(frozen=True, slots=True)
class Mark:
    """A bookmark: what it says, and how many pages after the beginning of its part it leads to."""

    says: str
    page: int


@dataclass(frozen=True, slots=True)
class Part:
    """Pages that are bound: a file or pages of one, its bookmark, and those of the papers within."""

    file: Path | bytes
    says: str
    level: int = 0  # a part of level 1 is bookmarked under the last one of level 0
    marks: tuple[Mark, ...] = ()
    pages: range | None = None  # of the file; nothing is all


@dataclass(frozen=True, slots=True)
class Binding:
    """What stands on every page beside its number, and what is told of the whole."""

    title: str
    number: str


def bind(parts: Sequence[Part], binding: Binding) -> bytes:
    """Return the parts as one PDF: each page numbered 第 X 页 共 Y 页, links between them made, bookmarked.

    The same parts give the same bytes.
    """
    import pikepdf

    with pikepdf.new() as pdf:
        starts = list(_together(pdf, parts))
        _linked(pdf)
        _numbered(pdf, binding.number)
        _one_of_each_face(pdf)
        _unsmoothed(pdf)
        with pdf.open_outline() as outline:
            outline.root.extend(_bookmarks(parts, starts))
        _told(pdf, binding.title)
        return _saved(pdf)


def page_count(file: Path | bytes) -> int:
    """Return how many pages a PDF has."""
    import pikepdf

    with pikepdf.open(BytesIO(file) if isinstance(file, bytes) else file) as pdf:
        return len(pdf.pages)


def _together(pdf: pikepdf.Pdf, parts: Iterable[Part]) -> Iterator[int]:
    """Add the pages of each part and yield where it starts."""
    import pikepdf

    opened: dict[int, pikepdf.Pdf] = {}
    for part in parts:
        yield len(pdf.pages)
        if id(part.file) not in opened:
            opened[id(part.file)] = pikepdf.open(BytesIO(part.file) if isinstance(part.file, bytes) else part.file)
        source = opened[id(part.file)].pages
        pdf.pages.extend(source[at] for at in (part.pages if part.pages is not None else range(len(source))))
    pdf.remove_unreferenced_resources()


def _linked(pdf: pikepdf.Pdf) -> None:
    """Turn links to a page of the dossier, which name its number, into links that lead there."""
    import pikepdf

    for page in _objects(pdf):
        for note in page.get("/Annots", ()):
            address = str(note.get("/A", {}).get("/URI", ""))
            if address.startswith(LINK):
                at = int(address.removeprefix(LINK)) - 1
                del note["/A"]
                note.Dest = pikepdf.Array([pdf.pages[at].obj, pikepdf.Name.Fit])
            note.F = 4  # printed, as PDF/A demands


def _bookmarks(parts: Sequence[Part], starts: Sequence[int]) -> list[pikepdf.OutlineItem]:
    import pikepdf

    root: list[pikepdf.OutlineItem] = []
    for part, start in zip(parts, starts, strict=True):
        item = pikepdf.OutlineItem(part.says, start)
        item.children.extend(pikepdf.OutlineItem(mark.says, start + mark.page) for mark in part.marks)
        item.is_closed = True
        (root[-1].children if part.level and root else root).append(item)
    return root


# --- the line in the upper margin -----------------------------------------------------------------------------------


def _numbered(pdf: pikepdf.Pdf, number: str) -> None:
    """Set the number of the dossier and that of the page on every page."""
    import pikepdf

    total = len(pdf.pages)
    letters = _Letters(f"{number}　第 0123456789 页 共 页")
    font = pdf.copy_foreign(letters.font)
    begin = pdf.make_stream(b"q\n")
    for at, page in enumerate(_objects(pdf), start=1):
        text = f"{number}　第 {at} 页 共 {total} 页"
        _, _, right, top = (float(edge) for edge in page.MediaBox)
        x, y = right - SIDE * MM - letters.width(text) * SIZE, top - TOP * MM
        line = b"\nQ\nBT /BaoxueLine %g Tf 0 g %.2f %.2f Td <%s> Tj ET\n" % (SIZE, x, y, letters.codes(text))
        before = page.get("/Resources", pikepdf.Dictionary())
        fonts = pikepdf.Dictionary(before.get("/Font", pikepdf.Dictionary()))
        fonts.BaoxueLine = font
        page.Resources = pikepdf.Dictionary(before)  # of this page alone
        page.Resources.Font = fonts
        old = page.get("/Contents", pikepdf.Array())
        middle = list(old) if isinstance(old, pikepdf.Array) else [old]
        page.Contents = pikepdf.Array([begin, *middle, pdf.make_stream(line)])


class _Letters:
    """The glyphs of a few characters in the face of the line, laid out once by the printer of papers itself."""

    def __init__(self, characters: str) -> None:
        import pikepdf

        self.pdf = pikepdf.open(BytesIO(_set({OUTSIDE: characters})))
        (self.font,) = _fonts(self.pdf)
        self.codes_of = {text: code for code, text in _meanings(self.font).items()}
        self.widths = _widths(self.font)

    def codes(self, text: str) -> bytes:
        """Return text as hex digits of its glyphs."""
        return "".join(f"{self.codes_of[character]:04x}" for character in text).encode()

    def width(self, text: str) -> float:
        """Return how wide a text is, in ems."""
        return sum(self.widths.get(self.codes_of[character], 1000.0) for character in text) / 1000


def _set(texts: Mapping[Font, Iterable[str]]) -> bytes:
    """Return a PDF that has each text in its face, of which only the fonts are of use."""
    paras = tuple(Para((Run("　".join(text), Style(face, 8.0)),), line=10.0) for face, text in texts.items())
    return render([Paper("", Page(footer=""), paras)], copies=1, duplex=False, title="").data


# --- one of each face -----------------------------------------------------------------------------------------------


def _one_of_each_face(pdf: pikepdf.Pdf) -> None:
    """Let all pages use one font of each house face, which has the glyphs that any of them shows.

    A font that is none of ours, although it bears the name, has other glyphs under its codes: it stays as it is.
    """
    import pikepdf

    theirs = {font.objgen: font for font in _fonts(pdf) if _face(font) in (*FACES.values(), LATIN)}
    meanings = {key: _meanings(font) for key, font in theirs.items()}
    wanted: dict[str, set[str]] = {}
    for key, font in theirs.items():
        wanted.setdefault(_face(font), set()).update(meanings[key].values())
    roles: dict[str, Font] = {face: role for role, face in FACES.items()} | {LATIN: "fang"}
    texts = {roles[face]: set[str]() for face in sorted(wanted)}
    for face in sorted(wanted):
        texts[roles[face]] |= {text for text in wanted[face] if text != UNKNOWN and len(text) == 1}
    with pikepdf.open(BytesIO(_set({role: sorted(text) for role, text in texts.items()}))) as drawn:
        ours = {_face(font): (pdf.copy_foreign(font), _meanings(font)) for font in _fonts(drawn)}
    instead = {
        key: ours[_face(font)][0]
        for key, font in theirs.items()
        if _face(font) in ours and _within(meanings[key], ours[_face(font)][1])
    }
    done: set[tuple[int, int]] = set()
    for page in _objects(pdf):
        fonts = page.get("/Resources", {}).get("/Font", {})
        if getattr(fonts, "objgen", (0, 0)) in done - {(0, 0)}:
            continue
        done.add(getattr(fonts, "objgen", (0, 0)))
        for name in sorted(fonts.keys()):
            fonts[name] = instead.get(fonts[name].objgen, fonts[name])


UNKNOWN = "\uffff"
"""What the glyph of a missing character is said to mean."""


def _face(font: Any) -> str:
    """Return the face of which a font is a part."""
    return str(font.get("/BaseFont", "")).rpartition("+")[2].lstrip("/")


def _within(some: Mapping[int, str], all_: Mapping[int, str]) -> bool:
    """Return whether each code stands for the same in the other font."""
    return all(text == UNKNOWN or all_.get(code) == text for code, text in some.items())


def _objects(pdf: pikepdf.Pdf) -> Iterator[Any]:
    """Yield the dictionary of each page."""
    for page in pdf.pages:
        yield page.obj


def _fonts(pdf: pikepdf.Pdf) -> list[Any]:
    """Return the fonts of all pages, each once."""
    found: dict[tuple[int, int], Any] = {}
    for page in _objects(pdf):
        fonts = page.get("/Resources", {}).get("/Font", {})
        for name in sorted(fonts.keys()):  # a set, whose order is another in every process
            found[fonts[name].objgen] = fonts[name]
    return list(found.values())


def _meanings(font: Any) -> dict[int, str]:
    """Return what each glyph of a font stands for, by its code."""
    pairs = re.findall(rb"<([0-9a-fA-F]{4})>\s*<([0-9a-fA-F]+)>", font.ToUnicode.read_bytes())
    return {int(code, 16): bytes.fromhex(text.decode()).decode("utf-16-be") for code, text in pairs}


def _widths(font: Any) -> dict[int, float]:
    """Return the advance of each glyph in thousandths of an em, by its code."""
    found: dict[int, float] = {}
    listed = list(font.DescendantFonts[0].get("/W", ()))
    for first, widths in zip(listed[::2], listed[1::2], strict=True):
        found |= {int(first) + at: float(width) for at, width in enumerate(widths)}
    return found


# --- pictures -------------------------------------------------------------------------------------------------------


def _unsmoothed(pdf: pikepdf.Pdf) -> None:
    """Let every picture show the pixels that it has, as PDF/A demands (ISO 19005-2, 6.2.8)."""
    import pikepdf

    for value in pdf.objects:
        if isinstance(value, pikepdf.Stream) and "/Interpolate" in value:
            del value["/Interpolate"]


# --- the whole ------------------------------------------------------------------------------------------------------


def _told(pdf: pikepdf.Pdf, title: str) -> None:
    """Tell what the document is, in which language, and that it keeps to PDF/A-2b."""
    import pikepdf

    profile = pdf.make_stream(package_files("weasyprint.pdf").joinpath("sRGB2014.icc").read_bytes(), N=3)
    intent = pikepdf.Dictionary(
        Type=pikepdf.Name.OutputIntent, S=pikepdf.Name.GTS_PDFA1, DestOutputProfile=pdf.make_indirect(profile),
        OutputConditionIdentifier="sRGB IEC61966-2.1",
    )  # fmt: skip
    pdf.Root.OutputIntents = pikepdf.Array([pdf.make_indirect(intent)])
    pdf.Root.Lang = pikepdf.String("zh-CN")
    pdf.Root.ViewerPreferences = pikepdf.Dictionary(DisplayDocTitle=True, PrintScaling=pikepdf.Name("/None"))
    pdf.Root.PageMode = pikepdf.Name.UseOutlines
    with pdf.open_metadata(set_pikepdf_as_editor=False, update_docinfo=True) as meta:
        meta["dc:title"] = title
        meta["dc:language"] = {"zh-CN"}
        meta["pdfaid:part"] = "2"
        meta["pdfaid:conformance"] = "B"


def _saved(pdf: pikepdf.Pdf) -> bytes:
    import pikepdf

    buffer = BytesIO()
    pdf.save(buffer, deterministic_id=True, object_stream_mode=pikepdf.ObjectStreamMode.generate)
    return buffer.getvalue()


def lock(book: bytes, password: str) -> bytes:
    """Return a PDF that opens with a password alone (AES-256); its bytes are others each time.

    It no longer says that it keeps to PDF/A, which knows no passwords.
    """
    import pikepdf

    buffer = BytesIO()
    with pikepdf.open(BytesIO(book)) as pdf:
        with pdf.open_metadata(set_pikepdf_as_editor=False) as meta:
            del meta["pdfaid:part"], meta["pdfaid:conformance"]
        pdf.save(
            buffer, encryption=pikepdf.Encryption(owner=password, user=password, R=6),
            object_stream_mode=pikepdf.ObjectStreamMode.generate,
        )  # fmt: skip
    return buffer.getvalue()
