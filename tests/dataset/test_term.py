from __future__ import annotations

import copy
import pickle
from datetime import date, datetime
from pathlib import Path

import pytest
from openpyxl import load_workbook
from openpyxl.utils import column_index_from_string
from python_calamine import CalamineWorkbook

from generator.dataset import load
from generator.dataset.amend import Package, SheetText
from generator.dataset.safekeeping import SafekeepingError, undo
from generator.dataset.term import Term, carry_out, freeze, prepare
from generator.dataset.workbook import write_workbook, write_yaml
from generator.errors import DataError

NOW = datetime(2027, 2, 20, 8, 30)  # noqa: DTZ001 -- the clock on the wall
SPRING = (date(2027, 3, 1), date(2027, 7, 10))
AUTUMN = (date(2027, 9, 1), date(2028, 1, 20))
Rows = list[dict[str, str]]

SHEETS: dict[str, Rows] = {
    "设置": [
        {"学年": "2026—2027学年", "学期": "第二学期", "开学日期": "2027-03-01", "学期结束日期": "2027-07-10",
         "制表日期": "2027-06-30"},
    ],
    "县区": [{"县区名称": "云山县", "县级人民政府": "云山县人民政府", "县级教育行政部门": "云山县教育体育局"}],
    "乡镇": [{"乡镇名称": "清溪镇", "乡镇人民政府": "清溪镇人民政府", "乡镇长": "田某"}],
    "学校": [
        {"学校标识码": "3153000001", "学校名称": "云山县清溪镇中心小学", "学校简称": "清溪小学", "办学类型": "小学",
         "校长": "T1"},
    ],
    "教职工": [
        {"工号": "T1", "姓名": "田校长", "岗位": "校长", "任教班级": ""},
        {"工号": "T2", "姓名": "林老师", "岗位": "班主任", "任教班级": "三年级（1）班"},
    ],
    "班级": [
        {"年级": "二年级", "班号": "1", "班主任": "", "学年初人数": "9"},
        {"年级": "三年级", "班号": "1", "班主任": "T2", "学年初人数": "3"},
        {"年级": "六年级", "班号": "1", "班主任": "", "学年初人数": "1"},
    ],
    "学生": [
        {"班级": "三（1）班", "姓名": "石小满", "性别": "女", "全国学籍号": "G530000201700000001", "学籍状态": ""},
        {"班级": "2024级1班", "姓名": "木小春", "性别": "男", "全国学籍号": "G530000201700000002", "学籍状态": ""},
        {"班级": "六年级（1）班", "姓名": "田小禾", "性别": "女", "全国学籍号": "G530000201700000003", "学籍状态": ""},
        {"班级": "三1班", "姓名": "金小雨", "性别": "女", "全国学籍号": "G530000201700000004", "学籍状态": "转出"},
        {"班级": "二年级（1）班", "姓名": "水小禾", "性别": "男", "全国学籍号": "G530000201700000005", "学籍状态": ""},
    ],
    "缺勤": [
        {"学生": "石小满", "班级": "三年级（1）班", "类别": "旷课", "起始日期": "2027-05-10"},
        {"学生": "水小禾", "班级": "二年级（1）班", "类别": "病假", "起始日期": "2027-05-10"},
    ],
    "辍学个案": [
        {"个案编号": "1", "学生": "石小满", "班级": "三年级（1）班", "发现日期": "2027-05-12", "辍学日期": "2027-05-10",
         "辍学时班级": "", "辍学原因": "厌学", "复学日期": ""},
        {"个案编号": "2", "学生": "水小禾", "班级": "", "发现日期": "2027-04-02", "辍学日期": "2027-04-01",
         "辍学时班级": "", "辍学原因": "厌学", "复学日期": "2027-04-20"},
    ],
    "家访": [
        {"学生": "石小满", "班级": "三1班", "日期": "2027-05-13", "方式": "上门", "家访教师": "T2", "事由": "劝返"},
        {"学生": "石小满", "班级": "", "日期": "2027-04-13", "方式": "上门", "家访教师": "T2", "事由": "定期家访"},
        {"学生": "水小禾", "班级": "", "日期": "2027-04-03", "方式": "上门", "家访教师": "T1", "事由": "劝返"},
    ],
    "通知书": [
        {"序号": "1", "个案编号": "1", "文号": "清政返通〔2027〕1号", "发出日期": "2027-05-20"},
        {"序号": "1", "个案编号": "2", "文号": "清政返通〔2027〕2号", "发出日期": "2027-04-10"},
    ],
    "督导": [{"督导编号": "1", "被督导学校": "清溪小学", "督导日期": "2027-04-10"}],
}  # fmt: skip


