"""What can go wrong, how it is told, and the exit code that goes with it."""

from __future__ import annotations

import difflib
import signal
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import IntEnum
from typing import Literal

Level = Literal["error", "warning"]
STOPS = tuple(getattr(signal, name) for name in ("SIGINT", "SIGTERM", "SIGHUP") if hasattr(signal, name))
"""What a person, the system or a terminal that is closed sends to end a command; Windows has not all of them."""


class Exit(IntEnum):
    """Exit codes of the command line; published, never changed."""

    DONE = 0
    FAILURE = 1
    USAGE = 2
    DATA = 3
    TEMPLATE = 4
    PARTIAL = 5
    INTERRUPTED = 130


@dataclass(frozen=True, slots=True)
class Place:
    """Where in the user's files something stands: file, then sheet and cell, or line and (in ``cell``) key."""

    file: str = ""
    sheet: str = ""
    cell: str = ""
    line: int = 0

    def __str__(self) -> str:
        if self.sheet:
            return f"{self.file} {self.sheet}!{self.cell}" if self.cell else f"{self.file} {self.sheet}"
        if self.line:
            return f"{self.file} 第{self.line}行" + (f"“{self.cell}”" if self.cell else "")
        return self.file


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing that is wrong: where it stands, what was found, what to do about it.

    ``also`` are other places that contradict it, of which nobody can tell which one is wrong.
    """

    place: Place
    what: str
    todo: str
    level: Level = "error"
    also: tuple[Place, ...] = ()

    def __str__(self) -> str:
        mark = "错误" if self.level == "error" else "提醒"
        return f"{mark} {self.place}：{self.what}。{self.todo}。"


class BaoxueError(Exception):
    """An expected failure, told to the user as a sentence."""

    exit_code = Exit.FAILURE


class Problems(BaoxueError):
    """A failure made of several problems, all told at once."""

    def __init__(self, problems: Iterable[Problem]) -> None:
        self.problems = tuple(problems)
        super().__init__("\n".join(str(problem) for problem in self.problems))

    def __reduce__(self) -> tuple[type[Problems], tuple[tuple[Problem, ...]]]:
        return type(self), (self.problems,)


class DataError(Problems):
    """The dataset cannot be used at all: an unreadable file, an unknown sheet or header."""

    exit_code = Exit.DATA


class TemplateError(Problems):
    """A definition is wrong, so no paper of it may be printed."""

    exit_code = Exit.TEMPLATE


def near(name: str, known: Sequence[str]) -> str:
    """Return a hint naming the known names nearest to ``name``, or nothing when none is near."""
    hits = difflib.get_close_matches(name, known, n=3, cutoff=0.5)
    return f"，是不是“{'”“'.join(hits)}”" if hits else ""
