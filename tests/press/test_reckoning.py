"""How many pages a paper takes is guessed well enough that a dossier is mostly laid out once."""

from __future__ import annotations

import pytest

from generator.forms.lower import lower
from generator.forms.resolve import Column, Line, Listing, Piece, Resolved
from generator.press.dossier.reckoning import reckoned
from generator.render import pdf
from tests.small import house


@pytest.mark.parametrize("rows", [3, 30, 31, 60, 200])
@pytest.mark.parametrize("text", ["短", "长的名称占两行" * 4, "2026-11"])
def test_the_pages_of_a_list_are_as_many_as_were_reckoned(rows: int, text: str) -> None:
    columns = tuple(Column((Piece(label),), 12, "left") for label in ("文书", "页"))
    listed = Listing(columns, tuple(((Piece(text, value=True),), (Piece(str(at), value=True),)) for at in range(rows)))
    lead = Line("text", (Piece("下列文书已归档。" * 9),))
    paper = lower(Resolved("目录", (lead, listed), ()), house(), landscape=False, label="目录")
    assert pdf.render([paper], copies=1, duplex=False, title="目录").pages == (reckoned(paper),)
