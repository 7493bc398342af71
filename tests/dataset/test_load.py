from __future__ import annotations

import gc
from pathlib import Path

import pytest

from generator.dataset import REQUIRED, examine, load
from generator.dataset.missing import Missing
from generator.dataset.workbook import write_workbook, write_yaml
from generator.errors import DataError, Exit, Place
from tests.dataset.conftest import Load, Sheets


def refused(read: Load, sheets: Sheets) -> list[str]:
    with pytest.raises(DataError) as caught:
        read(sheets)
    assert caught.value.exit_code == Exit.DATA
    return [problem.what for problem in caught.value.problems]


def test_a_workbook_without_faults_has_no_problem(read: Load, sheets: Sheets) -> None:
    dataset, problems = read(sheets)
    assert problems == []
    assert (dataset.file, dataset.settings.year, dataset.schools[0].enrolled) == ("数据.xlsx", "2026—2027学年", 2)


def test_yaml_says_the_same_as_the_workbook(read: Load, sheets: Sheets, tmp_path: Path) -> None:
    sheets["学生"][0] |= {
        "出生日期": "2017-03-05",
        "成员1姓名": "石某",
        "现住址": "=1+1 & {{ 7*7 }} 'x' \"y\"\n二行",
        "民族": "02",
    }
    first, _ = read(sheets)
    write_yaml(sheets, tmp_path / "数据.yaml")
    second, problems = load(tmp_path / "数据.yaml")
    assert problems == []
    assert repr(second.students) == repr(first.students)
    student = second.students[0]
    assert student.where("birth_date") == Place("数据.yaml", cell="出生日期", line=student.where().line + 4)


def test_english_yaml_with_nested_members_is_read(sheets: Sheets, tmp_path: Path) -> None:
    del sheets["学生"]
    write_yaml(sheets, tmp_path / "a.yaml")
    students = """
students:
- {name: 石小满, sex: 女, class: 三年级(1)班, member1: {name: 石某, is_guardian: yes}, seat_no: 07}
"""
    (tmp_path / "b.yaml").write_text(students, "utf-8")
    dataset, problems = load(tmp_path)
    assert problems == []
    (student,) = dataset.students
    assert (student.seat_no, student.class_) == (7, dataset.classes[0])
    assert student.guardian is not None
    assert (student.guardian.name, student.guardian.is_guardian) == ("石某", True)
    assert student.guardian.where("name") == Place("b.yaml", cell="member1.name", line=3)


def test_unknown_sheets_and_headers_and_missing_sheets_are_told_at_once(read: Load, sheets: Sheets) -> None:
    sheets["学生名单"] = [{"姓名": "石"}]
    sheets["学生"][0]["宗教"] = "x"
    sheets["学校"][0]["学校标志码"] = "x"
    del sheets["班级"], sheets["教职工"][0]["岗位"], sheets["教职工"][1]["岗位"]
    assert refused(read, sheets) == [
        "不认识的表“学生名单”，是不是“学生”",
        "“学校”表没有“学校标志码”这一列，是不是“学校标识码”",
        "没有“岗位”这一列",
        "“学生”表没有“宗教”这一列",
        "没有“班级”表",
    ]


@pytest.mark.parametrize("sheet", [model.sheet for model in REQUIRED])
def test_a_required_sheet_must_be_there(read: Load, sheets: Sheets, sheet: str) -> None:
    del sheets[sheet]
    assert refused(read, sheets) == [f"没有“{sheet}”表"]


@pytest.mark.parametrize("sheet", [model.sheet for model in REQUIRED])
def test_a_required_sheet_without_rows_is_an_error(read: Load, sheets: Sheets, sheet: str) -> None:
    sheets[sheet] = []
    told = [problem for problem in read(sheets)[1] if problem.place == Place("数据.xlsx", sheet)]
    assert [problem.what for problem in told] == ["表里没有一行内容"]
    assert told[0].level == "error"


def test_an_unknown_sheet_of_yaml_is_refused(sheets: Sheets, tmp_path: Path) -> None:
    write_yaml(sheets | {"students2": []}, tmp_path / "a.yaml")
    with pytest.raises(DataError, match=r"错误 a\.yaml：不认识的表“students2”，是不是“students”"):
        load(tmp_path / "a.yaml")


