"""What schools return in numbers: of a month, of a term's opening, of a day on which children are being brought back.

Each number raises ``MissingValueError`` where what it rests on is empty or doubtful, and does so only when it is asked
for, so that one unknown number does not take the others with it. ``docs/measures.md`` says who is counted.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from fractions import Fraction

from generator.dataset.missing import Missing, MissingValueError
from generator.dataset.models import (
    CLOSINGS,
    GRADES,
    REASONS,
    Case,
    Class,
    Record,
    School,
    Settings,
    Student,
    header_of,
)
from generator.policy.calendar import Calendar, day_of
from generator.policy.counts import Scope, is_back, needed, was_none
from generator.policy.model import Policy
from generator.policy.suspects import suspects
from generator.policy.timing import Monthly, timing
from generator.policy.truancy import Truancies

_DAY = timedelta(days=1)
_ON_REGISTER = (None, "在籍", "辍学", "休学")  # a suspended child keeps its place in the register
_GONE = ("休学", "转出", "死亡", "毕业")
_ENTRY_GRADES = (GRADES[0], GRADES[6])
_MOVED = CLOSINGS[1]
_IN_CLASSES, _APART = ("原班就读", "调整年级就读", "随班就读"), "单独编班"
_BOARDING = "住校"
# A term's report takes the moves of the holidays before it, of which the dataset does not know when they began.
_MOVES_SINCE = {"第一学期": (7, 1), "第二学期": (2, 1)}


@dataclass(frozen=True, slots=True)
class _Ground:
    """Whose numbers are counted, and what they are counted by."""

    school: School
    settings: Settings
    policy: Policy
    calendar: Calendar


# A month


@dataclass(frozen=True, slots=True)
class MonthCounts(_Ground):
    """A school's month or quarter, from its first day to its last, or as far as it has come."""

    first: date
    last: date

    @property
    def at_start(self) -> int:
        """Children at school when the month began, before anything that happened on its first day."""
        return len(_present(self.school, self.first - _DAY))

    @property
    def at_end(self) -> int:
        """Children at school when the month was over."""
        return len(_present(self.school, self.last))

    @property
    def came(self) -> int:
        """Children who came from another school, or back from suspension: the register tells no difference."""
        return len(_came(self.school.students, self.first, self.last))

    @property
    def transferred(self) -> int:
        """Children who went to another school."""
        return len(_left(self.school.students, "转出", self.first, self.last))

    @property
    def suspended(self) -> int:
        """Children who were suspended."""
        return len(_left(self.school.students, "休学", self.first, self.last))

    @property
    def suspected(self) -> int:
        """Children away without leave long enough to be suspected, and not registered as dropouts."""
        found = Truancies(self.policy, self.calendar, self.last).among(self.school.students, "suspected")
        out = _ids(needed(case, "student") for case in _out(_cases(self.school), self.last))
        return len(_ids(one.student for one in found) - out)

    @property
    def dropped(self) -> int:
        """Children who dropped out in the month."""
        return _children(case for case in _cases(self.school) if self.first <= needed(case, "dropped_on") <= self.last)

    @property
    def dropped_this_year(self) -> int:
        """Children who dropped out in the school year until then, whether they are back or not."""
        start = Scope(self.school, "", self.settings, self.last).year[0]
        return _children(case for case in _cases(self.school) if start <= needed(case, "dropped_on") <= self.last)

    @property
    def returned(self) -> int:
        """Children who came back in the month."""
        return _children(case for case in _cases(self.school) if _returned(case, self.first, self.last))

    @property
    def still_out(self) -> int:
        """Children who had dropped out, be it years ago, and were not back when the month was over."""
        return _children(_out(_cases(self.school), self.last))


def month_counts(policy: Policy, settings: Settings, calendar: Calendar, school: School, today: date) -> MonthCounts:
    """Return the month that a school is to report on ``today``: the last one that is over.

    Where the policy wants the report before the month is over, it is the month of ``today`` until then.
    """
    due = timing(policy.rhythms.school_report)
    running = isinstance(due, Monthly) and due.day == 0
    last = today if running or (today + _DAY).day == 1 else today.replace(day=1) - _DAY
    return MonthCounts(school, settings, policy, calendar, last.replace(day=1), last)


# A quarter


@dataclass(frozen=True, slots=True)
class Quarter:
    """Three months that are over."""

    first: date
    last: date

    @property
    def name(self) -> str:
        """What it is called: 2026年第三季度."""
        return f"{self.first.year}年第{'一二三四'[self.last.month // 3 - 1]}季度"


