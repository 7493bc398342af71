"""Single values that a dataset gives itself, by their Chinese names."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import pytest

from generator.errors import DataError, Place, TemplateError
from generator.policy.load import Composed, compose, load_policy
from generator.policy.override import Override
from generator.policy.parameters import find, parameters


def given(*pairs: tuple[str, str]) -> list[Override]:
    places = ((Place("数据.xlsx", "政策", f"A{row}"), Place("数据.xlsx", "政策", f"B{row}")) for row in range(2, 99))
    return [Override(name, text, *cells) for (name, text), cells in zip(pairs, places, strict=False)]


def under(*pairs: tuple[str, str]) -> Composed:
    return compose("national", None, given(*pairs))


def refused(*pairs: tuple[str, str]) -> list[str]:
    with pytest.raises(DataError) as caught:
        under(*pairs)
    return [str(problem) for problem in caught.value.problems]


def test_no_two_values_are_called_the_same() -> None:
    known = parameters(load_policy("national"))
    assert max(Counter(one.name for one in known).values()) == 1
    assert max(Counter(one.path for one in known).values()) == 1


@pytest.mark.parametrize(
    ("name", "text", "path", "value"),
    [
        ("返校期限", "10", "return_notice.within_days", 10),
        ("return_notice.within_days", "10", "return_notice.within_days", 10),
        ("小学辍学率目标", "0.3%", "targets.primary.dropout", 0.3),
        ("学生是否签字", "否", "contract.student_signs", False),
        ("责任书周期", "学年", "contract.period", "学年"),
        ("返校通知书发出机关", "县级教育行政部门", "return_notice.issuer", "education_bureau"),
        ("缺勤报告接收单位", "乡镇人民政府", "dropout.report_to", ["township"]),
        (
            "月报接收单位",
            "县级教育行政部门、县级人民政府教育督导机构",
            "reports.monthly_to",
            ["education_bureau", "supervision"],
        ),
        ("返校通知书名称", "返学通知书", "titles.return-notice", "返学通知书"),
        ("月报截止日", "每月10日前", "rhythms.school_report", "每月10日前"),
        ("班额上限", "40", "placement.class_cap", 40),
        ("抽检年级", "", "grade_checks.sample", []),
        ("结对形式", "一帮一；手拉手", "lists.pairings", ["一帮一", "手拉手"]),
        ("缺勤升级阶梯第3步处置", "分管负责人", "ladder.2.action", "分管负责人"),
        ("第3步处置", "分管负责人家访", "ladder.2.action", "分管负责人家访"),
    ],
)
def test_a_value_is_overridden_by_its_name(name: str, text: str, path: str, value: object) -> None:
    changed = under((name, text))
    found = find(parameters(changed.policy), path)
    assert found
    assert found.value == value
    assert str(changed.provenance.of(found.trail)) == "数据.xlsx 政策!B2"


def test_all_else_stays_as_the_preset_says() -> None:
    before, after = load_policy("national"), under(("返校期限", "10")).policy
    changed = {
        one.path for one, was in zip(parameters(after), parameters(before), strict=True) if one.value != was.value
    }
    assert changed == {"return_notice.within_days"}


def test_words_that_speak_of_a_value_change_with_it() -> None:
    policy = under(("劝返无效期限", "10")).policy
    assert policy.ladder[-1].label == "首次家访劝返后满10日"
    assert policy.ladder[-1].days == 10
    assert policy.rhythms.dropout_report == "首次家访劝返满10日仍未返校的当日"


def test_a_quota_in_numbers_drives_out_the_share_and_rewords_itself() -> None:
    quota = under(("班主任家访次数", "20")).policy.visits[1]
    assert (quota.times, quota.class_share, quota.label) == (20, None, "每学期家访不少于20人次")


def test_a_quota_that_a_preset_words_itself_is_reworded_too(tmp_path: Path) -> None:
    (tmp_path / "policies").mkdir()
    (tmp_path / "policies" / "x.yaml").write_text(
        "based_on: national\nvisits: [{posts: [校长], times: 30, label: 走访30户}]\n", encoding="utf-8"
    )
    assert load_policy("x", tmp_path).visits[0].label == "走访30户"
    changed = compose("x", tmp_path, given(("校长家访次数", "20"))).policy
    assert changed.visits[0].label == "每学期家访不少于20人次"


@pytest.mark.parametrize(
    ("name", "text", "cell", "what"),
    [
        ("反校期限", "7", "A2", "没有“反校期限”这个参数，是不是“返校期限”"),
        ("返校期限", "一周", "B2", "“返校期限”不能是“一周”。请写成整数"),
        ("返校期限", "0", "B2", "请填不小于 1 的数"),
        ("学生是否签字", "不", "B2", "“学生是否签字”不能是“不”，请填 是 或 否"),
        ("责任书周期", "季度", "B2", "可填 学年、学期"),
        ("返校通知书发出机关", "派出所", "B2", "县级教育行政部门"),
        ("月报截止日", "每月31日前", "B2", "不是每个月都有31日"),
        ("法律依据", "随便", "A2", "不能在这里改"),
        ("编号", "x", "A2", "不能在这里改"),
        ("小学班级流失率目标", "0.3", "B2", "小学辍学率目标 0.5% 大于班级流失率目标 0.3%"),
        ("一票否决阈值", "1", "B2", "大于一票否决阈值 1%"),
    ],
)
def test_a_wrong_value_is_told_with_its_cell(name: str, text: str, cell: str, what: str) -> None:
    (told,) = refused((name, text))
    assert what in told
    assert cell in told


def test_every_wrong_cell_is_told_at_once() -> None:
    told = refused(("反校期限", "7"), ("学生是否签字", "不"))
    assert [("A2" in told[0]), ("B3" in told[1])] == [True, True]


def test_a_value_given_twice_is_refused_with_both_cells() -> None:
    with pytest.raises(DataError, match="“返校期限”写了不止一次") as caught:
        under(("返校期限", "7"), ("返校期限", "8"))
    assert [place.cell for place in caught.value.problems[0].also] == ["A2"]


@pytest.mark.parametrize(
    ("text", "line", "what"),
    [
        ("assessment: {class_veto: 1}", 2, "初中班级流失率目标 2% 大于一票否决阈值 1%"),
        ("targets:\n  primary:\n    dropout: 1.5", 4, "小学辍学率目标 1.5% 大于班级流失率目标 1%"),
        ("targets:\n  junior: {retention: 99.5}", 3, "初中在校生巩固率目标 99.5% 大于 100% 减辍学率目标 1.2%"),
        ("dropout: {suspected: 5}", 2, "缺勤 5 天才算疑似辍学，3 天却已认定辍学"),
        ("dropout: {township: 5}", 2, "缺勤升级阶梯却在“3个上课日”上报"),
        ("rhythms:\n  dropout_report: 首次家访劝返满3日仍未返校的当日", 3, "报告不能早于劝返无效"),
        ("phases:\n  - {name: 劝返, period: 3月10日至3月1日, tasks: [劝返]}", 3, "“劝返”结束早于开始"),
        ("visits:\n  - {posts: [校长], times: 4}\n  - {posts: [校长], times: 5}", 4, "“校长”有两个家访定额"),
        ("ages: {check: {least: 16}}", 2, "起始 16 周岁大于截止 15 周岁"),
        ("grade_checks: {everybody: [5, 6]}", 2, "5年级写了不止一次"),
        ("grade_checks: {everybody: [6, 6, 9]}", 2, "6年级写了不止一次，在普检、抽检、确认里只能写在一处"),
        ("rhythms: {school_report: 每月}", 2, "看不懂时间“每月”"),
    ],
)
def test_what_cannot_hold_together_is_refused_at_its_line(tmp_path: Path, text: str, line: int, what: str) -> None:
    (tmp_path / "policies").mkdir()
    (tmp_path / "policies" / "x.yaml").write_text(f"based_on: national\n{text}\n", encoding="utf-8")
    with pytest.raises(TemplateError) as caught:
        load_policy("x", tmp_path)
    told = next(problem for problem in caught.value.problems if what in str(problem))
    assert (told.place.file, told.place.line) == ("x.yaml", line)


def test_words_that_name_no_value_stay_as_they_are(tmp_path: Path) -> None:
    (tmp_path / "policies").mkdir()
    (tmp_path / "policies" / "x.yaml").write_text(
        "based_on: national\ntitles: {return-notice: '{nothing.here} {{ policy.id }} {targets}'}\n", encoding="utf-8"
    )
    assert load_policy("x", tmp_path).titles["return-notice"] == "{nothing.here} {{ policy.id }} {targets}"
