"""Stamped papers are what WeasyPrint makes of each alone, to the operator, the character and the pixel."""

from __future__ import annotations

from dataclasses import replace

import pytest

from generator.forms.lowered import ALL_SIDES, Block, Cell, Page, Paper, Para, Run, Side, Style, Table
from generator.forms.lowered import Row as TableRow
from generator.render import Printed, pdf, renderer, stamp
from tests.render.papers import FANG, HEI, PEN, SENTENCE, paper, para, row, table
from tests.render.same import contents, fonts, looks, texts

FIELD: frozenset[Side] = frozenset(("bottom",))
LABEL = Style("fang", 12.0)

VALUES = (
    "李小明", "", "欧阳·璟堃𬭎", "12:30", "AVATAR Wo, fi ffi", "19900000076", "1.5—2.5（元）", "一" * 13, "一" * 14,
    " 甲 乙 ", "甲　乙",
    "<李>&\"A\" '=1+1' {{ 7*7 }}", "青禾县云溪镇沙湾村六组105号（原红星小学家属院）3单元402室",
    "甲\n乙", "A" * 40, "√□■", "喆", "甲乙丙丁，戊己庚辛。壬癸子丑、寅卯", "G530000209900000001X", "２０２６年",
    "…“引”—", "　", "½℃", "Ā á ǎ à",
)  # fmt: skip


def box(*runs: Run, left: bool = False) -> Cell:
    block = Para(runs, "left" if left else "center", 18.0, before=1.5, after=1.5)
    return Cell((block,), borders=FIELD if left else ALL_SIDES)


def value(text: str, style: Style = PEN) -> Run:
    return Run(text, style, value=True, boxed=True)


def form(first: str, second: str, third: str) -> Paper:
    """A paper with slots in cells low and high, aligned in three ways, of several runs and faces."""
    ticks = (value("√" if first else "□"), Run("是　", LABEL), value("□"), Run("否 ", LABEL))
    printed = value(third, LABEL)
    several = (Para((value(first),), line=18.0), Para((Run("电话：", LABEL), value(second)), line=18.0))
    rows = (
        TableRow((box(Run("姓名", HEI)), box(value(first))), 9.0, header=True, keep_next=True),
        TableRow((box(Run("住址", HEI)), box(value(second), left=True)), 9.0),
        TableRow((box(Run("谈话", HEI)), replace(box(value(third), left=True), valign="bottom")), 40.0),
        TableRow((box(*ticks), box(printed)), 9.0),
        TableRow((Cell(several), Cell((Para((value(second),), "right", 18.0),), valign="top")), 20.0),
    )
    return paper(
        para("责任书", HEI), Table((40.0, 60.0), rows), para(SENTENCE * 2, align="justify"), title=first or "无"
    )


def printed(*papers: Paper, full: bool = False, copies: int = 1, duplex: bool = False) -> Printed:
    return pdf.render(papers, copies=copies, duplex=duplex, title="合订", full=full)


