"""Opens Baoxue on a Windows machine: makes its environment from the wheels beside this file, then opens the page.

It lies alone in the bundle and runs under the Python that is found there, so it imports the standard library alone.
The environment is kept in ``%LocalAppData%\\Baoxue``. One that is half made, because the window was closed, or of which
a file is gone, because a virus scanner took it, is made anew at the next start.
"""

from __future__ import annotations

import hashlib
import importlib.util
import json
import os
import shutil
import struct
import subprocess
import sys
import sysconfig
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import IO, Any

HERE = Path(__file__).resolve().parent
PROJECT = "保学"
STAMP = "baoxue.stamp"
RECORD = "安装记录.txt"
FIT = 42
PATIENCE = 900  # seconds
SCRIPTS = "Scripts" if os.name == "nt" else "bin"
TAKE = ("-I", "-X", "utf8")
"""How Python is started: deaf to what the machine tells other Pythons, reading and writing UTF-8."""


class StartError(Exception):
    """Baoxue cannot be opened; the message says why, and what to do."""


def main(arguments: Sequence[str]) -> int:
    """Open the page, in the project folder that is named or in the usual one, and return the exit code.

    ``--fit`` only tells whether this Python will do, by an exit code that no other program has by chance.
    """
    if list(arguments) == ["--fit"]:
        return 1 if unfit(contents()["pythons"]) else FIT
    try:
        python = prepare(home())
        return serve(python, project_folder(arguments))
    except StartError as error:
        _say(f"没有打开：{error}")
    except OSError as error:
        _say(f"没有打开：{error.filename or ''} {error.strerror or error}。请关掉别的程序再试；磁盘满了的先腾出地方")
    return 1


def contents() -> dict[str, Any]:
    """Return what the bundle holds and which Pythons it has wheels for. Raises ``StartError``."""
    try:
        found: dict[str, Any] = json.loads((HERE / "contents.json").read_text("utf-8"))
    except (OSError, ValueError):
        raise StartError("文件不全。请把压缩包重新解压一次，整个文件夹都要") from None
    return found


def unfit(pythons: Sequence[str]) -> str:
    """Return why this Python will not do, or nothing."""
    version = f"{sys.version_info.major}.{sys.version_info.minor}"
    if version not in pythons or sys.implementation.name != "cpython" or sysconfig.get_config_var("Py_GIL_DISABLED"):
        return f"这个 Python 是 {version}，要用 {'、'.join(pythons)}"
    if struct.calcsize("P") != 8 or "arm" in sysconfig.get_platform():
        return "这个 Python 不是 64 位（x64）的"
    if "WindowsApps" in f"{sys.executable} {sys.base_prefix}":  # what it writes lands where nobody else finds it
        return "微软应用商店的 Python 不能用"
    if Path(sys.base_prefix, "conda-meta").exists():  # its libraries are not found from an environment
        return "Anaconda 的 Python 不能用"
    if importlib.util.find_spec("venv") is None or importlib.util.find_spec("ensurepip") is None:
        return "这个 Python 缺 venv 或 pip"
    return ""


def home() -> Path:
    """Return where the environment is kept: with the user, not in the bundle, which may be on a stick or a share."""
    local = os.environ.get("LOCALAPPDATA")
    return (Path(local) if local else Path.home() / ".local" / "share") / "Baoxue"


def project_folder(arguments: Sequence[str]) -> Path:
    """Return the folder that was dropped on the start file, else 保学 among the user's documents.

    Raises ``StartError`` where something else than a folder was dropped.
    """
    named = next((Path(text) for text in arguments if text), None)
    if named and not named.is_dir():
        raise StartError(f"{named.name} 不是文件夹。数据文件请在打开的网页里选，不要拖到图标上")
    return named or documents() / PROJECT


def documents() -> Path:
    """Return the user's documents, wherever Windows has them."""
    if sys.platform == "win32":
        import winreg

        shell = r"Software\Microsoft\Windows\CurrentVersion\Explorer\User Shell Folders"
        with suppress(OSError), winreg.OpenKey(winreg.HKEY_CURRENT_USER, shell) as key:
            told = Path(os.path.expandvars(winreg.QueryValueEx(key, "Personal")[0]))
            if told.is_dir():
                return told
    return Path.home() / "Documents"


# --- the environment --------------------------------------------------------------------------------------------------


def prepare(home: Path) -> Path:
    """Return the Python of an environment that is whole, made now or at an earlier start.

    Raises ``StartError`` where this Python will not do, the bundle is not whole, or the environment cannot be made.
    """
    bundle = contents()
    if why := unfit(bundle["pythons"]):
        raise StartError(why)
    folder = home / fingerprint(bundle)
    python = folder / SCRIPTS / ("python.exe" if os.name == "nt" else "python")
    home.mkdir(parents=True, exist_ok=True)
    with held(home / "lock"):
        if not whole(folder):
            check_files(bundle["files"])
            install(folder, python, bundle["requirement"], home / RECORD)
            clear_others(home, folder)
    return python


