"""The policy: every title, body, number and deadline on which places differ, and what the law lets whom do.

A policy is one YAML file under ``data/policies``; templates read it as ``policy`` and hold no number of
their own. Article × issuer × act is a table of it, and every definition is checked against that table.
"""

from __future__ import annotations

import re
from itertools import pairwise
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, Field, ValidationInfo, field_validator, model_validator

from generator.dataset.models import Staff, columns
from generator.errors import near
from generator.policy.parts import (
    AbsenceUnit,
    Ages,
    Attendance,
    Count,
    Dropout,
    Enrolment,
    Formulas,
    GradeChecks,
    Labels,
    Lists,
    Percent,
    Reports,
    Rhythms,
    Sanction,
    Strict,
)
from generator.policy.roles import Body, Role
from generator.policy.timing import Event, Stretch, When

Act = Literal["agree", "remind", "order", "report", "record", "plan", "inspect", "serve", "commend"]
ACTS: dict[Act, str] = {
    "agree": "约定", "remind": "提醒", "order": "责令", "report": "报告", "record": "记录", "plan": "部署",
    "inspect": "检查", "serve": "送达", "commend": "表彰",
}  # fmt: skip
"""What users read of acts."""

MOST_COPIES = 99


def _known_post(post: str) -> str:
    posts = columns(Staff)["post"].choices
    if post not in posts:
        raise ValueError(f"教职工没有“{post}”这个岗位{near(post, posts)}；岗位有 {'、'.join(posts)}")
    return post


Post = Annotated[str, AfterValidator(_known_post)]


class Targets(Strict):
    """Targets of one stage, in percent; ``class_loss`` is the limit for one class."""

    enrolment: Percent = Field(title="入学率目标", description="At the least")
    dropout: Percent = Field(title="辍学率目标", description="At the most")
    retention: Percent = Field(
        title="在校生巩固率目标", description="At the least, from the start of a year to its end"
    )
    class_loss: Percent = Field(title="班级流失率目标", description="At the most, in one class")


class StageTargets(Strict):
    """Targets by stage, and those of the whole nine years."""

    def of(self, stage: str) -> Targets:
        """Return the targets of a stage (小学 or 初中)."""
        return self.junior if stage == "初中" else self.primary

    primary: Targets = Field(title="小学", description="Targets of primary schools and grades")
    junior: Targets = Field(title="初中", description="Targets of junior secondary schools and grades")
    nine_year_retention: Percent = Field(title="九年义务教育巩固率目标", description="At the least")
    disabled_enrolment: Percent = Field(title="残疾儿童少年入学率目标", description="At the least")
    migrant_enrolment: Percent = Field(title="随迁子女入学率目标", description="At the least")


class ContractRules(Strict):
    """How contracts are signed: for what period (学年 or 学期), and by the student too or not."""

    period: Literal["学年", "学期"] = Field(title="责任书周期", description="For how long contracts bind")
    student_signs: bool = Field(title="学生是否签字", description="Whether the student signs too (RC-10, RC-16)")
    leave_within_days: Count = Field(
        title="补假期限", description="Leave by telephone is put in writing, in school days after return (LA-02a)"
    )


class ReturnNotice(Strict):
    """The return-to-school notice: by whom, after how long, with what deadline (natural days)."""

    issuer: Body = Field(title="返校通知书发出机关", description="Who issues the return notice (NT-03)")
    after_days: Count = Field(title="劝返无效期限", description="Days after the first visit when persuasion has failed")
    within_days: Count = Field(title="返校期限", description="Days in which the child is wanted back")
    counted_from: Literal["发出", "送达"] = Field(
        title="返校期限起算", description="From what those days are counted: 发出 issue, 送达 service"
    )
    order_within_days: Count = Field(title="改正期限", description="Days that an order to mend gives (L-01, L-02)")
    draft: str = Field(title="文号未编时印", description="Printed for the number until one is allocated")


_HALF = 0.5


