"""What a case demands: reports, a plan, letters and notices while the child is away, reports when it is back."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from functools import partial

from generator.dataset.models import NOTICES, Case, Notice, Visit
from generator.policy.deadlines import days_given, first_visit, issued, return_deadline
from generator.policy.duties.absence import KEEPERS, STRUCK_OFF, visits
from generator.policy.duties.duty import Asking, Duty
from generator.policy.duties.situation import Situation
from generator.policy.duties.steps import confirmed
from generator.policy.duties.windows import shifted, spans, windows
from generator.policy.roles import Body, Role
from generator.policy.suspects import UNTRACED
from generator.policy.timing import Event, Within, timing
from generator.policy.truancy import is_open


@dataclass(frozen=True, slots=True)
class Rule:
    """Something to be done so long after an event of a case, as a rhythm of the policy says."""

    rhythm: str
    paper: str
    role: Role
    what: str
    only: str = ""  # of cases for this reason


WHILE_AWAY = (
    Rule("dropout_list", "DR-04", "class_teacher", "家访确认辍学后报学校"),
    Rule("assign", "RC-15b", "principal", "把劝返任务分到人"),
    Rule("case_file", "IP-01", "principal", "一生一案，制定劝返计划"),
    Rule("dropout_report", "DR-02", "class_teacher", "劝返无效，填写辍学报告单"),
    Rule("dropout_report", "DR-01", "principal", "劝返无效，列入花名册上报"),
    Rule("dropout_report", "L-03", "principal", "劝返无效，书面报告教育行政部门"),
    Rule("letter", "NT-10", "township", "函请协查去向", only=UNTRACED),
)
NEXT_STEP: dict[str, tuple[str, str]] = {
    NOTICES[0]: ("L-01", "期限已过仍未返校，责令限期改正"),
    NOTICES[1]: ("L-02", "责令改正期限已过仍未返校，责令送被监护人接受义务教育"),
}
"""What follows a notice of each kind whose deadline has passed: the paper, and what it is for."""
PAPERS = dict(zip(NOTICES, ("NT-03", "L-01", "L-02"), strict=True))
"""The row of the catalogue of each kind of notice."""
OF_CASES = ("DR-22", "HV-04", "DR-03", *STRUCK_OFF.values(), "NT-05", "NT-06", "NT-07")
"""Rows of what else a case demands."""


def case_duties(at: Situation, case: Case) -> Iterator[Asking]:
    """Yield what asks for what a case demands, done or not; of one that is over only what its end does."""
    if case.found_on is None or case.found_on > at.today:
        return
    if is_open(case, at.today):
        for rule in WHILE_AWAY:
            yield partial(_ruled, at, case, rule)
        yield partial(_followed_up, at, case)
        yield partial(_big_visit, at, case)
        yield from notice_duties(at, case)
    elif case.returned_on and case.returned_on <= at.today:
        yield partial(_over, at, case)


def _ruled(at: Situation, case: Case, rule: Rule) -> Iterator[Duty]:
    said = timing(getattr(at.policy.rhythms, rule.rhythm))
    if not isinstance(said, Within) or (rule.only and case.reason != rule.only):
        return
    begun = _event(at, case, said.event)
    if begun:
        by = shifted(begun, said.count, said.unit, at.calendar, case.school)
        since = by if said.event == "first_visit" else begun  # persuasion has not failed before
        if since <= at.today:
            yield at.owed(rule.paper, rule.role, case, rule.what, since, by)


def _event(at: Situation, case: Case, event: Event) -> date | None:
    """Return the day on which something happened to a case, if it has."""
    match event:
        case "confirmed":
            return confirmed(at, case)
        case "first_visit":
            return first_visit(case, at.today)
        case "listed":  # where nobody says so, from when it could be
            return at.filings.first("DR-16", case, case.dropped_on or date.min) or confirmed(at, case)
        case "reported":
            return at.filings.first("NT-13", case, case.dropped_on or date.min)
        case "returned":
            return case.returned_on
    return None


def _followed_up(at: Situation, case: Case) -> Iterator[Duty]:
    """Yield how often a child that is away is still to be looked after this term; visits count."""
    student = case.student
    if student is None or case.found_on is None:
        return
    for since, window, until in spans(timing(at.policy.rhythms.follow_up), at.term(case.school)):
        begun = max(since, case.found_on)
        made = {one.visited_on for one in visits(student.visits, begun, min(until, at.today)) if one.visited_on}
        days = sorted(made | {*at.filings.days("DR-22", case, begun, until, window.told)})
        what = f"跟踪调查去向和思想（{min(len(days), window.times)}/{window.times}次）"
        done = days[window.times - 1] if len(days) >= window.times else None
        opened = max(window.since, case.found_on)
        yield Duty("DR-22", at.who("class_teacher", case), case, what, opened, window.by, "", done, days=window.told)


def _big_visit(at: Situation, case: Case) -> Iterator[Duty]:
    """Yield that the family is to be visited at home in the months in which all such families are; its guardian signs
    there, so that a call does not do."""
    student = case.student
    if student is None or case.found_on is None:
        return
    for window in windows(timing(at.policy.rhythms.big_visit), at.term(case.school)):
        since = max(window.since, case.found_on)
        if since <= window.by:
            home = (visit.visited_on for visit in visits(student.visits, since, at.today) if visit.mode == "上门")
            filed = at.filings.first("HV-04", case, since)
            done = min([day for day in (*home, filed) if day], default=None)
            what = "大家访：上门劝返，监护人签字确认"
            who = at.who("principal", case)
            yield Duty("HV-04", who, case, what, since, window.by, "", done, told_in=Visit.sheet)


def _over(at: Situation, case: Case) -> Iterator[Duty]:
    """Yield what a child's return demands: the report of it, and that the case is taken off the ledger."""
    said = timing(at.policy.rhythms.return_report)
    if case.returned_on and isinstance(said, Within):
        by = shifted(case.returned_on, said.count, said.unit, at.calendar, case.school)
        yield at.owed("DR-03", "principal", case, "学生已返校，报告复学", case.returned_on, by, once=False)
        closed = case.closed_on if case.closed_on and case.closed_on <= at.today else None
        what = "学生已返校，在台账上销号"
        for body in at.policy.reports.ledgers_by:
            if body in STRUCK_OFF:
                paper, who = STRUCK_OFF[body], at.who(KEEPERS[body], case)
                yield Duty(paper, who, case, what, case.returned_on, by, "", closed, told_in=Case.sheet)


