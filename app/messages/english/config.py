"""What is wrong with a bench file, a devices file or a faults file. Pure."""

from __future__ import annotations

from app.messages.entry import Entry

ENTRIES: tuple[Entry, ...] = ()
