"""Whose turn it is: what must have happened before a notice is issued, and whether persuasion has failed by then.

A case goes from the return notice to the order to mend and to that of the bureau. Each step stands on the one before:
on a notice that was served in time and not heeded. ``duties.cases`` asks for the steps in the same order.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import date, timedelta

from generator.dataset.missing import MissingValueError
from generator.dataset.models import NOTICES, Case, Dataset, Notice
from generator.errors import Problem
from generator.policy.calendar import Calendar
from generator.policy.deadlines import disregarded, first_visit, issued, persuasion_failed, return_deadline
from generator.policy.model import Policy


def lacking(policy: Policy, calendar: Calendar, notice: Notice, day: date, valid: Iterable[Notice]) -> str:
    """Return what is still to be done before a notice is issued on a day, without its full stop; empty where it is its
    turn. ``valid`` are the notices of its case that have a number which holds."""
    before = _before(notice, day, valid)
    for one in before:  # a notice of its own kind that still holds would set the guardian two deadlines
        if one.sort == notice.sort and (why := _still(policy, calendar, one, day)):
            todo = f"要重发，先作废它，再给它那一行（序号 {one.id}）重新编号，不用添行"
            return f"同一个案的{one.number}（{one.sort}）还有效：{why}。{todo}"
    if notice.sort == NOTICES[0]:
        return ""
    kind = NOTICES[NOTICES.index(notice.sort) - 1]
    earlier = [one for one in before if one.sort == kind]
    if not earlier:
        todo = f"先发{kind}；以前发过的，在“通知书”表里补上那一行（文号、发出日期、送达日期）"
        return f"这个个案还没有发出过{kind}，不能发{notice.sort}。{todo}"
    found = [_still(policy, calendar, one, day) for one in earlier]
    if not all(found):
        return ""
    return f"前一步{earlier[-1].number}（{kind}）{found[-1]}，不能发{notice.sort}"


def premature(policy: Policy, notice: Notice, day: date) -> str:
    """Return that a return notice would be issued before the days of persuasion are over; empty where it would not.

    The law sets none (义务教育法 13), plans do. A guardian who refuses need not be persuaded any longer.
    """
    case, days = notice.case, policy.return_notice.after_days
    if case is None or notice.sort != NOTICES[0] or persuasion_failed(policy, case, day):
        return ""
    first = first_visit(case, day)
    if first is None:
        return ""
    over = first + timedelta(days=days)
    return f"首次家访劝返在 {first}，满 {days} 日是 {over}；监护人明确拒绝送学的可以先发，记在家访记录里"


def out_of_turn(dataset: Dataset, policy: Policy) -> Iterator[Problem]:
    """Yield a reminder of each notice that was issued before it was its turn, and of each draft of a case that has no
    notice of the kind before."""
    calendar: Calendar | None = None
    for case in dataset.cases:
        try:
            if case.notices:
                calendar = calendar or Calendar(dataset.settings, dataset.calendar)
                yield from _out_of_turn(case, policy, calendar)
        except MissingValueError:
            continue  # which is told already


def _out_of_turn(case: Case, policy: Policy, calendar: Calendar) -> Iterator[Problem]:
    kinds = {one.sort for one in case.notices if one.withheld is None}
    for notice in case.notices:
        if notice.withheld is not None:
            continue
        if notice.number and notice.issued_on:
            if what := lacking(policy, calendar, notice, notice.issued_on, issued(case)):
                what = f"{notice.number} 发出时还不到这一步：{what}"
                todo = "核对文种、发出日期和送达；确实发错了的作废"
                yield Problem(notice.where("issued_on"), what, todo, "warning")
        elif not notice.number and notice.sort != NOTICES[0]:
            kind = NOTICES[NOTICES.index(notice.sort) - 1]
            if kind not in kinds:
                what = f"有{notice.sort}这一行，而这个个案没有{kind}"
                todo = f"先发{kind}；以前发过的补上那一行，文种写错的改正"
                yield Problem(notice.where("kind"), what, todo, "warning")


def _before(notice: Notice, day: date, valid: Iterable[Notice]) -> Sequence[Notice]:
    """Return which of some notices came before one of a day, the latest last; of one day, those of earlier rows."""
    dated = sorted((one for one in valid if one.issued_on), key=lambda one: one.issued_on or date.max)
    place = next((at for at, one in enumerate(dated) if one is notice), len(dated))
    return [one for one in dated[:place] if one.issued_on and one.issued_on <= day]


def _still(policy: Policy, calendar: Calendar, notice: Notice, day: date) -> str:
    """Return why a notice has not been disregarded by a day; nothing where it has."""
    if disregarded(policy, calendar, notice, day):
        return ""
    until = return_deadline(policy, calendar, notice, day)
    served = notice.served_at if notice.served_at and notice.served_at <= day else None
    if until and served and served > until:
        return f"{served} 才送达，晚于期限 {until}"
    if until and until < day:
        return f"期限 {until} 已过，没有登记送达"
    return f"期限 {until} 还没有过" if served else "还没有登记送达"
