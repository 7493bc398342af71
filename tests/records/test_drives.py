from __future__ import annotations

from pathlib import Path

import pytest

from generator.records import ledger
from generator.records.drives import is_remote
from tests.records.test_ledger import request

MOUNTS = """\
31 22 0:30 / /mnt/share rw shared:2 - cifs //server/share rw
32 22 0:31 / /mnt/share/local rw - ext4 /dev/vdb rw
33 22 0:32 / /mnt/with\\040space rw - nfs4 server:/x rw
34 22 0:33 / /mnt/twice rw - ext4 /dev/vdc rw
35 22 0:34 / /mnt/twice rw - fuse.sshfs host: rw
22 1 254:0 / / rw,relatime shared:1 - ext4 /dev/vda rw
"""


@pytest.mark.parametrize(
    ("folder", "remote"),
    [
        ("/home/x", False), ("/mnt/share", True), ("/mnt/share/deep/er", True), ("/mnt/shared", False),
        ("/mnt/share/local/x", False), ("/mnt/with space/x", True), ("/mnt/twice/x", True),
    ],
)  # fmt: skip
def test_what_is_mounted_nearest_above_decides(folder: str, remote: bool, tmp_path: Path) -> None:
    mounts = tmp_path / "mountinfo"
    mounts.write_text(MOUNTS, "utf-8")
    assert is_remote(Path(folder), mounts) is remote


def test_a_system_that_tells_nothing_is_taken_for_local(tmp_path: Path) -> None:
    assert not is_remote(tmp_path, tmp_path / "none")
    assert not is_remote(tmp_path)


def test_a_ledger_on_a_network_drive_is_neither_begun_nor_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / ledger.NAME
    ledger.issue(path, [request("1")])
    monkeypatch.setattr(ledger, "is_remote", lambda _: True)
    for use in (ledger.read, lambda path: ledger.issue(path, [request("2")])):
        with pytest.raises(ledger.LedgerError, match="不能放在网络盘上"):
            use(path)
    with pytest.raises(ledger.LedgerError, match="不能放在网络盘上"):
        ledger.issue(tmp_path / "other.sqlite", [request("1")])
    assert [file.name for file in tmp_path.iterdir()] == [ledger.NAME]
