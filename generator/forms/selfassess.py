"""A unit's own assessment: the inspection items of the policy, answered from dataset, ledger and dossier.

The figures of an item are expressions of the definition language. Before anything is made, ``wrong_items`` proves them;
``assess`` runs them for one school or township. What a state and points follow from is ``policy.answers``.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from fractions import Fraction
from functools import partial
from typing import TYPE_CHECKING, Any, get_args

from generator.dataset.missing import Missing, MissingValueError
from generator.dataset.models import Dataset, Record, School, Stage, Township, plain_type
from generator.errors import Place, Problem, near
from generator.forms.context import Context, functions, scopes_around, types_in_scope
from generator.forms.expression import Evaluator, Expressions, TypeCheck, passing_missing, root_names
from generator.forms.resolve import title_of
from generator.policy.answers import Answer, Counted, Evidence, answer, counted
from generator.policy.counts import Scope
from generator.policy.duties import OF_TOWNSHIPS, Duty, papers
from generator.policy.duties.situation import Situation
from generator.policy.formulas import FORMULAS
from generator.policy.indicators import measure
from generator.policy.model import Figure, Inspected, Item, Policy
from generator.policy.progress import discharged, owed
from generator.policy.provenance import Provenance, Trail
from generator.policy.rates import dropout_formula

if TYPE_CHECKING:
    from generator.forms.catalogue import Catalogue
    from generator.forms.definition import Definition

__all__ = ("Answer", "Assessor", "Evidence", "assess", "wrong_items")

OWN = ("self_assessment", "self_answer")
"""The functions by which papers print what this module finds; a figure cannot rest on them."""
COUNTED = ("have", "of", "now")
"""The keys of a figure that are expressions."""
STAGES = get_args(Stage)
"""Children are of age for both, whether or not there is such a school where they live."""
NOTHING_DONE, ALL_DONE = Fraction(0), Fraction(1)


def assess(
    context: Context,
    unit: School | Township,
    evidence: Mapping[str, Sequence[Evidence]] | None,
    catalogue: Catalogue | None = None,
    items: Sequence[Item] | None = None,
    kept_back: Collection[str] = (),
) -> list[Answer]:
    """Return the answers of a school or township to the items that are its duty, in their order: the county's, or
    other ``items`` of the policy.

    ``evidence`` has the places of each paper in the unit's dossier, by the ids of definitions; none where there is no
    dossier. With a ``catalogue``, papers that there can be none of (no child has dropped out) are not asked for.
    ``kept_back`` are the papers that those who receive the dossier are not given.
    """
    asked = context.policy.inspections.county_items if items is None else items
    assessor = Assessor(context, unit, catalogue, kept_back)
    return [found for item in asked if (found := assessor.answer(item, evidence))]


@dataclass(slots=True)
class Assessor:
    """A school or township that answers items."""

    context: Context
    unit: School | Township
    catalogue: Catalogue | None = None
    kept_back: Collection[str] = ()
    expressions: Expressions = field(init=False)
    duties: list[Duty] | None = None
    asked_for: dict[str, bool] = field(default_factory=dict)

    def __post_init__(self) -> None:
        evaluator = Evaluator()
        known = functions(self.context, ())
        evaluator.globals |= {name: passing_missing(function) for name, function in known.items() if name not in OWN}
        self.expressions = Expressions(evaluator)

    @property
    def kind(self) -> Inspected:
        """The scope of the unit."""
        return "school" if isinstance(self.unit, School) else "township"

    def answer(self, item: Item, evidence: Mapping[str, Sequence[Evidence]] | None) -> Answer | None:
        """Return the answer to an item; nothing where it is not the unit's duty."""
        if self.kind not in item.whose:
            return None
        told = self.context.policy.inspections.told_on_site(item)
        return answer(item, [] if told else self.figures(item), self.papers(item), evidence, self.kept_back)

    # --- figures --------------------------------------------------------------------------------

    def figures(self, item: Item) -> list[Counted]:
        """Return the figures of an item that can be counted of such a unit."""
        return [found for figure in item.figures for found in self._figure(figure)]

    def _figure(self, figure: Figure) -> Iterator[Counted]:
        """Yield a figure, of a rate one for each stage; one that rests on what is missing says so."""
        try:
            asking = self._asking(figure)
        except MissingValueError as error:
            yield Counted("", NOTHING_DONE, doubt(error.missing))
            return
        for ask in asking:
            try:
                yield ask()
            except MissingValueError as error:
                yield Counted("", NOTHING_DONE, doubt(error.missing))

    def _asking(self, figure: Figure) -> list[Callable[[], Counted]]:
        if figure.rate:
            return self._rates(figure)
        if figure.duty:
            theirs = self.kind == "township" or not set(figure.duty) <= OF_TOWNSHIPS
            return [partial(self._duties, figure)] if theirs else []
        over = _over(figure)
        return [partial(self._count, figure, over)] if over in ("school", self.kind) else []

    def _count(self, figure: Figure, over: str) -> Counted:
        """Return a count of the unit itself, or of a township's schools together."""
        units = self.unit.schools if isinstance(self.unit, Township) and over == "school" else [self.unit]
        names = [self.context.names(over, unit) for unit in units]
        done, whole, now = (
            sum(self._number(said, each) for each in names)
            for said in (figure.have, figure.of, figure.now or figure.of)
        )
        return counted(figure.label, done, whole, now)

    def _number(self, expression: str, names: Mapping[str, Any]) -> int:
        value = self.expressions.value(expression, names)
        if isinstance(value, Missing):
            raise MissingValueError(value)
        if not isinstance(value, int):
            raise ValueError(f"“{expression}”不是整数")
        return value

    def _duties(self, figure: Figure) -> Counted:
        """Return how many duties are done: of a township those of its offices and of its schools."""
        if self.duties is None:
            at = Situation(self.context.dataset, self.context.policy, self.context.today)
            units: list[School | Township] = [self.unit]
            units += self.unit.schools if isinstance(self.unit, Township) else []
            self.duties = [duty for unit in units for duty in owed(at, unit)]
        found = discharged(self.duties, figure.duty, self.context.today, in_time=figure.in_time)
        return counted(figure.label, found.done, found.owed, found.now)

    def _rates(self, figure: Figure) -> list[Callable[[], Counted]]:
        """Return what asks for a rate of each stage that the unit teaches; none where such units have none."""
        policy, settings, today = self.context.policy, self.context.dataset.settings, self.context.today
        formula = FORMULAS[dropout_formula(policy) if figure.rate == "dropout" else str(figure.rate)]
        if not isinstance(self.unit, formula.units):
            return []
        taught = Scope(self.unit, "", settings, today).stages
        stages = [""] if not formula.staged else [*STAGES] if formula.id == "enrolment" else taught
        return [partial(self._rate, figure.label, formula.id, stage) for stage in stages]

    def _rate(self, label: str, formula: str, stage: str) -> Counted:
        context = self.context
        found = measure(formula, self.unit, context.policy, context.dataset.settings, context.today, stage)
        bound = "不低于" if found.goal == "least" else "不超过"
        target = f"（{bound}{found.target:g}%）" if found.met is not None else ""
        return Counted(
            f"{stage}{label} {found.percent}{target}",
            None if found.met is None else ALL_DONE if found.met else NOTHING_DONE,
        )

    # --- papers ---------------------------------------------------------------------------------

    def papers(self, item: Item) -> dict[str, str]:
        """Return the titles, by id, of the papers that must prove an item of this unit."""
        asked = [form for form in item.papers if form not in self._known or self._asked_for(form)]
        titles = {form: self._title(form) for form in asked}
        often = Counter(titles.values())
        return {
            form: f"{self._known[form].covers[0]} {title}" if often[title] > 1 and self._known.get(form) else title
            for form, title in titles.items()
        }

    @property
    def _known(self) -> Mapping[str, Definition]:
        return self.catalogue.definitions if self.catalogue else {}

    def _title(self, form: str) -> str:
        known = self._known.get(form)
        return title_of(known, self.context) if known else self.context.policy.titles.get(form, form)

    def _asked_for(self, form: str) -> bool:
        """Return whether there is anything in the unit that a paper is made about; where there is no telling there
        is."""
        if form not in self.asked_for:
            try:
                self.asked_for[form] = any(self._about(form))
            except MissingValueError:
                self.asked_for[form] = True
        return self.asked_for[form]

    def _about(self, form: str) -> Iterator[bool]:
        """Yield of each record of the unit that a paper could be about whether it is."""
        scope, when = self._known[form].per, self._known[form].when
        for record in within(self.unit, scope) if self.kind in scopes_around(scope) else ():
            if getattr(record, "withheld", None) is None:
                yield not when or self.expressions.holds(when, self.context.names(scope, record))


