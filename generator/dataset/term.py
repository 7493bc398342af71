"""Rolls a dataset over to the next term or school year: classes up, leavers out, baselines frozen, history kept.

What the next term has no use for is taken out of the workbooks. Before that they are copied whole into the folder 历年,
from which all papers of a past term can be made again.
"""

from __future__ import annotations

import re
import shutil
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from pathlib import Path

from generator import dataset as data_
from generator import files
from generator.dataset import columns, safekeeping, sources
from generator.dataset.checks import check
from generator.dataset.classnames import readings, renamed
from generator.dataset.contradictions.dates import terms
from generator.dataset.folders import HISTORY
from generator.dataset.models import (
    GRADES,
    Absence,
    Case,
    Class,
    County,
    Dataset,
    Filing,
    Record,
    School,
    Settings,
    Student,
    Township,
    Visit,
    header_of,
)
from generator.dataset.roster.cells import Update, apply
from generator.dataset.sources import Table
from generator.errors import DataError, Place, Problem, near

AWAY = ("转出", "死亡", "毕业")
"""Statuses of children who are not the school's any more; the register keeps them to the end of the school year."""
TOPS = {"小学": "六年级", "中心校": "六年级", "初级中学": "九年级", "九年一贯制学校": "九年级"}
"""The grade from which children leave, by kind of school; from a 教学点 it is the highest that it has."""
LAST_STARTS = {"last_primary": "小学", "last_junior": "初中"}
FIGURES: dict[type[Record], tuple[str, ...]] = {
    County: ("entrants_nine",),
    Township: (
        "school_age_primary", "school_age_junior", "school_age_disabled", "elsewhere_primary", "elsewhere_junior",
        "elsewhere_disabled",
    ),
    School: (*LAST_STARTS, "entrants_junior"),
}  # fmt: skip
"""What is typed in of one school year and wrong in the next."""
FIRST, SECOND = "第一学期", "第二学期"
_HOLIDAYS = timedelta(days=45)  # before a term, in which things are done for it
_FREEZE_WITHIN = timedelta(days=45)  # of the first day of the school year; later the baseline stands
_ASKED = Place("--start、--end")
_YEARS = re.compile(r"(\d{4})(\D+)(\d{4})(.*)")


@dataclass(slots=True)
class Term:
    """What becomes of a dataset in its next term; nothing is written yet."""

    data: Path
    dataset: Dataset
    year: str = ""
    term: str = ""
    start: date = date.min  # its first day
    stays: bool = False  # only baselines change
    promoted: list[Class] = field(default_factory=list)
    leaving: list[Class] = field(default_factory=list)
    leavers: list[Student] = field(default_factory=list)  # of the leaving classes
    away: list[Student] = field(default_factory=list)  # who had left before
    suspended: list[Student] = field(default_factory=list)  # who move up with their classes
    gone: list[Record] = field(default_factory=list)  # whose rows are taken out
    changes: dict[Path, safekeeping.Change] = field(default_factory=dict)

    @property
    def folder(self) -> Path:
        """The folder that the files lie in."""
        return self.data if self.data.is_dir() else self.data.parent

    @property
    def new_year(self) -> bool:
        """Whether a school year begins."""
        return self.term == FIRST

    @property
    def dropped(self) -> dict[str, int]:
        """How many rows of each sheet are taken out."""
        return dict(Counter(record.sheet for record in self.gone))


def prepare(data: Path, start: date, end: date, tops: Mapping[str, str], *, handed_over: bool = False) -> Term:
    """Return what becomes of the dataset ``data`` in its next term, which lasts from ``start`` to ``end``.

    ``tops`` gives the grade from which children leave, by a school's short name, where it is not that of its kind.
    Raises DataError where the dataset has errors, or children leave whose cases are open and not ``handed_over``.
    """
    with data_.no_collection(), safekeeping.unchanged(data):
        dataset, tables = _sound(data)
        rolled = _next(data, dataset, start, end)
        edits = _Edits(tables)
        edits.set_all(Settings, _settings(rolled, start, end))
        if rolled.new_year:
            _promote(rolled, edits, _tops(dataset, tops))
            _refuse_open([] if handed_over else rolled.leavers)
        _drop_past(rolled)
        if rolled.new_year:
            _move_up(rolled, edits)
        for record in rolled.gone:
            edits.remove(record)
        rolled.changes = edits.applied(data)
    return rolled


