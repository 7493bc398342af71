"""A unit's own assessment: which items, which figures of which records, which papers; and what proves wrong before."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from generator.dataset.models import School
from generator.errors import Problem, TemplateError
from generator.forms.catalogue import Catalogue, check, discover
from generator.forms.context import Context
from generator.forms.selfassess import Answer, Evidence, assess, wrong_items
from generator.policy.load import compose, presets
from generator.policy.model import Item, Policy
from generator.resources import templates_dirs
from tests.small import HOSTILE, Project, Sheets, catalogue, composed_national, definition, known, national, nothing

HEAD = {"id": "X1", "dimension": "日常监控", "item": "某项", "standard": "某标准", "points": 4}
VISITS = {"label": "家访", "have": "school.visits | length", "of": "school.enrolled"}


def item(*figures: dict[str, Any], **changes: Any) -> Item:
    return Item.model_validate(HEAD | {"figures": list(figures)} | changes)


def answered(context: Context, *items: Item, dossier: Any = None, papers: Catalogue | None = None) -> list[Answer]:
    return assess(context, context.dataset.schools[0], {} if dossier is None else dossier, papers, items)


def only(context: Context, *figures: dict[str, Any], **changes: Any) -> Answer:
    (found,) = answered(context, item(*figures, **changes))
    return found


def of_township(context: Context, one: Item) -> Answer:
    (found,) = assess(context, context.dataset.townships[0], {}, items=[one])
    return found


def with_cases(sheets: Sheets) -> None:
    """Keep the sheet of cases, with none in it."""
    sheets["辍学个案"] = []


def second_school(sheets: Sheets) -> None:
    sheets["学校"].append(sheets["学校"][0] | {"学校标识码": "3153000002", "学校名称": "山上小学", "学校简称": "山小"})
    for name in ("教职工", "班级", "学生", "家访"):
        for row in sheets[name]:
            row["学校"] = "清溪小学"
    sheets["教职工"].append({"学校": "山小", "工号": "T1", "姓名": "关校长", "岗位": "校长"})
    sheets["班级"].append({"学校": "山小", "年级": "一年级", "班号": "1", "学年初人数": "1"})
    pupil = {"学校": "山小", "班级": "一年级（1）班", "姓名": "喆堃", "性别": "男", "全国学籍号": "G3"}
    sheets["学生"].append(pupil)


# --- figures ------------------------------------------------------------------------------------------


def test_a_figure_counts_the_school(tmp_path: Path) -> None:
    assert only(known(tmp_path), VISITS).said == "达到（家访 2/2）"


def test_over_schools_the_figure_of_a_township_is_their_sum(tmp_path: Path) -> None:
    context = known(tmp_path, second_school)
    assert of_township(context, item(VISITS)).figure == "家访 2/3"


def test_a_figure_over_the_township_is_the_townships_alone(tmp_path: Path) -> None:
    context = known(tmp_path)
    own = {"label": "学校", "have": "township.schools | length", "of": "1"}
    assert of_township(context, item(own)).figure == "学校 1/1"
    assert only(context, own).said == "待现场核"


def test_an_item_that_is_not_the_units_duty_is_left_out(tmp_path: Path) -> None:
    context = known(tmp_path)
    assert answered(context, item(VISITS, whose=["township"])) == []
    assert of_township(context, item(VISITS, whose=["township"])).figure == "家访 2/2"


def test_forbidden_conduct_is_for_checking_on_site_whatever_figures_an_item_has(tmp_path: Path) -> None:
    context = known(tmp_path)
    assert only(context, VISITS, on_site=True).said == "待现场核"
    conduct = [one for one in answered(context, *context.policy.inspections.county_items) if one.item.id[0] == "D"]
    assert len(conduct) == 7
    assert {(one.said, one.points) for one in conduct} == {("待现场核", None)}


def test_a_preset_cannot_put_figures_on_forbidden_conduct(project: Project) -> None:
    said = {**HEAD, "dimension": "教育行为", "figures": [VISITS]}
    with pytest.raises(TemplateError, match="只能现场核查"):
        preset(project, said)


def test_what_a_figure_lacks_leaves_the_item_to_be_checked_and_names_no_child(tmp_path: Path) -> None:
    def spoil(sheets: Sheets) -> None:
        sheets["设置"][0]["学期结束日期"] = ""

    visits = {"label": "家访", "have": "progress(school).visits.done", "of": "progress(school).visits.owed"}
    found = only(known(tmp_path, spoil), visits)
    assert (found.said, found.points) == ("待现场核", None)
    assert found.remark == "数据待核：“学期结束日期”存疑（设置!D2）"


def test_a_figure_over_what_the_checks_put_in_doubt_is_not_guessed(tmp_path: Path) -> None:
    def spoil(sheets: Sheets) -> None:
        sheets["学生"][1]["班级"] = "三年级（9）班"

    found = only(known(tmp_path, spoil), {"label": "在籍", "have": "school.enrolled", "of": "2"})
    assert found.said == "待现场核"
    assert "存疑（学生!" in found.remark
    assert "木小春" not in found.remark


def test_a_rate_is_told_with_its_target_for_each_stage_that_is_taught(tmp_path: Path) -> None:
    context = known(tmp_path, with_cases)
    found = only(context, {"label": "辍学率", "rate": "dropout"})
    assert found.said == f"达到（小学辍学率 0%（不超过{context.policy.targets.primary.dropout:g}%））"


def test_a_rate_that_schools_have_not_is_no_figure_of_theirs(tmp_path: Path) -> None:
    assert only(known(tmp_path), {"label": "入学率", "rate": "enrolment"}).figure == ""


def test_duties_count_once_they_are_due_and_late_ones_only_where_lateness_is_no_matter(tmp_path: Path) -> None:
    def spoil(sheets: Sheets) -> None:
        with_cases(sheets)
        sheets["设置"][0]["开学日期"] = "2026-08-01"
        sheets["办理"] = [{"文书编号": "IN-04", "办理日期": "2026-09-02", "所属日期": "2026-08-31"}]
        sheets["办理"][0]["学校"] = "清溪小学"

    context = known(tmp_path, spoil)  # on 11 September that month's own check is not due yet
    duty = {"label": "自查", "duty": ["IN-04"]}
    assert only(context, duty).said == "达到（自查 1/1）"
    assert only(context, duty | {"in_time": True}).said == "未达到（自查 0/1）"


def test_what_townships_owe_is_no_figure_of_a_school(tmp_path: Path) -> None:
    assert only(known(tmp_path), {"label": "会议", "duty": ["WP-12b"]}).figure == ""


def test_a_number_that_is_none_is_the_presets_fault(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="不是整数"):
        only(known(tmp_path), {"label": "家访", "have": "policy.name or school", "of": "1"})


# --- papers -------------------------------------------------------------------------------------------


def test_a_paper_of_which_there_can_be_none_is_not_asked_for(tmp_path: Path) -> None:
    context = known(tmp_path, with_cases)
    papers = catalogue(tmp_path, definition(id="on-cases", per="case"), definition(id="on-pupils", title="学生文书"))
    asked = item(VISITS, papers=["on-cases", "on-pupils"])
    (found,) = answered(context, asked, papers=papers)
    assert found.remark == "缺：学生文书"
    (found,) = answered(context, asked, papers=papers, dossier={"on-pupils": [Evidence(3, "学生文书", True)]})
    assert (found.state, found.pages) == ("达到", "第3页")


def test_where_there_is_no_telling_whether_there_can_be_one_a_paper_is_asked_for(tmp_path: Path) -> None:
    papers = catalogue(tmp_path, definition(per="case"))  # there is no sheet of cases
    assert answered(known(tmp_path), item(VISITS, papers=["tiny"]), papers=papers)[0].remark == "缺：小文书"


def test_a_paper_is_asked_for_only_where_its_condition_holds(tmp_path: Path) -> None:
    context = known(tmp_path)
    papers = catalogue(tmp_path, definition(when="student.watched"))
    assert answered(context, item(VISITS, papers=["tiny"]), papers=papers)[0].state == "达到"


def test_a_paper_of_the_township_is_not_asked_of_a_school(tmp_path: Path) -> None:
    context = known(tmp_path)
    papers = catalogue(tmp_path, definition(per="township", filename="x"))
    assert answered(context, item(VISITS, papers=["tiny"]), papers=papers)[0].state == "达到"
    (found,) = assess(context, context.dataset.townships[0], {}, papers, [item(VISITS, papers=["tiny"])])
    assert found.remark == "缺：小文书"


def test_papers_of_one_title_are_told_apart_by_their_rows(tmp_path: Path) -> None:
    papers = catalogue(tmp_path, definition(id="one", covers=["RC-08"]), definition(id="two", covers=["RC-10"]))
    (found,) = answered(known(tmp_path), item(VISITS, papers=["one", "two"]), papers=papers)
    assert found.remark == "缺：RC-08 小文书、RC-10 小文书"


def test_hostile_names_pass_through(tmp_path: Path) -> None:
    def spoil(sheets: Sheets) -> None:
        sheets["学生"][0]["姓名"] = HOSTILE
        for row in sheets["家访"]:
            row["学生"] = "G1"

    context = known(tmp_path, spoil)
    found = answered(context, item(VISITS | {"label": HOSTILE}, papers=["tiny"]), dossier={"tiny": []})
    assert found[0].figure == f"{HOSTILE} 2/2"


@pytest.mark.parametrize("preset_", presets())
def test_every_preset_answers_all_its_items(tmp_path: Path, preset_: str) -> None:
    context = known(tmp_path, nothing, compose(preset_).policy)
    asked = [one for one in context.policy.inspections.county_items if "school" in one.whose]
    assert [one.item for one in answered(context, *context.policy.inspections.county_items)] == asked


# --- what is proved before ----------------------------------------------------------------------------


def preset(project: Project, *items: Any, where: str = "county_items") -> list[str]:
    """Return what is wrong with the items of a preset of the user's."""
    folder = project.folder / "policies"
    folder.mkdir(exist_ok=True)
    lines = "".join(f"    - {one!r}\n" for one in items)
    text = f"based_on: national\nid: ours\nname: 本县\ninspections:\n  {where}:\n{lines}"
    (folder / "ours.yaml").write_text(text.replace("True", "true"), encoding="utf-8")
    under = compose("ours", project.folder)
    return [str(problem) for problem in check(Catalogue(), under.policy, under.provenance)]


