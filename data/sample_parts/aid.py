"""Hardship and aid, pairings, tutoring and the talks that go with them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import sample_words as words

from generator.dataset import models as m

if TYPE_CHECKING:
    from make_sample import Book, Place, Pupil, Town

Row = dict[str, Any]

FUND = "城乡义务教育补助经费"
LIVING, GIFT = "家庭经济困难学生生活补助", "社会捐助"
RARE = "𬭎堃玥喆"
PHONES = ("19990000001", "19990000002")  # beyond those that are counted out


@dataclass(frozen=True)
class Need:
    """What is known of a kind of hardship, and done about it."""

    basis: str
    proof: str
    needs: str
    measures: str
    done: str
    effect: str | None


NEEDS = {
    "低保": Need(
        "低保数据核对一致", "低保证复印件",
        "午餐和学习用品有困难；放学后没有人辅导作业", "落实生活补助；安排课后服务；班主任每月联系一次家里",
        "生活补助已发放，课后服务九月开始", "按时到校，作业能当天完成",
    ),
    "脱贫户": Need(
        "脱贫户数据核对一致", "不用另交",
        "父母外出，早晚接送有困难", "落实生活补助；同组学生结伴上下学；每两周和家里通一次电话",
        "生活补助已发放，结伴名单已排好", "没有迟到，情绪稳定",
    ),
    "监测户": Need(
        "防返贫监测数据核对一致", "不用另交",
        "家里收入不稳，冬季衣物和资料费用紧", "落实生活补助；优先安排冬衣；任课教师课后补一科",
        "生活补助已发放，冬衣十一月发放", None,
    ),
    "孤儿": Need(
        "孤儿保障数据核对一致", "孤儿证复印件",
        "需要稳定的陪伴；学习用品由亲属代买", "校领导结对，每周谈一次心；节假日走访；学习用品由学校配齐",
        "已结对，学习用品已配齐", "上课愿意举手，和同学来往多了",
    ),
    "支出型困难": Need(
        "镇人民政府证明，医疗费用票据", "困难证明、住院费用结算单",
        "家里看病花费大，生活费紧", "落实生活补助；协助申请临时救助；班主任留意家里的变化",
        "生活补助已申请；临时救助材料已交镇里", None,
    ),
    "突发困难": Need(
        "镇人民政府证明，临时救助审批表", "困难证明、临时救助审批表复印件",
        "房屋和衣物受损，课本作业本需要补", "补齐课本和用品；协助申请临时救助和社会捐助；心理辅导一次",
        "课本已补齐，捐助已发放", "已恢复正常学习",
    ),
}  # fmt: skip

SCHEDULE = "九月摸底、认定；十月申请、评审；十一月发放；十二月回访；学期末评价"


def write(book: Book, towns: list[Town]) -> None:
    """Write the rows of the sample: all of the first township's central and junior schools."""
    part = _Part(book, towns[0])
    part.write_hardships()
    part.write_donations()
    part.write_pairings()
    part.write_tutorings()


