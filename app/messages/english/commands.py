"""What the commands print, and their usage errors. Pure."""

from __future__ import annotations

from app.messages.entry import Entry

ENTRIES: tuple[Entry, ...] = ()
