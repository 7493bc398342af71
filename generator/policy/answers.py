"""How a unit's own assessment answers an inspection item: from figures and papers to a state, points and pages. Pure.

Only what the dataset and the dossier prove is called met. What nobody can tell from them stays to be checked on site:
forbidden conduct always, an item whose figures rest on values in doubt, and one whose papers are not there or are
there without the signatures that they need.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from fractions import Fraction
from typing import Literal

from generator.policy.model import Item

State = Literal["达到", "未达到", "待现场核"]
MET: State = "达到"
NOT_MET: State = "未达到"
ON_SITE: State = "待现场核"
NOTHING = "无"
"""What a figure says where nothing was owed."""


@dataclass(frozen=True, slots=True)
class Evidence:
    """A place in a dossier that holds a paper."""

    page: int
    title: str  # of the paper, as people call it
    signed: bool | None  # whether it is a scan with the signatures; nothing where it needs none


@dataclass(frozen=True, slots=True)
class Figure:
    """A figure of an item, counted: how much was owed, how much of it is done, and whether that is enough."""

    said: str  # 家访 38/40
    share: Fraction  # of what was owed, 1 where it is met


@dataclass(frozen=True, slots=True)
class Answer:
    """An inspection item as the unit answers it itself."""

    item: Item
    state: State
    figure: str  # in words: 家访 38/40；送达 3/3
    points: Fraction | None  # nothing where it is to be checked on site
    pages: str  # where the dossier holds its papers: 第12、40页; empty where it holds none
    remark: str  # 未附签字件：控辍保学目标责任书

    @property
    def said(self) -> str:
        """The state with the figure: 未达到（家访 38/40）."""
        return f"{self.state}（{self.figure}）" if self.figure else self.state

    @property
    def first(self) -> str:
        """The first of the pages that hold its papers; empty where none do."""
        found = re.search(r"\d+", self.pages)
        return found.group() if found else ""

    @property
    def scored(self) -> str:
        """The points as they are written: 3.5; empty where it is to be checked on site."""
        return "" if self.points is None else points_said(self.points)


@dataclass(frozen=True, slots=True)
class Totals:
    """The points of several items together."""

    name: str  # the dimension
    answers: tuple[Answer, ...]

    @property
    def points(self) -> Fraction:
        """What the unit gives itself."""
        return sum((answer.points for answer in self.answers if answer.points is not None), Fraction(0))

    @property
    def assessable(self) -> int:
        """What it could give itself: the points of the items that are not left to be checked on site."""
        return sum(answer.item.points for answer in self.answers if answer.points is not None)

    @property
    def full(self) -> int:
        """The points of all its items."""
        return sum(answer.item.points for answer in self.answers)

    @property
    def scored(self) -> str:
        """The points as they are written."""
        return points_said(self.points)


@dataclass(frozen=True, slots=True)
class SelfAssessment(Totals):
    """All items of a unit, answered."""

    @property
    def dimensions(self) -> list[Totals]:
        """The items under each heading, in their order."""
        names = dict.fromkeys(answer.item.dimension for answer in self.answers)
        return [Totals(name, tuple(one for one in self.answers if one.item.dimension == name)) for name in names]


def points_said(points: Fraction) -> str:
    """Return points as they are written, to halves: 3, 3.5."""
    return f"{float(points):g}"
