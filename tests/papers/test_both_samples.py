from __future__ import annotations

from tests.papers.specimens import station


def test_the_workbook_and_the_yaml_file_of_the_sample_give_the_same_papers() -> None:
    (workbook, jobs), (yaml, others) = station("sample.xlsx"), station("sample.yaml")
    assert jobs == others
    for made in jobs.values():
        for job in made:
            for entry in {job.entries[0], job.entries[-1]}:
                assert workbook.paper(job.form, entry) == yaml.paper(job.form, entry)
