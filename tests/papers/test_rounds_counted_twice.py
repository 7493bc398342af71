"""What papers print of the rounds of inspection is counted a second way: from the cells of the sample's workbook.

Items and their points are taken from the text of the preset. Nothing of ``generator.policy`` is used here but what the
papers were made with.
"""

from __future__ import annotations

import re
from contextlib import closing
from decimal import ROUND_HALF_UP, Decimal
from functools import cache
from typing import Any

import pytest
from openpyxl import load_workbook
from ruamel.yaml import YAML

from generator.forms.lowered import Paper, Table
from generator.resources import data_dir
from tests.papers.specimens import station
from tests.papers.test_counted_twice import as_rows, text

TODAY = "2026-11-16"
Row = dict[str, str]


@cache
def sheet(name: str) -> list[Row]:
    """Return the rows of a sheet of the sample as text, empty cells left out."""
    with closing(load_workbook(data_dir() / "sample.xlsx", read_only=True)) as book:
        header, *rows = book[name].iter_rows(values_only=True)
    cells = [
        {str(head).rstrip("*"): str(cell) for head, cell in zip(header, row, strict=False) if cell not in (None, "")}
        for row in rows
    ]
    return [row for row in cells if row]


@cache
def preset() -> dict[str, Any]:
    """Return the preset as its file has it."""
    return YAML(typ="safe").load(data_dir() / "policies" / "national.yaml")  # type: ignore[no-any-return]


def items() -> list[Row]:
    """Return the county's items."""
    return preset()["inspections"]["county_items"]  # type: ignore[no-any-return]


def unit(inspection: Row) -> str:
    townships = {row["乡镇名称"]: row["乡镇人民政府"] for row in sheet("乡镇")}
    return inspection.get("被督导学校") or townships[inspection["被督导乡镇"]]


def scores(no: str) -> dict[str, Row]:
    return {row["检查项目"]: row for row in sheet("督导评分") if row["督导编号"] == no}


def total(no: str) -> Decimal | None:
    """Return the points of an inspection, scaled to a hundred."""
    given = [row for row in scores(no).values() if row.get("不评分") != "是"]
    if not given:
        return None
    full = sum(Decimal(str(item["points"])) for item in items() if scores(no)[item["id"]].get("不评分") != "是")
    points = 100 * sum((Decimal(row["得分"]) for row in given), Decimal(0)) / full
    return points.quantize(Decimal("0.01"), ROUND_HALF_UP)


def written(number: Decimal) -> str:
    return f"{number.normalize():f}"


def before(inspection: Row) -> Row | None:
    """Return the inspection of the same unit before one."""
    mine = [row for row in sheet("督导") if unit(row) == unit(inspection) and row["督导日期"] < inspection["督导日期"]]
    return max(mine, key=lambda row: row["督导日期"], default=None)


def change(inspection: Row) -> str:
    earlier = before(inspection)
    if earlier is None:
        return "—"
    difference = (total(inspection["督导编号"]) or 0) - (total(earlier["督导编号"]) or 0)
    return f"{'+' if difference > 0 else ''}{written(Decimal(difference))}"


def number(inspection: Row) -> int:
    return sum(unit(row) == unit(inspection) and row["督导日期"] <= inspection["督导日期"] for row in sheet("督导"))


def latest() -> list[Row]:
    """Return the latest inspection of each unit."""
    found = {unit(row): row for row in sorted(sheet("督导"), key=lambda row: row["督导日期"])}
    return list(found.values())


def findings(no: str) -> list[Row]:
    return [row for row in sheet("督导问题") if row["督导编号"] == no]


def is_open(finding: Row) -> bool:
    return not finding.get("销号日期") and finding.get("完成情况") != "已完成"


def is_overdue(finding: Row) -> bool:
    """Every finding of the sample that is open has a day of its own, or its inspection has none either."""
    return is_open(finding) and finding.get("整改时限", "9999") < TODAY


def open_of(name: str) -> list[Row]:
    return [one for row in sheet("督导") if unit(row) == name for one in findings(row["督导编号"]) if is_open(one)]


# The papers


