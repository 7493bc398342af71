"""What cannot be so although every cell could be read: dates out of order, acts without ground, papers at odds."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from datetime import date, timedelta
from itertools import pairwise
from typing import Any

from generator.dataset.masking import subject
from generator.dataset.models import (
    GRADES,
    Absence,
    Case,
    Class,
    Dataset,
    Guardian,
    Record,
    Visit,
    header_of,
)
from generator.errors import Problem

# What cannot come before what: of the records, the earlier date and the later one.
SEQUENCES: tuple[tuple[str, str, str], ...] = (
    ("absences", "start", "end"),
    ("cases", "dropped_on", "found_on"),
    ("cases", "dropped_on", "returned_on"),
    ("cases", "found_on", "returned_on"),
    ("notices", "case.dropped_on", "issued_on"),
    ("notices", "issued_on", "case.returned_on"),
    ("notices", "issued_on", "deadline"),
    ("notices", "issued_on", "served_at"),
)

# What tells that a child is back, for which there must be a date.
RETURN_FACTS = ("return_mode", "return_class", "placement", "keeper", "register_status")
# Of a placement: whether the class is the one left, and whether the grade is.
PLACED = {"原班就读": (True, True), "调整年级就读": (False, False)}
# What cannot lie in the future: the dates of each kind of record.
HAPPENED = {
    "absences": ("start",), "cases": ("dropped_on", "found_on", "returned_on"), "visits": ("visited_on",),
    "notices": ("issued_on", "served_at"),
}  # fmt: skip
FIRST_AGE, LAST_AGE = 6, 20  # of children in school, in years
BY_HAND = ("直接送达", "留置送达")  # not by post, which may come when the child is back
MOST_YEARS_OFF = 3  # between a child's age and the usual one of its grade
MOST_GRACE = timedelta(days=60)
HALF_A_YEAR = timedelta(days=184)
_YEAR = re.compile(r"(\d{4})\s*[-—–－~～至]+\s*(\d{4})\s*学年")


def misplaced(dataset: Dataset) -> Iterator[Problem]:
    """Yield rows whose student, found by number, is not in the class or school they name, and students whose class is
    not of their school."""
    for student in dataset.students:
        if student.school and student.class_ and student.class_.school not in (None, student.school):
            what = f"{student.name}的学校是{student.school.short_name}，班级是{student.class_.full_name}"
            yield Problem(student.where("school"), what, "改正其中一个", also=(student.where("class_"),))
    rows: list[Absence | Case | Visit] = [*dataset.absences, *dataset.cases, *dataset.visits]
    for row in rows:
        if row.student and row.class_ and row.student.class_ and row.class_ is not row.student.class_:
            what = f"{row.student.name}在{row.student.class_.name}，不在{row.class_.name}"
            yield Problem(row.where("student"), what, "核对学生和班级")
    there = [case for case in dataset.cases if not case.dropped_from]  # else of the school the child was at then
    named: list[Absence | Case | Visit] = [*dataset.absences, *dataset.visits, *there]
    for row in named:
        there_then = row.class_then.school if isinstance(row, Visit) and row.class_then else None
        if row.student and row.school and row.student.school and row.school not in (row.student.school, there_then):
            what = f"{row.student.name}在{row.student.school.short_name}，不在{row.school.short_name}"
            yield Problem(row.where("student"), what, "核对学生和学校")


def sequences(dataset: Dataset) -> Iterator[Problem]:
    """Yield dates that come before what must have come first."""
    settings = dataset.settings
    yield from _reversed(settings, (settings, "term_start"), (settings, "term_end"))
    for records, earlier, later in SEQUENCES:
        for record in getattr(dataset, records):
            yield from _reversed(record, _dated(record, earlier), _dated(record, later))


def statuses(dataset: Dataset) -> Iterator[Problem]:
    """Yield students whose status on the register contradicts their cases."""
    for student in dataset.students:
        left = [case for case in student.cases if not case.returned]
        if left and not student.enrolled:
            what = f"{student.name}的学籍状态是“{student.status}”，而个案没有复学日期"
            todo = "已经复学的补填复学日期；不是辍学的删去个案，或改正学籍状态"
            yield Problem(left[0].where("returned_on"), what, todo, also=(student.where("status"),))
        if len(left) > 1:
            what = f"{student.name}有 {len(left)} 个没有复学日期的个案"
            todo = "核对后并成一个，或补填前一个的复学日期"
            yield Problem(left[1].where("student"), what, todo, also=(left[0].where("student"),))
        if student.status == "辍学" and not left:
            what = f"{student.name}的学籍状态是“辍学”，而没有未返校的个案"
            yield Problem(student.where(), what, "补填个案；已经复学的把学籍状态改为在籍")


def notices(dataset: Dataset) -> Iterator[Problem]:
    """Yield notices for which there is no ground: nobody has urged the child to return, or it is back already."""
    for notice in dataset.notices:
        if notice.case and notice.case.returned_on and not notice.issued_on:
            what = f"学生已于 {notice.case.returned_on} 复学，通知书还没有发出日期"
            yield Problem(notice.where("case"), what, "已经发出的补填发出日期，没有发出的删去这一行")
        elif notice.case and notice.case.student and notice.case.found_on and not notice.attempts:
            what = f"{'发出以前' if notice.issued_on else ''}没有劝返的家访记录"
            yield Problem(notice.where("case"), what, "补上家访记录，或核对家访日期、发现日期和发出日期")


def transfers(dataset: Dataset) -> Iterator[Problem]:
    """Yield cases that ended in another school, as they say, and name a class of the same one."""
    for case in dataset.cases:
        left, now = case.last_class, case.return_class
        if case.return_mode == "转入他校复学" and left and now and left.school is now.school:
            what = f"写的是转入他校复学，而编入班级在本校（{now.name}）"
            todo = "写成学校简称加班级，如 某某小学三年级（1）班，或改正复学方式"
            yield Problem(case.where("return_class"), what, todo, also=(case.where("return_mode"),))


def outside_the_term(dataset: Dataset) -> Iterator[Problem]:
    """Yield visits that no count of the term's visits takes in."""
    start, end = dataset.settings.term_start or date.min, dataset.settings.term_end or date.max
    in_cases = {id(visit) for case in dataset.cases for visit in case.visits}  # which may last over several terms
    for visit in dataset.visits:
        if id(visit) not in in_cases and visit.visited_on and not start <= visit.visited_on <= end:
            what = f"家访日期 {visit.visited_on} 不在本学期（{start} 至 {end}），不计入家访次数"
            yield Problem(visit.where("visited_on"), what, "核对日期；往年的家访可以删去", "warning")


