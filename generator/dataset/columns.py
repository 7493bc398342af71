"""Turns tables of text into records: header to attribute, text to value."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from generator.dataset.masking import quote
from generator.dataset.models import (
    INCLUSIONS,
    MODELS,
    Column,
    Guardian,
    Origin,
    Record,
    Student,
    attribute_types,
    columns,
    lists,
    once,
    plain_type,
)
from generator.dataset.sources import REJECTED, Table
from generator.errors import Place, Problem, near

NOT_KEPT: dict[type[Record], tuple[str, ...]] = {
    # Columns of rosters exported from the student-records system of which no paper speaks.
    Student: (
        "序号", "出生地", "出生地行政区划代码", "籍贯", "国籍/地区", "港澳台侨外", "健康状况", "政治面貌", "户口性质",
        "户口所在地行政区划", "入学方式", "通信地址", "联系电话", "邮政编码", "是否独生子女", "是否受过学前教育",
        "是否需要申请资助", "是否享受一补", "是否孤儿", "是否烈士或优抚子女", "上下学距离", "上下学距离（公里）",
        "上下学方式", "上下学交通方式", "是否需要乘坐校车", "曾用名", "身份证件有效期", "血型", "特长", "学籍辅号",
        "学生来源", "电子信箱", "主页地址", "是否由政府购买学位", "是否进城务工人员随迁子女",
    ),
    Guardian: ("关系说明", "户口所在地行政区划", "身份证件类型", "民族", "职务"),
}  # fmt: skip

# In the order of GB/T 3304.
_PEOPLES = (
    "汉", "蒙古", "回", "藏", "维吾尔", "苗", "彝", "壮", "布依", "朝鲜", "满", "侗", "瑶", "白",
    "土家", "哈尼", "哈萨克", "傣", "黎", "傈僳", "佤", "畲", "高山", "拉祜", "水", "东乡", "纳西", "景颇",
    "柯尔克孜", "土", "达斡尔", "仫佬", "羌", "布朗", "撒拉", "毛南", "仡佬", "锡伯", "阿昌", "普米", "塔吉克", "怒",
    "乌孜别克", "俄罗斯", "鄂温克", "德昂", "保安", "裕固", "京", "塔塔尔", "独龙", "鄂伦春", "赫哲", "门巴", "珞巴",
    "基诺",
)  # fmt: skip

CODES: dict[tuple[type[Record], str], dict[str, str]] = {
    # The student-records system writes codes where people write words.
    (Student, "sex"): {"1": "男", "2": "女"},
    (Student, "boarding"): {"1": "走读", "2": "住校"},
    (Student, "left_behind"): {"0": "非留守儿童", "1": "单亲留守儿童", "2": "双亲留守儿童"},
    (Student, "disability"): {"无残疾": "", "无": ""},
    (Student, "inclusion"): {"非随班就读": "", "否": "", "无": ""}
    | {form: full for full in INCLUSIONS for form in (full[:2], full[:4])},
    (Student, "id_type"): {
        "1": "居民身份证",
        "6": "香港特区护照/身份证明",
        "7": "澳门特区护照/身份证明",
        "8": "台湾居民来往大陆通行证",
        "9": "境外永久居住证",
        "A": "护照",
        "Z": "其他",
    },
    (Student, "ethnicity"): {
        form: f"{people}族"
        for number, people in enumerate(_PEOPLES, 1)
        for form in (f"{number}", f"{number:02}", people)
    },
}

_ROSTER = {"name", "sex", "class_"}
"""What an exported roster of students has at the least."""

_LOCAL = 7  # digits that a telephone number has at the least
_SCIENTIFIC = re.compile(r"[A-Z]?\d(?:\.\d+)?E\+?\d+")
_TIME = re.compile(r"([01]?\d|2[0-3]):[0-5]\d")
_CHINESE = re.compile("[\u3400-\u9fff\U00020000-\U000323af]+")
_SHORTHAND = frozenset(
    ("同上", "同前", "〃", "″", '"', "无", "没有", "暂无", "略", "不详", "未知", "待填", "-", "—", "——", "/", "\\")
)
_YES = frozenset({"是", "1", "√", "yes", "true"})
_NO = frozenset({"否", "0", "×", "no", "false"})
_DATE = re.compile(r"(\d{4})\s*[-/.年]\s*(\d{1,2})\s*[-/.月]\s*(\d{1,2})\s*日?(?: \d{1,2}:\d{2}(?::\d{2})?)?")
_COMPACT_DATE = re.compile(r"(\d{4})(\d{2})(\d{2})")
_FIRST_YEAR, _LAST_YEAR = 1900, 2100  # outside them a typing error is likelier than the date


@dataclass(slots=True)
class Batch:
    """The records of one table, and what its links name, which nobody has looked up yet."""

    file: str
    model: type[Record]
    records: list[Any]
    meant: list[Any]  # what its rows stand for: the records, and those that an earlier file had given already
    named: dict[str, list[str]]  # of each link in the table: the text of each record's cell


@once
def sheets() -> dict[str, type[Record]]:
    """Return the model that each sheet name means, in Chinese or by the dataset's attribute."""
    return {name: model for model in MODELS for name in (model.sheet, lists()[model])}


