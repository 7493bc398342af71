"""baoxue init, list, policy and doctor: what there is to work with."""

from __future__ import annotations

import sys
from datetime import date
from pathlib import Path

import click

from generator.cli.asking import data_argument, data_option, dataset_to_read, project, sample_option
from generator.cli.help import examples
from generator.cli.stopping import guarded
from generator.errors import Exit


@click.command(epilog=examples("init 我的学校", "init 我的学校 --empty"))
@click.argument("folder", metavar="文件夹", type=click.Path(path_type=Path))
@click.option("--empty", is_flag=True, help="只要表头，不要示例。")
@guarded
def init(folder: Path, empty: bool) -> None:
    """新建一个文件夹：要填的工作簿（带示例）、选项文件、说明。"""
    from generator.project import DATA, begin, files

    default = date.today
    begin(folder, files(default(), without_rows=empty))
    click.echo(f"已写好 {folder / DATA}：先看“说明”表，填好后在那个文件夹里运行 baoxue check、baoxue build。")


@click.command("list", epilog=examples("list"))
@guarded
def list_() -> None:
    """列出能做的文书：编号、名称、按什么做、格式。"""
    from generator.dataset.models import Dataset
    from generator.errors import TemplateError
    from generator.forms.catalogue import check as prove
    from generator.forms.catalogue import discover
    from generator.forms.context import Context
    from generator.forms.resolve import title_of
    from generator.policy.choice import DEFAULT_POLICY
    from generator.policy.load import compose

    catalogue = discover(project())
    under = compose(DEFAULT_POLICY, project())
    policy = under.policy
    problems = prove(catalogue, policy, under.provenance)
    if problems:
        raise TemplateError(problems)
    context = Context(Dataset(), policy, date.min)
    for definition in catalogue.definitions.values():
        title = title_of(definition, context)
        covers, formats = "、".join(definition.covers), ",".join(definition.formats)
        word = f"  ← Word 表单 {catalogue.words[definition.id].path.name}" if definition.word else ""
        click.echo(f"{covers:<6} {definition.id:<22} {SCOPE_NAMES[definition.per]:<4} {formats:<14} {title}{word}")


SCOPE_NAMES = {
    "county": "每县", "township": "每乡镇", "village": "每村", "school": "每校", "class": "每班", "staff": "每教师",
    "student": "每生", "case": "每个案", "visit": "每次家访", "notice": "每份通知", "inspection": "每次督导",
    "hamlet": "每组", "household": "每户", "resident": "每人", "change": "每次变动",
    "leave": "每次请假", "pairing": "每对", "session": "每次帮扶", "tutoring": "每人每科",
    "disability": "每残疾儿童", "meeting": "每次会议", "campaign": "每次活动", "talk": "每次谈话", "volume": "每卷",
    "dossier": "每份档案",
    "stack": "每叠文书",
}  # fmt: skip


@click.group(epilog=examples("policy show --find 返校期限"))
def policy() -> None:
    """看政策预设：每个数值是多少、从哪里来。"""


@policy.command("show", epilog=examples("policy show", "policy show --find 返校期限", "policy show 数据.xlsx"))
@data_argument
@sample_option
@data_option
@click.option("--preset", metavar="预设", help="看哪个预设；不写就看数据用的，没有数据看 national（全国通用）。")
@click.option("--find", metavar="词", default="", help="只看名称、编号或取值里有这个词的。")
@guarded
def policy_show(data: Path | None, sample: bool, configured: Path | None, preset: str | None, find: str) -> None:
    """列出政策的每个数值：编号、名称、取值、出处（预设文件的行，或数据的单元格）。"""
    from generator.dataset import load
    from generator.dataset.models import Dataset, Settings
    from generator.policy.choice import composed
    from generator.policy.show import lines

    dataset = Dataset()
    if data or sample or configured:
        dataset, _ = load(dataset_to_read(data, sample, configured))
    if preset:
        dataset.settings = Settings(policy=preset)
    for line in lines(composed(dataset, project()), find):
        click.echo(line)


@click.command(epilog=examples("doctor"))
@guarded
def doctor() -> None:
    """检查这台电脑：程序库、字体、版本，缺什么就说怎么补。"""
    from generator.doctor import examine

    findings = examine(project())
    for finding in findings:
        click.echo(str(finding))
    sys.exit(Exit.DONE if all(finding.well for finding in findings) else Exit.FAILURE)
