"""baoxue build."""

from __future__ import annotations

import os
import sys
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

import click
from click.core import ParameterSource

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
    until_option,
    who_option,
)
from generator.cli.due import tell_day
from generator.cli.help import examples
from generator.cli.stopping import StoppedError, guarded, send_log
from generator.cli.telling import progress, tell, tell_unavailable
from generator.errors import Exit

if TYPE_CHECKING:
    from generator.forms.arrange import Sorting
    from generator.forms.definition import Audience
    from generator.forms.plan import Skipped
    from generator.press.build import Prepared
    from generator.press.changed import Review
    from generator.press.due import Due, Papers
    from generator.press.report import Report
    from generator.press.run import Result
    from generator.press.unfinished import Intent

STOPPED_MAKING = "已中断；已经写好的都在。要接着做其余的，再运行一次同样的命令，加 --resume。"


def _formats(context: click.Context, parameter: click.Parameter, given: tuple[str, ...]) -> tuple[str, ...]:
    from generator.render import RENDERERS

    chosen = as_list(context, parameter, given)
    for name in chosen:
        if name not in RENDERERS:
            raise click.BadParameter(f"没有“{name}”这种格式，可用 {','.join(RENDERERS)}。")
    return chosen


def as_audience(_: click.Context, __: click.Parameter, given: str | None) -> Audience | None:
    """Return an option as an audience, by its id or what it is called."""
    from generator.forms.audience import AUDIENCES

    if given is None:
        return None
    for audience, called in AUDIENCES.items():
        if given in (audience, called):
            return audience
    raise click.BadParameter(f"没有“{given}”这种对象，可用 {'、'.join(AUDIENCES.values())}。")