def fingerprint(bundle: dict[str, Any]) -> str:
    """Return a name for the environment that this bundle makes with this Python."""
    told = json.dumps([bundle, sys.version, sys.base_prefix], sort_keys=True)
    return hashlib.sha256(told.encode("utf-8", "surrogatepass")).hexdigest()[:12]


def whole(folder: Path) -> bool:
    """Return whether an environment is just as it was when it was finished."""
    try:
        return (folder / STAMP).read_text("ascii") == listing(folder)
    except (OSError, ValueError):
        return False


def listing(folder: Path) -> str:
    """Return a digest of all names and sizes below a folder, but for what Python writes there itself."""
    digest = hashlib.sha256()
    for line in sorted(_files(folder, "")):
        digest.update(line.encode("utf-8", "surrogatepass"))
    return digest.hexdigest()


def _files(folder: Path, above: str) -> Iterator[str]:
    with os.scandir(folder) as entries:
        for entry in entries:
            if entry.is_dir(follow_symlinks=False):
                if entry.name != "__pycache__":
                    yield from _files(Path(entry.path), f"{above}{entry.name}/")
            elif entry.name != STAMP:
                yield f"{above}{entry.name} {entry.stat(follow_symlinks=False).st_size}\n"


def check_files(digests: dict[str, str]) -> None:
    """Raise ``StartError`` where a file of the bundle is missing or damaged."""
    bad = [name.rpartition("/")[2] for name, digest in digests.items() if _digest(HERE / name) != digest]
    if bad:
        told = "、".join(bad[:3]) + (f" 等 {len(bad)} 个" if len(bad) > 3 else "")
        raise StartError(f"文件不全或者坏了：{told}。请把压缩包重新解压一次，整个文件夹都要")


def _digest(path: Path) -> str:
    try:
        return hashlib.sha256(path.read_bytes()).hexdigest()
    except OSError:
        return ""


def install(folder: Path, python: Path, requirement: str, record: Path) -> None:
    """Make the environment from the wheels alone; its stamp comes last.

    Raises ``StartError`` where what is there of it is in use, or cannot be made.
    """
    _say("第一次打开，正在安装，约需两三分钟，请不要关这个窗口……")
    try:
        if folder.exists():
            shutil.rmtree(folder)
    except OSError:
        raise StartError("保学还在另一个窗口里开着。请先关掉那个窗口，再打开") from None
    pip = (*TAKE, "-m", "pip", "--isolated", "--disable-pip-version-check", "install", "--no-input")
    steps = (
        (sys.executable, *TAKE, "-m", "venv", str(folder)),
        (str(python), *pip, "--no-index", "--find-links", str(HERE / "wheels"), "--only-binary=:all:", requirement),
    )
    with record.open("wb") as out:
        for step in steps:
            done = subprocess.run(step, stdin=subprocess.DEVNULL, stdout=out, stderr=out, env=clean(), check=False)
            if done.returncode:
                raise StartError(f"安装没有完成，请再打开一次。还是不行，把 {record} 交给懂电脑的人看")
    (folder / STAMP).write_text(listing(folder), "ascii")


def clear_others(home: Path, folder: Path) -> None:
    """Remove the environments of earlier bundles, as far as none is open."""
    for other in home.iterdir():
        if other.is_dir() and other != folder:
            with suppress(OSError):
                (other / STAMP).unlink(missing_ok=True)  # first, lest what is left of it be taken for whole
                shutil.rmtree(other)


@contextmanager
def held(path: Path) -> Iterator[None]:
    """Let one start at a time make the environment; the lock is the system's and dies with its process.

    Raises ``StartError`` where another start does not end.
    """
    with path.open("a+b") as file:
        for second in range(PATIENCE):
            if _lock(file):
                break
            if second == 0:
                _say("另一个窗口正在安装，请等一等……")
            time.sleep(1)
        else:
            raise StartError("另一个窗口一直在安装。请关掉所有保学的窗口，再打开")
        yield


def _lock(file: IO[bytes]) -> bool:
    try:
        if sys.platform == "win32":
            import msvcrt

            file.seek(0)
            msvcrt.locking(file.fileno(), msvcrt.LK_NBLCK, 1)
        else:
            import fcntl

            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        return False
    return True


# --- the page ---------------------------------------------------------------------------------------------------------


def serve(python: Path, project: Path) -> int:
    """Open the page of a project, which offers to begin one in a folder that is new, and return its exit code."""
    project.mkdir(parents=True, exist_ok=True)
    _say("正在打开网页。用的时候不要关这个窗口；用完了关掉它")
    try:
        page = (str(python), *TAKE, "-m", "generator", "serve")
        return subprocess.run(page, cwd=project, env=clean(), check=False).returncode
    except KeyboardInterrupt:  # the page has heard it too
        return 0


def clean() -> dict[str, str]:
    """Return the environment variables without those by which another Python is led astray."""
    return {name: value for name, value in os.environ.items() if not name.upper().startswith(("PYTHON", "PIP_"))}


def _say(message: str) -> None:
    print(message, flush=True)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
