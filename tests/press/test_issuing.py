from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date, datetime
from functools import cache
from pathlib import Path

import pytest

from generator.errors import DataError
from generator.forms.catalogue import discover
from generator.policy.deadlines import return_deadline, unheeded
from generator.policy.load import compose, load_policy
from generator.policy.model import Policy
from generator.press.build import Gathered, Order, gather
from generator.press.issuing import (
    ObjectionError,
    Offer,
    Wish,
    WishError,
    fit,
    issue,
    known_numbers,
    offer,
    too_late,
)
from generator.press.vanished import VanishedError
from generator.records import ledger
from generator.records.ledger import NAME
from generator.records.service import Service
from tests.notices import away
from tests.small import TODAY, Sheets, Spoil, written

EVERYTHING = Wish(TODAY, everything=True)
built_in = cache(discover)


@pytest.fixture(autouse=True)
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    """Definitions are read once."""
    monkeypatch.setattr("generator.press.build.discover", lambda _: built_in())


def ordered(folder: Path, spoil: Spoil = away) -> Gathered:
    order = Order(written(folder, spoil), folder / "output", today=TODAY, ledger=folder / NAME)
    return gather(order, lambda: TODAY)


def offered(folder: Path, spoil: Spoil = away, wish: Wish = EVERYTHING) -> Offer:
    return offer(ordered(folder, spoil), wish)


def but(change: Callable[[Sheets], object]) -> Spoil:
    def spoil(sheets: Sheets) -> None:
        away(sheets)
        change(sheets)

    return spoil


def told(found: Offer) -> list[str]:
    return [str(number) for _, number in found.requests]


def given(folder: Path, found: Offer) -> list[str]:
    return [str(entry.number) for entry in issue(folder / NAME, found).entries]


def test_every_notice_that_may_be_issued_is_offered_with_its_number_and_deadline(tmp_path: Path) -> None:
    found = offered(tmp_path)
    assert told(found) == ["清政返通〔2026〕1号", "清政返通〔2026〕2号"]
    assert (found.numbered, found.refused) == ((), ())
    request = found.requests[0][0]
    assert (request.student, request.issuer, request.co_issuer) == ("石小满", "清溪镇人民政府", "")
    assert (request.issued_on, request.deadline) == (TODAY, date(2026, 9, 18))
    assert (request.key.school, request.key.case, request.key.notice) == ("3153000001", "A1", "1")
    assert given(tmp_path, found) == told(found)


def test_nothing_is_allocated_by_an_offer_or_a_build(tmp_path: Path) -> None:
    offered(tmp_path)
    assert not (tmp_path / NAME).exists()


@pytest.mark.parametrize(
    ("wish", "count"),
    [
        ({"cases": ("A2",)}, 1),
        ({"notices": ("1",)}, 1),
        ({"schools": ("清溪小学",)}, 2),
        ({"schools": ("3153000001",)}, 2),
        ({"cases": ("A1",), "notices": ("1",)}, 1),
    ],
)
def test_notices_are_chosen_by_case_number_and_school(
    tmp_path: Path, wish: dict[str, tuple[str, ...]], count: int
) -> None:
    assert len(offered(tmp_path, wish=Wish(TODAY, **wish)).requests) == count  # type: ignore[arg-type]


@pytest.mark.parametrize("wish", [{"cases": ("A9",)}, {"cases": ("A1",), "notices": ("2",)}, {"schools": ("别的",)}])
def test_what_is_not_there_is_told(tmp_path: Path, wish: dict[str, tuple[str, ...]]) -> None:
    with pytest.raises(WishError, match="没有符合的通知书"):
        offered(tmp_path, wish=Wish(TODAY, **wish))  # type: ignore[arg-type]


