"""baoxue printed."""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Iterable
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from generator.cli.asking import (
    as_list,
    clock,
    data_option,
    dataset_to_read,
    ledger_of,
    project,
    today_option,
)
from generator.cli.help import examples
from generator.cli.stopping import guarded
from generator.cli.telling import tell
from generator.errors import BaoxueError, Exit

if TYPE_CHECKING:
    from generator.press.build import Order
    from generator.press.changed import PrintFile, Review
    from generator.press.printplan import PrintPlan
    from generator.records.printings import Paper

NOTHING = (
    "还没有确认印过任何打印文件。印好以后运行 baoxue printed 打印文件，以后只补印有变的（baoxue build --changed）。"
)


@click.command(epilog=examples("printed 三年级（1）班", "printed --all", "printed --plan"))
@click.argument("files", metavar="[打印文件]...", nargs=-1)
@data_option
@click.option(
    "--out", type=click.Path(path_type=Path), default=Path("output"), show_default=True, metavar="文件夹",
    help="在哪个文件夹里。",
)  # fmt: skip
@click.option("--all", "everything", is_flag=True, help="文件夹里做好的都印好了。")
@click.option("--edited", is_flag=True, help="人工改过的文件也确认。")
@click.option("--undo", is_flag=True, help="撤销对这些打印文件的确认。")
@click.option("--plan", "planned", is_flag=True, help="只看打印计划：每个打印文件几张纸，各校和一共用多少纸。")
@click.option("--form", multiple=True, callback=as_list, help="只看这些文书。")
@click.option("--school", multiple=True, callback=as_list, help="只看这些学校。")
@click.option("--format", "fmt", type=click.Choice(["text", "json"]), default="text", help="输出形式。")
@click.option("--jobs", type=click.IntRange(min=1), help="几个进程同时对照；不给按处理器核数。")
@today_option
@guarded
def printed(
    files: tuple[str, ...], configured: Path | None, out: Path, everything: bool, edited: bool, undo: bool,
    planned: bool, form: tuple[str, ...], school: tuple[str, ...], fmt: str, jobs: int | None, today: date | None,
) -> None:  # fmt: skip
    """确认打印文件印好了；不写文件名，就列出哪些印过、哪些没印、哪些印后有变。

    以后补印有变的：baoxue build --changed。
    """
    from generator.forms.plan import Selection
    from generator.press.build import Order

    if (files and everything) or (undo and (everything or edited or not files)):
        raise click.UsageError("写明打印文件，或用 --all；撤销的写明打印文件。")
    if planned:
        _show_plan(out, form, school)
        return
    if undo:
        _take_back(out, files, ledger_of(configured), today or clock())
        return
    if files or everything:
        workers = jobs or os.cpu_count() or 1
        order = Order(configured or Path(), out, project(), today=today, workers=workers, ledger=ledger_of(configured))
        sys.exit(_confirm(order, files, today or clock(), everything=everything, edited=edited))
    path = dataset_to_read(None, False, configured)
    selection = Selection(form, school)
    order = Order(path, out, project(), selection, today, jobs or os.cpu_count() or 1, ledger=ledger_of(path))
    _show_standing(order, fmt)


def _confirm(order: Order, files: tuple[str, ...], on: date, *, everything: bool, edited: bool) -> Exit:
    from generator.press.printed import confirm

    assert order.ledger
    done = confirm(order.out, files, order.ledger, on, everything=everything, edited=edited)
    for printing in done.printed:
        click.echo(f"{printing.file}：已确认印好。")
    for name in done.already:
        click.echo(f"{name}：以前确认过，内容一样，没有再记。")
    tell("人工改过，改的部分这里不知道", list(done.edited), most=len(done.edited))
    tell("没有确认", [f"{name}：{why}" for name, why in done.refused], most=len(done.refused))
    if done.printed:
        _tell_since(order, [printing.file for printing in done.printed])
    click.echo(f"确认了 {len(done.printed)} 个打印文件；确认错了加 --undo 撤销。", err=True)
    return Exit.PARTIAL if done.refused else Exit.DONE


def _tell_since(order: Order, files: list[str]) -> None:
    """Tell of papers that the data say otherwise by now than what was confirmed."""
    from generator.press.build import gather
    from generator.press.changed import State

    if not order.data.is_file() and not order.data.is_dir():
        click.echo("没有和数据对照；有变的看 baoxue printed。", err=True)
        return
    try:
        found = gather(order, date.today).review(order, files=frozenset(files))
    except BaoxueError as error:
        click.echo(f"没有和数据对照：{error}", err=True)
        return
    changed = [f"{job.title} {paper.entry.label}：{paper.why}有变" for job, paper in found.of(State.CHANGED)]
    tell("印好的这些里，数据在做好以后变了，要补印运行 baoxue build --changed", changed, rest="见 baoxue printed")
    tell("印好的这些里，有的已经不再需要", [_gone(paper) for paper in found.gone], rest="见 baoxue printed")


def _take_back(out: Path, files: tuple[str, ...], ledger: Path, on: date) -> None:
    from generator.press.printed import take_back

    for printing in take_back(out, files, ledger, on):
        click.echo(f"{printing.file}：撤销了 {printing.confirmed_on} 的确认。")


