"""A definition and a record become resolved blocks: the one place where a definition's Jinja runs.

Conditions and loops are decided, headings and clauses counted, every expression printed as text that
remembers whether it is a value. Nothing here knows a font, a width or a file format.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field, replace
from datetime import date
from functools import cache
from typing import Any, Literal, TypeVar

from generator.dataset.missing import Missing, MissingValueError
from generator.dataset.models import Record
from generator.errors import Place, Problem, Problems
from generator.faults import sentence
from generator.forms import definition as spec
from generator.forms.audience import HIDDEN, Hidden, sight
from generator.forms.context import ISSUERS, Context, functions
from generator.forms.expression import (
    Evaluator,
    Expressions,
    LoopState,
    Measured,
    Spaced,
    chinese_number,
    parse_loop,
    passing_missing,
    root_names,
    split,
    written,
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Piece:
    """A stretch of printed text: wording, or a ``value`` that may differ from record to record.

    ``number`` is a quantity itself, ``plain`` a name without the space that sets it wide,
    ``target`` what a link on it leads to, ``source`` the place in the walk's notes of the expression that gave it.
    """

    text: str
    value: bool = False
    number: int | float | None = None
    plain: str = ""
    target: str = ""
    source: int = field(default=-1, repr=False, compare=False)


Words = tuple[Piece, ...]
"""Printed text."""


@dataclass(frozen=True, slots=True)
class Heading:
    """Title lines, one ``Words`` each."""

    lines: tuple[Words, ...]


LineKind = Literal["number", "to", "text", "heading1", "heading2", "heading3", "clause", "note", "cut",
                   "caption"]  # fmt: skip


@dataclass(frozen=True, slots=True)
class Line:
    """A paragraph of some kind."""

    kind: LineKind
    words: Words
    align: str = ""
    indent: bool = True
    keep_next: bool = False
    level: int = 0  # of a clause that is counted like headings of a level: 2 is （一）


@dataclass(frozen=True, slots=True)
class FieldLine:
    """Labels, each with its blank: (label, value, least width in characters, span)."""

    items: tuple[tuple[Words, Words, int, int], ...]
    columns: int


@dataclass(frozen=True, slots=True)
class FormCell:
    """A cell of a form: a label, or boxed text, one ``Words`` a paragraph."""

    paras: tuple[Words, ...]
    label: bool = False
    printed: bool = False  # wording of the form, not something filled in
    options: tuple[Words, ...] = ()  # boxes with their words, broken into lines only between them
    span: int = 1
    rows: int = 1
    align: str = ""
    valign: str = ""


@dataclass(frozen=True, slots=True)
class FormRow:
    """A row of a form; ``height`` in mm."""

    cells: tuple[FormCell, ...]
    height: float = 0.0
    joined: bool = False  # stays with the next row


@dataclass(frozen=True, slots=True)
class Form:
    """A form table with relative column widths."""

    columns: tuple[float, ...]
    rows: tuple[FormRow, ...]


@dataclass(frozen=True, slots=True)
class Column:
    """A column of a list; ``width`` in characters."""

    label: Words
    width: float
    align: str


@dataclass(frozen=True, slots=True)
class Listing:
    """A table with a row for each record; ``empty`` stands across it where there is none, and above a row its
    band, where one begins."""

    columns: tuple[Column, ...]
    rows: tuple[tuple[Words, ...], ...]
    empty: Words = ()
    total: tuple[Words, ...] = ()
    height: float = 0.0
    bands: tuple[Words, ...] = ()  # one a row, empty where none begins


@dataclass(frozen=True, slots=True)
class Series:
    """One kind of figure in a chart: a number and how it is written for each row; none where there is no number."""

    name: str
    numbers: tuple[int | float | None, ...]
    written: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Chart:
    """A picture of figures, with the figures in a list under it; without rows it draws nothing.

    ``height`` is in mm, 0 where the rows decide; there are ``targets`` for all rows or for none.
    """

    kind: Literal["bars", "columns", "lines", "dots"]
    caption: Words
    labels: tuple[str, ...]
    series: tuple[Series, ...]
    targets: Series | None
    unit: str
    height: float
    listing: Listing


@dataclass(frozen=True, slots=True)
class Group:
    """A leadership group: (role, name, post) of each member, in order."""

    members: tuple[tuple[Words, Words, Words], ...]


@dataclass(frozen=True, slots=True)
class Signing:
    """Parties side by side, each with the lines it signs on."""

    parties: tuple[tuple[Words, ...], ...]


@dataclass(frozen=True, slots=True)
class Issued:
    """Who issues, alone or several jointly, and when."""

    issuers: tuple[Words, ...]
    date: Words


@dataclass(frozen=True, slots=True)
class Ruled:
    """Ruled lines to write on."""

    label: Words
    lines: int


@dataclass(frozen=True, slots=True)
class Turn:
    """A new page, perhaps of another orientation."""

    to: Literal["", "landscape", "portrait"] = ""


Resolvable = Heading | Line | FieldLine | Form | Listing | Chart | Group | Signing | Issued | Ruled | Turn


@dataclass(frozen=True, slots=True)
class Said:
    """Noted: an expression was printed; ``varies`` as ``Piece.value`` has it."""

    expression: str
    by_hand: spec.ByHand
    varies: bool
    piece: Piece


@dataclass(frozen=True, slots=True)
class Held:
    """Noted: a condition was asked for."""

    condition: str
    outcome: bool


@dataclass(frozen=True, slots=True)
class Looped:
    """Noted: a loop over so many elements was begun."""

    source: str
    count: int


@dataclass(frozen=True, slots=True)
class Bound:
    """Noted: the name of the innermost loop was bound to an element of it, or that of ``loop`` too."""

    name: str
    index: int
    state: LoopState | None = None


@dataclass(frozen=True, slots=True)
class Left:
    """Noted: the innermost loop was left."""


@dataclass(frozen=True, slots=True)
class Titled:
    """Noted: the paper's title is known."""

    title: str


