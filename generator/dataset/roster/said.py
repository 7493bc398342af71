"""What a row of a roster says of a child, value by value, and what the last roster said.

The last one is kept as digests alone. By them a cell that a person has corrected since can be told from one that the
student-records system has changed.
"""

from __future__ import annotations

from array import array
from bisect import bisect_left
from collections.abc import Iterator, Sequence
from datetime import date
from hashlib import blake2b
from typing import Any

from generator.dataset.links import key
from generator.dataset.masking import is_masked
from generator.dataset.models import (
    Guardian,
    Record,
    School,
    Student,
    attribute_types,
    columns,
    header_of,
    once,
    plain_type,
)


class Said:
    """The cells of a roster, as digests: they are kept on the disk beside the children's data."""

    def __init__(self, content: bytes = b"") -> None:
        self._digests = array("Q", content[: len(content) // 8 * 8])

    def says(self, row: Student, path: str, text: str) -> bool:
        """Return whether the roster said ``text`` of a child, too."""
        digest = _digest(_child(row), path, text)
        at = bisect_left(self._digests, digest)
        return self._digests[at : at + 1] == array("Q", [digest])


def digests(rows: Sequence[Student], before: bytes = b"") -> bytes:
    """Return what rows say, as ``Said`` takes it, and what was said ``before`` of children who are not among them."""
    said = [
        _digest(_child(row), path, text_of(value)) for row in rows for path, value in values(row) if value is not None
    ]
    children = {_half(_child(row)) for row in rows}
    others = (digest for digest in array("Q", before) if digest >> 32 not in children)
    return array("Q", sorted({*said, *others})).tobytes()


def _child(row: Student) -> str:
    return next(iter(numbers(row)), f"{row.name} {row.birth_date}")


def _digest(child: str, path: str, text: str) -> int:
    """Return 32 bits of whom something is said, and 32 of what."""
    return _half(child) << 32 | _half(f"{path}\0{text}")


def _half(text: str) -> int:
    return int.from_bytes(blake2b(text.encode("utf-8", "surrogatepass"), digest_size=4).digest(), "little")


def numbers(student: Student) -> list[str]:
    """Return the numbers by which a child is known; most student numbers are G and the identity number."""
    written = [key(number) for number in (student.student_no, student.id_no) if number and not is_masked(number)]
    made = [number[1:] for number in written if len(number) == 19 and number[0] in "GL"]
    return list(dict.fromkeys([*written, *made]))


def values(row: Student) -> Iterator[tuple[str, Any]]:
    """Yield path and value of everything that a row may say of a child and its family."""
    for path in _paths():
        yield path, value(row, path)


def value(student: Student, path: str) -> Any:
    """Return an attribute of a child, or of a family member, by its path: member1.phone."""
    group, _, below = path.rpartition(".")
    return getattr(getattr(student, group), below, None) if group else getattr(student, path)


@once
def _paths() -> list[str]:
    kinds = attribute_types(Student)
    return [
        f"{attribute}.{below}" if below else attribute
        for attribute, described in columns(Student).items()
        for below in (columns(plain_type(kinds[attribute])) if described.group else [""])
    ]


def same(old: Any, new: Any) -> bool:
    """Return whether two values say the same; of texts width, case and spaces don't count, of numbers no dashes."""
    if old is new or old == new:
        return True
    if not isinstance(old, str) or not isinstance(new, str):
        return False
    texts = [key(text) for text in (old, new)]
    digits = [text.replace("-", "") for text in texts]
    return texts[0] == texts[1] or (digits[0] == digits[1] and digits[0].isdigit())


def path_header(path: str) -> str:
    """Return the header of an attribute of the student sheet, also of a family member's."""
    group, _, below = path.rpartition(".")
    return columns(Student)[group].header + header_of(Guardian, below) if group else header_of(Student, path)


def text_of(value: Any) -> str:
    """Return a value, or a link, as people would type it."""
    match value:
        case None:
            return ""
        case bool():
            return "是" if value else "否"
        case date():
            return value.isoformat()
        case list():
            return "、".join(value)
        case School():
            return value.short_name or value.name or ""
        case Record():
            return getattr(value, "name", None) or ""
    return str(value)