class School:
    """A folder with the workbook of a tiny school at the end of a school year."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.data = folder / "数据.xlsx"
        self.sheets = copy.deepcopy(SHEETS)
        self.write()

    def write(self) -> None:
        write_workbook(self.sheets, self.data)

    def roll(self, start: date = AUTUMN[0], end: date = AUTUMN[1], **how: object) -> Term:
        """Prepare and carry out."""
        rolled = prepare(self.data, start, end, {}, **how)  # type: ignore[arg-type]
        carry_out(rolled, NOW)
        return rolled

    def rows(self, sheet: str) -> Rows:
        with CalamineWorkbook.from_path(str(self.data)) as book:
            first, *rows = book.get_sheet_by_name(sheet).to_python()
        header = [str(each).rstrip("*") for each in first]
        return [dict(zip(header, map(str, row), strict=True)) for row in rows]

    def column(self, sheet: str, header: str) -> list[str]:
        return [row[header] for row in self.rows(sheet)]


@pytest.fixture
def school(tmp_path: Path) -> School:
    return School(tmp_path)


def test_after_the_second_term_comes_the_next_school_year(school: School) -> None:
    school.roll()
    assert school.rows("设置") == [
        {"学年": "2027—2028学年", "学期": "第一学期", "开学日期": "2027-09-01", "学期结束日期": "2028-01-20",
         "制表日期": ""},
    ]  # fmt: skip


def test_classes_move_up_with_their_roll_as_baseline_and_those_of_the_top_grade_leave(school: School) -> None:
    rolled = school.roll()
    assert [(row["年级"], row["班号"], row["学年初人数"]) for row in school.rows("班级")] == [
        ("三年级", "1", "1"),
        ("四年级", "1", "2"),
    ]
    assert [class_.name for class_ in rolled.leaving] == ["六年级（1）班"]
    assert [student.name for student in rolled.leavers] == ["田小禾"]


def test_children_move_up_with_their_class_and_those_who_left_are_taken_out(school: School) -> None:
    rolled = school.roll()
    assert [(row["姓名"], row["班级"]) for row in school.rows("学生")] == [
        ("石小满", "四年级（1）班"),
        ("木小春", "2024级1班"),  # means the fourth grade in the new year
        ("水小禾", "三年级（1）班"),
    ]
    assert [student.name for student in rolled.away] == ["金小雨"]


def test_open_cases_stay_with_their_visits_absences_and_notices_and_the_rest_is_history(school: School) -> None:
    rolled = school.roll()
    assert [(row["个案编号"], row["班级"], row["辍学时班级"]) for row in school.rows("辍学个案")] == [
        ("1", "四年级（1）班", "三年级（1）班")
    ]
    assert [(row["学生"], row["班级"], row["日期"]) for row in school.rows("家访")] == [
        ("石小满", "四年级（1）班", "2027-05-13")
    ]
    assert [(row["学生"], row["班级"]) for row in school.rows("缺勤")] == [("石小满", "四年级（1）班")]
    assert school.column("通知书", "文号") == ["清政返通〔2027〕1号"]
    assert school.rows("督导") == []
    assert rolled.dropped == {"班级": 1, "学生": 2, "辍学个案": 1, "通知书": 1, "家访": 2, "缺勤": 1, "督导": 1}


def test_what_staff_teach_is_to_be_said_anew(school: School) -> None:
    school.roll()
    assert school.column("教职工", "任教班级") == ["", ""]


def test_the_rolled_dataset_has_no_errors(school: School) -> None:
    school.roll()
    _, problems = load(school.data)
    assert [str(problem) for problem in problems if problem.level == "error"] == []


def test_the_class_a_child_dropped_out_of_last_year_is_not_the_one_that_bears_its_name_now(school: School) -> None:
    school.roll()
    dataset, _ = load(school.data)
    (case,) = dataset.cases
    (now,) = [class_ for class_ in dataset.classes if class_.name == "三年级（1）班"]
    assert case.last_class is not None
    assert (case.last_class.name, case.last_class.teacher) == ("三年级（1）班", None)
    assert case.last_class is not now
    again = pickle.loads(pickle.dumps(dataset))
    assert again.cases[0].last_class.school is again.schools[0]


def test_after_the_first_term_comes_the_second_of_the_same_year(school: School) -> None:
    school.sheets["设置"][0] |= {
        "学期": "第一学期",
        "开学日期": "2026-09-01",
        "学期结束日期": "2027-01-20",
        "制表日期": "",
    }
    school.write()
    rolled = school.roll(*SPRING)
    assert (school.column("设置", "学年"), school.column("设置", "学期")) == (["2026—2027学年"], ["第二学期"])
    assert school.rows("班级") == SHEETS["班级"]
    assert school.rows("学生") == SHEETS["学生"]
    assert school.rows("辍学个案") == SHEETS["辍学个案"]  # a case is kept to the end of the year
    assert [row["事由"] for row in school.rows("家访")] == ["劝返", "劝返"]
    assert rolled.dropped == {"家访": 1, "缺勤": 1, "督导": 1}


def test_the_old_term_is_kept_whole_and_can_be_read_as_it_was(school: School) -> None:
    before = school.data.read_bytes()
    kept, _ = carry_out(prepare(school.data, *AUTUMN, {}), NOW)
    assert kept
    assert kept.relative_to(school.folder).as_posix() == "历年/2026—2027学年第二学期"
    assert (kept / "数据.xlsx").read_bytes() == before


def test_undo_gives_the_old_term_back(school: School) -> None:
    before = school.data.read_bytes()
    school.roll()
    undo(school.folder)
    assert school.data.read_bytes() == before


def test_nothing_is_written_before_it_is_carried_out(school: School) -> None:
    before = school.data.read_bytes()
    prepare(school.data, *AUTUMN, {})
    assert [path.name for path in school.folder.iterdir()] == ["数据.xlsx"]
    assert school.data.read_bytes() == before


def leaving(school: School, **student: str) -> None:
    school.sheets["学生"][2] |= student
    if not student:
        school.sheets["辍学个案"][0] |= {"学生": "田小禾", "班级": ""}
        school.sheets["家访"][0] |= {"学生": "田小禾", "班级": ""}
    school.write()


@pytest.mark.parametrize(
    ("student", "what"),
    [({}, "田小禾随毕业班离校，而还没有返校"), ({"学籍状态": "休学"}, "田小禾随毕业班离校，而还在休学")],
)
def test_a_child_who_is_out_of_school_does_not_leave_unnoticed(
    school: School, student: dict[str, str], what: str
) -> None:
    leaving(school, **student)
    with pytest.raises(DataError) as error:
        school.roll()
    assert [problem.what for problem in error.value.problems] == [what]
    assert [one.name for one in school.roll(handed_over=True).leavers] == ["田小禾"]


def test_a_dataset_with_errors_is_not_rolled(school: School) -> None:
    school.sheets["学生"][0]["班级"] = "三年级（9）班"
    school.write()
    with pytest.raises(DataError, match="先改好，再换"):
        school.roll()


def test_children_leave_a_school_from_the_grade_that_is_said_for_it(school: School) -> None:
    rolled = prepare(school.data, *AUTUMN, {"清溪小学": "三年级"}, handed_over=True)
    assert [class_.name for class_ in rolled.leaving] == ["三年级（1）班", "六年级（1）班"]
    with pytest.raises(DataError, match="没有学校“清溪”，是不是“清溪小学”"):
        prepare(school.data, *AUTUMN, {"清溪": "三年级"})
    with pytest.raises(DataError, match="“三”不是年级"):
        prepare(school.data, *AUTUMN, {"清溪小学": "三"})


def test_from_a_teaching_point_children_leave_from_its_highest_grade(school: School) -> None:
    school.sheets["学校"][0]["办学类型"] = "教学点"
    school.sheets["班级"].pop()
    school.sheets["学生"].pop(2)
    school.write()
    rolled = prepare(school.data, *AUTUMN, {}, handed_over=True)
    assert [class_.name for class_ in rolled.leaving] == ["三年级（1）班"]


@pytest.mark.parametrize(
    ("start", "end", "what"),
    [
        (date(2027, 7, 10), date(2028, 1, 20), "不晚于现在这个学期的结束日期"),
        (date(2027, 9, 1), date(2027, 9, 1), "不晚于开学日期"),
        (date(2028, 9, 1), date(2029, 1, 20), "不在2027—2028学年第一学期"),
    ],
)
def test_the_new_terms_dates_must_be_its_own(school: School, start: date, end: date, what: str) -> None:
    with pytest.raises(DataError, match=what):
        school.roll(start, end)


def test_a_formula_in_the_way_stops_it(school: School) -> None:
    book = load_workbook(school.data)
    book["班级"]["A2"] = '="二年级"'
    book.save(school.data)
    with pytest.raises(DataError):
        school.roll()


def test_a_full_disk_leaves_the_term_as_it_was(school: School, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(_: int) -> None:
        raise OSError(28, "No space left on device")

    before = school.data.read_bytes()
    rolled = prepare(school.data, *AUTUMN, {})
    monkeypatch.setattr("os.fsync", full)
    with pytest.raises(SafekeepingError, match="磁盘满了；数据没有动"):
        carry_out(rolled, NOW)
    assert school.data.read_bytes() == before


def test_baselines_are_frozen_at_the_rolls_of_the_years_beginning(school: School) -> None:
    school.roll()
    school.sheets = {}
    book = load_workbook(school.data)
    book["学生"].append(["三年级（1）班", "新来的", "女", "G530000201700000009", ""])
    book.save(school.data)
    carry_out(freeze(school.data, date(2027, 9, 20)), NOW)
    assert school.column("班级", "学年初人数") == ["2", "2"]
    with pytest.raises(DataError, match="现在不能再改"):
        freeze(school.data, date(2027, 12, 1))


def test_a_merged_class_stops_it(school: School) -> None:
    school.sheets["学生"][3]["班级"] = school.sheets["学生"][4]["班级"] = "二年级（1）班"
    school.write()
    book = load_workbook(school.data)
    book["学生"].merge_cells("A5:A6")
    book.save(school.data)
    with pytest.raises(DataError, match="A6：从这一格起有公式或合并的单元格"):
        school.roll()


def work_out(book: Path, column: str) -> None:
    """Let a formula whose result is a date stand in a column of the children's sheet."""
    package = Package(book.read_bytes())
    part = package.sheets()["学生"]
    sheet = SheetText(package[part])
    for number in range(2, 7):
        formula = f'<c r="{column}{number}" t="str"><f>A1</f><v>2017-03-05</v></c>'
        sheet.put(number, sheet.cells(number) | {column_index_from_string(column): formula.encode()})
    package[part] = sheet.content()
    book.write_bytes(package.content())


