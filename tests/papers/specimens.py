"""The papers that tests of every definition look at, made from the bundled sample: two a form.

What the sample's own policy has no use for is made under another.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date
from functools import cache, lru_cache
from pathlib import Path

from generator.forms.lowered import Paper
from generator.forms.plan import Job, Selection, plan
from generator.policy.load import load_policy
from generator.press.build import Order, prepare
from generator.press.run import Station
from generator.render import Printed, renderer
from generator.resources import data_dir

UNDER = {"special-leave": "seed-s0.1"}
"""The policy under which there is such a paper."""


@dataclass(frozen=True)
class Specimens:
    """A definition's job and two of its papers: the first, and the one with the most to say."""

    job: Job
    papers: tuple[Paper, ...]


@cache
def station(name: str = "sample.xlsx") -> tuple[Station, dict[str, list[Job]]]:
    """Return a place to make papers of the bundled sample, and the jobs of each form."""
    order = Order(data_dir() / name, Path("unused"), selection=Selection())
    prepared = prepare(order, lambda: date(2026, 11, 16))
    jobs: dict[str, list[Job]] = {}
    for job in prepared.plan.jobs:
        jobs.setdefault(job.form, []).append(job)
    return Station(prepared.context, prepared.catalogue, order.out, False, {}), jobs


@cache
def planned(form: str) -> tuple[Station, list[Job]]:
    """Return where a form's papers are made, and its jobs."""
    at, jobs = station()
    if form not in UNDER:
        return at, jobs[form]
    at = Station(replace(at.context, policy=load_policy(UNDER[form])), at.catalogue, at.out, False, {})
    return at, list(plan(at.catalogue, at.context, Selection(forms=(form,))).jobs)


@cache
def specimens(form: str) -> Specimens:
    """Return the first paper of a form and its longest, which is where hostile values show."""
    at, jobs = planned(form)
    papers = [at.paper(form, entry)[0] for job in jobs for entry in job.entries]
    longest = max(papers, key=lambda paper: sum(len(run.text) for run in paper.runs()))
    chosen = [papers[0], longest] if longest is not papers[0] else [papers[0]]
    return Specimens(jobs[0], tuple(chosen))


@lru_cache(maxsize=8)
def printed(form: str, fmt: str) -> Printed:
    """Return the print file of a form's specimens."""
    made = specimens(form)
    return renderer(fmt).render(made.papers, copies=1, duplex=made.job.duplex, title=made.job.title)
