"""Writes what an import leaves to a person as a workbook, and reads what the person decided.

Its sheets begin with ``_``, so that one left beside the data is not taken for data.
"""

from __future__ import annotations

import io
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from pathlib import Path
from zipfile import BadZipFile

from openpyxl import Workbook, load_workbook
from openpyxl.styles import Alignment, Border, Font, PatternFill, Side
from openpyxl.utils import get_column_letter
from openpyxl.utils.exceptions import InvalidFileException
from openpyxl.worksheet.datavalidation import DataValidation
from openpyxl.worksheet.properties import PageSetupProperties
from openpyxl.worksheet.worksheet import Worksheet

from generator.dataset.columns import parse_date
from generator.dataset.masking import quote
from generator.dataset.models import REASONS, Student
from generator.dataset.roster.cells import DECISIONS, OPENED, Decision, has_open_case
from generator.dataset.roster.compare import Match, Merge
from generator.dataset.roster.said import text_of
from generator.errors import DataError, Place, Problem, near

ONE, TWO = "同一人", "两个人"
_GONE, _UNSURE, _NEW, _CHANGED = "_不在名册上", "_是不是同一人", "_新增", "_变动"
_DECISION, _SINCE, _REASON = "处理", "从哪天起", "原因"
_HEADERS: Mapping[str, tuple[str, ...]] = {
    _GONE: ("数据里", "姓名", "班级", _DECISION, _SINCE, _REASON, "备注", "监护人", "联系电话"),
    _UNSURE: (
        "名册里",
        "数据里",
        "姓名",
        "出生日期",
        "数据里的姓名",
        "数据里的出生日期",
        "为什么问",
        "会改什么",
        _DECISION,
    ),
    _NEW: ("名册里", "姓名", "班级"),
    _CHANGED: ("数据里", "姓名", "改什么"),
}  # fmt: skip
_WIDTHS = {"会改什么": 60, "改什么": 60, "数据里": 26, "名册里": 26, "备注": 40, "为什么问": 30, "班级": 24}
_FILL = PatternFill("solid", "FFF2CC")  # what a person fills in
_LONGEST_AGO = timedelta(days=366)
_SIDE = Side("thin", "BFBFBF")
_LINED = Border(_SIDE, _SIDE, _SIDE, _SIDE)
_KEYS = {_GONE: ("数据里", "姓名"), _UNSURE: ("名册里", "数据里", "姓名", "数据里的姓名")}
"""What tells a row from others, and that it still is about the same child."""
_Key = tuple[str, ...]


@dataclass(slots=True)
class Review:
    """What a person decided: of the gone by place and name, of the unsure (one child or two) by those of both."""

    gone: dict[_Key, Decision] = field(default_factory=dict)
    same: dict[_Key, bool] = field(default_factory=dict)


def gone_key(student: Student) -> _Key:
    """Return what tells a gone child's row from others in a review, and that it is still the same child's."""
    return str(student.where()), student.name or ""


def pair_key(match: Match) -> _Key:
    """Return what tells an unsure pair from others in a review."""
    return str(match.row.where()), str(match.student.where()), match.row.name or "", match.student.name or ""


def write(merge: Merge) -> bytes:
    """Return a workbook of who is gone, unsure and new and of what has changed, with drop-downs to decide by."""
    book = Workbook()
    book.remove(book.worksheets[0])
    rows: dict[str, list[tuple[str, ...]]] = {
        _GONE: [(*gone_key(one), _class(one), "", "", "", _remark(merge, one), *_guardian(one)) for one in merge.gone],
        _UNSURE: [_asked(match) for match in merge.unsure],
        _NEW: [(str(row.where()), row.name or "", _class(row)) for row in merge.new],
        _CHANGED: [
            (str(change.place), match.student.name or "", change.told)
            for match in merge.changed
            for change in match.changes
        ],
    }
    for name, headers in _HEADERS.items():
        _write_sheet(book.create_sheet(name), headers, rows[name])
    _offer(book[_GONE], _DECISION, DECISIONS)
    _offer(book[_GONE], _REASON, REASONS)
    _offer(book[_UNSURE], _DECISION, (ONE, TWO))
    buffer = io.BytesIO()
    book.save(buffer)
    return buffer.getvalue()


def asks_the_same(path: Path, merge: Merge) -> bool:
    """Return whether the review in ``path``, which somebody may have begun to fill in, asks what this one would."""
    try:
        asked = {sheet: {_key(sheet, row) for _, row in _rows(grid)} for sheet, grid in _grids(path).items()}
    except DataError:
        return False
    return asked == {_GONE: set(map(gone_key, merge.gone)), _UNSURE: set(map(pair_key, merge.unsure))}


def read(path: Path, today: date) -> Review:
    """Return what was decided in a review by ``today``; raises DataError with all that cannot be understood."""
    grids = _grids(path)
    review, problems = Review(), list[Problem]()
    for sheet, keys in _KEYS.items():
        if sheet not in grids:
            problems.append(Problem(Place(path.name, sheet), "没有这张表，不是导入时写的核对表", "用导入时写的那一份"))
            continue
        if lacking := [header for header in (*keys, _DECISION) if header not in grids[sheet][0]]:
            what = f"第一行没有{'、'.join(map(quote, lacking))}"
            problems.append(Problem(Place(path.name, sheet), what, "表头留在第一行，不要改"))
            continue
        said: dict[_Key, str] = {}
        for number, row in _rows(grids[sheet]):
            if decision := row.get(_DECISION):
                place = Place(path.name, sheet, f"第{number}行")
                if said.setdefault(_key(sheet, row), decision) != decision:
                    problems.append(Problem(place, "上面有一行说的是同一件事，处理不同", "只留对的一行"))
                _take(review, sheet, row, place, today, problems)
    if problems:
        raise DataError(problems)
    return review


