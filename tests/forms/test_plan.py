from __future__ import annotations

import unicodedata
from pathlib import Path
from typing import Any

import pytest

from generator.errors import Exit
from generator.forms.catalogue import check
from generator.forms.context import Context
from generator.forms.plan import Plan, PlanError, Selection, SelectionError, plan, safe_name
from tests.small import HOSTILE, Sheets, Spoil, catalogue, definition, known

SINGLE = Selection(single=True)


def planned(folder: Path, *definitions: Any, selection: Selection = SINGLE, spoil: Spoil | None = None) -> Plan:
    context = known(folder / "data", spoil) if spoil else known(folder / "data")
    return plan(catalogue(folder, *definitions), context, selection)


def targets(made: Plan) -> list[str]:
    return [target for job in made.jobs for _, target in job.targets]


def two_schools(sheets: Sheets) -> None:
    first = sheets["学校"][0]
    sheets["学校"].append(
        first | {"学校标识码": "3153000002", "学校名称": "云山县柳林小学", "学校简称": "柳林小学", "校长": "T3"}
    )
    for sheet in ("教职工", "班级", "学生"):
        for row in sheets[sheet]:
            row["学校"] = "清溪小学"
    sheets["教职工"].append({"工号": "T3", "姓名": "余校长", "岗位": "校长", "学校": "柳林小学"})
    klass = {"年级": "三年级", "班号": "1", "班主任": "T3", "学年初人数": "1", "学校": "柳林小学"}
    sheets["班级"].append(klass)
    sheets["学生"].append(
        {"班级": "三年级（1）班", "班内学号": "1", "姓名": "余昇", "性别": "男", "学校": "柳林小学", "全国学籍号": "G3"}
    )


# What is planned


def test_a_paper_is_planned_for_every_record_in_the_order_of_the_dataset(tmp_path: Path) -> None:
    assert targets(planned(tmp_path, definition())) == [
        "清溪小学/三年级（1）班/1-石小满.docx",
        "清溪小学/三年级（1）班/2-木小春.docx",
    ]


def test_a_paper_is_planned_just_where_its_condition_holds(tmp_path: Path) -> None:
    assert targets(planned(tmp_path, definition(when="student.sex == '男'"))) == [
        "清溪小学/三年级（1）班/2-木小春.docx"
    ]


def test_a_print_file_holds_a_class_in_every_format(tmp_path: Path) -> None:
    made = planned(tmp_path, definition(bundle="class", formats=["docx", "pdf"], copies="2"), selection=Selection())
    (job,) = made.jobs
    assert targets(made) == ["清溪小学/小文书/三年级（1）班.docx", "清溪小学/小文书/三年级（1）班.pdf"]
    assert [entry.label for entry in job.entries] == ["1-石小满", "2-木小春"]
    assert job.copies == 2


def test_print_files_of_schools_lie_in_the_schools_folder_under_their_row(tmp_path: Path) -> None:
    made = planned(tmp_path, definition(bundle="school", covers=["RC-10"]), selection=Selection())
    assert targets(made) == ["清溪小学/RC-10 小文书.docx"]


def test_planning_writes_nothing_and_gives_the_same_twice(tmp_path: Path) -> None:
    context, forms = known(tmp_path / "data"), catalogue(tmp_path, definition())
    before = sorted(tmp_path.rglob("*"))
    assert plan(forms, context, SINGLE) == plan(forms, context, SINGLE)
    assert sorted(tmp_path.rglob("*")) == before


@pytest.mark.parametrize("keys", [{"filename": "{{ student.ethnicity }}"}, {"when": "student.birth_date < today"}])
def test_a_record_whose_plan_lacks_a_value_is_left_out_with_its_cell_and_the_others_are_not(
    tmp_path: Path, keys: dict[str, str]
) -> None:
    def half(sheets: Sheets) -> None:
        sheets["学生"][0] |= {"民族": "汉族", "出生日期": "2017-03-04"}

    made = planned(tmp_path, definition(**keys), spoil=half)
    assert len(made.jobs) == 1
    (left,) = made.skipped
    assert left.why.startswith("数据.xlsx 学生!")
    assert left.why.endswith("没有填")


