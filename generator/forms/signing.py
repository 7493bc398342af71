"""Whether the papers of a form are signed or sealed by somebody: then only a scan of the signed one is evidence."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

from generator.forms import definition as spec

SIGNING = re.compile("签字|签名|签章|盖章|（章）|手印|按印")
"""How a label asks for a signature or a seal."""


def needs_signature(definition: spec.Definition, fragments: Mapping[str, spec.Fragment]) -> bool:
    """Return whether a form has a place for a signature or a seal; a user's own Word form is taken to have one."""
    return bool(definition.word) or any(map(_signed, _blocks(definition.body, fragments)))


def _blocks(blocks: list[Any], fragments: Mapping[str, spec.Fragment]) -> Iterator[Any]:
    """Yield every block, also those of groups and fragments."""
    for block in blocks:
        if isinstance(block, spec.Include):
            yield from _blocks(fragments[block.include].body, fragments)
        elif isinstance(block, spec.Group):
            yield from _blocks(block.do, fragments)
        else:
            yield block


def _signed(block: Any) -> bool:
    if isinstance(block, spec.Signatures | spec.Signoff):
        return True
    if isinstance(block, spec.Fields):
        return any(SIGNING.search(field.label) for field in block.fields)
    return isinstance(block, spec.Grid | spec.Roster) and bool(SIGNING.search(" ".join(_labels(block))))


def _labels(part: Any) -> Iterator[str]:
    """Yield every label within a table."""
    if isinstance(part, spec.Strict):
        for name, value in part:
            if name in ("label", "side") and isinstance(value, str):
                yield value
            elif name == "lines":
                yield from value
            else:
                yield from _labels(value)
    elif isinstance(part, list):
        for one in part:
            yield from _labels(one)
