"""What a school owed until a day and how much of it is done, counted: the figures of inspection items.

What was done in excess in one place makes up for nothing in another, so that a figure never says more than is true. Of
what is told in a sheet that the dataset does not have nothing is said.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from datetime import date, timedelta
from fractions import Fraction
from typing import TypeVar

from generator.dataset.missing import Missing, MissingValueError
from generator.dataset.models import (
    Aid,
    Campaign,
    Case,
    Change,
    Dataset,
    Disability,
    Finding,
    Leave,
    Notice,
    Record,
    School,
    Session,
    Staff,
    Student,
    Township,
)
from generator.errors import Place
from generator.policy.assessment import ClassYear
from generator.policy.counts import is_present, needed, was_none
from generator.policy.deadlines import issued, return_deadline
from generator.policy.duties import Duty, duties
from generator.policy.duties.absence import visits
from generator.policy.duties.situation import Situation
from generator.policy.duties.windows import windows
from generator.policy.mending import mend_by
from generator.policy.timing import Often, timing
from generator.policy.visits import visit_quota

_T = TypeVar("_T", bound=Record)
_DAYS = {"日": 1, "周": 7, "月": 31}
"""How long a period lasts at the most."""


@dataclass(frozen=True, slots=True)
class Progress:
    """So much was owed, so much of it is done; ``now`` of it is owed by today where its time is not over."""

    done: int
    owed: int
    now: int


def _share(owed: Iterable[_T], is_done: Callable[[_T], object]) -> Progress:
    every = list(owed)
    return Progress(sum(bool(is_done(one)) for one in every), len(every), len(every))


@dataclass(frozen=True, slots=True)
class SchoolProgress:
    """The progress of one school in its term; each is missing by itself where its data are."""

    school: School
    at: Situation

    # Who answers for what

    @property
    def led(self) -> Progress:
        """Whether the principal leads the school's group: 1 of 1."""
        head = needed(needed(self.school, "principal"), "name")
        leaders = [member for member in self.school.group if member.role == "组长"]
        return _share([self.school], lambda _: any(needed(member, "name") == head for member in leaders))

    @property
    def classes_answered(self) -> Progress:
        """The classes that have a class teacher and a leader who answer for them."""
        return _share(self.school.classes, lambda class_: class_.teacher and class_.leader)

    @property
    def cases_answered(self) -> Progress:
        """The children who dropped out for whose return somebody answers by name."""
        return _share(self._cases, lambda case: case.responsible)

    # What is to be done again and again

    @property
    def visits(self) -> Progress:
        """Home visits of the term, of each of the staff no more than it owes; ``now`` as the term has gone by."""
        settings, today = self.at.dataset.settings, self.at.today
        start, end = needed(settings, "term_start"), needed(settings, "term_end")
        gone = Fraction(max(0, min((today - start).days + 1, (end - start).days + 1)), (end - start).days + 1)
        quotas = [(visit_quota(self.at.policy, staff), staff) for staff in self.school.staff]
        made = [(quota, len(list(visits(staff.visits, start, min(end, today))))) for quota, staff in quotas]
        done = sum(min(quota, number) for quota, number in made)
        return Progress(done, sum(quota for quota, _ in made), sum(int(quota * gone) for quota, _ in made))

    @property
    def publicity(self) -> Progress:
        """The months of publicity that are over, and in which there was a campaign."""
        self._kept(Campaign)
        term = self.at.term(self.school)
        months = windows(timing(self.at.policy.rhythms.publicity_months), term)
        over = [month for month in months if term.start <= month.by < self.at.today]
        held = [needed(one, "start") for one in self.school.campaigns if one.kind == "宣传月"]
        done = sum(any(month.since <= day <= month.by for day in held) for month in over)
        return Progress(done, len(over), len(over))

    # Children who dropped out

    @property
    def cases_visited(self) -> Progress:
        """The children who dropped out to whom somebody went."""
        today = self.at.today
        return _share(self._cases, lambda case: any(needed(one, "visited_on") <= today for one in case.visits))

    @property
    def notices_served(self) -> Progress:
        """The notices that were issued, and of these those that were served; not yet owed before their deadline."""
        today, policy, calendar = self.at.today, self.at.policy, self.at.calendar

        def served(notice: Notice) -> bool:
            return bool(notice.served_at and notice.served_at <= today)

        def running(notice: Notice) -> bool:
            until = return_deadline(policy, calendar, notice, today)
            return not served(notice) and (until is None or today <= until)

        return _share((one for one in self._notices if not running(one)), served)

    @property
    def receipts(self) -> Progress:
        """The notices that were served, and of these those whose receipt says by whom, to whom, or who saw it left."""

        def complete(notice: Notice) -> bool:
            if notice.served_mode in ("邮寄送达", "电子送达"):
                return bool(notice.received_by)
            left = notice.witness and notice.refusal
            return bool(notice.servers and (left if notice.served_mode == "留置送达" else notice.received_by))

        today = self.at.today
        return _share((one for one in self._notices if one.served_at and one.served_at <= today), complete)

    @property
    def placed(self) -> Progress:
        """The children who are back, and of these those of whom it is told in which class and how they are taught."""
        return _share(self._back, lambda case: case.return_class and case.placement)

    @property
    def struck_off(self) -> Progress:
        """The children who are back, and of these those who are taken off the ledger."""
        today = self.at.today
        return _share(self._back, lambda case: case.closed_on and case.closed_on <= today)

    @property
    def followed(self) -> Progress:
        """The children who are back, and of these those to whom somebody went or talked since; ``now`` of those who
        are back for longer than such children may be left alone."""
        self._kept(Session)
        today, rhythm = self.at.today, timing(self.at.policy.rhythms.care)
        patience = timedelta(days=_DAYS.get(rhythm.period, 0) if isinstance(rhythm, Often) else 0)

        def looked_after(case: Case) -> bool:
            student, back = needed(case, "student"), needed(case, "returned_on")
            days = [needed(one, "visited_on") for one in student.visits]
            days += [needed(one, "on") for one in student.sessions]
            return any(back < day <= today for day in days)

        back = self._back
        due = [one for one in back if looked_after(one) or needed(one, "returned_on") + patience < today]
        return Progress(sum(map(looked_after, back)), len(back), len(due))

    @property
    def classes_kept(self) -> Progress:
        """The classes that lost no more of their children than their target allows."""
        policy, settings, today = self.at.policy, self.at.dataset.settings, self.at.today
        return _share(
            self.school.classes, lambda class_: ClassYear(class_, policy, settings, today).loss.met is not False
        )

    # Registration and leave

    @property
    def changes_complete(self) -> Progress:
        """The changes of registration of the term, and of these those whose papers are complete."""
        return _share(self._changes, lambda change: change.complete)

    @property
    def changes_entered(self) -> Progress:
        """The changes that were approved, and of these those that stand in the records system."""
        today = self.at.today
        approved = [one for one in self._changes if one.approved_on and one.approved_on <= today]
        return _share(approved, lambda change: change.system_on and change.system_on <= today)

    @property
    def leaves_approved(self) -> Progress:
        """The leaves of the term, and of these those that were approved."""
        return _share(self._leaves, lambda leave: leave.approved_on)

    @property
    def leaves_ended(self) -> Progress:
        """The leaves that are over, and of these those whose child has reported back."""
        over = [leave for leave in self._leaves if needed(leave, "end") < self.at.today]
        return _share(over, lambda leave: leave.back_on)

    # Children to be cared for

    @property
    def disabled_placed(self) -> Progress:
        """The children with disabilities on the roll who are placed."""
        self._kept(Disability)
        known = [one.impairment for one in self._roll if one.impairment]
        return _share(known, lambda one: one.placement not in (None, "未安置"))

    @property
    def taught_at_home(self) -> Progress:
        """The children who are taught at home, and of these those to whom somebody went this term."""
        self._kept(Session)
        start, today = needed(self.at.dataset.settings, "term_start"), self.at.today
        return _share(
            self.school.taught_at_home,
            lambda child: any(s.kind == "送教上门" and start <= needed(s, "on") <= today for s in child.sessions),
        )

    @property
    def groups_present(self) -> Progress:
        """The children on the roll who are left behind, in need, disabled or watched, and of these those at school."""
        return _share((one for one in self._roll if _to_be_cared_for(one)), is_present)

    @property
    def aided(self) -> Progress:
        """The children whose family is held to be in need, and of these those to whom aid was granted."""
        self._kept(Aid)
        return _share((one for one in self._roll if one.hardships), lambda child: child.granted)

    # What inspections found

    @property
    def mended(self) -> Progress:
        """What inspections found wrong at the school and was put right; ``now`` as much of it as is due."""
        return mended(self.at, self.school)

    # Of whom and what it is counted

    @property
    def _roll(self) -> list[Student]:
        return [student for student in self.school.students if student.enrolled]

    @property
    def _cases(self) -> list[Case]:
        """The children who dropped out and were found this term, but for those who had not."""
        start = needed(self.at.dataset.settings, "term_start")
        every = (case for case in self.school.cases if not was_none(case))
        return [case for case in every if start <= needed(case, "found_on") <= self.at.today]

    @property
    def _back(self) -> list[Case]:
        return [case for case in self._cases if case.returned_on and case.returned_on <= self.at.today]

    @property
    def _notices(self) -> list[Notice]:
        every = [notice for case in self._cases for notice in issued(case)]
        return [one for one in every if one.issued_on and one.issued_on <= self.at.today]

    @property
    def _changes(self) -> list[Change]:
        self._kept(Change)
        return [one for one in self.school.changes if self._this_term(needed(one, "on"))]

    @property
    def _leaves(self) -> list[Leave]:
        self._kept(Leave)
        every = [leave for student in self.school.students for leave in student.leaves]
        return [one for one in every if self._this_term(needed(one, "start"))]

    def _this_term(self, day: date) -> bool:
        return bool(needed(self.at.dataset.settings, "term_start") <= day <= self.at.today)

    def _kept(self, model: type[Record]) -> None:
        kept(self.at.dataset, model, self.school)


