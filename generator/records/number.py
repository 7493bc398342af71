"""Document numbers: 机关代字〔年〕序号号."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass

_WRITTEN = re.compile(r"([^\d\s\[\](){}<>]+)[\[({](\d{4})[\])}](?:年)?(?:第)?0*([1-9]\d{0,6})号")
_CODE = re.compile(r"[\u3400-\u9fff]{1,12}")
_BRACKETS = str.maketrans("〔〕【】［］〈〉", "[][][][]")


@dataclass(frozen=True, slots=True, order=True)
class Number:
    """A document number: under which code, of which year, the how-manieth."""

    code: str
    year: int
    seq: int

    def __str__(self) -> str:
        return f"{self.code}〔{self.year}〕{self.seq}号"


def parse(text: str) -> Number | None:
    """Return the number that somebody wrote, in whatever brackets, or nothing where it is none."""
    plain = unicodedata.normalize("NFKC", "".join(text.split()).translate(_BRACKETS))
    found = _WRITTEN.fullmatch(plain)
    return Number(found[1].removesuffix("字"), int(found[2]), int(found[3])) if found else None


def is_code(text: str) -> bool:
    """Return whether a text can be the code of a body: a few Chinese characters."""
    return bool(_CODE.fullmatch(text))
