"""A school of one class and one child, put together by hand, for the tests of duties."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from functools import cache

from generator.dataset.models import (
    Absence,
    Case,
    Class,
    County,
    Dataset,
    Filing,
    Notice,
    School,
    Settings,
    Staff,
    Student,
    Township,
    Visit,
)
from generator.policy.duties import Duty, duties
from generator.policy.duties.duty import State
from generator.policy.load import load_policy
from generator.policy.model import Policy


def day(month: int, number: int) -> date:
    """Return a day of the school year 2026—2027."""
    return date(2026 if month > 7 else 2027, month, number)


preset = cache(load_policy)
TERMS = {"第一学期": (day(9, 1), day(1, 22)), "第二学期": (day(3, 1), day(7, 9))}


class Town:
    """A township with one school, its class teacher and principal, and one child, in a term."""

    def __init__(self, term: str = "第一学期") -> None:
        self.county = County(name="云山县", bureau="云山县教育局", bureau_contact="郑某")
        self.township = Township(name="清溪镇", government="清溪镇人民政府", officer="田某", county=self.county)
        self.school = School(code="1", name="清溪小学", short_name="清溪小学", kind="小学", township=self.township)
        self.principal = Staff(school=self.school, no="T1", name="石校长", post="校长")
        self.teacher = Staff(school=self.school, no="T2", name="林老师", post="班主任")
        self.school.principal, self.school.staff = self.principal, [self.principal, self.teacher]
        self.class_ = Class(school=self.school, grade="三年级", number=1, teacher=self.teacher, baseline=1)
        self.teacher.classes, self.school.classes = [self.class_], [self.class_]
        self.child = Student(school=self.school, class_=self.class_, name="木小春")
        self.class_.students = [self.child]
        self.county.townships, self.township.schools = [self.township], [self.school]
        first, last = TERMS[term]
        settings = Settings(year="2026—2027学年", term=term, term_start=first, term_end=last)
        self.dataset = Dataset(
            settings=settings, counties=[self.county], townships=[self.township], schools=[self.school],
            classes=[self.class_], staff=[self.principal, self.teacher], students=[self.child],
        )  # fmt: skip

    def away(self, start: date, end: date | None = None, kind: str = "旷课") -> None:
        """Write down an absence of the child."""
        one = Absence(student=self.child, kind=kind, start=start, end=end)
        self.child.absences.append(one)
        self.dataset.absences.append(one)

    def visited(self, on: date, *visitors: Staff, mode: str = "上门") -> None:
        """Write down a visit to persuade the child, by its class teacher if not said by whom."""
        made = list(visitors) or [self.teacher]
        visit = Visit(student=self.child, visited_on=on, mode=mode, purpose="劝返", visitors=made)
        for one in made:
            one.visits.append(visit)
        self.child.visits.append(visit)
        self.dataset.visits.append(visit)

    def case(self, dropped: date, found: date, reason: str = "厌学") -> Case:
        """Open a case of the child."""
        no = f"{len(self.dataset.cases) + 1}"
        case = Case(no=no, student=self.child, school=self.school, dropped_on=dropped, found_on=found, reason=reason)
        self.child.cases.append(case)
        self.school.dropouts.append(case)
        self.dataset.cases.append(case)
        return case

    def notice(self, case: Case, issued: date, kind: str | None = None, deadline: date | None = None) -> Notice:
        """Issue a notice in a case."""
        id_ = f"{len(self.dataset.notices) + 1}"
        notice = Notice(
            id=id_, case=case, kind=kind, number=f"云返〔2026〕{id_}号", issued_on=issued, deadline=deadline
        )
        case.notices.append(notice)
        self.dataset.notices.append(notice)
        return notice

    def filed(self, paper: str, on: date, about: Case | Student | Class | School | Township) -> None:
        """Write down that a paper was handed in."""
        attribute = {
            Case: "case", Student: "student", Class: "class_", School: "school", Township: "township",
        }[type(about)]  # fmt: skip
        filing = Filing(paper=paper, done_on=on)
        setattr(filing, attribute, about)
        self.dataset.filings.append(filing)

    def owed(self, today: date, policy: Policy | None = None, about: Sequence[str] = ()) -> list[Duty]:
        """Return the duties of a day but quotas, of these papers where some are given; nothing may be unknown."""
        found = duties(self.dataset, policy or preset("national"), today)
        assert found.unknown == ()
        owed = [duty for duty in found.owed if not isinstance(duty.about, Staff)]
        return [duty for duty in owed if not about or duty.paper in about]

    def told(
        self, today: date, policy: Policy | None = None, about: Sequence[str] = ()
    ) -> dict[tuple[str, date], State]:
        """Return how the duties of a day stand, by paper and the day by which they are owed."""
        owed = self.owed(today, policy, about)
        told = {(duty.paper, duty.by): duty.state(today) for duty in owed}
        assert len(told) == len(owed)
        return told
