"""What a dataset is written as says the same when it is read."""

from __future__ import annotations

import tempfile
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from generator.dataset import load
from generator.dataset.example import example
from generator.dataset.missing import Missing
from generator.dataset.models import (
    MODELS,
    Absence,
    Class,
    Dataset,
    Guardian,
    Record,
    Student,
    attribute_types,
    backs,
    columns,
    plain_type,
)
from generator.dataset.rows import labelled, rows_of
from generator.dataset.workbook import write_workbook, write_yaml
from generator.errors import DataError
from tests.dataset.conftest import SMALLEST, Load, Sheets

ROOT = Path(__file__).resolve().parents[2]
WRITERS = {"a.xlsx": write_workbook, "a.yaml": write_yaml}


def said(dataset: Dataset) -> list[list[Any]]:
    """Everything the records say and every list they are in, a link by the position of the record it leads to."""
    position = {id(record): index for index, record in enumerate(dataset.records())}

    def value(thing: Any) -> Any:
        if isinstance(thing, Guardian):
            return fields(thing)
        if isinstance(thing, Class) and id(thing) not in position:  # of an earlier school year
            return (position[id(thing.school)], thing.name)
        if isinstance(thing, Missing):
            return thing.told
        if isinstance(thing, list):
            return [position[id(record)] for record in thing]
        return position[id(thing)] if isinstance(thing, Record) else thing

    def fields(record: Record) -> list[Any]:
        return [value(getattr(record, name)) for name in (*columns(type(record)), *backs(type(record)))]

    return [fields(record) for record in dataset.records()]


def same_again(dataset: Dataset, folder: Path) -> None:
    """Assert that a dataset written in both ways and read again is the same."""
    for name, write in WRITERS.items():
        write(rows_of(dataset), folder / name)
        again, problems = load(folder / name)
        assert [problem for problem in problems if problem.level == "error"] == []
        assert said(again) == said(dataset)


def without_errors(found: tuple[Dataset, list[Any]]) -> Dataset:
    dataset, problems = found
    assert [str(problem) for problem in problems if problem.level == "error"] == []
    return dataset


@pytest.mark.parametrize("name", ["sample.xlsx", "sample.yaml"])
def test_the_sample_is_the_same_when_it_is_written_and_read_again(name: str, tmp_path: Path) -> None:
    same_again(load(ROOT / "data" / name)[0], tmp_path)


@pytest.mark.parametrize("today", [date(2026, 9, 28), date(2027, 4, 1)])
def test_the_example_is_the_same_when_it_is_written_and_read_again(today: date, tmp_path: Path) -> None:
    write_workbook(example(today), tmp_path / "数据.xlsx", explained=True)
    dataset, problems = load(tmp_path / "数据.xlsx")
    assert problems == []
    assert rows_of(dataset) == example(today)
    same_again(dataset, tmp_path)


# Links


def other_school(sheets: Sheets) -> None:
    """Add a school whose class has the same name, and a person and a child of the same names as the first's."""
    school = {"学校标识码": "3153000002", "学校名称": "云山县清溪镇溪尾小学", "学校简称": "溪尾小学"}
    sheets["学校"].append(sheets["学校"][0] | school | {"校长": "U1"})
    for row in (*sheets["教职工"], *sheets["班级"], *sheets["学生"]):
        row["学校"] = "清溪小学"
    sheets["教职工"] += [row | {"学校": "溪尾小学", "工号": f"U{n}"} for n, row in enumerate(sheets["教职工"], 1)]
    sheets["班级"].append(sheets["班级"][0] | {"学校": "溪尾小学"})
    sheets["学生"] += [
        row | {"学校": "溪尾小学", "全国学籍号": f"{row['全国学籍号'][:-1]}9{n}"}
        for n, row in enumerate(sheets["学生"])
    ]


CASE = {
    "个案编号": "1", "学生": "石小满", "学校": "清溪小学", "发现日期": "2026-09-10", "辍学日期": "2026-09-07",
    "辍学原因": "厌学",
}  # fmt: skip
ABSENCE = {"学生": "木小春", "类别": "病假", "起始日期": "2026-09-03"}
VISIT = {
    "学生": "石小满", "学校": "清溪小学", "家访日期": "2026-09-11", "家访方式": "上门", "家访教师": "林老师",
    "家访事由": "劝返",
}  # fmt: skip


