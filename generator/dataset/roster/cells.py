"""Puts what a roster says, and what a person decided about it, into the cells of the dataset's workbooks."""

from __future__ import annotations

import itertools
import re
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from pathlib import Path

from generator.dataset import columns, sources
from generator.dataset.amend import UnamendableError, amend, take_out
from generator.dataset.classnames import renamed
from generator.dataset.models import Case, Class, Dataset, Record, School, Student
from generator.dataset.models import columns as columns_of
from generator.dataset.roster.compare import Match, Merge
from generator.dataset.roster.said import path_header, same, text_of
from generator.dataset.safekeeping import Change
from generator.dataset.sources import Table
from generator.errors import DataError, Place, Problem

OPENED = "疑似辍学"
"""What is decided about a child that is gone: its case is opened; all else is its status on the register."""
DECISIONS = ("转出", "休学", OPENED, "死亡", "毕业", "仍在校")
STAYS = "仍在校"
_FIRST_MONTH = timedelta(days=30)  # in which the roll of a class is that of the school year's beginning
_CELL = re.compile(r"([A-Z]+)(\d+)")


@dataclass(frozen=True, slots=True)
class Decision:
    """What a person said about a child that is gone: what became of it, since when and why."""

    what: str
    since: date | None = None
    reason: str = ""


@dataclass(slots=True)
class Edits:
    """What changes in the sheets of one file: texts of cells, rows added by column letter, rows taken out."""

    texts: dict[str, dict[tuple[int, str], str]] = field(default_factory=lambda: defaultdict(dict))
    added: dict[str, list[dict[str, str]]] = field(default_factory=lambda: defaultdict(list))
    removed: dict[str, set[int]] = field(default_factory=lambda: defaultdict(set))


@dataclass(slots=True)
class Update:
    """What changes in each file, and what could not be put anywhere."""

    files: dict[str, Edits] = field(default_factory=lambda: defaultdict(Edits))
    problems: list[Problem] = field(default_factory=list)
    decided: list[str] = field(default_factory=list)  # what became of whom, for the user


def update(merge: Merge, tables: Sequence[Table], decisions: Mapping[int, Decision], today: date) -> Update:
    """Return the edits by which the dataset's ``tables`` take over a merge.

    ``decisions`` are by the identity of children that are gone.
    """
    made = Update()
    places = _Places(merge.dataset, tables)
    for class_ in merge.classes:
        _add(made, places, class_, class_.school, _new_class(merge, class_, today))
    for match in merge.known:
        for change in match.changes:
            _set(made, change.place, change.new, needed=change.path == "class_")
        _follow(made, places, match)
    for row in merge.new:
        _add(made, places, row, row.school, _filled(row))
    for student in merge.gone:
        if decision := decisions.get(id(student)):
            _decide(made, places, student, decision, today)
    _tell_once(made)
    return made


def apply(data: Path, made: Update) -> tuple[dict[Path, Change], list[Problem]]:
    """Return what each workbook of the dataset ``data`` held and is to hold, and the cells left alone: formulas, and
    merged ones.

    Raises DataError where one of them is no .xlsx.
    """
    changes: dict[Path, Change] = {}
    left: list[Problem] = []
    paths = sources.files(data)
    for name, edits in made.files.items():
        path = paths[name]
        if path.suffix.lower() != ".xlsx":
            raise DataError([Problem(Place(name), "只能改 .xlsx 工作簿", "另存为 .xlsx，用它作数据")])
        before = path.read_bytes()
        try:
            after, kept = amend(before, edits.texts, edits.added)
            after, stay = take_out(after, edits.removed)
        except UnamendableError:
            raise DataError(
                [Problem(Place(name), "工作簿的写法不认识，没有动它", "在 WPS、Excel 里另存一次")]
            ) from None
        todo = "改公式；合并的取消合并，每行填上，再来一次"
        left += [Problem(Place(name, *at), "这一格是公式或合并的，没有改", todo) for at in (*kept, *stay)]
        if after != before:
            changes[path] = Change(before, after)
    return changes, left


