"""What a return notice says, and what it never says."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import date

import pytest

from generator.dataset.models import MODELS, Case, Guardian, Notice, Student, Visit, columns
from generator.forms.catalogue import discover
from generator.forms.definition import Definition, Grid, GridRow
from generator.forms.lower import house_styles, lower
from generator.forms.resolve import Resolved, Resolver
from generator.resources import templates_dirs
from tests.papers.specimens import station

CATALOGUE = discover()
FAMILY = {
    name
    for model in (*MODELS, Guardian)
    for name, column in columns(model).items()
    if column.sensitive in ("family", "health")
}
LEAVING = [
    definition
    for definition in CATALOGUE.definitions.values()
    if definition.audience in ("guardian", "village", "public") or definition.covers[0].startswith("NT-")
]


def resolved(notice: Notice, form: str = "return-notice", issuer: str = "township") -> Resolved:
    """A paper about a notice, under the sample's policy with another issuer."""
    context = station()[0].context
    policy = context.policy
    rules = policy.return_notice.model_copy(update={"issuer": issuer})
    context = replace(context, policy=policy.model_copy(update={"return_notice": rules}))
    return Resolver(CATALOGUE.definitions[form], CATALOGUE.fragments, context).resolve(notice)


def said(notice: Notice, issuer: str = "township") -> str:
    """The return notice as text."""
    style = CATALOGUE.definitions["return-notice"].style
    house = house_styles(templates_dirs()[-1] / "_house" / "styles.yaml")[style]
    paper = lower(resolved(notice, issuer=issuer), house, landscape=False, label="")
    return "".join(run.text for run in paper.runs())


@pytest.fixture
def notice() -> Notice:
    """A notice of the sample that has been issued."""
    return next(notice for notice in station()[0].context.dataset.notices if notice.number and notice.issued_on)


def source(definition: Definition) -> str:
    """The wording of a definition with that of its fragments."""
    text = definition.model_dump_json()
    fragments = [CATALOGUE.fragments[name] for name in re.findall(r'"include":"(.*?)"', text)]
    return text + "".join(fragment.model_dump_json() for fragment in fragments)


@pytest.mark.parametrize("definition", LEAVING, ids=lambda definition: definition.id)
def test_what_leaves_the_schools_and_offices_tells_neither_reason_nor_family(definition: Definition) -> None:
    named = set(re.findall(r"\.([a-z_]+)", source(definition)))
    assert not named & FAMILY


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
    assert f"本人已收到{notice.number}《{title}》" in said(notice)


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
