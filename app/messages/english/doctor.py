"""What the doctor finds. Pure."""

from __future__ import annotations

from app.messages.entry import Entry

ENTRIES: tuple[Entry, ...] = ()
