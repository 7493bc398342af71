"""Whether a folder lies on another computer, where SQLite's locks are not to be relied on."""

from __future__ import annotations

import os
import re
from pathlib import Path

MOUNTS = Path("/proc/self/mountinfo")
_REMOTE = {
    "nfs", "nfs4", "cifs", "smb2", "smb3", "smbfs", "ncpfs", "afs", "9p", "ceph", "glusterfs", "lustre", "davfs",
    "vboxsf", "fuse.sshfs", "fuse.rclone", "fuse.glusterfs", "fuse.davfs2", "fuse.gvfsd-fuse", "fuse.vmhgfs-fuse",
    "fuse.smbnetfs",
}  # fmt: skip
_OCTAL = re.compile(r"\\([0-7]{3})")


def is_remote(folder: Path, mounts: Path = MOUNTS) -> bool:
    """Return whether ``folder`` lies on a network drive, as far as the system tells."""
    where = str(folder.resolve())
    if where.startswith(("\\\\", "//")):
        return True
    return _windows_says_remote(where) if os.name == "nt" else _kind(where, mounts) in _REMOTE


def _kind(folder: str, mounts: Path) -> str:
    """Return the type of the file system that is mounted nearest above ``folder``; of two on one point, the later."""
    try:
        lines = mounts.read_text("utf-8", "surrogateescape").splitlines()
    except OSError:  # not Linux
        return ""
    nearest, kind = "", ""
    for line in lines:
        before, _, after = line.partition(" - ")
        point = _OCTAL.sub(lambda found: chr(int(found[1], 8)), before.split()[4])
        inside = folder == point or folder.startswith(point.rstrip("/") + "/")
        if inside and len(point) >= len(nearest):
            nearest, kind = point, after.split()[0]
    return kind


def _windows_says_remote(folder: str) -> bool:  # pragma: no cover
    import ctypes

    drive_remote = 4
    windows = ctypes.windll.kernel32  # type: ignore[attr-defined,unused-ignore]
    return bool(windows.GetDriveTypeW(f"{Path(folder).drive}\\") == drive_remote)