def test_bad_values_do_not_stop_loading_and_are_all_told(read: Load, sheets: Sheets) -> None:
    sheets["学生"][0] |= {"姓名": "", "出生日期": "不详", "班级": "九班"}
    sheets["学生"][1] |= {"身份证件号": "110101201501010012", "全国学籍号": "G110101201501010012"}
    sheets["设置"][0]["学期"] = "春季"
    dataset, problems = read(sheets)
    assert len(dataset.students) == 2
    assert [(problem.place.sheet, problem.place.cell) for problem in problems] == [
        ("设置", "B2"), ("学生", "B2"), ("学生", "E2"), ("学生", "A2"), ("学生", "F3"),
    ]  # fmt: skip
    assert {problem.level for problem in problems} == {"error"}


def test_a_value_that_yaml_leaves_out_is_missing_with_its_line(sheets: Sheets, tmp_path: Path) -> None:
    del sheets["县区"][0]["县级人民政府"]
    write_yaml(sheets, tmp_path / "a.yaml")
    _, (problem,) = load(tmp_path / "a.yaml")
    assert problem.what == "“县级人民政府”没有填"
    assert problem.place.line > 0


def test_characters_are_checked_where_the_fonts_are_known(sheets: Sheets, tmp_path: Path) -> None:
    sheets["学生"][0]["姓名"] = "石𬭎"
    write_workbook(sheets, tmp_path / "a.xlsx")
    used = {ord(c) for rows in sheets.values() for row in rows for text in row.values() for c in text} - {ord("𬭎")}
    assert load(tmp_path / "a.xlsx")[1] == []
    _, (problem,) = load(tmp_path / "a.xlsx", frozenset(used))
    assert (problem.place.cell, "U+2CB4E" in problem.what) == ("B2", True)


def another_school(sheets: Sheets) -> Sheets:
    school = {"学校标识码": "3153000002", "学校名称": "大坪完全小学", "学校简称": "大坪小学"}
    students = [row | {"全国学籍号": f"G{index}"} for index, row in enumerate(sheets["学生"])]
    return sheets | {"学校": [sheets["学校"][0] | school], "学生": students}


def test_a_folder_of_schools_shares_county_and_settings_and_each_file_means_its_own(
    sheets: Sheets, tmp_path: Path
) -> None:
    write_workbook(sheets, tmp_path / "1.xlsx")
    write_yaml(another_school(sheets), tmp_path / "2.yaml")
    dataset, problems = load(tmp_path)
    assert problems == []
    assert (len(dataset.counties), len(dataset.townships), len(dataset.schools)) == (1, 1, 2)
    for school, file in zip(dataset.schools, ("1.xlsx", "2.yaml"), strict=True):
        assert [student.name for student in school.students] == ["石小满", "木小春"]
        assert {student.where().file for student in school.students} == {file}
        assert school.principal in school.staff


def test_a_file_means_its_own_school_also_where_an_earlier_file_listed_it(sheets: Sheets, tmp_path: Path) -> None:
    other = another_school(sheets)
    write_yaml({"学校": sheets["学校"] + other["学校"]}, tmp_path / "0.yaml")
    write_workbook(sheets, tmp_path / "1.xlsx")
    write_yaml(other, tmp_path / "2.yaml")
    dataset, problems = load(tmp_path)
    assert problems == []
    assert [len(school.students) for school in dataset.schools] == [2, 2]


def test_settings_that_differ_between_files_are_an_error(sheets: Sheets, tmp_path: Path) -> None:
    write_workbook(sheets, tmp_path / "1.xlsx")
    other = {"设置": [sheets["设置"][0] | {"学期": "第二学期"}], "县区": sheets["县区"]}
    write_workbook(other, tmp_path / "2.xlsx")
    dataset, (problem,) = load(tmp_path)
    assert problem.place == Place("2.xlsx", "设置", "B2")
    assert problem.what == "“学期”与 1.xlsx 设置!B2 不同"
    assert isinstance(dataset.settings.term, Missing)
    assert dataset.settings.year == "2026—2027学年"


def test_a_setting_that_is_wrong_in_one_of_several_files_is_in_doubt(sheets: Sheets, tmp_path: Path) -> None:
    write_workbook(sheets, tmp_path / "1.xlsx")
    write_workbook({"设置": [sheets["设置"][0] | {"制表日期": "十一月"}]}, tmp_path / "2.xlsx")
    dataset, problems = load(tmp_path)
    assert [problem.place.cell for problem in problems] == ["E2", "E2"]
    assert isinstance(dataset.settings.today, Missing)


def test_settings_without_a_row_are_an_error(sheets: Sheets, tmp_path: Path) -> None:
    write_yaml(sheets | {"设置": []}, tmp_path / "a.yaml")
    dataset, (problem,) = load(tmp_path / "a.yaml")
    assert (problem.place.sheet, problem.what) == ("设置", "表里没有一行内容")
    assert dataset.settings.year is None


