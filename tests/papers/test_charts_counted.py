"""Every figure on a chart is counted a second way: from the rows of the sample's workbook, as a person would read them.

Nothing of ``generator.policy`` is used here but what the charts were made with.
"""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Iterator
from datetime import date, timedelta
from functools import cache
from typing import Any

import openpyxl
import pytest
from ruamel.yaml import YAML

from generator.forms.catalogue import Catalogue, Proof
from generator.forms.lowered import Letters, Picture
from generator.forms.resolve import Chart, Resolver
from generator.resources import data_dir, templates_dirs
from tests.papers.specimens import station
from tests.sample.school_days import school_day
from tests.small import definition

TODAY, TERM = "2026-11-16", ("2026-09-01", "2027-01-22")
PERSUADING = ("劝返", "无故缺勤", "厌学")
Row = dict[str, str]


@cache
def sheet(name: str) -> list[Row]:
    book = openpyxl.load_workbook(data_dir() / "sample.xlsx", read_only=True)
    rows = book[name].iter_rows(values_only=True)
    header = [str(cell or "").rstrip("*") for cell in next(rows)]
    found = [{key: str(cell) for key, cell in zip(header, row, strict=False) if cell is not None} for row in rows]
    book.close()
    return [row for row in found if row]


@cache
def targets() -> dict[str, Any]:
    return YAML(typ="safe").load(data_dir() / "policies" / "national.yaml")["targets"]  # type: ignore[no-any-return]


@cache
def charts(fragment: str, of: str = "") -> list[Chart]:
    """Return what a fragment shows of the county, or of a school."""
    at, _ = station()
    made = definition(per="school" if of else "county", issuer="education_bureau", body=[{"include": fragment}])
    records = at.context.records(made.per)
    record = next(one for one in records if of in ("", one.name))
    blocks = Resolver(made, at.catalogue.fragments, at.context).resolve(record).blocks
    return [block for block in blocks if isinstance(block, Chart)]


def told(chart: Chart) -> dict[str, list[float | int | None]]:
    """Return the numbers of each row by its label, the target last."""
    series = [*chart.series, *([chart.targets] if chart.targets else [])]
    return {label: [one.numbers[row] for one in series] for row, label in enumerate(chart.labels)}


SCHOOLS = [row["学校名称"] for row in sheet("学校")]


def short(school: str) -> str:
    return next(row["学校简称"] for row in sheet("学校") if row["学校名称"] == school)


def rows_of(name: str, school: str) -> list[Row]:
    return [row for row in sheet(name) if row.get("学校") == school]


def cases(school: str) -> list[Row]:
    """Cases that are to be brought back: what was closed otherwise is none."""
    return [row for row in rows_of("辍学个案", school) if row.get("销号类别", "复学") == "复学"]


def is_out(case: Row, day: str = TODAY) -> bool:
    return case["发现日期"] <= day < case.get("复学日期", "9999")


def stage_of(class_: str) -> str:
    return "初中" if class_[0] in "七八九" else "小学"


def class_of(case: Row) -> str:
    left = (row["班级"] for row in rows_of("学生", case["学校"]) if case["学生"] in (row["姓名"], row["全国学籍号"]))
    return case.get("辍学时班级") or case.get("班级") or next(left)


# Rates beside targets


def stages(school: str) -> list[str]:
    taught = {stage_of(row["年级"]) for row in rows_of("班级", school)}
    return [stage for stage in ("小学", "初中") if stage in taught]


def target(stage: str, name: str) -> float:
    return float(targets()["primary" if stage == "小学" else "junior"][name])


def dropout(school: str, stage: str) -> list[float]:
    start = sum(int(row["学年初人数"]) for row in rows_of("班级", school) if stage_of(row["年级"]) == stage)
    lost = sum(stage_of(class_of(case)) == stage for case in cases(school) if is_out(case))
    return [math.ceil(10_000 * lost / start) / 100, target(stage, "dropout")]


