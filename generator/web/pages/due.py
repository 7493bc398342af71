"""What is owed today: by person and date, each with its paper; printed, taken along as a list, and ticked off."""

from __future__ import annotations

import io
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from itertools import groupby
from typing import Any

from flask import Blueprint, redirect, render_template, request, send_file, url_for
from werkzeug.datastructures import MultiDict
from werkzeug.wrappers import Response as Answer

from generator.dataset import safekeeping
from generator.dataset.missing import MissingValueError
from generator.dataset.models import Case, Notice
from generator.errors import BaoxueError
from generator.policy.duties import Duty
from generator.policy.duties.cases import PAPERS
from generator.policy.duties.duty import State
from generator.press.build import Prepared, prepare
from generator.press.due import Asked, Due, Line, due_workbook, narrowed
from generator.press.entering import EntryError, enter, filings, is_filed, mark
from generator.records.overlay import key_of
from generator.web.desk import Known, clock, desk
from generator.web.pages import Shown, day, waiting
from generator.web.press import WORKERS, press

MOST = 100
"""Lines on one page."""
STATES: dict[str, tuple[str, Asked]] = {
    "": ("还没有办的", Asked()),
    "overdue": ("逾期的", Asked(states=("overdue",))),
    "due": ("没到期的", Asked(states=("due",))),
    "done": ("已办的", Asked(done=True, states=("done",))),
    "all": ("全部", Asked(done=True)),
}
"""What can be asked for of how a duty stands."""
KINDS = {paper: kind for kind, paper in PAPERS.items()}

pages = Blueprint("due", __name__)


class AskedError(BaoxueError):
    """What was asked for cannot be understood, or is no longer on the list."""


@dataclass(frozen=True, slots=True)
class Filter:
    """What part of the list is looked at, as the address tells it."""

    who: str = ""
    until: date | None = None
    state: str = ""
    school: str = ""

    @property
    def asked(self) -> Asked:
        """What is asked of the list."""
        of_state = STATES[self.state][1]
        return Asked(
            (self.who,) if self.who else (), self.until, of_state.done, of_state.states,
            (self.school,) if self.school else (),
        )  # fmt: skip

    @property
    def said(self) -> dict[str, Any]:
        """What the address says, without what is empty."""
        said = {"who": self.who, "until": str(self.until or ""), "state": self.state, "school": self.school}
        return {name: value for name, value in said.items() if value}


@dataclass(frozen=True, slots=True)
class Owed:
    """A line of the page: what is told, by what it is known again where it can be ticked off here, else what to do."""

    line: Line
    mark: str
    hint: str
    link: str


@pages.get("/due")
def index() -> Shown:
    """Show what is owed today, as far as it is asked for."""
    known = desk().known()
    if (page := waiting(known)) or known is None:
        return page or ""
    try:
        asked = _filter(request.args)
    except AskedError as error:
        return _shown(known, Filter(), wrong=[str(error)]), 422
    return _shown(known, asked, copies=request.args.getlist("copy"))


def _shown(known: Known, asked: Filter, **said: object) -> str:
    all_, context = known.due(), known.now.context
    # somebody whose last duty is done is on no list any more, and asking for them no error
    there = not asked.who or any(line.who == asked.who for line in all_.lines)
    found = narrowed(all_, asked.asked, context) if there else Due((), (), all_.unknown)
    number = max(1, request.args.get("page", 1, int))
    part = slice((number - 1) * MOST, number * MOST)
    lines = [_owed(line, duty) for line, duty in zip(found.lines[part], found.owed[part], strict=True)]
    groups = [(who, list(each)) for who, each in groupby(lines, lambda one: one.line.who)]
    every = Counter(line.state for line in all_.lines)
    return render_template(
        "due.html", known=known, asked=asked, found=found, groups=groups, page=number, most=MOST, every=every,
        here=Counter(line.state for line in found.lines), counts=_counts(found.lines), people=_people(all_.lines),
        tickable=any(one.mark for one in lines), states=STATES,
        schools=[one.short_name or one.name for one in context.dataset.schools],
        settings_day=_settings_day(known), weekday="一二三四五六日"[known.today.weekday()], said=said,
        form=request.form,
    )  # fmt: skip


def _settings_day(known: Known) -> date | None:
    """Return the day that the dataset gives, where that is another than today."""
    given = known.now.context.dataset.settings.today
    return given if isinstance(given, date) and given != known.today else None


def _filter(said: Mapping[str, str]) -> Filter:
    """Return what part is asked for; raises ``AskedError`` where the day is none."""
    try:
        until = day(said.get("until", ""))
    except ValueError as error:
        raise AskedError(str(error)) from None
    state = said.get("state", "")
    return Filter(said.get("who", ""), until, state if state in STATES else "", said.get("school", ""))


