"""Measures how quickly the local page answers with many students loaded: ``python benchmarks/page.py [--students N]``.

Each click is made twenty times over HTTP, as a browser makes it, against a server of its own, on another school
or paper each time where there are many, for what was asked before is remembered. Each answer must say what it was asked
for. Medians are told, and the yardstick of ``measure.py``. Papers are made too, and it is told how often in a second
the page's progress moved. Nothing here is a test.
"""

from __future__ import annotations

import argparse
import html
import itertools
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

from benchmarks.measure import large_workbook  # noqa: E402
from generator.bench.machine import timed, yardstick  # noqa: E402

TIMES = 20
SCHOOL = "柳林村小学"
SURNAMES = "王李张刘陈杨黄赵吴周徐孙马朱胡郭何林罗高"


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


def until(page: Browser, path: str, seen: str, unseen: str = "正在读数据") -> float:
    """Return the seconds until a page says what was waited for, and no longer what it says before."""
    start = time.perf_counter()
    while seen not in (told := page.get(path)) or unseen in told:
        time.sleep(0.2)
    return time.perf_counter() - start


def clicks(page: Browser) -> dict[str, list[tuple[str, str]]]:
    """Return where each click leads, several times over, and what its answer must say."""
    papers = page.get("/papers")
    schools, short = (schools_of(shown) for shown in (papers, page.get("/due")))
    forms = re.findall(r'name="form" value="([^"]+)"', papers)
    return {
        "数据": [("/", "名学生")],
        "今天要办": [("/due", "只印这些")],
        "今天要办，一所学校": [(f"/due?school={quote(one)}", f"<option selected>{one}</option>") for one in short],
        "打印文书": [("/papers", "（一名学生一份）")],
        "打印文书，一所学校": [(f"/papers?school={quote(one)}", f"<option selected>{one}</option>") for one in schools],
        "打印文书，找学生": [(f"/papers?who={quote(one)}", f"> {one}") for one in SURNAMES],
        "打印文书，勾一种": [(f"/papers?form={one}", f'id="f-{one}" checked') for one in forms],
        "预览": [(f"/papers/preview?form=guardian-contract&at={at}", f"第 {at + 1} 份，共") for at in range(TIMES)],
        "预览的一页": [(f"/papers/sheet/guardian-contract/{at}", "责任书") for at in range(TIMES)],
        "做好的文件": [("/papers/files", "打成一个包下载")],
        "一所学校的文件": [(files_of(page), "确认印好了")],
        "通知书": [("/notices", "看会编什么号")],
        "怎么用": [("/help", "名册")],
    }


def schools_of(shown: str) -> list[str]:
    """Return the schools that a page lets choose from."""
    return re.findall(r"<option>([^<]+)</option>", shown.partition('name="school"')[2].partition("</select>")[0])


def files_of(page: Browser) -> str:
    """Return where the files of the school are that papers were made for."""
    found = re.search(r'href="(/papers/files/of[^"]*)"', page.get("/papers/files"))
    assert found
    return html.unescape(found[1])


def ask(page: Browser, path: str, says: str) -> None:
    """Ask for a page; an answer that does not say what it must is none."""
    told = page.get(path)
    if says not in told or "正在读数据" in told:
        raise SystemExit(f"{path} does not say {says}")


def median(page: Browser, name: str, asked: list[tuple[str, str]]) -> float:
    """Return the median of a click in milliseconds, and print it."""
    one_by_one = itertools.islice(itertools.cycle(asked), TIMES)
    taken = [1000 * timed(lambda one=one: ask(page, *one)) for one in one_by_one]  # type: ignore[misc]
    print(f"{name}: median {statistics.median(taken):.0f} ms, slowest {max(taken):.0f} ms")
    return statistics.median(taken)


def progress(page: Browser) -> tuple[int, float]:
    """Make the PDF papers of one school; return how often the number of papers made moved, and in how many seconds."""
    page.post("/papers/make", {"form": "guardian-contract", "school": SCHOOL, "format": "pdf"})
    seen: set[str] = set()
    first, last = 0.0, 0.0
    while "<progress" in (told := page.get("/papers/run")):
        made = re.search(r"([\d,]+) / [\d,]+ 份", told)
        if made and made[1] not in seen:
            seen.add(made[1])
            first, last = first or time.perf_counter(), time.perf_counter()
        time.sleep(0.1)
    return len(seen), last - first


def confirmation(page: Browser) -> float:
    """Confirm that a file was printed; return the seconds until the page knows the data again."""
    found = re.search(r'name="file" value="([^"]+)"', page.get(files_of(page)))
    assert found
    told = page.post("/papers/printed", {"folder": "", "place": "", "file": html.unescape(found[1])})
    assert "确认了 1 个打印文件" in told
    return until(page, "/", "名学生")


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
            moved, seconds = progress(page)
            if seconds:
                print(f"progress moved {moved} times in {seconds:.1f} s, {moved / seconds:.1f} a second")
            medians = [median(page, name, asked) for name, asked in clicks(page).items()]
            print(f"median of all clicks: {statistics.median(medians):.0f} ms")
            print(f"counting all papers: {until(page, '/papers', '份（一', '……（一'):.1f} s")
            median(page, "打印文书，数过的", [("/papers", "份（一")])
            print(f"back after a confirmation: {confirmation(page):.1f} s")
        finally:
            server.kill()
            server.wait()


if __name__ == "__main__":
    main()
