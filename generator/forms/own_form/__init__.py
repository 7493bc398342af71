"""A user's own Word form: a document with tags typed into it, compiled once and filled many times.

``package`` opens it, ``tags`` reads what was typed, ``language`` is what tags may say, ``pattern`` names files by them,
``merge`` makes one print file of many records. docxtpl decides what a tag does to the XML around it; its result is
compiled here once, and every form proves itself: its first record is also filled by docxtpl, and where the two differ
docxtpl fills them all.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from io import BytesIO
from types import MappingProxyType
from typing import Any
from xml.sax.saxutils import escape

from docx import Document
from docx.oxml.parser import parse_xml
from docxtpl import DocxTemplate
from jinja2 import Template, UndefinedError, meta, nodes
from jinja2 import TemplateError as JinjaError
from lxml import etree

from generator import office
from generator.dataset.missing import MissingValueError
from generator.dataset.plain import folded
from generator.errors import BaoxueError, Exit, Place, Problem, TemplateError, near
from generator.forms.own_form import merge
from generator.forms.own_form.language import (
    MARKERS,
    Lacking,
    Language,
    Refused,
    Speech,
    objections,
    or_empty,
    rendered,
)
from generator.forms.own_form.merge import MergeError
from generator.forms.own_form.package import opened
from generator.forms.own_form.pattern import Pattern, PatternError, compile_pattern
from generator.forms.own_form.tags import CHINESE_PARTS, Mended, Part, Reading, Spot, Tag, W

__all__ = [
    "SHOWN", "Examined", "FillError", "Mended", "MergeError", "OwnForm", "Pattern", "PatternError", "Spot", "Tag",
    "compile_form", "compile_pattern", "examine", "reached", "wanted_names",
]  # fmt: skip

_PROPERTIES = ("author", "comments", "identifier", "language", "subject", "title")
"""What docxtpl fills of a document's properties."""
_LONGEST_PROPERTY = 255
_MOST_CHARACTERS = 30_000_000
_URIS: tuple[tuple[Part, str], ...] = (("header", DocxTemplate.HEADER_URI), ("footer", DocxTemplate.FOOTER_URI))
SHOWN = 40
"""Characters of a paragraph that are told of it."""
_TWIPS = 1440 / 25.4
"""Twips in a millimetre."""
_CORE = "docProps/core.xml"


class FillError(BaoxueError):
    """A record cannot be filled in; ``lacking`` names the values that are not there."""

    exit_code = Exit.PARTIAL

    def __init__(self, sentence: str, lacking: Collection[str] = ()) -> None:
        self.lacking = tuple(lacking)
        super().__init__(sentence)

    def __reduce__(self) -> tuple[type[FillError], tuple[str, tuple[str, ...]]]:
        return type(self), (str(self), self.lacking)


@dataclass(frozen=True, slots=True)
class Examined:
    """A form that was read: its tags, what was mended, what is wrong with it (``spots`` says where), what stands in
    a single brace, and its parts as docxtpl wants them."""

    name: str
    tags: tuple[Tag, ...]
    mended: tuple[Mended, ...]
    problems: tuple[Problem, ...]
    spots: tuple[Tag, ...]
    singles: tuple[tuple[str, Tag], ...]
    identifiers: Mapping[str, str]
    parts: Mapping[str, bytes]

    def unknown(self, columns: Collection[str]) -> list[tuple[Problem, Tag]]:
        """Return the tags that ask for what is not among ``columns``, and names of columns in a single brace."""
        known = {folded(column) for column in columns}
        found = []
        for tag in self.tags:
            for name in (name for name in tag.names if folded(name) not in known):
                what = f"数据里没有“{name}”{near(name, list(columns))}"
                found.append((Problem(self.spot(tag), what, "改正标签，或给数据补上这一列"), tag))
        for name, tag in self.singles:
            if folded(name) in known:
                what = f"“{{{name}}}”只有一层花括号，会照原样印出来"
                found.append((Problem(self.spot(tag), what, f"写成 {{{{{name}}}}}"), tag))
        return found

    def unknown_inside(self, records: Collection[Mapping[str, Any]]) -> list[tuple[Problem, Tag]]:
        """Return the tags that ask for what no list or group of the records has: a ``默认`` would print it away."""
        found = []
        for tag in self.tags:
            for trail in tag.inside:
                groups = [one for record in records for one in reached(record, trail[:-1]) if isinstance(one, Mapping)]
                known = dict.fromkeys(str(key) for group in groups for key in group)
                if known and folded(trail[-1]) not in map(folded, known):
                    what = f"“{'.'.join(trail[:-1])}”里没有“{trail[-1]}”{near(trail[-1], list(known))}"
                    found.append((Problem(self.spot(tag), what, "改正标签，或给数据补上"), tag))
        return found

    def refuse_unknown(self, columns: Collection[str], records: Collection[Mapping[str, Any]] = ()) -> None:
        """Raise ``TemplateError`` where a tag asks for what is not among ``columns``, or in the lists of the records,
        once for each name."""
        if found := self.unknown(columns) + self.unknown_inside(records):
            by_name = {problem.what: problem for problem, _ in reversed(found)}
            raise TemplateError(reversed(by_name.values()))

    def spot(self, tag: Tag) -> Spot:
        """Return where a tag stands."""
        return Spot(self.name, CHINESE_PARTS[tag.part], tag.place)


