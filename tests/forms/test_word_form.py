"""What a Word form may name, how it is proved, and what becomes of values that are missing."""

from __future__ import annotations

from io import BytesIO
from pathlib import Path
from typing import Any

import docx
import pytest

from generator.errors import Problem
from generator.forms.catalogue import Proof
from generator.forms.definition import Definition, WordFile
from generator.forms.resolve import HeldBackError, Resolver
from generator.forms.word_form import WordForm, headers
from generator.forms.word_jinja import RULED, Filling
from tests.forms.words import document, said
from tests.small import HOSTILE, PAPER, catalogue, known, national


def definition(**changes: Any) -> Definition:
    head = {key: value for key, value in PAPER.items() if key != "body"}
    return Definition.model_validate(head | {"word": "表.docx"} | changes)


def filled(
    folder: Path, data: bytes, *, spoil: Any = lambda _: None, record: int = 0, **changes: Any
) -> tuple[list[str], Filling]:
    """Return what a form says of one record, and what was noted while it was filled in."""
    context, made = known(folder, spoil), definition(**changes)
    form = WordForm(WordFile(folder / "表.docx", data), Resolver(made, {}, context))
    parts, filling = form.fill(context.records(made.per)[record])
    return said(form.own.single(parts)), filling


def problems(folder: Path, data: bytes, **changes: Any) -> list[Problem]:
    made = definition(**changes)
    found = catalogue(folder, made)
    found.words[made.id] = WordFile(folder / "表.docx", data)
    return Proof(found, national(), made.id).problems()


# --- names --------------------------------------------------------------------------------------------


def test_a_form_names_what_definitions_name_and_columns_by_their_chinese_names(tmp_path: Path) -> None:
    data = document(
        "{{ student.name }} {{姓名}} {{ 班级 }} {{班内学号}} {{ school.name }} {{ today }} {{ title }} {{现住址}}"
    )
    assert filled(tmp_path, data)[0] == [
        "石小满 石小满 三年级（1）班 1 云山县清溪镇中心小学 2026年9月11日 小文书 溪头村"
    ]


def test_the_guardian_is_who_is_guardian_not_the_first_of_the_family(tmp_path: Path) -> None:
    def spoil(sheets: Any) -> None:
        for number, (name, guards) in enumerate([("甲某", "否"), ("乙某", "是")], start=1):
            sheets["学生"][0] |= {
                f"成员{number}姓名": name,
                f"成员{number}是否监护人": guards,
                f"成员{number}关系": "父亲",
            }

    assert filled(tmp_path, document("{{监护人}} {{监护人姓名}} {{成员1姓名}}"), spoil=spoil)[0] == ["乙某 乙某 甲某"]


@pytest.mark.parametrize("per", ["student", "school", "class", "case", "visit", "notice", "staff", "inspection"])
def test_every_chinese_name_of_a_sheet_leads_to_something(per: str, tmp_path: Path) -> None:
    assert headers(per)
    tags = [f"{{{{ {name} }}}}" for name in headers(per)]
    assert not problems(tmp_path, document(*tags), per=per, filename="{{ today.year }}", issuer="county")


def test_people_in_one_cell_are_named_one_after_the_other(tmp_path: Path) -> None:
    assert filled(tmp_path, document("{{家访教师}}：{{学生}}"), per="visit")[0] == ["林老师、田校长：石小满"]


def test_hostile_values_are_printed_as_they_are(tmp_path: Path) -> None:
    def spoil(sheets: Any) -> None:
        sheets["学生"][0]["现住址"] = HOSTILE.replace("\n", " ")

    assert filled(tmp_path, document("住{{现住址}}。后面的字还在"), spoil=spoil)[0] == [
        f"住{HOSTILE.replace(chr(10), ' ')}。后面的字还在"
    ]