def _show_standing(order: Order, fmt: str) -> None:
    from generator.press.build import gather
    from generator.press.changed import State

    known = gather(order, date.today)
    found = known.review(order)
    if fmt == "json":
        click.echo(json.dumps(_as_data(found), ensure_ascii=False, indent=1))
        return
    if not found.forms:
        click.echo(NOTHING, err=True)
        return
    for file in found.files:
        for line in _lines(file):
            click.echo(line)
    if found.gone:
        click.echo("不再需要（印过，现在的数据里不做了）：")
        for paper in found.gone:
            click.echo(f"  {_gone(paper)}")
    for paper, why in found.held:
        click.echo(f"{State.HELD.value}：{paper.printing.title} {paper.label}：{why}")
    others = len(known.catalogue.definitions) - len(found.forms)
    if others and not order.selection.forms:
        click.echo(f"另有 {others} 种文书一份也没有确认过，没有列出。", err=True)
    click.echo(f"{count(found)}补印有变的、新增的：baoxue build --changed。", err=True)


def count(found: Review) -> str:
    """Return in a sentence how many papers stand in which way."""
    from generator.press.changed import State

    counted = {state: sum(1 for _ in found.of(state)) for state in State}
    waiting = sum(len(file.job.entries) for file in found.files if not file.begun)
    parts = [
        f"{counted[State.PRINTED]:,} 份已印", f"{counted[State.CHANGED]:,} 份有变", f"{counted[State.NEW]:,} 份新增",
        *([f"{counted[State.HELD] + len(found.held):,} 份现在做不出来"] if counted[State.HELD] or found.held else []),
        f"{len(found.gone):,} 份不再需要",
        *([f"{waiting:,} 份还没有开始印"] if waiting else []),
    ]  # fmt: skip
    return f"{'，'.join(parts)}。"


def tell_changes(found: Review) -> None:
    """Print what has changed since it was printed, what is new and what is no longer wanted, paper by paper."""
    from generator.press.changed import State

    tell("有变", [f"{job.title} {paper.entry.label}：{paper.why}" for job, paper in found.of(State.CHANGED)])
    tell("新增", [f"{job.title} {paper.entry.label}" for job, paper in found.of(State.NEW)])
    tell("不再需要（印好的请核对，作废或存档）", [_gone(paper) for paper in found.gone])
    click.echo(count(found), err=True)


def _gone(paper: Paper) -> str:
    was = paper.printing
    return f"{was.place} {was.title} {paper.label}（{was.confirmed_on} 确认，{was.file}）"


def _lines(file: PrintFile) -> Iterable[str]:
    from generator.press.changed import State

    name = file.job.targets[0][1].rpartition(".")[0]
    if not file.begun and not file.papers:
        yield f"没印\t{name}\t{len(file.job.entries)} 份"
        return
    states = [state for state in State if file.of(state)]
    told = "，".join(f"{len(file.of(state))} 份{state.value}" for state in states)
    last = max((paper.before.printing.confirmed_on for paper in file.papers if paper.before), default=None)
    yield f"{'已印' if states == [State.PRINTED] else '要看'}\t{name}\t{told}" + (f"\t{last}" if last else "")
    for state in (State.CHANGED, State.NEW, State.HELD):
        papers = file.of(state)
        if len(papers) < len(file.papers) or state is not State.NEW:
            for paper in papers:
                yield f"  {state.value}\t{paper.entry.label}" + (f"\t{paper.why}" if paper.why else "")


def _as_data(found: Review) -> dict[str, Any]:
    def was(paper: Paper | None) -> dict[str, Any]:
        return {"file": paper.printing.file, "on": str(paper.printing.confirmed_on)} if paper else {}

    return {
        "files": [
            {
                "file": file.job.targets[0][1].rpartition(".")[0], "form": file.job.form, "place": file.job.place,
                "begun": file.begun, "papers": [
                    {"label": paper.entry.label, "state": paper.state.name.lower(), "why": paper.why}
                    | {"printed": was(paper.before)}
                    for paper in file.papers
                ],
            }
            for file in found.files
        ],
        "gone": [{"form": one.printing.form, "label": one.label, "printed": was(one)} for one in found.gone],
        "held": [{"form": one.printing.form, "label": one.label, "why": why} for one, why in found.held],
    }  # fmt: skip


def _show_plan(out: Path, forms: tuple[str, ...], schools: tuple[str, ...]) -> None:
    from generator.press.folder import FolderError
    from generator.press.printplan import in_folder

    found = in_folder(out)
    lines = tuple(
        line for line in found.lines
        if (not schools or line.place in schools) and (not forms or line.form in forms)
    )  # fmt: skip
    if not lines:
        raise FolderError(f"{out} 里没有做好的打印文件；先运行 baoxue build，或用 --out 写明文件夹")
    for line in lines:
        click.echo(str(line))
    tell_paper(replace(found, lines=lines))


def tell_paper(found: PrintPlan) -> None:
    """Print how much paper each school needs, where there are several, and all together."""
    places = dict.fromkeys(line.place for line in found.lines)
    for total in found.totals:
        if total.place and len(places) > 1:
            click.echo(f"{total.place}：{total}", err=True)
    for total in found.totals:
        if not total.over_all:
            continue
        click.echo(f"一共用纸：{total}。", err=True)
