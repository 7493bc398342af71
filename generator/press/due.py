"""The list of what is owed: who is asked, in which order it is told, and which papers it takes to discharge it."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import date
from itertools import count
from pathlib import Path
from typing import Any

from generator.dataset.missing import MissingValueError
from generator.dataset.models import Case, Class, Notice, Record, School, Staff, Student, Township
from generator.errors import Problem, near
from generator.files import reason, write
from generator.forms.catalogue import Catalogue
from generator.forms.context import Context
from generator.forms.plan import SelectionError
from generator.policy.duties import Duties, Duty
from generator.policy.duties.duty import STATES, Doer, State
from generator.press import filed
from generator.press.discharge import forms_of, papers_of
from generator.press.filed import titles_of
from generator.press.folder import FolderError
from generator.press.tables import Table, workbook

HEAD = ("责任人", "状态", "期限", "时刻", "文书编号", "文书", "关于", "事项", "本地规定", "逾期天数", "办理日期")
ORDER: dict[State, int] = {"overdue": 0, "due": 1, "done": 2}


@dataclass(frozen=True, slots=True)
class Asked:
    """Whose duties are asked for, until which day they fall due, and whether those that are done are told too."""

    who: tuple[str, ...] = ()
    until: date | None = None
    done: bool = False
    states: tuple[State, ...] = ()  # all where none is given
    schools: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Line:
    """A duty as it is told."""

    who: str
    state: State
    by: date
    time: str
    paper: str
    title: str
    about: str
    what: str
    rule: str
    late: int  # days
    done_on: date | None


@dataclass(frozen=True, slots=True)
class Due:
    """What was asked for, by person and date, with the duty of each line, and what could not be worked out."""

    lines: tuple[Line, ...]
    owed: tuple[Duty, ...]
    unknown: tuple[Problem, ...]


@dataclass(frozen=True, slots=True)
class Papers:
    """The papers that discharge what is due, by the day as of which they are made, by form and place in its scope's
    list; and what none would discharge."""

    of: dict[date, dict[str, frozenset[int]]]
    lacking: tuple[Line, ...]


def sought(found: Duties, asked: Asked, catalogue: Catalogue, context: Context) -> Due:
    """Return what is owed as it was asked for; raises ``SelectionError`` where nobody is called so."""
    titles = titles_of(catalogue, context)
    lines = tuple(_line(duty, titles.get(duty.paper, ""), context.today) for duty in found.owed)
    unknown = (*found.unknown, *filed.unknown(context.dataset.filings, titles))
    return narrowed(Due(lines, found.owed, unknown), asked, context)


def narrowed(due: Due, asked: Asked, context: Context) -> Due:
    """Return what of a list was asked for; raises ``SelectionError`` where nobody is called so."""
    whose = _whose(due.owed, asked.who, context)
    told = [
        (line, duty)
        for line, duty in zip(due.lines, due.owed, strict=True)
        if _meant(duty, line.state, asked) and (whose is None or duty.who in whose)
    ]
    first: dict[str, tuple[int, date, str]] = {}
    for line, _ in told:
        first[line.who] = min(first.get(line.who, _soonest(line)), _soonest(line))
    told.sort(key=lambda one: (first[one[0].who], one[0].who, _soonest(one[0]), one[0].about))
    return Due(tuple(line for line, _ in told), tuple(duty for _, duty in told), due.unknown)


def papers_due(due: Due, catalogue: Catalogue, context: Context) -> Papers:
    """Return the papers that discharge what is due."""
    papers, lacking = papers_of(due.owed, forms_of(catalogue), catalogue, context)
    lines = ((_line(one.duty, "", context.today), one.why) for one in lacking)
    return Papers(papers, tuple(replace(line, what=f"{line.what}：{why}") if why else line for line, why in lines))


def _soonest(line: Line) -> tuple[int, date, str]:
    return ORDER[line.state], line.by, line.paper


def _meant(duty: Duty, state: State, asked: Asked) -> bool:
    if duty.done_on and not asked.done:
        return False
    if asked.states and state not in asked.states:
        return False
    if asked.schools and not {*asked.schools} & _names(school_of(duty.about)):
        return False
    return not (asked.until and duty.by > asked.until)


def school_of(record: Record | None) -> School | None:
    """Return the school that what a duty is about belongs to, as far as it is certain; a township has none."""
    try:
        match record:
            case School():
                return record
            case Notice():
                return school_of(record.case)
            case Case() | Student() | Class() | Staff():
                return record.school
    except MissingValueError:
        pass
    return None


def _names(school: School | None) -> set[str]:
    names: set[str] = set()
    for attribute in ("short_name", "name", "code") if school else ():
        with suppress(MissingValueError):
            names.add(str(getattr(school, attribute) or ""))
    return names - {""}


def _whose(owed: Iterable[Duty], names: Sequence[str], context: Context) -> frozenset[Doer] | None:
    """Return who is meant by names of people, units and posts, all where none are given: those who are called exactly
    so, else those in whose description a name stands.

    Raises ``SelectionError`` where nobody is called so; somebody who owes nothing is no error.
    """
    if not names:
        return None
    doers = frozenset(duty.who for duty in owed)
    people = {_folded(name) for name in _people(context)}
    meant: set[Doer] = set()
    unknown: list[str] = []
    for name in names:
        exactly = {one for one in doers if _folded(name) in map(_folded, (one.person, one.unit, one.role, str(one)))}
        found = exactly or {one for one in doers if _folded(name) in _folded(str(one))}
        meant |= found
        if not found and _folded(name) not in people:
            unknown.append(name)
    if unknown:
        known = sorted({name for one in doers for name in (one.person, one.unit, one.role) if name})
        told = "；".join(f"没有谁叫“{name}”{near(name, known)}" for name in unknown)
        raise SelectionError(f"{told}；写姓名、单位或岗位")
    return frozenset(meant)


def _people(context: Context) -> Iterator[str]:
    """Yield the names of everybody who could owe something."""
    data = context.dataset
    for records, attributes in (
        (data.staff, ("name", "post")), (data.schools, ("name", "short_name")),
        (data.townships, ("name", "government", "officer", "deputy")), (data.counties, ("bureau", "bureau_contact")),
    ):  # fmt: skip
        for record in records:
            for attribute in attributes:
                with suppress(MissingValueError):
                    if named_ := getattr(record, attribute):
                        yield str(named_)


def _folded(name: str) -> str:
    return unicodedata.normalize("NFKC", name).replace(" ", "").casefold()


def _line(duty: Duty, title: str, today: date) -> Line:
    state = duty.state(today)
    late = (today - duty.by).days if state == "overdue" else 0
    return Line(
        str(duty.who), state, duty.by, duty.time, duty.paper, title, named(duty.about), duty.what, duty.rule, late,
        duty.done_on,
    )  # fmt: skip


def named(record: Record) -> str:
    """Return how a list names what a duty is about: a child with its class, a unit by its short name."""
    try:
        match record:
            case Notice():
                return f"{named(record.case) if record.case else ''} {record.number or record.id}".strip()
            case Case():
                class_ = record.last_class
                return f"{record.student.name if record.student else record.no}（{_class(class_)}）"
            case Student():
                return f"{record.name}（{_class(record.class_)}）"
            case Class():
                return _class(record)
            case School():
                return str(record.short_name or record.name)
            case Township() | Staff():
                return str(record.name)
    except MissingValueError:
        pass
    return record.sheet


def _class(class_: Class | None) -> str:
    return str(class_.full_name) if class_ and class_.full_name else "班级不明"


# The workbook


def write_due(lines: Iterable[Line], today: date, path: Path) -> None:
    """Write the list as a workbook that was not there; raises ``FolderError`` where that cannot be done."""
    if path.suffix.lower() != ".xlsx":
        raise FolderError(f"{path} 不是 .xlsx 文件，换一个以 .xlsx 结尾的名字")
    if path.exists():  # a person may have written into it, or it is no list at all
        raise FolderError(f"{path} 已经有了，没有动它；换一个名字，或先把它移走")
    try:
        write(path, due_workbook(lines, today))
    except OSError as error:
        raise FolderError(f"待办清单写不进 {path}（{reason(error)}），换一个文件夹") from None


def due_workbook(lines: Iterable[Line], today: date) -> bytes:
    """Return the list as a workbook."""
    return workbook(f"{today} 待办", Table("待办", HEAD, [_row(line) for line in lines]))


def free_name(today: date, folder: Path) -> Path:
    """Return the name of the day's list that nothing in a folder has yet."""
    names = (folder / f"待办_{today}{f'（{number}）' if number > 1 else ''}.xlsx" for number in count(1))
    return next(path for path in names if not path.exists())


def _row(line: Line) -> tuple[Any, ...]:
    return (
        line.who, STATES[line.state], str(line.by), line.time, line.paper, line.title, line.about, line.what, line.rule,
        line.late or "", str(line.done_on or ""),
    )  # fmt: skip
