"""Embeds in a file what it uses of a font: what WeasyPrint does, without reading every font anew for each file."""

from __future__ import annotations

from collections.abc import Callable
from copy import copy
from typing import Any

from weasyprint.pdf import fonts, stream
from weasyprint.text.ffi import ffi, harfbuzz, pango
from weasyprint.text.ffi import harfbuzz_subset as hb
from weasyprint.text.fonts import get_hb_object_data

KEPT = 32
"""Subsets kept in memory, those that were used last."""

Describe = Callable[[Any, Any, float], Any]
Subset = Callable[[Any, dict[int, str], bool], None]

NOT_FOR_PRINT = b"BASE", b"DSIG", b"EBDT", b"EBLC", b"EBSC", b"GPOS", b"GSUB", b"JSTF", b"LTSH", b"PCLT", b"SVG "
"""The tables of a font that a PDF viewer has no use for."""


def install() -> None:
    """Replace how WeasyPrint describes and subsets the fonts of a file; a second call changes nothing."""
    if stream.Font is not fonts.Font:
        return
    stream.Font = _described(fonts.Font)
    if hb:
        fonts.Font._harfbuzz_subset = _in_one_pass(fonts.Font._harfbuzz_subset)


def _described(read: Describe) -> Describe:
    """Return what stands in for ``read``: a font that was read before is told again, without the glyphs of a file."""
    known: dict[tuple[int, float], Any] = {}
    contents: dict[str, bytes] = {}  # once for all sizes of a face

    def described(pango_font: Any, description: Any, size: float) -> Any:
        key = pango.pango_font_description_hash(description), size
        if key not in known:
            font = read(pango_font, description, size)
            font.key = key[0]
            font.file_content = contents.setdefault(font.hash, font.file_content)
            known[key] = font
        font = copy(known[key])
        font.widths, font.to_unicode, font.missing = {}, {}, {}
        return font

    return described


def _in_one_pass(subset: Subset) -> Subset:
    """Return what does the work of ``subset``, which goes over a font twice and has cffi parse two types for it.

    Glyphs keep their numbers; those behind the last one used are gone after the first pass already.
    """

    def put(numbers: list[int], into: Any) -> None:
        harfbuzz.hb_set_add_sorted_array(into, ffi.new("hb_codepoint_t[]", numbers), len(numbers))

    def leave(font: Any, used: dict[int, str], hinting: bool) -> None:
        key = font.hash, hinting, frozenset(used)  # print files of a school have the same words, if other names
        content = None if font.missing else kept.pop(key, None) or cut(font, used, hinting)
        if content is None:
            subset(font, used, hinting)
            return
        font.file_content = kept[key] = content
        if len(kept) > KEPT:
            del kept[next(iter(kept))]

    def cut(font: Any, used: dict[int, str], hinting: bool) -> bytes | None:
        wanted = ffi.gc(hb.hb_subset_input_create_or_fail(), hb.hb_subset_input_destroy)
        put(sorted(used), hb.hb_subset_input_glyph_set(wanted))
        dropped = hb.hb_subset_input_set(wanted, hb.HB_SUBSET_SETS_DROP_TABLE_TAG)
        put([harfbuzz.hb_tag_from_string(table, -1) for table in NOT_FOR_PRINT], dropped)
        flags = hb.HB_SUBSET_FLAGS_RETAIN_GIDS | hb.HB_SUBSET_FLAGS_PASSTHROUGH_UNRECOGNIZED
        flags |= hb.HB_SUBSET_FLAGS_DESUBROUTINIZE | (0 if hinting else hb.HB_SUBSET_FLAGS_NO_HINTING)
        hb.hb_subset_input_set_flags(wanted, flags)
        face = ffi.gc(hb.hb_subset_or_fail(font.hb_face, wanted), harfbuzz.hb_face_destroy)
        return get_hb_object_data(face) if face else None

    kept: dict[tuple[str, bool, frozenset[int]], bytes] = {}
    return leave
