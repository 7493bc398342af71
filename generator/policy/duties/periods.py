"""What falls due by the calendar: returns, checks, meetings and plans of schools and townships."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from functools import partial

from generator.dataset.models import Class, Filing, Inspection, Record, School, Township
from generator.policy.duties.duty import Asking, Duty
from generator.policy.duties.situation import Situation
from generator.policy.duties.windows import Term, phases_on, spans
from generator.policy.roles import Role
from generator.policy.timing import timing


@dataclass(frozen=True, slots=True)
class Periodic:
    """Something that a unit does as often as a rhythm of the policy says."""

    rhythm: str
    paper: str
    role: Role
    what: str


OF_SCHOOLS = (
    Periodic("class_report", "DR-10a", "teaching_office", "各班报告当日出勤和辍学情况"),
    Periodic("opening_check", "DR-15", "registrar", "清点未到校注册的学生"),
    Periodic("term_returns", "DR-19", "registrar", "报告开学学生变动清查结果"),
    Periodic("school_report", "DR-10e", "registrar", "报送学校辍学情况月报"),
    Periodic("register_check", "IN-05", "principal", "以学籍档案为准排查在校学生"),
    Periodic("self_check", "IN-04", "principal", "自查控辍保学工作"),
    Periodic("work_plan", "WP-03", "principal", "制定控辍保学工作计划"),
    Periodic("sign_months", "RC-08", "principal", "与教师签订责任书"),
    Periodic("weekly_meeting", "WP-12a", "principal", "召开碰头会"),
    Periodic("open_letter", "PB-01", "principal", "发出致监护人的公开信，收回回执"),
    Periodic("holiday_tour", "HV-08a", "principal", "安排假期走访，按期走完"),
    Periodic("summary", "WP-14b", "principal", "总结控辍保学工作"),
    Periodic("supervision", "IN-02", "supervision", "督导学校控辍保学工作"),
)
UNDER_CENTRAL_SCHOOLS = (Periodic("central_inspection", "IN-03", "central_school", "督查学校控辍保学工作"),)
OF_CENTRAL_SCHOOLS = (Periodic("bulletin", "PB-02", "principal", "编印简报"),)
CENTRAL = "中心校"
"""The kind of school that answers for others."""
OF_CLASSES = Periodic("support_check", "SG-13b", "grade_leader", "检查重点对象帮扶记录")
CAMPAIGN = Periodic("campaign_report", "DR-09", "registrar", "上报当日劝返情况")
OF_TOWNSHIPS = (
    Periodic("entry_notice", "NT-02", "township", "送达入学（复学）通知书"),
    Periodic("township_plan", "WP-02", "township", "制定控辍保学工作方案"),
    Periodic("township_meeting", "WP-12b", "township", "召开控辍保学专题会议"),
    Periodic("publicity_plan", "WP-08", "township", "制定义务教育宣传实施方案"),
    Periodic("station_publicity", "PB-07", "township", "到车站、劳务公司等重点场所宣传"),
    Periodic("special_roster", "DR-17", "township", "报送特殊原因失学辍学人员花名册"),
)
PERIODIC = (*OF_SCHOOLS, *UNDER_CENTRAL_SCHOOLS, *OF_CENTRAL_SCHOOLS, OF_CLASSES, CAMPAIGN, *OF_TOWNSHIPS)
"""All of them."""


def school_duties(at: Situation, school: School) -> Iterator[Asking]:
    """Yield what asks for what falls due at a school."""
    term = at.term(school)
    rules = [*OF_SCHOOLS]
    if school.central:
        rules += UNDER_CENTRAL_SCHOOLS
    if school.kind == CENTRAL:
        rules += OF_CENTRAL_SCHOOLS
    for rule in rules:
        yield partial(_periodic, at, rule, school, term)
    yield partial(_campaign, at, school, term)


def class_duties(at: Situation, class_: Class) -> Iterator[Asking]:
    """Yield what asks for what falls due in a class that has watched children."""
    if class_.watched:
        yield partial(_periodic, at, OF_CLASSES, class_, at.term(class_.school))


def township_duties(at: Situation, township: Township) -> Iterator[Asking]:
    """Yield what asks for what falls due in a township."""
    for rule in OF_TOWNSHIPS:
        yield partial(_periodic, at, rule, township, at.term())


def _campaign(at: Situation, school: School, term: Term) -> Iterator[Duty]:
    if any(phase.daily_report for phase in phases_on(at.policy, term)):
        yield from _periodic(at, CAMPAIGN, school, term)


def _periodic(at: Situation, rule: Periodic, about: Record, term: Term) -> Iterator[Duty]:
    for since, window, until in spans(timing(getattr(at.policy.rhythms, rule.rhythm)), term):
        made = _made(at, rule, about, since, until, window.told)
        times = f"{min(len(made), window.times)}/{window.times}次" if window.times > 1 else ""
        told = "，".join(filter(None, (window.name, times)))
        what = f"{rule.what}（{told}）" if told else rule.what
        done = made[window.times - 1] if len(made) >= window.times else None
        sheet = Inspection.sheet if rule.role == "supervision" else Filing.sheet
        yield Duty(
            rule.paper, at.who(rule.role, about), about, what, window.since, window.by, window.time, done,
            told_in=sheet, days=window.told, periodic=bool(window.name),
        )  # fmt: skip


def _made(
    at: Situation, rule: Periodic, about: Record, since: date, until: date, told: tuple[date, date]
) -> list[date]:
    """Return the days on which something was done that counts for a window; of inspections their own sheet tells."""
    days = at.filings.days(rule.paper, about, since, until, told)
    if rule.role != "supervision" or not isinstance(about, School):
        return days
    held = (one.held_on for one in at.dataset.inspections if _inspected(one, about))
    return sorted([*days, *(day for day in held if day and since <= day <= min(until, at.today))])


def _inspected(inspection: Inspection, school: School) -> bool:
    """Return whether an inspection was of a school, or of its township; raises where its unit is in doubt."""
    if inspection.school:
        return inspection.school is school
    return bool(inspection.township) and inspection.township is school.township
