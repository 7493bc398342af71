"""A chart becomes a drawing: the one place where it is decided how large its parts are and where they stand.

Series are told apart by hatching and by markers, for papers are printed and copied in black and white. What is written
is as wide here as in ``lower``: every full-width character one em, so that nothing has to be drawn to be measured.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import groupby
from typing import Literal

from generator.forms.lowered import Bar, Dot, Drawn, Fill, Letters, Marker, Picture, Stroke
from generator.forms.resolve import Chart, Series, plain

SIZE = 8.0
"""The type in a picture, in points."""
EM = SIZE * 25.4 / 72
LATIN = 0.62
"""The advance of a digit or Latin letter of the pen face, in ems; a few letters are wider, more are narrower."""
PITCH = 3.5
"""From one line of a label to the next, in mm."""
LANE, THICK = 3.9, 2.9
"""The height of a row's part for one series, and that of the bar in it, in mm."""
BETWEEN = 1.8
"""Room between two rows, in mm."""
LABELS = 0.4
"""The most that labels beside bars may take of the width."""
GAP = 1.2
"""Room between a bar and what is written at it, in mm."""
HEAD = 1.5
"""Room over all that is drawn, in mm, so that it does not touch what stands above."""
FOOT = 5.0
"""The height of the numbers under the scale, in mm."""
LEGEND = 5.2
"""The height of a line of the legend, in mm."""
SWATCH = 5.0
"""The width of a sample in the legend, in mm."""
UPRIGHT = 62.0
"""The height of a picture of columns or lines where none is given, in mm."""
LEAST = 30.0
"""No picture of columns or lines is lower than this, in mm."""
LINES = 3
"""Labels of more lines than this do not stand under columns: bars are drawn instead."""
BROADEST = 9.0
"""The width of the broadest column, in mm."""
FILLS: tuple[Fill, ...] = ("dark", "slanted", "white", "dotted")
MARKERS: tuple[Marker, ...] = ("disc", "square", "triangle", "ring")
DASHES: tuple[Literal["", "dashed", "dotted"], ...] = ("", "dashed", "dotted", "")

Along = Callable[[float], float]
"""What tells where a number stands in a picture, in mm."""


def pictures(chart: Chart, width: float, tallest: float) -> list[Picture]:
    """Return a chart as drawings ``width`` mm wide and at most about ``tallest`` mm high: one, or as many as its rows
    need. All have one scale."""
    if not chart.labels:
        return []
    if chart.kind in ("columns", "lines") and _fits_upright(chart, width):
        return [_upright(chart, width)]
    laid = chart if chart.kind == "dots" else replace(chart, kind="bars")
    return [_lying(part, _scale(laid), width) for part in _parts(laid, width, tallest)]


def wide(text: str) -> float:
    """Return the width of a text in a picture, in mm."""
    return EM * sum(LATIN if " " <= character <= "~" else 1.0 for character in text)


def broken(text: str, room: float) -> list[str]:
    """Return a text in lines of at most ``room`` mm, or of one character where it is less."""
    lines = [""]
    for character in " ".join(text.split()):
        if lines[-1] and wide(lines[-1] + character) > room:
            lines.append("")
        lines[-1] += character
    return lines


# --- the scale ------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Scale:
    """The numbers along an axis, from the first to the last."""

    ticks: tuple[float, ...]

    def share(self, number: float) -> float:
        """Return how far along the axis a number stands, from 0 to 1."""
        return (number - self.ticks[0]) / (self.ticks[-1] - self.ticks[0])


def _scale(chart: Chart) -> Scale:
    """Return a scale of some five round steps; bars and columns begin at nought, dots near the lowest number."""
    every = [number for series in _measured(chart) for number in series.numbers if number is not None] or [0]
    low, high = min(every), max(every)
    if chart.kind != "dots":
        low, high = min(low, 0), max(high, 0)
    step = _round_step((high - low) / 5 or 0.2)
    if all(isinstance(number, int) for number in every):
        step = max(step, 1.0)
    first, last = math.floor(low / step + 1e-9), math.ceil(high / step - 1e-9)
    if first == last:
        first, last = (first, last + 1) if chart.kind != "dots" else (first - 1, last)
    return Scale(tuple(round(at * step, 9) for at in range(first, last + 1)))


