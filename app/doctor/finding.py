"""What a check found: its grade, and a message that names the fix if one is needed."""

from __future__ import annotations

import enum

import msgspec

from app.messages.message import Message


class Grade(enum.StrEnum):
    """How serious a finding is."""

    OK = "ok"
    NOTE = "note"
    """Worth knowing. The bridge works."""
    WRONG = "wrong"
    """Keeps the bridge, or a part of it, from working."""


class Finding(msgspec.Struct, frozen=True, omit_defaults=True):
    """The result of one check."""

    check: str
    grade: Grade
    message: Message
    device: str = ""
    """The device of the bench file that was checked; empty for other checks."""
