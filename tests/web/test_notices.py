"""Notices on the page: numbers, service, what is void, rows of the workbook, and the backup."""

from __future__ import annotations

import io
import threading
from collections.abc import Callable
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from generator.forms.catalogue import discover
from generator.records import ledger
from generator.records.ledger import NAME
from generator.records.number import parse
from generator.records.service import Service
from tests.notices import away
from tests.small import HOSTILE, TODAY, Project, Sheets, Spoil, written
from tests.web.page import Page, held, hidden, page_of, words

FIRST, SECOND = "清政返通〔2026〕1号", "清政返通〔2026〕2号"
A1, A2 = '["3153000001", "A1", "1"]', '["3153000001", "A2", "2"]'
DIRECT = {
    "day": "2026-09-11", "time": "18:30", "mode": "直接送达", "servers": "甲、乙", "received_by": "石大山",
}  # fmt: skip
built_in = cache(discover)


@pytest.fixture(autouse=True)
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    """Definitions are read once."""
    monkeypatch.setattr("generator.press.build.discover", lambda _: built_in())


def project(folder: Path, spoil: Spoil = away, today: date = TODAY) -> Page:
    written(folder, spoil)
    return page_of(Project(folder), today)


def previewed(page: Page, *picks: str, **said: str) -> str:
    page.desk.read()
    answer = page.client.get(
        "/notices/issue", query_string={"pick": list(picks), **said}, base_url="http://127.0.0.1:8765"
    )
    assert answer.status_code == 200
    return str(answer.text)


def confirmed(preview: str) -> dict[str, Any]:
    """Return what the form of a preview sends."""
    return {name: hidden(preview.partition('method="post"')[2], name) for name in ("pick", "foretold")}


def issued(page: Page, *picks: str) -> None:
    answer = page.send("/notices/issue", confirmed(previewed(page, *(picks or (A1, A2)))))
    assert answer.status_code == 303, words(answer.text)


def numbers(folder: Path) -> list[str]:
    book = ledger.read(folder / NAME)
    return [str(one.number) for one in book.entries] if book else []


def served(page: Page, number: str = FIRST, **said: str) -> Any:
    return page.send("/notices/serve", {"n": number, **DIRECT, **said})


def service(folder: Path, number: str = FIRST) -> Service | None:
    book, wanted = ledger.read(folder / NAME), parse(number)
    assert book
    assert wanted
    entry = book.find(wanted)
    assert entry
    return entry.service


def test_notices_without_a_number_are_listed_as_drafts(tmp_path: Path) -> None:
    page = words(project(tmp_path).shown("/notices"))
    assert "草稿 石小满 个案 A1 序号 1" in page
    assert "未编号（2）" in page


def test_a_preview_says_the_numbers_and_gives_none(tmp_path: Path) -> None:
    page = project(tmp_path)
    before = held(tmp_path)
    told = words(previewed(page, A1, A2))
    assert f"{FIRST} 石小满" in told
    assert f"{SECOND} 木小春" in told
    assert "2026-09-18" in told
    assert held(tmp_path) == before


def test_what_was_previewed_is_given_and_told(tmp_path: Path) -> None:
    page = project(tmp_path)
    answer = page.post("/notices/issue", confirmed(previewed(page, A1, A2)))
    assert FIRST in words(answer.text)
    assert numbers(tmp_path) == [FIRST, SECOND]
    assert "待送达（2）" in words(page.shown("/notices"))


def test_a_double_click_gives_one_number(tmp_path: Path) -> None:
    page = project(tmp_path)
    form = confirmed(previewed(page, A1))
    assert page.send("/notices/issue", form).status_code == 303
    assert page.send("/notices/issue", form).status_code == 303
    assert numbers(tmp_path) == [FIRST]


