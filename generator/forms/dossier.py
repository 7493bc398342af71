"""What the front pages of a dossier speak of: its boxes, the papers in them, and what is not there."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from typing import Any

from generator.dataset.models import Record, School
from generator.policy.answers import SelfAssessment

SIGNED, PARTLY, UNSIGNED, NOTHING = "有签字件", "部分有签字件", "未附签字件", "不需签字"
"""How a paper stands: all of it is there as signed scans, a part, none, or it needs no signature."""


@dataclass(frozen=True, slots=True)
class Filed:
    """A file of the dossier: papers of one form, or something that was scanned and is no paper of ours."""

    number: int  # from the first box to the last
    box: int
    title: str
    whose: str  # of which class, child or day; nothing where the title says it
    pieces: int
    page: int  # the first, in the dossier
    pages: int
    state: str
    remark: str = ""

    @property
    def last(self) -> int:
        """The last of its pages."""
        return self.page + self.pages - 1


@dataclass(frozen=True, slots=True)
class Kind:
    """The papers of one title in a box; ``page`` is the first page of the first."""

    title: str
    pieces: int
    page: int


@dataclass(frozen=True, slots=True)
class Box:
    """A box with what is filed in it; ``page`` is that of its divider."""

    number: int
    name: str
    page: int
    papers: tuple[Filed, ...]

    @property
    def kinds(self) -> list[Kind]:
        """Which kinds of paper are in it, each with how many and where they begin."""
        named = dict.fromkeys(paper.title for paper in self.papers)
        those = ([paper for paper in self.papers if paper.title == name] for name in named)
        return [Kind(some[0].title, sum(paper.pieces for paper in some), some[0].page) for some in those]

    @property
    def pieces(self) -> int:
        """How many papers are in it."""
        return sum(paper.pieces for paper in self.papers)

    @property
    def pages(self) -> int:
        """How many pages they have."""
        return sum(paper.pages for paper in self.papers)


@dataclass(frozen=True, slots=True)
class Lacking:
    """A paper that is not in the dossier, or not as it should be, and why."""

    box: int
    title: str
    whose: str
    why: str


@dataclass(frozen=True, slots=True)
class Sealed:
    """What the hand-over sheet says of the whole: its manifest and what it was made of."""

    digest: str  # of the manifest, hex digits
    files: int
    program: str

    @property
    def spaced(self) -> str:
        """The digest in groups of four, as people compare it."""
        return " ".join(self.digest[at : at + 4] for at in range(0, len(self.digest), 4))


@dataclass(slots=True, eq=False)
class Dossier(Record):
    """The dossier of a unit, as its front pages tell of it."""

    sheet = "迎检档案"
    doc = "一个单位的迎检档案"
    no: str = ""
    unit: str = ""
    schools: list[School] = field(default_factory=list)  # the unit, where it is one
    wider: list[Any] = field(default_factory=list)  # a township or county
    made_on: date = date.min
    receiver: str = ""  # for whose eyes it is
    boxes: list[Box] = field(default_factory=list)
    lacking: list[Lacking] = field(default_factory=list)  # papers that cannot be made
    unsigned: list[Filed] = field(default_factory=list)
    kept_back: list[Lacking] = field(default_factory=list)  # not for those who receive it
    unknown: list[Lacking] = field(default_factory=list)  # scans that fit nothing, or too much
    box: list[Box] = field(default_factory=list)  # the one that a divider stands before
    answers: SelfAssessment = field(default_factory=lambda: SelfAssessment("", ()))
    pages: int = 0
    sealed: Sealed = field(default_factory=lambda: Sealed("", 0, ""))

    @property
    def papers(self) -> list[Filed]:
        """Everything that is filed, in order."""
        return [paper for box in self.boxes for paper in box.papers]

    @property
    def pieces(self) -> int:
        """How many papers there are."""
        return sum(box.pieces for box in self.boxes)
