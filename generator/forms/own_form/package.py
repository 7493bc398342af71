"""Opens a Word form as the parts of its package, and refuses what is none or what might do harm."""

from __future__ import annotations

import re
import zipfile
import zlib
from io import BytesIO
from typing import NoReturn

from generator.errors import Place, Problem, TemplateError
from generator.office import core_properties

_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_ENCRYPTED = "EncryptedPackage".encode("utf-16-le")
_MOST_PARTS = 2_000
_MOST_BYTES = 200 << 20
_MOST_XML = 12 << 20
"""Bytes of one part of XML."""
_LONGEST = 2 << 20
"""Bytes of the wording: a page has some fifty thousand, and docxtpl would look for tags in more for minutes."""
_WORDING = re.compile(r"(?:document|header|footer|footnotes)\d*\.xml$")
_TYPES = "[Content_Types].xml"
_MAIN = "wordprocessingml.document.main+xml"
_CORE = "docProps/core.xml"
_CORE_RELATION = "http://schemas.openxmlformats.org/package/2006/relationships/metadata/core-properties"
_CORE_TYPE = "application/vnd.openxmlformats-package.core-properties+xml"
_STARTS = (
    (b"%PDF", "其实是 PDF", "用 WPS 或 Word 做好表格，存为 .docx"),
    (b"{\\rtf", "其实是 RTF 文档", "用 WPS 或 Word 打开，另存为 .docx"),
    (b"<", "其实是网页（HTML 或 XML）", "用 WPS 或 Word 打开，另存为 .docx"),
)
_OTHERS = (
    ("macroEnabled", "是带宏的 Word 文档（.docm）", "用 WPS 或 Word 打开，另存为不带宏的 .docx"),
    ("wordprocessingml.template.main+xml", "是 Word 模板（.dotx）", "用 WPS 或 Word 打开，另存为 .docx"),
    ("spreadsheetml", "其实是 Excel 工作簿", "这里要的是 Word 文档（.docx）"),
    ("presentationml", "其实是 PPT 演示文稿", "这里要的是 Word 文档（.docx）"),
)


def opened(data: bytes, name: str) -> dict[str, bytes]:
    """Return the parts of a Word document, by their names.

    Raises ``TemplateError`` with one sentence where it is none, or may do harm: macros, entities, a zip bomb.
    """
    _refuse_by_start(data, name)
    try:
        with zipfile.ZipFile(BytesIO(data)) as package:
            _refuse_bomb(package, name)
            parts = {part.filename: package.read(part) for part in package.infolist() if not part.is_dir()}
    except (zipfile.BadZipFile, zlib.error, EOFError, OSError, RuntimeError, ValueError):
        _refuse(name, "文件不完整或已损坏、加了密码", "用 WPS 或 Word 打开，去掉密码，另存为 .docx")
    _refuse_by_type(parts, name)
    for part, content in parts.items():
        if part.endswith((".xml", ".rels")) and re.search(rb"<!\s*(?:DOCTYPE|ENTITY)", content[:4096]):
            _refuse(name, "里面有不该有的声明（DOCTYPE）", "用 WPS 或 Word 打开，另存为 .docx")
    if any(len(content) > _LONGEST for part, content in parts.items() if _WORDING.search(part)):
        _refuse(name, "太长，不像一份表单（几十页以上）", "只留一份表单；做好的打印文件不能再当表单")
    return _with_core_properties(parts, name)


def _refuse(name: str, what: str, todo: str) -> NoReturn:
    raise TemplateError([Problem(Place(name), what, todo)])


def _refuse_by_start(data: bytes, name: str) -> None:
    if not data:
        _refuse(name, "文件是空的（0 字节）", "重新下载或另存一次")
    if data.startswith(_OLE):
        if _ENCRYPTED in data:
            _refuse(name, "文档加了密码", "用 WPS 或 Word 打开，去掉密码后再保存")
        _refuse(name, "是旧格式的文档（.doc、.wps）", "用 WPS 或 Word 打开，另存为 .docx")
    for start, what, todo in _STARTS:
        if data.lstrip(b"\xef\xbb\xbf \t\r\n").startswith(start):
            _refuse(name, what, todo)
    if not data.startswith(b"PK"):
        _refuse(name, "不是 Word 文档", "用 WPS 或 Word 打开，另存为 .docx")


def _refuse_bomb(package: zipfile.ZipFile, name: str) -> None:
    parts = package.infolist()
    large = [part for part in parts if part.filename.endswith((".xml", ".rels")) and part.file_size > _MOST_XML]
    if len(parts) > _MOST_PARTS or large or sum(part.file_size for part in parts) > _MOST_BYTES:
        _refuse(name, "解开后大得不正常，没有打开它", "用 WPS 或 Word 另存一次；图片太多太大的先压缩")


def _refuse_by_type(parts: dict[str, bytes], name: str) -> None:
    types = parts.get(_TYPES, b"").decode("utf-8", errors="replace")
    for sign, what, todo in _OTHERS:
        if sign in types:
            _refuse(name, what, todo)
    if any(part.endswith("vbaProject.bin") for part in parts):
        _refuse(name, "文档里有宏", "用 WPS 或 Word 打开，另存为不带宏的 .docx")
    if any(b"purl.oclc.org/ooxml" in content[:8192] for part, content in parts.items() if part.endswith(".xml")):
        _refuse(name, "是“严格”的 Open XML 文档", "用 Word 打开，另存为普通的 .docx")
    if _MAIN not in types:
        _refuse(name, "不是 Word 文档", "用 WPS 或 Word 打开，另存为 .docx")


def _with_core_properties(parts: dict[str, bytes], name: str) -> dict[str, bytes]:
    """Return the parts with a title page of properties, which python-docx would add with the hour of the day."""
    relations = parts.get("_rels/.rels", b"")
    if _CORE_RELATION.encode() in relations:
        return parts
    relation = f'<Relationship Id="rIdCore" Type="{_CORE_RELATION}" Target="{_CORE}"/></Relationships>'
    override = f'<Override PartName="/{_CORE}" ContentType="{_CORE_TYPE}"/></Types>'
    return parts | {
        _TYPES: parts[_TYPES].replace(b"</Types>", override.encode()),
        "_rels/.rels": relations.replace(b"</Relationships>", relation.encode()),
        _CORE: core_properties(name.rpartition(".")[0] or name),
    }
