"""What is owed: visits a term, and the day by which a child is wanted back."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from generator.dataset.missing import Missing
from generator.dataset.models import Case, Class, Notice, Settings, Staff, Student, Visit
from generator.errors import Place
from generator.policy.calendar import Calendar
from generator.policy.deadlines import lapsed, persuasion_failed, return_deadline
from generator.policy.load import load_policy
from generator.policy.model import Policy, VisitQuota
from generator.policy.visits import visit_quota, visit_tally

TERM = Settings(term_start=date(2026, 9, 1), term_end=date(2027, 1, 22))


@pytest.fixture(scope="module")
def policy() -> Policy:
    return load_policy("national")


def class_of(size: int, *, gone: int = 0) -> Class:
    roll = [Student(status="在籍") for _ in range(size)]
    return Class(students=[*roll, *(Student(status="转出") for _ in range(gone))])


def with_share(policy: Policy, share: float) -> Policy:
    quota = VisitQuota(posts=["班主任"], class_share=share, label="")
    return policy.model_copy(update={"visits": [quota]})


@pytest.mark.parametrize(("size", "owed"), [(44, 22), (45, 23), (1, 1), (0, 0)])
def test_half_a_class_is_rounded_up(policy: Policy, size: int, owed: int) -> None:
    assert visit_quota(policy, Staff(post="班主任", classes=[class_of(size)])) == owed


def test_a_share_is_not_rounded_up_for_the_way_computers_count(policy: Policy) -> None:
    assert visit_quota(with_share(policy, 0.28), Staff(post="班主任", classes=[class_of(25)])) == 7


def test_children_who_left_for_another_school_do_not_count(policy: Policy) -> None:
    assert visit_quota(policy, Staff(post="班主任", classes=[class_of(10, gone=10)])) == 5


@pytest.mark.parametrize(("post", "owed"), [("校长", 40), ("任课教师", 15), ("职员", 0), (None, 0)])
def test_a_post_owes_what_the_policy_says(policy: Policy, post: str | None, owed: int) -> None:
    assert visit_quota(policy, Staff(post=post)) == owed


def test_a_tally_counts_the_visits_of_the_term(policy: Policy) -> None:
    watched, other = Student(watched=True), Student()
    teacher = Staff(
        post="任课教师",
        visits=[
            Visit(student=watched, visited_on=date(2026, 9, 1), mode="上门"),
            Visit(student=other, visited_on=date(2027, 1, 22), mode="电话"),
            Visit(student=other, visited_on=date(2026, 10, 9), mode="到校面谈"),
            Visit(student=watched, visited_on=date(2026, 8, 31), mode="上门"),
            Visit(student=watched, visited_on=date(2027, 1, 23), mode="上门"),
            Visit(student=watched, mode="上门"),
        ],
    )
    tally = visit_tally(policy, TERM, teacher)
    assert (tally.quota, tally.done, tally.at_home, tally.remote, tally.watched) == (15, 3, 1, 1, 1)
    assert (tally.rate, tally.short) == ("20%", 12)


def test_a_hundred_percent_means_all(policy: Policy) -> None:
    visits = [Visit(visited_on=date(2026, 10, 8), mode="上门") for _ in range(199)]
    many = policy.model_copy(update={"visits": [VisitQuota(posts=["校长"], times=200, label="200人次")]})
    tally = visit_tally(many, TERM, Staff(post="校长", visits=visits))
    assert (tally.rate, tally.short) == ("99%", 1)


def test_who_owes_nothing_has_no_rate(policy: Policy) -> None:
    tally = visit_tally(policy, TERM, Staff(post="职员", visits=[Visit(visited_on=date(2026, 10, 8))]))
    assert (tally.rate, tally.short) == ("—", 0)


@pytest.mark.parametrize(
    ("notice", "day"),
    [
        (Notice(deadline=date(2026, 10, 1), issued_on=date(2026, 9, 1)), date(2026, 10, 1)),
        (Notice(issued_on=date(2026, 2, 25)), date(2026, 3, 4)),
        (Notice(), date(2026, 11, 23)),
        (Notice(issued_on=date(2026, 9, 30)), date(2026, 10, 8)),  # the 7th is of the holidays
        (Notice(issued_on=date(2026, 10, 17)), date(2026, 10, 26)),  # the 24th is a Saturday
        (Notice(issued_on=date(2026, 9, 13)), date(2026, 9, 20)),  # a Sunday on which people work
        (Notice(deadline=date(2026, 10, 7), issued_on=date(2026, 9, 30)), date(2026, 10, 7)),  # entered by a person
    ],
)
def test_a_deadline_is_the_one_entered_or_counted_from_issue_or_today(
    policy: Policy, notice: Notice, day: date
) -> None:
    assert return_deadline(policy, Calendar(TERM, []), notice, date(2026, 11, 16)) == day


@pytest.mark.parametrize(
    ("notice", "day"),
    [
        (Notice(issued_on=date(2026, 9, 8)), None),
        (Notice(issued_on=date(2026, 9, 8), served_at=date(2026, 9, 9)), date(2026, 9, 16)),
        (Notice(issued_on=date(2026, 9, 8), served_at=date(2026, 9, 18)), date(2026, 9, 28)),  # 中秋节, and a weekend
        (Notice(kind="责令限期改正通知书", served_at=date(2026, 9, 9)), date(2026, 9, 14)),  # the 12th is a Saturday
        (Notice(deadline=date(2026, 10, 1), served_at=date(2026, 9, 9)), date(2026, 10, 1)),
    ],
)
def test_a_deadline_counted_from_service_ends_on_a_working_day(
    policy: Policy, notice: Notice, day: date | None
) -> None:
    changes = {"counted_from": "送达", "order_within_days": 3}
    policy = policy.model_copy(update={"return_notice": policy.return_notice.model_copy(update=changes)})
    assert return_deadline(policy, Calendar(TERM, []), notice, date(2026, 11, 16)) == day


@pytest.mark.parametrize(("stage", "dropout"), [("小学", 0.5), ("初中", 1.2)])
def test_each_stage_has_its_own_targets(policy: Policy, stage: str, dropout: float) -> None:
    assert policy.targets.of(stage).dropout == dropout


def test_a_share_of_the_class_counts_from_the_roll_at_the_start_of_the_year(policy: Policy) -> None:
    teacher = Staff(post="班主任")
    teacher.classes = [Class(baseline=27, students=[Student() for _ in range(24)])]
    assert visit_quota(policy, teacher) == 14


def case_visited(*days: int, back: date | None = None) -> Case:
    student = Student(visits=[Visit(visited_on=date(2026, 10, day), purpose="劝返") for day in days])
    return Case(student=student, found_on=date(2026, 10, 1), returned_on=back)


@pytest.mark.parametrize(
    ("case", "failed"),
    [
        (case_visited(2, 7), True),
        (case_visited(3, 7), False),
        (case_visited(), False),
        (case_visited(2, back=date(2026, 10, 8)), False),
        (case_visited(1, back=date(2026, 10, 8)), True),
    ],
)
def test_persuasion_has_failed_a_week_after_the_first_visit(policy: Policy, case: Case, failed: bool) -> None:
    assert persuasion_failed(policy, case, date(2026, 10, 9)) is failed


def served(number: str = "云政返通〔2026〕1号", *, until: int, **facts: Any) -> Notice:
    return Notice(number=number, served_at=date(2026, 10, 1), deadline=date(2026, 10, until), **facts)


VOID = Missing("文号", Place("台账"), "已经作废")


@pytest.mark.parametrize(
    ("notice", "late"),
    [
        (served(until=8), True),
        (served(until=9), False),  # the last day is the guardian's still
        (served("", until=8), False),
        (Notice(number="云政返通〔2026〕1号", deadline=date(2026, 10, 8)), False),
        (served(until=8, withheld=VOID), False),
        (served(until=8, kind="责令限期改正通知书"), False),
        (served(until=8, kind="返校通知书"), True),
    ],
)
def test_a_notice_lapses_when_it_was_served_and_its_last_day_is_over(
    policy: Policy, notice: Notice, late: bool
) -> None:
    found = lapsed(policy, Calendar(TERM, []), Case(found_on=date(2026, 9, 1), notices=[notice]), date(2026, 10, 9))
    assert found is (notice if late else None)


def test_of_several_notices_the_one_that_lapsed_last_counts(policy: Policy) -> None:
    first, last, running = served(until=5), served(until=7), served(until=20)
    case = Case(found_on=date(2026, 9, 1), notices=[last, first, running])
    assert lapsed(policy, Calendar(TERM, []), case, date(2026, 10, 9)) is last


@pytest.mark.parametrize("over", [{"returned_on": date(2026, 10, 20)}, {"closed_on": date(2026, 10, 20)}])
def test_nothing_lapses_of_a_child_who_is_no_longer_sought(policy: Policy, over: dict[str, Any]) -> None:
    case = Case(found_on=date(2026, 9, 1), notices=[served(until=5)], **over)
    assert lapsed(policy, Calendar(TERM, []), case, date(2026, 10, 21)) is None
