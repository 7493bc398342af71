"""Writes docs/dataset.md from the models: ``python -m generator.dataset.reference > docs/dataset.md``."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Any

from generator.dataset import REQUIRED
from generator.dataset.columns import NOT_KEPT, sheets
from generator.dataset.models import (
    MODELS,
    Column,
    Guardian,
    Record,
    Student,
    attribute_types,
    columns,
    plain_type,
)

_OPENING = """\
# The dataset

<!-- Made from generator/dataset/models.py: python -m generator.dataset.reference > docs/dataset.md -->

Everything Baoxue prints comes from one dataset: a workbook (`.xlsx`, `.xls`, `.ods`), a YAML file, or a folder of them,
one per school or township. `baoxue check` tells everything that is wrong in it at once, cell by cell.

## Workbooks

- One sheet for each section below, called by its Chinese name. A sheet called 说明, and any whose name begins with `_`,
  is not read; any other unknown sheet stops everything, so that a misspelt name loses no data.
- The header stands in one of the first ten rows; titles may stand above it. Columns are found by header, in any order.
  A trailing `*`, ★, （必填）, spaces and line breaks in a header do not count. An unknown header stops everything:
  delete the column, or correct its header. A header may take two rows, 成员1 over 姓名 and 联系电话, if the upper cell
  is merged.
- A cell that is merged downwards (a class beside its children) counts for every row that it covers; in `.ods` and CSV
  files nobody sees that it is merged. Hidden rows and columns are read; a hidden sheet of unknown name is passed over
  with a warning.
- Rows that are no records are passed over, each with a warning: a title or header that is said again, 合计, 填表人：…,
  a row of nothing but an ordinal.
- `baoxue init` writes a workbook of all sheets, with an example or without. All of its columns are *text*. In a
  workbook of your own make those of identity numbers, student numbers and telephones so before typing: Excel keeps 15
  digits of a number, and a longer one that was stored as a number is an error.
- A required sheet (the heading below says so) without rows is an error.
- A class may be written in any usual way: 三年级（1）班, 三（1）班, 301, 初一2班, 2024级1班 (a cohort, by the school
  year); a column 年级 beside it (三年级, 1班) is read with it. A class of another school has the school's short name
  before it. What could be two classes is an error.
- A formula must have been worked out: save the workbook in WPS or Excel. `#N/A` and its like are errors.
- Rows without any text are passed over. An encrypted, empty or damaged file is refused, and so is one with a cell
  beyond column ZZ or row 200,000. What a file is counts, not what it is called: an `.xls` may be a new workbook or
  separated text; a web page is refused.
- The student sheet also takes rosters exported from the national student-records system; the columns of which no paper
  speaks (listed at the end of the sheet) are passed over with a warning, and its codes (性别 1, 民族 01 …) become
  words. In a file without a sheet called 学生, one by another name (Sheet1) that has such headers is it, or several:
  if one has no 班级 and is called like a class (三（1）班), that is the class of its children.
- A CSV file (UTF-8, GBK or UTF-16; comma, tab or semicolon) is a workbook of one sheet, called like the file.
- `baoxue check` also takes a file that holds nothing but a roster, and leaves out what only other sheets can tell;
  sheets beside it that are no roster are passed over with a warning.

## YAML

The top level names the sheets, in Chinese or by the English key given below; under each stands a list of records (for a
single one, such as 设置, a mapping is enough). Headers may be Chinese or the English attribute. Everything is text:
`0123`, `12:30`, `3E5` and `no` stay as they are typed. A nested record is a mapping of its own, several values a list.
A name that is written twice is an error. YAML suits a school; a county's tens of thousands of students belong in
workbooks, which are read a hundred times as fast.

```yaml
设置:
  学年: 2026—2027学年
  学期: 第一学期
  开学日期: 2026-09-01
  学期结束日期: 2027-01-20
students:
  - name: 王小明
    sex: 男
    class: 三年级（1）班
    member1: {name: 王某, relation: 父亲, phone: 13800000000}
家访:
  - {学生: 王小明, 家访日期: 2026-10-12, 家访方式: 上门, 家访教师: [李老师, 赵老师], 家访事由: 定期家访}
```

## A folder

A township opens the folder of its schools' files, a county that of its townships: all files in the folder and in the
folders below it make up one dataset, those of a folder before its folders', by name. Problems tell of a file by its
path (清溪镇/中心小学.xlsx).

- A school's file may hold just what is its own: 学校, 班级, 教职工, 学生 and whatever it has of the rest. 设置 and 县区
  may stand once at the top, 乡镇 and 村居 in a file of the township.
- 设置, 县区, 乡镇, 村居 and 学校 may stand in several files. What one leaves empty another may say; what two say
  differently is an error at the cell that differs, and neither is printed. A township is known again by its name, a
  school by two of 学校标识码, 学校名称 and 学校简称.
- A file that gives just one school is of that school: its rows need not name it, and names in it are looked up there.
  A member of a leading group or an inspection that names neither a township nor a school is of the only one its file
  gives; so is a day of 校历 that names no school, where there are other schools. Whether a sheet that is not there
  means that there is nothing to tell is asked school by school.
- A file that says just what another one says is passed over with a warning; one with the same children that says
  anything else stops everything, for one of the two is a copy.
