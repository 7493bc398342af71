"""Dates: what is in order, within the term, and on a day on which it can have been."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date, timedelta
from functools import cache
from itertools import pairwise
from typing import Any

from chinese_calendar import get_holiday_detail

from generator.dataset.masking import called, subject
from generator.dataset.models import Dataset, Record, header_of
from generator.errors import Problem

# What cannot come before what: of the records, the earlier date and the later one.
SEQUENCES: tuple[tuple[str, str, str], ...] = (
    ("absences", "start", "end"),
    ("cases", "dropped_on", "found_on"),
    ("cases", "dropped_on", "returned_on"),
    ("cases", "found_on", "returned_on"),
    ("cases", "found_on", "closed_on"),
    ("cases", "returned_on", "closed_on"),
    ("visits", "student.birth_date", "visited_on"),
    ("notices", "case.dropped_on", "issued_on"),
    ("notices", "issued_on", "case.returned_on"),
    ("notices", "issued_on", "case.closed_on"),
    ("notices", "issued_on", "deadline"),
    ("notices", "issued_on", "served_at"),
    ("changes", "start", "end"),
    ("changes", "applied_on", "approved_on"),
    ("leaves", "start", "end"),
    ("leaves", "start", "back_on"),
)

# What cannot lie in the future: the dates of each kind of record.
HAPPENED = {
    "absences": ("start",), "cases": ("dropped_on", "found_on", "returned_on", "closed_on"), "visits": ("visited_on",),
    "filings": ("done_on",),
    "notices": ("issued_on", "served_at"), "students": ("changed_on", "came_on"),
    "changes": ("approved_on", "system_on"), "leaves": ("approved_on", "back_on", "made_up_on"),
}  # fmt: skip
HALF_A_YEAR = timedelta(days=184)
MOST_YEARS_AWAY = timedelta(days=2 * 366)  # between the term and the day of the papers
FESTIVALS = {
    "New Year's Day": "元旦", "Spring Festival": "春节", "Tomb-sweeping Day": "清明节", "Labour Day": "劳动节",
    "Dragon Boat Festival": "端午节", "National Day": "国庆节", "Mid-autumn Festival": "中秋节",
}  # fmt: skip
WEEKEND = "周末"
AT_SCHOOL = "到校面谈"
_YEAR = re.compile(r"(\d{4})\s*[-—–－~～至]+\s*(\d{4})\s*学年")


def sequences(dataset: Dataset) -> Iterator[Problem]:
    """Yield dates that come before what must have come first."""
    settings = dataset.settings
    yield from _reversed(settings, (settings, "term_start"), (settings, "term_end"))
    for records, earlier, later in SEQUENCES:
        for record in getattr(dataset, records):
            yield from _reversed(record, _dated(record, earlier), _dated(record, later))


def late_services(dataset: Dataset) -> Iterator[Problem]:
    """Yield notices that were served when the day by which they want the child back had passed."""
    for notice in dataset.notices:
        if notice.deadline and notice.served_at and notice.served_at > notice.deadline:
            what = f"送达日期 {notice.served_at} 晚于返校期限 {notice.deadline}（{subject(notice)}）"
            also = (notice.where("deadline"),)
            yield Problem(notice.where("served_at"), what, "核对日期；属实的作废重发", "warning", also)


def terms(dataset: Dataset) -> Iterator[Problem]:
    """Yield settings whose school year is not written as one or does not hold the term's first day, and papers of a
    day far from the term."""
    settings = dataset.settings
    if settings.today and settings.term_start and abs(settings.today - settings.term_start) > MOST_YEARS_AWAY:
        what = f"制表日期 {settings.today} 离开学日期 {settings.term_start} 两年以上"
        yield Problem(settings.where("today"), what, "核对年份；用当天的空着")
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


def outside_the_term(dataset: Dataset) -> Iterator[Problem]:
    """Yield visits that no count of the term's visits takes in."""
    start, end = dataset.settings.term_start or date.min, dataset.settings.term_end or date.max
    in_cases = {id(visit) for case in dataset.cases for visit in case.visits}  # which may last over several terms
    for visit in dataset.visits:
        if id(visit) not in in_cases and visit.visited_on and not start <= visit.visited_on <= end:
            what = f"家访日期 {visit.visited_on} 不在本学期（{start} 至 {end}），不计入家访次数"
            yield Problem(visit.where("visited_on"), what, "核对日期；往年的家访可以删去", "warning")


def absences(dataset: Dataset) -> Iterator[Problem]:
    """Yield absences of more days than there are from first to last, and those that tell of the same days twice."""
    for absence in dataset.absences:
        if absence.days and absence.start and absence.end and absence.days > (absence.end - absence.start).days + 1 > 0:
            what = f"从 {absence.start} 到 {absence.end}，缺课 {absence.days} 天"
            places = (absence.where("start"), absence.where("end"))
            yield Problem(absence.where("days"), what, "核对缺课天数和起止日期", also=places)
    for student in dataset.students if dataset.absences else ():
        for before, after in pairwise(sorted(student.absences, key=lambda one: one.start or date.max)):
            if not before.start or not after.start or (before.kind, before.start) == (after.kind, after.start):
                continue  # of which the latter are told to be duplicates
            if after.start <= (before.end or before.start):
                what = f"{called(student)} {after.start} 的缺勤记了不止一次（{before.kind}、{after.kind}）"
                yield Problem(after.where("start"), what, "核对两行的起止日期", "warning", (before.where("start"),))


def days_off(dataset: Dataset) -> Iterator[Problem]:
    """Yield what hardly is on a day without lessons: an absence that begins, a talk at school, on a holiday any visit
    but to fetch a child back. Where 校历 has lessons, there are lessons."""
    taught = {(row.day, id(row.school) if row.school else 0) for row in dataset.calendar if row.kind == "上课"}
    for absence in dataset.absences:
        day_off = _day_off(absence.start) if absence.start else ""
        if day_off and not taught & {(absence.start, 0), (absence.start, id(absence.school))}:
            what = f"缺勤从 {absence.start} 起，这一天是{day_off}"
            yield Problem(absence.where("start"), what, "核对日期；这一天上课的，在校历里写明", "warning")
    for visit in dataset.visits:
        day_off = _day_off(visit.visited_on) if visit.visited_on else ""
        if not day_off or taught & {(visit.visited_on, 0), (visit.visited_on, id(visit.school))}:
            continue
        boards = visit.student is not None and visit.student.boarding == "住校"  # and is at home only then
        if visit.mode == AT_SCHOOL or (day_off != WEEKEND and visit.purpose != "劝返" and not boards):
            what = f"家访日期 {visit.visited_on} 是{day_off}（{visit.mode}）"
            yield Problem(visit.where("visited_on"), what, "核对日期；属实的不用管", "warning")


@cache
def _day_off(day: date) -> str:
    """Return what makes a day one without lessons; nothing where that is not so, or the year not known."""
    try:
        is_off, festival = get_holiday_detail(day)
    except NotImplementedError:  # the State Council has not told yet of that year, or the library not heard
        return ""
    return FESTIVALS.get(festival or "", WEEKEND) if is_off else ""


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
