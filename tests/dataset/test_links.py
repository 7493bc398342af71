from __future__ import annotations

import pytest

from generator.dataset.links import key
from generator.dataset.missing import Missing
from generator.errors import Problem
from tests.dataset.conftest import Load, Sheets

VISIT = {"学生": "石小满", "家访日期": "2026-10-12", "家访方式": "上门", "家访事由": "厌学", "家访教师": "T2"}


@pytest.fixture
def two_schools(sheets: Sheets) -> Sheets:
    """A second school whose class, staff and one student bear the names of the first's."""
    second = {"学校标识码": "3153000002", "学校名称": "云山县清溪镇大坪小学", "学校简称": "大坪小学", "校长": "田校长"}
    sheets["学校"].append(sheets["学校"][0] | second)
    for name in ("教职工", "班级", "学生"):
        first = [row | {"学校": "清溪小学"} for row in sheets[name]]
        sheets[name] = first + [row | {"学校": "3153000002"} for row in first]
    for student, number in zip(sheets["学生"], "1234", strict=True):
        student["全国学籍号"] = f"G53000020170000000{number}"
    return sheets


def the_only(problems: list[Problem]) -> Problem:
    assert len(problems) == 1, "\n".join(map(str, problems))
    return problems[0]


def test_links_are_drawn_both_ways_in_the_datasets_order(read: Load, sheets: Sheets) -> None:
    sheets["家访"] = [
        {"学生": "木小春", "家访日期": "2026-10-12", "家访方式": "上门", "家访教师": "T1、林老师", "家访事由": "其他"},
        {"学生": "木小春", "家访日期": "2026-10-11", "家访方式": "电话", "家访教师": "林老师", "家访事由": "其他"},
    ]
    dataset, problems = read(sheets)
    assert problems == []
    school, class_ = dataset.schools[0], dataset.classes[0]
    principal, teacher = dataset.staff
    assert (school.township, dataset.townships[0].county) == (dataset.townships[0], dataset.counties[0])
    assert (dataset.counties[0].townships, dataset.townships[0].schools) == (dataset.townships, dataset.schools)
    assert (school.principal, class_.teacher, teacher.classes) == (principal, teacher, [class_])
    assert (school.classes, school.staff, class_.students) == (dataset.classes, dataset.staff, dataset.students)
    assert dataset.visits[0].visitors == [principal, teacher]
    assert (principal.visits, teacher.visits) == (dataset.visits[:1], dataset.visits)
    assert dataset.students[1].visits == dataset.visits


def test_an_empty_link_means_the_only_record_there_is(read: Load, sheets: Sheets) -> None:
    dataset, problems = read(sheets)
    assert problems == []
    found = [
        *(student.school for student in dataset.students),
        *(class_.school for class_ in dataset.classes),
        *(person.school for person in dataset.staff),
    ]
    assert set(found) == set(dataset.schools)


def test_an_empty_link_among_several_records_is_one_error(read: Load, two_schools: Sheets) -> None:
    del two_schools["学生"][3]["学校"]
    problem = the_only(read(two_schools)[1])
    assert "“学校”没有填，而“学校”表有 2 行" in problem.what
    assert problem.place.cell == "E5"


def test_names_are_looked_up_within_the_rows_school(read: Load, two_schools: Sheets) -> None:
    dataset, problems = read(two_schools)
    assert problems == []
    for school in dataset.schools:
        assert school.principal is not None
        assert school.principal.school is school
        assert [class_.teacher.school for class_ in school.classes if class_.teacher] == [school]
        assert [student.name for student in school.students] == ["石小满", "木小春"]


@pytest.mark.parametrize("written", ["3153000001", "云山县清溪镇中心小学", "清溪小学", " 清溪 小学"])
def test_a_school_is_found_by_code_name_and_short_name(read: Load, two_schools: Sheets, written: str) -> None:
    two_schools["学生"][3]["学校"] = written
    dataset, _ = read(two_schools)
    assert dataset.students[3].school is dataset.schools[0]


