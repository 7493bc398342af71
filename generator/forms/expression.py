"""The expressions of definitions: how they are read, what they may name, and how they are run.

Jinja's sandbox evaluates them. An attribute that is empty comes out as ``Missing``, which is false, may be
replaced by ``or``, and remembers where in the user's file it should have stood.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, MutableMapping
from dataclasses import dataclass, field
from datetime import date
from functools import lru_cache, wraps
from types import CodeType, GenericAlias
from typing import Any, ClassVar, get_args, get_origin, get_type_hints

from jinja2 import StrictUndefined, TemplateSyntaxError, Undefined, UndefinedError, nodes
from jinja2.exceptions import SecurityError
from jinja2.nodes import EvalContext
from jinja2.parser import Parser
from jinja2.sandbox import SandboxedEnvironment
from jinja2.utils import missing
from pydantic import BaseModel

from generator.dataset.missing import Missing, MissingValueError
from generator.dataset.models import Record, attribute_types, header_of, plain_type
from generator.errors import near
from generator.policy.model import Policy

_COMPILED: dict[tuple[str, ...], CodeType] = {}
"""Expressions as Python runs them, by the filters that were known and the text: every form says ``school.name``."""


class Evaluator(SandboxedEnvironment):
    """Jinja as definitions may use it; ``shown`` limits what is seen of records (see ``forms.audience``)."""

    def __init__(self, shown: Callable[[Record, str, Any], Any] | None = None) -> None:
        super().__init__(undefined=StrictUndefined, autoescape=False)
        self.globals.clear()
        self.filters = {name: self.filters[name] for name in ("join", "length", "sum", "first", "last", "round")}
        written: dict[str, Callable[..., Any]] = {
            "percent": percent,
            "spaced": spaced,
            "month": month,
            "cn": chinese_count,
            "names": self.names,
            "short": short,
            "sentence": sentence,
            "rated": rated,
        }
        self.filters |= {name: passing_missing(filter_) for name, filter_ in written.items()}
        self.shown = shown

    def make_globals(self, own: MutableMapping[str, Any] | None) -> MutableMapping[str, Any]:
        """Return what expressions may name beside their records: one dict, since every run of a form copies it, and the
        chain of dicts that Jinja makes is ten times as slow to copy."""
        return super().make_globals(own) if own else self.globals

    def compiled(self, source: str) -> Callable[[Mapping[str, Any]], Any]:
        """Return an expression to be run with names; raises ``TemplateSyntaxError``.

        Its code is made once for all evaluators: it asks the one that runs it for filters and attributes.
        """
        key = (*self.filters, source)
        if key not in _COMPILED:
            parser = Parser(self, source, state="variable")
            expression = parser.parse_expression()
            if not parser.stream.eos:
                raise TemplateSyntaxError("chunk after expression", parser.stream.current.lineno)
            expression.set_environment(self)
            result = nodes.Assign(nodes.Name("result", "store"), expression, lineno=1)
            _COMPILED[key] = self.compile(nodes.Template([result], lineno=1))
        template = self.template_class.from_code(self, _COMPILED[key], self.make_globals(None))
        known, eval_ctx, root = self.globals, EvalContext(self), template.root_render_func

        def run(names: Mapping[str, Any]) -> Any:
            scope = _Scope(names, known, eval_ctx)
            for _ in root(scope):  # type: ignore[arg-type]  # it asks for no more than there is
                pass
            return scope.vars["result"]

        return run

    def getitem(self, obj: Any, argument: Any) -> Any:
        """Return an item; what filters look up in records by name is an attribute."""
        if isinstance(obj, Record | Missing) and isinstance(argument, str):
            return self.getattr(obj, argument)
        return super().getitem(obj, argument)

    def getattr(self, obj: Any, attribute: str) -> Any:
        """Return an attribute, or ``Missing`` where it is empty or doubtful; ``class`` stands for ``class_``."""
        name = "class_" if attribute == "class" else attribute
        if isinstance(obj, Missing):
            return obj
        if name.startswith("_"):
            raise SecurityError(f"不能使用 {attribute}")
        if not isinstance(obj, Record):
            return super().getattr(obj, name)
        try:
            value = getattr(obj, name)
        except MissingValueError as error:
            return error.missing
        if self.shown and not isinstance(value, Missing):
            value = self.shown(obj, name, value)
        return Missing(header_of(type(obj), name), obj.where(name)) if value is None else value

    def names(self, people: Iterable[Any]) -> str:
        """Return the names of several people: 张三、李四."""
        return "、".join(str(self.getattr(person, "name")) for person in people)


class _Scope:
    """As much of Jinja's context as an expression asks for: to make a whole one takes longer than most expressions."""

    __slots__ = ("eval_ctx", "known", "names", "vars")
    exported_vars: ClassVar[set[str]] = set()

    def __init__(self, names: Mapping[str, Any], known: Mapping[str, Any], eval_ctx: EvalContext) -> None:
        self.names, self.known, self.eval_ctx = names, known, eval_ctx
        self.vars: dict[str, Any] = {}

    def resolve_or_missing(self, key: str) -> Any:
        """Return what is meant by a name."""
        found = self.names.get(key, missing)
        return self.known.get(key, missing) if found is missing else found

    def call(self, function: Callable[..., Any], *args: Any, **named: Any) -> Any:
        """Return what a function gives; none of ours asks for the context."""
        return function(*args, **named)


