"""What a return notice says, and what it never says."""

from __future__ import annotations

import re
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from generator.dataset.missing import Missing
from generator.dataset.models import Case, Notice, Record, Student, Visit, columns
from generator.forms.catalogue import discover
from generator.forms.definition import Definition, Grid, GridRow
from generator.forms.lower import house_styles, lower
from generator.forms.lowered import Paper
from generator.forms.resolve import HeldBackError, Resolved, Resolver
from generator.press.issuing import FORMS
from generator.render import renderer
from generator.resources import templates_dirs
from tests.papers.specimens import planned, station

CATALOGUE = discover()
SECRET = ("family", "health")
ASKED_FOR = {
    "child-labour-referral": {"employer", "employed_at", "clue"},  # what the letter is about
    "unenrolled-report": {"urged"},  # what was done so far, which its row asks for
    "overdue-report": {"result"},  # what came of each visit
    "care-notice": {"away_since", "workplace", "in_touch"},  # the guardian's own word on going away (law, article 23)
}
"""Columns of a family that a paper which leaves the school tells because it is about them."""
LEAVING = [
    definition
    for definition in CATALOGUE.definitions.values()
    if definition.audience in ("guardian", "village", "public") or "".join(definition.covers[:1]).startswith("NT-")
]


def resolved(notice: Notice, form: str = "", issuer: str = "township", counted_from: str = "发出") -> Resolved:
    """A paper about a notice (itself, if no other is named), under the sample's policy with other rules."""
    context = station()[0].context
    policy = context.policy
    rules = policy.return_notice.model_copy(
        update={"issuer": issuer, "counted_from": counted_from, "within_days": 7, "order_within_days": 5}
    )
    form = form or FORMS[notice.sort]
    context = replace(context, policy=policy.model_copy(update={"return_notice": rules}))
    return Resolver(CATALOGUE.definitions[form], CATALOGUE.fragments, context).resolve(notice)


def paper(notice: Notice, issuer: str = "township", form: str = "", counted_from: str = "发出") -> Paper:
    """A paper about a notice."""
    style = CATALOGUE.definitions[form or FORMS[notice.sort]].style
    house = house_styles(templates_dirs()[-1] / "_house" / "styles.yaml")[style]
    return lower(resolved(notice, form, issuer, counted_from), house, landscape=False, label="")


def said(notice: Notice, issuer: str = "township", form: str = "", counted_from: str = "发出") -> str:
    """A paper about a notice as text."""
    return "".join(run.text for run in paper(notice, issuer, form, counted_from).runs())


@pytest.fixture
def notice() -> Notice:
    """A notice of the sample that has been issued."""
    return next(notice for notice in station()[0].context.dataset.notices if notice.number and notice.issued_on)


def told(definition: Definition) -> set[str]:
    """The columns of family and health that papers of a form read of the sample's records."""
    at, jobs = planned(definition.id)
    resolver, found = Resolver(definition, CATALOGUE.fragments, at.context), set[str]()

    def noted(record: Record, attribute: str, value: Any) -> Any:
        described = columns(type(record)).get(attribute)
        found.update({attribute} if described and described.sensitive in SECRET else ())
        return value

    resolver.expressions.evaluator.shown = noted
    for entry in [entry for job in jobs for entry in job.entries][:20]:
        with suppress(HeldBackError):
            resolver.resolve(at.context.records(definition.per)[entry.index])
    return found


@pytest.mark.parametrize("definition", LEAVING, ids=lambda definition: definition.id)
def test_what_leaves_the_schools_and_offices_tells_neither_reason_nor_family(definition: Definition) -> None:
    assert told(definition) - ASKED_FOR.get(definition.id, set()) == set()


def test_a_notice_not_issued_is_a_draft_with_a_date_to_be_written_in(notice: Notice) -> None:
    draft = replace(notice, number=None, issued_on=None, deadline=None)
    policy = station()[0].context.policy
    text = said(draft)
    assert policy.titles["return-notice"] + policy.return_notice.draft in text
    assert "人民政府　　年　　月　　日" in text
    assert "于　　　　年　　月　　日前（含当日）送" in text
    assert "返校期限：　　　　年　　月　　日前（含当日）" in text
    assert not re.search(r"\d日前（含当日）", text)
    assert re.search(r"\d日前（含当日）", said(replace(draft, deadline=date(2026, 12, 1))))


