"""Which scan is of which paper: read from the names of its folders and of itself, and never guessed."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from generator.files import write
from generator.press.dossier.manifest import OF_SYSTEM
from generator.render.scans import SUFFIXES, UnreadableScanError, pages_of

FOLDER = "扫描件"
_WORDS = re.compile(r"[\s_\-—－.，,、]+")
_DATE = re.compile(r"(\d{4})[-.年](\d{1,2})[-.月](\d{1,2})日?")
_COUNTED = re.compile(r"(?:第?(\d{1,3})页?|p(\d{1,3}))")
"""How a page of a paper that was scanned page by page is counted: 2, 第2页, p2."""


@dataclass(frozen=True, slots=True)
class Known:
    """A paper that scans may be of: where it is, its form, and every word that tells it from others."""

    at: tuple[int, int]  # the job, and the entry in it
    form: str
    words: frozenset[str]


@dataclass(frozen=True, slots=True)
class Form_:
    """A form as scans may call it."""

    id: str
    box: int
    called: frozenset[str]  # its id, its rows in the catalogue, its title
    title: str
    foreign: bool = False  # of schools, where the dossier is that of somebody wider
    kept_back: bool = False  # not for those who receive the dossier


@dataclass(frozen=True, slots=True)
class Attachment:
    """Something that was scanned and belongs to a box, or to a form of which there is no such paper."""

    box: int
    title: str
    files: tuple[Path, ...]
    form: str = ""


@dataclass(slots=True)
class Sorted:
    """Scans, each with what it is of: papers by their places, attachments, and what fits nothing or too much."""

    papers: dict[tuple[int, int], tuple[Path, ...]] = field(default_factory=dict)
    whole: dict[int, tuple[Path, ...]] = field(default_factory=dict)  # of all papers of a job
    attachments: list[Attachment] = field(default_factory=list)
    unknown: list[tuple[str, str]] = field(default_factory=list)  # (path in the folder, why)


def found(folder: Path) -> list[Path]:
    """Return every file in a folder of scans, in the order in which people count."""
    if not folder.is_dir():
        return []
    files = (path for path in folder.rglob("*") if path.is_file())
    shown = (path for path in files if not any(map(_hidden, path.relative_to(folder).parts)))
    return sorted(shown, key=lambda path: _as_counted(str(path.relative_to(folder))))


@dataclass(frozen=True, slots=True)
class Owners:
    """The units whose scans may lie in one folder: schools, townships and counties by what their folders are called,
    each with the words of its names. ``unit`` is the one whose dossier is made; what names none is its where it is
    ``alone``."""

    unit: str
    levels: Sequence[Mapping[str, Collection[frozenset[str]]]]
    alone: bool

    @property
    def words(self) -> frozenset[str]:
        """The words by which a scan says that it is of the unit."""
        return frozenset[str]().union(*(name for level in self.levels for name in level.get(self.unit, ())))


def of_unit(folder: Path, files: Iterable[Path], owners: Owners) -> tuple[list[Path], list[tuple[str, str]]]:
    """Return the scans of a unit, and those of which nobody can tell whose they are, with why; others' are left out."""
    own, nobodys = [], list[tuple[str, str]]()
    for file in files:
        shown = file.relative_to(folder).as_posix()
        parts = [words_of(part) for part in shown.rpartition(".")[0].split("/")]
        named = next(filter(None, (_said(level, parts) for level in owners.levels)), [])
        if named == [owners.unit] or (not named and owners.alone):
            own.append(file)
        elif not named:
            nobodys.append((shown, f"看不出是哪个单位的，请放进名叫“{owners.unit}”的文件夹"))
        elif owners.unit in named:
            nobodys.append((shown, f"看不出是{'、'.join(named)}哪一个的"))
    return own, nobodys


def _said(level: Mapping[str, Collection[frozenset[str]]], parts: Sequence[frozenset[str]]) -> list[str]:
    """Return the units that a path names."""
    return [unit for unit, names in level.items() if any(name <= part for name in names for part in parts)]


@dataclass(slots=True)
class Ready:
    """Scans as PDF files of A4 pages, each by what it is of, and what fits nothing, fits too much or cannot be read."""

    papers: dict[tuple[int, int], Path] = field(default_factory=dict)
    whole: dict[int, Path] = field(default_factory=dict)
    attachments: list[tuple[Attachment, Path]] = field(default_factory=list)
    unknown: list[tuple[str, str]] = field(default_factory=list)


def ready(scans: Sorted, folder: Path, into: Path) -> Ready:
    """Return the scans of ``folder`` as files below ``into``; one that cannot be read holds up no other."""
    done = Ready(unknown=list(scans.unknown))

    def read(files: Sequence[Path]) -> Path | None:
        number = len(done.papers) + len(done.whole) + len(done.attachments)
        path = into / f"{number}.pdf"
        try:
            write(path, pages_of(files), settled=False)
        except UnreadableScanError as error:
            done.unknown.append((files[0].relative_to(folder).as_posix(), str(error)))
            return None
        return path

    for place, files in scans.papers.items():
        if path := read(files):
            done.papers[place] = path
    for job, files in scans.whole.items():
        if path := read(files):
            done.whole[job] = path
    for one in scans.attachments:
        if path := read(one.files):
            done.attachments.append((one, path))
    return done


@dataclass(frozen=True, slots=True)
class _Place:
    """Where a scan goes: to a paper, to all papers of a job, or to a box; or why nowhere."""

    paper: tuple[int, int] | None = None
    job: int | None = None
    box: int = 0
    title: str = ""
    form: str = ""
    why: str = ""


