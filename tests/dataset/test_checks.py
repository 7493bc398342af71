from __future__ import annotations

from datetime import date
from inspect import isfunction, signature
from types import ModuleType

import pytest

from generator.dataset.checks import CHECKS, UNIQUE, belonging, check, duplicates
from generator.dataset.checks import undrawable as undrawable_check
from generator.dataset.contradictions import (
    CONTRADICTIONS,
    cases,
    contacts,
    dates,
    future,
    identity,
    people,
    schools,
)
from generator.dataset.missing import Missing
from generator.dataset.models import (
    Absence,
    CalendarDay,
    Campaign,
    Case,
    Change,
    Class,
    County,
    Dataset,
    Disability,
    Guardian,
    Hamlet,
    Household,
    Inspection,
    Leave,
    Meeting,
    Member,
    Notice,
    Origin,
    School,
    Settings,
    Staff,
    Student,
    Talk,
    Township,
    Village,
    Visit,
    Volume,
)
from tests.dataset.conftest import Load, Sheets

GIRL = "11010120150101002X"  # invented: born 2015-01-01, even sequence number, right check digit


def origin(row: int) -> Origin:
    letters = {"name": "A", "id_no": "B", "birth_date": "C", "sex": "D", "student_no": "E"}
    return Origin("a.xlsx", "学生", row, letters)


CHILD, CHILDS, TEACHER, CLASS = Student(), Case(), Staff(), Class()
SCHOOL, OTHER, TOWNSHIP, VILLAGE = School(name="甲"), School(name="乙"), Township(name="清溪镇"), Village()


@pytest.mark.parametrize(
    ("dataset", "name"),
    [
        (Dataset(calendar=[CalendarDay(day=date(2026, 11, 11)), CalendarDay(day=date(2026, 11, 11))]), "校历"),
        (Dataset(counties=[County(name="云山县"), County(name="云山县")]), "县区名称"),
        (Dataset(townships=[Township(name="清溪镇"), Township(name=" 清溪镇")]), "乡镇名称"),
        (
            Dataset(villages=[Village(name="新村", township=TOWNSHIP), Village(name="新村", township=TOWNSHIP)]),
            "村居名称",
        ),
        (Dataset(schools=[School(code="1"), School(code="1")]), "学校标识码"),
        (Dataset(schools=[School(name="甲"), School(name="甲")]), "学校名称"),
        (Dataset(schools=[School(short_name="甲"), School(short_name="甲")]), "学校简称"),
        (Dataset(classes=[Class(school=SCHOOL, grade="一年级", number=1) for _ in range(2)]), "班级"),
        (Dataset(staff=[Staff(school=SCHOOL, no="t1"), Staff(school=SCHOOL, no="T1")]), "工号"),
        (Dataset(students=[Student(id_no=GIRL), Student(id_no=GIRL)]), "身份证件号"),
        (Dataset(students=[Student(student_no="G1"), Student(student_no="G1")]), "全国学籍号"),
        (Dataset(cases=[Case(no="1"), Case(no="1")]), "个案编号"),
        (Dataset(notices=[Notice(number="云〔2026〕1号"), Notice(number="云〔2026〕1号")]), "文号"),
        (Dataset(notices=[Notice(case=CHILDS, id="1"), Notice(case=CHILDS, id="1")]), "通知书序号"),
        (Dataset(inspections=[Inspection(no="1"), Inspection(no="1")]), "督导编号"),
        (Dataset(hamlets=[Hamlet(village=VILLAGE, name="一组") for _ in "12"]), "村民小组"),
        (Dataset(households=[Household(no="1"), Household(no="1")]), "户号"),
        (Dataset(changes=[Change(school=SCHOOL, no="1") for _ in "12"]), "变动编号"),
        (Dataset(leaves=[Leave(school=SCHOOL, no="1") for _ in "12"]), "请假编号"),
        (Dataset(disabilities=[Disability(no="1"), Disability(no="1")]), "残疾儿童编号"),
        (Dataset(meetings=[Meeting(school=SCHOOL, no="1") for _ in "12"]), "会议编号"),
        (Dataset(campaigns=[Campaign(no="1"), Campaign(no="1")]), "活动编号"),
        (Dataset(talks=[Talk(township=TOWNSHIP, no="1") for _ in "12"]), "问责编号"),
        (Dataset(volumes=[Volume(no="1"), Volume(no="1")]), "卷号"),
        (Dataset(members=[Member(school=SCHOOL, role="成员", name="甲") for _ in range(2)]), "领导小组成员"),
        (Dataset(absences=[Absence(student=CHILD, kind="病假", start=date(2026, 9, 1)) for _ in "12"]), "缺勤"),
        (Dataset(visits=[Visit(student=CHILD, visited_on=date(2026, 9, 1), visitors=[TEACHER]) for _ in "12"]), "家访"),
        (Dataset(students=[Student(name="甲", class_=CLASS) for _ in "12"]), "没有证件号和学籍号的学生"),
    ],
)
def test_what_must_be_its_own_may_not_be_shared(dataset: Dataset, name: str) -> None:
    (problem,) = duplicates(dataset)
    assert problem.what.startswith(name)
    assert "重复" in problem.what