@once
def vocabulary(model: type[Record]) -> dict[str, str]:
    """Return the attribute that each header means, by its plain form; one of a nested record as member1.name.

    A header whose column is read over means the empty string.
    """
    words = dict.fromkeys(map(plain, NOT_KEPT.get(model, ())), "")
    for attribute, described in columns(model).items():
        if described.group:
            below = vocabulary(plain_type(attribute_types(model)[attribute]))
            for prefix in (described.group, *described.aliases, attribute):
                words |= {plain(prefix) + word: path and f"{attribute}.{path}" for word, path in below.items()}
        else:
            names = (described.header, *described.aliases, attribute, attribute.rstrip("_"))
            words |= {plain(name): attribute for name in names}
    return words


@once
def plain(header: str) -> str:
    """Return ``header`` without what people add to it: line breaks, spaces, a star, brackets of the other width."""
    return re.sub(r"[\s*.]", "", unicodedata.normalize("NFKC", header))


def is_header(sheet: str, header: str) -> bool:
    """Return whether ``header`` is one of the sheet's; one that nobody knows may be a roster of students."""
    return plain(header) in vocabulary(sheets().get(sheet, Student))


def is_roster(table: Table) -> bool:
    """Return whether a table whose sheet nobody knows is a roster of students by its headers."""
    words = vocabulary(Student)
    found = {words.get(plain(header)) for header in table.header if plain(header) in words}
    return table.sheet not in sheets() and found >= _ROSTER


def unusable(table: Table) -> Iterator[Problem]:
    """Yield why the table cannot be read: headers that are unknown, doubled or missing though required."""
    model = sheets().get(table.sheet, Student)
    words = vocabulary(model)
    if table.header and not any(plain(header) in words for header in table.header):
        what = f"“{model.sheet}”表的前十行里没有表头"
        yield Problem(Place(table.file, table.sheet), what, "在数据上面补一行表头，各列的名称见数据说明")
        return
    seen: set[str] = set()
    for header, place in zip(table.header, table.header_places, strict=True):
        if header and plain(header) not in words:
            hint = near(header, _headers(model))
            yield Problem(place, f"“{model.sheet}”表没有{quote(header)}这一列{hint}", "改正表头，或删去这一列")
        elif header and plain(header) in seen:
            yield Problem(place, f"表头{quote(header)}写了不止一次", "只留一列")
        seen.add(plain(header))
    if table.letters:  # a YAML record leaves out what is empty
        known = {words.get(plain(header)) for header in table.header}
        for attribute, described in columns(model).items():
            if described.required and attribute not in known:
                place = Place(table.file, table.sheet)
                yield Problem(place, f"没有“{described.header}”这一列", "补上这一列，表头写在第一行")


def read(table: Table, problems: list[Problem]) -> Batch:
    """Return the records of a table that is usable, adding what is wrong with its cells to ``problems``."""
    model = sheets().get(table.sheet, Student)
    found = _columns_found(model, table, problems)
    own = {path: number for path, number in found.items() if "." not in path}
    origins = _origins(table, own)
    records = [model(origin) for origin in origins]
    named: dict[str, list[str]] = {}
    for attribute, described in columns(model).items():
        if described.group:
            _set_nested(model, records, attribute, table, found, problems)
        elif attribute in own:
            texts = table.columns[own[attribute]]
            if described.required:
                problems += _missing(records, attribute, described, texts)
            if described.target:
                named[attribute] = texts
            else:
                _set(records, attribute, _values(model, attribute, texts, table, own[attribute], problems))
        elif described.required:
            problems += _missing(records, attribute, described, [""] * len(records))
    return Batch(table.file, model, records, list(records), named)


def letters(table: Table) -> dict[str, str]:
    """Return the column letter of each attribute that a table has, of a nested one by member1.phone; none in YAML."""
    if not table.letters:
        return {}
    model = sheets().get(table.sheet, Student)
    return {path: table.letters[number] for path, number in _columns_found(model, table, []).items()}