def _hidden(name: str) -> bool:
    return name.lower() in OF_SYSTEM or name.startswith((".", "~$"))


def sort(
    folder: Path,
    files: Iterable[Path],
    forms: Sequence[Form_],
    papers: Sequence[Known],
    boxes: Sequence[str],
    bundles: Mapping[int, Collection[str]],
    said: Collection[str] = (),
) -> Sorted:
    """Return what each of the scans is of; ``bundles`` has the words that name all papers of a job together, ``said``
    those that name the unit, of which all of them are."""
    done, pages = Sorted(), dict[_Place, list[Path]]()
    for file in files:
        shown = file.relative_to(folder).as_posix()
        if file.suffix.lower() in SUFFIXES:
            place = _place(shown, forms, papers, boxes, bundles, said)
        else:
            place = _Place(why=f"不是扫描件能用的格式，请存成 {'、'.join(name[1:] for name in SUFFIXES)}")
        if place.why:
            done.unknown.append((shown, place.why))
        else:
            pages.setdefault(place, []).append(file)
    for place, those in pages.items():
        if place.paper is not None:
            done.papers[place.paper] = tuple(those)
        elif place.job is not None:
            done.whole[place.job] = tuple(those)
        else:
            done.attachments.append(Attachment(place.box, place.title, tuple(those), place.form))
    return done


def _place(
    shown: str,
    forms: Sequence[Form_],
    papers: Sequence[Known],
    boxes: Sequence[str],
    bundles: Mapping[int, Collection[str]],
    said: Collection[str],
) -> _Place:
    """Return where a scan goes by its path in the folder."""
    *folders, name = shown.split("/")
    box, named, words, last = 0, list[Form_](), list[str](), ""
    parts = (*folders, name.rpartition(".")[0])
    for at, part in enumerate(parts):
        last = rest = _told(part)
        numbered = at == len(parts) - 1 and rest.isdigit()  # by the scanner, of a file
        if not box and not named and not numbered and (told := _box(rest, boxes)):
            box, rest = told
        if not named:
            named, rest = _named(rest, forms)
        words += [word for word in _words(rest) if word not in said]
    if box and named:
        named = [form for form in named if form.box == box]
        if not named:
            return _Place(why="盒号和文书对不上，请改文件夹的名字")
    if not named:
        why = "看不出是哪一盒、哪一份文书，请按盒号或文书建文件夹"
        return _Place(box=box, title=last) if box else _Place(why=why)
    if all(form.kept_back for form in named):
        return _Place(why=f"《{named[0].title}》不提供给看这份档案的人，不放进去")
    wanted = {form.id for form in named}
    fitting = [paper for paper in papers if paper.form in wanted]
    if place := _of(words, fitting, bundles):
        return place
    if all(form.foreign for form in named):
        return _Place(why=f"《{named[0].title}》是学校的文书，不放进这份档案")
    if len(named) == 1 and not (words and fitting):
        return _Place(box=named[0].box, title="、".join(words), form=named[0].id)
    return _Place(why=f"看不出是哪一份《{named[0].title}》，请写上班级、姓名或学号")


def _of(words: Sequence[str], papers: Sequence[Known], bundles: Mapping[int, Collection[str]]) -> _Place | None:
    """Return which of these papers the words tell, or all of a job.

    A short number may count pages or be that of a seat, and therefore tells nothing.
    """
    said = {word for word in words if not _COUNTED.fullmatch(word)}
    fitting = [paper for paper in papers if said <= paper.words]
    if len(fitting) == 1:
        return _Place(paper=fitting[0].at)
    called = [job for job in {paper.at[0] for paper in papers} if said <= {*bundles.get(job, ())}]
    return _Place(job=called[0]) if len(called) == 1 else None


def _box(text: str, boxes: Sequence[str]) -> tuple[int, str] | None:
    """Return the box that a name is that of, or begins with where it has the box's name too, and the rest of it."""
    for number, name in enumerate(boxes, start=1):
        counted = f"(?:第{number}盒|盒{number}|0?{number})"
        if found_ := re.fullmatch(rf"{counted}?\s*{re.escape(name)}(?:[\s\-_]+(.*))?|{counted}", text):
            return number, found_.group(1) or ""
    return None


def _named(text: str, forms: Sequence[Form_]) -> tuple[list[Form_], str]:
    """Return the forms that a name calls by most of its letters, and the rest of it."""
    spaced = _spaced(text)
    said = {form.id: [name for name in form.called if _spaced(name) in spaced] for form in forms}
    most = max((sum(map(len, names)) for names in said.values()), default=0)
    if not most:
        return [], text
    found_ = [form for form in forms if sum(map(len, said[form.id])) == most]
    for name in sorted({name for form in found_ for name in said[form.id]}, key=len, reverse=True):
        spaced = spaced.replace(_spaced(name), " ", 1)
    return found_, spaced.strip()


def _spaced(text: str) -> str:
    return f" {' '.join(_words(_told(text)))} "


def _told(text: str) -> str:
    return unicodedata.normalize("NFKC", text).strip()


def words_of(text: str) -> frozenset[str]:
    """Return the words of a name, as scans are compared by them."""
    return frozenset(_words(_told(text)))


def _words(text: str) -> list[str]:
    joined = _DATE.sub(lambda day: f" {int(day[1])}/{int(day[2])}/{int(day[3])} ", text)
    return [word.casefold() for word in _WORDS.split(joined) if word]


def _as_counted(text: str) -> list[tuple[int, str]]:
    """Return what sorts 2 before 10."""
    return [(int(part), "") if part.isdigit() and part.isascii() else (0, part) for part in re.split(r"(\d+)", text)]