Note = Said | Held | Looped | Bound | Left | Titled


@dataclass(slots=True)
class Notes:
    """What a walk asked for, in order; ``counted`` are the places of answers on which more rests than their words."""

    notes: list[Note] = field(default_factory=list)
    counted: set[int] = field(default_factory=set)


@dataclass(frozen=True, slots=True)
class Resolved:
    """One paper about one record, in words; ``by_hand`` are the blanks left to be written in."""

    title: str
    blocks: tuple[Resolvable, ...]
    by_hand: tuple[Missing, ...]


def issuer_of(definition: spec.Definition, context: Context) -> str:
    """Return the body that issues a paper: as the definition says, or as the policy does for it."""
    return by_policy(definition.issuer, context)


def title_of(definition: spec.Definition, context: Context) -> str:
    """Return what a paper is called in lists."""
    return by_policy(definition.name or definition.title, context)


def by_policy(source: str, context: Context) -> str:
    """Return a string of a definition for which the policy is enough; raises ``ValueError`` where it is not."""
    found = [
        str(_for_policy().value(part.text, {"policy": context.policy})) if part.expression else part.text
        for part in split(source)
    ]
    return "".join(found)


@cache
def _for_policy() -> Expressions:
    """Return what runs strings that name nothing but the policy; lists of papers ask for many titles."""
    return Expressions(Evaluator())


class HeldBackError(Exception):
    """A paper cannot be printed for this record: values it needs are missing or doubtful."""

    def __init__(self, missing: Iterable[Missing]) -> None:
        self.missing = tuple(missing)
        super().__init__(str(self))

    def __str__(self) -> str:
        return "；".join(dict.fromkeys(f"{found.place}：{found.told}" for found in self.missing))

    def __reduce__(self) -> tuple[type[HeldBackError], tuple[tuple[Missing, ...]]]:
        return type(self), (self.missing,)


class WithheldError(HeldBackError):
    """There is no paper about this record, and need not be: its number is void."""


NUMBERINGS: dict[str, Callable[[int], str]] = {
    "1.": lambda count: f"{count}. ",
    "（1）": lambda count: f"（{count}）",
    "（一）": lambda count: f"（{chinese_number(count)}）",
    "第一条": lambda count: f"第{chinese_number(count)}条　",
    "": lambda _: "",
}

