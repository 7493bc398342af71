"""The page of a tiny project, asked as a browser asks it."""

from __future__ import annotations

import html
import io
import re
import time
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

from flask import Flask
from werkzeug.test import TestResponse

from generator.web import Site, create
from generator.web.desk import Desk
from generator.web.press import Press, Run
from tests.small import TODAY, Project

TOKEN = "a-token-of-the-test"
ORIGIN = "http://127.0.0.1:8765"
FROM_PAGE = {"Origin": ORIGIN, "Sec-Fetch-Site": "same-origin"}


@dataclass
class Page:
    """The page and one browser that was opened with its token."""

    app: Flask
    client: Any = field(init=False)

    def __post_init__(self) -> None:
        self.client = self.app.test_client()
        self.get(f"/?t={TOKEN}")

    @property
    def desk(self) -> Desk:
        """What lies on the desk."""
        found: Desk = self.app.extensions["desk"]
        return found

    def get(self, path: str, **headers: str) -> TestResponse:
        """Follow a link."""
        answer: TestResponse = self.client.get(path, base_url=ORIGIN, headers=headers, buffered=True)
        return answer

    def post(self, path: str, data: dict[str, Any] | None = None, *, headers: Any = FROM_PAGE) -> TestResponse:
        """Send a form, and go where that leads."""
        answer: TestResponse = self.client.post(
            path, base_url=ORIGIN, data=data or {}, headers=headers, follow_redirects=True, buffered=True
        )
        return answer

    def send(self, path: str, data: dict[str, Any] | None = None) -> TestResponse:
        """Send a form, and stay."""
        answer: TestResponse = self.client.post(
            path, base_url=ORIGIN, data=data or {}, headers=FROM_PAGE, buffered=True
        )
        return answer

    def shown(self, path: str) -> str:
        """Return what a link leads to, once the dataset is read."""
        self.desk.read()
        answer = self.get(path)
        assert answer.status_code == 200, text(answer)
        return answer.text

    def drop(self, content: bytes, name: str, **more: str) -> TestResponse:
        """Drop a file."""
        return self.post("/data/drop", {"file": (io.BytesIO(content), name), **more})


def page_of(project: Project, today: date | None = TODAY, data: Path | None = None) -> Page:
    """Return the page of a project, its dataset read."""
    page = Page(create(Site(project.folder, data, today=today, token=TOKEN)))
    page.desk.read()
    return page


def text(answer: TestResponse) -> str:
    """Return what a person reads on a page, without the spaces between tags."""
    return html.unescape(re.sub(r"<[^>]*>", "", answer.get_data(as_text=True)))


def words(page: str) -> str:
    """Return a page as it is read, in one line."""
    return " ".join(html.unescape(re.sub(r"<[^>]*>", " ", page)).split())


def hidden(page: str, name: str) -> list[str]:
    """Return the values of the fields of forms that are called so."""
    fields = [one for one in re.findall(r"<input[^>]*>", page) if f'name="{name}"' in one]
    return [html.unescape(value) for one in fields for value in re.findall(r'value="([^"]*)"', one)]


def held(folder: Path) -> dict[str, bytes]:
    """Return every file of a folder."""
    return {path.name: path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def press(page: Page) -> Press:
    """Return what makes the papers that are asked for on a page."""
    found: Press = page.app.extensions["press"]
    return found


def ended(page: Page) -> Run:
    """Wait until the run has ended, and return it."""
    for _ in range(2400):
        run = press(page).run
        if run and not run.going:
            return run
        time.sleep(0.05)
    raise AssertionError("the run does not end")
