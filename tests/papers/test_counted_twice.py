"""Every figure that statistics print of the sample is counted a second way: from the rows of its sheets, as text.

Nothing of ``generator.policy`` is used here but what the papers were made with.
"""

from __future__ import annotations

from collections import Counter
from functools import cache
from typing import Any

import pytest

from generator.dataset import columns, sources
from generator.forms.lowered import Paper, Table
from generator.resources import data_dir
from tests.papers.specimens import station

OPENED, TODAY = "2026-09-01", "2026-11-16"
LAST_RANKING = "2026-11-09"  # a week before
Row = dict[str, str]


@cache
def sheets() -> dict[str, list[Row]]:
    """Return the sample's sheets, as a person would read them."""
    tables, _ = sources.read(data_dir() / "sample.xlsx", columns.is_header)
    return {table.sheet: filled(table) for table in tables}


def filled(table: sources.Table) -> list[Row]:
    """Return the cells of each row that are not empty, by header."""
    header = [name.removesuffix("*") for name in table.header]
    rows = zip(*table.columns, strict=True)
    return [{name: cell for name, cell in zip(header, row, strict=True) if cell} for row in rows]


def text(cell: Any) -> str:
    return "".join(run.plain or run.text for para in cell.paras for run in para.runs).replace("\n", "")


@cache
def tables(form: str, of: str) -> list[list[Row]]:
    """Return the tables of the paper that says ``of``, each as its rows by column."""
    at, jobs = station()
    papers = [at.paper(form, entry)[0] for job in jobs[form] for entry in job.entries]
    paper = next(paper for paper in papers if of in "".join(run.text for run in paper.runs()))
    return [as_rows(block) for block in paper.blocks if isinstance(block, Table) and block.rows[0].header]


def as_rows(table: Table) -> list[Row]:
    """Return the rows of a table by column, without the bands across it."""
    wide = len(table.rows[0].cells)
    header, *rows = [[text(cell) for cell in row.cells] for row in table.rows if len(row.cells) == wide]
    return [dict(zip(header, row, strict=True)) for row in rows]


def only(rows: list[Row], column: str, value: str) -> Row:
    return next(row for row in rows if row[column] == value)


# The sheets, counted plainly


def classes(school: str) -> list[Row]:
    return [row for row in sheets()["班级"] if row["学校"] == school]


def students(school: str) -> list[Row]:
    return [row for row in sheets()["学生"] if row["学校"] == school]


def schools() -> list[Row]:
    return sheets()["学校"]


def names_of(school: str) -> list[str]:
    return [row["姓名"] for row in students(school)]


def cases(school: str) -> list[Row]:
    """Cases that are to be brought back: closed otherwise than by a return they are none."""
    numbers = {row.get("全国学籍号") for row in students(school)}
    mine = [row for row in sheets()["辍学个案"] if row["学生"] in numbers or row["学生"] in names_of(school)]
    return [row for row in mine if row.get("销号类别", "复学") == "复学" and row["发现日期"] <= TODAY]


def returned(rows: list[Row]) -> list[Row]:
    return [row for row in rows if row.get("复学日期", "9999") <= TODAY]


def percent_down(above: int, below: int) -> str:
    return f"{above * 10_000 // below / 100:g}%" if below else "无"


def percent_up(above: int, below: int) -> str:
    return f"{-(-above * 10_000 // below) / 100:g}%" if below else "无"


# The papers


@pytest.mark.parametrize("school", [row["学校名称"] for row in schools()])
def test_a_day_of_the_campaign(school: str) -> None:
    short = only(schools(), "学校名称", school)["学校简称"]
    row = only(tables("daily-return-summary", "汇总")[0], "学校", short)
    due, back = cases(school), returned(cases(school))
    assert row["应返人数"] == str(len(due))
    assert row["累计已返人数"] == str(len(back))
    assert row["未返人数"] == str(len(due) - len(back))
    assert row["当日返校人数"] == str(sum(case["复学日期"] == TODAY for case in back))
    assert row["当日新增人数"] == str(sum(case["发现日期"] == TODAY for case in due))
    assert row["劝返率"] == percent_down(len(back), len(due))


