"""What is read off the records and their links."""

from __future__ import annotations

from datetime import date

from generator.dataset.models import Case, Class, Student, Visit


def test_the_visits_of_a_case_are_those_from_its_discovery_to_the_return() -> None:
    days = [date(2026, 9, day) for day in (30, 1, 8, 15, 20)]
    student = Student(visits=[Visit(visited_on=day, purpose="劝返") for day in days])
    case = Case(student=student, found_on=date(2026, 9, 8), returned_on=date(2026, 9, 20))
    assert [visit.visited_on and visit.visited_on.day for visit in case.visits] == [8, 15, 20]
    case.returned_on = None
    assert case.attempts == 4


def test_a_child_dropped_out_of_the_class_that_the_case_names() -> None:
    now, then = Class(grade="七年级", number=3), Class(grade="八年级", number=3)
    student = Student(class_=now)
    assert Case(student=student).last_class is now
    assert Case(student=student, dropped_from=then).last_class is then


def test_the_watch_list_holds_no_child_that_has_left() -> None:
    class_ = Class(students=[Student(watched=True), Student(watched=True, status="转出"), Student()])
    assert class_.watched == 1
