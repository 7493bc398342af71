"""Papers of assessment under the rules of other places: points, vetoes, and no money without a legal basis."""

from __future__ import annotations

from dataclasses import replace

import pytest

from generator.dataset.models import Class, Student
from generator.forms.plan import Entry
from generator.policy.load import compose
from generator.policy.model import Policy
from generator.policy.parts import Sanction
from tests.papers.specimens import station

LAWFUL = {"body": "education_bureau", "basis": "《某省义务教育条例》", "article": "第四十条"}
RULES = [
    {"what": "甲类奖励", "kind": "奖励", "yuan": 4321, **LAWFUL},
    {"what": "乙类奖励", "kind": "奖励", "yuan": 5432},
    {"what": "丙类罚款", "kind": "罚款", "yuan": 6543, **LAWFUL, "article": ""},
    {"what": "丁类罚款", "kind": "罚款", "yuan": 7654, **LAWFUL, "basis": ""},
    {"what": "戊类处分", "kind": "处分", "yuan": 8765, "basis": LAWFUL["basis"], "article": LAWFUL["article"]},
]
FORMS = ("class-assessment", "assessment-scores", "rewards-register", "progress-assessment", "teacher-contract")


def printed(form: str, policy: Policy, record: int = 0, term: str = "第一学期") -> str:
    """What a form of the sample says under a policy, in a term."""
    at, _ = station()
    dataset = replace(at.context.dataset, settings=replace(at.context.dataset.settings, term=term))
    under = replace(at, context=replace(at.context, policy=policy, dataset=dataset), foundries={})
    paper, _ = under.paper(form, Entry(record, "t"))
    return "".join("".join(run.text for run in paper.runs()).split())


def losing() -> int:
    """Which class of the sample lost a child of twenty."""
    at, _ = station()
    classes: list[Class] = at.context.dataset.classes
    return next(
        index for index, class_ in enumerate(classes) if class_.name == "六年级（1）班" and class_.baseline == 20
    )


@pytest.mark.parametrize("form", FORMS)
def test_a_paper_prints_no_amount_that_is_not_lawful(form: str) -> None:
    policy = compose("national").policy.model_copy(
        update={"sanctions": [Sanction.model_validate(rule) for rule in RULES]}
    )
    text = printed(form, policy, term="第二学期")
    assert [rule["what"] for rule in RULES[1:] if str(rule["what"]) in text or str(rule["yuan"]) in text] == []
    assert ("4321" in text) is (form == "rewards-register")


def test_a_lawful_sanction_is_printed_with_who_decides_on_what_ground() -> None:
    policy = compose("national").policy.model_copy(update={"sanctions": [Sanction.model_validate(RULES[0])]})
    said = "奖励：甲类奖励（4321元），由县级教育行政部门依照《某省义务教育条例》第四十条决定。"
    assert said in printed("rewards-register", policy)


@pytest.mark.parametrize("preset", ["seed-s0.1", "seed-s0.2", "seed-s0.4", "seed-s3.3", "seed-s3.4"])
@pytest.mark.parametrize("form", FORMS)
def test_no_paper_prints_what_a_public_plan_writes_of_money(preset: str, form: str) -> None:
    policy = compose(preset).policy
    text = printed(form, policy, term="第二学期")
    assert policy.sanctions
    assert [one.what for one in policy.sanctions if one.what in text] == []
    assert "元）" not in text


@pytest.mark.parametrize(
    ("preset", "ticked", "said"),
    [
        (
            "national",
            "是否一票否决□是□否",
            "班级辍学率5%，超过一票否决阈值4%",
        ),  # people find whose fault it was
        ("seed-s3.4", "是否一票否决√是□否", "－10"),
        ("seed-s3.3", "是否一票否决√是□否", "辍学未复学1人，达到一票否决人数1人"),
        ("seed-s0.2", "是否一票否决√是□否", "班级辍学率5%，未达到目标"),
    ],
)
def test_a_class_that_lost_a_child_is_told_by_the_rules_of_its_place(preset: str, ticked: str, said: str) -> None:
    text = printed("class-assessment", compose(preset).policy, losing())
    assert "是否达标□是√否" in text
    assert ticked in text
    assert said in text


def test_points_stand_in_the_scores_and_in_the_register_once_the_year_ends() -> None:
    policy = compose("seed-s3.4").policy
    scores = printed("assessment-scores", policy)
    assert "已列入完成或者未完成控辍目标的10分" in scores
    assert "－10" not in printed("rewards-register", policy)
    register = printed("rewards-register", policy, term="第二学期")
    assert "班级辍学率0%，达到目标" in register
    assert "－10" in register
    assert "＋10" in register


def test_a_number_that_is_not_known_is_left_to_the_pen_and_the_others_are_printed(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    at, _ = station()
    children: list[Student] = at.context.dataset.classes[losing()].roll
    monkeypatch.setattr(children[0], "status", "休学")  # since when is not said
    text = printed("class-assessment", compose("national").policy, losing())
    assert "休学人数复学人数0" in text
    assert "辍学人数1辍学率5%" in text
