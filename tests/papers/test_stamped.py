"""Papers of the bundled sample that share a layout are stamped, and are then what WeasyPrint makes of each alone."""

from __future__ import annotations

from functools import cache

import pytest

from generator.forms.catalogue import discover
from generator.forms.lowered import Paper
from generator.render import pdf
from generator.render.batch import ENOUGH, choose
from generator.render.stamp import Layout
from tests.papers.specimens import planned
from tests.render.same import contents, fonts, looks, texts

FORMS = [definition.id for definition in discover().definitions.values() if "pdf" in definition.formats]
SEEN = 12
"""Papers of a form among which some of one layout are looked for."""


@cache
def alike(form: str) -> tuple[Paper, ...]:
    """As many papers of one layout as are stamped, none where the form has not so many."""
    at, jobs = planned(form)
    entries = [entry for job in jobs for entry in job.entries][:SEEN]
    papers = [at.paper(form, entry)[0] for entry in entries]
    groups: dict[Layout, list[Paper]] = {}
    for paper, way in zip(papers, choose(papers, pdf._stamper(), lambda *_: None)[0], strict=True):
        if way is not None:
            groups.setdefault(way.layout, []).append(paper)
    return next((tuple(group[:ENOUGH]) for group in groups.values() if len(group) >= ENOUGH), ())


@pytest.mark.parametrize("form", FORMS)
def test_a_stamped_paper_is_the_same_as_one_laid_out_in_full(form: str) -> None:
    papers = alike(form)
    if not papers:
        pytest.skip("no three papers of one layout")
    assert not pdf.render(papers, copies=1, duplex=False, title="t").in_full
    ours, theirs = (pdf.render(papers, copies=1, duplex=False, title="t", full=full) for full in (False, True))
    assert contents(ours.data) == contents(theirs.data)
    assert texts(ours.data) == texts(theirs.data)
    assert fonts(ours.data) == fonts(theirs.data)
    last = sum(ours.pages or ()) - 1
    assert looks(ours.data, 0, last) == looks(theirs.data, 0, last)


def test_most_papers_of_forms_made_for_many_are_stamped() -> None:
    assert all(map(alike, ("guardian-contract", "contact-card", "class-headcount", "visit-record", "leave-slip")))
