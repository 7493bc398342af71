"""When something is due, read off the words that papers print."""

from __future__ import annotations

import pytest

from generator.policy.load import load_policy
from generator.policy.timing import (
    EXAMPLES,
    Ahead,
    Daily,
    Day,
    Monthly,
    Months,
    Often,
    Span,
    Timing,
    Within,
    Yearly,
    span,
    timing,
)


@pytest.mark.parametrize(
    ("said", "meant"),
    [
        ("确认辍学后1小时内", Within(1, "小时", "confirmed")),
        ("学生返校后3个工作日内", Within(3, "工作日", "returned")),
        ("每学期开学后10日内", Within(10, "日", "term_start")),
        ("收到报告后2个上课日以内", Within(2, "上课日", "reported")),
        ("新生入学后2个月内", Within(2, "月", "entry")),
        ("确认辍学后3天内", Within(3, "日", "confirmed")),
        ("首次家访劝返满7日仍未返校的当日", Within(7, "日", "first_visit")),
        ("确认辍学当日", Within(0, "日", "confirmed")),
        ("开学当月", Within(0, "月", "term_start")),
        ("收到督导意见后7日内", Within(7, "日", "findings")),
        ("收到初步督导意见后5个工作日内", Within(5, "工作日", "first_findings")),
        ("督导前5个工作日", Ahead(5, "工作日", "inspection")),
        ("开学前", Ahead(0, "日", "term_start")),
        ("每月5日前", Monthly(5)),
        ("每月最后一日前", Monthly(0)),
        ("每年3月15日、9月15日前", Yearly((Day(3, 15), Day(9, 15)))),
        ("每年2月最后一日前和8月31日前", Yearly((Day(2, 0), Day(8, 31)))),
        ("每日17:00前", Daily("17:00")),
        ("每日放学前", Daily("")),
        ("每月自查1次", Often(1, "月")),
        ("每学期不少于2次", Often(2, "学期")),
        ("每周至少联系1次", Often(1, "周")),
        ("每学期2轮", Often(2, "学期")),
        ("每月1期", Often(1, "月")),
        ("3月和9月", Months((3, 9))),
        ("5月", Months((5,))),
    ],
)
def test_words_say_when_something_is_due(said: str, meant: Timing) -> None:
    assert timing(said) == meant


@pytest.mark.parametrize(
    ("said", "why"),
    [
        ("每月31日前", "不是每个月都有31日"),
        ("每年2月30日前", "没有2月30日"),
        ("13月", "没有13月1日"),
        ("每日25:00前", "没有 25:00 这个时刻"),
        ("确认缀学后1小时内", "不认识“确认缀学”这件事，是不是“确认辍学”"),
        ("尽快", "看不懂时间“尽快”；可以写：每月5日前"),
        ("", "看不懂时间“”"),
    ],
)
def test_what_cannot_be_a_time_is_refused_with_what_could(said: str, why: str) -> None:
    with pytest.raises(ValueError, match=why):
        timing(said)


@pytest.mark.parametrize("said", EXAMPLES)
def test_what_messages_offer_is_understood(said: str) -> None:
    assert timing(said)


def test_every_rhythm_of_the_national_preset_is_of_the_kind_that_its_duty_needs() -> None:
    rhythms = load_policy("national").rhythms
    kinds = {name: type(timing(said)).__name__ for name, said in rhythms}
    assert kinds["campaign_report"] == kinds["class_report"] == "Daily"
    assert kinds["school_report"] == "Monthly"
    assert kinds["term_returns"] == kinds["entry_notice"] == "Yearly"
    assert kinds["self_check"] == kinds["supervision"] == "Often"
    assert timing(rhythms.entry_notice) == Yearly((Day(2, 0), Day(8, 31)))


@pytest.mark.parametrize(
    ("said", "meant"),
    [
        ("3月1日至3月10日", Span(Day(3, 1), Day(3, 10))),
        ("1月11日至2月最后一日", Span(Day(1, 11), Day(2, 0))),
        ("开学前1个月至开学后10日", Span(Ahead(1, "月", "term_start"), Within(10, "日", "term_start"))),
        ("开学后第2至3周", Span(Within(1, "周", "term_start"), Within(3, "周", "term_start"))),
        ("开学后第2个月", Span(Within(1, "月", "term_start"), Within(2, "月", "term_start"))),
        ("开学后第3个月至学期末", Span(Within(2, "月", "term_start"), Within(0, "日", "term_end"))),
        ("全年", Span(Day(1, 1), Day(12, 31))),
    ],
)
def test_words_say_from_when_to_when_a_phase_lasts(said: str, meant: Span) -> None:
    assert span(said) == meant


@pytest.mark.parametrize(
    ("said", "why"),
    [
        ("春天", "看不懂起止时间“春天”"),
        ("2月30日至3月10日", "没有2月30日"),
        ("开学至放假", "不认识“放假”这件事"),
    ],
)
def test_what_cannot_be_a_stretch_of_time_is_refused(said: str, why: str) -> None:
    with pytest.raises(ValueError, match=why):
        span(said)