def test_namesakes_of_several_schools_are_told_apart(sheets: Sheets, read: Load, tmp_path: Path) -> None:
    other_school(sheets)
    sheets["家访"] = [VISIT, VISIT | {"学校": "溪尾小学", "家访事由": "定期家访"}]
    sheets["辍学个案"] = [CASE]
    dataset = without_errors(read(sheets))
    assert [visit.school for visit in dataset.visits] == dataset.schools
    same_again(dataset, tmp_path)


def test_namesakes_within_a_class_or_a_school_are_written_by_number(sheets: Sheets, read: Load, tmp_path: Path) -> None:
    sheets["教职工"].append({"工号": "T3", "姓名": "林老师", "岗位": "任课教师"})
    sheets["班级"][0]["班主任"] = "T2"
    sheets["学生"][1]["姓名"] = "石小满"
    sheets["家访"] = [VISIT | {"学校": "", "学生": sheets["学生"][1]["全国学籍号"], "家访教师": "T3、T2"}]
    dataset = without_errors(read(sheets))
    assert rows_of(dataset)["家访"][0]["家访教师"] == "T3、T2"
    same_again(dataset, tmp_path)


def test_namesakes_without_numbers_are_told_apart_by_their_class(sheets: Sheets, read: Load, tmp_path: Path) -> None:
    sheets["班级"].append(sheets["班级"][0] | {"班号": "2", "班主任": ""})
    for number, row in enumerate(sheets["学生"], 1):
        row |= {"姓名": "石小满", "全国学籍号": "", "班级": f"三年级（{number}）班"}
    sheets["缺勤"] = [ABSENCE | {"学生": "石小满", "班级": row["班级"]} for row in sheets["学生"]]
    dataset = without_errors(read(sheets))
    assert [absence.student for absence in dataset.absences] == dataset.students
    same_again(dataset, tmp_path)


def test_a_name_that_holds_a_separator_is_not_written_among_several(sheets: Sheets, read: Load, tmp_path: Path) -> None:
    sheets["教职工"][1]["姓名"] = sheets["班级"][0]["班主任"] = "Lin,A"
    sheets["家访"] = [VISIT | {"学校": "", "家访教师": "T2"}]
    dataset = without_errors(read(sheets))
    row = rows_of(dataset)
    assert (row["班级"][0]["班主任"], row["家访"][0]["家访教师"]) == ("Lin,A", "T2")
    same_again(dataset, tmp_path)


@pytest.mark.parametrize(
    ("number", "visited_school"),  # by name no child is found at a school it has left
    [("G530000201700000001", ""), ("G530000201700000001", "溪尾小学"), ("", "")],
)
def test_a_child_that_changed_school_keeps_what_was_at_the_old_one(
    sheets: Sheets, read: Load, tmp_path: Path, number: str, visited_school: str
) -> None:
    other_school(sheets)
    del sheets["学生"][2]  # the namesake
    sheets["学生"][0]["全国学籍号"] = number
    sheets["辍学个案"] = [
        CASE
        | {"学校": "", "辍学时班级": "溪尾小学三年级（1）班", "劝返责任人": "林老师", "复学日期": "2026-09-20"}
        | {"复学方式": "转入他校复学", "编入班级": "三年级（1）班", "保学责任人": "林老师"}
    ]
    named = number if visited_school else "石小满"
    sheets["家访"] = [
        VISIT | {"学校": visited_school, "学生": named},
        VISIT | {"家访日期": "2026-10-12", "家访事由": "定期家访"},
    ]
    dataset = without_errors(read(sheets))
    first, second = dataset.schools
    (case,) = dataset.cases
    assert [visit.school for visit in dataset.visits] == [second, first]
    assert case.responsible
    assert case.keeper
    assert (case.school, case.responsible.school, case.keeper.school) == (second, second, first)
    same_again(dataset, tmp_path)


def test_a_class_of_another_school_bears_its_name(sheets: Sheets, read: Load, tmp_path: Path) -> None:
    other_school(sheets)
    sheets["辍学个案"] = [CASE | {"辍学时班级": "溪尾小学三年级（1）班"}]
    sheets["学校"][1]["中心校"] = "3153000001"
    dataset = without_errors(read(sheets))
    rows = rows_of(dataset)
    assert rows["辍学个案"][0]["辍学时班级"] == "溪尾小学三年级（1）班"
    assert rows["学校"][1]["中心校"] == "清溪小学"
    same_again(dataset, tmp_path)


def test_a_link_that_no_form_leads_to_is_refused(sheets: Sheets, read: Load) -> None:
    dataset = without_errors(read(sheets))
    dataset.students[1].name = dataset.students[0].name
    dataset.students[0].student_no = None
    absence = Absence(student=dataset.students[0], class_=dataset.classes[0], school=dataset.schools[0])
    dataset.absences.append(absence)
    with pytest.raises(DataError, match="“学生”指的是哪一个，写不出来"):
        rows_of(dataset)


