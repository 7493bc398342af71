"""Guides for people who begin: Markdown whose steps are also a script that a test walks.

In a step, 点「…」 is a click on a button or link, 在「…」里填「…」 and 在「…」里选「…」 fill in, 把「…」放进「…」 hands
a file over, 勾「…」 ticks, 看到「…」 is what the page must show then. Lines in a fence of ``sh`` are commands.
Everything else is for people.
"""

from __future__ import annotations

import re
import shlex
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

_VERBS = re.compile(
    r"在「(?P<field>[^」]+)」里(?P<how>填|选)「(?P<value>[^」]+)」|把「(?P<file>[^」]+)」放进「(?P<into>[^」]+)」"
    r"|(?P<verb>点|勾|看到)「(?P<name>[^」]+)」"
)
_FENCE = re.compile(r"```sh\n(.*?)```", re.DOTALL)
_HEAD = re.compile(r"<!-- (?P<key>\w+): (?P<value>[^>]+?) -->")
_COUNT = re.compile(r"共 (?P<acts>\d+) 次(?:点击|命令)，机器用时 (?P<seconds>\d+) 秒")


@dataclass(frozen=True, slots=True)
class Act:
    """One thing that a person does or looks for."""

    verb: str  # 点 勾 填 选 放 看到 命令
    name: str
    value: str = ""

    @property
    def counts(self) -> bool:
        """Whether it is something to do, and not to see."""
        return self.verb != "看到"


@dataclass(frozen=True, slots=True)
class Guide:
    """A guide: where it begins, what it does, and how much work it says that is."""

    path: Path
    head: dict[str, str]
    acts: tuple[Act, ...]
    said: int

    @property
    def count(self) -> int:
        """How many clicks or commands it takes."""
        return sum(act.counts for act in self.acts)

    def with_seconds(self, seconds: float) -> str:
        """Return its text with the acts counted and the seconds measured."""
        return _COUNT.sub(
            lambda found: re.sub(r"\d+(?= 秒)", str(round(seconds)), re.sub(r"\d+(?= 次)", str(self.count), found[0])),
            self.path.read_text("utf-8"),
        )


def read_guide(path: Path) -> Guide:
    """Return the guide in a file."""
    text = path.read_text("utf-8")
    said = _COUNT.search(text)
    assert said, f"{path.name} does not say how many clicks or commands it takes"
    return Guide(path, dict(_HEAD.findall(text)), tuple(_acts(text)), int(said["acts"]))


def _acts(text: str) -> Iterator[Act]:
    for fence in _FENCE.findall(text):
        for line in fence.splitlines():
            if line.startswith("baoxue "):
                yield Act("命令", line, " ".join(shlex.split(line, comments=True)[1:]))
    for line in text.splitlines():
        if not re.match(r"\d+\. ", line):
            continue
        for found in _VERBS.finditer(line):
            if found["field"]:
                yield Act(found["how"], found["field"], found["value"])
            elif found["file"]:
                yield Act("放", found["into"], found["file"])
            else:
                yield Act(found["verb"], found["name"])
