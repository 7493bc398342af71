"""The papers that can be made: every definition under ``templates/``, read and proved before anything runs."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date
from functools import partial
from pathlib import Path
from typing import Any, TypeVar, get_origin

from pydantic import BaseModel, ValidationError

from generator.dataset.models import MODELS, Dataset, Record, plain_type
from generator.errors import Place, Problem, Problems, TemplateError, near
from generator.faults import sentence
from generator.forms import definition as spec
from generator.forms.context import ISSUERS, TYPES, Context, functions, scopes_around, types_in_scope
from generator.forms.expression import (
    Evaluator,
    Expressions,
    LoopState,
    TypeCheck,
    element_type,
    parse_loop,
    policy_entries,
    root_names,
    split,
)
from generator.forms.lower import house_styles, listing_widths
from generator.forms.resolve import NUMBER_WIDTH, by_policy, issuer_of, millimetres
from generator.forms.selfassess import wrong_items
from generator.policy.model import ACTS, MOST_COPIES, Act, Article, Policy
from generator.policy.provenance import Provenance
from generator.remembered import Memory, digest, own_code, remembering
from generator.resources import styles_file, templates_dirs
from generator.yamlfile import YamlFile, explain, keys_of, read_yaml

Model = TypeVar("Model", bound=BaseModel)

GROUNDED = ("order",)
"""Acts that nobody may do without an article that gives ground for them."""


@dataclass(frozen=True, slots=True)
class Catalogue:
    """The definitions by id, in the order of their files, and the fragments they include."""

    definitions: dict[str, spec.Definition] = field(default_factory=dict)
    fragments: dict[str, spec.Fragment] = field(default_factory=dict)
    files: dict[str, YamlFile] = field(default_factory=dict)  # by id, or _fragments/NAME
    words: dict[str, spec.WordFile] = field(default_factory=dict)  # by id, of definitions that have a Word form
    listed: dict[str, frozenset[type[Record]]] = field(default_factory=dict)  # whose rows it lists; once proved


def discover(project: Path | None = None, *, words: bool = True, part: str = "") -> Catalogue:
    """Return every definition and fragment; those of the user's project take the place of built-in ones, and its Word
    forms, unless ``words`` is false, that of bodies.

    With ``part`` the definitions are those of a folder like ``_dossier``, which are no papers by themselves.

    Raises ``TemplateError`` with every problem of form at once.
    """
    found, problems = Catalogue(), []
    built_in, *own = reversed(templates_dirs(project))
    with remembering("definitions") as memory:
        for folder in (built_in, *own):
            for path in sorted(path for path in folder.rglob("*") if path.suffix in (".yaml", ".yml")):
                try:
                    problems += _take(
                        path, folder, found, memory if folder == built_in else None, part
                    )  # users' are few
                except TemplateError as error:
                    problems += error.problems
    if words:
        problems += _words(found, project)
    if problems:
        raise TemplateError(problems)
    return found


def _words(found: Catalogue, project: Path | None) -> list[Problem]:
    """Give definitions their Word forms: those they name, and those in the project that are named like them.

    One of the project's that belongs to no paper is a problem: it would look as if it were in force.
    """
    problems, named = [], set()
    for name, definition in found.definitions.items():
        if definition.word:
            path = found.files[name].path.parent / definition.word
            named.add(path)
            if path.is_file():
                found.words[name] = spec.WordFile(path, path.read_bytes())
            else:
                place = Place(found.files[name].path.name, line=found.files[name].line(["word"]))
                forms = [other.name for other in path.parent.glob("*.docx")] if path.parent.is_dir() else []
                problems.append(
                    Problem(
                        place,
                        f"没有 Word 表单“{definition.word}”{near(definition.word, forms)}",
                        "请放到这个文件旁边，或改正 word",
                    )
                )
    for path in own_forms(project):
        if path in named:
            continue
        if path.stem not in found.definitions:
            hint = near(path.stem, list(found.definitions))
            todo = "请改成文书的编号（baoxue list 可查），或写一个 YAML 文件用 word 指名它；不用的请移出 templates"
            problems.append(Problem(Place(path.name), f"没有文书用这个 Word 表单{hint}", todo))
        else:
            found.definitions[path.stem] = found.definitions[path.stem].in_words(path.name)
            found.words[path.stem] = spec.WordFile(path, path.read_bytes())
    return problems


def own_forms(project: Path | None) -> list[Path]:
    """Return the Word forms in a project's ``templates``, but for those in folders that begin with _, and the marks by
    which programs hold one open."""
    folder = (project or Path()) / "templates"
    if project is None or folder not in templates_dirs(project):
        return []
    found = (path for path in sorted(folder.rglob("*.docx")) if not path.name.startswith(("~$", ".")))
    return [path for path in found if not any(part.startswith("_") for part in path.relative_to(folder).parts)]


def _take(path: Path, folder: Path, found: Catalogue, memory: Memory | None, part: str) -> list[Problem]:
    """Put what a file of ``folder`` defines among what was found, and return whether its id is taken in there."""
    parts = path.relative_to(folder).parts[:-1]
    if "_fragments" in parts:
        found.fragments[path.stem], found.files[f"_fragments/{path.stem}"] = _read(path, spec.Fragment, memory)
    elif part in parts if part else not any(name.startswith("_") for name in parts):
        definition, file = _read(path, spec.Definition, memory)
        other = found.files.get(definition.id)
        found.definitions[definition.id], found.files[definition.id] = definition, file
        if other and other.path.is_relative_to(folder):
            return [Problem(Place(path.name), f"编号 {definition.id} 已被 {other.path.name} 用了", "请换一个编号")]
    return []


def _read(path: Path, model: type[Model], memory: Memory | None) -> tuple[Model, YamlFile]:
    """Return a definition or fragment, read anew where its file has changed since this process read it last."""
    state = path.stat()
    stamp = (model, state.st_mtime_ns, state.st_size, state.st_ino)
    if path not in _READ or _READ[path][0] != stamp:
        file = read_yaml(path, memory)
        try:
            _READ[path] = stamp, model.model_validate(file.data), file
        except ValidationError as error:
            raise TemplateError(explain(error, file, keys_of(spec.Strict))) from None
    return _READ[path][1:]


_READ: dict[Path, tuple[tuple[Any, ...], Any, YamlFile]] = {}


def check(catalogue: Catalogue, policy: Policy, provenance: Provenance | None = None) -> list[Problem]:
    """Return everything wrong with the definitions under a policy: names, types, law, titles; and with what the policy
    asks of them, told where ``provenance`` says that it stands; all at once."""
    parts = (*catalogue.definitions.values(), *catalogue.fragments.values(), *catalogue.words.values())
    under = policy.model_dump_json()
    key = (tuple(map(id, parts)), under)
    if key not in _PROVED:
        while len(_PROVED) >= _MOST_PROVED:
            del _PROVED[next(iter(_PROVED))]
        _PROVED[key] = _prove(catalogue, policy, digest(under, _PROGRAM, styles_file().read_bytes()), parts)
    catalogue.listed.update(_PROVED[key].listed)
    proved = _PROVED[key]
    return [*proved.problems, *([] if proved.items else wrong_items(catalogue, policy, provenance))]


@dataclass(frozen=True, slots=True)
class _Proved:
    """What was found of definitions under a policy, and these themselves, so that they stay who they are."""

    parts: tuple[Any, ...]
    problems: list[Problem]
    listed: dict[str, frozenset[type[Record]]]
    items: bool  # whether the policy's inspection items are right; what is wrong with them is told where they stand


_PROGRAM = own_code()
"""That which runs, whatever is installed while it does."""
_PROVED: dict[tuple[tuple[int, ...], str], _Proved] = {}
_MOST_PROVED = 4


def _prove(catalogue: Catalogue, policy: Policy, under: str, parts: tuple[Any, ...]) -> _Proved:
    """Prove every definition that has not been proved before, word for word, beside the same fragments, ``under`` the
    same policy, styles and program."""
    fragments = digest(*(f"{name} {one.model_dump_json()}" for name, one in sorted(catalogue.fragments.items())))
    kinds = {kind.__name__: kind for kind in TYPES.values()} | {kind.__name__: kind for kind in MODELS}
    problems: list[Problem] = []
    listed = {}

    def passed(name: str) -> list[str] | None:
        proof = Proof(catalogue, policy, name)
        found = proof.passed()
        problems.extend(proof.found)
        return found

    with remembering("proofs") as memory:
        for name, definition in catalogue.definitions.items():
            word = catalogue.words[name].data if name in catalogue.words else b""
            said = memory.recall(digest(under, fragments, definition.model_dump_json(), word), partial(passed, name))
            listed[name] = frozenset(kinds[kind] for kind in said or ())
        items = memory.recall(
            digest("inspection items", under, *catalogue.definitions),
            lambda: None if wrong_items(catalogue, policy) else True,
        )
    return _Proved(
        parts, list(dict.fromkeys(problems)), listed, bool(items)
    )  # a fragment is proved wherever it is included


@dataclass(slots=True)
class Proof:
    """The proof of one definition."""

    catalogue: Catalogue
    policy: Policy
    name: str
    found: list[Problem] = field(default_factory=list)
    listed: set[type[Record]] = field(default_factory=set)
    definition: spec.Definition = field(init=False)
    within: list[str] = field(init=False)  # the files one stands in: the definition, fragments included in it
    trail: list[int | str] = field(default_factory=list)  # to where one stands in the last of these
    landscape: bool = field(init=False)
    types: TypeCheck = field(init=False)
    expressions: Expressions = field(init=False)

    def __post_init__(self) -> None:
        self.definition = self.catalogue.definitions[self.name]
        self.within = [self.name]
        self.landscape = self.definition.landscape
        cited = {*self.definition.basis, *self.definition.cites}
        known = functions(Context(Dataset(), self.policy, date.min), cited)
        evaluator = Evaluator()
        evaluator.globals |= known
        self.types = TypeCheck(evaluator, known)
        self.expressions = Expressions(evaluator)

    def passed(self) -> list[str] | None:
        """Return whose rows the definition lists, by the names of their models; nothing if it is wrong."""
        return None if self.problems() else sorted(kind.__name__ for kind in self.listed)

    def problems(self) -> list[Problem]:
        """Return what is wrong with the definition."""
        definition = self.definition
        scope = types_in_scope(definition.per)
        self.listed.add(TYPES[definition.per])
        if ISSUERS.get(self.law(), "").partition(".")[0] not in scope:
            del scope["issuer"]  # which of them issues the paper is not known
        for key in ("title", "name", "filename", "copies"):
            with self.at(key):
                self.string(getattr(definition, key), scope)
        if definition.when:
            with self.at("when"):
                self.expression(definition.when, scope)
        if not self.found:
            self.fixed()
        if definition.bundle and definition.bundle not in scopes_around(definition.per):
            with self.at("bundle"):
                todo = f"可用 {'、'.join(scopes_around(definition.per))}"
                self.report("", f"bundle 不能是 {definition.bundle}", todo)
        with self.at("body"):
            self.blocks(definition.body, scope)
        if self.name in self.catalogue.words:
            self.found += self.in_words(scope)
        return self.found

    def in_words(self, scope: Mapping[str, Any]) -> Iterable[Problem]:
        """Return what is wrong with the Word form that stands in place of the body."""
        from generator.forms.word_form import Proved

        try:
            return Proved(
                self.catalogue.words[self.name], scope, self.types.functions, self.policy, self.definition.per
            ).problems()
        except Problems as error:
            return error.problems

    @contextmanager
    def at(self, *steps: int | str) -> Iterator[None]:
        """Stand, inside the block, so many steps further in the file."""
        before = list(self.trail)
        self.trail += steps
        yield
        self.trail = before

    def report(self, source: str, what: str, todo: str = "请改正") -> None:
        """Note a problem at the first line that holds ``source``, from where one stands on."""
        file = self.catalogue.files[self.within[-1]]
        here = file.line(self.trail)
        lines = file.path.read_text(encoding="utf-8").splitlines()[here - 1 :]
        line = next((number for number, text in enumerate(lines, start=here) if source in text), here)
        self.found.append(Problem(Place(file.path.name, line=line), what, todo))

    # --- law ----------------------------------------------------------------------------------------

    def law(self) -> str:
        """Check issuer × act × article: only what the policy's table of law allows; return the issuer."""
        definition = self.definition
        with self.at("issuer"):
            try:
                issuer = issuer_of(definition, Context(Dataset(), self.policy, date.min))
            except ValueError as error:
                self.report(definition.issuer, str(error))
                return ""
            if issuer not in ISSUERS:
                self.report(definition.issuer, f"不认识的发出机关“{issuer}”{near(issuer, list(ISSUERS))}")
                return ""
        if definition.act in GROUNDED and not definition.basis:
            with self.at("act"):
                self.report("", f"作出{_act(definition.act)}要有法律依据", "请在 basis 里写明法条")
        for key, names in (("basis", definition.basis), ("cites", definition.cites)):
            for index, name in enumerate(names):
                with self.at(key, index):
                    self.article(key, name, issuer)
        return issuer

    def article(self, key: str, name: str, issuer: str) -> None:
        """Check an article of ``basis`` or ``cites``."""
        articles = {article.name: article for article in self.policy.law}
        article, act = articles.get(name), self.definition.act
        body = self.policy.bodies.get(issuer, issuer)  # type: ignore[call-overload]
        if article is None:
            self.report(name, f"法律表里没有“{name}”{near(name, list(articles))}")
        elif key == "basis" and act not in article.grounds.get(issuer, []):  # type: ignore[call-overload]
            self.report(name, f"{body}不能依据{name}作出{_act(act)}", self.allowed(article))
        elif key == "cites" and article.cited_by != "all" and issuer not in article.cited_by:
            self.report(name, f"{body}的文书不能引用{name}", "请删去，或改由有权机关发出")

    def allowed(self, article: Article) -> str:
        """Return who may do what on the ground of an article."""
        may = (
            f"{self.policy.bodies.get(body, body)}可以{'、'.join(map(_act, acts))}"
            for body, acts in article.grounds.items()
        )
        return f"依据它，{'；'.join(may)}" if article.grounds else "它不能单独作为依据，只能写在 cites 里"

    def fixed(self) -> None:
        """Check what must be the same for every record: what the paper is called in folders, and the copies."""
        context = Context(Dataset(), self.policy, date.min)
        called = self.definition.name or self.definition.title
        try:
            by_policy(called, context)
        except ValueError:
            with self.at("name" if self.definition.name else "title"):
                self.report(called, "标题里有随人变化的内容", "请在 name 里写文书统一的名称")
        try:
            right = 1 <= int(by_policy(self.definition.copies, context)) <= MOST_COPIES
        except ValueError:
            right = False
        if not right:
            with self.at("copies"):
                self.report("", f"份数“{self.definition.copies}”不是 1 到 {MOST_COPIES} 的整数")

    # --- strings and expressions ---------------------------------------------------------------------

    def string(self, source: str, scope: Mapping[str, Any]) -> None:
        """Check every expression of a string."""
        try:
            parts = split(source)
        except ValueError as error:
            return self.report(source, str(error))
        for part in parts:
            if part.expression:
                self.expression(part.text, scope)

    def expression(self, text: str, scope: Mapping[str, Any]) -> Any:
        """Check one expression and return its type."""
        kind = self.types.type_of(text, scope)
        for what in self.types.found:
            self.report(text, what)
        if not self.types.found and not self.unknown(text) and root_names(text) <= {"policy", "article", "articles"}:
            self.constant(text)
        self.types.found.clear()
        return kind

    def unknown(self, text: str) -> bool:
        """Return whether an expression names titles, copies and the like that the policy does not have."""
        found = False
        for part, key in policy_entries(text):
            table = getattr(self.policy, part)
            if isinstance(table, dict) and key not in table:
                todo = "请改正，或在政策里补上"
                self.report(text, f"政策里没有 {part} 的“{key}”{near(key, list(table))}", todo)
                found = True
        return found

    def constant(self, text: str) -> None:
        """Run an expression that needs the policy alone, so that a wrong key or article shows."""
        try:
            self.expressions.value(text, {"policy": self.policy})
        except (ValueError, TypeError, AttributeError, LookupError, ArithmeticError) as error:
            self.report(text, "：".join(filter(None, (f"“{text}”算不出来", sentence(error)))))

    # --- blocks --------------------------------------------------------------------------------------

    def blocks(self, blocks: Iterable[Any], scope: Mapping[str, Any]) -> None:
        """Check blocks and everything in them, loop by loop."""
        for index, block in enumerate(blocks):
            with self.at(index):
                self.part(block, scope)

    def part(self, part: Any, scope: Mapping[str, Any]) -> None:
        """Check one part of a definition: its condition or loop, its strings, the parts inside it."""
        if when := getattr(part, "when", ""):
            self.expression(when, scope)
        if each := getattr(part, "each", ""):
            scope = self.looped(each, scope)
        if isinstance(part, spec.Include):
            return self.included(part.include, scope)
        if isinstance(part, spec.Section):
            self.landscape = part.section == "landscape"
        if isinstance(part, spec.ChartSpec):
            self.widths(part.listing())
        if isinstance(part, spec.RosterSpec):
            self.widths(part)
            kind = scope.get(part.each.partition(" in ")[0].strip())
            self.listed |= {kind} if isinstance(kind, type) and issubclass(kind, Record) else set()
        if isinstance(part, spec.GridSpec):
            self.cells(part)
        for name, value in part:
            if name not in ("when", "each"):
                with self.at(name):
                    self.value(name, value, scope)

    def value(self, name: str, value: Any, scope: Mapping[str, Any]) -> None:
        """Check what a part says under one key, or one item of that."""
        if name == "height":
            self.height(value)
        elif isinstance(value, spec.Strict):
            self.part(value, scope)
        elif isinstance(value, str):
            self.string(value, scope)
        elif isinstance(value, list):
            for index, item in enumerate(value):
                with self.at(index):
                    self.value(name, item, scope)

    def widths(self, roster: spec.RosterSpec) -> None:
        """Check that a list fits the page it stands on."""
        house = house_styles(styles_file())[self.definition.style]
        ems = [NUMBER_WIDTH] * bool(roster.numbered) + [column.width for column in roster.columns]
        try:
            listing_widths(house, ems, landscape=self.landscape)
        except ValueError as error:
            self.report(roster.columns[0].label, str(error))

    def cells(self, grid: spec.GridSpec) -> None:
        """Check that no row of a form has more cells than the form has columns."""
        for index, part in enumerate(grid.rows):
            beside, rows = (1, part.rows) if isinstance(part, spec.SideRows) else (0, [part])
            for inner, row in enumerate(rows):
                count = beside + sum(cell.span for cell in row.cells)
                if count > len(grid.columns):
                    with self.at("rows", index, *("rows", inner)[: 2 * beside]):
                        self.report("", f"这一行占 {count} 列，表格只有 {len(grid.columns)} 列")

    def height(self, value: str) -> None:
        """Check a height."""
        try:
            millimetres(value)
        except ValueError as error:
            self.report(value, str(error))

    def looped(self, each: str, scope: Mapping[str, Any]) -> dict[str, Any]:
        """Return the names inside a loop, having checked it."""
        try:
            loop = parse_loop(each)
        except ValueError as error:
            self.report(each, str(error))
            return dict(scope)
        kind = plain_type(self.expression(loop.source, scope))
        if kind is not Any and get_origin(kind) not in (list, tuple):
            self.report(each, f"“{loop.source}”不是列表，不能逐个列出")
        inner = dict(scope) | {loop.name: element_type(kind), "loop": LoopState}
        if loop.condition:
            self.expression(loop.condition, inner)
        return inner

    def included(self, name: str, scope: Mapping[str, Any]) -> None:
        """Check a fragment where it is included."""
        fragment = self.catalogue.fragments.get(name)
        if fragment is None:
            return self.report(name, f"没有片段“{name}”{near(name, list(self.catalogue.fragments))}")
        if f"_fragments/{name}" in self.within:
            return self.report(name, f"片段“{name}”绕了一圈又包含自己")
        before, self.trail = self.trail, ["body"]
        self.within.append(f"_fragments/{name}")
        self.blocks(fragment.body, scope)
        self.within.pop()
        self.trail = before


def _act(act: Act) -> str:
    return f"“{ACTS[act]}”（{act}）"
