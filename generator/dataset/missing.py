"""What stands for a value that is not there, or is there but must not be printed."""

from __future__ import annotations

from dataclasses import dataclass
from typing import NoReturn

from generator.errors import Place


class MissingValueError(Exception):
    """A missing value was used as if it were there."""

    def __init__(self, missing: Missing) -> None:
        self.missing = missing
        super().__init__(missing.label)


@dataclass(frozen=True, slots=True, eq=False)
class Missing:
    """A value that is not there, or not to be trusted: its name and the place where it should stand.

    One that is not there is false, so that ``or`` may replace it; for one not to be trusted, which says ``why``,
    nothing may stand in. Any other use raises ``MissingValueError``.
    """

    label: str
    place: Place
    why: str = ""

    @property
    def told(self) -> str:
        """What is wrong, for the user."""
        return self.why or f"“{self.label}”没有填"

    def __bool__(self) -> bool:
        if self.why:
            raise MissingValueError(self)
        return False

    def __eq__(self, other: object) -> bool:
        return self is other or bool(self)

    __hash__ = object.__hash__

    def __getattr__(self, name: str) -> NoReturn:
        if name.startswith("__"):  # what copying and pickling look for
            raise AttributeError(name)
        raise MissingValueError(self)

    def _used(self, *_: object) -> NoReturn:
        raise MissingValueError(self)

    __str__ = __iter__ = __len__ = __round__ = __getitem__ = __lt__ = __le__ = __gt__ = __ge__ = _used
    __add__ = __radd__ = __sub__ = __rsub__ = __mul__ = __rmul__ = __truediv__ = __rtruediv__ = _used
