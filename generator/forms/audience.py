"""What a receiver may see of children when a paper goes to somebody it was not made for.

A paper as its definition has it is fit for its own audience. For any other, what identifies a child, reaches it or
tells of its family or health is hidden or left out here, and papers whose very list is a secret are not made at all
(Personal Information Protection Law, articles 28 and 31; Law on the Protection of Minors, article 4).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Literal, get_args

from generator.dataset.masking import mask
from generator.dataset.missing import Missing
from generator.dataset.models import Record, Sensitivity, columns, header_of
from generator.forms.definition import Audience, Definition

Showing = Literal["whole", "part", "out"]

AUDIENCES: dict[Audience, str] = {
    "guardian": "家长", "school": "学校", "village": "村居", "township": "乡镇", "bureau": "教育局", "public": "公开",
}  # fmt: skip
"""What each is called."""

_WHOLE: Mapping[Sensitivity, Showing] = dict.fromkeys(get_args(Sensitivity), "whole")
_SECRET: Mapping[Sensitivity, Showing] = {"family": "out", "health": "out"}
PROFILES: dict[Audience, Mapping[Sensitivity, Showing]] = {
    "school": _WHOLE,
    "bureau": {**_WHOLE, **_SECRET},
    "township": {**_WHOLE, **_SECRET, "identity": "part"},
    "village": {**_WHOLE, **_SECRET, "identity": "part"},
    "guardian": {**_WHOLE, **_SECRET, "identity": "part", "contact": "part"},
    "public": {**dict.fromkeys(_WHOLE, "out"), "name": "part"},
}
"""How each kind of column is shown to whom a paper was not made for."""

OF_ONE_CHILD = frozenset(
    ("student", "case", "visit", "notice", "resident", "household", "change", "leave", "pairing", "session", "tutoring",
     "disability")
)  # fmt: skip
"""Scopes of papers that tell of one child or its family."""
WITHIN_SCHOOL = OF_ONE_CHILD - {"resident", "household", "disability"} | {"school", "class", "staff"}
"""Scopes of papers that tell of a school's own children."""

HIDDEN = "——"
"""What stands where something is left out."""


class Hidden(Missing):
    """A value that is there and not for those who receive the paper."""

    __slots__ = ()


@dataclass(frozen=True, slots=True)
class Sight:
    """What papers made for ``audience`` show of records."""

    audience: Audience

    def shown(self, record: Record, attribute: str, value: Any) -> Any:
        """Return an attribute as the audience may see it: whole, in part, or ``Hidden``."""
        described = columns(type(record)).get(attribute)
        if value is None or described is None or described.sensitive is None:
            return value
        showing = PROFILES[self.audience][described.sensitive]
        if showing == "whole":
            return value
        if showing == "part" and isinstance(value, str):
            return _IN_PART[described.sensitive](value)
        header = header_of(type(record), attribute)
        return Hidden(header, record.where(attribute), f"“{header}”不给{AUDIENCES[self.audience]}看")


def sight(definition: Definition, audience: Audience | None) -> Sight | None:
    """Return what limits a paper that goes to ``audience``; nothing where it was made for it."""
    return None if audience in (None, definition.audience) else Sight(audience)


def refusal(definition: Definition, audience: Audience | None) -> str:
    """Return why a paper is not made for ``audience``; nothing where it is."""
    if audience in (None, definition.audience):
        return ""
    own = AUDIENCES[definition.audience]
    if definition.word:
        return f"是 Word 表单，遮挡不了，只给{own}"
    if definition.restricted and not (audience == "school" and definition.per in WITHIN_SCHOOL):
        return f"列的是要保密的情况，只给{own}"
    if audience == "guardian" and definition.audience != "public":
        return "不是给家长的"
    if audience == "public" and definition.per in OF_ONE_CHILD:
        return "讲的是一名学生，不能公开"
    return ""


def _name(value: str) -> str:
    return f"{value[:1]}**"


def _phone(value: str) -> str:
    return f"{value[:3]}****{value[-4:]}" if len(value) > 10 else "****"


_IN_PART: dict[Sensitivity, Callable[[str], str]] = {"name": _name, "identity": mask, "contact": _phone}
