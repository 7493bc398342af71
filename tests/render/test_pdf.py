from __future__ import annotations

import logging
import re
import sys
from collections.abc import Iterator
from dataclasses import replace
from io import BytesIO
from pathlib import Path

import pikepdf
import pypdfium2
import pytest

from generator.forms.lowered import Align, Page, PageBreak, Paper, Para, Row, Run, Style
from generator.render import justify, pdf
from tests.render.papers import FANG, HEI, HOSTILE, PEN, SENTENCE, SONG, cell, pages_of_lines, paper, para, row, table

POINTS = 72 / 25.4
WIDE = Page(width=297.0, height=210.0, footer="center")


@pytest.fixture(autouse=True)
def no_warnings(caplog: pytest.LogCaptureFixture) -> Iterator[None]:
    yield
    assert [one.getMessage() for one in caplog.records if one.levelno >= logging.WARNING] == []


def printed(*papers: Paper, copies: int = 1, duplex: bool = False) -> bytes:
    return pdf.render(papers, copies=copies, duplex=duplex, title="合订").data


def texts(data: bytes) -> list[str]:
    """The text of each page, lines ended by a newline."""
    return [page.get_textpage().get_text_bounded().replace("\r\n", "\n") for page in pypdfium2.PdfDocument(data)]


Box = tuple[str, float, float, float, float]


def boxes(data: bytes, page: int = 0) -> list[Box]:
    """The characters of a page with left, bottom, right and top in points."""
    found = pypdfium2.PdfDocument(data)[page].get_textpage()
    at = range(found.count_chars())
    return [(char, *found.get_charbox(one, loose=True)) for one in at if (char := found.get_text_range(one, 1)).strip()]


def lines(data: bytes, page: int = 0) -> list[list[Box]]:
    """The characters of a page by line, from the top."""
    found: list[list[Box]] = []
    for box in boxes(data, page):
        if not found or abs(found[-1][-1][2] - box[2]) > 8:
            found.append([])
        found[-1].append(box)
    return found


def test_values_come_out_as_they_went_in() -> None:
    (text,) = texts(printed(paper(para(HOSTILE, PEN, value=True, line=20), page=WIDE)))
    assert text.split("\n")[0].rstrip() == HOSTILE


def test_every_space_takes_its_place() -> None:
    one, three = (boxes(printed(paper(para(f"甲{' ' * count}乙", PEN)))) for count in (1, 3))
    assert three[1][1] - one[1][1] > 2


def test_a_newline_is_a_line_break() -> None:
    first, second = boxes(printed(paper(para("甲\n乙", PEN), page=Page(footer=""))))
    assert first[1] == second[1]
    assert first[2] - second[2] == pytest.approx(28.95, abs=0.01)


@pytest.mark.parametrize("page", [Page(), WIDE])
@pytest.mark.parametrize(("duplex", "sides"), [(True, "/DuplexFlipLongEdge"), (False, "/Simplex")])
def test_the_print_dialogue_begins_with_the_sides_of_the_job_and_no_scaling(
    page: Page, duplex: bool, sides: str
) -> None:
    data = printed(paper(para("甲"), page=page), duplex=duplex)
    with pikepdf.open(BytesIO(data)) as file:
        assert {key: str(value) for key, value in file.Root.ViewerPreferences.items()} == {
            "/Duplex": sides, "/PrintScaling": "/None",
        }  # fmt: skip
    assert printed(paper(para("甲"), page=page), duplex=duplex) == data


def test_a_character_that_no_font_draws_is_told_with_its_paper() -> None:
    papers = [paper(para("甲😀"), title="一号"), paper(para("乙"), title="二号"), paper(para("丙\x0b"), title="三号")]
    with pytest.raises(pdf.UndrawableError, match=r"《一号》中的“😀”（U\+1F600）、《三号》中的“\x0b”（U\+000B）"):
        pdf.render(papers, copies=1, duplex=False, title="合订")


def test_an_official_page_holds_22_lines_of_28_characters() -> None:
    text = "学" * (24 * 28)
    first, second = texts(printed(paper(para(text, align="justify"), page=Page(footer=""))))
    assert [len(line) for line in first.split("\n")] == [28] * 22
    assert len(second.replace("\n", "")) == 2 * 28


def test_the_line_pitch_is_exact_whatever_faces_meet_in_a_line() -> None:
    mixed = [
        para("年年"),
        para("2026年"),
        para("璟堃2026"),
        para("年", SONG),
        Para((Run("年", FANG), Run("甲A", HEI)), line=28.95),
    ]
    last = para("末")
    tops = []
    for one in mixed:
        data = printed(paper(one, last, page=Page(footer="")))
        tops.append(next(box[4] for box in boxes(data) if box[0] == "末"))
    assert tops == pytest.approx([tops[0]] * len(mixed), abs=0.01)


