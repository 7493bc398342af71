"""What inspections found and how it is mended; talks in which somebody is called to account; numbers told from elsewhere.

The junior school is inspected, told off for what its ledger shows, and looked at again; the township is inspected in
September, has mended everything, and is inspected again in November, of which only the first findings are told; the
central school is inspected twice and does well. All six inspections are scored.
"""

from __future__ import annotations

import random
from datetime import date
from typing import TYPE_CHECKING, Any

import sample_words as words

from generator.dataset import models as m
from generator.policy.load import load_policy

if TYPE_CHECKING:
    from make_sample import Book, Row, Town

SEED = 20261022
_ON = date(2026, 8, 31)
_PRIMARY, _JUNIOR = range(6, 12), range(12, 15)

JUNIOR: dict[str, Any] = {
    "matter": "控辍保学专项督导", "notice_no": "青督通〔2026〕3号", "notified_on": "2026-10-14",
    "self_check_due": "2026-10-20",
    "verdict": "学校控辍保学责任基本落实，劝返工作扎实，返校学生安置稳妥；考勤核查和档案管理还有薄弱环节",
    "merits": "领导小组分工明确，校长带队劝返；本学期劝返的学生编班、教材和补课都已落实，家长反映较好",
    "feedback_on": "2026-10-23", "defence": "九年级（1）班10月14日的入户已经由校长带队完成，当时没有及时补填记录，请予核实",
    "defended_on": "2026-10-27", "accepted": "经走访监护人，入户情况属实，采纳该项申辩；其余问题维持初步意见",
    "opinion_no": "青督意〔2026〕3号", "opinion_on": "2026-10-30",
    "advice": "把课前清点和缺课核查纳入值周检查，由分管领导每日过问；档案由专人管理，按月核对",
    "mend_no": "青教改〔2026〕1号", "mend_by": "2026-11-29", "reported_on": "2026-11-12",
    "measures": "建立缺课当日核查、分管领导每日过问、每周检查、每月核对档案的制度，列入教师考核",
}  # fmt: skip
JUNIOR_FINDINGS: tuple[dict[str, Any], ...] = (
    {
        "problem": "八年级有学生缺课满三天才发现，课前清点流于形式", "source": "查阅考勤簿、访谈师生",
        "basis": "督导检查标准“考勤与请假”“缺课处置”两项", "items": "考勤与请假、缺课处置", "demand": "每节课前清点人数，未请假缺课的当日查明去向",
        "goal": "缺课学生当日查清，无漏查", "measure": "任课教师填写点名反馈单，班主任当日家访，值周领导每日抽查两个班",
        "leader": "〈deputy〉", "person": "〈dean〉", "due": "2026-11-06",
        "progress": "点名反馈单已启用，抽查还不够经常", "done": "正在整改", "proof": "点名反馈单、值周检查记录",
    },
    {
        "problem": "七年级有学生长期缺课，没有及时指导监护人办理请假、休学手续", "source": "查阅请假手续",
        "basis": "督导检查标准“学籍管理”一项", "items": "学籍管理", "demand": "补齐手续，需要休学的指导监护人申请",
        "goal": "请假、休学手续齐全", "measure": "班主任上门补办手续，教导处逐班核对长期请假学生", "leader": "〈deputy〉",
        "person": "〈teacher〉", "due": "2026-11-13", "progress": "手续已补齐", "done": "已完成",
        "proof": "请假条、核对表", "closed_on": "2026-11-09",
    },
    {
        "problem": "部分家访记录没有监护人签字", "source": "查阅家访记录表", "basis": "督导检查标准“家访制度”一项", "items": "家访制度",
        "demand": "补齐签字，今后当场签字", "goal": "家访记录完整真实", "measure": "教导处逐份检查，下次家访时请监护人补签",
        "leader": "〈deputy〉", "person": "〈dean〉", "due": "2026-11-20", "progress": "应补签十一份，已补签七份",
        "done": "正在整改", "proof": "家访记录表",
    },
    {
        "problem": "辍学学生档案没有按一人一档整理，台账与月报有一处不一致", "source": "查阅档案",
        "basis": "督导检查标准“文书档案”“三本台账”两项", "items": "文书档案、三本台账", "demand": "按人整理档案，核对台账和月报",
        "goal": "一人一档，数字一致", "measure": "学籍管理员整理归档，校长签字确认", "leader": "〈principal〉",
        "person": "〈registrar〉", "due": "2026-11-13", "progress": "已整理完毕", "done": "已完成",
        "proof": "档案目录、更正后的月报", "closed_on": "2026-11-12",
    },
)  # fmt: skip
RECHECK: dict[str, Any] = {
    "no": "青督复2026-01", "held_on": "2026-11-13", "method": "看、查、访", "matter": "控辍保学整改复查",
    "notice_no": "青督通〔2026〕6号", "notified_on": "2026-11-05",
    "verdict": "整改按计划推进，已销号的问题没有反弹", "feedback_on": "2026-11-13", "defence": "无",
}  # fmt: skip
FIRST: dict[str, Any] = {
    "no": "青督巡2026-01", "held_on": "2026-09-24", "method": "看、查、议", "matter": "秋季开学控辍保学督导",
    "notice_no": "青督通〔2026〕1号", "notified_on": "2026-09-15", "self_check_due": "2026-09-22",
    "verdict": "秋季开学工作组织有序，适龄儿童少年底数基本清楚，包村责任有待压实",
    "merits": "入学通知书全部送达，开学清点及时，乡镇与学校信息互通", "feedback_on": "2026-09-24", "defence": "无",
    "opinion_no": "青督意〔2026〕1号", "opinion_on": "2026-09-28",
    "advice": "每月召开一次专题会议，研究未返校学生的劝返办法", "mend_by": "2026-10-28", "reported_on": "2026-10-26",
    "measures": "专题会议每月一次，包村干部每月走访一遍",
}  # fmt: skip
FIRST_FINDINGS: tuple[dict[str, Any], ...] = (
    {
        "problem": "个别村包村干部调整后没有及时明确接任人", "source": "查阅包保责任分工表",
        "basis": "督导检查标准“包保分工”一项", "items": "包保分工", "demand": "明确接任人并办理交接", "goal": "村村有人包、人人知责",
        "measure": "党委会研究确定接任人，交接台账", "leader": "〈town-deputy〉", "person": "〈officer〉",
        "due": "2026-10-15", "progress": "已明确并交接", "done": "已完成", "proof": "分工调整通知",
        "closed_on": "2026-10-12",
    },
    {
        "problem": "外出务工家庭子女去向登记不全", "source": "实地走访", "basis": "督导检查标准“摸底排查”一项", "items": "摸底排查",
        "demand": "逐户核实去向，补齐登记", "goal": "底数清、去向明", "measure": "村干部、学校联系人共同入户核实",
        "leader": "〈town-deputy〉", "person": "〈officer〉", "due": "2026-10-23", "progress": "登记已补齐",
        "done": "已完成", "proof": "摸底登记表", "closed_on": "2026-10-22",
    },
)  # fmt: skip
TOWNSHIP: dict[str, Any] = {
    "matter": "控辍保学专项督导", "notice_no": "青督通〔2026〕5号", "notified_on": "2026-11-03",
    "self_check_due": "2026-11-09",
    "verdict": "控辍保学工作机制健全，包村包校责任落实到人，部门协作还需加强",
    "merits": "专题会议按月召开，返校通知书制发、送达规范，与学校信息互通", "feedback_on": "2026-11-12",
}  # fmt: skip
TOWNSHIP_FINDINGS: tuple[dict[str, Any], ...] = (
    {
        "problem": "去向不明学生的协查没有专人跟进，函件发出后没有催办", "source": "查阅协查函和台账",
        "basis": "督导检查标准“部门协作”一项", "items": "部门协作", "demand": "明确专人每周催办，结果记入台账",
    },
    {"problem": "赶集日宣传次数偏少，部分监护人不了解资助政策", "source": "走访家长", "items": "E6", "basis": None, "demand": None},
    {
        "problem": "与人力资源社会保障、市场监督管理部门的线索移送只有电话，没有书面记录", "source": "座谈、查阅移送材料",
        "basis": "督导检查标准“部门协作”一项", "items": "部门协作", "demand": "补办书面移送手续，建立移送登记",
    },
)  # fmt: skip


