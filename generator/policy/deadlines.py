"""Notices: when persuasion has failed, and the day by which a notice wants the child back or the wrong mended."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, timedelta

from generator.dataset.models import NOTICES, PERSUADING, Case, Filing, Notice, Student, Visit
from generator.policy.calendar import Calendar
from generator.policy.model import Policy
from generator.policy.truancy import is_open


def persuasion_failed(policy: Policy, case: Case, today: date) -> bool:
    """Return whether a child stayed away so long after the first visit that the school has to report it."""
    first = first_visit(case, today)
    until = min(case.returned_on or today, today)
    return first is not None and first + timedelta(days=policy.return_notice.after_days) <= until


def reported_on(filings: Iterable[Filing], case: Case, today: date) -> date | None:
    """Return the day on which a child's dropping out was reported, as 办理 has it; nothing where it is not yet."""
    days = (one.done_on for one in filings if one.paper == REPORT and one.case is case)
    return max((day for day in days if day and day <= today), default=None)


def urged(filings: Iterable[Filing], case: Case, today: date) -> list[Visit]:
    """Return the visits that a report of a child's dropping out tells of: those until the day of the report."""
    until = reported_on(filings, case, today) or today
    return [visit for visit in case.visits if visit.visited_on and visit.visited_on <= until]


REPORT = "DR-02"
"""The paper by which a school reports that persuasion has failed."""


def first_visit(case: Case, today: date) -> date | None:
    """Return the day on which somebody first urged a child that dropped out to return, until ``today``."""
    since = case.dropped_on or case.found_on
    if case.student is None or since is None:
        return None
    return first_urged(case.student, since, min(case.returned_on or today, today))


def first_urged(student: Student, since: date, until: date) -> date | None:
    """Return the day of the first visit from ``since`` to ``until`` that urged a child to come to school."""
    urged = (visit.visited_on for visit in student.visits if visit.purpose in PERSUADING)
    return min((day for day in urged if day and since <= day <= until), default=None)


def days_given(policy: Policy, notice: Notice) -> int:
    """Return how many natural days a notice gives: to return, or of an order to mend what is wrong."""
    rules = policy.return_notice
    return rules.within_days if notice.sort == NOTICES[0] else rules.order_within_days


def return_deadline(policy: Policy, calendar: Calendar, notice: Notice, today: date) -> date | None:
    """Return the day by which a notice wants the child back: as entered, else so long after its issue, or after its
    service where the policy counts from that; nothing while such a notice is not served.

    What is counted ends on a working day (民法典 203): a child that is wanted back in the holidays finds nobody there.
    """
    if notice.deadline:
        return notice.deadline
    since = notice.issued_on or today
    if policy.return_notice.counted_from == "送达":
        if not notice.served_at or notice.served_at > today:
            return None
        since = notice.served_at
    return calendar.not_before(since + timedelta(days=days_given(policy, notice)), "工作日")


def disregarded(policy: Policy, calendar: Calendar, notice: Notice, today: date) -> date | None:
    """Return the deadline of a notice that was served in time, once it has passed; nothing of any other, for nobody
    is late for what was not handed over."""
    until = return_deadline(policy, calendar, notice, today)
    in_time = until and notice.served_at and notice.served_at <= until
    return until if in_time and until and until < today else None


def unheeded(policy: Policy, calendar: Calendar, order: Notice, today: date, kind: str = NOTICES[0]) -> list[Notice]:
    """Return the notices of a child, return notices unless another ``kind`` is asked for, that were disregarded when
    ``order`` was issued, or are by now; an order stands on what came before its own kind."""
    if NOTICES.index(kind) >= NOTICES.index(order.sort):
        return []
    day = order.issued_on or today
    urging = (notice for notice in (issued(order.case) if order.case else ()) if notice.sort == kind)
    return [notice for notice in urging if disregarded(policy, calendar, notice, day)]


def lapsed(policy: Policy, calendar: Calendar, case: Case, today: date) -> Notice | None:
    """Return the return notice that was disregarded, the latest of several; none where the case is over."""
    if not is_open(case, today):
        return None
    urging = [notice for notice in issued(case) if notice.sort == NOTICES[0]]
    passed = [(until, notice) for notice in urging if (until := disregarded(policy, calendar, notice, today))]
    return max(passed, key=lambda one: one[0])[1] if passed else None


def issued(case: Case) -> list[Notice]:
    """Return the notices of a case that have a number which holds: neither drafts nor those declared void."""
    return [notice for notice in case.notices if notice.withheld is None and notice.number]
