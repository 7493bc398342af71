"""How the units of a county stand by their latest round of inspection, and which of them are praised or criticised.

Townships are ranked among townships and schools among schools, by what papers print: equal points share a place. Who is
praised is proposed here and decided by whoever signs the circular.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date
from fractions import Fraction

from generator.dataset.missing import MissingValueError
from generator.dataset.models import County, Finding, School, Settings, Township
from generator.policy.calendar import Calendar
from generator.policy.counts import needed
from generator.policy.mending import overdue
from generator.policy.model import Policy
from generator.policy.rates import Attained, goals
from generator.policy.rounds import NOTHING, Round, rounds


@dataclass(frozen=True, slots=True)
class Standing:
    """A unit among those of its kind; without a place while its latest round is not typed in whole."""

    unit: School | Township
    latest: Round
    overdue: tuple[Finding, ...]
    policy: Policy
    settings: Settings
    today: date
    place: int | None = None

    @property
    def kind(self) -> str:
        """What it is ranked among: 乡镇 or 学校."""
        return self.unit.sheet

    @property
    def name(self) -> str:
        """The full name of the unit."""
        return str(needed(self.latest.inspection, "unit"))

    @property
    def before(self) -> str:
        """The points of the round before, — where there is none."""
        return self.latest.before.said if self.latest.before else NOTHING

    @property
    def open(self) -> list[Finding]:
        """What inspections found wrong and is not mended."""
        return [finding for inspection in self.unit.inspections for finding in inspection.unmended]

    @property
    def share(self) -> Fraction | None:
        """The points of the latest round in percent of the full ones."""
        return None if self.latest.total is None else 100 * self.latest.total / self.latest.full

    @property
    def missed(self) -> list[Attained]:
        """The rates that are known to miss their targets."""
        return [rate for rate in self._rates(unknown=False) if rate.met is False]

    @property
    def attained(self) -> str:
        """That the rates meet their targets, or which do not; missing where one is not known."""
        missed = [f"{rate.name}{rate.percent}" for rate in self._rates(unknown=True) if rate.met is False]
        return "、".join(missed) or "达到"

    def _rates(self, *, unknown: bool) -> Iterator[Attained]:
        """Yield the rates; those of which data are wanting are left out, or raise where what is ``unknown`` matters."""
        for goal in goals(self.policy, self.settings, self.unit, self.today):
            try:
                yield goal.attained
            except MissingValueError as error:
                if unknown or error.missing.why:
                    raise


def standings(policy: Policy, settings: Settings, calendar: Calendar, county: County, today: date) -> list[Standing]:
    """Return the units whose inspections were scored, townships first, the best first; those without a place last."""
    found: list[Standing] = []
    for units in (county.townships, county.schools):
        latest = [(unit, one) for unit in units if (one := _latest(policy, settings, unit, today))]
        of_kind = [
            Standing(unit, one, tuple(_overdue(policy, calendar, unit, today)), policy, settings, today)
            for unit, one in latest
        ]
        found += sorted(_placed(of_kind), key=lambda one: (one.place is None, one.place or 0))
    return found


def praised(policy: Policy, ranked: Sequence[Standing]) -> list[Standing]:
    """Return who may be praised: the points are enough, nothing is overdue, no rate is known to miss its target."""
    least = policy.assessment.praise_points
    return [
        one for one in ranked if least and one.share is not None and one.share >= Fraction(str(least))
        and not one.overdue and not one.missed
    ]  # fmt: skip


def criticised(policy: Policy, ranked: Sequence[Standing]) -> list[Standing]:
    """Return whom the circular names for points that are too few or, where the policy vetoes that, for rates that miss
    their targets; what is overdue is told by inspection."""
    rules, least = policy.assessment, Fraction(str(policy.assessment.criticism_points))
    return [
        one for one in ranked if one.share is not None and (one.share < least or (rules.veto_on_target and one.missed))
    ]


def _latest(policy: Policy, settings: Settings, unit: School | Township, today: date) -> Round | None:
    """Return the latest round of a unit that was scored."""
    held = [one for one in rounds(policy, settings, unit) if needed(one.inspection, "held_on") <= today]
    return next((one for one in reversed(held) if one.number and one.marks), None)


def _overdue(policy: Policy, calendar: Calendar, unit: School | Township, today: date) -> list[Finding]:
    return [finding for one in unit.inspections for finding in overdue(policy, calendar, one, today)]


def _placed(of_kind: Sequence[Standing]) -> list[Standing]:
    """Return units with their places: one more than there are with more points."""
    shares = [one.share for one in of_kind if one.share is not None]
    return [
        one if (own := one.share) is None else replace(one, place=1 + sum(other > own for other in shares))
        for one in of_kind
    ]
