"""The units whose files make up a dataset: what each file gives, and what its unit is called."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from generator.dataset.columns import Batch
from generator.dataset.folders import levels
from generator.dataset.models import Record, School, Township
from generator.errors import Level, Problem


class Given:
    """The records of one model by the file that gives them and by every folder that it lies in."""

    def __init__(self, batches: Iterable[Batch]) -> None:
        self._given: dict[str, dict[int, Any]] = defaultdict(dict)
        for batch in batches:
            records = {id(record): record for record in batch.meant}
            for level in levels(batch.file):
                self._given[level] |= records

    def by(self, level: str) -> list[Any]:
        """Return the records that a file, or a folder with all below it, gives."""
        return list(self._given[level].values()) if level in self._given else []

    def sole(self, level: str) -> Any:
        """Return the only record that a file or folder gives, or nothing where it gives none or several."""
        given = self._given.get(level, {})
        return next(iter(given.values())) if len(given) == 1 else None

    def lone(self, file: str) -> Any:
        """Return the only record of the file, else of the narrowest folder around it that gives just one."""
        return next((record for level in levels(file) if (record := self.sole(level))), None)

    def nearest(self, records: list[Any], file: str) -> list[Any]:
        """Return those of ``records`` that the file gives, else the narrowest folder around it that gives any."""
        for level in levels(file):
            given = self._given.get(level, {})
            if near := [record for record in records if id(record) in given]:
                return near
        return records


def supplied(batches: Iterable[Batch]) -> dict[type[Record], list[School]]:
    """Return of each sheet the schools for which there is one: those that its file gives, or, where that gives none,
    those of the folder around it."""
    kept = list(batches)
    schools = Given(batch for batch in kept if batch.model is School)
    found: dict[type[Record], list[School]] = defaultdict(list)
    for batch in kept:
        found[batch.model] += next((given for level in levels(batch.file) if (given := schools.by(level))), [])
    return found


def titles(batches: Iterable[Batch], files: Iterable[str]) -> dict[str, str]:
    """Return what the unit of each file is called: the school or township that the file is of, else the file itself.

    Files of one school, as the sheets of one that keeps them apart, are of one unit.
    """
    kept = list(batches)
    given = [Given(batch for batch in kept if batch.model is model) for model in (School, Township)]
    units = {file: _unit(file, given) for file in files}
    called = {id(unit): _called(unit) for unit in units.values() if unit}
    taken = list(called.values())
    return {
        file: called[id(unit)] if unit and taken.count(called[id(unit)]) == 1 else file for file, unit in units.items()
    }


def _unit(file: str, given: list[Given]) -> School | Township | None:
    """Return the school or township of a file; where the file says nothing of either, that of the folder around it."""
    for level in levels(file):
        if any(each.by(level) for each in given):
            found: School | Township | None = next((unit for each in given if (unit := each.sole(level))), None)
            return found
    return None


def _called(unit: School | Township) -> str:
    return (unit.short_name if isinstance(unit, School) else unit.name) or ""


# What each must mend


@dataclass(slots=True)
class Unit:
    """A unit, and the problems that stand in its files."""

    title: str
    problems: list[Problem] = field(default_factory=list)

    def count(self, level: Level) -> int:
        """Return how many problems of a level there are."""
        return sum(problem.level == level for problem in self.problems)

    @property
    def told(self) -> str:
        """How many there are, for the user."""
        if not self.problems:
            return "没有问题"
        return f"{self.count('error')} 个错误，{self.count('warning')} 个提醒"


def by_unit(titles: Mapping[str, str], problems: Iterable[Problem]) -> list[Unit]:
    """Return every unit with its problems, errors first; what concerns several units is told to each of them.

    ``titles`` are those of the dataset (see ``titles``); a file that is not among them is a unit of its own.
    """
    found = {title: Unit(title) for title in titles.values()}
    for problem in sorted(problems, key=lambda problem: problem.level):
        for title, told in _told(titles, problem):
            found.setdefault(title, Unit(title)).problems.append(told)
    return list(found.values())


def _told(titles: Mapping[str, str], problem: Problem) -> Iterator[tuple[str, Problem]]:
    """Yield each unit that a problem concerns and the problem as told there, with the place that is its own."""
    places = {titles.get(place.file, place.file): place for place in reversed((problem.place, *problem.also))}
    own = titles.get(problem.place.file, problem.place.file)
    others = [title for title in places if title != own]
    also = f"（也告诉了{'、'.join(reversed(others))}）" if others else ""
    yield own, replace(problem, what=problem.what + also)
    for title in others:
        what = f"{own}的 {problem.place} 与这里有关：{problem.what}"
        yield title, replace(problem, place=places[title], what=what)
