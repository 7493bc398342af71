"""The policy: every title, body, number and deadline on which places differ, and what the law lets whom do.

A policy is one YAML file under ``data/policies``; templates read it as ``policy`` and hold no number of
their own. Article × issuer × act is a table of it, and every definition is checked against that table.
"""

from __future__ import annotations

import re
from typing import Annotated, Literal

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, ValidationInfo, field_validator, model_validator

from generator.dataset.models import Staff, columns
from generator.errors import near

Body = Literal[
    "class_teacher", "school", "central_school", "village", "township", "education_bureau", "supervision", "county"
]  # fmt: skip
Act = Literal["agree", "remind", "order", "report", "record", "plan", "inspect", "serve", "commend"]
ACTS: dict[Act, str] = {
    "agree": "约定", "remind": "提醒", "order": "责令", "report": "报告", "record": "记录", "plan": "部署",
    "inspect": "检查", "serve": "送达", "commend": "表彰",
}  # fmt: skip
"""What users read of acts."""

MOST_COPIES = 99
Count = Annotated[int, Field(ge=1)]
"""How many of something, or how many days: a deadline never comes before what it is counted from."""
Percent = Annotated[float, Field(ge=0, le=100)]


def _known_post(post: str) -> str:
    posts = columns(Staff)["post"].choices
    if post not in posts:
        raise ValueError(f"教职工没有“{post}”这个岗位{near(post, posts)}；岗位有 {'、'.join(posts)}")
    return post


Post = Annotated[str, AfterValidator(_known_post)]


class Strict(BaseModel):
    """A part of the policy: unknown keys are errors."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class Targets(Strict):
    """Targets of one stage, in percent; ``class_loss`` is the limit for one class."""

    enrolment: Percent
    dropout: Percent
    retention: Percent
    class_loss: Percent


class StageTargets(Strict):
    """Targets by stage, and those of the whole nine years."""

    primary: Targets
    junior: Targets
    nine_year_retention: Percent
    disabled_enrolment: Percent
    migrant_enrolment: Percent


class ContractRules(Strict):
    """How contracts are signed: for what period (学年 or 学期), and by the student too or not."""

    period: Literal["学年", "学期"]
    student_signs: bool
    leave_within_days: Count  # how soon leave taken by telephone is put in writing, in school days after return


class ReturnNotice(Strict):
    """The return-to-school notice: by whom, after how long, with what deadline (natural days)."""

    issuer: Body
    after_days: Count
    within_days: Count
    draft: str  # printed in place of the number until one is allocated


class VisitQuota(Strict):
    """Visits that the holders of ``posts`` owe each term: a number, or a share of the class rounded up."""

    posts: list[Post]
    times: Count | None = None
    class_share: Annotated[float, Field(gt=0)] | None = None
    label: str  # how a contract says it

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
    """What an unexcused absence of ``days`` demands of whom."""

    days: Annotated[float, Field(gt=0)]
    unit: Literal["半天", "上课日", "自然日", "工作日"]
    who: str
    action: str
    said: str = ""  # how the absence is called where it is not counted from the first day

    @property
    def label(self) -> str:
        """The absence in words: 半天, 3个上课日, 7日."""
        if self.said:
            return self.said
        if self.unit == "半天":
            return self.unit
        return f"{self.days:g}日" if self.unit == "自然日" else f"{self.days:g}个{self.unit}"


class Phase(Strict):
    """A phase of the year's work."""

    name: str
    period: str
    tasks: list[str]


class Groups(Strict):
    """Names of the leadership groups and of their members."""

    township: str
    school: str
    leader: str
    deputy: str
    member: str
    office: str
    office_seat_township: str  # where the township group's office sits
    office_seat_school: str


class Rhythms(Strict):
    """When what is reported or done, as wording."""

    dropout_list: str  # class to school, once a dropout is confirmed
    dropout_report: str  # school to the bureau
    return_report: str  # school to the township
    class_report: str
    school_report: str
    term_returns: str
    opening_check: str
    self_check: str
    register_check: str
    township_meeting: str
    entry_notice: str  # when enrolment notices are served before each term
    publicity_months: str
    watch_contact: str  # how often a class teacher is in touch with a child on the watch list
    follow_up: str


class Assessment(Strict):
    """What is rewarded and what vetoes, as wording; thresholds in percent."""

    class_veto: Percent
    veto: list[str]
    rewards: list[str]
    penalties: list[str]


class Placement(Strict):
    """Where a child who comes back is put; ``original_class_months`` since dropping out."""

    original_class_months: Count
    class_cap: Count


class Service(Strict):
    """How documents are served."""

    servers: Count  # how many at the least


class Item(Strict):
    """An inspection item."""

    id: str
    dimension: str
    item: str
    standard: str
    points: Annotated[int, Field(ge=0)] = 0
    method: str = ""
    evidence: str = ""


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

    team: Count
    methods: list[str]
    dimensions: list[str]
    county_items: list[Item]
    school_items: list[Item]

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
        return self

    @model_validator(mode="after")
    def _scored(self) -> Inspections:
        if not self.total:
            raise ValueError("county_items 没有一项有分值（points），检查表的满分会是 0 分")
        return self


class Chain(Strict):
    """The chain of responsibility and what each link answers for."""

    name: str
    links: list[str]


class Duties(Strict):
    """Role duties, one sentence each, as plans and contracts list them."""

    township_departments: list[Department]
    village: list[str]
    school: list[str]
    school_posts: list[Department]


class Department(Strict):
    """A township office, or a post at a school, and its duty."""

    name: str
    duty: str


class Article(Strict):
    """One article: its gist in our words, who may do what on its ground, and who may cite it."""

    law: str
    number: int  # 第五十八条 is 58
    gist: str
    grounds: dict[Body, list[Act]] = Field(default_factory=dict)
    cited_by: list[Body] | Literal["all"] = "all"

    @property
    def name(self) -> str:
        """Law and number as definitions write them: 义务教育法 58."""
        return f"{self.law} {self.number}"


class Policy(Strict):
    """Everything on which places differ."""

    id: str
    name: str
    note: str = ""
    date_style: Literal["arabic", "chinese"] = "arabic"
    titles: dict[str, str]
    copies: dict[str, Annotated[int, Field(ge=1, le=MOST_COPIES)]] = Field(default_factory=dict)
    bodies: dict[Body, str]
    groups: Groups
    targets: StageTargets
    contract: ContractRules
    return_notice: ReturnNotice
    visits: list[VisitQuota]
    ladder: list[LadderStep]
    rhythms: Rhythms
    assessment: Assessment
    placement: Placement
    service: Service
    chain: Chain
    duties: Duties
    phases: list[Phase]
    inspections: Inspections
    documents: dict[str, str] = Field(default_factory=dict)  # policy documents cited by name, by short names
    laws: dict[str, str] = Field(default_factory=dict)  # full names of the laws, by the short names definitions use
    law: list[Article]

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
        days = [step.days for step in ladder]
        if days != sorted(days):
            raise ValueError("ladder 的天数必须从小到大")
        return ladder

    @field_validator("law")
    @classmethod
    def _listed_once(cls, law: list[Article]) -> list[Article]:
        names = [article.name for article in law]
        if twice := [name for name in dict.fromkeys(names) if names.count(name) > 1]:
            raise ValueError(f"{'、'.join(twice)} 列了不止一次，请合成一条")
        return law


Duties.model_rebuild()
