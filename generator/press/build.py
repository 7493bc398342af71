"""The main job, end to end: dataset, policy and definitions in; papers, manifest and index out."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Sequence
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass, field, replace
from datetime import date
from functools import partial
from pathlib import Path

from generator.dataset import Overlay, load, no_collection, nothing
from generator.dataset.coverage import drawable
from generator.dataset.missing import Missing
from generator.dataset.models import Dataset
from generator.errors import DataError, Place, Problem, TemplateError
from generator.forms.arrange import AS_LISTED, Arrangement, Arranger
from generator.forms.audience import AUDIENCES
from generator.forms.catalogue import Catalogue, check, discover
from generator.forms.context import Context
from generator.forms.definition import Audience
from generator.forms.plan import Plan, Selection, Skipped, due_by_form, joined, named, of_own, plan
from generator.policy.choice import composed
from generator.policy.duties import duties
from generator.policy.rounds import misscored
from generator.policy.turns import out_of_turn
from generator.press.afar import Pool, run_afar
from generator.press.changed import Review, review, term_of
from generator.press.due import Asked, Due, Papers, papers_due, sought
from generator.press.filed import explained, titles_of
from generator.press.folder import BLANK, DUE, FOR, REPRINTS, known_files, locked
from generator.press.inserts import Inserts, definitions
from generator.press.report import Report, write_records
from generator.press.run import Result, Station, prove, run, thrifty, unmakeable
from generator.press.standing import standings
from generator.press.vanished import traces, vanished
from generator.press.workers import UNWATCHED, Watch, held_off
from generator.records.book import Book
from generator.records.ledger import read
from generator.records.overlay import Earlier, earlier, lay_over
from generator.render import OWN, RENDERERS, renderer
from generator.resources import fonts_dir


@dataclass(frozen=True, slots=True)
class Order:
    """What the user wants made, of what, and where it goes."""

    data: Path
    out: Path
    project: Path | None = None
    selection: Selection = field(default_factory=Selection)
    today: date | None = None
    workers: int = 1
    overwrite: bool = False
    strict: bool = False
    ledger: Path | None = None
    due: Asked | None = None  # only what somebody owes
    changed: bool = False  # only what is new or has changed since it was printed
    audience: Audience | None = None  # to whom the papers go, where not to those for whom they are meant
    blank: int = 0  # so many empty forms
    full: bool = False  # every PDF paper laid out on its own
    arrangement: Arrangement = AS_LISTED  # how print files are put together
    cluster: str = ""  # whose workers make the papers, by its address


@dataclass(frozen=True, slots=True)
class Prepared:
    """An order read and planned: nothing is written yet."""

    order: Order
    plan: Plan
    context: Context
    catalogue: Catalogue
    problems: tuple[Problem, ...]
    unavailable: dict[str, str]
    missed: tuple[str, ...]
    ledger: str = ""  # the digest of what it held
    due: Due | None = None
    papers: Papers | None = None  # of what is due
    review: Review | None = None  # what stands as printed, where only changes are made
    inserts: Inserts | None = None  # what makes what is put into print files, where something is

    @property
    def empty(self) -> bool:
        """Whether nothing in the dataset is what was asked for."""
        return not (self.plan.jobs or self.plan.skipped or self.plan.withheld or self.missed)


@dataclass(frozen=True, slots=True)
class Gathered:
    """What an order rests on, read and checked."""

    context: Context
    catalogue: Catalogue
    problems: tuple[Problem, ...]
    book: Book | None = None  # what the ledger held, where there is one
    earlier: Earlier = field(default_factory=Earlier)  # the numbers that the dataset tells of and the ledger does not
    vanished: tuple[str, ...] = ()  # what tells that there was a ledger, where it is gone

    @property
    def ledger(self) -> str:
        """The digest of what the ledger held."""
        return self.book.digest() if self.book else ""

    def on(self, today: date) -> Gathered:
        """Return the same as of another day."""
        return replace(self, context=replace(self.context, today=today))

    def due(self, asked: Asked) -> Due:
        """Return what is owed, as it was asked for."""
        context = self.context
        with no_collection():
            return sought(duties(context.dataset, context.policy, context.today), asked, self.catalogue, context)

    def review(
        self, order: Order, unavailable: Collection[str] = (), files: Collection[str] | None = None,
        watch: Watch = UNWATCHED,
    ) -> Review:  # fmt: skip
        """Return how what is selected stands as printed; ``files`` are the print files to look at, all without."""
        with no_collection():
            return review(
                self.catalogue, self.context, order.selection, order.ledger, unavailable=unavailable, files=files,
                workers=order.workers, watch=watch,
            )  # fmt: skip


def gather(
    order: Order, default_today: Callable[[], date], *, known_until: date = date.min, before: Gathered | None = None
) -> Gathered:
    """Read and check everything an order needs.

    What is told of days until ``known_until`` is no error, although the order is of an earlier one. ``before`` is what
    was gathered with the same definitions, which are then not proved again.

    ``default_today`` gives the date where neither the order nor the dataset does. Raises ``DataError``,
    ``TemplateError`` or ``LedgerError``; with ``strict`` any error in the data is a ``DataError``.
    """
    catalogue = before.catalogue if before else discover(order.project)
    book = read(order.ledger) if order.ledger else None
    numbers: list[Earlier] = []
    dataset, problems = load(
        order.data,
        drawable(fonts_dir()),
        lambda settings: max(order.today or settings.today or default_today(), known_until),
        lambda drawn: _overlaid(drawn, book, numbers),
    )
    gone = traces(order.ledger, order.out) if order.ledger else ()
    problems += vanished(gone)
    errors = [problem for problem in problems if problem.level == "error"]
    if order.strict and errors:
        raise DataError(errors)
    used = ["policy"] if order.today else ["policy", "today"]
    places = [doubt.place for name in used if isinstance(doubt := getattr(dataset.settings, name), Missing)]
    if unusable := [problem for problem in errors if problem.place in places]:
        raise DataError(unusable)  # every paper would rest on it
    under = composed(dataset, order.project)
    policy = under.policy
    wrong = [] if before and before.context.policy == policy else check(catalogue, policy, under.provenance)
    if wrong:
        raise TemplateError(wrong)
    today = order.today or dataset.settings.today or default_today()
    problems += out_of_turn(dataset, policy)
    scoring = list(misscored(dataset, policy))
    if order.strict and (wrong_points := [problem for problem in scoring if problem.level == "error"]):
        raise DataError(wrong_points)
    problems += scoring
    context = Context(dataset, policy, today, audience=order.audience, blank=order.blank)
    told = explained(problems, lambda: titles_of(catalogue, context))
    return Gathered(context, catalogue, tuple(told), book, numbers[0], gone)


def _overlaid(drawn: Dataset, book: Book | None, numbers: list[Earlier]) -> list[Problem]:
    """Lay the ledger over a dataset, noting first which numbers it tells of by itself."""
    numbers.append(earlier(drawn, book))
    return lay_over(drawn, book) if book else []


def prepare(order: Order, default_today: Callable[[], date]) -> Prepared:
    """Return an order read and planned; raises as ``gather`` does, and ``SelectionError`` or ``PlanError``."""
    return planned(order, gather(order, default_today))


def planned(
    order: Order, known: Gathered, plan_: Plan | None = None, compared: Review | None = None
) -> Prepared:  # fmt: skip
    """Return an order planned from what was read, or with the plan and the review that were made of it; raises
    ``SelectionError`` or ``PlanError``, and ``TemplateError`` for what is put into print files."""
    due = known.due(order.due) if order.due else None
    papers = papers_due(due, known.catalogue, known.context) if due else None
    if due:  # in a folder of its own, lest part of a print file take the name of the whole
        order = replace(order, out=order.out / f"{DUE}{known.context.today}")
    if order.changed:  # likewise: what is printed anew never takes the place of the whole print file
        order = replace(order, out=order.out / f"{REPRINTS}{known.context.today}")
    if order.audience:  # what leaves the unit is never mixed with what stays there
        order = replace(order, out=order.out / f"{FOR}{AUDIENCES[order.audience]}")
    if order.blank:
        order = replace(order, out=order.out / BLANK)
    unavailable = unmade(known.catalogue, order.selection)
    if order.changed and compared is None:
        compared = known.review(order, unavailable)
    if plan_ is None:
        wanted = known.catalogue, known.context, order.selection, unavailable
        if papers:
            plan_ = joined(part for _, part in due_by_form(*wanted, papers.of))
        else:
            plan_ = compared.wanted if compared else plan(*wanted)
    plan_ = Arranger(known.catalogue, known.context, order.arrangement).plan(plan_, order.selection)
    put = any(job.inserts for job in plan_.jobs)
    inserts = Inserts(known.context, definitions(order.project, known.context)) if put else None
    missed = tuple(fmt for fmt in order.selection.formats if {fmt, of_own(fmt)} & unavailable.keys())
    return Prepared(
        order, plan_, known.context, known.catalogue, known.problems, unavailable, missed, known.ledger, due, papers,
        compared, inserts,
    )  # fmt: skip


def unmade(catalogue: Catalogue, selection: Selection) -> dict[str, str]:
    """Return the formats of what is selected that cannot be made here, and why; those of Word forms as ``of_own``."""
    asked = selection.formats or tuple(RENDERERS)
    chosen = [form for form in catalogue.definitions.values() if named(form, selection)]
    found = {}
    if not chosen or not all(form.word for form in chosen):
        found = {fmt: why for fmt in asked if (why := renderer(fmt).unavailable())}
    if any(form.word for form in chosen):
        found |= {of_own(fmt): why for fmt in asked if fmt in OWN and (why := renderer(fmt, own=True).unavailable())}
    return found


def overlay_of(ledger: Path | None) -> Overlay:
    """Return what lays the ledger, where there is one, over a dataset."""
    book = read(ledger) if ledger else None
    return partial(lay_over, book=book) if book else nothing


def build(
    prepared: Prepared, done: Callable[[Result], None], watch: Watch = UNWATCHED, before: Iterable[Result] = ()
) -> Report:
    """Make what was planned and return the report; ``done`` hears of each finished job, ``watch`` of each paper.

    What a run that was ended had finished of the same plan (``before``) is not made again.
    Raises ``FolderError`` where the folder cannot be written to, ``HeldBackInStrictError`` under ``strict``,
    ``ClusterError`` where papers are to be made by a cluster that cannot.
    """
    order, station = prepared.order, _station(prepared)
    if order.strict:
        prove(prepared.plan, station)
    jobs = {job: job for job in prepared.plan.jobs}
    results = {result.job: thrifty(result, jobs[result.job]) for result in before if result.job in jobs}
    rest = replace(prepared.plan, jobs=tuple(job for job in prepared.plan.jobs if job not in results))

    def finished(result: Result) -> None:
        job = jobs[result.job]
        results[job] = thrifty(result, job)
        done(results[job])

    with _pool(order) as pool, locked(order.out):
        at = replace(station, known=known_files(order.out), foundries={}, forms={})
        try:
            if pool:
                run_afar(rest, at, pool, finished, watch)
            else:
                run(rest, at, order.workers, finished, watch)
        finally:
            with held_off():  # a second Ctrl-C does not keep from telling what the first left
                report = _report(prepared, [results[job] for job in prepared.plan.jobs if job in results])
                write_records(report, prepared.context.dataset.file, prepared.context.today, prepared.ledger)
    return report


def _pool(order: Order) -> AbstractContextManager[Pool | None]:
    """Return the workers elsewhere that make the papers, nothing where they are made on this machine."""
    if not order.cluster:
        return nullcontext()
    from generator.press.cluster import connected  # what it needs is an extra

    return connected(order.cluster)


def _report(prepared: Prepared, results: Sequence[Result]) -> Report:
    order, planned, today = prepared.order, prepared.plan, prepared.context.today
    formats = {fmt.rpartition(" ")[2] for fmt in prepared.unavailable}
    files = standings(
        order.out, planned, results, today, order.selection, formats, of_all=order.due is None,
        term=term_of(prepared.context),
    )  # fmt: skip
    return Report(
        order.out, tuple(results), files, planned.skipped, prepared.unavailable, prepared.missed, prepared.review,
        planned.withheld,
    )  # fmt: skip


def foretell(prepared: Prepared) -> list[Skipped]:
    """Return the papers that ``build`` would leave out, and why; nothing is written."""
    return list(unmakeable(prepared.plan, _station(prepared)))


def _station(prepared: Prepared) -> Station:
    proved = replace(prepared.catalogue, files={})  # workers need no source text
    order, inserts = prepared.order, prepared.inserts and replace(prepared.inserts, foundries={})
    return Station(prepared.context, proved, order.out, order.overwrite, full=order.full, inserts=inserts)


def no_data(path: Path) -> DataError:
    """Return the error for a dataset that is not there."""
    return DataError([Problem(Place(str(path)), "没有这个文件", "请检查路径，或用 --sample 试用自带的样例")])
