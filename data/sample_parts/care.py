"""Children left behind and children with disabilities, and what is done for them."""

from __future__ import annotations

import random
from collections.abc import Iterator
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any, NamedTuple

from generator.dataset import models as m

if TYPE_CHECKING:
    from make_sample import Book, Pupil, Town

SEED = 20261116
LEFT_BEHIND = 12  # of whose carers and parents' calls something is told
RARE = "𬭎堃玥喆"
ELDERS = ("祖父", "祖母", "外祖父", "外祖母")
IN_TOUCH = ("每周视频两次", "每周通话一次", "每天晚上通话", "每周日晚上视频", "每周至少视频一次", None)
AWAY_SINCE = (date(2026, 2, 26), date(2026, 3, 2), date(2025, 2, 18), date(2026, 7, 6), date(2024, 3, 4))
VOLUNTEERS = (("欧阳雪梅", "镇妇联志愿者"), ("邱子墨", "返乡大学生志愿者"))


def write(book: Book, towns: list[Town]) -> None:
    """Write the rows of the sample."""
    rng, town = random.Random(SEED), towns[0]
    away = _left_behind(town)
    _write_carers(book, away)
    _write_pairings(book, town, away)
    _write_club(book, town)
    for township in book.rows[m.Township]:
        book.add(
            m.Total, paper="SG-03", item="无人照护人数", value=0, as_of=date(2026, 10, 31), township=township["name"],
            reporter="青禾县妇女联合会",
        )  # fmt: skip
    taught = _taught_at_home(book, town)
    _write_disabilities(book, town, taught)
    for pupil, lessons in zip(taught, LESSONS, strict=False):
        _write_lessons(book, town, pupil, lessons)
    _write_talks(book, town)
    _write_care(book, town, rng)


# Children left behind