def _measured(chart: Chart) -> Iterator[Series]:
    yield from chart.series
    if chart.targets:
        yield chart.targets


def _round_step(least: float) -> float:
    """Return the smallest of 1, 2 and 5, by a power of ten, that is no less than ``least``."""
    power: float = 10.0 ** math.floor(math.log10(least))
    return next(power * digit for digit in (1, 2, 5, 10) if power * digit >= least * (1 - 1e-9))


# --- bars and dots, which lie ---------------------------------------------------------------------------------------


def _parts(chart: Chart, width: float, tallest: float) -> list[Chart]:
    """Return a chart in parts of about as many rows that are each low enough."""
    heights = _row_heights(chart, width)
    room = max(tallest - FOOT - HEAD - len(_legend(chart, width)[1]) * LEGEND, max(heights))
    parts = math.ceil(sum(heights) / room)
    while True:
        count = math.ceil(len(heights) / parts)
        starts = range(0, len(heights), count)
        if all(sum(heights[at : at + count]) <= room + 0.01 for at in starts):
            return [_rows(chart, at, at + count) for at in starts]
        parts += 1


def _rows(chart: Chart, first: int, last: int) -> Chart:
    def some(series: Series) -> Series:
        return replace(series, numbers=series.numbers[first:last], written=series.written[first:last])

    targets = some(chart.targets) if chart.targets else None
    return replace(
        chart, labels=chart.labels[first:last], series=tuple(map(some, chart.series)), targets=targets
    )  # fmt: skip


def _label_room(chart: Chart, width: float) -> float:
    return min(LABELS * width, max(map(wide, chart.labels)) + 0.1)


def _row_heights(chart: Chart, width: float) -> list[float]:
    room, lanes = _label_room(chart, width), LANE * len(chart.series)
    return [max(PITCH * len(broken(label, room)), lanes) + BETWEEN for label in chart.labels]


def _lying(chart: Chart, scale: Scale, width: float) -> Picture:
    """Return bars or dots, each row beside its label."""
    drawn, lines = _legend(chart, width)
    left = max(_label_room(chart, width) + GAP, wide(_number(scale.ticks[0])) / 2)  # the first tick is written below it
    told = max(wide(text) for series in chart.series for text in series.written)
    right = width - told - 2 * GAP
    heights = _row_heights(chart, width)
    top = HEAD + len(lines) * LEGEND + 0.5
    foot = top + sum(heights)

    def along(number: float) -> float:
        return left + (right - left) * scale.share(number)

    for tick in scale.ticks:
        drawn.append(Stroke(((along(tick), top), (along(tick), foot)), 0.4, "dotted", grey=True))
        drawn.append(Letters(_number(tick), along(tick), foot + FOOT / 2, SIZE, "center"))
    origin = along(min(max(0.0, scale.ticks[0]), scale.ticks[-1]))
    tops = [top + sum(heights[:at]) for at in range(len(heights))]
    drawn += _aims(chart, [(along, at, height) for at, height in zip(tops, heights, strict=True)])
    for row, (label, start, height) in enumerate(zip(chart.labels, tops, heights, strict=True)):
        middle = start + height / 2
        drawn += _label(label, left - GAP, middle, left - GAP, "right")
        for lane, series in enumerate(chart.series):
            at = middle + (lane - (len(chart.series) - 1) / 2) * LANE
            drawn += _lane(chart.kind, lane, series.numbers[row], series.written[row], origin, at, along)
    drawn.append(Stroke(((origin, top), (origin, foot)), 0.8))
    return _picture(chart, width, foot + FOOT, drawn)


