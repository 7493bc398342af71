"""One layout for many papers: what WeasyPrint paints of the first is cut where its values stand, and theirs are put in.

A page is then what all share and, between that, small pieces of a paper's own; read one after the other they are what
WeasyPrint would have written for it, operator by operator. A layout is trusted only when the first paper put together
in this way is the same as the paper laid out on its own.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from copy import copy
from dataclasses import dataclass, field, replace
from functools import lru_cache
from itertools import count
from typing import TYPE_CHECKING, Any, NamedTuple

from pydyf import _to_bytes

from generator.forms.lowered import Page, Paper, Para, Run, Style
from generator.render import painting
from generator.render.slots import Key, Runs, cut, filled
from generator.render.typeset import Look, OddError, Set, Stretch, font_operator, stretches

if TYPE_CHECKING:
    from weasyprint.document import Page as LaidPage

LayOut = Callable[[Paper], "list[LaidPage]"]
PROBE = "国"
"""A character that every face of a value has."""
MARK = "\x1a"
"""How the names of slots begin while a layout is made; no text has it."""


class UnfitError(Exception):
    """A paper cannot be stamped; it is laid out in full. What is told is the reason."""


class OtherWayError(Exception):
    """A page has something that is no text and no rule: pictures or links. WeasyPrint writes the file."""


# --- what is written ------------------------------------------------------------------------------------------------


class State(NamedTuple):
    """What the writing of text goes on from: whether a text object is open, its font, transparency and colour."""

    open: bool = False
    font: bytes = b""
    alpha: bytes = b""
    color: bytes = b""


class Head(NamedTuple):
    """How text begins: transparency and colour, where it stands, and its font."""

    alpha: bytes
    color: bytes
    place: bytes
    font: bytes


@dataclass(frozen=True, slots=True)
class Fixed:
    """A stretch of a page that all papers share: how its text begins, if it begins with text, the rest, and the state
    after it."""

    head: Head | None
    rest: bytes
    after: State


@dataclass(frozen=True, slots=True)
class Place:
    """Where a line of a slot stands: on which line of it, and its baseline in px."""

    slot: int
    line: int
    baseline: float


@dataclass(frozen=True, slots=True)
class Room:
    """The box of a slot, in px: its left edge, its width, how far the first line is set in, the alignment and the pitch
    of its lines; of a cell also the least height, and which share of what is left of it stands over the lines."""

    left: float
    width: float
    first: float
    align: str
    pitch: float
    least: float
    above: float

    def holds(self, lines: int) -> bool:
        """Return whether so many lines make the cell no higher than it is without any."""
        return self.pitch * max(lines, 1) <= self.least + 1e-6

    def shift(self, lines: int) -> float:
        """Return how far the first of so many lines is from the top of the cell."""
        return max(0.0, self.least - lines * self.pitch) * self.above


Box = tuple[float, Set]
"""Text and where it begins."""
Lines = tuple[tuple[Box, ...], ...]
"""The lines of a slot."""


@dataclass(frozen=True, slots=True, eq=False)
class Filling:
    """What is in a slot: its lines, how many that are for the layout (1 where their number does not matter), the looks
    of their texts, and what is written of each: where it begins, and the text."""

    lines: Lines
    count: int
    looks: tuple[tuple[Any, ...], ...] = field(init=False)
    own: tuple[bytes, ...] = field(init=False)

    def __post_init__(self) -> None:
        seen = [(x, text) for line in self.lines for x, text in line if text.shown]
        object.__setattr__(self, "looks", tuple(tuple(text.look for _, text in line) for line in self.lines))
        object.__setattr__(self, "own", tuple(part for x, text in seen for part in (_number(x), text.shown)))


def begun(out: list[bytes], state: State, head: Head) -> State:
    """Begin text in ``out`` after ``state``, as WeasyPrint does; return the state then."""
    changes = [
        *([head.alpha] if head.alpha != state.alpha else []),
        *([head.color] if head.color != state.color else []),
    ]
    if state.open and not changes:
        font = state.font
    else:
        out += [b"ET"] * state.open
        out += changes
        out.append(b"BT")
        font = b""
    out.append(head.place)
    if head.font != font:
        out.append(head.font)
    return State(True, head.font, head.alpha, head.color)


# --- one layout -----------------------------------------------------------------------------------------------------


@dataclass
class Fonts:
    """The fonts of a file, and what it has of transparency."""

    faces: dict[int, Any] = field(default_factory=dict)
    states: dict[str, Any] = field(default_factory=dict)
    joined: set[Any] = field(default_factory=set)  # layouts and texts whose glyphs they have

    def join(self, face: Any, widths: dict[int, int], texts: dict[int, str]) -> None:
        """Add glyphs to a font; raises ``WidthError`` where they are wider or narrower in the file."""
        font = self.faces.get(face.key)
        if font is None:
            font = self.faces[face.key] = _without_glyphs(face)
        for number, width in widths.items():
            if font.widths.setdefault(number, width) != width:
                raise WidthError
        for number, text in texts.items():
            font.to_unicode.setdefault(number, text)

    def glyphs(self) -> dict[int, tuple[dict[int, int], dict[int, str]]]:
        """Return the widths and the texts of the glyphs of each font."""
        return {key: (font.widths, font.to_unicode) for key, font in self.faces.items()}


class WidthError(Exception):
    """A glyph has two widths in a file, because it was asked for in two sizes."""


def _without_glyphs(face: Any) -> Any:
    font = copy(face)
    font.widths, font.to_unicode, font.missing = {}, {}, {}
    return font


@dataclass(frozen=True, slots=True)
class Laid:
    """A page of a layout: its size in points, its stretches and places in their order."""

    size: tuple[float, float]
    parts: tuple[Fixed | Place, ...]


_PROBED = re.compile(rb"(?<=0 -1 )1(\d{7})(?= )|\x1a(\d+)\x1a")


def _probe(number: int, text: Set) -> Box:
    """Return a text that is found again in what is written, as is the place where it begins."""
    return 10_000_000.0 + number, replace(text, shown=b"\x1a%d\x1a" % number)


@dataclass(frozen=True, slots=True)
class Own:
    """A stretch of a page that is a paper's own: what is always written, and which parts of its values between."""

    always: tuple[bytes, ...]
    places: tuple[int, ...]

    @classmethod
    def of(cls, written: bytes) -> Own:
        """Return a stretch in which probes were written."""
        found = _PROBED.split(written)
        places = zip(found[1::3], found[2::3], strict=True)
        return cls(tuple(found[::3]), tuple(2 * int(x) if x else 2 * int(text) + 1 for x, text in places))

    def filled(self, own: Sequence[bytes]) -> bytes:
        """Return the stretch with a paper's own parts."""
        found = [b""] * (2 * len(self.always) - 1)
        found[::2] = self.always
        found[1::2] = [own[place] for place in self.places]
        return b"".join(found)


