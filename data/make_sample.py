"""Make the sample dataset, or a dataset of any size like it.

    python data/make_sample.py                                        sample.xlsx and sample.yaml beside this file
    python data/make_sample.py --students 50000 --out big.xlsx        as many townships as that takes

Everybody in it is invented, and the same command always writes the same data. The sample is one township; its
people, cases and talks come from ``sample_words.py``, its sheets and headers from ``generator.dataset.models``.
"""

from __future__ import annotations

import argparse
import random
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from itertools import count, cycle
from pathlib import Path
from typing import Any

import sample_words as words

from generator.dataset import models as m
from generator.dataset.workbook import write_workbook, write_yaml

SAMPLE_SIZE = 600
SMALLEST, LARGEST = 400, 150_000  # students: every case needs a child, every township a name
SEED = 20260901
YEAR = 2026
TODAY = date(2026, 11, 16)
TERM = (date(2026, 9, 1), date(2027, 1, 22))
VISITING = (date(2026, 9, 7), date(2026, 11, 13))
# The State Council's arrangement for autumn 2026: weekdays off, and weekend days worked in return.
DAYS_OFF = {date(2026, 9, 25), *(date(2026, 10, day) for day in (1, 2, 5, 6, 7))}
DAYS_WORKED = {date(2026, 9, 20), date(2026, 10, 10)}
REGION = "510000"  # a whole province: real numbers carry a county here, so nobody holds one of these
WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)  # GB 11643

CLASSES: dict[str, dict[str, tuple[int, ...]]] = {
    "central": {
        "一年级": (20, 19, 21), "二年级": (22, 21), "三年级": (23, 22), "四年级": (20, 21), "五年级": (22, 21), "六年级": (20, 21),
    },
    "village": {"一年级": (9,), "二年级": (7,), "三年级": (1,), "四年级": (8,), "五年级": (11,), "六年级": (6,)},
    "junior": {"七年级": (70, 27, 26), "八年级": (28, 27, 27), "九年级": (27, 27, 26)},
}  # fmt: skip
STAFF = {
    "central": (("校长", 1), ("副校长", 2), ("教导主任", 1), ("班主任", 13), ("任课教师", 10), ("职员", 2)),
    "village": (("校长", 1), ("教导主任", 1), ("班主任", 6)),
    "junior": (("校长", 1), ("副校长", 2), ("教导主任", 1), ("班主任", 9), ("任课教师", 9), ("职员", 1)),
}
SUBJECTS = {
    "小学": ("语文", "数学", "英语", "道德与法治", "科学", "体育与健康", "音乐", "美术", "信息科技"),
    "初中": ("语文", "数学", "英语", "物理", "化学", "道德与法治", "历史", "地理", "生物学", "体育与健康", "信息科技"),
}
# A family: who is asked first, then who else lives there.
FAMILIES = (
    *[("父亲", "母亲")] * 9, *[("母亲", "父亲")] * 5, *[("父亲", "祖母")] * 3, ("母亲", "外祖母"), ("父亲", "祖父"),
    ("祖父", "父亲"), ("母亲",), ("母亲",), ("父亲",), ("伯父",),
)  # fmt: skip
ELDERS = ("祖父", "祖母", "外祖父", "外祖母")
VISITS = {"无故缺勤": 14, "厌学": 11, "重点对象": 22, "定期家访": 29, "其他": 8}  # besides those in cases
ABSENCES = {"病假": 22, "事假": 12, "旷课": 14}  # besides those that became cases
ROOM = 100  # for an address, in characters, on a visit record of one page
MODES = ("上门", "上门", "上门", "上门", "上门", "上门", "电话", "电话", "视频", "到校面谈")

Row = dict[str, Any]
Place = tuple[str, str, int]  # school, grade, class number


def is_school_day(day: date) -> bool:
    """Return whether children have lessons that day of the sample's term."""
    return day in DAYS_WORKED or (day.weekday() < 5 and day not in DAYS_OFF)


def school_days(first: date, last: date) -> list[date]:
    """Return the school days from ``first`` to ``last``, both included."""
    days = (first + timedelta(days=step) for step in range((last - first).days + 1))
    return [day for day in days if is_school_day(day)]


