"""How the papers of a print file lie in it: in which order, and in which parts they are handed out.

A plan is worked out in the order of the dataset; this puts its print files into another. Places in lists, by which
papers are known to everything else, stay what they were.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from itertools import groupby
from typing import Any, Literal

from generator.dataset.missing import Missing, MissingValueError
from generator.dataset.models import Record
from generator.forms.catalogue import Catalogue
from generator.forms.context import TYPES, Context, scopes_around
from generator.forms.pinyin import by_pinyin
from generator.forms.plan import Entry, Job, Part, Plan, Selection, bundle_of

Sorting = Literal["listed", "seat", "pinyin"]
ORDERS: dict[Sorting, str] = {"listed": "数据里的顺序", "seat": "座号", "pinyin": "姓名拼音"}
"""In which order papers may lie, and what that is called."""
SEPARATOR, TICKS = "print-separator", "print-ticks"
"""The definitions of what may be put before a part: the sheet that tells what it is, and the list to tick."""
HANDED_TO = ("class", "village", "school", "township", "county")
"""To whom papers are handed out, the narrowest first."""
PEOPLE = {"student": "name", "staff": "name", "resident": "name", "household": "head"}
"""The scopes whose records are people, by whose seats and names papers are put in order, and where the name stands."""

_Place = tuple[int, int]
"""Whom papers go to: the place of a scope in ``HANDED_TO``, and that of the unit in the scope's list."""
_Key = tuple[Any, ...]


@dataclass(frozen=True, slots=True)
class Arrangement:
    """How print files are put together; as it is, nothing is changed or added."""

    order: Sorting = "listed"
    separators: bool = False
    ticks: bool = False


AS_LISTED = Arrangement()


def known(record: Any, attribute: str) -> Any:
    """Return an attribute, nothing where it is empty or in doubt."""
    try:
        value = getattr(record, attribute, None)
    except MissingValueError:
        return None
    return None if isinstance(value, Missing) else value


@dataclass
class Arranger:
    """Puts print files together; what a record is sorted by is worked out once."""

    catalogue: Catalogue
    context: Context
    arrangement: Arrangement
    units: dict[str, dict[int, int]] = field(default_factory=dict)  # scope -> a unit's identity -> its place
    keys: dict[str, dict[int, tuple[_Place, _Key]]] = field(default_factory=dict)  # scope -> place -> key

    @property
    def inserts(self) -> tuple[str, ...]:
        """What is put before each part. A list to tick names all who are in a file: it goes to nobody for whom the
        papers were not made."""
        asked, audience = self.arrangement, self.context.audience
        wanted = ((SEPARATOR, asked.separators), (TICKS, asked.ticks and audience is None))
        return tuple(name for name, put in wanted if put)

    def plan(self, plan: Plan, selection: Selection) -> Plan:
        """Return a plan of what was selected whose print files are put together so; files of a single record stay as
        they are, and blank forms."""
        if self.context.blank or self.arrangement == AS_LISTED:
            return plan
        return replace(plan, jobs=tuple(self._job(job, selection) for job in plan.jobs))

    def _job(self, job: Job, selection: Selection) -> Job:
        definition = self.catalogue.definitions[job.form]
        if bundle_of(definition, selection) in (None, definition.per):
            return job
        scope, records = definition.per, self.context.records(definition.per)
        keys = self.keys.setdefault(scope, {})
        for entry in job.entries:
            if entry.index not in keys:
                keys[entry.index] = self._key(scope, records[entry.index])
        entries = sorted(job.entries, key=lambda entry: keys[entry.index])  # what is alike stays as it is listed
        inserts = self.inserts
        parts = tuple(_parts(entries, lambda entry: keys[entry.index][0])) if inserts else ()
        return replace(
            job, entries=tuple(entries), order=self.arrangement.order, parts=parts, inserts=inserts
        )  # fmt: skip

    def _key(self, scope: str, record: Record) -> tuple[_Place, _Key]:
        names = self.context.names(scope, record)
        return self._place(scope, names), self._person(scope, names)

    def _place(self, scope: str, names: dict[str, Any]) -> _Place:
        around = scopes_around(scope)[1:]
        for rank, wider in enumerate(HANDED_TO):
            if wider in around and isinstance(unit := names.get(wider), TYPES[wider]):
                return rank, self._units(wider)[id(unit)]
        return len(HANDED_TO), -1

    def _units(self, scope: str) -> dict[int, int]:
        if scope not in self.units:
            self.units[scope] = {id(unit): place for place, unit in enumerate(self.context.records(scope))}
        return self.units[scope]

    def _person(self, scope: str, names: dict[str, Any]) -> _Key:
        """Return by what a person is sorted; whose seat or name is not known comes last."""
        who = next((name for name in PEOPLE if name in scopes_around(scope)), "")
        if self.arrangement.order == "listed" or not isinstance(person := names.get(who), Record):
            return ()
        said = known(person, "seat_no" if self.arrangement.order == "seat" else PEOPLE[who])
        if said is None:
            return (1,)
        return (0, said if self.arrangement.order == "seat" else by_pinyin(said))


def _parts(entries: list[Entry], place: Callable[[Entry], _Place]) -> Iterator[Part]:
    for (rank, index), some in groupby(entries, key=place):
        scope = HANDED_TO[rank] if rank < len(HANDED_TO) else ""
        yield Part(scope, index, sum(1 for _ in some))
