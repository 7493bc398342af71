from __future__ import annotations

import copy
import io
import re
import zipfile
from pathlib import Path

import pytest
from openpyxl import load_workbook
from werkzeug.test import TestResponse

from generator.dataset import load
from generator.dataset.workbook import write_workbook
from tests.small import HOSTILE, SHEETS, Project, Sheets
from tests.web.page import FROM_PAGE, Page, hidden, page_of, text


def roster(folder: Path, *children: dict[str, str]) -> bytes:
    """Return a roster as a workbook."""
    path = folder / "roster.xlsx"
    write_workbook({"学生": list(children)}, path)
    return path.read_bytes()


FIRST, SECOND = SHEETS["学生"]
THIRD = SECOND | {"姓名": "田小禾", "班内学号": "3", "全国学籍号": "G3"}


def mark_of(shown: TestResponse, child: str) -> str:
    """Return by what a page knows a gone child that it asks after."""
    found = re.search(rf'name="what-(\w+)" aria-label="{child} ', shown.get_data(as_text=True))
    assert found
    return found[1]


def take(page: Page, shown: TestResponse, **said: str) -> TestResponse:
    """Send the form of a page that shows what a dropped file would change."""
    seen = hidden(shown.get_data(as_text=True), "seen")
    return page.post(f"{shown.request.path}/take", {"seen": seen[0], **said})


def names(project: Project) -> list[str]:
    dataset, _ = load(project.folder / "数据.xlsx")
    return [str(one.name) for one in dataset.students]


def test_an_empty_folder_offers_to_begin_and_then_has_a_dataset_that_is_shown(tmp_path: Path) -> None:
    page = page_of(Project(tmp_path))
    assert "还没有数据" in text(page.get("/"))
    answer = page.post("/data/begin", {"how": "example"})
    page.desk.read()
    assert (tmp_path / "数据.xlsx").exists()
    assert "所学校" in text(page.get("/"))
    assert answer.status_code == 200


def test_problems_stand_by_sheet_with_cell_and_remedy_errors_first(project: Project) -> None:
    def spoil(sheets: Sheets) -> None:
        sheets["学生"][0]["班级"] = "三年级（9）班"
        sheets["教职工"][0]["联系电话"] = "123"

    project.data(spoil)
    page = page_of(project)
    shown = text(page.get("/"))
    assert "1 个错误" in shown
    assert "学生：" in shown
    assert "A2" in shown
    assert "三年级（9）班" in shown


def test_the_annotated_copy_is_the_dataset_with_its_problems_in_it(project: Project) -> None:
    project.data(lambda sheets: sheets["学生"][0].update({"班级": "三年级（9）班"}))
    before = (project.folder / "数据.xlsx").read_bytes()
    answer = page_of(project).get("/data/annotated")
    book = load_workbook(io.BytesIO(answer.data))
    assert book.sheetnames[0].startswith("_")
    assert "学生" in book.sheetnames
    assert (project.folder / "数据.xlsx").read_bytes() == before


def test_a_roster_is_shown_before_it_changes_anything_and_then_changes_it_and_can_be_taken_back(
    project: Project, tmp_path: Path
) -> None:
    project.data(lambda sheets: [child.update({"学籍状态": "在籍"}) for child in sheets["学生"]])
    page = page_of(project)
    before = (project.folder / "数据.xlsx").read_bytes()
    new = FIRST | {"姓名": "田新来", "全国学籍号": "G9", "班内学号": "9"}
    content = roster(tmp_path, FIRST | {"现住址": "溪口村"}, new)
    shown = page.drop(content, "名册.xlsx")
    assert "新增 1 人，变动 1 人，不在名册上 1 人" in text(shown)
    assert "田新来" in text(shown)
    assert "木小春" in text(shown)
    assert (project.folder / "数据.xlsx").read_bytes() == before

    child = mark_of(shown, "木小春")
    taken = take(page, shown, **{f"what-{child}": "转出", f"since-{child}": "2026-09-02"})
    assert "新增 1 人，变动 1 人" in text(taken)
    assert names(project) == ["石小满", "木小春", "田新来"]
    dataset, _ = load(project.folder / "数据.xlsx")
    assert dataset.students[1].status == "转出"

    assert "处理过" in text(take(page, shown))  # a second click
    assert names(project) == ["石小满", "木小春", "田新来"]
    assert "恢复" in text(page.post("/data/undo"))
    assert (project.folder / "数据.xlsx").read_bytes() == before