def passing_missing(function: Callable[..., Any]) -> Callable[..., Any]:
    """Return ``function``, giving back a missing argument, or a missing value that its answer would rest on."""

    @wraps(function)
    def call(*args: Any) -> Any:
        for arg in args:
            if isinstance(arg, Missing):
                return arg
        try:
            return function(*args)
        except MissingValueError as error:
            return error.missing

    return call


def percent(value: float | int) -> str:
    """Return a percentage as it is written: 99.0 as 99%."""
    return f"{value:g}%"


class Measured(str):
    """A quantity as it is written; ``number`` is the quantity."""

    number: int | float = 0


def rated(value: float | int | str) -> str:
    """Return a rate as it is written, 99.25 as 99.25%, which is still a number to charts and worksheets; words, as 无
    where there is nothing to measure, as they are."""
    if isinstance(value, str):
        return value
    measured = Measured(f"{value:g}%")
    measured.number = value
    return measured


class Spaced(str):
    """A name with a space in it that is for the eye alone; ``plain`` is the name."""

    plain = ""


def spaced(name: str) -> str:
    """Return a name as lists of people set it: two characters are spaced to three."""
    if len(name) != 2:
        return name
    set_wide = Spaced("　".join(name))
    set_wide.plain = name
    return set_wide


MONTH_CODE = re.compile(r"(?P<year>\d{4})-?(?P<month>0[1-9]|1[0-2])", re.ASCII)


def month(day: date | str) -> str:
    """Return the month of a date, as in 2026年11月; a month as the records system writes it, 202611, likewise."""
    if isinstance(day, str):
        found = MONTH_CODE.fullmatch(day)
        return f"{found['year']}年{int(found['month'])}月" if found else day
    return f"{day.year}年{day.month}月"


def short(day: date) -> str:
    """Return a date as narrow columns set it: 2026-09-01 (GB/T 7408)."""
    return day.isoformat()


def sentence(text: str) -> str:
    """Return what somebody wrote as a sentence, with a full stop unless it ends with one or the like."""
    said = text.rstrip()
    return said if said.endswith(tuple("。！？；：…")) else f"{said}。"


def chinese_number(value: int) -> str:
    """Return a whole number below 1000 in Chinese numerals: 12 as 十二, 118 as 一百一十八."""
    digits = "〇一二三四五六七八九"
    number = int(value)
    if not 0 <= number < 1000:
        raise ValueError(f"汉字数字只写到九百九十九，这里是 {number}")
    hundreds, rest = divmod(number, 100)
    tens, ones = divmod(rest, 10)
    if not hundreds and not tens:
        return digits[ones]
    written = f"{digits[hundreds]}百" if hundreds else ""
    if tens:
        written += f"{digits[tens] if hundreds or tens > 1 else ''}十"
    elif hundreds and ones:
        written += "零"
    return written + (digits[ones] if ones else "")


def chinese_count(value: int) -> str:
    """Return how many in Chinese numerals, as a measure word follows it: 2 as 两."""
    return "两" if value == 2 else chinese_number(value)


def chinese_date(day: date) -> str:
    """Return a date in Chinese numerals: 二〇二六年九月一日."""
    year = "".join("〇一二三四五六七八九"[int(digit)] for digit in str(day.year))
    return f"{year}年{chinese_number(day.month)}月{chinese_number(day.day)}日"


