"""Meetings, campaigns, the diary of the work, the archive; how returned children fare."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any

from generator.dataset import models as m

if TYPE_CHECKING:
    from make_sample import Book, Town

Row = dict[str, Any]

LAW = "学习义务教育法关于入学、监护人责任和学校不得开除学生的规定，学习未成年人保护法关于监护人不得放任失学的规定"


def write(book: Book, towns: list[Town]) -> None:
    """Write the rows of the sample: the central school keeps them all, the others a few."""
    town = towns[0]
    _write_meetings(book, town)
    _write_campaigns(book, town)
    _write_works(book, town)
    _write_returns(town)
    _write_volumes(book, town)


def _named(town: Town, key: str) -> dict[str, str]:
    """Return the people of a school by what they are there."""
    return {person["post"]: person["name"] for person in reversed(town.staff[key])}


def _write_meetings(book: Book, town: Town) -> None:
    school, posts = town.schools["central"], _named(town, "central")
    head, office = posts["校长"], posts["教导主任"]
    book.add(
        m.Meeting, no="中会2026-01", school=school, kind="教职工大会", name="新学期控辍保学教职工大会", held_on="2026-09-01",
        time="14:30", place="学校会议室", chair=head, recorder=office, present="全体教职工", absent="1人外出培训，会后传达",
        expected=29, came=28, agenda="一、传达县、镇控辍保学文件；二、通报上学期情况；三、布置本学期任务；四、签订责任书",
        speech="传达县级实施方案和镇工作方案的目标、时限和分工；说明学籍、考勤、家访和报告的要求没有变，变的是缺课当日要有记录。",
        decisions="一、校长包全校，副校长、教导主任包年级，班主任包班，任课教师包学生；二、开学十日内清点未到校学生并逐一查明去向；"
        "三、家访次数按岗位定额，缺课的当日家访。",
        signed="班主任和任课教师当场签订，1人会后补签", demands="不拒收、不劝退，不拿成绩排座位；上报的数字和班上点名的数字要一致。",
    )  # fmt: skip
    book.add(
        m.Meeting, no="中会2026-02", school=school, kind="动员大会", name="“一个都不能少”开学动员大会", held_on="2026-09-04",
        time="08:20", place="学校操场", chair=posts["副校长"], recorder=office, present="全体师生", absent="无", expected=301, came=301,
        agenda="一、升国旗；二、校长讲话；三、教师代表表态；四、学生代表发言", photo="动员-001至003",
        speech="讲为什么要读完九年书、谁有责任送孩子上学、遇到困难找谁。", decisions="各班用一节班会课学习请假规定；每名学生认领一名同桌互相提醒。",
        talks="两名班主任代表表态：当天的缺课当天弄清，不让一名学生悄悄离开。", opinions="六年级一名学生代表倡议同学之间互相等一等、帮一帮。",
        demands="班主任两周内走访重点学生家庭；任课教师每节课前清点人数。",
    )  # fmt: skip
    book.add(
        m.Meeting, no="中会2026-03", school=school, kind="经验交流会", name="家访和学业帮扶经验交流会", held_on="2026-10-23",
        time="15:40", place="学校会议室", chair=office, recorder=posts["班主任"], present="领导小组成员、各班班主任", absent="无",
        expected=17, came=17, agenda="一、三位班主任交流；二、讨论；三、议定改进措施",
        talks="一是家访前先想好要说的三句话，先讲孩子的长处；二是把学困生的目标拆小，一周只补一处；三是父母外出的，每周固定时间视频。",
        summary="早发现靠点名，劝得回靠帮得上；有人帮做题的孩子，缺课明显少了。", gaps="个别班家访记录写得简单，看不出谈了什么；留守学生的联系频次没有记全。",
        decisions="十一月起家访记录由年级组互看一次；教导处印发联系卡，月底收齐。", praise="表扬四年级、六年级两个班考勤登记及时完整",
    )  # fmt: skip
    book.add(
        m.Meeting, no="中会2026-04", school=school, kind="家长座谈会", name="外出务工家庭家长座谈会", held_on="2026-10-10",
        time="15:00", place="四年级教室", chair=head, recorder=office, present="四至六年级班主任", expected=32, came=29,
        agenda="一、讲法律和资助政策；二、介绍学校作息和请假手续；三、听取意见", law=LAW,
        talks="几位家长说外出后老人管不住手机；有家长问生病请假能不能电话说。", opinions="希望周末开放阅览室；希望老师晚上能接视频。",
        decisions="周六上午开放阅览室；请假先电话、返校补条；每班公布班主任固定联系时间。",
    )  # fmt: skip
    class_ = next(row for place, row in town.classes.items() if place[0] == "central" and place[1] == "六年级")
    book.add(
        m.Meeting, no="中会2026-05", school=school, class_=f"{class_['grade']}（{class_['number']}）班", kind="主题班会",
        name="读完九年书，我能行", held_on="2026-09-18", time="16:00", place="本班教室", chair=class_["teacher"], recorder="班长",
        expected=20, came=20, goal="知道义务教育是权利也是义务，学会请假和求助",
        agenda="一、看短片；二、分组说说“不想上学的时候怎么办”；三、学习请假手续；四、写一句话给毕业时的自己", law=LAW,
        talks="有人说听不懂的时候最不想来，可以找同桌；有人说想妈妈的时候就给她打电话。", summary="不想来的时候先说出来，老师和同学都会想办法。",
        decisions="全班认领学习小组，当周没有迟到", photo="班会-012",
    )  # fmt: skip


WORKS = (
    ("2026-08-28", "逐村核对新生名单", "摸底", "教导处、包片教师", "各村（居）", "对照招生名单和户籍名单，逐户核对应入学儿童", 42, "全部核实，2人随父母在外地就读", "索要就读证明"),
    ("2026-09-02", "开学到校清点", "考勤", "全体班主任", "本校", "清点报到人数，未到的当日电话联系", 272, "未报到1人，当日查明去向", "安排家访"),
    ("2026-09-11", "开学变动清查", "报表", "教导处", "本校", "核对学籍与在校学生，填写变动清查报告", 272, "人籍一致", "九月十五日前报送"),
    ("2026-09-25", "控辍保学宣传", "宣传", "政教处、村干部", "集市", "发放宣传单，解答资助政策", 120, "发放宣传单一百二十份", "十月补发山上三个组"),
    ("2026-10-12", "陪同镇里入户劝返", "劝返", "镇干部、校长、班主任", "学生家中", "讲法律，了解困难，商定返校时间", 1, "答应返校", "返校后安排学习小组"),
    ("2026-11-06", "学困生帮扶检查", "检查", "教导主任、年级组长", "本校", "查看帮扶记录和作业", 18, "两份记录不全，已补", "每月检查一次"),
)  # fmt: skip


def _write_works(book: Book, town: Town) -> None:
    office = _named(town, "central")["教导主任"]
    for number, (day, matter, kind, people, place, content, count, result, later) in enumerate(WORKS, 1):
        book.add(
            m.Work, school=town.schools["central"], on=day, matter=matter, kind=kind, people=people, place=place, content=content,
            count=count, result=result, next=later, recorder=office, volume=f"中档2026-{(5, 6, 13, 4, 8, 11)[number - 1]:02d}",
        )  # fmt: skip


def _write_returns(town: Town) -> None:
    """Write how the children fare who are back: books, board, and whether they stay."""
    for case, pupil in town.cases:
        if case["returned_on"]:
            boards = pupil.row["boarding"] == "住校"
            case |= {
                "wish": "回原班就读" if case["placement"] == "原班就读" else "按学校安排的年级就读",
                "textbooks": "已领齐",
                "lodging": "住校，在校就餐" if boards else "走读，中午在校就餐",
                "stability": "稳定就读" if case["returned_on"] < "2026-11-01" else "返校不满一个月，每周回访",
            }
    found = next(case for case, _ in town.cases if case["reason"] == "外出务工")
    found |= {
        "employer": "外省某市某家具厂",
        "employed_at": "外省某市某工业园",
        "clue": "9月2日与孩子视频时看到他在车间，祖母说由同乡介绍",
    }


def _write_volumes(book: Book, town: Town) -> None:
    school, office = town.schools["central"], _named(town, "central")["教导主任"]
    for box, title, pieces in (
        (1, "领导小组和包保分工", 3), (2, "工作方案和制度", 4), (3, "教师责任书", 26), (4, "宣传材料", 9), (5, "摸底和花名册", 6),
        (6, "考勤和请假", 18), (7, "学籍变动", 5), (8, "辍学和劝返", 12), (11, "特殊群体", 14), (13, "统计报表", 7),
    ):  # fmt: skip
        book.add(
            m.Volume, no=f"中档2026-{box:02d}", school=school, box=box, title=f"2026年秋季学期{title}", start="2026-09-01",
            end="2026-11-13", pieces=pieces, pages={2: 23}.get(box, pieces * 3 + 1), retention="30年" if box == 8 else None, filer=office,
            filed_on="2026-11-13", shelf=f"档案室1柜{(box + 1) // 2}层", path=f"档案/2026秋/{box:02d}",
            statement="本卷文件齐全，按形成时间先后排列，签字盖章的为原件。",
        )  # fmt: skip
    for volume, items in ITEMS.items():
        for number, author, title, day, page in items:
            book.add(m.Item, volume=volume, number=number, author=author, title=title, on=day, page=page)
    case, pupil = next((case, pupil) for case, pupil in town.cases if case["returned_on"])
    keeper = town.schools[pupil.place[0]]
    file = book.add(
        m.Volume, no=f"辍档2026-{case['no'][-2:]}", school=keeper, case=case["no"], box=8, title=f"个案{case['no']}",
        start=case["dropped_on"], end=case["closed_on"], filed_on=case["dropped_on"],
        filer=_named(town, pupil.place[0])["教导主任"],
    )  # fmt: skip
    for number, title in enumerate(("辍学报告单", "家访记录三份", "劝返计划", "复学报告书"), 1):
        day = date.fromisoformat(case["closed_on"] if title == "复学报告书" else case["dropped_on"])
        book.add(m.Item, volume=file["no"], author=keeper, title=title, on=day, page=f"{number}")


ITEMS = {
    "中档2026-02": (
        ("云政发〔2026〕21号", "云溪镇人民政府", "控辍保学工作方案", date(2026, 9, 2), "1—9"),
        (None, "云溪镇中心小学", "2026年秋季学期学校控辍保学工作方案", date(2026, 9, 3), "10—18"),
        (None, "云溪镇中心小学", "学生请假制度", date(2026, 9, 3), "19—20"),
        (None, "云溪镇中心小学教导处", "家访制度和家访定额", date(2026, 9, 3), "21—23"),
    ),
    "中档2026-04": (
        (None, "云溪镇中心小学政教处", "宣传月活动方案", date(2026, 9, 4), "1—4"),
        (None, "云溪镇中心小学政教处", "致学生家长的一封信", date(2026, 9, 7), "5—6"),
    ),
}  # fmt: skip


SLOGANS = (
    ("依法送子女入学是监护人的义务", "横幅", "6米×0.7米", 2, "校门口、村委会", "2026-09-07"),
    ("适龄儿童少年一个都不能少", "墙体标语", "8米×1米", 1, "河街路口", "2026-09-07"),
    ("任何单位不得招用童工", "电子屏", "滚动播放", 1, "学校电子屏", "2026-09-08"),
)  # fmt: skip


def _write_campaigns(book: Book, town: Town) -> None:
    school, posts = town.schools["central"], _named(town, "central")
    campaign = book.add(
        m.Campaign, no="中宣2026-09", school=school, kind="宣传月", name="九月控辍保学宣传月", theme="读完九年书，一个都不能少",
        start="2026-09-07", end="2026-09-30", place="学校和学区各村（居）", organizer="教导处", speaker=posts["副校长"], students=272,
        teachers="全体教师", audience="全体师生、家长和学区村（居）民", purpose="让每一户都知道送孩子上学的责任和资助政策，知道有困难找谁。",
        content="升旗仪式讲话、主题班会、家长座谈会、入户宣讲", effect="公开信回执收回二百六十八份，其余逐户补访", photo="宣传-001至020",
    )  # fmt: skip
    for text, form, size, count, place, day in SLOGANS:
        book.add(
            m.Banner, campaign=campaign["no"], text=text, form=form, size=size, count=count, place=place, hung_on=day,
            taken_on="2026-10-30" if form != "墙体标语" else None, handler=posts["职员"], photo=None,
        )  # fmt: skip
