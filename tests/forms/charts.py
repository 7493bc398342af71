"""Charts for the tests of what becomes of them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal

from generator.forms.resolve import Chart, Column, Listing, Piece, Series

LONG = "青禾县云溪镇人民政府举办的喆堃玥𬭎希望九年一贯制寄宿制民族团结进步示范学校东校区分校部"
Number = int | float | None


def series(name: str, numbers: Sequence[Number], written: Sequence[str] = ()) -> Series:
    said = written or ["无" if number is None else f"{number:g}" for number in numbers]
    return Series(name, tuple(numbers), tuple(said))


def chart(
    labels: Sequence[str],
    *shown: Series,
    kind: Literal["bars", "columns", "lines", "dots"] = "bars",
    targets: Sequence[Number] = (),
    unit: str = "人",
    height: float = 0.0,
) -> Chart:
    """Return a chart of series, with its table."""
    aims = series("目标", targets) if targets else None
    heads = ["学校", *(one.name for one in shown), *(["目标"] if aims else [])]
    columns = tuple(Column((Piece(head),), 6, "center") for head in heads)
    told = [labels, *(one.written for one in shown), *([aims.written] if aims else [])]
    rows = tuple(tuple((Piece(cell, value=True),) for cell in row) for row in zip(*told, strict=True))
    caption = (Piece("各校情况"),)
    return Chart(kind, caption, tuple(labels), tuple(shown), aims, unit, height, Listing(columns, rows))
