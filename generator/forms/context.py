"""What a definition may name: the records around the one a paper is about, and a few functions."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache
from typing import TYPE_CHECKING, Any, get_args

from generator.dataset.links import Held
from generator.dataset.missing import Missing, MissingValueError
from generator.dataset.models import (
    NOTICES,
    Campaign,
    Case,
    Change,
    Class,
    County,
    Dataset,
    Disability,
    Finding,
    Hamlet,
    Household,
    Inspection,
    Leave,
    Meeting,
    Notice,
    Pairing,
    Record,
    Resident,
    School,
    Session,
    Settings,
    Staff,
    Student,
    Talk,
    TeamMember,
    Total,
    Township,
    Tutoring,
    Village,
    Visit,
    Volume,
    header_of,
)  # fmt: skip
from generator.forms.definition import Audience
from generator.forms.dossier import Dossier
from generator.forms.expression import Evaluator, Expressions, chinese_number
from generator.forms.stack import Stack
from generator.policy import (
    assessment,
    attendance,
    chain,
    deadlines,
    groups,
    mending,
    ranks,
    rates,
    registration,
    residence,
    returns,
    rounds,
    rules,
    series,
    spans,
    standings,
    visits,
)  # fmt: skip
from generator.policy import population as people
from generator.policy import progress as progressed
from generator.policy import suspects as suspected
from generator.policy.answers import Answer, SelfAssessment
from generator.policy.calendar import Calendar
from generator.policy.counts import needed
from generator.policy.duties import steps as ladder
from generator.policy.duties.situation import Situation
from generator.policy.figures import Figures, Period, figures_of
from generator.policy.indicators import Indicator, measure
from generator.policy.model import Item, Policy, Targets
from generator.policy.population import Ages, DroppedOut, Population
from generator.policy.returns import CampaignCounts, MonthCounts, OpeningCounts, RollCounts
from generator.policy.roles import Body
from generator.policy.suspects import Suspect
from generator.policy.truancy import Threshold, Truancies, Truancy

if TYPE_CHECKING:
    from generator.forms.selfassess import Assessor

COMMON: dict[str, Any] = {
    "policy": Policy,
    "settings": Settings,
    "today": date,
    "late": bool,
    "title": str,
    "issuer": str,
}

TYPES: dict[str, type[Record]] = {
    "county": County, "township": Township, "village": Village, "hamlet": Hamlet, "household": Household,
    "resident": Resident, "school": School, "class": Class, "staff": Staff, "student": Student, "case": Case,
    "visit": Visit, "notice": Notice, "change": Change, "leave": Leave, "pairing": Pairing, "session": Session,
    "tutoring": Tutoring, "disability": Disability, "inspection": Inspection, "meeting": Meeting,
    "campaign": Campaign, "talk": Talk, "volume": Volume, "dossier": Dossier,
    "stack": Stack,
}  # fmt: skip

ISSUERS: dict[str, str] = {
    "class_teacher": "class.teacher.name", "school": "school.name", "central_school": "school.central.name",
    "village": "village.name", "township": "township.government", "education_bureau": "county.bureau",
    "supervision": "county.supervision", "county": "county.government",
}  # fmt: skip
"""Where the full name of each body stands."""

UP: dict[str, tuple[str, str]] = {
    "notice": ("case", "case"), "case": ("student", "student"), "visit": ("student", "student"),
    **dict.fromkeys(("change", "leave", "pairing", "session", "tutoring"), ("student", "student")),
    "student": ("class_", "class"), "class": ("school", "school"), "staff": ("school", "school"),
    **dict.fromkeys(("inspection", "meeting", "campaign", "talk", "volume"), ("school", "school")),
    "school": ("township", "township"), "resident": ("household", "household"), "household": ("village", "village"),
    "hamlet": ("village", "village"), "disability": ("home", "village"), "village": ("township", "township"),
    "township": ("county", "county"),
}  # fmt: skip
"""From each scope, the link that leads to the next wider one, and its name."""


@cache
def scopes_around(scope: str) -> tuple[str, ...]:
    """Return a scope and the wider ones around it, from the inside out."""
    return (scope, *scopes_around(UP[scope][1])) if scope in UP else (scope,)


def types_in_scope(scope: str) -> dict[str, Any]:
    """Return the names a definition of ``scope`` may use, with their types."""
    return COMMON | {name: TYPES[name] for name in scopes_around(scope)}


def unit_of(scope: str) -> str:
    """Return the unit whose blank forms those about a scope are: the narrowest around it that is an office."""
    return next(name for name in scopes_around(scope) if name in ("school", "township", "county"))


@dataclass(frozen=True, slots=True)
class Context:
    """The dataset, the policy and the day, from which every paper's names come."""

    dataset: Dataset
    policy: Policy
    today: date
    late: bool = False  # ``today`` is the end of a period that is over: what is true of now alone was not so then
    audience: Audience | None = None  # to whom the papers go, where not to those for whom they are meant
    blank: int = 0  # so many of each form are printed empty, for a unit and about nobody
    dossiers: tuple[Dossier, ...] = ()  # whose front pages are made

    @property
    def calendar(self) -> Calendar:
        """The days of the dataset; raises ``MissingValueError`` where a row of 校历 is in doubt."""
        return Calendar(self.dataset.settings, self.dataset.calendar)

    def records(self, scope: str) -> list[Any]:
        """Return the records a scope ranges over, in the order in which papers are made; of blank forms the units."""
        if scope == "dossier":
            return list(self.dossiers)
        if scope == "stack":
            return []  # they come about when print files are made
        scope = unit_of(scope) if self.blank else scope
        return self.dataset.of(TYPES[scope])

    def names(self, scope: str, record: Record) -> dict[str, Any]:
        """Return the records around ``record`` by the names definitions use."""
        found: dict[str, Any] = {"policy": self.policy, "settings": self.dataset.settings}
        found |= {"today": self.today, "late": self.late}
        here: Any = record
        around = scopes_around(scope)
        if self.blank:  # nobody is there below the unit
            below = around[: around.index(unit_of(scope))]
            found |= {name: Missing(TYPES[name].sheet, record.where()) for name in below}
            around = around[len(below) :]
        for name in around:
            found[name] = here
            if name == "student":
                here = _class_then(found, here)
            elif name in UP:
                here = _linked(here, *UP[name])
        if isinstance(record, Held) and record.township is not None:  # it was inspected, not one of its schools
            found |= {"township": record.township, "county": _linked(record.township, "county", "county")}
        return found


