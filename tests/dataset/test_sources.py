from __future__ import annotations

import io
import shutil
import struct
import subprocess
import zipfile
from datetime import date, datetime, time, timedelta
from pathlib import Path
from typing import Any

import pytest
from openpyxl import Workbook

from generator.dataset import reader
from generator.dataset.sources import REJECTED, Table, read
from generator.errors import DataError, Place, Problem


def known(_sheet: str, header: str) -> bool:
    return header in ("姓名", "号码", "住址")


def workbook(path: Path, *rows: list[Any], sheet: str = "学生") -> Path:
    book = Workbook()
    page = book.active
    assert page is not None
    page.title = sheet
    for row in rows:
        page.append(row)
    book.save(path)
    return path


def text_file(path: Path, text: str) -> Path:
    path.write_text(text, "utf-8")
    return path


def only_table(path: Path) -> tuple[Table, list[Problem]]:
    tables, problems = read(path, known)
    assert len(tables) == 1
    return tables[0], problems


def refusal(path: Path) -> str:
    with pytest.raises(DataError) as caught:
        read(path, known)
    assert len(caught.value.problems) == 1
    return str(caught.value)


def compound_file(*names: str) -> bytes:
    """Return an OLE compound file with empty streams of these names, which is how Office stores what it encrypts."""
    end, free, sector = 0xFFFFFFFE, 0xFFFFFFFF, 512
    head = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(16)
    head += struct.pack("<5H6x10I", 0x3E, 3, 0xFFFE, 9, 6, 0, 1, 1, 0, 4096, end, 0, end, 0, 0)
    head += struct.pack("<108I", *[free] * 108)
    fat = struct.pack("<128I", 0xFFFFFFFD, end, *[free] * 126)
    entries = b""
    for index, name in enumerate(("Root Entry", *names)):
        coded = name.encode("utf-16-le") + b"\0\0"
        kind = 5 if index == 0 else 2
        entries += coded.ljust(64, b"\0") + struct.pack("<HBB", len(coded), kind, 1)
        entries += struct.pack("<III16xI16xIQ", free, free, 1 if index == 0 else free, 0, end, 0)
    return (head + fat + entries).ljust(sector * 3, b"\0")


# Files that cannot be read


def test_an_absent_file_is_refused(tmp_path: Path) -> None:
    assert refusal(tmp_path / "没有.xlsx") == "错误 没有.xlsx：没有这个文件或文件夹。检查路径。"


def test_a_file_of_another_kind_is_refused(tmp_path: Path) -> None:
    assert "不认识的文件类型" in refusal(text_file(tmp_path / "名单.docx", "x"))


def test_a_file_that_cannot_be_opened_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = workbook(tmp_path / "a.xlsx", ["姓名"], ["石"])

    def locked(_path: Path) -> bytes:
        raise PermissionError

    monkeypatch.setattr(Path, "read_bytes", locked)
    assert "文件打不开" in refusal(path)


@pytest.mark.parametrize("name", ["空.xlsx", "空.yaml"])
def test_an_empty_file_is_refused(tmp_path: Path, name: str) -> None:
    assert "文件是空的（0 字节）" in refusal(text_file(tmp_path / name, ""))


def test_what_is_no_workbook_is_refused(tmp_path: Path) -> None:
    assert "不是 Excel 工作簿" in refusal(text_file(tmp_path / "网页.xls", "<html><table><tr><td>姓名</table></html>"))


def test_another_zip_is_refused(tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "文书.xlsx", "w") as file:
        file.writestr("word/document.xml", "<w/>")
    assert "不是 Excel 工作簿" in refusal(tmp_path / "文书.xlsx")


def test_an_encrypted_workbook_is_refused(tmp_path: Path) -> None:
    (tmp_path / "密.xlsx").write_bytes(compound_file("EncryptionInfo", "EncryptedPackage"))
    assert "工作簿加了密码" in refusal(tmp_path / "密.xlsx")


def test_an_encrypted_opendocument_sheet_is_refused(tmp_path: Path) -> None:
    mimetype = "application/vnd.oasis.opendocument.spreadsheet"
    manifest = (
        '<manifest:manifest xmlns:manifest="urn:oasis:names:tc:opendocument:xmlns:manifest:1.0">'
        '<manifest:file-entry manifest:full-path="content.xml"><manifest:encryption-data/></manifest:file-entry>'
        "</manifest:manifest>"
    )
    with zipfile.ZipFile(tmp_path / "密.ods", "w") as file:
        for name, content in (("mimetype", mimetype), ("META-INF/manifest.xml", manifest), ("content.xml", "?")):
            file.writestr(name, content)
    assert "加了密码" in refusal(tmp_path / "密.ods")


