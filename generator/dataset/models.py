"""What is known about a county's schools, staff and students.

Each model is a sheet, each ``column`` a header of it, each ``link`` a header whose value names a
record of another sheet; properties are what can be read off the records and their links. The
loader, the workbook writer, the checks of definitions and ``docs/dataset.md`` all read these
declarations, so a column is described here and nowhere else.

An empty cell is ``None``. Every attribute is therefore optional, and a paper that prints an empty
one is held back (see ``forms.resolve``), unless the definition says that it is filled in by hand.
In a loaded dataset ``Missing`` stands for a value, link or list that is wrong (see ``doubts``): any
use of it raises, which properties here must not circumvent by asking whether it ``is None``.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, fields
from datetime import date
from functools import cache
from typing import Any, ClassVar, Literal, ParamSpec, TypeVar, cast, get_args, get_type_hints

from generator.dataset.missing import Missing
from generator.errors import Place

Sensitivity = Literal["identity", "contact", "address", "family", "health"]
Stage = Literal["小学", "初中"]


@dataclass(frozen=True, slots=True)
class Column:
    """How an attribute is written in a sheet."""

    header: str
    aliases: tuple[str, ...] = ()
    note: str = ""
    required: bool = False
    sensitive: Sensitivity | None = None
    choices: tuple[str, ...] = ()
    target: str = ""  # the model a link leads to
    many: bool = False  # several, joined by 、
    lone: bool = False  # an empty cell means the only record there is
    group: str = ""  # the prefix under which the columns of a nested record stand; aliases are further prefixes


def column(
    header: str,
    *aliases: str,
    note: str = "",
    required: bool = False,
    sensitive: Sensitivity | None = None,
    choices: Sequence[str] = (),
) -> Any:
    """Return an attribute that stands in the column ``header`` (or one of ``aliases``)."""
    described = Column(header, aliases, note, required, sensitive, tuple(choices))
    return field(default=None, metadata={"column": described})


def link(
    header: str,
    target: str,
    *aliases: str,
    note: str = "",
    required: bool = False,
    many: bool = False,
    lone: bool = False,
) -> Any:
    """Return an attribute that leads to the record of ``target`` named in the column ``header``."""
    described = Column(header, aliases, note, required, target=target, many=many, lone=lone)
    if many:
        return field(default_factory=list, metadata={"column": described})
    return field(default=None, metadata={"column": described})


def nested(group: str, *aliases: str, note: str = "") -> Any:
    """Return an attribute whose own columns stand in the same sheet, each header prefixed by ``group`` or an alias."""
    return field(default=None, metadata={"column": Column(group, aliases, group=group, note=note)})


def back(via: str) -> Any:
    """Return a list that the loader fills with the records whose link ``via`` leads here, in the dataset's order."""
    return field(default_factory=list, repr=False, metadata={"back": via})


@dataclass(slots=True, eq=False)
class Record:
    """One row: where it stands in the user's file."""

    sheet: ClassVar[str] = ""
    doc: ClassVar[str] = ""  # what the sheet is for, in Chinese
    kept_by: ClassVar[str] = ""  # who fills it in
    origin: Origin | None = field(default=None, repr=False)

    def where(self, attribute: str = "") -> Place:
        """Return where the record, or one attribute of it, stands in the user's file."""
        if not self.origin:
            return Place(self.sheet)
        return self.origin.place(attribute, header_of(type(self), attribute) if attribute else "")


@dataclass(frozen=True, slots=True)
class Origin:
    """The file, sheet and row a record came from, and the column letter of each attribute (in YAML: line and key)."""

    file: str
    sheet: str
    row: int
    letters: dict[str, str]
    line: bool = False  # a YAML line rather than a row
    elsewhere: dict[str, Origin] | None = None  # of attributes that a row of another file says

    def place(self, attribute: str = "", header: str = "") -> Place:
        """Return the cell of ``attribute``, or the row and ``header`` when it has no column; in YAML its line and key,
        or those of the record and ``header``."""
        if self.elsewhere and attribute in self.elsewhere:
            return self.elsewhere[attribute].place(attribute, header)
        if self.line:
            line, _, key = self.letters.get(attribute, f"{self.row} {header}").partition(" ")
            return Place(self.file, cell=key, line=int(line))
        letter = self.letters.get(attribute)
        named = f"第{self.row}行" + (f"“{header}”" if header else "")
        return Place(self.file, self.sheet, f"{letter}{self.row}" if letter else named)