def test_nobody_signs_for_a_draft(notice: Notice) -> None:
    draft = said(replace(notice, number=None))
    title = station()[0].context.policy.titles["return-notice"]
    assert f"本人已收到《{title}》" in draft
    assert draft.count(station()[0].context.policy.return_notice.draft) == 1  # under the title
    assert f"本人已收到《{title}》（{notice.number}）" in said(notice)


@pytest.mark.parametrize(
    ("form", "blanks"), [("return-notice", {"文号", "返校期限", "发出日期"}), ("service-receipt", {"文号", "送达日期"})]
)
def test_the_blanks_of_a_draft_are_listed(notice: Notice, form: str, blanks: set[str]) -> None:
    draft = replace(notice, number=None, issued_on=None, deadline=None, served_at=None)
    assert blanks <= {missing.label for missing in resolved(draft, form).by_hand}
    assert not blanks & {missing.label for missing in resolved(notice, form).by_hand}


def test_the_township_signs_its_notice_and_names_its_own_contact(notice: Notice) -> None:
    text = said(notice)
    assert "人民政府2026年" in text
    assert "抄送" not in text


def test_a_notice_of_the_bureau_names_its_contact_and_goes_to_the_township_too(notice: Notice) -> None:
    context = station()[0].context
    county, township = context.dataset.counties[0], context.dataset.townships[0]
    text = said(notice, "education_bureau")
    assert f"{county.bureau}{context.policy.titles['return-notice']}" in text
    assert f"联系人：{county.bureau_contact}，联系电话：{county.bureau_phone}" in text
    assert f"抄送{township.government}" in text


def test_who_issues_a_notice_too_gets_no_copy_of_it(notice: Notice) -> None:
    text = said(replace(notice, co_issuer="云溪镇人民政府"), "education_bureau")
    assert "、云溪镇人民政府发出日期" in text
    assert "抄送" not in text


def test_a_receipt_offers_the_ways_of_service_that_the_dataset_knows() -> None:
    grid = next(block for block in CATALOGUE.definitions["service-receipt"].body if isinstance(block, Grid))
    offered = [cell.choice for row in grid.grid.rows if isinstance(row, GridRow) for cell in row.cells if cell.choice]
    assert offered == [list(columns(Notice)["served_mode"].choices)]


def test_a_notice_counts_the_urgings_before_its_issue() -> None:
    student = Student()
    days = (date(2026, 9, 10), date(2026, 9, 12), date(2026, 9, 30))
    student.visits = [Visit(student=student, visited_on=day, purpose="劝返") for day in days]
    case = Case(student=student, found_on=date(2026, 9, 10))
    assert Notice(case=case, issued_on=date(2026, 9, 12)).attempts == 2
    assert Notice(case=case).attempts == 3


# orders

MEND, SCHOOL = "责令限期改正通知书", "责令接受义务教育通知书"


def order(kind: str) -> Notice:
    """An order of the sample, as if it were issued."""
    draft = next(notice for notice in station()[0].context.dataset.notices if notice.sort == kind)
    return replace(draft, number="云政〔2026〕9号", issued_on=date(2026, 11, 16), seam="云政〔2026〕9号")


@pytest.mark.parametrize("kind", FORMS)
def test_a_notice_is_printed_as_its_kind_alone(kind: str) -> None:
    about = next(notice for notice in station()[0].context.dataset.notices if notice.sort == kind)
    wanted = {
        form
        for form in FORMS.values()
        if Resolver(CATALOGUE.definitions[form], CATALOGUE.fragments, station()[0].context).wanted(about)
    }
    assert wanted == {FORMS[kind]}


def test_an_order_to_mend_orders_by_its_article_and_tells_how_to_state_ones_view() -> None:
    text = said(order(MEND))
    assert "依据《中华人民共和国义务教育法》第五十八条，对你给予批评教育" in text
    assert "改正期限：2026年11月23日前（含当日）" in text
    assert "向本机关陈述（联系人：" in text
    assert "经5次劝返、1次书面通知仍未返校" in text
    assert text.count("云政〔2026〕9号") == 5  # title, receipt, twice across the seam, stub


def test_an_order_speaks_of_no_notice_that_has_not_lapsed_or_is_void() -> None:
    mend = order(MEND)
    before = replace(mend, issued_on=date(2026, 10, 28))
    assert "书面通知" not in said(before)
    assert mend.case
    first = next(notice for notice in mend.case.notices if notice.number)
    void = replace(first, withheld=Missing("文号", first.where("number"), "作废"))
    assert "书面通知" not in said(replace(mend, case=replace(mend.case, notices=[void])))


