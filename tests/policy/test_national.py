"""The built-in presets: complete, coherent, and nobody is given a power the law does not give."""

from __future__ import annotations

from collections import Counter
from typing import get_args

import pytest

from generator.dataset.models import Staff, columns
from generator.forms.catalogue import check, discover
from generator.policy.load import load_policy, presets
from generator.policy.model import Policy
from generator.policy.roles import Body


@pytest.fixture(scope="module", params=presets())
def policy(request: pytest.FixtureRequest) -> Policy:
    return load_policy(request.param)


@pytest.fixture(scope="module")
def national() -> Policy:
    return load_policy("national")


def test_every_paper_has_a_title_and_a_number_of_copies(policy: Policy) -> None:
    papers = set(discover().definitions)
    assert papers <= set(policy.titles)
    assert papers <= set(policy.copies)
    assert min(policy.copies.values()) >= 1


def test_every_paper_is_lawful_under_the_preset(policy: Policy) -> None:
    assert [str(problem) for problem in check(discover(), policy)] == []


def test_every_body_has_a_name(policy: Policy) -> None:
    assert set(policy.bodies) == set(get_args(Body))


# --- numbers agree with each other ----------------------------------------------------------------------


def test_a_quota_says_the_number_it_counts_by(policy: Policy) -> None:
    for quota in policy.visits:
        assert quota.times is None or f"不少于{quota.times}人次" in quota.label


def test_quotas_name_posts_that_staff_can_hold(national: Policy) -> None:
    posts = [post for quota in national.visits for post in quota.posts]
    assert set(posts) <= set(columns(Staff)["post"].choices)
    assert max(Counter(posts).values()) == 1
    assert {"校长", "班主任", "任课教师"} <= set(posts)


def test_a_school_is_held_to_no_less_than_its_classes(policy: Policy) -> None:
    for stage in (policy.targets.primary, policy.targets.junior):
        assert stage.dropout <= stage.class_loss <= policy.assessment.class_veto
        assert stage.retention <= 100 - stage.dropout


def test_no_group_has_a_lower_enrolment_target_than_all_children_together(national: Policy) -> None:
    least = min(national.targets.primary.enrolment, national.targets.junior.enrolment)
    assert national.targets.disabled_enrolment >= least
    assert national.targets.migrant_enrolment >= least


def test_the_ladder_ends_where_the_return_notice_begins(national: Policy) -> None:
    assert national.ladder[-1].days == national.return_notice.after_days
    for wording in (national.ladder[-1].label, national.rhythms.dropout_report):
        assert f"满{national.return_notice.after_days}日" in wording


def test_every_step_of_the_ladder_says_who_must_act_and_with_which_paper(policy: Policy) -> None:
    assert [step.label for step in policy.ladder if not (step.roles and step.papers)] == []


# --- law ------------------------------------------------------------------------------------------------


def bodies_that_may(policy: Policy, act: str) -> set[tuple[str, str]]:
    return {(body, article.name) for article in policy.law for body, acts in article.grounds.items() if act in acts}


def test_only_these_may_order_anybody(policy: Policy) -> None:
    assert bodies_that_may(policy, "order") == {
        ("township", "义务教育法 58"),
        ("education_bureau", "义务教育法 58"),
        ("education_bureau", "未成年人保护法 83"),
        ("supervision", "教育督导条例 21"),
    }


def test_the_order_of_the_education_authority_is_cited_by_nobody_else(policy: Policy) -> None:
    assert [a.name for a in policy.law if a.cited_by != "all"] == ["未成年人保护法 83"]
    assert next(a.cited_by for a in policy.law if a.name == "未成年人保护法 83") == ["education_bureau"]


def test_the_issuer_of_return_notices_may_urge_enrolment(policy: Policy) -> None:
    assert (policy.return_notice.issuer, "义务教育法 13") in bodies_that_may(policy, "remind")


LADDER = {
    # who may do what on the ground of the articles by which a child is brought back, step by step, and nobody else
    "义务教育法 13": {"township": ["remind", "plan"], "education_bureau": ["remind", "plan"], "village": ["remind"]},
    "义务教育法 58": {"township": ["order", "record"], "education_bureau": ["order", "record"]},
    "未成年人保护法 28": {"school": ["record", "remind", "report"]},
    "未成年人保护法 83": {"education_bureau": ["order"]},
    "未成年人保护法 118": {"village": ["remind", "report"]},
    "家庭教育促进法 48": {"school": ["remind", "record"], "village": ["remind", "record"]},
}


@pytest.mark.parametrize("name", LADDER)
def test_each_step_towards_a_child_s_return_is_for_those_whom_the_law_names(policy: Policy, name: str) -> None:
    assert next(article.grounds for article in policy.law if article.name == name) == LADDER[name]


def test_a_supervision_ends_with_what_was_put_right_being_checked_and_a_public_report(policy: Policy) -> None:
    grounds = {article.name: article.grounds for article in policy.law}
    assert grounds["教育督导条例 22"]["supervision"] == ["inspect"]
    assert grounds["教育督导条例 23"] == {"supervision": ["report"]}
    assert grounds["教育督导条例 24"] == {}  # whoever rewards or punishes must heed the report; it empowers nobody


def test_an_article_stands_once_and_its_law_has_a_full_name(policy: Policy) -> None:
    assert max(Counter(article.name for article in policy.law).values()) == 1
    assert {article.law for article in policy.law} <= set(policy.laws)


def test_nobody_is_fined(policy: Policy) -> None:
    assessment = policy.assessment
    for sentence in (*assessment.veto, *assessment.rewards, *assessment.penalties):
        assert not any(word in sentence for word in ("罚款", "扣发", "扣除", "押金", "奖金"))


# --- inspection -----------------------------------------------------------------------------------------


def test_county_items_make_a_hundred_points(policy: Policy) -> None:
    assert policy.inspections.total == 100
    assert all(item.points > 0 for item in policy.inspections.county_items)


def test_every_item_has_its_own_id_and_every_dimension_has_items(policy: Policy) -> None:
    inspections = policy.inspections
    for items in (inspections.county_items, inspections.school_items):
        assert max(Counter(item.id for item in items).values()) == 1
        assert max(Counter(item.item for item in items).values()) == 1
        assert [*dict.fromkeys(item.dimension for item in items)] == inspections.dimensions


def test_every_item_says_what_is_looked_at_and_how(policy: Policy) -> None:
    inspections = policy.inspections
    for item in inspections.county_items:
        assert set(item.method.split("、")) <= set(inspections.methods)
    assert all(item.standard and item.evidence for item in (*inspections.county_items, *inspections.school_items))


def test_forbidden_conduct_is_asked_about_on_the_spot(policy: Policy) -> None:
    forbidden = ("拒收", "劝退", "体罚", "回家反省", "排名", "违规收费")
    for word in forbidden:
        items = [item for item in policy.inspections.county_items if word in item.standard]
        assert items
        assert all("访" in item.method for item in items)


EVIDENCE = (
    *("领导小组名单", "工作方案", "责任书", "台账", "家访记录表", "辍学报告单", "返校通知书", "送达回证"),
    *("学籍系统", "送教上门记录", "资助发放名册"),
)


@pytest.mark.parametrize("paper", EVIDENCE)
def test_inspectors_ask_for_every_kind_of_evidence(policy: Policy, paper: str) -> None:
    assert any(paper in item.evidence for item in policy.inspections.county_items)