def reached(value: Any, trail: Sequence[str]) -> Iterator[Any]:
    """Yield what lies at the end of a trail through mappings, and through every item of lists on the way."""
    if isinstance(value, list | tuple):
        for item in value:
            yield from reached(item, trail)
    elif not trail:
        yield value
    elif isinstance(value, Mapping):
        for key in (key for key in value if folded(str(key)) == folded(trail[0])):
            yield from reached(value[key], trail[1:])


_LANGUAGE = Language(breaks=True)


def examine(data: bytes, name: str, known: Collection[str] = (), language: Speech = _LANGUAGE) -> Examined:
    """Return what is found in a form, right or wrong; ``known`` are the columns of the data, which may hold signs.

    Raises ``TemplateError`` where it is no Word document, or one that may do harm.
    """
    parts = opened(data, name)
    try:
        document = Document(BytesIO(data))
        stories = {part.partname.lstrip("/"): part.content_type for part in document.part.package.parts}
    except Exception:
        raise TemplateError([Problem(Place(name), "打不开，可能已损坏", "用 WPS 或 Word 打开，另存为 .docx")]) from None
    reading = Reading(name, language, tuple(known))
    for part, kind in stories.items():
        story = _story(kind)
        if story and part in parts:
            try:
                parts[part] = reading.part(parts[part], story, filled=story != "other")
            except etree.XMLSyntaxError:
                raise TemplateError([Problem(Place(name), "里面的 XML 坏了", "用 WPS 或 Word 另存一次")]) from None
    for said in (str(getattr(document.core_properties, one)) for one in _PROPERTIES):
        mended = reading.line(said, "properties") if "{" in said or "｛" in said else said
        parts[_CORE] = parts[_CORE].replace(escape(said).encode(), escape(mended).encode())
    return Examined(
        name, tuple(reading.tags), tuple(reading.mended), tuple(reading.problems), tuple(reading.spots),
        tuple(reading.singles), reading.identifiers, parts,
    )  # fmt: skip


def wanted_names(data: bytes, name: str) -> frozenset[str]:
    """Return what a form asks for, and what stands in single braces, folded: by these the header row of a table is
    found. Raises as ``examine`` does."""
    found = examine(data, name)
    return frozenset(folded(one) for tag in found.tags for one in tag.names) | {folded(one) for one, _ in found.singles}


def _story(content_type: str) -> Part | None:
    """Return which part of a document a content type stands for, nothing where it has no wording."""
    kind = content_type.removeprefix("application/vnd.openxmlformats-officedocument.wordprocessingml.").removesuffix(
        "+xml"
    )
    known: dict[str, Part] = {
        "document.main": "body", "header": "header", "footer": "footer", "footnotes": "footnote",
        "endnotes": "other",
    }  # fmt: skip
    return known.get(kind)


def compile_form(data: bytes, name: str, known: Collection[str] = (), language: Speech | None = None) -> OwnForm:
    """Return a form ready to be filled; ``known`` are the columns of the data, as far as they hold signs.

    One in a ``language`` of its own is filled by ``parts``. Raises ``TemplateError`` with everything that is wrong,
    each with the text of its paragraph as place.
    """
    found = examine(data, name, known, language or _LANGUAGE)
    if found.problems:
        raise TemplateError(found.problems)
    return OwnForm(found, _speech=language)


