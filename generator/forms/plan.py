"""Which papers are made of what, and where they go: forms × dataset × policy -> jobs. Pure."""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from functools import cache, lru_cache
from typing import Any

from generator.dataset.classnames import readings
from generator.dataset.masking import quote, subject
from generator.dataset.missing import Missing, MissingValueError
from generator.dataset.models import MODELS, Class, Dataset, Record, School, Student
from generator.errors import BaoxueError, Exit, Problems, near
from generator.forms.audience import refusal
from generator.forms.catalogue import Catalogue
from generator.forms.context import Context, scopes_around, unit_of
from generator.forms.definition import Definition, Scope
from generator.forms.resolve import HeldBackError, Resolver, WithheldError, title_of
from generator.records.known import Names, names_of

FORBIDDEN = re.compile(r'[<>:"/\\|?*\x00-\x1f]')
RESERVED = {"CON", "PRN", "AUX", "NUL"} | {f"{port}{n}" for port in ("COM", "LPT") for n in range(1, 10)}
CALLED: dict[type[Record], tuple[str, ...]] = {
    School: ("name", "short_name", "code"), Class: ("name",), Student: ("name", "student_no"),
}  # fmt: skip
"""By what schools, classes and students may be selected."""
UNITS = ("school", "township", "county")
"""Whose folder a print file goes to: the narrowest of these that it is about."""
LONGEST_NAME = 80
"""Characters in one name of a path; Windows allows 260 in all."""
MOST_BYTES = 230
"""Bytes in one name, where Linux allows 255, with room for suffixes."""


class SelectionError(BaoxueError):
    """What the user asked for does not exist."""

    exit_code = Exit.USAGE


class PlanError(BaoxueError):
    """Two papers would be written to one file."""

    exit_code = Exit.TEMPLATE


@dataclass(frozen=True, slots=True)
class Selection:
    """What the user asked for; empty is everything."""

    forms: tuple[str, ...] = ()
    schools: tuple[str, ...] = ()
    classes: tuple[str, ...] = ()
    students: tuple[str, ...] = ()
    formats: tuple[str, ...] = ()
    single: bool = False


EVERYTHING = Selection()


@dataclass(frozen=True, slots=True)
class Entry:
    """One record of a job: its place in the scope's list, what it is called on paper and in reports, and by what it is
    known when that has changed."""

    index: int
    label: str
    about: Names = ()
    as_of: date | None = None  # the end of the period that its paper tells of, where that is over


@dataclass(frozen=True, slots=True)
class Part:
    """So many papers of a print file, one after the other, that go to one class, village or unit: the scope of that and
    its place in the scope's list; no scope where it is not known."""

    scope: str
    index: int
    size: int


@dataclass(frozen=True, slots=True)
class Job:
    """One print file, in one or several formats."""

    form: str
    title: str
    place: str  # the school or township it belongs to
    entries: tuple[Entry, ...]
    targets: tuple[tuple[str, str], ...]  # (format, path below the output folder)
    copies: int
    duplex: bool
    pages: int = 0  # that every paper has, as its definition promises; 0 where it promises nothing
    order: str = "listed"  # one of ``arrange.ORDERS``
    parts: tuple[Part, ...] = ()  # its entries, in order, by whom they go to; none where nothing is put before them
    inserts: tuple[str, ...] = ()  # definitions of what is put before each part

    def by_part(self) -> Iterator[tuple[Part, tuple[Entry, ...]]]:
        """Yield its parts, each with its entries."""
        at = 0
        for part in self.parts:
            yield part, self.entries[at : at + part.size]
            at += part.size


@dataclass(frozen=True, slots=True)
class Skipped:
    """A paper that is not made, and why."""

    form: str
    title: str
    label: str
    why: str
    fault: str = ""  # where in the program, if it is to blame
    about: Names = ()


@dataclass(frozen=True, slots=True)
class Unlisted:
    """A form of which nothing is printed at all: it lists the rows of sheets that the dataset does not keep, or is not
    for those to whom the papers go."""

    form: str
    title: str
    sheets: tuple[str, ...] = ()
    why: str = ""


