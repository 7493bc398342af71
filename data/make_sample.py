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

import sample_parts
import sample_words as words

from generator.dataset import models as m
from generator.dataset.rows import labelled
from generator.dataset.workbook import write_workbook, write_yaml

SAMPLE_SIZE = 600
SMALLEST, LARGEST = 400, 150_000  # students: every case needs a child, every township a name
SEED = 20260901
YEAR = 2026
TODAY = date(2026, 11, 16)
CHANGED = date(2026, 10, 12)  # when children came and went
TERM = (date(2026, 9, 1), date(2027, 1, 22))
VISITING = (date(2026, 9, 7), date(2026, 11, 13))
# The State Council's arrangement for autumn 2026: weekdays off, and weekend days worked in return.
DAYS_OFF = {date(2026, 9, 25), *(date(2026, 10, day) for day in (1, 2, 5, 6, 7))}
DAYS_WORKED = {date(2026, 9, 20), date(2026, 10, 10)}
REGION = "510000"  # a whole province: real numbers carry a county here, so nobody holds one of these
WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)  # GB 11643

# Two sizes are there on purpose: a third grade of one child, as the last village schools have, and a class of seventy
# in a grade that could not be divided further for want of teachers. Papers have to hold both.
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
VISITS = {"无故缺勤": 13, "厌学": 11, "重点对象": 22, "定期家访": 29, "其他": 8}  # besides those in cases
ABSENCES = {"病假": 22, "事假": 12, "旷课": 14}  # besides those that became cases
APART = 60  # minutes between two visits of one person
MOST_TRIES = 500  # to find a time for a visit
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


def days_off(first: date, last: date) -> list[date]:
    """Return the days without lessons from ``first`` to ``last``, both included."""
    days = (first + timedelta(days=step) for step in range((last - first).days + 1))
    return [day for day in days if not is_school_day(day)]


def minutes(time: str) -> int:
    """Return the minute of the day of a time such as 18:30."""
    hour, _, minute = time.partition(":")
    return int(hour) * 60 + int(minute)


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
    economy: str | None = None  # how the family lives: what every visit tells

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

    def identity(self, born: date, sex: str, rng: random.Random | None = None) -> str:
        """Return an identity number that nobody else in the book has."""
        while True:
            order = (rng or self.rng).randrange(1, 500) * 2 - (sex == "男")
            number = identity_number(born, order)
            if number not in self.identities:
                self.identities.add(number)
                return number

    def birthday(self, first: date, rng: random.Random | None = None) -> date:
        """Return a day within the year that begins on ``first``."""
        return first + timedelta(days=(rng or self.rng).randrange(365))

    def sheets(self) -> dict[str, list[dict[str, str]]]:
        """Return every sheet with its rows, all columns in the order of the models."""
        return {model.sheet: [labelled(model, row) for row in rows] for model, rows in self.rows.items()}