def test_an_empty_link_that_would_be_read_as_the_only_record_is_refused(sheets: Sheets, read: Load) -> None:
    dataset = without_errors(read(sheets))
    dataset.classes[0].school = None
    with pytest.raises(DataError, match="学校"):
        rows_of(dataset)


# What is wrong or not known


def test_what_is_wrong_is_not_written_and_all_of_it_is_told(sheets: Sheets, read: Load) -> None:
    sheets["学生"][0] |= {"出生日期": "不详", "班级": "五年级（1）班", "成员1身份证件号": "530000201703042360"}
    sheets["学生"][1]["性别"] = ""
    dataset, problems = read(sheets)
    assert len(problems) == 4
    with pytest.raises(DataError) as caught:
        rows_of(dataset)
    assert {problem.place for problem in caught.value.problems} == {problem.place for problem in problems}


def test_a_sheet_that_is_not_there_is_not_written_as_one_without_rows(
    sheets: Sheets, read: Load, tmp_path: Path
) -> None:
    dataset = without_errors(read(sheets))
    assert {"家访", "辍学个案"}.isdisjoint(rows_of(dataset))
    sheets |= {"家访": [], "辍学个案": []}
    dataset = without_errors(read(sheets))
    assert rows_of(dataset)["家访"] == []
    same_again(dataset, tmp_path)


def test_a_term_that_is_not_there_is_no_row(sheets: Sheets, read: Load) -> None:
    sheets["设置"] = []
    assert rows_of(read(sheets)[0])["设置"] == []


def test_a_row_has_no_column_that_the_model_has_not() -> None:
    with pytest.raises(KeyError, match="座位"):
        labelled(Student, {"name": "石小满", "座位": "1"})


# Values


PIECES = st.sampled_from(["石", "堃", "𬭎", "a", "_x0041_", "=1", "'", '"', "&", "<", "{{", "0", ".", "·", "\n", ": ",
                          "- ", "#", "~", "、", "，", "无", "null", "E5", "年级"])  # fmt: skip
TEXTS = st.lists(PIECES, min_size=1, max_size=6).map("".join)
BY_KIND: dict[Any, st.SearchStrategy[str]] = {
    int: st.integers(0, 999_999_999).map(str),
    bool: st.sampled_from(["是", "否", "1", "√", "FALSE"]),
    date: st.sampled_from(["2026-09-07", "2026/9/8", "20260909", "2026年9月10日"]),
}


def cells(model: type[Record], prefix: str = "") -> dict[str, st.SearchStrategy[str]]:
    """What may stand under the headers of a sheet that name no other record."""
    found: dict[str, st.SearchStrategy[str]] = {}
    for name, described in columns(model).items():
        kind = plain_type(attribute_types(model)[name])
        if described.group:
            found |= cells(kind, described.group)
        elif described.choices:
            found[prefix + described.header] = st.sampled_from(described.choices)
        elif not described.target:
            found[prefix + described.header] = BY_KIND.get(kind, TEXTS)
    return found


FULL = SMALLEST | {
    "村居": [{"村居名称": "溪头村"}], "缺勤": [ABSENCE], "家访": [VISIT], "辍学个案": [CASE],
    "通知书": [{"序号": "1", "个案编号": "1"}],
}  # fmt: skip
CELLS = st.one_of(
    [
        st.tuples(st.just(row), st.just(header), texts)
        for model in MODELS
        for row in FULL.get(model.sheet, ())
        for header, texts in cells(model).items()
    ]
)
"""A row of those above, a header and what somebody types under it."""


@settings(max_examples=50, deadline=None)
@given(st.lists(CELLS, max_size=10))
def test_whatever_right_values_stand_in_the_cells_they_are_the_same_again(typed: list[tuple[Any, str, str]]) -> None:
    with tempfile.TemporaryDirectory() as folder:
        path, sheets = Path(folder) / "数据.yaml", FULL
        for row, header, text in typed:
            changed = {
                sheet: [
                    now | {header: text} if first is row else now for first, now in zip(FULL[sheet], rows, strict=True)
                ]
                for sheet, rows in sheets.items()
            }
            write_yaml(changed, path)
            if all(problem.level == "warning" for problem in load(path)[1]):
                sheets = changed
        write_yaml(sheets, path)
        same_again(load(path)[0], Path(folder))
