"""Rules that cannot hold together are refused at the line that was changed, and those that can are let pass."""

from __future__ import annotations

from pathlib import Path

import pytest

from generator.errors import DataError, TemplateError
from generator.policy.coherence import BY, ORDER
from generator.policy.load import Composed, compose, load_policy, presets
from generator.policy.override import Override
from generator.policy.parts import Rhythms
from tests.policy.test_override import given


def preset(folder: Path, text: str) -> Composed:
    (folder / "policies").mkdir()
    (folder / "policies" / "x.yaml").write_text(f"based_on: national\n{text}\n", encoding="utf-8")
    return compose("x", folder)


def step(roles: str = "class_teacher", papers: str = "HV-01", within: int = 0) -> str:
    acting = f"roles: [{roles}], papers: [{papers}], within: {within}"
    return f"ladder:\n  - {{days: 1, unit: 上课日, {acting}, who: 谁, action: 做}}"


NEXT = "\n  - {days: 2, unit: 上课日, roles: [school, township], papers: [LA-08], who: 谁, action: 做}"


@pytest.mark.parametrize(
    ("text", "line", "what"),
    [
        # what comes first must not end last
        ("rhythms: {rectify_list: 收到督导意见后31日内}", 2, "后31日内”晚于整改期限“收到督导意见后30日内”"),
        ("rhythms: {rectify: 收到督导意见后5日内}", 2, "整改清单要在整改之前列出"),
        ("rhythms: {rectify_list: 收到督导意见后5周内}", 2, "整改清单时限“收到督导意见后5周内”晚于整改期限"),
        ("rhythms: {rectify_list: 收到督导意见后31个工作日内}", 2, "后31个工作日内”晚于整改期限"),
        ("rhythms: {case_file: 确认辍学后2个月内}", 2, "先建案才能劝返"),
        ("rhythms: {persuasion: 确认辍学后2日内}", 2, "建案时限“确认辍学后3日内”晚于劝返时限“确认辍学后2日内”"),
        ("rhythms: {dropout_list: 确认辍学后31日内}", 2, "先有名单才能劝返"),
        ("rhythms: {assign: 确认辍学后40日内}", 2, "先有责任人才能劝返"),
        ("rhythms: {overdue_report: 返校期限届满后8日内}", 2, "先收到报告才能责令"),
        ("rhythms: {publicity_plan: 每年3月1日前}", 2, "先有方案才能宣传"),
        # what nobody can foresee is not due ahead, and a notice of something comes before it
        ("rhythms: {return_report: 学生返校前3日}", 2, "复学报告时限是“学生返校前3日”，学生返校之前却不知道会有这件事"),
        ("rhythms: {inspection_notice: 督导后2日内}", 2, "督导通知不能在督导之后"),
        ("rhythms: {deferral: 开学后1个月内}", 2, "延缓申请不能在开学之后"),
        # the ladder
        (step("class_teacher", "NT-03"), 3, "“1个上课日”要做 NT-03，责任角色却只有班主任"),
        (step("township", "DR-01"), 3, "要做 DR-01，责任角色却只有乡镇人民政府"),
        (step("township", "L-02"), 3, "要做 L-02，责任角色却只有乡镇人民政府"),
        (step("principal", "LA-06"), 3, "要做 LA-06，责任角色却只有校长"),
        (step(within=2) + NEXT, 3, "“1个上课日”的办理期限晚于后一步“2个上课日”的"),
        # points
        ("assessment: {criticism_points: 91}", 2, "批评分数线 91% 高于表扬分数线 90%"),
        ("assessment: {praise_points: 59}", 2, "一个单位会既受表扬又受批评"),
        # by whom a guardian may be urged in writing
        ("return_notice: {issuer: school}", 2, "学校不能发出返校通知书，也不能责令"),
        ("return_notice: {issuer: village}", 2, "村（居）民委员会不能发出返校通知书"),
        ("return_notice: {issuer: supervision}", 2, "能发出的是乡镇人民政府、县级教育行政部门"),
    ],
)  # fmt: skip
def test_what_cannot_hold_together_is_refused_at_its_line(tmp_path: Path, text: str, line: int, what: str) -> None:
    with pytest.raises(TemplateError) as caught:
        preset(tmp_path, text)
    told = next(problem for problem in caught.value.problems if what in str(problem))
    assert (told.place.file, told.place.line) == ("x.yaml", line)


@pytest.mark.parametrize(
    "text",
    [
        "rhythms: {rectify_list: 收到督导意见后30日内}",  # on the same day
        "rhythms: {rectify_list: 收到督导意见后4周内}",
        "rhythms: {rectify_list: 收到督导意见后20个工作日内}",  # which may be less than thirty days, or not
        "rhythms: {rectify: 收到督导意见后10个工作日内}",
        "rhythms: {case_file: 每月5日前}",  # not of a kind with the other
        "rhythms: {assign: 名册核定后60日内}",  # counted from something else
        "rhythms: {opening_check: 每学期开学后40日内}",  # later than the returns of the term, which may tell of less
        "rhythms: {inspection_notice: 督导当日}",
        "rhythms: {deferral: 每年6月30日前}",
        "return_notice: {issuer: education_bureau}",
        "assessment: {criticism_points: 90}",  # below the one, or not: nobody is both
        "assessment: {praise_points: 0}",  # nobody is praised for points
        step("class_teacher, township", "NT-03"),
        step("", "NT-03"),  # nobody is named
        step("village", "LA-08"),
        step(within=1) + NEXT,
    ],
)
def test_what_is_merely_unusual_passes(tmp_path: Path, text: str) -> None:
    assert preset(tmp_path, text).policy


def test_a_contradiction_is_told_at_the_cell_that_brought_it_about() -> None:
    cells: list[Override] = given(("整改清单时限", "收到督导意见后31日内"))
    with pytest.raises(DataError, match="整改清单要在整改之前列出") as caught:
        compose("national", None, cells)
    assert "B2" in str(caught.value.problems[0])


def test_a_school_as_issuer_of_return_notices_is_told_at_its_cell() -> None:
    with pytest.raises(DataError, match="学校不能发出返校通知书") as caught:
        compose("national", None, given(("返校通知书发出机关", "学校")))
    assert "B2" in str(caught.value.problems[0])


@pytest.mark.parametrize("name", presets())
def test_every_preset_holds_together(name: str) -> None:
    assert load_policy(name)


def test_rhythms_and_papers_that_are_compared_exist() -> None:
    assert {name for first, second, _ in ORDER for name in (first, second)} <= set(Rhythms.model_fields)
    assert all(BY.values())
