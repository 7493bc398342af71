"""The command line: the only module that prints or exits. Heavy imports wait until a command needs them."""

from __future__ import annotations

import io
import json
import os
import signal
import sys
import threading
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import asdict
from datetime import UTC, date, datetime, time
from functools import wraps
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click
from click.core import ParameterSource

from generator import __version__
from generator.errors import STOPS, BaoxueError, Exit, Place, Problem, Problems
from generator.resources import PROJECT_FILE

if TYPE_CHECKING:
    from generator.dataset.roster import Roster
    from generator.dataset.term import Term
    from generator.dataset.units import Unit
    from generator.forms.plan import Skipped
    from generator.press.build import Order, Prepared
    from generator.press.due import Due, Line, Papers
    from generator.press.report import Report
    from generator.records.book import Entry
    from generator.records.ledger import Request
    from generator.records.number import Number
    from generator.yamlfile import YamlFile

PROJECT_FOLDERS = ("templates", "policies")
SHOWN = 10
"""How many lines of each kind the report shows; all of them stand in the index workbook."""


class ProjectFileError(Problems):
    """The project file says what the command line would not take either."""

    exit_code = Exit.USAGE


def guarded(command: Callable[..., Any]) -> Callable[..., Any]:
    """Return a command that tells expected failures as sentences and exits with their code."""

    @wraps(command)
    def run(*args: Any, **kwargs: Any) -> Any:
        try:
            with _terminable():
                return command(*args, **kwargs)
        except BaoxueError as error:
            click.echo(str(error), err=True)
            sys.exit(error.exit_code)
        except KeyboardInterrupt:
            for number in STOPS:  # a second one on the way out would change the exit code
                signal.signal(number, signal.SIG_IGN)
            with suppress(OSError):  # the terminal may be gone
                click.echo("已中断；已经写好的都在，再运行一次会接着做完其余的。", err=True)
            sys.exit(Exit.INTERRUPTED)

    return run