@pytest.mark.parametrize("written", ["三年级(1)班", "三年级 （１） 班", "三（1）班", "301", "2024级1班", "三年级一班"])
def test_a_class_is_found_however_it_is_written(read: Load, sheets: Sheets, written: str) -> None:
    sheets["学生"][0]["班级"] = written
    dataset, problems = read(sheets)
    assert (dataset.students[0].class_, problems) == (dataset.classes[0], [])


def test_a_student_is_told_apart_by_class_however_it_is_written(read: Load, sheets: Sheets) -> None:
    sheets["班级"].append(sheets["班级"][0] | {"班号": "2", "班主任": "田校长"})
    sheets["学生"].append(sheets["学生"][0] | {"班级": "三2班", "全国学籍号": "G9"})
    sheets["缺勤"] = [absence(班级="3（2）")]
    dataset, problems = read(sheets)
    assert problems == []
    assert dataset.absences[0].student is dataset.students[2]


def test_a_class_that_may_be_either_of_two_is_an_error(read: Load, sheets: Sheets) -> None:
    sheets["班级"].append(sheets["班级"][0] | {"班号": "10", "班主任": "田校长"})
    sheets["学生"][0]["班级"] = "3.1"
    problem = the_only(read(sheets)[1])
    assert problem.what == "“班级”表里有 2 个“3.1”（清溪小学）"


def test_a_name_that_is_not_there_is_an_error_with_the_near_one(read: Load, sheets: Sheets) -> None:
    sheets["学生"][0]["班级"] = "三年级（2）班"
    problem = the_only(read(sheets)[1])
    assert problem.what == "“班级”表里没有“三年级（2）班”（清溪小学），是不是“三年级（1）班”"
    assert (problem.place.sheet, problem.place.cell) == ("学生", "A2")


def test_a_name_known_only_in_another_school_is_not_there(read: Load, two_schools: Sheets) -> None:
    two_schools["教职工"][3]["姓名"] = "柳老师"
    problem = the_only(read(two_schools)[1])
    assert problem.what.startswith("“教职工”表里没有“林老师”（大坪小学）")


def test_a_staff_number_reaches_into_another_school(read: Load, two_schools: Sheets) -> None:
    two_schools["教职工"][3]["工号"] = "X9"
    two_schools["班级"][0]["班主任"], two_schools["班级"][1]["班主任"] = "x9", "田校长"
    dataset, problems = read(two_schools)
    assert (dataset.classes[0].teacher, problems) == (dataset.staff[3], [])


def test_a_staff_number_of_two_schools_means_the_rows_own(read: Load, two_schools: Sheets) -> None:
    two_schools["班级"][1]["班主任"] = "T2"
    dataset, problems = read(two_schools)
    assert (dataset.classes[1].teacher, problems) == (dataset.staff[3], [])


def test_two_of_one_name_are_an_error_that_says_what_to_add(read: Load, sheets: Sheets) -> None:
    sheets["教职工"].append({"工号": "T3", "姓名": "林老师", "岗位": "任课教师"})
    problem = the_only(read(sheets)[1])
    assert ("有 2 个“林老师”" in problem.what, problem.todo) == (True, "改写工号")


def absence(**more: str) -> dict[str, str]:
    return {"学生": "石小满", "类别": "旷课", "起始日期": "2026-10-12"} | more


def test_a_student_of_a_common_name_is_told_apart_by_number_class_or_school(read: Load, two_schools: Sheets) -> None:
    two_schools["班级"].append(two_schools["班级"][0] | {"班号": "2", "班主任": "田校长"})
    two_schools["学生"].append(two_schools["学生"][0] | {"班级": "三年级（2）班", "全国学籍号": "G9"})
    two_schools["缺勤"] = [
        absence(学生="g530000201700000001"),
        absence(班级="三年级(2)班"),
        absence(学校="大坪小学"),
        absence(学校="清溪小学", 班级="三年级（1）班", 起始日期="2026-10-19"),
    ]
    dataset, problems = read(two_schools)
    assert problems == []
    first, second, third = dataset.students[0], dataset.students[4], dataset.students[2]
    assert [row.student for row in dataset.absences] == [first, second, third, first]
    assert [row.school for row in dataset.absences] == [student.school for student in (first, second, third, first)]
    assert [row.class_ for row in dataset.absences] == [student.class_ for student in (first, second, third, first)]


