"""What a child's staying away demands: the steps of the ladder that it reached, and its being registered."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date
from functools import partial

from generator.dataset.models import PERSUADING, Absence, Case, Filing, Record, Student, Visit
from generator.policy.duties.duty import Asking, Duty
from generator.policy.duties.situation import Situation
from generator.policy.duties.steps import stage
from generator.policy.model import LadderStep
from generator.policy.roles import Body, Role
from generator.policy.suspects import is_lost
from generator.policy.truancy import Truancy, open_cases

LEADERS = ("校长", "副校长", "教导主任")
"""Posts whose holders visit for the school."""
OWED_BY: dict[str, tuple[Role, ...]] = {
    "LA-05a": ("class_teacher",), "LA-06": ("subject_teacher",), "LA-08": ("class_teacher",),
    "HV-01": ("class_teacher",), "HV-02": ("class_teacher",), "HV-10": ("principal", "deputy_head", "grade_leader"),
    "DR-01": ("class_teacher", "principal"), "DR-02": ("class_teacher",), "DR-04": ("class_teacher",),
    "DR-06a": ("registrar",), "DR-06b": ("township",), "DR-16": ("registrar",),
    "L-03": ("principal",), "L-10": ("registrar",), "NT-10": ("township",), "NT-13": ("principal",),
}  # fmt: skip
"""Who fills in a paper that a step of the ladder names: the first whom the step calls on, else the last; of another
paper the first whom the step calls on."""
SUSPECTED = "L-10"
"""The ledger of suspected dropouts, of which a school, or whoever keeps ledgers in its place, keeps one."""
LEDGERS: dict[Body, str] = {"school": "DR-06a", "township": "DR-06b", "village": "DR-06c"}
"""The ledger of dropouts of each body; the bureau has those of the others."""
STRUCK_OFF: dict[Body, str] = {"school": "DR-08a", "township": "DR-08b", "village": "DR-08c"}
"""The sheet by which a child is taken off each."""
KEEPERS: dict[Body, Role] = {
    "school": "registrar", "township": "township", "village": "village", "education_bureau": "education_bureau",
    "central_school": "central_school", "supervision": "supervision", "county": "county",
    "class_teacher": "class_teacher",
}  # fmt: skip
"""Who writes the ledgers of a body; the first that keeps any is the nearest to the child."""
AT_HOME = ("上门", "视频")
"""Ways in which a visit sees a child at home; a telephone call or a talk at school is a contact."""
ON_THE_SPOT = ("LA-05a", "LA-06")
"""Papers that tell who was missing at a lesson: whoever stands in 缺勤 was told of."""
WHAT = {
    "LA-05a": "报出席情况", "LA-06": "告知班主任", "LA-08": "记下处置情况", "HV-01": "家访，劝学生返校",
    "HV-02": "上门动员，做好记录", "HV-10": "学校领导家访劝返", "DR-01": "列入花名册上报", "DR-02": "填写辍学报告单",
    "DR-04": "报出名单", "DR-06a": "列入学校台账", "DR-06b": "列入乡镇台账",
    "DR-16": "登记造册上报", "L-03": "书面报告教育行政部门", "L-10": "列入疑似辍学台账", "NT-10": "函请协查去向",
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
    if truancy or cases:
        for step in at.policy.ladder:
            yield partial(step_duties, at, step, student, about)
    if truancy:
        yield partial(_registered, at, truancy, cases)


def step_duties(at: Situation, step: LadderStep, student: Student, about: Record) -> Iterator[Duty]:
    """Yield what a step of the ladder demands, once it is reached."""
    found = stage(at, step, student)
    for paper in step.papers if found else ():
        if found and paper not in BY_NOTICE and _applies(paper, about):
            who, done = at.who(_owed_by(paper, step), about), _done(at, paper, student, about, found.reached)
            what = f"{_since(step)}：{WHAT.get(paper, step.action)}"
            once = paper not in EVERY_STEP
            sheet = _told_in(paper)
            yield Duty(
                paper, who, about, what, found.reached, found.by, "", done, step.action, once=once, told_in=sheet
            )  # fmt: skip


def _applies(paper: str, about: Record) -> bool:
    """Return whether a step's paper is called for: nobody searches for a child of which it is written where it is."""
    return paper != "NT-10" or not isinstance(about, Case) or is_lost(about)


def _told_in(paper: str) -> str:
    """Return the sheet whose rows tell that a step's paper is done."""
    if paper in ON_THE_SPOT:
        return Absence.sheet
    if paper in LEDGERS.values():
        return Case.sheet
    return Visit.sheet if paper.startswith("HV-") else Filing.sheet


def _since(step: LadderStep) -> str:
    """Return after how long a step is due, in words: 缺课满3个上课日, or as the policy says it."""
    return step.label if step.said else f"缺课{'' if step.unit == '半天' or step.more else '满'}{step.label}"


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
    if paper in LEDGERS.values() or paper == SUSPECTED:
        return _entered(about, reached) or filed
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
    """Yield that a child which stays away is to be written into the ledgers that the place keeps."""
    rules, keepers = at.policy.dropout, at.policy.reports.ledgers_by
    about: Record = cases[0] if cases else truancy.student
    suspected, absent = at.truancies.came_to(truancy, "suspected"), at.truancies.came_to(truancy, "absent")
    first = min(keepers, key=[*KEEPERS].index)  # each of them keeps its own of the others; of this there is one
    what = "登记为辍学个案，列入辍学学生台账"
    for paper, body, least, reached, what in (
        (SUSPECTED, first, rules.suspected, suspected, "列入疑似辍学台账，查明去向"),
        *((LEDGERS[body], body, rules.absent, absent, what) for body in keepers if body in LEDGERS),
    ):
        if reached:
            done = _entered(about, reached) or at.filings.first(paper, about, reached)
            told = f"缺勤{rules.word}{least:g}{'日' if rules.unit == '自然日' else f'个{rules.unit}'}：{what}"
            who, sheet = at.who(KEEPERS[body], about), _told_in(paper)
            yield Duty(paper, who, about, told, reached, reached, "", done, once=True, told_in=sheet)


def _entered(about: Record, reached: date) -> date | None:
    """Return when a child was written into the ledgers: they are made from the cases."""
    return max(reached, about.found_on or reached) if isinstance(about, Case) else None