def test_two_tabs_that_previewed_one_number_never_give_it_twice(tmp_path: Path) -> None:
    page = project(tmp_path)
    one, other = (confirmed(previewed(page, pick)) for pick in (A1, A2))
    assert one["foretold"] == other["foretold"] == [FIRST]
    assert page.send("/notices/issue", one).status_code == 303
    late = page.send("/notices/issue", other)
    assert late.status_code == 409
    assert "预览以后有了变化" in words(late.text)
    assert numbers(tmp_path) == [FIRST]
    assert page.send("/notices/issue", confirmed(late.text)).status_code == 303
    assert numbers(tmp_path) == [FIRST, SECOND]


def test_two_tabs_that_confirm_at_the_same_moment_give_one_of_both(tmp_path: Path) -> None:
    page = project(tmp_path)
    forms = [confirmed(previewed(page, pick)) for pick in (A1, A2)]
    start, codes = threading.Barrier(2), list[int]()

    def confirm(tab: Page, form: dict[str, Any]) -> None:
        start.wait()
        codes.append(tab.send("/notices/issue", form).status_code)

    tabs = [threading.Thread(target=confirm, args=(Page(page.app), form)) for form in forms]
    for tab in tabs:
        tab.start()
    for tab in tabs:
        tab.join()
    assert sorted(codes) == [303, 409]
    assert numbers(tmp_path) == [FIRST]


def test_a_number_given_on_the_command_line_since_the_preview_is_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    page = project(tmp_path)
    form = confirmed(previewed(page, A1))
    known = page.desk.read()
    issued(page, A2)
    monkeypatch.setattr(page.desk, "read", lambda: known)  # as if it had come between reading and writing
    answer = page.send("/notices/issue", form)
    assert answer.status_code == 409
    assert f"预告是 {FIRST}，现在是 {SECOND}" in words(answer.text)
    assert numbers(tmp_path) == [FIRST]


def test_what_may_not_be_issued_says_why_and_the_others_are_offered(tmp_path: Path) -> None:
    def one_without_guardian(sheets: Sheets) -> None:
        away(sheets)
        del sheets["学生"][1]["成员1姓名"]

    preview = previewed(project(tmp_path, one_without_guardian), A1, A2)
    assert "这 1 份不能发出" in words(preview)
    assert confirmed(preview)["foretold"] == [FIRST]


@pytest.mark.parametrize(
    ("said", "why"),
    [
        ({"on": "2026-09-12"}, "晚于今天"),
        ({"on": "九月"}, "“九月”不是日期"),
        ({"code": "a"}, "应是几个汉字"),
        ({"pick": "x"}, "认不出"),
        ({"pick": '["1", "2", "3"]'}, "没有符合的通知书"),
    ],
)
def test_a_wish_that_cannot_be_met_is_told(tmp_path: Path, said: dict[str, str], why: str) -> None:
    page = project(tmp_path)
    assert why in words(previewed(page, said.get("pick", A1), **{k: v for k, v in said.items() if k != "pick"}))


def test_nothing_chosen_is_told(tmp_path: Path) -> None:
    assert "没有选通知书" in words(previewed(project(tmp_path)))


def test_a_service_is_entered_once_however_often_it_is_sent(tmp_path: Path) -> None:
    page = project(tmp_path)
    issued(page)
    assert served(page).status_code == 303
    assert served(page).status_code == 303
    entered = service(tmp_path)
    assert entered
    assert (f"{entered.at:%H:%M}", entered.servers, entered.relation) == ("18:30", ("甲", "乙"), "本人")
    assert "2026-09-11 18:30 直接送达" in words(page.shown("/notices"))


