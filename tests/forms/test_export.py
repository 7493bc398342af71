"""A definition becomes a Word form that says the same when it is filled in."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from generator.forms.catalogue import Proof
from generator.forms.definition import WordFile
from generator.forms.export import ExportError
from generator.forms.lower import lower
from generator.forms.resolve import Resolver
from generator.forms.word_form import WordForm
from generator.render import renderer
from tests.forms.words import exported, said, text_of
from tests.small import catalogue, definition, house, known, national

YEAR = "{{ policy.titles['guardian-contract'] }}"


def both(folder: Path, *blocks: Any, record: int = 0, spoil: Any = lambda _: None, **changes: Any) -> tuple[str, str]:
    """Return what a definition prints of a record, and what its exported form does; the form is proved on the way."""
    context = known(folder, spoil)
    made = definition(body=list(blocks), **changes)
    found = catalogue(folder, made)
    data = exported(made, found, national())
    found.definitions[made.id] = made.in_words("tiny.docx")
    found.words[made.id] = WordFile(folder / "tiny.docx", data)
    assert not Proof(found, national(), made.id).problems()
    resolver = Resolver(made, {}, context)
    one = context.records(made.per)[record]
    paper = lower(resolver.resolve(one), house(made.style), landscape=made.landscape, label="t")
    built = renderer("docx").render([paper], copies=1, duplex=False, title="t").data
    form = WordForm(found.words[made.id], resolver)
    return text_of(built), text_of(form.own.single(form.fill(one)[0]))


WOMAN, MAN = "student.sex == '女'", "student.sex == '男'"
VISITED = ["{{ visit.visited_on }}", "{{ visit.mode }}"]
NAMES = {"label": "姓名", "value": "{{ one.name | spaced }}"}
SEATS = {"label": "座号", "value": "{{ one.seat_no }}", "total": True}
ETHNICITY = {"label": "民族", "value": "{{ student.ethnicity }}", "by_hand": True}
CHOSEN = {"choice": ["上门", "电话"], "value": "{{ student.visits[0].mode }}", "span": 2}
ENDING = "{{ one.name }}{{ '。' if loop.last else '；' }}"
BLOCKS: dict[str, list[Any]] = {
    "titles": [
        {"title": ["{{ school.name }}", "{{ title }}"]}, {"number": "第{{ student.seat_no }}号"},
        {"to": "{{ school.name }}"},
    ],
    "quotes": [{"text": "“{{ '“在校”' if student.enrolled else '' }}”"}],
    "signs": [
        {"text": "a < b & c > d"}, {"text": "{{ '是' if student.seat_no < 5 and school.name != 'x' else '否' }}"},
    ],
    "alternatives": [{"text": "男", "when": MAN}, {"text": "女", "when": WOMAN}],
    "numbers": [
        {"heading": "甲"}, {"heading": "没有", "when": MAN}, {"heading": "乙"},
        {"clauses": [{"text": "无", "when": MAN}, "一", "二"]}, {"clauses": ["三"], "continue": True},
        {"clauses": [{"each": "one in class.roll", "text": ENDING}], "numbering": "（一）"},
        {"heading": "丙", "level": 2}, {"heading": "丁", "level": 3}, {"heading": "戊", "numbered": False},
    ],
    "fields": [{"fields": [{"label": "姓名", "value": "{{ student.name }}"}, ETHNICITY]}],
    "grid": [{"grid": {"columns": [2, 3, 4], "rows": [
        ["姓名", {"value": "{{ student.name }}", "span": 2}],
        {"side": "家访", "rows": [
            ["日期", "方式"], {"each": "visit in student.visits", "cells": VISITED},
            {"when": MAN, "cells": ["不印", "不印"]},
        ]},
        {"when": WOMAN, "cells": ["女", {"blank": True, "span": 2}]},
        ["选", CHOSEN],
        ["选", {"choice": ["甲", "乙"], "span": 2}],
    ]}}],
    "roster": [{"roster": {
        "each": "one in class.roll if one.sex == '女'", "numbered": "序号", "at_least": 3, "total": "合计",
        "group": "{{ one.sex }}生", "columns": [NAMES, SEATS, {"label": "选", "choice": ["是", "否"]}],
    }}],
    "empty roster": [{"roster": {
        "each": "one in class.roll if one.sex == 'x'", "empty": "没有", "at_least": 3, "total": "合计",
        "columns": [NAMES, SEATS],
    }}],
    "people": [{"people": {
        "each": "one in school.staff", "role": "{{ '组长' if one.post == '校长' else '成员' }}",
        "name": "{{ one.name }}", "post": "{{ one.post }}",
    }}],
    "signing": [
        {"signatures": [["甲方签字", "日期"], ["{{ student.name }}", ""]]},
        {"signoff": "{{ school.name }}", "date": "{{ today }}"}, {"signoff": "{{ school.name }}"},
        {"signoff": ["甲", "乙"], "date": "{{ student.birth_date }}", "by_hand": True},
    ],
    "pages": [
        {"text": "一"}, {"page_break": True}, {"text": "二", "when": WOMAN}, {"section": "landscape"},
        {"text": "三", "when": WOMAN}, {"section": "portrait"},
        {"grid": {"columns": [1], "rows": [["四"]]}, "when": WOMAN},
    ],
    "the rest": [
        {"blank": 3, "label": "其他"}, {"cut": "裁"}, {"note": "注"},
        {"each": "one in class.roll", "do": [{"text": "{{ one.name }}"}, {"clauses": ["甲", "乙"]}]},
    ],
}  # fmt: skip


@pytest.mark.parametrize("blocks", BLOCKS.values(), ids=BLOCKS)
@pytest.mark.parametrize("record", [0, 1])
def test_every_kind_of_block_says_the_same(blocks: list[Any], record: int, tmp_path: Path) -> None:
    def spoil(sheets: Any) -> None:
        sheets["家访"].append(sheets["家访"][0] | {"学生": "木小春"})

    built, own = both(tmp_path, *blocks, record=record, spoil=spoil)
    assert own == built
    assert "{" not in own


def test_values_stand_as_tags_and_wording_as_it_is(tmp_path: Path) -> None:
    made = definition(
        body=[
            {"heading": "情况"},
            {"text": f"学生{{{{ student.name }}}}，{YEAR}"},
            {"text": "无", "when": "student.left"},
        ]
    )
    assert said(exported(made, catalogue(tmp_path, made), national())) == [
        "{{ 标题号(1) }}情况", f"学生{{{{ student.name }}}}，{YEAR}", "{%p if student.left %}", "无", "{%p endif %}",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("block", "why"),
    [
        ({"fields": [{"label": "姓名", "value": "", "when": "student.left"}]}, "带条件"),
        (
            {
                "grid": {
                    "columns": [1, 1],
                    "rows": [{"side": "旁", "rows": [{"when": "student.left", "cells": ["一"]}]}],
                }
            },
            "第一行",
        ),
        ({"text": "偶数", "when": "student.seat_no % 2 == 0"}, "有 % 或 }"),
        ({"grid": {"columns": [1], "rows": [[{"choice": ["甲", "乙"], "value": "{{ '甲' }}乙"}]]}}, "不是单独一个标签"),
    ],
)
def test_what_a_word_form_cannot_say_is_refused_with_the_reason(block: Any, why: str, tmp_path: Path) -> None:
    made = definition(body=[block])
    with pytest.raises(ExportError, match="tiny 不能导出成 Word 表单") as caught:
        exported(made, catalogue(tmp_path, made), national())
    assert why in str(caught.value)


def test_a_number_stands_right_under_whichever_title_is_printed(tmp_path: Path) -> None:
    from generator.forms.export import export
    from generator.forms.lowered import Para

    made = definition(
        body=[
            {"title": "甲", "when": "student.left"}, {"title": ["乙", "丙"], "when": "not student.left"},
            {"number": "1号"},
        ]
    )  # fmt: skip
    paper = export(made, {}, national(), house())
    gaps = {para.runs[0].text: para.after for para in paper.blocks if isinstance(para, Para) and para.runs}
    assert (gaps["甲"], gaps["乙"], gaps["丙"]) == (0, 0, 0)


def test_tables_that_become_neighbours_do_not_touch(tmp_path: Path) -> None:
    """Where a condition between two tables leaves nothing, Word would glue them together."""
    grid = {"grid": {"columns": [1], "rows": [["一"]]}}
    made = definition(
        body=[
            grid,
            {**grid, "when": "student.enrolled"},
            {"text": "无", "when": "student.left"},
            {**grid, "when": "student.enrolled"},
        ]
    )
    context = known(tmp_path)
    found = catalogue(tmp_path, made)
    file = WordFile(tmp_path / "tiny.docx", exported(made, found, national()))
    form = WordForm(file, Resolver(made, {}, context))
    xml = form.fill(context.records("student")[0])[0]["word/document.xml"].decode()
    assert xml.count("<w:tbl>") == 3
    assert "</w:tbl><w:tbl>" not in xml
