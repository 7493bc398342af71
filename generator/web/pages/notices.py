"""Notices: their register, the numbers that are given, their service, and what is void."""

from __future__ import annotations

import io
import json
import tempfile
from collections import Counter
from collections.abc import Mapping
from datetime import date, datetime, time
from pathlib import Path
from typing import Any

from flask import Blueprint, redirect, render_template, request, send_file, url_for
from werkzeug.wrappers import Response as Answer

from generator.dataset.missing import MissingValueError
from generator.dataset.models import NOTICES, Case, Notice, columns
from generator.errors import BaoxueError
from generator.press.build import Gathered
from generator.press.due import named
from generator.press.entering import EntryError, enter, next_id, notice
from generator.press.issuing import ObjectionError, Offer, Wish, family, fit, issue, notices_of, offer, take_over
from generator.press.register import STATES, gaps, register
from generator.press.vanished import FIND, refuse_vanished, traces
from generator.records import keeping, ledger
from generator.records.book import Book, Entry, Key
from generator.records.ledger import LedgerError, RefusedError
from generator.records.number import Number, is_code, parse
from generator.records.service import Fault, Service
from generator.web.desk import Known, clock, desk
from generator.web.pages import Shown, day, waiting

MOST = 100
"""Lines on one page."""
_FIELDS = (
    "servers", "received_by", "relation", "proxy_reason", "refusal", "witnesses", "witness_unit", "place", "photo",
    "note",
)  # fmt: skip
_SEVERAL = ("servers", "witnesses")

RESTORE = f"{FIND}（通知书页最下面的“台账备份”）"

pages = Blueprint("notices", __name__)


class SaidError(BaoxueError):
    """What a form says cannot be understood, or means nothing that is there."""


# The register


@pages.get("/notices")
def index() -> Shown:
    """Show all notices, and what can be done with each."""
    known = desk().known()
    if (page := waiting(known)) or known is None:
        return page or ""
    return _register(known, request.args.get("state", ""), request.args.get("q", "").strip())


def _register(known: Known, state: str, sought: str, **said: Any) -> str:
    assert known.gathered
    every = register(known.now)
    found = [one for one in every if state in ("", one.state) and _matches(one.child, one.number, one.key, sought)]
    number = max(1, request.args.get("page", 1, int))
    part = found[(number - 1) * MOST : number * MOST]
    return render_template(
        "notices.html", known=known, found=found, lines=part, state=state, q=sought, states=STATES, page=number,
        most=MOST, every=Counter(one.state for one in every), gaps=list(gaps(known.now)), text=_text, said=said,
        earlier=known.gathered.earlier, issuable=any(one.issuable for one in part),
    )  # fmt: skip


def _matches(child: str, number: str, key: Key | None, sought: str) -> bool:
    return not sought or sought in child or sought in number or bool(key and sought in (key.case, key.notice))


def _text(key: Key) -> str:
    """Return a key as a form holds it."""
    return json.dumps([key.school, key.case, key.notice], ensure_ascii=False)


def _key(text: str) -> Key:
    try:
        school, case, id_ = json.loads(text)
        return Key(str(school), str(case), str(id_))
    except (ValueError, TypeError):
        raise SaidError("选的通知书认不出，请回到列表重新选。") from None


# Issue


@pages.get("/notices/issue")
def preview() -> Shown:
    """Show which numbers would be given; nothing is."""
    known = desk().known()
    if (page := waiting(known)) or known is None:
        return page or ""
    return _previewed(known, request.args.getlist("pick"), request.args)


def _previewed(known: Known, picks: list[str], said: Mapping[str, str], changed: str = "") -> str:
    found, wrong = None, ""
    try:
        found = _offered(known, picks, said)
    except BaoxueError as error:
        wrong = str(error)
    return render_template(
        "issue.html", known=known, picks=picks, said=said, found=found, wrong=wrong.splitlines(), text=_text,
        changed=changed, codes=_codes(known.now),
    )  # fmt: skip


