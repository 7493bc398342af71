"""What goes to somebody for whom it was not made shows nothing that is not for them."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import fields, is_dataclass, replace
from pathlib import Path
from typing import Any

import pytest

from generator.dataset.models import Sensitivity, columns
from generator.forms.audience import AUDIENCES, HIDDEN, PROFILES, refusal
from generator.forms.catalogue import discover
from generator.forms.context import Context
from generator.forms.definition import Audience, Definition
from generator.forms.plan import plan
from generator.forms.resolve import HeldBackError, Listing, Piece, Resolved, Resolver, plain
from tests.forms.test_plan import SINGLE
from tests.papers.specimens import station
from tests.small import Sheets, catalogue, definition, known

CHILD = {
    "身份证件号": "11010120150101002X",
    "现住址": "溪头村三组",
    "残疾类型": "听力残疾",
    "成员1姓名": "石大山",
    "成员1联系电话": "19900000123",
}
ROSTER = [
    {"label": "姓名", "value": "{{ student.name }}"},
    {"label": "证件号", "value": "{{ student.id_no }}", "width": 12},
    {"label": "电话", "value": "{{ student.guardian.phone }}", "width": 8, "by_hand": True},
    {"label": "住址", "value": "{{ student.address }}", "width": 8},
    {"label": "残疾", "value": "{{ student.disability or '无' }}"},
]


def one_child(sheets: Sheets) -> None:
    sheets["学生"] = [sheets["学生"][0] | CHILD]


def seen(folder: Path, audience: Audience, *blocks: Any, **head: Any) -> Resolved:
    context = replace(known(folder, one_child), audience=audience)
    made = definition(**{"audience": "school", "body": list(blocks), "per": "class", **head})
    return Resolver(made, {}, context).resolve(context.records(made.per)[0])


def row(paper: Resolved) -> list[str]:
    listing = paper.blocks[0]
    assert isinstance(listing, Listing)
    return [plain(words) for words in listing.rows[0]]


@pytest.mark.parametrize(
    ("audience", "told"),
    [
        ("school", ["石小满", "11010120150101002X", "19900000123", "溪头村三组", "听力残疾"]),
        ("bureau", ["石小满", "11010120150101002X", "19900000123", "溪头村三组"]),
        ("township", ["石小满", "110101****002X", "19900000123", "溪头村三组"]),
        ("village", ["石小满", "110101****002X", "19900000123", "溪头村三组"]),
        ("guardian", ["石小满", "110101****002X", "199****0123", "溪头村三组"]),
        ("public", ["石**"]),
    ],
)
def test_each_audience_sees_its_columns_whole_in_part_or_not_at_all(
    tmp_path: Path, audience: Audience, told: list[str]
) -> None:
    assert row(seen(tmp_path, audience, {"roster": {"each": "student in class.students", "columns": ROSTER}})) == told


def test_what_is_left_out_of_a_sentence_is_a_dash(tmp_path: Path) -> None:
    paper = seen(tmp_path, "village", {"text": "残疾：{{ student.disability }}。"}, per="student")
    assert plain(paper.blocks[0].words) == f"残疾：{HIDDEN}。"  # type: ignore[union-attr]


def test_a_box_that_is_not_for_them_is_left_unticked(tmp_path: Path) -> None:
    cells = [{"choice": ["听力残疾", "视力残疾"], "value": "{{ student.disability }}"}]
    paper = seen(tmp_path, "village", {"grid": {"columns": [1], "rows": [cells]}}, per="student")
    (option, _) = paper.blocks[0].rows[0].cells[0].options  # type: ignore[union-attr]
    assert plain(option) == "□听力残疾"


def test_a_paper_that_turns_on_what_is_not_for_them_is_held_back(tmp_path: Path) -> None:
    with pytest.raises(HeldBackError, match="“残疾类型”不给村居看"):
        seen(tmp_path, "village", {"when": "student.disability", "text": "有"}, per="student")


def test_its_own_audience_sees_a_paper_as_it_was_made(tmp_path: Path) -> None:
    context = replace(known(tmp_path, one_child), audience="village")
    made = definition(audience="village", body=[{"text": "{{ student.disability }}"}])
    paper = Resolver(made, {}, context).resolve(context.dataset.students[0])
    assert plain(paper.blocks[0].words) == "听力残疾"  # type: ignore[union-attr]


@pytest.mark.parametrize(
    ("head", "audience", "why"),
    [
        ({"audience": "bureau", "per": "school", "restricted": True}, "township", "列的是要保密的情况，只给教育局"),
        ({"audience": "bureau", "per": "county", "restricted": True}, "school", "列的是要保密的情况，只给教育局"),
        ({"audience": "bureau", "per": "school", "restricted": True}, "school", ""),
        ({"audience": "school", "per": "student"}, "guardian", "不是给家长的"),
        ({"audience": "public", "per": "school"}, "guardian", ""),
        ({"audience": "school", "per": "student"}, "public", "讲的是一名学生，不能公开"),
        ({"audience": "school", "per": "school"}, "public", ""),
    ],
)
def test_papers_that_are_not_for_an_audience_are_not_made(
    tmp_path: Path, head: dict[str, Any], audience: Audience, why: str
) -> None:
    made = definition(filename="一份", **head)
    assert refusal(made, audience) == why
    planned = plan(catalogue(tmp_path, made), replace(known(tmp_path), audience=audience), SINGLE)
    assert [one.why for one in planned.unlisted] == [why] * bool(why)
    assert bool(planned.jobs) is not bool(why)


# Every paper of the catalogue, under every audience

CATALOGUE = discover()
DEFINITIONS = CATALOGUE.definitions
LEAST = 6
"""Characters of a value that cannot stand in a paper by chance."""


def values(context: Context, kinds: set[Sensitivity]) -> set[str]:
    """Return what the sample's columns of some kinds hold, in whole; not what forms offer for ticking."""
    found: set[str] = set()
    open_: set[str] = set()  # what an office tells of itself
    records = [*context.dataset.records(), *(member for _, member in context.dataset.families())]
    for record in records:
        for name, described in columns(type(record)).items():
            value = getattr(record, name)
            if isinstance(value, str) and not described.choices:
                (found if described.sensitive in kinds else open_).add(value)
    return {value for value in found - open_ if len(value) >= LEAST}


