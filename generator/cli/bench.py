"""baoxue bench."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import click

from generator.cli.help import examples, wide
from generator.cli.stopping import guarded

if TYPE_CHECKING:
    from generator.bench.race import Figures

WAYS = {
    "docxtpl": "docxtpl，一份一个 Word 文件",
    "word": "保学，一份一个 Word 文件",
    "word-printing": "　其中印制",
    "weasyprint-single": "WeasyPrint，一份一个 PDF 文件",
    "weasyprint-merged": "WeasyPrint，合成一个 PDF 文件",
    "pdf": "保学，合成一个 PDF 文件",
    "pdf-printing": "　其中印制",
}
PROGRAMS = {
    "baoxue": "保学",
    "python": "Python",
    "docxtpl": "docxtpl",
    "weasyprint": "WeasyPrint",
    "pango": "Pango",
}


@click.command(epilog=examples("bench", "bench --quick", "bench --records 2000 --format json"))
@click.option(
    "--records", multiple=True, type=click.IntRange(1, 100_000), metavar="份数",
    help="PDF 打印文件做多少份，可多个；不写就是 100、2000、20000。",
)  # fmt: skip
@click.option(
    "--format", "format_", type=click.Choice(["text", "json"]), default="text", show_default=True, help="怎样列出。"
)
@click.option("--quick", is_flag=True, help="少做些，半分钟出数；没有全做的准。")
@guarded
def bench(records: tuple[int, ...], format_: str, quick: bool) -> None:
    """量一量这台电脑做文书有多快，和同类程序比差几倍。

    用编出来的学生做两页的家长责任书，不读、不写您的数据。要一两分钟，这时别用电脑做别的事。
    """
    from generator.bench.race import QUICK, Plan, race

    plan = QUICK if quick else Plan()
    if records:
        plan = replace(plan, records=tuple(sorted(set(records))))
    click.echo("正在编学生、读模板……", err=True)
    figures = race(plan, lambda round_, way, count: click.echo(f"第 {round_} 遍：{WAYS[way]}，{count} 份", err=True))
    if format_ == "json":
        click.echo(json.dumps(figures.as_dict(), ensure_ascii=False, indent=2))
        return
    for line in _told(figures):
        click.echo(line)


def _told(figures: Figures) -> Iterator[str]:
    machine = figures.machine
    yield "、".join(f"{called} {machine[name]}" for name, called in PROGRAMS.items() if name in machine)
    yield f"{machine['system']}，{machine['cores']} 核，{machine['processor']}"
    yield f"固定的一件活用 {figures.yardstick:.3f} 秒；和另一台电脑比，先比这个数"
    if figures.busy:
        yield "机器上还有别的事在做，下面的数偏慢、不稳：关掉别的程序再量一次"
    if figures.unavailable:
        yield f"PDF 没有量：{figures.unavailable}"
    yield ""
    yield f"家长责任书，两页，一名学生一份；每种做 {figures.rounds} 遍，取中间的数"
    yield from _table(
        ("做法", "份数", "每份（毫秒）", "每秒（份）"),
        [(WAYS[one.name], one.records, f"{1000 * one.each:.3f}", _round(1 / one.each)) for one in figures.measured],
    )
    yield ""
    yield "快多少倍"
    yield from _table(
        ("做法", "份数", "比谁快", "倍数"),
        [
            (WAYS[one.way], one.records, WAYS[one.against], _round(one.times))
            for one in figures.ratios()
            if one.way in ("word", "pdf")
        ],
    )
    if figures.unavailable:
        return
    yield ""
    if figures.marginal is not None:
        yield f"PDF 打印文件里每多一份：{1000 * figures.marginal:.3f} 毫秒"
    largest = max(one.records for one in figures.measured if one.name == "pdf")
    yield f"{largest} 份里要逐份排版的：{figures.in_full} 份"


def _round(number: float) -> str:
    return f"{number:.1f}" if number < 10 else f"{number:.0f}"


def _table(head: Sequence[str], rows: Sequence[Sequence[Any]]) -> Iterator[str]:
    """Yield the lines of a table: ways flush left, numbers right."""
    cells = [list(head), *(list(map(str, row)) for row in rows)]
    widths = [max(wide(row[at]) for row in cells) for at in range(len(head))]
    words = [cell in WAYS.values() for cell in rows[0]]
    for row in cells:
        parts = (
            cell + " " * (width - wide(cell)) if word else " " * (width - wide(cell)) + cell
            for cell, width, word in zip(row, widths, words, strict=True)
        )
        yield "  ".join(parts).rstrip()