@dataclass(frozen=True, slots=True)
class Plan:
    """All jobs, in order, what is left out, what is not to be printed any more (it wants for nothing), and the forms
    of sheets that are not kept."""

    jobs: tuple[Job, ...] = ()
    skipped: tuple[Skipped, ...] = ()
    withheld: tuple[Skipped, ...] = ()
    unlisted: tuple[Unlisted, ...] = ()


@dataclass(slots=True)
class _Wanted:
    """A paper that is to be made: its entry, and the file it goes to."""

    entry: Entry
    title: str
    path: str
    owner: Record | None  # whose file it is
    copies: int
    place: str


def plan(
    catalogue: Catalogue,
    context: Context,
    selection: Selection,
    unavailable: Collection[str] = frozenset(),
    only: Mapping[str, Collection[int]] | None = None,
) -> Plan:
    """Return the jobs for what was selected, in formats that are not ``unavailable``.

    ``only`` narrows it to some records of some forms: by the form's id, their places in the scope's list.

    Raises ``SelectionError`` for something selected that does not exist, ``PlanError`` for two jobs with one target.
    """
    selection = _as_meant(selection, catalogue, context)
    found = [part for _, part in _by_form(catalogue, context, selection, unavailable, only)]
    return joined(found)


def by_form(
    catalogue: Catalogue,
    context: Context,
    selection: Selection,
    unavailable: Collection[str] = frozenset(),
    only: Mapping[str, Collection[int]] | None = None,
) -> Iterator[tuple[Definition, Plan]]:
    """Return, form by form as they are worked out, the parts of which ``joined`` makes what ``plan`` returns.

    Raises ``SelectionError`` at once.
    """
    return _by_form(catalogue, context, _as_meant(selection, catalogue, context), unavailable, only)


def joined(parts: Iterable[Plan]) -> Plan:
    """Return plans as one; raises ``PlanError`` for two jobs with one target."""
    jobs: list[Job] = []
    skipped: list[Skipped] = []
    withheld: list[Skipped] = []
    parts = list(parts)
    for part in parts:
        jobs += part.jobs
        skipped += part.skipped
        withheld += part.withheld
    _distinct(jobs)
    unlisted = dict.fromkeys(one for part in parts for one in part.unlisted)
    return Plan(tuple(jobs), tuple(skipped), tuple(withheld), tuple(unlisted))


def due_by_form(
    catalogue: Catalogue,
    context: Context,
    selection: Selection,
    unavailable: Collection[str],
    due: Mapping[date, Mapping[str, Collection[int]]],
) -> Iterator[tuple[Definition, Plan]]:
    """Return, as ``by_form`` does, the parts of the plan of papers that are due, by the day as of which each is made;
    those of a period that is over say so in their names. Raises ``SelectionError`` at once."""
    return _due_by_form(catalogue, context, _as_meant(selection, catalogue, context), unavailable, due)


def _due_by_form(
    catalogue: Catalogue,
    context: Context,
    selection: Selection,
    unavailable: Collection[str],
    due: Mapping[date, Mapping[str, Collection[int]]],
) -> Iterator[tuple[Definition, Plan]]:
    for day in sorted(due, reverse=True):
        then = as_of(context, day)
        for definition, part in _by_form(catalogue, then, selection, unavailable, due[day]):
            yield definition, _of_then(part, day) if then.late else part


def as_of(context: Context, day: date | None) -> Context:
    """Return the context of papers that tell of a period which ended on a day; the same where none is over."""
    return replace(context, today=day, late=True) if day and day < context.today else context


def _of_then(part: Plan, day: date) -> Plan:
    """Return a plan of papers about a period that ended on a day: names and labels tell which."""
    jobs = []
    for job in part.jobs:
        entries = tuple(replace(entry, label=_dated(entry.label, day), as_of=day) for entry in job.entries)
        targets = tuple((fmt, _dated_path(path, day)) for fmt, path in job.targets)
        jobs.append(replace(job, entries=entries, targets=targets))
    skipped, withheld = (
        tuple(replace(one, label=_dated(one.label, day)) for one in left) for left in (part.skipped, part.withheld)
    )
    return Plan(tuple(jobs), skipped, withheld)


def _dated_path(path: str, day: date) -> str:
    folder, slash, name = path.rpartition("/")
    stem, dot, suffix = name.rpartition(".")
    return f"{folder}{slash}{_dated(stem, day)}{dot}{suffix}"


