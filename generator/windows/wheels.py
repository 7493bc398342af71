"""The wheels of a bundle: fetched for Windows as they are locked, and proved to be all that is needed there.

pip evaluates environment markers for the machine that it runs on, so that it would leave out what only Windows needs.
Therefore it fetches without dependencies, and these are followed here, for Windows.
"""

from __future__ import annotations

import subprocess
import sys
import zipfile
from collections.abc import Iterable, Iterator, Mapping, Sequence, Set
from dataclasses import dataclass
from pathlib import Path

from packaging.metadata import Metadata
from packaging.requirements import Requirement
from packaging.specifiers import SpecifierSet
from packaging.tags import Tag, compatible_tags, cpython_tags
from packaging.utils import NormalizedName, canonicalize_name, parse_wheel_filename
from packaging.version import Version

PLATFORM = "win_amd64"
LONGEST = 140
"""Characters of a path in a wheel. Windows takes 260; C:\\Users\\…\\AppData\\Local\\Baoxue\\…\\Lib\\site-packages
takes the rest."""

Lock = Mapping[NormalizedName, Version]


class BundleError(Exception):
    """The bundle would not work; the message says what to do."""


@dataclass(frozen=True, slots=True)
class Wheel:
    """A wheel: where it fits and what it needs, by its file name and its METADATA."""

    path: Path
    name: NormalizedName
    version: Version
    tags: frozenset[Tag]
    pythons: SpecifierSet
    needs: tuple[Requirement, ...]
    longest: int = 0


def read(path: Path) -> Wheel:
    """Return a wheel; raises ``BundleError`` where the file is none."""
    try:
        name, version, _, tags = parse_wheel_filename(path.name)
        with zipfile.ZipFile(path) as archive:
            names = archive.namelist()
            (metadata,) = [each for each in names if each.count("/") == 1 and each.endswith(".dist-info/METADATA")]
            told = Metadata.from_email(archive.read(metadata), validate=False)
            pythons, needs = told.requires_python or SpecifierSet(), tuple(told.requires_dist or ())
    except (ValueError, KeyError, OSError, zipfile.BadZipFile) as error:
        raise BundleError(f"{path.name} 不是完整的 wheel（{error}）") from None
    return Wheel(path, name, version, tags, pythons, needs, max(map(len, names)))


def read_lock(text: str) -> dict[NormalizedName, Version]:
    """Return the versions that a lock pins."""
    pins = (line.partition("==") for line in text.splitlines() if line.strip() and not line.startswith("#"))
    return {canonicalize_name(name): Version(version.strip()) for name, _, version in pins}


def accepted(python: str) -> frozenset[Tag]:
    """Return the tags of wheels that CPython ``python``, as 3.12, takes on 64-bit Windows."""
    major, minor = map(int, python.split("."))
    own = f"cp{major}{minor}"
    return frozenset(
        [
            *cpython_tags((major, minor), [own], [PLATFORM]),
            *compatible_tags((major, minor), own, [PLATFORM]),
        ]
    )


def environment(python: str, extra: str = "") -> dict[str, str | Set[str]]:
    """Return what environment markers are evaluated for."""
    return {
        "implementation_name": "cpython",
        "implementation_version": f"{python}.0",
        "os_name": "nt",
        "platform_machine": "AMD64",
        "platform_python_implementation": "CPython",
        "platform_release": "10",
        "platform_system": "Windows",
        "platform_version": "10.0.19045",
        "python_full_version": f"{python}.0",
        "python_version": python,
        "sys_platform": "win32",
        "extra": extra,
    }


def wanted_by(needs: Iterable[Requirement], python: str, extras: Iterable[str] = ()) -> list[Requirement]:
    """Return those requirements that hold on Windows under ``python``, with the extras that were asked for."""
    asked = ("", *extras)
    return [
        need
        for need in needs
        if need.marker is None or any(need.marker.evaluate(environment(python, extra)) for extra in asked)
    ]


