"""Home visits owed: by each member of staff this term, and to each watched child."""

from __future__ import annotations

from collections.abc import Iterator

from generator.dataset.models import Staff, Student
from generator.policy.duties.absence import visits
from generator.policy.duties.duty import Duty
from generator.policy.duties.people import staffed
from generator.policy.duties.situation import Situation
from generator.policy.duties.windows import windows
from generator.policy.timing import timing
from generator.policy.visits import visit_quota

AT_HOME = ("上门", "视频")
"""Ways in which a visit sees a watched child at home; a telephone call or a talk at school is a contact."""


def quota_duty(at: Situation, staff: Staff) -> Iterator[Duty]:
    """Yield how many visits of its quota a member of staff still owes this term."""
    owed = visit_quota(at.policy, staff)
    if not owed:
        return
    term = at.term(staff.school)
    made = sorted(one.visited_on for one in visits(staff.visits, term.start, min(term.end, at.today)) if one.visited_on)
    short = owed - len(made)
    what = f"本学期家访 {len(made)}/{owed} 人次" + (f"，还差 {short} 人次" if short > 0 else "")
    if term.start <= at.today:
        yield Duty(
            "HV-01", staffed(staff), staff, what, term.start, term.end, "", made[owed - 1] if short <= 0 else None
        )


def watch_duties(at: Situation, student: Student) -> Iterator[Duty]:
    """Yield how often a watched child is still to be visited at home."""
    if not (student.watched and student.enrolled):
        return
    for window in windows(timing(at.policy.rhythms.watch_visit), at.term(student.school)):
        made = [one for one in visits(student.visits, window.since, min(window.by, at.today)) if one.mode in AT_HOME]
        days = sorted(one.visited_on for one in made if one.visited_on)
        filed = at.filings.during("HV-05b", student, window.since, window.by)
        days = sorted([*days, *filed])
        what = f"{at.policy.labels.watched}家访 {min(len(days), window.times)}/{window.times} 次"
        done = days[window.times - 1] if len(days) >= window.times else None
        who = at.who("class_teacher", student)
        yield Duty("HV-05b", who, student, what, window.since, window.by, "", done, lapses=window.lapses)