@pytest.mark.parametrize(
    "keys", [{"when": "student.visits[1].mode == '电话'"}, {"filename": "{{ student.visits[1].mode }}"}]
)
def test_an_expression_that_fails_for_one_record_stops_just_that(tmp_path: Path, keys: dict[str, str]) -> None:
    made = planned(tmp_path, definition(**keys))
    assert len(made.jobs) == 1
    assert "算不出来" in made.skipped[0].why


# One file, one job


def same_name(sheets: Sheets) -> None:
    sheets["学生"][1]["姓名"] = sheets["学生"][0]["姓名"]


def test_records_of_one_name_have_files_of_their_own(tmp_path: Path) -> None:
    made = planned(tmp_path, definition(filename="{{ school.short_name }}/{{ student.name }}"), spoil=same_name)
    assert targets(made) == ["清溪小学/石小满.docx", "清溪小学/石小满（2）.docx"]


def test_plan_refuses_two_definitions_with_one_target(tmp_path: Path) -> None:
    with pytest.raises(PlanError, match=r"tiny 的1-石小满和 other 的1-石小满都要写到 .*，请改掉") as caught:
        planned(tmp_path, definition(), definition(id="other"))
    assert caught.value.exit_code == Exit.TEMPLATE


@pytest.mark.parametrize(("one", "other"), [("Anna", "ANNA"), ("é", "é"), ("a/b", "a|b"), ("甲", "甲 ")])
def test_names_that_windows_or_a_mac_cannot_tell_apart_are_one(tmp_path: Path, one: str, other: str) -> None:
    def named(sheets: Sheets) -> None:
        for row, name in zip(sheets["学生"], (one, unicodedata.normalize("NFD", other)), strict=True):
            row["姓名"] = name

    first, second = targets(planned(tmp_path, definition(filename="{{ student.name }}"), spoil=named))
    assert second.removesuffix(".docx").endswith("（2）")
    assert first != second


def test_papers_of_two_schools_with_one_short_name_are_held_back_not_mixed(tmp_path: Path) -> None:
    def one_name(sheets: Sheets) -> None:
        two_schools(sheets)
        for sheet in ("教职工", "班级", "学生"):
            for row in sheets[sheet]:
                row["学校"] = {"清溪小学": "3153000001", "柳林小学": "3153000002"}[row["学校"]]
        sheets["学校"][1]["学校简称"] = "清溪小学"

    papers = definition(bundle="class", filename="{{ student.name }}")
    plan = planned(tmp_path, papers, selection=Selection(), spoil=one_name)
    assert plan.jobs == ()
    assert {left.why.partition("：")[2] for left in plan.skipped} == {
        "学校简称与 数据.xlsx 学校!C2（学校“云山县清溪镇中心小学”）重复"
    }


# Part of a print file never takes the name of the whole


def two_classes(sheets: Sheets) -> None:
    sheets["班级"].append({"年级": "四年级", "班号": "1", "班主任": "林老师", "学年初人数": "1"})
    sheets["学生"].append({"班级": "四年级（1）班", "班内学号": "1", "姓名": "余昇", "性别": "男", "全国学籍号": "G3"})


@pytest.mark.parametrize("bundle", ["school", "township", "county"])
def test_papers_of_one_class_lie_in_a_print_file_of_that_class(tmp_path: Path, bundle: str) -> None:
    papers = definition(bundle=bundle, covers=["DR-02"])
    (job,) = planned(tmp_path, papers, selection=Selection(classes=("三年级（1）班",)), spoil=two_classes).jobs
    assert job.targets == (("docx", "清溪小学/DR-02 小文书/三年级（1）班.docx"),)
    assert ([entry.label for entry in job.entries], job.place) == (["1-石小满", "2-木小春"], "清溪小学")


