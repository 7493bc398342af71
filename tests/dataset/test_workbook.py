from __future__ import annotations

import datetime
import re
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path
from typing import Any
from zipfile import ZipFile

import pytest
from openpyxl import load_workbook
from openpyxl.utils.escape import unescape
from python_calamine import CalamineWorkbook
from ruamel.yaml import YAML

from generator import office
from generator.dataset import load
from generator.dataset.example import example
from generator.dataset.guide import entry
from generator.dataset.models import USUAL, Record
from generator.dataset.workbook import headers, workbook, write_workbook, write_yaml
from generator.errors import DataError

HOSTILE = ["=1+1", "+1", "@x", "'引号", '"', "<&>", "{{ 7*7 }}", "上\n下", "阿依·古丽", "𬭎🙂", "山" * 300, "0123",
           "12:30", "3E5", "no", "~", "# x", "a: b", "- x", "[", " 前空", "2026-09-01", "0" * 18,
           "_x0041_"]  # fmt: skip


def test_a_workbook_holds_every_text_as_text(tmp_path: Path) -> None:
    write_workbook({"学生": [{"姓名": text} for text in HOSTILE]}, tmp_path / "a.xlsx")
    page = load_workbook(tmp_path / "a.xlsx")["学生"]
    cells = [page.cell(row, 1) for row in range(2, len(HOSTILE) + 2)]
    assert [unescape(str(cell.value)) for cell in cells] == HOSTILE
    assert {(cell.data_type, cell.number_format) for cell in cells} == {("s", "@")}


def test_what_is_typed_below_later_is_text_too(tmp_path: Path) -> None:
    write_workbook({"学生": [{"姓名": "石", "身份证件号": ""}]}, tmp_path / "a.xlsx")
    page = load_workbook(tmp_path / "a.xlsx")["学生"]
    assert [page.column_dimensions[letter].number_format for letter in "AB"] == ["@", "@"]


def test_the_header_is_frozen_and_columns_are_as_wide_as_their_text(tmp_path: Path) -> None:
    write_workbook({"学生": [{"性别": "女", "身份证件号": "1" * 18, "现住址": "山" * 300}]}, tmp_path / "a.xlsx")
    page = load_workbook(tmp_path / "a.xlsx")["学生"]
    assert page.freeze_panes == "A2"
    assert [page.column_dimensions[letter].width for letter in "ABC"] == [8, 20, 40]


def test_headers_are_the_keys_of_all_rows_in_order_of_appearance(tmp_path: Path) -> None:
    rows = [{"姓名": "石"}, {"性别": "女", "姓名": "木"}]
    assert headers(rows) == ["姓名", "性别"]
    write_workbook({"学生": rows, "别的": [], "缺勤": []}, tmp_path / "a.xlsx")
    book = load_workbook(tmp_path / "a.xlsx")
    assert list(book["学生"].values) == [("姓名*", "性别*"), ("石", None), ("木", "女")]
    assert book.sheetnames == ["学生", "别的", "缺勤"]
    assert [cell.value for cell in book["缺勤"][1]][:2] == ["学生*", "班级"]  # without rows those of the model


def test_no_text_is_another_to_a_reader_of_workbooks(tmp_path: Path) -> None:
    write_workbook({"学生": [{"姓名": text} for text in HOSTILE]}, tmp_path / "a.xlsx")
    read = CalamineWorkbook.from_path(tmp_path / "a.xlsx").get_sheet_by_name("学生").to_python()
    assert [cell for (cell,) in read[1:]] == HOSTILE


def test_a_text_too_long_for_a_cell_is_refused_and_not_cut() -> None:
    with pytest.raises(DataError, match="学生!姓名：有 32768 个字"):
        workbook({"学生": [{"姓名": "山" * 32768}]})


# What helps to fill it in


TODAY = datetime.date(2026, 11, 27)


@pytest.fixture(scope="module")
def book() -> Any:
    """The example, as a new project has it."""
    return load_workbook(BytesIO(workbook(example(TODAY), explained=True)))


def header_cells(book: Any) -> Iterator[tuple[type[Record], Any]]:
    for model in USUAL:
        yield from ((model, cell) for cell in book[model.sheet][1])


def helps(book: Any) -> dict[tuple[str, str], Any]:
    """The help of each column, by sheet and header."""
    found: dict[tuple[str, str], Any] = {}
    for sheet in book.worksheets:
        for help_ in sheet.data_validations.dataValidation:
            (cells,) = help_.sqref.ranges
            assert (cells.min_row, cells.max_row, cells.min_col) == (2, 1048576, cells.max_col)
            found[sheet.title, sheet.cell(1, cells.min_col).value.rstrip("*")] = help_
    return found