# --- the proof ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("paragraphs", "what"),
    [
        (["家长：{{ student.guardien.name }}"], "“学生”没有“guardien”，是不是“guardian"),
        (["{{ 姓各 }}"], "没有“姓各”这个名字，是不是“姓名"),
        (["{% if school.phone %}{% else %}{{ studnt.name }}{% endif %}"], "没有“studnt”这个名字，是不是“student"),
        (["{%p for one in class.roll %}", "{{ one.nam }}", "{%p endfor %}"], "“学生”没有“nam”，是不是“name"),
        (["{% if student.nam %}有{% endif %}"], "“学生”没有“nam”，是不是“name"),
        (["{%p for one in class.roll if one.sexx %}", "{%p endfor %}"], "“学生”没有“sexx”，是不是“sex"),
        (["{{ student.name|大写 }}"], "没有“大写”这个过滤器"),
        (["{{ student.address|手填|length }}"], "“手填”要写在标签的最后"),
        (
            ["{{ policy.titles['gardian-contract'] }}"],
            "政策里没有 titles 的“gardian-contract”，是不是“guardian-contract",
        ),
        (["{{ 条号() }}"], "条号() 里应是 文字"),
        (["{{ student.name.upper() }}"], "只能调用列出的函数"),
        (["{{ student.address|手填(school.name) }}"], "括号里只能写定好的文字"),
        (["{{ student.sex|框 }}"], "框 后面缺少括号里的文字"),
        (["{% include 'x' %}"], "没有“include”这种标签"),
    ],
)
def test_what_is_wrong_in_a_form_is_told_with_its_paragraph(paragraphs: list[str], what: str, tmp_path: Path) -> None:
    found = problems(tmp_path, document("前面一段", *paragraphs, "后面一段"))
    assert [what in problem.what for problem in found] == [True], found
    shown = str(found[0].place)
    assert shown.startswith("表.docx 正文“")
    assert "{" in shown
    assert not {"前面", "后面"} & {shown[at : at + 2] for at in range(len(shown))}


def test_all_that_is_wrong_is_told_at_once(tmp_path: Path) -> None:
    found = problems(tmp_path, document("{{ 姓各 }}", "{{ 班纪 }}", rows=(("{{ 民簇 }}",),)))
    assert len(found) == 3


def test_a_form_without_mistakes_has_no_problems(tmp_path: Path) -> None:
    data = document(
        "{{ 标题号(1) }}基本情况", "{{ 姓名 }}", "{%p if school.phone %}", "{{ 首条('1.') }}{{ school.phone }}",
        "{%p endif %}",
        "{{ policy.titles['guardian-contract'] }}{{ 监护人电话|手填 }}",
    )  # fmt: skip
    assert problems(tmp_path, data) == []


# --- what is missing ----------------------------------------------------------------------------------


def test_all_missing_values_are_told_when_a_paper_is_held_back(tmp_path: Path) -> None:
    with pytest.raises(HeldBackError) as caught:
        filled(tmp_path, document("{{ student.guardian.name }}", "{{ 民族 }}", "{{姓名}}"))
    assert [missing.label for missing in caught.value.missing] == ["监护人", "民族"]


def test_a_value_may_be_left_to_the_pen_and_is_then_told_as_such(tmp_path: Path) -> None:
    data = document("族：{{ 民族|手填 }}", "籍{{ 户籍地址|手填('') }}", "{{ 入学年月|by_hand('—') }}", "{{姓名|手填}}")
    lines, filling = filled(tmp_path, data)
    assert lines == [f"族：{RULED}", "籍", "—", "石小满"]
    assert [missing.label for missing in filling.by_hand] == ["民族", "户籍地址", "入学年月"]


def test_what_stands_in_for_a_value_is_not_told_as_left_to_the_pen(tmp_path: Path) -> None:
    lines, filling = filled(tmp_path, document("{{ 民族|默认('汉族') }}{{姓名|默认('某')}}"))
    assert lines == ["汉族石小满"]
    assert filling.by_hand == []


def test_a_tag_typed_with_a_chinese_input_method_and_split_by_word_is_understood(tmp_path: Path) -> None:
    made = docx.Document()
    paragraph = made.add_paragraph("｛｛学生")
    paragraph.add_run("姓名").bold = True
    paragraph.add_run("｝｝{{民族｜默认（‘无’）}}")
    buffer = BytesIO()
    made.save(buffer)
    assert filled(tmp_path, buffer.getvalue())[0] == ["石小满无"]


