"""Children and young people on the registers of households: of which age, at school or not; and what others counted.

Of villages that keep no register nothing is counted: their numbers are blank, not nought.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Literal

from generator.dataset.missing import Missing, MissingValueError
from generator.dataset.models import (
    Case,
    County,
    Hamlet,
    Resident,
    School,
    Settings,
    Total,
    Township,
    Village,
    header_of,
)
from generator.policy.model import Policy

Ages = Literal["适龄", "核查", "人口"]
"""Bands of age of the policy: who is owed schooling, who is looked for in the register of students, who is listed."""

AT_SCHOOL = ("在校", "在外就读", "送教上门")
OUT_OF_SCHOOL = ("辍学", "未入学", "延缓入学")
PRIMARY, JUNIOR = (6, 11), (12, 14)
"""Ages of the stages on 31 August, as the sheet 乡镇 counts them."""
UNMATCHED = "无学籍"
"""What 比对结果 says of a child that the register of students does not have."""


def age(born: date, day: date) -> int:
    """Return how many birthdays somebody has had by a day; below nought for one not yet born."""
    return day.year - born.year - ((day.month, day.day) < (born.month, born.day))


def reckoned_on(ages: Ages, settings: Settings, today: date) -> date:
    """Return the day on which age counts: for schooling 31 August, for the other lists the day of making.

    Raises ``MissingValueError`` where the school year is not given.
    """
    if ages != "适龄":
        return today
    if settings.first_year is None:
        raise MissingValueError(Missing(header_of(Settings, "year"), settings.where("year")))
    return date(settings.first_year, 8, 31)


def of_age(
    residents: Iterable[Resident], ages: Ages, policy: Policy, settings: Settings, today: date
) -> list[Resident]:
    """Return who of some residents is in a band of age; one whose birthday nobody has written is, until it is known."""
    band = {"适龄": policy.ages.school, "核查": policy.ages.check, "人口": policy.ages.population}[ages]
    day = reckoned_on(ages, settings, today)
    return [one for one in residents if one.birth_date is None or band.least <= age(one.birth_date, day) <= band.most]


def unmatched(residents: Iterable[Resident]) -> list[Resident]:
    """Return who has a household and no number in the register of students: as 比对结果 says, or where it says nothing,
    whoever is out of school and has none."""
    return [one for one in residents if _is_unmatched(one)]


def _is_unmatched(one: Resident) -> bool:
    if one.matched:
        return UNMATCHED in one.matched
    return one.student_no is None and one.pupil is None and one.schooling in OUT_OF_SCHOOL


# Numbers


@dataclass(frozen=True, slots=True)
class Population:
    """How many children and young people a village, hamlet or township has.

    Each number raises ``MissingValueError`` where no register is kept.
    """

    unit: Village | Hamlet | Township
    listed: Sequence[Resident]
    settings: Settings
    policy: Policy
    today: date
    kept: bool

    def _count(self, found: Iterable[Resident]) -> int:
        if not self.kept:
            raise MissingValueError(Missing(Resident.sheet, self.unit.where()))
        return sum(1 for _ in found)

    @property
    def _school_age(self) -> list[Resident]:
        return of_age(self.listed, "适龄", self.policy, self.settings, self.today)

    def _aged(self, least: int, most: int) -> list[Resident]:
        day = reckoned_on("适龄", self.settings, self.today)
        return [one for one in self.listed if one.birth_date and least <= age(one.birth_date, day) <= most]

    @property
    def cutoff(self) -> date:
        """The day on which age counts."""
        return reckoned_on("适龄", self.settings, self.today)

    @property
    def school_age(self) -> int:
        """Of school age."""
        return self._count(self._school_age)

    @property
    def at_school(self) -> int:
        """Of school age, and at school, here or elsewhere."""
        return self._count(one for one in self._school_age if one.schooling in AT_SCHOOL)

    @property
    def here(self) -> int:
        """Of school age, and at a school of the dataset, or taught at home by it."""
        return self._count(one for one in self._school_age if one.schooling in ("在校", "送教上门"))

    @property
    def elsewhere(self) -> int:
        """Of school age, and at school elsewhere."""
        return self._count(one for one in self._school_age if one.schooling == "在外就读")

    @property
    def out(self) -> int:
        """Of school age, and not at school: dropped out, never enrolled, or put off."""
        return self._count(one for one in self._school_age if one.schooling in OUT_OF_SCHOOL)

    @property
    def boys(self) -> int:
        """Boys and young men, of every age listed."""
        return self._count(one for one in self.listed if one.sex == "男")

    @property
    def girls(self) -> int:
        """Girls and young women."""
        return self._count(one for one in self.listed if one.sex == "女")

    @property
    def everybody(self) -> int:
        """All who are listed."""
        return self._count(self.listed)

    @property
    def infants(self) -> int:
        """Too young for school."""
        return self._count(self._aged(-1, PRIMARY[0] - 1))

    @property
    def primary(self) -> int:
        """Of the age of primary school."""
        return self._count(self._aged(*PRIMARY))

    @property
    def junior(self) -> int:
        """Of the age of middle school."""
        return self._count(self._aged(*JUNIOR))

    @property
    def came(self) -> int:
        """Who moved in."""
        return self._count(one for one in self.listed if one.direction == "流入")

    @property
    def went(self) -> int:
        """Who moved away."""
        return self._count(one for one in self.listed if one.direction == "流出")

    @property
    def watched(self) -> int:
        """Students on the watch list."""
        return self._count(one for one in self.listed if one.pupil and one.pupil.enrolled and one.pupil.watched)

    @property
    def unmatched(self) -> int:
        """Of the ages that are checked, and not in the register of students."""
        return self._count(self._unmatched)

    @property
    def _unmatched(self) -> list[Resident]:
        return unmatched(of_age(self.listed, "核查", self.policy, self.settings, self.today))

    @property
    def checked(self) -> int:
        """Those of them whose case has been looked into."""
        return self._count(one for one in self._unmatched if one.checked_on)

    @property
    def unchecked(self) -> int:
        """Those of them whose case has not."""
        return self._count(one for one in self._unmatched if not one.checked_on)

    @property
    def misregistered(self) -> int:
        """Whose household register is wrong."""
        return self._count(one for one in self.listed if one.register_problem)

    @property
    def ages(self) -> list[AgeGroup]:
        """Age by age, from the youngest to the oldest that the policy lists."""
        band = self.policy.ages.population
        years = range(band.least, band.most + 1)
        return [AgeGroup(year, self._aged(year if year > band.least else -1, year)) for year in years if self.kept]


@dataclass(frozen=True, slots=True)
class AgeGroup:
    """Those who have had the same number of birthdays."""

    age: int
    people: Sequence[Resident]

    def _count(self, *states: str) -> int:
        return sum(one.schooling in states for one in self.people)

    @property
    def boys(self) -> int:
        """How many are male."""
        return sum(one.sex == "男" for one in self.people)

    @property
    def girls(self) -> int:
        """How many are female."""
        return sum(one.sex == "女" for one in self.people)

    @property
    def here(self) -> int:
        """How many are at a school of the dataset."""
        return self._count("在校", "送教上门")

    @property
    def elsewhere(self) -> int:
        """How many are at school elsewhere."""
        return self._count("在外就读")

    @property
    def out(self) -> int:
        """How many have dropped out, never went, or were put off."""
        return self._count(*OUT_OF_SCHOOL)


def population(unit: Village | Hamlet | Township, policy: Policy, settings: Settings, today: date) -> Population:
    """Return the numbers of a unit, of ages that the policy lists; of a township where all villages keep registers."""
    villages = unit.villages if isinstance(unit, Township) else [unit.village if isinstance(unit, Hamlet) else unit]
    kept = bool(villages) and all(village and village.residents for village in villages)
    return Population(unit, of_age(unit.residents, "人口", policy, settings, today), settings, policy, today, kept)


# Who dropped out


@dataclass(frozen=True, slots=True)
class DroppedOut:
    """A child out of school on a township's list: known from a household's register, from a case, or from both."""

    resident: Resident | None
    case: Case | None


def dropped_out(township: Township) -> list[DroppedOut]:
    """Return the dropouts of a township's households, then those of its schools who are on no register."""
    listed = [one for one in township.residents if one.schooling == "辍学"]
    known = {id(one.pupil) for one in listed if one.pupil}
    return [
        *(DroppedOut(one, one.pupil.open_case if one.pupil else None) for one in listed),
        *(DroppedOut(None, case) for case in township.cases if case.is_open and id(case.student) not in known),
    ]


