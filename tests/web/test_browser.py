"""Whole ways through the page, as a person goes them, in Chromium."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pikepdf
import pytest
from playwright.sync_api import BrowserContext, Page, Route, expect

from generator.dataset.workbook import write_workbook
from generator.files import PART
from generator.records import ledger
from generator.records.ledger import NAME
from generator.resources import data_dir
from tests.notices import away
from tests.small import SHEETS, Sheets, written
from tests.web.browser import chromium, needs_chromium, opened, served, until

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
        expect(page.get_by_text("名学生；今天算")).to_be_visible()


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


# --- a run in the middle --------------------------------------------------------------------------------------------

CHILDREN = 14
CONTRACTS = "/papers?form=guardian-contract&format=pdf&single=1"


def a_class(sheets: Sheets) -> None:
    """Let the class of the tiny county have so many children that making their contracts takes a while."""
    child = sheets["学生"][0] | {"成员1姓名": "石大山", "成员1关系": "父亲"}
    sheets["学生"] = [
        child | {"班内学号": str(number), "姓名": f"石小{sign}", "全国学籍号": f"G{number}"}
        for number, sign in enumerate("甲乙丙丁戊己庚辛壬癸子丑寅卯", 1)
    ]
    sheets["班级"][0]["学年初人数"] = str(CHILDREN)
    sheets["家访"] = []


def papers(project: Path) -> dict[Path, float]:
    """Return the contracts that lie there under their final names, each a whole file, and when it was written."""
    found = sorted((project / "output").rglob("*.pdf"))
    for path in found:
        with pikepdf.open(path) as paper:
            assert len(paper.pages) >= 2
    return {path: path.stat().st_mtime for path in found}


def half_written(project: Path) -> list[Path]:
    return list((project / "output").rglob(f"*{PART}"))


def visit(page: Page, path: str) -> None:
    """Go to a page, waiting where the dataset is being read."""
    page.goto(re.sub(r"(http://[^/]*)/.*", r"\1", page.url) + path)
    expect(page.get_by_role("status").filter(has_text="正在读数据")).to_have_count(0)


def begin(page: Page) -> None:
    """Begin to make the contracts."""
    visit(page, CONTRACTS)
    page.get_by_role("button", name="做这").click()
    expect(page.get_by_role("button", name="停下")).to_be_visible()


def go_on(page: Page, project: Path, kept: dict[Path, float]) -> None:
    """Let a run that was ended go on, and see that it makes the rest, and the rest alone."""
    told = page.get_by_text(re.compile(rf"要做 {CHILDREN} 个打印文件，做好了 \d+ 个"))
    expect(told).to_contain_text("接着做，只做没做完的")
    page.get_by_role("button", name="接着做").click()
    done = page.get_by_role("status").filter(has_text="做好了：")
    expect(done).to_contain_text(f"{CHILDREN} 个文件，{CHILDREN} 份文书")
    expect(done).to_contain_text("上次做好的")
    everything = papers(project)
    assert len(everything) == CHILDREN
    assert sum(kept[path] == written for path, written in everything.items() if path in kept) >= len(kept) - 2
    assert half_written(project) == []


def test_a_run_that_is_stopped_leaves_whole_files_alone_and_can_be_gone_on_with(
    browser: BrowserContext, tmp_path: Path
) -> None:
    written(tmp_path, a_class)
    with served(tmp_path, "--today", "2026-09-11") as server, opened(browser, server.address) as page:
        begin(page)
        with server.held_still(lambda: papers(tmp_path)):
            stop = page.get_by_role("button", name="停下")
            stop.hover()
            page.mouse.down()  # a person's click may take longer than the page is left as it is
            for _ in range(2):
                page.wait_for_event("response", lambda answer: answer.url.endswith("/papers/run"))
            page.mouse.up()
            expect(page.get_by_role("status").filter(has_text="停下了：控辍保学目标责任书")).to_be_visible()
            kept = papers(tmp_path)
            assert 0 < len(kept) < CHILDREN
            assert half_written(tmp_path) == []
        go_on(page, tmp_path, kept)


def test_two_tabs_share_one_run_and_one_dataset(browser: BrowserContext, tmp_path: Path) -> None:
    written(tmp_path / "保学", a_class)
    with (
        served(tmp_path / "保学", "--today", "2026-09-11") as server,
        opened(browser, server.address) as page,
        opened(browser, server.address) as other,
    ):
        visit(other, CONTRACTS)
        expect(other.get_by_text("都做得出来")).to_be_visible()  # from now on this tab asks nothing by itself
        begin(page)
        with server.held_still(lambda: papers(tmp_path / "保学")):
            other.get_by_role("button", name="做这").click()
            expect(other.get_by_role("alert")).to_contain_text("一次只能做一批")
            other.get_by_role("link", name="回到首页").click()
            bring_in_a_roster(other, tmp_path)
            visit(other, "/papers")
            expect(other.get_by_role("button", name="停下")).to_be_visible()
        for tab in (page, other):
            told = tab.get_by_role("status").filter(has_text="做好了：")
            expect(told).to_contain_text(f"{CHILDREN} 个文件，{CHILDREN} 份文书")
            expect(told).to_contain_text("做的时候数据改过")
        assert len(papers(tmp_path / "保学")) == CHILDREN
        visit(page, "/")
        expect(page.get_by_text(f"{CHILDREN + 1} 名学生")).to_be_visible()


def bring_in_a_roster(page: Page, folder: Path) -> None:
    """Bring in a roster with one child more."""
    sheets: Sheets = {"班级": [{}], "家访": [], "学生": [dict(SHEETS["学生"][0])]}
    a_class(sheets)
    new = sheets["学生"][0] | {"姓名": "木小夏", "全国学籍号": "G99", "班内学号": "99"}
    write_workbook({"学生": [*sheets["学生"], new]}, folder / "名册.xlsx")
    page.get_by_label("把学籍系统导出的名册").set_input_files(folder / "名册.xlsx")
    page.get_by_role("button", name="看看会改什么").click()
    expect(page.get_by_role("status")).to_contain_text("新增 1 人")
    page.get_by_role("button", name="导入").click()
    expect(page.get_by_text("已写进数据表")).to_be_visible()


def test_a_server_that_is_killed_in_the_middle_is_told_comes_back_and_goes_on(
    browser: BrowserContext, tmp_path: Path
) -> None:
    written(tmp_path, a_class)
    with (
        served(tmp_path, "--today", "2026-09-11") as server,
        opened(browser, server.address, ending=True) as page,
    ):
        begin(page)
        with server.held_still(lambda: papers(tmp_path)):
            server.kill()
        expect(page.get_by_role("alert")).to_contain_text("连不上保学")
        kept = papers(tmp_path)
        assert 0 < len(kept) < CHILDREN
        with served(tmp_path, "--today", "2026-09-11", "--port", server.port) as again:
            expect(page.get_by_role("alert")).to_contain_text("重新启动过")  # it asks before the new page is open
            with opened(browser, again.address) as other:
                expect(other.get_by_role("heading", name="数据")).to_be_visible()
                expect(page.get_by_role("alert")).to_have_count(0)  # the tab of before is back by itself
                expect(page.get_by_text("上次没有做完：控辍保学目标责任书")).to_be_visible()
                go_on(page, tmp_path, kept)


# --- numbers --------------------------------------------------------------------------------------------------------

FIRST, SECOND = "清政返通〔2026〕1号", "清政返通〔2026〕2号"


def foresee(page: Page, child: str, number: str) -> None:
    """Tick a child's notice and see which number it would get."""
    visit(page, "/notices")
    page.get_by_role("checkbox", name=f"编号：{child}").check()
    page.get_by_role("button", name="看会编什么号").click()
    expect(page.get_by_role("row", name=child)).to_contain_text(number)