@click.command(
    epilog=examples(
        "build --sample",
        "build 数据.xlsx --class 三年级（1）班 --format docx",
        "build 数据.xlsx --form guardian-contract --dry-run",
        "build 数据.xlsx --due --who 示例小学",
        "build 数据.xlsx --audience 村居",
        "build 数据.xlsx --form visit-record --blank 20",
        "build 数据.xlsx --order pinyin --separators --ticks",
        "build 数据.xlsx --resume",
    )
)
@data_argument
@sample_option
@data_option
@click.option(
    "--form", multiple=True, callback=as_list, metavar="编号", help="只做这些文书，可多个；编号见 baoxue list 第二列。"
)
@click.option("--school", multiple=True, callback=as_list, metavar="学校", help="只做这些学校。")
@click.option(
    "--class",
    "class_",
    envvar="BAOXUE_BUILD_CLASS",
    multiple=True,
    callback=as_list,
    metavar="班级",
    help="只做这些班级。",
)
@click.option("--student", multiple=True, callback=as_list, metavar="姓名", help="只做这些学生，一人一个文件。")
@click.option(
    "--format",
    "formats",
    envvar="BAOXUE_BUILD_FORMAT",
    multiple=True,
    callback=_formats,
    metavar="格式",
    help="docx、pdf 或 xlsx，几种用逗号隔开；不写就全做。",
)
@out_option
@dated_option
@click.option("--jobs", type=click.IntRange(min=1), metavar="个数", help="同时做几个文件；不写由电脑定。")
@click.option(
    "--cluster", default="", metavar="地址", help="由集群里的电脑来做，要另装组件；写集群的地址，不用 --jobs。"
)
@click.option("--due", "only_due", is_flag=True, help="只做今天要办的（见 baoxue due），放进 output/待办 日期。")
@who_option
@until_option
@click.option(
    "--changed",
    is_flag=True,
    help="只做新增的、印好以后有变的（见 baoxue printed），放进 output/补印 日期。",
)
@click.option(
    "--audience",
    callback=as_audience,
    metavar="对象",
    help="给谁看：家长、学校、村居、乡镇、教育局、公开。不该看的遮住或不列，放进 output/给村居等文件夹。",
)
@click.option(
    "--blank",
    type=click.IntRange(1, 99),
    metavar="份数",
    help="印这么多份空白的，手写用；要用 --form 指明文书，放进 output/空白。",
)
@click.option(
    "--order",
    "sorted_by",
    type=click.Choice(["listed", "seat", "pinyin"]),
    default="listed",
    show_default=True,
    help="打印文件里各班的人怎样排：listed 照数据里的顺序，seat 按座号，pinyin 按姓名拼音。",
)
@click.option(
    "--separators",
    is_flag=True,
    help="打印文件里每个班（村、单位）前面加一张隔页，写明是谁的、几份几页；Word、PDF 才有。",
)
@click.option(
    "--ticks",
    is_flag=True,
    help="打印文件里每个班（村、单位）前面加一份领取签字登记表，列出这一叠里的人；Word、PDF 才有。",
)
@click.option("--single", is_flag=True, help="一人一个文件，不合并成打印文件。")
@click.option("--overwrite", is_flag=True, help="连人工改过的文件也重做。")
@click.option("--strict", is_flag=True, help="数据有错或有做不出来的文书就停下，什么都不写。")
@click.option(
    "--layout",
    type=click.Choice(["auto", "full"]),
    default="auto",
    show_default=True,
    help="PDF 怎样排版：auto 版面相同的只排一次；full 每份都排，慢得多，印出来一样。",
)
@click.option("--resume", is_flag=True, help="接着做上次中断的：做好的不再做；数据、选项等变了就从头做。")
@click.option("--dry-run", is_flag=True, help="只列出要做的文件，不做。")
@click.option("-q", "--quiet", is_flag=True, help="不显示进度。")
@guarded
def build(
    data: Path | None, sample: bool, configured: Path | None, form: tuple[str, ...], school: tuple[str, ...],
    class_: tuple[str, ...], student: tuple[str, ...], formats: tuple[str, ...], out: Path, today: date | None,
    jobs: int | None, cluster: str, only_due: bool, who: tuple[str, ...], until: date | None, changed: bool,
    audience: Audience | None, blank: int | None, sorted_by: Sorting, separators: bool, ticks: bool, single: bool,
    overwrite: bool, strict: bool, layout: str, resume: bool, dry_run: bool, quiet: bool,
) -> None:  # fmt: skip
    """生成文书：默认按班级或单位合成打印文件，放进 output 文件夹。"""
    from generator.forms.arrange import Arrangement
    from generator.forms.plan import Selection
    from generator.press import build as press
    from generator.press.due import Asked
    from generator.press.resume import of_data

    if (who or until) and not only_due:
        raise click.UsageError("--who 和 --until 要和 --due 一起用。")
    if changed and (only_due or sample):
        raise click.UsageError(
            "--changed 和 --due 分开用。" if only_due else "样例没有台账，没有确认印过什么：--changed 要用自己的数据。"
        )
    if changed and audience:
        raise click.UsageError("--changed 和 --audience 分开用：确认印好的是全的，遮住的不能和它对照。")
    if blank and not form:
        raise click.UsageError("--blank 要用 --form 指明是哪种文书。")
    if blank and (only_due or changed or class_ or student):
        raise click.UsageError("空白的表不写谁：--blank 不和 --due、--changed、--class、--student 一起用。")
    selection = Selection(form, school, class_, student, formats, single)
    workers = jobs or os.cpu_count() or 1
    path = dataset_to_read(data, sample, configured)
    ledger = None if sample else ledger_of(path)
    asked = Asked(who, until) if only_due else None
    place = _apart(out, path)
    order = press.Order(
        path, place, project(), selection, today, workers, overwrite, strict, ledger, asked, changed, audience,
        blank or 0, layout == "full", Arrangement(sorted_by, separators, ticks), cluster,
    )  # fmt: skip
    data_now = of_data(path)
    prepared = press.prepare(order, date.today)
    unknown = bool(prepared.due and prepared.due.unknown)
    if prepared.due and prepared.papers:
        tell_day(order, prepared.context.today)
        _show_paperless(prepared.due, prepared.papers)
    if prepared.review:
        _show_changes(prepared.review)
    elif prepared.empty:
        click.echo("没有符合条件的文书。", err=True)
    if prepared.review and not prepared.plan.jobs and not dry_run and not prepared.order.out.is_dir():
        click.echo("没有要补印的，没有写任何东西。")
        sys.exit(Exit.PARTIAL if prepared.plan.skipped else Exit.DONE)
    if dry_run:
        left = press.foretell(prepared)
        _show_plan(prepared, left)
        sys.exit(Exit.PARTIAL if left or prepared.missed or unknown else Exit.DONE)
    report = _made(prepared, data_now, resume=resume, quiet=quiet)
    _show_report(report, prepared)
    sys.exit(Exit.PARTIAL if report.partial or unknown else Exit.DONE)


def _made(prepared: Prepared, data: str, *, resume: bool, quiet: bool) -> Report:
    """Make what is planned, or the rest of what a run that was ended had begun."""
    from generator.files import reason
    from generator.press.folder import FolderError
    from generator.press.resume import finished, intended, make

    out, intent = prepared.order.out, intended(prepared, data)
    before = finished(prepared, intent, out) if resume else []
    if resume:
        click.echo(_going_on(prepared, intent, before), err=True)
    try:
        with progress(len(prepared.plan.jobs), quiet) as advance:
            for _ in before:
                advance()
            return make(prepared, intent, out, lambda _: advance(), before=before)
    except KeyboardInterrupt:
        raise StoppedError(STOPPED_MAKING) from None
    except OSError as error:  # papers tell of theirs: it is the note that cannot be written
        raise FolderError(f"{out} 写不进去（{reason(error)}）：请腾出空间，再运行一次同样的命令，加 --resume") from None


def _going_on(prepared: Prepared, intent: Intent, before: list[Result]) -> str:
    """Return what is told of a run that is to be gone on with."""
    from generator.press.resume import differing
    from generator.press.unfinished import unfinished

    left = unfinished(prepared.order.out)
    if left is None:
        return "没有做到一半的，从头做。"
    if changed := differing(left.intent, intent):
        return f"中断的那次和现在不一样（{'、'.join(changed)}），不能接着做，从头做。"
    return f"接着做：上次做好的有 {len(before)} 个打印文件，还有 {len(prepared.plan.jobs) - len(before)} 个。"


