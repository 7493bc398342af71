"""Gives justified Chinese lines in WeasyPrint a straight right edge.

WeasyPrint widens spaces only, and Chinese has none. Here the letter-spacing of the line grows instead, so that
the text stays one run: it can be searched and copied, which inserted spaces would break. Letter-spacing must then
come out the same in every viewer, which takes a small change to how WeasyPrint writes it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

from generator.errors import BaoxueError

VERSION = "70.0"
"""The WeasyPrint whose private layout functions are known; it is pinned."""


class WrongVersionError(BaoxueError):
    """WeasyPrint is another than the one whose private parts are used here."""


def install() -> None:
    """Replace WeasyPrint's alignment of lines by one that stretches; a second call changes nothing.

    Raises ``WrongVersionError`` for another version of WeasyPrint than the one this was written for.
    """
    import weasyprint
    from weasyprint.layout import inline
    from weasyprint.pdf.stream import Stream

    if weasyprint.__version__ != VERSION:
        raise WrongVersionError(f"WeasyPrint 应是 {VERSION} 版，装的是 {weasyprint.__version__}：请重新安装保学")
    if inline.text_align.__module__ == __name__:
        return
    inline.text_align = _stretching(inline.text_align)
    Stream.show_text = _without_empty_strings(Stream.show_text)


def _stretching(text_align: Callable[[Any, Any, float, bool], float]) -> Callable[[Any, Any, float, bool], float]:
    def stretched(context: Any, line: Any, available_width: float, last: bool) -> float:
        if line.style["text_align_all"] == "justify" and not last and line.width < available_width:
            stretch(line, available_width - line.width)
            return 0
        return text_align(context, line, available_width, last)

    return stretched


def _without_empty_strings(show_text: Callable[[Any, str], None]) -> Callable[[Any, str], None]:
    """Return ``show_text`` without the empty strings that make PDFium (Chrome, Edge) lose half a letter-spacing."""

    def shown(stream: Any, text: str) -> None:
        show_text(stream, text.replace("<>", " "))

    return shown


def stretch(line: Any, extra: float) -> None:
    """Widen the letter-spacing of ``line`` until it is ``extra`` wider; boxes and units are WeasyPrint's, px."""
    texts = list(_texts(line))
    gaps = sum(len(box.text) for box in texts) - 1
    if gaps > 0:
        _widen(line, extra / gaps, 0.0)


def _texts(box: Any) -> Iterator[Any]:
    """Yield the text boxes within ``box``."""
    if hasattr(box, "pango_layout"):
        yield box
    for child in getattr(box, "children", ()):
        yield from _texts(child)


def _widen(box: Any, gap: float, shift: float) -> float:
    """Move ``box`` by ``shift``, add ``gap`` after each of its characters and return the shift of what follows."""
    box.position_x += shift
    if hasattr(box, "pango_layout"):
        spacing = box.style["letter_spacing"]
        box.style = box.style.copy()
        box.style["letter_spacing"] = (0 if spacing == "normal" else spacing) + gap
        grown = gap * len(box.text)
    else:
        grown = 0.0
        for child in getattr(box, "children", ()):
            grown = _widen(child, gap, shift + grown) - shift
    box.width += grown
    return shift + grown