OF_STUDENTS = {
    "visit": "visits", "change": "changes", "leave": "leaves", "pairing": "pairings", "session": "sessions",
    "tutoring": "tutorings",
}  # fmt: skip
OF_TOWNSHIP = {"village": "villages", "household": "households", "resident": "residents", "disability": "disabilities"}
OF_UNITS = {
    "inspection": "inspections", "meeting": "meetings", "campaign": "campaigns", "talk": "talks", "volume": "volumes",
}  # fmt: skip
OF_SCHOOL = {"class": "classes", "staff": "staff", "student": "students", "case": "cases"}


def within(unit: School | Township, scope: str) -> list[Record]:
    """Return the records of a scope in a unit, the unit itself included."""
    schools = [unit] if isinstance(unit, School) else unit.schools
    match scope:
        case "school":
            return [*schools]
        case "township":
            return [unit] if isinstance(unit, Township) else []
        case "hamlet":
            return [one for village in within(unit, "village") for one in village.hamlets]  # type: ignore[attr-defined]
        case "notice":
            return [notice for school in schools for case in school.cases for notice in case.notices]
    if scope in OF_TOWNSHIP:
        return list(getattr(unit, OF_TOWNSHIP[scope])) if isinstance(unit, Township) else []
    if scope in OF_SCHOOL:
        return [one for school in schools for one in getattr(school, OF_SCHOOL[scope])]
    if scope in OF_STUDENTS:
        return [one for school in schools for pupil in school.students for one in getattr(pupil, OF_STUDENTS[scope])]
    units = [*schools, unit] if isinstance(unit, Township) else [unit]
    return [one for each in units for one in getattr(each, OF_UNITS[scope], ())]


