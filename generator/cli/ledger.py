"""baoxue ledger: backup and restore."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import click

from generator.cli.asking import into_option, ledger_of
from generator.cli.help import examples
from generator.cli.stopping import guarded
from generator.cli.telling import tell


@click.group(epilog=examples("ledger backup 台账备份.sqlite"))
def ledger() -> None:
    """台账（文号和送达）的备份和恢复。"""


@ledger.command("backup", epilog=examples("ledger backup 台账备份.sqlite"))
@click.argument("file", metavar="备份文件", type=click.Path(path_type=Path))
@into_option
@guarded
def ledger_backup(file: Path, configured: Path | None) -> None:
    """把台账备份成一个新文件；每次编号以后备份一份，放到别的磁盘。"""
    from generator.records.keeping import back_up

    back_up(ledger_of(configured), file)
    click.echo(f"台账已备份到 {file}。")


@ledger.command("restore", epilog=examples("ledger restore 台账备份.sqlite"))
@click.argument("file", metavar="备份文件", type=click.Path(path_type=Path))
@into_option
@click.option("--yes", is_flag=True, help="备份和现在的台账不一样，仍要恢复；不加先列出哪里不一样。")
@guarded
def ledger_restore(file: Path, configured: Path | None, yes: bool) -> None:
    """用备份恢复台账；现有的台账先存进“备份”。"""
    from generator.records.keeping import restore

    done = restore(ledger_of(configured), file, datetime.now(UTC).astimezone(), yes=yes)
    click.echo(f"台账已用 {file} 恢复。" + (f"原来的在 {done.kept}。" if done.kept else ""))
    if done.unseen:
        click.echo(f"{done.unseen}。先用 baoxue notice open 让下一号排在它们后面。", err=True)
    tell(
        "恢复后的台账里没有这些已经发出的文号，用 baoxue notice open 排到它们后面",
        [str(one) for one in done.lost],
        1000,
    )
    tell("备份以后确认印好的这些打印文件，要再确认一次（baoxue printed）", list(done.unconfirmed), 1000)
    tell("恢复以后变了的，逐个核对", list(done.changed), 1000)