def test_built_in_items_are_right_and_their_papers_are_there() -> None:
    under, built_in = composed_national(), {path.stem for path in templates_dirs(None)[0].rglob("*.yaml")}
    assert wrong_items(Catalogue(), under.policy, under.provenance) == []
    inspections = under.policy.inspections
    named = {form for one in (*inspections.county_items, *inspections.school_items) for form in one.papers}
    assert named <= built_in


@pytest.mark.parametrize("where", ["county_items", "school_items"])
@pytest.mark.parametrize(
    ("wrong", "told"),
    [
        ({"figures": [{**VISITS, "have": "school.vists | length"}]}, "“学校”没有“vists”，是不是“visits”"),
        ({"figures": [{**VISITS, "of": "school.vists | length"}]}, "“学校”没有“vists”，是不是“visits”"),
        ({"figures": [{**VISITS, "now": "progress(school).visit.now"}]}, "没有“visit”，是不是“visits”"),
        ({"figures": [{**VISITS, "of": "progres(school).visits.owed"}]}, "没有“progres()”这个函数，是不是“progress”"),
        ({"figures": [{**VISITS, "have": "village.name", "of": "1"}]}, "没有“village”这个名字"),
        ({"figures": [{**VISITS, "have": "school.name"}]}, "“school.name”不是数目"),
        ({"figures": [{**VISITS, "have": "school.visits"}]}, "“school.visits”不是数目"),
        ({"figures": [{**VISITS, "have": "self_answer(school, 1).points"}]}, "没有“self_answer()”这个函数"),
        ({"figures": [{"label": "自查", "duty": ["IN-4"]}]}, "没有“IN-4”这种待办，是不是“IN-04”"),
        ({"papers": ["visit-recrd"]}, "没有文书“visit-recrd”，是不是“visit-record”"),
    ],
)
def test_a_wrong_name_is_told_at_its_line_with_the_near_one(
    project: Project, wrong: dict[str, Any], told: str, where: str
) -> None:
    good = {**HEAD, "figures": [VISITS], "papers": ["visit-record"]}
    (problem,) = preset(project, good, {**HEAD, **wrong}, where=where)
    assert problem.startswith("错误 ours.yaml 第7行：")
    assert told in problem