def mended(at: Situation, unit: School | Township) -> Progress:
    """Return what inspections of a unit found wrong and was put right; ``now`` as much of it as is due."""
    kept(at.dataset, Finding, unit)
    held = [one for one in unit.inspections if needed(one, "held_on") <= at.today]
    due, every = 0, [(finding, one) for one in held for finding in one.findings]
    done = {id(finding) for one in held for finding in one.mended}
    for finding, inspection in every:
        by = finding.due or mend_by(at.policy, at.calendar, inspection)
        due += id(finding) in done or bool(by and by < at.today)
    return Progress(len(done), len(every), due)


def kept(dataset: Dataset, model: type[Record], unit: School | Township) -> None:
    """Raise ``MissingValueError`` where no sheet tells of a unit what stands in it: that there is none is then not
    known. A sheet in the file of one school tells nothing of another."""
    others = {school.short_name for school in dataset.schools if school is not unit}
    told = [sheet for sheet in dataset.sheets if sheet.model is model]
    if not dataset.has(model) or (told and all(dataset.units.get(sheet.file) in others for sheet in told)):
        raise MissingValueError(Missing(f"{model.sheet}表", Place(sheet=model.sheet)))


def _to_be_cared_for(student: Student) -> bool:
    return bool(
        student.is_left_behind or student.watched or student.hardships or student.disabilities
        or (student.hardship or "无") != "无"
    )  # fmt: skip