def freeze(data: Path, today: date) -> Term:
    """Return a dataset of which each class's baseline is its roll of today; the term stays.

    Raises DataError where the dataset has errors, or the school year began too long ago for a baseline.
    """
    with data_.no_collection(), safekeeping.unchanged(data):
        dataset, tables = _sound(data)
        start = dataset.settings.term_start
        if start is None or dataset.settings.term != FIRST or today > start + _FREEZE_WITHIN:
            what = f"学年初人数在开学 {_FREEZE_WITHIN.days} 天以内定，现在不能再改"
            raise DataError([Problem(dataset.settings.where("term_start"), what, "确实填错的在“班级”表里改")])
        frozen = Term(data, dataset, dataset.settings.year or "", FIRST, stays=True)
        edits = _Edits(tables)
        for class_ in dataset.classes:
            if class_.baseline != class_.size:
                frozen.promoted.append(class_)
                edits.set(class_, "baseline", str(class_.size))
        frozen.changes = edits.applied(data)
    return frozen


def carry_out(term: Term, when: datetime) -> tuple[Path | None, Sequence[Path]]:
    """Copy the dataset of a term that ends into 历年, write what it is to be, and return where the copy is and those by
    which it can be undone.

    Raises ``SafekeepingError`` where something cannot be written.
    """
    if term.stays:
        return None, safekeeping.replace(term.folder, term.changes, when)
    settings = term.dataset.settings
    kept = term.folder / HISTORY / f"{settings.year}{settings.term}"
    with _written(
        kept, {path.relative_to(term.folder): path.read_bytes() for path in sources.files(term.data).values()}
    ):
        return kept, safekeeping.replace(term.folder, term.changes, when)


@contextmanager
def _written(folder: Path, contents: Mapping[Path, bytes]) -> Iterator[None]:
    """Have ``contents`` in a folder of their own if the block ends well, and what was there before if not.

    A copy of that term from before it was taken back is put aside, so that the plain name is that of the right one.
    """
    aside = safekeeping.free(folder.with_name(f"{folder.name} 撤销前"))
    try:
        if folder.exists():
            folder.rename(aside)
        for path, content in contents.items():
            files.write(folder / path, content)
        yield
    except BaseException as error:
        shutil.rmtree(folder, ignore_errors=True)
        with suppress(OSError):
            aside.rename(folder) if aside.exists() else folder.parent.rmdir()
        if isinstance(error, OSError):
            raise safekeeping.SafekeepingError(f"{folder} 写不进去：{files.reason(error)}；数据没有动") from None
        raise


# What is there


def _sound(data: Path) -> tuple[Dataset, list[Table]]:
    """Return a dataset in which nothing is wrong, and its tables; raises DataError with what is."""
    dataset, tables, problems = data_.draw(data)
    problems = [problem for problem in (*problems, *check(dataset)) if problem.level == "error"]
    if problems:
        raise DataError([*problems, Problem(Place(data.name), "数据里有错误，不能换学期", "先改好，再换")])
    return dataset, tables


def _next(data: Path, dataset: Dataset, start: date, end: date) -> Term:
    settings = dataset.settings
    found = _YEARS.fullmatch(settings.year or "")
    assert found  # the checks saw to it
    same_year = settings.term == FIRST
    first, last = (int(found[number]) + (not same_year) for number in (1, 3))
    rolled = Term(data, dataset, f"{first}{found[2]}{last}{found[4]}", SECOND if same_year else FIRST, start)
    planned = Settings(settings.origin, rolled.year, rolled.term, start, end)
    wrong = [replace(each, place=_ASKED, also=()) for each in terms(Dataset(settings=planned))]
    if settings.term_end and start <= settings.term_end:
        what = f"开学日期 {start} 不晚于现在这个学期的结束日期 {settings.term_end}"
        wrong.append(Problem(_ASKED, what, "改正 --start，或数据里的学期结束日期"))
    if end <= start:
        wrong.append(Problem(_ASKED, f"学期结束日期 {end} 不晚于开学日期 {start}", "改正 --start 和 --end"))
    if wrong:
        raise DataError(wrong)
    return rolled


