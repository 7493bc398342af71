"""Word forms written in code, as small as what they show: one for every kind of tag and place that docxtpl knows."""

from __future__ import annotations

import io
import zlib
from collections.abc import Callable
from typing import Any

from docx import Document
from docx.document import Document as Doc
from docx.enum.section import WD_SECTION
from docx.oxml import parse_xml
from docx.oxml.ns import nsdecls
from docx.shared import Mm

from generator.office import pack, unpack

CHILD: dict[str, Any] = {
    "姓名": "石小满", "性别": "女", "班级": "三年级（1）班", "学校": "清溪小学", "备注": "无", "分数": 98.456,
    "年级": 3,
    "家庭": [{"姓名": "石父", "关系": "父亲", "电话": ["1", "2"]}, {"姓名": "木母", "关系": "母亲", "电话": ["3"]}],
    "科目": ["语文", "数学", "英语"], "跨": 2, "底色": "FFCC00",
}  # fmt: skip
HOSTILE = CHILD | {
    "姓名": "<李>A&B\"'{{ 7*7 }}{% x %}{#", "备注": "第一行\n璟堃𬭎·“引”\n]]>", "学校": "]]>&amp;<w:p/>",
    "班级": "玥" * 200,    "家庭": [{"姓名": "<&>", "关系": "{{姓名}}", "电话": ["<1>", "&2"]}], "科目": ["<A>", "B&C"],
}  # fmt: skip
Builder = Callable[[Doc], object]


def made(build: Builder, **parts: bytes) -> bytes:
    """Return the document that ``build`` writes into."""
    document = Document()
    build(document)
    buffer = io.BytesIO()
    document.save(buffer)
    return pack(unpack(buffer.getvalue()) | parts)


def paragraphs(*texts: str) -> Builder:
    def build(document: Doc) -> None:
        for text in texts:
            document.add_paragraph(text)

    return build


def rows(*lines: list[str]) -> Builder:
    def build(document: Doc) -> None:
        fill_table(document.add_table(len(lines), max(map(len, lines))), lines)

    return build


def fill_table(table: Any, lines: Any) -> None:
    for number, line in enumerate(lines):
        for column, text in enumerate(line):
            table.cell(number, column).text = text


def runs(*pieces: str) -> Builder:
    def build(document: Doc) -> None:
        paragraph = document.add_paragraph()
        for number, piece in enumerate(pieces):
            paragraph.add_run(piece).bold = number % 2 == 0

    return build


def _spell_checked(document: Doc) -> None:
    """A tag that Word cut into runs with marks of its spell checker between them."""
    xml = (
        f'<w:p {nsdecls("w")}><w:r><w:rPr><w:b/></w:rPr><w:t>学生{{</w:t></w:r><w:proofErr w:type="spellStart"/><w:r>'
        '<w:t>{姓</w:t></w:r><w:proofErr w:type="spellEnd"/><w:r><w:lastRenderedPageBreak/>'
        '<w:t xml:space="preserve">名 }'
        "</w:t></w:r><w:r><w:t>}同学</w:t></w:r></w:p>"
    )
    document.element.body.insert(0, parse_xml(xml))


def _stories(document: Doc) -> None:
    section = document.sections[0]
    section.different_first_page_header_footer = True
    document.settings.odd_and_even_pages_header_footer = True
    for number, story in enumerate(
        (section.header, section.footer, section.first_page_header, section.first_page_footer,
         section.even_page_header, section.even_page_footer)
    ):  # fmt: skip
        story.paragraphs[0].text = f"{number} {{{{ 学校 }}}}{{% if 性别 == '女' %}}·{{{{ 姓名 }}}}{{% endif %}}"
    table = section.header.add_table(2, 2, Mm(100))
    fill_table(table, [["{{ 班级 }}", "甲"], ["乙", "{{ 备注 }}"]])
    document.add_paragraph("正文没有标签")


def _sections(document: Doc) -> None:
    document.add_paragraph("{{ 姓名 }}")
    document.sections[0].header.paragraphs[0].text = "{{ 学校 }}"
    section = document.add_section(WD_SECTION.NEW_PAGE)
    section.page_width, section.page_height = section.page_height, section.page_width
    section.header.is_linked_to_previous = False
    section.header.paragraphs[0].text = "附表 {{ 班级 }}"
    document.add_paragraph("{{ 备注 }}")


def _merged_cells(document: Doc) -> None:
    table = document.add_table(4, 4)
    table.cell(0, 0).merge(table.cell(0, 3)).text = "{{ 学校 }}"
    table.cell(1, 0).merge(table.cell(2, 0)).text = "{{ 班级 }}"
    table.cell(1, 1).merge(table.cell(2, 2)).text = "{{ 姓名 }}"
    table.cell(3, 3).text = "{{ 备注 }}"


def _nested_table(document: Doc) -> None:
    table = document.add_table(1, 2)
    table.cell(0, 0).text = "{{ 姓名 }}"
    inner = table.cell(0, 1).add_table(3, 2)
    fill_table(inner, [["{%tr for 人 in 家庭 %}", ""], ["{{ 人.姓名 }}", "{{ 人.关系 }}"], ["{%tr endfor %}", ""]])


