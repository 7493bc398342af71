"""The run: jobs go to workers, papers come back, and one bad record never stops the others."""

from __future__ import annotations

import multiprocessing
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ProcessPoolExecutor, wait
from concurrent.futures.process import BrokenProcessPool
from dataclasses import dataclass, field, replace
from pathlib import Path

from generator.errors import BaoxueError, Exit
from generator.forms.catalogue import Catalogue
from generator.forms.context import Context
from generator.forms.lower import house_styles, lower
from generator.forms.lowered import Paper, digest
from generator.forms.plan import Entry, Job, Plan, Skipped
from generator.forms.resolve import HeldBackError, Resolver
from generator.press.folder import edited, sha256, write
from generator.render import Printed, renderer

SHORT = 8
"""Hex digits of a value's digest: enough to see that it changed, too few to guess an ID number from."""


class HeldBackInStrictError(BaoxueError):
    """``--strict`` and a record that cannot be printed."""

    exit_code = Exit.PARTIAL


@dataclass(frozen=True, slots=True)
class Made:
    """A file that was made, or left because a person had edited it (``kept``)."""

    path: str
    sha256: str
    pages: tuple[int, ...] | None = None
    kept: bool = False


@dataclass(frozen=True, slots=True)
class Printout:
    """One record in a print file: digests of its skeleton and values, blanks to be filled in by hand."""

    label: str
    skeleton: str
    values: tuple[str, ...]
    by_hand: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Result:
    """What became of one job."""

    job: Job
    made: tuple[Made, ...] = ()
    printouts: tuple[Printout, ...] = ()
    skipped: tuple[Skipped, ...] = ()
    failed: tuple[Skipped, ...] = ()
    wrong_pages: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Station:
    """What a worker needs to make any job."""

    context: Context
    catalogue: Catalogue
    styles: Path
    out: Path
    overwrite: bool
    known: dict[str, str]  # path -> SHA-256 of what the last run made
    resolvers: dict[str, Resolver] = field(default_factory=dict)

    def resolver(self, form: str) -> Resolver:
        """Return the resolver of a form, made once."""
        if form not in self.resolvers:
            definition = self.catalogue.definitions[form]
            self.resolvers[form] = Resolver(definition, self.catalogue.fragments, self.context)
        return self.resolvers[form]

    def paper(self, form: str, entry: Entry) -> tuple[Paper, tuple[str, ...]]:
        """Return the paper about one record, and the blanks left in it.

        Raises ``HeldBackError`` where values are missing.
        """
        resolver = self.resolver(form)
        definition = resolver.definition
        resolved = resolver.resolve(self.context.records(definition.per)[entry.index])
        house = house_styles(self.styles)[definition.style]
        lowered = lower(resolved, house, landscape=definition.landscape, label=entry.label)
        return lowered, tuple(missing.label for missing in resolved.by_hand)

    def make(self, job: Job) -> Result:
        """Make one job, in all its formats."""
        papers: list[tuple[Entry, Paper]] = []
        printouts, skipped, failed = [], [], []
        for entry in job.entries:
            try:
                paper, blanks = self.paper(job.form, entry)
            except HeldBackError as error:
                skipped.append(Skipped(job.form, job.title, entry.label, str(error)))
            except Exception as error:  # one bad record never stops the batch
                failed.append(Skipped(job.form, job.title, entry.label, f"{type(error).__name__}：{error}"))
            else:
                papers.append((entry, paper))
                values = tuple(digest(value)[:SHORT] for value in paper.values())
                printouts.append(Printout(entry.label, paper.skeleton(), values, blanks))
        result = Result(job, (), tuple(printouts), tuple(skipped), tuple(failed))
        for fmt, target in job.targets if papers else ():
            result = self.printed(result, fmt, target, papers)
        return result

    def printed(self, result: Result, fmt: str, target: str, papers: list[tuple[Entry, Paper]]) -> Result:
        """Return ``result`` with one format added: printed, kept, or failed."""
        job = result.job
        path = self.out / target
        if not self.overwrite and edited(path, self.known.get(target)):
            kept = Made(target, sha256(path.read_bytes()), kept=True)
            return replace(result, made=(*result.made, kept))
        try:
            done, good, failed = self.attempt(job, fmt, papers)
            if done is None:
                return replace(result, failed=(*result.failed, *failed))
            write(path, done.data)
        except OSError as error:
            failed = [Skipped(job.form, job.title, target, f"写不进去：{error.strerror or error}")]
            return replace(result, failed=(*result.failed, *failed))
        wanted = self.catalogue.definitions[job.form].pages
        wrong = [
            f"{target}：{entry.label} 有 {count} 页，应为 {wanted} 页"
            for (entry, _), count in zip(good, done.pages or (), strict=False)
            if wanted and count != wanted
        ]
        return replace(
            result,
            made=(*result.made, Made(target, sha256(done.data), done.pages)),
            failed=(*result.failed, *failed),
            wrong_pages=(*result.wrong_pages, *wrong),
        )

    def attempt(
        self, job: Job, fmt: str, papers: list[tuple[Entry, Paper]]
    ) -> tuple[Printed | None, list[tuple[Entry, Paper]], list[Skipped]]:
        """Print all papers together; where that fails, find those at fault and print the others."""
        press = renderer(fmt)
        title = job.title

        def print_(some: Sequence[tuple[Entry, Paper]]) -> Printed:
            return press.render([paper for _, paper in some], copies=job.copies, duplex=job.duplex, title=title)

        try:
            return print_(papers), papers, []
        except OSError:
            raise
        except Exception:
            good, bad = [], []
            for entry, paper in papers:
                try:
                    print_([(entry, paper)])
                    good.append((entry, paper))
                except Exception as error:
                    bad.append(Skipped(job.form, title, entry.label, f"{fmt}：{type(error).__name__}：{error}"))
            return (print_(good) if good else None), good, bad


