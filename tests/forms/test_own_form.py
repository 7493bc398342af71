from __future__ import annotations

import io
import socket
import zipfile
from collections.abc import Callable
from typing import Any

import pytest
from docx import Document
from docx.document import Document as Doc
from docx.enum.section import WD_SECTION
from docxtpl import DocxTemplate, RichText
from jinja2 import Environment, StrictUndefined
from lxml import etree

from generator.dataset.missing import Missing
from generator.dataset.plain import folded
from generator.errors import Place, TemplateError
from generator.forms.own_form import FillError, OwnForm, compile_form
from generator.office import pack, unpack
from tests.forms.own_forms import CHILD, FORMS, HOSTILE, made, paragraphs, picture, rows, runs


def by_docxtpl(data: bytes, values: dict[str, Any]) -> dict[str, bytes]:
    """What docxtpl makes of a form by itself, with the settings that keep it from losing text."""
    template = DocxTemplate(io.BytesIO(data))
    template.render(values, Environment(undefined=StrictUndefined), autoescape=True)
    buffer = io.BytesIO()
    template.save(buffer)
    return unpack(buffer.getvalue())


def canonical(parts: dict[str, bytes]) -> dict[str, Any]:
    return {
        name: etree.tostring(etree.fromstring(part), method="c14n") if name.endswith((".xml", ".rels")) else part
        for name, part in sorted(parts.items())
    }


@pytest.mark.parametrize("values", [CHILD, HOSTILE], ids=["plain", "hostile"])
@pytest.mark.parametrize("name", FORMS)
def test_a_form_is_filled_as_docxtpl_fills_it_part_by_part(name: str, values: dict[str, Any]) -> None:
    form = compile_form(FORMS[name], "表.docx")
    ours = canonical(unpack(form.fill(values)))
    theirs = canonical(by_docxtpl(FORMS[name], values))
    assert list(ours) == list(theirs)
    for part, content in theirs.items():
        assert ours[part] == content, part
    assert form.remarks == []  # it was compiled here, and docxtpl did not do the work


def compiled(*texts: str, known: tuple[str, ...] = ()) -> OwnForm:
    return compile_form(made(paragraphs(*texts)), "表.docx", known)


def said(data: bytes) -> list[str]:
    return [paragraph.text for paragraph in Document(io.BytesIO(data)).paragraphs]


def wrong(data: bytes) -> list[str]:
    with pytest.raises(TemplateError) as caught:
        compile_form(data, "表.docx")
    return [str(problem) for problem in caught.value.problems]


# What is typed with a Chinese input method


@pytest.mark.parametrize(
    ("typed", "printed"),
    [
        ("｛｛姓名｝｝", "石小满"),
        ("{｛ 姓名　｝}", "石小满"),
        ("{ {姓名} }", "石小满"),
        ("{{姓名｜默认（“无”）}}", "石小满"),
        ("{{空｜默认(‘（无），』’)}}", "（无），』"),
        ("｛％ if 年级 ＞ 2 ％｝大｛％ else ％｝小｛％ endif ％｝", "大"),
        ("{% if 性别 ＝＝ “女” %}女{% endif %}", "女"),
        ("{{ 家庭【0】。姓名 }}", "石父"),
        ("{{科目｜连接（”，“）}}", "语文，数学，英语"),
    ],
)
def test_full_width_signs_inside_a_tag_are_understood_and_told(typed: str, printed: str) -> None:
    form = compiled(typed)
    assert said(form.fill(CHILD | {"空": ""})) == [printed]
    assert [mended.found for mended in form.mended] or typed == "{ {姓名} }"


def test_what_was_understood_is_told_with_the_paragraph() -> None:
    (mended,) = compiled("甲｛｛姓名｜默认（“无”）｝｝乙").mended
    assert str(mended) == '“｛｛姓名｜默认（“无”）｝｝”按 {{ 姓名|默认("无") }} 理解'
    assert mended.place == "甲｛｛姓名｜默认（“无”）｝｝乙"


