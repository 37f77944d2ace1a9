"""Hints: what to change in the sketch or the bench file, for each reason that rejects a line. Pure.

The numbers, names and lines in a hint are exactly what the sketch has to print, so they are never translated.
"""

from __future__ import annotations

from app.messages.entry import sentence

ENTRIES = (
    # Translators: hints follow a colon: no capital at the beginning, no full stop at the end.
    # For each reason, where nothing more is known about the line.
    sentence("hint_too_long", "a line is at most {most} bytes: use Serial.println() after each value"),
    sentence("hint_bad_encoding", "these bytes are not text: is the baud rate the one in Serial.begin()?"),
    sentence(
        "hint_no_assignment",
        'the line has no "=": write v1=100, or start the line with "#" if it is a comment',
    ),
    sentence("hint_wrong_datastream_id", "write ds and an id from 1 to {most}, for example ds7=100"),
    sentence("hint_wrong_property", "write a pin, a point and a property, for example v1.label=Room 12"),
    sentence(
        "hint_wrong_event",
        'write "event." and the code of the event (up to 64 letters, digits and underscores), '
        "for example event.overheat=Too hot",
    ),
    sentence("hint_wrong_pin", "pins are v0 to v{most}: write one of them, for example v1=100"),
    sentence(
        "hint_unknown_pin", 'the bench file has no entry for it: add one, or set unknown_pins = "forward"'
    ),
    sentence("hint_empty_value", 'nothing follows the "=": print the value right after it, on the same line'),
    sentence(
        "hint_control_character",
        "the text has an invisible character, perhaps a tab: send visible characters only",
    ),
    sentence("hint_not_an_integer", "this datastream takes whole numbers: write one such as 100"),
    sentence("hint_not_a_number", "this datastream takes numbers: write one such as 3.14"),
    sentence(
        "hint_not_a_location",
        "write longitude and latitude with one comma and no space, for example 13.4,52.5",
    ),
    sentence(
        "hint_out_of_range", "its datastream does not take this value: check the sensor, or the bench file"
    ),
    sentence("hint_value_too_long", "a text is at most {most} bytes: send a shorter one"),
    sentence("hint_event_too_long", "the text of an event is at most {most} characters: send a shorter one"),
    # For lines that show a common mistake.
    sentence("hint_equals_sign", "write {line} with an equals sign"),
    sentence("hint_value_missing", 'write "=" and the value too, for example {name}=100'),
    sentence("hint_pin_missing", "write the pin too, for example v1={value}"),
    sentence(
        "hint_several_values",
        "write each value on a line of its own with its pin, for example v1={value}",
    ),
    sentence("hint_second_assignment", "write one value per line: use Serial.println() after each"),
    sentence("hint_lower_case", "write {name} in lower case"),
    sentence("hint_pin_of_board", "{name} is a pin of the board: write a virtual pin, for example v1=100"),
    sentence("hint_leading_zero", "write v{pin} without the leading zero"),
    sentence("hint_spelling_of_pin", "write v{pin} for this pin"),
    sentence(
        "hint_name_for_pin",
        '"{name}" is not a pin: write the virtual pin of its datastream, for example v1=100',
    ),
    sentence("hint_property_of_id", "the cloud takes properties only by pin: write v1.label=… with its pin"),
    sentence(
        "hint_sensor_fault",
        'the sketch printed "{value}": the sensor gave no number, check its wiring',
    ),
    sentence("hint_hex", "write {number} in decimal"),
    sentence("hint_truth_value", "write 1 for true or on, 0 for false or off"),
    sentence("hint_infinite", "this number is too large: check the sensor"),
    sentence("hint_whole_number_alone", "this datastream takes whole numbers: write only {number}"),
    sentence(
        "hint_fraction",
        "this datastream takes whole numbers: round {number} in the sketch, "
        'or set type = "double" in the bench file',
    ),
    sentence("hint_unit", "write only {number}; the unit belongs in the bench file"),
    sentence("hint_decimal_comma", "write {number} with a point"),
    sentence("hint_location_with_space", "write {location} without a space"),
    sentence(
        "hint_globe", "longitude goes from -180 to 180 and latitude from -90 to 90: is longitude first?"
    ),
    sentence(
        "hint_int_range",
        "an int goes from {least} to {most}: check the sensor, or the bench file",
    ),
)
