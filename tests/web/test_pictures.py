"""The pictures of the READMEs and guides: taken of the real page with ``--update-goldens``, else held to be there.

Everybody in them is invented: they show the sample.
"""

from __future__ import annotations

import io
import re
from collections.abc import Iterator
from pathlib import Path

import openpyxl
import pytest
from PIL import Image
from playwright.sync_api import BrowserContext, Page, expect
from python_calamine import CalamineWorkbook

from generator.dataset.workbook import write_workbook
from generator.resources import data_dir
from generator.windows.bundle import PICTURES
from tests.web.browser import ROOT, SMALL_SCREEN, Server, chromium, needs_chromium, opened, served

IMAGES = ROOT / "docs" / "images"
SHOWN = ("start", "problems", "roster", "due", "print", "preview", "progress", "notices")
"""The pictures, each ``page-….png``."""
READMES = ("README.md", "README.zh-CN.md")
LARGEST = 120_000
"""Bytes: a README is opened over slow lines too."""
TODAY = "2026-11-16"
SCHOOL = "柳林村小学"


@pytest.fixture
def browser() -> Iterator[BrowserContext]:
    with chromium() as context:
        yield context


class Camera:
    """Takes a picture of what is on the screen, or sees that there is one."""

    def __init__(self, page: Page, *, anew: bool) -> None:
        self.page, self.anew, self.taken = page, anew, list[str]()

    def take(self, name: str) -> None:
        """Take the picture of that name."""
        self.taken.append(name)
        if self.anew:
            for frame in self.page.frames:
                frame.evaluate("document.fonts.ready.then(() => true)")
            shot = Image.open(io.BytesIO(self.page.screenshot(animations="disabled", caret="hide")))
            few = shot.convert("RGB").quantize(256, dither=Image.Dither.NONE)
            few.save(IMAGES / f"page-{name}.png", optimize=True)


def children(workbook: Path) -> list[dict[str, str]]:
    """Return the rows of the sheet of students."""
    with CalamineWorkbook.from_path(str(workbook)) as book:
        header, *rows = (list(map(str, row)) for row in book.get_sheet_by_name("学生").to_python())
    return [dict(zip((name.rstrip("*") for name in header), row, strict=True)) for row in rows]


def next_roster(path: Path) -> None:
    """Write the roster of the next month: one child is gone, one is new, two have moved."""
    left, first, second, *others = children(data_dir() / "sample.xlsx")
    assert left["班级"] == first["班级"] == second["班级"]
    first["现住址"] = "青禾县云溪镇沙湾村一组8号"
    second["现住址"] = "青禾县云溪镇白杨沟村二组15号"
    new = first | {"姓名": "石小满", "身份证件号": "", "全国学籍号": "G51000020200512600X", "出生日期": "2020-05-12"}
    write_workbook({"学生": [first, second, new | {"班内学号": "21"}, *others]}, path)


def spoil(path: Path) -> None:
    """Write the sample with what goes wrong most: a lost digit, a class that is none, a date that is none."""
    book = openpyxl.load_workbook(data_dir() / "sample.xlsx")
    sheet = book["学生"]
    columns = {str(cell.value).rstrip("*"): number for number, cell in enumerate(sheet[1], 1)}
    for row, header, value in (
        (5, "身份证件号", "5100002019112856"),
        (9, "班级", "一年级（11）班"),
        (14, "成员1联系电话", "1990000011"),
        (22, "出生日期", "2019年13月2日"),
    ):
        sheet.cell(row, columns[header]).value = value
    book.save(path)


@needs_chromium
def test_every_page_that_is_pictured_can_be_reached(
    browser: BrowserContext, tmp_path: Path, request: pytest.FixtureRequest
) -> None:
    project = tmp_path / "云溪镇"
    project.mkdir()
    with served(project, "--today", TODAY) as server, opened(browser, server.address) as page:
        camera = Camera(page, anew=bool(request.config.getoption("--update-goldens")))
        picture_the_data(camera, project)
        picture_what_is_due(camera)
        picture_the_papers(camera, server)
        picture_the_notices(camera)
        assert sorted(camera.taken) == sorted(SHOWN)


