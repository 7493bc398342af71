"""Which notices may be issued, and how one may be served: the law, the checks of the dataset and a trial decide.

Nothing is issued that could not be printed then: the paper is resolved with the number and the days it would bear.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from typing import Any, cast

from generator.dataset.contradictions import CONTRADICTIONS, future
from generator.dataset.masking import quote, subject
from generator.dataset.missing import Missing, MissingValueError
from generator.dataset.models import NOTICES, Dataset, Notice, header_of
from generator.errors import BaoxueError, DataError, Exit
from generator.forms.catalogue import Catalogue
from generator.forms.context import ISSUERS, TYPES, Context
from generator.forms.resolve import HeldBackError, Resolver
from generator.policy.deadlines import return_deadline
from generator.policy.model import ACTS
from generator.policy.roles import Body
from generator.policy.turns import lacking, premature
from generator.press.build import Gathered
from generator.press.vanished import refuse_vanished
from generator.records import ledger
from generator.records.book import Book, Entry, Key
from generator.records.ledger import Given, Request
from generator.records.number import Number, is_code
from generator.records.overlay import Earlier, facts, key_of, served
from generator.records.service import HIMSELF, Fault, Served, Service, faults

CaseKey = tuple[str, str]
"""School code and case number."""
FORMS = dict(zip(NOTICES, ("return-notice", "order-to-mend", "order-to-school"), strict=True))
"""The form of each kind of notice."""
CODES: dict[Body, tuple[str, str]] = {"township": ("township", "code"), "education_bureau": ("county", "bureau_code")}
"""Where the code of each body stands that numbers notices."""
PARTNERS: dict[Body, Body] = {"township": "education_bureau", "education_bureau": "township"}
"""With whom a body issues a joint notice."""


class WishError(BaoxueError):
    """What is to be issued or served does not exist, or was said in a way that leaves it open."""

    exit_code = Exit.USAGE


class ObjectionError(BaoxueError):
    """The law or the dataset speaks against it; nothing was entered."""

    exit_code = Exit.DATA

    def __init__(self, what: str, faults: Sequence[Fault] = ()) -> None:
        super().__init__(what)
        self.faults = tuple(faults)


@dataclass(frozen=True, slots=True)
class Wish:
    """What is to be issued, of what day, under which code; empty names are all."""

    on: date
    cases: tuple[str, ...] = ()
    notices: tuple[str, ...] = ()
    schools: tuple[str, ...] = ()
    keys: tuple[Key, ...] = ()  # the very notices
    everything: bool = False
    code: str = ""
    joint: bool = False
    afresh: bool = False  # a new ledger is to be begun although there was one

    @property
    def by_name(self) -> bool:
        """Whether single notices are named, so that one whose number is void is issued once more."""
        return bool(self.cases or self.notices or self.keys)


@dataclass(frozen=True, slots=True)
class Offer:
    """What may be issued, with the number each would get now; what has a number already; what may not be issued, and
    why; what of that which may is better thought over."""

    requests: tuple[tuple[Request, Number], ...]
    numbered: tuple[Entry, ...]
    refused: tuple[tuple[str, str], ...]
    first: tuple[Entry, ...] = ()  # earlier numbers with which the ledger is begun
    reminders: tuple[tuple[str, str], ...] = ()

    @property
    def numbers(self) -> tuple[Number, ...]:
        """The numbers that would be given."""
        return tuple(number for _, number in self.requests)


def known_numbers(known: Gathered) -> Book:
    """Return the book from which numbers go on: the ledger's, or before there is one that of the workbook's numbers.

    Raises ``DataError`` where two of these contradict each other, ``ObjectionError`` where the workbook has numbers
    that the ledger does not hold.
    """
    found, book = known.earlier, known.book
    if found.problems:
        raise DataError(found.problems)
    if not book:
        return Book(tuple(sorted(found.entries, key=lambda entry: entry.number)))
    if found.entries:
        told = "、".join(str(entry.number) for entry in found.entries[:10])
        raise ObjectionError(
            f"数据里有 {len(found.entries)} 个文号不在台账里（{told}），可能已经印在文书上；先运行 baoxue notice import"
        )
    return book


def offer(known: Gathered, wish: Wish) -> Offer:
    """Return what may be issued of what is wished.

    Raises ``WishError`` where nothing is meant or the day is still to come, ``VanishedError`` where the ledger is gone,
    and as ``known_numbers`` does.
    """
    if not wish.afresh:
        refuse_vanished(known.vanished)
    book, context = known_numbers(known), known.context
    if wish.on > context.today:
        raise WishError(f"发出日期 {wish.on} 晚于今天 {context.today}")
    if wish.code and not is_code(wish.code):
        raise WishError(f"机关代字{quote(wish.code)}应是几个汉字，如 云政返通")
    resolvers = _resolvers(known.catalogue, context)
    chosen = [notice for notice in context.dataset.notices if _meant(notice, wish)]
    if not chosen and not wish.everything:
        raise WishError("没有符合的通知书；在“通知书”表里添一行，写序号和个案编号")
    requests: list[Request] = []
    numbered: list[Entry] = []
    refused: list[tuple[str, str]] = []
    reminders: list[tuple[str, str]] = []
    steps: dict[CaseKey, str] = {}  # what each case gets, for which others have to wait
    latest, valid = book.latest, _valid(context.dataset, book)
    for notice in chosen:
        try:
            key = key_of(notice)
            entry = latest.get(key) if key else None
            if entry and not entry.void:
                numbered.append(entry)
            elif entry and not wish.by_name:
                raise ObjectionError(f"{entry.number} 已作废；要重新发出，用 --notice 写明序号")
            else:
                request = _request(notice, resolvers[notice.sort], book, wish, valid)
                case = request.key.school, request.key.case
                if case in steps:
                    raise ObjectionError(f"同一个案这次已经要发{steps[case]}，一次只发一份；多出的那一行删去")
                steps[case] = request.kind
                requests.append(request)
                if early := premature(context.policy, notice, wish.on):
                    reminders.append((called(notice), early))
        except (MissingValueError, HeldBackError, ObjectionError) as error:
            refused.append((called(notice), _told(error)))
    first = () if known.book else book.entries
    found = tuple(_foretold(requests, book, wish.on.year))
    return Offer(found, tuple(numbered), tuple(refused), first, tuple(reminders))


def issue(path: Path, offered: Offer, foretold: Sequence[Number] = ()) -> Given:
    """Give what was offered its numbers, all or none; where there is no ledger at ``path``, one is begun.

    Raises ``LedgerError``, or ``RefusedError`` where one would be another than was ``foretold``.
    """
    return ledger.give(path, [request for request, _ in offered.requests], offered.first, foretold)


def take_over(path: Path, found: Earlier) -> None:
    """Enter the numbers of the workbook that the ledger does not hold, all or none; raises ``DataError`` where they
    contradict each other."""
    if found.problems:
        raise DataError(found.problems)
    ledger.take_over(path, found.entries)


def _foretold(requests: Iterable[Request], book: Book, year: int) -> Iterator[tuple[Request, Number]]:
    """Yield each request with the number it would get if all were issued now."""
    given: Counter[str] = Counter()
    for request in requests:
        yield request, Number(request.code, year, book.next(request.code, year) + given[request.code])
        given[request.code] += 1


def called(notice: Notice) -> str:
    """Return how a message names a notice: its own number, and the child where it is known."""
    try:
        child = notice.case.student.name if notice.case and notice.case.student else ""
    except MissingValueError:
        child = ""
    return f"{subject(notice)}{child}"


def _meant(notice: Notice, wish: Wish) -> bool:
    try:
        case = notice.case
        school = case.school if case else None
        named = {school.code, school.name, school.short_name} if school else set()
        return (
            (not wish.cases or bool(case and case.no in wish.cases))
            and (not wish.notices or notice.id in wish.notices)
            and (not wish.schools or bool(named & {*wish.schools}))
            and (not wish.keys or key_of(notice) in wish.keys)
        )
    except MissingValueError:
        return not wish.by_name and not wish.schools  # it may be meant: then it is told why it is not issued


def _valid(dataset: Dataset, book: Book) -> dict[CaseKey, list[Notice]]:
    """Return the notices of each case whose number holds.

    A row that is in doubt is in doubt for every case; the book knows of which one it is, and what was entered there.
    """
    rows: dict[Key | None, Notice] = {}
    for notice in dataset.notices:
        with suppress(MissingValueError):
            rows[key_of(notice)] = notice
    valid: dict[CaseKey, list[Notice]] = defaultdict(list)
    for key, entry in book.live.items():
        row = rows.get(key) or Notice(id=key.notice, kind=entry.kind, **facts(entry))
        valid[key.school, key.case].append(row)
    return valid


def _resolvers(catalogue: Catalogue, context: Context) -> dict[str, Resolver]:
    return {kind: Resolver(catalogue.definitions[form], catalogue.fragments, context) for kind, form in FORMS.items()}


def _partner(issuer: Body, resolver: Resolver) -> Body:
    """Return the body that issues a notice jointly with ``issuer``.

    Raises ``ObjectionError`` where there is none, or the law gives it no ground to.
    """
    if issuer not in PARTNERS:
        raise ObjectionError(f"{resolver.context.policy.bodies[issuer]}的通知书没有联合发文的机关")
    try:
        return _lawful(PARTNERS[issuer], resolver)
    except ObjectionError as error:
        raise ObjectionError(f"{error}，不能联合发文") from None


def _lawful(body: Body, resolver: Resolver) -> Body:
    """Return a body that the law lets issue a notice; raises ``ObjectionError`` where it does not."""
    definition, policy = resolver.definition, resolver.context.policy
    articles = {article.name: article for article in policy.law}
    for name in definition.basis:
        if definition.act not in articles[name].grounds.get(body, []):
            raise ObjectionError(f"{policy.bodies[body]}不能依据{name}{ACTS[definition.act]}，不能发这种通知书")
    return body


def _request(
    notice: Notice, resolver: Resolver, book: Book, wish: Wish, valid: Mapping[CaseKey, list[Notice]]
) -> Request:
    """Return the request for a notice that may be issued; raises where it may not."""
    context, key = resolver.context, key_of(notice)
    if key is None or notice.case is None or notice.case.student is None:
        raise ObjectionError("没有填全学校标识码、个案编号和序号，编了号以后认不出是哪一份")
    if waiting := lacking(context.policy, context.calendar, notice, wish.on, valid.get((key.school, key.case), ())):
        raise ObjectionError(waiting)
    names = resolver.names(notice)
    body = _lawful(cast(Body, resolver.issuer), resolver)
    partner = _partner(body, resolver) if wish.joint else None
    code = wish.code or _code(names, body, notice.sort, resolver, book, wish.on.year)
    number = Number(code, wish.on.year, book.next(code, wish.on.year))
    issuer, co_issuer = _text(names["issuer"]), _text(_body(names, partner)) if partner else None
    trial = replace(notice, number=str(number), issued_on=wish.on, co_issuer=co_issuer, seam=str(number), withheld=None)
    trial.deadline = return_deadline(context.policy, context.calendar, trial, wish.on)
    refuse(objections(trial, context))
    resolver.resolve(trial)
    student = _text(notice.case.student.name)
    return Request(code, key, student, issuer, wish.on, trial.deadline, co_issuer or "", notice.sort)


def _body(names: dict[str, Any], body: Body) -> Any:
    scope, _, attribute = ISSUERS[body].partition(".")
    return _told_of(names[scope], scope, attribute)


def _told_of(record: Any, scope: str, attribute: str) -> Any:
    """Return a value, or where it should stand."""
    value = getattr(record, attribute)
    return Missing(header_of(TYPES[scope], attribute), record.where(attribute)) if value is None else value


def _text(value: Any) -> str:
    if isinstance(value, Missing):
        raise MissingValueError(value)
    return str(value)


def _code(names: dict[str, Any], issuer: Body, kind: str, resolver: Resolver, book: Book, year: int) -> str:
    """Return the code under which a body numbers notices of a kind: the one it has used, else its own with
    what the policy adds; see docs/ledger.md."""
    if issuer not in CODES:
        raise ObjectionError("这个发出机关没有登记机关代字，用 --code 写明")
    scope, attribute = CODES[issuer]
    own = _text(_told_of(names[scope], scope, attribute))
    suffixes = dict(resolver.context.policy.codes)
    suffix = suffixes.pop(resolver.definition.id, "")
    used = [entry for entry in book.entries if entry.number.code.startswith(own)]
    alike = [entry.number for entry in used if entry.kind == kind]
    this_year = {number.code for number in alike if number.year == year} or {number.code for number in alike}
    others = {entry.number.code for entry in used if entry.kind != kind} - this_year
    opened = {opening.code for opening in book.openings if opening.code.startswith(own) and opening.year == year}
    series = this_year | (opened - others - {own + one for one in suffixes.values()})
    if len(series) > 1:
        raise ObjectionError(f"以前用过 {'、'.join(sorted(series))}，用 --code 写明这次用哪个代字")
    return series.pop() if series else own.removesuffix(suffix) + suffix


def objections(trial: Notice, context: Context) -> list[Fault]:
    """Return what the checks of the dataset would say of a notice, were it as ``trial`` is."""
    alone = Dataset(notices=[trial])
    found = [problem for check in CONTRADICTIONS for problem in check(alone)]
    told = [problem.what for problem in (*found, *future(alone, context.today)) if problem.level == "error"]
    return [Fault("at", what) for what in told]  # what else is told of a service was asked of it already


def refuse(faults: Sequence[Fault]) -> None:
    """Raise ``ObjectionError`` where there is anything to say against it."""
    if faults:
        raise ObjectionError("；".join(dict.fromkeys(map(str, faults))), faults)


def fit(entry: Entry, service: Service, known: Gathered) -> Service:
    """Return a service as it is entered, after the law and the dataset have been asked.

    Raises ``ObjectionError`` with all that speaks against it.
    """
    context = known.context
    notice = next(notices_of(entry, context.dataset), None)
    child, guardian = family(notice)
    if service.received_by and service.received_by == guardian and not service.relation:
        service = replace(service, relation=HIMSELF)
    least = context.policy.service.servers
    refuse(faults(service, Served(entry.issued_on, context.today, least, child or entry.student, guardian)))
    if notice:
        said = {attribute: value or None for attribute, value in served(service).items()}
        try:
            refuse(objections(replace(notice, **said), context))
        except MissingValueError as error:
            raise ObjectionError(f"{error.missing.place}：{error.missing.told}") from None
    return service


def too_late(entry: Entry, service: Service, known: Gathered) -> str:
    """Return that a notice was served when its deadline had passed, and what follows; empty where it was not."""
    context, until = known.context, entry.deadline
    notice = next(notices_of(entry, context.dataset), None)
    try:
        if notice and not until:
            told = replace(notice, served_at=service.at.date())
            until = return_deadline(context.policy, context.calendar, told, context.today)
    except MissingValueError:
        return ""
    if not until or service.at.date() <= until:
        return ""
    late = f"送达 {service.at.date()} 晚于期限 {until}，不算按期送达"
    return f"{late}；要作废重发：先作废 {entry.number}，再给它那一行（序号 {entry.key.notice}）重新编号，不用添行"


def notices_of(entry: Entry, dataset: Dataset) -> Iterator[Notice]:
    """Yield the notice of a dataset that has a number."""
    for notice in dataset.notices:
        try:
            if key_of(notice) == entry.key:
                yield notice
        except MissingValueError:
            continue


def family(notice: Notice | None) -> tuple[str, str]:
    """Return the names of the child and of the guardian, as far as they are certain."""
    try:
        student = notice.case.student if notice and notice.case else None
        guardian = student.guardian if student else None
        return (student.name if student else "") or "", (guardian.name if guardian else "") or ""
    except MissingValueError:
        return "", ""


def _told(error: Exception) -> str:
    return f"{error.missing.place}：{error.missing.told}" if isinstance(error, MissingValueError) else str(error)
