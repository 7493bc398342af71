"""Makes the bundle: a folder, and the same as a zip, that holds all that a Windows machine without a network needs."""

from __future__ import annotations

import base64
import hashlib
import html
import json
import shutil
import subprocess
import sys
import tomllib
import zipfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from generator import __version__
from generator.windows.wheels import BundleError, Lock, fetch, lacking, read, read_lock, unlocked, used

ROOT = Path(__file__).resolve().parents[2]
HERE = Path(__file__).resolve().parent
LOCK = ROOT / ".ci" / "requirements.lock"
IMAGES = ROOT / "docs" / "images"

PYTHONS = ("3.12", "3.13", "3.11", "3.14")
"""What the bundle runs with, the likeliest first; start.bat looks for the same."""
INSTALLER = "python-3.12.10-amd64.exe"
"""The last Python 3.12 that python.org has an installer of; it needs Windows 8.1 or newer, 3.13 needs 10."""

EXTRAS = ("sign", "web")
"""The extras of the project that are in it: what the page needs, also to check signatures of dossiers."""

START = "开始.bat"
GUIDE = "先看这里.html"
PROGRAM = "program"
"""Named in ASCII, for start.bat is to name it whatever the code page."""
CONTENTS = "contents.json"
WHEELS = "wheels"

PICTURES = {
    "page-start.png": "打开以后的样子",
    "page-problems.png": "数据里要改的地方",
    "page-print.png": "选文书、打印",
}
"""Pictures of the page, taken from docs/images where they are there, and what stands below them."""


@dataclass(frozen=True, slots=True)
class Bundle:
    """What was made."""

    folder: Path
    archive: Path
    wheels: int
    unpacked: int  # bytes
    packed: int


def build(out: Path, *, pythons: Sequence[str] = PYTHONS, with_installer: bool = True) -> Bundle:
    """Make the bundle in ``out``, prove that it is whole, zip it, and return what was made.

    Raises ``BundleError`` where the installer of Python does not lie in ``out``, a wheel cannot be had, or the bundle
    would not work.
    """
    out.mkdir(parents=True, exist_ok=True)
    installer = out / INSTALLER
    if with_installer and not installer.is_file():
        raise BundleError(
            f"缺 {INSTALLER}：它只能由人下载。请从 python.org 下载 Windows installer (64-bit)，放进 {out}，再运行一次；"
            "如果各台电脑都已装好 Python，加 --without-installer"
        )
    folder = out / f"保学-{__version__}-windows"
    wheels = folder / PROGRAM / WHEELS
    shutil.rmtree(folder, ignore_errors=True)
    wheels.mkdir(parents=True)
    for path in _fetched(out / WHEELS, pythons):
        shutil.copy(path, wheels)
    _own_wheel(wheels)
    shutil.copyfile(HERE / "start.py", folder / PROGRAM / "start.py")
    (folder / START).write_bytes(batch((HERE / "start.bat").read_text("utf-8")))
    (folder / GUIDE).write_text(guide((HERE / "guide.html").read_text("utf-8"), IMAGES), "utf-8", newline="\r\n")
    if with_installer:
        shutil.copyfile(installer, folder / INSTALLER)
    write_contents(folder / PROGRAM, pythons)
    prove(folder, read_lock(LOCK.read_text("utf-8")))
    archive = pack(folder)
    files = [path for path in folder.rglob("*") if path.is_file()]
    return Bundle(
        folder,
        archive,
        sum(path.suffix == ".whl" for path in files),
        sum(path.stat().st_size for path in files),
        archive.stat().st_size,
    )