def _show_changes(found: Review) -> None:
    from generator.cli.printed import NOTHING, tell_changes

    if found.forms:
        tell_changes(found)
    else:
        click.echo(NOTHING, err=True)


def _apart(out: Path, data: Path) -> Path:
    """Return where papers go; those of a past term lie apart from those of today, unless it is said where."""
    from generator.dataset.folders import HISTORY

    said = click.get_current_context().get_parameter_source("out") != ParameterSource.DEFAULT
    parts = data.resolve().parts
    if said or HISTORY not in parts:
        return out
    return out.joinpath(*parts[parts.index(HISTORY) : parts.index(HISTORY) + 2])


def _show_plan(prepared: Prepared, left: list[Skipped]) -> None:
    from generator.cli.printed import tell_paper
    from generator.press.printplan import of_plan
    from generator.press.report import void_once

    tell_unavailable(prepared.unavailable)
    out, files = {(one.form, one.label) for one in left}, 0
    for job in prepared.plan.jobs:
        made = sum((job.form, entry.label) not in out for entry in job.entries)
        for _, target in job.targets if made else ():
            click.echo(f"{target}\t{made} 份 × {job.copies}")
            files += 1
    tell("做不出来", [f"{one.title} {one.label}：{one.why}" for one in left], most=len(left))
    tell("已经作废，不印", [f"{one.label}：{one.why}" for one in void_once(prepared.plan.withheld)])
    _show_unlisted(prepared)
    tell_paper(of_plan(prepared.plan, prepared.catalogue, left))
    if faults := [one.fault for one in left if one.fault]:
        click.echo(f"有 {len(faults)} 处是程序出错。{send_log(faults)}", err=True)
    click.echo(f"共 {files} 个文件，没有写任何东西。", err=True)


def _show_unlisted(prepared: Prepared) -> None:
    """Tell of forms that list sheets which are not kept: each where forms were asked for, else the sheets alone; and of
    those that are not for the audience."""
    unlisted = [one for one in prepared.plan.unlisted if one.sheets]
    tell("不给这个对象，没有做", [f"{one.title}：{one.why}" for one in prepared.plan.unlisted if not one.sheets])
    if prepared.order.selection.forms:
        tell("没有要列的表，没有做", [f"{one.title}：没有“{'”“'.join(one.sheets)}”表" for one in unlisted])
    elif unlisted:
        sheets = "、".join(dict.fromkeys(sheet for one in unlisted for sheet in one.sheets))
        told = f"另有 {len(unlisted)} 种文书没有做，数据里没有它们要用的表：{sheets}。"
        click.echo(f"{told}要做的，从“_备用”文件夹复制这些表来填。", err=True)


def _show_paperless(found: Due, papers: Papers) -> None:
    from generator.policy.duties.cases import PAPERS

    drafts = [line for line in papers.lacking if line.paper in PAPERS.values()]
    others = [line for line in papers.lacking if line.paper not in PAPERS.values()]
    told = "还没有可印的通知书，照下面办了再印（添行要写序号、个案编号、文种）"
    tell(told, [f"{line.paper} {line.about}：{line.what}" for line in drafts], most=len(drafts))
    rest = "见 baoxue due"
    tell("要办，但没有要印的文书", [f"{line.paper} {line.about}：{line.what}" for line in others], rest=rest)
    tell("待办算不出", [str(problem) for problem in found.unknown], most=len(found.unknown))


def _show_report(report: Report, prepared: Prepared) -> None:
    from generator.render import ALONE

    errors = [problem for problem in prepared.problems if problem.level == "error"]
    tell_unavailable(report.unavailable)
    odd = [(why, count) for why, count in sorted(report.in_full.items()) if why != ALONE]
    sections = (
        ("数据里的错误", [str(problem) for problem in errors]),
        ("缺数据，没有做", [f"{left.title} {left.label}：{left.why}" for left in report.all_skipped]),
        ("已经作废，不印", [f"{left.label}：{left.why}" for left in report.void]),
        ("出错，没有做", [f"{left.title} {left.label}：{left.why}" for left in report.failed]),
        ("人工改过，没有覆盖；数据已变，文件里是旧的（要重做加 --overwrite）", report.stale),
        ("人工改过，没有覆盖（要重做加 --overwrite）", [path for path in report.kept if path not in report.stale]),
        ("本次没有做成，留着的是以前的文件，请核对", report.out_of_date),
        ("以前做的，本次没有再做（不再用的请删去）", report.left_over),
        ("页数不对", report.wrong_pages),
        ("PDF 没有和别的合排，逐份排的（慢些，印出来一样）", [f"{why}：{count} 份" for why, count in odd]),
        ("留空手填", [f"{title} {label}：{blanks}" for title, label, blanks in report.by_hand]),
    )
    for title, lines in sections:
        tell(title, lines)
    _show_unlisted(prepared)
    if report.faults:
        click.echo(f"有 {len(report.faults)} 处是程序出错。{send_log(report.faults)}", err=True)
    click.echo(
        f"做好 {report.made} 个文件，{report.papers} 份文书，在 {report.out}；目录见 {report.out / '目录.xlsx'}。"
    )
