"""Figures in rows, as charts show them: rates of schools beside their targets, months of a term, visits made of those
owed, steps of the ladder done in time, reasons. Numbers alone: no child and no person can be told from them.

Each number raises ``MissingValueError`` where what it rests on is empty or doubtful. Counting itself is done elsewhere:
here it is laid side by side.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import date, timedelta

from generator.dataset.models import REASONS, County, Record, School, Settings, Staff, Stage, Student, Township
from generator.policy.calendar import Calendar, day_of
from generator.policy.counts import Scope, needed, was_none
from generator.policy.duties.absence import step_duties
from generator.policy.duties.duty import Duty
from generator.policy.duties.situation import Situation
from generator.policy.formulas import FORMULAS
from generator.policy.indicators import NOTHING, Indicator, measure
from generator.policy.model import LadderStep, Policy
from generator.policy.rates import dropout_formula
from generator.policy.returns import MonthCounts
from generator.policy.spans import this_term
from generator.policy.truancy import open_cases
from generator.policy.visits import visit_quota, visit_tally

Unit = School | Township | County
FEWEST = 2
"""Fewer children than this are told of among others, lest one be known by it."""
OTHERS = REASONS[-1]
_DAY = timedelta(days=1)


# Rates beside their targets


@dataclass(frozen=True, slots=True)
class Rate:
    """A rate of a unit, or of one stage of it, and what it is measured against."""

    unit: Record
    id: str
    stage: str
    label: str
    policy: Policy
    settings: Settings
    today: date

    @property
    def school(self) -> School | None:
        """The school of which it is; nothing where it is that of a township."""
        return self.unit if isinstance(self.unit, School) else None

    @property
    def attained(self) -> float | str:
        """The rate in percent, to hundredths and rounded away from its target; 无 where nothing is below the line."""
        found = self._indicator.rate
        return NOTHING if found is None else found

    @property
    def target(self) -> float | str:
        """The target in percent; 无 where there is none."""
        found = self._indicator.target
        return NOTHING if found is None else found

    @property
    def _indicator(self) -> Indicator:
        return measure(self.id, self.unit, self.policy, self.settings, self.today, self.stage)


def rates_of(name: str, unit: Unit, policy: Policy, settings: Settings, today: date) -> list[Rate]:
    """Return a rate that has targets by stage, of each school of a unit, or of each township where schools have none.

    ``dropout`` is by whichever formula the place counts dropouts. Raises ``ValueError`` where there is no such rate.
    """
    id_ = dropout_formula(policy) if name == "dropout" else name
    formula = FORMULAS.get(id_)
    if formula is None or not formula.target or not formula.staged or County not in formula.units:
        raise ValueError(f"没有按学段定目标的“{name}”这种率")
    whole = Scope(unit, "", settings, today)
    units: list[School] | list[Township] = whole.schools if School in formula.units else whole.townships
    return [
        Rate(one, id_, stage, _called(one, stage, stages), policy, settings, today)
        for one in units
        for stages in [replace(whole, unit=one).stages]
        for stage in stages
    ]


def _called(unit: School | Township, stage: Stage, stages: list[Stage]) -> str:
    """Return what a row is called: the unit, and which stage of it where there are several."""
    name = str(needed(unit, "short_name" if isinstance(unit, School) else "name"))
    return f"{name}（{stage}）" if len(stages) > 1 else name


# Months


@dataclass(frozen=True, slots=True)
class Month:
    """The children of a unit's schools who dropped out and came back in a month, added up school by school."""

    label: str  # 9月
    schools: tuple[MonthCounts, ...]

    @property
    def dropped(self) -> int:
        """Children who dropped out in the month."""
        return sum(school.dropped for school in self.schools)

    @property
    def returned(self) -> int:
        """Children who came back in the month, whenever they had dropped out."""
        return sum(school.returned for school in self.schools)

    @property
    def still_out(self) -> int:
        """Children who were not back when the month was over, or are not now."""
        return sum(school.still_out for school in self.schools)


def months_of(unit: Unit, policy: Policy, settings: Settings, calendar: Calendar, today: date) -> list[Month]:
    """Return the months of the term until a day, the last one as far as it has come; none before the term begins."""
    start, last = this_term(settings, today)
    schools = Scope(unit, "", settings, today).schools
    found = []
    first = start.replace(day=1)
    while first <= last:
        end = day_of(first.year, first.month, 31)
        counts = (MonthCounts(one, settings, policy, calendar, first, min(end, today)) for one in schools)
        found.append(Month(f"{first.month}月", tuple(counts)))
        first = end + _DAY
    return found