def test_an_empty_paragraph_is_one_line_high() -> None:
    tops = [
        next(box[4] for box in boxes(printed(paper(one, para("末")))) if box[0] == "末")
        for one in (para("字"), Para((), line=28.95), para(""))
    ]
    assert tops == pytest.approx([tops[0]] * 3, abs=0.01)


def rules(data: bytes) -> list[tuple[float, float]]:
    """The left and right ends of the horizontal lines and bars of a page, in points."""
    objects = list(pypdfium2.PdfDocument(data)[0].get_objects(filter=[2]))
    return sorted((left, right) for left, bottom, right, top in (one.get_bounds() for one in objects))


def test_only_underlined_runs_are_underlined() -> None:
    line = replace(FANG, underline=True)
    for runs in ((Run("线线", line), Run("无", FANG)), (Run("无", FANG), Run("线线", line)), (Run("线", line),) * 2):
        data = printed(paper(Para(runs, line=28.95), page=Page(footer="")))
        under = [box for box in boxes(data) if box[0] == "线"]
        found = rules(data)
        assert found[0][0] == pytest.approx(under[0][1], abs=1.5)
        assert found[-1][1] == pytest.approx(under[-1][3], abs=1.5)


def test_roman_digits_in_body_text_and_own_digits_in_headings() -> None:
    data = printed(paper(para("第2条"), para("第3条", HEI), page=Page(footer="")))
    assert fonts(data) == {"FandolFang-Regular", "FandolHei-Regular", "LiberationSerif-Regular"}


def test_a_title_has_digits_as_heavy_as_its_characters() -> None:
    assert fonts(printed(paper(para("2026—2027学年", SONG), page=Page(footer="")))) == {"FandolSong-Bold"}


def test_roman_letters_in_body_text() -> None:
    assert fonts(printed(paper(para("ABCxyz~", FANG), page=Page(footer="")))) == {"LiberationSerif-Regular"}


def test_body_text_borrows_from_wenkai_what_fandol_lacks() -> None:
    assert fonts(printed(paper(para("李璟堃"), page=Page(footer="")))) == {"FandolFang-Regular", "LXGWWenKai-Regular"}


def fonts(data: bytes) -> set[str]:
    with pikepdf.open(BytesIO(data)) as found:
        used = [font for page in found.pages for font in page.obj.Resources.Font.values()]
        return {str(font.BaseFont).split("+")[1] for font in used}


def test_a_time_keeps_its_colon() -> None:
    data = printed(paper(para("12:30", PEN), para(":", PEN), page=Page(footer="")))
    with pikepdf.open(BytesIO(data)) as found:
        shown = re.findall(rb"\[(.*)\] TJ", found.pages[0].obj.Contents.read_bytes())
    time, colon = (b"".join(re.findall(rb"<(\w+)>", one)) for one in shown)
    assert time[8:12] == colon


@pytest.mark.parametrize("words", [SENTENCE * 6, "自2026年9月1日起，" * 12, "“引”（注）、《法》" * 12])
def test_full_lines_of_justified_text_end_at_the_right_edge(words: str) -> None:
    block = Para((Run(words[:30], FANG), Run(words[30:50], PEN), Run(words[50:], FANG)), "justify", 28.95, first=11.1)
    data = printed(paper(block, page=Page(footer="")))
    found = lines(data)[:-1]
    assert len(found) >= 3
    edge = (210 - 26) * POINTS
    assert [line[-1][3] for line in found] == pytest.approx([edge] * len(found), abs=1.0)


def test_justified_text_is_copied_without_spaces() -> None:
    (text,) = texts(printed(paper(para(SENTENCE * 6, align="justify"), page=Page(footer=""))))
    assert text.replace("\n", "") == SENTENCE * 6


def test_the_last_line_of_justified_text_is_not_stretched() -> None:
    plain, justified = (
        boxes(printed(paper(para("落实责任", align=align), page=Page(footer="")))) for align in ("left", "justify")
    )
    assert plain == justified


@pytest.mark.parametrize(("align", "left"), [("left", 28.0), ("center", 106.0 - 8), ("right", 184.0 - 16)])
def test_lines_are_aligned(align: Align, left: float) -> None:
    text = Style("fang", 8 * POINTS)  # a character 8 mm wide
    found = boxes(printed(paper(para("甲乙", text, align=align), page=Page(footer=""))))
    assert found[0][1] == pytest.approx(left * POINTS, abs=0.5)


