"""How the townships of a county stand in bringing children back, by rank, now and when they were ranked last."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from fractions import Fraction

from generator.dataset.models import County, Settings, Township
from generator.policy.calendar import day_of
from generator.policy.model import Policy
from generator.policy.returns import CampaignCounts
from generator.policy.timing import Often, timing

_DAYS = {"日": 1, "周": 7}
_MONTHS = {"月": 1, "季度": 3, "学期": 6, "学年": 12, "年": 12}


@dataclass(frozen=True, slots=True)
class Rank:
    """A township among those of its county; without a place where it has nobody to bring back."""

    township: Township
    counts: CampaignCounts
    since: date  # the day of the ranking before
    place: int | None
    place_before: int | None

    @property
    def back_since(self) -> int:
        """How many children came back since the ranking before."""
        return self.counts.back_since(self.since)

    @property
    def moved(self) -> str:
        """How the place differs from that of the ranking before, in words; — where there is none of either."""
        if self.place is None or self.place_before is None:
            return "—"
        up = self.place_before - self.place
        return f"升{up}位" if up > 0 else f"降{-up}位" if up < 0 else "持平"


def ranks(policy: Policy, settings: Settings, county: County, today: date) -> list[Rank]:
    """Return the townships by the share of children who are back, equals sharing a place; those that have nobody to
    bring back come last and have none."""
    since = ranked_before(policy, today)
    now, before = _places(settings, county, today), _places(settings, county, since)
    found = [
        Rank(township, CampaignCounts(township, settings, today), since, now[id(township)], before[id(township)])
        for township in county.townships
    ]
    return sorted(found, key=lambda rank: (rank.place is None, rank.place or 0))


def ranked_before(policy: Policy, today: date) -> date:
    """Return the day of the ranking before that of ``today``, by how often the policy has townships ranked."""
    often = timing(policy.rhythms.ranking)
    times, period = (often.times, often.period) if isinstance(often, Often) else (1, "月")
    if period in _DAYS:
        return today - timedelta(days=max(_DAYS[period] // times, 1))
    month = today.year * 12 + today.month - 1 - max(_MONTHS[period] // times, 1)
    return day_of(month // 12, month % 12 + 1, today.day)


def _places(settings: Settings, county: County, day: date) -> dict[int, int | None]:
    """Return the place of each township on a day: one more than there are with a greater share."""
    counts = {id(township): CampaignCounts(township, settings, day) for township in county.townships}
    shares = {one: Fraction(count.back, count.due) for one, count in counts.items() if count.due}
    return {one: 1 + sum(other > shares[one] for other in shares.values()) if one in shares else None for one in counts}
