"""Which papers need signatures: as the signers column of the catalogue says, told by the papers themselves."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest

from generator.forms.catalogue import Catalogue, discover
from generator.forms.signing import needs_signature
from tests.small import catalogue, definition

with (Path(__file__).parents[2] / "docs" / "catalogue.csv").open(encoding="utf-8", newline="") as table:
    SIGNERS = {row["id"]: row["signers"] for row in csv.DictReader(table)}
BUILT_IN = discover()


def needs(papers: Catalogue, form: str = "tiny") -> bool:
    return needs_signature(papers.definitions[form], papers.fragments)


IN_PRINT = ("volume-closing", "volume-cover")
"""Papers that print the names of those who answer for them, from the dataset."""


LISTED = [id_ for id_, paper in BUILT_IN.definitions.items() if paper.covers and id_ not in IN_PRINT]


@pytest.mark.parametrize("paper", LISTED)
def test_a_paper_needs_signatures_as_its_rows_of_the_catalogue_say(paper: str) -> None:
    rows = BUILT_IN.definitions[paper].covers
    assert needs(BUILT_IN, paper) == any(SIGNERS[row] for row in rows)


@pytest.mark.parametrize(
    "block",
    [
        {"signatures": [["校长签字", "日期"]]},
        {"signoff": "某某学校"},
        {"fields": [{"label": "监护人签名"}]},
        {"fields": [{"label": "填表人"}]},
        {"text": "出具单位（章）：{{ school.name }}"},
        {"grid": {"columns": [1, 1], "rows": [["学校（章）", {"blank": True}]]}},
        {"grid": {"columns": [1], "rows": [{"cells": [{"lines": ["（盖章）　年　月　日"]}]}]}},
        {"grid": {"columns": [1, 1], "rows": [{"side": "意见", "rows": [["教师签字"]]}]}},
        {"roster": {"each": "s in class.roll", "columns": [{"label": "监护人签字"}]}},
        {"when": "student.watched", "do": [{"signatures": [["班主任签字"]]}]},
    ],
)
def test_a_place_to_sign_or_seal_is_found_wherever_it_stands(tmp_path: Path, block: dict[str, object]) -> None:
    assert needs(catalogue(tmp_path, definition(body=[block])))


@pytest.mark.parametrize(
    "block",
    [
        {"text": "本表签字后生效。"},
        {"note": "由监护人签字。"},
        {"clauses": ["双方签字盖章。"]},
        {"heading": "依照本章的规定办理"},
        {"fields": [{"label": "填表人", "value": "{{ student.name }}"}]},
        {"fields": [{"label": "联系人"}]},
        {"roster": {"each": "s in class.roll", "columns": [{"label": "姓名", "value": "{{ s.name }}"}]}},
    ],
)
def test_what_only_looks_like_it_is_none(tmp_path: Path, block: dict[str, object]) -> None:
    assert not needs(catalogue(tmp_path, definition(body=[block])))


def test_a_place_in_what_is_included_counts_and_a_loop_of_inclusions_ends(tmp_path: Path) -> None:
    found = catalogue(
        tmp_path,
        definition(body=[{"include": "outer"}]),
        outer=[{"include": "inner"}, {"include": "outer"}],
        inner=[{"signatures": [["校长签字"]]}],
    )
    assert needs(found)
    without = catalogue(tmp_path, definition(body=[{"include": "outer"}]), outer=[{"include": "outer"}])
    assert not needs(without)


def test_a_word_form_of_a_users_is_taken_to_have_a_place(tmp_path: Path) -> None:
    assert needs(catalogue(tmp_path, definition().in_words("tiny.docx")))
