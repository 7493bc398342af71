from __future__ import annotations

from tests.papers.specimens import station


def test_the_workbook_and_the_yaml_file_of_the_sample_give_the_same_papers() -> None:
    (workbook, jobs), (yaml, others) = station("sample.xlsx"), station("sample.yaml")
    assert jobs == others
    for form, made in jobs.items():  # that all records are the same, tests/sample tells
        for entry in {made[0].entries[0], made[-1].entries[-1]}:
            assert workbook.paper(form, entry) == yaml.paper(form, entry)