CENTRAL: tuple[dict[str, Any], ...] = (
    {
        "no": "青督巡2026-02", "held_on": "2026-09-22", "method": "看、查、议", "matter": "秋季开学控辍保学督导",
        "notice_no": "青督通〔2026〕2号", "notified_on": "2026-09-15", "self_check_due": "2026-09-21",
        "verdict": "开学清点及时，返校学生安置妥当，家校联系较好，重点对象走访记录还不够细",
        "merits": "领导小组分工明确，课前清点坚持较好", "feedback_on": "2026-09-22", "defence": "无",
        "opinion_no": "青督意〔2026〕2号", "opinion_on": "2026-09-28", "advice": "走访记录写清情况和办法",
        "mend_by": "2026-10-28", "reported_on": "2026-10-23", "measures": "每月检查一次走访记录",
    },
    {
        "no": "青督专2026-01", "held_on": "2026-11-05", "method": "看、查、访、议", "matter": "控辍保学专项督导",
        "notice_no": "青督通〔2026〕4号", "notified_on": "2026-10-28", "self_check_due": "2026-11-03",
        "verdict": "控辍保学各项工作落实较好，上一轮发现的问题已经整改", "merits": "走访记录完整，重点对象帮扶责任到人",
        "feedback_on": "2026-11-05", "defence": "无",
    },
)  # fmt: skip
CENTRAL_FINDING: dict[str, Any] = {
    "problem": "部分重点对象走访记录只有日期，没有写明情况和办法", "source": "查阅走访记录",
    "basis": "督导检查标准“重点对象关爱”一项", "items": "重点对象关爱", "demand": "补齐记录，今后当次写清", "goal": "走访记录完整",
    "measure": "班主任补齐记录，教导处逐份检查", "leader": "〈central-deputy〉", "person": "〈central-dean〉",
    "due": "2026-10-23", "progress": "记录已补齐", "done": "已完成", "proof": "走访记录", "closed_on": "2026-10-20",
}  # fmt: skip
Scores = dict[str, tuple[float | None, str]]
SCORES: dict[str, Scores] = {
    # What lost points, by inspection and item, and what was seen; an item without points is not the unit's duty.
    "青督巡2026-01": {
        "A4": (1.5, "一个村的包村干部调整后没有接任人"), "A5": (2, "九月专题会议没有记录议定事项的落实情况"),
        "E2": (2, "外出务工家庭子女去向登记不全"), "E6": (1.5, "赶集日宣传一次"),
    },
    "青督2026-02": {
        "A5": (2.5, "议定事项的落实情况记录不全"), "A6": (1, "协查函没有专人跟进，线索移送没有书面记录"),
        "E6": (1.5, "赶集日宣传次数偏少"),
    },
    "青督2026-01": {
        "B1": (1.5, "八年级课前清点流于形式"), "B2": (2.5, "部分家访记录没有监护人签字"),
        "B6": (2, "七年级有学生长期缺课没有手续"), "B7": (1, "没有按一人一档整理"), "C1": (None, "不属于学校职责"),
        "E1": (2, "台账与月报有一处不一致"), "E3": (1, "缺课满三天才发现"), "E7": (1.5, "九月自查表没有填写整改情况"),
    },
    "青督复2026-01": {
        "B1": (2.5, "抽查两个班，一个班清点表漏填一次"), "B2": (3, "应补签十一份，已补签七份"),
        "C1": (None, "不属于学校职责"), "E3": (2, "值周抽查还不够经常"), "E4": (1.5, "十月月报迟报一天"),
    },
    "青督巡2026-02": {
        "B2": (3.5, "两份家访记录没有写明家长意见"), "C1": (None, "不属于学校职责"), "D6": (1.5, "帮扶记录有两周空缺"),
        "E5": (1.5, "部分走访记录只有日期"),
    },
    "青督专2026-01": {"C1": (None, "不属于学校职责"), "D6": (1.5, "帮扶记录有一周空缺"), "E5": (2.5, "一份走访记录没有写明办法")},
}  # fmt: skip