@pytest.mark.parametrize("issuer", ["township", "education_bureau"])
def test_the_order_to_school_is_the_bureaus_whoever_issues_return_notices(issuer: str) -> None:
    context = station()[0].context
    county, township = context.dataset.counties[0], context.dataset.townships[0]
    notice, text = order(SCHOOL), said(order(SCHOOL), issuer)
    assert text.startswith(f"{county.bureau}{context.policy.titles['order-to-school']}")
    assert "依据《中华人民共和国未成年人保护法》第八十三条，现责令你于2026年11月23日前（含当日）将" in text
    assert f"联系人：{county.bureau_contact}，联系电话：{county.bureau_phone}" in text
    assert f"抄送{township.government}" in text
    assert f"送达单位{county.bureau}" in said(notice, issuer, "service-receipt")


@pytest.mark.parametrize(("kind", "title"), [(MEND, "order-to-mend"), (SCHOOL, "order-to-school")])
def test_a_receipt_names_the_document_that_is_served(kind: str, title: str) -> None:
    assert f"送达文书名称{station()[0].context.policy.titles[title]}文书文号" in said(
        order(kind), form="service-receipt"
    )


@pytest.mark.parametrize("kind", [MEND, SCHOOL])
def test_an_order_threatens_nothing_that_its_article_does_not_provide(kind: str) -> None:
    assert not re.search("罚款|拘留|处罚|起诉|强制|公安", said(order(kind)))


@pytest.mark.parametrize(
    ("kind", "days", "called"), [("", 7, "返校期限"), (MEND, 5, "改正期限"), (SCHOOL, 5, "送学期限")]
)
def test_days_that_count_from_service_are_told_as_days(notice: Notice, kind: str, days: int, called: str) -> None:
    about = replace(order(kind) if kind else notice, deadline=None)
    for served_at in (None, date(2026, 11, 17)):  # a reprint is what the guardian has
        text = said(replace(about, served_at=served_at), counted_from="送达")
        assert f"{called}：收到本通知书之日起{days}日内。" in text
        assert f"{called}收到通知书之日起{days}日内报到学校" in text
        assert "前（含当日）" not in text
    dated = said(replace(about, deadline=date(2026, 12, 1)), counted_from="送达")
    assert f"{called}：2026年12月1日前（含当日）" in dated
    assert "收到本通知书之日起" not in dated


def test_the_order_to_school_tells_of_the_order_that_came_before_it() -> None:
    asked = order(SCHOOL)
    assert asked.case
    deadline = date(2026, 11, 5)
    mend = replace(order(MEND), number="云政〔2026〕8号", issued_on=date(2026, 10, 30), deadline=deadline)
    first = next(notice for notice in station()[0].context.dataset.notices if notice.number and notice.served_at)
    urged = replace(first, issued_on=date(2026, 10, 20), served_at=date(2026, 10, 20), deadline=date(2026, 10, 27))
    for served_at, told in ((deadline, True), (None, False)):  # one that was not served was not disregarded
        case = replace(asked.case, notices=[urged, replace(mend, served_at=served_at)])
        text = said(replace(asked, case=case))
        assert "1次书面通知" in text
        title = station()[0].context.policy.titles["order-to-mend"]
        assert (f"，并以《{title}》（云政〔2026〕8号）责令限期改正，期满仍未返校。" in text) is told
        assert "次劝返、1次书面通知仍未返校" in text or told


@pytest.mark.parametrize("counted_from", ["发出", "送达"])
@pytest.mark.parametrize(
    ("kind", "issuer", "joint"),
    [
        ("", "township", True), ("", "education_bureau", True), (MEND, "township", False), (MEND, "township", True),
        (MEND, "education_bureau", True), (SCHOOL, "township", False),
    ],
)  # fmt: skip
def test_a_notice_takes_one_sheet_and_the_one_that_comes_back(
    monkeypatch: pytest.MonkeyPatch, kind: str, issuer: str, joint: bool, counted_from: str
) -> None:
    first = next(notice for notice in station()[0].context.dataset.notices if notice.number and notice.served_at)
    about = order(kind) if kind else first
    assert about.case
    assert about.case.student
    assert about.case.school
    monkeypatch.setattr(about.case.school, "name", "青禾土家族苗族自治县云溪镇九年一贯制学校")
    monkeypatch.setattr(about.case.student, "name", "欧阳昇玥")
    urged = replace(first, issued_on=date(2026, 10, 20), served_at=date(2026, 10, 20), deadline=date(2026, 10, 27))
    mend = replace(order(MEND), number="云溪政责改〔2026〕108号", issued_on=date(2026, 10, 30))
    mend.deadline = mend.served_at = date(2026, 11, 5)
    case = replace(about.case, notices=[urged, mend] if kind == SCHOOL else [urged])
    other = "青禾土家族自治县教育体育局" if joint else None
    told = paper(replace(about, case=case, co_issuer=other, deadline=None), issuer, counted_from=counted_from)
    if kind:
        words = "责令限期改正，期满仍未返校。" if kind == SCHOOL else "、1次书面通知仍未返校。"
        assert words in "".join(run.text for run in told.runs())
    assert renderer("pdf").render((told,), copies=1, duplex=False, title="").pages == (2,)