class _Part:
    """The rows while they are being written."""

    def __init__(self, book: Book, town: Town) -> None:
        self.book, self.town = book, town
        self.needy: list[Pupil] = []

    def write_hardships(self) -> None:
        """Write whose family is in need, what they applied for and what was paid."""
        chosen = [
            *self.needing(("central", "一年级", 1))[:4],
            *self.needing(("central", "五年级", 1))[:4],
            *self.needing(("junior", "七年级", 1))[:2],
            *self.needing(("junior", "八年级", 1))[:1],  # whose address is long
        ]
        for number, pupil in enumerate(chosen, 1):
            self.needy.append(pupil)
            self._write_hardship(pupil, f"困2026-{number:02d}")
            self._write_living(pupil, paid=number % 5 != 0, approved=number != 10)

    def needing(self, place: Place) -> list[Pupil]:
        """Return the children of a class whose families are in need."""
        return [pupil for pupil in self.town.pupils if pupil.place == place and pupil.present and pupil.row["hardship"]]

    def _write_hardship(self, pupil: Pupil, number: str) -> None:
        kind, members = pupil.row["hardship"], pupil.members
        need = NEEDS[kind]
        described = "；".join(f"{one['relation']}{one['name']}，{one['workplace']}" for one in members)
        self.book.add(
            m.Hardship, no=number, **named(pupil), kind=kind, basis=need.basis, size=len(members) + 1, members=described,
            economy=pupil.economy or words.MEANS[kind], needs=need.needs, measures=need.measures, done=need.done,
            helper=self.town.classes[pupil.place]["teacher"], schedule=SCHEDULE, effect=need.effect, proof=need.proof,
            filed_on="2026-09-18",
        )  # fmt: skip

    def _write_living(self, pupil: Pupil, *, paid: bool, approved: bool) -> None:
        primary, boards = pupil.place[0] == "central", pupil.row["boarding"] == "住校"
        amount = "312.5" if primary else "750" if boards else "375"
        self.book.add(
            m.Aid, **named(pupil), item=LIVING, standard=f"每学期{amount}元", asked=amount,
            amount=amount if approved else None, reason=pupil.economy or words.MEANS[pupil.row["hardship"]],
            proof=NEEDS[pupil.row["hardship"]].proof, applied_on="2026-09-21", approved_on="2026-10-16" if approved else None,
            source=FUND, mode="社会保障卡", paid_on="2026-11-06" if paid and approved else None,
            receiver=self.guardian(pupil) if paid and approved else None, handler=self.clerk(pupil),
        )  # fmt: skip

    def write_donations(self) -> None:
        """Write what the central school was given, and what it spent on children in need, by number."""
        helped = [pupil for pupil in self.needy if pupil.place[0] == "central"][:2]
        handler = self.clerk(helped[0])
        head = self.town.staff["central"][0]["name"]
        kept: Row = {"school": self.town.schools["central"], "handler": handler, "checker": head}

        def entry(on: str, flow: str, amount: str, voucher: str, **values: Any) -> None:
            self.book.add(m.Donation, **kept, on=on, flow=flow, amount=amount, voucher=voucher, **values)

        entry("2026-09-01", "收入", "1260.5", "001", content="上学期结余", note="转入")
        entry("2026-09-10", "收入", "5000", "002", donor=f"{self.town.name}商会", contact=PHONES[0], content="助学款")
        entry(
            "2026-09-18", "收入", "2400", "003", donor="县城某某文化用品有限责任公司云溪分公司",
            contact=PHONES[1], content="课外书120册", note="实物折价",
        )  # fmt: skip
        entry("2026-09-22", "支出", "2400", "004", content="课外书120册", item="班级图书角", note="各班签收")
        for number, pupil in enumerate(helped, 5):
            no = f"困2026-{self.needy.index(pupil) + 1:02d}"
            entry("2026-10-20", "支出", "300", f"{number:03d}", pupil_no=no, item="助学款")
            self.book.add(
                m.Aid, **named(pupil), item=GIFT, standard="每人300元", asked="300", amount="300",
                reason="冬季衣物和学习用品", proof="不用另交", applied_on="2026-10-12", approved_on="2026-10-19",
                source=f"{self.town.name}商会助学款", mode="现金签收", paid_on="2026-10-20", receiver=self.guardian(pupil),
                handler=handler,
            )  # fmt: skip
        entry("2026-11-03", "收入", "1500", "007", donor="不具名的爱心人士", content="棉衣10件", note="实物折价")

    def write_pairings(self) -> None:
        """Write who helps whom, and how it went."""
        pupils = self.town.pupils
        far = next(one for one in pupils if one.present and one.row["left_behind"] == "双亲留守儿童" and rare(one))
        first = pupils[0]  # whose name is the longest
        returned = [pupil for case, pupil in self.town.cases if case["returned_on"]][:1]
        watched = next(one for one in pupils if one.present and one.row["watched"] and one.place[0] == "central")
        poor, orphan, boarder = self.needy[0], self.orphan(), self.needy[-2]
        deputy = self.town.staff["central"][1]
        self._pair(poor, self.teacher(poor), "班主任", "困难", "师生结对", *POOR, sessions=POOR_SESSIONS)
        self._pair(far, self.teacher(far), "班主任", "留守", "师生结对", *FAR, sessions=FAR_SESSIONS)
        self._pair(first, self.classmate(first), "同班同学", "学困", "同学结对", *CLASSMATE, sessions=())
        self._pair(
            watched, self.teacher(watched), "班主任", "重点对象", "师生结对", *WATCHED, sessions=WATCHED_SESSIONS
        )
        for pupil in returned:
            self._pair(pupil, self.teacher(pupil), "班主任", "返校", "师生结对", *RETURNED, sessions=())
        if orphan:
            self._pair(orphan, deputy["name"], "副校长", "困难", "师生结对", *ORPHAN, sessions=ORPHAN_SESSIONS)
            self._pair(orphan, f"{self.town.name}卫生院", "结对单位", "困难", "单位结对", *UNIT, sessions=())
        self._pair(boarder, self.teacher(boarder), "班主任", "困难", "师生结对", *BOARDER, sessions=POOR_SESSIONS[:1])

    def _pair(
        self, pupil: Pupil, helper: str, identity: str, kind: str, mode: str, goal: str, content: str, often: str,
        *, sessions: tuple[tuple[str, ...], ...],
    ) -> None:  # fmt: skip
        self.book.add(
            m.Pairing, **named(pupil), helper=helper, identity=identity, kind=kind, mode=mode, goal=goal,
            content=content, frequency=often, paired_on="2026-09-14",
        )  # fmt: skip
        for day, how, what, change, problem, later in sessions:
            self.book.add(
                m.Session, **named(pupil), kind="结对帮扶", on=day, people=helper, mode=how, content=what,
                performance=change, problems=problem, next=later,
            )  # fmt: skip

    def write_tutorings(self) -> None:
        """Write who falls behind in what, and how they were tutored."""
        done: set[str] = set()
        for place, subject, told in TUTORINGS:
            pupil = self.learner(place, done)
            done.add(pupil.row["id_no"])
            teacher = self.subject_teacher(place, subject)
            self.book.add(
                m.Tutoring, **named(pupil), subject=subject, teacher=teacher, filed_on="2026-09-16",
                home=self.family(pupil), opinion=OPINIONS[len(done) % 2], **told,
            )  # fmt: skip
            for day, how, what, change in TUTORED.get(subject, ()):
                self.book.add(
                    m.Session, **named(pupil), kind="学困辅导", on=day, people=teacher, mode=how, content=what,
                    performance=change,
                )  # fmt: skip

    def learner(self, place: Place, taken: set[str]) -> Pupil:
        """Return a child of a class that has no tutor yet; first of all one with a rare character in its name."""
        pool = [one for one in self.town.pupils if one.place == place and one.present and one.row["id_no"] not in taken]
        pool = [one for one in pool if one.row["name"] not in words.NAMESAKES]
        return min(pool, key=lambda pupil: (not rare(pupil), pupil.row["seat_no"]))

    def subject_teacher(self, place: Place, subject: str) -> str:
        """Return who teaches a subject in a class."""
        teaching = f"{place[1]}（{place[2]}）班"
        return next(
            str(person["name"])
            for person in self.town.staff[place[0]]
            if person["subject"] == subject and teaching in (person.get("teaches") or ())
        )

    def orphan(self) -> Pupil | None:
        """Return an orphan among those in need, if there is one."""
        return next((pupil for pupil in self.needy if pupil.row["hardship"] == "孤儿"), None)

    def teacher(self, pupil: Pupil) -> str:
        """Return the class teacher of a child."""
        return str(self.town.classes[pupil.place]["teacher"])

    def classmate(self, pupil: Pupil) -> str:
        """Return the child that comes next in the class."""
        others = [one for one in self.town.pupils if one.place == pupil.place and one is not pupil and one.present]
        return str(others[0].row["name"])

    def clerk(self, pupil: Pupil) -> str:
        """Return who keeps the school's aid."""
        return str(self.town.staff[pupil.place[0]][-1]["name"])

    def guardian(self, pupil: Pupil) -> str:
        """Return who signs for a child: a guardian."""
        return str(next(one["name"] for one in pupil.members if one["is_guardian"] is not False))

    def family(self, pupil: Pupil) -> str:
        """Return who is at home with a child, for its studies."""
        home = "、".join(dict.fromkeys(one["relation"] for one in pupil.at_home))
        return f"平时由{home}照看，辅导作业有困难"


