"""What all commands tell in one way."""

from __future__ import annotations

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
    for fmt, why in unavailable.items():
        click.echo(f"{fmt.upper()} 不可用：{why}", err=True)
