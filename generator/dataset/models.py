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
from dataclasses import Field, dataclass, field, fields
from datetime import date
from functools import cache
from itertools import islice, repeat
from typing import Any, ClassVar, Literal, NoReturn, ParamSpec, TypeVar, cast, get_args, get_origin, get_type_hints

from generator.dataset.missing import Missing
from generator.errors import Place

Sensitivity = Literal["name", "identity", "contact", "address", "family", "health"]
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
    rare: ClassVar[bool] = False  # of use to few, who add it to their workbook when they need it
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
    supervision_contact: str | None = column("督导机构联系人")
    supervision_phone: str | None = column("督导机构联系电话")
    entrants_nine: int | None = column("九年前小学招生数", note="今年九年级当年入小学的人数，加转入、减转出和死亡")
    townships: list[Township] = back("county")
    totals: list[Total] = back("county")

    @property
    def disabilities(self) -> list[Disability]:
        """The children with disabilities of its townships."""
        return [one for township in self.townships for one in township.disabilities]

    @property
    def residents(self) -> list[Resident]:
        """All children and young people of the county's households."""
        return [resident for township in self.townships for resident in township.residents]

    @property
    def schools(self) -> list[School]:
        """All schools of the county's townships."""
        return [school for township in self.townships for school in township.schools]

    @property
    def students(self) -> list[Student]:
        """All students of the county's schools."""
        return [student for school in self.schools for student in school.students]

    @property
    def cases(self) -> list[Case]:
        """All dropout cases of the county's schools."""
        return [case for school in self.schools for case in school.cases]

    @property
    def inspections(self) -> list[Inspection]:
        """All inspections of its townships and their schools, by date."""
        units: list[Township | School] = [*self.townships, *self.schools]
        found = [inspection for unit in units for inspection in unit.inspections]
        return sorted(found, key=lambda inspection: inspection.held_on or date.min)


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
    team: list[TeamMember] = back("township")
    meetings: list[Meeting] = back("township")
    campaigns: list[Campaign] = back("township")
    works: list[Work] = back("township")
    talks: list[Talk] = back("township")
    volumes: list[Volume] = back("township")
    totals: list[Total] = back("township")
    inspections: list[Inspection] = back("township")

    @property
    def households(self) -> list[Household]:
        """All households of the township's villages."""
        return [household for village in self.villages for household in village.households]

    @property
    def residents(self) -> list[Resident]:
        """All children and young people of the township's households."""
        return [resident for village in self.villages for resident in village.residents]

    @property
    def students(self) -> list[Student]:
        """All students of the township's schools."""
        return [student for school in self.schools for student in school.students]

    @property
    def cases(self) -> list[Case]:
        """All dropout cases of the township's schools."""
        return [case for school in self.schools for case in school.cases]

    @property
    def disabilities(self) -> list[Disability]:
        """The children with disabilities who live in its villages, or where that is not told go to its schools."""
        here = [one for village in self.villages for one in village.disabilities]
        here += [one for student in self.students for one in student.disabilities if not one.village]
        return sorted(here, key=lambda one: one.no or "")


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
    hamlets: list[Hamlet] = back("village")
    households: list[Household] = back("village")
    disabilities: list[Disability] = back("village")
    students: list[Student] = back("village")
    totals: list[Total] = back("village")

    @property
    def committee(self) -> str | None:
        """The full name of its committee: that of residents in a neighbourhood, of villagers in a village."""
        if not self.name:
            return None
        return f"{self.name}{'居民委员会' if self.name.endswith('社区') else '村民委员会'}"

    @property
    def hamlet_leaders(self) -> str:
        """Who leads each of its groups, as in 一组王某、二组李某."""
        return "、".join(f"{hamlet.name}{hamlet.leader}" for hamlet in self.hamlets if hamlet.leader)

    @property
    def residents(self) -> list[Resident]:
        """All children and young people of the village's households."""
        return [resident for household in self.households for resident in household.residents]

    @property
    def cases(self) -> list[Case]:
        """The dropout cases of children who live in the village, by date."""
        cases = [case for student in self.students for case in student.cases]
        return sorted(cases, key=lambda case: (case.dropped_on or date.min, case.no or ""))

    @property
    def open_cases(self) -> list[Case]:
        """Those cases of children who have not come back."""
        return [case for case in self.cases if case.is_open]


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
    meetings: list[Meeting] = back("school")
    campaigns: list[Campaign] = back("school")
    works: list[Work] = back("school")
    talks: list[Talk] = back("school")
    donations: list[Donation] = back("school")
    sent: list[Transition] = back("sender")
    received: list[Transition] = back("receiver")
    volumes: list[Volume] = back("school")
    totals: list[Total] = back("school")
    inspections: list[Inspection] = back("school")
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
    def shelved(self) -> list[Volume]:
        """The volumes of the archive, box by box, in each by number."""
        return sorted(
            self.volumes, key=lambda volume: (volume.box or 0, [*map(int, re.findall(r"\d+", volume.no or ""))])
        )

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
    def changes(self) -> list[Change]:
        """The changes in the registration of the school's students, by date."""
        every = [change for student in self.students for change in student.changes]
        return sorted(every, key=lambda change: (change.on or date.max, change.no or ""))

    @property
    def pairings(self) -> list[Pairing]:
        """Who looks after whom of the enrolled students."""
        return [pairing for student in self.students if student.enrolled for pairing in student.pairings]

    @property
    def account(self) -> list[Donation]:
        """What was given and spent, by date."""
        return sorted(self.donations, key=lambda entry: entry.on or date.max)

    @property
    def aids(self) -> list[Aid]:
        """All that students applied for or were granted."""
        return [aid for student in self.students for aid in student.aids]

    @property
    def watched(self) -> list[Student]:
        """The students on the watch list."""
        return [student for student in self.students if student.enrolled and student.watched]

    @property
    def left_behind(self) -> list[Student]:
        """The enrolled students one or both of whose parents work away."""
        return [student for student in self.students if student.enrolled and student.is_left_behind]

    @property
    def taught_at_home(self) -> list[Student]:
        """The enrolled students who cannot come to school and are taught at home."""
        enrolled = [student for student in self.students if student.enrolled]
        return [one for one in enrolled if one.impairment and one.impairment.placement == "送教上门"]


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
    special: str | None = column("特殊班级", note="学生请假要另行审批的班写明，如 补偿班；其他班空着")
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
    def needy(self) -> list[Student]:
        """The enrolled students whose family is held to be in need."""
        return [student for student in self.roll if student.hardships]

    @property
    def tutorings(self) -> list[Tutoring]:
        """What is done for the enrolled students who fall behind."""
        return [tutoring for student in self.roll for tutoring in student.tutorings]

    @property
    def watched(self) -> int:
        """How many enrolled students are on the watch list."""
        return sum(bool(student.watched) for student in self.roll)

    @property
    def leaves(self) -> list[Leave]:
        """The leaves of the class's students, by their first day."""
        every = [leave for student in self.students for leave in student.leaves]
        return sorted(every, key=lambda leave: (leave.start or date.max, leave.no or ""))


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
    leads: list[Class] = back("leader")  # those whose grade this person leads
    keeps: list[Student] = back("keeper")
    tutorings: list[Tutoring] = back("teacher")


