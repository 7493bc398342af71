from __future__ import annotations

from datetime import date
from itertools import combinations
from typing import Any

import pytest

from generator.dataset.columns import CODES, NOT_KEPT, parse_date, plain, read, sheets, unusable, vocabulary
from generator.dataset.models import MODELS, Guardian, Record, Student, columns
from generator.dataset.sources import REJECTED, Table
from generator.errors import Place, Problem


def table(rows: dict[str, list[str]], sheet: str = "学生") -> Table:
    """Return a table as a workbook would give it, header in row 1; required columns of 学生 are filled in."""
    count = len(next(iter(rows.values())))
    filler = (
        {"班级": ["三年级（1）班"] * count, "姓名": ["石小满"] * count, "性别": ["女"] * count}
        if sheet == "学生"
        else {}
    )
    known = {plain(header) for header in rows}
    cells = rows | {header: texts for header, texts in filler.items() if header not in known}
    letters = [chr(ord("A") + number) for number in range(len(cells))]
    places = [Place("a.xlsx", sheet, f"{letter}1") for letter in letters]
    return Table("a.xlsx", sheet, list(cells), places, list(cells.values()), list(range(2, count + 2)), letters)


def students(rows: dict[str, list[str]]) -> tuple[list[Student], list[Problem]]:
    problems: list[Problem] = []
    return read(table(rows), problems).records, problems


@pytest.mark.parametrize("model", [*MODELS, Guardian])
def test_no_two_attributes_of_a_model_share_a_header(model: type[Record]) -> None:
    names = [
        {plain(name) for name in (described.header, *described.aliases, attribute)}
        for attribute, described in columns(model).items()
    ]
    names.append({plain(name) for name in NOT_KEPT.get(model, ())})
    assert [one & other for one, other in combinations(names, 2) if one & other] == []


def test_sheets_have_a_chinese_and_an_english_name() -> None:
    assert sheets()["学生"] is sheets()["students"] is Student
    assert sheets()["设置"] is sheets()["settings"]


@pytest.mark.parametrize(
    ("header", "attribute"),
    [
        ("身份证件号", "id_no"),
        ("身份证号码 *", "id_no"),
        ("班内\n学号＊", "seat_no"),
        ("学生 姓名", "name"),
        ("class", "class_"),
        ("class_", "class_"),
        ("成员1姓名", "member1.name"),
        ("监护人姓名", "member1.name"),
        ("监护人关系", "member1.relation"),
        ("监护人联系电话", "member1.phone"),
        ("家长电话", "member1.phone"),
        ("成员2.工作单位", "member2.workplace"),
        ("member1.id_no", "member1.id_no"),
        ("成员1民族", ""),
        ("上下学距离(公里)", ""),
    ],
)
def test_a_header_means_its_attribute_whatever_people_add_to_it(header: str, attribute: str) -> None:
    assert vocabulary(Student)[plain(header)] == attribute


def test_an_unknown_header_names_the_near_one() -> None:
    problems = list(unusable(table({"学籍号码": ["x"], "宗教": ["x"]})))
    assert [problem.place.cell for problem in problems] == ["A1", "B1"]
    assert "没有“学籍号码”这一列，是不是“学籍号" in problems[0].what


def test_a_header_written_twice_is_refused() -> None:
    spoilt = table({"姓名": ["石"], "姓名 *": ["木"]})
    assert ["写了不止一次" in problem.what for problem in unusable(spoilt)] == [True]


def test_a_missing_required_header_is_refused() -> None:
    without = table({"个案编号": ["1"]}, "辍学个案")
    assert {problem.what for problem in unusable(without)} == {
        "没有“学生”这一列", "没有“发现日期”这一列", "没有“辍学日期”这一列", "没有“辍学原因”这一列",
    }  # fmt: skip


def test_two_headers_of_one_attribute_are_told_and_the_first_named_is_read() -> None:
    (student,), problems = students({"家庭地址": ["水边"], "现住址": ["山下"]})
    assert student.address == "山下"
    assert [(problem.level, problem.place.cell) for problem in problems] == [("warning", "A1")]
    assert "只读“现住址”" in problems[0].what


