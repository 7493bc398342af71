"""baoxue check."""

from __future__ import annotations

import json
import sys
from dataclasses import asdict
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from generator.cli.asking import data_argument, data_option, dataset_to_read, ledger_of, project, sample_option
from generator.cli.help import examples
from generator.cli.stopping import guarded
from generator.errors import Exit, Problem

if TYPE_CHECKING:
    from generator.dataset.units import Unit


@click.command(
    epilog=examples("check 数据.xlsx", "check 数据.xlsx --annotate 数据-批注.xlsx", "check 各校数据 --lists 问题单")
)
@data_argument
@sample_option
@data_option
@click.option("--format", "fmt", type=click.Choice(["text", "json"]), default="text", help="输出形式。")
@click.option(
    "--lists", type=click.Path(path_type=Path), metavar="文件夹", help="每个单位写一份问题单（.xlsx），放进这个文件夹。"
)
@click.option(
    "--annotate",
    "copy",
    type=click.Path(path_type=Path),
    help="把问题标在数据的副本里（变色、批注、清单），写成这个 .xlsx；数据是文件夹的，写进这个文件夹。",
)
@guarded
def check(
    data: Path | None, sample: bool, configured: Path | None, fmt: str, lists: Path | None, copy: Path | None
) -> None:
    """检查数据：一次列出全部问题，每条说明在哪里、是什么、怎么办；文件夹按单位列出。"""
    from generator.dataset import annotate, examine
    from generator.dataset.coverage import drawable
    from generator.dataset.units import by_unit
    from generator.errors import DataError
    from generator.policy.choice import known_policy, wrong_policy
    from generator.policy.rounds import misscored
    from generator.policy.turns import out_of_turn
    from generator.press.build import overlay_of
    from generator.press.filed import known_titles, named
    from generator.press.lists import write_lists
    from generator.press.vanished import traces, vanished
    from generator.resources import fonts_dir

    path, default = data or configured or Path(), date.today
    titles: dict[str, str] = {}
    try:
        path = dataset_to_read(data, sample, configured)
        laid = overlay_of(None if sample else ledger_of(path))
        dataset, problems = examine(path, drawable(fonts_dir()), lambda settings: settings.today or default(), laid)
        problems += wrong_policy(dataset, project())
        if policy := known_policy(dataset, project()):
            problems += [*out_of_turn(dataset, policy), *misscored(dataset, policy)]
        problems += [] if sample else vanished(traces(ledger_of(path)))
        problems = named(problems, dataset.filings, lambda: known_titles(dataset, project()))
        titles = dataset.units
        counts = f"{len(dataset.schools)} 所学校、{len(dataset.classes)} 个班、{len(dataset.students)} 名学生"
        if dataset.students and not dataset.schools:
            counts = f"名册上 {len(dataset.students)} 名学生（要对照其他表的没有查）"
    except DataError as error:
        problems, counts = list(error.problems), "数据不能用，先改好这些，其余的还没有查"
    errors = [problem for problem in problems if problem.level == "error"]
    units = by_unit(titles, problems)
    if fmt == "json":
        click.echo(json.dumps([_as_json(problem, titles) for problem in problems], ensure_ascii=False, indent=1))
    elif len(set(titles.values())) > 1:
        _show_units(units)
    else:
        for problem in sorted(problems, key=lambda problem: problem.level):
            click.echo(str(problem))
    if fmt == "text":
        click.echo(f"{counts}：{len(errors)} 个错误，{len(problems) - len(errors)} 个提醒。", err=True)
    if lists:
        click.echo(f"{len(write_lists(units, lists))} 份问题单在 {lists}。", err=True)
    for sentence in annotate.write(path, problems, copy) if copy and path.exists() else ():
        click.echo(sentence, err=True)
    sys.exit(Exit.DATA if errors else Exit.DONE)


def _show_units(units: list[Unit]) -> None:
    for unit in units:
        click.echo(f"【{unit.title}】{unit.told}")
        for problem in unit.problems:
            click.echo(str(problem))


def _as_json(problem: Problem, titles: dict[str, str]) -> dict[str, Any]:
    unit = titles.get(problem.place.file, problem.place.file)
    told = {"level": problem.level, "unit": unit, **asdict(problem.place), "what": problem.what, "todo": problem.todo}
    return told | {"also": [asdict(place) for place in problem.also]}