def test_formulas_in_rows_that_go_stop_it_where_they_would_leave_half_a_child(school: School) -> None:
    for row in school.sheets["学生"]:
        row["出生日期"] = ""
    school.write()
    work_out(school.data, "H")  # which nobody reads
    school.roll()
    _, problems = load(school.data)
    assert not [problem for problem in problems if problem.level == "error"]
    undo(school.folder)
    work_out(school.data, "F")
    with pytest.raises(DataError) as error:
        school.roll()
    assert [problem.place.cell for problem in error.value.problems] == ["F4"]


def test_a_term_that_stands_in_another_kind_of_file_stops_it(school: School) -> None:
    settings = school.sheets.pop("设置")
    school.data = school.folder / "数据"
    school.data.mkdir()
    write_workbook(school.sheets, school.data / "学校.xlsx")
    write_yaml({"设置": settings}, school.data / "设置.yaml")
    with pytest.raises(DataError, match=r"设置.yaml：只能改 \.xlsx"):
        school.roll()


def test_an_open_case_without_a_column_for_the_class_of_then_stops_it(school: School) -> None:
    for row in school.sheets["辍学个案"]:
        del row["辍学时班级"]
    school.write()
    with pytest.raises(DataError, match="“辍学时班级”，而表里没有这一列"):
        school.roll()