@dataclass(slots=True)
class _Source:
    """A part with tags: its template, and which part it is."""

    name: str
    story: Part
    text: str
    template: Template


@dataclass(slots=True)
class OwnForm:
    """A form compiled once; ``fill`` gives one document, ``merged`` one print file. Not for two threads at once."""

    examined: Examined
    remarks: list[str] = field(default_factory=list)  # what the user should know of how it is filled
    _speech: Speech | None = None  # where it is not that of this package
    _language: Language = field(default_factory=lambda: Language(breaks=True))
    _plain: Language = field(default_factory=lambda: Language(breaks=False))
    _sources: list[_Source] = field(default_factory=list)
    _properties: dict[str, Template] = field(default_factory=dict)
    _static: dict[str, bytes] = field(default_factory=dict)
    _same: dict[str, office.Part] = field(default_factory=dict)  # those that no record changes, compressed
    _mended: bytes = b""
    _root: Any = None
    _even: bool = True  # whether no record can make a table uneven
    _proved: bool | None = None  # whether docxtpl gives the same; None before the first record

    def __post_init__(self) -> None:
        self._mended = office.pack(self.examined.parts)
        template = DocxTemplate(BytesIO(self._mended))
        try:
            template.init_docx()
            self._prepare(template)
        except (AttributeError, KeyError, TypeError, ValueError) as error:  # docxtpl takes much for granted
            what = f"里面的结构不寻常，填不了（{type(error).__name__}）"
            raise TemplateError([Problem(Place(self.examined.name), what, "用 WPS 或 Word 另存一次再试")]) from None

    @property
    def tags(self) -> tuple[Tag, ...]:
        """The tags of the form, in their order."""
        return self.examined.tags

    @property
    def mended(self) -> tuple[Mended, ...]:
        """What was typed in full-width signs, and what it was understood as."""
        return self.examined.mended

    @property
    def names(self) -> tuple[str, ...]:
        """The names of the data that the form asks for."""
        return tuple(dict.fromkeys(name for tag in self.tags for name in tag.names))

    @property
    def sources(self) -> tuple[tuple[Part, str], ...]:
        """The templates of the form, a paragraph a line, each with the part that it is of."""
        return tuple((source.story, _in_lines(source.text)) for source in self._sources)

    @property
    def page_sizes(self) -> tuple[tuple[float, float], ...]:
        """Width and height in mm of the pages of each section."""
        sizes = etree.fromstring(self._static[self._document_name], _PARSER).iter(f"{W}pgSz")
        return tuple((int(one.get(f"{W}w", "0")) / _TWIPS, int(one.get(f"{W}h", "0")) / _TWIPS) for one in sizes)

    def parts(self, values: Mapping[str, Any]) -> dict[str, bytes]:
        """Return the parts of the document that ``values`` fill, in a language of the form's own.

        What that raises is not made into sentences here.
        """
        parts = {source.name: self._part(source, values) for source in self._sources}
        return {self._document_name: self._static[self._document_name]} | parts | self._core(values)

    def single(self, parts: Mapping[str, bytes]) -> bytes:
        """Return the document whose filled parts are given."""
        return office.pack(self._static | dict(parts))

    def together(
        self, records: Iterable[Mapping[str, bytes]], *, sheets: bool,
        before: Mapping[int, Sequence[bytes]] = MappingProxyType({}),
    ) -> bytes:  # fmt: skip
        """Return one print file of the filled parts of many records, with sections of ours ``before`` some of them, by
        their places; raises ``MergeError`` as ``merged`` does."""
        parts = (dict(one) for one in records)
        return merge.merged(parts, self._static, self._document_name, sheets=sheets, before=before)

    def marked(self, parts: Mapping[str, bytes]) -> dict[str, bytes]:
        """Return filled parts with a bookmark called ``mark`` in the first paragraph of the document."""
        text = parts[self._document_name].decode()
        marked = _FIRST_PARAGRAPH.sub(lambda found: found[0] + _MARK, text, count=1)
        return dict(parts) | {self._document_name: marked.encode()}

    def fill(self, values: Mapping[str, Any]) -> bytes:
        """Return the document about one record, the same bytes for the same values.

        Raises ``TemplateError`` where a tag asks for what ``values`` does not have at all, ``FillError`` where a value
        is empty that would be printed, or cannot be used as its tag wants.
        """
        parts = self._filled(values)
        return office.pack(self._static | parts) if self._proved is False else office.pack({**self._same, **parts})

    def merged(
        self,
        records: Iterable[Mapping[str, Any]],
        *,
        sheets: bool = False,
        left_out: Callable[[int, FillError], None] | None = None,
    ) -> bytes:
        """Return one print file, each record beginning on a page of its own, with ``sheets`` on a sheet of its own.

        Raises as ``fill`` does, but where ``left_out`` is to hear of records (by their place) that cannot be filled;
        and ``MergeError`` where nothing is left, or the form has endnotes, which would gather at the end.
        """
        filled = self._each(records, left_out)
        return merge.merged(filled, self._static, self._document_name, sheets=sheets)

    # --- compiling ------------------------------------------------------------------------------------

    def _prepare(self, template: DocxTemplate) -> None:
        """Patch and compile every part that has tags; keep the others as python-docx would save them."""
        document = template.docx
        properties = document.core_properties
        for name in _PROPERTIES:
            said = str(getattr(properties, name))
            setattr(properties, name, said)
            if "{{" in said or "{%" in said:
                self._properties[name] = self._compiled(said)
        self._root = document.element
        sources: list[tuple[str, Part, str]] = [(self._document_name, "body", template.get_xml())]
        sources += [
            (part.partname.lstrip("/"), story, template.get_part_xml(part))
            for story, uri in _URIS
            for _, part in template.get_headers_footers(uri)
        ]
        sources += [
            (part.partname.lstrip("/"), "footnote", part.blob.decode("utf-8"))
            for part in document.part.package.parts
            if _story(part.content_type) == "footnote"
        ]
        buffer = BytesIO()
        document.save(buffer)
        self._static = office.unpack(buffer.getvalue())
        for name, story, xml in dict.fromkeys(sources):
            patched = template.patch_xml(xml) if "{" in xml else ""
            if any(sign in patched for sign in ("{{", "{%", "{#")):
                self._sources.append(_Source(name, story, patched, self._compiled(patched)))
        changing = {source.name for source in self._sources} | ({_CORE} if self._properties else set())
        self._same = {name: office.deflated(part) for name, part in self._static.items() if name not in changing}
        cells = any(tag.kind == "cell" or "{%tc " in tag.expression for tag in self.tags)
        self._even = not cells and all(map(_even, document.element.iter(f"{W}tbl")))
        markers = any(marker in source.text for source in self._sources for marker in MARKERS)
        if markers or any(tag.kind == "rich" for tag in self.tags):
            self._distrust("有 {{r }}、{{p }} 一类的标签" if not markers else "有 {_{ 一类的记号")

    @property
    def _document_name(self) -> str:
        types = self.examined.parts["[Content_Types].xml"].decode()
        found = re.search(
            r'PartName="/([^"]+)"[^>]*document\.main\+xml|document\.main\+xml"[^>]*PartName="/([^"]+)"', types
        )
        return (found[1] or found[2]) if found else "word/document.xml"

    def _compiled(self, source: str) -> Template:
        """Return a part's template; raises ``TemplateError`` where it has tags that are not in its wording."""
        text = _in_lines(source)
        what, line = "标签合在一起读不下去", 1
        try:
            tree = (self._speech or self._language).parse(text)
            known = {*self.examined.identifiers, *self.names}
            hidden = (_asked(tree) if self._speech else meta.find_undeclared_variables(tree)) - known
            if not hidden and self._speech:
                return self._speech.from_string(text)
            if not hidden and not any(objections(tree, self._language)):
                return self._language.from_string(tree)
            what = f"域代码、图片说明一类的地方写了标签{'、'.join(sorted(hidden))}，那里填不了"
        except (JinjaError, RecursionError) as error:
            line = getattr(error, "lineno", 1)
        wording = [_wording(each) for each in text.splitlines()[line - 1 : line]]
        place = Spot(self.examined.name, CHINESE_PARTS["body"], "".join(wording))
        raise TemplateError([Problem(place, what, "检查 for、if 和它们的结尾；标签只写在正文的字里")])

    def _distrust(self, why: str) -> None:
        self._proved = False
        self.remarks.append(f"{why}，这份表单由 docxtpl 逐份填写，会慢一些")

    # --- filling --------------------------------------------------------------------------------------

    def _each(
        self, records: Iterable[Mapping[str, Any]], left_out: Callable[[int, FillError], None] | None
    ) -> Iterator[dict[str, bytes]]:
        for index, values in enumerate(records):
            try:
                yield self._filled(values)
            except FillError as error:
                if left_out is None:
                    raise
                left_out(index, error)

    def _filled(self, values: Mapping[str, Any]) -> dict[str, bytes]:
        """Return the parts that differ between records."""
        context = self._context(values)
        if self._proved is False:
            return self._by_docxtpl(context)
        parts = self._quickly(context)
        if self._proved is None:
            self._prove(parts, context)
            if self._proved is False:
                return self._by_docxtpl(context)
        return parts

    def _prove(self, parts: Mapping[str, bytes], context: Mapping[str, Any]) -> None:
        """See whether docxtpl makes the same of a record; one that it is known to spoil proves nothing."""
        try:
            slowly = self._by_docxtpl(context)
        except FillError:
            return
        whole = self._static | dict(parts)
        if whole.keys() == slowly.keys() and all(_same(whole[name], slowly[name], name) for name in whole):
            self._proved = True
        else:
            self._distrust("与 docxtpl 填出的不一样")

    def _context(self, values: Mapping[str, Any]) -> dict[str, Any]:
        """Return the values that the form asks for, by what stands for their names in its tags."""
        by_name = {folded(name): value for name, value in values.items()}
        if any(folded(name) not in by_name for name in self.names):
            self.examined.refuse_unknown(tuple(values))
        stands_for = {name: identifier for identifier, name in self.examined.identifiers.items()}
        context = {}
        for name in self.names:
            value = values[name] if name in values else by_name[folded(name)]
            context[stands_for.get(name, name)] = or_empty(value, name)
        return context

    def _quickly(self, context: Mapping[str, Any]) -> dict[str, bytes]:
        language = self._language
        with _telling(self, language):
            parts = {source.name: self._part(source, context) for source in self._sources}
            parts |= self._core(context)
        return parts

    def _part(self, source: _Source, context: Mapping[str, Any]) -> bytes:
        text = rendered(source.template, context, _MOST_CHARACTERS)
        text = text.replace("\n<w:p ", "<w:p ").replace("\n<w:p>", "<w:p>")
        if source.story == "footnote":
            etree.fromstring(text.encode(), _PARSER)  # raises where it is no XML
            return text.encode()
        if source.story != "body":
            return etree.tostring(parse_xml(text.encode()), encoding="UTF-8", standalone=True)
        tree = etree.fromstring(text, _PARSER)
        template = DocxTemplate(BytesIO())
        if not self._even:
            tree = template.fix_tables(text)
        if "<wp:docPr" in text:
            template.docx_ids_index = 1000
            template.fix_docpr_ids(tree)
        self._root.replace(self._root.find(f"{W}body"), tree)
        return etree.tostring(self._root, encoding="UTF-8", standalone=True)

    def _core(self, context: Mapping[str, Any]) -> dict[str, bytes]:
        """Return the document's properties, where they have tags."""
        if not self._properties:
            return {}
        document = Document(BytesIO(self._mended))
        for name in _PROPERTIES:
            template = self._properties.get(name)
            said = (
                _unescaped(rendered(template, context, 10_000))
                if template
                else str(getattr(document.core_properties, name))
            )
            setattr(document.core_properties, name, said[:_LONGEST_PROPERTY])
        element = document.core_properties._element
        return {_CORE: etree.tostring(element, encoding="UTF-8", standalone=True)}

    def _by_docxtpl(self, context: Mapping[str, Any]) -> dict[str, bytes]:
        template = DocxTemplate(BytesIO(self._mended))
        with _telling(self, self._plain):
            template.render(context, self._plain, autoescape=True)
        buffer = BytesIO()
        template.save(buffer)
        return office.unpack(buffer.getvalue())


