from __future__ import annotations

import copy
import tempfile
from pathlib import Path

from hypothesis import given, settings
from hypothesis import strategies as st
from openpyxl.utils import get_column_letter

from generator.dataset.roster import carry_out, prepare
from generator.dataset.safekeeping import undo
from generator.errors import DataError
from tests.dataset.test_roster import HEADERS, NOW, SHEETS, TODAY, County

KNOWN = SHEETS["学生"]
WORDS = (
    "", "三年级（1）班", "三2班", "2025级1班", "飞班", "清溪小学", "白石小学", "石小满", "木*", "女", "2", "2017-03-05",
    *(row["全国学籍号"] for row in KNOWN),
)  # fmt: skip
texts = st.one_of(
    st.sampled_from(WORDS),
    st.text(st.characters(exclude_categories=("Cc", "Cs"), exclude_characters="\ufffe\uffff"), max_size=6),
)
rows = st.lists(
    st.tuples(st.sampled_from(KNOWN), st.dictionaries(st.sampled_from(HEADERS), texts, max_size=3)).map(
        lambda pair: {header: pair[0].get(header, "") for header in HEADERS} | pair[1]
    ),
    min_size=1,
    max_size=8,
)


def cells(county: County) -> dict[str, str]:
    """Return what stands in the rows of the children who are there, by cell."""
    return {
        f"{get_column_letter(column)}{row}": text
        for row, texts in enumerate(county.rows(), 2)
        for column, text in enumerate(texts.values(), 1)
    }


@settings(max_examples=60, deadline=None, derandomize=True)
@given(rows)
def test_every_row_is_accounted_for_and_a_second_import_changes_nothing(roster: list[dict[str, str]]) -> None:
    with tempfile.TemporaryDirectory() as folder:
        county = County(Path(folder))
        before = county.data.read_bytes()
        path = county.roster(lambda known: known.__setitem__(slice(None), copy.deepcopy(roster)))
        filled = [number for number, row in enumerate(roster, 2) if any(text.strip() for text in row.values())]
        try:
            found = prepare(county.data, path, TODAY)
        except DataError:
            return
        merge = found.merge
        told = {int("".join(filter(str.isdigit, problem.place.cell)) or 0) for problem in found.problems}
        taken = [row.origin.row for row in merge.new if row.origin]
        taken += [match.row.origin.row for match in (*merge.known, *merge.unsure) if match.row.origin]
        assert len(taken) == len(set(taken))
        assert set(filled) <= set(taken) | told
        stood = cells(county)
        carry_out(found, NOW)
        after = county.data.read_bytes()
        assert {cell for cell, text in cells(county).items() if cell in stood and text != stood[cell]} == {
            change.place.cell for match in merge.known for change in match.changes
        }
        carry_out(prepare(county.data, path, TODAY), NOW)
        assert county.data.read_bytes() == after
        if after != before:
            undo(county.folder)
        assert county.data.read_bytes() == before
