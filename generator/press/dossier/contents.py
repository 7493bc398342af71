"""What is in a dossier and what is not: its files in their order, and all that the front pages tell of them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from generator.dataset.missing import Missing, MissingValueError
from generator.dataset.models import Class, Record, School, Staff, Student, Township
from generator.dataset.sources import files as data_files
from generator.forms.audience import AUDIENCES
from generator.forms.catalogue import Catalogue
from generator.forms.context import Context, unit_of
from generator.forms.dossier import NOTHING, SIGNED, Box, Dossier, Filed, Lacking
from generator.forms.plan import Entry, Job, Plan
from generator.forms.resolve import title_of
from generator.forms.selfassess import assess
from generator.forms.signing import needs_signature
from generator.policy.answers import Evidence, SelfAssessment
from generator.press.build import Gathered, Order
from generator.press.dossier import scans
from generator.press.dossier.filing import BOX_NUMBERS, Leaf, bundle_words, forms_of, known_papers, leaves
from generator.press.dossier.units import Unit, by_level
from generator.press.folder import sha256
from generator.press.run import Result
from generator.remembered import digest
from generator.resources import styles_file

_TELLING: dict[type[Record], tuple[str, ...]] = {
    Student: ("name", "student_no"),
    Class: ("name",),
    Staff: ("name",),
    School: ("name", "short_name"),
    Township: ("name",),
}
"""What people call a child, a class, somebody of the staff."""


@dataclass(frozen=True, slots=True)
class Contents:
    """The files of a dossier, what its front pages tell, and the digests of all it rests on."""

    leaves: tuple[Leaf, ...]
    dossier: Dossier
    made_of: Mapping[str, str]
    context: Context
    unit: Unit
    catalogue: Catalogue
    kept_back: frozenset[str]  # the forms that are not for those who receive it

    @property
    def boxes(self) -> list[str]:
        """The names of the boxes."""
        return self.context.policy.lists.boxes

    def place(self, fronts: int, dividers: Mapping[int, int]) -> None:
        """Give everything its pages, where the front pages have so many and the dividers of boxes so many."""
        page, boxes, number = 1 + fronts, list[Box](), 0
        for box in BOX_NUMBERS:
            start = page
            page += dividers[box]
            filed: list[Filed] = []
            for leaf in self.leaves:
                if leaf.box == box:
                    number += 1
                    filed.append(leaf.filed(number, page))
                    page += leaf.pages
            boxes.append(Box(box, self.boxes[box - 1], start, tuple(filed)))
        dossier, unit = self.dossier, self.unit.record
        dossier.boxes, dossier.pages = boxes, page - 1
        dossier.unsigned = [paper for paper in dossier.papers if paper.state not in (NOTHING, SIGNED)]
        if isinstance(unit, School | Township):
            evidence, kept_back = self.evidence(), self.kept_back
            answers = assess(self.context, unit, evidence, self.catalogue, kept_back=kept_back)
            dossier.answers = SelfAssessment("", tuple(answers))

    def evidence(self) -> dict[str, list[Evidence]]:
        """Return where each form's papers are, and whether they are there as they were signed."""
        places: dict[str, list[Evidence]] = {}
        for leaf, paper in zip(self.leaves, self.dossier.papers, strict=True):
            places.setdefault(leaf.form, []).extend(leaf.evidence(paper.page))
        return places


def contents(
    known: Gathered,
    order: Order,
    unit: Unit,
    planned: Plan,
    results: Sequence[Result],
    folder: Path,
    files: Sequence[Path],
    papers: Path,
    *,
    alone: bool,
) -> Contents:
    """Return what a dossier holds: papers that were made and lie in ``papers``, and the scans of ``folder``, where the
    unit has that folder ``alone`` also those that do not name it."""
    context, catalogue = known.context, known.catalogue
    owners = _owners(known, unit, alone)
    files, nobodys = scans.of_unit(folder, files, owners)
    titles = {form.id: title_of(form, context) for form in catalogue.definitions.values()}
    needs = {name: needs_signature(form, catalogue.fragments) for name, form in catalogue.definitions.items()}
    jobs = [result.job for result in results]
    kept_back = frozenset(one.form for one in planned.unlisted if one.why)
    sorted_ = scans.sort(
        folder,
        files,
        forms_of(catalogue, titles, unit, kept_back),
        known_papers(jobs, _of_whom(known, jobs) if files else {}),
        context.policy.lists.boxes,
        {at: bundle_words(job) for at, job in enumerate(jobs)},
        owners.words,
    )
    there = scans.ready(sorted_, folder, papers / "scans")
    found = tuple(leaves(results, there, catalogue, unit, titles, needs, papers))
    made_of = _made_of(known, order, folder, files)
    receiver = order.audience or "school"
    seal = digest(*made_of.values(), unit.name, receiver)[:8].upper()
    dossier = Dossier(
        no=f"{context.today:%Y%m%d}-{seal}",
        unit=unit.name,
        schools=[unit.record] if isinstance(unit.record, School) else [],
        wider=[] if isinstance(unit.record, School) else [unit.record],
        made_on=context.today,
        receiver=AUDIENCES[receiver],
        lacking=_lacking(known, planned, results, found),
        kept_back=_kept_back(known, planned, unit),
        unknown=[Lacking(0, path, "", why) for path, why in (*there.unknown, *nobodys)],
    )
    return Contents(found, dossier, made_of, context, unit, catalogue, kept_back)


