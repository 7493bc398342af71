from __future__ import annotations

import re
from datetime import date
from typing import Any

import pytest
from jinja2 import TemplateSyntaxError

from generator.dataset.missing import Missing, MissingValueError
from generator.dataset.models import Class, Guardian, School, Staff, Student, Visit
from generator.errors import Place
from generator.forms.context import types_in_scope
from generator.forms.expression import (
    Evaluator,
    Expressions,
    Loop,
    Part,
    TypeCheck,
    arabic_date,
    chinese_date,
    chinese_number,
    month,
    parse_loop,
    percent,
    policy_entries,
    root_names,
    spaced,
    split,
    written,
)
from generator.policy.load import load_policy
from tests.small import HOSTILE

STUDENT = Student(name="石小满", seat_no=None, member1=Guardian(name="石大山"))


def value(expression: str, **names: Any) -> Any:
    return Expressions(Evaluator()).value(expression, {"student": STUDENT} | names)


def wrong(expression: str, scope: str = "student") -> list[str]:
    def quota(staff: Staff) -> int:
        raise NotImplementedError

    check = TypeCheck(Evaluator(), {"quota": quota})
    check.type_of(expression, types_in_scope(scope))
    return check.found


# Strings


def test_a_string_is_wording_and_expressions_in_order() -> None:
    assert split("致{{ student.name }}家长") == (Part("致"), Part("student.name", expression=True), Part("家长"))


@pytest.mark.parametrize("plain", ["{}", "a { b", "}} {", "{甲}", "{a}", "{ A.b }", "100%", "#1", "<b>&"])
def test_single_braces_are_wording(plain: str) -> None:
    assert split(plain) == (Part(plain),)


@pytest.mark.parametrize("bad", ["{ student.name }", "致{student.name}家长", "{{ title }}{ a.b or '无' }", "｛ a.b ｝"])
def test_an_expression_in_single_braces_is_refused_rather_than_printed(bad: str) -> None:
    with pytest.raises(ValueError, match="只有一层花括号，会照原样印出来"):
        split(bad)


@pytest.mark.parametrize("bad", ["{% if x %}a{% endif %}", "{# 注 #}", "{% raw %}{{ x }}{% endraw %}"])
def test_statements_and_comments_are_refused(bad: str) -> None:
    with pytest.raises(ValueError, match="条件写在 when"):
        split(bad)


@pytest.mark.parametrize("bad", ["{{ student.name", "{{ student.name }"])
def test_an_expression_must_be_closed(bad: str) -> None:
    with pytest.raises(ValueError, match="没有写对"):
        split(bad)


@pytest.mark.parametrize(
    "bad", ["｛｛ student.name ｝｝", "{｛student.name}}", "{{student.name｝}", "｛{student.name}}", "x}｝"]
)
def test_braces_of_full_width_are_refused_rather_than_printed(bad: str) -> None:
    with pytest.raises(ValueError, match="全角"):
        split(bad)


def test_a_single_brace_of_full_width_is_wording() -> None:
    assert split("｛甲｝") == (Part("｛甲｝"),)


def test_braces_inside_an_expression_belong_to_it() -> None:
    assert split("{{ {'a': '}}'}['a'] }}")[0].text == "{'a': '}}'}['a']"


def test_root_names_are_those_an_expression_starts_from() -> None:
    assert root_names("student.guardian.phone or policy.x") == {"student", "policy"}


def test_entries_of_the_policy_are_those_an_expression_names_by_part_and_key() -> None:
    expression = "policy.titles['a-b'] ~ policy.bodies.school ~ policy.laws[x] ~ student.titles['c'] ~ policy.id"
    assert policy_entries(expression) == {("titles", "a-b"), ("bodies", "school")}


def test_a_loop_is_taken_apart() -> None:
    assert parse_loop(" v in case.visits if v.mode == '上门' ") == Loop("v", "case.visits", "v.mode == '上门'")


@pytest.mark.parametrize("bad", ["case.visits", "v of case.visits", "V in x", "in x", ""])
def test_a_loop_of_another_form_is_refused(bad: str) -> None:
    with pytest.raises(ValueError, match="each 要写成"):
        parse_loop(bad)


# Values


def test_an_empty_attribute_is_missing_and_says_where() -> None:
    missing = value("student.seat_no")
    assert isinstance(missing, Missing)
    assert (missing.label, missing.told) == ("班内学号", "“班内学号”没有填")