@cache
def papers(form: str) -> list[Paper]:
    at, jobs = station()
    return [at.paper(form, entry)[0] for job in jobs.get(form, []) for entry in job.entries]


def said(paper: Paper) -> str:
    return "".join(run.text for run in paper.runs())


def about(form: str, no: str) -> Paper:
    """Return the paper whose inspection was held on that day of that unit."""
    inspection = next(row for row in sheet("督导") if row["督导编号"] == no)
    year, month, day = (int(part) for part in inspection["督导日期"].split("-"))
    wanted = (unit(inspection), f"{year}年{month}月{day}日")
    return next(paper for paper in papers(form) if all(word in said(paper) for word in wanted))


def table(paper: Paper, *columns: str) -> list[Row]:
    """Return the rows of the table that has these columns."""
    for block in paper.blocks:
        head = block.rows[0] if isinstance(block, Table) else None
        if isinstance(block, Table) and head and head.header and {*columns} <= {text(cell) for cell in head.cells}:
            return as_rows(block)
    raise LookupError(columns)


SCORED = sorted({row["督导编号"] for row in sheet("督导评分")})


def test_the_sample_has_two_rounds_of_two_schools_and_a_township() -> None:
    assert len(SCORED) == 6
    assert sorted(number(row) for row in sheet("督导")) == [1, 1, 1, 2, 2, 2]
    assert all({*scores(no)} == {str(item["id"]) for item in items()} for no in SCORED)


@pytest.mark.parametrize("no", SCORED)
def test_a_checklist_prints_what_was_given(no: str) -> None:
    paper, given = about("county-checklist", no), scores(no)
    rows = table(paper, "检查项目", "得分")
    assert len(rows) == len(items())
    for row, item in zip(rows, items(), strict=True):
        cells = given[str(item["id"])]
        points = "不评分" if cells.get("不评分") == "是" else written(Decimal(cells["得分"]))
        assert (row["检查项目"], row["分值"], row["得分"]) == (item["item"], str(item["points"]), points)
        assert row["检查情况"] == cells.get("检查情况", "")


@pytest.mark.parametrize("no", SCORED)
def test_a_checklist_adds_up_by_heading_and_in_all(no: str) -> None:
    paper, given = about("county-checklist", no), scores(no)
    *rows, last = table(paper, "维度", "评分项目分值")
    for row in [*rows, last]:
        mine = [item for item in items() if row is last or item["dimension"] == row["维度"]]
        counted = [item for item in mine if given[str(item["id"])].get("不评分") != "是"]
        points = sum((Decimal(given[str(item["id"])]["得分"]) for item in counted), Decimal(0))
        assert row["检查项目数"] == str(len(mine))
        assert row["分值"] == str(sum(int(item["points"]) for item in mine))
        assert row["评分项目分值"] == str(sum(int(item["points"]) for item in counted))
        assert row["得分"] == written(points)
    inspection = next(row for row in sheet("督导") if row["督导编号"] == no)
    assert f"第{number(inspection)}轮督导" in said(paper)
    assert f"总分：{written(total(no) or Decimal(0))}分" in said(paper)
    assert (f"本轮比上一轮{change(inspection)}分" in said(paper)) == (before(inspection) is not None)


def test_the_circular_ranks_units_by_their_latest_round() -> None:
    (paper,) = papers("ranking-circular")
    rows = table(paper, "单位", "得分")
    wanted: list[tuple[str, ...]] = []
    for kind in ("被督导乡镇", "被督导学校"):
        mine = [(row, total(row["督导编号"]) or Decimal(0)) for row in latest() if row.get(kind)]
        for row, points in sorted(mine, key=lambda one: -one[1]):
            place = 1 + sum(other > points for _, other in mine)
            earlier = before(row)
            then = written(total(earlier["督导编号"]) or Decimal(0)) if earlier else "—"
            left = open_of(unit(row))
            late = sum(map(is_overdue, left))
            wanted.append((
                str(place), unit(row), f"第{number(row)}轮", row["督导日期"], written(points), then, change(row),
                f"{len(left)}（{late}）" if late else str(len(left)),
            ))  # fmt: skip
    assert [tuple(row.values()) for row in rows] == wanted


