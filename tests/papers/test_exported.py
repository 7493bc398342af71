"""Every built-in paper, exported as a Word form and filled in again, says what it said, of every record."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from generator.forms.catalogue import Proof, discover
from generator.forms.lowered import whole
from generator.forms.plan import Entry
from generator.forms.resolve import HeldBackError
from generator.press.run import Station
from generator.render.own_word import Filled
from tests.forms.words import in_words, text_of
from tests.papers.specimens import planned

FORMS = list(discover().definitions)
SOME = 4
"""Papers of a form that are compared, evenly from the first to the last; all of them with ``--every-paper``."""


def again(at: Station, form: str) -> Station:
    """Return the place where the sample's papers are made, but for one form, which is a Word form there."""
    return replace(
        at, catalogue=in_words(at.catalogue, at.context.policy, form), out=Path("unused"), forms={}, foundries={}
    )


def made(at: Station, form: str, entry: Entry) -> tuple[str, set[str]]:
    """Return what a paper says and which of its blanks are left to the pen, or why it is held back."""
    try:
        paper, gist = at.made(form, entry)
    except HeldBackError as error:
        return str(error), set()
    if isinstance(paper, Filled):
        return text_of(paper.form.single(paper.parts)), set(gist.by_hand)
    return "".join("".join(run.text for run in whole(paper).runs()).split()), set(gist.by_hand)


@pytest.mark.parametrize("form", FORMS)
def test_an_exported_paper_says_the_same_of_every_record(form: str, request: pytest.FixtureRequest) -> None:
    at, jobs = planned(form)
    own = again(at, form)
    assert not Proof(own.catalogue, at.context.policy, form).problems()
    entries = [entry for job in jobs for entry in job.entries]
    assert entries
    every = request.config.getoption("--every-paper") or len(entries) <= SOME
    for entry in entries if every else [entries[at * (len(entries) - 1) // (SOME - 1)] for at in range(SOME)]:
        assert made(own, form, entry) == made(at, form, entry), entry.label
