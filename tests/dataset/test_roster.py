from __future__ import annotations

import copy
from collections.abc import Callable
from datetime import date, datetime
from functools import partial
from pathlib import Path

import pytest
from openpyxl import load_workbook
from python_calamine import CalamineWorkbook

from generator import office
from generator.dataset import load
from generator.dataset.roster import Roster, ask, carry_out, prepare
from generator.dataset.roster.compare import merge
from generator.dataset.roster.review import write as write_review
from generator.dataset.safekeeping import SafekeepingError, undo
from generator.dataset.workbook import write_workbook, write_yaml
from generator.errors import DataError
from tests.county import FAR, HERE, write_folder
from tests.county import files as county_files

TODAY = date(2026, 9, 11)
NOW = datetime(2026, 9, 11, 8, 30)  # noqa: DTZ001 -- the clock on the wall
Rows = list[dict[str, str]]

SHEETS: dict[str, Rows] = {
    "设置": [{"学年": "2026—2027学年", "学期": "第一学期", "开学日期": "2026-09-01", "学期结束日期": "2027-01-20"}],
    "县区": [{"县区名称": "云山县", "县级人民政府": "云山县人民政府", "县级教育行政部门": "云山县教育体育局"}],
    "乡镇": [{"乡镇名称": "清溪镇", "乡镇人民政府": "清溪镇人民政府", "乡镇长": "田某"}],
    "学校": [
        {"学校标识码": "3153000001", "学校名称": "云山县清溪镇中心小学", "学校简称": "清溪小学", "办学类型": "小学",
         "校长": "T1"},
        {"学校标识码": "3153000002", "学校名称": "云山县清溪镇白石小学", "学校简称": "白石小学", "办学类型": "小学",
         "校长": "T1"},
    ],
    "教职工": [{"学校": "清溪小学", "工号": "T1", "姓名": "田校长", "岗位": "校长"}],
    "班级": [
        {"学校": "清溪小学", "年级": "三年级", "班号": "1", "班主任": "", "学年初人数": "3"},
        {"学校": "清溪小学", "年级": "三年级", "班号": "2", "班主任": "", "学年初人数": "1"},
        {"学校": "白石小学", "年级": "三年级", "班号": "1", "班主任": "", "学年初人数": "1"},
    ],
    "学生": [
        {"学校": "清溪小学", "班级": "三年级（1）班", "班内学号": "1", "姓名": "石小满", "性别": "女",
         "出生日期": "2017-03-05", "身份证件号": "", "全国学籍号": "G530000201700000001", "学籍状态": "",
         "现住址": "溪头村", "成员1姓名": "石大山", "成员1联系电话": "19900000001", "重点对象": "是"},
        {"学校": "清溪小学", "班级": "三年级（1）班", "班内学号": "2", "姓名": "木小春", "性别": "男",
         "出生日期": "2017-04-06", "全国学籍号": "G530000201700000002", "重点对象": "否"},
        {"学校": "清溪小学", "班级": "三年级（2）班", "班内学号": "1", "姓名": "田小禾", "性别": "女",
         "出生日期": "2017-05-07", "全国学籍号": "G530000201700000003"},
        {"学校": "白石小学", "班级": "三年级（1）班", "班内学号": "1", "姓名": "金小雨", "性别": "女",
         "出生日期": "2017-06-08", "全国学籍号": "G530000201700000004"},
    ],
    "辍学个案": [
        dict.fromkeys(("个案编号", "学生", "班级", "学校", "发现日期", "辍学日期", "辍学原因", "复学日期"), "")
    ],
}  # fmt: skip

HEADERS = ("学校", "班级", "班内学号", "姓名", "性别", "出生日期", "全国学籍号", "现住址", "成员1姓名", "成员1联系电话")