def test_a_column_without_header_is_told() -> None:
    _, problems = students({"": ["备注"]})
    assert [(problem.level, problem.place.cell) for problem in problems] == [("warning", "A1")]
    assert "没有表头" in problems[0].what


def test_columns_that_no_paper_needs_are_told_once() -> None:
    _, problems = students({"籍贯": ["云南"], "联系电话": ["1"], "成员1民族": ["汉"]})
    assert [problem.what for problem in problems] == ["没有读文书用不到的列：“籍贯”、“联系电话”、“成员1民族”"]
    assert problems[0].level == "warning"


def test_empty_cells_are_nothing() -> None:
    (student,), problems = students(
        {"现住址": [""], "班内学号": [""], "出生日期": [""], "重点对象": [""], "学籍状态": [""]}
    )
    found = (student.address, student.seat_no, student.birth_date, student.watched, student.status)
    assert (found, problems) == ((None,) * 5, [])


def test_a_required_empty_cell_is_an_error_with_its_cell() -> None:
    (_, other), problems = students({"姓名": ["石", ""]})
    assert other.name is None
    assert [str(problem) for problem in problems] == ["错误 a.xlsx 学生!A3：“姓名”没有填。补填。"]


def test_a_rejected_cell_is_not_reported_again() -> None:
    (student,), problems = students({"姓名": [REJECTED], "出生日期": [REJECTED], "班内学号": [REJECTED]})
    assert (student.name, student.birth_date, student.seat_no, problems) == (None, None, None, [])


@pytest.mark.parametrize(
    ("header", "text", "todo"),
    [
        ("性别", "先生", "改成其中之一：男、女"),
        ("班内学号", "12号", "改成整数，不带单位"),
        ("班内学号", "-1", "改成整数，不带单位"),
        ("重点对象", "可能", "改成 是 或 否"),
        ("出生日期", "去年", "改成 2026-09-01 这样的日期"),
        ("出生日期", "2026-02-30", "没有这一天，核对年月日"),
        ("出生日期", "0206-09-01", "年份不对，核对年月日"),
        ("成员1是否监护人", "不详", "改成 是 或 否"),
    ],
)
def test_a_bad_value_is_an_error_with_cell_finding_and_remedy(header: str, text: str, todo: str) -> None:
    (_, student), problems = students({header: ["", text]}) if header != "性别" else students({header: ["女", text]})
    assert [(problem.place.cell, problem.todo) for problem in problems] == [("A3", todo)]
    assert f"“{text}”" in problems[0].what
    attribute = vocabulary(Student)[plain(header)]
    found = student.member1 if "." in attribute else student
    assert getattr(found, attribute.rpartition(".")[2]) is None


def test_a_bad_value_is_quoted_without_a_full_number() -> None:
    _, problems = students({"出生日期": ["110101201501011234"]})
    assert "110101****1234" in problems[0].what
    assert "110101201501011234" not in str(problems[0])


@pytest.mark.parametrize(
    "text",
    [
        "2026-09-01",
        "2026/9/1",
        "2026.9.1",
        "20260901",
        "2026年9月1日",
        "２０２６－９－１",
        "2026-09-01 18:30",
        "2026年9月1",
        "20260901.0",
    ],
)
def test_dates_are_read_in_every_form(text: str) -> None:
    assert parse_date(text) == date(2026, 9, 1)


@pytest.mark.parametrize("text", ["26-9-1", "2026-9", "46266", "2026-09-01T", "9/1/2026", ""])
def test_what_is_no_date_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="改成 2026-09-01 这样的日期"):
        parse_date(text)


def test_the_serial_number_of_a_date_is_refused_with_the_date_that_it_may_be() -> None:
    with pytest.raises(ValueError, match=r"像是 Excel 的日期序号（2015-03-01）"):
        parse_date("42064")


def test_yes_and_no_are_read_in_every_form() -> None:
    found, problems = students({"重点对象": ["是", "否", "1", "0", "√", "×", "Yes", "no", ""]})
    assert [student.watched for student in found] == [True, False] * 4 + [None]
    assert problems == []


