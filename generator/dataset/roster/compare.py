"""Compares a new roster with the dataset: who is new, what has changed, who is gone. Nothing is written here.

A child is known by its student number or identity number. One of whom neither is found may still be there under its
name and date of birth (or class): such a pair is *unsure*, and a person says whether it is one child or two.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from generator.dataset import links
from generator.dataset.classnames import readings
from generator.dataset.columns import Batch, letters, sheets
from generator.dataset.links import key, still_there
from generator.dataset.masking import is_masked, mask, quote
from generator.dataset.models import (
    Class,
    Dataset,
    Guardian,
    School,
    Student,
    Village,
    columns,
    header_of,
)
from generator.dataset.roster.said import Said, numbers, path_header, same, text_of, value, values
from generator.dataset.sources import REJECTED, Table
from generator.errors import DataError, Level, Place, Problem

HAND_FILLED = ("status", "village", "watched", "hardship")
"""What schools find out themselves: a roster fills it for a new child and never changes it."""


_NOTHING = Said()
_OTHERS = ("member1", "member2")


@dataclass(frozen=True, slots=True)
class Change:
    """A cell that the roster fills otherwise than the dataset does."""

    path: str  # the attribute; of a family member as member1.phone
    place: Place
    old: str
    new: str

    @property
    def told(self) -> str:
        """Old and new, for the user; numbers of identity are masked."""
        group, _, name = self.path.rpartition(".")
        model = Guardian if group else Student
        hidden = columns(model)[name].sensitive == "identity"
        old, new = (mask(text) if hidden and text else text for text in (self.old, self.new))
        return f"{path_header(self.path)}：{old or '（空）'} → {new or '（空）'}"


@dataclass(frozen=True, slots=True, eq=False)
class Match:
    """A child of the roster and the child of the dataset that it is, or may be (``why`` says why that is unsure)."""

    row: Student
    student: Student
    why: str = ""
    changes: Sequence[Change] = ()
    left: Sequence[Change] = ()  # what differs and stays, for a person filled it


@dataclass(slots=True)
class Merge:
    """What a roster says that the dataset does not."""

    dataset: Dataset
    new: list[Student] = field(default_factory=list)
    known: list[Match] = field(default_factory=list)
    unsure: list[Match] = field(default_factory=list)
    gone: list[Student] = field(default_factory=list)
    classes: list[Class] = field(default_factory=list)  # of new and known children, not in the dataset yet
    problems: list[Problem] = field(default_factory=list)  # of the roster; an error is a row or cell not taken over

    @property
    def rows(self) -> list[Student]:
        """The rows of the roster that are taken over."""
        return [*self.new, *(match.row for match in self.known)]

    @property
    def changed(self) -> list[Match]:
        """The known children of whom something has changed."""
        return [match for match in self.known if match.changes]

    @property
    def emptied(self) -> list[Class]:
        """The classes of which the whole roll is gone: the roster may not be complete."""
        rolls = {id(student) for student in self.gone}
        held = {id(student.class_): student.class_ for student in self.gone if student.class_}
        return [class_ for class_ in held.values() if all(id(each) in rolls for each in class_.roll)]


def merge(
    dataset: Dataset,
    tables: Iterable[Table],
    roster: Sequence[Batch],
    problems: Iterable[Problem],
    school: School | None,
    last: Mapping[str, Said],
) -> Merge:
    """Return what ``roster`` says that ``dataset`` does not, whose links are drawn and which stands in ``tables``.

    ``school`` is the one that the roster is of where it does not say so; ``last`` is what each school's one
    before said, by its code. Raises DataError where the school cannot be told.
    """
    if not dataset.schools:
        raise DataError([Problem(Place(dataset.file, School.sheet), "还没有一所学校", "先填学校，再导入名册")])
    found = Merge(dataset, problems=list(problems))
    for batch in roster:
        if "school" not in batch.named and (school or len(dataset.schools) > 1):
            its = school or _its_school(batch, dataset)
            batch.named["school"] = [its.code or its.name or ""] * len(batch.records)
        found.problems += _draw(batch, dataset, found.classes)
    rows = [row for batch in roster for row in batch.records]
    listed: set[int] = set()
    taken = list(_taken(found, rows, listed))
    written = _Written(tables)
    for row, student, why in taken:
        if student is None:
            found.new += [row] if usable(row, found.problems) else []
            continue
        changes, left = _compare(row, student, written, _last(last, row))
        match = Match(row, student, why, changes, left)
        (found.unsure if why and changes else found.known).append(match)
        found.problems += _off_the_roll(row, student)
    found.gone = _gone(dataset, taken, listed)
    return found


# Links of the roster into the dataset


def _its_school(batch: Batch, dataset: Dataset) -> School:
    """Return the school of a roster that does not say it, by the name of its file.

    Raises DataError where that names none.
    """
    named = [
        school
        for school in dataset.schools
        if any(name and name in batch.file for name in (school.code, school.name, school.short_name))
    ]
    if len(named) != 1:
        what = f"名册里没有“学校”这一列，而数据里有 {len(dataset.schools)} 所学校"
        raise DataError([Problem(Place(batch.file), what, "用 --school 写明是哪一所，或补上这一列")])
    return named[0]


def _draw(batch: Batch, dataset: Dataset, classes: list[Class]) -> Iterator[Problem]:
    """Draw the links of the roster's rows, making the classes that it names and the dataset has not."""
    year, schools = dataset.settings.first_year, dataset.schools
    yield from links.join(batch, School, schools, year, [])
    classes += _new_classes(batch, [*dataset.classes, *classes], year)
    yield from links.join(batch, Class, [*dataset.classes, *classes], year, schools)
    yield from links.join(batch, Village, dataset.villages, year, dataset.townships)


