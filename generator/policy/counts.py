"""What rates count: named functions that give the children of a unit, or the figure typed in for it.

Each raises ``MissingValueError`` where anything it rests on is empty or doubtful. ``docs/measures.md`` says who is
counted.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from generator.dataset.missing import Missing, MissingValueError
from generator.dataset.models import (
    CLOSINGS,
    GRADES,
    Case,
    Class,
    County,
    Record,
    School,
    Settings,
    Stage,
    Student,
    Township,
    header_of,
)

AGES: dict[str, range] = {"小学": range(6, 12), "初中": range(12, 15), "": range(6, 15)}
"""School age by stage, in whole years on 31 August; six to fourteen for both."""
_NONE = (None, "", "无", "无残疾", "非留守儿童")  # what is written where a child is of no group


@dataclass(frozen=True, slots=True)
class Scope:
    """Whose figures are counted, and when: a unit, or one stage of it, in the school year of ``settings``."""

    unit: Record
    stage: str
    settings: Settings
    today: date

    @property
    def schools(self) -> list[School]:
        """The schools of the unit; of a class its own."""
        match self.unit:
            case Class():
                return [needed(self.unit, "school")]
            case School():
                return [self.unit]
        return [school for township in self.townships for school in township.schools]

    @property
    def classes(self) -> list[Class]:
        """The classes of the unit, and of the stage where there is one."""
        every = [self.unit] if isinstance(self.unit, Class) else [one for each in self.schools for one in each.classes]
        return [class_ for class_ in every if self.stage in ("", class_.stage)]

    @property
    def students(self) -> list[Student]:
        """Whoever stands in the register of one of the classes, where it is known who of them dropped out."""
        for school in self.schools:
            iter(school.dropouts)  # raises where there is no telling
        return [student for class_ in self.classes for student in class_.students]

    @property
    def cases(self) -> list[Case]:
        """The cases of children who dropped out of one of the classes in the school year, until today."""
        within, start = set(map(id, self.classes)), self.year[0]
        every = (case for school in self.schools for case in school.dropouts if not was_none(case))
        of_year = [case for case in every if start <= needed(case, "dropped_on") <= self.today]
        return [case for case in of_year if id(needed(case, "last_class")) in within]

    @property
    def townships(self) -> list[Township]:
        """The townships of a unit that is one or has some."""
        if isinstance(self.unit, Township):
            return [self.unit]
        return list(self.unit.townships) if isinstance(self.unit, County) else []

    @property
    def stages(self) -> list[Stage]:
        """The stages that are counted."""
        return sorted({class_.stage for class_ in self.classes}, reverse=True)

    @property
    def year(self) -> tuple[date, date]:
        """The first day of the school year, and that on which its lessons began and classes were counted."""
        first = needed(self.settings, "first_year")
        opened = date(first, 9, 1) if self.settings.term == "第二学期" else needed(self.settings, "term_start")
        return date(first, 7, 1), opened


Counted = list[Student] | int


@dataclass(frozen=True, slots=True)
class Count:
    """Something that is counted: how a formula says it, and the children or the figure."""

    words: str
    of: Callable[[Scope], Counted]


# Counts of children


def _kept(scope: Scope) -> list[Student]:
    return [student for student in scope.students if is_present(student) or student.status == "毕业"]


def _still_out(scope: Scope) -> list[Student]:
    return _once(needed(case, "student") for case in scope.cases if not is_back(case, scope.today))


def _back_from_earlier(scope: Scope) -> list[Student]:
    start = scope.year[0]
    return _once(
        student
        for student, case in _stories(scope)
        if needed(case, "dropped_on") < start and case.returned_on and start <= case.returned_on <= scope.today
    )


def _out_before_term(scope: Scope) -> list[Student]:
    start = needed(scope.settings, "term_start")
    return _once(
        student
        for student, case in _stories(scope)
        if needed(case, "dropped_on") < start and not is_back(case, scope.today)
    )


def _suspended(scope: Scope) -> list[Student]:
    opened = scope.year[1]
    return [student for student in _of_status(scope, "休学") if opened <= needed(student, "changed_on")]


def _suspended_before_term(scope: Scope) -> list[Student]:
    start = needed(scope.settings, "term_start")
    return [student for student in _suspended(scope) if needed(student, "changed_on") < start]


def _transferred(scope: Scope) -> list[Student]:
    return _gone(scope, "转出")


def _died(scope: Scope) -> list[Student]:
    return _gone(scope, "死亡")


def _came(scope: Scope) -> list[Student]:
    opened = scope.year[1]
    return [student for student in scope.students if student.came_on and opened <= student.came_on <= scope.today]


def _moved_in(scope: Scope) -> list[Student]:
    within = set(map(id, scope.classes))
    return [
        student for student in _once(student for student, _ in _stories(scope))
        if (origin := _origin(student, scope)) is not None and id(origin) not in within
    ]  # fmt: skip


def _moved_out(scope: Scope) -> list[Student]:
    within = set(map(id, scope.classes))
    children = _once(needed(case, "student") for case in scope.cases)
    return [
        student for student in children
        if id(needed(student, "class_")) not in within and id(_origin(student, scope)) in within
    ]  # fmt: skip


def _leaving(scope: Scope) -> list[Student]:
    last = [class_ for class_ in scope.classes if class_.grade == GRADES[-1]]
    return [student for class_ in last for student in _kept(replace(scope, unit=class_))]


def _of_age_here(scope: Scope) -> list[Student]:
    """Return the children of school age who live in the unit and are at school, in it or in the rest of the county."""
    townships = set(map(id, scope.townships))
    county = scope.unit.county if isinstance(scope.unit, Township) else None
    everybody = replace(scope, unit=county or scope.unit, stage="").students
    year = needed(scope.settings, "first_year")
    here = [student for student in everybody if is_present(student) and id(_home(student)) in townships]
    return [student for student in here if _age(student, year) in AGES[scope.stage]]


def _disabled_of_age(scope: Scope) -> list[Student]:
    return [student for student in _of_age_here(scope) if student.disability not in _NONE]


def group(attribute: str, among: Callable[[Student], bool]) -> Callable[[Scope], list[Student]]:
    """Return what gives the children of a group, by the attribute that tells of it."""

    def of(scope: Scope) -> list[Student]:
        return [
            student for student in scope.students
            if among(student) and getattr(student, attribute) not in (*_NONE, False)
        ]  # fmt: skip

    return of


def _graduated(scope: Scope) -> list[Student]:
    return _gone(scope, "毕业")


# Typed-in figures


def _baseline(scope: Scope) -> int:
    return sum(needed(class_, "baseline") for class_ in scope.classes)


def _last_year(scope: Scope) -> int:
    columns: dict[Stage, str] = {"小学": "last_primary", "初中": "last_junior"}
    return sum(
        needed(school, columns[stage]) for school in scope.schools for stage in replace(scope, unit=school).stages
    )


def _entrants_junior(scope: Scope) -> int:
    return sum(needed(school, "entrants_junior") for school in scope.schools if _teaches_last(school))


def _entrants_nine(scope: Scope) -> int:
    return int(needed(scope.unit, "entrants_nine"))


def _of_townships(columns: Mapping[str, str]) -> Callable[[Scope], int]:
    """Return what adds up a column of the townships by stage; one that is of both stages stands under neither."""

    def of(scope: Scope) -> int:
        wanted = [name for stage, name in columns.items() if stage in ("", scope.stage) or not scope.stage]
        return sum(needed(township, name) for township in scope.townships for name in wanted)

    return of


# Their names

OUT = Count("本学年辍学未复学人数", _still_out)
SUSPENDED = Count("本学年休学人数", _suspended)
TRANSFERRED = Count("本学年转出人数", _transferred)
DIED = Count("本学年死亡人数", _died)
GRADUATED = Count("本学年毕业人数", _graduated)
CAME = Count("本学年转入（含休学期满复学）人数", _came)
BACK = Count("以前辍学本学年复学人数", _back_from_earlier)
MOVED_IN = Count("辍学后编入人数", _moved_in)
MOVED_OUT = Count("辍学后编到别处人数", _moved_out)
START = Count("学年初人数", _baseline)
LAST_START = Count("上学年初在校生数", _last_year)
KEPT = Count("现在在校（含本学年毕业）人数", _kept)
LEAVING = Count("九年级在校和毕业人数", _leaving)
OUT_BEFORE_TERM = Count("学期前辍学未复学人数", _out_before_term)
SUSPENDED_BEFORE_TERM = Count("本学年学期前休学人数", _suspended_before_term)
HERE = Count("本地适龄在校人数", _of_age_here)
DISABLED_HERE = Count("本地残疾适龄在校人数", _disabled_of_age)
ELSEWHERE = Count("在外就读人数", _of_townships({"小学": "elsewhere_primary", "初中": "elsewhere_junior"}))
SCHOOL_AGE = Count("适龄人口", _of_townships({"小学": "school_age_primary", "初中": "school_age_junior"}))
DISABLED_ELSEWHERE = Count("残疾适龄在外就读人数", _of_townships({"": "elsewhere_disabled"}))
DISABLED_AGE = Count("残疾适龄人口", _of_townships({"": "school_age_disabled"}))
ENTRANTS_JUNIOR = Count("三年前初一招生数（加转入、减转出和死亡）", _entrants_junior)
ENTRANTS_NINE = Count("九年前小学招生数（加转入、减转出和死亡）", _entrants_nine)


# Children and their cases


def is_present(student: Student) -> bool:
    """Return whether a child is at school: on the roll, and not gone from it without a return."""
    return student.status in (None, "在籍") and not any(case.is_open for case in student.cases)


def _of_status(scope: Scope, status: str) -> list[Student]:
    return [student for student in scope.students if student.status == status]


def _gone(scope: Scope, status: str) -> list[Student]:
    """Return who left this year: whoever did before is in no register any more, so that the day need not be known."""
    opened = scope.year[1]
    return [one for one in _of_status(scope, status) if not one.changed_on or opened <= one.changed_on <= scope.today]


def was_none(case: Case) -> bool:
    """Return whether a case ended otherwise than by a return: as a move, a suspension, an error it was no dropout."""
    return case.closed_as not in (None, CLOSINGS[0])


def is_back(case: Case, today: date) -> bool:
    """Return whether a child had come back by a day."""
    back = case.returned_on
    return bool(back and back <= today)


def _stories(scope: Scope) -> Iterator[tuple[Student, Case]]:
    """Yield the children in the register with their cases."""
    for student in scope.students:
        for case in student.cases:
            yield student, case


def _origin(student: Student, scope: Scope) -> Class | None:
    """Return the class from which a child first dropped out this year."""
    start = scope.year[0]
    cases = [case for case in student.cases if start <= needed(case, "dropped_on") <= scope.today]
    first = min(cases, key=lambda case: needed(case, "dropped_on"), default=None)
    return needed(first, "last_class") if first else None


def _home(student: Student) -> Any:
    """Return where a child lives: the township of its village, or where no village is given that of its school."""
    return needed(student.village or needed(needed(student, "class_"), "school"), "township")


def _age(student: Student, year: int) -> int:
    """Return how old a child is on 31 August of a year."""
    born: date = needed(student, "birth_date")
    return year - born.year - ((born.month, born.day) > (8, 31))


def _teaches_last(school: School) -> bool:
    return any(class_.grade == GRADES[-1] for class_ in school.classes)


def _once(students: Iterable[Student]) -> list[Student]:
    return list({id(student): student for student in students}.values())


def needed(record: Record, attribute: str) -> Any:
    """Return a value that a number rests on; raises ``MissingValueError`` where it is empty or doubtful."""
    value = getattr(record, attribute)
    if isinstance(value, Missing):
        raise MissingValueError(value)
    if value is None:
        raise MissingValueError(Missing(header_of(type(record), attribute), record.where(attribute)))
    return value