_PARSER = etree.XMLParser(resolve_entities=False, no_network=True, huge_tree=True, remove_blank_text=False)


class _telling:
    """Filling one record: what Jinja raises, and what was lacking, becomes a ``FillError`` that names the tag."""

    def __init__(self, form: OwnForm, language: Language) -> None:
        self.form, self.language = form, language

    def __enter__(self) -> None:
        self.language.begin()

    def __exit__(self, _: object, error: BaseException | None, trace: Any) -> None:
        if error is None:
            if lacking := list(dict.fromkeys(self.language.lacking)):
                raise FillError(self._lacking(lacking), lacking) from None
            return
        if isinstance(error, FillError | KeyboardInterrupt | MemoryError):
            return
        where = _where(self.form, trace)
        if isinstance(error, MissingValueError):
            raise FillError(f"{error.missing.told}{where}", [error.missing.label]) from None
        if isinstance(error, UndefinedError):
            lacking = [*dict.fromkeys([*self.language.lacking, _undefined(error)])]
            raise FillError(self._lacking(lacking) + where, lacking) from None
        if isinstance(error, Refused):
            raise FillError(f"{error}{where}") from None
        if isinstance(error, etree.XMLSyntaxError):
            raise FillError("填出来的文档结构坏了：有 if、for 只包住了一部分表格或段落") from None
        if isinstance(error, TypeError | ValueError | ArithmeticError | JinjaError):
            raise FillError(f"标签里的比较或计算做不了：列里的是文字，先用 |数 变成数字{where}") from None
        if isinstance(error, Exception):  # docxtpl takes much for granted
            raise FillError(
                f"填不出来（{type(error).__name__}）：表单里有不寻常的结构，用 WPS 或 Word 另存一次再试"
            ) from None

    def _lacking(self, names: list[str]) -> str:
        places = {name: tag.place for tag in reversed(self.form.tags) for name in tag.names}
        at = {name: f"（见“{places[name][:SHOWN]}”）" if name in places else "" for name in names}
        return "；".join(self.language.reasons.get(name, f"“{name}”没有填{at[name]}") for name in names)


