"""What is owed, on the page: told, printed, ticked off and taken back."""

from __future__ import annotations

import io
import re
from datetime import UTC, date, datetime
from functools import cache
from pathlib import Path

import openpyxl
import pytest
from werkzeug.test import TestResponse

from generator.forms.catalogue import discover
from generator.press.build import Prepared
from generator.press.issuing import Wish, issue, offer
from generator.records.ledger import NAME
from generator.web.press import Run
from tests.notices import away
from tests.small import HOSTILE, TODAY, Project, Sheets, Spoil, written
from tests.web.page import Page, held, hidden, page_of, words

built_in = cache(discover)
TICKED = re.compile(r'value="(\w{24})" aria-label="办了：([^"]*)"')


@pytest.fixture(autouse=True)
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    """Definitions are read once."""
    monkeypatch.setattr("generator.press.build.discover", lambda _: built_in())


def with_filings(sheets: Sheets) -> None:
    away(sheets)
    sheets["办理"] = []


def project(folder: Path, spoil: Spoil = with_filings, today: date = TODAY) -> Page:
    written(folder, spoil)
    return page_of(Project(folder), today)


def marks(page: str, about: str) -> list[str]:
    """Return by what the duties are known whose label has these words."""
    return [mark for mark, label in TICKED.findall(page) if about in label]


def ticked(client: Page, *found: str, **said: str) -> TestResponse:
    return client.send("/due/done", {"duty": list(found), **said})


def filed(folder: Path) -> list[tuple[object, ...]]:
    book = openpyxl.load_workbook(folder / "数据.xlsx")
    _, *rows = book["办理"].iter_rows(values_only=True)
    return [tuple(cell for cell in row if cell is not None) for row in rows if any(row)]


def test_the_list_says_which_day_it_is_and_who_owes_what(tmp_path: Path) -> None:
    page = words(project(tmp_path).shown("/due"))
    assert "当作 2026-09-11 星期五" in page
    assert "林老师（清溪小学三年级（1）班班主任）" in page
    assert "石小满（" in page
    assert "DR-02" in page


def test_today_counts_and_not_the_day_of_the_dataset_which_is_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("generator.web.desk.clock", lambda: datetime(2026, 9, 11, 8, tzinfo=UTC))

    def dated(sheets: Sheets) -> None:
        with_filings(sheets)
        sheets["设置"][0]["制表日期"] = "2026-09-04"

    written(tmp_path, dated)
    client = page_of(Project(tmp_path), None)
    page = words(client.shown("/due"))
    assert "制表日期是 2026-09-04，不是今天" in page
    assert "请把那一格清空" in page
    assert marks(
        client.shown("/due"), "石小满（清溪小学三年级（1）班） DR-02"
    )  # not owed yet on the day of the dataset


def test_the_list_is_narrowed_by_person_day_state_and_school(tmp_path: Path) -> None:
    client = project(tmp_path)
    everything = words(client.shown("/due"))
    assert "田校长" in everything
    only = words(client.shown("/due?who=林老师（清溪小学三年级（1）班班主任）").partition('<section id="list"')[2])
    assert "林老师" in only
    assert "田校长" not in only
    assert "没有这样的待办" in words(client.shown("/due?until=2026-01-01"))
    assert "逾期" not in words(client.shown("/due?state=due").partition('<section id="list"')[2])
    assert "没有这样的待办" in words(client.shown("/due?school=别的小学"))
    assert "DR-02" in words(client.shown("/due?school=清溪小学"))


def test_a_day_that_is_none_is_told(tmp_path: Path) -> None:
    answer = project(tmp_path).get("/due?until=明天")
    assert answer.status_code == 422
    assert "“明天”不是日期" in words(answer.text)


def test_what_is_ticked_off_stands_in_the_workbook_and_counts_as_done(tmp_path: Path) -> None:
    client = project(tmp_path)
    (mark,) = marks(client.shown("/due"), "石小满（清溪小学三年级（1）班） DR-02")
    answer = ticked(client, mark, person="林老师")
    assert answer.status_code == 303
    assert filed(tmp_path) == [("DR-02", "2026-09-11", "A1", "林老师")]
    page = client.shown(answer.location)
    assert "已记进“办理”表" in words(page)
    assert not marks(page, "石小满（清溪小学三年级（1）班） DR-02")
    assert marks(page, "木小春（清溪小学三年级（1）班） DR-02")
    assert "2026-09-11 已办" in words(client.shown("/due?state=done"))


def test_everything_that_can_be_ticked_counts_as_done_then(tmp_path: Path) -> None:
    client = project(tmp_path, today=date(2026, 11, 20))
    page = client.shown("/due")
    found = marks(page, "")
    assert len(found) > 20
    answer = ticked(client, *found)
    assert answer.status_code == 303, words(answer.text)
    left = {label for mark, label in TICKED.findall(client.shown("/due")) if mark in found}
    assert left == set()