def test_an_ambiguous_student_is_an_error_that_asks_for_number_or_class(read: Load, two_schools: Sheets) -> None:
    two_schools["缺勤"] = [absence()]
    problem = the_only(read(two_schools)[1])
    assert problem.what == "“学生”表里有 2 个“石小满”"
    assert problem.todo == "改写全国学籍号，或在“班级”列写明班级"


def test_a_number_that_leads_to_a_child_of_another_class_than_named_is_an_error(read: Load, sheets: Sheets) -> None:
    sheets["班级"].append(sheets["班级"][0] | {"班号": "2", "班主任": "田校长"})
    sheets["缺勤"] = [absence(学生="G530000201700000001", 班级="三年级（2）班")]
    dataset, problems = read(sheets)
    assert dataset.absences[0].class_ is dataset.classes[1]
    assert [problem.what for problem in problems] == ["石小满在三年级（1）班，不在三年级（2）班"]


def test_a_student_of_another_class_than_named_is_told_with_the_class_it_is_in(read: Load, sheets: Sheets) -> None:
    sheets["班级"].append(sheets["班级"][0] | {"班号": "2", "班主任": "田校长"})
    sheets["缺勤"] = [absence(班级="三年级（2）班")]
    problem = the_only(read(sheets)[1])
    assert (problem.what, problem.todo) == ("“石小满”不在“三年级（2）班”，在三年级（1）班", "改正班级，或改正学生")


def test_an_unknown_student_is_one_error_though_the_row_names_a_class(read: Load, sheets: Sheets) -> None:
    sheets["缺勤"] = [absence(学生="石小蛮", 班级="三年级（1）班")]
    problem = the_only(read(sheets)[1])
    assert problem.what == "“学生”表里没有“石小蛮”（三年级（1）班），是不是“石小满”"


def test_what_depends_on_an_unknown_student_is_not_reported_too(read: Load, two_schools: Sheets) -> None:
    two_schools["辍学个案"] = [
        {"个案编号": "1", "学生": "无名氏", "发现日期": "2026-10-12", "辍学日期": "2026-10-10", "辍学原因": "厌学",
         "劝返责任人": "林老师", "编入班级": "三年级（1）班"}
    ]  # fmt: skip
    assert "没有“无名氏”" in the_only(read(two_schools)[1]).what


MOVED = {
    "个案编号": "1", "学生": "G530000201700000001", "发现日期": "2026-10-12", "辍学日期": "2026-10-10",
    "辍学原因": "厌学", "复学日期": "2026-10-26", "复学方式": "转入他校复学",
}  # fmt: skip


def test_a_class_of_another_school_is_named_with_its_school(read: Load, two_schools: Sheets) -> None:
    two_schools["辍学个案"] = [MOVED | {"编入班级": "大坪小学三年级(1)班"}]
    dataset, problems = read(two_schools)
    assert problems == []
    assert dataset.cases[0].return_class is dataset.classes[1]
    assert dataset.cases[0].placed_in == "大坪小学三年级（1）班"


def test_a_class_of_the_same_school_is_printed_without_it(read: Load, two_schools: Sheets) -> None:
    two_schools["辍学个案"] = [MOVED | {"编入班级": "清溪小学三年级（1）班", "复学方式": "劝返复学"}]
    dataset, problems = read(two_schools)
    assert problems == []
    assert dataset.cases[0].placed_in == "三年级（1）班"


