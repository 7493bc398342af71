"""Day by day: no duty is lost or doubled when the date moves on by one, whatever is written down."""

from __future__ import annotations

from collections import Counter
from datetime import date, timedelta
from itertools import pairwise

from hypothesis import given, settings
from hypothesis import strategies as st

from generator.dataset.models import NOTICES, Case, Notice
from generator.policy.duties import Duty
from generator.policy.truancy import is_open
from tests.owing import Town, day, preset

FIRST, LAST = day(9, 1), day(12, 20)  # the last week of the year asks for the plan of the next
DAY = timedelta(days=1)
days = st.dates(FIRST, LAST)
PRESETS = ("national", "seed-s0.2", "seed-s0.3", "seed-s1", "seed-s3.8", "seed-s0.1")
LAPSING = ("DR-09", "DR-10a", "WP-12a", "HV-05b", "PB-02")  # what is asked for by the day or week
PAPERS = (
    "LA-08", "DR-04", "DR-16", "NT-13", "DR-02", "L-03", "IP-01", "NT-06", "DR-03", "DR-10e", "IN-04", "DR-15",
    "SG-13b", "WP-12a", "WP-14b",
)  # fmt: skip


@st.composite
def towns(draw: st.DrawFn) -> Town:
    """Draw what may happen to a child and its school in a term, in an order in which it can have."""
    town = Town()
    town.child.watched = draw(st.booleans())
    for start in draw(st.lists(days, max_size=4)):
        end = draw(st.none() | st.dates(start, LAST))
        town.away(start, end, draw(st.sampled_from(("旷课", "旷课", "病假"))))
    for on in draw(st.lists(days, max_size=6)):
        town.visited(on, draw(st.sampled_from((town.teacher, town.principal))))
    if draw(st.booleans()):
        dropped = draw(days)
        case = town.case(dropped, draw(st.dates(dropped, LAST)), draw(st.sampled_from(("厌学", "随迁去向不明"))))
        assert case.found_on
        for issued in draw(st.lists(st.dates(case.found_on, LAST), max_size=3)):
            notice = town.notice(case, issued, draw(st.none() | st.sampled_from(NOTICES)))
            notice.served_at = draw(st.none() | st.dates(issued, LAST))
        case.returned_on = draw(st.none() | st.dates(case.found_on, LAST))
        if case.returned_on:
            case.closed_on = draw(st.none() | st.dates(case.returned_on, LAST))
    for paper, on in draw(st.lists(st.tuples(st.sampled_from(PAPERS), days), max_size=6)):
        town.filed(paper, on, draw(st.sampled_from((town.child, town.school, town.dataset.cases or town.class_))
                                   .map(lambda one: one[0] if isinstance(one, list) else one)))  # fmt: skip
    return town


def keyed(owed: list[Duty]) -> dict[tuple[str, int, date], Duty]:
    """Return duties by their keys, of which none may be there twice."""
    assert [key for key, times in Counter(duty.key for duty in owed).items() if times > 1] == []
    return {duty.key: duty for duty in owed}


def may_go(duty: Duty, town: Town, tomorrow: date) -> bool:
    """Whether a duty of yesterday may be gone without having been done."""
    if duty.paper in LAPSING:
        return tomorrow > duty.by
    if isinstance(duty.about, Notice):  # served or not, once its day has passed it is another that is owed
        return tomorrow > duty.by or not is_open(town.dataset.cases[0], tomorrow)
    if isinstance(duty.about, Case):
        return not is_open(duty.about, tomorrow)
    return duty.about is town.child  # back at school, as the attendance of the day before tells


@settings(max_examples=40, deadline=None)
@given(town=towns(), today=days, id_=st.sampled_from(PRESETS))
def test_no_duty_is_lost_or_doubled_from_one_day_to_the_next(town: Town, today: date, id_: str) -> None:
    policy, tomorrow = preset(id_), today + DAY
    before, after = keyed(town.owed(today, policy)), keyed(town.owed(tomorrow, policy))
    for key, duty in before.items():
        if key not in after:
            assert duty.done_on or may_go(duty, town, tomorrow), duty
            continue
        again = after[key]
        assert again.by <= duty.by
        assert again.state(tomorrow) in {
            "done": ("done",), "overdue": ("overdue", "done"), "due": ("due", "overdue", "done"),
        }[duty.state(today)]  # fmt: skip
        if duty.done_on:
            assert again.done_on
            assert again.done_on <= duty.done_on
    new = [duty for key, duty in after.items() if key not in before]
    assert [duty for duty in new if duty.since < today and not opened(duty, today)] == []


def opened(duty: Duty, today: date) -> bool:
    """Whether a duty that began before yesterday can be new today: something was found out, or came back to be owed."""
    about = duty.about.case if isinstance(duty.about, Notice) else duty.about
    found = about.found_on if isinstance(about, Case) else None
    return isinstance(about, Case) and found is not None and found > today - DAY


@settings(max_examples=12, deadline=None)
@given(town=towns(), id_=st.sampled_from(PRESETS))
def test_what_was_once_owed_and_not_done_is_told_until_it_is_over(town: Town, id_: str) -> None:
    """Over the whole term every duty is told on consecutive days: none vanishes and comes back."""
    seen: dict[tuple[str, int, date], list[date]] = {}
    for number in range(0, (LAST - FIRST).days, 4):
        today = FIRST + DAY * number
        for key, duty in keyed(town.owed(today, preset(id_))).items():
            if not duty.once:  # which a second absence asks for anew
                seen.setdefault(key, []).append(today)
    for key, told in seen.items():
        gaps = [(sooner, later) for sooner, later in pairwise(told) if later - sooner > DAY * 4]
        found = [case.found_on for case in town.dataset.cases if case.found_on]  # and so known to have been away before
        assert [gap for gap in gaps if not any(gap[0] < on <= gap[1] for on in found)] == [], key
