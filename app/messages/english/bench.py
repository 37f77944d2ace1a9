"""Messages of a running bench, and the ledger at its end. Pure."""

from __future__ import annotations

from app.messages.entry import plural, sentence

ENTRIES = (
    # Announcements of a run
    sentence("warning_over", "Resolved: {message}"),
    plural(
        "held_of_left_device",
        "it is no longer in the bench file, and {count:,} of its readings is held: "
        "pinbridge discard --device discards it.",
        "it is no longer in the bench file, and {count:,} of its readings are held: "
        "pinbridge discard --device discards them.",
    ),
    plural(
        "held_for_other_account",
        "{count:,} of its readings is held because it was not meant for this token and server: "
        "pinbridge resend --held sends it here, pinbridge discard discards it.",
        "{count:,} of its readings are held because they were not meant for this token and server: "
        "pinbridge resend --held sends them here, pinbridge discard discards them.",
    ),
    sentence(
        "some_readings_refused",
        "the cloud refused some readings: pinbridge refused lists them with the reasons, pinbridge resend "
        "sends them again, pinbridge discard --refused discards them.",
    ),
    plural(
        "bytes_dropped_so_far",
        "{count:,} byte was dropped so far: the disk does not keep pace with the board.",
        "{count:,} bytes were dropped so far: the disk does not keep pace with the board.",
    ),
    sentence("cloud_takes_readings", "the cloud takes readings."),
    # bench.py
    sentence(
        "device_not_encrypted",
        'device "{device}": {server} is not encrypted: everybody in this network can read the values',
    ),
    plural(
        "readings_lost_at_end",
        "{path}: {count:,} reading could not be written before the end and is lost: make room on the disk.",
        "{path}: {count:,} readings could not be written before the end and are lost: make room on the disk.",
    ),
    sentence("file_not_written", "{path}: cannot be written: {words}: choose another folder"),
    sentence("decision_failed", 'device "{device}": the journal could not be changed: {message}'),
    # deciding.py
    sentence("bench_stopped_meanwhile", "the bench was disconnected; what is done stays."),
    # bench.py, devices.py: changes of a running bench
    sentence("bench_not_changed", "The bench was not changed: {message}"),
    sentence(
        "journal_needs_disconnecting",
        "The journal cannot be replaced while the bench is connected: disconnect first, then use {path}.",
    ),
    sentence(
        "device_data_moved",
        'The journal has readings of an earlier device "{device}": they are now under "{name}".',
    ),
    # forwarding.py, snapshots.py
    # Translators: {device} is the name of the device that was recorded.
    sentence("run_described", "A recording of {device}  ·  {path}"),
    # The state of the cloud for a recording.
    sentence(
        "run_not_forwarded",
        "A recording is only shown: nothing of it is kept in the journal, and nothing is forwarded.",
    ),
    sentence("output_is_recording", "{path} is the recording itself: name another file."),
    sentence("run_only_shown", "This is a recording: it is only shown. Open the bench to use its boards."),
    plural(
        "run_damaged",
        "{path}: the recording is damaged, and is shown up to there. {count:,} byte after it is left out.",
        "{path}: the recording is damaged, and is shown up to there. {count:,} bytes after it are left out.",
    ),
    sentence("run_not_read_on", "{path}: the recording is shown only as far as it could be read ({words})."),
    sentence(
        "recording_not_forwarded",
        "A recording is forwarded only to servers on this computer, not to {server}: "
        "pinbridge replay --forward sends it there.",
    ),
    sentence("device_left", "This device is no longer in the bench file."),
    # The demo's menu of faults
    sentence("menu_fault_unplug", "Unplug the board"),
    sentence("menu_fault_rubbish", "Garbage from the board"),
    sentence("menu_fault_flood", "Flood of lines from the board"),
    sentence("menu_fault_cloud_down", "Cloud down"),
    sentence("menu_fault_429", "Cloud answers 429"),
    sentence("menu_fault_308", "Cloud answers 308"),
)
