"""baoxue notice: numbers and service of notices."""

from __future__ import annotations

import json
import sys
from dataclasses import asdict
from datetime import date, datetime, time
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from generator.cli.asking import (
    as_day,
    as_list,
    clock,
    dataset_to_change,
    into_option,
    ledger_of,
    project,
    today_option,
)
from generator.cli.help import examples
from generator.cli.stopping import guarded
from generator.cli.telling import tell
from generator.errors import Exit

if TYPE_CHECKING:
    from generator.press.build import Gathered
    from generator.records.book import Entry
    from generator.records.ledger import Request
    from generator.records.number import Number


@click.group(epilog=examples("notice issue --all", "notice issue --all --yes", "notice list"))
def notice() -> None:
    """通知书的文号和送达：编号、登记送达、作废、列出。"""


def _notices(configured: Path | None, today: date | None) -> tuple[Gathered, Path]:
    """Return the dataset with the ledger over it, and where that lies."""
    from generator.press.build import Order, gather

    data = dataset_to_change(configured)
    path = ledger_of(data)
    return gather(Order(data, Path(), project(), today=today or clock(), ledger=path), clock), path


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


new_ledger_option = click.option(
    "--new-ledger", "afresh", is_flag=True, help="以前的台账不见了、又找不回来，另建一本。"
)
number_argument = click.argument("number", metavar="文号", callback=_number)


@notice.command("issue", epilog=examples("notice issue --case 1", "notice issue --case 1 --yes", "notice issue --all"))
@into_option
@click.option("--case", "cases", multiple=True, callback=as_list, metavar="编号", help="只编这些个案的。")
@click.option("--notice", "notices", multiple=True, callback=as_list, metavar="序号", help="只编这些通知书。")
@click.option("--school", "schools", multiple=True, callback=as_list, metavar="学校", help="只编这些学校的。")
@click.option("--all", "everything", is_flag=True, help="所有没有文号的都编。")
@click.option("--date", "on", callback=as_day, metavar="日期", help="发出日期；不写用当天。")
@click.option(
    "--code", default="", metavar="代字", help="机关代字，如 云政返通；不写用以前用过的，或乡镇、县区表里的。"
)
@click.option("--joint", is_flag=True, help="乡镇和县级教育行政部门联合发文：用牵头机关的文号，盖两个章。")
@click.option("--yes", is_flag=True, help="照编；不加只看会编什么号。")
@new_ledger_option
@today_option
@guarded
def notice_issue(
    configured: Path | None, cases: tuple[str, ...], notices: tuple[str, ...], schools: tuple[str, ...],
    everything: bool, on: date | None, code: str, joint: bool, yes: bool, afresh: bool, today: date | None,
) -> None:  # fmt: skip
    """给通知书编文号：接着上一号，编了就不变、不重、不空。"""
    from generator.press.issuing import Wish, issue, offer

    if not (cases or notices or schools or everything):
        raise click.UsageError("写明编哪些：--case、--notice、--school 或 --all。")
    known, path = _notices(configured, today)
    wish = Wish(
        on or known.context.today, cases, notices, schools, everything=everything, code=code, joint=joint, afresh=afresh
    )
    offers = offer(known, wish)
    tell("不能发出，没有编号", [f"{who}：{why}" for who, why in offers.refused], most=len(offers.refused))
    tell("可以发出，但请再想一想", [f"{who}：{what}" for who, what in offers.reminders], most=len(offers.reminders))
    for entry in offers.numbered:
        click.echo(_numbered(entry))
    if yes and offers.requests:
        given = issue(path, offers)
        for entry in given.entries:  # another may have numbered some of them since they were offered
            click.echo(_issued(entry.number, entry) if entry.key in given.new else _numbered(entry))
        taken = f"；从数据里登记了以前的 {len(offers.first)} 个文号" if offers.first else ""
        click.echo(f"编了 {len(given.new)} 个文号{taken}。印文书运行 baoxue build。", err=True)
    elif not yes:
        for request, number in offers.requests:
            click.echo(_issued(number, request))
        click.echo(f"这是预演，{len(offers.requests)} 个文号都没有编；照编加 --yes。", err=True)
    sys.exit(Exit.PARTIAL if offers.refused else Exit.DONE)


def _numbered(entry: Entry) -> str:
    return f"{entry.number} {entry.student}：已经编过，没有再编。"


def _issued(number: Number, notice: Request | Entry) -> str:
    until = f"期限 {notice.deadline}" if notice.deadline else "期限从送达起算"
    return f"{number} {notice.student} {_kind(notice)}{notice.issuer} {notice.issued_on}，{until}"


def _kind(notice: Request | Entry) -> str:
    """Return the kind of a notice where it is not the usual one."""
    from generator.dataset.models import NOTICES

    return "" if notice.kind == NOTICES[0] else f"{notice.kind} "


