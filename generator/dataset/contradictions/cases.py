"""Cases: acts without ground, papers at odds, children told to be both away and back."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date, timedelta
from itertools import pairwise

from generator.dataset.contradictions.identity import SEXES
from generator.dataset.contradictions.schools import works_for
from generator.dataset.masking import called, quote
from generator.dataset.models import CLOSINGS, Case, Class, Dataset, header_of
from generator.errors import Problem

# What tells that a child is back, for which there must be a date.
RETURN_FACTS = ("return_mode", "return_class", "placement", "keeper", "register_status")
# Of a placement: whether the class is the one left, and whether the grade is.
PLACED = {"原班就读": (True, True), "调整年级就读": (False, False)}
BY_HAND = ("直接送达", "留置送达")  # not by post, which may come when the child is back
MOST_GRACE = timedelta(days=60)
LATEST_FIND = timedelta(days=184)
_BACK = re.compile(r"已经?(?:返校|复学)[^再又未]*$")  # at the end, lest the child has left once more
_NUMBERED_IN = re.compile(r"[〔\[(（【［](\d{4})[〕\])）】］]")


def statuses(dataset: Dataset) -> Iterator[Problem]:
    """Yield students whose status on the register contradicts their cases."""
    for student in dataset.students:
        left = [case for case in student.cases if case.is_open]
        if left and not student.enrolled:
            what = f"{called(student)}的学籍状态是“{student.status}”，而个案没有复学日期"
            todo = "已经复学的补填复学日期；不是辍学的删去个案，或改正学籍状态"
            yield Problem(left[0].where("returned_on"), what, todo, also=(student.where("status"),))
        if len(left) > 1:
            what = f"{called(student)}有 {len(left)} 个没有复学日期的个案"
            todo = "核对后并成一个，或补填前一个的复学日期"
            yield Problem(left[1].where("student"), what, todo, also=(left[0].where("student"),))
        if student.status == "辍学" and not left:
            what = f"{called(student)}的学籍状态是“辍学”，而没有未返校的个案"
            yield Problem(student.where(), what, "补填个案；已经复学的把学籍状态改为在籍")


def notices(dataset: Dataset) -> Iterator[Problem]:
    """Yield notices for which there is no ground: nobody has urged the child to return, or it is back already."""
    for notice in dataset.notices:
        if notice.case and notice.case.returned_on and not notice.issued_on:
            what = f"学生已于 {notice.case.returned_on} 复学，通知书还没有发出日期"
            yield Problem(notice.where("case"), what, "已经发出的补填发出日期，没有发出的删去这一行")
        elif notice.case and notice.case.closed_on and not notice.issued_on:
            what = f"个案已于 {notice.case.closed_on} 销号，通知书还没有发出日期"
            yield Problem(notice.where("case"), what, "已经发出的补填发出日期，没有发出的删去这一行")
        elif notice.case and notice.case.student and notice.case.found_on and not notice.attempts:
            what = f"{'发出以前' if notice.issued_on else ''}没有劝返的家访记录"
            yield Problem(notice.where("case"), what, "补上家访记录，或核对家访日期、发现日期和发出日期")


def closings(dataset: Dataset) -> Iterator[Problem]:
    """Yield cases taken off the ledger without a ground, and those that say both that the child is back and not."""
    for case in dataset.cases:
        if case.closed_on and not case.returned_on and case.closed_as in (None, CLOSINGS[0]):
            what = f"{called(case.student) if case.student else case.no}已于 {case.closed_on} 销号，而没有复学日期"
            yield Problem(case.where("closed_on"), what, "补填复学日期；不是复学的写明销号类别")
        elif case.returned_on and case.closed_as not in (None, CLOSINGS[0]):
            what = f"有复学日期 {case.returned_on}，销号类别却是“{case.closed_as}”"
            yield Problem(case.where("closed_as"), what, "改正其中一个", also=(case.where("returned_on"),))
        elif case.closed_as and not case.closed_on:
            what = f"写了销号类别“{case.closed_as}”，没有销号日期"
            yield Problem(case.where("closed_on"), what, "补填销号日期；还没有销号的清空销号类别")


def transfers(dataset: Dataset) -> Iterator[Problem]:
    """Yield cases that ended in another school, as they say, and name a class of the same one."""
    for case in dataset.cases:
        left, now = case.last_class, case.return_class
        if case.return_mode == "转入他校复学" and left and now and left.school is now.school:
            what = f"写的是转入他校复学，而编入班级在本校（{called(now)}）"
            todo = "写成学校简称加班级，如 某某小学三年级（1）班，或改正复学方式"
            yield Problem(case.where("return_class"), what, todo, also=(case.where("return_mode"),))


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
            what = f"“{case.placement}”与辍学时班级{called(left)}、编入班级{called(now)}不符"
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
        if case.student and case.found_on and case.is_open and not case.visits:
            what = f"个案{case.no}从发现以来没有劝返的家访记录，花名册、报告单里不会有这名学生"
            yield Problem(case.where("found_on"), what, "补上家访记录，或核对发现日期和家访日期", "warning")
    in_cases = {id(visit) for case in dataset.cases for visit in case.visits}
    for visit in dataset.visits:
        if visit.purpose == "劝返" and visit.student and visit.visited_on and id(visit) not in in_cases:
            what = f"{called(visit.student)} {visit.visited_on} 的劝返不在任何个案从辍学到复学的期间，不计入劝返次数"
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
        child = notice.case.student if notice.case else None
        if notice.served_mode == "直接送达" and not notice.received_by:
            yield Problem(notice.where("received_by"), "直接送达而没有填收件人", "补填收件人", "warning")
        elif notice.received_by and child and notice.received_by == child.name:
            what = f"收件人{notice.received_by}是学生本人，通知书要送给监护人"
            yield Problem(notice.where("received_by"), what, "改正收件人")


def discoveries(dataset: Dataset) -> Iterator[Problem]:
    """Yield cases found so long after the dropping out that one of the years will be a slip of the pen."""
    for case in dataset.cases:
        if case.dropped_on and case.found_on and case.found_on > case.dropped_on + LATEST_FIND:
            what = f"发现日期 {case.found_on} 在辍学日期 {case.dropped_on} 半年以后"
            places = (case.where("found_on"),)
            yield Problem(
                case.where("dropped_on"), what, "核对年份；真的这么晚才发现的，按发现前最后到校的日期填", also=places
            )


def far_deadlines(dataset: Dataset) -> Iterator[Problem]:
    """Yield notices that want a child back after so long a time that the date will be a slip of the pen."""
    for notice in dataset.notices:
        if notice.issued_on and notice.deadline and notice.deadline > notice.issued_on + MOST_GRACE:
            what = f"返校期限 {notice.deadline} 在发出日期 {notice.issued_on} 的 {MOST_GRACE.days} 天以后"
            yield Problem(notice.where("deadline"), what, "核对返校期限")


def progress(dataset: Dataset) -> Iterator[Problem]:
    """Yield cases whose account ends with the child back at school while there is no date of its return."""
    for case in dataset.cases:
        if case.progress and not case.returned_on and _BACK.search(case.progress):
            what = f"个案{case.no}的劝返情况写着已返校或已复学，而“复学日期”没有填"
            todo = "已经复学的补填复学日期，没有复学的改正劝返情况"
            yield Problem(case.where("returned_on"), what, todo, also=(case.where("progress"),))


def unrecorded(dataset: Dataset) -> Iterator[Problem]:
    """Yield cases of this term of children of whom no absence is on record, where there is a record of absences."""
    start = dataset.settings.term_start or date.min
    for case in dataset.cases if dataset.absences else ():
        if case.student and case.dropped_on and case.dropped_on >= start and not case.student.absences:
            what = f"{called(case.student)}有个案{case.no}，而缺勤表里没有这名学生"
            yield Problem(case.where("dropped_on"), what, "补上缺勤记录，或核对学生", "warning")


def visitors(dataset: Dataset) -> Iterator[Problem]:
    """Yield visits by staff of another school than the child's was then, unless it is that of its central school."""
    for visit in dataset.visits:
        others = [person for person in visit.visitors if person.school is not visit.school]
        if not others:
            continue
        school = visit.class_then.school if visit.class_then else visit.school
        for person in others:
            if school and not works_for(person, school):
                what = f"家访教师{called(person)}不是学生当时所在学校（{school.short_name}）的教职工"
                yield Problem(visit.where("visitors"), what, "核对工号和学校", "warning")


def interviewees(dataset: Dataset) -> Iterator[Problem]:
    """Yield visits to somebody of the family who is told to be a man here and a woman there."""
    for visit in dataset.visits:
        child = visit.student
        for member in (child.member1, child.member2) if child and visit.interviewee else ():
            if member and member.name and member.name == visit.interviewee:
                here, there = visit.relation or "", member.relation or ""
                if here in SEXES and there in SEXES and SEXES[here] != SEXES[there]:
                    what = f"受访人{quote(member.name)}这里是学生的{here}，学生表里是{there}"
                    yield Problem(visit.where("relation"), what, "核对受访人", "warning", (member.where("relation"),))


def numbering(dataset: Dataset) -> Iterator[Problem]:
    """Yield notices numbered in another year than they were issued in."""
    for notice in dataset.notices:
        found = _NUMBERED_IN.search(notice.number or "")
        if found and notice.issued_on and int(found[1]) != notice.issued_on.year:
            what = f"文号{quote(notice.number or '')}是 {found[1]} 年的，而发出日期是 {notice.issued_on}"
            yield Problem(notice.where("number"), what, "核对文号和发出日期", also=(notice.where("issued_on"),))
