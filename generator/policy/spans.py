"""What became of a class, or of a school's dropouts, in a span of days: in a month that is over, or in a term so far.

Each number raises ``MissingValueError`` where what it rests on is empty or doubtful. ``docs/measures.md`` says who is
counted.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import date, timedelta

from generator.dataset.models import GRADES, REASONS, Case, Class, School, Settings, Student
from generator.policy.calendar import Calendar
from generator.policy.counts import needed
from generator.policy.model import Policy
from generator.policy.truancy import Truancies, is_open

_DAY = timedelta(days=1)
_GONE = ("休学", "转出", "死亡", "毕业")


@dataclass(frozen=True, slots=True)
class ClassSpan:
    """A class from the first day of a span to its last."""

    class_: Class
    policy: Policy
    calendar: Calendar
    first: date
    last: date

    @property
    def at_start(self) -> int:
        """Children in it before anything that happened on the first day."""
        return self._present(self.first - _DAY)

    @property
    def at_end(self) -> int:
        """Children in it when the last day was over."""
        return self._present(self.last)

    @property
    def came(self) -> int:
        """Children who came from another school, or back from suspension."""
        return sum(self._within(child.came_on) for child in self.class_.students)

    @property
    def left(self) -> int:
        """Children who went to another school."""
        return self._gone("转出")

    @property
    def suspended(self) -> int:
        """Children who were suspended."""
        return self._gone("休学")

    @property
    def suspected(self) -> int:
        """Children away without leave long enough to be suspected, and not registered as dropouts."""
        found = Truancies(self.policy, self.calendar, self.last).among(self.class_.students, "suspected")
        out = {id(case.student) for case in self._cases if is_open(case, self.last)}
        return sum(id(one.student) not in out for one in found)

    @property
    def dropped(self) -> int:
        """Children who dropped out of it."""
        return sum(self._within(needed(case, "dropped_on")) for case in self._cases)

    @property
    def lost(self) -> int:
        """Those of them who were not back when the last day was over."""
        return sum(self._within(needed(case, "dropped_on")) and is_open(case, self.last) for case in self._cases)

    @property
    def returned(self) -> int:
        """Children who came back, whenever they had dropped out."""
        return sum(self._within(case.returned_on) for case in self._cases)

    @property
    def visits(self) -> int:
        """Visits to its children."""
        return sum(self._within(visit.visited_on) for child in self.class_.students for visit in child.visits)

    @property
    def loss(self) -> str:
        """The share of the children at the start who were lost, rounded up to hundredths of a percent, lest a loss be
        told smaller than it is; 无 where there was none."""
        return f"{-(-10_000 * self.lost // self.at_start) / 100:g}%" if self.at_start else "无"

    @property
    def _cases(self) -> list[Case]:
        school: School = needed(self.class_, "school")
        return [case for case in school.cases if case.last_class is self.class_]

    def _within(self, day: date | None) -> bool:
        return day is not None and self.first <= day <= self.last

    def _gone(self, status: str) -> int:
        gone = (child for child in self.class_.students if child.status == status)
        return sum(self._within(needed(child, "changed_on")) for child in gone)

    def _present(self, day: date) -> int:
        return sum(_is_there(child, day) for child in self.class_.students)


def _is_there(child: Student, day: date) -> bool:
    if child.came_on and child.came_on > day:
        return False
    if child.status in _GONE and needed(child, "changed_on") <= day:
        return False
    return not any(case.dropped_on and case.dropped_on <= day and is_open(case, day) for case in child.cases)


def last_month(today: date) -> tuple[date, date]:
    """Return the first and last day of the month that is over on a day, or ends with it."""
    last = today if (today + _DAY).day == 1 else today.replace(day=1) - _DAY
    return last.replace(day=1), last


def this_term(settings: Settings, today: date) -> tuple[date, date]:
    """Return the first day of the term and the last one that is told of."""
    return needed(settings, "term_start"), min(today, needed(settings, "term_end"))


@dataclass(frozen=True, slots=True)
class ReasonCount:
    """The children of a school who dropped out this term for one reason; no child can be told from it."""

    reason: str
    count: int
    share: str
    boys: int
    girls: int
    grades: str  # 七年级1人、八年级2人
    months: str  # 9月1人、10月2人


def reason_counts(school: School, settings: Settings, today: date) -> list[ReasonCount]:
    """Return the reasons for which children dropped out of a school this term, those that there are.

    A reason of one child alone would tell of that child, whose grade and month stand beside it: such reasons are
    counted together, as 其他.
    """
    first, last = this_term(settings, today)
    cases = [case for case in school.cases if first <= needed(case, "dropped_on") <= last]
    found: dict[str, list[Case]] = {reason: [] for reason in REASONS}
    for case in cases:
        found[needed(case, "reason")].append(case)
    for reason in REASONS[:-1]:
        if len({id(case.student) for case in found[reason]}) == 1:
            found[REASONS[-1]] += found.pop(reason)
    return [_counted(reason, of, len(cases)) for reason, of in found.items() if of]


def _counted(reason: str, cases: list[Case], of: int) -> ReasonCount:
    sexes = Counter(needed(needed(case, "student"), "sex") for case in cases)
    grades = Counter(needed(needed(case, "last_class"), "grade") for case in cases)
    months = Counter(needed(case, "dropped_on").month for case in cases)
    return ReasonCount(
        reason, len(cases), f"{round(100 * len(cases) / of, 1):g}%", sexes["男"], sexes["女"],
        "、".join(f"{grade}{grades[grade]}人" for grade in GRADES if grades[grade]),
        "、".join(f"{month}月{count}人" for month, count in sorted(months.items())),
    )  # fmt: skip