def _new_classes(batch: Batch, known: list[Class], year: int | None) -> Iterator[Class]:
    """Yield the classes that a roster names in a way that can be read but the dataset does not have."""
    there = {(id(class_.school), class_.name) for class_ in known}
    pairs = zip(batch.records, batch.named.get("class_", ()), strict=False)
    for school, text in {(id(row.school), text): (row.school, text) for row, text in pairs if row.school}.values():
        named = {(id(school), name) for name in readings(text, year)}
        class_ = None if named & there else links.class_named(text, school, year)
        if class_:
            there.add((id(school), class_.name))
            yield class_


# Who is who


def _taken(found: Merge, rows: list[Student], listed: set[int]) -> Iterator[tuple[Student, Student | None, str]]:
    """Yield each row of the roster with the child that it is, or may be and why that is unsure; nothing for a new one.

    Rows that cannot be told apart are reported, and left out; ``listed`` takes in the children that they may be, too.
    """
    students, problems = found.dataset.students, found.problems
    answers: dict[int, tuple[Student | None, str]] = {}
    by_number, by_name = _index(students, numbers), _index(students, lambda one: [key(one.name)] if one.name else [])
    numbered = {id(row): _those_here(row, _of(by_number, numbers(row))) for row in rows}
    claimed = {id(student) for hits in numbered.values() for student in hits}
    for row in rows:
        hits, why, ask = numbered[id(row)], "", "先改正数据里或名册里的号码，再导入"
        named = _of(by_name, [key(row.name)] if row.name else [])
        if hits:
            why = _doubt(row, hits[0])
            if hits[0] not in named and any(_alike(row, one) for one in named):
                listed.update(map(id, [*hits, *named]))
                what = f"{quote(row.name or '')}的号码在数据里是{quote(hits[0].name or '')}的（{hits[0].where()}）"
                problems.append(Problem(row.where(), what, "核对这两个学生的号码，改正贴错的，再导入"))
                continue
        else:
            named = [student for student in _those_here(row, named) if id(student) not in claimed]
            hits = _not_others(row, [student for student in named if _alike(row, student)])
            ask = "补上学籍号或身份证件号，再导入"
            why = "姓名相同，号码对不上或没有号码"
        listed.update(map(id, hits))
        if len(hits) > 1:
            places = "、".join(str(student.where()) for student in hits)
            problems.append(Problem(row.where(), f"{quote(row.name or '')}可能是数据里的几个人（{places}）", ask))
        elif hits and _moved_away(row, hits[0]):
            there, here = (one.school.short_name if one.school else "" for one in (hits[0], row))
            what = f"{quote(row.name or '')}在数据里是{there}的学生（{hits[0].where()}），在名册上是{here}的"
            problems.append(Problem(row.where(), what, f"先把{there}那一行的学籍状态改为转出，再导入"))
        else:
            answers[id(row)] = (hits[0], why) if hits else (None, "")
    _refuse_doubles(rows, answers, problems)
    _ask_about_likely(rows, answers, students, claimed | listed)
    listed.update(id(student) for student, _ in answers.values() if student)
    yield from ((row, *answers[id(row)]) for row in rows if id(row) in answers)


