"""Switches of the test suite."""

from __future__ import annotations

import signal
from collections.abc import Iterator
from pathlib import Path

import pytest
from xdist.remote import Producer

from generator.errors import STOPS
from tests.sharing import Sharing, last
from tests.small import Project, compose_once


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--update-goldens", action="store_true", help="write the golden files anew")
    parser.addoption("--every-paper", action="store_true", help="compare every paper of the sample with its export")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    items.sort(key=lambda item: last(item.nodeid))


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Producer) -> Sharing:
    return Sharing(config, log)


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Project:
    """A user's folder with the tiny county; of the built-in papers none, which makes it quick."""
    monkeypatch.setattr("generator.forms.catalogue.templates_dirs", lambda project: [project / "templates"])
    monkeypatch.setattr("generator.policy.choice.compose", compose_once)
    made = Project(tmp_path)
    made.data()
    return made


@pytest.fixture(scope="session", autouse=True)
def _own_memory(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """Keep what tests find out apart from what commands of this user remember: tests change the program in memory."""
    folder = tmp_path_factory.mktemp("remembered")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("generator.remembered.user_cache_path", lambda *_, **__: folder)
        yield


@pytest.fixture
def handlers() -> Iterator[None]:
    """Keep how this process takes signals."""
    before = {number: signal.getsignal(number) for number in STOPS}
    yield
    for number, handler in before.items():
        signal.signal(number, handler)