@dataclass(frozen=True, slots=True, eq=False)
class Layout:
    """A layout with its slots empty, and the glyphs of what is fixed."""

    pages: tuple[Laid, ...]
    rooms: tuple[Room, ...]
    fonts: Fonts
    forms: dict[tuple[Any, ...], tuple[tuple[Fixed | Own, ...], ...]] = field(default_factory=dict)

    def stamped(self, values: Sequence[Filling]) -> Iterator[list[Fixed | bytes]]:
        """Yield the content of each page with values in the slots: long stretches that are shared, of which only
        ``rest`` is meant, and between them own ones."""
        looks = tuple([value.looks for value in values])
        pages = self.forms.get(looks)
        if pages is None:
            if len(self.forms) >= FORMS:
                self.forms.clear()
            pages = self.forms[looks] = tuple(self._forms(values))
        own = [part for value in values for part in value.own]
        for page in pages:
            yield [part if isinstance(part, Fixed) else part.filled(own) for part in page]

    def _forms(self, values: Sequence[Filling]) -> Iterator[tuple[Fixed | Own, ...]]:
        """Yield each page as it is written for values of these looks, whatever they are: it is written for values that
        are found in it again."""
        number = count()
        probes = [
            tuple(tuple(_probe(next(number), text) if text.shown else (x, text) for x, text in line) for line in lines)
            for lines in (value.lines for value in values)
        ]
        for page in self.pages:
            parts: list[Fixed | Own] = []
            own: list[bytes] = []
            for part in [*_written(page, self.rooms, probes), None]:
                if isinstance(part, bytes):
                    own.append(part)
                    continue
                if own:
                    parts.append(Own.of(b"\n".join(own)))
                    own = []
                if part is not None:
                    parts.append(part)
            yield tuple(parts)

    def join(self, values: Sequence[Filling], fonts: Fonts) -> None:
        """Add to ``fonts`` the glyphs of a paper; raises ``WidthError``."""
        if self not in fonts.joined:
            fonts.joined.add(self)
            for face in self.fonts.faces.values():
                fonts.join(face, face.widths, face.to_unicode)
            fonts.states |= self.fonts.states
        new = {*values} - fonts.joined
        fonts.joined |= new
        texts = {text for value in new for line in value.lines for _, text in line} - fonts.joined
        fonts.joined |= texts
        for text in texts:
            for glyph in text.glyphs:
                fonts.join(glyph.face, {glyph.number: glyph.width}, {glyph.number: glyph.text})


