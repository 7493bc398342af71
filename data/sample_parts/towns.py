"""Two small townships beside the large one: a nine-year school, and a central school with a teaching point."""

from __future__ import annotations

import random
from dataclasses import dataclass, field
from datetime import date
from itertools import cycle
from typing import TYPE_CHECKING, Any, NamedTuple

import sample_words as words

from generator.dataset import models as m

if TYPE_CHECKING:
    from make_sample import Book, Town

Row = dict[str, Any]

NINE, CENTRAL, POINT = "九年一贯制学校", "中心校", "教学点"
POSTS = {NINE: ("校长", "副校长", "教导主任", "职员"), CENTRAL: ("校长", "教导主任", "职员"), POINT: ("校长",)}
SUBJECTS = ("语文", "数学", "英语", "道德与法治", "科学", "体育与健康")


@dataclass(frozen=True)
class Place:
    """A small township: its villages, and its schools with the size of each grade's class."""

    name: str
    kind: str
    code: str
    villages: tuple[str, ...]
    schools: tuple[tuple[str, str, tuple[int, ...]], ...]  # name, kind, size of the class of each grade from the first


PLACES = (
    Place("石桥镇", "镇", "石政", ("双井村", "马鞍村", "石桥社区"), (("石桥学校", NINE, (5, 4, 6, 5, 4, 5, 6, 5, 6)),)),
    Place(
        "龙泉乡", "乡", "龙政", ("龙泉村", "野猪坳村", "喀什库勒拜勒迪村"),
        (("龙泉乡中心小学", CENTRAL, (4, 5, 3, 4, 5, 4)), ("野猪坳教学点", POINT, (3, 1))),
    ),
)  # fmt: skip


class Talk(NamedTuple):
    """What was said at one contact with a family, and what came of it."""

    day: date
    hour: str
    mode: str
    thoughts: str
    opinion: str
    content: str
    result: str
    follow_up: str


@dataclass(frozen=True)
class Story:
    """A child of a small township who stopped coming, and who went to see its family: the class teacher at first, on
    the second day with whoever leads the grade, on the third led by the principal."""

    school: str
    grade: str
    reason: str
    detail: str
    whereabouts: str
    dropped: date
    talks: tuple[Talk, ...]
    back: date | None = None
    closed: date | None = None


STORIES = (
    Story(
        "石桥学校", "九年级", "外出务工", "暑假跟表兄学修车，想早点挣钱", "县城某汽修店", date(2026, 10, 19),
        (
            Talk(date(2026, 10, 19), "09:10", "电话", "未能与孩子通话", "父亲说孩子在县城表兄那里", "早读不见人，打电话问去向。",
                 "未返校，问到去向", "放学后到家里去"),
            Talk(date(2026, 10, 19), "18:20", "上门", "孩子在电话里说学手艺也是出路", "父亲觉得读书用处不大",
                 "说明招用不满十六周岁的孩子违法，修车铺也担不起。", "未返校，父亲答应问一问", "报告学校"),
            Talk(date(2026, 10, 20), "18:30", "上门", "孩子说初三太难", "父亲答应去县城看看", "商量落下的功课怎样补，先从会做的题做起。",
                 "未返校，父亲次日进城", "请校长带队"),
            Talk(date(2026, 10, 21), "18:00", "上门", "孩子说可以先读完初三", "父亲同意孩子读完初中再学手艺",
                 "父亲当天把孩子从县城接了回来，校长带去新课本。", "家长同意，第二天返校", "安排学习小组"),
        ),
        date(2026, 10, 22), date(2026, 10, 23),
    ),
    Story(
        "石桥学校", "八年级", "厌学", "听不懂数学和英语，不愿到校", "在家", date(2026, 11, 4),
        (
            Talk(date(2026, 11, 4), "08:40", "电话", "未能与孩子通话", "母亲说孩子不肯起床", "第一节课前不见人，打电话到家里。",
                 "未到校，母亲答应劝她", "下午再清点"),
            Talk(date(2026, 11, 4), "17:50", "上门", "孩子说上课像听外语", "母亲盼她读下去", "看了她的作业本，夸她字写得好，问最怕哪一课。",
                 "未返校，愿意先补课", "报告学校"),
            Talk(date(2026, 11, 5), "18:10", "上门", "孩子愿意先补英语", "母亲愿意送她来补课", "英语教师的补课时间定在周末，先补七年级上册。",
                 "未返校，约好周末补课", "请校长带队"),
            Talk(date(2026, 11, 6), "18:30", "上门", "孩子说再想一想", "母亲请学校再等几天", "校长讲了学校为听不懂的学生开的小班。",
                 "未返校，答应补完课再谈", "补课后再家访"),
        ),
    ),
    Story(
        "龙泉乡中心小学", "五年级", "家庭经济困难", "父亲摔伤以后家里缺人手，留在家里放羊", "在家", date(2026, 9, 21),
        (
            Talk(date(2026, 9, 21), "09:00", "电话", "未能与孩子通话", "母亲说家里忙不过来", "没有请假，打电话问情况，知道父亲摔伤住院。",
                 "未返校，问到缘由", "放学后到家里去"),
            Talk(date(2026, 9, 21), "18:00", "上门", "孩子想上学，又心疼母亲", "母亲流泪，说实在没有办法", "记下家里的难处，说明可以申请救助。",
                 "未返校，向村里说明困难", "报告学校和村委会"),
            Talk(date(2026, 9, 22), "18:20", "上门", "孩子问羊怎么办", "母亲说有人放羊就让他去", "会同村干部商量，由邻居轮流帮忙放羊。",
                 "未返校，等村里安排", "请校长带队"),
            Talk(date(2026, 9, 23), "18:10", "上门", "孩子说想念同学", "母亲同意", "校长带队，村里安排的人当面答应放羊，乡里受理了临时救助。",
                 "家长同意，第二天返校", "每周家访一次"),
        ),
        date(2026, 9, 24), date(2026, 9, 28),
    ),
)  # fmt: skip


