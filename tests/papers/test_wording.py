"""What differs from place to place never stands in a template: no number, no deadline, no title, no law typed in."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import pytest
from pydantic import BaseModel

from generator.forms.catalogue import discover
from generator.forms.expression import split
from generator.policy.load import load_policy

CATALOGUE = discover()
POLICY = load_policy("national")
BODIES = {name: made.body for name, made in (CATALOGUE.definitions | CATALOGUE.fragments).items()}
NOT_PRINTED = {"when", "each", "height", "include", "numbering", "align", "valign", "section"}
FIXED = ("九年义务教育",)
COUNTED = re.compile(r"[0-9０-９]|[二三四五六七八九十百千两半]+(?:日|天|次|个|份|分|周|月|年|名|人|小时|%)")


def printed(part: Any) -> Iterator[str]:
    """The wording of a definition, expressions taken out."""
    if isinstance(part, BaseModel):
        for name, value in part:
            if name not in NOT_PRINTED:
                yield from printed(value)
    elif isinstance(part, list):
        for value in part:
            yield from printed(value)
    elif isinstance(part, str):
        yield from (piece.text for piece in split(part) if not piece.expression)


def wording(name: str) -> list[str]:
    found = []
    for text in printed(BODIES[name]):
        for fixed in FIXED:
            text = text.replace(fixed, "")
        found.append(text)
    return found


@pytest.mark.parametrize("name", BODIES)
def test_no_number_stands_in_a_template(name: str) -> None:
    assert [text for text in wording(name) if COUNTED.search(text)] == []


@pytest.mark.parametrize("name", BODIES)
def test_no_title_of_a_paper_and_no_law_stands_in_a_template(name: str) -> None:
    named = {
        *POLICY.titles.values(),
        *(f"《{law}》" for law in POLICY.laws),
        *(f"《{law}》" for law in POLICY.laws.values()),
    }
    assert [text for text in wording(name) if any(title in text for title in named)] == []


@pytest.mark.parametrize("name", BODIES)
def test_a_template_calls_the_office_of_a_school_as_the_policy_does(name: str) -> None:
    assert [text for text in wording(name) if POLICY.groups.office_seat_school in text] == []
