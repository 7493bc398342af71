"""Hamlets, households and the children and young people in them; numbers that other offices counted.

One village keeps its register whole: of the others the papers show blanks. Its students are those of the sample whose
household stands there; infants, older brothers and sisters, and children who are elsewhere are added.
"""

from __future__ import annotations

import random
import re
from datetime import date, timedelta
from itertools import count
from typing import TYPE_CHECKING, Any

import sample_words as words
from stdnum.cn import ric

from generator.dataset import models as m

if TYPE_CHECKING:
    from make_sample import Book, Pupil, Town

SEED = 20261001
VILLAGE = "柳林村"  # the register that is kept
HAMLETS = ("一组", "二组", "三组", "四组", "五组", "六组")
UPDATED = date(2026, 11, 10)
CHECKED = (date(2026, 11, 2), date(2026, 11, 6))
CODES = {"低保": "A", "脱贫户": "A", "监测户": "A", "支出型困难": "A", "突发困难": "A", "孤儿": "E"}
"""Letters for 弱势家庭类别 in the order in which the policy lists them."""
AWAY = "D"  # whose parents work away

# Children of the village who are not on the roll of its schools: group, head, what is known of them.
OTHERS: tuple[dict[str, Any], ...] = (
    {
        "group": "一组", "head": "尉迟守义", "size": 5, "name": "尉迟𬭎堃", "sex": "男", "born": "2014-03-09",
        "relation": "孙子", "guardian": "尉迟海军", "guardian_relation": "父亲", "phone": True, "state": "在外就读",
        "school_name": "外省沿海某市高新技术产业开发区第一实验学校", "class_name": "六年级（11）班", "place": "外省沿海某市",
        "direction": "流出", "moved_on": "2025-08-20", "came_from": "云溪镇柳林村小学", "employer": "外省电子厂",
        "residence": "外省沿海某市高新区科技四路工业园职工公寓3幢2单元1105室", "proof": "就读学校出具的在读证明", "numbered": True,
        "matched": "一致", "how": "电话、在读证明", "finding": "随父母在外就读，在籍在校", "evidence": "在读证明",
        "register_problem": "人户分离", "problem_detail": "户口在本村，全家已在外省居住一年以上",
        "handling": "登记在册，每学期核实去向", "outcome": "已登记",
    },
    {
        "group": "二组", "head": "龙学文", "size": 4, "name": "龙玥", "sex": "女", "born": "2017-06-21",
        "relation": "女儿", "guardian": "龙学文", "guardian_relation": "父亲", "phone": True, "state": "在外就读",
        "school_name": "省城某区民族路小学", "class_name": "三年级（4）班", "place": "省城某区", "direction": "流出",
        "moved_on": "2026-07-05", "came_from": "云溪镇柳林村小学", "employer": "省城快递站点", "residence": "省城某区民族路",
        "matched": "有户籍，学籍正在转出", "how": "电话", "finding": "已入学，转学手续正在办理",
    },
    {
        "group": "三组", "head": "覃光荣", "size": 6, "name": "覃晓雪", "sex": "女", "born": "2015-01-30",
        "relation": "外孙女", "guardian": "覃雪梅", "guardian_relation": "母亲", "phone": False, "state": "在外就读",
        "school_name": "邻县某镇中心小学", "class_name": "五年级（2）班", "place": "邻县某镇", "direction": "流出",
        "moved_on": "2026-02-25", "came_from": "云溪镇柳林村小学", "residence": "邻县某镇正街", "matched": "有户籍无学籍",
        "how": "入户、电话", "finding": "家属称已就读，学籍系统未查到，继续核实", "employer": "邻县茶场",
    },
    {
        "group": "四组", "head": "韦金山", "size": 3, "name": "韦煊", "sex": "男", "born": "2012-10-11",
        "relation": "儿子", "guardian": "韦金山", "guardian_relation": "父亲", "phone": True, "state": "辍学",
        "school_name": "外省某县第三中学", "class_name": "七年级", "direction": "流入", "moved_on": "2026-10-18",
        "came_from": "外省某县第三中学", "due_school": "云溪镇初级中学", "registered": "外省户籍，租住本村",
        "urged": "十一月四日入户，父子同意到初级中学就读", "matched": "有户籍无学籍", "cause": "随父亲返乡途中中断学业",
        "how": "入户、原校电话", "finding": "原校确认十月起未到校", "handling": "报县教育局，协调转学入学", "evidence": "入户记录",
    },
    {
        "group": "四组", "head": "石会英", "size": 4, "name": "石紫涵", "sex": "女", "born": "2018-04-02",
        "relation": "孙女", "guardian": "石林", "guardian_relation": "父亲", "phone": True, "state": "未入学",
        "direction": "流入", "moved_on": "2026-11-08", "came_from": "外省某市育才小学", "employer": "村里养殖合作社",
        "due_school": "云溪镇柳林村小学", "urged": "已说明转学手续，监护人正从原校取材料", "missing_kind": "正在办理转学",
        "cause": "随父亲返乡，转学材料未到", "matched": "有户籍，学籍在原校", "how": "入户", "finding": "拟入柳林村小学三年级",
        "handling": "协助办理转学，先行入班", "evidence": "入户记录",
    },
    {
        "group": "五组", "head": "麻树根", "size": 5, "name": "麻安然", "sex": "女", "born": "2020-05-17",
        "relation": "孙女", "guardian": "麻朝阳", "guardian_relation": "父亲", "phone": True, "state": "延缓入学",
        "due_school": "云溪镇柳林村小学", "missing_kind": "延缓入学", "cause": "先天性心脏病术后，医生建议休养一年",
        "evidence": "县人民医院诊断证明", "matched": "有户籍无学籍", "how": "入户", "finding": "情况属实，申请手续齐全",
        "handling": "依法审批，明年秋季入学", "urged": "已告知延缓期满按时入学", "code": "A",
    },
    {
        "group": "六组", "head": "石成功", "size": 4, "name": "石垚", "sex": "男", "born": "2019-11-26",
        "relation": "儿子", "guardian": "石成功", "guardian_relation": "父亲", "phone": True, "state": "未入学",
        "due_school": "云溪镇柳林村小学", "missing_kind": "申请延缓入学，待批准", "cause": "语言发育迟缓，正在康复训练",
        "matched": "有户籍无学籍", "how": "入户", "finding": "材料不全，正在补充", "handling": "补齐诊断证明后审批",
        "urged": "已说明延缓入学须经批准",
    },
    {
        "group": "六组", "head": "朱明亮", "size": 7, "name": "朱旻", "sex": "男", "born": "2013-07-14",
        "relation": "侄子", "guardian": "朱勇", "guardian_relation": "父亲", "phone": True, "state": "未入学",
        "due_school": "云溪镇初级中学", "missing_kind": "户口未迁回，去向待核", "cause": "随母亲在外，村里三年没有见到",
        "matched": "有户籍无学籍", "register_problem": "有户无人", "problem_detail": "户口在本村，本人随母亲在外，地址不详",
        "direction": "流出", "came_from": "云溪镇柳林村小学",
        "handling": "请派出所协助查找", "urged": "未联系上", "how": "电话、走访邻里",
    },
    {
        "group": "三组", "head": "杨永福", "size": 5, "name": "杨念真", "sex": "女", "born": "2023-09-03",
        "relation": "孙女", "guardian": "杨波", "guardian_relation": "父亲", "phone": True, "state": "学前",
        "registered": "未落户", "register_problem": "未落户", "problem_detail": "出生后未申报户口",
        "handling": "派出所上门补办", "outcome": "材料已收齐，正在办理",
    },
    {
        "group": "五组", "head": "田长青", "size": 4, "name": "田沐阳", "sex": "男", "born": "2008-12-05",
        "relation": "儿子", "guardian": "田长青", "guardian_relation": "父亲", "phone": True, "state": "已毕业",
        "school_name": "县职业技术学校", "class_name": "高二", "note": "高中阶段在读",
    },
)  # fmt: skip
NAMES_DIFFER = {"register_problem": "姓名不符", "problem_detail": "户口簿与学籍的姓名用字不同，正在核对",
                "handling": "以户口簿为准更正学籍", "outcome": "已提交更正申请"}  # fmt: skip

