"""Numbers of identity: their digits, the document they are of, and whom they can belong to."""

from __future__ import annotations

from datetime import date

import pytest
from stdnum import numdb

from generator.dataset.contradictions.identity import (
    DOCUMENTS,
    PROVINCES,
    RESIDENCES,
    guardian_numbers,
    student_numbers,
    student_numbers_of_others,
)
from generator.dataset.models import Dataset, Guardian, Origin, Settings, Student
from generator.errors import Problem

GIRL = "11010120150101002X"  # invented: born 2015-01-01, even sequence number, right check digit
BOY = "110101201501010011"
BORN = date(2015, 1, 1)


def origin(row: int) -> Origin:
    letters = {"name": "A", "id_no": "B", "birth_date": "C", "sex": "D", "student_no": "E", "id_type": "F"}
    return Origin("a.xlsx", "学生", row, letters)


def numbered(born: date, sex: str = "男", region: str = "110101") -> str:
    """Return an invented number with its check digit."""
    body = f"{region}{born:%Y%m%d}00{1 if sex == '男' else 2}"
    return body + "10X98765432"[sum(int(digit) * 2 ** (17 - place) for place, digit in enumerate(body)) % 11]


def of_student(**values: object) -> list[Problem]:
    student = Student(origin(2), name="石小满", **values)  # type: ignore[arg-type]
    return list(student_numbers(Dataset(students=[student])))


def test_a_right_number_has_no_problem() -> None:
    assert of_student(id_no=GIRL, sex="女", birth_date=date(2015, 1, 1)) == []
    assert of_student(id_no=BOY, sex="男", id_type="居民身份证") == []
    assert of_student(id_no=GIRL.lower()) == []


@pytest.mark.parametrize(
    ("number", "what"),
    [
        (GIRL[:-1] + "9", "校验位不对"),
        ("110101201502300010", "出生日期不存在"),
        ("11010120150101002", "有 17 个字符，应为 18 位"),
        ("110101150101002", "有 15 个字符，应为 18 位"),
        ("１１０１０１２０１５０１０１００２Ｘ", "应为 18 位"),
    ],
)
def test_an_impossible_number_is_an_error_that_hides_it(number: str, what: str) -> None:
    (problem,) = of_student(id_no=number)
    assert (problem.level, problem.place.cell) == ("error", "B2")
    assert what in problem.what
    assert number not in str(problem)


def test_a_masked_number_is_a_warning() -> None:
    (problem,) = of_student(id_no="1301**********1234")
    assert (problem.level, "无法核对" in problem.what) == ("warning", True)


def test_numbers_of_other_documents_are_not_checked() -> None:
    assert of_student(id_no="E12345678", id_type="护照") == []


def test_a_birth_date_that_contradicts_the_number_is_an_error() -> None:
    (problem,) = of_student(id_no=GIRL, birth_date=date(2015, 1, 2))
    assert problem.place.cell == "C2"
    assert problem.what == "出生日期 2015-01-02 与身份证件号中的 2015-01-01 不一致"


def test_a_sex_that_contradicts_the_number_is_an_error() -> None:
    (problem,) = of_student(id_no=GIRL, sex="男")
    assert (problem.place.cell, problem.what) == ("D2", "性别“男”与身份证件号（女）不一致")


def of_guardian(number: str) -> list[Problem]:
    member = Guardian(Origin("a.xlsx", "学生", 2, {"id_no": "F"}), id_no=number)
    return list(guardian_numbers(Dataset(students=[Student(member2=member), Student(member1=Guardian())])))


def test_a_guardians_number_is_checked() -> None:
    assert of_guardian(BOY) == []
    (problem,) = of_guardian(BOY[:-1] + "6")
    assert (problem.level, problem.place.cell) == ("error", "F2")
    assert BOY[:-1] not in str(problem)


@pytest.mark.parametrize("number", ["E12345678", "1301**********1234"])
def test_a_guardians_number_that_may_be_of_another_document_is_a_warning(number: str) -> None:
    (problem,) = of_guardian(number)
    assert problem.level == "warning"
    assert number not in str(problem)


@pytest.mark.parametrize("region", ["530000", "513521", "110103", "719999"])  # two of them abolished, one of no county
def test_a_number_of_any_county_of_a_province_stays_right(region: str) -> None:
    assert of_student(id_no=numbered(BORN, region=region)) == []


def test_the_provinces_are_those_of_the_national_table() -> None:
    known = {prefix for _, prefix, *_ in numdb.get("cn/loc").prefixes}
    assert {*PROVINCES, "81", "82"} == known
    assert sorted(RESIDENCES - known) == ["83"]  # residents of Taiwan, whose province is 71


def test_a_number_of_no_province_is_a_reminder() -> None:
    number = numbered(BORN, region="600101")
    (problem,) = of_student(id_no=number)
    assert (problem.level, problem.place.cell) == ("warning", "B2")
    assert problem.what == f"身份证件号 600101****{number[-4:]} 开头的两位不是哪个省的代码"
    assert [problem.level for problem in of_guardian(number)] == ["warning"]


