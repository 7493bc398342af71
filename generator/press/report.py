"""What became of a run: counts and reasons, the manifest, and the index workbook."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from functools import partial
from pathlib import Path
from typing import Any

from generator import __version__
from generator.dataset.models import Notice
from generator.files import reason, write
from generator.forms.plan import Skipped
from generator.forms.stack import SIDES
from generator.press.changed import Review, State
from generator.press.folder import INDEX, JOURNAL, LEDGER, MANIFEST, FolderError, read_manifest
from generator.press.printplan import PrintPlan, of_folder
from generator.press.run import Result
from generator.press.standing import Standing
from generator.press.standing import State as FileState
from generator.press.tables import Table, workbook
from generator.records.printings import Paper


@dataclass(frozen=True, slots=True)
class Report:
    """The results of a run, how the files of the folder stand after it, and the formats this machine cannot make
    (format -> why)."""

    out: Path
    results: tuple[Result, ...]
    files: tuple[Standing, ...] = ()
    skipped: tuple[Skipped, ...] = ()
    unavailable: dict[str, str] = field(default_factory=dict)
    missed: tuple[str, ...] = ()  # formats that were asked for by name and are unavailable
    review: Review | None = None  # what stands as printed, where only changes were made
    withheld: tuple[Skipped, ...] = ()  # by each form that would be about it

    @property
    def made(self) -> int:
        """How many files were made."""
        return sum(not made.kept for result in self.results for made in result.made)

    @property
    def papers(self) -> int:
        """How many papers (records, not formats) they hold."""
        return sum(max((len(made.printouts) for made in result.made), default=0) for result in self.results)

    @property
    def kept(self) -> list[str]:
        """The files left alone because a person had edited them."""
        return [made.path for result in self.results for made in result.made if made.kept]

    @property
    def stale(self) -> list[str]:
        """Those of them that hold other values than the run would have printed."""
        return [file.path for file in self.files if file.state is FileState.STALE]

    @property
    def all_skipped(self) -> list[Skipped]:
        """Every paper left out for want of data."""
        return [*self.skipped, *(left for result in self.results for left in result.skipped)]

    @property
    def void(self) -> list[Skipped]:
        """What is void and therefore not printed, each once whichever papers there were about it."""
        return void_once(self.withheld)

    @property
    def failed(self) -> list[Skipped]:
        """Every paper that could not be made."""
        return [left for result in self.results for left in result.failed]

    @property
    def faults(self) -> list[str]:
        """Where in the program those failed for which it is to blame."""
        return [left.fault for left in self.failed if left.fault]

    @property
    def out_of_date(self) -> list[str]:
        """The files of earlier runs that this one should have made anew and could not."""
        return [file.path for file in self.files if file.state is FileState.UNMADE]

    @property
    def left_over(self) -> list[str]:
        """The files of earlier runs that this one, which was complete, had no use for."""
        return [file.path for file in self.files if file.state is FileState.LEFT]

    @property
    def wrong_pages(self) -> list[str]:
        """Papers longer or shorter than their definition promises."""
        return [line for result in self.results for line in result.wrong_pages]

    @property
    def in_full(self) -> Counter[str]:
        """Why papers were laid out one by one for PDF, and how many."""
        found = Counter[str]()
        for result in self.results:
            for made in result.made:
                found.update(dict(made.in_full))
        return found

    @property
    def by_hand(self) -> list[tuple[str, str, str]]:
        """The blanks to be filled in by hand: (paper, record, blanks)."""
        return [
            (result.job.title, printout.label, "、".join(dict.fromkeys(printout.by_hand)))
            for result in self.results
            for printout in result.printouts
            if printout.by_hand
        ]

    @property
    def partial(self) -> bool:
        """Whether part of what was asked for was not made."""
        return bool(self.all_skipped or self.failed or self.missed)


def write_records(report: Report, dataset: str, today: date, ledger: str = "") -> None:
    """Write the manifest and the index workbook into the output folder; raises ``FolderError`` where it cannot."""
    kept = ledger or str(read_manifest(report.out).get(LEDGER, ""))  # lest a ledger that is gone be forgotten
    lines = _in_lines(manifest_of(report, dataset, today, kept))
    try:
        write(report.out / MANIFEST, lines)
        (report.out / JOURNAL).unlink(missing_ok=True)
        write(report.out / INDEX, index_workbook(report))
    except OSError as error:
        raise FolderError(
            f"目录写不进 {report.out}（{reason(error, report.out / INDEX)}）：请腾出空间、关掉打开的 {INDEX}，再运行"
        ) from None


def _in_lines(manifest: dict[str, Any]) -> bytes:
    """Return the manifest as JSON with a line for each file: indented throughout, it takes ten times as long."""
    said = partial(json.dumps, ensure_ascii=False, sort_keys=True, default=list)
    files = (f"  {said(path)}: {said(entry)}".encode() for path, entry in sorted(manifest["files"].items()))
    rest = [f" {said(key)}: {said(value)}" for key, value in sorted(manifest.items()) if key != "files"]
    head = "{\n" + ",\n".join([*rest, ' "files": {'])
    return b"\n".join([head.encode(), b",\n".join(files), b" }", b"}", b""])


def manifest_of(report: Report, dataset: str, today: date, ledger: str = "") -> dict[str, Any]:
    """Return the manifest: what is to be known of every file that this run or an earlier one made.

    ``ledger`` is the digest of what the ledger held, where there is one, or was when the folder's papers were made.
    """
    files = {file.path: dict(file.entry) for file in report.files if file.ours}
    made_of = {"dataset": dataset, "today": today.isoformat()} | ({LEDGER: ledger} if ledger else {})
    return {"program": __version__, **made_of, "files": files}


def index_workbook(report: Report) -> bytes:
    """Return the index as a workbook: every file, papers left out and why, blanks to fill in by hand."""
    files = [
        (
            file.entry.get("place"), file.entry.get("title"), file.path, file.papers, file.entry.get("copies"),
            file.pages, SIDES.get(file.entry.get("duplex")), file.note,
        )
        for file in report.files
    ]  # fmt: skip
    kinds = ((report.all_skipped, "缺数据"), (report.failed, "出错"), (report.void, "作废"))
    left = [(*_named(one), kind) for found, kind in kinds for one in found]
    return workbook(
        "目录",
        Table("文书", ("单位", "文书", "文件", "份（人）数", "文件内已含份数", "文件页数", "打印", "说明"), files),
        Table("未生成", ("文书", "对象", "原因", "类别"), left),
        Table("手填", ("文书", "对象", "要手填的栏"), report.by_hand),
        Table("页数", ("提醒",), [(line,) for line in report.wrong_pages]),
        *print_plan_tables(of_folder(report.files)),
        *([changes_table(report.review)] if report.review else []),
    )


def print_plan_tables(found: PrintPlan) -> tuple[Table, Table]:
    """Return a print plan as sheets: what each print file takes, and the paper for each school and for all."""
    lines = [
        (
            line.place, line.title, line.file, line.papers, line.copies, line.pages, line.sheets, line.paper,
            SIDES.get(line.duplex), line.inserts or None, line.order,
        )
        for line in found.lines
    ]  # fmt: skip
    totals = [
        (
            "合计" if total.over_all else total.place,
            total.paper,
            SIDES.get(total.duplex),
            total.sheets,
            total.files,
            total.unknown or None,
        )
        for total in found.totals
    ]
    head = (
        "单位",
        "文书",
        "打印文件",
        "份（人）数",
        "每份印几份",
        "一套页数",
        "用纸张数",
        "纸",
        "打印",
        "其中隔页、登记表页数",
        "顺序",
    )
    return (
        Table("打印计划", head, lines),
        Table("用纸合计", ("单位", "纸", "打印", "张数", "打印文件数", "张数不明的文件"), totals),
    )


def changes_table(found: Review) -> Table:
    """Return as a sheet what has changed since it was printed, what is new and what is no longer wanted."""
    rows: list[tuple[str, ...]] = [
        (
            state.value, job.place, job.title, paper.entry.label, paper.why,
            *((str(paper.before.printing.confirmed_on), paper.before.printing.file) if paper.before else ("", "")),
        )
        for state in (State.CHANGED, State.NEW, State.HELD)
        for job, paper in found.of(state)
    ]  # fmt: skip
    rows += [(State.HELD.value, *_printed(paper, why)) for paper, why in found.held]
    rows += [("不再需要", *_printed(paper, "")) for paper in found.gone]
    head = ("情况", "单位", "文书", "对象", "变了什么或原因", "上次确认印好", "当时的打印文件")
    return Table("变动", head, rows)


def _printed(paper: Paper, why: str) -> tuple[str, ...]:
    was = paper.printing
    return was.place, was.title, paper.label, why, str(was.confirmed_on), was.file


def void_once(withheld: Iterable[Skipped]) -> list[Skipped]:
    """Return what is withheld, each record once, without the papers that it would be on."""
    once: dict[str, Skipped] = {}
    for one in withheld:  # its label may tell of the day of the paper, too
        once.setdefault(one.why, Skipped("", Notice.sheet, one.label, one.why))
    return list(once.values())


def _named(left: Skipped) -> tuple[str, str, str]:
    return left.title, left.label, left.why
