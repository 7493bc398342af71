"""Dossiers: choose a unit, make its dossier, take it, and see whether one that was handed over is as it was."""

from __future__ import annotations

from functools import partial
from pathlib import Path

from flask import Blueprint, abort, redirect, render_template, request, send_file, url_for
from werkzeug.wrappers import Response as Answer

from generator.errors import BaoxueError
from generator.files import reason
from generator.forms.audience import AUDIENCES
from generator.forms.definition import Audience
from generator.press.dossier import FOLDER, Wish, dossiers, make
from generator.press.dossier.manifest import BOOK, HANDOVER, INDEX, verify
from generator.press.dossier.scans import FOLDER as SCANS
from generator.press.dossier.scans import found as scans_in
from generator.press.dossier.units import Unit, by_level
from generator.web import shelf
from generator.web.desk import Known, desk
from generator.web.pages import Shown, waiting
from generator.web.press import WORKERS, press

pages = Blueprint("dossiers", __name__)

RECEIVERS: tuple[Audience, ...] = ("bureau", "township", "school")
"""For whom a dossier may be, the usual one first."""
TAKEN = (BOOK, f"{HANDOVER}.pdf", f"{HANDOVER}.docx", INDEX)
"""What of a dossier can be downloaded alone."""
MOST = 30
"""Lines of one list that are shown."""


class AskedError(BaoxueError):
    """What was asked for is not there, or not any more."""


@pages.get("/dossiers")
def index() -> Shown:
    """Show of whom a dossier can be made, how far one is, and what was made."""
    known = desk().known()
    if (page := waiting(known)) or known is None:
        return page or ""
    return render_template(
        "dossiers.html", units=_units(known), receivers={one: AUDIENCES[one] for one in RECEIVERS}, scans=_scans(),
        count=len(scans_in(_scans())), can_open=shelf.can_open(), taken=TAKEN, **_running(),
    )  # fmt: skip


def _units(known: Known) -> dict[str, Unit]:
    """Return of whom dossiers can be made, by the names of their folders; none whose name is in doubt."""
    assert known.gathered
    return {unit.folder: unit for level in by_level(known.gathered.context.dataset) for unit in level}


def _scans() -> Path:
    data = desk().data
    return (data if data.is_dir() else data.parent) / SCANS


def _running() -> dict[str, object]:
    return {"run": press().run, "made": dossiers(desk().out), "most": MOST}


@pages.get("/dossiers/run")
def run() -> str:
    """Show how far the run is."""
    return render_template("part_dossier.html", polled=True, taken=TAKEN, **_running())


@pages.post("/dossiers/make")
def begin() -> Shown:
    """Begin to make the dossier of a unit."""
    known = desk().read()  # a page that waits would ask for what was posted as if it were a page
    if (page := waiting(known)) or known.gathered is None:
        return page or ""
    unit = _units(known).get(request.form.get("unit", ""))
    if unit is None:
        raise AskedError("没有选单位，或者数据里已经没有这个单位了：重新选一个。")
    receiver = next((one for one in RECEIVERS if one == request.form.get("receiver")), RECEIVERS[0])
    order = desk().order(audience=receiver, workers=WORKERS)
    wish = Wish(_scans(), overwrite="overwrite" in request.form)
    title = f"{unit.name}的迎检档案"
    press().bind(title, partial(make, known.gathered, order, unit, wish), desk().outdated(known))
    return redirect(url_for("dossiers.index"), 303)


@pages.post("/dossiers/stop")
def stop() -> Answer:
    """End the run that is going."""
    press().stop()
    return redirect(url_for("dossiers.index"), 303)


# --- what was made --------------------------------------------------------------------------------------------------


@pages.get("/dossiers/file/<folder>/<name>")
def file(folder: str, name: str) -> Answer:
    """Send one file of a dossier."""
    found = _folder(folder)
    path = shelf.inside(found, name) if found and name in TAKEN else None
    if path is None:
        abort(404)
    return send_file(path, as_attachment=True, download_name=f"{folder} {name}")


@pages.post("/dossiers/open")
def open_() -> Answer:
    """Show the folder of dossiers in a window of this machine."""
    try:
        shelf.open_folder(desk().out / FOLDER)
    except OSError as error:
        raise AskedError(f"文件夹打不开（{reason(error)}）：在“此电脑”里找到 {desk().out / FOLDER}。") from None
    return redirect(url_for("dossiers.index"), 303)


@pages.post("/dossiers/check")
def check() -> str:
    """Show what became of a dossier since it was made."""
    name = request.form.get("folder", "")
    folder = _folder(name)
    if folder is None:
        raise AskedError("没有这份档案，可能已经移走了。")
    verdict = verify(folder, request.form.get("digest", "").strip())
    return render_template("checked.html", name=name, verdict=verdict, most=MOST)


def _folder(name: str) -> Path | None:
    """Return the folder of a dossier that was made here."""
    return next((folder for folder, _ in dossiers(desk().out) if folder.name == name), None)
