"""The window's menus, dialogs and actions. Pure."""

from __future__ import annotations

from app.messages.entry import Entry

ENTRIES: tuple[Entry, ...] = ()