def quarters(settings: Settings, today: date) -> list[Quarter]:
    """Return the last quarter that is over on a day, or ends with it; none where the dataset has no memory of it, for
    it was over before the term began."""
    after = today + _DAY
    start = day_of(after.year, after.month - (after.month - 1) % 3, 1)
    last = start - _DAY
    return [Quarter(day_of(last.year, last.month - 2, 1), last)] if last >= needed(settings, "term_start") else []


def quarter(settings: Settings, today: date) -> Quarter:
    """Return the quarter of ``quarters``; raises ``MissingValueError`` where there is none."""
    found = quarters(settings, today)
    if not found:
        why = f"本学期{settings.term_start}才开学，数据里没有上一季度的情况"
        raise MissingValueError(Missing(header_of(Settings, "term_start"), settings.where("term_start"), why))
    return found[0]


def quarter_counts(policy: Policy, settings: Settings, calendar: Calendar, school: School, today: date) -> MonthCounts:
    """Return a school's last quarter, counted as its months are."""
    found = quarter(settings, today)
    return MonthCounts(school, settings, policy, calendar, found.first, found.last)


# The opening of a term


@dataclass(frozen=True, slots=True)
class GradeCounts(_Ground):
    """One grade of a school at the opening of a term, with the moves since the term before."""

    grade: str
    since: date
    today: date

    @property
    def due(self) -> int:
        """Children who had to register: those on the roll."""
        return len(self._roll)

    @property
    def registered(self) -> int:
        """Children who did."""
        return self.due - self.unregistered

    @property
    def unregistered(self) -> int:
        """Children on the roll who have not been at school since lessons began."""
        opened = self._opened
        found = Truancies(self.policy, self.calendar, self.today)
        return sum(
            any(needed(case, "dropped_on") <= opened for case in _out(student.cases, self.today))
            or bool((away := found.of(student)) and away.start <= opened)
            for student in self._roll
        )

    @property
    def entered(self) -> int:
        """Children who entered the stage this term, by the month of entry in the register."""
        if self.settings.term != "第一学期" or self.grade not in _ENTRY_GRADES:
            return 0
        term = date(needed(self.settings, "first_year"), 7, 1)
        came = _ids(self._came)
        return sum(term <= _entry(student) <= self.today for student in self._roll if id(student) not in came)

    @property
    def came(self) -> int:
        """Children who came from another school, or back from suspension: the register tells no difference."""
        return len(self._came)

    @property
    def transferred(self) -> int:
        """Children who went to another school."""
        return len(_left(self._students, "转出", self.since, self.today))

    @property
    def suspended(self) -> int:
        """Children who were suspended."""
        return len(_left(self._students, "休学", self.since, self.today))

    @property
    def died(self) -> int:
        """Children who died."""
        return len(_left(self._students, "死亡", self.since, self.today))

    @property
    def dropped(self) -> int:
        """Children who dropped out, whether they are back or not."""
        return _children(case for case in self._cases if self.since <= needed(case, "dropped_on") <= self.today)

    @property
    def returned(self) -> int:
        """Children who dropped out, whenever that was, and came back."""
        return _children(case for case in self._cases if _returned(case, self.since, self.today))

    @property
    def _students(self) -> list[Student]:
        return [student for class_ in self.school.classes if class_.grade == self.grade for student in class_.students]

    @property
    def _roll(self) -> list[Student]:
        return [student for student in self._students if student.enrolled]

    @property
    def _came(self) -> list[Student]:
        return _came(self._students, self.since, self.today)

    @property
    def _cases(self) -> list[Case]:
        return [case for case in _cases(self.school) if _grade(case, self.school) == self.grade]

    @property
    def _opened(self) -> date:
        """The first day with lessons; on the days before it children register at most."""
        start: date = needed(self.settings, "term_start")
        return self.calendar.add(start - _DAY, 1, "上课日", self.school)


@dataclass(frozen=True, slots=True)
class OpeningCounts:
    """A school at the opening of a term, grade by grade, with the day from which moves are counted."""

    since: date
    grades: list[GradeCounts]


