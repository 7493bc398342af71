"""Sheets before each class and lists to tick: of exactly the papers in the file, and counted wherever paper is."""

from __future__ import annotations

import json
import shutil
import zipfile
from io import BytesIO
from typing import Any

import docx
import pikepdf
import pypdfium2
import pytest
from docx.enum.section import WD_SECTION
from openpyxl import load_workbook

from generator.forms.arrange import Arrangement
from generator.forms.lowered import whole
from generator.forms.plan import Selection
from generator.forms.stack import LINES
from generator.press.build import foretell
from generator.press.folder import INDEX, MANIFEST
from generator.press.printed import confirm
from generator.press.printplan import in_folder, of_folder, of_plan
from generator.records.ledger import NAME
from generator.render import own_pdf
from generator.resources import templates_dirs
from tests.forms.words import document
from tests.press.test_word_forms import own
from tests.small import TODAY, Project, Sheets

BODY = '- text: "{{ student.name }}的文书"\n- fields: [{label: 住址, value: "{{ student.address }}"}]'
BOTH = Arrangement("pinyin", separators=True, ticks=True)
NAMES = ("石小满", "木小春", "曾一", "单二", "艾三")
LIST = 2
"""Which table of a Word file is the first list: after the sheet's own, and the one of the list's head."""
needs_libreoffice = pytest.mark.skipif(not own_pdf.program(), reason="LibreOffice is not installed")


def classes(sheets: Sheets) -> None:
    """Two classes: of 石小满, 曾一 and 艾三, and of 木小春 and 单二."""
    sheets["家访"] = []
    sheets["班级"].append({"年级": "三年级", "班号": "2", "班主任": "田校长", "学年初人数": "2"})
    sheets["学生"] = [
        {"班级": f"三年级（{1 + at % 2}）班", "班内学号": str(9 - at), "姓名": name, "性别": "女",
         "全国学籍号": f"G{at}", "现住址": "溪头村", "成员1姓名": f"{name[0]}父", "成员1关系": "父亲"}
        for at, name in enumerate(NAMES)
    ]  # fmt: skip


@pytest.fixture
def county(project: Project) -> Project:
    """Two classes, and what is put before papers about them."""
    project.data(classes)
    shutil.copytree(templates_dirs()[0] / "_print", project.folder / "templates" / "_print")
    return project


def paper(project: Project, **keys: Any) -> None:
    told: dict[str, Any] = {"formats": ["docx", "pdf"], "bundle": "school", "copies": "2", "pages": 1}
    project.paper(BODY, **(told | keys))


def made(project: Project, arrangement: Arrangement = BOTH, **options: Any) -> Any:
    return project.make(single=False, arrangement=arrangement, **options)


def entries(project: Project) -> dict[str, Any]:
    found = json.loads((project.out / MANIFEST).read_text(encoding="utf-8"))["files"]
    return {path.rpartition("/")[2]: entry for path, entry in found.items()}


def file(project: Project, suffix: str) -> bytes:
    (path,) = [one for one in project.out.rglob(f"*{suffix}") if one.name != INDEX]
    return path.read_bytes()


def pages(data: bytes) -> list[str]:
    with pypdfium2.PdfDocument(data) as found:
        return ["".join(page.get_textpage().get_text_bounded().split()) for page in found]


def bookmarks(data: bytes) -> list[tuple[str, int]]:
    with pikepdf.open(BytesIO(data)) as found, found.open_outline() as outline:
        numbers = {page.obj.objgen: at for at, page in enumerate(found.pages)}
        return [(item.title, numbers[item.destination[0].objgen]) for item in outline.root]  # type: ignore[index]


def table(data: bytes, at: int) -> list[list[str]]:
    return [[cell.text for cell in row.cells] for row in docx.Document(BytesIO(data)).tables[at].rows]


# --- what is in a file ------------------------------------------------------------------------------------------------


def test_before_each_class_lie_its_sheet_and_its_list_each_on_a_sheet_of_its_own(county: Project) -> None:
    paper(county)
    made(county)
    data = file(county, ".pdf")
    first = [
        ("隔页　三年级（1）班", 0),
        ("领取签字登记表　三年级（1）班", 2),
        ("5-艾三", 4),
        ("9-石小满", 8),
        ("7-曾一", 12),
    ]
    second = [("隔页　三年级（2）班", 16), ("领取签字登记表　三年级（2）班", 18), ("8-木小春", 20), ("6-单二", 24)]
    assert bookmarks(data) == [*first, *second]
    found = pages(data)
    assert [at for at, text in enumerate(found) if not text] == list(range(1, len(found), 2))  # all backs
    assert found[4] == found[6]