@pytest.mark.parametrize(
    "expression",
    [
        "student.seat_no", "student.class.teacher.name", "student.seat_no | spaced", "student.seat_no | cn",
        "student.seat_no + 1", "1 + student.seat_no", "student.seat_no ~ '号'", "student.seat_no > 3",
        "3 > student.seat_no", "student.seat_no | length", "student.seat_no | join('、')", "student.seat_no | round",
        "student['seat_no']", "student.seat_no[0]", "[1, student.seat_no] | sum",
        "[student] | sum(attribute='seat_no')",
        "[student] | join('、', attribute='seat_no')", "student.visits and 1 or student.seat_no",
    ],
)  # fmt: skip
def test_a_missing_value_makes_what_is_made_of_it_missing(expression: str) -> None:
    assert isinstance(value(expression), Missing)


def test_or_replaces_a_missing_value() -> None:
    assert value("student.seat_no or '无'") == "无"
    assert value("student.address or student.guardian.name") == "石大山"


def test_a_missing_value_equals_nothing() -> None:
    assert value("student.status == '在籍'") is False
    assert value("student.status != '在籍'") is True


@pytest.mark.parametrize(
    "expression",
    ["student.name", "student.name or '无'", "student.name == '石小满'", "not student.name", "[student] | names"],
)
def test_nothing_stands_in_for_a_value_that_the_checks_found_wrong(expression: str) -> None:
    doubt: Any = Missing("姓名", Place("学生"), "“姓名”里有画不出的字")
    missing = value(expression, student=Student(name=doubt))
    assert missing is doubt
    assert missing.told == "“姓名”里有画不出的字"


def test_a_condition_that_turns_on_a_missing_value_is_open() -> None:
    expressions = Expressions(Evaluator())
    assert expressions.holds("student.seat_no", {"student": STUDENT}) is False
    with pytest.raises(MissingValueError):
        expressions.holds("student.seat_no > 3", {"student": STUDENT})


@pytest.mark.parametrize("expression", ["studnt", "studnt.name", "student.cases[0].no", "(student.visits | last).mode"])
def test_what_is_not_there_at_all_is_a_value_error(expression: str) -> None:
    with pytest.raises(ValueError, match=r"算不出来|不认识"):
        value(expression)


def test_class_stands_for_the_word_python_keeps_for_itself() -> None:
    pupil = Student(class_=Class(grade="三年级", number=1))
    assert value("student.class.name", student=pupil) == "三年级（1）班"


def test_private_attributes_are_out_of_reach() -> None:
    with pytest.raises(Exception, match="不能使用 __class__"):
        value("student.__class__")


def test_values_are_never_evaluated() -> None:
    assert value("student.name", student=Student(name=HOSTILE)) == HOSTILE


def test_functions_of_jinja_are_out_of_reach() -> None:
    for name in ("range", "dict", "lipsum", "cycler", "namespace"):
        with pytest.raises(ValueError, match=name):
            value(f"{name}(3)")


# Filters


@pytest.mark.parametrize(
    ("number", "written"),
    [(0, "〇"), (5, "五"), (10, "十"), (12, "十二"), (20, "二十"), (99, "九十九"), (100, "一百"), (101, "一百零一"),
     (110, "一百一十"), (118, "一百一十八"), (999, "九百九十九")],
)  # fmt: skip
def test_numbers_in_chinese(number: int, written: str) -> None:
    assert chinese_number(number) == written


@pytest.mark.parametrize("number", [-1, 1000, 10000])
def test_numbers_beyond_what_papers_need_are_refused(number: int) -> None:
    with pytest.raises(ValueError, match=f"汉字数字只写到九百九十九，这里是 {number}"):
        chinese_number(number)


def test_dates_in_both_styles() -> None:
    assert arabic_date(date(2026, 9, 1)) == "2026年9月1日"
    assert chinese_date(date(2030, 12, 31)) == "二〇三〇年十二月三十一日"


@pytest.mark.parametrize(
    ("day", "printed"),
    [
        (date(2026, 9, 1), "2026年9月"), ("202609", "2026年9月"), ("2026-11", "2026年11月"),
        ("202613", "202613"), ("2026年秋", "2026年秋"),
    ],
)  # fmt: skip
def test_months_are_printed_in_words_and_what_is_none_as_it_is_written(day: date | str, printed: str) -> None:
    assert month(day) == printed


def test_names_of_two_characters_are_spaced_and_others_left() -> None:
    assert [spaced(name) for name in ("田某", "石小满", "欧阳·璟堃")] == ["田　某", "石小满", "欧阳·璟堃"]


@pytest.mark.parametrize(
    ("written", "printed"),
    [
        ("缺课满三天", "缺课满三天。"),
        ("已补齐。", "已补齐。"),
        ("属实！\n", "属实！"),
        ("见“附件”", "见“附件”。"),
        ("甲；", "甲；"),
    ],
)
def test_what_somebody_wrote_ends_as_a_sentence(written: str, printed: str) -> None:
    assert value("text | sentence", text=written) == printed