COUNTED = {  # of other villages only numbers are told
    "RC-02": {"适龄儿童少年人数": 61, "在校生人数": 60},
    "RC-13b": {"适龄儿童少年人数": 61},
}
TEMPLES = (("期初在寺人数", 2), ("本期新增人数", 0), ("本期返校人数", 2), ("期末在寺人数", 0),
           ("小学学段人数", 0), ("初中学段人数", 0), ("宣传场次", 6))  # fmt: skip
LEADERS = ("男", "男", "女", "男", "男", "女")


RELATIONS = {  # of a boy and of a girl to the head of the household, by what the head is to the child
    "父亲": ("儿子", "女儿"), "母亲": ("儿子", "女儿"), "祖父": ("孙子", "孙女"), "祖母": ("孙子", "孙女"),
    "外祖父": ("外孙", "外孙女"), "外祖母": ("外孙", "外孙女"), "伯父": ("侄子", "侄女"),
}  # fmt: skip
HEADS = ("祖父", "父亲", "母亲", "伯父", "外祖父", "祖母", "外祖母")
"""Who is written as head of the household where several could be."""


def write(book: Book, towns: list[Town]) -> None:
    """Write the rows of the sample."""
    register = Register(book, towns[0], random.Random(SEED))
    register.write()
    _write_totals(book, towns[0])


