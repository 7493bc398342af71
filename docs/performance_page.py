"""Puts the figures of benchmarks/figures.json into ``docs/performance.md``, and draws its plot:
``python -m docs.performance_page``.

What stands between two marks of the page is made here, all else is written by hand.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

from benchmarks.figures import figures
from benchmarks.staged import STAGES

HERE = Path(__file__).parent
PAGE, PLOT = HERE / "performance.md", HERE / "images" / "performance.png"
WAYS = {
    "docxtpl": "docxtpl, one .docx each",
    "word": "Baoxue, one .docx each",
    "word-printing": "— of which printing",
    "weasyprint-single": "WeasyPrint, one file each",
    "weasyprint-merged": "WeasyPrint, merged",
    "pdf": "Baoxue, one print file",
    "pdf-printing": "— of which printing",
}
PROGRAMS = {
    "python": "Python",
    "weasyprint": "WeasyPrint",
    "docxtpl": "docxtpl",
    "pango": "Pango",
    "typst": "Typst",
}
MARKED = re.compile(r"(<!-- figures: (\w+) -->)\n.*?<!-- end -->", re.DOTALL)
BUSY = "**The machine was busy with other work: times are too long, ratios uncertain.**"
LARGEST, LARGE = 20_000, 2_000
WHOLE_COUNTY = 50_000


def page(text: str, known: dict[str, Any]) -> str:
    """Return the page with its figures renewed."""
    return MARKED.sub(lambda found: f"{found[1]}\n{_between(found[2], known)}\n<!-- end -->", text)


def _between(name: str, known: dict[str, Any]) -> str:
    """Return what stands between the marks of a part: where and when it was measured, and its figures."""
    if name == "goals":
        return "\n".join(_goals(known))
    if name not in known:
        return f"Not measured yet: `python -m benchmarks.figures {name}`."
    part = known[name]
    machine = part["machine"]
    versions = ", ".join(f"{called} {machine[key]}" for key, called in PROGRAMS.items() if key in machine)
    head = (
        f"{part['taken']}, {machine['cores']} cores ({machine['processor']}), {versions}; "
        f"yardstick {part['yardstick_seconds']:.3f} s."
    )
    return "\n".join([head, *([BUSY] if part["busy"] else []), "", *PARTS[name](part)])


# --- the goals --------------------------------------------------------------------------------------------------------


def _goals(known: dict[str, Any]) -> Iterator[str]:
    merged = "weasyprint-merged"
    yield from _table(
        ("what", "measured", "must be", "aim"),
        [
            ("Word against docxtpl", _ratio(known, "word", "docxtpl", None), "≥ 60×", "250×"),
            ("PDF of 20,000 against WeasyPrint merged", _ratio(known, "pdf", merged, LARGEST), "≥ 300×", "500×"),
            ("PDF of 2,000 against WeasyPrint merged", _ratio(known, "pdf", merged, LARGE), "≥ 150×", "250×"),
            ("PDF of 20,000 against Typst at 2,000", _typst_ratio(known, LARGEST), "≥ 60×", "150×"),
            ("PDF of 2,000 against Typst at 2,000", _typst_ratio(known, LARGE), "≥ 30×", "60×"),
            ("one more record of a PDF print file", _of(known, "bench", _marginal), "≤ 0.15 ms", "0.08 ms"),
            ("records that need a full layout, of 20,000", _of(known, "bench", _in_full), "≤ 1 %", "0.2 %"),
            ("50,000 contracts as PDF, the whole command", _of(known, "scale", _county_seconds), "≤ 45 s", "20 s"),
            ("memory of that command", _of(known, "scale", _county_memory), "≤ 1 GB", "400 MB"),
            ("the whole sample, all papers and formats", _of(known, "sample", _seconds), "≤ 90 s", "45 s"),
            ("one contract in Word, from the command", _of(known, "one", _seconds), "≤ 1.2 s", "0.6 s"),
        ],
    )
    if any(part["busy"] for part in known.values()):
        yield ""
        yield "≈ **Taken on a busy machine, so not yet to be held against the goal.**"


def _of(known: dict[str, Any], name: str, told: Callable[[dict[str, Any]], str | None]) -> str:
    """Return a figure of a part, marked where the machine was busy; a dash where it is not known."""
    found = told(known[name]) if name in known else None
    if found is None:
        return "—"
    return f"≈ {found}" if known[name]["busy"] else found


def _ratio(known: dict[str, Any], way: str, against: str, records: int | None) -> str:
    def told(part: dict[str, Any]) -> str | None:
        times = {
            one["way"]: f"{one['times']:.0f}×"
            for one in part["ratios"]
            if one["against"] == against and records in (None, one["records"])
        }
        return f"{times[way]} ({times[f'{way}-printing']} printing alone)" if way in times else None

    return _of(known, "bench", told)


def _typst_ratio(known: dict[str, Any], records: int) -> str:
    def told(part: dict[str, Any]) -> str | None:
        times = {one["way"]: f"{one['times']:.0f}×" for one in part["ours"] if one["records"] == records}
        return f"{times['pdf']} ({times['pdf-printing']} printing alone)" if times else None

    return _of(known, "typst", told)


def _marginal(part: dict[str, Any]) -> str | None:
    return None if part["marginal_milliseconds_pdf"] is None else f"{part['marginal_milliseconds_pdf']:.2f} ms"


def _in_full(part: dict[str, Any]) -> str | None:
    most = max((one["records"] for one in part["measured"] if one["way"] == "pdf"), default=0)
    return f"{part['laid_out_in_full'] / most:.2%}".replace("%", " %") if most == LARGEST else None


def _county(part: dict[str, Any]) -> dict[str, Any] | None:
    return next((one for one in part["runs"] if (one["records"], one["format"]) == (WHOLE_COUNTY, "pdf")), None)


def _county_seconds(part: dict[str, Any]) -> str | None:
    one = _county(part)
    return f"{one['seconds']:.1f} s, {one['files']} files" if one else None


def _county_memory(part: dict[str, Any]) -> str | None:
    one = _county(part)
    return f"{one['megabytes']:.0f} MB" if one else None


def _seconds(part: dict[str, Any]) -> str:
    return f"{part['seconds']:.{2 if part['seconds'] < 10 else 0}f} s"


# --- the parts --------------------------------------------------------------------------------------------------------


def _ratios(part: dict[str, Any]) -> Iterator[str]:
    yield from _table(
        ("way", "records", "ms a record", "records a second", "processor ms a record"),
        [
            (
                WAYS[one["way"]], f"{one['records']:,}", f"{one['milliseconds_a_record']:.3f}",
                f"{one['records_a_second']:,.1f}", f"{1000 * one['processor'] / one['records']:.3f}",
            )
            for one in part["measured"]
        ],
    )  # fmt: skip
    yield ""
    yield from _table(
        ("ours", "records", "against", "times as fast", "by processor time"),
        [
            (WAYS[one["way"]], f"{one['records']:,}", WAYS[one["against"]], f"{one['times']:.0f}",
             f"{one['by_processor']:.0f}")
            for one in part["ratios"]
        ],
    )  # fmt: skip


def _typst(part: dict[str, Any]) -> Iterator[str]:
    theirs = f"{part['milliseconds_a_record']:.2f}"
    yield from _table(
        ("way", "records", "ms a record", "times as fast"),
        [
            ("Typst, one file", f"{part['records']:,}", theirs, ""),
            *(
                (WAYS[one["way"]], f"{one['records']:,}", f"{one['milliseconds_a_record']:.3f}", f"{one['times']:.0f}")
                for one in part["ours"]
            ),
        ],
    )


def _scale(part: dict[str, Any]) -> Iterator[str]:
    yield from _table(
        ("records", "format", "files", "seconds", "MB", *STAGES, "start-up and the rest"),
        [
            (
                f"{one['records']:,}", one["format"], one["files"], f"{one['seconds']:.2f}", f"{one['megabytes']:.0f}",
                *(f"{one['stages'].get(stage, 0.0):.2f}" for stage in STAGES),
                f"{one['seconds'] - sum(one['stages'].values()):.2f}",
            )
            for one in sorted(part["runs"], key=lambda one: (one["format"] != "pdf", one["records"]))
        ],
    )  # fmt: skip


def _sample(part: dict[str, Any]) -> Iterator[str]:
    yield (
        f"The whole sample, all papers in all formats, with {part['workers']} workers: {part['files']:,} files in "
        f"{_seconds(part)}; at most {part['megabytes']:.0f} MB."
    )


def _one(part: dict[str, Any]) -> Iterator[str]:
    yield (
        "One child's contract in Word out of the sample of 600, from the command to the file, the median of seven: "
        f"{_seconds(part)}."
    )


def _table(head: Sequence[str], rows: Sequence[Sequence[object]]) -> Iterator[str]:
    yield f"| {' | '.join(head)} |"
    yield "|" + "---|" * len(head)
    yield from (f"| {' | '.join(map(str, row))} |" for row in rows)


# --- the plot ---------------------------------------------------------------------------------------------------------


def plot(runs: Sequence[dict[str, Any]]) -> None:
    """Draw time and memory against records, so that it can be read in black and white."""
    from generator.render import drawing
    from generator.render.fonts import LATIN, files

    drawing.available()  # loads matplotlib without the fonts of this machine
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from matplotlib.figure import Figure
    from matplotlib.font_manager import FontProperties
    from matplotlib.ticker import LogLocator

    face = FontProperties(fname=str(files()[LATIN]), size=10)
    figure = Figure(figsize=(9, 3.8), dpi=110)
    for at, (key, title) in enumerate((("seconds", "seconds"), ("megabytes", "most memory, MB"))):
        axes = figure.add_subplot(1, 2, at + 1)
        for fmt, marker, dashes in (("pdf", "o", "-"), ("docx", "s", "--")):
            points = sorted((one["records"], one[key]) for one in runs if one["format"] == fmt)
            across, up = zip(*points, strict=True)
            axes.plot(
                across, up, dashes, color="black", marker=marker, markersize=4.5,
                markerfacecolor="black" if fmt == "pdf" else "white", linewidth=1, label=fmt,
            )  # fmt: skip
        axes.set_xscale("log")
        if key == "seconds":
            axes.set_yscale("log")
            axes.yaxis.set_major_locator(LogLocator(subs=(1, 2, 5)))
        else:
            axes.set_ylim(bottom=0)
        axes.set_xlabel("records", fontproperties=face)
        axes.set_title(title, fontproperties=face)
        axes.grid(color="0.85", linewidth=0.5)
        axes.xaxis.set_major_formatter(lambda number, _: f"{number:,.0f}")
        axes.yaxis.set_major_formatter(lambda number, _: f"{number:,g}")
        axes.minorticks_off()
        for label in (*axes.get_xticklabels(), *axes.get_yticklabels()):
            label.set_fontproperties(face)
        axes.legend(prop=face, frameon=False)
    figure.tight_layout()
    FigureCanvasAgg(figure).print_png(PLOT, metadata={"Software": None})  # type: ignore[no-untyped-call]


PARTS: dict[str, Callable[[dict[str, Any]], Iterator[str]]] = {
    "bench": _ratios,
    "typst": _typst,
    "scale": _scale,
    "sample": _sample,
    "one": _one,
}


def main() -> None:
    """Renew the page, and the plot where there is something to draw."""
    known = figures()
    PAGE.write_text(page(PAGE.read_text("utf-8"), known), encoding="utf-8", newline="\n")
    if "scale" in known:
        plot(known["scale"]["runs"])


if __name__ == "__main__":
    main()
