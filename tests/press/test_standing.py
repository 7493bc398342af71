from __future__ import annotations

import json
from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from openpyxl import load_workbook

from generator.forms.plan import Selection
from generator.press.build import build
from generator.press.folder import INDEX, MANIFEST, note, sha256
from generator.render import word
from tests.small import Project, Sheets

OCTOBER = date(2026, 10, 1)
UNMADE = "本次没有做成，这是以前的文件，请核对"
EARLIER = "以前做的（2026-09-11）"
LEFT = f"{EARLIER}，本次没有再做"
KEPT, STALE = "已人工修改，未覆盖", "已人工修改，未覆盖；数据已变，文件里是旧的"
FIRST, SECOND = (f"清溪小学/三年级（1）班/{name}.docx" for name in ("1-石小满", "2-木小春"))
SECOND_ONLY = Selection(students=("木小春",))


def rows(project: Project) -> list[tuple[Any, ...]]:
    return list(load_workbook(project.out / INDEX)["文书"].iter_rows(min_row=2, values_only=True))


def notes(project: Project) -> dict[str, str]:
    return {row[2]: row[-1] or "" for row in rows(project)}


def manifest(project: Project) -> dict[str, Any]:
    return json.loads((project.out / MANIFEST).read_text(encoding="utf-8"))["files"]  # type: ignore[no-any-return]


def everything(project: Project, **options: Any) -> Any:
    return project.make(selection=Selection(), **options)


def left(name: str, after: str = "转出") -> Callable[[Sheets], None]:
    """A student who has left the school."""

    def spoil(sheets: Sheets) -> None:
        next(row for row in sheets["学生"] if row["姓名"] == name)["学籍状态"] = after

    return spoil


def renamed(sheets: Sheets) -> None:
    sheets["学生"][0]["姓名"] = "石满"
    sheets["家访"].clear()


# Files of this run and of earlier ones


def test_the_index_lists_the_files_of_earlier_runs_after_its_own_with_the_day_they_were_made_for(
    project: Project,
) -> None:
    project.paper('- text: "{{ student.name }}"', copies="2", formats=["docx", "pdf"], duplex=False)
    project.make()
    first = rows(project)
    project.make(selection=SECOND_ONLY, today=OCTOBER)
    assert first[0] == ("清溪小学", "小文书", FIRST, 1, 2, None, "单面", None)
    assert first[1] == ("清溪小学", "小文书", FIRST.replace("docx", "pdf"), 1, 2, 2, "单面", None)
    assert rows(project) == first[2:] + [(*row[:-1], EARLIER) for row in first[:2]]


def test_own_files_are_listed_in_the_order_of_the_plan_and_the_others_by_path(project: Project) -> None:
    project.paper("- text: 正文", "z", filename="{{ 9 - student.seat_no }}")
    project.make()
    project.paper("- text: 正文", "a", filename="甲/{{ 9 - student.seat_no }}")
    project.make(selection=Selection(forms=("a",)))
    assert list(notes(project)) == ["甲/8.docx", "甲/7.docx", "7.docx", "8.docx"]


def test_printing_one_class_leaves_the_print_file_of_the_school_as_it_is(project: Project) -> None:
    project.paper('- text: "{{ student.name }}"', bundle="school")
    everything(project)
    whole = project.out / "清溪小学/小文书.docx"
    before = whole.read_bytes()
    project.make(single=False, selection=Selection(classes=("三年级（1）班",)))
    assert whole.read_bytes() == before
    assert notes(project) == {"清溪小学/小文书/三年级（1）班.docx": "", "清溪小学/小文书.docx": EARLIER}


@pytest.mark.parametrize("selection", [Selection(), SECOND_ONLY])
def test_the_same_run_again_gives_the_same_index_and_manifest(project: Project, selection: Selection) -> None:
    project.paper('- text: "{{ student.name }}"')
    project.make()
    project.data(left("石小满"))
    project.paper('- text: "{{ student.name }}"', when="student.enrolled")
    (project.out / SECOND).write_bytes(b"edited")
    project.make(selection=selection, today=OCTOBER)
    before = [(project.out / name).read_bytes() for name in (INDEX, MANIFEST)]
    project.make(selection=selection, today=OCTOBER, workers=2)
    assert [(project.out / name).read_bytes() for name in (INDEX, MANIFEST)] == before