@dataclass(slots=True, eq=False)
class Settings(Record):
    """The term the dataset is about."""

    sheet = "设置"
    doc = "本学期是哪个学年、哪个学期，从哪天到哪天；只写一行"
    kept_by = "做文书的人"
    year: str | None = column("学年", required=True, note="如 2026—2027学年")
    term: str | None = column("学期", required=True, choices=("第一学期", "第二学期"))
    term_start: date | None = column("开学日期", required=True)
    term_end: date | None = column("学期结束日期", required=True)
    today: date | None = column("制表日期", note="印在文书上的日期；命令行 --today 优先，都没有时用当天")
    policy: str | None = column("政策", note="政策预设的名称；空着用 national")
    due_from: date | None = column("待办起算日", note="这一天以前到期的待办不再列出；学期中间才开始用的填")

    @property
    def first_year(self) -> int | None:
        """The calendar year in which the school year begins."""
        found = re.match(r"\d{4}", self.year or "")
        return int(found[0]) if found else None


@dataclass(slots=True, eq=False)
class CalendarDay(Record):
    """A day on which lessons are other than the week and the public holidays say (see ``policy.calendar``)."""

    sheet = "校历"
    doc = "与周末和国家放假安排不同的放假日、上课日；国家还没有公布安排的年份，把节假日和调休上课日写在这里；一天一行"
    kept_by = "教导处"
    day: date | None = column("日期", required=True)
    kind: str | None = column("类别", required=True, choices=("放假", "上课"))
    school: School | None = link("学校", "School", note="只是一所学校的写学校；空着算所有学校")
    note: str | None = column("说明", note="如 元旦、调休、农忙假、雪天停课")


@dataclass(slots=True, eq=False)
class County(Record):
    """The county, its government, education bureau and supervision body."""

    sheet = "县区"
    doc = "县区和县级机关的全称；一般只有一行"
    kept_by = "做文书的人"
    name: str | None = column("县区名称", required=True)
    government: str | None = column("县级人民政府", required=True, note="全称")
    bureau: str | None = column("县级教育行政部门", "教育局", required=True, note="全称，如 某某县教育体育局")
    bureau_code: str | None = column("教育局机关代字", note="发文字号用，如 云教")
    bureau_contact: str | None = column("教育局联系人")
    bureau_phone: str | None = column("教育局联系电话", sensitive=None)
    supervision: str | None = column("教育督导机构", note="全称，如 某某县人民政府教育督导委员会办公室")
    entrants_nine: int | None = column("九年前小学招生数", note="今年九年级当年入小学的人数，加转入、减转出和死亡")
    townships: list[Township] = back("county")


@dataclass(slots=True, eq=False)
class Township(Record):
    """A township (乡、镇、街道)."""

    sheet = "乡镇"
    doc = "乡镇人民政府和乡镇领导"
    kept_by = "乡镇教育专干"
    name: str | None = column("乡镇名称", required=True)
    government: str | None = column("乡镇人民政府", required=True, note="全称")
    code: str | None = column("机关代字", note="发文字号用，如 云政")
    secretary: str | None = column("党委书记")
    head: str | None = column("乡镇长", required=True)
    deputy: str | None = column("分管领导")
    officer: str | None = column("教育专干", note="联系人")
    phone: str | None = column("联系电话")
    address: str | None = column("地址")
    county: County | None = link("县区", "County", lone=True, note="只有一个县区时可空")
    school_age_primary: int | None = column("小学适龄人口", note="8月31日满6至11周岁的户籍和常住儿童")
    school_age_junior: int | None = column("初中适龄人口", note="8月31日满12至14周岁的")
    school_age_disabled: int | None = column("残疾适龄人口", note="8月31日满6至14周岁的残疾儿童少年")
    elsewhere_primary: int | None = column("小学适龄在外就读", note="在这份数据以外的学校读书的")
    elsewhere_junior: int | None = column("初中适龄在外就读")
    elsewhere_disabled: int | None = column("残疾适龄在外就读", note="含特殊教育学校")
    villages: list[Village] = back("township")
    schools: list[School] = back("township")
    group: list[Member] = back("township")

    @property
    def students(self) -> list[Student]:
        """All students of the township's schools."""
        return [student for school in self.schools for student in school.students]

    @property
    def cases(self) -> list[Case]:
        """All dropout cases of the township's schools."""
        return [case for school in self.schools for case in school.cases]


@dataclass(slots=True, eq=False)
class Village(Record):
    """A village or neighbourhood (村、社区) and who is answerable for it."""

    sheet = "村居"
    doc = "村、社区和包村的人"
    kept_by = "乡镇教育专干"
    name: str | None = column("村居名称", required=True)
    township: Township | None = link("乡镇", "Township", lone=True, note="只有一个乡镇时可空")
    secretary: str | None = column("村支书")
    director: str | None = column("村主任")
    phone: str | None = column("联系电话")
    leader: str | None = column("包村领导", note="乡镇班子成员")
    officer: str | None = column("包村干部")
    school: School | None = link("联系学校", "School", note="联校包村的学校")
    school_contact: Staff | None = link("学校联系人", "Staff")


