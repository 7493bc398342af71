"""Schools, classes and villages: who belongs where."""

from __future__ import annotations

import re
from collections.abc import Iterator

from generator.dataset.masking import called, quote
from generator.dataset.models import Absence, Case, Dataset, School, Staff, Visit
from generator.errors import Problem

OVERSIZED = ((66, "超大班额"), (56, "大班额"))  # from how many students on, as the Ministry of Education counts
POINT = "教学点"  # where one teacher may be head, and teach several grades in one room
HEADS = ("校长", "副校长")  # a deputy may be in charge
NO_LEADERS = ("任课教师", "职员")
_CODE = re.compile(r"[0-9]{10}")


def misplaced(dataset: Dataset) -> Iterator[Problem]:
    """Yield rows whose student, found by number, is not in the class or school they name, and students whose class is
    not of their school."""
    for student in dataset.students:
        if student.school and student.class_ and student.class_.school not in (None, student.school):
            what = f"{called(student)}的学校是{student.school.short_name}，班级是{student.class_.full_name}"
            yield Problem(student.where("school"), what, "改正其中一个", also=(student.where("class_"),))
    rows: list[Absence | Case | Visit] = [*dataset.absences, *dataset.cases, *dataset.visits]
    for row in rows:
        if row.student and row.class_ and row.student.class_ and row.class_ is not row.student.class_:
            what = f"{called(row.student)}在{called(row.student.class_)}，不在{called(row.class_)}"
            yield Problem(row.where("student"), what, "核对学生和班级")
    there = [case for case in dataset.cases if not case.dropped_from]  # else of the school the child was at then
    named: list[Absence | Case | Visit] = [*dataset.absences, *dataset.visits, *there]
    for row in named:
        there_then = row.class_then.school if isinstance(row, Visit) and row.class_then else None
        if row.student and row.school and row.student.school and row.school not in (row.student.school, there_then):
            what = f"{called(row.student)}在{row.student.school.short_name}，不在{row.school.short_name}"
            yield Problem(row.where("student"), what, "核对学生和学校")


def classes(dataset: Dataset) -> Iterator[Problem]:
    """Yield classes of a stage that their school does not teach, baselines far from the roll, and oversized classes."""
    for class_ in dataset.classes:
        school, size = class_.school, class_.size
        if school and class_.grade and school.kind not in (None, "九年一贯制学校") and class_.stage != school.stage:
            what = f"{school.short_name}的办学类型是“{school.kind}”，而有{called(class_)}"
            yield Problem(school.where("kind"), what, "改正办学类型或班级", also=(class_.where("grade"),))
        if class_.baseline is not None and abs(class_.baseline - size) > max(5, size // 4):
            what = f"{called(class_)}学年初 {class_.baseline} 人，现在 {size} 人"
            yield Problem(class_.where("baseline"), what, "核对学年初人数和学生表", "warning")
        for least, kind in OVERSIZED:
            if size >= least:
                what = f"{called(class_)}有 {size} 名学生，是{kind}（{least} 人以上）"
                yield Problem(class_.where(), what, "核对是不是几个班并成了一个；属实的不用管", "warning")
                break


def codes(dataset: Dataset) -> Iterator[Problem]:
    """Yield schools whose code is not one of ten digits."""
    for school in dataset.schools:
        if school.code and not _CODE.fullmatch(school.code):
            what = f"{school.short_name}的学校标识码{quote(school.code)}不是 10 位数字"
            yield Problem(school.where("code"), what, "照学籍系统核对", "warning")


def seats(dataset: Dataset) -> Iterator[Problem]:
    """Yield students of one class with one number, by which lists are put in order."""
    for class_ in dataset.classes:
        taken: dict[int, str | None] = {}
        for student in class_.roll:
            if student.seat_no is None:
                continue
            if student.seat_no in taken:
                what = f"{called(class_)}的{called(student)}与{taken[student.seat_no]}的班内学号都是 {student.seat_no}"
                yield Problem(student.where("seat_no"), what, "改成各人自己的；名册按它排序", "warning")
            taken.setdefault(student.seat_no, student.name)


def posts(dataset: Dataset) -> Iterator[Problem]:
    """Yield heads, leaders and class teachers who hardly are that, by their post or other classes."""
    for school in dataset.schools:
        head = school.principal
        if head and head.post and head.post not in HEADS and school.kind != POINT:
            what = f"{school.short_name}的校长{called(head)}，岗位是“{head.post}”"
            yield Problem(school.where("principal"), what, "核对校长，或改正岗位", "warning")
    for class_ in dataset.classes:
        if class_.leader and class_.leader.post in NO_LEADERS:
            what = f"{called(class_)}的包级领导{called(class_.leader)}，岗位是“{class_.leader.post}”"
            yield Problem(class_.where("leader"), what, "核对包级领导，或改正岗位", "warning")
    for person in dataset.staff:
        if len(person.classes) > 1 and not (person.school and person.school.kind == POINT):
            led = "、".join(class_.name or "" for class_ in person.classes)
            what = f"{called(person)}是 {len(person.classes)} 个班的班主任（{led}）"
            yield Problem(person.classes[1].where("teacher"), what, "核对班主任", "warning")


def works_for(person: Staff, school: School) -> bool:
    """Return whether somebody is of a school's staff or of its central school's, as far as is known."""
    return person.school in (None, school) or person.school is school.central


def villages(dataset: Dataset) -> Iterator[Problem]:
    """Yield villages in which no student lives, and how many students of a class live in none."""
    homes = {id(student.village) for student in dataset.students if student.village}
    if not homes:
        return
    for village in dataset.villages:
        if id(village) not in homes:
            yield Problem(village.where(), f"没有学生住在{called(village)}", "核对村居名称和学生表的村居", "warning")
    enrolled = [student for student in dataset.students if student.enrolled]
    if 2 * sum(student.village is None for student in enrolled) >= len(enrolled):
        return  # a column that is not used, or not yet
    for class_ in dataset.classes:
        if homeless := sum(student.village is None for student in class_.roll):
            what = f"{called(class_)}有 {homeless} 名学生没有填村居，村居的名单里没有他们"
            yield Problem(class_.where(), what, "在学生表补填村居；外地的不用管", "warning")