class VisitQuota(Strict):
    """Visits that the holders of ``posts`` owe each term: a number, or a share of the class rounded up."""

    posts: list[Post] = Field(title="岗位", description="Who owes them")
    times: Count | None = Field(default=None, title="家访次数", description="How many visits a term")
    class_share: Annotated[float, Field(gt=0)] | None = Field(
        default=None, title="家访占班额", description="Share of the class, 0.5 for half"
    )
    label: str = Field(title="家访定额写法", description="How a contract says it; made from the measure if not given")

    @model_validator(mode="before")
    @classmethod
    def _worded(cls, said: Any) -> Any:
        if not isinstance(said, dict) or "label" in said:
            return said
        times, share = said.get("times"), said.get("class_share")
        part = "一半" if share == _HALF else f"{share}倍"
        label = f"每学期家访不少于{times}人次" if times is not None else f"每学期家访人次不少于学年初班级人数的{part}"
        return {**said, "label": label}

    @model_validator(mode="after")
    def _one_measure(self) -> VisitQuota:
        if (self.times is None) == (self.class_share is None):
            raise ValueError("times 和 class_share 必须且只能填一个")
        return self

    @model_validator(mode="after")
    def _said_as_counted(self) -> VisitQuota:
        if self.times is not None and str(self.times) not in re.findall(r"[0-9]+", self.label):
            raise ValueError(f"label“{self.label}”里没有 times 的数字 {self.times}，责任书会写得与统计不一样")
        return self


class LadderStep(Strict):
    """What an unexcused absence of ``days`` demands of whom; with ``event`` so long after something else."""

    days: Annotated[float, Field(gt=0)] = Field(title="天数", description="After how long; 0.5 is half a day")
    unit: AbsenceUnit = Field(title="天数单位", description="In what it is counted")
    more: bool = Field(default=False, title="超过才算", description="Reached by more than so many, not by as many")
    event: Event = Field(default="absent", title="起算", description="From what it is counted")
    roles: list[Role] = Field(default_factory=list, title="责任角色", description="Ids of those who must act")
    papers: list[Annotated[str, Field(pattern=r"^[A-Z]+-\d+[a-z]?$")]] = Field(
        default_factory=list, title="文书", description="Catalogue rows of the papers that the step demands"
    )
    within: Annotated[int, Field(ge=0)] = Field(
        default=0,
        title="办理宽限",
        description="In how many more of these units (school days for half days); 0: that day",
    )
    who: str = Field(title="责任人", description="Those who must act, in words")
    action: str = Field(title="处置", description="What they must do, in words")
    said: str = Field(
        default="", title="缺勤写法", description="Words for the absence, if not counted from the first day"
    )

    @property
    def label(self) -> str:
        """The absence in words: 半天, 3个上课日, 7日, 超过3个工作日."""
        if self.said:
            return self.said
        told = f"{self.days:g}日" if self.unit == "自然日" else f"{self.days:g}个{self.unit}"
        return f"超过{told}" if self.more else self.unit if self.unit == "半天" else told


class Phase(Strict):
    """A phase of the year's work."""

    name: str = Field(title="阶段名称", description="What it is called")
    period: Stretch = Field(title="起止时间", description="From when to when; `span` reads it")
    tasks: list[str] = Field(title="阶段任务", description="What is done in it")
    daily_report: bool = Field(default=False, title="每日报告", description="Whether schools report daily (DR-09)")


class Groups(Strict):
    """Names of the leadership groups and of their members."""

    county: str = Field(title="县领导小组名称", description="Name of the county's group (WP-10a)")
    township: str = Field(title="乡镇领导小组名称", description="Name of the township's group (WP-10b)")
    school: str = Field(title="学校领导小组名称", description="Name of the school's group (WP-10c)")
    leader: str = Field(title="组长称谓", description="What its head is called")
    deputy: str = Field(title="副组长称谓", description="What the deputies are called")
    member: str = Field(title="成员称谓", description="What the members are called")
    office: str = Field(title="办公室名称", description="What its office is called")
    office_seat_township: str = Field(title="乡镇办公室设在", description="Where the township group's office sits")
    office_seat_school: str = Field(
        title="学校办公室设在", description="Where the school group's office sits; it keeps the school's papers"
    )
    departments: list[str] = Field(title="成员单位", description="Departments in the county's group")


