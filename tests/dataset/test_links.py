from __future__ import annotations

from pathlib import Path

import pytest

from generator.dataset import draw, load
from generator.dataset.links import key
from generator.dataset.missing import Missing
from generator.dataset.workbook import write_workbook
from generator.errors import Problem
from tests.county import FAR, HERE, NEAR, files, together, write_folder
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
    assert next(problem.what for problem in read(sheets)[1]) == "“学生”表里没有“学生”"


# Over several units


def test_an_empty_link_means_the_only_record_of_the_file_or_of_the_folder_around_it(tmp_path: Path) -> None:
    county = files()
    county["清溪镇/大坪小学/学生.xlsx"] = {"学生": county[NEAR].pop("学生")}
    county["清溪镇/大坪小学/学校.xlsx"] = county.pop(NEAR)
    dataset, problems = load(write_folder(tmp_path, county))
    assert problems == []
    assert [len(school.students) for school in dataset.schools] == [2, 2, 2]
    assert [township.name for school in dataset.schools if (township := school.township)].count("清溪镇") == 2


def test_who_names_no_township_and_no_school_is_of_the_one_whose_file_it_is(tmp_path: Path) -> None:
    dataset, problems = load(write_folder(tmp_path, files()))
    assert problems == []
    assert [len(township.group) for township in dataset.townships] == [1, 1]
    assert [len(school.group) for school in dataset.schools] == [1, 1, 1]
    assert [inspection.unit for inspection in dataset.inspections] == ["清溪镇人民政府", "白石镇人民政府"]


def test_in_a_file_of_a_school_and_a_township_a_member_says_of_whose_group_it_is(tmp_path: Path) -> None:
    county = files()
    county[NEAR]["乡镇"] = county["清溪镇/镇.xlsx"]["乡镇"]
    problem = the_only(load(write_folder(tmp_path, county))[1])
    assert (problem.place.file, problem.what) == (NEAR, "“乡镇”和“学校”都没有")


def test_a_name_is_of_the_school_whose_file_it_stands_in(tmp_path: Path) -> None:
    county = files()
    county[FAR]["学生"][0]["姓名"] = "石小山"
    problem = the_only(load(write_folder(tmp_path, county))[1])
    assert (problem.place.file, problem.what) == (FAR, "“学生”表里没有“石小满”（白石小学），是不是“石小山”")


def test_a_misspelt_name_puts_no_child_of_another_file_in_doubt(tmp_path: Path) -> None:
    county = files()
    county[FAR]["家访"][0]["学生"] = "石大满"
    dataset, _ = load(write_folder(tmp_path, county))
    assert [isinstance(student.visits, Missing) for student in dataset.students] == [False] * 4 + [True] * 2


def test_a_child_found_by_number_is_the_one_still_there_else_the_one_of_the_rows_school(tmp_path: Path) -> None:
    county = files()
    county[NEAR]["学生"].append(county[HERE]["学生"][0])
    county[HERE]["学生"][0] = county[HERE]["学生"][0] | {"学籍状态": "转出"}
    county["家访.xlsx"] = {"家访": [county[HERE]["家访"][0] | {"学生": "G11", "日期": "2026-09-07"}]}
    county[NEAR]["家访"][0]["学生"] = county[HERE]["家访"][0]["学生"] = "G11"
    dataset, problems = load(write_folder(tmp_path, county))
    assert [problem for problem in problems if problem.level == "error"] == []
    by_file = {visit.where().file: visit for visit in dataset.visits if visit.purpose == "定期家访"}
    found = {file: visit.student and visit.student.where().file for file, visit in by_file.items()}
    assert found == {"家访.xlsx": NEAR, HERE: HERE, NEAR: NEAR, FAR: FAR}