@contextmanager
def _terminable() -> Iterator[None]:
    """Let all that ends a command end the block as Ctrl-C does, but for what is ignored: ``nohup`` goes on when the
    terminal is closed. Only the main thread can say so."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    before = {number: signal.getsignal(number) for number in STOPS}
    for number in (number for number, handler in before.items() if handler is not signal.SIG_IGN):
        signal.signal(number, signal.default_int_handler)
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


def _project() -> Path | None:
    here = Path.cwd()
    return here if (here / PROJECT_FILE).is_file() or any((here / name).is_dir() for name in PROJECT_FOLDERS) else None


@click.group(context_settings={"auto_envvar_prefix": "BAOXUE", "help_option_names": ["-h", "--help"]})
@click.version_option(__version__, prog_name="baoxue")
@click.pass_context
@guarded
def main(context: click.Context) -> None:
    """保学：用一份数据生成控辍保学的各种文书（Word、PDF、Excel）。"""
    for stream in (sys.stdout, sys.stderr):  # a pipe on Chinese Windows is GBK and has no rare characters
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")
    if Path(PROJECT_FILE).is_file():
        said = _said(context)
        shared = {key: said[key] for key in ("data",) if key in said}  # the format of a check is another
        defaults = {name: _named(command, shared) for name, command in main.commands.items()}
        context.default_map = defaults | {"build": _named(build, said)}


def _said(context: click.Context) -> dict[str, Any]:
    """Return what the project file says, by the long names of options of ``build``.

    Raises ``ProjectFileError`` where it is no mapping, or holds a key or a value that is none of ``build``.
    """
    from generator.errors import TemplateError, near
    from generator.yamlfile import read_yaml

    try:
        file = read_yaml(Path(PROJECT_FILE))
    except TemplateError as error:
        raise ProjectFileError(error.problems) from None
    said, known = file.data or {}, _options(build)
    if not isinstance(said, dict):
        raise _wrong(file, "", "不是“选项: 值”", "要写成“选项: 值”，一行一项")
    for key in said:
        if key not in known:
            raise _wrong(file, key, f"不认识“{key}”{near(str(key), list(known))}", f"可写 {'、'.join(known)}")
    return {key: _given(context, known[key], file, key) for key, value in said.items() if value is not None}


def _wrong(file: YamlFile, key: str, what: str, todo: str = "请改正") -> ProjectFileError:
    return ProjectFileError([Problem(Place(PROJECT_FILE, line=file.line([key])), what, todo)])


def _given(context: click.Context, option: click.Parameter, file: YamlFile, key: str) -> Any:
    """Return a value of the project file as the command line would give it."""
    value = file.data[key]
    values = [str(one) if isinstance(one, date) else one for one in (value if isinstance(value, list) else [value])]
    given = values if option.multiple else values[0] if len(values) == 1 else value
    try:
        cast = option.type_cast_value(context, given)
    except (click.BadParameter, TypeError):
        raise _wrong(file, key, f"“{key}”不能是“{value}”") from None
    try:
        if option.callback:
            option.callback(context, option, cast)
    except click.BadParameter as error:
        raise _wrong(file, key, error.message.rstrip("。")) from None
    return given


def _options(command: click.Command) -> dict[str, click.Parameter]:
    """Return the options of a command by their long names, without the dashes."""
    named = ((option, name) for option in command.params for name in option.opts if name.startswith("--"))
    return {name.removeprefix("--"): option for option, name in named}


def _named(command: click.Command, said: dict[str, Any]) -> dict[str, Any]:
    """Return what was said, by the parameters of a command, or of each command of a group."""
    if isinstance(command, click.Group):
        return {name: _named(below, said) for name, below in command.commands.items()}
    return {str(option.name): said[key] for key, option in _options(command).items() if key in said}


data_argument = click.argument("data", required=False, type=click.Path(path_type=Path))
sample_option = click.option("--sample", is_flag=True, help="用自带的样例数据。")
data_option = click.option(
    "--data", "configured", hidden=True, envvar="BAOXUE_DATA", type=click.Path(path_type=Path)
)  # what the project file and the environment say


def _data(data: Path | None, sample: bool, configured: Path | None) -> Path:
    """Return the dataset to use: the bundled sample, the one named, or the one of the project file."""
    from generator.press.build import no_data
    from generator.resources import data_dir

    if sample and data:
        raise click.UsageError("--sample 和数据文件只能给一个。")
    chosen = data_dir() / "sample.xlsx" if sample else data or configured
    if chosen is None:
        raise click.UsageError(
            f"请给出数据文件（.xlsx 或 .yaml），或在 {PROJECT_FILE} 里写 data: 文件名，或用 --sample。"
        )
    if not chosen.exists():
        raise no_data(chosen)
    return chosen


def _ledger(data: Path | None) -> Path:
    """Return where the ledger lies: in the project, else beside the data."""
    from generator.records.ledger import NAME

    beside = data if data is None or data.is_dir() else data.parent
    return (_project() or beside or Path()) / NAME


@main.command()
@data_argument
@sample_option
@data_option
@click.option("--format", "fmt", type=click.Choice(["text", "json"]), default="text", help="输出形式。")
@click.option("--lists", type=click.Path(path_type=Path), help="每个单位写一份问题单（.xlsx），放进这个文件夹。")
@click.option(
    "--annotate",
    "copy",
    type=click.Path(path_type=Path),
    help="把问题标在数据的副本里（变色、批注、清单），写成这个 .xlsx；数据是文件夹的，写进这个文件夹。",
)
@guarded
def check(
    data: Path | None, sample: bool, configured: Path | None, fmt: str, lists: Path | None, copy: Path | None
) -> None:
    """检查数据：一次列出全部问题，每条说明在哪里、是什么、怎么办；文件夹按单位列出。"""
    from generator.dataset import annotate, examine
    from generator.dataset.coverage import drawable
    from generator.dataset.units import by_unit
    from generator.errors import DataError
    from generator.policy.choice import wrong_policy
    from generator.press.build import overlay_of
    from generator.press.lists import write_lists
    from generator.resources import fonts_dir

    path, default = data or configured or Path(), date.today
    titles: dict[str, str] = {}
    try:
        path = _data(data, sample, configured)
        laid = overlay_of(None if sample else _ledger(path))
        dataset, problems = examine(path, drawable(fonts_dir()), lambda settings: settings.today or default(), laid)
        problems += wrong_policy(dataset, _project())
        titles = dataset.units
        counts = f"{len(dataset.schools)} 所学校、{len(dataset.classes)} 个班、{len(dataset.students)} 名学生"
        if dataset.students and not dataset.schools:
            counts = f"名册上 {len(dataset.students)} 名学生（要对照其他表的没有查）"
    except DataError as error:
        problems, counts = list(error.problems), "数据不能用，先改好这些，其余的还没有查"
    errors = [problem for problem in problems if problem.level == "error"]
    units = by_unit(titles, problems)
    if fmt == "json":
        click.echo(json.dumps([_as_json(problem, titles) for problem in problems], ensure_ascii=False, indent=1))
    elif len(set(titles.values())) > 1:
        _show_units(units)
    else:
        for problem in sorted(problems, key=lambda problem: problem.level):
            click.echo(str(problem))
    if fmt == "text":
        click.echo(f"{counts}：{len(errors)} 个错误，{len(problems) - len(errors)} 个提醒。", err=True)
    if lists:
        click.echo(f"{len(write_lists(units, lists))} 份问题单在 {lists}。", err=True)
    for sentence in annotate.write(path, problems, copy) if copy and path.exists() else ():
        click.echo(sentence, err=True)
    sys.exit(Exit.DATA if errors else Exit.DONE)


def _show_units(units: list[Unit]) -> None:
    for unit in units:
        click.echo(f"【{unit.title}】{unit.told}")
        for problem in unit.problems:
            click.echo(str(problem))


def _as_json(problem: Problem, titles: dict[str, str]) -> dict[str, Any]:
    unit = titles.get(problem.place.file, problem.place.file)
    told = {"level": problem.level, "unit": unit, **asdict(problem.place), "what": problem.what, "todo": problem.todo}
    return told | {"also": [asdict(place) for place in problem.also]}


def _day(_context: click.Context, _parameter: click.Parameter, given: str | None) -> date | None:
    from generator.dataset.columns import parse_date

    try:
        return None if given is None else parse_date(given)
    except ValueError as error:
        raise click.BadParameter(f"“{given}”不是日期：{error}。") from None


into_option = click.option(
    "--data", "configured", envvar="BAOXUE_DATA", type=click.Path(path_type=Path), help="改哪份数据。"
)
today_option = click.option("--today", callback=_day, help="当作哪一天，如 2026-09-10；不写用当天。")


def _dataset_of(configured: Path | None) -> Path:
    """Return the dataset to change: the one named, or that of the project file."""
    from generator.press.build import no_data

    if configured is None:
        raise click.UsageError(f"先进到有 {PROJECT_FILE} 的文件夹里（cd），或用 --data 写明数据文件。")
    if not configured.exists():
        raise no_data(configured)
    return configured


@main.command("import")
@click.argument("roster", type=click.Path(path_type=Path))
@into_option
@click.option("--school", default="", help="名册里没有学校一列时，写明是哪所学校。")
@click.option("--review", type=click.Path(path_type=Path), help="填好的核对表：照它处理。")
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

    data = _dataset_of(configured)
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


@main.command()
@into_option
@click.option("--start", callback=_day, help="新学期的开学日期，如 2027-03-01。")
@click.option("--end", callback=_day, help="新学期的结束日期。")
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

    data = _dataset_of(configured)
    now = datetime.now(UTC).astimezone()
    if frozen:
        rolled = term_.freeze(data, today or now.date())
        _show("学年初人数定为", [f"{each.full_name} {each.baseline or '空'} → {each.size}" for each in rolled.promoted])
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
        _show(title, lines, most=len(lines))
    moved = f"{len(rolled.promoted)} 个班升级，{len(rolled.leavers)} 人毕业离校；" if rolled.new_year else ""
    rest = "教职工的“任教班级”清空，要重填；名册导入后用 baoxue term --freeze 定学年初人数。" if rolled.new_year else ""
    click.echo(f"换到{rolled.year}{rolled.term}：{moved}制表日期清空。{rest}")


@main.command()
@into_option
@guarded
def undo(configured: Path | None) -> None:
    """撤销：把数据恢复成上一次导入或换学期以前的样子。"""
    from generator.dataset import safekeeping

    data = _dataset_of(configured)
    for path, copy in safekeeping.undo(data).items():
        click.echo(f"{path} 已恢复成 {copy.name} 那一份。")


def _several(_context: click.Context, _parameter: click.Parameter, given: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(part.strip() for text in given for part in text.replace("，", ",").split(",") if part.strip())


def _now() -> date:
    return datetime.now(UTC).astimezone().date()


@main.group()
def notice() -> None:
    """通知书的文号和送达：编号、登记送达、作废、列出。"""


def _notices(configured: Path | None, today: date | None) -> tuple[Prepared, Path]:
    """Return the dataset with its notices planned, and where the ledger lies."""
    from generator.forms.plan import Selection
    from generator.press.build import Order, prepare
    from generator.press.issuing import FORMS

    data = _dataset_of(configured)
    path = _ledger(data)
    order = Order(data, Path(), _project(), Selection(tuple(FORMS.values())), today or _now(), ledger=path)
    return prepare(order, _now), path


def _number(_context: click.Context, _parameter: click.Parameter, given: str) -> Number:
    from generator.records.number import parse

    if number := parse(given):
        return number
    raise click.BadParameter(f"“{given}”不是文号，写成 云政返通〔2026〕1号（括号用 [ ] 也行）。")


def _people(_context: click.Context, _parameter: click.Parameter, given: str) -> tuple[str, ...]:
    return tuple(dict.fromkeys(name.strip() for name in given.replace("，", "、").split("、") if name.strip()))


def _minute(_context: click.Context, _parameter: click.Parameter, given: str) -> datetime:
    from generator.dataset.columns import parse_date

    day, _, clock = given.strip().replace("T", " ").replace("：", ":").partition(" ")
    try:
        return datetime.combine(parse_date(day), time.fromisoformat(clock.strip().zfill(len("18:30"))))
    except ValueError:
        raise click.BadParameter(f"“{given}”要写到分，如 2026-09-20 18:30。") from None


number_argument = click.argument("number", metavar="文号", callback=_number)


@notice.command("issue")
@into_option
@click.option("--case", "cases", multiple=True, callback=_several, help="只编这些个案的（个案编号）。")
@click.option("--notice", "notices", multiple=True, callback=_several, help="只编这些通知书（序号）。")
@click.option("--school", "schools", multiple=True, callback=_several, help="只编这些学校的。")
@click.option("--all", "everything", is_flag=True, help="所有没有文号的都编。")
@click.option("--date", "on", callback=_day, help="发出日期；不写用当天。")
@click.option("--code", default="", help="机关代字，如 云政返通；不写用以前用过的，或乡镇、县区表里的。")
@click.option("--joint", is_flag=True, help="乡镇和县级教育行政部门联合发文：用牵头机关的文号，盖两个章。")
@click.option("--yes", is_flag=True, help="照编；不加只看会编什么号。")
@today_option
@guarded
def notice_issue(
    configured: Path | None, cases: tuple[str, ...], notices: tuple[str, ...], schools: tuple[str, ...],
    everything: bool, on: date | None, code: str, joint: bool, yes: bool, today: date | None,
) -> None:  # fmt: skip
    """给通知书编文号：接着上一号，编了就不变、不重、不空。"""
    from generator.dataset import draw
    from generator.press.issuing import Wish, known_numbers, offer
    from generator.records import ledger

    if not (cases or notices or schools or everything):
        raise click.UsageError("写明编哪些：--case、--notice、--school 或 --all。")
    prepared, path = _notices(configured, today)
    day = prepared.context.today
    if on and on > day:
        raise click.UsageError(f"发出日期 {on} 晚于今天 {day}。")
    before = ledger.read(path)
    book = known_numbers(draw(prepared.order.data)[0], before)
    offers = offer(prepared, book, Wish(on or day, cases, notices, schools, everything, code, joint))
    _show("不能发出，没有编号", [f"{who}：{why}" for who, why in offers.refused], most=len(offers.refused))
    for entry in offers.numbered:
        click.echo(f"{entry.number} {entry.student}：已经编过，没有再编。")
    if yes and offers.requests:
        first = () if before else book.entries
        given = ledger.issue(path, [request for request, _ in offers.requests], first)
        for entry in given:
            click.echo(_issued(entry.number, entry))
        taken = f"；从数据里登记了以前的 {len(first)} 个文号" if first else ""
        click.echo(f"编了 {len(given)} 个文号{taken}。印文书运行 baoxue build。", err=True)
    elif not yes:
        for request, number in offers.requests:
            click.echo(_issued(number, request))
        click.echo(f"这是预演，{len(offers.requests)} 个文号都没有编；照编加 --yes。", err=True)
    sys.exit(Exit.PARTIAL if offers.refused else Exit.DONE)


def _issued(number: Number, notice: Request | Entry) -> str:
    until = f"期限 {notice.deadline}" if notice.deadline else "期限从送达起算"
    return f"{number} {notice.student} {_kind(notice)}{notice.issuer} {notice.issued_on}，{until}"


def _kind(notice: Request | Entry) -> str:
    """Return the kind of a notice where it is not the usual one."""
    from generator.dataset.models import NOTICES

    return "" if notice.kind == NOTICES[0] else f"{notice.kind} "


@notice.command("serve")
@number_argument
@into_option
@click.option("--at", required=True, metavar="TIME", callback=_minute, help='送达时间，到分，如 "2026-09-20 18:30"。')
@click.option("--mode", required=True, help="直接送达、留置送达、邮寄送达、电子送达或委托送达。")
@click.option("--by", "servers", required=True, callback=_people, help="送达人，几个人用、隔开。")
@click.option("--to", "received_by", default="", help="收件人。")
@click.option("--relation", default="", help="收件人与监护人的关系；监护人自己收的不写。")
@click.option("--proxy", "proxy_reason", default="", help="由同住成年家属代收的理由。")
@click.option("--refused", "refusal", default="", help="拒收事由（留置送达）。")
@click.option("--witness", "witnesses", default="", callback=_people, help="见证人，几个人用、隔开。")
@click.option("--witness-unit", default="", help="见证人单位，如 溪头村民委员会。")
@click.option("--place", default="", help="送达地点。")
@click.option("--photo", default="", help="照片、录像编号。")
@click.option("--note", default="", help="备注；邮寄、电子、委托送达的凭证写在这里。")
@click.option("--correct", default="", metavar="理由", help="更正已经登记的送达，写明为什么。")
@today_option
@guarded
def notice_serve(
    number: Number, configured: Path | None, at: datetime, mode: str, correct: str, today: date | None, **said: Any
) -> None:
    """登记一份通知书的送达：时间到分，送达人、收件人，拒收的写事由和见证人。"""
    from generator.dataset.models import Notice, columns
    from generator.press.issuing import WishError, fit
    from generator.records import ledger
    from generator.records.service import Service

    if mode not in (modes := columns(Notice)["served_mode"].choices):
        raise click.UsageError(f"送达方式“{mode}”应是 {'、'.join(modes)} 之一。")
    prepared, path = _notices(configured, today)
    book = ledger.read(path)
    entry = book.find(number) if book else None
    if entry is None:
        raise WishError(f"台账里没有 {number}；有哪些看 baoxue notice list")
    ledger.serve(path, number, fit(entry, Service(at, mode, **said), prepared), correct)
    click.echo(f"{number} {entry.student}：{at:%Y-%m-%d %H:%M} {mode}，已登记。")


@notice.command("void")
@number_argument
@into_option
@click.option("--why", required=True, help="作废的理由。")
@today_option
@guarded
def notice_void(number: Number, configured: Path | None, why: str, today: date | None) -> None:
    """作废一个文号：写明理由，号不再用，文书不再印。"""
    from generator.records import ledger

    if not why.strip():
        raise click.UsageError("写明作废的理由。")
    ledger.void(_ledger(configured), number, why.strip(), today or _now())
    click.echo(f"{number} 已作废。要重新发出，运行 baoxue notice issue --notice 序号。")


@notice.command("open")
@click.argument("code", metavar="代字")
@click.argument("year", type=click.IntRange(1900, 2100), metavar="年")
@click.argument("number", type=click.IntRange(1, 9_999_999), metavar="下一号")
@into_option
@guarded
def notice_open(code: str, year: int, number: int, configured: Path | None) -> None:
    """定下一号从几开始：以前的号在原来的文号簿上。"""
    from generator.records import ledger
    from generator.records.number import Number, is_code

    if not is_code(code):
        raise click.UsageError(f"机关代字“{code}”应是几个汉字，如 云政返通。")
    ledger.open_at(_ledger(configured), code, year, number)
    click.echo(f"下一号是 {Number(code, year, number)}。")


@notice.command("import")
@into_option
@guarded
def notice_import(configured: Path | None) -> None:
    """把数据里以前的文号登记进台账；有冲突的一个也不登记。"""
    from generator.dataset import draw
    from generator.errors import DataError
    from generator.records import ledger
    from generator.records.overlay import earlier

    data = _dataset_of(configured)
    path = _ledger(data)
    found = earlier(draw(data)[0], ledger.read(path))
    if found.problems:
        raise DataError(found.problems)
    ledger.take_over(path, found.entries)
    for entry in found.entries:
        click.echo(f"{entry.number} {entry.student} {entry.issued_on}")
    click.echo(f"登记了 {len(found.entries)} 个文号。", err=True)


@notice.command("list")
@into_option
@click.option("--year", type=int, help="只列这一年的。")
@click.option("--gaps", is_flag=True, help="只列空号。")
@click.option("--format", "fmt", type=click.Choice(["text", "json"]), default="text", help="输出形式。")
@guarded
def notice_list(configured: Path | None, year: int | None, gaps: bool, fmt: str) -> None:
    """列出文号：给谁的、哪天发的、怎么送达的、作废的、空号。"""
    from generator.records.book import Book
    from generator.records.ledger import read

    book = read(_ledger(configured)) or Book()
    entries = [each for each in book.entries if not gaps and year in (None, each.number.year)]
    missing = [each for each in book.gaps() if year in (None, each.year)]
    if fmt == "json":
        told = {
            "notices": [asdict(each) | {"text": str(each.number)} for each in entries],
            "gaps": [asdict(each) for each in missing],
            "digest": book.digest(),
        }
        click.echo(json.dumps(told, ensure_ascii=False, indent=1, default=str))
        return
    for each in entries:
        served = f"{each.service.at:%Y-%m-%d %H:%M} {each.service.mode}" if each.service else ""
        unserved = "以前发的，送达见数据" if each.imported else "未登记送达"
        state = f"{each.voided_on} 作废：{each.void_why}" if each.void else served or unserved
        click.echo(f"{each.number}\t{each.student}\t{each.issued_on}\t{_kind(each)}{state}")
    for gap in missing:
        click.echo(f"{gap}\t{'在原文号簿' if gap.elsewhere else '空号，没有记录'}")
    voided = sum(each.void for each in entries)
    click.echo(f"{len(entries)} 个文号，作废 {voided} 个；空号 {len(missing)} 段。", err=True)


@main.group("ledger")
def ledger_() -> None:
    """台账（文号和送达）的备份和恢复。"""


@ledger_.command("backup")
@click.argument("file", type=click.Path(path_type=Path))
@into_option
@guarded
def ledger_backup(file: Path, configured: Path | None) -> None:
    """把台账备份成一个新文件；每次编号以后备份一份，放到别的磁盘。"""
    from generator.records.keeping import back_up

    back_up(_ledger(configured), file)
    click.echo(f"台账已备份到 {file}。")


@ledger_.command("restore")
@click.argument("file", type=click.Path(path_type=Path))
@into_option
@click.option("--yes", is_flag=True, help="备份里少了已经发出的文号，仍要恢复。")
@guarded
def ledger_restore(file: Path, configured: Path | None, yes: bool) -> None:
    """用备份恢复台账；现有的台账先存进“备份”。"""
    from generator.records.keeping import restore

    done = restore(_ledger(configured), file, datetime.now(UTC).astimezone(), yes=yes)
    click.echo(f"台账已用 {file} 恢复。" + (f"原来的在 {done.kept}。" if done.kept else ""))
    _show(
        "恢复后的台账里没有这些已经发出的文号，用 baoxue notice open 排到它们后面",
        [str(one) for one in done.lost],
        1000,
    )


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
        _show(title, lines, most=len(lines))  # every change is told
    click.echo(
        f"新增 {len(merge.new)} 人，变动 {len(merge.changed)} 人 {len(changes)} 处，"
        f"不在名册上 {len(found.undecided)} 人，要核对 {len(merge.unsure)} 人。"
    )


@main.command()
@click.argument("folder", type=click.Path(path_type=Path))
@click.option("--empty", is_flag=True, help="只要表头，不要示例。")
@guarded
def init(folder: Path, empty: bool) -> None:
    """新建一个文件夹：要填的工作簿（带示例）、选项文件、说明。"""
    from generator.project import DATA, begin, files

    default = date.today
    begin(folder, files(default(), without_rows=empty))
    click.echo(f"已写好 {folder / DATA}：先看“说明”表，填好后在那个文件夹里运行 baoxue check、baoxue build。")


@main.command("list")
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
    from generator.policy.load import load_policy

    catalogue = discover(_project())
    policy = load_policy(DEFAULT_POLICY, _project())
    problems = prove(catalogue, policy)
    if problems:
        raise TemplateError(problems)
    context = Context(Dataset(), policy, date.min)
    for definition in catalogue.definitions.values():
        title = title_of(definition, context)
        covers, formats = "、".join(definition.covers), ",".join(definition.formats)
        click.echo(f"{covers:<6} {definition.id:<22} {SCOPE_NAMES[definition.per]:<4} {formats:<14} {title}")


SCOPE_NAMES = {
    "county": "每县", "township": "每乡镇", "village": "每村", "school": "每校", "class": "每班", "staff": "每教师",
    "student": "每生", "case": "每个案", "visit": "每次家访", "notice": "每份通知", "inspection": "每次督导",
}  # fmt: skip


@main.group()
def policy() -> None:
    """看政策预设：每个数值是多少、从哪里来。"""


@policy.command()
@data_argument
@sample_option
@data_option
@click.option("--preset", metavar="ID", help="看这个预设；不给就看数据用的，没有数据看 national。")
@click.option("--find", metavar="WORD", default="", help="只看名称、编号或取值里有这个词的。")
@guarded
def show(data: Path | None, sample: bool, configured: Path | None, preset: str | None, find: str) -> None:
    """列出政策的每个数值：编号、名称、取值、出处（预设文件的行，或数据的单元格）。"""
    from generator.dataset import load
    from generator.dataset.models import Dataset, Settings
    from generator.policy.choice import composed
    from generator.policy.show import lines

    dataset = Dataset()
    if data or sample or configured:
        dataset, _ = load(_data(data, sample, configured))
    if preset:
        dataset.settings = Settings(policy=preset)
    for line in lines(composed(dataset, _project()), find):
        click.echo(line)


who_option = click.option(
    "--who", multiple=True, callback=_several, metavar="NAME", help="只看谁的：姓名、单位或岗位，可多个。"
)
until_option = click.option("--until", callback=_day, metavar="DATE", help="只看这一天以前（含当天）到期的。")


@main.command()
@data_argument
@sample_option
@data_option
@today_option
@who_option
@until_option
@click.option("--done", is_flag=True, help="连已经办了的也列出来。")
@click.option("--format", "fmt", type=click.Choice(["table", "json", "xlsx"]), default="table", help="输出形式。")
@click.option("--out", type=click.Path(path_type=Path), help="xlsx 写到哪里；不给写成 待办_日期.xlsx。")
@guarded
def due(
    data: Path | None, sample: bool, configured: Path | None, today: date | None, who: tuple[str, ...],
    until: date | None, done: bool, fmt: str, out: Path | None,
) -> None:  # fmt: skip
    """列出待办：谁、为谁、在哪天以前、该办哪份文书；逾期的在前。"""
    from generator.press.build import Order, gather
    from generator.press.due import Asked, free_name, write_due

    if out and fmt != "xlsx":
        raise click.UsageError("--out 要和 --format xlsx 一起用。")
    path, default = _data(data, sample, configured), date.today
    order = Order(path, Path(), _project(), today=today, ledger=None if sample else _ledger(path))
    known = gather(order, default, known_until=default())  # what came later was not known then, and is no error
    found, day = known.due(Asked(who, until, done)), known.context.today
    _tell_day(order, day)
    if fmt == "json":
        told = [asdict(line) | {"by": str(line.by), "done_on": str(line.done_on or "")} for line in found.lines]
        click.echo(json.dumps(told, ensure_ascii=False, indent=1))
    elif fmt == "xlsx":
        target = out or free_name(day, Path())
        write_due(found.lines, day, target)
        click.echo(f"待办清单在 {target}。")
    else:
        _show_due(found.lines)
    _show("算不出", [str(problem) for problem in found.unknown], most=len(found.unknown))
    errors = [str(problem) for problem in known.problems if problem.level == "error"]
    _show("数据里的错误", errors, rest="见 baoxue check")
    late = sum(line.state == "overdue" for line in found.lines)
    click.echo(f"{day}：{sum(line.state == 'due' for line in found.lines)} 件待办，{late} 件逾期。", err=True)
    nothing = not known.context.dataset.schools
    if nothing:
        click.echo("数据里没有学校，没有可以算的待办。", err=True)
    sys.exit(Exit.DATA if nothing else Exit.PARTIAL if found.unknown else Exit.DONE)


def _show_paperless(found: Due, papers: Papers) -> None:
    from generator.policy.duties.cases import PAPERS

    drafts = [line for line in papers.lacking if line.paper in PAPERS.values()]
    others = [line for line in papers.lacking if line.paper not in PAPERS.values()]
    told = "先在“通知书”表里添一行（序号、个案编号、文种），再印"
    _show(told, [f"{line.paper} {line.about}：{line.what}" for line in drafts], most=len(drafts))
    rest = "见 baoxue due"
    _show("要办，但没有要印的文书", [f"{line.paper} {line.about}：{line.what}" for line in others], rest=rest)
    _show("待办算不出", [str(problem) for problem in found.unknown], most=len(found.unknown))


def _tell_day(order: Order, day: date) -> None:
    """Say so where the dataset's own day, and not today, is what was looked at."""
    clock = date.today
    if order.today is None and order.ledger and day != clock():
        click.echo(f"按数据里的制表日期 {day} 算，不是今天；要看今天的加 --today {clock()}。", err=True)


