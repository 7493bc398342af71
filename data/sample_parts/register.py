"""Changes of registration, leave, and children on their way to the next school."""

from __future__ import annotations

import random
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

import sample_words as words

from generator.dataset import models as m
from generator.dataset.holidays import is_off

if TYPE_CHECKING:
    from make_sample import Book, Pupil, Row, Town

SEED = 20261012
CHANGED = date(2026, 10, 12)
TODAY = date(2026, 11, 16)
OPENED = date(2026, 9, 1)
AFTER_HOLIDAY = date(2026, 10, 8)
DENSE = ("central", "五年级", 1)  # the class of which most leave is told
SPECIAL = ("junior", "九年级", 3)
FROM_ELSEWHERE = 8  # the story of a child that lives with its mother's mother, and is on the register of its father's
MOVED_DOWN = 9  # the story of a child that was put into another grade
NOT_COME = 4  # the story of a child that did not come to its new school
AWAY = "清泉县枫桥镇上湾村三组16号"
LONG_SCHOOL = "江川省临海市滨江经济技术开发区第二实验学校（九年一贯制）附属东部新城校区"

LEAVE_REASONS = {
    "病假": ("发热咳嗽，到镇卫生院看病", "肠胃不适，在家休息", "扭伤脚踝，遵医嘱休息", "牙痛，到县医院治疗"),
    "事假": ("祖母住院，随家长探望", "家中有丧事，回老家奔丧", "办理身份证", "参加亲戚婚礼，路远当天不能返回"),
}
PROOFS = {"病假": "镇卫生院病历", "事假": "家长书面说明"}
TOLD = {"病假": "已经看过医生，正在吃药，精神尚好", "事假": "正在路上，到家后报平安"}


def write(book: Book, towns: list[Town]) -> None:
    """Write the rows of the sample."""
    part = _Part(book, towns[0])
    part.changes()
    part.leaves()
    part.transitions()
    part.files()


def after(day: date, days: int = 1) -> date:
    """Return the school day that is so many after ``day``."""
    while days:
        day += timedelta(days=1)
        days -= not is_off(day)
    return day


