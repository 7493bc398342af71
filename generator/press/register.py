"""The register of notices: every number of the ledger and every notice without one, and how each stands on a day."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Literal

from generator.dataset.missing import Missing, MissingValueError
from generator.dataset.models import NOTICES, Notice
from generator.policy.calendar import Calendar
from generator.policy.deadlines import return_deadline
from generator.policy.truancy import is_open
from generator.press.build import Gathered
from generator.press.issuing import called
from generator.records.book import Entry, Key
from generator.records.overlay import key_of

State = Literal["draft", "issued", "served", "overdue", "void", "unsure"]
STATES: dict[State, str] = {
    "draft": "未编号", "issued": "待送达", "served": "已送达", "overdue": "期限已过", "void": "已作废",
    "unsure": "要核对",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Standing:
    """A notice as the register tells it."""

    state: State
    kind: str
    child: str
    key: Key | None = None  # nothing where it cannot be known again
    number: str = ""
    issued_on: date | None = None
    deadline: date | None = None
    served: str = ""
    remark: str = ""
    entry: Entry | None = None  # of the ledger
    issuable: bool = False


def register(known: Gathered) -> list[Standing]:
    """Return how every notice stands: first those without a number, then the numbers, the latest first."""
    drafts: list[Standing] = []
    numbered: list[Standing] = []
    found: dict[Key, Notice] = {}
    latest = known.book.latest if known.book else {}
    calendar = Calendar(known.context.dataset.settings, known.context.dataset.calendar)
    for notice in known.context.dataset.notices:
        try:
            key = key_of(notice)
            if key and key in latest:
                found[key] = notice
            elif notice.number:
                numbered.append(_of_workbook(notice, key, known, calendar))
            else:
                drafts.append(_draft(notice, key))
        except MissingValueError as error:
            remark = f"{error.missing.place}：{error.missing.told}"
            drafts.append(Standing("unsure", _kind(notice), called(notice), remark=remark))
    numbered += [
        _of_ledger(entry, found.get(entry.key), latest[entry.key] is entry, known, calendar)
        for entry in (known.book.entries if known.book else ())
    ]
    return [*drafts, *sorted(numbered, key=_latest)]


def _latest(one: Standing) -> tuple[int, str, int]:
    if one.entry is None:
        return 0, one.number, 0
    return -one.entry.number.year, one.entry.number.code, -one.entry.number.seq


def _kind(notice: Notice) -> str:
    return NOTICES[0] if isinstance(notice.kind, Missing) else notice.sort


def _child(notice: Notice) -> str:
    student = notice.case.student if notice.case else None
    return (student.name if student else "") or ""


def _draft(notice: Notice, key: Key | None) -> Standing:
    if key is None:
        remark = "没有填全学校标识码、个案编号和序号，编不了号"
        return Standing("unsure", notice.sort, _child(notice), remark=remark)
    over = bool(notice.case and not notice.case.is_open)
    remark = "个案已复学或了结" if over else ""
    return Standing("draft", notice.sort, _child(notice), key, deadline=notice.deadline, remark=remark, issuable=True)


def _of_workbook(notice: Notice, key: Key | None, known: Gathered, calendar: Calendar) -> Standing:
    """Return how a notice stands whose number is only in the workbook."""
    state, deadline, remark = _state(notice, notice.served_at, None, known, calendar)
    served = f"{notice.served_at} {notice.served_mode or ''}".strip() if notice.served_at else ""
    told = "；".join(filter(None, (remark, "文号只在数据表里")))
    return Standing(
        state, notice.sort, _child(notice), key, str(notice.number), notice.issued_on, deadline, served, told
    )


def _of_ledger(entry: Entry, notice: Notice | None, last: bool, known: Gathered, calendar: Calendar) -> Standing:
    number, service = str(entry.number), entry.service
    if entry.void:
        remark = f"{entry.voided_on} 作废：{entry.void_why}"
        again = last and notice is not None
        return Standing(
            "void", entry.kind, entry.student, entry.key, number, entry.issued_on, None, "", remark, entry, again
        )
    served = f"{service.at:%Y-%m-%d %H:%M} {service.mode}" if service else ""
    served_on = service.at.date() if service else None
    try:
        if service is None and notice and notice.served_at:  # of an earlier number the workbook may tell it
            served_on, served = notice.served_at, f"{notice.served_at} {notice.served_mode or ''}（数据表）"
        state, deadline, remark = _state(notice, served_on, entry.deadline, known, calendar)
    except MissingValueError as error:
        state, deadline, remark = "unsure", entry.deadline, f"{error.missing.place}：{error.missing.told}"
    return Standing(
        state, entry.kind, entry.student, entry.key, number, entry.issued_on, deadline, served, remark, entry
    )


def _state(
    notice: Notice | None, served_on: date | None, deadline: date | None, known: Gathered, calendar: Calendar
) -> tuple[State, date | None, str]:
    """Return how a notice with a number stands, its deadline, and what is to be said of it."""
    context = known.context
    until = deadline or (return_deadline(context.policy, calendar, notice, context.today) if notice else None)
    case = notice.case if notice else None
    if case and not is_open(case, context.today):
        return ("served" if served_on else "issued"), until, "孩子已返校或个案已了结"
    remark = "" if notice else "数据里没有这一份（可能是以前学期的）"
    if not until or context.today <= until or notice is None:
        return ("served" if served_on else "issued"), until, remark
    if served_on is None:
        return "overdue", until, "没有送达，应作废重发"
    return "overdue", until, "送达晚于期限，应作废重发" if served_on > until else "仍未返校，办下一步"


def gaps(known: Gathered) -> Iterator[tuple[str, str]]:
    """Yield the numbers that nobody has, and why."""
    for gap in known.book.gaps() if known.book else ():
        yield str(gap), "在原文号簿" if gap.elsewhere else "空号，没有记录"
