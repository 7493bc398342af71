"""The papers: choose, count, look at, make, and take what was made."""

from __future__ import annotations

import base64
import hashlib
import threading
from collections import Counter
from collections.abc import Container, Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import date
from itertools import islice
from urllib.parse import parse_qsl, quote

from flask import Blueprint, Response, abort, redirect, render_template, request, send_file, url_for
from werkzeug.datastructures import MultiDict
from werkzeug.wrappers import Response as Answer

from generator import __version__
from generator.dataset.models import Class, School, Student
from generator.errors import BaoxueError
from generator.files import reason
from generator.forms.arrange import ORDERS
from generator.forms.definition import Definition
from generator.forms.lowered import digest
from generator.forms.plan import Entry, Plan, Selection, of_own
from generator.forms.resolve import HeldBackError
from generator.press import printed as printed_
from generator.press import printplan, unfinished
from generator.press.build import Prepared, planned
from generator.press.due import Asked
from generator.press.folder import busy
from generator.press.resume import COMMAND
from generator.press.unfinished import Intent, Unfinished
from generator.records.printings import printings
from generator.render import RENDERERS, fonts, renderer
from generator.render.screen import screen
from generator.web import shelf
from generator.web.choice import Choice, certain, chosen, key_of, narrowed, selection
from generator.web.counting import Proved, Tally, Work, work
from generator.web.desk import Known, desk
from generator.web.guard import POLICY
from generator.web.press import WORKERS, press

pages = Blueprint("papers", __name__)

FORMATS = {"docx": "Word", "pdf": "PDF", "xlsx": "Excel"}
PER = {
    "county": "县", "township": "个乡镇", "village": "个村", "school": "校", "class": "班", "staff": "名教师",
    "student": "名学生", "case": "个个案", "visit": "次家访", "notice": "份通知书", "inspection": "次督导",
    "hamlet": "个村民小组", "household": "户", "resident": "人", "change": "次学籍变动",
    "leave": "次请假", "pairing": "对结对", "session": "次帮扶", "tutoring": "人次转化",
    "disability": "名残疾儿童", "meeting": "次会议", "campaign": "次活动", "talk": "次谈话", "volume": "卷",
}  # fmt: skip
KINDS = {
    "contract": "责任书", "notice": "通知、通知书", "letter": "函", "report": "报告", "record": "记录表",
    "form": "表单", "register": "名册、台账", "statistic": "统计表", "plan": "方案、计划", "checklist": "检查表",
    "minutes": "会议记录", "publicity": "宣传", "archive": "归档",
}  # fmt: skip
ONLY = {"": "", "due": "，今天要办的", "changed": "，印后有变的"}
REMEDIES = printed_.Remedies(
    "先在“打印文书”里做", "在“打印文书”里重新做一次再印", "勾上“人工改过的也确认”再确认一次",
    "在“打印文书”里重新做一次再印",
)  # fmt: skip
MOST = 30
"""Lines of one list that are shown."""
COUNTED = ("form", "format", "order", "separators", "ticks")
"""What may be chosen without changing what else there is to choose from."""
LONG = 300
"""Files of one school that are shown."""
FEW = 20
"""Students that a search shows."""


class NothingError(BaoxueError):
    """Nothing was chosen that could be made."""


@pages.before_app_request
def _warm() -> None:
    """Find out in time which formats can be made: loading what makes PDF takes seconds.

    Not before the first request: it keeps what libraries print from being seen, and with it all that ``serve`` prints.
    """
    if not _warmed:
        _warmed.append(threading.Thread(target=renderer("pdf").unavailable, daemon=True))
        _warmed[0].start()


_warmed: list[threading.Thread] = []


# --- choosing -------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Listed:
    """A paper in the list that is chosen from."""

    definition: Definition
    title: str
    papers: int | None  # nothing while it is not known
    chosen: bool

    @property
    def code(self) -> str:
        """Its rows of the catalogue."""
        return "、".join(self.definition.covers)


@pages.get("/papers")
def index() -> Answer | str:
    """Show what there is to choose from and what the choice comes to; of a part that asks, the parts that change."""
    known = desk().known()
    if known is None or known.gathered is None:
        return _not_yet(known)
    here, choice = work(known), chosen(request.args)
    tally = here.tally(choice)
    going = tally.going  # asked first: what is not known by now is asked for again
    part = request.headers.get("HX-Request") and ("part_count.html" if _only_counts() else "part_choice.html")
    said = _choosing(here, choice, tally, going=going) | _counted(here, choice, tally) | _running()
    answer = Response(render_template(part or "papers.html", part=bool(part), **said))
    if part:
        answer.headers["HX-Push-Url"] = f"{url_for('papers.index')}?{choice.query()}"
    return answer