def _undefined(error: UndefinedError) -> str:
    """Return the name of what a tag used and is not there."""
    if isinstance(error, Lacking):
        return str(error)
    found = re.search("'([^']+)'", str(error).rpartition("attribute")[2])
    return found[1] if found else "标签里的一个名称"


def _where(form: OwnForm, trace: Any) -> str:
    """Return in which paragraph filling failed, as far as Jinja's traceback tells."""
    line = 0
    while trace is not None:
        if trace.tb_frame.f_code.co_filename == "<template>":
            line = trace.tb_lineno
        trace = trace.tb_next
    for source in form._sources:
        lines = re.sub(r"<w:p([ >])", r"\n<w:p\1", source.text).splitlines()
        if 0 < line <= len(lines) and (said := _wording(lines[line - 1])) and ("{{" in said or "{%" in said):
            return f"（见“{said[:SHOWN]}”）"
    return ""


_FIRST_PARAGRAPH = re.compile(r"<w:p(?: [^>]*)?>(?:<w:pPr>.*?</w:pPr>|<w:pPr/>)?", re.DOTALL)
_MARK = '<w:bookmarkStart w:id="90000" w:name="mark"/><w:bookmarkEnd w:id="90000"/>'


def _asked(tree: nodes.Template) -> set[str]:
    """Return the names that a template reads and that no loop of it gives."""
    names = list(tree.find_all(nodes.Name))
    return (
        {name.name for name in names if name.ctx == "load"}
        - {name.name for name in names if name.ctx != "load"}
        - {"loop"}
    )


def _in_lines(xml: str) -> str:
    return re.sub(r"<w:p([ >])", r"\n<w:p\1", xml)


def _wording(xml: str) -> str:
    return " ".join(re.sub(r"<[^>]+>", "", xml).split())


def _unescaped(text: str) -> str:
    return text.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&")


def _same(ours: bytes, theirs: bytes, name: str) -> bool:
    if ours == theirs or not name.endswith((".xml", ".rels")):
        return ours == theirs
    first, second = (etree.tostring(etree.fromstring(part, _PARSER), method="c14n") for part in (ours, theirs))
    return bool(first == second)


def _even(table: Any) -> bool:
    """Return whether all rows of a table have as many columns as its grid, so that docxtpl leaves it alone."""
    grid = table.find(f"{W}tblGrid")
    columns = 0 if grid is None else len(grid.findall(f"{W}gridCol"))
    return all(sum(map(_span, row.findall(f"{W}tc"))) == columns for row in table.iter(f"{W}tr"))


def _span(cell: Any) -> int:
    span = cell.find(f"{W}tcPr/{W}gridSpan")
    return 1 if span is None else int(span.get(f"{W}val") or 1)
