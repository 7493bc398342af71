"""A definition becomes a Word form: its blocks lowered as ever, with tags where values, conditions and loops were.

The walk is that of ``forms.resolve``, but nothing is evaluated. While widths are decided a tag is a placeholder as wide
as what it will probably print; afterwards the tags take their places.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from typing import Any, Literal

from generator.errors import BaoxueError, Exit
from generator.forms import definition as spec
from generator.forms.expression import Evaluator, Expressions, parse_loop, root_names, split
from generator.forms.lower import House, apart, one_by_one, page, width_in_ems
from generator.forms.lowered import Block, Cell, PageBreak, Paper, Para, Row, Run, Style, Table
from generator.forms.resolve import (
    BLANK_DATE,
    NUMBER_WIDTH,
    Column,
    FieldLine,
    Form,
    FormCell,
    FormRow,
    Group,
    Heading,
    Issued,
    Line,
    LineKind,
    Listing,
    Piece,
    Resolvable,
    Ruled,
    Signing,
    Turn,
    Words,
    millimetres,
    plain,
)  # fmt: skip
from generator.policy.model import Policy

FIRST, WIDER = 0xF0000, "\ue000"
"""The placeholder of the first tag, and what is added to one for every further character of its width."""
PLACEHOLDER = re.compile(f"[\U000f0000-\U000ffffd]{WIDER}*")
USUAL, DAY, OFFICE = 4, 7, 9
"""How wide, in characters, a value is taken to be: a name, a date, the name of an office."""
THIN = Para((), line=1.0)
"""A paragraph one point high, to carry what a tag cannot."""
SIMPLE = re.compile(r"[\w.]+(?: ?\| ?\w+)*")


class ExportError(BaoxueError):
    """A definition holds what a Word form cannot say."""

    exit_code = Exit.TEMPLATE


@dataclass(frozen=True, slots=True)
class Control:
    """A paragraph that holds a statement, and is gone when the form is filled in."""

    text: str


@dataclass(frozen=True, slots=True)
class Shown:
    """A block to be lowered, and what is then done to its table."""

    block: Resolvable
    then: Callable[[Table], Table] | None = None


def export(
    definition: spec.Definition, fragments: Mapping[str, spec.Fragment], policy: Policy, house: House
) -> Paper:  # fmt: skip
    """Return a definition as a lowered paper whose values are tags of a Word form; raises ``ExportError``."""
    walk = _Walk(definition, fragments, policy)
    walk.blocks(definition.body)
    return _set(walk, house)


def _set(walk: _Walk, house: House) -> Paper:
    """Return the paper of what was walked through."""
    add = one_by_one(house, landscape=walk.definition.landscape, label=walk.definition.id)
    blocks: list[Block] = []
    controls: dict[int, list[Control]] = {}  # by the block they stand before
    title = 0  # where the titles begin that stand last
    for item in walk.items:
        if isinstance(item, Control):
            controls.setdefault(len(blocks), []).append(item)
            continue
        at = len(blocks)
        if isinstance(item.block, Line) and item.block.kind == "number":  # right under whichever title is printed
            blocks[title:at] = [
                replace(block, after=0.0) if isinstance(block, Para) else block for block in blocks[title:at]
            ]
        add(blocks, item.block)
        if not isinstance(item.block, Heading):
            title = len(blocks)
        for number in range(at, len(blocks)):
            block = blocks[number]
            if item.then and isinstance(block, Table):
                blocks[number] = item.then(block)
    placed = walk.put_back(_interleaved(blocks, controls))
    return Paper(walk.definition.id, page(house, landscape=walk.definition.landscape), tuple(placed))


def _interleaved(blocks: Sequence[Block], controls: Mapping[int, Sequence[Control]]) -> list[Block]:
    """Return blocks with the room between them, and the controls where they belong; what a control, which will be gone,
    cannot carry, the break of a page or section, is given to a thin paragraph."""
    found: list[Block] = []
    last = -1  # where the last block stands that is no control
    for at, block in enumerate(blocks):
        before = list(map(_control, controls.get(at, ())))
        gap: list[Block] = []
        if last >= 0:
            found[last], gap, block = apart(found[last], block)
            if not gap and before and isinstance(block, Table):  # what stands before may be another table
                gap = [THIN]
        if isinstance(block, PageBreak) and block.page and (before or last < len(found) - 1):
            found += [*before, THIN]
            before = []
        if before and last >= 0 and isinstance(found[-1], PageBreak):
            found.append(THIN)
        found += [*before, *gap, block]
        last = len(found) - 1
    ending = list(map(_control, controls.get(len(blocks), ())))
    return [*found, *ending, THIN] if ending else found


def _control(control: Control) -> Para:
    return Para((Run(control.text, Style("fang", 9)),), line=12)


@dataclass(slots=True)
class _Walk:
    """One walk through the blocks of a definition."""

    definition: spec.Definition
    fragments: Mapping[str, spec.Fragment]
    policy: Policy
    items: list[Control | Shown] = field(default_factory=list)
    tags: list[str] = field(default_factory=list)
    fixed: set[str] = field(default_factory=lambda: {"policy", "article", "articles"})
    summed: set[str] = field(default_factory=set)
    expressions: Expressions = field(default_factory=lambda: Expressions(Evaluator()))

    def __post_init__(self) -> None:
        if all(not part.expression or self.is_fixed(part.text) for part in split(self.definition.title)):
            self.fixed.add("title")

    def refuse(self, why: str) -> ExportError:
        return ExportError(f"{self.definition.id} 不能导出成 Word 表单：{why}")

    # --- tags -----------------------------------------------------------------------------------

    def tag(self, text: str, width: int = 1) -> str:
        """Return the placeholder of a tag."""
        self.tags.append(text)
        return chr(FIRST + len(self.tags) - 1) + WIDER * (width - 1)

    def put_back(self, blocks: Iterable[Block]) -> Iterator[Block]:
        """Yield blocks with the tags in their places."""
        for block in blocks:
            if isinstance(block, Para):
                yield self.in_para(block)
            elif isinstance(block, Table):
                yield replace(block, rows=tuple(map(self.in_row, block.rows)))
            else:
                yield block

    def in_row(self, row: Row) -> Row:
        cells = (replace(cell, paras=tuple(map(self.in_para, cell.paras))) for cell in row.cells)
        return replace(row, cells=tuple(cells))

    def in_para(self, para: Para) -> Para:
        return replace(para, runs=tuple(replace(run, text=self.in_text(run.text), value=False) for run in para.runs))

    def in_text(self, text: str) -> str:
        return PLACEHOLDER.sub(lambda found: self.tags[ord(found[0][0]) - FIRST], text)

    def statement(self, kind: Literal["p", "tr"], text: str) -> str:
        """Return a statement that takes the paragraph or row with it in which it stands."""
        if re.search("[%}]", text):
            raise self.refuse(f"条件或循环“{text}”里有 % 或 }}")
        return f"{{%{kind} {spelt(text)} %}}"

    def is_fixed(self, expression: str) -> bool:
        return root_names(expression) <= self.fixed

    # --- strings --------------------------------------------------------------------------------

    def words(self, source: str, *, by_hand: spec.ByHand = False, last: str = "", width: int = USUAL) -> Words:
        """Return a string with tags for its expressions; ``last`` are filters about how it is printed."""
        if isinstance(by_hand, str):
            if "{{" in by_hand:
                raise self.refuse("by_hand 的文字里有标签")
            last = f"|手填('{by_hand}'){last}"
        elif by_hand:
            last = f"|手填(''){last}"
        found = []
        for part in split(source):
            if not part.expression:
                found.append(Piece(part.text))
                continue
            expression = spelt(part.text)
            if last and not SIMPLE.fullmatch(expression):
                expression = f"({expression})"
            text = self.tag(f"{{{{ {expression}{last} }}}}", self.width(part.text, width))
            found.append(Piece(text, value=not self.is_fixed(part.text)))
        return tuple(found)

    def width(self, expression: str, usual: int) -> int:
        """Return how wide a value probably is: one of the policy's as it is, else the usual."""
        if root_names(expression) != {"policy"}:
            return usual
        try:
            return max(1, round(width_in_ems(str(self.expressions.value(expression, {"policy": self.policy})))))
        except ValueError:
            return usual

    # --- conditions and loops -------------------------------------------------------------------

    @contextmanager
    def around(self, part: spec.Conditional, put: Callable[[str], object]) -> Iterator[None]:
        """Put the statements of a condition or loop before and after what is walked inside."""
        before = set(self.fixed)
        if part.each:
            put(self.loop(part.each))
        elif part.when:
            put(f"if {part.when}")
        yield
        if part.each:
            put("endfor")
        elif part.when:
            put("endif")
        self.fixed = before

    def loop(self, each: str) -> str:
        """Return the statement that begins a loop, whose name is fixed where its list is."""
        loop = parse_loop(each)
        if self.is_fixed(loop.source):
            self.fixed.add(loop.name)
        return f"for {' '.join(each.split())}"

    def control(self, text: str) -> None:
        self.items.append(Control(self.tag(self.statement("p", text))))

    def show(self, block: Resolvable, then: Callable[[Table], Table] | None = None) -> None:
        self.items.append(Shown(block, then))

    # --- blocks ---------------------------------------------------------------------------------

    def blocks(self, blocks: Iterable[Any]) -> None:
        """Walk through blocks."""
        for block in blocks:
            with self.around(block, self.control):
                BLOCKS[type(block)](self, block)

    def group(self, block: spec.Group) -> None:
        self.blocks(block.do)

    def include(self, block: spec.Include) -> None:
        self.blocks(self.fragments[block.include].body)

    def title(self, block: spec.Title) -> None:
        self.show(Heading(tuple(self.words(line) for line in block.title)))

    def number(self, block: spec.Number) -> None:
        self.show(Line("number", self.words(block.number), block.align))

    def to(self, block: spec.To) -> None:
        self.show(Line("to", (*self.words(block.to), Piece("：")), indent=False))

    def text(self, block: spec.Text) -> None:
        self.show(Line("text", self.words(block.text), block.align, block.indent, block.keep_next))

    def note(self, block: spec.Note) -> None:
        self.show(Line("note", self.words(block.note)))

    def cut(self, block: spec.Cut) -> None:
        self.show(Line("cut", self.words(block.cut)))

    def heading(self, block: spec.Heading) -> None:
        kinds: tuple[LineKind, ...] = ("heading1", "heading2", "heading3")
        mark = self.tag(f"{{{{ 标题号({block.level}) }}}}", 2) if block.numbered else ""
        self.show(Line(kinds[block.level - 1], (Piece(mark), *self.words(block.heading)), keep_next=True))

    def clauses(self, block: spec.Clauses) -> None:
        begun = block.go_on or not block.clauses
        if not begun and (block.clauses[0].when or block.clauses[0].each) and block.numbering:
            self.control("if 从头编号()")
            self.control("endif")
            begun = True
        for clause in block.clauses:
            with self.around(clause, self.control):
                called = "条号" if begun else "首条"
                mark = self.tag(f"{{{{ {called}('{block.numbering}') }}}}", 2) if block.numbering else ""
                level = 2 if block.numbering == "（一）" else 0
                self.show(Line("clause", (Piece(mark), *self.words(clause.text)), level=level))
            begun = True

    def fields(self, block: spec.Fields) -> None:
        if any(item.when for item in block.fields):
            raise self.refuse("填写栏（fields）里有带条件（when）的栏，少一栏就要重排")
        items = [
            (self.words(item.label), self.words(item.value, by_hand=item.by_hand), item.width, item.span)
            for item in block.fields
        ]
        self.show(FieldLine(tuple(items), block.columns))

    def grid(self, block: spec.Grid) -> None:
        rows: list[FormRow] = []
        columns = len(block.grid.columns)
        for part in block.grid.rows:
            with self.around(part, self.into(rows, columns)):
                if isinstance(part, spec.SideRows):
                    rows += self.side_rows(part, block.grid.height, columns)
                else:
                    rows.append(self.row(part, block.grid.height))
        self.show(Form(tuple(block.grid.columns), tuple(rows)))

    def into(self, rows: list[FormRow], span: int) -> Callable[[str], None]:
        """Return what puts statements among rows, each in a row that they take with them."""

        def put(text: str) -> None:
            tag = Piece(self.tag(self.statement("tr", text)))
            rows.append(FormRow((FormCell(((tag,),), label=True, span=span),)))

        return put

    def side_rows(self, group: spec.SideRows, height: str, columns: int) -> list[FormRow]:
        if group.rows and (group.rows[0].when or group.rows[0].each):
            raise self.refuse(f"表格左边“{group.side}”旁的第一行带有条件或循环")
        rows: list[FormRow] = []
        for part in group.rows:
            with self.around(part, self.into(rows, columns - 1)):
                rows.append(self.row(part, height))
        side = FormCell((self.words(group.side),), label=True, rows=len(rows))
        joined = [replace(row, joined=True) for row in rows[:-1]] + rows[-1:]
        return [replace(joined[0], cells=(side, *joined[0].cells)), *joined[1:]] if rows else []

    def row(self, row: spec.GridRow, height: str) -> FormRow:
        return FormRow(tuple(map(self.cell, row.cells)), millimetres(row.height or height))

    def cell(self, cell: spec.CellSpec) -> FormCell:
        if cell.choice:
            options = self.choice(cell)
            return FormCell((), False, True, options, cell.span, cell.rows, cell.align, cell.valign)
        if cell.lines:
            paras = tuple(map(self.words, cell.lines))
        elif cell.label:
            paras = (self.words(cell.label),)
        else:
            paras = (self.words(cell.value, by_hand=cell.by_hand),)
        return FormCell(paras, bool(cell.label), bool(cell.lines), (), cell.span, cell.rows, cell.align, cell.valign)

    def choice(self, cell: spec.CellSpec | spec.RosterColumn) -> tuple[Words, ...]:
        """Return every option with its box, which is ticked when the form is filled in."""
        parts = split(cell.value)
        if not parts:
            return tuple((Piece("□", value=True), *self.words(option)) for option in cell.choice)
        if len(parts) > 1 or any(not part.expression for part in parts) or any("{{" in one for one in cell.choice):
            raise self.refuse(f"选项 {'、'.join(cell.choice)} 的取值不是单独一个标签")
        found = []
        for option in cell.choice:
            others = [one for one in cell.choice if one != option]
            given = ", ".join(f"'{one}'" for one in (option, *others))
            hand = bool(cell.by_hand)
            found.append((*self.words(cell.value, by_hand=hand, last=f"|框({given})", width=1), Piece(option)))
        return tuple(found)

    def roster(self, block: spec.Roster) -> None:
        roster = block.roster
        before = set(self.fixed)
        columns = [Column(self.words(c.label), c.width, c.align) for c in roster.columns]
        empty = self.words(roster.empty) if roster.empty else ()
        begin = self.statement("tr", self.loop(roster.each))
        varies = not self.is_fixed(parse_loop(roster.each).source)
        names = {at: self.sum_name(column.label) for at, column in enumerate(roster.columns) if column.total}
        row = [
            self.listed(column, names.get(at, "") if roster.total else "") for at, column in enumerate(roster.columns)
        ]
        total: list[Words] = []
        if roster.total:
            sums: list[Words] = [
                (Piece(self.tag(f"{{{{ 合计('{names[at]}') }}}}", 2), value=True),) if at in names else ()
                for at in range(len(row))
            ]
            total = [(Piece(roster.total),), *(sums if roster.numbered else sums[1:])]
        if roster.numbered:
            columns.insert(0, Column((Piece(roster.numbered),), NUMBER_WIDTH, "center"))
            row.insert(0, (Piece(self.tag("{{ loop.index }}"), value=varies),))
        band = self.words(roster.group)
        changed = f"if loop.changed({self.joined(roster.group)})" if band else ""
        self.fixed = before
        rows = [tuple(row)] + [((),) * len(row)] * bool(roster.at_least)
        listing = Listing(
            tuple(columns), tuple(rows), empty, tuple(total), millimetres(roster.height), (band,) if band else ()
        )
        self.show(listing, lambda table: self.listing(table, begin, changed, roster))

    def listing(self, table: Table, begin: str, changed: str, roster: spec.RosterSpec) -> Table:
        """Return the table of a list with the statements of its loop: head, band, row, blank row, empty, total."""
        rows = iter(table.rows)
        span = len(table.widths)
        found = [next(rows), tag_row(begin, span)]
        if changed:
            found += [self.tag_row(changed, span), next(rows), self.tag_row("endif", span)]
        found.append(loose(next(rows)))
        blank = loose(next(rows)) if roster.at_least else None
        if roster.empty:
            found += [self.tag_row("else", span), loose(next(rows))]
        found.append(self.tag_row("endfor", span))
        if blank:
            more = [self.tag_row(f"for 空行 in 补行({roster.at_least})", span), blank, self.tag_row("endfor", span)]
            found += [self.tag_row("if 行数()", span), *more, self.tag_row("endif", span)] if roster.empty else more
        return replace(table, rows=(*found, *rows))

    def tag_row(self, text: str, span: int) -> Row:
        return tag_row(self.statement("tr", text), span)

    def joined(self, source: str) -> str:
        """Return a string as one expression."""
        return " ~ ".join(part.text if part.expression else f"'{part.text}'" for part in split(source))

    def sum_name(self, label: str) -> str:
        """Return a name for a column that is summed, used once in a form."""
        name = first = re.sub(r"\s|\{\{.*?\}\}", "", label) or "人数"  # what a policy calls it is not known here
        count = 1
        while name in self.summed:
            count += 1
            name = f"{first}{count}"
        self.summed.add(name)
        return name

    def listed(self, column: spec.RosterColumn, summed: str) -> Words:
        if column.choice:
            first, *others = self.choice(column)
            return (*first, *(piece for option in others for piece in (Piece(" "), *option)))
        if summed and len(split(column.value)) > 1:
            raise self.refuse(f"“{column.label}”一列要合计，取值却不是单独一个标签")
        return self.words(column.value, by_hand=column.by_hand, last=f"|累计('{summed}')" if summed else "")

    def chart(self, block: spec.Chart) -> None:
        """Show the table of a chart alone: Word forms draw nothing."""
        chart = block.chart
        self.control(f"if {parse_loop(chart.each).source}")
        self.show(Line("caption", self.words(chart.caption), keep_next=True))
        self.roster(spec.Roster(roster=chart.listing()))
        self.control("else")
        self.show(Line("text", self.words(chart.empty)))
        self.control("endif")

    def people(self, block: spec.People) -> None:
        who = block.people
        before = set(self.fixed)
        begin = self.statement("tr", self.loop(who.each))
        role = (
            Piece(self.tag(f"{{% if loop.changed({spelt(self.joined(who.role))}) %}}")),
            *self.words(who.role, width=2),
        )
        member = (role, self.words(who.name), self.words(who.post))
        self.fixed = before
        end = self.tag("{% endif %}")
        self.control(f"if {parse_loop(who.each).source}")
        self.show(Group((member,)), lambda table: grouped(table, begin, end))
        self.control("endif")

    def signatures(self, block: spec.Signatures) -> None:
        self.show(Signing(tuple(tuple(map(self.words, party)) for party in block.signatures)))

    def signoff(self, block: spec.Signoff) -> None:
        by_hand = BLANK_DATE if block.by_hand else False
        day = self.words(block.date, by_hand=by_hand, width=DAY) if block.date else ()
        issuers = tuple(self.words(issuer, width=OFFICE) for issuer in block.signoff)
        self.show(Issued(issuers, day if plain(day) else (Piece(BLANK_DATE),)))

    def blank(self, block: spec.Blank) -> None:
        self.show(Ruled(self.words(block.label), block.blank))

    def section(self, block: spec.Section) -> None:
        self.show(Turn(block.section))

    def page_break(self, _: spec.PageBreakHere) -> None:
        self.show(Turn())