def test_codes_of_the_records_system_become_words() -> None:
    coded = {
        "性别": ["1"],
        "就读方式": ["2"],
        "是否留守儿童": ["1"],
        "民族": ["07"],
        "身份证件类型": ["A"],
        "残疾类型": ["无残疾"],
    }
    (student,), problems = students(coded)
    found = (student.sex, student.boarding, student.left_behind, student.ethnicity, student.id_type, student.disability)
    assert (found, problems) == (("男", "住校", "单亲留守儿童", "彝族", "护照", None), [])


@pytest.mark.parametrize(("header", "code"), [("民族", "97"), ("成员1关系", "58"), ("残疾类型", "3")])
def test_a_code_that_nobody_knows_is_no_word(header: str, code: str) -> None:
    _, (problem,) = students({header: [code]})
    assert (problem.place.cell, problem.todo) == ("A2", "这个代码不认识：改成文字")


def test_a_grade_in_a_column_of_its_own_belongs_to_the_class() -> None:
    problems: list[Problem] = []
    grades, classes = ["三年级", "2024级", "三年级", "三年级", ""], ["1班", "（1）班", "四年级2班", "启航班", "1班"]
    batch = read(table({"年级": grades, "班级": classes}), problems)
    assert batch.named == {"class_": ["三年级1班", "2024级（1）班", "四年级2班", "启航班", "1班"]}
    assert problems == []


def test_every_code_leads_to_a_permitted_value() -> None:
    for (model, attribute), codes in CODES.items():
        choices = columns(model)[attribute].choices
        assert not choices or set(codes.values()) <= {"", *choices}


def test_hostile_text_is_taken_as_it_is() -> None:
    hostile = ["=1+1", "<b>&amp;</b>", "{{ 7*7 }}", "'\"", "阿依·古丽", "𬭎堃🙂", "山" * 300, "上\n下"]
    found, problems = students({"现住址": hostile})
    assert ([student.address for student in found], problems) == (hostile, [])


def test_family_members_exist_only_where_something_is_known_of_them() -> None:
    (first, second), _ = students({"成员1姓名": ["石某", ""], "监护人电话": ["", ""], "成员2姓名": ["", ""]})
    assert first.member1 is not None
    assert (first.member1.name, first.member1.phone) == ("石某", None)
    assert (second.member1, first.member2, second.member2) == (None, None, None)


def test_records_and_family_members_know_their_cells() -> None:
    (student,), _ = students({"姓名": ["石"], "监护人电话": ["1"]})
    assert student.member1 is not None
    assert student.where("name") == Place("a.xlsx", "学生", "A2")
    assert student.member1.where("phone") == Place("a.xlsx", "学生", "B2")
    assert student.where("address") == Place("a.xlsx", "学生", "第2行“现住址”")


def test_links_are_left_to_be_looked_up() -> None:
    problems: list[Problem] = []
    batch = read(table({"班级": ["三(1)"]}), problems)
    assert batch.named == {"class_": ["三(1)"]}
    assert batch.records[0].class_ is None


def test_a_sheet_of_no_rows_has_no_records() -> None:
    problems: list[Problem] = []
    assert read(table({"姓名": [], "成员1姓名": []}), problems).records == []


# Rows that are no records


def test_a_row_with_a_number_of_identity_is_a_child_though_nothing_else_is_known() -> None:
    found, problems = students(
        {"姓名": ["", ""], "性别": ["", ""], "班级": ["", "三（1）班"], "身份证件号": ["1" * 18, ""]}
    )
    assert [student.id_no for student in found] == ["1" * 18]
    assert [problem.place.cell for problem in problems if problem.level == "warning"] == ["第3行"]


@pytest.mark.parametrize(
    "note", ["合计", "合 计：45人", "填表人：", "填表人（签字）：林老师", "注：以户口簿为准", "（第2页）"]
)
def test_a_note_below_the_children_is_told_and_not_read(note: str) -> None:
    found, problems = students({"班级": ["三（1）班", note], "姓名": ["石小满", ""], "性别": ["女", "男1女1"]})
    assert [student.name for student in found] == ["石小满"]
    assert [(problem.level, problem.place.cell) for problem in problems] == [("warning", "第3行")]


