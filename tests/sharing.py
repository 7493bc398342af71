"""Which tests run on one worker of pytest-xdist, because they share what took long to make."""

from __future__ import annotations

from functools import cache
from pathlib import Path

import pytest
from xdist.remote import Producer
from xdist.scheduler import LoadScopeScheduling

from generator.resources import templates_dirs

PAPERS = ("test_catalogue_rows", "test_exported", "test_golden", "test_same_text")
"""The modules that look at the same specimens, form by form."""


@cache
def forms() -> list[str]:
    """Return the ids of all built-in forms, the longest first: one may begin with another."""
    return sorted((path.stem for folder in templates_dirs() for path in folder.rglob("*.yaml")), key=len, reverse=True)


@cache
def shared(nodeid: str) -> str:
    """Return what tests that share something have in common: a form whose specimens they look at, or their module."""
    module, _, name = nodeid.partition("::")
    asked = name.partition("[")[2].removesuffix("]")
    if Path(module).stem in PAPERS and (
        form := next((one for one in forms() if f"{asked}-".startswith(f"{one}-")), "")
    ):
        return form
    return module


class Sharing(LoadScopeScheduling):  # type: ignore[misc]
    """Gives a worker one form, or one module, at a time, in the order of the tests: the many small ones are last."""

    def __init__(self, config: pytest.Config, log: Producer) -> None:
        config.option.loadscopereorder = False
        super().__init__(config, log)

    def _split_scope(self, nodeid: str) -> str:
        return shared(nodeid)


def last(nodeid: str) -> bool:
    """Return whether a test is of a form: those are many and short, so that at the end no worker is long alone."""
    return not shared(nodeid).endswith(".py")
