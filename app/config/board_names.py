"""The names under which a board's readings and its token are kept: of its journal, and in the keyring. Pure.

Invariants: boards with different identities never share a name, not even on a file system that takes upper
and lower case for the same; every name is valid on Windows, macOS and Linux, and as a NAME of `keyring:NAME`.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from app.config import usb
from app.config.addresses import SIMULATED, file_name, port_identity, recording_path, server_identity

_SHARED = frozenset({"", "1", "1234567890", "123456789ABCDEF"})
"""Serial numbers, without zeros in front, that makers leave in all of their chips: `0001` in the CP2102."""
_MOST_CHARACTERS = 60
_DIGITS = 16


def is_recognised(port: str) -> bool:
    """Whether there is only one board that `port`, as written in a bench file, can ever name.

    True for a board with a serial number of its own, for a recording and for the simulated board. A port, a
    place on the bus and an address in the network say nothing about the board that is there today.
    """
    if address := usb.parse(port):
        return address.serial_number.lstrip("0").upper() not in _SHARED
    return bool(recording_path(port)) or port_identity(port) == SIMULATED


def stem(port: str) -> str:
    """The name of the board at `port` without a number and without a suffix, equal for all its spellings."""
    identity = port_identity(port)
    readable = identity.removeprefix("/dev/").encode("ascii", "ignore").decode()
    # The digest makes the name unique; the rest is for people who look into the folder.
    return f"{file_name(readable[-_MOST_CHARACTERS:], 'board')}-{_digest(identity)}"


def journal_name(port: str, number: int) -> str:
    """The file name of a journal for the board at `port`; `number` counts, from 1, the boards seen there."""
    return f"{stem(port)}{'' if number == 1 else f'-{number}'}.db"


def newest(port: str, names: Iterable[str]) -> int:
    """The number of the newest journal for the board at `port` among the file `names`; 0 if there is none."""
    pattern = re.compile(rf"{re.escape(stem(port))}(?:-([0-9]{{1,9}}))?\.db")
    found = [match for name in names if (match := pattern.fullmatch(name))]
    return max((int(match[1] or 1) for match in found), default=0)


def keyring_name(journal: str, server: str) -> str:
    """The name in the keyring of a board's token for `server`; `journal` is the board's journal's file name.

    Boards that share a port have journals of their own, so they have names of their own.
    """
    return f"{journal.removesuffix('.db')}-{_digest(server_identity(server))}"


def keyring_name_in_file(path: str) -> str:
    """The name in the keyring of the token of a board whose bench file is at the absolute `path`.

    So neither the window's form nor another bench file uses, replaces or removes this token.
    """
    readable = re.split(r"[/\\]", path)[-1].rpartition(".")[0].encode("ascii", "ignore").decode()
    return f"{file_name(readable[:_MOST_CHARACTERS], 'board')}-{_digest(path)}"


def _digest(text: str) -> str:
    """A few characters that are different for every `text`."""
    from hashlib import sha256  # here, so that the window opens sooner

    return sha256(text.encode("utf-8", "surrogatepass")).hexdigest()[:_DIGITS]