def _owners(known: Gathered, unit: Unit, alone: bool) -> scans.Owners:
    """Return the units whose scans may lie in the folder, by name; a school that is the only one has it alone."""
    dataset = known.context.dataset
    levels = [
        {each.folder: [scans.words_of(name) for name in each.names] for each in every} for every in by_level(dataset)
    ]
    return scans.Owners(unit.folder, levels, alone or (isinstance(unit.record, School) and len(dataset.schools) == 1))


def _lacking(known: Gathered, planned: Plan, results: Iterable[Result], found: Iterable[Leaf]) -> list[Lacking]:
    """Return the papers that are not there: held back or failed, and no scan of them; by boxes."""
    left = [*planned.skipped, *(one for result in results for one in (*result.skipped, *result.failed))]
    there = {(leaf.form, label) for leaf in found for label, _ in leaf.papers}
    box = {name: form.box for name, form in known.catalogue.definitions.items()}
    lacking = [
        Lacking(box[one.form], one.title, one.label, one.why) for one in left if (one.form, one.label) not in there
    ]
    if errors := sum(problem.level == "error" for problem in known.problems):
        why = f"数据里有{errors}处错误，有的文书可能因此没有做；改正数据以后重新成档"
        lacking.append(Lacking(0, "各种文书", "", why))
    return sorted(lacking, key=lambda one: one.box)


def _kept_back(known: Gathered, planned: Plan, unit: Unit) -> list[Lacking]:
    """Return the forms of units like this one that are not for those who receive the dossier."""
    forms, kind = known.catalogue.definitions, type(unit.record).__name__.lower()
    theirs = [one for one in planned.unlisted if one.why and unit_of(forms[one.form].per) == kind]
    return sorted((Lacking(forms[one.form].box, one.title, "", one.why) for one in theirs), key=lambda one: one.box)


def _made_of(known: Gathered, order: Order, folder: Path, files: Iterable[Path]) -> dict[str, str]:
    """Return the digests of all that a dossier rests on."""
    catalogue = known.catalogue
    parts: list[str | bytes] = [one.model_dump_json() for _, one in sorted(catalogue.definitions.items())]
    parts += [one.model_dump_json() for _, one in sorted(catalogue.fragments.items())]
    parts += [word.data for _, word in sorted(catalogue.words.items())]
    return {
        "dataset": _digest_of(data_files(order.data).items()),
        "ledger": known.ledger,
        "definitions": digest(*parts, styles_file().read_bytes()),
        "policy": digest(known.context.policy.model_dump_json()),
        "scans": _digest_of((path.relative_to(folder).as_posix(), path) for path in files),
    }


def _digest_of(files: Iterable[tuple[str, Path]]) -> str:
    """Return one digest of several files and their names."""
    return digest(*(part for name, path in files for part in (name, sha256(path.read_bytes()))))


def _of_whom(known: Gathered, jobs: Sequence[Job]) -> dict[tuple[int, int], list[str]]:
    """Return the names and numbers by which people tell whose each paper is."""
    return {
        (at, index): _names(known, job, entry) for at, job in enumerate(jobs) for index, entry in enumerate(job.entries)
    }


def _names(known: Gathered, job: Job, entry: Entry) -> list[str]:
    per = known.catalogue.definitions[job.form].per
    around = known.context.names(per, known.context.records(per)[entry.index])
    found = []
    for record in around.values():
        for attribute in _TELLING.get(type(record), ()):
            try:
                value = getattr(record, attribute)
            except MissingValueError:
                continue
            if value and not isinstance(value, Missing):
                found.append(str(value))
    return found