def test_the_ranking_of_townships() -> None:
    for township in (row["乡镇名称"] for row in sheets()["乡镇"]):
        mine = [row["学校名称"] for row in schools() if row["乡镇"] == township]
        due = [case for school in mine for case in cases(school)]
        back = returned(due)
        for form, column in (("return-ranking", "已劝返人数"), ("ranking-circular", "已劝返人数")):
            row = only(tables(form, "排名")[0], "乡镇", township)
            assert (row["应劝返人数"], row[column]) == (str(len(due)), str(len(back)))
            assert row["未返校人数"] == str(len(due) - len(back))
            assert row["劝返率"] == percent_down(len(back), len(due))
        row = only(tables("return-ranking", "排名")[0], "乡镇", township)
        assert row["当期劝返人数"] == str(sum(case["复学日期"] > LAST_RANKING for case in back))


@pytest.mark.parametrize("school", [row["学校名称"] for row in schools()])
def test_who_came_back_to_a_school(school: str) -> None:
    total = tables("return-statistics", school)[0][-1]
    back = returned(cases(school))
    children = [
        child for case in back for child in students(school) if case["学生"] in (child["姓名"], child["全国学籍号"])
    ]
    assert total["应返人数"] == str(len(cases(school)))
    assert total["已返人数"] == str(len(back))
    assert total["男生人数"] == str(sum(child["性别"] == "男" for child in children))
    assert total["女生人数"] == str(sum(child["性别"] == "女" for child in children))
    assert total["寄宿人数"] == str(sum(child["就读方式"] == "住校" for child in children))
    assert total["插班人数"] == str(sum(case["安置方式"] in ("原班就读", "调整年级就读") for case in back))


@pytest.mark.parametrize("school", [row["学校名称"] for row in schools()])
def test_how_each_class_of_a_school_changed(school: str) -> None:
    rows = tables("class-change-statistics", school)[0]
    assert [row["班级"] for row in rows[:-1]] == [f"{row['年级']}（{row['班号']}）班" for row in classes(school)]
    out = Counter(
        case.get("辍学时班级") or class_of(case) for case in cases(school) if case not in returned(cases(school))
    )
    for row, class_ in zip(rows[:-1], classes(school), strict=True):
        register = [child for child in students(school) if child["班级"] == row["班级"]]
        lost, start = out[row["班级"]], int(class_["学年初人数"])
        assert row["期初人数"] == class_["学年初人数"]
        assert row["转入人数"] == str(sum(bool(child.get("转入日期")) for child in register))
        assert row["转出人数"] == str(sum(child.get("学籍状态") == "转出" for child in register))
        assert row["休学人数"] == str(sum(child.get("学籍状态") == "休学" for child in register))
        assert row["流失人数"] == str(lost)
        assert row["期末人数"] == str(sum(child.get("学籍状态", "在籍") == "在籍" for child in register))
        assert row["流失率"] == percent_up(lost, start)
        assert row["是否超限"] == ("是" if 100 * lost > float(row["限值"].rstrip("%")) * start else "否")
    for row in rows:  # and each leads from its start to its end
        moved = (
            (1, "转入人数"),
            (-1, "转出人数"),
            (-1, "休学人数"),
            (-1, "死亡人数"),
            (1, "返校后调班净增"),
            (-1, "流失人数"),
        )
        assert int(row["期末人数"]) == int(row["期初人数"]) + sum(sign * int(row[name]) for sign, name in moved)


def class_of(case: Row) -> str:
    """Return the class a child is in, which is the one it left where the case says nothing else."""
    return next(row["班级"] for row in sheets()["学生"] if case["学生"] in (row["姓名"], row["全国学籍号"]))


def stage_of(class_: str) -> str:
    return "初中" if class_[0] in "七八九" else "小学"


def test_the_retention_of_a_term() -> None:
    told = [row for row in tables("retention-statistics", "统计单位")[0] if row["指标名称"].startswith("学期")]
    rows = [(row, row["学校"], stage) for row in told for stage in ("小学", "初中") if stage in row["指标名称"]]
    assert len(rows) == len(told)
    for row, school, stage in rows:
        mine = [school] if school != "青禾县" else [one["学校名称"] for one in schools()]
        register = [child for one in mine for child in students(one) if stage_of(child["班级"]) == stage]
        every = [class_ for one in mine for class_ in classes(one) if stage_of(class_["年级"]) == stage]
        start = sum(int(class_["学年初人数"]) for class_ in every)
        came = sum(bool(child.get("转入日期")) for child in register)
        left = sum(child.get("学籍状态") == "转出" for child in register)
        end = sum(child.get("学籍状态", "在籍") == "在籍" for child in register)
        assert (row["学期初在校人数"], row["学期末在校人数"]) == (str(start), str(end))
        assert (row["转入人数"], row["转出人数"]) == (str(came), str(left))
        assert row["巩固率"] == percent_down(end, start + came - left)