def roots() -> list[Requirement]:
    """Return what the project says that it and its page need."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    extras = (text for extra in EXTRAS for text in project["optional-dependencies"][extra])
    return [Requirement(text) for text in (*project["dependencies"], *extras)]


def _fetched(folder: Path, pythons: Sequence[str]) -> list[Path]:
    """Return the locked wheels that are needed; those that lie in ``folder`` already are not fetched again."""
    folder.mkdir(exist_ok=True)
    lock = read_lock(LOCK.read_text("utf-8"))
    for path in folder.glob("*.whl"):
        if unlocked([read(path)], lock, canonicalize_name("baoxue")):
            path.unlink()
    fetch(folder, roots(), lock, pythons)
    return sorted(used([read(path) for path in folder.glob("*.whl")], roots(), pythons))


def _own_wheel(folder: Path) -> None:
    command = [
        sys.executable, "-m", "pip", "--disable-pip-version-check", "wheel", "-qq", "--no-deps",
        "--no-build-isolation", "--wheel-dir", str(folder), str(ROOT),
    ]  # fmt: skip
    done = subprocess.run(command, stdin=subprocess.DEVNULL, capture_output=True, text=True, check=False)
    if done.returncode:
        raise BundleError(f"保学自己的 wheel 没有做成\n{done.stderr.strip()}")


def batch(text: str) -> bytes:
    """Return a batch file as Chinese Windows reads it: GB2312, lines ending in CRLF (docs/windows.md says why).

    Both bytes of a character of GB2312 are above 0xA0, so that no code page takes one for a sign of the command
    language. Raises ``BundleError`` where a character is none of GB2312.
    """
    try:
        return text.replace("{installer}", INSTALLER).replace("\n", "\r\n").encode("gb2312")
    except UnicodeEncodeError as error:
        raise BundleError(f"start.bat 里的“{error.object[error.start]}”不在 GB2312 里，请换一个说法") from None


def guide(text: str, images: Path) -> str:
    """Return the guide with what it names filled in, and with those pictures of the page that there are."""
    there = {images / name: caption for name, caption in PICTURES.items() if (images / name).is_file()}
    figures = "".join(
        f'<figure><img alt="{html.escape(caption)}" src="data:image/png;base64,{_base64(path)}">'
        f"<figcaption>{html.escape(caption)}</figcaption></figure>"
        for path, caption in there.items()
    )
    pages = f'<section class="pages">{figures}</section>' if figures else ""
    for mark, value in {"{installer}": INSTALLER, "{version}": __version__, "{pages}": pages}.items():
        text = text.replace(mark, value)
    return text


def _base64(path: Path) -> str:
    return base64.b64encode(path.read_bytes()).decode("ascii")


def write_contents(program: Path, pythons: Sequence[str]) -> None:
    """Write what start.py goes by: the version, the Pythons, and the digest of every wheel."""
    digests = {
        path.relative_to(program).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in sorted((program / WHEELS).glob("*.whl"))
    }
    contents = {"requirement": f"baoxue[{','.join(EXTRAS)}]=={__version__}", "pythons": list(pythons), "files": digests}
    (program / CONTENTS).write_text(json.dumps(contents, indent=1), "utf-8", newline="\n")


def prove(folder: Path, lock: Lock) -> None:
    """Raise ``BundleError`` with all that is missing in a bundle, or that Windows could not use."""
    program = folder / PROGRAM
    contents = json.loads((program / CONTENTS).read_text("utf-8"))
    wheels = [read(program / name) for name in contents["files"]]
    own = Requirement(contents["requirement"])
    problems = [
        *lacking(wheels, [own], contents["pythons"]),
        *unlocked(wheels, lock, canonicalize_name(own.name)),
        *(f"没有 {name}" for name in (START, GUIDE, f"{PROGRAM}/start.py") if not (folder / name).is_file()),
    ]
    if problems:
        raise BundleError("包不完整：\n" + "\n".join(problems))


def pack(folder: Path) -> Path:
    """Return the zip of a folder, which holds the folder itself; the same files give the same bytes."""
    archive = folder.with_name(f"{folder.name}.zip")
    with zipfile.ZipFile(archive, "w") as package:
        for path in sorted(path for path in folder.rglob("*") if path.is_file()):
            entry = zipfile.ZipInfo(path.relative_to(folder.parent).as_posix(), (1980, 1, 1, 0, 0, 0))
            small = path.suffix in {".whl", ".exe"}  # compressed already
            entry.compress_type = zipfile.ZIP_STORED if small else zipfile.ZIP_DEFLATED
            entry.create_system = 0
            package.writestr(entry, path.read_bytes())
    return archive