def test_an_interruption_while_reading_is_none_of_the_files_faults(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Interrupted:
        @staticmethod
        def from_filelike(_content: io.BytesIO) -> None:
            raise KeyboardInterrupt

    monkeypatch.setattr(reader, "CalamineWorkbook", Interrupted)
    with pytest.raises(KeyboardInterrupt):
        read(workbook(tmp_path / "a.xlsx", ["姓名"], ["石"]), known)


def test_another_compound_file_is_refused_as_no_workbook(tmp_path: Path) -> None:
    (tmp_path / "信.xls").write_bytes(compound_file("WordDocument"))
    assert "不是 Excel 工作簿" in refusal(tmp_path / "信.xls")


def test_a_cut_zip_is_refused(tmp_path: Path) -> None:
    path = workbook(tmp_path / "断.xlsx", ["姓名"], ["石小满"])
    path.write_bytes(path.read_bytes()[:-200])
    assert "文件不完整" in refusal(path)


def test_a_workbook_cut_inside_its_zip_is_refused(tmp_path: Path) -> None:
    source = io.BytesIO(workbook(tmp_path / "a.xlsx", ["姓名"], ["石"]).read_bytes())
    with zipfile.ZipFile(source) as old, zipfile.ZipFile(tmp_path / "b.xlsx", "w") as new:
        for name in old.namelist():
            new.writestr(name, old.read(name)[: -20 if name.endswith("sheet1.xml") else None])
    assert "b.xlsx" in refusal(tmp_path / "b.xlsx")


def test_chart_sheets_are_passed_over(tmp_path: Path) -> None:
    book = Workbook()
    page = book.active
    assert page is not None
    page.title = "学生"
    page.append(["姓名"])
    book.create_chartsheet("图")
    book.save(tmp_path / "a.xlsx")
    assert only_table(tmp_path / "a.xlsx")[0].sheet == "学生"


def test_a_workbook_without_content_is_refused(tmp_path: Path) -> None:
    assert "工作簿里没有内容" in refusal(workbook(tmp_path / "白.xlsx"))


def test_all_unreadable_files_of_a_folder_are_told_at_once(tmp_path: Path) -> None:
    text_file(tmp_path / "a.xlsx", "")
    text_file(tmp_path / "b.yaml", "学生: [")
    with pytest.raises(DataError) as caught:
        read(tmp_path, known)
    assert [problem.place.file for problem in caught.value.problems] == ["a.xlsx", "b.yaml"]


def test_a_folder_without_data_is_refused(tmp_path: Path) -> None:
    text_file(tmp_path / "说明.txt", "x")
    assert "文件夹里没有数据文件" in refusal(tmp_path)


# Old Excel and OpenDocument


@pytest.fixture(scope="module")
def converted(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("converted")
    source = workbook(folder / "a.xlsx", ["姓名", "号码"], ["石小满", 13812345678], *[["木", i] for i in range(500)])
    profile = f"-env:UserInstallation={(folder / 'office').as_uri()}"
    if not shutil.which("soffice"):
        pytest.skip("no LibreOffice")
    for kind in ("xls", "ods"):
        command = ["soffice", profile, "--headless", "--convert-to", kind, "--outdir", folder, source]
        subprocess.run(command, check=True, capture_output=True, timeout=120)
    return folder


@pytest.mark.parametrize("kind", ["xls", "ods"])
def test_old_excel_and_opendocument_read_alike(converted: Path, kind: str) -> None:
    table, problems = only_table(converted / f"a.{kind}")
    assert (table.columns[0][0], table.columns[1][0], problems) == ("石小满", "13812345678", [])


def test_a_cut_old_workbook_is_refused_though_its_reader_panics(converted: Path, tmp_path: Path) -> None:
    content = (converted / "a.xls").read_bytes()
    for size in range(600, len(content), 1000):
        (tmp_path / "断.xls").write_bytes(content[:size])
        assert "文件不完整" in (told := refusal(tmp_path / "断.xls")) or "已损坏" in told


# Cells


def test_cells_become_text(tmp_path: Path) -> None:
    cells = [
        ("  石小满　", "石小满"),
        (13812345678.0, "13812345678"),
        (12.5, "12.5"),
        (date(2026, 9, 1), "2026-09-01"),
        (datetime.combine(date(2026, 9, 1), time(18, 30)), "2026-09-01 18:30"),
        (time(18, 30), "18:30"),
        (timedelta(hours=30, minutes=5), "30:05"),
        (True, "是"),
        (False, "否"),
        ("a\r\nb", "a\nb"),
        ("'<李>&{{ 7*7 }}\"", "'<李>&{{ 7*7 }}\""),
        ("阿依·古丽🙂𬭎", "阿依·古丽🙂𬭎"),
    ]
    table, problems = only_table(workbook(tmp_path / "a.xlsx", ["姓名", "号码"], *[[cell, "x"] for cell, _ in cells]))
    assert table.columns[0] == [text for _, text in cells]
    assert problems == []


def test_a_number_of_more_than_fifteen_digits_is_an_error_with_its_cell(tmp_path: Path) -> None:
    path = workbook(tmp_path / "a.xlsx", ["姓名", "号码"], ["石", 10**15], ["木", 10**15 - 1])
    table, problems = only_table(path)
    assert [problem.place for problem in problems] == [Place("a.xlsx", "学生", "B2")]
    assert "第 16 位起已经丢失" in problems[0].what
    assert table.columns[1] == [REJECTED, "999999999999999"]


@pytest.mark.parametrize("character", ["\x0b", "\t", "\u200b", "\ufeff", "\u202d", "\x7f"])
def test_control_and_invisible_characters_are_errors_with_their_cell(tmp_path: Path, character: str) -> None:
    escaped = f"_x{ord(character):04X}_" if character < " " else character  # as Excel writes what XML forbids
    table, problems = only_table(workbook(tmp_path / "a.xlsx", ["姓名", "住址"], ["石", f"山{escaped}下"]))
    assert [problem.place for problem in problems] == [Place("a.xlsx", "学生", "B2")]
    assert f"U+{ord(character):04X}" in problems[0].what
    assert table.columns[1] == [REJECTED]


def test_a_cell_that_is_nothing_but_a_nul_is_told(tmp_path: Path) -> None:
    table, problems = only_table(text_file(tmp_path / "a.csv", "姓名,住址\n石,\0\n"))
    assert [problem.place.cell for problem in problems] == ["B2"]
    assert table.columns[1] == [REJECTED]


def test_a_lost_identity_number_is_not_quoted(tmp_path: Path) -> None:
    _, (problem,) = only_table(workbook(tmp_path / "a.xlsx", ["姓名", "号码"], ["石", 110101201501011234]))
    assert "1101" not in str(problem)


def test_the_header_may_stand_under_titles(tmp_path: Path) -> None:
    path = workbook(tmp_path / "a.xlsx", ["清溪小学学生名单"], [], ["姓名", "住址"], ["石", "山下"])
    table, _ = only_table(path)
    assert (table.header, table.rows, table.columns) == (["姓名", "住址"], [4], [["石"], ["山下"]])
    assert table.header_places[1] == Place("a.xlsx", "学生", "B3")


def test_the_header_is_not_looked_for_after_the_tenth_row(tmp_path: Path) -> None:
    table, _ = only_table(workbook(tmp_path / "a.xlsx", *[["标题"]] * 10, ["姓名"], ["石"]))
    assert table.header == ["标题"]


def test_blank_rows_are_passed_over_and_rows_keep_their_number(tmp_path: Path) -> None:
    path = workbook(tmp_path / "a.xlsx", ["姓名", "住址"], [None, "  "], ["石", "山下"], [], ["木", "水边"])
    table, _ = only_table(path)
    assert (table.rows, table.columns[0]) == ([3, 5], ["石", "木"])
    assert table.place(1, 1) == Place("a.xlsx", "学生", "B5")


def test_explanations_and_underscored_sheets_are_not_read(tmp_path: Path) -> None:
    book = Workbook()
    for name in ("说明", "_选项", "学生", "Sheet2"):
        page = book.create_sheet(name)
        if name != "Sheet2":
            page.append(["姓名"])
            page.append(["石"])
    book.save(tmp_path / "a.xlsx")
    assert [table.sheet for table in read(tmp_path / "a.xlsx", known)[0]] == ["学生"]


# YAML


def test_yaml_scalars_stay_as_they_were_typed(tmp_path: Path) -> None:
    typed = ["0123", "12:30", "3E5", "no", "yes", "2026-09-01", "0x1F", "1_000", "=1+1"]
    records = "".join(f"- {{姓名: {text}}}\n" for text in typed)
    table, problems = only_table(text_file(tmp_path / "a.yaml", f"学生:\n{records}"))
    assert (table.columns, problems) == ([typed], [])


def test_yaml_remembers_the_line_of_each_value(tmp_path: Path) -> None:
    table, _ = only_table(text_file(tmp_path / "a.yml", "学生:\n- 姓名: 石\n- 姓名: 木\n  住址: 山下\n"))
    assert table.rows == [2, 3]
    assert table.place(1, 1) == Place("a.yml", cell=table.header[1], line=4)
    assert table.place(0, 1) == Place("a.yml", cell=table.header[1], line=2)  # not written: the record's first line


def test_yaml_takes_mappings_lists_and_nothing(tmp_path: Path) -> None:
    text = "学生: {成员1: {姓名: 石}, 家访教师: [林, 田], 住址: ~, 姓名: }\n缺勤:\n说明: 随便\n"
    tables, _ = read(text_file(tmp_path / "a.yaml", text), known)
    assert [table.sheet for table in tables] == ["学生", "缺勤"]
    assert dict(zip(tables[0].header, tables[0].columns, strict=True)) == {
        "成员1.姓名": ["石"], "家访教师": ["林、田"], "住址": [""], "姓名": [""],
    }  # fmt: skip
    assert tables[1].rows == []


def test_a_yaml_list_of_no_record_is_an_empty_sheet(tmp_path: Path) -> None:
    table, _ = only_table(text_file(tmp_path / "a.yaml", "学生: []\n"))
    assert (table.header, table.columns, table.rows) == ([], [], [])


@pytest.mark.parametrize(
    ("text", "what", "line"),
    [
        ("学生:\n- 姓名: 石\n  姓名: 木\n", "“姓名”写了不止一次", 3),
        ("学生: []\n学生: []\n", "“学生”写了不止一次", 2),
        ("学生: [\n", "YAML 写法有误", 2),
        ("学生:\n- 姓名: '石\n", "YAML 写法有误", 0),
        ("- 学生\n", "这里应是“名称: 内容”", 1),
        ("学生:\n- 石小满\n", "这里应是“名称: 内容”", 2),
        ("学生: 石小满\n", "这里应是一行行记录", 1),
        ("学生:\n- 姓名: [[石]]\n", "这里应是一个值", 2),
        ("a: 1\n---\nb: 2\n", "YAML 写法有误", 0),
        ("姓名: \x01\n", "YAML 写法有误", 0),
        ("学生:\n- 成员1: {姓名: {姓: 石}}\n", "这里应是一个值", 2),
        ("学生:\n- &a {成员1: *a}\n", "这里应是一个值", 2),
        ("学生: " + "[" * 1000, "YAML 分层太多", 0),
        ("# 只有注释\n", "文件里没有内容", 0),
    ],
)
def test_bad_yaml_is_refused_with_its_line(tmp_path: Path, text: str, what: str, line: int) -> None:
    with pytest.raises(DataError) as caught:
        read(text_file(tmp_path / "a.yaml", text), known)
    assert what in str(caught.value)
    assert not line or line in [problem.place.line for problem in caught.value.problems]


def test_yaml_that_is_not_utf8_is_refused(tmp_path: Path) -> None:
    (tmp_path / "a.yaml").write_bytes("学生: []".encode("gbk"))
    assert "不是 UTF-8 编码" in refusal(tmp_path / "a.yaml")


def test_yaml_may_begin_with_a_byte_order_mark(tmp_path: Path) -> None:
    (tmp_path / "a.yaml").write_bytes("学生:\n- 姓名: 石\n".encode("utf-8-sig"))
    assert only_table(tmp_path / "a.yaml")[0].sheet == "学生"


def test_control_characters_in_yaml_are_errors_with_their_line(tmp_path: Path) -> None:
    _, problems = only_table(text_file(tmp_path / "a.yaml", '学生:\n- 姓名: 石\n  住址: "山\\x0b下"\n'))
    assert [problem.place for problem in problems] == [Place("a.yaml", cell="住址", line=3)]


# Folders


def test_a_folder_is_read_by_name_without_locks_and_settings(tmp_path: Path) -> None:
    workbook(tmp_path / "b.xlsx", ["姓名"], ["木"])
    text_file(tmp_path / "a.yaml", "学生:\n- 姓名: 石\n")
    for ignored in ("~$b.xlsx", ".a.yaml", "baoxue.yaml", "读我.txt"):
        text_file(tmp_path / ignored, "不是数据: [")
    (tmp_path / "子.xlsx").mkdir()
    tables, _ = read(tmp_path, known)
    assert [(table.file, table.columns[0]) for table in tables] == [("a.yaml", ["石"]), ("b.xlsx", ["木"])]


def test_files_of_a_folder_that_are_passed_over_are_told(tmp_path: Path) -> None:
    text_file(tmp_path / "a.yaml", "学生:\n- 姓名: 石\n")
    (tmp_path / "b.et").write_bytes(b"x")
    _, problems = read(tmp_path, known)
    assert [(problem.place.file, problem.level) for problem in problems] == [("b.et", "warning")]


def test_two_sheets_whose_names_differ_by_a_space_are_refused(tmp_path: Path) -> None:
    book = Workbook()
    for name in ("学生", "学生 "):
        book.create_sheet(name).append(["姓名"])
    book.save(tmp_path / "a.xlsx")
    assert "有两张表都叫这个名字" in refusal(tmp_path / "a.xlsx")