def named(pupil: Pupil) -> Row:
    """Return what a sheet writes to name a child."""
    row = pupil.row
    student = row["student_no"] if row["name"] in words.NAMESAKES else row["name"]
    return {"student": student, "class_": row["class_"], "school": row["school"]}


def rare(pupil: Pupil) -> bool:
    """Return whether a name has a character that few fonts draw."""
    return any(letter in RARE for letter in pupil.row["name"])


POOR = ("按时到校，不因家里困难缺课", "帮助落实生活补助，每周问一次生活和作业", "每周1次")
FAR = ("每周和外出的家长说上话，作业有人看", "约定固定的通话时间，课后看着做完作业，周末走访一次", "每周1次")
CLASSMATE = ("会认会写本学期的生字，敢用普通话说话", "课间一起读课文，互相听写", "每天")
WATCHED = ("不迟到、不早退，课上跟得上", "每天见面问一句，缺课当日联系家里，课后补当天的内容", "每周2次")
RETURNED = ("返校后稳定就读，补齐落下的功课", "排补课表，安排同桌带一带，每周谈一次心", "每周1次")
ORPHAN = ("有事愿意找老师说，生活用品齐全", "每周谈一次心，节假日走访监护人", "每周1次")
UNIT = ("每年体检一次，学习用品不用发愁", "免费体检，开学时送学习用品", "每学期1次")
BOARDER = ("住校安心，周末按时返校", "看宿舍和用餐情况，周日晚点名时见一面", "每周1次")

