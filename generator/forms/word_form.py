"""A Word form as a paper: what its tags may name, the proof of them, and a record's values for it."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from hashlib import sha256
from html import unescape
from typing import Any

from jinja2 import nodes

from generator.dataset.columns import plain as plain_header
from generator.dataset.models import Record, Student, attribute_types, columns, plain_type
from generator.errors import Problem, near
from generator.forms.context import TYPES
from generator.forms.definition import WordFile
from generator.forms.expression import LoopState, TypeCheck, element_type, entries_in
from generator.forms.lowered import digest
from generator.forms.own_form import Mended, Spot, Tag, compile_form, examine
from generator.forms.own_form.tags import CHINESE_PARTS, Part
from generator.forms.resolve import HeldBackError, Resolver, plain
from generator.forms.word_jinja import COUNTING, LAST_FILTERS, Filling, Reading, Shape, peeled
from generator.policy.model import Policy
from generator.records.printings import Content

NAMED = ("Guardian", "School", "Class", "Staff", "Student", "Village", "Township", "County")
"""Models whose records are printed as their names, where a column leads to one."""


STATEMENT = re.compile(r"(</w:p>|</w:tr>|</w:tbl>|</w:tblGrid>|<w:body>)({%)")
"""Where a statement stands that took its paragraph or row with it: it is no part of the paragraph before."""


@cache
def headers(scope: str) -> dict[str, str]:
    """Return what each Chinese column name of a scope's sheet means, as an expression: 班级 as ``student.class_.name``.

    Names that no tag can hold, as one with a bracket, are left out.
    """
    found = {name: f"{scope}.{path}" for name, path in _columns(TYPES[scope]).items()}
    if TYPES[scope] is Student:
        guardian = attribute_types(Student)["guardian"]
        found["监护人"] = f"{scope}.guardian.name"
        found |= {f"监护人{name}": f"{scope}.guardian.{path}" for name, path in _columns(plain_type(guardian)).items()}
        found["监护人电话"] = f"{scope}.guardian.phone"
    return {name: path for name, path in found.items() if name.isidentifier()}


def _columns(model: type[Record]) -> dict[str, str]:
    """Return the path below a record of each column of its sheet, by header and alias."""
    found: dict[str, str] = {}
    types = attribute_types(model)
    for attribute, described in columns(model).items():
        kind = plain_type(types[attribute])
        names = [plain_header(name) for name in (described.header, *described.aliases)]
        if described.group:
            below = _columns(kind)
            found |= {f"{name}{word}": f"{attribute}.{path}" for name in names for word, path in below.items()}
        elif described.many:
            found |= dict.fromkeys(names, f"{attribute} | names")
        elif described.target:
            if described.target in NAMED:
                found |= dict.fromkeys(names, f"{attribute}.name")
        else:
            found |= dict.fromkeys(names, attribute)
    return found


class WordForm:
    """A Word form, compiled for one definition."""

    def __init__(self, file: WordFile, resolver: Resolver) -> None:
        self.resolver = resolver
        self.wording = sha256(file.data).hexdigest()
        context = resolver.context
        known_functions: dict[str, Any] = dict(resolver.expressions.evaluator.globals)
        self.shape = Shape(known_functions, context.policy)
        known = headers(resolver.definition.per)
        self.own = compile_form(file.data, file.path.name, language=self.shape)
        self.headers = {name: known[name] for name in sorted(self.shape.used & known.keys())}

    def values(self, record: Record) -> tuple[dict[str, Any], Filling]:
        """Return what the form may name for ``record``, and where it counts and notes what is missing."""
        resolver = self.resolver
        filling = Filling(record.where(), policy=resolver.context.policy)
        names = resolver.names(record)
        words, missing = resolver.title(record)
        names["title"] = plain(words)
        filling.missing += missing
        for name, path in self.headers.items():
            names.setdefault(name, resolver.expressions.value(path, names))
        return {**names, **filling.functions(), COUNTING: filling}, filling

    def fill(self, record: Record) -> tuple[dict[str, bytes], Filling]:
        """Return the parts of the form about ``record``, and what was noted while it was filled in.

        Raises ``HeldBackError`` with every missing value it needs, ``Problems`` where the form is at fault.
        """
        with self.resolver.blamed():
            values, filling = self.values(record)
            parts = self.own.parts(values)
        if filling.missing:
            raise HeldBackError(filling.missing)
        return parts, filling

    def content(self, filling: Filling) -> Content:
        """Return the digests of what a paper says: its form with what was decided in it, and what was filled in."""
        return Content(digest(f"{self.wording}{filling.decided}"), digest("\x1f".join(filling.printed)))


def tags_of(file: WordFile, known: Mapping[str, Any], policy: Policy) -> tuple[tuple[Tag, ...], tuple[Mended, ...]]:
    """Return the tags of a form, and those that were typed in full-width signs, whether it is right or wrong.

    Raises ``TemplateError`` where it is no Word document.
    """
    found = examine(file.data, file.path.name, language=Reading(known, policy))
    return found.tags, found.mended


# --- the proof --------------------------------------------------------------------------------------------------------


@dataclass(slots=True)
class Proved:
    """The proof of one form: every name in it against the types of what it may name, in branches not taken too."""

    file: WordFile
    scope: Mapping[str, Any]
    functions: Mapping[str, Any]
    policy: Policy
    per: str
    shape: Reading = field(init=False)
    types: TypeCheck = field(init=False)
    found: list[Problem] = field(default_factory=list)
    lines: list[str] = field(default_factory=list)
    part: Part = "body"

    def __post_init__(self) -> None:
        self.shape = Reading(self.functions, self.policy)
        self.types = TypeCheck(self.shape, {**self.functions, **Filling().functions()})

    def problems(self) -> list[Problem]:
        """Return everything that is wrong with the form; raises ``Problems`` where it cannot be read at all."""
        own = compile_form(self.file.data, self.file.path.name, language=self.shape)
        known = {name: self.types.type_of(path, self.scope) for name, path in headers(self.per).items()}
        for self.part, source in own.sources:
            source = STATEMENT.sub(r"\1\n\2", source)
            self.lines = source.split("\n")
            self.walk(self.shape.parse(source).body, {**known, **self.scope})
        return list(dict.fromkeys(self.found))

    def report(self, node: nodes.Node, what: str, todo: str = "请改正") -> None:
        """Note a problem at the paragraph where a node stands."""
        place = Spot(self.file.path.name, CHINESE_PARTS[self.part], self.paragraph(node))
        self.found.append(Problem(place, what, todo))

    def paragraph(self, node: nodes.Node) -> str:
        """Return the text of the paragraph that a node stands in."""
        line = self.lines[node.lineno - 1] if node.lineno <= len(self.lines) else ""
        return " ".join(unescape(re.sub("<[^>]+>", "", line)).split())

    def walk(self, body: Sequence[nodes.Node], scope: Mapping[str, Any]) -> dict[str, Any]:
        """Check statements in their order; return the names there are after them."""
        names = dict(scope)
        for node in body:
            if isinstance(node, nodes.Output):
                for part in node.nodes:
                    if not isinstance(part, nodes.TemplateData):
                        self.printed(part, names)
            elif isinstance(node, nodes.If):
                self.checked(node.test, names)
                for inner in (node.body, node.elif_, node.else_):
                    names |= self.walk(inner, names)
            elif isinstance(node, nodes.For):
                self.loop(node, names)
            elif isinstance(node, nodes.Assign) and isinstance(node.target, nodes.Name):
                names[node.target.name] = self.checked(node.node, names)
            else:
                self.report(node, f"不能用 {type(node).__name__.lower()}", "表单里只能用 if、for 和 set")
        return names

    def loop(self, node: nodes.For, scope: Mapping[str, Any]) -> None:
        """Check a loop, and what is in it."""
        kind = plain_type(self.checked(node.iter, scope))
        if not isinstance(node.target, nodes.Name):
            return self.report(node, "for 后面只能写一个名字", "写成 for x in 列表")
        inner = {**scope, node.target.name: element_type(kind), "loop": LoopState}
        if node.test is not None:
            self.checked(node.test, inner)
        self.walk(node.body, inner)
        self.walk(node.else_, scope)

    def printed(self, tree: nodes.Node, scope: Mapping[str, Any]) -> None:
        """Check a printed tag: its expression, and what its last filters are given."""
        assert isinstance(tree, nodes.Expr)
        try:
            inner, filters = peeled(tree)
        except nodes.Impossible:
            return self.report(tree, "手填、默认、累计、框 的括号里只能写定好的文字", "请改成带引号的文字")
        for name, given in filters:
            if name != "手填" and not given:
                self.report(tree, f"{name} 后面缺少括号里的文字", "如 框('是', '否')、累计('人数')")
        self.checked(inner, scope)

    def checked(self, tree: nodes.Node, scope: Mapping[str, Any]) -> Any:
        """Check an expression and return its type."""
        assert isinstance(tree, nodes.Expr)
        misplaced = [found.name for found in _filters(tree) if found.name in LAST_FILTERS]
        for name in misplaced:
            self.report(tree, f"“{name}”要写在标签的最后", "如 {{ 监护人电话|手填 }}")
        kind = self.types.type_of_tree(_without_changed(tree), scope)
        for what in self.types.found:
            self.report(tree, what)
        self.types.found.clear()
        for part, key in entries_in(nodes.Output([tree])):
            table = getattr(self.policy, part, None)
            if isinstance(table, dict) and key not in table:
                self.report(tree, f"政策里没有 {part} 的“{key}”{near(key, list(table))}", "请改正，或在政策里补上")
        return kind


def _filters(tree: nodes.Node) -> Iterator[nodes.Filter]:
    if isinstance(tree, nodes.Filter):
        yield tree
    yield from tree.find_all(nodes.Filter)


def _without_changed(tree: nodes.Expr) -> nodes.Expr:
    """Return what ``loop.changed(…)`` asks about, in its place: it holds for whatever it is given."""
    match tree:
        case nodes.Call(node=nodes.Getattr(node=nodes.Name(name="loop"), attr="changed"), args=[asked]):
            return asked
    return tree
