from __future__ import annotations

import io
import json
from pathlib import Path

import pytest
from docx import Document
from docx.document import Document as Doc

from generator.errors import TemplateError
from generator.forms.own_form.tags import W
from generator.press.lint import CopyError, Lint, annotated, lint, write_copy
from tests.forms.own_forms import made, paragraphs


def looked(folder: Path, *texts: str, rows: object = None) -> Lint:
    (folder / "表.docx").write_bytes(made(paragraphs(*texts)))
    if rows is None:
        return lint(folder / "表.docx")
    (folder / "名册.json").write_text(json.dumps(rows, ensure_ascii=False), encoding="utf-8")
    return lint(folder / "表.docx", folder / "名册.json")


ROWS = [
    {"姓名": "石小满", "身份证号": "530102201503040015", "备注": ""},
    {"姓名": "木小春", "身份证号": "", "备注": ""},
]


def test_every_tag_is_told_with_what_it_finds_and_no_whole_id_number(tmp_path: Path) -> None:
    found = looked(tmp_path, "{{姓名}}{{身份证号|默认('')}}{{备注|默认('')}}{% if 备注 %}有{% endif %}", rows=ROWS)
    assert [str(finding) for finding in found.findings] == [
        "正文　姓名　填值；“姓名”2 条有，如“石小满”",
        "正文　身份证号|默认('')　填值；“身份证号”1 条有、1 条空着，如“530102****0015”",
        "正文　备注|默认('')　填值；“备注”0 条有、2 条空着",
        "正文　{% if 备注 %}　条件；“备注”0 条有、2 条空着",
        "正文　{% endif %}　条件、循环的分支或结尾",
    ]
    assert not found.wrong


def test_a_tag_that_finds_nothing_is_told_with_near_names(tmp_path: Path) -> None:
    found = looked(tmp_path, "甲{{性名}}", rows=ROWS)
    assert [str(problem) for problem, _ in found.problems] == [
        "错误 表.docx 正文“甲{{性名}}”：数据里没有“性名”，是不是“姓名”。改正标签，或给数据补上这一列。"
    ]
    assert found.wrong


def test_without_data_the_tags_themselves_are_looked_over(tmp_path: Path) -> None:
    found = looked(tmp_path, "{{性名|反转}}", "{% if 甲 %}", "{{乙}}")
    assert [problem.what[:18] for problem, _ in found.problems] == [
        "“{{ 性名|反转 }}”没有“反转",
        "“{% if 甲 %}”没有结尾",
    ]


def test_rows_that_cannot_be_filled_are_told_as_reminders(tmp_path: Path) -> None:
    found = looked(tmp_path, "{{姓名}}{{身份证号}}", rows=ROWS)
    ((problem, _),) = found.problems
    assert problem.level == "warning"
    assert problem.what == ("试填前 2 条，第 2 条“木小春”等 1 条填不出来：“身份证号”没有填（见“{{姓名}}{{身份证号}}”）")


def test_what_is_in_one_brace_is_an_error_where_it_is_a_column_and_else_a_remark(tmp_path: Path) -> None:
    found = looked(tmp_path, "{姓名}，{附件}", rows=ROWS)
    assert [problem.what for problem, _ in found.problems] == ["“{姓名}”只有一层花括号，会照原样印出来"]
    assert [remark for remark, _ in found.remarks] == ["“{附件}”只有一层花括号，会照原样印出来；是标签就写成 {{附件}}"]


def test_the_copy_has_the_problems_as_comments_at_their_paragraphs(tmp_path: Path) -> None:
    def build(document: Doc) -> None:
        paragraphs("好", "坏{{姓名", "")(document)
        document.add_table(1, 1).cell(0, 0).text = "{{性名}}"
        document.sections[0].header.paragraphs[0].text = "{{校名}}"

    (tmp_path / "表.docx").write_bytes(made(build))
    (tmp_path / "名册.json").write_text(json.dumps(ROWS, ensure_ascii=False), encoding="utf-8")
    found = lint(tmp_path / "表.docx", tmp_path / "名册.json")
    copy = annotated(tmp_path / "表.docx", found)
    assert copy == annotated(tmp_path / "表.docx", found)
    document = Document(io.BytesIO(copy))
    assert not any(comment.timestamp for comment in document.comments)  # it would be the clock's
    comments = {comment.comment_id: comment for comment in document.comments}
    assert {comment.author for comment in comments.values()} == {"保学"}
    by_paragraph: dict[str, list[str]] = {}
    for reference in document.element.xpath("//w:commentReference"):
        paragraph = next(reference.iterancestors(f"{W}p"))
        text = "".join(one.text for one in paragraph.iter(f"{W}t"))
        by_paragraph.setdefault(text, []).append(comments[int(reference.get(f"{W}id"))].text)
    assert by_paragraph == {
        "坏{{姓名": ["“{{姓名”没有写完。在后面补上 }}（要在同一段里）。"],
        "{{性名}}": ["数据里没有“性名”，是不是“姓名”。改正标签，或给数据补上这一列。"],
        "好": ["页眉“{{校名}}”：数据里没有“校名”，是不是“姓名”。改正标签，或给数据补上这一列。"],
    }
    assert [paragraph.text for paragraph in document.paragraphs] == ["好", "坏{{姓名", ""]


