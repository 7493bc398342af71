"""Where each value of a policy comes from: the line of a preset, with the reason that is written there, or a cell.

A reason is the comment at the end of a value's line, else the comment above it, else that of the part it stands in:
【法】, 【例】 or 【定】 in the national preset, a seed and its line (``S0.2 L57``) in presets for comparison.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from generator.errors import Place
from generator.yamlfile import YamlFile

Trail = tuple[str | int, ...]
_COMMENT = re.compile(r"""^(?:[^#'"]|"(?:\\.|[^"])*"|'[^']*'|(?<=\S)[#'"])*?(?:^|\s)#\s*(?P<said>.*)$""")


@dataclass(frozen=True, slots=True)
class Source:
    """Where a value stands, and why it is so."""

    place: Place
    reason: str = ""

    def __str__(self) -> str:
        return f"{self.place}　{self.reason}".rstrip()


@dataclass(frozen=True)
class Layer:
    """A preset's file with the comments in it."""

    file: YamlFile

    @cached_property
    def _lines(self) -> list[str]:
        return self.file.path.read_text(encoding="utf-8").splitlines()

    def says(self, trail: Sequence[str | int]) -> bool:
        """Return whether this file gives the part at ``trail``."""
        here = self.file.data
        for step in trail:
            try:
                here = here[step]
            except (LookupError, TypeError):
                return False
        return True

    def longest(self, trail: Trail) -> Trail:
        """Return the trail, or as much of it as is given beneath a list of this file's, else nothing.

        A list stands in place of the whole list of the preset beneath, also where one of its parts leaves a value out.
        """
        if self.says(trail):
            return trail
        lists = [depth for depth, step in enumerate(trail) if isinstance(step, int)]
        if not lists or not self.says(trail[: lists[0]]):
            return ()
        return next(trail[:depth] for depth in range(len(trail) - 1, -1, -1) if self.says(trail[:depth]))

    def source(self, trail: Sequence[str | int]) -> Source:
        """Return where the part at ``trail`` stands in this file, and the reason that is written for it."""
        reasons = (self._reason(self.file.line(trail[:depth])) for depth in range(len(trail), 0, -1))
        return Source(Place(self.file.path.name, line=self.file.line(trail)), next(filter(None, reasons), ""))

    def own_reason(self, trail: Sequence[str | int]) -> str:
        """Return the reason written on the line of the part at ``trail`` itself."""
        return self._at(self.file.line(trail))

    def _reason(self, line: int) -> str:
        return self._at(line) or self._above(line)

    def _at(self, line: int) -> str:
        found = _COMMENT.match(self._lines[line - 1])
        return found["said"].strip() if found else ""

    def _above(self, line: int) -> str:
        """Return the comment lines that stand right above a line, as one."""
        said: list[str] = []
        for text in reversed(self._lines[: line - 1]):
            if not text.lstrip().startswith("#"):
                break
            said.insert(0, text.strip().lstrip("# "))
        return "".join(said)


@dataclass(frozen=True)
class Provenance:
    """The files a policy was laid together from, the nearest first, and the cells that override single values."""

    layers: tuple[Layer, ...]
    cells: Mapping[Trail, Place]

    def of(self, trail: Trail) -> Source:
        """Return where the value at ``trail`` comes from."""
        for depth in range(len(trail), 0, -1):
            if cell := self.cells.get(trail[:depth]):
                return Source(cell)
        for layer in self.layers:
            if said := layer.longest(trail):
                return layer.source(said)
        return Source(Place("缺省值"))

    def nearest(self, trails: Sequence[Trail]) -> Trail:
        """Return the one of several values that was said last: in a cell, else in the nearest file."""
        return min(trails, key=self._distance)

    def _distance(self, trail: Trail) -> int:
        if any(trail[:depth] in self.cells for depth in range(1, len(trail) + 1)):
            return -1
        return next((far for far, layer in enumerate(self.layers) if layer.says(trail)), len(self.layers))


def at(data: Any, trail: Trail) -> Any:
    """Return what stands at ``trail`` in nested mappings and lists; raises ``LookupError`` where nothing does."""
    for step in trail:
        data = data[step]
    return data
