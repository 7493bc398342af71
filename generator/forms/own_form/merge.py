"""Makes one print file of many filled forms: every record in sections of its own.

A section that does not say which header it has takes that of the one before it, which may be another person's: here
every section says so. Page numbers, footnotes and numbered lists begin anew with every record, and the number of all
pages is that of the record's last page, since Word would count the whole file.
"""

from __future__ import annotations

import copy
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any

from lxml import etree

from generator import office
from generator.errors import BaoxueError, Exit

W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
R = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}"
_W14 = "{http://schemas.microsoft.com/office/word/2010/wordml}"
_DOC_PR = "{http://schemas.openxmlformats.org/drawingml/2006/wordprocessingDrawing}docPr"
_KINDS = ("default", "first", "even")
_TYPES = "[Content_Types].xml"
_OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_CONTENT = "application/vnd.openxmlformats-officedocument.wordprocessingml"
_PACKAGE = "http://schemas.openxmlformats.org/package/2006/relationships"
_TOTAL = re.compile(r"\b(?:NUMPAGES|SECTIONPAGES)\b")
_REFERENCE = re.compile(r"(\b(?:PAGEREF|NOTEREF|REF)\s+|\\l\s+\"?)(\w+)")
_ORDER = (
    "headerReference", "footerReference", "footnotePr", "endnotePr", "type", "pgSz", "pgMar", "paperSrc", "pgBorders",
    "lnNumType", "pgNumType",
)  # fmt: skip
"""The order of what a section says (ECMA-376 17.6.17), as far as it matters here."""
_DECLARED = f'xmlns:w="{W.strip("{}")}" xmlns:r="{R.strip("{}")}"'.encode()
_PARSER = etree.XMLParser(resolve_entities=False, no_network=True, huge_tree=True)


class MergeError(BaoxueError):
    """A form that cannot be put into one file many times."""

    exit_code = Exit.TEMPLATE


def merged(
    records: Iterable[Mapping[str, bytes]], static: Mapping[str, bytes], document: str, *, sheets: bool,
    before: Mapping[int, Sequence[bytes]] = MappingProxyType({}),
) -> bytes:  # fmt: skip
    """Return the print file of ``records``, each the parts that a record has of its own; ``static`` are the others.

    With ``sheets`` every record begins on an odd page, so that nobody's is printed on the back of another's.
    ``before`` has sections of ours that are put before records, by the places of these.
    """
    file = _File(dict(static), document, sheets)
    for at, parts in enumerate(records):
        for blocks in before.get(at, ()):
            file.insert(blocks)
        file.add(parts)
    return file.packed()


