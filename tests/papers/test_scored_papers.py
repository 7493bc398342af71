"""Papers of inspections that were scored, not scored, or scored wrongly, from a workbook of the tiny county."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from generator.dataset import load
from generator.dataset.coverage import drawable
from generator.errors import DataError
from generator.forms.catalogue import discover
from generator.forms.context import Context
from generator.forms.resolve import Form, HeldBackError, Line, Listing, Resolved, Resolver, plain
from generator.policy.rounds import misscored
from generator.resources import fonts_dir
from tests.small import HOSTILE, Project, Sheets, known, national, written

CATALOGUE = discover()
ITEMS = national().inspections.county_items
Spoil = Callable[[Sheets], None]


def scored(no: str, **points: str) -> list[dict[str, str]]:
    """Return the rows of a school: all points, unless said otherwise; enrolment (C1) is no duty of it."""
    rows = []
    for item in ITEMS:
        given = points.get(item.id, "" if item.id == "C1" else str(item.points))
        rows.append({"督导编号": no, "检查项目": item.id, "得分": given} if given else {
            "督导编号": no, "检查项目": item.id, "不评分": "是"
        })  # fmt: skip
    return rows


def county(*rows: dict[str, str], findings: list[dict[str, str]] | None = None) -> Spoil:
    def spoil(sheets: Sheets) -> None:
        sheets["督导"] = [
            {"督导编号": "1", "被督导学校": "清溪小学", "督导日期": "2026-09-03"},
            {"督导编号": "2", "被督导学校": "清溪小学", "督导日期": "2026-09-09"},
        ]
        sheets["督导评分"] = list(rows)
        sheets["督导问题"] = findings or []
        sheets["辍学个案"] = []

    return spoil


def paper(context: Context, form: str, record: int = 0) -> Resolved:
    definition = CATALOGUE.definitions[form]
    return Resolver(definition, CATALOGUE.fragments, context).resolve(context.records(definition.per)[record])


def lines(found: Resolved) -> str:
    return "\n".join(plain(block.words) for block in found.blocks if isinstance(block, Line))


def column(found: Resolved, label: str, table: int = 0) -> list[str]:
    tables = [block for block in found.blocks if isinstance(block, Listing)]
    at = next(at for at, one in enumerate(tables[table].columns) if plain(one.label).replace("\n", "") == label)
    return [plain(row[at]) for row in tables[table].rows]


def test_a_checklist_without_points_is_left_to_the_pen(tmp_path: Path) -> None:
    found = paper(known(tmp_path, county()), "county-checklist")
    assert set(column(found, "得分")) == set(column(found, "检查情况")) == set(column(found, "得分", 1)) == {""}
    assert column(found, "备注", 1) == [""] * 5
    assert "总分" not in lines(found)
    assert {missing.label for missing in found.by_hand} == {"教育督导机构", "督导人员"}


def test_the_points_of_one_inspection_are_not_those_of_another(tmp_path: Path) -> None:
    context = known(tmp_path, county(*scored("2", B2="3.5")))
    assert set(column(paper(context, "county-checklist"), "得分")) == {""}
    found = paper(context, "county-checklist", 1)
    assert column(found, "得分")[8] == "3.5"
    assert "总分：99.48分" in lines(found)
    assert "上一轮" not in lines(found)  # which was not scored


def test_points_that_are_not_typed_in_whole_are_printed_without_a_total(tmp_path: Path) -> None:
    found = paper(known(tmp_path, county(*scored("1")[:3])), "county-checklist")
    assert column(found, "得分")[:4] == ["3", "3", "4", ""]
    assert column(found, "得分", 1) == [""] * 5
    assert "总分" not in lines(found)


def test_what_is_scaled_says_so(tmp_path: Path) -> None:
    found = paper(known(tmp_path, county(*scored("1", B2="3"))), "county-checklist")
    assert "总分：98.96分（不评分1项，得分合计95分，按比例折算成满分100分）。" in lines(found)
    assert column(found, "得分")[14] == "不评分"


def test_hostile_words_stand_as_they_are(tmp_path: Path) -> None:
    rows = scored("1", B2="0")
    rows[8]["检查情况"] = HOSTILE
    context = known(tmp_path, county(*rows))
    assert column(paper(context, "county-checklist"), "检查情况")[8] == HOSTILE
    assert column(paper(context, "rectify-list"), "存在问题")[0] == f"家访制度（4分得0分）：{HOSTILE}"


@pytest.mark.parametrize(
    ("cell", "text", "what"),
    [
        ("得分", "-1", "“得分”写的是“-1”"), ("得分", "3分", "“得分”写的是“3分”"), ("得分", "nan", "“得分”写的是“nan”"),
        ("得分", "1e9", "“得分”写的是“1e9”"), ("督导编号", "9", "没有“9”"),
    ],
)  # fmt: skip
def test_a_cell_that_cannot_be_read_holds_the_checklist_back(tmp_path: Path, cell: str, text: str, what: str) -> None:
    rows = scored("1")
    rows[4][cell] = text
    path = written(tmp_path, county(*rows))
    dataset, problems = load(path, drawable(fonts_dir()))
    assert [(problem.level, problem.place.cell[1:]) for problem in problems if what in problem.what] == [("error", "6")]
    with pytest.raises(HeldBackError) as caught:
        paper(Context(dataset, national(), date(2026, 9, 11)), "county-checklist")
    assert caught.value.missing[0].place.sheet == "督导评分"


def test_an_item_that_there_is_none_of_is_told_and_holds_back_what_rests_on_it(tmp_path: Path) -> None:
    context = known(tmp_path, county(*scored("1"), {"督导编号": "1", "检查项目": "A9", "得分": "1"}))
    (problem,) = misscored(context.dataset, national())
    assert "没有“A9”这一项，是不是" in problem.what
    for form in ("county-checklist", "rectify-list", "ranking-circular"):
        with pytest.raises(HeldBackError) as caught:
            paper(context, form)
        assert problem.place in {missing.place for missing in caught.value.missing}


def test_a_strict_run_stops_at_points_that_cannot_be(tmp_path: Path) -> None:
    project = Project(tmp_path)
    project.data(county(*scored("1", A1="9")))
    with pytest.raises(DataError, match="这一项的分值只有 3 分"):
        project.prepared(strict=True)


def test_a_blank_checklist_has_neither_round_nor_total(tmp_path: Path) -> None:
    context = replace(known(tmp_path, county(*scored("1"))), blank=1)
    definition = CATALOGUE.definitions["county-checklist"]
    found = Resolver(definition, CATALOGUE.fragments, context).resolve(context.records(definition.per)[0])
    assert set(column(found, "得分")) == {""}
    assert len([block for block in found.blocks if isinstance(block, Listing)]) == 2
    assert "总分" not in lines(found)


# The circulars


NOTHING = ("A1", "A2", "A3", "B2", "B3", "B4", "B5", "B6", "C2", "C3", "A4")
LOW = dict.fromkeys(NOTHING, "0")
WORDS = "木小春家里没有人"


def low(no: str) -> list[dict[str, str]]:
    """Return an inspection that gave so little that the unit is criticised."""
    return [row | ({"检查情况": WORDS} if row.get("得分") == "0" else {}) for row in scored(no, **LOW)]


def test_criticism_for_points_names_items_and_numbers_and_tells_of_no_child(tmp_path: Path) -> None:
    context = known(tmp_path, county(*scored("1", B2="3.5", A3="3"), *low("2")))
    told = lines(paper(context, "criticism-circular"))
    assert "低于满分的60%" in told
    assert "连续两轮扣分的有责任书签订、家访制度。" in told
    assert "逾期" not in told.partition("处理意见")[0]
    found = paper(context, "criticism-circular")
    assert column(found, "批评单位") == ["云山县清溪镇中心小学"]
    assert (column(found, "得分"), column(found, "上一轮得分"), column(found, "增减")) == (
        ["59.38"],
        ["98.44"],
        ["-39.06"],
    )
    texts = [
        told,
        *(plain(cell) for block in found.blocks if isinstance(block, Listing) for row in block.rows for cell in row),
    ]
    assert not [text for text in texts if WORDS in text or "木小春" in text]


def test_who_is_neither_overdue_nor_low_is_not_criticised(tmp_path: Path) -> None:
    context = known(tmp_path, county(*scored("1")))
    definition = CATALOGUE.definitions["criticism-circular"]
    resolver = Resolver(definition, CATALOGUE.fragments, context)
    assert not resolver.wanted(context.records("county")[0])


def test_without_points_the_circulars_say_nothing_of_them(tmp_path: Path) -> None:
    context = known(tmp_path, county())
    assert "督导评分" not in lines(paper(context, "ranking-circular"))
    assert "不低于满分" not in lines(paper(context, "praise-circular"))


def test_praise_is_proposed_with_the_points_and_others_can_be_written_in(tmp_path: Path) -> None:
    context = known(tmp_path, county(*scored("1", B2="3"), *scored("2")))
    found = paper(context, "praise-circular")
    assert (column(found, "单位"), column(found, "得分"), column(found, "增减")) == (
        ["云山县清溪镇中心小学"], ["100"], ["+1.04"],
    )  # fmt: skip
    assert not [block for block in found.blocks if isinstance(block, Form)]


def test_the_return_visit_leaves_blank_what_is_found(tmp_path: Path) -> None:
    findings = [
        {"督导编号": "1", "存在问题": "甲", "整改措施": "逐份检查", "责任人": "林老师", "整改时限": "2026-09-20"},
        {"督导编号": "1", "存在问题": "乙", "完成情况": "已完成"},
        {"督导编号": "2", "存在问题": "丙", "整改要求": "补齐"},
    ]
    context = known(tmp_path, county(findings=findings))
    found = paper(context, "return-visit", 1)
    assert column(found, "存在问题") == ["甲", "丙"]
    assert column(found, "承诺的整改措施") == ["逐份检查", "补齐"]
    assert column(found, "整改时限") == ["2026-09-20", ""]
    assert column(found, "核查情况") == ["", ""]
    assert not Resolver(CATALOGUE.definitions["return-visit"], CATALOGUE.fragments, context).wanted(
        context.records("inspection")[0]
    )
