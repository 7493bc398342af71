"""A unit that is inspected, for the tests of rounds, of what is to be mended and of how units stand."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from generator.dataset.models import Finding, Inspection, Origin, School, Score, Settings, Township
from generator.policy.calendar import Calendar
from generator.policy.model import Policy
from tests.small import national

TODAY = date(2026, 11, 16)
TERM = Settings(year="2026—2027学年", term="第一学期", term_start=date(2026, 9, 1), term_end=date(2027, 1, 22))
CALENDAR = Calendar(TERM, [])
FIRST, SECOND = date(2026, 9, 24), date(2026, 11, 11)
ITEMS = (("A1", "责任落实", "领导机构", 40), ("A2", "责任落实", "工作方案", 20), ("B2", "制度落实", "家访制度", 40))
Given = Mapping[str, float | None]


def policy(of_townships: tuple[str, ...] = (), /, **assessment: object) -> Policy:
    """Return the built-in policy with a checklist of three items, of 40, 20 and 40 points."""
    base = national()
    like = base.inspections.county_items[0]
    items = [
        like.model_copy(
            update={"id": id_, "dimension": dimension, "item": name, "points": points}
            | {"whose": ["township"] if id_ in of_townships else ["school", "township"]}
        )
        for id_, dimension, name, points in ITEMS
    ]
    inspections = base.inspections.model_copy(
        update={"county_items": items, "dimensions": ["责任落实", "制度落实"]},
    )
    rules = base.assessment.model_copy(update=assessment)
    return base.model_copy(update={"inspections": inspections, "assessment": rules})


def hold(
    unit: School | Township, day: date | None, given: Given | None = None, *findings: Finding, no: str = "1"
) -> Inspection:
    """Hold an inspection of a unit, giving points by item: none for an item that is not its duty."""
    made = Inspection(no=no, held_on=day, findings=list(findings))
    made.school, made.township = (unit, None) if isinstance(unit, School) else (None, unit)
    for finding in findings:
        finding.inspection = made
    for row, (item, points) in enumerate((given or {}).items(), 2):
        score(made, row, item, points, skipped=points is None)
    unit.inspections.append(made)
    return made


def score(inspection: Inspection, row: int, item: str, points: float | None, *, skipped: bool = False) -> Score:
    """Write a row of 督导评分."""
    origin = Origin("数据.xlsx", "督导评分", row, {"inspection": "A", "item": "B", "points": "C", "found": "E"})
    made = Score(origin, inspection=inspection, item=item, points=points, skipped=skipped or None)
    inspection.scores.append(made)
    return made
