"""In which order the papers of a print file lie, and to whom they go."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from generator.forms.arrange import AS_LISTED, SEPARATOR, TICKS, Arrangement, Arranger
from generator.forms.plan import Plan, Selection, plan
from tests.small import Sheets, catalogue, definition, known

EVERYONE = Selection()
BOTH = Arrangement(separators=True, ticks=True)


def school(sheets: Sheets) -> None:
    """Two classes, whose children are listed in turn: 甲班 of four and 乙班 of three."""
    sheets["家访"] = []
    sheets["班级"] = [
        {"年级": "三年级", "班号": "1", "班主任": "林老师", "学年初人数": "4"},
        {"年级": "三年级", "班号": "2", "班主任": "田校长", "学年初人数": "3"},
    ]
    children = [
        ("1", "3", "曾一"), ("2", "2", "单二"), ("1", "", "艾三"), ("2", "1", "解四"), ("1", "10", "仇五"),
        ("2", "", "区六"), ("1", "2", "陈七"),
    ]  # fmt: skip
    sheets["学生"] = [
        {"班级": f"三年级（{class_}）班", "班内学号": seat, "姓名": name, "性别": "女", "全国学籍号": f"G{name}"}
        for class_, seat, name in children
    ]


def put(
    folder: Path, arrangement: Arrangement, selection: Selection = EVERYONE, context: Any = None, **keys: Any
) -> Plan:
    """Plan a paper about each child, a print file for the school, put together so."""
    found = context or known(folder / "data", school)
    papers = catalogue(folder, definition(**({"bundle": "school", "filename": "{{ student.name }}"} | keys)))
    return Arranger(papers, found, arrangement).plan(plan(papers, found, selection), selection)


def labels(made: Plan) -> list[str]:
    return ["".join(entry.label for entry in job.entries) for job in made.jobs]


def test_as_they_are_listed_nothing_is_put_together(tmp_path: Path) -> None:
    assert labels(put(tmp_path, AS_LISTED)) == ["曾一单二艾三解四仇五区六陈七"]


def test_by_pinyin_each_class_is_by_itself(tmp_path: Path) -> None:
    assert labels(put(tmp_path, Arrangement("pinyin"))) == ["艾三陈七仇五曾一区六单二解四"]


def test_by_seat_those_without_one_come_last_and_numbers_count_as_numbers(tmp_path: Path) -> None:
    assert labels(put(tmp_path, Arrangement("seat"))) == ["陈七曾一仇五艾三解四单二区六"]


def test_two_on_one_seat_stay_as_they_are_listed(tmp_path: Path) -> None:
    def same(sheets: Sheets) -> None:
        school(sheets)
        for row in sheets["学生"]:
            row["班内学号"] = "1"

    found = known(tmp_path / "data", same)
    assert labels(put(tmp_path, Arrangement("seat"), context=found)) == ["曾一艾三仇五陈七单二解四区六"]


def test_places_in_lists_stay_what_they_were(tmp_path: Path) -> None:
    (before,), (after,) = put(tmp_path, AS_LISTED).jobs, put(tmp_path, Arrangement("pinyin")).jobs
    assert {*before.entries} == {*after.entries}
    assert [entry.index for entry in after.entries] == [2, 6, 4, 0, 5, 1, 3]


def test_papers_lie_class_by_class_where_something_is_put_between(tmp_path: Path) -> None:
    (job,) = put(tmp_path, Arrangement(separators=True)).jobs
    assert "".join(entry.label for entry in job.entries) == "曾一艾三仇五陈七单二解四区六"
    assert [(part.scope, part.index, part.size) for part in job.parts] == [("class", 0, 4), ("class", 1, 3)]
    assert [len(entries) for _, entries in job.by_part()] == [4, 3]


def test_what_is_put_before_a_part_is_what_was_asked_for(tmp_path: Path) -> None:
    for arrangement, inserts in (
        (Arrangement("seat"), ()), (Arrangement(separators=True), (SEPARATOR,)), (Arrangement(ticks=True), (TICKS,)),
        (BOTH, (SEPARATOR, TICKS)),
    ):  # fmt: skip
        (job,) = put(tmp_path, arrangement).jobs
        assert job.inserts == inserts
        assert bool(job.parts) == bool(inserts)


@pytest.mark.parametrize(
    "selection", [Selection(single=True), Selection(students=("曾一", "单二"))], ids=["single", "students"]
)
def test_a_file_of_one_record_has_nothing_put_into_it(tmp_path: Path, selection: Selection) -> None:
    assert not any(job.inserts or job.parts for job in put(tmp_path, BOTH, selection).jobs)


def test_a_paper_about_a_whole_class_has_nothing_put_before_it(tmp_path: Path) -> None:
    made = put(tmp_path, BOTH, per="class", bundle="class", filename="{{ class.name }}", body=[{"text": "正文"}])
    assert [job.inserts for job in made.jobs] == [(), ()]


def test_papers_about_classes_go_to_the_school(tmp_path: Path) -> None:
    (job,) = put(tmp_path, BOTH, per="class", filename="{{ class.name }}", body=[{"text": "正文"}]).jobs
    assert [(part.scope, part.size) for part in job.parts] == [("school", 2)]


def test_whoever_is_no_person_stays_as_listed(tmp_path: Path) -> None:
    (job,) = put(
        tmp_path, Arrangement("pinyin"), per="class", filename="{{ class.name }}", body=[{"text": "正文"}]
    ).jobs
    assert [entry.index for entry in job.entries] == [0, 1]


def test_staff_lie_by_pinyin_and_have_no_seats(tmp_path: Path) -> None:
    def staff(sheets: Sheets) -> None:
        school(sheets)
        for number, name in enumerate(["单老师", "安老师"], start=3):
            sheets["教职工"].append({"工号": f"T{number}", "姓名": name, "岗位": "任课教师"})

    found = known(tmp_path / "data", staff)
    keys: dict[str, Any] = {"per": "staff", "filename": "{{ staff.name }}", "body": [{"text": "正文"}]}
    for order, shown in (("pinyin", "安老师林老师单老师田校长"), ("seat", "田校长林老师单老师安老师")):
        assert labels(put(tmp_path, Arrangement(order), context=found, **keys)) == [shown]  # type: ignore[arg-type]


def test_several_papers_about_a_child_stay_together_in_their_order(tmp_path: Path) -> None:
    def visited(sheets: Sheets) -> None:
        school(sheets)
        sheets["家访"] = [
            {"学生": name, "日期": f"2026-09-0{day}", "方式": "电话", "家访教师": "林老师", "事由": "厌学"}
            for day, name in ((3, "曾一"), (4, "艾三"), (5, "曾一"), (2, "艾三"))
        ]

    found = known(tmp_path / "data", visited)
    keys: dict[str, Any] = {"per": "visit", "filename": "{{ student.name }}{{ visit.visited_on }}"}
    (job,) = put(tmp_path, Arrangement("pinyin"), context=found, **keys).jobs
    assert [entry.index for entry in job.entries] == [1, 3, 0, 2]


def test_a_list_to_tick_goes_to_nobody_for_whom_papers_were_not_made(tmp_path: Path) -> None:
    found = replace(known(tmp_path / "data", school), audience="village")
    (job,) = put(tmp_path, BOTH, context=found).jobs
    assert job.inserts == (SEPARATOR,)


def test_blank_forms_are_of_nobody_and_are_left_alone(tmp_path: Path) -> None:
    found = replace(known(tmp_path / "data", school), blank=3)
    made = put(tmp_path, BOTH, context=found)
    assert made.jobs
    assert not any(job.parts for job in made.jobs)


def test_a_child_whose_name_is_in_doubt_is_sorted_all_the_same(tmp_path: Path) -> None:
    def doubtful(sheets: Sheets) -> None:
        school(sheets)
        sheets["学生"][0]["班内学号"] = "三号"

    found = known(tmp_path / "data", doubtful)
    assert labels(put(tmp_path, Arrangement("seat"), context=found)) == ["陈七仇五曾一艾三解四单二区六"]
