"""How the sheets and columns are filled in, in the words of those who do it: what the workbook tells them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from generator.dataset import REQUIRED
from generator.dataset.columns import plain, sheets, vocabulary
from generator.dataset.models import (
    MODELS,
    Class,
    Column,
    Record,
    attribute_types,
    columns,
    header_of,
    plain_type,
)
from generator.dataset.rows import WRITTEN

TITLE = "怎样填写这份数据"
RULES = (
    "1. 一张表管一件事，一行写一条。下面列出各张表，点表名就到那张表；鼠标停在表头上，能看到这一列怎么写。",
    "2. 黄底、带 * 的列必填。表头锁住了，不要改；行可以随意增加、删除、排序、筛选。不用的列空着。",
    "3. 表里如果是示例（名字都是虚构的），换成自己的：选中示例各行的行号，右键“删除”，再从第 2 行写起。",
    "4. 单元格都是文本格式，身份证号、电话照样写，不会丢数字。粘贴时选“只粘贴数值”，不然格式会变、格子会锁住。",
    "5. 锁没有密码：格子锁住了改不了时，在“审阅”里“撤销工作表保护”。",
    "6. 日期写成 2026-09-01；是非写 是 或 否；几个人用、隔开；没有的空着，不写“无”“同上”。",
    "7. 班级写成 三年级（1）班；别校的班级前面写学校简称，如 某某小学三年级（1）班。",
    "8. 老师、学生写姓名；重名的，老师改写工号，学生改写全国学籍号，或把班级写上。",
    "9. 没有人辍学、没有家访过，“辍学个案”“家访”两张表只留表头，不要删表；删了就当作不知道，有关的花名册不印。",
    "10. 学年、学期和起止日期照本地校历核对；“制表日期”空着就印当天。",
    "11. 填好后保存，运行 baoxue check，逐条改正提出的问题，再运行 baoxue build 印出文书。",
    "12. 表里有孩子和家长的个人信息，不要发到群里、网上，用完及时收好。",
)
SHEET_HEADS = ("表", "谁来填", "必需", "做什么用")
COLUMN_HEADS = ("表", "列", "必填", "怎么写", "只能填", "个人信息")

_KINDS: dict[Any, tuple[str, ...]] = {
    int: ("整数，不带单位",), float: ("数字，如 312.5，不带单位",), bool: ("是 或 否",), date: ("日期，如 2026-09-01",),
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Entry:
    """A column as somebody sees it who fills it in."""

    model: type[Record]
    header: str
    path: str  # the attribute; of a nested record as member1.name
    described: Column
    kind: Any  # of value

    @property
    def how(self) -> str:
        """How the column is written."""
        note = (self.described.note,) if self.described.note else ()
        return "；".join(dict.fromkeys((*self._said, *note)))

    @property
    def target(self) -> type[Record] | None:
        """The model that a link leads to."""
        return next((model for model in MODELS if model.__name__ == self.described.target), None)

    @property
    def _said(self) -> tuple[str, ...]:
        if self.target is Class:
            return ("如 三年级（1）班",)
        if self.target:
            forms = dict.fromkeys(header_of(self.target, form) for form in WRITTEN[self.target])
            return (f"“{self.target.sheet}”表的{'或'.join(forms)}",)
        return _KINDS.get(self.kind, ())

    @property
    def note(self) -> str:
        """What a comment on the header says."""
        choices = f"只能填：{'、'.join(self.described.choices)}" if self.described.choices else ""
        private = "个人信息，注意保管" if self.described.sensitive else ""
        return "\n".join(filter(None, ("必填" if self.described.required else "可空", self.how, choices, private)))


def entry(model: type[Record], header: str) -> Entry | None:
    """Return the column that a header of a sheet means; nothing where it means none, or one that is passed over."""
    path = vocabulary(model).get(plain(header))
    if not path:
        return None
    owner, name = model, path
    if "." in path:
        group, _, name = path.partition(".")
        owner = plain_type(attribute_types(model)[group])
    return Entry(model, header, path, columns(owner)[name], plain_type(attribute_types(owner)[name]))


def all_headers(model: type[Record]) -> list[str]:
    """Return every header of a sheet, in the order of the model."""
    headers: list[str] = []
    for name, described in columns(model).items():
        below = all_headers(plain_type(attribute_types(model)[name])) if described.group else [""]
        headers += [(described.group or described.header) + header for header in below]
    return headers


def sheet_rows(names: Iterable[str]) -> Iterator[tuple[str, ...]]:
    """Yield a line about each sheet."""
    for name in names:
        if model := sheets().get(name):
            yield name, model.kept_by, "必需" if model in REQUIRED else "", model.doc


def column_rows(headers: Mapping[str, Sequence[str]]) -> Iterator[tuple[str, ...]]:
    """Yield a line about each column, sheet by sheet."""
    for name, written in headers.items():
        model = sheets().get(name)
        for one in (entry(model, header) for header in written) if model else ():
            if one:
                described = one.described
                yield (
                    name, one.header, "必填" if described.required else "", one.how, "、".join(described.choices),
                    "是" if described.sensitive else "",
                )  # fmt: skip
