"""A journal in a synchronised folder or on a network drive gets a warning."""

from __future__ import annotations

import ctypes
import ntpath
import os
import sys
from pathlib import Path, PurePosixPath, PureWindowsPath
from types import SimpleNamespace

import pytest

from app.journal.file import folder
from app.journal.file.folder import folder_warnings, network_kind, network_kind_in, synchronised_by
from app.messages.message import Message

MOUNTS = r"""nas:/deep /srv/deep nfs rw 0 0
/dev/sdd1 /srv ext4 rw 0 0
/dev/sda1 / ext4 rw 0 0
tmpfs /tmp tmpfs rw 0 0
server:/home /home nfs4 rw 0 0
//nas/class /mnt/class\040room cifs rw 0 0
//nas/tab /mnt/a\011tab cifs rw 0 0
//nas/back /mnt/a\134slash cifs rw 0 0
/dev/sdb1 /home/ada/local ext4 rw 0 0
broken
//nas/fields /
user@host: /home/ada/far fuse.sshfs rw 0 0
nas:/under /mnt/covered nfs rw 0 0
/dev/sdc1 /mnt/covered ext4 rw 0 0
/dev/sdc1 /mnt/share ext4 rw 0 0
nas:/over /mnt/share nfs rw 0 0
"""


@pytest.mark.parametrize(
    ("service", "folders"),
    [
        ("OneDrive", ["OneDrive", "OneDrive - The School/a", "OneDrive-Personal"]),
        ("Dropbox", ["Dropbox", "dropbox/deep/down", "Dropbox (Work)"]),
        ("Google Drive", ["Google Drive", "GoogleDrive", "My Drive"]),
        ("Google Drive", ["Library/CloudStorage/GoogleDrive-ada@example.org"]),
        ("iCloud", ["iCloud Drive", "iCloud", "iCloudDrive", "Library/Mobile Documents/com~apple"]),
        ("Nextcloud", ["Nextcloud", "Nextcloud - School"]),
        ("ownCloud", ["ownCloud"]),
        ("Box", ["Box Sync"]),
        ("pCloud", ["pCloud", "pCloudDrive"]),
        ("Syncthing", ["Syncthing"]),
        ("MEGA", ["MEGAsync"]),
        ("", ["documents", "dropboxes", "OneDrives", "my box", ""]),
    ],
)
def test_folders_that_a_service_copies(service: str, folders: list[str]) -> None:
    assert {synchronised_by(Path("/home/ada", name, "bench.db")) for name in folders} == {service}


def test_a_file_may_bear_a_service_s_name() -> None:
    assert synchronised_by(Path("/home/ada/Dropbox")) == ""


@pytest.mark.parametrize(
    ("path", "kind"),
    [
        ("/benches/bench.db", ""),
        ("/home/ada/bench.db", "nfs4"),
        ("/home/ada/local/bench.db", ""),
        ("/home/ada/far/bench.db", "fuse.sshfs"),
        ("/homes/bench.db", ""),
        ("/mnt/class room/bench.db", "cifs"),
        ("/mnt/a\ttab/bench.db", "cifs"),
        ("/mnt/a\\slash/bench.db", "cifs"),
        # Of two mounts at one place, the later one is on top.
        ("/mnt/covered/bench.db", ""),
        ("/mnt/share/bench.db", "nfs"),
        # Of two nested mounts the inner one counts, whichever came first.
        ("/srv/deep/bench.db", "nfs"),
        # A single file can be mounted.
        ("/mnt/share", "nfs"),
    ],
)
def test_network_drives(path: str, kind: str) -> None:
    assert network_kind_in(MOUNTS, Path(PurePosixPath(path))) == kind


@pytest.mark.parametrize(
    "kind",
    [
        *("nfs", "nfs4", "cifs", "smb3", "smbfs", "afs", "9p", "ncpfs", "ceph", "glusterfs", "davfs"),
        *("webdav", "afpfs", "fuse.sshfs", "fuse.davfs2", "fuse.rclone", "fuse.gvfsd-fuse"),
        "fuse.google-drive-ocamlfuse",
    ],
)
def test_drives_of_another_computer(kind: str) -> None:
    assert network_kind_in(f"there / {kind}\n", Path("/bench.db")) == kind
    assert network_kind_in(f"there /far {kind}\n", Path("/bench.db")) == ""


@pytest.mark.skipif(not Path("/proc/self/mounts").exists(), reason="only Linux tells its mounts there")
def test_the_system_s_own_table_of_mounts_is_read(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(folder, "_NETWORK_TYPES", {"proc"})
    assert network_kind(Path("/proc/bench.db")) == "proc"


@pytest.mark.parametrize(("drive_type", "kind"), [(3, ""), (4, "DRIVE_REMOTE"), (5, "")])
def test_windows_tells_a_remote_drive(monkeypatch: pytest.MonkeyPatch, drive_type: int, kind: str) -> None:
    asked: list[str] = []

    def tell(drive: str) -> int:
        asked.append(drive)
        return drive_type

    kernel32 = SimpleNamespace(GetDriveTypeW=tell)
    monkeypatch.setattr(ctypes, "windll", SimpleNamespace(kernel32=kernel32), raising=False)
    monkeypatch.setattr(os.path, "splitdrive", ntpath.splitdrive)
    monkeypatch.setattr(sys, "platform", "win32")
    assert network_kind(PureWindowsPath("N:/benches/bench.db")) == kind  # type: ignore[arg-type]
    assert asked == ["N:\\"]


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no table of mounts")
def test_the_user_is_warned(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    mounts = tmp_path / "mounts"
    monkeypatch.setattr(folder, "_MOUNTS", mounts)
    mounts.write_text("/dev/sda1 / ext4 rw 0 0\n")
    assert folder_warnings(tmp_path / "bench.db") == []
    # A mount whose name is not UTF-8 does not hide the others.
    mounts.write_bytes(b"/dev/sda1 / ext4 rw 0 0\n/dev/sdb1 /mnt/\xff ext4 rw 0 0\n")
    mounts.write_bytes(mounts.read_bytes() + f"server:/x {tmp_path} nfs rw 0 0\n".encode())
    journal = tmp_path / "Dropbox" / "bench.db"
    assert folder_warnings(journal) == [
        Message("journal_in_synchronised_folder", path=str(journal), service="Dropbox"),
        Message("journal_on_network_drive", path=str(journal), kind="nfs"),
    ]
    monkeypatch.setattr(folder, "_MOUNTS", tmp_path / "none")
    assert network_kind(tmp_path / "bench.db") == ""


def test_a_link_is_followed_to_where_the_journal_is(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(folder, "_MOUNTS", tmp_path / "none")
    (tmp_path / "Dropbox").mkdir()
    (tmp_path / "bench.db").symlink_to(tmp_path / "Dropbox" / "bench.db")
    assert len(folder_warnings(tmp_path / "bench.db")) == 1


@pytest.mark.skipif(sys.platform == "win32", reason="a link needs a right there that few users have")
def test_a_circle_of_links_is_no_error(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(folder, "_MOUNTS", tmp_path / "none")
    (tmp_path / "circle").symlink_to("circle")
    assert folder_warnings(tmp_path / "circle") == []
    assert folder_warnings(tmp_path / "circle" / "bench.db") == []