@pytest.mark.parametrize(
    ("said", "field", "why"),
    [
        ({"time": ""}, "at", "要写到分"),
        ({"day": "2026-09-10"}, "at", "早于发出日期"),
        ({"day": "2026-09-12"}, "at", "晚于今天"),
        ({"mode": "口头"}, "mode", "选一种送达方式"),
        ({"servers": "甲"}, "servers", "2 名以上不同的送达人"),
        ({"received_by": "石二山"}, "relation", "要写与监护人的关系"),
        ({"received_by": "石二山", "relation": "叔父"}, "proxy_reason", "要写代收理由"),
        ({"mode": "留置送达", "received_by": "", "witnesses": "丙"}, "refusal", "要写拒收事由"),
        ({"mode": "留置送达", "received_by": "", "refusal": "不肯"}, "witnesses", "见证"),
        ({"mode": "邮寄送达"}, "note", "邮件号"),
    ],
)
def test_an_objection_stands_by_its_field_and_nothing_is_entered(
    tmp_path: Path, said: dict[str, str], field: str, why: str
) -> None:
    page = project(tmp_path)
    issued(page)
    answer = served(page, **said)
    assert answer.status_code == 422
    told = answer.text.partition(f'id="{field}-wrong">')[2].partition("</span>")[0]
    assert why in told
    assert 'value="甲' in answer.text  # what was written stays
    assert service(tmp_path) is None


def test_a_service_is_corrected_with_a_reason_alone(tmp_path: Path) -> None:
    page = project(tmp_path)
    issued(page)
    served(page)
    form = page.shown(f"/notices/serve?n={FIRST}")
    assert 'value="18:30"' in form
    assert 'value="石大山"' in form
    assert "写明为什么" in words(served(page, time="19:00").text)
    assert served(page, time="19:00", correct="时间写错").status_code == 303
    entered = service(tmp_path)
    assert entered
    assert f"{entered.at:%H:%M}" == "19:00"


def test_a_number_becomes_void_with_a_reason_and_the_notice_may_get_another(tmp_path: Path) -> None:
    page = project(tmp_path)
    issued(page, A1)
    assert "写明作废的理由" in page.send("/notices/void", {"n": FIRST, "why": " "}).text
    for _ in range(2):
        assert page.send("/notices/void", {"n": FIRST, "why": "姓名写错"}).status_code == 303
    listed = page.shown("/notices")
    assert "2026-09-11 作废：姓名写错" in words(listed)
    assert "不能登记送达" in words(page.shown(f"/notices/serve?n={FIRST}"))
    assert served(page).status_code == 422
    issued(page, A1)
    assert numbers(tmp_path) == [FIRST, SECOND]


def test_numbers_go_on_from_the_offices_own_book(tmp_path: Path) -> None:
    page = project(tmp_path)
    said = {"code": "清政返通", "year": "2026", "number": "18"}
    answer = page.send("/notices/open", said)
    assert answer.status_code == 422
    assert "清政返通〔2026〕1—17号共 17 个号这里不再编" in words(answer.text)
    assert numbers(tmp_path) == []
    sure = {"sure": hidden(answer.text, "sure")[0]}
    assert page.send("/notices/open", said | {"number": "19"} | sure).status_code == 422  # not what was shown
    assert page.send("/notices/open", said | sure).status_code == 303
    assert "清政返通〔2026〕18号" in words(previewed(page, A1))
    assert "清政返通〔2026〕1—17号：在原文号簿" in words(page.shown("/notices"))
    wrong = page.send("/notices/open", {"code": "a", "year": "26", "number": "零"})
    assert wrong.status_code == 422
    for why in ("应是几个汉字", "四位数字", "写数字"):
        assert why in wrong.text


def test_earlier_numbers_are_entered_before_new_ones(tmp_path: Path) -> None:
    page = project(tmp_path)
    issued(page, A1)

    def numbered(sheets: Sheets) -> None:
        away(sheets)
        sheets["通知书"][1] |= {"文号": "清政返通〔2026〕9号", "发出日期": "2026-09-11"}

    written(tmp_path, numbered)
    assert "清政返通〔2026〕9号" in page.shown("/notices").partition('action="/notices/import"')[2][:300]
    assert page.send("/notices/import").status_code == 303
    assert numbers(tmp_path) == [FIRST, "清政返通〔2026〕9号"]