Counts = tuple[int, ...]
"""How many lines there are in each slot; 1 where their number does not matter."""


@dataclass
class Skeleton:
    """What papers of one key have in common: a layout with one line in each slot, not yet proven, which tells the boxes
    of the slots, and a layout for each number of lines."""

    first: Layout
    layouts: dict[Counts, Layout | UnfitError] = field(default_factory=dict)
    known: list[dict[tuple[str, ...], Filling]] = field(
        init=False
    )  # what was in each slot before, where it has one run

    def __post_init__(self) -> None:
        self.known = [{} for _ in self.rooms]

    @property
    def rooms(self) -> tuple[Room, ...]:
        """The boxes of the slots."""
        return self.first.rooms

    def counts(self, values: Sequence[Filling]) -> Counts:
        """Return by how many lines in each slot a layout differs from others."""
        return tuple([value.count for value in values])


class Stamper:
    """Lays out papers once for many."""

    def __init__(self, lay_out: LayOut) -> None:
        self.lay_out = lay_out
        self.looks: dict[tuple[Style, bool], Look] = {}
        self.skeletons: dict[Key, Skeleton] = {}
        self._met = Counter[int]()

    def met(self, digest: int, papers: int) -> int:
        """Return of how many papers like these it was asked until now; whoever has the same digest by chance is
        only laid out earlier."""
        self._met[digest] += papers
        return self._met[digest]

    # --- slots ------------------------------------------------------------------------------------

    def look(self, style: Style, apart: bool) -> Look:
        """Return how text looks: in its paragraph's element, or apart in one of its own."""
        key = style, apart
        if key not in self.looks:
            first = Run(PROBE, replace(style, size=style.size + 1) if apart else style)
            paper = Paper("", Page(footer=""), (Para((first, Run(PROBE, style))),))
            (page,) = self.lay_out(paper)
            *_, box = (box for box in page._page_box.descendants() if hasattr(box, "pango_layout"))
            stream = _stream(page, Fonts())
            stream.set_color(box.style["color"])
            alpha, color = stream.stream[-2:]
            self.looks[key] = Look(box.style, style.font, (alpha, color), stream)
        return self.looks[key]

    def fillings(self, values: Sequence[Runs], skeleton: Skeleton) -> tuple[Filling, ...]:
        """Return what is in each slot, set; raises ``UnfitError``."""
        return tuple(map(self._filling, values, skeleton.rooms, skeleton.known))

    def _filling(self, runs: Runs, room: Room, known: dict[tuple[str, ...], Filling]) -> Filling:
        text = (runs[0].text,) if len(runs) == 1 else ()  # the look of the first run is that of all in this slot
        if text and (found := known.get(text)) is not None:
            return found
        lines = self.lines(runs, room)
        found = Filling(lines, 1 if room.holds(len(lines)) else len(lines))
        if text:
            if len(known) >= REMEMBERED:
                known.clear()
            known[text] = found
        return found

    def lines(self, runs: Runs, room: Room) -> Lines:
        """Return the lines of a slot; raises ``UnfitError``."""
        found = [stretch for stretch in stretches(runs) if stretch.text]
        try:
            whole = self._line(found, room, room.first)
            if whole is not None:
                return (whole,) if whole else ()
            if len(found) > 1:
                raise UnfitError("几段文字排不下一行")
            (stretch,) = found
            look = self.look(stretch.style, stretch.apart)
            texts = look.broken(stretch.text, room.width - room.first, room.width)
            if room.align == "justify" and not all(ends for _, ends in texts):
                raise UnfitError("两端对齐的值排不下一行")
            lines = [
                self._line([replace(stretch, text=text)], room, 0.0 if at else room.first, strict=False)
                for at, (text, _) in enumerate(texts)
            ]
        except OddError:
            raise UnfitError("值里有特殊文字") from None
        return tuple(line for line in lines if line is not None)

    def _line(self, found: list[Stretch], room: Room, first: float, *, strict: bool = True) -> tuple[Box, ...] | None:
        """Return the boxes of a line, None where it surely holds one only if ``strict`` is not asked for."""
        x = room.left + first
        boxes: list[Box] = []
        for stretch in found:
            if "\n" in stretch.text:
                return None
            text = self.look(stretch.style, stretch.apart).set(stretch.text)
            boxes.append((x, text))
            x += (x + text.width) - x if stretch.apart else text.width
        left = room.width - (x - room.left)
        if strict and left < SLACK:
            return None
        shift = max(left, 0.0) * {"center": 0.5, "right": 1.0, "end": 1.0}.get(room.align, 0.0)
        return tuple((x + shift, text) for x, text in boxes)

    # --- layouts ----------------------------------------------------------------------------------

    def skeleton(self, paper: Paper) -> Skeleton:
        """Return what is common to papers cut like ``paper``; raises ``UnfitError``."""
        key = cut(paper)
        if key.key not in self.skeletons:
            if len(self.skeletons) >= KEPT:
                del self.skeletons[next(iter(self.skeletons))]
            ones = (1,) * len(key.values)
            self.skeletons[key.key] = Skeleton(self._compiled(paper, ones))
        return self.skeletons[key.key]

    def layout(self, paper: Paper, skeleton: Skeleton, values: Sequence[Filling]) -> Layout:
        """Return the layout of ``paper``, whose values are set; raises ``UnfitError`` where it is not what a layout of
        the whole paper comes to."""
        counts = skeleton.counts(values)
        if counts not in skeleton.layouts:
            try:
                known = set(counts) <= {1}
                layout = skeleton.first if known else self._compiled(paper, counts)
                skeleton.layouts[counts] = self._proven(paper, layout, values)
            except UnfitError as error:
                skeleton.layouts[counts] = error
        found = skeleton.layouts[counts]
        if isinstance(found, UnfitError):
            raise found
        return found

    def _proven(self, paper: Paper, layout: Layout, values: Sequence[Filling]) -> Layout:
        stamped, whole = Fonts(), Fonts()
        pages = [content(page) for page in layout.stamped(values)]
        layout.join(values, stamped)
        if pages != [painted(page, whole) for page in self.lay_out(paper)] or stamped.glyphs() != whole.glyphs():
            raise UnfitError("与整份排版不一致")
        return layout

    def _compiled(self, paper: Paper, counts: Counts) -> Layout:
        def probe(slot: int, para: Para) -> Para:
            text = "\n".join([PROBE] * counts[slot])
            return replace(para, runs=(replace(para.runs[0], text=text),), anchor=f"{MARK}{slot}")

        fonts = Fonts()
        pages, rooms, lines = [], dict[int, Room](), Counter[int]()
        for page in self.lay_out(filled(paper, probe)):
            cutter = _Cutter(page, fonts, counts, lines)
            pages.append(cutter.laid())
            rooms |= cutter.rooms
        if [*rooms] != [*range(len(counts))]:
            raise UnfitError("找不到填写处")
        return Layout(tuple(pages), tuple(rooms.values()), fonts)