@once
def _headers(model: type[Record]) -> list[str]:
    own = [name for described in columns(model).values() for name in (described.header, *described.aliases)]
    below = [
        described.group + inner.header
        for attribute, described in columns(model).items()
        if described.group
        for inner in columns(plain_type(attribute_types(model)[attribute])).values()
    ]
    return own + below


def _columns_found(model: type[Record], table: Table, problems: list[Problem]) -> dict[str, int]:
    """Return the column number of each attribute; of two columns for one attribute the first by rank of name."""
    words = vocabulary(model)
    rank = {word: index for index, word in enumerate(words)}
    order = sorted((rank[plain(header)], number) for number, header in enumerate(table.header) if header)
    found: dict[str, int] = {}
    for _, number in order:
        path = words[plain(table.header[number])]
        if path and found.setdefault(path, number) != number:
            problems += _read_over(table, number, found[path])
    problems += _unread(table, words)
    return found


def _read_over(table: Table, number: int, used: int) -> Iterator[Problem]:
    """Yield where a column is read over because another one, ``used``, is the same attribute.

    In YAML each record chooses its own name for an attribute, so only a record that has both loses one.
    """
    name, other = table.header[used], table.header[number]
    what = f"{quote(other)}和{quote(name)}是同一项，只读{quote(name)}"
    if not table.lines:
        yield Problem(table.header_places[number], what, "核对两列，只留一列", "warning")
        return
    for index, text in enumerate(table.columns[number]):
        if text and table.columns[used][index]:
            yield Problem(table.place(index, number), what, "核对两处，只留一处", "warning")
        elif text:
            table.lines[index][name] = table.lines[index][other]
            table.columns[used][index] = text
            if text == REJECTED:  # which was told of by the other name: the value has to be in doubt under this one
                yield Problem(table.place(index, used), f"{quote(other)}的内容不能用", "先改正这一格的另一个错误")


def _unread(table: Table, words: dict[str, str]) -> Iterator[Problem]:
    for number, header in enumerate(table.header):
        if not header and any(table.columns[number]):
            what = "这一列有内容而没有表头，没有读"
            yield Problem(table.header_places[number], what, "补上表头，或删去这一列", "warning")
    passed_over = [quote(header) for header in table.header if header and not words[plain(header)]]
    if passed_over:
        what = f"没有读文书用不到的列：{'、'.join(passed_over)}"
        yield Problem(Place(table.file, table.sheet), what, "要印的内容填到数据说明列出的列里", "warning")


def _origins(table: Table, numbers: dict[str, int]) -> list[Origin]:
    if table.letters:
        letters = {attribute: table.letters[number] for attribute, number in numbers.items()}
        return [Origin(table.file, table.sheet, row, letters) for row in table.rows]
    headers = {attribute: table.header[number] for attribute, number in numbers.items()}
    return [
        Origin(
            table.file, table.sheet, row, {a: f"{lines[h]} {h}" for a, h in headers.items() if h in lines}, line=True
        )
        for row, lines in zip(table.rows, table.lines, strict=True)
    ]


def _set_nested(
    model: type[Record],
    owners: list[Record],
    attribute: str,
    table: Table,
    found: dict[str, int],
    problems: list[Problem],
) -> None:
    """Give each owner that has any of the group's cells a nested record of its own."""
    prefix = f"{attribute}."
    numbers = {path.removeprefix(prefix): number for path, number in found.items() if path.startswith(prefix)}
    if not numbers:
        return
    inner = plain_type(attribute_types(model)[attribute])
    filled = [any(texts) for texts in zip(*(table.columns[number] for number in numbers.values()), strict=True)]
    records = [inner(origin) if some else None for origin, some in zip(_origins(table, numbers), filled, strict=True)]
    for name, number in numbers.items():
        values = _values(inner, name, table.columns[number], table, number, problems)
        for record, value in zip(records, values, strict=True):
            if value is not None:
                setattr(record, name, value)
    _set(owners, attribute, records)


def _set(records: list[Record], attribute: str, values: Sequence[Any]) -> None:
    for record, value in zip(records, values, strict=True):
        setattr(record, attribute, value)


def _missing(records: list[Record], attribute: str, described: Column, texts: list[str]) -> Iterator[Problem]:
    if "" not in texts:
        return
    for record, text in zip(records, texts, strict=True):
        if not text:
            yield Problem(record.where(attribute), f"“{described.header}”没有填", "补填")