@pytest.mark.parametrize("bundle", ["township", "county"])
def test_papers_of_one_school_lie_in_that_school_s_folder(tmp_path: Path, bundle: str) -> None:
    chosen = Selection(schools=("柳林小学",))
    assert targets(planned(tmp_path, definition(bundle=bundle), selection=chosen, spoil=two_schools)) == [
        "柳林小学/小文书.docx"
    ]


def test_every_school_and_every_class_that_is_selected_has_a_print_file(tmp_path: Path) -> None:
    papers = definition(bundle="township")
    schools = Selection(schools=("清溪小学", "柳林小学"))
    assert targets(planned(tmp_path, papers, selection=schools, spoil=two_schools)) == [
        "清溪小学/小文书.docx",
        "柳林小学/小文书.docx",
    ]
    classes = Selection(classes=("三年级（1）班",))  # which both schools have
    assert targets(planned(tmp_path, papers, selection=classes, spoil=two_schools)) == [
        "清溪小学/小文书/三年级（1）班.docx",
        "柳林小学/小文书/三年级（1）班.docx",
    ]


@pytest.mark.parametrize("written", ["三（1）班", "301", "3.1", "2024级1班"])
def test_a_class_is_selected_however_it_is_written(tmp_path: Path, written: str) -> None:
    chosen = Selection(classes=(written,))
    assert targets(planned(tmp_path, definition(bundle="school"), selection=chosen, spoil=two_classes)) == [
        "清溪小学/小文书/三年级（1）班.docx"
    ]


def test_a_class_goes_before_its_school_when_both_are_selected(tmp_path: Path) -> None:
    chosen = Selection(schools=("清溪小学",), classes=("三年级（1）班",))
    made = planned(tmp_path, definition(bundle="township"), selection=chosen, spoil=two_schools)
    assert targets(made) == ["清溪小学/小文书/三年级（1）班.docx"]


def test_a_print_file_is_never_wider_for_what_is_selected(tmp_path: Path) -> None:
    chosen = Selection(schools=("清溪小学",))
    made = planned(tmp_path, definition(bundle="class"), selection=chosen, spoil=two_classes)
    assert targets(made) == ["清溪小学/小文书/三年级（1）班.docx", "清溪小学/小文书/四年级（1）班.docx"]


@pytest.mark.parametrize("keys", [{"per": "school"}, {"per": "township"}, {"per": "staff", "bundle": "school"}])
def test_papers_that_are_about_no_class_are_left_out_when_classes_are_selected(
    tmp_path: Path, keys: dict[str, str]
) -> None:
    papers = definition(**{"filename": "x", **keys})
    assert planned(tmp_path, papers, selection=Selection(classes=("三年级（1）班",))) == Plan()


@pytest.mark.parametrize("single", [False, True])
def test_a_paper_with_a_file_of_its_own_has_it_whatever_is_selected(tmp_path: Path, single: bool) -> None:
    papers = definition(bundle="school" if single else None)
    chosen = Selection(classes=("三年级（1）班",), single=single)
    assert targets(planned(tmp_path, papers, selection=chosen)) == [
        "清溪小学/三年级（1）班/1-石小满.docx",
        "清溪小学/三年级（1）班/2-木小春.docx",
    ]


def test_two_definitions_that_would_share_a_print_file_of_a_class_are_refused(tmp_path: Path) -> None:
    forms = (definition(bundle="school"), definition(id="other", bundle="class"))
    assert len(planned(tmp_path, *forms, selection=Selection()).jobs) == 2
    with pytest.raises(PlanError, match="都要写到 清溪小学/小文书/三年级"):
        planned(tmp_path, *forms, selection=Selection(classes=("三年级（1）班",)))


# Names


def test_a_title_makes_one_folder_that_windows_takes(tmp_path: Path) -> None:
    papers = definition(bundle="class", title="责任书（甲/乙）：样张.")
    assert targets(planned(tmp_path, papers, selection=Selection())) == [
        "清溪小学/责任书（甲_乙）：样张/三年级（1）班.docx"
    ]