def test_a_row_of_a_template_that_names_only_the_class_is_told_and_not_read() -> None:
    found, problems = students({"序号": ["1", "2"], "班级": ["301", "301"], "姓名": ["石小满", ""], "性别": ["女", ""]})
    assert [student.name for student in found] == ["石小满"]
    assert "只填了“序号”、“班级”" in str(problems[0])


def test_a_row_that_has_all_that_is_required_is_a_record_whatever_it_says() -> None:
    found, problems = students({"备注": ["注：转入"], "班级": ["三（1）班"], "姓名": ["石小满"], "性别": ["女"]})
    assert [student.name for student in found] == ["石小满"]
    assert [problem.place.cell for problem in problems] == [""]


# What stands for something else


@pytest.mark.parametrize(
    ("header", "written"),
    [
        ("全国学籍号", "G5.1E+17"),
        ("成员1联系电话", "1.99E+10"),
        ("成员1联系电话", "1.99e+10"),
        ("成员1身份证件号", "5.3E17"),
    ],
)
def test_a_number_that_excel_has_rounded_is_an_error(header: str, written: str) -> None:
    (student,), (problem,) = students({header: [written]})
    assert "科学计数" in problem.todo
    assert student.student_no is None


@pytest.mark.parametrize("header", ["现住址", "户籍地址", "成员1现住址", "成员1联系电话", "成员1姓名", "身份证件号"])
@pytest.mark.parametrize("written", ["同上", "无", "略", "-", "〃", "不详"])
def test_what_stands_for_something_else_is_not_printed(header: str, written: str) -> None:
    _, (problem,) = students({header: [written]})
    assert problem.what == f"“{header.removeprefix('成员1')}”写的是“{written}”"
    assert problem.todo == "要写全；没有的空着"


def test_numbers_are_half_width_and_without_spaces_and_names_without_spaces() -> None:
    rows = {
        "姓名": ["沈 听　雨"],
        "成员1姓名": ["沈\n某"],
        "成员1联系电话": ["１９９ ０００ 00001"],
        "现住址": ["无锡路 1 号"],
    }
    (student,), problems = students(rows)
    assert student.member1
    assert (student.name, student.member1.name, student.member1.phone) == ("沈听雨", "沈某", "19900000001")
    assert (student.address, problems) == ("无锡路 1 号", [])


@pytest.mark.parametrize(
    ("header", "written", "number"),
    [
        ("成员1联系电话", "19900000001.0", "19900000001"),
        ("成员1联系电话", "'19900000001", "19900000001"),
        ("身份证件号", "11010120150101002x", "11010120150101002X"),
        ("全国学籍号", "‘g530000201700000001", "G530000201700000001"),
    ],
)
def test_numbers_lose_what_workbooks_add_to_them(header: str, written: str, number: str) -> None:
    (student,), problems = students({header: [written]})
    attribute = vocabulary(Student)[plain(header)]
    found = student.member1 if "." in attribute else student
    assert (getattr(found, attribute.rpartition(".")[2]), problems) == (number, [])


@pytest.mark.parametrize("name", ["Anna Li", "阿依 Anna", "古丽帕夏·麦尔 哈巴提"])
def test_spaces_in_names_that_are_not_all_chinese_stay(name: str) -> None:
    assert students({"姓名": [name]})[0][0].name == name


def granted(amount: str) -> tuple[Any, list[Problem]]:
    problems: list[Problem] = []
    rows = {"学生": ["石小满"], "资助项目": ["社会捐助"], "资助金额": [amount]}
    (aid,) = read(table(rows, "资助"), problems).records
    return aid.amount, problems


@pytest.mark.parametrize(("written", "amount"), [("312.5", 312.5), ("750", 750), ("750.00", 750), ("0.05", 0.05)])
def test_money_is_yuan_and_cents(written: str, amount: float) -> None:
    found, problems = granted(written)
    assert (found, type(found), problems) == (amount, type(amount), [])


@pytest.mark.parametrize("written", ["312.505", "三百元", "300元", "-5", "1e3", "1,200"])
def test_money_that_is_no_number_is_reported(written: str) -> None:
    found, problems = granted(written)
    assert (found, [problem.todo for problem in problems]) == (None, ["改成数字，如 312.5，不带单位"])
