"""Simulates what a power cut leaves of files whose writes and syncs were recorded.

A disk promises only that synced data stays. Of the data written later, any sector may be old, new or garbage,
and the file may end anywhere between its old and its new length. Until the folder is synced, a new file may
be missing, and a deleted file may still exist. As SQLite expects, an interrupted write does not change the
bytes around it.
"""

from __future__ import annotations

import os
import random
from dataclasses import dataclass, field
from itertools import pairwise

from tests.faults.disk import Event, Kind

SECTOR = 512


@dataclass
class _File:
    """The content of a file at its last sync, and the writes since then."""

    name: str
    is_named: bool = os.name != "posix"
    """Whether the folder was synced since its creation; always true on Windows, which journals names."""
    is_deleted: bool = False
    synced: bytes = b""
    waiting: list[Event] = field(default_factory=list)

    def sync(self) -> None:
        content = bytearray(self.synced)
        for event in self.waiting:
            _carry_out(content, event)
        self.synced = bytes(content)
        self.waiting = []

    def cut(self, chance: random.Random) -> bytes:
        """Choose at random what the file contains after a power cut now."""
        content = bytearray(self.synced)
        lost = chance.choice((0.0, chance.random(), 1.0))
        for event in self.waiting:
            if event.kind is Kind.RESIZE:
                if chance.random() >= lost:
                    _carry_out(content, event)
                continue
            for first, data in _sectors(event):
                draw = chance.random()
                if draw >= lost:
                    _carry_out(content, event._replace(at=first, data=data))
                elif draw > 0.9 * lost:
                    _carry_out(content, event._replace(at=first, data=chance.randbytes(len(data))))
        return bytes(content)


class Remains:
    """The files of a folder, which is empty at first and changes with each event."""

    def __init__(self) -> None:
        self._files: list[_File] = []

    def put(self, event: Event) -> None:
        """Apply the next event."""
        if event.kind is Kind.NOTE:
            return
        if event.kind is Kind.SYNC_FOLDER:
            self._files = [file for file in self._files if not file.is_deleted]
            for file in self._files:
                file.is_named = True
            return
        if event.kind is Kind.MAKE:
            self._files.append(_File(event.file, is_named=True, synced=event.data))
            return
        if event.kind is Kind.CREATE:
            self._files.append(_File(event.file))
            return
        # Take the newest file of that name, because an earlier one may have been deleted.
        file = next(file for file in reversed(self._files) if file.name == event.file and not file.is_deleted)
        if event.kind is Kind.DELETE:
            file.is_deleted = True
        elif event.kind is Kind.SYNC:
            file.sync()
        else:
            file.waiting.append(event)

    def cut(self, chance: random.Random) -> dict[str, bytes]:
        """Choose at random what a power cut now leaves: contents of files by name, oldest file first."""
        return {
            file.name: file.cut(chance)
            for file in self._files
            if (file.is_named or chance.random() < 0.5) and (not file.is_deleted or chance.random() < 0.5)
        }


def _carry_out(content: bytearray, event: Event) -> None:
    if event.kind is Kind.RESIZE:
        del content[event.at :]
        content.extend(bytes(event.at - len(content)))
    else:
        content.extend(bytes(max(0, event.at - len(content))))
        content[event.at : event.at + len(event.data)] = event.data


def _sectors(event: Event) -> list[tuple[int, bytes]]:
    """Split a write at sector boundaries. Returns the offset and the data of each piece."""
    end = event.at + len(event.data)
    cuts = [event.at, *range(event.at // SECTOR * SECTOR + SECTOR, end, SECTOR), end]
    return [(first, event.data[first - event.at : last - event.at]) for first, last in pairwise(cuts)]