def test_frozen_baselines_make_no_copy_of_a_term_that_goes_on(school: School) -> None:
    school.roll()
    book = load_workbook(school.data)
    book["学生"].append(["三年级（1）班", "新来的", "女", "G530000201700000009", ""])
    book.save(school.data)
    kept, _ = carry_out(freeze(school.data, date(2027, 9, 20)), NOW)
    assert kept is None
    assert [path.name for path in (school.folder / "历年").iterdir()] == ["2026—2027学年第二学期"]


def test_the_copy_of_a_term_is_the_one_that_it_was_last_ended_with(school: School) -> None:
    school.roll()
    undo(school.data)
    book = load_workbook(school.data)
    book["学生"]["B2"] = "石大满"
    book["家访"]["A2"] = book["辍学个案"]["B2"] = book["缺勤"]["A2"] = book["家访"]["A3"] = "石大满"
    book.save(school.data)
    last = school.data.read_bytes()
    school.roll()
    assert {path.name for path in (school.folder / "历年").iterdir()} == {
        "2026—2027学年第二学期", "2026—2027学年第二学期 撤销前"
    }  # fmt: skip
    assert (school.folder / "历年/2026—2027学年第二学期/数据.xlsx").read_bytes() == last


def test_a_term_that_cannot_be_written_leaves_no_copy(school: School) -> None:
    rolled = prepare(school.data, *AUTUMN, {})
    school.data.with_name("~$数据.xlsx").touch()
    with pytest.raises(SafekeepingError, match="开着"):
        carry_out(rolled, NOW)
    assert not (school.folder / "历年").exists()


