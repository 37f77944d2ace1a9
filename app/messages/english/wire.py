"""Reasons that reject a line, and hints: what to change in the sketch or the bench file. Pure.

The numbers, names and lines in a hint are exactly what the sketch has to print, so they are never translated.
"""

from __future__ import annotations

from app.messages.entry import sentence

ENTRIES = (
    # Translators: hints follow a colon: no capital at the beginning, no full stop at the end.
    # For each reason, where nothing more is known about the line. {line} is an example of a line.
    sentence("hint_too_long", "a line is at most {most} bytes: use Serial.println() after each value"),
    sentence("hint_bad_encoding", "these bytes are not text: is the baud rate the one in Serial.begin()?"),
    sentence(
        "hint_no_assignment",
        'the line has no "=": write a value like {line} or begin the line with "#" if it is a comment',
    ),
    sentence(
        "hint_no_name",
        'there is no name before the "=": write a line like {line} '
        'or begin the line with "#" if it is a comment',
    ),
    sentence("hint_wrong_datastream_id", "write ds and an id from 1 to {most}, for example {line}"),
    sentence("hint_wrong_property", "write a pin, a point and a property, for example {line}"),
    sentence(
        "hint_wrong_event",
        'write "event." and the code of the event (up to 64 letters, digits and underscores), '
        "for example event.overheat=Too hot",
    ),
    sentence("hint_wrong_pin", "pins are v0 to v{most}: write one of them, for example {line}"),
    sentence(
        "hint_unknown_pin", 'the bench file has no entry for it: add one, or set unknown_pins = "forward"'
    ),
    sentence(
        "hint_too_many_datastreams",
        "this device has {most:,} other names already: put what changes into the value, not into the name, "
        "or add this name to the bench file",
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
    # max, min and values are keys of the bench file.
    sentence(
        "hint_above_max", "its datastream takes at most {most}: check the sensor, or max in the bench file"
    ),
    sentence(
        "hint_above_max_scaled",
        "with scale and offset it is {value}, but its datastream takes at most {most}: check the sensor, "
        "or max in the bench file",
    ),
    sentence(
        "hint_below_min", "its datastream takes at least {least}: check the sensor, or min in the bench file"
    ),
    sentence(
        "hint_below_min_scaled",
        "with scale and offset it is {value}, but its datastream takes at least {least}: check the sensor, "
        "or min in the bench file",
    ),
    sentence(
        "hint_not_listed",
        "its datastream takes only {values:or}: check the sketch, or values in the bench file",
    ),
    sentence("hint_value_too_long", "a text is at most {most} bytes: send a shorter one"),
    sentence("hint_event_too_long", "the text of an event is at most {most} characters: send a shorter one"),
    # For bytes that are not the text that the sketch meant.
    sentence(
        "hint_zero_bytes", "the line contains zero bytes (\\0): print the text alone, not the whole buffer"
    ),
    sentence("hint_utf16", "every second byte is zero, as in UTF-16: print the text as UTF-8"),
    sentence(
        "hint_stray_byte",
        "one of its bytes is not UTF-8, perhaps a degree sign in another encoding: write only {line}",
    ),
    sentence(
        "hint_stray_byte_plain",
        "the line has a character in an encoding other than UTF-8: save the sketch as UTF-8, "
        "or leave this character out",
    ),
    sentence("hint_escape_sequence", "the line has an escape sequence, such as a colour: print only {line}"),
    sentence(
        "hint_escape_sequence_plain",
        "the line has an escape sequence, such as a colour: print the text without it",
    ),
    # Translators: {character} is a code, perhaps with a name, such as "U+0009 (tab)".
    sentence("hint_invisible", "the line has an invisible character, {character}: print only {line}"),
    sentence(
        "hint_invisible_plain",
        "the line has an invisible character, {character}: print visible characters only",
    ),
    sentence("character_tab", "U+0009 (tab)"),
    sentence("character_no_break_space", "U+00A0 (no-break space)"),
    sentence("character_soft_hyphen", "U+00AD (soft hyphen)"),
    sentence("character_zero_width_space", "U+200B (zero-width space)"),
    sentence("character_byte_order_mark", "U+FEFF (byte-order mark)"),
    # For a line of the boot loader or the runtime, not of the sketch.
    sentence(
        "hint_boot_line", "the board itself prints this line when it starts or crashes: it is not a value"
    ),
    # For mistakes before the value. Translators: {line} is the line without any mistake, as in "v1=23.5".
    sentence("hint_prefix", 'print only {line} without "{prefix}" before it'),
    sentence("hint_prefix_plain", 'print nothing before {name}: "{prefix}" is there now'),
    sentence("hint_equals_sign", "write {line} with an equals sign"),
    sentence("hint_equals_sign_missing", 'write "=" between {name} and its value'),
    sentence("hint_value_missing", 'write "=" and the value too, for example {line}'),
    sentence("hint_pin_missing", "write the pin too, for example {line}"),
    sentence(
        "hint_several_values",
        "write each value on a line of its own with its pin, for example {lines:and}",
    ),
    sentence("hint_second_assignment", "write one value per line: use Serial.println() after each"),
    sentence("hint_one_value_per_line", "write one value per line: {lines:and}"),
    # Translators: {line} may also be a name alone, such as v1 or ds7.
    sentence("hint_leading_zero", "write {line} without the leading zero"),
    sentence("hint_spelling", "the name is misspelt: write {line}"),
    sentence("hint_pin_of_board", "{name} is a pin of the board: write a virtual pin, for example {line}"),
    sentence(
        "hint_name_for_pin",
        '"{name}" is not a pin: write the virtual pin of its datastream, for example {line}',
    ),
    sentence(
        "hint_property_of_id", "the cloud takes properties only by pin: write the pin in place of the id"
    ),
    # For values. Translators: {line} is the line without any mistake, as in "v1=23.5".
    sentence(
        "hint_sensor_fault",
        'the sketch printed "{value}": the sensor gave no number, check its wiring',
    ),
    sentence(
        "hint_format_printed",
        'the sketch printed the format "{format}", not a value: use Serial.print() or snprintf()',
    ),
    sentence(
        "hint_question_mark",
        'on many boards, printf() prints "?" in place of a decimal number: use Serial.print() or dtostrf()',
    ),
    sentence("hint_two_signs", "the number has two signs: print at most one"),
    sentence("hint_truth_value", "write 1 for true or on, 0 for false or off"),
    sentence("hint_infinite", "this number is too large: check the sensor"),
    sentence("hint_one_equals_sign", 'write {line} with one "=" and nothing else between name and value'),
    sentence("hint_ascii_digits", 'write {line} with the digits 0 to 9 and the minus sign "-"'),
    sentence("hint_quotes", "write {line} without quotation marks and brackets"),
    sentence("hint_comment_behind", 'a comment is a line of its own that begins with "#": write only {line}'),
    sentence("hint_other_base", "numbers must be decimal: write {line}"),
    sentence("hint_group_signs", "write {line} without separators between the groups of digits"),
    sentence("hint_decimal_comma", "a number takes a point, not a comma: write {line}"),
    sentence("hint_sign_apart", "write {line} without a space after the sign"),
    sentence("hint_whole_number_alone", "this datastream takes whole numbers: write {line}"),
    sentence(
        "hint_fraction",
        "this datastream takes whole numbers: round {number} in the sketch, "
        'or set type = "double" in the bench file',
    ),
    sentence("hint_unit", "the unit is not part of the value: write only {line}"),
    sentence("hint_rest", 'write only {line} without "{rest}" after it'),
    sentence("hint_location_with_space", "write {line} with one comma and no space"),
    sentence("hint_kept_as_text", "if a number is meant, print the number alone"),
    sentence(
        "hint_globe", "longitude goes from -180 to 180 and latitude from -90 to 90: is longitude first?"
    ),
    sentence(
        "hint_int_range",
        "an int goes from {least} to {most}: check the sensor, or the bench file",
    ),
    # For the first line after a port was opened.
    sentence(
        "hint_first_line",
        "a reset may have cut the first line after the port was opened: "
        "texts count only from the second line on",
    ),
    # Reasons why a line was rejected, in words.
    sentence("label_too_long", "too long"),
    sentence("label_bad_encoding", "bad encoding"),
    sentence("label_no_assignment", "no assignment"),
    sentence("label_wrong_datastream_id", "wrong datastream id"),
    sentence("label_wrong_property", "wrong property"),
    sentence("label_wrong_event", "wrong event"),
    sentence("label_wrong_pin", "wrong pin"),
    sentence("label_unknown_pin", "unknown pin"),
    sentence("label_too_many_datastreams", "too many datastreams"),
    sentence("label_empty_value", "empty value"),
    sentence("label_control_character", "control character"),
    sentence("label_not_an_integer", "not an integer"),
    sentence("label_not_a_number", "not a number"),
    sentence("label_not_a_location", "not a location"),
    sentence("label_out_of_range", "out of range"),
    sentence("label_value_too_long", "value too long"),
    # For a line of which a part is not shown. [token] stands there.
    sentence(
        "hint_token_in_line",
        "[token] stands for an auth token, so the line cannot be examined: "
        "do not print the token, or enter the whole one if only a part of it is set here",
    ),
)
