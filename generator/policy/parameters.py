"""Every value of a policy with its path and its Chinese name, by which a dataset overrides it.

The name is the field's title, with those of the parts around it in front as far as it takes to be the only one:
月报截止日, 小学入学率目标, 校长家访次数, 第4步天数.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, get_args, get_origin

from pydantic.fields import FieldInfo

from generator.errors import near
from generator.policy.model import Article, Department, Item, LadderStep, Phase, Policy, VisitQuota
from generator.policy.parts import Sanction, Strict
from generator.policy.provenance import Trail

_ALL = 100
WHOLE = (Item, Article, Department, Sanction)
"""Parts of which a dataset cannot change one: whoever wants others writes a preset."""
ALIASES: dict[str, Trail] = {"返校通知书名称": ("titles", "return-notice")}
"""Names by which the catalogue of papers calls a value that has another."""


@dataclass(frozen=True, slots=True)
class Parameter:
    """A value of a policy: its path, its Chinese name, and the field that declares it."""

    trail: Trail
    chain: tuple[str, ...]
    value: Any
    field: FieldInfo | None
    name: str = ""

    @property
    def path(self) -> str:
        """The path with dots, as presets nest it: return_notice.within_days."""
        return ".".join(map(str, self.trail))

    @property
    def whole(self) -> bool:
        """Whether it is a list of parts that only a preset can replace."""
        return isinstance(self.value, list) and any(isinstance(one, WHOLE) for one in self.value)

    @property
    def choices(self) -> tuple[str, ...]:
        """The values there are to choose from, if they are listed."""
        kind = self.field.annotation if self.field else None
        if get_origin(kind) is list:
            kind = get_args(kind)[0]
        return tuple(one for one in get_args(kind) if isinstance(one, str))

    @property
    def percent(self) -> bool:
        """Whether it is a percentage."""
        bounds = self.field.metadata if self.field else []
        return any(getattr(bound, "le", None) == _ALL for bound in bounds)


def parameters(policy: Policy) -> list[Parameter]:
    """Return every value of a policy, each with a name that no other has."""
    found = list(_leaves(policy, (), (), None))
    ends = Counter(end for one in found for end in _ends(one))
    return [
        Parameter(one.trail, one.chain, one.value, one.field, next(end for end in _ends(one) if ends[end] == 1))
        for one in found
    ]


def find(known: list[Parameter], name: str) -> Parameter | None:
    """Return the parameter of a path or a name, which may say more of what is around it than it must, or nothing."""
    wanted = ALIASES.get(name)
    found = [one for one in known if name in (one.path, *_ends(one)) or one.trail == wanted]
    return found[0] if len(found) == 1 else None


def nearest(known: list[Parameter], name: str) -> str:
    """Return a hint naming the parameters whose names are nearest to ``name``."""
    return near(name, [*ALIASES, *(one.name for one in known)])


def _ends(one: Parameter) -> list[str]:
    """Return the names there could be, the shortest first; one of several of a kind says which."""
    least = 2 if any(isinstance(step, int) for step in one.trail) else 1
    return ["".join(one.chain[-length:]) for length in range(least, len(one.chain) + 1)]


def _leaves(value: Any, trail: Trail, chain: tuple[str, ...], field: FieldInfo | None) -> Iterator[Parameter]:
    if isinstance(value, Strict):
        for name, info in type(value).model_fields.items():
            yield from _leaves(getattr(value, name), (*trail, name), (*chain, info.title or name), info)
    elif isinstance(value, dict):
        for key, one in value.items():
            yield from _leaves(one, (*trail, key), (*chain[:-1], f"{chain[-1]}{key}"), None)
    elif isinstance(value, list) and any(isinstance(one, Strict) and not isinstance(one, WHOLE) for one in value):
        for index, one in enumerate(value):
            yield from _leaves(one, (*trail, index), (*chain, _called(one, index)), field)
    else:
        yield Parameter(trail, chain, value, field)


def _called(part: LadderStep | Phase | VisitQuota, index: int) -> str:
    """Return what one part of a list is called."""
    if isinstance(part, VisitQuota):
        return "、".join(part.posts)
    return f"第{index + 1}步" if isinstance(part, LadderStep) else part.name