def test_a_visit_was_made_to_a_child_of_the_class_it_was_in_then(read: Load, sheets: Sheets) -> None:
    sheets["班级"].append(sheets["班级"][0] | {"年级": "四年级", "班主任": "田校长"})
    sheets["辍学个案"] = [MOVED | {"辍学时班级": "四年级（1）班", "复学方式": "劝返复学"}]
    sheets["家访"] = [VISIT | {"家访日期": day} for day in ("2026-09-20", "2026-10-12", "2026-10-26", "2026-10-27")]
    sheets["家访"].append(VISIT | {"学生": "木小春"})
    dataset, problems = read(sheets)
    assert problems == []
    now, then = dataset.classes
    assert [visit.class_then for visit in dataset.visits] == [then, then, then, now, now]


def test_a_case_is_of_the_school_the_child_dropped_out_of(read: Load, two_schools: Sheets) -> None:
    two_schools["辍学个案"] = [MOVED | {"辍学时班级": "大坪小学三年级（1）班", "编入班级": "三年级（1）班"}]
    dataset, problems = read(two_schools)
    now, before = dataset.schools
    assert problems == []
    assert (now.cases, before.cases) == ([], dataset.cases)


def test_teachers_of_then_are_of_the_school_of_then_and_the_keeper_of_the_school_of_now(
    read: Load, two_schools: Sheets
) -> None:
    two_schools["家访"] = [VISIT | {"学生": "G530000201700000001", "家访教师": "林老师"}]
    two_schools["辍学个案"] = [
        MOVED
        | {"辍学时班级": "大坪小学三年级（1）班", "编入班级": "清溪小学三年级（1）班", "劝返责任人": "林老师",
           "保学责任人": "林老师"}
    ]  # fmt: skip
    dataset, problems = read(two_schools)
    assert problems == []
    now, then = dataset.staff[1], dataset.staff[3]
    (case,), (visit,) = dataset.cases, dataset.visits
    assert (case.responsible, case.keeper, visit.visitors) == (then, now, [then])
    assert (then.visits, now.visits) == ([visit], [])


def test_of_several_cases_the_one_that_was_open_says_where_a_child_was(read: Load, sheets: Sheets) -> None:
    sheets["班级"] += [sheets["班级"][0] | {"年级": grade} for grade in ("一年级", "二年级")]
    sheets["学校"][0]["办学类型"] = "教学点"  # where one teacher may have three classes
    first = MOVED | {"辍学时班级": "一年级（1）班", "复学日期": "2026-10-26", "复学方式": "劝返复学"}
    second = first | {
        "个案编号": "2",
        "辍学时班级": "二年级（1）班",
        "辍学日期": "2026-11-02",
        "发现日期": "2026-11-02",
    }
    sheets["辍学个案"] = [second | {"复学日期": "2026-11-09"}, first]
    sheets["家访"] = [VISIT]
    dataset, problems = read(sheets)
    assert problems == []
    assert dataset.visits[0].class_then is dataset.classes[1]


def test_a_visit_for_another_purpose_is_no_urging_to_return(read: Load, sheets: Sheets) -> None:
    sheets["辍学个案"] = [MOVED]
    sheets["家访"] = [
        VISIT | {"家访事由": purpose} for purpose in ("劝返", "无故缺勤", "厌学", "重点对象", "定期家访", "其他")
    ]
    dataset, _ = read(sheets)
    assert dataset.cases[0].attempts == 3


def test_a_rejected_cell_is_not_looked_up(read: Load, sheets: Sheets) -> None:
    sheets["班级"][0]["班主任"] = "林\u200b老师"
    assert "U+200B" in the_only(read(sheets)[1]).what


def test_a_student_is_found_although_the_class_cell_was_rejected(read: Load, sheets: Sheets) -> None:
    sheets["缺勤"] = [absence(班级="三年级\u200b（1）班")]
    dataset, problems = read(sheets)
    assert "U+200B" in the_only(problems).what
    assert dataset.absences[0].student is dataset.students[0]