def _dated(name: str, day: date) -> str:
    """Return a name with the month in which a period ended, if it does not tell it."""
    month = f"{day.year}年{day.month}月"
    return name if month in name else f"{name}（{month}）"


def _as_meant(selection: Selection, catalogue: Catalogue, context: Context) -> Selection:
    """Return a selection by the names that the dataset has; raises ``SelectionError`` where it has none."""
    selection = replace(selection, classes=_as_they_are_called(selection.classes, context.dataset))
    _known(selection, catalogue, context)
    return selection


def _by_form(
    catalogue: Catalogue,
    context: Context,
    selection: Selection,
    unavailable: Collection[str],
    only: Mapping[str, Collection[int]] | None,
) -> Iterator[tuple[Definition, Plan]]:
    within = cache(lambda scope: _within(scope, selection, context))  # many forms are about students
    known = cache(lambda scope: names_of(context.records(scope)))
    for definition in catalogue.definitions.values():
        if not named(definition, selection) or (only is not None and definition.id not in only):
            continue
        formats = formats_of(definition, selection.formats, unavailable)
        sheets, why = _not_kept(definition, catalogue, context), refusal(definition, context.audience)
        if sheets or why:
            yield definition, Plan(unlisted=(Unlisted(definition.id, title_of(definition, context), sheets, why),))
            continue
        resolver = Resolver(definition, catalogue.fragments, context)
        chosen = [index for index in within(definition.per) if only is None or index in only[definition.id]]
        names = known(definition.per)
        yield definition, _jobs(definition, resolver, selection, formats, chosen, names) if formats else Plan()


def _not_kept(definition: Definition, catalogue: Catalogue, context: Context) -> tuple[str, ...]:
    """Return the rare sheets whose rows a form lists and that the dataset has not, in the order of the models."""
    listed = frozenset() if context.blank else catalogue.listed.get(definition.id, frozenset())
    return tuple(model.sheet for model in MODELS if model.rare and model in listed and not context.dataset.has(model))


def _within(scope: Scope, selection: Selection, context: Context) -> list[int]:
    """Return the places of the records that are selected in their scope's list."""
    records = enumerate(context.records(scope))
    if not (selection.schools or selection.classes or selection.students):
        return [index for index, _ in records]
    return [index for index, record in records if _selected(context.names(scope, record), selection)]


def _jobs(
    definition: Definition, resolver: Resolver, selection: Selection, formats: Sequence[str], chosen: Iterable[int],
    known: Sequence[Names],
) -> Plan:  # fmt: skip
    bundle = bundle_of(definition, selection)
    files: dict[tuple[str, Record | None], list[_Wanted]] = {}
    skipped: list[Skipped] = []
    withheld: list[Skipped] = []
    records = resolver.context.records(definition.per)
    for index in chosen:
        record = records[index]
        try:
            if not resolver.wanted(record):
                continue
            with resolver.blamed():
                wanted = _wanted(definition, resolver, record, index, bundle, known[index])
        except (HeldBackError, Problems) as error:
            title = title_of(definition, resolver.context)
            left = withheld if isinstance(error, WithheldError) else skipped
            left.append(Skipped(definition.id, title, subject(record), str(error), about=known[index]))
            continue
        files.setdefault((wanted.path, wanted.owner), []).append(wanted)
    numbered = _numbered(list(files)) if bundle is None else [path for path, _ in files]
    jobs = [_job(definition, path, files[key], formats) for path, key in zip(numbered, files, strict=True)]
    return Plan(tuple(jobs), tuple(skipped), tuple(withheld))


def _numbered(files: Sequence[tuple[str, Record | None]]) -> list[str]:
    """Return the paths of single files, numbered in order where several records would have one name.

    Two visits to a child on one day are two papers, however little the dataset tells of them.
    """
    times: Counter[str] = Counter()
    paths = []
    for path, _ in files:
        folded = _same(path)
        times[folded] += 1
        paths.append(f"{path}（{times[folded]}）" if times[folded] > 1 else path)
    return paths


def _same(path: str) -> str:
    """Return a path as Windows compares it."""
    return unicodedata.normalize("NFC", path).casefold()