@dataclass(slots=True, eq=False)
class School(Record):
    """A school."""

    sheet = "学校"
    doc = "学校的全称、简称和负责人；一所学校一行"
    kept_by = "学籍管理员"
    code: str | None = column("学校标识码", required=True, note="10 位")
    name: str | None = column("学校名称", required=True, note="全称")
    short_name: str | None = column("学校简称", required=True, note="用于文件夹名")
    kind: str | None = column(
        "办学类型", required=True, choices=("小学", "教学点", "中心校", "初级中学", "九年一贯制学校")
    )
    township: Township | None = link("乡镇", "Township", lone=True, note="只有一个乡镇时可空")
    village: Village | None = link("所在村居", "Village")
    central: School | None = link("中心校", "School")
    principal: Staff | None = link("校长", "Staff", required=True)
    contact: Staff | None = link("学籍管理员", "Staff")
    phone: str | None = column("联系电话", "学校电话")
    address: str | None = column("学校地址", "地址")
    last_primary: int | None = column("上学年初小学在校生数", note="按上学年初算辍学率的用")
    last_junior: int | None = column("上学年初初中在校生数")
    entrants_junior: int | None = column("三年前初一招生数", note="今年九年级当年入初一的人数，加转入、减转出和死亡")
    classes: list[Class] = back("school")
    staff: list[Staff] = back("school")
    group: list[Member] = back("school")
    dropouts: list[Case] = back("school")  # of children who dropped out of this school, wherever they are now

    @property
    def stage(self) -> Stage:
        """The stage the school teaches; a nine-year school counts by its classes (see ``Class.stage``)."""
        return "初中" if self.kind == "初级中学" else "小学"

    @property
    def students(self) -> list[Student]:
        """All students, class by class."""
        return [student for class_ in self.classes for student in class_.students]

    @property
    def enrolled(self) -> int:
        """How many students are enrolled."""
        return sum(class_.size for class_ in self.classes)

    @property
    def cases(self) -> list[Case]:
        """The cases of children who dropped out of this school, by date."""
        return sorted(self.dropouts, key=lambda case: (case.dropped_on or date.min, case.no or ""))

    @property
    def open_cases(self) -> list[Case]:
        """The dropout cases of children who have not come back."""
        return [case for case in self.cases if case.is_open]

    @property
    def visits(self) -> list[Visit]:
        """All home visits to students of the school."""
        return [visit for student in self.students for visit in student.visits]

    @property
    def watched(self) -> list[Student]:
        """The students on the watch list."""
        return [student for student in self.students if student.enrolled and student.watched]


GRADES = ("一年级", "二年级", "三年级", "四年级", "五年级", "六年级", "七年级", "八年级", "九年级")


@dataclass(slots=True, eq=False)
class Class(Record):
    """A class (班级) of one school."""

    sheet = "班级"
    doc = "班级和班主任；一个班一行"
    kept_by = "教导处"
    school: School | None = link("学校", "School", lone=True, note="只有一所学校时可空")
    grade: str | None = column("年级", required=True, choices=GRADES)
    number: int | None = column("班号", required=True)
    teacher: Staff | None = link("班主任", "Staff", note="没有确定的空着")
    leader: Staff | None = link("包级领导", "Staff")
    baseline: int | None = column("学年初人数", required=True, note="责任书考核的基数")
    students: list[Student] = back("class_")

    @property
    def name(self) -> str | None:
        """Grade and number, as in 三年级（1）班."""
        return f"{self.grade}（{self.number}）班" if self.grade and self.number is not None else None

    @property
    def full_name(self) -> str | None:
        """The name with the school's before it, by which a class of another school is named."""
        return f"{self.school.short_name}{self.name}" if self.school and self.name else None

    @property
    def stage(self) -> Stage:
        """The stage: 初中 from grade seven on."""
        return "初中" if self.grade in GRADES[6:] else "小学"

    @property
    def roll(self) -> list[Student]:
        """The enrolled students."""
        return [student for student in self.students if student.enrolled]

    @property
    def size(self) -> int:
        """How many students are enrolled."""
        return len(self.roll)

    @property
    def boys(self) -> int:
        """How many enrolled students are boys."""
        return sum(student.sex == "男" for student in self.roll)

    @property
    def girls(self) -> int:
        """How many enrolled students are girls."""
        return sum(student.sex == "女" for student in self.roll)

    @property
    def watched(self) -> int:
        """How many enrolled students are on the watch list."""
        return sum(bool(student.watched) for student in self.roll)


