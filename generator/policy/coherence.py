"""Values of a policy that cannot hold together: a veto below the target, a class held to more than its school, a list
of what to mend that comes after the mending."""

from __future__ import annotations

import math
from collections.abc import Iterator
from functools import partial
from itertools import pairwise

from generator.errors import Problem
from generator.policy.model import LadderStep, Policy, Targets
from generator.policy.provenance import Provenance, Trail
from generator.policy.roles import AT_SCHOOL, AUTHORITIES, ROLES, Role
from generator.policy.timing import EVENTS, Ahead, Day, Event, Point, Timing, Within, Yearly, span, timing

_Found = tuple[tuple[Trail, ...], str, str]
"""The values that contradict one another, what is wrong, and what to do."""


def contradictions(policy: Policy, provenance: Provenance) -> list[Problem]:
    """Return every contradiction, each at the value that was changed last: a cell, else the nearest preset's line."""
    found = [
        *_targets(policy), *_absence(policy), *_ladder(policy), *_issuer(policy), *_notices(policy),
        *_rhythms(policy), *_posts(policy), *_phases(policy), *_circulars(policy),
    ]  # fmt: skip
    return [Problem(provenance.of(provenance.nearest(trails)).place, what, todo) for trails, what, todo in found]


def _targets(policy: Policy) -> Iterator[_Found]:
    veto = policy.assessment.class_veto
    for key, name in (("primary", "小学"), ("junior", "初中")):
        stage: Targets = getattr(policy.targets, key)
        at = partial(_target, key)
        if stage.dropout > stage.class_loss:
            what = f"{name}辍学率目标 {stage.dropout:g}% 大于班级流失率目标 {stage.class_loss:g}%"
            yield (at("dropout"), at("class_loss")), what, "全校不能比一个班还松，请改其中一个"
        if stage.class_loss > veto:
            what = f"{name}班级流失率目标 {stage.class_loss:g}% 大于一票否决阈值 {veto:g}%，达到目标的班也会被否决"
            yield (at("class_loss"), ("assessment", "class_veto")), what, "请改其中一个"
        if stage.retention > 100 - stage.dropout:
            what = f"{name}在校生巩固率目标 {stage.retention:g}% 大于 100% 减辍学率目标 {stage.dropout:g}%"
            yield (at("retention"), at("dropout")), what, "请改其中一个"


def _target(stage: str, name: str) -> Trail:
    return ("targets", stage, name)


def _absence(policy: Policy) -> Iterator[_Found]:
    dropout = policy.dropout
    if dropout.suspected > dropout.absent:
        what = f"缺勤 {dropout.suspected:g} 天才算疑似辍学，{dropout.absent:g} 天却已认定辍学"
        yield (("dropout", "suspected"), ("dropout", "absent")), what, "疑似不能比认定还晚，请改其中一个"
    told = [step for step in policy.ladder if "NT-13" in step.papers and step.event == "absent"]
    if told and all(
        (step.days, step.unit, step.more) != (dropout.township, dropout.unit, dropout.more) for step in told
    ):
        given = f"{dropout.word}{dropout.township:g}（{dropout.unit}）"
        what = f"上报乡镇的缺勤天数是 {given}，缺勤升级阶梯却在“{told[0].label}”上报（NT-13）"
        yield (("dropout", "township"), ("dropout", "unit"), ("ladder",)), what, "请改成一致"


BY: dict[str, frozenset[Role]] = {
    "LA-06": frozenset({"subject_teacher", "class_teacher"}),
    **dict.fromkeys(("DR-01", "DR-02", "DR-04", "DR-16", "L-03", "NT-13"), AT_SCHOOL),
    **dict.fromkeys(("NT-03", "L-01"), AUTHORITIES),  # a school urges nobody in writing by law
    "L-02": frozenset({"education_bureau"}),
}
"""Who can make a paper that a step demands; one of them must be among those who act. Of others anybody can."""


def _ladder(policy: Policy) -> Iterator[_Found]:
    for index, step in enumerate(policy.ladder):
        for paper in step.papers:
            able = BY.get(paper, frozenset())
            if step.roles and able and not able & {*step.roles}:
                acting, wanted = (_names(roles) for roles in (step.roles, [role for role in ROLES if role in able]))
                what = f"缺勤升级阶梯“{step.label}”要做 {paper}，责任角色却只有{acting}"
                yield (
                    (("ladder", index, "roles"), ("ladder", index, "papers")),
                    what,
                    f"能做的是{wanted}，请加上或删去文书",
                )
    for index, (step, after) in enumerate(pairwise(policy.ladder)):
        due, later = _due(step), _due(after)
        if due[0] == later[0] and due[1] > later[1]:
            what = f"缺勤升级阶梯“{step.label}”的办理期限晚于后一步“{after.label}”的"
            yield (("ladder", index, "within"), ("ladder", index + 1, "days")), what, "请改天数或办理宽限"


def _names(roles: list[Role]) -> str:
    return "、".join(ROLES[role] for role in roles)


def _due(step: LadderStep) -> tuple[str, int]:
    """Return when a step must be done at the latest, and in what that is counted; half days are school days."""
    unit = "上课日" if step.unit == "半天" else step.unit
    return f"{step.event} {unit}", math.floor(step.days) + 1 + step.within if step.more else math.ceil(
        step.days
    ) + step.within


def _issuer(policy: Policy) -> Iterator[_Found]:
    issuer = policy.return_notice.issuer
    if issuer not in AUTHORITIES:
        able = "、".join(ROLES[body] for body in ROLES if body in AUTHORITIES)
        what = f"{ROLES[issuer]}不能发出返校通知书，也不能责令（义务教育法 13、58）"
        yield (("return_notice", "issuer"),), what, f"能发出的是{able}，请改成其中一个"


