"""The messages about errors in a bench file, a devices file or a faults file. Pure."""

from __future__ import annotations

from app.messages.entry import plural, sentence

ENTRIES = (
    # The file as a whole. A sentence follows the file's name: "bench.toml: cannot be read: …".
    sentence("file_unreadable", "cannot be read: {words}: check the name and the folder"),
    sentence("file_too_large", "is larger than {bytes:,} bytes: name another file"),
    sentence("not_utf8", "is not UTF-8 text: save it with the encoding UTF-8"),
    sentence("not_toml", "is not TOML: {words}"),
    sentence("not_toml_unquoted", "is not TOML: {words}: put a text in quotes"),
    sentence("not_toml_backslash", "is not TOML: {words}: write / or \\\\ in paths"),
    sentence(
        "not_toml_twice",
        "is not TOML: {words}: a key or a table is there twice, or [device] is not written [[device]]",
    ),
    sentence(
        "toml_nested_too_deep",
        "is nested more than {most} levels deep in line {line}: check where the file comes from",
    ),
    sentence(
        "toml_too_many_entries",
        "has more than {tables:,} tables or {values:,} values: check where the file comes from, or split it",
    ),
    sentence(
        "toml_word_too_long",
        "has a number or a key of more than {most} characters in line {line}: "
        "check where the file comes from",
    ),
    sentence("bench_file_exists", "exists already: save under another name, or replace it"),
    sentence("bench_file_changed", "was changed by another program: open it again, or save over it"),
    sentence("file_unwritable", "cannot be saved: {words}: check the folder, or save under another name"),
    sentence("text_not_unicode", "a text has a character that cannot be in a file: type the text again"),
    sentence("not_json", "is not JSON: {words}"),
    # Keys and types. A sentence follows the place in the file: 'device[0] "greenhouse", record: …'.
    sentence("missing_key", "{key} is missing: add it"),
    # Translators: {known} is a list of {count} keys.
    plural(
        "unknown_key", "unknown key {key}: known is {known:and}", "unknown key {key}: known are {known:and}"
    ),
    sentence("unknown_key_near", "unknown key {key}: did you mean {near}?"),
    sentence("key_of_table_above", "unknown key {key}: it belongs to {table}, so write it above this table"),
    sentence("key_of_top", "unknown key {key}: it belongs to no table, so write it at the top of the file"),
    sentence("wrong_choice", "write {choices:or}"),
    sentence("wrong_type", "expected {wanted}, got {got}"),
    sentence("number_too_large", "the number is too large: write a smaller one"),
    sentence("double_brackets_needed", "write [[{table}]], in double brackets"),
    sentence("single_brackets_needed", "write [{table}], in single brackets"),
    # Translators: each type is used without other words in "expected a number, got a list".
    sentence("type_int", "a whole number"),
    sentence("type_float", "a number"),
    sentence("type_str", "a text in quotes"),
    sentence("type_bool", "true or false"),
    sentence("type_array", "a list"),
    sentence("type_object", "a table"),
    sentence("type_time", "a date or time"),
    sentence("type_null", "null"),
    # Values that are used twice, and references to something that does not exist.
    sentence("key_of_two_devices", "{key} {value} is also used by {other}: give each device its own"),
    sentence("key_of_two_datastreams", "{key} {value} is also used by {other}: give each datastream its own"),
    sentence("auth_token_twice", "auth_token is also used by {other}: give each device its own"),
    sentence(
        "organisation_without_table",
        'organisation = "{organisation}" has no [organisation.{organisation}] table: add it',
    ),
    # Values of any key.
    sentence("value_out_of_range", "{key} = {value} is not within {low}…{high}"),
    sentence("count_out_of_range", "{key} must be at least {low} and at most {high}"),
    sentence("min_change_invalid", "min_change must be 0 or a positive number"),
    sentence("value_not_positive", "{key} must be a number greater than 0 and at most {most}"),
    # Values of a device.
    sentence("device_name_invalid", "name is empty or has a control character: give the device a name"),
    sentence("stop_bits_invalid", "stop_bits is one of 1, 1.5, 2"),
    sentence("stop_bits_only_with_five", "stop_bits = 1.5 exists only with data_bits = 5: write 1 or 2"),
    sentence("stop_bits_not_with_five", "stop_bits = 2 does not exist with data_bits = 5: write 1 or 1.5"),
    sentence(
        "rts_of_flow_control",
        'rts cannot be set with flow_control = "rts_cts", which uses RTS itself: leave one of them out',
    ),
    sentence("line_end_invalid", r'line_end is one of "", "\n", "\r", "\r\n"'),
    sentence(
        "auth_token_not_a_place",
        "auth_token names the place of the token, never the token: "
        'write "keyring:NAME" or "env:PINBRIDGE_NAME"',
    ),
    sentence(
        "server_or_token_missing", "server and auth_token go together: give both, or neither to send nothing"
    ),
    sentence(
        "unpaced_beyond_loopback",
        "requests_per_s = 0 (unpaced) is only for servers on this computer: write 10",
    ),
    sentence(
        "monthly_messages_out_of_range",
        "monthly_messages must be at least 0, which means no budget, and at most {high}",
    ),
    # Servers, ports and paths.
    sentence(
        "server_not_an_address",
        '{key} takes an address and nothing more: write one such as "https://fra1.blynk.cloud"',
    ),
    sentence(
        "server_without_host", "server has no valid host or port: write https://HOST or https://HOST:PORT"
    ),
    sentence("server_unencrypted", "server would send the token unencrypted to {host}: write https://{host}"),
    sentence("port_empty", 'port is empty: write "COM5", "/dev/ttyACM0", "usb:2341:0043" or "simulated:"'),
    sentence(
        "port_on_share",
        "port names a network share or a Windows path, or has a control character: "
        'write "COM5" or "/dev/ttyACM0"',
    ),
    sentence(
        "port_not_usb",
        'port = "{port}": write "usb:VID:PID", "usb:VID:PID:SERIAL" or "usb:VID:PID@LOCATION"',
    ),
    sentence("port_written_otherwise", 'port = "{port}": write "{name}"'),
    # Translators: {scheme} is socket or rfc2217.
    sentence("port_not_network", 'port of a board on the network is written "{scheme}://HOST:PORT"'),
    sentence("port_not_simulated", 'port of a simulated board is written "simulated:"'),
    sentence(
        "port_kind_unknown", 'port = "{port}": known are usb:, socket://, rfc2217://, simulated: and replay:'
    ),
    sentence("path_empty", "{key} names no file"),
    sentence(
        "path_has_control_character", "{key} has a control character in its path: write / instead of \\"
    ),
    sentence("path_not_utf8", "{key} has a path that is not UTF-8: rename the file or its folder"),
    sentence("path_on_share", "{key} names a network share or a device: name a file on this computer"),
    sentence("path_is_device", "{key} names a device: name a file on this computer"),
    # A datastream.
    sentence("datastream_without_pin_or_id", "a datastream needs virtual_pin or id"),
    sentence("values_without_enum", 'values are only for type = "enum"'),
    sentence("scale_of_no_number", '{key} is only for type = "int" and "double"'),
    sentence("scale_invalid", "{key} must be a number other than 0"),
    sentence("offset_invalid", "{key} must be a number: write 0 to add nothing"),
    sentence("color_invalid", 'color = "{color}" is not written as "#RRGGBB"'),
    sentence("range_of_no_number", 'min and max are only for type = "int" and "double"'),
    sentence("range_not_finite", "min and max are numbers: leave out the one that has no limit"),
    sentence("min_above_max", "min = {min} is greater than max = {max}"),
    sentence("range_without_int", "no int of 32 bits is within min and max: widen them"),
    # Translators: what the user has to do on the other computer: parts of the sentence "bench_exported_todo".
    sentence("export_without_journal", "begin with a new journal"),
    sentence("export_asks_for_tokens", "enter the auth token of {devices:and}"),
    sentence("export_has_port", "choose the port of {devices:and}"),
    sentence("export_needs_recording", "copy the recording of {devices:and}"),
    sentence("export_has_local_server", "write another server for {devices:and}"),
    sentence("export_needs_variables", "set {variables:and}"),
)
