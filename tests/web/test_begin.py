"""A folder in which data lies that nobody has named yet."""

from __future__ import annotations

from pathlib import Path

from generator.dataset.workbook import write_workbook
from generator.resources import PROJECT_FILE
from tests.small import SHEETS, Project
from tests.web.page import page_of, text

OTHER = {"学校标识码": "3153000002", "学校名称": "云山县清溪镇溪口小学", "学校简称": "溪口小学", "校长": "T1"}


def school(folder: Path, name: str, **more: str) -> None:
    sheets = SHEETS | {"学校": [SHEETS["学校"][0] | more]}
    if more:
        sheets |= {"学生": [child | {"全国学籍号": f"H{child['班内学号']}"} for child in SHEETS["学生"]]}
    write_workbook(sheets, folder / name)


def test_the_files_of_several_schools_are_opened_together_and_again_at_the_next_start(tmp_path: Path) -> None:
    school(tmp_path, "清溪小学.xlsx")
    school(tmp_path, "溪口小学.xlsx", **OTHER)
    write_workbook({"学生": SHEETS["学生"]}, tmp_path / "名册.xlsx")
    page = page_of(Project(tmp_path))
    shown = text(page.get("/"))
    assert "这里有 2 份数据表：清溪小学.xlsx、溪口小学.xlsx" in shown
    assert "先把别的文件移到另一个文件夹：名册.xlsx" in shown
    assert page.post("/data/begin", {"how": "lying"}).status_code == 422
    (tmp_path / "名册.xlsx").unlink()
    page.post("/data/begin", {"how": "lying"})
    assert "2 所学校" in text(page_of(Project(tmp_path), data=Path()).get("/"))
    page.desk.read()
    assert "2 所学校" in text(page.get("/"))
    assert 'data: "."' in (tmp_path / PROJECT_FILE).read_text("utf-8")


def test_the_one_file_that_lies_there_is_the_dataset_and_rosters_can_be_brought_into_it(tmp_path: Path) -> None:
    school(tmp_path, "我校 <b>的表.xlsx")
    page = page_of(Project(tmp_path))
    page.post("/data/begin", {"how": "lying"})
    page.desk.read()
    assert "数据：我校 <b>的表.xlsx" in text(page.get("/"))


def test_where_nothing_lies_only_the_example_is_offered(tmp_path: Path) -> None:
    (tmp_path / "坏.xlsx").write_bytes(b"nothing of the kind")
    page = page_of(Project(tmp_path))
    assert "还没有数据" in text(page.get("/"))
    answer = page.post("/data/begin", {"how": "lying"})
    assert answer.status_code == 422
    assert not (tmp_path / PROJECT_FILE).exists()


def test_a_folder_of_files_without_problems_has_nothing_to_annotate(tmp_path: Path) -> None:
    folder = tmp_path / "各校"
    folder.mkdir()
    school(folder, "清溪小学.xlsx")
    school(folder, "溪口小学.xlsx", **OTHER)
    page = page_of(Project(tmp_path), data=Path("各校"))
    if page.desk.read().problems:
        assert "只能标一份文件" in text(page.get("/data/annotated"))
    else:
        assert "没有问题" in text(page.get("/data/annotated"))
    assert page.get("/data/annotated").status_code == 422
