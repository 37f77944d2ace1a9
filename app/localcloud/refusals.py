"""The texts that answer refused calls, in Blynk's words. Pure.

The texts are a part of the protocol: clients compare them, so they are never translated. They are copied from
Blynk's public documentation of its device API, full stops included; the texts marked as ours are for cases
that the documentation does not mention.

Invariant: no text contains a token or a value.
"""

from __future__ import annotations

from app.errors import PinbridgeError

INVALID_TOKEN = "Invalid token."  # noqa: S105 - an answer, not a token
WRONG_PIN = "Wrong pin format."
WRONG_DATASTREAM_ID = "Wrong dataStreamId format."
WRONG_VALUE = "Value doesn't match the Datastream data type."
NO_DATASTREAM = "No datastream setup for that pin."
UNKNOWN_CONTENT_TYPE = "Unknown content type."
TOO_MUCH_DATA = "Too much data in batch. Maximum batch size is 10000 points."

NO_EVENT_CODE = "Event code is not provided."
UNKNOWN_EVENT = "Can't find Event with this code in Product template"

WRONG_BODY = "Wrong body format. Expected [[timestamp, value], ...]."
"""Ours: the body of a POST is not a JSON list of pairs, is an empty list, or has an invalid timestamp."""
WRONG_PROPERTY = "Wrong property format."
"""Ours: a call names no property; the name of a property is too long, or is not a letter followed by letters
and digits; or the datastream would have too many properties."""
WRONG_EVENT = "Wrong event format."
"""Ours: an event has several codes or descriptions, or an invalid description."""
WRONG_AFTER = "Wrong after format."
"""Ours: the parameter `after` of a `history` call is not a number of 1 to 18 digits."""
BODY_TOO_LARGE = "Request is too large. Maximum size is 2 MB."
"""Ours: Blynk documents the limit, but not the text."""
NOT_FOUND = "Not found."
"""Ours."""
FOREIGN = "Only programs on this computer may switch faults: POST them as application/json."
"""Ours."""
FAULTS_TOO_LARGE = "Faults are too large: at most 64 KB."
"""Ours."""


def unknown_datastream(device: str) -> str:
    """The answer to a call that names a datastream id which the device does not have.

    `device` is the device's name. As in Blynk's documentation, the answer does not end with a full stop.
    """
    return f"Requested dataStream doesn't exist in the product {device}"


class RefusedError(PinbridgeError, ValueError):
    """The refusal of a call. A refused call changes nothing.

    The text of the error is the message in the answer to the call; `status` is the answer's HTTP status.
    """

    def __init__(self, message: str, status: int = 400) -> None:
        super().__init__("verbatim", text=message)
        self.status = status
