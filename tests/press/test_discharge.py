"""Which papers discharge what is owed."""

from __future__ import annotations

from generator.policy.duties import Duty
from generator.policy.duties.duty import Doer
from generator.press.discharge import forms_of, papers_of
from tests.papers.specimens import station


def test_what_a_village_owes_of_a_child_is_discharged_by_the_paper_of_the_village_it_lives_in() -> None:
    at, _ = station()
    case = next(case for case in at.context.dataset.cases if case.student and case.student.village and case.is_open)
    assert case.student
    assert case.student.village
    today = at.context.today
    owed = Duty("DR-06c", Doer("村（居）民委员会"), case, "", today, today, "", None)
    papers, lacking = papers_of([owed], forms_of(at.catalogue), at.catalogue, at.context)
    place = at.context.records("village").index(case.student.village)
    assert papers[today]["village-ledger"] == {place}
    assert not lacking
