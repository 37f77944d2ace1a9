"""Hints on lines that were rejected, and what is wrong with a datastream's entry. Pure."""

from __future__ import annotations

from app.messages.entry import Entry

ENTRIES: tuple[Entry, ...] = ()