def _only_counts() -> bool:
    """Return whether a part asks that leaves the lists to choose from as they are."""
    return request.headers.get("HX-Trigger-Name", "") in COUNTED or request.args.get("part") == "count"


def _not_yet(known: Known | None) -> Answer | str:
    """Return what is shown while the dataset is read, or where it cannot be used."""
    if request.headers.get("HX-Request"):
        return Response(headers={"HX-Refresh": "true"})
    return render_template("reading.html") if known is None else render_template("unready.html", known=known)


def _choosing(here: Work, choice: Choice, tally: Tally, *, going: bool) -> dict[str, object]:
    dataset, find = here.gathered.context.dataset, request.args.get("find", "").strip()
    who = request.args.get("who", "").strip()
    schools = [name for school in dataset.schools if (name := certain(school, "name"))]
    classes = [name for one in _classes(dataset.schools, choice.school) if (name := certain(one, "name"))]
    found = list(_called(dataset.students, who, choice)) if who else []
    there = [student for key in choice.student if (student := here.students.get(key))]
    return {
        "choice": choice, "schools": schools, "classes": classes, "who": who, "find": find, "tally": tally,
        "counting": going,
        "students": [(key_of(one), _told(one)) for one in islice(found, FEW)], "more": max(0, len(found) - FEW),
        "there": [(key_of(student), _told(student)) for student in there],
        "groups": _groups(here, choice, tally, find, going=going),
        "all": replace(choice, form=tuple(id_ for id_ in here.definitions if tally.papers(id_))).query(),
        "nothing": replace(choice, form=()).query(),
        "absent": 0 if going else sum(not tally.papers(id_) for id_ in here.definitions),
        "formats": FORMATS, "orders": ORDERS, "per": PER, "unavailable": _blocked(here), "known": here.known,
    }  # fmt: skip


def _classes(schools: Iterable[School], school: str) -> list[Class]:
    return [one for found in schools if school and certain(found, "name") == school for one in found.classes]


def _called(students: Iterable[Student], who: str, choice: Choice) -> Iterator[Student]:
    """Yield the students in whose name stands ``who``, in the school and class that are chosen."""
    for student in students:
        if who in certain(student, "name") and key_of(student) not in choice.student:
            school, class_ = _around(student)
            if choice.school in ("", school) and choice.klass in ("", class_):
                yield student


def _around(student: Student) -> tuple[str, str]:
    class_ = getattr(student, "class_", None)
    if not isinstance(class_, Class):
        return "", ""
    return (certain(class_.school, "name") if isinstance(class_.school, School) else ""), certain(class_, "name")


def _told(student: Student) -> str:
    return " ".join((certain(student, "name"), *filter(None, _around(student))))


def _groups(here: Work, choice: Choice, tally: Tally, find: str, *, going: bool) -> list[tuple[str, list[Listed]]]:
    """Return the papers by kind: those that can be made or that nothing is known of yet, and those chosen."""
    groups: dict[str, list[Listed]] = {}
    for id_, definition in here.definitions.items():
        papers = tally.papers(id_) if id_ in tally.parts or not going else None
        listed = Listed(definition, here.titles[id_], papers, id_ in choice.form)
        sought = not find or any(find.casefold() in text.casefold() for text in (listed.title, listed.code, id_))
        if listed.chosen or (sought and papers != 0):
            groups.setdefault(KINDS[definition.kind], []).append(listed)
    return [(kind, groups[kind]) for kind in KINDS.values() if kind in groups]


# --- counting -------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Left:
    """A paper that is held back, and why."""

    title: str
    label: str
    why: str


