"""A paper made by a mould is the one that would be made in full."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from generator.forms import mould
from generator.forms.expression import Expressions
from generator.forms.lowered import Cast, Para, Run, whole
from generator.forms.mould import IN_VAIN, Foundry, Made
from generator.forms.resolve import HeldBackError, Resolver
from tests.small import HOSTILE, Sheets, definition, house, known

NAME = {"fields": [{"label": "姓名", "value": "{{ student.name }}", "width": 8}]}
PLACE = {"fields": [{"label": "住址", "value": "{{ student.address }}", "width": 8, "by_hand": True}]}


def children(*names: str, **column: tuple[str, ...]) -> Any:
    """Return what puts other children into the tiny county, each with its own in some columns."""

    def spoil(sheets: Sheets) -> None:
        sheets["家访"] = []
        sheets["学生"] = [
            {"班级": "三年级（1）班", "姓名": name, "性别": "女", "全国学籍号": f"G{at}", "现住址": "溪头村"}
            | {header: values[at] for header, values in column.items()}
            for at, name in enumerate(names)
        ]

    return spoil


def foundry(folder: Path, spoil: Any, *blocks: Any, **changes: Any) -> Foundry:
    context = known(folder, spoil)
    return Foundry(Resolver(definition(body=list(blocks), **changes), {}, context), house())


def all_made(at: Foundry) -> list[Made]:
    """Return the papers of all records, each seen to be what is made in full."""
    found = []
    records = at.resolver.context.records(at.resolver.definition.per)
    for number, record in enumerate(records):
        made, full = at.made(record, f"第{number}份"), at._in_full(record, f"第{number}份")
        assert made._replace(paper=whole(made.paper)) == full
        assert made.paper.values() == whole(full.paper).values()
        assert made.paper.skeleton() == full.paper.skeleton()
        found.append(made)
    return found


def cast(at: Foundry) -> list[bool]:
    return [isinstance(made.paper, Cast) for made in all_made(at)]


FOUR = "石小满", "木小春", HOSTILE.replace("\n", ""), "欧阳·璟堃"


def test_from_the_third_on_a_mould_makes_papers_that_differ_in_their_boxes_alone(tmp_path: Path) -> None:
    assert cast(foundry(tmp_path, children(*FOUR), NAME)) == [False, False, True, True]


def test_words_in_running_text_are_another_mould(tmp_path: Path) -> None:
    assert not any(cast(foundry(tmp_path, children(*FOUR), NAME, {"text": "{{ student.name }}同学："})))


@pytest.mark.parametrize(
    "block",
    [
        {"text": "男生", "when": "student.sex == '男'"},
        {"fields": [{"label": "性别", "value": "男", "width": 4, "when": "student.sex == '男'"}]},
        {"grid": {"columns": [1], "rows": [{"cells": [{"choice": ["男", "女"], "value": "{{ student.sex }}"}]}]}},
        {"text": "{{ s.name }}", "each": "s in class.roll if s.sex == student.sex"},
    ],
)
def test_what_is_decided_in_another_way_is_another_paper(block: Any, tmp_path: Path) -> None:
    sexes = ("女", "女", "女", "男", "女", "男", "男")
    at = foundry(tmp_path, children("甲", "乙", "丙", "丁", "戊", "己", "庚", 性别=sexes), NAME, block)
    assert cast(at)[2:] == [True, False, True, False, True]


def test_a_blank_that_is_left_to_the_pen_is_told_of_for_each_paper(tmp_path: Path) -> None:
    at = foundry(tmp_path, children("甲", "乙", "丙", "丁", 现住址=("溪头村", "", "", "溪尾村")), NAME, PLACE)
    assert [made.by_hand for made in all_made(at)] == [(), ("现住址",), ("现住址",), ()]
    assert cast(at) == [True] * 4


def test_a_value_that_must_not_be_missing_holds_back_the_paper_that_lacks_it(tmp_path: Path) -> None:
    fields = {"fields": [{"label": "民族", "value": "{{ student.ethnicity }}", "width": 8}]}
    at = foundry(tmp_path, children("甲", "乙", "丙", "丁", 民族=("汉族", "汉族", "汉族", "")), fields)
    *good, lacking = at.resolver.context.records("student")
    for record in good:
        at.made(record, "份")
    with pytest.raises(HeldBackError, match="民族"):
        at.made(lacking, "份")


def test_names_broken_into_lines_have_no_slot(tmp_path: Path) -> None:
    narrow = {"grid": {"columns": [1, 6], "rows": [{"cells": [{"value": "{{ student.name }}"}, {"value": "乙"}]}]}}
    names = ("甲", "乙", "古丽帕夏、阿卜杜、吐尔逊", "丁", "戊")
    assert cast(foundry(tmp_path, children(*names), narrow)) == [False, False, False, True, True]


def test_a_number_that_is_added_up_is_no_slot(tmp_path: Path) -> None:
    columns = [
        {"label": "姓名", "value": "{{ one.name }}", "width": 6},
        {"label": "座号", "value": "{{ student.seat_no }}", "width": 6, "total": True},
    ]
    counted = {"roster": {"each": "one in [student]", "columns": columns, "total": "合计"}}
    at = foundry(tmp_path, children("甲", "乙", "丙", "丁", 班内学号=("1", "1", "1", "2")), counted)
    assert cast(at) == [False, False, True, False]


def test_elements_of_a_loop_are_those_of_each_record(tmp_path: Path) -> None:
    listed = {
        "roster": {
            "each": "one in [student, student]",
            "columns": [{"label": "姓名", "value": "{{ loop.index }}{{ one.name }}", "width": 6}],
        }
    }
    assert cast(foundry(tmp_path, children(*FOUR), listed, NAME)) == [False, False, True, True]


@pytest.mark.parametrize(
    "each", ["a in [1, 2]", "a in quarters()", "policy in [student]", "student in class.roll", "title in [student]"]
)
def test_loops_over_what_is_the_same_for_all_or_that_hide_a_name_are_asked_again_as_they_were(
    each: str, tmp_path: Path
) -> None:
    name = each.partition(" ")[0]
    said = "{{ loop.index }}" if name == "a" else f"{{{{ {name}.address }}}}"
    places = ("溪头村", "溪头村", "溪头村", "溪尾村", "溪尾村")
    at = foundry(tmp_path, children("甲", "乙", "丙", "丁", "戊", 现住址=places), NAME, {"text": said, "each": each})
    assert cast(at)[:3] == [False, False, True]


def test_what_rests_on_no_record_fills_a_box(tmp_path: Path) -> None:
    counted = {"fields": [{"label": "季度", "value": "{{ quarters() | length }}", "width": 8}]}
    assert cast(foundry(tmp_path, children(*FOUR), NAME, counted)) == [False, False, True, True]


def test_the_name_of_a_series_is_no_slot_for_it_stands_in_the_picture_too(tmp_path: Path) -> None:
    series = [{"name": "{{ student.address }}", "value": "{{ n }}"}, {"name": "乙", "value": "{{ n }}"}]
    chart = {"each": "n in [1, 2]", "head": "项", "label": "第{{ n }}项", "series": series, "caption": "图"}
    places = ("溪头村", "溪头村", "溪头村", "溪尾村")
    at = foundry(tmp_path, children("甲", "乙", "丙", "丁", 现住址=places), NAME, {"chart": chart})
    assert cast(at) == [False, False, True, False]


def test_a_dash_between_blanks_is_no_column_that_is_left_out(tmp_path: Path) -> None:
    columns = [
        {"label": "姓名", "value": "{{ one.name }}", "width": 6},
        {"label": "起讫", "value": "{{ one.address }}——{{ one.address }}", "width": 6, "by_hand": True},
    ]
    places = ("溪头村", "溪头村", "溪头村", "")
    listed = {"roster": {"each": "one in [student]", "columns": columns}}
    at = foundry(tmp_path, children("甲", "乙", "丙", "丁", 现住址=places), listed)
    assert cast(at) == [False, False, True, True]
    assert "起讫" in "".join(run.text for run in whole(all_made(at)[-1].paper).runs())


def test_a_mould_whose_first_paper_is_another_makes_none(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    at = foundry(tmp_path, children(*FOUR), NAME, PLACE)
    monkeypatch.setattr(mould._Slot, "ask", lambda self, _: (Run("错", self.style, True, True), []))
    assert cast(at) == [False] * 4
    assert not any(one.proven for one in at.moulds)


def test_a_form_whose_papers_are_never_alike_is_not_tried_for_ever(tmp_path: Path) -> None:
    names = [chr(0x4E00 + number) for number in range(IN_VAIN + 3)]
    at = foundry(tmp_path, children(*names), {"text": "{{ student.name }}"})
    assert not any(cast(at))
    assert at.tried == IN_VAIN


def test_what_was_asked_of_the_same_records_is_not_asked_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    teacher = {"fields": [{"label": "班主任", "value": "{{ class.teacher.name }}", "width": 8}]}
    at = foundry(tmp_path, children(*FOUR), NAME, teacher, {"text": "{{ school.name }}"})
    records = at.resolver.context.records("student")
    first = [at.made(record, "份").paper for record in records[:3]]
    asked: list[str] = []
    value = Expressions.value

    def noted(self: Expressions, text: str, names: Mapping[str, Any]) -> Any:
        asked.append(text)
        return value(self, text, names)

    monkeypatch.setattr(Expressions, "value", noted)
    at.made(records[3], "份")
    assert asked == ["school.name", "student.name"]  # the first for the issuer
    assert all(isinstance(paper, Cast) for paper in first[2:])


def test_moulds_in_use_are_kept_and_others_forgotten(tmp_path: Path) -> None:
    names = [
        "甲1",
        "甲2",
        *(name for number, kind in enumerate("乙丙丁戊己庚辛壬癸") for name in (kind, f"甲{number + 3}")),
    ]
    at = foundry(tmp_path, children(*names), NAME, {"text": "{{ student.name | first }}"})
    assert cast(at) == [False, False, *(kind == "甲" for name in names[2:] for kind in name[0])]
    assert len(at.moulds) == mould.MOST


@pytest.mark.parametrize("label", ["甲", HOSTILE])
def test_a_cast_bears_its_own_label_where_the_other_bore_its(label: str, tmp_path: Path) -> None:
    at = foundry(tmp_path, children(*FOUR), {"title": ["责任书"]}, NAME)
    records = at.resolver.context.records("student")
    for record in records[:2]:
        at.made(record, "先前的")
    paper = at.made(records[2], label).paper
    assert isinstance(paper, Cast)
    assert paper.title == whole(paper).title == label
    assert [block.anchor for block in whole(paper).blocks if isinstance(block, Para) and block.anchor] == [label]