def _values(
    model: type[Record], attribute: str, texts: list[str], table: Table, number: int, problems: list[Problem]
) -> list[Any]:
    """Return the typed value of each text, each distinct text parsed once; ``None`` where it is empty or bad."""
    parse = _parser(model, attribute)
    if parse is None and REJECTED not in texts:
        return [text or None for text in texts]
    values: dict[str, Any] = {"": None, REJECTED: None}
    wrong: dict[str, str] = {}
    for text in set(texts) - values.keys():
        try:
            values[text] = parse(text) if parse else text
        except ValueError as error:
            values[text], wrong[text] = None, str(error)
    if wrong:
        header = columns(model)[attribute].header
        for index, text in enumerate(texts):
            if text in wrong:
                what = f"“{header}”写的是{quote(text)}"
                problems.append(Problem(table.place(index, number), what, wrong[text]))
    return [values[text] for text in texts]


@once
def _parser(model: type[Record], attribute: str) -> Callable[[str], Any] | None:
    """Return what makes a value of a text, raising ValueError with what to do; nothing where text is the value."""
    described = columns(model)[attribute]
    codes = CODES.get((model, attribute), {})
    simple = {int: _whole_number, bool: _yes_or_no, date: parse_date}.get(plain_type(attribute_types(model)[attribute]))
    if simple:
        return simple
    if written := _written(described):
        return written
    if described.choices:
        return lambda text: _choice(codes.get(text, text), described.choices) if codes.get(text, text) else None
    return (lambda text: codes.get(text, text) or None) if codes else None


def _written(described: Column) -> Callable[[str], str] | None:
    """Return what reads a number of identity or telephone, a name of a person or an address, if this is one."""
    if "电话" in described.header:
        return _telephone
    if described.sensitive == "identity":
        return _number
    if described.header == "姓名":
        return _name
    if described.header == "家访时间":
        return _clock
    return _in_full if described.sensitive == "address" else None


def _number(text: str) -> str:
    """Return a number of identity or telephone in half-width characters without spaces."""
    if text.isdigit() and text.isascii():
        return text
    number = "".join(unicodedata.normalize("NFKC", text).split())
    if _SCIENTIFIC.fullmatch(number.upper()):
        raise ValueError("Excel 把它改成了科学计数，后面的数字已经丢失：把单元格设为文本格式，照原件重新输入")
    return _in_full(number)


def _telephone(text: str) -> str:
    """Return a telephone number likewise; spaces between whole ones stay."""
    parts = text.split()
    several = len(parts) > 1 and all(len(part) >= _LOCAL for part in parts)
    return " ".join(map(_number, parts)) if several else _number(text)


def _name(text: str) -> str:
    """Return a person's name; spaces between Chinese characters are for the eye and go."""
    compact = "".join(text.split())
    return _in_full(compact if _CHINESE.fullmatch(compact) else text)


def _clock(text: str) -> str:
    """Return a time of day written as 18:30."""
    written = unicodedata.normalize("NFKC", text)
    if not _TIME.fullmatch(written):
        raise ValueError("写成 18:30 这样")
    return written


def _in_full(text: str) -> str:
    if text in _SHORTHAND:
        raise ValueError("要写全；没有的空着")
    return text


def _choice(text: str, choices: tuple[str, ...]) -> str:
    if text not in choices:
        raise ValueError(f"改成其中之一：{'、'.join(choices)}")
    return text


def _whole_number(text: str) -> int:
    if not re.fullmatch(r"\d{1,9}", text):
        raise ValueError("改成整数，不带单位")
    return int(text)


def _yes_or_no(text: str) -> bool:
    word = text.lower()
    if word not in _YES | _NO:
        raise ValueError("改成 是 或 否")
    return word in _YES


def parse_date(text: str) -> date:
    """Return the date written as 2026-09-01, 2026/9/1, 2026.9.1, 20260901 or 2026年9月1日.

    A time after it is dropped. Raises ValueError, saying what to do, for anything else.
    """
    written = unicodedata.normalize("NFKC", text)
    found = _DATE.fullmatch(written) or _COMPACT_DATE.fullmatch(written)
    if not found:
        raise ValueError("改成 2026-09-01 这样的日期")
    year, month, day = (int(part) for part in found.groups())
    try:
        value = date(year, month, day)
    except ValueError:
        raise ValueError("没有这一天，核对年月日") from None
    if not _FIRST_YEAR <= year <= _LAST_YEAR:
        raise ValueError("年份不对，核对年月日")
    return value
