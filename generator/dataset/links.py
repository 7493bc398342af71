"""Draws the links between records: looks up what cells name, and fills the lists that lead back."""

from __future__ import annotations

import re
import unicodedata
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from datetime import date
from typing import Any, get_args

from generator.dataset.classnames import readings
from generator.dataset.columns import Batch
from generator.dataset.folders import levels
from generator.dataset.masking import quote
from generator.dataset.models import (
    MODELS,
    CalendarDay,
    Campaign,
    Case,
    Class,
    Column,
    County,
    Household,
    Inspection,
    Meeting,
    Member,
    Record,
    School,
    Settings,
    Staff,
    Student,
    Talk,
    Township,
    Village,
    Visit,
    Volume,
    Work,
    backs,
    columns,
    once,
)
from generator.dataset.sources import REJECTED
from generator.dataset.units import Given
from generator.errors import Problem, near

# What a record is found by: numbers and full names, which are its own everywhere, and names, which are so only within
# the scope.
NUMBERS: dict[type[Record], tuple[str, ...]] = {
    School: ("code",), Class: ("full_name",), Staff: ("no",), Student: ("student_no", "id_no"), Case: ("no",),
    Inspection: ("no",), Household: ("no",), Campaign: ("no",), Volume: ("no",),
}  # fmt: skip
NAMES: dict[type[Record], tuple[str, ...]] = {
    County: ("name",), Township: ("name", "government"), Village: ("name",), School: ("name", "short_name"),
    Class: ("name",), Staff: ("name",), Student: ("name",),
}  # fmt: skip
SCOPES: dict[type[Record], str] = {Village: "township", Class: "school", Staff: "school", Student: "school"}
OWNERS: dict[type[Record], str] = SCOPES | {Case: "school"}  # whose name or code may stand before a slash
TELL_APART: dict[type[Record], str] = {
    Village: "在前面写明乡镇，如 某某镇/某某村",
    Class: "在“学校”列写明是哪所学校",
    Staff: "改写工号",
    Student: "改写全国学籍号，或在“班级”列写明班级",
    Case: "在编号前写明学校，如 某某小学/1",
}

UNITS = ("township", "school")  # the links of which what a unit holds has just one
Held = Member | Inspection | Meeting | Campaign | Work | Talk | Volume
HELD: tuple[type[Record], ...] = get_args(Held)
"""What a township or a school holds: the row names one of the two."""

_Answer = tuple[Any, str, str]  # the record meant, or what is wrong and what to do

_ALIKE = str.maketrans("•・‧∙⋅〔〕【】［］[]", "·····()()()()")
_SEPARATORS = re.compile(r"[、，,；;\n]")
_HINTS_AMONG = 2000  # names: searching more of them for near ones takes too long


def key(text: str) -> str:
    """Return ``text`` in the form under which names are compared: width, case, spaces, kind of dot and bracket don't
    count."""
    if text.isascii() and text.isalnum():  # most are numbers
        return text.upper()
    folded = unicodedata.normalize("NFKC", text).translate(_ALIKE)
    return "".join(folded.split()).upper()


def draw(batches: Iterable[Batch]) -> Iterator[Problem]:
    """Set every link and fill every list that leads back, yielding what cells name that is not there or not clear.

    The order matters: a name is looked up within the school or township that the row already leads to.
    """
    kept = list(batches)
    records: dict[type[Record], list[Any]] = defaultdict(list)
    for batch in kept:
        records[batch.model] += batch.records
    year = next((settings.first_year for settings in records[Settings]), None)
    registers: dict[str, _Register] = {}
    for target, after_student in _ORDER:
        if target is Class and after_student:
            _draw_past_classes(kept, records[School], year)
        owners = registers.get(OWNERS.get(target, ""))
        of_target = [batch for batch in kept if batch.model is target]
        register = registers[target.__name__.lower()] = _Register(target, records[target], of_target, year, owners)
        for batch in kept:
            for attribute, described in _links(batch.model, target, after_student):
                yield from _draw(batch, attribute, described, register)
        if target is School:
            _take_givers(kept, registers)
            _take_home(kept, registers["school"])
        if target is Student:
            _take_schools(kept, registers["school"])
        if target is Class and after_student:
            _take_schools_of_then(records[Case], [batch for batch in kept if batch.model is Visit])
    _fill_backs(records)


def join(
    batch: Batch, target: type[Record], records: list[Any], year: int | None, owners: list[Any]
) -> Iterator[Problem]:
    """Set the links by which the rows of one more table lead to ``records``, which do not hear of it.

    ``owners`` are the schools or townships that these belong to. As in ``draw``, a row's school comes before what is
    looked up within it.
    """
    register = _lone_register(target, records, year, owners, batch.file)
    for attribute, described in _links(batch.model, target, False):
        yield from _draw(batch, attribute, described, register)


