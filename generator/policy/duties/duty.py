"""What a duty is: who owes which paper about whom by when, and how it stands on a day."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date
from typing import Literal

from generator.dataset.models import Case, Filing, Record

Asking = Callable[[], Iterable["Duty"]]
"""What gives the duties of one rule: a value that is in doubt takes no others with it."""
State = Literal["done", "due", "overdue"]
STATES: dict[State, str] = {"overdue": "逾期", "due": "待办", "done": "已办"}


@dataclass(frozen=True, slots=True)
class Doer:
    """Who owes something: a person as far as one is known, in a role, at a unit."""

    role: str  # empty where the unit's name says it
    person: str = ""
    unit: str = ""

    def __str__(self) -> str:
        post = f"{self.unit}{self.role}"
        return f"{self.person}（{post}）" if self.person and post else self.person or post


@dataclass(frozen=True, slots=True)
class Duty:
    """Something that somebody owes: the row of the catalogue of papers that discharges it, about whom, by when."""

    paper: str
    who: Doer
    about: Record
    what: str
    since: date  # from when on it can be done
    by: date
    time: str = ""  # of the day ``by``, as 17:00
    done_on: date | None = None
    rule: str = ""  # what the place demands, in the policy's words
    once: bool = False  # it is owed once for an absence, by whatever rule it is asked for
    told_in: str = Filing.sheet  # the sheet whose rows tell that it is done
    days: tuple[date, date] | None = None  # those that it is about: one of them may stand in 所属日期
    periodic: bool = False  # its paper tells of those days, and others like it tell of others

    @property
    def key(self) -> tuple[str, int, date]:
        """By what it is the same duty on another day: a child's is so also when its absence has become a case."""
        child = self.about.student if isinstance(self.about, Case) else self.about
        return self.paper, id(child), date.min if self.once else self.since

    def day(self, today: date) -> date | None:
        """Return the day as of which its paper is made: the last of its period once that is over; nothing before,
        where it is handed in only then."""
        if not self.periodic or self.days is None:
            return today
        last = self.days[1]
        if last <= today:
            return last
        return today if last == self.by else None

    def state(self, today: date) -> State:
        """Return how it stands on a day."""
        if self.done_on:
            return "done"
        return "due" if today <= self.by else "overdue"
