from __future__ import annotations

import zipfile
from io import BytesIO

import docx
import pytest
from docx.document import Document
from docx.enum.section import WD_SECTION
from docx.oxml.ns import qn
from lxml import etree

from generator.forms.lowered import Page, PageBreak, Paper, Para, Row, Run, Style
from generator.render import word
from tests.render.papers import FANG, HEI, HOSTILE, SENTENCE, SONG, cell, paper, para, row, table

WIDE = Page(width=297.0, height=210.0, footer="center")


def printed(*papers: Paper, copies: int = 1, duplex: bool = False) -> bytes:
    return word.render(papers, copies=copies, duplex=duplex, title="合订").data


def opened(*papers: Paper, copies: int = 1, duplex: bool = False) -> Document:
    return docx.Document(BytesIO(printed(*papers, copies=copies, duplex=duplex)))


def found(document: Document, path: str) -> list[etree._Element]:
    return list(document.element.body.iterfind(f".//{path}", {"w": qn("w:x")[1:-2]}))


def attribute(document: Document, path: str, name: str) -> list[str | None]:
    return [element.get(qn(name)) for element in found(document, path)]


def test_values_come_out_as_they_went_in() -> None:
    document = opened(paper(para(HOSTILE, value=True), para(HOSTILE), table(row(HOSTILE, "x"))))
    assert [one.text for one in document.paragraphs][:2] == [HOSTILE, HOSTILE]
    assert document.tables[0].cell(0, 0).text == HOSTILE


def test_a_newline_is_a_line_break() -> None:
    document = opened(paper(para("甲\n乙", value=True), para("丙\n丁")))
    assert [one.text for one in document.paragraphs] == ["甲\n乙", "丙\n丁"]
    assert len(found(document, "w:br")) == 2


def test_spaces_are_preserved() -> None:
    document = opened(paper(para("  年  月  ", value=True)))
    assert document.paragraphs[0].text == "  年  月  "
    assert [one.get(qn("xml:space")) for one in found(document, "w:t")] == ["preserve"]


@pytest.mark.parametrize("char", ["\x00", "\x01", "\x02", "\x03", "\x0b", "\uffff"])
def test_a_character_xml_cannot_hold_shows_and_never_breaks_the_file(char: str) -> None:
    document = opened(paper(para(f"甲{char}乙", value=True), para(f"丙{char}丁")))
    assert [one.text for one in document.paragraphs] == ["甲\ufffd乙", "丙\ufffd丁"]


def test_the_line_pitch_of_an_official_page_is_579_twips_exactly() -> None:
    document = opened(paper(para(SENTENCE)))
    spacing = found(document, "w:p/w:pPr/w:spacing")[0]
    assert (spacing.get(qn("w:line")), spacing.get(qn("w:lineRule"))) == ("579", "exact")
    assert attribute(document, "w:rPr/w:spacing", "w:val") == ["-5"]


def test_body_text_has_roman_digits_and_chinese_quotes() -> None:
    fonts = found(opened(paper(para("2026“年”"))), "w:rFonts")[0]
    assert fonts.get(qn("w:ascii")) == "Times New Roman"
    assert fonts.get(qn("w:eastAsia")) == "仿宋"
    assert fonts.get(qn("w:hint")) == "eastAsia"


@pytest.mark.parametrize(("style", "face"), [(HEI, "黑体"), (SONG, "方正小标宋简体")])
def test_a_title_and_a_heading_have_one_face_for_all_characters(style: Style, face: str) -> None:
    fonts = found(opened(paper(para("第1条", style))), "w:rFonts")[0]
    assert {fonts.get(qn(f"w:{slot}")) for slot in ("ascii", "hAnsi", "eastAsia", "cs")} == {face}


def test_the_look_of_a_run_is_kept() -> None:
    style = Style("kai", 10.5, bold=True, underline=True, color="FF0000")
    document = opened(paper(para("字", style)))
    assert attribute(document, "w:rPr/w:sz", "w:val") == ["21"]
    assert attribute(document, "w:rPr/w:color", "w:val") == ["FF0000"]
    assert found(document, "w:rPr/w:b")
    assert found(document, "w:rPr/w:u")


def test_a_hanging_indent_hangs() -> None:
    block = Para((Run("一、甲", FANG),), first=-10.0, left=10.0, before=3.0, after=6.0, keep_next=True, rule="dashed")
    document = opened(paper(block))
    indent = found(document, "w:ind")[0]
    assert (indent.get(qn("w:left")), indent.get(qn("w:hanging"))) == ("567", "567")
    spacing = found(document, "w:p/w:pPr/w:spacing")[0]
    assert (spacing.get(qn("w:before")), spacing.get(qn("w:after"))) == ("60", "120")
    assert found(document, "w:keepNext")
    assert attribute(document, "w:pBdr/w:bottom", "w:val") == ["dashed"]
    assert attribute(document, "w:pBdr/w:bottom", "w:space") == ["4"]  # words do not touch the rule


def test_every_copy_is_a_section_that_counts_its_pages_anew() -> None:
    document = opened(paper(para("甲")), paper(para("乙")), copies=2)
    assert [one.text for one in document.paragraphs] == ["甲", "甲", "乙", "乙"]
    assert attribute(document, "w:sectPr/w:pgNumType", "w:start") == ["1"] * 4


@pytest.mark.parametrize(("duplex", "start"), [(True, WD_SECTION.ODD_PAGE), (False, WD_SECTION.NEW_PAGE)])
def test_only_duplex_copies_start_on_odd_pages(duplex: bool, start: WD_SECTION) -> None:
    document = opened(paper(para("甲")), paper(para("乙")), copies=2, duplex=duplex)
    assert {section.start_type for section in document.sections} == {start}


