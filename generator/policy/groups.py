"""Children who need care: of which group somebody is, and how many of a township are left behind."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from string import ascii_uppercase

from generator.dataset.missing import Missing, MissingValueError
from generator.dataset.models import Class, County, Pairing, School, Student, Township, header_of
from generator.policy.counts import is_present
from generator.policy.model import Policy

SHUT_OUT = ("孤儿", "事实无人抚养")
"""Hardships that are a group of their own."""


def _in_hardship(*words: str) -> Callable[[Student], bool]:
    return lambda student: any(word in (student.hardship or "") for word in words)


def _poor(student: Student) -> bool:
    return bool(student.hardship) and not _in_hardship(*SHUT_OUT)(student)


# What a place calls a group, the narrower before the wider, and who is of it. Of the others a student's row tells
# nothing: they are known from the village's register alone.
GROUPS: tuple[tuple[tuple[str, ...], Callable[[Student], bool]], ...] = (
    (("事实无人抚养",), _in_hardship("事实无人抚养")),
    (("孤儿",), _in_hardship("孤儿")),
    (("低保",), _in_hardship("低保")),
    (("特困",), _in_hardship("特困")),
    (("建档立卡", "卡户", "脱贫", "监测"), _in_hardship("建档立卡", "脱贫", "监测")),
    (("留守", "外出务工", "在外务工"), lambda student: student.is_left_behind),
    (("残疾儿童", "残疾少年", "残疾学生", "残障学生"), lambda student: bool(student.disability)),
    (("困难", "贫困"), _poor),
)


@dataclass(frozen=True, slots=True)
class FamilyKind:
    """A kind of vulnerable family, and the letter that stands for it in registers."""

    code: str
    name: str


def family_kinds(policy: Policy) -> list[FamilyKind]:
    """Return the kinds that the policy lists, lettered in its order."""
    return [FamilyKind(code, name) for code, name in zip(ascii_uppercase, policy.lists.vulnerable, strict=False)]


@dataclass(frozen=True, slots=True)
class Vulnerable:
    """A student of a vulnerable family, and of which kinds it is."""

    student: Student
    kinds: tuple[FamilyKind, ...]

    @property
    def codes(self) -> str:
        """The kinds as a register writes them."""
        return "、".join(kind.code for kind in self.kinds)

    @property
    def measures(self) -> str:
        """What the pairings of the student are about."""
        return _joined([pairing.content for pairing in self.student.pairings])


def vulnerable(policy: Policy, school: School) -> list[Vulnerable]:
    """Return a school's students of the kinds of family that the policy lists."""
    enrolled = [student for student in school.students if student.enrolled]
    found = [Vulnerable(student, tuple(_kinds(policy, student))) for student in enrolled]
    return [one for one in found if one.kinds]


def _kinds(policy: Policy, student: Student) -> Iterator[FamilyKind]:
    told = {code.strip() for resident in student.counted for code in (resident.code or "").split("、")}
    for kind in family_kinds(policy):
        belongs = next((holds for words, holds in GROUPS if any(word in kind.name for word in words)), None)
        if kind.code in told or (belongs is not None and belongs(student)):
            yield kind


@dataclass(frozen=True, slots=True)
class Concern:
    """A student whom its class teacher keeps an eye on: why, and what is done."""

    student: Student
    kinds: str
    facts: str
    measures: str

    @property
    def helpers(self) -> str:
        """Whom the papers of the child name as answering for it: its file, its finding of need, its tutoring."""
        student = self.student
        told: list[str | None] = []
        if student.watched:
            watching = student.keeper or (student.class_.teacher if student.class_ else None)
            told.append(support(student, "重点对象").helpers or (watching.name if watching else None))
        told += [student.need.helper] if student.need else []
        told += [tutoring.teacher.name for tutoring in student.tutorings if tutoring.teacher]
        return "、".join(dict.fromkeys(name for name in told if name))


def concerns(policy: Policy, class_: Class) -> list[Concern]:
    """Return the students of a class who are watched, poor, or fall behind."""
    found = (Concern(one, _kinds_of_concern(policy, one), _facts(one), _measures(one)) for one in class_.roll)
    return [concern for concern in found if concern.kinds]


