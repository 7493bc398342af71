"""The Jinja of Word forms: statements shape the document, and each expression in it is run as in a definition.

A form's tags are taken apart when it is compiled. What decides (``if``, ``for``) and what is printed is handed, tag by
tag, to the expressions of ``forms.expression``; so a missing value is the same here as there: it is noted, it holds the
paper back, or prints a blank where ``手填`` says so, and all of them are told at once.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from jinja2 import Template, nodes
from jinja2.environment import TemplateExpression
from jinja2.visitor import NodeTransformer
from markupsafe import Markup, escape

from generator.dataset.missing import Missing, MissingValueError
from generator.errors import Place
from generator.forms.expression import Evaluator, Expressions, chinese_number, written
from generator.forms.own_form.language import BREAK, CHINESE
from generator.forms.resolve import NUMBERINGS
from generator.policy.model import Policy

RULED = "＿＿＿＿＿＿"
"""What ``手填`` prints where it is not told what to print: a blank to be written on."""

LAST_FILTERS = {
    "by_hand": "手填", "手填": "手填", "default": "默认", "默认": "默认", "累计": "累计", "框": "框",
}  # fmt: skip
"""Filters about how something is printed, which therefore stand last in a tag; some have an English name too."""

COUNTED = {
    "标题号": "heading", "首条": "first_clause", "条号": "clause", "从头编号": "restart", "合计": "total",
    "行数": "rows_before", "补行": "padding",
}  # fmt: skip
"""What a form may call to count, and the methods of ``Filling`` that do."""

COUNTING = "_run"
"""The name under which a record's ``Filling`` stands among its values."""


@dataclass(slots=True)
class Filling:
    """What is counted and noted while a form is filled in for one record."""

    place: Place = field(default_factory=Place)
    missing: list[Missing] = field(default_factory=list)
    by_hand: list[Missing] = field(default_factory=list)
    decided: list[bool | int] = field(default_factory=list)  # what conditions and loops came to
    printed: list[str] = field(default_factory=list)
    headings: list[int] = field(default_factory=lambda: [0, 0, 0])
    clauses: int = 0
    rows: list[int] = field(default_factory=lambda: [0])  # of the loops one stands in; the first is the last that ended
    sums: dict[str, list[int | float | None]] = field(default_factory=dict)
    policy: Policy | None = None

    def functions(self) -> dict[str, Callable[..., Any]]:
        """Return what a form may call to count."""
        return {name: getattr(self, method) for name, method in COUNTED.items()}

    def heading(self, level: int) -> str:
        """Return the number of the next heading of a level: 一、 （一） 1."""
        if level not in (1, 2, 3):
            raise ValueError(f"标题号() 里应是 1、2 或 3，这里是 {level}")
        self.headings[level - 1] += 1
        self.headings[level:] = [0] * (3 - level)
        count = self.headings[level - 1]
        return {1: f"{chinese_number(count)}、", 2: f"（{chinese_number(count)}）", 3: f"{count}. "}[level]

    def clause(self, numbering: str) -> str:
        """Return the number of the next clause of a list, in the manner of ``1.`` or 第一条."""
        if numbering not in NUMBERINGS:
            raise ValueError(f"条号() 里应是 {'、'.join(filter(None, NUMBERINGS))} 之一，这里是“{numbering}”")
        self.clauses += 1
        return NUMBERINGS[numbering](self.clauses)

    def first_clause(self, numbering: str) -> str:
        """Return the number of the first clause of a list."""
        self.clauses = 0
        return self.clause(numbering)

    def restart(self) -> str:
        """Begin a list of clauses whose first may be left out; return nothing, which prints nothing and holds not."""
        self.clauses = 0
        return ""

    def rows_before(self) -> int:
        """Return how many rows the loop before came to."""
        return self.rows[0]

    def padding(self, least: int) -> list[int]:
        """Return as many numbers as rows are lacking to the loop before."""
        return list(range(self.rows[0] + 1, least + 1))

    def each(self, source: Iterable[Any]) -> Iterator[Any]:
        """Yield elements of a loop, counting those that are not dropped again."""
        self.rows.append(0)
        for element in source:
            self.rows[-1] += 1
            yield element
        self.rows[0] = self.rows.pop()
        self.decided.append(self.rows[0])

    def summed(self, name: str, number: int | float | None) -> None:
        """Add to a column that is summed; nothing is a blank that a pen will fill in."""
        self.sums.setdefault(name, []).append(number)

    def total(self, name: str) -> str:
        """Return the sum of a column, and begin it anew; a blank where one of its cells is left to the pen."""
        assert self.policy is not None
        numbers = self.sums.pop(name, [])
        if None in numbers:
            self.by_hand.append(Missing(f"{name}（合计）", self.place))
            return ""
        return written(sum(number for number in numbers if number is not None), self.policy)