@dataclass(slots=True, eq=False)
class Staff(Record):
    """A member of a school's staff."""

    sheet = "教职工"
    doc = "学校的教职工，别的表里写到的老师都要在这里"
    kept_by = "教导处"
    school: School | None = link("学校", "School", lone=True, note="只有一所学校时可空")
    no: str | None = column("工号", required=True)
    name: str | None = column("姓名", required=True)
    sex: str | None = column("性别", choices=("男", "女"))
    post: str | None = column(
        "岗位", required=True, choices=("校长", "副校长", "教导主任", "班主任", "任课教师", "职员")
    )
    subject: str | None = column("任教学科")
    teaches: str | None = column("任教班级", note="几个班用、隔开")
    phone: str | None = column("联系电话", sensitive="contact")
    visits: list[Visit] = back("visitors")
    classes: list[Class] = back("teacher")  # those of which this person is class teacher


@dataclass(slots=True, eq=False)
class Guardian(Record):
    """A family member of a student."""

    name: str | None = column("姓名")
    relation: str | None = column("关系", "与学生关系")
    is_guardian: bool | None = column("是否监护人", note="空着算是")
    id_no: str | None = column("身份证件号", sensitive="identity")
    phone: str | None = column("联系电话", "电话", sensitive="contact")
    address: str | None = column("现住址", sensitive="address")
    workplace: str | None = column("工作单位", "务工地点", sensitive="family")


INCLUSIONS = ("视力残疾随班就读", "听力残疾随班就读", "智力残疾随班就读", "其他残疾随班就读")


@dataclass(slots=True, eq=False)
class Student(Record):
    """A student."""

    sheet = "学生"
    doc = "学生和家庭成员；可以从学籍系统导出的名册粘贴"
    kept_by = "学籍管理员、班主任"
    school: School | None = link("学校", "School", "学校标识码", "学校名称", lone=True, note="只有一所学校时可空")
    class_: Class | None = link("班级", "Class", "年级班级", "班号", required=True, note="如 三年级（1）班")
    seat_no: int | None = column("班内学号", "座号", "学号")
    name: str | None = column("姓名", "学生姓名", required=True)
    sex: str | None = column("性别", required=True, choices=("男", "女"))
    birth_date: date | None = column("出生日期")
    id_type: str | None = column("身份证件类型", note="空着算居民身份证")
    id_no: str | None = column("身份证件号", "身份证号", "身份证号码", sensitive="identity")
    student_no: str | None = column("全国学籍号", "学籍号", sensitive="identity")
    ethnicity: str | None = column("民族", sensitive="family")
    boarding: str | None = column("就读方式", choices=("走读", "住校"))
    entered: str | None = column("入学年月")
    status: str | None = column("学籍状态", choices=("在籍", "休学", "转出", "辍学", "死亡", "毕业"), note="空着算在籍")
    changed_on: date | None = column("变动日期", note="休学、转出、死亡、毕业的日期")
    came_on: date | None = column("转入日期", note="本学年从外校转入，或休学以后复学的日期")
    household_address: str | None = column("户籍地址", "户口所在地", sensitive="address")
    address: str | None = column("现住址", "家庭住址", "家庭地址", sensitive="address")
    village: Village | None = link("村居", "Village", "所在村")
    member1: Guardian | None = nested("成员1", "监护人", "家长")
    member2: Guardian | None = nested("成员2")
    watched: bool | None = column("重点对象", note="是 或 否")
    left_behind: str | None = column(
        "是否留守儿童", "留守", choices=("非留守儿童", "单亲留守儿童", "双亲留守儿童"), sensitive="family"
    )
    disability: str | None = column("残疾类型", sensitive="health")
    inclusion: str | None = column("随班就读", choices=INCLUSIONS, sensitive="health")
    hardship: str | None = column("困难类型", note="如 低保、脱贫户、孤儿", sensitive="family")
    cases: list[Case] = back("student")
    visits: list[Visit] = back("student")
    absences: list[Absence] = back("student")

    @property
    def enrolled(self) -> bool:
        """Whether the student is on the roll: enrolled, or dropped out and thus still owed schooling."""
        return self.status in (None, "在籍", "辍学")

    @property
    def left(self) -> bool:
        """Whether the student has gone on to another school, on whose roll it stands now."""
        return self.status in ("转出", "毕业")

    @property
    def guardian(self) -> Guardian | None:
        """The first family member who is a guardian."""
        members = (self.member1, self.member2)
        return next((member for member in members if member and member.is_guardian in (None, True)), None)

    @property
    def open_case(self) -> Case | None:
        """The case in which the child is still to be brought back, the latest where there are several."""
        cases = [case for case in self.cases if case.is_open]
        return max(cases, key=lambda case: case.dropped_on or date.min, default=None)


