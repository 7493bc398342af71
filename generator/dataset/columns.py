"""Turns tables of text into records: header to attribute, text to value."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from generator.dataset.classnames import is_class
from generator.dataset.masking import quote
from generator.dataset.models import (
    INCLUSIONS,
    MODELS,
    Class,
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
        "户口所在地行政区划", "通信地址", "联系电话", "邮政编码", "是否独生子女", "是否受过学前教育",
        "是否需要申请资助", "是否享受一补", "是否孤儿", "是否烈士或优抚子女", "上下学距离", "上下学距离（公里）",
        "上下学方式", "上下学交通方式", "是否需要乘坐校车", "曾用名", "身份证件有效期", "血型", "特长",
        "学生来源", "备注", "电子信箱", "主页地址", "是否由政府购买学位", "是否进城务工人员随迁子女",
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
    (Guardian, "relation"): {  # GB/T 4761
        "51": "父亲",
        "52": "母亲",
        "61": "祖父",
        "62": "祖母",
        "63": "外祖父",
        "64": "外祖母",
        "71": "兄",
        "73": "弟",
        "75": "姐",
        "77": "妹",
    },
    (Student, "ethnicity"): {
        form: f"{people}族"
        for number, people in enumerate(_PEOPLES, 1)
        for form in (f"{number}", f"{number:02}", people)
    },
}

_GRADE = "年级"
"""A column beside the class, which rosters of the system have: 三年级 and 1班."""

_LOCAL = 7  # digits that a telephone number has at the least
_LEAST = 3
"""So many headers that are known, one of them the name, make a roster of students of a table."""

_TOTAL = re.compile(r"(?:合计|总计|小计|共计|总人数)(?::?\d+人?)?")
_NOTE = re.compile(
    r"(?:填表|制表|填报|审核|审批|经办|负责|校长|班主任|单位|日期)\w{0,3}(?:[(]\w+[)])?:"
    r"|(?:说明|备注|注)\d?:|[(]?第\d+页|[(]?共\D{0,4}\d+"
)
_OF_MANY = {"school", "class_"}  # what tells no child from another
_EIGHT_DIGITS = re.compile(r"\d{8}")  # a number that somebody is known by
_BECAME_DATE = re.compile(r"\d{4}-(\d\d)-(\d\d)")

_SERIAL = re.compile(r"[1-9]\d{4}(?:\.0)?")  # the days since 1900 by which Excel knows a date: from 1927 on
_SERIAL_START = date(1899, 12, 30)
_SCIENTIFIC = re.compile(r"[A-Z]?\d(?:\.\d+)?E\+?\d+")
_TIME = re.compile(r"([01]?\d|2[0-3]):[0-5]\d")
_CHINESE = re.compile("[\u3400-\u9fff\U00020000-\U000323af]+")
_SHORTHAND = frozenset(
    ("同上", "同前", "〃", "″", '"', "无", "没有", "暂无", "略", "不详", "未知", "待填", "-", "—", "——", "/", "\\")
)
_YES = frozenset({"是", "1", "√", "yes", "true"})
_NO = frozenset({"否", "0", "×", "no", "false"})
_DATE = re.compile(r"(\d{4})\s*[-/.年]\s*(\d{1,2})\s*[-/.月]\s*(\d{1,2})\s*日?(?: \d{1,2}:\d{2}(?::\d{2})?)?")
_COMPACT_DATE = re.compile(r"(\d{4})(\d{2})(\d{2})(?:\.0)?")
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
    if model is Student:
        words[_GRADE] = ""
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
    """Return ``header`` without what people add to it: line breaks, spaces, a star, （必填）, the width of brackets."""
    return re.sub(r"[\s*.★:]|[(](?:必填|选填)[)]", "", unicodedata.normalize("NFKC", header))


def is_header(sheet: str, header: str) -> bool:
    """Return whether ``header`` is one of the sheet's; one that nobody knows may be a roster of students."""
    return plain(header) in vocabulary(sheets().get(sheet, Student))


