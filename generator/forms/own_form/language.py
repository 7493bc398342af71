"""The language of tags: Jinja in the house's sandbox, with Chinese names of filters, for values that are mostly text.

An empty value is false in a condition and may be replaced by 默认; printed, it is told as lacking.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from functools import wraps
from typing import Any, Protocol

from jinja2 import Template, Undefined, UndefinedError, nodes
from jinja2.exceptions import SecurityError
from markupsafe import Markup

from generator.dataset.columns import parse_date
from generator.dataset.masking import quote
from generator.dataset.missing import Missing
from generator.dataset.plain import folded
from generator.errors import near
from generator.forms.expression import Evaluator, arabic_date, chinese_date

CHINESE = {
    "默认": "default", "连接": "join", "个数": "length", "合计": "sum", "第一个": "first", "最后一个": "last",
    "四舍五入": "round", "百分比": "percent", "对齐": "spaced", "年月": "month", "汉字数": "cn", "姓名": "names",
    "短日期": "short", "日期": "date", "汉字日期": "chinese_date", "数": "number",
}  # fmt: skip
"""Filters by the names that a secretary would type."""
ROUNDS = 20_000
"""How often the loops of one document may go round."""
LONGEST = 500
"""Characters in one tag."""
DEEPEST = 5
"""Loops within loops."""

BREAK = '</w:t><w:br/><w:t xml:space="preserve">'
"""A new line, as docxtpl writes it."""
MARKERS = ("{_{", "}_}", "{_%", "%_}")
"""What docxtpl rewrites, also in values."""
UNPRINTABLE = re.compile("[\x00-\x09\x0b-\x1f\x7f-\x9f\ud800-\udfff\ufffe\uffff]")


class Refused(Exception):
    """A tag cannot be worked out with these values; the message says why."""


class Lacking(UndefinedError):
    """A value that is empty was needed; the message is its name."""


class Empty(Undefined):
    """A value that is there and empty: false and without items, and lacking wherever it would be printed."""

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Empty) or other == ""

    __hash__ = Undefined.__hash__
    __str__ = Undefined._fail_with_undefined_error


def empty(name: str) -> Empty:
    """Return what stands for the empty value called ``name``."""
    return Empty(hint=name, name=name, exc=Lacking)


class Speech(Protocol):
    """What a form's tags may be read in: how it is parsed, how long a tag may be, and what it may not say."""

    longest: int
    functions: frozenset[str]  # what is called by a Chinese name, whose brackets are no part of it

    def parse(self, source: str) -> nodes.Template:
        """Return a template as a tree."""

    def from_string(self, source: str) -> Template:
        """Return a template, compiled."""

    def objections(self, tree: nodes.Template) -> Iterator[tuple[str, str]]:
        """Yield what a tag may not say: (what is wrong, what to do)."""


