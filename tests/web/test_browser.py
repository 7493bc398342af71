"""Whole ways through the page, as a person goes them, in Chromium."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import BrowserContext, expect

from generator.dataset.workbook import write_workbook
from generator.resources import data_dir
from tests.small import SHEETS
from tests.web.browser import chromium, needs_chromium, opened, served

pytestmark = needs_chromium


@pytest.fixture
def browser() -> Iterator[BrowserContext]:
    with chromium() as context:
        yield context


def test_from_an_empty_folder_to_a_roster_that_is_imported_and_taken_back(
    browser: BrowserContext, tmp_path: Path
) -> None:
    project = tmp_path / "保学"
    project.mkdir()
    with served(project, "--today", "2026-09-11") as server, opened(browser, server.address) as page:
        page.get_by_role("button", name="带一所示例小学").click()
        expect(page.get_by_role("heading", name="数据")).to_be_visible()
        write_workbook(SHEETS, project / "数据.xlsx")
        roster = tmp_path / "名册.xlsx"
        first, second = SHEETS["学生"]
        write_workbook(
            {"学生": [first | {"现住址": "溪口村"}, second | {"姓名": "木小夏", "全国学籍号": "G8"}]}, roster
        )
        page.reload()
        expect(page.get_by_text("2 名学生")).to_be_visible()
        page.get_by_label("把学籍系统导出的名册").set_input_files(roster)
        page.get_by_role("button", name="看看会改什么").click()
        expect(page.get_by_role("status")).to_contain_text("变动 1 人")
        page.get_by_role("button", name="导入").click()
        expect(page.get_by_text("已写进数据表")).to_be_visible()
        page.get_by_role("button", name="撤销").click()
        expect(page.get_by_text("已恢复")).to_be_visible()


def test_a_wrong_file_is_told_in_a_sentence_and_the_way_back_is_shown(browser: BrowserContext, tmp_path: Path) -> None:
    (tmp_path / "数据.xlsx").write_bytes((data_dir() / "sample.xlsx").read_bytes())
    wrong = tmp_path / "照片.jpg"
    wrong.write_bytes(b"\xff\xd8\xff")
    with served(tmp_path, "--today", "2026-11-16") as server, opened(browser, server.address) as page:
        page.get_by_label("把学籍系统导出的名册").set_input_files(wrong)
        page.get_by_role("button", name="看看会改什么").click()
        expect(page.get_by_role("alert")).to_contain_text("不是表格文件")
        page.get_by_role("link", name="回到首页").click()
        expect(page.get_by_text("600 名学生")).to_be_visible()


def test_everything_on_the_data_page_is_reached_by_the_keyboard(browser: BrowserContext, tmp_path: Path) -> None:
    write_workbook(SHEETS, tmp_path / "数据.xlsx")
    with served(tmp_path, "--today", "2026-09-11") as server, opened(browser, server.address) as page:
        expect(page.get_by_text("2 名学生")).to_be_visible()
        reached = []
        for _ in range(12):
            page.keyboard.press("Tab")
            reached.append(
                page.evaluate("(document.activeElement.innerText || document.activeElement.name || '').trim()")
            )
        for name in (
            "跳到正文",
            "1 数据",
            "2 今天要办",
            "3 打印文书",
            "4 通知书",
            "file",
            "看看会改什么",
            "撤销上一次导入",
        ):
            assert name in reached, reached


def test_a_tab_of_before_a_restart_says_so(browser: BrowserContext, tmp_path: Path) -> None:
    write_workbook(SHEETS, tmp_path / "数据.xlsx")
    with served(tmp_path, "--today", "2026-09-11") as first:
        port = first.address.partition("127.0.0.1:")[2].partition("/")[0]
        with opened(browser, first.address) as page:
            expect(page.get_by_text("2 名学生")).to_be_visible()
            assert first.end() in (0, 130)
            with served(tmp_path, "--today", "2026-09-11", "--port", port):
                page.get_by_role("link", name="怎么用").click()
                expect(page.get_by_role("alert")).to_contain_text("程序后来重新启动过")