class Assessment(Strict):
    """What is rewarded and what vetoes, as wording; thresholds in percent."""

    class_veto: Percent = Field(title="一票否决阈值", description="Dropout rate of a class above which it is vetoed")
    veto_needs_fault: bool = Field(
        title="超过阈值须有失职方否决",
        description="Whether a class above the threshold is vetoed only where people find that a duty was failed",
    )
    veto_students: Annotated[int, Field(ge=0)] = Field(
        title="一票否决人数", description="Students lost by which a class is vetoed; 0: no such rule"
    )
    veto_on_target: bool = Field(
        title="未达目标一票否决", description="Whether a unit that misses its targets is vetoed"
    )
    target_points: Annotated[int, Field(ge=0)] = Field(
        title="目标加减分", description="Points that a class's teachers win or lose by the target; 0: none"
    )
    tracked_share: Percent = Field(title="转化对象比例", description="Part of a class that is tracked (IN-15)")
    method: str = Field(title="考核办法", description="How classes and teachers are assessed (IN-10)")
    commend: When = Field(title="评选周期", description="When classes, people and schools are commended (IN-13)")
    praise_points: Percent = Field(
        title="表扬分数线",
        description="Percent of the points of an inspection from which a unit is praised; 0: none is",
    )
    criticism_points: Percent = Field(
        title="批评分数线",
        description="Percent of the points of an inspection below which it is criticised; 0: none is",
    )
    talks_by: list[Body] = Field(title="诫勉谈话主体", description="Who may hold a warning talk (IN-09a)")
    veto: list[str] = Field(title="一票否决情形", description="What vetoes, one sentence each")
    rewards: list[str] = Field(title="奖励", description="What is rewarded and how")
    penalties: list[str] = Field(title="惩戒", description="What follows on failure")


class Placement(Strict):
    """Where a child who comes back is put; ``original_class_months`` since dropping out."""

    original_class_months: Count = Field(title="插班年限", description="Months since dropping out for the old class")
    class_cap: Count = Field(title="班额上限", description="Students in a class of returned children, at the most")


class Service(Strict):
    """How documents are served."""

    servers: Count = Field(title="送达人数", description="People who serve a document, at the least")


Rate = Literal["enrolment", "disabled-enrolment", "dropout", "retention"]
Inspected = Literal["school", "township"]


class Figure(Strict):
    """A figure by which an item is answered: so many of so many, a rate with its target, or duties that are done.

    ``have``, ``of`` and ``now`` are expressions over ``school`` or ``township``; what counts a ``school`` is added up
    over the schools of a township.
    """

    label: str = Field(title="指标名称", description="What is counted, as the answer prints it")
    have: str = Field(default="", title="完成数", description="Expression: how much is done")
    of: str = Field(default="", title="应完成数", description="Expression: how much is owed")
    now: str = Field(
        default="", title="至今应完成数", description="Expression: how much of it is owed by today, if not all of it"
    )
    rate: Rate | None = Field(default=None, title="率", description="A rate, measured against its target")
    duty: list[str] = Field(
        default_factory=list, title="待办文书编号", description="Duties discharged by these rows of the catalogue"
    )
    in_time: bool = Field(default=False, title="按时才算", description="Whether duties done too late do not count")

    @model_validator(mode="after")
    def _one_of_three(self) -> Figure:
        counted = bool(self.have and self.of)
        if bool(self.have) != bool(self.of) or (self.now and not self.of):
            raise ValueError(f"指标“{self.label}”的 have 和 of 要一起写，now 写在它们之外")
        if counted + bool(self.rate) + bool(self.duty) != 1:
            raise ValueError(f"指标“{self.label}”要写 have 和 of、rate、duty 三种里的一种")
        return self


class Item(Strict):
    """An inspection item."""

    id: str = Field(title="项目编号", description="Its own id")
    dimension: str = Field(title="维度", description="Under which heading")
    item: str = Field(title="检查项目", description="What is inspected")
    standard: str = Field(title="检查标准", description="What is right")
    points: Annotated[int, Field(ge=0)] = Field(default=0, title="分值", description="Points, of 100 in all")
    method: str = Field(default="", title="检查方式", description="How it is looked at")
    evidence: str = Field(default="", title="佐证材料", description="What is asked for")
    papers: list[str] = Field(
        default_factory=list, title="佐证文书", description="The papers that prove it, by the ids of their definitions"
    )
    figures: list[Figure] = Field(default_factory=list, title="指标", description="What the data can tell of it")
    on_site: bool = Field(
        default=False, title="现场核查", description="Whether it can be told on site alone, as forbidden conduct"
    )
    whose: list[Inspected] = Field(
        default=["school", "township"], title="督导对象", description="Whose duty it is", min_length=1
    )