def arabic_date(day: date) -> str:
    """Return a date as GB/T 9704 writes it: 2026年9月1日."""
    return f"{day.year}年{day.month}月{day.day}日"


def written(value: Any, policy: Policy) -> str:
    """Return a value as it is printed under a policy; raises ``TypeError`` for what is no single value."""
    if isinstance(value, str):
        return value
    if isinstance(value, date):
        return (chinese_date if policy.date_style == "chinese" else arabic_date)(value)
    if isinstance(value, bool):
        return "是" if value else "否"
    if isinstance(value, int | float):
        return f"{value:.10g}" if isinstance(value, float) else str(value)
    raise TypeError(f"{type(value).__name__} 不能直接印出来，请写到具体的一项")


@dataclass(frozen=True, slots=True)
class Part:
    """A stretch of a string: wording, or an expression to print."""

    text: str
    expression: bool = False


_reader = SandboxedEnvironment()
_FULL_WIDTH = re.compile(
    "[{｛]｛|｛[{｛]|[}｝]｝|｝[}｝]"
)  # two braces, at least one typed with a Chinese input method
_SINGLE = re.compile(r"[{｛]\s*[a-z_]+\.[a-z_][^{}｛｝]*[}｝]")
"""What would be an expression if its braces were two."""


@lru_cache(maxsize=4096)
def split(source: str) -> tuple[Part, ...]:
    """Return a string of a definition as wording and expressions, in order.

    Raises ``ValueError`` with a Chinese sentence where the braces are wrong or a statement is used.
    """
    if _FULL_WIDTH.search(source):
        raise ValueError("｛｛ ｝｝ 是全角的，请改成半角的 {{ }}")
    if not re.search("[{｛]", source):
        return (Part(source),) if source else ()
    parts: list[Part] = []
    inside: list[str] | None = None
    try:
        for _, token, text in _reader.lex(source):
            if token == "variable_begin":
                inside = []
            elif token == "variable_end":
                parts.append(Part("".join(inside or []).strip(), expression=True))
                inside = None
            elif inside is not None:
                inside.append(text)
            elif token == "data":
                if single := _SINGLE.search(text):
                    raise ValueError(f"“{single[0]}”只有一层花括号，会照原样印出来，请写成 {{{{ }}}}")
                parts.append(Part(text))
            else:
                raise ValueError("只能用 {{ 表达式 }}，条件写在 when，循环写在 each")
    except TemplateSyntaxError as error:
        raise ValueError("{{ }} 没有写对：请检查里面的引号和括号") from error
    if inside is not None:
        raise ValueError("{{ }} 没有写对：没有结尾的 }}")
    return tuple(parts)


@lru_cache(maxsize=4096)
def root_names(expression: str) -> frozenset[str]:
    """Return the names an expression starts from: {"student"} for ``student.guardian.phone``."""
    return frozenset(node.name for node in _reader.parse("{{ " + expression + " }}").find_all(nodes.Name))


@lru_cache(maxsize=4096)
def policy_entries(expression: str) -> frozenset[tuple[str, str]]:
    """Return the entries of the policy that an expression names: {("titles", "x")} for ``policy.titles['x']``."""
    return entries_in(_reader.parse("{{ " + expression + " }}"))


def entries_in(tree: nodes.Node) -> frozenset[tuple[str, str]]:
    """Return the entries of the policy that are named below a node."""
    found = set()
    for node in tree.find_all((nodes.Getattr, nodes.Getitem)):
        match node:
            case (
                nodes.Getattr(node=nodes.Getattr(node=nodes.Name(name="policy"), attr=part), attr=str(key))
                | nodes.Getitem(
                    node=nodes.Getattr(node=nodes.Name(name="policy"), attr=part), arg=nodes.Const(value=str(key))
                )
            ):
                found.add((part, key))
    return frozenset(found)


_LOOP = re.compile(r"(?P<name>[a-z_]+) +in +(?P<source>.+?)(?: +if +(?P<condition>.+))?", re.DOTALL)


@dataclass(frozen=True, slots=True)
class Loop:
    """``name in source if condition``, taken apart."""

    name: str
    source: str
    condition: str


