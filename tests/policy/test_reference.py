"""docs/policy.md: what the model says, field by field, and where every number of the public plans went."""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path

import pytest

from generator.forms.catalogue import discover
from generator.policy import duties
from generator.policy.load import load_policy, presets
from generator.policy.model import Policy
from generator.policy.numbers import NUMBERS, Number
from generator.policy.parameters import parameters
from generator.policy.parts import Strict
from generator.policy.reference import reference

ROOT = Path(__file__).resolve().parents[2]
DOCS = ROOT / "docs"
DESCRIBING = ("model", "parts", "numbers", "coherence", "show", "parameters", "provenance", "reference")
KNOWN = {one.path for one in parameters(load_policy("national"))}


def test_the_page_is_what_the_model_says() -> None:
    told = (DOCS / "policy.md").read_text("utf-8")
    assert told == reference(), "python -m generator.policy.reference > docs/policy.md"


@pytest.mark.parametrize("model", Strict.__subclasses__())
def test_every_field_has_a_chinese_name_and_a_meaning(model: type[Strict]) -> None:
    if model.__module__.startswith("generator.policy") and model.__name__ != "Dimension":
        assert [name for name, info in model.model_fields.items() if not (info.title and info.description)] == []


def test_every_part_of_the_policy_has_its_section() -> None:
    page = reference()
    assert [name for name in Policy.model_fields if f"| `{name}` |" not in page] == []


@pytest.mark.parametrize("number", NUMBERS, ids=lambda number: number.rule)
def test_every_number_of_the_plans_is_a_value_or_says_why_not(number: Number) -> None:
    assert bool(number.paths) != bool(number.why_not)
    assert [path for path in number.paths if path not in KNOWN] == []


@cache
def reading() -> str:
    """Return the text of all that reads the policy: the definitions, and the code but what describes it."""
    code = [path for path in (ROOT / "generator").rglob("*.py") if path.stem not in DESCRIBING]
    return "\n".join(path.read_text("utf-8") for path in [*code, *(ROOT / "templates").rglob("*.yaml")])


@pytest.mark.parametrize("path", sorted({path for number in NUMBERS for path in number.paths}))
def test_every_number_of_the_plans_is_read_by_something(path: str) -> None:
    name = next(part for part in reversed(path.split(".")) if not part.isdigit())
    assert re.search(rf"""[."']{name}\b""", reading())


def test_every_public_plan_with_duties_is_mapped() -> None:
    page = (DOCS / "seeds.md").read_text("utf-8")
    headings = re.findall(r"^## (S[\d.]+)", page, flags=re.MULTILINE)
    assert headings == [f"S0.{n}" for n in range(1, 7)] + ["S1", "S2"] + [f"S3.{n}" for n in range(1, 9)] + ["S4"]


def test_every_row_of_the_catalogue_that_is_named_is_there() -> None:
    """Of plans, presets and duties; whatever a duty asks for, some definition makes."""
    rows = set((Path(__file__).parents[1] / "papers" / "catalogue.txt").read_text("utf-8").split())
    assert len(rows) == 257
    named = re.compile(r"\b[A-Z]{1,2}-\d\d[a-z]?\b")
    plans = set(named.findall((DOCS / "seeds.md").read_text("utf-8")))
    steps = {paper for preset in presets() for step in load_policy(preset).ladder for paper in step.papers}
    sources = (Path(duties.__file__).parent).glob("*.py")
    asked = {row for source in sources for row in named.findall(source.read_text("utf-8"))}
    assert plans | steps | asked <= rows
    assert (steps | asked) - {row for form in discover().definitions.values() for row in form.covers} == set()


def rows() -> list[list[str]]:
    page = (DOCS / "seeds.md").read_text("utf-8")
    return [line.strip("| ").split(" | ") for line in page.splitlines() if re.match(r"\| L\d", line)]


def test_every_duty_names_its_line_and_what_carries_it_out() -> None:
    assert len(rows()) > 150
    for row in rows():
        assert len(row) == 3, row
        assert re.search(r"[A-Z]{1,2}-\d\d|`[a-z_.]+`|law|none:", row[2]), row


def test_values_named_in_the_map_of_duties_exist() -> None:
    parts = {path.rpartition(".")[0] for path in KNOWN} | {path.split(".")[0] for path in KNOWN} | KNOWN
    named = {path for row in rows() for path in re.findall(r"`([a-z_.0-9-]+)`", row[2])}
    assert sorted(named - parts) == []