@pytest.mark.parametrize("audience", AUDIENCES)
def test_no_paper_tells_an_audience_what_is_not_for_it(audience: Audience) -> None:
    at, jobs = station()
    context = replace(at.context, audience=audience)
    secret = values(context, {kind for kind, showing in PROFILES[audience].items() if showing != "whole"})
    told: dict[str, set[str]] = {}
    for form, made in DEFINITIONS.items():
        if made.audience == audience or refusal(made, audience):
            continue
        for said in papers(made, context, jobs.get(form, [])):
            told.setdefault(form, set()).update(secret & said)
    assert {form: found for form, found in told.items() if found} == {}


def papers(made: Definition, context: Context, jobs: list[Any]) -> list[set[str]]:
    """Return the words of some papers of a form, whole and apart; those held back say nothing."""
    resolver = Resolver(made, CATALOGUE.fragments, context)
    found = []
    for entry in [entry for job in jobs for entry in job.entries][::7][:20]:
        try:
            said = set(texts(resolver.resolve(context.records(made.per)[entry.index])))
        except HeldBackError:
            continue
        found.append(said | {word for text in said for word in re.split(r"[^\w-]+", text)})
    return found


def texts(part: Any) -> Iterator[str]:
    """Yield every stretch of text in a resolved paper."""
    if isinstance(part, Piece):
        yield part.text
    elif isinstance(part, tuple):
        for inner in part:
            yield from texts(inner)
    elif is_dataclass(part):
        for one in fields(part):
            yield from texts(getattr(part, one.name))
