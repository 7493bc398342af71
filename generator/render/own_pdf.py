"""Prints a user's own Word form as .pdf: LibreOffice converts what was filled in, pikepdf makes copies and blanks.

Each process has a profile of its own, so that several may run at once, and none is the user's. It is told to run no
macro, to fetch nothing and to change no field's contents; the house fonts stand in for those of Windows.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
import tempfile
import threading
from collections.abc import Sequence
from functools import cache
from io import BytesIO
from itertools import pairwise
from pathlib import Path
from xml.sax.saxutils import escape

from generator.errors import BaoxueError
from generator.forms.lowered import whole
from generator.forms.own_form import OwnForm
from generator.render import Insert, Printed, Step, silent, word
from generator.render.fonts import FACES, OFFICE, WIDEST
from generator.render.own_word import Filled
from generator.render.pdf import assemble, interleaved
from generator.resources import fonts_dir

suffix = ".pdf"

BEGIN, EACH = 90, 15
"""Seconds that LibreOffice has to begin, and more for every document."""
AT_ONCE = 40
"""Documents that one start of LibreOffice converts; Windows takes no longer command line."""
ONE_AT_A_TIME = threading.Lock()
"""What uses this process's profile: a second LibreOffice on it would hand its work to the first and end."""
PLACES = (
    "C:/Program Files/LibreOffice/program/soffice.com",
    "C:/Program Files (x86)/LibreOffice/program/soffice.com",
    "/Applications/LibreOffice.app/Contents/MacOS/soffice",
)
"""Where LibreOffice lies that is not on the path."""


class ConversionError(BaoxueError):
    """LibreOffice did not convert a document."""


def unavailable() -> str:
    """Return why Word forms cannot be made into PDF here: LibreOffice or pikepdf is not installed."""
    if not program():
        return (
            "没有装 LibreOffice，用 Word 表单做的文书只有 Word 文件；装好 LibreOffice 再运行，或在 WPS 里另存为 PDF。"
        )
    try:
        import pikepdf  # noqa: F401
    except ImportError as error:
        return f"pikepdf 没有装好（{error}）。Word 不受影响。"
    return ""


@cache
def program() -> str:
    """Return the path of LibreOffice, empty where it is not installed."""
    found = shutil.which("soffice") or shutil.which("libreoffice")
    return found or next((place for place in PLACES if Path(place).is_file()), "")


def render(
    papers: Sequence[Filled], *, copies: int, duplex: bool, title: str, step: Step = silent,
    inserts: Sequence[Insert] = (),
) -> Printed:  # fmt: skip
    """Return the papers as one PDF and the pages of each; raises ``ConversionError`` where LibreOffice fails."""
    form = papers[0].form
    joined, counts = _together(form, papers) or _one_by_one(form, papers)
    for _ in papers:
        step()
    between, lengths = [whole(insert.paper(counts)) for insert in inserts], list[int]()
    put = convert([word.render([one], copies=1, duplex=False, title=title).data for one in between]) if between else []
    if put:
        joined, (_, *lengths) = _joined([joined, *put])
    titles, says = [paper.title for paper in papers], [paper.title for paper in between]
    order = interleaved(titles, counts, copies, inserts, says, lengths)
    return Printed(assemble(_stripped(joined, title), order, duplex), tuple(counts), copies, inserts=tuple(lengths))


def _joined(files: Sequence[bytes]) -> tuple[bytes, list[int]]:
    """Return PDF files as one, and the pages of each."""
    import pikepdf

    counts = []
    with pikepdf.new() as joined:
        for data in files:
            with pikepdf.open(BytesIO(data)) as one:
                counts.append(len(one.pages))
                joined.pages.extend(one.pages)
        buffer = BytesIO()
        joined.save(buffer, deterministic_id=True)
    return buffer.getvalue(), counts


