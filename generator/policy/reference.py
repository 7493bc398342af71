"""Writes docs/policy.md from the model of the policy: ``python -m generator.policy.reference > docs/policy.md``."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, get_args, get_origin

from pydantic.fields import FieldInfo

from generator.policy.load import compose, load_policy, presets
from generator.policy.model import Policy
from generator.policy.numbers import NUMBERS
from generator.policy.parts import Strict
from generator.policy.roles import ROLES
from generator.policy.timing import EVENTS, EXAMPLES

_OPENING = """\
# The policy

<!-- Made from generator/policy: python -m generator.policy.reference > docs/policy.md -->

Everything on which places differ is one policy: titles, bodies, targets, quotas, the ladder of absence, when what is
due, formulas, labels, lists, law. No template and no function holds a number of its own.

## Choosing one, and changing single values

The sheet 设置 names a preset in its column 政策; without it, `national` holds. A place that differs in a few values
writes them into the sheet 政策 of the same dataset, one a row: 参数 is the Chinese name below (or the path, such as
`return_notice.within_days`), 值 the value. A wrong name or value is an error at its cell, with the nearest names.

| 参数 | 值 | 依据 |
|---|---|---|
| 返校期限 | 10 | 某县控辍保学管理办法第五条 |
| 小学辍学率目标 | 0.3 | |
| 月报截止日 | 每月10日前 | |
| 班主任家访次数 | 20 | |
| 返校通知书发出机关 | 县级教育行政部门 | |
| 学生是否签字 | 否 | |

Several values of a list are divided by 、. A name is put together from the parts around it as far as it takes to be the
only one: 小学入学率目标, 第4步天数 (of the ladder), 劝返安置起止时间 (of a phase). Articles of law, inspection items
and duties are changed by a preset alone.

A place that differs in more writes a preset: a YAML file in the folder `policies` beside its data, with
`based_on: national` and what differs. Lists are replaced as a whole. Words may take a value in, `{path}`, so that a
number stands once: `满{return_notice.after_days}日`.

`baoxue policy show [DATA] [--preset ID] [--find WORD]` prints every value in force and where it comes from: the line of
the preset with the reason that is written there, or the cell. Reasons in the national preset are 【法】 law, 【例】
what is usual, 【定】 a choice of ours; in presets for comparison they name a public plan and its line (docs/seeds.md).

Values that cannot hold together are errors at the one that was changed last: a class held to more than its school, a
veto below the target, a ladder out of order, a suspicion later than the finding, a report before persuasion has failed,
a phase that ends before it begins, two quotas for one post, an age band upside down, a step that is due after the next
one or demands a paper that none of those who act can make, what is to be mended listed after the mending, a report
ahead of what nobody foresees, a unit that the same points would have praised and criticised.

Presets for comparison are marked 仅供对照. What the plans write of fines, bonuses and penalties is kept in `sanctions`;
no paper prints one without body, legal basis and article, and `policy show` leaves them out.
"""

_TIMING = """\
## When something is due

A value of type *time* is the words that papers print. `generator.policy.timing` reads them; what it does not understand
is an error. It understands, for example, {examples}, 收到报告后3个工作日内, 督导前5个工作日, 确认辍学当日, 开学当月.
Units are 小时, 日, 上课日, 工作日, 周 and 月. A *stretch* is from when to when: 3月1日至3月10日, 开学后第2至3周,
开学前1个月至开学后10日, 全年, 全学期. Time may be counted from:

| words | event |
|---|---|
{events}
"""

_FIELD_HEAD = "| 参数 | key | type | national | meaning |\n|---|---|---|---|---|"
_SHORT = 40


def reference() -> str:
    """Return the page that describes every value of a policy, as Markdown."""
    events = "\n".join(f"| {words} | `{event}` |" for words, event in EVENTS.items())
    timing = _TIMING.format(examples=", ".join(EXAMPLES), events=events)
    sections = [
        _OPENING,
        timing,
        _roles(),
        _presets(),
        *_sections(Policy, "", load_policy("national"), "政策"),
        _numbers(),
    ]
    return "\n".join(sections)


def _roles() -> str:
    rows = "\n".join(f"| `{role}` | {name} |" for role, name in ROLES.items())
    return f"## Roles and bodies\n\n| id | name |\n|---|---|\n{rows}\n"


def _presets() -> str:
    policies = [compose(preset).policy for preset in presets()]
    rows = "\n".join(f"| `{one.id}` | {one.name} | {'仅供对照' if one.reference_only else ''} |" for one in policies)
    return f"## Presets\n\n| id | name | |\n|---|---|---|\n{rows}\n"


def _sections(model: type[Strict], path: str, value: Any, title: str) -> Iterator[str]:
    """Yield a section for a part of the policy, then those of the parts in it."""
    heading = f"## {title} (`{path}`)" if path else "## All parts"
    rows = [_row(name, info, getattr(value, name, None)) for name, info in model.model_fields.items()]
    yield "\n".join([heading, "", " ".join((model.__doc__ or "").split()), "", _FIELD_HEAD, *rows, ""])
    for name, info in model.model_fields.items():
        if below := _part(info):
            many = get_origin(info.annotation) is list
            inner = f"{path}.{name}".lstrip(".") + (".…" if many else "")
            given = getattr(value, name, None)
            yield from _sections(below, inner, None if many else given, info.title or name)


def _part(info: FieldInfo) -> type[Strict] | None:
    """Return the model of a field that is a part, or a list of parts."""
    kind = info.annotation
    if get_origin(kind) is list:
        kind = get_args(kind)[0]
    return kind if isinstance(kind, type) and issubclass(kind, Strict) else None


def _row(name: str, info: FieldInfo, value: Any) -> str:
    cells = (info.title or "", f"`{name}`", _type(info), _said(value), info.description or "")
    return f"| {' | '.join(cell.replace('|', chr(92) + '|') for cell in cells)} |"


def _type(info: FieldInfo) -> str:
    if _part(info):
        return "parts" if get_origin(info.annotation) is list else "part"
    checks = [getattr(bound, "func", None) for bound in info.metadata]
    names = [check.__name__ for check in checks if check]
    if "_understood" in names or "_spanned" in names:
        return "time" if "_understood" in names else "stretch"
    return _plain(info.annotation)


def _plain(kind: Any) -> str:
    """Return the type of a value in words."""
    words = {str: "text", int: "whole number", float: "number", bool: "是 / 否", type(None): ""}
    if kind in words:
        return words[kind]
    origin, inner = get_origin(kind), get_args(kind)
    if origin is list:
        return f"list: {_plain(inner[0])}"
    if origin is dict:
        return "entries"
    if inner and all(isinstance(one, str) for one in inner):
        return "body or role" if set(inner) <= set(ROLES) else " / ".join(inner) if len(inner) < 8 else "event"
    return (
        " or ".join(filter(None, map(_plain, inner)))
        if origin is not None and "Annotated" not in str(origin)
        else (_plain(inner[0]))
    )


def _said(value: Any) -> str:
    if isinstance(value, bool):
        return "是" if value else "否"
    if isinstance(value, Strict | dict) or (isinstance(value, list) and any(isinstance(one, Strict) for one in value)):
        return ""
    text = "、".join(map(str, value)) if isinstance(value, list) else "" if value is None else str(value)
    text = text.removesuffix(".0")
    return text if len(text) <= _SHORT else f"{text[:_SHORT]}…"


def _numbers() -> str:
    rows = "\n".join(f"| {rule} | {plans} | {where} |" for rule, plans, where in _numbered())
    return (
        "## Every number of the public plans\n\nWhere each numeric rule of the plans (docs/seeds.md) is a value of the "
        f"policy, or why it is none.\n\n| rule | plans | value |\n|---|---|---|\n{rows}\n"
    )


def _numbered() -> Iterator[tuple[str, str, str]]:
    for number in NUMBERS:
        where = "、".join(f"`{path}`" for path in number.paths) or f"none: {number.why_not}"
        yield number.rule, number.plans, where


if __name__ == "__main__":
    print(reference(), end="")  # noqa: T201 -- how docs/policy.md is made
