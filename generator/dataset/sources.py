"""Reads workbooks and YAML files, or a folder of them, as tables of text that remember where each cell stood."""

from __future__ import annotations

import codecs
import csv
import io
import re
import zipfile
from bisect import bisect_left
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from itertools import pairwise
from pathlib import Path
from typing import Any, NoReturn

from ruamel.yaml import YAML
from ruamel.yaml.error import MarkedYAMLError, YAMLError
from ruamel.yaml.nodes import MappingNode, Node, ScalarNode, SequenceNode

from generator.dataset import folders, formulas, reader
from generator.dataset.masking import quote
from generator.errors import DataError, Place, Problem
from generator.office import column_letters

KnownHeader = Callable[[str, str], bool]  # (sheet, header) -> whether that sheet has such a column

WORKBOOKS = (".xlsx", ".xls", ".ods")
YAMLS = (".yaml", ".yml")
TEXTS = (".csv",)
REJECTED = "\0已报告\0"  # stands for a cell that was reported and is not to be looked at again

_EXPLANATION = "说明"
_HEADER_WITHIN = 10  # rows: titles may stand above the header
_EXACT_BELOW = 10**15  # Excel keeps 15 digits of a number
_FOREIGN = (".et", ".ett", ".numbers")
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_ZIP = b"PK"
_ENCRYPTED = "EncryptedPackage".encode("utf-16-le")
_SEPARATORS = (b",", b"\t", b";")
# Line feeds are text; other controls corrupt a Word file, and invisible format characters hide in pasted text.
_CONTROL = re.compile("[\x00-\x09\x0b-\x1f\x7f-\x9f\u200b-\u200f\u2028-\u202e\u2060\ufeff]")


@dataclass(slots=True)
class Table:
    """One sheet of one file: its headers, and column by column the stripped text of its cells."""

    file: str
    sheet: str
    header: list[str]
    header_places: list[Place]
    columns: list[list[str]]
    rows: list[int]  # of each record: its row, or its line in YAML
    letters: list[str] = field(default_factory=list)  # of each column; in YAML none
    lines: list[dict[str, int]] = field(default_factory=list)  # of each record in YAML: the line of each header
    above: list[tuple[str, ...]] = field(default_factory=list)  # the rows of titles and headers
    hidden: bool = False

    def place(self, index: int, column: int) -> Place:
        """Return where the cell of record ``index`` in ``column`` stands."""
        if self.letters:
            return Place(self.file, self.sheet, f"{self.letters[column]}{self.rows[index]}")
        key = self.header[column]
        return Place(self.file, cell=key, line=self.lines[index].get(key, self.rows[index]))

    def text(self, place: Place) -> str:
        """Return what stands in the cell at ``place``, nothing where the table has no such cell."""
        letter = place.cell.rstrip("0123456789")
        row = int(place.cell.removeprefix(letter) or 0)
        at = bisect_left(self.rows, row)
        if letter not in self.letters or self.rows[at : at + 1] != [row]:
            return ""
        return self.columns[self.letters.index(letter)][at]


def read(path: Path, known: KnownHeader) -> tuple[list[Table], list[Problem]]:
    """Return the tables of a workbook, a YAML file or a folder of them, and what is wrong with single cells.

    ``known`` tells the header row from the title rows above it. A folder is read in the order of names, with the
    folders below it (see ``folders``). Raises DataError, for all files at once, where a file cannot be read.
    """
    tables: list[Table] = []
    files, problems = _files(path)
    unreadable = [problem for problem in problems if problem.level == "error"]
    for name, file in files:
        try:
            tables += _read_file(name, file, known, problems)
        except DataError as error:
            unreadable += error.problems
    if unreadable:
        raise DataError(unreadable)
    for table in tables:
        problems += _control_characters(table)
    return [_without_blank_rows(table) for table in tables], problems


def files(path: Path) -> dict[str, Path]:
    """Return the files that a dataset is read from, in order, by the names by which problems tell of them.

    Raises DataError as ``read`` does, and where two have one such name.
    """
    found = _files(path)[0]
    if same := [name for name, times in Counter(name for name, _ in found).items() if times > 1]:
        raise DataError(Problem(Place(name), "有两个文件的名称只差看不见的字符", "给一个改名") for name in same)
    return dict(found)


