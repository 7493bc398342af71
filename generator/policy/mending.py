"""What inspections found wrong: by when it is to be answered and put right, and what is overdue."""

from __future__ import annotations

from datetime import date

from generator.dataset.models import County, Finding, Inspection, Settings
from generator.policy.calendar import Calendar
from generator.policy.counts import needed
from generator.policy.duties.windows import shifted
from generator.policy.model import Policy
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