def test_full_width_signs_outside_tags_stay_as_they_are() -> None:
    assert said(compiled("（一）｛甲｝，“乙”｜％ {{姓名}}").fill(CHILD)) == ["（一）｛甲｝，“乙”｜％ 石小满"]


def test_a_full_width_tag_that_is_split_over_runs_is_understood() -> None:
    form = compile_form(made(runs("｛", "｛姓", "名｝", "｝后")), "表.docx")
    assert said(form.fill(CHILD)) == ["石小满后"]


@pytest.mark.parametrize(
    "header",
    ["监护人1姓名(必填)", "监护人1姓名（必填）", "监护人１姓名（必填）", "省/市/县", "1月缺勤", "父、母", "成绩-平均"],
)
def test_names_of_columns_may_hold_signs(header: str) -> None:
    form = compiled("{{" + header + "}}·{{ " + header + "|默认('无') }}", known=(header,))
    assert form.names == (folded(header),)
    assert said(form.fill({header: "甲"})) == ["甲·甲"]


def test_a_name_in_brackets_needs_no_data_to_be_read() -> None:
    assert compiled("{{ 监护人1姓名（必填） }}").names == ("监护人1姓名",)


@pytest.mark.parametrize("header", ["姓名*", "姓名（必填）", "＊姓 名", "姓名★(选填)"])
def test_what_a_header_says_besides_its_name_need_not_be_typed(header: str) -> None:
    assert said(compiled("{{姓名}}", known=(header,)).fill({header: "甲"})) == ["甲"]


def test_names_that_differ_in_signs_alone_do_not_take_each_others_values() -> None:
    form = compiled("{{甲(一)}}{{甲_一_}}{{甲一}}", known=("甲(一)",))
    assert said(form.fill({"甲(一)": "1", "甲_一_": "2", "甲一": "3"})) == ["123"]


# What is there, and what is not


def test_tags_are_told_with_kind_place_part_and_names() -> None:
    form = compile_form(FORMS["row tags"], "表.docx")
    told = [(tag.expression, tag.kind, tag.place, tag.part, tag.names) for tag in form.tags]
    assert told == [
        ("{%tr for 人 in 家庭 %}", "loop", "{%tr for 人 in 家庭 %}", "body", ("家庭",)),
        ("人.姓名", "value", "{{ 人.姓名 }}", "body", ()),
        ("人.关系", "value", "{{ 人.关系 }}", "body", ()),
        ("{%tr endfor %}", "end", "{%tr endfor %}", "body", ()),
    ]
    assert {tag.part for tag in compile_form(FORMS["headers and footers"], "表.docx").tags} == {"header", "footer"}
    assert {tag.part for tag in compile_form(FORMS["footnotes"], "表.docx").tags} == {"body", "footnote"}


def test_all_that_is_lacking_is_told_at_once_by_name_and_paragraph() -> None:
    form = compiled("学生{{姓名}}", "{% if 性别 %}{{性别}}{% endif %}", "电话{{电话}}", "{{备注|默认('')}}")
    with pytest.raises(FillError) as caught:
        form.fill({"姓名": "", "性别": "", "电话": None, "备注": ""})
    assert caught.value.lacking == ("姓名", "电话")
    assert str(caught.value) == "“姓名”没有填（见“学生{{姓名}}”）；“电话”没有填（见“电话{{电话}}”）"


@pytest.mark.parametrize(
    "use", ["{{ 电话 ~ '转' }}", "{{ [电话]|连接 }}", "{{ 电话|数 + 1 }}", "{{ 家.电话 }}", "{{ 家.传真 }}"]
)
def test_what_is_lacking_never_prints_blank(use: str) -> None:
    with pytest.raises(FillError):
        compiled(use).fill({"电话": "", "家": {"电话": ""}})