NUMBER_WIDTH = 2.5
"""Width of a counting column, in characters."""

BLANK_ROWS = 12
"""Rows that a list in a blank form has at the least; where the paper has so many pages and no more, its own number."""
BLANK_DATE = "　　年　　月　　日"

Item = TypeVar("Item", bound=spec.Conditional)


class Resolver:
    """Resolves one definition for any number of records."""

    def __init__(self, definition: spec.Definition, fragments: Mapping[str, spec.Fragment], context: Context) -> None:
        self.definition = definition
        self.fragments = fragments
        self.context = context
        limits = sight(definition, context.audience)
        evaluator = Evaluator(limits.shown if limits else None)
        known = functions(context, {*definition.basis, *definition.cites})
        evaluator.globals |= {name: passing_missing(function) for name, function in known.items()}
        self.expressions = Expressions(evaluator)
        self.issuer = issuer_of(definition, context)
        self._around: tuple[Record | None, dict[str, Any]] = None, {}
        self._settled: dict[str, str] = {}  # strings that are the same for all records

    def names(self, record: Record) -> dict[str, Any]:
        """Return what the definition may name for ``record``: the records around it, and who issues the paper."""
        last, names = self._around  # a plan asks several times for each
        if last is not record:
            names = self.context.names(self.definition.per, record)
            if ISSUERS[self.issuer].partition(".")[0] in names:
                names["issuer"] = self.expressions.value(ISSUERS[self.issuer], names)
            self._around = record, names
        return dict(names)

    def wanted(self, record: Record) -> bool:
        """Return whether the definition's condition holds for ``record``.

        Raises ``WithheldError`` where the record is withheld, ``HeldBackError`` where that turns on a missing value,
        ``Problems`` where the definition is at fault.
        """
        if self.context.blank:
            return True
        with self.blamed():
            run = _Run(self, self.names(record))
            wanted = not self.definition.when or run.holds(self.definition.when)
        if (wanted or run.missing) and (withheld := getattr(record, "withheld", None)) is not None:
            raise WithheldError([withheld])
        if run.missing:
            raise HeldBackError(run.missing)
        return wanted

    def string(self, source: str, record: Record, *, clean: Callable[[str], str] = str) -> str:
        """Return ``source`` printed for ``record``, each value passed through ``clean``.

        Raises ``HeldBackError`` where a value is missing, ``Problems`` where the definition is at fault.
        """
        if (settled := self._settled.get(source)) is not None:
            return settled
        with self.blamed():
            run = _Run(self, self.names(record))
            words = run.words(source)
        if run.missing:
            raise HeldBackError(run.missing)
        found = "".join(clean(piece.text) if piece.value else piece.text for piece in words)
        if not any(piece.value for piece in words):
            self._settled[source] = found
        return found

    def title(self, record: Record) -> tuple[Words, list[Missing]]:
        """Return the title of the paper about ``record``, and the values it lacks."""
        run = _Run(self, self.names(record))
        return run.words(self.definition.title), run.missing

    def walk(self, record: Record) -> Walk:
        """Return a walk through the blocks for ``record``, at its beginning."""
        return _Run(self, self.names(record))

    def resolve(self, record: Record, notes: Notes | None = None) -> Resolved:
        """Return the paper about ``record``; what was asked for on the way is added to ``notes``.

        Raises ``HeldBackError`` with every missing value it needs, ``Problems`` where the definition is at fault.
        """
        with self.blamed():
            run = _Run(self, self.names(record), notes)
            words = run.words(self.definition.title)
            title = run.names["title"] = plain(words)
            run.asked(Titled(title))
            if not any(piece.value for piece in words):
                run.fixed.add("title")
            blocks = tuple(run.blocks(self.definition.body))
        if run.missing:
            raise HeldBackError(run.missing)
        return Resolved(title, blocks, tuple(run.by_hand))

    @contextmanager
    def blamed(self) -> Iterator[None]:
        """Turn a missing value used inside into ``HeldBackError``, what else goes wrong into a problem of the
        definition."""
        try:
            yield
        except MissingValueError as error:
            raise HeldBackError([error.missing]) from None
        except (ValueError, TypeError, AttributeError, ArithmeticError, LookupError) as error:
            place = Place(f"templates/{self.definition.id}")
            raise Problems([Problem(place, sentence(error) or "有一处算不出来", "请改这份文书的定义")]) from error