@dataclass(slots=True, eq=False)
class Guardian(Record):
    """A family member of a student."""

    name: str | None = column("姓名", sensitive="name")
    relation: str | None = column("关系", "与学生关系")
    is_guardian: bool | None = column("是否监护人", note="空着算是")
    id_no: str | None = column("身份证件号", sensitive="identity")
    phone: str | None = column("联系电话", "电话", sensitive="contact")
    address: str | None = column("现住址", sensitive="address")
    workplace: str | None = column("工作单位", "务工地点", sensitive="family")


LEFT_BEHIND = ("非留守儿童", "单亲留守儿童", "双亲留守儿童")
REGISTRATION_BOX = 7
"""The box of the archive that holds registration."""
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
    name: str | None = column("姓名", "学生姓名", required=True, sensitive="name")
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
    left_behind: str | None = column("是否留守儿童", "留守", choices=LEFT_BEHIND, sensitive="family")
    disability: str | None = column("残疾类型", sensitive="health")
    inclusion: str | None = column("随班就读", choices=INCLUSIONS, sensitive="health")
    hardship: str | None = column("困难类型", note="如 低保、脱贫户、孤儿", sensitive="family")
    carer: Guardian | None = nested("照护人", note="父母外出时受委托照护的人")
    away_since: date | None = column("监护人外出时间", sensitive="family")
    in_touch: str | None = column("联系频次", note="外出的父母多久联系一次，如 每周两次", sensitive="family")
    keeper: Staff | None = link("包保教师", "Staff", note="包这名学生的任课教师或校领导")
    aux_no: str | None = column("学籍辅号", sensitive="identity")
    entry_mode: str | None = column("入学方式", note="如 就近入学")
    cases: list[Case] = back("student")
    visits: list[Visit] = back("student")
    absences: list[Absence] = back("student")
    changes: list[Change] = back("student")
    leaves: list[Leave] = back("student")
    pairings: list[Pairing] = back("student")
    sessions: list[Session] = back("student")
    hardships: list[Hardship] = back("student")
    aids: list[Aid] = back("student")
    tutorings: list[Tutoring] = back("student")
    disabilities: list[Disability] = back("student")
    counted: list[Resident] = back("pupil")
    volumes: list[Volume] = back("student")

    @property
    def enrolled(self) -> bool:
        """Whether the student is on the roll: enrolled, or dropped out and thus still owed schooling."""
        return self.status in (None, "在籍", "辍学")

    @property
    def hamlet(self) -> str | None:
        """The villagers' group of the household in whose register the student stands."""
        return next((one.household.group for one in self.counted if one.household), None)

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
    def father(self) -> Guardian | None:
        """The family member who is the father."""
        return self._relative("父亲")

    @property
    def mother(self) -> Guardian | None:
        """The family member who is the mother."""
        return self._relative("母亲")

    def _relative(self, relation: str) -> Guardian | None:
        members = (self.member1, self.member2)
        return next((member for member in members if member and member.relation == relation), None)

    @property
    def is_left_behind(self) -> bool:
        """Whether one or both parents work away."""
        return self.left_behind in LEFT_BEHIND[1:]

    @property
    def impairment(self) -> Disability | None:
        """What is registered of the child's disability."""
        return next(iter(self.disabilities), None)

    @property
    def returned_case(self) -> Case | None:
        """The case from which the child came back, the latest where there are several; none while it is away again."""
        cases = [case for case in self.cases if case.returned]
        return None if self.open_case else max(cases, key=lambda case: case.returned_on or date.min, default=None)

    @property
    def last_visit(self) -> Visit | None:
        """The latest home visit."""
        return max(self.visits, key=lambda visit: visit.visited_on or date.min, default=None)

    @property
    def file(self) -> Volume | None:
        """The volume in which the papers of the child's registration are kept."""
        return next((volume for volume in self.volumes if volume.box == REGISTRATION_BOX and not volume.case), None)

    @property
    def filed(self) -> list[Item]:
        """The papers of that volume."""
        return self.file.items if self.file else []

    @property
    def need(self) -> Hardship | None:
        """The latest finding that the family is in need."""
        return self.hardships[-1] if self.hardships else None

    @property
    def granted(self) -> list[Aid]:
        """What was granted, of all that was applied for."""
        return [aid for aid in self.aids if aid.approved_on or aid.paid_on]

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
    progress: str | None = column("劝返情况", sensitive="family")
    responsible: Staff | None = link("劝返责任人", "Staff")
    returned_on: date | None = column("复学日期")
    return_mode: str | None = column("复学方式", choices=("自行返校", "劝返复学", "转入他校复学"))
    return_class: Class | None = link("编入班级", "Class", note="别校的班级前面写学校简称")
    placement: str | None = column("安置方式", choices=("原班就读", "调整年级就读", "单独编班", "随班就读", "送教上门"))
    keeper: Staff | None = link("保学责任人", "Staff")
    register_status: str | None = column("复学后学籍状态")
    closed_on: date | None = column("销号日期", note="查清或复学后，在台账上销号的日期")
    closed_as: str | None = column("销号类别", choices=CLOSINGS, note="没有复学而了结的写明；空着算复学")
    wish: str | None = column("学生与监护人意愿", note="返校时希望怎样就读")
    textbooks: str | None = column("教材落实")
    lodging: str | None = column("食宿安排")
    stability: str | None = column("稳定情况", note="返校以后是否稳定就读")
    employer: str | None = column("用工单位", note="发现被招用的写", sensitive="family")
    employed_at: str | None = column("用工地点", sensitive="family")
    clue: str | None = column("用工线索", note="什么时候、从哪里知道的", sensitive="family")
    notices: list[Notice] = back("case")
    volumes: list[Volume] = back("case")

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
    def days_away(self) -> int | None:
        """How many days passed from the child's dropping out to its return."""
        return (self.returned_on - self.dropped_on).days if self.returned_on and self.dropped_on else None

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
    interviewee: str | None = column("受访人", sensitive="name")
    relation: str | None = column("与学生关系")
    purpose: str | None = column(
        "家访事由", "事由", required=True, choices=("劝返", "无故缺勤", "厌学", "重点对象", "定期家访", "其他")
    )
    economy: str | None = column("家庭经济情况", sensitive="family")
    cause: str | None = column("辍学原因", sensitive="family")
    thoughts: str | None = column("思想动态", sensitive="family")
    opinion: str | None = column("监护人意见", sensitive="family")
    law: str | None = column("法律政策宣传")
    content: str | None = column("谈话内容", sensitive="family")
    result: str | None = column("家访结果", "结果", sensitive="family")
    follow_up: str | None = column("后续措施", sensitive="family")
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
    received_by: str | None = column("收件人", sensitive="name")
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
    lead: str | None = column("督导组长")
    matter: str | None = column("督导事项", note="如 控辍保学专项督导")
    notice_no: str | None = column("督导通知文号")
    notified_on: date | None = column("督导通知日期")
    self_check_due: date | None = column("自评报送期限")
    verdict: str | None = column("总体评价")
    merits: str | None = column("主要成绩")
    feedback_on: date | None = column("初步意见反馈日期")
    defence: str | None = column("申辩意见", note="被督导单位没有申辩的写 无")
    defended_on: date | None = column("申辩日期")
    accepted: str | None = column("申辩采纳情况")
    opinion_no: str | None = column("督导意见文号")
    opinion_on: date | None = column("督导意见日期")
    advice: str | None = column("工作建议")
    mend_no: str | None = column("整改通知文号")
    mend_by: date | None = column("整改期限", note="整改报告最迟哪一天交")
    reported_on: date | None = column("整改报告日期")
    measures: str | None = column("长效机制", note="整改报告里写的长期办法")
    findings: list[Finding] = back("inspection")
    scores: list[Score] = back("inspection")

    @property
    def unit(self) -> str | None:
        """The full name of the inspected school or township."""
        if self.school:
            return self.school.name
        return self.township.government if self.township else None

    @property
    def members(self) -> str:
        """Those of the team beside its leader, as 张三、李四."""
        return "、".join(name for name in re.split("[、，,；;]", self.team or "") if name and name != self.lead)

    @property
    def mended(self) -> list[Finding]:
        """What was found wrong and has been put right: struck off, or told to be done."""
        return [finding for finding in self.findings if finding.closed_on or finding.done == MENDED]

    @property
    def unmended(self) -> list[Finding]:
        """What was found wrong and has not been put right yet."""
        return [finding for finding in self.findings if not finding.closed_on and finding.done != MENDED]


