"""Of whom dossiers are made: schools, townships, the county; and which papers are theirs, in the order of boxes."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from functools import cache

from generator.dataset.missing import MissingValueError
from generator.dataset.models import County, Dataset, School, Township
from generator.errors import near
from generator.forms.catalogue import Catalogue
from generator.forms.context import ISSUERS, Context
from generator.forms.definition import Definition
from generator.forms.plan import UNITS, Job, Plan, Selection, SelectionError, called_in_folders, plan
from generator.forms.resolve import issuer_of

FORMATS = ("pdf",)
OF_AWAY = ("case", "notice")
"""The scopes of papers by which offices call children back."""


@dataclass(frozen=True, slots=True)
class Asked:
    """Of whom dossiers were asked for, by names; ``everybody`` is every school, township and the county."""

    schools: tuple[str, ...] = ()
    townships: tuple[str, ...] = ()
    county: bool = False
    everybody: bool = False


@dataclass(frozen=True, slots=True)
class Unit:
    """Somebody who keeps an archive; ``folder`` is what its papers' folder is called."""

    record: School | Township | County
    name: str
    folder: str

    @property
    def names(self) -> list[str]:
        """What people call it."""
        found = (self.folder, self.name, str(self.record.name), str(getattr(self.record, "short_name", None) or ""))
        return [*dict.fromkeys(filter(None, found))]


def units(dataset: Dataset, asked: Asked) -> list[Unit]:
    """Return of whom dossiers are made, in the order of the dataset; raises ``SelectionError`` for unknown names."""
    if asked.everybody:
        every: list[School | Township | County] = [*dataset.schools, *dataset.townships, *dataset.counties]
        return _distinct([_unit(record) for record in every])
    schools = _named(dataset.schools, asked.schools, "学校")
    townships = _named(dataset.townships, asked.townships, "乡镇")
    found: list[School | Township | County] = [*schools, *townships]
    return _distinct([_unit(record) for record in (*found, *(dataset.counties if asked.county else ()))])


def by_level(dataset: Dataset) -> tuple[list[Unit], list[Unit], list[Unit]]:
    """Return schools, townships and counties, but for those whose name is in doubt."""
    return _sure(dataset.schools), _sure(dataset.townships), _sure(dataset.counties)


def _sure(records: Iterable[School | Township | County]) -> list[Unit]:
    found = list[Unit]()
    for record in records:
        with suppress(SelectionError):
            found.append(_unit(record))
    return found


def _distinct(found: list[Unit]) -> list[Unit]:
    """Return units each of which has a folder of its own; raises ``SelectionError`` where two would share one."""
    for folder, count in Counter(unit.folder for unit in found).items():
        if count > 1:
            names = "、".join(unit.name for unit in found if unit.folder == folder)
            raise SelectionError(f"{names}的简称都是“{folder}”，档案会放到一处；请在数据表里写得不一样")
    return found


def _named(
    records: Sequence[School] | Sequence[Township], names: Iterable[str], kind: str
) -> list[School | Township]:  # fmt: skip
    found: list[School | Township] = []
    for name in names:
        fitting = [record for record in records if name in (record.name, getattr(record, "short_name", None))]
        if not fitting:
            raise SelectionError(f"没有{kind}“{name}”{near(name, [str(record.name) for record in records])}")
        found += fitting
    return found


def _unit(record: School | Township | County) -> Unit:
    try:
        name = getattr(record, "government", None) or record.name
        return Unit(record, str(name), called_in_folders(record))
    except MissingValueError as error:
        raise SelectionError(f"{error.missing.place}：{error.missing.why}；先改正，再做它的档案") from None


def papers_of(unit: Unit, catalogue: Catalogue, context: Context, unavailable: Sequence[str]) -> Plan:
    """Return the papers about a unit and about whatever belongs to no narrower one, and what it issued about a child
    that is away, one copy each: by box, then as the catalogue has them."""
    within = cache(lambda scope, office: _within(unit, context, scope, office))
    filed = (form for form in catalogue.definitions.values() if form.filed)
    only = {form.id: chosen for form in filed if (chosen := within(form.per, _office(form, context)))}
    whole = plan(catalogue, context, Selection(formats=FORMATS), unavailable, only)
    jobs = [replace(job, copies=1, duplex=False) for job in whole.jobs]
    return replace(whole, jobs=tuple(sorted(jobs, key=lambda job: box_of(job, catalogue))))


def _office(form: Definition, context: Context) -> str:
    """Return which unit issues a form about a child that is away: it keeps what it sent, as the school what it got."""
    return ISSUERS[issuer_of(form, context)].partition(".")[0] if form.per in OF_AWAY else ""


def _within(unit: Unit, context: Context, scope: str, office: str) -> list[int]:
    """Return the places of the records of a scope whose narrowest unit is this one, or whose ``office`` it is."""
    found = []
    for index, record in enumerate(context.records(scope)):
        names = context.names(scope, record)
        narrowest = next((names[kind] for kind in UNITS if names.get(kind) is not None), None)
        if unit.record is narrowest or unit.record is names.get(office):
            found.append(index)
    return found


def box_of(job: Job, catalogue: Catalogue) -> int:
    """Return the box in which a job's papers are filed."""
    return catalogue.definitions[job.form].box
