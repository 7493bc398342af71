"""The data: drop in a workbook or roster, see what is new and what is wrong, take the annotated copy."""

from __future__ import annotations

import io
import tempfile
from collections import defaultdict
from collections.abc import Iterable
from pathlib import Path

from flask import Blueprint, Response, redirect, render_template, request, send_file, url_for
from werkzeug.wrappers import Response as Answer

from generator import doctor, project
from generator.dataset import annotate, safekeeping
from generator.dataset.models import REASONS
from generator.dataset.roster import carry_out, prepare
from generator.dataset.roster.cells import DECISIONS
from generator.errors import DataError, Problem
from generator.press import intake
from generator.web.desk import clock, desk
from generator.web.drops import GoneError, drops

MOST = 100
"""Lines of one list that are shown; all of them stand in the annotated copy."""

pages = Blueprint("data", __name__)


@pages.get("/")
def index() -> str:
    """Show what is known and what is wrong with it."""
    known = desk().known()
    if known is None:
        return render_template("reading.html")
    if not desk().data.exists():
        lying, others = intake.lying(desk().project)
        return render_template("begin.html", lying=lying, others=others)
    return render_template("data.html", known=known, sheets=by_sheet(known.problems), most=MOST)


def by_sheet(problems: Iterable[Problem]) -> list[tuple[str, list[Problem]]]:
    """Return the problems by the file and sheet that they stand in, those with errors first, errors first in each."""
    found: dict[str, list[Problem]] = defaultdict(list)
    for problem in problems:
        found[f"{problem.place.file} {problem.place.sheet}".strip()].append(problem)
    for each in found.values():
        each.sort(key=lambda problem: problem.level)
    return sorted(found.items(), key=lambda item: item[1][0].level)


@pages.post("/data/begin")
def begin() -> Answer:
    """Begin the project: with what lies there, with the example, or with empty sheets."""
    if request.form.get("how") == "lying":
        there, others = intake.lying(desk().project)
        if not there or (len(there) > 1 and others):
            raise GoneError("这个文件夹里的文件变了，没有写任何东西。请再看一次。")
        desk().take(there[0] if len(there) == 1 else ".")
        return redirect(url_for("data.index"))
    contents = project.files(desk().today, without_rows=request.form.get("how") == "empty")
    project.begin(desk().project, contents)
    return redirect(url_for("data.index"))


@pages.post("/data/drop")
def drop() -> Answer:
    """Take in a file and go to what it would change."""
    file = request.files.get("file")
    if file is None or not file.filename:
        raise GoneError("没有选文件：先选一份名册或数据表，再点按钮。")
    found = drops().take_in(file, request.form.get("school", ""))
    return redirect(url_for("data.dropped", key=found.key, school=found.school or None), 303)


@pages.get("/data/dropped/<key>")
def dropped(key: str) -> str:
    """Show what a file would change."""
    found = drops().look(key, desk(), school=request.args.get("school", ""), force="force" in request.args)
    known = desk().known()
    schools = [one.name for one in known.gathered.context.dataset.schools] if known and known.gathered else []
    return render_template(
        "dropped.html", dropped=found, merge=_merge(found), most=MOST, schools=schools, decisions=DECISIONS,
        reasons=REASONS, gone=intake.gone, pairs=intake.pairs, seen=intake.mark(found.stamp),
    )  # fmt: skip


def _merge(found: object) -> object:
    roster, workbook = getattr(found, "roster", None), getattr(found, "workbook", None)
    return roster.merge if roster else workbook.merge if workbook else None


@pages.post("/data/dropped/<key>/take")
def take(key: str) -> str:
    """Take over what a file changes, as a person decided it."""
    found = drops().find(key)
    found = drops().look(key, desk(), school=found.school, force=found.force)
    if found.refused:
        raise found.refused
    if found.workbook:
        if request.form.get("seen") != intake.mark(found.stamp):
            raise GoneError("看过以后这里的数据又变了，没有换。请再放进来一次，看清楚会改什么再换。")
        intake.replace(desk().data, found.workbook, clock())
        drops().forget(key)
        return render_template("taken.html", name=found.path.name, roster=None)
    assert found.roster
    review = intake.decided(found.roster.merge, request.form, desk().today)
    roster = prepare(desk().data, found.path, desk().today, school=found.school, review=review, force=found.force)
    copies = carry_out(roster, clock())
    drops().forget(key)
    return render_template("taken.html", name=found.path.name, roster=roster, copies=copies)


@pages.post("/data/undo")
def undo() -> str:
    """Give the dataset back as it was before the last change."""
    done = safekeeping.undo(desk().data)
    return render_template("undone.html", files=[(path.name, copy.name) for path, copy in done.items()])


@pages.get("/data/annotated")
def annotated() -> Response:
    """Send the dataset with its problems shown in it."""
    known = desk().read()
    if not known.problems:
        raise GoneError("没有问题，不用标。")
    if desk().data.is_dir():
        what = "数据是一个文件夹，网页上只能标一份文件"
        raise DataError([Problem(known.problems[0].place, what, "照这一页的清单，逐份打开改")])
    with tempfile.TemporaryDirectory(prefix="baoxue-") as room:
        copy = Path(room) / f"{desk().data.stem} 标出问题.xlsx"
        annotate.write(desk().data, known.problems, copy)
        content = copy.read_bytes()
    return _sent(content, copy.name)


@pages.get("/data/file")
def workbook() -> Response:
    """Send the dataset as it lies there."""
    return _sent(desk().data.read_bytes(), desk().data.name)


def _sent(content: bytes, name: str) -> Response:
    return send_file(io.BytesIO(content), as_attachment=True, download_name=name)


@pages.get("/help")
def help_() -> str:
    """Show how the page is used."""
    return render_template("help.html", pdf=doctor.how_to_make_pdf())
