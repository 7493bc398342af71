"""Values of a policy that a dataset gives itself: two cells, the parameter's name and its value."""

from __future__ import annotations

import copy
import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from pydantic import ValidationError

from generator.dataset.models import Dataset
from generator.errors import DataError, Place, Problem
from generator.policy.model import Policy
from generator.policy.parameters import Parameter, find, nearest, parameters
from generator.policy.provenance import Trail, at
from generator.policy.roles import ROLES
from generator.yamlfile import expected

_YES_NO = {"是": True, "否": False}
_GIVEN_WAY = {"times": ("class_share", "label"), "class_share": ("times", "label")}
"""What a value drives out of the part it stands in: a quota has one measure, and words that fit it."""


@dataclass(frozen=True, slots=True)
class Override:
    """What a dataset says of one value, and in which cells."""

    name: str
    text: str
    name_at: Place
    text_at: Place


def overrides_of(dataset: Dataset) -> list[Override]:
    """Return the values that a dataset gives itself, with their cells."""
    return [
        Override(str(row.name).strip(), str(row.value), row.where("name"), row.where("value"))
        for row in dataset.policy_values
    ]


def overridden(
    policy: Policy, said: Mapping[str, Any], overrides: Iterable[Override], proved: Callable[[Any], Policy]
) -> tuple[Policy, dict[Trail, Place]]:
    """Return a policy with a dataset's values in it, and the cell of each; ``said`` is what the policy was made of.

    Raises ``DataError`` with one problem for each cell that is wrong.
    """
    known = parameters(policy)
    problems: list[Problem] = []
    chosen: dict[Trail, tuple[Override, Parameter]] = {}
    for override in overrides:
        parameter = find(known, override.name)
        if problem := _refused(override, parameter, known, chosen):
            problems.append(problem)
        elif parameter:
            chosen[parameter.trail] = (override, parameter)
    data = copy.deepcopy(_plain(said))
    for override, parameter in chosen.values():
        try:
            _set(data, parameter, _read(override.text, parameter))
        except ValueError as error:
            problems.append(Problem(override.text_at, str(error), "请改正"))
    if problems:
        raise DataError(problems)
    cells = {trail: override.text_at for trail, (override, _) in chosen.items()}
    try:
        return proved(data), cells
    except ValidationError as error:
        raise DataError(_explained(error, chosen)) from None


def _refused(
    override: Override, parameter: Parameter | None, known: list[Parameter], chosen: Mapping[Trail, Any]
) -> Problem | None:
    """Return why a value cannot be overridden, or nothing where it can."""
    if parameter is None:
        hint = nearest(known, override.name) or "，全部名称见 baoxue policy show"
        return Problem(override.name_at, f"没有“{override.name}”这个参数{hint}", "请改正参数名")
    if parameter.whole or parameter.trail[0] in ("id", "reference_only"):
        return Problem(override.name_at, f"“{override.name}”不能在这里改", "请在 policies 文件夹里另建一个预设")
    if parameter.trail in chosen:
        other = chosen[parameter.trail][0]
        return Problem(override.name_at, f"“{override.name}”写了不止一次", "请只留一行", also=(other.name_at,))
    return None


def _read(text: str, parameter: Parameter) -> Any:
    """Return what a cell says as a preset would say it; raises ``ValueError`` where it is none of the choices."""
    if isinstance(parameter.value, bool):
        if text not in _YES_NO:
            raise ValueError(f"“{parameter.name}”不能是“{text}”，请填 是 或 否")
        return _YES_NO[text]
    if isinstance(parameter.value, list):
        return [_one(part, parameter) for part in re.split("[、，,；;]", text) if part.strip()]
    return _one(text, parameter)


def _one(text: str, parameter: Parameter) -> str:
    text = text.strip()
    if not (choices := parameter.choices):
        return text.rstrip("%％") if parameter.percent else text
    names = {str(ROLES.get(one, one)): one for one in choices}  # type: ignore[call-overload]
    if text not in (*names, *choices):
        raise ValueError(f"“{parameter.name}”不能是“{text}”，可填 {'、'.join(names)}")
    return names.get(text, text)


def _set(data: Any, parameter: Parameter, value: Any) -> None:
    for depth in range(1, len(parameter.trail)):  # what a preset leaves to its defaults is not in its data
        part = at(data, parameter.trail[: depth - 1])
        if isinstance(part, dict):
            part.setdefault(parameter.trail[depth - 1], {})
    part = at(data, parameter.trail[:-1])
    part[parameter.trail[-1]] = value
    for other in _GIVEN_WAY.get(str(parameter.trail[-1]), ()):
        part.pop(other, None)


def _plain(said: Any) -> Any:
    """Return what YAML gave as plain mappings and lists."""
    if isinstance(said, Mapping):
        return {key: _plain(value) for key, value in said.items()}
    return [_plain(value) for value in said] if isinstance(said, list) else said


def _explained(error: ValidationError, chosen: Mapping[Trail, tuple[Override, Parameter]]) -> list[Problem]:
    """Return a validation error as problems at the cells that it comes from."""
    problems = []
    for found in error.errors():
        loc = found["loc"]
        near_by = [pair for trail, pair in chosen.items() if trail[: len(loc)] == loc[: len(trail)]]
        for override, parameter in near_by or list(chosen.values()):
            todo, what = expected(dict(found)), f"“{parameter.name}”不能是“{override.text}”"
            if found["type"] == "value_error":
                what, todo = f"“{parameter.name}”：{found['ctx']['error']}", "请改正"
            problems.append(Problem(override.text_at, what, todo))
    return list(dict.fromkeys(problems))
