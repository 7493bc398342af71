"""A run that was ended in the middle: what it was to make and what it had finished, so that another can go on.

It is kept beside the output until a run ends by itself: a line for what was asked, then one for each print file.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import asdict, dataclass
from pathlib import Path

from pydantic import TypeAdapter

from generator.files import write
from generator.press.folder import sha256
from generator.press.run import Result

RECORD = ".baoxue.run"
_RESULT = TypeAdapter(Result)


@dataclass(frozen=True, slots=True)
class Intent:
    """What a run is to make: how it is called and was asked for, and ``basis``, a digest of all that it rests on.

    ``files`` are print files, ``papers`` counted once for each format.
    """

    title: str
    asked: str
    basis: str
    folder: str = ""  # where its files go, below the output folder
    files: int = 0
    papers: int = 0


@dataclass(frozen=True, slots=True)
class Unfinished:
    """A run that was ended, and the results it had."""

    intent: Intent
    results: tuple[Result, ...] = ()

    @property
    def files(self) -> int:
        """How many print files it had made."""
        return sum(bool(result.made) for result in self.results)


def begin(out: Path, intent: Intent, before: Iterable[Result] = ()) -> None:
    """Note what a run is about to make, and what of it is made already, in place of what was noted before."""
    lines = [json.dumps(asdict(intent), ensure_ascii=False).encode() + b"\n", *map(_line, before)]
    write(out / RECORD, b"".join(lines), settled=False)  # lest a kill just now lose what was noted before


def add(out: Path, result: Result) -> None:
    """Note what became of one print file."""
    with (out / RECORD).open("ab") as record:
        record.write(_line(result))


def _line(result: Result) -> bytes:
    return _RESULT.dump_json(result) + b"\n"


def unfinished(out: Path) -> Unfinished | None:
    """Return the run that was ended in the middle, if there is one; a line that was half-written is none."""
    results: list[Result] = []
    with suppress(OSError, ValueError, TypeError):
        first, *lines = (out / RECORD).read_bytes().splitlines()
        intent = Intent(**json.loads(first))
        with suppress(ValueError):
            results += map(_RESULT.validate_json, lines)
        return Unfinished(intent, tuple(results))
    return None


def forget(out: Path) -> None:
    """Forget the run that was ended."""
    with suppress(OSError):
        (out / RECORD).unlink()


def intact(folder: Path, results: Iterable[Result]) -> list[Result]:
    """Return the results that need not be made again: nothing in them failed, and their files lie there as made."""
    return [result for result in results if not result.failed and _lies(folder, result)]


def _lies(folder: Path, result: Result) -> bool:
    if not result.printouts:
        return True  # all was held back
    if {made.path for made in result.made if not made.kept} != {target for _, target in result.job.targets}:
        return False
    with suppress(OSError):
        return all(sha256((folder / made.path).read_bytes()) == made.sha256 for made in result.made)
    return False