def test_on_one_side_nothing_is_left_blank(county: Project) -> None:
    paper(county, duplex=False)
    made(county)
    found = pages(file(county, ".pdf"))
    assert all(found)
    assert len(found) == 2 * 2 + 5 * 2


def test_a_sheet_tells_of_whom_the_papers_are_how_many_and_in_which_order(county: Project) -> None:
    paper(county, duplex=False)
    made(county)
    said = pages(file(county, ".pdf"))[0]
    for words in (
        "三年级（1）班",
        "小文书",
        "清溪小学",
        "林老师",
        "人）数3",
        "2份，单面打印",
        "一套3页，共用纸6张",
        "姓名拼音",
        "第1叠，这个文件共2叠",
    ):
        assert words in said, words


def test_a_list_has_exactly_the_papers_of_its_class_in_their_order(county: Project) -> None:
    paper(county)
    made(county)
    for suffix in (".docx", ".pdf"):
        assert [record["label"] for record in entries(county)[f"小文书{suffix}"]["records"]] == [
            "5-艾三", "9-石小满", "7-曾一", "8-木小春", "6-单二",
        ]  # fmt: skip
    head, *rows = table(file(county, ".docx"), LIST)
    assert head == ["序号", "座号", "姓名", "监护人", "领取", "签字交回", "日期", "备注"]
    assert [row[:4] for row in rows[:4]] == [
        ["1", "5", "艾三", "艾父"], ["2", "9", "石小满", "石父"], ["3", "7", "曾一", "曾父"], [""] * 4,
    ]  # fmt: skip
    assert len(rows) == LINES


def test_whose_paper_is_held_back_is_in_no_list_and_not_counted(county: Project) -> None:
    def without(sheets: Sheets) -> None:
        classes(sheets)
        sheets["学生"][2]["现住址"] = ""

    county.data(without)
    paper(county)
    made(county)
    text = "\n".join(pages(file(county, ".pdf")))
    assert "曾" not in text
    assert "人）数2" in text


def test_a_class_all_of_whose_papers_are_held_back_has_no_sheet(county: Project) -> None:
    def without(sheets: Sheets) -> None:
        classes(sheets)
        for at in (1, 3):
            sheets["学生"][at]["现住址"] = ""

    county.data(without)
    paper(county)
    made(county)
    assert [title for title, _ in bookmarks(file(county, ".pdf")) if "（2）班" in title] == []
    assert "第1叠，这个文件共1叠" in pages(file(county, ".pdf"))[0]