LONG = 150
"""Shorter stretches, in bytes, are not worth an object of their own."""
REMEMBERED = 64
"""Texts of a slot kept in memory, set: those of a class that are the same for many."""
FORMS = 200
"""So many forms of a layout, by the looks of values, are kept in memory."""
KEPT = 400
"""Skeletons kept in memory, the newest."""
SLACK = 1 / 512
"""Text that fills its line but for less, in px, is left to WeasyPrint to break."""


def content(parts: Iterable[Fixed | bytes]) -> bytes:
    """Return the content of a page in one piece."""
    return b"\n".join(part.rest if isinstance(part, Fixed) else part for part in parts)


def _written(page: Laid, rooms: Sequence[Room], values: Sequence[Lines]) -> Iterator[Fixed | bytes]:
    state = State()
    for part in page.parts:
        out: list[bytes] = []
        if isinstance(part, Place):
            for y, line in _at(part, rooms[part.slot], values[part.slot]):
                for x, text in line:
                    state = _text(out, state, x, y, text)
        else:
            if part.head:
                begun(out, state, part.head)
            elif state.open:
                out.append(b"ET")
            state = part.after
            if len(part.rest) >= LONG:
                yield from out
                yield part
                continue
            if part.rest:
                out.append(part.rest)
        yield from out