def _together(form: OwnForm, papers: Sequence[Filled]) -> tuple[bytes, list[int]] | None:
    """Return all papers as one PDF and the pages of each, which marks tell; nothing where these are lost."""
    import pikepdf

    merged = form.together((form.marked(paper.parts) for paper in papers), sheets=False)
    data = convert([merged])[0]
    with pikepdf.open(BytesIO(data)) as pdf:
        marks = pdf.Root.get("/Dests", pikepdf.Dictionary())
        numbers = {page.obj.objgen: number for number, page in enumerate(pdf.pages)}
        starts = sorted(
            numbers[marks[name][0].objgen] for name in map(str, marks.keys()) if re.fullmatch(r"/mark(?:_\d+)?", name)
        )
        if len(starts) != len(papers) or starts[:1] != [0] or len({*starts}) != len(starts):
            return None
        return data, [after - at for at, after in pairwise([*starts, len(pdf.pages)])]


def _one_by_one(form: OwnForm, papers: Sequence[Filled]) -> tuple[bytes, list[int]]:
    """Return papers that were converted each by itself as one PDF, and the pages of each."""
    files: list[bytes] = []
    for at in range(0, len(papers), AT_ONCE):
        files += convert([form.single(paper.parts) for paper in papers[at : at + AT_ONCE]])
    return _joined(files)


def _stripped(data: bytes, title: str) -> bytes:
    """Return a PDF with its title, and without what tells when it was made, and without links: they would lead into
    another copy."""
    import pikepdf

    with pikepdf.open(BytesIO(data)) as pdf:
        for page in pdf.pages:
            if "/Annots" in page.obj:
                del page.obj["/Annots"]
        for key in ("/Names", "/Dests", "/Outlines", "/OpenAction", "/Metadata", "/StructTreeRoot", "/MarkInfo"):
            if key in pdf.Root:
                del pdf.Root[key]
        for entry in list(pdf.docinfo.keys()):
            del pdf.docinfo[entry]
        for key in ("/ID", "/DocChecksum"):
            if key in pdf.trailer:
                del pdf.trailer[key]
        pdf.Root.Lang = pikepdf.String("zh-CN")
        pdf.docinfo["/Title"] = pikepdf.String(title)
        buffer = BytesIO()
        pdf.save(buffer, deterministic_id=True)
    return buffer.getvalue()


def convert(documents: Sequence[bytes]) -> list[bytes]:
    """Return Word files as PDF files, by one start of LibreOffice.

    Raises ``ConversionError`` where one is not converted, or in no time.
    """
    with ONE_AT_A_TIME, tempfile.TemporaryDirectory(prefix="baoxue-", ignore_cleanup_errors=True) as room:
        folder = Path(room)
        names = [f"{number:04}" for number in range(len(documents))]
        for name, data in zip(names, documents, strict=True):
            (folder / f"{name}.docx").write_bytes(data)
        made = folder / "pdf"
        made.mkdir()
        _run(
            [
                program(),
                f"-env:UserInstallation={_profile().as_uri()}",
                "--headless", "--invisible", "--nologo", "--norestore", "--nolockcheck", "--nodefault",
                "--convert-to", "pdf:writer_pdf_Export", "--outdir", str(made),
                *(str(folder / f"{name}.docx") for name in names),
            ],
            BEGIN + EACH * len(documents),
        )  # fmt: skip
        paths = [made / f"{name}.pdf" for name in names]
        if any(not path.is_file() for path in paths):
            raise ConversionError("LibreOffice 没有把 Word 文件转成 PDF：请用 Word 文件，或在 WPS 里另存为 PDF")
        return [path.read_bytes() for path in paths]


def _run(command: list[str], seconds: int) -> None:
    """Run LibreOffice, which ends when this process does, or when the time is over."""
    leash = [sys.executable, "-I", "-S", str(Path(__file__).with_name("leash.py"))]
    environment = os.environ | _fonts()
    with subprocess.Popen(
        [*leash, *command],
        stdin=subprocess.PIPE, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, env=environment,
    ) as running:  # fmt: skip
        try:
            running.wait(seconds)
        except subprocess.TimeoutExpired:
            raise ConversionError(f"LibreOffice {seconds} 秒还没有转好：请用 Word 文件，或重新运行") from None
        finally:
            assert running.stdin is not None
            running.stdin.close()  # lets go of the leash
            running.wait()


@cache
def _room() -> tempfile.TemporaryDirectory[str]:
    """The folder of this process's profile, which goes when the process does."""
    return tempfile.TemporaryDirectory(prefix="baoxue-", ignore_cleanup_errors=True)


