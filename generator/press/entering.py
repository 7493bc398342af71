"""Entering into the workbook what the page is told: that duties are done, and that a notice is to be issued."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from datetime import date, datetime
from hashlib import sha256
from pathlib import Path

from generator.dataset import sources
from generator.dataset.adding import added
from generator.dataset.missing import MissingValueError
from generator.dataset.models import (
    NOTICES,
    Case,
    Class,
    Filing,
    Notice,
    Record,
    School,
    Student,
    Township,
)
from generator.dataset.safekeeping import SafekeepingError
from generator.dataset.safekeeping import replace as put
from generator.errors import BaoxueError, Exit
from generator.policy.duties import Duty, duties
from generator.press.build import Gathered
from generator.press.due import named

ABOUT: dict[type[Record], str] = {
    Case: "case", Student: "student", Class: "class_", School: "school", Township: "township",
}  # fmt: skip
"""The column of 办理 in which each kind of record is named."""


class EntryError(BaoxueError):
    """What was to be entered does not hold; nothing was changed."""

    exit_code = Exit.DATA


def mark(duty: Duty) -> str:
    """Return by what a duty is known again on a list that was read anew: another text where it has changed."""
    said = (
        duty.paper, str(duty.who), duty.what, duty.since, duty.by, duty.time, type(duty.about).__name__,
        named(duty.about), str(duty.about.where()),
    )  # fmt: skip
    return sha256("\n".join(map(str, said)).encode()).hexdigest()[:24]


def is_filed(duty: Duty) -> bool:
    """Return whether a row of 办理 tells that a duty is done."""
    return duty.told_in == Filing.sheet and type(duty.about) in (*ABOUT, Notice)


def filings(known: Gathered, done: Sequence[Duty], on: date, person: str = "") -> list[Filing]:
    """Return the rows of 办理 that tell that duties were done on a day.

    Raises ``EntryError``, with all that speaks against it, where a duty would not count as done then.
    """
    today = known.context.today
    if on > today:
        raise EntryError(f"办理日期 {on} 晚于今天 {today}：还没有办的先不登记")
    if wrong := [f"{_told(duty)}：{why}" for duty in done if (why := _unfit(duty, on))]:
        raise EntryError("\n".join(wrong))
    rows = [_filing(duty, on, person) for duty in done]
    if lost := list(_uncounted(known, done, rows)):
        raise EntryError("\n".join(f"{_told(duty)}：这样登记不算办了，核对办理日期" for duty in lost))
    once = {(duty.paper, id(duty.about)): row for duty, row in zip(done, rows, strict=True) if not duty.days}
    often = [row for duty, row in zip(done, rows, strict=True) if duty.days]  # of these each row counts
    return [*once.values(), *often]


def _unfit(duty: Duty, on: date) -> str:
    if not is_filed(duty):
        return f"记在“{duty.told_in}”表里，不在“{Filing.sheet}”"
    return f"{duty.since} 起才算，办理日期不能写 {on}" if not duty.days and on < duty.since else ""


def _told(duty: Duty) -> str:
    return f"{duty.paper} {named(duty.about)}"


def _filing(duty: Duty, on: date, person: str) -> Filing:
    """Return the row: one that was done outside of its span says for which it was."""
    about_on = None
    if duty.days and not duty.since <= on <= duty.by and duty.days[0] <= on:
        about_on = min(duty.days[1], on)
    row = Filing(paper=duty.paper, done_on=on, about_on=about_on, person=person or None)
    about = duty.about.case if isinstance(duty.about, Notice) else duty.about
    assert about
    setattr(row, ABOUT[type(about)], about)
    return row


def _uncounted(known: Gathered, done: Sequence[Duty], rows: Sequence[Filing]) -> Iterable[Duty]:
    """Yield the duties that would stand as before, were there these rows."""
    context = known.context
    try:
        there = replace(context.dataset, filings=[*context.dataset.filings, *rows])
    except MissingValueError as error:
        raise EntryError(f"{error.missing.place}：{error.missing.told}，先改好再登记") from None
    then = {duty.key: duty for duty in duties(there, context.policy, context.today).owed}
    for duty in done:
        after = then.get(duty.key)
        if after and not after.done_on and after.what == duty.what:
            yield duty


def next_id(known: Gathered) -> str:
    """Return the next 序号 that no notice of the dataset or the ledger has."""
    book = known.book.entries if known.book else ()
    taken = {str(notice.id) for notice in known.context.dataset.notices} | {entry.key.notice for entry in book}
    return str(max((int(each) for each in taken if each.isdecimal()), default=0) + 1)


def notice(known: Gathered, case: Case, id_: str, kind: str, deadline: date | None) -> Notice:
    """Return the row of a notice that is to be issued; raises ``EntryError`` with all that speaks against it."""
    wrong: list[str] = []
    if not id_:
        wrong.append("写序号，如 1")
    if kind not in NOTICES:
        wrong.append(f"文种应是{'、'.join(NOTICES)}之一")
    if deadline and deadline <= known.context.today:
        wrong.append(f"期限 {deadline} 要在今天以后；空着由程序按政策算")
    if any(one.id == id_ for one in case.notices):
        wrong.append(f"这个个案已经有序号 {id_} 的通知书，换一个")
    if case.returned or not case.is_open:
        wrong.append("这个个案已经复学或了结，不用发通知书")
    if wrong:
        raise EntryError("\n".join(wrong))
    return Notice(id=id_, case=case, kind=None if kind == NOTICES[0] else kind, deadline=deadline)


def enter(known: Gathered, data: Path, rows: Sequence[Record], when: datetime, still: Callable[[], bool]) -> list[Path]:
    """Add rows to the workbooks of the dataset ``data``, and return the copies of what these held.

    ``still`` tells whether the dataset is the one that is ``known``. Raises ``DataError`` where there is no place for
    them, ``SafekeepingError`` where a workbook is open elsewhere or has changed.
    """
    changes = added(known.context.dataset, rows, sources.files(data))
    if not still():
        raise SafekeepingError("数据刚刚被别的程序改过，没有动它；看过新的内容再登记")
    return put(data if data.is_dir() else data.parent, changes, when)