def test_every_rule_of_uniqueness_is_tested() -> None:
    tested = next(mark for mark in test_what_must_be_its_own_may_not_be_shared.pytestmark if mark.name == "parametrize")  # type: ignore[attr-defined]
    assert [name for _, name in tested.args[1]] == [*(name for _, _, name in UNIQUE), "没有证件号和学籍号的学生"]


def test_what_differs_or_is_empty_or_masked_is_no_duplicate() -> None:
    dataset = Dataset(
        classes=[Class(school=SCHOOL, grade="一年级", number=1), Class(school=OTHER, grade="一年级", number=1)],
        staff=[Staff(school=SCHOOL, no="1"), Staff(school=OTHER, no="1"), Staff(school=SCHOOL), Staff(school=SCHOOL)],
        students=[Student(id_no="1301**********1234"), Student(id_no="1301**********1234"), Student(), Student()],
    )
    assert list(duplicates(dataset)) == []


def test_each_school_numbers_its_own_cases_and_inspections() -> None:
    dataset = Dataset(
        cases=[Case(no="1", school=SCHOOL), Case(no="1", school=OTHER)],
        inspections=[Inspection(no="1", school=SCHOOL), Inspection(no="1", township=TOWNSHIP)],
    )
    assert list(duplicates(dataset)) == []


def test_one_child_in_two_schools_is_told_as_that_and_its_number_hidden() -> None:
    pair = [Student(origin(2), name="石小满", id_no=GIRL, school=SCHOOL), Student(origin(3), id_no=GIRL, school=OTHER)]
    (problem,) = duplicates(Dataset(students=pair))
    assert problem.todo.startswith("一个孩子只在一所学校")
    assert problem.what == "身份证件号 110101****002X 与 a.xlsx 学生!B2（学生“石小满”）重复"
    assert problem.place.cell == "B3"
    assert GIRL not in str(problem)


def test_a_member_belongs_to_a_township_or_a_school() -> None:
    members = [Member(school=SCHOOL), Member(township=TOWNSHIP), Member(), Member(school=SCHOOL, township=TOWNSHIP)]
    found = [problem.what for problem in belonging(Dataset(members=members, inspections=[Inspection()]))]
    assert found == ["“乡镇”和“学校”都没有", "“乡镇”和“学校”都填了", "“被督导乡镇”和“被督导学校”都没有"]


def test_a_character_without_glyph_is_an_error_that_names_record_cell_and_code() -> None:
    drawable = set(map(ord, "石小满林木山下云县某"))
    dataset = Dataset(
        settings=Settings(year="2"),
        staff=[Staff(name="林𬭎")],
        students=[Student(origin(2), name="石小满", address="山\n下"), Student(origin(3), name="木🙂小🙂满")],
    )
    dataset.students[0].member1 = Guardian(Origin("a.xlsx", "学生", 2, {"name": "K"}), name="石喆")
    found = [(problem.place.cell, problem.what) for problem in undrawable_check(dataset, drawable)]
    assert found == [
        ("", "设置的“学年”里有字体画不出的字“2”（U+0032）"),
        ("", "教职工“林𬭎”的“姓名”里有字体画不出的字“𬭎”（U+2CB4E）"),
        ("A3", "学生“木🙂小🙂满”的“姓名”里有字体画不出的字“🙂”（U+1F642）"),
        ("K2", "学生“石小满”的“姓名”里有字体画不出的字“喆”（U+5586）"),
    ]