def bundle_of(definition: Definition, selection: Selection) -> Scope | None:
    """Return what there is one print file per, or nothing where every record has a file of its own.

    It is never wider than what was selected: part of a school's papers under the name of the school's print file
    would take the place of all of them.
    """
    if selection.single or selection.students or not definition.bundle:
        return None
    around = scopes_around(definition.per)
    asked: tuple[tuple[Scope, tuple[str, ...]], ...] = (("class", selection.classes), ("school", selection.schools))
    narrower = [scope for scope, names in asked if names and scope in around]
    return min((definition.bundle, *narrower), key=around.index)


def _job(definition: Definition, path: str, papers: Sequence[_Wanted], formats: Iterable[str]) -> Job:
    first = papers[0]
    entries = tuple(wanted.entry for wanted in papers)
    targets = tuple((fmt, f"{path}.{fmt}") for fmt in formats)
    return Job(
        definition.id, first.title, first.place, entries, targets, first.copies, definition.duplex, definition.pages
    )  # fmt: skip


def _wanted(
    definition: Definition, resolver: Resolver, record: Record, index: int, bundle: Scope | None, known: Names
) -> _Wanted:
    title = resolver.string(definition.name or definition.title, record, clean=safe_name)
    if resolver.context.blank:
        return _unwritten(definition, resolver, record, Entry(index, f"{title}（空白）", known), title)
    written = resolver.string(definition.filename, record, clean=safe_name)
    alone = "/".join(safe_name(part) for part in written.split("/"))
    label = alone.rpartition("/")[2]
    copies = int(resolver.string(definition.copies, record))
    names = resolver.names(record)
    place = _place(names, bundle or definition.bundle or definition.per)
    owner = (names[bundle] or None) if bundle else record  # one that is in doubt holds the paper back
    path = _path(definition, place, owner, bundle, title, label) if bundle else alone
    return _Wanted(Entry(index, label, known), title, path, owner, copies, place)


def _unwritten(definition: Definition, resolver: Resolver, unit: Record, entry: Entry, title: str) -> _Wanted:
    """Return the blank form of a unit: so many copies as were asked for."""
    place = _place(resolver.names(unit), unit_of(definition.per))
    path = _folder(definition, place, title)
    return _Wanted(entry, title, path, unit, resolver.context.blank, place)


def _path(definition: Definition, place: str, owner: Any, bundle: Scope, title: str, label: str) -> str:
    """Return where the print file of ``bundle`` lies."""
    path = _folder(definition, place, title)
    return path if bundle in UNITS else f"{path}/{safe_name(str(getattr(owner, 'name', None) or label))}"


def _folder(definition: Definition, place: str, title: str) -> str:
    """Return where a form's print files lie, or its only one, by the unit and its row in the catalogue."""
    code = safe_name(f"{definition.covers[0]} {title}" if definition.covers else title)
    return "/".join(part for part in (place, code) if part)


def _place(names: dict[str, Any], scope: str) -> str:
    """Return the folder of the narrowest unit that is at least as wide as ``scope``."""
    units = UNITS[UNITS.index(scope) :] if scope in UNITS else UNITS
    return next((shown for shown in (called_in_folders(names.get(unit)) for unit in units) if shown), "")


def called_in_folders(unit: Any) -> str:
    """Return what the folder of a school, township or county is called; nothing where it is not known."""
    if unit is None or isinstance(unit, Missing):
        return ""
    return safe_name(str(getattr(unit, "short_name", None) or unit.name or ""))


def formats_of(definition: Definition, asked: Collection[str], unavailable: Collection[str]) -> list[str]:
    """Return the formats in which a paper is made, of those ``asked`` for; none asked for is all.

    Among ``unavailable`` a format of papers that have a Word form is marked by ``of_own``.
    """
    lacking = (lambda fmt: of_own(fmt) in unavailable) if definition.word else unavailable.__contains__
    return [fmt for fmt in definition.formats if not lacking(fmt) and (not asked or fmt in asked)]


def of_own(fmt: str) -> str:
    """Return what a format of papers that have a Word form is called among those that are unavailable."""
    return f"own {fmt}"


def named(definition: Definition, selection: Selection) -> bool:
    """Return whether a form is selected, by its id or a row of the catalogue."""
    return not selection.forms or definition.id in selection.forms or bool({*definition.covers} & {*selection.forms})


