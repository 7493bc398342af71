"""The schema of a definition: what one YAML file under ``templates/`` may say.

Strings in a definition are wording with ``{{ expression }}`` in it; ``when`` and ``each`` are bare
expressions. Nothing here evaluates them: ``forms.check`` proves their names against the models,
``forms.resolve`` runs them.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any, Literal, TypeVar

from pydantic import BaseModel, BeforeValidator, ConfigDict, Discriminator, Field, Tag, model_validator

Scope = Literal["county", "township", "village", "hamlet", "household", "resident", "school", "class", "staff",
                "student", "case", "visit", "notice", "change", "leave", "pairing", "session", "tutoring",
                "disability", "inspection", "meeting", "campaign", "talk", "volume", "dossier", "stack"]  # fmt: skip
Audience = Literal["guardian", "school", "village", "township", "bureau", "public"]
Format = Literal["docx", "pdf", "xlsx"]
Kind = Literal["contract", "notice", "letter", "report", "record", "form", "register", "statistic", "plan",
               "checklist", "minutes", "publicity", "archive"]  # fmt: skip
Act = Literal["agree", "remind", "order", "report", "record", "plan", "inspect", "serve", "commend"]

T = TypeVar("T")


def _listed(value: Any) -> Any:
    return value if isinstance(value, list) else [value]


OneOrMore = Annotated[list[T], BeforeValidator(_listed)]
"""A list that may be written as a single value."""


ByHand = bool | str
"""Whether an empty value prints a blank instead of holding the paper back; as text, what is printed in that blank."""


class Strict(BaseModel):
    """A part of a definition: unknown keys are errors, and nothing is converted from text."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class Conditional(Strict):
    """Something printed only ``when`` an expression holds, or once for ``each`` element; one of the two."""

    when: str = ""
    each: str = ""  # "case in school.cases" or "case in school.cases if not case.returned"

    @model_validator(mode="after")
    def _one_of_both(self) -> Conditional:
        if self.when and self.each:
            raise ValueError("when 和 each 不能同时用；筛选请写成 each: x in xs if 条件")
        return self


class Field_(Strict):
    """A label and the blank after it; ``width`` in characters weighs it against the other blanks of its line."""

    label: str
    value: str = ""
    width: int = 8
    by_hand: ByHand = False
    span: int = 1  # how many label-and-blank pairs wide
    when: str = ""


class CellSpec(Strict):
    """A cell of a grid: a label, a value, a choice to tick, or a blank to write in."""

    label: str = ""
    value: str = ""
    blank: bool = False
    choice: list[str] = Field(default_factory=list)  # □ each, √ before the one ``value`` gives
    lines: list[str] = Field(default_factory=list)  # printed wording, one paragraph each (e.g. signature lines)
    by_hand: ByHand = False
    span: int = 1
    rows: int = 1
    align: Literal["", "left", "center", "right"] = ""
    valign: Literal["", "top", "center", "bottom"] = ""


def _cell(value: Any) -> Any:
    if not isinstance(value, str):
        return value
    return {"value": value} if "{{" in value else {"label": value}


class GridRow(Conditional):
    """A row of a grid; ``height`` like ``12mm``. A bare list of cells is a row too; a bare string is a
    label, or a value where it holds an expression."""

    cells: list[Annotated[CellSpec, BeforeValidator(_cell)]]
    height: str = ""


def _row(value: Any) -> Any:
    return {"cells": value} if isinstance(value, list) else value


class SideRows(Conditional):
    """Rows beside one label that spans however many of them come out."""

    side: str
    rows: list[Annotated[GridRow, BeforeValidator(_row)]]


class RosterColumn(Strict):
    """A column of a roster; ``width`` in characters."""

    label: str
    value: str = ""
    width: float = 6
    by_hand: ByHand = False
    align: Literal["left", "center", "right"] = "center"
    total: bool = False  # summed in the last row
    choice: list[str] = Field(default_factory=list)
    to: str = ""  # in a dossier: what the value links to


class Clause(Conditional):
    """A numbered clause."""

    text: str


def _clause(value: Any) -> Any:
    return {"text": value} if isinstance(value, str) else value


class Block_(Conditional):
    """What every block may carry."""


class Title(Block_):
    """The title of the paper, its lines given."""

    title: OneOrMore[str]


class Number(Block_):
    """The document number, or a form's serial number: a value only."""

    number: str
    align: Literal["center", "right", "left"] = "center"


class To(Block_):
    """The addressee (主送), flush left with a colon."""

    to: str


