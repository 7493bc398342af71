"""What a PDF print file of the same contracts costs by Typst: ``python -m benchmarks.typst [--records N]``.

The paper that our printers print is written down once as a Typst function, with every width, pitch and face that we
decided; records come from a JSON file, as Typst's manual has it, and are one file. Typst remembers what it has set, so
each round is a process of its own. It comes from PyPI (``pip install baoxue[bench]``) and is used here alone.
"""

from __future__ import annotations

import argparse
import gc
import json
import multiprocessing
import statistics
from collections.abc import Iterator, Sequence
from importlib.metadata import version
from io import BytesIO
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from generator import RARELY
from generator.bench.contracts import Contracts, print_file
from generator.bench.machine import Spent, about, busy, piece, spent
from generator.bench.race import PDF
from generator.forms.lowered import Cell, Font, Page, Paper, Para, Run, Table, whole
from generator.render.flow import sections
from generator.resources import fonts_dir

OURS = (2_000, 20_000)
FAMILIES: dict[Font, tuple[str, ...]] = {
    "fang": ("Liberation Serif", "FandolFang R"), "hei": ("FandolHei",), "kai": ("LXGW WenKai",),
    "song": ("FandolSong",), "pen": ("LXGW WenKai",),
}  # fmt: skip
HEAD = """
#let face(font, size, words) = text(font: font, size: size, weight: if font.last() == "FandolSong" {"bold"} else
  {"regular"}, words)
#let para(pitch, place, justify: false, first: 0pt, left: 0pt, right: 0pt, above: 0pt, below: 0pt, sticky: false,
  words) = block(width: 100%, above: above, below: below, sticky: sticky, inset: (left: left, right: right), {
    set text(top-edge: 0.75 * pitch, bottom-edge: -0.25 * pitch)
    set par(leading: 0pt, spacing: 0pt, linebreaks: "simple", justify: justify)
    set par(first-line-indent: (amount: first, all: true))
    align(place, par(words))
  })
#set text(lang: "zh", region: "cn", kerning: false, ligatures: false, hyphenate: false, cjk-latin-spacing: none)
#set table(stroke: none, inset: 0pt)
"""


# --- the paper in Typst -----------------------------------------------------------------------------------------------


def template(paper: Paper, slots: dict[int, int]) -> str:
    """Return the Typst file that prints ``records.json``: in place of a paper's runs that are ``slots``, of each record
    the value of that number."""
    (section,) = sections(paper)
    runs = iter(range(10_000))
    blocks = "\n".join(_block(step.block, runs, slots) for step in section.steps)
    return (
        f"{HEAD}{_page(paper.page)}\n#let contract(told) = {{\n{blocks}\n}}\n"
        '#for (at, told) in json("records.json").enumerate() {\n'
        "  if at > 0 { pagebreak() }\n  counter(page).update(1)\n  contract(told)\n}\n"
    )


def _page(page: Page) -> str:
    assert page.footer == "center", "the contract has a roman number in the middle of its foot"
    number = f"face({_names('fang')}, {page.footer_style.size}pt, counter(page).display())"
    margin = f"(top: {page.top}mm, right: {page.right}mm, bottom: {page.bottom}mm, left: {page.left}mm)"
    foot = f"context align(center, {number})"
    return f"#set page(width: {page.width}mm, height: {page.height}mm, margin: {margin}, footer: {foot})"


def _block(block: Any, runs: Iterator[int], slots: dict[int, int]) -> str:
    if isinstance(block, Table):
        return _table(block, runs, slots)
    assert isinstance(block, Para)
    return _para(block, runs, slots)


def _para(para: Para, runs: Iterator[int], slots: dict[int, int]) -> str:
    place = {"center": "center", "right": "right"}.get(para.align, "left")
    if not para.runs:
        return f"block(height: {para.line}pt, above: {para.before}pt, below: {para.after}pt, [])"
    words = " + ".join(_run(run, slots.get(next(runs))) for run in para.runs)
    looks = f"justify: {str(para.align == 'justify').lower()}, first: {para.first}mm, left: {para.left}mm"
    around = f"right: {para.right}mm, above: {para.before}pt, below: {para.after}pt"
    return f"para({para.line}pt, {place}, {looks}, {around}, sticky: {str(para.keep_next).lower()}, {words})"


def _run(run: Run, slot: int | None) -> str:
    words = json.dumps(run.text, ensure_ascii=False) if slot is None else f"told.at({slot})"
    return f"face({_names(run.style.font)}, {run.style.size}pt, {words})"


def _names(font: Font) -> str:
    return "(" + "".join(f'"{name}", ' for name in dict.fromkeys((*FAMILIES[font], "LXGW WenKai"))) + ")"