def _at(place: Place, room: Room, lines: Lines) -> Iterator[tuple[float, tuple[Box, ...]]]:
    """Yield the lines at a place, with their baselines."""
    if len(lines) == 1 or not room.holds(len(lines)):
        yield from ((place.baseline, line) for line in lines[place.line : place.line + 1])
        return
    top = place.baseline - room.shift(1) + room.shift(len(lines))
    yield from ((top + at * room.pitch, line) for at, line in enumerate(lines))


def _text(out: list[bytes], state: State, x: float, y: float, text: Set) -> State:
    """Write a text in ``out``; return the state then."""
    if not text.shown:
        return state
    alpha, color, font, last = text.look
    state = begun(out, state, Head(alpha, color, b"1 0 0 -1 %s %s Tm" % (_number(x), _number(y)), font))
    out.append(text.shown)
    return state if last == font else state._replace(font=last)


def _bytes(value: Any) -> bytes:
    return bytes(_to_bytes(value))


@lru_cache(maxsize=65536)
def _number(value: float) -> bytes:
    return bytes(_to_bytes(value))


# --- pages as WeasyPrint paints them --------------------------------------------------------------------------------

SCALE = 0.75
"""Points in a px."""
OTHERS = ("XObject", "Pattern", "Shading")
"""What pages of text and rules do not use."""


def _stream(page: Any, fonts: Fonts) -> Any:
    from weasyprint.pdf.stream import Stream

    resources = {"ExtGState": fonts.states, "ColorSpace": {}, **{kind: {} for kind in OTHERS}}
    return Stream(fonts.faces, (0.0, 0.0, page.width, page.height), resources, {}, None, {}, None)