@pytest.mark.parametrize("slash", ["/", "／"])
@pytest.mark.parametrize("school", ["3153000002", "大坪小学"])
def test_any_name_or_number_may_have_its_school_before_it(
    read: Load, two_schools: Sheets, school: str, slash: str
) -> None:
    before = f"{school}{slash}"
    two_schools["缺勤"] = [
        absence(学生=f"{before}石小满"),
        absence(学生="石小满", 班级=f"{before}三（1）班", 起始日期="2026-10-19"),
    ]
    two_schools["班级"][0]["包级领导"] = f"{before}T2"
    two_schools["家访"] = [VISIT | {"学生": f"{before}石小满", "家访教师": f"{before}田校长、清溪小学/T2"}]
    case = {"发现日期": "2026-10-12", "辍学日期": "2026-10-10", "辍学原因": "厌学", "个案编号": "1"}
    two_schools["辍学个案"] = [case | {"学生": f"{name}/石小满"} for name in ("清溪小学", "大坪小学")]
    two_schools["辍学个案"][0] |= {"编入班级": f"{before}三年级（1）班", "复学日期": "2026-10-26"}
    two_schools["通知书"] = [{"序号": "1", "个案编号": f"{before}1"}]
    dataset, problems = read(two_schools)
    there = dataset.schools[1]
    assert [problem.place.sheet for problem in problems if problem.level == "error"] == []
    assert [absence.school for absence in dataset.absences] == [there, there]
    assert dataset.classes[0].leader is dataset.staff[3]
    assert dataset.visits[0].visitors == [dataset.staff[2], dataset.staff[1]]
    assert dataset.notices[0].case is dataset.cases[1]
    assert dataset.cases[0].return_class is dataset.classes[1]


def test_a_name_with_its_school_before_it_is_of_no_other(read: Load, two_schools: Sheets) -> None:
    two_schools["教职工"][3]["工号"] = "X9"
    two_schools["班级"][0]["班主任"] = "清溪小学/X9"
    problem = the_only(read(two_schools)[1])
    assert problem.what.startswith("“教职工”表里没有“清溪小学/X9”")


def test_a_number_may_itself_have_a_slash(read: Load, sheets: Sheets) -> None:
    sheets["教职工"][1]["工号"] = "2026/1"
    sheets["班级"][0]["班主任"] = "2026/1"
    dataset, problems = read(sheets)
    assert (dataset.classes[0].teacher, problems) == (dataset.staff[1], [])


def test_a_name_of_another_school_that_is_not_there_may_be_anybody_there(read: Load, two_schools: Sheets) -> None:
    two_schools["家访"] = [VISIT | {"学校": "清溪小学", "家访教师": "大坪小学/林老帅"}]
    dataset, _ = read(two_schools)
    assert all(isinstance(person.visits, Missing) for person in dataset.staff)


def test_a_case_number_of_two_schools_means_that_of_the_same_file_and_else_asks_for_the_school(
    tmp_path: Path,
) -> None:
    county = files()
    dataset, problems = load(write_folder(tmp_path / "甲", county))
    assert problems == []
    assert [notice.case for notice in dataset.notices] == dataset.cases
    county["县.xlsx"]["通知书"] = county[FAR].pop("通知书")
    problem = the_only(load(write_folder(tmp_path / "乙", county))[1])
    assert (problem.what, problem.todo) == (
        "“辍学个案”表里有 3 个“1”", "在编号前写明学校，如 某某小学/1"
    )  # fmt: skip


def test_a_county_of_township_workbooks_may_use_one_number_in_each(tmp_path: Path) -> None:
    county = files()
    merged = together({file: county[file] for file in (HERE, NEAR)})
    merged["辍学个案"][1]["个案编号"] = "2"
    for row, number in zip(merged["通知书"], "12", strict=True):
        row["个案编号"] = number
    top = {name: county["县.xlsx"][name] for name in ("设置", "县区")}
    folder = {
        "县.xlsx": top,
        "清溪镇.xlsx": merged | county["清溪镇/镇.xlsx"],
        "白石镇.xlsx": county[FAR] | county["白石镇/镇.xlsx"],
    }
    for township in ("清溪镇", "白石镇"):
        folder[f"{township}.xlsx"]["领导小组"][0]["乡镇"] = township
        folder[f"{township}.xlsx"]["督导"][0]["被督导乡镇"] = township
    dataset, problems = load(write_folder(tmp_path, folder))
    assert problems == []
    assert [notice.where().file for case in dataset.cases for notice in case.notices] == [
        case.where().file for case in dataset.cases
    ]
    assert len(dataset.cases) == len(dataset.notices) == 3