def _ask_about_likely(
    rows: list[Student], answers: dict[int, tuple[Student | None, str]], students: list[Student], known: set[int]
) -> None:
    """Answer for a row that would be new with the child who would be gone, if both were born on one day in one class:
    a number and a name may have been corrected together."""
    free: dict[tuple[Any, ...], list[Student]] = defaultdict(list)
    for student in students:
        if id(student) not in known and student.birth_date and student.class_ and student.enrolled:
            free[id(student.class_), student.birth_date, student.sex].append(student)
    for row in rows:
        likely = free.get((id(row.class_), row.birth_date, row.sex), [])
        if answers.get(id(row)) == (None, "") and len(likely) == 1:
            answers[id(row)] = (likely.pop(), "同班、同一天出生，姓名和号码都不同")


def _of(index: dict[str, list[Student]], keys: list[str]) -> list[Student]:
    """Return the students found under any of ``keys``, each once."""
    return list({id(student): student for each in keys for student in index.get(each, ())}.values())


def _those_here(row: Student, hits: list[Student]) -> list[Student]:
    """Return of a child's rows in the dataset the one in the roster's school, else those in schools it has not left."""
    here = still_there([hit for hit in hits if hit.school is row.school])
    return here or [hit for hit in hits if not hit.left]


def _moved_away(row: Student, student: Student) -> bool:
    """Return whether the child has changed to a school whose students stand in another file."""
    if row.school is None or row.school is student.school:
        return False
    files = {class_.origin.file for class_ in row.school.classes if class_.origin}
    return student.origin is not None and (student.origin.file not in files or "school" not in student.origin.letters)


def _refuse_doubles(
    rows: list[Student], answers: dict[int, tuple[Student | None, str]], problems: list[Problem]
) -> None:
    """Report, and leave out, rows that are one child: by number, or, of a new one without numbers, by name."""
    claims: dict[str, list[Student]] = defaultdict(list)
    for row in rows:
        student = answers.get(id(row), (None, ""))[0]
        for claim in [f"as {id(student)}"] if student else numbers(row):
            claims[claim].append(row)
    for alike in _index(rows, lambda row: [f"{key(row.name or '')} {row.birth_date} {id(row.class_)}"]).values():
        if any(answers.get(id(row)) == (None, "") and not numbers(row) for row in alike):
            claims[f"like {id(alike)}"] = alike
    for twice in (each for each in claims.values() if len(each) > 1):
        for row in twice:
            others = "、".join(str(other.where()) for other in twice if other is not row)
            if answers.pop(id(row), None):
                problems.append(
                    Problem(row.where(), f"{quote(row.name or '')}与 {others} 是同一个人", "名册里只留一行，再导入")
                )


def _index(students: Iterable[Student], keys: Any) -> dict[str, list[Student]]:
    found: dict[str, list[Student]] = defaultdict(list)
    for student in students:
        for each in keys(student):
            found[each].append(student)
    return found


def _doubt(row: Student, student: Student) -> str:
    """Return why a pair with one number may still be two children."""
    if not row.name or not student.name or key(row.name) == key(student.name):
        return ""
    return "" if same_birth(row, student) else "号码相同，姓名和出生日期都不同"


def _not_others(row: Student, hits: list[Student]) -> list[Student]:
    """Return of several children those whose numbers are not other ones than the row's; of one nothing is ruled out,
    for a number may have been corrected."""
    if len(hits) < 2:
        return hits
    return [hit for hit in hits if not (numbers(row) and numbers(hit) and not {*numbers(row)} & {*numbers(hit)})]


def same_birth(row: Student, student: Student) -> bool:
    """Return whether it is known that both were born on one day."""
    return row.birth_date is not None and row.birth_date == student.birth_date


def _alike(row: Student, student: Student) -> bool:
    """Return whether two of one name may be one child: born on one day, or, where that is not known, in one class."""
    if row.school is not student.school and row.school and student.school:
        return same_birth(row, student)
    if row.birth_date and student.birth_date:
        return row.birth_date == student.birth_date
    return row.class_ is not None and row.class_ is student.class_


def usable(row: Student, problems: list[Problem]) -> bool:
    """Return whether a new child can be put on the roll, which takes a name, a school and a class."""
    if row.name and is_masked(row.name):
        problems.append(Problem(row.where("name"), "姓名打了星号", "补上全名再导入"))
        return False
    lacking = [header_of(Student, name) for name in ("name", "school", "class_") if not getattr(row, name)]
    if lacking:
        what = f"{quote(row.name or '')}没有导入：{'、'.join(lacking)}不清楚"
        problems.append(Problem(row.where(), what, "改正名册，再导入"))
    return not lacking


