"""What became of a class in a span of days, and why children dropped out, worked out by hand."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

from generator.dataset.models import Case, Class, School, Settings, Student
from generator.policy.calendar import Calendar
from generator.policy.spans import ClassSpan, ReasonCount, last_month, reason_counts, this_term
from tests.small import national

TERM = Settings(term_start=date(2026, 9, 1), term_end=date(2027, 1, 20))
FIRST, LAST = date(2026, 10, 1), date(2026, 10, 31)


def school() -> tuple[School, Class]:
    """A class of six in October: two at school throughout, one who came, one who left, one lost and one back."""
    here = School(name="甲")
    class_ = Class(school=here, grade="七年级", number=1)
    came, left = Student(came_on=FIRST), Student(status="转出", changed_on=date(2026, 10, 20))
    lost, back = Student(status="辍学", sex="女"), Student(sex="男")
    class_.students = [Student(), Student(), came, left, lost, back]
    for child in class_.students:
        child.class_, child.school = class_, here
    day = date(2026, 10, 9)
    lost.cases = [Case(student=lost, school=here, reason="厌学", found_on=day, dropped_on=day)]
    day = date(2026, 9, 14)
    back.cases = [
        Case(student=back, school=here, reason="外出务工", found_on=day, dropped_on=day, returned_on=date(2026, 10, 15))
    ]
    day = date(2026, 10, 19)
    brief = Case(student=back, school=here, found_on=day, dropped_on=day, returned_on=LAST)  # away for days alone
    back.cases.append(replace(brief, reason="外出务工"))
    here.classes, here.dropouts = [class_], [*lost.cases, *back.cases]
    return here, class_


def span(class_: Class) -> ClassSpan:
    return ClassSpan(class_, national(), Calendar(TERM, []), FIRST, LAST)


def test_a_month_is_counted_from_its_first_day_to_its_last() -> None:
    month = span(school()[1])
    assert (month.at_start, month.at_end) == (4, 4)  # less one who left and one lost, more one who came and one back
    assert (month.came, month.left, month.suspended) == (1, 1, 0)
    assert (month.dropped, month.lost, month.returned) == (2, 1, 2)
    assert month.loss == "25%"


def test_a_loss_is_never_told_smaller_than_it_is() -> None:
    class_ = school()[1]
    class_.students += [Student(school=class_.school, class_=class_) for _ in range(23)]
    assert span(class_).loss == "3.71%"  # one of 27


def test_a_class_without_children_has_no_rate() -> None:
    assert span(Class(school=School(), grade="七年级", number=2)).loss == "无"


def test_the_month_told_of_is_the_one_that_is_over() -> None:
    assert last_month(date(2026, 11, 16)) == (FIRST, LAST)
    assert last_month(LAST) == (FIRST, LAST)
    assert this_term(TERM, date(2027, 3, 1)) == (date(2026, 9, 1), date(2027, 1, 20))


def reasons(*told: str) -> list[ReasonCount]:
    here = school()[0]
    for case, reason in zip(here.dropouts, told, strict=True):
        case.reason = reason
    return reason_counts(here, TERM, date(2026, 11, 16))


def test_reasons_are_counted_over_the_term_with_sex_grade_and_month() -> None:
    (told,) = reasons("外出务工", "外出务工", "外出务工")  # of two children, one of whom dropped out twice
    assert (told.reason, told.count, told.share, told.boys, told.girls) == ("外出务工", 3, "100%", 2, 1)
    assert (told.grades, told.months) == ("七年级3人", "9月1人、10月2人")


def test_a_reason_of_one_child_alone_is_not_told() -> None:
    told = reasons("厌学", "外出务工", "厌学")
    assert [(one.reason, one.count) for one in told] == [("厌学", 2), ("其他", 1)]
    told = reasons("因残", "早婚早育", "早婚早育")
    assert [(one.reason, one.count, one.share) for one in told] == [("其他", 3, "100%")]
