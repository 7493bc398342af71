"""The example of a new project is without fault on whatever day it is made."""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path

import pytest

from generator.dataset import load
from generator.dataset.coverage import drawable
from generator.dataset.example import empty, example, settings
from generator.dataset.models import MODELS, USUAL, columns
from generator.dataset.workbook import write_yaml
from generator.resources import fonts_dir

ODD_DAYS = [date(2026, 7, 7), date(2027, 2, 1), date(2028, 2, 29), date(2026, 8, 31), date(2026, 9, 1)]
EVERY_DAY = [date(2026, 1, 1) + timedelta(days=number) for number in range(3 * 365)]
LATER = timedelta(days=200)


@pytest.mark.parametrize("today", [*ODD_DAYS, *EVERY_DAY[::23]], ids=str)
def test_the_example_passes_every_check_on_the_day_it_is_made_and_later(today: date, tmp_path: Path) -> None:
    write_yaml(example(today), tmp_path / "a.yaml")
    for day in (today, today + LATER):
        _, problems = load(tmp_path / "a.yaml", drawable(fonts_dir()), lambda _, day=day: day)  # type: ignore[misc]
        assert [str(problem) for problem in problems] == []


@pytest.mark.parametrize(
    ("today", "year", "term"),
    [
        (date(2026, 7, 10), "2025—2026学年", "第二学期"),
        (date(2026, 7, 11), "2026—2027学年", "第一学期"),
        (date(2026, 12, 31), "2026—2027学年", "第一学期"),
        (date(2027, 1, 20), "2026—2027学年", "第一学期"),
        (date(2027, 1, 21), "2026—2027学年", "第二学期"),
        (date(2028, 2, 29), "2027—2028学年", "第二学期"),
    ],
)
def test_the_term_is_the_one_under_way_or_in_the_holidays_the_next(today: date, year: str, term: str) -> None:
    found = settings(today)
    assert (found["year"], found["term"]) == (year, term)
    assert found["term_start"] < found["term_end"] >= today


def test_what_happens_in_the_example_is_on_working_days_and_not_long_ago() -> None:
    for today in EVERY_DAY:
        sheets = example(today)
        days = [
            date.fromisoformat(text)
            for sheet in ("缺勤", "辍学个案", "家访", "督导")
            for row in sheets[sheet]
            for header, text in row.items()
            if header.endswith("日期") and text
        ]
        assert max(days) <= today < min(days) + timedelta(days=200)
        assert {day.weekday() for day in days} <= {0, 1, 2, 3, 4}


def test_the_example_has_a_row_of_every_usual_sheet_and_leaves_the_day_of_the_papers_open() -> None:
    sheets = example(date(2026, 9, 28))
    assert list(sheets) == [model.sheet for model in USUAL]
    assert all(sheets.values())
    assert sheets["设置"][0]["制表日期"] == ""
    assert sheets["通知书"][0]["文号"] == ""


def test_a_dataset_without_rows_has_the_term_alone() -> None:
    sheets = empty(date(2026, 9, 28))
    assert list(sheets) == [model.sheet for model in USUAL]
    assert [sheet for sheet, rows in sheets.items() if rows] == ["设置"]
    assert list(sheets["设置"][0]) == [column.header for column in columns(MODELS[0]).values()]