def _counted(here: Work, choice: Choice, tally: Tally) -> dict[str, object]:
    """Return what the choice comes to, as far as it is known."""
    try:
        whole = tally.plan(choice.form)
    except BaoxueError as error:
        return {"wrong": str(error)}
    formats = _formats(here, choice)
    made = narrowed(whole, formats)
    entries = [(job.form, entry) for job in made.jobs for entry in job.entries]
    machine, proofs = press(), here.proofs(choice)
    if not machine.busy:
        proofs.ask(entries, lambda: machine.busy)
    proved = [proofs.found.get((form, entry)) for form, entry in entries]
    titles = {job.form: job.title for job in whole.jobs}
    held = [Left(left.title, left.label, left.why) for left in whole.skipped]
    held += [
        Left(titles[form], entry.label, found.why)
        for (form, entry), found in zip(entries, proved, strict=True)
        if found and found.why
    ]
    lost = {(form, entry) for (form, entry), found in zip(entries, proved, strict=True) if found and found.why}
    jobs = [job for job in made.jobs if any((job.form, entry) not in lost for entry in job.entries)]
    files = Counter(fmt for job in jobs for fmt, _ in job.targets)
    return {
        "wrong": tally.failure, "papers": len(entries) - len(lost), "asked": len(entries), "files": files,
        "held": held, "most": MOST,
        "proved": sum(found is not None for found in proved), "by_hand": _by_hand(titles, entries, proved),
        "copies": sum(job.copies * sum((job.form, entry) not in lost for entry in job.entries) for job in jobs),
        "forms": len({job.form for job in jobs}),
        "paper": _paper(here, choice, made, lost), "review": tally.review, "first": _first(choice, made),
        "lacking": tally.lacking, "formless": _formless(here, choice, formats),
    }  # fmt: skip


def _formats(here: Work, choice: Choice) -> list[str]:
    """Return the formats that are made: those chosen, all where none is, of those that can be made here."""
    return [fmt for fmt in RENDERERS if fmt not in _blocked(here) and (not choice.format or fmt in choice.format)]


def _blocked(here: Work) -> dict[str, str]:
    """Return the formats in which nothing at all can be made here, and why."""
    own = {fmt for one in here.definitions.values() if one.word for fmt in one.formats}
    possible = {fmt for fmt in own if of_own(fmt) not in here.unavailable}
    return {fmt: why for fmt, why in here.unavailable.items() if fmt in FORMATS and fmt not in possible}


def _formless(here: Work, choice: Choice, formats: list[str]) -> list[str]:
    """Return the chosen papers that there are in none of the formats."""
    found = [id_ for id_ in choice.form if id_ in here.definitions]
    return [here.titles[id_] for id_ in found if not {*here.definitions[id_].formats} & {*formats}]


def _by_hand(
    titles: dict[str, str], entries: Iterable[tuple[str, Entry]], proved: Iterable[Proved | None]
) -> list[tuple[str, str, int]]:
    """Return the blanks to be filled in by hand: paper, blanks, how many papers."""
    found = Counter(
        (titles[form], "、".join(one.blanks))
        for (form, _), one in zip(entries, proved, strict=True)
        if one and one.blanks
    )
    return [(title, blanks, count) for (title, blanks), count in found.items()]


def _paper(here: Work, choice: Choice, made: Plan, lost: Container[tuple[str, Entry]]) -> list[str]:
    """Return how many sheets of which paper it takes to print the choice, as far as papers promise their pages."""
    jobs = [
        replace(job, entries=entries)
        for job in made.jobs
        if (entries := tuple(entry for entry in job.entries if (job.form, entry) not in lost))
    ]
    put = here.arranger(choice.arrangement).plan(replace(made, jobs=tuple(jobs)), choice.wide)
    found = printplan.of_plan(put, here.gathered.catalogue)
    return [str(total) for total in found.totals if total.over_all]


def _first(choice: Choice, made: Plan) -> str:
    """Return the form whose first paper is shown."""
    return next((form for form in choice.form for job in made.jobs if job.form == form), "")


# --- looking at it --------------------------------------------------------------------------------------------------


@pages.get("/papers/preview")
def preview() -> Answer | str:
    """Show one paper of the choice, with ways to the next and the one before."""
    known = desk().known()
    if known is None or known.gathered is None:
        return _not_yet(known)
    here, choice = work(known), chosen(request.args)
    tally = here.tally(choice, needed=True)
    if choice.only:
        tally.wait()
    tally.wait_for(choice.form)
    forms = [form for form in choice.form if tally.papers(form)]
    form = request.args.get("show", "") or next(iter(forms), "")
    entries = [entry for job in tally.plan([form]).jobs for entry in job.entries]
    if not entries:
        raise NothingError("没有可以看的：先勾一种文书。")
    at = min(max(0, request.args.get("at", 0, int)), len(entries) - 1)
    return render_template(
        "preview.html", choice=choice, forms=forms, form=form, at=at, all=len(entries), entry=entries[at],
        titles=here.titles,
    )  # fmt: skip


