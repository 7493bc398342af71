"""Tiny wheels that are whole: what pip and the proof of completeness read is there, and a module of one line."""

from __future__ import annotations

import zipfile
from collections.abc import Mapping
from pathlib import Path

PURE = "py3-none-any"


def wheel(
    folder: Path, name: str, version: str = "1.0", *needs: str, tag: str = PURE, pythons: str = ">=3.11",
    files: Mapping[str, str] | None = None,
) -> Path:  # fmt: skip
    """Write a wheel that has ``needs`` as its Requires-Dist, and return where it is."""
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / f"{name}-{version}-{tag}.whl"
    info = f"{name}-{version}.dist-info"
    told = [f"Metadata-Version: 2.1\nName: {name}\nVersion: {version}\nRequires-Python: {pythons}\n"]
    told += [f"Requires-Dist: {need}\n" for need in needs]
    parts = {
        **(files or {f"{name}.py": "x = 1\n"}),
        f"{info}/METADATA": "".join(told),
        f"{info}/WHEEL": f"Wheel-Version: 1.0\nGenerator: test\nRoot-Is-Purelib: true\nTag: {tag}\n",
    }
    with zipfile.ZipFile(path, "w") as archive:
        for part, text in parts.items():
            archive.writestr(part, text)
        archive.writestr(f"{info}/RECORD", "".join(f"{part},,\n" for part in [*parts, f"{info}/RECORD"]))
    return path
