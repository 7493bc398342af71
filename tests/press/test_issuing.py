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
)
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
    return [str(entry.number) for entry in issue(folder / NAME, found)]


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
    found = offered(tmp_path, orders, replace(EVERYTHING, on=date(2026, 9, 10)))
    (first, *_) = ledger.issue(tmp_path / NAME, [request for request, _ in found.requests])
    assert first.deadline == date(2026, 9, 17)
    ledger.void(tmp_path / NAME, first.number, "文种用错", TODAY)

    def mended(sheets: Sheets) -> None:
        orders(sheets)
        sheets["通知书"][0]["文种"] = MEND

    known = ordered(tmp_path, mended)
    assert [problem for problem in known.problems if problem.level == "error"] == []
    ((request, _),) = offer(known, Wish(TODAY, notices=("1",))).requests
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


def orders(sheets: Sheets) -> None:
    """Let there be a return notice, an order to mend and one of the bureau."""
    away(sheets)
    sheets["县区"][0] |= BUREAU
    sheets["学校"][0] |= {"联系电话": "19900000007"}
    sheets["通知书"] = [
        {"序号": "1", "个案编号": "A1"},
        {"序号": "2", "个案编号": "A1", "文种": MEND},
        {"序号": "3", "个案编号": "A2", "文种": SCHOOL},
    ]


def test_each_kind_is_issued_by_the_body_that_may_under_its_own_code(tmp_path: Path) -> None:
    found = offered(tmp_path, orders)
    assert found.refused == ()
    assert [(str(number), request.kind, request.issuer) for request, number in found.requests] == [
        ("清政返通〔2026〕1号", "返校通知书", "清溪镇人民政府"),
        ("清政责改〔2026〕1号", MEND, "清溪镇人民政府"),
        ("云教责学〔2026〕1号", SCHOOL, "云山县教育体育局"),
    ]
    given(tmp_path, found)
    again = ordered(tmp_path, orders)
    assert [problem for problem in again.problems if problem.level == "error"] == []
    assert [entry.kind for entry in offer(again, EVERYTHING).numbered] == ["返校通知书", MEND, SCHOOL]


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
        sheets["通知书"][0] |= {"文号": "清政返通〔2026〕17号", "发出日期": "2026-09-09"}
        sheets["通知书"].append({"序号": "4", "个案编号": "A2"})

    known = ordered(tmp_path, numbered_before)
    found = offer(known, EVERYTHING)
    assert told(found) == ["清政责改〔2026〕1号", "云教责学〔2026〕1号", "清政返通〔2026〕18号"]


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
    entry = entries["清政返通〔2026〕1号"]
    ledger.serve(tmp_path / NAME, entry.number, fit(entry, DIRECT, ordered(tmp_path, orders)))
    assert deadline() == date(2026, 9, 28)  # the 25th is 中秋节, and a weekend follows
    late = replace(ordered(tmp_path, orders).context, today=date(2026, 9, 29))
    order = late.dataset.notices[1]
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
