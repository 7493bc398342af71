from __future__ import annotations

from pathlib import Path

import pytest
from ruamel.yaml import YAML

from generator.dataset import load
from generator.dataset.models import MODELS, Guardian, Record, columns
from generator.dataset.reference import reference
from generator.dataset.workbook import write_yaml
from tests.dataset.conftest import Sheets

PAGE = Path(__file__).resolve().parents[2] / "docs" / "dataset.md"


def test_the_page_is_what_the_models_say() -> None:
    assert PAGE.read_text("utf-8") == reference(), "python -m generator.dataset.reference > docs/dataset.md"


@pytest.mark.parametrize("model", [*MODELS, Guardian])
def test_every_column_is_described(model: type[Record]) -> None:
    for attribute, described in columns(model).items():
        rows = [line for line in reference().splitlines() if line.startswith(f"| {described.header}")]
        assert any(f"`{attribute}`" in row and described.note in row for row in rows)


def test_the_example_is_read_as_the_page_says(sheets: Sheets, tmp_path: Path) -> None:
    example = reference().partition("```yaml\n")[2].partition("```")[0]
    assert YAML(typ="safe", pure=True).load(example)
    (tmp_path / "a.yaml").write_text(example, "utf-8")
    staff = [
        *sheets["教职工"],
        *({"工号": f"T{no}", "姓名": name, "岗位": "任课教师"} for no, name in ((8, "李老师"), (9, "赵老师"))),
    ]
    write_yaml(
        {name: sheets[name] for name in ("县区", "乡镇", "学校", "班级")} | {"教职工": staff}, tmp_path / "b.yaml"
    )
    dataset, problems = load(tmp_path)
    assert problems == []
    (visit,) = dataset.visits
    assert (visit.student, [teacher.name for teacher in visit.visitors]) == (dataset.students[0], ["李老师", "赵老师"])
