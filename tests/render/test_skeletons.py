"""Word papers of one shape share what was compiled of the first, and are byte for byte what each alone would be."""

from __future__ import annotations

from dataclasses import replace

import pytest

from generator.forms.lowered import Block, Page, PageBreak, Paper, Para, Picture, Row, Run, Table
from generator.render import drawing, renderer, skeletons, word
from tests.render.papers import FANG, HOSTILE, PEN, SENTENCE, cell, paper, para, row, table

VALUES = (
    "李小明", "", "古丽帕夏·麦尔哈巴提·阿卜杜瓦黑提汗·吐尔逊乃孜依" * 20, "12:30", "AVATAR Wo, fi", "喆堃玥𬭎",
    HOSTILE, "甲\n乙\r\n丙\t丁", " 甲　乙 ", "&amp;<&>{{", "\0\1\2\3\4\x1a\x1f\x0b\uffff",
)  # fmt: skip
WIDE = Page(width=297.0, height=210.0, footer="center")


def contract(first: str, second: str) -> Paper:
    """A paper with values in running text, in cells and under a title, on pages of two shapes."""
    running = Para((Run("兹证明", FANG), Run(first, FANG, value=True), Run(SENTENCE, FANG)), "justify")
    title = replace(para("责任书"), anchor="责任书")
    rows = (row("姓名", second, header=True), row(first, "无", keep_next=True), Row((cell("合", span=2),)))
    return paper(title, running, table(*rows), PageBreak(WIDE), para(second, value=True), title=first or "无")


def everyone() -> list[Paper]:
    return [contract(first, second) for first in VALUES for second in VALUES[:4]]


@pytest.fixture(autouse=True)
def compiled(monkeypatch: pytest.MonkeyPatch) -> list[Paper]:
    """Nothing is kept; the papers that are compiled are told."""
    found: list[Paper] = []

    def noted(of: Paper) -> skeletons.Skeleton:
        found.append(of)
        return word.compile_paper(of)

    monkeypatch.setattr(word, "_skeletons", skeletons.Skeletons(noted))
    return found


def same(*papers: Paper, copies: int = 1, duplex: bool = False) -> bytes:
    """Return the print file of ``papers``, which shares as much as may be, and must be as if nothing was shared."""
    told = {"copies": copies, "duplex": duplex, "title": "合订"}
    ours, alone = word.render(papers, **told), word.render(papers, full=True, **told)  # type: ignore[arg-type]
    assert ours == alone
    return ours.data


@pytest.mark.parametrize("copies", [1, 2])
@pytest.mark.parametrize("duplex", [False, True])
def test_a_print_file_is_as_if_every_paper_was_compiled_alone(copies: int, duplex: bool, compiled: list[Paper]) -> None:
    same(*everyone(), copies=copies, duplex=duplex)
    assert len(compiled) == 1


def test_files_of_one_paper_are_as_if_each_was_compiled_alone(compiled: list[Paper]) -> None:
    assert len({same(one) for one in everyone()}) == len(everyone())
    assert len(compiled) == 1


def test_what_was_printed_before_does_not_show(compiled: list[Paper]) -> None:
    first, second = contract("李", "王"), contract("王", "李")
    alone = same(second)
    for copies in (1, 2):
        same(first, copies=copies, duplex=True)
    assert same(second) == alone
    assert len(compiled) == 1


def changes() -> list[Paper]:
    """Papers that differ in one thing that is no value."""
    of = contract("李", "王")
    title, running, grid, _, end = of.blocks
    assert isinstance(title, Para)
    assert isinstance(running, Para)
    assert isinstance(grid, Table)
    assert isinstance(end, Para)
    top, *rest = grid.rows
    corner = top.cells[0]

    def with_(at: int, block: Block) -> Paper:
        return replace(of, blocks=(*of.blocks[:at], block, *of.blocks[at + 1 :]))

    def first(**changed: object) -> Paper:
        return with_(2, replace(grid, rows=(replace(top, **changed), *rest)))  # type: ignore[arg-type]

    return [
        of,
        replace(of, page=Page(footer="")),
        replace(of, blocks=of.blocks[:3]),
        replace(of, blocks=(replace(title, anchor=""), *of.blocks[1:4], replace(end, anchor="责任书"))),
        with_(0, replace(title, keep_next=True)),
        with_(0, replace(title, rule="dashed")),
        with_(1, replace(running, runs=(*running.runs, Run("", FANG, value=True)))),
        with_(1, replace(running, runs=(running.runs[0], replace(running.runs[1], value=False), running.runs[2]))),
        with_(1, replace(running, runs=tuple(replace(run, style=PEN) for run in running.runs))),
        with_(1, replace(running, runs=(replace(running.runs[0], text="兹证"), *running.runs[1:]))),
        with_(2, replace(grid, widths=(31.0, 49.0))),
        with_(2, replace(grid, border=1.0)),
        first(height=9.0),
        first(header=False),
        first(keep_next=True),
        first(cells=(replace(corner, valign="top"), *top.cells[1:])),
        first(cells=(replace(corner, borders=frozenset(("top",))), *top.cells[1:])),
        first(cells=(replace(corner, paras=corner.paras * 2), *top.cells[1:])),
        with_(3, PageBreak()),
        with_(3, PageBreak(replace(WIDE, top=20.0))),
        with_(4, replace(end, align="right")),
    ]


def test_papers_that_differ_in_more_than_values_share_nothing(compiled: list[Paper]) -> None:
    for of in changes():
        same(of)
    assert len(compiled) == len(changes())
    same(*changes(), copies=2, duplex=True)


@pytest.mark.parametrize("wording", ["", "\0", "\x1a", "\x1f"])
def test_a_wording_that_looks_like_a_slot_is_none(wording: str) -> None:
    same(paper(para(wording), para("李", value=True)), paper(para("王", value=True), para(wording)))


def test_only_the_first_of_two_equal_paragraphs_is_listed() -> None:
    line = para("责任书")
    assert same(paper(line, line)) == same(paper(line, replace(line)))


def test_where_pictures_cannot_be_drawn_none_is_remembered(monkeypatch: pytest.MonkeyPatch) -> None:
    of = paper(Picture(50.0, 30.0, (), "图"), para("正文"))
    drawn = same(of)
    monkeypatch.setattr(drawing, "available", lambda: False)
    assert same(of) != drawn


def test_few_skeletons_are_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    known = skeletons.Skeletons(word.compile_paper)
    monkeypatch.setattr(skeletons, "MOST", 3)
    for number in range(9):
        known.of(paper(para(f"第{number}行")))
    assert len(known.kept) == 3


def test_a_long_skeleton_is_not_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    known = skeletons.Skeletons(word.compile_paper)
    known.of(paper(para(SENTENCE)))
    monkeypatch.setattr(skeletons, "LONGEST", 100)
    known.of(paper(para(SENTENCE * 2)))
    assert len(known.kept) == 1


def test_nothing_is_shared_where_that_is_asked_for(compiled: list[Paper]) -> None:
    papers = [contract(name, "王") for name in "赵钱孙"]
    found = renderer("docx", full=True).render(papers, copies=1, duplex=False, title="合订")
    assert not compiled
    assert found.data == same(*papers)