def _text_box(document: Doc) -> None:
    namespaces = (
        'xmlns:mc="http://schemas.openxmlformats.org/markup-compatibility/2006" '
        'xmlns:wps="http://schemas.microsoft.com/office/word/2010/wordprocessingShape" '
        'xmlns:v="urn:schemas-microsoft-com:vml"'
    )
    text = "<w:txbxContent><w:p><w:r><w:t>框里 {{ 姓名 }}</w:t></w:r></w:p></w:txbxContent>"
    xml = (
        f'<w:p {nsdecls("w", "wp", "a")} {namespaces}><w:r><mc:AlternateContent><mc:Choice Requires="wps"><w:drawing>'
        '<wp:inline><wp:extent cx="900000" cy="300000"/><wp:docPr id="7" name="框"/><a:graphic><a:graphicData '
        'uri="http://schemas.microsoft.com/office/word/2010/wordprocessingShape"><wps:wsp><wps:txbx>'
        f"{text}</wps:txbx></wps:wsp></a:graphicData></a:graphic></wp:inline></w:drawing></mc:Choice><mc:Fallback><w:pict>"
        f"<v:shape><v:textbox>{text}</v:textbox></v:shape></w:pict></mc:Fallback></mc:AlternateContent></w:r>"
        "<w:r><w:t>框外 {{ 班级 }}</w:t></w:r></w:p>"
    )
    document.element.body.insert(0, parse_xml(xml))


