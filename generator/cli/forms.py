"""baoxue forms: the user's own Word forms."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from generator.cli.asking import project
from generator.cli.help import examples
from generator.cli.stopping import guarded
from generator.errors import Exit


@click.group(epilog=examples("forms lint 告知书.docx 名册.xlsx"))
def forms() -> None:
    """Word 表单：检查自己的，导出内置的。"""


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
    from generator.policy.choice import DEFAULT_POLICY
    from generator.policy.load import load_policy
    from generator.press.lint import annotated, lint_paper, write_copy
    from generator.press.lint import lint as look

    here = project()
    of_paper = lint_paper(form, here, load_policy(DEFAULT_POLICY, here)) if here else None
    found = of_paper or look(form, records, sheet)
    if of_paper:
        click.echo(f"这是文书 {of_paper.paper} 的表单，按项目的文书核对，不用给名册。", err=True)
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


@forms.command("export", epilog=examples("forms export guardian-contract", "forms export RC-10 --out 责任书.docx"))
@click.argument("form", metavar="编号")
@click.option(
    "--out",
    metavar="文件.docx",
    type=click.Path(path_type=Path),
    help="写到这个 .docx；不写就放进项目里放文书的文件夹。",
)
@click.option("--overwrite", is_flag=True, help="已有的同名文件也换掉。")
@guarded
def forms_export(form: str, out: Path | None, overwrite: bool) -> None:
    """把一种文书导出成 Word 表单，用 WPS 改了措辞，以后就按它印。"""
    from generator.policy.choice import DEFAULT_POLICY
    from generator.policy.load import load_policy
    from generator.press.exporting import export_to, form_of, id_of

    here = project()
    form = id_of(form, here)
    inside = here / "templates" / f"{form}.docx" if here else Path(f"{form}.docx")
    path = out or inside
    export_to(path, form_of(form, here, load_policy(DEFAULT_POLICY, here)), overwrite=overwrite)
    click.echo(f"已写好 {path}。用 WPS 或 Word 改措辞和版式；{{{{ }}}} 和 {{% %}} 是标签，印的时候换成数据，不要拆开。")
    if path == inside and here:
        click.echo(f"以后 {form} 都按它印（PDF 要装 LibreOffice）；要改回原来的，把它移出 templates。")
    else:
        click.echo(f"放进项目的 templates 文件夹、仍叫 {form}.docx，以后就按它印。")
