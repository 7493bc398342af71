"""A county's rates laid out: retention, row by row with what each rests on, and whether each target is met."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date

from generator.dataset.missing import MissingValueError
from generator.dataset.models import GRADES, County, School, Settings, Student, Township, Village
from generator.policy.counts import CAME, DIED, GRADUATED, MOVED_IN, MOVED_OUT, TRANSFERRED, Count, Scope, needed
from generator.policy.formulas import FORMULAS
from generator.policy.indicators import Indicator, measure
from generator.policy.model import Policy
from generator.policy.population import total

_NONE = "—"  # a column that a rate has no use for
_WITHIN = "已计入"  # the number of entrants is typed in with whoever came and went since
# School years from the one in which a cohort entered to its last.
_COHORTS = {"nine-year-retention": 8, "junior-retention": 2}
TERM = "term-retention"


@dataclass(frozen=True, slots=True)
class Retention:
    """A rate of retention of a unit, or of one stage of it; each number is missing by itself where its data are."""

    unit: County | School
    id: str
    stage: str
    policy: Policy
    settings: Settings
    today: date

    @property
    def name(self) -> str:
        """What the rate is called."""
        name = "学期在校生巩固率" if self.id == TERM else FORMULAS[self.id].name
        return f"{name}（{self.stage}）" if self.stage else name

    @property
    def whose(self) -> str:
        """The name of the unit."""
        return str(needed(self.unit, "name"))

    @property
    def sentence(self) -> str:
        """The formula in words."""
        return FORMULAS[self.id].sentence

    @property
    def entered(self) -> str:
        """The year in which the cohort entered."""
        years = _COHORTS.get(self.id)
        return _NONE if years is None else f"{needed(self.settings, 'first_year') - years}年"

    @property
    def entrants(self) -> int | str:
        """How many the cohort was, with whoever came and without whoever left."""
        return self.indicator.denominator if self.id in _COHORTS else _NONE

    @property
    def came(self) -> int | str:
        """Who came in, from another school or back from suspension, or was put into the unit on its return."""
        return _WITHIN if self.id in _COHORTS else self._came

    @property
    def left(self) -> int | str:
        """Who was transferred out, or put elsewhere on its return."""
        return _WITHIN if self.id in _COHORTS else self._left

    @property
    def died(self) -> int | str:
        """Who died."""
        return _WITHIN if self.id in _COHORTS else self._died

    @property
    def finished(self) -> int:
        """Who finished: of a cohort, who is in grade nine or has graduated; of a term, who has graduated in it."""
        return self.indicator.numerator if self.id in _COHORTS else len(self._of(GRADUATED))

    @property
    def at_start(self) -> int | str:
        """Who was at school when the term began."""
        if self.id in _COHORTS:
            return _NONE
        return self.indicator.denominator - self._came + self._left + self._died

    @property
    def at_end(self) -> int | str:
        """Who is at school."""
        return _NONE if self.id in _COHORTS else self.indicator.numerator - self.finished

    @property
    def indicator(self) -> Indicator:
        """The rate itself."""
        return measure(self.id, self.unit, self.policy, self.settings, self.today, self.stage)

    @property
    def _came(self) -> int:
        return self._flow((CAME, "came_on"), (MOVED_IN, ""))

    @property
    def _left(self) -> int:
        return self._flow((TRANSFERRED, "changed_on"), (MOVED_OUT, ""))

    @property
    def _died(self) -> int:
        return self._flow((DIED, "changed_on"))

    def _flow(self, *counts: tuple[Count, str]) -> int:
        """Return who came or left, from the day the term began where a day is known of them."""
        return sum(self._in_term(student, day) for count, day in counts for student in self._of(count))

    def _of(self, count: Count) -> list[Student]:
        found = count.of(Scope(self.unit, self.stage, self.settings, self.today))
        assert isinstance(found, list)
        return found

    def _in_term(self, student: Student, day: str) -> bool:
        if not day or self.settings.term != "第二学期":  # the year is counted from the first term's beginning
            return True
        return bool(needed(student, day) >= needed(self.settings, "term_start"))


def retentions(policy: Policy, settings: Settings, county: County, today: date) -> list[Retention]:
    """Return the county's nine years, the three years of each school that teaches grade nine, then the term of each
    school and of the county, stage by stage."""

    def one(unit: County | School, id_: str, stage: str = "") -> Retention:
        return Retention(unit, id_, stage, policy, settings, today)

    whole = Scope(county, "", settings, today)
    leaving = [school for school in whole.schools if any(class_.grade == GRADES[-1] for class_ in school.classes)]
    units: list[County | School] = [*whole.schools, county]
    return [
        one(county, "nine-year-retention"),
        *(one(school, "junior-retention") for school in leaving),
        *(one(unit, TERM, stage) for unit in units for stage in replace(whole, unit=unit).stages),
    ]


# What a county and its townships have attained


@dataclass(frozen=True, slots=True)
class Attained:
    """A rate with its target."""

    name: str
    goal: str  # 不低于100%
    percent: str
    met: bool | None

    @property
    def said(self) -> str:
        """Whether the target is met, in words; — where there is nothing to measure."""
        return _NONE if self.met is None else "是" if self.met else "否"


@dataclass(frozen=True, slots=True)
class Goal:
    """A rate that has a target, of a school, township or county: missing by itself where its data are."""

    unit: School | Township | County
    name: str
    id: str
    stage: str
    policy: Policy
    settings: Settings
    today: date

    @property
    def target(self) -> str:
        """The target in words."""
        formula = FORMULAS[self.id]
        number = formula.target(self.policy, self.stage) if formula.target else 0
        return f"{'不低于' if formula.goal == 'least' else '不超过'}{number:g}%"

    @property
    def attained(self) -> Attained:
        """The rate and whether it meets its target."""
        found = measure(self.id, self.unit, self.policy, self.settings, self.today, self.stage)
        return Attained(self.name, self.target, found.percent, found.met)


def goals(policy: Policy, settings: Settings, unit: School | Township | County, today: date) -> list[Goal]:
    """Return the rates of enrolment and dropout that the policy sets targets for; of a school those of dropout."""
    dropout = dropout_formula(policy)
    if isinstance(unit, School):
        stages = Scope(unit, "", settings, today).stages
        return [Goal(unit, f"{stage}辍学率", dropout, stage, policy, settings, today) for stage in stages]
    rates = (
        ("小学入学率", "enrolment", "小学"), ("初中入学率", "enrolment", "初中"), ("小学辍学率", dropout, "小学"),
        ("初中辍学率", dropout, "初中"), ("残疾儿童少年入学率", "disabled-enrolment", ""),
    )  # fmt: skip
    return [Goal(unit, name, id_, stage, policy, settings, today) for name, id_, stage in rates]


def dropout_formula(policy: Policy) -> str:
    """Return the formula by which a place counts dropouts of a school, township or county."""
    return "dropout" if policy.formulas.dropout == "modern" else "dropout-two-basics"


def missed(policy: Policy, settings: Settings, unit: Township | County, today: date) -> list[str]:
    """Return the names of the rates that miss their targets.

    Raises ``MissingValueError`` where one is unknown, for it may be one of them.
    """
    return [goal.name for goal in goals(policy, settings, unit, today) if goal.attained.met is False]


def counted(
    unit: County | Township | Village | School, paper: str, item: str, policy: Policy, settings: Settings, today: date
) -> int:
    """Return a number that another office told of a unit for a paper; of a county that was told none, that of its
    townships together.

    Raises ``MissingValueError`` where it was not told of all of them.
    """
    try:
        return total(unit, paper, item, policy, settings, today)
    except MissingValueError as error:
        if error.missing.why or not isinstance(unit, County) or not unit.townships:
            raise
    return sum(total(township, paper, item, policy, settings, today) for township in unit.townships)


def share(above: int, below: int) -> str:
    """Return a part as a percentage, rounded down to hundredths; 无 where there is no whole."""
    return f"{above * 10_000 // below / 100:g}%" if below > 0 else "无"