def identity_number(born: date, order: int) -> str:
    """Return the identity number of the ``order``-th (odd: male) person born that day, with its check digit."""
    body = f"{REGION}{born:%Y%m%d}{order:03d}"
    total = sum(int(digit) * weight for digit, weight in zip(body, WEIGHTS, strict=True))
    return body + "10X98765432"[total % 11]


def share(sizes: Sequence[int], total: int) -> list[int]:
    """Return ``sizes`` scaled to add up to ``total``, each at least one."""
    scaled = [max(1, size * total // sum(sizes)) for size in sizes]
    largest = sorted(range(len(sizes)), key=lambda index: -sizes[index])
    for index in cycle(largest):
        if sum(scaled) == total:
            return scaled
        scaled[index] += 1 if sum(scaled) < total else -1
    return scaled


@dataclass(eq=False)
class Pupil:
    """A student's row while it is being written, and what the other sheets need to know of it."""

    row: Row
    place: Place
    began: Place | None  # the class at the start of the year
    story: bool = False

    @property
    def members(self) -> list[Row]:
        """The family members, the one asked first in front."""
        return [member for member in (self.row["member1"], self.row.get("member2")) if member]

    @property
    def at_home(self) -> list[Row]:
        """The family members who do not work away; all of them when everybody does."""
        return [member for member in self.members if member["workplace"] not in words.JOBS_AWAY] or self.members

    @property
    def present(self) -> bool:
        """Whether the child goes to school here, and always has done this year."""
        return not self.story and not self.row.get("status") and self.began is not None

    @property
    def reachable(self) -> bool:
        """Whether a visit record has room for the way to the child's home."""
        return len(self.row["address"]) < ROOM


@dataclass
class Book:
    """All rows by model, and the numbers that are given out once."""

    rng: random.Random
    rows: dict[type[m.Record], list[Row]] = field(default_factory=lambda: {model: [] for model in m.MODELS})
    phones: Iterator[int] = field(default_factory=lambda: count(1))
    identities: set[str] = field(default_factory=set)

    def add(self, model: type[m.Record], **values: Any) -> Row:
        """Add a row and return it."""
        self.rows[model].append(values)
        return values

    def phone(self) -> str:
        """Return a telephone number that nobody has: 199 0000 and a counter."""
        return f"199{next(self.phones):08d}"

    def identity(self, born: date, sex: str) -> str:
        """Return an identity number that nobody else in the book has."""
        while True:
            order = self.rng.randrange(1, 500) * 2 - (sex == "男")
            number = identity_number(born, order)
            if number not in self.identities:
                self.identities.add(number)
                return number

    def birthday(self, first: date) -> date:
        """Return a day within the year that begins on ``first``."""
        return first + timedelta(days=self.rng.randrange(365))

    def sheets(self) -> dict[str, list[dict[str, str]]]:
        """Return every sheet with its rows, all columns in the order of the models."""
        return {model.sheet: [labelled(model, row) for row in rows] for model, rows in self.rows.items()}


def labelled(model: type[m.Record], row: Row) -> dict[str, str]:
    """Return a row under the Chinese headers of ``model``; raises KeyError when it has no such column."""
    unknown = row.keys() - m.columns(model).keys()
    if unknown:
        raise KeyError(f"{model.sheet}: {unknown}")
    cells: dict[str, str] = {}
    for name, described in m.columns(model).items():
        if described.group:
            below = labelled(m.Guardian, row.get(name) or {})
            cells |= {described.group + header: text for header, text in below.items()}
        else:
            cells[described.header] = text_of(row.get(name))
    return cells


def text_of(value: Any) -> str:
    """Return a value as people would type it."""
    match value:
        case None:
            return ""
        case bool():
            return "是" if value else "否"
        case date():
            return value.isoformat()
        case list():
            return "、".join(value)
    return str(value)


class Town:
    """A township of three schools, written into a book sheet by sheet."""

    def __init__(self, book: Book, index: int, name: str, students: int) -> None:
        self.book, self.rng, self.index, self.name = book, book.rng, index, name
        self.stem = name.removesuffix("镇")
        self.villages = [village if index == 0 else self.stem + village for village in words.VILLAGES]
        self.directors: dict[str, str] = {}
        self.adults: set[str] = set()
        self.told: set[str] = set()
        self.row: Row = {}
        self.schools: dict[str, str] = {}
        self.staff: dict[str, list[Row]] = {}
        self.classes: dict[Place, Row] = {}
        self.pupils: list[Pupil] = []
        self.truants: dict[Pupil, date] = {}  # with the first day each missed
        self.cases: list[tuple[Row, Pupil]] = []
        self._write_township()
        self._write_schools()
        self._write_villages()
        self._write_classes()
        self._write_groups()
        self._write_students(students)
        self._write_stories()
        self._write_notices()
        self._write_absences()
        self._write_visits()
        self._write_inspections()
        self._count_baselines()

    # people

    def _surname(self) -> str:
        return self.rng.choice(words.COMPOUND_SURNAMES if self.rng.random() < 0.02 else words.SURNAMES)

    def _adult(self, sex: str = "", surname: str = "") -> str:
        """Return an adult's name that nobody else of the township's officials and staff has."""
        given = {"男": words.MEN, "女": words.WOMEN}.get(sex) or self.rng.choice((words.MEN, words.WOMEN))
        while True:
            name = (surname or self._surname()) + self.rng.choice(given)
            if name not in self.adults:
                self.adults.add(name)
                return name

    # the township, its schools and villages

    def _write_township(self) -> None:
        self.row = self.book.add(
            m.Township,
            name=self.name,
            government=f"青禾县{self.name}人民政府",
            code="云政" if self.index == 0 else f"{self.stem}政",
            **{post: self._adult() for post in ("secretary", "head", "deputy", "officer")},
            phone=self.book.phone(),
            address=f"青禾县{self.name}府前路1号",
            county="青禾县",
        )

    def _write_schools(self) -> None:
        home = {"central": self.villages[1], "village": self.villages[0], "junior": self.villages[1]}
        central = f"{self.name}中心小学"
        names = {"central": central, "village": f"{self.villages[0]}小学", "junior": f"{self.name}初级中学"}
        short = {"central": "中心小学", "village": "柳林小学", "junior": "初级中学"}
        kinds = {"central": "中心校", "village": "小学", "junior": "初级中学"}
        self.schools = names
        for number, (key, name) in enumerate(names.items(), 1):
            self.staff[key] = list(self._staff(key, 3 * self.index + number))
            people = self.staff[key]
            self.book.add(
                m.School,
                code=f"{3 if key == 'junior' else 2}151{3 * self.index + number:06d}",
                name=name,
                short_name=short[key] if self.index == 0 else self.stem + short[key],
                kind=kinds[key],
                township=self.name,
                village=home[key],
                central=central if key == "village" else None,
                principal=people[0]["name"],
                contact=next(person["name"] for person in reversed(people) if person["post"] in ("职员", "教导主任")),
                phone=self.book.phone(),
                address=f"青禾县{self.name}{home[key]}学堂路{number}号",
            )

    def _staff(self, key: str, school: int) -> Iterator[Row]:
        posts = [post for post, times in STAFF[key] for _ in range(times)]
        subjects = cycle(SUBJECTS["初中" if key == "junior" else "小学"])
        for number, post in enumerate(posts, 1):
            sex = self.rng.choice("男女女")
            yield self.book.add(
                m.Staff,
                school=self.schools[key],
                no=f"T{school:03d}{number:02d}",
                name=self._adult(sex),
                sex=sex,
                post=post,
                subject=None if post == "职员" else next(subjects),
                phone=self.book.phone(),
            )

    def _write_villages(self) -> None:
        for number, name in enumerate(self.villages):
            key = "village" if words.VILLAGES[number] in words.VILLAGE_FEEDERS else ("central", "junior")[number % 2]
            self.directors[name] = self._adult()
            self.book.add(
                m.Village,
                name=name,
                township=self.name,
                secretary=self._adult(),
                director=self.directors[name],
                phone=self.book.phone(),
                leader=self._adult(),
                officer=self._adult(),
                school=self.schools[key],
                school_contact=self.rng.choice(self.staff[key])["name"],
            )

    def _write_classes(self) -> None:
        for key, grades in CLASSES.items():
            places = [(key, grade, number) for grade, sizes in grades.items() for number in range(1, len(sizes) + 1)]
            teachers = [person for person in self.staff[key] if person["post"] == "班主任"]
            leaders = [person for person in self.staff[key] if person["post"] in ("副校长", "教导主任", "校长")]
            lead = dict(zip(grades, cycle(leaders), strict=False))  # a grade has one leader
            for place, teacher in zip(places, teachers, strict=True):
                self.classes[place] = self.book.add(
                    m.Class,
                    school=self.schools[key],
                    grade=place[1],
                    number=place[2],
                    teacher=teacher["name"],
                    leader=lead[place[1]]["name"],
                )
                teacher["teaches"] = [class_name(place)]
            for number, person in enumerate(person for person in self.staff[key] if person["post"] == "任课教师"):
                person["teaches"] = [class_name(place) for place in places[number % 3 :: 3]]

    def _write_groups(self) -> None:
        for role, post, whose, duty in words.TOWN_GROUP:
            name = self.row[whose.strip("〈〉")] if whose else self._adult()
            self.book.add(m.Member, township=self.name, role=role, name=name, post=post, duty=duty)
        for village, name in self.directors.items():
            post = f"{committee(village)}主任"
            self.book.add(m.Member, township=self.name, role="成员", name=name, post=post, duty="本村居摸排和劝返")
        for key, name in self.schools.items():
            head = self.staff[key][0]["name"]
            self.book.add(m.Member, township=self.name, role="成员", name=head, post=f"{name}校长", duty="本校控辍保学")
        for key in self.schools:
            self._write_school_group(key)

    def _write_school_group(self, key: str) -> None:
        roles = {"校长": "组长", "副校长": "副组长", "教导主任": "办公室主任", "班主任": "成员"}
        for person in self.staff[key]:
            if role := roles.get(person["post"]):
                self.book.add(
                    m.Member,
                    school=self.schools[key],
                    role=role,
                    name=person["name"],
                    post=person["post"],
                    duty=words.SCHOOL_DUTIES[person["post"]],
                )

    # students

    def _write_students(self, students: int) -> None:
        flat = [size for grades in CLASSES.values() for sizes in grades.values() for size in sizes]
        for place, size in zip(self.classes, share(flat, students), strict=True):
            taken: set[str] = set()
            for seat in range(1, size + 1):
                self.pupils.append(self._student(place, seat, taken))

    def _student(self, place: Place, seat: int, taken: set[str]) -> Pupil:
        where = (*place, seat)
        given = words.OVERRIDES.get(where, {})
        sex = given.get("sex") or self.rng.choice("男女")
        name = given.get("name") or self._child(sex, taken)
        village = self._village(place)
        address = f"青禾县{self.name}{village}{self.rng.choice('一二三四五六')}组{self.rng.randrange(1, 120)}号"
        moved = f"青禾县{self.name}{self.villages[1]}河街{self.rng.randrange(1, 90)}号"
        current = given.get("address", "").replace("云溪镇", self.name) or self.rng.choice([address] * 6 + [moved])
        row = self.book.add(
            m.Student,
            school=self.schools[place[0]],
            class_=class_name(place),
            seat_no=seat,
            name=name,
            sex=sex,
            id_type=self.rng.choice(("居民身份证", None, None)),
            ethnicity=given.get("ethnicity") or self.rng.choice(("汉族",) * 18 + ("苗族", "土家族", "彝族")),
            boarding=self._boarding(place, village),
            status=words.LEFT.get(where),
            household_address=address,
            address=current,
            village=village,
            watched=self.rng.random() < 0.07,
            disability=self.rng.choice(words.DISABILITIES) if self.rng.random() < 0.01 else None,
            hardship=self.rng.choice(words.HARDSHIPS) if self.rng.random() < 0.12 else None,
        )
        pupil = Pupil(row, place, None if where in words.JOINED else place)
        self._identify(pupil, place[1])
        row["entered"] = words.JOINED.get(where, row["entered"])
        relations = ("父亲", "母亲") if "father" in given else self.rng.choice(FAMILIES)
        self._settle(pupil, *self._family(relations), given)
        row["hardship"] = "孤儿" if relations == ("伯父",) else row["hardship"]
        if where in words.WITHOUT_PHONE:
            for member in pupil.members:
                member["phone"] = None
        return pupil

    def _child(self, sex: str, taken: set[str]) -> str:
        """Return a child's name that nobody else in the class has."""
        while True:
            name = self._surname() + self.rng.choice(words.BOYS if sex == "男" else words.GIRLS)
            if name not in taken and name not in words.NAMESAKES:
                taken.add(name)
                return name

    def _village(self, place: Place) -> str:
        feeders = [self.villages[words.VILLAGES.index(name)] for name in words.VILLAGE_FEEDERS]
        if place[0] == "village":
            return self.rng.choice(feeders)
        others = [name for name in self.villages if place[0] == "junior" or name not in feeders]
        return self.rng.choice(others)

    def _boarding(self, place: Place, village: str) -> str:
        far = place[0] == "junior" and village != self.villages[1]
        return "住校" if far and self.rng.random() < 0.7 else "走读"

    def _identify(self, pupil: Pupil, grade: str) -> None:
        """Give a pupil the age of ``grade``, and the numbers that follow from it."""
        years = m.GRADES.index(grade) + 1
        born = self.book.birthday(date(YEAR - 6 - years, 9, 1))
        number = self.book.identity(born, pupil.row["sex"])
        entered = YEAR + 1 - (years - 6 if years > 6 else years)
        pupil.row |= {"birth_date": born, "id_no": number, "student_no": f"G{number}", "entered": f"{entered}09"}

    def _settle(self, pupil: Pupil, family: Sequence[tuple[str, str]], left_behind: str, given: dict[str, str]) -> None:
        """Give a pupil a family: the relation and the work of each member."""
        members = [self._member(relation, work, pupil.row, given) for relation, work in family]
        pupil.row |= {
            "member1": members[0],
            "member2": members[1] if len(members) > 1 else None,
            "left_behind": left_behind,
        }

    def _family(self, relations: Sequence[str]) -> tuple[list[tuple[str, str]], str]:
        """Return who does what in a family, and whom the child is left behind by.

        Where a grandparent stands in the family the parent works away; else one parent of two may.
        """
        cared_for = any(relation in ELDERS for relation in relations)
        parents = [relation for relation in relations if relation in ("父亲", "母亲")]
        away = parents if cared_for else parents[:1] if len(parents) == 2 and self.rng.random() < 0.25 else []
        works = {
            relation: self.rng.choice(words.JOBS_AWAY if relation in away else words.JOBS_NEAR)
            for relation in relations
        }
        left_behind = "双亲留守儿童" if cared_for else "单亲留守儿童" if away else "非留守儿童"
        return [(relation, "在家务农" if relation in ELDERS else work) for relation, work in works.items()], left_behind

    def _member(self, relation: str, work: str, child: Row, given: dict[str, str]) -> Row:
        sex = "男" if relation in ("父亲", "祖父", "外祖父", "伯父") else "女"
        older = self.rng.randrange(48, 64) if relation in ELDERS else self.rng.randrange(23, 38)
        born = self.book.birthday(date(child["birth_date"].year - older, 1, 1))
        surname = surname_of(child["name"]) if relation in ("父亲", "祖父", "伯父") else self._surname()
        name = surname + self.rng.choice(words.MEN if sex == "男" else words.WOMEN)
        return {
            "name": given.get({"父亲": "father", "母亲": "mother"}.get(relation, ""), name),
            "relation": relation,
            "is_guardian": False if relation in ELDERS else None,
            "id_no": self.book.identity(born, sex) if self.rng.random() < 0.85 else None,
            "phone": self.book.phone(),
            "address": child["household_address"] if relation in ELDERS else None,
            "workplace": work,
        }

    def _count_baselines(self) -> None:
        for place, row in self.classes.items():
            row["baseline"] = sum(pupil.began == place for pupil in self.pupils)

    # cases

    def _write_stories(self) -> None:
        for number, story in enumerate(words.STORIES, 1):
            pupil = self._protagonist(story)
            case = self._write_case(story, pupil, f"{self.row['code'].removesuffix('政')}劝2026-{number:02d}")
            self.cases.append((case, pupil))
            self._write_case_absence(story, pupil)
            for talk in story.talks:
                self._write_talk(story, talk, pupil)

    def _protagonist(self, story: words.Story) -> Pupil:
        """Return a child of the story's class, with the family and age that the story tells of."""
        place = (story.school, story.grade, story.number)
        special = {*words.OVERRIDES, *words.WITHOUT_PHONE}
        pupil = self.rng.choice(
            [
                pupil
                for pupil in self.pupils
                if pupil.place == place
                and pupil.present
                and pupil.row["sex"] == story.sex
                and (*place, pupil.row["seat_no"]) not in special
            ]
        )
        if story.left_class:
            self._identify(pupil, story.left_class[0])
            pupil.began = (story.school, *story.left_class)  # and the age of that class
        pupil.story = True
        self._settle(pupil, story.family, story.left_behind, {})
        pupil.row |= {
            "watched": True,
            "status": None if story.back else "辍学",
            "address": pupil.row["household_address"],
        }
        if story.reason == "因残":
            pupil.row["disability"] = "肢体残疾"
        return pupil

    def _write_case(self, story: words.Story, pupil: Pupil, number: str) -> Row:
        back = story.back
        return self.book.add(
            m.Case,
            no=number,
            **self._named(pupil),
            found_on=story.found,
            dropped_on=story.dropped,
            dropped_from=class_name(pupil.began) if pupil.began and story.left_class else None,
            reason=story.reason,
            reason_detail=story.detail,
            whereabouts=story.whereabouts,
            progress=story.progress,
            responsible=self.classes[pupil.began or pupil.place]["teacher"],
            returned_on=back.day if back else None,
            return_mode=back.mode if back else None,
            return_class=class_name(pupil.place) if back else None,
            placement=back.placement if back else None,
            keeper=self.classes[pupil.place]["teacher"] if back else None,
            register_status="在籍" if back else None,
        )

    def _write_case_absence(self, story: words.Story, pupil: Pupil) -> None:
        first = date.fromisoformat(story.dropped)
        days = school_days(first, date.fromisoformat(story.found) - timedelta(days=1))
        self._write_absence(pupil, "旷课", days, "家访后转为个案")

    def _write_talk(self, story: words.Story, talk: words.Talk, pupil: Pupil) -> None:
        member = pupil.members[talk.member - 1]
        self.book.add(
            m.Visit,
            **self._named(pupil),
            visited_on=talk.day,
            time=talk.time,
            place=talk.place or self._venue(talk.mode, pupil),
            mode=talk.mode,
            visitors=self._visitors(pupil, 1 if talk.mode in ("电话", "视频") else self.rng.choice((2, 3))),
            interviewee=member["name"],
            relation=member["relation"],
            purpose="劝返",
            economy=story.economy,
            cause=f"{story.reason}：{story.detail}",
            thoughts=talk.thoughts,
            opinion=talk.opinion,
            law=self._law(story.reason, pupil),
            content=talk.content,
            result=talk.result,
            follow_up=talk.follow_up,
            photo=self._photo(talk.mode),
        )

    def _named(self, pupil: Pupil) -> Row:
        """Return what other sheets write to name a child: the student number where a namesake shares the class."""
        row = pupil.row
        student = row["student_no"] if row["name"] in words.NAMESAKES else row["name"]
        return {"student": student, "class_": row["class_"], "school": row["school"]}

    def _law(self, about: str, pupil: Pupil) -> str:
        """Return what was said of the law: something that fits the talk, or that a family at work elsewhere needs."""
        fitting = words.LAWS.get(about, words.LAWS[""])
        away = words.LAWS["留守"] if pupil.row["left_behind"] != "非留守儿童" else ()
        return self.rng.choice((*fitting, *away))

    def _visitors(self, pupil: Pupil, times: int) -> list[str]:
        """Return who went: the teacher of the class in which the child began the year, and company."""
        teacher, leader = (self.classes[pupil.began or pupil.place][role] for role in ("teacher", "leader"))
        others = [person["name"] for person in self.staff[pupil.place[0]] if person["name"] not in (teacher, leader)]
        company = [leader, *self.rng.sample(others, 2)]
        return [teacher, *self.rng.sample(company, times - 1)]

    def _venue(self, mode: str, pupil: Pupil) -> str:
        if mode == "上门":
            return self.rng.choice(("学生家中", f"{pupil.row['village']}学生家中", "学生家院子里"))
        return {"电话": "电话联系", "视频": "网络视频", "到校面谈": "学校办公室"}[mode]

    def _photo(self, mode: str) -> str | None:
        taken = mode == "上门" and self.rng.random() < 0.6
        return f"家访-{len(self.book.rows[m.Visit]) + 1:03d}" if taken else None

    def _write_notices(self) -> None:
        for number, paper in enumerate(words.NOTICES, 1):
            case, pupil = self.cases[paper.story]
            row = self.book.add(m.Notice, id=f"{self.index * 100 + number:03d}", case=case["no"])
            if paper.number:
                row |= self._served(paper, case, pupil)

    def _served(self, paper: words.Paper, case: Row, pupil: Pupil) -> Row:
        village = pupil.row["village"]
        director = self.directors[village]
        guardian, other = (*pupil.members, {"name": ""})[:2]
        names = {"〈guardian〉": guardian["name"], "〈other〉": other["name"], "〈director〉": director}
        service = {key: names.get(value, value) for key, value in paper.service}
        return {
            "number": f"{self.row['code']}返通〔2026〕{paper.number}号",
            "issued_on": paper.issued,
            "deadline": paper.deadline,
            "served_at": paper.issued,
            "served_place": pupil.row["address"],
            "servers": [self.row["officer"], case["responsible"]],
            **service,
            "witness_unit": committee(village) if "witness" in service else None,
        }

    # the rest of the term

    def _write_absences(self) -> None:
        days = school_days(*VISITING)
        for kind, times in ABSENCES.items():
            pool = [pupil for pupil in self.pupils if pupil.present]
            if kind == "旷课":  # a visit follows
                pool = [pupil for pupil in pool if pupil.reachable and pupil.place[1] in m.GRADES[4:]]
            longest = {"病假": 5, "事假": 3, "旷课": 2}[kind]
            for pupil in self.rng.sample(pool, times - 1):
                first = self.rng.randrange(len(days) - longest)
                span = days[first : first + self.rng.randrange(1, longest + 1)]
                self._write_absence(pupil, kind, span, self.rng.choice(words.ABSENCE_NOTES[kind]))
            self._write_absence(self.rng.choice(pool), kind, days[-2:], "至今未到校", ended=False)

    def _write_absence(self, pupil: Pupil, kind: str, span: list[date], note: str, *, ended: bool = True) -> None:
        days: Row = {"start": span[0], "end": span[-1], "days": len(span)} if ended else {"start": span[0]}
        self.book.add(m.Absence, **self._named(pupil), kind=kind, **days, note=note)
        if kind == "旷课" and not pupil.story:
            self.truants[pupil] = span[0]

    def _write_visits(self) -> None:
        present = [pupil for pupil in self.pupils if pupil.present and pupil.reachable]
        pools = {
            "无故缺勤": list(self.truants),
            "厌学": [pupil for pupil in present if pupil.place[0] == "junior"],
            "重点对象": [pupil for pupil in present if pupil.row["watched"]],
        }
        for purpose, times in VISITS.items():
            pool = pools.get(purpose, present)
            used: Counter[words.Theme] = Counter()
            for pupil in self.rng.sample(pool, min(times, len(pool))):
                self._write_visit(purpose, self._theme(purpose, pupil, used), pupil)
        namesake = next((pupil for pupil in present if pupil.row["name"] in words.NAMESAKES), None)
        if namesake:  # told apart by number only: let a visit depend on it
            self._write_visit("定期家访", words.THEMES["定期家访"][0], namesake)

    def _theme(self, purpose: str, pupil: Pupil, used: Counter[words.Theme]) -> words.Theme:
        """Return the theme least used so far of those that suit the pupil's family."""
        at_home = {"", *(member["relation"] for member in pupil.at_home)}
        theme = min((theme for theme in words.THEMES[purpose] if theme.who in at_home), key=lambda one: used[one])
        used[theme] += 1
        return theme

    def _write_visit(self, purpose: str, theme: words.Theme, pupil: Pupil) -> None:
        missed = self.truants.get(pupil) if purpose == "无故缺勤" else None
        mode = "上门" if theme.home or missed else self.rng.choice(MODES)
        member = next((one for one in pupil.at_home if one["relation"] == theme.who), pupil.at_home[0])
        self.book.add(
            m.Visit,
            **self._named(pupil),
            visited_on=missed or self.rng.choice(school_days(*VISITING)),
            time=f"{self.rng.randrange(16, 21)}:{self.rng.choice(('00', '10', '20', '30', '40', '50'))}",
            place=self._venue(mode, pupil),
            mode=mode,
            visitors=self._visitors(pupil, self.rng.choice((1, 2, 3) if mode == "上门" else (1, 1, 2))),
            interviewee=member["name"],
            relation=member["relation"],
            purpose=purpose,
            economy=self.rng.choice(words.ECONOMIES),
            cause=theme.cause,
            thoughts=theme.thoughts,
            opinion=theme.opinion,
            law=self._law(purpose, pupil),
            content=self._told(theme, mode),
            result=theme.result,
            follow_up=theme.follow_up,
            photo=self._photo(mode),
        )

    def _told(self, theme: words.Theme, mode: str) -> str:
        """Return what was said, in words that no other visit of the township has."""
        while True:
            content = self.rng.choice(words.OPENINGS[mode]) + theme.content + self.rng.choice(words.CLOSINGS[mode])
            if content not in self.told:
                self.told.add(content)
                return content

    def _write_inspections(self) -> None:
        inspections = (("2026-10-22", {"school": self.schools["junior"]}), ("2026-11-11", {"township": self.name}))
        for number, (day, unit) in enumerate(inspections, 1):
            team = [self._adult() for _ in range(3)]
            no = f"青督2026-{self.index * 2 + number:02d}"
            self.book.add(m.Inspection, no=no, **unit, held_on=day, team=team, method="看、查、访、议")


def class_name(place: Place) -> str:
    """Return the class's name, as in 三年级（1）班."""
    return f"{place[1]}（{place[2]}）班"


def surname_of(name: str) -> str:
    """Return the family name at the head of ``name``."""
    return name[:2] if name[:2] in words.COMPOUND_SURNAMES else name[:1]


def committee(village: str) -> str:
    """Return the full name of a village's or neighbourhood's committee."""
    return f"{village}居民委员会" if village.endswith("社区") else f"{village}村民委员会"


def town_names() -> Iterator[str]:
    """Yield township names, the sample's first."""
    yield "云溪镇"
    for first in words.TOWN_FIRST:
        yield from (f"{first}{second}镇" for second in words.TOWN_SECOND)


def make(students: int) -> dict[str, list[dict[str, str]]]:
    """Return the sheets of a county with that many students, in townships of about 600."""
    book = Book(random.Random(SEED))
    _write_county(book)
    towns = max(1, round(students / SAMPLE_SIZE))
    for index, name in zip(range(towns), town_names(), strict=False):
        Town(book, index, name, students // towns + (index < students % towns))
    return book.sheets()


def _write_county(book: Book) -> None:
    book.add(
        m.Settings,
        year="2026—2027学年",
        term="第一学期",
        term_start=TERM[0],
        term_end=TERM[1],
        today=TODAY,
        policy="national",
    )
    book.add(
        m.County,
        name="青禾县",
        government="青禾县人民政府",
        bureau="青禾县教育体育局",
        bureau_code="青教",
        bureau_contact="申屠望舒",
        bureau_phone=book.phone(),
        supervision="青禾县人民政府教育督导委员会办公室",
    )


def main() -> None:
    """Write the sample files, or the one that ``--out`` names."""
    parser = argparse.ArgumentParser(description="Make the sample dataset, or a larger one like it.")
    parser.add_argument("--students", type=int, default=SAMPLE_SIZE, help=f"{SMALLEST} to {LARGEST}")
    parser.add_argument("--out", type=Path, help="a .xlsx or .yaml file; without it, both sample files")
    options = parser.parse_args()
    if not SMALLEST <= options.students <= LARGEST:
        parser.error(f"--students must be {SMALLEST} to {LARGEST}")
    here = Path(__file__).resolve().parent
    sheets = make(options.students)
    for path in [options.out] if options.out else [here / "sample.xlsx", here / "sample.yaml"]:
        (write_yaml if path.suffix in (".yaml", ".yml") else write_workbook)(sheets, path)


if __name__ == "__main__":
    main()
