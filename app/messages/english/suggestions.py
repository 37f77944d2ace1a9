"""Messages that help to set up a device: what a change would do or use, and which change would fit. Pure.

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
    # What a way of forwarding uses (app/cloud/plan/estimate.py). Translators: free plan is Blynk's word.
    sentence("estimate_nothing", "No messages: no readings come in."),
    plural(
        "estimate_free_plan",
        "{count:,} message a month: {percent:,g} % of the free plan.",
        "{count:,} messages a month: {percent:,g} % of the free plan.",
    ),
    sentence(
        "estimate_free_plan_exceeded",
        "{messages:,} messages a month: {percent:,g} % of the free plan, which is used up after "
        "{lasts:duration}.",
    ),
    plural(
        "estimate_organisation",
        "{count:,} message a month: {percent:,g} % of the {limit:,} messages of {organisation}.",
        "{count:,} messages a month: {percent:,g} % of the {limit:,} messages of {organisation}.",
    ),
    sentence(
        "estimate_organisation_exceeded",
        "{messages:,} messages a month: {percent:,g} % of the {limit:,} messages of {organisation}, which "
        "are used up after {lasts:duration}.",
    ),
    # Translators: {estimate} is a whole sentence, one of those above.
    sentence("estimate_most", "At most, if readings come as fast as they may be sent: {estimate}"),
    plural(
        "estimate_points",
        "{count:,} point a day: {percent:,g} % of the {limit:,} points of a day.",
        "{count:,} points a day: {percent:,g} % of the {limit:,} points of a day.",
    ),
    # Translators: daily_points is a word of the bench file and stays as it is.
    sentence(
        "estimate_points_exceeded",
        "{points:,} readings a day come in, but only {limit:,} may be sent (daily_points): the others wait "
        "until they expire.",
    ),
)
