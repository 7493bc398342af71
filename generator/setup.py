"""From a bare Python to printed papers, or to a passed check, in one command.

``python3 -m generator.setup sample`` prints the sample dataset's papers, ``python3 -m generator.setup test`` runs every
check, ``python3 -m generator.setup windows`` builds what is unpacked on Windows. All first see to what they need: the
system libraries of PDF, a virtual environment in ``.venv`` with the locked versions. It runs before anything is
installed, so it imports the standard library alone.
"""

from __future__ import annotations

import ctypes
import hashlib
import importlib.util
import os
import shutil
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import TextIO

ROOT = Path(__file__).resolve().parent.parent
VENV = ROOT / ".venv"
LOCK = ROOT / ".ci" / "requirements.lock"
STAMP = VENV / "baoxue.stamp"
SCRIPTS = VENV / ("Scripts" if os.name == "nt" else "bin")
SAMPLE_OUT = "output/sample"

# what PDF needs of the system: the library that is loaded, the Debian and Ubuntu package that has it
PDF_LIBRARIES = {
    "libpango-1.0.so.0": "libpango-1.0-0",
    "libpangoft2-1.0.so.0": "libpangoft2-1.0-0",
    "libharfbuzz-subset.so.0": "libharfbuzz-subset0",
}

# what drives the local page in tests; without it those are skipped
BROWSER = "chromium"

# a tool of the virtual environment and its arguments; the first that fails ends the run
TASKS: dict[str, tuple[tuple[str, ...], ...]] = {
    "sample": (("baoxue", "build", "--sample", "--out", SAMPLE_OUT),),
    "test": (
        ("ruff", "check", "."),
        ("ruff", "format", "--check", "."),
        ("mypy",),
        ("pytest", "-n", "2"),
    ),
    "windows": (("python", "-m", "generator.windows", "output/windows"),),
}


class SetupError(Exception):
    """Something is missing that cannot be installed from here; the message says what to do."""


def main(arguments: Sequence[str]) -> int:
    """Do the task that is named and return the exit code of the first step that failed, or 0."""
    if len(arguments) != 1 or arguments[0] not in TASKS:
        _say(f"用法：python3 -m generator.setup {'|'.join(TASKS)}")
        return 2
    try:
        prepare()
    except SetupError as error:
        _say(f"错误：{error}")
        return 1
    if arguments[0] == "test":
        install_browser()
    return run(TASKS[arguments[0]])


def prepare() -> None:
    """See to the system libraries and the virtual environment; a blink when nothing has changed.

    Raises SetupError when Python is too old, when this is no checkout, or when the environment cannot be made.
    Missing PDF libraries raise nothing: everything but PDF works without them.
    """
    if sys.version_info < (3, 11):  # noqa: UP036 - pip, which would refuse an old Python, has not run yet
        raise SetupError(f"需要 Python 3.11 或更新的版本，现在是 {sys.version.split()[0]}")
    if not LOCK.is_file():
        raise SetupError("这里不是保学的源码目录；已经装好的，直接用 baoxue 命令")
    install_pdf_libraries()
    wanted = fingerprint()
    if STAMP.is_file() and STAMP.read_text("ascii") == wanted:
        return
    make_venv()
    install_packages()
    STAMP.write_text(wanted, "ascii")


def fingerprint() -> str:
    """Return a digest of all that decides what is in the virtual environment, and where."""
    digest = hashlib.sha256()
    for part in (LOCK.read_bytes(), (ROOT / "pyproject.toml").read_bytes(), sys.version.encode(), bytes(ROOT)):
        digest.update(hashlib.sha256(part).digest())
    return digest.hexdigest()


def install_pdf_libraries() -> None:
    """Install the system libraries that PDF needs and that cannot be loaded, if this machine lets us."""
    missing = [package for library, package in PDF_LIBRARIES.items() if not loadable(library)]
    if not missing or not sys.platform.startswith("linux"):
        return
    _say(f"安装 PDF 所需的系统库：{' '.join(missing)}")
    if not apt_install(missing):
        _say(f"提醒：没有装上，PDF 不可用，其余照常。请管理员运行：apt-get install {' '.join(missing)}")


