"""What inspections found wrong: by when it is to be answered and put right, what is overdue, and what goes on from one
round to the next."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from generator.dataset.models import County, Finding, Inspection, Settings
from generator.policy.calendar import Calendar
from generator.policy.counts import needed
from generator.policy.duties.windows import shifted
from generator.policy.model import Policy
from generator.policy.rounds import Mark, Round, items_of, rounds, rounds_until
from generator.policy.spans import this_term
from generator.policy.timing import Within, timing


def until(words: str, day: date | None, calendar: Calendar) -> date | None:
    """Return the last day of what the policy words as ``words`` (收到督导意见后30日内), counted from ``day``; none
    without a day, or where the words count from nothing."""
    within = timing(words)
    return shifted(day, within.count, within.unit, calendar) if day and isinstance(within, Within) else None


def mend_by(policy: Policy, calendar: Calendar, inspection: Inspection) -> date | None:
    """Return the day by which an inspected unit is to have mended everything: as entered, else as the policy counts
    from the day of the opinion."""
    return inspection.mend_by or until(policy.rhythms.rectify, inspection.opinion_on, calendar)


def inspected(county: County, settings: Settings, today: date) -> list[Inspection]:
    """Return the county's inspections of this term until ``today``."""
    first, last = this_term(settings, today)
    return [one for one in county.inspections if first <= needed(one, "held_on") <= last]


def overdue(policy: Policy, calendar: Calendar, unit: County | Inspection, today: date) -> list[Finding]:
    """Return what should have been put right before ``today`` and has not been."""
    inspections = unit.inspections if isinstance(unit, County) else [unit]
    found = [(finding, one) for one in inspections for finding in one.unmended]
    due = [(finding, finding.due or mend_by(policy, calendar, one)) for finding, one in found]
    return [finding for finding, day in due if day and day < today]


OWN, LOST = "本次督导发现的问题", "扣了分而没有列入问题的项目（核实后补写）"


@dataclass(frozen=True, slots=True)
class ToMend:
    """Something that is to be mended, and under what it stands in a list."""

    finding: Finding
    band: str


def to_mend(policy: Policy, settings: Settings, inspection: Inspection) -> list[ToMend]:
    """Return what the list after an inspection holds: what earlier ones left open, what this one found, and the items
    that lost points and are in neither, of which the rest is written in by hand."""
    *earlier, this = rounds_until(policy, settings, inspection)
    left = _left(earlier)
    listed = [*(one.finding for one in left), *inspection.findings]
    told = {item.id for finding in listed for item in items_of(policy, finding)}
    lost = [mark for mark in this.lost if mark.item.id not in told]
    own = OWN if left or lost else ""
    return [
        *left,
        *(ToMend(finding, own) for finding in inspection.findings),
        *(ToMend(_as_finding(inspection, mark), LOST) for mark in lost),
    ]


def to_revisit(policy: Policy, settings: Settings, inspection: Inspection, today: date) -> list[ToMend]:
    """Return what is still open after the latest inspection of a unit, of earlier ones too; nothing after one that is
    not the latest, or is yet to come."""
    *earlier, this = rounds_until(policy, settings, inspection)
    unit = inspection.school or inspection.township
    later = rounds(policy, settings, unit)[len(earlier) + 1 :] if unit else []
    if needed(inspection, "held_on") > today or any(needed(one.inspection, "held_on") <= today for one in later):
        return []
    left = _left(earlier)
    return [*left, *(ToMend(finding, OWN if left else "") for finding in this.inspection.unmended)]


def _left(earlier: Iterable[Round]) -> list[ToMend]:
    """Return what inspections left open."""
    return [
        ToMend(finding, f"{one.called}没有整改到位的问题") for one in earlier for finding in one.inspection.unmended
    ]


def _as_finding(inspection: Inspection, mark: Mark) -> Finding:
    """Return an item that lost points as what it is to become: a finding of which little is known yet."""
    problem = f"{mark.item.item}（{mark.item.points}分得{mark.said}分）：{mark.found}"
    return Finding(inspection.origin, inspection=inspection, problem=problem, source="督导检查评分")
