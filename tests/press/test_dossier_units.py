"""Which papers are in whose dossier, and of whom dossiers are made."""

from __future__ import annotations

from pathlib import Path

import pytest

from generator.forms.plan import SelectionError
from generator.press.dossier.units import Asked, by_level, papers_of, units
from tests.notices import away
from tests.small import Sheets, catalogue, definition, known


def papers(folder: Path, asked: Asked, **forms: dict[str, str]) -> list[tuple[str, int]]:
    """Return the forms in a unit's dossier, and how many papers there are of each."""
    context = known(folder, away)
    (unit,) = units(context.dataset, asked)
    made = [
        definition(**{"id": id_, "formats": ["pdf"], "filename": f"{{{{ case.no }}}}{id_}"} | keys)
        for id_, keys in forms.items()
    ]
    planned = papers_of(unit, catalogue(folder, *made), context, ())
    return [(job.form, len(job.entries)) for job in planned.jobs]


LETTERS = {
    "report": {"per": "case", "issuer": "school"},
    "search": {"per": "case", "issuer": "township"},
    "order": {"per": "notice", "issuer": "education_bureau", "filename": "{{ school.short_name }}/{{ notice.id }}"},
}


@pytest.mark.parametrize(
    ("asked", "filed"),
    [
        (Asked(schools=("清溪小学",)), {"report", "search", "order"}),
        (Asked(townships=("清溪镇",)), {"search"}),
        (Asked(county=True), {"order"}),
    ],
)
def test_an_office_keeps_what_it_sent_about_a_child_that_is_away_and_the_school_what_it_got(
    tmp_path: Path, asked: Asked, filed: set[str]
) -> None:
    found = papers(tmp_path, asked, **LETTERS)
    assert {form for form, _ in found} == filed
    assert sum(count for _, count in found) == 2 * len(filed)


def test_what_an_office_sends_to_everybody_stays_with_the_schools(tmp_path: Path) -> None:
    forms = {"entry": {"per": "student", "issuer": "township", "filename": "{{ student.name }}"}}
    assert papers(tmp_path, Asked(townships=("清溪镇",)), **forms) == []


def test_two_units_that_would_share_a_folder_are_refused(tmp_path: Path) -> None:
    dataset = known(tmp_path, lambda sheets: sheets["乡镇"][0].update({"乡镇名称": "清溪小学"})).dataset
    with pytest.raises(SelectionError, match="简称都是“清溪小学”"):
        units(dataset, Asked(everybody=True))
    assert len(units(dataset, Asked(county=True))) == 1


def test_a_unit_whose_name_is_in_doubt_has_no_dossier_and_holds_up_no_other(tmp_path: Path) -> None:
    def more(sheets: Sheets) -> None:
        other = {"学校标识码": "3153000002", "学校名称": "云山县溪口小学", "学校简称": "清溪小学", "办学类型": "小学"}
        sheets["学校"].append(other)

    dataset = known(tmp_path, more).dataset
    with pytest.raises(SelectionError, match="重复；先改正"):
        units(dataset, Asked(everybody=True))
    schools, townships, _ = by_level(dataset)
    assert schools == []  # both
    assert [unit.folder for unit in townships] == ["清溪镇"]