def test_late_returns_say_for_which_month_they_are(tmp_path: Path) -> None:
    client = project(tmp_path, today=date(2026, 11, 20))
    page = client.shown("/due?state=overdue")
    september, october = marks(page, "清溪小学 DR-10e")
    ticked(client, september, on="2026-11-19")
    assert ("DR-10e", "2026-11-19", "2026-09-30", "清溪小学") in filed(tmp_path)
    assert marks(client.shown("/due?state=overdue"), "清溪小学 DR-10e") == [october]


def test_a_day_that_would_not_discharge_the_duty_is_refused(tmp_path: Path) -> None:
    client = project(tmp_path, today=date(2026, 11, 20))
    _, october = marks(client.shown("/due?state=overdue"), "清溪小学 DR-10e")
    answer = ticked(client, october, on="2026-09-20")
    assert answer.status_code == 422
    assert "这样登记不算办了" in answer.text
    assert filed(tmp_path) == []


def test_what_was_entered_is_taken_back_once(tmp_path: Path) -> None:
    client = project(tmp_path)
    before = (tmp_path / "数据.xlsx").read_bytes()
    (mark,) = marks(client.shown("/due"), "石小满（清溪小学三年级（1）班） DR-02")
    page = client.shown(ticked(client, mark).location)
    copies = hidden(page, "copy")
    assert client.send("/due/undo", {"copy": copies}).status_code == 303
    assert (tmp_path / "数据.xlsx").read_bytes() == before
    answer = client.send("/due/undo", {"copy": copies})
    assert answer.status_code == 422
    assert "没有可以撤销的改动" in answer.text


def test_only_the_change_that_is_meant_is_taken_back(tmp_path: Path) -> None:
    client = project(tmp_path)
    page = client.shown("/due")
    one, two = (marks(page, f"{child}（清溪小学三年级（1）班） DR-02")[0] for child in ("石小满", "木小春"))
    copies = hidden(client.shown(ticked(client, one).location), "copy")
    assert ticked(client, two).status_code == 303
    after = (tmp_path / "数据.xlsx").read_bytes()
    assert "又改过" in client.send("/due/undo", {"copy": copies}).text
    assert (tmp_path / "数据.xlsx").read_bytes() == after


def test_a_double_click_and_a_stale_tab_write_nothing_twice(tmp_path: Path) -> None:
    client = project(tmp_path)
    (mark,) = marks(client.shown("/due"), "石小满（清溪小学三年级（1）班） DR-02")
    assert ticked(client, mark).status_code == 303
    again = ticked(client, mark)
    assert again.status_code == 422
    assert "清单已经变了" in again.text
    assert len(filed(tmp_path)) == 1


def test_a_workbook_that_is_open_elsewhere_stays_as_it_is(tmp_path: Path) -> None:
    client = project(tmp_path)
    (mark,) = marks(client.shown("/due"), "石小满（清溪小学三年级（1）班） DR-02")
    (tmp_path / "~$数据.xlsx").write_bytes(b"")
    answer = ticked(client, mark)
    assert answer.status_code == 422
    assert "正在 WPS、Excel 里开着" in answer.text
    assert filed(tmp_path) == []
    assert f'value="{mark}"' in answer.text  # what was ticked stays so
    assert " checked" in answer.text