def test_a_child_that_is_gone_is_asked_after_again_where_nothing_was_decided(project: Project, tmp_path: Path) -> None:
    page = page_of(project)
    shown = page.drop(roster(tmp_path, FIRST), "名册.xlsx")
    assert "还有 1 个孩子没有核实" in text(take(page, shown))
    assert "不在名册上 1 人" in text(page.drop(roster(tmp_path, FIRST), "名册.xlsx"))


def test_a_decision_that_cannot_be_is_told_and_changes_nothing(project: Project, tmp_path: Path) -> None:
    page = page_of(project)
    before = (project.folder / "数据.xlsx").read_bytes()
    shown = page.drop(roster(tmp_path, FIRST), "名册.xlsx")
    child = mark_of(shown, "木小春")
    answer = take(page, shown, **{f"what-{child}": "疑似辍学", f"since-{child}": "2027-01-01"})
    assert answer.status_code == 422
    assert "木小春" in text(answer)
    assert "晚于今天" in text(answer)
    assert (project.folder / "数据.xlsx").read_bytes() == before


def test_a_decision_is_about_the_child_that_was_shown_whatever_another_tab_has_done_since(
    project: Project, tmp_path: Path
) -> None:
    project.data(lambda sheets: sheets["学生"].append(THIRD))
    page = page_of(project)
    shown = page.drop(roster(tmp_path, FIRST), "名册.xlsx")

    def another_tab_says(sheets: Sheets) -> None:
        sheets["学生"].append(THIRD)
        sheets["学生"][1]["学籍状态"] = "转出"

    project.data(another_tab_says)
    page.shown(shown.request.path)  # another tab: 木小春 is gone for good, and 田小禾 the first of the list
    child = mark_of(shown, "田小禾")
    taken = take(page, shown, **{f"what-{child}": "休学", f"since-{child}": "2026-09-02"})
    assert "田小禾" in text(taken)
    dataset, _ = load(project.folder / "数据.xlsx")
    assert [one.status for one in dataset.students] == [None, "转出", "休学"]


def test_a_decision_about_a_child_that_is_not_asked_after_any_more_changes_nothing(
    project: Project, tmp_path: Path
) -> None:
    page = page_of(project)
    shown = page.drop(roster(tmp_path, FIRST | {"现住址": "溪口村"}), "名册.xlsx")
    child = mark_of(shown, "木小春")
    project.data(lambda sheets: sheets["学生"][1].update({"学籍状态": "转出"}))
    before = (project.folder / "数据.xlsx").read_bytes()
    answer = take(page, shown, **{f"what-{child}": "疑似辍学", f"since-{child}": "2026-09-02"})
    assert answer.status_code == 422
    assert "什么都没有改" in text(answer)
    assert (project.folder / "数据.xlsx").read_bytes() == before


def test_a_workbook_is_not_put_in_place_of_one_that_it_was_not_held_against(project: Project, tmp_path: Path) -> None:
    page = page_of(project)
    path = tmp_path / "new" / "改好的.xlsx"
    path.parent.mkdir()
    write_workbook(SHEETS, path)
    shown = page.drop(path.read_bytes(), "改好的.xlsx")
    project.data(lambda sheets: sheets["学生"][0].update({"现住址": "溪口村"}))  # as a duty that is ticked off does
    page.shown(shown.request.path)
    assert "又变了" in text(take(page, shown))
    assert "溪口村" in [one.address for one in load(project.folder / "数据.xlsx")[0].students]


