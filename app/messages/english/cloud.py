"""What the way to the cloud says. Pure."""

from __future__ import annotations

from app.messages.entry import sentence

ENTRIES = (sentence("no_server", "No server is set: readings are kept in the journal and not sent."),)