@dataclass(slots=True, eq=False)
class Member(Record):
    """A member of a leadership group (领导小组)."""

    sheet = "领导小组"
    doc = "乡镇、学校控辍保学领导小组的成员，印在工作方案里"
    kept_by = "乡镇教育专干、学校"
    township: Township | None = link("乡镇", "Township", note="乡镇领导小组填乡镇，学校领导小组填学校")
    school: School | None = link("学校", "School")
    role: str | None = column("组内职务", required=True, choices=("组长", "副组长", "成员", "办公室主任"))
    name: str | None = column("姓名", required=True)
    post: str | None = column("职务", required=True)
    duty: str | None = column("分工")


@dataclass(slots=True, eq=False)
class Absence(Record):
    """A student's absence of one or more school days."""

    sheet = "缺勤"
    doc = "学生的缺勤，一次一行"
    kept_by = "班主任"
    student: Student | None = link("学生", "Student", required=True, note="学籍号，或姓名（同名时连班级）")
    class_: Class | None = link("班级", "Class", note="学生写姓名且有同名时要填")
    school: School | None = link("学校", "School")
    kind: str | None = column("类别", required=True, choices=("病假", "事假", "旷课"))
    start: date | None = column("起始日期", required=True)
    end: date | None = column("结束日期")
    days: int | None = column("缺课天数", note="上课日")
    session: str | None = column("时段", choices=("上午", "下午"), note="只缺半天的写；空着算全天")
    note: str | None = column("备注")


REASONS = (
    "厌学", "学习困难", "家庭经济困难", "因病", "因残", "因灾", "外出务工", "务农经商", "早婚早育",
    "家长认识不到位", "随迁去向不明", "其他",
)  # fmt: skip

CLOSINGS = ("复学", "已转学", "休学", "延缓入学", "出国出境", "死亡", "登记有误")


@dataclass(slots=True, eq=False)
class Case(Record):
    """One child's dropping out, from discovery to return (个案)."""

    sheet = "辍学个案"
    doc = "谁辍学、什么时候发现、什么时候复学；一次辍学一行"
    kept_by = "学籍管理员"
    no: str | None = column("个案编号", "编号", required=True)
    student: Student | None = link("学生", "Student", required=True, note="学籍号，或姓名（同名时连班级）")
    class_: Class | None = link("班级", "Class", note="学生写姓名且有同名时要填")
    school: School | None = link("学校", "School", note="空着算辍学时的学校")
    found_on: date | None = column("发现日期", required=True, note="发现没有到校的那一天，不是登记的那一天")
    dropped_on: date | None = column("辍学日期", required=True)
    dropped_from: Class | None = link(
        "辍学时班级", "Class", note="空着算现在的班级；别校的班级前面写学校简称，如 某某小学三年级（1）班"
    )
    reason: str | None = column("辍学原因", required=True, choices=REASONS, sensitive="family")
    reason_detail: str | None = column("原因说明", sensitive="family")
    whereabouts: str | None = column("去向")
    progress: str | None = column("劝返情况")
    responsible: Staff | None = link("劝返责任人", "Staff")
    returned_on: date | None = column("复学日期")
    return_mode: str | None = column("复学方式", choices=("自行返校", "劝返复学", "转入他校复学"))
    return_class: Class | None = link("编入班级", "Class", note="别校的班级前面写学校简称")
    placement: str | None = column("安置方式", choices=("原班就读", "调整年级就读", "单独编班", "随班就读", "送教上门"))
    keeper: Staff | None = link("保学责任人", "Staff")
    register_status: str | None = column("复学后学籍状态")
    closed_on: date | None = column("销号日期", note="查清或复学后，在台账上销号的日期")
    closed_as: str | None = column("销号类别", choices=CLOSINGS, note="没有复学而了结的写明；空着算复学")
    notices: list[Notice] = back("case")

    @property
    def last_class(self) -> Class | None:
        """The class the child dropped out of."""
        return self.dropped_from or (self.student.class_ if self.student else None)

    @property
    def placed_in(self) -> str | None:
        """The class the child was put into on its return, with the school's name where that is another one."""
        now, before = self.return_class, self.last_class
        if now is None:
            return None
        return now.name if before in (now, None) or before.school == now.school else now.full_name

    @property
    def returned(self) -> bool:
        """Whether the child has come back."""
        return bool(self.returned_on)

    @property
    def is_open(self) -> bool:
        """Whether the child is still to be brought back: neither returned, nor the case ended in another way."""
        return not self.returned and not self.closed_on

    @property
    def visits(self) -> list[Visit]:
        """The visits on account of the child's absence, from its first day until its return."""
        if self.student is None or self.found_on is None:
            return []
        first, last = min(self.dropped_on or self.found_on, self.found_on), self.returned_on or date.max
        return [
            visit
            for visit in self.student.visits
            if visit.visited_on and first <= visit.visited_on <= last and visit.purpose in PERSUADING
        ]

    @property
    def attempts(self) -> int:
        """How many times the child has been urged to return."""
        return len(self.visits)


