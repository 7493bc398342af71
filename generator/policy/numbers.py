"""Every numeric rule of the public plans: the value of the policy that holds it, or why none does."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Number:
    """A rule, the plans that have it, and the paths of its values in the policy or the reason why there are none."""

    rule: str
    plans: str
    paths: tuple[str, ...] = ()
    why_not: str = ""


NUMBERS = (
    # targets
    Number("小学、初中入学率 99%、98%、100%", "S0.2 S4", ("targets.primary.enrolment", "targets.junior.enrolment")),
    Number(
        "小学辍学率 0.5%、0.06%，初中 1.2%、0.20%", "S0.2 S4", ("targets.primary.dropout", "targets.junior.dropout")
    ),
    Number("班级流失率 1%、2%", "S0.4 S3.4", ("targets.primary.class_loss", "targets.junior.class_loss")),
    Number("九年义务教育巩固率 95%、95.5%", "S0.2 S4", ("targets.nine_year_retention",)),
    Number("在校生巩固率 98%", "S3.4", ("targets.primary.retention", "targets.junior.retention")),
    Number("残疾儿童少年入学率 90%", "S0.2", ("targets.disabled_enrolment",)),
    Number("随迁子女入学率 100%", "S0.2", ("targets.migrant_enrolment",)),
    Number("其他学段因贫辍学 0 人", "S3.3", why_not="高中阶段和中职不属义务教育，本程序没有这些学段的学生"),
    # home visits
    Number("校长家访 40 人次", "S0.2", ("visits.0.times",)),
    Number("班主任家访为班额一半，或 20 人次", "S0.2 S0.3", ("visits.1.class_share", "visits.1.times")),
    Number("任课教师家访 15 人次", "S0.2 S0.3", ("visits.2.times",)),
    Number("任课教师随班主任家访至少 1 次", "S0.4", ("attendance.follow_visits",)),
    Number("每名教师对重点生每周家访 1 次", "S0.6 S3.6", ("rhythms.watch_visit",)),
    Number("开学初对重点生家庭全访 1 次", "S0.6", why_not="次数就是文书 HV-05a 本身：开学初一张全访登记表"),
    # absence
    Number("课前 1 至 2 分钟清点", "S0.2", ("attendance.roll_call_minutes",)),
    Number(
        "半天、1 天、2 天、3 天的处置",
        "S0.2 S0.3 S1",
        ("ladder.0.days", "ladder.1.days", "ladder.2.days", "ladder.3.days"),
    ),
    Number("3 天未到校且未请假的认定辍学", "S0.2", ("dropout.absent",)),
    Number("3 天报乡镇", "S0.2 S1", ("dropout.township",)),
    Number("超过 3 个工作日造册", "S3.8", ("dropout.absent", "dropout.unit", "dropout.more")),
    Number("一周未复学的填报花名册、报告单", "S0.1 S0.4", ("return_notice.after_days", "rhythms.dropout_report")),
    Number("返校期限（各地 7 日）", "S0.6 S3.6", ("return_notice.within_days", "return_notice.order_within_days")),
    Number("当天或者第二天家访", "S0.3", ("ladder.1.within",)),
    # time limits
    Number("1 小时内报名单；当日不过夜", "S0.2 S0.3 S3.4", ("rhythms.dropout_list",)),
    Number("每日 17:00 前报劝返情况", "S0.2", ("rhythms.campaign_report", "phases.1.daily_report")),
    Number("班级每日、每周、每月、学期末报告", "S0.4 S0.5", ("reports.class_cycles", "rhythms.class_report")),
    Number("每月上报一次", "S0.4", ("rhythms.school_report", "reports.monthly_to")),
    Number("开学后 10 日内清点", "S3.8", ("rhythms.opening_check",)),
    Number("3 月 15 日、9 月 15 日报告", "S3.8", ("rhythms.term_returns",)),
    Number("2 月最后一日、8 月 31 日前送达入学（复学）通知书", "S3.8", ("rhythms.entry_notice",)),
    Number("1 月 20 日前制定宣传方案", "S3.8", ("rhythms.publicity_plan",)),
    Number("2 月 3 日前制定乡镇方案", "S3.8", ("rhythms.township_plan",)),
    Number(
        "2 月 10 日前春节走访、公开信、重点场所宣传",
        "S3.8",
        ("rhythms.holiday_tour", "rhythms.open_letter", "rhythms.station_publicity"),
    ),
    Number("2 月 16 日前报特殊原因名册", "S3.8", ("rhythms.special_roster",)),
    Number("3 月和 9 月宣传月；每学期开学季", "S0.2 S0.5 S0.6 S3.6 S2", ("rhythms.publicity_months",)),
    Number("3 月和 9 月签订责任书", "S0.2", ("rhythms.sign_months",)),
    Number("从 5 月起大家访", "S4", ("rhythms.big_visit",)),
    Number("专题会议每月 1 次", "S3.8", ("rhythms.township_meeting",)),
    Number("碰头会每周 1 次", "S0.6 S3.6", ("rhythms.weekly_meeting",)),
    Number("排查每学期 2 次", "S0.2", ("rhythms.register_check",)),
    Number("中心校督查每学期 2 轮，学校自查每月 1 次", "S3.3", ("rhythms.central_inspection", "rhythms.self_check")),
    Number("帮扶记录每月检查 1 次", "S0.6 S3.6", ("rhythms.support_check",)),
    Number("辍学学生每学期跟踪调查 2 次", "S0.6 S3.6", ("rhythms.follow_up",)),
    Number("简报每月 1 期", "S3.3", ("rhythms.bulletin",)),
    Number("天天过问、周周检查、月月总结", "S0.4", ("rhythms.summary", "rhythms.class_report")),
    Number(
        "开学一个月内摸底学习困难和家庭困难学生", "S3.5", why_not="一名班主任的个人做法；建档时间随名册，不另设期限"
    ),
    Number("责任书按学年、按学期", "S0.1 S0.4 S0.5", ("contract.period",)),
    Number(
        "普检、抽检、确认的年级", "S0.6 S3.6", ("grade_checks.everybody", "grade_checks.sample", "grade_checks.confirm")
    ),
    Number("五个阶段的起止日期", "S0.2", tuple(f"phases.{number}.period" for number in range(5))),
    # placement
    Number("辍学一年以内回原班", "S4 S0.5", ("placement.original_class_months",)),
    Number("单独编班每班不超过 45 人", "S4", ("placement.class_cap",)),
    # assessment
    Number("完成目标加 10 分，未完成扣 10 分", "S3.4", ("assessment.target_points",)),
    Number("班级辍学率超过 4% 一票否决", "S3.4", ("assessment.class_veto",)),
    Number("流失 1 名学生一票否决", "S3.3", ("assessment.veto_students",)),
    Number("未达指标一票否决", "S0.2", ("assessment.veto_on_target",)),
    Number("成绩后 20% 为转化对象", "S3.3", ("assessment.tracked_share",)),
    Number("无流失奖班主任 200 元", "S0.4", why_not="只作记录（sanctions），没有法律依据、机关和条款的不印"),
    Number("流失罚绩效奖、罚款", "S0.4", why_not="同上；对教职工和监护人都不设罚款"),
    # ages and counts
    Number("7 至 15 周岁核查", "S0.2", ("ages.check.least", "ages.check.most")),
    Number("0 至 20 周岁花名册", "S0.2", ("ages.population.least", "ages.population.most")),
    Number("适龄（6 至 15 周岁）", "S0.2 S3.8", ("ages.school.least", "ages.school.most")),
    Number("不满 16 周岁不得招用", "S0.6 S3.6", why_not="法律规定，各地没有不同；由引用的法条表述"),
    Number("适龄以 8 月 31 日为界", "公开做法", why_not="由入学年份和学年推算；各地界日一致，不作参数"),
    Number("1239 名、138 名待核查学生", "S0.2", why_not="某地某年的人数，是数据，不是规则"),
    Number("12 个成员单位", "S0.2", ("groups.departments",)),
    Number("日期写法（二〇二三年九月一日）", "S1", ("date_style",)),
    # law and practice
    Number("督导小组三人以上", "教育督导条例", ("inspections.team",)),
    Number("督学每学期督导两次以上", "教育督导条例", ("rhythms.supervision",)),
    Number("两人以上送达", "公开做法", ("service.servers",)),
    Number("两人以上入户", "公开做法", ("attendance.visitors",)),
    Number("公告送达 30 日", "民事诉讼法", why_not="法律规定，各地没有不同；本程序不制作公告"),
)
