"""Rows of 办理: what they must say to discharge anything."""

from __future__ import annotations

from datetime import date

import pytest

from generator.dataset.contradictions.filings import filings
from generator.dataset.models import Dataset, Filing, School

DONE = date(2026, 11, 4)


def told(**values: object) -> list[str]:
    row = {"paper": "DR-10e", "done_on": DONE, "school": School()} | values
    return [problem.what for problem in filings(Dataset(filings=[Filing(**row)]))]  # type: ignore[arg-type]


@pytest.mark.parametrize("paper", ["DR-10e", "L-03", "NT-13", None])
def test_a_paper_is_named_by_its_number(paper: str | None) -> None:
    assert told(paper=paper) == []


@pytest.mark.parametrize(
    ("paper", "hint"),
    [
        ("月报", ""), ("DR-100", ""), ("dr-10e", "，是不是“DR-10e”"), ("DR10E", "，是不是“DR-10e”"),
        ("DR-1", "，是不是“DR-01”"), ("ｎｔ－０２", "，是不是“NT-02”"),
    ],
)  # fmt: skip
def test_a_paper_that_is_named_otherwise_is_an_error_with_the_number_meant(paper: str, hint: str) -> None:
    assert told(paper=paper) == [f"“{paper}”不是文书编号{hint}"]


def test_a_filing_is_about_somebody() -> None:
    assert told(school=None) == ["没有写是关于谁办的"]


def test_what_was_late_is_about_an_earlier_day() -> None:
    assert told(about_on=date(2026, 10, 31)) == []
    assert told(about_on=date(2026, 11, 5)) == ["所属日期 2026-11-05 晚于办理日期 2026-11-04"]
