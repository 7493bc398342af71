"""Townships ranked by the children who are back, worked by hand on 16 November 2026."""

from __future__ import annotations

from datetime import date

import pytest

from generator.dataset.models import Case, Class, County, School, Settings, Student, Township
from generator.policy.model import Policy
from generator.policy.ranks import Rank, ranked_before, ranks
from tests.small import national

TODAY = date(2026, 11, 16)
TERM = Settings(year="2026—2027学年", term="第一学期", term_start=date(2026, 9, 1), term_end=date(2027, 1, 22))
LONG_AGO, LAST_WEEK, THIS_WEEK = date(2026, 10, 20), date(2026, 11, 9), date(2026, 11, 12)


def township(county: County, name: str, *backs: date | None) -> Township:
    """Return a township from whose one school a child dropped out for each of ``backs``, the day of its return."""
    made = Township(name=name, county=county)
    school = School(township=made, short_name=f"{name}小学")
    class_ = Class(school=school, grade="三年级", number=1)
    school.classes.append(class_)
    made.schools.append(school)
    county.townships.append(made)
    for back in backs:
        drop(school, back)
    return made


def drop(school: School, back: date | None, **told: object) -> Case:
    child = Student(class_=school.classes[0], school=school)
    school.classes[0].students.append(child)
    day = date(2026, 10, 9)
    case = Case(student=child, school=school, dropped_on=day, found_on=day, returned_on=back, **told)  # type: ignore[arg-type]
    child.cases.append(case)
    school.dropouts.append(case)
    return case


def ranking(county: County, policy: Policy | None = None, today: date = TODAY) -> list[Rank]:
    return ranks(policy or national(), TERM, county, today)


def places(county: County, today: date = TODAY) -> list[tuple[str | None, int | None]]:
    return [(rank.township.name, rank.place) for rank in ranking(county, today=today)]


def weekly(words: str) -> Policy:
    policy = national()
    return policy.model_copy(update={"rhythms": policy.rhythms.model_copy(update={"ranking": words})})


def test_the_greater_share_comes_first() -> None:
    county = County()
    township(county, "甲", LONG_AGO, None)
    township(county, "乙", LONG_AGO, LONG_AGO, None)
    township(county, "丙", None)
    assert places(county) == [("乙", 1), ("甲", 2), ("丙", 3)]


def test_equal_shares_share_a_place_and_the_next_is_left_out() -> None:
    county = County()
    township(county, "甲", LONG_AGO, None)
    township(county, "乙", LONG_AGO, LONG_AGO, None, None)
    township(county, "丙", None)
    assert places(county) == [("甲", 1), ("乙", 1), ("丙", 3)]


def test_who_has_nobody_to_bring_back_has_no_place() -> None:
    county = County()
    township(county, "甲")
    township(county, "乙", None)
    assert places(county) == [("乙", 1), ("甲", None)]
    assert [rank.moved for rank in ranking(county)] == ["持平", "—"]


def test_a_county_of_one_township_ranks_it_first() -> None:
    county = County()
    township(county, "甲", LONG_AGO, None)
    (only,) = ranking(county)
    assert (only.place, only.place_before, only.moved) == (1, 1, "持平")


def test_a_county_without_townships_ranks_nobody() -> None:
    assert ranking(County()) == []


def test_a_place_is_compared_with_that_of_the_ranking_before() -> None:
    county = County()
    township(county, "甲", LONG_AGO, None)  # a half, then and now
    township(county, "乙", THIS_WEEK, THIS_WEEK)  # none a week ago, all today
    found = ranking(county)
    assert [(rank.township.name, rank.moved) for rank in found] == [("乙", "升1位"), ("甲", "降1位")]


def test_back_since_the_ranking_before_are_those_after_its_day() -> None:
    county = County()
    township(county, "甲", LONG_AGO, LAST_WEEK, THIS_WEEK, TODAY, None)
    (only,) = ranking(county)
    assert (only.since, only.back_since) == (LAST_WEEK, 2)  # who came back on its day was in it
    assert (only.counts.due, only.counts.back, only.counts.out) == (5, 4, 1)


def test_children_found_to_have_transferred_are_none_of_the_due() -> None:
    county = County()
    made = township(county, "甲", None)
    drop(made.schools[0], None, closed_as="已转学", closed_on=THIS_WEEK)
    drop(made.schools[0], None, closed_as="已转学", closed_on=date(2026, 8, 1))  # before the term
    drop(made.schools[0], None, closed_as="休学", closed_on=THIS_WEEK)
    (only,) = ranking(county)
    assert (only.counts.due, only.counts.transferred) == (1, 1)


@pytest.mark.parametrize(
    ("words", "before"),
    [
        ("每周1次", (2026, 11, 9)), ("每周2次", (2026, 11, 13)), ("每日1次", (2026, 11, 15)),
        ("每月1次", (2026, 10, 16)), ("每季度1次", (2026, 8, 16)), ("每月5日前", (2026, 10, 16)),
    ],
)  # fmt: skip
def test_the_ranking_before_is_as_long_ago_as_the_policy_says(words: str, before: tuple[int, int, int]) -> None:
    assert ranked_before(weekly(words), TODAY) == date(*before)


def test_the_ranking_a_month_before_the_last_day_of_a_long_month_is_the_last_of_the_short_one() -> None:
    assert ranked_before(weekly("每月1次"), date(2026, 10, 31)) == date(2026, 9, 30)
