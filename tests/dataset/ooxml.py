"""Says where a workbook is not as the standard (ECMA-376) has it, which Excel would refuse to open or "repair"."""

from __future__ import annotations

import io
import posixpath
import re
import zipfile
from collections.abc import Iterator

from lxml import etree

WORKSHEET = [
    "sheetPr", "dimension", "sheetViews", "sheetFormatPr", "cols", "sheetData", "sheetCalcPr",
    "sheetProtection", "protectedRanges", "scenarios", "autoFilter", "sortState", "dataConsolidate",
    "customSheetViews", "mergeCells", "phoneticPr", "conditionalFormatting", "dataValidations", "hyperlinks",
    "printOptions", "pageMargins", "pageSetup", "headerFooter", "rowBreaks", "colBreaks", "customProperties",
    "cellWatches", "ignoredErrors", "smartTags", "drawing", "legacyDrawing", "legacyDrawingHF", "drawingHF",
    "picture", "oleObjects", "controls", "webPublishItems", "tableParts", "extLst",
]  # fmt: skip
WORKBOOK = [
    "fileVersion", "fileSharing", "workbookPr", "workbookProtection", "bookViews", "sheets", "functionGroups",
    "externalReferences", "definedNames", "calcPr", "oleSize", "customWorkbookViews", "pivotCaches",
    "smartTagPr", "smartTagTypes", "webPublishing", "fileRecoveryPr", "webPublishObjects", "extLst",
]  # fmt: skip
STYLES = [
    "numFmts", "fonts", "fills", "borders", "cellStyleXfs", "cellXfs", "cellStyles", "dxfs", "tableStyles",
    "colors", "extLst",
]  # fmt: skip
ID = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}id"


def parts(content: bytes) -> dict[str, bytes]:
    with zipfile.ZipFile(io.BytesIO(content)) as file:
        assert len(set(file.namelist())) == len(file.namelist())
        return {name: file.read(name) for name in file.namelist()}


def faults(content: bytes) -> list[str]:
    """Return everything that is wrong."""
    found = parts(content)
    return [
        *_untyped(found),
        *_dangling(found),
        *_book(found),
        *_styles(found),
        *(fault for name in found if re.fullmatch(r"xl/worksheets/[^/]*\.xml", name) for fault in _sheet(found, name)),
        *_shapes(found),
    ]


def _untyped(found: dict[str, bytes]) -> Iterator[str]:
    types = etree.fromstring(found["[Content_Types].xml"])
    extensions = [each.get("Extension", "") for each in types if each.tag.endswith("}Default")]
    overridden = [each.get("PartName", "").lstrip("/") for each in types if each.tag.endswith("}Override")]
    for names in (extensions, overridden):
        yield from (f"{name} is declared twice" for name in {name for name in names if names.count(name) > 1})
    yield from (f"{name} is declared and not there" for name in overridden if name not in found)
    for name in found:
        if name not in overridden and name.rpartition(".")[2] not in extensions and name != "[Content_Types].xml":
            yield f"{name} has no type"
        if re.match(r"xl/(worksheets/sheet|comments)", name) and name not in overridden:
            yield f"{name} has no type of its own"


def relations(found: dict[str, bytes], part: str) -> dict[str, tuple[str, str]]:
    folder, _, name = part.rpartition("/")
    listed = f"{folder}/_rels/{name}.rels".lstrip("/")
    if listed not in found:
        return {}
    each = etree.fromstring(found[listed])
    assert len({one.get("Id") for one in each}) == len(each)
    return {
        one.get("Id", ""): (
            one.get("Type", "").rpartition("/")[2],
            posixpath.normpath(posixpath.join("/", folder, one.get("Target", ""))).lstrip("/"),
        )
        for one in each
        if one.get("TargetMode") != "External"
    }


def _dangling(found: dict[str, bytes]) -> Iterator[str]:
    for part in ["", *found]:
        for _, target in relations(found, part).values():
            if target not in found:
                yield f"{part} refers to {target}, which is not there"


def _in_order(root: etree._Element, order: list[str], part: str) -> Iterator[str]:
    names = [etree.QName(each).localname for each in root if isinstance(each.tag, str)]
    known = [order.index(name) for name in names if name in order]
    if known != sorted(known):
        yield f"{part}: elements out of order, {names}"


def _book(found: dict[str, bytes]) -> Iterator[str]:
    root = etree.fromstring(found["xl/workbook.xml"])
    yield from _in_order(root, WORKBOOK, "workbook")
    sheets = list(root.iter("{*}sheet"))
    targets = relations(found, "xl/workbook.xml")
    for attribute in ("name", "sheetId", ID):
        if len({each.get(attribute) for each in sheets}) < len(sheets):
            yield f"two sheets have one {attribute}"
    yield from (f"{each.get('name')} has no part" for each in sheets if each.get(ID) not in targets)
    names = [(each.get("name"), each.get("localSheetId")) for each in root.iter("{*}definedName")]
    yield from (f"{name} is defined twice" for name in names if names.count(name) > 1)
    yield from (f"{name} is of no sheet" for name, local in names if local and int(local) >= len(sheets))
    selected = [part for kind, part in targets.values() if kind.endswith("sheet") and _is_selected(found[part])]
    active = next((int(each.get("activeTab", "0")) for each in root.iter("{*}workbookView")), 0)
    if selected != [targets[sheets[active].get(ID, "")][1]]:
        yield f"selected are {selected}"


