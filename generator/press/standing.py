"""How every file of ours in the output folder stands after a run: made by it, of an earlier one, out of date."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import date
from enum import Enum
from pathlib import Path
from typing import Any

from generator.forms.plan import EVERYTHING, Job, Plan, Selection
from generator.press.folder import known_files, read_manifest, sha256
from generator.press.run import Made, Printout, Result

OUTLINE = ("form", "title", "place", "duplex")
"""What of a manifest's entry is true of a file whatever was printed into it."""


class State(Enum):
    """What a run did with a file; the value is what the index says of it."""

    MADE = ""
    KEPT = "已人工修改，未覆盖"
    STALE = "已人工修改，未覆盖；数据已变，文件里是旧的"
    EARLIER = "以前做的"
    LEFT = "以前做的，本次没有再做"
    UNMADE = "本次没有做成，这是以前的文件，请核对"


@dataclass(frozen=True, slots=True)
class Standing:
    """A file in the folder: what the manifest tells of it, and how it stands.

    ``entry`` may lack anything: an older program told less, and a file that was there before us has no digest of ours.
    """

    path: str
    entry: Mapping[str, Any]
    state: State
    edited: bool = False  # by a person, since it was made

    @property
    def ours(self) -> bool:
        """Whether a run made the file, so that the manifest keeps it."""
        return "sha256" in self.entry

    @property
    def note(self) -> str:
        """What the index says of it."""
        day = self.entry.get("today")
        of_day = f"{State.EARLIER.value}（{day}）" if day else State.EARLIER.value
        said = self.state.value.replace(State.EARLIER.value, of_day)
        return f"已人工修改；{said}" if self.edited and self.state not in (State.KEPT, State.STALE) else said

    @property
    def papers(self) -> int | None:
        """How many papers are in it, where that is known."""
        return None if self.edited else len(self.entry.get("records", ())) or None

    @property
    def pages(self) -> int | None:
        """How many pages it has, copies and blank backs included, where that is known."""
        pages, copies, duplex = (self.entry.get(name) for name in ("pages", "copies", "duplex"))
        if self.edited or not pages or copies is None or duplex is None:
            return None
        blanks = [count % 2 if duplex else 0 for count in pages]
        put = sum(count + count % 2 * duplex for count in self.inserts)
        return int(copies * (sum(pages) + sum(blanks)) - blanks[-1] + put)  # nothing follows the last paper

    @property
    def inserts(self) -> list[int]:
        """The pages of each thing in it that is no paper."""
        return [] if self.edited else list(self.entry.get("inserts", ()))


def standings(
    out: Path, plan: Plan, results: Iterable[Result], today: date, selection: Selection,
    unavailable: Collection[str], *, of_all: bool = True, term: str = "",
) -> tuple[Standing, ...]:  # fmt: skip
    """Return how the files in ``out`` stand after a run: those it planned, in that order, then all others of ours.

    Formats that are ``unavailable`` were not planned for that reason; unless ``of_all``, other papers neither. What the
    run made is of ``term``.
    """
    entries, known = read_manifest(out)["files"], known_files(out)
    made = {one.path: (one, result) for result in results for one in result.made}
    planned = {target: job for job in plan.jobs for _, target in job.targets}
    found = []
    for path, job in planned.items():
        one, result = made.get(path, (None, None))
        if one and not one.kept:
            found.append(Standing(path, _entry(job, one, today, term), State.MADE))
        elif (out / path).is_file():
            entry = _outline(job) | entries.get(path, {})
            standing = _earlier(out, path, entry, known.get(path, ()), State.KEPT if one else State.UNMADE)
            found.append(_kept(standing, result) if result else standing)
    others = [path for path in sorted(known.keys() - planned) if (out / path).is_file()]
    for path in others:
        entry = entries.get(path, {})
        form = entry.get("form", "")
        state = _unplanned(path, form, plan, selection, unavailable) if of_all else State.EARLIER
        found.append(_earlier(out, path, entry, known[path], state))
    return tuple(found)


