"""What was handed in: rows of 办理 that name no paper, or nobody whom it is about."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Collection, Iterator

from generator.dataset.masking import quote
from generator.dataset.models import Case, Class, Dataset, Filing, Record, School, Student, header_of
from generator.errors import Place, Problem

PAPER = re.compile(r"[A-Z]{1,2}-\d{2}[a-z]?")
"""How the rows of the catalogue of papers are numbered."""
_LIKE_ONE = re.compile(r"([a-z]{1,2})[-—–_]?(\d{1,2})([a-z]?)")
NO_NUMBER = "不是文书编号"
ABOUT = ("township", "school", "class_", "student", "case")


def filings(dataset: Dataset) -> Iterator[Problem]:
    """Yield filings of which nobody can tell what they discharge."""
    for filing in dataset.filings:
        if filing.paper and not PAPER.fullmatch(filing.paper):
            what = f"{quote(filing.paper)}{NO_NUMBER}{_meant(filing.paper)}"
            yield Problem(filing.where("paper"), what, "写 baoxue due 列出的编号，如 DR-10e")
        if not any(getattr(filing, name) for name in ABOUT):
            headers = "、".join(header_of(Filing, name) for name in ABOUT)
            yield Problem(filing.where(), "没有写是关于谁办的", f"{headers}里填一个")
        if odd := _apart(filing):
            narrow, wide = (header_of(Filing, name) for name in odd)
            what, places = f"“{narrow}”不属于所填的“{wide}”", (filing.where(odd[1]),)
            yield Problem(filing.where(odd[0]), what, "改正其中一个；办的是谁的事就只填谁", also=places)
        if filing.about_on and filing.done_on and filing.about_on > filing.done_on:
            what = f"所属日期 {filing.about_on} 晚于办理日期 {filing.done_on}"
            yield Problem(filing.where("about_on"), what, "核对日期；提前办的不填所属日期")


def _meant(paper: str) -> str:
    """Return a hint where a number differs only by case, width or a nought left out."""
    found = _LIKE_ONE.fullmatch(unicodedata.normalize("NFKC", paper).replace(" ", "").casefold())
    return f"，是不是“{found[1].upper()}-{int(found[2]):02}{found[3]}”" if found else ""


def about_lost(dataset: Dataset, told: Collection[Place]) -> set[Place]:
    """Return the rows that do say whom they are about, but lead nowhere, which has been told."""
    return {filing.where() for filing in dataset.filings if any(filing.where(name) in told for name in ABOUT)}


def _apart(filing: Filing) -> tuple[str, str] | None:
    """Return the narrowest that a row names, and what else it names that is not around it."""
    named = [(name, one) for name in reversed(ABOUT) if (one := getattr(filing, name))]
    if len(named) < 2:
        return None
    (narrowest, record), *others = named
    around = {id(one) for one in _around(record)}
    return next(((narrowest, name) for name, one in others if id(one) not in around), None)


def _around(record: Record | None) -> Iterator[Record]:
    """Yield what a record belongs to, or a case's child belonged to when it dropped out."""
    found: tuple[Record | None, ...] = ()
    match record:
        case Case():
            found = (record.student, record.last_class, record.school)
        case Student():
            found = (record.class_, record.school)
        case Class():
            found = (record.school,)
        case School():
            found = (record.township,)
    for one in found:
        if one:
            yield one
            yield from _around(one)
