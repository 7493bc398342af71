"""Values of a policy that cannot hold together: a veto below the target, a class held to more than its school."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial

from generator.errors import Problem
from generator.policy.model import Policy, Targets
from generator.policy.provenance import Provenance, Trail
from generator.policy.timing import Ahead, Day, Point, Within, span, timing

_Found = tuple[tuple[Trail, ...], str, str]
"""The values that contradict one another, what is wrong, and what to do."""


def contradictions(policy: Policy, provenance: Provenance) -> list[Problem]:
    """Return every contradiction, each at the value that was changed last: a cell, else the nearest preset's line."""
    found = [*_targets(policy), *_absence(policy), *_notices(policy), *_posts(policy), *_phases(policy)]
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
    if told and all((step.days, step.unit) != (dropout.township, dropout.unit) for step in told):
        given = f"{dropout.township:g}（{dropout.unit}）"
        what = f"上报乡镇的缺勤天数是 {given}，缺勤升级阶梯却在“{told[0].label}”上报（NT-13）"
        yield (("dropout", "township"), ("dropout", "unit"), ("ladder",)), what, "请改成一致"


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
        if start and end and start[0] == end[0] and start > end:
            yield (("phases", index, "period"),), f"工作阶段“{phase.name}”结束早于开始", "请改起止时间"


def _place_in_year(point: Point) -> tuple[str, int, int] | None:
    """Return by what a point is compared with another of its kind: days of the year, or spans from one event."""
    if isinstance(point, Day):
        return ("day", point.month, point.day or 31)
    if isinstance(point, Ahead):
        return (f"{point.event} {point.unit}", -point.count, 0)
    return (f"{point.event} {point.unit}", point.count, 0)