def picture() -> io.BytesIO:
    """A black point, as PNG."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return len(data).to_bytes(4, "big") + kind + data + zlib.crc32(kind + data).to_bytes(4, "big")

    header = b"\0\0\0\1\0\0\0\1\x08\0\0\0\0"
    return io.BytesIO(
        b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", zlib.compress(b"\0\0")) + chunk(b"IEND", b"")
    )


def _pictures(document: Doc) -> None:
    document.add_paragraph("{%p for 科 in 科目 %}")
    document.add_paragraph("{{ 科 }}").add_run().add_picture(picture(), Mm(5))
    document.add_paragraph("{%p endfor %}")
    document.add_picture(picture(), Mm(5))


def _properties(document: Doc) -> None:
    document.core_properties.title = "{{ 班级 }}"
    document.core_properties.subject = "{% if 性别 == '女' %}女生{% endif %}"
    document.add_paragraph("{{ 姓名 }}")


def _fields(document: Doc) -> None:
    xml = (
        f'<w:p {nsdecls("w")}><w:hyperlink w:anchor="a"><w:r><w:t>{{{{ 姓名 }}}}</w:t></w:r></w:hyperlink><w:fldSimple '
        'w:instr=" NUMPAGES "><w:r><w:t>2</w:t></w:r></w:fldSimple><w:ins w:id="9" w:author="某"><w:r>'
        "<w:t>{{ 班级 }}</w:t>"
        "</w:r></w:ins><w:sdt><w:sdtContent><w:r><w:t>{{ 学校 }}</w:t></w:r></w:sdtContent></w:sdt><w:r><w:tab/>"
        "<w:t>{{ 备注 }}"
        "</w:t><w:br/><w:t>尾</w:t></w:r></w:p>"
    )
    document.element.body.insert(0, parse_xml(xml))


def _spaced_xml(document: Doc) -> None:
    document.add_paragraph("")
    document.add_paragraph("  {{ 姓名 }}  ")
    document.add_paragraph().add_run("\t{{ 班级 }}\n{{ 学校 }}")


_NOTES = (
    '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n<w:footnotes xmlns:w="http://schemas.openxmlformats.org/'
    'wordprocessingml/2006/main"><w:footnote w:type="separator" w:id="-1"><w:p>'
    "<w:r><w:separator/></w:r></w:p></w:footnote>"
    '<w:footnote w:id="1"><w:p><w:r><w:t xml:space="preserve">注 {{ 姓名 }}，{% if 性别 == "女" %}女生'
    "{% endif %}</w:t></w:r></w:p>"
    "</w:footnote></w:footnotes>"
)


def footnoted(*texts: str) -> bytes:
    """A document whose first paragraph has a footnote with tags in it."""
    kind = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/footnotes"
    content_type = "application/vnd.openxmlformats-officedocument.wordprocessingml.footnotes+xml"

    def build(document: Doc) -> None:
        paragraphs(*texts)(document)
        note = f'<w:r {nsdecls("w")}><w:footnoteReference w:id="1"/></w:r>'
        document.paragraphs[0]._p.append(parse_xml(note))

    parts = unpack(made(build))
    relations, types = "word/_rels/document.xml.rels", "[Content_Types].xml"
    relation = f'<Relationship Id="rIdNotes" Type="{kind}" Target="footnotes.xml"/></Relationships>'
    override = f'<Override PartName="/word/footnotes.xml" ContentType="{content_type}"/></Types>'
    return pack(
        parts
        | {
            relations: parts[relations].replace(b"</Relationships>", relation.encode()),
            types: parts[types].replace(b"</Types>", override.encode()),
            "word/footnotes.xml": _NOTES.encode(),
        }
    )


FORMS: dict[str, bytes] = {
    "values": made(paragraphs("学校 {{ 学校 }}，{{班级}}，{{  姓名  }}。", "没有标签", "{{ 备注 }}")),
    "values side by side": made(
        paragraphs("{{ 姓名 }}{{ 性别 }}{{ 班级 }}", "{{ 家庭[0].姓名 }}{{ 家庭[0]['关系'] }}")
    ),
    "split runs": made(
        runs("电话{", "{姓", "名", " }", "}，", "{{ 班级 }}", "{", "% if 性别", " == '女' %}女", "{% endif %", "}")
    ),
    "spell checker": made(_spell_checked),
    "spaces": made(_spaced_xml),
    "inline condition": made(
        paragraphs(
            "{% if 年级 > 6 %}初中{% elif 年级 == 3 %}三年级{% else %}其他{% endif %}·{% if not 备注 %}空{% endif %}"
        )
    ),
    "inline loop": made(
        paragraphs("{% for 科 in 科目 %}{{ loop.index }}.{{ 科 }}{% if not loop.last %}、{% endif %}{% endfor %}")
    ),
    "condition over paragraphs": made(
        paragraphs("前{% if 性别 == '女' %}甲", "乙 {{ 姓名 }}", "丙{% else %}丁", "戊{% endif %}后")
    ),
    "paragraph tags": made(
        paragraphs(
            "{%p if 性别 == '女' %}",
            "女生 {{ 姓名 }}",
            "{%p else %}",
            "男生",
            "{%p endif %}",
            "{%p for 人 in 家庭 %}",
            "{{ 人.姓名 }}",
            "{%p endfor %}",
            "完",
        )
    ),
    "row tags": made(
        rows(
            ["姓名", "关系"], ["{%tr for 人 in 家庭 %}", ""], ["{{ 人.姓名 }}", "{{ 人.关系 }}"], ["{%tr endfor %}", ""]
        )
    ),
    "row condition": made(
        rows(["{%tr if 性别 == '男' %}", ""], ["男", "{{ 姓名 }}"], ["{%tr endif %}", ""], ["末", "{{ 班级 }}"])
    ),
    "nested loops": made(
        rows(
            ["{%tr for 人 in 家庭 %}", ""],
            ["{{ loop.index }}{{ 人.姓名 }}", "{% for 号 in 人.电话 %}{{ 号 }};{% endfor %}"],
            ["{%tr for 号 in 人.电话 %}", ""],
            ["", "{{ 人.姓名 }}的{{ 号 }}"],
            ["{%tr endfor %}", ""],
            ["{%tr endfor %}", ""],
        )
    ),
    "cell tags": made(
        rows(
            ["科目", "{%tc for 科 in 科目 %}", "{{ 科 }}", "{%tc endfor %}"],
            ["分数", "{%tc for 科 in 科目 %}", "", "{%tc endfor %}"],
        )
    ),
    "run tags": made(runs("甲", "{%r if 性别 == '女' %}", "女 {{ 姓名 }}", "{%r endif %}", "乙")),
    "cell look": made(rows(["{% colspan 跨 %}{{ 姓名 }}", "乙"], ["{% cellbg 底色 %}{{ 班级 }}", "丁"])),
    "cells merged downwards": made(
        rows(["{%tr for 人 in 家庭 %}", ""], ["{% vm %}家庭", "{{ 人.姓名 }}"], ["{%tr endfor %}", ""])
    ),
    "cells merged sideways": made(
        rows(
            ["{%tc for 科 in 科目 %}", "{% hm %}科目", "{%tc endfor %}"],
            ["{%tc for 科 in 科目 %}", "{{ 科 }}", "{%tc endfor %}"],
        )
    ),
    "merged cells": made(_merged_cells),
    "nested table": made(_nested_table),
    "headers and footers": made(_stories),
    "sections": made(_sections),
    "footnotes": footnoted("{{ 姓名 }}有注", "{{ 班级 }}"),
    "text box": made(_text_box),
    "pictures in a loop": made(_pictures),
    "fields, links, insertions": made(_fields),
    "filters": made(
        paragraphs(
            "{{ 科目|join('、') }} {{ 科目|length }} {{ 科目|first }} {{ 科目|last }} {{ 备注|default('无') }}",
            "{{ 分数|round(1) }}",
        )
    ),
    "arithmetic": made(
        paragraphs("{{ 年级 + 1 }} {{ 年级 * 2 }} {{ 年级 - 1 }} {{ 姓名 ~ '同学' }} {{ '是' if 年级 == 3 else '否' }}")
    ),
    "comments": made(paragraphs("甲{# 说明 #}乙 {{ 姓名 }}", "{#p 一段说明 #}", "丙")),
    "trimmed": made(paragraphs("甲", "{%- if 性别 == '女' -%}", "{{ 姓名 }}", "{%- endif -%}", "乙")),
    "properties": made(_properties),
    "quotation marks": made(paragraphs("“{{ 姓名 }}” {% if 性别 == \"女\" %}‘女’{% endif %} {{ '<' ~ 性别 ~ '>' }}")),
}
"""A form of each kind."""