def _files(path: Path) -> tuple[list[tuple[str, Path]], list[Problem]]:
    """Return the files to read, each with the name by which problems tell of it."""
    if not path.exists():
        _fail(Place(path.name), "没有这个文件或文件夹", "检查路径")
    if not path.is_dir():
        return [(path.name, path)], []
    found = folders.find(path, WORKBOOKS + YAMLS + TEXTS)
    if not found.files and all(problem.level == "warning" for problem in found.problems):
        _fail(Place(path.name), "文件夹里没有数据文件", "放入 .xlsx、.xls、.ods、.csv 或 .yaml 文件")
    return found.files, found.problems


def _read_file(name: str, file: Path, known: KnownHeader, problems: list[Problem]) -> list[Table]:
    suffix = file.suffix.lower()
    if suffix in _FOREIGN:
        _fail(Place(name), f"{suffix} 是 WPS 自己的格式，读不了", "在 WPS 里另存为 .xlsx")
    if suffix not in WORKBOOKS + YAMLS + TEXTS:
        _fail(Place(name), "不认识的文件类型", "用 .xlsx、.xls、.ods、.csv 或 .yaml 文件")
    try:
        content = file.read_bytes()
    except OSError:
        _fail(Place(name), "文件打不开", "关掉正在用它的程序，或检查读取权限")
    if not content:
        _fail(Place(name), "文件是空的（0 字节）", "重新下载或另存一次")
    if suffix in YAMLS:
        return _yaml_tables(name, content)
    if content.startswith((_OLE, _ZIP)):
        return list(_workbook_tables(name, content, known, problems))
    if suffix not in TEXTS:
        _refuse_unless_text(name, content)  # which school systems name .xls
    return [_text_table(name, file.stem.strip(), content, known, problems)]


def _fail(place: Place, what: str, todo: str) -> NoReturn:
    raise DataError([Problem(place, what, todo)])


def grids(file: Path) -> dict[str, list[list[str | float]]]:
    """Return the text of every cell of a workbook or CSV file, by sheet; what lost digits stays a number.

    Raises DataError where the file cannot be read.
    """
    content = file.read_bytes()
    if not content.startswith((_OLE, _ZIP)):
        rows = _rows(file.name, _decoded(file.name, content))
        width = max(map(len, rows))
        return {file.stem.strip(): [row + [""] * (width - len(row)) for row in rows]}
    _, sheets = _seen(file.name, content)
    return {
        sheet.name: [[cell if _has_lost_digits(cell) else _text(cell) for cell in row] for row in sheet.grid]
        for sheet in sheets
    }


# Workbooks


def _workbook_tables(file: str, content: bytes, known: KnownHeader, problems: list[Problem]) -> Iterator[Table]:
    found, sheets = _seen(file, content)
    filled: dict[str, reader.Sheet] = {}
    for sheet in sheets:
        if any(map(any, sheet.grid)) and filled.setdefault(sheet.name.strip(), sheet) is not sheet:
            _fail(Place(file, sheet.name.strip()), "有两张表都叫这个名字，只差空格", "并成一张，或给一张改名")
    if not filled:
        _fail(Place(file), "工作簿里没有内容", "确认保存的是填好的那一份")
    for name, sheet in filled.items():
        if name != _EXPLANATION and not name.startswith("_"):
            table = _table(file, name, sheet, known, problems)
            if found and sheet.name in found:
                problems += _without_result(table, found[sheet.name].failed)
            yield table


def _seen(file: str, content: bytes) -> tuple[dict[str, formulas.Found] | None, list[reader.Sheet]]:
    """Return what a look at an .xlsx file told of its sheets, and the sheets; of another file nothing is told."""
    found = formulas.look(content)
    for name, seen in (found or {}).items():
        if seen.far:
            what = "这一格离别的内容太远，整张表大得读不了"
            _fail(Place(file, name.strip(), seen.far), what, "把这一格连同它的行、列一起删除，再保存")
    sheets = _sheets(file, content, apart=found is None)
    if formulas.failed_somewhere(content):
        _fail(Place(file), "有出错的公式（#N/A 一类），这种文件里看不出是哪一格", "在 WPS、Excel 里另存为 .xlsx 再用")
    return found, sheets


def _sheets(file: str, content: bytes, *, apart: bool) -> list[reader.Sheet]:
    if content.startswith(_OLE) and _ENCRYPTED in content:
        _fail(Place(file), "工作簿加了密码", "用 WPS 或 Excel 打开，去掉密码后再保存")
    if content.startswith(_ZIP) and not zipfile.is_zipfile(io.BytesIO(content)):
        _fail(Place(file), "文件不完整，可能没有下载或复制完", "重新下载或复制一次")
    try:
        return reader.sheets_apart(content) if apart else reader.sheets(content)
    except reader.Unreadable:
        _fail(Place(file), "不是 Excel 工作簿，或者已损坏、加了密码", "用 WPS 或 Excel 打开，另存为 .xlsx")