def test_indents_and_space_before_are_kept() -> None:
    block = Para((Run("甲" * 60, FANG),), line=28.95, first=10.0, left=20.0, before=30.0)
    found = lines(printed(paper(para("首"), block, page=Page(footer=""))))
    lefts = [line[0][1] - 28 * POINTS for line in found]
    assert lefts[:3] == pytest.approx([0, 30 * POINTS, 20 * POINTS], abs=0.5)
    assert found[0][0][2] - found[1][0][2] == pytest.approx(28.95 + 30, abs=0.1)


def test_pages_are_counted_anew_in_every_copy() -> None:
    papers = [pages_of_lines(30), pages_of_lines(3)]
    feet = [text.strip().split("\n")[-1] for text in texts(printed(*papers, copies=2))]
    assert feet == ["— 1 —", "— 2 —", "— 1 —", "— 2 —", "— 1 —", "— 1 —"]


def test_the_page_number_stands_on_the_outer_side() -> None:
    data = printed(pages_of_lines(30))
    odd, even = (next(box for box in boxes(data, page)[::-1] if box[0].isdigit()) for page in (0, 1))
    assert odd[1] > 150 * POINTS
    assert even[1] < 60 * POINTS


def test_a_centred_number_and_no_number() -> None:
    shown, hidden = texts(printed(paper(para("甲"), page=WIDE), paper(para("乙"), page=Page(footer=""))))
    assert (shown, hidden) == ("甲\n1", "乙")


def test_duplex_copies_start_on_the_front_of_a_sheet() -> None:
    found = [text[:1] for text in texts(printed(paper(para("甲")), paper(para("乙")), copies=2, duplex=True))]
    assert found == ["甲", "", "甲", "", "乙", "", "乙"]


def test_a_blank_is_as_large_as_the_page_before_it() -> None:
    data = printed(paper(para("甲"), page=WIDE), paper(para("乙")), duplex=True)
    sizes = [page.get_size() for page in pypdfium2.PdfDocument(data)]
    assert sizes[0] == sizes[1] != sizes[2]


def test_copies_share_what_they_show() -> None:
    once, often = (len(printed(paper(para(SENTENCE)), copies=copies)) for copies in (1, 20))
    assert often - once < 20 * 200


def test_pages_of_each_paper_are_told() -> None:
    papers = [pages_of_lines(30), pages_of_lines(3)]
    assert pdf.render(papers, copies=3, duplex=True, title="合订").pages == (2, 1)


def test_every_paper_has_one_bookmark_at_its_first_copy() -> None:
    data = printed(replace(pages_of_lines(30), title="甲 & <乙>"), replace(pages_of_lines(3), title="丙"), copies=2)
    found = [(one.get_title(), one.get_dest().get_index()) for one in pypdfium2.PdfDocument(data).get_toc()]
    assert found == [("甲 & <乙>", 0), ("丙", 4)]


def test_a_bookmark_points_behind_the_blank_before_its_paper() -> None:
    data = printed(paper(para("甲")), paper(para("乙")), duplex=True)
    assert [one.get_dest().get_index() for one in pypdfium2.PdfDocument(data).get_toc()] == [0, 2]


def test_the_file_tells_title_and_language_but_no_date() -> None:
    with pikepdf.open(BytesIO(printed(paper(para("甲"))))) as found:
        assert str(found.docinfo.Title) == "合订"
        assert str(found.Root.Lang) == "zh-CN"
        assert "/CreationDate" not in found.docinfo


def test_a_section_of_another_shape_stands_on_its_own_pages() -> None:
    data = printed(paper(para("甲"), PageBreak(WIDE), para("乙"), PageBreak(), para("丙")))
    sizes = [page.get_width() > page.get_height() for page in pypdfium2.PdfDocument(data)]
    assert sizes == [False, True, True]
    assert [text[:1] for text in texts(data)] == ["甲", "乙", "丙"]


def test_columns_and_rows_have_the_sizes_given() -> None:
    rows = [row("甲", "乙", height=10.0) for _ in range(12)]
    data = printed(paper(table(*rows, widths=(30.0, 50.0)), page=Page(footer="")))
    found = boxes(data)
    assert found[1][1] - found[0][1] == pytest.approx(40 * POINTS, abs=0.3)
    assert found[0][2] - found[22][2] == pytest.approx(110 * POINTS, abs=0.5)