@pytest.mark.parametrize(("given", "written"), [(99.0, "99%"), (0.5, "0.5%"), (100, "100%")])
def test_percentages_as_they_are_written(given: float, written: str) -> None:
    assert percent(given) == written


@pytest.mark.parametrize(
    ("given", "printed"), [(312.5, "312.5"), (1234567.25, "1234567.25"), (0.1 + 0.2, "0.3"), (99.0, "99"), (750, "750")]
)
def test_numbers_are_printed_to_the_cent_and_without_zeros(given: float, printed: str) -> None:
    assert written(given, load_policy("national")) == printed


def test_names_of_people_are_joined() -> None:
    visit = Visit(visitors=[Staff(name="林老师"), Staff(name="田校长")])
    assert value("visit.visitors | names", visit=visit) == "林老师、田校长"


def test_a_nameless_visitor_is_missing() -> None:
    missing = value("visit.visitors | names", visit=Visit(visitors=[Staff(name="林老师"), Staff()]))
    assert isinstance(missing, Missing)
    assert missing.place == Place("教职工")


def test_what_is_summed_may_be_an_attribute() -> None:
    classes = [Class(baseline=40), Class(baseline=2)]
    assert value("school.classes | sum(attribute='baseline')", school=School(classes=classes)) == 42


# Names and types before anything runs


@pytest.mark.parametrize(
    ("expression", "hint"),
    [
        ("studnt.name", "是不是“student"),
        ("student.nmae", "是不是“name"),
        ("student.guardian.phon", "“student.guardian”没有“phon”，是不是“phone"),
        ("student.class.teacher.nam", "是不是“name"),
        ("student.visits[0].mod", "是不是“mode"),
        ("(student.visits | first).mod", "是不是“mode"),
        ("(student.address or student.guardian.address).phone", "“文字”没有“phone”"),
        ("today.yeer", "是不是“year"),
        ("policy.titels", "是不是“titles"),
        ("policy.contract.perod", "“policy.contract”没有“perod”，是不是“period"),
        ("student['nmae']", "是不是“name"),
        ("student.name | spacd", "是不是“spaced"),
        ("student.sex is nonee", "是不是“none"),
        ("quta(class.teacher)", "是不是“quota"),
        ("quota()", "quota() 里应是 教职工"),
        ("quota(student)", "quota() 里应是 教职工"),
        ("quota(staff=class.teacher)", "quota() 里应是 教职工"),
        ("quota(class.teachr)", "是不是“teacher"),
        ("school.classes | sum(attribute='basline')", "是不是“baseline"),
        ("student.name.upper()", "只能调用列出的函数"),
        ("student.name +", "“student.name +”没有写对，请检查引号、括号和运算符"),
        ("case.no", "没有“case”这个名字"),
        ("student.__class__", "没有“__class__”"),
        ("['小学'].x", "没有“x”"),
        ("1 if student.nmae else 2", "是不是“name"),
        ("student.name ~ student.nmae", "是不是“name"),
    ],
)
def test_a_wrong_name_is_found_before_anything_runs(expression: str, hint: str) -> None:
    found = wrong(expression)
    assert len(found) == 1
    assert hint in found[0]
    assert not re.search("[A-Z]", found[0])


@pytest.mark.parametrize(
    "expression",
    [
        "student.guardian.phone or '无'", "student.class.teacher.name | spaced", "school.classes | length",
        "policy.titles['guardian-contract']", "quota(class.teacher)", "student.class.school.township.county.bureau",
        "'男' if student.sex == '男' else '女'", "today.year + 1", "title",
        "school.classes | sum(attribute='baseline')",
        "student.visits[0].visitors | names", "student.watched is none",
    ],
)  # fmt: skip
def test_right_names_are_no_alarm(expression: str) -> None:
    assert wrong(expression) == []


def test_who_may_not_see_a_value_does_not_see_it_because_others_asked_before() -> None:
    hidden = Expressions(Evaluator(lambda _, name, value: "〇" if name == "name" else value))
    for expression in ("student.name", "[student] | names"):
        assert value(expression) == "石小满"
        assert hidden.value(expression, {"student": STUDENT}) == "〇"
        assert value(expression) == "石小满"


def test_a_filter_that_one_evaluator_lacks_is_unknown_there_whatever_others_know() -> None:
    more = Evaluator()
    more.filters["twice"] = lambda text: text * 2
    assert Expressions(more).value("student.name | twice", {"student": STUDENT}) == "石小满石小满"
    with pytest.raises(TemplateSyntaxError):
        value("student.name | twice")