def _table(file: str, name: str, sheet: reader.Sheet, known: KnownHeader, problems: list[Problem]) -> Table:
    grid = sheet.grid
    top, header = _header(name, sheet, known)
    _fill_down(sheet, top + 1)
    letters = [column_letters(number) for number in range(1, len(header) + 1)]
    table = Table(
        file,
        name,
        header,
        [Place(file, name, f"{letter}{top + 1}") for letter in letters],
        [[] for _ in header],
        list(range(top + 2, len(grid) + 1)),
        letters,
        above=[tuple(map(_text, row)) for row in grid[: top + 1] if any(row)],
        hidden=sheet.hidden,
    )
    for number, cells in enumerate(zip(*grid[top + 1 :], strict=True)):
        table.columns[number] = _texts(table, number, cells, problems)
    return table


def _without_result(table: Table, failed: dict[str, str]) -> Iterator[Problem]:
    """Yield the formulas below the header that have no result, and reject their cells."""
    for cell, what in failed.items():
        letter = cell.rstrip("0123456789")
        index = int(cell.removeprefix(letter)) - table.rows[0] if table.rows else -1
        if 0 <= index < len(table.rows) and letter in table.letters:  # else above the header, or beside or below all
            number = table.letters.index(letter)
            table.columns[number][index] = REJECTED
            todo = "改成值，或在 WPS、Excel 里打开，等公式算好后保存"
            yield Problem(table.place(index, number), what, todo)


def _header(name: str, sheet: reader.Sheet, known: KnownHeader) -> tuple[int, list[str]]:
    """Return the index of the header row and its texts: the row that has most known headers.

    When none has any, it is the first that is not empty. A header may take two rows, 成员1 over 姓名 and 电话.
    """
    rows = [list(map(_text, row)) for row in sheet.grid[:_HEADER_WITHIN]]

    def hits(row: list[str]) -> int:
        return sum(known(name, text) for text in row)

    top, header = max(enumerate(rows), key=lambda each: hits(each[1]))
    for below, (upper, lower) in enumerate(pairwise(rows), 1):
        over = _spread(upper, below - 1, sheet.merged)
        both = [_together(*texts, lambda text: known(name, text)) for texts in zip(upper, over, lower, strict=True)]
        if hits(both) > hits(header):
            top, header = below, both
    if hits(header):
        return top, header
    top = next(index for index, row in enumerate(sheet.grid) if any(row))
    return top, list(map(_text, sheet.grid[top]))


def _spread(row: list[str], index: int, merged: list[reader.Range]) -> list[str]:
    """Return the texts of a row, each also in the columns that its cell is merged with."""
    spread = list(row)
    for (first, left), (_, right) in merged:
        if first == index:
            spread[left : right + 1] = row[left : left + 1] * (right + 1 - left)
    return spread[: len(row)]


def _together(upper: str, over: str, lower: str, known: Callable[[str], bool]) -> str:
    """Return the header that two rows make: of 成员1 over 姓名 it is 成员1姓名, of 基本信息 over 姓名 only 姓名."""
    if not lower:
        return upper
    return over + lower if over and known(over + lower) else lower


def _fill_down(sheet: reader.Sheet, start: int) -> None:
    """Write the text of cells that are merged downwards into every row that has something else, as a reader sees it."""
    downwards = [each for each in sheet.merged if each[1][0] > each[0][0] >= start]
    blank = {number for number, row in enumerate(sheet.grid) if not any(row)} if downwards else set()
    for (first, left), (last, _) in downwards:
        for number in range(first + 1, min(last + 1, len(sheet.grid))):
            if number not in blank:
                sheet.grid[number][left] = sheet.grid[first][left]


def _texts(table: Table, number: int, cells: Sequence[Any], problems: list[Problem]) -> list[str]:
    kinds = set(map(type, cells))
    if kinds <= {str}:
        return [cell.strip() for cell in cells]
    texts = [cell.strip() if type(cell) is str else _text(cell) for cell in cells]
    if kinds & {int, float}:
        for index in [i for i, cell in enumerate(cells) if _has_lost_digits(cell)]:
            texts[index] = REJECTED
            what = "这个号码被存成了数字，第 16 位起已经丢失"
            problems.append(Problem(table.place(index, number), what, "把单元格设为文本格式，照原件重新输入"))
    return texts


def _has_lost_digits(cell: Any) -> bool:
    return type(cell) in (int, float) and abs(cell) >= _EXACT_BELOW