HELD_BY_UNITS = "乡镇和学校填一个"


MENDED = "已完成"


@dataclass(slots=True, eq=False)
class Finding(Record):
    """Something an inspection found wrong, and how it is mended."""

    sheet = "督导问题"
    doc = "督导检查发现的问题和整改情况，一个问题一行"
    kept_by = "县级教育督导机构、被督导单位"
    rare = True
    inspection: Inspection | None = link("督导编号", "Inspection", required=True)
    problem: str | None = column("存在问题", required=True)
    basis: str | None = column("问题依据", note="对照哪条规定或标准")
    items: str | None = column("检查项目", "项目编号", note="对应检查表的哪一项，如 B2 或 家访制度；几项用、隔开")
    source: str | None = column("问题来源", note="如 查阅资料、实地走访")
    demand: str | None = column("整改要求")
    goal: str | None = column("整改目标")
    measure: str | None = column("整改措施")
    leader: str | None = column("责任领导")
    person: str | None = column("责任人")
    due: date | None = column("整改时限")
    progress: str | None = column("整改进展")
    done: str | None = column("完成情况", choices=(MENDED, "正在整改", "未完成"))
    proof: str | None = column("佐证材料")
    closed_on: date | None = column("销号日期")


@dataclass(slots=True, eq=False)
class Score(Record):
    """What an inspection gave for one item of the county's checklist (see ``policy.rounds``)."""

    sheet = "督导评分"
    doc = "督导检查表上的得分，一次督导的一个项目一行；评了分的督导每一项都要有，没有评分的督导不用填"
    kept_by = "县级教育督导机构"
    rare = True
    inspection: Inspection | None = link("督导编号", "Inspection", required=True)
    item: str | None = column("检查项目", "项目编号", required=True, note="编号或名称，如 B2 或 家访制度")
    points: float | None = column("得分", note="不超过这一项的分值")
    skipped: bool | None = column("不评分", note="不属于被督导单位职责、没有评分的写 是，得分空着")
    found: str | None = column("检查情况", note="扣分的写明事实和来源；不写学生姓名")


@dataclass(slots=True, eq=False)
class Hamlet(Record):
    """A villagers' group (村民小组): the last link in the chain of responsibility."""

    sheet = "村民小组"
    doc = "村民小组（社）和组长，一个组一行"
    kept_by = "村（居）民委员会"
    rare = True
    village: Village | None = link("村居", "Village", required=True)
    name: str | None = column("组别", required=True, note="如 一组")
    leader: str | None = column("组长")
    phone: str | None = column("联系电话", sensitive="contact")
    households: int | None = column("户数", note="组里共有多少户")

    @property
    def residents(self) -> list[Resident]:
        """The children and young people of the group's households."""
        return [one for one in self.village.residents if one.group == self.name] if self.village else []

    @property
    def cases(self) -> list[Case]:
        """The dropout cases of children whose households belong to the group."""
        return (
            [case for case in self.village.cases if case.student and case.student.hamlet == self.name]
            if self.village
            else []
        )


@dataclass(slots=True, eq=False)
class Household(Record):
    """A household on the register, with the children and young people in it."""

    sheet = "住户"
    doc = "有学龄人口的住户，一户一行"
    kept_by = "村（居）民委员会"
    rare = True
    no: str | None = column("户号", required=True, sensitive="identity")
    village: Village | None = link("村居", "Village", required=True)
    group: str | None = column("组别", note="和“村民小组”表写得一样")
    head: str | None = column("户主姓名", required=True, sensitive="name")
    address: str | None = column("家庭住址", sensitive="address")
    phone: str | None = column("联系电话", sensitive="contact")
    size: int | None = column("家庭人口")
    residents: list[Resident] = back("household")


STATES = ("学前", "在校", "在外就读", "辍学", "未入学", "延缓入学", "送教上门", "已毕业")


@dataclass(slots=True, eq=False)
class Resident(Record):
    """A child or young person on a household's register, and where it goes to school, if it does."""

    sheet = "学龄人口"
    doc = "户籍上的儿童少年和青年，一人一行；在不在学校、在哪里读书"
    kept_by = "村（居）民委员会、乡镇教育专干"
    rare = True
    household: Household | None = link("户号", "Household", required=True)
    name: str | None = column("姓名", required=True, sensitive="name")
    sex: str | None = column("性别", required=True, choices=("男", "女"))
    birth_date: date | None = column("出生日期", required=True)
    id_no: str | None = column("身份证件号", sensitive="identity")
    relation: str | None = column("与户主关系")
    registered: str | None = column("户口登记状况", note="如 常住户口、未落户")
    residence: str | None = column("现居住地", sensitive="address")
    guardian: str | None = column("监护人姓名", sensitive="name")
    guardian_relation: str | None = column("监护人关系")
    guardian_phone: str | None = column("监护人电话", sensitive="contact")
    pupil: Student | None = link("在校学生", "Student", note="在这份数据的学校就读的，写全国学籍号；名册以学生表为准")
    state: str | None = column("就学状态", required=True, choices=STATES)
    school_name: str | None = column("就读学校", note="在外就读的写全称；辍学的写原就读学校")
    class_name: str | None = column("年级班级")
    student_no: str | None = column("全国学籍号", sensitive="identity", note="写了“在校学生”的不用写")
    place: str | None = column("就读地", note="在外就读的写省市县")
    direction: str | None = column("流动方向", choices=("流入", "流出"))
    moved_on: date | None = column("外出时间", "流动时间")
    came_from: str | None = column("流动前就读学校")
    employer: str | None = column("监护人务工单位", sensitive="family")
    proof: str | None = column("就读证明")
    missing_kind: str | None = column("未入学类别", note="如 延缓入学、残疾未安置")
    cause: str | None = column("未入学原因", sensitive="family")
    due_school: str | None = column("应入学学校")
    urged: str | None = column("动员情况", sensitive="family")
    matched: str | None = column("比对结果", note="户籍、学籍、帮扶等数据对上没有")
    register_problem: str | None = column("户籍问题类别", note="如 未落户、一人多户、姓名不符")
    problem_detail: str | None = column("户籍问题说明")
    handling: str | None = column("处理意见")
    outcome: str | None = column("处理结果")
    code: str | None = column("关爱类别代码", note="政策里弱势家庭类别的代码", sensitive="family")
    how: str | None = column("核查方式", note="如 入户、电话、学籍系统")
    finding: str | None = column("核查结论")
    evidence: str | None = column("证明材料")
    checked_by: str | None = column("核实人")
    checked_on: date | None = column("核实日期")
    updated_on: date | None = column("更新日期")
    note: str | None = column("备注")

    @property
    def group(self) -> str | None:
        """The villagers' group of the household."""
        return self.household.group if self.household else None

    @property
    def schooling(self) -> str | None:
        """Whether and where the child goes to school: of a student what the roll and the cases say, which are newer."""
        pupil = self.pupil
        if pupil and (pupil.status == "辍学" or pupil.open_case):
            return "辍学"
        return "在校" if pupil and pupil.enrolled and self.state != "送教上门" else self.state

    @property
    def attends(self) -> str | None:
        """The school the child goes to, or went to."""
        pupil = self.pupil if self.pupil and not self.pupil.left else None
        return pupil.school.name if pupil and pupil.school else self.school_name

    @property
    def attends_class(self) -> str | None:
        """The class the child is in, or was in."""
        pupil = self.pupil if self.pupil and not self.pupil.left else None
        return pupil.class_.name if pupil and pupil.class_ else self.class_name

    @property
    def roll_guardian(self) -> Guardian | None:
        """The guardian that the roll names, if the village names the same or nobody."""
        found = self.pupil.guardian if self.pupil else None
        return found if found and (not self.guardian or self.guardian == found.name) else None

    @property
    def lives_in(self) -> Household | None:
        """The household, unless the child has moved away from it."""
        return None if self.direction == "流出" else self.household

    @property
    def registered_in(self) -> Household | None:
        """The household, unless the child is registered elsewhere and has moved into it."""
        return None if self.direction == "流入" else self.household