@notice.command(
    "serve",
    epilog=examples(
        'notice serve 云政返通〔2026〕1号 --at "2026-09-20 18:30" --mode 直接送达 --by 石磊、木兰 --to 石大山',
    ),
)
@number_argument
@into_option
@click.option("--at", required=True, metavar="时间", callback=_minute, help='送达时间，到分，如 "2026-09-20 18:30"。')
@click.option("--mode", required=True, metavar="方式", help="直接送达、留置送达、邮寄送达、电子送达或委托送达。")
@click.option("--by", "servers", required=True, callback=_people, metavar="姓名", help="送达人，几个人用、隔开。")
@click.option("--to", "received_by", default="", metavar="姓名", help="收件人。")
@click.option("--relation", default="", metavar="关系", help="收件人与监护人的关系；监护人自己收的不写。")
@click.option("--proxy", "proxy_reason", default="", metavar="理由", help="由同住成年家属代收的理由。")
@click.option("--refused", "refusal", default="", metavar="事由", help="拒收事由（留置送达）。")
@click.option("--witness", "witnesses", default="", callback=_people, metavar="姓名", help="见证人，几个人用、隔开。")
@click.option("--witness-unit", default="", metavar="单位", help="见证人单位，如 溪头村民委员会。")
@click.option("--place", default="", metavar="地点", help="送达地点。")
@click.option("--photo", default="", metavar="编号", help="照片、录像编号。")
@click.option("--note", default="", metavar="备注", help="备注；邮寄、电子、委托送达的凭证写在这里。")
@click.option("--correct", default="", metavar="理由", help="更正已经登记的送达，写明为什么。")
@today_option
@guarded
def notice_serve(
    number: Number, configured: Path | None, at: datetime, mode: str, correct: str, today: date | None, **said: Any
) -> None:
    """登记一份通知书的送达：时间到分，送达人、收件人，拒收的写事由和见证人。"""
    from generator.dataset.models import Notice, columns
    from generator.press.issuing import WishError, fit, too_late
    from generator.records import ledger
    from generator.records.service import Service

    if mode not in (modes := columns(Notice)["served_mode"].choices):
        raise click.UsageError(f"送达方式“{mode}”应是 {'、'.join(modes)} 之一。")
    known, path = _notices(configured, today)
    entry = known.book.find(number) if known.book else None
    if entry is None:
        raise WishError(f"台账里没有 {number}；有哪些看 baoxue notice list")
    service = fit(entry, Service(at, mode, **said), known)
    ledger.serve(path, number, service, correct)
    click.echo(f"{number} {entry.student}：{at:%Y-%m-%d %H:%M} {mode}，已登记。")
    if late := too_late(entry, service, known):
        click.echo(f"提醒：{late}。", err=True)


@notice.command("void", epilog=examples("notice void 云政返通〔2026〕1号 --why 学生姓名写错"))
@number_argument
@into_option
@click.option("--why", required=True, metavar="理由", help="作废的理由。")
@today_option
@guarded
def notice_void(number: Number, configured: Path | None, why: str, today: date | None) -> None:
    """作废一个文号：写明理由，号不再用，文书不再印。"""
    from generator.records import ledger

    if not why.strip():
        raise click.UsageError("写明作废的理由。")
    entry = ledger.void(ledger_of(configured), number, why.strip(), today or clock())
    again = f"baoxue notice issue --case {entry.key.case} --notice {entry.key.notice}"
    click.echo(f"{number} 已作废。要重新发出，给同一行重新编号（不用添行）：{again}")


@notice.command("open", epilog=examples("notice open 云政返通 2026 18", "notice open 云政返通 2026 18 --yes"))
@click.argument("code", metavar="代字")
@click.argument("year", type=click.IntRange(1900, 2100), metavar="年")
@click.argument("number", type=click.IntRange(1, 9_999_999), metavar="下一号")
@into_option
@click.option("--yes", is_flag=True, help="照定；不加只看会跳过哪些号。")
@new_ledger_option
@guarded
def notice_open(code: str, year: int, number: int, configured: Path | None, yes: bool, afresh: bool) -> None:
    """定下一号从几开始：以前的号在原来的文号簿上。"""
    from generator.records import ledger
    from generator.records.book import Book
    from generator.records.number import Number, is_code

    if not is_code(code):
        raise click.UsageError(f"机关代字“{code}”应是几个汉字，如 云政返通。")
    path = ledger_of(configured)
    _refuse_vanished(path, afresh)
    book = ledger.read(path) or Book()
    ledger.opening_at(book, code, year, number)
    if passed := book.passed_over(code, year, number):
        click.echo(f"{passed}。", err=True)
    if yes:
        ledger.open_at(path, code, year, number)
        click.echo(f"下一号是 {Number(code, year, number)}。")
    else:
        now = Number(code, year, book.next(code, year))
        click.echo(f"下一号会是 {Number(code, year, number)}，现在是 {now}。")
        click.echo("这是预演，没有定；照定加 --yes。", err=True)


def _refuse_vanished(path: Path, afresh: bool) -> None:
    from generator.press.vanished import refuse_vanished, traces

    if not afresh:
        refuse_vanished(traces(path))


@notice.command("import", epilog=examples("notice import"))
@into_option
@new_ledger_option
@guarded
def notice_import(configured: Path | None, afresh: bool) -> None:
    """把数据里以前的文号登记进台账；有冲突的一个也不登记。"""
    from generator.dataset import draw
    from generator.press.issuing import take_over
    from generator.records.ledger import read
    from generator.records.overlay import earlier

    data = dataset_to_change(configured)
    path = ledger_of(data)
    _refuse_vanished(path, afresh)
    found = earlier(draw(data)[0], read(path))
    take_over(path, found)
    for entry in found.entries:
        click.echo(f"{entry.number} {entry.student} {entry.issued_on}")
    click.echo(f"登记了 {len(found.entries)} 个文号。", err=True)


@notice.command("list", epilog=examples("notice list", "notice list --year 2026 --gaps"))
@into_option
@click.option("--year", type=int, metavar="年", help="只列这一年的。")
@click.option("--gaps", is_flag=True, help="只列空号。")
@click.option("--format", "fmt", type=click.Choice(["text", "json"]), default="text", help="输出形式。")
@guarded
def notice_list(configured: Path | None, year: int | None, gaps: bool, fmt: str) -> None:
    """列出文号：给谁的、哪天发的、怎么送达的、作废的、空号。"""
    from generator.records.book import Book
    from generator.records.ledger import read

    book = read(ledger_of(configured)) or Book()
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
