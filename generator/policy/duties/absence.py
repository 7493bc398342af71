"""What a child's staying away demands: the steps of the ladder that it reached, and its being registered."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date
from functools import partial

from generator.dataset.models import PERSUADING, Absence, Case, Filing, Record, Student, Visit
from generator.policy.deadlines import first_urged, first_visit
from generator.policy.duties.duty import Asking, Duty
from generator.policy.duties.situation import Situation
from generator.policy.duties.windows import shifted
from generator.policy.model import LadderStep
from generator.policy.roles import Role
from generator.policy.truancy import Truancy, open_cases

LEADERS = ("校长", "副校长", "教导主任")
"""Posts whose holders visit for the school."""
OWED_BY: dict[str, tuple[Role, ...]] = {
    "LA-05a": ("class_teacher",), "LA-06": ("subject_teacher",), "LA-08": ("class_teacher",),
    "HV-01": ("class_teacher",), "HV-02": ("class_teacher",), "HV-10": ("principal", "deputy_head", "grade_leader"),
    "DR-01": ("class_teacher", "principal"), "DR-02": ("class_teacher",), "DR-04": ("class_teacher",),
    "DR-06a": ("registrar",), "DR-06b": ("township",), "DR-16": ("registrar",), "L-03": ("principal",),
    "L-10": ("registrar",), "NT-10": ("township",), "NT-13": ("principal",),
}  # fmt: skip
"""Who fills in a paper that a step of the ladder names: the first whom the step calls on, else the last; of another
paper the first whom the step calls on."""
AT_HOME = ("上门", "视频")
"""Ways in which a visit sees a child at home; a telephone call or a talk at school is a contact."""
ON_THE_SPOT = ("LA-05a", "LA-06")
"""Papers that tell who was missing at a lesson: whoever stands in 缺勤 was told of."""
WHAT = {
    "LA-05a": "报教导处", "LA-06": "告知班主任", "LA-08": "记下处置情况", "HV-01": "家访，劝学生返校",
    "HV-02": "上门动员，做好记录", "HV-10": "学校领导家访劝返", "DR-01": "列入花名册上报", "DR-02": "填写辍学报告单",
    "DR-04": "报出名单", "DR-06a": "列入学校台账", "DR-06b": "列入乡镇台账", "DR-16": "登记造册上报",
    "L-03": "书面报告教育行政部门", "L-10": "列入疑似辍学台账", "NT-10": "函请协查去向",
    "NT-13": "书面报告，请求协助劝返",
}  # fmt: skip
"""What is to be done with each, in short."""
EVERY_STEP = ("LA-08", "HV-01", "HV-02", "HV-10")
"""Papers that each step asks for anew."""
BY_NOTICE = ("NT-03", "NT-05", "L-01", "L-02")
"""Papers that ``notice_duties`` asks for, for they hang on what was issued."""


def absence_duties(at: Situation, student: Student) -> Iterator[Asking]:
    """Yield what asks for what a child's absence that goes on demands, done or not."""
    truancy = at.truancies.of(student)
    cases = open_cases(student, at.today)
    about: Record = cases[0] if cases else student
    if truancy:
        for stage in truancy.stages:
            yield partial(_step, at, stage.step, student, about, stage.reached, stage.by)
        yield partial(_registered, at, truancy, cases)
    for step in at.policy.ladder:
        if step.event != "absent" and (truancy or cases):
            yield partial(_later, at, step, student, truancy, cases)


def _later(
    at: Situation, step: LadderStep, student: Student, truancy: Truancy | None, cases: list[Case]
) -> Iterator[Duty]:
    """Yield what a step demands that is counted from something after the absence began."""
    begun = _begun(at, step, student, truancy, cases)
    if begun:
        reached = shifted(begun, int(step.days), step.unit, at.calendar, student.school)
        by = shifted(reached, step.within, step.unit, at.calendar, student.school)
        if reached <= at.today:
            yield from _step(at, step, student, cases[0] if cases else student, reached, by)


