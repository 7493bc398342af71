"""Draws the pictures of papers: what was decided of them becomes an image, the same bytes on every machine.

matplotlib draws, and is imported when the first picture is: it takes a second, and few papers have one. Where it cannot
be, papers go without their pictures, whose figures stand in tables.
"""

from __future__ import annotations

import json
import os
import tempfile
import threading
import warnings
from functools import cache, lru_cache
from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING, Any

from generator.forms.lowered import Bar, Dot, Fill, Font, Letters, Marker, Picture, Stroke

if TYPE_CHECKING:
    from matplotlib.axes import Axes

FACE: Font = "pen"
"""The face of what is written in pictures: the one that has the most characters, so that it needs no help."""
ONE_AT_A_TIME = threading.Lock()
"""Settings of matplotlib are those of the process, and the local page shows papers in several threads."""
DPI = 300
MM_PER_INCH = 25.4
LEVELS = 16
"""Shades of grey from black to white: as many as edges need to look smooth, and a file a third as large as with all."""
FILLS: dict[Fill, dict[str, Any]] = {
    "white": {"facecolor": "white"},
    "dark": {"facecolor": "0.35"},
    "slanted": {"facecolor": "white", "hatch": "//////"},
    "dotted": {"facecolor": "white", "hatch": "....."},
}
MARKERS: dict[Marker, dict[str, Any]] = {
    "disc": {"marker": "o", "markerfacecolor": "black"},
    "square": {"marker": "s", "markerfacecolor": "white"},
    "triangle": {"marker": "^", "markerfacecolor": "0.6"},
    "ring": {"marker": "o", "markerfacecolor": "white"},
}
DASHES: dict[str, Any] = {"": "solid", "dashed": (0, (5, 2.5)), "dotted": (0, (1.5, 2))}


@cache
def available() -> bool:
    """Return whether pictures can be drawn here."""
    try:
        with ONE_AT_A_TIME:
            _matplotlib()
    except ImportError:
        return False
    return True


@lru_cache(maxsize=32)
def png(picture: Picture) -> bytes:
    """Return a picture as a PNG in shades of grey, ``DPI`` dots an inch, with nothing in it that tells when or by what
    it was drawn."""
    with ONE_AT_A_TIME:
        matplotlib = _matplotlib()
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from matplotlib.figure import Figure
    from PIL import Image

    with ONE_AT_A_TIME, warnings.catch_warnings(), matplotlib.rc_context():
        warnings.simplefilter("ignore")  # a character that is lacking was told of before
        matplotlib.rcdefaults()  # nothing that somebody set for drawings of their own
        matplotlib.rcParams["hatch.linewidth"] = 0.5
        figure = Figure(figsize=(picture.width / MM_PER_INCH, picture.height / MM_PER_INCH), dpi=DPI)
        canvas = FigureCanvasAgg(figure)
        axes = figure.add_axes((0, 0, 1, 1))
        axes.set_axis_off()
        axes.set_xlim(0, picture.width)
        axes.set_ylim(picture.height, 0)
        for order, part in enumerate(picture.drawn):
            _draw(axes, part, order)
        canvas.draw()  # type: ignore[no-untyped-call]
        shades = bytes(canvas.buffer_rgba())  # type: ignore[no-untyped-call]
        image = Image.frombytes("RGBA", canvas.get_width_height(), shades).convert("L")
    step = 255 / (LEVELS - 1)
    image = image.point([round(round(shade / step) * step) for shade in range(256)])
    buffer = BytesIO()
    image.save(buffer, "PNG", dpi=(DPI, DPI), compress_level=9)
    return buffer.getvalue()


def _draw(axes: Axes, part: Bar | Stroke | Dot | Letters, order: int) -> None:
    """Draw a part over those before it."""
    from matplotlib.lines import Line2D
    from matplotlib.patches import Rectangle

    match part:
        case Bar():
            corner = (part.left, part.top)
            axes.add_patch(
                Rectangle(
                    corner, part.width, part.height, edgecolor="black", linewidth=0.6, zorder=order, **FILLS[part.fill]
                )
            )
        case Stroke():
            across, down = zip(*part.points, strict=True)
            shade = "0.6" if part.grey else "black"
            axes.add_line(
                Line2D(
                    across, down, linewidth=part.weight, color=shade, linestyle=DASHES[part.dashes],
                    dash_capstyle="butt", zorder=order,
                )
            )  # fmt: skip
        case Dot():
            size = part.size * 72 / MM_PER_INCH
            look = MARKERS[part.marker]
            axes.add_line(
                Line2D(
                    [part.left], [part.top], markersize=size, markeredgecolor="black", markeredgewidth=0.7,
                    linestyle="none", zorder=order, **look,
                )
            )  # fmt: skip
        case Letters():
            backing = {"facecolor": "white", "edgecolor": "none", "pad": 0.6} if part.backed else None
            axes.text(
                part.left, part.top, part.text, fontproperties=_face(), size=part.size, color="black", bbox=backing,
                horizontalalignment=part.align, verticalalignment="center_baseline", parse_math=False, zorder=order,
            )  # fmt: skip


@cache
def _face() -> Any:
    from matplotlib.font_manager import FontProperties

    from generator.render.fonts import FACES, files

    return FontProperties(fname=str(files()[FACES[FACE]]))


@cache
def _matplotlib() -> Any:
    """Return matplotlib, which knows no font of this machine and leaves nothing on it.

    When it is imported it looks for every font there is, which can take half a minute, and keeps what it found in the
    user's folder; it is given a folder in which it finds that done, with nothing found.
    """
    before = os.environ.get("MPLCONFIGDIR")
    with tempfile.TemporaryDirectory() as folder:
        found: dict[str, Any] = {"_version": KNOWN, "ttflist": [], "afmlist": [], "__class__": "FontManager"}
        found |= {"default_size": None, "_FontManager__default_weight": "normal"}
        found |= {"defaultFamily": {"ttf": "DejaVu Sans", "afm": "Helvetica"}}
        (Path(folder) / f"fontlist-v{KNOWN}.json").write_text(json.dumps(found), "ascii")
        os.environ["MPLCONFIGDIR"] = folder
        try:
            import matplotlib
            import matplotlib.font_manager  # reads the folder
        finally:
            if before is None:
                del os.environ["MPLCONFIGDIR"]
            else:
                os.environ["MPLCONFIGDIR"] = before
    return matplotlib


KNOWN = "3.11.0"
"""The form in which matplotlib keeps the fonts that it found; a test tells when another version has another."""