def test_a_paper_that_cannot_be_drawn_is_left_out_of_the_list_of_the_pdf_alone(
    county: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    from generator.render import pdf

    paper(county)
    drawn = pdf.undrawable
    monkeypatch.setattr(pdf, "undrawable", lambda one: "□" if one.title == "7-曾一" else drawn(one))
    monkeypatch.setattr(pdf, "_lacking", lambda text, _: {"□"} if "曾一" in text else set())
    report = made(county)
    assert [left.label for left in report.failed] == ["7-曾一"]
    assert "曾" not in "".join(pages(file(county, ".pdf")))
    assert [row[2] for row in table(file(county, ".docx"), LIST)[1:4]] == ["艾三", "石小满", "曾一"]


def test_what_is_in_doubt_is_a_blank_in_the_list_and_holds_nothing_back(county: Project) -> None:
    def doubtful(sheets: Sheets) -> None:
        classes(sheets)
        sheets["班级"][0]["班主任"] = "查无此人"
        sheets["学生"][0] |= {"班内学号": "九号", "成员1姓名": ""}

    county.data(doubtful)
    county.paper(BODY, bundle="class", filename="{{ student.name }}", formats=["docx", "pdf"])
    report = made(county)
    assert not report.partial
    assert report.papers == 5
    (path,) = county.out.rglob("三年级（1）班.docx")
    assert table(path.read_bytes(), LIST)[2][:4] == ["2", "", "石小满", ""]
    assert ["班主任", ""] in table(path.read_bytes(), 0)


def test_hostile_names_stand_as_they_are(county: Project) -> None:
    hostile = "<b>&\"' {{ 7*7 }} {% x %}璟堃𬭎·喆"

    def named(sheets: Sheets) -> None:
        classes(sheets)
        sheets["学生"][0]["姓名"] = hostile
        sheets["学生"][2]["成员1姓名"] = hostile
        sheets["学生"][4] |= {"姓名": "艾" * 120}

    county.data(named)
    county.paper(BODY, bundle="class", filename="{{ student.name }}", formats=["docx", "pdf"])
    report = made(county)
    assert not report.failed
    (path,) = county.out.rglob("三年级（1）班.docx")
    cells = [cell for row in table(path.read_bytes(), LIST) for cell in row]
    assert hostile in cells
    assert cells.count(hostile) == 2
    assert any("".join(hostile.split()) in text for text in pages(path.with_suffix(".pdf").read_bytes()))


def test_papers_that_are_about_no_single_child_are_listed_by_what_they_are_called(county: Project) -> None:
    county.paper(
        "- text: 正文", per="class", bundle="school", filename="{{ class.name }}名册", formats=["docx"], title="名册"
    )
    made(county)
    head, *rows = table(file(county, ".docx"), LIST)
    assert head[:3] == ["序号", "对象", "领取"]
    assert [row[1] for row in rows[:3]] == ["三年级（1）班名册", "三年级（2）班名册", ""]


def test_a_long_list_has_as_many_pages_as_are_foretold(county: Project) -> None:
    def many(sheets: Sheets) -> None:
        classes(sheets)
        first = sheets["学生"][0]
        sheets["学生"] = [
            first | {"姓名": f"曾小{number}", "全国学籍号": f"G{number}", "班内学号": str(number)}
            for number in range(2 * LINES + 1)
        ]

    county.data(many)
    paper(county, formats=["pdf"])
    arrangement = Arrangement("seat", ticks=True)
    foretold = of_plan(prepared(county, arrangement).plan, prepared(county, arrangement).catalogue)
    assert [line.inserts for line in foretold.lines] == [3]
    made(county, arrangement)
    assert entries(county)["小文书.pdf"]["inserts"] == [3]
    assert of_folder(made(county, arrangement).files) == foretold
    assert "曾小56" in pages(file(county, ".pdf"))[2]


def prepared(project: Project, arrangement: Arrangement = BOTH, **options: Any) -> Any:
    return project.prepared(single=False, arrangement=arrangement, **options)


# --- Word -------------------------------------------------------------------------------------------------------------


def test_in_word_each_begins_a_section_on_a_sheet_of_its_own_and_only_lists_are_numbered(county: Project) -> None:
    paper(county)
    made(county)
    sections = docx.Document(BytesIO(file(county, ".docx"))).sections
    assert len(sections) == 2 * 2 + 5 * 2
    assert {section.start_type for section in sections} == {WD_SECTION.ODD_PAGE}
    xml = [section.footer._element.xml for section in sections]
    assert "PAGE" not in xml[0]
    assert all("PAGE" in foot for foot in xml[1:6])


def test_in_word_pages_are_those_promised_or_left_to_the_file(county: Project) -> None:
    paper(county, formats=["docx"])
    made(county)
    assert ["文书页数", "一套3页，共用纸6张"] in table(file(county, ".docx"), 0)
    paper(county, formats=["docx"], pages=0)
    made(county)
    assert ["文书页数", "以打印文件为准"] in table(file(county, ".docx"), 0)


def test_a_users_word_form_keeps_its_headers_from_what_is_put_before_it(county: Project) -> None:
    form = docx.Document(BytesIO(document("{{姓名}}家长", "住{{现住址}}")))
    form.sections[0].header.paragraphs[0].text = "页眉{{姓名}}"
    buffer = BytesIO()
    form.save(buffer)
    own(county, buffer.getvalue(), bundle="school", formats=["docx"], copies="2")
    made(county)
    found = docx.Document(BytesIO(file(county, ".docx")))
    assert [section.header.paragraphs[0].text for section in found.sections] == [
        "", "", *["页眉艾三"] * 2, *["页眉石小满"] * 2, *["页眉曾一"] * 2,
        "", "", *["页眉木小春"] * 2, *["页眉单二"] * 2,
    ]  # fmt: skip
    assert [row[2] for row in table(file(county, ".docx"), LIST)[1:4]] == ["艾三", "石小满", "曾一"]
    with zipfile.ZipFile(BytesIO(file(county, ".docx"))) as package:
        xml = package.read("word/document.xml").decode()
    assert xml.count("<w:body>") == 1


@needs_libreoffice
def test_a_users_word_form_becomes_a_pdf_with_them(county: Project) -> None:
    own(county, document("{{姓名}}家长"), bundle="school", formats=["pdf"])
    made(county)
    data = file(county, ".pdf")
    assert bookmarks(data)[:3] == [
        ("隔页　三年级（1）班", 0), ("领取签字登记表　三年级（1）班", 2), ("5-艾三", 4),
    ]  # fmt: skip
    assert entries(county)["小文书.pdf"]["inserts"] == [1, 1, 1, 1]
    assert pages(data)[4] == "艾三家长"


def test_a_workbook_is_put_in_order_and_nothing_else(county: Project) -> None:
    roster = '- roster: {each: member in class.roll, columns: [{label: 姓名, value: "{{ member.name }}", width: 6}]}'
    county.paper(roster, formats=["xlsx"], bundle="school")
    made(county)
    (path,) = [one for one in county.out.rglob("*.xlsx") if one.name != INDEX]
    assert load_workbook(path).sheetnames == ["5-艾三", "9-石小满", "7-曾一", "8-木小春", "6-单二"]
    assert "inserts" not in entries(county)["小文书.xlsx"]


# --- what is told of it -----------------------------------------------------------------------------------------------


def test_the_plan_before_and_after_the_manifest_and_the_index_agree(county: Project) -> None:
    paper(county)
    before = prepared(county)
    foretold = of_plan(before.plan, before.catalogue, foretell(before))
    report = made(county)
    assert of_folder(report.files) == foretold == in_folder(county.out)
    (line,) = foretold.lines
    assert (line.papers, line.pages, line.sheets, line.inserts, line.order) == (5, 5 + 4, 10 + 4, 4, "姓名拼音")
    assert {(entry["order"], tuple(entry["inserts"])) for entry in entries(county).values()} == {("pinyin", (1,) * 4)}
    book = load_workbook(county.out / INDEX)
    assert [row[-4:] for row in book["打印计划"].iter_rows(min_row=2, values_only=True)] == [
        ("A4", "双面", 4, "姓名拼音")
    ]
    with pikepdf.open(BytesIO(file(county, ".pdf"))) as found:
        assert [row[5] for row in book["文书"].iter_rows(min_row=2, values_only=True)][1] == len(found.pages)


def test_papers_that_will_be_left_out_take_no_line_of_the_list_that_is_foretold(county: Project) -> None:
    def without(sheets: Sheets) -> None:
        classes(sheets)
        for at in (1, 3):
            sheets["学生"][at]["现住址"] = ""

    county.data(without)
    paper(county)
    before = prepared(county)
    foretold = of_plan(before.plan, before.catalogue, foretell(before))
    assert [line.inserts for line in foretold.lines] == [2]
    assert of_folder(made(county).files) == foretold


def test_another_order_changes_the_file_and_no_paper(county: Project) -> None:
    paper(county)
    ledger = county.folder / NAME
    made(county, Arrangement())
    before = {name: entry["sha256"] for name, entry in entries(county).items()}
    confirm(county.out, [], ledger, TODAY, everything=True)
    made(county)
    assert all(entry["sha256"] != before[name] for name, entry in entries(county).items())
    again = prepared(county, ledger=ledger, changed=True)
    assert again.plan.jobs == ()
    assert confirm(county.out, [], ledger, TODAY, everything=True).already == ("清溪小学/小文书",)


def test_one_contract_that_changed_is_reprinted_with_a_sheet_and_a_list_of_its_own(county: Project) -> None:
    paper(county)
    ledger = county.folder / NAME
    made(county)
    confirm(county.out, [], ledger, TODAY, everything=True)

    def moved(sheets: Sheets) -> None:
        classes(sheets)
        sheets["学生"][3]["现住址"] = "新居"

    county.data(moved)
    report = made(county, ledger=ledger, changed=True)
    assert report.papers == 1
    (path,) = report.out.rglob("*.pdf")
    assert [title for title, _ in bookmarks(path.read_bytes())] == [
        "隔页　三年级（2）班", "领取签字登记表　三年级（2）班", "6-单二",
    ]  # fmt: skip


def test_a_file_that_was_edited_is_out_of_date_where_another_order_is_asked_for(county: Project) -> None:
    paper(county, formats=["docx"])
    made(county, Arrangement())
    (path,) = county.out.rglob("小文书.docx")
    path.write_bytes(path.read_bytes() + b" ")
    assert made(county, Arrangement()).stale == []
    assert len(made(county, Arrangement("pinyin")).stale) == 1


def test_the_same_papers_give_the_same_bytes_whatever_was_printed_before(county: Project) -> None:
    paper(county)
    made(county)
    first = {name: entry["sha256"] for name, entry in entries(county).items()}
    made(county, Arrangement(), selection=Selection(), overwrite=True)
    made(county, workers=2)
    assert {name: entry["sha256"] for name, entry in entries(county).items()} == first


def test_laid_out_in_full_a_file_shows_the_same(county: Project) -> None:
    paper(county, formats=["pdf"])
    made(county)
    ours = file(county, ".pdf")
    made(county, full=True, overwrite=True)
    theirs = file(county, ".pdf")
    assert pages(ours) == pages(theirs)
    assert bookmarks(ours) == bookmarks(theirs)


def test_they_are_no_papers_of_the_catalogue_and_a_project_may_have_its_own(county: Project) -> None:
    path = county.folder / "templates" / "_print" / "separator.yaml"
    path.write_text(path.read_text(encoding="utf-8").replace("[文书,", "[文种,"), encoding="utf-8")
    paper(county, formats=["docx"])
    report = made(county)
    assert {result.job.form for result in report.results} == {"tiny"}
    assert "文种" in [row[0] for row in table(file(county, ".docx"), 0)]


def test_a_single_layout_serves_the_sheets_of_all_files(county: Project, monkeypatch: pytest.MonkeyPatch) -> None:
    from generator.render import pdf, stamp

    laid: list[str] = []

    def lay_out(one: Any) -> Any:
        laid.append(one.title)
        return pdf._lay_out(one)

    pdf._engine()
    stamper = stamp.Stamper(lay_out)
    monkeypatch.setattr(pdf, "_stamper", lambda: stamper)
    paper(county, formats=["pdf"], bundle="class")
    made(county)
    once = [title for title in laid if title.startswith(("隔页", "领取"))]
    paper(county, formats=["pdf"], bundle="class", title="别的文书", copies="3")
    made(county)
    assert [title for title in laid if title.startswith(("隔页", "领取"))] == once


def test_every_title_of_the_catalogue_fits_a_list_of_the_pages_foretold() -> None:
    """The longest title is the one that could need another line."""
    from generator.dataset.models import Dataset
    from generator.forms.catalogue import discover
    from generator.forms.context import Context
    from generator.forms.lower import house_styles, lower
    from generator.forms.resolve import Resolver, title_of
    from generator.forms.stack import Stack, Tick
    from generator.render import pdf
    from generator.resources import styles_file
    from tests.small import national

    context = Context(Dataset(), national(), TODAY)
    titles = [title_of(one, context) for one in discover(words=False).definitions.values()]
    found = discover(words=False, part="_print")
    definition = found.definitions["print-ticks"]
    ticks = [
        Tick(str(at), "对象" * 9, str(at), "欧阳上官" if at % 7 else "阿依古丽·买买提江", "监护人")
        for at in range(LINES)
    ]
    stack = Stack(title=max(titles, key=len), unit="九年级（12）班", papers=LINES, students=True, ticks=ticks)
    resolved = Resolver(definition, found.fragments, context).resolve(stack)
    sheet = lower(resolved, house_styles(styles_file())[definition.style], landscape=False, label="x")
    assert pdf.render([sheet], copies=1, duplex=True, title="x").pages == (1,)


def test_an_insert_made_again_tells_of_the_pages_of_that_time(county: Project) -> None:
    paper(county)
    prepared = county.prepared(single=False, arrangement=BOTH)
    (job,) = prepared.plan.jobs
    assert prepared.inserts
    sheet = prepared.inserts.of(job, "student", job.entries)[0]
    count = len(job.entries)
    said = ["".join(run.text for run in whole(sheet.paper((pages,) * count)).runs()) for pages in (1, 1, 1, 2)]
    here = len(next(job.by_part())[1])
    assert [f"一套{here * pages}页" in text for pages, text in zip((1, 1, 1, 2), said, strict=True)] == [True] * 4