class Text(Block_):
    """A paragraph of running text."""

    text: str
    align: Literal["", "left", "center", "right", "justify"] = ""
    indent: bool = True
    keep_next: bool = False


class Heading(Block_):
    """A heading, counted 一、 / （一） / 1. by ``level``."""

    heading: str
    level: Literal[1, 2, 3] = 1
    numbered: bool = True


class Clauses(Block_):
    """Numbered clauses; ``continue`` goes on counting where the list before stopped."""

    clauses: list[Annotated[Clause, BeforeValidator(_clause)]]
    numbering: Literal["1.", "（1）", "（一）", "第一条", ""] = "1."
    go_on: bool = Field(default=False, alias="continue")


class Fields(Block_):
    """Labels with blanks, ``columns`` pairs to a line."""

    fields: list[Field_]
    columns: int = Field(default=2, ge=1)


class Grid(Block_):
    """A form table; ``columns`` are relative widths that fill the line."""

    grid: GridSpec


def _row_kind(value: Any) -> str:
    return "side" if isinstance(value, SideRows) or (isinstance(value, dict) and "side" in value) else "cells"


AnyRow = Annotated[
    Annotated[Annotated[GridRow, BeforeValidator(_row)], Tag("cells")] | Annotated[SideRows, Tag("side")],
    Discriminator(_row_kind),
]


class GridSpec(Strict):
    """Column widths and rows of a grid."""

    columns: list[Annotated[float, Field(gt=0)]] = Field(min_length=1)
    rows: list[AnyRow]
    height: str = ""  # of every row that gives none


class Roster(Block_):
    """A table with a row for each element; the same block is the sheet in Excel."""

    roster: RosterSpec


class RosterSpec(Strict):
    """What a roster lists and its columns."""

    each: str
    columns: list[RosterColumn]
    numbered: str = ""  # label of a counting first column
    group: str = ""  # wording of a band above the rows that share it
    at_least: int = 0  # blank rows up to this number
    empty: str = ""  # wording where there is nothing to list
    total: str = ""  # label of the total row
    height: str = ""


class Chart(Block_):
    """A picture of figures, with the figures in a table under it; in Excel the table, and a chart of Excel's own."""

    chart: ChartSpec


class Series(Strict):
    """One kind of figure: what it is called, and its number for a row; ``width`` in characters, of its column."""

    name: str
    value: str
    width: float = 6
    by_hand: ByHand = False  # where one is left to the pen there is a table and no picture


class ChartSpec(Strict):
    """What a chart shows: a row for each element, with a number of each series and, it may be, a target.

    ``bars`` lie, and suit names of any length; ``columns`` stand, and ``lines`` join what follows one upon another, as
    months; ``dots`` tell apart what is close together, as rates near 100%, for their scale need not begin at nought.
    """

    kind: Literal["bars", "columns", "lines", "dots"] = "bars"
    each: str
    head: str  # of the column of labels
    label: str
    width: float = 10  # of that column, in characters
    series: list[Series] = Field(min_length=1, max_length=4)
    target: str = ""  # a number, which may be another for each row
    target_name: str = "目标"
    unit: str = ""
    caption: str
    empty: str = "没有可以画图的数据。"
    height: str = ""  # of columns and lines; of bars and dots the rows decide
    total: str = ""  # label of the table's total row

    def listing(self) -> RosterSpec:
        """Return the table of the figures."""
        columns = [RosterColumn(label=self.head, value=self.label, width=self.width)]
        columns += [
            RosterColumn(label=one.name, value=one.value, width=one.width, by_hand=one.by_hand, total=bool(self.total))
            for one in self.series
        ]
        if self.target:
            columns.append(RosterColumn(label=self.target_name, value=self.target, width=6))
        return RosterSpec(each=self.each, columns=columns, total=self.total)


class Person(Strict):
    """How the members of a leadership group are listed."""

    each: str
    role: str
    name: str
    post: str = ""


class People(Block_):
    """A leadership group: 组长：…  副组长：…  成员：…, names spaced to three characters."""

    people: Person


class Signatures(Block_):
    """Parties side by side, each with the lines it signs on, kept with the text before."""

    signatures: list[list[str]] = Field(min_length=1)


class Signoff(Block_):
    """Who issues and when, right-aligned with room for the seal, kept with the text before; of a joint document the
    bodies side by side, each with room for its own."""

    signoff: OneOrMore[str]
    date: str = ""
    by_hand: bool = False  # the date is written in by hand


class Blank(Block_):
    """Ruled lines to write on, under an optional label."""

    blank: int
    label: str = ""


class Note(Block_):
    """Small print."""

    note: str