MODES = ("上门", "电话", "视频", "到校面谈")
PERSUADING = ("劝返", "无故缺勤", "厌学")
"""Purposes of visits that urge a child to come back; a routine visit does not."""


@dataclass(slots=True, eq=False)
class Visit(Record):
    """A home visit, or a talk that stands for one."""

    sheet = "家访"
    doc = "家访和代替家访的谈话，一次一行"
    kept_by = "班主任、家访教师"
    student: Student | None = link("学生", "Student", required=True, note="学籍号，或姓名（同名时连班级）")
    class_: Class | None = link("班级", "Class", note="学生写姓名且有同名时要填")
    school: School | None = link("学校", "School")
    visited_on: date | None = column("家访日期", "日期", required=True)
    time: str | None = column("家访时间", note="如 18:30")
    place: str | None = column("家访地点", "地点")
    mode: str | None = column("家访方式", "方式", required=True, choices=MODES)
    visitors: list[Staff] = link("家访教师", "Staff", required=True, many=True, note="几个人用、隔开")
    interviewee: str | None = column("受访人")
    relation: str | None = column("与学生关系")
    purpose: str | None = column(
        "家访事由", "事由", required=True, choices=("劝返", "无故缺勤", "厌学", "重点对象", "定期家访", "其他")
    )
    economy: str | None = column("家庭经济情况", sensitive="family")
    cause: str | None = column("辍学原因", sensitive="family")
    thoughts: str | None = column("思想动态", sensitive="family")
    opinion: str | None = column("监护人意见")
    law: str | None = column("法律政策宣传")
    content: str | None = column("谈话内容")
    result: str | None = column("家访结果", "结果")
    follow_up: str | None = column("后续措施")
    photo: str | None = column("照片编号")

    @property
    def class_then(self) -> Class | None:
        """The class the child was in when visited, which its return may have changed since."""
        if self.student is None or self.visited_on is None:
            return self.class_
        later = [case for case in self.student.cases if self.visited_on <= (case.returned_on or date.max)]
        return min(later, key=lambda case: case.returned_on or date.max).last_class if later else self.class_


NOTICES = ("返校通知书", "责令限期改正通知书", "责令接受义务教育通知书")
"""Kinds of notice; the first urges, the others order."""
DEADLINES = dict(zip(NOTICES, ("返校期限", "改正期限", "送学期限"), strict=True))
"""What the deadline of each kind is called."""


BROUGHT = ("直接送达", "留置送达", "委托送达")
"""The manners in which people bring the notice; the others are by post and by wire."""


@dataclass(slots=True, eq=False)
class Notice(Record):
    """A notice issued, or to be issued, in a case, and its service."""

    sheet = "通知书"
    doc = "返校通知书和送达情况，一份一行；没有文号的印为草稿"
    kept_by = "发通知书的单位"
    id: str | None = column("序号", required=True)
    case: Case | None = link("个案编号", "Case", required=True)
    kind: str | None = column("文种", choices=NOTICES, note="空着算返校通知书")
    number: str | None = column("文号", note="如 云政返通〔2026〕1号；未编号时空着，文书印为草稿")
    issued_on: date | None = column("发出日期")
    deadline: date | None = column("返校期限", note="空着按政策从发出日期起算")
    served_at: date | None = column("送达日期")
    served_place: str | None = column("送达地点")
    served_mode: str | None = column("送达方式", choices=("直接送达", "留置送达", "邮寄送达", "电子送达", "委托送达"))
    received_by: str | None = column("收件人")
    receiver_relation: str | None = column("收件人与受送达人关系")
    proxy_reason: str | None = column("代收理由")
    refusal: str | None = column("拒收事由")
    witness: str | None = column("见证人")
    witness_unit: str | None = column("见证人单位")
    servers: str | None = column("送达人")
    photo: str | None = column("照片编号")
    note: str | None = column("备注")
    # what the ledger alone can say, so that no column holds it (see ``records.overlay``)
    served_time: str | None = None  # 18时30分
    co_issuer: str | None = None  # of a joint notice, the body that does not lead
    seam: str | None = None  # the number as it is written across the seam between notice and stub
    withheld: Missing | None = None  # why nothing about it is printed: its number is void

    @property
    def brought(self) -> bool:
        """Whether people bring it, of whom a place may ask for several; so where nobody has said yet how it goes."""
        return not self.served_mode or self.served_mode in BROUGHT

    @property
    def sort(self) -> str:
        """Its kind; a return notice where none is written."""
        return self.kind or NOTICES[0]

    @property
    def deadline_name(self) -> str:
        """What its deadline is called."""
        return DEADLINES[self.sort]

    @property
    def attempts(self) -> int:
        """How many times the child had been urged to return when the notice was issued, or has been until now."""
        if self.case is None:
            return 0
        last = self.issued_on or date.max
        return sum(visit.visited_on is not None and visit.visited_on <= last for visit in self.case.visits)