class _Places:
    """Where rows of each kind about each school stand."""

    def __init__(self, dataset: Dataset, tables: Sequence[Table]) -> None:
        self.tables: dict[type[Record], list[Table]] = defaultdict(list)
        for table in tables:
            self.tables[columns.sheets().get(table.sheet, Student)].append(table)
        self.letters = {id(table): columns.letters(table) for table in tables}
        self.several = len(dataset.schools) > 1
        self.file = dataset.file
        self.units = dataset.units
        self.numbers = [(case.school, case.no or "") for case in dataset.cases]
        self.tables_at = {(table.file, table.sheet): table for table in tables}

    def of(self, record: Record, school: School | None) -> Table | None:
        """Return the table that takes a new row about a school: where the class's students stand, else in the file of
        the school's students or classes, else one that is the school's own or says of which school each row is."""
        class_ = record.class_ if isinstance(record, Student) else None
        mates = [each.origin for each in (class_.students[:1] if class_ else ()) if each.origin]
        about: list[Record] = [*school.students[:1], *school.classes[:1]] if school else []
        owners = [each.origin for each in about if each.origin]
        tables = self.tables[type(record)]
        theirs = [table for one in mates for table in tables if (table.file, table.sheet) == (one.file, one.sheet)]
        others = [
            table for table in tables if class_ is None or not table.letters or "class_" in self.letters[id(table)]
        ]
        near = [table for one in owners for table in others if table.file == one.file]
        return next(iter([*theirs, *near, *(table for table in others if self._tells_of(table, school))]), None)

    def text(self, place: Place) -> str:
        """Return what is written at a place."""
        table = self.tables_at.get((place.file, place.sheet))
        return table.text(place) if table and _CELL.fullmatch(place.cell) else ""

    def _tells_of(self, table: Table, school: School | None) -> bool:
        own = school is not None and self.units.get(table.file) == school.short_name
        return own or not self.several or not table.letters or "school" in self.letters[id(table)]


def _add(made: Update, places: _Places, record: Record, school: School | None, texts: dict[str, str]) -> None:
    """Add a row with ``texts``, by attribute."""
    table = places.of(record, school)
    if table is None:
        who = record.class_.full_name if isinstance(record, Student) and record.class_ else text_of(school)
        what = f"没有能添{who}的“{record.sheet}”表"
        made.problems.append(Problem(Place(places.file, record.sheet), what, "补上这张表，再导入"))
        return
    edits = made.files[table.file]
    if not table.letters:
        return  # YAML, which ``apply`` refuses
    letters = places.letters[id(table)]
    if not places.several or "school" not in letters:
        texts.pop("school", None)
    if isinstance(record, Student) and "class_" not in letters:
        texts.pop("class_")  # the sheet is called like it
    lacking = [path for path, text in texts.items() if text and path not in letters]
    for path in lacking:
        made.problems.append(_no_column(table.file, table.sheet, _header(type(record), path)))
    row = {letters[path]: text for path, text in texts.items() if text and path in letters}
    edits.added[table.sheet].append(row)


def _header(model: type[Record], path: str) -> str:
    return path_header(path) if model is Student else columns_of(model)[path].header


def _filled(row: Student) -> dict[str, str]:
    """Return everything that a new child's row says, by attribute."""
    texts: dict[str, str] = {}
    for attribute, described in columns_of(Student).items():
        value = getattr(row, attribute)
        if described.group and value is not None:
            texts |= {f"{attribute}.{below}": text_of(getattr(value, below)) for below in columns_of(type(value))}
        elif not described.group:
            texts[attribute] = text_of(value)
    return texts


def _new_class(merge: Merge, class_: Class, today: date) -> dict[str, str]:
    """Return what is known of a class that only the roster names; in the first month its roll is the baseline."""
    texts = {"school": text_of(class_.school), "grade": class_.grade or "", "number": str(class_.number)}
    year = merge.dataset.settings.first_year
    begun = date(year, 9, 1) if year else None
    if begun and begun - _FIRST_MONTH <= today <= begun + _FIRST_MONTH:
        texts["baseline"] = str(sum(row.class_ is class_ for row in merge.rows))
    return texts


