"""baoxue forms: the user's own Word forms."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from generator.cli.help import examples
from generator.cli.stopping import guarded
from generator.errors import Exit


@click.group(epilog=examples("forms lint 告知书.docx 名册.xlsx"))
def forms() -> None:
    """自己的 Word 表单：检查标签。"""


@forms.command(
    epilog=examples("forms lint 告知书.docx", "forms lint 告知书.docx 名册.xlsx --annotate 有批注的告知书.docx")
)
@click.argument("form", metavar="表单.docx", type=click.Path(path_type=Path))
@click.argument("records", metavar="[名册]", required=False, type=click.Path(path_type=Path))
@click.option("--sheet", default="", metavar="表名", help="对照工作簿里的哪张表，如 学生。")
@click.option(
    "--annotate", "copy", type=click.Path(path_type=Path), metavar="副本.docx",
    help="写一份副本，问题写成 Word 批注。",
)  # fmt: skip
@guarded
def lint(form: Path, records: Path | None, sheet: str, copy: Path | None) -> None:
    """检查表单：列出每个标签、在数据里找到什么、哪里写错了。"""
    from generator.press.lint import annotated, write_copy
    from generator.press.lint import lint as look

    found = look(form, records, sheet)
    for finding in found.findings:
        click.echo(str(finding))
    for problem, _ in found.problems:
        click.echo(str(problem))
    for remark, _ in found.remarks:
        click.echo(f"说明 {remark}")
    errors = sum(problem.level == "error" for problem, _ in found.problems)
    click.echo(f"{len(found.findings)} 个标签：{errors} 个错误，{len(found.problems) - errors} 个提醒。", err=True)
    if copy:
        click.echo(write_copy(copy, form, annotated(form, found)), err=True)
    sys.exit(Exit.TEMPLATE if errors else Exit.DONE)