def test_everything_wrong_is_told_at_once_before_anything_is_made(
    project: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("generator.policy.choice.compose", compose)
    wrong = preset(project, {**HEAD, "papers": ["nix"], "figures": [{**VISITS, "have": "school.a", "of": "school.b"}]})
    assert len(wrong) == 3
    project.data(lambda sheets: sheets["设置"][0].update({"政策": "ours"}))
    project.paper("- text: 正文")
    with pytest.raises(TemplateError) as caught:
        project.prepared()
    assert [str(problem) for problem in caught.value.problems] == wrong
    assert not project.out.exists()


@pytest.mark.parametrize(
    ("figure", "told"),
    [
        ({"label": "甲"}, "三种里的一种"),
        ({"label": "甲", "have": "1"}, "have 和 of 要一起写"),
        ({"label": "甲", "now": "1", "rate": "dropout"}, "have 和 of 要一起写"),
        ({**VISITS, "rate": "dropout"}, "三种里的一种"),
        ({"label": "甲", "rate": "dropuot"}, "“rate”不能是“dropuot”"),
        ({"label": "甲", "rate": "dropout", "havs": "1"}, "不认识的键“havs”，是不是“have”"),
    ],
)
def test_a_figure_is_one_thing(project: Project, figure: dict[str, Any], told: str) -> None:
    with pytest.raises(TemplateError) as caught:
        preset(project, {**HEAD, "figures": [figure]})
    (problem,) = caught.value.problems
    assert problem.place.line == 6
    assert told in str(problem)


def test_items_are_proved_once_while_papers_and_policy_are_the_same(
    project: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    project.paper("- text: 正文", "proved-once")
    found, asked = discover(project.folder), []

    def prove(catalogue: Catalogue, *policy: Any) -> list[Problem]:
        asked.append(catalogue)
        return []

    monkeypatch.setattr("generator.forms.catalogue.wrong_items", prove)
    for _ in range(3):
        assert check(found, national()) == []
    assert asked == [found]


# --- in papers ----------------------------------------------------------------------------------------


def schools(context: Context) -> Sequence[School]:
    return context.dataset.schools


def test_papers_print_answers_and_totals(tmp_path: Path) -> None:
    from generator.forms.context import functions

    context = known(tmp_path)
    found = functions(context, ())
    (school,) = schools(context)
    whole = found["self_assessment"](school)
    assert [one.item for one in whole.answers] == [
        one for one in national().inspections.county_items if "school" in one.whose
    ]
    assert found["self_answer"](school, item(VISITS)).said == "达到（家访 2/2）"
    assert found["self_answer"](school, item(VISITS, whose=["township"])) is None


def test_a_policy_value_changes_what_is_owed(tmp_path: Path) -> None:
    visits = {"label": "家访", "have": "progress(school).visits.done", "of": "progress(school).visits.owed"}
    context = known(tmp_path)
    assert (
        only(context, visits).figure == "家访 2/41"
    )  # of the principal one of 40, of the class teacher one of one, though she made two
    fewer = [context.policy.visits[0].model_copy(update={"times": 1}), *context.policy.visits[1:]]
    less = Policy.model_copy(composed_national().policy, update={"visits": fewer})
    assert only(replace(context, policy=less), visits).figure == "家访 2/2"