def test_a_name_that_the_record_does_not_have_is_an_error_of_the_form_even_with_a_default() -> None:
    with pytest.raises(TemplateError) as caught:
        compiled("学生{{性名|默认('')}}", "再{{性名}}").fill({"姓名": "甲"})
    assert [str(one) for one in caught.value.problems] == [
        "错误 表.docx 正文“学生{{性名|默认('')}}”：数据里没有“性名”，是不是“姓名”。改正标签，或给数据补上这一列。"
    ]


def test_a_value_in_doubt_keeps_the_record_back_with_its_reason() -> None:
    missing = Missing("身份证号", Place("名册.xlsx", "学生", "C4"), "“身份证号”（C4）这个号码被存成了数字")
    with pytest.raises(FillError, match="C4"):
        compiled("{{身份证号|默认('无')}}").fill({"身份证号": missing})


@pytest.mark.parametrize(
    ("tag", "printed"),
    [
        ("{{ 日|日期 }}", "2026年9月1日"), ("{{ 日|汉字日期 }}", "二〇二六年九月一日"), ("{{ 日|年月 }}", "2026年9月"),
        ("{{ 日|短日期 }}", "2026-09-01"), ("{{ 分|百分比 }}", "98.5%"), ("{{ 分|四舍五入 }}", "99"),
        ("{{ 名|对齐 }}", "张　三"), ("{{ 单|个数 }}", "2"), ("{{ 单|合计 }}", "3.5"), ("{{ 单|连接 }}", "1、2.5"),
        ("{{ 单|第一个 }}{{ 单|最后一个 }}", "12.5"), ("{{ 数目|汉字数 }}", "十二"), ("{{ 真 }}{{ 假 }}", "是否"),
        ("{{ 分|数 * 2 }}", "197"), ("{% if 数目|数 > 9 %}多{% endif %}", "多"),
    ],
)  # fmt: skip
def test_filters_have_chinese_names_and_take_the_text_of_cells(tag: str, printed: str) -> None:
    values = {"日": "2026/9/1", "分": "98.5", "名": "张三", "单": ["1", "2.5"], "数目": "12", "真": True, "假": False}
    assert said(compiled(tag).fill(values)) == [printed]


@pytest.mark.parametrize(
    ("tag", "why"),
    [
        ("{{ 名|日期 }}", "“张三”：改成 2026-09-01 这样的日期（见“甲 {{ 名|日期 }}”）"),
        ("{{ 名|数 }}", "“张三”不是数字"),
        ("{% if 名 > 3 %}{% endif %}", "先用 |数 变成数字"),
        ("{% for 一 in 名 %}{{ 一 }}{% endfor %}", "不是列表"),
        ("{{ 家 }}", "不是能直接印的文字"),
        ("{{ 家.items }}", "没有填"),
        ("{{ 名.upper }}", "没有填"),
    ],
)
def test_what_cannot_be_worked_out_is_told_and_never_printed(tag: str, why: str) -> None:
    with pytest.raises(FillError) as caught:
        compiled(f"甲 {tag}").fill({"名": "张三", "家": {"甲": "乙"}})
    assert why in str(caught.value)


# What docxtpl would lose without a word


@pytest.mark.parametrize("value", ["A&B", "<李>", "{_{甲}_}", "{_%", "{{ 7*7 }}", "{% raw %}", "{#", "=1+1", "a\nb"])
def test_no_value_is_rewritten_or_lost(value: str) -> None:
    assert said(compiled("甲{{姓名}}乙", "丙").fill({"姓名": value})) == [f"甲{value}乙", "丙"]


def test_the_first_record_may_hold_what_docxtpl_rewrites_and_the_form_is_proved_by_the_next() -> None:
    form = compiled("{{姓名}}")
    first = form.fill({"姓名": "{_{"})
    assert said(first) == ["{_{"]
    assert said(form.fill({"姓名": "甲"})) == ["甲"]
    assert form.fill({"姓名": "{_{"}) == first
    assert form.remarks == []


@pytest.mark.parametrize("value", ["a\tb", "a\x07b", "a\x0cb", "\x0b", "\ufffe"])
def test_control_characters_are_refused(value: str) -> None:
    with pytest.raises(FillError, match="控制字符"):
        compiled("{{姓名}}").fill({"姓名": value})