# The class in a row about a student tells students of one name apart, so it is looked up after the student.
_ORDER = (
    (County, False), (Township, False), (School, False), (Village, False), (Class, False), (Student, False),
    (Class, True), (Staff, False), (Case, False), (Inspection, False), (Household, False), (Campaign, False),
    (Volume, False),
)  # fmt: skip


def _draw_past_classes(batches: list[Batch], schools: list[School], year: int | None) -> None:
    """Give cases of earlier school years the class of then, which is not the one that bears its name now.

    That one is another cohort with another teacher; the one of then has moved up, and stands in the dataset no more.
    """
    for batch in batches:
        texts = batch.named.get("dropped_from", []) if batch.model is Case else []
        for index, text in enumerate(texts):
            case = batch.records[index]
            then = _school_year(case.dropped_on) if case.dropped_on else year
            if text in ("", REJECTED) or year is None or then is None or then >= year:
                continue
            school, named = _before(text, schools, case.school or (case.student.school if case.student else None))
            case.dropped_from = class_named(named.lstrip("/／"), school, then) if school else None
            if case.dropped_from:
                texts[index] = ""  # it is drawn


def _before(text: str, schools: list[School], own: School | None) -> tuple[School | None, str]:
    """Return the school whose short name stands before a class, else the case's own, and the class.

    Of names that begin alike the longest is meant, of schools of one name the case's own.
    """
    before = [school for school in schools if school.short_name and text.startswith(school.short_name)]
    longest = max((len(school.short_name or "") for school in before), default=0)
    named = [school for school in before if len(school.short_name or "") == longest]
    if not named or own in named:
        return own, text[longest:]
    return (named[0] if len(named) == 1 else None), text[longest:]


def _school_year(day: date) -> int:
    return day.year if day.month >= 7 else day.year - 1


def class_named(text: str, school: School, year: int | None) -> Class | None:
    """Return a class of ``school`` as ``text`` names it in the school year that begins in ``year``.

    It is made for the purpose, and of no dataset. None where the text is no class, or could be two of the grades that
    such a school teaches.
    """
    possible = [name.partition("（") for name in readings(text, year)]
    taught = [(grade, int(number.rstrip("）班"))) for grade, _, number in possible if _teaches(school, grade)]
    return Class(school=school, grade=taught[0][0], number=taught[0][1]) if len(taught) == 1 else None


def _teaches(school: School, grade: str) -> bool:
    return school.kind == "九年一贯制学校" or Class(grade=grade).stage == school.stage


Find = Callable[[str, Record | None, str], list[Any]]  # the text, the scope and the class within which it is meant


def finder(target: type[Record], records: list[Any], year: int | None, owners: list[Any]) -> Find:
    """Return what finds the records that a text may mean: by number anywhere, else by name."""
    register = _lone_register(target, records, year, owners, "")
    return lambda text, scope, class_: register.find(text, scope, class_, "")


def _lone_register(
    target: type[Record], records: list[Any], year: int | None, owners: list[Any], file: str
) -> _Register:
    """Return the records of one model as if ``file`` gave them all."""
    owner = {"school": School, "township": Township}.get(OWNERS.get(target, ""))
    above = _Register(owner, owners, [Batch(file, owner, owners, owners, {})], year, None) if owner else None
    return _Register(target, records, [Batch(file, target, records, records, {})], year, above)


@once
def _links(model: type[Record], target: type[Record], after_student: bool) -> list[tuple[str, Column]]:
    described = columns(model)
    if target is Class and ("student" in described) != after_student:
        return []
    return [(name, column) for name, column in described.items() if column.target == target.__name__]