class Dimension(Strict):
    """The items of an inspection under one heading."""

    name: str
    items: list[Item]

    @property
    def points(self) -> int:
        """The points of its items together."""
        return sum(item.points for item in self.items)


class Inspections(Strict):
    """Who inspects how, and the items."""

    team: Count = Field(title="督导人数", description="Inspectors in a team, at the least (IN-01)")
    methods: list[str] = Field(title="检查方式", description="Ways to inspect, as items name them")
    dimensions: list[str] = Field(title="检查维度", description="Headings of the items, in order")
    on_site: list[str] = Field(
        default_factory=list,
        title="现场核查维度",
        description="Headings whose items can be told on site alone: forbidden conduct",
    )
    county_items: list[Item] = Field(title="县级检查项目", description="Items of the county's inspection (IN-01)")
    school_items: list[Item] = Field(title="学校自查项目", description="Items of the self-check (IN-04)")

    def told_on_site(self, item: Item) -> bool:
        """Return whether an item can be told on site alone."""
        return item.on_site or item.dimension in self.on_site

    @property
    def total(self) -> int:
        """The points of all county items together."""
        return sum(item.points for item in self.county_items)

    @property
    def by_dimension(self) -> list[Dimension]:
        """The dimensions in order, each with its county items."""
        return [
            Dimension(name=name, items=[item for item in self.county_items if item.dimension == name])
            for name in self.dimensions
        ]

    @model_validator(mode="after")
    def _known_dimensions(self) -> Inspections:
        for item in (*self.county_items, *self.school_items):
            if item.dimension not in self.dimensions:
                raise ValueError(f"检查项目 {item.id} 的维度“{item.dimension}”不在 dimensions 里")
            if item.dimension in self.on_site and item.figures:
                raise ValueError(f"检查项目 {item.id} 属于“{item.dimension}”，只能现场核查，不能写 figures")
        return self

    @model_validator(mode="after")
    def _scored(self) -> Inspections:
        if not self.total:
            raise ValueError("county_items 没有一项有分值（points），检查表的满分会是 0 分")
        return self


class Chain(Strict):
    """The chain of responsibility and what each link answers for."""

    name: str = Field(title="包保模式", description="What the chain is called")
    links: list[str] = Field(title="包保层级", description="Who answers for what, link by link")
    school_name: str = Field(
        default="", title="校内包保模式", description="What a school's own is called, if otherwise"
    )
    school_links: list[str] = Field(
        default_factory=list, title="校内包保层级", description="Its links, if they are others"
    )

    @property
    def in_school(self) -> str:
        """What the chain is called in papers of schools."""
        return self.school_name or self.name

    @property
    def links_in_school(self) -> list[str]:
        """The links as papers of schools tell them."""
        return self.school_links or self.links


class Duties(Strict):
    """Role duties, one sentence each, as plans and contracts list them."""

    township_departments: list[Department] = Field(title="乡镇部门职责", description="Offices of a township")
    village: list[str] = Field(title="村居职责", description="Of a village")
    school: list[str] = Field(title="学校职责", description="Of a school")
    school_posts: list[Department] = Field(title="学校岗位职责", description="Posts at a school")


class Department(Strict):
    """A township office, or a post at a school, and its duty."""

    name: str = Field(title="部门或岗位", description="Office or post")
    duty: str = Field(title="职责", description="What it answers for")


class Article(Strict):
    """One article: its gist in our words, who may do what on its ground, and who may cite it."""

    law: str = Field(title="法律", description="Short name of the law")
    number: int = Field(title="条", description="第五十八条 is 58")
    gist: str = Field(title="要旨", description="What it says, in our words")
    grounds: dict[Body, list[Act]] = Field(
        default_factory=dict, title="可为依据", description="Which body may do what on its ground"
    )
    cited_by: list[Body] | Literal["all"] = Field(default="all", title="可引用", description="Who may cite it")

    @property
    def name(self) -> str:
        """Law and number as definitions write them: 义务教育法 58."""
        return f"{self.law} {self.number}"


