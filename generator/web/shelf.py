"""What lies in the output folder, to be listed, taken and opened: only files of ours that really lie inside it."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import threading
import zipfile
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache, partial
from io import RawIOBase
from pathlib import Path
from typing import Any

from generator.press.folder import INDEX, JOURNAL, MANIFEST, known_files, read_manifest
from generator.press.standing import Standing, lying, place_of

CHUNK = 1 << 16


@dataclass(frozen=True, slots=True)
class Folder:
    """The output folder, or one in it that holds what was made apart: its name, and what runs made in it."""

    out: Path
    name: str  # nothing for the output folder itself
    entries: dict[str, Any]
    known: dict[str, list[str]]

    @property
    def path(self) -> Path:
        """Where it lies."""
        return self.out / self.name

    @property
    def indexed(self) -> bool:
        """Whether it has an index: a run that was killed leaves none."""
        return (self.path / INDEX).is_file()

    @property
    def places(self) -> dict[str, int]:
        """How many files there are of each school or township."""
        return dict(sorted(Counter(place_of(path, self.entries.get(path, {})) for path in self.known).items()))

    @property
    def stems(self) -> set[str]:
        """The print files, in whatever format."""
        return {path.rpartition(".")[0] for path in self.known}

    def lying(self, place: str) -> tuple[Standing, ...]:
        """Return how the files of one place stand."""
        own = {path: made for path, made in self.known.items() if place_of(path, self.entries.get(path, {})) == place}
        return lying(self.path, self.entries, own)

    def members(self, place: str | None) -> Iterator[tuple[str, Path]]:
        """Yield the names and paths of the files of one place, or of all with the index."""
        for path in sorted(self.known):
            if place is None or place_of(path, self.entries.get(path, {})) == place:
                found = inside(self.path, path)
                if found:
                    yield path, found
        if place is None and (index := inside(self.path, INDEX)):
            yield INDEX, index

    def address(self, path: str) -> str:
        """Return a file's path below the output folder."""
        return f"{self.name}/{path}" if self.name else path


def folders(out: Path) -> list[Folder]:
    """Return the output folder and those in it that hold what was made apart, newest first, none that is empty."""
    apart = [one.name for one in out.iterdir() if not one.is_symlink() and _marks(one)] if out.is_dir() else []
    found = [_folder(out, name, _stamp(out / name)) for name in ("", *sorted(apart, reverse=True))]
    return [folder for folder in found if folder.known]


def file(out: Path, name: str) -> Path | None:
    """Return the file that a name below the output folder means, if it is there and is a run's work or an index."""
    for folder in folders(out):
        prefix = f"{folder.name}/" if folder.name else ""
        rest = name.removeprefix(prefix)
        if name.startswith(prefix) and (rest in folder.known or rest == INDEX):
            return inside(folder.path, rest)
    return None


def can_open() -> bool:
    """Return whether a folder can be shown in a window of this machine."""
    return sys.platform == "win32" or _opener() is not None


def open_folder(folder: Path) -> None:
    """Show a folder in a window of this machine; raises ``OSError``."""
    if sys.platform == "win32":
        os.startfile(folder)
    elif program := _opener():
        quiet: Any = dict.fromkeys(("stdin", "stdout", "stderr"), subprocess.DEVNULL)
        opening = partial(
            subprocess.run, [program, str(folder.resolve())], check=False, start_new_session=True, **quiet
        )
        threading.Thread(target=opening, daemon=True).start()  # it may last as long as the window


def _opener() -> str | None:
    if sys.platform == "darwin":
        return shutil.which("open")
    return shutil.which("xdg-open") if os.environ.keys() & {"DISPLAY", "WAYLAND_DISPLAY"} else None


def inside(folder: Path, name: str) -> Path | None:
    """Return a file below a folder; nothing where it is none, or a link leads out of the folder."""
    path = folder / name
    try:
        real = path.resolve(strict=True)
    except (OSError, ValueError):
        return None
    return path if real == folder.resolve() / name and real.is_file() else None


def zipped(members: Iterable[tuple[str, Path]]) -> Iterator[bytes]:
    """Yield a zip of files, piece by piece; they are packed already and are only put together."""
    sink = _Sink()
    with zipfile.ZipFile(sink, "w") as package:
        for name, path in members:
            entry = zipfile.ZipInfo(name, (1980, 1, 1, 0, 0, 0))
            with path.open("rb") as source, package.open(entry, "w", force_zip64=True) as target:
                while piece := source.read(CHUNK):
                    target.write(piece)
                    yield sink.taken()
    yield sink.taken()


class _Sink(RawIOBase):
    """A file without an end, read while it is written."""

    def __init__(self) -> None:
        self._pieces: list[bytes] = []

    def writable(self) -> bool:
        return True

    def write(self, data: Any) -> int:
        self._pieces.append(bytes(data))
        return len(data)

    def taken(self) -> bytes:
        """Return what was written since."""
        pieces, self._pieces = self._pieces, []
        return b"".join(pieces)


def _marks(folder: Path) -> list[Path]:
    return [mark for name in (MANIFEST, JOURNAL) if (mark := folder / name).is_file()]


def _stamp(folder: Path) -> tuple[tuple[int, int], ...]:
    return tuple((found.st_mtime_ns, found.st_size) for mark in _marks(folder) if (found := mark.stat()))


@lru_cache(maxsize=32)
def _folder(out: Path, name: str, _: tuple[tuple[int, int], ...]) -> Folder:
    """Return a folder as it is told of by its manifest and journal, read again when these change."""
    return Folder(out, name, read_manifest(out / name)["files"], known_files(out / name))
