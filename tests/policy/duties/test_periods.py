"""What falls due by the calendar, and the visits that are owed a term."""

from __future__ import annotations

from datetime import date

import pytest

from generator.dataset.missing import Missing
from generator.dataset.models import Filing, Inspection, School, Staff, Visit
from generator.errors import Place
from generator.policy.duties import duties
from generator.policy.duties.people import doer
from generator.policy.timing import timing
from tests.owing import Town, day, preset


def by_unit(town: Town, today: date, paper: str, id_: str = "national") -> list[tuple[date, str, str]]:
    """Return by when a paper is owed, at which time of that day, and how it stands."""
    owed = town.owed(today, preset(id_), [paper])
    return [(duty.by, duty.time, duty.state(today)) for duty in owed]


def test_a_school_reports_at_five_on_each_day_of_the_campaign() -> None:
    town = Town()
    assert by_unit(town, day(9, 7), "DR-09") == []  # 开学后第2至3周 has not begun
    assert by_unit(town, day(9, 8), "DR-09")  # it has, although the phase before it lasts until the eleventh
    assert by_unit(town, day(9, 14), "DR-09") == [(day(9, 14), "17:00", "due")]
    town.filed("DR-09", day(9, 14), town.school)
    assert by_unit(town, day(9, 14), "DR-09") == [(day(9, 14), "17:00", "done")]
    assert by_unit(town, day(9, 15), "DR-09") == [(day(9, 15), "17:00", "due")]  # nobody asks for yesterday's
    assert by_unit(town, day(9, 19), "DR-09") == []  # a Saturday
    assert by_unit(town, day(9, 22), "DR-09") == []  # the phase is over


def test_the_campaign_of_a_place_is_where_its_plan_has_it() -> None:
    assert by_unit(Town(), day(9, 14), "DR-09", "seed-s0.2") == []  # in March


def test_the_returns_of_march_and_september_are_owed_by_the_fifteenth() -> None:
    town = Town()
    assert by_unit(town, day(9, 15), "DR-19") == [(day(9, 15), "", "due")]
    assert by_unit(town, day(9, 16), "DR-19") == [(day(9, 15), "", "overdue")]
    town.filed("DR-19", day(9, 18), town.school)  # late, but done
    assert by_unit(town, day(9, 18), "DR-19") == [(day(9, 15), "", "done")]


def test_notices_of_enrolment_are_owed_before_the_terms() -> None:
    town = Town()
    assert by_unit(town, day(8, 20), "NT-02") == [(day(8, 31), "", "due")]
    town.filed("NT-02", day(8, 28), town.township)
    assert by_unit(town, day(10, 1), "NT-02") == [(day(8, 31), "", "done")]


def test_a_check_of_each_month_is_one_duty_a_month() -> None:
    town = Town()
    town.filed("IN-04", day(9, 20), town.school)
    stands = [(day(9, 30), "", "done"), (day(10, 31), "", "overdue"), (day(11, 30), "", "due")]
    assert by_unit(town, day(11, 4), "IN-04") == stands
    town.dataset.filings.append(Filing(paper="IN-04", done_on=day(11, 3), about_on=day(10, 31), school=town.school))
    assert by_unit(town, day(11, 4), "IN-04")[1] == (day(10, 31), "", "done")


def test_a_check_twice_a_term_says_how_often_it_was_done() -> None:
    town = Town()
    town.filed("IN-05", day(10, 20), town.school)
    (duty,) = town.owed(day(11, 4), about=["IN-05"])
    assert (duty.what, duty.done_on) == ("以学籍档案为准排查在校学生（1/2次）", None)
    town.filed("IN-05", day(11, 3), town.school)
    (duty,) = town.owed(day(11, 4), about=["IN-05"])
    assert (duty.what, duty.done_on) == ("以学籍档案为准排查在校学生（2/2次）", day(11, 3))


@pytest.mark.parametrize("of", ["school", "township"])
def test_an_inspection_counts_as_held(of: str) -> None:
    town = Town()
    town.dataset.inspections += [Inspection(held_on=day(10, 9)), Inspection(held_on=day(10, 12))]
    setattr(town.dataset.inspections[0], of, getattr(town, of))
    town.dataset.inspections[1].school = School()
    (duty,) = town.owed(day(11, 4), about=["IN-02"])
    assert duty.what == "督导学校控辍保学工作（1/2次）"


def test_only_a_school_that_has_one_is_inspected_by_its_central_school() -> None:
    town = Town()
    assert town.owed(day(11, 4), about=["IN-03"]) == []
    head = Staff(name="唐校长", post="校长")
    town.school.central = School(name="中心小学", short_name="中心小学", principal=head)
    head.school = town.school.central
    (duty,) = town.owed(day(11, 4), about=["IN-03"])
    assert str(duty.who) == "唐校长（中心小学校长）"