@dataclass(frozen=True, slots=True)
class Tag:
    """A printed tag: under which key its expression is kept, and the last filters with what they were given."""

    key: str
    filters: tuple[tuple[str, tuple[Any, ...]], ...] = ()


class Shape(Evaluator):
    """The environment in which a form is compiled: Jinja's sandbox, text escaped for XML."""

    longest = 2000
    """Characters in one tag: an exported one may hold a list."""
    functions = frozenset(COUNTED)

    def __init__(self, functions: Mapping[str, Callable[..., Any]], policy: Policy) -> None:
        super().__init__()
        self.autoescape = True
        self.globals |= functions
        self.policy = policy
        inner = Evaluator()
        inner.globals |= functions
        inner.filters |= {said: inner.filters[name] for said, name in CHINESE.items() if name in inner.filters}
        self.expressions = Expressions(inner)
        self.tags: list[Tag] = []
        self.used: set[str] = set()  # every name that the form's tags begin from

    def _generate(
        self, source: nodes.Template, name: str | None, filename: str | None, defer_init: bool = False
    ) -> str:
        """Compile a form whose expressions have been taken out."""
        return super()._generate(_TakingApart(self).visit(source), name, filename, defer_init)

    def taken_out(self, tree: nodes.Expr) -> int:
        """Keep an expression and return its number."""
        inner, filters = peeled(tree)
        key = f"第{tree.lineno}段第{len(self.tags) + 1}个标签"
        self.used |= {found.name for found in names_in(tree)}
        inner.set_environment(self.expressions.evaluator)
        body = [nodes.Assign(nodes.Name("result", "store"), inner, lineno=1)]
        compiled = self.expressions.evaluator.from_string(nodes.Template(body, lineno=1))
        self.expressions.compiled[key] = TemplateExpression(compiled, undefined_to_none=False)
        self.tags.append(Tag(key, filters))
        return len(self.tags) - 1

    def objections(self, tree: nodes.Template) -> Iterator[tuple[str, str]]:
        """Yield nothing: what tags say is proved as a whole (``forms.word_form``)."""
        del tree
        yield from ()

    # --- what compiled forms call -------------------------------------------------------------------

    def printed(self, number: int, names: dict[str, Any]) -> Markup:
        """Return the text of a printed tag."""
        filling: Filling = names.pop(COUNTING)
        tag = self.tags[number]
        text = self._text(self.expressions.value(tag.key, names), dict(tag.filters), filling)
        filling.printed.append(text)
        return escape(text).replace("\n", Markup(BREAK))

    def _text(self, value: Any, filters: dict[str, tuple[Any, ...]], filling: Filling) -> str:
        text = "" if isinstance(value, Missing) else written(value, self.policy)
        if "累计" in filters:
            number = value if isinstance(value, int | float) and not isinstance(value, bool) else None
            filling.summed(str(filters["累计"][0]), number)
        if "默认" in filters and not text and not (isinstance(value, Missing) and value.why):
            return str(filters["默认"][0])
        if isinstance(value, Missing):
            if "手填" not in filters:
                filling.missing.append(value)
                return ""
            filling.by_hand.append(value)
            text = "" if "框" in filters else str((filters["手填"] or (RULED,))[0])
        if "框" in filters:
            own, *others = map(str, filters["框"])
            if text and others and text not in (own, *others):
                why = f"“{text}”不在选项 {'、'.join((own, *others))} 里"
                filling.missing.append(Missing(text, filling.place, why))
            return "√" if text == own else "□"
        return text

    def valued(self, number: int, names: dict[str, Any]) -> Any:
        """Return what a tag gives that sets a name."""
        names.pop(COUNTING)
        return self.expressions.value(self.tags[number].key, names)

    def listed(self, number: int, names: dict[str, Any]) -> Iterable[Any]:
        """Return what a loop goes through."""
        filling: Filling = names.pop(COUNTING)
        source = self.expressions.value(self.tags[number].key, names)
        if isinstance(source, Missing):
            filling.missing.append(source)
            source = ()
        return filling.each(source)

    def kept(self, number: int, names: dict[str, Any]) -> bool:
        """Return whether a loop goes through an element."""
        filling: Filling = names[COUNTING]
        held = self.holds(number, names)
        filling.rows[-1] -= not held
        return held

    def holds(self, number: int, names: dict[str, Any]) -> bool:
        """Return whether a condition holds, noting the missing value that leaves it open."""
        filling: Filling = names.pop(COUNTING)
        try:
            held = self.expressions.holds(self.tags[number].key, names)
        except MissingValueError as error:
            filling.missing.append(error.missing)
            held = False
        filling.decided.append(held)
        return held