def _offered(known: Known, picks: list[str], said: Mapping[str, str]) -> Offer:
    if not picks:
        raise SaidError("没有选通知书：回到列表，勾上要编号的。")
    if known.now.book and (count := len(known.now.earlier.entries)):
        raise SaidError(
            f"数据表里有 {count} 个文号不在台账里，可能已经印在文书上。先在通知书列表上面登记它们，再编新号。"
        )
    refuse_vanished(traces(desk().ledger, desk().out), RESTORE)
    on = _day(said.get("on", "")) or known.today
    keys = tuple(_key(text) for text in picks)
    return offer(known.now, Wish(on, keys=keys, code=said.get("code", "").strip(), joint="joint" in said))


def _day(text: str) -> date | None:
    try:
        return day(text)
    except ValueError as error:
        raise SaidError(str(error)) from None


def _codes(known: Gathered) -> list[str]:
    """Return the codes that have been used, to be offered."""
    book = known.book
    return sorted({entry.number.code for entry in book.entries} | {one.code for one in book.openings}) if book else []


@pages.post("/notices/issue")
def give() -> Answer | tuple[str, int]:
    """Give the numbers that were shown, or show again what has changed since."""
    known, picks = _known(), request.form.getlist("pick")
    foretold = request.form.getlist("foretold")
    entries = ledger.read(desk().ledger)
    latest = entries.latest if entries else {}
    has = [str(one.number) for text in picks if (one := latest.get(_key(text))) and not one.void]
    if picks and has == foretold:
        return redirect(url_for("notices.given", n=foretold), 303)  # sent twice, or by another tab: it is done
    try:
        found = _offered(known, picks, request.form)
        if [str(number) for number in found.numbers] != foretold or found.refused or found.numbered:
            changed = "预览以后有了变化（别处编过号，或数据改过），一个都没有编。下面是现在的样子，看过再确认。"
            return _previewed(known, picks, request.form, changed), 409
        issue(desk().ledger, found, found.numbers)
    except RefusedError as error:
        return _previewed(_known(), picks, request.form, str(error)), 409
    return redirect(url_for("notices.given", n=foretold), 303)


@pages.get("/notices/given")
def given() -> str:
    """Show what was given."""
    book = ledger.read(desk().ledger)
    numbers = [number for text in request.args.getlist("n") if (number := parse(text))]
    entries = [entry for number in numbers if book and (entry := book.find(number))]
    return render_template("given.html", entries=entries)


@pages.post("/notices/import")
def import_() -> Answer:
    """Enter the earlier numbers of the workbook."""
    known = _known()
    assert known.gathered
    refuse_vanished(traces(desk().ledger, desk().out), RESTORE)
    take_over(desk().ledger, known.gathered.earlier)
    return redirect(url_for("notices.index"), 303)


@pages.post("/notices/open")
def open_() -> Answer | tuple[str, int]:
    """Let the numbers go on from one that the office's own book ends with."""
    known, said = _known(), request.form
    code, year, number = (said.get(name, "").strip() for name in ("code", "year", "number"))
    wrong = [
        *([] if is_code(code) else [f"机关代字“{code[:20]}”应是几个汉字，如 云政返通。"]),
        *([] if year.isdecimal() and 1900 <= int(year) <= 2100 else ["年份写四位数字，如 2026。"]),
        *([] if number.isdecimal() and 1 <= int(number) <= 9_999_999 else ["下一号写数字，如 18。"]),
    ]
    sure = ""
    if not wrong and (passed := (known.now.book or Book()).passed_over(code, int(year), int(number))):
        sure = str(Number(code, int(year), int(number)))
        wrong = [] if said.get("sure") == sure else [f"{passed}。没有写错的，再点一次。"]
    if not wrong:
        try:
            refuse_vanished(traces(desk().ledger, desk().out), RESTORE)
            ledger.open_at(desk().ledger, code, int(year), int(number))
        except BaoxueError as error:
            wrong = [str(error)]
    if wrong:
        return _register(known, "", "", opening=wrong, form=said, sure=sure), 422
    return redirect(url_for("notices.index", opened=str(Number(code, int(year), int(number)))), 303)


# Service


