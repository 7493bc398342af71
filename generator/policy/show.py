"""A policy in lines for people: every value, and where it comes from."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from generator.policy.load import Composed
from generator.policy.parameters import Parameter, parameters


def lines(composed: Composed, word: str = "") -> Iterator[str]:
    """Yield a heading, then each value that speaks of ``word``, with tabs between path, name, value and source.

    A list of parts is its length; what a place writes of money is left out unless the law provides for it.
    """
    policy = composed.policy
    mark = "（仅供对照）" if policy.reference_only else ""
    yield f"政策 {policy.id}：{policy.name}{mark}"
    for parameter in parameters(policy):
        if parameter.trail[0] == "sanctions":
            continue
        line = "\t".join((parameter.path, parameter.name, _said(parameter)))
        if word in line:
            yield f"{line}\t{composed.provenance.of(parameter.trail)}"


def _said(parameter: Parameter) -> str:
    value: Any = parameter.value
    if parameter.whole:
        return f"{len(value)} 项"
    if isinstance(value, bool):
        return "是" if value else "否"
    if isinstance(value, list):
        return "、".join(map(str, value)) or "无"
    if isinstance(value, float):
        return f"{value:g}{'%' if parameter.percent else ''}"
    return "—" if value is None or value == "" else str(value)
