"""baoxue dossier, baoxue verify."""

from __future__ import annotations

import os
import sys
from datetime import UTC, date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, TextIO

import click

from generator.cli.asking import (
    as_list,
    data_argument,
    data_option,
    dataset_to_read,
    dated_option,
    ledger_of,
    out_option,
    project,
    sample_option,
)
from generator.cli.build import as_audience
from generator.cli.help import examples
from generator.cli.stopping import guarded
from generator.cli.telling import progress, tell
from generator.errors import Exit

if TYPE_CHECKING:
    from generator.forms.definition import Audience
    from generator.press.dossier import Ready

password_option = click.option(
    "--password-file",
    "password",
    type=click.File(encoding="utf-8"),
    metavar="文件",
    help="密码写在这个文件的第一行（- 从键盘输入来读）；不写在命令里，免得留下记录。",
)


def as_receiver(context: click.Context, parameter: click.Parameter, given: str) -> Audience:
    """Return an option as an audience to whom dossiers go; others would see names on its front pages."""
    found = as_audience(context, parameter, given)
    if found not in ("school", "township", "bureau"):
        raise click.BadParameter("迎检档案只给学校、乡镇、教育局看。")
    return found


def _password(file: TextIO | None) -> str:
    """Return the first line of a file; raises ``UsageError`` where that is empty."""
    if file is None:
        return ""
    line = str(file.readline()).strip("\r\n\ufeff")
    if not line:
        raise click.UsageError("密码文件的第一行是空的。")
    return line


@click.command(
    epilog=examples(
        "dossier --sample --school 中心小学",
        "dossier 数据.xlsx --township 云溪镇",
        "dossier 数据.xlsx --all --scans 扫描件",
        "dossier 数据.xlsx --school 中心小学 --sign 学校证书.p12 --sign-password-file -",
    )
)
@data_argument
@sample_option
@data_option
@click.option("--school", multiple=True, callback=as_list, metavar="学校", help="哪所学校的档案，可多个。")
@click.option("--township", multiple=True, callback=as_list, metavar="乡镇", help="哪个乡镇的档案，可多个。")
@click.option("--county", is_flag=True, help="县级的档案。")
@click.option("--all", "everybody", is_flag=True, help="每所学校、每个乡镇和县级各一份。")
@click.option(
    "--scans",
    type=click.Path(path_type=Path),
    metavar="文件夹",
    help="签字件的扫描件（PDF 或图片）在哪里，按单位、盒、文书、学生建文件夹；不写用数据旁边的“扫描件”。",
)
@out_option
@dated_option
@click.option(
    "--audience", callback=as_receiver, default="bureau", metavar="对象",
    help="给谁看：学校、乡镇、教育局（不写就是教育局）；不该看的遮住或不放。",
)  # fmt: skip
@password_option
@click.option(
    "--sign",
    type=click.Path(path_type=Path),
    metavar="证书",
    help="用这个数字证书（带私钥的证书文件）给移交单签名，证明档案是谁交出的。",
)
@click.option(
    "--sign-password-file", "sign_password", type=click.File(encoding="utf-8"), metavar="文件",
    help="证书的密码写在这个文件的第一行（- 从键盘输入来读）。",
)  # fmt: skip
@click.option("--jobs", type=click.IntRange(min=1), metavar="个数", help="同时做几个文件；不写由电脑定。")
@click.option("--overwrite", is_flag=True, help="文件夹里有改过的、放进去的东西也重做；原来的改名留着。")
@click.option("-q", "--quiet", is_flag=True, help="不显示进度。")
@guarded
def dossier(
    data: Path | None, sample: bool, configured: Path | None, school: tuple[str, ...], township: tuple[str, ...],
    county: bool, everybody: bool, scans: Path | None, out: Path, today: date | None, audience: Audience,
    password: TextIO | None, sign: Path | None, sign_password: TextIO | None, jobs: int | None, overwrite: bool,
    quiet: bool,
) -> None:  # fmt: skip
    """迎检档案：一个单位的全部文书按盒装订成册，放进签字件，附目录和校验清单。"""
    from generator.press.build import Order, gather
    from generator.press.dossier import Wish, make
    from generator.press.dossier.scans import FOLDER
    from generator.press.dossier.signature import signer_of
    from generator.press.dossier.units import Asked, units

    if not (school or township or county or everybody):
        raise click.UsageError("请用 --school、--township、--county 或 --all 说明做谁的档案。")
    path = dataset_to_read(data, sample, configured)
    beside = scans or (path if path.is_dir() else path.parent) / FOLDER
    if scans and not scans.is_dir():
        raise click.UsageError(f"没有“{scans}”这个文件夹。")
    if sign_password and not sign:
        raise click.UsageError("--sign-password-file 要和 --sign 一起用。")
    secret = _password(password)
    signer = signer_of(sign, _password(sign_password), datetime.now(UTC)) if sign else None
    ledger = None if sample else ledger_of(path)
    order = Order(
        path, out, project(), today=today, workers=jobs or os.cpu_count() or 1, ledger=ledger, audience=audience
    )
    known = gather(order, date.today)
    asked = units(known.context.dataset, Asked(school, township, county, everybody))
    wish = Wish(beside, secret, overwrite, alone=scans is not None and len(asked) == 1, signer=signer)
    partial = False
    try:
        for unit in asked:
            ready = make(known, order, unit, wish, lambda total: progress(total, quiet))
            partial |= bool(ready.dossier.lacking or ready.dossier.unknown)
            _show(ready)
    except KeyboardInterrupt:
        raise KeyboardInterrupt(
            "已中断；做完的档案都在，做到一半的没有留下，原来的没有动；要做请再运行一次。"
        ) from None
    sys.exit(Exit.PARTIAL if partial else Exit.DONE)