def write(book: Book, towns: list[Town]) -> None:
    """Write the rows of the sample."""
    rng, town = random.Random(SEED), towns[0]
    _inspect(book, town, rng)
    _call_to_account(book, town, rng)
    _tell_numbers(book)
    county = book.rows[m.County][0]
    county.setdefault("supervision_contact", _adult(town, rng))
    county.setdefault("supervision_phone", book.phone())


def _adult(town: Town, rng: random.Random, given: str = "") -> str:
    """Return an adult's name that nobody else of the township's officials and staff has."""
    while True:
        name = rng.choice(words.SURNAMES) + (given or rng.choice((*words.MEN, *words.WOMEN)))
        if name not in town.adults:
            town.adults.add(name)
            return name


def _post(town: Town, school: str, post: str) -> str:
    return str(next(person["name"] for person in town.staff[school] if person["post"] == post))


def _teacher(town: Town, grade: str, number: int) -> str:
    """Return the class teacher of a class of the junior school."""
    return str(next(row["teacher"] for (_, g, n), row in town.classes.items() if (g, n) == (grade, number)))


def _inspect(book: Book, town: Town, rng: random.Random) -> None:
    rows = book.rows[m.Inspection]
    people = {
        "〈principal〉": _post(town, "junior", "校长"), "〈deputy〉": _post(town, "junior", "副校长"),
        "〈dean〉": _post(town, "junior", "教导主任"), "〈registrar〉": _post(town, "junior", "职员"),
        "〈teacher〉": _teacher(town, "七年级", 2), "〈town-deputy〉": town.row["deputy"], "〈officer〉": town.row["officer"],
        "〈central-deputy〉": _post(town, "central", "副校长"), "〈central-dean〉": _post(town, "central", "教导主任"),
    }  # fmt: skip
    junior = next(row for row in rows if row.get("school") == town.schools["junior"])
    township = next(row for row in rows if row.get("township") == town.name)
    for row, told in ((junior, JUNIOR), (township, TOWNSHIP)):
        row.update(told, lead=row["team"][0])
    teams = [[_adult(town, rng, given), _adult(town, rng), _adult(town, rng)] for given in ("𬭎", "堃玥")]
    recheck = book.add(m.Inspection, school=town.schools["junior"], team=teams[0], lead=teams[0][0], **RECHECK)
    first = book.add(m.Inspection, township=town.name, team=teams[1], lead=teams[1][0], **FIRST)
    opening, autumn = (
        book.add(m.Inspection, school=town.schools["central"], team=teams[1], lead=teams[1][0], **told)
        for told in CENTRAL
    )
    found = (
        (junior, JUNIOR_FINDINGS), (township, TOWNSHIP_FINDINGS), (recheck, ()), (first, FIRST_FINDINGS),
        (opening, (CENTRAL_FINDING,)), (autumn, ()),
    )  # fmt: skip
    for inspection, findings in found:
        for finding in findings:
            named = {key: people.get(value, value) for key, value in finding.items()}
            book.add(m.Finding, inspection=inspection["no"], **named)
    for no, given in SCORES.items():
        _score(book, no, given)


