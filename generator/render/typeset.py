"""Sets short texts on a line without laying out a page: glyphs and widths are asked of Pango once a character.

How Pango divides a text into stretches of one script is asked once a pattern of characters, and kept only if all its
other answers are those for the characters alone. Every number and operator is what WeasyPrint would write.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import groupby
from types import SimpleNamespace
from typing import Any

from generator.forms.lowered import Font, Run, Style
from generator.render.fonts import FACES, WIDEST, own_characters, twins

UNITS = 1024
"""Pango's units in a pixel."""
PLAIN = re.compile(r"[\u3400-\u9fff\U00020000-\U0003ffff]")
"""Ideographs, which stand beside each other without any regard."""


class OddError(Exception):
    """A text cannot be set by what is known of its characters."""


@dataclass(frozen=True, slots=True)
class Stretch:
    """Text that is one box on a line; ``apart`` where it is an element of its own in its paragraph."""

    text: str
    style: Style
    apart: bool
    target: str = ""


def stretches(runs: Sequence[Run]) -> Iterator[Stretch]:
    """Yield the text of a paragraph box by box; runs like the first one whose face has all their characters need no
    element of their own."""
    if len(runs) == 1 and not (runs[0].style.underline or runs[0].target):  # nearly always
        yield Stretch(runs[0].text, runs[0].style, not _draws(runs[0]))
        return

    def apart(run: Run) -> bool:
        return run.style != runs[0].style or run.style.underline or bool(run.target) or not _draws(run)

    together = ""
    for run in runs:
        if apart(run):
            if together:
                yield Stretch(together, runs[0].style, apart=False)
            together = ""
            yield Stretch(run.text, run.style, apart=True, target=run.target)
        else:
            together += run.text
    if together:
        yield Stretch(together, runs[0].style, apart=False)


def _draws(run: Run) -> bool:
    """Return whether the face of ``run`` has all of its characters."""
    text = run.text.replace("\n", "") if "\n" in run.text else run.text
    return own_characters(run.style.font).issuperset(text)


# --- glyphs ---------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, eq=False)
class Glyph:
    """What a character comes to: how what follows is moved, its advance in Pango's units, how its font is chosen, and
    what the font must know."""

    kern: str
    advance: int
    font: bytes
    face: Any
    number: int
    width: int
    text: str
    written: str = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "written", f"{self.number:04x}" + (f">{self.kern}<" if self.kern else ""))


Pattern = tuple[tuple[bool, Glyph | None], ...]
"""For each stretch of characters of one kind whether Pango breaks before it, and their glyph where it is not that which
they have alone."""


@dataclass(frozen=True, slots=True, eq=False)
class Set:
    """A text, set: what is written and how wide that is in px; in which font it begins and ends, its transparency and
    colour, and its glyphs. Nothing is written of blanks."""

    text: str
    shown: bytes
    width: float
    look: tuple[bytes, bytes, bytes, bytes]
    glyphs: tuple[Glyph, ...]


