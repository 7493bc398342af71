"""Students, their families and staff: what cannot be so of a person."""

from __future__ import annotations

from collections.abc import Iterator

from generator.dataset.models import (
    GRADES,
    Dataset,
    Guardian,
)
from generator.errors import Problem

FIRST_AGE, LAST_AGE = 6, 20  # of children in school, in years
MOST_YEARS_OFF = 3  # between a child's age and the usual one of its grade


def ages(dataset: Dataset) -> Iterator[Problem]:
    """Yield students too young or too old for their grade, and cases of children not yet of school age."""
    year = dataset.settings.first_year
    for student in dataset.students:
        if not student.birth_date:
            continue
        if year and student.class_ and student.class_.grade:
            age, usual = year - student.birth_date.year, GRADES.index(student.class_.grade) + FIRST_AGE
            if abs(age - usual) > MOST_YEARS_OFF:
                what = f"{student.name}学年初{age}岁，在{student.class_.grade}"
                grave = not FIRST_AGE - 2 < age < LAST_AGE
                yield Problem(student.where("birth_date"), what, "核对出生日期和班级", "error" if grave else "warning")
        for case in student.cases:
            if case.dropped_on and case.dropped_on.year - student.birth_date.year < FIRST_AGE:
                what = f"辍学日期 {case.dropped_on} 时{student.name}不满 {FIRST_AGE} 岁"
                yield Problem(case.where("dropped_on"), what, "核对辍学日期", also=(student.where("birth_date"),))


def families(dataset: Dataset) -> Iterator[Problem]:
    """Yield family members who bear the child's own name."""
    for student in dataset.students:
        for member in (student.member1, student.member2):
            if isinstance(member, Guardian) and member.name and member.name == student.name:
                what = f"{student.name}的家庭成员与本人同名"
                yield Problem(member.where("name"), what, "核对家庭成员姓名", also=(student.where("name"),))
