"""Schools, classes and villages: who belongs where."""

from __future__ import annotations

from collections.abc import Iterator

from generator.dataset.models import (
    Absence,
    Case,
    Dataset,
    Visit,
)
from generator.errors import Problem


def misplaced(dataset: Dataset) -> Iterator[Problem]:
    """Yield rows whose student, found by number, is not in the class or school they name, and students whose class is
    not of their school."""
    for student in dataset.students:
        if student.school and student.class_ and student.class_.school not in (None, student.school):
            what = f"{student.name}的学校是{student.school.short_name}，班级是{student.class_.full_name}"
            yield Problem(student.where("school"), what, "改正其中一个", also=(student.where("class_"),))
    rows: list[Absence | Case | Visit] = [*dataset.absences, *dataset.cases, *dataset.visits]
    for row in rows:
        if row.student and row.class_ and row.student.class_ and row.class_ is not row.student.class_:
            what = f"{row.student.name}在{row.student.class_.name}，不在{row.class_.name}"
            yield Problem(row.where("student"), what, "核对学生和班级")
    there = [case for case in dataset.cases if not case.dropped_from]  # else of the school the child was at then
    named: list[Absence | Case | Visit] = [*dataset.absences, *dataset.visits, *there]
    for row in named:
        there_then = row.class_then.school if isinstance(row, Visit) and row.class_then else None
        if row.student and row.school and row.student.school and row.school not in (row.student.school, there_then):
            what = f"{row.student.name}在{row.student.school.short_name}，不在{row.school.short_name}"
            yield Problem(row.where("student"), what, "核对学生和学校")


def classes(dataset: Dataset) -> Iterator[Problem]:
    """Yield classes of a stage that their school does not teach, and baselines far from the roll."""
    for class_ in dataset.classes:
        school = class_.school
        if school and class_.grade and school.kind not in (None, "九年一贯制学校") and class_.stage != school.stage:
            what = f"{school.short_name}的办学类型是“{school.kind}”，而有{class_.name}"
            yield Problem(school.where("kind"), what, "改正办学类型或班级", also=(class_.where("grade"),))
        if class_.baseline is not None and abs(class_.baseline - class_.size) > max(5, class_.size // 4):
            what = f"{class_.name}学年初 {class_.baseline} 人，现在 {class_.size} 人"
            yield Problem(class_.where("baseline"), what, "核对学年初人数和学生表", "warning")
