"""Who acts: from the role that the policy names, and what a duty is about, to the person."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeVar

from generator.dataset.missing import MissingValueError
from generator.dataset.models import Case, Class, County, Notice, Record, School, Staff, Student, Township
from generator.policy.duties.duty import Doer
from generator.policy.model import Policy
from generator.policy.roles import ROLES, Role

_T = TypeVar("_T")
CLERK = "职员"
"""A post that says nothing of what its holder answers for."""


@dataclass(frozen=True, slots=True)
class Around:
    """A record and the units that it belongs to, as far as they are known."""

    class_: Class | None = None
    school: School | None = None
    township: Township | None = None
    county: County | None = None


def around(record: Record) -> Around:
    """Return the units around a record: of a case the school and class that the child dropped out of."""
    match record:
        case County():
            return Around(county=record)
        case Township():
            return Around(township=record, county=record.county)
        case School():
            return _at(record)
        case Class():
            return _at(record.school, record)
        case Student():
            return _at(record.school or (record.class_.school if record.class_ else None), record.class_)
        case Case():
            class_ = record.last_class
            return _at(record.school or (class_.school if class_ else None), class_)
        case Notice():
            return around(record.case) if record.case else Around()
        case Staff():
            return _at(record.school)
    return Around()


def _at(school: School | None, class_: Class | None = None) -> Around:
    township = school.township if school else None
    return Around(class_, school, township, township.county if township else None)


def doer(role: Role, about: Record, policy: Policy) -> Doer:
    """Return who has a role towards what a duty is about; without a name where none, or none that is certain, is
    given."""
    at = _known(lambda: around(about)) or Around()
    if role in OFFICES:
        person, unit = (_known(read) or "" for read in OFFICES[role](at))
        return Doer("" if unit else _called(role, policy), person, unit)
    if role in OUTSIDE:
        return Doer(_called(role, policy), "", _known(lambda: at.township.name if at.township else None) or "")
    staff = _known(lambda: IN_SCHOOLS[role](at)) if role in IN_SCHOOLS else None
    return staffed(staff, _called(role, policy)) if staff else Doer(_called(role, policy), "", _place(at, role))


def staffed(staff: Staff, role: str = CLERK) -> Doer:
    """Return a member of staff as somebody who owes something: as class teacher of the class, else by post at the
    school; ``role`` is told where the post tells nothing."""
    class_ = _known(lambda: staff.classes[0].full_name if staff.classes else None)
    post = _known(lambda: staff.post) or ""
    unit = class_ or _known(lambda: _short(staff.school)) or ""
    return Doer(post if post and post != CLERK else role, _known(lambda: staff.name) or "", unit)


def _place(at: Around, role: Role) -> str:
    if role in ("class_teacher", "subject_teacher"):
        return _known(lambda: at.class_.full_name if at.class_ else None) or ""
    return _known(lambda: _short(at.school)) or ""


def _called(role: Role, policy: Policy) -> str:
    if role == "teaching_office":
        return policy.groups.office_seat_school
    return next((name for body, name in policy.bodies.items() if body == role), ROLES[role])


def _known(read: Callable[[], _T | None]) -> _T | None:
    try:
        return read()
    except MissingValueError:
        return None


def _short(school: School | None) -> str | None:
    return (school.short_name or school.name) if school else None


def _principal(at: Around) -> Staff | None:
    return at.school.principal if at.school else None


def _post(*posts: str) -> Callable[[Around], Staff | None]:
    """Return who holds the first of these posts at the school that anybody holds, else the principal."""

    def found(at: Around) -> Staff | None:
        staff = at.school.staff if at.school else []
        return next((one for post in posts for one in staff if one.post == post), None) or _principal(at)

    return found


def _central(at: Around) -> Staff | None:
    school = (at.school.central or at.school) if at.school else None
    return school.principal if school else None


IN_SCHOOLS: dict[Role, Callable[[Around], Staff | None]] = {
    "class_teacher": lambda at: at.class_.teacher if at.class_ else None,
    "teaching_office": _post("教导主任"),
    "grade_leader": lambda at: (at.class_.leader if at.class_ else None) or _principal(at),
    "deputy_head": _post("副校长", "教导主任"),
    "principal": _principal,
    "registrar": lambda at: (at.school.contact if at.school else None) or _principal(at),
    "school": _principal,
    "central_school": _central,
}
"""Who has a role in schools; subject teachers are several."""
OFFICES: dict[Role, Callable[[Around], tuple[Callable[[], str | None], Callable[[], str | None]]]] = {
    "township": lambda at: (
        lambda: (at.township.officer or at.township.deputy) if at.township else None,
        lambda: at.township.government if at.township else None,
    ),
    "education_bureau": lambda at: (
        lambda: at.county.bureau_contact if at.county else None,
        lambda: at.county.bureau if at.county else None,
    ),
    "supervision": lambda at: (lambda: None, lambda: at.county.supervision if at.county else None),
    "county": lambda at: (lambda: None, lambda: at.county.government if at.county else None),
}
"""Whom an office answers by, and its name, which says what it is."""
OUTSIDE: tuple[Role, ...] = ("village", "police")