CHANGES = ("转入", "转出", "休学", "复学", "出国出境", "死亡", "其他")


@dataclass(slots=True, eq=False)
class Change(Record):
    """A change in a student's registration (学籍变动)."""

    sheet = "学籍变动"
    doc = "转学、休学、复学等学籍变动的手续，一次一行"
    kept_by = "学籍管理员"
    rare = True
    no: str | None = column("变动编号", "编号", required=True)
    student: Student | None = link("学生", "Student", required=True, note="学籍号，或姓名（同名时连班级）")
    class_: Class | None = link("班级", "Class", note="学生写姓名且有同名时要填")
    school: School | None = link("学校", "School")
    kind: str | None = column("变动类别", required=True, choices=CHANGES)
    on: date | None = column("变动日期", required=True)
    reason: str | None = column("变动事由", sensitive="family")
    applied_on: date | None = column("申请日期")
    before: str | None = column("变动前状态")
    after: str | None = column("变动后状态")
    from_school: str | None = column("原就读学校")
    from_class: str | None = column("原年级班级")
    to_school: str | None = column("去往学校")
    to_class: str | None = column("拟入年级班级")
    start: date | None = column("休学开始日期")
    end: date | None = column("休学结束日期")
    proof: str | None = column("变动证明材料", note="几样用、隔开")
    complete: bool | None = column("手续齐全")
    approver: str | None = column("审批单位")
    approved_on: date | None = column("批准日期")
    system_on: date | None = column("系统办理日期")
    handler: str | None = column("经办人")
    reported_at: str | None = column("报告时间", note="如 2026-10-12 16:30")
    suspected: bool | None = column("疑似辍学")
    taken: str | None = column("已采取措施")
    volume: str | None = column("归档卷号")
    note: str | None = column("备注")

    @property
    def proofs(self) -> list[str]:
        """What proves it, paper by paper."""
        return [one for one in map(str.strip, (self.proof or "").split("、")) if one]


@dataclass(slots=True, eq=False)
class Leave(Record):
    """A leave that was asked for."""

    sheet = "请假"
    doc = "学生的请假，一次一行；缺勤照旧记在“缺勤”表"
    kept_by = "班主任"
    rare = True
    no: str | None = column("请假编号", "编号", required=True)
    student: Student | None = link("学生", "Student", required=True, note="学籍号，或姓名（同名时连班级）")
    class_: Class | None = link("班级", "Class", note="学生写姓名且有同名时要填")
    school: School | None = link("学校", "School")
    kind: str | None = column("请假类别", required=True, choices=("病假", "事假"))
    reason: str | None = column("请假事由", sensitive="family")
    mode: str | None = column("请假方式", choices=("请假条", "电话请假"))
    start: date | None = column("请假开始日期", required=True)
    end: date | None = column("请假结束日期", required=True)
    days: int | None = column("请假天数", note="上课日")
    applied_on: date | None = column("申请日期")
    left_at: str | None = column("离校时间", note="如 2026-10-12 10:30")
    escort: str | None = column("接送人")
    called_at: str | None = column("来电时间", note="电话请假的写，如 2026-10-12 07:30")
    caller: str | None = column("来电人", sensitive="name")
    caller_relation: str | None = column("来电人关系")
    caller_phone: str | None = column("来电号码", sensitive="contact")
    opinion: str | None = column("审批意见")
    approver: str | None = column("审批人")
    approved_on: date | None = column("准假日期")
    followed_at: str | None = column("回访时间", note="如 2026-10-12 17:30")
    answered_by: str | None = column("接听人", sensitive="name")
    answered_relation: str | None = column("接听人关系")
    told: str | None = column("回访内容")
    expected_on: date | None = column("预计返校日期")
    needs: str | None = column("需要的帮助")
    back_on: date | None = column("销假日期", "返校日期")
    made_up_on: date | None = column("补假日期")
    proof: str | None = column("请假证明材料")


@dataclass(slots=True, eq=False)
class Pairing(Record):
    """A grown-up who looks after a child that needs it (结对帮扶)."""

    sheet = "结对帮扶"
    doc = "谁帮扶哪名学生，一对一行"
    kept_by = "教导处"
    rare = True
    student: Student | None = link("学生", "Student", required=True, note="学籍号，或姓名（同名时连班级）")
    class_: Class | None = link("班级", "Class", note="学生写姓名且有同名时要填")
    school: School | None = link("学校", "School")
    helper: str | None = column("帮扶人", required=True)
    identity: str | None = column("帮扶人身份", note="如 任课教师、校领导、志愿者、乡镇干部")
    phone: str | None = column("帮扶人电话", sensitive="contact")
    kind: str | None = column(
        "帮扶类别", required=True, choices=("留守", "困难", "残疾", "学困", "返校", "重点对象"), sensitive="family"
    )
    mode: str | None = column("结对形式", note="如 一对一、多对一")
    goal: str | None = column("帮扶目标")
    content: str | None = column("帮扶内容")
    frequency: str | None = column("联系频次")
    paired_on: date | None = column("结对日期")

    @property
    def sessions(self) -> list[Session]:
        """The times at which this helper helped the child, by date."""
        return _sessions(self.student, "结对帮扶", self.helper)


SESSIONS = ("结对帮扶", "返校关爱", "谈心", "学困辅导", "送教上门")


