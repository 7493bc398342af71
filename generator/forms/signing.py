"""Whether the papers of a form are signed or sealed by somebody: then only a scan of the signed one is evidence."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

from generator.forms import definition as spec

SIGNING = re.compile("签字|签名|签章|签收|盖章|（[^（）]{0,6}章）|手印|按印")
"""How wording asks for a signature or a seal."""
LINE = re.compile(f"(?:{SIGNING.pattern})：")
"""The same at the head of a line to sign on, which running text that speaks of it is not."""
BY_HAND = re.compile("(填表|填报|编印|审核|汇总|统计|经办|签发)人$")
"""Labels of blanks into which whoever answers for a list writes a name."""


def needs_signature(definition: spec.Definition, fragments: Mapping[str, spec.Fragment]) -> bool:
    """Return whether a form has a place for a signature or a seal, be it in what it includes or of some records alone;
    a user's own Word form is taken to have one."""
    return bool(definition.word) or any(_places(definition.body, fragments, frozenset()))


def _places(part: Any, fragments: Mapping[str, spec.Fragment], within: frozenset[str]) -> Iterator[bool]:
    """Yield of everything in a part of a definition whether it is such a place."""
    match part:
        case spec.Signatures() | spec.Signoff():
            yield True
        case spec.Field_(label=label, value="") if BY_HAND.search(label):
            yield True
        case spec.Include(include=name) if name in fragments and name not in within:
            yield from _places(fragments[name].body, fragments, within | {name})
        case spec.Text(text=said):  # 出具单位（章）：
            yield bool(LINE.search(said))
        case spec.Note() | spec.Clauses():  # they speak of signatures, and are no places for them
            return
        case spec.Strict():
            yield from (found for _, value in part for found in _places(value, fragments, within))
        case str():
            yield bool(SIGNING.search(part))
        case list():
            yield from (found for one in part for found in _places(one, fragments, within))