class Register:
    """The register of a village, while it is being written."""

    def __init__(self, book: Book, town: Town, rng: random.Random) -> None:
        self.book, self.town, self.rng = book, town, rng
        self.phones, self.numbers = count(1), count(1)

    def write(self) -> None:
        """Write hamlets, households and residents."""
        for name, sex in zip(HAMLETS, LEADERS, strict=True):
            leader = self.rng.choice(words.SURNAMES) + self.rng.choice(words.MEN if sex == "男" else words.WOMEN)
            many = self.rng.randrange(28, 46)
            self.book.add(m.Hamlet, village=VILLAGE, name=name, leader=leader, phone=self._phone(), households=many)
        for place, pupil in enumerate(one for one in self.town.pupils if VILLAGE in one.row["household_address"]):
            self._write_pupil(pupil, place)
        for child in OTHERS:
            self._write_other(dict(child))

    def _write_pupil(self, pupil: Pupil, place: int) -> None:
        row = pupil.row
        head = min(pupil.members, key=lambda member: HEADS.index(member["relation"]))
        address = row["household_address"]
        no = self._household(
            group=re.split(VILLAGE, address)[1][:2],
            head=head["name"],
            address=address,
            phone=head["phone"],
            size=self.rng.randrange(3, 7),
        )
        boy, girl = RELATIONS[head["relation"]]
        left_behind = AWAY if row["left_behind"] == "双亲留守儿童" and place % 2 else None  # some are not yet coded
        self._resident(
            household=no,
            name=row["name"],
            sex=row["sex"],
            birth_date=row["birth_date"],
            id_no=row["id_no"],
            relation=boy if row["sex"] == "男" else girl,
            registered="常住户口",
            residence=row["address"] if row["address"] != address else None,
            pupil=row["student_no"],
            state={"辍学": "辍学", "转出": "在外就读"}.get(row.get("status"), "在校"),
            matched="一致",
            code=CODES.get(row["hardship"], left_behind),
            **(NAMES_DIFFER if place == 7 else {}),
        )
        if place % 9 == 4:  # an infant of the family
            self._sibling(no, row, boy, girl, date(2021, 9, 1), state="学前")
        elif place % 9 == 8:
            self._sibling(no, row, boy, girl, date(2008, 3, 1), state="已毕业", note="外出务工")

    def _sibling(self, household: str, row: dict[str, Any], boy: str, girl: str, first: date, **known: str) -> None:
        sex = self.rng.choice("男女")
        born = first + timedelta(days=self.rng.randrange(900 if known["state"] == "学前" else 200))
        surname = row["name"][:2] if row["name"][:2] in words.COMPOUND_SURNAMES else row["name"][:1]
        self._resident(
            household=household,
            name=surname + self.rng.choice(words.BOYS if sex == "男" else words.GIRLS),
            sex=sex,
            birth_date=born,
            id_no=self._identity(born, sex),
            relation=boy if sex == "男" else girl,
            registered="常住户口",
            **known,
        )

    def _write_other(self, child: dict[str, Any]) -> None:
        group, born = child.pop("group"), date.fromisoformat(child.pop("born"))
        phone = self._phone() if child.pop("phone") else None
        head, size = child.pop("head"), child.pop("size")
        address = f"青禾县{self.town.name}{VILLAGE}{group}{self.rng.randrange(120, 160)}号"
        no = self._household(group=group, head=head, address=address, phone=phone, size=size)
        moved = child.pop("moved_on", None)
        checked = {"checked_by": self.town.row["officer"], "checked_on": self.rng.choice(CHECKED)}
        unregistered = child.get("registered") == "未落户"
        number = None if unregistered else self._identity(born, child["sex"])
        self._resident(
            household=no,
            birth_date=born,
            id_no=number,
            student_no=f"G{number}" if child.pop("numbered", False) else None,
            guardian_phone=phone,
            moved_on=date.fromisoformat(moved) if moved else None,
            registered=child.pop("registered", "常住户口"),
            **child,
            **(checked if "finding" in child else {}),
        )

    def _household(self, **values: Any) -> str:
        no = f"15126{next(self.numbers):04d}"
        self.book.add(m.Household, no=no, village=VILLAGE, **values)
        return no

    def _resident(self, **values: Any) -> None:
        self.book.add(m.Resident, updated_on=UPDATED, **values)

    def _phone(self) -> str:
        """Return a number that nobody has, of a range of its own."""
        return f"199{5000 + next(self.phones):08d}"

    def _identity(self, born: date, sex: str) -> str:
        """Return an identity number that nobody else in the book has."""
        while True:
            body = f"510000{born:%Y%m%d}{self.rng.randrange(1, 500) * 2 - (sex == '男'):03d}"
            number = body + ric.calc_check_digit(body)
            if number not in self.book.identities:
                self.book.identities.add(number)
                return number