def test_the_same_rows_give_the_same_bytes() -> None:
    assert workbook(example(TODAY), explained=True) == workbook(example(TODAY), explained=True)
    with ZipFile(BytesIO(workbook({"学生": []}))) as package:
        assert {entry.date_time[:3] for entry in package.infolist()} == {(1980, 1, 1)}
        assert package.read("docProps/core.xml").count(b"1980-01-01") == 2


def test_a_number_that_is_text_is_not_called_a_mistake() -> None:
    parts = office.unpack(workbook(example(TODAY), explained=True))
    for part in (part for name, part in parts.items() if name.startswith("xl/worksheets/sheet")):
        after = part.partition(b'<ignoredError sqref="A1:XFD1048576" numberStoredAsText="1"/></ignoredErrors>')[2]
        assert re.fullmatch(rb"(<legacyDrawing [^<]*/>)?</worksheet>", after)  # the order is Excel's


def test_every_header_says_what_the_models_say_of_its_column(book: Any) -> None:
    for model, cell in header_cells(book):
        described = entry(model, cell.value)
        assert described
        column, note = described.described, cell.comment.text
        assert note.startswith("必填" if column.required else "可空")
        assert cell.value.endswith("*") == column.required
        assert column.note in note
        assert "、".join(column.choices) in note
        assert ("个人信息" in note) == bool(column.sensitive)


def test_required_headers_are_told_apart_by_colour_too(book: Any) -> None:
    cells = [cell for _, cell in header_cells(book)]
    required, others = (
        {cell.fill.fgColor.rgb for cell in cells if cell.value.endswith("*") == starred} for starred in (True, False)
    )
    assert (len(required), len(others), required & others) == (1, 1, set())


def test_a_comment_is_as_high_as_its_text() -> None:
    short, long = (office.unpack(workbook({"辍学个案": [{name: ""}]})) for name in ("去向", "辍学原因"))
    drawing = "xl/drawings/commentsDrawing1.vml"
    assert [re.findall(rb"height:(\d+)px", parts[drawing]) for parts in (short, long)] == [[b"40"], [b"140"]]


def test_headers_are_locked_and_every_other_cell_is_free(book: Any) -> None:
    for model in USUAL:
        sheet = book[model.sheet]
        assert all(cell.protection.locked for cell in sheet[1])
        assert not any(cell.protection.locked for row in sheet.iter_rows(min_row=2) for cell in row if cell.value)
        covered = sorted((each.min, each.max) for each in sheet.column_dimensions.values())
        assert [first for first, _ in covered] == [1, *(last + 1 for _, last in covered[:-1])]
        assert covered[-1][1] == 16384
        assert not any(each.protection.locked for each in sheet.column_dimensions.values())
        assert {each.number_format for each in sheet.column_dimensions.values()} == {"@"}


def test_rows_can_be_added_deleted_sorted_and_filtered_though_headers_are_locked(book: Any) -> None:
    for model in USUAL:
        sheet = book[model.sheet]
        allowed = {name for name, refused in vars(sheet.protection).items() if refused is False}
        assert sheet.protection.sheet
        assert not sheet.protection.password
        assert allowed >= {"insertRows", "deleteRows", "sort", "autoFilter", "formatColumns"}
        assert not allowed & {"insertColumns", "deleteColumns"}
        last = sheet.cell(1, sheet.max_column).column_letter
        assert sheet.auto_filter.ref == f"A1:{last}{sheet.max_row}"


def test_the_columns_that_tell_rows_apart_stay_in_sight(book: Any) -> None:
    assert {model.sheet: book[model.sheet].freeze_panes for model in USUAL} == {
        "设置": "A2", "校历": "A2", "县区": "B2", "乡镇": "B2", "村居": "B2", "学校": "C2", "班级": "D2",
        "教职工": "D2", "学生": "E2", "领导小组": "E2", "缺勤": "B2", "辍学个案": "C2", "家访": "B2", "通知书": "E2",
        "督导": "A2", "办理": "A2", "政策": "B2",
    }  # fmt: skip


def test_a_page_is_landscape_and_repeats_the_header_and_those_columns(book: Any) -> None:
    students = book["学生"]
    assert (students.page_setup.orientation, students.print_title_rows, students.print_title_cols) == (
        "landscape", "$1:$1", "$A:$D",
    )  # fmt: skip
    assert students.page_setup.fitToWidth > book["教职工"].page_setup.fitToWidth == 1
    assert students.page_setup.fitToHeight == 0
    assert students.sheet_properties.pageSetUpPr.fitToPage


def test_a_column_of_few_values_has_them_as_a_list_and_takes_no_other(book: Any) -> None:
    found = helps(book)
    assert found["学生", "性别"].formula1 == '"男,女"'
    assert found["学生", "成员1是否监护人"].formula1 == '"是,否"'
    assert found["学生", "性别"].showErrorMessage
    assert "男、女" in found["学生", "性别"].error