def returns(dataset: Dataset) -> Iterator[Problem]:
    """Yield cases that tell how a child came back but not when, and places that contradict how it was placed."""
    for case in dataset.cases:
        told = [name for name in RETURN_FACTS if getattr(case, name)]
        if told and not case.returned_on:
            what = f"填了“{header_of(Case, told[0])}”，而“复学日期”没有填"
            places = tuple(case.where(name) for name in told)
            yield Problem(
                case.where("returned_on"), what, "已经复学的补填复学日期，没有复学的删去这些内容", also=places
            )
        left, now = case.last_class, case.return_class
        if _of_last_year(dataset, case):  # since when the classes have moved up
            if case.dropped_from is None:
                what = f"{case.dropped_on} 辍学，在本学年以前，而“辍学时班级”没有填"
                yield Problem(case.where("dropped_from"), what, "填上当时的班级", also=(case.where("student"),))
        elif left and now and _misplaced(case.placement, left, now):
            what = f"“{case.placement}”与辍学时班级{left.name}、编入班级{now.name}不符"
            places = (case.where("placement"), case.where("dropped_from"))
            yield Problem(case.where("return_class"), what, "改正安置方式、辍学时班级或编入班级", also=places)


def _of_last_year(dataset: Dataset, case: Case) -> bool:
    """Return whether a child dropped out before this school year began."""
    year = dataset.settings.first_year
    return year is not None and case.dropped_on is not None and case.dropped_on < date(year, 7, 1)


def _misplaced(placement: str | None, left: Class, now: Class) -> bool:
    """Return whether a placement contradicts the classes before and after."""
    return placement in PLACED and PLACED[placement] != (left is now, left.grade == now.grade)


def overlaps(dataset: Dataset) -> Iterator[Problem]:
    """Yield cases that begin before an earlier one of the same child has ended."""
    for student in dataset.students:
        dated = sorted(
            (case for case in student.cases if case.dropped_on), key=lambda case: case.dropped_on or date.max
        )
        for before, after in pairwise(dated):
            if before.returned_on and after.dropped_on and after.dropped_on < before.returned_on:
                what = f"个案{after.no}的辍学日期在个案{before.no}的复学日期 {before.returned_on} 之前"
                yield Problem(
                    after.where("dropped_on"), what, "核对两个个案的日期", also=(before.where("returned_on"),)
                )


