"""The window: panes, tables, plots, status bar. Pure."""

from __future__ import annotations

from app.messages.entry import Entry

ENTRIES: tuple[Entry, ...] = ()