@pytest.mark.parametrize("enabled", [True, False])
def test_garbage_collection_is_left_as_it_was(read: Load, sheets: Sheets, enabled: bool) -> None:
    before = gc.isenabled()
    try:
        (gc.enable if enabled else gc.disable)()
        refused(read, {"学生": []} | {"学生x": sheets["学生"]})
        assert gc.isenabled() is enabled
    finally:
        (gc.enable if before else gc.disable)()


def test_a_roster_of_the_records_system_is_read(read: Load, sheets: Sheets) -> None:
    sheets["学生"] = [
        {
            "学校标识码": "3153000001", "姓名": "石小满", "性别": "1", "出生日期": "20170305", "出生地": "530000",
            "民族": "07", "身份证件类型": "1", "班号": "三年级（1）班", "入学年月": "202309", "就读方式": "1",
            "现住址": "大坪村", "家庭地址": "大坪村一组", "联系电话": "1", "是否留守儿童": "0", "残疾类型": "无残疾",
            "成员1姓名": "石某", "成员1关系": "父亲", "成员1关系说明": "", "成员1是否监护人": "1", "成员1职务": "无",
            "成员2姓名": "",
        }
    ]  # fmt: skip
    dataset, problems = read(sheets)
    assert {problem.level for problem in problems} == {"warning"}
    (student,) = dataset.students
    found = (student.sex, student.ethnicity, student.boarding, student.left_behind, student.disability, student.address)
    assert found == ("男", "彝族", "走读", "非留守儿童", None, "大坪村")
    assert student.class_ is dataset.classes[0]


def test_a_sheet_without_a_header_is_refused_and_names_no_child(read: Load, sheets: Sheets) -> None:
    sheets["学生"] = [{"石小满": "木小春", "110101 20150307 1234": "110101 20150308 1234"}]
    with pytest.raises(DataError) as caught:
        read(sheets)
    assert [problem.what for problem in caught.value.problems] == ["“学生”表的前十行里没有表头"]


def test_each_record_of_yaml_chooses_its_own_name_for_an_attribute(sheets: Sheets, tmp_path: Path) -> None:
    first, second = sheets["学生"]
    first |= {"现住址": "", "家庭住址": "溪头村", "监护人姓名": "石大山"}
    second |= {"现住址": "溪尾村", "成员1姓名": "木大林"}
    write_yaml(sheets, tmp_path / "数据.yaml")
    dataset, problems = load(tmp_path / "数据.yaml")
    assert problems == []
    assert [student.address for student in dataset.students] == ["溪头村", "溪尾村"]
    assert [student.guardian and student.guardian.name for student in dataset.students] == ["石大山", "木大林"]
    line = dataset.students[0].where("address").line
    assert "溪头村" in (tmp_path / "数据.yaml").read_text("utf-8").splitlines()[line - 1]


def test_a_record_of_yaml_that_says_one_thing_twice_is_told(sheets: Sheets, tmp_path: Path) -> None:
    sheets["学生"][1] |= {"现住址": "溪尾村", "家庭住址": "溪头村"}
    write_yaml(sheets, tmp_path / "数据.yaml")
    dataset, (problem,) = load(tmp_path / "数据.yaml")
    assert dataset.students[1].address == "溪尾村"
    assert (problem.what, problem.level) == ("“家庭住址”和“现住址”是同一项，只读“现住址”", "warning")


# Rosters


ROSTER = [
    {"姓名": "石小满", "性别": "女", "班级": "三（1）班", "身份证件号": "11010120150101002X"},
    {"姓名": "木小春", "性别": "1", "班级": "三（1）班", "身份证件号": "110101201501010012"},
]


def csv_text(rows: list[dict[str, str]], separator: str = ",") -> str:
    return "\r\n".join(separator.join(cells) for cells in [list(rows[0]), *(list(row.values()) for row in rows)])


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gbk", "gb18030"])
@pytest.mark.parametrize("separator", [",", "\t", ";"])
def test_a_roster_in_csv_is_examined_whatever_its_encoding(tmp_path: Path, encoding: str, separator: str) -> None:
    path = tmp_path / "三年级名册.csv"
    path.write_bytes(csv_text(ROSTER, separator).encode(encoding))
    dataset, (problem,) = examine(path)
    assert [(student.name, student.sex) for student in dataset.students] == [("石小满", "女"), ("木小春", "男")]
    assert str(problem).startswith("错误 三年级名册.csv 三年级名册!D3：身份证件号 110101****0012 校验位不对")


