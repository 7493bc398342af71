"""The dossier of a unit, for whoever inspects it: every paper in its box, scans in their places, a way to check it."""

from __future__ import annotations

import itertools
import shutil
from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager, nullcontext, suppress
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from generator.errors import BaoxueError, TemplateError
from generator.files import PART, reason
from generator.forms.catalogue import Catalogue, check, discover
from generator.forms.context import Context
from generator.forms.dossier import Dossier
from generator.forms.plan import Job, Plan, safe_name
from generator.press.build import Gathered, Order, unmade
from generator.press.dossier.book import FRONTS, Fronts, bound
from generator.press.dossier.contents import Contents, contents
from generator.press.dossier.delivery import deliver
from generator.press.dossier.manifest import HANDOVER, NAME, is_kept, read, verify
from generator.press.dossier.scans import found as scans_in
from generator.press.dossier.units import FORMATS, Unit, papers_of
from generator.press.folder import locked, sha256
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
    """How a dossier is wanted: where scans are and whose, a password, whether what somebody put in its folder may be
    put aside, and who signs its hand-over sheet."""

    scans: Path
    password: str = field(default="", repr=False)
    overwrite: bool = False
    alone: bool = False  # that folder is of this unit, and its scans need not say so
    signer: SimpleSigner | None = field(default=None, repr=False)


@dataclass(frozen=True, slots=True)
class Ready:
    """A dossier that was made, the digest of its manifest, and where the one is kept whose place it took."""

    folder: Path
    dossier: Dossier
    digest: str
    former: Path | None = None


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
    """Make the dossier of a unit below ``order.out``; an earlier one that is another is kept beside it.

    Raises ``DossierError``, also where the disk is full or a file is in use, ``FolderError``, and ``TemplateError`` for
    wrong front pages.
    """
    if why := renderer("pdf").unavailable():
        raise DossierError(f"迎检档案是 PDF，做不了：{why}")
    known = replace(known, context=replace(known.context, audience=order.audience))
    fronts = _fronts(order.project, known.context)
    unavailable = unmade(known.catalogue, replace(order.selection, formats=FORMATS))
    planned = papers_of(unit, known.catalogue, known.context, tuple(unavailable))
    folder = order.out / FOLDER / unit.folder
    with locked(folder.parent):
        _refuse(folder, unit, wish.overwrite)
        for left in folder.parent.glob(f"*{PART}"):  # by a run that was killed
            shutil.rmtree(left, ignore_errors=True)
        work = folder.with_name(f"{folder.name}{PART}")
        try:
            with follow(len(planned.jobs)) as advance:
                results = _made(planned, known, work / "papers", order.workers, advance, watch)
            watch.beat()
            whole = contents(
                known,
                order,
                unit,
                planned,
                results,
                wish.scans,
                scans_in(wish.scans),
                work / "papers",
                alone=wish.alone,
            )
            watch.beat()
            digest = _written(whole, Fronts(known.context, fronts, work), wish, work / "whole")
            watch.beat()
            former = _put(work / "whole", folder)
        except OSError as error:
            told = f"{folder} 写不进去（{reason(error)}），没有做成，原来的没有动"
            raise DossierError(f"{told}；请腾出空间、关掉打开的文件，再做一次") from error
        finally:
            shutil.rmtree(work, ignore_errors=True)
    return Ready(folder, whole.dossier, digest, former)


def dossiers(out: Path) -> list[tuple[Path, Mapping[str, Any]]]:
    """Return the folders of dossiers below an output folder with their manifests, the newest first."""
    found = []
    for path in (out / FOLDER).glob(f"*/{NAME}"):
        with suppress(BaoxueError):
            found.append((path.parent, read(path.parent)))
    return sorted(found, key=lambda one: (str(one[1].get("made_on")), one[0].name), reverse=True)


def _fronts(project: Path | None, context: Context) -> Catalogue:
    fronts = discover(project, words=False, part=FRONTS)
    if problems := check(fronts, context.policy):
        raise TemplateError(problems)
    return fronts


def _refuse(folder: Path, unit: Unit, overwrite: bool) -> None:
    """Refuse to put aside what somebody changed or added in the folder of an earlier dossier, or another's dossier."""
    if overwrite or not any(map(is_kept, folder.rglob("*"))):
        return
    try:
        found = list(verify(folder).found)
        if (whose := str(read(folder).get("unit"))) != unit.name:
            found.insert(0, f"是{whose}的档案")
    except BaoxueError:
        found = [f"没有 {NAME}，不是保学做的"]
    own = {f"{HANDOVER}.pdf", f"{HANDOVER}.docx"}
    found += [path.name for path in sorted(folder.glob(f"{HANDOVER}*")) if path.name not in own]
    if found:
        told = "；".join(found[:3])
        raise DossierError(
            f"{folder} 里有别人的、改过的或者放进去的东西（{told}）；移走，或加 --overwrite 重做，原来的改名留着"
        )


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


def _put(made: Path, folder: Path) -> Path | None:
    """Put a dossier in its place, readable by its owner alone, and return where an earlier one is kept.

    Somebody may have signed for that one: only where both are the same in every byte does it go.
    """
    for path in (made, *made.rglob("*")):
        with suppress(OSError):  # there are file systems that know no owners
            path.chmod(0o700 if path.is_dir() else 0o600)
    if not folder.exists():
        made.rename(folder)
        return None
    same = _held(folder) in ({}, _held(made))
    old = folder.with_name(f"{folder.name} 旧{PART}") if same else _beside(folder)
    folder.rename(old)
    try:
        made.rename(folder)
    except OSError:
        old.rename(folder)
        raise
    if same:
        shutil.rmtree(old, ignore_errors=True)
    return None if same else old


def _held(folder: Path) -> dict[str, str]:
    """Return the digests of all files of a folder by their paths in it."""
    files = filter(is_kept, folder.rglob("*"))
    return {path.relative_to(folder).as_posix(): sha256(path.read_bytes()) for path in files}


def _beside(folder: Path) -> Path:
    """Return where an earlier dossier is kept: beside its place, under its number."""
    try:
        number = safe_name(str(read(folder)["number"]))
    except (BaoxueError, KeyError):
        number = "旧"
    names = (f"{folder.name} {number}{f' {count}' if count > 1 else ''}" for count in itertools.count(1))
    return next(path for name in names if not (path := folder.with_name(name)).exists())
