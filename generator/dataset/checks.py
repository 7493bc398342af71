"""What is wrong with a dataset although every cell could be read: each check is a small pure function."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from collections.abc import Set as AbstractSet
from datetime import date
from operator import attrgetter, mul
from typing import Any

from generator.dataset.links import key
from generator.dataset.masking import mask, quote
from generator.dataset.models import (
    MODELS,
    Absence,
    Case,
    Dataset,
    Guardian,
    Inspection,
    Member,
    Record,
    Student,
    Visit,
    attribute_types,
    columns,
    header_of,
    plain_type,
)
from generator.errors import Problem

Check = Callable[[Dataset], Iterator[Problem]]

# Documents that carry the 18-digit number of GB 11643; other documents have numbers of their own.
RESIDENT_DOCUMENTS = (None, "居民身份证", "身份证", "居民户口簿", "户口簿", "户口本", "港澳台居民居住证")

_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)  # GB 11643
_CHECK_CHARACTERS = "10X98765432"
_RESIDENT_NUMBER = re.compile(r"[0-9]{17}[0-9Xx]")
_MASKED = re.compile(r"[0-9Xx]*[*＊×][0-9Xx*＊×]*")

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

# What no two records may share: the records, the attributes, how the pair is told.
UNIQUE: tuple[tuple[str, tuple[str, ...], str], ...] = (
    ("counties", ("name",), "县区名称"),
    ("townships", ("county", "name"), "乡镇名称"),
    ("villages", ("township", "name"), "村居名称"),
    ("schools", ("code",), "学校标识码"),
    ("schools", ("name",), "学校名称"),
    ("schools", ("short_name",), "学校简称"),
    ("classes", ("school", "grade", "number"), "班级"),
    ("staff", ("school", "no"), "工号"),
    ("students", ("id_no",), "身份证件号"),
    ("students", ("student_no",), "全国学籍号"),
    ("cases", ("no",), "个案编号"),
    ("notices", ("number",), "文号"),
    ("inspections", ("no",), "督导编号"),
    ("members", ("township", "school", "role", "name"), "领导小组成员"),
    ("absences", ("student", "kind", "start"), "缺勤"),
    ("visits", ("student", "time", "mode", "purpose", "visitors", "visited_on"), "家访"),
)


def check(dataset: Dataset, drawable: AbstractSet[int] | None = None) -> Iterator[Problem]:
    """Yield everything that the checks find; characters only where it is known which ones can be drawn."""
    for each in CHECKS:
        yield from each(dataset)
    if drawable is not None:
        yield from undrawable(dataset, drawable)


def student_numbers(dataset: Dataset) -> Iterator[Problem]:
    """Yield students whose identity number is impossible, or contradicts the date of birth or the sex."""
    for student in dataset.students:
        if student.id_no and student.id_type in RESIDENT_DOCUMENTS:
            fault = _fault(student.id_no)
            if fault:
                yield _number_problem(student, *fault)
            else:
                yield from _contradictions(student, student.id_no)


def guardian_numbers(dataset: Dataset) -> Iterator[Problem]:
    """Yield family members whose identity number is impossible.

    The roster does not say what document it is, so what does not look like a resident's number is only unverifiable.
    """
    for student in dataset.students:
        for member in (student.member1, student.member2):
            if member and member.id_no:
                fault = _fault(member.id_no)
                if fault and len(member.id_no) != 18 and fault[2] == "error":
                    fault = ("不是 18 位，无法核对", "如果是身份证号，核对原件", "warning")
                if fault:
                    yield _number_problem(member, *fault)


def duplicates(dataset: Dataset) -> Iterator[Problem]:
    """Yield every record that shares with an earlier one what must be its own."""
    for record, earlier, attribute, name in twins(dataset):
        value = getattr(record, attribute)
        shown = mask(value) if columns(type(record))[attribute].sensitive == "identity" else ""
        what = f"{name}{f' {shown} ' if shown else ''}与 {earlier.where(attribute)}（{subject(earlier)}）重复"
        yield Problem(record.where(attribute), what, _what_to_do(record, earlier), also=(earlier.where(attribute),))


def twins(dataset: Dataset) -> Iterator[tuple[Record, Record, str, str]]:
    """Yield each record that shares with an earlier one what must be its own: both, the attribute and its name."""
    for records, attributes, name in UNIQUE:
        for record, earlier in _twins(getattr(dataset, records), attributes):
            yield record, earlier, attributes[-1], name
    unnumbered = [student for student in dataset.students if not student.id_no and not student.student_no]
    for record, earlier in _twins(unnumbered, ("class_", "birth_date", "name")):
        yield record, earlier, "name", "没有证件号和学籍号的学生"


def belonging(dataset: Dataset) -> Iterator[Problem]:
    """Yield members of leadership groups and inspections that belong to neither or both of a township and a school."""
    records: list[Member | Inspection] = [*dataset.members, *dataset.inspections]
    for record in records:
        if bool(record.township) == bool(record.school):
            township, school = header_of(type(record), "township"), header_of(type(record), "school")
            what = f"“{township}”和“{school}”{'都填了' if record.school else '都没有'}"
            yield Problem(record.where("township"), what, "填其中一个", also=(record.where("school"),))


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
    there: list[Absence | Visit] = [*dataset.absences, *dataset.visits]  # a case is of the school dropped out of
    for row in there:
        if row.student and row.school and row.student.school not in (None, row.school):
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
            yield Problem(left[1].where("student"), what, "核对后并成一个，或补填前一个的复学日期")
        if student.status == "辍学" and not left:
            what = f"{student.name}的学籍状态是“辍学”，而没有未返校的个案"
            yield Problem(student.where("status"), what, "补填个案；已经复学的把学籍状态改为在籍", "warning")


def notices(dataset: Dataset) -> Iterator[Problem]:
    """Yield notices for which there is no ground: nobody has urged the child to return, or it is back already."""
    for notice in dataset.notices:
        if notice.case and notice.case.returned_on and not notice.issued_on:
            what = f"学生已于 {notice.case.returned_on} 复学，通知书还没有发出日期"
            yield Problem(notice.where("case"), what, "已经发出的补填发出日期，没有发出的删去这一行")
        elif notice.case and not notice.attempts:
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


def vacancies(dataset: Dataset) -> Iterator[Problem]:
    """Yield classes without a class teacher."""
    for class_ in dataset.classes:
        if class_.teacher is None:
            what = f"{class_.name}没有班主任，班主任的文书做不出来"
            yield Problem(class_.where("teacher"), what, "确定后补填", "warning")


def outside_the_term(dataset: Dataset) -> Iterator[Problem]:
    """Yield visits that no count of the term's visits takes in."""
    start, end = dataset.settings.term_start or date.min, dataset.settings.term_end or date.max
    for visit in dataset.visits:
        if visit.visited_on and not start <= visit.visited_on <= end:
            what = f"家访日期 {visit.visited_on} 不在本学期（{start} 至 {end}），不计入家访次数"
            yield Problem(visit.where("visited_on"), what, "核对日期；往年的家访可以删去", "warning")