# Visits


@dataclass(frozen=True, slots=True)
class Quota:
    """The visits that those of one post, or of one school, owe this term, and those that they made of them."""

    label: str
    staff: tuple[Staff, ...]
    policy: Policy
    settings: Settings
    school: School | None = None  # where they are told of school by school

    @property
    def owed(self) -> int:
        """The visits owed by all of them."""
        return sum(visit_quota(self.policy, one) for one in self.staff)

    @property
    def made(self) -> int:
        """The visits made; what one made beyond its own quota does not make up for another."""
        return sum(
            min(visit_tally(self.policy, self.settings, one).done, visit_quota(self.policy, one)) for one in self.staff
        )


def quotas_of(unit: Unit, policy: Policy, settings: Settings) -> list[Quota]:
    """Return who owes visits and how many: of a school by post, of a wider unit by school."""
    this_term(settings, date.max)  # visits are counted from its first day to its last
    if isinstance(unit, School):
        posts = dict.fromkeys(post for quota in policy.visits for post in quota.posts)
        every = [Quota(post, tuple(one for one in unit.staff if one.post == post), policy, settings) for post in posts]
    else:
        named = [(str(needed(school, "short_name")), school) for school in unit.schools]
        every = [Quota(name, tuple(school.staff), policy, settings, school) for name, school in named]
    owing = [replace(one, staff=tuple(each for each in one.staff if visit_quota(policy, each))) for one in every]
    return [one for one in owing if one.staff]


# The ladder


@dataclass(frozen=True, slots=True)
class Rung:
    """A step of the ladder, and how many of the papers that it demanded were done in time, late, or not in time."""

    label: str
    in_time: int
    late: int
    overdue: int


def rungs_of(unit: Unit, at: Situation) -> list[Rung]:
    """Return the steps of the ladder as the absences and cases that go on at a unit reached them; what is not yet due,
    or was due before the day from which duties are told, is not counted."""
    students = unit.students
    asked: dict[int, list[Duty]] = {number: [] for number, _ in enumerate(at.policy.ladder)}
    for student in students:
        for number, duty in _of_ladder(at, student):
            asked[number].append(duty)
    return [_rung(at, step, asked[number]) for number, step in enumerate(at.policy.ladder)]


def _of_ladder(at: Situation, student: Student) -> Iterator[tuple[int, Duty]]:
    """Yield what the ladder demands for a child, each paper that is owed once at the first step that asks for it."""
    truancy, cases = at.truancies.of(student), open_cases(student, at.today)
    if not truancy and not cases:
        return
    seen: set[tuple[str, int, date]] = set()
    since = at.dataset.settings.due_from
    for number, step in enumerate(at.policy.ladder):
        for duty in step_duties(at, step, student, cases[0] if cases else student):
            if duty.key not in seen and (since is None or duty.by >= since):
                yield number, duty
            seen.add(duty.key)


def _rung(at: Situation, step: LadderStep, duties: Iterable[Duty]) -> Rung:
    done = [duty.by >= duty.done_on for duty in duties if duty.done_on]
    overdue = sum(duty.state(at.today) == "overdue" for duty in duties)
    return Rung(step.label, sum(done), len(done) - sum(done), overdue)


# Reasons


@dataclass(frozen=True, slots=True)
class ReasonFigure:
    """How many children of a unit's schools dropped out this term for one reason."""

    label: str
    count: int


def reasons_of(unit: Unit, settings: Settings, today: date) -> list[ReasonFigure]:
    """Return the reasons for which children dropped out this term, the most frequent first, those of fewer than
    ``FEWEST`` children among the others at the end."""
    first, last = this_term(settings, today)
    schools = Scope(unit, "", settings, today).schools
    every = [case for school in schools for case in school.dropouts if not was_none(case)]
    cases = [case for case in every if first <= needed(case, "dropped_on") <= last]
    counts = {reason: sum(needed(case, "reason") == reason for case in cases) for reason in REASONS}
    told = {reason: count for reason, count in counts.items() if count >= FEWEST and reason != OTHERS}
    others = len(cases) - sum(told.values())
    by_number = sorted(told.items(), key=lambda one: -one[1])
    return [ReasonFigure(*one) for one in (*by_number, *([(OTHERS, others)] if others else []))]