def _text(cell: Any) -> str:
    match cell:
        case str():
            return cell.strip()
        case bool():
            return "是" if cell else "否"
        case float() if cell.is_integer():
            return str(int(cell))
        case datetime() if cell.time() == time():
            return cell.date().isoformat()
        case datetime():
            return f"{cell:%Y-%m-%d %H:%M}"
        case date():
            return cell.isoformat()
        case time():
            return f"{cell:%H:%M}"
        case timedelta():
            minutes = int(cell.total_seconds()) // 60
            return f"{minutes // 60:02}:{minutes % 60:02}"
    return str(cell)


# Text


def _refuse_unless_text(file: str, content: bytes) -> None:
    """Refuse what is neither a workbook nor a table in plain text, whatever its name says."""
    head = content.lstrip(b"\xef\xbb\xbf \t\r\n")[:1]
    if head == b"<":
        _fail(Place(file), "其实是网页（HTML 或 XML），不是 Excel 工作簿", "用 WPS 或 Excel 打开，另存为 .xlsx")
    if not _is_utf16(content) and (b"\0" in content or not any(each in content for each in _SEPARATORS)):
        _fail(Place(file), "不是 Excel 工作簿，或者已损坏、加了密码", "用 WPS 或 Excel 打开，另存为 .xlsx")


def _text_table(file: str, name: str, content: bytes, known: KnownHeader, problems: list[Problem]) -> Table:
    """Return the table in a file of separated values; a row that is longer than the header may have slipped."""
    rows = _rows(file, _decoded(file, content))
    width = max(map(len, rows))
    sheet = reader.Sheet(name, [row + [""] * (width - len(row)) for row in rows], [])
    top, header = _header(name, sheet, known)
    usual = max(number for number, text in enumerate(header, 1) if text)
    for number, row in enumerate(rows[top + 1 :], top + 2):
        if any(row[usual:]):
            what = f"有 {len(row)} 格，表头有 {usual} 格"
            _fail(Place(file, line=number), what, "内容里有逗号的要加引号；用 WPS 或 Excel 打开核对，另存为 .xlsx")
    sheet.grid = [row[:usual] for row in sheet.grid]
    return _table(file, name, sheet, known, problems)


def _rows(file: str, text: str) -> list[list[Any]]:
    """Return the cells of each row; the separator is the commonest in the first rows."""
    head = "\n".join(text.splitlines()[:_HEADER_WITHIN])
    if not text.strip():
        _fail(Place(file), "文件里没有内容", "确认保存的是填好的那一份")
    lines = csv.reader(io.StringIO(text, newline=""), delimiter=max(",\t;", key=head.count), strict=True)
    try:
        rows: list[list[Any]] = [[_unquoted(cell.strip()) for cell in row] for row in lines]
    except csv.Error:
        _fail(Place(file, line=lines.line_num), "引号没有成对，或一格太长", "用 WPS 或 Excel 打开核对，另存为 .xlsx")
    if not any(map(any, rows)):
        _fail(Place(file), "文件里没有内容", "确认保存的是填好的那一份")
    return rows


def _unquoted(cell: str) -> str:
    """Return what ="0123" stands for, as programs write it for Excel to keep all digits of a number."""
    return cell[2:-1] if cell.startswith('="') and cell.endswith('"') and len(cell) > 2 else cell


def _decoded(file: str, content: bytes) -> str:
    """Return the text of a file in UTF-8, or as Excel on Chinese Windows saves it, in GBK or (“Unicode”) in UTF-16."""
    for encoding in ("utf-16",) if _is_utf16(content) else ("utf-8-sig", "gb18030"):
        with suppress(UnicodeDecodeError):
            return content.decode(encoding)
    _fail(Place(file), "文字编码不认识，不是 UTF-8 也不是 GBK", "用 WPS 或 Excel 打开，另存为 .xlsx")


def _is_utf16(content: bytes) -> bool:
    return content.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE))


# YAML


def _yaml_tables(file: str, content: bytes) -> list[Table]:
    """Return the tables of a YAML file.

    The file is composed, not constructed: every scalar keeps the text that was typed (0123, 12:30, 3E5, no).
    """
    try:
        root = YAML().compose(content.decode("utf-8"))
    except UnicodeDecodeError:
        _fail(Place(file), "不是 UTF-8 编码", "用编辑器另存为 UTF-8")
    except MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        _fail(Place(file, line=mark.line + 1 if mark else 0), "YAML 写法有误", "检查这一行的缩进、冒号和引号")
    except YAMLError:
        _fail(Place(file), "YAML 写法有误", "检查有没有看不见的字符")
    except RecursionError:
        _fail(Place(file), "YAML 分层太多", "照数据说明的样子写")
    if root is None:
        _fail(Place(file), "文件里没有内容", "确认保存的是填好的那一份")
    problems: list[Problem] = []
    sheets = list(_pairs(file, root, problems))
    tables = [_yaml_table(file, name, node, problems) for name, _, node in sheets if name != _EXPLANATION]
    if problems:
        raise DataError(problems)
    return tables