CHECKS: tuple[Check, ...] = (
    student_numbers, guardian_numbers, duplicates, belonging, misplaced, sequences, statuses, notices, transfers,
    vacancies, outside_the_term,
)  # fmt: skip


def undrawable(dataset: Dataset, drawable: AbstractSet[int]) -> Iterator[Problem]:
    """Yield every cell with a character that no font can draw, naming the record, the character and its code."""
    allowed = drawable | {ord("\n")}
    for model in MODELS:
        if records := dataset.of(model):
            yield from _undrawable(records, records, allowed)
    for member in ("member1", "member2"):
        pairs = [(getattr(student, member), student) for student in dataset.students if getattr(student, member)]
        if pairs:
            yield from _undrawable([guardian for guardian, _ in pairs], [student for _, student in pairs], allowed)


# Identity numbers


def _fault(number: str) -> tuple[str, str, str] | None:
    """Return what is wrong with an 18-digit identity number, what to do, and how grave it is.

    The region is not looked at: regions are abolished, and their numbers stay.
    """
    if _MASKED.fullmatch(number):
        return "打了星号，无法核对", "需要核对时填完整号码", "warning"
    if not _RESIDENT_NUMBER.fullmatch(number):
        return f"有 {len(number)} 个字符，应为 18 位", "照原件核对", "error"
    if _CHECK_CHARACTERS[sum(map(mul, map(int, number[:17]), _WEIGHTS)) % 11] != number[17].upper():
        return "校验位不对，有一位抄错", "照原件核对", "error"
    if _birth_date(number) is None:
        return "其中的出生日期不存在", "照原件核对", "error"
    return None


