"""Going back, and a page whose server is another by now, in Chromium."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import BrowserContext, expect

from tests.small import Project
from tests.web.browser import chromium, needs_chromium, opened, served

pytestmark = needs_chromium


@pytest.fixture
def browser() -> Iterator[BrowserContext]:
    with chromium() as context:
        yield context


def test_going_back_shows_the_choice_that_was_made_before(browser: BrowserContext, project: Project) -> None:
    with served(project.folder, "--today", "2026-09-11") as server, opened(browser, server.address) as page:
        page.goto(server.address.partition("?")[0] + "papers")
        paper = page.get_by_role("checkbox", name="RC-10")
        paper.check()
        expect(page.locator("#count")).to_contain_text("缺数据")
        page.locator("[name=school]").select_option("云山县清溪镇中心小学")
        expect(page.locator("[name=klass]")).to_be_enabled()
        page.go_back()
        expect(page.get_by_role("heading", name="打印文书")).to_be_visible()
        expect(page.locator("[name=klass]")).to_be_disabled()
        expect(paper).to_be_checked()


def test_a_page_of_a_server_that_was_started_again_says_so_at_the_first_click(
    browser: BrowserContext, project: Project
) -> None:
    with (
        served(project.folder, "--today", "2026-09-11") as server,
        opened(browser, server.address, ending=True) as page,
    ):
        page.goto(server.address.partition("?")[0] + "papers")
        expect(page.get_by_role("checkbox", name="RC-10")).to_be_visible()
        page.wait_for_load_state("networkidle")
        port = server.address.split(":")[2].partition("/")[0]
        server.end()
        with served(project.folder, "--today", "2026-09-11", "--port", port):
            page.get_by_role("checkbox", name="RC-10").click()  # what answers may come before the tick is seen
            expect(page.get_by_role("alert")).to_contain_text("重新启动过")