def picture_the_data(camera: Camera, project: Path) -> None:
    page = camera.page
    expect(page.get_by_role("heading", name="这个文件夹里还没有数据")).to_be_visible()
    camera.take("start")
    spoil(project / "数据.xlsx")
    page.reload()
    expect(page.get_by_text("4 个错误")).to_be_visible()
    page.locator("#problems").evaluate("heading => scrollTo(0, heading.offsetTop)")
    camera.take("problems")
    (project / "数据.xlsx").write_bytes((data_dir() / "sample.xlsx").read_bytes())
    next_roster(project.parent / "名册.xlsx")
    page.reload()
    expect(page.get_by_text("0 个错误")).to_be_visible()
    page.get_by_label("把学籍系统导出的名册").set_input_files(project.parent / "名册.xlsx")
    page.get_by_role("button", name="看看会改什么").click()
    expect(page.get_by_role("status")).to_contain_text("新增 1 人，变动 2 人，不在名册上 1 人")
    camera.take("roster")


def picture_what_is_due(camera: Camera) -> None:
    page = camera.page
    page.get_by_role("link", name="2 今天要办").click()
    expect(page.get_by_role("button", name="只印这些")).to_be_visible()
    camera.take("due")


def picture_the_papers(camera: Camera, server: Server) -> None:
    page = camera.page
    page.get_by_role("link", name="3 打印文书").click()
    page.locator("select[name=school]").select_option(SCHOOL)
    expect(page.locator("select[name=klass] option", has_text="三年级（1）班")).to_be_attached()
    contracts = page.get_by_role("checkbox", name="RC-10")
    expect(page.get_by_role("link", name="这些全勾上")).to_be_visible()  # all is counted, nothing is swapped any more
    contracts.check()
    page.get_by_role("checkbox", name="Word").uncheck()
    page.get_by_label("找文书").fill("责任书")
    expect(page.get_by_role("checkbox", name="NT-02")).to_have_count(0)
    expect(page.get_by_text("都做得出来")).to_be_visible()
    page.locator("#choose").evaluate("form => scrollTo(0, form.offsetTop)")
    camera.take("print")
    page.get_by_role("link", name="先看看样子").click()
    expect(page.frame_locator("iframe.sheet").get_by_text("责任书").first).to_be_visible()
    camera.take("preview")
    page.get_by_role("link", name="回去").click()
    page.get_by_role("link", name="这些全勾上").click()  # which takes its time
    expect(page.get_by_text(re.compile(r"（\d\d+ 种"))).to_be_visible()
    page.get_by_role("button", name="做这").click()
    with server.held_still(lambda: page.get_by_text(re.compile(r"文件 [1-9]\d* /")).is_visible()):
        camera.take("progress")
    page.get_by_role("button", name="停下").click()
    expect(page.get_by_role("button", name="接着做")).to_be_visible()


def picture_the_notices(camera: Camera) -> None:
    page = camera.page
    page.get_by_role("link", name="4 通知书").click()
    expect(page.get_by_role("button", name="看会编什么号")).to_be_visible()
    camera.take("notices")


@pytest.mark.parametrize("name", SHOWN)
def test_every_picture_is_there_small_enough_and_of_a_small_screen(name: str) -> None:
    path = IMAGES / f"page-{name}.png"
    assert path.stat().st_size < LARGEST
    with Image.open(path) as picture:
        assert picture.size == (SMALL_SCREEN["width"], SMALL_SCREEN["height"])


@pytest.mark.parametrize("readme", READMES)
def test_a_readme_shows_pictures_that_are_there_and_every_page(readme: str) -> None:
    named = re.findall(r"docs/images/([\w-]+\.png)", (ROOT / readme).read_text("utf-8"))
    assert {*named} <= {path.name for path in IMAGES.glob("*.png")}
    assert {*named} >= {f"page-{name}.png" for name in SHOWN}


def test_the_guide_of_the_bundle_has_all_its_pictures() -> None:
    assert {*PICTURES} <= {f"page-{name}.png" for name in SHOWN}