class _Part:
    """What is written about the children of one township."""

    def __init__(self, book: Book, town: Town) -> None:
        self.book, self.town, self.rng = book, town, random.Random(SEED)
        self.at = {(*pupil.place, pupil.row["seat_no"]): pupil for pupil in town.pupils}
        self.by_name = {tuple(self._named(pupil).values()): pupil for pupil in town.pupils}

    def _named(self, pupil: Pupil) -> Row:
        row = pupil.row
        student = row["student_no"] if row["name"] in words.NAMESAKES else row["name"]
        return {"student": student, "class_": row["class_"], "school": row["school"]}

    def _registrar(self, pupil: Pupil) -> str:
        people = self.town.staff[pupil.place[0]]
        return next(str(person["name"]) for person in reversed(people) if person["post"] in ("职员", "教导主任"))

    def _teacher(self, pupil: Pupil) -> str:
        return str(self.town.classes[pupil.place]["teacher"])

    # changes of registration

    def changes(self) -> None:
        """Write how children came, left, paused and came back."""
        self.number = 0
        bureau = "青禾县教育体育局"
        for seat, status in words.LEFT.items():
            if status == "转出":
                self._moved_away(self.at[seat], bureau)
            else:
                self._suspended(self.at[seat])
        for seat in words.JOINED:
            self._arrived(
                self.at[seat], CHANGED, "青禾县石桥镇中心小学" if seat[0] == "central" else LONG_SCHOOL, bureau
            )
        self._arrived(self.at["central", "二年级", 1, 3], date(2026, 3, 2), "青禾县双河镇中心小学", bureau)
        self._been_ill(
            next(pupil for pupil in self.town.pupils if pupil.place == ("junior", "九年级", 1) and pupil.present)
        )
        self._put_right(self.town.cases[MOVED_DOWN][1])
        self.town.cases[FROM_ELSEWHERE][1].row["household_address"] = AWAY

    def _change(self, pupil: Pupil, kind: str, on: date, **values: Any) -> None:
        self.number += 1
        handler = self._registrar(pupil)
        self.book.add(
            m.Change,
            no=f"变{on:%Y}-{self.number:03d}",
            **self._named(pupil),
            kind=kind,
            on=on,
            handler=handler,
            **values,
        )

    def _moved_away(self, pupil: Pupil, bureau: str) -> None:
        own = pupil.row["class_"]
        self._change(
            pupil, "转出", CHANGED,
            reason="父母到县城务工并租房居住，随迁就读",
            applied_on="2026-09-28", before="在籍", after="转出",
            from_school=pupil.row["school"], from_class=own,
            to_school="青禾县第三小学" if pupil.place[0] == "central" else "青禾县第二初级中学", to_class=own[:3],
            proof="转学申请、居住证明、接收学校同意接收证明", complete=True,
            approver=bureau, approved_on="2026-10-10", system_on=CHANGED,
            reported_at="2026-09-28 16:40", suspected=False, taken="已联系接收学校，核实可以接收", volume="7-01",
        )  # fmt: skip

    def _arrived(self, pupil: Pupil, on: date, school: str, bureau: str) -> None:
        grade = pupil.place[1]
        self._change(
            pupil, "转入", on,
            reason="随父母返乡居住", applied_on=after(on - timedelta(days=12)), before="在籍（外校）", after="在籍",
            from_school=school, from_class=f"{grade if on == CHANGED else '一年级'}（2）班",
            to_school=pupil.row["school"], to_class=pupil.row["class_"],
            proof="转学申请、户口簿复印件、原学校学籍信息表", complete=on != CHANGED or pupil.place[0] == "central",
            approver=bureau, approved_on=on - timedelta(days=3), system_on=on if len(school) < 20 else None,
            reported_at=f"{on} 09:10", suspected=False, taken="已编班，发放教材", volume="7-02",
            note=None if on != CHANGED or pupil.place[0] == "central" else "原学校学籍信息表待补",
        )  # fmt: skip

    def _suspended(self, pupil: Pupil) -> None:
        """Write of a child that paused, and asks now to come back before its time: that has not been granted yet."""
        told = {
            "start": CHANGED,
            "end": date(2027, 1, 22),
            "from_school": pupil.row["school"],
            "from_class": pupil.row["class_"],
        }
        self._change(
            pupil, "休学", CHANGED,
            reason="右腿骨折，需手术并卧床休养", applied_on="2026-10-08", before="在籍", after="休学", **told,
            proof="休学申请、县人民医院诊断证明", complete=True, approver=f"青禾县{self.town.name}人民政府",
            approved_on="2026-10-10", system_on=CHANGED, reported_at="2026-10-08 10:20", suspected=False,
            taken="班主任到家探望，商定每周送学习单", volume="7-03",
        )  # fmt: skip
        self._change(
            pupil, "复学", TODAY,
            reason="恢复良好，可以正常行走和上课", applied_on="2026-11-13", before="休学", **told,
            to_class=pupil.row["class_"], proof="复学申请、县人民医院复查证明", complete=True,
            approver="青禾县教育体育局", reported_at="2026-11-13 15:30", suspected=False, taken="已准备补课安排",
        )  # fmt: skip

    def _been_ill(self, pupil: Pupil) -> None:
        first, last = date(2025, 11, 3), date(2026, 2, 27)
        told = {"start": first, "end": last, "from_school": pupil.row["school"], "from_class": "八年级（1）班"}
        self._change(
            pupil, "休学", first,
            reason="病毒性心肌炎，需住院治疗和静养", applied_on="2025-10-27", before="在籍", after="休学", **told,
            proof="休学申请、县人民医院诊断证明", complete=True, approver=f"青禾县{self.town.name}人民政府",
            approved_on="2025-10-31", system_on=first, volume="7-04",
        )  # fmt: skip
        self._change(
            pupil, "复学", date(2026, 3, 2),
            reason="休学期满，经复查可以正常学习", applied_on="2026-02-25", before="休学", after="在籍", **told,
            to_class="八年级（1）班", proof="复学申请、县人民医院复查证明", complete=True,
            approver="青禾县教育体育局", approved_on="2026-02-27", system_on="2026-03-02", volume="7-04",
        )  # fmt: skip

    def _put_right(self, pupil: Pupil) -> None:
        grade = pupil.place[1]
        self._change(
            pupil, "其他", date(2026, 9, 23),
            reason=f"学籍系统中仍在八年级，返校后编入{grade}，补录年级班级", applied_on="2026-09-22",
            before="在籍（八年级）", after=f"在籍（{grade}）", proof="监护人申请、学校编班记录", complete=True,
            approver="青禾县教育体育局", approved_on="2026-09-23", system_on="2026-09-23", volume="7-05",
        )  # fmt: skip

    # leave

    def leaves(self) -> None:
        """Write leave of which absences tell already, and more of two classes."""
        self.slips = 0
        told = [row for row in self.book.rows[m.Absence] if row["kind"] in LEAVE_REASONS and self._pupil(row)]
        for row in [one for one in told if "end" in one][::4] + [one for one in told if "end" not in one]:
            self._leave(row, phone=self.rng.random() < 0.5)
        self.town.classes[SPECIAL]["special"] = "补偿班"
        dense, special = self._free(DENSE), self._free(SPECIAL)
        for kind, first, days, phone in (
            ("病假", AFTER_HOLIDAY, 2, True), ("事假", date(2026, 10, 19), 3, False), ("病假", date(2026, 11, 3), 1, True),
            ("事假", date(2026, 11, 9), 1, False), ("病假", date(2026, 11, 12), 2, True),
        ):  # fmt: skip
            self._leave(self._absence(dense.pop(0), kind, first, days), phone=phone)
        for kind, first, days in (("事假", date(2026, 10, 22), 2), ("病假", AFTER_HOLIDAY, 1)):
            self._leave(self._absence(special.pop(0), kind, first, days), phone=False)
        half = self._absence(dense.pop(0), "病假", date(2026, 11, 5), 1)
        half |= {"session": "下午", "days": None}
        self._leave(half, phone=False, left_at="2026-11-05 11:40")

    def _pupil(self, row: Row) -> Pupil | None:
        return self.by_name.get((row["student"], row["class_"], row["school"]))

    def _free(self, place: tuple[str, str, int]) -> list[Pupil]:
        """Return children of a class who have not been absent, those with the longest names first."""
        here = [one for one in self.town.pupils if one.place == place and one.present]
        free = [
            one for one in here if one.row["id_no"] not in self.town.away and all(one_["phone"] for one_ in one.members)
        ]
        return sorted(free, key=lambda one: -len(one.row["name"]))

    def _absence(self, pupil: Pupil, kind: str, first: date, days: int) -> Row:
        self.town.away.add(pupil.row["id_no"])
        last = after(first, days - 1)
        note = "已请假"
        return self.book.add(m.Absence, **self._named(pupil), kind=kind, start=first, end=last, days=days, note=note)

    def _leave(self, absence: Row, *, phone: bool, **values: Any) -> None:
        """Write the leave of an absence; of one longer than two days, leave of a day less, so that it was overrun."""
        pupil = self._pupil(absence)
        assert pupil
        self.slips += 1
        kind, first = absence["kind"], absence["start"]
        member = pupil.members[0]
        back = after(absence["end"]) if "end" in absence else None
        overrun = kind == "事假" and (absence["days"] or 0) > 2 if back else False
        end = after(first, absence["days"] - 2) if overrun else absence.get("end") or date(2026, 11, 20)
        days = (absence["days"] or 1) - overrun if back else 6
        asked = first if phone else after(first - timedelta(days=4))
        called = {
            "called_at": f"{first} 07:{self.rng.randrange(10, 50)}", "caller": member["name"],
            "caller_relation": member["relation"], "caller_phone": member["phone"],
            "made_up_on": back, "proof": PROOFS[kind],
        }  # fmt: skip
        self.book.add(
            m.Leave,
            no=f"假2026-{self.slips:03d}",
            **self._named(pupil),
            kind=kind,
            reason=self.rng.choice(LEAVE_REASONS[kind]),
            mode="电话请假" if phone else "请假条",
            start=first, end=end, days=days, applied_on=asked,
            escort=None if phone else f"{member['relation']}{member['name']}",
            opinion="同意，注意安全，按时返校",
            approver=self._teacher(pupil), approved_on=asked,
            followed_at=f"{first} 17:{self.rng.randrange(20, 59)}", answered_by=member["name"],
            answered_relation=member["relation"], told=TOLD[kind], expected_on=after(end),
            needs="请任课教师把作业发给家长" if self.slips % 3 == 0 else None,
            back_on=back,
            **(called if phone else {}),
            **values,
        )  # fmt: skip

    # from one school to the next

    def transitions(self) -> None:
        """Write who came to the next school: of children that are here now, and of some who have left."""
        schools = self.town.schools
        seventh = [pupil for pupil in self.town.pupils if pupil.place == ("junior", "七年级", 2) and pupil.present]
        out = self.town.cases[NOT_COME][1]
        for number, pupil in enumerate([*seventh[:9], out]):
            sender = "village" if number % 4 == 3 else "central"
            came = None if pupil is out else OPENED if number != 5 else date(2026, 9, 3)
            self._transition("小学升初中", pupil, came, sender=schools[sender], receiver=schools["junior"],
                             from_class="六年级（1）班", keeper=self.town.classes[sender, "六年级", 1]["teacher"])  # fmt: skip
        first = [pupil for pupil in self.town.pupils if pupil.place == ("central", "一年级", 1)]
        for pupil in first[:6]:
            self._transition("一年级新生入学", pupil, OPENED, sender_name=f"{self.town.name}中心幼儿园",
                             receiver=schools["central"], from_class="大班", keeper="幼儿园园长")  # fmt: skip
        for number, given in enumerate(("𬭎", "堃玥", "令仪")):
            self.book.add(
                m.Transition, stage="初中升高中阶段", sender=schools["junior"], receiver_name="青禾县第一高级中学",
                name=self.rng.choice(words.SURNAMES) + given, sex="男" if number == 0 else "女",
                birth_date=date(2011, 4 + number, 17), from_class="九年级（2）班", due_on="2026-08-30",
                came_on=None if number == 0 else "2026-08-30",
                absence="没有报到" if number == 0 else None,
                whereabouts="就读县职业技术学校，已核实" if number == 0 else None,
                keeper=self.town.classes["junior", "九年级", 2]["teacher"], checked_on="2026-09-04",
            )  # fmt: skip

    def _transition(self, stage: str, pupil: Pupil, came: date | None, **values: Any) -> None:
        row, member = pupil.row, pupil.members[0]
        late = came != OPENED
        told: Row = {"absence": "报到当日没有到校", "whereabouts": "随父母在省城一带", "result": "仍在联系"}
        if late and came:
            told |= {"whereabouts": "在家照看弟弟", "result": "经动员，两日后到校报到"}
        self.book.add(
            m.Transition, stage=stage, name=row["name"], sex=row["sex"], birth_date=row["birth_date"],
            student_no=row["student_no"], guardian=member["name"], phone=member["phone"], address=row["address"],
            due_on=OPENED, came_on=came, partner=self._teacher(pupil), checked_on="2026-09-04",
            **(told if late else {}), **values,
        )  # fmt: skip

    # the files of children

    def files(self) -> None:
        """Write the volumes in which the register keeps its papers about two children."""
        moved = next(pupil for pupil in (self.at[seat] for seat in words.JOINED))
        new = self.at["central", "一年级", 1, 1]
        for number, pupil in enumerate((moved, new), 1):
            no = f"学籍-2026-{number:03d}"
            registrar, head = self._registrar(pupil), self.town.staff[pupil.place[0]][0]["name"]
            papers = [
                ("户口簿复印件", "监护人", "1—2"),
                ("学生基本信息表", pupil.row["school"], "3"),
                ("学籍卡", pupil.row["school"], "4"),
            ]
            if pupil is moved:
                papers += [
                    ("转学申请审批表", "青禾县教育体育局", "5"),
                    ("原学校学籍信息表", "青禾县石桥镇中心小学", "6—7"),
                ]
            self.book.add(
                m.Volume, no=no, school=pupil.row["school"], student=self._named(pupil)["student"],
                class_=pupil.row["class_"], box=7, title=f"{pupil.row['name']}学籍档案", start=OPENED, end=CHANGED,
                pieces=len(papers), pages=7 if pupil is moved else 4, retention="长期", filer=registrar, checker=head,
                filed_on=CHANGED if pupil is moved else date(2026, 9, 18), shelf="学籍室1柜",
            )  # fmt: skip
            for title, author, page in papers:
                on = CHANGED if pupil is moved else date(2026, 9, 15)
                self.book.add(m.Item, volume=no, author=author, title=title, on=on, page=page, electronic=True)