def _kinds_of_concern(policy: Policy, student: Student) -> str:
    labels = policy.labels
    kinds = (
        (student.watched, labels.watched),
        (student.hardship, "家庭经济困难"),
        (student.tutorings, labels.struggling),
    )
    return "、".join(kind for holds, kind in kinds if holds)


def _facts(student: Student) -> str:
    visit = student.last_visit
    told = [visit.cause if visit and student.watched else None, student.hardship]
    told += [f"{tutoring.subject}学习困难" for tutoring in student.tutorings if tutoring.subject]
    return _joined(told)


def _measures(student: Student) -> str:
    return _joined([
        *(pairing.content for pairing in student.pairings),
        *(hardship.measures for hardship in student.hardships),
        *(tutoring.measures for tutoring in student.tutorings),
    ])  # fmt: skip


def _joined(parts: list[str | None]) -> str:
    return "；".join(dict.fromkeys(part.rstrip("。；") for part in parts if part))


@dataclass(frozen=True, slots=True)
class Support:
    """Who looks after a child for one reason, and how; empty where nobody does."""

    helpers: str
    phones: str
    measures: str


def support(student: Student, kind: str) -> Support:
    """Return what the pairings of one kind tell of a child; the phones say whose they are where one is missing."""
    pairings = [pairing for pairing in student.pairings if pairing.kind == kind]
    helpers = list(dict.fromkeys(pairing.helper for pairing in pairings if pairing.helper))
    told = ((pairing.helper, pairing.phone or _phone(student, pairing)) for pairing in pairings)
    called = dict.fromkeys((name, phone) for name, phone in told if phone)
    phones = [phone if len(called) == len(helpers) else f"{name or ''}{phone}" for name, phone in called]
    return Support(
        "、".join(dict.fromkeys(helpers)), "、".join(phones), _joined([pairing.content for pairing in pairings])
    )


def _phone(student: Student, pairing: Pairing) -> str | None:
    """The phone of a helper who is of the child's school, unless two there are called the same."""
    staff = student.school.staff if student.school else []
    found = [member.phone for member in staff if member.name == pairing.helper]
    return found[0] if len(found) == 1 else None


LEFT_BEHIND_PAPER, UNATTENDED = "SG-03", "无人照护人数"


@dataclass(frozen=True, slots=True)
class LeftBehind:
    """How many children of a township's schools are left behind; no child can be told from it."""

    township: Township
    schools: int
    present: int  # at the schools altogether
    total: int
    one_parent: int  # works away
    both: int
    boys: int
    girls: int
    primary: int
    junior: int
    boarding: int
    unattended: int | None  # with nobody to look after them, as the office that asked around counted
    dropped_out: int


def left_behind(county: County) -> list[LeftBehind]:
    """Return the numbers of each township; raises ``MissingValueError`` where a school tells of no child."""
    return [_left_behind(township) for township in county.townships]


def _left_behind(township: Township) -> LeftBehind:
    students = [student for school in township.schools for student in _told(school)]
    children = [student for student in students if student.enrolled and student.is_left_behind]
    both = [student for student in children if student.left_behind == "双亲留守儿童"]
    junior = [student for student in children if student.class_ and student.class_.stage == "初中"]
    boys = [student for student in children if student.sex == "男"]
    return LeftBehind(
        township, len(township.schools), sum(map(is_present, students)), len(children),
        one_parent=len(children) - len(both), both=len(both),
        boys=len(boys), girls=len(children) - len(boys),
        primary=len(children) - len(junior), junior=len(junior),
        boarding=sum(student.boarding == "住校" for student in children),
        unattended=_typed_in(township),
        dropped_out=sum(student.open_case is not None for student in children),
    )  # fmt: skip


def _told(school: School) -> list[Student]:
    students = school.students
    if students and all(student.left_behind is None for student in students):
        raise MissingValueError(Missing(header_of(Student, "left_behind"), students[0].where("left_behind")))
    return students


def _typed_in(township: Township) -> int | None:
    totals = [one for one in township.totals if (one.paper, one.item) == (LEFT_BEHIND_PAPER, UNATTENDED) and one.as_of]
    latest = max(totals, key=lambda total: total.as_of, default=None)  # type: ignore[arg-type,return-value]  # all have one
    return latest.value if latest else None
