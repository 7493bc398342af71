"""Papers and scans become the files of a dossier, box by box, each with the pages that every paper in it has."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby
from pathlib import Path

from generator.dataset.models import School
from generator.forms.catalogue import Catalogue
from generator.forms.definition import Definition
from generator.forms.dossier import NOTHING, PARTLY, SIGNED, UNSIGNED, Filed
from generator.forms.plan import Job, safe_name
from generator.policy.answers import Evidence
from generator.press.dossier.manifest import BOXES
from generator.press.dossier.scans import Attachment, Form_, Known, Ready, words_of
from generator.press.dossier.units import Unit, box_of
from generator.press.run import Result
from generator.render.bound import page_count

OF_SCHOOLS = ("school", "class_teacher", "central_school")
"""Who issues what no office keeps."""
BOX_NUMBERS = range(1, 15)


@dataclass(frozen=True, slots=True)
class Leaf:
    """A file of the dossier before its place in it is known."""

    form: str  # empty where it is no paper of ours
    box: int
    title: str
    whose: str
    file: Path
    papers: tuple[tuple[str, int], ...]  # what each is called, and how many pages it has
    state: str
    remark: str = ""
    scanned: frozenset[int] = frozenset()  # which of the papers are scans, where some are and others are not

    @property
    def pages(self) -> int:
        """How many pages it has."""
        return sum(count for _, count in self.papers)

    def name(self, number: int, box: str) -> str:
        """Return where it lies in the folder of the dossier, as the file of that number."""
        called = safe_name(" ".join(filter(None, (f"{number:04}", self.title, self.whose))))
        return f"{BOXES}/{safe_name(f'{self.box:02} {box}')}/{called}.pdf"

    def evidence(self, first: int) -> Iterator[Evidence]:
        """Yield where in the dossier its papers are whose first page is ``first``: where some of them are signed,
        those that are and those that are not, each with the next of its kind."""
        if self.state != PARTLY:
            signed = None if self.state == NOTHING else self.state == SIGNED
            yield Evidence(first, self.title, signed, len(self.papers))
            return
        for signed, those in groupby(enumerate(self.papers), lambda one: one[0] in self.scanned):
            counts = [count for _, (_, count) in those]
            yield Evidence(first, self.title, signed, len(counts))
            first += sum(counts)

    def filed(self, number: int, page: int) -> Filed:
        """Return what the front pages say of it where its first page is ``page``."""
        return Filed(
            number, self.box, self.title, self.whose, len(self.papers), page, self.pages, self.state, self.remark
        )  # fmt: skip


def forms_of(catalogue: Catalogue, titles: Mapping[str, str], unit: Unit, kept_back: Collection[str]) -> list[Form_]:
    """Return every form as scans may call it; ``titles`` are those under which papers are filed, ``unit`` is whose
    dossier it is, ``kept_back`` what is not for those who receive it."""
    found, wider = [], not isinstance(unit.record, School)
    for form in catalogue.definitions.values():
        title = titles[form.id]
        called = {form.id, *form.covers, title, *(f"{row} {title}" for row in form.covers)}
        foreign = wider and form.issuer in OF_SCHOOLS
        found.append(Form_(form.id, form.box, frozenset(called), title, foreign, form.id in kept_back))
    return found


def known_papers(jobs: Sequence[Job], of_whom: Mapping[tuple[int, int], Sequence[str]]) -> list[Known]:
    """Return the papers that scans may be of, with the words that tell them; ``of_whom`` has names and numbers."""
    found = []
    for at, job in enumerate(jobs):
        common = bundle_words(job)
        for index, entry in enumerate(job.entries):
            said = frozenset[str]().union(*map(words_of, of_whom.get((at, index), ())))
            found.append(Known((at, index), job.form, common | words_of(entry.label) | said))
    return found


def bundle_words(job: Job) -> frozenset[str]:
    """Return the words that name all papers of a job: the school, the class, the paper."""
    path = job.targets[0][1].rpartition(".")[0]
    return frozenset[str]().union(*map(words_of, (*path.split("/"), job.place)))


def leaves(
    results: Sequence[Result], scans: Ready, catalogue: Catalogue, unit: Unit, titles: Mapping[str, str],
    needs: Mapping[str, bool], folder: Path,
) -> Iterator[Leaf]:  # fmt: skip
    """Yield the files of the dossier in the order of boxes, each with scans in the place of what was scanned.

    ``titles`` and ``needs`` tell of each form what it is called and whether it needs a signature, ``folder`` is where
    the made papers lie, and others are put.
    """
    at = 0
    for box in BOX_NUMBERS:
        while at < len(results) and box_of(results[at].job, catalogue) == box:
            if (leaf := _leaf(at, results[at], scans, catalogue, unit, needs, folder)) is not None:
                yield leaf
            at += 1
        yield from (_attached(one, file, titles, needs) for one, file in scans.attachments if one.box == box)


def _leaf(
    at: int, result: Result, scans: Ready, catalogue: Catalogue, unit: Unit, needs: Mapping[str, bool], folder: Path
) -> Leaf | None:
    """Return the file of a job, or nothing where none of its papers is there."""
    job, form = result.job, catalogue.definitions[result.job.form]
    title, whose = job.title, whose_of(job, form, unit)
    made = result.made[0] if result.made else None
    if at in scans.whole:
        count, wanted = page_count(scans.whole[at]), len(job.entries)
        enough = count >= wanted  # else it cannot be of all
        says = f"扫描件，全部{wanted}份" if enough else f"扫描件只有{count}页，应有{wanted}份"
        state = SIGNED if enough else UNSIGNED
        return Leaf(job.form, form.box, title, whose, scans.whole[at], ((whose or title, count),), state, says)
    scanned = {index: scans.papers[at, index] for index in range(len(job.entries)) if (at, index) in scans.papers}
    if made is None and not scanned:
        return None
    printed = list(zip((one.label for one in made.printouts), made.pages or (), strict=True)) if made else []
    if not scanned:
        state = UNSIGNED if needs[form.id] else NOTHING
        return Leaf(job.form, form.box, title, whose, folder / made.path, tuple(printed), state) if made else None
    together = folder / f"{at}.pdf"
    papers, places = _together(job, scanned, folder / made.path if made else None, printed, together)
    left = len(papers) - len(scanned)
    state = SIGNED if not left else PARTLY if needs[form.id] else NOTHING
    remark = f"有签字件{len(scanned)}份，未附{left}份" if left and needs[form.id] else ""
    return Leaf(job.form, form.box, title, whose, together, papers, state, remark, places)


def _together(
    job: Job, scanned: Mapping[int, Path], made: Path | None, printed: Sequence[tuple[str, int]], to: Path
) -> tuple[tuple[tuple[str, int], ...], frozenset[int]]:
    """Write the papers of a job as one PDF with scans in their places; return the pages of each, and which are scans.

    ``printed`` are the papers of the file that was ``made``, in the order of the job, which may have had more.
    """
    import pikepdf

    papers, places, at, left = list[tuple[str, int]](), set[int](), 0, list(printed)
    with pikepdf.new() as pdf:
        pages = pikepdf.open(made).pages if made else None
        for index, entry in enumerate(job.entries):
            count = left.pop(0)[1] if left and left[0][0] == entry.label else 0
            before = len(pdf.pages)
            if index in scanned:
                places.add(len(papers))
                pdf.pages.extend(pikepdf.open(scanned[index]).pages)
            elif pages is not None:
                pdf.pages.extend(pages[at : at + count])
            if len(pdf.pages) > before:
                papers.append((entry.label, len(pdf.pages) - before))
            at += count
        to.parent.mkdir(parents=True, exist_ok=True)
        pdf.save(to, deterministic_id=True, object_stream_mode=pikepdf.ObjectStreamMode.generate)
    return tuple(papers), frozenset(places)


def _attached(one: Attachment, file: Path, titles: Mapping[str, str], needs: Mapping[str, bool]) -> Leaf:
    """Return something scanned that is no paper of ours, or one that the data could not make."""
    title, whose = (titles[one.form], one.title) if one.form else (one.title, "")
    state = SIGNED if needs.get(one.form) else NOTHING
    return Leaf(one.form, one.box, title, whose, file, ((whose or title, page_count(file)),), state, "扫描件")


def whose_of(job: Job, form: Definition, unit: Unit) -> str:
    """Return of which class, child or day a file is, or which kind of contract, as far as its title does not say it."""
    stem = job.targets[0][1].rpartition("/")[2].rpartition(".")[0]
    for row in form.covers:
        stem = stem.removeprefix(f"{row} ")
    told = _untold(stem, job, unit)
    kinds = {_parts(entry.label)[-1] for entry in job.entries}
    return told or (_untold(kinds.pop(), job, unit) if len(kinds) == 1 else "")


_BETWEEN = re.compile(r"(?<!\d)-|-(?!\d)")
"""What parts the parts of a name, and not those of a day or a number."""
_TERM = re.compile(r"\d{4}—\d{4}学年")
_DAY = re.compile(r"(\d{4}-\d{1,2}-\d{1,2}|\d{4}年\d{1,2}月)\s?(.+)")


def _parts(name: str) -> list[str]:
    return _BETWEEN.split(name)


def _untold(name: str, job: Job, unit: Unit) -> str:
    """Return the parts of a name that neither title nor unit say: not the term, which is that of the whole dossier."""
    found = []
    for part in _parts(name):
        day, rest = found_.groups() if (found_ := _DAY.fullmatch(part)) else ("", part)
        if rest in (unit.folder, unit.name, job.place) or _TERM.match(rest) or _says(job.title, rest):
            rest = ""
        found.append(f"{day} {rest}".strip() if rest != part else part)
    return "-".join(filter(None, found))


def _says(title: str, words: str) -> bool:
    """Return whether a title has all the letters of some words, in their order."""
    letters = iter(title)
    return title in words or all(letter in letters for letter in words)