def _counts(lines: Iterable[Line]) -> dict[str, Counter[State]]:
    """Return for each person how many of their duties stand how."""
    counts: dict[str, Counter[State]] = {}
    for line in lines:
        counts.setdefault(line.who, Counter())[line.state] += 1
    return counts


def _people(lines: Iterable[Line]) -> list[tuple[str, int, int]]:
    """Return everybody who owes something, with how much of it is late and how much is not, the latest first."""
    found = [(who, count["overdue"], count["due"]) for who, count in _counts(lines).items()]
    return sorted((one for one in found if one[1] + one[2]), key=lambda one: (-one[1], -one[2], one[0]))


def _owed(line: Line, duty: Duty) -> Owed:
    if duty.done_on:
        return Owed(line, "", "", "")
    if is_filed(duty):
        return Owed(line, mark(duty), "", "")
    if duty.told_in == Notice.sheet:
        try:
            return Owed(line, "", *_at_notices(duty))
        except MissingValueError:
            pass  # then the sheet is named, like any other
    return Owed(line, "", f"记在“{duty.told_in}”表", "")


def _at_notices(duty: Duty) -> tuple[str, str]:
    """Return what is to be done about a notice, and where on the page."""
    if isinstance(duty.about, Notice):
        return "登记送达", url_for("notices.serve", n=duty.about.number)
    kind = KINDS[duty.paper]
    assert isinstance(duty.about, Case)
    drafts = [one for one in duty.about.notices if one.sort == kind and not one.number and key_of(one)]
    if drafts:
        return "编号", url_for("notices.index", state="draft", q=duty.about.no)
    if any(one.sort == kind and one.number for one in duty.about.notices):  # void, or to be void
        return "作废重发", url_for("notices.index", q=duty.about.no)
    school = duty.about.school.code if duty.about.school else ""
    return "添一行通知书", url_for("notices.row", school=school, case=duty.about.no, kind=kind)


@pages.get("/due/list.xlsx")
def workbook() -> Answer:
    """Send the list as a workbook."""
    known = _known()
    found = narrowed(known.due(), _filter(request.args).asked, known.now.context)
    name = f"待办_{known.today}.xlsx"
    return send_file(io.BytesIO(due_workbook(found.lines, known.today)), as_attachment=True, download_name=name)


@pages.post("/due/print")
def print_() -> Answer:
    """Begin to make the papers of what is looked at, and go to where that is seen."""
    known, asked = _known(), _filter(request.form)
    order = desk().order(due=asked.asked, today=known.today, workers=WORKERS)

    def prepared() -> Prepared:
        return prepare(order, lambda: known.today)

    going = press().run
    if going and going.going:
        raise AskedError(f"正在做“{going.title}”，一次只做一样。等它做完，或在第 3 步停下它，再来印这些。")
    press().start("待办的文书", prepared, outdated=desk().outdated(known))
    return redirect(url_for("papers.index"), 303)


@pages.post("/due/done")
def done() -> Answer | tuple[str, int]:
    """Enter into 办理 that duties are done."""
    known, asked = _known(), _filter(request.form)
    try:
        copies = _entered(known, request.form)
    except BaoxueError as error:
        return _shown(known, asked, wrong=str(error).splitlines(), marks=request.form.getlist("duty")), 422
    return redirect(url_for("due.index", **asked.said, copy=copies), 303)


def _entered(known: Known, form: MultiDict[str, str]) -> list[str]:
    """Enter what was ticked, and return the names of the copies of what was changed."""
    marks = form.getlist("duty")
    if not marks:
        raise AskedError("没有勾选：先在左边勾上办完的，再点“登记已办”。")
    try:
        on = day(form.get("on", "")) or known.today
    except ValueError as error:
        raise AskedError(str(error)) from None
    there = {mark(duty): duty for duty in known.due().owed if not duty.done_on}
    if not {*marks} <= there.keys():
        raise AskedError("清单已经变了（可能刚刚登记过），没有写任何东西。下面是新的清单，请重新勾选。")
    duties = [there[one] for one in dict.fromkeys(marks)]
    rows = filings(known.now, duties, on, form.get("person", "").strip())
    copies = enter(known.now, desk().data, rows, clock(), lambda: desk().stamp() == known.stamp)
    return [copy.name for copy in copies]


@pages.post("/due/undo")
def undo() -> Answer:
    """Take back what was entered, as long as nothing has been changed since."""
    copies = request.form.getlist("copy")
    if not copies:
        raise AskedError("没有说撤销哪一次，没有撤销。")
    safekeeping.undo(desk().data, copies)
    return redirect(url_for("due.index", **_filter(request.form).said), 303)


def _known() -> Known:
    """Return what is known, waiting until it is read; raises ``EntryError`` where the dataset cannot be used."""
    known = desk().read()
    if known.gathered is None:
        raise EntryError("数据还不能用，先在第 1 步改好。")
    return known