def test_no_new_number_is_shown_while_earlier_ones_are_not_entered(tmp_path: Path) -> None:
    page = project(tmp_path)
    issued(page, A1)

    def numbered(sheets: Sheets) -> None:
        away(sheets)
        sheets["通知书"][1] |= {"文号": "清政返通〔2026〕9号", "发出日期": "2026-09-11"}

    written(tmp_path, numbered)
    told = words(previewed(page, A2))
    assert "1 个文号不在台账里" in told
    assert "baoxue" not in told


def test_the_first_numbers_take_over_those_of_the_workbook(tmp_path: Path) -> None:
    def numbered(sheets: Sheets) -> None:
        away(sheets)
        sheets["通知书"][1] |= {"文号": "清政返通〔2026〕17号", "发出日期": "2026-09-09"}

    page = project(tmp_path, numbered)
    assert "以前的 1 个文号登记进台账" in words(previewed(page, A1))
    issued(page, A1)
    assert numbers(tmp_path) == ["清政返通〔2026〕17号", "清政返通〔2026〕18号"]


def test_a_row_is_added_to_the_workbook_and_can_be_numbered(tmp_path: Path) -> None:
    def without(sheets: Sheets) -> None:
        away(sheets)
        sheets["通知书"] = []

    page = project(tmp_path, without)
    form = page.shown("/notices/row?school=3153000001&case=A2&kind=返校通知书")
    assert 'value="1"' in form
    assert 'value="[&#34;3153000001&#34;, &#34;A2&#34;]" selected' in form
    said = {"of": '["3153000001", "A2"]', "id": "1", "kind": "返校通知书", "deadline": ""}
    assert page.send("/notices/row", said).status_code == 303
    book = openpyxl.load_workbook(tmp_path / "数据.xlsx")
    _, row, *_ = book["通知书"].iter_rows(values_only=True)
    assert [cell for cell in row if cell] == ["1", "A2"]
    assert "草稿 木小春 个案 A2 序号 1" in words(page.shown("/notices"))
    again = page.send("/notices/row", said)
    assert again.status_code == 422
    assert "已经有序号 1 的通知书" in again.text


@pytest.mark.parametrize(
    ("said", "why"),
    [
        ({"of": "x"}, "选一个还没有了结的个案"),
        ({"id": ""}, "写序号"),
        ({"kind": "罚款"}, "文种应是"),
        ({"deadline": "2026-09-11"}, "要在今天以后"),
        ({"deadline": "明天"}, "不是日期"),
    ],
)
def test_a_row_that_does_not_hold_is_refused(tmp_path: Path, said: dict[str, str], why: str) -> None:
    page = project(tmp_path)
    before = held(tmp_path)
    answer = page.send(
        "/notices/row", {"of": '["3153000001", "A2"]', "id": "7", "kind": "返校通知书", "deadline": ""} | said
    )
    assert answer.status_code == 422
    assert why in words(answer.text)
    assert held(tmp_path) == before


def test_a_workbook_that_is_open_elsewhere_gets_no_row(tmp_path: Path) -> None:
    page = project(tmp_path)
    (tmp_path / "~$数据.xlsx").write_bytes(b"")
    before = (tmp_path / "数据.xlsx").read_bytes()
    answer = page.send("/notices/row", {"of": '["3153000001", "A2"]', "id": "7", "kind": "返校通知书"})
    assert answer.status_code == 422
    assert "正在 WPS、Excel 里开着" in answer.text
    assert (tmp_path / "数据.xlsx").read_bytes() == before


def test_a_damaged_ledger_stops_all_and_is_told(tmp_path: Path) -> None:
    page = project(tmp_path)
    issued(page, A1)
    form = confirmed(previewed(page, A2))
    (tmp_path / NAME).write_bytes(b"broken" * 1000)
    assert "台账" in words(page.shown("/notices"))
    assert "损坏" in words(page.shown("/notices")) or "不是 baoxue 的台账" in words(page.shown("/notices"))
    for path, data in (("/notices/issue", form), ("/notices/serve", {"n": FIRST, **DIRECT})):
        answer = page.send(path, data)
        assert answer.status_code == 422
        assert "台账" in answer.text
    assert page.get("/notices/backup").status_code == 422
    assert (tmp_path / NAME).read_bytes() == b"broken" * 1000