def numbers(project: Path) -> list[str]:
    book = ledger.read(project / NAME)
    return [f"{one.number} {one.student}" for one in book.entries] if book else []


def test_two_tabs_that_confirm_one_number_give_two(browser: BrowserContext, tmp_path: Path) -> None:
    written(tmp_path, away)
    with (
        served(tmp_path, "--today", "2026-09-11") as server,
        opened(browser, server.address) as page,
        opened(browser, server.address) as other,
    ):
        foresee(page, "石小满", FIRST)
        foresee(other, "木小春", FIRST)
        for tab in (page, other):  # at once, neither waiting for an answer
            tab.evaluate("document.querySelector('form[method=post] button').click()")
        for tab in (page, other):
            expect(tab.get_by_text("已经记进台账").or_(tab.get_by_role("alert"))).to_be_visible()
        (late,) = [tab for tab in (page, other) if tab.get_by_role("alert").count()]
        expect(late.get_by_role("alert")).to_contain_text("一个都没有编")
        expect(late.get_by_role("table")).to_contain_text(SECOND)
        late.get_by_role("button", name="确认，编这 1 个号").click()
        expect(late.get_by_role("status")).to_contain_text(SECOND)
    given = numbers(tmp_path)
    assert [one.partition(" ")[0] for one in given] == [FIRST, SECOND]
    assert {one.partition(" ")[2] for one in given} == {"石小满", "木小春"}


@pytest.mark.parametrize("heard", [True, False], ids=["asked", "not asked"])
def test_a_server_that_dies_before_it_answers_loses_no_number_and_gives_none_twice(
    browser: BrowserContext, tmp_path: Path, heard: bool
) -> None:
    written(tmp_path, away)
    with (
        served(tmp_path, "--today", "2026-09-11") as server,
        opened(browser, server.address, ending=True) as page,
    ):
        foresee(page, "石小满", FIRST)

        def die(route: Route) -> None:
            if heard:
                assert route.fetch(max_redirects=0).status == 303
            server.kill()
            route.abort("connectionreset")

        page.route("**/notices/issue", die)
        page.get_by_role("button", name="确认，编这 1 个号").click()
        until(lambda: server.process.poll() is not None)
        page.unroute("**/notices/issue")
        assert numbers(tmp_path) == ([f"{FIRST} 石小满"] if heard else [])
        with (
            served(tmp_path, "--today", "2026-09-11", "--port", server.port) as again,
            opened(browser, again.address) as other,
        ):
            expect(other.get_by_role("heading", name="数据")).to_be_visible()
            page.go_back()  # the person tries again from where it was
            if heard:
                expect(page.get_by_text(f"石小满 已经编过 {FIRST}")).to_be_visible()
            else:
                page.get_by_role("button", name="确认，编这 1 个号").click()
                expect(page.get_by_role("status")).to_contain_text(FIRST)
            foresee(other, "木小春", SECOND)
            other.get_by_role("button", name="确认，编这 1 个号").click()
            expect(other.get_by_role("status")).to_contain_text(SECOND)
    assert numbers(tmp_path) == [f"{FIRST} 石小满", f"{SECOND} 木小春"]