def _class_then(names: Mapping[str, Any], student: Any) -> Any:
    """Return the class a paper about a student means: of a case the one it dropped out of, of a visit that of then."""
    if "case" in names:
        return _linked(names["case"], "last_class", "class")
    if "visit" in names:
        return _linked(names["visit"], "class_then", "class")
    return _linked(student, "class_", "class")


def _linked(record: Any, attribute: str, name: str) -> Any:
    if isinstance(record, Missing):
        return record
    try:
        found = getattr(record, attribute)
    except MissingValueError as error:
        return error.missing
    return Missing(TYPES[name].sheet, record.where(attribute)) if found is None else found


def functions(context: Context, cited: Collection[str]) -> dict[str, Callable[..., Any]]:
    """Return the functions that expressions may call; ``cited`` are the articles the definition may name."""
    policy, settings = context.policy, context.dataset.settings

    @cache
    def situation() -> Situation:
        return Situation(context.dataset, policy, context.today)

    def truancies() -> Truancies:
        return situation().truancies

    def targets(stage: str) -> Targets:
        return policy.targets.of(stage)

    def quota(staff: Staff) -> int:
        return visits.visit_quota(policy, staff)

    def truancy(student: Student) -> Truancy | None:
        return truancies().of(student)

    def stages(student: Student) -> list[ladder.Stage]:
        return ladder.stages(situation(), student)

    def truants(unit: Record, threshold: str) -> list[Truancy]:
        if not isinstance(unit, School | Class) or threshold not in get_args(Threshold):
            raise ValueError(f"truants() 里应是学校或班级，和 {'、'.join(get_args(Threshold))} 之一")
        return truancies().among(unit.students, threshold)  # type: ignore[arg-type]  # it is one of them

    def newly_truant(unit: Record, threshold: str) -> list[Truancy]:
        if not isinstance(unit, School | Class) or threshold not in get_args(Threshold):
            raise ValueError(f"newly_truant() 里应是学校或班级，和 {'、'.join(get_args(Threshold))} 之一")
        return truancies().newly(unit.students, threshold)  # type: ignore[arg-type]  # it is one of them

    def unregistered(school: School) -> list[Student]:
        return truancies().unregistered(school.students)

    def receivers(bodies: list[Body], school: School) -> str:
        return full_names(context, bodies, school)

    def tally(staff: Staff) -> visits.VisitTally:
        _dated(settings)
        return visits.visit_tally(policy, settings, staff)

    def suspects(unit: Record) -> list[Suspect]:
        if not isinstance(unit, School | Township | Village):
            raise ValueError("suspects() 里应是学校、乡镇或村居")
        return suspected.suspects_of(truancies(), unit)

    def aged(unit: Record, ages: str) -> list[Resident]:
        if not isinstance(unit, Township | Village | Hamlet | Household) or ages not in get_args(Ages):
            raise ValueError(f"aged() 里应是乡镇、村居、村民小组或住户，和 {'、'.join(get_args(Ages))} 之一")
        return people.of_age(unit.residents, ages, policy, settings, context.today)  # type: ignore[arg-type]  # is one

    def age(person: Record) -> int | None:
        if not isinstance(person, Resident | Student):
            raise ValueError("age() 里应是学龄人口或学生")
        return people.age(person.birth_date, context.today) if person.birth_date else None

    def population(unit: Record) -> Population:
        if not isinstance(unit, Township | Village | Hamlet):
            raise ValueError("population() 里应是乡镇、村居或村民小组")
        return people.population(unit, policy, settings, context.today)

    def unmatched(township: Township) -> list[Resident]:
        return people.unmatched(aged(township, "核查"))

    def dropped_out(township: Township) -> list[DroppedOut]:
        return people.dropped_out(township)

    def cared_for(unit: Record) -> list[Resident]:
        if not isinstance(unit, County | Township | Village):
            raise ValueError("cared_for() 里应是县区、乡镇或村居")
        return people.cared_for(unit.residents)

    def told(paper: str, unit: Record) -> Total:
        return people.told(_with_totals(unit), paper, context.today)

    def total(paper: str, item: str, unit: Record) -> int:
        return people.total(_with_totals(unit), paper, item, policy, settings, context.today)

    def untraced(case: Case) -> bool:
        return suspected.untraced(case)

    def case_of(visit: Visit) -> Case | None:
        return visits.case_of(visit)

    def ways(case: Case) -> list[str]:
        return visits.ways(case)

    def deadline(notice: Notice) -> date | None:
        return deadlines.return_deadline(policy, context.calendar, notice, context.today)

    def days_given(notice: Notice) -> int:
        return deadlines.days_given(policy, notice)

    def unheeded(order: Notice) -> list[Notice]:
        return deadlines.unheeded(policy, context.calendar, order, context.today)

    def disobeyed(order: Notice) -> list[Notice]:
        return deadlines.unheeded(policy, context.calendar, order, context.today, NOTICES[1])

    def reported(case: Case) -> bool:
        return deadlines.persuasion_failed(policy, case, context.today)

    def reported_on(case: Case) -> date | None:
        return deadlines.reported_on(context.dataset.filings, case, context.today)

    def urged(case: Case) -> list[Visit]:
        return deadlines.urged(context.dataset.filings, case, context.today)

    def lapsed(case: Case) -> Notice | None:
        return deadlines.lapsed(policy, context.calendar, case, context.today)

    def issued(case: Case) -> list[Notice]:
        return deadlines.issued(case)

    def ordered(case: Case) -> list[Notice]:
        return [notice for notice in deadlines.issued(case) if notice.sort != NOTICES[0]]

    def indicator(name: str, unit: Record, stage: str) -> Indicator:
        return measure(name, unit, policy, settings, context.today, stage)

    def month_counts(school: School) -> MonthCounts:
        return returns.month_counts(policy, settings, context.calendar, school, context.today)

    def opening_counts(school: School) -> OpeningCounts:
        return returns.opening_counts(policy, settings, context.calendar, school, context.today)

    def campaign_counts(unit: Record) -> CampaignCounts:
        return CampaignCounts(unit, settings, context.today)

    def return_counts(school: School) -> list[CampaignCounts]:
        return returns.return_counts(settings, school, context.today)

    def quarters() -> list[returns.Quarter]:
        return returns.quarters(settings, context.today)

    def quarter() -> returns.Quarter:
        return returns.quarter(settings, context.today)

    def quarter_counts(school: School) -> MonthCounts:
        return returns.quarter_counts(policy, settings, context.calendar, school, context.today)

    def ranking(county: County) -> list[ranks.Rank]:
        return ranks.ranks(policy, settings, county, context.today)

    def retentions(county: County) -> list[rates.Retention]:
        return rates.retentions(policy, settings, county, context.today)

    def retention_formulas(county: County) -> list[str]:
        return list(dict.fromkeys(row.sentence for row in rates.retentions(policy, settings, county, context.today)))

    def goals(unit: Record) -> list[rates.Goal]:
        return rates.goals(policy, settings, unit, context.today)  # type: ignore[arg-type]  # measuring refuses others

    def missed(unit: Record) -> list[str]:
        return rates.missed(policy, settings, unit, context.today)  # type: ignore[arg-type]  # as above

    def dropout_rate(unit: Record, stage: str) -> Indicator:
        return measure(rates.dropout_formula(policy), unit, policy, settings, context.today, stage)

    def counted(paper: str, item: str, unit: Record) -> int:
        return rates.counted(_with_totals(unit), paper, item, policy, settings, context.today)

    def share(above: int, below: int) -> str:
        return rates.share(above, below)

    def effort(staff: Staff) -> visits.Effort:
        return visits.Effort(staff, policy, settings, context.today)

    def until(words: str, day: date | None) -> date | None:
        return mending.until(words, day, context.calendar)

    def mend_by(inspection: Inspection) -> date | None:
        return mending.mend_by(policy, context.calendar, inspection)

    def overdue(unit: Record) -> list[Finding]:
        if not isinstance(unit, County | Inspection):
            raise ValueError("overdue() 里应是县区或一次督导")
        return mending.overdue(policy, context.calendar, unit, context.today)

    def inspected(county: County) -> list[Inspection]:
        return mending.inspected(county, settings, context.today)

    @cache
    def round_of_(inspection: Any) -> rounds.Round:
        return rounds.rounds_until(policy, settings, inspection)[-1]

    def round_of(inspection: Inspection) -> rounds.Round:
        return round_of_(inspection)

    def points_of(inspection: Inspection, item: Item) -> str:
        mark = round_of_(inspection).of(item)
        return mark.said if mark else ""

    def found_of(inspection: Inspection, item: Item) -> str:
        mark = round_of_(inspection).of(item)
        return mark.found if mark else ""

    def to_mend(inspection: Inspection) -> list[mending.ToMend]:
        return mending.to_mend(policy, settings, inspection)

    def to_revisit(inspection: Inspection) -> list[mending.ToMend]:
        return mending.to_revisit(policy, settings, inspection, context.today)

    @cache
    def standings_of(county: Any) -> list[standings.Standing]:
        return standings.standings(policy, settings, context.calendar, county, context.today)

    def unit_ranking(county: County) -> list[standings.Standing]:
        return standings_of(county)

    def praised(county: County) -> list[standings.Standing]:
        return standings.praised(policy, standings_of(county))

    def criticised(county: County) -> list[standings.Standing]:
        return standings.criticised(policy, standings_of(county))

    def roll(township: Township) -> RollCounts:
        return RollCounts(township.schools, policy, context.calendar, context.today)

    def on_register(class_: Class) -> int:
        return returns.on_register(class_)

    def figures(unit: Record, period: str) -> Figures:
        if not isinstance(unit, Class | School | Township | County) or period not in get_args(Period):
            raise ValueError(f"figures() 里应是班级、学校、乡镇或县区，和 {'、'.join(get_args(Period))} 之一")
        _dated(settings)
        return figures_of(unit, period, settings, context.today)  # type: ignore[arg-type]  # it is one of them

    def class_month(class_: Class) -> spans.ClassSpan:
        return spans.ClassSpan(class_, policy, context.calendar, *spans.last_month(context.today))

    def class_term(class_: Class) -> spans.ClassSpan:
        return spans.ClassSpan(class_, policy, context.calendar, *spans.this_term(settings, context.today))

    def reason_counts(school: School) -> list[spans.ReasonCount]:
        return spans.reason_counts(school, settings, context.today)

    def rates_of(name: str, unit: Record) -> list[series.Rate]:
        return series.rates_of(name, _of_schools(unit), policy, settings, context.today)

    def months_of(unit: Record) -> list[series.Month]:
        return series.months_of(_of_schools(unit), policy, settings, context.calendar, context.today)

    def quotas_of(unit: Record) -> list[series.Quota]:
        return series.quotas_of(_of_schools(unit), policy, settings)

    def rungs_of(unit: Record) -> list[series.Rung]:
        return series.rungs_of(_of_schools(unit), situation())

    def reasons_of(unit: Record) -> list[series.ReasonFigure]:
        return series.reasons_of(_of_schools(unit), settings, context.today)

    def class_year(class_: Class) -> assessment.ClassYear:
        return assessment.ClassYear(class_, policy, settings, context.today)

    def tracked(class_: Class) -> list[int]:
        return list(range(1, assessment.tracked(policy, class_) + 1))  # a row for each

    def grade_checks(school: School) -> list[assessment.GradeCheck]:
        return assessment.grade_checks(policy, school.classes)

    def awards(school: School) -> list[assessment.Award]:
        return assessment.awards(policy, settings, context.today, school)

    def teachers(class_: Class) -> list[Staff]:
        return assessment.teachers(class_)

    def left_behind(county: County) -> list[groups.LeftBehind]:
        return groups.left_behind(county)

    def family_kinds() -> list[groups.FamilyKind]:
        return groups.family_kinds(policy)

    def vulnerable(school: School) -> list[groups.Vulnerable]:
        return groups.vulnerable(policy, school)

    def support(student: Student, kind: str) -> groups.Support:
        return groups.support(student, kind)

    def concerns(class_: Class) -> list[groups.Concern]:
        return groups.concerns(policy, class_)

    def entrants(school: School) -> list[Student]:
        return registration.entrants(school)

    def is_new(student: Student) -> bool:
        return student.class_ is not None and registration.is_new(student, student.class_)

    def repairs(school: School) -> list[registration.Repair]:
        return registration.repairs(school)

    def handovers(school: School) -> list[registration.Handover]:
        return registration.handovers(school)

    def transitions(school: School) -> list[str]:
        return registration.transitions(policy, school)

    def no_shows(school: School) -> list[registration.Handover]:
        return registration.no_shows(school)

    def elsewhere(student: Student) -> str | None:
        return residence.elsewhere(student, _county_of(student))

    @cache
    def sheet_of(class_: Any) -> attendance.Sheet:
        return attendance.sheet(class_, settings, context.calendar, context.today)

    def month_sheet(class_: Class) -> attendance.Sheet:
        return sheet_of(class_)

    def overran(leave: Leave) -> str:
        over = attendance.overran(leave, context.calendar, context.today)
        return "" if over is None else "是" if over else "否"

    def reopening(class_: Class) -> attendance.Reopening | None:
        return attendance.reopening(class_, settings, context.calendar, context.today)

    def grade_weeks(school: School) -> list[attendance.GradeWeek]:
        return attendance.grade_weeks(school, settings, context.calendar, truancies(), context.today)

    def charges(school: School) -> list[chain.Charge]:
        return chain.charges(policy, school)

    def grades(staff: Staff) -> list[str]:
        return chain.grades(staff)

    def kept(staff: Staff) -> list[Student]:
        return chain.kept(staff)

    def keeping(class_: Class) -> list[chain.Keeping]:
        return chain.keeping(class_)

    def sought(member: TeamMember) -> list[Case]:
        return chain.sought(member)

    def chapters(rule: str) -> list[str]:
        return rules.chapters(rule)

    def progress(school: School) -> progressed.SchoolProgress:
        return progressed.SchoolProgress(school, situation())

    def township_progress(township: Township) -> progressed.TownshipProgress:
        return progressed.TownshipProgress(township, situation())

    @cache
    def assessor(unit: Any) -> Assessor:
        from generator.forms.selfassess import Assessor  # which asks for these functions itself

        return Assessor(context, unit)

    def self_answer(unit: Record, item: Item) -> Answer | None:
        if not isinstance(unit, School | Township):
            raise ValueError("self_answer() 里应是学校或乡镇，和一个检查项目")
        return assessor(unit).answer(item, None)

    def self_assessment(unit: Record) -> SelfAssessment:
        answers = (self_answer(unit, item) for item in policy.inspections.county_items)
        return SelfAssessment("", tuple(one for one in answers if one))

    def article(name: str) -> str:
        return articles([name])

    def articles(names: list[str]) -> str:
        return cite(policy, names, cited)

    known = (
        targets, quota, tally, truancy, stages, truants, newly_truant, unregistered, receivers, suspects, untraced,
        aged, age, population, unmatched, dropped_out, cared_for, told, total, roll,
        case_of, ways, deadline, days_given, lapsed, unheeded, disobeyed, issued, ordered, reported, reported_on, urged,
        indicator,
        month_counts,
        opening_counts, campaign_counts, on_register, figures, class_month, class_term, reason_counts, class_year,
        awards, tracked, grade_checks, teachers,
        left_behind, family_kinds, vulnerable, concerns, support,
        entrants, is_new, repairs, handovers, no_shows, elsewhere, month_sheet, overran, reopening, grade_weeks,
        return_counts, quarters, quarter, quarter_counts, ranking, retentions, retention_formulas, goals, missed,
        rates_of, months_of, quotas_of, rungs_of, reasons_of,
        dropout_rate, counted, share, effort, until, mend_by, overdue, inspected, transitions, round_of, points_of,
        found_of, to_mend, to_revisit, unit_ranking, praised, criticised,
        charges, grades, kept, keeping, sought, chapters,
        progress, township_progress, self_answer, self_assessment, article, articles,
    )  # fmt: skip
    return {function.__name__: function for function in known}


