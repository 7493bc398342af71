"""Papers of the bundled sample that share a mould are the ones that would be made in full."""

from __future__ import annotations

import pytest

from generator.forms.catalogue import discover
from generator.forms.lowered import Cast, whole
from generator.forms.resolve import HeldBackError
from generator.press.run import Station
from tests.papers.specimens import planned

FORMS = list(discover().definitions)
SEEN = 40
"""Papers of a form that are looked at."""


@pytest.mark.parametrize("form", FORMS)
def test_a_paper_made_by_a_mould_is_the_one_made_in_full(form: str) -> None:
    at, jobs = planned(form)
    station = Station(at.context, at.catalogue, at.out, False)
    records = at.context.records(at.catalogue.definitions[form].per)
    for entry in [entry for job in jobs for entry in job.entries][:SEEN]:
        foundry = station.foundry(form, entry.as_of)
        try:
            made = foundry.made(records[entry.index], entry.label)
        except HeldBackError:
            continue
        if isinstance(made.paper, Cast):
            full = foundry._in_full(records[entry.index], entry.label)
            assert made._replace(paper=made.paper.whole()) == full
            assert made.paper.values() == whole(full.paper).values()
            assert made.paper.skeleton() == full.paper.skeleton()


@pytest.mark.parametrize("form", ["guardian-contract", "open-letter", "entry-pledge", "leave-slips", "visit-blank"])
def test_papers_of_which_many_are_alike_share_a_mould(form: str) -> None:
    at, jobs = planned(form)
    station = Station(at.context, at.catalogue, at.out, False)
    papers = [station.made(form, entry)[0] for job in jobs for entry in job.entries][:SEEN]
    assert sum(isinstance(paper, Cast) for paper in papers) > len(papers) / 2