@pytest.mark.parametrize(
    ("name", "safe"),
    [
        ("CON", "_CON"), ("con.txt", "_con.txt"), ("COM1", "_COM1"), ("CONSOLE", "CONSOLE"), ("甲.", "甲"),
        ("甲. . ", "甲"), (" 甲 ", "甲"), ('a/b\\c:d*e?f"g<h>i|j', "a_b_c_d_e_f_g_h_i_j"), ("甲\n乙\t丙", "甲_乙_丙"),
        ("..", "_"), ("", "_"), ("欧阳·璟堃𬭎", "欧阳·璟堃𬭎"),
    ],
)  # fmt: skip
def test_names_are_such_that_windows_takes_them(name: str, safe: str) -> None:
    assert safe_name(name) == safe


@pytest.mark.parametrize("character", ["甲", "a", "𬭎", "😀", "é"])
def test_long_names_are_cut_to_what_every_system_takes(character: str) -> None:
    name = safe_name(character * 300)
    assert 0 < len(name) <= 80
    assert len(f"{name}.docx.baoxue~".encode()) <= 255
    assert set(name) == {character}


def test_a_slash_in_a_value_makes_no_folder(tmp_path: Path) -> None:
    def hostile(sheets: Sheets) -> None:
        sheets["学生"][0]["姓名"] = f"../../{HOSTILE}"

    (first, _) = targets(
        planned(tmp_path, definition(filename="{{ school.short_name }}/{{ student.name }}"), spoil=hostile)
    )
    assert first.startswith("清溪小学/.._.._")
    assert first.count("/") == 1
    assert "{{ 7_7 }}" in first


# Selections


@pytest.mark.parametrize("name", ["云山县柳林小学", "柳林小学", "3153000002", "柳林 小学"])
def test_a_school_is_selected_by_name_short_name_or_code(tmp_path: Path, name: str) -> None:
    made = planned(tmp_path, definition(), selection=Selection(schools=(name,), single=True), spoil=two_schools)
    assert targets(made) == ["柳林小学/三年级（1）班/1-余昇.docx"]


@pytest.mark.parametrize("name", ["三年级（1）班", "三年级(1)班", "三年级（１）班"])
def test_a_class_is_selected_with_brackets_and_digits_of_any_width(tmp_path: Path, name: str) -> None:
    assert len(planned(tmp_path, definition(), selection=Selection(classes=(name,), single=True)).jobs) == 2


@pytest.mark.parametrize("name", ["木小春", "G2", "ｇ2"])
def test_a_student_is_selected_by_name_or_number_and_has_a_file_alone(tmp_path: Path, name: str) -> None:
    made = planned(tmp_path, definition(bundle="class"), selection=Selection(students=(name,)))
    assert targets(made) == ["清溪小学/三年级（1）班/2-木小春.docx"]


@pytest.mark.parametrize("form", ["tiny", "RC-10"])
def test_a_form_is_selected_by_its_id_or_its_row(tmp_path: Path, form: str) -> None:
    forms = (definition(covers=["RC-10"]), definition(id="other", filename="x/{{ student.name }}"))
    assert {job.form for job in planned(tmp_path, *forms, selection=Selection(forms=(form,))).jobs} == {"tiny"}


def test_papers_that_are_about_no_student_are_left_out_when_students_are_selected(tmp_path: Path) -> None:
    school = definition(id="whole", per="school", filename="{{ school.name }}")
    made = planned(tmp_path, school, definition(), selection=Selection(students=("木小春",)))
    assert {job.form for job in made.jobs} == {"tiny"}


@pytest.mark.parametrize("forms", [(), ("tiny", "other")])
def test_formats_that_a_paper_does_not_have_are_not_planned(tmp_path: Path, forms: tuple[str, ...]) -> None:
    papers = (definition(), definition(id="other", filename="x/{{ student.name }}", formats=["pdf"]))
    assert planned(tmp_path, *papers, selection=Selection(forms=forms, formats=("xlsx",))) == Plan()
    made = planned(tmp_path, *papers, selection=Selection(forms=forms, formats=("pdf", "xlsx")))
    assert targets(made) == ["x/石小满.pdf", "x/木小春.pdf"]