def _show(ready: Ready) -> None:
    """Tell what was made of one unit, and what lacks."""
    found, rest = ready.dossier, "见完整性核对表"
    tell("缺少的文书", [f"{one.title} {one.whose}".rstrip() + f"：{one.why}" for one in found.lacking], rest=rest)
    tell("认不出的扫描件，没有放进去", [f"{one.title}：{one.why}" for one in found.unknown], rest=rest)
    kept = len(found.kept_back)
    if kept:
        click.echo(f"有 {kept} 种文书不提供给{found.receiver}，没有放进去。", err=True)
    if found.unsigned:
        click.echo(f"有 {len(found.unsigned)} 个文件应当签字、盖章，没有扫描件。", err=True)
    click.echo(f"{found.unit}：{found.pieces} 份文书，{found.pages} 页，在 {ready.folder}。")
    if ready.former:
        click.echo(f"  原来的一份不一样，可能已经移交，改名留在 {ready.former}；没有移交过的可以删掉。")
    click.echo(f"  档案编号 {found.no}，清单校验码 {ready.digest[:16]}……（全文在移交单上，打印出来双方签字）")


@click.command(
    epilog=examples(
        "verify output/迎检/中心小学",
        "verify output/迎检/中心小学 --digest 3f9a21c7b05d44e1",
        "verify output/迎检/中心小学 --trust 根证书.pem",
    )
)
@click.argument("path", metavar="档案文件夹", type=click.Path(path_type=Path))
@click.option("--digest", default="", metavar="校验码", help="移交单上的清单校验码，至少前 16 位，空格可有可无。")
@password_option
@click.option(
    "--trust", type=click.Path(path_type=Path), metavar="根证书",
    help="移交单的签名要由这个文件里的证书签发；不写只看签名有没有效、是谁的。",
)  # fmt: skip
@guarded
def verify(path: Path, digest: str, password: TextIO | None, trust: Path | None) -> None:
    """核对迎检档案：交出以后有没有改动、缺少、增加。"""
    from generator.press.dossier.manifest import verify as check
    from generator.press.dossier.signature import roots

    verdict = check(path, digest, _password(password), roots(trust) if trust else ())
    for line in verdict.found:
        click.echo(line)
    click.echo(verdict.says if verdict.good else f"{verdict.says}：{len(verdict.found)} 处")
    sys.exit(Exit.DONE if verdict.good else Exit.FAILURE)
