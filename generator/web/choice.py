"""What somebody chose to make: as a form of the page says it, as an address keeps it, as a selection of the core.

Students stand in addresses by a digest: no name and no number is left in a browser's history.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, fields, replace
from typing import Any, Literal
from urllib.parse import urlencode

from werkzeug.datastructures import MultiDict

from generator.dataset.missing import Missing, MissingValueError
from generator.dataset.models import Record, Student
from generator.forms.arrange import AS_LISTED, ORDERS, Arrangement
from generator.forms.lowered import digest
from generator.forms.plan import Plan, Selection, SelectionError

Only = Literal["", "due", "changed"]
"""Of what is selected: everything, what is due, or what is new or has changed since it was printed."""
ONLY: tuple[Only, ...] = ("due", "changed")


@dataclass(frozen=True, slots=True)
class Choice:
    """A school, a class and students, papers by their ids, formats, and how they are put into files."""

    school: str = ""
    klass: str = ""
    student: tuple[str, ...] = ()  # digests
    form: tuple[str, ...] = ()
    format: tuple[str, ...] = ()
    single: bool = False
    only: Only = ""
    order: str = ""
    separators: bool = False
    ticks: bool = False

    @property
    def where(self) -> Choice:
        """What the choice says of the records alone, whatever is made of them."""
        return replace(self, form=(), format=(), order="", separators=False, ticks=False)

    @property
    def wide(self) -> Selection:
        """The choice as far as it decides how wide print files are; students are told by digests."""
        schools, classes = ((one,) if one else () for one in (self.school, self.klass))
        return Selection(schools=schools, classes=classes, students=self.student, single=self.single)

    @property
    def arrangement(self) -> Arrangement:
        """How print files are put together."""
        order = next((order for order in ORDERS if order == self.order), AS_LISTED.order)
        return Arrangement(order, self.separators, self.ticks)

    def query(self) -> str:
        """Return the choice as the query of an address."""
        return urlencode(list(self._said()))

    def _said(self) -> Iterable[tuple[str, str]]:
        for part in fields(self):
            value = getattr(self, part.name)
            for one in value if isinstance(value, tuple) else (value,) if value else ():
                yield part.name, "1" if one is True else one


def chosen(said: MultiDict[str, str]) -> Choice:
    """Return what a form says; a class without its school says nothing."""
    school, only = said.get("school", ""), said.get("only", "")

    def several(name: str) -> tuple[str, ...]:
        return tuple(dict.fromkeys(filter(None, said.getlist(name))))

    return Choice(
        school,
        said.get("klass", "") if school else "",
        several("student"),
        several("form"),
        several("format"),
        bool(said.get("single")),
        only if only in ONLY else "",
        order if (order := said.get("order", "")) in ORDERS and order != AS_LISTED.order else "",
        bool(said.get("separators")),
        bool(said.get("ticks")),
    )


def selection(choice: Choice, students: dict[str, Student], everyone: Iterable[Student]) -> Selection:
    """Return the records chosen as a selection; raises ``SelectionError`` where a student is gone, or not to be told
    from a namesake."""
    found = [students.get(key) for key in choice.student]
    if gone := found.count(None):
        raise SelectionError(f"选的学生有 {gone} 名在数据里找不到了（数据改过），请重新选")
    if choice.student:  # school and class have helped to find them, and say no more
        return Selection(students=tuple(_called(student, everyone) for student in found if student))
    schools, classes = ((one,) if one else () for one in (choice.school, choice.klass))
    return Selection(schools=schools, classes=classes, single=choice.single)


def _called(student: Student, everyone: Iterable[Student]) -> str:
    """Return by what a student is selected."""
    if number := certain(student, "student_no"):
        return number
    name = certain(student, "name")
    if sum(certain(other, "name") == name for other in everyone) > 1:
        raise SelectionError(f"有几名学生都叫“{name}”，又没有填学籍号，分不开；先在“学生”表里填好学籍号")
    return name


def key_of(student: Student) -> str:
    """Return what stands for a student in addresses: the same after the program was started again."""
    here = student.origin
    known_by = certain(student, "student_no") or (f"{here.file} {here.sheet} {here.row}" if here else "")
    return digest(f"{known_by}\n{certain(student, 'name')}")[:12]


def certain(record: Record, attribute: str) -> str:
    """Return an attribute as text, nothing where it is empty or in doubt."""
    try:
        value: Any = getattr(record, attribute)
    except MissingValueError:
        return ""
    return "" if value is None or isinstance(value, Missing) else str(value)


def narrowed(plan: Plan, formats: Iterable[str]) -> Plan:
    """Return a plan in some formats only."""
    wanted = {*formats}
    jobs = [replace(job, targets=tuple(target for target in job.targets if target[0] in wanted)) for job in plan.jobs]
    return replace(plan, jobs=tuple(job for job in jobs if job.targets))
