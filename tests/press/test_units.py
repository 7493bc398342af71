from __future__ import annotations

from pathlib import Path

import pytest

from generator.dataset import load
from generator.dataset.folders import MARK_OF_PAPERS
from generator.dataset.workbook import write_workbook
from generator.forms.plan import Selection
from generator.press.build import Order, build, prepare
from generator.press.folder import LOCK, read_manifest
from tests.county import SCHOOLS, files, together, write_folder
from tests.small import TODAY


def order(data: Path, out: Path, *, single: bool) -> Order:
    return Order(data, out, None, Selection(formats=("docx", "xlsx"), single=single), TODAY)


@pytest.fixture
def both(tmp_path: Path) -> tuple[Path, Path]:
    """The county as a folder and as one workbook."""
    write_workbook(together(files()), tmp_path / "全县.xlsx")
    return write_folder(tmp_path / "全县", files()), tmp_path / "全县.xlsx"


def test_a_folder_of_units_says_what_one_workbook_says(both: tuple[Path, Path]) -> None:
    (folder, told), (workbook, told_of_one) = (load(path) for path in both)
    assert (told, told_of_one) == ([], [])
    for one, other in zip(folder.records(), workbook.records(), strict=True):
        assert repr(one) == repr(other)
    assert [len(school.visits) for school in folder.schools] == [2, 2, 2]
    assert [case.school and case.school.short_name for case in folder.cases] == list(SCHOOLS.values())
    assert [case.notices[0].number for case in folder.cases] == [f"云教〔2026〕{number}号" for number in (1, 2, 3)]


def test_every_paper_made_of_a_folder_of_units_is_the_one_made_of_one_workbook(
    both: tuple[Path, Path], tmp_path: Path
) -> None:
    made = []
    for data in both:
        out = tmp_path / f"{data.name}的文书"
        report = build(prepare(order(data, out, single=False), lambda: TODAY), lambda _: None)
        digests = {path: entry["sha256"] for path, entry in read_manifest(out)["files"].items()}
        made.append((digests, [(left.title, left.label) for left in report.all_skipped], report.failed))
    assert made[0] == made[1]
    assert {path.partition("/")[0] for path in made[0][0]} >= {*SCHOOLS.values(), "清溪镇", "白石镇"}


@pytest.mark.parametrize("single", [True, False])
def test_schools_with_the_same_numbers_and_classes_do_not_write_to_one_file(
    both: tuple[Path, Path], tmp_path: Path, single: bool
) -> None:
    planned = prepare(order(both[0], tmp_path / "文书", single=single), lambda: TODAY).plan
    targets = [target for job in planned.jobs for _, target in job.targets]
    assert len(targets) == len({target.casefold() for target in targets})
    assert not any("（2）." in target for target in targets)
    for form in ("return-notice", "dropout-report", "guardian-contract"):
        assert sum(len(job.entries) for job in planned.jobs if job.form == form) >= len(SCHOOLS)


def test_a_folder_of_papers_is_known_by_its_lock() -> None:
    assert MARK_OF_PAPERS == LOCK