def _show_due(lines: Iterable[Line]) -> None:
    from generator.policy.duties.duty import STATES

    whose = None
    for line in lines:
        if line.who != whose:
            click.echo(f"【{line.who}】")
            whose = line.who
        by = f"{line.by}{' ' if line.time else ''}{line.time}前{f'（逾期{line.late}天）' if line.late else ''}"
        click.echo(f"  {STATES[line.state]} {by}　{line.paper} {line.title}　{line.about}：{line.what}")


def _formats(context: click.Context, parameter: click.Parameter, given: tuple[str, ...]) -> tuple[str, ...]:
    from generator.render import RENDERERS

    chosen = _several(context, parameter, given)
    for name in chosen:
        if name not in RENDERERS:
            raise click.BadParameter(f"没有“{name}”这种格式，可用 {','.join(RENDERERS)}。")
    return chosen


@main.command()
@guarded
def doctor() -> None:
    """检查这台电脑：程序库、字体、版本，缺什么就说怎么补。"""
    from generator.doctor import examine

    findings = examine(_project())
    for finding in findings:
        click.echo(str(finding))
    sys.exit(Exit.DONE if all(finding.well for finding in findings) else Exit.FAILURE)


@main.command()
@data_argument
@sample_option
@data_option
@click.option("--form", multiple=True, callback=_several, help="只做这些文书（编号，可多个）。")
@click.option("--school", multiple=True, callback=_several, help="只做这些学校。")
@click.option("--class", "class_", envvar="BAOXUE_BUILD_CLASS", multiple=True, callback=_several, help="只做这些班级。")
@click.option("--student", multiple=True, callback=_several, help="只做这些学生，一人一个文件。")
@click.option(
    "--format",
    "formats",
    envvar="BAOXUE_BUILD_FORMAT",
    multiple=True,
    callback=_formats,
    help="docx,pdf,xlsx；不给就全做。",
)
@click.option("--out", type=click.Path(path_type=Path), default=Path("output"), show_default=True, help="放到哪里。")
@click.option("--today", metavar="DATE", callback=_day, help="文书上的日期，如 2026-9-1；不给用数据里的制表日期。")
@click.option("--jobs", type=click.IntRange(min=1), help="几个进程同时做；不给按处理器核数。")
@click.option("--due", "only_due", is_flag=True, help="只做今天要办的（见 baoxue due），放进 output/待办 日期。")
@who_option
@until_option
@click.option("--single", is_flag=True, help="一人一个文件，不合并成打印文件。")
@click.option("--overwrite", is_flag=True, help="连人工改过的文件也重做。")
@click.option("--strict", is_flag=True, help="数据有错或有做不出来的文书就停下，什么都不写。")
@click.option("--dry-run", is_flag=True, help="只列出要做的文件，不做。")
@click.option("-q", "--quiet", is_flag=True, help="不显示进度。")
@guarded
def build(
    data: Path | None, sample: bool, configured: Path | None, form: tuple[str, ...], school: tuple[str, ...],
    class_: tuple[str, ...], student: tuple[str, ...], formats: tuple[str, ...], out: Path, today: date | None,
    jobs: int | None, only_due: bool, who: tuple[str, ...], until: date | None, single: bool, overwrite: bool,
    strict: bool, dry_run: bool, quiet: bool,
) -> None:  # fmt: skip
    """生成文书：默认按班级或单位合成打印文件，放进 output 文件夹。"""
    from generator.forms.plan import Selection
    from generator.press.build import Order, foretell, prepare
    from generator.press.build import build as make
    from generator.press.due import Asked

    if (who or until) and not only_due:
        raise click.UsageError("--who 和 --until 要和 --due 一起用。")
    selection = Selection(form, school, class_, student, formats, single)
    workers = jobs or os.cpu_count() or 1
    path = _data(data, sample, configured)
    ledger = None if sample else _ledger(path)
    asked = Asked(who, until) if only_due else None
    order = Order(path, _apart(out, path), _project(), selection, today, workers, overwrite, strict, ledger, asked)
    prepared = prepare(order, date.today)
    unknown = bool(prepared.due and prepared.due.unknown)
    if prepared.due and prepared.papers:
        _tell_day(order, prepared.context.today)
        _show_paperless(prepared.due, prepared.papers)
    if prepared.empty:
        click.echo("没有符合条件的文书。", err=True)
    if dry_run:
        left = foretell(prepared)
        _show_plan(prepared, left)
        sys.exit(Exit.PARTIAL if left or prepared.missed or unknown else Exit.DONE)
    with _progress(len(prepared.plan.jobs), quiet) as advance:
        report = make(prepared, lambda _: advance())
    _show_report(report, prepared)
    sys.exit(Exit.PARTIAL if report.partial or unknown else Exit.DONE)