def test_the_characters_of_one_cell_are_told_together() -> None:
    (problem,) = undrawable_check(Dataset(staff=[Staff(name="ab")]), frozenset())
    assert problem.what.endswith("字体画不出的字“a”（U+0061）、“b”（U+0062）")


# What contradicts itself


CASE = {"个案编号": "1", "学生": "石小满", "辍学日期": "2026-10-10", "发现日期": "2026-10-12", "辍学原因": "厌学"}
VISIT = {"学生": "石小满", "家访日期": "2026-10-12", "家访方式": "上门", "家访教师": "林老师", "家访事由": "劝返"}
NOTICE = {"序号": "1", "个案编号": "1"}


def spoilt(sheets: Sheets, **rows: dict[str, str]) -> Sheets:
    """Return the sheets with a case that is visited, and rows that say something more."""
    right = {"辍学个案": CASE, "家访": VISIT} | ({"通知书": NOTICE} if "通知书" in rows else {})
    for sheet, row in (right | rows).items():
        sheets[sheet] = [right.get(sheet, {}) | row]
    return sheets


@pytest.mark.parametrize(
    ("rows", "what", "cells"),
    [
        ({"缺勤": {"学生": "石小满", "类别": "旷课", "起始日期": "2026-10-12", "结束日期": "2026-10-02"}},
         "“结束日期”2026-10-02 早于“起始日期”2026-10-12", ["缺勤!D2", "缺勤!C2"]),
        ({"辍学个案": {"发现日期": "2026-10-02"}}, "“发现日期”2026-10-02 早于“辍学日期”2026-10-10",
         ["辍学个案!D2", "辍学个案!C2"]),
        ({"辍学个案": {"复学日期": "2025-10-26"}}, "“复学日期”2025-10-26 早于“辍学日期”2026-10-10",
         ["辍学个案!F2", "辍学个案!C2"]),
        ({"辍学个案": {"复学日期": "2026-10-11"}}, "“复学日期”2026-10-11 早于“发现日期”2026-10-12",
         ["辍学个案!F2", "辍学个案!D2"]),
        ({"通知书": {"发出日期": "2026-10-20", "返校期限": "2026-10-19"}},
         "“返校期限”2026-10-19 早于“发出日期”2026-10-20", ["通知书!D2", "通知书!C2"]),
        ({"通知书": {"发出日期": "2026-10-20", "送达日期": "2026-10-19"}},
         "“送达日期”2026-10-19 早于“发出日期”2026-10-20", ["通知书!D2", "通知书!C2"]),
        ({"通知书": {"发出日期": "2026-10-20"}, "辍学个案": {"复学日期": "2026-10-19"}},
         "“复学日期”2026-10-19 早于“发出日期”2026-10-20（通知书“1”）", ["辍学个案!F2", "通知书!C2"]),
        ({"通知书": {"发出日期": "2026-10-11"}}, "发出以前没有劝返的家访记录", ["通知书!B2"]),
        ({"通知书": {}, "家访": {"家访日期": "2026-10-09", "家访事由": "厌学"}}, "没有劝返的家访记录", ["通知书!B2"]),
        ({"通知书": {}, "辍学个案": {"复学日期": "2026-10-19"}},
         "学生已于 2026-10-19 复学，通知书还没有发出日期", ["通知书!B2"]),
    ],
)  # fmt: skip
def test_dates_and_acts_that_cannot_have_followed_one_another_are_an_error(
    read: Load, sheets: Sheets, rows: dict[str, dict[str, str]], what: str, cells: list[str]
) -> None:
    _, problems = read(spoilt(sheets, **rows))
    problem = next(problem for problem in problems if problem.level == "error")
    assert problem.what == what
    assert [f"{place.sheet}!{place.cell}" for place in (problem.place, *problem.also)] == cells