def needed(
    wheels: Iterable[Wheel], roots: Iterable[Requirement], python: str
) -> Iterator[tuple[Requirement, str, list[Wheel]]]:
    """Yield each requirement under ``python``, who has it, and the wheels of that name; all that follow from ``roots``.

    A requirement with extras is followed into them.
    """
    by_name: dict[NormalizedName, list[Wheel]] = {}
    for wheel in wheels:
        by_name.setdefault(wheel.name, []).append(wheel)
    tags = accepted(python)
    waiting = [(need, "保学") for need in wanted_by(roots, python)]
    seen = set()
    for need, whose in waiting:  # grows
        key = (canonicalize_name(need.name), frozenset(need.extras), need.specifier)
        if key in seen:
            continue
        seen.add(key)
        named = by_name.get(key[0], [])
        yield need, whose, named
        for wheel in named:
            if wheel.tags & tags:
                waiting += [(each, wheel.name) for each in wanted_by(wheel.needs, python, need.extras)]


def used(wheels: Sequence[Wheel], roots: Sequence[Requirement], pythons: Sequence[str]) -> set[Path]:
    """Return the files of those wheels that one of ``pythons`` installs."""
    return {
        wheel.path
        for python in pythons
        for _, _, named in needed(wheels, roots, python)
        for wheel in named
        if wheel.tags & accepted(python)
    }


def lacking(wheels: Sequence[Wheel], roots: Sequence[Requirement], pythons: Sequence[str]) -> list[str]:
    """Return a sentence for each requirement that no wheel satisfies under one of ``pythons`` on 64-bit Windows."""
    found: list[str] = []
    for python in pythons:
        tags = accepted(python)
        for need, whose, named in needed(wheels, roots, python):
            fitting = [wheel for wheel in named if wheel.tags & tags and wheel.pythons.contains(f"{python}.0")]
            there = "、".join(wheel.path.name for wheel in (fitting or named))
            if not named:
                found.append(f"Python {python}：缺 {need.name}（{whose} 要用）")
            elif not fitting:
                found.append(f"Python {python}：{need.name} 没有能用在 64 位 Windows 上的，只有 {there}")
            elif not any(need.specifier.contains(wheel.version, prereleases=True) for wheel in fitting):
                found.append(f"Python {python}：{whose} 要 {need.name} {need.specifier}，只有 {there}")
    return found


def unlocked(wheels: Iterable[Wheel], lock: Lock, own: NormalizedName) -> list[str]:
    """Return a sentence for each wheel that is not of the locked version, or whose paths Windows may not take."""
    found = []
    for wheel in wheels:
        if wheel.name != own and lock.get(wheel.name) != wheel.version:
            found.append(f"{wheel.path.name} 不是锁定的版本（{lock.get(wheel.name, '没有锁定')}）")
        if wheel.longest > LONGEST:
            found.append(f"{wheel.path.name} 里有 {wheel.longest} 个字符的路径，Windows 可能放不下")
    return found


def fetch(folder: Path, roots: Sequence[Requirement], lock: Lock, pythons: Sequence[str]) -> None:
    """Fetch into ``folder`` the locked wheels of all that ``roots`` need on Windows, which may be there already.

    Raises ``BundleError`` where something is not locked or cannot be fetched.
    """
    for python in pythons:
        tags, asked = accepted(python), set[NormalizedName]()
        while True:
            wheels = [read(path) for path in sorted(folder.glob("*.whl"))]
            names = {canonicalize_name(need.name) for need, _, _ in needed(wheels, roots, python)}
            missing = sorted(names - asked - {wheel.name for wheel in wheels if wheel.tags & tags})
            if not missing:
                break
            if free := [name for name in missing if name not in lock]:
                raise BundleError(
                    f"没有锁定版本：{'、'.join(free)}。请写进 .ci/requirements.lock（名称==版本），再运行"
                )
            _download(folder, [f"{name}=={lock[name]}" for name in missing], python)
            asked.update(missing)


def _download(folder: Path, pins: Sequence[str], python: str) -> None:
    command = [
        sys.executable, "-m", "pip", "--disable-pip-version-check", "download", "-qq", "--no-input", "--no-deps",
        "--only-binary=:all:", "--implementation", "cp", "--platform", PLATFORM, "--python-version", python,
        "--dest", str(folder), *pins,
    ]  # fmt: skip
    done = subprocess.run(command, stdin=subprocess.DEVNULL, capture_output=True, text=True, check=False)
    if done.returncode:
        raise BundleError(f"Python {python} 的组件没有下载成：{'、'.join(pins)}\n{done.stderr.strip()}")
