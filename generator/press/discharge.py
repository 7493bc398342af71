"""Which papers discharge which duties: the forms that cover a row of the catalogue, and the records they are about."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from generator.dataset.missing import MissingValueError
from generator.dataset.models import Notice, Record, Staff, Student
from generator.errors import Problems
from generator.forms.catalogue import Catalogue
from generator.forms.context import TYPES, Context
from generator.forms.definition import Definition
from generator.forms.plan import as_of
from generator.forms.resolve import HeldBackError, Resolver, WithheldError
from generator.policy.duties import Duty
from generator.policy.duties.cases import PAPERS

SERVICE = "NT-05"
"""The row of the proof of service, with which the notice itself is brought."""

NOT_OVER = "这一期还没有过完，到期末再印"
TOO_LATE = "这一期已过，当时的情况现在算不出，没有印"

Forms = Mapping[str, Sequence[Definition]]


@dataclass(frozen=True, slots=True)
class Lacking:
    """A duty that no paper would discharge, and why, where there might have been one."""

    duty: Duty
    why: str


def forms_of(catalogue: Catalogue) -> dict[str, list[Definition]]:
    """Return the definitions that cover each row of the catalogue of papers.

    Where there is one to be filled in beforehand, that of a visit which has been made is none.
    """
    covering: dict[str, list[Definition]] = defaultdict(list)
    for definition in catalogue.definitions.values():
        for row in definition.covers:
            covering[row].append(definition)
    return {row: [one for one in found if one.per != "visit"] or found for row, found in covering.items()}


def papers_of(
    owed: Sequence[Duty], forms: Forms, catalogue: Catalogue, context: Context
) -> tuple[dict[date, dict[str, frozenset[int]]], list[Lacking]]:
    """Return the papers of duties that are not done, by the day as of which each is made, by form and place in its
    scope's list; and the duties that none of them would discharge, but for visits that somebody owes of any child."""
    papers: dict[date, dict[str, frozenset[int]]] = defaultdict(dict)
    lacking: list[Lacking] = []
    of_days: dict[date, list[Duty]] = defaultdict(list)
    for duty in (duty for duty in owed if not duty.done_on):
        if day := duty.day(context.today):
            of_days[day].append(duty)
        else:
            lacking.append(Lacking(duty, NOT_OVER))
    for day, duties in of_days.items():
        then = as_of(context, day)
        asked: dict[str, list[Duty]] = defaultdict(list)
        late: dict[int, bool] = {}
        for duty in duties:
            for row in _rows(duty):
                for definition in forms.get(row, ()):
                    late[id(duty)] = then.late and not definition.late
                    if not late[id(duty)]:
                        asked[definition.id].append(duty)
        served: set[int] = set()
        for id_, some in asked.items():
            found = dict(_matched(Resolver(catalogue.definitions[id_], catalogue.fragments, then), some))
            papers[day][id_] = frozenset(found)
            served |= {id(duty) for matched in found.values() for duty in matched}
        left = (duty for duty in duties if id(duty) not in served and not isinstance(duty.about, Staff))
        lacking += (Lacking(duty, TOO_LATE if late.get(id(duty)) else "") for duty in left)
    return dict(papers), lacking


def _rows(duty: Duty) -> tuple[str, ...]:
    if duty.paper == SERVICE and isinstance(duty.about, Notice):
        return duty.paper, PAPERS[duty.about.sort]
    return (duty.paper,)


def _matched(resolver: Resolver, duties: Sequence[Duty]) -> Iterator[tuple[int, list[Duty]]]:
    """Yield the places of records whose paper there is and discharges some of these duties, with those.

    A paper does that if it is about what the duty is about, about something within it, or about a unit around it.
    """
    definition, context = resolver.definition, resolver.context
    within: dict[int, list[Duty]] = defaultdict(list)
    around: dict[int, list[Duty]] = defaultdict(list)
    for duty in duties:
        within[id(duty.about)].append(duty)
        for record in _around(duty.about, context):
            around[id(record)].append(duty)
    for index, record in enumerate(context.records(definition.per)):
        found = list(around.get(id(record), ()))
        for one in context.names(definition.per, record).values():
            found += within.get(id(one), ())
        found = [duty for duty in found if _suits(record, duty)]
        if found and _is_made(resolver, record):
            yield index, found


def _suits(record: Record, duty: Duty) -> bool:
    """Return whether a record is one that a duty may mean: a notice to be issued is one that has no number yet."""
    if not isinstance(record, Notice):
        return True
    if duty.paper in PAPERS.values():
        return not _is_numbered(record)
    return not isinstance(duty.about, Notice) or record is duty.about


def _is_numbered(notice: Notice) -> bool:
    try:
        return bool(notice.number)
    except MissingValueError:
        return False  # its paper tells why it is not made


def _is_made(resolver: Resolver, record: Record) -> bool:
    """Return whether there is a paper of a form about a record, or would be but for a value that is wanting."""
    try:
        return resolver.wanted(record)
    except WithheldError:
        return False
    except (HeldBackError, Problems):
        return True  # the plan tells of it


def _around(record: Record, context: Context) -> list[Any]:
    if isinstance(record, Staff):
        return []  # what somebody owes in general is about no child in particular
    scope = next(name for name, model in TYPES.items() if isinstance(record, model))
    names = context.names(scope, record)
    return [*names.values(), *_home(names.get("student"))]


def _home(student: Any) -> list[Record]:
    """Return the village a child lives in, whose papers are about it too, if it is certain which."""
    try:
        return [student.village] if isinstance(student, Student) and student.village else []
    except MissingValueError:
        return []
