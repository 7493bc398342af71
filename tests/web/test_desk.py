"""What the desk knows is of today, and what goes wrong while it reads is told."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from generator.web import desk
from tests.small import Project
from tests.web.page import page_of, text


def test_after_midnight_nothing_is_shown_as_of_yesterday(project: Project, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(desk, "clock", lambda: datetime(2026, 9, 11, 23, 59, tzinfo=UTC))
    page = page_of(project, today=None)
    monkeypatch.setattr(desk, "clock", lambda: datetime(2026, 9, 12, 0, 1, tzinfo=UTC))
    monkeypatch.setattr(desk, "PATIENCE", 0.0)
    monkeypatch.setattr(page.desk, "read", lambda: None)  # it is not read yet
    assert page.desk.known() is None


def test_a_fault_while_the_dataset_is_read_is_told_and_not_waited_out(
    project: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_: object, **__: object) -> None:
        raise RuntimeError("石小满")

    monkeypatch.setattr(desk, "gather", broken)
    shown = text(page_of(project).get("/"))
    assert "程序出错（RuntimeError）" in shown
    assert "石小满" not in shown
    log = (project.folder / "baoxue-错误.log").read_text("utf-8")
    assert "broken" in log
    assert "石小满" not in log
