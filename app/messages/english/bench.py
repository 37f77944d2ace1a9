"""What a bench says while it runs, and the ledger at its end. Pure."""

from __future__ import annotations

from app.messages.entry import plural, sentence

ENTRIES = (
    sentence("warning_over", "This is over: {text}"),
    plural(
        "held_of_left_device",
        "it is no longer in the bench file, and {count:,} of its readings is held: "
        "pinbridge discard --device gives it up.",
        "it is no longer in the bench file, and {count:,} of its readings are held: "
        "pinbridge discard --device gives them up.",
    ),
    plural(
        "held_for_other_account",
        "{count:,} of its readings is held, for it was meant for another token or server: "
        "pinbridge resend --held sends it here, pinbridge discard gives it up.",
        "{count:,} of its readings are held, for they were meant for another token or server: "
        "pinbridge resend --held sends them here, pinbridge discard gives them up.",
    ),
    sentence(
        "some_readings_refused",
        "the cloud does not take some readings: pinbridge refused lists them and why.",
    ),
    plural(
        "bytes_dropped_so_far",
        "{count} byte was dropped so far: the disk does not keep pace with the board.",
        "{count} bytes were dropped so far: the disk does not keep pace with the board.",
    ),
    sentence("cloud_takes_readings", "the cloud takes readings."),
)
