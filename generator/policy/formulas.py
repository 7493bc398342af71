"""Formulas of rates: sums of counts above and below a line, for which units, and what each is measured against.

``docs/measures.md`` has the sources. A place that counts otherwise chooses another formula, or gets one here.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Literal

from generator.dataset.models import Class, County, Record, School, Township
from generator.policy.counts import (
    BACK,
    CAME,
    DIED,
    DISABLED_AGE,
    DISABLED_ELSEWHERE,
    DISABLED_HERE,
    ELSEWHERE,
    ENTRANTS_JUNIOR,
    ENTRANTS_NINE,
    HERE,
    KEPT,
    LAST_START,
    LEAVING,
    MOVED_IN,
    MOVED_OUT,
    OUT,
    OUT_BEFORE_TERM,
    SCHOOL_AGE,
    START,
    SUSPENDED,
    SUSPENDED_BEFORE_TERM,
    TRANSFERRED,
    Count,
    group,
    is_present,
)
from generator.policy.model import Policy

UNITS: tuple[type[Record], ...] = (Class, School, Township, County)
_FROM_SCHOOL = UNITS[1:]
_FROM_TOWNSHIP = UNITS[2:]


@dataclass(frozen=True, slots=True)
class Sum:
    """Counts that are added, less others."""

    plus: tuple[Count, ...]
    minus: tuple[Count, ...] = ()

    @property
    def words(self) -> str:
        """The sum as a formula says it, in brackets where it is one."""
        return self._joined([count.words for count in (*self.plus, *self.minus)])

    def worked(self, numbers: Sequence[int]) -> str:
        """Return the sum with the number of each count after its words."""
        counts = (*self.plus, *self.minus)
        return self._joined([f"{count.words} {number}" for count, number in zip(counts, numbers, strict=True)])

    def _joined(self, terms: list[str]) -> str:
        plus, minus = terms[: len(self.plus)], terms[len(self.plus) :]
        said = "＋".join(plus) + "".join(f"－{term}" for term in minus)
        return f"（{said}）" if len(terms) > 1 else said


Goal = Literal["least", "most"]
_Target = Callable[[Policy, str], float]


@dataclass(frozen=True, slots=True)
class Formula:
    """A rate: what stands above and below the line, for which units, and what it is measured against."""

    id: str
    name: str
    above: Sum
    below: Sum
    units: tuple[type[Record], ...] = UNITS
    goal: Goal = "least"
    target: _Target | None = None  # by policy and stage
    staged: bool = True  # its target differs by stage
    proved: bool = False  # told only where the roll is what the year began with, and who came and went, make it

    @property
    def sentence(self) -> str:
        """The formula in words, as it is printed beside a number."""
        return self._of(self.above.words, self.below.words)

    def worked(self, above: Sequence[int], below: Sequence[int]) -> str:
        """Return the formula with its numbers, so that whoever reads the rate can do the sum."""
        return self._of(self.above.worked(above), self.below.worked(below))

    def _of(self, above: str, below: str) -> str:
        return f"{self.name}＝{above}÷{below}×100%"


def _of_stage(attribute: str) -> _Target:
    return lambda policy, stage: float(getattr(policy.targets.of(stage), attribute))


TWO_BASICS = Sum((SUSPENDED, OUT, DIED, TRANSFERRED), (CAME, BACK))
_FLOW = ((START, CAME, MOVED_IN), (TRANSFERRED, DIED, MOVED_OUT))


def _at_school(id_: str, name: str, attribute: str) -> Formula:
    """Return the rate of a group's children who are at school among those on the roll."""
    there = Count(f"{name}在校人数", group(attribute, is_present))
    on_roll = Count(f"{name}在册人数", group(attribute, lambda student: student.enrolled))
    return Formula(id_, f"{name}在校率", Sum((there,)), Sum((on_roll,)))


FORMULAS: dict[str, Formula] = {
    formula.id: formula
    for formula in (
        Formula(
            "enrolment", "适龄儿童少年入学率", Sum((HERE, ELSEWHERE)), Sum((SCHOOL_AGE,)), _FROM_TOWNSHIP,
            target=_of_stage("enrolment"),
        ),
        Formula(
            "disabled-enrolment", "残疾儿童少年入学率", Sum((DISABLED_HERE, DISABLED_ELSEWHERE)), Sum((DISABLED_AGE,)),
            _FROM_TOWNSHIP, target=lambda policy, _: policy.targets.disabled_enrolment, staged=False,
        ),
        Formula(
            "dropout", "辍学率", Sum((OUT,)), Sum((START,)), _FROM_SCHOOL, "most", _of_stage("dropout"),
        ),
        Formula(
            "dropout-last-year", "辍学率（上学年初为基数）", Sum((OUT,)), Sum((LAST_START,)), _FROM_SCHOOL, "most",
            _of_stage("dropout"),
        ),
        Formula(
            "dropout-two-basics", "辍学率（两基口径）", TWO_BASICS, Sum((LAST_START,)), _FROM_SCHOOL, "most",
            _of_stage("dropout"),
        ),
        Formula("loss", "班级流失率", Sum((OUT,)), Sum((START,)), (Class,), "most", _of_stage("class_loss")),
        Formula(
            "loss-two-basics", "班级流失率（两基口径）", TWO_BASICS, Sum((START,)), (Class,), "most",
            _of_stage("class_loss"),
        ),
        Formula(
            "retention", "学年在校生巩固率", Sum((KEPT,)), Sum(*_FLOW), target=_of_stage("retention"), proved=True,
        ),
        Formula(
            "term-retention", "学期在校生巩固率", Sum((KEPT,)),
            Sum(_FLOW[0], (*_FLOW[1], SUSPENDED_BEFORE_TERM, OUT_BEFORE_TERM)), target=_of_stage("retention"),
            proved=True,
        ),
        Formula("junior-retention", "初中三年巩固率", Sum((LEAVING,)), Sum((ENTRANTS_JUNIOR,)), _FROM_SCHOOL),
        Formula(
            "nine-year-retention", "九年义务教育巩固率", Sum((LEAVING,)), Sum((ENTRANTS_NINE,)), (County,),
            target=lambda policy, _: policy.targets.nine_year_retention, staged=False,
        ),
        _at_school("left-behind", "留守儿童", "left_behind"),
        _at_school("disabled", "残疾学生", "disability"),
        _at_school("hardship", "困难学生", "hardship"),
        _at_school("watched", "重点对象", "watched"),
    )
}  # fmt: skip