def _grids(path: Path) -> dict[str, list[list[str]]]:
    """Return the texts, row by row, of the sheets in which a person decides; raises DataError."""
    try:
        book = load_workbook(path, read_only=True, data_only=True)
        there = [sheet for sheet in _KEYS if sheet in book.sheetnames]
        grids = {sheet: [list(map(_text, row)) for row in book[sheet].iter_rows(values_only=True)] for sheet in there}
        book.close()
    except (
        OSError,
        BadZipFile,
        KeyError,
        ValueError,
        InvalidFileException,
        SyntaxError,
    ):  # what is no XML is a mistake of syntax
        raise DataError([Problem(Place(path.name), "核对表读不出来", "用导入时写的那一份")]) from None
    return {sheet: grid or [[]] for sheet, grid in grids.items()}


def _take(review: Review, sheet: str, row: dict[str, str], place: Place, today: date, problems: list[Problem]) -> None:
    """Take over what was decided in one row."""
    what = row[_DECISION]
    known = DECISIONS if sheet == _GONE else (ONE, TWO)
    if what not in known:
        problems.append(
            Problem(place, f"“{_DECISION}”写的是{quote(what)}{near(what, known)}", f"改成 {'、'.join(known)}")
        )
    elif sheet == _UNSURE:
        review.same[_key(sheet, row)] = what == ONE
    else:
        decided = decision(what, row.get(_SINCE, ""), row.get(_REASON, ""), place, today, problems)
        if decided:
            review.gone[_key(sheet, row)] = decided


def decision(what: str, since: str, reason: str, place: Place, today: date, problems: list[Problem]) -> Decision | None:
    """Return what a person decided about a child that is gone; what is wrong with it goes to ``problems``."""
    try:
        day = parse_date(since) if since else None
    except ValueError as error:
        problems.append(Problem(place, f"“{_SINCE}”写的是{quote(since)}", str(error)))
        return None
    if day and not today - _LONGEST_AGO <= day <= today:
        when = "晚于今天" if day > today else "是一年以前"
        problems.append(Problem(place, f"“{_SINCE}”{day} {when}", "核对日期"))
    if what == OPENED and day is None:
        problems.append(Problem(place, f"{OPENED}的没有写“{_SINCE}”", "填最后一次到校的第二天"))
    if reason and reason not in REASONS:
        problems.append(Problem(place, f"“{_REASON}”写的是{quote(reason)}", f"改成 {'、'.join(REASONS)}"))
    return Decision(what, day, reason)


def _key(sheet: str, row: Mapping[str, str]) -> _Key:
    return tuple(row.get(header, "") for header in _KEYS[sheet])


def _asked(match: Match) -> tuple[str, ...]:
    there, here, *names = pair_key(match)
    born = (text_of(match.row.birth_date), text_of(match.student.birth_date))
    changes = "\n".join(change.told for change in match.changes)
    return (there, here, names[0], born[0], names[1], born[1], match.why, changes, "")


def _class(student: Student) -> str:
    school = student.school.short_name if student.school else ""
    return f"{school or ''}{text_of(student.class_)}"


def _guardian(student: Student) -> tuple[str, str]:
    """Return whom to call about a child, and at what number."""
    guardian = student.guardian
    return (guardian.name or "", guardian.phone or "") if guardian else ("", "")


def _remark(merge: Merge, student: Student) -> str:
    if student.class_ in merge.emptied:
        return "全班都不在名册上：名册全吗？"
    return "已有个案" if has_open_case(student) else ""


def _write_sheet(sheet: Worksheet, headers: tuple[str, ...], rows: list[tuple[str, ...]]) -> None:
    sheet.append(headers)
    for row in rows:
        sheet.append(row)
    sheet.freeze_panes = "A2"
    sheet.page_setup.orientation, sheet.page_setup.paperSize = "landscape", 9  # A4
    sheet.page_setup.fitToHeight = 0
    sheet.sheet_properties.pageSetUpPr = PageSetupProperties(fitToPage=True)
    sheet.print_title_rows = "1:1"
    decided = [headers.index(name) for name in (_DECISION, _SINCE, _REASON) if name in headers]
    for index, header in enumerate(headers):
        letter = get_column_letter(index + 1)
        sheet.column_dimensions[letter].width = _WIDTHS.get(header, 14)
        sheet[f"{letter}1"].font = Font(bold=True)
        for cell in sheet[letter]:
            cell.border = _LINED
        for cell in sheet[letter][1:]:
            cell.alignment = Alignment(vertical="top", wrap_text=True)
            cell.number_format = "@"
            cell.data_type = "s" if cell.value else cell.data_type
            if index in decided:
                cell.fill = _FILL


def _offer(sheet: Worksheet, header: str, choices: tuple[str, ...]) -> None:
    letter = get_column_letter(_HEADERS[sheet.title].index(header) + 1)
    validation = DataValidation("list", formula1=f'"{",".join(choices)}"', allow_blank=True)
    validation.add(f"{letter}2:{letter}{max(sheet.max_row, 2)}")
    sheet.add_data_validation(validation)


def _rows(grid: list[list[str]]) -> Iterator[tuple[int, dict[str, str]]]:
    """Yield the number and the texts by header of each row below the first in which anything stands."""
    headers, *rows = grid
    for number, texts in enumerate(rows, 2):
        if any(texts):
            yield number, dict(zip(headers, texts, strict=False))


def _text(value: object) -> str:
    if isinstance(value, datetime):
        return value.date().isoformat()
    return "" if value is None else str(value).strip()
