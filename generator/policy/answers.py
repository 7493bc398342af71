"""How a unit's own assessment answers an inspection item: from figures and papers to a state, points and pages. Pure.

Only what the dataset and the dossier prove is called met. What nobody can tell from them stays to be checked on site:
forbidden conduct always, an item whose figures rest on values in doubt, and one whose papers are not there or are
there without the signatures that they need.
"""

from __future__ import annotations

import math
import re
from collections.abc import Collection, Iterable, Mapping, Sequence
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
UNSIGNED, LACKING, KEPT_BACK, DOUBTFUL = "未附签字件", "缺", "不随卷提供，在现场查阅", "数据待核"
"""What remarks begin with."""


@dataclass(frozen=True, slots=True)
class Evidence:
    """A place in a dossier that holds a paper, or several of a kind one after another."""

    page: int
    title: str  # of the paper, as people call it
    signed: bool | None  # whether it is a scan with the signatures; nothing where it needs none
    pieces: int = 1


@dataclass(frozen=True, slots=True)
class Counted:
    """A figure of an item as it was counted."""

    said: str  # 家访 38/40
    share: Fraction | None  # of what is owed by today; 1 where it is met, nothing where nothing was owed
    doubt: str = ""  # why it cannot be told: the value that is missing, and where


@dataclass(frozen=True, slots=True)
class Answer:
    """An inspection item as the unit answers it itself."""

    item: Item
    state: State
    figure: str  # in words: 家访 38/40；送达 3/3
    unmet: str  # those of them that are not met
    points: Fraction | None  # nothing where it is to be checked on site
    pages: str  # where the dossier holds its papers: 第12、40页; empty where it holds none
    remark: str  # 未附签字件：控辍保学目标责任书

    @property
    def said(self) -> str:
        """The state with the figure: 未达到（家访 38/40）."""
        return f"{self.state}（{self.figure}）" if self.figure else self.state

    @property
    def first(self) -> str:
        """The first of the pages that hold its papers, or else those that lack a signature; empty where none do."""
        found = re.search(r"第(\d+)", self.pages + self.remark)
        return found.group(1) if found else ""

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


def counted(label: str, done: int, owed: int, now: int) -> Counted:
    """Return a count of what was owed; where nothing was, it is met."""
    said = f"{label} {done}/{owed}" if owed else f"{label} {NOTHING}"
    if now < owed:
        said += f"（至今应有 {now}）"
    if not owed:
        return Counted(said, None)
    return Counted(said, Fraction(1) if done >= now else Fraction(max(done, 0), now))


def answer(
    item: Item,
    figures: Sequence[Counted],
    papers: Mapping[str, str],
    evidence: Mapping[str, Sequence[Evidence]] | None,
    kept_back: Collection[str] = (),
) -> Answer:
    """Return the answer to an item: ``figures`` as they were counted, none where the item is for checking on site;
    ``papers`` the titles, by id, of those that must prove it; ``evidence`` the places in the dossier by the same ids;
    ``kept_back`` the ids of those that are there, and not for those who receive the dossier.

    Without a dossier an item that papers must prove is not called met.
    """
    places = [one for form in item.papers for one in (evidence or {}).get(form, ())]
    unsigned: dict[str, list[Evidence]] = {}
    for one in places:
        if one.signed is False:
            unsigned.setdefault(one.title, []).append(one)
    missing = [] if evidence is None else [form for form in papers if not evidence.get(form)]
    lacking = [papers[form] for form in missing if form not in kept_back]
    elsewhere = [papers[form] for form in missing if form in kept_back]
    doubts = [one.doubt for one in figures if one.doubt]
    unproved = bool(unsigned or missing or (evidence is None and papers))
    state = _state(figures, doubted=bool(doubts), unproved=unproved)
    several = [
        f"{title}{f'{count}份' * (count > 1)}（{pages_said(one.page for one in those)}）"
        for title, those in unsigned.items()
        for count in [sum(one.pieces for one in those)]
    ]
    remarks = {UNSIGNED: several, LACKING: lacking, KEPT_BACK: elsewhere, DOUBTFUL: list(dict.fromkeys(doubts))}
    return Answer(
        item,
        state,
        "；".join(one.said for one in figures if one.said),
        "；".join(one.said for one in figures if one.said and _is_short(one)),
        _points(item.points, state, figures),
        pages_said(one.page for one in places if one.signed is not False),
        "；".join(f"{what}：{'、'.join(told)}" for what, told in remarks.items() if told),
    )


def _state(figures: Sequence[Counted], *, doubted: bool, unproved: bool) -> State:
    if not figures or doubted:
        return ON_SITE
    if any(map(_is_short, figures)):
        return NOT_MET
    return ON_SITE if unproved else MET


def _is_short(figure: Counted) -> bool:
    return figure.share is not None and figure.share < 1


def _points(full: int, state: State, figures: Sequence[Counted]) -> Fraction | None:
    """Return the points of an item: what is not met wins as large a part of them as was done, figure by figure
    of those by which anything was owed, cut down to halves."""
    if state == ON_SITE:
        return None
    shares = [one.share for one in figures if one.share is not None] or [Fraction(1)]
    return Fraction(math.floor(2 * full * sum(shares, Fraction(0)) / len(shares)), 2)


def pages_said(pages: Iterable[int]) -> str:
    """Return pages in words: 第12、40—42页."""
    runs: list[list[int]] = []
    for page in sorted(set(pages)):
        if runs and page == runs[-1][-1] + 1:
            runs[-1].append(page)
        else:
            runs.append([page])
    said = (f"{run[0]}—{run[-1]}" if len(run) > 2 else "、".join(map(str, run)) for run in runs)
    return f"第{'、'.join(said)}页" if runs else ""
