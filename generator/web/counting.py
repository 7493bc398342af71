"""What a choice comes to, worked out beside the page: print files form by form, then paper by paper what is held back.

A click never waits for it: what is known until then is shown, and the page asks again.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field, replace
from datetime import date
from functools import cached_property
from pathlib import Path

from flask import current_app

from generator import faults
from generator.dataset.models import Student
from generator.errors import BaoxueError
from generator.forms.arrange import AS_LISTED, Arrangement, Arranger
from generator.forms.definition import Definition
from generator.forms.plan import Entry, Plan, Selection, by_form, due_by_form, joined
from generator.forms.resolve import HeldBackError, title_of
from generator.press.build import Gathered, Order, unmade
from generator.press.changed import Review
from generator.press.due import Line, papers_due
from generator.press.run import Station
from generator.web.choice import Choice, key_of, selection
from generator.web.desk import Known, desk
from generator.web.press import WORKERS

PATIENCE = 0.1
"""Seconds that a click waits for an answer that may come at once."""
KEPT = 12
"""Choices whose tallies are kept."""


@dataclass(frozen=True, slots=True)
class Proved:
    """A paper that was resolved: why it is held back, or the blanks that are left in it."""

    why: str = ""
    blanks: tuple[str, ...] = ()


class Tally:
    """The print files of a choice, form by form, as far as they are worked out."""

    def __init__(self, work: Work, where: Choice) -> None:
        self.parts: dict[str, Plan] = {}
        self.lacking: tuple[Line, ...] = ()  # due, and no paper there is discharges it
        self.review: Review | None = None  # how what is selected stands as printed
        self.failure = ""
        self.needed = False  # a run or a preview rests on it
        self._left = False  # nobody asks for it any more
        self._thread = threading.Thread(target=self._count, args=(work, where), daemon=True)
        self._thread.start()

    @property
    def going(self) -> bool:
        """Whether there is more to be worked out."""
        return self._thread.is_alive()

    def leave(self) -> bool:
        """Give it up if there is more to be worked out that nothing rests on; return whether it was given up."""
        self._left = self._left or (self.going and not self.needed)
        return self._left

    def wait(self, seconds: float | None = None) -> None:
        """Wait until all is worked out, not longer than so many seconds."""
        self._thread.join(seconds)

    def wait_for(self, forms: Iterable[str]) -> None:
        """Wait until these forms are worked out; of what is due or has changed only ``wait`` has them whole."""
        while self.going and not {*forms} <= self.parts.keys():
            self.wait(0.05)

    def plan(self, forms: Iterable[str]) -> Plan:
        """Return the plan of some forms, as far as it is worked out; raises ``PlanError``."""
        wanted = {*forms}
        return joined(part for form, part in [*self.parts.items()] if form in wanted)

    def papers(self, form: str) -> int:
        """Return how many papers of a form there are, those included that are held back at once."""
        part = self.parts.get(form, Plan())
        return sum(len(job.entries) for job in part.jobs) + len(part.skipped)

    def _count(self, work: Work, where: Choice) -> None:
        try:
            known = work.seen(where)
            papers = None
            if where.only == "due":
                papers = papers_due(work.known.due(), known.catalogue, known.context)
                self.lacking = papers.lacking
            asked = selection(where, work.students, known.context.dataset.students)
            if where.only == "changed":
                self.review = known.review(work.order(selection=asked, workers=WORKERS), {*work.unavailable})
                self.parts |= _by_form(self.review.wanted)
                return
            wanted = known.catalogue, known.context, asked, {*work.unavailable}
            for definition, part in due_by_form(*wanted, papers.of) if papers else by_form(*wanted):
                self.parts[definition.id] = joined([self.parts.get(definition.id, Plan()), part])
                if self._left:
                    return
        except BaoxueError as error:
            self.failure = str(error)
        except Exception as error:
            self.failure = f"{faults.told(error)}，数不出来。"


def _by_form(plan: Plan) -> dict[str, Plan]:
    left = (*plan.skipped, *plan.withheld)
    forms = dict.fromkeys([*(job.form for job in plan.jobs), *(one.form for one in left)])
    return {
        form: Plan(
            tuple(job for job in plan.jobs if job.form == form),
            tuple(one for one in plan.skipped if one.form == form),
            tuple(one for one in plan.withheld if one.form == form),
        )
        for form in forms
    }


class Proofs:
    """Papers resolved one after another; who asks for others puts them first."""

    def __init__(self, station: Station) -> None:
        self.found: dict[tuple[str, Entry], Proved] = {}
        self._station = station
        self._wanted: list[tuple[str, Entry]] = []
        self._lock = threading.Lock()
        self._going = False

    def ask(self, papers: Iterable[tuple[str, Entry]], pause: Callable[[], bool]) -> None:
        """Let papers be resolved that are not yet, unless ``pause`` says that there is something more urgent."""
        wanted = [(form, entry) for form, entry in papers if (form, entry) not in self.found]
        wanted.reverse()
        with self._lock:
            self._wanted = wanted
            if self._going or not wanted:
                return
            self._going = True
        thread = threading.Thread(target=self._prove, args=(pause,), daemon=True)
        thread.start()
        thread.join(PATIENCE)

    def _prove(self, pause: Callable[[], bool]) -> None:
        while True:
            with self._lock:
                if not self._wanted or pause():
                    self._going = False
                    return
                form, entry = self._wanted.pop()
            self.found[form, entry] = self._proved(form, entry)

    def _proved(self, form: str, entry: Entry) -> Proved:
        station = self._station
        try:
            record = station.context.records(station.catalogue.definitions[form].per)[entry.index]
            if form in station.catalogue.words:
                by_hand = tuple(station.word_form(form, entry.as_of).fill(record)[1].by_hand)
            else:
                by_hand = tuple(station.resolver(form, entry.as_of).resolve(record).by_hand)
        except HeldBackError as error:
            return Proved(str(error))
        except Exception as error:
            return Proved(faults.told(error))
        return Proved(blanks=tuple(dict.fromkeys(missing.label for missing in by_hand)))


@dataclass
class Work:
    """What has been worked out of one reading of the dataset."""

    known: Known
    order: Callable[..., Order]
    tallies: dict[Choice, Tally] = field(default_factory=dict)
    proved: dict[date, Proofs] = field(default_factory=dict)
    arrangers: dict[Arrangement, Arranger] = field(default_factory=dict)
    lock: threading.Lock = field(default_factory=threading.Lock)

    @property
    def gathered(self) -> Gathered:
        """The dataset and the definitions."""
        assert self.known.gathered
        return self.known.gathered

    @property
    def definitions(self) -> dict[str, Definition]:
        """The papers there are."""
        return self.gathered.catalogue.definitions

    @cached_property
    def titles(self) -> dict[str, str]:
        """What the papers are called."""
        return {id_: title_of(found, self.gathered.context) for id_, found in self.definitions.items()}

    @cached_property
    def students(self) -> dict[str, Student]:
        """The students by what stands for them in addresses."""
        return {key_of(student): student for student in self.gathered.context.dataset.students}

    def seen(self, where: Choice) -> Gathered:
        """Return what was read as a choice sees it: what is due is due today, whatever day the dataset gives."""
        return self.known.now if where.only == "due" else self.gathered

    def proofs(self, where: Choice) -> Proofs:
        """Return the papers that have been resolved for the day of a choice."""
        day = self.seen(where).context.today
        with self.lock:
            if day not in self.proved:
                self.proved[day] = Proofs(self.station(where))
            return self.proved[day]

    @cached_property
    def unavailable(self) -> dict[str, str]:
        """The formats that cannot be made here, and why; those of Word forms are marked."""
        return unmade(self.gathered.catalogue, Selection())

    def tally(self, where: Choice, *, needed: bool = False) -> Tally:
        """Return the tally of a choice; those that nobody waits for any more are given up, but none that is needed."""
        where = where.where
        with self.lock:
            found = self.tallies.pop(where, None) or Tally(self, where)
            found.needed = found.needed or needed
            for asked, other in [*self.tallies.items()]:
                if other.leave():
                    del self.tallies[asked]
            self.tallies[where] = found
            while len(self.tallies) > KEPT:
                del self.tallies[next(iter(self.tallies))]
        found.wait(PATIENCE)
        return found

    def arranger(self, arrangement: Arrangement) -> Arranger:
        """Return what tells how much is put into print files; their order takes no paper."""
        asked = replace(arrangement, order=AS_LISTED.order)
        if asked not in self.arrangers:
            self.arrangers[asked] = Arranger(self.gathered.catalogue, self.gathered.context, asked)
        return self.arrangers[asked]

    def station(self, where: Choice) -> Station:
        """Return where papers of a choice can be resolved and lowered."""
        known = self.seen(where)
        return Station(known.context, replace(known.catalogue, files={}), Path(), overwrite=False)


def work(known: Known) -> Work:
    """Return what is worked out of what is known."""
    kept = current_app.extensions.setdefault("work", {})
    found = kept.get("work")
    if isinstance(found, Work) and found.known is known:
        return found
    new = kept["work"] = Work(known, desk().order)
    if not isinstance(found, Work):
        return new
    same = found.known.gathered is known.gathered  # then all that is new is what was printed
    for choice, tally in found.tallies.items():
        if same and choice.only != "changed":
            new.tallies[choice] = tally
        else:
            tally.leave()
    if same:
        new.proved |= found.proved
    return new