def test_a_form_that_docxtpl_fills_otherwise_is_left_to_docxtpl_and_that_is_told(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("generator.forms.own_form.language.BREAK", "</w:t><w:cr/><w:t>")
    form = compiled("{{姓名}}")
    assert said(form.fill({"姓名": "a\nb"})) == ["a\nb"]
    assert form.remarks == ["与 docxtpl 填出的不一样，这份表单由 docxtpl 逐份填写，会慢一些"]
    assert said(form.fill({"姓名": "丙"})) == ["丙"]


def test_rich_text_goes_through_docxtpl_itself() -> None:
    form = compiled("甲{{r 姓名 }}乙")
    document = Document(io.BytesIO(form.fill({"姓名": RichText("<红>", color="FF0000")})))
    assert document.paragraphs[0].text == "甲<红>乙"
    assert "FF0000" in document.element.xml
    assert form.remarks
    with pytest.raises(FillError):
        form.fill({"姓名": ""})


# What is wrong with a form


@pytest.mark.parametrize(
    ("text", "what"),
    [
        ("甲{{姓名", "“{{姓名”没有写完"),
        ("{{姓名 乙{{班级}}", "没有写完"),
        ("姓名}}", "多出一个“}}”"),
        ("{{}}", "没有内容"),
        ("{{姓名|反转}}", "没有“反转”这个过滤器"),
        ("{{姓名|默人('')}}", "没有“默人”这个过滤器，是不是“默认”"),
        ("{% if 姓名 is 女 %}{% endif %}", "没有“is 女”这种判断"),
        ("{{姓名|默认('无}}", "没有写对"),
        ("{{ 姓 名 }}", "没有写对"),
        ("{% for 人 in 家庭 %}", "“{% for 人 in 家庭 %}”没有结尾"),
        ("{% endif %}", "没有对应的开头"),
        ("{% if 甲 %}{% endfor %}", "前面的“{% if 甲 %}”还没有结尾"),
        ("{% iff 甲 %}", "没有“iff”这种标签，是不是“if”"),
        ("{% set 甲 = 1 %}", "没有“set”这种标签"),
        ("编号{#1", "“{#1”没有写完"),
        ("{{姓名|默认('A&B')}}", "里不能有 & 和中文引号"),
        ("{%p if 甲 %}旁边", "旁边的“旁边”会丢失"),
        ("{%p if 甲 %}{%p endif %}", "会丢失"),
        ("{%tr for 人 in 家庭 %}", "要放在表格里"),
        ("{%p if 数 % 2 %}", "里不能有 % 或 }"),
        ("{{ {'a': 1} }}", "不能再有花括号"),
        ("{% if 甲 %}{%p endif %}", "一个带 p，一个不带"),
    ],
)
def test_a_wrong_tag_is_told_with_its_paragraph(text: str, what: str) -> None:
    told = wrong(made(paragraphs(text)))
    assert any(what in line for line in told), told
    assert all(line.startswith(f"错误 表.docx 正文“{text}”：") for line in told)


def test_everything_that_is_wrong_is_told_at_once() -> None:
    assert len(wrong(made(paragraphs("{{姓名", "{{ 甲|乙 }}", "{% endif %}")))) == 3


def test_a_condition_over_two_cells_is_an_error() -> None:
    assert "不在同一个格子" in wrong(made(rows(["{% if 甲 %}一", "二{% endif %}"])))[0]


def test_words_beside_a_row_tag_are_an_error_and_not_lost() -> None:
    assert (
        "旁边的“序号”会丢失"
        in wrong(made(rows(["{%tr for 人 in 家庭 %}", "序号"], ["{{人}}", ""], ["{%tr endfor %}", ""])))[0]
    )


# What would do harm


@pytest.mark.parametrize(
    ("tag", "what"),
    [
        ("{{ ''.__class__.__mro__ }}", "不能使用“__"),
        ("{{ 姓名['__class__'] }}", "不能使用“__class__”"),
        ("{{ 姓名|attr('__class__') }}", "没有“attr”这个过滤器"),
        ("{% include '/etc/passwd' %}", "没有“include”这种标签"),
        ("{% import 'os' as os %}", "没有“import”这种标签"),
        ("{% macro a() %}{% endmacro %}", "没有“macro”这种标签"),
        ("{{ 9**9**9**9 }}", "不能用“pow”"),
        ("{{ 姓名.format(1) }}", "不能在名称后面用"),
        ("{% for a in 甲 recursive %}{{ loop(a) }}{% endfor %}", "不能用“for”这种写法"),
        ("{% for a in [甲 ~ 甲] %}{% endfor %}", "for 里要写一个列表的名称"),
    ],
)
def test_a_tag_cannot_reach_attributes_files_or_endless_work(tag: str, what: str) -> None:
    assert any(what in line for line in wrong(made(paragraphs(tag))))


@pytest.mark.parametrize("tag", ["{{ 姓名[名] }}", "{{ 家[名] }}"])
def test_an_attribute_whose_name_is_data_is_not_reached(tag: str) -> None:
    with pytest.raises(FillError):
        compiled(tag).fill({"姓名": "甲", "家": {"甲": "乙"}, "名": "__class__"})


@pytest.mark.parametrize(
    ("tag", "why"),
    [
        ("{{ 姓名 * 999999999 }}", "只能用在数字上"),
        ("{{ '%999999999d' % 1 }}", "只能用在数字上"),
        ("{% for a in range(999999999) %}{% endfor %}", "range"),
        (
            "{% for a in 单 %}{% for b in 单 %}{% for c in 单 %}{% endfor %}{% endfor %}{% endfor %}",
            "循环超过 20000 次",
        ),
    ],
)
def test_bombs_do_not_go_off(tag: str, why: str) -> None:
    with pytest.raises((FillError, TemplateError)) as caught:
        compiled(tag).fill({"姓名": "甲", "单": [str(number) for number in range(999)]})
    assert why in str(caught.value)


def zipped(**parts: bytes) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as package:
        for name, part in parts.items():
            package.writestr(name, part)
    return buffer.getvalue()


def with_part(name: str, change: Callable[[bytes], bytes]) -> bytes:
    parts = unpack(made(paragraphs("{{姓名}}")))
    return pack(parts | {name: change(parts.get(name, b""))})


WORD = b"application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"
ENTITY = b"<!DOCTYPE a [<!ENTITY b 'c'>]>"


def typed(kind: bytes) -> bytes:
    return with_part("[Content_Types].xml", lambda xml: xml.replace(WORD, kind))


@pytest.mark.parametrize(
    ("data", "what"),
    [
        (b"", "文件是空的"),
        (b"%PDF-1.7 ...", "其实是 PDF"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600), "是旧格式的文档（.doc、.wps）"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + "EncryptedPackage".encode("utf-16-le"), "文档加了密码"),
        (b"{\\rtf1}", "其实是 RTF 文档"),
        (b"<html></html>", "其实是网页"),
        (b"\x89PNG", "不是 Word 文档"),
        (zipped(a=b"b"), "不是 Word 文档"),
        (made(paragraphs("甲"))[:-400], "文件不完整或已损坏"),
        (with_part("word/document.xml", lambda _: b"<w:" * 9), "打不开"),
        (with_part("word/vbaProject.bin", lambda _: b"x"), "文档里有宏"),
        (typed(b"application/vnd.ms-word.document.macroEnabled.main+xml"), "带宏的 Word 文档（.docm）"),
        (typed(b"application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml"), "其实是 Excel 工作簿"),
        (with_part("word/document.xml", lambda xml: xml.replace(b"<w:document", ENTITY + b"<w:document")), "DOCTYPE"),
        (with_part("word/document.xml", lambda _: b" " * (13 << 20)), "解开后大得不正常"),
        (made(paragraphs("甲" * 800_000)), "太长，不像一份表单"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_what_is_no_form_is_refused_with_a_sentence(data: bytes, what: str) -> None:
    (told,) = wrong(data)
    assert what in told
    assert told.startswith("错误 表.docx：")


def test_what_a_form_links_to_is_not_fetched(monkeypatch: pytest.MonkeyPatch) -> None:
    def refused(*_: object) -> None:
        raise AssertionError("the network was asked")

    monkeypatch.setattr(socket, "socket", refused)
    kind = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/attachedTemplate"
    link = f'<Relationship Id="rId99" Type="{kind}" Target="http://192.0.2.1/a.dotm" TargetMode="External"/>'
    end = b"</Relationships>"
    data = with_part("word/_rels/document.xml.rels", lambda xml: xml.replace(end, link.encode() + end))
    assert said(compile_form(data, "表.docx").fill(CHILD)) == ["石小满"]


@pytest.mark.parametrize("tag", ["{{ 姓名 }}", "{% set 甲 = 1 %}"])
def test_a_tag_that_hides_in_the_description_of_a_picture_is_told(tag: str) -> None:
    def build(document: Doc) -> None:
        document.add_picture(picture())
        document.element.xpath("//wp:docPr")[0].set("descr", tag)

    assert "图片说明一类的地方写了标签" in wrong(made(build))[0]


def test_brackets_without_end_are_told() -> None:
    assert "没有写对" in wrong(made(paragraphs("{{ " + "(" * 450 + " }}")))[0]


def test_a_tag_in_an_endnote_is_told_since_nothing_fills_it() -> None:
    parts = unpack(FORMS["footnotes"])
    turned = {
        name.replace("footnotes", "endnotes"): part.replace(b"footnote", b"endnote") for name, part in parts.items()
    }
    assert "这里的标签填不了" in wrong(pack(turned))[0]


# One print file


def merged(form: OwnForm, count: int = 3, **more: Any) -> Doc:
    return Document(io.BytesIO(form.merged([CHILD | {"姓名": f"甲{number}"} for number in range(count)], **more)))


def test_every_record_begins_on_a_page_of_its_own_with_its_pages_counted_from_one() -> None:
    document = merged(compiled("{{姓名}}"))
    assert [paragraph.text for paragraph in document.paragraphs] == ["甲0", "甲1", "甲2"]
    assert [section.start_type for section in document.sections] == [WD_SECTION.NEW_PAGE] * 3
    assert document.element.xml.count('w:pgNumType w:start="1"') == 3


def test_for_both_sides_every_record_begins_on_a_sheet_of_its_own() -> None:
    assert [section.start_type for section in merged(compiled("{{姓名}}"), sheets=True).sections] == [
        WD_SECTION.ODD_PAGE
    ] * 3


def test_nobody_gets_the_header_of_another() -> None:
    def build(document: Doc) -> None:
        _sections_without_header_first(document)

    form = compile_form(made(build), "表.docx")
    document = merged(form)
    headers = [section.header.paragraphs[0].text for section in document.sections]
    assert headers == ["", "甲0的附表", "", "甲1的附表", "", "甲2的附表"]
    assert all(not section.header.is_linked_to_previous for section in document.sections)


def _sections_without_header_first(document: Doc) -> None:
    document.add_paragraph("{{姓名}}")
    section = document.add_section(WD_SECTION.NEW_PAGE)
    section.header.is_linked_to_previous = False
    section.header.paragraphs[0].text = "{{姓名}}的附表"
    document.add_paragraph("{{班级}}")


def test_a_header_that_says_the_same_is_one_part() -> None:
    parts = unpack(compile_form(FORMS["sections"], "表.docx").merged([CHILD] * 3))
    assert sum(name.startswith("word/header_") for name in parts) == 2


def test_lists_of_every_record_begin_anew() -> None:
    def build(document: Doc) -> None:
        document.add_paragraph("{{姓名}}", style="List Number")
        document.add_paragraph("二", style="List Number")

    document = merged(compile_form(made(build), "表.docx"))
    numbers = [paragraph._p.xpath("string(w:pPr/w:numPr/w:numId/@w:val)") for paragraph in document.paragraphs]
    assert numbers[:2] == ["", ""]  # as their style says
    assert numbers[2] == numbers[3] != numbers[4] == numbers[5]
    numbering = document.part.numbering_part.element.xml
    assert numbering.count("w:startOverride") >= 2


def test_footnotes_of_every_record_are_its_own() -> None:
    parts = unpack(compile_form(FORMS["footnotes"], "表.docx").merged([CHILD | {"姓名": f"甲{n}"} for n in range(3)]))
    notes = etree.fromstring(parts["word/footnotes.xml"])
    space = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
    by_id = {note.get(f"{space}id"): "".join(map(str, note.itertext())) for note in notes}
    body = etree.fromstring(parts["word/document.xml"])
    asked = [by_id[one.get(f"{space}id")] for one in body.iter(f"{space}footnoteReference")]
    assert asked == [f"注 甲{number}，女生" for number in range(3)]


def test_the_number_of_all_pages_is_that_of_the_record() -> None:
    xml = unpack(compile_form(FORMS["fields, links, insertions"], "表.docx").merged([CHILD] * 2))[
        "word/document.xml"
    ].decode()
    assert "NUMPAGES" not in xml
    assert [f"PAGEREF _record_{number}" in xml and f'w:name="_record_{number}"' in xml for number in (1, 2)] == [
        True,
        True,
    ]


@pytest.mark.parametrize("name", FORMS)
def test_every_form_can_be_merged_and_ids_are_distinct(name: str) -> None:
    form = compile_form(FORMS[name], "表.docx")
    data = form.merged([CHILD, HOSTILE, CHILD])
    assert data == compile_form(FORMS[name], "表.docx").merged([CHILD, HOSTILE, CHILD])
    document = Document(io.BytesIO(data))
    single = Document(io.BytesIO(form.fill(CHILD)))
    assert len(document.sections) == 3 * len(single.sections)
    drawings = document.element.xpath("//wp:docPr/@id")
    assert len(drawings) == len(set(drawings))
    marks = document.element.xpath("//w:bookmarkStart/@w:id")
    assert len(marks) == len(set(marks))


def test_a_record_that_cannot_be_filled_is_left_out_of_the_print_file_and_told() -> None:
    left: list[tuple[int, tuple[str, ...]]] = []
    data = compiled("{{姓名}}").merged(
        [{"姓名": "甲"}, {"姓名": ""}, {"姓名": "丙"}],
        left_out=lambda index, error: left.append((index, error.lacking)),
    )
    assert said(data) == ["甲", "丙"]
    assert left == [(1, ("姓名",))]


def test_the_same_values_give_the_same_bytes_with_fixed_dates() -> None:
    data = compiled("{{姓名}}").fill(CHILD)
    assert data == compiled("{{姓名}}").fill(CHILD)
    with zipfile.ZipFile(io.BytesIO(data)) as package:
        assert {part.date_time for part in package.infolist()} == {(1980, 1, 1, 0, 0, 0)}
        assert package.namelist()[0] == "[Content_Types].xml"


def test_a_form_without_properties_gets_fixed_ones() -> None:
    parts = unpack(made(paragraphs("{{姓名}}")))
    del parts["docProps/core.xml"]
    relations = etree.fromstring(parts["_rels/.rels"])
    for relation in relations:
        if "core-properties" in str(relation.get("Type")):
            relations.remove(relation)
    parts["_rels/.rels"] = etree.tostring(relations)
    parts["[Content_Types].xml"] = parts["[Content_Types].xml"].replace(b"/docProps/core.xml", b"/docProps/gone.xml")
    assert b"1980-01-01" in unpack(compile_form(pack(parts), "表.docx").fill(CHILD))["docProps/core.xml"]
