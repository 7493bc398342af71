"""An invented county to measure with: as many children as are asked for, in classes of 45 and schools of 18 classes.

Everything is counted out from the number of a row, so that the same county is made everywhere.
"""

from __future__ import annotations

import csv
from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path

from stdnum.cn import ric

Row = dict[str, str]

CLASS, SCHOOL, TOWNSHIP = 45, 18, 5
"""Children of a class, classes of a school, schools of a township."""
SURNAMES = "王李张刘陈杨黄赵吴周徐孙马朱胡林郭何高罗郑梁谢宋唐许邓韩冯曹曾彭萧田董袁潘蔡蒋余于杜叶程苏魏吕丁任沈"
GIVEN = "子梓宇浩欣雨佳思一嘉俊晨泽文诗语博涵轩睿悦琪瑶昊天明静雅婷婉慧敏强磊洋勇艳娟涛超霞平刚桂英建华国志伟丽秀兰新春"
ELDER = "德福贵发旺根水金宝山银财顺庆生春芳秀珍凤菊香翠玉芬淑"
RARE = "喆堃玥昇璟翀骁"
"""Characters that names often have and common typefaces often lack."""
PLACES = "清白青石金银龙凤云松柳桃梅竹莲泉湖岭坪湾塘桥坝峰沙林山河溪谷"
NUMBERS = "一二三四五六七八九"
GRADES = {
    "小学": ("一年级", "二年级", "三年级", "四年级", "五年级", "六年级"),
    "初级中学": ("七年级", "八年级", "九年级"),
}


def county(students: int) -> dict[str, list[Row]]:
    """Return the rows of every sheet of a county with so many children."""
    classes = max(1, round(students / CLASS))
    schools = max(1, round(classes / SCHOOL))
    sheets: dict[str, list[Row]] = {
        "设置": [
            {
                "学年": "2026—2027学年", "学期": "第一学期", "开学日期": "2026-09-01", "学期结束日期": "2027-01-22",
                "制表日期": "2026-11-16", "政策": "national",
            }
        ],
        "县区": [{"县区名称": "清禾县", "县级人民政府": "清禾县人民政府", "县级教育行政部门": "清禾县教育体育局"}],
        "乡镇": [], "学校": [], "班级": [], "教职工": [], "学生": [],
    }  # fmt: skip
    first = 0
    for number in range(schools):
        if number % TOWNSHIP == 0:
            town = _place(number // TOWNSHIP) + "镇"
            sheets["乡镇"].append(
                {"乡镇名称": town, "乡镇人民政府": f"清禾县{town}人民政府", "乡镇长": _name(11 * number)}
            )
        kind = "初级中学" if number % TOWNSHIP == TOWNSHIP - 1 else "小学"
        name = f"{town}第{NUMBERS[number % TOWNSHIP]}{kind}"
        code = f"{'3' if kind == '初级中学' else '2'}152{number:06}"
        sheets["学校"].append(
            {
                "学校标识码": code, "学校名称": name, "学校简称": name, "办学类型": kind, "乡镇": town,
                "校长": "000", "联系电话": f"1980{number:07}",
            }
        )  # fmt: skip
        sheets["教职工"].append({"学校": name, "工号": "000", "姓名": _name(7 * number), "岗位": "校长"})
        own = _share(classes, schools, number)
        for at in range(own):
            size = _share(students, classes, first)
            grade = GRADES[kind][at * len(GRADES[kind]) // own]
            same = sum(row["学校"] == name and row["年级"] == grade for row in sheets["班级"][-own:])
            teacher = _name(100_000 + first)
            sheets["教职工"].append(
                {"学校": name, "工号": f"{at + 1:03}", "姓名": teacher, "岗位": "班主任", "联系电话": f"1981{first:07}"}
            )
            sheets["班级"].append(
                {"学校": name, "年级": grade, "班号": str(same + 1), "班主任": f"{at + 1:03}", "学年初人数": str(size)}
            )
            place = f"清禾县{town}{_place(3 * number + at)}村"
            sheets["学生"] += _children(name, f"{grade}（{same + 1}）班", grade, place, size, len(sheets["学生"]))
            first += 1
    return sheets


def write(sheets: dict[str, list[Row]], folder: Path) -> None:
    """Write rows as a dataset that is read fastest: a folder with a text file for each sheet."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, rows in sheets.items():
        with (folder / f"{name}.csv").open("w", encoding="utf-8-sig", newline="") as file:
            writer = csv.DictWriter(file, list(dict.fromkeys(key for row in rows for key in row)))
            writer.writeheader()
            writer.writerows(rows)


def _children(school: str, class_: str, grade: str, place: str, size: int, first: int) -> Iterator[Row]:
    year = 2026 - 6 - [grade for grades in GRADES.values() for grade in grades].index(grade)
    for seat in range(1, size + 1):
        number = first + seat
        born = date(year - 1, 9, 1) + timedelta(days=number % 365)
        body = f"510000{born:%Y%m%d}{number // 365 % 1000:03}"
        id_no = body + ric.calc_check_digit(body + "0")
        surname = SURNAMES[number * 7 % len(SURNAMES)]
        address = f"{place}{NUMBERS[number % 9]}组{number % 199 + 1}号"
        yield {
            "学校": school, "班级": class_, "班内学号": str(seat), "姓名": surname + _given(number),
            "性别": "男" if int(id_no[16]) % 2 else "女", "出生日期": f"{born}", "身份证件号": id_no,
            "现住址": address, "成员1姓名": surname + ELDER[number % 13] + ELDER[13 + number // 13 % 13],
            "成员1关系": ("父亲", "母亲")[number % 2],
            "成员1联系电话": f"1982{number:07}" if number % 23 else "",
        }  # fmt: skip


def _share(whole: int, parts: int, number: int) -> int:
    return whole // parts + (number < whole % parts)


def _name(number: int) -> str:
    return SURNAMES[number % len(SURNAMES)] + _given(number)


def _given(number: int) -> str:
    """Return a given name of one or two characters, one in two hundred a rare one."""
    last = RARE[number % len(RARE)] if number % 200 == 199 else GIVEN[number * 31 % len(GIVEN)]
    return last if number % 9 == 4 else GIVEN[number * 13 % len(GIVEN)] + last


def _place(number: int) -> str:
    return PLACES[number % len(PLACES)] + PLACES[(number // len(PLACES) * 7 + number + 5) % len(PLACES)]