@pages.get("/notices/serve")
def serve() -> Shown:
    """Show the form for the service of a notice, filled in with what was entered before."""
    known = desk().known()
    if (page := waiting(known)) or known is None:
        return page or ""
    entry = _entry(known.now, request.args.get("n", ""))
    said: dict[str, str] = {}
    if entry.service:
        for name in _FIELDS:
            value = getattr(entry.service, name)
            said[name] = "、".join(value) if name in _SEVERAL else value
        said |= {"day": f"{entry.service.at:%Y-%m-%d}", "time": f"{entry.service.at:%H:%M}", "mode": entry.service.mode}
    return _form(known, entry, said, {})


def _form(known: Known, entry: Entry, said: Mapping[str, str], wrong: Mapping[str, list[str]]) -> str:
    modes = columns(Notice)["served_mode"].choices
    return render_template(
        "serve.html", known=known, entry=entry, said=said, wrong=wrong, modes=modes,
        guardian=_guardian(known.now, entry), least=known.now.context.policy.service.servers,
    )  # fmt: skip


def _guardian(known: Gathered, entry: Entry) -> str:
    """Return the name of the guardian, to be offered."""
    return family(next(notices_of(entry, known.context.dataset), None))[1]


@pages.post("/notices/serve")
def served() -> Answer | tuple[str, int]:
    """Enter a service, or a correction of one, or show what speaks against it."""
    known, said = _known(), request.form
    entry = _entry(known.now, said.get("n", ""))
    service, wrong = _service(said)
    if service is None:
        return _form(known, entry, said, wrong), 422
    try:
        fitting = fit(entry, service, known.now)
        if fitting == entry.service:
            return redirect(url_for("notices.given", n=str(entry.number)), 303)  # sent twice
        why = " ".join(said.get("correct", "").split())
        if entry.service is None or why:
            ledger.serve(desk().ledger, entry.number, fitting, why if entry.service else "")
            return redirect(url_for("notices.given", n=str(entry.number)), 303)
        wrong["correct"] = ["这份已经登记过送达；要更正，写明为什么。"]
    except ObjectionError as error:
        for fault in error.faults or (Fault("", str(error)),):
            wrong.setdefault(fault.at, []).append(f"{fault}。")
    except RefusedError:
        wrong[""] = [f"{entry.number} 刚刚在别处登记过或作废了，这次没有写。看过现在的样子再登记。"]
    return _form(known, entry, said, wrong), 422


def _service(said: Mapping[str, str]) -> tuple[Service | None, dict[str, list[str]]]:
    """Return the service that a form tells of, or what of it cannot be understood, by field."""
    wrong: dict[str, list[str]] = {}
    on, at, mode = None, None, said.get("mode", "")
    try:
        on = day(said.get("day", ""))
        at = time.fromisoformat(said.get("time", "").strip().replace("：", ":").zfill(len("18:30")))
    except ValueError:
        pass
    if on is None or at is None:
        wrong["at"] = ["送达时间要写到分：日期如 2026-09-20，时间如 18:30。"]
    if mode not in columns(Notice)["served_mode"].choices:
        wrong["mode"] = ["选一种送达方式。"]
    if wrong or on is None or at is None:
        return None, wrong
    told: dict[str, Any] = {name: " ".join(said.get(name, "").split()) for name in _FIELDS}
    for name in _SEVERAL:
        names = (one.strip() for one in told[name].replace("，", "、").replace(",", "、").split("、"))
        told[name] = tuple(dict.fromkeys(filter(None, names)))
    return Service(datetime.combine(on, at), mode, **told), wrong


# Void


@pages.get("/notices/void")
def void() -> Shown:
    """Ask for the reason for which a number becomes void."""
    known = desk().known()
    if (page := waiting(known)) or known is None:
        return page or ""
    return render_template("void.html", entry=_entry(known.now, request.args.get("n", "")), wrong=[])


@pages.post("/notices/void")
def voided() -> Answer | tuple[str, int]:
    """Make a number void for ever."""
    known, why = _known(), " ".join(request.form.get("why", "").split())
    entry = _entry(known.now, request.form.get("n", ""))
    wrong = "" if why else "写明作废的理由，如 姓名写错、期限已过没有送达。"
    if entry.void and entry.void_why == why:
        return redirect(url_for("notices.given", n=str(entry.number)), 303)  # sent twice
    if not wrong:
        try:
            ledger.void(desk().ledger, entry.number, why, known.today)
            return redirect(url_for("notices.given", n=str(entry.number)), 303)
        except RefusedError as error:
            wrong = str(error)
    return render_template("void.html", entry=entry, wrong=[wrong]), 422


