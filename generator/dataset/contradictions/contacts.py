"""Telephone numbers: whether anybody can be reached by what is written."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from generator.dataset.masking import mask
from generator.dataset.models import MODELS, Dataset, Guardian, Record, Staff, columns
from generator.errors import Level, Problem

PEOPLE = (Staff, Guardian)
"""Whom a paper tells parents or teachers to call: a wrong number of theirs is not printed."""

_MOBILE = re.compile(r"1[3-9]\d{9}")  # as nearly all are written
_NUMBER = re.compile(
    r"(?:\+?86-?)?1[3-9]\d-?\d{4}-?\d{4}"
    r"|(?:\(0\d{2,3}\)-?|0\d{2,3}-?)?[2-9]\d{2,3}-?\d{4}(?:[-转]\d{1,6})?"
    r"|[48]00(?:-?\d){7}"
)
_BETWEEN = re.compile(r"[/、,;|\s]+")
_REMARKS = re.compile(r"[\u4e00-\u9fff():]+")  # whose number it is
_SLIPS = (9, 10, 12, 13)  # digits that somebody has written who meant eleven
_Fault = tuple[str, str, bool]  # what is wrong, what to do, and whether the number is surely wrong


def telephones(dataset: Dataset) -> Iterator[Problem]:
    """Yield telephone numbers that cannot be called, or not as they are written."""
    for model in MODELS:
        yield from _unreachable(model, dataset.of(model))
    yield from _unreachable(Guardian, [member for _, member in dataset.families()])


def _unreachable(model: type[Record], records: Iterable[Record]) -> Iterator[Problem]:
    for attribute, described in columns(model).items():
        if "电话" not in described.header:
            continue
        for record in records:
            number = getattr(record, attribute)
            if number and not _MOBILE.fullmatch(number) and (fault := _fault(number)):
                what, todo, sure = fault
                level: Level = "error" if sure and model in PEOPLE else "warning"
                yield Problem(record.where(attribute), f"{described.header} {mask(number)} {what}", todo, level)


def _fault(text: str) -> _Fault | None:
    """Return what is wrong with one or several telephone numbers, what is surely wrong first."""
    faults = [fault for part in _parts(text) if (fault := _fault_of_one(part))]
    numbers = _parts(_REMARKS.sub(" ", text))
    if faults and numbers and all(map(_NUMBER.fullmatch, numbers)):
        return "除了号码还有别的字", "文书照这样印；只留号码更好", False
    return max(faults, key=lambda fault: fault[2], default=None)


def _parts(text: str) -> list[str]:
    return [part for part in _BETWEEN.split(text) if part]


def _fault_of_one(number: str) -> _Fault | None:
    if _NUMBER.fullmatch(number):
        return None
    if any(star in number for star in "*＊×"):
        return "打了星号，打不通", "要印完整号码的补全", False
    if any(map(str.isalpha, number)):
        return "里有字母或汉字，不是号码", "只写号码", True
    if number.isdigit() and number[0] == "1" and len(number) in _SLIPS:
        return f"有 {len(number)} 位，手机号码应为 11 位", "照原件核对", True
    return "不像电话号码", "核对；座机写成 区号-号码", False
