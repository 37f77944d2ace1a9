"""Warns if a journal is on another computer, or in a folder that a service such as Dropbox synchronises.

In such a place, a journal can become damaged. Invariant: this only warns; the journal is used all the same.
"""

from __future__ import annotations

import ctypes
import os
import sys
from pathlib import Path

from app.messages.message import Message

_SYNCHRONISED = {
    "onedrive": "OneDrive",
    "dropbox": "Dropbox",
    "google drive": "Google Drive",
    "googledrive": "Google Drive",
    "my drive": "Google Drive",
    "icloud drive": "iCloud",
    "icloud": "iCloud",
    "iclouddrive": "iCloud",
    "mobile documents": "iCloud",
    "nextcloud": "Nextcloud",
    "owncloud": "ownCloud",
    "box sync": "Box",
    "pcloud": "pCloud",
    "pclouddrive": "pCloud",
    "syncthing": "Syncthing",
    "megasync": "MEGA",
}
_NETWORK_TYPES = frozenset(
    {
        "nfs",
        "nfs4",
        "cifs",
        "smb3",
        "smbfs",
        "afs",
        "9p",
        "ncpfs",
        "ceph",
        "glusterfs",
        "davfs",
        "webdav",
        "afpfs",
        "fuse.sshfs",
        "fuse.davfs2",
        "fuse.rclone",
        "fuse.gvfsd-fuse",
        "fuse.google-drive-ocamlfuse",
    }
)
_MOUNTS = Path("/proc/self/mounts")
_DRIVE_REMOTE = 4


def folder_warnings(journal: Path) -> list[Message]:
    """Warnings that the journal could be damaged in its folder (synchronised or on a network), if so."""
    # Unlike `Path.resolve`, this raises no error if links lead to each other in a circle.
    path = Path(os.path.realpath(journal))
    service = synchronised_by(path)
    kind = network_kind(path)
    warnings = []
    if service:
        warnings.append(Message("journal_in_synchronised_folder", path=str(journal), service=service))
    if kind:
        warnings.append(Message("journal_on_network_drive", path=str(journal), kind=kind))
    return warnings


def synchronised_by(path: Path) -> str:
    """The name of the service that synchronises a folder above `path`; empty if none does."""
    for part in path.parent.parts:
        name = part.casefold()
        if name in _SYNCHRONISED:
            return _SYNCHRONISED[name]
        # For example OneDrive - School, OneDrive-Personal, Dropbox (Work), GoogleDrive-name@mail
        for start in ("onedrive", "dropbox", "googledrive", "nextcloud"):
            if name.startswith((f"{start} ", f"{start}-")):
                return _SYNCHRONISED[start]
    return ""


def network_kind(path: Path) -> str:
    """The kind of network drive that holds `path`; empty if the drive is local or unknown."""
    if sys.platform == "win32":
        drive = os.path.splitdrive(path)[0]
        return "DRIVE_REMOTE" if ctypes.windll.kernel32.GetDriveTypeW(f"{drive}\\") == _DRIVE_REMOTE else ""
    try:
        mounts = _MOUNTS.read_text(errors="replace")
    except OSError:
        return ""
    return network_kind_in(mounts, path)


def network_kind_in(mounts: str, path: Path) -> str:
    """Like `network_kind`, but from `mounts`, the text of the system's mount table (/proc/self/mounts)."""
    found = []
    for number, line in enumerate(mounts.splitlines()):
        fields = line.split(" ")
        if len(fields) < 3:
            continue
        place = Path(fields[1].replace(r"\040", " ").replace(r"\011", "\t").replace(r"\134", "\\"))
        if path == place or place in path.parents:
            # Of two mounts at one place, the later one is on top.
            found.append((len(place.parts), number, fields[2]))
    if not found:
        return ""
    _, _, kind = max(found)
    return kind if kind in _NETWORK_TYPES else ""
