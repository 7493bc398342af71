"""What inspections gave a unit, round by round: points by item, by heading and in all, and what was lost again.

A round is an inspection of one unit in the term. Rounds are counted by their days: nobody has to number them, and no
number can contradict a day. Points stand in 督导评分, a row an item. An item that is no duty of schools is not scored
there, by the policy or by a row that says so, and the total is scaled, as the note of the checklist has it; of a
township all items are, those of schools by a sample of them. Any other item without a row has not been typed in yet,
and until it is there is no total.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from functools import lru_cache

from generator.dataset.links import key
from generator.dataset.masking import quote
from generator.dataset.missing import Missing, MissingValueError
from generator.dataset.models import Dataset, Finding, Inspection, School, Score, Settings, Township, header_of
from generator.errors import Problem, near
from generator.policy.counts import needed
from generator.policy.model import Item, Policy

SKIPPED = "不评分"
NOTHING = "—"
_SEVERAL = re.compile(r"[、，,；;\s]+")
_NAMED = 5  # items that a message names


@dataclass(frozen=True, slots=True)
class Mark:
    """What an inspection gave for an item: no points where it is not scored."""

    item: Item
    points: Fraction | None
    found: str

    @property
    def name(self) -> str:
        """The name of the item."""
        return self.item.item

    @property
    def lost(self) -> Fraction:
        """The points that were taken off."""
        return Fraction(0) if self.points is None else self.item.points - self.points

    @property
    def said(self) -> str:
        """The points as they are written: 3.5."""
        return SKIPPED if self.points is None else said(self.points)


@dataclass(frozen=True, slots=True)
class Part:
    """The items of a round under one heading."""

    name: str
    items: tuple[Item, ...]
    marks: tuple[Mark, ...]

    @property
    def full(self) -> int:
        """The points of all its items."""
        return sum(item.points for item in self.items)

    @property
    def scored(self) -> int:
        """The points of the items that are scored."""
        return sum(mark.item.points for mark in self.marks if mark.points is not None)

    @property
    def points(self) -> float:
        """What was given for them."""
        return float(_given(self.marks))


@dataclass(frozen=True, slots=True)
class Round:
    """An inspection with what it gave; ``before`` is the last of the term before it that was scored."""

    inspection: Inspection
    number: int | None  # none where it was not held in the term
    parts: tuple[Part, ...]
    untold: tuple[Item, ...]  # nobody has typed in yet
    full: int  # the points to which the total is scaled
    before: Round | None = None

    @property
    def called(self) -> str:
        """What it is called: 第2轮督导."""
        return f"第{self.number}轮督导" if self.number else "本学期以前的督导"

    @property
    def marks(self) -> list[Mark]:
        """What was given, item by item, in the order of the checklist."""
        return [mark for part in self.parts for mark in part.marks]

    def of(self, item: Item) -> Mark | None:
        """Return what was given for an item; nothing where nobody has typed that in."""
        return next((mark for mark in self.marks if mark.item.id == item.id), None)

    @property
    def skipped(self) -> list[Item]:
        """The items that are not the unit's duty."""
        return [mark.item for mark in self.marks if mark.points is None]

    @property
    def points(self) -> str:
        """What was given in all, before it is scaled."""
        return said(_given(self.marks))

    @property
    def scored(self) -> int:
        """The points of the items that are scored."""
        return sum(part.scored for part in self.parts)

    @property
    def total(self) -> Fraction | None:
        """The points in all, scaled to the full points, to hundredths; nothing until every item is told."""
        if self.untold or not self.scored:
            return None
        return _rounded(_given(self.marks) * self.full / self.scored)

    @property
    def whole(self) -> bool:
        """Whether every item is told, so that there is a total."""
        return self.total is not None

    @property
    def compared(self) -> bool:
        """Whether there is a total of the round before to compare with."""
        return self.whole and self.before is not None and self.before.whole

    @property
    def said(self) -> str:
        """The total as it is written, — where there is none."""
        return NOTHING if self.total is None else said(self.total)

    @property
    def change(self) -> str:
        """How the total differs from that of the round before: +3.5, -2, 0; — where there is none of either."""
        before = self.before.total if self.before else None
        if self.total is None or before is None:
            return NOTHING
        more = self.total - before
        return f"{'+' if more > 0 else ''}{said(more)}"

    @property
    def lost(self) -> list[Mark]:
        """The items that lost points."""
        return [mark for mark in self.marks if mark.lost > 0]

    @property
    def lost_again(self) -> list[Mark]:
        """The items that lost points in this round and in the one before."""
        then = {mark.item.id for mark in self.before.lost} if self.before else set()
        return [mark for mark in self.lost if mark.item.id in then]


