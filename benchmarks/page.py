"""Measures how quickly the local page answers with many students loaded: ``python benchmarks/page.py [--students N]``.

Each click is made twenty times over HTTP, as a browser makes it, against a server of its own; medians are told, and
the yardstick of ``measure.py``. Then papers are made, and it is told how often in a second the page's progress moved.
Nothing here is a test.
"""

from __future__ import annotations

import argparse
import re
import statistics
import subprocess
import sys
import tempfile
import time
import urllib.request
from http.cookiejar import CookieJar
from pathlib import Path
from urllib.parse import quote, urlencode

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from benchmarks.measure import large_workbook, timed, yardstick  # noqa: E402

TIMES = 20
CLICKS = {
    "数据": "/",
    "今天要办": "/due",
    "今天要办，一所学校": f"/due?school={quote('柳林村小学')}",
    "打印文书": "/papers",
    "打印文书，一所学校": f"/papers?school={quote('柳林村小学')}",
    "打印文书，找学生": f"/papers?who={quote('王')}",
    "打印文书，勾一种": "/papers?form=guardian-contract",
    "预览": "/papers/preview?form=guardian-contract",
    "做好的文件": "/papers/files",
    "通知书": "/notices",
    "怎么用": "/help",
}


class Browser:
    """A browser with the token's cookie."""

    def __init__(self, address: str) -> None:
        self.origin = address.partition("/?")[0]
        self.opener = urllib.request.build_opener(urllib.request.HTTPCookieProcessor(CookieJar()))
        self.get("/?" + address.partition("/?")[2])

    def get(self, path: str) -> str:
        """Return a page."""
        with self.opener.open(self.origin + path) as answer:
            found: str = answer.read().decode()
            return found

    def post(self, path: str, data: dict[str, str]) -> str:
        """Send a form and return the page it leads to."""
        request = urllib.request.Request(self.origin + path, urlencode(data).encode(), {"Origin": self.origin})
        with self.opener.open(request) as answer:
            found: str = answer.read().decode()
            return found


def until(page: Browser, path: str, seen: str) -> float:
    """Return the seconds until a page says what was waited for."""
    start = time.perf_counter()
    while seen not in page.get(path):
        time.sleep(0.2)
    return time.perf_counter() - start


def progress(page: Browser) -> tuple[int, float]:
    """Make the PDF papers of one school; return how often the number of papers made moved, and in how many seconds."""
    page.post("/papers/make", {"form": "guardian-contract", "school": "柳林村小学", "format": "pdf"})
    seen: set[str] = set()
    first, last = 0.0, 0.0
    while "<progress" in (told := page.get("/papers/run")):
        made = re.search(r"([\d,]+) / [\d,]+ 份", told)
        if made and made[1] not in seen:
            seen.add(made[1])
            first, last = first or time.perf_counter(), time.perf_counter()
        time.sleep(0.1)
    return len(seen), last - first


def main() -> None:
    """Print the figures."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--students", type=int, default=5_000)
    students = parser.parse_args().students
    unit = yardstick()
    print(f"yardstick {unit:.3f} s")
    with tempfile.TemporaryDirectory() as folder:
        large_workbook(students, Path(folder) / "数据.xlsx")
        command = [sys.executable, "-u", "-m", "generator", "serve", folder, "--no-browser", "--today", "2026-11-16"]
        server = subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True)
        try:
            assert server.stdout
            page = Browser(server.stdout.readline().strip().partition("：")[2])
            print(f"first reading of {students} students: {until(page, '/', '名学生'):.1f} s")
            print(f"first counting of all papers: {until(page, '/papers', '份（一'):.1f} s")
            medians = []
            for name, path in CLICKS.items():
                page.get(path)
                taken = [1000 * timed(lambda path=path: page.get(path)) for _ in range(TIMES)]  # type: ignore[misc]
                medians.append(statistics.median(taken))
                print(f"{name}: median {medians[-1]:.0f} ms, slowest {max(taken):.0f} ms")
            print(f"median of all clicks: {statistics.median(medians):.0f} ms")
            moved, seconds = progress(page)
            if seconds:
                print(f"progress moved {moved} times in {seconds:.1f} s, {moved / seconds:.1f} a second")
        finally:
            server.kill()
            server.wait()


if __name__ == "__main__":
    main()
