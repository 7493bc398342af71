"""Somebody prints, something changes, and only that is printed anew."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from openpyxl import load_workbook

from generator.forms.plan import Selection, SelectionError
from generator.press import changed
from generator.press.build import Prepared, build
from generator.press.changed import State
from generator.press.folder import INDEX
from generator.press.printed import confirm
from generator.records.ledger import NAME
from tests.county import HERE, files, write_folder
from tests.small import TODAY, Project, Sheets

LATER, LATEST = date(2026, 10, 1), date(2026, 10, 9)
CONTRACT = """
- text: "甲方{{ school.name }}与{{ student.name }}的监护人约定"
- fields: [{label: 住址, value: "{{ student.address }}", by_hand: true}]
"""
CLASS_FILE = "清溪小学/小文书/三年级（1）班.docx"
ANEW = {
    "班级": "三年级（1）班",
    "班内学号": "3",
    "姓名": "田小秋",
    "性别": "女",
    "全国学籍号": "G3",
    "现住址": "溪头村",
}


def printed(project: Project, body: str = CONTRACT, **keys: Any) -> None:
    """Make the contracts of the class and confirm all that was made as printed."""
    project.paper(body, **({"bundle": "class", "when": "student.enrolled"} | keys))
    project.make(single=False)
    confirm(project.out, [], project.folder / NAME, TODAY, everything=True)


def later(project: Project, today: date = LATER, **options: Any) -> Prepared:
    given: dict[str, Any] = {"single": False, "ledger": project.folder / NAME, "changed": True} | options
    return project.prepared(today=today, **given)


def told(found: Prepared) -> dict[str, list[str]]:
    """How papers stand, but for those that are as they were printed."""
    assert found.review
    states: dict[str, list[str]] = {}
    for file in found.review.files:
        for paper in file.papers:
            if paper.state is not State.PRINTED:
                states.setdefault(paper.state.name + paper.why, []).append(paper.entry.label)
    if found.review.gone:
        states["GONE"] = [paper.label for paper in found.review.gone]
    if found.review.held:
        states["HELD"] = [paper.label for paper, _ in found.review.held]
    return states


def made(found: Prepared) -> list[str]:
    return [entry.label for job in found.plan.jobs for entry in job.entries]


def row(sheets: Sheets, name: str) -> dict[str, str]:
    return next(each for each in sheets["学生"] if each["姓名"] == name)


def moved_house(sheets: Sheets) -> None:
    row(sheets, "木小春")["现住址"] = "溪中村"


# What has changed


def test_nothing_is_made_where_nothing_has_changed(project: Project) -> None:
    printed(project)
    found = later(project)
    assert (told(found), made(found)) == ({}, [])


def test_only_the_paper_of_the_child_that_moved_house_is_made(project: Project) -> None:
    printed(project)
    project.data(moved_house)
    found = later(project)
    assert told(found) == {"CHANGED内容": ["2-木小春"]}
    report = build(found, lambda _: None)
    assert [(one.path, one.papers) for one in report.files] == [(CLASS_FILE, 1)]
    assert (project.out / f"补印 {LATER}" / CLASS_FILE).is_file()


def test_another_wording_changes_every_paper(project: Project) -> None:
    printed(project)
    project.paper(CONTRACT.replace("约定", "商定"), bundle="class", when="student.enrolled")
    assert told(later(project)) == {"CHANGED措辞": ["1-石小满", "2-木小春"]}


def test_another_look_changes_no_paper(project: Project) -> None:
    printed(project)
    project.paper(CONTRACT, bundle="class", when="student.enrolled", style="contract", landscape=True)
    assert told(later(project)) == {}


def test_a_new_child_is_new(project: Project) -> None:
    printed(project)
    project.data(lambda sheets: sheets["学生"].append(dict(ANEW)))
    found = later(project)
    assert (told(found), made(found)) == ({"NEW": ["3-田小秋"]}, ["3-田小秋"])


def test_of_a_child_that_left_it_is_told_that_its_paper_is_no_longer_wanted(project: Project) -> None:
    printed(project)
    project.data(lambda sheets: row(sheets, "木小春").update({"学籍状态": "转出"}))
    found = later(project)
    assert (told(found), made(found)) == ({"GONE": ["2-木小春"]}, [])


def two_classes(sheets: Sheets) -> None:
    sheets["班级"].append({"年级": "三年级", "班号": "2", "班主任": "林老师", "学年初人数": "0"})


def test_a_child_that_changed_its_class_is_known_and_changed_only_if_its_paper_says_so(project: Project) -> None:
    project.data(two_classes)
    printed(project)
    printed(project, '- text: "{{ student.name }}在{{ class.name }}"', id_="other", title="别的")

    def moved(sheets: Sheets) -> None:
        two_classes(sheets)
        row(sheets, "木小春").update({"班级": "三年级（2）班", "班内学号": "1"})
        sheets["家访"].clear()

    project.data(moved)
    found = later(project)
    assert told(found) == {"CHANGED内容": ["1-木小春"]}
    assert [job.targets[0][1] for job in found.plan.jobs] == ["清溪小学/别的/三年级（2）班.docx"]


def test_rows_in_another_order_change_nothing(project: Project) -> None:
    printed(project)
    project.data(lambda sheets: sheets["学生"].reverse())
    assert told(later(project)) == {}


def test_of_two_namesakes_only_the_one_that_moved_house_is_made(project: Project) -> None:
    def namesakes(sheets: Sheets) -> None:
        sheets["家访"].clear()
        row(sheets, "木小春")["姓名"] = "石小满"

    def moved(sheets: Sheets) -> None:
        namesakes(sheets)
        sheets["学生"][1]["现住址"] = "溪中村"
        sheets["学生"].reverse()

    project.data(namesakes)
    printed(project)
    project.data(moved)
    assert told(later(project)) == {"CHANGED内容": ["2-石小满"]}


def test_a_number_that_is_filled_in_later_changes_nothing(project: Project) -> None:
    project.data(lambda sheets: [child.pop("全国学籍号") for child in sheets["学生"]])
    printed(project)
    project.data()
    assert told(later(project)) == {}


def test_a_name_that_is_corrected_is_a_change_of_the_same_child(project: Project) -> None:
    printed(project)
    project.data(lambda sheets: row(sheets, "木小春").update({"姓名": "木晓春"}))
    assert told(later(project)) == {"CHANGED内容": ["2-木晓春"]}


def test_a_change_that_was_taken_back_needs_no_paper(project: Project) -> None:
    printed(project)
    project.data(moved_house)
    assert made(later(project))
    project.data()
    assert made(later(project)) == []


def test_what_was_confirmed_of_the_new_paper_stands_and_the_old_one_no_more(project: Project) -> None:
    printed(project)
    project.data(moved_house)
    build(later(project), lambda _: None)
    confirm(project.out, [f"补印 {LATER}"], project.folder / NAME, LATER)
    assert told(later(project, LATEST)) == {}
    project.data()
    assert told(later(project, LATEST)) == {"CHANGED内容": ["2-木小春"]}


def test_a_paper_that_cannot_be_made_now_is_told_and_tried(project: Project) -> None:
    printed(project, CONTRACT.replace(", by_hand: true", ""))
    project.data(lambda sheets: row(sheets, "木小春").update({"现住址": ""}))
    found = later(project)
    (state,) = told(found)
    assert state.startswith("HELD数据.xlsx 学生!")
    report = build(found, lambda _: None)
    assert [left.label for left in report.all_skipped] == ["2-木小春"]


def test_a_paper_of_which_not_even_the_name_can_be_told_is_not_called_unwanted(project: Project) -> None:
    printed(project, when="student.address < '龥'")
    project.data(lambda sheets: row(sheets, "木小春").update({"现住址": ""}))
    found = later(project)
    assert told(found) == {"HELD": ["2-木小春"]}
    assert [left.label for left in found.plan.skipped] == ["学生“木小春”"]


# The day


DATED = '- text: "{{ student.name }}，{{ student.address }}，制表日期{{ today }}"'


def test_a_day_alone_changes_nothing_and_what_is_made_anew_bears_the_new_one(project: Project) -> None:
    printed(project, DATED)
    project.data(moved_house)
    found = later(project)
    assert told(found) == {"CHANGED内容": ["2-木小春"]}
    build(found, lambda _: None)
    confirm(project.out, [f"补印 {LATER}"], project.folder / NAME, LATER)
    assert told(later(project, LATEST)) == {}  # each of another day now


def test_a_paper_that_cannot_be_resolved_for_its_day_is_made_for_today(
    project: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    printed(project, DATED)
    real = changed._Scales._resolved

    def resolved(self: Any, form: str, entry: Any, day: date) -> Any:
        if day == TODAY:
            raise ValueError("不在学期里")
        return real(self, form, entry, day)

    monkeypatch.setattr(changed._Scales, "_resolved", resolved)
    assert told(later(project)) == {"CHANGED内容": ["1-石小满", "2-木小春"]}


def test_what_was_printed_in_an_earlier_term_is_not_called_unwanted(project: Project) -> None:
    printed(project)

    def next_term(sheets: Sheets) -> None:
        sheets["设置"][0] |= {"学期": "第二学期", "开学日期": "2027-03-01", "学期结束日期": "2027-07-01"}
        sheets["学生"].pop()

    project.data(next_term)
    assert told(later(project, date(2027, 3, 2))) == {}


# Which papers count


def test_forms_of_which_nothing_was_printed_are_left_out_unless_they_are_named(project: Project) -> None:
    printed(project)
    project.paper('- text: "{{ student.name }}"', "other", title="别的", bundle="class")
    assert made(later(project)) == []
    found = later(project, selection=Selection(forms=("other",)))
    assert told(found) == {"NEW": ["1-石小满", "2-木小春"]}


def test_without_anything_printed_nothing_is_made_unless_it_is_named(project: Project) -> None:
    project.paper(CONTRACT, bundle="class")
    assert later(project).review == changed.Review()
    assert made(later(project, selection=Selection(forms=("tiny",)))) == ["1-石小满", "2-木小春"]
    assert not (project.folder / NAME).exists()


def test_a_form_that_there_is_not_is_told(project: Project) -> None:
    printed(project)
    with pytest.raises(SelectionError, match="没有文书“tinny”"):
        later(project, selection=Selection(forms=("tinny",)))


def test_of_forms_that_there_are_no_more_everything_is_no_longer_wanted(project: Project) -> None:
    printed(project)
    (project.folder / "templates" / "tiny.yaml").unlink()
    project.paper(CONTRACT, "other")
    assert later(project).review == changed.Review()  # of no form that there is was anything printed
    printed(project, id_="other", title="别的")
    assert told(later(project)) == {"GONE": ["1-石小满", "2-木小春"]}


def test_only_the_papers_that_are_selected_are_looked_at(project: Project) -> None:
    printed(project)

    def both(sheets: Sheets) -> None:
        for child in sheets["学生"]:
            child["现住址"] = "溪中村"

    project.data(both)
    found = later(project, selection=Selection(students=("木小春",)))
    assert told(found) == {"CHANGED内容": ["2-木小春"]}


@pytest.mark.parametrize(
    ("selection", "gone"),
    [
        (Selection(), True), (Selection(forms=("tiny",)), True), (Selection(schools=("清溪小学",)), True),
        (Selection(classes=("三年级（1）班",)), False), (Selection(students=("石小满",)), False),
    ],
)  # fmt: skip
def test_what_is_not_selected_is_not_called_unwanted(project: Project, selection: Selection, gone: bool) -> None:
    printed(project)
    project.data(lambda sheets: row(sheets, "木小春").update({"学籍状态": "转出"}))
    assert told(later(project, selection=selection)) == ({"GONE": ["2-木小春"]} if gone else {})


def test_what_this_machine_cannot_make_is_not_called_unwanted(
    project: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    printed(project, formats=["pdf"])
    monkeypatch.setattr("generator.render.pdf.unavailable", lambda: "没有 WeasyPrint")
    assert told(later(project)) == {}


def test_schools_in_which_printing_has_not_begun_are_left_out(project: Project) -> None:
    folder = write_folder(project.folder / "县", files())
    project.paper(CONTRACT.replace("{{ student.address }}", "{{ student.address or '' }}"), bundle="class")
    order: dict[str, Any] = {"single": False, "data": folder, "ledger": project.folder / NAME}
    build(project.prepared(**order), lambda _: None)
    confirm(project.out, ["清溪小学"], project.folder / NAME, TODAY)
    sheets = files()
    sheets[HERE]["学生"].append(dict(ANEW) | {"全国学籍号": "G99"})
    write_folder(folder, sheets)
    found = project.prepared(**order, changed=True, today=LATER)
    assert told(found) == {"NEW": ["3-田小秋"]}
    assert found.review
    assert [(file.job.place, file.begun) for file in found.review.files] == [
        ("清溪小学", True), ("大坪小学", False), ("白石小学", False),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("per", "spoil", "state"),
    [
        ("class", lambda sheets: sheets["班级"][0].update({"学年初人数": "9"}), "CHANGED内容"),
        ("school", lambda sheets: sheets["学校"][0].update({"联系电话": "1"}), None),
        ("visit", lambda sheets: sheets["家访"][1].update({"方式": "上门"}), "CHANGED内容"),
        ("visit", lambda sheets: sheets["家访"].reverse(), None),
        ("visit", lambda sheets: sheets["家访"].append(dict(sheets["家访"][0], 日期="2026-09-11")), "NEW"),
        ("staff", lambda sheets: sheets["教职工"][1].update({"姓名": "林师"}), None),
    ],
)
def test_papers_about_other_records_are_known_as_well(
    project: Project, per: str, spoil: Callable[[Sheets], object], state: str | None
) -> None:
    says = {"class": "class.baseline", "school": "school.name", "visit": "visit.mode", "staff": "staff.post"}
    printed(project, f'- text: "{{{{ {says[per]} }}}}"', per=per, filename=per, bundle=None, when="")

    def spoilt(sheets: Sheets) -> None:
        spoil(sheets)
        if per == "staff":
            sheets["班级"][0]["班主任"] = "林师"
            sheets["家访"].clear()

    project.data(spoilt)
    assert list(told(later(project, TODAY))) == ([state] if state else [])


# The folder


def test_what_is_made_anew_leaves_the_whole_print_file_as_it_is(project: Project) -> None:
    printed(project)
    before = (project.out / CLASS_FILE).read_bytes()
    project.data(moved_house)
    build(later(project), lambda _: None)
    assert (project.out / CLASS_FILE).read_bytes() == before


def test_the_index_tells_paper_by_paper_what_has_changed(project: Project) -> None:
    printed(project)

    def all_at_once(sheets: Sheets) -> None:
        moved_house(sheets)
        sheets["学生"].append(dict(ANEW))
        row(sheets, "石小满")["学籍状态"] = "转出"

    project.data(all_at_once)
    report = build(later(project), lambda _: None)
    rows = list(load_workbook(report.out / INDEX)["变动"].iter_rows(min_row=2, values_only=True))
    was = ("2026-09-11", "清溪小学/小文书/三年级（1）班")
    assert rows == [
        ("印后有变", "清溪小学", "小文书", "2-木小春", "内容", *was),
        ("没印过", "清溪小学", "小文书", "3-田小秋", None, None, None),
        ("不再需要", "清溪小学", "小文书", "1-石小满", None, *was),
    ]


def test_the_same_run_again_gives_the_same_bytes(project: Project) -> None:
    printed(project)
    project.data(moved_house)
    out = build(later(project), lambda _: None).out
    before = {path: path.read_bytes() for path in sorted(out.rglob("*")) if path.is_file()}
    build(later(project, workers=2), lambda _: None)
    assert {path: path.read_bytes() for path in sorted(out.rglob("*")) if path.is_file()} == before


def test_other_processes_find_the_same(project: Project, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(changed, "ENOUGH", 0)
    printed(project, bundle=None)
    project.data(moved_house)
    assert told(later(project, workers=2)) == told(later(project)) == {"CHANGED内容": ["2-木小春"]}


def test_a_large_review_can_be_stopped(project: Project) -> None:
    from generator.press.workers import Watch

    printed(project)
    found = later(project)

    def stop() -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        changed.review(
            found.catalogue, found.context, Selection(), project.folder / NAME, watch=Watch(beat=stop)
        )  # fmt: skip


def test_what_was_confirmed_by_some_files_can_be_looked_at_alone(project: Project) -> None:
    printed(project)
    printed(project, DATED, id_="other", title="别的")

    def spoil(sheets: Sheets) -> None:
        sheets["学生"].append(dict(ANEW))
        moved_house(sheets)

    project.data(spoil)
    found = later(project)
    only = changed.review(
        found.catalogue, found.context, Selection(), project.folder / NAME,
        files={"清溪小学/别的/三年级（1）班"},
    )  # fmt: skip
    assert [(job.form, paper.entry.label) for job, paper in only.of(State.CHANGED)] == [("other", "2-木小春")]
    assert list(only.of(State.NEW)) == []