def _selected(names: dict[str, Any], selection: Selection) -> bool:
    asked = (("school", selection.schools), ("class", selection.classes), ("student", selection.students))
    return all(not wanted or (scope in names and _matches(names[scope], wanted)) for scope, wanted in asked)


def _matches(record: Any, wanted: Sequence[str]) -> bool:
    if isinstance(record, Missing):
        return bool(record.why)  # it may be the one that is meant: its papers are told of as held back
    if not _certain(record, "name"):
        return True
    return any(_folded(name) in map(_folded, wanted) for name in _called(record))


def _called(record: Any) -> list[str]:
    """Return the names, as far as they are certain, by which a school, class or student may be selected."""
    found = (getattr(record, attribute) for attribute in CALLED[type(record)] if _certain(record, attribute))
    return [name for name in found if name]


def _certain(record: Any, attribute: str) -> bool:
    try:
        return not isinstance(getattr(record, attribute), Missing)
    except MissingValueError:
        return False


@lru_cache(maxsize=1 << 16)
def _folded(name: str) -> str:
    """Return a name with full-width brackets and digits made half-width, and no spaces."""
    return unicodedata.normalize("NFKC", name).replace(" ", "").casefold()


def _as_they_are_called(classes: Iterable[str], dataset: Dataset) -> tuple[str, ...]:
    """Return the names of classes that were written in another way, as in 三（1）班; unknown ones stay as they are."""
    called = {_folded(name) for class_ in dataset.classes for name in _called(class_)}
    year = dataset.settings.first_year if _certain(dataset.settings, "first_year") else None
    found: list[str] = []
    for written in classes:
        meant = [name for name in readings(written, year) if _folded(name) in called]
        found += meant if meant and _folded(written) not in called else [written]
    return tuple(found)


def _known(selection: Selection, catalogue: Catalogue, context: Context) -> None:
    forms = [*catalogue.definitions, *(row for found in catalogue.definitions.values() for row in found.covers)]
    unknown = [f"没有文书“{name}”{near(name, forms)}" for name in selection.forms if name not in forms]
    for title, wanted, records in (
        ("学校", selection.schools, context.dataset.schools),
        ("班级", selection.classes, context.dataset.classes),
        ("学生", selection.students, context.dataset.students),
    ):
        called = {_folded(name): name for record in records for name in _called(record)}
        shown = list(dict.fromkeys(called.values()))
        unknown += [f"没有{title}{quote(name)}{near(name, shown)}" for name in wanted if _folded(name) not in called]
    unknown += _formats_lacking(selection, catalogue)
    if unknown:
        raise SelectionError("；".join(unknown))


def _formats_lacking(selection: Selection, catalogue: Catalogue) -> list[str]:
    """Return what is wrong where just one form is selected, and it has none of the formats that are.

    Of several forms, those that lack the format are passed over.
    """
    forms = [found for found in catalogue.definitions.values() if named(found, selection)]
    known = dict.fromkeys(fmt for form in forms for fmt in form.formats)
    if len(selection.forms) != 1 or not forms or not selection.formats or {*known} & {*selection.formats}:
        return []
    return [f"{selection.forms[0]} 没有 {'、'.join(selection.formats)} 格式，可用 {','.join(known)}"]


def _distinct(jobs: Iterable[Job]) -> None:
    """Refuse two jobs that would write one file, also where Windows cannot tell their names apart."""
    taken: dict[str, Job] = {}
    for job in jobs:
        for _, target in job.targets:
            other = taken.setdefault(_same(target), job)
            if other is not job:
                raise PlanError(
                    f"{other.form} 的{other.entries[0].label}和 {job.form} 的{job.entries[0].label}"
                    f"都要写到 {target}，请改掉数据里重复的名称，或改 filename 让它们不同"
                )


@lru_cache(maxsize=1 << 12)
def safe_name(name: str) -> str:
    """Return a name that Windows accepts as one part of a path, the same name for the same text."""
    cleaned = FORBIDDEN.sub("_", name).strip()[:LONGEST_NAME].encode()[:MOST_BYTES].decode(errors="ignore").rstrip(". ")
    if cleaned.partition(".")[0].upper() in RESERVED:
        cleaned = f"_{cleaned}"
    return cleaned or "_"