def test_the_sheets_of_a_school_may_be_files_in_its_folder(tmp_path: Path) -> None:
    county = files()
    for sheet in ("领导小组", "家访", "辍学个案", "通知书", "学生"):
        county[f"清溪镇/大坪/{sheet}.xlsx"] = {sheet: county[NEAR].pop(sheet)}
    county["清溪镇/大坪/学校.xlsx"] = county.pop(NEAR)
    dataset, problems = load(write_folder(tmp_path / "全", county))
    assert problems == []
    assert [len(school.visits) for school in dataset.schools] == [2, 2, 2]
    county["清溪镇/大坪/家访.xlsx"]["家访"][0]["学生"] = "清小春"
    problem = the_only(load(write_folder(tmp_path / "错", county))[1])
    assert problem.what.startswith("“学生”表里没有“清小春”（大坪小学）")


def test_a_sheet_that_one_school_has_not_sent_tells_nothing_of_it(tmp_path: Path) -> None:
    county = files()
    del county[NEAR]["家访"]
    dataset, _ = load(write_folder(tmp_path, county))
    assert [isinstance(school.staff[0].visits, Missing) for school in dataset.schools] == [False, True, False]
    assert str(dataset.schools[1].staff[0].visits.place) == f"{NEAR} 家访"  # type: ignore[attr-defined]
    county["清溪镇/家访.xlsx"] = {"家访": files()[NEAR]["家访"]}
    for row in county["清溪镇/家访.xlsx"]["家访"]:
        row["学校"] = "大坪小学"
    dataset, problems = load(write_folder(tmp_path, county))
    assert problems == []
    assert not any(isinstance(person.visits, Missing) for person in dataset.staff)


LONG_AGO = MOVED | {"发现日期": "2025-10-12", "辍学日期": "2025-10-10"}


@pytest.mark.parametrize("first", [0, 1])
def test_of_schools_whose_names_begin_alike_a_class_of_an_earlier_year_is_of_the_one_it_names(
    tmp_path: Path, two_schools: Sheets, first: int
) -> None:
    two_schools["学校"][0]["学校简称"], two_schools["学校"][1]["学校简称"] = "清溪", "清溪小学"
    for rows in (two_schools[name] for name in ("教职工", "班级", "学生")):
        for row in rows:
            row["学校"] = {"清溪小学": "3153000001"}.get(row["学校"], row["学校"])
    two_schools["学校"].sort(key=lambda row: len(row["学校简称"]), reverse=bool(first))
    two_schools["辍学个案"] = [LONG_AGO | {"辍学时班级": "清溪小学二年级（1）班"}]
    write_workbook(two_schools, tmp_path / "数据.xlsx")
    dataset, _, _ = draw(tmp_path / "数据.xlsx")
    then = dataset.cases[0].dropped_from
    assert then
    assert then.school
    assert (then.school.code, then.name) == ("3153000002", "二年级（1）班")


def test_of_two_schools_of_one_name_a_class_of_an_earlier_year_is_of_the_childs_own(tmp_path: Path) -> None:
    sheets = files()
    for file in (HERE, FAR):
        sheets[file]["学校"][0]["学校简称"] = "中心小学"
    for file in (HERE, FAR):
        sheets[file]["辍学个案"][0] |= {
            "发现日期": "2025-10-12",
            "辍学日期": "2025-10-10",
            "辍学时班级": "中心小学二年级（1）班",
        }
    dataset, _, _ = draw(write_folder(tmp_path / "县", sheets))
    pairs = [(case.dropped_from, case.student) for case in dataset.cases if case.dropped_from and case.student]
    assert [then.school is student.school for then, student in pairs] == [True, True]
