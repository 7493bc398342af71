"""Rows of any table, for forms that are no dataset: every column by its own header, every cell as text.

.xlsx, .xls, .ods and .csv are read as datasets are (``sources``); .json and .yaml may hold lists within a record.
"""

from __future__ import annotations

import json
import re
import unicodedata
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NoReturn

from ruamel.yaml import YAML
from ruamel.yaml.error import MarkedYAMLError, YAMLError
from ruamel.yaml.nodes import MappingNode, Node, ScalarNode, SequenceNode

from generator.dataset import sources
from generator.dataset.masking import quote
from generator.dataset.missing import Missing
from generator.errors import DataError, Place, Problem, near

NAMED = ("姓名", "学生姓名", "幼儿姓名", "孩子姓名", "户主姓名", "名称")
"""Columns by which reports tell of a record."""
_NO_NAME = re.compile(r"[\s*.★:]|[(](?:必填|选填)[)]")
"""What headers say besides their names."""
_DEEPEST = 20


@dataclass(frozen=True, slots=True)
class Row:
    """One record: what it holds by its columns, and how a report calls it."""

    values: dict[str, Any]
    label: str
    number: int  # its row, or in JSON and YAML its place in the list


@dataclass(frozen=True, slots=True)
class Rows:
    """The records of a file: columns in their order, what is wrong in single cells, and the sheet they are from."""

    columns: tuple[str, ...]
    rows: tuple[Row, ...]
    problems: tuple[Problem, ...] = ()
    sheet: str = ""


def folded(name: str) -> str:
    """Return the name of a column without what it says besides, half-width: 监护人１（必填） as 监护人1."""
    return _NO_NAME.sub("", unicodedata.normalize("NFKC", name))


def read(path: Path, sheet: str = "", wanted: Callable[[str], bool] = bool) -> Rows:
    """Return the rows of a file; ``wanted`` says which headers are asked for, which tells the header row and sheet.

    Cells that are wrong are ``Missing``, with the reason. Raises DataError where the file cannot be used: unreadable,
    two columns of one name, or several sheets of which none is named.
    """
    if path.is_dir():
        _fail(Place(str(path)), "这是一个文件夹", "写明其中的一个文件")
    if path.suffix.lower() in (".json", *sources.YAMLS) and path.is_file():
        return _nested(path, sheet)
    tables, problems = sources.read(path, lambda _, header: wanted(header))
    table = _chosen(path.name, [table for table in tables if table.rows], sheet, wanted)
    found = [problem for problem in problems if problem.place.sheet == table.sheet or not problem.place.sheet]
    return _of_table(table, found)


def _fail(place: Place, what: str, todo: str) -> NoReturn:
    raise DataError([Problem(place, what, todo)])


def _chosen(file: str, tables: Sequence[sources.Table], sheet: str, wanted: Callable[[str], bool]) -> sources.Table:
    names = [table.sheet for table in tables]
    if sheet:
        found = next((table for table in tables if table.sheet == sheet.strip()), None)
        if found is None:
            _fail(
                Place(file), f"没有“{sheet}”表，或者表里没有行{near(sheet, names)}", f"--sheet 可写 {'、'.join(names)}"
            )
        return found
    if not tables:
        _fail(Place(file), "表头下面没有一行内容", "确认保存的是填好的那一份")
    hits = [sum(map(wanted, table.header)) for table in tables]
    best = [table for table, hit in zip(tables, hits, strict=True) if hit == max(hits)]
    if len(best) > 1:
        _fail(Place(file), f"有 {len(names)} 张表，不知道用哪一张", f"用 --sheet 写明：{'、'.join(names)}")
    return best[0]


def _of_table(table: sources.Table, problems: Sequence[Problem]) -> Rows:
    columns = [header for header in table.header if header]
    times = Counter(map(folded, columns))
    if twice := [header for header in columns if times[folded(header)] > 1]:
        places = dict(zip(table.header, table.header_places, strict=True))
        what = f"这几列分不清：{'、'.join(map(quote, twice))}"
        raise DataError([Problem(places[twice[-1]], what, "给一列改名")])
    why = {problem.place: problem.what for problem in problems if problem.level == "error"}
    rows = []
    for index, number in enumerate(table.rows):
        values: dict[str, Any] = {}
        for column, header in enumerate(table.header):
            text = table.columns[column][index]
            if header and text == sources.REJECTED:
                place = table.place(index, column)
                values[header] = Missing(header, place, f"“{header}”（{place.cell}）{why.get(place, '这一格有错')}")
            elif header:
                values[header] = text
        rows.append(Row(values, _label(f"第 {number} 行", values), number))
    return Rows(tuple(columns), tuple(rows), tuple(problems), table.sheet)


def _label(place: str, values: dict[str, Any]) -> str:
    by_name = {folded(name): value for name, value in values.items()}
    named = next((by_name[name] for name in NAMED if isinstance(by_name.get(name), str) and by_name[name]), "")
    return f"{place}{quote(named)}" if named else place


# --- JSON and YAML -----------------------------------------------------------------------------------


