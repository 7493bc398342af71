"""Numbers of identity: whether they can be, and what they tell of the person."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date
from operator import mul
from typing import Any

from generator.dataset.masking import is_masked, mask
from generator.dataset.models import (
    Dataset,
    Guardian,
    Student,
)
from generator.errors import Problem

# Documents that carry the 18-digit number of GB 11643; other documents have numbers of their own.
RESIDENT_DOCUMENTS = (None, "居民身份证", "身份证", "居民户口簿", "户口簿", "户口本", "港澳台居民居住证")

_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)  # GB 11643
_CHECK_CHARACTERS = "10X98765432"
_RESIDENT_NUMBER = re.compile(r"[0-9]{17}[0-9Xx]")


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


def student_numbers_of_others(dataset: Dataset) -> Iterator[Problem]:
    """Yield national student numbers made of another number than the child's own, as most are made of it."""
    for student in dataset.students:
        made = (student.student_no or "")[1:].upper()
        if student.id_no and len(made) == 18 and made != student.id_no.upper():
            what = f"{student.name}的全国学籍号与身份证件号不是同一个号码"
            yield Problem(student.where("student_no"), what, "核对是不是填了别人的；号码改过的不用管", "warning")


def _fault(number: str) -> tuple[str, str, str] | None:
    """Return what is wrong with an 18-digit identity number, what to do, and how grave it is.

    The region is not looked at: regions are abolished, and their numbers stay.
    """
    if is_masked(number):
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