@dataclass(frozen=True, slots=True)
class TownshipProgress:
    """The progress of a township's own offices."""

    township: Township
    at: Situation

    @property
    def led(self) -> Progress:
        """Whether the secretary or the head of the township leads its group: 1 of 1."""
        heads = [name for name in (self.township.secretary, self.township.head) if name]
        leaders = [member for member in self.township.group if member.role == "组长"]
        return _share([self.township], lambda _: any(needed(member, "name") in heads for member in leaders))

    @property
    def villages_answered(self) -> Progress:
        """The villages that have a leader and an officer who answer for them."""
        return _share(self.township.villages, lambda village: village.leader and village.officer)

    @property
    def mended(self) -> Progress:
        """What inspections found wrong at the township and was put right; ``now`` as much of it as is due."""
        return mended(self.at, self.township)


# Duties


def owed(at: Situation, unit: School | Township) -> list[Duty]:
    """Return every duty of a school and what is in it, or of a township's own offices, of the term until today.

    Raises ``MissingValueError`` where some of them cannot be worked out, for they may be those that were not done.
    """
    data = at.dataset
    if isinstance(unit, School):
        mine = replace(
            data, townships=[], schools=[unit], classes=unit.classes, staff=unit.staff, students=unit.students,
            cases=unit.cases,
        )  # fmt: skip
    else:
        mine = replace(data, townships=[unit], schools=[], classes=[], staff=[], students=[], cases=[])
    found = duties(mine, at.policy, at.today)
    if found.unknown:
        problem = found.unknown[0]
        raise MissingValueError(Missing("待办", problem.place, problem.what))
    return list(found.owed)


def discharged(duties: Iterable[Duty], papers: Iterable[str], today: date, *, in_time: bool) -> Progress:
    """Return how many of the duties that certain papers discharge are done, or done ``in_time``; what is not yet due
    is owed only if it is done."""
    wanted = set(papers)
    mine = (one for one in duties if one.paper in wanted and not isinstance(one.about, Staff))  # quotas: ``visits``
    due = [one for one in mine if one.state(today) != "due"]
    done = sum(one.done_on is not None and (not in_time or one.done_on <= one.by) for one in due)
    return Progress(done, len(due), len(due))
