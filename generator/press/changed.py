"""Which papers have changed since they were printed: what would be made now beside what stands in the ledger.

A printed paper is compared with the one that would be made *for the day it bears*, so that a date alone changes
nothing.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from enum import Enum
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from generator.dataset.missing import MissingValueError
from generator.forms.catalogue import Catalogue
from generator.forms.context import Context
from generator.forms.lower import house_styles
from generator.forms.mould import Foundry
from generator.forms.plan import Entry, Job, Plan, Selection, formats_of, named, plan
from generator.forms.resolve import HeldBackError, Resolver
from generator.press.workers import UNWATCHED, Watch, share_out
from generator.records.printings import Content, Paper, Pile, printings, standing
from generator.resources import styles_file

if TYPE_CHECKING:
    from generator.forms.word_form import WordForm

ENOUGH = 200
"""So many papers are worth a second process."""
_OTHERWISE = Content("", "")
"""What no paper says."""


class State(Enum):
    """How a paper stands; the value is what people are told."""

    NEW = "没印过"
    PRINTED = "已印"
    CHANGED = "印后有变"
    HELD = "印过，现在做不出来"


@dataclass(frozen=True, slots=True)
class Compared:
    """A paper beside what was printed of it: how it stands, and what has changed or why it cannot be made now."""

    entry: Entry
    state: State
    before: Paper | None = None
    why: str = ""


@dataclass(frozen=True, slots=True)
class PrintFile:
    """A print file of today's plan: the papers that count, and whether printing has begun where it belongs."""

    job: Job
    papers: tuple[Compared, ...]
    begun: bool

    def of(self, *states: State) -> tuple[Compared, ...]:
        """Return its papers of some states."""
        return tuple(paper for paper in self.papers if paper.state in states)


@dataclass(frozen=True, slots=True)
class Review:
    """All print files of forms that were printed before, with what is printed and no longer wanted, or not to be made.

    ``held`` are papers that were printed and of which not even the print file can be told now, with the reason.
    """

    files: tuple[PrintFile, ...] = ()
    gone: tuple[Paper, ...] = ()
    held: tuple[tuple[Paper, str], ...] = ()
    forms: tuple[str, ...] = ()
    plan: Plan = field(default_factory=Plan)

    def of(self, state: State) -> Iterator[tuple[Job, Compared]]:
        """Yield the papers of one state with their print files."""
        for file in self.files:
            for paper in file.of(state):
                yield file.job, paper

    @property
    def wanted(self) -> Plan:
        """The plan narrowed to papers that are new or have changed; one that cannot be made now is tried."""
        jobs = []
        for file in self.files:
            entries = tuple(paper.entry for paper in file.of(State.NEW, State.CHANGED, State.HELD))
            if entries:
                jobs.append(replace(file.job, entries=entries))
        return replace(self.plan, jobs=tuple(jobs))


def term_of(context: Context) -> str:
    """Return the term that a dataset is of, in words; nothing where that is in doubt."""
    settings = context.dataset.settings
    try:
        return f"{settings.year or ''}{settings.term or ''}"
    except MissingValueError:
        return ""


def review(
    catalogue: Catalogue, context: Context, selection: Selection, ledger: Path | None, *,
    unavailable: Collection[str] = (), files: Collection[str] | None = None, workers: int = 1,
    watch: Watch = UNWATCHED,
) -> Review:  # fmt: skip
    """Return how the papers that are selected stand, of forms that are named or of which something was printed.

    Papers that were never printed count where the form is named or its printing has begun in their school or township.
    With ``files``, only what was confirmed by these print files is looked at; ``watch`` hears of each paper. Raises
    ``SelectionError``, ``PlanError`` and ``LedgerError``.
    """
    held = printings(ledger) if ledger else ()
    begun = {(one.form, one.place) for one in held if files is None or one.file in files}
    forms = _forms(catalogue, selection, {form for form, _ in begun})
    if not forms or ledger is None:
        return Review()
    narrowed = replace(selection, forms=forms)
    planned = plan(catalogue, context, narrowed, unavailable)
    piles = standing(ledger, forms if selection.forms or files is not None else None)
    looked_at = [_beside(form, planned, piles.get(form, Pile())) for form in forms]
    asked = [
        _Asked(job.form, tuple((entry, was.printing.made_for) for entry, was in found if was and _of(files, was)))
        for beside in looked_at
        for job, found in beside.jobs
    ]
    contents = _weighed(asked, _Scales(catalogue, context), workers, watch)
    compared = []
    for beside in looked_at:
        for job, found in beside.jobs:
            is_begun = bool(selection.forms) or (job.form, job.place) in begun
            papers = [
                _compared(entry, was, contents.get((job.form, entry)))
                for entry, was in found
                if (_of(files, was) if was else is_begun and files is None)
            ]
            compared.append(PrintFile(job, tuple(papers), is_begun))
    printable = {form for form in forms if formats_of(catalogue.definitions[form], selection.formats, unavailable)}
    gone = [paper for paper in _left(piles, catalogue, printable, selection) if _of(files, paper)]
    places = {job.place for job in planned.jobs} if selection.schools else None
    now = term_of(context)
    told = [
        paper for paper in gone if paper.printing.term == now and (places is None or paper.printing.place in places)
    ]
    if selection.classes or selection.students:
        told = []  # those of other classes are not gone
    kept = [(was, why) for beside in looked_at for was, why in beside.held if _of(files, was)]
    return Review(tuple(compared), tuple(told), tuple(kept), forms, planned)