def test_formats_that_this_machine_cannot_make_are_not_planned(tmp_path: Path) -> None:
    context, papers = known(tmp_path / "data"), catalogue(tmp_path, definition(bundle="class", formats=["docx", "pdf"]))
    assert targets(plan(papers, context, Selection(), {"pdf"})) == ["清溪小学/小文书/三年级（1）班.docx"]
    assert plan(papers, context, Selection(formats=("pdf",)), {"pdf"}) == Plan()


@pytest.mark.parametrize("form", ["tiny", "RC-10"])
def test_a_form_selected_alone_must_have_one_of_the_formats_that_are(tmp_path: Path, form: str) -> None:
    papers = definition(covers=["RC-10"], formats=["docx", "pdf"])
    with pytest.raises(SelectionError, match=f"^{form} 没有 xlsx 格式，可用 docx,pdf$"):
        planned(tmp_path, papers, selection=Selection(forms=(form,), formats=("xlsx",)))
    made = planned(tmp_path, papers, selection=Selection(forms=(form,), formats=("xlsx", "pdf"), single=True))
    assert [job.targets[0][0] for job in made.jobs] == ["pdf", "pdf"]


@pytest.mark.parametrize(
    ("selection", "what"),
    [
        (Selection(forms=("tinny",)), "没有文书“tinny”，是不是“tiny”"),
        (Selection(schools=("清溪中学",)), "没有学校“清溪中学”"),
        (Selection(classes=("三年级（2）班",)), "没有班级“三年级（2）班”，是不是“三年级（1）班”"),
        (Selection(students=("石晓满",)), "没有学生“石晓满”，是不是“石小满”"),
        (Selection(forms=("x",), schools=("y",)), "没有文书“x”；没有学校“y”"),
    ],
)
def test_what_does_not_exist_cannot_be_selected_and_the_near_one_is_named(
    tmp_path: Path, selection: Selection, what: str
) -> None:
    with pytest.raises(SelectionError) as caught:
        planned(tmp_path, definition(), selection=selection)
    assert what in str(caught.value)
    assert caught.value.exit_code == Exit.USAGE


def test_a_context_may_be_planned_from_again(tmp_path: Path) -> None:
    context: Context = known(tmp_path / "data")
    one = plan(catalogue(tmp_path, definition()), context, Selection(students=("木小春",)))
    assert [entry.index for job in one.jobs for entry in job.entries] == [1]


LEAVES = {
    "per": "class",
    "filename": "{{ class.name }}",
    "body": [
        {
            "roster": {
                "each": "leave in student.leaves",
                "columns": [{"label": "事由", "value": "{{ leave.reason }}", "width": 8}],
            },
            "each": "student in class.students",
        }
    ],
}
A_LEAVE = {
    "请假编号": "1",
    "学生": "石小满",
    "请假类别": "病假",
    "请假开始日期": "2026-09-02",
    "请假结束日期": "2026-09-02",
}


@pytest.mark.parametrize(("rows", "told"), [(None, [("请假",)]), ([], []), ([A_LEAVE], [])])
def test_a_list_of_a_sheet_that_few_keep_is_left_out_where_it_is_not_kept(
    tmp_path: Path, rows: list[dict[str, str]] | None, told: list[tuple[str, ...]]
) -> None:
    def kept(sheets: Sheets) -> None:
        if rows is not None:
            sheets["请假"] = rows

    context = known(tmp_path, kept)
    of_leaves = catalogue(tmp_path, definition(**LEAVES))
    assert check(of_leaves, context.policy) == []
    made = plan(of_leaves, context, SINGLE)
    assert [one.sheets for one in made.unlisted] == told
    assert bool(made.jobs) is not bool(told)