def _off_the_roll(row: Student, student: Student) -> Iterator[Problem]:
    """Yield that a child of the roster is on no roll in the dataset, so that hardly a paper would tell of it.

    A suspended child is on the school's register all the time.
    """
    if not student.enrolled and row.status != student.status:
        what = f"{quote(row.name or '')}在名册上，而数据里是“{student.status}”（{student.where('status')}）"
        level: Level = "warning" if student.status == "休学" else "error"
        yield Problem(row.where(), what, "核对：在校的，把学籍状态改为在籍", level)


def _gone(dataset: Dataset, taken: list[tuple[Student, Student | None, str]], listed: set[int]) -> list[Student]:
    """Return the children on the rolls of the roster's schools who are not on the roster."""
    schools = {id(row.school) for row, _, _ in taken if row.school}
    schools |= {id(student.school) for row, student, _ in taken if student and not row.school}
    return [
        student
        for student in dataset.students
        if student.enrolled and id(student) not in listed and id(student.school) in schools
    ]


# What has changed


def _last(last: Mapping[str, Said], row: Student) -> Said:
    return last.get((row.school.code if row.school else None) or "", _NOTHING)


def _compare(row: Student, student: Student, written: _Written, last: Said) -> tuple[list[Change], list[Change]]:
    """Return the cells that the roster fills otherwise: those to change, and those that a person filled and that stay.

    What the roster leaves empty, masks or writes wrongly changes nothing. A cell that differs although the ``last``
    roster said the same as this one has been corrected by hand since.
    """
    changes: list[Change] = []
    left: list[Change] = []
    for path, new in values(row):
        old = value(student, path)
        if new is None or same(old, new) or (isinstance(new, str) and is_masked(new)) or _is_usual(path, old, new):
            continue
        place, text = written.place(student, path), text_of(new)
        change = Change(path, place, written.text(place) or text_of(old), text)
        by_hand = path in HAND_FILLED or (old is not None and last.says(row, path, text))
        (left if by_hand else changes).append(change)
    for group in _OTHERS:
        if _another(getattr(student, group), getattr(row, group)):
            changes += [change for change in left if change.path.startswith(group)]
            changes += _emptied(row, student, group, written)
            left = [change for change in left if not change.path.startswith(group)]
    return changes, left


def _another(old: Guardian | None, new: Guardian | None) -> bool:
    """Return whether the roster names somebody else; a name with one other character is a slip of the pen."""
    if not (old and new and old.name and new.name) or is_masked(new.name) or same(old.name, new.name):
        return False
    if any(known and known == getattr(new, name) for name in ("id_no", "phone") if (known := getattr(old, name))):
        return False
    return len(old.name) != len(new.name) or sum(map(str.__ne__, old.name, new.name)) > 1


def _emptied(row: Student, student: Student, group: str, written: _Written) -> Iterator[Change]:
    """Yield the cells about a family member that would tell of somebody else if they stayed."""
    for path, new in values(row):
        old = value(student, path)
        if path.startswith(f"{group}.") and new is None and old is not None:
            place = written.place(student, path)
            yield Change(path, place, written.text(place) or text_of(old), "")


def _is_usual(path: str, old: Any, new: Any) -> bool:
    """Return whether the roster says what an empty cell means."""
    return old is None and path.endswith(".is_guardian") and new is True


class _Written:
    """What stands in the sheets of the dataset."""

    def __init__(self, tables: Iterable[Table]) -> None:
        self._tables = {(table.file, table.sheet): table for table in tables}
        self._letters = {
            at: letters(table) for at, table in self._tables.items() if sheets().get(table.sheet, Student) is Student
        }

    def place(self, student: Student, path: str) -> Place:
        """Return where an attribute of a child stands, also of a family member who is not there yet."""
        origin = student.origin
        letter = self._letters.get((origin.file, origin.sheet), {}).get(path) if origin else None
        if origin and letter:
            return Place(origin.file, origin.sheet, f"{letter}{origin.row}")
        place = student.where()
        return place if place.line else Place(place.file, place.sheet, f"{place.cell}“{path_header(path)}”")

    def text(self, place: Place) -> str:
        """Return what is written at a place."""
        table = self._tables.get((place.file, place.sheet))
        return table.text(place).replace(REJECTED, "（读不出）") if table else ""