@pytest.fixture(autouse=True)
def afresh(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing is known of layouts."""
    pdf._engine()
    stamper = stamp.Stamper(pdf._lay_out)
    monkeypatch.setattr(pdf, "_stamper", lambda: stamper)


def same(*papers: Paper) -> Printed:
    """Prove that papers are the same in both ways; return how they were printed."""
    ours, theirs = printed(*papers), printed(*papers, full=True)
    assert contents(ours.data) == contents(theirs.data)
    assert texts(ours.data) == texts(theirs.data)
    assert looks(ours.data) == looks(theirs.data)
    assert fonts(ours.data) == fonts(theirs.data)
    assert ours.pages == theirs.pages
    return ours


def test_whatever_values_say_pages_are_as_laid_out_in_full() -> None:
    count = len(VALUES)
    papers = [form(VALUES[at], VALUES[(at + 5) % count], VALUES[(at + 11) % count]) for at in range(count)]
    ours = same(*papers, *[form("李小明", text, "无") for text in ("甲", "乙丙", "19900000076")])
    assert sum(ours.in_full.values()) < count + 3


@pytest.mark.parametrize("text", VALUES)
def test_a_value_is_the_same_stamped_and_laid_out(text: str) -> None:
    same(*[form("李小明", text, text) for _ in range(3)])


def test_papers_that_differ_in_boxed_values_alone_share_a_layout(monkeypatch: pytest.MonkeyPatch) -> None:
    laid = list[Paper]()

    def lay_out(one: Paper) -> object:
        laid.append(one)
        return original(one)

    original = pdf._lay_out
    monkeypatch.setattr(pdf._stamper(), "lay_out", lay_out)
    printed(form("赵", "甲", "一"), form("钱", "乙", "二"), form("孙", "丙", "三"))  # looks, the layout and its proof
    before = len(laid)
    assert not printed(*[form("李", f"{at}", f"{at}") for at in range(50)]).in_full
    assert len(laid) == before


def test_rows_that_grow_move_what_is_below_them() -> None:
    texts = [f"{at}青禾县云溪镇沙湾村六组105号" * lines for lines in (1, 2, 4) for at in range(3)]
    assert not same(*[paper(table(row("住址", text), row("电话", "无"))) for text in texts]).in_full


def test_few_papers_of_a_layout_are_laid_out_one_by_one() -> None:
    alike = form("周", "甲", "一")
    other = replace(alike, blocks=(*alike.blocks, para("别的")))
    assert same(*[form(name, "甲", "一") for name in "赵钱孙"], other).in_full == {"同样版面的不满三份": 1}


def test_the_third_paper_of_a_layout_is_stamped_whatever_file_it_is_in() -> None:
    papers = [form(name, "甲", "一") for name in "赵钱孙李"]
    assert [sum(same(one).in_full.values()) for one in papers] == [1, 1, 0, 0]


def test_a_layout_that_fails_its_proof_is_not_used(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(stamp.Room, "shift", lambda _, lines: float(lines))
    papers = [form("李小明", "甲", "一\n二") for _ in range(3)]
    assert same(*papers).in_full == {"与整份排版不一致": 3}


def test_repeated_head_rows_repeat_their_values() -> None:
    def listing(name: str) -> Paper:
        head = row(name, "住址", header=True, keep_next=True)
        return paper(table(head, *[row(f"第{at}", name) for at in range(40)]))

    assert not same(*map(listing, "赵钱孙")).in_full


def test_what_a_process_made_before_does_not_show() -> None:
    lone, many = form("赵", "甲", "一"), [form(name, "乙", "二") for name in "赵钱孙李"]
    first, two = printed(lone).data, printed(lone, many[0]).data
    shared = printed(*many).data
    assert (printed(lone).data, printed(lone, many[0]).data, printed(*many).data) == (first, two, shared)
    pdf._stamper().skeletons.clear()
    assert printed(*many).data == shared


def test_copies_share_what_they_show_and_start_on_a_front() -> None:
    papers = [form(name, "甲", "一") for name in "赵钱孙李"]
    ours, theirs = (printed(*papers, copies=2, duplex=True, full=full).data for full in (False, True))
    assert contents(ours) == contents(theirs)
    assert b"" in contents(ours)
    assert len(printed(*papers, copies=20).data) - len(printed(*papers).data) < 20 * 4 * 60


def test_a_page_of_another_size_says_so() -> None:
    wide = Page(width=297.0, height=210.0, footer="center")
    same(
        *[form(name, "甲", "一") for name in "赵钱孙"],
        *[replace(form(name, "甲", "一"), page=wide) for name in "李周吴"],
    )


def test_more_pages_than_a_branch_of_the_tree_holds() -> None:
    small: tuple[Block, ...] = (table(row("甲", "乙")),)
    papers = [paper(*small, title=f"第{at}份", page=Page(footer="")) for at in range(64 * 64 + 70)]
    data = printed(*papers).data
    assert len(contents(data)) == len(papers)


def test_values_in_the_same_words_but_other_measures_are_other_layouts() -> None:
    papers = [paper(table(row("甲", "乙", height=height))) for height in (8.0, 12.0) for _ in range(3)]
    assert not same(*papers).in_full


def test_underlined_blanks_are_not_stamped_but_right() -> None:
    line = replace(FANG, underline=True)
    papers = [paper(Para((Run("甲" * at, line, value=True, boxed=True),), line=28.95)) for at in (1, 2, 3)]
    assert same(*papers).in_full == {"同样版面的不满三份": 3}


def test_a_glyph_of_two_characters_is_copied_as_each() -> None:
    papers = [form(name, "甲", "一") for name in ("一", "〜", "～", "•", "·")]
    same(*papers)


def test_all_are_laid_out_one_by_one_where_that_is_asked_for() -> None:
    papers = [form(name, "甲", "一") for name in "赵钱孙"]
    found = renderer("pdf", full=True).render(papers, copies=1, duplex=False, title="合订")
    assert found.in_full == {"按要求逐份排版": 3}
    assert found.data == printed(*papers, full=True).data
    assert renderer("xlsx", full=True) is renderer("xlsx")