class Cut(Block_):
    """A dashed line to cut along, with a word on it."""

    cut: str


class Section(Block_):
    """A new page of another shape: an annex set across, or back to upright."""

    section: Literal["landscape", "portrait"]


class PageBreakHere(Block_):
    """A new page."""

    page_break: Literal[True]


class Include(Block_):
    """The blocks of a fragment under ``templates/_fragments``."""

    include: str


class Group(Conditional):
    """Blocks under one condition or loop."""

    do: list[Block]


BLOCKS: dict[str, type[Conditional]] = {
    "title": Title, "number": Number, "to": To, "text": Text, "heading": Heading, "clauses": Clauses,
    "fields": Fields, "grid": Grid, "roster": Roster, "chart": Chart, "people": People, "signatures": Signatures,
    "signoff": Signoff, "blank": Blank, "note": Note, "cut": Cut, "section": Section,
    "page_break": PageBreakHere, "include": Include, "do": Group,
}  # fmt: skip


def _kind(value: Any) -> str | None:
    if isinstance(value, dict):
        return next((key for key in BLOCKS if key in value), None)
    return next((key for key, model in BLOCKS.items() if isinstance(value, model)), None)


Block = Annotated[
    Annotated[Title, Tag("title")]
    | Annotated[Number, Tag("number")]
    | Annotated[To, Tag("to")]
    | Annotated[Text, Tag("text")]
    | Annotated[Heading, Tag("heading")]
    | Annotated[Clauses, Tag("clauses")]
    | Annotated[Fields, Tag("fields")]
    | Annotated[Grid, Tag("grid")]
    | Annotated[Roster, Tag("roster")]
    | Annotated[Chart, Tag("chart")]
    | Annotated[People, Tag("people")]
    | Annotated[Signatures, Tag("signatures")]
    | Annotated[Signoff, Tag("signoff")]
    | Annotated[Blank, Tag("blank")]
    | Annotated[Note, Tag("note")]
    | Annotated[Cut, Tag("cut")]
    | Annotated[Section, Tag("section")]
    | Annotated[PageBreakHere, Tag("page_break")]
    | Annotated[Include, Tag("include")]
    | Annotated[Group, Tag("do")],
    Discriminator(_kind),
]


class Definition(Strict):
    """One paper, as data."""

    id: str = Field(pattern=r"^[a-z][a-z0-9-]*$")
    title: str
    name: str = ""  # what it is called in folders and lists, where not by its title
    covers: list[str] = Field(default_factory=list)
    per: Scope
    when: str = ""
    style: Literal["official", "form", "contract", "register", "separator"] = "form"
    landscape: bool = False
    formats: list[Format] = ["docx", "pdf"]
    pages: int = 0  # how many pages one record takes; 0 is any number
    copies: str = "1"  # may be an expression over the policy
    duplex: bool = True
    late: bool = False  # can be made of a period that is over: what only the day of making knows is left blank
    bundle: Scope | None = None  # one print file per what; the scope itself when not given
    filename: str
    audience: Audience
    restricted: bool = False  # what it lists is itself a secret: for its own audience alone
    kind: Kind
    issuer: str  # a body of the policy, or an expression that gives one
    act: Act
    basis: list[str] = Field(default_factory=list)
    cites: list[str] = Field(default_factory=list)
    discharges: str = ""
    box: int = Field(ge=1, le=14)
    filed: bool = True  # in a dossier; blank slips prove nothing
    body: list[Block] = Field(default_factory=list)
    word: str = ""  # a Word form beside the definition, in place of a body

    @model_validator(mode="after")
    def _one_of_them(self) -> Definition:
        if bool(self.word) == bool(self.body):
            raise ValueError("body（版块）和 word（Word 表单的文件名）要写一个，也只能写一个")
        if self.word and "xlsx" in self.formats:
            raise ValueError("Word 表单做不成 xlsx，formats 里只能写 docx、pdf")
        return self

    def in_words(self, file: str) -> Definition:
        """Return the definition with a Word form in place of its body; only Word and PDF are made of it."""
        formats = [fmt for fmt in self.formats if fmt != "xlsx"] or ["docx"]
        return self.model_copy(update={"word": file, "body": [], "formats": formats})


@dataclass(frozen=True, slots=True)
class WordFile:
    """A Word form that stands in place of a body."""

    path: Path
    data: bytes


class Fragment(Strict):
    """Blocks shared by several definitions."""

    body: list[Block]


for _model in (Grid, Roster, Chart, Group, Definition, Fragment):
    _model.model_rebuild()