@dataclass(slots=True, eq=False)
class Session(Record):
    """One time of helping, tutoring or talking with a child, or of teaching it at home."""

    sheet = "帮扶记录"
    doc = "帮扶、谈心、学困辅导、送教上门，一次一行"
    kept_by = "帮扶人、送教教师"
    rare = True
    student: Student | None = link("学生", "Student", required=True, note="学籍号，或姓名（同名时连班级）")
    class_: Class | None = link("班级", "Class", note="学生写姓名且有同名时要填")
    school: School | None = link("学校", "School")
    kind: str | None = column("记录类别", required=True, choices=SESSIONS)
    number: int | None = column("序次", note="本学期第几次")
    on: date | None = column("日期", required=True)
    time: str | None = column("起止时间", note="如 15:00—16:20")
    periods: int | None = column("课时")
    place: str | None = column("地点")
    people: str | None = column("帮扶人", "送教教师", note="几个人用、隔开")
    mode: str | None = column("方式")
    topic: str | None = column("课题或事由")
    content: str | None = column("内容", sensitive="family")
    thoughts: str | None = column("思想和心理状况", sensitive="family")
    performance: str | None = column("学生表现和变化", sensitive="family")
    problems: str | None = column("存在问题", sensitive="family")
    needs: str | None = column("生活困难", sensitive="family")
    opinion: str | None = column("学生或监护人意见", sensitive="family")
    contact: str | None = column("与监护人沟通情况", sensitive="family")
    effect: str | None = column("效果", sensitive="family")
    stability: str | None = column("稳定程度", sensitive="family")
    next: str | None = column("下一步安排", sensitive="family")
    told: bool | None = column("是否告知监护人")
    analysis: str | None = column("学情分析", note="以下送教上门填", sensitive="health")
    goals: str | None = column("教学目标", sensitive="health")
    focus: str | None = column("教学重点难点", sensitive="health")
    preparation: str | None = column("教学准备", sensitive="health")
    process: str | None = column("教学过程", sensitive="health")
    training: str | None = column("康复与训练建议", sensitive="health")
    homework: str | None = column("作业安排")
    reflection: str | None = column("教学反思", sensitive="health")
    photo: str | None = column("图片编号")
    caption: str | None = column("图片说明")
    consent: str | None = column("监护人同意情况")


def _sessions(student: Student | None, kind: str, helper: str | None) -> list[Session]:
    """Return the sessions of a kind that a child had with ``helper``, or with anybody where none is named."""
    had = student.sessions if student else []
    found = [session for session in had if session.kind == kind and (not helper or helper in (session.people or ""))]
    return sorted(found, key=lambda session: session.on or date.max)


@dataclass(slots=True, eq=False)
class Hardship(Record):
    """Why a child's family is held to be in need (困难认定)."""

    sheet = "困难认定"
    doc = "家庭经济困难学生的认定和帮扶，一人一行"
    kept_by = "班主任、学校资助专干"
    rare = True
    no: str | None = column("认定编号", "编号", note="捐助登记里代替姓名")
    student: Student | None = link("学生", "Student", required=True, note="学籍号，或姓名（同名时连班级）")
    class_: Class | None = link("班级", "Class", note="学生写姓名且有同名时要填")
    school: School | None = link("学校", "School")
    kind: str | None = column("困难类别", required=True, sensitive="family")
    basis: str | None = column("认定依据", note="如 低保证、乡镇证明", sensitive="family")
    size: int | None = column("家庭人口", sensitive="family")
    members: str | None = column("家庭成员情况", sensitive="family")
    economy: str | None = column("家庭经济情况", sensitive="family")
    needs: str | None = column("帮扶需求", sensitive="family")
    measures: str | None = column("帮扶措施", sensitive="family")
    helper: str | None = column("帮扶责任人")
    schedule: str | None = column("时间安排", sensitive="family")
    done: str | None = column("落实情况", sensitive="family")
    effect: str | None = column("效果评价", sensitive="family")
    proof: str | None = column("证明材料", sensitive="family")
    filed_on: date | None = column("认定日期")


@dataclass(slots=True, eq=False)
class Aid(Record):
    """Money or kind that a child was granted (资助)."""

    sheet = "资助"
    doc = "学生资助的申请和发放，一笔一行"
    kept_by = "学校资助专干"
    rare = True
    student: Student | None = link("学生", "Student", required=True, note="学籍号，或姓名（同名时连班级）")
    class_: Class | None = link("班级", "Class", note="学生写姓名且有同名时要填")
    school: School | None = link("学校", "School")
    item: str | None = column("资助项目", required=True)
    standard: str | None = column("资助标准", note="如 每学期312.5元")
    asked: float | None = column("申请金额", note="元")
    amount: float | None = column("资助金额", note="元")
    reason: str | None = column("申请理由", sensitive="family")
    proof: str | None = column("证明材料", sensitive="family")
    applied_on: date | None = column("申请日期")
    approved_on: date | None = column("批准日期")
    source: str | None = column("资金来源")
    mode: str | None = column("发放方式", note="如 银行卡、实物")
    paid_on: date | None = column("发放日期")
    receiver: str | None = column("签收人", sensitive="name")
    handler: str | None = column("经办人")


@dataclass(slots=True, eq=False)
class Donation(Record):
    """Something given to a school for children in need, or spent of it (捐助)."""

    sheet = "捐助"
    doc = "扶困助学捐助的收支，一笔一行"
    kept_by = "学校资助专干"
    rare = True
    school: School | None = link("学校", "School", lone=True, note="只有一所学校时可空")
    on: date | None = column("日期", required=True)
    flow: str | None = column("收支类别", required=True, choices=("收入", "支出"))
    donor: str | None = column("捐助单位或个人")
    contact: str | None = column("联系方式", sensitive="contact")
    content: str | None = column("捐助内容")
    amount: float | None = column("金额", note="元；实物折价")
    pupil_no: str | None = column("受助学生编号", note="只写编号，不写姓名")
    item: str | None = column("受助项目")
    voucher: str | None = column("凭证号")
    handler: str | None = column("经办人")
    checker: str | None = column("审核人")
    note: str | None = column("备注")

    @property
    def balance(self) -> float | None:
        """What the school has left after it; nothing where an amount up to it is not known.

        What was left of the term before is a row of its own, the first.
        """
        left = 0.0
        for entry in self.school.account if self.school else [self]:
            if entry.amount is None:
                return None
            left += entry.amount if entry.flow == "收入" else -entry.amount
            if entry is self:
                break
        return round(left, 2)


@dataclass(slots=True, eq=False)
class Tutoring(Record):
    """How a child that falls behind is helped to catch up (学困转化)."""

    sheet = "学困转化"
    doc = "学习困难学生的转化，一人一科一行"
    kept_by = "班主任、任课教师"
    rare = True
    student: Student | None = link("学生", "Student", required=True, note="学籍号，或姓名（同名时连班级）")
    class_: Class | None = link("班级", "Class", note="学生写姓名且有同名时要填")
    school: School | None = link("学校", "School")
    subject: str | None = column("学科", required=True)
    teacher: Staff | None = link("责任教师", "Staff")
    difficulty: str | None = column("主要困难", sensitive="family")
    habits: str | None = column("行为习惯", sensitive="family")
    home: str | None = column("家庭情况", sensitive="family")
    cause: str | None = column("原因分析", sensitive="family")
    goal: str | None = column("转化目标", sensitive="family")
    measures: str | None = column("转化措施", sensitive="family")
    steps: str | None = column("实施步骤", sensitive="family")
    start: str | None = column("起始情况", sensitive="family")
    effect: str | None = column("阶段效果", sensitive="family")
    opinion: str | None = column("监护人反馈", sensitive="family")
    result: str | None = column("转化结果", sensitive="family")
    filed_on: date | None = column("建档日期")

    @property
    def sessions(self) -> list[Session]:
        """The times at which the teacher tutored the child, by date."""
        return _sessions(self.student, "学困辅导", self.teacher.name if self.teacher else None)