def doubt(missing: Missing) -> str:
    """Return what keeps a figure from being told: the value and its cell, and no child's name."""
    place = missing.place
    where = f"{place.sheet}!{place.cell}" if place.sheet and place.cell else f"第{place.line}行" if place.line else ""
    return f"“{missing.label}”{'存疑' if missing.why else '没有填'}" + (f"（{where}）" if where else "")


def _over(figure: Figure) -> str:
    """Return whether a figure counts a school or a township."""
    named = {name for key in COUNTED if (said := getattr(figure, key)) for name in root_names(said)}
    return "school" if "school" in named else "township"


# --- before anything runs -------------------------------------------------------------------------


def wrong_items(catalogue: Catalogue, policy: Policy, provenance: Provenance | None = None) -> list[Problem]:
    """Return what is wrong with the inspection items of a policy: papers that there are none of, expressions that name
    nothing; each at its line of the preset, where ``provenance`` knows it."""
    return _Items(catalogue, policy, provenance).problems()


@dataclass(slots=True)
class _Items:
    """The proof of a policy's items."""

    catalogue: Catalogue
    policy: Policy
    provenance: Provenance | None
    found: list[Problem] = field(default_factory=list)
    types: TypeCheck = field(init=False)

    def __post_init__(self) -> None:
        known = functions(Context(Dataset(), self.policy, date.min), ())
        self.types = TypeCheck(Evaluator(), {name: function for name, function in known.items() if name not in OWN})

    def problems(self) -> list[Problem]:
        forms = [*self.policy.titles, *self.catalogue.definitions]  # the policy knows every built-in paper
        duties = papers(self.policy)
        for items in ("county_items", "school_items"):
            for number, item in enumerate(getattr(self.policy.inspections, items)):
                at: Trail = ("inspections", items, number)
                for place, form in enumerate(item.papers):
                    if form not in forms:
                        self.report((*at, "papers", place), f"没有文书“{form}”{near(form, forms)}")
                for place, figure in enumerate(item.figures):
                    for code in (code for code in figure.duty if code not in duties):
                        self.report((*at, "figures", place, "duty"), f"没有“{code}”这种待办{near(code, duties)}")
                    if figure.have:
                        self.figure(figure, (*at, "figures", place))
        return self.found

    def figure(self, figure: Figure, at: Trail) -> None:
        """Check the expressions of a figure."""
        scope = {name: kind for name, kind in types_in_scope(_over(figure)).items() if name not in ("title", "issuer")}
        for key in (key for key in COUNTED if getattr(figure, key)):
            said, before = getattr(figure, key), len(self.types.found)
            kind = plain_type(self.types.type_of(said, scope))
            for what in self.types.found[before:]:
                self.report((*at, key), what)
            if len(self.types.found) == before and kind not in (int, Any):
                self.report((*at, key), f"“{said}”不是数目", "请数出个数，如在列表后面加 | length")

    def report(self, at: Trail, what: str, todo: str = "请改正") -> None:
        """Note a problem at its place in the preset."""
        place = self.provenance.of(at).place if self.provenance else Place(f"{self.policy.id}.yaml")
        problem = Problem(place, what, todo)
        if problem not in self.found:
            self.found.append(problem)