class Town:
    """A township of three schools, written into a book sheet by sheet."""

    def __init__(self, book: Book, index: int, name: str, students: int) -> None:
        self.book, self.rng, self.index, self.name = book, book.rng, index, name
        self.stem = name.removesuffix("镇")
        self.villages = [village if index == 0 else self.stem + village for village in words.VILLAGES]
        self.directors: dict[str, str] = {}
        self.adults: set[str] = set()
        self.told: set[str] = set()
        self.busy: dict[tuple[str, date], list[int]] = {}  # the minutes at which somebody pays a visit that day
        self.away: set[str] = set()  # the children with an absence
        self.row: Row = {}
        self.schools: dict[str, str] = {}
        self.staff: dict[str, list[Row]] = {}
        self.classes: dict[Place, Row] = {}
        self.pupils: list[Pupil] = []
        self.truants: dict[Pupil, date] = {}  # with the day each missed
        self.still_away: list[tuple[Pupil, list[date]]] = []  # truants who have not come back, with the days missed
        self.cases: list[tuple[Row, Pupil]] = []
        self.filed: list[Row] = []
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
        self._write_filings()
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
        home = self._village(place)
        address = f"青禾县{self.name}{home}{self.rng.choice('一二三四五六')}组{self.rng.randrange(1, 120)}号"
        moved = f"青禾县{self.name}{self.villages[1]}河街{self.rng.randrange(1, 90)}号"
        current = self._localized(given.get("address", "")) or self.rng.choice([address] * 6 + [moved])
        if place[0] == "village" and "address" not in given:
            current = address  # whoever has moved to town goes to school there
        row = self.book.add(
            m.Student,
            school=self.schools[place[0]],
            class_=class_name(place),
            seat_no=seat,
            name=name,
            sex=sex,
            id_type=self.rng.choice(("居民身份证", None, None)),
            ethnicity=given.get("ethnicity") or self.rng.choice(("汉族",) * 18 + ("苗族", "土家族", "彝族")),
            boarding=self._boarding(place, home, self._village_of(current)),
            status=words.LEFT.get(where),
            changed_on=CHANGED if where in words.LEFT else None,
            came_on=CHANGED if where in words.JOINED else None,
            household_address=address,
            address=current,
            village=self._village_of(current),
            watched=self.rng.random() < 0.07,
            disability=self.rng.choice(words.DISABILITIES) if self.rng.random() < 0.01 else None,
            hardship=self.rng.choice(words.HARDSHIPS) if self.rng.random() < 0.12 else None,
        )
        row["inclusion"] = words.INCLUSIONS.get(row["disability"])
        pupil = Pupil(row, place, None if where in words.JOINED else place)
        self._identify(pupil, place[1])
        row["entered"] = words.JOINED.get(where, row["entered"])
        relations = ("父亲", "母亲") if "father" in given else self.rng.choice(FAMILIES)
        self._settle(pupil, *self._family(relations), given)
        row["hardship"] = "孤儿" if relations == ("伯父",) else row["hardship"]
        pupil.economy = self._economy(pupil)
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

    def _localized(self, address: str) -> str:
        """Return an address of the sample in the names of this township."""
        address = address.replace("云溪镇", self.name)
        for sample, own in zip(words.VILLAGES, self.villages, strict=True):
            address = address.replace(sample, own)
        return address

    def _village_of(self, address: str) -> str:
        """Return the village or neighbourhood of an address."""
        return next(village for village in self.villages if village in address)

    def _boarding(self, place: Place, home: str, lives_in: str) -> str:
        far = place[0] == "junior" and home != self.villages[1]
        boards = far and self.rng.random() < 0.7
        return "住校" if boards and lives_in != self.villages[1] else "走读"

    def _economy(self, pupil: Pupil) -> str | None:
        """Return how a family lives, as its work and its hardship have it; of some nothing is known."""
        row, hardship = pupil.row, pupil.row["hardship"]
        if not hardship and row["seat_no"] % 5 == 0:
            return None
        means = words.MEANS[hardship] if hardship else words.PLAIN_MEANS[row["seat_no"] % 3]
        works = {member["relation"]: livelihood(member) for member in pupil.members}
        if len(works) == 2 and len(set(works.values())) == 1:
            works = {"父母都": works.popitem()[1]}
        return "，".join([*(relation + work for relation, work in works.items()), means])

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
        if len({member["name"] for member in members}) < len(members):
            members[1]["name"] = members[1]["name"][:-1] + "福"  # a son is not called as his father
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
        for story, (_, pupil) in zip(words.STORIES, self.cases, strict=True):  # whose children are all chosen by now
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
                and self.villages[1] not in pupil.row["household_address"]  # the stories speak of villages
            ]
        )
        if story.left_class:
            self._identify(pupil, story.left_class[0])
            pupil.began = (story.school, *story.left_class)  # and the age of that class
        pupil.story = True
        self._settle(pupil, story.family, story.left_behind, {})
        home = pupil.row["household_address"]
        pupil.economy = story.economy
        pupil.row |= {
            "watched": True,
            "status": None if story.back else "辍学",
            "address": story.address or home,
            "village": self._village_of(home),
            "boarding": "走读",
            "disability": "肢体残疾" if story.reason == "因残" else None,
            "inclusion": None,  # how it can go on is still being assessed
            "hardship": story.hardship,
        }
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
            progress=story.progress.replace("〈times〉", words.TIMES[len(story.talks)]),
            responsible=self.classes[pupil.began or pupil.place]["teacher"],
            returned_on=back.day if back else None,
            return_mode=back.mode if back else None,
            return_class=class_name(pupil.place) if back else None,
            placement=back.placement if back else None,
            keeper=self.classes[pupil.place]["teacher"] if back else None,
            register_status="在籍" if back else None,
            closed_on=school_days(date.fromisoformat(back.day), TODAY)[1].isoformat() if back else None,
            closed_as="复学" if back else None,
        )

    def _write_case_absence(self, story: words.Story, pupil: Pupil) -> None:
        """Write the absence up to the day on which it became a case: the third one missed, or that of a late find."""
        days = school_days(date.fromisoformat(story.dropped), TODAY)
        missed = max(3, days.index(date.fromisoformat(story.found)) + 1)
        self._write_absence(pupil, "旷课", days[:missed], "仍未到校，登记为个案")

    def _write_talk(self, story: words.Story, talk: words.Talk, pupil: Pupil) -> None:
        member = pupil.members[talk.member - 1]
        day, visitors = date.fromisoformat(talk.day), self._sent(talk.went, pupil)
        self._occupy(visitors, day, minutes(talk.time))
        self.book.add(
            m.Visit,
            **self._named(pupil),
            visited_on=day,
            time=talk.time,
            place=self._venue(talk.mode, pupil, talk.place),
            mode=talk.mode,
            visitors=visitors,
            interviewee=member["name"],
            relation=member["relation"],
            purpose="劝返",
            economy=pupil.economy,
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

    def _sent(self, went: Sequence[str], pupil: Pupil) -> list[str]:
        """Return who went, named by post or by subject; the leader of a grade is never the principal himself."""
        class_, people = self.classes[pupil.began or pupil.place], self.staff[pupil.place[0]]
        posts = {person["post"]: person["name"] for person in reversed(people)}
        subjects = {person["subject"]: person["name"] for person in people if person["post"] == "任课教师"}
        leader = class_["leader"]
        if leader == posts["校长"]:
            leader = posts.get("副校长", posts["教导主任"])
        return [(subjects | posts | {"班主任": class_["teacher"], "分管": leader})[role] for role in went]

    def _visitors(self, pupil: Pupil, times: int) -> list[str]:
        """Return who went: the teacher of the class in which the child began the year, and company."""
        teacher, leader = (self.classes[pupil.began or pupil.place][role] for role in ("teacher", "leader"))
        others = [person["name"] for person in self.staff[pupil.place[0]] if person["name"] not in (teacher, leader)]
        company = [leader, *self.rng.sample(others, 2)]
        return [teacher, *self.rng.sample(company, times - 1)]

    def _free(self, visitors: Sequence[str], day: date, minute: int) -> bool:
        """Return whether none of the visitors is elsewhere then, or on the way."""
        return all(abs(minute - other) >= APART for name in visitors for other in self.busy.get((name, day), ()))

    def _occupy(self, visitors: Sequence[str], day: date, minute: int) -> None:
        for name in visitors:
            self.busy.setdefault((name, day), []).append(minute)

    def _venue(self, mode: str, pupil: Pupil, where: str = "") -> str:
        """Return where a talk was; a visit is to the village in which the child lives, as its address has it."""
        if mode == "上门":
            if where and pupil.row["village"] not in pupil.row["address"]:
                return where
            houses = ("学生家中", "学生家院子里")[: 1 if pupil.row["village"] == self.villages[1] else 2]
            return pupil.row["village"] + (where or self.rng.choice(houses))
        return {"电话": "电话联系", "视频": "网络视频", "到校面谈": "学校办公室"}[mode]

    def _photo(self, mode: str) -> str | None:
        taken = mode == "上门" and self.rng.random() < 0.6
        return f"家访-{len(self.book.rows[m.Visit]) + 1:03d}" if taken else None

    def _write_notices(self) -> None:
        for number, paper in enumerate(words.NOTICES, 1):
            case, pupil = self.cases[paper.story]
            row = self.book.add(m.Notice, id=f"{self.index * 100 + number:03d}", case=case["no"], kind=paper.kind)
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
            longest = {"病假": 5, "事假": 3, "旷课": 1}[kind]
            for pupil in self.rng.sample(self._absentees(kind), times - 1):
                first = self._first_missed(kind, days[: len(days) - longest])
                span = days[first : first + self.rng.randrange(1, longest + 1)]
                self._write_absence(pupil, kind, span, self.rng.choice(words.ABSENCE_NOTES[kind]))
                if kind == "旷课":
                    self.truants[pupil] = span[0]
            pupil = self.rng.choice(self._absentees(kind))
            self._write_absence(pupil, kind, days[-2:], words.ONGOING_NOTES[kind], ended=False)
            if kind == "旷课":
                self.still_away.append((pupil, days[-2:]))

    def _absentees(self, kind: str) -> list[Pupil]:
        """Return the children who can have been absent; a truant is visited the same day, so one who goes home."""
        pool = [pupil for pupil in self.pupils if pupil.present and pupil.row["id_no"] not in self.away]
        if kind == "旷课":
            pool = [pupil for pupil in pool if pupil.reachable and pupil.place[1] in m.GRADES[4:]]
            pool = [pupil for pupil in pool if {"走读", "有电话"} <= self._facts(pupil)]
        return pool

    def _first_missed(self, kind: str, days: Sequence[date]) -> int:
        """Return the position of a day; of truancy one with lessons the next day, when the child is to be back."""
        while True:
            first = self.rng.randrange(len(days))
            if kind != "旷课" or is_school_day(days[first] + timedelta(days=1)):
                return first

    def _write_absence(self, pupil: Pupil, kind: str, span: list[date], note: str, *, ended: bool = True) -> None:
        days: Row = {"start": span[0], "end": span[-1], "days": len(span)} if ended else {"start": span[0]}
        self.book.add(m.Absence, **self._named(pupil), kind=kind, **days, note=note)
        self.away.add(pupil.row["id_no"])

    def _write_visits(self) -> None:
        present = [pupil for pupil in self.pupils if pupil.present and pupil.reachable]
        here = [pupil for pupil in present if pupil.row["id_no"] not in self.away]
        pools = {
            "无故缺勤": list(self.truants),
            "厌学": [pupil for pupil in here if pupil.place[0] == "junior"],
            "重点对象": [pupil for pupil in here if pupil.row["watched"]],
        }
        visited: set[str] = set()  # once each, so that no two talks with a family are at odds
        namesake = next((pupil for pupil in here if pupil.row["name"] in words.NAMESAKES), None)
        if namesake:  # told apart by number only: let a visit depend on it
            visited.add(namesake.row["id_no"])
            self._write_visit("定期家访", words.THEMES["定期家访"][0], namesake)
        for purpose, times in VISITS.items():
            pool = [pupil for pupil in pools.get(purpose, here) if pupil.row["id_no"] not in visited]
            used: Counter[words.Theme] = Counter()
            for pupil in self.rng.sample(pool, min(times, len(pool))):
                visited.add(pupil.row["id_no"])
                self._write_visit(purpose, self._theme(purpose, pupil, used), pupil)
        for pupil, days in self.still_away:
            for theme, day, went in zip(words.STILL_AWAY, days, (words.TEACHER, words.LEADER), strict=True):
                self._write_visit("无故缺勤", theme, pupil, day, self._sent(went, pupil))

    def _facts(self, pupil: Pupil) -> set[str]:
        """Return what is so of a child, in the words by which themes and phrases ask for it."""
        row = pupil.row
        facts = {row["boarding"], row["left_behind"], pupil.place[1]}
        facts |= {"初中" if pupil.place[0] == "junior" else "小学"}
        facts |= {"镇上" if row["village"] == self.villages[1] else "村里"}
        facts |= {"困难" if row["hardship"] else "不困难"}
        facts |= set() if row["disability"] else {"健全"}
        facts |= {"有电话"} if all(member["phone"] for member in pupil.members) else set()
        facts |= {f"{member['relation']}在家" for member in pupil.at_home}
        return facts | {member["workplace"] for member in pupil.at_home if member["relation"] not in ELDERS}

    def _theme(self, purpose: str, pupil: Pupil, used: Counter[words.Theme]) -> words.Theme:
        """Return the theme least used so far of those that suit the pupil's family."""
        at_home, facts = {"", *(member["relation"] for member in pupil.at_home)}, self._facts(pupil)
        suitable = [one for one in words.THEMES[purpose] if one.who in at_home and facts.issuperset(one.needs)]
        theme = min(suitable, key=lambda one: used[one])
        used[theme] += 1
        return theme

    def _write_visit(
        self,
        purpose: str,
        theme: words.Theme,
        pupil: Pupil,
        missed: date | None = None,
        visitors: Sequence[str] = (),
    ) -> None:
        missed = missed or (self.truants[pupil] if purpose == "无故缺勤" else None)
        mode = "上门" if missed else self._mode(theme, pupil)
        opening, closing = self._frame(purpose, theme, mode, pupil)
        member = next((one for one in pupil.at_home if one["relation"] == theme.who), pupil.at_home[0])
        went = list(visitors) or self._visitors(pupil, self.rng.choice((1, 2, 3) if mode == "上门" else (1, 1, 2)))
        day, minute = self._appointment(mode, opening, pupil, went, missed)
        self.book.add(
            m.Visit,
            **self._named(pupil),
            visited_on=day,
            time=f"{minute // 60:02d}:{minute % 60:02d}",
            place=self._venue(mode, pupil),
            mode=mode,
            visitors=went,
            interviewee=member["name"],
            relation=member["relation"],
            purpose=purpose,
            economy=pupil.economy,
            cause=theme.cause,
            thoughts=theme.thoughts,
            opinion=theme.opinion,
            law=self._law(purpose, pupil),
            content=opening.text + theme.content + closing.text,
            result=theme.result,
            follow_up=theme.follow_up,
            photo=self._photo(mode),
        )

    def _mode(self, theme: words.Theme, pupil: Pupil) -> str:
        """Return how a talk was held, of the ways in which it can have been; no call without a number."""
        calls = ("电话", "视频") if "有电话" not in self._facts(pupil) else ()
        return self.rng.choice([mode for mode in MODES if mode in theme.modes and mode not in calls])

    def _frame(self, purpose: str, theme: words.Theme, mode: str, pupil: Pupil) -> tuple[words.Phrase, words.Phrase]:
        """Return how a talk began and ended, so that no other of the township has the same words."""
        facts = self._facts(pupil)
        openings = words.TRUANCY_OPENINGS if purpose == "无故缺勤" else words.OPENINGS[mode]
        if theme.plain or theme in words.STILL_AWAY:
            openings = (words.Phrase(""),)
        frames = [
            (opening, closing)
            for opening in openings
            for closing in words.CLOSINGS[mode]
            if facts.issuperset((*opening.needs, *closing.needs))
        ]
        new = [frame for frame in frames if frame[0].text + theme.content + frame[1].text not in self.told]
        opening, closing = self.rng.choice(new or frames)
        self.told.add(opening.text + theme.content + closing.text)
        return opening, closing

    def _appointment(
        self, mode: str, opening: words.Phrase, pupil: Pupil, visitors: Sequence[str], missed: date | None
    ) -> tuple[date, int]:
        """Return a day and a minute at which child and visitors can have met; boarders are at home on days off."""
        home = mode != "到校面谈" and pupil.row["boarding"] == "住校"
        days = [missed] if missed else days_off(*VISITING) if home else school_days(*VISITING)
        hours = words.DAY_OFF_HOURS if home and mode == "上门" else words.HOURS[mode]
        first, last = map(minutes, opening.hours if opening.hours[0] else hours)
        for _ in range(MOST_TRIES):
            day, minute = self.rng.choice(days), self.rng.randrange(first, last + 1, 5)
            if self._free(visitors, day, minute):
                break
        self._occupy(visitors, day, minute)  # in the largest datasets some day is full
        return day, minute

    def _write_inspections(self) -> None:
        inspections = (("2026-10-22", {"school": self.schools["junior"]}), ("2026-11-11", {"township": self.name}))
        for number, (day, unit) in enumerate(inspections, 1):
            team = [self._adult() for _ in range(3)]
            no = f"青督2026-{self.index * 2 + number:02d}"
            self.book.add(m.Inspection, no=no, **unit, held_on=day, team=team, method="看、查、访、议")

    def _write_filings(self) -> None:
        """Write what was handed in and carried out: all that fell due by October, and most of what has since."""
        for key, school in self.schools.items():
            head = self.staff[key][0]["name"]
            for paper, day, about in words.SCHOOL_FILINGS:
                self._file(paper, day, school=school, about_on=about or None, person=head)
            if key != "central":
                self._file("IN-03", "2026-10-15", school=school, person=self.staff["central"][0]["name"])
        for paper, day in words.TOWN_FILINGS:
            self._file(paper, day, township=self.name, person=self.row["officer"])
        for story, (case, pupil) in zip(words.STORIES, self.cases, strict=True):
            self._file_case(story, case, self.staff[pupil.place[0]][0]["name"], self.schools[pupil.place[0]])

    def _file_case(self, story: words.Story, case: Row, head: str, school: str) -> None:
        """Write what a school handed in about one child: on the third day missed, a week after the first visit, at
        its return."""
        days = school_days(date.fromisoformat(story.dropped), TODAY)
        third = days[max(2, days.index(date.fromisoformat(story.found)))]
        for paper in ("DR-04", "LA-08"):
            self._file(paper, third, school=school, case=case["no"], person=case["responsible"])
        for paper in ("NT-13", "DR-16"):
            if all((row["paper"], row.get("school"), row["done_on"]) != (paper, school, third) for row in self.filed):
                self._file(paper, third, school=school, person=head)
        if case["found_on"] < words.UNFILED:
            for paper, later in (("RC-15b", 1), ("IP-01", 2)):
                self._file(paper, days[days.index(third) + later], school=school, case=case["no"], person=head)
        week = date.fromisoformat(story.talks[0].day) + timedelta(days=7)
        if week < date.fromisoformat(case["returned_on"] or words.UNFILED):
            for paper in ("DR-01", "DR-02", "L-03"):
                self._file(paper, week, school=school, case=case["no"], person=head)
        if story.reason == "随迁去向不明":
            self._file("NT-10", third, school=school, case=case["no"], person=self.row["officer"])
        if case["returned_on"]:
            self._file("DR-03", case["closed_on"], school=school, case=case["no"], person=head)

    def _file(self, paper: str, day: date | str, **values: Any) -> None:
        self.filed.append(self.book.add(m.Filing, paper=paper, done_on=day, **values))


def class_name(place: Place) -> str:
    """Return the class's name, as in 三年级（1）班."""
    return f"{place[1]}（{place[2]}）班"


def livelihood(member: Row) -> str:
    """Return what a family member does for a living, as one tells it."""
    work = member["workplace"]
    if member["relation"] in ELDERS:
        return "在家种地"
    if work in words.JOBS_AWAY:
        return f"在{work}务工，每月汇款回来"
    return words.LIVELIHOODS.get(work, work)


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
    written = [
        Town(book, index, name, students // towns + (index < students % towns))
        for index, name in zip(range(towns), town_names(), strict=False)
    ]
    for part in sample_parts.PARTS:
        part.write(book, written)
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
    book.add(m.CalendarDay, day=date(YEAR + 1, 1, 1), kind="放假", note="元旦")
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
        if path.suffix in (".yaml", ".yml"):
            write_yaml(sheets, path)
        else:
            write_workbook(sheets, path, explained=True)


if __name__ == "__main__":
    main()