def _nested(path: Path, sheet: str) -> Rows:
    try:
        text = path.read_bytes().decode("utf-8-sig")
    except UnicodeDecodeError:
        _fail(Place(path.name), "不是 UTF-8 编码", "用编辑器另存为 UTF-8")
    except OSError:
        _fail(Place(path.name), "文件打不开", "关掉正在用它的程序，或检查读取权限")
    data = _json(path.name, text) if path.suffix.lower() == ".json" else _yaml(path.name, text)
    name, records = _records(path.name, data, sheet)
    for number, record in enumerate(records, 1):
        if not isinstance(record, dict):
            _fail(Place(path.name), f"第 {number} 条不是“列名: 内容”", "每条记录写成一组列名和内容")
    columns = tuple(dict.fromkeys(column for record in records for column in record))
    rows = [dict.fromkeys(columns, "") | record for record in records]
    labelled = (Row(values, _label(f"第 {number} 条", values), number) for number, values in enumerate(rows, 1))
    return Rows(columns, tuple(labelled), (), name)


def _records(file: str, data: Any, sheet: str) -> tuple[str, list[Any]]:
    """Return the list of records: all that is there, the list named, or the only one."""
    if isinstance(data, list):
        found: dict[str, list[Any]] = {"": data}
    elif isinstance(data, dict):
        found = {
            name: value
            for name, value in data.items()
            if isinstance(value, list) and all(isinstance(one, dict) for one in value)
        }
        if sheet not in found and len(found) != 1:
            found = {} if sheet else (found or {"": [data]})
    else:
        found = {}
    if sheet and sheet not in found:
        _fail(
            Place(file),
            f"没有“{sheet}”这一组记录{near(sheet, list(data) if isinstance(data, dict) else [])}",
            "改正 --sheet",
        )
    if len(found) > 1 and not sheet:
        _fail(Place(file), f"有 {len(found)} 组记录，不知道用哪一组", f"用 --sheet 写明：{'、'.join(found)}")
    name = sheet or next(iter(found), "")
    if not found or not found[name]:
        _fail(Place(file), "里面没有记录", "写成一组记录，每条有列名和内容")
    return name, found[name]


def _json(file: str, text: str) -> Any:
    def pairs(given: list[tuple[str, Any]]) -> dict[str, Any]:
        if twice := [name for name, times in Counter(name for name, _ in given).items() if times > 1]:
            _fail(Place(file), f"{quote(twice[0])}写了不止一次", "只留一处")
        return {name.strip(): value for name, value in given}

    try:
        read_ = json.loads(text, object_pairs_hook=pairs, parse_int=str, parse_float=str, parse_constant=str)
    except json.JSONDecodeError as error:
        _fail(Place(file, line=error.lineno), "JSON 写法有误", "检查这一行附近的引号、逗号和括号")
    except RecursionError:
        _fail(Place(file), "JSON 分层太多", "少分几层")
    return _as_text(file, read_)


def _as_text(file: str, value: Any, depth: int = 0) -> Any:
    if depth > _DEEPEST:
        _fail(Place(file), "分层太多", "少分几层")
    if isinstance(value, dict):
        return {name: _as_text(file, below, depth + 1) for name, below in value.items()}
    if isinstance(value, list):
        return [_as_text(file, below, depth + 1) for below in value]
    if isinstance(value, bool):
        return value  # a condition may ask for it; printed, it is 是 or 否
    return "" if value is None else str(value).strip()


def _yaml(file: str, text: str) -> Any:
    try:
        root = YAML(typ="safe").compose(text)
    except MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        _fail(Place(file, line=mark.line + 1 if mark else 0), "YAML 写法有误", "检查这一行的缩进、冒号和引号")
    except YAMLError:
        _fail(Place(file), "YAML 写法有误", "检查有没有看不见的字符")
    except RecursionError:
        _fail(Place(file), "YAML 分层太多", "少分几层")
    if root is None:
        _fail(Place(file), "文件里没有内容", "确认保存的是填好的那一份")
    budget = iter(range(2_000_000))  # an alias may stand for millions
    return _of_node(file, root, budget)


def _of_node(file: str, node: Node, budget: Iterator[int], depth: int = 0) -> Any:
    if depth > _DEEPEST or next(budget, None) is None:
        _fail(Place(file, line=node.start_mark.line + 1), "分层太多，或者内容太多", "少分几层")
    if isinstance(node, MappingNode):
        named: dict[str, Any] = {}
        for key, value in node.value:
            name = str(key.value).strip() if isinstance(key, ScalarNode) else ""
            if not name or name in named:
                what = f"{quote(name)}写了不止一次" if name else "这里应是“名称: 内容”"
                _fail(Place(file, line=key.start_mark.line + 1), what, "改正这一行")
            named[name] = _of_node(file, value, budget, depth + 1)
        return named
    if isinstance(node, SequenceNode):
        return [_of_node(file, value, budget, depth + 1) for value in node.value]
    return "" if node.tag == "tag:yaml.org,2002:null" else str(node.value).strip()
