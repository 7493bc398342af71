"""Every figure by which inspection items are answered is counted a second way: from the cells of the sample's workbook.

Nothing of ``generator.policy`` is used here but what the answers were made with; the days on which there were lessons,
and by when the national policy wants what, are written down anew.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable
from datetime import date, timedelta
from fractions import Fraction
from functools import cache

import openpyxl
import pytest

from generator.dataset import load
from generator.dataset.coverage import drawable
from generator.dataset.models import School, Township
from generator.forms.context import Context
from generator.forms.selfassess import assess
from generator.policy.answers import Answer
from generator.resources import data_dir, fonts_dir
from tests.small import composed_national

OPENED, ENDS, TODAY = date(2026, 9, 1), date(2027, 1, 22), date(2026, 11, 16)
DAY = timedelta(days=1)
HOLIDAYS = [date(2026, 9, 25) + n * DAY for n in range(3)] + [date(2026, 10, 1) + n * DAY for n in range(7)]
WORKED = [date(2026, 9, 20), date(2026, 10, 10)]
PERSUADING, AT_HOME, LEADERS = ("劝返", "无故缺勤", "厌学"), ("上门", "视频"), ("校长", "副校长", "教导主任")
GRADES = "一二三四五六七八九"
TARGETS = {
    "小学": {"入学": 100, "辍学": "0.5", "巩固": 99, "班级": 1},
    "初中": {"入学": 100, "辍学": "1.2", "巩固": 98, "班级": 2},
}
Row = dict[str, str]


# --- the workbook, as a person reads it ---------------------------------------------------------------


@cache
def book() -> dict[str, list[Row]]:
    workbook = openpyxl.load_workbook(data_dir() / "sample.xlsx", read_only=True)
    found = {}
    for sheet in workbook:
        header, *rows = list(sheet.iter_rows(values_only=True))
        names = [str(name or "").rstrip("*") for name in header]
        found[sheet.title] = [
            {name: str(cell) for name, cell in zip(names, row, strict=False) if cell is not None} for row in rows
        ]
    return found


def sheet(name: str, **wanted: str) -> list[Row]:
    return [row for row in book()[name] if all(row.get(key) == value for key, value in wanted.items())]


def day(row: Row, column: str) -> date:
    return date.fromisoformat(row[column]) if row.get(column) else date.max


def child(row: Row, column: str = "学生") -> tuple[str, str, str]:
    return row["学校"], row["班级"], row[column]


def schools(unit: str) -> list[str]:
    """The school itself, or the schools of a township."""
    return [unit] if sheet("学校", 学校名称=unit) else [row["学校名称"] for row in sheet("学校", 乡镇=unit)]


def each(name: str, unit: str) -> list[Row]:
    return [row for school in schools(unit) for row in sheet(name, 学校=school)]


def this_term(rows: Iterable[Row], column: str) -> list[Row]:
    return [row for row in rows if OPENED <= day(row, column) <= TODAY]


def said(label: str, done: int, owed: int, now: int | None = None) -> str:
    told = f"{label} {done}/{owed}" if owed else f"{label} 无"
    return told if now is None or now == owed else f"{told}（至今应有 {now}）"


def count(label: str, rows: Iterable[Row], done: Callable[[Row], object]) -> str:
    every = list(rows)
    return said(label, sum(bool(done(row)) for row in every), len(every))


# --- days ---------------------------------------------------------------------------------------------


def is_taught(one: date) -> bool:
    return one in WORKED or (one.weekday() < 5 and one not in HOLIDAYS)


def nth(first: date, number: int) -> date:
    """The day on which somebody who has been away since ``first`` misses school for so many days."""
    missed, one = int(is_taught(first)), first
    while missed < number:
        one += DAY
        missed += is_taught(one)
    return one


# --- children who dropped out -------------------------------------------------------------------------


def cases(unit: str) -> list[Row]:
    """The children found missing this term; a case that ended otherwise than by a return is none."""
    return this_term((row for row in each("辍学个案", unit) if row.get("销号类别", "复学") == "复学"), "发现日期")


def back(unit: str) -> list[Row]:
    return [row for row in cases(unit) if day(row, "复学日期") <= TODAY]


def is_open(case: Row) -> bool:
    return "复学日期" not in case and "销号日期" not in case


def away(unit: str) -> list[tuple[Row, date]]:
    """Who is away today, by case or by an absence that nobody ended, and since when."""
    found = [(case, day(case, "辍学日期")) for case in each("辍学个案", unit) if is_open(case)]
    known = [child(case) for case, _ in found]
    absent = [row for row in each("缺勤", unit) if row["类别"] == "旷课" and "结束日期" not in row]
    return found + [(row, day(row, "起始日期")) for row in absent if child(row) not in known]


def visits_to(row: Row) -> list[Row]:
    return [visit for visit in book()["家访"] if child(visit) == child(row)]


def urged(row: Row, since: date) -> list[date]:
    found = [day(visit, "家访日期") for visit in visits_to(row) if visit["家访事由"] in PERSUADING]
    return sorted(one for one in found if since <= one <= TODAY)


def post(school: str, name: str) -> str:
    return next(row["岗位"] for row in sheet("教职工", 学校=school) if name in (row["姓名"], row["工号"]))


def filed(paper: str, row: Row, since: date) -> list[date]:
    """When a paper was done about a child, its case, its class or its school."""
    about = [
        filing for filing in sheet("办理", 文书编号=paper)
        if (filing.get("个案编号") and filing["个案编号"] == row.get("个案编号"))
        or (filing.get("学生") and child(filing) == child(row))
        or ("学生" not in filing and "个案编号" not in filing and filing.get("学校") == row["学校"]
            and filing.get("班级", row["班级"]) == row["班级"])
    ]  # fmt: skip
    return sorted(day(one, "办理日期") for one in about if since <= day(one, "办理日期") <= TODAY)


Duty = tuple[date, date | None]  # by when, and when it was done


def first(days: list[date]) -> date | None:
    return min(days, default=None)


def figure(label: str, duties: Iterable[Duty], *, in_time: bool) -> str:
    """What is not yet due counts only where it is done."""
    due = [(by, done) for by, done in duties if done or by < TODAY]
    return said(label, sum(done is not None and (not in_time or done <= by) for by, done in due), len(due))


def on_third_day(unit: str, papers: Iterable[str]) -> list[Duty]:
    duties = []
    for row, since in away(unit):
        third = nth(since, 3)
        duties += [(third, first(filed(paper, row, third))) for paper in papers if third <= TODAY]
    return duties


def in_vain(unit: str) -> list[Duty]:
    """A week after the first visit of those who are still away."""
    duties = []
    for row, since in away(unit):
        if days := urged(row, since):
            by = days[0] + 7 * DAY
            duties += [(by, first(filed(paper, row, by))) for paper in ("DR-01", "DR-02", "L-03") if by <= TODAY]
    return duties


def visited_in_time(unit: str) -> list[Duty]:
    """The class teacher on the first day missed, a leader of the school on the second and the third."""
    duties = []
    for row, since in away(unit):
        for number, papers in ((1, "HV-01"), (2, "HV-10"), (3, "HV-10")):
            by = nth(since, number)
            if by > TODAY:
                continue
            made = [one for one in visits_to(row) if one["家访事由"] in PERSUADING and one["家访方式"] in AT_HOME]
            if papers == "HV-10":
                made = [one for one in made if any(post(one["学校"], who) in LEADERS for who in names(one))]
            days = [day(one, "家访日期") for one in made if by <= day(one, "家访日期") <= TODAY]
            duties.append((by, first(days + filed(papers, row, by))))
    return duties


def names(visit: Row) -> list[str]:
    return visit["家访教师"].split("、")


def planned(unit: str) -> list[Duty]:
    """A plan for each child that is away, three days after it counts as having dropped out."""
    found = []
    for row, since in away(unit):
        confirmed = max(nth(since, 3), day(row, "发现日期")) if "发现日期" in row else date.max
        if confirmed <= TODAY:
            found.append((confirmed + 3 * DAY, first(filed("IP-01", row, confirmed))))
    return found


def reported_back(unit: str) -> list[Duty]:
    returned = [row for row in each("辍学个案", unit) if day(row, "复学日期") <= TODAY]
    return [(nth(day(row, "复学日期") + DAY, 3), first(filed("DR-03", row, day(row, "复学日期")))) for row in returned]


# --- what comes again and again -----------------------------------------------------------------------


def of_school(paper: str, school: str) -> list[Row]:
    return [row for row in sheet("办理", 文书编号=paper, 学校=school) if not {"班级", "学生", "个案编号"} & row.keys()]


def once(paper: str, unit: str, since: date, by: date) -> list[Duty]:
    """A thing that each school does once; ahead of time or late too."""
    done = [[day(row, "办理日期") for row in of_school(paper, school)] for school in schools(unit)]
    return [(by, first([one for one in days if since <= one <= TODAY])) for days in done]


def monthly(rows: list[Row], ends: Callable[[int], date]) -> list[Duty]:
    """September, October, November; what says for which day it was counts for the month of that day, else for the month
    that ends next after it."""
    duties = []
    for month in (9, 10, 11):
        since = OPENED if month == 9 else ends(month - 1) + DAY
        late = [row for row in rows if "所属日期" in row and day(row, "所属日期").month == month]
        mine = late + [row for row in rows if "所属日期" not in row and since <= day(row, "办理日期") <= ends(month)]
        duties.append((ends(month), first([day(row, "办理日期") for row in mine])))
    return duties


def of_months(paper: str, unit: str, ends: Callable[[int], date]) -> list[Duty]:
    return [duty for school in schools(unit) for duty in monthly(of_school(paper, school), ends)]


def last_of(month: int) -> date:
    return date(2026, month + 1, 1) - DAY


def reports(unit: str) -> list[Duty]:
    """The month's return by the fifth of the next; one made on the last days of the month is early, not of another."""
    return of_months("DR-10e", unit, lambda month: date(2026, month + 1, 5))


