"""Days: which of them are school days and working days, how many lie between two, and how long a child has been away.

``docs/measures.md`` says what counts as what, and why. Whatever would rest on a day of which it is not known whether
it is off raises ``MissingValueError``, and so on a value of the dataset that is empty or doubtful.
"""

from __future__ import annotations

import math
from calendar import monthrange
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Literal

from generator.dataset.holidays import Season, is_off, is_planned, unplanned
from generator.dataset.missing import Missing, MissingValueError
from generator.dataset.models import Absence, CalendarDay, School, Settings, header_of
from generator.errors import Place, Problem

Unit = Literal["半天", "上课日", "自然日", "工作日"]
"""The units of the policy's ladder."""

_Span = tuple[int, int, bool]  # from one half day of the term up to another, and whether without leave
_LESSONS = ("半天", "上课日")
_DAY = timedelta(days=1)
_NEW_YEAR = timedelta(days=3)  # so many days can 元旦 take of the year before
_LONGEST_HOLIDAY = timedelta(days=31)  # within which there surely is a working day


def day_of(year: int, month: int, day: int) -> date:
    """Return a date by rule: that day of the month, or its last where it is shorter (2月末 is 2, 31)."""
    return date(year, month, min(day, monthrange(year, month)[1]))


@dataclass(frozen=True, slots=True)
class _Lessons:
    """The school days of one school's term, in order, and how many there are before each day."""

    days: Sequence[date]
    first: int  # an ordinal; that of the day to which before[0] belongs
    before: Sequence[int]

    def until(self, ordinal: int) -> int:
        """Return how many school days there are before the day of an ordinal."""
        return self.before[min(max(ordinal - self.first, 0), len(self.before) - 1)]


@dataclass(frozen=True, slots=True)
class Chain:
    """Days missed without leave one after another, which lessons that were attended end."""

    missed: Sequence[float]  # ordinals of half days, an afternoon half a day after its morning
    until: date  # today, or the last day missed where the child has been back
    seen: date | None = None  # the last day before on which the child was at school, if it was this term

    @property
    def first(self) -> date:
        """The first day missed."""
        return date.fromordinal(int(self.missed[0]))

    @property
    def last(self) -> date:
        """The last day missed."""
        return date.fromordinal(int(self.missed[-1]))

    @property
    def halves(self) -> int:
        """How many half days were missed."""
        return len(self.missed)


