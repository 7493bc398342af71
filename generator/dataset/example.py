"""The example with which a new dataset begins: a tiny invented school that passes every check."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any

from stdnum.cn import ric

from generator.dataset.holidays import Season, unplanned
from generator.dataset.models import (
    GRADES,
    MODELS,
    USUAL,
    Absence,
    CalendarDay,
    Case,
    Class,
    County,
    Filing,
    Inspection,
    Member,
    Notice,
    PolicyValue,
    Record,
    School,
    Settings,
    Staff,
    Student,
    Township,
    Village,
    Visit,
)
from generator.dataset.rows import Row, labelled

_REGION = "510000"  # a whole province: real numbers carry a county here, so nobody holds one of these
# Two weeks from each of these days never touch a holiday of the State Council, whatever the moon does.
_QUIET = ((3, 9), (5, 11), (10, 12), (11, 9), (12, 7))
_STORY = timedelta(days=15)  # from the first quiet day to the last day on which something happens

_Values = dict[str, Any]


def settings(today: date) -> _Values:
    """Return the term that somebody prepares for or is in on ``today``; in the holidays it is the one to come."""
    first = (today.month, today.day) > (7, 10) or (today.month, today.day) <= (1, 20)
    year = today.year if (today.month, today.day) > (7, 10) else today.year - 1
    start, end = (date(year, 9, 1), date(year + 1, 1, 20)) if first else (date(year + 1, 3, 1), date(year + 1, 7, 10))
    return {
        "year": f"{year}—{year + 1}学年",
        "term": "第一学期" if first else "第二学期",
        "term_start": start,
        "term_end": end,
    }


def example(today: date) -> dict[str, list[Row]]:
    """Return every usual sheet of the example: nothing in it has happened after ``today``."""
    rows: dict[type[Record], list[_Values]] = {model: [] for model in USUAL}
    for model, values in _rows(settings(today), today):
        rows[model].append(values)
    return {model.sheet: [labelled(model, values) for values in written] for model, written in rows.items()}


def empty(today: date) -> dict[str, list[Row]]:
    """Return every usual sheet without rows, but for the term."""
    return {model.sheet: [] for model in USUAL} | {Settings.sheet: [labelled(Settings, settings(today))]}


def further() -> dict[str, list[Row]]:
    """Return the sheets that few need, without rows."""
    return {model.sheet: [] for model in MODELS if model.rare}


def _rows(term: _Values, today: date) -> Iterator[tuple[type[Record], _Values]]:
    first = int(term["year"][:4])
    yield Settings, term
    by_law = (date(first + 1, 1, 1), "元旦") if term["term"] == "第一学期" else (date(first + 1, 5, 1), "劳动节")
    told = dict(map(_festival, unplanned(term["term_start"], term["term_end"])))
    for day, name in sorted((told | dict([by_law])).items()):  # what is not published yet is to be looked at again
        yield CalendarDay, {"day": day, "kind": "放假", "note": name}
    yield County, {
        "name": "示例县", "government": "示例县人民政府", "bureau": "示例县教育体育局", "bureau_code": "示教",
        "bureau_contact": "陈联络", "bureau_phone": "19900000001", "supervision": "示例县人民政府教育督导委员会办公室",
    }  # fmt: skip
    yield Township, {
        "name": "示例镇", "government": "示例县示例镇人民政府", "code": "示政", "secretary": "何书记", "head": "吕镇长",
        "deputy": "施副镇长", "officer": "张专干", "phone": "19900000002", "address": "示例县示例镇府前路1号",
        "county": "示例县",
    }  # fmt: skip
    yield Village, {
        "name": "示例村", "township": "示例镇", "secretary": "孔支书", "director": "曹主任", "phone": "19900000003",
        "leader": "施副镇长", "officer": "严干部", "school": "示例小学", "school_contact": "华主任",
    }  # fmt: skip
    yield School, {
        "code": "2151000001", "name": "示例县示例镇示例小学", "short_name": "示例小学", "kind": "小学",
        "township": "示例镇", "village": "示例村", "principal": "金校长", "contact": "华主任", "phone": "19900000004",
        "address": "示例县示例镇示例村学堂路1号",
    }  # fmt: skip
    for grade, teacher in (("三年级", "魏老师"), ("四年级", "陶老师")):
        yield Class, {
            "school": "示例小学", "grade": grade, "number": 1, "teacher": teacher, "leader": "华主任", "baseline": 3,
        }  # fmt: skip
    for number, (name, sex, post, subject, teaches) in enumerate(
        (
            ("金校长", "男", "校长", "道德与法治", "四年级（1）班"),
            ("华主任", "女", "教导主任", "科学", "三年级（1）班、四年级（1）班"),
            ("魏老师", "女", "班主任", "语文", "三年级（1）班"),
            ("陶老师", "男", "班主任", "数学", "四年级（1）班"),
        ),
        1,
    ):
        yield Staff, {
            "school": "示例小学", "no": f"T{number:03}", "name": name, "sex": sex, "post": post, "subject": subject,
            "teaches": teaches, "phone": f"1990000001{number}",
        }  # fmt: skip
    yield from _students(first)
    yield from _groups()
    yield from _story(first, _quiet_day(today))


def _students(first: int) -> Iterator[tuple[type[Record], _Values]]:
    children = (
        ("张小一", "男", "三年级"), ("李小二", "女", "三年级"), ("王小三", "男", "三年级"),
        ("赵小四", "女", "四年级"), ("钱小五", "男", "四年级"), ("孙小六", "女", "四年级"),
    )  # fmt: skip
    for number, (name, sex, grade) in enumerate(children, 1):
        years = GRADES.index(grade) + 1
        born = date(first - 6 - years, 10, number)
        father, mother = date(born.year - 30, 3, number), date(born.year - 28, 6, number)
        identity = _identity(born, number, sex)
        home = f"示例县示例镇示例村{number}组{number}号"
        yield Student, {
            "school": "示例小学", "class_": f"{grade}（1）班", "seat_no": (number - 1) % 3 + 1, "name": name,
            "sex": sex, "birth_date": born, "id_type": "居民身份证", "id_no": identity, "student_no": f"G{identity}",
            "ethnicity": "汉族", "boarding": "走读", "entered": f"{first + 1 - years}09",
            "status": "辍学" if name == _CHILD else "在籍", "household_address": home, "address": home,
            "village": "示例村", "watched": name in (_CHILD, "王小三"), "left_behind": "非留守儿童",
            "member1": {
                "name": f"{name[0]}父", "relation": "父亲", "is_guardian": True, "phone": f"1990000010{number}",
                "id_no": _identity(father, number, "男"), "address": home, "workplace": "在家务农",
            },
            "member2": {
                "name": f"{name[0]}母", "relation": "母亲", "is_guardian": True, "phone": f"1990000020{number}",
                "id_no": _identity(mother, number, "女"), "address": home, "workplace": "镇上务工",
            },
        }  # fmt: skip


def _groups() -> Iterator[tuple[type[Record], _Values]]:
    for unit, role, name, post, duty in (
        ({"township": "示例镇"}, "组长", "吕镇长", "镇长", "总负责"),
        ({"township": "示例镇"}, "副组长", "施副镇长", "副镇长", "分管领导，组织劝返"),
        ({"township": "示例镇"}, "办公室主任", "张专干", "教育专干", "日常工作和材料"),
        ({"township": "示例镇"}, "成员", "曹主任", "示例村村民委员会主任", "本村摸排和劝返"),
        ({"school": "示例小学"}, "组长", "金校长", "校长", "总负责"),
        ({"school": "示例小学"}, "办公室主任", "华主任", "教导主任", "日常工作和学籍"),
        ({"school": "示例小学"}, "成员", "魏老师", "班主任", "本班考勤和家访"),
        ({"school": "示例小学"}, "成员", "陶老师", "班主任", "本班考勤和家访"),
    ):
        yield Member, {**unit, "role": role, "name": name, "post": post, "duty": duty}


_CHILD = "赵小四"  # of whom the story tells


def _story(first: int, monday: date) -> Iterator[tuple[type[Record], _Values]]:
    """Yield one dropping out, from the first day missed to a notice that has not been issued yet."""
    named = {"student": _CHILD, "class_": "四年级（1）班", "school": "示例小学"}
    found = monday + timedelta(days=2)
    moved_up = monday < date(first, 7, 1)  # since which the child has moved up a class
    teacher = "魏老师" if moved_up else "陶老师"
    yield Absence, {**named, "kind": "旷课", "start": monday, "end": found, "days": 3, "note": "仍未到校，登记为个案"}
    yield Case, {
        "no": "示例1号", **named, "found_on": found, "dropped_on": monday,
        "dropped_from": "三年级（1）班" if moved_up else None, "reason": "厌学",
        "reason_detail": "成绩跟不上，不愿到校", "whereabouts": "在家", "progress": "已家访两次，家长答应送回",
        "responsible": teacher,
    }  # fmt: skip
    for days, time, visitors, opinion, result in (
        (3, "18:30", [teacher], "愿意劝孩子回校", "孩子没有答应"),
        (8, "19:00", [teacher, "华主任"], "同意送孩子回校", "约定下周返校"),
    ):
        yield Visit, {
            **named, "visited_on": monday + timedelta(days=days), "time": time, "place": "示例村学生家中",
            "mode": "上门", "visitors": visitors, "interviewee": "赵父", "relation": "父亲", "purpose": "劝返",
            "economy": "父亲在家务农，母亲在镇上务工", "cause": "厌学：成绩跟不上", "thoughts": "怕跟不上，不想上学",
            "opinion": opinion, "law": "义务教育法关于适龄儿童入学的规定", "content": "说明缺课的情况，商量补课的办法",
            "result": result, "follow_up": "安排老师补课，下周再访",
        }  # fmt: skip
    yield Notice, {"id": "1", "case": "示例1号"}
    yield Inspection, {
        "no": "示例督1号", "school": "示例小学", "held_on": monday + timedelta(days=10), "team": "尤督学、许督学",
        "method": "看、查、访、议",
    }  # fmt: skip
    yield Filing, {"paper": "DR-04", "done_on": found, "case": "示例1号", "person": teacher}
    yield PolicyValue, {"name": "返校期限", "value": "7", "reason": "示例：与预设一样，可以删去"}


def _festival(season: Season) -> tuple[date, str]:
    return season.earliest, season.name


def _quiet_day(today: date) -> date:
    """Return the Monday on which the latest quiet weeks began that are over on ``today``."""
    days = (date(year, month, day) for year in (today.year, today.year - 1) for month, day in reversed(_QUIET))
    mondays = (day + timedelta(days=-day.weekday() % 7) for day in days)
    return next(monday for monday in mondays if monday + _STORY <= today)


def _identity(born: date, order: int, sex: str) -> str:
    """Return the identity number of somebody born that day; the order of a man is odd."""
    body = f"{_REGION}{born:%Y%m%d}{2 * order - (sex == '男'):03}"
    return body + ric.calc_check_digit(body + "0")  # which it does not look at
