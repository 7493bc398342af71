"""Who owes which paper about whom by when: dataset with ledger, policy and a day, to duties. Pure.

``situation`` is what they are worked out from and ``evidence`` what of it has been done; ``absence``, ``cases``,
``visiting`` and ``periods`` ask for them; ``windows`` says when, ``people`` who. docs/duties.md tells of them all.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date
from functools import partial
from typing import Any

from generator.dataset.masking import subject
from generator.dataset.missing import Missing, MissingValueError
from generator.dataset.models import Dataset
from generator.errors import Place, Problem
from generator.policy.duties.absence import LEDGERS, OWED_BY, SUSPECTED, absence_duties
from generator.policy.duties.cases import OF_CASES, PAPERS, WHILE_AWAY, case_duties
from generator.policy.duties.duty import Asking, Duty
from generator.policy.duties.periods import OF_TOWNSHIPS as TOWNSHIP_RULES
from generator.policy.duties.periods import PERIODIC, class_duties, school_duties, township_duties
from generator.policy.duties.situation import Situation
from generator.policy.duties.visiting import quota_duties, watch_duties
from generator.policy.model import Policy

__all__ = ("OF_TOWNSHIPS", "Duties", "Duty", "duties", "papers")

OF_TOWNSHIPS = frozenset(rule.paper for rule in TOWNSHIP_RULES)
"""The rows of the catalogue that townships owe themselves."""


@dataclass(frozen=True, slots=True)
class Duties:
    """All duties of a day, done or not, and what could not be worked out, and why."""

    owed: tuple[Duty, ...]
    unknown: tuple[Problem, ...]


def duties(dataset: Dataset, policy: Policy, today: date) -> Duties:
    """Return everything that anybody owed by a day, as far as was known then; the ledger lies over the dataset.

    What rests on a value that is empty or in doubt is not guessed: it is told among ``unknown``, the others go on.
    """
    try:
        at = Situation(dataset, policy, today)
    except MissingValueError as error:
        return Duties((), (_unknown(error.missing, ["校历"]),))
    owed: dict[tuple[str, int, date], Duty] = {}
    missing: dict[Place, Missing] = {}
    about: dict[Place, list[str]] = defaultdict(list)
    for record, asking in _asked(at):
        try:
            for duty in asking():
                _enter(owed, duty)
        except MissingValueError as error:
            missing.setdefault(error.missing.place, error.missing)
            about[error.missing.place].append(subject(record))
    unknown = (_unknown(missing[place], subjects) for place, subjects in about.items())
    since = dataset.settings.due_from
    told = (duty for duty in owed.values() if since is None or duty.by >= since)
    return Duties(tuple(told), (*at.filings.doubts, *unknown))


def papers(policy: Policy) -> list[str]:
    """Return the rows of the catalogue of papers for which there can be a duty under a policy."""
    of_ladder = (paper for step in policy.ladder for paper in step.papers)
    ruled = (rule.paper for rule in (*WHILE_AWAY, *PERIODIC))
    return sorted({*OWED_BY, *of_ladder, *LEDGERS.values(), SUSPECTED, *ruled, *PAPERS.values(), *OF_CASES, "HV-05b"})


def _asked(at: Situation) -> Iterator[tuple[Any, Asking]]:
    """Yield every record with each thing that asks for duties of it, so that a doubt takes no other with it."""
    data = at.dataset
    groups: tuple[tuple[list[Any], Callable[[Situation, Any], Iterator[Asking]]], ...] = (
        (data.students, absence_duties), (data.cases, case_duties), (data.students, watch_duties),
        (data.classes, class_duties), (data.staff, quota_duties), (data.schools, school_duties),
        (data.townships, township_duties),
    )  # fmt: skip
    for records, ask in groups:
        for record in records:
            try:
                for asking in ask(at, record):
                    yield record, asking
            except MissingValueError as error:
                yield record, partial(_raise, error)


def _raise(error: MissingValueError) -> Iterator[Duty]:
    raise error


def _enter(owed: dict[tuple[str, int, date], Duty], duty: Duty) -> None:
    """Add a duty; where ladder and rhythm ask for one paper about one child, it is due by the earlier of both."""
    other = owed.get(duty.key)
    if other is None:
        owed[duty.key] = duty
        return
    first, then = sorted((other, duty), key=lambda one: one.by)
    done = first.done_on or then.done_on if duty.once else first.done_on and then.done_on
    owed[duty.key] = replace(first, since=min(first.since, then.since), done_on=done)


def _unknown(missing: Missing, subjects: Sequence[str]) -> Problem:
    """Return what a value that is missing keeps from being told: about the first record, and how many."""
    whose = subjects[0] + (f"等{len(subjects)}项" if len(subjects) > 1 else "")
    return Problem(missing.place, f"{missing.told}，{whose}的待办算不出", "改好以后再看")
