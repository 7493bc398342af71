"""Every preset is what it says: where each value comes from, and that nobody is fined by it."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from generator.policy.load import Composed, compose, presets
from generator.policy.model import Policy
from generator.policy.parameters import find, parameters
from generator.policy.parts import Sanction
from generator.policy.provenance import Layer
from generator.policy.show import lines
from generator.resources import data_dir, templates_dirs
from generator.yamlfile import read_yaml

LINES = {
    "S0.1": (6, 18), "S0.2": (20, 94), "S0.3": (96, 115), "S0.4": (117, 153), "S0.5": (155, 178), "S0.6": (180, 200),
    "S1": (3, 43), "S2": (2, 176), "S3.1": (9, 25), "S3.2": (27, 41), "S3.3": (45, 87), "S3.4": (91, 129),
    "S3.6": (153, 189), "S3.8": (209, 235), "S4": (1, 29),
}  # fmt: skip
"""From which line to which each public plan reaches in the file that holds it."""
SEEDS = [preset for preset in presets() if preset.startswith("seed-")]
ABOUT_ITSELF = ("id", "name", "note", "reference_only")
NATIONAL = compose("national")
VALUES = {one.path: one.value for one in parameters(NATIONAL.policy)}


@pytest.fixture(scope="module", params=SEEDS)
def seed(request: pytest.FixtureRequest) -> Composed:
    return compose(request.param)


def code(composed: Composed) -> str:
    return composed.policy.id.removeprefix("seed-").upper()


def test_there_is_a_preset_for_every_public_plan() -> None:
    assert {preset.removeprefix("seed-").upper() for preset in SEEDS} == set(LINES)


def test_a_preset_for_comparison_says_so(seed: Composed) -> None:
    assert seed.policy.reference_only
    assert "仅供对照" in seed.policy.note
    assert next(lines(seed)).endswith("（仅供对照）")


def reasons(composed: Composed) -> dict[str, str]:
    """Return the reason of every value that is not as in the national preset, part by part where a list has parts;
    not of words of that preset which take such a value in."""
    found: dict[str, str] = {}
    for one in parameters(composed.policy):
        if one.trail[0] in ABOUT_ITSELF or VALUES.get(one.path) == one.value:
            continue
        trails = [(*one.trail, index) for index in range(len(one.value))] if one.whole else [one.trail]
        sources = {".".join(map(str, trail)): composed.provenance.of(trail) for trail in trails}
        found |= {path: one.reason for path, one in sources.items() if one.place.file != "national.yaml"}
    return found


def test_every_value_that_differs_names_its_plan_and_a_line_of_it(seed: Composed) -> None:
    least, most = LINES[code(seed)]
    assert reasons(seed)
    for path, reason in reasons(seed).items():
        assert re.match(rf"{re.escape(code(seed))} L\d", reason), (path, reason)
        named = [int(number) for number in re.findall(r"\d+", reason.partition("；")[0].partition(" ")[2])]
        assert least <= min(named) <= max(named) <= most, (path, reason)


def given(data: object, trail: tuple[str, ...] = ()) -> dict[tuple[str, ...], object]:
    """Return what a file says of each value, lists as a whole."""
    if not isinstance(data, dict):
        return {trail: data}
    return {path: value for key, below in data.items() for path, value in given(below, (*trail, str(key))).items()}


def test_a_preset_holds_nothing_that_is_as_in_the_national_one(seed: Composed) -> None:
    own, beneath = (given(layer.file.data) for layer in seed.provenance.layers)
    same = [path for path, value in own.items() if path[0] not in ABOUT_ITSELF and beneath.get(path) == value]
    assert same == []


def test_every_number_of_the_national_preset_has_its_reason() -> None:
    numbers = {one.trail: one.path for one in parameters(NATIONAL.policy) if isinstance(one.value, int | float)}
    bare = [
        path
        for trail, path in numbers.items()
        if not re.search("【[法例定]】", NATIONAL.provenance.of(trail).reason) and trail[0] not in ABOUT_ITSELF
    ]
    assert bare == []


def test_every_rhythm_of_the_national_preset_has_its_own_reason() -> None:
    layer = NATIONAL.provenance.layers[0]
    bare = [
        name for name in type(NATIONAL.policy.rhythms).model_fields if "【" not in layer.own_reason(("rhythms", name))
    ]
    assert bare == []


# --- money and punishment -------------------------------------------------------------------------------


def test_nothing_that_the_plans_write_of_money_is_lawful(seed: Composed) -> None:
    assert [sanction.what for sanction in seed.policy.sanctions if sanction.lawful] == []


@pytest.mark.parametrize(
    ("known", "lawful"),
    [
        ({"body": "county", "basis": "某条例", "article": "第九条"}, True),
        ({"basis": "某条例", "article": "第九条"}, False),
        ({"body": "county", "article": "第九条"}, False),
        ({"body": "county", "basis": "某条例"}, False),
    ],
)
def test_a_sanction_is_lawful_with_ground_body_and_article(known: dict[str, str], lawful: bool) -> None:
    assert Sanction.model_validate({"what": "罚款", "kind": "罚款", **known}).lawful is lawful


def test_one_paper_reads_sanctions_and_only_lawful_ones() -> None:
    paths = [path for folder in templates_dirs(None) for path in folder.rglob("*.yaml")]
    reading = {path.name: path.read_text("utf-8") for path in paths if "sanctions" in path.read_text("utf-8")}
    assert list(reading) == ["award-statistics.yaml", "rewards-register.yaml"]
    for text in reading.values():
        assert text.count("sanctions") == text.count("each: rule in policy.sanctions if rule.lawful") == 1


def test_showing_a_policy_leaves_sanctions_out(seed: Composed) -> None:
    shown = "\n".join(lines(seed))
    assert "sanctions" not in shown
    assert [sanction.what for sanction in seed.policy.sanctions if sanction.what in shown] == []


MONEY = ("罚款", "罚金", "扣发", "押金", "奖金", "控流奖", "绩效奖", "处罚", "行政处分")


def test_what_papers_print_speaks_of_no_fine_or_punishment(seed: Composed) -> None:
    told = reasons(seed)
    printed = [one for one in parameters(seed.policy) if one.path in told and one.trail[0] != "sanctions"]
    assert [one.path for one in printed for word in MONEY if word in str(one.value)] == []


# --- what the plans are known for -----------------------------------------------------------------------


@pytest.mark.parametrize(
    ("preset", "path", "value"),
    [
        ("seed-s0.1", "contract.period", "学年"),
        ("seed-s0.1", "return_notice.issuer", "education_bureau"),
        ("seed-s0.2", "targets.primary.enrolment", 99),
        ("seed-s0.2", "targets.junior.enrolment", 98),
        ("seed-s0.2", "targets.primary.dropout", 0.5),
        ("seed-s0.2", "targets.junior.dropout", 1.2),
        ("seed-s0.2", "targets.nine_year_retention", 95),
        ("seed-s0.2", "targets.disabled_enrolment", 90),
        ("seed-s0.2", "visits.0.times", 40),
        ("seed-s0.2", "phases.2.period", "3月11日至3月30日"),
        ("seed-s0.3", "visits.0.times", 20),
        ("seed-s0.3", "groups.office_seat_school", "教务处"),
        ("seed-s0.4", "targets.junior.class_loss", 1),
        ("seed-s0.4", "reports.monthly_to", ["education_bureau", "supervision"]),
        ("seed-s0.6", "grade_checks.everybody", [6]),
        ("seed-s1", "date_style", "chinese"),
        ("seed-s2", "rhythms.publicity_months", "开学当月"),
        ("seed-s3.3", "assessment.veto_students", 1),
        ("seed-s3.4", "assessment.target_points", 10),
        ("seed-s3.4", "assessment.class_veto", 4),
        ("seed-s3.6", "grade_checks.everybody", [9]),
        ("seed-s3.8", "dropout.unit", "工作日"),
        ("seed-s3.8", "rhythms.township_plan", "每年2月3日前"),
        ("seed-s4", "targets.primary.dropout", 0.06),
        ("seed-s4", "targets.nine_year_retention", 95.5),
    ],
)
def test_a_plan_says_what_it_is_known_for(preset: str, path: str, value: object) -> None:
    found = find(parameters(compose(preset).policy), path)
    assert found
    assert found.value == value


# --- provenance -----------------------------------------------------------------------------------------


def test_a_value_left_out_of_a_list_of_the_presets_own_is_not_the_one_beneath() -> None:
    composed = compose("seed-s0.3")
    assert composed.provenance.of(("visits", 1, "class_share")).place.file == "seed-s0.3.yaml"


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("a: 1 # 依据", "依据"),
        ("a: '# 不是' # 依据", "依据"),
        ('a: "# 不是"', ""),
        ("a: b#c", ""),
        ("# 依据\na: 1", "依据"),
        ("# 依据\n# 又一行\na: 1", "依据又一行"),
        ("# 别处的\n\na: 1", ""),
        ("a: # 依据\n  b: 1", "依据"),
        ("a: {b: 1} # 依据", "依据"),
    ],
)
def test_a_reason_is_the_comment_beside_a_value_or_above_it(tmp_path: Path, text: str, reason: str) -> None:
    path = tmp_path / "x.yaml"
    path.write_text(text, encoding="utf-8")
    layer = Layer(read_yaml(path))
    trail = ("a", "b") if "b: 1" in text else ("a",)
    assert layer.source(trail).reason == reason


def test_presets_are_called_as_their_files() -> None:
    assert [preset for preset in presets() if not (data_dir() / "policies" / f"{preset}.yaml").is_file()] == []
    assert all(preset.isascii() for preset in presets())


# --- the names by which the catalogue of papers calls values --------------------------------------------

CATALOGUE = """
责任书周期 工作阶段 责任书签订月份 整改期限 领导小组名称 重点生称谓 评选周期 认定辍学的缺勤天数
缺勤天数单位 率值目标 月报截止日 报告周期 成员称谓 开学清点天数 家访定额 宣传月份 劝返时限
劝返无效期限 适龄年龄段 返校通知书名称 资助项目 计划周期 考核办法 缺勤升级阶梯 日报时刻 改正期限
排查次数 座谈会频次 宣传方案制定日 学生是否签字 学期报告日期 奖惩方式 台账建账主体 包保模式 函告时限
入学通知书截止日 任务分解时限 专项统计周期 一票否决阈值 重点生家访频次 重点场所宣传截止日 通报周期
送达人数 送教频次 返校通知书发出机关 返校生关爱频次 返校期限 辍学率公式 转化记录频次 转化对象比例
跟踪调查次数 走访反馈时限 课前点名时长 诫勉谈话主体 评估安排 衔接学段 自查频次 缺勤报告接收单位
结对形式 经验交流会频次 组级称谓 简报周期 碰头会频次 督查轮次 督导频次 督导通知提前期 督导人数
疑似辍学认定标准 申辩期限 班额上限 特殊请假审批 特殊名册报送日 比对数据源 档案分盒 核查年龄段
核查年级 标语库 月报接收单位 整改清单时限 插班年限 总结周期 快报时限 弱势家庭类别 建案时限
延缓申请提前期 帮扶记录检查频次 巩固率公式 宣传专栏更新周期 学籍录入期限 学困生称谓 大家访起始月
县级普检抽检安排 制度清单 公开信截止日 入学率公式 入学公证启用 免学启用 假期走访截止日 保管期限
任课教师陪访次数 人口花名册年龄段 人口档案更新时间 乡镇方案制定日 专题会议频次 上报乡镇的缺勤天数
"""


def parts(policy: Policy) -> set[str]:
    """Return the names of all values and of all parts that hold several."""
    known = parameters(policy)
    return {one.name for one in known} | {name for one in known for name in one.chain}


@pytest.mark.parametrize("name", CATALOGUE.split())
def test_the_policy_knows_every_name_of_the_catalogue(name: str) -> None:
    assert find(parameters(NATIONAL.policy), name) or name in parts(NATIONAL.policy)


def test_words_of_the_national_preset_call_the_office_as_a_place_does() -> None:
    named = [post.name for post in compose("seed-s0.1").policy.duties.school_posts]
    assert "教务处" in named
    assert "教导处" not in named
