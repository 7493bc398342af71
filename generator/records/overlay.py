"""Lays the book over a dataset: each notice gets what the ledger says of it.

That happens before the dataset is checked, so that a service after the child's return is told whichever says it.
A cell that says something else than the ledger is an error: one of them is wrong, and neither prints.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from generator.dataset.masking import quote
from generator.dataset.missing import Missing
from generator.dataset.models import Dataset, Notice, Origin, header_of
from generator.errors import Place, Problem
from generator.records.book import Book, Entry, Key
from generator.records.ledger import NAME
from generator.records.number import parse
from generator.records.service import Service

_LISTS = ("servers", "witness")
SERVED = (
    "served_at", "served_place", "served_mode", "received_by", "receiver_relation", "proxy_reason", "refusal",
    "witness", "servers",
)  # fmt: skip
"""What a cell tells of service, all but notes that may be added later."""


def key_of(notice: Notice) -> Key | None:
    """Return by what a notice is known, or nothing while one of its parts is empty.

    Raises ``MissingValueError`` where one is in doubt.
    """
    school = notice.case.school if notice.case else None
    if not (notice.case and school and school.code and notice.case.no and notice.id):
        return None
    return Key(str(school.code), str(notice.case.no), str(notice.id))


def lay_over(dataset: Dataset, book: Book) -> list[Problem]:
    """Give the notices of a dataset, whose links are drawn and which is not checked yet, what the book says of them.

    Returns where both contradict each other, numbers that the ledger does not hold, and notices that it holds of cases
    that are there without them.
    """
    latest = book.latest
    problems: list[Problem] = []
    found: set[Key] = set()
    for notice in dataset.notices:
        key = key_of(notice)
        entry = latest.get(key) if key else None
        if key and entry:
            found.add(key)
            problems += _laid(notice, entry)
        elif notice.number:
            what = f"文号{quote(notice.number)}不在台账里"
            todo = "以前发出的，运行 baoxue notice import 登记；不是的，清空文号，用 baoxue notice issue 编号"
            problems.append(Problem(notice.where("number"), what, todo))
    return [*problems, *_lost(dataset, latest, found)]


def _withheld(entry: Entry) -> Missing:
    """Return why nothing is printed about a notice whose number is void."""
    why = f"{entry.number} 已于 {entry.voided_on} 作废（{entry.void_why}）"
    return Missing(header_of(Notice, "number"), _origin(entry).place("number", "作废"), why)


def unlisted(dataset: Dataset, book: Book | None) -> list[Notice]:
    """Return the notices of a dataset that have a number of which the ledger knows nothing."""
    known = book.latest if book else {}
    return [notice for notice in dataset.notices if notice.number and key_of(notice) not in known]


@dataclass(frozen=True, slots=True)
class Earlier:
    """The numbers that a dataset tells of and the ledger does not, and what keeps them from being taken over."""

    entries: tuple[Entry, ...] = ()
    problems: tuple[Problem, ...] = ()


def earlier(dataset: Dataset, book: Book | None, issuer: str = "") -> Earlier:
    """Return the numbers of a dataset that the ledger does not hold, as entries, and every conflict among them."""
    entries: list[Entry] = []
    problems: list[Problem] = []
    taken: dict[Any, Place] = (
        {entry.number: _origin(entry).place("number", "文号") for entry in book.entries} if book else {}
    )
    for notice in unlisted(dataset, book):
        place = notice.where("number")
        number, key = parse(notice.number or ""), key_of(notice)
        if number is None:
            what = f"文号{quote(notice.number or '')}不是“机关代字〔年〕序号号”，登记不了"
            problems.append(Problem(place, what, "改成 云政返通〔2026〕1号 这样"))
        elif number in taken:
            what = f"文号{number}已经是另一份通知书的"
            problems.append(Problem(place, what, "查原文号簿，改正其中一个", also=(taken[number],)))
        elif not notice.issued_on:
            problems.append(Problem(place, f"有文号{number}而没有发出日期，登记不了", "补填发出日期"))
        elif key is None or notice.case is None:
            problems.append(Problem(place, f"有文号{number}而认不出是哪份通知书", "补上序号、个案编号和学校标识码"))
        else:
            taken[number] = place
            student = notice.case.student.name if notice.case.student else ""
            day, deadline = notice.issued_on, notice.deadline
            entries.append(Entry(number, key, student or "", issuer, day, deadline, imported=True, kind=notice.sort))
    return Earlier(tuple(entries), tuple(problems))


def _laid(notice: Notice, entry: Entry) -> Iterator[Problem]:
    """Set what the entry says, and yield what the notice's cells say otherwise."""
    origin = _origin(entry)
    student = notice.case.student if notice.case else None
    if student and student.name and entry.student and student.name != entry.student:  # as where cases begin anew at 1
        what = f"台账里{entry.key}是给{quote(entry.student)}的 {entry.number}，这里是{quote(student.name)}的"
        todo = "个案编号和序号不能再用，换一个新的；是同一名学生改了姓名的，作废重发"
        yield Problem(notice.where("case"), what, todo, also=(notice.where("number"), origin.place("number", "文号")))
        return
    if not entry.imported and not entry.void:
        yield from _altered(notice, entry)
    if entry.void and (not notice.number or _same("number", notice.number, str(entry.number))):
        notice.withheld = _withheld(entry)
    said = facts(entry)
    elsewhere = dict((notice.origin.elsewhere if notice.origin else None) or {})
    for attribute, value in said.items():
        mine = getattr(notice, attribute)
        if mine and not _same(attribute, mine, value):
            here = header_of(Notice, attribute)
            what = f"“{here}”与台账不一致：这里是{quote(str(mine))}，台账里是{quote(str(value))}"
            todo = "查原件：这里错了就清空这一格；台账错了，送达用 serve --correct 更正，文号作废重发"
            yield Problem(notice.where(attribute), what, todo, also=(origin.place(attribute, here),))
        else:
            setattr(notice, attribute, value)
            elsewhere[attribute] = origin
    if not entry.imported and not entry.void and not entry.service:
        yield from _unregistered(notice, entry)
    if notice.origin:
        notice.origin = replace(notice.origin, elsewhere=elsewhere)


