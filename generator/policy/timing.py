"""When something is due, read off the words in which the policy says it: 每月5日前, 确认辍学后1小时内, 每学期不少于2次.

The words are what papers print and the only thing that is kept, so that a number can never differ from its wording;
``timing`` and ``span`` are their machine-readable form.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from typing import Annotated, Literal

from pydantic import AfterValidator

from generator.errors import near

Unit = Literal["小时", "日", "上课日", "工作日", "周", "月"]
Period = Literal["日", "周", "月", "季度", "学期", "学年", "年"]
Event = Literal[
    "absent", "first_visit", "confirmed", "listed", "reported", "issued", "served", "notice_due", "returned",
    "term_start", "term_end", "entry", "tour_end", "inspection", "first_findings", "findings", "leave",
]  # fmt: skip
EVENTS: dict[str, Event] = {
    "无故缺勤": "absent", "首次家访劝返": "first_visit", "确认辍学": "confirmed", "名册核定": "listed",
    "收到报告": "reported", "通知书发出": "issued", "通知书送达": "served", "返校期限届满": "notice_due",
    "学生返校": "returned", "开学": "term_start", "学期末": "term_end", "新生入学": "entry", "走访结束": "tour_end",
    "督导": "inspection", "收到初步督导意见": "first_findings", "收到督导意见": "findings", "请假": "leave",
}  # fmt: skip
"""What a timing may be counted from, by the words for it."""


@dataclass(frozen=True, slots=True)
class Within:
    """So long after an event, the day or hour of the event not counted; on its very day where ``count`` is 0."""

    count: int
    unit: Unit
    event: Event


@dataclass(frozen=True, slots=True)
class Ahead:
    """So long before an event; at some time before it where ``count`` is 0."""

    count: int
    unit: Unit
    event: Event


@dataclass(frozen=True, slots=True)
class Day:
    """A day of the year; ``day`` 0 is the last of its month, leap years or not."""

    month: int
    day: int


@dataclass(frozen=True, slots=True)
class Yearly:
    """Before these days, every year."""

    days: tuple[Day, ...]


@dataclass(frozen=True, slots=True)
class Monthly:
    """Before a day of every month; 0 is its last."""

    day: int


@dataclass(frozen=True, slots=True)
class Daily:
    """Every day, before a time of day (HH:MM), or before school is out where that is empty."""

    time: str


@dataclass(frozen=True, slots=True)
class Often:
    """So many times in every period."""

    times: int
    period: Period


@dataclass(frozen=True, slots=True)
class Months:
    """In these months, every year."""

    months: tuple[int, ...]


Timing = Within | Ahead | Yearly | Monthly | Daily | Often | Months
Point = Within | Ahead | Day


@dataclass(frozen=True, slots=True)
class Span:
    """From one point of the year to another, both inclusive."""

    start: Point
    end: Point


_COUNT = r"(?P<count>\d+)个?(?P<unit>小时|日|天|上课日|工作日|周|月)"
_DAY = r"\d+月(?:\d+日|最后一日|底)"
EXAMPLES = ("每月5日前", "每年3月15日、9月15日前", "每日17:00前", "每学期不少于2次", "确认辍学后1小时内", "3月和9月")
"""Words that are understood, as messages offer them."""


def _unit(word: str) -> Unit:
    return "日" if word == "天" else word  # type: ignore[return-value]  # the pattern lets no other pass


def _event(words: str) -> Event:
    found = words.removeprefix("每学期").removeprefix("每次")
    if found not in EVENTS:
        raise ValueError(f"不认识“{found}”这件事{near(found, list(EVENTS))}；可从这些事起算：{'、'.join(EVENTS)}")
    return EVENTS[found]


def _days(words: str) -> tuple[Day, ...]:
    found = re.findall(r"(\d+)月(?:(\d+)日)?", words)
    return tuple(_real(Day(int(month), int(day or 0))) for month, day in found)


def _real(day: Day) -> Day:
    longest = {2: 29, 4: 30, 6: 30, 9: 30, 11: 30}.get(day.month, 31)
    if not (1 <= day.month <= 12 and day.day <= longest):
        raise ValueError(f"没有{day.month}月{day.day}日")
    return day


def _clock(time: str) -> Daily:
    hour, minute = map(int, time.split(":"))
    if hour > 23 or minute > 59:
        raise ValueError(f"没有 {time} 这个时刻")
    return Daily(time)


def _month_day(day: int) -> Monthly:
    if not 1 <= day <= 28:
        raise ValueError(f"不是每个月都有{day}日，请写 1 日到 28 日，或最后一日")
    return Monthly(day)


_FORMS: tuple[tuple[str, Callable[[re.Match[str]], Timing]], ...] = (
    (r"每月(\d+)日前", lambda m: _month_day(int(m[1]))),
    (r"每月最后一日前", lambda _: Monthly(0)),
    (rf"每年{_DAY}(?:前?[、和]{_DAY})*前", lambda m: Yearly(_days(m[0]))),
    (r"每日(\d{1,2}:\d\d)前", lambda m: _clock(m[1])),
    (r"每日放学前", lambda _: Daily("")),
    (
        r"每(日|周|月|季度|学期|学年|年)[^\d]*(\d+)(?:次|轮|期|回)",
        lambda m: Often(int(m[2]), m[1]),  # type: ignore[arg-type]  # the pattern lets no other pass
    ),
    (r"\d+月(?:[、和]\d+月)*", lambda m: Months(tuple(_real(Day(int(n), 1)).month for n in re.findall(r"\d+", m[0])))),
    (rf"(?P<event>.+?)后{_COUNT}(?:以内|内)", lambda m: Within(int(m["count"]), _unit(m["unit"]), _event(m["event"]))),
    (rf"(?P<event>.+?)满{_COUNT}.*当日", lambda m: Within(int(m["count"]), _unit(m["unit"]), _event(m["event"]))),
    (r"(?P<event>.+?)(?:的)?当(?P<unit>日|月)", lambda m: Within(0, _unit(m["unit"]), _event(m["event"]))),
    (rf"(?P<event>.+?)前{_COUNT}", lambda m: Ahead(int(m["count"]), _unit(m["unit"]), _event(m["event"]))),
    (r"(?P<event>.+?)前", lambda m: Ahead(0, "日", _event(m["event"]))),
)
"""How each kind of timing is worded, the narrower before the wider."""


@cache
def timing(said: str) -> Timing:
    """Return when something is due that the policy words as ``said``; raises ``ValueError`` where that is unclear."""
    for form, made in _FORMS:
        if found := re.fullmatch(form, said):
            return made(found)
    raise ValueError(f"看不懂时间“{said}”；可以写：{'、'.join(EXAMPLES)}")


_ORDINAL = r"(?P<event>.+?)后第(?P<first>\d+)(?:至(?P<last>\d+))?个?(?P<unit>周|月)"


_WHOLE = {
    "全年": Span(Day(1, 1), Day(12, 31)),
    "全学期": Span(Within(0, "日", "term_start"), Within(0, "日", "term_end")),
}


@cache
def span(said: str) -> Span:
    """Return from when to when a phase lasts that the policy words as ``said``: 3月1日至3月10日, 开学后第2至3周.

    Raises ``ValueError`` where it is not understood.
    """
    if said in _WHOLE:
        return _WHOLE[said]
    if found := re.fullmatch(_ORDINAL, said):  # the second week begins when one is over
        unit, event = _unit(found["unit"]), _event(found["event"])
        return Span(
            Within(int(found["first"]) - 1, unit, event), Within(int(found["last"] or found["first"]), unit, event)
        )
    start, to, end = said.partition("至")
    if not to:
        raise ValueError(f"看不懂起止时间“{said}”；可以写：3月1日至3月10日、开学后第2至3周、开学前1个月至开学后10日")
    return Span(_point(start), _point(end))


def _point(said: str) -> Point:
    """Return one end of a span."""
    if found := re.fullmatch(r"(\d+)月(?:(\d+)日|最后一日|底)", said):
        return _real(Day(int(found[1]), int(found[2] or 0)))
    if found := re.fullmatch(_ORDINAL, said):
        return Within(int(found["first"]) - 1, _unit(found["unit"]), _event(found["event"]))
    if found := re.fullmatch(rf"(?P<event>.+?)(?P<side>[前后]){_COUNT}", said):
        kind = Within if found["side"] == "后" else Ahead
        return kind(int(found["count"]), _unit(found["unit"]), _event(found["event"]))
    return Within(0, "日", _event(said))


def _understood(said: str) -> str:
    timing(said)
    return said


def _spanned(said: str) -> str:
    span(said)
    return said


When = Annotated[str, AfterValidator(_understood)]
"""Words for when something is due; ``timing`` reads them."""
Stretch = Annotated[str, AfterValidator(_spanned)]
"""Words for from when to when something lasts; ``span`` reads them."""