def test_the_backup_is_a_whole_ledger(tmp_path: Path) -> None:
    page = project(tmp_path)
    assert "还没有台账" in page.get("/notices/backup").text
    issued(page)
    answer = page.get("/notices/backup")
    copy = tmp_path / "copy.sqlite"
    copy.write_bytes(answer.data)
    assert ledger.read(copy) == ledger.read(tmp_path / NAME)
    assert answer.headers["Content-Disposition"].startswith("attachment")


def test_the_register_is_narrowed_by_state_and_words(tmp_path: Path) -> None:
    page = project(tmp_path)
    issued(page, A1)
    for query, there, gone in (
        ("state=draft", "木小春", "石小满"),
        ("state=issued", "石小满", "木小春"),
        ("q=石小", "石小满", "木小春"),
        ("q=A2", "木小春", "石小满"),
    ):
        told = words(page.shown(f"/notices?{query}").partition('<section id="list"')[2].partition("</section>")[0])
        assert there in told
        assert gone not in told


@pytest.mark.parametrize(
    ("change", "why"),
    [
        (str, "没有送达，应作废重发"),
        (served, "仍未返校，办下一步"),
    ],
)
def test_a_deadline_that_has_passed_is_told(tmp_path: Path, change: Callable[[Page], object], why: str) -> None:
    page = project(tmp_path)
    issued(page, A1)
    change(page)
    told = words(page_of(Project(tmp_path), date(2026, 9, 30)).shown("/notices"))
    assert why in told


def test_no_page_changes_anything_by_being_looked_at(tmp_path: Path) -> None:
    page = project(tmp_path)
    issued(page, A1)
    page.desk.read()
    before = held(tmp_path)
    for path in (
        "/notices", f"/notices/serve?n={FIRST}", f"/notices/void?n={FIRST}", "/notices/row", "/notices/backup",
        f"/notices/given?n={FIRST}", "/notices/issue?on=2026-09-11",
    ):  # fmt: skip
        assert page.get(path).status_code == 200, path
    previewed(page, A1, A2)
    for path in ("/notices/open", "/notices/import"):
        assert page.get(path).status_code == 405
    assert held(tmp_path) == before


def test_hostile_words_are_shown_and_never_markup(tmp_path: Path) -> None:
    def spoilt(sheets: Sheets) -> None:
        away(sheets)
        for row in (sheets["学生"][0], *sheets["家访"][:2], sheets["辍学个案"][0]):
            row["姓名" if "姓名" in row else "学生"] = "<i>石&小满"

    page = project(tmp_path, spoilt)
    listed = page.shown("/notices")
    assert "&lt;i&gt;石&amp;小满" in listed
    assert "<i>" not in listed
    issued(page, A2)
    for answer in (
        page.send("/notices/open", {"code": HOSTILE, "year": HOSTILE, "number": HOSTILE}),
        served(page, note=HOSTILE, mode=HOSTILE),
        page.send("/notices/void", {"n": HOSTILE, "why": "x"}),
        page.send("/notices/row", {"of": HOSTILE, "id": HOSTILE, "kind": HOSTILE, "deadline": HOSTILE}),
        page.get(f"/notices?q={'<b>x'}&state={'<b>'}"),
        page.get("/notices/serve?n=<b>"),
    ):
        assert "<b>" not in answer.text
        assert "49" not in words(answer.text).replace("保学 0.1.0", "")
    assert page.send("/notices/void", {"n": FIRST, "why": HOSTILE}).status_code == 303
    assert "<b>" not in page.shown("/notices")


def test_a_damaged_ledger_is_restored_from_a_copy_and_kept(tmp_path: Path) -> None:
    page = project(tmp_path)
    issued(page, A1)
    copy = page.get("/notices/backup").data
    (tmp_path / NAME).write_bytes(b"broken" * 1000)
    assert 'href="/notices/restore"' in page.shown("/notices")
    answer = page.send("/notices/restore", {"file": (io.BytesIO(copy), "台账.sqlite")})
    assert answer.status_code == 200
    assert "损坏" in answer.text
    assert f"备份到 {FIRST} 为止" in answer.text
    assert numbers(tmp_path) == [FIRST]