class Reading(Shape):
    """The environment in which a form is proved: it is parsed, and not compiled."""

    def __init__(self, functions: Mapping[str, Callable[..., Any]], policy: Policy) -> None:
        super().__init__(functions, policy)
        self.filters = self.expressions.evaluator.filters | dict.fromkeys(LAST_FILTERS, str)

    def from_string(self, source: Any, *_: Any, **__: Any) -> Template:
        """Return nothing to fill in; raises ``TemplateSyntaxError`` where a form cannot be read."""
        self.parse(source)
        return super().from_string("")


def names_in(tree: nodes.Node) -> Iterator[nodes.Name]:
    """Yield every name that an expression reads."""
    if isinstance(tree, nodes.Name):
        yield tree
    yield from tree.find_all(nodes.Name)


def peeled(tree: nodes.Expr) -> tuple[nodes.Expr, tuple[tuple[str, tuple[Any, ...]], ...]]:
    """Return a printed expression without its last filters, and these; what they are given are constants."""
    found: list[tuple[str, tuple[Any, ...]]] = []
    while isinstance(tree, nodes.Filter) and tree.name in LAST_FILTERS and tree.node is not None:
        given = tuple(argument.as_const() for argument in tree.args)
        found.append((LAST_FILTERS[tree.name], given))
        tree = tree.node
    return tree, tuple(reversed(found))


class _TakingApart(NodeTransformer):
    """Replaces the expressions of a form by calls that run them."""

    def __init__(self, shape: Shape) -> None:
        self.shape = shape

    def call(self, method: str, tree: nodes.Node) -> nodes.Expr:
        assert isinstance(tree, nodes.Expr)
        used = sorted({found.name for found in names_in(tree)} | {COUNTING})
        named = [nodes.Pair(nodes.Const(name), nodes.Name(name, "load")) for name in used]
        given: list[nodes.Expr] = [nodes.Const(self.shape.taken_out(tree)), nodes.Dict(named)]
        called = nodes.Call(nodes.EnvironmentAttribute(method), given, [], None, None, lineno=tree.lineno)
        called.set_environment(self.shape)
        return called

    def visit_Output(self, node: nodes.Output) -> nodes.Output:
        node.nodes = [
            part if isinstance(part, nodes.TemplateData) else self.call("printed", part) for part in node.nodes
        ]
        return node

    def visit_If(self, node: nodes.If) -> nodes.If:
        node.test = self.call("holds", node.test)
        for part in (node.body, node.elif_, node.else_):
            part[:] = [self.visit(inner) for inner in part]
        return node

    def visit_For(self, node: nodes.For) -> nodes.For:
        node.iter = self.call("listed", node.iter)
        node.test = node.test and self.call("kept", node.test)
        for part in (node.body, node.else_):
            part[:] = [self.visit(inner) for inner in part]
        return node

    def visit_Assign(self, node: nodes.Assign) -> nodes.Assign:
        node.node = self.call("valued", node.node)
        return node
