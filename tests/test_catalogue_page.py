"""The page of all papers is what it is made from, and has a picture of each."""

from __future__ import annotations

from docs.catalogue_page import PAGE, PICTURES, page, rows, served
from generator.forms.catalogue import discover


def test_the_page_says_what_the_table_and_the_definitions_say() -> None:
    assert PAGE.read_text(encoding="utf-8") == page(), "run python -m docs.catalogue_page"


def test_every_paper_has_its_picture_and_no_other_is_left() -> None:
    assert {path.stem for path in PICTURES.glob("*.png")} == set(discover().definitions)


def test_a_row_that_is_the_same_as_another_leads_to_one_that_is_not() -> None:
    assert all(not rows()[served(id_)]["same_as"] for id_ in rows())