def roster_lacks(table: Table) -> list[str] | None:
    """Return the required headers that a table of unknown name lacks to be a roster of students.

    Nothing where it is none: without names, or with few headers that a roster may have.
    """
    words = vocabulary(Student)
    found = {words[plain(header)] for header in table.header if plain(header) in words}
    if table.sheet in sheets() or "name" not in found or len(found) < _LEAST:
        return None
    return [column.header for name, column in columns(Student).items() if column.required and name not in found]


def take_class_of_sheet(table: Table) -> None:
    """Give a roster without classes, whose sheet is called like a class, a column that names it in each row."""
    if roster_lacks(table) == [columns(Student)["class_"].header] and is_class(table.sheet):
        table.header.append(columns(Student)["class_"].header)
        table.header_places.append(Place(table.file, table.sheet))
        table.columns.append([table.sheet] * len(table.rows))
        table.letters.append("")


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
    problems += _take_out_notes(model, table)
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
                if described.target == Class.__name__:
                    problems += _became_dates(table, own[attribute])
                    _join_grades(table, own[attribute])
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
    found = {path: table.letters[number] for path, number in _columns_found(model, table, []).items()}
    return {path: letter for path, letter in found.items() if letter}  # the class that a sheet is called has none


def _take_out_notes(model: type[Record], table: Table) -> Iterator[Problem]:
    """Take the rows out that are no records, yielding each: headers said again, totals, notes, bare ordinals."""
    if not table.letters:
        return
    words = vocabulary(model)
    kept = {number: path for number, header in enumerate(table.header) if (path := words.get(plain(header)))}
    required = [number for number, path in kept.items() if "." not in path and columns(model)[path].required]
    suspect: set[int] = set()
    for number in required:
        texts = table.columns[number]
        for sign in {"", *(row[number] for row in table.above if number < len(row))}:
            if sign in texts:
                suspect.update(index for index, text in enumerate(texts) if text == sign)
    out: set[int] = set()
    for index in sorted(suspect):
        row = [texts[index] for texts in table.columns]
        if why := _no_record(model, table, row, kept, required):
            out.add(index)
            place = Place(table.file, table.sheet, f"第{table.rows[index]}行")
            yield Problem(place, f"没有读这一行：{why}", f"若是一条“{model.sheet}”记录，把它补全", "warning")
    if out:
        stay = [index for index in range(len(table.rows)) if index not in out]
        table.rows = [table.rows[index] for index in stay]
        table.columns = [[texts[index] for index in stay] for texts in table.columns]


def _no_record(model: type[Record], table: Table, row: list[str], kept: dict[int, str], required: list[int]) -> str:
    """Return why a row is no record, or nothing when it may be one."""
    filled = [number for number, text in enumerate(row) if text and table.letters[number]]
    if any(_says(row, above, filled) for above in table.above):
        return "与上面的标题或表头相同"
    begin = {number: unicodedata.normalize("NFKC", "".join(row[number].split())) for number in filled[:2]}
    total = {number for number, text in begin.items() if _TOTAL.fullmatch(text)}
    note = {number for number, text in begin.items() if _NOTE.match(text)}
    known = {number for number in required if row[number] and number in filled} - total - note
    if (total and len(known) < len(required)) or (note and len(known) < 2):
        return f"是合计或说明（{quote(' '.join(row[number] for number in filled))}）"
    said = {kept.get(number, "") for number in filled} - {""}
    if not said or (model is Student and len(filled) > 1 and said <= _OF_MANY):  # as a template is prepared
        return f"只填了{'、'.join(quote(table.header[number]) for number in filled)}"
    if model is Student and len(filled) == 1 and said != {"name"} and not _EIGHT_DIGITS.search(begin[filled[0]]):
        return f"只有{quote(row[filled[0]])}"
    return ""


