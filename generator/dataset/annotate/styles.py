"""Adds formats to a workbook's ``styles.xml``: those of its cells with another fill, and those of our own sheet."""

from __future__ import annotations

import copy

from lxml import etree

from generator.dataset.amend import Package, UnamendableError
from generator.errors import Level

FILLS: dict[Level, str] = {"error": "F2A65B", "warning": "CFE6F8"}
"""Orange and pale blue, which colour-blind people tell apart; printed in black the one is darker than the other."""

_FILL = (
    '<fill xmlns="{}"><patternFill patternType="solid"><fgColor rgb="FF{}"/><bgColor indexed="64"/></patternFill>'
    "</fill>"
)
_FONT = '<font xmlns="{}">{}<name val="宋体"/><family val="3"/><charset val="134"/></font>'
_SIDES = ("left", "right", "top", "bottom")
_BORDER = "".join(f'<{side} style="thin"><color rgb="FFA6A6A6"/></{side}>' for side in _SIDES)
_FORMAT = (
    '<xf xmlns="{}" numFmtId="0" fontId="{}" fillId="{}" borderId="{}" xfId="0" applyFont="1" '
    'applyFill="1" applyBorder="1" applyAlignment="1"><alignment {}vertical="top" wrapText="1"/></xf>'
)


class Styles:
    """The formats of a workbook, to which others are added behind those that are there."""

    def __init__(self, package: Package) -> None:
        kinds = package.relations(package.book).values()
        self._package = package
        self._part = next((target for kind, target in kinds if kind == "styles"), "")
        self._root = package.tree(self._part)
        self._namespace = etree.QName(self._root).namespace or ""
        self._known: dict[str, dict[bytes, int]] = {}
        self._filled: dict[tuple[int, Level], bytes] = {}

    def clear(self) -> None:
        """Take our fills out of every format; what fill was there before nobody knows any more."""
        ours = {index for index, fill in enumerate(self._section("fills")) if _colour(fill) in FILLS.values()}
        for each in self._section("cellXfs"):
            if int(each.get("fillId", "0")) in ours:
                each.set("fillId", "0")

    def filled(self, style: bytes, level: Level) -> bytes:
        """Return the style that is like ``style`` but for the fill."""
        key = (int(style or b"0"), level)
        if key not in self._filled:
            formats = self._section("cellXfs")
            if key[0] >= len(formats):
                raise UnamendableError("an unknown style")
            made = copy.deepcopy(formats[key[0]])
            made.set("fillId", str(self._fill(level)))
            made.set("applyFill", "1")
            self._filled[key] = b"%d" % self._index("cellXfs", made)
        return self._filled[key]

    def own(self, font: str = '<sz val="11"/>', alignment: str = "", level: Level | None = None) -> bytes:
        """Return a style for text in cells with borders."""
        return b"%d" % self._index(
            "cellXfs",
            etree.fromstring(
                _FORMAT.format(
                    self._namespace,
                    self._index("fonts", etree.fromstring(_FONT.format(self._namespace, font))),
                    self._fill(level) if level else 0,
                    self._index(
                        "borders", etree.fromstring(f'<border xmlns="{self._namespace}">{_BORDER}<diagonal/></border>')
                    ),
                    alignment,
                )
            ),
        )

    def save(self) -> None:
        """Put the formats back into the workbook."""
        self._package.set_tree(self._part, self._root)

    def _fill(self, level: Level) -> int:
        return self._index("fills", etree.fromstring(_FILL.format(self._namespace, FILLS[level])))

    def _section(self, name: str) -> etree._Element:
        found = self._root.find(f"{{*}}{name}")
        if found is None:
            raise UnamendableError(f"no {name} among the styles")
        return found

    def _index(self, section: str, element: etree._Element) -> int:
        """Return the index of an element among those of its kind, of which it is one from now on."""
        there = self._section(section)
        if section not in self._known:
            self._known[section] = {_plain(each): index for index, each in reversed(list(enumerate(there)))}
        known = self._known[section]
        index = known.setdefault(_plain(element), len(there))
        if index == len(there):
            there.append(element)
            there.set("count", str(len(there)))
        return index


def _plain(element: etree._Element) -> bytes:
    return etree.tostring(element, method="c14n", exclusive=True, with_tail=False)


def _colour(fill: etree._Element) -> str:
    """Return the colour of a solid fill, without the transparency that some programs leave out."""
    found = fill.find("{*}patternFill[@patternType='solid']/{*}fgColor")
    return "" if found is None else found.get("rgb", "")[-6:].upper()