class County:
    """A folder with the tiny county's workbook, into which rosters are brought."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.data = folder / "数据.xlsx"
        self.write(SHEETS)

    def write(self, sheets: dict[str, Rows]) -> None:
        write_workbook(sheets, self.data)

    def roster(self, spoil: Callable[[Rows], object] = lambda _: None, headers: tuple[str, ...] = HEADERS) -> Path:
        """Write what the student-records system would export of the Qingxi school, spoilt by the test."""
        rows = copy.deepcopy([row for row in SHEETS["学生"] if row["学校"] == "清溪小学"])
        spoil(rows)
        known = [{header: row.get(header, "") for header in headers} for row in rows]
        write_workbook({"Sheet1": known}, self.folder / "名册.xlsx")
        return self.folder / "名册.xlsx"

    def bring(self, roster: Path, **how: object) -> Roster:
        """Prepare and carry out."""
        found = prepare(self.data, roster, TODAY, **how)  # type: ignore[arg-type]
        carry_out(found, NOW)
        return found

    def rows(self, sheet: str = "学生") -> Rows:
        with CalamineWorkbook.from_path(str(self.data)) as book:
            first, *rows = book.get_sheet_by_name(sheet).to_python()
        header = [str(each).rstrip("*") for each in first]
        return [dict(zip(header, map(str, row), strict=True)) for row in rows]

    def of(self, name: str) -> dict[str, str]:
        return next(row for row in self.rows() if row["姓名"] == name)


@pytest.fixture
def county(tmp_path: Path) -> County:
    return County(tmp_path)


def put(changes: dict[str, str], rows: Rows) -> None:
    rows[0] |= changes


def told(found: Roster) -> list[str]:
    return [f"{problem.level} {problem.place.cell}: {problem.what}" for problem in found.problems]


def test_a_roster_that_says_the_same_changes_nothing(county: County) -> None:
    before = county.data.read_bytes()
    found = county.bring(county.roster())
    assert (found.merge.new, found.merge.changed, found.merge.gone, told(found)) == ([], [], [], [])
    assert county.data.read_bytes() == before


def test_a_changed_value_is_taken_over_and_told_by_cell(county: County) -> None:
    def moved(rows: Rows) -> None:
        rows[0] |= {"现住址": "溪尾村", "成员1联系电话": "19900000099"}

    found = county.bring(county.roster(moved))
    (match,) = found.merge.changed
    assert [(change.place.cell, change.told) for change in match.changes] == [
        ("J2", "现住址：溪头村 → 溪尾村"),
        ("L2", "成员1联系电话：19900000001 → 19900000099"),
    ]
    assert county.of("石小满") == SHEETS["学生"][0] | {"现住址": "溪尾村", "成员1联系电话": "19900000099"}


def test_another_class_of_the_school_is_a_change_however_it_is_spelt(county: County) -> None:
    def moved(rows: Rows) -> None:
        rows[0]["班级"] = "三（2）班"
        rows[1]["班级"] = "301"

    found = county.bring(county.roster(moved))
    assert [change.told for match in found.merge.changed for change in match.changes] == [
        "班级：三年级（1）班 → 三年级（2）班"
    ]
    assert county.of("石小满")["班级"] == "三年级（2）班"
    assert county.of("木小春")["班级"] == "三年级（1）班"


def test_what_the_roster_leaves_empty_masks_or_writes_wrongly_changes_nothing(county: County) -> None:
    def poor(rows: Rows) -> None:
        rows[0] |= {"现住址": "", "成员1联系电话": "1990****001", "出生日期": "2017-13-05", "性别": "不详"}

    before = county.data.read_bytes()
    found = county.bring(county.roster(poor))
    assert county.data.read_bytes() == before
    assert [(problem.level, problem.place.cell) for problem in found.problems] == [("error", "E2"), ("error", "F2")]


def test_hand_filled_columns_are_never_changed(county: County) -> None:
    def other(rows: Rows) -> None:
        rows[0] |= {"重点对象": "否", "学籍状态": "休学"}

    before = county.data.read_bytes()
    found = county.bring(county.roster(other, (*HEADERS, "重点对象", "学籍状态")))
    assert county.data.read_bytes() == before
    assert [change.told for match in found.merge.known for change in match.left] == [
        "学籍状态：（空） → 休学",
        "重点对象：是 → 否",
    ]


def test_a_cell_that_a_person_has_corrected_since_the_last_roster_stays(county: County) -> None:
    county.bring(county.roster())
    book = load_workbook(county.data)
    book["学生"]["L2"] = "19900000077"
    book.save(county.data)
    before = county.data.read_bytes()
    (match,) = (match for match in county.bring(county.roster()).merge.known if match.left)
    assert [change.told for change in match.left] == ["成员1联系电话：19900000077 → 19900000001"]
    assert county.data.read_bytes() == before
    found = county.bring(county.roster(partial(put, {"成员1联系电话": "19900000088"})))  # the roster changed as well
    assert [change.told for match in found.merge.changed for change in match.changes] == [
        "成员1联系电话：19900000077 → 19900000088"
    ]


def test_a_cell_that_was_emptied_is_filled_again(county: County) -> None:
    county.bring(county.roster())
    book = load_workbook(county.data)
    book["学生"]["L2"] = None
    book.save(county.data)
    county.bring(county.roster())
    assert county.of("石小满")["成员1联系电话"] == "19900000001"


def test_what_was_taken_back_is_imported_again(county: County) -> None:
    roster = county.roster(partial(put, {"现住址": "溪尾村"}))
    county.bring(roster)
    undo(county.folder)
    assert county.of("石小满")["现住址"] == "溪头村"
    county.bring(roster)
    assert county.of("石小满")["现住址"] == "溪尾村"


def test_rosters_of_two_schools_are_remembered_side_by_side(county: County) -> None:
    def white_stone(rows: Rows) -> None:
        rows[:] = [dict(SHEETS["学生"][3])]

    county.bring(county.roster())
    county.bring(county.roster(white_stone))
    book = load_workbook(county.data)
    book["学生"]["L2"] = "19900000077"
    book.save(county.data)
    assert county.bring(county.roster()).changes == {}


def test_a_family_member_who_is_new_is_written_into_the_cells_of_one(county: County) -> None:
    def joined(rows: Rows) -> None:
        rows[1] |= {"成员1姓名": "木大树", "成员1联系电话": "19900000044"}

    county.bring(county.roster(joined))
    assert (county.of("木小春")["成员1姓名"], county.of("木小春")["成员1联系电话"]) == ("木大树", "19900000044")


def test_columns_that_the_roster_has_not_keep_what_was_typed(county: County) -> None:
    def gone(rows: Rows) -> None:
        rows[0]["班内学号"] = "9"

    county.bring(county.roster(gone))
    assert county.of("石小满") == SHEETS["学生"][0] | {"班内学号": "9"}


def test_a_new_child_is_added_below_with_all_that_the_roster_says(county: County) -> None:
    def comes(rows: Rows) -> None:
        rows.append(rows[1] | {"姓名": "水小禾", "全国学籍号": "G530000201700000009", "班内学号": "3", "班级": "三1班"})

    found = county.bring(county.roster(comes))
    assert [row.name for row in found.merge.new] == ["水小禾"]
    assert county.rows()[-1] | {"姓名": "", "班级": ""} == dict.fromkeys(SHEETS["学生"][0], "") | {
        "学校": "清溪小学", "班内学号": "3", "性别": "男", "出生日期": "2017-04-06", "全国学籍号": "G530000201700000009"
    }  # fmt: skip
    assert county.rows()[-1]["班级"] == "三年级（1）班"
    _, problems = load(county.data)
    assert not [problem for problem in problems if problem.place.sheet == "学生" and problem.level == "error"]


def test_a_class_that_only_the_roster_names_is_added_with_its_roll_as_baseline_in_the_first_month(
    county: County,
) -> None:
    def comes(rows: Rows) -> None:
        rows += [
            rows[1] | {"姓名": f"新{n}", "全国学籍号": f"G53000020170000010{n}", "班级": "二年级3班"} for n in "123"
        ]

    found = county.bring(county.roster(comes))
    assert [class_.full_name for class_ in found.merge.classes] == ["清溪小学二年级（3）班"]
    assert county.rows("班级")[-1] == {
        "学校": "清溪小学", "年级": "二年级", "班号": "3", "班主任": "", "学年初人数": "3"
    }  # fmt: skip


def test_later_in_the_year_the_baseline_of_a_new_class_is_left_to_a_person(county: County) -> None:
    def comes(rows: Rows) -> None:
        rows.append(rows[1] | {"姓名": "新一", "全国学籍号": "G530000201700000101", "班级": "二年级3班"})

    carry_out(prepare(county.data, county.roster(comes), date(2026, 11, 20)), NOW)
    assert county.rows("班级")[-1]["学年初人数"] == ""


def test_the_gone_are_those_of_the_rosters_schools_alone(county: County) -> None:
    found = county.bring(county.roster(lambda rows: rows.pop(1)))
    assert [student.name for student in found.merge.gone] == ["木小春"]
    assert len(found.undecided) == 1
    assert found.changes == {}


def test_one_who_is_not_enrolled_any_more_is_not_gone(county: County) -> None:
    sheets = copy.deepcopy(SHEETS)
    sheets["学生"][1]["学籍状态"] = "转出"
    county.write(sheets)
    assert county.bring(county.roster(lambda rows: rows.pop(1))).merge.gone == []


def test_a_whole_class_that_is_gone_is_told_of_as_such(county: County) -> None:
    found = county.bring(county.roster(lambda rows: rows.pop(2)))
    assert [class_.full_name for class_ in found.merge.emptied] == ["清溪小学三年级（2）班"]
    assert [student.name for student in found.merge.gone] == ["田小禾"]


def unnumbered(rows: Rows) -> None:
    rows[1] |= {"全国学籍号": "", "班内学号": "7"}


def test_a_child_known_by_name_and_birth_date_alone_waits_for_a_person(county: County) -> None:
    before = county.data.read_bytes()
    found = county.bring(county.roster(unnumbered))
    assert [match.row.name for match in found.merge.unsure] == ["木小春"]
    assert (found.merge.new, found.merge.gone) == ([], [])
    assert county.data.read_bytes() == before


def test_with_yes_it_is_taken_for_the_same_child(county: County) -> None:
    county.bring(county.roster(unnumbered), yes=True)
    assert county.of("木小春")["班内学号"] == "7"
    assert len(county.rows()) == 4


def decide(path: Path, sheet: str, **texts: str) -> None:
    book = load_workbook(path)
    for cell, text in texts.items():
        book[sheet][cell] = text
    book.save(path)


@pytest.mark.parametrize(("said", "rows", "seat"), [("同一人", 4, "7"), ("两个人", 5, "2")])
def test_in_the_review_a_person_says_whether_two_are_one(county: County, said: str, rows: int, seat: str) -> None:
    roster = county.roster(unnumbered)
    path = ask(county.bring(roster), county.folder)
    decide(path, "_是不是同一人", I2=said)
    found = county.bring(roster, review=path)
    assert not found.questions
    assert len(county.rows()) == rows
    assert county.of("木小春")["班内学号"] == seat


def test_a_number_with_another_name_and_birth_date_is_asked_about(county: County) -> None:
    def pasted(rows: Rows) -> None:
        rows[1] |= {"姓名": "水小禾", "出生日期": "2016-01-01"}

    before = county.data.read_bytes()
    found = county.bring(county.roster(pasted))
    assert [match.why for match in found.merge.unsure] == ["号码相同，姓名和出生日期都不同"]
    county.bring(county.roster(pasted), yes=True)  # which is said of those of one name
    assert county.data.read_bytes() == before


@pytest.mark.parametrize("status", ["转出", "休学", "死亡", "毕业"])
def test_the_review_says_what_became_of_the_gone(county: County, status: str) -> None:
    roster = county.roster(lambda rows: rows.pop(1))
    path = ask(county.bring(roster), county.folder)
    decide(path, "_不在名册上", D2=status)
    found = county.bring(roster, review=path)
    assert county.of("木小春")["学籍状态"] == status
    assert found.undecided == []


def test_a_case_is_opened_for_a_suspected_dropout_once(county: County) -> None:
    roster = county.roster(lambda rows: rows.pop(1))
    path = ask(county.bring(roster), county.folder)
    decide(path, "_不在名册上", D2="疑似辍学", E2="2026-09-08", F2="厌学")
    county.bring(roster, review=path)
    after = county.data.read_bytes()
    assert county.rows("辍学个案")[-1] == {
        "个案编号": "2026-001", "学生": "G530000201700000002", "班级": "三年级（1）班", "学校": "清溪小学",
        "发现日期": "2026-09-11", "辍学日期": "2026-09-08", "辍学原因": "厌学", "复学日期": "",
    }  # fmt: skip
    found = county.bring(roster, review=path)
    assert county.data.read_bytes() == after
    assert found.undecided == []
    _, problems = load(county.data)
    assert not [problem for problem in problems if problem.place.sheet == "辍学个案" and problem.level == "error"]


def test_one_who_stays_is_left_as_it_is(county: County) -> None:
    roster = county.roster(lambda rows: rows.pop(1))
    path = ask(county.bring(roster), county.folder)
    decide(path, "_不在名册上", D2="仍在校")
    before = county.data.read_bytes()
    assert county.bring(roster, review=path).undecided == []
    assert county.data.read_bytes() == before


@pytest.mark.parametrize(
    ("texts", "what"),
    [
        ({"D2": "转走"}, "“处理”写的是“转走”，是不是“转出”"),
        ({"D2": "疑似辍学"}, "疑似辍学的没有写“从哪天起”"),
        ({"D2": "疑似辍学", "E2": "九月八日"}, "“从哪天起”写的是“九月八日”"),
        ({"D2": "疑似辍学", "E2": "2026-09-08", "F2": "贪玩"}, "“原因”写的是“贪玩”"),
    ],
)
def test_what_a_review_says_must_be_understood(county: County, texts: dict[str, str], what: str) -> None:
    roster = county.roster(lambda rows: rows.pop(1))
    path = ask(county.bring(roster), county.folder)
    decide(path, "_不在名册上", **texts)
    with pytest.raises(DataError) as error:
        prepare(county.data, roster, TODAY, review=path)
    assert [problem.what for problem in error.value.problems] == [what]


def test_a_review_of_another_dataset_changes_nothing_and_is_told_of(county: County) -> None:
    roster = county.roster(lambda rows: rows.pop(1))
    path = ask(county.bring(roster), county.folder)
    decide(path, "_不在名册上", B2="水小禾", D2="转出")
    found = county.bring(roster, review=path)
    assert ["对不上" in problem.what for problem in found.problems] == [True]
    assert county.of("木小春")["学籍状态"] == ""


def test_a_review_that_asks_the_same_is_not_written_again(county: County) -> None:
    roster = county.roster(lambda rows: rows.pop(1))
    first = ask(county.bring(roster), county.folder)
    decide(first, "_不在名册上", D2="转出")
    assert ask(prepare(county.data, roster, TODAY), county.folder) == first
    other = ask(prepare(county.data, county.roster(lambda rows: rows.pop(0)), TODAY), county.folder)
    assert other.name == "导入核对-2.xlsx"


def test_a_review_shows_no_whole_number_of_identity(county: County) -> None:
    found = prepare(county.data, county.roster(lambda rows: rows.append(rows[1] | {"姓名": "水小禾"})), TODAY)
    county.folder.joinpath("核对.xlsx").write_bytes(write_review(found.merge))
    book = load_workbook(county.folder / "核对.xlsx")
    texts = [str(value) for sheet in book for row in sheet.iter_rows(values_only=True) for value in row]
    assert not [text for text in texts if "G53000020170000000" in text]


def test_the_same_roster_twice_changes_nothing(county: County) -> None:
    def all_at_once(rows: Rows) -> None:
        rows[0]["现住址"] = "溪尾村"
        rows.pop(1)
        rows.append(rows[0] | {"姓名": "水小禾", "全国学籍号": "G530000201700000009", "班级": "一年级1班"})

    roster = county.roster(all_at_once)
    county.bring(roster)
    after = county.data.read_bytes()
    found = county.bring(roster)
    assert county.data.read_bytes() == after
    assert (found.merge.new, found.merge.changed, found.merge.classes) == ([], [], [])


def test_undo_gives_the_bytes_back_import_by_import(county: County) -> None:
    states = [county.data.read_bytes()]
    for changes in ({"班内学号": "7"}, {"班内学号": "8"}):
        county.bring(county.roster(partial(put, changes)))
        states.append(county.data.read_bytes())
    for before in reversed(states[:-1]):
        undo(county.folder)
        assert county.data.read_bytes() == before
    with pytest.raises(SafekeepingError, match="没有可以撤销"):
        undo(county.folder)


def test_every_row_of_a_roster_is_new_known_asked_about_or_reported(county: County) -> None:
    def mixed(rows: Rows) -> None:
        rows[1]["全国学籍号"] = ""  # known by name, nothing to change
        rows.append(rows[0] | {"姓名": "石小满"})  # the same child twice
        rows.append(rows[0] | {"姓名": "没有班", "全国学籍号": "G1", "班级": "飞班"})
        rows.append(rows[0] | {"姓名": "张*", "全国学籍号": "G2"})
        rows.append(rows[0] | {"姓名": "新来的", "全国学籍号": "G3"})

    found = county.bring(county.roster(mixed))
    merge = found.merge
    rows = {problem.place.cell.strip("第行ABCDEFGHIJ") for problem in found.problems if problem.level == "error"}
    assert rows == {"2", "5", "6", "7"}
    assert [row.name for row in merge.new] == ["新来的"]
    assert [match.row.name for match in merge.known] == ["木小春", "田小禾"]
    assert len(rows) + len(merge.new) + len(merge.known) + len(merge.unsure) == 7


def test_a_child_whose_number_is_that_of_two_is_reported(county: County) -> None:
    def crossed(rows: Rows) -> None:
        rows[0]["身份证件号"] = "530000201700000002"

    found = county.bring(county.roster(crossed, (*HEADERS, "身份证件号")))
    assert any("可能是数据里的几个人" in problem.what for problem in found.problems)


def test_a_roster_without_schools_is_of_the_one_that_its_file_or_the_command_names(county: County) -> None:
    headers = tuple(header for header in HEADERS if header != "学校")
    roster = county.roster(lambda rows: rows[0].update({"班内学号": "9"}), headers)
    with pytest.raises(DataError, match="没有“学校”这一列"):
        prepare(county.data, roster, TODAY)
    assert len(prepare(county.data, roster, TODAY, school="清溪小学").merge.changed) == 1
    named = roster.rename(roster.with_name("清溪小学2026秋.xlsx"))
    assert len(prepare(county.data, named, TODAY).merge.changed) == 1
    with pytest.raises(DataError, match="是不是“清溪小学”"):
        prepare(county.data, named, TODAY, school="清溪小字")


def test_a_whole_dataset_is_no_roster(county: County) -> None:
    with pytest.raises(DataError, match="这不是名册"):
        prepare(county.data, county.data, TODAY)


def test_a_formula_is_left_alone_and_told_of(county: County) -> None:
    book = load_workbook(county.data)
    book["学生"]["C2"] = "=1*1"
    book.save(county.data)
    found = county.bring(county.roster(partial(put, {"班内学号": "9", "现住址": "溪尾村"})))
    assert "error C2: 这一格是公式或合并的，没有改" in told(found)
    assert load_workbook(county.data)["学生"]["C2"].value == "=1*1"
    assert county.of("石小满")["现住址"] == "溪尾村"


def test_a_column_that_the_workbook_has_not_is_told_of_once(county: County) -> None:
    found = county.bring(county.roster(lambda rows: [row.update({"民族": "汉族"}) for row in rows], (*HEADERS, "民族")))
    assert [line for line in told(found) if "民族" in line] == ["warning : 没有“民族”这一列，没有写进去"]


def test_only_xlsx_can_be_changed(county: County) -> None:
    write_yaml(SHEETS | {"辍学个案": []}, county.folder / "数据.yaml")
    county.data = county.folder / "数据.yaml"
    with pytest.raises(DataError, match=r"只能改 \.xlsx"):
        county.bring(county.roster(lambda rows: rows[0].update({"班内学号": "9"})))


def test_a_workbook_saved_meanwhile_is_not_touched(county: County, monkeypatch: pytest.MonkeyPatch) -> None:
    def saved_meanwhile(*given: object) -> object:
        county.write(SHEETS | {"督导": []})
        return merge(*given)  # type: ignore[arg-type]

    monkeypatch.setattr("generator.dataset.roster.merge", saved_meanwhile)
    with pytest.raises(SafekeepingError, match="刚刚被别的程序改过"):
        county.bring(county.roster(lambda rows: rows[0].update({"班内学号": "9"})))


def on_one_roll(**texts: str) -> dict[str, Rows]:
    """The county in which the second child has ``texts``."""
    sheets = copy.deepcopy(SHEETS)
    sheets["学生"][1] |= texts
    return sheets


@pytest.mark.parametrize(("status", "level"), [("转出", "error"), ("毕业", "error"), ("休学", "warning")])
def test_a_child_on_the_roster_that_is_on_no_roll_is_told_of(county: County, status: str, level: str) -> None:
    county.write(on_one_roll(学籍状态=status))
    found = county.bring(county.roster())
    assert told(found) == [f"{level} 第3行: “木小春”在名册上，而数据里是“{status}”（数据.xlsx 学生!I3）"]
    assert told(county.bring(county.roster(lambda rows: rows[1].update(学籍状态=status), (*HEADERS, "学籍状态")))) == []


def test_a_child_who_left_and_came_back_is_the_one_who_is_there(county: County) -> None:
    sheets = on_one_roll()
    sheets["学生"].insert(0, sheets["学生"][1] | {"学籍状态": "转出"})
    county.write(sheets)
    found = county.bring(county.roster(lambda rows: rows[1].update(班内学号="7")))
    assert told(found) == []
    assert [change.place.cell for match in found.merge.changed for change in match.changes] == ["C4"]


def test_a_child_who_has_left_another_school_is_new_here(county: County) -> None:
    sheets = on_one_roll()
    sheets["学生"][3]["学籍状态"] = "转出"
    county.write(sheets)
    comes = SHEETS["学生"][3] | {"学校": "清溪小学"}
    found = county.bring(county.roster(lambda rows: rows.append(dict(comes))))
    assert ([row.name for row in found.merge.new], found.merge.unsure) == (["金小雨"], [])
    assert [row["学籍状态"] for row in county.rows() if row["姓名"] == "金小雨"] == ["转出", ""]


def test_twins_whose_numbers_are_crossed_are_reported_and_neither_is_changed(county: County) -> None:
    first, second = (row["全国学籍号"] for row in SHEETS["学生"][:2])
    sheets = on_one_roll(出生日期="2017-03-05", 全国学籍号=first)
    sheets["学生"][0]["全国学籍号"] = second
    county.write(sheets)
    before = county.data.read_bytes()
    found = county.bring(county.roster(lambda rows: rows[1].update(出生日期="2017-03-05")), yes=True)
    assert [line for line in told(found) if "的号码在数据里是" in line] == [
        "error 第2行: “石小满”的号码在数据里是“木小春”的（数据.xlsx 学生!第3行）",
        "error 第3行: “木小春”的号码在数据里是“石小满”的（数据.xlsx 学生!第2行）",
    ]
    assert (found.merge.unsure, found.merge.gone, found.merge.new) == ([], [], [])
    assert county.data.read_bytes() == before


def test_a_child_with_another_name_and_the_same_birth_date_has_been_renamed(county: County) -> None:
    county.bring(county.roster(lambda rows: rows[1].update(姓名="木春")))
    assert county.of("木春")["班内学号"] == "2"


def test_a_masked_value_fills_no_empty_cell(county: County) -> None:
    before = county.data.read_bytes()
    county.bring(county.roster(lambda rows: rows[1].update(成员1姓名="木*", 成员1联系电话="199****0001")))
    assert county.data.read_bytes() == before


def test_a_child_whose_rows_are_reported_is_not_gone(county: County) -> None:
    def twice(rows: Rows) -> None:
        rows.append(dict(rows[0]))

    assert county.bring(county.roster(twice)).merge.gone == []


@pytest.mark.parametrize("change", [{"姓名": "张*", "全国学籍号": "G9"}, {"全国学籍号": "", "班内学号": "7"}])
def test_a_class_that_only_rows_name_that_are_not_taken_over_is_not_added(
    county: County, change: dict[str, str]
) -> None:
    def comes(rows: Rows) -> None:
        rows.append(rows[1] | change | {"班级": "二年级1班"})
        if "姓名" not in change:
            rows.pop(1)

    found = county.bring(county.roster(comes))
    assert (found.merge.classes, len(county.rows("班级"))) == ([], 3)


def test_yes_is_said_of_those_of_one_name_and_birth_date(county: County) -> None:
    county.write(on_one_roll(出生日期=""))
    before = county.data.read_bytes()
    found = county.bring(county.roster(lambda rows: rows[1].update(全国学籍号="G530000201700000077")), yes=True)
    assert [match.row.name for match in found.merge.unsure] == ["木小春"]
    assert county.data.read_bytes() == before


def test_of_two_schools_of_one_short_name_the_code_says_which(tmp_path: Path) -> None:
    sheets = county_files()
    sheets[FAR]["学校"][0]["学校简称"] = "清溪小学"
    folder = write_folder(tmp_path / "县", sheets)
    rows = [{**sheets[FAR]["学生"][0], "班内学号": "7"}]
    write_workbook({"Sheet1": rows}, tmp_path / "名册.xlsx")
    with pytest.raises(DataError, match="有 2 所学校叫“清溪小学”"):
        prepare(folder, tmp_path / "名册.xlsx", TODAY, school="清溪小学")
    code = sheets[FAR]["学校"][0]["学校标识码"]
    found = prepare(folder, tmp_path / "名册.xlsx", TODAY, school=code)
    assert [change.place.file for match in found.merge.changed for change in match.changes] == [FAR]


def test_a_roster_that_lies_among_the_data_is_refused(tmp_path: Path) -> None:
    folder = write_folder(tmp_path / "县", county_files())
    (folder / "新名册").mkdir()
    write_workbook({"Sheet1": county_files()[HERE]["学生"]}, folder / "新名册" / "名册.xlsx")
    for roster in (folder / "新名册" / "名册.xlsx", folder / "新名册"):
        with pytest.raises(DataError, match="名册放在数据的文件夹里"):
            prepare(folder, roster, TODAY)


def comes(rows: Rows) -> None:
    """A fourth child is on the roster."""
    rows.append(rows[1] | {"姓名": "水小禾", "全国学籍号": "G530000201700000009", "班内学号": "3"})


def test_nothing_is_written_into_a_sheet_that_is_not_read(county: County) -> None:
    book = load_workbook(county.data)
    hidden = book.create_sheet("旧名单", 0)
    hidden.append(["姓名", "班级", "性别", "去向"])
    hidden.sheet_state = "hidden"
    book.save(county.data)
    county.bring(county.roster(comes))
    assert county.rows()[-1]["姓名"] == "水小禾"
    assert county.rows("旧名单") == []


def of_far(tmp_path: Path, *sheets: str) -> tuple[Path, Path]:
    """The county's folder without some of the far school's sheets, and a roster of a new child of that school."""
    written = county_files()
    for sheet in sheets:
        del written[FAR][sheet]
    child = {"学校": "白石小学", "班级": "三1班", "姓名": "新来", "性别": "男", "全国学籍号": "G99"}
    write_workbook({"Sheet1": [child]}, tmp_path / "名册.xlsx")
    return write_folder(tmp_path / "县", written), tmp_path / "名册.xlsx"


def test_no_child_and_no_case_is_written_into_another_schools_file(tmp_path: Path) -> None:
    found = prepare(*of_far(tmp_path, "学生", "班级", "家访", "辍学个案", "通知书"), TODAY)
    assert told(found) == [
        "error : 没有能添白石小学的“班级”表", "error : 没有能添白石小学三年级（1）班的“学生”表",
    ]  # fmt: skip
    assert found.changes == {}


def test_a_case_of_a_school_without_cases_is_not_put_among_anothers(tmp_path: Path) -> None:
    data, roster = of_far(tmp_path, "辍学个案", "通知书")
    path = ask(prepare(data, roster, TODAY), tmp_path)
    decide(path, "_不在名册上", D2="疑似辍学", E2="2026-09-08", F2="厌学")
    found = prepare(data, roster, TODAY, review=path)
    assert told(found) == ["error : 没有能添白石小学的“辍学个案”表"]
    assert [path.relative_to(data).as_posix() for path in found.changes] == [FAR]


def test_a_school_that_keeps_its_sheets_apart_gets_each_row_into_its_own(tmp_path: Path) -> None:
    data, roster = of_far(tmp_path)
    sheets = county_files()[FAR]
    (data / FAR).unlink()
    own = {f"白石镇/小学/{name}.xlsx": {name: rows} for name, rows in sheets.items()}
    write_folder(data, own)
    path = ask(prepare(data, roster, TODAY), tmp_path)
    decide(path, "_不在名册上", D2="疑似辍学", E2="2026-09-08", F2="厌学")
    found = prepare(data, roster, TODAY, review=path)
    assert sorted(path.name for path in found.changes) == ["学生.xlsx", "辍学个案.xlsx"]
    assert {path.parent.name for path in found.changes} == {"小学"}


def test_where_each_class_has_a_sheet_a_new_child_is_put_into_that_of_its_class(county: County) -> None:
    sheets = copy.deepcopy(SHEETS)
    children = sheets.pop("学生")
    for name, rows in (("三1班", children[:2]), ("三2班", children[2:3])):
        sheets[name] = [{header: row.get(header, "") for header in children[0] if header != "班级"} for row in rows]
    county.write(sheets)

    def come(rows: Rows) -> None:
        rows[0]["班级"] = "三2班"
        rows += [rows[2] | {"姓名": f"新{n}", "全国学籍号": f"G{n}", "班级": f"三{n}班"} for n in "23"]

    found = county.bring(county.roster(come))
    assert [row["姓名"] for row in county.rows("三2班")] == ["田小禾", "新2"]
    assert [row["姓名"] for row in county.rows("三1班")] == ["石小满", "木小春"]
    assert told(found) == ["error : 没有“班级”这一列，没有写进去", "error : 没有能添清溪小学三年级（3）班的“学生”表"]


def test_a_decision_for_which_there_is_no_column_is_an_error(county: County) -> None:
    sheets = copy.deepcopy(SHEETS)
    for row in sheets["学生"]:
        row.pop("学籍状态", None)
    county.write(sheets)
    roster = county.roster(lambda rows: rows.pop(1))
    path = ask(county.bring(roster), county.folder)
    decide(path, "_不在名册上", D2="转出")
    assert told(county.bring(roster, review=path)) == ["error : 没有“学籍状态”这一列，没有写进去"]


def test_a_file_is_found_whatever_its_name(tmp_path: Path) -> None:
    sheets = county_files()
    sheets["白石镇/中心\n小学.xlsx"] = sheets.pop(FAR)
    data = write_folder(tmp_path / "县", sheets)
    write_workbook(
        {"Sheet1": [sheets["白石镇/中心\n小学.xlsx"]["学生"][0] | {"学校": "白石小学", "班内学号": "7"}]},
        tmp_path / "名册.xlsx",
    )
    found = prepare(data, tmp_path / "名册.xlsx", TODAY)
    carry_out(found, NOW)
    assert [path.name for path in found.changes] == ["中心\n小学.xlsx"]
    assert list(undo(data)) == list(found.changes)
    (data / "白石镇" / "中心\t小学.xlsx").write_bytes((data / "县.xlsx").read_bytes())
    with pytest.raises(DataError):
        prepare(data, tmp_path / "名册.xlsx", TODAY)


def test_a_dataset_with_a_copy_in_it_is_not_changed(tmp_path: Path) -> None:
    data, roster = of_far(tmp_path)
    (data / "白石镇" / "中心小学 - 副本.xlsx").write_bytes((data / FAR).read_bytes())
    with pytest.raises(DataError, match="是另一个文件的副本"):
        prepare(data, roster, TODAY)


def test_a_class_that_several_children_share_in_a_merged_cell_is_not_changed_for_one(county: County) -> None:
    book = load_workbook(county.data)
    book["学生"].merge_cells("B2:B3")
    book.save(county.data)
    found = county.bring(county.roster(partial(put, {"班级": "三（2）班"})))
    assert told(found) == ["error B2: 这一格是公式或合并的，没有改"]
    dataset, _ = load(county.data)
    assert [student.class_.name for student in dataset.students[:2] if student.class_] == ["三年级（1）班"] * 2


def with_case(number: str = "1", **texts: str) -> dict[str, Rows]:
    """The county in which the first child has a case, visits and an absence, and a child of the other school a case."""
    sheets = copy.deepcopy(SHEETS)
    child = {"学校": "清溪小学", "学生": "石小满", "班级": "三1班"}
    days = {"发现日期": "2026-09-02", "辍学日期": "2026-09-01", "辍学原因": "厌学"}
    sheets["辍学个案"] = [
        {"个案编号": number, **child, "辍学时班级": "", **days} | texts,
        {"个案编号": "白-17", "学生": "金小雨", "班级": "", "学校": "白石小学", "辍学时班级": "", **days},
    ]
    visit = {"日期": "2026-09-03", "方式": "上门", "家访教师": "T1", "事由": "劝返"}
    sheets["家访"] = [child | visit, child | visit | {"班级": "", "日期": "2026-09-04"}]
    sheets["缺勤"] = [child | {"类别": "旷课", "起始日期": "2026-09-01"}]
    return sheets


def test_what_is_told_of_a_child_follows_it_under_a_new_name_and_into_a_new_class(county: County) -> None:
    county.write(with_case())
    county.bring(county.roster(partial(put, {"班级": "三（2）班", "姓名": "石满"})))
    (case, _), visits, absences = (county.rows(sheet) for sheet in ("辍学个案", "家访", "缺勤"))
    assert {row["学生"] for row in (case, *visits, *absences)} == {"石满"}
    assert [row["班级"] for row in (case, *visits, *absences)] == [
        "三年级（2）班", "三年级（2）班", "", "三年级（2）班",
    ]  # fmt: skip
    assert case["辍学时班级"] == "三年级（1）班"
    _, problems = load(county.data)
    assert not [problem for problem in problems if problem.level == "error" and problem.place.sheet != "教职工"]


def test_a_case_that_says_its_class_and_one_of_a_child_that_stays_are_left_alone(county: County) -> None:
    county.write(with_case(辍学时班级="三年级（2）班"))
    county.bring(county.roster(partial(put, {"班级": "三（2）班"})))
    assert [row["辍学时班级"] for row in county.rows("辍学个案")] == ["三年级（2）班", ""]


def test_a_case_that_has_no_column_for_the_class_of_then_keeps_its_child_in_it(county: County) -> None:
    sheets = with_case()
    for row in sheets["辍学个案"]:
        del row["辍学时班级"]
    county.write(sheets)
    with pytest.raises(DataError, match="石小满换了班，个案要填原来的班级，而没有“辍学时班级”这一列"):
        county.bring(county.roster(partial(put, {"班级": "三（2）班"})))
    assert county.of("石小满")["班级"] == "三年级（1）班"


@pytest.mark.parametrize(
    ("number", "following"),
    [("清-9", "清-10"), ("2026-009", "2026-010"), ("3", "4"), ("无", "2026-001"), ("白-16", "白-18")],
)
def test_the_numbers_of_cases_go_on_from_the_schools_own(county: County, number: str, following: str) -> None:
    county.write(with_case(number))
    roster = county.roster(lambda rows: rows.pop(1))
    path = ask(county.bring(roster), county.folder)
    decide(path, "_不在名册上", D2="疑似辍学", E2="2026-09-08", F2="厌学")
    county.bring(roster, review=path)
    assert county.rows("辍学个案")[-1]["个案编号"] == following


def test_the_number_of_a_later_year_is_the_last(county: County) -> None:
    sheets = with_case("2025-012")
    sheets["辍学个案"].append(sheets["辍学个案"][0] | {"个案编号": "2026-003"})
    county.write(sheets)
    roster = county.roster(lambda rows: rows.pop(1))
    path = ask(county.bring(roster), county.folder)
    decide(path, "_不在名册上", D2="疑似辍学", E2="2026-09-08", F2="厌学")
    county.bring(roster, review=path)
    assert county.rows("辍学个案")[-1]["个案编号"] == "2026-004"


def test_parts_of_a_roster_are_remembered_side_by_side(county: County) -> None:
    first, second = (lambda rows: rows.pop(1)), (lambda rows: rows.__setitem__(slice(None), rows[1:2]))
    county.bring(county.roster(first))
    county.bring(county.roster(second))
    book = load_workbook(county.data)
    book["学生"]["L2"] = "19900000077"
    book.save(county.data)
    assert county.bring(county.roster(first)).changes == {}


def test_what_an_earlier_roster_said_otherwise_is_forgotten(county: County) -> None:
    for phone in ("19900000055", "19900000066", "19900000055"):
        county.bring(county.roster(partial(put, {"成员1联系电话": phone})))
        assert county.of("石小满")["成员1联系电话"] == phone


def test_a_decision_about_a_pair_is_not_carried_out_for_another_child_in_its_row(county: County) -> None:
    path = ask(county.bring(county.roster(unnumbered)), county.folder)
    decide(path, "_是不是同一人", I2="同一人")
    sheets = copy.deepcopy(SHEETS)
    sheets["学生"][1] |= {"姓名": "木小冬", "全国学籍号": "G530000201700000008"}
    county.write(sheets)
    roster = county.roster(lambda rows: rows[1].update(姓名="木小冬", 全国学籍号="", 班内学号="7"))
    assert [match.row.name for match in county.bring(roster, review=path).merge.unsure] == ["木小冬"]


def test_a_family_member_of_another_name_takes_nothing_over_from_the_one_before(county: County) -> None:
    sheets = copy.deepcopy(SHEETS)
    sheets["学生"][0] |= {"成员1关系": "父亲", "成员1工作单位": "务工"}
    county.write(sheets)
    found = county.bring(county.roster(partial(put, {"成员1姓名": "沙雨花", "成员1联系电话": "19900000055"})))
    assert [change.told for match in found.merge.changed for change in match.changes] == [
        "成员1姓名：石大山 → 沙雨花",
        "成员1联系电话：19900000001 → 19900000055",
        "成员1关系：父亲 → （空）",
        "成员1工作单位：务工 → （空）",
    ]
    assert county.of("石小满")["成员1关系"] == ""


@pytest.mark.parametrize("changes", [{"成员1姓名": "石大川"}, {"成员1姓名": "石山"}])
def test_a_corrected_name_or_one_with_the_same_telephone_is_the_same_person(
    county: County, changes: dict[str, str]
) -> None:
    sheets = copy.deepcopy(SHEETS)
    sheets["学生"][0] |= {"成员1关系": "父亲"}
    county.write(sheets)
    county.bring(county.roster(partial(put, changes)))
    assert county.of("石小满")["成员1关系"] == "父亲"


def test_a_cell_that_says_nothing_right_is_no_correction(county: County) -> None:
    county.bring(county.roster())
    book = load_workbook(county.data)
    book["学生"]["E2"], book["学生"]["B2"] = "南", "九年级（9）班"
    book.save(county.data)
    county.bring(county.roster())
    assert (county.of("石小满")["性别"], county.of("石小满")["班级"]) == ("女", "三年级（1）班")


def test_what_an_empty_cell_means_is_no_change(county: County) -> None:
    sheets = copy.deepcopy(SHEETS)
    sheets["学生"][0]["成员1是否监护人"] = ""
    county.write(sheets)
    roster = county.roster(partial(put, {"成员1是否监护人": "是"}), (*HEADERS, "成员1是否监护人"))
    assert county.bring(roster).merge.changed == []


def test_of_namesakes_known_by_other_numbers_none_is_meant(county: County) -> None:
    sheets = copy.deepcopy(SHEETS)
    twin = {"姓名": "石小满", "出生日期": "2017-03-05"}
    sheets["学生"] = [
        sheets["学生"][0],
        *(row | twin for row in sheets["学生"][1:3]),
        sheets["学生"][3],
    ]
    county.write(sheets)
    roster = county.roster(lambda rows: rows.append(rows[0] | {"全国学籍号": "G530000201700000099"}))
    assert [row.student_no for row in county.bring(roster).merge.new] == ["G530000201700000099"]


def test_a_telephone_with_dashes_is_the_same_one(county: County) -> None:
    assert county.bring(county.roster(partial(put, {"成员1联系电话": "199-0000-0001"}))).merge.changed == []


def test_a_child_with_another_number_and_name_but_born_the_same_day_in_the_same_class_is_asked_about(
    county: County,
) -> None:
    found = county.bring(county.roster(lambda rows: rows[1].update(姓名="木小椿", 全国学籍号="G530000201700000077")))
    assert [match.why for match in found.merge.unsure] == ["同班、同一天出生，姓名和号码都不同"]
    assert (found.merge.new, found.merge.gone) == ([], [])


def stranger(rows: Rows) -> None:
    for number, row in enumerate(rows):
        row |= {"姓名": f"生人{'甲乙丙'[number]}", "全国学籍号": f"G5399{number}", "出生日期": "2016-01-01"}


def test_a_roster_on_which_hardly_anybody_is_known_stops_before_anything_is_written(county: County) -> None:
    with pytest.raises(DataError, match=r"3 人，数据里只认得出 0 人") as error:
        county.bring(county.roster(stranger))
    assert "--force" in str(error.value)
    assert len(county.bring(county.roster(stranger), force=True).merge.new) == 3


def test_a_roster_of_last_year_stops_before_anything_is_written(county: County) -> None:
    def a_year_ago(rows: Rows) -> None:
        for row in rows:
            row["班级"] = "二年级（1）班"

    with pytest.raises(DataError, match="3 人的年级比数据里低"):
        county.bring(county.roster(a_year_ago))


def test_the_first_roster_of_a_school_finds_nobody(county: County) -> None:
    sheets = copy.deepcopy(SHEETS)
    sheets["学生"] = sheets["学生"][3:]
    county.write(sheets)
    assert len(county.bring(county.roster()).merge.new) == 3


def test_what_was_decided_is_told(county: County) -> None:
    roster = county.roster(lambda rows: rows.pop(1))
    path = ask(county.bring(roster), county.folder)
    decide(path, "_不在名册上", D2="转出")
    assert county.bring(roster, review=path).decided == ["木小春（数据.xlsx 学生!第3行）：学籍状态 → 转出"]
    undo(county.data)
    decide(path, "_不在名册上", D2="疑似辍学", E2="2026-09-08")
    assert county.bring(roster, review=path).decided == ["木小春（数据.xlsx 学生!第3行）：立个案 2026-001"]


def test_the_day_of_a_transfer_is_kept(county: County) -> None:
    sheets = copy.deepcopy(SHEETS)
    sheets["学生"][1]["变动日期"] = ""
    county.write(sheets)
    roster, path = one_gone(county)
    decide(path, "_不在名册上", D2="转出", E2="2026-09-08")
    county.bring(roster, review=path)
    assert (county.of("木小春")["学籍状态"], county.of("木小春")["变动日期"]) == ("转出", "2026-09-08")


@pytest.mark.parametrize(
    ("since", "what"), [("2026-12-31", "晚于今天"), ("2017-10-02", "是一年以前")], ids=["to come", "long ago"]
)
def test_a_case_cannot_begin_in_the_future_or_long_ago(county: County, since: str, what: str) -> None:
    roster = county.roster(lambda rows: rows.pop(1))
    path = ask(county.bring(roster), county.folder)
    decide(path, "_不在名册上", D2="疑似辍学", E2=since)
    with pytest.raises(DataError, match=what):
        prepare(county.data, roster, TODAY, review=path)


def test_a_review_saved_as_another_kind_of_file_is_refused(county: County) -> None:
    roster, path = one_gone(county)
    with pytest.raises(DataError, match="核对表读不出来"):
        prepare(county.data, roster, TODAY, review=path.rename(path.with_suffix(".xls")))


def test_after_an_earlier_copy_was_put_back_the_roster_is_taken_over_again(county: County) -> None:
    before = county.data.read_bytes()
    roster = county.roster(partial(put, {"现住址": "溪尾村"}))
    county.bring(roster)
    county.data.write_bytes(before)
    county.bring(roster)
    assert county.of("石小满")["现住址"] == "溪尾村"


def one_gone(county: County) -> tuple[Path, Path]:
    """Return a roster on which a child is not, and the review that asks about it."""
    roster = county.roster(lambda rows: rows.pop(1))
    return roster, ask(county.bring(roster), county.folder)


@pytest.mark.parametrize("part", ["xl/workbook.xml", "xl/worksheets/sheet1.xml"])
def test_a_review_that_is_damaged_is_told_of(county: County, part: str) -> None:
    roster, path = one_gone(county)
    parts = office.unpack(path.read_bytes())
    path.write_bytes(office.pack(parts | {part: parts[part][:600]}))
    with pytest.raises(DataError, match="核对表读不出来"):
        prepare(county.data, roster, TODAY, review=path)
    assert ask(prepare(county.data, roster, TODAY), county.folder) != path


def test_a_review_whose_headers_are_not_where_they_were_is_refused(county: County) -> None:
    roster, path = one_gone(county)
    decide(path, "_不在名册上", D1="怎么处理", D2="转出")
    with pytest.raises(DataError, match="第一行没有“处理”"):
        prepare(county.data, roster, TODAY, review=path)


def test_two_decisions_about_one_child_are_refused(county: County) -> None:
    roster, path = one_gone(county)
    again = {f"{letter}3": load_workbook(path)["_不在名册上"][f"{letter}2"].value for letter in "AB"}
    decide(path, "_不在名册上", D2="转出", D3="休学", **again)
    with pytest.raises(DataError, match="说的是同一件事，处理不同"):
        prepare(county.data, roster, TODAY, review=path)
    decide(path, "_不在名册上", D3="转出")
    assert prepare(county.data, roster, TODAY, review=path).undecided == []


def test_the_rows_of_a_review_may_be_sorted_and_taken_out(county: County) -> None:
    roster = county.roster(lambda rows: rows.__delitem__(slice(0, 2)))
    path = ask(county.bring(roster), county.folder)
    book = load_workbook(path)
    sheet = book["_不在名册上"]
    assert [row[1] for row in sheet.iter_rows(min_row=2, values_only=True)] == ["石小满", "木小春"]
    sheet.delete_rows(2)
    sheet["D2"] = "休学"
    book.save(path)
    found = county.bring(roster, review=path)
    assert (len(found.undecided), county.of("木小春")["学籍状态"], county.of("石小满")["学籍状态"]) == (1, "休学", "")

    assert (len(found.undecided), county.of("木小春")["学籍状态"], county.of("石小满")["学籍状态"]) == (1, "休学", "")


@pytest.mark.parametrize("at", [1, 3], ids=["known", "new"])
def test_a_child_that_is_there_again_without_its_number_is_not_added_twice(county: County, at: int) -> None:
    def twice(rows: Rows) -> None:
        comes(rows)
        rows.append(rows[at] | {"全国学籍号": ""})

    found = county.bring(county.roster(twice))
    assert ["是同一个人" in problem.what for problem in found.problems] == [True, True]
    assert len(county.rows()) == (4 if at == 3 else 5)
    assert found.merge.gone == []


def test_new_children_of_one_name_with_numbers_of_their_own_are_two(county: County) -> None:
    def two(rows: Rows) -> None:
        comes(rows)
        rows.append(rows[3] | {"全国学籍号": "G530000201700000019"})

    assert [row.name for row in county.bring(county.roster(two)).merge.new] == ["水小禾", "水小禾"]


def test_a_roster_whose_school_is_misspelt_is_of_the_school_of_its_children(county: County) -> None:
    def misspelt(rows: Rows) -> None:
        rows.pop(1)
        for row in rows:
            row["学校"] = "清溪小字"

    assert [student.name for student in county.bring(county.roster(misspelt)).merge.gone] == ["木小春"]


def test_a_file_that_is_called_like_two_schools_is_of_neither(county: County) -> None:
    headers = tuple(header for header in HEADERS if header != "学校")
    roster = county.roster(headers=headers)
    with pytest.raises(DataError, match="没有“学校”这一列"):
        prepare(county.data, roster.rename(roster.with_name("清溪小学、白石小学.xlsx")), TODAY)


def test_of_two_of_one_name_the_one_without_a_number_is_the_one_whose_number_is_not_there(county: County) -> None:
    sheets = on_one_roll(出生日期="")
    sheets["学生"].append(sheets["学生"][1] | {"全国学籍号": "G530000201700000008", "班内学号": "3"})
    county.write(sheets)

    def one_lacks(rows: Rows) -> None:
        rows.append(rows[1] | {"全国学籍号": "", "班内学号": "7"})

    (match,) = county.bring(county.roster(one_lacks)).merge.unsure
    assert match.student.seat_no == 3


def test_a_roster_with_nothing_but_its_header_is_refused(county: County) -> None:
    (county.folder / "名册.csv").write_text(",".join(HEADERS), "utf-8")
    with pytest.raises(DataError, match="没有一个学生"):
        county.bring(county.folder / "名册.csv")
