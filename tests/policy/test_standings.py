"""How units stand by their latest round, and who is praised or criticised, worked by hand."""

from __future__ import annotations

from datetime import date

import pytest

from generator.dataset.missing import Missing, MissingValueError
from generator.dataset.models import Case, Class, County, Finding, School, Student, Township
from generator.errors import Place
from generator.policy.model import Policy
from generator.policy.standings import Standing, criticised, praised, standings
from tests.scoring import CALENDAR, FIRST, SECOND, TERM, TODAY, hold, policy

ALL = {"A1": 40.0, "A2": 20.0, "B2": 40.0}


def county(*schools: School, towns: tuple[Township, ...] = ()) -> County:
    made = County()
    home = Township(name="云溪镇", government="云溪镇人民政府", county=made, schools=list(schools))
    made.townships = [home, *towns]
    for school in schools:
        school.township = home
    return made


def named(name: str) -> School:
    return School(name=name, kind="小学")


def ranked(of: County, today: date = TODAY, under: Policy | None = None) -> list[Standing]:
    return standings(under or policy(), TERM, CALENDAR, of, today)


def places(of: County, today: date = TODAY) -> list[tuple[str, int | None, str]]:
    return [(one.name, one.place, one.latest.said) for one in ranked(of, today)]


def test_units_are_ranked_by_their_latest_round_with_the_one_before() -> None:
    first, second = named("甲小学"), named("乙小学")
    hold(first, FIRST, ALL)
    hold(first, SECOND, ALL | {"A1": 30})
    hold(second, FIRST, ALL | {"B2": 35})
    found = ranked(county(first, second))
    assert [(one.name, one.place, one.latest.said, one.before, one.latest.change) for one in found] == [
        ("乙小学", 1, "95", "—", "—"),
        ("甲小学", 2, "90", "100", "-10"),
    ]


def test_equal_points_share_a_place_and_the_next_is_left_out() -> None:
    schools = [named(name) for name in ("甲", "乙", "丙")]
    for school, points in zip(schools, (30, 40, 40), strict=True):
        hold(school, FIRST, ALL | {"A1": points})
    assert places(county(*schools)) == [("乙", 1, "100"), ("丙", 1, "100"), ("甲", 3, "90")]


def test_townships_are_ranked_among_themselves_and_stand_first() -> None:
    school, town = named("甲"), Township(name="石桥镇", government="石桥镇人民政府")
    hold(school, FIRST, ALL)
    hold(town, FIRST, ALL | {"A1": 20})
    of = county(school, towns=(town,))
    assert places(of) == [("石桥镇人民政府", 1, "80"), ("甲", 1, "100")]
    assert [one.kind for one in ranked(of)] == ["乡镇", "学校"]


def test_units_that_were_not_scored_are_not_ranked() -> None:
    school = named("甲")
    hold(school, FIRST)
    assert places(county(school)) == []


def test_points_of_before_the_term_do_not_rank() -> None:
    school = named("甲")
    hold(school, date(2026, 8, 31), ALL)
    assert places(county(school)) == []


def test_a_latest_round_that_is_not_typed_in_whole_has_no_place_and_stands_last() -> None:
    first, second = named("甲"), named("乙")
    hold(first, FIRST, ALL)
    hold(first, SECOND, {"A1": 40})
    hold(second, FIRST, ALL | {"A1": 0})
    assert places(county(first, second)) == [("乙", 1, "60"), ("甲", None, "—")]


def test_a_round_that_is_yet_to_come_does_not_count() -> None:
    school = named("甲")
    hold(school, FIRST, ALL | {"A1": 30})
    hold(school, SECOND, ALL)
    assert places(county(school), date(2026, 11, 10)) == [("甲", 1, "90")]
    assert places(county(school), SECOND) == [("甲", 1, "100")]


def test_what_is_open_and_overdue_is_of_all_inspections() -> None:
    school = named("甲")
    hold(school, FIRST, ALL, Finding(problem="一", due=date(2026, 11, 15)), Finding(problem="二", done="已完成"))
    hold(school, SECOND, ALL, Finding(problem="三", due=date(2026, 11, 16)))
    (only,) = ranked(county(school))
    assert ([one.problem for one in only.open], [one.problem for one in only.overdue]) == (["一", "三"], ["一"])


# Praise


def praise(of: County, **rules: object) -> list[str]:
    under = policy(**rules)
    return [one.name for one in praised(under, ranked(of, under=under))]


def test_praised_is_who_has_the_points_of_the_policy() -> None:
    first, second = named("甲"), named("乙")
    hold(first, FIRST, ALL | {"A1": 30})  # 90
    hold(second, FIRST, ALL | {"A1": 29.5})
    assert praise(county(first, second), praise_points=90) == ["甲"]
    assert praise(county(first, second), praise_points=89.5) == ["甲", "乙"]
    assert praise(county(first, second), praise_points=0) == []  # there is no such rule


def test_who_has_something_overdue_is_not_praised() -> None:
    school = named("甲")
    hold(school, FIRST, ALL, Finding(problem="一", due=date(2026, 11, 15)))
    assert praise(county(school)) == []


def losing(school: School) -> School:
    """A school of two children, one of whom has dropped out."""
    class_ = Class(school=school, grade="三年级", number=1, baseline=2)
    school.classes.append(class_)
    child, other = (Student(class_=class_, school=school, student_no=no) for no in ("G1", "G2"))
    class_.students += [child, other]
    case = Case(student=child, school=school, dropped_on=date(2026, 10, 9), found_on=date(2026, 10, 9))
    child.cases.append(case)
    school.dropouts.append(case)
    return school


def test_who_misses_the_target_of_dropout_is_not_praised() -> None:
    school = losing(named("甲"))
    hold(school, FIRST, ALL)
    assert praise(county(school)) == []
    assert [rate.name for rate in ranked(county(school))[0].missed] == ["小学辍学率"]


def test_a_rate_that_nobody_can_tell_leaves_the_unit_and_a_blank() -> None:
    town = Township(name="石桥镇", government="石桥镇人民政府")  # nobody has told how many are of school age
    hold(town, FIRST, ALL)
    of = county(towns=(town,))
    assert praise(of) == ["石桥镇人民政府"]
    with pytest.raises(MissingValueError):
        _ = ranked(of)[0].attained


def test_a_rate_in_doubt_is_no_ground_for_praise() -> None:
    school = losing(named("甲"))
    school.classes[0].baseline = Missing("学年初人数", Place(), "核对")  # type: ignore[assignment]
    hold(school, FIRST, ALL)
    with pytest.raises(MissingValueError):
        praise(county(school))


# Criticism


def criticism(of: County, **rules: object) -> list[str]:
    under = policy(**rules)
    return [one.name for one in criticised(under, ranked(of, under=under))]


def test_criticised_is_who_has_fewer_points_than_the_policy_asks() -> None:
    first, second = named("甲"), named("乙")
    hold(first, FIRST, ALL | {"A1": 0})  # 60
    hold(second, FIRST, ALL | {"A1": 0, "A2": 19.5})
    assert criticism(county(first, second), criticism_points=60) == ["乙"]
    assert criticism(county(first, second), criticism_points=0) == []


def test_a_round_that_is_not_typed_in_whole_is_criticised_for_nothing() -> None:
    school = named("甲")
    hold(school, FIRST, {"A1": 0})
    assert criticism(county(school)) == []


def test_missed_targets_are_criticised_only_where_the_policy_vetoes_them() -> None:
    school = losing(named("甲"))
    hold(school, FIRST, ALL)
    assert criticism(county(school)) == []
    assert criticism(county(school), veto_on_target=True) == ["甲"]