@pages.get("/papers/sheet/<form>/<int:at>")
def sheet(form: str, at: int) -> Answer:
    """Show one paper as it will look: a document of its own, without any script."""
    known = desk().known()
    if known is None or known.gathered is None:
        return Response(render_template("reading.html"))
    here, of = work(known), request.args.get("of", None, date.fromisoformat)
    if form not in here.definitions or at >= len(here.gathered.context.records(here.definitions[form].per)):
        abort(404)
    try:
        if here.definitions[form].word:
            raise NothingError("这种文书用的是您自己的 Word 表单，没有预览：先做一份，用 Word 或 WPS 打开看。")
        paper, _ = here.station(chosen(request.args)).paper(form, Entry(at, "", as_of=of))
    except HeldBackError as error:
        return Response(render_template("told.html", sentences=["这一份做不出来，缺：", *str(error).split("；")]))
    html, css = screen(paper, lambda face: url_for("papers.font", face=face))
    seal = base64.b64encode(hashlib.sha256(css.encode()).digest()).decode()
    policy = POLICY.replace("script-src 'self'", "script-src 'none'")
    policy = policy.replace("style-src 'self'", f"style-src 'sha256-{seal}'")
    return Response(html, headers={"Content-Security-Policy": policy})


@pages.get("/fonts/<face>")
def font(face: str) -> Answer:
    """Send a house font."""
    path = fonts.files().get(face)
    if path is None:
        abort(404)
    return send_file(path, max_age=86400)


# --- making ---------------------------------------------------------------------------------------------------------


@pages.post("/papers/make")
def make() -> Answer | str:
    """Begin to make what was chosen."""
    return _begin(chosen(request.form))


@pages.post("/papers/resume")
def resume() -> Answer | str:
    """Go on with a run that was ended."""
    left = _left()
    if left is None:
        raise NothingError("没有做到一半的文书。")
    return _begin(chosen(MultiDict(parse_qsl(left.intent.asked))))


@pages.post("/papers/forget")
def forget() -> Answer:
    """Forget a run that was ended."""
    unfinished.forget(desk().out)
    return redirect(url_for("papers.index"), 303)


@pages.post("/papers/stop")
def stop() -> Answer:
    """End the run that is going."""
    press().stop()
    going = press().run
    return redirect(f"{url_for('papers.index')}?{going.asked if going else ''}", 303)


@pages.get("/papers/run")
def run() -> str:
    """Show how far the run is."""
    return render_template("part_run.html", polled=True, **_running())


def _begin(choice: Choice) -> Answer | str:
    known = desk().read()  # a page that waits would ask for what was posted as if it were a page
    if known.gathered is None:
        return _not_yet(known)
    here = work(known)
    if not choice.form:
        raise NothingError("一种文书也没有勾：先勾要做的文书，再按“做”。")
    if missing := [form for form in choice.form if form not in here.definitions]:
        raise NothingError(f"没有文书“{'、'.join(missing)}”，请重新勾。")
    formats = _formats(here, choice)
    asked = selection(choice, here.students, here.gathered.context.dataset.students)
    whole = Selection(choice.form, asked.schools, asked.classes, asked.students, tuple(formats), asked.single)
    machine = press()
    order = desk().order(selection=whole, workers=WORKERS, due=Asked() if choice.only == "due" else None)
    order = replace(order, changed=choice.only == "changed", arrangement=choice.arrangement)

    tally = here.tally(choice, needed=True)

    def prepare() -> Prepared:
        going = machine.run
        while tally.going and going:
            going.beat()
            tally.wait(0.1)
        if tally.failure:
            raise NothingError(tally.failure)
        plan = narrowed(tally.plan(choice.form), formats)
        if not plan.jobs:
            none = "都已经作废" if plan.withheld else "选的范围里没有这些文书"
            why = f"{len(plan.skipped)} 份都缺数据" if plan.skipped else none
            raise NothingError(f"没有可以做的：{why}。")
        return planned(order, here.seen(choice), plan, tally.review)

    intent = Intent(_called_in_short(here, choice), choice.query(), _basis(here, formats))
    machine.start(intent.title, prepare, intent, desk().outdated(known))
    return redirect(f"{url_for('papers.index')}?{choice.query()}", 303)


def _called_in_short(here: Work, choice: Choice) -> str:
    """Return what is made, for the bar."""
    first = here.titles[choice.form[0]]
    what = first if len(choice.form) == 1 else f"{first}等 {len(choice.form)} 种"
    if choice.student:
        return f"{what}（{len(choice.student)} 名学生）"
    where = "".join(filter(None, (choice.school, choice.klass)))
    return f"{what}（{where or '全部'}{ONLY[choice.only]}）"


