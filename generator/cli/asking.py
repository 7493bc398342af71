"""Arguments and options that several commands share, and what they mean: which dataset, which ledger, which day."""

from __future__ import annotations

from datetime import UTC, date, datetime
from pathlib import Path

import click

from generator.resources import PROJECT_FILE

PROJECT_FOLDERS = ("templates", "policies")


data_argument = click.argument("data", metavar="[数据]", required=False, type=click.Path(path_type=Path))
sample_option = click.option("--sample", is_flag=True, help="用自带的样例数据。")
data_option = click.option(
    "--data", "configured", hidden=True, envvar="BAOXUE_DATA", type=click.Path(path_type=Path)
)  # what the project file and the environment say


def project() -> Path | None:
    """Return the project that this is run in, if it is one."""
    here = Path.cwd()
    return here if (here / PROJECT_FILE).is_file() or any((here / name).is_dir() for name in PROJECT_FOLDERS) else None


def dataset_to_read(data: Path | None, sample: bool, configured: Path | None) -> Path:
    """Return the dataset to use: the bundled sample, the one named, or the one of the project file."""
    from generator.press.build import no_data
    from generator.resources import data_dir

    if sample and data:
        raise click.UsageError("--sample 和数据文件只能给一个。")
    chosen = data_dir() / "sample.xlsx" if sample else data or configured
    if chosen is None:
        raise click.UsageError(
            "请给出数据文件（.xlsx 或 .yaml），或用 --sample 试用样例；"
            f"也可以在 {PROJECT_FILE} 里写 data: 文件名，在那个文件夹里运行。"
        )
    if not chosen.exists():
        raise no_data(chosen)
    return chosen


def dataset_to_change(configured: Path | None) -> Path:
    """Return the dataset to change: the one named, or that of the project file."""
    from generator.press.build import no_data

    if configured is None:
        raise click.UsageError(
            f"先进到项目文件夹（有 {PROJECT_FILE} 的那个，打 cd 文件夹），或用 --data 写明数据文件。"
        )
    if not configured.exists():
        raise no_data(configured)
    return configured


def ledger_of(data: Path | None) -> Path:
    """Return where the ledger lies: in the project, else beside the data."""
    from generator.records.ledger import NAME

    beside = data if data is None or data.is_dir() else data.parent
    return (project() or beside or Path()) / NAME


def as_day(_context: click.Context, _parameter: click.Parameter, given: str | None) -> date | None:
    """Return an option as a day."""
    from generator.dataset.columns import parse_date

    try:
        return None if given is None else parse_date(given)
    except ValueError as error:
        raise click.BadParameter(f"“{given}”不是日期：{error}。") from None


def as_list(_context: click.Context, _parameter: click.Parameter, given: tuple[str, ...]) -> tuple[str, ...]:
    """Return an option that may be given several times, or once with commas, as its parts."""
    return tuple(part.strip() for text in given for part in text.replace("，", ",").split(",") if part.strip())


def clock() -> date:
    """Return today's date here."""
    return datetime.now(UTC).astimezone().date()


into_option = click.option(
    "--data",
    "configured",
    envvar="BAOXUE_DATA",
    type=click.Path(path_type=Path),
    help="改哪份数据；在项目文件夹里不用写。",
)


today_option = click.option("--today", callback=as_day, metavar="日期", help="当作哪一天，如 2026-09-10；不写用当天。")


who_option = click.option(
    "--who", multiple=True, callback=as_list, metavar="姓名", help="只看谁的：姓名、单位或岗位，可多个。"
)


until_option = click.option("--until", callback=as_day, metavar="日期", help="只看这一天以前（含当天）到期的。")


out_option = click.option(
    "--out",
    type=click.Path(path_type=Path),
    default=Path("output"),
    show_default=True,
    metavar="文件夹",
    help="放到哪里。",
)
dated_option = click.option(
    "--today", metavar="日期", callback=as_day, help="文书上的日期，如 2026-9-1；不写用数据里的制表日期。"
)
