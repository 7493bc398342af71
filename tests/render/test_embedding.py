from __future__ import annotations

from io import BytesIO
from types import SimpleNamespace
from typing import Any

import pikepdf
import pytest
from fontTools.pens.recordingPen import DecomposingRecordingPen
from fontTools.ttLib import TTFont
from weasyprint.pdf.fonts import Font

from generator.forms.lowered import Page, Para, Run
from generator.render import embedding, pdf
from generator.render.fonts import files
from tests.render.papers import FANG, HEI, PEN, SONG, paper

WORDS = "控辍保学2026年（A4）"
ALL = paper(Para(tuple(Run(WORDS, style) for style in (FANG, HEI, PEN, SONG))), page=Page(footer=""))


def embedded(data: bytes) -> dict[str, TTFont]:
    """The fonts in a file by face."""
    with pikepdf.open(BytesIO(data)) as file:
        found = {}
        for font in file.pages[0].Resources.Font.values():
            descriptor = font.DescendantFonts[0].FontDescriptor
            stream = descriptor.get("/FontFile3") or descriptor.FontFile2
            found[str(descriptor.FontFamily)] = TTFont(BytesIO(stream.read_bytes()))
        return found


def drawn(font: TTFont, glyph: int) -> list[Any]:
    """The outline of a glyph by its number."""
    glyphs = font.getGlyphSet()
    pen = DecomposingRecordingPen(glyphs)
    glyphs[font.getGlyphName(glyph)].draw(pen)
    return list(pen.value)


def test_a_file_holds_the_outlines_it_uses_by_their_numbers_and_no_others() -> None:
    found = embedded(pdf.render([ALL], copies=1, duplex=False, title="t").data)
    assert found.keys() == files().keys()
    for face, font in found.items():
        house = TTFont(BytesIO(files()[face].read_bytes()), lazy=True)
        used = {house.getGlyphID(name) for code, name in house.getBestCmap().items() if chr(code) in WORDS}
        held = {glyph for glyph in range(1, font["maxp"].numGlyphs) if drawn(font, glyph)}
        assert held
        assert held <= used
        assert max(held) == font["maxp"].numGlyphs - 1
        assert all(drawn(font, glyph) == drawn(house, glyph) for glyph in held)


def test_a_font_is_read_once_and_each_file_gathers_glyphs_of_its_own(monkeypatch: pytest.MonkeyPatch) -> None:
    read = list[float]()

    def font(pango_font: object, description: object, size: float) -> SimpleNamespace:
        read.append(size)
        return SimpleNamespace(hash="A", file_content=b"%d" % size)

    monkeypatch.setattr(embedding, "pango", SimpleNamespace(pango_font_description_hash=lambda _: 7))
    described = embedding._described(font)
    first, second, larger = described(None, None, 12.0), described(None, None, 12.0), described(None, None, 16.0)
    assert read == [12.0, 16.0]
    first.to_unicode[1] = first.widths[1] = "x"
    assert (second.to_unicode, second.widths, second.missing) == ({}, {}, {})
    assert larger.file_content is first.file_content  # a face is kept in memory once


def test_what_harfbuzz_cannot_subset_is_left_to_weasyprint(monkeypatch: pytest.MonkeyPatch) -> None:
    left = list[str]()
    pdf._engine()
    monkeypatch.setattr(Font, "_harfbuzz_subset", embedding._in_one_pass(lambda font, *_: left.append(font.family)))
    monkeypatch.setattr(embedding, "get_hb_object_data", lambda _: None)
    pdf.render([ALL], copies=1, duplex=False, title="t")
    assert sorted(left) == sorted(files())


def test_all_that_weasyprint_leaves_uncompressed_is_compressed_in_the_print_file() -> None:
    with pikepdf.open(BytesIO(pdf.render([ALL], copies=1, duplex=False, title="t").data)) as file:
        streams = [one for one in file.objects if isinstance(one, pikepdf.Stream) and one.get("/Type") != "/XRef"]
        assert {str(one.get("/Filter")) for one in streams} == {"/FlateDecode"}
