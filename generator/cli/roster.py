"""baoxue import, term and undo: what changes the dataset."""

from __future__ import annotations

import sys
from collections.abc import Iterable
from datetime import UTC, date, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import click

from generator.cli.asking import as_day, dataset_to_change, into_option, today_option
from generator.cli.help import examples
from generator.cli.stopping import guarded
from generator.cli.telling import tell
from generator.errors import Exit

if TYPE_CHECKING:
    from generator.dataset.roster import Roster
    from generator.dataset.term import Term


@click.command(
    "import",
    epilog=examples("import 名册.xlsx --dry-run", "import 名册.xlsx", "import 名册.xlsx --review 名册核对.xlsx"),
)
@click.argument("roster", metavar="名册", type=click.Path(path_type=Path))
@into_option
@click.option("--school", default="", metavar="学校", help="名册里没有学校一列时，写明是哪所学校。")
@click.option("--review", type=click.Path(path_type=Path), metavar="核对表", help="填好的核对表：照它处理。")
@click.option("--yes", is_flag=True, help="姓名和出生日期相同的都算同一人，不再核对。")
@click.option("--force", is_flag=True, help="名册看着像别的学校、别的年度的，也导入。")
@today_option
@click.option("--dry-run", is_flag=True, help="只看会改什么，不写。")
@guarded
def import_(
    roster: Path, configured: Path | None, school: str, review: Path | None, yes: bool, force: bool,
    today: date | None, dry_run: bool,
) -> None:  # fmt: skip
    """导入新名册：新增的添上，变了的改过来，不见了的列出来。"""
    from generator.dataset import roster as roster_

    data = dataset_to_change(configured)
    now = datetime.now(UTC).astimezone()
    found = roster_.prepare(data, roster, today or now.date(), school=school, review=review, yes=yes, force=force)
    _show_roster(found)
    if dry_run:
        click.echo("没有写任何东西。", err=True)
        return
    copies = roster_.carry_out(found, now)
    _show_written(data, found.changes, copies)
    if not copies:
        click.echo("数据没有要改的，没有动它。")
    if found.questions:
        click.echo(f"要核对的写在 {roster_.ask(found, Path.cwd())}：填好“处理”一列，再加 --review 导入一次。")
    refused = any(problem.level == "error" for problem in found.problems)
    sys.exit(Exit.PARTIAL if found.questions or refused else Exit.DONE)


def _tops(_context: click.Context, _parameter: click.Parameter, given: tuple[str, ...]) -> dict[str, str]:
    pairs = [text.replace("＝", "=").partition("=") for text in given]
    if not all(school and grade for school, _, grade in pairs):
        raise click.BadParameter("写成 学校=年级，如 某某教学点=三年级。")
    return {school.strip(): grade.strip() for school, _, grade in pairs}


@click.command(
    epilog=examples(
        "term --start 2027-03-01 --end 2027-07-09",
        "term --start 2027-03-01 --end 2027-07-09 --yes",
        "term --freeze --yes",
    )
)
@into_option
@click.option("--start", callback=as_day, metavar="日期", help="新学期的开学日期，如 2027-03-01。")
@click.option("--end", callback=as_day, metavar="日期", help="新学期的结束日期。")
@click.option("--top", "tops", multiple=True, callback=_tops, metavar="学校=年级", help="某校从哪个年级毕业。")
@click.option("--handed-over", is_flag=True, help="毕业班里没有返校、休学的学生已经移交。")
@click.option("--freeze", "frozen", is_flag=True, help="不换学期：开学后把各班学年初人数定为现有人数。")
@click.option("--yes", is_flag=True, help="照做；不加只看会改什么。")
@today_option
@guarded
def term(
    configured: Path | None, start: date | None, end: date | None, tops: dict[str, str], handed_over: bool,
    frozen: bool, yes: bool, today: date | None,
) -> None:  # fmt: skip
    """换学期：班级升级，毕业、转出的离开，学年初人数重新定，旧的存进“历年”。"""
    from generator.dataset import term as term_

    data = dataset_to_change(configured)
    now = datetime.now(UTC).astimezone()
    if frozen:
        rolled = term_.freeze(data, today or now.date())
        tell("学年初人数定为", [f"{each.full_name} {each.baseline or '空'} → {each.size}" for each in rolled.promoted])
    elif start is None or end is None:
        raise click.UsageError("写上新学期的 --start 和 --end。")
    else:
        rolled = term_.prepare(data, start, end, tops, handed_over=handed_over)
        _show_term(rolled)
    if not rolled.changes:
        click.echo("数据没有要改的，没有动它。")
    elif not yes:
        click.echo("这是预演，没有写任何东西；照做加 --yes。")
    else:
        kept, copies = term_.carry_out(rolled, now)
        if kept:
            click.echo(f"旧的整份存在 {kept}，要重印那个学期的文书用它。")
        _show_written(data, rolled.changes, copies)