POOR_SESSIONS = (
    ("2026-09-23", "谈心", "问了早餐和上学路上的情况，说明生活补助怎样申请", "说话少，愿意听", "不好意思说家里的事", "申请表由班主任带着填"),
    ("2026-10-14", "辅导", "一起改数学错题，教用错题本", "能自己改对大半", "应用题读不懂题意", "每天读一道题给老师听"),
    ("2026-11-09", "家访", "到家里告诉监护人补助已经发放，看了做作业的地方", "主动打招呼", "家里灯光暗", "请学校协调一盏台灯"),
)  # fmt: skip
FAR_SESSIONS = (
    ("2026-09-16", "谈心", "约好每周三放学后和父母视频", "听说能视频很高兴", "想念父母时上课走神", "视频前写三件想说的事"),
    ("2026-10-28", "活动", "参加留守儿童之家的下棋活动", "和同学玩到了一起", None, "下次带同桌一起来"),
)  # fmt: skip
WATCHED_SESSIONS = (
    ("2026-09-17", "谈心", "一起算了算这两周迟到几次、为什么", "承认是睡得晚", "手机玩到很晚", "晚上九点手机交给家里人"),
    ("2026-10-22", "辅导", "补两节课的内容", "跟得上", "作业拖拉", "先做最短的一项"),
)  # fmt: skip
ORPHAN_SESSIONS = (
    ("2026-09-21", "谈心", "了解和亲属一家相处得怎么样", "说家里人待自己好", "不愿意提以前的事", "不追问，多陪伴"),
    ("2026-11-02", "谈心", "一起看运动会上的照片", "笑了，要了一张", None, "请孩子当一次升旗手"),
)  # fmt: skip

OPINIONS = ("谢谢老师，孩子回家肯写作业了", None)

_READING: Row = {
    "difficulty": "生字记不牢，读课文常停顿，不敢开口", "habits": "上课容易走神，作业拖到最后", "cause": "识字少，家里没有人听读",
    "goal": "期末能读通全册课文，生字会写八成", "measures": "每天听读一段；同桌互相听写；先表扬再指错",
    "steps": "九月补识字；十月读通课文；十一月练写句子；十二月巩固", "start": "开学时能读通一半课文",
    "effect": "十月：能读通三分之二的课文，敢在小组里读", "result": None,
}  # fmt: skip
_SUMS: Row = {
    "difficulty": "两步计算常出错，应用题读不懂题意", "habits": "做完不检查，遇到难题就停下", "cause": "口算不熟，上学期因病缺了两周课",
    "goal": "期末两步计算基本不错，会画图分析题意", "measures": "每天五分钟口算；画图说题；错题当天改",
    "steps": "九月补口算；十月练画图；十一月练应用题；十二月综合", "start": "开学时口算十题错五题",
    "effect": "十月：口算十题错两题，愿意说思路", "result": "继续跟进",
}  # fmt: skip
_ENGLISH: Row = {
    "difficulty": "单词记不住，听不懂课堂用语", "habits": "上课不出声，作业照抄", "cause": "小学没有打好基础，怕说错被笑",
    "goal": "期末掌握七年级核心词汇，能听懂常用课堂用语", "measures": "每天五个词；降低作业难度；小组里安排简单的角色",
    "steps": "九月至十月补七年级词汇；十一月练句型；十二月跟上本册进度", "start": "开学时七年级词汇会三成",
    "effect": None, "result": None,
}  # fmt: skip

TUTORINGS: tuple[tuple[Any, str, Row], ...] = (
    (("central", "三年级", 1), "语文", _READING),
    (("central", "三年级", 1), "数学", _SUMS),
    (("central", "四年级", 2), "数学", _SUMS),
    (("central", "六年级", 1), "数学", {**_SUMS, "result": "已转化：两步计算基本不错"}),
    (("junior", "九年级", 1), "英语", _ENGLISH),
    (("junior", "八年级", 1), "英语", {**_ENGLISH, "habits": None, "cause": None}),
)

TUTORED = {
    "语文": (
        ("2026-09-18", "当面辅导", "听读第一课，圈出不认识的字", "认真，声音小"),
        ("2026-09-29", "同桌互助", "互相听写第二单元生字", "错了三个，当场改了"),
        ("2026-10-21", "当面辅导", "读课文给老师听，练停顿", "能读完一段不停顿"),
    ),
    "数学": (
        ("2026-09-17", "当面辅导", "口算练习，教凑整的办法", "掌握了凑整"),
        ("2026-10-15", "小组辅导", "画图分析两步应用题", "能画出第一步"),
    ),
}
