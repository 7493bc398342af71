"""What cannot be so, or hardly, although every cell could be read: one module for each thing that is told of.

``identity`` are numbers of identity and what they tell of a person, ``people`` students, families and staff,
``contacts`` telephone numbers, ``schools`` classes, posts and villages, ``cases`` what is done for a child that stays
away, ``registration`` how children came and went, ``leaves`` leave and absence, ``filings`` what was handed in,
``dates`` what is in order and when children have lessons.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace

from generator.dataset.contradictions.cases import (
    closings,
    discoveries,
    far_deadlines,
    interviewees,
    notices,
    numbering,
    overlaps,
    progress,
    returns,
    services,
    statuses,
    transfers,
    unrecorded,
    unvisited,
    visitors,
)
from generator.dataset.contradictions.contacts import telephones
from generator.dataset.contradictions.dates import (
    absences,
    days_off,
    future,
    late_services,
    outside_the_term,
    sequences,
    terms,
)
from generator.dataset.contradictions.filings import about_lost, filings
from generator.dataset.contradictions.identity import guardian_numbers, student_numbers, student_numbers_of_others
from generator.dataset.contradictions.leaves import leaves
from generator.dataset.contradictions.people import ages, disabilities, families, names, unregistered
from generator.dataset.contradictions.registration import registrations
from generator.dataset.contradictions.schools import classes, codes, misplaced, posts, seats, villages
from generator.dataset.models import Dataset
from generator.errors import Problem

__all__ = ("CONTRADICTIONS", "about_lost", "future", "in_force")

CONTRADICTIONS: tuple[Callable[[Dataset], Iterator[Problem]], ...] = (
    student_numbers, guardian_numbers, student_numbers_of_others,
    misplaced, codes, classes, seats, posts, villages,
    sequences, terms, outside_the_term, absences, days_off, late_services,
    discoveries, statuses, returns, closings, progress, overlaps, unvisited, unrecorded, visitors, interviewees,
    notices, numbering, services, transfers, far_deadlines, filings, registrations, leaves,
    ages, families, disabilities, unregistered, names, telephones,
)  # fmt: skip


def in_force(dataset: Dataset) -> Dataset:
    """Return a dataset without the notices whose number is void: their days bind nobody, and contradict nothing."""
    valid = [notice for notice in dataset.notices if notice.withheld is None]
    return dataset if len(valid) == len(dataset.notices) else replace(dataset, notices=valid)
