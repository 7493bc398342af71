"""Teams that bring children back, and what plans are made of."""

from __future__ import annotations

import random
from itertools import cycle
from typing import TYPE_CHECKING, Any

from generator.dataset import models as m

if TYPE_CHECKING:
    from make_sample import Book, Town

SEED = 1107
CHILDREN_KEPT = 6  # about so many to a teacher of a class
UNKEPT = (
    "三年级（2）班",
    3,
)  # a class in which some children are still to be given to somebody, and from which seat on
OFFICERS = ("尉迟堃", "司徒玥", "龙𬭎")
TEAMS = (
    "云溪镇控辍保学第一劝返工作队",
    "云溪镇控辍保学第二劝返工作队",
    "外出务工集中村（七里铺村、枫林坳村、上河村）流动劝返工作队",
)
DUTIES = {
    "镇领导": "带队入户，协调部门，审定劝返办法",
    "乡镇干部": "查清去向，宣讲法律，办理文书送达",
    "村干部": "引路入户，联系外出监护人，掌握返乡动向",
    "教师": "讲清学业安排，商定返校时间，做好交接",
    "民警": "协助查找去向不明学生",
}


def write(book: Book, towns: list[Town]) -> None:
    """Write the rows of the sample."""
    rng = random.Random(SEED)
    _keep(rng, towns[0])
    _teams(rng, book, towns[0])


def _keep(rng: random.Random, town: Town) -> None:
    """Give each child of the central school a teacher of its class; of one class some have nobody yet."""
    for place, class_ in town.classes.items():
        if place[0] != "central":
            continue
        name = f"{place[1]}（{place[2]}）班"
        subjects = [
            one["name"] for one in town.staff["central"] if one["post"] == "任课教师" and name in one["teaches"]
        ]
        roll = [pupil for pupil in town.pupils if pupil.row["school"] == town.schools["central"]]
        roll = [pupil for pupil in roll if pupil.row["class_"] == name and pupil.row["status"] in (None, "辍学")]
        keepers = cycle(
            rng.sample([class_["teacher"], *subjects], min(len(subjects) + 1, len(roll) // CHILDREN_KEPT + 1))
        )
        for pupil, keeper in zip(roll, keepers, strict=False):
            if name != UNKEPT[0] or pupil.row["seat_no"] < UNKEPT[1]:
                pupil.row["keeper"] = keeper


def _teams(rng: random.Random, book: Book, town: Town) -> None:
    """Write three teams, each for some villages: led by an official who answers for one of them."""
    villages = [row for row in book.rows[m.Village] if row["township"] == town.name]
    last = [row for row in villages if row["name"] in TEAMS[2]]
    first = [row for row in villages if row not in last]
    half = (len(first) + 1) // 2
    people = {person["name"]: person for staff in town.staff.values() for person in staff}
    phones = iter(f"1980000{number:04d}" for number in range(1, 100))
    for team, covered, officer in zip(TEAMS, (first[:half], first[half:], last), OFFICERS, strict=True):
        own = covered[0]
        teacher: dict[str, Any] = people[own["school_contact"]]
        village = own["name"] + ("居民委员会" if own["name"].endswith("社区") else "村民委员会")
        shared: dict[str, Any] = {"township": town.name, "team": team, "villages": [row["name"] for row in covered]}
        rows = (
            ("队长", own["leader"], town.row["government"], "党政班子成员", "镇领导", next(phones), None),
            (
                "队员",
                own["officer"],
                town.row["government"],
                rng.choice(("包村干部", "公共服务办公室干部")),
                "乡镇干部",
                next(phones),
                None,
            ),
            ("队员", own["director"], village, "主任", "村干部", own["phone"], None),
            ("队员", teacher["name"], teacher["school"], teacher["post"], "教师", teacher["phone"], teacher["school"]),
            ("队员", officer, f"{town.name}公安派出所", None, "民警", next(phones), None),
        )
        for role, name, unit, post, kind, phone, school in rows:
            whole = kind != "民警"  # who is called in where a child is not to be found has no villages of his own
            book.add(
                m.TeamMember,
                **(shared if whole else {"township": town.name, "team": team}),
                role=role,
                name=name,
                unit=unit,
                post=post,
                kind=kind,
                school=school,
                phone=phone,
                duty=DUTIES[kind],
            )