- A child may stand in two schools if one of them at the most has not marked it 转出 or 毕业. A child who is 转出 (or,
  where there are junior classes, 毕业 from a primary one) and on no other roll, and children who may be one child, are
  warnings.
- Passed over: files and folders whose name begins with `.`, files beginning with `~$`, folders beginning with `_` or
  called 备份, 历年, `output`, `templates` or `policies`, folders of papers, and `baoxue.yaml`. Other files, and folders
  without any data, are warnings.

`baoxue check` groups what it finds by unit: the school or township that a file is of, else the file. What concerns two
units is told to both. `--lists` writes a workbook for each, to be sent back with the file.

## How rows are linked

A column marked *link* names a row of another sheet:

| leads to | written as | looked up within |
|---|---|---|
| 县区, 乡镇 | name (a township also by its government) | the dataset |
| 村居 | name | the row's township, else that of its school |
| 学校 | 学校标识码, 学校名称 or 学校简称 | the dataset |
| 班级 | name, as 三年级（1）班; brackets of either width | the row's school |
| 教职工 | 工号, or 姓名 | 工号: the row's school, else the dataset; 姓名: the row's school |
| 学生 | 全国学籍号 or 身份证件号, or 姓名 | numbers: the dataset; 姓名: the class and school the row names |
| 辍学个案 | 个案编号 | the row's school or file, else the dataset |

Width, case, spaces and the kind of middle dot do not count. Where two rows fit, the error says what to add. Where a
note says that an empty cell is allowed when there is only one, the only one of the same file is meant, else the only
one of the narrowest folder around it, up to the dataset. A row about a student that names no school or class takes the
student's. A number that leads to a child in two schools means the one of the row's school, else the one still there.

工号, 个案编号 and 督导编号 need be unique only within a school; 全国学籍号, 身份证件号 and 文号 everywhere. Before a
class, a member of staff, a student or a case may stand its school with a slash, and before a village its township:
`3153000001/T1`, `大坪小学/三年级（1）班`, `大坪小学/1`. It is then looked up there and nowhere else.

## Values

- Dates: `2026-09-01`, `2026/9/1`, `2026.9.1`, `20260901`, `2026年9月1日`, or a date cell of the workbook.
- Yes and no: 是 / 否.
- An empty cell is unknown. A paper that prints it is held back and listed, unless the paper leaves the place to be
  filled in by hand. *Required* values are reported as errors when they are empty; so is every value that cannot be
  read.
- Control characters, invisible format characters and characters that no font can draw are errors.
- Identity numbers are checked (check digit, date, sex); masked ones (`1301**********1234`) cannot be: a warning.

*Sensitive* columns hold personal information of the kind named: papers for people who need not know it leave it out.
"""

_TYPES: dict[Any, str] = {str: "text", int: "whole number", float: "number", bool: "是 / 否", date: "date"}
_TABLE_HEAD = (
    "| header | also | attribute | type | required | choices | sensitive | note |\n|---|---|---|---|---|---|---|---|"
)


def reference() -> str:
    """Return the page that describes every sheet and column, as Markdown."""
    return "\n".join([_OPENING, *(_section(model) for model in MODELS), _nested_section()])


def _section(model: type[Record]) -> str:
    english = next(name for name, each in sheets().items() if each is model and name != model.sheet)
    required = ", required" if model in REQUIRED else ""
    lines = [f"## {model.sheet} (`{english}`{required})", "", model.__doc__ or "", "", _TABLE_HEAD, *_rows(model)]
    if model in NOT_KEPT:
        lines += ["", f"Passed over: {'、'.join(NOT_KEPT[model])}。"]
    return "\n".join([*lines, ""])


def _nested_section() -> str:
    groups = [described for described in columns(Student).values() if described.group]
    prefixes = "; ".join(" or ".join((described.group, *described.aliases)) for described in groups)
    lines = [
        "## Family members (`member1`, `member2` of a student)",
        "",
        f"These stand in the student sheet, each header after a prefix ({prefixes}): 成员1姓名, 监护人联系电话 …",
        "",
        _TABLE_HEAD,
        *_rows(Guardian),
        "",
        f"Passed over: {'、'.join(NOT_KEPT[Guardian])}。",
    ]
    return "\n".join([*lines, ""])


def _rows(model: type[Record]) -> Iterator[str]:
    for attribute, described in columns(model).items():
        cells = (
            described.header + ("…" if described.group else ""),
            "、".join(described.aliases),
            f"`{attribute}`",
            _type(model, attribute, described),
            "yes" if described.required else "",
            "、".join(described.choices),
            described.sensitive or "",
            described.note,
        )
        yield f"| {' | '.join(cell.replace('|', chr(92) + '|') for cell in cells)} |"


def _type(model: type[Record], attribute: str, described: Column) -> str:
    if described.group:
        return "family member (below)"
    if described.target:
        sheet = next(each.sheet for each in MODELS if each.__name__ == described.target)
        return f"{'links' if described.many else 'link'} to {sheet}"
    return _TYPES[plain_type(attribute_types(model)[attribute])]


if __name__ == "__main__":
    print(reference(), end="")  # noqa: T201 -- how docs/dataset.md is made