def plain(words: Words) -> str:
    """Return printed text as a string."""
    return "".join(piece.text for piece in words)


def left_out(words: Words) -> bool:
    """Return whether printed text is a value that is not shown; a dash between two blanks reads the same and is not."""
    return len(words) == 1 and words[0].value and words[0].text == HIDDEN


@dataclass(slots=True)
class _Run:
    """One record's walk through the blocks."""

    resolver: Resolver
    names: dict[str, Any]
    notes: Notes | None = None
    missing: list[Missing] = field(default_factory=list)
    by_hand: list[Missing] = field(default_factory=list)
    headings: list[int] = field(default_factory=lambda: [0, 0, 0])
    clauses: int = 0
    fixed: set[str] = field(default_factory=lambda: {"policy", "article", "articles"})

    def asked(self, note: Note) -> int:
        """Note what was asked for, where that is wanted; return its place."""
        if self.notes is None:
            return -1
        self.notes.notes.append(note)
        return len(self.notes.notes) - 1

    # --- strings --------------------------------------------------------------------------------

    def value(self, expression: str) -> Any:
        return self.resolver.expressions.value(expression, self.names)

    def words(self, source: str, *, by_hand: spec.ByHand = False) -> Words:
        """Return ``source`` as printed text, noting missing values as to be filled in by hand or as missing."""
        return tuple(self._piece(part.text, by_hand) if part.expression else Piece(part.text) for part in split(source))

    def _piece(self, expression: str, by_hand: spec.ByHand) -> Piece:
        varies = self.varies(expression)
        piece = self.said(self.value(expression), by_hand, varies)
        if self.notes is None:
            return piece
        return replace(piece, source=self.asked(Said(expression, by_hand, varies, piece)))

    def said(self, value: Any, by_hand: spec.ByHand, varies: bool) -> Piece:
        """Return a value as it is printed; ``varies`` where it may be another for another record."""
        if isinstance(value, Hidden):
            return Piece(HIDDEN, value=True)
        if self.resolver.context.blank and not isinstance(value, str) and varies:
            unwritten = by_hand if isinstance(by_hand, str) else BLANK_DATE if isinstance(value, date) else ""
            return Piece(plain(self.words(unwritten)), value=True)
        if isinstance(value, Missing):
            (self.by_hand if by_hand else self.missing).append(value)
            return Piece(plain(self.words(by_hand))) if isinstance(by_hand, str) else Piece("", value=True)
        number = value if isinstance(value, int | float) and not isinstance(value, bool) else None
        if isinstance(value, Measured):
            number = value.number
        name = value.plain if isinstance(value, Spaced) else ""
        return Piece(self.written(value), varies, number, name)

    def written(self, value: Any) -> str:
        """Return a value as it is printed."""
        return written(value, self.resolver.context.policy)

    def varies(self, expression: str) -> bool:
        """Return whether an expression may give another value for another record."""
        return not root_names(expression) <= self.fixed

    def holds(self, condition: str) -> bool:
        """Return whether a condition holds, noting the missing value that leaves it open."""
        try:
            outcome = self.resolver.expressions.holds(condition, self.names)
            self.asked(Held(condition, outcome))
            return outcome
        except MissingValueError as error:
            if self.resolver.context.blank:  # what may be asked for is asked for
                return True
            self.missing.append(error.missing)
            return False

    # --- blocks ---------------------------------------------------------------------------------

    def chosen(self, items: Iterable[Item]) -> Iterator[Item]:
        """Yield the items whose condition holds, once for each element of their loop, with the loop's name bound."""
        for item in items:
            if item.each:
                for _ in self.loop(item.each):
                    yield item
            elif not item.when or self.holds(item.when):
                yield item

    def loop(self, each: str) -> Iterator[None]:
        """Bind the name of a loop to each of its elements in turn."""
        loop = parse_loop(each)
        before, fixed = dict(self.names), set(self.fixed)
        if root_names(loop.source) <= fixed:
            self.fixed.add(loop.name)
        source, elements = self.value(loop.source), []
        if self.resolver.context.blank and isinstance(source, Missing):
            source = (source,)
        if isinstance(source, Missing):
            self.missing.append(source)
            source = ()
        source = list(source)
        self.asked(Looped(loop.source, len(source)))
        for at, element in enumerate(source):
            self.names[loop.name] = element
            self.asked(Bound(loop.name, at))
            if not loop.condition or self.holds(loop.condition):
                elements.append((at, element))
        for index, (at, element) in enumerate(elements, start=1):
            self.names[loop.name] = element
            state = self.names["loop"] = LoopState(index, index == 1, index == len(elements))
            self.asked(Bound(loop.name, at, state))
            yield
        self.asked(Left())
        self.fixed = fixed
        self.names.clear()
        self.names.update(before)

    def blocks(self, blocks: Iterable[Any]) -> Iterator[Resolvable]:
        """Yield what the blocks come to, in order."""
        for block in self.chosen(blocks):
            if isinstance(block, spec.Group):
                yield from self.blocks(block.do)
            elif isinstance(block, spec.Include):
                yield from self.blocks(self.resolver.fragments[block.include].body)
            elif isinstance(block, spec.Clauses):
                yield from self.clause_lines(block)
            else:
                yield RESOLVERS[type(block)](self, block)

    def title(self, block: spec.Title) -> Heading:
        return Heading(tuple(self.words(line) for line in block.title))

    def number(self, block: spec.Number) -> Line:
        return Line("number", self.words(block.number), block.align)

    def to(self, block: spec.To) -> Line:
        return Line("to", (*self.words(block.to), Piece("：")), indent=False)

    def text(self, block: spec.Text) -> Line:
        return Line("text", self.words(block.text), block.align, block.indent, block.keep_next)

    def note(self, block: spec.Note) -> Line:
        return Line("note", self.words(block.note))

    def cut(self, block: spec.Cut) -> Line:
        return Line("cut", self.words(block.cut))

    def heading(self, block: spec.Heading) -> Line:
        level = block.level
        mark = ""
        if block.numbered:
            self.headings[level - 1] += 1
            self.headings[level:] = [0] * (3 - level)
            count = self.headings[level - 1]
            mark = {1: f"{chinese_number(count)}、", 2: f"（{chinese_number(count)}）", 3: f"{count}. "}[level]
        kinds: tuple[LineKind, ...] = ("heading1", "heading2", "heading3")
        return Line(kinds[level - 1], (Piece(mark), *self.words(block.heading)), keep_next=True)

    def clause_lines(self, block: spec.Clauses) -> Iterator[Line]:
        if not block.go_on:
            self.clauses = 0
        for clause in self.chosen(block.clauses):
            self.clauses += 1
            mark = NUMBERINGS[block.numbering](self.clauses)
            yield Line("clause", (Piece(mark), *self.words(clause.text)), level=2 if block.numbering == "（一）" else 0)

    def fields(self, block: spec.Fields) -> FieldLine:
        items = [
            (self.words(item.label), self.words(item.value, by_hand=item.by_hand), item.width, item.span)
            for item in block.fields
            if not item.when or self.holds(item.when)
        ]
        return FieldLine(tuple(items), block.columns)

    def grid(self, block: spec.Grid) -> Form:
        rows: list[FormRow] = []
        for row in self.chosen(block.grid.rows):
            if isinstance(row, spec.SideRows):
                rows += self.side_rows(row, block.grid.height)
            else:
                rows.append(self.row(row, block.grid.height))
        return Form(tuple(block.grid.columns), tuple(rows))

    def side_rows(self, group: spec.SideRows, height: str) -> list[FormRow]:
        rows = [self.row(row, height) for row in self.chosen(group.rows)]
        if not rows:
            return []
        side = FormCell((self.words(group.side),), label=True, rows=len(rows))
        joined = [replace(row, joined=True) for row in rows[:-1]] + rows[-1:]
        return [replace(joined[0], cells=(side, *joined[0].cells)), *joined[1:]]

    def row(self, row: spec.GridRow, height: str) -> FormRow:
        return FormRow(tuple(self.cell(cell) for cell in row.cells), millimetres(row.height or height))

    def cell(self, cell: spec.CellSpec) -> FormCell:
        if cell.choice:
            options = self.choice(cell.choice, cell.value, cell.by_hand)
            return FormCell((), False, True, options, cell.span, cell.rows, cell.align, cell.valign)
        if cell.lines:
            paras = tuple(self.words(line) for line in cell.lines)
        elif cell.label:
            paras = (self.words(cell.label),)
        else:
            paras = (self.words(cell.value, by_hand=cell.by_hand),)
        return FormCell(paras, bool(cell.label), bool(cell.lines), (), cell.span, cell.rows, cell.align, cell.valign)

    def choice(self, options: list[str], source: str, by_hand: spec.ByHand) -> tuple[Words, ...]:
        """Return every option with its box, the chosen one ticked."""
        options = [plain(self.words(option)) for option in options]
        chosen = plain(self.words(source, by_hand=bool(by_hand))) if source else ""
        if chosen and chosen not in options and chosen != HIDDEN:
            self.missing.append(Missing(chosen, self.names_place(), f"“{chosen}”不在选项 {'、'.join(options)} 里"))
        return tuple((Piece("√" if option == chosen else "□", value=True), Piece(option)) for option in options)

    def names_place(self) -> Place:
        record = self.names.get(self.resolver.definition.per)
        return record.where() if isinstance(record, Record) else Place()

    def roster(self, block: spec.Roster) -> Listing:
        roster = block.roster
        columns = [Column(self.words(c.label), c.width, c.align) for c in roster.columns]
        rows: list[tuple[Words, ...]] = []
        bands: list[Words] = []
        shown: Words = ()
        varies = self.varies(parse_loop(roster.each).source)  # a list from the policy is print throughout
        blank = self.resolver.context.blank and varies
        for _ in () if blank else self.loop(roster.each):
            rows.append(tuple(map(self.listed, roster.columns)))
            band = self.words(roster.group)
            bands.append(band if plain(band) and band != shown else ())  # a band without words is none
            shown = band
        left = [at for at in range(len(columns)) if not rows or not all(left_out(row[at]) for row in rows)]
        roster = roster.model_copy(update={"columns": [roster.columns[at] for at in left]})
        columns = [columns[at] for at in left]
        rows = [tuple(row[at] for at in left) for row in rows]
        total = self.total(roster, rows)
        if roster.numbered:
            columns.insert(0, Column((Piece(roster.numbered),), NUMBER_WIDTH, "center"))
            rows = [((Piece(str(n), value=varies, number=n),), *row) for n, row in enumerate(rows, start=1)]
        empty = self.words(roster.empty) if roster.empty and not rows and not blank else ()
        if not empty:
            fixed = self.resolver.definition.pages and roster.at_least
            least = max(roster.at_least, BLANK_ROWS if blank and not fixed else 0)
            rows += [((),) * len(columns)] * (least - len(rows))
        return Listing(tuple(columns), tuple(rows), empty, total, millimetres(roster.height), tuple(bands))

    def chart(self, block: spec.Chart) -> Chart | Line:
        chart = block.chart
        listing = self.roster(spec.Roster(roster=chart.listing()))
        columns = [[row[at] for row in listing.rows] for at in range(len(listing.columns))]
        if not listing.rows:
            return Line("text", self.words(chart.empty))
        self.count(piece for column in listing.columns for piece in column.label)  # it is the name of a series, too
        self.count(piece for row in listing.rows for cell in row for piece in cell)
        names = [plain(column.label).replace("\n", "") for column in listing.columns]
        whole = len(columns) == 1 + len(chart.series) + bool(chart.target)  # none is hidden from the receiver
        cells = [cell for column in columns for cell in column]
        drawn = whole and all(plain(cell) and plain(cell) != HIDDEN for cell in cells)
        labels = tuple(map(plain, columns[0])) if drawn else ()
        series = [_series(name, column) for name, column in zip(names, columns, strict=True)] if drawn else []
        shown = series[1 : 1 + len(chart.series)]
        targets = series[-1] if chart.target and drawn else None
        caption, unit = self.words(chart.caption), plain(self.words(chart.unit))
        return Chart(chart.kind, caption, labels, tuple(shown), targets, unit, millimetres(chart.height), listing)

    def listed(self, column: spec.RosterColumn) -> Words:
        if column.choice:
            first, *others = self.choice(column.choice, column.value, column.by_hand)
            return (*first, *(piece for option in others for piece in (Piece(" "), *option)))
        words = self.words(column.value, by_hand=column.by_hand)
        target = plain(self.words(column.to))
        return tuple(replace(piece, target=target) for piece in words) if target else words

    def total(self, roster: spec.RosterSpec, rows: list[tuple[Words, ...]]) -> tuple[Words, ...]:
        if not roster.total:
            return ()
        sums = [self.sum(column, [row[at] for row in rows]) for at, column in enumerate(roster.columns)]
        label: Words = (Piece(roster.total),)
        return (label, *sums) if roster.numbered else (label, *sums[1:])

    def sum(self, column: spec.RosterColumn, cells: list[Words]) -> Words:
        """Return the total of a column; a blank where one of its cells is left to the pen, which changes it."""
        if not column.total:
            return ()
        summed = [cell[0] for cell in cells if cell]
        self.count(summed)
        if any(not piece.text for piece in summed):
            label = "".join(plain(self.words(column.label)).split())
            self.by_hand.append(Missing(f"{label}（合计）", self.names_place()))
            return (Piece("", value=True),)
        amount = sum(piece.number for piece in summed if piece.number is not None)
        varies = not summed or any(piece.value for piece in summed)
        return (Piece(self.written(amount), value=varies, number=amount),)

    def count(self, pieces: Iterable[Piece]) -> None:
        """Note that more rests on what was printed than its words."""
        if self.notes is not None:
            self.notes.counted.update(piece.source for piece in pieces)

    def people(self, block: spec.People) -> Group:
        who = block.people
        members = [tuple(map(self.words, (who.role, who.name, who.post))) for _ in self.loop(who.each)]
        return Group(tuple((role, name, post) for role, name, post in members))

    def signatures(self, block: spec.Signatures) -> Signing:
        return Signing(tuple(tuple(self.words(line) for line in party) for party in block.signatures))

    def signoff(self, block: spec.Signoff) -> Issued:
        day = self.words(block.date, by_hand=block.by_hand) if block.date else ()
        return Issued(tuple(map(self.words, block.signoff)), day if plain(day) else (Piece(BLANK_DATE),))

    def blank(self, block: spec.Blank) -> Ruled:
        return Ruled(self.words(block.label), block.blank)

    def section(self, block: spec.Section) -> Turn:
        return Turn(block.section)

    def page_break(self, _: spec.PageBreakHere) -> Turn:
        return Turn()