def _birth_date(number: str) -> date | None:
    try:
        return date(int(number[6:10]), int(number[10:12]), int(number[12:14]))
    except ValueError:
        return None


def _number_problem(record: Student | Guardian, what: str, todo: str, level: Any) -> Problem:
    return Problem(record.where("id_no"), f"身份证件号 {mask(record.id_no or '')} {what}", todo, level)


def _contradictions(student: Student, number: str) -> Iterator[Problem]:
    born = _birth_date(number)
    if student.birth_date and student.birth_date != born:
        what = f"出生日期 {student.birth_date} 与身份证件号中的 {born} 不一致"
        yield Problem(student.where("birth_date"), what, "照户口簿核对", also=(student.where("id_no"),))
    sex = "男" if int(number[16]) % 2 else "女"
    if student.sex and student.sex != sex:
        what = f"性别“{student.sex}”与身份证件号（{sex}）不一致"
        yield Problem(student.where("sex"), what, "照户口簿核对", also=(student.where("id_no"),))


# Duplicates


def _twins(records: list[Any], attributes: tuple[str, ...]) -> Iterator[tuple[Any, Any]]:
    first: dict[tuple[Any, ...], Any] = {}
    for record in records:
        values = tuple(getattr(record, attribute) for attribute in attributes)
        if values[-1] is None or _is_masked(values[-1]):
            continue
        earlier = first.setdefault(tuple(map(_compared, values)), record)
        if earlier is not record:
            yield record, earlier


def _compared(value: Any) -> Any:
    """Return what a value is told from others by."""
    if isinstance(value, str):
        return key(value)
    return tuple(map(id, value)) if isinstance(value, list) else value


def _is_masked(value: Any) -> bool:
    return isinstance(value, str) and _MASKED.fullmatch(value) is not None


def _what_to_do(record: Any, earlier: Any) -> str:
    if isinstance(record, Student) and record.school is not earlier.school:
        return "一个孩子只在一所学校：核对后删去其中一行"
    return "核对后改正或删去其中一行"


def subject(record: Record) -> str:
    """Return how a message names a record: its sheet and, where it has one, its name or number."""
    for attribute in ("name", "no", "id"):
        named = getattr(record, attribute, None)
        if named:
            return f"{record.sheet}{quote(named)}"
    return record.sheet


# Dates


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


# Characters


def _undrawable(records: list[Any], owners: list[Any], allowed: AbstractSet[int]) -> Iterator[Problem]:
    model = type(records[0])
    for attribute, described in columns(model).items():
        if plain_type(attribute_types(model)[attribute]) is not str:
            continue
        texts = list(map(attrgetter(attribute), records))
        bad = {letter for letter in set("".join(filter(None, texts))) if ord(letter) not in allowed}
        if not bad:
            continue
        for record, owner, text in zip(records, owners, texts, strict=True):
            letters = sorted(bad.intersection(text or ""))
            if letters:
                named = "、".join(f"“{letter}”（U+{ord(letter):04X}）" for letter in letters)
                what = f"{subject(owner)}的“{described.header}”里有字体画不出的字{named}"
                yield Problem(record.where(attribute), what, "换成通用的写法，或请维护者补字体")
