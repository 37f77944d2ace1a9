"""A keyring for tests that start commands as processes: a file that PINBRIDGE_TEST_RING names.

`PYTHON_KEYRING_BACKEND=tests.security.keyrings.FileRing` selects it. `PlaintextKeyring` is a keyring that
the program must not use.
"""

from __future__ import annotations

import json
import os
from pathlib import Path

import keyring.errors
from keyring.backend import KeyringBackend


class FileRing(KeyringBackend):
    """A stand-in for the operating system's keyring: a JSON file."""

    priority = 1

    def __init__(self) -> None:
        """Do nothing; the inherited method would look for settings in the environment."""

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
    """A keyring with the class name of one in keyrings.alt, which writes tokens as plain text."""
