"""The print plan: how many sheets of which paper it takes to print what was made, or what is going to be.

A print file in several formats is one pile of paper. Every copy of every paper begins on a sheet of its own. Pages are
those that were laid out; before that, and in Word alone, those that the definition promises; else they are unknown.
What is put between papers takes sheets of its own, once.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from generator.forms.arrange import ORDERS
from generator.forms.catalogue import Catalogue
from generator.forms.lower import house_styles, page
from generator.forms.plan import Job, Plan, Skipped
from generator.forms.stack import SIDES
from generator.press.folder import edited, known_files, read_manifest
from generator.press.inserts import promised
from generator.press.papersize import size, stock
from generator.press.standing import Standing, State
from generator.resources import styles_file

TO_PRINT = (State.MADE, State.KEPT, State.EARLIER)
"""How files stand that are fit to be printed: none that the last run found out of date."""


@dataclass(frozen=True, slots=True)
class Line:
    """A print file: how many papers, copies of each, pages of one copy of all, and sheets in all; ``inserts`` are the
    pages, counted in both, of what is no paper."""

    form: str
    place: str
    title: str
    file: str  # without the format
    papers: int | None
    copies: int | None
    pages: int | None
    sheets: int | None
    paper: str
    duplex: bool | None
    inserts: int = 0
    order: str = ""

    def __str__(self) -> str:
        papers = "份数不明" if self.papers is None else f"{self.papers} 份"
        pages = "页数不明" if self.pages is None else f"一套 {self.pages} 页"
        if self.inserts:
            pages += f"（含隔页、登记表 {self.inserts} 页）"
        sheets = "" if self.sheets is None else f"{self.sheets:,} 张"
        copies = "" if self.copies is None else f" × {self.copies}"
        return "\t".join(
            (self.file, papers + copies, pages, f"{sheets} {self.paper} {SIDES.get(self.duplex, '')}".strip())
        )


@dataclass(frozen=True, slots=True)
class Total:
    """What one school needs of one paper, or ``over_all``; the sheets of ``unknown`` files are not in it."""

    place: str
    paper: str
    duplex: bool | None
    over_all: bool = False
    sheets: int = 0
    files: int = 0
    unknown: int = 0

    def __str__(self) -> str:
        of = " ".join(part for part in (self.paper or "纸张不明", SIDES.get(self.duplex, "")) if part)
        if self.unknown == self.files:
            return f"{of} {self.unknown} 个文件，张数不明"
        known = f"{of} {self.sheets:,} 张"
        return f"{known}，另有 {self.unknown} 个文件张数不明" if self.unknown else known


@dataclass(frozen=True, slots=True)
class PrintPlan:
    """The print files, in order."""

    lines: tuple[Line, ...]

    @property
    def totals(self) -> tuple[Total, ...]:
        """What each school needs of each paper, in the order of the files, then what all need."""
        found: dict[str, dict[tuple[str, bool | None], Total]] = {line.place: {} for line in self.lines}
        over_all: dict[tuple[str, bool | None], Total] = {}
        for line in self.lines:
            key = (stock(line.paper), line.duplex)
            for sums, place in ((found[line.place], line.place), (over_all, "")):
                sums[key] = _added(sums.get(key) or Total(place, *key, sums is over_all), line)
        return tuple(total for sums in (*found.values(), over_all) for total in sums.values())


def of_folder(files: Iterable[Standing]) -> PrintPlan:
    """Return the plan of what lies in a folder and is fit to be printed."""
    piles: dict[str, list[Standing]] = {}
    for file in files:
        if file.state in TO_PRINT:
            piles.setdefault(file.path.rpartition(".")[0], []).append(file)
    return PrintPlan(tuple(_line(stem, pile) for stem, pile in piles.items()))


def in_folder(out: Path) -> PrintPlan:
    """Return the plan of what runs made in a folder; which of it the last one found out of date is not known any more.

    Of a file that a person edited, or that is gone, there is nothing to count.
    """
    entries, known = read_manifest(out)["files"], known_files(out)
    there = [(path, entry) for path, entry in entries.items() if (out / path).is_file()]
    return of_folder(
        Standing(path, entry, State.EARLIER, edited(out / path, known.get(path, ()))) for path, entry in there
    )


def of_plan(planned: Plan, catalogue: Catalogue, left: Iterable[Skipped] = ()) -> PrintPlan:
    """Return the plan of what is going to be made, but for papers that are ``left`` out."""
    out = {(one.form, one.label) for one in left}
    return PrintPlan(tuple(line for job in planned.jobs if (line := _planned(job, catalogue, out)).papers))


def _added(total: Total, line: Line) -> Total:
    unknown = line.sheets is None
    return replace(
        total, sheets=total.sheets + (line.sheets or 0), files=total.files + 1, unknown=total.unknown + unknown
    )


def _line(stem: str, pile: Sequence[Standing]) -> Line:
    first, entry = pile[0], pile[0].entry
    order: Any = entry.get("order", "")
    line = Line(
        entry.get("form", ""), entry.get("place", ""), entry.get("title", ""), stem, first.papers, entry.get("copies"),
        None, None, entry.get("paper", ""), entry.get("duplex"), order=ORDERS.get(order, ""),
    )  # fmt: skip
    if first.edited:
        return line
    inserts = next((file.inserts for file in pile if not file.edited and file.entry.get("pages")), first.inserts)
    return _reckoned(line, _pages(pile), inserts)


def _pages(pile: Sequence[Standing]) -> list[int] | None:
    """Return the pages of each paper: as laid out in a format that tells, else as promised of what is laid out."""
    records = pile[0].entry.get("records")
    if not records:
        return None
    same = [file.entry for file in pile if not file.edited and file.entry.get("records") == records]
    counted: list[int] | None = next((entry["pages"] for entry in same if entry.get("pages")), None)
    if counted:
        return counted
    promised = 0 if pile[0].path.endswith(".xlsx") else pile[0].entry.get("declared", 0)
    return [promised] * len(records) if promised else None


def _planned(job: Job, catalogue: Catalogue, out: set[tuple[str, str]]) -> Line:
    definition = catalogue.definitions[job.form]
    there = {entry for entry in job.entries if (job.form, entry.label) not in out}
    paper = size(page(house_styles(styles_file())[definition.style], landscape=definition.landscape))
    laid_out = any(fmt != "xlsx" for fmt, _ in job.targets)
    stem = job.targets[0][1].rpartition(".")[0]
    order: Any = job.order
    line = Line(
        job.form, job.place, job.title, stem, len(there), job.copies, None, None, paper, job.duplex,
        order=ORDERS.get(order, ""),
    )  # fmt: skip
    pages = [job.pages] * len(there) if job.pages and laid_out else None
    return _reckoned(line, pages, promised(job, there) if laid_out else ())


def _reckoned(line: Line, pages: Sequence[int] | None, inserts: Sequence[int]) -> Line:
    """Return a line with its pages and sheets, where pages are known."""
    line = replace(line, inserts=sum(inserts))
    if pages is None or line.copies is None or line.duplex is None:
        return line

    def sheets(counts: Iterable[int]) -> int:
        return sum(-(-count // 2) if line.duplex else count for count in counts)

    return replace(line, pages=sum(pages) + line.inserts, sheets=line.copies * sheets(pages) + sheets(inserts))