def test_a_copy_that_lacks_numbers_or_is_none_is_refused(tmp_path: Path) -> None:
    page = project(tmp_path)
    issued(page, A1)
    copy = page.get("/notices/backup").data
    issued(page, A2)
    for content, why in ((b"<b>", "不是一份完整的台账备份"), (copy, f"少了 1 个已经发出的文号（{SECOND}）")):
        answer = page.send("/notices/restore", {"file": (io.BytesIO(content), "<b>.sqlite")})
        assert answer.status_code == 422
        assert why in words(answer.text)
        assert "<b>" not in answer.text
        assert numbers(tmp_path) == [FIRST, SECOND]
    assert page.send("/notices/restore").status_code == 422
    told = page.send("/notices/restore", {"file": (io.BytesIO(copy), "x.sqlite"), "yes": "1"}).text
    assert SECOND in told
    assert numbers(tmp_path) == [FIRST]


def test_a_copy_that_says_otherwise_is_refused_until_it_is_confirmed(tmp_path: Path) -> None:
    page = project(tmp_path)
    issued(page, A1)
    copy = page.get("/notices/backup").data
    page.send("/notices/void", {"n": FIRST, "why": "姓名写错"})
    answer = page.send("/notices/restore", {"file": (io.BytesIO(copy), "x.sqlite")})
    assert answer.status_code == 422
    assert "没有恢复：备份和现在的台账有 1 处不一样" in words(answer.text)
    assert "现在已于 2026-09-11 作废（姓名写错），备份里有效" in words(answer.text)
    assert 'name="yes"' in answer.text
    done = page.send("/notices/restore", {"file": (io.BytesIO(copy), "x.sqlite"), "yes": "1"})
    assert "恢复以后变了 1 处" in words(done.text)


def test_no_ledger_is_begun_in_place_of_one_that_is_gone(tmp_path: Path) -> None:
    page = project(tmp_path)
    form = confirmed(previewed(page, A1))
    (tmp_path / "备份").mkdir()
    issued(page, A2)
    (tmp_path / NAME).rename(tmp_path / "备份" / NAME)
    told = words(previewed(page, A1))
    assert f"这个项目有过台账（见 备份/{NAME}），现在不见了" in told
    assert "baoxue" not in told
    said = {"code": "清政返通", "year": "2026", "number": "1"}
    for path, data in (("/notices/issue", form), ("/notices/import", {}), ("/notices/open", said)):
        assert "不见了" in words(page.send(path, data).text)
    assert not (tmp_path / NAME).exists()
    assert "不见了" in words(project(tmp_path).shown("/"))


def test_an_order_before_its_turn_is_refused_and_an_early_notice_is_a_reminder(tmp_path: Path) -> None:
    def hasty(sheets: Sheets) -> None:
        away(sheets)
        sheets["学校"][0] |= {"联系电话": "19900000007"}
        sheets["通知书"][1] |= {"文种": "责令限期改正通知书"}

    told = words(previewed(project(tmp_path, hasty), A1, A2, on="2026-09-09"))
    assert "这个个案还没有发出过返校通知书" in told
    assert "这 1 份可以发出，但请再想一想" in told
    assert "满 7 日是 2026-09-10" in told


def test_a_service_that_came_too_late_is_entered_with_what_follows(tmp_path: Path) -> None:
    page = project(tmp_path)
    issued(page, A1)
    page = page_of(Project(tmp_path), date(2026, 9, 20))
    answer = page.post("/notices/serve", {"n": FIRST, **DIRECT, "day": "2026-09-19"})
    assert "送达晚于期限，要作废重发" in words(answer.text)
    assert service(tmp_path)
    assert "送达晚于期限，应作废重发" in words(page.shown("/notices"))