def test_a_workbook_saved_since_it_was_read_stays_as_it_is(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    client = project(tmp_path)
    (mark,) = marks(client.shown("/due"), "石小满（清溪小学三年级（1）班） DR-02")
    known = client.desk.read()
    monkeypatch.setattr(client.desk, "read", lambda: known)

    def moved(sheets: Sheets) -> None:
        with_filings(sheets)
        sheets["学生"][0]["现住址"] = "别处"

    written(tmp_path, moved)
    answer = ticked(client, mark)
    assert answer.status_code == 422
    assert "刚刚被别的程序改过" in answer.text
    assert filed(tmp_path) == []


@pytest.mark.parametrize(
    ("on", "why"),
    [("2026-09-12", "晚于今天 2026-09-11"), ("2026-08-01", "起才算"), ("昨天", "“昨天”不是日期")],
)
def test_a_day_on_which_it_cannot_have_been_done_is_refused(tmp_path: Path, on: str, why: str) -> None:
    client = project(tmp_path)
    (mark,) = marks(client.shown("/due"), "石小满（清溪小学三年级（1）班） DR-02")
    answer = ticked(client, mark, on=on)
    assert answer.status_code == 422
    assert why in words(answer.text)
    assert filed(tmp_path) == []


def test_nothing_ticked_and_no_sheet_for_it_are_told(tmp_path: Path) -> None:
    client = project(tmp_path, away)
    assert "没有勾选" in ticked(client).text
    found = marks(client.shown("/due"), "石小满（清溪小学三年级（1）班） DR-02")
    answer = ticked(client, *found)
    assert answer.status_code == 422
    assert "“办理”表" in answer.text


def test_what_other_sheets_tell_of_names_them_and_is_not_ticked_off_here(tmp_path: Path) -> None:
    client = project(tmp_path)
    page = client.shown("/due")
    assert "记在“家访”表" in words(page)
    assert not any(" HV-" in label or " NT-03" in label for _, label in TICKED.findall(page))


def test_a_notice_that_is_owed_leads_to_its_number_or_to_a_row_for_it(tmp_path: Path) -> None:
    client = project(tmp_path, today=date(2026, 9, 14))  # a week after the first visit
    assert "/notices?state=draft&amp;q=A1" in client.shown("/due")

    def without(sheets: Sheets) -> None:
        with_filings(sheets)
        sheets["通知书"] = []

    written(tmp_path, without)
    page = client.shown("/due")
    assert "/notices/row?school=3153000001&amp;case=A1" in page
    assert "添一行通知书" in page


def test_a_notice_that_came_too_late_leads_to_its_row_and_to_no_new_one(tmp_path: Path) -> None:
    client = project(tmp_path)
    known = client.desk.read().now
    (number, *_) = issue(tmp_path / NAME, offer(known, Wish(TODAY, everything=True))).entries
    late = project(tmp_path, today=date(2026, 9, 20))
    for _ in range(2):
        page = late.shown("/due")
        assert "作废重发" in page
        assert "/notices?q=A1" in page
        assert "/notices/row" not in page
        late.send("/notices/void", {"n": str(number.number), "why": "没有送达"})
    assert "给作废的那一行，序号 1，重新编号" in words(page)


def test_the_list_is_sent_as_a_workbook_narrowed_alike(tmp_path: Path) -> None:
    client = project(tmp_path)
    answer = client.get("/due/list.xlsx?who=林老师（清溪小学三年级（1）班班主任）")
    assert "%E5%BE%85%E5%8A%9E_2026-09-11.xlsx" in answer.headers["Content-Disposition"]
    rows = list(openpyxl.load_workbook(io.BytesIO(answer.data)).active.iter_rows(values_only=True))  # type: ignore[union-attr]
    assert rows[0][0] == "责任人"
    assert {row[0] for row in rows[1:]} == {"林老师（清溪小学三年级（1）班班主任）"}


def test_exactly_what_is_looked_at_is_printed_as_of_today(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    client = project(tmp_path)
    begun: list[Prepared] = []
    monkeypatch.setattr(client.app.extensions["press"], "start", lambda _title, prepare, **_: begun.append(prepare()))
    said = {"who": "林老师（清溪小学三年级（1）班班主任）", "state": "overdue", "until": "2026-09-09"}
    answer = client.send("/due/print", said)
    assert (answer.status_code, answer.location) == (303, "/papers")
    (prepared,) = begun
    assert prepared.context.today == TODAY
    assert prepared.due
    assert {line.who for line in prepared.due.lines} == {said["who"]}
    assert {line.state for line in prepared.due.lines} == {"overdue"}
    assert max(line.by for line in prepared.due.lines) <= date(2026, 9, 9)
    assert prepared.plan.jobs


def test_what_cannot_be_worked_out_is_told_with_its_cell(tmp_path: Path) -> None:
    def spoilt(sheets: Sheets) -> None:
        with_filings(sheets)
        sheets["辍学个案"][0]["发现日期"] = "九月"

    page = words(project(tmp_path, spoilt).shown("/due"))
    assert "数据.xlsx 辍学个案!" in page
    assert "算不出" in page


def test_no_page_changes_anything_by_being_looked_at(tmp_path: Path) -> None:
    client = project(tmp_path)
    before = held(tmp_path)
    for address in ("/due", "/due?state=all", "/due/list.xlsx", "/due?copy=x"):
        assert client.get(address).status_code == 200
    for address in ("/due/done", "/due/undo", "/due/print"):
        assert client.get(address).status_code == 405
    assert held(tmp_path) == before


def test_hostile_words_are_shown_and_never_markup(tmp_path: Path) -> None:
    def spoilt(sheets: Sheets) -> None:
        with_filings(sheets)
        sheets["教职工"][1]["姓名"] = "<i>林&老师"
        sheets["班级"][0]["班主任"] = "<i>林&老师"
        for visit in sheets["家访"]:
            visit["家访教师"] = "田校长"

    client = project(tmp_path, spoilt)
    page = client.shown("/due")
    assert "&lt;i&gt;林&amp;老师" in page
    assert "<i>" not in page
    (mark, *_) = marks(page, "石小满（清溪小学三年级（1）班） DR-02")
    answer = ticked(client, mark, person=HOSTILE, on="<b>x</b>")
    assert answer.status_code == 422
    assert "<b>" not in answer.text
    assert ticked(client, mark, person=HOSTILE).status_code == 303


def test_without_a_dataset_the_way_to_it_is_shown(tmp_path: Path) -> None:
    client = page_of(Project(tmp_path))
    assert "还没有数据表" in words(client.shown("/due"))
    answer = ticked(client, "x")
    assert (answer.status_code, "数据还不能用" in answer.text) == (422, True)


def test_one_run_at_a_time_is_told(tmp_path: Path) -> None:
    client = project(tmp_path)
    client.app.extensions["press"].run = Run("全部文书", 1)
    answer = client.send("/due/print")
    assert answer.status_code == 422
    assert "正在做“全部文书”" in answer.text
