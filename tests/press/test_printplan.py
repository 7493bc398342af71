from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from openpyxl import load_workbook

from generator.forms.lowered import Page, PageBreak, Paper
from generator.forms.plan import Selection
from generator.press.build import foretell
from generator.press.folder import INDEX
from generator.press.papersize import sizes, stock
from generator.press.printplan import Line, PrintPlan, in_folder, of_folder, of_plan
from tests.small import Project, Sheets

BODY = '- text: "{{ student.name }}"'


def lines(found: PrintPlan) -> list[tuple[Any, ...]]:
    return [
        (one.file.rpartition("/")[2], one.papers, one.copies, one.pages, one.sheets, one.paper, one.duplex)
        for one in found.lines
    ]  # fmt: skip


def totals(found: PrintPlan) -> list[str]:
    return [("" if one.over_all else f"{one.place}：") + str(one) for one in found.totals]


def second_page(name: str) -> str:
    """A body that is two pages long for one child."""
    return f"""
{BODY}
- page_break: true
  when: student.name == '{name}'
- text: 第二页
  when: student.name == '{name}'
"""


@pytest.mark.parametrize(
    ("duplex", "copies", "sheets"), [(True, "1", 2), (True, "3", 6), (False, "1", 3), (False, "2", 6)]
)
def test_every_copy_of_every_paper_begins_on_a_sheet_of_its_own(
    project: Project, duplex: bool, copies: str, sheets: int
) -> None:
    project.paper(second_page("石小满"), bundle="class", formats=["docx", "pdf"], duplex=duplex, copies=copies)
    report = project.make(single=False)
    assert lines(of_folder(report.files)) == [("三年级（1）班", 2, int(copies), 3, sheets, "A4", duplex)]


def test_a_print_file_in_several_formats_is_one_pile_of_paper(project: Project) -> None:
    project.paper(BODY, formats=["docx", "pdf", "xlsx"])
    assert [line[0] for line in lines(of_folder(project.make().files))] == ["1-石小满", "2-木小春"]


def test_without_pages_laid_out_those_count_that_are_promised_and_else_none(project: Project) -> None:
    project.paper(BODY, bundle="class", pages=1)
    project.paper(BODY, "other", bundle="class", title="别的")
    found = of_folder(project.make(single=False).files)
    assert lines(found) == [
        ("三年级（1）班", 2, 1, None, None, "A4", True), ("三年级（1）班", 2, 1, 2, 2, "A4", True),
    ]  # fmt: skip
    assert totals(found) == ["清溪小学：A4 双面 2 张，另有 1 个文件张数不明", "A4 双面 2 张，另有 1 个文件张数不明"]


def test_what_excel_breaks_into_pages_is_unknown_whatever_is_promised(project: Project) -> None:
    project.paper(BODY, formats=["xlsx"], pages=1, bundle="class")
    (line,) = of_folder(project.make(single=False).files).lines
    assert (line.papers, line.pages, line.sheets) == (2, None, None)


def test_pages_that_were_laid_out_count_whatever_is_promised(project: Project) -> None:
    project.paper(second_page("石小满"), formats=["docx", "pdf"], bundle="class", pages=1)
    report = project.make(single=False)
    assert report.wrong_pages
    assert [line.pages for line in of_folder(report.files).lines] == [3]


def test_what_will_be_made_takes_what_is_promised_without_what_is_held_back(project: Project) -> None:
    project.paper('- text: "{{ student.address }}"', bundle="class", pages=2, copies="2", landscape=True)
    project.data(lambda sheets: sheets["学生"][0].update({"现住址": ""}))
    prepared = project.prepared(single=False)
    found = of_plan(prepared.plan, prepared.catalogue, foretell(prepared))
    assert lines(found) == [("三年级（1）班", 1, 2, 2, 2, "A4横", True)]


def test_what_will_be_made_without_a_promise_is_unknown(project: Project) -> None:
    project.paper(BODY)
    prepared = project.prepared()
    assert totals(of_plan(prepared.plan, prepared.catalogue)) == [
        "清溪小学：A4 双面 2 个文件，张数不明",
        "A4 双面 2 个文件，张数不明",
    ]