class _Register:
    """The records of one model by number, by name and by the file that gave them."""

    def __init__(
        self,
        target: type[Record],
        records: list[Any],
        batches: list[Batch],
        year: int | None,
        owners: _Register | None,
    ) -> None:
        self.target = target
        self.records = records
        self.year = year
        self.owners = owners  # the schools or townships that the records belong to
        self.given = Given(batches)
        self.numbers = _index(records, NUMBERS.get(target, ()))
        self.names = _index(records, NAMES.get(target, ()))

    def home(self, file: str) -> Any:
        """Return the school that ``file``, or the folder around it, is of, where there are others."""
        return self.given.lone(file) if self.target is School and len(self.records) > 1 else None

    def find(self, text: str, scope: Record | None, class_: str, file: str) -> list[Any]:
        """Return the records that ``text`` may mean: by number anywhere, else by name within the scope.

        Of several, those that the row's own file gives, or the folder around it, come first.
        """
        found = self._numbered(text, scope, class_) or self._named(text, scope, class_)
        if not found:
            owner, rest = self.apart(text, file)
            found = self._within(self.find(rest, owner, class_, file), owner, "") if owner else []
        return self.given.nearest(found, file) if len(found) > 1 else found

    def apart(self, text: str, file: str) -> tuple[Any, str]:
        """Return the school or township whose name or code stands before a slash in ``text``, and what follows."""
        before, slash, rest = text.replace("／", "/").partition("/")
        owners = self.owners.find(before, None, "", file) if slash and self.owners else []
        return (owners[0], rest) if len(owners) == 1 else (None, text)

    def _numbered(self, text: str, scope: Record | None, class_: str) -> list[Any]:
        found = self.numbers.get(key(text), [])
        if len(found) < 2:
            return found
        inside = still_there(self._within(found, scope, "") or found)
        return self._within(inside, None, class_) or inside

    def _named(self, text: str, scope: Record | None, class_: str) -> list[Any]:
        named = still_there(self._within(self.names.get(key(text), []), scope, class_))
        if named or self.target is not Class:
            return named
        others = [class_ for name in readings(text, self.year) for class_ in self.names.get(key(name), [])]
        return self._within(others, scope, "")

    def hint(self, text: str, scope: Record | None) -> str:
        """Return the names in scope that are near ``text``, as a part of a sentence."""
        inside = self._within(self.records, scope, "")
        if len(inside) > _HINTS_AMONG:
            return ""
        names = NAMES.get(self.target, ()) or NUMBERS[self.target]
        return near(text, list(dict.fromkeys(getattr(record, name) or "" for record in inside for name in names)))

    def _within(self, records: list[Any], scope: Record | None, class_: str) -> list[Any]:
        if scope:
            attribute = OWNERS[self.target]
            records = [record for record in records if getattr(record, attribute) is scope]
        if class_:
            names = {key(class_), *map(key, readings(class_, self.year))}
            records = [record for record in records if record.class_ and key(record.class_.name) in names]
        return records


def still_there(records: list[Any]) -> list[Any]:
    """Return ``records`` but for children who went on to another school, or came back, and stand there once more."""
    if len(records) < 2 or not isinstance(records[0], Student):
        return records
    numbers = {number for student in records if not student.left for number in _numbers(student)}
    return [student for student in records if not (student.left and numbers.intersection(_numbers(student)))]


def _numbers(student: Student) -> list[str]:
    return [key(number) for number in (student.student_no, student.id_no) if number]


def _index(records: list[Any], attributes: tuple[str, ...]) -> dict[str, list[Any]]:
    found: dict[str, list[Any]] = defaultdict(list)
    for record in records:
        words = {key(word) for word in (getattr(record, attribute) for attribute in attributes) if word}
        for word in words:
            found[word].append(record)
    return dict(found)


def _draw(batch: Batch, attribute: str, described: Column, register: _Register) -> Iterator[Problem]:
    texts = batch.named.get(attribute) or [""] * len(batch.records)
    classes = _named_classes(batch, register.target)
    answers: dict[tuple[str, Record | None, str], _Answer] = {}
    home = register.owners.home(batch.file) if register.owners else None
    for record, text, class_ in zip(batch.records, texts, classes, strict=True):
        if text == REJECTED or _waits_in_vain(record, register.target):
            continue
        scope = scope_of(record, attribute, register.target) or home
        owner, class_ = register.apart(class_, batch.file)
        scope = owner or scope
        for part in parts(text, described):
            question = (part, scope, class_)
            if question not in answers:
                found = _answer(*question, batch.file, register) if part else _lone(batch.file, described, register)
                answers[question] = found
            reached, what, todo = answers[question]
            if what:
                yield Problem(record.where(attribute), what, todo)
            elif described.many:
                named = getattr(record, attribute)
                named += [reached] if reached not in named else []  # named twice is there once
            else:
                setattr(record, attribute, reached)


def parts(text: str, described: Column) -> list[str]:
    """Return the names in a cell; an empty one that means the only record there is has one, which is empty."""
    if described.many:
        return [part.strip() for part in _SEPARATORS.split(text) if part.strip()]
    return [text] if text or described.lone else []


def _lone(file: str, described: Column, register: _Register) -> _Answer:
    reached = register.given.lone(file)
    if reached:
        return reached, "", ""
    what = f"“{described.header}”没有填，而“{register.target.sheet}”表有 {len(register.records)} 行"
    return None, what, "写明是哪一个"


