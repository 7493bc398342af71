"""Changes of registration against the roll."""

from __future__ import annotations

from datetime import date

import pytest

from generator.dataset.contradictions.registration import registrations
from generator.dataset.models import Change, Dataset, School, Settings, Student

DAY, EARLIER = date(2026, 10, 12), date(2026, 9, 21)
SCHOOL = School(name="清溪小学")


def told(*changes: Change, **values: object) -> list[str]:
    """What is told of a child with these changes, beside another that is on the sheet."""
    child = Student(**{"name": "石𬭎", "school": SCHOOL, "changes": list(changes)} | values)  # type: ignore[arg-type]
    other = Student(name="木小春", school=SCHOOL, came_on=DAY)
    other.changes = [Change(student=other, kind="转入", on=DAY)]
    for change in changes:
        change.student = child
    settings = Settings(year="2026—2027学年")
    dataset = Dataset(settings=settings, students=[child, other], changes=[*changes, *other.changes])
    problems = list(registrations(dataset))
    assert {problem.level for problem in problems} <= {"warning"}
    return [problem.what for problem in problems]


@pytest.mark.parametrize(
    ("kind", "values"),
    [
        ("转出", {"status": "转出", "changed_on": DAY}), ("休学", {"status": "休学", "changed_on": DAY}),
        ("休学", {"status": "辍学"}), ("死亡", {"status": "死亡", "changed_on": DAY}),
        ("转入", {"came_on": DAY}), ("复学", {"status": "在籍", "came_on": DAY}), ("其他", {}),
        ("转入", {"status": "辍学", "came_on": DAY}), ("出国出境", {"status": "转出", "changed_on": DAY}),
    ],
)  # fmt: skip
def test_a_change_that_the_roll_tells_too_is_no_contradiction(kind: str, values: dict[str, object]) -> None:
    assert told(Change(kind=kind, on=DAY), **values) == []


@pytest.mark.parametrize(
    ("kind", "status"), [("转出", None), ("转出", "辍学"), ("休学", "在籍"), ("转入", "转出"), ("复学", "休学")]
)
def test_a_status_that_the_last_change_does_not_lead_to_is_told(kind: str, status: str | None) -> None:
    came = {"came_on": DAY} if kind in ("转入", "复学") else {}
    wrong = f"石𬭎 2026-10-12 {kind}，而学籍状态是“{status or '在籍'}”"
    assert told(Change(kind=kind, on=DAY), status=status, **came) == [wrong]


def test_the_last_change_counts() -> None:
    changes = (Change(kind="复学", on=DAY), Change(kind="休学", on=EARLIER))
    assert told(*changes, came_on=DAY) == []
    assert told(*changes, status="休学", changed_on=EARLIER) != []


def test_days_that_differ_are_told() -> None:
    gone = {"status": "转出", "changed_on": EARLIER}
    assert told(Change(kind="转出", on=DAY), **gone) == ["石𬭎 2026-10-12 转出，而学生表的变动日期是 2026-09-21"]
    assert told(Change(kind="转入", on=DAY)) == ["石𬭎 2026-10-12 转入，而学生表的转入日期没有填"]


def test_the_roll_does_not_tell_of_arrivals_before_the_school_year() -> None:
    assert told(Change(kind="转入", on=date(2026, 3, 2))) == []


def test_an_application_that_was_not_granted_yet_changes_nothing() -> None:
    suspended = {"status": "休学", "changed_on": EARLIER}
    first, asked = Change(kind="休学", on=EARLIER), Change(kind="复学", on=DAY, applied_on=DAY)
    assert told(first, asked, **suspended) == []
    asked.system_on = DAY
    assert told(first, asked, **suspended) != []


def test_who_left_and_has_no_change_is_told_where_the_school_keeps_the_sheet() -> None:
    gone = {"status": "转出", "changed_on": DAY}
    assert told(**gone) == ["石𬭎的学籍状态是“转出”，而“学籍变动”表里没有这次变动"]
    assert told(**gone | {"school": School()}) == []
    assert told(status="毕业", changed_on=DAY) == []
