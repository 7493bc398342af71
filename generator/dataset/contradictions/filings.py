"""What was handed in: rows of 办理 that name no paper, or nobody whom it is about."""

from __future__ import annotations

import re
from collections.abc import Iterator

from generator.dataset.masking import quote
from generator.dataset.models import Dataset, Filing, header_of
from generator.errors import Problem

PAPER = re.compile(r"[A-Z]{1,2}-\d{2}[a-z]?")
"""How the rows of the catalogue of papers are numbered."""
ABOUT = ("township", "school", "class_", "student", "case")


def filings(dataset: Dataset) -> Iterator[Problem]:
    """Yield filings of which nobody can tell what they discharge."""
    for filing in dataset.filings:
        if filing.paper and not PAPER.fullmatch(filing.paper):
            what = f"{quote(filing.paper)}不是文书编号"
            yield Problem(filing.where("paper"), what, "写 baoxue due 列出的编号，如 DR-10e")
        if not any(getattr(filing, name) for name in ABOUT):
            headers = "、".join(header_of(Filing, name) for name in ABOUT)
            yield Problem(filing.where(), "没有写是关于谁办的", f"{headers}里填一个")
        if filing.about_on and filing.done_on and filing.about_on > filing.done_on:
            what = f"所属日期 {filing.about_on} 晚于办理日期 {filing.done_on}"
            yield Problem(filing.where("about_on"), what, "核对日期；提前办的不填所属日期")
