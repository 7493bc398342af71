"""Who answers for which children: of a school, of a class, and of a township's teams."""

from __future__ import annotations

from typing import Any

import pytest

from generator.dataset.missing import Missing, MissingValueError
from generator.dataset.models import Case, Class, School, Staff, Student, TeamMember, Township, Village
from generator.errors import Place
from generator.policy.chain import charges, grades, keeping, kept, sought
from generator.policy.load import load_policy

POLICY = load_policy("national")


def child(class_: Class, keeper: Any = None, **told: Any) -> Student:
    """A child on the roll of a class, kept by a teacher or by nobody."""
    student = Student(class_=class_, school=class_.school, keeper=keeper, **told)
    class_.students.append(student)
    if isinstance(keeper, Staff):
        keeper.keeps.append(student)
    return student


@pytest.fixture
def school() -> School:
    """A school of two grades, a class each: the first has a teacher and a leader, the second nobody yet."""
    head, lead = Staff(name="校长甲", post="校长"), Staff(name="主任乙", post="教导主任")
    teacher, subject = (
        Staff(name="班主任丙", post="班主任"),
        Staff(name="教师丁", post="任课教师", teaches="一年级（1）班"),
    )
    school = School(principal=head, staff=[head, lead, teacher, subject])
    first = Class(school=school, grade="一年级", number=1, teacher=teacher, leader=lead)
    second = Class(school=school, grade="二年级", number=1)
    lead.leads, teacher.classes, school.classes = [first], [first], [first, second]
    child(first, subject, watched=True)
    child(first, teacher)
    child(first)
    child(first, subject, status="转出")
    child(second, subject)
    return school


def test_a_school_is_answered_for_from_the_principal_to_the_teacher_of_a_few(school: School) -> None:
    found = [(one.level, one.what, one.scope, one.enrolled, one.watched) for one in charges(POLICY, school)]
    assert found == [
        ("校长包学校", "全校", "2个班级", 4, 1),
        ("领导包年级", "一年级", "1个班级", 3, 1),
        ("班主任包班级", "一年级（1）班", "全班学生", 3, 1),
        ("班主任包班级", "二年级（1）班", "全班学生", 1, 0),
        ("教师包学生", "所包学生", "一年级（1）班1名", 1, 0),
        ("教师包学生", "所包学生", "一年级（1）班1名、二年级（1）班1名", 2, 1),
    ]


def test_a_charge_has_the_duty_that_the_policy_gives_the_post(school: School) -> None:
    duties = {post.name: post.duty for post in POLICY.duties.school_posts}
    found = [one.duty for one in charges(POLICY, school)]
    assert found[0] == duties["校长"]
    assert found[-1] == duties["任课教师"]
    assert found[1] == duties["包级领导"]


def test_a_class_without_a_teacher_is_answered_for_by_a_blank(school: School) -> None:
    assert isinstance(charges(POLICY, school)[3].person, Missing)


def test_a_leader_answers_for_all_grades_led_and_each_is_told_once() -> None:
    lead = Staff(leads=[Class(grade="一年级"), Class(grade="一年级"), Class(grade="六年级")])
    assert grades(lead) == ["一年级", "六年级"]
    assert grades(Staff()) == []


def test_a_child_who_left_is_nobodys_to_keep(school: School) -> None:
    assert [student.status for student in kept(school.staff[3])] == [None, None]


def test_the_children_of_a_class_stand_by_their_keepers_and_last_those_without_one(school: School) -> None:
    found = keeping(school.classes[0])
    assert [one.group for one in found] == ["1", "2", ""]
    assert [one.keeper.name for one in found[:2]] == ["班主任丙", "教师丁"]
    assert isinstance(found[2].keeper, Missing)


def test_a_keeper_from_outside_the_class_has_a_group_too(school: School) -> None:
    class_ = school.classes[1]
    assert [(one.group, one.keeper.name) for one in keeping(class_)] == [("1", "教师丁")]


def test_nobody_is_grouped_where_a_keeper_is_in_doubt(school: School) -> None:
    class_ = school.classes[0]
    child(class_, Missing("包保教师", Place("学生"), "没有这名教师"))
    with pytest.raises(MissingValueError):
        keeping(class_)


def test_a_team_looks_for_the_children_of_its_villages_or_its_school_or_for_all() -> None:
    town, near, far = Township(), Village(name="近村"), Village(name="远村")
    schools = [School(township=town), School(township=town)]
    town.schools = schools
    cases = []
    for school, village, closed in (
        (schools[0], near, None),
        (schools[0], far, None),
        (schools[1], far, None),
        (schools[1], near, "2026-09-20"),
    ):
        class_ = Class(school=school, grade="七年级", number=1)
        case = Case(student=Student(class_=class_, village=village), school=school, returned_on=closed)  # type: ignore[arg-type]
        school.dropouts.append(case)
        cases.append(case)
    assert sought(TeamMember(township=town, villages=[near])) == [cases[0]]
    assert sought(TeamMember(township=town, villages=[far], school=schools[0])) == cases[1:3]
    assert sought(TeamMember(township=town, school=schools[0])) == cases[:2]
    assert sought(TeamMember(township=town)) == cases[:3]