_station: Station | None = None


def _start(station: Station) -> None:
    global _station
    _station = station


def _make(job: Job) -> Result:
    assert _station is not None
    return _station.make(job)


def run(plan: Plan, station: Station, workers: int, done: Callable[[Result], None]) -> list[Result]:
    """Make every job with so many workers and return the results in the plan's order; ``done`` hears of each.

    A ``KeyboardInterrupt`` finishes nothing more and is raised again after the workers have stopped.
    """
    results: dict[int, Result] = {}
    for number, result in _results(plan, station, min(workers, len(plan.jobs))):
        results[number] = result
        done(result)
    return [results[number] for number in sorted(results)]


def _results(plan: Plan, station: Station, workers: int) -> Iterator[tuple[int, Result]]:
    if workers <= 1:
        yield from ((number, station.make(job)) for number, job in enumerate(plan.jobs))
        return
    context = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(workers, mp_context=context, initializer=_start, initargs=(station,)) as pool:
        heaviest = sorted(range(len(plan.jobs)), key=lambda number: -len(plan.jobs[number].entries))
        waiting: dict[Future[Result], int] = {pool.submit(_make, plan.jobs[number]): number for number in heaviest}
        try:
            while waiting:
                finished, _ = wait(waiting, return_when=FIRST_COMPLETED)
                for future in finished:
                    number = waiting.pop(future)
                    try:
                        yield number, future.result()
                    except BrokenProcessPool:
                        yield number, lost(plan.jobs[number])
        except BaseException:
            pool.shutdown(wait=True, cancel_futures=True)
            raise


def lost(job: Job) -> Result:
    """Return the result of a job whose worker was killed."""
    why = "工作进程被系统结束，请重新运行"
    return Result(job, failed=tuple(Skipped(job.form, job.title, entry.label, why) for entry in job.entries))


def prove(plan: Plan, station: Station) -> None:
    """Resolve every paper without printing any; raises ``HeldBackInStrictError`` where one would be skipped."""
    held = list(plan.skipped)
    for job in plan.jobs:
        for entry in job.entries:
            try:
                station.paper(job.form, entry)
            except HeldBackError as error:
                held.append(Skipped(job.form, job.title, entry.label, str(error)))
    if held:
        lines = [f"{left.title} {left.label}：{left.why}" for left in held]
        raise HeldBackInStrictError("--strict：下列文书做不出来，什么都没有写：\n" + "\n".join(lines))
