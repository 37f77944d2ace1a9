"""The wording of numbers, units and lists, for all parts of the program. Pure."""

from __future__ import annotations

from app.messages.entry import sentence

ENTRIES = (
    # The sign between a number's whole part and its fraction.
    sentence("decimal_sign", "."),
    # The sign between groups of three digits.
    sentence("group_sign", ","),
    sentence("list_start", "{first}, {rest}"),
    sentence("list_and", "{first} and {last}"),
    sentence("list_or", "{first} or {last}"),
    sentence("duration_seconds", "{number} s"),
    sentence("duration_minutes", "{number} min"),
    sentence("duration_hours", "{number} h"),
    sentence("duration_days", "{number} days"),
    # A text that is shown unchanged: from the cloud, the operating system or an old journal.
    sentence("verbatim", "{text}"),
    # A file or a device and what is wrong with it.
    sentence("about", "{subject}: {message}"),
    # A message that a newer version wrote to the journal.
    sentence("unknown_message", "(a message of a later version: {text})"),
)
