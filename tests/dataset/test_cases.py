"""Cases, visits and notices, as they can be."""

from __future__ import annotations

from datetime import date

import pytest

from generator.dataset.contradictions.cases import interviewees, numbering, progress, services, unrecorded, visitors
from generator.dataset.models import (
    Absence,
    Case,
    Class,
    Dataset,
    Guardian,
    Notice,
    Origin,
    School,
    Settings,
    Staff,
    Student,
    Visit,
)
from generator.errors import Problem

NOTICE = {"number": "B", "issued_on": "C", "received_by": "D"}


def cells(problem: Problem) -> list[str]:
    return [place.cell for place in (problem.place, *problem.also)]


@pytest.mark.parametrize(
    "number", ["云政返通〔2026〕1号", "云政返通[2026]1号", "云政返通（2026）1号", "返通1号", "云政返通【2026】1号"]
)
def test_a_notice_is_numbered_in_the_year_in_which_it_is_issued(number: str) -> None:
    notice = Notice(Origin("", "通知书", 2, NOTICE), number=number, issued_on=date(2027, 1, 5))
    found = list(numbering(Dataset(notices=[notice])))
    if "2026" in number:
        assert [problem.what for problem in found] == [f"文号“{number}”是 2026 年的，而发出日期是 2027-01-05"]
        assert [cells(problem) for problem in found] == [["B2", "C2"]]
        notice.issued_on = date(2026, 12, 31)
    assert list(numbering(Dataset(notices=[notice]))) == []


def test_what_is_handed_over_is_handed_to_somebody() -> None:
    (problem,) = services(Dataset(notices=[Notice(served_mode="直接送达")]))
    assert (problem.what, problem.level) == ("直接送达而没有填收件人", "warning")
    assert list(services(Dataset(notices=[Notice(served_mode="留置送达")]))) == []


def test_a_notice_is_not_handed_to_the_child() -> None:
    case = Case(student=Student(name="石小满"))
    notice = Notice(Origin("", "通知书", 2, NOTICE), case=case, served_mode="直接送达", received_by="石小满")
    (problem,) = services(Dataset(notices=[notice]))
    assert (problem.what, problem.level) == ("收件人石小满是学生本人，通知书要送给监护人", "error")
    assert cells(problem) == ["D2"]


@pytest.mark.parametrize("told", ["第三次劝返后已返校", "已复学。", "2026-10-26 已经返校，在原班就读"])
def test_a_case_that_tells_of_the_return_has_the_day_of_it(told: str) -> None:
    case = Case(Origin("", "辍学个案", 2, {"progress": "K", "returned_on": "L"}), no="1", progress=told)
    (problem,) = progress(Dataset(cases=[case]))
    assert (problem.level, cells(problem)) == ("error", ["L2", "K2"])
    case.returned_on = date(2026, 10, 26)
    assert list(progress(Dataset(cases=[case]))) == []


@pytest.mark.parametrize("told", ["10 月 8 日已返校，12 日又离校", "已返校后再次离校", "未返校", "家长同意返校", ""])
def test_a_case_may_tell_of_a_return_that_did_not_last(told: str) -> None:
    assert list(progress(Dataset(cases=[Case(progress=told)]))) == []


def test_a_child_with_a_case_has_been_absent_where_absences_are_on_record() -> None:
    child = Student(name="石小满")
    case = Case(no="1", student=child, dropped_on=date(2026, 9, 1))
    dataset = Dataset(settings=Settings(term_start=date(2026, 9, 1)), cases=[case], absences=[Absence()])
    (problem,) = unrecorded(dataset)
    assert (problem.what, problem.level) == ("石小满有个案1，而缺勤表里没有这名学生", "warning")
    child.absences = [Absence()]
    assert list(unrecorded(dataset)) == []


def test_a_case_of_an_earlier_term_or_without_any_record_of_absences_may_stand_alone() -> None:
    case = Case(student=Student(), dropped_on=date(2026, 8, 31))
    settings = Settings(term_start=date(2026, 9, 1))
    assert list(unrecorded(Dataset(settings=settings, cases=[case], absences=[Absence()]))) == []
    case.dropped_on = date(2026, 9, 1)
    assert list(unrecorded(Dataset(settings=settings, cases=[case]))) == []


CENTRAL = School(short_name="中心小学")
SMALL, OTHER = School(short_name="柳林小学", central=CENTRAL), School(short_name="大坪小学", central=CENTRAL)


def visited(by: School | None) -> list[Problem]:
    class_ = Class(school=SMALL)
    visit = Visit(student=Student(class_=class_), class_=class_, school=SMALL, visitors=[Staff(name="田某", school=by)])
    return list(visitors(Dataset(visits=[visit])))


def test_visitors_are_of_the_childs_school_or_its_central_one() -> None:
    assert visited(SMALL) == visited(CENTRAL) == visited(None) == []
    (problem,) = visited(OTHER)
    assert problem.what == "家访教师田某不是学生当时所在学校（柳林小学）的教职工"
    assert problem.level == "warning"


def test_visitors_are_of_the_school_the_child_was_at_then() -> None:
    child = Student(class_=Class(school=SMALL))
    child.cases = [Case(student=child, dropped_from=Class(school=OTHER), returned_on=date(2026, 10, 26))]
    visit = Visit(
        student=child, class_=child.class_, school=SMALL, visited_on=date(2026, 10, 26), visitors=[Staff(school=OTHER)]
    )
    assert list(visitors(Dataset(visits=[visit]))) == []
    visit.visited_on = date(2026, 10, 27)
    assert len(list(visitors(Dataset(visits=[visit])))) == 1


@pytest.mark.parametrize(("told", "count"), [("母亲", 1), ("父亲", 0), ("爸爸", 0), ("邻居", 0), (None, 0)])
def test_who_is_visited_is_the_same_to_the_child_as_in_the_roster(told: str | None, count: int) -> None:
    child = Student(member1=Guardian(name="杨某", relation="父亲"), member2=Guardian(name="何某", relation="母亲"))
    visit = Visit(student=child, interviewee="杨某", relation=told)
    found = [(problem.what, problem.level) for problem in interviewees(Dataset(visits=[visit]))]
    assert found == [("受访人“杨某”这里是学生的母亲，学生表里是父亲", "warning")] * count
