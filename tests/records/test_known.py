from __future__ import annotations

from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from generator.dataset.missing import Missing
from generator.dataset.models import Case, Class, Notice, Record, School, Student, Visit
from generator.errors import Place
from generator.records.known import agree, names_of

SCHOOL = School(code="3153000001", name="清溪小学")
CLASS = Class(school=SCHOOL, grade="三年级", number=1)
BORN = date(2017, 3, 1)


def child(name: str = "石小满", class_: Class = CLASS, **known: object) -> Student:
    return Student(name=name, class_=class_, **known)  # type: ignore[arg-type]


def names(*records: Record) -> list[tuple[str, ...]]:
    return names_of(records)


def test_a_child_that_changes_its_class_and_its_seat_is_known_by_the_same_names() -> None:
    other = Class(school=SCHOOL, grade="四年级", number=2)
    before = child(student_no="G1", id_no="110101201703011234", birth_date=BORN, seat_no=1)
    after = replace(before, class_=other, seat_no=9, address="溪尾村")
    assert names(before) == names(after)
    assert [name.partition(":")[0] for name in names(before)[0]] == ["学籍号", "证件号", "出生", "姓名"]


def test_no_number_of_identity_stands_in_a_name() -> None:
    (found,) = names(child(student_no="G110101201703011234", id_no="11010120170301123X"))
    assert "1101012017" not in "".join(found)
    assert found[1] == names(child(id_no="11010120170301123x "))[0][0]


@pytest.mark.parametrize(
    "number", ["1101**********1234", Missing("身份证件号", Place(), "认不出"), Missing("身份证件号", Place()), "", None]
)
def test_a_number_that_is_hidden_in_doubt_or_not_there_names_nobody(number: object) -> None:
    assert names(child(id_no=number)) == [("姓名:3153000001/石小满",)]


def test_namesakes_are_told_apart_by_their_numbers_and_days_of_birth_and_else_by_their_order() -> None:
    one, other = names(child(birth_date=BORN), child(birth_date=date(2016, 1, 1)))
    assert one[-1] == other[-1]
    assert not agree(one, other)
    assert agree(one, ("学籍号:x", *one))
    first, second, third = names(child(), child("木小春"), child())
    assert (first, third) == (("姓名:3153000001/石小满",), ("姓名:3153000001/石小满#2",))
    assert second == ("姓名:3153000001/木小春",)


def test_two_visits_to_one_child_are_two_and_one_is_known_whichever_class_the_child_is_in() -> None:
    visited = child(student_no="G1")
    days = [Visit(student=visited, visited_on=date(2026, 9, day)) for day in (3, 4, 4)]
    found = names(*days)
    assert len(set(found)) == 3
    assert found[0][0].endswith(" 2026-09-03")
    moved = Visit(student=replace(visited, class_=Class(school=SCHOOL)), visited_on=date(2026, 9, 3))
    assert names(moved) == found[:1]


def test_cases_and_notices_of_two_schools_with_the_same_numbers_are_not_confused() -> None:
    cases = [Case(no="1", school=School(code=code)) for code in ("3153000001", "3153000002")]
    notices = [Notice(id="1", case=case) for case in cases]
    assert len(set(names(*cases, *notices))) == 4


def test_what_has_no_name_at_all_is_counted() -> None:
    assert names(Visit(), Visit(), Case()) == [("家访:",), ("家访:#2",), ("辍学个案:",)]


def test_a_name_of_several_lines_is_one_line() -> None:
    assert names(child("石\n小满")) == [("姓名:3153000001/石 小满",)]


def test_every_scope_of_the_sample_gives_every_record_a_name_of_its_own(tmp_path: Path) -> None:
    from generator.forms.context import TYPES
    from tests.small import known

    context = known(tmp_path)
    for scope in TYPES:
        found = names_of(context.records(scope))
        assert len(set(found)) == len(found)
        assert all(name.partition(":")[2].strip("/") for each in found for name in each)