def test_without_a_code_the_cell_is_named(tmp_path: Path) -> None:
    nameless = but(lambda sheets: sheets["乡镇"][0].pop("机关代字"))
    found = offered(tmp_path, nameless)
    assert [why for _, why in found.refused] == ["数据.xlsx 乡镇!第2行“机关代字”：“机关代字”没有填"] * 2
    assert told(offered(tmp_path, nameless, replace(EVERYTHING, code="清政返通"))) == [
        "清政返通〔2026〕1号",
        "清政返通〔2026〕2号",
    ]


@pytest.mark.parametrize("code", ["清政1", "〔", "a", "清 政"])
def test_a_code_that_is_none_is_refused(tmp_path: Path, code: str) -> None:
    with pytest.raises(WishError, match="应是几个汉字"):
        offered(tmp_path, wish=replace(EVERYTHING, code=code))


def under(policy: Policy, monkeypatch: pytest.MonkeyPatch) -> None:
    """Have datasets be under ``policy``."""
    composed = replace(compose("national"), policy=policy)
    monkeypatch.setattr("generator.press.build.composed", lambda *_: composed)


def test_the_bureau_numbers_with_its_own_code(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    policy = load_policy("national")
    rules = policy.return_notice.model_copy(update={"issuer": "education_bureau"})
    under(policy.model_copy(update={"return_notice": rules}), monkeypatch)
    contacts = {"教育局联系人": "高科长", "教育局联系电话": "19900000008"}
    found = offered(tmp_path, but(lambda sheets: sheets["县区"][0].update(contacts)))
    assert [(str(number), request.issuer) for request, number in found.requests] == [
        ("云教返通〔2026〕1号", "云山县教育体育局"), ("云教返通〔2026〕2号", "云山县教育体育局"),
    ]  # fmt: skip


# what speaks against it


def drop_visits(sheets: Sheets) -> None:
    sheets["家访"] = [row for row in sheets["家访"] if row["学生"] != "木小春"]


def back(sheets: Sheets) -> None:
    sheets["辍学个案"][1]["复学日期"] = "2026-09-09"
    sheets["学生"][1]["学籍状态"] = "在籍"


@pytest.mark.parametrize(
    ("change", "why"),
    [
        (drop_visits, "没有劝返的家访记录"),
        (back, "已于 2026-09-09 复学"),
        (lambda sheets: sheets["学生"][1].pop("成员1姓名"), "没有填"),
        (lambda sheets: sheets["学生"][1].update(现住址=""), "没有填"),
        (lambda sheets: sheets["通知书"][1].update(返校期限="2026-09-01"), "在制表日期"),
    ],
)
def test_what_could_not_be_printed_or_has_no_ground_is_not_issued(tmp_path: Path, change: Spoil, why: str) -> None:
    found = offered(tmp_path, but(change))
    assert told(found) == ["清政返通〔2026〕1号"]
    ((who, reason),) = found.refused
    assert why in reason
    assert "2" in who


def test_a_notice_of_a_day_before_the_child_was_urged_to_return_is_not_issued(tmp_path: Path) -> None:
    found = offered(tmp_path, wish=replace(EVERYTHING, on=date(2026, 9, 2)))
    assert told(found) == []
    assert all("没有劝返的家访记录" in why for _, why in found.refused)


# earlier numbers


def numbered(sheets: Sheets) -> None:
    away(sheets)
    sheets["通知书"][0] |= {"文号": "清政返通〔2026〕17号", "发出日期": "2026-09-09"}


def test_the_first_issue_goes_on_after_the_workbook_under_the_code_that_was_used(tmp_path: Path) -> None:
    found = offered(tmp_path, numbered)
    assert told(found) == ["清政返通〔2026〕18号"]
    assert [str(entry.number) for entry in found.numbered] == ["清政返通〔2026〕17号"]
    assert given(tmp_path, found) == ["清政返通〔2026〕18号"]
    again = ordered(tmp_path, numbered)
    assert [problem for problem in again.problems if problem.level == "error"] == []
    assert len(offer(again, EVERYTHING).numbered) == 2


def test_two_codes_that_were_used_leave_it_to_the_user(tmp_path: Path) -> None:
    def both(sheets: Sheets) -> None:
        numbered(sheets)
        sheets["通知书"][0] |= IN_VAIN
        sheets["通知书"][1] |= {"文号": "清政催〔2026〕1号", "发出日期": "2026-09-09"}
        sheets["通知书"].append({"序号": "3", "个案编号": "A1"})

    found = offered(tmp_path, both)
    assert [why for _, why in found.refused] == ["以前用过 清政催、清政返通，用 --code 写明这次用哪个代字"]


def test_nothing_is_issued_while_the_workbook_has_numbers_that_the_ledger_does_not_hold(tmp_path: Path) -> None:
    given(tmp_path, offered(tmp_path, wish=Wish(TODAY, cases=("A2",))))
    known = ordered(tmp_path, numbered)
    with pytest.raises(ObjectionError, match=r"清政返通〔2026〕17号.*先运行 baoxue notice import"):
        known_numbers(known)


def test_a_ledger_is_not_begun_with_numbers_in_conflict(tmp_path: Path) -> None:
    def doubled(sheets: Sheets) -> None:
        numbered(sheets)
        sheets["通知书"][1] |= sheets["通知书"][0] | {"序号": "2", "个案编号": "A2"}

    known = ordered(tmp_path, doubled)
    with pytest.raises(DataError, match="已经是另一份通知书的"):
        known_numbers(known)


# void and joint


def test_a_void_notice_is_issued_once_more_only_where_it_is_named(tmp_path: Path) -> None:
    (first, _) = ledger.issue(tmp_path / NAME, [request for request, _ in offered(tmp_path).requests])
    ledger.void(tmp_path / NAME, first.number, "写错", TODAY)
    found = offered(tmp_path)
    assert told(found) == []
    assert [why for _, why in found.refused] == ["清政返通〔2026〕1号 已作废；要重新发出，用 --notice 写明序号"]
    assert told(offered(tmp_path, wish=Wish(TODAY, notices=("1",)))) == ["清政返通〔2026〕3号"]


def test_a_notice_issued_once_more_has_its_days_anew_and_may_be_of_another_kind(tmp_path: Path) -> None:

    def mistaken(sheets: Sheets) -> None:
        orders(sheets)
        del sheets["通知书"][1]["文种"]

    found = offered(tmp_path, mistaken, Wish(date(2026, 9, 10), notices=("2",)))
    (first,) = issue(tmp_path / NAME, found).entries
    assert (first.kind, first.deadline) == ("返校通知书", date(2026, 9, 17))
    ledger.void(tmp_path / NAME, first.number, "文种用错", TODAY)
    known = ordered(tmp_path, orders)
    assert [problem for problem in known.problems if problem.level == "error"] == []
    ((request, _),) = offer(known, Wish(TODAY, notices=("2",))).requests
    assert (request.kind, request.deadline) == (MEND, date(2026, 9, 18))


def test_a_joint_notice_bears_the_number_of_the_body_that_leads(tmp_path: Path) -> None:
    found = offered(tmp_path, wish=replace(EVERYTHING, joint=True))
    assert {(request.issuer, request.co_issuer) for request, _ in found.requests} == {
        ("清溪镇人民政府", "云山县教育体育局")
    }
    assert told(found)[0] == "清政返通〔2026〕1号"


def without_ground(policy: Policy) -> Policy:
    """Let the law give the bureau no ground."""
    law = [
        article.model_copy(update={"grounds": {"township": ["remind"]}}) if article.name == "义务教育法 13" else article
        for article in policy.law
    ]
    return policy.model_copy(update={"law": law})


def test_a_joint_notice_must_be_lawful_for_both(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    policy = without_ground(load_policy("national"))
    monkeypatch.setattr("generator.press.build.check", lambda *_: [])
    under(policy, monkeypatch)
    found = offered(tmp_path, wish=replace(EVERYTHING, joint=True))
    assert told(found) == []
    assert {why for _, why in found.refused} == {
        "县级教育行政部门不能依据义务教育法 13提醒，不能发这种通知书，不能联合发文"
    }


# kinds

MEND, SCHOOL = "责令限期改正通知书", "责令接受义务教育通知书"
BUREAU = {"教育局联系人": "高科长", "教育局联系电话": "19900000008"}


IN_VAIN = {
    "发出日期": "2026-09-04", "返校期限": "2026-09-08", "送达日期": "2026-09-05", "送达方式": "直接送达",
    "收件人": "某某", "送达人": "甲、乙",
}  # fmt: skip


def orders(sheets: Sheets) -> None:
    """Let there be a return notice, an order to mend and one of the bureau, each when it is its turn."""
    away(sheets)
    sheets["县区"][0] |= BUREAU
    sheets["学校"][0] |= {"联系电话": "19900000007"}
    sheets["学生"].append(sheets["学生"][1] | {"班内学号": "3", "姓名": "禾小秋", "全国学籍号": "G3"})
    sheets["辍学个案"].append(sheets["辍学个案"][1] | {"个案编号": "A3", "学生": "禾小秋"})
    sheets["家访"].append(sheets["家访"][-1] | {"学生": "禾小秋"})
    sheets["通知书"] = [
        {"序号": "1", "个案编号": "A1"},
        {"序号": "2", "个案编号": "A2", "文种": MEND},
        {"序号": "3", "个案编号": "A3", "文种": SCHOOL},
        {"序号": "8", "个案编号": "A2", "文号": "清政返通〔2026〕1号", **IN_VAIN},
        {"序号": "9", "个案编号": "A3", "文种": MEND, "文号": "清政责改〔2026〕1号", **IN_VAIN},
    ]


def test_each_kind_is_issued_by_the_body_that_may_under_its_own_code(tmp_path: Path) -> None:
    found = offered(tmp_path, orders)
    assert found.refused == ()
    assert [(str(number), request.kind, request.issuer) for request, number in found.requests] == [
        ("清政返通〔2026〕2号", "返校通知书", "清溪镇人民政府"),
        ("清政责改〔2026〕2号", MEND, "清溪镇人民政府"),
        ("云教责学〔2026〕1号", SCHOOL, "云山县教育体育局"),
    ]
    given(tmp_path, found)
    again = ordered(tmp_path, orders)
    assert [problem for problem in again.problems if problem.level == "error"] == []
    assert [entry.kind for entry in offer(again, EVERYTHING).numbered][:3] == ["返校通知书", MEND, SCHOOL]


def under_rules(monkeypatch: pytest.MonkeyPatch, **changes: object) -> Policy:
    """Have datasets be under a policy with other rules for notices, and return it."""
    policy = load_policy("national")
    changed = policy.model_copy(update={"return_notice": policy.return_notice.model_copy(update=changes)})
    under(changed, monkeypatch)
    return changed


def test_an_order_gives_the_days_of_an_order(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    under_rules(monkeypatch, order_within_days=3)
    found = offered(tmp_path, orders)
    assert [request.deadline for request, _ in found.requests] == [date(2026, 9, day) for day in (18, 14, 14)]


def test_an_order_does_not_bear_the_code_that_stands_for_return_notices(tmp_path: Path) -> None:
    def numbered_before(sheets: Sheets) -> None:
        orders(sheets)
        sheets["通知书"][3] |= {"文号": "清政返通〔2026〕17号"}
        sheets["通知书"][4] = {"序号": "9", "个案编号": "A3"}

    known = ordered(tmp_path, numbered_before)
    found = offer(known, EVERYTHING)
    assert told(found) == ["清政返通〔2026〕18号", "清政责改〔2026〕1号", "清政返通〔2026〕19号"]


def test_only_what_the_law_lets_the_partner_do_is_issued_jointly(tmp_path: Path) -> None:
    found = offered(tmp_path, orders, replace(EVERYTHING, joint=True))
    assert [(request.kind, request.co_issuer) for request, _ in found.requests] == [
        ("返校通知书", "云山县教育体育局"), (MEND, "云山县教育体育局"),
    ]  # fmt: skip
    ((_, why),) = found.refused
    assert why.endswith("不能依据未成年人保护法 83责令，不能发这种通知书，不能联合发文")


def test_what_the_law_gives_the_issuer_no_ground_for_is_not_issued(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    policy = load_policy("national")
    grounds = {"education_bureau": ["order"]}
    law = [one.model_copy(update={"grounds": grounds}) if one.name == "义务教育法 58" else one for one in policy.law]
    monkeypatch.setattr("generator.press.build.check", lambda *_: [])
    under(policy.model_copy(update={"law": law}), monkeypatch)
    found = offered(tmp_path, orders)
    assert [request.kind for request, _ in found.requests] == ["返校通知书", SCHOOL]
    assert [why.partition("）")[2] for _, why in found.refused] == ["不能依据义务教育法 58责令，不能发这种通知书"]


def test_a_kind_that_is_none_is_told(tmp_path: Path) -> None:
    found = offered(tmp_path, but(lambda sheets: sheets["通知书"][1].update(文种="罚款通知书")))
    assert told(found) == ["清政返通〔2026〕1号"]
    assert "罚款通知书" in found.refused[0][1]


# whose turn it is


def drafts(*rows: dict[str, str]) -> Spoil:
    """Let the first child's case have these rows of 通知书, and the school a telephone."""

    def spoil(sheets: Sheets) -> None:
        away(sheets)
        sheets["学校"][0] |= {"联系电话": "19900000007"}
        sheets["通知书"] = [{"序号": str(at), "个案编号": "A1", **row} for at, row in enumerate(rows, 1)]

    return spoil


def reasons(found: Offer) -> str:
    return "；".join(why for _, why in found.refused)


def test_an_order_is_not_issued_before_a_return_notice(tmp_path: Path) -> None:
    found = offered(tmp_path, drafts({"文种": MEND}))
    assert told(found) == []
    assert "还没有发出过返校通知书，不能发责令限期改正通知书。先发返校通知书" in reasons(found)


def test_notice_and_order_are_not_issued_together(tmp_path: Path) -> None:
    found = offered(tmp_path, drafts({}, {"文种": MEND}))
    assert told(found) == ["清政返通〔2026〕1号"]
    assert "不能发责令限期改正通知书" in reasons(found)


@pytest.mark.parametrize(
    ("before", "why"),
    [
        ({"送达日期": ""}, "期限 2026-09-08 已过，没有登记送达"),
        ({"返校期限": "2026-09-11"}, "期限 2026-09-11 还没有过"),
        ({"返校期限": "2026-09-15", "送达日期": ""}, "还没有登记送达"),
        ({"送达日期": "2026-09-09"}, "2026-09-09 才送达，晚于期限 2026-09-08"),
    ],
)
@pytest.mark.parametrize("kind", [{}, {"文种": MEND}])
def test_the_next_step_waits_for_the_one_before(
    tmp_path: Path, before: dict[str, str], why: str, kind: dict[str, str]
) -> None:
    row = kind | {"文号": "清政〔2026〕7号"} | IN_VAIN | before
    if not row["送达日期"]:
        row = {name: value for name, value in row.items() if name not in ("送达方式", "收件人", "送达人")}
    step = {"文种": SCHOOL} if kind else {"文种": MEND}
    found = offered(tmp_path, drafts(row, step), replace(EVERYTHING, code="清政甲"))
    assert told(found) == []
    assert f"前一步清政〔2026〕7号（{kind.get('文种', '返校通知书')}）{why}，不能发{step['文种']}" in reasons(found)
    again = offered(tmp_path / "again", drafts(row, kind), replace(EVERYTHING, code="清政甲"))
    assert told(again) == []  # the guardian would have two deadlines
    assert f"还有效：{why}。要重发，先作废它，再给它那一行（序号 1）重新编号，不用添行" in reasons(again)


def test_one_case_gets_one_notice_at_a_time(tmp_path: Path) -> None:
    found = offered(tmp_path, drafts({}, {}))
    assert told(found) == ["清政返通〔2026〕1号"]
    assert reasons(found) == "同一个案这次已经要发返校通知书，一次只发一份；多出的那一行删去"


def test_a_second_notice_of_a_kind_may_follow_one_that_was_served_in_vain(tmp_path: Path) -> None:
    assert told(offered(tmp_path, drafts({"文号": "清政返通〔2026〕1号", **IN_VAIN}, {}))) == ["清政返通〔2026〕2号"]


def test_a_return_notice_within_the_days_of_persuasion_is_issued_with_a_reminder(tmp_path: Path) -> None:
    found = offered(tmp_path, drafts({}), replace(EVERYTHING, on=date(2026, 9, 9)))
    assert told(found) == ["清政返通〔2026〕1号"]
    ((_, what),) = found.reminders
    assert what.startswith("首次家访劝返在 2026-09-03，满 7 日是 2026-09-10")
    assert offered(tmp_path, drafts({}), replace(EVERYTHING, on=date(2026, 9, 10))).reminders == ()


# a ledger that is gone


@pytest.mark.parametrize("kept", ["台账 1.sqlite", "备份/台账 20260901.sqlite"])
def test_numbers_do_not_begin_anew_where_there_was_a_ledger(tmp_path: Path, kept: str) -> None:
    given(tmp_path, offered(tmp_path))
    (tmp_path / kept).parent.mkdir(exist_ok=True)
    (tmp_path / NAME).rename(tmp_path / kept)
    known = ordered(tmp_path)
    assert [problem.what for problem in known.problems if problem.level == "error"] == [
        f"这个项目有过台账（见 {kept}），现在不见了，通知书都印成草稿"
    ]
    with pytest.raises(VanishedError, match=r"会和已经发出的文号重号.*ledger restore"):
        offer(known, EVERYTHING)
    assert told(offer(known, replace(EVERYTHING, afresh=True)))[0] == "清政返通〔2026〕1号"


def test_other_files_do_not_pass_for_a_ledger_that_is_gone(tmp_path: Path) -> None:
    (tmp_path / "别的.sqlite").write_bytes(b"SQLite format 3\0" + b"\0" * 100)
    (tmp_path / "output").mkdir()
    (tmp_path / "output" / "manifest.json").write_text('{"files": {}}', "utf-8")
    assert len(offered(tmp_path).requests) == 2


# from service


def test_a_deadline_counted_from_service_begins_when_it_is_served_and_passes(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    policy = under_rules(monkeypatch, counted_from="送达", within_days=14)
    found = offered(tmp_path, orders)
    assert [request.deadline for request, _ in found.requests] == [None, None, None]
    given(tmp_path, found)

    def deadline() -> date | None:
        context = ordered(tmp_path, orders).context
        return return_deadline(policy, context.calendar, context.dataset.notices[0], context.today)

    assert deadline() is None
    entries = {str(entry.number): entry for entry in known_numbers(ordered(tmp_path, orders)).entries}
    entry = entries["清政返通〔2026〕2号"]
    ledger.serve(tmp_path / NAME, entry.number, fit(entry, DIRECT, ordered(tmp_path, orders)))
    assert deadline() == date(2026, 9, 28)  # the 25th is 中秋节, and a weekend follows
    late = replace(ordered(tmp_path, orders).context, today=date(2026, 9, 29))
    order = replace(late.dataset.notices[1], case=late.dataset.notices[0].case)
    for today, passed in ((date(2026, 9, 28), 0), (date(2026, 9, 29), 1)):
        assert len(unheeded(policy, late.calendar, replace(order, issued_on=None), today)) == passed


def test_a_deadline_that_is_entered_holds_also_where_it_is_counted_from_service(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    under_rules(monkeypatch, counted_from="送达")
    found = offered(tmp_path, but(lambda sheets: sheets["通知书"][0].update(返校期限="2026-09-20")))
    assert [request.deadline for request, _ in found.requests] == [date(2026, 9, 20), None]


# service

DIRECT = Service(datetime.fromisoformat("2026-09-11 18:30"), "直接送达", ("甲", "乙"), received_by="石大山")


def served(folder: Path, service: Service, spoil: Spoil = away) -> Service:
    found = offered(folder)
    (entry, *_) = ledger.issue(folder / NAME, [request for request, _ in found.requests])
    return fit(entry, service, ordered(folder, spoil))


def test_a_guardian_who_receives_it_is_entered_as_such(tmp_path: Path) -> None:
    assert served(tmp_path, DIRECT) == replace(DIRECT, relation="本人")


@pytest.mark.parametrize(
    ("changes", "why"),
    [
        ({"servers": ("甲",)}, "要有 2 名以上"),
        ({"received_by": "石小满", "relation": "子", "proxy_reason": "外出"}, "是学生本人"),
        ({"received_by": "石二山"}, "要写代收理由"),
        ({"at": datetime.fromisoformat("2026-09-12 08:00")}, "晚于今天 2026-09-11"),
        ({"at": datetime.fromisoformat("2026-09-10 08:00")}, "早于发出日期"),
    ],
)
def test_service_that_the_law_does_not_take_is_not_entered(
    tmp_path: Path, changes: dict[str, object], why: str
) -> None:
    with pytest.raises(ObjectionError, match=why):
        served(tmp_path, replace(DIRECT, **changes))  # type: ignore[arg-type]


def test_service_in_person_after_the_return_is_not_entered(tmp_path: Path) -> None:
    given(tmp_path, offered(tmp_path))
    day = date(2026, 9, 11)

    def back(sheets: Sheets) -> None:
        away(sheets)
        sheets["辍学个案"][0]["复学日期"] = "2026-09-11"
        sheets["学生"][0]["学籍状态"] = "在籍"

    (entry, _) = ledger.read(tmp_path / NAME).entries  # type: ignore[union-attr]
    known = ordered(tmp_path, back)
    context = replace(known.context, today=date(2026, 9, 12))
    with pytest.raises(ObjectionError, match=f"已于 {day} 复学"):
        fit(entry, replace(DIRECT, at=datetime.fromisoformat("2026-09-12 08:00")), replace(known, context=context))


def test_service_of_a_notice_that_is_no_longer_in_the_data_is_entered_by_the_law_alone(tmp_path: Path) -> None:
    gone = but(lambda sheets: sheets.update(通知书=[{"序号": "9", "个案编号": "A1"}]))
    assert served(tmp_path, DIRECT, gone) == DIRECT


def test_service_after_the_deadline_is_entered_as_the_fact_that_it_is_and_told(tmp_path: Path) -> None:
    (entry, *_) = issue(tmp_path / NAME, offered(tmp_path)).entries
    late = replace(DIRECT, at=datetime.fromisoformat("2026-09-19 18:30"))
    known = ordered(tmp_path).on(date(2026, 9, 20))
    fitting = fit(entry, late, known)
    assert "2026-09-19 晚于期限 2026-09-18，不算按期送达" in too_late(entry, fitting, known)
    assert too_late(entry, replace(fitting, at=datetime.fromisoformat("2026-09-18 18:30")), known) == ""
    ledger.serve(tmp_path / NAME, entry.number, fitting)
    known = ordered(tmp_path)
    assert [one.level for one in known.problems if "晚于返校期限" in one.what] == ["warning"]