def test_a_link_has_the_names_of_its_sheet_as_a_list_and_takes_numbers_too(book: Any) -> None:
    found = helps(book)
    for sheet, header, target, named in (
        ("班级", "班主任", "教职工", "姓名"), ("学生", "学校", "学校", "学校简称"),
        ("学校", "乡镇", "乡镇", "乡镇名称"),
        ("家访", "家访教师", "教职工", "姓名"), ("通知书", "个案编号", "辍学个案", "个案编号"),
    ):  # fmt: skip
        letter = next(cell.column_letter for cell in book[target][1] if cell.value.rstrip("*") == named)
        column = f"'{target}'!${letter}"
        assert found[sheet, header].formula1 == f"OFFSET({column}$1,1,0,MAX(1,COUNTA({column}:${letter})-1),1)"
        assert not found[sheet, header].showErrorMessage


def test_a_link_has_no_list_where_no_column_holds_what_is_written(book: Any) -> None:
    assert helps(book)["学生", "班级"].type is None
    assert "三年级（1）班" in helps(book)["学生", "班级"].prompt
    alone = load_workbook(BytesIO(workbook({"班级": [{"班主任": "林老师"}], "教职工": [{"工号": "T1"}]})))
    assert ("班级", "班主任") not in helps(alone)


def test_a_date_is_explained_and_not_checked_since_it_is_text(book: Any) -> None:
    found = helps(book)["家访", "家访日期"]
    assert (found.type, found.prompt) == (None, "日期，如 2026-09-01")
    assert found.showInputMessage


def test_what_helps_is_no_longer_than_excel_allows(book: Any) -> None:
    for help_ in helps(book).values():
        assert len(help_.formula1 or "") <= 255
        assert max(len(text or "") for text in (help_.error, help_.prompt)) <= 225
        assert max(len(text or "") for text in (help_.errorTitle, help_.promptTitle)) <= 32


# The sheet that explains the others


def test_the_first_sheet_tells_what_each_of_the_others_is_for_and_leads_there(book: Any) -> None:
    sheet = book.worksheets[0]
    assert sheet.title == "说明"
    assert book.sheetnames[1:] == [model.sheet for model in USUAL]
    lines = {row[0].value: row for row in reversed(list(sheet.iter_rows())) if row[3].value}
    for model in USUAL:
        name, keeper, required, purpose, *_ = lines[model.sheet]
        assert name.hyperlink.location == f"'{model.sheet}'!A1"
        assert (keeper.value, purpose.value) == (model.kept_by, model.doc)
        assert bool(required.value) == (model.sheet in ("设置", "县区", "乡镇", "学校", "班级", "教职工", "学生"))
        assert all((model.kept_by, model.doc))


def test_the_first_sheet_explains_every_column(book: Any) -> None:
    told = {tuple(cell.value for cell in row[:3]) for row in book["说明"].iter_rows()}
    for model, cell in header_cells(book):
        required = "必填" if cell.value.endswith("*") else None
        assert (model.sheet, cell.value.rstrip("*"), required) in told


def test_a_line_of_it_is_as_high_as_its_text(book: Any) -> None:
    heights = {row[3].value: book["说明"].row_dimensions[row[0].row].height for row in book["说明"].iter_rows()}
    long = "如 三年级（1）班；空着算现在的班级；别校的班级前面写学校简称，如 某某小学三年级（1）班"
    assert heights["整数，不带单位"] < heights[long]


def test_what_helps_is_not_read(tmp_path: Path) -> None:
    write_workbook(example(TODAY), tmp_path / "a.xlsx", explained=True)
    dataset, problems = load(tmp_path / "a.xlsx")
    assert (problems, len(dataset.students)) == ([], 6)


# YAML


@pytest.mark.parametrize("version", [(1, 1), (1, 2)])
def test_yaml_holds_every_text_as_text_to_any_reader(tmp_path: Path, version: tuple[int, int]) -> None:
    write_yaml({"学生": [{"姓名": text, "a: b": "x"} for text in HOSTILE], "空": []}, tmp_path / "a.yaml")
    yaml = YAML(typ="safe", pure=True)
    yaml.version = version
    read = yaml.load((tmp_path / "a.yaml").read_text("utf-8"))
    assert read == {"学生": [{"姓名": text, "a: b": "x"} for text in HOSTILE], "空": []}


def test_yaml_leaves_out_what_is_empty(tmp_path: Path) -> None:
    write_yaml({"学生": [{"姓名": "石", "性别": ""}, {"性别": ""}]}, tmp_path / "a.yaml")
    assert (tmp_path / "a.yaml").read_bytes() == "学生:\n  - 姓名: 石\n  - {}\n".encode()
