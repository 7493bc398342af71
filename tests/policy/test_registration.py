"""New children, children back without a registration that fits, and children between two schools."""

from __future__ import annotations

from datetime import date

import pytest

from generator.dataset.models import Case, Change, Class, School, Student, Township, Transition
from generator.policy.registration import entrants, handovers, is_new, no_shows, repairs, transitions
from tests.small import national

BACK, DUE = date(2026, 9, 21), date(2026, 9, 1)


def test_new_children_are_those_on_the_roll_of_a_first_grade() -> None:
    here, gone, older = Student(), Student(status="转出"), Student()
    first = Class(grade="七年级", students=[here, gone])
    assert entrants(School(classes=[first, Class(grade="八年级", students=[older])])) == [here]


@pytest.mark.parametrize(
    ("grade", "values", "new"),
    [
        ("一年级", {}, True), ("七年级", {"status": "转出"}, False), ("八年级", {}, False),
        ("八年级", {"came_on": BACK}, True), ("八年级", {"came_on": BACK, "status": "休学"}, False),
    ],
)  # fmt: skip
def test_a_child_is_new_in_a_first_grade_or_when_it_came_this_year(
    grade: str, values: dict[str, object], new: bool
) -> None:
    assert is_new(Student(**values), Class(grade=grade)) is new  # type: ignore[arg-type]


def listed(student: Student, returned_on: date | None = BACK) -> list[Change | None]:
    school = School()
    school.dropouts = [Case(student=student, returned_on=returned_on, dropped_on=DUE)]
    return [repair.change for repair in repairs(school)]


def test_a_child_that_is_back_and_has_no_number_lacks_a_registration() -> None:
    assert listed(Student()) == [None]
    assert listed(Student(student_no="G1")) == []
    assert listed(Student(), returned_on=None) == []


def test_a_registration_was_put_right_by_another_change_since_the_child_is_back() -> None:
    before, after = Change(kind="其他", on=DUE), Change(kind="其他", on=BACK)
    moved = Change(kind="转入", on=BACK)
    assert listed(Student(student_no="G1", changes=[before, after, moved])) == [after]
    assert listed(Student(student_no="G1", changes=[before, moved])) == []


JUNIOR, PRIMARY = School(name="云溪初级中学"), School(name="柳林小学")


def child(stage: str = "小学升初中", **values: object) -> Transition:
    return Transition(**{"stage": stage, "name": "石小满", "due_on": DUE} | values)  # type: ignore[arg-type]


def test_a_list_goes_from_one_school_to_another_and_is_the_receivers() -> None:
    ours = child(sender=PRIMARY, receiver=JUNIOR)
    strange = child(sender_name="外县小学", receiver=JUNIOR)
    up = child("初中升高中阶段", sender=JUNIOR, receiver_name="县第一高级中学")
    PRIMARY.sent, JUNIOR.received, JUNIOR.sent = [ours], [ours, strange], [up]
    assert handovers(PRIMARY) == []
    assert [(one.stage, one.sender, one.receiver, one.children) for one in handovers(JUNIOR)] == [
        ("小学升初中", "柳林小学", "云溪初级中学", [ours]),
        ("小学升初中", "外县小学", "云溪初级中学", [strange]),
        ("初中升高中阶段", "云溪初级中学", "县第一高级中学", [up]),
    ]


def test_missing_are_those_who_did_not_come_when_they_were_due() -> None:
    there, late, out = child(came_on=DUE), child(came_on=BACK), child()
    JUNIOR.received, JUNIOR.sent = [there, late, out], []
    ((one),) = handovers(JUNIOR)
    assert (one.missing, one.is_to_junior) == ([late, out], True)


def test_no_shows_are_of_junior_schools_and_of_lists_with_somebody_missing() -> None:
    out, there = child(sender_name="某小学"), child(sender_name="另一小学", came_on=DUE)
    JUNIOR.received, JUNIOR.sent = [out, there], [child("初中升高中阶段", receiver_name="县第一高级中学")]
    assert [one.sender for one in no_shows(JUNIOR)] == ["某小学"]


def test_a_school_is_told_of_the_steps_of_its_own_stages() -> None:
    entry, third, junior, senior = national().enrolment.transitions
    primary = School(kind="小学")
    assert transitions(national(), primary) == [entry, third, junior]
    assert transitions(national(), School(kind="初级中学")) == [junior, senior]
    nine = School(kind="九年一贯制学校", classes=[Class(grade="八年级")])
    assert transitions(national(), nine) == [entry, third, junior, senior]
    primary.township = Township(schools=[primary, School(kind="初级中学", central=primary)])
    assert senior in transitions(national(), primary)