@dataclass(slots=True)
class _File:
    """The print file as it grows."""

    static: dict[str, bytes]
    document: str
    sheets: bool
    pieces: list[bytes] = field(default_factory=list)
    head: bytes = b""
    pending: Any = None  # the last record's document: how it ends depends on whether another follows
    count: int = 0
    drawings: int = 1000
    bookmarks: int = 0
    notes: list[Any] = field(default_factory=list)
    notes_root: Any = None
    parts: dict[str, bytes] = field(default_factory=dict)
    shared: dict[tuple[bytes, bytes], str] = field(default_factory=dict)  # a header's content and links -> its relation
    relations: Any = None
    types: Any = None
    numbering: Any = None
    styled: dict[str, tuple[str, str]] = field(default_factory=dict)  # style -> list and level of its paragraphs

    def __post_init__(self) -> None:
        self.types = etree.fromstring(self.static[_TYPES], _PARSER)
        self.relations = etree.fromstring(self.static[self._rels(self.document)], _PARSER)
        kinds = {relation.get("Type", "").rpartition("/")[2] for relation in self.relations}
        if "endnotes" in kinds and _has_notes(self._part("endnotes"), "endnote"):
            raise MergeError("表单里有尾注，合在一个文件里会都堆到最后：把尾注改成脚注，或不要 --merge")
        if "numbering" in kinds:
            self.numbering = etree.fromstring(self._part("numbering"), _PARSER)
            self.styled = _styled(self._part("styles")) if "styles" in kinds else {}

    def add(self, parts: Mapping[str, bytes]) -> None:
        """Add a record."""
        if self.pending is not None:
            self._end(last=False)
        self.count += 1
        own = self.static | dict(parts)
        root: Any = etree.fromstring(own[self.document], _PARSER)
        body = root.find(f"{W}body")
        sections = list(body.iter(f"{W}sectPr"))
        if not len(body) or body[-1].tag != f"{W}sectPr":
            sections.append(etree.SubElement(body, f"{W}sectPr"))
        self._headers(sections, own)
        self._first(sections[0], single=len(sections) == 1)
        self._own_ids(body)
        self._own_notes(body, own)
        self._own_lists(body)
        self._own_total(body)
        self.pending = root

    def insert(self, blocks: bytes) -> None:
        """Add blocks that close a section of their own, which has no header and no footer, whatever the form has."""
        if self.pending is not None:
            self._end(last=False)
        body: Any = etree.fromstring(b"<w:body %s>%s</w:body>" % (_DECLARED, blocks), _PARSER)
        for section in body.iter(f"{W}sectPr"):
            for tag in (f"{W}headerReference", f"{W}footerReference"):
                for kind in _KINDS:
                    _insert(section, etree.Element(tag, {f"{W}type": kind, f"{R}id": self._blank(tag)}))
        self._own_ids(body)
        self.pieces += [etree.tostring(block, encoding="UTF-8") for block in body]

    def packed(self) -> bytes:
        """Return the file."""
        if self.pending is None:
            raise MergeError("没有一份可以合并的文书")
        self._end(last=True)
        made = dict(self.static)
        made[self.document] = self.head + b"".join(self.pieces) + b"</w:body></w:document>"
        made |= self.parts
        if self.notes_root is not None:
            made[self._path("footnotes")] = _bytes(self.notes_root)
        if self.numbering is not None:
            made[self._path("numbering")] = _bytes(self.numbering)
        made[self._rels(self.document)] = _bytes(self.relations)
        made[_TYPES] = _bytes(self.types)
        return office.pack(made)

    def _end(self, *, last: bool) -> None:
        """Write the pending record; its last section is closed in its last paragraph, unless it ends the file."""
        body = self.pending.find(f"{W}body")
        if not last:
            section = body[-1]
            body.remove(section)
            blocks = [block for block in body if block.tag in (f"{W}p", f"{W}tbl", f"{W}sdt")]
            end = blocks[-1] if blocks and blocks[-1].tag == f"{W}p" else etree.SubElement(body, f"{W}p")
            properties = end.find(f"{W}pPr")
            if properties is not None and properties.find(f"{W}sectPr") is not None:
                end = etree.SubElement(body, f"{W}p")
                properties = None
            if properties is None:
                properties = etree.Element(f"{W}pPr")
                end.insert(0, properties)
            change = properties.find(f"{W}pPrChange")
            properties.insert(len(properties) if change is None else properties.index(change), section)
        text = etree.tostring(self.pending, encoding="UTF-8", standalone=True)
        start = text.index(b">", text.index(b"<w:body")) + 1
        self.head = self.head or text[:start]
        self.pieces.append(text[start : text.rindex(b"</w:body>")])
        self.pending = None

    # --- headers and footers --------------------------------------------------------------------------

    def _headers(self, sections: list[Any], own: Mapping[str, bytes]) -> None:
        """Let every section say which headers and footers it has, as it would look if the form stood alone."""
        used = {
            (reference.tag, reference.get(f"{W}type"))
            for section in sections
            for reference in section
            if reference.tag in (f"{W}headerReference", f"{W}footerReference")
        }
        before: dict[tuple[str, str | None], str] = {}
        for section in sections:
            for tag, kind in sorted(used, key=lambda each: (each[0], _KINDS.index(each[1] or "default"))):
                reference = next((one for one in section if one.tag == tag and one.get(f"{W}type") == kind), None)
                if reference is not None:
                    relation = self._header(reference.get(f"{R}id"), tag, own)
                else:
                    relation = before.get((tag, kind)) or self._blank(tag)
                    reference = etree.Element(tag, {f"{W}type": kind or "default"})
                    _insert(section, reference)
                reference.set(f"{R}id", relation)
                before[tag, kind] = relation

    def _header(self, relation: str, tag: str, own: Mapping[str, bytes]) -> str:
        """Return the relation of a record's header: a part of its own, or one that says the same."""
        target = self._target(relation)
        content = own[target]
        if _TOTAL.search(content.decode()):
            root = etree.fromstring(content, _PARSER)
            self._own_total(root)
            content = _bytes(root)
        links = own.get(self._rels(target), b"")
        if content == self.static.get(target):
            return relation
        return self._added(content, links, tag)

    def _blank(self, tag: str) -> str:
        name = tag.removeprefix(W).removesuffix("Reference")
        short = "hdr" if name == "header" else "ftr"
        root = etree.Element(f"{W}{short}", nsmap={"w": W.strip("{}")})
        etree.SubElement(root, f"{W}p")
        return self._added(_bytes(root), b"", tag)

    def _added(self, content: bytes, links: bytes, tag: str) -> str:
        known = self.shared.get((content, links))
        if known:
            return known
        name = tag.removeprefix(W).removesuffix("Reference")
        number = len(self.shared) + 1
        path = f"word/{name}_{number:05}.xml"
        relation = f"rIdRecord{number:05}"
        self.parts[path] = content
        if links:
            self.parts[self._rels(path)] = links
        etree.SubElement(
            self.relations, f"{{{_PACKAGE}}}Relationship",
            {"Id": relation, "Type": f"{_OFFICE}/{name}", "Target": f"/{path}"},
        )  # fmt: skip
        namespace = self.types.tag.removesuffix("Types")
        override = {"PartName": f"/{path}", "ContentType": f"{_CONTENT}.{name}+xml"}
        etree.SubElement(self.types, f"{namespace}Override", override)
        self.shared[content, links] = relation
        return relation

    # --- what begins anew -----------------------------------------------------------------------------

    def _first(self, section: Any, *, single: bool) -> None:
        """Let a record's first section begin on a new page, its pages and notes counted from one."""
        start = section.find(f"{W}type")
        if start is None:
            start = etree.Element(f"{W}type")
            _insert(section, start)
        if self.sheets:
            start.set(f"{W}val", "oddPage")
        elif start.get(f"{W}val") not in ("oddPage", "evenPage"):
            start.set(f"{W}val", "nextPage")
        numbers = section.find(f"{W}pgNumType")
        if numbers is None:
            numbers = etree.Element(f"{W}pgNumType")
            _insert(section, numbers)
        if numbers.get(f"{W}start") is None:
            numbers.set(f"{W}start", "1")
        if single and self.notes_root is not None and section.find(f"{W}footnotePr") is None:
            notes = etree.Element(f"{W}footnotePr")
            etree.SubElement(notes, f"{W}numRestart", {f"{W}val": "eachSect"})
            _insert(section, notes)

    def _own_ids(self, body: Any) -> None:
        """Let drawings, bookmarks and what refers to them be the record's own."""
        for drawing in body.iter(_DOC_PR):
            self.drawings += 1
            drawing.set("id", str(self.drawings))
        names: dict[str, str] = {}
        numbers: dict[str, str] = {}
        for mark in list(body.iter(f"{W}bookmarkStart", f"{W}bookmarkEnd")):
            number = mark.get(f"{W}id", "")
            if number not in numbers:
                self.bookmarks += 1
                numbers[number] = str(self.bookmarks)
            mark.set(f"{W}id", numbers[number])
            name = mark.get(f"{W}name")
            if name and self.count > 1:
                names[name] = f"{name[:30]}_{self.count}"
                mark.set(f"{W}name", names[name])
        if self.count == 1:
            return
        for link in body.iter(f"{W}hyperlink"):
            if link.get(f"{W}anchor") in names:
                link.set(f"{W}anchor", names[link.get(f"{W}anchor")])
        for field_, get, set_ in _fields(body):
            set_(_REFERENCE.sub(lambda found: found[1] + names.get(found[2], found[2]), get(field_)))
        for element in body.iter():
            for name in (f"{_W14}paraId", f"{_W14}textId"):
                element.attrib.pop(name, None)
        for remark in list(body.iter(f"{W}commentRangeStart", f"{W}commentRangeEnd", f"{W}commentReference")):
            remark.getparent().remove(remark)

    def _own_notes(self, body: Any, own: Mapping[str, bytes]) -> None:
        """Give the record footnotes of its own, numbered on from those before."""
        references = list(body.iter(f"{W}footnoteReference"))
        if not references:
            return
        root = etree.fromstring(own[self._path("footnotes")], _PARSER)
        if self.notes_root is None:
            self.notes_root = root
            section = next(iter(body.iter(f"{W}sectPr")))
            self._first(section, single=sum(1 for _ in body.iter(f"{W}sectPr")) == 1)
            return
        notes = {note.get(f"{W}id"): note for note in root}
        following = max(int(note.get(f"{W}id")) for note in self.notes_root) + 1
        for number, reference in enumerate(references, following):
            note = copy.deepcopy(notes[reference.get(f"{W}id")])
            note.set(f"{W}id", str(number))
            reference.set(f"{W}id", str(number))
            self.notes_root.append(note)

    def _own_lists(self, body: Any) -> None:
        """Let numbered lists of the record begin anew."""
        if self.numbering is None or self.count == 1:
            return
        mine: dict[str, str] = {}
        for paragraph in body.iter(f"{W}p"):
            properties = paragraph.find(f"{W}pPr")
            if properties is None:
                continue
            listed = properties.find(f"{W}numPr")
            if listed is None:
                style = properties.find(f"{W}pStyle")
                said = self.styled.get(style.get(f"{W}val", "")) if style is not None else None
                if said is None:
                    continue
                listed = _list_of_style(properties, *said)
            number = listed.find(f"{W}numId")
            if number is None or number.get(f"{W}val") == "0":
                continue
            old = number.get(f"{W}val")
            if old not in mine:
                mine[old] = self._list_again(old)
            number.set(f"{W}val", mine[old])

    def _list_again(self, old: str) -> str:
        """Return the number of a new list that looks as ``old`` and begins anew."""
        numbers = {number.get(f"{W}numId"): number for number in self.numbering.iter(f"{W}num")}
        if old not in numbers:
            return old
        new = str(max(int(number) for number in numbers) + 1)
        again = copy.deepcopy(numbers[old])
        again.set(f"{W}numId", new)
        for name in list(again.attrib):
            if name.endswith("durableId"):
                del again.attrib[name]
        for override in again.findall(f"{W}lvlOverride"):
            again.remove(override)
        abstract = again.find(f"{W}abstractNumId").get(f"{W}val")
        levels = next(
            (one for one in self.numbering.iter(f"{W}abstractNum") if one.get(f"{W}abstractNumId") == abstract), ()
        )
        for level in levels:
            if level.tag == f"{W}lvl":
                start = level.find(f"{W}start")
                override = etree.SubElement(again, f"{W}lvlOverride", {f"{W}ilvl": level.get(f"{W}ilvl")})
                first = "1" if start is None else start.get(f"{W}val")
                etree.SubElement(override, f"{W}startOverride", {f"{W}val": first})
        last = [*self.numbering.iter(f"{W}num")][-1]
        last.addnext(again)
        return new

    def _own_total(self, root: Any) -> None:
        """Let the number of all pages be that of the page on which the record ends, which gets a bookmark."""
        mark = f"_record_{self.count}"
        for field_, get, set_ in _fields(root):
            set_(_TOTAL.sub(f"PAGEREF {mark}", get(field_)))
        if root.tag != f"{W}body":
            return
        paragraph = [*root.iter(f"{W}p")][-1:]
        for last in paragraph:
            self.bookmarks += 1
            number = {f"{W}id": str(self.bookmarks)}
            last.append(etree.Element(f"{W}bookmarkStart", number | {f"{W}name": mark}))
            last.append(etree.Element(f"{W}bookmarkEnd", number))

    # --- the package ----------------------------------------------------------------------------------

    def _part(self, kind: str) -> bytes:
        return self.static.get(self._path(kind), b"")

    def _path(self, kind: str) -> str:
        found = next(one for one in self.relations if one.get("Type", "").endswith(f"/{kind}"))
        return self._resolved(found.get("Target"))

    def _target(self, relation: str) -> str:
        return self._resolved(next(one.get("Target") for one in self.relations if one.get("Id") == relation))

    def _resolved(self, target: str) -> str:
        return target.lstrip("/") if target.startswith("/") else f"{self.document.rpartition('/')[0]}/{target}"

    @staticmethod
    def _rels(part: str) -> str:
        folder, _, name = part.rpartition("/")
        return f"{folder}/_rels/{name}.rels"