def test_a_whole_workbook_takes_the_place_of_the_dataset_and_can_be_taken_back(
    project: Project, tmp_path: Path
) -> None:
    page = page_of(project)
    before = (project.folder / "数据.xlsx").read_bytes()
    sheets = copy.deepcopy(SHEETS)
    sheets["学生"][1]["姓名"] = "木小夏"
    path = tmp_path / "new" / "改好的.xlsx"
    path.parent.mkdir()
    write_workbook(sheets, path)
    shown = page.drop(path.read_bytes(), "改好的.xlsx")
    assert "还没有改任何东西" in text(shown)
    take(page, shown)
    assert names(project) == ["石小满", "木小夏"]
    page.post("/data/undo")
    assert (project.folder / "数据.xlsx").read_bytes() == before


@pytest.mark.parametrize(
    ("name", "content", "told"),
    [
        ("照片.jpg", b"\xff\xd8\xff", "不是表格文件"),
        ("程序.exe", b"MZ", "不是表格文件"),
        ("名册.xlsx", b"PK\x03\x04 no zip at all", "不完整"),
        ("名册.xlsx", b"", "名册.xlsx"),
        ("../../名册.py", b"x", "不是表格文件"),
    ],
)
def test_what_is_no_roster_is_refused_in_a_sentence(project: Project, name: str, content: bytes, told: str) -> None:
    answer = page_of(project).drop(content, name)
    assert told in text(answer)
    assert "Traceback" not in text(answer)
    assert not (project.folder.parent / "名册.py").exists()


def test_a_file_that_would_fill_the_memory_when_unpacked_is_refused(project: Project) -> None:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_BZIP2) as book, book.open("xl/worksheets/sheet1.xml", "w") as part:
        for _ in range(700):
            part.write(bytes(1 << 20))
    answer = page_of(project).drop(packed.getvalue(), "名册.xlsx")
    assert answer.status_code == 422
    assert "700 MB" in text(answer)


def test_hostile_texts_are_shown_as_text(project: Project, tmp_path: Path) -> None:
    page = page_of(project)
    hostile = HOSTILE.replace("\n", "").replace("*", "+")  # a star would mean that the roster masks it
    content = roster(tmp_path, FIRST | {"现住址": hostile}, SECOND)
    shown = page.drop(content, "<b>名册.xlsx").get_data(as_text=True)
    assert "<b>" not in shown
    assert "{{ 7+7 }}" in shown


def test_a_dropped_file_is_gone_when_five_others_came_after_it(project: Project, tmp_path: Path) -> None:
    page = page_of(project)
    content = roster(tmp_path, FIRST, SECOND)
    first = page.drop(content, "名册.xlsx").request.path
    for _ in range(5):
        page.drop(content, "名册.xlsx")
    assert "再放进来一次" in text(page.get(first))


def test_a_dataset_that_somebody_saves_is_read_anew(project: Project) -> None:
    page = page_of(project)
    assert "2 名学生" in text(page.get("/"))
    project.data(lambda sheets: sheets["学生"].append(FIRST | {"姓名": "田新来", "全国学籍号": "G9", "班内学号": "9"}))
    page.desk.read()
    assert "3 名学生" in text(page.get("/"))


def test_a_dataset_that_cannot_be_used_is_told_with_its_reasons(project: Project) -> None:
    (project.folder / "数据.xlsx").write_bytes(b"nothing of the kind")
    shown = text(page_of(project).get("/"))
    assert "数据还不能用" in shown
    assert "数据.xlsx" in shown


def test_reading_changes_nothing(project: Project, tmp_path: Path) -> None:
    page = page_of(project)
    shown = page.drop(roster(tmp_path, FIRST), "名册.xlsx").request.path
    before = {path: path.read_bytes() for path in project.folder.rglob("*") if path.is_file()}
    for path in ("/", "/help", "/data/file", shown, f"{shown}/take", "/data/undo", "/data/begin"):
        page.get(path)
    assert {path: path.read_bytes() for path in project.folder.rglob("*") if path.is_file()} == before


def test_a_form_of_another_page_takes_nothing_over(project: Project, tmp_path: Path) -> None:
    page = page_of(project)
    shown = page.drop(roster(tmp_path, FIRST), "名册.xlsx").request.path
    answer = page.post(f"{shown}/take", headers=FROM_PAGE | {"Origin": "http://evil.example"})
    assert answer.status_code == 403
