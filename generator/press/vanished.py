"""Whether a ledger was here that is gone: its copies and the manifests of papers made under it tell.

Numbers that begin anew at 1 then would be those of notices that people hold in their hands.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

from generator.dataset.safekeeping import COPIES
from generator.errors import BaoxueError, Exit, Place, Problem
from generator.press.folder import LEDGER, MANIFEST, read_manifest
from generator.records.ledger import NAME, is_ledger

MOST = 3
"""So many traces are named."""
FIND = f"把 {NAME} 找回来放回原处，或用最近的备份恢复"
TODO = (
    f"{FIND}（baoxue ledger restore 备份文件）；确实要另建一本的，"
    "先用 baoxue notice open 代字 年 下一号 --new-ledger --yes 让下一号排在已经发出的文号后面"
)


class VanishedError(BaoxueError):
    """There was a ledger, and there is none; no other was begun."""

    exit_code = Exit.DATA


def traces(ledger: Path, out: Path | None = None) -> tuple[str, ...]:
    """Return what tells that there was a ledger where there is none: copies of it, and folders of papers."""
    found = () if ledger.exists() else tuple(dict.fromkeys(_traces(ledger.parent, out)))
    return () if ledger.exists() else found  # another process may have begun it meanwhile


def _traces(folder: Path, out: Path | None) -> Iterator[str]:
    for place in (folder / COPIES, folder):
        for file in sorted(place.glob("*.sqlite"), reverse=True):  # the latest first
            if is_ledger(file):
                yield str(file.relative_to(folder))
    for papers in (*sorted(path.parent for path in folder.glob(f"*/{MANIFEST}")), *([out] if out else [])):
        if read_manifest(papers).get(LEDGER):
            yield f"{papers.name}/{MANIFEST}"


def refuse_vanished(found: Sequence[str], todo: str = TODO) -> None:
    """Raise ``VanishedError``, which says what is to be done, where there are traces of a ledger that is gone."""
    if found:
        raise VanishedError(f"{_told(found)}。这次什么也没有写：另建一本会和已经发出的文号重号。{todo}")


def vanished(found: Sequence[str]) -> list[Problem]:
    """Return the problem that the ledger is gone, where there are traces of one."""
    return [Problem(Place(NAME), f"{_told(found)}，通知书都印成草稿", TODO)] if found else []


def _told(found: Sequence[str]) -> str:
    named = "、".join(found[:MOST]) + (" 等" if len(found) > MOST else "")
    return f"这个项目有过台账（见 {named}），现在不见了"
