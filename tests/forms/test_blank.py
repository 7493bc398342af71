"""A blank form has what is always the same, and room for the rest; it tells of nobody."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from generator.cli import main
from generator.errors import Exit
from generator.forms.catalogue import discover
from generator.forms.context import unit_of
from generator.forms.plan import plan
from generator.forms.resolve import BLANK_DATE, BLANK_ROWS, Form, Line, Listing, Resolved, Resolver, plain
from tests.forms.test_audience import texts
from tests.forms.test_plan import SINGLE
from tests.papers.specimens import station
from tests.small import catalogue, definition, known

CATALOGUE = discover()


def unwritten(folder: Path, *blocks: Any, **head: Any) -> Resolved:
    context = replace(known(folder), blank=1)
    made = definition(body=list(blocks), **head)
    return Resolver(made, {}, context).resolve(context.records(made.per)[0])


def line(paper: Resolved) -> str:
    block = paper.blocks[0]
    assert isinstance(block, Line)
    return plain(block.words)


@pytest.mark.parametrize(
    ("wording", "told"),
    [
        ("{{ school.name }}", "云山县清溪镇中心小学"),
        ("{{ settings.year }}", "2026—2027学年"),
        ("{{ targets(school.stage).dropout | percent }}", "0.5%"),
        ("{{ class.name }}的{{ student.name }}", "的"),
        ("{{ student.guardian.phone or '无' }}", "无"),
        ("{{ school.enrolled }}人", "人"),
        ("{{ today }}", BLANK_DATE),
        ("{{ student.birth_date | short }}", ""),
    ],
)
def test_a_unit_and_what_is_demanded_are_printed_and_whatever_differs_is_left_blank(
    tmp_path: Path, wording: str, told: str
) -> None:
    assert line(unwritten(tmp_path, {"text": wording})) == told


@pytest.mark.parametrize(("head", "rows"), [({"pages": 2}, 3), ({"pages": 0}, BLANK_ROWS)])
def test_a_list_fills_no_more_than_the_pages_its_paper_has(tmp_path: Path, head: dict[str, Any], rows: int) -> None:
    roster = {"each": "s in class.students", "at_least": 3, "columns": [{"label": "姓名", "value": "{{ s.name }}"}]}
    listing = unwritten(tmp_path, {"roster": roster}, per="class", **head).blocks[0]
    assert isinstance(listing, Listing)
    assert len(listing.rows) == rows


@pytest.mark.parametrize("scope", ["class", "school"])
def test_a_list_is_rows_to_write_in(tmp_path: Path, scope: str) -> None:
    columns = [{"label": "姓名", "value": "{{ student.name }}"}]
    source = {"class": "class.students", "school": "school.students"}[scope]
    paper = unwritten(tmp_path, {"roster": {"each": f"student in {source}", "columns": columns}}, per=scope)
    (listing,) = paper.blocks
    assert isinstance(listing, Listing)
    assert [list(map(plain, row)) for row in listing.rows] == [[""]] * BLANK_ROWS


def test_boxes_are_unticked_and_what_may_be_asked_for_is_asked_for(tmp_path: Path) -> None:
    cells = [{"choice": ["男", "女"], "value": "{{ student.sex }}"}]
    block = {"grid": {"columns": [1], "rows": [{"when": "student.seat_no > 1", "cells": cells}]}}
    (form,) = unwritten(tmp_path, block).blocks
    assert isinstance(form, Form)
    assert [plain(option) for option in form.rows[0].cells[0].options] == ["□男", "□女"]


def test_a_unit_has_one_print_file_of_so_many_copies(tmp_path: Path) -> None:
    planned = plan(catalogue(tmp_path, definition(when="student.watched")), replace(known(tmp_path), blank=20), SINGLE)
    (job,) = planned.jobs
    assert (job.copies, len(job.entries), job.targets) == (20, 1, (("docx", "清溪小学/小文书.docx"),))


@pytest.mark.parametrize("form", CATALOGUE.definitions)
def test_every_form_can_be_printed_blank_and_tells_of_no_child(form: str) -> None:
    at, _ = station()
    context = replace(at.context, blank=1)
    made = CATALOGUE.definitions[form]
    unit = context.records(unit_of(made.per))[0]
    said = set(texts(Resolver(made, CATALOGUE.fragments, context).resolve(unit)))
    assert not said & {student.name for student in context.dataset.students}


@pytest.mark.parametrize("more", [[], ["--form", "visit-record", "--due"], ["--form", "visit-record", "--class", "1"]])
def test_the_command_asks_which_form_and_of_nobody(more: list[str]) -> None:
    told = CliRunner().invoke(main, ["build", "--sample", "--blank", "3", *more])
    assert told.exit_code == Exit.USAGE
    assert "空白" in told.stderr or "--form" in told.stderr