@dataclass(slots=True, eq=False)
class Disability(Record):
    """A child with a disability, at school or not, and how it is taught."""

    sheet = "残疾儿童"
    doc = "残疾适龄儿童少年，一人一行；在校的写学生，不在校的写姓名"
    kept_by = "县级教育行政部门、学校"
    rare = True
    no: str | None = column("残疾儿童编号", "编号", required=True)
    student: Student | None = link("学生", "Student", note="学籍号，或姓名；没有学籍的空着")
    class_: Class | None = link("班级", "Class", note="学生写姓名且有同名时要填")
    school: School | None = link("学校", "School")
    village: Village | None = link("村居", "Village")
    name: str | None = column("儿童姓名", note="没有学籍的写", sensitive="name")
    sex: str | None = column("性别", choices=("男", "女"), note="没有学籍的写")
    birth_date: date | None = column("出生日期", note="没有学籍的写")
    id_no: str | None = column("身份证件号", sensitive="identity", note="没有学籍的写")
    guardian: str | None = column("监护人姓名", note="没有学籍的写", sensitive="name")
    guardian_phone: str | None = column("监护人电话", sensitive="contact", note="没有学籍的写")
    address: str | None = column("户籍地址", sensitive="address", note="没有学籍的写")
    kind: str | None = column("残疾类别", required=True, sensitive="health")
    level: str | None = column("残疾等级", sensitive="health")
    cert_no: str | None = column("残疾证号", sensitive="identity")
    cert_kind: str | None = column("证明类别", choices=("残疾人证", "诊断证明"), sensitive="health")
    diagnosis: str | None = column("诊断证明", sensitive="health")
    cert_by: str | None = column("出具单位", sensitive="health")
    cert_on: date | None = column("出具日期", sensitive="health")
    cert_until: date | None = column("有效期至", sensitive="health")
    placement: str | None = column(
        "安置方式",
        choices=("普通班就读", "随班就读", "特教学校就读", "送教上门", "延缓入学", "未安置"),
        sensitive="health",
    )
    why_not: str | None = column("未入学说明", sensitive="health")
    since: date | None = column("入班时间", "送教开始日期")
    assessed_on: date | None = column("评估日期", sensitive="health")
    assessed_at: str | None = column("评估地点", sensitive="health")
    experts: str | None = column("评估专家", note="几个人用、隔开", sensitive="health")
    body: str | None = column("身体状况", sensitive="health")
    learning: str | None = column("接受教育能力", sensitive="health")
    adapting: str | None = column("适应学校生活能力", sensitive="health")
    verdict: str | None = column("评估结论", sensitive="health")
    advice: str | None = column("安置建议", sensitive="health")
    advised_school: str | None = column("建议学校", sensitive="health")
    opinion: str | None = column("监护人意见", sensitive="health")
    self_care: str | None = column("生活自理能力", sensitive="health")
    speech: str | None = column("沟通能力", sensitive="health")
    study: str | None = column("学习能力", sensitive="health")
    rehabilitation: str | None = column("康复情况", sensitive="health")
    needs: str | None = column("送教需求", sensitive="health")
    teachers: list[Staff] = link("送教或资源教师", "Staff", many=True, note="几个人用、隔开")
    frequency: str | None = column("送教频次")
    support: str | None = column("支持措施", sensitive="health")
    goals: str | None = column("教育目标", sensitive="health")
    plan: str | None = column("教育与康复计划", sensitive="health")
    review: str | None = column("年度评价", sensitive="health")
    volume: str | None = column("归档卷号")

    @property
    def home(self) -> Village | None:
        """The village the child lives in."""
        return self.village or (self.student.village if self.student else None)


@dataclass(slots=True, eq=False)
class Transition(Record):
    """A child on its way from one school to the next (升学衔接)."""

    sheet = "升学衔接"
    doc = "升入下一所学校或年级的学生到了没有，一人一行"
    kept_by = "送出学校、接收学校"
    rare = True
    stage: str | None = column("衔接学段", required=True, note="如 一年级新生、小升初、初升高")
    sender: School | None = link("送出学校", "School", note="幼儿园或外县学校写在“送出单位”")
    sender_name: str | None = column("送出单位")
    receiver: School | None = link("接收学校", "School")
    receiver_name: str | None = column("接收单位", note="如 县第一高级中学")
    name: str | None = column("学生姓名", required=True, sensitive="name")
    sex: str | None = column("性别", choices=("男", "女"))
    birth_date: date | None = column("出生日期")
    student_no: str | None = column("全国学籍号", sensitive="identity")
    from_class: str | None = column("原班级")
    guardian: str | None = column("监护人姓名", sensitive="name")
    phone: str | None = column("监护人电话", sensitive="contact")
    address: str | None = column("家庭住址", sensitive="address")
    due_on: date | None = column("应到日期", required=True)
    came_on: date | None = column("实到日期")
    absence: str | None = column("未到情况")
    whereabouts: str | None = column("去向")
    keeper: str | None = column("送出方责任人")
    partner: str | None = column("接收方配合人")
    result: str | None = column("劝返结果")
    checked_on: date | None = column("核对日期")


@dataclass(slots=True, eq=False)
class TeamMember(Record):
    """A member of a team that goes out to bring children back (劝返队)."""

    sheet = "劝返队"
    doc = "乡镇劝返工作队的队员，一人一行"
    kept_by = "乡镇教育专干"
    rare = True
    township: Township | None = link("乡镇", "Township", lone=True, note="只有一个乡镇时可空")
    team: str | None = column("工作队名称", required=True)
    role: str | None = column("队内职务", required=True, choices=("队长", "队员"))
    name: str | None = column("姓名", required=True)
    unit: str | None = column("单位")
    post: str | None = column("职务")
    kind: str | None = column("人员类别", note="如 乡镇干部、村干部、教师、民警")
    villages: list[Village] = link("联系村居", "Village", many=True, note="几个村用、隔开")
    school: School | None = link("联系学校", "School")
    phone: str | None = column("联系电话", sensitive="contact")
    duty: str | None = column("任务分工")


MEETINGS = (
    "领导小组会议", "工作例会", "动员大会", "教职工大会", "经验交流会", "家长会", "家长座谈会", "主题班会", "其他会议",
)  # fmt: skip


