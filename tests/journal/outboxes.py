"""Outboxes for tests without a forwarder."""

from __future__ import annotations

from app.journal.journal import Journal
from app.journal.outbox import Outbox
from app.journal.owner import Owner
from app.journal.writer import JournalWriter


def outbox(journal: Journal, device: str = "board") -> Outbox:
    """The outbox of `device` in `journal`, with a writer that is not started."""
    return Outbox(journal, JournalWriter(journal, lambda _: None), Owner(device), journal.account(device))