def _notices(policy: Policy) -> Iterator[_Found]:
    after = policy.return_notice.after_days
    last = [index for index, step in enumerate(policy.ladder) if "NT-03" in step.papers]
    for index in last:
        step = policy.ladder[index]
        if step.event == "first_visit" and step.days != after:
            what = f"缺勤升级阶梯在首次家访后 {step.days:g} 日提请发返校通知书，劝返无效期限却是 {after} 日"
            yield (("ladder", index, "days"), ("return_notice", "after_days")), what, "请改成一致"
    report = timing(policy.rhythms.dropout_report)
    if isinstance(report, Within) and (report.event, report.unit) == ("first_visit", "日") and report.count < after:
        what = f"首次家访后 {report.count} 日就要报告劝返无效，劝返无效期限却是 {after} 日"
        yield (
            (("rhythms", "dropout_report"), ("return_notice", "after_days")),
            what,
            "报告不能早于劝返无效，请改其中一个",
        )


ORDER = (
    ("rectify_list", "rectify", "整改清单要在整改之前列出"),
    ("dropout_list", "persuasion", "先有名单才能劝返"),
    ("case_file", "persuasion", "先建案才能劝返"),
    ("assign", "persuasion", "先有责任人才能劝返"),
    ("overdue_report", "order", "先收到报告才能责令"),
    ("publicity_plan", "open_letter", "先有方案才能宣传"),
    ("publicity_plan", "station_publicity", "先有方案才能宣传"),
)
"""Rhythms of which the first must not end after the second, and why."""
FORESEEN: frozenset[Event] = frozenset({"term_start", "term_end", "entry", "inspection", "tour_end", "notice_due"})
"""What is known before it happens; of all else nothing can be due ahead."""
AHEAD: dict[str, tuple[Event, str]] = {
    "inspection_notice": ("inspection", "督导通知"), "deferral": ("term_start", "延缓申请"),
}  # fmt: skip
"""Rhythms that must come before an event."""


def _rhythms(policy: Policy) -> Iterator[_Found]:
    said: dict[str, str] = dict(policy.rhythms)
    times = {name: timing(words) for name, words in said.items()}
    titles = {name: field.title for name, field in type(policy.rhythms).model_fields.items()}
    for first, second, why in ORDER:
        if _surely_later(times[first], times[second]):
            what = f"{titles[first]}“{said[first]}”晚于{titles[second]}“{said[second]}”，{why}"
            yield (("rhythms", first), ("rhythms", second)), what, "请改其中一个"
    words_for = {event: words for words, event in EVENTS.items()}
    for name, time in times.items():
        if isinstance(time, Ahead) and time.event not in FORESEEN:
            what = f"{titles[name]}是“{said[name]}”，{words_for[time.event]}之前却不知道会有这件事"
            yield (("rhythms", name),), what, "请改成从这件事之后起算"
        event, paper = AHEAD.get(name, (None, ""))
        if isinstance(time, Within) and time.event == event and time.count:
            what = f"{titles[name]}是“{said[name]}”，{paper}不能在{words_for[time.event]}之后"
            yield (("rhythms", name),), what, "请改成在这件事之前"


_DAYS = {
    "小时": (1 / 24, 1 / 24),
    "日": (1, 1),
    "周": (7, 7),
    "月": (28, 31),
    "上课日": (1, math.inf),
    "工作日": (1, math.inf),
}
"""How many days a unit is at the least and at the most."""


def _surely_later(first: Timing, second: Timing) -> bool:
    """Return whether one time ends after another whatever the year; of times that are not alike nothing is said."""
    if isinstance(first, Within) and isinstance(second, Within) and first.event == second.event:
        if first.unit == second.unit:
            return first.count > second.count
        return first.count * _DAYS[first.unit][0] > second.count * _DAYS[second.unit][1]
    if isinstance(first, Yearly) and isinstance(second, Yearly) and len(first.days) == len(second.days) == 1:
        return _place_in_year(first.days[0]) > _place_in_year(second.days[0])
    return False


def _posts(policy: Policy) -> Iterator[_Found]:
    seen: dict[str, int] = {}
    for index, quota in enumerate(policy.visits):
        for post in quota.posts:
            if post in seen:
                yield (("visits", index, "posts"),), f"“{post}”有两个家访定额", "请只留一个"
            seen[post] = index


def _phases(policy: Policy) -> Iterator[_Found]:
    for index, phase in enumerate(policy.phases):
        lasts = span(phase.period)
        start, end = _place_in_year(lasts.start), _place_in_year(lasts.end)
        if start[0] == end[0] and start > end:
            yield (("phases", index, "period"),), f"工作阶段“{phase.name}”结束早于开始", "请改起止时间"


def _circulars(policy: Policy) -> Iterator[_Found]:
    praise, criticism = policy.assessment.praise_points, policy.assessment.criticism_points
    if praise and criticism > praise:
        what = f"批评分数线 {criticism:g}% 高于表扬分数线 {praise:g}%，一个单位会既受表扬又受批评"
        yield (("assessment", "praise_points"), ("assessment", "criticism_points")), what, "请改其中一个"


def _place_in_year(point: Point) -> tuple[str, int, int]:
    """Return by what a point is compared with another of its kind: days of the year, or spans from one event."""
    if isinstance(point, Day):
        return ("day", point.month, point.day or 31)
    if isinstance(point, Ahead):
        return (f"{point.event} {point.unit}", -point.count, 0)
    return (f"{point.event} {point.unit}", point.count, 0)