def rounds(policy: Policy, settings: Settings, unit: School | Township) -> list[Round]:
    """Return what each inspection of a unit gave, by their days; raises ``MissingValueError`` where a day or points are
    in doubt."""
    start, end = needed(settings, "term_start"), settings.term_end or date.max
    found: list[Round] = []
    for inspection in sorted(unit.inspections, key=lambda one: needed(one, "held_on")):
        within = start <= needed(inspection, "held_on") <= end
        earlier = [one for one in found if one.number]
        scored = [one for one in earlier if one.marks]
        before = scored[-1] if within and scored else None
        found.append(_round(policy, inspection, len(earlier) + 1 if within else None, before))
    return found


def rounds_until(policy: Policy, settings: Settings, inspection: Inspection) -> list[Round]:
    """Return what the inspections of a unit gave up to one of them, which comes last."""
    unit = inspection.school or inspection.township
    if unit is None:
        raise MissingValueError(Missing(header_of(Inspection, "school"), inspection.where("school")))
    found = rounds(policy, settings, unit)
    return found[: 1 + next(at for at, one in enumerate(found) if one.inspection is inspection)]


def _round(policy: Policy, inspection: Inspection, number: int | None, before: Round | None) -> Round:
    marks = _marks(policy, inspection)
    parts = tuple(
        Part(one.name, tuple(one.items), tuple(marks[item.id] for item in one.items if item.id in marks))
        for one in policy.inspections.by_dimension
    )
    untold = tuple(item for item in policy.inspections.county_items if item.id not in marks)
    return Round(inspection, number, parts, untold, policy.inspections.total, before)


def _marks(policy: Policy, inspection: Inspection) -> dict[str, Mark]:
    """Return what was given, by the ids of the items; raises ``MissingValueError`` where a row is wrong."""
    rows = list(inspection.scores)
    if problem := next(_wrong(policy, inspection), None):
        raise MissingValueError(Missing(header_of(Score, "points"), problem.place, problem.what))
    if not rows:
        return {}
    exempt = [Mark(item, None, "") for item in policy.inspections.county_items if _exempt(item, inspection)]
    return {mark.item.id: mark for mark in (*exempt, *(_mark(policy, row) for row in rows))}


def _exempt(item: Item, inspection: Inspection) -> bool:
    """Return whether an item is no duty of the school that was inspected."""
    return bool(inspection.school) and "school" not in item.whose


def _mark(policy: Policy, row: Score) -> Mark:
    points = None if row.skipped else Fraction(str(needed(row, "points")))
    return Mark(_named(policy, needed(row, "item"))[0], points, row.found or "")


def items_of(policy: Policy, finding: Finding) -> list[Item]:
    """Return the items that a finding is about; raises ``MissingValueError`` where one is unknown."""
    if problem := next(_unknown(policy, finding), None):
        raise MissingValueError(Missing(header_of(Finding, "items"), problem.place, problem.what))
    return [item for text in _texts(finding) for item in _named(policy, text)]


def said(points: Fraction) -> str:
    """Return points as they are written, to hundredths: 3.5, 96.88."""
    return f"{float(_rounded(points)):g}"