def test_a_sheet_a_class_stops_it_for_its_children_would_be_of_another_cohort(school: School) -> None:
    rows = school.sheets.pop("学生")
    for name, own in (("三1班", (0, 3)), ("二1班", (1, 4)), ("六1班", (2,))):
        school.sheets[name] = [{header: rows[at][header] for header in rows[at] if header != "班级"} for at in own]
    school.write()
    with pytest.raises(DataError, match="换学年要填“班级”，而表里没有这一列"):
        school.roll()


def test_the_school_before_a_class_stays_as_it_is_written(school: School) -> None:
    for sheet, written in (("家访", "云山县清溪镇中心小学／三1班"), ("缺勤", "清溪小学/三1班")):
        school.sheets[sheet][0]["班级"] = written
    school.sheets["学生"][0]["班级"] = "清溪小学三年级（1）班"
    school.write()
    school.roll()
    assert [school.column(sheet, "班级")[0] for sheet in ("家访", "缺勤", "学生")] == [
        "云山县清溪镇中心小学/四年级（1）班", "清溪小学/四年级（1）班", "清溪小学四年级（1）班",
    ]  # fmt: skip
    _, problems = load(school.data)
    assert [str(problem) for problem in problems if problem.level == "error"] == []


def test_this_years_start_becomes_last_years_and_other_figures_are_emptied(school: School) -> None:
    """Classes of 9, 3 and 1 began the year; the population of the next one nobody knows yet."""
    school.sheets["学校"][0] |= {"上学年初小学在校生数": "20", "上学年初初中在校生数": "7", "三年前初一招生数": "8"}
    school.sheets["乡镇"][0] |= {"小学适龄人口": "30", "残疾适龄在外就读": "1"}
    school.sheets["县区"][0] |= {"九年前小学招生数": "40"}
    school.write()
    school.roll()
    (row,) = school.rows("学校")
    assert (row["上学年初小学在校生数"], row["上学年初初中在校生数"], row["三年前初一招生数"]) == ("13", "", "")
    assert school.column("乡镇", "小学适龄人口") + school.column("乡镇", "残疾适龄在外就读") == ["", ""]
    assert school.column("县区", "九年前小学招生数") == [""]


def test_within_a_year_figures_stay(school: School) -> None:
    school.sheets["设置"][0] |= {"学期": "第一学期", "开学日期": "2026-09-01", "学期结束日期": "2027-01-20"}
    school.sheets["学校"][0] |= {"上学年初小学在校生数": "20"}
    school.write()
    school.roll(*SPRING)
    assert school.column("学校", "上学年初小学在校生数") == ["20"]
