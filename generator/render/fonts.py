"""The faces behind the type roles: what Office calls them, which house files draw them, what characters they have."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from unicodedata import category

from generator.forms.lowered import Font
from generator.resources import fonts_dir

OFFICE: dict[Font, str] = {"fang": "仿宋", "hei": "黑体", "kai": "楷体", "song": "方正小标宋简体", "pen": "楷体"}
"""The names under which Windows and WPS know the faces."""

WITH_TIMES: frozenset[Font] = frozenset(("fang",))
"""The role whose Latin letters and digits are set in a roman face; the others bring their own, which match them."""

LATIN = "LiberationSerif-Regular"
WIDEST = "LXGWWenKai-Regular"
FACES: dict[Font, str] = {
    "fang": "FandolFang-Regular",
    "hei": "FandolHei-Regular",
    "kai": WIDEST,
    "song": "FandolSong-Bold",
    "pen": WIDEST,
}
"""The house file of each role; what it lacks is drawn from the widest one."""

BASIC_LATIN = frozenset(map(chr, range(0x20, 0x7F)))


def files() -> dict[str, Path]:
    """Return the house font files by face name."""
    folder = fonts_dir()
    found = {path.stem: path for path in folder.iterdir() if path.suffix in {".otf", ".ttf"}}
    return {face: found[face] for face in sorted({LATIN, *FACES.values()})}


@cache
def _glyphs(face: str) -> dict[int, str]:
    """Return the name of the glyph of each code point."""
    from fontTools.ttLib import TTFont  # comes with WeasyPrint; Word and Excel do without

    with TTFont(files()[face], lazy=True) as font:
        return dict(font.getBestCmap())


@cache
def characters(face: str) -> frozenset[str]:
    """Return the characters that the house file ``face`` can draw; control and format characters look like nothing."""
    return frozenset(char for char in map(chr, _glyphs(face)) if not category(char).startswith("C"))


@cache
def twins(face: str) -> frozenset[str]:
    """Return the characters that look like others and are not the usual ones of them: who copies text from a file finds
    one character for each look."""
    alike: dict[str, list[str]] = {}
    for point, glyph in _glyphs(face).items():
        alike.setdefault(glyph, []).append(chr(point))
    drawn = characters(face)
    found = [sorted(drawn.intersection(chars), key=_unusual) for chars in alike.values() if len(chars) > 1]
    return frozenset(char for chars in found for char in chars[1:])


def _unusual(char: str) -> tuple[bool, str]:
    try:
        char.encode("gbk")
    except UnicodeEncodeError:
        return True, char
    return False, char


@cache
def own_characters(role: Font) -> frozenset[str]:
    """Return the characters of ``role`` drawn by its own face, without any help from another."""
    own = characters(FACES[role])
    return own - BASIC_LATIN if role in WITH_TIMES else own


@cache
def drawable(role: Font) -> frozenset[str]:
    """Return the characters that can be drawn in ``role``, line breaks included."""
    helped = characters(FACES[role]) | characters(WIDEST)
    return helped | characters(LATIN) & BASIC_LATIN | {"\n"} if role in WITH_TIMES else helped | {"\n"}