def opening_counts(
    policy: Policy, settings: Settings, calendar: Calendar, school: School, today: date
) -> OpeningCounts:
    """Return what a school counts when a term has opened, as it stands ``today``."""
    term = needed(settings, "term")
    since = date(needed(settings, "first_year") + (term != "第一学期"), *_MOVES_SINCE[term])
    taught = {needed(class_, "grade") for class_ in school.classes}
    rows = [GradeCounts(school, settings, policy, calendar, grade, since, today) for grade in GRADES if grade in taught]
    return OpeningCounts(since, rows)


# A day of the campaign


@dataclass(frozen=True, slots=True)
class CampaignCounts:
    """A unit's children who are to be brought back this term, as things stand on a day; of one grade, where given."""

    unit: Record  # a school, township or county
    settings: Settings
    today: date
    grade: str = ""

    @property
    def due(self) -> int:
        """Children who had not come back when the term began, or have been registered since."""
        return _children(self._cases)

    @property
    def back(self) -> int:
        """Those of them who are back."""
        return self.due - self.out

    @property
    def out(self) -> int:
        """Those of them who are not."""
        return _children(_out(self._cases, self.today))

    @property
    def back_today(self) -> int:
        """Children who came back today."""
        return _children(case for case in self._cases if case.returned_on == self.today)

    @property
    def new_today(self) -> int:
        """Children who were registered today."""
        return _children(case for case in self._cases if needed(case, "found_on") == self.today)

    @property
    def rate(self) -> str:
        """Those who are back as a share of all, rounded down to hundredths so that 100% means all; 无 where there are
        none to bring back."""
        return f"{Fraction(self.back * 10_000, self.due).__floor__() / 100:g}%" if self.due else "无"

    def back_since(self, day: date) -> int:
        """Return how many children came back after ``day``."""
        return _children(case for case in self._cases if _returned(case, day + _DAY, self.today))

    @property
    def transferred(self) -> int:
        """Children on the ledger who were found this term to have gone to another school: none of the due."""
        start = needed(self.settings, "term_start")
        closed = (case for school in self._schools for case in school.dropouts if case.closed_as == _MOVED)
        return _children(case for case in closed if start <= needed(case, "closed_on") <= self.today)

    @property
    def boys(self) -> int:
        """Boys among those who are back."""
        return sum(needed(needed(case, "student"), "sex") == "男" for case in self._back)

    @property
    def girls(self) -> int:
        """Girls among those who are back."""
        return len(self._back) - self.boys

    @property
    def on_record(self) -> int:
        """Those who are back and have a number in the national records."""
        return sum(bool(needed(case, "student").student_no) for case in self._back)

    @property
    def off_record(self) -> int:
        """Those who are back and have none."""
        return len(self._back) - self.on_record

    @property
    def joined(self) -> int:
        """Those who are back and sit in a class with others."""
        return sum(needed(case, "placement") in _IN_CLASSES for case in self._back)

    @property
    def apart(self) -> int:
        """Those who are back and are taught in a class of their own."""
        return sum(needed(case, "placement") == _APART for case in self._back)

    @property
    def boarders(self) -> int:
        """Those who are back and board."""
        return sum(needed(needed(case, "student"), "boarding") == _BOARDING for case in self._back)

    @property
    def reasons(self) -> list[ReasonCount]:
        """Those who are not back, by the reason; every reason there is."""
        out = _out(self._cases, self.today)
        return [
            ReasonCount(reason, _children(case for case in out if needed(case, "reason") == reason))
            for reason in REASONS
        ]

    @property
    def _schools(self) -> list[School]:
        return Scope(self.unit, "", self.settings, self.today).schools

    @property
    def _cases(self) -> list[Case]:
        before = needed(self.settings, "term_start") - _DAY
        every = [
            case for school in self._schools for case in _cases(school)
            if not self.grade or _grade(case, school) == self.grade
        ]  # fmt: skip
        return _not_back([case for case in every if needed(case, "found_on") <= self.today], before)

    @property
    def _back(self) -> list[Case]:
        """The case of each child who is back, the latest where it was away more than once."""
        out = _ids(needed(case, "student") for case in _out(self._cases, self.today))
        by_return = sorted(self._cases, key=lambda case: case.returned_on or date.max)
        latest = {id(needed(case, "student")): case for case in by_return}
        return [case for child, case in latest.items() if child not in out]


def return_counts(settings: Settings, school: School, today: date) -> list[CampaignCounts]:
    """Return a school's children who are to be brought back, and those who are back, grade by grade."""
    taught = {needed(class_, "grade") for class_ in school.classes}
    return [CampaignCounts(school, settings, today, grade) for grade in GRADES if grade in taught]


