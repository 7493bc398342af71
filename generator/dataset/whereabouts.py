"""Children in two schools, or in none: what only the rosters of several schools together can tell."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterator

from generator.dataset.links import key
from generator.dataset.masking import called
from generator.dataset.models import Dataset, Student
from generator.errors import Problem


def perhaps_one_child(dataset: Dataset) -> Iterator[Problem]:
    """Yield children whom two schools have enrolled under one name, sex and day of birth, though no number says so."""
    first: dict[tuple[object, ...], Student] = {}
    for student in dataset.students:
        if student.left or not student.name or not student.birth_date:
            continue
        earlier = first.setdefault((student.name, student.birth_date, student.sex), student)
        if earlier.school is not student.school and _may_be_one(earlier, student):
            what = f"{called(student)}与 {earlier.where('name')}（{_school(earlier)}）同名、同日出生，可能是同一个孩子"
            todo = "两校核对：是同一个孩子的，只留在读的学校，另一校改为转出；不是的，补全证件号和学籍号"
            yield Problem(student.where("name"), what, todo, "warning", (earlier.where("name"),))


def _may_be_one(one: Student, other: Student) -> bool:
    """Return whether a number is wanting that would tell two children apart, or their families agree."""
    if _numbers(one) & _numbers(other):  # which is an error of its own
        return False
    agreed = _family(one) & _family(other)
    if one.id_no and other.id_no:  # two numbers of identity are two people, unless one telephone says otherwise
        return any(fact.isdigit() for fact in agreed)
    return bool(agreed) or not (_numbers(one) and _numbers(other))


def _family(student: Student) -> set[str]:
    """Return the name and the telephone of a child's guardian, as far as they are known."""
    guardian = student.guardian
    return {fact for fact in (guardian.name, guardian.phone) if fact} if guardian else set()


def gone(dataset: Dataset) -> Iterator[Problem]:
    """Yield children who left one school for another and stand on the roll of none of those that sent their files.

    Within one file that would be every child that moved away.
    """
    if len(set(dataset.units.values())) < 2:
        return
    juniors = any(class_.stage == "初中" for class_ in dataset.classes)
    here: set[object] = set()
    left: dict[object, list[Student]] = defaultdict(list)
    for student in dataset.students:
        if not student.left:
            here |= _known_by(student)
        elif student.status == "转出" or (juniors and student.class_ and student.class_.stage == "小学"):
            left[min(_known_by(student), key=str, default=student)].append(student)
    for children in left.values():
        if not any(_known_by(child) & here for child in children):
            child, *others = children
            what = f"{called(child)}的学籍状态是“{child.status}”，而各校的在籍学生里都没有"
            todo = "去向要核实：转到外地的，核对转学手续；没有入学的，按辍学处理"
            yield Problem(child.where("status"), what, todo, "warning", tuple(one.where("status") for one in others))


def _known_by(student: Student) -> set[object]:
    """Return by what a child is found again: its numbers and, where these may be wanting, its name and birth."""
    born = {(student.name, student.birth_date, student.sex)} if student.name and student.birth_date else set()
    return _numbers(student) | born


def _numbers(student: Student) -> set[object]:
    known = (key(number) for number in (student.student_no, student.id_no) if number)
    return {number for number in known if "*" not in number}


def _school(student: Student) -> str:
    return (student.school.short_name if student.school else None) or ""


WHEREABOUTS: tuple[Callable[[Dataset], Iterator[Problem]], ...] = (perhaps_one_child, gone)
