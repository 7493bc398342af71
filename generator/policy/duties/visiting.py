"""Home visits owed: by each member of staff this term, and to each watched child."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial

from generator.dataset.models import Staff, Student, Visit
from generator.policy.duties.absence import AT_HOME, visits
from generator.policy.duties.duty import Asking, Duty
from generator.policy.duties.people import staffed
from generator.policy.duties.situation import Situation
from generator.policy.duties.windows import spans
from generator.policy.timing import timing
from generator.policy.visits import visit_quota


def quota_duties(at: Situation, staff: Staff) -> Iterator[Asking]:
    """Yield what asks for the visits of its quota that a member of staff owes."""
    yield partial(_quota, at, staff)


def watch_duties(at: Situation, student: Student) -> Iterator[Asking]:
    """Yield what asks for the visits to a watched child."""
    if student.watched and student.enrolled:
        yield partial(_watched, at, student)


def _quota(at: Situation, staff: Staff) -> Iterator[Duty]:
    """Yield how many visits of its quota a member of staff still owes this term."""
    owed = visit_quota(at.policy, staff)
    if not owed:
        return
    term = at.term(staff.school)
    made = sorted(one.visited_on for one in visits(staff.visits, term.start, min(term.end, at.today)) if one.visited_on)
    short = owed - len(made)
    what = f"本学期家访 {len(made)}/{owed} 人次" + (f"，还差 {short} 人次" if short > 0 else "")
    if term.start <= at.today:
        done = made[owed - 1] if short <= 0 else None
        yield Duty("HV-01", staffed(staff), staff, what, term.start, term.end, "", done, told_in=Visit.sheet)


def _watched(at: Situation, student: Student) -> Iterator[Duty]:
    """Yield how often a watched child is still to be visited at home."""
    for since, window, until in spans(timing(at.policy.rhythms.watch_visit), at.term(student.school)):
        made = (one for one in visits(student.visits, since, min(until, at.today)) if one.mode in AT_HOME)
        filed = at.filings.days("HV-05b", student, since, until, window.told)
        days = sorted([*(one.visited_on for one in made if one.visited_on), *filed])
        what = f"{at.policy.labels.watched}家访 {min(len(days), window.times)}/{window.times} 次"
        done = days[window.times - 1] if len(days) >= window.times else None
        who = at.who("class_teacher", student)
        yield Duty("HV-05b", who, student, what, window.since, window.by, "", done, told_in=Visit.sheet)
