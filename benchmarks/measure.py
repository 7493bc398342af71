"""Measures what users wait for, on this machine, in one run: ``python benchmarks/measure.py [--students N]``.

The machine's own speed is told beside each figure as a ratio to a fixed piece of work, so that runs on
different or busy machines can be compared. Nothing here is a test; figures go into README.md of this folder.
"""

from __future__ import annotations

import argparse
import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from datetime import date, timedelta
from pathlib import Path
from typing import Any

QUIET: dict[str, Any] = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from generator.bench.machine import timed, yardstick  # noqa: E402 - found by the line above


def help_text() -> float:
    """Return the seconds ``baoxue --help`` takes, the median of seven."""
    command = [sys.executable, "-m", "generator", "--help"]

    def work() -> None:
        subprocess.run(command, cwd=ROOT, check=True, stdout=subprocess.DEVNULL)

    return statistics.median(timed(work) for _ in range(7))


def large_workbook(students: int, path: Path) -> None:
    """Write the sample, grown to so many students."""
    command = [sys.executable, "data/make_sample.py", "--students", str(students), "--out", str(path)]
    environment = os.environ | {"PYTHONPATH": str(ROOT)}
    subprocess.run(command, cwd=ROOT, check=True, capture_output=True, env=environment)


def load_and_check(path: Path) -> float:
    """Return the seconds from a workbook on disk to a checked dataset."""
    from generator.dataset import load
    from generator.dataset.coverage import drawable
    from generator.resources import fonts_dir

    return timed(lambda: load(path, drawable(fonts_dir())))


def next_roster(path: Path, roster: Path) -> None:
    """Write the next month's roster of a workbook: of a hundred children one is gone, one new, two have moved."""
    from python_calamine import CalamineWorkbook

    from generator.dataset.roster.compare import HAND_FILLED
    from generator.dataset.roster.said import path_header
    from generator.dataset.workbook import write_workbook

    with CalamineWorkbook.from_path(str(path)) as book:
        header, *rows = (list(map(str, row)) for row in book.get_sheet_by_name("学生").to_python())
    header = [name.rstrip("*") for name in header]
    children = []
    for number, row in enumerate(rows):
        child = dict(zip(header, row, strict=True))
        for attribute in HAND_FILLED:
            child.pop(path_header(attribute), None)
        if number % 50 == 3:
            child["现住址"] += "新居"
        if number % 100 == 11:
            fresh = {"姓名": "新来", "身份证件号": "", "全国学籍号": f"G5300002099{number:09}", "班内学号": ""}
            children.append(child | fresh)
        if number % 100 != 7:
            children.append(child)
    write_workbook({"学生": children}, roster)


def command(words: Sequence[str], folder: Path) -> tuple[float, float]:
    """Return the seconds and the most memory, in GB, that a command of baoxue takes, start-up and all."""
    start = time.perf_counter()
    environment = os.environ | {"PYTHONPATH": str(ROOT)}
    run = subprocess.Popen([sys.executable, "-m", "generator", *words], cwd=folder, env=environment, **QUIET)
    _, _, used = os.wait4(run.pid, 0)
    return time.perf_counter() - start, used.ru_maxrss / 1024 / 1024


def truancies(students: int) -> float:
    """Return the seconds in which the unbroken truancies are found of so many children with ten absences each."""
    from generator.dataset.models import Absence, Settings
    from generator.policy.calendar import Calendar

    opening, today = date(2026, 9, 1), date(2026, 11, 20)
    calendar = Calendar(Settings(term_start=opening, term_end=date(2027, 1, 22)), [])
    days = [opening + timedelta(days=(7 * number) % 78) for number in range(10 * students)]
    absences = [Absence(kind=("旷课", "病假")[day.day % 2], start=day, end=day + timedelta(days=1)) for day in days]
    register = [absences[first : first + 10] for first in range(0, len(absences), 10)]
    return timed(lambda: [calendar.unbroken(child, today) for child in register])


def owed(path: Path) -> tuple[float, int, int]:
    """Return the seconds from a loaded workbook, with ten absences of each child added, to the list that ``due`` tells,
    and how many absences and duties there were; one absence in a hundred goes on."""
    from generator.dataset import load
    from generator.dataset.models import Absence
    from generator.forms.catalogue import discover
    from generator.forms.context import Context
    from generator.policy.choice import composed
    from generator.press.build import Gathered
    from generator.press.due import Asked

    opening, today = date(2026, 9, 1), date(2026, 11, 16)
    dataset, _ = load(path)
    for number, student in enumerate(dataset.students):
        for turn in range(10):
            day = opening + timedelta(days=(7 * number + 8 * turn) % 76)
            open_ended = turn == 9 and number % 10 == 3
            kind = ("旷课", "病假", "事假")[(number + turn) % 3]
            end = None if open_ended else day + timedelta(days=turn % 2)
            absence = Absence(student=student, kind=kind, start=day, end=end)
            student.absences.append(absence)
            dataset.absences.append(absence)
    policy = composed(dataset, None).policy
    known = Gathered(Context(dataset, policy, today), discover(), ())
    found: list[int] = []
    return timed(lambda: found.append(len(known.due(Asked()).lines))), len(dataset.absences), found[0]


def contracts(form: str, fmt: str) -> float:
    """Return guardian contracts a second, print files of classes, one process, start-up not counted."""
    from generator.forms.plan import Selection
    from generator.press.build import Order, prepare
    from generator.press.run import Station
    from generator.resources import data_dir

    with tempfile.TemporaryDirectory() as out:
        order = Order(data_dir() / "sample.xlsx", Path(out), selection=Selection(forms=(form,), formats=(fmt,)))
        prepared = prepare(order, lambda: date(2026, 11, 16))
        station = Station(prepared.context, prepared.catalogue, order.out, True, {})
        jobs = prepared.plan.jobs[:9]
        station.make(jobs[0])  # fonts and styles are read once a process
        made = sum(len(job.entries) for job in jobs[1:])
        return made / timed(lambda: [station.make(job) for job in jobs[1:]])


def main() -> None:
    """Print the figures."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--students", type=int, default=50_000)
    students = parser.parse_args().students
    unit = yardstick()
    print(f"yardstick {unit:.3f} s; figures in brackets are multiples of it")
    seconds = help_text()
    print(f"baoxue --help: {seconds:.3f} s ({seconds / unit:.2f})")
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "large.xlsx"
        large_workbook(students, path)
        seconds = load_and_check(path)
        print(f"load and check {students} students: {seconds:.2f} s ({seconds / unit:.1f})")
        seconds, memory = command(["check", str(path)], Path(folder))
        print(f"baoxue check, whole command: {seconds:.2f} s ({seconds / unit:.1f}), {memory:.2f} GB")
        seconds = truancies(students)
        print(f"unbroken truancies, ten absences a student: {seconds:.2f} s ({seconds / unit:.1f})")
        seconds, absences, lines = owed(path)
        print(f"due, {absences} absences, {lines} duties: {seconds:.2f} s ({seconds / unit:.1f})")
        next_roster(path, Path(folder) / "roster.xlsx")
        seconds, memory = command(["import", "roster.xlsx", "--data", str(path), "--today", "2026-11-16"], Path(folder))
        print(f"baoxue import, whole command: {seconds:.2f} s ({seconds / unit:.1f}), {memory:.2f} GB")
    for fmt in ("docx", "pdf"):
        rate = contracts("guardian-contract", fmt)
        print(f"guardian contract, {fmt}: {rate:.0f} records/s, {1000 / rate:.1f} ms each ({1 / rate / unit:.3f})")


if __name__ == "__main__":
    main()