def unvisited(dataset: Dataset) -> Iterator[Problem]:
    """Yield open cases that no report tells of because nobody has visited, and urgings that belong to no case."""
    for case in dataset.cases:
        if case.student and case.found_on and not case.returned_on and not case.visits:
            what = f"个案{case.no}从发现以来没有劝返的家访记录，花名册、报告单里不会有这名学生"
            yield Problem(case.where("found_on"), what, "补上家访记录，或核对发现日期和家访日期", "warning")
    in_cases = {id(visit) for case in dataset.cases for visit in case.visits}
    for visit in dataset.visits:
        if visit.purpose == "劝返" and visit.student and visit.visited_on and id(visit) not in in_cases:
            what = f"{visit.student.name} {visit.visited_on} 的劝返不在任何个案从发现到复学的期间，不计入劝返次数"
            places = tuple(case.where("found_on") for case in visit.student.cases)  # whose urgings would be miscounted
            todo = "核对家访日期、发现日期和复学日期，或补填个案"
            yield Problem(visit.where("visited_on"), what, todo, "error" if places else "warning", places)


def services(dataset: Dataset) -> Iterator[Problem]:
    """Yield notices whose issue and service are told in ways that exclude one another."""
    for notice in dataset.notices:
        for missing, given in (("issued_on", "served_at"), ("number", "issued_on")):
            if getattr(notice, given) and not getattr(notice, missing):
                header, other = header_of(type(notice), given), header_of(type(notice), missing)
                what, places = f"有“{header}”而没有“{other}”", (notice.where(given),)
                yield Problem(notice.where(missing), what, f"补填“{other}”，或删去“{header}”", also=places)
        back = notice.case.returned_on if notice.case else None
        if notice.served_mode in BY_HAND and notice.served_at and back and back < notice.served_at:
            what = f"学生已于 {back} 复学，{notice.served_at} 还{notice.served_mode}"
            yield Problem(notice.where("served_at"), what, "核对送达日期、送达方式和复学日期")
        if notice.served_mode == "直接送达" and notice.refusal:
            places = (notice.where("served_mode"),)
            yield Problem(notice.where("refusal"), "直接送达的不会有拒收事由", "拒收的改为留置送达", also=places)


def ages(dataset: Dataset) -> Iterator[Problem]:
    """Yield students too young or too old for their grade, and cases of children not yet of school age."""
    year = dataset.settings.first_year
    for student in dataset.students:
        if not student.birth_date:
            continue
        if year and student.class_ and student.class_.grade:
            age, usual = year - student.birth_date.year, GRADES.index(student.class_.grade) + FIRST_AGE
            if abs(age - usual) > MOST_YEARS_OFF:
                what = f"{student.name}学年初{age}岁，在{student.class_.grade}"
                grave = not FIRST_AGE - 2 < age < LAST_AGE
                yield Problem(student.where("birth_date"), what, "核对出生日期和班级", "error" if grave else "warning")
        for case in student.cases:
            if case.dropped_on and case.dropped_on.year - student.birth_date.year < FIRST_AGE:
                what = f"辍学日期 {case.dropped_on} 时{student.name}不满 {FIRST_AGE} 岁"
                yield Problem(case.where("dropped_on"), what, "核对辍学日期", also=(student.where("birth_date"),))


def discoveries(dataset: Dataset) -> Iterator[Problem]:
    """Yield cases found so long after the dropping out that one of the years will be a slip of the pen."""
    for case in dataset.cases:
        if case.dropped_on and case.found_on and case.found_on > case.dropped_on + HALF_A_YEAR:
            what = f"发现日期 {case.found_on} 在辍学日期 {case.dropped_on} 半年以后"
            places = (case.where("found_on"),)
            yield Problem(
                case.where("dropped_on"), what, "核对年份；真的这么晚才发现的，按发现前最后到校的日期填", also=places
            )


