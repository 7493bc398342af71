"""baoxue due."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterable
from dataclasses import asdict
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

import click

from generator.cli.asking import (
    data_argument,
    data_option,
    dataset_to_read,
    ledger_of,
    project,
    sample_option,
    today_option,
    until_option,
    who_option,
)
from generator.cli.help import examples
from generator.cli.stopping import guarded
from generator.cli.telling import tell
from generator.errors import Exit

if TYPE_CHECKING:
    from generator.press.build import Order
    from generator.press.due import Line


@click.command(
    epilog=examples("due --sample", "due 数据.xlsx --who 示例小学 --until 2026-09-30", "due 数据.xlsx --format xlsx")
)
@data_argument
@sample_option
@data_option
@today_option
@who_option
@until_option
@click.option("--done", is_flag=True, help="连已经办了的也列出来。")
@click.option("--format", "fmt", type=click.Choice(["table", "json", "xlsx"]), default="table", help="输出形式。")
@click.option("--out", type=click.Path(path_type=Path), help="xlsx 写成哪个文件；不写是 待办_日期.xlsx。")
@guarded
def due(
    data: Path | None, sample: bool, configured: Path | None, today: date | None, who: tuple[str, ...],
    until: date | None, done: bool, fmt: str, out: Path | None,
) -> None:  # fmt: skip
    """列出待办：谁、为谁、在哪天以前、该办哪份文书；逾期的在前。"""
    from generator.press.build import Order, gather
    from generator.press.due import Asked, free_name, write_due

    if out and fmt != "xlsx":
        raise click.UsageError("--out 要和 --format xlsx 一起用。")
    path, default = dataset_to_read(data, sample, configured), date.today
    order = Order(path, Path(), project(), today=today, ledger=None if sample else ledger_of(path))
    known = gather(order, default, known_until=default())  # what came later was not known then, and is no error
    found, day = known.due(Asked(who, until, done)), known.context.today
    tell_day(order, day)
    if fmt == "json":
        told = [asdict(line) | {"by": str(line.by), "done_on": str(line.done_on or "")} for line in found.lines]
        click.echo(json.dumps(told, ensure_ascii=False, indent=1))
    elif fmt == "xlsx":
        target = out or free_name(day, Path())
        write_due(found.lines, day, target)
        click.echo(f"待办清单在 {target}。")
    else:
        _show_due(found.lines)
    tell("算不出", [str(problem) for problem in found.unknown], most=len(found.unknown))
    errors = [str(problem) for problem in known.problems if problem.level == "error"]
    tell("数据里的错误", errors, rest="见 baoxue check")
    late = sum(line.state == "overdue" for line in found.lines)
    click.echo(f"{day}：{sum(line.state == 'due' for line in found.lines)} 件待办，{late} 件逾期。", err=True)
    nothing = not known.context.dataset.schools
    if nothing:
        click.echo("数据里没有学校，没有可以算的待办。", err=True)
    sys.exit(Exit.DATA if nothing else Exit.PARTIAL if found.unknown else Exit.DONE)


def tell_day(order: Order, day: date) -> None:
    """Say so where the dataset's own day, and not today, is what was looked at."""
    clock = date.today
    if order.today is None and order.ledger and day != clock():
        click.echo(f"按数据里的制表日期 {day} 算，不是今天；要看今天的加 --today {clock()}。", err=True)


def _show_due(lines: Iterable[Line]) -> None:
    from generator.policy.duties.duty import STATES

    whose = None
    for line in lines:
        if line.who != whose:
            click.echo(f"【{line.who}】")
            whose = line.who
        by = f"{line.by}{' ' if line.time else ''}{line.time}前{f'（逾期{line.late}天）' if line.late else ''}"
        click.echo(f"  {STATES[line.state]} {by}　{line.paper} {line.title}　{line.about}：{line.what}")