def test_a_condition_that_asks_for_a_value_holds_where_it_is_there(tmp_path: Path) -> None:
    data = document("{%p if 民族 %}", "有", "{%p else %}", "没有", "{%p endif %}")
    assert filled(tmp_path, data)[0] == ["没有"]


def test_a_condition_that_turns_on_a_missing_value_holds_the_paper_back(tmp_path: Path) -> None:
    with pytest.raises(HeldBackError, match="学年初人数"):
        filled(
            tmp_path, document("{%p if class.baseline > 1 %}", "有", "{%p endif %}"),
            spoil=lambda sheets: sheets["班级"][0].update(学年初人数=""),
        )  # fmt: skip


# --- counting -----------------------------------------------------------------------------------------


def test_headings_and_clauses_are_counted_as_they_come_out(tmp_path: Path) -> None:
    data = document(
        "{{ 标题号(1) }}甲", "{{ 首条('1.') }}a", "{{ 条号('1.') }}b",
        "{%p if 民族 %}", "{{ 标题号(1) }}没有的", "{%p endif %}", "{{ 标题号(1) }}乙", "{{ 标题号(2) }}丙",
        "{%p if 从头编号() %}", "{%p endif %}", "{%p for one in class.roll %}",
        "{{ 条号('第一条') }}{{ one.name }}", "{%p endfor %}", "{{ 标题号(3) }}丁",
    )  # fmt: skip
    assert filled(tmp_path, data)[0] == [
        "一、甲", "1. a", "2. b", "二、乙", "（一）丙", "第一条　石小满", "第二条　木小春", "1. 丁",
    ]  # fmt: skip


def test_counting_begins_anew_with_every_record(tmp_path: Path) -> None:
    context, made = known(tmp_path), definition()
    form = WordForm(WordFile(tmp_path / "表.docx", document("{{ 标题号(1) }}{{姓名}}")), Resolver(made, {}, context))
    texts = [said(form.own.single(form.fill(record)[0])) for record in context.records("student")]
    assert texts == [["一、石小满"], ["一、木小春"]]


def test_rows_are_summed_and_filled_up(tmp_path: Path) -> None:
    rows = (
        ("{%tr for room in school.classes if room.size %}", ""),
        ("{{ room.name }}", "{{ room.size|累计('人数') }}"),
        ("{%tr endfor %}", ""),
        ("{%tr for 空行 in 补行(2) %}", ""),
        ("—", "—"),
        ("{%tr endfor %}", ""),
        ("{{ 行数() }}", "{{ 合计('人数') }}"),
    )
    assert filled(tmp_path, document(rows=rows), per="school")[0] == ["三年级（1）班", "2", "—", "—", "1", "2"]


def test_rows_that_a_loop_passes_over_are_not_counted(tmp_path: Path) -> None:
    data = document(
        "{%p for one in class.roll if one.sex == '女' %}", "{{ one.name }}", "{%p endfor %}", "{{ 行数() }}"
    )
    assert filled(tmp_path, data)[0] == ["石小满", "1"]


def test_a_sum_over_a_blank_is_left_to_the_pen(tmp_path: Path) -> None:
    rows = (
        ("{%tr for room in school.classes %}",),
        ("数{{ room.baseline|手填('')|累计('学年初') }}",),
        ("{%tr endfor %}",),
        ("计{{ 合计('学年初') }}",),
    )
    lines, filling = filled(
        tmp_path, document(rows=rows), per="school", spoil=lambda sheets: sheets["班级"][0].update(学年初人数="")
    )
    assert lines == ["数", "计"]
    assert [missing.label for missing in filling.by_hand] == ["学年初人数", "学年初（合计）"]


def test_the_box_of_what_is_chosen_is_ticked(tmp_path: Path) -> None:
    data = document("{{ 方式|框('上门', '电话') }}上门 {{ 方式|框('电话', '上门') }}电话")
    assert filled(tmp_path, data, per="visit")[0] == ["√上门 □电话"]


def test_a_choice_that_is_no_option_holds_the_paper_back(tmp_path: Path) -> None:
    with pytest.raises(HeldBackError, match="“上门”不在选项 电话、视频 里"):
        filled(tmp_path, document("{{ 方式|框('电话', '视频') }}"), per="visit")
