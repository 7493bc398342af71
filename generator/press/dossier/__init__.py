"""The dossier of a unit, for whoever inspects it: every paper in its box, scans in their places, a way to check it."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING

from generator.errors import BaoxueError, TemplateError
from generator.files import PART
from generator.forms.catalogue import Catalogue, check, discover
from generator.forms.context import Context
from generator.forms.dossier import Dossier
from generator.forms.plan import Job, Plan
from generator.press.build import Gathered, Order, unmade
from generator.press.dossier.book import FRONTS, Fronts, bound
from generator.press.dossier.contents import Contents, contents
from generator.press.dossier.delivery import deliver
from generator.press.dossier.manifest import HANDOVER, NAME, verify
from generator.press.dossier.scans import found as scans_in
from generator.press.dossier.units import FORMATS, Unit, papers_of
from generator.press.folder import locked
from generator.press.run import Result, Station, run
from generator.press.workers import UNWATCHED, Watch
from generator.render import renderer

if TYPE_CHECKING:
    from pyhanko.sign.signers import SimpleSigner

FOLDER = "迎检"


class DossierError(BaoxueError):
    """A dossier cannot be made: PDF is unavailable, or somebody's files lie in its folder."""


@dataclass(frozen=True, slots=True)
class Wish:
    """How a dossier is wanted: where scans are, a password, whether what somebody put in its folder may go, and who
    signs its hand-over sheet."""

    scans: Path
    password: str = field(default="", repr=False)
    overwrite: bool = False
    signer: SimpleSigner | None = field(default=None, repr=False)


@dataclass(frozen=True, slots=True)
class Ready:
    """A dossier that was made, and the digest of its manifest."""

    folder: Path
    dossier: Dossier
    digest: str


Follow = Callable[[int], AbstractContextManager[Callable[[], None]]]
"""Given how many files of papers there are, what is called after each."""


def unfollowed(_: int) -> AbstractContextManager[Callable[[], None]]:
    """Return what does nothing: nobody asks how far it is."""
    return nullcontext(lambda: None)


def make(
    known: Gathered,
    order: Order,
    unit: Unit,
    wish: Wish,
    follow: Follow = unfollowed,
    watch: Watch = UNWATCHED,
) -> Ready:
    """Make the dossier of a unit below ``order.out``.

    Raises ``DossierError``, ``FolderError``, and ``TemplateError`` for wrong front pages.
    """
    if why := renderer("pdf").unavailable():
        raise DossierError(f"迎检档案是 PDF，做不了：{why}")
    known = replace(known, context=replace(known.context, audience=order.audience))
    fronts = _fronts(order.project, known.context)
    unavailable = unmade(known.catalogue, replace(order.selection, formats=FORMATS))
    planned = papers_of(unit, known.catalogue, known.context, tuple(unavailable))
    folder = order.out / FOLDER / unit.folder
    with locked(folder.parent):
        _refuse(folder, wish.overwrite)
        work = folder.with_name(f"{folder.name}{PART}")
        shutil.rmtree(work, ignore_errors=True)
        try:
            with follow(len(planned.jobs)) as advance:
                results = _made(planned, known, work / "papers", order.workers, advance, watch)
            whole = contents(known, order, unit, planned, results, wish.scans, scans_in(wish.scans), work / "papers")
            digest = _written(whole, Fronts(known.context, fronts, work), wish, work / "whole")
            _put(work / "whole", folder)
        finally:
            shutil.rmtree(work, ignore_errors=True)
    return Ready(folder, whole.dossier, digest)


def _fronts(project: Path | None, context: Context) -> Catalogue:
    fronts = discover(project, words=False, part=FRONTS)
    if problems := check(fronts, context.policy):
        raise TemplateError(problems)
    return fronts


def _refuse(folder: Path, overwrite: bool) -> None:
    """Refuse to put away what somebody changed or added in the folder of an earlier dossier."""
    if overwrite or not folder.is_dir() or not any(folder.iterdir()):
        return
    try:
        found = list(verify(folder).found)
    except BaoxueError:
        found = [f"没有 {NAME}，不是保学做的"]
    found += [path.name for path in folder.glob(f"{HANDOVER}*") if path.suffix not in (".pdf", ".docx")]
    if found:
        told = "；".join(found[:3])
        raise DossierError(f"{folder} 里有改过的、放进去的东西（{told}）；移走，或加 --overwrite 重做")


def _made(
    planned: Plan, known: Gathered, folder: Path, workers: int, advance: Callable[[], None], watch: Watch
) -> list[Result]:
    """Make every paper as PDF and return the results in the order of the plan."""
    results: dict[Job, Result] = {}

    def finished(result: Result) -> None:
        results[result.job] = result
        advance()

    folder.mkdir(parents=True)
    station = Station(known.context, replace(known.catalogue, files={}), folder, overwrite=True)
    run(planned, station, workers, finished, watch)
    return [results[job] for job in planned.jobs]


def _written(whole: Contents, fronts: Fronts, wish: Wish, folder: Path) -> str:
    """Write the dossier into a folder and return the digest of its manifest."""
    book, spans = bound(whole, fronts)
    return deliver(whole, fronts, book, spans, wish.password, wish.signer, folder)


def _put(made: Path, folder: Path) -> None:
    """Put a dossier in the place of an earlier one, readable by its owner alone."""
    for path in (made, *made.rglob("*")):
        path.chmod(0o700 if path.is_dir() else 0o600)
    old = folder.with_name(f"{folder.name} 旧{PART}")
    shutil.rmtree(old, ignore_errors=True)
    if folder.exists():
        folder.rename(old)
    try:
        made.rename(folder)
    except OSError:
        if old.exists():
            old.rename(folder)
        raise
    shutil.rmtree(old, ignore_errors=True)