@dataclass(frozen=True, slots=True)
class ReasonCount:
    """How many children stay away for a reason."""

    reason: str
    number: int


# A class


def on_register(class_: Class) -> int:
    """Return how many children the register has in a class: those on its roll, and those suspended from it."""
    return sum(student.status in _ON_REGISTER for student in class_.students)


@dataclass(frozen=True, slots=True)
class RollCounts:
    """The children of a township's schools on a day: whom the register has, and who is there."""

    schools: Sequence[School]
    policy: Policy
    calendar: Calendar
    day: date

    @property
    def registered(self) -> int:
        """Children in the register, suspended ones too."""
        return sum(on_register(class_) for school in self.schools for class_ in school.classes)

    @property
    def present(self) -> int:
        """Children at school, also those who miss a few days."""
        return sum(len(_present(school, self.day)) for school in self.schools)

    @property
    def absent(self) -> int:
        """Children in the register who are not at school: suspended, or dropped out."""
        return self.registered - self.present

    @property
    def dropped(self) -> int:
        """Children whose case is open."""
        return sum(len(school.open_cases) for school in self.schools)

    @property
    def suspected(self) -> int:
        """Children suspected of having dropped out, of whom there is no case."""
        truancies = Truancies(self.policy, self.calendar, self.day)
        return sum(one.case is None for school in self.schools for one in suspects(truancies, school))


# Children and their cases


def _cases(school: School) -> list[Case]:
    """Return the cases of children who dropped out of a school, but for those that turned out to be none."""
    return [case for case in school.dropouts if not was_none(case)]


def _not_back(cases: Iterable[Case], day: date) -> list[Case]:
    """Return the cases of which the child was not back on a day, or had not dropped out yet."""
    return [case for case in cases if not was_none(case) and not is_back(case, day)]


def _out(cases: Iterable[Case], day: date) -> list[Case]:
    """Return the cases of which the child was away on a day."""
    return [case for case in _not_back(cases, day) if needed(case, "dropped_on") <= day]


def _returned(case: Case, first: date, last: date) -> bool:
    return bool(case.returned_on and first <= case.returned_on <= last)


def _came(students: Iterable[Student], first: date, last: date) -> list[Student]:
    return [student for student in students if student.came_on and first <= student.came_on <= last]


def _left(students: Iterable[Student], status: str, first: date, last: date) -> list[Student]:
    """Return who left in a stretch of days: of whoever left, it must be known when."""
    gone = [student for student in students if student.status == status]
    return [student for student in gone if first <= needed(student, "changed_on") <= last]


def _present(school: School, day: date) -> list[Student]:
    """Return who was at a school when a day was over, of all who are or were in one of its classes."""
    dropouts = (needed(case, "student") for case in _cases(school))
    everybody = {id(student): student for student in (*school.students, *dropouts)}
    return [student for student in everybody.values() if _is_present(student, school, day)]


def _is_present(student: Student, school: School, day: date) -> bool:
    gone = student.status in _GONE and needed(student, "changed_on") <= day
    if gone or (student.came_on and student.came_on > day):
        return False
    later = _not_back(student.cases, day)
    if any(needed(case, "dropped_on") <= day for case in later):
        return False
    then = min(later, key=lambda case: case.returned_on or date.max, default=None)  # its return may have moved it
    return needed(needed(then or student, "last_class" if then else "class_"), "school") is school


def _grade(case: Case, school: School) -> str:
    """Return the grade to which a child belongs: that of its class now, or of the one it left where it is elsewhere."""
    now = needed(needed(case, "student"), "class_")
    return str(needed(now if needed(now, "school") is school else needed(case, "last_class"), "grade"))


def _entry(student: Student) -> date:
    """Return the first day of the month in which a child entered the stage."""
    said = needed(student, "entered")
    found = re.match(r"(\d{4})\D*(\d{1,2})", said)
    if not found or not 1 <= int(found[2]) <= 12:
        name = header_of(Student, "entered")
        raise MissingValueError(Missing(name, student.where("entered"), f"“{name}”是“{said}”，看不出年月"))
    return day_of(int(found[1]), int(found[2]), 1)


def _children(cases: Iterable[Case]) -> int:
    """Return of how many children there are cases."""
    return len(_ids(needed(case, "student") for case in cases))


def _ids(students: Iterable[Student]) -> set[int]:
    return set(map(id, students))
