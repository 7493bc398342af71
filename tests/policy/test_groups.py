"""Groups of children that need care: whom a place counts as vulnerable, whom a teacher watches, who is left behind."""

from __future__ import annotations

from datetime import date

import pytest

from generator.dataset.missing import MissingValueError
from generator.dataset.models import (
    Case,
    Class,
    County,
    Hardship,
    Pairing,
    Resident,
    School,
    Staff,
    Student,
    Total,
    Township,
    Tutoring,
    Visit,
)  # fmt: skip
from generator.policy.groups import concerns, left_behind, support, vulnerable
from generator.policy.load import compose, load_policy

NATIONAL = load_policy("national")  # 经济困难家庭, 单亲家庭, 残疾人家庭, 外出务工家庭, 孤儿, 事实无人抚养儿童


def school(*students: Student, grade: str = "三年级") -> School:
    class_ = Class(grade=grade, number=1, students=list(students))
    class_.school = School(classes=[class_])
    for student in students:
        student.class_ = class_
    return class_.school


@pytest.mark.parametrize(
    ("student", "codes"),
    [
        (Student(hardship="低保"), "A"),
        (Student(hardship="监测户", left_behind="单亲留守儿童"), "A、D"),
        (Student(left_behind="双亲留守儿童"), "D"),
        (Student(hardship="孤儿"), "E"),
        (Student(hardship="事实无人抚养儿童"), "F"),
        (Student(counted=[Resident(code="B、 C")]), "B、C"),
        (Student(hardship="低保", counted=[Resident(code="A"), Resident()]), "A"),
    ],
)
def test_of_which_kinds_a_family_is_follows_from_the_students_row_and_from_the_villages_register(
    student: Student, codes: str
) -> None:
    ((found,)) = vulnerable(NATIONAL, school(student, Student(left_behind="非留守儿童")))
    assert (found.student, found.codes) == (student, codes)


@pytest.mark.parametrize(
    ("preset", "hardship", "codes"),
    [
        ("seed-s0.1", "低保", "F"),  # 特困户, 建档立卡贫困户, 孤儿, 残障学生, 留守儿童, 低保户
        ("seed-s0.1", "脱贫户", "B"),
        ("seed-s0.2", "支出型困难", "B"),  # 单亲家庭, 贫困家庭, 残疾人家庭, 在外务工家庭, 孤儿
        ("seed-s0.2", "孤儿", "E"),
    ],
)
def test_a_place_names_its_own_kinds(preset: str, hardship: str, codes: str) -> None:
    (found,) = vulnerable(compose(preset).policy, school(Student(hardship=hardship)))
    assert found.codes == codes


@pytest.mark.parametrize(
    ("preset", "codes"),
    [
        ("seed-s0.1", "D"),  # 残障学生
        ("seed-s3.3", "B"),  # 残疾儿童, and of parents who are disabled a row tells nothing
        ("seed-s4", "C"),  # 残疾儿童少年
    ],
)
def test_where_children_with_disabilities_are_a_kind_their_own_row_tells_of_it(preset: str, codes: str) -> None:
    (found,) = vulnerable(compose(preset).policy, school(Student(disability="智力残疾"), Student()))
    assert found.codes == codes


def test_whoever_has_left_is_in_no_register() -> None:
    assert vulnerable(NATIONAL, school(Student(hardship="低保", status="转出"))) == []
    assert concerns(NATIONAL, school(Student(watched=True, status="转出")).classes[0]) == []


def test_a_teacher_keeps_an_eye_on_who_is_watched_poor_or_falls_behind() -> None:
    everything = Student(
        watched=True, hardship="低保",
        visits=[Visit(visited_on=date(2026, 9, 3), cause="早"), Visit(visited_on=date(2026, 10, 9), cause="迟到。")],
        pairings=[Pairing(content="补数学"), Pairing()],
        hardships=[Hardship(kind="低保", measures="申请补助。")],
        tutorings=[Tutoring(subject="数学", measures="补数学")],
    )  # fmt: skip
    plain, poor = Student(visits=[Visit(cause="其他")]), Student(hardship="孤儿", visits=[Visit(cause="其他")])
    first, second = concerns(NATIONAL, school(everything, plain, poor).classes[0])
    assert first.kinds == "重点对象、家庭经济困难、学习困难学生"
    assert (first.facts, first.measures) == ("迟到；低保；数学学习困难", "补数学；申请补助")
    assert (second.student, second.kinds, second.facts, second.measures) == (poor, "家庭经济困难", "孤儿", "")


