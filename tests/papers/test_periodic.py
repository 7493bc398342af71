"""Papers that are made again and again: each says how often or by when, and what it tells of children."""

from __future__ import annotations

import pytest

from generator.dataset.models import Case, Record
from generator.forms.catalogue import discover
from generator.forms.lower import house_styles, lower
from generator.forms.resolve import Resolver
from generator.resources import templates_dirs
from tests.papers.specimens import specimens, station

CATALOGUE = discover()
RHYTHMS = {
    "publicity-plan": "publicity_plan", "holiday-plan": "holiday_tour", "open-letter": "open_letter",
    "station-publicity": "station_publicity", "special-roster": "special_roster", "return-pledge": "big_visit",
    "weekly-meeting": "weekly_meeting", "support-check": "support_check", "bulletin": "bulletin",
    "work-summary": "summary",
}  # fmt: skip
SPECIAL = ("因病", "因残", "早婚早育")


def told(form: str, record: Record) -> tuple[str, list[str]]:
    """What a paper about a record says, and what it leaves to be written in."""
    at, definition = station()[0], CATALOGUE.definitions[form]
    style = house_styles(templates_dirs()[-1] / "_house" / "styles.yaml")[definition.style]
    found = Resolver(definition, CATALOGUE.fragments, at.context).resolve(record)
    paper = lower(found, style, landscape=definition.landscape, label="")
    return "".join(run.text for run in paper.runs()), [missing.label for missing in found.by_hand]


def texts(form: str) -> list[str]:
    """What papers of the sample say."""
    return ["".join(run.text for run in paper.runs()) for paper in specimens(form).papers]


@pytest.mark.parametrize("form", RHYTHMS)
def test_a_paper_says_how_often_or_by_when(form: str) -> None:
    said = getattr(station()[0].context.policy.rhythms, RHYTHMS[form])
    assert all(said in text for text in texts(form))


@pytest.mark.parametrize("form", ["bulletin", "work-summary", "weekly-meeting", "holiday-plan"])
def test_what_tells_numbers_names_no_child(form: str) -> None:
    names = {student.name for student in station()[0].context.dataset.students}
    staff = {one.name for one in station()[0].context.dataset.staff}
    assert [name for text in texts(form) for name in names - staff if name and name in text] == []


def test_a_bulletin_tells_of_the_schools_of_its_central_school_and_of_no_other() -> None:
    at, jobs = station()
    papers = [at.paper("bulletin", entry)[0] for job in jobs["bulletin"] for entry in job.entries]
    told = ["".join(run.text for run in paper.runs()) for paper in papers]
    for school in at.context.dataset.schools:
        below = school.kind == "中心校" or (school.central is not None and school.central.kind == "中心校")
        assert any(str(school.short_name) in text for text in told) == below


@pytest.mark.parametrize("reason", [*SPECIAL, "厌学"])
def test_the_roster_by_code_writes_no_reason_beside_a_child(reason: str, monkeypatch: pytest.MonkeyPatch) -> None:
    at = station()[0]
    case: Case = next(case for case in at.context.dataset.cases if case.is_open)
    monkeypatch.setattr(case, "reason", reason)
    text, _ = told("special-roster", at.context.dataset.townships[0])
    roster, _, key = text.partition("特殊类别代码和填报说明")
    body = roster.partition("建议安置方式")[2]  # below the title, which names the reasons
    assert case.student
    assert (str(case.student.name) in body.replace("　", "")) == (reason in SPECIAL)
    assert not any(one in body for one in SPECIAL)
    assert all(one in key for one in SPECIAL)


def test_a_rate_that_cannot_be_told_is_neither_met_nor_missed(monkeypatch: pytest.MonkeyPatch) -> None:
    school = station()[0].context.dataset.schools[0]
    text, blanks = told("work-summary", school)
    assert ("不超过0.5%0.37%是" in text, blanks) == (True, [])
    monkeypatch.setattr(school.classes[0], "baseline", None)
    text, blanks = told("work-summary", school)
    assert blanks == ["学年初人数"] * 6
    assert "否" not in text.replace("是否达到", "")
    assert "小学在校生巩固率" in text