@dataclass(slots=True, eq=False)
class Inspection(Record):
    """An inspection of a school or township by the county."""

    sheet = "督导"
    doc = "县里对乡镇、学校的督导检查，一次一行"
    kept_by = "县级教育督导机构"
    no: str | None = column("督导编号", "编号", required=True)
    township: Township | None = link("被督导乡镇", "Township", note="乡镇和学校填一个")
    school: School | None = link("被督导学校", "School")
    held_on: date | None = column("督导日期", required=True)
    team: str | None = column("督导人员", note="几个人用、隔开")
    method: str | None = column("检查方式", note="如 看、查、访、议")

    @property
    def unit(self) -> str | None:
        """The full name of the inspected school or township."""
        if self.school:
            return self.school.name
        return self.township.government if self.township else None


@dataclass(slots=True, eq=False)
class Filing(Record):
    """A paper that was handed in, sent, or carried out: what discharges a duty of which no other sheet tells."""

    sheet = "办理"
    doc = "报送、签订、检查、清点等办完的事，一件一行；家访、通知书、复学各有自己的表，不在这里重写"
    kept_by = "经办人"
    paper: str | None = column("文书编号", required=True, note="待办清单上的编号，如 DR-10e")
    done_on: date | None = column("办理日期", required=True)
    about_on: date | None = column("所属日期", note="补办以前一期的，写那一期里的一天，如补报九月的写 2026-09-30")
    township: Township | None = link("乡镇", "Township", note="关于谁的填谁：乡镇、学校、班级、学生、个案填一个")
    school: School | None = link("学校", "School")
    class_: Class | None = link("班级", "Class")
    student: Student | None = link("学生", "Student", note="学籍号，或姓名（同名时连班级）")
    case: Case | None = link("个案编号", "Case")
    person: str | None = column("经办人")
    note: str | None = column("备注")


@dataclass(slots=True, eq=False)
class PolicyValue(Record):
    """One value in which the place differs from its policy preset."""

    sheet = "政策"
    doc = "本地与政策预设不同的数值，一项一行；都一样的不用填"
    kept_by = "做文书的人"
    name: str | None = column("参数", required=True, note="名称见 baoxue policy show，如 返校期限、小学辍学率目标")
    value: str | None = column("值", required=True, note="怎么写照 baoxue policy show 印的；几项用、隔开")
    reason: str | None = column("依据", note="本地文件的名称和条款；只给自己看，不印")