def test_an_unknown_student_number_is_masked(read: Load, sheets: Sheets) -> None:
    sheets["缺勤"] = [absence(学生="110101201501011234")]
    problem = the_only(read(sheets)[1])
    assert "110101****1234" in problem.what
    assert "110101201501011234" not in str(problem)


def test_a_village_is_looked_up_in_the_schools_township(read: Load, sheets: Sheets) -> None:
    sheets["乡镇"].append({"乡镇名称": "大坪乡", "乡镇人民政府": "大坪乡人民政府", "乡镇长": "白某"})
    sheets["村居"] = [{"村居名称": "新村", "乡镇": "大坪乡人民政府"}, {"村居名称": "新村", "乡镇": "清溪镇"}]
    sheets["学校"][0] |= {"乡镇": "清溪镇", "所在村居": "新村"}
    sheets["学生"][0]["村居"] = "新村"
    dataset, problems = read(sheets)
    assert [problem.what for problem in problems] == ["没有学生住在新村"]  # of the other township
    assert dataset.students[0].village is dataset.schools[0].village is dataset.villages[1]


def test_cases_and_notices_hang_together(read: Load, sheets: Sheets) -> None:
    sheets["辍学个案"] = [
        {"个案编号": "A-1", "学生": "石小满", "发现日期": "2026-10-12", "辍学日期": "2026-10-10", "辍学原因": "厌学",
         "劝返责任人": "林老师", "编入班级": "三年级（1）班", "复学日期": "2026-10-26"}
    ]  # fmt: skip
    sheets["家访"] = [VISIT]
    sheets["通知书"] = [
        {"序号": "1", "个案编号": "a-1", "文号": "云〔2026〕1号", "发出日期": "2026-10-20"},
        {"序号": "2", "个案编号": "A-2"},
    ]
    dataset, problems = read(sheets)
    assert the_only(problems).what == "“辍学个案”表里没有“A-2”，是不是“A-1”"
    (case,) = dataset.cases
    assert (case.responsible, case.return_class) == (dataset.staff[1], dataset.classes[0])
    assert dataset.students[0].cases == [case]
    assert dataset.notices[0].case is case


def test_each_of_several_visitors_is_looked_up(read: Load, sheets: Sheets) -> None:
    sheets["家访"] = [VISIT | {"家访教师": "林老师；T1"}, VISIT | {"家访教师": "林老师，无名氏"}]
    dataset, problems = read(sheets)
    assert "“教职工”表里没有“无名氏”" in the_only(problems).what
    assert dataset.visits[0].visitors == [dataset.staff[1], dataset.staff[0]]


@pytest.mark.parametrize("number", ["云〔2026〕1号", "云[2026]1号", "云【2026】1号", "云（2026）1号", "云 (2026) 1 号"])
def test_brackets_of_all_kinds_are_one(number: str) -> None:
    assert key(number) == key("云〔2026〕1号")


@pytest.mark.parametrize("dot", "·•・‧∙⋅")
def test_middle_dots_of_all_kinds_are_one(dot: str) -> None:
    assert key(f"阿依{dot}古丽") == key("阿依·古丽")


def test_a_missing_link_is_not_looked_up(read: Load, sheets: Sheets) -> None:
    sheets["学生"][0]["班级"] = ""
    dataset, problems = read(sheets)
    assert the_only(problems).what == "“班级”没有填"
    assert isinstance(dataset.students[0].class_, Missing)


def test_among_very_many_names_no_near_one_is_sought(read: Load, sheets: Sheets) -> None:
    names = [f"学生{chr(0x4E00 + number)}" for number in range(2001)]
    sheets["学生"] = [sheets["学生"][0] | {"姓名": name, "全国学籍号": ""} for name in names]
    sheets["班级"][0]["学年初人数"] = "2001"
    sheets["缺勤"] = [absence(学生="学生")]
    assert read(sheets)[1][0].what == "“学生”表里没有“学生”"