class Language(Evaluator):
    """Jinja as tags may use it; ``breaks`` says whether new lines in values become breaks, which docxtpl does itself.

    ``lacking`` gathers the names of values that were to be printed and are not there.
    """

    intercepted_binops = frozenset({"*", "%", "**"})
    longest = LONGEST
    functions: frozenset[str] = frozenset()

    def __init__(self, *, breaks: bool) -> None:
        super().__init__()
        self.autoescape = True
        self.breaks = breaks
        self.lacking: list[str] = []
        self.reasons: dict[str, str] = {}  # why some of them are, where the data says
        self.rounds = 0
        self.finalize = self._printed
        self.filters |= {
            "default": _default, "join": _join, "number": _worded(number), "date": _worded(_of_day(arabic_date)),
            "chinese_date": _worded(_of_day(chinese_date)), "month": _worded(_of_day(self.filters["month"])),
            "short": _worded(_of_day(self.filters["short"])), "percent": _worded(_of_number(self.filters["percent"])),
            "round": _worded(_of_number(self.filters["round"])), "cn": _worded(_of_number(self.filters["cn"])),
            "sum": _worded(_total), "spaced": _worded(self.filters["spaced"]),
        }  # fmt: skip
        self.filters |= {chinese: self.filters[name] for chinese, name in CHINESE.items()}
        self.filters["四舍五入"] = _worded(half_up)  # and not to the even number, as round does
        self.filters["_rows"] = self._rows

    def begin(self) -> None:
        """Forget what the last document lacked."""
        self.lacking.clear()
        self.reasons.clear()
        self.rounds = 0

    def compile(self, source: Any, *args: Any, **kwargs: Any) -> Any:
        """Compile a template whose loops are counted."""
        if isinstance(source, str):
            source = self.parse(source)
        for loop in source.find_all(nodes.For):
            loop.iter = nodes.Filter(loop.iter, "_rows", [], [], None, None)
        return super().compile(source, *args, **kwargs)

    def objections(self, tree: nodes.Template) -> Iterator[tuple[str, str]]:
        """Yield what a tag may not say: (what is wrong, what to do)."""
        return objections(tree, self)

    def getattr(self, obj: Any, attribute: str) -> Any:
        """Return a key of a mapping or an attribute of a record; nothing else has any."""
        if isinstance(obj, Mapping):
            return self.getitem(obj, attribute)
        if isinstance(obj, str | int | float | list | tuple):
            return self.undefined(obj=obj, name=attribute)
        return or_empty(super().getattr(obj, attribute), attribute)

    def getitem(self, obj: Any, argument: Any) -> Any:
        """Return an item, ``Empty`` where it is empty."""
        if isinstance(argument, str) and argument.startswith("_"):
            raise SecurityError(f"不能使用 {argument}")
        if isinstance(obj, Mapping) and isinstance(argument, str):
            key = argument if argument in obj else _key(obj, argument)
            return self.undefined(obj=obj, name=argument) if key is None else or_empty(obj[key], argument)
        return or_empty(super().getitem(obj, argument), str(argument))

    def call_binop(self, context: Any, operator: str, left: Any, right: Any) -> Any:
        """Return what an operation gives that could make a text of any length out of a short one."""
        if operator == "**" or not all(isinstance(one, int | float | Undefined | Missing) for one in (left, right)):
            raise Refused(f"{operator} 只能用在数字上；列里的数字先用 |数 变成数字")
        return super().call_binop(context, operator, left, right)

    def _rows(self, value: Any) -> list[Any]:
        if isinstance(value, str | Mapping | int | float):
            raise Refused("{% for %} 里的不是列表：表格的一行里没有列表，JSON、YAML 里才有")
        rows = list(value)
        self.rounds += len(rows) + 1
        if self.rounds > ROUNDS:
            raise Refused(f"循环超过 {ROUNDS} 次，没有再做下去")
        return rows

    def _printed(self, value: Any) -> Any:
        """Return a value as it is printed, noting what is lacking."""
        if isinstance(value, Undefined):
            self.lacking.append(str(value._undefined_name or value._undefined_hint or "一个没有名称的值"))
            return ""
        if isinstance(value, Missing):
            self.lacking.append(value.label)
            self.reasons[value.label] = value.told
            return ""
        if hasattr(value, "__html__") and not isinstance(value, Markup):
            return value  # what docxtpl knows to print: RichText and its like
        text = _text(value)
        if UNPRINTABLE.search(text):
            raise Refused(f"{quote(text)}里有看不见的控制字符")
        if not self.breaks:
            if any(marker in text for marker in MARKERS):
                raise Refused(f"{quote(text)}里有“{{_{{”一类的记号，这份文档印不了它")
            return text
        escaped = text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
        return Markup(escaped.replace("\n", BREAK))


def _text(value: Any) -> str:
    match value:
        case str():
            return value
        case bool():
            return "是" if value else "否"
        case float() if value.is_integer():
            return str(int(value))
        case int() | float():
            return str(value)
        case date():
            return arabic_date(value)
        case list() | tuple() if all(isinstance(one, str | int | float) for one in value):
            return "、".join(map(_text, value))
    raise Refused("这里不是能直接印的文字：列表要用 {% for %}，分层的内容要写到最里一层")


def or_empty(value: Any, name: str) -> Any:
    """Return a value, or what stands for one that is empty."""
    return empty(name) if value is None or (isinstance(value, str) and not value) else value


def _key(mapping: Mapping[Any, Any], name: str) -> Any:
    wanted = folded(name)
    return next((key for key in mapping if isinstance(key, str) and folded(key) == wanted), None)


# --- filters -----------------------------------------------------------------------------------------


def number(value: Any) -> int | float:
    """Return the number that a text holds."""
    if isinstance(value, int | float):
        return value
    text = unicodedata.normalize("NFKC", str(value)).strip().replace(",", "").removesuffix("%")
    try:
        return int(text) if re.fullmatch(r"[+-]?\d{1,18}", text) else float(text)
    except ValueError:
        raise Refused(f"{quote(str(value))}不是数字") from None


def half_up(value: Any, places: int = 0) -> int | float:
    """Return a number rounded as one learns it at school: 98.5 to 99."""
    exact = Decimal(str(number(value))).quantize(Decimal(1).scaleb(-int(places)), ROUND_HALF_UP)
    return float(exact) if places > 0 else int(exact)