def _is_selected(xml: bytes) -> bool:
    views = etree.fromstring(xml).iter("{*}sheetView")
    return any(each.get("tabSelected") in ("1", "true") for each in views)


def _styles(found: dict[str, bytes]) -> Iterator[str]:
    root = etree.fromstring(found["xl/styles.xml"])
    yield from _in_order(root, STYLES, "styles")
    sections = {etree.QName(each).localname: each for each in root}
    for name, each in sections.items():
        if each.get("count") and int(each.get("count", "")) != len(each):
            yield f"count of {name} is wrong"
    for style in sections["cellXfs"]:
        for attribute, section in (("fontId", "fonts"), ("fillId", "fills"), ("borderId", "borders")):
            if int(style.get(attribute, "0")) >= len(sections[section]):
                yield f"{attribute} {style.get(attribute)} is not there"
        if int(style.get("xfId", "0")) >= len(sections["cellStyleXfs"]):
            yield "xfId is not there"


def _sheet(found: dict[str, bytes], part: str) -> Iterator[str]:
    root = etree.fromstring(found[part])
    yield from _in_order(root, WORKSHEET, part)
    styles = len(etree.fromstring(found["xl/styles.xml"]).findall("{*}cellXfs/{*}xf"))
    yield from (f"{part} {c.get('r')} has no style" for c in root.iter("{*}c") if int(c.get("s", "0")) >= styles)
    rows = [int(row.get("r", "0")) for row in root.iter("{*}row")]
    if rows != sorted(set(rows)):
        yield f"{part}: rows out of order"
    for row in root.iter("{*}row"):
        cells = [(len(c.get("r", "").rstrip("0123456789")), c.get("r", "")) for c in row]
        if cells != sorted(set(cells)):
            yield f"{part}: cells out of order, {cells}"
    targets = relations(found, part)
    for each in root.iter("{*}drawing", "{*}legacyDrawing", "{*}legacyDrawingHF", "{*}tablePart"):
        if each.get(ID) not in targets:
            yield f"{part}: {each.tag} refers to nothing"
    comments = [target for kind, target in targets.values() if kind == "comments"]
    reference = root.find("{*}legacyDrawing")
    for said in comments:
        if reference is None:
            yield f"{part}: comments without boxes"
        else:
            yield from _comments(found[said], found[targets[reference.get(ID, "")][1]], said)


def _comments(said: bytes, vml: bytes, part: str) -> Iterator[str]:
    root = etree.fromstring(said)
    yield from _in_order(root, ["authors", "commentList", "extLst"], part)
    authors = len(root.findall("{*}authors/{*}author"))
    comments = root.findall("{*}commentList/{*}comment")
    yield from (f"{part}: no such author" for each in comments if int(each.get("authorId", "")) >= authors)
    cells = [each.get("ref", "") for each in comments]
    if len(set(cells)) < len(cells):
        yield f"{part}: two comments on one cell"
    notes = [each for each in etree.fromstring(vml).iter("{*}ClientData") if each.get("ObjectType") == "Note"]
    boxes = sorted((int(each.findtext("{*}Row") or ""), int(each.findtext("{*}Column") or "")) for each in notes)
    if boxes != sorted(map(_zero_based, cells)):
        yield f"{part}: boxes {boxes} for comments {cells}"


def _zero_based(cell: str) -> tuple[int, int]:
    letters = cell.rstrip("0123456789")
    column = 0
    for letter in letters:
        column = column * 26 + ord(letter) - 64
    return int(cell.removeprefix(letters)) - 1, column - 1


def _shapes(found: dict[str, bytes]) -> Iterator[str]:
    ids: list[str] = []
    for part, vml in found.items():
        if not part.endswith(".vml"):
            continue
        root = etree.fromstring(vml)
        blocks = {block for each in root.iter("{*}idmap") for block in each.get("data", "").split(",")}
        shapes = [each.get("id", "") for each in root.iter("{*}shape") if each.get("id", "").startswith("_x0000_s")]
        ids += shapes
        yield from (f"{part}: {one} is of no block" for one in shapes if str(int(one[8:]) // 1024) not in blocks)
        if len(list(root.iter("{*}shapelayout"))) != 1:
            yield f"{part}: not one layout"
    yield from (f"two shapes have the number {one}" for one in {one for one in ids if ids.count(one) > 1})
