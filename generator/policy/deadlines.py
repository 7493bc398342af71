"""Notices: when persuasion has failed, and the day by which a notice wants the child back or the wrong mended."""

from __future__ import annotations

from datetime import date, timedelta

from generator.dataset.models import NOTICES, Case, Notice
from generator.policy.calendar import Calendar
from generator.policy.model import Policy


def persuasion_failed(policy: Policy, case: Case, today: date) -> bool:
    """Return whether a child stayed away so long after the first visit that the school has to report it."""
    first = first_visit(case, today)
    return first is not None and first + timedelta(days=policy.return_notice.after_days) <= (case.returned_on or today)


def first_visit(case: Case, today: date) -> date | None:
    """Return the day on which somebody first urged the child to return, until ``today``."""
    return min(
        (visit.visited_on for visit in case.visits if visit.visited_on and visit.visited_on <= today), default=None
    )


def days_given(policy: Policy, notice: Notice) -> int:
    """Return how many natural days a notice gives: to return, or of an order to mend what is wrong."""
    rules = policy.return_notice
    return rules.within_days if notice.sort == NOTICES[0] else rules.order_within_days


def return_deadline(policy: Policy, calendar: Calendar, notice: Notice, today: date) -> date | None:
    """Return the day by which a notice wants the child back: as entered, else so long after its issue.

    Where the policy counts from service, it is so long after that, or the first working day then (民法典 201, 203);
    nothing while the notice is not served.
    """
    if notice.deadline:
        return notice.deadline
    given = timedelta(days=days_given(policy, notice))
    if policy.return_notice.counted_from == "发出":
        return (notice.issued_on or today) + given
    return calendar.not_before(notice.served_at + given, "工作日") if notice.served_at else None


def unheeded(policy: Policy, calendar: Calendar, order: Notice, today: date) -> list[Notice]:
    """Return the return notices of a child whose deadline had passed when ``order`` was issued, or has by now."""
    return [
        notice
        for notice in (issued(order.case) if order.case else ())
        if notice.sort == NOTICES[0]
        and (day := return_deadline(policy, calendar, notice, today))
        and day < (order.issued_on or today)
    ]


def lapsed(policy: Policy, calendar: Calendar, case: Case, today: date) -> Notice | None:
    """Return the return notice whose deadline passed in vain, the latest of several; none where the case is over.

    It is one that was numbered, served and not declared void: nobody is late for what was never handed over.
    """
    if not case.is_open:
        return None
    overdue: list[tuple[date, Notice]] = []
    for notice in issued(case):
        if notice.sort == NOTICES[0] and notice.served_at:
            until = return_deadline(policy, calendar, notice, today)
            if until and until < today:
                overdue.append((until, notice))
    return max(overdue, key=lambda one: one[0])[1] if overdue else None


def issued(case: Case) -> list[Notice]:
    """Return the notices of a case that have a number which holds: neither drafts nor those declared void."""
    return [notice for notice in case.notices if notice.withheld is None and notice.number]