@cache
def _profile() -> Path:
    """Return a profile in which nothing runs, nothing is fetched and nothing asked."""
    folder = Path(_room().name)
    user = folder / "profile" / "user"
    user.mkdir(parents=True)
    items = "".join(
        f'<item oor:path="/org.openoffice.{path}"><prop oor:name="{name}" oor:op="fuse"><value>{value}</value>'
        "</prop></item>"
        for path, name, value in SETTINGS
    )
    (user / "registrymodifications.xcu").write_text(
        '<?xml version="1.0" encoding="UTF-8"?><oor:items xmlns:oor="http://openoffice.org/2001/registry" '
        f'xmlns:xs="http://www.w3.org/2001/XMLSchema">{items}</oor:items>',
        encoding="utf-8",
    )
    return folder / "profile"


SETTINGS = (
    ("Office.Common/Security/Scripting", "MacroSecurityLevel", "3"),
    ("Office.Common/Security/Scripting", "DisableMacrosExecution", "true"),
    ("Office.Common/Security/Scripting", "BlockUntrustedRefererLinks", "true"),
    ("Office.Common/Security/Scripting", "DisableActiveContent", "true"),
    ("Office.Writer/Content/Update", "Link", "2"),  # never
    ("Inet/Settings", "ooInetProxyType", "2"),  # everything through a proxy that is not there
    ("Inet/Settings", "ooInetHTTPProxyName", "127.0.0.1"),
    ("Inet/Settings", "ooInetHTTPProxyPort", "9"),
    ("Inet/Settings", "ooInetHTTPSProxyName", "127.0.0.1"),
    ("Inet/Settings", "ooInetHTTPSProxyPort", "9"),
    ("Office.Common/Misc", "FirstRun", "false"),
    ("Office.Common/Filter/PDF/Export", "IsSkipEmptyPages", "false"),
    ("Office.Common/Filter/PDF/Export", "ExportBookmarks", "false"),
    ("Office.Common/Filter/PDF/Export", "ExportBookmarksToPDFDestination", "true"),
    ("Office.Common/Filter/PDF/Export", "UseTaggedPDF", "false"),
)
"""What LibreOffice is told of what it may do: macros off, no links, no network."""


def _fonts() -> dict[str, str]:
    """Return what makes LibreOffice use the house fonts, where fontconfig finds fonts: not on Windows."""
    if os.name != "posix" or sys.platform == "darwin":
        return {}
    file = Path(_room().name) / "fonts.conf"
    if not file.exists():
        file.write_text(_fonts_conf(Path(_room().name) / "fonts"), encoding="utf-8")
    return {"FONTCONFIG_FILE": str(file)}


def _fonts_conf(cache_folder: Path) -> str:
    """Return a configuration in which the names of Office's fonts mean the house fonts, whatever else there is."""
    families = {"FandolFang-Regular": "FandolFang R", "FandolHei-Regular": "FandolHei",
                "FandolSong-Bold": "FandolSong", WIDEST: "LXGW WenKai"}  # fmt: skip
    alias = {OFFICE[role]: families[face] for role, face in FACES.items()}
    alias |= {"宋体": "FandolFang R", "SimSun": "FandolFang R", "FangSong": "FandolFang R", "SimHei": "FandolHei",
              "KaiTi": "LXGW WenKai", "仿宋_GB2312": "FandolFang R", "楷体_GB2312": "LXGW WenKai",
              "Times New Roman": "Liberation Serif"}  # fmt: skip
    matches = "".join(
        f'<match target="pattern"><test name="family"><string>{name}</string></test>'
        f'<edit name="family" mode="assign" binding="strong"><string>{meant}</string>'
        "<string>LXGW WenKai</string></edit></match>"
        for name, meant in alias.items()
    )
    return (
        '<?xml version="1.0"?><!DOCTYPE fontconfig SYSTEM "urn:fontconfig:fonts.dtd"><fontconfig>'
        f"<dir>{escape(str(fonts_dir()))}</dir><cachedir>{escape(str(cache_folder))}</cachedir>{matches}"
        '<include ignore_missing="yes">/etc/fonts/fonts.conf</include></fontconfig>'
    )