def painted(page: LaidPage, fonts: Fonts, paint_line: painting.PaintLine | None = None, stream: Any = None) -> bytes:
    """Return the content of a page laid out, its glyphs joined to ``fonts``."""
    stream = stream or _stream(page, fonts)
    stream.transform(d=-1, f=page.height * SCALE)
    with stream.stacked():
        stream.transform(a=SCALE, d=SCALE)
        painting.paint(page._page_box, stream, paint_line)
    if page.links or any(stream._resources[kind] for kind in OTHERS):
        raise OtherWayError
    return b"\n".join(map(_bytes, stream.stream))


def size(page: LaidPage) -> tuple[float, float]:
    """Return the size of a page in points."""
    return page.width * SCALE, page.height * SCALE


class _Cutter:
    """Paints a page and cuts what is painted where the lines of slots stand."""

    def __init__(self, page: LaidPage, fonts: Fonts, counts: Counts, lines: Counter[int]) -> None:
        self.page = page
        self.counts = counts
        self.lines = lines
        self.stream = _stream(page, fonts)
        self.parts: list[Fixed | Place] = []
        self.begin = 0
        self.rooms: dict[int, Room] = {}

    def laid(self) -> Laid:
        """Return the page, cut."""
        for box in self.page._page_box.descendants():
            number = _slot(box)
            if number is not None and type(box).__name__ in ("TableCellBox", "BlockBox"):
                self.rooms[number] = _room(box)
        painted(self.page, Fonts(), self.paint_line, self.stream)
        self.end()
        return Laid(size(self.page), tuple(self.parts))

    def paint_line(self, stream: Any, page: Any, line: Any) -> None:
        """Paint a line, or cut there."""
        number = _slot(line)
        if number is None:
            painting.paint_inline(stream, page, line)
            return
        self.end()
        (text,) = (box for box in line.descendants() if hasattr(box, "pango_layout"))
        line_of_it = self.lines[number] % self.counts[number]  # a row of the head comes again on each page
        self.lines[number] += 1
        self.parts.append(Place(number, line_of_it, text.position_y + text.baseline))
        stream.stream.append(b"%")  # no text goes on from before
        self.begin = len(stream.stream)
        stream._current_font = stream._old_font = stream._current_color = stream._current_alpha = None

    def end(self) -> None:
        """End a fixed stretch."""
        stream = self.stream
        items = [_bytes(item) for item in stream.stream[self.begin :]]
        if not items:
            return
        opened = items[-1] == b"ET"
        font = font_operator(*stream._old_font) if opened and stream._old_font else b""
        if opened:
            items.pop()
        color = b"" if stream._current_color is None else _last(items, b" rg")
        alpha = b"" if stream._current_alpha is None else _last(items, b" gs")
        head, taken = _head(items) if self.parts else (None, 0)
        self.parts.append(Fixed(head, b"\n".join(items[taken:]), State(opened, font, alpha, color)))


def _head(items: list[bytes]) -> tuple[Head | None, int]:
    """Return how a stretch begins that begins with text, and how many operators that takes."""
    kinds = [item.rpartition(b" ")[2] for item in items[:5]]
    if kinds != [b"gs", b"rg", b"BT", b"Tm", b"Tf"]:
        return None, 0
    return Head(items[0], items[1], items[3], items[4]), 5


def _last(items: Iterable[bytes], ending: bytes) -> bytes:
    return next((item for item in reversed(list(items)) if item.endswith(ending)), b"")


def _slot(box: Any) -> int | None:
    element = box.element
    found = None if element is None else element.get("id")
    return int(found[len(MARK) :]) if found is not None and found.startswith(MARK) else None


def _room(box: Any) -> Room:
    style = box.style
    cell = type(box).__name__ == "TableCellBox"
    return Room(
        box.content_box_x(), box.width, _px(style["text_indent"]), style["text_align_all"], _px(style["line_height"]),
        box.computed_height if cell else _px(style["line_height"]),
        {"middle": 0.5, "bottom": 1.0}.get(style["vertical_align"], 0.0) if cell else 0.0,
    )  # fmt: skip


def _px(length: Any) -> float:
    return float(getattr(length, "value", length))