# --- classes and children -----------------------------------------------------------------------------


def stage(class_: str) -> str:
    return "初中" if class_[0] in "七八九" else "小学"


def classes(unit: str, of: str = "") -> list[Row]:
    return [row for row in each("班级", unit) if of in ("", stage(row["年级"]))]


def name(row: Row) -> str:
    return f"{row['年级']}（{row['班号']}）班"


def stages(unit: str) -> list[str]:
    return [one for one in ("小学", "初中") if classes(unit, one)]


def pupils(unit: str, of: str = "") -> list[Row]:
    return [row for row in each("学生", unit) if of in ("", stage(row["班级"]))]


def on_roll(unit: str) -> list[Row]:
    return [row for row in pupils(unit) if row.get("学籍状态", "在籍") in ("在籍", "辍学")]


def named(row: Row, case: Row) -> bool:
    return child(case) == (row["学校"], row["班级"], row["姓名"])


def is_present(row: Row) -> bool:
    gone = any(is_open(case) and named(row, case) for case in book()["辍学个案"])
    return row.get("学籍状态", "在籍") == "在籍" and not gone


def dropped_from(case: Row) -> tuple[str, str]:
    return case["学校"], case.get("辍学时班级", case["班级"])


def still_out(unit: str) -> list[Row]:
    return [case for case in cases(unit) if case not in back(unit)]