def _table(table: Table, runs: Iterator[int], slots: dict[int, int]) -> str:
    columns = ", ".join(f"{width}mm" for width in table.widths)
    rows = ", ".join(f"{row.height}mm" if row.height else "auto" for row in table.rows)
    cells = ",\n".join(_cell(cell, table, runs, slots) for row in table.rows for cell in row.cells)
    return f"block(above: 0pt, below: 0pt, table(columns: ({columns}), rows: ({rows}),\n{cells}))"


def _cell(cell: Cell, table: Table, runs: Iterator[int], slots: dict[int, int]) -> str:
    place = {"top": "top", "center": "horizon", "bottom": "bottom"}[cell.valign]
    lines = ", ".join(f"{side}: {table.border}pt" for side in sorted(cell.borders)) or ":"
    words = " + ".join(_para(para, runs, slots) for para in cell.paras)
    room = f"inset: (x: {table.padding}mm, y: 0pt)"
    span = f"colspan: {cell.span}, rowspan: {cell.rows}"
    return f"table.cell({span}, align: {place}, {room}, stroke: ({lines}), {words})"


# --- what it costs ----------------------------------------------------------------------------------------------------


def lay_down(papers: list[Paper], folder: Path) -> None:
    """Write what Typst needs to print papers that differ in their values alone."""
    first, *_ = papers
    at = [number for number, run in enumerate(first.runs()) if run.value]
    texts = [[run.text for run in paper.runs()] for paper in papers]
    if {len(text) for text in texts} != {len(texts[0])}:
        raise SystemExit("the contracts are not of one shape")
    (folder / "contracts.typ").write_text(template(first, {number: slot for slot, number in enumerate(at)}), "utf-8")
    records = [[text[number] for number in at] for text in texts]
    (folder / "records.json").write_text(json.dumps(records, ensure_ascii=False), "utf-8")


def compiled(folder: Path) -> tuple[Spent, int, int]:
    """Return what Typst took for a folder that was laid down, the number of pages and of bytes."""
    import typst

    made: list[bytes] = []

    def work() -> None:
        made.append(
            typst.compile(
                folder / "contracts.typ", root=folder, font_paths=[fonts_dir()], ignore_system_fonts=True,
                pdf_tags=False,
            )
        )  # fmt: skip

    took = spent(work)
    import pypdfium2

    (folder / "contracts.pdf").write_bytes(made[0])
    with pypdfium2.PdfDocument(BytesIO(made[0])) as document:
        return took, len(document), len(made[0])


def measured(records: int, rounds: int, ours: tuple[int, ...] = OURS) -> dict[str, Any]:
    """Return the figures: medians of rounds in which Typst and we take turns."""
    with TemporaryDirectory() as folder:
        contracts = Contracts.invented(max(records, *ours), Path(folder) / "records")
        papers = [whole(paper) for paper in Contracts(contracts.station, contracts.entries[:records]).papers()]
        lay_down(papers, Path(folder))
        contracts.anew(1).timed(print_file)
        theirs: list[Spent] = []
        own: dict[int, list[tuple[Spent, Spent]]] = {count: [] for count in ours}
        pieces = [piece()]
        pages = 0
        for _ in range(rounds):
            with multiprocessing.get_context("spawn").Pool(1) as alone:
                took, pages, _ = alone.apply(compiled, (Path(folder),))
            theirs.append(took)
            for count, ran in own.items():
                ran.append(contracts.anew(count).timed(print_file))
            pieces.append(piece())
    if pages != 2 * records:
        raise SystemExit(f"Typst made {pages} pages of {records} contracts of two")
    each = _median(theirs) / records
    return {
        "machine": about() | {"typst": version("typst")}, "busy": busy(pieces), "rounds": rounds, "records": records,
        "yardstick_seconds": _median(pieces),
        "milliseconds_a_record": 1000 * each,
        "processor_milliseconds_a_record": 1000 * statistics.median(one.processor for one in theirs) / records,
        "ours": [
            {
                "way": way, "records": count,
                "milliseconds_a_record": 1000 * (cost := _median(rounds_) / count),
                "times": each / cost,
            }
            for count, took in own.items()
            for way, rounds_ in zip(PDF, zip(*took, strict=True), strict=True)
        ],
    }  # fmt: skip


def _median(rounds: Sequence[Spent]) -> float:
    return statistics.median(one.seconds for one in rounds)


def main() -> None:
    """Print the figures."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--records", type=int, default=2_000)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--ours", type=int, nargs="+", default=list(OURS))
    asked = parser.parse_args()
    gc.set_threshold(*RARELY)  # as the command does
    print(json.dumps(measured(asked.records, asked.rounds, tuple(asked.ours)), indent=2))


if __name__ == "__main__":
    main()
