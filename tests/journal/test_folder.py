"""A journal in a synchronised or network folder is warned of."""

from __future__ import annotations

from pathlib import Path, PurePosixPath

import pytest

from app.journal import folder
from app.journal.folder import folder_warnings, network_kind, network_kind_in, synchronised_by

MOUNTS = r"""/dev/sda1 / ext4 rw 0 0
tmpfs /tmp tmpfs rw 0 0
server:/home /home nfs4 rw 0 0
//nas/class /mnt/class\040room cifs rw 0 0
/dev/sdb1 /home/ada/local ext4 rw 0 0
broken
user@host: /home/ada/far fuse.sshfs rw 0 0
"""


@pytest.mark.parametrize(
    ("path", "service"),
    [
        ("/home/ada/OneDrive/bench.db", "OneDrive"),
        ("/home/ada/OneDrive - The School/a/bench.db", "OneDrive"),
        ("/home/ada/Dropbox (Work)/bench.db", "Dropbox"),
        ("/home/ada/Google Drive/bench.db", "Google Drive"),
        ("/Users/ada/Library/CloudStorage/GoogleDrive-ada@example.org/bench.db", "Google Drive"),
        ("/Users/ada/Library/Mobile Documents/com~apple/bench.db", "iCloud"),
        ("/home/ada/iCloudDrive/bench.db", "iCloud"),
        ("/home/ada/dropboxes/bench.db", ""),
        ("/home/ada/OneDrive.db", ""),
        ("/home/ada/documents/bench.db", ""),
    ],
)
def test_folders_that_a_service_copies(path: str, service: str) -> None:
    assert synchronised_by(Path(path)) == service


@pytest.mark.parametrize(
    ("path", "kind"),
    [
        ("/benches/bench.db", ""),
        ("/home/ada/bench.db", "nfs4"),
        ("/home/ada/local/bench.db", ""),
        ("/home/ada/far/bench.db", "fuse.sshfs"),
        ("/homes/bench.db", ""),
        ("/mnt/class room/bench.db", "cifs"),
    ],
)
def test_network_drives(path: str, kind: str) -> None:
    assert network_kind_in(MOUNTS, Path(PurePosixPath(path))) == kind


def test_the_person_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert folder_warnings(tmp_path / "bench.db") == []
    mounts = tmp_path / "mounts"
    mounts.write_text(f"/dev/sda1 / ext4 rw 0 0\nserver:/x {tmp_path} nfs rw 0 0\n")
    monkeypatch.setattr(folder, "_MOUNTS", mounts)
    copied, far = folder_warnings(tmp_path / "Dropbox" / "bench.db")
    assert "Dropbox copies" in copied
    assert "network drive (nfs)" in far
    monkeypatch.setattr(folder, "_MOUNTS", tmp_path / "none")
    assert network_kind(tmp_path / "bench.db") == ""