def _says(row: list[str], above: tuple[str, ...], filled: list[int]) -> bool:
    return all(number < len(above) and row[number] == above[number] for number in filled)


def _join_grades(table: Table, number: int) -> None:
    """Write the grade before a class that does not name it, if it has a column of its own."""
    grade = next((other for other, header in enumerate(table.header) if plain(header) == _GRADE), None)
    if grade is None or REJECTED in table.columns[grade]:
        return
    texts = table.columns[number]
    pairs = list(zip(table.columns[grade], texts, strict=True))
    joined = {(year, text): year + text for year, text in set(pairs) if not is_class(text) and is_class(year + text)}
    texts[:] = [joined.get(pair, pair[1]) for pair in pairs]


def _became_dates(table: Table, number: int) -> Iterator[Problem]:
    """Yield the classes that Excel took for dates, as it does with 3-1, and reject their cells."""
    texts = table.columns[number]
    dates = {text: found for text in set(texts) if (found := _BECAME_DATE.fullmatch(text))}
    for index, text in enumerate(texts) if dates else ():
        if found := dates.get(text):
            texts[index] = REJECTED
            what = f"“{table.header[number]}”写的 {int(found[1])}-{int(found[2])} 被 Excel 改成了日期"
            yield Problem(table.place(index, number), what, "把这一列设为文本格式，写成 三年级（1）班 这样")


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
    passed_over = [
        quote(header) for header in table.header if words.get(plain(header)) == "" and plain(header) != _GRADE
    ]
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
            value = parse(text) if parse else text
            values[text] = None if value == "" else value  # nothing but an apostrophe
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
    kinds: dict[Any, Callable[[str], Any]] = {
        int: _whole_number, float: _money, bool: _yes_or_no, date: parse_date,
    }  # fmt: skip
    simple = kinds.get(plain_type(attribute_types(model)[attribute]))
    if simple:
        return simple
    if written := _written(described):
        return written
    if described.choices:
        return lambda text: _choice(chosen, described.choices) if (chosen := codes.get(text, text)) else None
    return (lambda text: _decoded(text, codes)) if codes else None


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
    """Return a number of identity or telephone in half-width capitals, without spaces, the apostrophe that keeps it
    text in a workbook, and the .0 that shows it was none."""
    if text.isdigit() and text.isascii():
        return text
    number = "".join(unicodedata.normalize("NFKC", text).split()).lstrip("'‘’`").removesuffix(".0").upper()
    if _SCIENTIFIC.fullmatch(number):
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


def _decoded(text: str, codes: dict[str, str]) -> str | None:
    if text.isdigit() and text not in codes:
        raise ValueError("这个代码不认识：改成文字")
    return codes.get(text, text) or None


def _whole_number(text: str) -> int:
    found = re.fullmatch(r"(\d{1,9})(?:\.0)?", text)
    if not found:
        raise ValueError("改成整数，不带单位")
    return int(found[1])


def _money(text: str) -> float:
    """Return yuan and cents; whole yuan as a whole number."""
    if not re.fullmatch(r"\d{1,9}(\.\d{1,2})?", text):
        raise ValueError("改成数字，如 312.5，不带单位")
    amount = float(text)
    return int(amount) if amount.is_integer() else amount


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
        if _SERIAL.fullmatch(written):
            meant = _SERIAL_START + timedelta(int(float(written)))
            raise ValueError(f"像是 Excel 的日期序号（{meant}）：把这一列设为日期格式，或改成 2026-09-01 这样的日期")
        raise ValueError("改成 2026-09-01 这样的日期")
    year, month, day = (int(part) for part in found.groups())
    try:
        value = date(year, month, day)
    except ValueError:
        raise ValueError("没有这一天，核对年月日") from None
    if not _FIRST_YEAR <= year <= _LAST_YEAR:
        raise ValueError("年份不对，核对年月日")
    return value