def _of_schools(unit: Record) -> series.Unit:
    if not isinstance(unit, School | Township | County):
        raise ValueError("图表的数据按学校、乡镇或县区算")
    return unit


def _with_totals(unit: Record) -> County | Township | Village | School:
    if not isinstance(unit, County | Township | Village | School):
        raise ValueError("total() 和 told() 里应是县区、乡镇、村居或学校")
    return unit


def _county_of(student: Student) -> str:
    """Return the county in which a child goes to school; raises ``MissingValueError`` where it is not known."""
    here: Any = student
    for attribute in ("school", "township", "county", "name"):
        here = needed(here, attribute)
    return str(here)


def _dated(settings: Settings) -> None:
    """Raise ``MissingValueError`` where the days of the term are not given."""
    for attribute in ("term_start", "term_end"):
        if getattr(settings, attribute) is None:
            raise MissingValueError(Missing(header_of(Settings, attribute), settings.where(attribute)))


def full_names(context: Context, bodies: list[Body], school: School) -> str:
    """Return bodies by the full names they have around a school: 云溪镇人民政府、云水县教育体育局.

    What the policy calls a body stands for one of which a school has several, or none. Raises ``MissingValueError``
    where a name is not there.
    """
    policy, names, expressions = context.policy, context.names("school", school), Expressions(Evaluator())
    found = [
        expressions.value(ISSUERS[body], names) if ISSUERS[body].partition(".")[0] in names else policy.bodies[body]
        for body in bodies
    ]
    return "、".join(map(str, found))


def cite(policy: Policy, names: list[str], cited: Collection[str]) -> str:
    """Return articles as a document cites them: 《中华人民共和国义务教育法》第五条、第十一条.

    Raises ``ValueError`` where one is neither in ``basis`` nor in ``cites`` of the definition.
    """
    by_law: dict[str, list[str]] = {}
    for name in names:
        if name not in cited:
            raise ValueError(f"引用了“{name}”，但 basis 和 cites 都没有列出它")
        law, _, number = name.rpartition(" ")
        by_law.setdefault(law, []).append(f"第{chinese_number(int(number))}条")
    return "、".join(f"《{policy.laws.get(law, law)}》{'、'.join(numbers)}" for law, numbers in by_law.items())
