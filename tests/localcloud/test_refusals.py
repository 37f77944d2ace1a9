"""The text of each refusal: exactly Blynk's, because clients compare it, or one of ours."""

from __future__ import annotations

from app.localcloud import refusals
from app.localcloud.refusals import RefusedError, unknown_datastream

WORDS = {
    "INVALID_TOKEN": "Invalid token.",
    "WRONG_PIN": "Wrong pin format.",
    "WRONG_DATASTREAM_ID": "Wrong dataStreamId format.",
    "WRONG_VALUE": "Value doesn't match the Datastream data type.",
    "NO_DATASTREAM": "No datastream setup for that pin.",
    "UNKNOWN_CONTENT_TYPE": "Unknown content type.",
    "TOO_MUCH_DATA": "Too much data in batch. Maximum batch size is 10000 points.",
    "NO_EVENT_CODE": "Event code is not provided.",
    "UNKNOWN_EVENT": "Can't find Event with this code in Product template",
    "WRONG_BODY": "Wrong body format. Expected [[timestamp, value], ...].",
    "WRONG_PROPERTY": "Wrong property format.",
    "WRONG_EVENT": "Wrong event format.",
    "WRONG_AFTER": "Wrong after format.",
    "BODY_TOO_LARGE": "Request is too large. Maximum size is 2 MB.",
    "NOT_FOUND": "Not found.",
    "FOREIGN": "Only programs on this computer may switch faults: POST them as application/json.",
    "FAULTS_TOO_LARGE": "Faults are too large: at most 64 KB.",
}


def test_each_refusal_has_its_text() -> None:
    assert {name: text for name, text in vars(refusals).items() if name.isupper()} == WORDS
    assert unknown_datastream("Room 12") == "Requested dataStream doesn't exist in the product Room 12"


def test_a_refusal_is_400_by_default() -> None:
    assert (str(RefusedError("No.")), RefusedError("No.").status) == ("No.", 400)
    assert RefusedError("No.", 404).status == 404