def _lane(
    kind: str, lane: int, number: float | None, written: str, origin: float, at: float, along: Along
) -> Iterator[Drawn]:
    """Yield a number of one series at its row: bar or dot, and how it is written."""
    end = origin if number is None else along(number)
    if number is not None and kind == "dots":
        yield Stroke(((origin, at), (end, at)), 0.4, "dotted")
        yield Dot(end, at, MARKERS[lane])
    elif number is not None and end != origin:
        yield Bar(min(origin, end), at - THICK / 2, abs(end - origin), THICK, FILLS[lane])
    yield Letters(written, max(origin, end) + GAP + (1.0 if kind == "dots" else 0.0), at, SIZE, "left", backed=True)


def _aims(chart: Chart, rows: Sequence[tuple[Along, float, float]]) -> Iterator[Drawn]:
    """Yield the line of the target, across all rows in succession that share it."""
    if not chart.targets:
        return
    for number, group in groupby(range(len(rows)), key=chart.targets.numbers.__getitem__):
        same = list(group)
        if number is not None:
            along, top, _ = rows[same[0]]
            _, start, height = rows[same[-1]]
            yield Stroke(((along(number), top + 0.4), (along(number), start + height - 0.4)), 1.1, "dashed")


# --- columns and lines, which stand ---------------------------------------------------------------------------------


def _fits_upright(chart: Chart, width: float) -> bool:
    """Return whether every label stands under its columns, and every number over its own."""
    slot, column = _slot(chart, width)
    labels = max(len(broken(label, slot - 1.0)) for label in chart.labels)
    told = max(wide(text) for series in chart.series for text in series.written)
    room = slot if chart.kind == "lines" else column
    return labels <= LINES and told <= room + 0.01 and all(wide(label[:1]) <= slot - 1.0 for label in chart.labels)


def _margin(chart: Chart) -> float:
    return max(wide(_number(tick)) for tick in _scale(chart).ticks) + GAP


def _slot(chart: Chart, width: float) -> tuple[float, float]:
    """Return the width of a row's place and that of a column in it."""
    slot = (width - _margin(chart)) / len(chart.labels)
    return slot, min(BROADEST, 0.8 * slot / len(chart.series))


def _upright(chart: Chart, width: float) -> Picture:
    """Return columns or lines, each row over its label."""
    scale, left = _scale(chart), _margin(chart)
    slot, column = _slot(chart, width)
    drawn, lines = _legend(chart, width)
    labels = max(len(broken(label, slot - 1.0)) for label in chart.labels)
    over = PITCH * (len(chart.series) if chart.kind == "lines" else 1) + 1.0  # what is written above the highest point
    top = HEAD + len(lines) * LEGEND + over
    below = labels * PITCH + 1.5
    height = max(chart.height or UPRIGHT, LEAST, top + below + 15.0)
    foot = height - below

    def up(number: float) -> float:
        return foot - (foot - top) * scale.share(number)

    for tick in scale.ticks:
        drawn.append(Stroke(((left, up(tick)), (width, up(tick))), 0.4, "dotted", grey=True))
        drawn.append(Letters(_number(tick), left - GAP, up(tick), SIZE, "right"))
    middles = [left + slot * (row + 0.5) for row in range(len(chart.labels))]
    for label, middle in zip(chart.labels, middles, strict=True):
        drawn += _label(label, slot - 1.0, foot + below / 2, middle, "center")
    if chart.targets:
        for number, middle in zip(chart.targets.numbers, middles, strict=True):
            if number is not None:
                drawn.append(Stroke(((middle - slot / 2, up(number)), (middle + slot / 2, up(number))), 1.1, "dashed"))
    drawn += _lines(chart, middles, up) if chart.kind == "lines" else _columns(chart, middles, column, up)
    drawn.append(Stroke(((left, up(min(max(0.0, scale.ticks[0]), scale.ticks[-1]))), (width, up(0.0))), 0.8))
    return _picture(chart, width, height, drawn)


