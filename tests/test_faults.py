"""What nobody expected: told in Chinese, written down without a value."""

from __future__ import annotations

import errno
from datetime import UTC, datetime
from pathlib import Path

import pytest

from generator import faults
from generator.errors import DataError, Place, Problem
from generator.files import reason

NOON = datetime(2026, 9, 1, 12, tzinfo=UTC)
OURS = DataError([Problem(Place("数据.xlsx"), "没有这个文件", "检查路径")])


def raised(error: Exception) -> Exception:
    """Return the error as it is after it was raised."""
    try:
        raise error
    except Exception as caught:
        return caught


@pytest.mark.parametrize(
    ("error", "told"),
    [
        (OURS, "错误 数据.xlsx：没有这个文件。检查路径。"),
        (ValueError("表格太宽"), "表格太宽"),
        (ValueError("“石小满”不是日期"), "“石小满”不是日期"),
        (ValueError("invalid literal for int() with base 10: '石小满'"), "程序出错（ValueError）"),
        (UnicodeDecodeError("utf-8", b"\xff", 0, 1, "石小满"), "程序出错（UnicodeDecodeError）"),
        (KeyError("石小满"), "程序出错（KeyError）"),
        (MemoryError(), "内存不够：关掉别的程序，或分几次做"),
        (OSError(errno.ENOSPC, "No space left on device", "/家/石小满.docx"), "文件“石小满.docx”读写出错：磁盘满了"),
        (OSError(errno.ENOTCONN, "Transport endpoint is not connected"), f"文件读写出错：系统错误 {errno.ENOTCONN}"),
    ],
)
def test_an_error_is_told_in_chinese_and_without_its_values(error: Exception, told: str) -> None:
    assert faults.told(error) == told


def test_what_is_no_fault_of_the_program_leaves_no_trace() -> None:
    assert faults.trace(raised(OURS)) == ""
    assert faults.trace(raised(ValueError("表格太宽"))) == ""


def test_a_trace_has_kinds_and_lines_also_of_the_cause_and_no_message() -> None:
    def cause() -> None:
        try:
            raise KeyError("石小满")
        except KeyError as error:
            raise TypeError("木小春") from error

    try:
        cause()
    except TypeError as error:
        trace = faults.trace(error)
    assert trace.startswith("builtins.TypeError\n")
    assert "由于 builtins.KeyError\n" in trace
    assert "tests/test_faults.py 第" in trace
    assert str(Path(__file__).parent.parent) not in trace
    assert "小" not in trace


def test_the_log_grows_and_tells_one_fault_once(tmp_path: Path) -> None:
    for _ in range(2):
        assert faults.record(["一", "一", "二"], NOON, tmp_path) == tmp_path / faults.LOG
    text = (tmp_path / faults.LOG).read_text("utf-8")
    assert (text.count("【2026-09-01 12:00:00 保学"), text.count("一\n"), text.count("二\n")) == (2, 2, 2)


def test_where_the_folder_takes_no_log_it_lies_among_temporary_files(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    assert faults.record(["一"], NOON, tmp_path / "没有") == tmp_path / faults.LOG
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path / "也没有"))
    assert faults.record(["一"], NOON, tmp_path / "没有") is None


def test_the_system_never_speaks_english() -> None:
    for number in errno.errorcode:
        told = reason(OSError(number, "English"))
        assert told
        assert "English" not in told