def test_a_notice_older_than_the_case_is_an_error(read: Load, sheets: Sheets) -> None:
    _, problems = read(spoilt(sheets, 通知书={"发出日期": "2026-10-09"}))
    assert "“发出日期”2026-10-09 早于“辍学日期”2026-10-10（通知书“1”）" in [problem.what for problem in problems]


def test_a_term_that_ends_before_it_begins_is_an_error(read: Load, sheets: Sheets) -> None:
    sheets["设置"][0]["学期结束日期"] = "2026-01-20"
    _, (problem,) = read(sheets)
    assert problem.what == "“学期结束日期”2026-01-20 早于“开学日期”2026-09-01"


@pytest.mark.parametrize(
    "rows",
    [{}, {"通知书": {}}, {"通知书": {"发出日期": "2026-10-12", "返校期限": "2026-10-12", "文号": "云〔2026〕1号"}}],
)
def test_what_can_have_happened_is_no_problem(read: Load, sheets: Sheets, rows: dict[str, dict[str, str]]) -> None:
    assert read(spoilt(sheets, **rows))[1] == []


def test_which_of_two_contradicting_dates_is_wrong_is_left_open(read: Load, sheets: Sheets) -> None:
    dataset, _ = read(spoilt(sheets, 辍学个案={"复学日期": "2025-10-26"}))
    (case,) = dataset.cases
    assert isinstance(case.dropped_on, Missing)
    assert isinstance(case.returned_on, Missing)


@pytest.mark.parametrize("status", ["转出", "休学", "毕业", "死亡"])
def test_an_open_case_of_a_child_that_is_off_the_roll_is_an_error(read: Load, sheets: Sheets, status: str) -> None:
    sheets["学生"][0]["学籍状态"] = status
    _, (problem,) = read(spoilt(sheets))
    assert (problem.what, problem.level) == (f"石小满的学籍状态是“{status}”，而个案没有复学日期", "error")


def test_two_open_cases_of_one_child_are_an_error(read: Load, sheets: Sheets) -> None:
    spoilt(sheets)["辍学个案"].append(CASE | {"个案编号": "2"})
    _, (problem,) = read(sheets)
    assert (problem.what, problem.place.cell) == ("石小满有 2 个没有复学日期的个案", "B3")


def test_a_dropout_without_an_open_case_is_an_error(read: Load, sheets: Sheets) -> None:
    sheets["学生"][0]["学籍状态"] = "辍学"
    _, (problem,) = read(sheets)
    assert (problem.what, problem.level) == ("石小满的学籍状态是“辍学”，而没有未返校的个案", "error")


def test_a_visit_outside_the_term_is_a_reminder(read: Load, sheets: Sheets) -> None:
    sheets["家访"] = [VISIT | {"家访日期": "2025-10-12", "家访事由": "定期家访"}]
    _, (problem,) = read(sheets)
    assert (problem.place.cell, problem.level) == ("B2", "warning")
    assert problem.what == "家访日期 2025-10-12 不在本学期（2026-09-01 至 2027-01-20），不计入家访次数"


def test_two_visits_on_one_day_by_others_or_at_another_time_are_two(read: Load, sheets: Sheets) -> None:
    others = {"家访教师": "田校长"}, {"家访时间": "18:00"}, {"家访方式": "电话"}
    spoilt(sheets)["家访"] += [VISIT | other for other in others]
    assert read(sheets)[1] == []


def test_a_child_is_in_the_school_its_class_is_of(read: Load, sheets: Sheets) -> None:
    sheets["学校"].append(
        sheets["学校"][0] | {"学校标识码": "3153000002", "学校名称": "云山县大坪小学", "学校简称": "大坪小学"}
    )
    for name in ("教职工", "班级", "学生"):
        sheets[name] = [row | {"学校": "清溪小学"} for row in sheets[name]]
    sheets["班级"].append(sheets["班级"][0] | {"学校": "大坪小学", "班主任": ""})
    sheets["学生"][0]["班级"] = "大坪小学三年级（1）班"
    _, problems = read(sheets)
    assert "石小满的学校是清溪小学，班级是大坪小学三年级（1）班" in [problem.what for problem in problems]


