"""What the program says of itself: logs, crashes, updates, auth tokens and keyrings. Pure."""

from __future__ import annotations

from app.messages.entry import Entry

ENTRIES: tuple[Entry, ...] = ()