# Notices


def notice_duties(at: Situation, case: Case) -> Iterator[Asking]:
    """Yield what asks for the notice that is to be issued in an open case, or served, and for what follows one whose
    deadline has passed."""
    made = sorted(
        (one for one in issued(case) if one.issued_on and one.issued_on <= at.today),
        key=lambda one: one.issued_on or date.min,
    )
    yield partial(_after_a_week, at, case, made)
    for number, notice in enumerate(made):
        yield partial(_served, at, case, notice, made[number + 1 :])


def _after_a_week(at: Situation, case: Case, made: Sequence[Notice]) -> Iterator[Duty]:
    """Yield that a return notice is to be issued, once a week has passed since the first visit in vain."""
    first, days = first_visit(case, at.today), at.policy.return_notice.after_days
    failed = shifted(first, days, "日", at.calendar, case.school) if first else None
    if failed and failed <= at.today:
        what = f"首次家访劝返后满{days}日仍未返校，发出{at.policy.titles['return-notice']}"
        yield _to_issue(at, case, NOTICES[0], what, failed, failed, made)


def _to_issue(
    at: Situation,
    case: Case,
    kind: str,
    what: str,
    since: date,
    by: date,
    later: Sequence[Notice],
    *,
    again: bool = False,
) -> Duty:
    done = next((one.issued_on for one in later if one.sort == kind), None)
    if not done and not again:
        what += _row_of(case, kind)
    who = at.who(issuer_of(at, kind), case)
    return Duty(PAPERS[kind], who, case, what, since, by, "", done, told_in=Notice.sheet)


def _row_of(case: Case, kind: str) -> str:
    """Return which row of 通知书 is to be numbered where none waits for it: the void one, else a new one."""
    if any(one.sort == kind and not one.number for one in case.notices):
        return ""
    void = next((one for one in reversed(case.notices) if one.sort == kind and one.withheld is not None), None)
    return f"（给作废的那一行，序号 {void.id}，重新编号，不用添行）" if void else "（先在“通知书”表添一行）"


def issuer_of(at: Situation, kind: str) -> Body:
    """Return the body that issues a kind of notice."""
    return "education_bureau" if kind == NOTICES[2] else at.policy.return_notice.issuer


def _served(at: Situation, case: Case, notice: Notice, later: Sequence[Notice]) -> Iterator[Duty]:
    """Yield that a notice is to be served, or came too late and is to be issued anew, or has not been heeded."""
    assert notice.issued_on
    served = notice.served_at if notice.served_at and notice.served_at <= at.today else None
    deadline = return_deadline(at.policy, at.calendar, notice, at.today)
    called = notice.number or notice.sort
    if deadline is None or at.today <= deadline or (served and served <= deadline):
        by_service = at.policy.return_notice.counted_from == "送达" and not notice.deadline
        within = notice.issued_on + timedelta(days=days_given(at.policy, notice))
        last = within if by_service or deadline is None else deadline
        who = at.who(issuer_of(at, notice.sort), case)
        what = "已发出，送达并取回回证"
        yield Duty("NT-05", who, notice, what, notice.issued_on, last, "", served, told_in=Notice.sheet)
    if deadline is None or at.today <= deadline:
        return
    if served and served <= deadline:
        yield from _unheeded(at, case, notice, deadline, later)
    else:
        late = f"{served} 才送达" if served else "没有送达"
        since = served or deadline + timedelta(days=1)
        again = f"作废重发（先作废，再给同一行，序号 {notice.id}，重新编号，不用添行）"
        what = f"{called}期限 {deadline} 已过，{late}：{again}"
        yield _to_issue(at, case, notice.sort, what, since, since, later, again=True)


def _unheeded(at: Situation, case: Case, notice: Notice, deadline: date, later: Sequence[Notice]) -> Iterator[Duty]:
    """Yield what follows a notice that was served in time and whose deadline has passed with the child away."""
    report, order = timing(at.policy.rhythms.overdue_report), timing(at.policy.rhythms.order)
    if isinstance(report, Within) and notice.sort == NOTICES[0]:  # an order is followed by the next, not by a report
        by = shifted(deadline, report.count, report.unit, at.calendar, case.school)
        what = f"期限 {deadline} 已过仍未返校，报告并提请依法处理"
        done = at.filings.first("NT-06", case, deadline)
        yield Duty("NT-06", at.who("principal", case), notice, what, deadline, by, "", done)
    if isinstance(order, Within) and notice.sort in NEXT_STEP:
        kind = NOTICES[NOTICES.index(notice.sort) + 1]
        by = shifted(deadline, order.count, order.unit, at.calendar, case.school)
        yield _to_issue(at, case, kind, NEXT_STEP[notice.sort][1], deadline, by, later)
        if notice.sort == NOTICES[0]:  # which the law asks for together with the order
            done = at.filings.first("NT-07", case, deadline)
            who = at.who(issuer_of(at, kind), case)
            yield Duty("NT-07", who, case, "批评教育监护人，做好记录", deadline, by, "", done)
