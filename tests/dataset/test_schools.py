"""Schools, classes, staff and villages, as they can be."""

from __future__ import annotations

import pytest

from generator.dataset.contradictions.schools import classes, codes, posts, seats, villages
from generator.dataset.models import Class, Dataset, School, Staff, Student, Village
from tests.dataset.conftest import Load, Sheets


def of_size(size: int) -> Class:
    return Class(grade="七年级", number=1, students=[Student(name=f"{seat}", seat_no=seat) for seat in range(size)])


@pytest.mark.parametrize(
    ("size", "what"),
    [(55, ""), (56, "大班额（56 人以上）"), (65, "大班额（56 人以上）"), (66, "超大班额（66 人以上）")],
)
def test_an_oversized_class_is_a_reminder(size: int, what: str) -> None:
    found = [(problem.what, problem.level) for problem in classes(Dataset(classes=[of_size(size)]))]
    assert found == ([(f"七年级（1）班有 {size} 名学生，是{what}", "warning")] if what else [])


def test_who_has_left_does_not_fill_a_class() -> None:
    class_ = of_size(56)
    class_.students[0].status = "转出"
    assert list(classes(Dataset(classes=[class_]))) == []


@pytest.mark.parametrize(("code", "count"), [("3153000001", 0), ("315300001", 1), ("315300000A", 1)])
def test_the_code_of_a_school_has_ten_digits(code: str, count: int) -> None:
    found = codes(Dataset(schools=[School(code=code, short_name="清溪小学")]))
    assert [problem.level for problem in found] == ["warning"] * count


def test_two_of_one_class_with_one_number_are_a_reminder() -> None:
    class_ = of_size(3)
    class_.students[2].seat_no = 1
    (problem,) = seats(Dataset(classes=[class_]))
    assert (problem.what, problem.level) == ("七年级（1）班的2与1的班内学号都是 1", "warning")
    class_.students[1].status = "转出"
    assert list(seats(Dataset(classes=[class_]))) == []


def test_students_without_a_number_in_class_do_not_share_one() -> None:
    assert list(seats(Dataset(classes=[Class(students=[Student(), Student()])]))) == []


@pytest.mark.parametrize(
    ("post", "kind", "count"),
    [
        ("校长", "小学", 0),
        ("副校长", "小学", 0),
        ("任课教师", "小学", 1),
        ("教导主任", "小学", 1),
        ("任课教师", "教学点", 0),
    ],
)
def test_the_head_of_a_school_has_the_post_of_one(post: str, kind: str, count: int) -> None:
    school = School(short_name="清溪小学", kind=kind, principal=Staff(name="田某", post=post))
    found = list(posts(Dataset(schools=[school])))
    assert [problem.level for problem in found] == ["warning"] * count
    assert all(problem.what == f"清溪小学的校长田某，岗位是“{post}”" for problem in found)


@pytest.mark.parametrize(("post", "count"), [("教导主任", 0), ("班主任", 0), ("任课教师", 1), ("职员", 1)])
def test_the_leader_of_a_class_has_the_post_of_one(post: str, count: int) -> None:
    class_ = Class(grade="三年级", number=1, leader=Staff(name="田某", post=post))
    found = [problem.what for problem in posts(Dataset(classes=[class_]))]
    assert found == [f"三年级（1）班的包级领导田某，岗位是“{post}”"] * count


def test_the_teacher_of_two_classes_is_a_reminder_but_where_one_teaches_all() -> None:
    led = [Class(grade="一年级", number=1), Class(grade="二年级", number=1)]
    (problem,) = posts(Dataset(staff=[Staff(name="田某", classes=led, school=School(kind="小学"))]))
    assert (problem.what, problem.level) == ("田某是 2 个班的班主任（一年级（1）班、二年级（1）班）", "warning")
    assert list(posts(Dataset(staff=[Staff(classes=led, school=School(kind="教学点"))]))) == []


def test_a_member_of_a_leading_group_has_a_post(read: Load, sheets: Sheets) -> None:
    sheets["领导小组"] = [{"学校": "清溪小学", "组内职务": "组长", "姓名": "田校长", "职务": ""}]
    _, (problem,) = read(sheets)
    assert (problem.what, problem.level, problem.place.sheet) == ("“职务”没有填", "error", "领导小组")


HOME, EMPTY = Village(name="新村"), Village(name="老村")


def living(*homes: Village | None) -> Dataset:
    class_ = Class(grade="三年级", number=1, students=[Student(village=home) for home in homes])
    return Dataset(villages=[HOME, EMPTY], classes=[class_], students=class_.students)


def test_a_village_without_students_is_a_reminder() -> None:
    (problem,) = villages(living(HOME))
    assert (problem.what, problem.level) == ("没有学生住在老村", "warning")


def test_students_without_a_village_are_one_reminder_a_class_where_most_have_one() -> None:
    *_, problem = villages(living(HOME, EMPTY, HOME, EMPTY, None, None))
    assert (problem.what, problem.level) == ("三年级（1）班有 2 名学生没有填村居，村居的名单里没有他们", "warning")


@pytest.mark.parametrize("homes", [(None, None), (HOME, EMPTY, None, None), ()])
def test_where_the_column_is_hardly_used_nobody_is_reminded_of_it(homes: tuple[Village | None, ...]) -> None:
    assert list(villages(living(*homes))) == []