def test_a_report_of_the_day_is_asked_for_on_days_with_lessons() -> None:
    town = Town()
    assert by_unit(town, day(11, 4), "DR-10a") == [(day(11, 4), "", "due")]
    assert by_unit(town, day(11, 7), "DR-10a") == []


def quota(town: Town, today: date, name: str) -> str:
    found = duties(town.dataset, preset("national"), today).owed
    (told,) = [duty.what for duty in found if isinstance(duty.about, Staff) and duty.about.name == name]
    return told


def test_a_teacher_s_visits_are_met_or_short() -> None:
    town = Town()  # a class of one: half of it, rounded up, is one visit
    assert quota(town, day(11, 4), "林老师") == "本学期家访 0/1 人次，还差 1 人次"
    assert quota(town, day(11, 4), "石校长") == "本学期家访 0/40 人次，还差 40 人次"
    town.visited(day(11, 4))
    assert quota(town, day(11, 3), "林老师") == "本学期家访 0/1 人次，还差 1 人次"
    assert quota(town, day(11, 4), "林老师") == "本学期家访 1/1 人次"


def test_a_watched_child_is_visited_at_home() -> None:
    town = Town()
    assert town.owed(day(11, 4), about=["HV-05b"]) == []
    town.child.watched = True
    assert by_unit(town, day(11, 4), "HV-05b") == [(day(1, 22), "", "due")]
    town.child.visits.append(Visit(student=town.child, visited_on=day(11, 3), mode="电话"))
    assert by_unit(town, day(11, 4), "HV-05b") == [(day(1, 22), "", "due")]
    town.child.visits.append(Visit(student=town.child, visited_on=day(11, 3), mode="上门"))
    assert by_unit(town, day(11, 4), "HV-05b") == [(day(1, 22), "", "done")]


def test_a_place_that_visits_weekly_asks_for_this_week() -> None:
    town = Town()
    town.child.watched = True
    assert timing(preset("seed-s0.6").rhythms.watch_visit)
    assert by_unit(town, day(11, 4), "HV-05b", "seed-s0.6") == [(day(11, 6), "", "due")]


def test_an_empty_term_is_told_once_with_its_cell() -> None:
    town = Town()
    town.dataset.settings.term_end = None
    found = duties(town.dataset, preset("national"), day(11, 4))
    assert [problem.what for problem in found.unknown] == ["“学期结束日期”没有填，教职工“石校长”等4项的待办算不出"]


def test_a_late_return_says_for_which_month_it_is() -> None:
    town = Town()
    town.dataset.filings += [
        Filing(paper="DR-10e", done_on=day(10, 20), about_on=day(9, 3), school=town.school),
        Filing(paper="DR-10e", done_on=day(11, 4), school=town.school),
    ]
    owed = town.owed(day(11, 5), about=["DR-10e"])
    assert [(duty.by, duty.done_on) for duty in owed] == [(day(10, 5), day(10, 20)), (day(11, 5), day(11, 4))]


def test_what_was_done_ahead_of_time_is_done() -> None:
    town = Town()
    town.filed("WP-03", day(8, 28), town.school)
    assert by_unit(town, day(9, 2), "WP-03") == [(day(1, 22), "", "done")]


def test_an_inspection_whose_unit_is_in_doubt_is_told_and_nothing_else_with_it() -> None:
    town = Town()
    doubt = Missing("被督导学校", Place("数据.xlsx", "督导", "C2"), "没有这所学校")
    town.dataset.inspections.append(Inspection(held_on=day(10, 9), school=doubt))  # type: ignore[arg-type]
    found = duties(town.dataset, preset("national"), day(11, 4))
    assert [problem.place.cell for problem in found.unknown] == ["C2"]
    assert {"IN-04", "DR-10e", "DR-10a"} <= {duty.paper for duty in found.owed}
    assert "IN-02" not in {duty.paper for duty in found.owed}


def test_a_step_with_any_paper_of_the_catalogue_is_owed() -> None:
    policy = preset("national")
    first = policy.ladder[1].model_copy(update={"papers": ["LA-07"], "roles": ["deputy_head"], "action": "电话问清"})
    town = Town()
    town.away(day(11, 2))
    (duty,) = town.owed(day(11, 2), policy.model_copy(update={"ladder": [first]}), ["LA-07"])
    assert (duty.what, str(duty.who)) == ("缺课满1个上课日：电话问清", "石校长（清溪小学校长）")


def test_two_rows_of_one_day_of_which_one_says_for_when_it_is_are_both_counted() -> None:
    town = Town()
    town.filed("DR-10e", day(10, 8), town.school)
    town.dataset.filings.append(Filing(paper="DR-10e", done_on=day(10, 8), about_on=day(9, 30), school=town.school))
    assert [state for *_, state in by_unit(town, day(10, 8), "DR-10e")] == ["done", "done"]


def test_an_office_that_owes_something_is_called_as_the_policy_does() -> None:
    assert doer("teaching_office", School(name="云溪小学"), preset("seed-s0.3")).role == "教务处"