def _altered(notice: Notice, entry: Entry) -> Iterator[Problem]:
    """Yield what the workbook has come to say of a notice that it could not say when that was issued."""
    origin = _origin(entry)
    if notice.sort != entry.kind:
        what = f"{entry.number} 发出的是《{entry.kind}》，这里的文种是{quote(notice.sort)}"
        todo = "改回原来的文种；另一种通知书另起一行，写新的序号"
        yield Problem(notice.where("kind"), what, todo, also=(notice.where("number"), origin.place("kind", "文种")))
    if notice.deadline and not entry.deadline:
        what = f"{entry.number} 发出时期限从送达起算，没有日期，这里是 {notice.deadline}"
        yield Problem(notice.where("deadline"), what, "清空这一格", also=(origin.place("deadline", "返校期限"),))


def _unregistered(notice: Notice, entry: Entry) -> Iterator[Problem]:
    """Yield that the workbook tells of a service of which the ledger knows nothing."""
    told = [attribute for attribute in SERVED if getattr(notice, attribute)]
    if told:
        what = f"{entry.number} 的送达（“{header_of(Notice, told[0])}”）没有登记在台账里"
        todo = "用 baoxue notice serve 登记，再清空这些格子"
        places = tuple(notice.where(attribute) for attribute in told[1:])
        yield Problem(notice.where(told[0]), what, todo, also=places)


def facts(entry: Entry) -> dict[str, Any]:
    """Return what an entry says, by the attributes of a notice.

    A void one says only which it was: deadline and service would pass for those of the notice when it is issued anew.
    """
    said: dict[str, Any] = {"number": str(entry.number), "issued_on": entry.issued_on}
    if entry.void:
        return said
    optional = {"deadline": entry.deadline, "co_issuer": entry.co_issuer}
    if not entry.imported:
        optional["seam"] = str(entry.number)
    if entry.service:
        optional |= served(entry.service)
    return said | {attribute: value for attribute, value in optional.items() if value}


def served(service: Service) -> dict[str, Any]:
    """Return what a service says, by the attributes of a notice; empty where it says nothing."""
    return {
        "served_at": service.at.date(), "served_time": f"{service.at.hour}时{service.at:%M}分",
        "served_place": service.place, "served_mode": service.mode, "received_by": service.received_by,
        "receiver_relation": service.relation, "proxy_reason": service.proxy_reason, "refusal": service.refusal,
        "witness": "、".join(service.witnesses), "witness_unit": service.witness_unit,
        "servers": "、".join(service.servers), "photo": service.photo, "note": service.note,
    }  # fmt: skip


def _same(attribute: str, here: Any, there: Any) -> bool:
    if attribute == "number":
        return parse(here) == parse(there)
    if attribute in _LISTS:
        return {name.strip() for name in here.split("、")} == set(there.split("、"))
    if isinstance(there, date):
        return bool(here == there)
    return "".join(str(here).split()) == "".join(str(there).split())


def _origin(entry: Entry) -> Origin:
    """Return where an entry stands, as messages tell of places: 台账.sqlite 云政返通〔2026〕!第18行."""
    return Origin(NAME, f"{entry.number.code}〔{entry.number.year}〕", entry.number.seq, {})


def _lost(dataset: Dataset, latest: dict[Key, Entry], found: set[Key]) -> Iterator[Problem]:
    """Yield entries of cases that are in the dataset, which has not their notices."""
    cases = {(case.school.code, case.no): case for case in dataset.cases if case.school}
    for key, entry in latest.items():
        case = cases.get((key.school, key.case))
        if case and key not in found and not entry.void:
            what = f"{entry.number} 在台账里是{key}，而通知书表里没有这一份"
            yield Problem(case.where("no"), what, "恢复那一行；序号和个案编号发出后不能改", "warning")