def test_enrolment_and_dropout_of_a_township() -> None:
    for township in sheets()["乡镇"]:
        row = only(tables("enrolment-statistics", "统计单位")[0], "乡镇", township["乡镇名称"])
        assert row["小学适龄儿童人数"] == township["小学适龄人口"]
        mine = [one for one in schools() if one["乡镇"] == township["乡镇名称"]]
        at_school = [
            child
            for school in mine
            for child in students(school["学校名称"])
            if child.get("学籍状态", "在籍") == "在籍"
        ]
        for stage, least, most, column in (("小学", 6, 11, "小学适龄在外就读"), ("初中", 12, 14, "初中适龄在外就读")):
            first, last = f"{2026 - most - 1}-08-31", f"{2026 - least}-08-31"
            of_age = sum(first < child["出生日期"] <= last for child in at_school)
            enrolled = of_age + int(township[column])
            below = int(township[f"{stage}适龄人口"])
            assert row[f"{stage}已入学人数"] == str(enrolled)
            assert row[f"{stage}入学率"] == percent_down(enrolled, below)
        for stage in ("小学", "初中"):
            names = [school["学校名称"] for school in mine]
            away = [case for one in names for case in cases(one) if case not in returned(cases(one))]
            lost = sum(stage_of(case.get("辍学时班级") or class_of(case)) == stage for case in away)
            every = [class_ for one in names for class_ in classes(one) if stage_of(class_["年级"]) == stage]
            assert row[f"{stage}辍学人数"] == str(lost)
            assert row[f"{stage}辍学率"] == percent_up(lost, sum(int(class_["学年初人数"]) for class_ in every))


def test_who_took_part_in_bringing_children_back() -> None:
    for school in (row["学校名称"] for row in schools()):
        rows = tables("award-statistics", school)[0]
        urged = [
            visit for case in cases(school) for visit in sheets()["家访"]
            if visit["学生"] == case["学生"] and visit["家访事由"] in ("劝返", "无故缺勤", "厌学")
            and case["辍学日期"] <= visit["家访日期"] <= case.get("复学日期", TODAY)
        ]  # fmt: skip
        for row in rows:
            if row["教师姓名"].strip() and row["序号"].isdigit():
                mine = sum(row["教师姓名"] in visit["家访教师"].split("、") for visit in urged)
                assert (row["教师姓名"], row["实参加动员次数"]) == (row["教师姓名"], str(mine))


def test_the_quarter_of_a_school() -> None:
    rows = next(rows for rows in tables("quarterly-review", "第三季度") if rows and "复核情况" in rows[0])
    for school in schools():
        row = only(rows, "学校", school["学校名称"])
        found = [case for case in sheets()["辍学个案"] if case in cases(school["学校名称"])]
        dropped = [case for case in found if case["辍学日期"] <= "2026-09-30"]
        back = [case for case in dropped if case.get("复学日期", "9999") <= "2026-09-30"]
        assert row["辍学人数（本季）"] == str(len(dropped))
        assert row["劝返复学人数"] == str(len(back))
        assert row["未复学人数（季末）"] == str(len(dropped) - len(back))


def test_papers_that_are_counts_alone_name_no_child() -> None:
    at, jobs = station()
    children = {row["姓名"] for row in sheets()["学生"]} | {row["全国学籍号"] for row in sheets()["学生"]}
    adults = {row["姓名"] for row in sheets()["教职工"]}
    for form in COUNTS_ONLY:
        for paper in (at.paper(form, entry)[0] for job in jobs[form] for entry in job.entries):
            assert not named(paper, children - adults), form


COUNTS_ONLY = (
    "praise-circular", "criticism-circular", "ranking-circular", "daily-question", "weekly-check", "class-award",
    "unit-award", "self-assessment-report", "quarterly-review", "inspection-report", "retention-statistics",
    "enrolment-statistics", "return-statistics", "daily-return-summary", "return-ranking", "class-change-statistics",
    "stage-report",
)  # fmt: skip


def named(paper: Paper, names: set[str]) -> set[str]:
    said = "".join(run.plain or run.text for run in paper.runs())
    return {name for name in names if name in said}