def _tops(dataset: Dataset, given: Mapping[str, str]) -> dict[int, int]:
    """Return the index of the grade from which the children of each school leave."""
    names = {name: school for school in dataset.schools for name in (school.short_name, school.name, school.code)}
    wrong = [
        Problem(Place(dataset.file), f"没有学校“{name}”{near(name, [str(each) for each in names])}", "改正 --top")
        for name in given
        if name not in names
    ]
    wrong += [
        Problem(Place(dataset.file), f"“{grade}”不是年级{near(grade, GRADES)}", "改正 --top，如 某某小学=五年级")
        for grade in given.values()
        if grade not in GRADES
    ]
    if wrong:
        raise DataError(wrong)
    said = {id(names[name]): grade for name, grade in given.items()}
    return {id(school): GRADES.index(said.get(id(school)) or _top(school)) for school in dataset.schools}


def _top(school: School) -> str:
    grades = [class_.grade for class_ in school.classes if class_.grade]
    return TOPS.get(school.kind or "") or max(grades, key=GRADES.index, default=GRADES[-1])


# What changes


class _Edits:
    """Edits of the dataset's tables, by record and attribute."""

    def __init__(self, tables: Iterable[Table]) -> None:
        self.tables = {(table.file, table.sheet): table for table in tables}
        self.update = Update()

    def set_all(self, model: type[Record], texts: Mapping[str, str]) -> None:
        """Set the same texts in every row of the sheets of ``model``, where they have the columns."""
        for table in self.tables.values():
            if columns.sheets().get(table.sheet) is not model:
                continue
            edits = self.update.files[table.file]  # ``apply`` refuses YAML, whose tables have no letters
            letters = columns.letters(table)
            for row in table.rows:
                for attribute in texts.keys() & letters.keys():
                    edits.texts[table.sheet][(row, letters[attribute])] = texts[attribute]

    def text(self, record: Record, attribute: str) -> str:
        """Return what is written for an attribute."""
        place = record.where(attribute)
        table = self.tables.get((place.file, place.sheet))
        return table.text(place) if table else ""

    def set(self, record: Record, attribute: str, text: str, *, needed: bool = False) -> None:
        """Set what is written for an attribute, where there is a column for it; raises DataError where it is ``needed``
        and there is none."""
        origin = record.origin
        if origin and (letter := origin.letters.get(attribute)):
            self.update.files[origin.file].texts[origin.sheet][(origin.row, letter)] = text
        elif needed:
            what = f"换学年要填“{header_of(type(record), attribute)}”，而表里没有这一列"
            raise DataError([Problem(record.where(attribute), what, "补上这一列，再换")])

    def remove(self, record: Record) -> None:
        """Take the row of a record out."""
        if record.origin:
            self.update.files[record.origin.file].removed[record.origin.sheet].add(record.origin.row)

    def applied(self, data: Path) -> dict[Path, safekeeping.Change]:
        """Return what the files hold and are to hold; raises DataError, for each column once, where a formula or a
        merged cell stands in the way. What no paper speaks of may stay behind."""
        changes, left = apply(data, self.update)
        first: dict[tuple[str, str, str], Place] = {}
        for place in (problem.place for problem in left):
            letter = place.cell.rstrip("0123456789")
            if letter in columns.letters(self.tables[place.file, place.sheet]).values():
                first.setdefault((place.file, place.sheet, letter), place)
        if first:
            what, todo = (
                "从这一格起有公式或合并的单元格，换学期要改或要移走",
                "把这一列改成值、取消合并，每行填上，再换",
            )
            raise DataError(Problem(place, what, todo) for place in first.values())
        return changes


def _settings(rolled: Term, start: date, end: date) -> dict[str, str]:
    """Return what the settings of the next term are; the day of the papers is left to be said anew."""
    return {
        "year": rolled.year,
        "term": rolled.term,
        "term_start": start.isoformat(),
        "term_end": end.isoformat(),
        "today": "",
    }


def _promote(rolled: Term, edits: _Edits, tops: Mapping[int, int]) -> None:
    """Move the classes up a grade, with their roll as the new year's baseline; those of the top grade leave."""
    _move_figures(rolled.dataset, edits)
    for class_ in rolled.dataset.classes:
        if GRADES.index(class_.grade or "") < tops[id(class_.school)]:
            rolled.promoted.append(class_)
            edits.set(class_, "grade", _grade_above(class_))
            edits.set(class_, "baseline", str(class_.size))
        else:
            rolled.leaving.append(class_)
            rolled.gone.append(class_)
    leaving = set(map(id, rolled.leaving))
    for student in rolled.dataset.students:
        if student.status in AWAY:
            rolled.away.append(student)
        elif id(student.class_) in leaving:
            rolled.leavers.append(student)
        elif student.status == "休学":
            rolled.suspended.append(student)
    rolled.gone += [*rolled.away, *rolled.leavers]
    for person in rolled.dataset.staff:
        edits.set(person, "teaches", "")