def _answer(text: str, scope: Record | None, class_: str, file: str, register: _Register) -> _Answer:
    sheet = register.target.sheet
    found = register.find(text, scope, class_, file)
    if len(found) == 1:
        return found[0], "", ""
    where = f"（{_name(scope)}{class_}）" if scope or class_ else ""
    elsewhere = register.find(text, scope, "", file) if class_ and not found else []
    if elsewhere:
        classes = "、".join(one.class_.name or "" for one in elsewhere if one.class_)
        return None, f"{quote(text)}不在{quote(class_)}" + (f"，在{classes}" if classes else ""), "改正班级，或改正学生"
    if found:
        todo = TELL_APART.get(register.target, "先改掉重复的名称或编号")
        return None, f"“{sheet}”表里有 {len(found)} 个{quote(text)}{where}", todo
    what = f"“{sheet}”表里没有{quote(text)}{where}{register.hint(text, scope)}"
    return None, what, f"改正，或在“{sheet}”表补上"


def _name(scope: Record | None) -> str:
    return getattr(scope, "short_name", None) or getattr(scope, "name", None) or ""


def scope_of(record: Any, attribute: str, target: type[Record]) -> Record | None:
    """Return the school or township within which the names in a column of this row are looked up."""
    if attribute == "keeper" and isinstance(record, Case) and record.return_class:  # of the school the child went to
        return record.return_class.school
    scope = SCOPES.get(target)
    if scope == "school":
        return record if isinstance(record, School) else getattr(record, "school", None)
    if scope == "township":
        school = getattr(record, "school", None)
        return getattr(record, "township", None) or (school.township if school else None)
    return None


def _waits_in_vain(record: Any, target: type[Record]) -> bool:
    """Return whether the row's student or school, on which this link depends, is missing, which has been reported."""
    described = columns(type(record))
    student = described.get("student")
    if student and student.required and target in (Class, Staff):  # a filing may be about a whole class
        return record.student is None
    school = described.get("school")
    return SCOPES.get(target) == "school" and school is not None and school.lone and record.school is None


def _named_classes(batch: Batch, target: type[Record]) -> list[str]:
    named = batch.named.get("class_") if target is Student else None
    return [text.replace(REJECTED, "") for text in named] if named else [""] * len(batch.records)


def _take_givers(batches: list[Batch], registers: dict[str, _Register]) -> None:
    """Give each row of what units hold that names neither a township nor a school the only
    one that its file gives, or the folder around it; where these give both, it is open whose group it is."""
    for batch in batches:
        if batch.model not in HELD:
            continue
        givers = [
            [(name, one) for name in UNITS for one in registers[name].given.by(level)] for level in levels(batch.file)
        ]
        given: list[tuple[str, Any]] = next(filter(None, givers), [])
        texts = [batch.named.get(name) or [""] * len(batch.records) for name in UNITS]
        for record, *named in zip(batch.records, *texts, strict=True):
            if len(given) == 1 and not any(named):
                setattr(record, *given[0])


def _take_home(batches: list[Batch], schools: _Register) -> None:
    """Give each day of the calendar that names no school the one that its file is of, where there are others."""
    for batch in batches:
        if batch.model is CalendarDay and (home := schools.home(batch.file)):
            texts = batch.named.get("school") or [""] * len(batch.records)
            for day, text in zip(batch.records, texts, strict=True):
                day.school = day.school if text else home


def _take_schools(batches: list[Batch], schools: _Register) -> None:
    """Give each row about a student the student's school and class where it names none itself.

    Where the student is not known either, the row is at least of the school whose file it stands in.
    """
    for batch in batches:
        if "student" not in columns(batch.model):
            continue
        for record in batch.records:
            if record.student:
                record.school = record.school or record.student.school
                record.class_ = record.student.class_
            elif not getattr(record, "township", None):  # a filing may be about a whole township
                record.school = record.school or schools.home(batch.file)


def _take_schools_of_then(cases: list[Case], visits: list[Batch]) -> None:
    """Give a case the school the child dropped out of, and visits until its return too: the child may have moved."""
    left: dict[int, list[Case]] = defaultdict(list)
    for case in cases:
        if case.dropped_from:
            case.school = case.dropped_from.school
            left[id(case.student)].append(case)
    for batch in visits:
        for visit, named in zip(batch.records, batch.named.get("school") or [""] * len(batch.records), strict=True):
            for case in left[id(visit.student)] if visit.student and not named else ():
                if visit.visited_on and visit.visited_on <= (case.returned_on or date.max):
                    visit.school = case.school


def _fill_backs(records: dict[type[Record], list[Any]]) -> None:
    for model in MODELS:
        for attribute, (source, via) in backs(model).items():
            for record in records[source]:
                led_to = getattr(record, via)
                for reached in led_to if isinstance(led_to, list) else [led_to]:
                    if reached is not None:
                        getattr(reached, attribute).append(record)
