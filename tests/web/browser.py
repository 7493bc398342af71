"""The real page in a real browser: the server as a process of its own, driven through Chromium."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import BrowserContext, Page, expect, sync_playwright

ROOT = Path(__file__).resolve().parents[2]
CHROMIUM = shutil.which("chromium")
QUIET = (
    "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
    "--disable-component-update", "--disable-sync", "--lang=zh-CN",
)  # fmt: skip
SMALL_SCREEN: Any = {"width": 1024, "height": 600}
PATIENCE = 180_000
"""Milliseconds."""
needs_chromium = pytest.mark.skipif(CHROMIUM is None, reason="Chromium is not installed here")


@dataclass
class Server:
    """``baoxue serve`` in a folder."""

    folder: Path
    process: subprocess.Popen[str]
    address: str

    @property
    def port(self) -> str:
        """The port that it listens on."""
        return self.address.partition("127.0.0.1:")[2].partition("/")[0]

    def end(self) -> int:
        """End it as Ctrl-C does, and return its exit code."""
        self.process.send_signal(signal.SIGINT)
        return self.process.wait(30)

    def kill(self) -> None:
        """End it as a power cut does."""
        self.process.kill()
        self.process.wait()

    @contextmanager
    def held_still(self, when: Callable[[], object]) -> Iterator[None]:
        """Let its workers stand still from the moment that something is so until the block ends: what is in the middle
        stays in the middle, however slow the machine and the browser are. The server itself goes on."""
        until(when)
        children = Path(f"/proc/{self.process.pid}/task").glob("*/children")
        workers = [int(number) for tasks in children for number in tasks.read_text().split()]
        assert workers
        for worker in workers:
            os.kill(worker, signal.SIGSTOP)
        try:
            yield
        finally:
            for worker in workers:
                with suppress(ProcessLookupError):
                    os.kill(worker, signal.SIGCONT)


def until(so: Callable[[], object]) -> None:
    """Wait until something is so."""
    given_up = time.monotonic() + PATIENCE / 1000
    while not so():
        assert time.monotonic() < given_up, "it never came"
        time.sleep(0.01)


@contextmanager
def served(folder: Path, *options: str) -> Iterator[Server]:
    """Serve a folder until the block ends."""
    command = [sys.executable, "-m", "generator", "serve", str(folder), "--no-browser", *options]
    environment = os.environ | {"PYTHONPATH": str(ROOT), "PYTHONUNBUFFERED": "1"}
    process = subprocess.Popen(
        command, cwd=folder, env=environment, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
    )
    assert process.stdout
    try:
        line = process.stdout.readline()
        assert "http://127.0.0.1:" in line, line + (process.stdout.read() or "")
        yield Server(folder, process, line.strip().partition("：")[2])
    finally:
        process.kill()
        process.wait()
        process.stdout.close()


@contextmanager
def chromium() -> Iterator[BrowserContext]:
    """A browser on a small screen, as patient as slow machines need: a page that never comes is what fails."""
    with sync_playwright() as play:
        # what the browser itself says is Chinese where it knows Chinese (Debian: chromium-l10n)
        browser = play.chromium.launch(executable_path=CHROMIUM, args=QUIET, env={**os.environ, "LANGUAGE": "zh_CN"})
        context = browser.new_context(viewport=SMALL_SCREEN, locale="zh-CN", accept_downloads=True)
        context.set_default_timeout(PATIENCE)
        expect.set_options(timeout=PATIENCE)
        yield context
        browser.close()


@contextmanager
def opened(context: BrowserContext, address: str, *, ending: bool = False) -> Iterator[Page]:
    """Open a tab; whatever the page's console calls an error fails the test, but for a server that is ``ending``."""
    page = context.new_page()
    errors: list[str] = []
    page.on("pageerror", lambda error: errors.append(str(error)))
    page.on("console", lambda told: errors.append(told.text) if told.type == "error" else None)
    page.goto(address)
    yield page
    page.close()
    # what the server refuses on purpose, and what was asked for in the background when the page was left
    meant = ("status of 4", "net::ERR_") if ending else ("status of 4",)
    left = [error for error in errors if not error.startswith("htmx:") and not any(one in error for one in meant)]
    assert left == [], left