def _columns(chart: Chart, middles: Sequence[float], column: float, up: Along) -> Iterator[Drawn]:
    for lane, series in enumerate(chart.series):
        for number, written, middle in zip(series.numbers, series.written, middles, strict=True):
            start = middle + (lane - len(chart.series) / 2) * column
            head = up(max(number or 0, 0))
            if number:
                yield Bar(start, head, column, abs(up(number) - up(0.0)), FILLS[lane])
            yield Letters(written, start + column / 2, head - 0.65 * PITCH, SIZE, "center", backed=True)


def _lines(chart: Chart, middles: Sequence[float], up: Along) -> Iterator[Drawn]:
    """Yield the lines, then the points, then what is written above these, one number clear of the other."""
    for lane, series in enumerate(chart.series):
        points = [None if one is None else (at, up(one)) for one, at in zip(series.numbers, middles, strict=True)]
        for there, group in groupby(points, key=lambda point: point is not None):
            line = tuple(point for point in group if point)
            if there and len(line) > 1:
                yield Stroke(line, 0.9, DASHES[lane])
        yield from (Dot(*point, MARKERS[lane]) for point in points if point)
    for row, middle in enumerate(middles):
        numbers = [(up(series.numbers[row] or 0), series.written[row]) for series in chart.series]
        lowest = math.inf
        for at, written in sorted(numbers, reverse=True):
            lowest = min(at - 0.6 * PITCH, lowest - 0.9 * PITCH)
            yield Letters(written, middle, lowest - 0.7, SIZE, "center", backed=True)


# --- what all have --------------------------------------------------------------------------------------------------


def _legend(chart: Chart, width: float) -> tuple[list[Drawn], list[float]]:
    """Return samples of the series and of the target with their names, the unit, and how far each line of it goes."""
    unit = f"单位：{chart.unit}" if chart.unit else ""
    drawn: list[Drawn] = [Letters(unit, width, HEAD + LEGEND / 2, SIZE, "right")] if unit else []
    named = [series.name for series in chart.series] if len(chart.series) > 1 or chart.targets else []
    lines = [0.0] if unit or named else []
    room = width - wide(unit) - 2 * GAP
    for lane, name in enumerate([*named, *([chart.targets.name] if chart.targets else [])]):
        needs = SWATCH + GAP + wide(name) + 3.0
        if lines[-1] and lines[-1] + needs > room:
            lines.append(0.0)
        left, at = lines[-1], HEAD + (len(lines) - 0.5) * LEGEND
        drawn += _sample(chart, lane, left, at)
        drawn.append(Letters(name, left + SWATCH + GAP, at, SIZE))
        lines[-1] += needs
    return drawn, lines


def _sample(chart: Chart, lane: int, left: float, at: float) -> Iterator[Drawn]:
    if lane == len(chart.series):
        yield Stroke(((left, at), (left + SWATCH, at)), 1.1, "dashed")
    elif chart.kind in ("bars", "columns"):
        yield Bar(left, at - THICK / 2, SWATCH, THICK, FILLS[lane])
    else:
        yield Stroke(((left, at), (left + SWATCH, at)), 0.9, DASHES[lane])
        yield Dot(left + SWATCH / 2, at, MARKERS[lane])


def _label(text: str, room: float, middle: float, left: float, align: Literal["right", "center"]) -> Iterator[Drawn]:
    """Yield a label in as many lines as it needs, around its middle."""
    lines = broken(text, room)
    for at, line in enumerate(lines):
        yield Letters(line, left, middle + (at - (len(lines) - 1) / 2) * PITCH, SIZE, align)


def _number(number: float) -> str:
    return f"{number:.10g}"


def _picture(chart: Chart, width: float, height: float, drawn: Sequence[Drawn]) -> Picture:
    told = "；".join(
        f"{label}：" + "，".join(f"{series.name} {series.written[row]}" for series in _measured(chart))
        for row, label in enumerate(chart.labels)
    )
    alt = " ".join(f"{plain(chart.caption)}。{told}。".split())
    return Picture(width, round(height, 3), tuple(drawn), alt, chart.kind)