@dataclass(slots=True, eq=False)
class Meeting(Record):
    """A meeting that was held."""

    sheet = "会议"
    doc = "开过的会，一次一行"
    kept_by = "记录人"
    rare = True
    no: str | None = column("会议编号", required=True)
    township: Township | None = link("乡镇", "Township", note=HELD_BY_UNITS)
    school: School | None = link("学校", "School")
    class_: Class | None = link("班级", "Class", note="主题班会写")
    kind: str | None = column("会议类别", required=True, choices=MEETINGS)
    name: str | None = column("会议名称", required=True)
    held_on: date | None = column("日期", required=True)
    time: str | None = column("时间", note="如 15:00")
    place: str | None = column("地点")
    chair: str | None = column("主持人")
    recorder: str | None = column("记录人")
    present: str | None = column("出席人员")
    absent: str | None = column("缺席人员")
    expected: int | None = column("应到人数")
    came: int | None = column("实到人数")
    goal: str | None = column("会议目标")
    agenda: str | None = column("会议议程")
    speech: str | None = column("讲话和传达")
    law: str | None = column("法律政策内容")
    talks: str | None = column("发言")
    opinions: str | None = column("意见和建议")
    gaps: str | None = column("差距和问题")
    decisions: str | None = column("议定事项")
    demands: str | None = column("工作要求")
    signed: str | None = column("责任书签订情况")
    praise: str | None = column("表彰事项")
    summary: str | None = column("总结和效果")
    photo: str | None = column("照片编号")

    @property
    def lines(self) -> list[int]:
        """The lines of its sign-in sheet: one for everybody who is expected and some to spare, twenty where nobody
        says how many."""
        return list(range(1, (self.expected + SPARE_LINES if self.expected else SIGN_IN_LINES) + 1))


SIGN_IN_LINES, SPARE_LINES = 20, 3


@dataclass(slots=True, eq=False)
class Campaign(Record):
    """A publicity campaign, or an activity with children (宣传活动)."""

    sheet = "宣传活动"
    doc = "宣传月和其他活动，一次一行"
    kept_by = "政教处、乡镇教育专干"
    rare = True
    no: str | None = column("活动编号", required=True)
    township: Township | None = link("乡镇", "Township", note=HELD_BY_UNITS)
    school: School | None = link("学校", "School")
    kind: str | None = column("活动类别", required=True, choices=("宣传月", "留守儿童之家活动", "其他活动"))
    name: str | None = column("活动名称", required=True)
    theme: str | None = column("活动主题")
    start: date | None = column("开始日期", required=True)
    end: date | None = column("结束日期")
    time: str | None = column("活动时间", note="如 14:00—16:00")
    place: str | None = column("活动地点")
    organizer: str | None = column("组织者")
    speaker: str | None = column("讲话人")
    teachers: str | None = column("参加教师")
    volunteers: str | None = column("志愿者")
    students: int | None = column("参加学生人数")
    audience: str | None = column("活动对象")
    purpose: str | None = column("活动目的")
    content: str | None = column("活动内容")
    response: str | None = column("学生反映")
    effect: str | None = column("活动效果")
    next: str | None = column("后续安排")
    photo: str | None = column("照片编号")
    banners: list[Banner] = back("campaign")


@dataclass(slots=True, eq=False)
class Banner(Record):
    """A slogan put up in a campaign (标语横幅)."""

    sheet = "宣传标语"
    doc = "张挂的标语、横幅，一条一行"
    kept_by = "政教处、乡镇教育专干"
    rare = True
    campaign: Campaign | None = link("活动编号", "Campaign", required=True)
    text: str | None = column("标语内容", required=True)
    form: str | None = column("形式", note="如 横幅、墙体标语、电子屏")
    size: str | None = column("规格")
    count: int | None = column("数量")
    place: str | None = column("张挂地点")
    hung_on: date | None = column("张挂日期")
    taken_on: date | None = column("撤换日期")
    handler: str | None = column("经办人")
    photo: str | None = column("照片编号")


@dataclass(slots=True, eq=False)
class Work(Record):
    """What was done on a day to keep children in school (工作日程)."""

    sheet = "工作日程"
    doc = "控辍保学的日常工作，一件一行"
    kept_by = "记录人"
    rare = True
    township: Township | None = link("乡镇", "Township", note=HELD_BY_UNITS)
    school: School | None = link("学校", "School")
    on: date | None = column("日期", required=True)
    matter: str | None = column("工作事项", required=True)
    kind: str | None = column("工作类别", note="如 摸底、家访、劝返、宣传、会议")
    people: str | None = column("参加人员")
    place: str | None = column("地点")
    content: str | None = column("工作内容")
    count: int | None = column("涉及对象人数")
    result: str | None = column("工作结果")
    next: str | None = column("后续安排")
    volume: str | None = column("相关资料卷号")
    recorder: str | None = column("记录人")


TALKS = ("诫勉谈话", "约谈", "责任追究")


@dataclass(slots=True, eq=False)
class Talk(Record):
    """A talk in which somebody is called to account, or the register of it (谈话问责)."""

    sheet = "谈话问责"
    doc = "诫勉谈话、约谈和责任追究的登记，一次一行"
    kept_by = "县级教育行政部门、学校"
    rare = True
    no: str | None = column("问责编号", "编号", required=True)
    township: Township | None = link("乡镇", "Township", note=HELD_BY_UNITS)
    school: School | None = link("学校", "School")
    kind: str | None = column("问责类别", required=True, choices=TALKS)
    staff: Staff | None = link("教职工", "Staff", note="不是本数据里的教职工，写在“被谈话人”")
    person: str | None = column("被谈话人")
    post: str | None = column("单位职务")
    held_on: date | None = column("日期", required=True)
    time: str | None = column("时间")
    place: str | None = column("地点")
    by_unit: str | None = column("谈话单位")
    by: str | None = column("谈话人")
    recorder: str | None = column("记录人")
    cases: str | None = column("涉及学生编号", note="只写个案编号，不写姓名")
    reason: str | None = column("事由")
    facts: str | None = column("事实情况")
    inquiry: str | None = column("调查经过")
    basis: str | None = column("追究依据")
    liability: str | None = column("责任类别")
    content: str | None = column("谈话内容")
    answer: str | None = column("本人说明")
    demands: str | None = column("整改要求")
    due: date | None = column("整改时限")
    attitude: str | None = column("本人表态")
    opinion: str | None = column("处理意见")
    decider: str | None = column("决定机关")
    decided_on: date | None = column("决定日期")


@dataclass(slots=True, eq=False)
class Volume(Record):
    """A volume of the archive (案卷)."""

    sheet = "案卷"
    doc = "控辍保学档案的案卷，一卷一行"
    kept_by = "档案管理人"
    rare = True
    no: str | None = column("卷号", required=True)
    township: Township | None = link("乡镇", "Township", note=HELD_BY_UNITS)
    school: School | None = link("学校", "School")
    student: Student | None = link("学生", "Student", note="一人一档的写；学籍号，或姓名")
    class_: Class | None = link("班级", "Class", note="学生写姓名且有同名时要填")
    case: Case | None = link("个案编号", "Case", note="辍学档案写")
    box: int | None = column("盒号", required=True, note="1 到 14")
    title: str | None = column("案卷题名", required=True)
    start: date | None = column("起始日期")
    end: date | None = column("终止日期")
    pieces: int | None = column("件数")
    pages: int | None = column("页数")
    retention: str | None = column("保管期限", note="如 10年、30年、永久")
    secrecy: str | None = column("密级")
    filer: str | None = column("立卷人")
    checker: str | None = column("审核人")
    filed_on: date | None = column("立卷日期")
    closed_on: date | None = column("归档日期")
    shelf: str | None = column("存放位置")
    path: str | None = column("电子档路径")
    statement: str | None = column("卷内情况说明")
    lacking: str | None = column("缺损与补充情况")
    items: list[Item] = back("volume")


