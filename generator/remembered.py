"""What takes long to find out of our own files, kept from one command to the next in the user's cache folder.

Each entry is named by a digest of everything it rests on, so that none can be out of date; a file of them that is
missing, damaged or cannot be written costs time and nothing else. What users' data says is never kept here.
"""

from __future__ import annotations

import hashlib
import json
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from functools import cache, cached_property
from importlib.metadata import version
from pathlib import Path
from typing import Any

from platformdirs import user_cache_path

from generator.files import write

MOST = 5000
"""Entries of a file; where they become more, those that the last command had no use for are forgotten."""


@dataclass
class Memory:
    """One file of entries, read when the first is asked for."""

    path: Path | None  # none where this user has no cache folder
    used: dict[str, Any] = field(default_factory=dict)

    @cached_property
    def _known(self) -> dict[str, Any]:
        with suppress(OSError, ValueError, RecursionError):
            found = json.loads(self.path.read_bytes()) if self.path else {}
            return found if isinstance(found, dict) else {}
        return {}

    def recall(self, key: str, find_out: Callable[[], Any]) -> Any:
        """Return the entry of that name, else what is found out now; only what JSON gives back unchanged is kept."""
        if self._known.get(key) is not None:
            self.used[key] = self._known[key]
            return self.used[key]
        value = find_out()
        with suppress(TypeError, ValueError, RecursionError):
            if value is not None and json.loads(json.dumps(value)) == value:
                self.used[key] = value
        return value

    def keep(self) -> None:
        """Write the file anew if anything was found out; where that fails, it will be found out again."""
        if self.path is None or self.used.keys() <= self._known.keys():
            return
        entries = self._known | self.used
        with suppress(OSError):
            write(self.path, json.dumps(entries if len(entries) <= MOST else self.used).encode())


@contextmanager
def remembering(name: str) -> Iterator[Memory]:
    """Give, inside the block, the memory of that name; what was found out in it is kept, also where the block fails."""
    folder = _folder()
    memory = Memory(folder / f"{name}.json" if folder else None)
    try:
        yield memory
    finally:
        if memory.used:
            memory.keep()


def _folder() -> Path | None:
    try:
        found = user_cache_path("baoxue", appauthor=False)
    except RuntimeError:  # a user without a home, as services have
        return None
    return found if found.is_absolute() else None


def digest(*parts: str | bytes) -> str:
    """Return a name for what rests on these parts, in this order."""
    whole = hashlib.sha256()
    for part in parts:
        content = part.encode("utf-8", "surrogatepass") if isinstance(part, str) else part
        whole.update(len(content).to_bytes(8, "big"))
        whole.update(content)
    return whole.hexdigest()


LIBRARIES = ("jinja2", "pydantic", "ruamel.yaml")
"""Those that definitions are read and proved with."""


@cache
def libraries() -> str:
    """Return a digest of the versions of ``LIBRARIES``."""
    return digest(*map(version, LIBRARIES))


@cache
def own_code() -> str:
    """Return a digest of this program as it is installed, and of what runs it."""
    files = (path for path in sorted(Path(__file__).parent.rglob("*.py")) if path.is_file())
    return digest(sys.version, libraries(), *(path.read_bytes() for path in files))