def _score(book: Book, no: str, given: Scores) -> None:
    """Write what an inspection gave for each item: all its points, unless something else is told."""
    for item in load_policy("national").inspections.county_items:
        points, found = given.get(item.id, (item.points, ""))
        book.add(
            m.Score, inspection=no, item=item.id, points=points, skipped=points is None or None, found=found or None
        )


def _call_to_account(book: Book, town: Town, rng: random.Random) -> None:
    school, village = town.schools["junior"], town.schools["village"]
    principal, dean = _post(town, "junior", "校长"), _post(town, "junior", "教导主任")
    bureau = "青禾县教育体育局"
    director, clerk = _adult(town, rng), _adult(town, rng)
    book.add(
        m.Talk, no="云谈2026-01", school=school, kind="诫勉谈话", staff=_teacher(town, "八年级", 2),
        held_on="2026-11-06", time="16:30", place="学校小会议室", by_unit=school, by=principal, recorder=dean,
        cases="云劝2026-08", reason="学生未请假缺课满三天才发现，没有当日核查、家访",
        facts="10月30日起一名学生未到校，误以为请了事假，11月3日核对考勤时才发现没有假条",
        content="指出课前清点和缺课核查的要求，分析漏查的原因，提醒劝返最有效的是头三天",
        answer="开学以来事务较多，凭印象以为请了假，没有核对假条，愿意改正",
        demands="每天第一节课前核对出勤和假条，缺课的当日家访；继续做好该生的劝返", due="2026-11-20",
        attitude="接受批评，按要求改正",
    )  # fmt: skip
    book.add(
        m.Talk, no="青约2026-01", school=village, kind="约谈", staff=_post(town, "village", "校长"),
        held_on="2026-10-30", time="10:00", place="县教育体育局二楼会议室", by_unit=bureau, by=director, recorder=clerk,
        cases="云劝2026-11", reason="在家学习期间送作业没有记录",
        facts="一名等待评估安置的学生，教师每周送作业，九月、十月各有一周没有记录",
        demands="补齐记录，评估结论作出前每周上门一次并当场记录", due="2026-11-13", attitude="按要求补齐，今后由本人每周检查",
    )  # fmt: skip
    book.add(
        m.Talk, no="青约2026-02", township=town.name, kind="约谈", person=town.row["deputy"],
        post=f"青禾县{town.name}人民政府副镇长", held_on="2026-11-13", time="15:00", place="县教育体育局二楼会议室",
        by_unit=bureau, by=director, recorder=clerk, reason="去向不明学生协查跟进不力",
        facts="协查函发出后没有催办，线索移送没有书面记录（11月11日督导发现）",
        demands="明确专人每周催办，补办书面移送手续", due="2026-11-30",
    )  # fmt: skip
    book.add(
        m.Talk, no="云责2026-01", school=school, kind="责任追究", staff=_teacher(town, "七年级", 2),
        held_on="2026-10-26", cases="云劝2026-07", reason="未按规定核查学生去向，报告迟延",
        facts="9月10日起一名学生未到校，没有办理请假手续，9月15日核对考勤时才发现，9月16日才联系监护人",
        inquiry="10月22日督导发现后，学校调阅考勤簿，询问班主任、任课教师和监护人，监护人证实缺课前几天没有接到电话",
        basis="学校控辍保学目标责任书和考核办法", liability="直接责任", answer="承认核查不及时，没有隐瞒不报的故意",
        opinion="建议批评教育，当期考核不评为优秀", decider=school, decided_on="2026-10-30",
        demands="当日核查缺课学生去向，缺课核查情况每周报教导处",
    )  # fmt: skip
    book.add(
        m.Talk, no="云责2026-02", township=town.name, kind="责任追究", person=_adult(town, rng, "喆堃玥"),
        post=f"{town.villages[2]}包村干部", held_on="2026-11-12", cases="云劝2026-05",
        reason="没有按分工跟进去向不明学生的协查", facts="协查函发出后一个多月没有催办，也没有入户了解新的线索",
    )  # fmt: skip