def _bytes(root: Any) -> bytes:
    return etree.tostring(root, encoding="UTF-8", standalone=True)


def _has_notes(xml: bytes, kind: str) -> bool:
    root = etree.fromstring(xml, _PARSER)
    return any(note.get(f"{W}type") is None for note in root.iter(f"{W}{kind}"))


def _insert(section: Any, element: Any) -> None:
    """Put what a section says in its place."""
    names = [f"{W}{name}" for name in _ORDER]
    rank = names.index(element.tag)
    before = sum(1 for one in section if one.tag in names and names.index(one.tag) <= rank)
    section.insert(before, element)


def _fields(root: Any) -> Iterator[tuple[Any, Any, Any]]:
    """Yield the fields of a part, each with how its instruction is read and written."""
    for field_ in root.iter(f"{W}instrText"):
        yield field_, lambda one: one.text or "", lambda said, one=field_: setattr(one, "text", said)
    for field_ in root.iter(f"{W}fldSimple"):
        yield field_, lambda one: one.get(f"{W}instr", ""), lambda said, one=field_: one.set(f"{W}instr", said)


def _styled(xml: bytes) -> dict[str, tuple[str, str]]:
    """Return the lists that styles make of their paragraphs: the number of the list and the level."""
    styles: dict[str, Any] = {
        str(style.get(f"{W}styleId")): style for style in etree.fromstring(xml, _PARSER).iter(f"{W}style")
    }
    found: dict[str, tuple[str, str]] = {}
    for name in styles:
        style, seen = styles.get(name), set()
        while style is not None and style not in seen:
            seen.add(style)
            number = style.find(f"{W}pPr/{W}numPr/{W}numId")
            if number is not None:
                level = style.find(f"{W}pPr/{W}numPr/{W}ilvl")
                found[name] = (number.get(f"{W}val"), "0" if level is None else level.get(f"{W}val"))
                break
            based = style.find(f"{W}basedOn")
            style = styles.get(based.get(f"{W}val")) if based is not None else None
    return found


def _list_of_style(properties: Any, number: str, level: str) -> Any:
    """Return what makes a paragraph part of a list, written out as its style says."""
    listed = etree.Element(f"{W}numPr")
    etree.SubElement(listed, f"{W}ilvl", {f"{W}val": level})
    etree.SubElement(listed, f"{W}numId", {f"{W}val": number})
    first = ("pStyle", "keepNext", "keepLines", "pageBreakBefore", "framePr", "widowControl")
    properties.insert(sum(1 for one in properties if one.tag in {f"{W}{name}" for name in first}), listed)
    return listed