def _yaml_table(file: str, name: str, node: Node, problems: list[Problem]) -> Table:
    records = [node] if isinstance(node, MappingNode) else _items(file, node, problems)
    texts: list[dict[str, str]] = []
    lines: list[dict[str, int]] = []
    for record in records:
        cells = list(_cells(file, record, problems))
        texts.append({header: text for header, _, text in cells})
        lines.append({header: line for header, line, _ in cells})
    first = {header: line for record in reversed(lines) for header, line in record.items()}
    header = list(dict.fromkeys(header for record in texts for header in record))
    return Table(
        file,
        name,
        header,
        [Place(file, line=first[each]) for each in header],
        [[record.get(each, "") for record in texts] for each in header],
        [_line(record) for record in records],
        lines=lines,
    )


def _cells(file: str, record: Node, problems: list[Problem], *, inner: bool = False) -> Iterator[tuple[str, int, str]]:
    """Yield header, line and text; the keys of a nested record, which holds no other, are prefixed by its own."""
    for key, line, value in _pairs(file, record, problems):
        if isinstance(value, MappingNode) and not inner:
            below = _cells(file, value, problems, inner=True)
            yield from ((f"{key}.{name}", at, text) for name, at, text in below)
        elif isinstance(value, SequenceNode):
            yield key, line, "、".join(_scalar(file, item, problems) for item in value.value)
        else:
            yield key, line, _scalar(file, value, problems)


def _pairs(file: str, node: Node, problems: list[Problem]) -> Iterator[tuple[str, int, Node]]:
    if not isinstance(node, MappingNode):
        problems.append(Problem(Place(file, line=_line(node)), "这里应是“名称: 内容”", "照数据说明的样子写"))
        return
    keys = [_scalar(file, key, problems) for key, _ in node.value]
    repeated = {key for key, times in Counter(keys).items() if times > 1}
    for key, (where, value) in zip(keys, node.value, strict=True):
        if key in repeated:
            problems.append(Problem(Place(file, line=_line(where)), f"{quote(key)}写了不止一次", "只留一处"))
        yield key, _line(where), value


def _items(file: str, node: Node, problems: list[Problem]) -> list[Node]:
    if isinstance(node, SequenceNode):
        return list(node.value)
    if _scalar(file, node, problems):
        problems.append(Problem(Place(file, line=_line(node)), "这里应是一行行记录", "每条记录以“- ”开头"))
    return []


def _scalar(file: str, node: Node, problems: list[Problem]) -> str:
    if not isinstance(node, ScalarNode):
        problems.append(Problem(Place(file, line=_line(node)), "这里应是一个值", "不要再分层"))
        return ""
    return "" if node.tag == "tag:yaml.org,2002:null" else node.value.strip()


def _line(node: Node) -> int:
    return int(node.start_mark.line) + 1


# Both


def _control_characters(table: Table) -> Iterator[Problem]:
    """Yield a problem for each cell with a character that is neither text nor a line feed, and reject the cell."""
    for number, texts in enumerate(table.columns):
        joined = "".join(texts)
        if "\r" in joined:
            texts[:] = [text.replace("\r\n", "\n").replace("\r", "\n") for text in texts]
        if "'" in joined:  # alone, it is what Excel hides before a text that is not there
            texts[:] = [text if text.strip("'") else "" for text in texts]
        if not _CONTROL.search(joined):
            continue
        for index, text in enumerate(texts):
            found = _CONTROL.search(text)
            if found and text != REJECTED:
                texts[index] = REJECTED
                what = f"有看不见的控制字符 U+{ord(found.group()):04X}"
                yield Problem(table.place(index, number), what, "删去这一格的内容，重新输入")


def _without_blank_rows(table: Table) -> Table:
    if table.lines:
        return table
    kept = [index for index, texts in enumerate(zip(*table.columns, strict=True)) if any(texts)]
    if len(kept) < len(table.rows):
        table.rows = [table.rows[index] for index in kept]
        table.columns = [[texts[index] for index in kept] for texts in table.columns]
    return table