def _tell_numbers(book: Book) -> None:
    """Write what each township counted of children of school age, where nobody else has; of the small ones too."""
    schools = book.rows[m.School]
    leaving = 0
    for township in book.rows[m.Township]:
        own = {row["name"] for row in schools if row["township"] == township["name"]}
        pupils = [row for row in book.rows[m.Student] if row["school"] in own and row.get("status") != "转出"]
        _count_ages(township, pupils)
        for item in ("随迁适龄人数", "随迁入学人数"):
            told = {"township": township["name"], "reporter": f"{township['name']}公共服务办公室"}
            book.add(m.Total, paper="ST-02", item=item, value=len(pupils) // 40, as_of="2026-11-10", **told)
        for school in (row for row in schools if row["name"] in own):
            last = [row for row in pupils if row["school"] == school["name"] and row["class_"].startswith(m.GRADES[-1])]
            leaving += len(last)
            if last and not school.get("entrants_junior"):
                school["entrants_junior"] = len(last) + 1
    of_age = sum(row[f"school_age_{stage}"] for row in book.rows[m.Township] for stage in ("primary", "junior"))
    told = {"county": "青禾县", "reporter": "青禾县民族宗教事务局"}
    book.add(m.Total, paper="DR-18", item="适龄少儿总数", value=of_age, as_of="2026-11-10", **told)
    if not book.rows[m.County][0].get("entrants_nine"):
        book.rows[m.County][0]["entrants_nine"] = leaving + 3


def _count_ages(township: Row, pupils: list[Row]) -> None:
    ages = [(_age(row["birth_date"]), row) for row in pupils if row.get("birth_date")]
    known = {
        "primary": sum(age in _PRIMARY for age, _ in ages),
        "junior": sum(age in _JUNIOR for age, _ in ages),
        "disabled": sum(row.get("disability") not in (None, "无") for age, row in ages if age in (*_PRIMARY, *_JUNIOR)),
    }
    for kind, number in known.items():
        elsewhere = number * 3 // 100 + (kind == "disabled")
        if township.get(f"school_age_{kind}") is None:
            township[f"school_age_{kind}"], township[f"elsewhere_{kind}"] = number + elsewhere, elsewhere


def _age(born: date) -> int:
    """Return how old a child is on the day by which school age is counted."""
    return _ON.year - born.year - ((born.month, born.day) > (_ON.month, _ON.day))