def test_a_row_that_spans_rows_does_not_stretch_the_last() -> None:
    rows = (
        Row((cell("左", rows=3), cell("一")), 10.0),
        Row((cell("二"),), 10.0),
        Row((cell("三"),), 10.0),
        row("末", "末"),
    )
    found = {box[0]: box[2] for box in boxes(printed(paper(table(*rows))))}
    assert [found["一"] - found["二"], found["二"] - found["三"]] == pytest.approx([10 * POINTS] * 2, abs=0.3)
    assert found["左"] == pytest.approx(found["二"], abs=0.3)


def test_header_rows_are_repeated_on_every_page() -> None:
    rows = [row("姓名", "住址", header=True), *(row(f"第{at}", "x") for at in range(40))]
    found = texts(printed(paper(table(*rows))))
    assert [text.count("姓名") for text in found] == [1, 1]
    assert re.findall(r"第\d+", "".join(found)) == [f"第{at}" for at in range(40)]


def test_rows_are_never_split() -> None:
    tall = "\n".join(["行"] * 10)
    found = texts(printed(paper(*(para("前") for _ in range(18)), table(row(tall, tall)))))
    assert [text.count("行") for text in found] == [0, 20]


def test_rows_kept_together_move_together() -> None:
    chain = [row(name, name, height=20.0, keep_next=name != "丙") for name in "甲乙丙"]
    found = texts(printed(paper(*(para("前") for _ in range(17)), table(row("首", "首", height=10.0), *chain))))
    assert [set(text) & set("首甲乙丙") for text in found] == [{"首"}, set("甲乙丙")]


def test_a_paragraph_kept_with_the_next_moves_with_it() -> None:
    title = replace(para("标题"), keep_next=True)
    found = texts(printed(paper(*(para("前") for _ in range(20)), title, para(SENTENCE * 3))))
    assert ["标题" in text for text in found] == [False, True]


def test_a_paragraph_kept_with_a_table_moves_with_it() -> None:
    title = replace(para("标题"), keep_next=True)
    found = texts(printed(paper(*(para("前") for _ in range(20)), title, table(row("甲", "乙", height=30.0)))))
    assert ["标题" in text for text in found] == [False, True]


def test_a_paragraph_kept_whole_is_not_split() -> None:
    whole = replace(para(SENTENCE * 4), keep_lines=True)
    found = texts(printed(paper(*(para("前") for _ in range(19)), whole)))
    assert ["落实" in text for text in found] == [False, True]


def test_a_broken_paragraph_leaves_two_lines_on_either_page() -> None:
    found = texts(printed(paper(*(para("前") for _ in range(21)), para("学" * 28 * 4), page=Page(footer=""))))
    assert [text.count("学") for text in found] == [0, 28 * 4]


def test_a_long_word_breaks_inside_its_cell() -> None:
    data = printed(paper(table(row("A" * 40, "乙"), widths=(20.0, 50.0)), page=Page(footer="")))
    assert max(box[3] for box in boxes(data) if box[0] == "A") < 48.5 * POINTS


def test_letter_spacing_survives_a_change_of_face_in_every_viewer() -> None:
    found = boxes(printed(paper(para("年1月1", Style("fang", 16.0, spacing=2.0)))))
    assert found[3][3] - found[0][1] == pytest.approx(48 + 3 * 2, abs=0.1)


def test_another_weasyprint_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("weasyprint.__version__", "71.0")
    with pytest.raises(justify.WrongVersionError, match=r"70\.0"):
        justify.install()


def test_nothing_is_fetched_but_the_house_fonts() -> None:
    engine = pdf._engine()
    with pytest.raises(ValueError, match="refused"):
        engine.fetcher.fetch("file:///etc/passwd")


def test_a_missing_library_is_told_in_a_sentence(monkeypatch: pytest.MonkeyPatch) -> None:
    assert pdf.unavailable() == ""
    monkeypatch.setitem(sys.modules, "weasyprint", None)
    assert pdf.unavailable().startswith("WeasyPrint 没有装好。")


def test_what_weasyprint_prints_of_a_missing_library_is_not_passed_on(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    broken = 'print("WeasyPrint could not import some external libraries.")\nraise OSError("cannot load library")\n'
    (tmp_path / "weasyprint.py").write_text(broken, "utf-8")
    monkeypatch.delitem(sys.modules, "weasyprint", raising=False)
    monkeypatch.syspath_prepend(tmp_path)
    assert pdf.unavailable().startswith("WeasyPrint 要用的系统库 Pango 没有装好。")
    assert capfd.readouterr() == ("", "")
