"""The run: jobs go to workers, papers come back, and one bad record never stops the others."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from functools import lru_cache
from pathlib import Path
from sys import intern
from typing import TYPE_CHECKING

from generator.errors import BaoxueError, Exit
from generator.faults import told, trace
from generator.files import reason, write
from generator.forms.catalogue import Catalogue
from generator.forms.context import Context
from generator.forms.lower import house_styles
from generator.forms.lowered import Cast, Paper, digest, whole
from generator.forms.mould import Foundry
from generator.forms.plan import Entry, Job, Plan, Skipped, as_of
from generator.forms.resolve import HeldBackError, Resolver
from generator.press.folder import edited, known_files, note, sha256
from generator.press.inserts import Inserts
from generator.press.papersize import sizes
from generator.press.workers import UNWATCHED, Tell, Watch, share_out
from generator.records.known import Names
from generator.records.printings import Content
from generator.render import Printed, renderer
from generator.render.own_word import Filled, filled
from generator.resources import styles_file

if TYPE_CHECKING:
    from generator.forms.word_form import WordForm

SHORT = 8
"""Hex digits of a value's digest: enough to see that it changed. Who has the manifest can still try out what a
value may be, so it is as confidential as the papers."""


MOST_WORKERS = 60
"""Windows waits for no more pipes than these at once."""
DEADLY = 3
"""So many jobs that kill their worker are found one by one; with more, the machine is at fault."""


class HeldBackInStrictError(BaoxueError):
    """``--strict`` and a record that cannot be printed."""

    exit_code = Exit.PARTIAL


@dataclass(frozen=True, slots=True)
class Made:
    """A file that was made, with what is in it, or left because a person had edited it (``kept``)."""

    path: str
    sha256: str = ""
    pages: tuple[int, ...] | None = None
    copies: int = 1
    printouts: tuple[Printout, ...] = ()
    kept: bool = False
    paper: str = ""  # A4, A4横 or both
    in_full: tuple[tuple[str, int], ...] = ()  # why papers were laid out one by one, and how many
    inserts: tuple[int, ...] = ()  # the pages of each thing in it that is no paper


@dataclass(frozen=True, slots=True)
class Printout:
    """One record in a print file: digests of its skeleton and values, blanks to be filled in by hand, by what the
    record is known, and what the paper says."""

    label: str
    skeleton: str
    values: str  # one word for each: a run keeps those of all its papers
    by_hand: tuple[str, ...]
    about: Names
    content: Content


@dataclass(frozen=True, slots=True)
class Gist:
    """What a paper says, and the blanks left in it."""

    content: Content
    by_hand: tuple[str, ...]


Papers = list[tuple[Entry, Printout, Paper | Cast | Filled]]
"""Papers that are to be printed, and what is to be told of each."""


@dataclass(frozen=True, slots=True)
class Result:
    """What became of one job."""

    job: Job
    made: tuple[Made, ...] = ()
    printouts: tuple[Printout, ...] = ()  # of all papers that could be resolved
    skipped: tuple[Skipped, ...] = ()
    failed: tuple[Skipped, ...] = ()
    wrong_pages: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Pressed:
    """What became of one format of a job: a file not written yet, with what is to be told of it, or failures."""

    target: str
    made: Made | None = None
    data: bytes = field(default=b"", repr=False)
    failed: tuple[Skipped, ...] = ()
    wrong_pages: tuple[str, ...] = ()


def kept(target: str) -> Pressed:
    """Return what is told of a file that is left alone because a person had edited it."""
    return Pressed(target, Made(target, kept=True))


SILENT = Tell[Result](lambda _: None)


@dataclass(frozen=True, slots=True)
class Station:
    """What a worker needs to make any job."""

    context: Context
    catalogue: Catalogue
    out: Path
    overwrite: bool
    known: dict[str, list[str]] = field(default_factory=dict)  # path -> digests of what earlier runs made of it
    foundries: dict[tuple[str, date | None], Foundry] = field(default_factory=dict)
    forms: dict[tuple[str, date | None], WordForm] = field(default_factory=dict)
    full: bool = False  # no paper shares the layout of another
    inserts: Inserts | None = None  # what makes what is put into print files, where something is

    def resolver(self, form: str, day: date | None = None) -> Resolver:
        """Return the resolver of a form, of a period that ended on ``day`` where one is given; made once."""
        return self.foundry(form, day).resolver

    def foundry(self, form: str, day: date | None = None) -> Foundry:
        """Return what makes the papers of a form, as ``resolver`` does; what it learnt of one helps with the next."""
        key = form, day
        if key not in self.foundries:
            definition = self.catalogue.definitions[form]
            resolver = Resolver(definition, self.catalogue.fragments, as_of(self.context, day))
            self.foundries[key] = Foundry(resolver, house_styles(styles_file())[definition.style])
        return self.foundries[key]

    def word_form(self, form: str, day: date | None = None) -> WordForm:
        """Return the Word form of a form, as ``resolver`` does; compiled once."""
        from generator.forms.word_form import WordForm  # few have a Word form of their own

        key = form, day
        if key not in self.forms:
            self.forms[key] = WordForm(self.catalogue.words[form], self.resolver(form, day))
        return self.forms[key]

    def made(self, form: str, entry: Entry) -> tuple[Paper | Cast | Filled, Gist]:
        """Return the paper about one record, lowered or its Word form filled in, and what it comes to.

        Raises ``HeldBackError`` where values are missing.
        """
        if form not in self.catalogue.words:
            return self.cast(form, entry)
        word, records = self.word_form(form, entry.as_of), self.context.records(self.catalogue.definitions[form].per)
        parts, filling = word.fill(records[entry.index])
        paper = filled(entry.label, word.own, word.wording, parts, filling.decided, filling.printed)
        return paper, Gist(word.content(filling), tuple(missing.label for missing in filling.by_hand))

    def cast(self, form: str, entry: Entry) -> tuple[Paper | Cast, Gist]:
        """Return what ``paper`` does, told by what it shares with others where there are some like it."""
        record = self.context.records(self.catalogue.definitions[form].per)[entry.index]
        made = self.foundry(form, entry.as_of).made(record, entry.label)
        return made.paper, Gist(made.content, made.by_hand)

    def paper(self, form: str, entry: Entry) -> tuple[Paper, Gist]:
        """Return the lowered paper about one record, and what it comes to.

        Raises ``HeldBackError`` where values are missing.
        """
        cast, gist = self.cast(form, entry)
        return whole(cast), gist

    def make(self, job: Job, tell: Tell[Result] = SILENT) -> Result:
        """Make one job, in all its formats, telling after each what there is until then, and of each paper printed."""
        result, papers = self.resolved(job)
        for fmt, target in job.targets if papers else ():
            pressed = kept(target) if self.edited(target) else self.pressed(job, fmt, target, papers, tell.step)
            result = self.filed(result, pressed)
            tell(result)
        return result

    def resolved(self, job: Job) -> tuple[Result, Papers]:
        """Return the papers of a job, and the result that tells of those that cannot be made and of no file yet."""
        papers: Papers = []
        skipped, failed = [], []
        for entry in job.entries:
            try:
                paper, gist = self.made(job.form, entry)
            except HeldBackError as error:
                skipped.append(Skipped(job.form, job.title, entry.label, str(error)))
            except Exception as error:  # one bad record never stops the batch
                failed.append(Skipped(job.form, job.title, entry.label, told(error), trace(error)))
            else:
                values = " ".join(map(_short, paper.values()))
                facts = (entry.label, intern(paper.skeleton()), values, gist.by_hand, entry.about, gist.content)
                papers.append((entry, Printout(*facts), paper))
        printouts = tuple(printout for _, printout, _ in papers)
        return Result(job, (), printouts, tuple(skipped), tuple(failed)), papers

    def edited(self, target: str) -> bool:
        """Return whether a file is to be left alone because a person has edited it."""
        try:
            return not self.overwrite and edited(self.out / target, self.known.get(target, ()))
        except OSError:  # whoever writes it will be told
            return False

    def pressed(
        self, job: Job, fmt: str, target: str, papers: Papers, step: Callable[[], None] = lambda: None
    ) -> Pressed:
        """Print one format of a job."""
        try:
            done, good, failed = self.attempt(job, fmt, papers, step)
        except OSError as error:
            return Pressed(target, failed=(_unwritten(job, target, error, self.out),))
        except Exception as error:
            return Pressed(target, failed=(Skipped(job.form, job.title, target, told(error), trace(error)),))
        if done is None:
            return Pressed(target, failed=tuple(failed))
        printouts = tuple(printout for _, printout, _ in good)
        on = sizes(paper for *_, paper in good)
        made = Made(
            target, sha256(done.data), done.pages, done.copies, printouts, paper=on, in_full=(*done.in_full.items(),),
            inserts=done.inserts,
        )  # fmt: skip
        wanted = self.catalogue.definitions[job.form].pages
        wrong = [
            f"{target}：{printout.label} 有 {count} 页，应为 {wanted} 页"
            for (_, printout, _), count in zip(good, done.pages or (), strict=False)
            if wanted and count != wanted
        ]
        return Pressed(target, made, done.data, tuple(failed), tuple(wrong))

    def filed(self, result: Result, pressed: Pressed) -> Result:
        """Return ``result`` with what became of one format: written where it belongs, kept, or failed."""
        made, target = pressed.made, pressed.target
        result = replace(result, failed=(*result.failed, *pressed.failed))
        if made is None:
            return result
        if not made.kept and self.edited(target):  # meanwhile
            made = kept(target).made
            assert made
        try:
            if not made.kept:
                note(self.out, target, made.sha256)
                write(self.out / target, pressed.data)
        except OSError as error:
            return replace(result, failed=(*result.failed, _unwritten(result.job, target, error, self.out)))
        wrong = () if made.kept else pressed.wrong_pages
        return replace(result, made=(*result.made, made), wrong_pages=(*result.wrong_pages, *wrong))

    def attempt(
        self, job: Job, fmt: str, papers: Papers, step: Callable[[], None] = lambda: None
    ) -> tuple[Printed | None, Papers, list[Skipped]]:
        """Print all papers together; where that fails, find those at fault and print the others."""
        press = renderer(fmt, own=job.form in self.catalogue.words, full=self.full)
        title = job.title

        per = self.catalogue.definitions[job.form].per

        def print_(some: Papers) -> Printed:
            put = self.inserts.of(job, per, [entry for entry, *_ in some]) if self.inserts else ()
            wanted = [paper.whole() if fmt == "xlsx" and isinstance(paper, Cast) else paper for *_, paper in some]
            return press.render(wanted, copies=job.copies, duplex=job.duplex, title=title, step=step, inserts=put)

        try:
            return print_(papers), papers, []
        except OSError:
            raise
        except Exception:
            good: Papers = []
            bad = []
            for one in papers:
                try:
                    print_([one])
                    good.append(one)
                except Exception as error:
                    bad.append(Skipped(job.form, title, one[1].label, f"{fmt}：{told(error)}", trace(error)))
            return (print_(good) if good else None), good, bad


@lru_cache(maxsize=1 << 14)
def _short(value: str) -> str:
    return digest(value)[:SHORT]


def _unwritten(job: Job, target: str, error: OSError, out: Path) -> Skipped:
    return Skipped(job.form, job.title, target, f"写不进去：{reason(error, out / target)}")


def run(plan: Plan, station: Station, workers: int, done: Callable[[Result], None], watch: Watch = UNWATCHED) -> None:
    """Make every job with so many workers; ``done`` hears of each result, in no particular order.

    A ``KeyboardInterrupt`` ends the workers at once; it is raised again when the files made until then are told. Who
    watches may end a run at any moment, which only a worker allows; else a single job is made in this process.
    """
    workers = min(workers, len(plan.jobs), MOST_WORKERS)
    if workers <= 1 and watch is UNWATCHED:
        for job in plan.jobs:
            watch.beat()
            _alone(job, station, done, watch)
        return
    left = share_out(in_order(plan.jobs), station.make, workers, done, watch, _kin)
    for _ in range(DEADLY):
        if not left:
            return
        again = replace(station, known=known_files(station.out))  # a file made before the kill is ours
        left = share_out(
            left, again.make, 1, done, watch
        )  # one worker, one job at a time: the first that is left killed it
        if left:
            done(lost(left.pop(0)))
    for job in left:
        done(lost(job))


def _kin(job: Job) -> object:
    """Return what jobs have in common whose papers share most of what is laid out."""
    return job.form, job.place


def in_order(jobs: Sequence[Job]) -> list[Job]:
    """Return jobs so that those that take longest come first, together with what is akin to them."""
    weights = Counter[object]()
    for job in jobs:
        weights[_kin(job)] += len(job.entries) * len(job.targets)
    return sorted(jobs, key=lambda job: (-weights[_kin(job)], -len(job.entries)))


def _alone(job: Job, station: Station, done: Callable[[Result], None], watch: Watch) -> None:
    """Make a job in this process; where that is interrupted, ``done`` hears what there is of it."""
    results: list[Result] = []
    try:
        tell = Tell(results.append, watch.step)
        results.append(station.make(job, tell))
        tell.tell_steps()
    finally:
        for result in results[-1:]:
            done(result)


def thrifty(result: Result, job: Job) -> Result:
    """Return the same result, about the plan's own ``job`` and not a copy of it that a worker sent back.

    A run keeps the results of all its jobs until the manifest is written.
    """
    own = {(entry.label, entry.about): entry for entry in job.entries}
    shared: dict[int, Printout] = {}

    def share(printouts: tuple[Printout, ...]) -> tuple[Printout, ...]:
        return tuple(shared.get(id(one)) or shared.setdefault(id(one), about(one)) for one in printouts)

    def about(one: Printout) -> Printout:
        entry = own.get((one.label, one.about))
        return replace(one, label=entry.label, about=entry.about) if entry else one

    printouts = share(result.printouts)
    made = tuple(
        replace(one, printouts=printouts if one.printouts == result.printouts else share(one.printouts))
        for one in result.made
    )
    return replace(result, job=job, made=made, printouts=printouts)


def lost(job: Job) -> Result:
    """Return the result of a job whose worker was killed."""
    why = "做到一半被系统停掉了，多半是内存不够；关掉别的程序，再运行一次"
    return Result(job, failed=tuple(Skipped(job.form, job.title, entry.label, why) for entry in job.entries))


def prove(plan: Plan, station: Station) -> None:
    """Resolve every paper without printing any; raises ``HeldBackInStrictError`` where one would be skipped."""
    lines = [f"{left.title} {left.label}：{left.why}" for left in unmakeable(plan, station)]
    if lines:
        raise HeldBackInStrictError("--strict：下列文书做不出来，什么都没有写：\n" + "\n".join(lines))


def unmakeable(plan: Plan, station: Station) -> Iterator[Skipped]:
    """Resolve every paper of a plan without printing any; yield those that cannot be made, and why."""
    yield from plan.skipped
    for job in plan.jobs:
        for entry in job.entries:
            try:
                station.made(job.form, entry)
            except HeldBackError as error:
                yield Skipped(job.form, job.title, entry.label, str(error))
            except Exception as error:  # all of them at once
                yield Skipped(job.form, job.title, entry.label, told(error), trace(error))
