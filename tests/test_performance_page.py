"""The page of figures is in step with what was measured."""

from __future__ import annotations

import pytest

from benchmarks.figures import PARTS as MEASURED
from benchmarks.figures import figures
from docs.performance_page import PAGE, PARTS, PLOT, page

TEXT = PAGE.read_text("utf-8")


def test_the_page_has_the_figures_that_were_measured_last() -> None:
    assert page(TEXT, figures()) == TEXT, "run python -m docs.performance_page"


def test_every_part_that_is_measured_has_its_place() -> None:
    assert PARTS.keys() == MEASURED.keys()
    assert all(TEXT.count(f"<!-- figures: {part} -->") == 1 for part in (*PARTS, "goals"))
    assert PLOT.is_file()


def test_a_figure_of_a_busy_machine_is_marked() -> None:
    machine = {"cores": 2, "processor": "one", "python": "3"}
    one = {"taken": "2026-11", "machine": machine, "yardstick_seconds": 0.1, "busy": True, "seconds": 0.75}
    busy, quiet = page(TEXT, {"one": one}), page(TEXT, {"one": one | {"busy": False}})
    row = "| one contract in Word, from the command |"
    assert f"{row} ≈ 0.75 s |" in busy
    assert "The machine was busy" in busy
    assert f"{row} 0.75 s |" in quiet
    assert "busy machine" not in quiet.partition("## What is compared")[0]


@pytest.mark.parametrize("part", PARTS)
def test_what_was_not_measured_is_not_told(part: str) -> None:
    assert f"Not measured yet: `python -m benchmarks.figures {part}`." in page(TEXT, {})
