"""What a unit has to tell of a week, a month and a term.

In November 2026 the 9th is a Monday.
"""

from __future__ import annotations

from datetime import date

import pytest

from generator.dataset.models import Class, School, Township
from generator.policy.figures import Figures, figures_of
from tests.owing import Town, day

TODAY = day(11, 11)


@pytest.fixture
def town() -> Town:
    """A child that came back and dropped out again, visited before term, in three months, and tomorrow."""
    town = Town()
    town.child.watched = True
    town.case(day(9, 1), day(9, 3)).returned_on = day(11, 2)
    town.case(day(11, 6), day(11, 10))
    for on, mode in (
        (day(8, 28), "上门"), (day(10, 30), "上门"), (day(11, 8), "到校面谈"), (day(11, 9), "电话"), (TODAY, "上门"),
        (day(11, 12), "上门"),
    ):  # fmt: skip
        town.visited(on, mode=mode)
    return town


def told(found: Figures) -> tuple[int, ...]:
    return (
        found.found,
        found.returned,
        found.away,
        found.visits,
        found.at_home,
        found.remote,
        found.other,
        found.watched,
    )


@pytest.mark.parametrize(
    ("period", "since", "numbers"),
    [
        ("周", day(11, 9), (1, 0, 1, 2, 1, 1, 0, 2)),
        ("月", day(11, 1), (1, 1, 1, 3, 1, 1, 1, 3)),
        ("学期", day(9, 1), (2, 1, 1, 4, 2, 1, 1, 4)),
    ],
)
@pytest.mark.parametrize("unit", ["class_", "school", "township"])
def test_what_happened_from_the_first_day_to_today_is_counted(
    town: Town, unit: str, period: str, since: date, numbers: tuple[int, ...]
) -> None:
    at: Class | School | Township = getattr(town, unit)
    found = figures_of(at, period, town.dataset.settings, TODAY)  # type: ignore[arg-type]
    assert (found.since, found.until, told(found)) == (since, TODAY, numbers)


def test_a_term_is_over_with_its_last_day(town: Town) -> None:
    town.dataset.cases[1].returned_on = day(2, 1)
    found = figures_of(town.school, "学期", town.dataset.settings, day(2, 5))
    assert (found.until, found.returned, found.away) == (day(1, 22), 1, 1)


def test_a_class_tells_of_no_child_of_another(town: Town) -> None:
    other = Class(school=town.school, grade="四年级", number=1)
    assert told(figures_of(other, "学期", town.dataset.settings, TODAY)) == (0,) * 8