MODELS: tuple[type[Record], ...] = (
    Settings, CalendarDay, County, Township, Village, School, Class, Staff, Student, Member, Absence, Case, Visit,
    Notice, Inspection, Filing, PolicyValue,
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Sheet:
    """A sheet that was read: in which file, of which model, and the column letter of each attribute it has."""

    file: str
    name: str
    model: type[Record]
    letters: dict[str, str]  # none in YAML


@dataclass(slots=True)
class Dataset:
    """Everything a workbook, a YAML file or a folder of them says, with its links drawn."""

    file: str = ""
    units: dict[str, str] = field(default_factory=dict)  # of each file that was read: what its unit is called
    sheets: list[Sheet] = field(default_factory=list)
    settings: Settings = field(default_factory=Settings)
    calendar: list[CalendarDay] = field(default_factory=list)
    counties: list[County] = field(default_factory=list)
    townships: list[Township] = field(default_factory=list)
    villages: list[Village] = field(default_factory=list)
    schools: list[School] = field(default_factory=list)
    classes: list[Class] = field(default_factory=list)
    staff: list[Staff] = field(default_factory=list)
    students: list[Student] = field(default_factory=list)
    members: list[Member] = field(default_factory=list)
    absences: list[Absence] = field(default_factory=list)
    cases: list[Case] = field(default_factory=list)
    visits: list[Visit] = field(default_factory=list)
    notices: list[Notice] = field(default_factory=list)
    inspections: list[Inspection] = field(default_factory=list)
    filings: list[Filing] = field(default_factory=list)
    policy_values: list[PolicyValue] = field(default_factory=list)

    def records(self) -> Iterator[Record]:
        """Yield every row, sheet by sheet."""
        for model in MODELS:
            yield from self.of(model)

    def families(self) -> Iterator[tuple[Student, Guardian]]:
        """Yield every family member with the student whose it is."""
        for student in self.students:
            if student.member1:
                yield student, student.member1
            if student.member2:
                yield student, student.member2

    def of(self, model: type[Record]) -> list[Any]:
        """Return the rows of one sheet."""
        found = getattr(self, lists()[model])
        return found if isinstance(found, list) else [found]

    def __getstate__(self) -> list[Any]:
        """Return what is pickled: the records side by side, each link to one of them as its number.

        Pickle follows links, from child to visit to teacher to visit to child, and that chain has no bound.
        """
        sheets = [getattr(self, f.name) for f in fields(self)]
        past = {id(case.dropped_from): case.dropped_from for case in self.cases if isinstance(case.dropped_from, Class)}
        records = list({id(record): record for record in (*self.records(), *past.values())}.values())
        numbers = {id(record): number for number, record in enumerate(records)}

        def apart(value: Any) -> Any:
            if isinstance(value, list):
                return [apart(one) for one in value]
            return _Number(numbers[id(value)]) if id(value) in numbers else value

        states = [[apart(getattr(record, f.name)) for f in fields(record)] for record in records]
        return [[type(record) for record in records], states, apart(sheets)]

    def __setstate__(self, state: list[Any]) -> None:
        """Put the records together again."""
        models, states, sheets = state
        records = [model() for model in models]

        def joined(value: Any) -> Any:
            if isinstance(value, list):
                return [joined(one) for one in value]
            return records[value] if isinstance(value, _Number) else value

        for record, values in zip([*records, self], [*states, sheets], strict=True):
            for f, value in zip(fields(record), values, strict=True):
                setattr(record, f.name, joined(value))


class _Number(int):
    """The number of a record, in a pickled dataset."""


_P = ParamSpec("_P")
_R = TypeVar("_R")


def once(function: Callable[_P, _R]) -> Callable[_P, _R]:
    """Return ``function`` remembering its answers: ``functools.cache``, whose own type refuses models as arguments."""
    return cast(Callable[_P, _R], cache(function))


_NO_SHEETS = ("file", "units", "sheets")


@once
def lists() -> dict[type[Record], str]:
    """Return the attribute of a dataset under which the rows of each model stand."""
    hints = get_type_hints(Dataset)
    return {getattr(hint, "__args__", (hint,))[0]: name for name, hint in hints.items() if name not in _NO_SHEETS}


@once
def columns(model: type[Record]) -> dict[str, Column]:
    """Return the column of each attribute of ``model`` that is written in a sheet, in order."""
    return {f.name: f.metadata["column"] for f in fields(model) if "column" in f.metadata}


@once
def backs(model: type[Record]) -> dict[str, tuple[type[Record], str]]:
    """Return the lists of ``model`` that the loader fills, each with the model it holds and the link leading here."""
    kinds = attribute_types(model)
    return {f.name: (get_args(kinds[f.name])[0], f.metadata["back"]) for f in fields(model) if "back" in f.metadata}


@once
def attribute_types(model: type) -> dict[str, Any]:
    """Return the type of every attribute and property of ``model``, as declared."""
    hints = {name: hint for name, hint in get_type_hints(model).items() if name != "origin"}
    for base in reversed(model.__mro__):
        for name, member in vars(base).items():
            if isinstance(member, property) and member.fget:
                hints[name] = get_type_hints(member.fget).get("return", Any)
    return hints


def plain_type(hint: Any) -> Any:
    """Return a declared type without its ``None``: ``str`` for ``str | None``."""
    kinds = [kind for kind in get_args(hint) if kind is not type(None)]
    return kinds[0] if type(None) in get_args(hint) and len(kinds) == 1 else hint


READ_OFF = {
    "name": "班级名称", "full_name": "班级名称", "guardian": "监护人", "unit": "被督导单位", "placed_in": "编入班级",
    "last_class": "辍学时班级", "first_year": "学年", "class_then": "班级", "served_time": "送达时间",
    "co_issuer": "联合发文机关", "seam": "骑缝文号", "open_case": "辍学个案",
}  # fmt: skip
"""The Chinese names of properties that may be empty."""


def header_of(model: type, attribute: str) -> str:
    """Return the Chinese name of an attribute, for messages: its header, or the name itself."""
    described = columns(model).get(attribute) if issubclass(model, Record) else None
    return described.header if described else READ_OFF.get(attribute, attribute)
