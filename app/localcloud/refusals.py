"""The answers to refused calls, in Blynk's words. Pure.

They are protocol: clients compare them, and no language changes them. The texts are those of Blynk's public
documentation of its device API, full stops included; those marked as ours are for cases that it does not
mention.

Invariant: a refusal contains no token and no value.
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

WRONG_BODY = "Wrong body format. Expected [[timestamp, value], ...]."
"""Ours: the body of a timestamped set is not a JSON list of pairs."""
WRONG_PROPERTY = "Wrong property format."
"""Ours: no property is named, or its name is not a letter followed by letters and digits."""
WRONG_EVENT = "Wrong event format."
"""Ours: an event has no code, or its texts are too long."""
WRONG_AFTER = "Wrong after format."
"""Ours: `after` of a history is not a number."""
BODY_TOO_LARGE = "Request is too large. Maximum size is 2 MB."
"""Ours: the limit is documented, the text is not."""
NOT_FOUND = "Not found."
"""Ours."""
FOREIGN = "Only programs on this computer may switch faults: POST them as application/json."
"""Ours."""
FAULTS_TOO_LARGE = "Faults are too large: at most 64 KB."
"""Ours."""


def unknown_datastream(product: str) -> str:
    """The answer to an id that `product`, a device, does not have. Blynk writes it without a full stop."""
    return f"Requested dataStream doesn't exist in the product {product}"


class RefusedError(PinbridgeError, ValueError):
    """A call is refused and changes nothing. The text is the answer's message, `status` its HTTP status."""

    def __init__(self, message: str, status: int = 400) -> None:
        super().__init__("verbatim", text=message)
        self.status = status