def rate(label: str, above: int, below: int, bound: str, target: object) -> str:
    rounded = -(-above * 10_000 // below) if bound == "不超过" else above * 10_000 // below
    return f"{label} {rounded / 100:g}%（{bound}{target}%）"


def dropout(unit: str) -> str:
    told = []
    for one in stages(unit):
        out = [case for case in still_out(unit) if stage(dropped_from(case)[1]) == one]
        start = sum(int(row["学年初人数"]) for row in classes(unit, one))
        told.append(rate(f"{one}辍学率", len(out), start, "不超过", TARGETS[one]["辍学"]))
    return "；".join(told)


def kept_class(row: Row) -> bool:
    lost = [case for case in still_out(row["学校"]) if dropped_from(case) == (row["学校"], name(row))]
    return Fraction(100 * len(lost), int(row["学年初人数"])) <= int(str(TARGETS[stage(row["年级"])]["班级"]))


def retention(unit: str) -> str:
    told = []
    for one in stages(unit):
        here = pupils(unit, one)
        kept = sum(is_present(row) or row.get("学籍状态") == "毕业" for row in here)
        below = sum(int(row["学年初人数"]) for row in classes(unit, one))
        below += sum(OPENED <= day(row, "转入日期") <= TODAY for row in here)
        below -= sum(row.get("学籍状态") in ("转出", "死亡") for row in here)
        told.append(rate(f"{one}在校生巩固率", kept, below, "不低于", TARGETS[one]["巩固"]))
    return "；".join(told)


def at_home_in(township: str) -> list[Row]:
    """The children of the county who are at school and live in a township, or where no village is told learn there."""
    villages = {row["村居名称"]: row["乡镇"] for row in book()["村居"]}
    learns = {row["学校名称"]: row["乡镇"] for row in book()["学校"]}
    lives = [(row, villages.get(row.get("村居", ""), learns[row["学校"]])) for row in book()["学生"]]
    return [row for row, where in lives if where == township and is_present(row)]


def age(row: Row) -> int:
    born = day(row, "出生日期")
    return 2026 - born.year - ((born.month, born.day) > (8, 31))


AGES = {"小学": range(6, 12), "初中": range(12, 15)}


def enrolment(township: str) -> str:
    (told,) = sheet("乡镇", 乡镇名称=township)
    rates = []
    for one, ages in AGES.items():
        here = sum(age(row) in ages for row in at_home_in(township)) + int(told[f"{one}适龄在外就读"])
        below, label = int(told[f"{one}适龄人口"]), f"{one}适龄儿童少年入学率"
        rates.append(rate(label, here, below, "不低于", TARGETS[one]["入学"]) if below else f"{label} 无")
    return "；".join(rates)


def disabled_enrolment(township: str) -> str:
    (told,) = sheet("乡镇", 乡镇名称=township)
    here = [row for row in at_home_in(township) if row.get("残疾类型", "无") not in ("无", "无残疾")]
    number = sum(6 <= age(row) <= 14 for row in here) + int(told["残疾适龄在外就读"])
    return rate("残疾儿童少年入学率", number, int(told["残疾适龄人口"]), "不低于", 100)


def registered(row: Row) -> Row | None:
    return next((one for one in book()["残疾儿童"] if "学生" in one and named(row, one)), None)


def disabled(unit: str) -> list[Row]:
    return [one for row in on_roll(unit) if (one := registered(row))]


def taught(row: Row) -> bool:
    lessons = [one for one in sheet("帮扶记录", 记录类别="送教上门") if child(one) == child(row)]
    return bool(this_term(lessons, "日期"))


def to_be_cared_for(row: Row) -> bool:
    left = row.get("是否留守儿童", "非留守儿童") != "非留守儿童"
    poor = row.get("困难类型", "无") != "无" or any(named(row, one) for one in book()["困难认定"])
    return left or poor or row.get("重点对象") == "是" or registered(row) is not None


# --- visits -------------------------------------------------------------------------------------------


def quota(staff: Row) -> int:
    if staff["岗位"] == "校长":
        return 40
    if staff["岗位"] == "班主任":
        mine = [row for row in sheet("班级", 学校=staff["学校"]) if row.get("班主任") in (staff["姓名"], staff["工号"])]
        return math.ceil(sum(int(row["学年初人数"]) for row in mine) / 2)
    return 15 if staff["岗位"] in ("副校长", "教导主任", "任课教师") else 0


def home_visits(unit: str) -> str:
    gone = Fraction((TODAY - OPENED).days + 1, (ENDS - OPENED).days + 1)
    done = owed = now = 0
    for staff in each("教职工", unit):
        made = [row for row in sheet("家访", 学校=staff["学校"]) if {staff["姓名"], staff["工号"]} & {*names(row)}]
        done += min(quota(staff), len(this_term(made, "家访日期")))
        owed += quota(staff)
        now += math.floor(quota(staff) * gone)
    return said("家访", done, owed, now)


def was_visited(case: Row) -> bool:
    since = min(day(case, "辍学日期"), day(case, "发现日期"))
    return any(one <= day(case, "复学日期") for one in urged(case, since))


def watched_visits(unit: str) -> str:
    watched = [row for row in on_roll(unit) if row.get("重点对象") == "是"]
    visits = {
        (row["学校"], row["班级"], row["姓名"]): [
            one for one in book()["家访"]
            if child(one) == (row["学校"], row["班级"], row["姓名"]) and one["家访方式"] in AT_HOME
        ]
        for row in watched
    }  # fmt: skip
    done = sum(bool(this_term(made, "家访日期")) for made in visits.values())
    return said("重点对象家访", done, done)  # of whom nobody has gone to yet there is time till the end of the term


def support_checks(unit: str) -> str:
    watched = {(row["学校"], row["班级"]) for row in on_roll(unit) if row.get("重点对象") == "是"}
    mine = [row for row in classes(unit) if (row["学校"], name(row)) in watched]
    done = {
        (row["学校"], name(row)): [
            one for one in sheet("办理", 文书编号="SG-13b", 学校=row["学校"]) if one.get("班级", name(row)) == name(row)
        ]
        for row in mine
    }
    return figure("帮扶记录检查", [duty for rows in done.values() for duty in monthly(rows, last_of)], in_time=False)


def looked_after(case: Row) -> bool:
    days = [day(row, "家访日期") for row in visits_to(case)]
    days += [day(row, "日期") for row in book()["帮扶记录"] if child(row) == child(case)]
    return any(day(case, "复学日期") < one <= TODAY for one in days)


def followed(unit: str) -> str:
    returned = back(unit)
    now = [case for case in returned if looked_after(case) or day(case, "复学日期") + 7 * DAY < TODAY]
    return said("复学学生回访", sum(map(looked_after, returned)), len(returned), len(now))


# --- papers -------------------------------------------------------------------------------------------


def notices(unit: str) -> list[Row]:
    mine = [case["个案编号"] for case in cases(unit)]
    numbered = [row for row in book()["通知书"] if row["个案编号"] in mine and "文号" in row]
    return [row for row in numbered if day(row, "发出日期") <= TODAY]


def is_whole(receipt: Row) -> bool:
    left = receipt["送达方式"] == "留置送达"
    return "送达人" in receipt and ({"见证人", "拒收事由"} <= receipt.keys() if left else "收件人" in receipt)


def served(unit: str) -> str:
    mine = [row for row in notices(unit) if day(row, "送达日期") <= TODAY or day(row, "返校期限") < TODAY]
    return count("送达", mine, lambda row: day(row, "送达日期") <= TODAY)


def receipts(unit: str) -> str:
    return count("回证要素齐全", [row for row in notices(unit) if day(row, "送达日期") <= TODAY], is_whole)


def changes(unit: str) -> list[Row]:
    return this_term(each("学籍变动", unit), "变动日期")


def in_system(unit: str) -> str:
    approved = [row for row in changes(unit) if day(row, "批准日期") <= TODAY]
    return count("学籍系统已办", approved, lambda row: day(row, "系统办理日期") <= TODAY)


def leaves(unit: str) -> list[Row]:
    return this_term(each("请假", unit), "请假开始日期")


def over(unit: str) -> list[Row]:
    return [row for row in leaves(unit) if day(row, "请假结束日期") < TODAY]


def mended(label: str, column: str, unit: str) -> str:
    found = done = now = 0
    for inspection in sheet("督导", **{column: unit}):
        for row in sheet("督导问题", 督导编号=inspection["督导编号"]):
            closed = "销号日期" in row or row.get("完成情况") == "已完成"
            by = min(day(row, "整改时限"), date.max)
            by = by if "整改时限" in row else day(inspection, "整改期限")
            if by == date.max and "督导意见日期" in inspection:
                by = day(inspection, "督导意见日期") + 30 * DAY
            found, done, now = found + 1, done + closed, now + (closed or by < TODAY)
    return said(label, done, found, now)


def mended_at_schools(label: str, unit: str) -> str:
    numbers = [0, 0, 0]
    for school in schools(unit):
        told = mended("", "被督导学校", school)
        if "无" in told:
            continue
        done, found = (int(one) for one in told.split("（")[0].split("/"))
        now = int(told.split("至今应有 ")[1].rstrip("）")) if "至今" in told else found
        numbers = [a + b for a, b in zip(numbers, (done, found, now), strict=True)]
    return said(label, *numbers)


def heads(unit: str) -> str:
    rows = [row for school in schools(unit) for row in sheet("学校", 学校名称=school)]

    def leads(row: Row) -> bool:
        group = sheet("领导小组", 学校=row["学校名称"], 组内职务="组长")
        return any(one["姓名"] == row["校长"] for one in group)

    return count("校长任组长", rows, leads)


def publicity(unit: str) -> str:
    rows = [row for school in schools(unit) for row in sheet("学校", 学校名称=school)]

    def held(row: Row) -> bool:
        months = [day(one, "开始日期").month for one in sheet("宣传活动", 学校=row["学校名称"], 活动类别="宣传月")]
        return 9 in months

    return count("宣传月活动", rows, held)


def township_heads(unit: str) -> str:
    def leads(row: Row) -> bool:
        group = sheet("领导小组", 乡镇=unit, 组内职务="组长")
        return any(one["姓名"] in (row.get("党委书记"), row["乡镇长"]) for one in group)

    return count("乡镇主要负责人任组长", sheet("乡镇", 乡镇名称=unit), leads)


# --- the items ----------------------------------------------------------------------------------------

PLANS = (OPENED - 45 * DAY, ENDS)
LATE = {"RC-08": date(2026, 9, 30), "DR-15": date(2026, 9, 11), "DR-19": date(2026, 9, 15)}


def signed(unit: str) -> str:
    return figure("按时签订", once("RC-08", unit, OPENED - 45 * DAY, LATE["RC-08"]), in_time=True)


def answered(unit: str) -> str:
    who = count("班级有班主任和包级领导", classes(unit), lambda row: {"班主任", "包级领导"} <= row.keys())
    return f"{who}；{count('辍学学生有劝返责任人', cases(unit), lambda row: '劝返责任人' in row)}"


def leave(unit: str) -> str:
    asked = count("请假获准", leaves(unit), lambda row: "准假日期" in row)
    return f"{asked}；{count('到期销假', over(unit), lambda row: '销假日期' in row)}"


def reported(unit: str) -> str:
    ladder = figure("缺课按时报告", on_third_day(unit, ("DR-04", "DR-16", "NT-13")), in_time=True)
    return f"{ladder}；{figure('劝返无效按时报告', in_vain(unit), in_time=True)}"


def registration(unit: str) -> str:
    return f"{count('手续齐全', changes(unit), lambda row: row.get('手续齐全') == '是')}；{in_system(unit)}"


def lost(unit: str) -> str:
    return f"{dropout(unit)}；{count('达标班级', classes(unit), kept_class)}"


def with_disabilities(unit: str) -> str:
    placed = count("在册残疾学生安置", disabled(unit), lambda row: row.get("安置方式", "未安置") != "未安置")
    at_home = [row for row in disabled(unit) if row.get("安置方式") == "送教上门"]
    return f"{placed}；{count('送教上门有记录', at_home, taught)}"


def checks(unit: str) -> str:
    return figure("按时自查", of_months("IN-04", unit, last_of), in_time=True)


def visits_in_time(unit: str) -> str:
    return figure("缺课按时家访", visited_in_time(unit), in_time=True)


def cared_for(unit: str) -> str:
    return f"{watched_visits(unit)}；{support_checks(unit)}"


def in_ledgers(unit: str, ledgers: int) -> str:
    """Whoever has a case stands in them."""
    known = [(nth(since, 3), date.min if "个案编号" in row else None) for row, since in away(unit)]
    return figure("列入台账", [duty for duty in known if duty[0] <= TODAY for _ in range(ledgers)], in_time=False)


def counts(unit: str) -> list[Duty]:
    """Whoever did not come back is counted by the eleventh of September; the roll is compared twice a term."""
    compared = []
    for school in schools(unit):
        days = sorted(day(row, "办理日期") for row in of_school("IN-05", school))
        compared.append((ENDS, days[1] if len(days) > 1 else None))
    return once("DR-15", unit, OPENED - 45 * DAY, LATE["DR-15"]) + compared


def punctual(unit: str) -> str:
    opening = once("DR-19", unit, date(2026, 7, 2), LATE["DR-19"])
    return figure("按时报告", reports(unit) + opening, in_time=True)


COUNTY: dict[str, Callable[[str], str]] = {
    "A1": heads,
    "A2": lambda unit: figure("工作方案", once("WP-03", unit, *PLANS), in_time=False),
    "A3": signed,
    "A4": answered,
    "B1": leave,
    "B2": lambda unit: f"{home_visits(unit)}；{count('辍学学生家访', cases(unit), was_visited)}",
    "B3": reported,
    "B4": lambda unit: f"{served(unit)}；{receipts(unit)}",
    "B5": lambda unit: "；".join((
        figure("一人一案", planned(unit), in_time=False),
        count("复学编班安置", back(unit), lambda row: {"编入班级", "安置方式"} <= row.keys()),
        figure("按时报告复学", reported_back(unit), in_time=True),
    )),
    "B6": registration,
    "C2": lost,
    "C3": retention,
    "C4": with_disabilities,
    "C5": lambda unit: count("重点群体在校", filter(to_be_cared_for, on_roll(unit)), is_present),
    "E1": lambda unit: f"{in_ledgers(unit, 3)}；"
    + count("复学销号", back(unit), lambda row: day(row, "销号日期") <= TODAY),
    "E2": lambda unit: figure("按时清点、排查", counts(unit), in_time=True),
    "E3": visits_in_time,
    "E4": punctual,
    "E5": lambda unit: f"{cared_for(unit)}；{followed(unit)}",
    "E6": publicity,
    "E7": lambda unit: f"{checks(unit)}；{mended_at_schools('学校问题整改', unit)}",
}  # fmt: skip
SCHOOL: dict[str, Callable[[str], str]] = {
    "a1": heads,
    "a2": signed,
    "a3": answered,
    "b2": leave,
    "b3": home_visits,
    "b4": reported,
    "b5": lambda unit: "；".join((
        figure("一人一案", planned(unit), in_time=False), served(unit),
        figure("按时报告复学", reported_back(unit), in_time=True),
    )),
    "b6": registration,
    "c1": lost,
    "c3": with_disabilities,
    "e1": visits_in_time,
    "e2": cared_for,
    "e3": lambda unit: f"{in_ledgers(unit, 2)}；{figure('按时月报', reports(unit), in_time=True)}",
    "e5": lambda unit: mended("问题整改", "被督导学校", unit),
}  # fmt: skip
TOWNSHIP = COUNTY | {
    "A1": lambda unit: f"{heads(unit)}；{township_heads(unit)}",
    "A4": lambda unit: f"{answered(unit)}；"
    + count("村（居）有包村领导和干部", sheet("村居", 乡镇=unit), lambda row: {"包村领导", "包村干部"} <= row.keys()),
    "A5": lambda unit: figure("专题会议", monthly(sheet("办理", 文书编号="WP-12b", 乡镇=unit), last_of), in_time=False),
    "C1": enrolment,
    "C4": lambda unit: f"{disabled_enrolment(unit)}；{with_disabilities(unit)}",
    "E7": lambda unit: f"{COUNTY['E7'](unit)}；{mended('乡镇问题整改', '被督导乡镇', unit)}",
}  # fmt: skip

SCHOOLS = [row["学校名称"] for row in book()["学校"]]
TOWNSHIPS = [row["乡镇名称"] for row in book()["乡镇"]]


@cache
def sample() -> Context:
    dataset, _ = load(data_dir() / "sample.xlsx", drawable(fonts_dir()))
    return Context(dataset, composed_national().policy, TODAY)


@cache
def answers(unit: str, *, own: bool = False) -> dict[str, Answer]:
    context = sample()
    units: list[School | Township] = [*context.dataset.schools, *context.dataset.townships]
    (found,) = [one for one in units if one.name == unit]
    items = context.policy.inspections.school_items if own else None
    return {answer.item.id: answer for answer in assess(context, found, {}, items=items)}


def told(unit: str, *, own: bool = False) -> dict[str, str]:
    return {id_: answer.figure for id_, answer in answers(unit, own=own).items() if answer.figure}


@pytest.mark.parametrize("item", COUNTY)
@pytest.mark.parametrize("school", SCHOOLS)
def test_a_figure_of_a_school(school: str, item: str) -> None:
    assert told(school)[item] == COUNTY[item](school)


@pytest.mark.parametrize("item", SCHOOL)
@pytest.mark.parametrize("school", SCHOOLS)
def test_a_figure_of_a_schools_own_check(school: str, item: str) -> None:
    assert told(school, own=True)[item] == SCHOOL[item](school)


@pytest.mark.parametrize("item", TOWNSHIP)
@pytest.mark.parametrize("township", TOWNSHIPS)
def test_a_figure_of_a_township(township: str, item: str) -> None:
    assert told(township)[item] == TOWNSHIP[item](township)


def test_no_figure_is_left_out() -> None:
    assert set(told(SCHOOLS[0])) == set(COUNTY)
    assert set(told(SCHOOLS[0], own=True)) == set(SCHOOL)
    assert set(told(TOWNSHIPS[0])) == set(TOWNSHIP)