def lying(
    out: Path, entries: Mapping[str, Mapping[str, Any]], known: Mapping[str, Sequence[str]]
) -> tuple[Standing, ...]:
    """Return how files of ours stand while nothing is made: those that ``known`` has and that lie in ``out``, with what
    the manifest's ``entries`` tell of them."""
    return tuple(
        _earlier(out, path, entries.get(path, {}), digests, State.EARLIER)
        for path, digests in sorted(known.items())
        if (out / path).is_file()
    )


def place_of(path: str, entry: Mapping[str, Any]) -> str:
    """Return the school or township whose file this is; where it is not told, the folder it lies in tells."""
    return str(entry.get("place") or path.partition("/")[0])


def _kept(standing: Standing, result: Result) -> Standing:
    """Return how a file stands that a person had edited: what was printed into it may not be what would be now."""
    before = standing.entry.get("records")  # none where the run that made it was killed
    changed = before is not None and _shown(before) != _shown(Records(result.printouts))
    return replace(standing, state=State.STALE) if changed else standing


class Records(Sequence[dict[str, Any]]):
    """What the manifest tells of each record in a file just made, put into words when it is asked for: digests of its
    skeleton and values, by what it is known and what it says."""

    def __init__(self, printouts: Sequence[Printout]) -> None:
        self._printouts = printouts

    def __len__(self) -> int:
        return len(self._printouts)

    def __getitem__(self, at: Any) -> Any:
        return list(map(_record, self._printouts[at])) if isinstance(at, slice) else _record(self._printouts[at])

    def __eq__(self, other: object) -> bool:
        return self._printouts == other._printouts if isinstance(other, Records) else list(self) == other

    __hash__ = None  # type: ignore[assignment]


def _record(printout: Printout) -> dict[str, Any]:
    return {
        "label": printout.label,
        "skeleton": printout.skeleton,
        "values": printout.values.split(),
        "about": list(printout.about),
        "wording": printout.content.wording,
        "filled": printout.content.filled,
    }


def _shown(records: Iterable[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """Return what of each record can be seen in the file."""
    return [{name: record.get(name) for name in ("label", "skeleton", "values")} for record in records]


def _unplanned(path: str, form: str, plan: Plan, selection: Selection, unavailable: Collection[str]) -> State:
    """Return how a file stands that the plan has no job for: perhaps all in it was held back before it had a name."""
    if path.rpartition(".")[2] in unavailable:
        return State.EARLIER
    of_all_records = selection == Selection(forms=selection.forms, formats=selection.formats)
    if of_all_records and form in {left.form for left in (*plan.skipped, *plan.withheld)}:
        return State.UNMADE
    return State.LEFT if selection == EVERYTHING else State.EARLIER


def _outline(job: Job) -> dict[str, Any]:
    return {name: getattr(job, name) for name in OUTLINE}


def _entry(job: Job, made: Made, today: date, term: str) -> dict[str, Any]:
    """Return what the manifest tells of a file just made."""
    entry = _outline(job) | {"sha256": made.sha256, "today": (job.entries[0].as_of or today).isoformat(), "term": term}
    entry |= {"records": Records(made.printouts), "copies": made.copies, "paper": made.paper, "declared": job.pages}
    entry |= {"order": job.order} | ({"inserts": list(made.inserts)} if made.inserts else {})
    return entry if made.pages is None else entry | {"pages": list(made.pages)}


def _earlier(out: Path, path: str, entry: Mapping[str, Any], digests: Sequence[str], state: State) -> Standing:
    """Return how a file stands that this run did not make; ``digests`` are of what earlier ones made of it."""
    digest = _digest(out / path)
    edited = digest is not None and digest not in digests
    ours = digest if digest in digests else entry.get("sha256") or next(reversed(digests), None)
    if ours != entry.get("sha256"):  # a run that was killed made it, and told nothing but the digest
        entry = {name: entry[name] for name in OUTLINE if name in entry} | {"sha256": ours}
    return Standing(path, entry, state, edited)


def _digest(path: Path) -> str | None:
    with suppress(OSError):  # what cannot be read is not said to be edited
        return sha256(path.read_bytes())
    return None
