"""Makes what is planned so that another run can go on with it: what is finished is noted as it comes, and what a run
that was ended had finished of the same is not made again.

The page and the command line both make papers this way.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path

from generator.dataset import sources
from generator.forms.catalogue import Catalogue
from generator.press import unfinished
from generator.press.build import Order, Prepared, build
from generator.press.installed import installed
from generator.press.report import Report
from generator.press.run import Result
from generator.press.unfinished import Intent
from generator.press.workers import UNWATCHED, Watch
from generator.remembered import digest

COMMAND = ""
"""What a run of the command line was asked for: all it rests on is in its basis."""


def finished(prepared: Prepared, intent: Intent, out: Path) -> list[Result]:
    """Return what an ended run of the same intent, on the same basis, had finished and still lies there."""
    left = unfinished.unfinished(out)
    if left is None or (left.intent.asked, left.intent.basis) != (intent.asked, intent.basis):
        return []
    jobs = {*prepared.plan.jobs}
    return unfinished.intact(prepared.order.out, [result for result in left.results if result.job in jobs])


def make(
    prepared: Prepared, intent: Intent, out: Path, done: Callable[[Result], None], watch: Watch = UNWATCHED,
    before: Sequence[Result] = (),
) -> Report:  # fmt: skip
    """Make what is planned but for what an ended run had finished (``before``); note in ``out`` what is finished.

    The note is forgotten when the run ends by itself. Raises as ``build`` does.
    """
    jobs, folder = prepared.plan.jobs, prepared.order.out
    papers = sum(len(job.entries) * len(job.targets) for job in jobs)
    whole = replace(intent, folder=_below(folder, out), files=len(jobs), papers=papers)
    noted = False

    def note() -> None:
        nonlocal noted
        if not noted:  # not before the folder is ours
            noted = True
            unfinished.begin(out, whole, before)

    def beat() -> None:
        note()
        watch.beat()

    def heard(result: Result) -> None:
        note()
        done(result)
        unfinished.add(out, result)

    report = build(prepared, heard, watch if watch is UNWATCHED else Watch(watch.step, beat), before)
    unfinished.forget(out)
    return report


def _below(folder: Path, out: Path) -> str:
    return "" if folder == out else folder.relative_to(out).as_posix()


# --- of the command line --------------------------------------------------------------------------------------------


def of_data(data: Path) -> str:
    """Return a digest of all files of a dataset; to be asked for before they are read. Raises ``DataError``."""
    return digest(*(part for name, file in sources.files(data).items() for part in (name, digest(file.read_bytes()))))


def intended(prepared: Prepared, data: str) -> Intent:
    """Return what a run of the command line is to make, of a dataset with that digest (``of_data``)."""
    catalogue, inserts = prepared.catalogue, prepared.inserts.catalogue if prepared.inserts else Catalogue()
    files = [*sorted(catalogue.files.items()), *sorted(inserts.files.items())]
    definitions = (part for name, file in files for part in (name, file.text))
    forms = (part for name, word in sorted(catalogue.words.items()) for part in (name, word.data))
    basis = {
        "数据": data,
        "台账": prepared.ledger,
        "文书": digest(*definitions, *forms),
        "政策": digest(prepared.context.policy.model_dump_json()),
        "日期": prepared.context.today.isoformat(),
        "选项": digest(repr(_asked(prepared.order))),
        "程序": digest(repr(installed())),
    }
    return Intent("", COMMAND, json.dumps(basis, ensure_ascii=False))


def _asked(order: Order) -> Order:
    """Return an order without what changes no paper, or is in the basis by itself."""
    nowhere = Path()
    return replace(
        order, data=nowhere, out=nowhere, project=None, ledger=None, today=None, workers=1, overwrite=False,
        strict=False, cluster="",
    )  # fmt: skip


def differing(left: Intent, now: Intent) -> list[str]:
    """Return in what an ended run of the command line differs from one that is to go on with it, in words; all that it
    rests on where it is not one of the command line."""
    before: dict[str, str] = json.loads(left.basis) if left.asked == COMMAND else {}
    return [name for name, value in json.loads(now.basis).items() if before.get(name) != value]