@lru_cache(maxsize=1024)
def parse_loop(text: str) -> Loop:
    """Return the parts of an ``each``; raises ``ValueError`` where it is not of that form."""
    found = _LOOP.fullmatch(text.strip())
    if not found:
        raise ValueError(f"each 要写成“x in 列表”或“x in 列表 if 条件”，这里是“{text}”")
    return Loop(found["name"], found["source"], found["condition"] or "")


@dataclass(slots=True)
class LoopState:
    """What an expression may ask of the loop it stands in."""

    index: int
    first: bool
    last: bool


@dataclass(slots=True)
class Expressions:
    """Compiled expressions of one evaluator, each compiled once."""

    evaluator: Evaluator
    compiled: dict[str, Callable[..., Any]] = field(default_factory=dict)

    def value(self, expression: str, names: Mapping[str, Any]) -> Any:
        """Return what an expression gives, ``Missing`` included.

        Raises ``ValueError`` where it names something unknown.
        """
        try:
            return self._run(expression, names)
        except MissingValueError as error:
            return error.missing

    def holds(self, condition: str, names: Mapping[str, Any]) -> bool:
        """Return whether a condition holds; one that asks just for a value does where it is there.

        Raises ``MissingValueError`` where that turns on a missing value, ``ValueError`` where it names something
        unknown.
        """
        return bool(self._run(condition, names))

    def _run(self, expression: str, names: Mapping[str, Any]) -> Any:
        run = self.compiled.get(expression)
        if run is None:
            run = self.compiled[expression] = self.evaluator.compiled(expression)
        try:
            value = run(names)
        except UndefinedError:
            raise ValueError(f"“{expression}”算不出来：里面有空的或不认识的名字") from None
        if isinstance(value, Undefined):
            raise ValueError(f"“{expression}”里有不认识的名字")
        return value


# --- names and types, before anything runs -----------------------------------------------------------

FILTER_TYPES: dict[str, Any] = {
    "join": str, "length": int, "sum": float, "round": float,
    "percent": str, "spaced": str, "month": str, "cn": str, "names": str, "short": str,
    "sentence": str, "rated": str,
}  # fmt: skip


