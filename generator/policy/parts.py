"""What places differ on beside titles, bodies, ladder and law: rhythms, periods, ages, labels and lists.

Every field has a Chinese name (``title``), by which a cell of the dataset may override it and the catalogue of papers
speaks of it, and a description, from which docs/policy.md is made.
"""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, model_validator

from generator.policy.roles import Body
from generator.policy.timing import When

Count = Annotated[int, Field(ge=1)]
"""How many of something, or how many days: a deadline never comes before what it is counted from."""
Percent = Annotated[float, Field(ge=0, le=100)]
Age = Annotated[int, Field(ge=0, le=25)]
Grade = Annotated[int, Field(ge=1, le=9)]
AbsenceUnit = Literal["半天", "上课日", "自然日", "工作日"]


class Strict(BaseModel):
    """A part of the policy: unknown keys are errors."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class Rhythms(Strict):
    """When what is done or reported: words that papers print, each of which ``timing`` reads."""

    dropout_list: When = Field(title="快报时限", description="Class to school, once a dropout is confirmed (DR-04)")
    dropout_report: When = Field(title="辍学报告时限", description="School to bureau (DR-01, DR-02, L-03)")
    return_report: When = Field(title="复学报告时限", description="School to township (DR-03)")
    class_report: When = Field(title="班级日报时刻", description="Class teacher to school, every day (DR-10a)")
    school_report: When = Field(title="月报截止日", description="School to bureau, every month (DR-10e)")
    term_returns: When = Field(title="学期报告日期", description="School to bureau and township, twice a year (DR-19)")
    opening_check: When = Field(title="开学清点天数", description="Who has not come back (DR-15, DR-24, DR-30)")
    self_check: When = Field(title="自查频次", description="A school inspects itself (IN-04)")
    register_check: When = Field(title="排查次数", description="A school compares roll and classrooms (IN-05, ES-09)")
    township_meeting: When = Field(title="专题会议频次", description="The township's leading group meets (WP-12b)")
    entry_notice: When = Field(title="入学通知书截止日", description="Enrolment notices are served (NT-01, NT-02)")
    publicity_months: When = Field(title="宣传月份", description="Months of publicity (PB-03, WP-09c)")
    watch_contact: When = Field(title="重点生联系频次", description="Class teacher and a child on the watch list")
    follow_up: When = Field(
        title="跟踪调查次数", description="Dropouts, and children who are back, looked after (DR-22)"
    )
    campaign_report: When = Field(title="日报时刻", description="School to bureau, daily in the campaign phase (DR-09)")
    ranking: When = Field(title="通报周期", description="County ranks townships, while it inspects (NT-12c)")
    sign_months: When = Field(
        title="责任书签订月份", description="Contracts between bodies are signed (RC-01 to RC-09)"
    )
    watch_visit: When = Field(title="重点生家访频次", description="Each teacher and the watched children (HV-05b)")
    support_check: When = Field(title="帮扶记录检查频次", description="Grade leader reads records of support (SG-13b)")
    care: When = Field(title="返校生关爱频次", description="A teacher and a child who is back (SG-15)")
    home_teaching: When = Field(title="送教频次", description="Lessons at home of a disabled child (SG-05e)")
    progress_record: When = Field(title="转化记录频次", description="Progress of a struggling student (SG-12c)")
    weekly_meeting: When = Field(title="碰头会频次", description="A school's leaders meet (WP-12a)")
    exchange: When = Field(title="经验交流会频次", description="Schools exchange what worked (WP-12c)")
    parents_meeting: When = Field(title="座谈会频次", description="Guardians are met (HV-09, PB-06a)")
    bulletin: When = Field(title="简报周期", description="Central school's bulletin (PB-02)")
    notice_board: When = Field(title="宣传专栏更新周期", description="The board is renewed (PB-04b)")
    summary: When = Field(title="总结周期", description="A school sums up its work (WP-14b)")
    work_plan: When = Field(title="计划周期", description="Schools and teachers plan (WP-03, WP-05)")
    special_statistics: When = Field(title="专项统计周期", description="Departments count groups (DR-18, SG-03)")
    population_update: When = Field(title="人口档案更新时间", description="Villages count children (ES-12)")
    central_inspection: When = Field(title="督查轮次", description="Central school inspects its schools (IN-03)")
    supervision: When = Field(title="督导频次", description="Supervision inspects a school (IN-02)")
    inspection_notice: When = Field(title="督导通知提前期", description="Notice before an inspection (L-05)")
    defence: When = Field(title="申辩期限", description="The inspected unit answers the first findings (L-16)")
    rectify_list: When = Field(title="整改清单时限", description="List of what is to be put right (IN-08a)")
    rectify: When = Field(title="整改期限", description="All is put right and reported (IN-08b, L-07)")
    township_plan: When = Field(title="乡镇方案制定日", description="A township's plan stands (WP-02)")
    publicity_plan: When = Field(title="宣传方案制定日", description="A township's plan of publicity stands (WP-08)")
    holiday_tour: When = Field(title="假期走访截止日", description="Visits in the Spring Festival are over (HV-08)")
    tour_feedback: When = Field(title="走访反馈时限", description="What the holiday visits found (HV-08b)")
    open_letter: When = Field(title="公开信截止日", description="Open letter to guardians (PB-01)")
    station_publicity: When = Field(title="重点场所宣传截止日", description="Publicity at stations (PB-07)")
    special_roster: When = Field(title="特殊名册报送日", description="Ill, disabled or married children (DR-17)")
    big_visit: When = Field(
        title="大家访起始月", description="Month in which every dropout's family is visited (HV-04)"
    )
    assign: When = Field(title="任务分解时限", description="Each dropout has people who answer for the return (RC-15)")
    case_file: When = Field(title="建案时限", description="A plan for the case stands (IP-01)")
    persuasion: When = Field(title="劝返时限", description="Persuasion has had its result (DR-06, WP-06b)")
    letter: When = Field(title="函告时限", description="Letter to another place's authority or police (NT-08, NT-10)")
    deferral: When = Field(title="延缓申请提前期", description="Deferral is applied for before entry (ES-03)")
    enrolment_entry: When = Field(title="学籍录入期限", description="New students stand in the records system (ES-05)")
    overdue_report: When = Field(title="逾期报告时限", description="School to township, the deadline passed (NT-06)")
    order: When = Field(title="责令时限", description="Order to mend, the deadline passed (L-01, L-02)")
    disability_assessment: When = Field(title="评估安排", description="Experts assess disabled children (SG-06)")


class Dropout(Strict):
    """What counts as dropping out, for lists and returns."""

    absent: Annotated[float, Field(gt=0)] = Field(
        title="认定辍学的缺勤天数",
        description="Unexcused absence after which a school registers a child (DR-04, DR-16)",
    )
    suspected: Annotated[float, Field(gt=0)] = Field(
        title="疑似辍学认定标准", description="Unexcused absence after which a child is suspected (L-10)"
    )
    township: Annotated[float, Field(gt=0)] = Field(
        title="上报乡镇的缺勤天数", description="Unexcused absence after which the school reports (NT-13)"
    )
    unit: AbsenceUnit = Field(title="缺勤天数单位", description="In what the three are counted")
    more: bool = Field(
        default=False, title="超过缺勤天数才算", description="Each is reached by more than so many, not by as many"
    )
    report_to: list[Body] = Field(title="缺勤报告接收单位", description="Who receives that report", min_length=1)

    @property
    def word(self) -> str:
        """What papers say before the number of days: 满, or 超过."""
        return "超过" if self.more else "满"


class Reports(Strict):
    """Who reports how often to whom."""

    class_cycles: list[Literal["日", "周", "月", "学期"]] = Field(
        title="报告周期", description="How often classes report (DR-10a to DR-10d)", min_length=1
    )
    monthly_to: list[Body] = Field(title="月报接收单位", description="Who receives a school's month", min_length=1)
    ledgers_by: list[Body] = Field(title="台账建账主体", description="Who keeps ledgers (L-09, L-10)", min_length=1)
    compared: list[str] = Field(title="比对数据源", description="Which registers are compared (ST-07)")


class Band(Strict):
    """An age band in whole years, both ends counted."""

    least: Age = Field(title="起始周岁", description="Youngest")
    most: Age = Field(title="截止周岁", description="Oldest")

    @model_validator(mode="after")
    def _ascending(self) -> Band:
        if self.least > self.most:
            raise ValueError(f"年龄段的起始 {self.least} 周岁大于截止 {self.most} 周岁")
        return self


class Ages(Strict):
    """Age bands."""

    school: Band = Field(title="适龄年龄段", description="School age (DR-23, L-09)")
    check: Band = Field(title="核查年龄段", description="Who is looked for in the records system (DR-13)")
    population: Band = Field(title="人口花名册年龄段", description="Whom a township lists (DR-12d)")


class Formulas(Strict):
    """Which formula each rate is worked out by: the ids of the formulas."""

    enrolment: Literal["age_band"] = Field(
        title="入学率公式", description="`age_band`: children of the age band at school, by all of the band"
    )
    dropout: Literal["modern", "two_basics"] = Field(
        title="辍学率公式",
        description="`modern`: dropouts of the year by the roll at its start; `two_basics`: suspended, dead and moved "
        "children count as lost too, by the roll at the start of the year before",
    )
    retention: Literal["cohort"] = Field(
        title="巩固率公式", description="`cohort`: those who finish by those who entered, moves in and out counted"
    )


class Attendance(Strict):
    """How presence and leave are handled."""

    roll_call_minutes: Count = Field(
        title="课前点名时长", description="Minutes of the roll call before lessons (LA-06)"
    )
    special_leave: list[str] = Field(
        title="特殊请假审批",
        description="Who approves leave of special classes, in order (LA-03); empty: no such class",
    )
    visitors: Count = Field(
        title="入户同行人数", description="People who go to a family together to bring a child back or to teach it"
    )
    follow_visits: Annotated[int, Field(ge=0)] = Field(
        title="任课教师陪访次数", description="How often a subject teacher goes along to each dropout (HV-02)"
    )


class Enrolment(Strict):
    """Which papers of enrolment there are at all."""

    exemption: bool = Field(title="免学启用", description="Exemption, which current law does not know (ES-03)")
    notarised: bool = Field(title="入学公证启用", description="The promise to enrol is notarised (RC-16)")
    transitions: list[str] = Field(title="衔接学段", description="Where rolls are matched in autumn (DR-25)")


class GradeChecks(Strict):
    """Which grades are checked how (IN-06a); grades one to nine."""

    everybody: list[Grade] = Field(title="普检年级", description="Every student is looked at")
    sample: list[Grade] = Field(title="抽检年级", description="Some are")
    confirm: list[Grade] = Field(title="确认年级", description="The roll is confirmed")
    county: str = Field(title="县级普检抽检安排", description="How the county checks (IN-06b)")

    @model_validator(mode="after")
    def _once(self) -> GradeChecks:
        grades = [*self.everybody, *self.sample, *self.confirm]
        if twice := sorted({grade for grade in grades if grades.count(grade) > 1}):
            raise ValueError(f"{'、'.join(map(str, twice))}年级写了不止一次，在普检、抽检、确认里只能写在一处")
        return self


class Labels(Strict):
    """What some groups of people are called."""

    watched: str = Field(title="重点生称谓", description="Children on the watch list (DR-20a, SG-13a)")
    struggling: str = Field(title="学困生称谓", description="Children who struggle with learning (SG-12)")
    hamlet: str = Field(title="组级称谓", description="What is below a village (RC-03)")


class Lists(Strict):
    """Lists that papers offer to choose from."""

    vulnerable: list[str] = Field(title="弱势家庭类别", description="Kinds of vulnerable family (SG-14)")
    aid: list[str] = Field(title="资助项目", description="Kinds of aid (SG-10, SG-11)")
    pairings: list[str] = Field(title="结对形式", description="Forms of support in pairs (SG-09)")
    rules: list[str] = Field(title="制度清单", description="Rules that a school's booklet holds (WP-11)")
    slogans: list[str] = Field(title="标语库", description="Slogans (PB-04a)")
    boxes: list[str] = Field(title="档案分盒", description="Boxes of the dossier (AR-04)")
    kept: str = Field(title="保管期限", description="How long dossiers are kept (AR-01)")

    @property
    def grantable(self) -> list[str]:
        """The kinds of aid, but for the waiving of fees that are not charged (Compulsory Education Law, article 2)."""
        return [kind for kind in self.aid if "学费" not in kind and "杂费" not in kind]


class Sanction(Strict):
    """A fine, bonus or punishment that a place writes of: what, how much, and on what ground.

    Kept so that one can see where a place's rules came from; no paper prints one that is not ``lawful``.
    """

    what: str = Field(title="奖惩内容", description="What is written")
    kind: Literal["奖励", "罚款", "处分", "处罚"] = Field(
        title="奖惩种类", description="Reward, fine, discipline, penalty"
    )
    yuan: Annotated[float, Field(ge=0)] | None = Field(default=None, title="金额", description="How much, if said")
    body: Body | None = Field(default=None, title="决定机关", description="Who may decide it")
    basis: str = Field(default="", title="法律依据", description="Law, regulation or rule that provides for it")
    article: str = Field(default="", title="条款", description="Its article")

    @property
    def lawful(self) -> bool:
        """Whether it may be printed: ground, body and article are all given."""
        return bool(self.body and self.basis and self.article)

    @property
    def amount(self) -> str:
        """The amount in words, as in 200元; empty where none is said."""
        return "" if self.yuan is None else f"{self.yuan:.2f}".removesuffix(".00") + "元"
