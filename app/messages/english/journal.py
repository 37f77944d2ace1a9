"""What the journal says. Pure."""

from __future__ import annotations

from app.messages.entry import sentence

ENTRIES = (
    sentence("discarded", "discarded by the user"),
    sentence("deleted", "deleted by the user"),
)
