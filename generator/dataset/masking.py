"""How messages name what was found: quoted on one line, with most of a number that identifies a child hidden."""

from __future__ import annotations

import re

from generator.dataset.models import Record

_LONG_NUMBER = re.compile(r"[0-9A-Za-z*＊]{15,}|[A-Za-z]*\d(?:[\s-]?[\dXxＸ*＊×]){13,}")
_LONGEST = 40
_SIGNS = "*＊×"


def mask(number: str) -> str:
    """Return ``number`` with its middle hidden: 110101****1234; of a shorter one less is left."""
    if len(number) >= 15:
        return f"{number[:6]}****{number[-4:]}"
    return f"{number[:2]}****{number[-2:]}" if len(number) >= 8 else "****"


def is_masked(text: str) -> bool:
    """Return whether some of ``text`` is hidden behind stars, as the student-records system and schools do."""
    return any(sign in text for sign in _SIGNS)


def without_numbers(text: str) -> str:
    """Return ``text`` with the middle of every long number hidden."""
    return _LONG_NUMBER.sub(lambda found: mask(found.group()), text)


def quote(text: str) -> str:
    """Return ``text`` in quotes, on one line, shortened, and with every long number masked."""
    line = without_numbers(" ".join(text.split()))
    return f"“{line[:_LONGEST]}…”" if len(line) > _LONGEST else f"“{line}”"


def called(record: Record) -> str:
    """Return the name by which a message tells of a record, or that it has none."""
    return getattr(record, "name", None) or f"没有名称的{record.sheet}"


def subject(record: Record) -> str:
    """Return how a message names a record: its sheet and, where it has one, its name or number."""
    for attribute in ("name", "no", "id"):
        named = getattr(record, attribute, None)
        if isinstance(named, str):
            return f"{record.sheet}{quote(named)}"
    return record.sheet
