"""Of whom a file of a dossier is, as its title does not say it."""

from __future__ import annotations

import pytest

from generator.forms.plan import Entry, Job
from generator.press.dossier.filing import whose_of
from generator.press.dossier.units import Unit
from tests.small import definition


def whose(stem: str, title: str, *labels: str) -> str:
    form = definition(title=title, covers=["RM-04"])
    entries = tuple(Entry(at, label) for at, label in enumerate(labels or ("1-石小满",)))
    job = Job("tiny", title, "清溪小学", entries, (("pdf", f"清溪小学/统计/{stem}.pdf"),), 1, duplex=False)
    school: object = None
    return whose_of(job, form, Unit(school, "云山县清溪镇中心小学", "清溪小学"))  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("stem", "title", "told"),
    [
        ("RM-04 三年级（1）班", "就读责任书", "三年级（1）班"),
        ("RM-04 2026-11-16 劝返情况日报表", "辍学学生劝返情况日报表", "2026-11-16"),
        ("三年级（1）班-2026年10月月综合报告", "班级辍学情况月综合报告", "三年级（1）班-2026年10月"),
        ("2026—2027学年第一学期学校工作方案", "控辍保学工作方案", "石小满"),
        ("2026-10-23 家访经验交流会-签到表", "会议活动签到表", "2026-10-23 家访经验交流会"),
        ("中档2026-01 2026年秋季领导小组-卷内目录", "卷内文件目录", "中档2026-01 2026年秋季领导小组"),
        ("青督2026-02-云山县清溪镇中心小学-督导报告", "控辍保学专项督导报告", "青督2026-02"),
        ("云劝2026-12-石小满-辍学学生档案", "辍学学生档案（封面与目录）", "云劝2026-12-石小满"),
    ],
)
def test_a_file_is_told_by_what_its_title_does_not_say(stem: str, title: str, told: str) -> None:
    assert whose(stem, title) == told


def test_the_day_of_a_paper_is_never_cut_in_pieces() -> None:
    assert whose("劝返情况日报表", "辍学学生劝返情况日报表", "清溪小学-2026-11-16 劝返情况日报表") == "2026-11-16"


def test_the_kind_of_a_contract_is_told_where_all_are_of_one() -> None:
    labels = ("T1-田某-任课教师责任书", "T2-林某-任课教师责任书")
    assert whose("控辍保学目标责任书", "控辍保学目标责任书", *labels) == "任课教师责任书"