def _left_behind(town: Town) -> list[Pupil]:
    """Return the children of whom something is told: those with rare names first, the others from all classes."""
    every = [pupil for pupil in town.pupils if pupil.present and pupil.row["left_behind"] != "非留守儿童"]
    rare = [pupil for pupil in every if set(pupil.row["name"]) & set(RARE)][:4]
    others = [pupil for pupil in every if pupil not in rare]
    step = max(1, len(others) // (LEFT_BEHIND - len(rare)))
    return (rare + others[::step])[:LEFT_BEHIND]


def _write_carers(book: Book, away: list[Pupil]) -> None:
    """Write who looks after a child both of whose parents work away; for one it is an aunt in another household."""
    aunt = True
    for number, pupil in enumerate(away):
        pupil.row["away_since"] = AWAY_SINCE[number % len(AWAY_SINCE)]
        pupil.row["in_touch"] = IN_TOUCH[number % len(IN_TOUCH)]
        if pupil.row["left_behind"] != "双亲留守儿童":
            continue  # the other parent looks after the child
        elder = next(member for member in pupil.members if member["relation"] in ELDERS)
        pupil.row["carer"] = {name: elder[name] for name in ("name", "relation", "is_guardian", "phone", "address")}
        if aunt:
            pupil.row["carer"] = {
                "name": "古丽夏提·买买提吐尔逊", "relation": "姑母", "is_guardian": False, "phone": book.phone(),
                "address": f"{pupil.row['address']}隔壁，门前有井的一家",
            }  # fmt: skip
            aunt = False


def _write_pairings(book: Book, town: Town, away: list[Pupil]) -> None:
    staff = [person for person in town.staff["central"] if person["post"] == "任课教师"]
    for number, pupil in enumerate(away[:6]):
        teacher = (town.staff[pupil.place[0]] if pupil.place[0] != "central" else staff)[-1 - number]
        helpers = [(teacher["name"], "任课教师", teacher["phone"])]
        if number < len(VOLUNTEERS):
            helpers.append((*VOLUNTEERS[number], book.phone()))
        for name, identity, phone in helpers:
            book.add(
                m.Pairing, **town._named(pupil), helper=name, identity=identity, phone=phone, kind="留守", mode="一对一",
                goal="生活有人问、学习有人帮、心里话有人听", content=PAIRED[number % len(PAIRED)],
                frequency="每周1次", paired_on=date(2026, 9, 11),
            )  # fmt: skip
        if number < 2:
            for day, (content, performance, next_step) in zip(PAIRED_DAYS, HELPED, strict=True):
                book.add(
                    m.Session, **town._named(pupil), kind="结对帮扶", on=day, time="12:40—13:10", place="留守儿童之家",
                    people=teacher["name"], mode="谈心、辅导作业", content=content, performance=performance,
                    effect="情绪平稳，作业按时完成", contact="晚上给外出的家长发了信息，家长回复知道了", next=next_step,
                )  # fmt: skip


PAIRED = ("每周谈心、查看作业，帮助与外出的父母视频", "检查个人卫生和三餐，辅导语文、数学，周末电话问安全")
PAIRED_DAYS = (date(2026, 9, 24), date(2026, 10, 15), date(2026, 11, 5))
HELPED = (
    ("问了暑假里怎样过，一起订了每周的作业时间", "起初不说话，后来讲起家里的小猫", "下周帮着同父母视频"),
    ("在留守儿童之家同外出的家长视频十分钟，说了期中前的打算", "视频以后很高兴，主动擦了黑板", "辅导应用题"),
    ("讲评期中试卷，一题一题订正", "愿意当小组长", "继续每周谈一次，告诉照看的老人不要代做作业"),
)

CLUB = (  # who, day, the number of children, and what is told of it
    ("central", date(2026, 9, 22), 38, "月圆话团圆", "亲情视频和手工月饼盒", "16:10—17:20",
     "让父母在外的孩子在中秋前同家人说上话，学会表达想念",
     "分两组进行：一组在老师帮助下同父母视频，每人八分钟；另一组用旧纸盒做月饼盒，写一句话放在里面，由学校统一寄给父母。",
     "孩子们都想多说几分钟，一年级两名学生哭了一会儿，说完又笑了", "三十六名学生与父母通了话，两名没有联系上的由班主任晚上补打",
     "视频改为每周五下午开放一小时，由值班教师登记"),
    ("central", date(2026, 10, 16), 41, "我会照顾自己", "居家安全小课堂", "16:10—17:20",
     "教会孩子放学后独自在家时用电、用火、防溺水、防陌生人的办法",
     "镇卫生院护士和派出所民警讲了三个小故事，学生分组演“有人敲门怎么办”“弟弟烫伤了怎么办”，再背熟父母、照护人、班主任的电话。",
     "演得很投入，六年级学生主动带低年级学生", "能背出三个电话的从十九人增加到四十一人",
     "把安全提示印成卡片，下次家访带给照护人"),
    ("central", date(2026, 11, 13), 35, "给远方的一封信", "读书和写信", "16:10—17:20",
     "养成读书习惯，把学校里的事告诉父母", "共读一本绘本，写信或者画画，志愿者帮助一、二年级学生写信封。",
     "有学生写了满满两页，也有学生只画了一张全家福", "寄出三十五封，照片存档", None),
    ("junior", date(2026, 10, 30), 29, "成长路上不孤单", "青春期和情绪小组", "16:20—17:30",
     "帮助住校的学生认识自己的情绪，知道可以向谁求助",
     "心理教师带领做“情绪温度计”和“我的支持圈”两个活动，女生、男生分开提问，问题写在纸条上，不记名。",
     "开始时拘谨，交上来的纸条有四十多张", "两名学生会后留下来单独谈，已由心理教师继续跟进",
     "每月一次，请外出的父母写一段话在下次活动时读"),
)  # fmt: skip


def _write_club(book: Book, town: Town) -> None:
    for number, (key, day, children, theme, name, time, purpose, content, response, effect, after) in enumerate(
        CLUB, 1
    ):
        people = [person["name"] for person in town.staff[key]]
        book.add(
            m.Campaign, no=f"留守2026-{number:02d}", school=town.schools[key], kind="留守儿童之家活动", name=name,
            theme=theme, start=day, end=day, time=time, place="留守儿童之家", organizer=people[1],
            teachers=people[-4:-1], volunteers=[name for name, _ in VOLUNTEERS] if key == "central" else None,
            students=children, audience="留守儿童", purpose=purpose, content=content, response=response,
            effect=effect, next=after, photo=f"留守之家-{number:03d}",
        )  # fmt: skip


# Children with disabilities


class Register(NamedTuple):
    """What is registered of a child with a disability."""

    level: str
    digit: int  # of the kind, in the number of the certificate
    body: str
    learning: str
    adapting: str
    self_care: str
    speech: str
    study: str
    support: str
    goals: str
    plan: str


INCLUDED = {  # children who learn in a class with others, by disability
    "肢体残疾": Register(
        "三级", 4, "右下肢行走不便，能独立行走，不能久站", "能够接受普通教育，学习与同班学生相当", "能适应，上下楼需要扶栏",
        "生活自理", "表达清楚", "与同班学生相当", "教室安排在一楼，体育课调整项目，座位靠近门口",
        "完成本年级课程，坚持每天康复训练", "课程与全班相同；体育课做上肢和平衡训练；每月与家长核对一次康复情况",
    ),
    "视力残疾": Register(
        "四级", 1, "双眼低视力，矫正后仍看不清黑板小字", "能够接受普通教育，阅读速度较慢", "能适应，住校生活可以自理",
        "生活自理", "表达清楚", "语文、英语中等，数学图形题有困难", "座位在第一排，试卷和讲义放大，配助视器",
        "完成本年级课程，会使用助视器阅读", "讲义放大一号；图形题由资源教师每周单独讲一次；每学期复查一次视力",
    ),
    "听力残疾": Register(
        "四级", 2, "双耳听力下降，佩戴助听器", "能够接受普通教育", "能适应，嘈杂环境听不清", "生活自理",
        "能够对话，部分字音不清", "笔试与同班学生相当，听力题有困难", "座位靠前，教师面向学生讲话，听力考试按规定申请免考",
        "完成本年级课程，改善发音", "每周两次发音训练；英语听力改为看稿；提醒按时检查助听器",
    ),
    "智力残疾": Register(
        "三级", 5, "身体健康", "能够接受经过调整的普通教育", "能适应，需要同伴提醒", "生活基本自理", "能说短句",
        "识字和二十以内计算", "作业分层，同桌互助，资源教室每周辅导三次", "认识常用字，会两位数加减，会独自购物",
        "语文、数学降低要求，音乐、体育、劳动与全班相同；资源教室进行生活数学训练",
    ),
}  # fmt: skip
AT_HOME = (  # children who cannot come to school
    Register(
        "一级", 4, "脑性瘫痪，不能独坐和行走，长期卧床，吞咽慢", "能够接受经过调整的教育，注意力可以保持十分钟左右", "不能到校，需要专人照料",
        "吃饭、穿衣、如厕都需要帮助", "能用单字和手势表示要不要", "认识家人和颜色，会数到五", "送教上门，教具由学校配备",
        "会用图卡表达需要，会数到十，左手能握勺", "语言、数学、精细动作各占三分之一；训练写成卡片，交给母亲每天做两次，每次十五分钟",
    ),
    Register(
        "一级", 5, "癫痫史，按时服药，两年没有发作，走路不稳", "能够接受经过调整的教育，需要反复示范", "人多时害怕、哭闹，暂不宜到校",
        "会自己吃饭、穿衣，不会系扣子", "能说简单的短句", "认识三十多个字，会十以内加法", "送教上门，每月试着到校参加一次活动",
        "认识常用字一百个，会认人民币，能在人前说一句完整的话", "生活语文和生活数学为主，每次安排一个社会适应小任务；条件成熟时转为随班就读",
    ),
)  # fmt: skip
EXPERTS = "申屠慧（特殊教育）、卫国强（康复医学）、何静姝（儿童心理）、令狐敏（残联）"
WITHOUT_A_SCHOOL_HERE: tuple[dict[str, Any], ...] = (
    {"name": "阿卜杜热西提·图尔荪尼亚孜", "sex": "男", "birth": date(2016, 5, 19), "kind": "听力残疾", "level": "一级", "digit": 2,
     "placement": "特教学校就读", "advised_school": "市特殊教育学校", "since": date(2023, 9, 1)},
    {"name": "覃玥𬭎", "sex": "女", "birth": date(2020, 3, 8), "kind": "精神残疾", "level": "二级", "digit": 6, "placement": "延缓入学",
     "why_not": "监护人申请延缓入学，青禾县教育体育局批准到2027年8月31日，其间在县康复机构训练"},
    {"name": "易堃", "sex": "男", "birth": date(2018, 11, 30), "kind": "多重残疾", "level": None, "digit": 7, "placement": "未安置",
     "why_not": "八月从外县迁回，尚未评估"},
)  # fmt: skip


def _taught_at_home(book: Book, town: Town) -> list[Pupil]:
    """Return the children who are taught at home: of quiet families in which somebody can look after them."""
    told = {row[key] for model in (m.Visit, m.Absence) for row in book.rows[model] for key in ("student",)}
    quiet = [
        pupil
        for pupil in town.pupils
        if pupil.present and pupil.reachable and pupil.row["name"] not in told and len(pupil.members) == 2
        and not pupil.row["watched"] and not pupil.row["disability"] and pupil.row["left_behind"] == "非留守儿童"
    ]  # fmt: skip
    small = [one for one in quiet if one.place[:2] == ("central", "四年级") and "在家务农" in _works(one)]
    big = [one for one in quiet if one.place[:2] == ("junior", "七年级") and one.row["hardship"] == "支出型困难"]
    chosen = [*small[:1], *big[:1]]
    for pupil, kind in zip(chosen, ("肢体残疾", "智力残疾"), strict=False):
        pupil.row |= {"disability": kind, "inclusion": None}
    return chosen


def _works(pupil: Pupil) -> list[str]:
    return [member["workplace"] for member in pupil.members]


def _write_disabilities(book: Book, town: Town, taught: list[Pupil]) -> None:
    included = [pupil for pupil in town.pupils if pupil.row["disability"] and pupil.row["inclusion"]]
    waiting = [pupil for case, pupil in town.cases if case["reason"] == "因残"]
    numbers = (f"青残2026-{number:03d}" for number in range(1, 99))
    for pupil in included:
        told, teacher = INCLUDED[pupil.row["disability"]], town.classes[pupil.place]["teacher"]
        _write_pupil(book, town, pupil, next(numbers), told, "随班就读", date(2026, 9, 1), [teacher])
    for pupil, told in zip(taught, AT_HOME, strict=False):
        _write_pupil(book, town, pupil, next(numbers), told, "送教上门", date(2026, 9, 9), _senders(town, pupil))
    for pupil in waiting:  # the experts have not met yet
        book.add(
            m.Disability, no=next(numbers), **town._named(pupil), village=pupil.row["village"], kind="肢体残疾",
            level="二级", cert_no=f"{pupil.row['id_no']}42", cert_kind="残疾人证", cert_by="青禾县残疾人联合会",
            cert_on=date(2022, 6, 14), cert_until=date(2032, 6, 13), self_care="吃饭、写字自理，行走需要搀扶",
            speech="表达清楚", needs="评估期间由教师每周送作业",
        )  # fmt: skip
    for number, child in enumerate(WITHOUT_A_SCHOOL_HERE):
        _write_child(book, town, next(numbers), child, town.villages[3 + number])


def _write_pupil(
    book: Book, town: Town, pupil: Pupil, no: str, told: Register, placement: str, since: date, teachers: list[str]
) -> None:
    home = placement == "送教上门"
    book.add(
        m.Disability, no=no, **town._named(pupil), village=pupil.row["village"], kind=pupil.row["disability"],
        level=told.level, cert_no=f"{pupil.row['id_no']}{told.digit}{'一二三四'.index(told.level[0]) + 1}",
        cert_kind="残疾人证", diagnosis="县人民医院康复医学科诊断证明" if home else None, cert_by="青禾县残疾人联合会",
        cert_on=date(2023, 4, 18), cert_until=date(2033, 4, 17), placement=placement, since=since,
        assessed_on=date(2026, 8, 20), assessed_at="县特殊教育资源中心", experts=EXPERTS, body=told.body,
        learning=told.learning, adapting=told.adapting,
        verdict="不能到校接受教育，宜送教上门" if home else "能够适应普通学校学习生活，宜随班就读",
        advice=placement, advised_school=f"{pupil.row['school']}（现就读）", opinion="同意", self_care=told.self_care,
        speech=told.speech, study=told.study, rehabilitation="在家由母亲做康复训练，每季度到县康复机构一次" if home else None,
        needs="每周上门授课，指导家里的训练" if home else None, teachers=teachers,
        frequency="每周1次，每次2课时" if home else None, support=told.support, goals=told.goals, plan=told.plan,
        volume=f"11-2026-{no[-2:]}" if home else None,
    )  # fmt: skip


def _write_child(book: Book, town: Town, no: str, child: dict[str, Any], village: str) -> None:
    told = {name: child.get(name) for name in ("name", "sex", "kind", "level", "placement", "why_not", "since")}
    number = book.identity(child["birth"], child["sex"])
    level = child["level"]
    book.add(
        m.Disability, no=no, village=village, **told, birth_date=child["birth"], id_no=number,
        guardian=f"{child['name'][0]}永福" if "·" not in child["name"] else "图尔荪尼亚孜·买买提", guardian_phone=book.phone(),
        address=f"青禾县{town.name}{village}{'一二三'[child['digit'] % 3]}组{child['digit'] * 7}号",
        cert_no=f"{number}{child['digit']}{'一二三四'.index(level[0]) + 1}" if level else None,
        cert_kind="残疾人证" if level else "诊断证明", cert_by="青禾县残疾人联合会" if level else "县人民医院",
        cert_on=date(2024, 5, 20), advised_school=child.get("advised_school"),
    )  # fmt: skip


def _senders(town: Town, pupil: Pupil) -> list[str]:
    """Return who teaches a child at home: its class teacher and another one."""
    teacher = town.classes[pupil.place]["teacher"]
    others = [person["name"] for person in town.staff[pupil.place[0]] if person["post"] == "任课教师"]
    return [teacher, others[3]]


class Lesson(NamedTuple):
    """A lesson at home, as it was planned and as it went."""

    topic: str
    goals: str
    focus: str
    preparation: str
    process: str
    training: str
    homework: str
    content: str = ""
    performance: str = ""
    effect: str = ""
    opinion: str = ""
    reflection: str = ""
    next: str = ""
    photo: str = ""
    caption: str = ""
    consent: str = ""


AGREED = "监护人书面同意拍摄，只存个案档案"
LESSONS = (
    (
        Lesson(
            "认识五官", "能指认眼睛、鼻子、嘴巴、耳朵，跟读一个字", "重点：听指令指认。难点：左手抬到面部", "五官图卡、镜子、软垫",
            "1. 问好歌，活动手指五分钟。\n2. 照镜子，教师说一处，帮助学生指一处。\n3. 图卡配对，每次两张。\n4. 跟读“口”。\n5. 休息十分钟，再练一遍。",
            "每天照镜子指认两次，每次五分钟；左手托举十下，累了就停", "图卡四张留在家里，睡前玩一次",
            "教认眼、鼻、口、耳，练习左手上举", "会指鼻子和嘴巴，听到“眼睛”会眨眼；后半节有些累", "四处认对三处",
            "母亲说孩子盼着老师来，希望多教怎样喂饭", "一次教四处偏多，下次先教两处，多用实物", "下周三复习五官，学用勺子",
            "送教-001", "学生照着镜子指鼻子", AGREED,
        ),
        Lesson(
            "我会用勺", "左手握勺舀起软食，送到嘴边", "重点：握勺。难点：手腕转动", "粗柄勺、软粥、围兜",
            "1. 复习五官。\n2. 示范握勺，手把手舀空碗十次。\n3. 舀软粥，完成一口表扬一次。\n4. 认识“勺”“碗”图卡。",
            "每天中饭自己舀前五口，不催不替", "在家用粗柄勺，记下舀了几口", "握勺舀粥，认识“勺”“碗”",
            "二十次里有七次送到嘴边，自己笑了", "握勺比上次稳", "母亲表示每天照做", "软粥比米饭合适，粗柄勺应当配两把", "下周三认颜色",
            "送教-002", "学生用粗柄勺舀粥", AGREED,
        ),
        Lesson(
            "红色和黄色", "能按要求拿出红色、黄色积木，会数一到三", "重点：辨色。难点：看着教师听完指令", "红黄积木各三块、托盘",
            "1. 问好，点数手指。\n2. 红、黄各放一边，教师说，学生拿。\n3. 边放边数一、二、三。\n4. 用积木搭高，推倒，再搭。",
            "找家里红色的东西，每天三样", "数三次一到三",
        ),
    ),
    (
        Lesson(
            "认识人民币", "认识一元、五元、十元，会说“我买一个”", "重点：面值。难点：在人前开口", "仿真币、标价卡、本子两本",
            "1. 复习上次的十个字。\n2. 看图认币，分类放进三个盒子。\n3. 教师当售货员，学生买本子，说一句话。\n4. 写“元”字三遍。",
            "陪孩子到小卖部买一样东西，让孩子自己付钱", "写“元”字五遍",
            "认识一元、五元、十元，模拟买本子", "分类全对，买东西时声音小，第三次说出了整句", "认币达到要求，会说“我买一个”",
            "父亲希望以后能到校参加活动", "情绪好时先做难的部分，效果更好", "下次带到村里小卖部实际买一次", "送教-003",
            "学生把仿真币放进盒子", "监护人同意拍手部，不拍脸",
        ),
        Lesson(
            "到小卖部去", "用五元钱买一样东西，说一句完整的话", "重点：付钱。难点：不怕生人", "五元纸币、任务卡",
            "1. 在家演一遍。\n2. 与母亲同去村里小卖部，教师先买，学生再买。\n3. 回家说一说买了什么、多少钱。",
            "赶集时带孩子走一圈，时间由短到长", "把买的东西画下来", "在村里小卖部买铅笔，付五元找回三元",
            "进门时拉着母亲的手，付钱后自己接过铅笔", "完成一次购买，没有哭闹", "母亲说回来路上一直看那支铅笔", "",
            "下次学写自己的名字",
        ),
    ),
)  # fmt: skip
LESSON_DAYS = ((8, date(2026, 11, 4)), (9, date(2026, 11, 11)), (10, date(2026, 11, 18)))  # the last is still to come


def _write_lessons(book: Book, town: Town, pupil: Pupil, lessons: tuple[Lesson, ...]) -> None:
    for (number, day), lesson in zip(LESSON_DAYS, lessons, strict=False):
        over = bool(lesson.content)
        told = {name: value or None for name, value in lesson._asdict().items() if name != "content"}
        book.add(
            m.Session, **town._named(pupil), kind="送教上门", number=number, on=day, time="14:30—16:00" if over else None, periods=2,
            place="学生家中", people=_senders(town, pupil), mode="上门", content=lesson.content or None,
            analysis=ANALYSIS[lessons is LESSONS[1]], told=True if over else None, **told,
        )  # fmt: skip


ANALYSIS = (
    "能听懂简单的话，注意力十分钟左右，喜欢音乐和亮色的东西；左手稍灵活，容易疲劳",
    "认识三十多个字，会十以内加法，熟人面前肯说话，见生人会躲；喜欢画画和分类",
)

# Talks, and children who are back


TALKS = (
    ("上课走神、作业拖欠", "觉得读书没有用，想早点出去挣钱", "先听学生说打算，再一起算了算完成学业后的几条路，介绍职业学校的专业。约定先把数学作业补齐。",
     "愿意再试，希望老师不要当众批评", "每天放学前交数学作业，听不懂的当天问", "任课教师降低作业难度，两周后再谈", True),
    ("与同桌争吵后不愿进教室", "委屈，担心没有朋友", "分别听两个人说，再当面说开。教给遇到矛盾先离开、再找老师的办法。",
     "同意换座位，想参加篮球小组", "有事找班主任，不逃课", "安排到篮球小组，心理教师下周再谈一次", True),
    ("近来沉默，周末不想回家", "想念外出的家长，夜里睡不好", "只听，不追问。说明可以借办公室电话同家长视频，也可以写下来交给老师。",
     "想每周同家长视频一次", "每周日晚上同家长视频", None, False),
)  # fmt: skip
TALK_DAYS = (date(2026, 9, 16), date(2026, 10, 14), date(2026, 11, 10))
PLACES = ("学校操场边", "心理辅导室", "班主任办公室")


def _write_talks(book: Book, town: Town) -> None:
    visited = {(row["student"], row["class_"]) for row in book.rows[m.Visit]}
    pool = [
        pupil
        for pupil in town.pupils
        if pupil.present and pupil.row["watched"] and pupil.place[0] == "junior"
        and (pupil.row["name"], pupil.row["class_"]) not in visited
    ]  # fmt: skip
    home = [pupil for pupil in pool if pupil.row["left_behind"] == "非留守儿童"]
    away = [pupil for pupil in pool if pupil.row["left_behind"] == "双亲留守儿童"]
    chosen = [*home[:2], *away[:1]]
    for pupil, day, place, talk in zip(chosen, TALK_DAYS, PLACES, TALKS, strict=False):
        topic, thoughts, content, opinion, agreed, after, told = talk
        book.add(
            m.Session, **town._named(pupil), kind="谈心", on=day, time="12:40—13:05", place=place,
            people=town.classes[pupil.place]["teacher"], mode="面谈", topic=topic, thoughts=thoughts, content=content,
            opinion=opinion, effect=agreed, next=after, told=told,
            contact="当晚电话告知家长谈话的大意" if told else None,
        )  # fmt: skip


class Care(NamedTuple):
    """What was done with a child that is back, at one time."""

    mode: str
    content: str
    performance: str
    thoughts: str
    needs: str | None
    contact: str
    stability: str
    next: str


CARE: dict[str, tuple[Care, ...]] = {
    "外出务工": (
        Care("学习辅导", "补函数第一节，挑三道基础题", "听得进去，作业完成一半", "有些后悔耽误了课", "没有秋季校服", "与祖母通话，说每天按时出门", "基本稳定",
             "领一套校服，下周补第二节"),
        Care("心理辅导", "谈在厂里的事和毕业后的打算", "愿意说，问起汽修专业", "不再提回厂", None, "父亲来电问成绩，请他多鼓励", "基本稳定", "带看职业学校招生简章"),
        Care("学习辅导", "期中前复习提纲", "期中数学比摸底进步", "有信心", None, "祖母说晚上在家写作业", "稳定", "转为每两周一次"),
    ),
    "厌学": (
        Care("心理辅导", "约定有听不懂的当天问，不当众念分数", "上课能记笔记", "怕同学笑", None, "母亲说早起不用喊", "不够稳定", "篮球队训练后谈一次"),
        Care("学习辅导", "数学补前两章，每次两道题", "做对八成", "不那么慌了", None, "父亲在家不再提名次", "基本稳定", "继续补第三章"),
        Care("生活关心", "参加校队比赛，赛后谈感受", "与同学相处融洽", "情绪好", None, "家长到场看球", "稳定", "每周一次改为随时谈"),
    ),
    "家长认识不到位": (
        Care("生活关心", "问弟弟由谁照看，安排课间休息", "回校第一周按时到校", "担心家里", "放学后要照看弟弟，作业时间少", "与父亲通话，请祖父接弟弟", "不够稳定", "午间完成书面作业"),
        Care("学习辅导", "补英语三单元", "单词听写过关", "高兴，说不想再停课", None, "父亲答应农忙也不留人", "基本稳定", "期中后再补物理"),
    ),
    "因病": (
        Care("生活关心", "教室调到一楼，体育课在旁记分", "能坚持全天", "怕跟不上", "每月复查一次，路费有困难", "母亲送药到校，医务室代管", "基本稳定", "帮助申请临时补助"),
        Care("学习辅导", "补一元一次方程", "作业全部完成", "情绪好", None, "复查结果良好", "稳定", "保持每周一次"),
    ),
    "学习困难": (
        Care("学习辅导", "有理数加减，每天半小时", "听得懂，主动问", "比在原班轻松", None, "父亲到校看了课表", "基本稳定", "增加一次小测"),
        Care("心理辅导", "谈与新同学相处", "有了两名同村同学作伴", "不再躲着原班同学", None, "母亲说回家会讲学校的事", "稳定", "每两周一次"),
    ),
}  # fmt: skip


def _write_care(book: Book, town: Town, rng: random.Random) -> None:
    for case, pupil in town.cases:
        if not case["returned_on"]:
            continue
        teachers = [town.classes[pupil.place]["teacher"], town.staff["junior"][-2]["name"]]
        for day, care in zip(_weekly(date.fromisoformat(case["returned_on"])), CARE[case["reason"]], strict=False):
            book.add(
                m.Session, **town._named(pupil), kind="返校关爱", on=day, time="12:40—13:10",
                place=rng.choice(("教室", "办公室", "操场")), people=teachers[care.mode == "心理辅导"], **care._asdict(),
            )  # fmt: skip


HOLIDAYS = {date(2026, 9, 25), *(date(2026, 10, day) for day in range(1, 8))}


def _weekly(back: date) -> Iterator[date]:
    """Yield a school day of each week after a return, holidays apart."""
    day = back
    while True:
        day += timedelta(days=7)
        if day not in HOLIDAYS:
            yield day