def _set(made: Update, place: Place, text: str, *, needed: bool = False) -> None:
    """Set a cell; a record whose table has no such column has no place for it, an error where it is ``needed``."""
    edits = made.files[place.file]
    found = _CELL.fullmatch(place.cell)
    if not place.sheet:
        return  # YAML, which ``apply`` refuses
    if found:
        edits.texts[place.sheet][(int(found[2]), found[1])] = text
    else:
        header = re.search("“(.*)”", place.cell)
        found_no = _no_column(place.file, place.sheet, header[1] if header else place.cell)
        made.problems.append(replace(found_no, level="error") if needed else found_no)


def _follow(made: Update, places: _Places, match: Match) -> None:
    """Let the rows about a child find it under its new name and in its new class, and its cases say the class that they
    have meant."""
    student = match.student
    changed = {change.path: change.new for change in match.changes}
    for row in (*student.cases, *student.visits, *student.absences):
        if "name" in changed and same(places.text(row.where("student")), student.name):
            _set(made, row.where("student"), changed["name"])
        if "class_" in changed and (written := places.text(row.where("class_"))):
            school = student.school.short_name if student.school else None
            _set(made, row.where("class_"), renamed(written, school, changed["class_"]))
        if "class_" in changed and isinstance(row, Case) and _says_no_class(row, places) and student.class_:
            then = student.class_.full_name if "school" in changed else student.class_.name
            _set(made, _place_of_then(row, student), then or "")


def _place_of_then(case: Case, student: Student) -> Place:
    """Return where a case says the class of then; raises DataError where it cannot, and would mean the new one."""
    place = case.where("dropped_from")
    if place.sheet and not _CELL.fullmatch(place.cell):
        header = columns_of(Case)["dropped_from"].header
        what = f"{student.name}换了班，个案要填原来的班级，而没有“{header}”这一列"
        raise DataError([Problem(case.where(), what, "补上这一列，再导入")])
    return place


def _says_no_class(case: Case, places: _Places) -> bool:
    return case.dropped_from is None and not places.text(case.where("dropped_from"))


def _no_column(file: str, sheet: str, header: str) -> Problem:
    what = f"没有“{header}”这一列，没有写进去"
    return Problem(Place(file, sheet), what, "要用就补上这一列，再导入一次", "warning")


def _decide(made: Update, places: _Places, student: Student, decision: Decision, today: date) -> None:
    """Carry out what was decided about a child that is gone."""
    if decision.what == STAYS or (decision.what == OPENED and has_open_case(student)):
        return
    if decision.what != OPENED:
        _set(made, student.where("status"), decision.what, needed=True)
        if decision.since:
            _set(made, student.where("changed_on"), text_of(decision.since))
        made.decided.append(f"{student.name}（{student.where()}）：学籍状态 → {decision.what}")
        return
    case = Case()
    texts = {
        "no": _next_number(places.numbers, student.school, today),
        "student": student.student_no or student.name or "",
        "class_": text_of(student.class_),
        "school": text_of(student.school),
        "found_on": today.isoformat(),
        "dropped_on": text_of(decision.since),
        "reason": decision.reason,
    }
    _add(made, places, case, student.school, texts)
    made.decided.append(f"{student.name}（{student.where()}）：立个案 {texts['no']}")


def has_open_case(student: Student) -> bool:
    """Return whether a child's case is open, which then says what became of it."""
    return any(case.is_open for case in student.cases)


def _next_number(numbers: list[tuple[School | None, str]], school: School | None, today: date) -> str:
    """Return the next number for a case of a school, going on from its last, that no case has, and take it."""
    own = [re.fullmatch(r"(.*?)(\d+)", no) for of, no in numbers if of is school]
    last = max((found for found in own if found), key=lambda found: (found[1], int(found[2])), default=None)
    stem, digits = (last[1], last[2]) if last else (f"{today.year}-", "000")
    taken = {no for _, no in numbers}
    following = (f"{stem}{number:0{len(digits)}}" for number in itertools.count(int(digits) + 1))
    number = next(each for each in following if each not in taken)
    numbers.append((school, number))
    return number


def _tell_once(made: Update) -> None:
    """A column that is not there is told of once, not for each row."""
    made.problems[:] = dict.fromkeys(made.problems)
