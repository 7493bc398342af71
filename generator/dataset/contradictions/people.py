"""Students, their families and staff: what cannot be so of a person."""

from __future__ import annotations

import re
from collections.abc import Iterator

from generator.dataset.masking import called, quote
from generator.dataset.models import GRADES, Dataset, Disability, Guardian, Staff, Student, header_of
from generator.errors import Problem

FIRST_AGE, LAST_AGE = 6, 20  # of children in school, in years
MOST_YEARS_OFF = 3  # between a child's age and the usual one of its grade

# What the child is to somebody, not somebody to the child.
CHILDRENS_RELATIONS = ("本人", "学生", "儿子", "女儿", "长子", "次子", "长女", "次女", "孙子", "孙女", "外孙", "外孙女")

# The kinds of the student-records system, by which people name them, with 残疾 or a degree behind or not.
DISABILITIES = ("视力", "听力", "言语", "肢体", "智力", "精神", "多重", "其他")
# With which of them a child is included: those that have no form of inclusion of their own share one.
INCLUDED = {
    "视力残疾随班就读": ("视力",), "听力残疾随班就读": ("听力",), "智力残疾随班就读": ("智力",),
    "其他残疾随班就读": ("言语", "肢体", "精神", "多重", "其他"),
}  # fmt: skip

_HAN = "\u3400-\u9fff\uf900-\ufaff\U00020000-\U000323af"
_HAN_NAME = re.compile(f"[〇·•・‧∙⋅ {_HAN}\U000e0100-\U000e01ef]*")  # with dots between its parts, and chosen glyphs
_HAN_LETTER = re.compile(f"[{_HAN}]")


def ages(dataset: Dataset) -> Iterator[Problem]:
    """Yield students too young or too old for their grade, and cases of children not yet of school age."""
    year = dataset.settings.first_year
    for student in dataset.students:
        if not student.birth_date:
            continue
        if year and student.class_ and student.class_.grade:
            age, usual = year - student.birth_date.year, GRADES.index(student.class_.grade) + FIRST_AGE
            if abs(age - usual) > MOST_YEARS_OFF:
                what = f"{called(student)}学年初{age}岁，在{student.class_.grade}"
                grave = not FIRST_AGE - 2 < age < LAST_AGE
                yield Problem(student.where("birth_date"), what, "核对出生日期和班级", "error" if grave else "warning")
        for case in student.cases:
            if case.dropped_on and case.dropped_on.year - student.birth_date.year < FIRST_AGE:
                what = f"辍学日期 {case.dropped_on} 时{called(student)}不满 {FIRST_AGE} 岁"
                yield Problem(case.where("dropped_on"), what, "核对辍学日期", also=(student.where("birth_date"),))


def families(dataset: Dataset) -> Iterator[Problem]:
    """Yield family members who bear the child's own name, or are told to be what a child is to its family."""
    for student, member in dataset.families():
        if member.name and member.name == student.name:
            what = f"{called(student)}的家庭成员与本人同名"
            yield Problem(member.where("name"), what, "核对家庭成员姓名", also=(student.where("name"),))
        if member.relation and member.relation in CHILDRENS_RELATIONS:
            what = f"{called(student)}的家庭成员关系写的是{quote(member.relation)}"
            yield Problem(member.where("relation"), what, "写家庭成员是学生的什么人，如 父亲、祖母")


def disabilities(dataset: Dataset) -> Iterator[Problem]:
    """Yield kinds of disability that nobody knows, and children included in a class with another kind or none."""
    for student in dataset.students:
        if not student.disability and not student.inclusion:
            continue  # who is disabled and not included may be taught at home
        kind = next((kind for kind in DISABILITIES if (student.disability or "").startswith(kind)), None)
        if student.disability and not kind:
            what = f"{called(student)}的残疾类型{quote(student.disability)}不是规定的类型"
            yield Problem(student.where("disability"), what, f"改成其中之一：{'、'.join(DISABILITIES)}", "warning")
        elif student.inclusion and kind not in INCLUDED[student.inclusion]:
            told = f"是{quote(student.disability)}" if student.disability else "没有填"
            what = f"{called(student)}的随班就读是“{student.inclusion}”，而残疾类型{told}"
            places = (student.where("disability"),)
            yield Problem(student.where("inclusion"), what, "照残疾证和评估结果核对", also=places)


def unregistered(dataset: Dataset) -> Iterator[Problem]:
    """Yield children with disabilities who are nobody's student and lack the name or the village they are found by."""
    for child in dataset.disabilities:
        for attribute in ("name", "village"):
            if child.student is None and getattr(child, attribute) is None:
                what = f"残疾儿童{quote(child.no or '')}没有写学生，也没有写{header_of(Disability, attribute)}"
                yield Problem(child.where(attribute), what, "在校的写学生，不在校的写儿童姓名和村居")


def names(dataset: Dataset) -> Iterator[Problem]:
    """Yield Chinese names with something else among the characters, such as a digit that told namesakes apart."""
    yield from _mixed(dataset.students)
    yield from _mixed([member for _, member in dataset.families()])
    yield from _mixed(dataset.staff)


def _mixed(people: list[Student] | list[Guardian] | list[Staff]) -> Iterator[Problem]:
    if _HAN_NAME.fullmatch("".join(person.name or "" for person in people)):
        return
    for person in people:
        if person.name and not _HAN_NAME.fullmatch(person.name) and _HAN_LETTER.search(person.name):
            what = f"姓名{quote(person.name)}里有汉字以外的字"
            yield Problem(person.where("name"), what, "文书照这样印；不是姓名的删去", "warning")
