"""Contracts say what the policy demands, and visit forms ask by hand what they print."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import Any

import pytest

from generator.dataset.models import Record
from generator.forms import resolve
from generator.forms.catalogue import discover
from generator.forms.context import Context
from generator.forms.resolve import Resolved, Resolver, plain
from generator.policy.model import VisitQuota
from tests.papers.specimens import station

CATALOGUE = discover()
CONTRACTS = ("guardian-contract", "compulsory-contract", "teacher-contract")


def context(**changes: Any) -> Context:
    """The sample under a policy with other contract rules, or with other parts altogether."""
    sample = station()[0].context
    policy = sample.policy
    rules = {name: changes.pop(name) for name in list(changes) if name in type(policy.contract).model_fields}
    changes["contract"] = policy.contract.model_copy(update=rules)
    return replace(sample, policy=policy.model_copy(update=changes))


def paper(form: str, given: Context, record: Record | None = None) -> Resolved:
    """The paper about ``record``, or about the first one of the sample."""
    definition = CATALOGUE.definitions[form]
    return Resolver(definition, CATALOGUE.fragments, given).resolve(record or given.records(definition.per)[0])


def said(found: Any) -> str:
    """Everything printed in a resolved paper, or in a part of it."""
    if isinstance(found, resolve.Piece):
        return found.text
    parts = found if isinstance(found, tuple) else getattr(found, "__slots__", ())
    return "".join(said(part if isinstance(found, tuple) else getattr(found, part)) for part in parts)


def asked(form: str) -> list[tuple[str, ...]]:
    """The labels of a form and the options it offers, in order."""
    grid = next(block for block in paper(form, context()).blocks if isinstance(block, resolve.Form))
    cells = [cell for row in grid.rows for cell in row.cells if cell.label or cell.printed]
    return [tuple(re.sub("[□√　]", "", plain(words)) for words in (cell.options or cell.paras)) for cell in cells]


def test_a_student_who_does_not_sign_promises_nothing() -> None:
    signing, not_signing = (said(paper("guardian-contract", context(student_signs=signs))) for signs in (True, False))
    assert "四、学生承诺" in signing
    assert "学生签字" in signing
    assert "学生承诺" not in not_signing
    assert "学生签字" not in not_signing
    assert "四、请假约定" in not_signing
    assert "乙方（监护人）签字" in not_signing


@pytest.mark.parametrize("form", CONTRACTS)
def test_a_contract_ends_with_the_period_it_is_signed_for(form: str) -> None:
    settings = context().dataset.settings
    year, term = (said(paper(form, context(period=period))) for period in ("学年", "学期"))
    assert f"（{settings.year}）" in year
    assert f"至{settings.year}结束时止" in year
    assert f"{settings.term}" not in year
    assert f"（{settings.year}{settings.term}）" in term
    assert f"至{settings.year}{settings.term}结束" in term


def test_leave_by_telephone_is_confirmed_within_the_days_of_the_policy() -> None:
    assert "返校后3个上课日以内" in said(paper("guardian-contract", context(leave_within_days=3)))


def test_a_class_teacher_owes_the_visits_of_the_policy() -> None:
    quota = VisitQuota(posts=["班主任"], times=27, label="每学期家访不少于27人次")
    text = said(paper("teacher-contract", context(visits=[quota])))
    assert "乙方每学期家访不少于27人次，核定为27人次" in text


def test_a_class_teacher_who_owes_no_visits_signs_for_none() -> None:
    quota = VisitQuota(posts=["校长"], times=40, label="每学期家访不少于40人次")
    text = said(paper("teacher-contract", context(visits=[quota])))
    assert "家访定额" not in text
    assert "四、报告时限" in text


def test_a_class_is_held_to_the_targets_of_its_stage() -> None:
    given = context()
    for class_ in given.dataset.classes:
        targets = given.policy.targets.junior if class_.stage == "初中" else given.policy.targets.primary
        text = said(paper("teacher-contract", given, class_))
        assert class_.school
        whole = "本学段" if class_.school.kind == "九年一贯制学校" else "全校"  # a school of both has two targets
        assert f"本班不超过{targets.class_loss:g}%，力争无一人辍学；{whole}不超过{targets.dropout:g}%" in text
        assert f"在校生巩固率目标：不低于{targets.retention:g}%" in text


@pytest.mark.parametrize("form", CONTRACTS)
def test_a_contract_takes_no_money_and_threatens_none(form: str) -> None:
    text = said(paper(form, context())).replace("不收任何费用、押金", "")
    assert not re.findall("(?<!体)罚|押金|保证金|违约金|赔偿", text)


@pytest.mark.parametrize(
    ("purpose", "cited"),
    [("劝返", True), ("无故缺勤", True), ("厌学", False), ("重点对象", False), ("定期家访", False), ("其他", False)],
)
def test_a_family_visited_as_a_matter_of_course_reads_of_no_law_on_truants(purpose: str, cited: bool) -> None:
    given = context()
    visit = replace(given.records("visit")[0], purpose=purpose)
    assert ("预防未成年人犯罪法" in said(paper("visit-record", given, visit))) == cited
    assert "预防未成年人犯罪法" not in said(paper("visit-blank", given))


def test_the_blank_visit_form_asks_what_the_record_shows() -> None:
    assert asked("visit-blank") == asked("visit-record")
    assert ("监护人姓名",) in asked("visit-blank")