def _move_figures(dataset: Dataset, edits: _Edits) -> None:
    """Make this year's start last year's, and empty the other figures that were typed in for this year."""
    for model, attributes in FIGURES.items():
        edits.set_all(model, dict.fromkeys(attributes, ""))
    for school in dataset.schools:
        for attribute, stage in LAST_STARTS.items():
            if began := [class_.baseline or 0 for class_ in school.classes if class_.stage == stage]:
                edits.set(school, attribute, str(sum(began)))


def _grade_above(class_: Class) -> str:
    return GRADES[GRADES.index(class_.grade or "") + 1]


def _name_above(class_: Class) -> str:
    return f"{_grade_above(class_)}（{class_.number}）班"


def _drop_past(rolled: Term) -> None:
    """Take out what the next term has no use for: what belongs to no child that stays, or to no case that is kept.

    Cases are kept to the end of the school year, open ones until they end; visits, absences and notices go with them.
    """
    dataset = rolled.dataset
    out = set(map(id, rolled.gone))
    kept = [case for case in dataset.cases if id(case.student) not in out and (case.is_open or not rolled.new_year)]
    kept_cases = set(map(id, kept))
    kept_visits = {id(visit) for case in kept for visit in case.visits}
    missing = {id(case.student) for case in kept if case.is_open}
    rolled.gone += [case for case in dataset.cases if id(case) not in kept_cases]
    rolled.gone += [notice for notice in dataset.notices if id(notice.case) not in kept_cases]
    rolled.gone += [visit for visit in dataset.visits if id(visit) not in kept_visits]
    rolled.gone += [absence for absence in dataset.absences if id(absence.student) not in missing]
    rolled.gone += [one for one in dataset.filings if id(one.case) not in kept_cases and not _is_early(one, rolled)]
    rolled.gone += dataset.inspections


def _is_early(filing: Filing, rolled: Term) -> bool:
    """Return whether something was done by a school or township in the holidays, for the term that begins."""
    by_unit = not (filing.case or filing.student or filing.class_)
    return by_unit and filing.done_on is not None and filing.done_on >= rolled.start - _HOLIDAYS


def _move_up(rolled: Term, edits: _Edits) -> None:
    """Write the new name of its class wherever a row that stays names that of a child that stays."""
    out = set(map(id, rolled.gone))
    dataset = rolled.dataset
    year = int(rolled.year[:4])
    rows: list[Student | Case | Visit | Absence]
    rows = [*dataset.students, *dataset.cases, *dataset.visits, *dataset.absences]
    for row in rows:
        student = row if isinstance(row, Student) else row.student
        class_ = student.class_ if student else None
        if id(row) in out or class_ is None:
            continue
        written = edits.text(row, "class_")
        is_child = isinstance(row, Student)  # whose class always stands somewhere, be it in the name of its sheet
        if (written or is_child) and readings(written, year) != [_name_above(class_)]:  # 2023级2班 stays right
            school = class_.school.short_name if class_.school else None
            edits.set(row, "class_", renamed(written, school, _name_above(class_)), needed=is_child)
        if isinstance(row, Case) and not edits.text(row, "dropped_from") and row.last_class:
            edits.set(row, "dropped_from", row.last_class.name or "", needed=True)


def _refuse_open(leavers: Iterable[Student]) -> None:
    """Raise DataError where a child leaves whose case is open or who is suspended: nobody here would look to it."""
    problems: list[Problem] = []
    todo = "移交给下一所学校或乡镇，再加 --handed-over"
    for student in leavers:
        still_out = [case for case in student.cases if case.is_open]
        if still_out:
            what = f"{student.name}随毕业班离校，而还没有返校"
            problems.append(Problem(still_out[0].where("no"), what, f"复学了的填复学日期；没有的{todo}"))
        elif student.status == "休学":
            what = f"{student.name}随毕业班离校，而还在休学"
            problems.append(Problem(student.where("status"), what, f"改到下一届的班级；不再回来的{todo}"))
    if problems:
        raise DataError(problems)