Walk = _Run
"""One record's walk, for whoever asks the same again."""


def _series(name: str, cells: list[Words]) -> Series:
    """Return a column of a chart's table as what is drawn of it."""
    numbers = tuple(cell[0].number if len(cell) == 1 else None for cell in cells)
    return Series(name, numbers, tuple(map(plain, cells)))


RESOLVERS: dict[type, Callable[[_Run, Any], Resolvable]] = {
    spec.Title: _Run.title, spec.Number: _Run.number, spec.To: _Run.to, spec.Text: _Run.text, spec.Note: _Run.note,
    spec.Cut: _Run.cut, spec.Heading: _Run.heading, spec.Fields: _Run.fields, spec.Grid: _Run.grid,
    spec.Roster: _Run.roster, spec.Chart: _Run.chart,
    spec.People: _Run.people, spec.Signatures: _Run.signatures, spec.Signoff: _Run.signoff,
    spec.Blank: _Run.blank, spec.Section: _Run.section, spec.PageBreakHere: _Run.page_break,
}  # fmt: skip


def millimetres(text: str) -> float:
    """Return a height written like ``12mm`` as a number, 0 where none is given; raises ``ValueError``."""
    if not text:
        return 0.0
    with suppress(ValueError):
        return float(text.removesuffix("mm")) if text.endswith("mm") else float("x")
    raise ValueError(f"高度要写成 12mm 这样，这里是“{text}”")