@pytest.mark.parametrize(
    ("region", "kind", "meant"),
    [
        ("810000", "港澳台居民居住证", ""),
        ("830000", "港澳台居民居住证", ""),
        ("911123", "外国人永久居留身份证", ""),
        ("911123", "境外永久居住证", ""),
        ("810000", "居民身份证", "港澳台居民居住证"),
        ("820000", None, "港澳台居民居住证"),
        ("911123", None, "外国人永久居留身份证"),
        ("110101", "港澳台居民居住证", "居民身份证"),
        ("110101", "外国人永久居留证", "居民身份证"),
    ],
)
def test_a_number_begins_as_those_of_its_document_do(region: str, kind: str | None, meant: str) -> None:
    found = of_student(id_no=numbered(BORN, region=region), id_type=kind)
    told = [(problem.what.partition("号码，")[0][-len(meant) - 1 : -1], problem.level) for problem in found]
    assert told == ([(meant, "warning")] if meant else [])


@pytest.mark.parametrize("kind", DOCUMENTS)
def test_every_document_of_that_form_has_the_check_digit(kind: str | None) -> None:
    number = numbered(BORN, region="911123")
    wrong = number[:-1] + ("1" if number[-1] != "1" else "2")
    assert ["校验位不对" in problem.what for problem in of_student(id_no=wrong, id_type=kind)] == [True]


def test_the_older_number_of_a_foreign_resident_is_not_checked() -> None:
    assert of_student(id_no="BEL310199010101", id_type="外国人永久居留身份证") == []


def test_a_student_number_made_of_another_number_than_the_childs_is_a_reminder() -> None:
    (problem,) = student_numbers_of_others(Dataset(students=[Student(id_no=GIRL, student_no=f"G{BOY}")]))
    assert (problem.level, BOY in str(problem)) == ("warning", False)
    assert list(student_numbers_of_others(Dataset(students=[Student(id_no=GIRL, student_no=f"g{GIRL.lower()}")]))) == []


# The family, on the first of September 2026


def of_family(child: Student | None = None, second: Guardian | None = None, **values: object) -> list[Problem]:
    member = Guardian(Origin("a.xlsx", "学生", 2, {"id_no": "K", "relation": "L"}), **values)  # type: ignore[arg-type]
    student = child or Student(origin(2), name="石小满", id_no=GIRL)
    student.member1, student.member2 = member, second
    settings = Settings(term_start=date(2026, 9, 1))
    return list(guardian_numbers(Dataset(settings=settings, students=[student])))


def test_a_guardian_is_of_age_on_the_day_of_the_papers() -> None:
    (problem,) = of_family(id_no=numbered(date(2008, 9, 2)))
    assert (problem.level, problem.place.cell) == ("error", "K2")
    assert problem.what == "石小满的监护人 2026-09-01 时 17 岁（按身份证件号），不满 18 岁"
    assert of_family(id_no=numbered(date(2008, 9, 1))) == []
    assert [found.level for found in of_family(id_no=numbered(date(2050, 1, 1)), is_guardian=True)] == ["error"]


def test_who_is_no_guardian_may_be_a_child() -> None:
    assert of_family(id_no=numbered(date(2012, 9, 2)), is_guardian=False, relation="哥哥") == []


def test_the_day_of_the_papers_is_the_one_in_the_settings() -> None:
    member = Guardian(id_no=numbered(date(2008, 9, 2)))
    settings = Settings(term_start=date(2026, 9, 1), today=date(2026, 9, 2))
    assert list(guardian_numbers(Dataset(settings=settings, students=[Student(member1=member)]))) == []


def test_a_roster_alone_has_no_day_on_which_to_be_of_age() -> None:
    assert list(guardian_numbers(Dataset(students=[Student(member1=Guardian(id_no=numbered(date(2012, 9, 2))))]))) == []


def test_no_two_of_a_family_have_one_number() -> None:
    (problem,) = of_family(id_no=GIRL)
    assert (problem.level, [place.cell for place in problem.also]) == ("error", ["B2"])
    assert problem.what == "石小满家有两个人是同一个身份证件号 110101****002X"
    number = numbered(date(1985, 5, 5))
    (problem,) = of_family(second=Guardian(id_no=number), id_no=number)
    assert (problem.level, [place.cell for place in problem.also]) == ("error", ["K2"])


def test_a_parent_hardly_older_than_the_child_is_a_reminder() -> None:
    child = Student(name="石小满", birth_date=date(2015, 1, 1))
    (problem,) = of_family(child, id_no=numbered(date(2003, 1, 2)), relation="父亲")
    assert (problem.what, problem.level) == ("石小满的父亲按身份证件号只比孩子大 11 岁", "warning")
    assert of_family(child, id_no=numbered(date(2003, 1, 1)), relation="父亲") == []
    assert of_family(child, id_no=numbered(date(2004, 1, 2)), relation="哥哥") == []


def test_the_age_of_a_child_is_known_by_its_number_too() -> None:
    assert [found.level for found in of_family(id_no=numbered(date(2004, 1, 2)), relation="父亲")] == ["warning"]


@pytest.mark.parametrize(("relation", "sex"), [("母亲", "男"), ("祖父", "女")])
def test_a_number_of_the_other_sex_than_the_relation_is_an_error(relation: str, sex: str) -> None:
    (problem,) = of_family(id_no=numbered(date(1960, 1, 1), sex), relation=relation)
    assert problem.what == f"石小满的家庭成员关系是“{relation}”，而身份证件号是{sex}性的"
    assert [place.cell for place in (problem.place, *problem.also)] == ["K2", "L2"]
    assert problem.level == "error"
