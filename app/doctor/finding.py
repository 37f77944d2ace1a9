"""The result of a check: a grade, and a message that names the fix if one is needed."""

from __future__ import annotations

import enum

import msgspec

from app.messages.message import Message


class Grade(enum.StrEnum):
    """How serious a finding is."""

    OK = "ok"
    NOTE = "note"
    """Worth knowing, but the bridge works."""
    WRONG = "wrong"
    """A problem: the bridge, or a part of it, does not work."""


class Finding(msgspec.Struct, frozen=True, omit_defaults=True):
    """The result of one check."""

    check: str
    grade: Grade
    message: Message
    device: str = ""
    """The name of the device that was checked; empty if the check is not about a device."""