def retention(school: str, stage: str) -> list[float]:
    register = [row for row in rows_of("学生", school) if stage_of(row["班级"]) == stage]
    start = sum(int(row["学年初人数"]) for row in rows_of("班级", school) if stage_of(row["年级"]) == stage)
    came = sum("转入日期" in row for row in register)
    left = sum(row.get("学籍状态") == "转出" for row in register)
    there = sum(row.get("学籍状态", "在籍") == "在籍" for row in register)
    return [10_000 * there // (start + came - left) / 100, target(stage, "retention")]


@pytest.mark.parametrize(("number", "counted"), [(0, dropout), (1, retention)])
def test_the_rates_of_schools_and_their_targets(number: int, counted: Any) -> None:
    expected = {}
    for school in SCHOOLS:
        taught = stages(school)
        for stage in taught:
            label = f"{short(school)}（{stage}）" if len(taught) > 1 else short(school)
            expected[label] = counted(school, stage)
            own = told(charts("chart-school-rates", school)[number])
            assert own[label] == expected[label]
    assert told(charts("chart-county-rates")[number]) == expected


# Months


def months(schools: list[str]) -> dict[str, list[int]]:
    every = [case for school in schools for case in cases(school)]
    found = {}
    for month, last in ((9, "2026-09-30"), (10, "2026-10-31"), (11, TODAY)):
        within = f"2026-{month:02}"
        dropped = sum(case["辍学日期"].startswith(within) for case in every)
        returned = sum(case.get("复学日期", "9999").startswith(within) for case in every)
        away = sum(case["辍学日期"] <= last < case.get("复学日期", "9999") for case in every)
        found[f"{month}月"] = [dropped, returned, away]
    return found


def test_the_months_of_the_county_and_of_each_school() -> None:
    assert told(charts("chart-county-months")[0]) == months(SCHOOLS)
    for school in SCHOOLS:
        assert told(charts("chart-school-months", school)[0]) == months([school])


def test_the_months_in_a_bulletin_are_those_of_the_township() -> None:
    at, jobs = station()
    for entry in (entry for job in jobs["bulletin"] for entry in job.entries):
        paper = at.paper("bulletin", entry)[0]
        first = next(block for block in paper.blocks if isinstance(block, Picture))
        drawn = [part.text for part in first.drawn if isinstance(part, Letters) and part.backed]
        said = "".join(run.text for run in paper.runs())
        township = next(row["乡镇"] for row in sheet("学校") if row["学校名称"] in said)
        counted = months([row["学校名称"] for row in sheet("学校") if row["乡镇"] == township])
        assert Counter(drawn) == Counter(str(number) for numbers in counted.values() for number in numbers)


# Reasons


def test_the_reasons_of_the_county() -> None:
    every = [case for school in SCHOOLS for case in cases(school) if case["辍学日期"] >= TERM[0]]
    counts = Counter(case["辍学原因"] for case in every)
    shown = {reason: count for reason, count in counts.items() if count > 1 and reason != "其他"}
    found = told(charts("chart-county-reasons")[0])
    assert {label: numbers for label, numbers in found.items() if label != "其他"} == {
        reason: [count] for reason, count in shown.items()
    }
    assert found["其他"] == [len(every) - sum(shown.values())]
    drawn = [numbers[0] or 0 for label, numbers in found.items() if label != "其他"]
    assert drawn == sorted(drawn, reverse=True)


# Visits


def visits(school: str) -> Iterator[tuple[str, int, int]]:
    """Post, quota and visits of each member of staff who owes any."""
    made: Counter[str] = Counter()
    for row in rows_of("家访", school):
        if TERM[0] <= row["家访日期"] <= TERM[1]:
            made.update(row["家访教师"].split("、"))
    classes = {row["班主任"]: 0 for row in rows_of("班级", school) if "班主任" in row}
    for row in rows_of("班级", school):
        if "班主任" in row:
            classes[row["班主任"]] += int(row["学年初人数"])
    for person in rows_of("教职工", school):
        size = sum(count for name, count in classes.items() if name in (person["姓名"], person["工号"]))
        quotas = {"校长": 40, "班主任": math.ceil(size / 2), "副校长": 15, "教导主任": 15, "任课教师": 15}
        if quota := quotas.get(person["岗位"], 0):
            yield person["岗位"], quota, made[person["姓名"]] + made[person["工号"]]


def test_the_visits_owed_and_made() -> None:
    county = {}
    for school in SCHOOLS:
        posts: dict[str, list[int]] = {}
        for post, quota, made in visits(school):
            sums = posts.setdefault(post, [0, 0])
            posts[post] = [sums[0] + quota, sums[1] + min(made, quota)]
        assert told(charts("chart-school-visits", school)[0]) == posts
        county[short(school)] = [sum(numbers) for numbers in zip(*posts.values(), strict=True)]
    assert told(charts("chart-county-visits")[0]) == county


def test_a_bulletin_shows_rates_and_visits_of_the_schools_below_its_central_school() -> None:
    at, jobs = station()
    for entry in (entry for job in jobs["bulletin"] for entry in job.entries):
        central = at.context.records("school")[entry.index]
        below = [row["学校名称"] for row in sheet("学校") if central.name in (row["学校名称"], row.get("中心校"))]
        assert below
        found = [block for block in at.resolver("bulletin").resolve(central).blocks if isinstance(block, Chart)]
        assert told(found[1]) == {short(school): dropout(school, stage) for school in below for stage in stages(school)}
        owed = {school: [*visits(school)] for school in below}
        assert told(found[3]) == {
            short(school): [
                sum(quota for _, quota, _ in owed[school]),
                sum(min(made, quota) for _, quota, made in owed[school]),
            ]
            for school in below
        }


# The ladder

STEPS: dict[str, tuple[int, tuple[str, ...]]] = {
    "半天": (1, ("LA-06", "LA-05a")),
    "1个上课日": (1, ("HV-01", "LA-08")),
    "2个上课日": (2, ("HV-10", "LA-08")),
    "3个上课日": (3, ("HV-10", "DR-04", "DR-16", "NT-13", "LA-08")),
    "首次家访劝返后满7日": (0, ("DR-01", "DR-02", "L-03")),
}
"""After how many school days each step is reached, and the papers that it demands."""


def away(school: str) -> Iterator[tuple[str, str, str]]:
    """Child, case and first day of each absence without leave that goes on."""
    out = [case for case in cases(school) if is_out(case)]
    for case in out:
        yield case["学生"], case["个案编号"], case["辍学日期"]
    for row in rows_of("缺勤", school):
        endless = "结束日期" not in row and "缺课天数" not in row
        if row["类别"] == "旷课" and endless and row["学生"] not in [case["学生"] for case in out]:
            yield row["学生"], "", row["起始日期"]


def seen(child: str, school: str, since: str) -> list[tuple[str, bool, bool]]:
    """Day of each visit that urged a child to come back, whether it was at home, and whether a leader was there."""
    posts = {row[key]: row["岗位"] for row in rows_of("教职工", school) for key in ("姓名", "工号")}
    found = [
        (
            row["家访日期"], row["家访方式"] in ("上门", "视频"),
            any(posts.get(name) in ("校长", "副校长", "教导主任") for name in row["家访教师"].split("、")),
        )
        for row in rows_of("家访", school)
        if row["学生"] == child and row["家访事由"] in PERSUADING and since <= row["家访日期"] <= TODAY
    ]  # fmt: skip
    return sorted(found)


def filed(paper: str, child: str, case: str, school: str, since: str) -> list[str]:
    """Days on which a paper was done about a child, its case, or all of its school."""
    return [
        row["办理日期"]
        for row in sheet("办理")
        if row["文书编号"] == paper and since <= row["办理日期"] <= TODAY
        and (row.get("个案编号") == case if "个案编号" in row else row.get("学生", child) == child)
        and row.get("学校", school) == school
    ]  # fmt: skip


def ladder(school: str) -> dict[str, list[int]]:
    found = {label: [0, 0, 0] for label in STEPS}
    for child, case, start in away(school):
        for label, (days, papers) in STEPS.items():
            if days:
                due = school_day(date.fromisoformat(start), days).isoformat()
            else:
                first = min((day for day, _, _ in seen(child, school, start)), default="9999-01-01")
                due = "9999" if first > TODAY else (date.fromisoformat(first) + timedelta(days=7)).isoformat()
            for paper in papers if due <= TODAY else ():
                made = filed(paper, child, case, school, due)
                if paper in ("LA-06", "LA-05a"):  # whoever stands in 缺勤 was told of
                    made = [due]
                if paper.startswith("HV"):
                    led = paper == "HV-10"
                    made += [day for day, home, leader in seen(child, school, due) if home and (leader or not led)]
                late = min(made, default="")
                found[label][0 if late and late <= due else 1 if late else 2] += due < TODAY or bool(late)
    return found


def test_what_the_ladder_demands_and_whether_it_was_done_in_time() -> None:
    found = {school: ladder(school) for school in SCHOOLS}
    for school, counted in found.items():
        assert told(charts("chart-school-ladder", school)[0]) == counted, school
    county = {
        label: [sum(numbers) for numbers in zip(*(one[label] for one in found.values()), strict=True)]
        for label in STEPS
    }
    assert told(charts("chart-county-ladder")[0]) == county
    assert all(sum(kind) for kind in zip(*county.values(), strict=True)), "the sample shows each"


# What is drawn is what was counted


DRAWN = (
    "stage-report", "bulletin", "praise-circular", "ranking-circular", "criticism-circular", "enrolment-statistics",
    "visit-statistics",
)  # fmt: skip


@pytest.mark.parametrize("form", DRAWN)
def test_every_number_of_a_table_is_written_in_its_picture_and_no_other(form: str) -> None:
    at, jobs = station()
    paper = at.paper(form, jobs[form][0].entries[0])[0]
    pictures = [block for block in paper.blocks if isinstance(block, Picture)]
    assert pictures
    for picture in pictures:
        table = next(block for block in paper.blocks[paper.blocks.index(picture) :] if hasattr(block, "rows"))
        rows = [row for row in table.rows if not row.header and not row.total]
        aimed = "目标" in picture.alt or "不低于" in picture.alt or "不超过" in picture.alt
        cells = [cell for row in rows for cell in (row.cells[1:-1] if aimed else row.cells[1:])]
        numbers = ["".join(run.text for para in cell.paras for run in para.runs) for cell in cells]
        drawn = [part.text for part in picture.drawn if isinstance(part, Letters) and part.backed]
        assert Counter(drawn) == Counter(numbers)


@pytest.mark.parametrize("kind", ["county", "school"])
def test_fragments_may_be_included_by_any_paper_about_their_unit(kind: str) -> None:
    at, _ = station()
    names = [name for name in at.catalogue.fragments if name.startswith(f"chart-{kind}")]
    assert names
    made = definition(per=kind, issuer="education_bureau", filename=f"{{{{ {kind}.name }}}}", style="official",
                      body=[{"include": name} for name in names])  # fmt: skip
    files = at.catalogue.files | {"tiny": at.catalogue.files["stage-report"]}
    catalogue = Catalogue({"tiny": made}, at.catalogue.fragments, files)
    assert Proof(catalogue, at.context.policy, "tiny").problems() == []


@pytest.mark.parametrize("paper", ["reports/stage-report", "publicity/bulletin", "_dossier/figures"])
def test_what_goes_to_those_above_shows_rates_months_reasons_visits_and_the_ladder(paper: str) -> None:
    folder = templates_dirs()[0]
    asked = []
    for kind in ("county", "school") if paper.startswith("_dossier") else ("county",):
        own = (folder / f"{paper}.yaml").read_text("utf-8")
        names = re.findall(rf"include: (chart-{kind}-\w+)", own)
        text = "".join([own, *((folder / "_fragments" / f"{name}.yaml").read_text("utf-8") for name in names)])
        asked.append({*re.findall(r"in (\w+)_of\(", text)})
    assert all(one >= {"rates", "months", "reasons", "quotas", "rungs"} for one in asked), asked