def _of(files: Collection[str] | None, paper: Paper) -> bool:
    return files is None or paper.printing.file in files


def _forms(catalogue: Catalogue, selection: Selection, begun: Collection[str]) -> tuple[str, ...]:
    """Return the forms that count; names that there are not stay, for the plan to tell of them."""
    if not selection.forms:
        return tuple(form for form in catalogue.definitions if form in begun)
    found = [form for form, definition in catalogue.definitions.items() if named(definition, selection)]
    return tuple(found) if found else selection.forms


def _left(
    piles: dict[str, Pile], catalogue: Catalogue, printable: Collection[str], selection: Selection
) -> Iterator[Paper]:  # fmt: skip
    """Yield what stands as printed and has no record in the plan, also of forms that there are no more."""
    for form, pile in piles.items():
        if form in printable or (form not in catalogue.definitions and not selection.forms):
            yield from pile.papers()


# --- what was printed of each paper --------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Beside:
    """The print files of one form, each paper beside what was printed of it, and what is held back by its plan."""

    jobs: tuple[tuple[Job, tuple[tuple[Entry, Paper | None], ...]], ...]
    held: tuple[tuple[Paper, str], ...]


def _beside(form: str, planned: Plan, pile: Pile) -> _Beside:
    """Pair the papers of a form with those that were printed, which are taken out of their pile."""
    jobs = [job for job in planned.jobs if job.form == form]
    skipped = [left for left in (*planned.skipped, *planned.withheld) if left.form == form]
    abouts = [entry.about for job in jobs for entry in job.entries]
    found = pile.pair([*abouts, *(left.about for left in skipped)])
    papers = iter(found)
    paired = tuple((job, tuple((entry, next(papers)) for entry in job.entries)) for job in jobs)
    return _Beside(paired, tuple((was, left.why) for left, was in zip(skipped, papers, strict=True) if was))


def _compared(entry: Entry, was: Paper | None, now: Content | str | None) -> Compared:
    if was is None:
        return Compared(entry, State.NEW)
    if isinstance(now, Content):
        if now == was.content:
            return Compared(entry, State.PRINTED, was)
        return Compared(entry, State.CHANGED, was, "措辞" if now.filled == was.content.filled else "内容")
    return Compared(entry, State.HELD, was, now or "")


# --- what each paper would say -------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Asked:
    """Papers of one form, each with the day for which it is to be resolved."""

    form: str
    papers: tuple[tuple[Entry, date], ...]


@dataclass(frozen=True, slots=True)
class _Told:
    """What each of them would say, or why it cannot be made."""

    asked: _Asked
    contents: tuple[Content | str, ...]


@dataclass(frozen=True, slots=True)
class _Scales:
    """Resolves papers for days, here or in another process."""

    catalogue: Catalogue
    context: Context
    foundries: dict[tuple[str, date], Foundry] = field(default_factory=dict)
    forms: dict[tuple[str, date], WordForm] = field(default_factory=dict)

    def told(self, asked: _Asked, _: object = None) -> _Told:
        """Return what papers would say."""
        return _Told(asked, tuple(self.content(asked.form, entry, day) for entry, day in asked.papers))

    def content(self, form: str, entry: Entry, day: date) -> Content | str:
        """Return what a paper for ``day`` would say, or why it cannot be made today either."""
        try:
            return self._resolved(form, entry, day)
        except Exception:  # the day may lie before the term; today decides
            try:
                self._resolved(form, entry, self.context.today)
            except HeldBackError as error:
                return str(error)
            except Exception as error:
                return f"{type(error).__name__}：{error}"
            return _OTHERWISE

    def _resolved(self, form: str, entry: Entry, day: date) -> Content:
        if (form, day) not in self.foundries:
            definition, context = self.catalogue.definitions[form], replace(self.context, today=day)
            resolver = Resolver(definition, self.catalogue.fragments, context)
            self.foundries[form, day] = Foundry(resolver, house_styles(styles_file())[definition.style])
        foundry = self.foundries[form, day]
        resolver = foundry.resolver
        if form in self.catalogue.words:
            from generator.forms.word_form import WordForm  # few have a Word form of their own

            if (form, day) not in self.forms:
                self.forms[form, day] = WordForm(self.catalogue.words[form], resolver)
            word = self.forms[form, day]
            return word.content(word.fill(self.context.records(resolver.definition.per)[entry.index])[1])
        return foundry.made(self.context.records(resolver.definition.per)[entry.index], entry.label).content


def _weighed(
    asked: Sequence[_Asked], scales: _Scales, workers: int, watch: Watch
) -> dict[tuple[str, Entry], Content | str]:  # fmt: skip
    """Return what each paper would say, worked out by so many processes where there are many."""
    asked = [one for one in asked if one.papers]
    found: list[_Told] = []

    def done(told: _Told) -> None:
        found.append(told)
        watch.step(len(told.contents))

    left: Iterable[_Asked] = asked
    if workers > 1 and sum(len(one.papers) for one in asked) > ENOUGH:
        apart = replace(scales, catalogue=replace(scales.catalogue, files={}))  # workers need no source text
        left = share_out(asked, partial(_Scales.told, apart), workers, done, watch)
    for one in left:  # also what a worker died of
        watch.beat()
        done(scales.told(one))
    return {
        (told.asked.form, entry): content
        for told in found
        for (entry, _), content in zip(told.asked.papers, told.contents, strict=True)
    }
