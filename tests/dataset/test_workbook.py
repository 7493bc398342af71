from __future__ import annotations

from pathlib import Path

import pytest
from openpyxl import load_workbook
from ruamel.yaml import YAML

from generator.dataset.workbook import headers, write_workbook, write_yaml

HOSTILE = ["=1+1", "+1", "@x", "'引号", '"', "<&>", "{{ 7*7 }}", "上\n下", "阿依·古丽", "𬭎🙂", "山" * 300, "0123",
           "12:30", "3E5", "no", "~", "# x", "a: b", "- x", "[", " 前空", "2026-09-01", "0" * 18]  # fmt: skip


def test_a_workbook_holds_every_text_as_text(tmp_path: Path) -> None:
    write_workbook({"学生": [{"姓名": text} for text in HOSTILE]}, tmp_path / "a.xlsx")
    page = load_workbook(tmp_path / "a.xlsx")["学生"]
    cells = [page.cell(row, 1) for row in range(2, len(HOSTILE) + 2)]
    assert [cell.value for cell in cells] == HOSTILE
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
    write_workbook({"学生": rows, "缺勤": []}, tmp_path / "a.xlsx")
    book = load_workbook(tmp_path / "a.xlsx")
    assert list(book["学生"].values) == [("姓名", "性别"), ("石", None), ("木", "女")]
    assert book.sheetnames == ["学生", "缺勤"]


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