def test_a_file_that_a_person_deleted_is_not_listed(project: Project) -> None:
    project.paper('- text: "{{ student.name }}"')
    project.make()
    (project.out / FIRST).unlink()
    project.make(selection=SECOND_ONLY)
    assert list(notes(project)) == list(manifest(project)) == [SECOND]


def test_a_worksheet_holds_one_copy_whatever_the_print_files_hold(project: Project) -> None:
    project.paper(
        '- roster: {each: s in class.roll, columns: [{label: 姓名, value: "{{ s.name }}"}]}',
        per="class", filename="名册", copies="2", formats=["docx", "xlsx"],
    )  # fmt: skip
    project.make()
    assert [(row[2], row[4]) for row in rows(project)] == [("名册.docx", 2), ("名册.xlsx", 1)]


def test_what_a_sheet_of_the_index_has_nothing_of_is_said(project: Project) -> None:
    project.paper("- text: 正文")
    project.make()
    book = load_workbook(project.out / INDEX)
    assert [[cell.value for cell in sheet[2]] for sheet in book.worksheets[1:4]] == [
        ["无", None, None, None], ["无", None, None], ["无"],
    ]  # fmt: skip


# Files that should have been made anew


def test_a_file_whose_papers_are_all_held_back_is_told_to_be_of_an_earlier_run(project: Project) -> None:
    project.paper('- text: "{{ student.address }}"')
    project.make()
    project.data(lambda sheets: sheets["学生"][0].update({"现住址": ""}))
    report = project.make(today=OCTOBER)
    assert notes(project) == {FIRST: UNMADE, SECOND: ""}
    assert (report.out_of_date, report.left_over) == ([FIRST], [])
    assert [manifest(project)[path]["today"] for path in (FIRST, SECOND)] == ["2026-09-11", "2026-10-01"]


def test_a_file_that_could_not_be_printed_is_told_to_be_of_an_earlier_run(
    project: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_: Any, **__: Any) -> None:
        raise RuntimeError("坏了")

    project.paper('- text: "{{ student.name }}"', formats=["docx", "xlsx"])
    project.make(selection=SECOND_ONLY)
    monkeypatch.setattr(word, "render", broken)
    assert project.make().out_of_date == [SECOND]
    assert notes(project)[SECOND.replace("docx", "xlsx")] == ""


def test_files_that_an_interrupted_run_did_not_come_to_are_told_to_be_of_an_earlier_run(project: Project) -> None:
    def interrupted(_: Any) -> None:
        raise KeyboardInterrupt

    project.paper('- text: "{{ student.name }}"')
    project.make()
    with pytest.raises(KeyboardInterrupt):
        build(project.prepared(), interrupted)
    assert notes(project) == {FIRST: "", SECOND: UNMADE}


@pytest.mark.parametrize("selection", [Selection(), Selection(forms=("tiny",))])
def test_files_of_a_form_whose_papers_are_held_back_before_they_have_a_name_are_told_to_be_of_an_earlier_run(
    project: Project, selection: Selection
) -> None:
    project.paper("- text: 正文", when="student.address < '龥'")
    project.make(selection=selection)
    project.data(lambda sheets: sheets["学生"][0].update({"现住址": ""}))
    report = project.make(selection=selection)
    assert (report.out_of_date, report.left_over) == ([FIRST], [])
    assert notes(project) == {SECOND: "", FIRST: UNMADE}