def _basis(here: Work, formats: list[str]) -> str:
    """Return a digest of all that the papers rest on: what was finished on another is not gone on with."""
    known = here.known
    return digest(repr((__version__, known.basis, formats)))


def _running() -> dict[str, object]:
    """Return the run that is going or has ended, or the one that ended with the program."""
    going = press().run
    if going and going.dossier and not going.going:
        going = None  # its own page tells what became of it
    left = None if going and going.going else _left()
    if left and busy(desk().out / left.intent.folder):
        left = None  # another program's, and going
    return {"run": going, "left": left, "most": MOST}


def _left() -> Unfinished | None:
    """Return the run of the page that was ended in the middle; one of the command line is gone on with there."""
    left = unfinished.unfinished(desk().out)
    return None if left is None or left.intent.asked == COMMAND else left


# --- what was made --------------------------------------------------------------------------------------------------


@pages.get("/papers/files")
def files() -> str:
    """Show what lies in the output folder, by school."""
    found = shelf.folders(desk().out)
    return render_template("files.html", folders=found, out=desk().out, can_open=shelf.can_open())


@pages.post("/papers/open")
def open_() -> Answer:
    """Show the output folder, or one of its own in it, in a window of this machine."""
    try:
        shelf.open_folder(_folder(request.form.get("folder", "")).path)
    except OSError as error:
        raise NothingError(f"文件夹打不开（{reason(error)}）：在“此电脑”里找到 {desk().out}。") from None
    return redirect(url_for("papers.files", opened=1), 303)


@pages.get("/papers/files/of")
def files_of() -> str:
    """Show the files of one school in one folder."""
    return _files_of(_folder(request.args.get("folder", "")), request.args.get("place", ""))


@pages.post("/papers/printed")
def printed() -> str:
    """Enter print files into the ledger as printed, or take that back."""
    folder, place = _folder(request.form.get("folder", "")), request.form.get("place", "")
    asked = request.form.getlist("file")
    if not asked or not all(name in folder.stems for name in asked):
        raise NothingError("一个文件也没有勾：先勾印好了的，再按“确认印好了”。")
    files = [folder.address(name) for name in asked]
    names = [str(desk().out / file) for file in files]
    if "undo" in request.form:
        stand = {one.file for one in printings(desk().ledger)}
        if not (names := [name for name, file in zip(names, files, strict=True) if file in stand]):
            raise NothingError("勾的这些没有确认过，没有可以撤销的。")
        undone = printed_.take_back(desk().out, names, desk().ledger, desk().today)
        return _files_of(folder, place, undone=len(undone))
    edited = "edited" in request.form
    done = printed_.confirm(desk().out, names, desk().ledger, desk().today, edited=edited, remedies=REMEDIES)
    return _files_of(folder, place, done=done)


def _files_of(folder: shelf.Folder, place: str, **told: object) -> str:
    """Return the files of one place in a folder, with what was just confirmed of them."""
    found = folder.lying(place)
    confirmed = {one.file: one.confirmed_on for one in printings(desk().ledger)}
    rows = [(file, folder.address(file.path), confirmed.get(_stem(folder.address(file.path)))) for file in found]
    paper = [str(total) for total in printplan.of_folder(found).totals if total.over_all]
    return render_template(
        "files_of.html", folder=folder, place=place, rows=rows, paper=paper, most=LONG, told=told,
        edited=any(file.edited for file in found),
    )  # fmt: skip


def _stem(path: str) -> str:
    return path.rpartition(".")[0]


@pages.get("/papers/file/<path:name>")
def file(name: str) -> Answer:
    """Send one file that was made."""
    path = shelf.file(desk().out, name)
    if path is None:
        abort(404)
    return send_file(path, as_attachment=True, download_name=path.name)


@pages.get("/papers/zip")
def packed() -> Answer:
    """Send the files of a folder, or of one school in it, packed into one."""
    folder, place = _folder(request.args.get("folder", "")), request.args.get("place")
    entries = list(folder.members(place))
    if not entries:
        raise NothingError("这里没有做好的文件，没有可以打包的。")
    name = f"{place or folder.name or '文书'} {desk().today}.zip"
    answer = Response(shelf.zipped(entries), mimetype="application/zip")
    answer.headers.set("Content-Disposition", "attachment", **{"filename*": f"UTF-8''{quote(name, safe='')}"})
    return answer


def _folder(name: str) -> shelf.Folder:
    for folder in shelf.folders(desk().out):
        if folder.name == name:
            return folder
    abort(404)