@dataclass
class _Small:
    """A small township while it is being written."""

    book: Book
    place: Place
    number: int  # of its first school
    rng: random.Random
    taken: set[str] = field(default_factory=set)
    staff: dict[str, list[Row]] = field(default_factory=dict)
    teachers: dict[tuple[str, str], str] = field(default_factory=dict)  # by school and grade
    pupils: dict[tuple[str, str], list[Row]] = field(default_factory=dict)

    @property
    def about(self) -> str:
        """The county and the township."""
        return f"青禾县{self.place.name}"

    def full(self, school: str) -> str:
        """Return the full name of a school, which says the township's name once."""
        return self.about + school.removeprefix(self.place.name)

    def person(self, given: tuple[str, ...] | list[str], surname: str = "") -> str:
        """Return a name that nobody else of the township has."""
        while True:
            name = (surname or self.rng.choice(words.SURNAMES)) + self.rng.choice(given)
            if name not in self.taken and name not in words.NAMESAKES:
                self.taken.add(name)
                return name

    def adult(self) -> str:
        """Return an adult's name."""
        return self.person(self.rng.choice((words.MEN, words.WOMEN)))

    def write(self) -> None:
        """Write the township, its schools and villages, and who learns and works there."""
        head = self.adult()
        row = self.book.add(
            m.Township, name=self.place.name, government=f"{self.about}人民政府", code=self.place.code, secretary=self.adult(),
            head=head, deputy=self.adult(), officer=self.adult(), phone=self.book.phone(), address=f"{self.about}府前路1号",
            county="青禾县",
        )  # fmt: skip
        for order, (name, kind, sizes) in enumerate(self.place.schools):
            self._school(order, name, kind, sizes)
        kind = self.place.kind
        for role, name, post in (
            ("组长", row["secretary"], f"{kind}党委书记"), ("组长", head, f"{kind}长"),
            ("副组长", row["deputy"], f"副{kind}长（分管教育）"), ("办公室主任", row["officer"], "教育专干"),
        ):  # fmt: skip
            self.book.add(m.Member, township=self.place.name, role=role, name=name, post=post)
        for order, village in enumerate(self.place.villages):
            self._village(village, self.place.schools[order % len(self.place.schools)][0])

    def _village(self, village: str, school: str) -> None:
        director = self.adult()
        self.book.add(
            m.Village, name=village, township=self.place.name, secretary=self.adult(), director=director,
            phone=self.book.phone(), leader=self.adult(), officer=self.adult(), school=self.full(school),
            school_contact=self.staff[school][0]["name"],
        )  # fmt: skip
        committee = f"{village}{'居民' if village.endswith('社区') else '村民'}委员会"
        self.book.add(m.Member, township=self.place.name, role="成员", name=director, post=f"{committee}主任")

    def _school(self, order: int, name: str, kind: str, sizes: tuple[int, ...]) -> None:
        full, number = self.full(name), self.number + order
        posts = (*POSTS[kind], *("班主任" for _ in sizes))
        subjects = cycle(SUBJECTS)
        self.staff[name] = [
            self.book.add(
                m.Staff, school=full, no=f"T{number:03d}{index:02d}", name=self.adult(), sex=self.rng.choice("男女"), post=post,
                subject=None if post == "职员" else next(subjects), phone=self.book.phone(),
            )
            for index, post in enumerate(posts, 1)
        ]  # fmt: skip
        people = self.staff[name]
        head = people[0]["name"]
        central = self.full(self.place.schools[0][0])
        self.book.add(
            m.School, code=f"2151{number:06d}", name=full, short_name=name, kind=kind, township=self.place.name,
            village=self.place.villages[order], central=central if kind == POINT else None, principal=head,
            contact=next((one["name"] for one in people if one["post"] == "职员"), head), phone=self.book.phone(),
            address=f"{self.about}{self.place.villages[order]}1组",
        )  # fmt: skip
        roles = {"校长": "组长", "副校长": "副组长", "教导主任": "办公室主任", "班主任": "成员"}
        for one in people:
            if role := roles.get(one["post"]):
                self.book.add(m.Member, school=full, role=role, name=one["name"], post=one["post"])
        teachers = [one for one in people if one["post"] == "班主任"]
        for grade, size, teacher in zip(m.GRADES, sizes, teachers, strict=False):
            teacher["teaches"] = [f"{grade}（1）班"]
            self.teachers[name, grade] = teacher["name"]
            self.book.add(
                m.Class, school=full, grade=grade, number=1, teacher=teacher["name"], leader=people[min(1, len(people) - 1)]["name"],
                baseline=size,
            )  # fmt: skip
            self.pupils[name, grade] = [self._pupil(full, grade, seat) for seat in range(1, size + 1)]

    def _pupil(self, school: str, grade: str, seat: int) -> Row:
        sex = self.rng.choice("男女")
        years = m.GRADES.index(grade) + 1
        born = self.book.birthday(date(2026 - 6 - years, 9, 1), self.rng)
        number = self.book.identity(born, sex, self.rng)
        surname = self.rng.choice(words.SURNAMES)
        home = self.rng.choice(self.place.villages)
        address = f"{self.about}{home}{self.rng.choice('一二三四')}组{self.rng.randrange(1, 60)}号"
        parents: list[Row] = [
            {
                "name": self.person(words.MEN if relation == "父亲" else words.WOMEN, surname if relation == "父亲" else ""),
                "relation": relation, "phone": self.book.phone(), "workplace": self.rng.choice(words.JOBS_NEAR),
            }
            for relation in ("父亲", "母亲")
        ]  # fmt: skip
        return self.book.add(
            m.Student, school=school, class_=f"{grade}（1）班", seat_no=seat, sex=sex, birth_date=born, id_no=number,
            name=self.person(words.BOYS if sex == "男" else words.GIRLS, surname), student_no=f"G{number}", ethnicity="汉族",
            boarding="走读", entered=f"{2027 - (years - 6 if years > 6 else years)}09", household_address=address,
            address=address, village=home, watched=False, left_behind="非留守儿童", member1=parents[0], member2=parents[1],
        )  # fmt: skip

    def tell(self, story: Story, number: int) -> None:
        """Write a case: the absence that it began with, the talks, and the return where there was one."""
        pupil = self.pupils[story.school, story.grade][1]
        pupil |= {"watched": True, "status": None if story.back else "辍学"}
        teacher = self.teachers[story.school, story.grade]
        named = {"student": pupil["name"], "class_": pupil["class_"], "school": pupil["school"]}
        people = {one["post"]: one["name"] for one in self.staff[story.school]}
        leader, head = people.get("副校长", people["教导主任"]), people["校长"]
        went = ([teacher], [teacher], [leader, teacher], [head, leader, teacher])
        self.book.add(
            m.Case, no=f"{self.place.code[0]}劝2026-{number:02d}", **named, found_on=story.dropped, dropped_on=story.dropped,
            reason=story.reason, reason_detail=story.detail, whereabouts=story.whereabouts,
            progress=f"{words.TIMES[len(story.talks)]}劝返{'后返校' if story.back else '，仍在劝返'}", responsible=teacher,
            returned_on=story.back, return_mode="劝返复学" if story.back else None,
            return_class=pupil["class_"] if story.back else None, placement="原班就读" if story.back else None,
            keeper=teacher if story.back else None, register_status="在籍" if story.back else None,
            closed_on=story.closed, closed_as="复学" if story.back else None,
        )  # fmt: skip
        third = story.talks[-1].day
        self.book.add(
            m.Absence, **named, kind="旷课", start=story.dropped, end=third, days=3, note="仍未到校，登记为个案"
        )
        for talk, visitors in zip(story.talks, went, strict=True):
            member = pupil["member2" if talk.opinion.startswith("母亲") else "member1"]
            self.book.add(
                m.Visit, **named, visited_on=talk.day, time=talk.hour, mode=talk.mode, visitors=visitors, purpose="劝返",
                interviewee=member["name"], relation=member["relation"], cause=f"{story.reason}：{story.detail}",
                place="（电话）" if talk.mode == "电话" else f"{pupil['village']}学生家中", thoughts=talk.thoughts,
                opinion=talk.opinion, law=words.DUTY, content=talk.content, result=talk.result, follow_up=talk.follow_up,
            )  # fmt: skip


def write(book: Book, towns: list[Town]) -> None:
    """Write two small townships beside the only one; a dataset of several has townships enough."""
    if len(towns) > 1:
        return
    number = 90
    for place in PLACES:
        small = _Small(book, place, number, random.Random(f"{place.name} 2026"))
        small.write()
        number += len(place.schools)
        for order, story in enumerate((story for story in STORIES if story.school in small.staff), 1):
            small.tell(story, order)
