"""A keyring for tests of commands that are processes: a file that PINBRIDGE_TEST_RING names.

`PYTHON_KEYRING_BACKEND=tests.security.keyrings.FileRing` selects it. The other keyring here is one that the
program must not use.
"""

from __future__ import annotations

import json
import os
from pathlib import Path

import keyring.errors
from keyring.backend import KeyringBackend


class FileRing(KeyringBackend):
    """Stands for the operating system's keyring."""

    priority = 1

    def __init__(self) -> None:
        """Needs nothing; the inherited method would look for settings in the environment."""

    def get_password(self, service: str, username: str) -> str | None:
        return self._entries().get(f"{service} {username}")

    def set_password(self, service: str, username: str, password: str) -> None:
        self._write({**self._entries(), f"{service} {username}": password})

    def delete_password(self, service: str, username: str) -> None:
        entries = self._entries()
        if entries.pop(f"{service} {username}", None) is None:
            raise keyring.errors.PasswordDeleteError("none")
        self._write(entries)

    def _path(self) -> Path:
        return Path(os.environ["PINBRIDGE_TEST_RING"])

    def _entries(self) -> dict[str, str]:
        return dict(json.loads(self._path().read_text())) if self._path().exists() else {}

    def _write(self, entries: dict[str, str]) -> None:
        self._path().write_text(json.dumps(entries))


class PlaintextKeyring(FileRing):
    """Has the name of the keyring in keyrings.alt that writes plain text."""
