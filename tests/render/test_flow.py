from __future__ import annotations

from dataclasses import replace

from generator.forms.lowered import Page, PageBreak
from generator.render.flow import HAIRLINE, Step, header_rows, heading, sections
from tests.render.papers import paper, para, row, table

WIDE = Page(width=297.0, height=210.0)
ONE, TWO = para("一"), para("二")
GRID = table(row("甲", "乙"))


def test_tables_that_touch_are_kept_apart_by_a_hairline() -> None:
    (found,) = sections(paper(GRID, GRID))
    assert [step.block for step in found.steps] == [GRID, HAIRLINE, GRID]


def test_a_table_with_a_paragraph_before_it_needs_no_hairline() -> None:
    (found,) = sections(paper(ONE, GRID))
    assert [step.block for step in found.steps] == [ONE, GRID]


def test_a_table_that_starts_a_page_lets_a_hairline_break() -> None:
    for before in (GRID, ONE):
        (found,) = sections(paper(before, PageBreak(), GRID))
        assert found.steps == (Step(before), Step(HAIRLINE, True), Step(GRID))


def test_breaks_with_nothing_before_or_after_break_nothing() -> None:
    (found,) = sections(paper(PageBreak(), ONE, PageBreak(), PageBreak(), TWO, PageBreak()))
    assert found.steps == (Step(ONE), Step(TWO, True))


def test_a_break_to_another_page_shape_starts_a_section() -> None:
    first, second = sections(paper(ONE, PageBreak(WIDE), TWO))
    assert (first.page, second.page) == (Page(), WIDE)
    assert not second.steps[0].new_page


def test_a_break_to_the_same_page_shape_stays_in_its_section() -> None:
    (found,) = sections(paper(ONE, PageBreak(Page()), TWO))
    assert found.steps[1].new_page


def test_a_section_left_empty_is_dropped() -> None:
    (found,) = sections(paper(PageBreak(WIDE), ONE))
    assert found.page == WIDE


def test_the_bookmark_points_at_the_anchored_paragraph_else_at_the_first() -> None:
    anchored = replace(TWO, anchor="标题")
    assert heading(paper(ONE, anchored)) is anchored
    assert heading(paper(GRID, ONE)) is ONE
    assert heading(paper(GRID)) is None


def test_a_table_of_header_rows_only_repeats_none() -> None:
    head = row("甲", "乙", header=True)
    assert header_rows(table(head, head, row("1", "2"))) == 2
    assert header_rows(table(head)) == 0