BLOCKS: dict[type, Callable[[_Walk, Any], None]] = {
    spec.Title: _Walk.title, spec.Number: _Walk.number, spec.To: _Walk.to, spec.Text: _Walk.text,
    spec.Note: _Walk.note, spec.Cut: _Walk.cut, spec.Heading: _Walk.heading, spec.Clauses: _Walk.clauses,
    spec.Fields: _Walk.fields, spec.Grid: _Walk.grid, spec.Roster: _Walk.roster, spec.Chart: _Walk.chart,
    spec.People: _Walk.people,
    spec.Signatures: _Walk.signatures, spec.Signoff: _Walk.signoff, spec.Blank: _Walk.blank,
    spec.Section: _Walk.section, spec.PageBreakHere: _Walk.page_break, spec.Include: _Walk.include,
    spec.Group: _Walk.group,
}  # fmt: skip


def spelt(expression: str) -> str:
    """Return an expression as it survives in a Word file: on one line, its curly quotes, which docxtpl would make
    straight, spelt out."""
    return re.sub("[“”‘’]", lambda quote: f"\\u{ord(quote[0]):04x}", " ".join(expression.split()))


def tag_row(text: str, span: int) -> Row:
    """Return a row that holds a statement, and is gone when the form is filled in."""
    return Row((Cell((_control(Control(text)),), span),))


def loose(row: Row) -> Row:
    """Return a row that may be parted from the next: it is repeated, and a whole list does not fit on one page."""
    return replace(row, keep_next=False)


def grouped(table: Table, begin: str, end: str) -> Table:
    """Return the table of a leading group with its loop, and the end of the condition of whose role is named."""
    (row,) = table.rows
    nothing, role, *rest = row.cells
    (para,) = role.paras
    closed = replace(para, runs=(*para.runs, replace(para.runs[-1], text=end)))
    cells = (nothing, replace(role, paras=(closed,)), *rest)
    span = len(table.widths)
    return replace(table, rows=(tag_row(begin, span), replace(row, cells=cells), tag_row("{%tr endfor %}", span)))
