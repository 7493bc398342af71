"""Who answers for which children: from the principal down to the teacher of a few, and the teams of a township."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from generator.dataset.missing import Missing
from generator.dataset.models import Case, Class, School, Staff, Student, TeamMember, header_of
from generator.policy.assessment import teachers
from generator.policy.counts import needed
from generator.policy.model import Policy

HEAD, LEADER, CLASS_TEACHER, SUBJECT_TEACHER = "校长", "包级领导", "班主任", "任课教师"
"""Posts in the chain, as the policy names their duties."""


@dataclass(frozen=True, slots=True)
class Charge:
    """What one person of a school answers for; ``person`` is missing where nobody has been named."""

    level: str
    person: Staff
    what: str
    scope: str
    roll: Sequence[Student]
    duty: str  # in the policy's words; empty where it has none for the post

    @property
    def enrolled(self) -> int:
        """How many enrolled children that is."""
        return len(self.roll)

    @property
    def watched(self) -> int:
        """How many of them are on the watch list."""
        return sum(bool(student.watched) for student in self.roll)


def charges(policy: Policy, school: School) -> list[Charge]:
    """Return who of a school answers for what, link by link from the principal down."""
    duties = {post.name: post.duty for post in policy.duties.school_posts}
    return [
        Charge(level, person, what, scope, roll, duties.get(post, ""))
        for level, post, person, what, scope, roll in _links(school)
    ]


def _links(school: School) -> Iterator[tuple[str, str, Any, str, str, list[Student]]]:
    everybody = [student for class_ in school.classes for student in class_.roll]
    yield "校长包学校", HEAD, _somebody(school, "principal"), "全校", f"{len(school.classes)}个班级", everybody
    for leader in dict.fromkeys(_somebody(class_, "leader") for class_ in school.classes if class_.leader):
        led = [class_ for class_ in school.classes if class_.leader is leader]
        grades = dict.fromkeys(needed(class_, "grade") for class_ in led)
        roll = [student for class_ in led for student in class_.roll]
        yield "领导包年级", LEADER, leader, "、".join(grades), f"{len(led)}个班级", roll
    for class_ in school.classes:
        yield "班主任包班级", CLASS_TEACHER, _somebody(class_, "teacher"), str(class_.name), "全班学生", class_.roll
    for teacher in school.staff:
        if children := kept(teacher):
            by_class = dict.fromkeys(_somebody(child, "class_") for child in children)
            scope = "、".join(
                f"{class_.name}{sum(child.class_ is class_ for child in children)}名" for class_ in by_class
            )
            yield "教师包学生", SUBJECT_TEACHER, teacher, "所包学生", scope, children


def grades(staff: Staff) -> list[str]:
    """Return the grades that a member of staff leads, or leads a class of."""
    return list(dict.fromkeys(needed(class_, "grade") for class_ in staff.leads))


def kept(staff: Staff) -> list[Student]:
    """Return the enrolled children whom a member of staff answers for by name."""
    return [student for student in staff.keeps if student.enrolled]


@dataclass(frozen=True, slots=True)
class Keeping:
    """A child of a class and the teacher who answers for it; ``group`` is empty and ``keeper`` missing where nobody
    does yet."""

    group: str
    keeper: Staff
    student: Student


def keeping(class_: Class) -> list[Keeping]:
    """Return the children of a class by the teachers who answer for them, the class's own teachers first; last those
    for whom nobody does."""
    known = [*teachers(class_), *(student.keeper for student in class_.roll if student.keeper)]
    groups: dict[Any, list[Student]] = {teacher: [] for teacher in known}
    nobody: list[Student] = []
    for student in class_.roll:
        (groups[student.keeper] if student.keeper else nobody).append(student)
    found = [(teacher, children) for teacher, children in groups.items() if children]
    return [
        *(Keeping(str(number), teacher, one) for number, (teacher, them) in enumerate(found, 1) for one in them),
        *(Keeping("", _somebody(student, "keeper"), student) for student in nobody),
    ]


def sought(member: TeamMember) -> list[Case]:
    """Return the cases of children still away whom a member of a team looks for: those who live in its villages; of
    one who has none those of its school; of one who has neither those of the whole township."""
    away = [case for case in needed(member, "township").cases if case.is_open]
    if member.villages:
        return [case for case in away if needed(case, "student").village in member.villages]
    return (
        [case for case in away if case.last_class and case.last_class.school is member.school]
        if member.school
        else away
    )


def _somebody(record: Student | Class | School, attribute: str) -> Any:
    """Return the linked person, or what stands for nobody."""
    found = getattr(record, attribute)
    return Missing(header_of(type(record), attribute), record.where(attribute)) if found is None else found
