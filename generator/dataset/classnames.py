"""How schools write the name of a class: 三年级1班, 三（1）班, 3.1, 301, 初一（2）班, 2023级2班."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator

from generator.dataset.models import GRADES

_DIGITS = "一二三四五六七八九"
_NUMBER = rf"[(]?0?(?P<number>[1-9]\d?|[{_DIGITS}]?十[{_DIGITS}]?|[{_DIGITS}])[)]?班?"
_APART = rf"(?:年级|年|[-._·/]|(?=[(])|(?<=[{_DIGITS}])(?=[\d{_DIGITS}]))"  # 12班 and 二十班 are no grade and number
_GRADE = re.compile(rf"(?P<stage>初|小学?|)(?P<grade>[1-9{_DIGITS}]){_APART}{_NUMBER}")
_CODE = re.compile(r"0?(?P<grade>[1-9])(?P<number>0[1-9]|[1-9]\d)班?")  # 301: the first class of grade three
_COHORT = re.compile(rf"(?:20)?(?P<year>\d\d)级{_NUMBER}")
_DECIMAL = re.compile(r"[1-9]\.[1-9]")
_PRIMARY, _LAST = 6, len(GRADES)
"""The last grade of primary school, which 初一 comes after, and the last of all."""


def readings(text: str, year: int | None) -> list[str]:
    """Return the names, as ``Class.name`` has them, that ``text`` may stand for; of several none is likelier.

    ``year`` is the one in which the school year begins, without which cohorts (2023级) mean nothing.
    """
    return list(dict.fromkeys(f"{GRADES[grade - 1]}（{number}）班" for grade, number in _read(_plain(text), year)))


def is_class(text: str) -> bool:
    """Return whether ``text`` may be the name of a class, whatever the year."""
    return bool(readings(text, None)) or _COHORT.fullmatch(_plain(text)) is not None


def renamed(written: str, school: str | None, name: str) -> str:
    """Return the new name of a class where ``written`` stood, with its school before it where that stood there."""
    before, slash, _ = written.replace("／", "/").rpartition("/")
    return f"{before}{slash}{name}" if slash or not school or not written.startswith(school) else f"{school}{name}"


def _plain(text: str) -> str:
    return "".join(unicodedata.normalize("NFKC", text).split())


def _read(text: str, year: int | None) -> Iterator[tuple[int, int]]:
    """Yield grade and number of each reading."""
    if found := _CODE.fullmatch(text):
        grade, number = int(found["grade"]), int(found["number"])
        yield grade, number
        if grade <= _LAST - _PRIMARY:
            yield grade + _PRIMARY, number
    elif found := _GRADE.fullmatch(text):
        grade, number = _value(found["grade"]), _value(found["number"])
        if found["stage"] != "初":
            yield grade, number
        if grade <= _LAST - _PRIMARY and (found["stage"] == "初" or ("年" not in text and not found["stage"])):
            yield grade + _PRIMARY, number  # in a junior school 三（1）班 is 初三（1）班
        if _DECIMAL.fullmatch(text):  # Excel drops the nought of 3.10
            yield from _read(f"{text}0", year)
    elif year and (found := _COHORT.fullmatch(text)):
        grade, number = year - 2000 - int(found["year"]) + 1, _value(found["number"])
        if 1 <= grade <= _LAST:
            yield grade, number
        if 1 <= grade <= _LAST - _PRIMARY:  # a cohort of a junior school
            yield grade + _PRIMARY, number


def _value(digits: str) -> int:
    """Return a whole number below 100 written in Arabic or Chinese digits."""
    if digits.isascii():
        return int(digits)
    tens, ten, ones = digits.rpartition("十")
    return (_DIGITS.find(tens) + 1 or 1) * bool(ten) * 10 + (_DIGITS.find(ones) + 1 if ones else 0)
