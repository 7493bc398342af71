"""Dossiers on the page: made as a job, told how far they are, taken, and checked."""

from __future__ import annotations

import shutil
import time
from pathlib import Path
from typing import Any

import pytest
from PIL import Image

from generator.press.dossier import Ready
from generator.press.workers import Watch
from generator.resources import templates_dirs
from generator.web.press import Run
from tests.small import Project
from tests.web.page import Page, ended, page_of, press, text, words

SIGNED = """
  - title: 就读责任书
  - text: "{{ student.name }}，甲方和乙方约定如下。"
  - signatures: [[甲方（盖章）], [乙方签字]]
"""


@pytest.fixture
def page(project: Project) -> Page:
    """The page of a project of one contract per child, and the front pages."""
    project.data(lambda sheets: sheets.update({"辍学个案": []}))
    project.paper(SIGNED, title="就读责任书", formats=["pdf"], bundle="class", box=3, filed=True)
    for part in ("_dossier", "_fragments"):
        shutil.copytree(templates_dirs()[0] / part, project.folder / "templates" / part)
    return page_of(project)


def made(page: Page, **said: str) -> Run:
    """Make the dossier of the school, and return the run when it has ended."""
    answer = page.post("/dossiers/make", {"unit": "清溪小学", "receiver": "bureau", **said})
    assert answer.status_code == 200, text(answer)
    return ended(page)


def test_every_unit_is_offered_and_where_scans_belong_is_said(page: Page, project: Project) -> None:
    shown = words(page.shown("/dossiers"))
    assert all(name in shown for name in ("云山县清溪镇中心小学", "清溪镇人民政府", "云山县人民政府"))
    assert str(project.folder / "扫描件") in shown
    assert "还没有做过" in shown


def test_a_dossier_is_made_with_its_scans_told_taken_and_checked(page: Page, project: Project) -> None:
    scan = project.folder / "扫描件" / "就读责任书" / "石小满.png"
    scan.parent.mkdir(parents=True)
    Image.new("RGB", (620, 877), "white").save(scan)
    Image.new("RGB", (62, 87), "white").save(scan.with_name("张三.png"))
    run = made(page)
    assert (run.state, run.failure, run.files_made) == ("done", "", run.files)
    shown = words(page.shown("/dossiers"))
    assert "做好了：云山县清溪镇中心小学的迎检档案" in shown
    assert "张三.png" in shown
    assert "1 个文件应当签字、盖章" in shown
    book = page.get("/dossiers/file/清溪小学/档案.pdf")
    assert book.data.startswith(b"%PDF")
    assert run.ready
    told = page.post("/dossiers/check", {"folder": "清溪小学", "digest": run.ready.digest[:16]})
    assert "与移交单的校验码一致" in text(told)
    (run.ready.folder / "补充.txt").write_text("x", "utf-8")
    assert "补充.txt：清单里没有" in text(page.post("/dossiers/check", {"folder": "清溪小学"}))


def test_what_somebody_put_there_is_kept_until_it_is_asked_to_be_put_aside(page: Page, project: Project) -> None:
    folder = project.out / "迎检" / "清溪小学"
    folder.mkdir(parents=True)
    (folder / "照片.txt").write_text("x", "utf-8")
    assert made(page).state == "failed"
    shown = words(page.shown("/dossiers"))
    assert "勾上“照样重做”再做" in shown
    assert "--overwrite" not in shown
    assert made(page, overwrite="1").state == "done"
    assert "改名留在“清溪小学 旧”" in words(page.shown("/dossiers"))
    assert (folder.with_name("清溪小学 旧") / "照片.txt").is_file()


def test_a_run_is_seen_everywhere_and_stopped_and_leaves_nothing(page: Page, monkeypatch: pytest.MonkeyPatch) -> None:
    def going(_k: Any, _o: Any, _u: Any, _w: Any, follow: Any, watch: Watch) -> Ready:
        with follow(7) as step:
            step()
            while True:
                watch.beat()
                time.sleep(0.01)

    monkeypatch.setattr("generator.web.pages.dossiers.make", going)
    page.send("/dossiers/make", {"unit": "清溪小学", "receiver": "bureau"})
    for _ in range(200):
        if (run := press(page).run) and run.files_made:
            break
        time.sleep(0.02)
    assert "文件 1 / 7" in words(page.shown("/dossiers/run"))
    assert "正在做：云山县清溪镇中心小学的迎检档案" in words(page.shown("/papers"))
    assert "一次只能做一批" in text(page.post("/dossiers/make", {"unit": "清溪镇", "receiver": "bureau"}))
    page.send("/dossiers/stop")
    assert ended(page).state == "stopped"
    assert "停下了：云山县清溪镇中心小学的迎检档案" in words(page.shown("/dossiers"))
    assert "停下了" not in words(page.shown("/papers"))


@pytest.mark.parametrize("unit", ["", "没有", "../清溪小学"])
def test_a_unit_that_there_is_none_of_is_refused(page: Page, unit: str) -> None:
    assert page.send("/dossiers/make", {"unit": unit}).status_code == 422


@pytest.mark.parametrize("path", ["清溪小学/档案.pdf", "清溪小学/清单.json", "清溪小学/数据.xlsx", "%2e%2e/档案.pdf"])
def test_what_is_no_dossier_is_not_sent(page: Page, path: str) -> None:
    assert page.get(f"/dossiers/file/{path}").status_code == 404


def test_without_a_dataset_the_way_to_it_is_shown(tmp_path: Path) -> None:
    assert "先在第 1 步放进来" in words(page_of(Project(tmp_path)).shown("/dossiers"))
