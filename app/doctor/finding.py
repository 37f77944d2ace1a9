"""What a check found: how grave it is, and one sentence that names the fix where there is one."""

from __future__ import annotations

import enum

import msgspec

from app.messages.message import Message


class Grade(enum.StrEnum):
    """How grave a finding is."""

    OK = "ok"
    NOTE = "note"
    """Worth knowing; the bridge works."""
    WRONG = "wrong"
    """It keeps the bridge, or a part of it, from working."""


class Finding(msgspec.Struct, frozen=True, omit_defaults=True):
    """One answer of the doctor."""

    check: str
    grade: Grade
    message: Message
    device: str = ""
    """The device of the bench file that it is about, if it is about one."""