@dataclass(slots=True)
class TypeCheck:
    """Walks an expression and collects every name that does not exist."""

    evaluator: Evaluator
    functions: Mapping[str, Callable[..., Any]]
    found: list[str] = field(default_factory=list)

    def type_of(self, expression: str, scope: Mapping[str, Any]) -> Any:
        """Return the type an expression has, noting what is wrong with it in ``found``."""
        try:
            tree = self.evaluator.parse("{{ " + expression + " }}")
        except TemplateSyntaxError:
            self.found.append(f"表达式“{expression}”没有写对，请检查引号、括号和运算符")
            return Any
        output = next(tree.find_all(nodes.Output), None)
        return self.type_of_tree(output.nodes[0], scope) if output else Any

    def type_of_tree(self, tree: nodes.Node, scope: Mapping[str, Any]) -> Any:
        """Return the type of an expression that has been parsed, noting what is wrong with it in ``found``."""
        for test in (tree, *tree.find_all(nodes.Test)):
            if isinstance(test, nodes.Test) and test.name not in self.evaluator.tests:
                self.found.append(f"没有“is {test.name}”这种判断{near(test.name, list(self.evaluator.tests))}")
        return self._walk(tree, scope)

    def _walk(self, node: nodes.Node, scope: Mapping[str, Any]) -> Any:
        if isinstance(node, nodes.Name):
            return self._name(node.name, scope)
        if isinstance(node, nodes.Getattr):
            return self._attribute(self._walk(node.node, scope), node.attr, _dotted(node.node))
        if isinstance(node, nodes.Getitem):
            return self._item(self._walk(node.node, scope), node.arg, _dotted(node.node))
        if isinstance(node, nodes.Call):
            return self._call(node, scope)
        if isinstance(node, nodes.Filter):
            return self._filter(node, scope)
        kinds = [plain_type(self._walk(child, scope)) for child in node.iter_child_nodes()]
        if isinstance(node, nodes.Compare | nodes.Not | nodes.Test):
            return bool
        if isinstance(node, nodes.Const):
            return type(node.value)
        if isinstance(node, nodes.Concat):
            return str
        common = kinds[0] if kinds and all(kind == kinds[0] for kind in kinds) else Any
        return GenericAlias(list, (common,)) if isinstance(node, nodes.List) else common

    def _name(self, name: str, scope: Mapping[str, Any]) -> Any:
        if name in scope:
            return scope[name]
        self.found.append(f"没有“{name}”这个名字{near(name, [*scope, *self.functions])}")
        return Any

    def _attribute(self, kind: Any, attribute: str, called: str = "") -> Any:
        """Return the type of an attribute; ``called`` is what the definition calls that which should have it."""
        kind = plain_type(kind)
        if kind is Any:
            return Any
        name = "class_" if attribute == "class" else attribute
        if get_origin(kind) is dict:
            return get_args(kind)[1]
        known = members(kind)
        if name in known:
            return known[name]
        shown = _shown(kind) if getattr(kind, "sheet", "") else called or _shown(kind)
        self.found.append(f"“{shown}”没有“{attribute}”{near(attribute, list(known))}")
        return Any

    def _item(self, kind: Any, key: nodes.Node, called: str) -> Any:
        kind = plain_type(kind)
        if get_origin(kind) in (list, tuple):
            return get_args(kind)[0]
        if get_origin(kind) is dict:
            return get_args(kind)[1]
        if isinstance(key, nodes.Const) and isinstance(key.value, str):
            return self._attribute(kind, key.value, called)
        return Any

    def _call(self, node: nodes.Call, scope: Mapping[str, Any]) -> Any:
        given = [plain_type(self._walk(argument, scope)) for argument in node.args]
        if isinstance(node.node, nodes.Name):
            called = self.functions.get(node.node.name)
            if called:
                hints = get_type_hints(called)
                result = hints.pop("return")
                if node.kwargs or len(given) != len(hints) or not all(map(_fits, given, hints.values())):
                    self.found.append(f"{node.node.name}() 里应是 {'、'.join(map(_shown, hints.values()))}")
                return result
            self.found.append(f"没有“{node.node.name}()”这个函数{near(node.node.name, list(self.functions))}")
            return Any
        self.found.append("只能调用列出的函数")
        return Any

    def _filter(self, node: nodes.Filter, scope: Mapping[str, Any]) -> Any:
        kind = self._walk(node.node, scope) if node.node else Any
        for argument in node.args:
            self._walk(argument, scope)
        for named in node.kwargs:
            if named.key == "attribute" and isinstance(named.value, nodes.Const):
                self._attribute(element_type(kind), named.value.value)
        if node.name not in self.evaluator.filters:
            self.found.append(f"没有“{node.name}”这个过滤器{near(node.name, list(self.evaluator.filters))}")
        if node.name in ("first", "last"):
            return element_type(kind)
        return FILTER_TYPES.get(node.name, Any)


def element_type(kind: Any) -> Any:
    """Return what the elements of a list type are, or ``Any``."""
    kind = plain_type(kind)
    return get_args(kind)[0] if get_origin(kind) in (list, tuple) else Any


@lru_cache(maxsize=256)
def members(kind: Any) -> dict[str, Any]:
    """Return the attributes a type has for expressions, with their types; none for plain values."""
    if isinstance(kind, type) and issubclass(kind, BaseModel):
        known: dict[str, Any] = {name: info.annotation for name, info in kind.model_fields.items()}
        for name, member in vars(kind).items():
            if isinstance(member, property) and member.fget:
                known[name] = get_type_hints(member.fget).get("return", Any)
        return known
    if isinstance(kind, type) and hasattr(kind, "__dataclass_fields__"):
        return attribute_types(kind)
    if kind is date:
        return {"year": int, "month": int, "day": int}
    return {}


def _fits(given: Any, wanted: Any) -> bool:
    """Return whether a value of one type may stand where another is wanted, as far as types tell."""
    return given is Any or not (isinstance(given, type) and isinstance(wanted, type)) or issubclass(given, wanted)


KINDS: dict[Any, str] = {str: "文字", int: "整数", float: "数字", bool: "是否", date: "日期", list: "列表"}


def _shown(kind: Any) -> str:
    """Return the Chinese name of a type."""
    return getattr(kind, "sheet", "") or KINDS.get(get_origin(kind) or kind, "这里")


def _dotted(node: nodes.Node) -> str:
    """Return names joined by dots as they are written, empty for anything else."""
    if isinstance(node, nodes.Getattr):
        before = _dotted(node.node)
        return before and f"{before}.{node.attr}"
    return node.name if isinstance(node, nodes.Name) else ""