@dataclass(slots=True, eq=False)
class Item(Record):
    """A paper in a volume of the archive (卷内文件)."""

    sheet = "卷内文件"
    doc = "案卷里的文件，一件一行"
    kept_by = "档案管理人"
    rare = True
    volume: Volume | None = link("卷号", "Volume", required=True)
    number: str | None = column("文号")
    author: str | None = column("责任者")
    title: str | None = column("题名", required=True)
    on: date | None = column("形成日期")
    page: str | None = column("页次", note="如 1—3")
    electronic: bool | None = column("电子档一致", note="是 或 否")
    note: str | None = column("备注")


@dataclass(slots=True, eq=False)
class Total(Record):
    """A number that some office counted and only its total is told (专项人数)."""

    sheet = "专项人数"
    doc = "别的部门统计的人数，只有总数，没有名单；一项一行"
    kept_by = "做文书的人"
    rare = True
    paper: str | None = column("文书编号", required=True, note="填进哪份表，如 DR-18、SG-03")
    item: str | None = column("统计项目", required=True, note="和表里的栏目一样")
    value: int | None = column("数目", required=True)
    as_of: date | None = column("截止日期", required=True)
    county: County | None = link("县区", "County", note="是谁的数填谁：县区、乡镇、村居、学校填一个")
    township: Township | None = link("乡镇", "Township")
    village: Village | None = link("村居", "Village")
    school: School | None = link("学校", "School")
    reporter: str | None = column("填报部门")


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
    Notice, Inspection, Finding, Score, Hamlet, Household, Resident, Change, Leave, Pairing, Session, Hardship, Aid,
    Donation, Tutoring, Disability, Transition, TeamMember, Meeting, Campaign, Banner, Work, Talk, Volume, Item, Total,
    Filing, PolicyValue,
)  # fmt: skip

USUAL = tuple(model for model in MODELS if not model.rare)
"""The sheets with which a workbook begins."""


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
    findings: list[Finding] = field(default_factory=list)
    scores: list[Score] = field(default_factory=list)
    hamlets: list[Hamlet] = field(default_factory=list)
    households: list[Household] = field(default_factory=list)
    residents: list[Resident] = field(default_factory=list)
    changes: list[Change] = field(default_factory=list)
    leaves: list[Leave] = field(default_factory=list)
    pairings: list[Pairing] = field(default_factory=list)
    sessions: list[Session] = field(default_factory=list)
    hardships: list[Hardship] = field(default_factory=list)
    aids: list[Aid] = field(default_factory=list)
    donations: list[Donation] = field(default_factory=list)
    tutorings: list[Tutoring] = field(default_factory=list)
    disabilities: list[Disability] = field(default_factory=list)
    transitions: list[Transition] = field(default_factory=list)
    team: list[TeamMember] = field(default_factory=list)
    meetings: list[Meeting] = field(default_factory=list)
    campaigns: list[Campaign] = field(default_factory=list)
    banners: list[Banner] = field(default_factory=list)
    works: list[Work] = field(default_factory=list)
    talks: list[Talk] = field(default_factory=list)
    volumes: list[Volume] = field(default_factory=list)
    items: list[Item] = field(default_factory=list)
    totals: list[Total] = field(default_factory=list)
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
            if student.carer:
                yield student, student.carer

    def of(self, model: type[Record]) -> list[Any]:
        """Return the rows of one sheet."""
        found = getattr(self, lists()[model])
        return found if isinstance(found, list) else [found]

    def has(self, model: type[Record]) -> bool:
        """Return whether there is a sheet of ``model``, be it without rows."""
        return bool(self.of(model)) or any(sheet.model is model for sheet in self.sheets)

    def __getstate__(self) -> list[Any]:
        """Return what is pickled: the records of each model, column by column, each link to one of them as its number.

        Pickle follows links, from child to visit to teacher to visit to child, and that chain has no bound; and of
        50,000 rows side by side it would remember every one.
        """
        sheets = [getattr(self, f.name) for f in fields(self)]
        past = {id(case.dropped_from): case.dropped_from for case in self.cases if isinstance(case.dropped_from, Class)}
        by_model: dict[type[Record], list[Record]] = {}
        for record in {id(record): record for record in (*self.records(), *past.values())}.values():
            by_model.setdefault(type(record), []).append(record)
        ordered = (record for records in by_model.values() for record in records)
        numbers = {id(record): number for number, record in enumerate(ordered)}

        def apart(value: Any) -> Any:
            if isinstance(value, list):
                return [apart(one) for one in value] if value else _NONE
            return _Number(numbers[id(value)]) if id(value) in numbers else value

        blocks = []
        for model, records in by_model.items():
            told = {}
            for f in fields(model):
                values = [apart(getattr(record, f.name)) for record in records]
                if any(value is not _unsaid(f) for value in values):
                    told[f.name] = values
            blocks.append((model, len(records), told))
        return [blocks, apart(sheets)]

    def __setstate__(self, state: list[Any]) -> None:
        """Put the records together again; lists without elements are one, which nobody can change."""
        blocks, sheets = state
        records = [model.__new__(model) for model, count, _ in blocks for _ in range(count)]

        def joined(value: Any) -> Any:
            if type(value) is list:
                return [joined(one) for one in value]
            return records[value] if isinstance(value, _Number) else value

        rest = iter(records)
        for model, count, told in blocks:
            own = list(islice(rest, count))
            for f in fields(model):
                values = told.pop(f.name, None) or repeat(_unsaid(f), count)
                for record, value in zip(own, values, strict=True):
                    setattr(record, f.name, joined(value))
        for f, value in zip(fields(self), sheets, strict=True):
            setattr(self, f.name, joined(value))


class _Number(int):
    """The number of a record, in a pickled dataset."""


class _Nothing(list[Any]):
    """A list without elements that many records share: in a county, more memory than all that their cells say."""

    def __reduce__(self) -> str:
        return "_NONE"

    def _refuse(self, *_: object) -> NoReturn:
        raise TypeError("a dataset that was sent to a worker is not changed there")

    append = extend = insert = __iadd__ = __setitem__ = _refuse


_NONE = _Nothing()


def _unsaid(declared: Field[Any]) -> Any:
    """Return what a field holds of which a row says nothing."""
    return _NONE if declared.default_factory is list else declared.default


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
    hints = {
        name: hint
        for name, hint in get_type_hints(model).items()
        if name != "origin" and get_origin(hint) is not ClassVar
    }
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
    "co_issuer": "联合发文机关", "seam": "骑缝文号", "open_case": "辍学个案", "days_away": "辍学时长",
    "returned_case": "复学个案",
    "father": "父亲", "mother": "母亲", "impairment": "残疾儿童登记", "last_visit": "家访", "home": "村居",
    "committee": "村居名称", "hamlet": "组别", "group": "组别", "schooling": "就学状态", "attends": "就读学校",
    "attends_class": "年级班级", "roll_guardian": "监护人姓名", "lives_in": "现居住地", "registered_in": "户籍地址",
    "file": "学籍档案",
    "need": "困难认定", "balance": "结余",
}  # fmt: skip
"""The Chinese names of properties that may be empty."""


def header_of(model: type, attribute: str) -> str:
    """Return the Chinese name of an attribute, for messages: its header, or the name itself."""
    described = columns(model).get(attribute) if issubclass(model, Record) else None
    return described.header if described else READ_OFF.get(attribute, attribute)