def _begun(
    at: Situation, step: LadderStep, student: Student, truancy: Truancy | None, cases: list[Case]
) -> date | None:
    """Return the day of the event from which a step is counted, if it has happened."""
    if step.event == "confirmed":
        return confirmed(at, cases[0]) if cases else None
    if step.event == "first_visit":
        if cases:
            return first_visit(cases[0], at.today)
        return first_urged(student, truancy.start, at.today) if truancy else None
    return None


def confirmed(at: Situation, case: Case) -> date | None:
    """Return the day on which a child that was found missing counts as having dropped out: so long after as the place
    says; of one that has been away since an earlier term, the day on which it was found."""
    truancy = at.truancies.of(case.student) if case.student else None
    if truancy is None or case.found_on is None or truancy.start < at.term().start:
        return case.found_on
    reached = at.calendar.reached(truancy.chain, at.policy.dropout.absent, at.policy.dropout.unit)
    return max(reached, case.found_on) if reached else None


def _step(at: Situation, step: LadderStep, student: Student, about: Record, reached: date, by: date) -> Iterator[Duty]:
    for paper in step.papers:
        if paper not in BY_NOTICE:
            who, done = at.who(_owed_by(paper, step), about), _done(at, paper, student, about, reached)
            what = f"{_since(step)}：{WHAT.get(paper, step.action)}"
            once = paper not in EVERY_STEP
            sheet = _told_in(paper)
            yield Duty(paper, who, about, what, reached, by, "", done, step.action, once=once, told_in=sheet)


def _told_in(paper: str) -> str:
    """Return the sheet whose rows tell that a step's paper is done."""
    if paper in ON_THE_SPOT:
        return Absence.sheet
    return Visit.sheet if paper.startswith("HV-") else Filing.sheet


def _since(step: LadderStep) -> str:
    """Return after how long a step is due, in words: 缺课满3个上课日, or as the policy says it."""
    return step.label if step.said else f"缺课{'' if step.unit == '半天' else '满'}{step.label}"


def _owed_by(paper: str, step: LadderStep) -> Role:
    able = OWED_BY.get(paper)
    if able is None:
        return step.roles[0] if step.roles else "class_teacher"
    return next((role for role in able if role in step.roles), able[-1] if paper != "HV-10" else able[0])


def _done(at: Situation, paper: str, student: Student, about: Record, reached: date) -> date | None:
    """Return when a step's paper was done: a visit by somebody who may make it, else as 办理 says."""
    if paper in ON_THE_SPOT:
        return reached
    filed = at.filings.first(paper, about, reached)
    if not paper.startswith("HV-"):
        return filed
    made = [visit for visit in visits(student.visits, reached, at.today) if visit.purpose in PERSUADING]
    if paper == "HV-10":
        made = [visit for visit in made if any(one.post in LEADERS for one in visit.visitors)]
    days = [visit.visited_on for visit in made if visit.visited_on and visit.mode in AT_HOME]
    return min([*days, *([filed] if filed else [])], default=None)


def visits(made: Iterable[Visit], since: date, today: date) -> Iterator[Visit]:
    """Yield the visits from a day on, as far as they were made by today."""
    return (visit for visit in made if visit.visited_on and since <= visit.visited_on <= today)


def _registered(at: Situation, truancy: Truancy, cases: list[Case]) -> Iterator[Duty]:
    """Yield that a child which stays away is to be written into the ledgers; a case is what they are made from."""
    rules = at.policy.dropout
    about: Record = cases[0] if cases else truancy.student
    for paper, least, what, sheet in (
        ("L-10", rules.suspected, "列入疑似辍学台账，查明去向", Filing.sheet),
        ("DR-06a", rules.absent, "登记为辍学个案，列入辍学学生台账", Case.sheet),
    ):
        reached = at.calendar.reached(truancy.chain, least, rules.unit)
        if reached:
            done = max(reached, cases[0].found_on or reached) if cases else at.filings.first(paper, about, reached)
            told = f"缺勤满{least:g}{'日' if rules.unit == '自然日' else f'个{rules.unit}'}：{what}"
            who = at.who(OWED_BY[paper][0], about)
            yield Duty(paper, who, about, told, reached, reached, "", done, once=True, told_in=sheet)
