"""Rates of enrolment, dropout and retention, each with its formula, what it counts, and whether it meets its target."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from datetime import date
from fractions import Fraction

from generator.dataset.missing import Missing, MissingValueError
from generator.dataset.models import Class, Record, Settings, Student, header_of
from generator.errors import near
from generator.policy.counts import (
    AGES,
    CAME,
    DIED,
    GRADUATED,
    MOVED_IN,
    MOVED_OUT,
    START,
    SUSPENDED,
    TRANSFERRED,
    Scope,
)
from generator.policy.formulas import FORMULAS, Formula, Goal, Sum
from generator.policy.model import Policy

NOTHING = "无"
"""What is printed where nothing is below the line."""


@dataclass(frozen=True, slots=True)
class Part:
    """A count of an indicator: how its formula says it, how many, and who they are where they are not typed in."""

    words: str
    number: int
    records: tuple[Student, ...] = ()


@dataclass(frozen=True, slots=True)
class Indicator:
    """A rate of one unit, with everything that it rests on."""

    id: str  # of the formula
    name: str
    sentence: str  # the formula
    worked: str  # with its numbers
    numerator: int
    denominator: int
    counted: tuple[Part, ...]
    goal: Goal
    target: float | None  # in percent; none where there is no target, or one for each stage of several

    @property
    def rate(self) -> float | None:
        """The rate to hundredths of a percent, rounded away from the target; none where nothing is below the line."""
        if self.denominator <= 0:
            return None
        exact = Fraction(10_000 * self.numerator, self.denominator)
        return (math.floor(exact) if self.goal == "least" else math.ceil(exact)) / 100

    @property
    def percent(self) -> str:
        """The rate as it is written; 无 where nothing is below the line."""
        return NOTHING if self.rate is None else f"{self.rate:g}%"

    @property
    def met(self) -> bool | None:
        """Whether the exact rate meets the target; nothing where there is none of either."""
        if self.denominator <= 0 or self.target is None:
            return None
        rate, target = Fraction(100 * self.numerator, self.denominator), Fraction(str(self.target))
        return rate >= target if self.goal == "least" else rate <= target


def measure(id_: str, unit: Record, policy: Policy, settings: Settings, today: date, stage: str = "") -> Indicator:
    """Return a rate of a class, school, township or county, or of one stage of it, as of ``today``.

    Raises ``MissingValueError`` with the first datum that is missing or doubtful, and ``ValueError`` where there is no
    such formula or stage, or it is none for such units.
    """
    formula = FORMULAS.get(id_)
    if formula is None:
        raise ValueError(f"没有“{id_}”这种率{near(id_, list(FORMULAS))}")
    if not isinstance(unit, formula.units):
        raise ValueError(f"{formula.name}按{'、'.join(model.sheet for model in formula.units)}算，不按{unit.sheet}算")
    if stage not in AGES:
        raise ValueError(f"没有“{stage}”这个学段：写小学或初中，两段一起算的空着")
    scope = Scope(unit, stage, settings, today)
    if formula.proved:
        _prove(scope)
    above, below = _parts(formula.above, scope), _parts(formula.below, scope)
    worked = formula.worked([part.number for part in above], [part.number for part in below])
    return Indicator(
        id_, formula.name, formula.sentence, worked, _total(formula.above, above), _total(formula.below, below),
        (*above, *below), formula.goal, _target(formula, scope, policy),
    )  # fmt: skip


def _parts(side: Sum, scope: Scope) -> list[Part]:
    found = [(count.words, count.of(scope)) for count in (*side.plus, *side.minus)]
    return [Part(words, of) if isinstance(of, int) else Part(words, len(of), tuple(of)) for words, of in found]


def _total(side: Sum, parts: list[Part]) -> int:
    numbers = [part.number for part in parts]
    return sum(numbers[: len(side.plus)]) - sum(numbers[len(side.plus) :])


def _target(formula: Formula, scope: Scope, policy: Policy) -> float | None:
    stages = [scope.stage] if scope.stage else scope.stages if formula.staged else [""]
    return formula.target(policy, stages[0]) if formula.target and len(stages) == 1 else None


def _prove(scope: Scope) -> None:
    """Raise ``MissingValueError`` where who came and went does not lead from the start of the year to today's roll."""
    expected, roll, said = _balance(scope)
    if expected == roll:
        return
    classes = [replace(scope, unit=class_) for class_ in scope.classes]
    wrong = [one.unit for one in classes if len({*_balance(one)[:2]}) > 1]
    place = wrong[0].where("baseline") if len(wrong) == 1 else scope.unit.where()
    named = "、".join(str(getattr(class_, "full_name", "")) for class_ in wrong[:3]) + ("等" if len(wrong) > 3 else "")
    why = f"{said}，应是 {expected} 人，名册上是 {roll} 人；核对{named}的学年初人数、转入日期和变动日期"
    raise MissingValueError(Missing(header_of(Class, "baseline"), place, why))


def _balance(scope: Scope) -> tuple[int, int, str]:
    """Return what the roll should be, what it is, and the sum in words."""
    plus = _parts(Sum((START, CAME, MOVED_IN)), scope)
    minus = _parts(Sum((TRANSFERRED, DIED, MOVED_OUT, SUSPENDED, GRADUATED)), scope)
    said = plus[0].words + f" {plus[0].number}" + "".join(
        f"，{sign}{part.words} {part.number}"
        for sign, parts in (("加", plus[1:]), ("减", minus)) for part in parts if part.number
    )  # fmt: skip
    expected = sum(part.number for part in plus) - sum(part.number for part in minus)
    return expected, sum(student.enrolled for student in scope.students), said
