"""A print file of PDF, written object by object: pages that share what they show, blanks, bookmarks, fonts.

Small objects stand together in compressed streams and pages in a balanced tree, so that a file of 20,000 papers opens
as fast as one of twenty.
"""

from __future__ import annotations

import hashlib
import struct
import zlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any

from generator.render.justify import VERSION

TOGETHER = 200
"""So many small objects stand in one stream."""
BRANCHES = 64
"""So many pages, or branches, a branch of the page tree has."""
WORTH = 256
"""Shorter contents are not compressed: that would gain next to nothing and take longest."""
LEVEL = 6
SHORT = 4096
"""Up to so many bytes a window of 4 KB finds all that there is to find."""
CATALOG, PAGES, RESOURCES, OUTLINES, INFO = range(1, 6)
"""The numbers of the objects that all others hang on."""

Size = tuple[float, float]


@dataclass
class PrintFile:
    """A file that is being written."""

    copies: int
    duplex: bool
    out: bytearray = field(default_factory=lambda: bytearray(b"%PDF-1.7\n%\xe4\xbf\x9d\xe5\xad\xa6\n"))
    places: list[tuple[int, int, int]] = field(default_factory=lambda: [(0, 0, 65535)] + [(0, 0, 0)] * INFO)
    small: list[tuple[int, bytes]] = field(default_factory=list)
    branches: list[tuple[int, list[int]]] = field(default_factory=list)  # the lowest, with their pages
    size: Size | None = None  # of most pages
    last: Size = (0.0, 0.0)
    pages: int = 0
    bookmarks: list[tuple[str, int]] = field(default_factory=list)

    # --- objects ----------------------------------------------------------------------------------

    def new(self) -> int:
        """Return the number of an object that is written later."""
        self.places.append((0, 0, 0))
        return len(self.places) - 1

    def put(self, number: int, data: bytes) -> None:
        """Write a small object."""
        self.small.append((number, data))
        if len(self.small) == TOGETHER:
            self._put_together()

    def _put_together(self) -> None:
        if not self.small:
            return
        index, at = [], 0
        stream = self.new()
        for order, (number, data) in enumerate(self.small):
            index.append(b"%d %d" % (number, at))
            at += len(data) + 1
            self.places[number] = 2, stream, order
        head = b" ".join(index) + b"\n"
        body = head + b"\n".join(data for _, data in self.small)
        about = b"/Type/ObjStm/N %d/First %d" % (len(self.small), len(head))
        self.small = []
        self.stream(body, about, number=stream)

    def stream(self, data: bytes, about: bytes = b"", number: int = 0, *, usual: bool = False) -> int:
        """Write a stream, compressed where that is worth it; return its number. What is ``usual`` is in other files
        too."""
        number = number or self.new()
        if len(data) >= WORTH:
            data = (_deflated if usual else _deflate)(data)
            about += b"/Filter/FlateDecode"
        self.places[number] = 1, len(self.out), 0
        self.out += b"%d 0 obj\n<<%s/Length %d>>stream\n%s\nendstream\nendobj\n" % (number, about, len(data), data)
        return number

    # --- pages ------------------------------------------------------------------------------------

    def paper(self, title: str, pages: Sequence[tuple[Size, Sequence[int]]], copies: int = 0) -> None:
        """Add a paper with a bookmark, perhaps in other ``copies``: of each page the size, and the streams of its
        content."""
        contents = [self._contents(streams) for _, streams in pages]
        for copy in range(copies or self.copies):
            if self.duplex and self.pages % 2:
                self._page(self.last, b"")
            for at, ((size, _), content) in enumerate(zip(pages, contents, strict=True)):
                number = self._page(size, b"/Contents" + content)
                if copy == at == 0:
                    self.bookmarks.append((title, number))

    def _contents(self, streams: Sequence[int]) -> bytes:
        if len(streams) == 1:
            return b" %d 0 R" % streams[0]
        if self.copies == 1:
            return _list(streams)
        number = self.new()
        self.put(number, _list(streams))
        return b" %d 0 R" % number

    def _page(self, size: Size, content: bytes) -> int:
        if not self.branches or len(self.branches[-1][1]) == BRANCHES:
            self.branches.append((self.new(), []))
        branch, kids = self.branches[-1]
        self.size = self.size or size
        own = b"" if size == self.size else _box(size)
        number = self.new()
        kids.append(number)
        self.put(number, b"<</Type/Page/Parent %d 0 R%s%s>>" % (branch, own, content))
        self.last = size
        self.pages += 1
        return number

    def _tree(self) -> None:
        """Write the branches of the page tree, up to its root."""
        level = [(number, kids, len(kids)) for number, kids in self.branches]
        while True:
            root = len(level) <= BRANCHES
            above = []
            for at in range(0, len(level), BRANCHES):
                some = level[at : at + BRANCHES]
                parent = PAGES if root else self.new()
                for number, kids, count in some:
                    self.put(number, b"<</Type/Pages/Parent %d 0 R/Count %d/Kids%s>>" % (parent, count, _list(kids)))
                above.append((parent, [number for number, *_ in some], sum(count for *_, count in some)))
            if root:
                break
            level = above
        ((_, kids, count),) = above
        shared = b"%s/Resources %d 0 R" % (_box(self.size or (0.0, 0.0)), RESOURCES)
        self.put(PAGES, b"<</Type/Pages/Count %d/Kids%s%s>>" % (count, _list(kids), shared))

    def _outlines(self) -> None:
        numbers = [self.new() for _ in self.bookmarks]
        for at, (number, (title, page)) in enumerate(zip(numbers, self.bookmarks, strict=True)):
            before = b"/Prev %d 0 R" % numbers[at - 1] if at else b""
            after = b"/Next %d 0 R" % numbers[at + 1] if at + 1 < len(numbers) else b""
            item = b"<</Title %s/Parent %d 0 R%s%s/Dest[%d 0 R/Fit]>>"
            self.put(number, item % (text(title), OUTLINES, before, after, page))
        ends = b"/First %d 0 R/Last %d 0 R" % (numbers[0], numbers[-1]) if numbers else b""
        self.put(OUTLINES, b"<</Type/Outlines%s/Count %d>>" % (ends, len(numbers)))

    # --- the whole --------------------------------------------------------------------------------

    def finished(self, title: str, fonts: dict[int, Any], states: dict[str, Any]) -> bytes:
        """Return the file, with what it uses of ``fonts``."""
        self._tree()
        self._outlines()
        named = self._fonts(fonts)
        shown = b"".join(b"/%s %s" % (name.encode(), state.data) for name, state in sorted(states.items()))
        self.put(RESOURCES, b"<</ExtGState<<%s>>/Font %s>>" % (shown, named))
        sides = b"/DuplexFlipLongEdge" if self.duplex else b"/Simplex"
        preferences = b"/ViewerPreferences<</Duplex%s/PrintScaling/None>>" % sides
        catalog = b"<</Type/Catalog/Pages %d 0 R/Outlines %d 0 R/Lang(zh-CN)%s>>" % (PAGES, OUTLINES, preferences)
        self.put(CATALOG, catalog)
        self.put(INFO, b"<</Producer%s/Title%s>>" % (text(f"WeasyPrint {VERSION}"), text(title)))
        self._put_together()
        return self._ended()

    def _fonts(self, fonts: dict[int, Any]) -> bytes:
        """Write the fonts as WeasyPrint does, but for compression; return the dictionary of their names."""
        import pydyf
        from weasyprint import DEFAULT_OPTIONS
        from weasyprint.pdf.fonts import build_fonts_dictionary

        for font in fonts.values():
            font.to_unicode = dict(sorted(font.to_unicode.items()))
        first = len(self.places)
        numbered = pydyf.PDF()
        numbered.objects = [None] * first
        used = {key: font for key, font in sorted(fonts.items(), key=lambda one: one[1].hash) if font.to_unicode}
        named = build_fonts_dictionary(numbered, used, False, True, DEFAULT_OPTIONS | {"pdf_version": "1.7"})
        self.places += [(0, 0, 0)] * (len(numbered.objects) - first)
        for one in numbered.objects[first:]:
            if isinstance(one, pydyf.Stream):
                about = b"".join(b"/%s %s" % (key.encode(), _bytes(value)) for key, value in one.extra.items())
                self.stream(b"\n".join(map(_bytes, one.stream)), about, number=one.number, usual=True)
            else:
                self.put(one.number, one.data)
        data: bytes = named.data
        return data

    def _ended(self) -> bytes:
        number = self.new()
        start = len(self.out)
        self.places[number] = 1, start, 0
        identity = hashlib.blake2b(self.out, digest_size=16).hexdigest().encode()
        table = zlib.compress(b"".join([struct.pack(">BIH", *place) for place in self.places]), LEVEL)
        about = b"/Type/XRef/Size %d/W[1 4 2]/Root %d 0 R/Info %d 0 R/ID[<%s><%s>]/Filter/FlateDecode/Length %d" % (
            len(self.places), CATALOG, INFO, identity, identity, len(table),
        )  # fmt: skip
        self.out += b"%d 0 obj\n<<%s>>stream\n%s\nendstream\nendobj\nstartxref\n%d\n%%%%EOF\n" % (
            number, about, table, start,
        )  # fmt: skip
        return bytes(self.out)


def _deflate(data: bytes) -> bytes:
    """Return data compressed; what is short, in a small window, which takes a third of the time and no more room."""
    if len(data) > SHORT:
        return zlib.compress(data, LEVEL)
    small = zlib.compressobj(LEVEL, zlib.DEFLATED, 12, 5)
    return small.compress(data) + small.flush()


_deflated = lru_cache(maxsize=128)(_deflate)


def text(string: str) -> bytes:
    """Return a string of text as PDF has it."""
    return b"<" + (b"\xfe\xff" + string.encode("utf-16-be")).hex().encode() + b">"


def _list(numbers: Iterable[int]) -> bytes:
    return b"[%s]" % b" ".join([b"%d 0 R" % number for number in numbers])


def _box(size: Size) -> bytes:
    return b"/MediaBox[0 0 %s %s]" % (_bytes(size[0]), _bytes(size[1]))


def _bytes(item: Any) -> bytes:
    from pydyf import _to_bytes

    return bytes(_to_bytes(item))