def test_files_in_a_format_that_this_machine_cannot_make_are_not_called_left_over(
    project: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    project.paper('- text: "{{ student.name }}"', formats=["docx", "pdf"])
    everything(project)
    monkeypatch.setattr("generator.render.pdf.unavailable", lambda: "没有 WeasyPrint")
    assert everything(project).left_over == []
    assert notes(project)[SECOND.replace("docx", "pdf")] == EARLIER


def test_a_file_of_somebody_else_that_lies_where_nothing_was_made_is_told_but_is_not_ours(project: Project) -> None:
    (project.out / FIRST).parent.mkdir(parents=True)
    (project.out / FIRST).write_bytes(b"not ours")
    project.paper('- text: "{{ student.ethnicity }}"')
    assert project.make().out_of_date == [FIRST]
    assert (notes(project), manifest(project)) == ({FIRST: f"已人工修改；{UNMADE}"}, {})


# Files that a complete run has no use for


def test_a_complete_run_tells_of_files_it_did_not_make_and_deletes_nothing(project: Project) -> None:
    project.paper('- text: "{{ student.name }}"', when="student.enrolled")
    everything(project)
    project.data(left("石小满"))
    assert project.make(selection=Selection(forms=("tiny",))).left_over == []
    assert notes(project)[FIRST] == EARLIER
    report = everything(project)
    assert (report.left_over, report.out_of_date, report.partial) == ([FIRST], [], False)
    assert list(notes(project).items()) == [(SECOND, ""), (FIRST, LEFT)]
    assert (project.out / FIRST).exists()


@pytest.mark.parametrize(
    "selection",
    [
        Selection(forms=("tiny",)), Selection(schools=("清溪小学",)), Selection(classes=("三年级（1）班",)),
        SECOND_ONLY, Selection(formats=("docx",)), Selection(single=True),
    ],
)  # fmt: skip
def test_a_run_of_a_part_says_nothing_of_the_files_it_is_not_about(project: Project, selection: Selection) -> None:
    project.paper('- text: "{{ student.name }}"')
    everything(project)
    project.data(renamed)
    assert project.make(selection=selection).left_over == []
    assert notes(project)[FIRST] == EARLIER


# What a person did is told


def test_a_file_that_a_person_edited_is_told_to_be_edited_also_when_no_run_plans_it(project: Project) -> None:
    project.paper('- text: "{{ student.address }}"', when="student.enrolled", formats=["docx", "pdf"])
    everything(project)
    for path in (FIRST, FIRST.replace("docx", "pdf")):
        (project.out / path).write_bytes(b"edited")
    project.make(selection=SECOND_ONLY)
    assert [row[3:] for row in rows(project)] == [
        (1, 1, None, "双面", None), (1, 1, 1, "双面", None),
        (None, 1, None, "双面", f"已人工修改；{EARLIER}"), (None, 1, None, "双面", f"已人工修改；{EARLIER}"),
    ]  # fmt: skip
    everything(project)
    assert notes(project)[FIRST] == "已人工修改，未覆盖"
    project.data(lambda sheets: sheets["学生"][0].update({"现住址": ""}))
    everything(project)
    assert notes(project)[FIRST] == f"已人工修改；{UNMADE}"
    project.data(left("石小满"))
    everything(project)
    assert notes(project)[FIRST] == f"已人工修改；{LEFT}"
    assert (project.out / FIRST).read_bytes() == b"edited"


def test_a_kept_file_stays_in_the_manifest_as_it_was_made(project: Project) -> None:
    project.paper('- text: "{{ student.name }}"')
    project.make()
    before = manifest(project)[FIRST]
    (project.out / FIRST).write_bytes(b"edited")
    project.make(today=OCTOBER)
    assert manifest(project)[FIRST] == before


@pytest.mark.parametrize("workers", [1, 2])
def test_a_kept_file_whose_data_changed_since_it_was_made_is_told_to_hold_what_is_old(
    project: Project, workers: int
) -> None:
    project.paper('- text: "{{ student.address }}"', formats=["docx", "pdf"])
    project.make()
    for path in (FIRST, SECOND):
        (project.out / path).write_bytes(b"edited")
    assert project.make(workers=workers).stale == []
    project.data(lambda sheets: sheets["学生"][0].update({"现住址": "溪尾村"}))
    for _ in range(2):
        report = project.make(workers=workers)
        assert (report.stale, report.kept) == ([FIRST], [FIRST, SECOND])
        assert notes(project) == {
            FIRST: STALE, FIRST.replace("docx", "pdf"): "", SECOND: KEPT, SECOND.replace("docx", "pdf"): "",
        }  # fmt: skip
    project.make(selection=SECOND_ONLY)
    assert notes(project)[FIRST] == f"已人工修改；{EARLIER}"


@pytest.mark.parametrize(
    "spoil", [left("石小满"), lambda sheets: sheets["学生"][0].update({"现住址": ""}), renamed], ids=range(3)
)
def test_a_kept_print_file_that_would_hold_other_papers_is_told_to_hold_what_is_old(
    project: Project, spoil: Callable[[Sheets], None]
) -> None:
    project.paper('- text: "{{ student.name }}{{ student.address }}"', bundle="class", when="student.enrolled")
    everything(project, single=False)
    (bundle,) = notes(project)
    (project.out / bundle).write_bytes(b"edited")
    project.data(spoil)
    everything(project, single=False)
    assert notes(project) == {bundle: STALE}


def test_of_a_kept_file_of_which_nothing_is_known_nothing_more_is_said(project: Project) -> None:
    (project.out / FIRST).parent.mkdir(parents=True)
    (project.out / FIRST).write_bytes(b"not ours")
    project.paper('- text: "{{ student.name }}"')
    assert project.make().stale == []
    assert notes(project)[FIRST] == KEPT


# Manifests that tell less


def test_a_manifest_of_an_older_form_is_read(project: Project) -> None:
    project.paper('- text: "{{ student.name }}"')
    project.make()
    found = json.loads((project.out / MANIFEST).read_text(encoding="utf-8"))
    for entry in found["files"].values():
        for name in ("title", "place", "duplex", "today"):
            del entry[name]
    found["files"][FIRST]["pages"] = [1]
    (project.out / MANIFEST).write_text(json.dumps(found), encoding="utf-8")
    (project.out / SECOND).write_bytes(b"edited")
    report = project.make(selection=SECOND_ONLY)
    assert report.kept == [SECOND]
    assert rows(project) == [
        ("清溪小学", "小文书", SECOND, None, 1, None, "双面", "已人工修改，未覆盖"),
        (None, None, FIRST, 1, 1, None, None, "以前做的"),
    ]


def test_values_of_a_manifest_that_are_of_a_wrong_kind_are_as_if_they_were_not_there(project: Project) -> None:
    project.paper('- text: "{{ student.name }}"')
    project.make()
    strange = {"form": [], "title": 1, "copies": "2", "duplex": "yes", "records": 5, "pages": 1, "other": 1}
    entry = strange | {"sha256": sha256((project.out / FIRST).read_bytes())}
    (project.out / MANIFEST).write_text(json.dumps({"files": {FIRST: entry, "甲": {"sha256": 1}}}), encoding="utf-8")
    (project.out / "甲").write_bytes(b"")
    project.make(selection=SECOND_ONLY)
    assert rows(project)[1] == (None, None, FIRST, None, None, None, None, "以前做的")
    assert manifest(project)[FIRST] == {"sha256": entry["sha256"]}


def test_what_a_killed_run_made_is_listed_and_known_although_the_next_run_does_not_plan_it(project: Project) -> None:
    project.paper('- text: "{{ student.address }}"')
    project.make()
    other = "清溪小学/未完.docx"
    for path in (FIRST, other):
        (project.out / path).write_bytes(b"of the killed run")
        note(project.out, path, sha256(b"of the killed run"))
    note(project.out, "清溪小学/没写成.docx", "0")
    project.make(selection=SECOND_ONLY)
    assert notes(project) == {SECOND: "", FIRST: "以前做的", other: "以前做的"}
    assert rows(project)[1] == ("清溪小学", "小文书", FIRST, None, None, None, "双面", "以前做的")
    assert manifest(project)[other] == {"sha256": sha256(b"of the killed run")}
    assert project.make().kept == []
