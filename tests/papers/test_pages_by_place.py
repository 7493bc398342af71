"""A paper keeps its number of pages where its place writes dates in Chinese, or gives bodies and rules long names."""

from __future__ import annotations

from dataclasses import replace

import pytest

from generator.forms.plan import Selection, plan
from generator.policy.load import load_policy
from generator.press.run import Station
from generator.render import renderer
from tests.papers.specimens import station


@pytest.mark.parametrize(
    ("preset", "form"),
    [
        ("seed-s1", "outsider-letter"),  # five dates such as 二〇二六年十一月十六日
        ("seed-s1", "school-contract"),
        ("seed-s0.2", "school-contract"),  # failing a target vetoes too
    ],
)
def test_long_words_of_a_place_cost_no_page(preset: str, form: str) -> None:
    at, _ = station()
    at = Station(replace(at.context, policy=load_policy(preset)), at.catalogue, at.out, False, {})
    jobs = plan(at.catalogue, at.context, Selection(forms=(form,))).jobs
    papers = [at.paper(form, entry)[0] for job in jobs for entry in job.entries]
    longest = max(papers, key=lambda paper: sum(len(run.text) for run in paper.runs()))
    printed = renderer("pdf").render([longest], copies=1, duplex=False, title=form)
    assert printed.pages == (at.catalogue.definitions[form].pages,)