def test_a_class_without_a_class_teacher_is_a_reminder(read: Load, sheets: Sheets) -> None:
    sheets["班级"][0]["班主任"] = ""
    _, (problem,) = read(sheets)
    assert (problem.what, problem.level) == ("三年级（1）班没有班主任，班主任的文书做不出来", "warning")


def test_a_child_moved_to_another_school_was_not_put_into_a_class_of_its_own(read: Load, sheets: Sheets) -> None:
    moved = {"复学日期": "2026-10-26", "复学方式": "转入他校复学", "编入班级": "三年级（1）班"}
    _, (problem,) = read(spoilt(sheets, 辍学个案=moved))
    assert problem.what == "写的是转入他校复学，而编入班级在本校（三年级（1）班）"


def test_all_checks_are_run_and_characters_only_with_fonts(read: Load, sheets: Sheets) -> None:
    sheets["学生"][0]["姓名"] = "石\U000e0101满"
    dataset, problems = read(sheets)
    assert problems == []
    assert [problem.what.count("画不出") for problem in check(dataset, frozenset())] != []
    assert {one.__name__ for one in CHECKS} >= {one.__name__ for one in CONTRADICTIONS}


@pytest.mark.parametrize("module", [cases, contacts, dates, identity, people, schools])
def test_every_contradiction_is_looked_for(module: ModuleType) -> None:
    own = [one for one in vars(module).values() if isfunction(one) and one.__module__ == module.__name__]
    looking = [one for one in own if one.__name__[0] != "_" and list(signature(one).parameters) == ["dataset"]]
    assert looking
    assert set(looking) <= set(CONTRADICTIONS)


BACK = {"复学日期": "2026-10-26"}
ISSUED = {"文号": "云〔2026〕1号", "发出日期": "2026-10-20"}


@pytest.mark.parametrize(
    ("rows", "what"),
    [
        ({"辍学个案": {"复学方式": "劝返复学"}}, "填了“复学方式”，而“复学日期”没有填"),
        ({"辍学个案": {"编入班级": "三年级（1）班"}}, "填了“编入班级”，而“复学日期”没有填"),
        ({"辍学个案": BACK | {"编入班级": "三年级（1）班", "安置方式": "调整年级就读"}},
         "“调整年级就读”与辍学时班级三年级（1）班、编入班级三年级（1）班不符"),
        ({"辍学个案": BACK | {"编入班级": "四年级（1）班", "安置方式": "原班就读"}},
         "“原班就读”与辍学时班级三年级（1）班、编入班级四年级（1）班不符"),
        ({"通知书": {"送达日期": "2026-10-20"}}, "有“送达日期”而没有“发出日期”"),
        ({"通知书": {"发出日期": "2026-10-20"}}, "有“发出日期”而没有“文号”"),
        ({"通知书": ISSUED | {"送达方式": "直接送达", "拒收事由": "不愿收"}}, "直接送达的不会有拒收事由"),
        ({"通知书": ISSUED | {"送达日期": "2026-10-27", "送达方式": "直接送达"}, "辍学个案": BACK},
         "学生已于 2026-10-26 复学，2026-10-27 还直接送达"),
        ({"通知书": ISSUED | {"送达日期": "2026-10-27", "送达方式": "邮寄送达"}, "辍学个案": BACK}, ""),
        ({"辍学个案": {"辍学日期": "2025-10-09", "辍学时班级": "三年级（1）班"}},
         "发现日期 2026-10-12 在辍学日期 2025-10-09 半年以后"),
        ({"辍学个案": {"辍学日期": "2026-05-14"}}, "2026-05-14 辍学，在本学年以前，而“辍学时班级”没有填"),
        ({"家访": {"家访时间": "25:70"}}, "“家访时间”写的是“25:70”"),
        ({"通知书": ISSUED | {"返校期限": "2062-10-28"}}, "返校期限 2062-10-28 在发出日期 2026-10-20 的 60 天以后"),
    ],
)  # fmt: skip
def test_what_a_row_tells_may_not_exclude_itself(
    read: Load, sheets: Sheets, rows: dict[str, dict[str, str]], what: str
) -> None:
    sheets["班级"].append(sheets["班级"][0] | {"年级": "四年级"})
    _, problems = read(spoilt(sheets, **rows))
    assert [problem.what for problem in problems if problem.level == "error"] == ([what] if what else [])


