"""Definitions are kept while a process runs, and read and proved anew when they, or the policy, have changed."""

from __future__ import annotations

from pathlib import Path

from generator.forms.catalogue import check, discover
from tests.small import Project, national


def test_a_definition_that_has_changed_is_read_and_proved_anew(tmp_path: Path) -> None:
    here = Project(tmp_path)
    here.paper("- text: 甲")
    first = discover(tmp_path)
    assert discover(tmp_path).definitions["tiny"] is first.definitions["tiny"]
    assert check(first, national()) == []
    here.paper('- text: "{{ student.nmae }}"')
    assert len(check(discover(tmp_path), national())) == 1


def test_definitions_are_proved_anew_under_another_policy(tmp_path: Path) -> None:
    Project(tmp_path).paper("- text: \"{{ policy.titles['guardian-contract'] }}\"")
    known = discover(tmp_path)
    assert check(known, national()) == []
    titles = {name: title for name, title in national().titles.items() if name != "guardian-contract"}
    assert check(known, national().model_copy(update={"titles": titles})) != []
