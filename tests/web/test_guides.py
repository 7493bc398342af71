"""The guides for people who begin are walked step by step, as they are written."""

from __future__ import annotations

import os
import shlex
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import BrowserContext, Locator, Page, expect
from python_calamine import CalamineWorkbook

from generator.dataset.workbook import write_workbook
from generator.resources import data_dir
from tests.guides import Act, Guide, read_guide
from tests.web.browser import ROOT, chromium, needs_chromium, opened, served

GUIDES = sorted((ROOT / "docs" / "guides").glob("*.md"))


@pytest.fixture
def browser() -> Iterator[BrowserContext]:
    with chromium() as context:
        yield context


def begun(guide: Guide, folder: Path) -> Path:
    """Lay out what the guide begins with: the sample, and a roster in which one child has moved and one is new."""
    assert guide.head["start"] == "sample"
    folder.mkdir()
    (folder / "数据.xlsx").write_bytes((data_dir() / "sample.xlsx").read_bytes())
    with CalamineWorkbook.from_path(str(folder / "数据.xlsx")) as book:
        header, *rows = (list(map(str, row)) for row in book.get_sheet_by_name("学生").to_python())
    children = [dict(zip((name.rstrip("*") for name in header), row, strict=True)) for row in rows]
    children[3]["现住址"] += "新居"
    write_workbook({"学生": children}, folder.parent / "名册.xlsx")
    return folder


def found(page: Page, name: str) -> Locator:
    """Return the button, link or tick box of that name; an exact name is meant before one that begins so."""
    for exact in (True, False):
        for role in ("button", "link"):
            one = page.get_by_role(role, name=name, exact=exact)
            if one.count():
                return one.first
    return page.get_by_role("button", name=name).or_(page.get_by_role("link", name=name)).first


def follow(page: Page, act: Act, folder: Path) -> None:
    """Do one thing that a guide says, or see what it says is to be seen."""
    match act.verb:
        case "看到":
            expect(page.get_by_text(act.name).filter(visible=True).first).to_be_visible()
        case "放":
            page.get_by_label(act.name).set_input_files(folder.parent / act.value)
        case "填":
            page.get_by_label(act.name).first.fill(act.value)
        case "选":
            field = page.get_by_label(act.name).first
            expect(field.locator("option", has_text=act.value).first).to_be_attached()
            field.select_option(label=act.value)
        case "勾":
            page.get_by_role("checkbox", name=act.name).first.check()
        case "点" if act.name.endswith((".docx", ".pdf")) or "下载" in act.name:
            with page.expect_download() as download:
                found(page, act.name).click()
            assert Path(download.value.path()).stat().st_size
        case "点":
            expect(found(page, act.name)).to_be_enabled()
            found(page, act.name).click()


def told(guide: Guide, seconds: float, request: pytest.FixtureRequest) -> None:
    """Write the figures into a guide where that is asked for; else see that it says how much work it is."""
    if request.config.getoption("--update-goldens"):
        guide.path.write_text(guide.with_seconds(seconds), encoding="utf-8")
    else:
        assert guide.said == guide.count, f"{guide.path.name} takes {guide.count} acts"


@needs_chromium
@pytest.mark.parametrize("path", [path for path in GUIDES if path.stem != "inspector"], ids=lambda path: path.stem)
def test_a_guide_of_clicks_leads_where_it_says(
    path: Path, browser: BrowserContext, tmp_path: Path, request: pytest.FixtureRequest
) -> None:
    guide = read_guide(path)
    folder = begun(guide, tmp_path / "保学")
    with served(folder, "--today", guide.head["today"]) as server, opened(browser, server.address) as page:
        start = time.monotonic()
        for act in guide.acts:
            follow(page, act, folder)
        told(guide, time.monotonic() - start, request)


def test_a_guide_of_commands_does_what_it_says(tmp_path: Path, request: pytest.FixtureRequest) -> None:
    guide = read_guide(ROOT / "docs" / "guides" / "inspector.md")
    folder = begun(guide, tmp_path / "保学")
    start = time.monotonic()
    for act in guide.acts:
        command = [sys.executable, "-m", "generator", *shlex.split(act.value)]
        environment = os.environ | {"PYTHONPATH": str(ROOT)}
        run = subprocess.run(command, cwd=folder, env=environment, capture_output=True, text=True, check=False)
        assert run.returncode == 0, (act.name, run.stderr)
    told(guide, time.monotonic() - start, request)


def test_there_is_a_guide_for_each_who_begins() -> None:
    assert [path.stem for path in GUIDES] == ["inspector", "officer", "secretary"]
