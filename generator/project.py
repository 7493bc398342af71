"""A folder to begin with: a workbook to fill in, the project file that names it, and a page that says how to go on."""

from __future__ import annotations

import json
import os
import re
from collections.abc import Mapping
from contextlib import suppress
from datetime import date
from pathlib import Path

from generator.dataset.example import empty, example, further
from generator.dataset.workbook import workbook
from generator.errors import BaoxueError, Exit
from generator.files import reason, write
from generator.resources import PROJECT_FILE

DATA = "数据.xlsx"
FURTHER = "_备用/更多的表.xlsx"  # not read: what is laid aside in such a folder is no data
READ_ME = "读我.txt"

_SETTINGS = """\
# 在这个文件夹里运行 baoxue check、baoxue build 时用的选项；# 后面的话程序不读。
# 命令行能写的选项这里都能写，如 out: output、today: 2026-09-01。
"""
_HOW_TO = f"""\
保学：用一份数据印出控辍保学的各种文书

1. 打开 {DATA}，先看“说明”表，再填各张表；示例换成自己的。填好后保存、关闭。
2. 学籍系统导出的名册，在这个文件夹里运行 baoxue import 名册.xlsx 并进来；导错了运行 baoxue undo。
3. 运行 baoxue check：逐条说出哪一格不对、怎么改。
4. 运行 baoxue build：文书印在 output 文件夹，从 output/目录.xlsx 找起。
5. 每天运行 baoxue due 看待办：谁、哪天以前、该办哪份文书；baoxue build --due 只印这些。交了的记在“办理”表。
6. 换学期、换学年，运行 baoxue term；下个月有了新名册，再导入一次。
7. 请假、学籍变动、住户和学龄人口、帮扶、资助、会议、案卷等不常用的表在 {FURTHER} 里：
   要用哪张，在 WPS、Excel 里把它复制到 {DATA}（右键表名“移动或复制”），填好再运行。

{DATA} 和 output 里有孩子和家长的个人信息：不要发到群里、网上，用完及时收好。
"""


class TakenError(BaoxueError):
    """The folder holds a file already that would be written."""

    exit_code = Exit.USAGE


class UnwritableError(BaoxueError):
    """The folder cannot be written to."""


def files(today: date, *, without_rows: bool = False) -> dict[str, bytes]:
    """Return the files of a new project: with the example, or with nothing but the headers and the term."""
    sheets = empty(today) if without_rows else example(today)
    how_to = _HOW_TO.replace("\n", "\r\n").encode("utf-8-sig")  # for the editor of an old Windows
    more = workbook(further(), explained=True)
    return {DATA: workbook(sheets, explained=True), FURTHER: more, READ_ME: how_to} | naming(DATA)


def naming(data: str) -> dict[str, bytes]:
    """Return the project file that names a dataset which lies there already: a file, or ``.`` for all in the folder."""
    said = data if re.fullmatch(r"\w[\w.]*", data) else json.dumps(data, ensure_ascii=False)
    return {PROJECT_FILE: f"{_SETTINGS}data: {said}\n".encode()}


def begin(folder: Path, contents: Mapping[str, bytes]) -> None:
    """Write the files of a new project into ``folder``, all or none of them.

    Raises ``TakenError`` where one of them is there already, ``UnwritableError`` where the folder cannot be written to.
    """
    taken = [name for name in contents if os.path.lexists(folder / name)]
    if taken:
        raise TakenError(f"文件夹 {folder} 里已有 {'、'.join(taken)}，没有写任何东西；请换一个文件夹")
    begun: list[Path] = []
    try:
        for parent in reversed([folder, *folder.parents]):
            if not parent.exists():
                parent.mkdir()
                begun.append(parent)
        for name, data in contents.items():
            begun += [path for path in [(folder / name).parent] if not path.exists()]
            (folder / name).parent.mkdir(exist_ok=True)
            begun.append(folder / name)
            write(folder / name, data)
    except BaseException as error:
        for path in reversed(begun):
            with suppress(OSError):
                path.rmdir() if path.is_dir() else path.unlink()
        if isinstance(error, OSError):
            raise UnwritableError(f"文件夹 {folder} 写不进去（{reason(error)}），请检查，或换一个文件夹") from None
        raise