# A row of the workbook, and the backup


@pages.get("/notices/row")
def row() -> Shown:
    """Show the form for a row in 通知书."""
    known = desk().known()
    if (page := waiting(known)) or known is None:
        return page or ""
    return _row(known, request.args, [])


def _row(known: Known, said: Mapping[str, str], wrong: list[str]) -> str:
    cases = [(_case_text(one), f"{one.no} {named(one)}") for one in _open(known.now)]
    here = json.dumps([said.get("school", ""), said.get("case", "")], ensure_ascii=False)
    return render_template(
        "row.html", known=known, said=said, wrong=wrong, cases=cases, chosen=said.get("of") or here, kinds=NOTICES,
        next_id=next_id(known.now),
    )  # fmt: skip


def _open(known: Gathered) -> list[Case]:
    """Return the cases in which a notice may be issued."""
    return [one for one in known.context.dataset.cases if _case_text(one)]


def _case_text(case: Case) -> str:
    try:
        if case.is_open and case.no and case.school:
            return json.dumps([case.school.code or "", case.no], ensure_ascii=False)
    except MissingValueError:
        pass
    return ""


@pages.post("/notices/row")
def add() -> Answer | tuple[str, int]:
    """Add the row, from which a number can be given."""
    known, said = _known(), request.form
    try:
        case = next((one for one in _open(known.now) if _case_text(one) == said.get("of")), None)
        if case is None:
            raise EntryError("选一个还没有了结的个案")
        made = notice(known.now, case, said.get("id", "").strip(), said.get("kind", ""), _day(said.get("deadline", "")))
        enter(known.now, desk().data, [made], clock(), lambda: desk().stamp() == known.stamp)
    except BaoxueError as error:
        return _row(known, said, str(error).splitlines()), 422
    return redirect(url_for("notices.index", state="draft"), 303)


@pages.get("/notices/backup")
def backup() -> Answer:
    """Send a copy of the ledger."""
    if ledger.read(desk().ledger) is None:
        raise SaidError("还没有台账，没有可以备份的；第一次编号以后就有了。")
    name = f"台账 {clock():%Y%m%d-%H%M%S}.sqlite"
    return send_file(io.BytesIO(keeping.content(desk().ledger)), as_attachment=True, download_name=name)


@pages.get("/notices/restore")
def restore() -> str:
    """Ask for the copy that the ledger is to be restored from."""
    return _restoring()


def _restoring(**said: Any) -> str:
    return render_template(
        "restore.html", **({"wrong": (), "lost": (), "changed": (), "kept": None, "unseen": "", "done": False} | said)
    )


@pages.post("/notices/restore")
def restored() -> str | tuple[str, int]:
    """Put a copy in place of the ledger, which is kept."""
    file = request.files.get("file")
    if file is None or not file.filename:
        return _restoring(wrong=["没有选文件：先选台账备份。"]), 422
    with tempfile.TemporaryDirectory(prefix="baoxue-") as room:
        copy = Path(room) / "台账备份.sqlite"
        file.save(copy)
        try:
            done = keeping.restore(desk().ledger, copy, clock(), yes="yes" in request.form)
        except RefusedError:
            differing = keeping.compared(desk().ledger, copy)
            return _restoring(lost=differing.lost, changed=differing.changed), 422
        except LedgerError:
            wrong = [f"{file.filename[:60]} 不是一份完整的台账备份，没有恢复；现有的台账没有动。"]
            return _restoring(wrong=wrong), 422
    return _restoring(lost=done.lost, changed=done.changed, kept=done.kept, unseen=done.unseen, done=True)


def _entry(known: Gathered, text: str) -> Entry:
    number = parse(text)
    entry = known.book.find(number) if known.book and number else None
    if entry is None:
        raise SaidError(f"台账里没有文号“{text[:40]}”；回到通知书列表看有哪些。")
    return entry


def _known() -> Known:
    """Return what is known, waiting until it is read; raises ``SaidError`` where the dataset cannot be used."""
    known = desk().read()
    if known.gathered is None:
        raise SaidError(known.failure or "数据还不能用，先在第 1 步改好。")
    return known
