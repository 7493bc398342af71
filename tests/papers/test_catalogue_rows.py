"""Every paper holds what its rows of the catalogue ask for: each field, each signer, the formats, the law.

``docs/catalogue.csv`` holds the rows: lists are joined by ``;``, an article after ``引:`` may be cited, one without it
is the ground the paper stands on, and a row that is ``same_as`` others is served by their papers.
"""

from __future__ import annotations

import csv
import re
from pathlib import Path

import pytest
from ruamel.yaml import YAML

from generator.forms.catalogue import discover
from generator.forms.definition import Definition
from tests.papers.specimens import specimens, station

DEFINITIONS = discover().definitions
COVERED = [(definition.id, row) for definition in DEFINITIONS.values() for row in definition.covers]

with (Path(__file__).parents[2] / "docs" / "catalogue.csv").open(encoding="utf-8", newline="") as table:
    ROWS = {row["id"]: row for row in csv.DictReader(table)}

SEALED = [(form, row) for form, row in COVERED if "（章）" in ROWS.get(row, {}).get("signers", "")]

ACCEPTED = {
    (row, asked): wording
    for path in sorted((Path(__file__).parent / "accepted").glob("*.yaml"))
    for row, wordings in YAML(typ="safe").load(path).items()
    for asked, wording in wordings.items()
}
"""The wording that stands for what a row asks for."""


def texts(form: str) -> list[str]:
    """What papers of the sample say, without white space."""
    return [re.sub(r"\s", "", "".join(run.text for run in paper.runs())) for paper in specimens(form).papers]


def listed(row: str, column: str) -> list[str]:
    return [item for item in ROWS[row][column].split(";") if item]


def without_notes(text: str) -> str:
    """``送达人（[送达人数]）`` is 送达人, ``学校（章）`` is 学校."""
    return re.sub(r"（.*?）", "", text)


def lacking(form: str, row: str, wanted: list[str]) -> set[str]:
    """What is wanted and some paper does not say."""
    wording = {item: ACCEPTED.get((row, item), without_notes(item)) for item in wanted}
    return {item for item, words in wording.items() if any(words not in text for text in texts(form))}


def articles(basis: str) -> tuple[set[str], set[str]]:
    """Grounds and citations as definitions write them; a document without articles is neither."""
    grounds: set[str] = set()
    cited: set[str] = set()
    for item in without_notes(basis).split(";"):
        law = item.removeprefix("引:").partition("第")[0]
        for first, last in re.findall(r"第(\d+)条(?:至第(\d+)条)?", item):
            numbers = range(int(first), int(last or first) + 1)
            (cited if item.startswith("引:") else grounds).update(f"{law} {number}" for number in numbers)
    return grounds, cited


def sealed(definition: Definition, text: str) -> bool:
    """A seal has its place: marked, or over the issuer's name at the end of an official document."""
    return definition.style == "official" or "盖章" in text or "（章）" in text


def test_every_row_has_its_paper_or_that_of_the_row_it_is_the_same_as() -> None:
    covered = {row for _, row in COVERED}
    assert covered <= set(ROWS)
    assert {row for row, told in ROWS.items() if (told["same_as"] or row) not in covered} == set()


@pytest.mark.parametrize(("form", "row"), COVERED)
def test_what_a_row_holds_secret_is_for_the_audience_of_its_paper_alone(form: str, row: str) -> None:
    assert DEFINITIONS[form].restricted is (ROWS[row]["privacy"] == "restricted")


@pytest.mark.parametrize(("form", "row"), [one for one in COVERED if ROWS[one[1]]["privacy"] == "counts_only"])
def test_a_paper_of_counts_names_no_child(form: str, row: str) -> None:
    at, _ = station()
    children = {student.name for student in at.context.dataset.students}
    said = {run.text for paper in specimens(form).papers for run in paper.runs()}
    assert not said & children


@pytest.mark.parametrize(("form", "row"), COVERED)
def test_a_paper_shows_every_field_of_its_row(form: str, row: str) -> None:
    assert lacking(form, row, listed(row, "fields")) == set()


@pytest.mark.parametrize(("form", "row"), COVERED)
def test_a_paper_names_every_signer_of_its_row(form: str, row: str) -> None:
    assert lacking(form, row, listed(row, "signers")) == set()


@pytest.mark.parametrize(("form", "row"), SEALED)
def test_a_paper_has_room_for_the_seal_its_row_asks_for(form: str, row: str) -> None:
    assert all(sealed(DEFINITIONS[form], text) for text in texts(form))


@pytest.mark.parametrize(("form", "row"), COVERED)
def test_a_paper_comes_in_every_format_of_its_row(form: str, row: str) -> None:
    assert set(listed(row, "formats")) <= set(DEFINITIONS[form].formats)


@pytest.mark.parametrize(("form", "row"), COVERED)
def test_a_paper_stands_on_the_law_of_its_row(form: str, row: str) -> None:
    grounds, cited = articles(ROWS[row]["basis"])
    definition = DEFINITIONS[form]
    assert grounds <= set(definition.basis)
    assert cited <= {*definition.basis, *definition.cites}


def test_articles_are_read_one_by_one_and_as_a_range() -> None:
    basis = "义务教育法第13条;引:义务教育法第5条、第58条;引:民事诉讼法第87条至第89条;某部门《通知》（2024年4月）"
    grounds = {"义务教育法 13"}
    cited = {"义务教育法 5", "义务教育法 58", "民事诉讼法 87", "民事诉讼法 88", "民事诉讼法 89"}
    assert articles(basis) == (grounds, cited)