class Calendar:
    """The days of one dataset: its term, the public holidays, and the sheet 校历."""

    def __init__(self, settings: Settings, days: Iterable[CalendarDay]) -> None:
        """Raises ``MissingValueError`` where a row of 校历 is in doubt: it may be about any day."""
        self._settings = settings
        self._own: dict[int, dict[date, bool]] = {}  # by school, 0 for all: whether there are lessons
        for one in days:
            if one.day and one.kind:
                self._own.setdefault(id(one.school) if one.school else 0, {})[one.day] = one.kind == "上课"
        self._all = self._own.get(0, {})
        self._lessons: dict[int, _Lessons] = {}

    # What is known

    def unknown(self, first: date, last: date, school: School | None = None) -> Problem | None:
        """Return which dates to supply so that every day from ``first`` to ``last`` is known; nothing where they are.

        Without a ``school`` the days are those of everybody: what a working day is turns on them.
        """
        lacking = [one for one in unplanned(first, last) if not self._is_given(one, school)]
        return _told(lacking, Place(self._settings.where().file, CalendarDay.sheet)) if lacking else None

    def _is_given(self, season: Season, school: School | None) -> bool:
        """Return whether 校历 has the festival's own day off: then it is taken to have all that belongs to it."""
        rows = self._all | self._rows(school)
        return any(season.earliest <= day <= season.latest and not lessons for day, lessons in rows.items())

    def _is_known(self, day: date, school: School | None) -> bool:
        return is_planned((day + _NEW_YEAR).year) or self.unknown(day, day, school) is None

    def _refuse_unknown(self, first: date, last: date, school: School | None) -> None:
        if last < first or (is_planned(first.year) and is_planned((last + _NEW_YEAR).year)):
            return
        if problem := self.unknown(first, last, school):
            raise MissingValueError(Missing(CalendarDay.sheet, problem.place, f"{problem.what}：{problem.todo}"))

    # What a day is

    def is_school_day(self, day: date, school: School | None = None) -> bool:
        """Return whether there are lessons on a day, at ``school`` or wherever no school says otherwise."""
        own = self._rows(school).get(day, self._all.get(day))
        if own is not None:
            return own
        if not self._term[0] <= day <= self._term[1]:
            return False
        self._refuse_unknown(day, day, school)
        return not is_off(day)

    def is_working_day(self, day: date) -> bool:
        """Return whether offices work on a day."""
        self._refuse_unknown(day, day, None)
        works = not is_off(day)
        return self._all.get(day, works) if any(unplanned(day, day)) else works

    def opening(self, school: School | None = None) -> date:
        """Return the first day of the term with lessons."""
        return next(iter(self._lessons_of(school).days), self._term[0])

    # From one day to another

    def count(self, first: date, last: date, unit: Unit, school: School | None = None) -> float:
        """Return how many units there are from ``first`` to ``last``, both of which count."""
        if last < first:
            return 0
        if unit == "自然日":
            return (last - first).days + 1
        if unit == "工作日":
            return sum(self.is_working_day(first + _DAY * n) for n in range((last - first).days + 1))
        self._refuse_unknown(max(first, self._term[0]), min(last, self._term[1]), school)
        lessons = self._lessons_of(school)
        days = lessons.until(last.toordinal() + 1) - lessons.until(first.toordinal())
        return 2 * days if unit == "半天" else days

    def add(self, day: date, number: int, unit: Unit, school: School | None = None) -> date:
        """Return the day that is ``number`` units after ``day``, which does not count (民法典 201).

        Half days are made whole. Raises ``MissingValueError`` where the term ends before that.
        """
        if unit == "自然日":
            return day + _DAY * number
        if unit == "工作日":
            for _ in range(number):
                day = self._next_working(day + _DAY)
            return day
        if number <= 0:
            return day
        lessons = self._lessons_of(school)
        index = lessons.until(day.toordinal() + 1) + (math.ceil(number / 2) if unit == "半天" else number) - 1
        if index >= len(lessons.days):
            self._refuse_unknown(max(day, self._term[0]), self._term[1], school)
            raise self._lacking("term_end", f"学期到 {self._term[1]} 为止，以后的上课日还不知道")
        self._refuse_unknown(max(day, self._term[0]), lessons.days[index], school)
        return lessons.days[index]

    def last_before(self, day: date, school: School | None = None) -> date:
        """Return the last school day of the term before ``day``, as far as days are known; ``date.min`` before it."""
        lessons = self._lessons_of(school)
        index = lessons.until(day.toordinal())
        return lessons.days[index - 1] if index else date.min

    def not_before(self, day: date, unit: Unit, school: School | None = None) -> date:
        """Return ``day``, or the first working day or school day after it where it is none (民法典 203)."""
        if unit == "自然日":
            return day
        return self._next_working(day) if unit == "工作日" else self.add(day - _DAY, 1, "上课日", school)

    def _next_working(self, day: date) -> date:
        return next(each for n in range(_LONGEST_HOLIDAY.days) if self.is_working_day(each := day + _DAY * n))

    # How long a child has been away

    def chains(self, absences: Iterable[Absence], today: date, school: School | None = None) -> list[Chain]:
        """Return the unbroken truancies of one student this term, up to ``today``, earliest first."""
        lessons = self._lessons_of(school)
        *earlier, last = self._groups(absences, lessons, today) or [[]]
        found = [chain for group in earlier for chain in self._chain(group, lessons, school)]
        return found + self._latest(last, lessons, today, school)

    def unbroken(self, absences: Iterable[Absence], today: date, school: School | None = None) -> Chain | None:
        """Return the truancy of one student that goes on ``today``, on which it may not have been told yet."""
        lessons = self._lessons_of(school)
        groups = self._groups(absences, lessons, today)
        chains = self._latest(groups[-1], lessons, today, school) if groups else []
        return chains[-1] if chains and chains[-1].until == today else None

    def _groups(self, absences: Iterable[Absence], lessons: _Lessons, today: date) -> list[list[_Span]]:
        """Return the spans of a student's absences in groups that lessons which were attended part; none where no span
        is without leave."""
        spans = sorted(span for one in absences if (span := self._span(one, lessons, today))[0] < span[1])
        groups: list[list[_Span]] = []
        reached = 0
        for span in spans if any(truant for *_, truant in spans) else ():
            if not groups or span[0] > reached:
                groups.append([])
            groups[-1].append(span)
            reached = max(reached, span[1])
        return groups

    def _latest(self, group: list[_Span], lessons: _Lessons, today: date, school: School | None) -> list[Chain]:
        """Return the truancy of the last group, which goes on where no lesson was attended since."""
        if not any(truant for *_, truant in group):
            return []
        reached = max(span[1] for span in group)
        over = 2 * lessons.until(today.toordinal())  # half days; those of today may not be
        attended = lessons.days[reached // 2 : over // 2]
        if attended and not any(self._is_known(day, school) for day in (attended[0], attended[-1])):
            self._refuse_unknown(attended[0], attended[-1], school)  # they may have been days off
        return self._chain(group, lessons, school, None if attended else today)

    def length(self, chain: Chain, unit: Unit) -> float:
        """Return how long a truancy is: lessons as missed, other days from its first to the one it lasts to."""
        if unit in _LESSONS:
            return chain.halves / (1 if unit == "半天" else 2)
        return self.count(chain.first, chain.until, unit)

    def reached(self, chain: Chain, number: float, unit: Unit, *, more: bool = False) -> date | None:
        """Return the day on which a truancy came to ``number`` units, or to ``more`` than that; nothing where it has
        not."""
        length = self.length(chain, unit)
        if length < number or (more and length == number):
            return None
        if unit in _LESSONS:
            halves = number if unit == "半天" else 2 * number
            return date.fromordinal(int(chain.missed[math.floor(halves) if more else math.ceil(halves) - 1]))
        return self.add(chain.first - _DAY, math.floor(number) + 1 if more else math.ceil(number), unit)

    def _span(self, absence: Absence, lessons: _Lessons, today: date) -> _Span:
        start, days = absence.start, absence.days
        end = absence.end or (start if absence.session else None)
        if start is None or absence.kind is None:
            name = "start" if start is None else "kind"
            raise MissingValueError(Missing(header_of(Absence, name), absence.where(name)))
        first = lessons.until(start.toordinal())
        tomorrow = lessons.until(today.toordinal() + 1)
        last = lessons.until(end.toordinal() + 1) if end else first + days if days else tomorrow
        session = absence.session if last == first + 1 else None
        halves = 2 * first + (session == "下午"), 2 * min(last, tomorrow) - (session == "上午")
        return *halves, absence.kind == "旷课"

    def _chain(
        self, spans: Sequence[_Span], lessons: _Lessons, school: School | None, today: date | None = None
    ) -> list[Chain]:
        """Return what was missed without leave in spans that touch, if anything; ``today`` where it goes on."""
        missed = {half for first, last, truant in spans if truant for half in range(first, last)}
        missed -= {half for first, last, truant in spans if not truant for half in range(first, last)}
        if not missed:
            return []
        halves = tuple(lessons.days[half // 2].toordinal() + half % 2 / 2 for half in sorted(missed))
        start, last = (date.fromordinal(int(half)) for half in (halves[0], halves[-1]))
        self._refuse_unknown(start, last, school)
        before = min(first for first, *_ in spans) - 1  # where leave goes before, the child was last seen before that
        return [Chain(halves, today or last, lessons.days[before // 2] if before >= 0 else None)]

    # The term

    @property
    def _term(self) -> tuple[date, date]:
        start, end = self._settings.term_start, self._settings.term_end
        if not start or not end:
            raise self._lacking("term_end" if start else "term_start")
        return start, end

    def _lacking(self, attribute: str, why: str = "") -> MissingValueError:
        return MissingValueError(Missing(header_of(Settings, attribute), self._settings.where(attribute), why))

    def _rows(self, school: School | None) -> dict[date, bool]:
        return self._own.get(id(school), {}) if school else {}

    def _lessons_of(self, school: School | None) -> _Lessons:
        key = id(school) if self._rows(school) else 0
        if key not in self._lessons:
            self._lessons[key] = self._taught(self._all | self._rows(school))
        return self._lessons[key]

    def _taught(self, own: dict[date, bool]) -> _Lessons:
        """Return the school days by term, plan and own rows; of those that are not known, what the week says."""
        start, end = self._term
        taught = [day for day, lessons in own.items() if lessons]
        first, last = min([start, *taught]), max([end, *taught])
        days = []
        before = [0]
        for day in (first + _DAY * n for n in range((last - first).days + 1)):
            if own.get(day, start <= day <= end and not is_off(day)):
                days.append(day)
            before.append(len(days))
        return _Lessons(days, first.toordinal(), before)


def _told(lacking: Sequence[Season], place: Place) -> Problem:
    """Return which festivals to supply, year by year."""
    years: dict[int, list[str]] = {}
    for season in lacking:
        years.setdefault(season.year, []).append(season.name)
    todo = "，".join(f"{'、'.join(names)}（{year}年）" for year, names in years.items())
    if len(years) == 1:
        todo = "、".join(*years.values())
    what = f"{'、'.join(f'{year}年' for year in years)}的放假和调休安排还不知道"
    return Problem(place, what, f"在“{CalendarDay.sheet}”表里补上{todo}的放假日和调休上课日")
