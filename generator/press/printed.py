"""Confirms that print files were printed: from what the manifest says was in a file when it was made, into the ledger.

Nothing is confirmed of which it is not known what stands on the paper: a file that was edited since, that is gone, or
that an older program made.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from generator.dataset.masking import quote
from generator.errors import near
from generator.files import reason
from generator.forms.plan import SelectionError
from generator.press.folder import MANIFEST, FolderError, known_files, locked, read_manifest, sha256
from generator.press.vanished import FIND, refuse_vanished, traces
from generator.records import printings
from generator.records.printings import Content, Paper, Printing
from generator.render import RENDERERS

SHOWN = 5
"""How many of the files that a name may mean are told."""
_OF_A_RECORD = ("label", "wording", "filled")


@dataclass(frozen=True, slots=True)
class MadeFile:
    """A file that a run made: where it lies, and what the manifest tells of it."""

    out: Path
    folder: Path  # in whose manifest it stands: the output folder, or one of its own in it
    path: str  # in that folder
    entry: Mapping[str, Any]

    @property
    def place(self) -> str:
        """Where it lies in the output folder."""
        return (self.folder / self.path).relative_to(self.out).as_posix()

    @property
    def name(self) -> str:
        """Where the print file lies, in whatever format."""
        return self.place.rpartition(".")[0]

    @property
    def records(self) -> list[Any]:
        """What the manifest tells of each paper in it."""
        found: list[Any] = self.entry.get("records", [])
        return found


@dataclass(frozen=True, slots=True)
class Remedies:
    """What is to be done where nothing can be confirmed, in words of the command line or of the page."""

    make: str = "先运行 baoxue build，或用 --out 写明文件夹"
    again: str = "重新做一次（baoxue build）再印"
    by_hand: str = "加 --edited"
    one: str = "请写明印的是哪一个（连后缀）"

    @property
    def edited(self) -> str:
        """Of a file that a person has edited."""
        return f"做好以后被人工改过，纸上印的和记录的不一样；确实印的是改过的，{self.by_hand}（改的部分这里不知道）"

    @property
    def old(self) -> str:
        """Of a file of which it is not known what is in it."""
        return f"是旧版本或中断的那次做的，没有记下里面的内容；{self.again}"


COMMANDS = Remedies()


@dataclass(frozen=True, slots=True)
class Confirmation:
    """What was confirmed, what stood as printed already, and what was not confirmed and why.

    ``edited`` are those of the confirmed that a person had edited: what was changed in them is not known here.
    """

    printed: tuple[Printing, ...] = ()
    already: tuple[str, ...] = ()
    edited: tuple[str, ...] = ()
    refused: tuple[tuple[str, str], ...] = ()


def confirm(
    out: Path, asked: Sequence[str], ledger: Path, on: date, *, everything: bool = False, edited: bool = False,
    remedies: Remedies = COMMANDS,
) -> Confirmation:  # fmt: skip
    """Enter print files into the ledger as printed on a day: those named, or with ``everything`` all in ``out``.

    A file that a person edited is confirmed only where ``edited`` says so, and then as it was made. Raises
    ``SelectionError`` where a name means no print file or several, ``FolderError`` where there are none or a run is
    writing to them, ``LedgerError``, ``VanishedError`` where there was a ledger that is gone.
    """
    refuse_vanished(traces(ledger, out), FIND)
    known = made_files(out)
    if not known:
        raise FolderError(f"{out} 里没有做好的打印文件；{remedies.make}")
    chosen = [file for file in known if file.folder == out] if everything else _chosen(known, asked)
    printed: list[tuple[Printing, list[Paper]]] = []
    refused: list[tuple[str, str]] = []
    with ExitStack() as held:
        for folder in dict.fromkeys(file.folder for file in chosen):
            held.enter_context(locked(folder))
        for name, files in _by_name(chosen).items():
            found = _printed(files, on, remedies, edited=edited)
            if isinstance(found, str):
                refused.append((name, found))
            else:
                printed.append(found)
        news = printings.confirm(ledger, printed)
    entered = tuple(printing for (printing, _), new in zip(printed, news, strict=True) if new)
    already = tuple(printing.file for (printing, _), new in zip(printed, news, strict=True) if not new)
    return Confirmation(
        entered, already, tuple(printing.file for printing in entered if printing.edited), tuple(refused)
    )


def take_back(out: Path, asked: Sequence[str], ledger: Path, on: date) -> tuple[Printing, ...]:
    """Undo the last confirmation of each print file named, and return them.

    Raises ``SelectionError`` where a name means none or several, ``LedgerError``.
    """
    held = list(dict.fromkeys(printing.file for printing in printings.printings(ledger)))
    if not held:
        raise SelectionError("还没有确认印过任何打印文件，没有可以撤销的")
    names = [name for text in asked for name in _meant(_without_format(_parts(text, out)), held, held, text)]
    return tuple(printings.undo(ledger, name, on) for name in dict.fromkeys(names))


def made_files(out: Path) -> list[MadeFile]:
    """Return what runs made in an output folder and in the folders of their own in it, oldest of these first."""
    apart = sorted(child for child in out.iterdir() if (child / MANIFEST).is_file()) if out.is_dir() else []
    return [
        MadeFile(out, folder, path, entry)
        for folder in (out, *apart)
        for path, entry in read_manifest(folder)["files"].items()
    ]


# --- what a name means ---------------------------------------------------------------------------------


def _chosen(files: Sequence[MadeFile], asked: Iterable[str]) -> list[MadeFile]:
    """Return the files that names mean, in the order of the manifests."""
    places, names = [file.place for file in files], [file.name for file in files]
    meant: set[str] = set()
    for text in asked:
        meant |= _meant(_parts(text, files[0].out), places, names, text)
    return [file for file in files if file.place in meant]


def _parts(text: str, out: Path) -> tuple[str, ...]:
    """Return a name as its parts, without the output folder where it leads into that."""
    written = Path(text.replace("\\", "/"))
    try:
        return written.resolve().relative_to(out.resolve()).parts or (".",)
    except ValueError:
        return tuple(part for part in written.parts if part != ".")


def _without_format(asked: tuple[str, ...]) -> tuple[str, ...]:
    name, _, fmt = asked[-1].rpartition(".")
    return (*asked[:-1], name) if fmt in RENDERERS else asked


def _meant(asked: tuple[str, ...], places: Sequence[str], names: Sequence[str], text: str) -> set[str]:
    """Return the places that a name means: a file with or without its format, all below a folder, or the end of a path.

    Raises ``SelectionError`` where it means none, or the end of several paths.
    """
    both = [(place, tuple(place.split("/")), tuple(name.split("/"))) for place, name in zip(places, names, strict=True)]
    if exact := {place for place, whole, name in both if asked in (whole, name)}:
        return exact
    if below := {place for place, whole, _ in both if asked == whole[: len(asked)] or asked == (".",)}:
        return below
    size = len(asked)
    ends = {place: name for place, whole, name in both if asked in (whole[-size:], name[-size:])}
    if len(set(ends.values())) > 1:
        told = "、".join("/".join(name) for name in list(dict.fromkeys(ends.values()))[:SHOWN])
        raise SelectionError(f"{quote(text)}有 {len(set(ends.values()))} 个：{told}；请写上前面的文件夹")
    if not ends:
        last = [name[-1] for _, _, name in both]
        raise SelectionError(f"没有打印文件{quote(text)}{near(asked[-1], list(dict.fromkeys(last)))}")
    return set(ends)


def _by_name(files: Iterable[MadeFile]) -> dict[str, list[MadeFile]]:
    found: dict[str, list[MadeFile]] = {}
    for file in files:
        found.setdefault(file.name, []).append(file)
    return found


# --- what stands on the paper ---------------------------------------------------------------------------


def _printed(
    files: Sequence[MadeFile], on: date, remedies: Remedies, *, edited: bool
) -> tuple[Printing, list[Paper]] | str:
    """Return a print file, given in all formats that may be meant, as it was printed, or why that is not known."""
    wrong = [_wrong(file, remedies) for file in files]
    whole = [file for file, why in zip(files, wrong, strict=True) if why is None]
    if not whole:
        by_hand = [file for file, why in zip(files, wrong, strict=True) if why == remedies.edited]
        if not (edited and by_hand):
            return next(why for why in wrong if why)
        return _as_made(by_hand[0], on, edited=True) or remedies.old
    if any(_contents(file) != _contents(whole[0]) for file in whole):
        formats = "、".join(file.path.rpartition(".")[2] for file in whole)
        return f"{formats} 里的内容不同，{remedies.one}"
    return _as_made(whole[0], on, edited=False) or remedies.old


def _wrong(file: MadeFile, remedies: Remedies) -> str | None:
    """Return why a file cannot be confirmed, or nothing."""
    try:
        digest = sha256((file.folder / file.path).read_bytes())
    except FileNotFoundError:
        return f"文件不在了；{remedies.again}"
    except OSError as error:
        return f"读不出来：{reason(error)}"
    if digest != file.entry["sha256"]:
        return remedies.old if digest in known_files(file.folder).get(file.path, ()) else remedies.edited
    return None if file.records and all(map(_complete, file.records)) and file.entry.get("form") else remedies.old


def _complete(record: Any) -> bool:
    told = isinstance(record, dict) and all(isinstance(record.get(name), str) for name in _OF_A_RECORD)
    return bool(told and record.get("about") and all(isinstance(name, str) for name in record["about"]))


def _contents(file: MadeFile) -> list[tuple[Any, ...]]:
    return [(tuple(record["about"]), record["wording"], record["filled"]) for record in file.records]


def _as_made(file: MadeFile, on: date, *, edited: bool) -> tuple[Printing, list[Paper]] | None:
    """Return a print file as it was made, nothing where that is not known."""
    entry = file.entry
    if not all(map(_complete, file.records)) or not file.records:
        return None
    printing = Printing(
        file.name, entry["form"], entry.get("title", ""), entry.get("place", ""), entry.get("term", ""),
        date.fromisoformat(entry["today"]), on, entry.get("copies", 1), entry["sha256"], edited,
    )  # fmt: skip
    papers = [
        Paper(tuple(record["about"]), record["label"], Content(record["wording"], record["filled"]), printing)
        for record in file.records
    ]
    return printing, papers
