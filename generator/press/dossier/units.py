"""Of whom dossiers are made: schools, townships, the county; and which papers are theirs, in the order of boxes."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from functools import cache

from generator.dataset.models import County, Dataset, School, Township
from generator.errors import near
from generator.forms.catalogue import Catalogue
from generator.forms.context import Context
from generator.forms.plan import UNITS, Job, Plan, Selection, SelectionError, called_in_folders, plan

FORMATS = ("pdf",)


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


def units(dataset: Dataset, asked: Asked) -> list[Unit]:
    """Return of whom dossiers are made, in the order of the dataset; raises ``SelectionError`` for unknown names."""
    known: list[School | Township | County] = [*dataset.schools, *dataset.townships, *dataset.counties]
    if asked.everybody:
        return [_unit(record) for record in known]
    schools = _named(dataset.schools, asked.schools, "学校")
    townships = _named(dataset.townships, asked.townships, "乡镇")
    found: list[School | Township | County] = [*schools, *townships]
    return [_unit(record) for record in (*found, *(dataset.counties if asked.county else ()))]


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
    name = getattr(record, "government", None) or record.name
    return Unit(record, str(name), called_in_folders(record))


def papers_of(unit: Unit, catalogue: Catalogue, context: Context, unavailable: Sequence[str]) -> Plan:
    """Return the papers about a unit and about whatever belongs to no narrower one, one copy each: by box, then as the
    catalogue has them."""
    within = cache(lambda scope: _within(unit, context, scope))
    filed = (form for form in catalogue.definitions.values() if form.filed)
    only = {form.id: chosen for form in filed if (chosen := within(form.per))}
    whole = plan(catalogue, context, Selection(formats=FORMATS), unavailable, only)
    jobs = [replace(job, copies=1, duplex=False) for job in whole.jobs]
    return replace(whole, jobs=tuple(sorted(jobs, key=lambda job: box_of(job, catalogue))))


def _within(unit: Unit, context: Context, scope: str) -> list[int]:
    """Return the places of the records of a scope whose narrowest unit is this one."""
    found = []
    for index, record in enumerate(context.records(scope)):
        names = context.names(scope, record)
        if next((names[kind] for kind in UNITS if names.get(kind) is not None), None) is unit.record:
            found.append(index)
    return found


def box_of(job: Job, catalogue: Catalogue) -> int:
    """Return the box in which a job's papers are filed."""
    return catalogue.definitions[job.form].box
