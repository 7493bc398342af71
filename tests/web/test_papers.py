from __future__ import annotations

import errno
import html
import io
import json
import os
import re
import shutil
import threading
import time
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from werkzeug.datastructures import MultiDict

from generator.dataset import load
from generator.forms.arrange import Arrangement
from generator.forms.plan import SelectionError, by_form
from generator.press import build as core
from generator.press import unfinished
from generator.press.folder import known_files
from generator.press.unfinished import Intent
from generator.resources import templates_dirs
from generator.web.choice import Choice, chosen, selection
from generator.web.press import Press, Run
from tests.small import HOSTILE, Project
from tests.web.page import FROM_PAGE, Page, ended, page_of, press, text

LETTER = "  - text: '{{ student.name }}住{{ student.address }}'"
PHONED = """
  - text: '{{ student.name }}'
  - fields:
      - {label: 电话, value: '{{ class.teacher.phone }}', by_hand: true}
"""


@pytest.fixture
def page(project: Project) -> Page:
    """The page of a project with two papers about each of the two students."""
    project.paper(LETTER, title="告家长书", covers=["PB-01"], bundle="class")
    project.paper(PHONED, "second", title="联系卡", kind="record", filename="{{ student.name }}卡")
    return page_of(project)


def made(page: Page, query: str = "form=tiny&format=docx") -> Run:
    """Make a choice, and return the run when it has ended."""
    answer = page.post("/papers/make", said(query))
    assert answer.status_code == 200, text(answer)
    return ended(page)


def said(query: str) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for pair in query.split("&"):
        name, _, value = pair.partition("=")
        found.setdefault(name, []).append(value)
    return found


def settled(page: Page, query: str = "") -> str:
    """Return the page when nothing more is worked out for it."""
    for _ in range(600):
        shown = page.get(f"/papers?{query}").get_data(as_text=True)
        if 'hx-trigger="load' not in shown:
            return shown
        time.sleep(0.05)
    raise AssertionError("it is never worked out")


def counted(page: Page, query: str) -> str:
    """Return what a choice comes to."""
    return text_of(settled(page, query), "count")


def text_of(shown: str, part: str) -> str:
    """Return what a person reads in a part of a page."""
    found = re.search(rf'<(\w+) id="{part}".*', shown, re.DOTALL)
    assert found, part
    return html.unescape(re.sub(r"\s+", " ", re.sub(r"<[^>]*>", "", found[0])))


def key(page: Page, name: str) -> str:
    """Return what stands for a student in addresses."""
    shown = page.get(f"/papers?who={name}").get_data(as_text=True)
    found = re.search(r'name="student" value="(\w+)"', shown)
    assert found
    return found[1]


