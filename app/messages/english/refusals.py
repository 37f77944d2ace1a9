"""Messages about readings that the cloud refused: why, and what to do. Pure."""

from __future__ import annotations

from app.messages.entry import plural, sentence

ENTRIES = (
    # Why the cloud refused a reading (app/cloud/blynk/outcomes.py).
    # Translators: {words} are the cloud's, in English; say what they mean.
    sentence("refused_wrong_pin", "{words}"),
    sentence("refused_wrong_datastream_id", "{words}"),
    sentence("refused_wrong_type", "{words}"),
    sentence("refused_pin_without_datastream", "{words}"),
    sentence("refused_unknown_datastream", "{words}"),
    # Translators: template and events are Blynk's words.
    sentence(
        "refused_unknown_event",
        "{words} (add an event with this code to the device's template in Blynk)",
    ),
    sentence("refused_event_without_code", "{words}"),
    # What to do about refused readings (app/cloud/blynk/fixes.py).
    # Translators: {targets} are names such as V3, ds7 or the code of an event.
    plural(
        "fix_no_datastream",
        "{targets:and} has no datastream in Blynk: make it there, then send again.",
        "{targets:and} have no datastream in Blynk: make them there, then send again.",
    ),
    plural(
        "fix_wrong_pin",
        "Blynk takes no pin {targets:and}: print another pin in the sketch, then discard these readings.",
        "Blynk takes no pins {targets:and}: print other pins in the sketch, then discard these readings.",
    ),
    plural(
        "fix_wrong_datastream_id",
        "Blynk takes no id {targets:and}: print the datastream's id from the template, then discard these "
        "readings.",
        "Blynk takes no ids {targets:and}: print the datastreams' ids from the template, then discard these "
        "readings.",
    ),
    plural(
        "fix_wrong_type",
        "{targets:and} has another data type in Blynk: give it the type of these values there, then send "
        "again.",
        "{targets:and} have other data types in Blynk: give them the types of these values there, then send "
        "again.",
    ),
    plural(
        "fix_unknown_event",
        "The template in Blynk has no event {targets:and}: add it there, then send again.",
        "The template in Blynk has no events {targets:and}: add them there, then send again.",
    ),
    plural(
        "fix_event_without_code",
        "Blynk found no code in the event {targets:and}: give it a code that the template has, then discard "
        "these readings.",
        "Blynk found no codes in the events {targets:and}: give them codes that the template has, then "
        "discard these readings.",
    ),
    plural(
        "fix_skipped",
        "Readings that blocked {targets:and} were skipped: fix the cause, then send again, or discard them.",
        "Readings that blocked {targets:and} were skipped: fix the cause, then send again, or discard them.",
    ),
    plural(
        "fix_other",
        "The cloud does not take readings of {targets:and}: fix what it names, then send again, or discard "
        "them.",
        "The cloud does not take readings of {targets:and}: fix what it names, then send again, or discard "
        "them.",
    ),
    # Translators: {fix} is a whole sentence, one of those above; {reason} is mostly the cloud's, about the
    # newest reading: those before it may have been refused for another one.
    plural(
        "readings_refused_why",
        "{fix} {count:,} reading was refused: {reason}.",
        "{fix} {count:,} readings were refused, the last: {reason}.",
    ),
)