@dataclass(eq=False)
class Look:
    """One look of text: its style as WeasyPrint computes it, and what is known of characters and patterns in it."""

    style: Any
    role: Font
    colors: tuple[bytes, bytes]
    stream: Any
    glyphs: dict[str, Glyph] = field(default_factory=dict)
    patterns: dict[tuple[str, ...], Pattern | None] = field(default_factory=dict)
    texts: dict[str, Set] = field(default_factory=dict)

    def set(self, text: str) -> Set:
        """Return ``text`` set on one line; raises ``OddError``."""
        if (known := self.texts.get(text)) is not None:
            return known
        found = self._set(text)
        if len(self.texts) >= REMEMBERED:
            self.texts.clear()
        self.texts[text] = found
        return found

    def _set(self, text: str) -> Set:
        kinds = [(kind, "".join(chars)) for kind, chars in groupby(text, self._kind)]
        pattern = tuple(kind for kind, _ in kinds)
        if pattern not in self.patterns:
            self.patterns[pattern] = self._learnt(text, kinds)
        known = self.patterns[pattern]
        if known is None:
            raise OddError
        parts: list[tuple[bytes, str]] = []
        glyphs: list[Glyph] = []
        for (begins, here), (_, chars) in zip(known, kinds, strict=True):
            found = [here] * len(chars) if here else [self.glyph(char) for char in chars]
            glyphs += found
            font, written = found[0].font, "".join([glyph.written for glyph in found])
            if not parts or parts[-1][0] != font:
                parts.append((font, f"<{written}"))
            else:
                before = parts[-1][1]
                parts[-1] = font, f"{_ended(before)}<{written}" if begins else before + written
        width = sum([glyph.advance for glyph in glyphs]) / UNITS
        if not text.strip():
            return Set(text, b"", width, BLANK, ())
        shown = [f"[{_ended(written)}] TJ".replace("<>", " ").encode() for _, written in parts]
        for at in range(1, len(parts)):
            shown[at] = parts[at][0] + b"\n" + shown[at]
        look = (*self.colors, parts[0][0], parts[-1][0])
        return Set(text, b"\n".join(shown), width, look, tuple(set(glyphs)))

    def _kind(self, char: str) -> str:
        """Return what stands for a character in patterns: ideographs of a font are alike, so are digits."""
        if PLAIN.match(char):
            return f"han{self.glyph(char).face.key}"
        return "0" if "0" <= char <= "9" else char

    def glyph(self, char: str) -> Glyph:
        """Return the glyph of a character; raises ``OddError``."""
        found = self.glyphs.get(char)
        if found is None:
            found = self.glyphs[char] = self._asked(char)
        return found

    def _asked(self, char: str) -> Glyph:
        line, width = self.shaped(char)
        shown = read(line)
        if len(line.faces) != 1 or len(shown) != 1 or char in self._twins():
            raise OddError
        (face,), ((font, number, kern, _),) = line.faces.values(), shown
        if face.to_unicode != {number: char}:
            raise OddError
        advance = round(width * UNITS)
        return Glyph(kern, advance, font, self.stream._fonts[face.key], number, face.widths[number], char)

    def _learnt(self, text: str, kinds: list[tuple[str, str]]) -> Pattern | None:
        """Return what Pango does with a pattern, asked for ``text``; nothing where it is odd.

        A character that is its own kind may have another glyph beside others than alone, like blanks between words.
        """
        line, width = self.shaped(text)
        shown = read(line)
        if len(shown) != len(text):
            return None
        learnt: list[tuple[bool, Glyph | None]] = []
        rest, others, at = round(width * UNITS), [], 0
        for kind, chars in kinds:
            found = shown[at : at + len(chars)]
            at += len(chars)
            if any(begins for *_, begins in found[1:]):
                return None
            alone = [self.glyph(char) for char in chars]
            if all((g.font, g.number, g.kern) == one[:3] for g, one in zip(alone, found, strict=True)):
                rest -= sum(glyph.advance for glyph in alone)
                learnt.append((found[0][3], None))
            elif kind == chars[0] and len({one[:3] for one in found}) == 1:
                others.append((len(learnt), found[0], len(chars)))
                learnt.append((found[0][3], alone[0]))
            else:
                return None
        if others:
            glyph = self._beside(line, text, others, rest)
            if glyph is None:
                return None
            for place, one, _ in others:
                learnt[place] = one[3], glyph
        return None if not others and rest else tuple(learnt)

    def _beside(self, line: Any, text: str, others: list[Any], advance: int) -> Glyph | None:
        """Return the glyph that a character has beside others, told from what is left of the line's width."""
        count = sum(many for *_, many in others)
        font, number, kern = others[0][1][:3]
        faces = [face for face in line.faces.values() if font.startswith(b"/" + face.hash.encode() + b" ")]
        if len({one[:3] for _, one, _ in others}) > 1 or advance % count or len(faces) != 1:
            return None
        (face,) = faces
        char = face.to_unicode.get(number, "")
        if len(char) != 1 or char not in text or char in self._twins():
            return None
        return Glyph(kern, advance // count, font, self.stream._fonts[face.key], number, face.widths[number], char)

    def _twins(self) -> frozenset[str]:
        return twins(FACES[self.role]) | twins(WIDEST)

    def broken(self, text: str, first: float, width: float) -> list[tuple[str, bool]]:
        """Return ``text`` broken into lines of a width, the first of another, as WeasyPrint breaks it; with each line
        whether it ends where the text says so. Raises ``OddError``."""
        from weasyprint.text.line_break import split_first_line

        lines: list[tuple[str, bool]] = []
        while text:
            room = width if lines else first
            layout, length, rest, *_ = split_first_line(text, self.style, None, room * (1 + 1e-9), 0)
            encoded = text.encode()
            between = encoded[length:rest].decode() if rest is not None else ""
            if not length or between.strip(" ") not in ("", "\n"):
                raise OddError
            text = encoded[rest:].decode() if rest is not None else ""
            if between and not text:
                raise OddError
            lines.append((layout.text, rest is None or bool(between.strip(" "))))
        return lines

    def shaped(self, text: str) -> tuple[Any, float]:
        """Return a line of text as Pango has it, and its width; raises ``OddError``."""
        from weasyprint.text.line_break import split_first_line

        from generator.render.painting import shaped

        layout, length, rest, width, _, _ = split_first_line(text, self.style, None, None, 0)
        if rest is not None or length != len(text.encode()):
            raise OddError
        layout.reactivate(self.style)
        line = shaped(self.stream, SimpleNamespace(text="x", style=self.style, pango_layout=layout))  # blanks too
        layout.deactivate()
        if line is None:
            raise OddError
        return line, width


REMEMBERED = 2_000
"""Texts of a look kept in memory: what a class has in common comes again, names do not."""
BLANK = (b"", b"", b"", b"")
"""The look of blanks, of which nothing is seen."""


def _ended(written: str) -> str:
    return written[:-1] if written[-1] == "<" else written + ">"


def read(line: Any) -> list[tuple[bytes, int, str, bool]]:
    """Return the glyphs of a line: font and size, number, what the next is moved by, whether a stretch begins."""
    found: list[tuple[bytes, int, str, bool]] = []
    font = b""
    for name, args in line.calls:
        if name == "set_font_size":
            font = font_operator(*args)
        elif name == "show_text":
            begins = True
            for hexes, number in re.findall(r"<([0-9a-f]*)>|([-\d.]+)", args[0]):
                if number:
                    if not found or "." in number or found[-1][2]:
                        raise OddError  # what comes next is moved, not what follows it
                    last = found[-1]
                    found[-1] = (*last[:2], number, last[3])
                    begins = False
                else:
                    for at in range(0, len(hexes), 4):
                        found.append((font, int(hexes[at : at + 4], 16), "", begins))
                        begins = False
                    begins = True
        else:
            raise OddError
    return found


def font_operator(name: str, size: float) -> bytes:
    """Return how a font is chosen in a content stream."""
    from pydyf import _to_bytes

    return bytes(b"/" + _to_bytes(name) + b" " + _to_bytes(size) + b" Tf")