def test_restart_and_odd_page_belong_to_the_first_section_of_a_copy() -> None:
    document = opened(paper(para("正文"), PageBreak(WIDE), para("附件")), copies=2, duplex=True)
    kinds = attribute(document, "w:sectPr/w:type", "w:val")
    assert kinds == ["oddPage", "nextPage", "oddPage", "nextPage"]
    assert len(attribute(document, "w:sectPr/w:pgNumType", "w:start")) == 2
    assert attribute(document, "w:sectPr/w:pgSz", "w:orient") == [None, "landscape"] * 2


def test_every_section_names_its_own_feet_for_odd_and_even_pages() -> None:
    document = opened(paper(para("正文"), PageBreak(WIDE), para("附件")), paper(para("无"), page=Page(footer="")))
    for section in found(document, "w:sectPr"):
        kinds = [one.get(qn("w:type")) for one in section.findall(qn("w:footerReference"))]
        assert kinds == ["even", "default"]
    feet = [section.footer._element.iter(qn("w:t")) for section in document.sections]
    texts = ["".join(str(one.text) for one in foot) for foot in feet]
    assert texts == ["— 1 —", "1", ""]


def test_the_page_number_stands_on_the_outer_side() -> None:
    section = opened(paper(para("正文"))).sections[0]
    sides = [foot.paragraphs[0].alignment.xml_value for foot in (section.footer, section.even_page_footer)]
    assert sides == ["right", "left"]


def test_the_middle_of_the_foot_is_7_mm_under_the_text() -> None:
    section = opened(paper(para("正文"))).sections[0]
    assert section.footer_distance
    assert section.footer_distance.mm == pytest.approx(35 - 7 - 14 * 25.4 / 72 / 2, abs=0.1)


def test_the_first_copy_of_every_paper_is_bookmarked() -> None:
    papers = [paper(para("甲"), title="1 班 & 李璟堃"), paper(para("乙"), title="王某")]
    document = opened(*papers, copies=2)
    assert attribute(document, "w:bookmarkStart", "w:name") == ["P1_班___李璟堃_1", "王某_2"]
    assert attribute(document, "w:outlineLvl", "w:val") == ["0", "9", "0", "9"]


def test_a_page_break_is_kept_by_the_paragraph_after_it() -> None:
    document = opened(paper(para("甲"), PageBreak(), para("乙")))
    broken = [one.paragraph_format.page_break_before for one in document.paragraphs]
    assert broken == [None, True]


def test_columns_have_the_widths_given() -> None:
    document = opened(paper(table(row("甲", "乙"), widths=(25.4, 50.8))))
    assert attribute(document, "w:gridCol", "w:w") == ["1440", "2880"]
    assert attribute(document, "w:tblLayout", "w:type") == ["fixed"]


def test_cells_merge_over_columns_and_rows() -> None:
    rows = (Row((cell("左", rows=2), cell("右"))), Row((cell("下"),)), Row((cell("全", span=2),)))
    grid = opened(paper(table(*rows))).tables[0]
    assert grid.cell(0, 0)._tc is grid.cell(1, 0)._tc
    assert grid.cell(2, 0)._tc is grid.cell(2, 1)._tc
    assert grid.cell(1, 1).text == "下"


def test_rows_stay_whole_and_headers_repeat() -> None:
    document = opened(paper(table(row("甲", "乙", header=True), row("1", "2", height=20.0))))
    assert len(found(document, "w:cantSplit")) == 2
    assert len(found(document, "w:tblHeader")) == 1
    assert attribute(document, "w:trHeight", "w:val") == ["454", "1134"]


def test_a_row_kept_with_the_next_keeps_all_its_paragraphs() -> None:
    document = opened(paper(table(row("甲", "乙", keep_next=True), row("1", "2"))))
    assert len(found(document, "w:keepNext")) == 2


def test_borders_and_their_absence_are_both_said() -> None:
    bare = cell("无")
    bare = type(bare)(bare.paras, borders=frozenset({"bottom"}))
    document = opened(paper(table(Row((bare, cell("有"))))))
    values = [one.get(qn("w:val")) for one in found(document, "w:tcBorders")[0]]
    assert values == ["nil", "nil", "single", "nil"]
    assert attribute(document, "w:tcBorders/w:bottom", "w:sz") == ["4", "4"]


def test_a_table_at_the_end_is_followed_by_a_hairline_that_closes_the_section() -> None:
    document = opened(paper(table(row("甲", "乙"))), copies=2)
    assert [one.paragraph_format.line_spacing.pt for one in document.paragraphs] == [1.0, 1.0]
    assert len(document.sections) == 2


def test_an_empty_paper_is_still_a_document() -> None:
    assert len(opened(paper()).paragraphs) == 1


def test_another_record_of_one_shape_fills_the_same_pieces() -> None:
    first, second = (paper(para("姓名："), para(name, value=True)) for name in ("李璟堃", "王<某>"))
    assert word.compile_paper(first) == word.compile_paper(second)
    assert word.compile_paper(first).fill([b"A"], start=b"nextPage", outlined=True, last=True)[1] == b"A"


def test_too_few_values_are_refused() -> None:
    pieces = word.compile_paper(paper(para("李", value=True), para("王", value=True)))
    with pytest.raises(ValueError, match="1 values for 2 slots"):
        pieces.fill([b"A"], start=b"nextPage", outlined=True, last=True)


def test_every_part_is_well_formed_and_dated_1980() -> None:
    with zipfile.ZipFile(BytesIO(printed(paper(para(HOSTILE)), paper(para("乙"), page=WIDE)))) as package:
        for entry in package.infolist():
            etree.fromstring(package.read(entry))
            assert entry.date_time == (1980, 1, 1, 0, 0, 0)