def losses(name: str) -> list[bool]:
    """Whether each stage of a unit lost more children than its target allows; dropouts who are back count no more."""
    schools = [
        row
        for row in sheet("学校")
        if name in (row["学校名称"], row["乡镇"] + "人民政府", f"青禾县{row['乡镇']}人民政府")
    ]
    found = []
    for kind, stage in (("小学", "primary"), ("初级中学", "junior")):
        mine = {row["学校名称"] for row in schools if row["办学类型"] == kind}
        most = Decimal(str(preset()["targets"][stage]["dropout"]))
        start = sum(int(row["学年初人数"]) for row in sheet("班级") if row["学校"] in mine)
        children = {
            one for row in sheet("学生") if row["学校"] in mine for one in (row.get("全国学籍号"), row["姓名"]) if one
        }
        away = [
            row for row in sheet("辍学个案")
            if row["学生"] in children and not row.get("复学日期") and row.get("销号类别", "复学") == "复学"
            and row["辍学日期"] >= "2026-07-01"
        ]  # fmt: skip
        found.append(bool(start) and 100 * Decimal(len(away)) > most * start)
    return found


def test_praised_is_who_has_ninety_points_nothing_overdue_and_the_rates() -> None:
    (paper,) = papers("praise-circular")
    rows = {row["单位"]: row for row in table(paper, "单位", "率值目标")}
    points = {unit(row): total(row["督导编号"]) or Decimal(0) for row in latest()}
    enough = {name for name, given in points.items() if given >= 90 and not any(map(is_overdue, open_of(name)))}
    assert enough - set(rows) == {name for name in enough if any(losses(name))}
    assert set(rows) == {name for name in enough if not any(losses(name))} != set()
    for inspection in latest():
        if row := rows.get(unit(inspection)):
            assert (row["得分"], row["增减"]) == (written(points[unit(inspection)]), change(inspection))


def test_criticised_is_who_is_overdue_and_nobody_for_points() -> None:
    (paper,) = papers("criticism-circular")
    wanted = []
    for row in sorted(sheet("督导"), key=lambda row: row["督导日期"]):
        mine = findings(row["督导编号"])
        if late := sum(map(is_overdue, mine)):
            mended = len(mine) - sum(map(is_open, mine))
            wanted.append((unit(row), row["督导日期"], str(len(mine)), str(mended), str(late)))
    found = table(paper, "批评单位", "逾期未整改数")[:-1]
    assert [tuple(row.values())[1:] for row in found] == wanted
    assert not [row for row in latest() if (total(row["督导编号"]) or 0) < 60]
    assert "督导得分低于" not in said(paper)


@pytest.mark.parametrize("no", SCORED)
def test_a_list_of_what_to_mend_has_what_is_left_what_was_found_and_what_lost_points(no: str) -> None:
    inspection = next(row for row in sheet("督导") if row["督导编号"] == no)
    earlier = before(inspection)
    left = [one for one in findings(earlier["督导编号"]) if is_open(one)] if earlier else []
    listed = [*left, *findings(no)]
    told = {name for one in listed for name in re.split("、", one.get("检查项目", ""))}
    lost = [
        f"{item['item']}（{item['points']}分得{written(Decimal(cells['得分']))}分）：{cells.get('检查情况', '')}"
        for item in items()
        if (cells := scores(no)[str(item["id"])]).get("不评分") != "是"
        and Decimal(cells["得分"]) < Decimal(str(item["points"]))
        and not told & {str(item["id"]), str(item["item"])}
    ]
    rows = [row["存在问题"] for row in table(about("rectify-list", no), "存在问题", "销号日期")]
    assert [row for row in rows if row] == [*(one["存在问题"] for one in listed), *lost]


def test_a_return_visit_asks_for_everything_that_is_open() -> None:
    wanted = {unit(row): [one["存在问题"] for one in open_of(unit(row))] for row in latest() if open_of(unit(row))}
    assert len(papers("return-visit")) == len(wanted) == 2
    for name, problems in wanted.items():
        paper = next(paper for paper in papers("return-visit") if name in said(paper))
        assert [row["存在问题"] for row in table(paper, "存在问题", "核查情况")] == problems