@pytest.mark.parametrize(
    ("mode", "told"), [(None, True), ("直接送达", True), ("委托送达", True), ("邮寄送达", False), ("电子送达", False)]
)
def test_a_receipt_asks_for_several_servers_only_where_people_bring_the_notice(
    notice: Notice, mode: str | None, told: bool
) -> None:
    text = said(replace(notice, served_mode=mode), form="service-receipt")
    assert ("（须两人以上）" in text) is told
    assert "送达人签名" in text


# what follows a notice that was not heeded


def after(
    form: str,
    monkeypatch: pytest.MonkeyPatch,
    title: str = "返校通知书",
    joint: str | None = None,
    issuer: str = "township",
    orders: Sequence[Notice] = (),
) -> str:
    """A paper about a case whose return notice was not heeded, under another title of it, by another body, or jointly
    with one; then orders were given."""
    at, definition = station()[0], CATALOGUE.definitions[form]
    urged = next(notice for notice in at.context.dataset.notices if notice.number and notice.served_at)
    case = urged.case
    assert case
    served = date(2026, 11, 1)
    lapsed = replace(urged, issued_on=served, served_at=served, deadline=date(2026, 11, 8), co_issuer=joint)
    monkeypatch.setattr(case, "notices", [lapsed, *orders])
    monkeypatch.setattr(case, "returned_on", None)
    monkeypatch.setattr(case, "closed_on", None)
    rules = at.context.policy.return_notice.model_copy(update={"issuer": issuer})
    titles = {**at.context.policy.titles, "return-notice": title}
    policy = at.context.policy.model_copy(update={"titles": titles, "return_notice": rules})
    house = house_styles(templates_dirs()[-1] / "_house" / "styles.yaml")[definition.style]
    found = Resolver(definition, CATALOGUE.fragments, replace(at.context, policy=policy)).resolve(case)
    return "".join(run.text for run in lower(found, house, landscape=False, label="").runs())


def test_a_report_calls_the_notice_what_the_place_does(monkeypatch: pytest.MonkeyPatch) -> None:
    text = after("overdue-report", monkeypatch, "返学通知书")
    assert "《返学通知书》载明的期限已经届满" in text
    assert "返校通知书" not in text


def test_who_issued_the_notice_is_told_that_it_was_not_heeded(monkeypatch: pytest.MonkeyPatch) -> None:
    context = station()[0].context
    county, township = context.dataset.counties[0], context.dataset.townships[0]
    assert f"{township.government}、{county.bureau}：" in after(
        "overdue-report", monkeypatch, issuer="education_bureau"
    )
    assert f"{township.government}：" in after("overdue-report", monkeypatch)


def test_a_report_that_comes_late_does_not_ask_for_an_order_that_was_given(monkeypatch: pytest.MonkeyPatch) -> None:
    asking = "依照《中华人民共和国义务教育法》第五十八条处理"
    assert asking in after("overdue-report", monkeypatch)
    mend = replace(order(MEND), number="云政责改〔2026〕9号", issued_on=date(2026, 11, 12))
    text = after("overdue-report", monkeypatch, orders=[mend])
    assert "期满后已责令监护人送该生入学（云政责改〔2026〕9号，2026年11月12日发出）。" in text
    assert asking not in text
    assert "提请继续督促监护人" in text


def test_what_follows_a_joint_notice_names_both_bodies(monkeypatch: pytest.MonkeyPatch) -> None:
    context = station()[0].context
    township, bureau = context.dataset.townships[0].government, context.dataset.counties[0].bureau
    assert f"{township}、{bureau}：" in after("overdue-report", monkeypatch, joint=bureau)
    assert f"谈话机关{township}、{bureau}谈话时间" in after("criticism-record", monkeypatch, joint=bureau)
    alone = after("overdue-report", monkeypatch) + after("criticism-record", monkeypatch)
    assert f"、{bureau}" not in alone