def _show_term(rolled: Term) -> None:
    leavers = [f"{one.name} {one.class_.full_name if one.class_ else ''}" for one in rolled.leavers]
    sections = (
        ("升级的班级", [f"{one.full_name}：{one.size} 人" for one in rolled.promoted]),
        ("毕业离校的班级", [f"{one.full_name}：{one.size} 人" for one in rolled.leaving]),
        ("随毕业班离校", leavers),
        (
            "已经转出、死亡、毕业，不再列入",
            [f"{one.name} {one.class_.full_name if one.class_ else ''}（{one.status}）" for one in rolled.away],
        ),
        (
            "休学的随班升级，复学时核对班级",
            [f"{one.name} {one.class_.full_name if one.class_ else ''}" for one in rolled.suspended],
        ),
        ("从表里移走，存进历年", [f"{sheet} {count} 行" for sheet, count in rolled.dropped.items()]),
    )
    for title, lines in sections:
        tell(title, lines, most=len(lines))
    moved = f"{len(rolled.promoted)} 个班升级，{len(rolled.leavers)} 人毕业离校；" if rolled.new_year else ""
    rest = "教职工的“任教班级”清空，要重填；名册导入后用 baoxue term --freeze 定学年初人数。" if rolled.new_year else ""
    click.echo(f"换到{rolled.year}{rolled.term}：{moved}制表日期清空。{rest}")


@click.command(epilog=examples("undo"))
@into_option
@guarded
def undo(configured: Path | None) -> None:
    """撤销：把数据恢复成上一次导入或换学期以前的样子。"""
    from generator.dataset import safekeeping

    data = dataset_to_change(configured)
    for path, copy in safekeeping.undo(data).items():
        click.echo(f"{path} 已恢复成 {copy.name} 那一份。")


def _show_written(data: Path, paths: Iterable[Path], copies: Iterable[Path]) -> None:
    for path, copy in zip(paths, copies, strict=True):
        click.echo(f"已写入 {path}；原来的在 {copy}，要恢复运行 baoxue undo --data {data}。")


def _show_roster(found: Roster) -> None:
    merge = found.merge
    changes = [(match.student, change) for match in merge.changed for change in match.changes]
    left = [(match.student, change) for match in merge.known for change in match.left]
    sections = (
        ("名册里的问题", [str(problem) for problem in found.problems]),
        ("新增", [f"{row.name} {row.class_.name if row.class_ else ''}（{row.where()}）" for row in merge.new]),
        ("新增的班级，班主任要补填；学年初人数空着的，填开学时的人数", [f"{one.full_name}" for one in merge.classes]),
        ("变动", [f"{change.place} {student.name} {change.told}" for student, change in changes]),
        ("与名册不同，手工填的没有动", [f"{change.place} {student.name} {change.told}" for student, change in left]),
        (
            "要核对是不是同一人",
            [f"{match.row.where()} {match.row.name} 与 {match.student.where()}：{match.why}" for match in merge.unsure],
        ),
        (
            "不在名册上，疑似辍学，要逐个核实",
            [f"{one.name} {one.class_.full_name if one.class_ else ''}（{one.where()}）" for one in found.undecided],
        ),
        ("照核对表处理", found.decided),
        ("全班都不在名册上，名册可能不全", [f"{class_.full_name}" for class_ in merge.emptied]),
    )
    for title, lines in sections:
        tell(title, lines, most=len(lines))  # every change is told
    click.echo(
        f"新增 {len(merge.new)} 人，变动 {len(merge.changed)} 人 {len(changes)} 处，"
        f"不在名册上 {len(found.undecided)} 人，要核对 {len(merge.unsure)} 人。"
    )