class Policy(Strict):
    """Everything on which places differ."""

    id: str = Field(title="编号", description="As the file is called")
    name: str = Field(title="名称", description="What people call it")
    note: str = Field(default="", title="说明", description="What it is for")
    reference_only: bool = Field(
        default=False,
        title="仅供对照",
        description="Whether it shows how a public plan differs and is not to be used as is",
    )
    date_style: Literal["arabic", "chinese"] = Field(
        default="arabic", title="日期写法", description="2026年9月1日 (arabic) or 二〇二六年九月一日 (chinese)"
    )
    titles: dict[str, str] = Field(title="文书名称", description="Titles of papers, by the ids of their definitions")
    copies: dict[str, Annotated[int, Field(ge=1, le=MOST_COPIES)]] = Field(
        default_factory=dict, title="份数", description="Copies of papers, by the ids of their definitions"
    )
    bodies: dict[Body, str] = Field(title="机关称谓", description="What bodies are called where no name is known")
    codes: dict[str, str] = Field(
        default_factory=dict, title="发文代字", description="Codes in document numbers of kinds of paper, by definition"
    )
    groups: Groups = Field(title="领导小组名称", description="Leading groups")
    targets: StageTargets = Field(title="率值目标", description="Targets, in percent")
    formulas: Formulas = Field(title="公式", description="How rates are worked out")
    contract: ContractRules = Field(title="责任书", description="How contracts are signed")
    return_notice: ReturnNotice = Field(title="返校通知书", description="The return notice and the order to mend")
    dropout: Dropout = Field(title="辍学认定", description="What counts as dropping out")
    attendance: Attendance = Field(title="考勤", description="Presence and leave")
    visits: list[VisitQuota] = Field(title="家访定额", description="Home visits owed a term, by post")
    ladder: list[LadderStep] = Field(title="缺勤升级阶梯", description="What absence demands of whom, step by step")
    rhythms: Rhythms = Field(title="时限与频次", description="When what is done or reported")
    reports: Reports = Field(title="报告", description="Who reports to whom")
    ages: Ages = Field(title="年龄段", description="Age bands")
    enrolment: Enrolment = Field(title="入学", description="Papers of enrolment")
    grade_checks: GradeChecks = Field(title="核查年级", description="Which grades are checked how")
    labels: Labels = Field(title="称谓", description="What groups of people are called")
    lists: Lists = Field(title="清单", description="Lists that papers offer")
    assessment: Assessment = Field(title="奖惩方式", description="What is rewarded and what vetoes")
    sanctions: list[Sanction] = Field(
        default_factory=list,
        title="经济与组织处理",
        description="Found in public plans; printed only with a legal basis",
    )
    placement: Placement = Field(title="复学安置", description="Where a returned child is placed")
    service: Service = Field(title="送达", description="How documents are served")
    chain: Chain = Field(title="包保责任", description="The chain of responsibility")
    duties: Duties = Field(title="职责", description="Duties of roles")
    phases: list[Phase] = Field(title="工作阶段", description="Phases of a campaign")
    inspections: Inspections = Field(title="督导检查", description="Inspections")
    documents: dict[str, str] = Field(
        default_factory=dict, title="政策文件", description="Policy documents cited by name, by short names"
    )
    laws: dict[str, str] = Field(
        default_factory=dict, title="法律全称", description="Full names of laws, by short names"
    )
    law: list[Article] = Field(
        title="法律依据", description="Articles: gist, who may do what on their ground, who may cite"
    )

    @field_validator("id")
    @classmethod
    def _named_as_its_file(cls, id_: str, info: ValidationInfo) -> str:
        preset = (info.context or {}).get("preset", id_)
        if id_ != preset:
            raise ValueError(f"id 是“{id_}”，文件名却是“{preset}”，两者要一样")
        return id_

    @field_validator("ladder")
    @classmethod
    def _ladder_climbs(cls, ladder: list[LadderStep]) -> list[LadderStep]:
        for before, after in pairwise(ladder):
            if before.event == after.event and before.days > after.days:
                raise ValueError(f"ladder 的天数必须从小到大，“{after.label}”却在“{before.label}”之后")
        return ladder

    @field_validator("law")
    @classmethod
    def _listed_once(cls, law: list[Article]) -> list[Article]:
        names = [article.name for article in law]
        if twice := [name for name in dict.fromkeys(names) if names.count(name) > 1]:
            raise ValueError(f"{'、'.join(twice)} 列了不止一次，请合成一条")
        return law


Duties.model_rebuild()
