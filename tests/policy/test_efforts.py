"""What a member of staff did to bring children back, by hand: one class, two children who dropped out."""

from __future__ import annotations

from datetime import date

import pytest

from generator.dataset.missing import MissingValueError
from generator.dataset.models import Case, Class, School, Settings, Staff, Student, Visit
from generator.policy.model import Policy
from generator.policy.visits import Effort
from tests.small import national

TODAY = date(2026, 11, 16)
TERM = Settings(year="2026—2027学年", term="第一学期", term_start=date(2026, 9, 1), term_end=date(2027, 1, 22))


class World:
    """A class with its teacher and one who teaches it, and a child that is back and one that is not."""

    def __init__(self) -> None:
        self.school = School(short_name="溪头中学")
        self.class_ = Class(school=self.school, grade="八年级", number=1, baseline=30)
        self.school.classes.append(self.class_)
        self.teacher, self.subject = (Staff(school=self.school, post=post) for post in ("班主任", "任课教师"))
        self.teacher.classes.append(self.class_)
        self.class_.teacher, self.subject.teaches = self.teacher, "八年级（1）班"
        self.school.staff += [self.teacher, self.subject]
        self.back, self.away = self.drop(date(2026, 10, 26)), self.drop(None)

    def drop(self, back: date | None, day: date = date(2026, 10, 12)) -> Case:
        child = Student(class_=self.class_, school=self.school)
        case = Case(student=child, school=self.school, dropped_on=day, found_on=day, returned_on=back)
        child.cases.append(case)
        self.school.dropouts.append(case)
        return case

    def visit(self, case: Case, *visitors: Staff, day: date = date(2026, 10, 13)) -> None:
        assert case.student
        made = Visit(student=case.student, visited_on=day, purpose="劝返", mode="上门", visitors=list(visitors))
        case.student.visits.append(made)


def effort(staff: Staff, policy: Policy | None = None) -> Effort:
    return Effort(staff, policy or national(), TERM, TODAY)


def told(staff: Staff, policy: Policy | None = None) -> tuple[int, int, int, int]:
    found = effort(staff, policy)
    return found.owed, found.made, found.missed, found.returned


def each(visits: int) -> Policy:
    policy = national()
    return policy.model_copy(update={"attendance": policy.attendance.model_copy(update={"follow_visits": visits})})


def test_visits_are_owed_to_every_child_of_a_class_one_teaches() -> None:
    world = World()
    world.visit(world.back, world.teacher, world.subject)
    world.visit(world.back, world.teacher)
    world.visit(world.away, world.teacher)
    assert told(world.teacher) == (2, 3, 0, 1)
    assert told(world.subject) == (2, 1, 1, 1)  # the child that is away was not visited by it


def test_more_visits_to_one_child_do_not_make_up_for_another() -> None:
    world = World()
    for _ in range(3):
        world.visit(world.back, world.subject)
    assert told(world.subject, each(2)) == (4, 3, 2, 1)
    assert told(world.subject, each(0))[0] == 0


def test_who_answers_for_a_child_that_is_back_brought_it_back() -> None:
    world = World()
    leader = Staff(school=world.school, post="副校长")
    world.back.responsible = leader
    assert (effort(leader).made, effort(leader).returned) == (0, 1)


def test_what_is_owed_is_untold_where_nobody_says_what_one_teaches() -> None:
    world = World()
    world.subject.teaches = None
    with pytest.raises(MissingValueError, match="任教班级"):
        _ = effort(world.subject).owed


def test_visits_of_another_reason_or_day_and_cases_that_were_none_do_not_count() -> None:
    world = World()
    world.away.closed_as, world.away.closed_on = "已转学", TODAY
    world.visit(world.away, world.teacher)
    world.visit(world.back, world.teacher, day=date(2026, 11, 2))  # it was back by then
    world.drop(None, date(2026, 8, 20))  # of the term before
    assert told(world.teacher) == (1, 0, 1, 0)