def test_a_child_that_has_moved_up_in_its_class_since_last_year_is_in_its_old_class(read: Load, sheets: Sheets) -> None:
    sheets["班级"].append(sheets["班级"][0] | {"年级": "二年级", "班主任": "田校长", "学年初人数": "0"})
    left = {"辍学日期": "2026-05-14", "发现日期": "2026-05-15", "辍学时班级": "二年级（1）班"}
    back = BACK | {"编入班级": "三年级（1）班", "安置方式": "原班就读"}
    assert read(spoilt(sheets, 辍学个案=left | back))[1] == []


def test_a_visit_of_a_case_that_began_last_term_counts_as_it_did(read: Load, sheets: Sheets) -> None:
    sheets["设置"][0] |= {"学期": "第二学期", "开学日期": "2027-02-20", "学期结束日期": "2027-07-05"}
    assert read(spoilt(sheets))[1] == []


def test_a_school_teaches_the_grades_of_its_kind(read: Load, sheets: Sheets) -> None:
    sheets["学校"][0]["办学类型"] = "初级中学"
    _, (problem,) = read(sheets)
    assert problem.what == "清溪小学的办学类型是“初级中学”，而有三年级（1）班"


def test_a_baseline_far_from_the_roll_is_a_reminder(read: Load, sheets: Sheets) -> None:
    sheets["班级"][0]["学年初人数"] = "20"
    _, (problem,) = read(sheets)
    assert (problem.what, problem.level) == ("三年级（1）班学年初 20 人，现在 2 人", "warning")


def test_a_child_pasted_again_without_its_numbers_is_a_twin(read: Load, sheets: Sheets) -> None:
    sheets["学生"].append(sheets["学生"][0] | {"全国学籍号": ""})
    _, (problem,) = read(sheets)
    assert problem.what.startswith("没有证件号和学籍号的学生与 数据.xlsx 学生!B2")


def test_a_term_does_not_last_longer_than_half_a_year(read: Load, sheets: Sheets) -> None:
    sheets["设置"][0]["学期结束日期"] = "2028-01-22"
    _, (problem,) = read(sheets)
    assert problem.what == "学期从 2026-09-01 到 2028-01-22，超过半年"


def test_a_case_that_begins_before_an_earlier_one_has_ended_is_an_error(read: Load, sheets: Sheets) -> None:
    spoilt(sheets, 辍学个案=BACK)
    sheets["辍学个案"].append(CASE | {"个案编号": "2", "辍学日期": "2026-10-15", "发现日期": "2026-10-27"})
    _, problems = read(sheets)
    assert problems[0].what == "个案2的辍学日期在个案1的复学日期 2026-10-26 之前"


def test_a_case_that_no_report_will_tell_of_is_a_reminder(read: Load, sheets: Sheets) -> None:
    _, problems = read(spoilt(sheets, 辍学个案={"辍学日期": "2026-10-13", "发现日期": "2026-10-13"}))
    assert [(problem.what.partition("，")[0], problem.level) for problem in problems] == [
        ("个案1从发现以来没有劝返的家访记录", "warning"),
        ("石小满 2026-10-12 的劝返不在任何个案从辍学到复学的期间", "error"),
    ]


def test_an_urging_of_a_child_without_a_case_is_a_reminder(read: Load, sheets: Sheets) -> None:
    sheets["家访"] = [VISIT]
    assert [problem.level for problem in read(sheets)[1]] == ["warning"]


def test_a_deadline_that_passes_before_the_notice_is_issued_is_an_error(read: Load, sheets: Sheets) -> None:
    dataset, _ = read(spoilt(sheets, 通知书={"返校期限": "2026-10-20"}))
    assert list(future(dataset, date(2026, 10, 20))) == []
    (problem,) = future(dataset, date(2026, 10, 21))
    assert problem.what == "通知书还没有发出，而返校期限 2026-10-20 在制表日期 2026-10-21 之前"