def test_upright_and_across_are_one_paper(project: Project) -> None:
    project.paper(BODY, formats=["docx", "pdf"])
    project.paper(BODY, "other", formats=["docx", "pdf"], landscape=True, filename="横/{{ student.name }}")
    found = of_folder(project.make().files)
    assert sorted({line.paper for line in found.lines}) == ["A4", "A4横"]
    assert totals(found)[-1] == "A4 双面 4 张"


def test_totals_are_told_for_each_school_and_for_all() -> None:
    found = PrintPlan(
        (
            Line("tiny", "甲校", "", "a", 1, 1, 2, 1, "A4", True),
            Line("tiny", "乙校", "", "b", 1, 1, 3, 3, "A4", False),
            Line("tiny", "甲校", "", "c", 1, 1, 2, 1200, "A4横", True),
            Line("tiny", "", "", "d", 1, 1, 1, 1, "A3", True),
        )
    )
    schools = ["甲校：A4 双面 1,201 张", "乙校：A4 单面 3 张", "：A3 双面 1 张"]
    assert totals(found) == [*schools, "A4 双面 1,201 张", "A4 单面 3 张", "A3 双面 1 张"]


def test_a_file_that_a_person_edited_is_listed_and_not_counted(project: Project) -> None:
    project.paper(BODY, bundle="class", pages=1)
    project.make(single=False)
    next(project.out.rglob("*.docx")).write_bytes(b"edited")
    for found in (of_folder(project.make(single=False).files), in_folder(project.out)):
        assert [(line.papers, line.sheets) for line in found.lines] == [(None, None)]


def test_a_file_that_is_out_of_date_is_not_to_be_printed(project: Project) -> None:
    project.paper('- text: "{{ student.address }}"')
    project.make()
    project.data(lambda sheets: sheets["学生"][0].update({"现住址": ""}))
    assert [line[0] for line in lines(of_folder(project.make().files))] == ["2-木小春"]


def test_of_two_formats_the_older_one_tells_no_pages_of_the_newer(
    project: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    project.paper(BODY, bundle="class", formats=["docx", "pdf"])
    project.make(single=False)
    monkeypatch.setattr("generator.render.pdf.unavailable", lambda: "没有 WeasyPrint")
    project.data(lambda sheets: sheets["学生"][1].update({"姓名": "木晓春"}))
    (line,) = of_folder(project.make(single=False).files).lines
    assert (line.papers, line.pages) == (2, None)


def test_the_index_has_the_plan_and_its_totals(project: Project) -> None:
    project.paper(BODY, bundle="class", pages=1, copies="2")
    project.make(single=False)
    book = load_workbook(project.out / INDEX)
    rows = [list(book[name].iter_rows(min_row=2, values_only=True)) for name in ("打印计划", "用纸合计")]
    assert rows == [
        [("清溪小学", "小文书", "清溪小学/小文书/三年级（1）班", 2, 2, 2, 4, "A4", "双面", None, "数据里的顺序")],
        [("清溪小学", "A4", "双面", 4, 1, None), ("合计", "A4", "双面", 4, 1, None)],
    ]


def test_the_plan_of_a_folder_is_that_of_the_run_that_made_it(project: Project) -> None:
    project.paper(second_page("木小春"), bundle="class", formats=["docx", "pdf"])
    report = project.make(single=False)
    assert in_folder(project.out) == of_folder(report.files)


def test_the_size_of_paper_is_told_by_its_name_or_its_millimetres() -> None:
    a3 = Paper("", Page(297, 420), (PageBreak(Page(420, 297)), PageBreak(Page(100, 150))))
    assert sizes([Paper("", Page(), ())]) == "A4"
    assert sizes([a3]) == "100×150毫米"  # a break with nothing before it breaks nothing
    assert stock("A4横、A4、A3") == "A4、A3"


def spoiled(sheets: Sheets) -> None:
    sheets["学生"].clear()


def test_where_nothing_is_to_be_printed_there_is_no_line(project: Project) -> None:
    project.paper(BODY)
    project.data(spoiled)
    prepared = project.prepared(selection=Selection(), today=date(2026, 9, 11))
    assert of_plan(prepared.plan, prepared.catalogue) == PrintPlan(()) == in_folder(project.out)
