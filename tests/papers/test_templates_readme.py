"""What ``templates/README.md`` says about the language of definitions is so."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import get_args

import pytest
from pydantic import TypeAdapter
from ruamel.yaml import YAML

from generator.forms import definition as spec
from generator.forms.catalogue import check, discover
from generator.forms.context import scopes_around
from generator.forms.expression import Evaluator
from generator.forms.plan import Selection
from generator.press.build import Order, build, prepare
from generator.press.run import SILENT
from generator.resources import data_dir, templates_dirs
from generator.yamlfile import read_yaml
from tests.small import national

README = templates_dirs()[-1] / "README.md"
TEXT = README.read_text(encoding="utf-8")
EXAMPLE, BLOCKS = re.findall(r"```yaml\n(.*?)```", TEXT, re.DOTALL)[:2]
HEAD = {row[1] for row in re.finditer(r"^\| (`[^|]*`) \|", TEXT, re.MULTILINE)}


def test_the_example_is_a_paper(tmp_path: Path) -> None:
    path = tmp_path / "student-talk.yaml"
    path.write_text(EXAMPLE, encoding="utf-8")
    file = read_yaml(path)
    example = spec.Definition.model_validate(file.data)
    shipped = discover()
    alone = replace(shipped, definitions={example.id: example}, files=shipped.files | {example.id: file})
    assert check(alone, national()) == []


def test_one_more_paper_is_one_more_file(tmp_path: Path) -> None:
    (tmp_path / "templates").mkdir()
    (tmp_path / "templates" / "student-talk.yaml").write_text(EXAMPLE, encoding="utf-8")
    selection = Selection(forms=("student-talk",), schools=("中心小学",), formats=("docx",))
    order = Order(data_dir() / "sample.xlsx", tmp_path / "output", tmp_path, selection)
    report = build(prepare(order, lambda: date(2026, 11, 16)), SILENT)
    assert report.papers > 1
    assert report.failed == []
    assert list((tmp_path / "output").rglob("*谈心记录*/*.docx"))


def test_every_kind_of_block_has_an_example_that_holds() -> None:
    blocks = TypeAdapter(list[spec.Block]).validate_python(YAML(typ="safe").load(BLOCKS))
    assert {type(block) for block in blocks} == set(spec.BLOCKS.values())


@pytest.mark.parametrize("key", spec.Definition.model_fields)
def test_every_key_of_the_head_is_explained(key: str) -> None:
    assert any(f"`{key}`" in row for row in HEAD) or key in ("body", "discharges")


@pytest.mark.parametrize("key", ["per", "style", "formats", "audience", "kind", "act"])
def test_every_choice_of_the_head_is_named(key: str) -> None:
    hint = spec.Definition.model_fields[key].annotation
    choices = [choice for part in (hint, *get_args(hint)) for choice in get_args(part) or (part,)]
    assert {choice for choice in choices if isinstance(choice, str) and f"`{choice}`" not in TEXT} == set()


@pytest.mark.parametrize("scope", ["county", "township", "village", "school", "class", "staff", "student"])
def test_the_names_of_a_scope_are_those_around_it(scope: str) -> None:
    assert f"| `{scope}` | " + " ".join(f"`{name}`" for name in scopes_around(scope)) + " |" in TEXT


def test_every_filter_is_named() -> None:
    assert {name for name in Evaluator().filters if f"`{name}" not in TEXT} == set()