def test_a_cell_of_csv_may_hold_line_breaks_and_quotes(tmp_path: Path) -> None:
    path = tmp_path / "名册.csv"
    path.write_text('姓名,性别,班级,现住址\n石小满,女,301,"溪头村\n""东""头, 1号"\n', "utf-8")
    dataset, problems = examine(path)
    assert (dataset.students[0].address, problems) == ('溪头村\n"东"头, 1号', [])


@pytest.mark.parametrize(
    ("content", "what"),
    [
        (b"\n \n", "文件里没有内容"),
        (b"", "文件是空的"),
        (b"\xff\xfe\x00\xd8", "文字编码不认识"),
        ("甲,乙\n1,2".encode(), "不认识的表“名册”"),
    ],
)
def test_what_is_no_roster_is_refused(tmp_path: Path, content: bytes, what: str) -> None:
    (tmp_path / "名册.csv").write_bytes(content)
    with pytest.raises(DataError, match=what):
        examine(tmp_path / "名册.csv")


def test_a_file_of_wps_is_refused_with_what_to_do(tmp_path: Path) -> None:
    (tmp_path / "名册.et").write_bytes(b"x")
    with pytest.raises(DataError, match=r"是 WPS 自己的格式，读不了。在 WPS 里另存为 \.xlsx"):
        examine(tmp_path / "名册.et")


def test_a_bare_roster_is_checked_without_what_other_sheets_tell(tmp_path: Path) -> None:
    write_workbook({"Sheet1": ROSTER}, tmp_path / "导出.xlsx")
    dataset, (problem,) = examine(tmp_path / "导出.xlsx")
    assert (problem.place.sheet, problem.place.cell) == ("Sheet1", "D3")
    assert len(dataset.students) == 2
    with pytest.raises(DataError, match="没有“学校”表"):
        load(tmp_path / "导出.xlsx")


def test_a_sheet_of_another_name_with_students_stands_for_the_missing_one(sheets: Sheets, tmp_path: Path) -> None:
    sheets["Sheet1"] = sheets.pop("学生")
    write_workbook(sheets, tmp_path / "数据.xlsx")
    dataset, problems = load(tmp_path / "数据.xlsx")
    assert (len(dataset.students), dataset.classes[0].size, problems) == (2, 2, [])


def test_beside_a_sheet_of_students_one_of_another_name_is_unknown(sheets: Sheets, tmp_path: Path) -> None:
    sheets["Sheet1"] = sheets["学生"]
    write_workbook(sheets, tmp_path / "数据.xlsx")
    with pytest.raises(DataError, match="不认识的表“Sheet1”"):
        load(tmp_path / "数据.xlsx")


def test_sheets_of_a_dataset_may_be_csv_files_in_a_folder(sheets: Sheets, tmp_path: Path) -> None:
    (tmp_path / "学生.csv").write_text(csv_text(sheets.pop("学生")), "utf-8")
    write_workbook(sheets, tmp_path / "学校.xlsx")
    dataset, problems = load(tmp_path)
    assert (dataset.classes[0].size, problems) == (2, [])


def test_a_line_of_csv_that_has_too_many_cells_is_refused(tmp_path: Path) -> None:
    (tmp_path / "名册.csv").write_text(
        "姓名,性别,班级,现住址\n石小满,女,301,溪头村,3组\n木小春,男,301,溪尾村\n", "utf-8"
    )
    with pytest.raises(DataError, match=r"名册\.csv 第2行：有 5 格，表头有 4 格"):
        examine(tmp_path / "名册.csv")


def test_a_quote_in_csv_that_is_not_closed_swallows_no_children(tmp_path: Path) -> None:
    (tmp_path / "名册.csv").write_text('姓名,性别,班级,现住址\n石小满,女,301,"溪头村\n木小春,男,301,溪尾村\n', "utf-8")
    with pytest.raises(DataError, match="引号没有成对"):
        examine(tmp_path / "名册.csv")


def test_a_rejected_cell_of_yaml_is_in_doubt_by_whatever_name_it_was_written(sheets: Sheets, tmp_path: Path) -> None:
    sheets["学生"][0]["学籍状态"] = "在籍"
    sheets["学生"][1]["status"] = "转出\u200b"
    write_yaml(sheets, tmp_path / "数据.yaml")
    dataset, problems = load(tmp_path / "数据.yaml")
    assert {problem.level for problem in problems} == {"error"}
    assert isinstance(dataset.students[1].status, Missing)