def _worded(function: Callable[..., Any]) -> Callable[..., Any]:
    """Return a filter that passes on what is lacking, and says in words what it cannot do."""

    @wraps(function)
    def call(value: Any, *args: Any) -> Any:
        if isinstance(value, Undefined | Missing):
            return value
        try:
            return function(value, *args)
        except (TypeError, ValueError, AttributeError) as error:
            why = str(error) if re.search("[\u4e00-\u9fff]", str(error)) else "这个过滤器用不上"
            raise Refused(f"{quote(str(value))}：{why}") from None

    return call


def _of_day(function: Callable[..., Any]) -> Callable[[Any], Any]:
    return lambda value: function(value if isinstance(value, date) else parse_date(str(value)))


def _of_number(function: Callable[..., Any]) -> Callable[..., Any]:
    return lambda value, *args: function(number(value), *args)


def _total(values: Any, attribute: str | None = None) -> int | float:
    if isinstance(values, str):
        raise Refused("合计要用在列表上")
    found = [value.get(attribute, 0) if attribute and isinstance(value, Mapping) else value for value in values]
    return sum(map(number, found))


def _join(values: Any, between: str = "、", attribute: str | None = None) -> Any:
    if isinstance(values, Undefined | Missing):
        return values
    if isinstance(values, str | Mapping) or not isinstance(values, Iterable):
        raise Refused("连接要用在列表上")
    named = [getattr_(value, attribute) if attribute else value for value in values]
    return between.join(map(_text, named))


def getattr_(value: Any, attribute: str) -> Any:
    """Return what a list's item calls ``attribute``."""
    return value.get(attribute, "") if isinstance(value, Mapping) else getattr(value, attribute)


def _default(value: Any, instead: Any = "", always: bool = False) -> Any:
    if isinstance(value, Undefined) or (always and not value):
        return instead
    return value or instead if isinstance(value, Missing) else value


# --- what a tag may say ------------------------------------------------------------------------------

_ALLOWED = (
    nodes.Template, nodes.Output, nodes.For, nodes.If, nodes.Name, nodes.Const, nodes.TemplateData, nodes.List,
    nodes.Tuple, nodes.Compare, nodes.Operand, nodes.And, nodes.Or, nodes.Not, nodes.Add, nodes.Sub, nodes.Mul,
    nodes.Div, nodes.FloorDiv, nodes.Mod, nodes.Neg, nodes.Pos, nodes.Concat, nodes.CondExpr, nodes.Filter,
    nodes.Test, nodes.Getattr, nodes.Getitem, nodes.Keyword, nodes.Call,
)  # fmt: skip


def objections(tree: nodes.Template, language: Language) -> Iterator[tuple[str, str]]:
    """Yield what a tag may not say: (what is wrong, what to do)."""
    for node in tree.find_all(nodes.Node):
        if not isinstance(node, _ALLOWED) or (isinstance(node, nodes.For) and node.recursive):
            yield f"不能用“{type(node).__name__.lower()}”这种写法", "只用名称、过滤器、比较、if 和 for"
        elif isinstance(node, nodes.Getattr) and node.attr.startswith("_"):
            yield f"不能使用“{node.attr}”", "只写列名"
        elif isinstance(node, nodes.Getitem) and str(getattr(node.arg, "value", "")).startswith("_"):
            yield f"不能使用“{getattr(node.arg, 'value', '')}”", "只写列名"
        elif isinstance(node, nodes.Call) and not isinstance(node.node, nodes.Name):
            yield "不能在名称后面用“.…()”", "只写列名，要变换就用过滤器，如 |日期"
        elif isinstance(node, nodes.For) and any(node.iter.find_all((nodes.Concat, nodes.List))):
            yield "for 里要写一个列表的名称", "如 {% for 人 in 名单 %}"
        elif isinstance(node, nodes.Filter) and (node.name not in language.filters or node.name.startswith("_")):
            known = [name for name in language.filters if not name.startswith("_")]
            yield f"没有“{node.name}”这个过滤器{near(node.name, known)}", f"可用 {'、'.join(CHINESE)}"
        elif isinstance(node, nodes.Test) and node.name not in language.tests:
            yield f"没有“is {node.name}”这种判断{near(node.name, list(language.tests))}", '改成比较，如 性别 == "男"'


def rendered(template: Template, values: Mapping[str, Any], most: int) -> str:
    """Return what a template gives, of at most so many characters; raises ``Refused`` where it would be more."""
    pieces, length = [], 0
    for piece in template.generate(values):
        pieces.append(piece)
        length += len(piece)
        if length > most:
            raise Refused("填出来的文档大得不正常，没有再做下去")
    return "".join(pieces)