# Who is to be cared for


def cared_for(residents: Iterable[Resident]) -> list[Resident]:
    """Return minors left behind or in hardship: those with a code, and those whose parents work away."""
    return [one for one in residents if one.code or (one.pupil and _left_behind(one.pupil.left_behind))]


def _left_behind(said: str | None) -> bool:
    return said is not None and said != "非留守儿童"


# What others counted, or the registers tell

COUNTED = {
    "适龄儿童少年人数": "school_age", "户籍适龄人数": "school_age", "在校生人数": "at_school",
    "外地就读人数": "elsewhere", "有户籍无学籍人数": "unmatched", "已核实人数": "checked", "未核实人数": "unchecked",
    "户籍问题人数": "misregistered",
}  # fmt: skip
"""The items of 专项人数 that are counted where nobody told them."""


def told(unit: County | Township | Village | School, paper: str, today: date, item: str = "") -> Total:
    """Return the newest number that was told of a unit for a paper (of one item, if it is named) by today.

    Raises ``MissingValueError`` where there is none.
    """
    rows = [
        row for row in unit.totals if row.paper == paper and item in ("", row.item) and row.as_of and row.as_of <= today
    ]
    if not rows:
        raise MissingValueError(Missing(item or Total.sheet, unit.where()))
    return max(rows, key=lambda row: row.as_of or date.min)


def total(
    unit: County | Township | Village | School, paper: str, item: str, policy: Policy, settings: Settings, today: date
) -> int:
    """Return the number that was told of a unit, or that its registers of households tell.

    Raises ``MissingValueError`` where neither does.
    """
    try:
        value = told(unit, paper, today, item).value
    except MissingValueError as error:
        if error.missing.why or item not in COUNTED or not isinstance(unit, Village | Township):
            raise
        counted: int = getattr(population(unit, policy, settings, today), COUNTED[item])
        return counted
    if value is None:
        raise MissingValueError(Missing(item, unit.where()))
    return value
