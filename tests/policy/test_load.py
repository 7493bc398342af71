"""Presets: where they are looked up, how one builds on another, and how mistakes in one are told."""

from __future__ import annotations

from pathlib import Path

import pytest

from generator.errors import TemplateError
from generator.policy.load import load_policy, presets


@pytest.fixture
def project(tmp_path: Path) -> Path:
    (tmp_path / "policies").mkdir()
    return tmp_path


def write(project: Path, name: str, text: str) -> None:
    (project / "policies" / f"{name}.yaml").write_text(text, encoding="utf-8")


def refused(preset: str, project: Path) -> list[str]:
    with pytest.raises(TemplateError) as caught:
        load_policy(preset, project)
    return [str(problem) for problem in caught.value.problems]


def test_a_preset_holds_only_what_differs_from_the_one_it_is_based_on(project: Path) -> None:
    write(project, "云岭", "based_on: national\nname: 云岭县\ntitles: {return-notice: 返学通知书}\n")
    policy, national = load_policy("云岭", project), load_policy("national")
    assert policy.name == "云岭县"
    assert policy.titles == national.titles | {"return-notice": "返学通知书"}
    assert policy.targets == national.targets


def test_a_list_is_replaced_as_a_whole(project: Path) -> None:
    write(project, "x", "based_on: national\nphases: [{name: 只此一步, period: 全年, tasks: [劝返]}]\n")
    assert [phase.name for phase in load_policy("x", project).phases] == ["只此一步"]


def test_presets_build_on_each_other_over_several_steps(project: Path) -> None:
    write(project, "省", "based_on: national\nname: 某省\ncontract: {period: 学年}\n")
    write(project, "县", "based_on: 省\nname: 某县\n")
    policy = load_policy("县", project)
    assert (policy.name, policy.contract.period, policy.contract.leave_within_days) == ("某县", "学年", 1)


def test_the_project_comes_before_what_is_built_in(project: Path) -> None:
    write(project, "national", "based_on: national\nname: 本地\n")
    assert load_policy("national", project).name == "本地"
    assert load_policy("national").name == "全国通用"


def test_presets_of_the_project_are_listed_beside_the_built_in_ones(project: Path) -> None:
    write(project, "云岭", "based_on: national\n")
    assert presets(project) == [*presets(), "云岭"]
    assert presets()[0] == "national"


def test_a_preset_that_leads_back_to_itself_is_refused(project: Path) -> None:
    write(project, "a", "based_on: b\n")
    write(project, "b", "based_on: a\n")
    assert refused("a", project) == ["错误 b.yaml：“a”绕了一圈又以自己为基础。请改 based_on。"]


def test_an_unknown_preset_is_told_with_near_ones(project: Path) -> None:
    (told,) = refused("nationl", project)
    assert "没有名为“nationl”的预设，是不是“national”" in told


@pytest.mark.parametrize("name", ["../national", "/etc/passwd", "", "*"])
def test_a_name_cannot_lead_out_of_the_folder(project: Path, name: str) -> None:
    (project / "national.yaml").write_text("based_on: national\n", encoding="utf-8")
    assert "没有名为" in refused(name, project)[0]


def test_every_mistake_is_told_at_once_with_its_line(project: Path) -> None:
    write(
        project,
        "x",
        "based_on: national\n"
        "titels: {}\n"
        "return_notice:\n"
        "  issuer: townshp\n"
        "  after_days: 一周\n"
        "ladder:\n"
        "  - {days: 1, unit: 上课日, who: 班主任}\n",
    )
    told = sorted(refused("x", project))
    assert len(told) == 4
    for line, words in ((2, "titles"), (4, "townshp"), (5, "after_days"), (7, "action")):
        assert any(f"x.yaml 第{line}行" in sentence and words in sentence for sentence in told)


@pytest.mark.parametrize("text", ["", "- 1\n", "name\n"])
def test_a_file_that_is_no_preset_is_refused(project: Path, text: str) -> None:
    write(project, "x", text)
    assert refused("x", project) == ["错误 x.yaml：不是一份政策预设。请从 national.yaml 复制一份来改。"]


def test_a_key_given_twice_is_refused(project: Path) -> None:
    write(project, "x", "based_on: national\nname: 甲\nname: 乙\n")
    assert "x.yaml 第3行：YAML 没有写对" in refused("x", project)[0]


def test_words_that_look_like_something_else_stay_words(project: Path) -> None:
    write(project, "x", "based_on: national\ntitles: {return-notice: no, dropout-report: '=1+1 {{ 7*7 }} <b>&'}\n")
    titles = load_policy("x", project).titles
    assert titles["return-notice"] == "no"
    assert titles["dropout-report"] == "=1+1 {{ 7*7 }} <b>&"


def test_a_file_saved_by_notepad_with_a_byte_order_mark_is_read(project: Path) -> None:
    write(project, "x", "\ufeffbased_on: national\nname: 带标记\n")
    assert load_policy("x", project).name == "带标记"


@pytest.mark.parametrize(
    ("text", "line", "what"),
    [
        ("return_notice: {within_days: -7}", 2, "“within_days”不能是“-7”。请填不小于 1 的数。"),
        ("contract: {leave_within_days: 0}", 2, "“leave_within_days”不能是“0”。请填不小于 1 的数。"),
        ("targets: {primary: {retention: 990}}", 2, "“retention”不能是“990”。请填不大于 100 的数。"),
        ("assessment: {class_veto: -1}", 2, "“class_veto”不能是“-1”。请填不小于 0 的数。"),
        ("copies:\n  guardian-contract: 10000", 3, "“guardian-contract”不能是“10000”。请填不大于 99 的数。"),
        ("visits:\n  - label: 40人次\n    times: 40\n    posts:\n      - 校畏", 6, "没有“校畏”这个岗位，是不是“校长”"),
        ("visits:\n  - {posts: [班主任], times: 15, label: 不少于115次}", 3, "里没有 times 的数字 15"),
        ("visits:\n  - {posts: [班主任], class_share: 0, label: 无}", 3, "请填大于 0 的数"),
        ("law:\n" + 2 * "  - {law: 教育法, number: 19, gist: 一}\n", 2, "教育法 19 列了不止一次"),
        ("id: y", 2, "id 是“y”，文件名却是“x”"),
    ],
)
def test_what_no_place_can_mean_is_refused_in_one_line(project: Path, text: str, line: int, what: str) -> None:
    write(project, "x", f"based_on: national\n{text}\n")
    (told,) = refused("x", project)
    assert told.startswith(f"错误 x.yaml 第{line}行：")
    assert what in told
    assert "\n" not in told


def test_a_preset_is_called_as_its_file_is_and_not_as_the_one_it_is_based_on(project: Path) -> None:
    write(project, "x", "based_on: national\nname: 某县\n")
    assert load_policy("x", project).id == "x"
