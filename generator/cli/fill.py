"""baoxue fill."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

from generator.cli.help import examples
from generator.cli.stopping import guarded
from generator.cli.telling import progress, tell
from generator.errors import Exit

if TYPE_CHECKING:
    from generator.press.fill import Filled


@click.command(
    epilog=examples(
        "fill 告知书.docx 名册.xlsx --out 填好的表",
        "fill 告知书.docx 名册.xlsx --name '{{班级}}/{{姓名}}'",
        "fill 告知书.docx 数据.xlsx --sheet 学生 --merge 全部.docx --duplex",
    )
)
@click.argument("form", metavar="表单.docx", type=click.Path(path_type=Path))
@click.argument("records", metavar="名册", type=click.Path(path_type=Path))
@click.option(
    "--out",
    type=click.Path(path_type=Path),
    metavar="文件夹",
    help="放到哪个文件夹；不给用 output 里以表单命名的文件夹。",
)
@click.option(
    "--name", default="", metavar="样式", help="文件怎么命名，如 {{班级}}/{{姓名}}；不给用班级、姓名和表单名。"
)
@click.option("--merge", type=click.Path(path_type=Path), metavar="文件.docx", help="合成一个打印文件，每份另起一页。")
@click.option("--sheet", default="", metavar="表名", help="用工作簿里的哪张表，如 学生；不给用列名对得上的那张。")
@click.option("--duplex", is_flag=True, help="和 --merge 一起用：双面打印时每份从新的一张纸开始。")
@click.option("--overwrite", is_flag=True, help="连人工改过的文件也重做。")
@click.option("--dry-run", is_flag=True, help="只列出要做的文件，不做。")
@click.option("-q", "--quiet", is_flag=True, help="不显示进度。")
@guarded
def fill(
    form: Path, records: Path, out: Path | None, name: str, merge: Path | None, sheet: str, duplex: bool,
    overwrite: bool, dry_run: bool, quiet: bool,
) -> None:  # fmt: skip
    """填自己的 Word 表单：表单里写上 {{姓名}} 这样的标签，表格里一行做一份。"""
    from generator.press.fill import Order, prepare
    from generator.press.fill import fill as make

    if merge and name:
        raise click.UsageError("--merge 只做一个文件，不用 --name。")
    if duplex and not merge:
        raise click.UsageError("--duplex 要和 --merge 一起用。")
    folder, merged = _target(form, out, merge)
    prepared = prepare(Order(form, records, folder, name, merged, sheet, duplex, overwrite))
    if dry_run:
        for target in prepared.targets or (merged,):
            click.echo(target)
        click.echo(f"共 {len(prepared.targets) or 1} 个文件，没有写任何东西。", err=True)
        sys.exit(Exit.DONE)
    with progress(len(prepared.rows.rows), quiet) as advance:
        filled = make(prepared, advance)
    _show(filled)
    sys.exit(Exit.PARTIAL if filled.partial else Exit.DONE)


def _target(form: Path, out: Path | None, merge: Path | None) -> tuple[Path, str]:
    """Return the folder that is written to, and the name of the print file in it, if there is to be one."""
    folder = out or Path("output") / form.stem
    if merge is None:
        return folder, ""
    if merge.suffix.lower() != ".docx":
        raise click.UsageError("--merge 后面写 .docx 文件名，如 全部.docx。")
    if merge.parent == Path():
        return folder, merge.name
    if out:
        raise click.UsageError("--merge 写了文件夹，就不用 --out。")
    return merge.parent, merge.name


def _show(filled: Filled) -> None:
    tell("说明", filled.remarks)
    tell("数据里的错误", [str(problem) for problem in filled.problems if problem.level == "error"])
    tell("缺数据，没有做", [f"{label}：{why}" for label, why in filled.skipped])
    tell("出错，没有做", [f"{label}：{why}" for label, why in filled.failed])
    tell("人工改过，没有覆盖（要重做加 --overwrite）", filled.kept)
    index = filled.out / "目录.xlsx"
    click.echo(f"做好 {len(filled.made)} 个文件，{filled.papers} 份，在 {filled.out}；目录见 {index}。")