def classes(dataset: Dataset) -> Iterator[Problem]:
    """Yield classes of a stage that their school does not teach, and baselines far from the roll."""
    for class_ in dataset.classes:
        school = class_.school
        if school and class_.grade and school.kind not in (None, "九年一贯制学校") and class_.stage != school.stage:
            what = f"{school.short_name}的办学类型是“{school.kind}”，而有{class_.name}"
            yield Problem(school.where("kind"), what, "改正办学类型或班级", also=(class_.where("grade"),))
        if class_.baseline is not None and abs(class_.baseline - class_.size) > max(5, class_.size // 4):
            what = f"{class_.name}学年初 {class_.baseline} 人，现在 {class_.size} 人"
            yield Problem(class_.where("baseline"), what, "核对学年初人数和学生表", "warning")


def student_numbers_of_others(dataset: Dataset) -> Iterator[Problem]:
    """Yield national student numbers made of another number than the child's own, as most are made of it."""
    for student in dataset.students:
        made = (student.student_no or "")[1:].upper()
        if student.id_no and len(made) == 18 and made != student.id_no.upper():
            what = f"{student.name}的全国学籍号与身份证件号不是同一个号码"
            yield Problem(student.where("student_no"), what, "核对是不是填了别人的；号码改过的不用管", "warning")


def families(dataset: Dataset) -> Iterator[Problem]:
    """Yield family members who bear the child's own name."""
    for student in dataset.students:
        for member in (student.member1, student.member2):
            if isinstance(member, Guardian) and member.name and member.name == student.name:
                what = f"{student.name}的家庭成员与本人同名"
                yield Problem(member.where("name"), what, "核对家庭成员姓名", also=(student.where("name"),))


def far_deadlines(dataset: Dataset) -> Iterator[Problem]:
    """Yield notices that want a child back after so long a time that the date will be a slip of the pen."""
    for notice in dataset.notices:
        if notice.issued_on and notice.deadline and notice.deadline > notice.issued_on + MOST_GRACE:
            what = f"返校期限 {notice.deadline} 在发出日期 {notice.issued_on} 的 {MOST_GRACE.days} 天以后"
            yield Problem(notice.where("deadline"), what, "核对返校期限")


def terms(dataset: Dataset) -> Iterator[Problem]:
    """Yield settings whose school year is not written as one or does not hold the term's first day."""
    settings = dataset.settings
    if not settings.year:
        return
    found = _YEAR.fullmatch(settings.year)
    if not found or int(found[2]) != int(found[1]) + 1:
        yield Problem(settings.where("year"), f"“学年”写的是“{settings.year}”", "写成 2026—2027学年 这样")
    elif settings.term and settings.term_start:
        first = date(int(found[1]), 7, 1) if settings.term == "第一学期" else date(int(found[2]), 1, 1)
        if not first <= settings.term_start < first + HALF_A_YEAR:
            what = f"开学日期 {settings.term_start} 不在{settings.year}{settings.term}"
            places = (settings.where("year"), settings.where("term"))
            yield Problem(settings.where("term_start"), what, "核对学年、学期和开学日期", also=places)
    if settings.term_start and settings.term_end and settings.term_end > settings.term_start + HALF_A_YEAR:
        what = f"学期从 {settings.term_start} 到 {settings.term_end}，超过半年"
        yield Problem(settings.where("term_end"), what, "核对学期结束日期", also=(settings.where("term_start"),))


def future(dataset: Dataset, today: date) -> Iterator[Problem]:
    """Yield what is told to have happened after ``today``, the day of which the papers are, and deadlines that have
    passed before their notice is issued."""
    for records, attributes in HAPPENED.items():
        for record in getattr(dataset, records):
            for name in attributes:
                day = getattr(record, name)
                if day and day > today:
                    what = f"“{header_of(type(record), name)}”{day} 晚于制表日期 {today}"
                    yield Problem(record.where(name), what, "核对日期；还没有发生的先不填")
    for notice in dataset.notices:
        if notice.deadline and not notice.issued_on and notice.deadline < today:
            what = f"通知书还没有发出，而返校期限 {notice.deadline} 在制表日期 {today} 之前"
            yield Problem(notice.where("deadline"), what, "改正返校期限；已经发出的补填发出日期")


def _dated(record: Any, path: str) -> tuple[Any, str]:
    """Return the record a path leads to, and the attribute at its end."""
    link, _, attribute = path.rpartition(".")
    return (getattr(record, link) if link else record), attribute


def _reversed(record: Record, earlier: tuple[Any, str], later: tuple[Any, str]) -> Iterator[Problem]:
    (first, name), (second, after) = earlier, later
    start, end = getattr(first, name, None), getattr(second, after, None)
    if start and end and end < start:
        what = f"“{header_of(type(second), after)}”{end} 早于“{header_of(type(first), name)}”{start}"
        if first is not second:
            what += f"（{subject(record)}）"
        yield Problem(second.where(after), what, "核对这两个日期", also=(first.where(name),))


CONTRADICTIONS: tuple[Callable[[Dataset], Iterator[Problem]], ...] = (
    misplaced, classes, discoveries, student_numbers_of_others, sequences, statuses, returns, overlaps, unvisited,
    notices, services, transfers, ages, families, far_deadlines, terms, outside_the_term,
)  # fmt: skip
