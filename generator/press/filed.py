"""Which paper a row of 办理 means: it says a number of the catalogue, or should."""

from __future__ import annotations

import difflib
import re
import unicodedata
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import date
from functools import cache
from pathlib import Path

from generator.dataset.contradictions.filings import NO_NUMBER
from generator.dataset.masking import quote
from generator.dataset.missing import MissingValueError
from generator.dataset.models import Dataset, Filing
from generator.errors import DataError, Problem, TemplateError
from generator.forms.catalogue import Catalogue, discover
from generator.forms.context import Context
from generator.forms.resolve import title_of
from generator.policy.choice import composed
from generator.press.discharge import forms_of

_NAMED = re.compile(f"“(.+)”{NO_NUMBER}", re.DOTALL)
NEAR = 3
"""So many papers are offered."""


def unknown(filings: Iterable[Filing], titles: Mapping[str, str]) -> Iterator[Problem]:
    """Yield the rows of 办理 whose paper is none of ``titles``, by number: they discharge nothing."""
    offer = cache(lambda paper: _offer(paper, titles))
    for filing in filings:
        try:
            if filing.paper and filing.paper not in titles:
                what = f"没有编号是{quote(filing.paper)}的文书{offer(filing.paper)}，这一行办理没有算"
                yield Problem(filing.where("paper"), what, "写待办清单上的编号，如 DR-10e")
        except MissingValueError:
            continue  # which is told already


def explained(problems: Iterable[Problem], titles: Callable[[], Mapping[str, str]]) -> list[Problem]:
    """Return problems, those of a paper that is not named by its number with the papers that may be meant; ``titles``
    are asked for where there is one."""
    known = cache(titles)
    told = ((problem, _NAMED.fullmatch(problem.what)) for problem in problems)
    return [
        replace(problem, what=problem.what + _offer(found[1], known())) if found else problem for problem, found in told
    ]


def named(
    problems: Iterable[Problem], filings: Sequence[Filing], titles: Callable[[], Mapping[str, str]]
) -> list[Problem]:
    """Return problems as ``explained``, and those of rows of 办理 whose paper there is not; where the titles cannot be
    known, nothing is told of these."""
    known = cache(titles)
    return [*explained(problems, known), *(unknown(filings, known()) if filings and known() else ())]


def known_titles(dataset: Dataset, project: Path | None) -> dict[str, str]:
    """Return the titles of all papers, by number; nothing where the policy or a definition is wrong, which others
    tell."""
    try:
        return titles_of(discover(project), Context(dataset, composed(dataset, project).policy, date.min))
    except (DataError, TemplateError, MissingValueError):
        return {}


def titles_of(catalogue: Catalogue, context: Context) -> dict[str, str]:
    """Return the title of each row of the catalogue of papers that there is a paper for."""
    return {row: title_of(defined[0], context) for row, defined in forms_of(catalogue).items()}


def _offer(paper: str, titles: Mapping[str, str]) -> str:
    """Return a hint naming the papers that may be meant, by number or title; nothing where none is near."""
    rows: dict[str, list[str]] = defaultdict(list)
    for row, title in titles.items():
        for name in (row, title):
            rows[_folded(name)].append(row)
    meant = _folded(paper)
    names = [meant] if meant in rows else difflib.get_close_matches(meant, list(rows), n=NEAR, cutoff=0.6)
    found = list(dict.fromkeys(row for name in names for row in rows[name]))[:NEAR]
    return "，是不是" + "、".join(f"“{row}”{titles[row]}" for row in found) if found else ""


def _folded(name: str) -> str:
    return unicodedata.normalize("NFKC", name).replace(" ", "").casefold()