def _apart(out: Path, data: Path) -> Path:
    """Return where papers go; those of a past term lie apart from those of today, unless it is said where."""
    from generator.dataset.term import HISTORY

    said = click.get_current_context().get_parameter_source("out") != ParameterSource.DEFAULT
    parts = data.resolve().parts
    if said or HISTORY not in parts:
        return out
    return out.joinpath(*parts[parts.index(HISTORY) : parts.index(HISTORY) + 2])


def _show_plan(prepared: Prepared, left: list[Skipped]) -> None:
    _show_unavailable(prepared.unavailable)
    out, files = {(one.form, one.label) for one in left}, 0
    for job in prepared.plan.jobs:
        made = sum((job.form, entry.label) not in out for entry in job.entries)
        for _, target in job.targets if made else ():
            click.echo(f"{target}\t{made} 份 × {job.copies}")
            files += 1
    _show("做不出来", [f"{one.title} {one.label}：{one.why}" for one in left], most=len(left))
    click.echo(f"共 {files} 个文件，没有写任何东西。", err=True)


class _progress:
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


def _show_report(report: Report, prepared: Prepared) -> None:
    errors = [problem for problem in prepared.problems if problem.level == "error"]
    _show_unavailable(report.unavailable)
    sections = (
        ("数据里的错误", [str(problem) for problem in errors]),
        ("缺数据，没有做", [f"{left.title} {left.label}：{left.why}" for left in report.all_skipped]),
        ("出错，没有做", [f"{left.title} {left.label}：{left.why}" for left in report.failed]),
        ("人工改过，没有覆盖；数据已变，文件里是旧的（要重做加 --overwrite）", report.stale),
        ("人工改过，没有覆盖（要重做加 --overwrite）", [path for path in report.kept if path not in report.stale]),
        ("本次没有做成，留着的是以前的文件，请核对", report.out_of_date),
        ("以前做的，本次没有再做（不再用的请删去）", report.left_over),
        ("页数不对", report.wrong_pages),
        ("留空手填", [f"{title} {label}：{blanks}" for title, label, blanks in report.by_hand]),
    )
    for title, lines in sections:
        _show(title, lines)
    click.echo(
        f"做好 {report.made} 个文件，{report.papers} 份文书，在 {report.out}；目录见 {report.out / '目录.xlsx'}。"
    )


def _show_unavailable(unavailable: dict[str, str]) -> None:
    for fmt, why in unavailable.items():
        click.echo(f"{fmt.upper()} 不可用：{why}", err=True)


def _show(title: str, lines: list[str], most: int = SHOWN, rest: str = "见目录.xlsx") -> None:
    if not lines:
        return
    click.echo(f"{title}（{len(lines)}）：", err=True)
    for line in lines[:most]:
        click.echo(f"  {line}", err=True)
    if len(lines) > most:
        click.echo(f"  …… 其余 {len(lines) - most} 条{rest}", err=True)