def test_the_copy_takes_the_place_of_an_older_copy_alone(tmp_path: Path) -> None:
    found = looked(tmp_path, "{{姓名")
    form = tmp_path / "表.docx"
    data = annotated(form, found)
    write_copy(tmp_path / "批.docx", form, data)
    write_copy(tmp_path / "批.docx", form, data)
    (tmp_path / "别.docx").write_bytes(made(paragraphs("别人的")))
    for path in (form, tmp_path / "别.docx", tmp_path / "批.txt"):
        with pytest.raises(CopyError):
            write_copy(path, form, data)
    assert Document(str(tmp_path / "别.docx")).paragraphs[0].text == "别人的"


def test_what_is_no_form_is_refused(tmp_path: Path) -> None:
    (tmp_path / "表.docx").write_bytes(b"%PDF")
    with pytest.raises(TemplateError, match="其实是 PDF"):
        lint(tmp_path / "表.docx")


FAMILIES = [
    {"姓名": "石小满", "家庭": [{"姓名": "石大", "课": [{"名": "语文", "分": "90"}]}, {"姓名": "木大", "课": []}]},
    {"姓名": "木小春", "家庭": []},
]


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("{% for 人 in 家庭 %}{{人.性名|默认('无')}}{% endfor %}", "“家庭”里没有“性名”，是不是“姓名”"),
        ("{{家庭[0].性名}}", "“家庭”里没有“性名”，是不是“姓名”"),
        ("{{(家庭|第一个).性名}}", "“家庭”里没有“性名”，是不是“姓名”"),
        ("{% for 人 in 家庭 %}{% for 门 in 人.课 %}{{门.份}}{% endfor %}{% endfor %}", "“家庭.课”里没有“份”"),
        ("{% for 人 in 家庭 if 人.性名 %}{{人.姓名}}{% endfor %}", "“家庭”里没有“性名”，是不是“姓名”"),
    ],
)
def test_what_is_misspelt_of_the_items_of_a_list_is_told_with_near_names(tmp_path: Path, text: str, told: str) -> None:
    assert told in [problem.what for problem, _ in looked(tmp_path, text, rows=FAMILIES).problems]


def test_what_the_items_of_a_list_have_is_told_as_that_of_columns_is(tmp_path: Path) -> None:
    text = "{% for 人 in 家庭 %}{{loop.index}}{{人.姓名}}{% for 门 in 人.课 %}{{门.分}}{% endfor %}{% endfor %}"
    found = looked(tmp_path, text, rows=FAMILIES)
    assert not found.problems
    told = {finding.tag.expression: finding.found for finding in found.findings}
    assert told["人.姓名"] == "“家庭.姓名”2 条有，如“石大”"
    assert told["门.分"] == "“家庭.课.分”1 条有，如“90”"
    assert told["loop.index"] == ""


def test_lists_that_are_all_empty_say_nothing_of_their_items(tmp_path: Path) -> None:
    text = "{% for 人 in 家庭 %}{{人.性名}}{% endfor %}"
    assert not looked(tmp_path, text, rows=[{"姓名": "石小满", "家庭": []}]).problems


def test_a_row_that_cannot_be_filled_is_told_at_the_paragraph_that_asks_for_more(tmp_path: Path) -> None:
    ((problem, tag),) = looked(tmp_path, "{{姓名}}", "号码{{身份证号}}", rows=ROWS).problems
    assert problem.place.cell == "号码{{身份证号}}"
    assert tag
    assert tag.paragraph == 1
