"""Everything that duties are worked out from, on one day."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date

from generator.dataset.missing import Missing, MissingValueError
from generator.dataset.models import Dataset, Record, School, Settings, header_of
from generator.policy.calendar import Calendar
from generator.policy.duties.duty import Doer, Duty
from generator.policy.duties.evidence import Filings
from generator.policy.duties.people import doer
from generator.policy.duties.windows import Term
from generator.policy.model import Policy
from generator.policy.roles import Role
from generator.policy.truancy import Truancies


@dataclass(slots=True)
class Situation:
    """A dataset with its ledger, a policy and a day."""

    dataset: Dataset
    policy: Policy
    today: date
    calendar: Calendar = field(init=False)
    truancies: Truancies = field(init=False)
    filings: Filings = field(init=False)

    def __post_init__(self) -> None:
        """Raises ``MissingValueError`` where a row of 校历 is in doubt."""
        self.calendar = Calendar(self.dataset.settings, self.dataset.calendar)
        self.truancies = Truancies(self.policy, self.calendar, self.today)
        self.filings = Filings(self.dataset.filings, self.today)

    def term(self, school: School | None = None) -> Term:
        """Return the term, as lessons are at a school; raises ``MissingValueError`` where its days are not given."""
        settings = self.dataset.settings
        for name in ("term_start", "term_end"):
            if getattr(settings, name) is None:
                raise MissingValueError(Missing(header_of(Settings, name), settings.where(name)))
        assert settings.term_start
        assert settings.term_end
        return Term(settings.term_start, settings.term_end, settings, self.calendar, self.today, school)

    def who(self, role: Role, about: Record) -> Doer:
        """Return who has a role towards what a duty is about."""
        return doer(role, about, self.policy)

    def owed(
        self, paper: str, role: Role, about: Record, what: str, since: date, by: date, *, once: bool = True
    ) -> Duty:
        """Return a duty that a row of 办理 discharges; owed ``once`` for an absence, if not said otherwise."""
        done = self.filings.first(paper, about, since)
        return Duty(paper, self.who(role, about), about, what, since, by, "", done, once=once)
