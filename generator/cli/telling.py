"""What all commands tell in one way."""

from __future__ import annotations

import sys
from collections.abc import Callable
from contextlib import suppress

import click

SHOWN = 10
"""How many lines of each kind the report shows; all of them stand in the index workbook."""


def tell(title: str, lines: list[str], most: int = SHOWN, rest: str = "见目录.xlsx") -> None:
    """Print lines under a title on stderr, the first ``most`` of them; nothing where there are none."""
    if not lines:
        return
    click.echo(f"{title}（{len(lines)}）：", err=True)
    for line in lines[:most]:
        click.echo(f"  {line}", err=True)
    if len(lines) > most:
        click.echo(f"  …… 其余 {len(lines) - most} 条{rest}", err=True)


def tell_unavailable(unavailable: dict[str, str]) -> None:
    """Print which formats cannot be made here, and why."""
    for name, why in unavailable.items():
        own, _, fmt = name.rpartition(" ")
        click.echo(f"{'自己的 Word 表单的 ' if own else ''}{fmt.upper()} 不可用：{why}", err=True)


class progress:
    """A progress bar on stderr, where that is a terminal and not asked to be quiet."""

    def __init__(self, total: int, quiet: bool) -> None:
        self.total = total
        self.shown = not quiet and sys.stderr.isatty()

    def __enter__(self) -> Callable[[], None]:
        if not self.shown:
            return lambda: None
        from rich.console import Console
        from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

        columns = (TextColumn("正在生成"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
        self.bar = Progress(*columns, console=Console(stderr=True))
        self.bar.start()
        task = self.bar.add_task("", total=self.total)
        return lambda: self.bar.advance(task)

    def __exit__(self, *error: object) -> None:
        if self.shown:
            with suppress(OSError):  # the terminal may be gone
                self.bar.stop()