@contextmanager
def held_up(page: Page, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Let a run that is begun in the block make nothing until it is stopped or the block ends."""
    over = False

    def endless(prepared: Any, done: Any, watch: Any, before: Any = ()) -> None:
        while not over:
            watch.beat()
            time.sleep(0.01)
        raise KeyboardInterrupt

    monkeypatch.setattr("generator.web.press.build", endless)
    yield
    over = True
    monkeypatch.setattr("generator.web.press.build", core.build)
    ended(page)


# --- choosing and counting ------------------------------------------------------------------------------------------


def test_papers_stand_by_kind_with_their_number_and_how_many_there_are(page: Page) -> None:
    shown = text_of(settled(page), "papers")
    assert re.search(r"记录表 联系卡 2 份（一名学生一份） 表单 PB-01 告家长书 2 份", shown), shown


def test_a_paper_of_which_there_is_nothing_to_make_is_not_offered(project: Project) -> None:
    project.paper(LETTER, title="告家长书")
    project.paper(LETTER, "none", title="没有的", when="student.name == '谁'", filename="b{{ student.name }}")
    shown = text_of(settled(page_of(project)), "papers")
    assert "告家长书" in shown
    assert "没有的" not in shown
    assert "另有 1 种文书" in shown


def test_all_papers_of_a_choice_are_taken_at_once(page: Page) -> None:
    found = re.search(r'href="/papers\?([^"]*)">这些全勾上', settled(page, "only=&format=docx"))
    assert found
    assert "4 份文书" in counted(page, html.unescape(found[1]))


def test_papers_are_found_by_name_and_by_number(page: Page) -> None:
    for find in ("联系", "SECOND"):
        shown = text(page.get(f"/papers?find={find}"))
        assert "联系卡" in shown
        assert "告家长书" not in shown
    assert "PB-01" in text(page.get("/papers?find=pb-01"))
    assert "没有名称或编号里有“<b>”的文书" in text(page.get("/papers?find=%3Cb%3E"))


def test_a_paper_that_is_chosen_stays_in_the_list_whatever_is_searched(page: Page) -> None:
    assert 'value="tiny" id="f-tiny" checked' in page.get("/papers?find=联系&form=tiny").get_data(as_text=True)


def test_students_are_found_by_name_and_chosen_by_what_tells_nothing_of_them(page: Page) -> None:
    shown = page.get("/papers?who=小").get_data(as_text=True)
    assert "石小满 云山县清溪镇中心小学 三年级（1）班" in shown
    keys = re.findall(r'name="student" value="(\w+)"', shown)
    assert len(keys) == 2
    assert not {"G1", "G2", "石小满"} & {*keys}
    answer = page.get(f"/papers?student={keys[0]}&who=石", **{"HX-Request": "true"})
    assert answer.headers["HX-Push-Url"] == f"/papers?student={keys[0]}"


def test_a_choice_is_counted_before_it_is_made(page: Page) -> None:
    assert "还没有勾文书" in counted(page, "form=")
    shown = counted(page, "form=tiny&form=second&format=docx")
    assert "4 份文书（2 种），3 个 Word 文件" in shown
    assert "逐份核对过，都做得出来" in shown
    assert "联系卡：联系电话（2 份）" in shown
    assert "1 份文书" in counted(page, f"form=tiny&student={key(page, '石')}")
    assert "没有文件" in counted(page, "form=tiny&format=xlsx")


def test_what_is_held_back_is_told_with_its_cell_before_anything_is_made(project: Project) -> None:
    project.data(lambda sheets: sheets["学生"][1].update({"现住址": ""}))
    project.paper(LETTER, title="告家长书")
    shown = counted(page_of(project), "form=tiny")
    assert "1 份文书" in shown
    assert "缺数据，做不出来：1 份" in shown
    assert re.search(r"木小春\s*数据.xlsx 学生!\w+3：“现住址”没有填", shown), shown


def test_a_student_that_is_gone_is_refused(page: Page) -> None:
    shown = counted(page, "form=tiny&student=0123456789ab")
    assert "1 名在数据里找不到了" in shown
    answer = page.post("/papers/make", said("form=tiny&student=0123456789ab"))
    assert answer.status_code == 422
    assert press(page).run is None


def test_of_two_namesakes_without_a_number_none_is_made_alone(project: Project) -> None:
    dataset, _ = load(project.folder / "数据.xlsx")
    first, second = dataset.students
    first.name = second.name = "石小满"
    chosen = Choice(student=("a",))
    assert selection(chosen, {"a": first}, dataset.students).students == ("G1",)
    first.student_no = None
    with pytest.raises(SelectionError, match="分不开"):
        selection(chosen, {"a": first}, dataset.students)


def test_hostile_names_are_shown_as_they_are(project: Project) -> None:
    project.data(lambda sheets: sheets["学生"][0].update({"姓名": '<b>&"{{ 7*7 }}'}))
    project.paper(LETTER)
    page = page_of(project)
    shown = page.get("/papers?who=b").get_data(as_text=True)
    assert "&lt;b&gt;&amp;&#34;{{ 7*7 }}" in shown
    assert '<b>&"' not in shown
    assert HOSTILE not in shown


def test_without_a_dataset_the_way_to_it_is_shown(tmp_path: Path) -> None:
    answer = page_of(Project(tmp_path)).get("/papers")
    assert "数据还不能用" in text(answer)
    assert "还没有数据表" in text(answer)


# --- looking at it --------------------------------------------------------------------------------------------------


def test_a_paper_is_shown_with_its_values_and_house_fonts_and_without_any_script(page: Page) -> None:
    shown = page.get(f"/papers/preview?form=tiny&student={key(page, '木')}").get_data(as_text=True)
    assert 'sandbox="allow-same-origin"' in shown
    found = re.search(r'src="(/papers/sheet/[^"]*)"', shown)
    assert found
    sheet = page.get(found[1])
    assert "木小春住溪尾村" in text(sheet)
    assert "预览" in sheet.get_data(as_text=True)
    assert "script-src 'none'" in sheet.headers["Content-Security-Policy"]
    assert "unsafe" not in sheet.headers["Content-Security-Policy"]
    faces = re.findall(r'url\("(/fonts/[^"]*)"\)', sheet.get_data(as_text=True))
    assert len(faces) >= 4
    assert page.get(faces[0]).status_code == 200


def test_any_paper_of_the_choice_is_shown_in_turn(page: Page) -> None:
    first = text(page.get("/papers/preview?form=tiny&form=second"))
    assert "第 1 份，共 2 份" in first
    assert "下一份" in first
    last = text(page.get("/papers/preview?form=tiny&form=second&show=second&at=99"))
    assert "第 2 份，共 2 份" in last
    assert "下一份" not in last


def test_a_paper_that_is_held_back_says_what_it_lacks_instead(project: Project) -> None:
    project.data(lambda sheets: sheets["学生"][1].update({"现住址": ""}))
    project.paper(LETTER)
    assert "“现住址”没有填" in text(page_of(project).get("/papers/sheet/tiny/1"))


@pytest.mark.parametrize(
    "path", ["/papers/sheet/tiny/2", "/papers/sheet/../0", "/fonts/passwd", "/fonts/..%2Fstyles.yaml"]
)
def test_what_is_not_there_is_not_shown(page: Page, path: str) -> None:
    assert page.get(path).status_code == 404


def test_a_value_cannot_break_out_of_its_preview(project: Project) -> None:
    project.data(lambda sheets: sheets["学生"][0].update({"现住址": "</style><script>alert(1)</script>"}))
    project.paper(LETTER)
    shown = page_of(project).get("/papers/sheet/tiny/0").get_data(as_text=True)
    assert "<script" not in shown
    assert "&lt;script&gt;" in shown


# --- making ---------------------------------------------------------------------------------------------------------


def test_what_is_made_is_what_was_chosen_and_the_report_stays(project: Project, page: Page) -> None:
    run = made(page, f"form=tiny&form=second&format=docx&student={key(page, '石')}")
    assert run.state == "done", run.failure
    assert project.files() == ["1-石小满.docx", "石小满卡.docx"]
    assert (run.made, run.papers, run.files_made) == (2, 2, 2)
    shown = text(page.get("/papers"))
    assert "2 个文件，2 份文书" in shown
    assert "联系卡 石小满卡：联系电话" in shown
    assert unfinished.unfinished(project.out) is None


def test_formats_that_are_not_ticked_are_not_made(project: Project, page: Page) -> None:
    assert made(page, "form=tiny&format=docx&single=1").state == "done"
    assert {path.name for path in project.out.rglob("*小*") if path.is_file()} == {"1-石小满.docx", "2-木小春.docx"}


def test_print_files_are_put_together_as_chosen_and_the_choice_stays(project: Project, page: Page) -> None:
    shutil.copytree(templates_dirs()[0] / "_print", project.folder / "templates" / "_print")
    query = "form=tiny&format=docx&order=pinyin&separators=1&ticks=1"
    run = made(page, query)
    assert run.state == "done", run.failure
    assert run.made == run.papers == 2
    (entry,) = json.loads((project.out / "manifest.json").read_text(encoding="utf-8"))["files"].values()
    assert [record["label"] for record in entry["records"]] == ["2-木小春", "1-石小满"]
    assert entry["inserts"] == [1, 1]
    shown = page.get(f"/papers?{query}").get_data(as_text=True)
    assert '<option value="pinyin" selected>' in shown
    assert shown.count(" checked> 每个班前面加") == 2


def test_the_paper_it_takes_counts_what_is_put_between(project: Project) -> None:
    project.paper(LETTER, title="告家长书", bundle="class", pages=1)
    page = page_of(project)
    assert "用纸：A4 双面 2 张" in settled(page, "form=tiny&format=docx")
    assert "用纸：A4 双面 4 张" in settled(page, "form=tiny&format=docx&separators=1&ticks=1")
    assert "用纸：A4 双面 2 张" in settled(page, "form=tiny&format=docx&separators=1&single=1")


def test_an_order_that_there_is_not_is_none(page: Page) -> None:
    assert chosen(MultiDict({"order": "nosuch"})).arrangement == Arrangement()


def test_without_a_paper_nothing_is_begun(page: Page) -> None:
    for query in ("format=docx", "form=nosuch&format=docx"):
        answer = page.post("/papers/make", said(query))
        assert answer.status_code == 422
        assert "文书" in text(answer)
    assert press(page).run is None


def test_a_choice_that_comes_to_nothing_is_told_as_such(page: Page) -> None:
    run = made(page, "form=tiny&format=xlsx")
    assert run.state == "failed"
    assert "没有可以做的" in text(page.get("/papers"))


def test_a_second_start_is_told_and_changes_nothing(page: Page, monkeypatch: pytest.MonkeyPatch) -> None:
    with held_up(page, monkeypatch):
        page.post("/papers/make", said("form=tiny"))
        first = press(page).run
        answer = page.post("/papers/make", said("form=second"))
        assert answer.status_code == 422
        assert "一次只能做一批" in text(answer)
        assert press(page).run is first
        other = Page(page.app)  # another tab sees it
        assert "小文书" in text(other.get("/papers")) or "告家长书（全部）" in text(other.get("/papers"))


@pytest.mark.parametrize("disturbed", ["another choice", "the data"])
def test_a_run_that_is_being_prepared_makes_all_whatever_other_tabs_do(
    project: Project, page: Page, monkeypatch: pytest.MonkeyPatch, disturbed: str
) -> None:
    further = threading.Event()

    def one_by_one(*wanted: Any) -> Iterator[Any]:
        for part in by_form(*wanted):
            assert further.wait(60)
            yield part

    monkeypatch.setattr("generator.web.counting.by_form", one_by_one)
    page.post("/papers/make", said("form=tiny&form=second&format=docx&single=1"))
    other = Page(page.app)
    if disturbed == "the data":
        project.data(lambda sheets: sheets["学生"][0].update({"现住址": "溪口村"}))
        page.desk.read()
    other.get("/papers?school=云山县清溪镇中心小学")
    further.set()
    run = ended(page)
    assert run.state == "done", run.failure
    assert (run.files, run.files_made) == (4, 4)
    assert run.outdated == (disturbed == "the data")


def test_while_a_run_goes_the_part_asks_again_and_ended_it_does_not(
    page: Page, monkeypatch: pytest.MonkeyPatch
) -> None:
    with held_up(page, monkeypatch):
        page.post("/papers/make", said("form=tiny"))
        asking = page.get("/papers/run").get_data(as_text=True)
        found = re.search(r"load delay:(\d+)ms", asking)
        assert found
        assert int(found[1]) < 500  # milliseconds: it is to move twice a second
        assert "停下" in asking
    assert "delay" not in page.get("/papers/run").get_data(as_text=True)


def test_a_run_that_is_stopped_keeps_what_is_finished_and_can_be_gone_on_with(
    project: Project, page: Page, monkeypatch: pytest.MonkeyPatch
) -> None:
    machine = press(page)

    def stop_after_the_first(out: Path, result: Any) -> None:
        add(out, result)
        machine.stop()

    add = unfinished.add
    monkeypatch.setattr("generator.press.unfinished.add", stop_after_the_first)
    monkeypatch.setattr("generator.web.pages.papers.WORKERS", 1)
    run = made(page, "form=tiny&format=docx&single=1")
    monkeypatch.undo()
    assert run.state == "stopped"
    assert len(project.files()) == 1
    assert len(known_files(project.out)) == 1
    shown = text(page.get("/papers"))
    assert "停下了" in shown
    assert "要做 2 个打印文件，做好了 1 个" in shown


def test_what_an_ended_program_had_finished_is_told_and_not_made_again(project: Project, page: Page) -> None:
    assert made(page, "form=tiny&format=docx&single=1").state == "done"
    run = press(page).run
    assert run
    assert run.report
    first, _ = run.report.results
    kept, other = (project.out / one.made[0].path for one in run.report.results)
    other.unlink()
    before = kept.stat().st_mtime_ns
    again = page_of(project)  # the program was started anew
    intent = noted(again, "form=tiny&format=docx&single=1")
    unfinished.begin(project.out, intent)
    unfinished.add(project.out, first)
    assert "做好了 1 个" in text(again.get("/papers"))
    assert again.post("/papers/resume").status_code == 200
    run = ended(again)
    assert run.state == "done", run.failure
    assert run.before == 1
    assert kept.stat().st_mtime_ns == before
    assert other.exists()
    assert run.report
    assert (run.report.made, run.report.papers) == (2, 2)
    assert {*known_files(project.out)} == {one.made[0].path for one in run.report.results}


def noted(page: Page, query: str) -> Intent:
    """Return what is noted of a choice when it is made."""
    found: list[Intent] = []

    def start(_: Press, __: str, ___: object, intent: Intent, ____: object) -> None:
        found.append(intent)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Press, "start", start)
        page.post("/papers/make", said(query))
    (intent,) = found
    return Intent(intent.title, intent.asked, intent.basis, "", 2, 2)


@pytest.mark.parametrize("changed", ["data", "file"])
def test_what_no_longer_is_as_it_was_is_made_again(project: Project, page: Page, changed: str) -> None:
    assert made(page).state == "done"
    run = press(page).run
    assert run
    assert run.report
    unfinished.begin(project.out, noted(page, "form=tiny&format=docx"))
    unfinished.add(project.out, run.report.results[0])
    if changed == "data":
        project.data(lambda sheets: sheets["学生"][0].update({"现住址": "溪口村"}))
        page.desk.read()
    else:
        (path,) = project.out.rglob("*.docx")
        path.unlink()
    run = made(page)
    assert run.state == "done"
    assert run.before == 0


def test_what_was_ended_can_be_forgotten(project: Project, page: Page) -> None:
    unfinished.begin(project.out, noted(page, "form=tiny"))
    page.post("/papers/forget")
    assert "没有做完" not in text(page.get("/papers"))
    assert page.post("/papers/resume").status_code == 422


def test_a_record_of_a_run_that_cannot_be_read_is_none(project: Project, page: Page) -> None:
    project.out.mkdir()
    for junk in (b"", b"\xff\xfe", b"[]\n", b'{"title": "x"}\n', b"{}"):
        (project.out / unfinished.RECORD).write_bytes(junk)
        assert unfinished.unfinished(project.out) is None
        assert page.get("/papers").status_code == 200


def test_a_line_half_written_leaves_those_before_it(project: Project, page: Page) -> None:
    run = made(page, "form=tiny&format=docx&single=1")
    assert run.report
    unfinished.begin(project.out, Intent("x", "form=tiny", "b"))
    unfinished.add(project.out, run.report.results[0])
    with (project.out / unfinished.RECORD).open("ab") as record:
        record.write(b'{"job": {"for')
    left = unfinished.unfinished(project.out)
    assert left
    assert left.results == run.report.results[:1]


@pytest.mark.skipif(os.name == "nt" or os.geteuid() == 0, reason="nothing keeps this user from writing")
def test_a_folder_that_cannot_be_written_to_is_told(project: Project, page: Page) -> None:
    project.out.mkdir(mode=0o500)
    run = made(page)
    assert run.state == "failed"
    assert "写不进去" in run.failure


def test_an_output_folder_that_is_a_file_is_told(project: Project, page: Page) -> None:
    project.out.write_text("", encoding="utf-8")
    run = made(page)
    assert run.state == "failed"
    assert "写不进去" in text(page.get("/papers"))


def test_a_disk_that_is_full_is_told_in_words(page: Page, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_: object) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr("generator.press.unfinished.begin", full)
    run = made(page)
    assert run.state == "failed"
    assert "磁盘满了" in run.failure
    assert "No space" not in text(page.get("/papers"))


def test_what_nobody_expected_is_told_without_its_words(page: Page, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_: object) -> None:
        raise RuntimeError("石小满")

    monkeypatch.setattr("generator.web.press.build", broken)
    assert "石小满" not in made(page).failure


# --- what was made --------------------------------------------------------------------------------------------------


def test_files_stand_by_school_and_can_be_taken(project: Project, page: Page) -> None:
    made(page)
    shown = text(page.get("/papers/files"))
    assert "清溪小学" in shown
    assert str(project.out) in shown
    listed = page.get("/papers/files/of?folder=&place=清溪小学")
    assert re.search(r"告家长书\s*三年级（1）班.docx\s*2", text(listed)), text(listed)
    found = re.search(r'href="(/papers/file/[^"]*)"', listed.get_data(as_text=True))
    assert found
    taken = page.get(found[1])
    (path,) = project.out.rglob("*.docx")
    assert taken.data == path.read_bytes()
    assert "attachment" in taken.headers["Content-Disposition"]


def test_a_file_that_a_person_edited_is_said_to_be(project: Project, page: Page) -> None:
    made(page)
    (path,) = project.out.rglob("*.docx")
    path.write_bytes(path.read_bytes() + b" ")
    assert "已人工修改" in text(page.get("/papers/files/of?folder=&place=清溪小学"))


def test_all_is_packed_under_its_names_with_the_index(project: Project, page: Page) -> None:
    made(page, "form=tiny&format=docx&single=1")
    answer = page.get("/papers/zip?folder=")
    assert answer.headers["Content-Disposition"].encode("latin-1")  # all that a server can send
    with zipfile.ZipFile(io.BytesIO(answer.data)) as package:
        assert package.testzip() is None
        names = package.namelist()
        assert all(entry.flag_bits & 0x800 for entry in package.infolist() if not entry.filename.isascii())
        assert package.read(names[0]) == (project.out / names[0]).read_bytes()
    assert names == [
        *sorted(path.relative_to(project.out).as_posix() for path in project.out.rglob("*.docx")),
        "目录.xlsx",
    ]
    only = page.get("/papers/zip?folder=&place=清溪小学")
    with zipfile.ZipFile(io.BytesIO(only.data)) as package:
        assert "目录.xlsx" not in package.namelist()


@pytest.mark.parametrize(
    "name",
    [
        "../数据.xlsx", "..%2F数据.xlsx", "%2e%2e/数据.xlsx", "/etc/passwd", "%2Fetc%2Fpasswd", "..\\数据.xlsx",
        "..%5C数据.xlsx", "manifest.json", ".baoxue.journal", "清溪小学", "目录.xlsx%00.docx", "",
        "清溪小学/不是我们的.docx", "C:%5Cboot.ini",
    ],
)  # fmt: skip
def test_nothing_is_sent_but_what_a_run_made(project: Project, page: Page, name: str) -> None:
    made(page)
    (project.out / "清溪小学" / "不是我们的.docx").write_bytes(b"x")
    answer = page.get(f"/papers/file/{name}")
    if answer.status_code == 308:  # two slashes are one
        answer = page.get(answer.headers["Location"])
    assert answer.status_code == 404
    assert "没有这一页" in text(answer)


def test_a_link_that_leads_out_of_the_folder_is_not_followed(project: Project, page: Page) -> None:
    made(page)
    (path,) = project.out.rglob("*.docx")
    name = path.relative_to(project.out).as_posix()
    secret = project.folder / "secret.docx"
    secret.write_bytes(b"secret")
    path.unlink()
    path.symlink_to(secret)
    assert page.get(f"/papers/file/{name}").status_code == 404
    with zipfile.ZipFile(io.BytesIO(page.get("/papers/zip?folder=").data)) as package:
        assert name not in package.namelist()


def test_a_folder_that_is_a_link_holds_nothing_of_ours(project: Project, page: Page, tmp_path_factory: Any) -> None:
    made(page)
    elsewhere = tmp_path_factory.mktemp("elsewhere")
    project.out.rename(elsewhere / "out")
    project.out.mkdir()
    (project.out / "待办 2026-09-11").symlink_to(elsewhere / "out")
    assert "还没有做过文书" in text(page.get("/papers/files"))
    assert page.get("/papers/zip?folder=待办 2026-09-11").status_code == 404
    assert page.get("/papers/files/of?folder=..&place=x").status_code == 404


def test_without_files_there_is_nothing_to_pack(page: Page) -> None:
    assert page.get("/papers/zip?folder=").status_code == 404


def test_only_our_own_page_may_start_or_stop_anything(page: Page) -> None:
    for path in ("/papers/make", "/papers/stop", "/papers/resume", "/papers/forget", "/papers/open"):
        answer = page.post(path, said("form=tiny"), headers=FROM_PAGE | {"Origin": "http://evil.example"})
        assert answer.status_code == 403
        assert page.get(path).status_code == 405
    assert press(page).run is None


@pytest.fixture
def windows(tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A machine whose program for windows of folders writes down which it was to show."""
    room = tmp_path_factory.mktemp("programs")
    for name in ("xdg-open", "open"):
        (room / name).write_text(f'#!/bin/sh\necho "$*" > "{room}/part" && mv "{room}/part" "{room}/opened"\n')
        (room / name).chmod(0o755)
    monkeypatch.setenv("PATH", str(room), prepend=os.pathsep)
    monkeypatch.setenv("DISPLAY", ":0")
    return room / "opened"


@pytest.mark.skipif(os.name == "nt", reason="there the system itself opens folders")
def test_the_output_folder_is_opened_in_a_window_and_no_other_is(project: Project, page: Page, windows: Path) -> None:
    assert page.post("/papers/open", {"folder": ""}).status_code == 404  # there is none yet
    made(page)
    assert "打开这个文件夹" in text(page.get("/papers/files"))
    for name in ("..", str(project.folder), "清溪小学", "-x"):
        assert page.post("/papers/open", {"folder": name}).status_code == 404
    assert "已经打开" in text(page.post("/papers/open", {"folder": ""}))
    for _ in range(600):
        if windows.exists():
            break
        time.sleep(0.05)
    assert windows.read_text() == f"{project.out}\n"


def test_where_no_window_can_be_opened_none_is_offered(page: Page, monkeypatch: pytest.MonkeyPatch) -> None:
    made(page)
    monkeypatch.setattr("generator.web.shelf.can_open", lambda: False)
    assert "打开这个文件夹" not in text(page.get("/papers/files"))


# --- what was printed -----------------------------------------------------------------------------------------------


CLASS = "清溪小学/PB-01 告家长书/三年级（1）班"


def confirmed(page: Page, **more: str) -> str:
    """Confirm that the letters of the class were printed, and return what is told."""
    return text(page.post("/papers/printed", {"folder": "", "place": "清溪小学", "file": CLASS} | more))


def test_what_was_printed_is_confirmed_and_only_what_changed_is_made_again(project: Project, page: Page) -> None:
    made(page)
    assert "确认了 1 个打印文件" in confirmed(page)
    page.desk.read()
    assert "没有要补印的" in text_of(settled(page, "only=changed"), "papers")
    project.data(lambda sheets: sheets["学生"][0].update({"现住址": "溪口村"}))
    page.desk.read()
    shown = settled(page, "only=changed&form=tiny&format=docx")
    assert "告家长书 1 份" in text_of(shown, "papers")
    assert "1 份文书（1 种），1 个 Word 文件" in text_of(shown, "count")
    run = made(page, "only=changed&form=tiny&format=docx")
    assert run.state == "done", run.failure
    assert run.folder == "补印 2026-09-11"
    assert sorted(path.relative_to(project.out).parts[0] for path in project.out.rglob("*.docx")) == [
        "清溪小学",
        "补印 2026-09-11",
    ]
    assert "补印 2026-09-11" in text(page.get("/papers/files"))


def test_a_confirmation_reads_nothing_anew_and_is_seen_at_once(project: Project, page: Page) -> None:
    made(page)
    before = page.desk.read()
    assert "没有要补印的" in text_of(settled(page, "only=changed"), "papers")
    confirmed(page)  # with it the ledger begins
    first = page.desk.read()
    project.data(lambda sheets: sheets["学生"][0].update({"现住址": "溪口村"}))
    other = page.desk.read()
    assert "告家长书 1 份" in text_of(settled(page, "only=changed"), "papers")
    confirmed(page, undo="1")
    assert "没有要补印的" in text_of(settled(page, "only=changed"), "papers")
    assert first.gathered is before.gathered
    assert other.gathered is not before.gathered
    assert page.desk.read().gathered is other.gathered


def test_a_ledger_that_is_damaged_or_gone_is_no_longer_what_was_read(project: Project, page: Page) -> None:
    made(page)
    confirmed(page)
    page.desk.read()
    content = page.desk.ledger.read_bytes()
    page.desk.ledger.write_bytes(content[:100] + b"x" * 5000)
    assert "台账" in page.desk.read().failure
    page.desk.ledger.write_bytes(content)
    assert page.desk.read().gathered
    page.desk.ledger.rename(project.folder / "旧.sqlite")
    assert any("不见了" in problem.what for problem in page.desk.read().problems)


def test_a_confirmation_is_taken_back(page: Page) -> None:
    made(page)
    confirmed(page)
    assert "> 2026-09-11</label>" in page.get("/papers/files/of?folder=&place=清溪小学").get_data(as_text=True)
    assert "撤销了 1 个" in confirmed(page, undo="1")


@pytest.mark.parametrize("name", ["", "..", "../数据", "/etc/passwd", "清溪小学", "nosuch"])
def test_nothing_is_confirmed_but_print_files_of_the_folder(page: Page, name: str) -> None:
    made(page)
    assert page.post("/papers/printed", {"folder": "", "place": "清溪小学", "file": name}).status_code == 422
    assert not page.desk.ledger.exists()


def test_a_file_that_a_person_edited_is_confirmed_only_when_that_is_said(project: Project, page: Page) -> None:
    made(page)
    (path,) = project.out.rglob("*.docx")
    path.write_bytes(path.read_bytes() + b" ")
    told = confirmed(page)
    assert "没有确认的" in told
    assert "人工改过" in told
    assert "确认了 1 个打印文件" in confirmed(page, edited="1")


def test_what_is_not_confirmed_is_told_in_words_of_the_page(project: Project, page: Page) -> None:
    made(page)
    (path,) = project.out.rglob("*.docx")
    path.write_bytes(path.read_bytes() + b" ")
    told = [confirmed(page)]
    assert "勾上“人工改过的也确认”" in told[0]
    path.unlink()
    told += [confirmed(page)]
    assert "文件不在了；在“打印文书”里重新做一次再印" in told[1]
    (project.out / "manifest.json").unlink()  # a run that was killed leaves none
    (project.out / ".baoxue.journal").write_text(f"{'0' * 64} {CLASS}.docx\n", encoding="utf-8")
    told += [confirmed(page)]
    assert "先在“打印文书”里做" in told[2]
    assert not any("baoxue " in one or "--" in one for one in told)


def test_what_was_never_confirmed_cannot_be_taken_back(page: Page) -> None:
    made(page)
    assert "没有确认过，没有可以撤销的" in confirmed(page, undo="1")


def test_the_paper_it_takes_is_told_before_and_after(project: Project) -> None:
    project.paper(LETTER, title="告家长书", covers=["PB-01"], bundle="class", pages=1)
    page = page_of(project)
    assert "用纸：A4 双面 2 张" in counted(page, "form=tiny&format=docx")
    made(page)
    assert "A4 双面 2 张" in text(page.get("/papers/files/of?folder=&place=清溪小学"))


def test_papers_that_are_asked_for_while_the_dataset_is_read_are_made_when_it_is(project: Project, page: Page) -> None:
    project.data(lambda sheets: sheets["学生"][0].update({"现住址": "溪口村"}))
    page.desk.known = lambda: None  # type: ignore[method-assign]  # it takes longer than a page waits
    answer = page.send("/papers/make", {"form": "tiny", "format": "docx"})
    assert answer.status_code == 303
    assert ended(page).state == "done"
