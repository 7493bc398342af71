"""What the inserts of a print file speak of: the papers that follow, for whom they are, and how many."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date

from generator.dataset.models import Record

SIDES: dict[bool | None, str] = {True: "双面", False: "单面"}
"""How a print file is printed."""
LINES = 28
"""So many papers stand on a page of the list to tick: as many as fit when some of the names need two lines."""


@dataclass(frozen=True, slots=True)
class Tick:
    """A line of the list: a paper and whom it is about, as far as that is known; the last page has lines to spare."""

    number: str = ""
    about: str = ""
    seat: str = ""
    name: str = ""
    guardian: str = ""


@dataclass(frozen=True, slots=True)
class TickPage:
    """A page of the list."""

    number: int
    lines: tuple[Tick, ...]


@dataclass(slots=True, eq=False)
class Stack(Record):
    """The papers of a print file that go to one class, village or unit.

    Everything in it is plain: no insert is held back for want of a value.
    """

    sheet = "打印文件"
    doc = "打印文件里发给一个班级或单位的文书"
    title: str = ""  # of the papers
    file: str = ""  # what the print file is called, without its format
    place: str = ""  # the school or township it belongs to
    unit: str = ""  # the class, village or unit itself
    teacher: str = ""  # of the class
    order: str = ""
    number: int = 1  # of so many in the file
    number_of: int = 1
    papers: int = 0
    copies: int = 1
    pages: str = ""  # of one copy of all, and the sheets of paper that all copies take
    duplex: bool = True
    made_on: date = date.min
    students: bool = False  # whether each paper is about a student
    ticks: list[Tick] = field(default_factory=list)

    @property
    def printed(self) -> str:
        """How many times each paper is printed, and how."""
        return f"{self.copies}份，{SIDES[self.duplex]}打印"

    @property
    def place_in_file(self) -> str:
        """Which of the stacks of its print file it is."""
        return f"第{self.number}叠，这个文件共{self.number_of}叠"

    @property
    def tick_pages(self) -> list[TickPage]:
        """The list, page by page, each filled up with empty lines: whoever joins the class is added there."""
        found = []
        for at in range(0, len(self.ticks), LINES):
            some = self.ticks[at : at + LINES]
            found.append(TickPage(at // LINES + 1, (*some, *[Tick()] * (LINES - len(some)))))
        return found