@pytest.mark.parametrize("header", ["变动日期", "转入日期"])
def test_nobody_has_come_or_gone_on_a_day_to_come(header: str, read: Load, sheets: Sheets) -> None:
    sheets["学生"][0][header] = "2026-10-21"
    dataset, _ = read(sheets)
    assert list(future(dataset, date(2026, 10, 21))) == []
    (problem,) = future(dataset, date(2026, 10, 20))
    assert problem.what == f"“{header}”2026-10-21 晚于制表日期 2026-10-20"


@pytest.mark.parametrize(
    ("born", "level", "what"),
    [
        ("2014-01-01", "warning", "石小满学年初12岁，在三年级"), ("2025-08-08", "error", "石小满学年初1岁，在三年级"),
        ("2000-01-01", "error", "石小满学年初26岁，在三年级"), ("2018-01-01", "", ""), ("2015-01-01", "", ""),
    ],
)  # fmt: skip
def test_a_child_is_about_as_old_as_its_grade(read: Load, sheets: Sheets, born: str, level: str, what: str) -> None:
    sheets["学生"][0]["出生日期"] = born
    _, problems = read(sheets)
    assert [(problem.what, problem.level) for problem in problems] == ([(what, level)] if what else [])


def test_a_child_below_school_age_cannot_have_dropped_out(read: Load, sheets: Sheets) -> None:
    sheets["学生"][0]["出生日期"] = "2018-01-01"
    _, problems = read(spoilt(sheets, 辍学个案={"辍学日期": "2016-11-03"}))
    assert "辍学日期 2016-11-03 时石小满不满 6 岁" in [problem.what for problem in problems]


def test_nobody_is_a_guardian_of_the_same_name_as_the_child(read: Load, sheets: Sheets) -> None:
    sheets["学生"][0]["成员1姓名"] = "石小满"
    _, (problem,) = read(sheets)
    assert problem.what == "石小满的家庭成员与本人同名"


@pytest.mark.parametrize(
    ("settings", "what"),
    [
        ({"学年": "2026"}, "“学年”写的是“2026”"),
        ({"学年": "2026—2028学年"}, "“学年”写的是“2026—2028学年”"),
        ({"学年": "2025—2026学年"}, "开学日期 2026-09-01 不在2025—2026学年第一学期"),
        ({"学期": "第二学期"}, "开学日期 2026-09-01 不在2026—2027学年第二学期"),
        ({"学期": "第二学期", "开学日期": "2027-02-20", "学期结束日期": "2027-07-01"}, ""),
        ({"学年": "2026-2027学年"}, ""),
    ],
)
def test_the_term_is_of_its_school_year(read: Load, sheets: Sheets, settings: dict[str, str], what: str) -> None:
    sheets["设置"][0] |= settings
    assert [problem.what for problem in read(sheets)[1]] == ([what] if what else [])


@pytest.mark.parametrize(
    ("rows", "header"),
    [
        ({"辍学个案": {"复学日期": "2026-10-26"}}, "复学日期"), ({"家访": {"家访日期": "2026-10-21"}}, "家访日期"),
        ({"通知书": {"文号": "云〔2026〕1号", "发出日期": "2026-10-21"}}, "发出日期"),
        ({"缺勤": {"学生": "石小满", "类别": "病假", "起始日期": "2026-10-21"}}, "起始日期"),
    ],
)  # fmt: skip
def test_what_is_told_has_happened_by_the_day_the_papers_are_of(
    read: Load, sheets: Sheets, rows: dict[str, dict[str, str]], header: str
) -> None:
    dataset, _ = read(spoilt(sheets, **rows))
    (problem,) = future(dataset, date(2026, 10, 20))
    assert problem.what.startswith(f"“{header}”2026-10-2")
    assert problem.what.endswith("晚于制表日期 2026-10-20")
    assert list(future(dataset, date(2026, 10, 26))) == []