def test_children_left_behind_are_counted_in_each_township() -> None:
    away = Student(left_behind="双亲留守儿童", sex="女", status="辍学", cases=[Case()])
    small = school(
        Student(left_behind="单亲留守儿童", sex="男", boarding="住校"), away, Student(left_behind="非留守儿童"),
        Student(), Student(left_behind="双亲留守儿童", status="转出"),
    )  # fmt: skip
    junior = school(Student(left_behind="双亲留守儿童", sex="男"), grade="七年级")
    asked = [
        Total(paper="SG-03", item="无人照护人数", value=value, as_of=date(2026, month, 1))
        for value, month in ((4, 9), (2, 11), (7, 10))
    ]
    township = Township(schools=[small, junior], totals=[*asked, Total(paper="DR-18", item="无人照护人数", value=9)])
    one, none = left_behind(County(townships=[township, Township()]))
    assert (one.township, one.schools, one.present, one.total, one.one_parent, one.both) == (township, 2, 4, 3, 1, 2)
    assert (one.boys, one.girls, one.primary, one.junior, one.boarding, one.dropped_out) == (2, 1, 2, 1, 1, 1)
    assert one.unattended == 2
    assert (none.total, none.present, none.unattended) == (0, 0, None)


def test_a_school_that_tells_of_none_of_its_children_leaves_the_county_uncounted() -> None:
    with pytest.raises(MissingValueError, match="是否留守儿童"):
        left_behind(County(townships=[Township(schools=[school(Student())])]))


def test_who_looks_after_a_child_is_told_for_one_reason_at_a_time() -> None:
    child = Student(pairings=[
        Pairing(kind="留守", helper="林老师", phone="19900000001", content="每周谈心。"),
        Pairing(kind="学困", helper="田老师", content="补数学"),
        Pairing(kind="留守", helper="叶志愿者", content="每周谈心"),
    ])  # fmt: skip
    found = support(child, "留守")
    assert (found.helpers, found.phones, found.measures) == ("林老师、叶志愿者", "林老师19900000001", "每周谈心")
    assert support(child, "残疾").helpers == ""


def test_a_helper_who_is_of_the_school_is_called_there() -> None:
    staff = [Staff(name="林老师", phone="19900000001"), Staff(name="田老师", phone="1"), Staff(name="田老师")]
    child = Student(school=School(staff=staff), pairings=[
        Pairing(kind="留守", helper="林老师"), Pairing(kind="学困", helper="田老师"),
    ])  # fmt: skip
    assert support(child, "留守").phones == "19900000001"
    assert support(child, "学困").phones == ""


def test_who_answers_for_a_child_is_whom_its_other_papers_name() -> None:
    child = Student(
        watched=True, hardship="低保", hardships=[Hardship(helper="林老师")],
        pairings=[Pairing(kind="重点对象", helper="叶老师"), Pairing(kind="困难", helper="田同学")],
        tutorings=[Tutoring(subject="数学", teacher=Staff(name="林老师"))],
    )  # fmt: skip
    kept = Student(watched=True, keeper=Staff(name="任老师"))
    assert [one.helpers for one in concerns(NATIONAL, school(child, kept).classes[0])] == ["叶老师、林老师", "任老师"]


def test_what_is_done_for_a_vulnerable_family_is_what_its_childs_pairings_are_about() -> None:
    child = Student(hardship="低保", pairings=[Pairing(content="每周谈心。"), Pairing(), Pairing(content="补数学")])
    (found,) = vulnerable(NATIONAL, school(child))
    assert found.measures == "每周谈心；补数学"
