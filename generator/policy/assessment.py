"""How a class is assessed by its loss of students: met or not, which lines of veto it crossed, points, and its year."""

from __future__ import annotations

import math
import re
from dataclasses import dataclass
from datetime import date
from fractions import Fraction

from generator.dataset.models import GRADES, Class, School, Settings, Staff
from generator.policy.counts import (
    BACK,
    CAME,
    DIED,
    KEPT,
    MOVED_IN,
    MOVED_OUT,
    OUT,
    SUSPENDED,
    TRANSFERRED,
    Count,
    Scope,
    needed,
)
from generator.policy.formulas import FORMULAS
from generator.policy.indicators import Indicator, measure
from generator.policy.model import Policy


@dataclass(frozen=True, slots=True)
class ClassYear:
    """A class from the start of its school year to a day; each number is missing by itself where its data are."""

    class_: Class
    policy: Policy
    settings: Settings
    today: date

    @property
    def came(self) -> int:
        """How many came in, from another school or back from suspension."""
        return self._number(CAME)

    @property
    def left(self) -> int:
        """How many were transferred out."""
        return self._number(TRANSFERRED)

    @property
    def suspended(self) -> int:
        """How many were suspended."""
        return self._number(SUSPENDED)

    @property
    def back(self) -> int:
        """How many came back who had dropped out before the year."""
        return self._number(BACK)

    @property
    def died(self) -> int:
        """How many died."""
        return self._number(DIED)

    @property
    def kept(self) -> int:
        """How many are at school, or have finished it."""
        return self._number(KEPT)

    @property
    def lost(self) -> int:
        """How many dropped out in the year and are not back."""
        return self._number(OUT)

    @property
    def moved(self) -> int:
        """How many more came into it from another class of theirs on their return than went to one."""
        return self._number(MOVED_IN) - self._number(MOVED_OUT)

    @property
    def loss(self) -> Indicator:
        """The rate by which the class is judged, by the formula that the place counts dropouts by."""
        return measure(self._formula, self.class_, self.policy, self.settings, self.today, self.class_.stage)

    @property
    def formula(self) -> str:
        """That rate in words, whether or not its numbers are known."""
        return FORMULAS[self._formula].sentence

    @property
    def _formula(self) -> str:
        return "loss" if self.policy.formulas.dropout == "modern" else "loss-two-basics"

    @property
    def points(self) -> int:
        """What each of its teachers wins by meeting the target, or below nothing loses by missing it."""
        met, points = self.loss.met, self.policy.assessment.target_points
        return 0 if met is None else points if met else -points

    @property
    def over(self) -> bool:
        """Whether the exact rate is above the threshold of veto."""
        loss, threshold = self.loss, Fraction(str(self.policy.assessment.class_veto))
        return loss.denominator > 0 and Fraction(100 * loss.numerator, loss.denominator) > threshold

    @property
    def crossed(self) -> tuple[str, ...]:
        """The lines of veto that the class crossed, in words."""
        rules, loss, lost = self.policy.assessment, self.loss, self.lost
        by_rate = f"班级辍学率{loss.percent}，超过一票否决阈值{rules.class_veto:g}%"
        by_number = f"辍学未复学{lost}人，达到一票否决人数{rules.veto_students}人"
        lines = (
            (by_rate, self.over),
            (by_number, 0 < rules.veto_students <= lost),
            (f"班级辍学率{loss.percent}，未达到目标", rules.veto_on_target and loss.met is False),
        )
        return tuple(words for words, passed in lines if passed)

    @property
    def vetoed(self) -> bool | None:
        """Whether the class is vetoed; nothing where people have to find whether somebody failed in a duty."""
        lines = len(self.crossed)
        if lines == 1 and self.over and self.policy.assessment.veto_needs_fault:
            return None
        return lines > 0

    def _number(self, count: Count) -> int:
        found = count.of(Scope(self.class_, "", self.settings, self.today))
        return found if isinstance(found, int) else len(found)


def tracked(policy: Policy, class_: Class) -> int:
    """Return how many students of a class are tracked: the policy's share of the roll at the start of the year, no
    part of a child counted."""
    return math.floor(Fraction(str(policy.assessment.tracked_share)) * int(needed(class_, "baseline")) / 100)


def teachers(class_: Class) -> list[Staff]:
    """Return who teaches a class, its class teacher first, then those of its school whose classes name it."""
    others = [
        member for member in needed(class_, "school").staff
        if member is not class_.teacher and class_.name in re.split("[、，,；;]", member.teaches or "")
    ]  # fmt: skip
    return [*([class_.teacher] if class_.teacher else []), *others]


@dataclass(frozen=True, slots=True)
class Award:
    """What the result of a class means for one of its teachers."""

    teacher: Staff
    year: ClassYear


def awards(policy: Policy, settings: Settings, today: date, school: School) -> list[Award]:
    """Return who wins or loses points, or is vetoed, by the result of a class; nobody before the year's last term, for
    until then a child may come back."""
    if settings.term != "第二学期":
        return []
    years = [ClassYear(class_, policy, settings, today) for class_ in school.classes]
    return [Award(teacher, year) for year in years if year.points or year.vetoed for teacher in teachers(year.class_)]


SAMPLE = "抽检"


@dataclass(frozen=True, slots=True)
class GradeCheck:
    """A class whose roll is checked, and how: 普检, 抽检 or 确认."""

    class_: Class
    way: str

    @property
    def whole(self) -> bool:
        """Whether everybody on the roll is looked at."""
        return self.way != SAMPLE


def grade_checks(policy: Policy, classes: list[Class]) -> list[GradeCheck]:
    """Return the classes whose grades the policy has checked, in their order."""
    rules = policy.grade_checks
    ways = {"普检": rules.everybody, SAMPLE: rules.sample, "确认": rules.confirm}
    by_grade = {GRADES[grade - 1]: way for way, grades in ways.items() for grade in grades}
    known = [(class_, by_grade.get(needed(class_, "grade"))) for class_ in classes]
    return [GradeCheck(class_, way) for class_, way in known if way]
