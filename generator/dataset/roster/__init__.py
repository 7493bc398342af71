"""Brings a new roster into the dataset: compares, updates the workbooks, and asks a person what only one can say."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path

from generator import dataset as data_
from generator import files
from generator.dataset import safekeeping, sources
from generator.dataset.models import GRADES, Dataset, School, Student
from generator.dataset.roster import review as review_
from generator.dataset.roster.cells import apply, has_open_case, update
from generator.dataset.roster.compare import Merge, merge, same_birth, usable
from generator.dataset.roster.said import Said, digests, same
from generator.errors import DataError, Place, Problem, near

REVIEW = "导入核对"
_FEW = 3
_LEAST_KNOWN = 0.3  # of the children of a roster, or of the rolls, that there must be in both
_MOST_FALLEN = 0.3  # of them whose grade is lower than in the dataset
_NOTE = " 名册.bin"


@dataclass(frozen=True, slots=True)
class Roster:
    """A roster compared with the dataset, and what becomes of the files; nothing is written yet."""

    folder: Path
    merge: Merge
    changes: dict[Path, safekeeping.Change]
    problems: tuple[Problem, ...]
    decided: list[str]  # what became of the gone, for the user
    undecided: list[Student]  # of the gone
    notes: dict[str, bytes]  # what the roster says, for the next one

    @property
    def questions(self) -> bool:
        """Whether something is left to a person."""
        return bool(self.merge.unsure or self.undecided)


def prepare(
    data: Path,
    roster: Path,
    today: date,
    *,
    school: str = "",
    review: Path | review_.Review | None = None,
    yes: bool = False,
    force: bool = False,
) -> Roster:
    """Return what the ``roster`` changes in the dataset ``data``.

    ``school`` is the one it is of where it does not say so; ``review`` is what a person decided, or its workbook;
    with ``yes`` pairs of one name and date of birth are taken for one child. Raises DataError where a file cannot be
    used, and, without ``force``, where the roster looks like that of another school or year.
    """
    decided = review_.read(review, today) if isinstance(review, Path) else review or review_.Review()
    with data_.no_collection(), safekeeping.unchanged(data):
        _refuse_inside(data, roster)
        dataset, tables, _ = data_.draw(data)
        batches, problems = data_.read_roster(roster)
        folder = data if data.is_dir() else data.parent
        noted = {name.removesuffix(_NOTE): content for name, content in safekeeping.notes(folder).items()}
        last = {code: Said(content) for code, content in noted.items()}
        if not any(batch.records for batch in batches) and not problems:
            raise DataError([Problem(Place(roster.name), "名册里没有一个学生", "确认保存的是填好的那一份")])
        found = merge(dataset, tables, batches, problems, _school(dataset, school) if school else None, last)
        if not force:
            _refuse_strange(found, roster)
        _settle(found, decided, yes=yes)
        by_key = {review_.gone_key(student): student for student in found.gone}
        decisions = {id(by_key[key]): decision for key, decision in decided.gone.items() if key in by_key}
        made = update(found, tables, decisions, today)
        changes, left = apply(data, made)
    stale = [key for key in decided.gone if key not in by_key]
    told = (*found.problems, *made.problems, *left, *_stale(review, stale))
    undecided = [one for one in found.gone if id(one) not in decisions and not has_open_case(one)]
    notes = {code: content for code, content in _said(found, noted).items() if noted.get(code) != content}
    return Roster(
        folder, found, changes, told, made.decided, undecided, {f"{code}{_NOTE}": notes[code] for code in notes}
    )


def _refuse_strange(found: Merge, roster: Path) -> None:
    """Raise DataError where a roster of more than a few looks like that of another school or year."""
    known = [*found.known, *found.unsure]
    rows, enrolled = len(known) + len(found.new), len(known) + len(found.gone)
    if min(rows, enrolled) < _FEW:
        return
    if len(known) < _LEAST_KNOWN * min(rows, enrolled):
        what = f"名册上 {rows} 人，数据里只认得出 {len(known)} 人"
        raise DataError([Problem(Place(roster.name), what, "核对是不是本校、今年的；示例先删去；没有错就加 --force")])
    fallen = sum(_grade(match.row) < _grade(match.student) for match in known)
    if fallen >= _FEW and fallen > _MOST_FALLEN * len(known):
        what = f"名册上 {fallen} 人的年级比数据里低"
        raise DataError([Problem(Place(roster.name), what, "核对是不是去年的名册；没有错就加 --force")])


def _grade(student: Student) -> int:
    grade = student.class_.grade if student.class_ else None
    return GRADES.index(grade) if grade else 0


def _said(found: Merge, noted: Mapping[str, bytes]) -> dict[str, bytes]:
    """Return, by the code of each school, what the roster says of the children whose cells it has had its say in, and
    what was ``noted`` of the others, who may be on another part of it."""
    rows: dict[str, list[Student]] = defaultdict(list)
    for row in found.rows:
        rows[(row.school.code if row.school else None) or ""].append(row)
    return {code: digests(each, noted.get(code, b"")) for code, each in rows.items()}


def _settle(found: Merge, decided: review_.Review, *, yes: bool) -> None:
    """Put the unsure pairs of which it is said where they belong: to the known, or the row to the new.

    A class that only rows name that are not taken over waits for them.
    """
    pairs, found.unsure = found.unsure, []
    for match in pairs:
        one = decided.same.get(review_.pair_key(match))
        if one is None and yes and same(match.row.name, match.student.name) and same_birth(match.row, match.student):
            one = True
        if one is None:
            found.unsure.append(match)
        elif one:
            found.known.append(match)
        elif usable(match.row, found.problems):
            found.new.append(match.row)
    named = {id(row.class_) for row in found.rows}
    found.classes = [class_ for class_ in found.classes if id(class_) in named]


def carry_out(roster: Roster, when: datetime) -> Sequence[Path]:
    """Write the workbooks that a roster changes, and return the copies of what they held.

    Raises ``SafekeepingError`` where one cannot be written.
    """
    if not roster.changes and not roster.notes:
        return []
    return safekeeping.replace(roster.folder, roster.changes, when, roster.notes)


def ask(roster: Roster, folder: Path) -> Path:
    """Write what is left to a person as a workbook in ``folder``, and return it.

    An earlier one stays as it is, and is returned where it asks the same. Raises ``SafekeepingError`` where none can be
    written.
    """
    for earlier in sorted(folder.glob(f"{REVIEW}*.xlsx")):
        if review_.asks_the_same(earlier, roster.merge):
            return earlier
    path = safekeeping.free(folder / f"{REVIEW}.xlsx")
    try:
        files.write(path, review_.write(roster.merge))
    except OSError as error:
        raise safekeeping.SafekeepingError(f"核对表写不进 {folder}：{files.reason(error)}") from None
    return path


def _school(dataset: Dataset, name: str) -> School:
    """Return the school of that name or code; raises DataError."""
    names = [(each, one) for one in dataset.schools for each in (one.code, one.name, one.short_name) if each]
    found = {id(one): one for each, one in names if each == name}
    if len(found) > 1:
        what = f"数据里有 {len(found)} 所学校叫“{name}”"
        raise DataError([Problem(Place(dataset.file, School.sheet), what, "--school 写学校标识码")])
    if not found:
        what = f"数据里没有学校“{name}”{near(name, [each for each, _ in names])}"
        raise DataError([Problem(Place(dataset.file, School.sheet), what, "改正 --school")])
    return next(iter(found.values()))


def _refuse_inside(data: Path, roster: Path) -> None:
    """Raise DataError where a roster lies among the files of the dataset: its children would be there already."""
    place = roster.resolve()
    if data.is_dir() and any(
        place in (file, *file.parents) for file in map(Path.resolve, sources.files(data).values())
    ):
        raise DataError([Problem(Place(roster.name), "名册放在数据的文件夹里", "移到别处，再导入")])


def _stale(review: Path | review_.Review | None, keys: list[tuple[str, ...]]) -> list[Problem]:
    what = "核对表里的这一行已经对不上：{}{}"
    where = Place(review.name if isinstance(review, Path) else "")
    return [Problem(where, what.format(*key), "数据或名册变了；再导入一次，用新的核对表", "warning") for key in keys]