def _rounded(points: Fraction) -> Fraction:
    """Return points rounded half up to hundredths."""
    return Fraction(math.floor(points * 100 + Fraction(1, 2)), 100)


def _given(marks: Iterable[Mark]) -> Fraction:
    return sum((mark.points for mark in marks if mark.points is not None), Fraction(0))


def _named(policy: Policy, text: str) -> list[Item]:
    """Return the items of the checklist that have this id or name."""
    wanted = key(text)
    return [item for item in policy.inspections.county_items if wanted in _keys(item.id, item.item)]


@lru_cache(maxsize=1024)
def _keys(*names: str) -> tuple[str, ...]:
    return tuple(map(key, names))


# What is wrong with the rows


def misscored(dataset: Dataset, policy: Policy) -> Iterator[Problem]:
    """Yield what is wrong with the points that inspections gave, and a reminder of each that is not typed in whole."""
    for inspection in dataset.inspections:
        try:
            wrong = list(_wrong(policy, inspection))
            yield from wrong
            if not wrong and inspection.scores and (lacking := _round(policy, inspection, None, None).untold):
                named = "、".join(f"{item.id} {item.item}" for item in lacking[:_NAMED])
                more = f"等 {len(lacking)} 项" if len(lacking) > _NAMED else ""
                what = f"这次督导的评分没有录全，缺 {named}{more}，算不出总分"
                todo = f"在“{Score.sheet}”表补上；不属于被督导单位职责的，在“{header_of(Score, 'skipped')}”写 是"
                yield Problem(inspection.where("no"), what, todo, "warning")
        except MissingValueError:
            continue  # which is told already
    for finding in dataset.findings:
        try:
            yield from _unknown(policy, finding)
        except MissingValueError:
            continue


def _wrong(policy: Policy, inspection: Inspection) -> Iterator[Problem]:
    """Yield what cannot be so in the rows of one inspection."""
    first: dict[str, Score] = {}
    for row in inspection.scores:
        text = needed(row, "item")
        item = next(iter(_named(policy, text)), None)
        if item is None:
            yield Problem(row.where("item"), f"检查表上没有{quote(text)}这一项{_near(policy, text)}", _WRITE)
            continue
        called = f"{item.id} {item.item}"
        if item.id in first:
            what = f"同一次督导的 {called} 写了不止一次"
            yield Problem(row.where("item"), what, "核对检查表，只留一行", also=(first[item.id].where("item"),))
        first.setdefault(item.id, row)
        if bool(row.skipped) == (row.points is not None):
            what = f"{called} {'写了不评分，又有得分' if row.skipped else '没有得分'}"
            todo = "核对检查表，两样只写一样" if row.skipped else "照检查表填写；不属于被督导单位职责的，写不评分"
            yield Problem(row.where("points"), what, todo)
        elif row.points is not None and _exempt(item, inspection):
            what = f"{called} 按政策不属于学校职责，不评分，这里却得 {row.points:g} 分"
            yield Problem(row.where("points"), what, "清空得分，在“不评分”写 是；该由学校负责的，改政策预设的 whose")
        elif row.points is not None and row.points > item.points:
            what = f"{called} 得 {row.points:g} 分，这一项的分值只有 {item.points} 分"
            yield Problem(row.where("points"), what, "核对检查表，改正得分或检查项目")


_WRITE = "照检查表写项目编号或名称，如 B2 或 家访制度"


def _unknown(policy: Policy, finding: Finding) -> Iterator[Problem]:
    for text in _texts(finding):
        if not _named(policy, text):
            yield Problem(finding.where("items"), f"检查表上没有{quote(text)}这一项{_near(policy, text)}", _WRITE)


def _near(policy: Policy, text: str) -> str:
    return near(text, [name for item in policy.inspections.county_items for name in (item.id, item.item)])


def _texts(finding: Finding) -> list[str]:
    return [text for text in _SEVERAL.split(finding.items or "") if text]