def _write_totals(book: Book, town: Town) -> None:
    """Write the numbers that other offices told."""
    asked = {"as_of": date(2026, 11, 10)}
    for item, value in (("总户数", 218), ("总人口", 846)):
        book.add(m.Total, paper="ES-12", item=item, value=value, village=VILLAGE, reporter="村民委员会", **asked)
    for paper, items in COUNTED.items():
        for item, value in items.items():
            book.add(m.Total, paper=paper, item=item, value=value, village="枫林坳村", reporter="村民委员会", **asked)
    of_age = len(town.pupils) + 27
    compared = {
        "户籍适龄人数": of_age, "帮扶户学生人数": 46, "残疾适龄人数": 9, "有户籍无学籍人数": 11, "有学籍无户籍人数": 4,
        "外地就读人数": 31, "户籍问题人数": 9, "已核实人数": 8, "未核实人数": 3,
    }  # fmt: skip
    for item, value in compared.items():
        book.add(m.Total, paper="ST-07", item=item, value=value, township=town.name, reporter="比对专班", **asked)
    who = "青禾县民族宗教事务局"
    for item, value in TEMPLES:
        book.add(m.Total, paper="DR-18", item=item, value=value, county="青禾县", reporter=who, **asked)
    book.add(  # an older number, in whose place a newer one stands
        m.Total, paper="DR-18", item="宣传场次", value=2, county="青禾县", as_of=date(2026, 4, 30), reporter=who
    )