def install_browser() -> None:
    """Install the browser that tests drive, if it is missing and this machine lets us."""
    if shutil.which(BROWSER) or not sys.platform.startswith("linux"):
        return
    _say(f"安装测试网页用的浏览器：{BROWSER}")
    if not apt_install([BROWSER]):
        _say("提醒：没有装上，网页的浏览器测试会跳过。")


def loadable(library: str) -> bool:
    """Return whether the system library of that file name can be loaded."""
    try:
        ctypes.CDLL(library)
    except OSError:
        return False
    return True


def make_venv() -> None:
    """Make the virtual environment unless a working one is there.

    Raises SetupError when Python's venv module is missing and cannot be installed.
    """
    if SCRIPTS.is_dir() and _works(SCRIPTS / "python", "-m", "pip", "--version"):
        return
    if importlib.util.find_spec("venv") is None or importlib.util.find_spec("ensurepip") is None:
        package = f"python{sys.version_info.major}.{sys.version_info.minor}-venv"
        _say(f"安装 {package}")
        if not apt_install([package]):
            raise SetupError(f"Python 缺少 venv。请管理员运行：apt-get install {package}，然后重试")
    _say("建立虚拟环境 .venv")
    _must("虚拟环境没有建成", sys.executable, "-m", "venv", "--clear", VENV)


def install_packages() -> None:
    """Install the locked packages and the project itself, as it stands in the checkout.

    Raises SetupError when pip fails.
    """
    _say("安装依赖（第一次约需一两分钟）")
    pip = (SCRIPTS / "python", "-m", "pip", "--disable-pip-version-check", "install", "-qq", "--no-input")
    failed = "依赖没有装上，原因见上面几行"
    _must(failed, *pip, "-r", LOCK)
    _must(failed, *pip, "--no-deps", "--no-build-isolation", "--editable", ROOT)


def apt_install(packages: Sequence[str]) -> bool:
    """Install Debian or Ubuntu packages and return whether that worked; never asks for a password."""
    rights = _administrator()
    if rights is None or not shutil.which("apt-get"):
        return False
    apt_get = (*rights, "env", "DEBIAN_FRONTEND=noninteractive", "apt-get", "-qq")
    _works(*apt_get, "update", stderr=sys.stderr)  # one unreachable source must not stop the rest
    return _works(*apt_get, "install", "--yes", "--no-install-recommends", *packages, stderr=sys.stderr)


def run(steps: Sequence[Sequence[str]]) -> int:
    """Run the steps in the checkout and return the exit code of the first that failed, or 0."""
    for tool, *rest in steps:
        _say(" ".join((tool, *rest)))
        code = subprocess.run([SCRIPTS / tool, *rest], cwd=ROOT, check=False).returncode
        if code:
            return code
    return 0


def _administrator() -> tuple[str, ...] | None:
    """Return what to put before a command that needs an administrator, or None when we are not allowed to be one."""
    if os.name != "posix":
        return None
    if os.geteuid() == 0:
        return ()
    return ("sudo", "-n") if shutil.which("sudo") and _works("sudo", "-n", "true") else None


def _works(*command: str | Path, stderr: int | TextIO = subprocess.DEVNULL) -> bool:
    """Run a command without a keyboard and without its output, and return whether it succeeded."""
    nothing = subprocess.DEVNULL
    return subprocess.run(command, stdin=nothing, stdout=nothing, stderr=stderr, check=False).returncode == 0


def _must(failed: str, *command: str | Path) -> None:
    """Run a command; raise SetupError with the message ``failed`` when it does not succeed."""
    if not _works(*command, stderr=sys.stderr):
        raise SetupError(failed)


def _say(message: str) -> None:
    print(message, file=sys.stderr, flush=True)


if __name__ == "__main__":
    try:
        sys.exit(main(sys.argv[1:]))
    except KeyboardInterrupt:
        sys.exit(130)
