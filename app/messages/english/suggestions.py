"""Messages that help to set up a datastream: what a change would do, and which change would fit. Pure.

Numbers and values in them are data: they are written as the board prints them, in every language.
"""

from __future__ import annotations

from app.messages.entry import plural, sentence

ENTRIES = (
    # What a changed datastream would have done to the lines at hand (app/wire/trial.py).
    sentence("trial_no_lines", "No lines are at hand to try it on."),
    sentence("trial_line_rejected", "The only line at hand would have been rejected."),
    plural(
        "trial_rejected",
        "{count:,} of the last {lines:,} lines would have been rejected.",
        "{count:,} of the last {lines:,} lines would have been rejected.",
    ),
    plural(
        "trial_none_rejected",
        "The only line at hand would have been accepted.",
        "None of the last {count:,} lines would have been rejected.",
    ),
    # Why a type, a range or a scale fits (app/wire/suggesting.py).
    sentence("suggest_int", "{fitting:,} of the last {all:,} values are whole numbers."),
    sentence("suggest_double", "{fitting:,} of the last {all:,} values are numbers, some with a fraction."),
    # Translators: {values} are at least two whole numbers.
    sentence("suggest_enum", "Only the numbers {values:and} come, again and again."),
    sentence("suggest_location", "{fitting:,} of the last {all:,} values are a longitude and a latitude."),
    sentence("suggest_string", "{fitting:,} of the last {all:,} values are texts."),
    sentence("suggest_range", "The last {all:,} values were from {low} to {high}; this range leaves room."),
    sentence(
        "suggest_volts",
        "The values are whole numbers from {low} to {high}, like those of analogRead() with {bits} bits. "
        "With this scale they are volts: {full} is {volts} V.",
    ),
)
